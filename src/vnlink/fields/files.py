"""The declared columns of a table that is a file: Parquet, text or a workbook, told by its content as registers are.

The header is the row of the first 30 that has all declared columns; delimiter and encoding of a text table are found with it,
and of a workbook the sheet is the only one that has such a row and others under it. Blanks around a header are none of it in
text and workbooks. Every line is read or the file is refused: a row that is passed
over would be a row that nobody linked.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vnlink.errors import InputError, message
from vnlink.storage.cells import text_of_objects
from vnlink.storage.csv_files import DELIMITERS, records_of
from vnlink.storage.excel_files import HEADER_WITHIN, SheetHeader, chosen_sheet, open_workbook
from vnlink.storage.sources import Format, format_of, sheet_of
from vnlink.storage.text_columns import read_text_columns
from vnlink.storage.utf8 import Utf8Stream, encoding_of, holds_mark

__all__ = ["read_file", "require"]

_HEAD_BYTES, _MOST_HEAD_BYTES = 1 << 18, 1 << 24
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
        bare = [name.strip() for name in columns]  # as the headers are
        found = _of_workbook(path, sheet, bare, side) if kind is Format.EXCEL else _of_text(path, bare, side)
        return {name: found[header] for name, header in zip(columns, bare, strict=True)}
    except _UNREADABLE:
        raise _unreadable(path, side) from None


def _unreadable(path: Path, side: str, count: int | None = None, row: int | None = None) -> InputError:
    what = f"the file {path.name} cannot be read as Parquet, as XLSX or as CSV in UTF-8"
    return InputError(message(what, side=side, count=count, row=row, remedy="export it to one of these forms, whole"))


def _of_workbook(path: Path, sheet: str | None, columns: list[str], side: str) -> dict[str, list[pa.Array]]:
    def find(cells: list[list[str]]) -> SheetHeader | None:
        ends = (at for at, headers in enumerate(cells[:HEADER_WITHIN], start=1) if set(columns) <= set(headers))
        end = next(ends, None)
        return None if end is None else SheetHeader(cells[end - 1], end)

    chosen, first_row = chosen_sheet(open_workbook(path, None), path, sheet, find, side, "declared")
    headers = first_row if chosen is None else chosen.columns
    require(columns, headers, side)
    assert chosen is not None
    cells = [row for _, row in chosen.rows]
    at = {name: headers.index(name) for name in columns}
    return {name: [text_of_objects(row[place] if place < len(row) else "" for row in cells)[0]] for name, place in at.items()}


def _of_text(path: Path, columns: list[str], side: str) -> dict[str, list[pa.Array]]:
    with path.open("rb") as stream:
        encoding = encoding_of(stream.read(4))
        stream.seek(0)
        delimiter, headers, start = _header(Utf8Stream(stream, encoding), columns)
    if not headers:
        what = f"a cell of the first rows is longer than {csv.field_size_limit():,} characters, or they are no table"
        remedy = "look for a quotation mark that is not closed, or for a header of that length"
        raise InputError(message(what, side=side, remedy=remedy))
    require(columns, headers, side)
    at = {name: headers.index(name) for name in columns}
    read, bad = read_text_columns(path, encoding, delimiter, start, len(headers), at.values())
    if bad:
        raise _unreadable(path, side, count=len(bad), row=bad[0])
    return {name: [_without_marked(chunk) for chunk in read[at[name]]] for name in columns}


def _without_marked(cells: pa.Array) -> pa.Array:
    """Cells that were not UTF-8 are missing."""
    marked = holds_mark(cells)
    return pa.compute.if_else(pa.array(marked), pa.scalar(None, pa.string()), cells) if marked.any() else cells


def _header(text: Utf8Stream, columns: list[str]) -> tuple[str, list[str], int]:
    """Delimiter, headers and where the first record begins; without the declared columns, the row cut into most cells.

    As much is read as the row of headers takes: its end may be far.
    """
    head, size = text.read(_HEAD_BYTES), _HEAD_BYTES
    while len(head) == size and size < _MOST_HEAD_BYTES:
        found, sure = _layout(head.decode("utf-8", errors="ignore"), columns, cut=True)
        if sure:
            return found
        head += text.read(size)
        size *= 2
    return _layout(head.decode("utf-8", errors="ignore"), columns, cut=False)[0]


def _layout(text: str, columns: list[str], *, cut: bool) -> tuple[tuple[str, list[str], int], bool]:
    """What :func:`_header` gives, of the beginning of a text; and whether more of the text would not change it."""
    skipped, candidates = 0, list(DELIMITERS)
    first = text.split("\n", 1)[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) <= 5:  # Excel's own line
        candidates = [first[4:] or "\t"]
        skipped = len(text.split("\n", 1)[0].encode("utf-8")) + 1
        text = text.partition("\n")[2]
    length = len(text.encode("utf-8"))
    best: tuple[str, list[str], int] = (candidates[0], [], skipped)
    most = 0
    for delimiter in candidates:
        for number, (headers, end) in enumerate(records_of(text, delimiter), start=1):
            if cut and end == length:
                break  # the record may go on
            most = max(most, number)
            if set(columns) <= set(headers):
                return (delimiter, headers, skipped + end), True
            if len(headers) > len(best[1]):
                best = (delimiter, headers, skipped + end)
    return best, most >= HEADER_WITHIN
