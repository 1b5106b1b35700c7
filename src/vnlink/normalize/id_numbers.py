"""Identity numbers in bytes: where a number begins and ends in free text, and what its digits say it is.

:func:`next_number` finds the next number. Digits with blanks, dots or dashes inside belong together when they make 9 or 12
("001 065 012 345"); a run of eight or more digits stands alone; a date ("cấp ngày 01/02/2003") is no number.
:func:`classify_number` says what it is, and whether lost zeros were put back.

Lost zeros
    A spreadsheet drops the zeros in front. 8 digits are an old id (all its prefixes are 01-38, so at most one zero is lost). 11
    or 10 digits are a personal id when the padded number has one of the 63 province codes and a sex digit 0-3 (born
    1900-2099). 11 digits that still begin with 0 have lost one zero of two, and are taken only with sex digit 0 or 1: the
    mobile numbers of before 2018 had that form too, all with 2 or more there. Padding never changes the integer that stands
    for a number.

Kernels only: NumPy in, numbers out. :mod:`vnlink.normalize.papers` deals the numbers of a cell to persons.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = [
    "KIND_NONE",
    "KIND_OLD",
    "KIND_OTHER",
    "KIND_PERSONAL",
    "PROVINCE_CODES",
    "classify_number",
    "next_number",
    "read_number",
]

KIND_NONE, KIND_PERSONAL, KIND_OLD, KIND_OTHER = 0, 1, 2, 3
"""What a number is: nothing usable, a personal id, an old id, another paper."""


_MAX_DIGITS = 16  # longer runs are nobody's number, and would pass what one integer holds with its length and letter
_STANDS_ALONE = 8  # a run of so many digits is a number by itself: "123456789 2003" is a number and a year
_SHORTEST = 6  # digits of the shortest other paper; shorter runs are house numbers, days and years
_FIRST_YEAR, _LAST_YEAR = 1850, 2100  # of a date of issue
_REPUNIT = np.array([int("1" * digits) if digits else 0 for digits in range(_MAX_DIGITS + 1)], np.int64)  # 0, 1, 11, 111 ...
_WIDEST_GAP = 3  # bytes between two groups of one number

PROVINCE_CODES = np.zeros(100, np.bool_)
"""Whether a number 0-99 is one of the 63 codes of resources/id_provinces.csv; a table for the kernels."""
PROVINCE_CODES[[1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33]] = True
PROVINCE_CODES[[34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66]] = True
PROVINCE_CODES[[67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96]] = True
PROVINCE_CODES.flags.writeable = False


@kernel
def read_number(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int]:
    """First number of at least eight digits in ``data[start:end]``, as it is written, without repair.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The slot, or the part of an owner string, to read.

    Returns
    -------
    value : int
        The digits as an integer, -1 when there is none.
    digits : int
        How many digits were written, zeros in front included; 0 when there is none. :func:`classify_number` tells the kind.
    """
    at = start
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        if digits >= _STANDS_ALONE and letter == 0:
            return value, digits
    return -1, 0


@kernel
def classify_number(value: int, digits: int, letter: int) -> tuple[int, bool]:
    """What a number is.

    Parameters
    ----------
    value : int
        The digits as an integer; negative is no number.
    digits : int
        How many digits were written.
    letter : int
        The single letter in front, 1 for A to 26 for Z, 0 for none.

    Returns
    -------
    kind : int
        ``KIND_NONE``, ``KIND_PERSONAL``, ``KIND_OLD`` or ``KIND_OTHER``.
    repaired : bool
        Lost zeros were put back (the integer is the same).
    """
    if value < 0 or digits < _SHORTEST or digits > _MAX_DIGITS:
        return KIND_NONE, False
    if value == value % 10 * _REPUNIT[digits]:  # 000000000, 999999999: a form filled in, not a number
        return KIND_NONE, False
    if letter > 0 and digits <= _STANDS_ALONE:
        return KIND_OTHER, False
    if digits == 12:
        return KIND_PERSONAL, False
    if digits == 9:
        return KIND_OLD, False
    if digits == 8 and value >= 10**7:
        return KIND_OLD, True
    if digits in (10, 11):
        province = value // 10**9
        century = value // 10**8 % 10
        zero_left = digits == 11 and value < 10**10
        if province < 100 and PROVINCE_CODES[province] and (century <= 1 or (century <= 3 and not zero_left)):
            return KIND_PERSONAL, True
    return KIND_OTHER, False


@kernel
def next_number(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int, int, int]:
    """Next number of six or more digits at or after ``start``; dates are passed over.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        Where to look.

    Returns
    -------
    value : int
        The digits as an integer; -1 when there is none, or it cannot be known (more than 16 digits, or rounded 1.06501E+11).
    digits : int
        How many digits were written; 0 when there is none.
    letter : int
        A single letter right in front, 1 for A to 26 for Z, 0 for none.
    stop : int
        Where to go on; ``end`` when there is none.
    """
    at = start
    while at < end:
        if not 48 <= data[at] <= 57:
            at += 1
            continue
        first_end = _digits_end(data, at, end)
        length = first_end - at
        stop = first_end
        if length < _STANDS_ALONE:
            if length in (1, 2, 4):
                stop = _date_end(data, at, end)
                if stop > 0:
                    at = stop
                    continue
            if length == 1:
                value, digits, stop = _scientific(data, at, end)
                if stop > 0:
                    return value, digits, 0, stop
            stop = _glued_end(data, at, first_end, end)
        value, digits = _gather(data, at, stop)
        if digits >= _SHORTEST:
            return value, digits, _letter_before(data, start, at, digits), stop
        at = first_end
    return -1, 0, 0, end


@kernel
def _digits_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """End of the run of digits at ``at``."""
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return at


@kernel
def _gather(data: NDArray[np.uint8], begin: int, end: int) -> tuple[int, int]:
    """Value (-1 beyond 16 digits) and count of the digits between two bounds, whatever stands between them."""
    value = 0
    digits = 0
    for at in range(begin, end):
        if 48 <= data[at] <= 57:
            digits += 1
            if digits <= _MAX_DIGITS:
                value = value * 10 + (int(data[at]) - 48)
    return (value if digits <= _MAX_DIGITS else -1), digits


@kernel
def _next_in_number(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Start of the next run of digits if only blanks, dots and dashes (at most three bytes) lie before it, else -1."""
    begin = at
    while at < end and at - begin <= _WIDEST_GAP:
        byte = int(data[at])
        if 48 <= byte <= 57:
            return at
        blank = byte in (32, 0xC2, 0xA0)  # both bytes of the no-break space
        dash = byte in (45, 46, 0xE2, 0x80, 0x93)  # the last three: the en dash
        if not (blank or dash):
            return -1
        at += 1
    return -1


