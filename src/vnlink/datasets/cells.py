"""Cells that hold numbers, dates, sexes and addresses, as rows of pieces.

The kernels here append to a row and return the next free position; a row's unused positions stay -1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.columns import COMMUNE, HAMLET, STREET
from vnlink.datasets.text import Pieces
from vnlink.kernels import allocating

__all__ = [
    "Words", "citizen_addresses", "dates", "keys", "land_addresses", "names", "numbers", "put_date", "put_name", "put_number",
    "sexes",
]  # fmt: skip

_NORTH = (
    *(f"Thôn {n}" for n in range(1, 16)), *(f"Xóm {n}" for n in range(1, 13)), *(f"Tổ dân phố {n}" for n in range(1, 13)),
    *(f"Thôn {n}" for n in ["Đông", "Đoài", "Trung", "Thượng", "Hạ", "Nội", "Ngoại", "Chùa"]), "Thôn Đồng Tâm", "Thôn Phú Mỹ",
    "Thôn Tân Lập", "Thôn An Thái",
    "Xóm Đình", "Xóm Chợ", "Xóm Trại", "Xóm Mới", "Thôn Yên Phú", "Thôn Hòa Bình", "Bản Mới", "Khu 3", "Khu 5", "Đội 4",
    "Đội 7",
)  # fmt: skip
_SOUTH = (
    *(f"Ấp {n}" for n in range(1, 13)), *(f"Khu phố {n}" for n in range(1, 13)), *(f"Tổ {n}" for n in range(1, 13)),
    "Ấp Bình An", "Ấp Phú Lợi",
    "Ấp Tân Hòa", "Ấp Mỹ Phú", "Ấp Thạnh Lợi", "Ấp Hòa Hưng", "Ấp Chợ", "Ấp Trung", "Thôn 2", "Thôn 6", "Thôn Phước Lợi",
    "Buôn Ea Kmát", "Khóm 1",
    "Khóm 4", "Ấp Long Thành", "Ấp Vĩnh Phước",
)  # fmt: skip
_STREETS = (
    "Trần Phú", "Lê Lợi", "Nguyễn Huệ", "Quang Trung", "Hùng Vương", "Hai Bà Trưng", "Lý Thường Kiệt", "Nguyễn Trãi",
    "Phan Chu Trinh", "Điện Biên Phủ",
    "Trần Hưng Đạo", "Lê Duẩn", "Nguyễn Văn Linh", "Hoàng Diệu", "Ngô Quyền", "30 tháng 4", "Cách Mạng Tháng Tám",
    "Phạm Ngũ Lão", "Bà Triệu", "Võ Thị Sáu",
)  # fmt: skip


class Words(NamedTuple):
    """Numbers of the pieces that cells are made of. ``three`` is the piece "000", the next 999 follow it; ``two`` and ``one``
    likewise.
    """

    three: int
    two: int
    one: int
    space: int
    slash: int
    comma: int
    list_mark: int
    dot: int
    male: int
    female: int
    letters: int
    before_number: NDArray[np.int32]
    hamlets: NDArray[np.int32]
    streets: NDArray[np.int32]
    street_words: NDArray[np.int32]
    key_letters: NDArray[np.int32]
    old: int
    year_2025: int

    @classmethod
    def build(cls, pieces: Pieces) -> Words:
        """Add the pieces. Must come before any other piece made of digits."""
        three = pieces.numbers([f"{n:03d}" for n in range(1000)])
        two = pieces.numbers([f"{n:02d}" for n in range(100)])
        one = pieces.numbers([str(n) for n in range(10)])
        size = min(len(_NORTH), len(_SOUTH))
        return cls(
            int(three[0]), int(two[0]), int(one[0]),
            pieces.number(" "), pieces.number("/"), pieces.number(", "), pieces.number("; "), pieces.number("."),
            pieces.number("Nam"), pieces.number("Nữ"),
            int(pieces.numbers([chr(65 + n) for n in range(26)])[0]),
            pieces.numbers(["", "CMND ", "CMND số: ", "Số ", "CCCD "]),
            np.stack([pieces.numbers(_NORTH[:size]), pieces.numbers(_SOUTH[:size])]),
            pieces.numbers(_STREETS),
            pieces.numbers(["Số ", " đường "]),
            pieces.numbers(["C", "H", "L", "-"]),
            pieces.number("old"), pieces.number("2025"),
        )  # fmt: skip


# Typed, so that the kernels called with them are compiled once.
_0, _1, _3, _4, _9 = np.int64(0), np.int64(1), np.int64(3), np.int64(4), np.int64(9)


@allocating
def put_number(cells, row, at, value, width, words):  # type: ignore[no-untyped-def]
    """Append ``value`` in ``width`` digits (1 to 12), zeros in front."""
    scale = 1
    for _ in range((width - 1) // 3):
        scale *= 1000
    head = width - 3 * ((width - 1) // 3)
    chunk = value // scale
    cells[row, at] = (words.one if head == 1 else words.two if head == 2 else words.three) + chunk
    at += 1
    value -= chunk * scale
    while scale > 1:
        scale //= 1000
        chunk = value // scale
        cells[row, at] = words.three + chunk
        at += 1
        value -= chunk * scale
    return at


@allocating
def put_date(cells, row, at, date, words):  # type: ignore[no-untyped-def]
    """Append a date (yyyymmdd; 00 for what is not known) as dd/mm/yyyy, mm/yyyy or yyyy."""
    year, month, day = date // 10000, date // 100 % 100, date % 100
    if day > 0:
        cells[row, at], cells[row, at + 1] = words.two + day, words.slash
        at += 2
    if month > 0:
        cells[row, at], cells[row, at + 1] = words.two + month, words.slash
        at += 2
    return put_number(cells, row, at, np.int64(year), _4, words)


@allocating
def put_name(cells, row, at, source, index, first, width, space):  # type: ignore[no-untyped-def]
    """Append the syllables in columns ``first`` to ``first + width`` of a row of ``source``, with blanks between."""
    for k in range(width):
        piece = source[index, first + k]
        if piece < 0:
            break
        if k > 0:
            cells[row, at] = space
            at += 1
        cells[row, at] = piece
        at += 1
    return at


@allocating
def names(source, first, width, index, space):  # type: ignore[no-untyped-def]
    """Name cells of the people ``index`` (negative: missing), int32 of shape (n, 2 * width)."""
    cells = np.full((index.shape[0], 2 * width), -1, np.int32)
    for row in range(index.shape[0]):
        if index[row] >= 0:
            put_name(cells, row, _0, source, np.int64(index[row]), first, width, space)
    return cells


@allocating
def dates(values, words):  # type: ignore[no-untyped-def]
    """Date cells, int32 of shape (n, 6); 0 is missing."""
    cells = np.full((values.shape[0], 6), -1, np.int32)
    for row in range(values.shape[0]):
        if values[row] > 0:
            put_date(cells, row, _0, np.int64(values[row]), words)
    return cells


@allocating
def numbers(values, width, words):  # type: ignore[no-untyped-def]
    """Number cells of one width, int32 of shape (n, 4); a negative value is missing."""
    cells = np.full((values.shape[0], 4), -1, np.int32)
    for row in range(values.shape[0]):
        if values[row] >= 0:
            put_number(cells, row, _0, values[row], np.int64(width), words)
    return cells


@allocating
def keys(values, letter, words):  # type: ignore[no-untyped-def]
    """Keys of a letter and nine digits, int32 of shape (n, 4); a negative value is missing."""
    cells = np.full((values.shape[0], 4), -1, np.int32)
    for row in range(values.shape[0]):
        if values[row] >= 0:
            cells[row, 0] = letter
            put_number(cells, row, _1, values[row], _9, words)
    return cells


@allocating
def sexes(values, words):  # type: ignore[no-untyped-def]
    """Sex cells (0 missing, 1 male, 2 female), int32 of shape (n, 1)."""
    cells = np.full((values.shape[0], 1), -1, np.int32)
    for row in range(values.shape[0]):
        if values[row] > 0:
            cells[row, 0] = words.male if values[row] == 1 else words.female
    return cells


@allocating
def _put_hamlet(cells, row, place, hamlet, street, south, words):  # type: ignore[no-untyped-def]
    """Append the hamlet, or in one household of seven the number and street, and a comma. A place has eight hamlets."""
    at = 0
    if street % 7 == 0:
        cells[row, 0] = words.street_words[0]
        value = np.int64(1 + street % 293)
        at = put_number(cells, row, _1, value, _1 if value < 10 else _1 + 1 if value < 100 else _3, words)
        cells[row, at] = words.street_words[1]
        cells[row, at + 1] = words.streets[(place * 5 + street % 6) % words.streets.shape[0]]
        at += 2
    else:
        cells[row, 0] = words.hamlets[south, (place * 11 + hamlet % 8 * 5) % words.hamlets.shape[1]]
        at = 1
    cells[row, at] = words.comma
    return at + 1


@allocating
def citizen_addresses(people, u, south, address, words):  # type: ignore[no-untyped-def]
    """Two-level addresses of the people, int32 of shape (n, 10); one in twelve without hamlet."""
    cells = np.full((people.shape[0], 10), -1, np.int32)
    for row in range(people.shape[0]):
        place = people[row, COMMUNE]
        at = 0
        if u[row] > 0.08:
            at = _put_hamlet(cells, row, place, people[row, HAMLET], people[row, STREET], south[place], words)
        cells[row, at], cells[row, at + 1], cells[row, at + 2] = address[place, 9], words.comma, address[place, 10]
    return cells


@allocating
def land_addresses(place, household, old_form, u, rates, south, address, words):  # type: ignore[no-untyped-def]
    """Addresses of land users, int32 of shape (n, 14).

    ``household`` is hamlet and street per row (shape (n, 2)), ``old_form`` is 1 for three levels, ``u`` has six uniform numbers
    per row.
    """
    cells = np.full((place.shape[0], 14), -1, np.int32)
    for row in range(place.shape[0]):
        if u[row, 0] < rates.address_missing:
            continue
        at, where = 0, place[row]
        if u[row, 1] >= rates.hamlet_missing:
            at = _put_hamlet(cells, row, where, household[row, 0], household[row, 1], south[where], words)
        if old_form[row] == 0:
            cells[row, at], cells[row, at + 1], cells[row, at + 2] = address[where, 9], words.comma, address[where, 10]
            continue
        form = 1 if u[row, 2] < rates.address_short else 2 if u[row, 2] > 0.97 else 0
        cells[row, at] = address[where, form]
        at += 1
        for level in range(1, 3):
            if u[row, 2 + level] >= (rates.district_missing if level == 1 else rates.province_missing):
                cells[row, at], cells[row, at + 1] = words.comma, address[where, 3 * level + form]
                at += 2
    return cells
