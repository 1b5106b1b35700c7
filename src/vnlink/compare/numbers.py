"""How two identity numbers agree, and what the digits of a personal id say where the rest of the land register is silent.

A personal id is PPP G YY NNNNNN: province of birth registration, century and sex, year of birth, serial number. So the number
of the land user says a sex and a year, even beside a citizen who has another number or none. Where the land register gives
the sex and the date itself they are fields of their own, and the digits repeat them: they are asked only for what is missing
there, or one fact would be counted twice.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from vnlink.kernels import kernel

__all__ = ["NumberLevel", "PersonalLevel", "number_level", "personal_level", "surely_different"]


class NumberLevel(IntEnum):
    """Levels of agreement of two numbers of one type; 0 is missing.

    NEAR is one slip: a digit typed wrongly, left out or typed twice, or two neighbours exchanged.
    """

    MISSING = 0
    EQUAL = 1
    NEAR = 2
    DIFFERENT = 3


class PersonalLevel(IntEnum):
    """Levels of agreement of two personal ids; 0 is missing.

    DIFFERENT_FITS is another number whose sex and year are the citizen's, in so far as the land register does not tell them
    itself. FITS and CONTRADICTS are the same of a citizen without a number.
    """

    MISSING = 0
    EQUAL = 1
    NEAR = 2
    DIFFERENT = 3
    DIFFERENT_FITS = 4
    FITS = 5
    CONTRADICTS = 6


_TEN, _HUNDRED = np.uint64(10), np.uint64(100)


@kernel
def number_level(left: int, right: int) -> int:
    """Compare two numbers (-1 for none) and return a :class:`NumberLevel`; the same from either side.

    Zeros in front do not count: a spreadsheet drops them, so a number that lost a digit may have got one back in front.
    """
    if left < 0 or right < 0:
        return 0
    if left == right:
        return 1
    # Behind a single slip all digits agree, so what matters is at the end once those are taken off. Unsigned numbers are
    # divided by a multiplication.
    longer, shorter = np.uint64(max(left, right)), np.uint64(min(left, right))
    rest, other_rest = longer // _TEN, shorter // _TEN
    while longer - rest * _TEN == shorter - other_rest * _TEN:
        longer, shorter = rest, other_rest
        rest, other_rest = longer // _TEN, shorter // _TEN
    if rest == other_rest or rest == shorter:
        return 2
    before, other_before = rest // _TEN, other_rest // _TEN
    digit, other_digit = longer - rest * _TEN, shorter - other_rest * _TEN
    crosswise = rest - before * _TEN == other_digit and other_rest - other_before * _TEN == digit
    return 2 if before == other_before and crosswise else 3


@kernel
def surely_different(left: int, right: int) -> bool:
    """Whether two known numbers are certainly DIFFERENT, which is seen of nine in ten without branches.

    Two numbers with one slip between them have the same last digit, or are the same but for the last two digits, or one is the
    other and one more digit.
    """
    longer, shorter = np.uint64(max(left, right)), np.uint64(min(left, right))
    apart = longer - shorter
    return (apart % _TEN != 0) & (apart >= _HUNDRED) & (longer - shorter * _TEN >= _TEN)


@kernel
def _structure(number: int, left_birth: int, left_sex: int, right_birth: int, right_sex: int) -> int:
    """Whether a personal id's sex and year are the citizen's: 1 yes, 2 no, 0 where the land register tells them itself."""
    century = number // 100_000_000 % 10
    asked = False
    if left_birth == 0 and right_birth != 0:
        asked = True
        if 1900 + century // 2 * 100 + number // 1_000_000 % 100 != right_birth // 10000:
            return 2
    if left_sex == 0 and right_sex != 0:
        asked = True
        if 1 + century % 2 != right_sex:
            return 2
    return 1 if asked else 0


@kernel
def personal_level(left: int, right: int, left_birth: int, left_sex: int, right_birth: int, right_sex: int) -> int:
    """Compare the personal ids of a land user and a citizen.

    Parameters
    ----------
    left, right : int
        The twelve digits, -1 for none.
    left_birth, right_birth : int
        yyyymmdd, 0 for none.
    left_sex, right_sex : int
        1 male, 2 female, 0 for none.

    Returns
    -------
    int
        A :class:`PersonalLevel`.
    """
    if left < 0:
        return 0
    if right < 0:
        said = _structure(left, left_birth, left_sex, right_birth, right_sex)
        return 0 if said == 0 else 4 + said
    level = number_level(left, right)
    if level == 3 and _structure(left, left_birth, left_sex, right_birth, right_sex) == 1:
        return 4
    return level
