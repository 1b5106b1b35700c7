"""Rows that cannot be read at all, set aside with a reason. Rows in = rows used + rows quarantined, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.schema import QUARANTINE_SCHEMA, Side

__all__ = ["OPEN_QUOTE", "RAGGED_LINE", "REASONS", "UNDECODABLE_BYTES", "Quarantine", "quarantine_table"]

RAGGED_LINE = "ragged_line"
"""A line of a text file with more or fewer cells than the header."""

UNDECODABLE_BYTES = "undecodable_bytes"
"""A cell that is not UTF-8 (or not what the file says it is): part of the file was written in another encoding."""

OPEN_QUOTE = "open_quote"
"""A line of a text file with a quotation mark that opens a cell and was not meant to."""

REASONS = (RAGGED_LINE, UNDECODABLE_BYTES, OPEN_QUOTE)


@dataclass(slots=True)
class Quarantine:
    """Row numbers (0-based, in the source) with the position of their reason in :data:`REASONS`.

    Examples
    --------
    >>> aside = Quarantine()
    >>> aside.add([7, 3], RAGGED_LINE)
    >>> len(aside), aside.rows().tolist()
    (2, [3, 7])
    """

    _rows: list[NDArray[np.int64]] = field(default_factory=list)
    _reasons: list[NDArray[np.uint8]] = field(default_factory=list)

    @classmethod
    def joined(cls, parts: Iterable[Quarantine]) -> Quarantine:
        """Put the rows of several tables together."""
        every = list(parts)
        return cls([r for part in every for r in part._rows], [r for part in every for r in part._reasons])

    def add(self, rows: NDArray[np.int64] | list[int], reason: str) -> None:
        """Set rows aside."""
        if len(rows):
            self._rows.append(np.asarray(rows, dtype=np.int64))
            self._reasons.append(np.full(len(rows), REASONS.index(reason), dtype=np.uint8))

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._rows)

    def _sorted(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        if not self._rows:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint8)
        rows, reasons = np.concatenate(self._rows), np.concatenate(self._reasons)
        order = np.argsort(rows, kind="stable")
        return rows[order], reasons[order]

    def rows(self) -> NDArray[np.int64]:
        """The row numbers, ascending."""
        return self._sorted()[0]

    def counts(self) -> dict[str, int]:
        """How many rows each reason took; reasons that took none are left out."""
        reasons = self._sorted()[1]
        return {reason: int((reasons == code).sum()) for code, reason in enumerate(REASONS) if (reasons == code).any()}

    def table(self, side: Side) -> pa.Table:
        """The rows as a table of :data:`vnlink.schema.QUARANTINE_SCHEMA`, ascending by row."""
        rows, reasons = self._sorted()
        words = pa.DictionaryArray.from_arrays(pa.array(reasons.astype(np.int8)), pa.array(REASONS)).cast(pa.string())
        sides = pa.repeat(pa.scalar(side.value), len(rows))
        return pa.Table.from_arrays([sides, pa.array(rows), words], schema=QUARANTINE_SCHEMA)


def quarantine_table(land: Quarantine, citizen: Quarantine) -> pa.Table:
    """What ``quarantine.parquet`` holds: the land rows, then the citizen rows, each ascending by row number."""
    return pa.concat_tables([land.table(Side.LAND), citizen.table(Side.CITIZEN)])
