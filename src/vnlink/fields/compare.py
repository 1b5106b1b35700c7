"""Pairs of rows -> levels -> one pattern a pair.

A field has five bits of the pattern. Its code is the number of its level, but for exact agreement: there it says how common the
value is, because agreeing on a rare value says more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vnlink.fields.encode import BANDS, Column
from vnlink.fields.kinds import EXACT, Category, Code, Date, Kind, Name, Number, Text
from vnlink.fields.text_kernels import CLOSE, DIFFERENT, INITIAL, ONE_EDIT, SCRATCH, SIMILAR, WORDS, text_agreement

__all__ = ["BITS", "CODES", "FIRST_BAND", "codes_of", "levels_of", "patterns"]

BITS = 5
CODES = 1 << BITS
FIRST_BAND = CODES - BANDS
"""Code of exact agreement on a value of the rarest band; the codes below are level numbers."""

Levels = NDArray[np.uint8]


def _agreement(column: Column, left: NDArray[np.int32], right: NDArray[np.int32], *, initials: bool = False) -> Levels:
    out = np.empty(len(left), np.uint8)
    used = np.zeros((2, SCRATCH), np.uint8)
    text_agreement(left, right, column.letters, column.starts, column.words, column.solid, initials, used[0], used[1], out)
    return out


def _table(kind: type[Kind], names: dict[int, str]) -> NDArray[np.uint8]:
    """Level number of this kind for each agreement of the kernel."""
    order = [level.name for level in kind.levels]
    return np.array([order.index(names.get(i, "different")) for i in range(DIFFERENT + 1)], np.uint8)


_COMMON = {0: "missing", 1: "exact", ONE_EDIT: "one_edit"}
_LIKE = {WORDS: "words", CLOSE: "close", SIMILAR: "similar"}
_TEXT = _table(Text, _COMMON | _LIKE)
_NAME = _table(Name, _COMMON | _LIKE | {INITIAL: "initial"})
_CODE = _table(Code, _COMMON)


def _text(column: Column, left: NDArray[np.int32], right: NDArray[np.int32]) -> Levels:
    return np.asarray(_TEXT[_agreement(column, left, right)])


def _name(column: Column, left: NDArray[np.int32], right: NDArray[np.int32]) -> Levels:
    return np.asarray(_NAME[_agreement(column, left, right, initials=True)])


def _code(column: Column, left: NDArray[np.int32], right: NDArray[np.int32]) -> Levels:
    level = _CODE[_agreement(column, left, right)]
    prefix = column.kind.prefix if isinstance(column.kind, Code) else 0
    if prefix:
        different = np.flatnonzero(level == len(Code.levels) - 1)
        same = np.ones(len(different), bool)
        a, b = left[different], right[different]
        for i in range(prefix):
            at_a, at_b = column.starts[a] + i, column.starts[b] + i
            inside = (at_a < column.starts[a + 1]) & (at_b < column.starts[b + 1])
            same &= inside
            same[inside] &= column.letters[at_a[inside]] == column.letters[at_b[inside]]
        level[different[same]] = 3
    return np.asarray(level)


def _both(left: NDArray[np.int32], right: NDArray[np.int32], size: int) -> tuple[Levels, NDArray[np.intp]]:
    """Levels with what is missing and what is exact filled in, "different" elsewhere; and the rows that are neither."""
    level = np.where((left < 0) | (right < 0), 0, np.where(left == right, EXACT, size - 1)).astype(np.uint8)
    return level, np.flatnonzero(level == size - 1)


def _category(column: Column, left: NDArray[np.int32], right: NDArray[np.int32]) -> Levels:  # noqa: ARG001
    return _both(left, right, len(Category.levels))[0]


def _number(column: Column, left: NDArray[np.int32], right: NDArray[np.int32]) -> Levels:
    level, rest = _both(left, right, len(Number.levels))
    kind = column.kind
    assert isinstance(kind, Number)
    a, b = column.number[left[rest]], column.number[right[rest]]
    allowed = np.maximum(kind.near, kind.near_share * np.maximum(np.abs(a), np.abs(b)))
    level[rest[np.abs(a - b) <= allowed]] = 2
    return level


_PART, _SWAPPED, _ONE_DIGIT, _DAY_AND_MONTH, _YEAR = 2, 3, 4, 5, 6


def _date(column: Column, left: NDArray[np.int32], right: NDArray[np.int32]) -> Levels:
    level, rest = _both(left, right, len(Date.levels))
    a, b = column.number[left[rest]].astype(np.int64), column.number[right[rest]].astype(np.int64)
    year_a, year_b, day_a, day_b = a // 10000, b // 10000, a % 10000, b % 10000
    month_a, month_b = day_a // 100, day_b // 100
    short = (day_a == 0) | (day_b == 0) | (((day_a % 100 == 0) | (day_b % 100 == 0)) & (month_a == month_b))
    whole = (day_a % 100 > 0) & (day_b % 100 > 0)
    same_year = year_a == year_b
    swapped = whole & same_year & (day_a % 100 == month_b) & (month_a == day_b % 100)
    found = np.where(same_year, _YEAR, len(Date.levels) - 1)
    found[whole & (day_a == day_b)] = _DAY_AND_MONTH
    found[_one_digit(a, b) & (whole | ((day_a == 0) & (day_b == 0)))] = _ONE_DIGIT
    found[swapped] = _SWAPPED
    found[same_year & short] = _PART
    level[rest] = found
    return level


def _one_digit(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two numbers of eight digits differ in one digit, or in two neighbours that are swapped."""
    powers = 10 ** np.arange(8, dtype=np.int64)
    digits_a, digits_b = (a[:, None] // powers) % 10, (b[:, None] // powers) % 10
    differs = digits_a != digits_b
    count = differs.sum(axis=1)
    crossed = (digits_a[:, :-1] == digits_b[:, 1:]) & (digits_a[:, 1:] == digits_b[:, :-1]) & differs[:, :-1] & differs[:, 1:]
    return np.asarray((count == 1) | ((count == 2) & crossed.any(axis=1)))


_COMPARERS: dict[type[Kind], Callable[[Column, NDArray[np.int32], NDArray[np.int32]], Levels]] = {
    Text: _text,
    Name: _name,
    Code: _code,
    Date: _date,
    Number: _number,
    Category: _category,
}


def patterns(columns: tuple[Column, ...], left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int64]:
    """Compare pairs of rows.

    Parameters
    ----------
    columns : tuple of Column
    left, right : int32[p]
        Row numbers of both sides.

    Returns
    -------
    int64[p]
        Codes of all fields, five bits each, the first field lowest.
    """
    found = np.zeros(len(left), np.int64)
    for i, column in enumerate(columns):
        a, b = column.left[left], column.right[right]
        code = _COMPARERS[type(column.kind)](column, a, b).astype(np.int64)
        exact = np.flatnonzero(code == EXACT)
        code[exact] = FIRST_BAND + column.band[b[exact]]
        found |= code << (BITS * i)
    return found


def codes_of(pattern: NDArray[np.int64], field: int) -> NDArray[np.int64]:
    """Code of one field of each pattern."""
    return (pattern >> (BITS * field)) & (CODES - 1)


def levels_of(pattern: NDArray[np.int64], field: int) -> NDArray[np.int64]:
    """Level number of one field of each pattern."""
    code = codes_of(pattern, field)
    return np.asarray(np.where(code >= FIRST_BAND, EXACT, code))
