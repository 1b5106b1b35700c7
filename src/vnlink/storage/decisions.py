"""Tables of decisions: a truth, clerks' labels, the answers of a sheet. In any format that a register may come in.

The columns are found by their names, those of the contract or, of ids, the headers of registers ("Mã chủ sử dụng"), in that of
the first 30 rows which has most of them. Every column is read as text, so no id loses a zero; a line that cannot be read is an
error and not set aside, for a decision that is passed over is one that nobody made.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import TRUTH_COLUMNS, Side
from vnlink.storage.cells import text_of_array, text_of_objects
from vnlink.storage.csv_files import DELIMITERS, records_of
from vnlink.storage.excel_files import HEADER_WITHIN, headers_of, open_workbook, rows_of_sheet
from vnlink.storage.headers import fold_header, header_words
from vnlink.storage.sources import Format, format_of
from vnlink.storage.text_columns import read_text_columns
from vnlink.storage.utf8 import Utf8Stream, encoding_of, holds_mark

__all__ = ["read_sheet", "read_truth"]

_SHEET_COLUMNS = ("row", "answer", "check")
_ID_OF = {"land_user_id": Side.LAND, "citizen_id": Side.CITIZEN}
_WHOLE = r"^\s*(\d+)(?:\.0*)?\s*$"
_HEAD_BYTES = 1 << 18

Found = dict[str, int]
"""Column -> position of its header."""


def read_truth(path: Path, what: str = "truth") -> pa.Table:
    """Read the columns of a truth, or of another table of the same columns, that are there.

    Parameters
    ----------
    path : Path
        Parquet, CSV, TSV or XLSX.
    what : str
        What an error calls the table: "truth" or "labels".

    Returns
    -------
    pyarrow.Table
        Those of land_user_id, person_no (1 when absent), citizen_id (null: nobody in the register) and status that are there,
        as text.

    Raises
    ------
    InputError
        The file is not there, or a line of it cannot be read.
    """
    return _read(path, TRUTH_COLUMNS, what)


def read_sheet(path: Path) -> tuple[NDArray[np.int64], list[str], list[str]]:
    """Read rows, answers and checks of a sheet.

    Returns
    -------
    int64[s], list of str, list of str
        Columns ``row``, ``answer`` and ``check``.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing, or a row number is none.
    """
    table = _read(path, _SHEET_COLUMNS, "sheet")
    for column in _SHEET_COLUMNS:
        if column not in table.column_names:
            remedy = "keep all columns of the sheet; draw an older one again"
            raise InputError(message("a column of the sheet is missing", column=column, remedy=remedy))
    if not table.num_rows:
        raise InputError(message("the sheet has no rows", remedy="give the sheet that vnlink audit --out wrote"))
    numbers = [number or "" for number in table["row"].to_pylist()]
    bad = [i for i, number in enumerate(numbers) if not (number.isascii() and number.isdigit() and len(number) < 16)]
    if bad:
        what, remedy = "a row of the sheet must have its number", "restore the column row"
        raise InputError(message(what, column="row", count=len(bad), row=bad[0] + 1, remedy=remedy))
    answers, checks = ([cell or "" for cell in table[name].to_pylist()] for name in ("answer", "check"))
    return np.array([int(number) for number in numbers], np.int64), answers, checks


def _read(path: Path, columns: tuple[str, ...], what: str) -> pa.Table:
    readers = {Format.PARQUET: _from_parquet, Format.EXCEL: _from_excel, Format.TEXT: _from_text}
    if not path.exists():
        remedy = f"give a Parquet, CSV or XLSX file with {', '.join(columns)}"
        raise InputError(message(f"the {what} must be a file, and there is none of that name", remedy=remedy))
    try:
        table = readers[format_of(path, None)](path, columns, what)
    except (pa.ArrowException, OSError, UnicodeError):  # their texts quote lines of the file
        raise _unreadable(what) from None
    if not table.column_names:
        remedy = "name the columns, in one of the first rows"
        raise InputError(message(f"the {what} must have a header with {', '.join(columns)}", remedy=remedy))
    for at, name in enumerate(table.column_names):
        if name in ("person_no", "row"):  # a spreadsheet may have written 1.0
            table = table.set_column(at, name, pc.replace_substring_regex(table[name], _WHOLE, r"\1"))
    return table


def _unreadable(what: str, *, count: int | None = None, row: int | None = None) -> InputError:
    remedy = "write it again as Parquet, XLSX, or CSV in UTF-8 with one header and as many cells in each line"
    return InputError(message(f"the {what} cannot be read", count=count, row=row, remedy=remedy))


def _columns_of(headers: Sequence[str], columns: tuple[str, ...], what: str, *, strict: bool = True) -> Found:
    """Which header is which column: one of its name, or else one that registers use for this id.

    Not ``strict``, a column that several claim goes to the first: rows that are no header are asked as well.
    """
    folded = [fold_header(header) for header in headers]
    found: Found = {}
    for column in columns:
        own = [at for at, header in enumerate(folded) if header == column.replace("_", " ")]
        if not own and column in _ID_OF:
            words = header_words(_ID_OF[column])
            own = [at for at, header in enumerate(folded) if header in words and words[header][1] == column]
        if len(own) > 1 and strict:
            text = f"one header of the {what} is required and {len(own)} claim the column"
            raise InputError(message(text, column=column, remedy="remove or rename the others"))
        if own:
            found[column] = own[0]
    return found


def _from_parquet(path: Path, columns: tuple[str, ...], what: str) -> pa.Table:
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        found = _columns_of(names, columns, what)
        read = file.read(columns=[names[at] for at in found.values()])
    return _table({name: read.column(names[at]).chunks for name, at in found.items()}, what)


def _from_excel(path: Path, columns: tuple[str, ...], what: str) -> pa.Table:
    book = open_workbook(path, None)
    for sheet in book.sheet_names:
        rows = rows_of_sheet(book, sheet)
        for _, row in itertools.islice(rows, HEADER_WITHIN):
            if len(_columns_of(headers_of(row), columns, what, strict=False)) >= 2:
                found = _columns_of(headers_of(row), columns, what)
                cells = [row for _, row in rows]
                return _table(
                    {
                        name: [text_of_objects(row[at] if at < len(row) else "" for row in cells)[0]]
                        for name, at in found.items()
                    },
                    what,
                )
    return pa.table({})


def _layouts(text: str) -> Iterator[tuple[str, list[str], int]]:
    """Delimiter, cells and end of the rows that may be the header."""
    for delimiter in DELIMITERS:
        for headers, end in records_of(text, delimiter):
            yield delimiter, headers, end


def _from_text(path: Path, columns: tuple[str, ...], what: str) -> pa.Table:
    with path.open("rb") as stream:
        encoding = encoding_of(stream.read(4))
        stream.seek(0)
        head = Utf8Stream(stream, encoding).read(_HEAD_BYTES).decode("utf-8", errors="ignore")
    best = max(_layouts(head), key=lambda layout: len(_columns_of(layout[1], columns, what, strict=False)), default=None)
    found = {} if best is None else _columns_of(best[1], columns, what)
    if best is None or not found:
        return pa.table({})
    delimiter, headers, start = best
    if holds_mark(pa.array(headers, pa.string())).any():
        raise _unreadable(what)
    read, bad = read_text_columns(path, encoding, delimiter, start, len(headers), found.values(), nulls=[""])
    if bad:
        raise _unreadable(what, count=len(bad), row=bad[0])
    return _table({name: read[at] for name, at in found.items()}, what)


def _table(columns: dict[str, list[pa.Array]], what: str) -> pa.Table:
    """Text columns of these chunks; a cell that was no text is refused."""
    table = {}
    for name, chunks in columns.items():
        texts = [text_of_array(chunk, name) for chunk in chunks]
        if any((bad is not None and bad.any()) or holds_mark(text).any() for text, bad in texts):
            raise _unreadable(what)
        table[name] = pa.chunked_array([text for text, _ in texts], pa.string())
    return pa.table(table)
