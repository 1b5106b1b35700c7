"""How two identity numbers agree."""

from __future__ import annotations

from enum import IntEnum

from vnlink.kernels import kernel

__all__ = ["NumberLevel", "number_level"]


class NumberLevel(IntEnum):
    """Levels of agreement of two numbers of one type; 0 is missing."""

    MISSING = 0
    EQUAL = 1
    NEAR = 2
    DIFFERENT = 3


@kernel
def number_level(left: int, right: int) -> int:
    """Compare two numbers (-1 for none) and return a :class:`NumberLevel`.

    NEAR is one digit typed wrongly or two neighbours swapped: the digits differ in one place, or in two neighbouring places
    crosswise.
    """
    if left < 0 or right < 0:
        return 0
    if left == right:
        return 1
    wrong = 0
    swapped = False
    last_left = last_right = -1
    last_wrong = False
    while left > 0 or right > 0:
        digit, other = left % 10, right % 10
        left //= 10
        right //= 10
        is_wrong = digit != other
        if is_wrong:
            wrong += 1
            if wrong > 2:
                return 3
            swapped = last_wrong and last_left == other and last_right == digit
        last_wrong, last_left, last_right = is_wrong, digit, other
    return 2 if wrong == 1 or swapped else 3
