"""Columns of dates that were written month first, as an American spreadsheet does: told by the column, never by a cell.

02/03/1960 is the second of March in Vietnam and the third of February there, and nothing in the cell tells. Among thousands of
dates some have a number above twelve in the second place: a column in which they are many, and in which hardly any has one in
the first place, was written month first. Its dates are then turned round before anybody reads them; a date that stands the
other way in it is a slip, and flagged as any other (``DATE_SWAPPED``).

Rows that are added to an index are a table of their own, and may come from another program than its base. They are read as they
prove themselves; only where they decide nothing the order of the base holds (:class:`AddedOrder`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["DATE_COLUMNS", "AddedOrder", "DateOrder", "day_first"]

DATE_COLUMNS = ("birth_date", "death_date")

LEAST_PROOFS = 20
"""Dates that can only be month first, from which on a column may be; for added rows also those that can only be day first."""

MOST_AGAINST = 0.01
"""Share of dates that can only be day first, among those that tell, with which it still is."""

_SEPARATED = r"\b(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{4}|\d{2})\b"
_MONTH_FIRST = r"\b(0?[1-9]|1[0-2])([/.-])(1[3-9]|2\d|3[01])([/.-])(\d{4}|\d{2})\b"
_DAY_FIRST = r"\b(1[3-9]|2\d|3[01])([/.-])(0?[1-9]|1[0-2])([/.-])(\d{4}|\d{2})\b"


def _count(column: pa.Array, pattern: str) -> int:
    return int(pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0)


class DateOrder:
    """Counts what the dates of one column prove; the same in whatever order and parts they come.

    Parameters
    ----------
    before : mapping of str to int, optional
        :meth:`counts` of rows that others are added to; none of them where it is not given.

    Attributes
    ----------
    proofs : int
        Dates that can only be month first.
    against : int
        Dates that can only be day first.

    Examples
    --------
    >>> order = DateOrder()
    >>> order.add(pa.array(["03/25/1960", "04/05/1971"] * 20))
    >>> order.month_first, order.proofs
    (True, 20)
    """

    def __init__(self, before: Mapping[str, int] | None = None) -> None:
        told = before or {}
        self.proofs, self.against = told.get("proofs", 0), told.get("against", 0)

    def add(self, column: pa.Array) -> None:
        """Take more cells, as text."""
        self.proofs += _count(column, _MONTH_FIRST)
        self.against += _count(column, _DAY_FIRST)

    @property
    def month_first(self) -> bool:
        """Whether the column was written month first."""
        return self.proofs >= LEAST_PROOFS and self.against <= MOST_AGAINST * (self.proofs + self.against)

    def counts(self) -> dict[str, int]:
        """What the conclusion rests on, as an index keeps it."""
        return {"proofs": self.proofs, "against": self.against}


class AddedOrder:
    """In which order one column of added rows is read, and what the index keeps of it.

    Parameters
    ----------
    base : mapping of str to int, optional
        The :meth:`DateOrder.counts` that the index keeps; rows that are added to nothing have none.

    Attributes
    ----------
    base : DateOrder
        What the dates of the index prove.
    own : DateOrder
        What those of the added rows prove alone; to be filled.

    Examples
    --------
    >>> order = AddedOrder({"proofs": 0, "against": 9000})
    >>> order.own.add(pa.array(["03/25/1960", "04/05/1971"] * 20))
    >>> order.month_first, order.counts()
    (True, {'proofs': 0, 'against': 9000})
    """

    def __init__(self, base: Mapping[str, int] | None = None) -> None:
        self.base, self.own = DateOrder(base), DateOrder()

    @property
    def month_first(self) -> bool:
        """Whether the added rows were written month first: as they prove alone, else as the base."""
        own = self.own
        day_first_alone = own.against >= LEAST_PROOFS and own.against > own.proofs
        return own.month_first or (self.base.month_first and not day_first_alone)

    @property
    def base_misread(self) -> bool:
        """Whether the base was read day first for want of proofs, and is month first with those of the added rows."""
        return self.base.proofs > self.base.against and not self.base.month_first and self._together().month_first

    def counts(self) -> dict[str, int]:
        """What the index keeps: the counts of its base, with those of the added rows where they leave its order as it is.

        Rows that were read in the other order are left out, and so are those that would turn the order of the base: what comes
        later and decides nothing is read as the base still. A base without a date that tells has no order, and takes any.
        """
        base, together = self.base, self._together()
        same = self.month_first is base.month_first and together.month_first is base.month_first
        return (together if same or not base.proofs + base.against else base).counts()

    def _together(self) -> DateOrder:
        base, own = self.base, self.own
        return DateOrder({"proofs": base.proofs + own.proofs, "against": base.against + own.against})


def day_first(column: pa.Array) -> pa.Array:
    """The cells with the first two numbers of every date exchanged.

    Examples
    --------
    >>> day_first(pa.array(["3/25/1960 12:00:00 AM", "1971", None])).to_pylist()
    ['25/3/1960 12:00:00 AM', '1971', None]
    """
    return pc.replace_substring_regex(column, _SEPARATED, r"\3\2\1\4\5")
