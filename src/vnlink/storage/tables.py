"""One side's table as batches of canonical text columns, whatever it came from.

    raw columns of a batch, with their row numbers
          │  1 cells to text   2 rows that cannot be read aside   3 several headers into one column   4 __row__
          ▼
    batches()

A source can be read as often as needed, in batches of any size, and gives the same rows each time. Memory is one batch, but
for spreadsheets and one-shot streams, which are held as Arrow columns (only those that are needed).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.notes import Note, note, shown_headers
from vnlink.storage.cells import first_filled, joined, text_of_array
from vnlink.storage.headers import JOINED, HeaderMap
from vnlink.storage.quarantine import UNDECODABLE_BYTES, Quarantine

__all__ = ["ROW", "RawColumns", "TableSource"]

ROW = "__row__"
"""Name of the column of row numbers: int64, 0-based in the source, rows that went to quarantine counted."""

RawColumns = tuple[NDArray[np.int64], list[pa.Array]]
"""Row numbers of a batch and the columns at ``HeaderMap.positions``, as the format gives them."""


class TableSource(ABC):
    """One side's table, whatever it came from.

    Attributes
    ----------
    side : Side
    columns : dict of str to str
        Canonical column -> header in the table as it may be told, in the order of the contract; only those that the table has.
    num_rows : int or None
        Rows in the table, those in quarantine counted; None until it is known.
    quarantine : Quarantine
        Rows that could not be read: complete after the table has been read to its end once.
    found : list of Note
        What was found out about the columns once they were read; see :mod:`vnlink.notes`.
    """

    kind = "table"

    def __init__(
        self,
        header: HeaderMap,
        *,
        num_rows: int | None = None,
        name: str | None = None,
        borrowed: frozenset[int] = frozenset(),
    ) -> None:
        self.header = replace(header, borrowed=borrowed)
        self.found: list[Note] = []
        self._filled_blank: set[int] = set()
        self.side = header.side
        self.columns = self.header.originals()
        self.num_rows = num_rows
        self.quarantine = Quarantine()
        self.name = name

    def rows_expected(self) -> int:
        """Return about how many rows there are; more rather than fewer, where nobody has counted them."""
        return self.num_rows or 0

    def place_of(self, row: int) -> str | None:  # noqa: ARG002  # a table in memory has no other place than its row
        """Where a row (0-based, as in ``__row__``) stands in its file, for an error; None where that is the same number."""
        return None

    @abstractmethod
    def _raw(self, batch_rows: int, aside: Quarantine) -> Iterator[RawColumns]:
        """Give the rows of the table in order; what the format itself cannot read goes aside."""

    def batches(self, batch_rows: int = 131_072) -> Iterator[pa.RecordBatch]:
        """Read the table from its start.

        Parameters
        ----------
        batch_rows : int
            Most rows in a batch; batches may be smaller.

        Yields
        ------
        pyarrow.RecordBatch
            The canonical columns that the table has, each of type string, and ``__row__``.

        Raises
        ------
        InputError
            The table has no rows, none can be read, or the file is damaged.
        """
        aside, used = Quarantine(), 0
        for rows, arrays in self._raw(batch_rows, aside):
            for batch in self._canonical(rows, arrays, aside):
                used += batch.num_rows
                if batch.num_rows:
                    yield batch
        self.quarantine, self.num_rows = aside, used + len(aside)
        if not used:
            raise self._nothing(len(aside))

    def _canonical(self, rows: NDArray[np.int64], arrays: list[pa.Array], aside: Quarantine) -> Iterator[pa.RecordBatch]:
        """Turn the columns of one batch into canonical text; halve a batch whose text is beyond 32-bit offsets."""
        column_of = {position: column for column, group in self.header.sources.items() for position in group}
        texts: dict[int, pa.Array] = {}
        bad = np.zeros(len(rows), dtype=np.bool_)
        try:
            for position, array in zip(self.header.positions, arrays, strict=True):
                texts[position], undecodable = text_of_array(array, column_of[position])
                if undecodable is not None:
                    bad |= undecodable
            combined = [self._combine(column, [texts[p] for p in group]) for column, group in self.header.sources.items()]
        except (pa.ArrowInvalid, pa.ArrowCapacityError):
            if len(rows) < 2:
                raise InputError(
                    message("a cell must be shorter than 2 GiB", side=self.side, remedy="check the file")
                ) from None
            half = len(rows) // 2
            yield from self._canonical(rows[:half], [array.slice(0, half) for array in arrays], aside)
            yield from self._canonical(rows[half:], [array.slice(half) for array in arrays], aside)
            return
        batch = pa.RecordBatch.from_arrays([*combined, pa.array(rows)], names=[*self.header.sources, ROW])
        if bad.any():
            aside.add(rows[bad], UNDECODABLE_BYTES)
            batch = batch.filter(pa.array(~bad))
        yield batch

    @staticmethod
    def _combine(column: str, texts: list[pa.Array]) -> pa.Array:
        if len(texts) == 1:
            return texts[0]
        return joined(texts) if column in JOINED else first_filled(texts)

    def _nothing(self, quarantined: int) -> InputError:
        if quarantined:
            what, remedy = "no row of the table can be read", "save the table again as UTF-8 text, XLSX or Parquet"
            return InputError(message(what, side=self.side, count=quarantined, remedy=remedy))
        return InputError(message("the table must have rows and is empty", side=self.side, remedy="check the export"))

    def _look_at_blank(self, columns: list[pa.Array]) -> None:
        """Note which of the columns without a header, those of ``header.blank`` as text, hold anything."""
        for position, column in zip(self.header.blank, columns, strict=True):
            if position not in self._filled_blank and _holds_text(column):
                self._filled_blank.add(position)

    def notes(self) -> list[Note]:
        """What a user should know of this table; complete after it was read."""
        notes = []
        used = {*self.header.positions, *self.header.blank}
        unused = [position for position in range(len(self.header.headers)) if position not in used]
        if unused:
            notes.append(note("columns_not_used", self.side, count=len(unused), headers=self._shown(unused)))
        others = [position for position in self.header.positions if position in self.header.borrowed]
        if others:
            notes.append(note("headers_of_other_rows", self.side, count=len(others), headers=self._shown(others)))
        if self._filled_blank:
            notes.append(note("columns_without_header", self.side, count=len(self._filled_blank)))
        return [*notes, *self.found]

    def _shown(self, positions: list[int]) -> list[str]:
        return shown_headers(self.header.headers[position] for position in positions if self.header.is_sure(position))

    def digest(self) -> str | None:
        """The sha256 of the file, None for a table in memory."""
        return None

    def describe(self) -> dict[str, object]:
        """What the manifest says about this table: nothing of any row."""
        described: dict[str, object] = {
            "kind": self.kind,
            "name": self.name,
            "sha256": self.digest(),
            "rows": self.num_rows,
            "columns": {column: [self.header.shown(p) for p in group] for column, group in self.header.sources.items()},
            "unused_headers": self.header.unused(),
            "quarantined": self.quarantine.counts(),
            "notes": self.notes(),
        }
        return described


def _holds_text(column: pa.Array) -> bool:
    return column.null_count < len(column) and bool(pc.any(pc.not_equal(pc.utf8_trim_whitespace(column), "")).as_py())
