"""The header of a sheet or a text table: which rows it takes.

Forms have headers of two rows and more, with cells that span several: a column whose cell is empty in the row that names the
key and the name takes the cell above it, and where the names of the columns stand in the row below, that row is one of the
header too. A row of the numbers of the columns under it ("(1)", "(2)", "(3)") is part of the header and no record.

What stands above may also be a title ("Đơn vị", "UBND xã Tân Lập", "Mã xã", "00123") or the end of another table, whose cells
are no headers. A row above is taken for one of headers only if most of its filled cells are known headers or span several
columns that have names below them, and none of them that is known and spans nothing stands over a column with another name,
unless both are of one column ("Địa chỉ" over "Thường trú"). Unknown cells over empty ones do not count: they span rows, unless
they look like values. Of such a row a cell is not taken where the one to its right may be its value.

Where no row is a header by that, the row that names the key or the name and stands above the other of the two is one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
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
_LONGEST_HEADER = 40
_UNIT = re.compile(r"\bm ?2\b")
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
    # Only where no row is a header by the strict reading may a required column stand in a row that could be a title.
    return _first(rows, side, columns, shared, strict=True) or _first(rows, side, columns, shared, strict=False)


def _first(
    rows: Sequence[Sequence[str]], side: Side, columns: Mapping[str, str], shared: Mapping[str, str], *, strict: bool
) -> HeaderRows | None:
    above: list[Sequence[str]] = []
    for at, cells in enumerate(rows[:HEADER_WITHIN]):
        if not any(cells):
            continue
        records = rows[at + 1 : at + 1 + HEADER_WITHIN]
        headers, borrowed, used = _under(above, cells, records, _Naming(side, columns, shared, strict))
        for row in (cells, headers):
            if looks_like_header(row, side, columns, shared):
                taken = used + 1
                end = at + 1
                below = rows[end] if end < len(rows) else []
                if _is_below(headers, below, side, columns, shared):
                    upper, headers = headers, _over(headers, below, side, columns, shared)
                    borrowed |= {place for place in range(len(headers)) if [headers[place]] != upper[place : place + 1]}
                    taken, end = taken + 1, end + 1
                if end < len(rows) and _is_numbering(rows[end], headers, _Naming(side, columns, shared).required(headers)):
                    taken, end = taken + 1, end + 1
                return HeaderRows(tuple(headers), frozenset(borrowed), taken, end)
        above = [*above, cells][-_ABOVE:] if sum(1 for cell in cells if cell) > 1 else []
    return None


@dataclass(frozen=True, slots=True)
class _Naming:
    """What the columns of a table may be called, and whether a required one has to stand in a row that is surely of headers."""

    side: Side
    columns: Mapping[str, str]
    shared: Mapping[str, str]
    strict: bool = True

    def of(self, row: Sequence[str]) -> dict[int, str] | None:
        """Position -> canonical column; None where the configuration names a header that is there twice.

        recognise() says so if the row is of the table.
        """
        try:
            found = columns_of(row, self.side, self.columns, self.shared)
        except InputError:
            return None
        return {at: column for column, group in found.items() for at in group}

    def required(self, row: Sequence[str]) -> dict[int, str]:
        """Position -> canonical column for the key and the name."""
        needed = required_columns(self.side)
        return {at: column for at, column in (self.of(row) or {}).items() if column in needed}


def _under(
    above: Sequence[Sequence[str]], cells: Sequence[str], records: Sequence[Sequence[str]], naming: _Naming
) -> tuple[list[str], set[int], int]:
    """The cells of a row, empty ones filled with what stands above; where that was so, and how many rows above are used."""
    width = max([len(cells), *(len(row) for row in above)])
    headers, borrowed, used = [*cells, *[""] * (width - len(cells))], set(), 0
    for back, row in enumerate(reversed(above), start=1):
        taken = _headers_above([*row, *[""] * (width - len(row))], headers, records, naming)
        if taken is None:
            break  # what stands above a title is no header of this table
        for position in taken:
            headers[position] = row[position]
            borrowed.add(position)
            used = back
    return headers[: max([len(cells), *(position + 1 for position in borrowed)])], borrowed, used


def _headers_above(
    row: Sequence[str], below: Sequence[str], records: Sequence[Sequence[str]], naming: _Naming
) -> list[int] | None:
    """Positions of the cells of a row that are the headers of columns without a name below; None if it is no row of headers."""
    found = naming.of(row)
    if found is None:
        return None
    lower = naming.of(below) or {}
    filled = [at for at, cell in enumerate(row) if cell]
    spans = {at for at in filled if below[at] and at + 1 < len(row) and not row[at + 1] and below[at + 1]}
    known = {at for at in filled if at in found or is_headerlike(row[at]) or fold_header(row[at]) in _FURTHER}
    unknown = {at for at in filled if at not in known and at not in spans}
    values = {at for at in unknown if _has_value(row[at])}
    if records and not spans:  # what stands over nothing may be a value, but for a column of a form that nobody filled in
        values |= {at for at in unknown if not below[at] and not any(any(one[at : at + 1]) for one in records)}
    against = values | {at for at in unknown if below[at]}
    missing = set() if naming.strict else set(required_columns(naming.side)).difference(lower.values())
    forced = {at for at, column in found.items() if column in missing and not below[at]}
    contradicted = any(
        at not in spans
        and below[at]
        and fold_header(below[at]) != fold_header(row[at])
        and (at not in found or found[at] != lower.get(at))
        for at in known
    )
    if not forced and (contradicted or len(known | spans) <= len(against)):
        return None
    return [at for at in filled if not below[at] and (at in forced or at + 1 not in values)]


def _has_value(cell: str) -> bool:
    """Whether a cell that is no known header holds digits, but for those of a unit, or is longer than headers are."""
    return any(letter.isdigit() for letter in _UNIT.sub("", fold_header(cell))) or len(cell) > _LONGEST_HEADER


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


def _is_numbering(cells: Sequence[str], headers: Sequence[str], required: Collection[int]) -> bool:
    """Whether a row is the numbers of the columns: 1, 2, 3 ... in their order, the first perhaps letters.

    All columns that have a header are numbered; where all numbers are in brackets, the key and the name are enough.
    """
    gaps = {at for at, header in enumerate(headers) if header and not (at < len(cells) and cells[at])}
    if any(cells[len(headers) :]) or gaps.intersection(required):
        return False
    filled = [cell for cell in cells if cell]
    found = [_NUMBER.fullmatch(cell) for cell in filled]
    if len(found) < _LEAST_NUMBERS or not all(found):
        return False
    if gaps and not (required and all(cell[0] in "([" and cell[-1] in ")]" for cell in filled)):
        return False
    marks = [match[1].lower() for match in found if match]
    numbers = [int(mark) for mark in marks if mark.isdigit()]
    letters = "".join(marks[: len(marks) - len(numbers)])
    if not any(alphabet.startswith(letters) for alphabet in _ALPHABETS):
        return False  # letters behind a number, or none in their order: a digit is in no alphabet
    return any(numbers == list(range(first, first + len(numbers))) for first in (1, len(letters) + 1))
