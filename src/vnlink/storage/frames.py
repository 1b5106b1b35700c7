"""Tables in memory: frames of pandas and Polars, tables of pyarrow and DuckDB, readers that can be read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import Side
from vnlink.storage.cells import text_of_objects
from vnlink.storage.digests import sha256_of
from vnlink.storage.headers import HeaderMap, recognise
from vnlink.storage.quarantine import UNDECODABLE_BYTES, Quarantine
from vnlink.storage.tables import RawColumns, TableSource

__all__ = ["MemorySource", "named_by_position", "open_pandas", "open_stream"]

_NOT_CONVERTIBLE = (pa.ArrowException, ValueError, TypeError, OverflowError)
"""What pyarrow raises for a column of mixed types. Its message shows the value, so it is never passed on."""


class MemorySource(TableSource):
    """The needed columns of a table, held as Arrow.

    Parameters
    ----------
    header : HeaderMap
    table : pyarrow.Table
        The columns at ``header.positions``, in that order.
    bad : ndarray of bool, shape (rows,), optional
        Rows that could not be turned into Arrow.
    kind : str
        For the manifest: what the table was.
    path : Path, optional
        The file that was read into memory.
    sheet_rows : list of int, optional
        Number of each row in its sheet, from 1.
    borrowed : frozenset of int
        Positions of headers that may be titles.
    """

    def __init__(
        self,
        header: HeaderMap,
        table: pa.Table,
        bad: NDArray[np.bool_] | None,
        *,
        kind: str,
        path: Path | None = None,
        sheet_rows: list[int] | None = None,
        borrowed: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(header, num_rows=table.num_rows, name=path.name if path else None, borrowed=borrowed)
        self.kind = kind
        self._path = path
        self._table = table
        self._bad = bad
        self._sheet_rows = None if sheet_rows is None else np.array(sheet_rows, np.int32)
        if not table.num_rows:
            raise self._nothing(0)

    def place_of(self, row: int) -> str | None:
        """See :meth:`TableSource.place_of`."""
        return None if self._sheet_rows is None else f"row {self._sheet_rows[row]:,} of the sheet"

    def _raw(self, batch_rows: int, aside: Quarantine) -> Iterator[RawColumns]:
        start = 0
        for batch in self._table.to_batches(max_chunksize=batch_rows):
            rows = np.arange(start, start + batch.num_rows, dtype=np.int64)
            if self._bad is not None:
                bad = self._bad[start : start + batch.num_rows]
                start += batch.num_rows
                aside.add(rows[bad], UNDECODABLE_BYTES)
                rows, batch = rows[~bad], batch.filter(pa.array(~bad))
            else:
                start += batch.num_rows
            yield rows, batch.columns

    def digest(self) -> str | None:
        """The sha256 of the file, None for a frame."""
        return sha256_of(self._path) if self._path else None


def named_by_position(columns: list[Any]) -> pa.Table:
    """A table whose columns are named 0, 1, 2 ...: two columns of a frame may have one label."""
    return pa.table(columns, names=[str(position) for position in range(len(columns))])


def open_stream(data: Any, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> MemorySource:
    """Open any object with the Arrow C stream interface; see :func:`vnlink.storage.sources.open_source`."""
    try:
        if hasattr(data, "__arrow_c_stream__"):
            reader = pa.RecordBatchReader.from_stream(data)
        else:
            batch = pa.record_batch(data)
            reader = pa.RecordBatchReader.from_batches(batch.schema, [batch])
        header = recognise(reader.schema.names, side, columns, shared)
        parts = [batch.select(header.positions) for batch in reader]
        schema = pa.schema([reader.schema.field(position) for position in header.positions])
    except _NOT_CONVERTIBLE:
        what = "the frame cannot be read as a table through the Arrow C stream"
        raise InputError(message(what, side=side, found=type(data), remedy="convert its columns to text")) from None
    return MemorySource(header, pa.Table.from_batches(parts, schema), None, kind=_kind_of(data))


def open_pandas(frame: Any, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> MemorySource:
    """Open a frame of pandas, column by column, so that a column that is not needed may hold anything.

    A column of mixed types, which Arrow refuses, is read value by value. Where a required column is not among the columns, the
    index is looked at too: after ``set_index("land_user_id")`` the ids are there.
    """
    labels = [str(label) for label in frame.columns]
    levels = [str(name) for name in frame.index.names if name is not None and str(name) not in labels]
    try:
        header = recognise(labels, side, columns, shared)
    except InputError:
        if not levels:
            raise
        header = recognise([*labels, *levels], side, columns, shared)
    arrays: list[Any] = []
    bad: NDArray[np.bool_] | None = None
    for position in header.positions:
        named = position < len(labels)
        series = frame.iloc[:, position] if named else frame.index.get_level_values(levels[position - len(labels)])
        try:
            arrays.append(pa.array(series, from_pandas=True))
        except _NOT_CONVERTIBLE:
            text, undecodable = text_of_objects(series)
            arrays.append(text)
            if undecodable is not None:
                bad = undecodable if bad is None else bad | undecodable
    return MemorySource(header, named_by_position(arrays), bad, kind=_kind_of(frame))


def _kind_of(data: Any) -> str:
    return type(data).__module__.split(".")[0].lstrip("_") or "table"
