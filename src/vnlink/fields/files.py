"""The declared columns of a table that is a file: Parquet, text or a workbook, told by its content as registers are.

The header is the row of the first 30 that has all declared columns; delimiter and encoding of a text table are found with it,
and of a workbook the sheet is the only one that has such a row. Every line is read or the file is refused: a row that is passed
over would be a row that nobody linked.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from vnlink.errors import InputError, message
from vnlink.storage.cells import text_of_objects
from vnlink.storage.csv_files import DELIMITERS, records_of
from vnlink.storage.excel_files import HEADER_WITHIN, chosen_sheets, headers_of, open_workbook, rows_of_sheet
from vnlink.storage.quotes import QuoteGuard
from vnlink.storage.sources import Format, format_of, sheet_of
from vnlink.storage.utf8 import Utf8Stream, encoding_of, holds_mark

__all__ = ["read_file", "require"]

_HEAD_BYTES = 1 << 18
_UNREADABLE = (pa.ArrowException, OSError, ValueError)
"""What reading a damaged file raises. The texts quote lines of it, so they are never passed on."""


def require(columns: list[str], headers: list[str], side: str) -> None:
    """Refuse a table without one of the declared columns, or with one twice.

    Raises
    ------
    InputError
    """
    missing = [name for name in columns if name not in headers]
    if missing:
        # The headers are not shown: of a table without a header line they are its first record.
        what = f"the declared column {missing[0]} is required, and is none of the table's {len(headers)} headers"
        remedy = "correct the declaration, or the row of headers in the table (within the first 30 rows)"
        raise InputError(message(what, side=side, remedy=remedy))
    twice = [name for name in columns if headers.count(name) > 1]
    if twice:
        what = f"the declared column {twice[0]} must be there once and comes {headers.count(twice[0])} times"
        raise InputError(message(what, side=side, remedy="rename the others"))


def read_file(path: Path, columns: list[str], side: str) -> dict[str, list[pa.Array]]:
    """Read some columns of a Parquet, CSV, TSV or XLSX file, as chunks of whatever type they have.

    Raises
    ------
    InputError
        It cannot be read, or a column is not there.
    """
    path, sheet = sheet_of(path)
    kind = format_of(path, None)
    try:
        if kind is Format.PARQUET:
            require(columns, pq.read_schema(path).names, side)
            table = pq.read_table(path, columns=columns)
            return {name: table[name].chunks for name in columns}
        if kind is Format.EXCEL:
            return _of_workbook(path, sheet, columns, side)
        return _of_text(path, columns, side)
    except _UNREADABLE:
        raise _unreadable(path, side) from None


def _unreadable(path: Path, side: str, count: int | None = None, row: int | None = None) -> InputError:
    what = f"the file {path.name} cannot be read as Parquet, as XLSX or as CSV in UTF-8"
    return InputError(message(what, side=side, count=count, row=row, remedy="export it to one of these forms, whole"))


def _of_workbook(path: Path, sheet: str | None, columns: list[str], side: str) -> dict[str, list[pa.Array]]:
    book = open_workbook(path, None)
    found: list[tuple[list[str], Any]] = []
    first: list[str] = []
    for name in chosen_sheets(book, sheet, path, None):
        rows = rows_of_sheet(book, name)
        for _, row in itertools.islice(rows, HEADER_WITHIN):
            headers = headers_of(row)
            first = first or headers
            if set(columns) <= set(headers):
                found.append((headers, rows))
                break
    if not found:
        require(columns, first, side)
    if len(found) > 1:
        what = f"one sheet must have the declared columns, and {len(found)} sheets of {path.name} have them"
        raise InputError(message(what, side=side, remedy=f'say which one is meant: "{path.name}#name of the sheet"'))
    headers, rows = found[0]
    require(columns, headers, side)
    cells = [row for _, row in rows]
    at = {name: headers.index(name) for name in columns}
    return {name: [text_of_objects(row[place] if place < len(row) else "" for row in cells)[0]] for name, place in at.items()}


def _of_text(path: Path, columns: list[str], side: str) -> dict[str, list[pa.Array]]:
    with path.open("rb") as stream:
        encoding = encoding_of(stream.read(4))
        stream.seek(0)
        head = Utf8Stream(stream, encoding).read(_HEAD_BYTES).decode("utf-8", errors="ignore")
    delimiter, headers, start = _layout(head, columns)
    require(columns, headers, side)
    names = [str(at) for at in range(len(headers))]
    at = {name: str(headers.index(name)) for name in columns}
    bad: list[int] = []

    def ragged(record: pv.InvalidRow) -> str:
        bad.append(record.number)
        return "skip"

    with path.open("rb") as stream:
        text = Utf8Stream(stream, encoding)
        text.skip(start)
        try:
            table = pv.read_csv(
                pa.PythonFile(QuoteGuard(text, delimiter, len(names)), mode="r"),
                read_options=pv.ReadOptions(use_threads=False, column_names=names),
                parse_options=pv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=ragged),
                convert_options=pv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    include_columns=list(dict.fromkeys(at.values())),
                    strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid:
            if not text.empty:
                raise
            return {name: [] for name in columns}
    if bad:
        raise _unreadable(path, side, count=len(bad), row=bad[0])
    return {name: [_without_marked(chunk) for chunk in table[at[name]].chunks] for name in columns}


def _without_marked(cells: pa.Array) -> pa.Array:
    """Cells that were not UTF-8 are missing."""
    marked = holds_mark(cells)
    return pa.compute.if_else(pa.array(marked), pa.scalar(None, pa.string()), cells) if marked.any() else cells


def _layout(text: str, columns: list[str]) -> tuple[str, list[str], int]:
    """Delimiter, headers and where the first record begins; without the declared columns, the row cut into most cells."""
    skipped, candidates = 0, list(DELIMITERS)
    first = text.split("\n", 1)[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) <= 5:  # Excel's own line
        candidates = [first[4:] or "\t"]
        skipped = len(text.split("\n", 1)[0].encode("utf-8")) + 1
        text = text.partition("\n")[2]
    best: tuple[str, list[str], int] = (candidates[0], [], skipped)
    for delimiter in candidates:
        for headers, end in records_of(text, delimiter):
            if set(columns) <= set(headers):
                return delimiter, headers, skipped + end
            if len(headers) > len(best[1]):
                best = (delimiter, headers, skipped + end)
    return best
