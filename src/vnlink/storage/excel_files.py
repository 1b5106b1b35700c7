"""Spreadsheets: XLSX, and the older XLS, through python-calamine (the extra ``excel``).

Spreadsheets have titles above the header and empty lines between the rows: the header is the first row of the first 30 in
which the required columns are recognised (:mod:`vnlink.storage.header_rows`), and rows without any cell are not rows. The
sheet is the only one that has such a header and rows under it; where several have, the program does not choose, and
``workbook.xlsx#name of the sheet`` says which one is meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vnlink.errors import InputError, message
from vnlink.notes import note
from vnlink.schema import Side
from vnlink.storage.cells import text_of_objects
from vnlink.storage.frames import MemorySource, named_by_position
from vnlink.storage.header_rows import HEADER_WITHIN, HeaderRows, find_header
from vnlink.storage.headers import HeaderMap, columns_of, recognise, required_columns

__all__ = ["HEADER_WITHIN", "ExcelSource", "chosen_sheets", "headers_of", "open_excel", "open_workbook", "rows_of_sheet"]

_WHOLE = re.compile(r"(\d+)\.0")


def headers_of(row: list[Any]) -> list[str]:
    """The cells of a row as headers."""
    return [_WHOLE.sub(r"\1", str(cell).strip()) if isinstance(cell, float) else str(cell).strip() for cell in row]


def open_workbook(path: Path, side: Side | None) -> Any:
    """Open a spreadsheet, of a register or of decisions."""
    try:
        import python_calamine  # noqa: PLC0415  # an extra, and only for spreadsheets
    except ImportError:
        raise InputError(
            message(
                f"reading the spreadsheet {path.name} needs the package python-calamine",
                side=side,
                remedy='run: pip install "vnlink[excel]" (or save the sheet as CSV UTF-8)',
            )
        ) from None
    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except (python_calamine.CalamineError, OSError, ValueError):
        what = f"the file {path.name} is not a whole spreadsheet"
        raise InputError(message(what, side=side, remedy="it may be damaged or locked: save it again as XLSX")) from None


def rows_of_sheet(book: Any, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet that have a cell, with their numbers in the sheet, from 1."""
    for number, row in enumerate(book.get_sheet_by_name(sheet).iter_rows(), start=1):
        if any(cell != "" for cell in row):
            yield number, row


def chosen_sheets(book: Any, sheet: str | None, path: Path, side: Side | None) -> list[str]:
    """The sheets of a workbook, or the one that is called for.

    Raises
    ------
    InputError
        There is none of that name.
    """
    names = [str(name) for name in book.sheet_names]
    if sheet is None:
        return names
    if sheet not in names:
        what = f"the sheet called for is none of the {len(names)} of {path.name}"
        raise InputError(message(what, side=side, remedy="write the name behind the # as the workbook has it"))
    return [sheet]


class _Sheet:
    """A sheet with a header: what was found in its first rows, and its rows under it."""

    def __init__(self, number: int, name: str, header: HeaderRows, rows: Iterator[tuple[int, list[Any]]]) -> None:
        self.number, self.name, self.header = number, name, header
        self.first = next(rows, None)
        self.rows = rows if self.first is None else itertools.chain([self.first], rows)


class ExcelSource(MemorySource):
    """A sheet of a workbook, its needed columns in memory."""

    def __init__(self, header: HeaderMap, path: Path, sheet: _Sheet, sheets: int) -> None:
        values: list[list[object]] = [[] for _ in header.positions]
        numbers: list[int] = []
        filled: set[int] = set()
        for number, row in sheet.rows:
            numbers.append(number)
            for column, position in zip(values, header.positions, strict=True):
                column.append(row[position] if position < len(row) else "")
            filled.update(at for at in range(len(row)) if row[at] != "" and (at >= len(header.headers) or at in header.blank))
        table = named_by_position([text_of_objects(column)[0] for column in values])
        super().__init__(header, table, None, kind="excel", path=path, sheet_rows=numbers, borrowed=sheet.header.borrowed)
        self._filled_blank = filled
        self._sheet = sheet
        if sheets > 1:
            self.found.append(note("sheet_chosen", header.side, sheet=sheet.number, sheets=sheets))

    def describe(self) -> dict[str, object]:
        """What the manifest says: also which sheet was read."""
        return super().describe() | {"sheet": self._sheet.name, "header_rows": self._sheet.header.rows}


def open_excel(
    path: Path, side: Side, columns: Mapping[str, str], shared: Mapping[str, str], sheet: str | None = None
) -> MemorySource:
    """Open a spreadsheet; see :func:`vnlink.storage.sources.open_source`.

    Raises
    ------
    InputError
        Also when python-calamine is not installed, or several sheets have the needed columns.
    """
    book = open_workbook(path, side)
    first_row: list[str] = []
    others: list[_Sheet] = []  # of the other side, or without rows: recognise() and the source say so
    found: list[_Sheet] = []
    count = 0
    for name in chosen_sheets(book, sheet, path, side):
        rows = rows_of_sheet(book, name)
        head = list(itertools.islice(rows, HEADER_WITHIN + 2))
        cells = [headers_of(row) for _, row in head]
        first_row = first_row or next(iter(cells), [])
        header = find_header(cells, side, columns, shared)
        if header is None:
            continue
        one = _Sheet(book.sheet_names.index(name) + 1, name, header, itertools.chain(head[header.end :], rows))
        mine = columns_of(header.headers, side, columns, shared)
        if not all(column in mine for column in required_columns(side)):
            others.append(one)
            continue
        if one.first is None:
            others.insert(0, one)
            continue
        count += 1
        found = found or [one]  # the rows of further ones are not kept
    if count > 1:
        what = f"one sheet must have the needed columns, and {count} sheets of {path.name} have them"
        remedy = f'say which one is meant: "{path.name}#name of the sheet", or put all rows into one sheet'
        raise InputError(message(what, side=side, remedy=remedy))
    if not found and not others:
        recognise(first_row, side, columns, shared)  # words what is missing
    chosen = (found or others)[0]
    return ExcelSource(recognise(chosen.header.headers, side, columns, shared), path, chosen, len(book.sheet_names))
