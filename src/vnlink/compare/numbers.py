"""How two identity numbers agree, and what the digits of a personal id say where the rest of the land register is silent.

A personal id is PPP G YY NNNNNN: province of birth registration, century and sex, year of birth, serial number. So the number
of the land user says a sex and a year, even beside a citizen who has another number or none. Where the land register gives
the sex and the date itself they are fields of their own, and the digits repeat them: they are asked only for what is missing
there, or one fact would be counted twice.
"""

from __future__ import annotations

from enum import IntEnum

from vnlink.kernels import kernel

__all__ = ["NumberLevel", "PersonalLevel", "number_level", "personal_level"]


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


@kernel
def _one_digit_more(longer: int, shorter: int) -> bool:
    """Whether leaving out one digit of ``longer`` gives ``shorter``."""
    unit = 1
    while unit <= longer:
        if longer // (unit * 10) * unit + longer % unit == shorter:
            return True
        unit *= 10
    return False


@kernel
def number_level(left: int, right: int) -> int:
    """Compare two numbers (-1 for none) and return a :class:`NumberLevel`; the same from either side.

    Zeros in front do not count: a spreadsheet drops them, so a number that lost a digit may have got one back in front.
    """
    if left < 0 or right < 0:
        return 0
    if left == right:
        return 1
    wrong = 0
    swapped = False
    last_left = last_right = -1
    last_wrong = False
    rest_left, rest_right = left, right
    while rest_left > 0 or rest_right > 0:
        digit, other = rest_left % 10, rest_right % 10
        rest_left //= 10
        rest_right //= 10
        is_wrong = digit != other
        if is_wrong:
            wrong += 1
            if wrong > 2:
                break
            swapped = last_wrong and last_left == other and last_right == digit
        last_wrong, last_left, last_right = is_wrong, digit, other
    if wrong == 1 or (wrong == 2 and swapped):
        return 2
    return 2 if _one_digit_more(max(left, right), min(left, right)) else 3


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
