"""The header of a sheet or a text table: which rows it takes.

Forms have headers of two rows and more, with cells that span several: a column whose cell is empty in the row that names the
key and the name takes the cell above it, and where the names of the columns stand in the row below, that row is one of the
header too. A row of the numbers of the columns under it ("(1)", "(2)", "(3)") is part of the header and no record.

What stands above may also be a title ("Đơn vị", "UBND xã Tân Lập", "Mã xã", "00123") or the end of another table, whose cells
are no headers. A row above is taken for one of headers only if most of its filled cells are known headers or span several
columns that have names below them, and none of them that is known and spans nothing stands over a column with another name;
of such a row a cell is not taken where the one to its right may be its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.headers import columns_of, fold_header, is_headerlike, looks_like_header, required_columns

__all__ = ["HEADER_WITHIN", "HeaderRows", "find_header"]

HEADER_WITHIN = 30
"""Rows in which the header is looked for."""

_ABOVE = 2
"""Rows above the one with the required columns that may be of the header."""

_FURTHER = frozenset(
    """
    stt, tt, so thu tu, ghi chu, so to, to so, so thua, thua so, so hieu thua, dien tich, loai dat, muc dich su dung, dan toc,
    quoc tich, ton giao, nghe nghiep, ngay cap, noi cap, ngay thang nam cap, dien thoai, so dien thoai, email, ky ten, ky nhan
    """.replace("\n", " ")
    .strip()
    .split(", ")
)
"""Folded headers that stand beside known ones in forms, and that nothing is read from."""

_NUMBER = re.compile(r"[(\[]?\s*(\d{1,2}|[A-Za-zĐđ])\s*[)\]]?")
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "abcdđefghijklmnopqrstuvwxyz")
_LEAST_NUMBERS = 3
_LONG_NUMBER = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """A header that was found.

    Attributes
    ----------
    headers : tuple of str
    borrowed : frozenset of int
        Positions whose header stands above or below the row of the required columns: it may be of a title or a record.
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
        headers, borrowed, used = _under(above, cells, side, columns, shared)
        for row in (cells, headers):
            if looks_like_header(row, side, columns, shared):
                taken = used + 1
                end = at + 1
                below = rows[end] if end < len(rows) else []
                if _is_below(headers, below, side, columns, shared):
                    upper, headers = headers, _over(headers, below, side, columns, shared)
                    borrowed |= {place for place in range(len(headers)) if [headers[place]] != upper[place : place + 1]}
                    taken, end = taken + 1, end + 1
                if end < len(rows) and _is_numbering(rows[end], headers):
                    taken, end = taken + 1, end + 1
                return HeaderRows(tuple(headers), frozenset(borrowed), taken, end)
        above = [*above, cells][-_ABOVE:] if sum(1 for cell in cells if cell) > 1 else []
    return None


def _under(
    above: Sequence[Sequence[str]], cells: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]
) -> tuple[list[str], set[int], int]:
    """The cells of a row, empty ones filled with what stands above; where that was so, and how many rows above are used."""
    width = max([len(cells), *(len(row) for row in above)])
    headers, borrowed, used = [*cells, *[""] * (width - len(cells))], set(), 0
    for back, row in enumerate(reversed(above), start=1):
        taken = _headers_above([*row, *[""] * (width - len(row))], headers, side, columns, shared)
        if taken is None:
            break  # what stands above a title is no header of this table
        for position in taken:
            headers[position] = row[position]
            borrowed.add(position)
            used = back
    return headers[: max([len(cells), *(position + 1 for position in borrowed)])], borrowed, used


def _headers_above(
    row: Sequence[str], below: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]
) -> list[int] | None:
    """Positions of the cells of a row that are the headers of columns without a name below; None if it is no row of headers."""
    try:
        found = columns_of(row, side, columns, shared)
    except InputError:
        return None  # the configuration names a header that is there twice: recognise() says so if it is of the table
    filled = [at for at, cell in enumerate(row) if cell]
    claimed = {at for group in found.values() for at in group}
    spans = {at for at in filled if below[at] and at + 1 < len(row) and not row[at + 1] and below[at + 1]}
    known = {at for at in filled if at in claimed or is_headerlike(row[at]) or fold_header(row[at]) in _FURTHER}
    if 2 * len(known | spans) <= len(filled) or any(
        at not in spans and below[at] and fold_header(below[at]) != fold_header(row[at]) for at in known
    ):
        return None
    values = {at for at in filled if at not in known and at not in spans}
    return [at for at in filled if not below[at] and at + 1 not in values]


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


def _is_numbering(cells: Sequence[str], headers: Sequence[str]) -> bool:
    """Whether a row is the numbers of all columns that have a header: 1, 2, 3 ... in their order, the first perhaps letters."""
    if any(header and not (at < len(cells) and cells[at]) for at, header in enumerate(headers)) or any(cells[len(headers) :]):
        return False
    found = [_NUMBER.fullmatch(cell) for cell in cells if cell]
    if len(found) < _LEAST_NUMBERS or not all(found):
        return False
    marks = [match[1].lower() for match in found if match]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    letters = "".join(marks[: len(marks) - len(numbers)])
    if not any(alphabet.startswith(letters) for alphabet in _ALPHABETS):
        return False  # letters behind a number, or none in their order: a digit is in no alphabet
    return any(numbers == list(range(first, first + len(numbers))) for first in (1, len(letters) + 1))
