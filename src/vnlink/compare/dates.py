"""How two birth dates agree, each to the precision in which it was recorded."""

from __future__ import annotations

from enum import IntEnum

from vnlink.kernels import kernel

__all__ = ["BirthLevel", "GenerationLevel", "birth_level", "generation_level"]


class BirthLevel(IntEnum):
    """Levels of birth-date agreement, best first; 0 is missing."""

    MISSING = 0
    DATE = 1
    MONTH = 2
    YEAR = 3
    DEFAULT_DAY = 4
    SWAPPED = 5
    PART_OF_DAY = 6
    YEAR_ONLY_AGREES = 7
    YEAR_SLIP = 8
    DAY_AGREES = 9
    NEAR_YEAR = 10
    DIFFERENT_YEAR = 11
    DIFFERENT_DATE = 12


class GenerationLevel(IntEnum):
    """When the citizen was born, where the land register tells no birth date; 0 where it does, or where nobody knows.

    It is no agreement, but it tells citizens apart: those who hold land are hardly children, and a land register that was
    written decades ago names few who were young then.
    """

    MISSING = 0
    BEFORE_1940 = 1
    BORN_1940S = 2
    BORN_1950S = 3
    BORN_1960S = 4
    BORN_1970S = 5
    BORN_1980S = 6
    BORN_1990S = 7
    BORN_2000S = 8
    SINCE_2010 = 9


@kernel
def generation_level(birth: int) -> int:
    """Return the :class:`GenerationLevel` of a birth date yyyymmdd, 0 for none."""
    if birth <= 0:
        return 0
    return min(max(birth // 100000 - 192, 1), 9)


@kernel
def birth_level(left: int, right: int) -> int:
    """Compare two dates yyyymmdd (00 for an unknown part, 0 for none) and return a :class:`BirthLevel`.

    A year off by 1, 2, 3 or 10 with everything else alike is a slip of the hand; 01/01 is what a clerk enters who knows
    only the year; 03/07 against 07/03 is day and month in the other order.
    """
    if left == 0 or right == 0:
        return 0
    if left == right:
        # 01/01 on both sides is what two clerks write who know only the year: no more than the year is known to agree.
        return 3 if left % 10000 == 101 else 1 if left % 100 else (2 if left % 10000 else 3)
    year, other_year = left // 10000, right // 10000
    day, other_day = left % 10000, right % 10000
    complete = day % 100 != 0 and other_day % 100 != 0
    gap = abs(year - other_year)
    if gap == 0:
        if day == 0 or other_day == 0:
            return 3
        month, other_month = day // 100, other_day // 100
        if not complete:
            return 2 if month == other_month else 7
        if day == 101 or other_day == 101:
            return 4
        if month == other_day % 100 and other_month == day % 100:
            return 5
        return 6 if month == other_month or day % 100 == other_day % 100 else 7
    near = gap <= 3 or gap == 10
    if complete:
        if day == other_day:
            return 8 if near else 9
        return 10 if near and (day == 101 or other_day == 101) else 12
    return 10 if near else 11
