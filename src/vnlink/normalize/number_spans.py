"""Where a number ends in plain bytes: groups of digits that belong together, dates to pass over, notations of a spreadsheet.

Kernels for :mod:`vnlink.normalize.id_numbers`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["MAX_DIGITS", "digits_end", "gather", "number_end", "passed_date", "scientific", "unknown_end"]

MAX_DIGITS = 16  # longer runs are nobody's number, and would pass what one integer holds with its length and letter
_STANDS_ALONE = 8
_FIRST_YEAR, _LAST_YEAR = 1850, 2100  # of a date of issue
_WIDEST_GAP = 3  # bytes between two groups of one number
_LEAST_KNOWN = 5  # digits that a number with an unknown one shows; "12?" is none


@kernel
def digits_end(plain: NDArray[np.uint8], at: int, end: int) -> int:
    """End of the run of digits at ``at``."""
    while at < end and 48 <= plain[at] <= 57:
        at += 1
    return at


@kernel
def gather(plain: NDArray[np.uint8], begin: int, end: int) -> tuple[int, int]:
    """Value (-1 beyond 16 digits) and count of the digits between two bounds, whatever stands between them."""
    value = 0
    digits = 0
    for at in range(begin, end):
        if 48 <= plain[at] <= 57:
            digits += 1
            if digits <= MAX_DIGITS:
                value = value * 10 + (int(plain[at]) - 48)
    return (value if digits <= MAX_DIGITS else -1), digits


@kernel
def unknown_end(plain: NDArray[np.uint8], at: int, first_end: int, end: int) -> int:
    """End of a number in which a digit is unknown ("2724?0883", "0361..0022"), -1 where all digits are there.

    A question mark behind nine or twelve digits doubts the number and hides nothing; dots behind the last digit are a form's.
    """
    digits = first_end - at
    stop = first_end
    marked = False
    while stop < end:
        marks = stop
        while marks < end and plain[marks] in (63, 42, 95, 35):  # ? * _ #
            marks += 1
        dots = stop
        while dots < end and plain[dots] == 46:
            dots += 1
        hidden = marks > stop
        if dots - stop > 1 and dots < end and 48 <= plain[dots] <= 57:
            marks, hidden = dots, True
        if not hidden:
            break
        marked = True
        following = digits_end(plain, marks, end)
        digits += following - marks
        stop = following
    whole = stop > first_end and (first_end - at) in (9, 12)
    return stop if marked and digits >= _LEAST_KNOWN and not whole else -1


@kernel
def _next_in_number(plain: NDArray[np.uint8], at: int, end: int) -> int:
    """Start of the next run of digits if only blanks, dots and dashes (at most three) lie before it, else -1."""
    begin = at
    while at < end and at - begin <= _WIDEST_GAP:
        byte = int(plain[at])
        if 48 <= byte <= 57:
            return at
        if byte not in (32, 45, 46):
            return -1
        at += 1
    return -1


@kernel
def number_end(plain: NDArray[np.uint8], begin: int, first_end: int, end: int, all_groups: bool) -> int:
    """Where a number written in groups ends: the longest run of groups with 12 or 9 digits.

    Without one, all groups together when they have 8, 10 or 11 digits and nothing more belongs to them (zeros may be lost);
    else the first group alone. With ``all_groups``, for a paper of no fixed length, all groups in any case.
    """
    total = first_end - begin
    at = first_end
    whole = -1
    while total < 12:
        following = _next_in_number(plain, at, end)
        if following < 0:
            break
        stop = digits_end(plain, following, end)
        length = stop - following
        if length >= _STANDS_ALONE or passed_date(plain, following, length, end) > 0:
            break
        total += length
        at = stop
        if total in (9, 12):
            whole = at
    if whole > 0 and not all_groups:
        return whole
    return at if all_groups or total in (8, 10, 11) else first_end


@kernel
def passed_date(plain: NDArray[np.uint8], at: int, length: int, end: int) -> int:
    """End of a date d/m/yyyy or yyyy/m/d (also with dashes, dots, blanks) that begins with these digits, or -1."""
    if length not in (1, 2, 4):
        return -1
    separator = 0
    parts = 0
    stop = at
    first = second = third = 0
    long_first = long_third = False
    while parts < 3:
        stop = digits_end(plain, at, end)
        length = stop - at
        if length not in (1, 2, 4) or (length == 4 and parts == 1):
            return -1
        value, _ = gather(plain, at, stop)
        if parts == 0:
            first, long_first = value, length == 4
        elif parts == 1:
            second = value
        else:
            third, long_third = value, length == 4
        parts += 1
        at = stop
        if parts < 3:
            at, kind = _separator(plain, at, end)
            if kind == 0 or (parts == 2 and kind != separator):
                return -1
            separator = kind
    following, kind = _separator(plain, stop, end)
    if kind == separator and kind not in (47, 32) and following < end and 48 <= plain[following] <= 57:
        return -1  # more groups follow with the same dots or dashes: a number in groups
    if long_first == long_third:
        return -1
    year = first if long_first else third
    day = third if long_first else first
    return stop if _FIRST_YEAR <= year <= _LAST_YEAR and second <= 12 and day <= 31 else -1


@kernel
def _separator(plain: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Pass a separator of a date with blanks around it; where it ends, and which it was (32 for blanks only, 0 for none)."""
    kind = 0
    while at < end:
        byte = int(plain[at])
        if byte in (45, 46, 47):
            if kind > 32:
                return at, 0
            kind = byte
        elif byte == 32:
            kind = max(kind, 32)
        else:
            break
        at += 1
    return at, kind


@kernel
def scientific(plain: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """A number as a spreadsheet writes it, 1.065012345E+09: value (-1 when digits were rounded away), digits, end (-1: none).

    It is whole only when the mantissa has as many decimals as the exponent asks for.
    """
    begin = at
    if at + 4 >= end or not (plain[at + 1] == 46 or plain[at + 1] == 44) or plain[at] == 48:
        return -1, 0, -1
    at = digits_end(plain, at + 2, end)
    decimals = at - begin - 2
    if decimals < 1 or at >= end or plain[at] != 101:
        return -1, 0, -1
    at += 1
    if at < end and plain[at] == 43:
        at += 1
    stop = digits_end(plain, at, end)
    if stop == at or stop - at > 2:
        return -1, 0, -1
    exponent, _ = gather(plain, at, stop)
    value, digits = gather(plain, begin, begin + 2 + decimals)
    return (value if exponent == decimals else -1), digits, stop
