"""The level of two birth dates by table, without a decision that the processor could guess wrongly.

How two dates agree depends on the distance of their years, up to eleven, and on how their days stand to each other. The days
of a year, with unknown ones, are 416 numbers; one table holds what matters of each two, another the level for each of that and
the distance. The levels in it are asked of :func:`vnlink.compare.dates.birth_level`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.dates import birth_level
from vnlink.kernels import kernel

__all__ = ["DateTables", "birth_by_parts", "date_tables", "parts_of"]

_DAYS = 13 * 32
_FURTHEST = 11
"""Years further apart than ten are all the same."""
_DEFAULT = 33  # 1 January: 1 * 32 + 1
_YEAR, _ROW, _FACTS = np.uint64(10000), np.uint64(_DAYS), np.uint64(8)


class DateTables(NamedTuple):
    """What :func:`parts_of` and :func:`birth_by_parts` read.

    ``number`` uint16[10000] numbers the days by mmdd; ``days`` uint8[416 * 416] says how two days stand to each other;
    ``level`` uint8[12 * 256] is the level by years apart and that.
    """

    number: NDArray[np.uint16]
    days: NDArray[np.uint8]
    level: NDArray[np.uint8]


def _one_digit(part: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two numbers of two digits differ in one digit, or hold the same digits crosswise."""
    tens, units, other_tens, other_units = part // 10, part % 10, other // 10, other % 10
    return np.asarray(((tens == other_tens) != (units == other_units)) | ((tens == other_units) & (units == other_tens)))


def _days() -> NDArray[np.uint8]:
    """What is to be known of each two days: which is unknown or 1 January, which part agrees or is a slip."""
    day = np.arange(_DAYS)
    kind = (day > 0).astype(np.int64) + (day % 32 > 0) + ((day % 32 > 0) & (day != _DEFAULT))
    month, other_month = (day // 32)[:, None], (day // 32)[None, :]
    of_month, other_of_month = (day % 32)[:, None], (day % 32)[None, :]
    same_month, same_day = month == other_month, of_month == other_of_month
    slip = np.where(same_month, _one_digit(of_month, other_of_month), _one_digit(month, other_month))
    crosswise = (month == other_of_month) & (of_month == other_month)
    facts = (kind[:, None], 64), (kind[None, :], 16), (same_month, 1), (same_day, 2), (slip, 4), (crosswise, 8)
    return np.asarray(sum(fact * bit for fact, bit in facts), np.uint8)


@cache
def date_tables() -> DateTables:
    """Make the tables."""
    mmdd = np.arange(10000)
    number = (np.minimum(mmdd // 100, 12) * 32 + np.minimum(mmdd % 100, 31)).astype(np.uint16)
    days = _days()
    level = np.zeros((_FURTHEST + 1, 256), np.uint8)
    first_year = 1900
    for fact, at in zip(*np.unique(days, return_index=True), strict=True):
        day, other = (int(n) // 32 * 100 + int(n) % 32 for n in divmod(at, _DAYS))
        for apart in range(_FURTHEST + 1):
            level[apart, fact] = birth_level(first_year * 10000 + day, (first_year + apart) * 10000 + other)
    for table in (number, days, level):
        table.flags.writeable = False
    return DateTables(number, days.reshape(-1), level.reshape(-1))


@kernel
def parts_of(number, date):  # type: ignore[no-untyped-def]
    """Year and number of the day of a date, or of 0."""
    year = np.uint64(date) // _YEAR
    return np.int64(year), np.uint64(number[np.uint64(date) - year * _YEAR])


@kernel
def birth_by_parts(days, level, year, day, other_year, other_day):  # type: ignore[no-untyped-def]
    """Compare two dates as :func:`vnlink.compare.dates.birth_level` does, by what :func:`parts_of` says of each."""
    fact = np.uint64(days[day * _ROW + other_day])
    found = np.int64(level[(np.uint64(min(abs(year - other_year), _FURTHEST)) << _FACTS) | fact])
    return found if (year != 0) & (other_year != 0) else 0
