"""How two birth dates agree, each to the precision in which it was recorded."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from vnlink.kernels import kernel

__all__ = ["BirthLevel", "GenerationLevel", "birth_level", "generation_level"]


class BirthLevel(IntEnum):
    """Levels of birth-date agreement, best first; 0 is missing.

    The same year
        DATE, MONTH and YEAR: all that both sides know agrees, to the day, the month, the year. DEFAULT_DAY: 1 January on one
        side, another day on the other. SWAPPED: day and month in the other order. DIGIT_SLIP: one digit of the day or the
        month is another, or its two digits are exchanged. PART_OF_DAY: of day and month one agrees. YEAR_ONLY_AGREES.
        BOTH_DEFAULT: 1 January on both sides. FINER_THAN_YEAR and FINER_THAN_DEFAULT: the land register knows a day where the
        population register has only the year, or 1 January.
    Another year, the same day and month
        YEAR_SLIP: one year off. YEARS_SLIP: two or three. DECADE_SLIP: ten. DAY_AGREES: more.
    Another year, and no day to compare (unknown, or a default 1 January)
        NEAR_YEAR: one year off. NEAR_YEARS: two or three. DECADE_OFF: ten. DIFFERENT_YEAR: more.
    Another year and another day
        DIFFERENT_DATE.
    """

    MISSING = 0
    DATE = 1
    MONTH = 2
    YEAR = 3
    DEFAULT_DAY = 4
    SWAPPED = 5
    DIGIT_SLIP = 6
    PART_OF_DAY = 7
    YEAR_ONLY_AGREES = 8
    YEAR_SLIP = 9
    YEARS_SLIP = 10
    DECADE_SLIP = 11
    DAY_AGREES = 12
    NEAR_YEAR = 13
    NEAR_YEARS = 14
    DECADE_OFF = 15
    DIFFERENT_YEAR = 16
    DIFFERENT_DATE = 17
    BOTH_DEFAULT = 18
    FINER_THAN_YEAR = 19
    FINER_THAN_DEFAULT = 20


_DEFAULT = 101  # 1 January, as mmdd


@kernel
def _one_digit(part: int, other: int) -> bool:
    """Whether two numbers of two digits differ in one digit, or hold the same digits crosswise."""
    tens, units, other_tens, other_units = part // 10, part % 10, other // 10, other % 10
    return (tens == other_tens) != (units == other_units) or (tens == other_units and units == other_tens)


@kernel
def _same_year(day: int, other_day: int) -> int:
    """Level of two dates of one year that are not the same, as mmdd; the land register's first."""
    if other_day == 0 and day % 100 != 0 and day != _DEFAULT:
        return 19
    if day == 0 or other_day == 0:
        return 3
    month, other_month = day // 100, other_day // 100
    of_month, other_of_month = day % 100, other_day % 100
    if of_month == 0 or other_of_month == 0:
        return 2 if month == other_month else 8
    if other_day == _DEFAULT:
        return 20
    if day == _DEFAULT:
        return 4
    if month == other_of_month and other_month == of_month:
        return 5
    if month == other_month:
        return 6 if _one_digit(of_month, other_of_month) else 7
    if of_month == other_of_month:
        return 6 if _one_digit(month, other_month) else 7
    return 8


class GenerationLevel(IntEnum):
    """When the citizen was born, where the land register tells no birth date, or quite another; else 0, and where nobody knows.

    It is no agreement, but it tells citizens apart: those who hold land are hardly children, and a land register that was
    written decades ago names few who were young then. Where it tells when another person of the land user was born, how many
    years lie between tells more, for most of those who hold land together are couples: APART_2 is up to two years, APART_5
    three to five, and so on; APART_MORE is more than 39. Children are SINCE_2010 all the same: beside a parent they would look
    like one of those who hold land with theirs.
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
    APART_2 = 10
    APART_5 = 11
    APART_9 = 12
    APART_15 = 13
    APART_39 = 14
    APART_MORE = 15


_LONGEST, _CHILDREN = 40, 20100000
_APART = np.array([10] * 3 + [11] * 3 + [12] * 4 + [13] * 6 + [14] * 24 + [15], np.uint8)
"""Level by years apart, up to 40."""


@kernel
def generation_level(birth: int, other_year: int) -> int:
    """Return the :class:`GenerationLevel` of a citizen born then.

    Parameters
    ----------
    birth : int
        Date yyyymmdd, 0 for none.
    other_year : int
        When another person of the land user was born, 0 where that is not known.
    """
    if birth <= 0:
        return 0
    if other_year > 0 and birth < _CHILDREN:
        return _APART[min(abs(birth // 10000 - other_year), _LONGEST)]
    return min(max(birth // 100000 - 192, 1), 9)


@kernel
def birth_level(left: int, right: int) -> int:
    """Compare two dates yyyymmdd (00 for an unknown part, 0 for none) and return a :class:`BirthLevel`.

    The land register's date is the left one. 01/01 is what a clerk enters who knows only the year: on both sides it is no more
    than the year, but clerks who both enter it speak of fewer citizens than one who leaves the day out. Nobody knew a day in a
    land office that the holder's own card does not have: a finer date there is rather another person's.
    """
    if left == 0 or right == 0:
        return 0
    day, other_day = left % 10000, right % 10000
    if left == right:
        if day == _DEFAULT:
            return 18
        return 3 if day == 0 else 1 if day % 100 else 2
    gap = abs(left // 10000 - right // 10000)
    if gap == 0:
        return _same_year(day, other_day)
    step = 0 if gap == 1 else 1 if gap <= 3 else 2 if gap == 10 else 3
    if day % 100 == 0 or other_day % 100 == 0 or day == _DEFAULT or other_day == _DEFAULT:
        return 13 + step
    return 9 + step if day == other_day else 17
