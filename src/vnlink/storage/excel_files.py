"""Spreadsheets: XLSX, and the older XLS, through python-calamine (the extra ``excel``).

Spreadsheets have titles above the header and empty lines between the rows: the header is the first row of the first 30 in
which the required columns are recognised (:mod:`vnlink.storage.header_rows`), and rows without any cell are not rows. The
sheet is the only one that has such a header and rows under it; a hidden one counts only where no other has. Where several have,
the program does not choose, and ``workbook.xlsx#name of the sheet`` says which one is meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vnlink.errors import InputError, message
from vnlink.notes import note
from vnlink.schema import Side
from vnlink.storage.cells import text_of_objects
from vnlink.storage.frames import MemorySource, named_by_position
from vnlink.storage.header_rows import HEADER_WITHIN, HeaderRows, find_header
from vnlink.storage.headers import HeaderMap, columns_of, recognise, required_columns

__all__ = [
    "HEADER_WITHIN",
    "ExcelSource",
    "Sheet",
    "SheetHeader",
    "chosen_sheet",
    "headers_of",
    "open_excel",
    "open_workbook",
    "rows_of_sheet",
]

_WHOLE = re.compile(r"(\d+)\.0")
_VISIBLE, _OF_CELLS = "SheetVisibleEnum.Visible", "SheetTypeEnum.WorkSheet"


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


class SheetHeader(NamedTuple):
    """The header of a sheet: its columns, and how many of the first rows end with it."""

    columns: Any
    end: int
    fits: bool = True
    """Whether it has the needed columns: a header of the other side has not."""


class Sheet:
    """A sheet with a header, and its rows under it.

    Attributes
    ----------
    number : int
        In the workbook, from 1.
    name : str
    hidden : bool
    columns : object
        What was found of the header.
    rows : iterator of (int, list)
        As :func:`rows_of_sheet` gives them.
    empty : bool
        Whether there is none.
    """

    def __init__(self, number: int, name: str, hidden: bool, columns: Any, rows: Iterator[tuple[int, list[Any]]]) -> None:
        self.number, self.name, self.hidden, self.columns = number, name, hidden, columns
        first = next(rows, None)
        self.empty = first is None
        self.rows = rows if first is None else itertools.chain([first], rows)


def _sheets_of(book: Any, sheet: str | None) -> list[tuple[bool, int, str]]:
    """The sheets of cells, or the one that is called for: whether hidden, the number from 1, and the name; hidden ones last."""
    told = (
        (str(one.visible) != _VISIBLE, number, str(one.name))
        for number, one in enumerate(book.sheets_metadata, start=1)
        if (one.name == sheet if sheet is not None else str(one.typ) == _OF_CELLS)
    )
    return sorted(told)


def chosen_sheet(
    book: Any,
    path: Path,
    sheet: str | None,
    find: Callable[[list[list[str]]], SheetHeader | None],
    side: Side | str | None,
    needed: str,
) -> tuple[Sheet | None, list[str]]:
    """The sheet that is called for, or else the only one with the needed columns and rows; a hidden one if no other has them.

    Parameters
    ----------
    book : CalamineWorkbook
    path : Path
    sheet : str or None
        The name that is called for.
    find : callable
        Finds the header among the first rows, as texts; None where there is none.
    side : Side or str or None
        For errors.
    needed : str
        What they call the columns: "needed" or "declared".

    Returns
    -------
    Sheet or None
        Where no sheet has the needed columns and rows, one without rows or else of other columns; None where none has a header.
    list of str
        The first row of the first sheet that has one.

    Raises
    ------
    InputError
        There is no sheet of that name, or several have the needed columns and rows.
    """
    if sheet is not None and sheet not in book.sheet_names:
        what = f"the sheet called for is none of the {len(book.sheet_names)} of {path.name}"
        raise InputError(message(what, side=side, remedy="write the name behind the # as the workbook has it"))
    first_row: list[str] = []
    found: list[Sheet] = []
    without_rows: list[Sheet] = []
    of_others: list[Sheet] = []
    for hidden, number, name in _sheets_of(book, sheet):
        if hidden and found and not found[0].hidden:
            break
        rows = rows_of_sheet(book, name)
        head = list(itertools.islice(rows, HEADER_WITHIN + 2))
        cells = [headers_of(row) for _, row in head]
        first_row = first_row or next(iter(cells), [])
        header = find(cells)
        if header is None:
            continue
        one = Sheet(number, name, hidden, header.columns, itertools.chain(head[header.end :], rows))
        group = of_others if not header.fits else without_rows if one.empty else found
        if group:
            one.rows = iter(())  # only the first of each is ever read
        group.append(one)
    if len(found) > 1:
        what = f"one sheet must have the {needed} columns, and {len(found)} sheets of {path.name} have them"
        remedy = f'say which one is meant: "{path.name}#name of the sheet", or put all rows into one sheet'
        raise InputError(message(what, side=side, remedy=remedy))
    return next(iter([*found, *without_rows, *of_others]), None), first_row


class ExcelSource(MemorySource):
    """A sheet of a workbook, its needed columns in memory.

    Parameters
    ----------
    header : HeaderMap
    path : Path
    sheet : Sheet
        Its ``columns`` are a :class:`~vnlink.storage.header_rows.HeaderRows`.
    chosen_of : int
        Sheets of which the program chose this one; 1 where it was called for by its name.
    """

    def __init__(self, header: HeaderMap, path: Path, sheet: Sheet, chosen_of: int) -> None:
        found: HeaderRows = sheet.columns
        positions = header.positions
        values: list[list[object]] = [[] for _ in positions]
        numbers: list[int] = []
        blank, width = header.blank, len(header.headers)  # columns without a header in which nothing was met so far
        filled: set[int] = set()
        for number, row in sheet.rows:
            numbers.append(number)
            for column, position in zip(values, positions, strict=True):
                column.append(row[position] if position < len(row) else "")
            if len(row) > width:
                blank, width = [*blank, *range(width, len(row))], len(row)
            met = [at for at in blank if at < len(row) and row[at] != ""]
            if met:
                filled.update(met)
                blank = [at for at in blank if at not in filled]
        table = named_by_position([text_of_objects(column)[0] for column in values])
        super().__init__(header, table, None, kind="excel", path=path, sheet_rows=numbers, borrowed=found.borrowed)
        self._filled_blank = filled
        self._sheet = sheet
        if chosen_of > 1:
            self.found.append(note("sheet_chosen", header.side, sheet=sheet.number, sheets=chosen_of))

    def describe(self) -> dict[str, object]:
        """What the manifest says: also which sheet was read."""
        return super().describe() | {"sheet": self._sheet.name, "header_rows": self._sheet.columns.rows}


def open_excel(
    path: Path, side: Side, columns: Mapping[str, str], shared: Mapping[str, str], sheet: str | None = None
) -> MemorySource:
    """Open a spreadsheet; see :func:`vnlink.storage.sources.open_source`.

    Raises
    ------
    InputError
        Also when python-calamine is not installed, or several sheets have the needed columns.
    """

    def find(cells: list[list[str]]) -> SheetHeader | None:
        header = find_header(cells, side, columns, shared)
        if header is None:
            return None
        mine = columns_of(header.headers, side, columns, shared)
        return SheetHeader(header, header.end, all(column in mine for column in required_columns(side)))

    book = open_workbook(path, side)
    chosen, first_row = chosen_sheet(book, path, sheet, find, side, "needed")
    headers = first_row if chosen is None else chosen.columns.headers
    header = recognise(headers, side, columns, shared)  # words what is missing
    assert chosen is not None
    return ExcelSource(header, path, chosen, len(book.sheet_names) if sheet is None else 1)
