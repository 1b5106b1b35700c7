"""Vintage of a column: are its commune codes, and its addresses, of before or after the reform of 1 July 2025?

Every present code but five was the code of an old commune, so most single codes fit either vintage and a column must be judged
whole. What tells, in this order:

0. Rows whose addresses decide for either vintage, neither ten to one: the column holds both, and each row is read by its own
   address.
1. Codes that exist in one vintage only. Two thirds of the old codes are no code today; in a column of present codes they come
   from typing errors alone. :data:`OLD_SHARE` of the rows is far above errors and far below any old column of several communes.
2. Rows whose address names the code's commune of one vintage and not of the other.
3. Several distinct codes, all of them present ones: an old column would have one chance in three for each.

Where nothing tells, both meanings are kept, as a set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any, Self

from vnlink.normalize.addresses import AddressForm, Reading
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_names import place_key

__all__ = ["Vintage", "VintageCounts", "infer_address_vintage", "infer_code_vintage", "read_vintage"]

OLD_SHARE = 0.05
"""Share of rows with an old-only code that makes a column old. In a present column one row in fifty with a wrong digit gives
under 0.5 %, because most wrong numbers are no code at all."""

MIN_VOTES = 3
"""Rows whose address decides that must outweigh the others ten to one before they settle a column."""

MIN_CODES = 5
"""Distinct codes, all of them present ones, that settle a column: in an old one the chance is under 1 in 200 (3 ** -5)."""

MIN_ADDRESSES = 10
"""Two-level addresses with a name of one vintage only that settle the addresses of a column, twenty to one."""


class Vintage(IntEnum):
    """Which units a code or an address is written in."""

    OLD = 1
    NEW = 2

    @property
    def label(self) -> str:
        """The word for it in settings and results."""
        return "old" if self is Vintage.OLD else "2025"


_WORDS = {
    "old": Vintage.OLD,
    "cu": Vintage.OLD,
    "truoc2025": Vintage.OLD,
    "2025": Vintage.NEW,
    "new": Vintage.NEW,
    "moi": Vintage.NEW,
}


def _label(vintage: Vintage | None) -> str:
    return "both" if vintage is None else vintage.label


def read_vintage(text: str | None) -> Vintage | None:
    """Read a vintage as a register writes it: "old" or "2025" (also "cũ", "mới", "new"); None for anything else.

    Examples
    --------
    >>> read_vintage("Cũ"), read_vintage("2025"), read_vintage("?")
    (<Vintage.OLD: 1>, <Vintage.NEW: 2>, None)
    """
    return _WORDS.get(place_key(text[:40])) if text else None


@dataclass(slots=True)
class VintageCounts:
    """Rows of a column by what they say about its vintage.

    ``only_old``, ``only_new``, ``either`` and ``unknown`` count codes without a vintage of their own by where they exist;
    ``given`` those with one. ``votes_old`` and ``votes_new`` count rows whose address decides for a code that fits either.
    The rest counts addresses: three-level, two-level with a name of one vintage only or of both, province alone, unread, and
    those with a wrong letter forgiven, and those of cells too long for an address.
    """

    given: int = 0
    only_old: int = 0
    only_new: int = 0
    either: int = 0
    unknown: int = 0
    votes_old: int = 0
    votes_new: int = 0
    three_level: int = 0
    two_level_old: int = 0
    two_level_new: int = 0
    two_level_either: int = 0
    province: int = 0
    unread: int = 0
    slips: int = 0
    cut: int = 0
    codes: set[int] = field(default_factory=set)

    def add(
        self, table: Gazetteer, old: int | None, new: int | None, code: int, reading: Reading, given: Vintage | None, rows: int
    ) -> None:
        """Count the rows of one combination of code and address."""
        self._add_address(reading, rows)
        if not code:
            return
        if given is not None:
            self.given += rows
        elif old is None and new is None:
            self.unknown += rows
        elif new is None:
            self.only_old += rows
        elif old is None:
            self.only_new += rows
        else:
            self.either += rows
            self.codes.add(code)
            self._vote(table, old, new, reading, rows)

    def _vote(self, table: Gazetteer, old: int, new: int, reading: Reading, rows: int) -> None:
        """Let an address decide: it names the code's old commune, or the present one, and not both."""
        names_old = old in reading.olds
        names_new = new in reading.news or (
            reading.form is AddressForm.THREE_LEVEL and any(new in table.new_of_old(named) for named in reading.olds)
        )
        if names_old and new not in reading.news:
            self.votes_old += rows
        elif names_new and not names_old:
            self.votes_new += rows

    def _add_address(self, reading: Reading, rows: int) -> None:
        self.slips += rows if reading.slip else 0
        if reading.form is AddressForm.THREE_LEVEL:
            self.three_level += rows
        elif reading.form is AddressForm.PROVINCE:
            self.province += rows
        elif reading.form is AddressForm.UNREAD:
            self.unread += rows
        elif reading.olds and reading.news:
            self.two_level_either += rows
        elif reading.olds:
            self.two_level_old += rows
        else:
            self.two_level_new += rows

    def as_dict(self) -> dict[str, Any]:
        """All counts as plain data, from which :meth:`from_dict` makes them again."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "codes"} | {
            "codes": sorted(self.codes)
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Make the counts that :meth:`as_dict` told."""
        return cls(**{**plain, "codes": set(plain["codes"])})

    def report(self) -> dict[str, object]:
        """Counts and conclusions for the manifest, plain numbers and words."""
        counts = ("given", "only_old", "only_new", "either", "unknown", "votes_old", "votes_new")
        forms = ("three_level", "two_level_old", "two_level_new", "two_level_either", "province", "unread", "slips", "cut")
        return {
            "codes": {
                "vintage": _label(infer_code_vintage(self)),
                "distinct_either": len(self.codes),
                **{name: getattr(self, name) for name in counts},
            },
            "addresses": {
                "vintage": _label(infer_address_vintage(self)),
                **{name: getattr(self, name) for name in forms},
            },
        }


def infer_code_vintage(counts: VintageCounts) -> Vintage | None:
    """Vintage of a column's codes; None when nothing tells, or its addresses say that it holds codes of both."""
    codes = counts.only_old + counts.only_new + counts.either
    few, many = sorted((counts.votes_old, counts.votes_new))
    if few >= MIN_VOTES and many < 10 * few:
        return None
    if codes and counts.only_old >= OLD_SHARE * codes:
        return Vintage.OLD
    if many >= MIN_VOTES:
        return Vintage.OLD if counts.votes_old > counts.votes_new else Vintage.NEW
    if counts.only_new or len(counts.codes) >= MIN_CODES:
        return Vintage.NEW
    return None


def infer_address_vintage(counts: VintageCounts) -> Vintage | None:
    """Vintage of a column's two-level addresses, whose names often fit either; None when both occur or too few decide."""
    old, new = counts.two_level_old, counts.two_level_new
    if max(old, new) < MIN_ADDRESSES:
        return None
    return Vintage.NEW if new >= 20 * old else Vintage.OLD if old >= 20 * new else None
