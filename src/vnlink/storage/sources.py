"""Tables as they come -> batches of canonical text columns.

    path or object ── open_source ──► ParquetSource | CsvSource | MemorySource (spreadsheets, frames, streams)
                                          │ raw columns of a batch, with their row numbers
                                          ▼
       batches():  1 cells to text   2 rows that cannot be read aside   3 several headers into one column   4 __row__

A source can be read as often as needed, in batches of any size, and gives the same rows each time. Memory is one batch, but
for spreadsheets and one-shot streams, which are held as Arrow columns (only those that are needed).
"""

from __future__ import annotations

import os
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import Side
from vnlink.storage.cells import first_filled, joined, text_of_array
from vnlink.storage.headers import JOINED, HeaderMap
from vnlink.storage.quarantine import UNDECODABLE_BYTES, Quarantine

__all__ = ["ROW", "TableSource", "open_source"]

ROW = "__row__"
"""Name of the column of row numbers: int64, 0-based in the source, rows that went to quarantine counted."""

_PARQUET, _ZIP, _OLE = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FORMATS = {
    b"ARROW1": "an Arrow IPC file",
    b"\x1f\x8b": "a gzip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"SQLite": "an SQLite database",
    b"%PDF": "a PDF document",
}

RawColumns = tuple[NDArray[np.int64], list[pa.Array]]
"""Row numbers of a batch and the columns at ``HeaderMap.positions``, as the format gives them."""


class TableSource(ABC):
    """One side's table, whatever it came from.

    Attributes
    ----------
    side : Side
    columns : dict of str to str
        Canonical column -> header in the table, in the order of the contract; only those that the table has.
    num_rows : int or None
        Rows in the table, those in quarantine counted; None until it is known.
    quarantine : Quarantine
        Rows that could not be read: complete after the table has been read to its end once.
    """

    kind = "table"

    def __init__(self, header: HeaderMap, *, num_rows: int | None = None, name: str | None = None) -> None:
        self.header = header
        self.side = header.side
        self.columns = header.originals()
        self.num_rows = num_rows
        self.quarantine = Quarantine()
        self.name = name

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
            "columns": {column: [self.header.headers[p] for p in group] for column, group in self.header.sources.items()},
            "unused_headers": self.header.unused(),
            "quarantined": self.quarantine.counts(),
        }
        return described


def open_source(
    data: Any,
    side: Side,
    columns: Mapping[str, str] | None = None,
    *,
    shared: Mapping[str, str] | None = None,
) -> TableSource:
    """Open a table of one side.

    Parameters
    ----------
    data : path-like or object with ``__arrow_c_stream__``
        A Parquet, CSV/TSV or XLSX file, told by its content, or a frame: pandas, Polars, DuckDB, pyarrow. A reader that can
        be read only once is read into memory.
    side : Side
        Which register it is.
    columns, shared : mapping of str to str, optional
        Header -> canonical column, see :func:`vnlink.storage.headers.recognise`.

    Returns
    -------
    TableSource

    Raises
    ------
    InputError
        It cannot be read, is empty, or is not a table of this side.

    Examples
    --------
    >>> land = pa.table({"Mã chủ sử dụng": ["L1"], "Tên chủ sử dụng": ["Hộ ông Lê Văn Đức"], "Năm sinh": [1960]})
    >>> source = open_source(land, Side.LAND)
    >>> next(source.batches()).to_pylist()
    [{'land_user_id': 'L1', 'full_name': 'Hộ ông Lê Văn Đức', 'birth_date': '1960', '__row__': 0}]
    """
    columns, shared = columns or {}, shared or {}
    if isinstance(data, TableSource):
        return data
    if isinstance(data, (str, os.PathLike)):
        return _open_file(Path(data), side, columns, shared)
    from vnlink.storage import frames  # noqa: PLC0415  # the formats build on this module

    pandas = sys.modules.get("pandas")  # a frame of pandas exists only where pandas has been imported
    if pandas is not None and isinstance(data, pandas.DataFrame):
        return frames.open_pandas(data, side, columns, shared)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return frames.open_stream(data, side, columns, shared)
    raise InputError(
        message(
            "a table must be the path of a Parquet, CSV or XLSX file, or a frame that offers the Arrow C stream",
            side=side,
            found=type(data),
            remedy="give a path, or a frame of pandas, Polars, DuckDB or pyarrow (a lazy frame is to be collected first)",
        )
    )


def _open_file(path: Path, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> TableSource:
    from vnlink.storage import csv_files, excel_files, parquet_files  # noqa: PLC0415  # the formats build on this module

    head = _head_of(path, side)
    if head.startswith(_PARQUET) or path.suffix.lower() in {".parquet", ".pq"}:
        return parquet_files.open_parquet(path, side, columns, shared)
    if head.startswith((_ZIP, _OLE)):
        return excel_files.open_excel(path, side, columns, shared)
    other = next((name for magic, name in _OTHER_FORMATS.items() if head.startswith(magic)), None)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if other is None and b"\0" in head and not utf16:
        other = "a binary file"
    if other is not None:
        what = f"a Parquet, CSV or XLSX file is required and {path.name} is {other}"
        raise InputError(message(what, side=side, remedy="export the table to one of these formats"))
    return csv_files.open_csv(path, side, columns, shared)


def _head_of(path: Path, side: Side) -> bytes:
    """The first bytes of a file, with plain words for what keeps them from being read."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except FileNotFoundError:
        raise InputError(message(f"the file {path} does not exist", side=side, remedy="check the path")) from None
    except IsADirectoryError:
        raise InputError(message(f"{path} is a folder and a file is required", side=side, remedy="give one file")) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(message(f"the file {path} cannot be opened", side=side, remedy=f"the system says: {why}")) from None
    if not head:
        raise InputError(message(f"the file {path.name} is empty", side=side, remedy="check the export"))
    return head