@kernel
def _glued_end(data: NDArray[np.uint8], begin: int, first_end: int, end: int) -> int:
    """Where a number written in groups ends: the longest run of groups with 12 or 9 digits.

    Without one, all groups together when they have 8, 10 or 11 digits and nothing more belongs to them (zeros may be lost);
    else the first group alone.
    """
    total = first_end - begin
    at = first_end
    whole = -1
    while total < 12:
        following = _next_in_number(data, at, end)
        if following < 0:
            break
        stop = _digits_end(data, following, end)
        length = stop - following
        if length >= _STANDS_ALONE or (length in (1, 2, 4) and _date_end(data, following, end) > 0):
            break
        total += stop - following
        at = stop
        if total in (9, 12):
            whole = at
    if whole > 0:
        return whole
    return at if total in (8, 10, 11) else first_end


@kernel
def _date_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """End of a date d/m/yyyy or yyyy/m/d (also with dashes, dots, blanks) that begins at ``at``, or -1."""
    separator = 0
    parts = 0
    first = second = third = 0
    long_first = long_third = False
    while parts < 3:
        stop = _digits_end(data, at, end)
        length = stop - at
        if length not in (1, 2, 4) or (length == 4 and parts == 1):
            return -1
        value, _ = _gather(data, at, stop)
        if parts == 0:
            first, long_first = value, length == 4
        elif parts == 1:
            second = value
        else:
            third, long_third = value, length == 4
        parts += 1
        at = stop
        if parts < 3:
            at, kind = _separator(data, at, end)
            if kind == 0 or (parts == 2 and kind != separator):
                return -1
            separator = kind
    following, kind = _separator(data, stop, end)
    if kind == separator and kind not in (47, 32) and following < end and 48 <= data[following] <= 57:
        return -1  # more groups follow with the same dots or dashes: a number in groups
    if long_first == long_third:
        return -1
    year = first if long_first else third
    day = third if long_first else first
    return stop if _FIRST_YEAR <= year <= _LAST_YEAR and second <= 12 and day <= 31 else -1


@kernel
def _separator(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Pass a separator of a date with blanks around it; where it ends, and which it was (32 for blanks only, 0 for none)."""
    kind = 0
    while at < end:
        byte = int(data[at])
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
def _scientific(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """A number as a spreadsheet writes it, 1.065012345E+09: value (-1 when digits were rounded away), digits, end (-1: none).

    It is whole only when the mantissa has as many decimals as the exponent asks for.
    """
    begin = at
    if at + 4 >= end or not (data[at + 1] == 46 or data[at + 1] == 44) or data[at] == 48:
        return -1, 0, -1
    at = _digits_end(data, at + 2, end)
    decimals = at - begin - 2
    if decimals < 1 or at >= end or not (data[at] == 69 or data[at] == 101):
        return -1, 0, -1
    at += 1
    if at < end and data[at] == 43:
        at += 1
    stop = _digits_end(data, at, end)
    if stop == at or stop - at > 2:
        return -1, 0, -1
    exponent, _ = _gather(data, at, stop)
    value, digits = _gather(data, begin, begin + 2 + decimals)
    return (value if exponent == decimals else -1), digits, stop


@kernel
def _letter_before(data: NDArray[np.uint8], start: int, at: int, digits: int) -> int:
    """The single Latin letter in front of a number (1 for A), 0 for none or for a word.

    It touches the digits; a passport's seven digits may also stand off by one blank or dash ("B 1234567").
    """
    place = at - 1
    if place >= start and digits == 7 and (data[place] == 32 or data[place] == 45):
        place -= 1
    if place < start:
        return 0
    letter = int(data[place]) | 32
    if data[place] >= 128 or not 97 <= letter <= 122:
        return 0
    if place > start:
        before = int(data[place - 1])
        if before >= 128 or 97 <= (before | 32) <= 122 or 48 <= before <= 57:
            return 0
    return letter - 96
