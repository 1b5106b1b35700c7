"""Old encodings in a whole register: its text columns looked at together, by column and by commune.

1. :class:`Glance` walks over the bytes while the register is being read, and says (:class:`PossibleError`) whether an old
   encoding is possible at all. For a register in good order that is the end of it.
2. Otherwise :meth:`Repair.of` counts every row, which takes a reading of the table of its own, and plans each column.
3. :meth:`Repair.apply` decodes the batches of the reading that counts, and says which rows it changed.

Single cells that are in an old encoding by themselves (:mod:`vnlink.normalize.encoding_cells`), and letters written as codes
(:mod:`vnlink.normalize.escapes`), are read back in either.

So the memory is that of the samples, whatever the size of the register, and no row is kept for later. The plans depend on the
rows alone: neither on their order, nor on the batches, nor on when the first look became suspicious.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .encoding_cells import LoneCells
from .encodings import EncodingEvidence, EncodingFinding, EncodingPlan, odd_rows
from .escapes import without_escapes

__all__ = ["Glance", "PossibleError", "Repair"]

_TEXTS = ("full_name", "address", "spouse_name", "father_name", "mother_name")
"""Columns of running text that a run reads, on either side."""

_AS_THE_NAME = ("gender",)
"""Columns too poor to speak for themselves ("N÷" for "Nữ"): decoded as the name of the row is."""

_GROUP = "commune_code"
_LONGEST_CODE = 5

Columns = dict[str, pa.Array]


class PossibleError(Exception):
    """A register may hold text in an old encoding: it has to be counted, and read again. Never seen by a user."""


class Glance:
    """The first look at a register, batch by batch: reads back single cells, and raises PossibleError where there may be more.

    It asks itself whether it is suspicious after the first batch, the second, the fourth and so on, so that the reading of a
    register in an old encoding is given up early.
    """

    def __init__(self) -> None:
        self._evidence = {name: EncodingEvidence(name) for name in _TEXTS}
        self._lone = {name: LoneCells(name) for name in _TEXTS}
        self._batches = 0

    def apply(self, columns: Columns) -> tuple[Columns, NDArray[np.bool_]]:
        """Look at a batch; the result is that of a :class:`Repair` without a plan."""
        groups = columns.get(_GROUP)
        done, changed = dict(columns), _no_row(columns)
        for name, evidence in self._evidence.items():
            if name in columns:
                cells = without_escapes(columns[name])
                done[name] = self._lone[name].decode(cells, evidence.glance(cells, groups))
                changed |= _changed(columns[name], done[name])
        self._batches += 1
        if self._batches & (self._batches - 1) == 0:
            self.finish()
        return done, changed

    def finish(self) -> None:
        """Raise PossibleError if an old encoding is possible by the batches so far."""
        if any(evidence.suspicious for evidence in self._evidence.values()):
            raise PossibleError

    def report(self) -> list[dict[str, object]]:
        """The single cells that were read back; see :meth:`Repair.report`."""
        return _as_dicts(self._lone)


class Repair:
    """What to decode of a register: by plans, and single cells; without either, nothing.

    Examples
    --------
    >>> names = pa.array(["NguyÔn V¨n §øc", "TrÇn ThÞ B×nh", "Lª V¨n Hïng", "Ph¹m ThÞ Hoµ", "Vò §×nh S¬n"])
    >>> repair = Repair.of([{"full_name": names}])
    >>> columns, changed = repair.apply({"full_name": names})
    >>> columns["full_name"].to_pylist()[0], changed.tolist()
    ('Nguyễn Văn Đức', [True, True, True, True, True])
    >>> repair.report()
    [{'column': 'full_name', 'commune': None, 'encoding': 'tcvn3', 'every_cell': True, 'rows_for': 5, 'rows': 5}]
    """

    def __init__(self, plans: dict[str, EncodingPlan] | None = None, *, single_cells: bool = False) -> None:
        self._plans = plans or {}
        self._lone = {name: LoneCells(name) for name in _TEXTS} if single_cells else {}

    @classmethod
    def of(cls, batches: Iterable[Columns]) -> Repair:
        """Count the rows of a register and decide what is to be decoded."""
        evidence = {name: EncodingEvidence(name) for name in _TEXTS}
        for columns in batches:
            groups = columns[_GROUP].dictionary_encode() if _GROUP in columns else None
            for name, counted in evidence.items():
                if name in columns:
                    counted.add(without_escapes(columns[name]), groups)
        plans = {name: counted.plan() for name, counted in evidence.items()}
        return cls({name: plan for name, plan in plans.items() if not plan.is_trivial}, single_cells=True)

    def apply(self, columns: Columns) -> tuple[Columns, NDArray[np.bool_]]:
        """Decode a batch.

        Parameters
        ----------
        columns : dict of str to pyarrow.Array
            Canonical text columns of its rows.

        Returns
        -------
        columns : dict of str to pyarrow.Array
            The same, those decoded that a plan stands for.
        changed : bool[rows]
            Rows of which a cell was changed.
        """
        changed = _no_row(columns)
        groups = columns.get(_GROUP)
        done = {name: without_escapes(cells) if name in self._lone else cells for name, cells in columns.items()}
        for name in (*_TEXTS, *_AS_THE_NAME):
            plan = self._plans.get("full_name" if name in _AS_THE_NAME else name)
            if plan is not None and name in columns:
                done[name] = plan.decode(done[name], groups)
            if name in columns and name in self._lone:
                done[name] = self._lone[name].decode(done[name], odd_rows(done[name]))
            if name in columns:
                changed |= _changed(columns[name], done[name])
        return done, changed

    def finish(self) -> None:
        """Nothing is left to do after the last batch."""

    def report(self) -> list[dict[str, object]]:
        """What was found, for the manifest: names of columns, codes of communes and counts, never another value."""
        return [_as_dict(finding) for plan in self._plans.values() for finding in plan.report()] + _as_dicts(self._lone)


def _no_row(columns: Columns) -> NDArray[np.bool_]:
    return np.zeros(len(next(iter(columns.values()))), np.bool_)


def _changed(before: pa.Array, after: pa.Array) -> NDArray[np.bool_]:
    """Rows that were decoded, bool[rows]."""
    if after is before:
        return np.zeros(len(before), np.bool_)
    return np.asarray(pc.fill_null(pc.not_equal(after, before), False))


def _as_dicts(lone: dict[str, LoneCells]) -> list[dict[str, object]]:
    return [_as_dict(finding) for cells in lone.values() for finding in cells.report()]


def _as_dict(finding: EncodingFinding) -> dict[str, object]:
    """A finding as plain data. What stands in a column of codes and is no code is not shown."""
    group = finding.group
    if group:
        group = group if group.isascii() and group.isdigit() and len(group) <= _LONGEST_CODE else "no code"
    return {
        "column": finding.column,
        "commune": group,
        "encoding": finding.encoding.value,
        "every_cell": finding.whole,
        "rows_for": finding.rows_for,
        "rows": finding.rows,
    }
