"""Spreadsheets: XLSX, and the older XLS, through python-calamine (the extra ``excel``).

Spreadsheets have titles above the header and empty lines between the rows: the header is the first row of the first 30 in
which the required columns are recognised, rows without any cell are not rows, and the sheet is the first that has such a
header.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vnlink.errors import InputError, message
from vnlink.schema import Side
from vnlink.storage.cells import text_of_objects
from vnlink.storage.frames import MemorySource, open_columns
from vnlink.storage.headers import looks_like_header, recognise

__all__ = ["HEADER_WITHIN", "headers_of", "open_excel", "open_workbook", "rows_of_sheet"]

HEADER_WITHIN = 30
"""Rows in which the header is looked for."""


def headers_of(row: list[Any]) -> list[str]:
    """The cells of a row as headers."""
    return [str(cell).strip() for cell in row]


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


def open_excel(path: Path, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> MemorySource:
    """Open a spreadsheet; see :func:`vnlink.storage.sources.open_source`.

    Raises
    ------
    InputError
        Also when python-calamine is not installed.
    """
    book = open_workbook(path, side)
    first_row: list[Any] = []
    for sheet in book.sheet_names:
        rows = rows_of_sheet(book, sheet)
        for _, row in itertools.islice(rows, HEADER_WITHIN):
            first_row = first_row or row
            if looks_like_header(headers_of(row), side, columns, shared):
                return _read(path, headers_of(row), rows, side, columns, shared)
    return _read(path, headers_of(first_row), iter(()), side, columns, shared)  # words what is missing


def _read(
    path: Path,
    headers: list[str],
    rows: Iterator[tuple[int, list[Any]]],
    side: Side,
    columns: Mapping[str, str],
    shared: Mapping[str, str],
) -> MemorySource:
    header = recognise(headers, side, columns, shared)
    values: list[list[object]] = [[] for _ in header.positions]
    numbers: list[int] = []
    for number, row in rows:
        numbers.append(number)
        for column, position in zip(values, header.positions, strict=True):
            column.append(row[position] if position < len(row) else "")
    return open_columns(header, [text_of_objects(column)[0] for column in values], path, numbers)
