"""Open a table of one side: a file, told by its content, or a frame.

path or object ── open_source ──► ParquetSource | CsvSource | MemorySource (spreadsheets, frames, streams)
"""

from __future__ import annotations

import enum
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vnlink.errors import InputError, message
from vnlink.schema import Side
from vnlink.storage.tables import TableSource

__all__ = ["Format", "format_of", "name_of_format", "open_source", "sheet_of"]


class Format(enum.Enum):
    """What a file is, by its first bytes."""

    PARQUET = enum.auto()
    EXCEL = enum.auto()
    TEXT = enum.auto()


_PARQUET, _ZIP, _OLE = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TABLES = {_PARQUET: "a Parquet file", _ZIP: "a spreadsheet or a zip file", _OLE: "a spreadsheet"}
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".ods"})
"""Names of files that are never text. Programs do write tables divided by tabs under the name .xls."""
_OTHER_FORMATS = {
    b"ARROW1": "an Arrow IPC file",
    b"\x1f\x8b": "a gzip file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"SQLite": "an SQLite database",
    b"%PDF": "a PDF document",
}


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
        A Parquet, CSV/TSV or XLSX file, told by its content ("book.xlsx#Dữ liệu": this sheet of it), or a frame: pandas,
        Polars, DuckDB, pyarrow. A reader that can be read only once is read into memory.
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
    >>> import pyarrow as pa
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

    path, sheet = sheet_of(path)
    found = format_of(path, side)
    if sheet is not None and found is not Format.EXCEL:
        what = f"a sheet is called for, and {path.name} is no workbook"
        raise InputError(message(what, side=side, remedy="leave out what stands behind the #"))
    if found is Format.PARQUET:
        return parquet_files.open_parquet(path, side, columns, shared)
    if found is Format.EXCEL:
        return excel_files.open_excel(path, side, columns, shared, sheet)
    return csv_files.open_csv(path, side, columns, shared)


def sheet_of(path: Path) -> tuple[Path, str | None]:
    """The file and the sheet of it that a path calls for; None where it calls for none.

    The sign that divides them is the first one before which a file is named: names of folders, files and sheets may
    have it too.

    Examples
    --------
    >>> sheet_of(Path("so_dia_chinh.xlsx"))[1] is None
    True
    """
    text = str(path)
    signs = [] if "#" not in text or path.exists() else [at for at, letter in enumerate(text) if letter == "#"]
    return next(((Path(text[:at]), text[at + 1 :]) for at in signs if Path(text[:at]).is_file()), (path, None))


def format_of(path: Path, side: Side | None) -> Format:
    """Tell the format of a file by its content.

    Raises
    ------
    InputError
        It cannot be opened, is empty, is no file that can be read again, or is of another format.
    """
    head = _head_of(path, side)
    if head.startswith(_PARQUET) or path.suffix.lower() in {".parquet", ".pq"}:
        return Format.PARQUET
    if head.startswith((_ZIP, _OLE)):
        return Format.EXCEL
    other = name_of_format(head)
    if path.suffix.lower() in _WORKBOOKS:
        other = other or "text, whatever its name says"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        other = "a web page or XML"  # some programs export one under the name of a spreadsheet
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if other is None and b"\0" in head and not utf16:
        other = "a binary file"
    if other is not None:
        what = f"a Parquet, CSV or XLSX file is required and {path.name} is {other}"
        raise InputError(message(what, side=side, remedy="export the table to one of these formats; text is to be called .csv"))
    return Format.TEXT


def name_of_format(head: bytes) -> str | None:
    """What a file is that is no text, by its first bytes."""
    return next((name for magic, name in (_TABLES | _OTHER_FORMATS).items() if head.startswith(magic)), None)


def _head_of(path: Path, side: Side | None) -> bytes:
    """The first bytes of a file, with plain words for what keeps them from being read."""
    try:
        if not stat.S_ISREG(mode := path.stat().st_mode) and not stat.S_ISDIR(mode):
            what, remedy = (
                f"{path.name} is a pipe or a device and a file is required",
                "write it to a file first: it is read twice",
            )
            raise InputError(message(what, side=side, remedy=remedy))
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
