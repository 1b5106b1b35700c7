"""The header of a sheet or a text table: which rows it takes.

Forms have headers of two rows and more, with cells that span several: a column whose cell is empty in the row that names the
key and the name takes the cell above it, and where the names of the columns stand in the row below, that row is one of the
header too. A row of the numbers of the columns under it ("(1)", "(2)", "(3)") is part of the header and no record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vnlink.schema import Side
from vnlink.storage.headers import columns_of, looks_like_header, required_columns

__all__ = ["HEADER_WITHIN", "HeaderRows", "find_header"]

HEADER_WITHIN = 30
"""Rows in which the header is looked for."""

_ABOVE = 2
"""Rows above the one with the required columns that may be of the header."""

_NUMBER = re.compile(r"[(\[]?\s*(\d{1,2}|[A-Za-zĐđ])\s*[)\]]?")
_LONG_NUMBER = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """A header that was found.

    Attributes
    ----------
    headers : tuple of str
    borrowed : frozenset of int
        Positions whose header stands above the row of the required columns: it may be a title.
    rows : int
        How many rows the header takes, those of numbers counted.
    end : int
        Number of the row behind the last of them.
    """

    headers: tuple[str, ...]
    borrowed: frozenset[int]
    rows: int
    end: int


def find_header(
    rows: Sequence[Sequence[str]], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]
) -> HeaderRows | None:
    """Find the header among the first rows of a table; None where none of them is one.

    Parameters
    ----------
    rows : sequence of sequence of str
        Cells without blanks around them.
    side, columns, shared
        As for :func:`vnlink.storage.headers.looks_like_header`.

    Examples
    --------
    >>> form = [["Mã chủ", "Người sử dụng", ""], ["", "Họ và tên", "Năm sinh"], ["(1)", "(2)", "(3)"], ["7", "Lê Văn Đức", ""]]
    >>> find_header(form, Side.LAND, {}, {})
    HeaderRows(headers=('Mã chủ', 'Họ và tên', 'Năm sinh'), borrowed=frozenset({0}), rows=3, end=3)
    """
    above: list[Sequence[str]] = []
    for at, cells in enumerate(rows[:HEADER_WITHIN]):
        if not any(cells):
            continue
        headers, borrowed, used = _under(above, cells)
        for row in (cells, headers):
            if looks_like_header(row, side, columns, shared):
                taken = used + 1
                end = at + 1
                below = rows[end] if end < len(rows) else []
                if _is_below(headers, below, side, columns, shared):
                    headers = _over(headers, below, side, columns, shared)
                    taken, end = taken + 1, end + 1
                if end < len(rows) and _is_numbering(rows[end]):
                    taken, end = taken + 1, end + 1
                return HeaderRows(tuple(headers), frozenset(borrowed), taken, end)
        above = [*above, cells][-_ABOVE:] if sum(1 for cell in cells if cell) > 1 else []
    return None


def _under(above: Sequence[Sequence[str]], cells: Sequence[str]) -> tuple[list[str], set[int], int]:
    """The cells of a row, empty ones filled with what stands above; where that was so, and how many rows above are used."""
    width = max([len(cells), *(len(row) for row in above)])
    headers, borrowed, used = [*cells, *[""] * (width - len(cells))], set(), 0
    for back, row in enumerate(reversed(above), start=1):
        for position, cell in enumerate(row):
            if cell and not headers[position]:
                headers[position] = cell
                borrowed.add(position)
                used = back
    return headers, borrowed, used


def _is_below(
    headers: Sequence[str], below: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]
) -> bool:
    """Whether the row below names columns too: its cells of the key and the name are empty, and one of the others is known."""
    found = columns_of(headers, side, columns, shared)
    needed = [position for column in required_columns(side) for position in found.get(column, ())]
    if not needed or any(position < len(below) and below[position] for position in needed):
        return False
    filled = [cell for cell in below if cell]
    return not any(_LONG_NUMBER.search(cell) for cell in filled) and bool(columns_of(below, side, columns, shared))


def _over(
    headers: Sequence[str], below: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]
) -> list[str]:
    """Headers of two rows: the lower one, but where only the upper one is known."""
    width = max(len(headers), len(below))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (headers, below))
    known = [{at for group in columns_of(row, side, columns, shared).values() for at in group} for row in (upper, lower)]
    return [
        high if not low or (at in known[0] and at not in known[1]) else low
        for at, (high, low) in enumerate(zip(upper, lower, strict=True))
    ]


def _is_numbering(cells: Sequence[str]) -> bool:
    """Whether a row is the numbers of the columns: 1, 2, 3 ... in their order, the first ones perhaps letters."""
    found = [_NUMBER.fullmatch(cell) for cell in cells if cell]
    if len(found) < 2 or not all(found):
        return False
    marks = [match[1] for match in found if match]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    letters = [mark for mark in marks[: len(marks) - len(numbers)] if not mark.isdigit()]
    if len(letters) + len(numbers) < len(marks) or len(numbers) < 2 or 2 * len(marks) < len(cells):
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] in (1, len(letters) + 1)
