"""One slot of plain bytes to a birth date: forms, calendar, and what is impossible.

Kernels for :mod:`vnlink.normalize.dates`, which says what is read and what is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.normalize.cells import written
from vnlink.normalize.date_words import JOIN_NONE, JOIN_SIGN, JOIN_WORD, date_role, is_lunar, is_or, joint, month_before
from vnlink.normalize.plain_cells import read_letters_as_digits, whole_number
from vnlink.schema import Flag

__all__ = ["DAY_ZERO", "FIRST_YEAR", "LAST_YEAR", "read_date", "read_usual", "scan_date"]

FIRST_YEAR, LAST_YEAR = 1870, 2035
"""Plausible years of birth, both included. Owners in the oldest certificates were born in the 1880s."""

DAY_ZERO = np.array([18991230, 18991231, 19000101], np.int64)
"""What spreadsheets and databases show for a day number of 0 or 1: an empty cell. Who was born on 1 January 1900 loses the year
too; in a register of today that is hardly anybody, and empty cells are many."""

_UNREADABLE, _DEFAULT = int(Flag.DATE_UNREADABLE), int(Flag.DATE_DEFAULT)
_IMPOSSIBLE = int(Flag.DATE_IMPOSSIBLE) | _UNREADABLE
_SWAPPED, _CENTURY = int(Flag.DATE_SWAPPED), int(Flag.DATE_CENTURY)
_DAY_NUMBER = int(Flag.DATE_DAY_NUMBER)
_YOUNGEST = 7
"""Two digits up to this are a year from 2000: born then, an owner is of age in 2025; born a century before, over 117."""

_FIRST_ALONE = 20
"""Least two digits that are a year where they stand alone: below, they may as well be a day or a month."""

_UNIX_DAY = 25569  # day number of 1 January 1970 in a spreadsheet
_SERIAL_DIGITS = 5


@kernel
def _of_two_digits(year: int) -> int:
    """The year that two digits stand for: an owner of land is no child, and hardly older than any human."""
    return 2000 + year if year <= _YOUNGEST else 1900 + year


@kernel
def read_date(plain: NDArray[np.uint8], start: int, end: int) -> tuple[np.int32, np.uint32]:
    """Read the first date of birth in ``plain[start:end]``; letters typed for digits are replaced there.

    Parameters
    ----------
    plain : ndarray of uint8
        From :func:`vnlink.normalize.plain_cells.to_plain`.
    start, end : int
        The slot.

    Returns
    -------
    birth : int32
        yyyymmdd with 00 for what is not known, 0 when there is no date.
    flags : uint32
        ``DATE_...`` or 0. A slot that says nothing has no flag.
    """
    worded, _ = read_letters_as_digits(plain, start, end, 1)
    if worded:
        _read_letters_beside_signs(plain, start, end)
    value, flag = _whole_slot(plain, start, end)
    if value == 0 and flag == 0:
        value, flag, stop = scan_date(plain, start, end, worded)
        if value != 0 and _has_other_date(plain, value, stop, end, worded):
            flag |= _UNREADABLE
    if worded and value % 10000 > 0 and is_lunar(plain, start, end):
        value, flag = value // 10000 * 10000, flag & ~_DEFAULT
    if value == 0 and not written(plain, start, end):
        flag = 0
    return np.int32(value), np.uint32(flag)


@kernel
def read_usual(data: NDArray[np.uint8], start: int, end: int) -> tuple[np.int32, np.uint32]:
    """Read a cell that is dd/mm/yyyy, dd-mm-yyyy or yyyy and nothing else, as most are; (0, 0) for any other.

    The result is that of the long way: :func:`read_date` on the cell made plain.
    """
    value, flag = 0, 0
    if end - start == 4:
        year = whole_number(data, start, end)
        value = year * 10000 if FIRST_YEAR <= year <= LAST_YEAR else 0
    elif end - start == 10 and data[start + 2] == data[start + 5] and (data[start + 2] == 47 or data[start + 2] == 45):
        day, month = whole_number(data, start, start + 2), whole_number(data, start + 3, start + 5)
        year = whole_number(data, start + 6, end)
        if day >= 0 and month >= 0 and year >= 0:
            value, flag = _calendar(year, month, day)
    return (np.int32(value), np.uint32(flag)) if value != 0 else (np.int32(0), np.uint32(0))


@kernel
def _has_other_date(plain: NDArray[np.uint8], value: int, stop: int, end: int, worded: bool) -> bool:
    """Whether another date follows that may as well be the right one ("1960 hoặc 1961", "1960-1961")."""
    first, first_end = _next_group(plain, stop, end)
    if first == end:
        return False
    if worded and is_or(plain, stop, first):
        return True
    if value % 10000 > 0 or joint(plain, stop, first) != JOIN_SIGN:
        return False
    return _date_at(plain, first, first, first_end, end, False)[2] > 0


@kernel
def _read_letters_beside_signs(plain: NDArray[np.uint8], start: int, end: int) -> None:
    """Put digits in the place of o, l and i where one stands with one digit beside a stroke, dash or dot ("1O/O2/1960")."""
    for at in range(start, end - 1):
        first, second = int(plain[at]), int(plain[at + 1])
        letter = at if first in (105, 108, 111) else at + 1
        digit = second if letter == at else first
        if plain[letter] not in (105, 108, 111) or not 48 <= digit <= 57:
            continue
        before = int(plain[at - 1]) if at > start else 32
        after = int(plain[at + 2]) if at + 2 < end else 32
        if 48 <= before <= 57 or 97 <= before <= 122 or 48 <= after <= 57 or 97 <= after <= 122:
            continue
        if before in (45, 46, 47, 92) or after in (45, 46, 47, 92):
            plain[letter] = 48 if plain[letter] == 111 else 49


@kernel
def _whole_slot(plain: NDArray[np.uint8], start: int, end: int) -> tuple[int, int]:
    """A slot of nothing but a spreadsheet's day number, a year's two digits, or single digits as in the boxes of a form.

    (0, 0) for none of them.
    """
    while start < end and plain[start] == 32:
        start += 1
    while end > start and plain[end - 1] == 32:
        end -= 1
    if end - start > 2 and plain[end - 2] == 46 and plain[end - 1] == 48:
        end -= 2
    value = digits = 0
    boxed = end - start in (7, 15)  # four or eight digits with a blank between
    for at in range(start, end):
        byte = int(plain[at])
        if 48 <= byte <= 57:
            value = value * 10 + (byte - 48)
            digits += 1
            boxed &= (at - start) % 2 == 0
        elif not boxed or byte != 32 or (at - start) % 2 == 0:
            return 0, 0
        if digits > 8:
            return 0, 0
    if digits == end - start == 2 and value >= _FIRST_ALONE:
        return _of_two_digits(value) * 10000, _CENTURY
    if boxed and digits == 4:
        return (value * 10000, 0) if FIRST_YEAR <= value <= LAST_YEAR else (0, _IMPOSSIBLE)
    if boxed and digits == 8:
        return _compact(value, 8)
    if digits == _SERIAL_DIGITS and end - start == digits and value >= 10 ** (digits - 1):
        birth, flag = _of_day_number(value - _UNIX_DAY)
        return birth, flag | _DAY_NUMBER
    return 0, 0


@kernel
def _of_day_number(days: int) -> tuple[int, int]:
    """The date so many days after 1 January 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms")."""
    shifted = days + 719468
    era = shifted // 146097
    of_era = shifted - era * 146097
    year_of_era = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * of_year + 2) // 153
    month = march_month + 3 if march_month < 10 else march_month - 9
    return _calendar(year_of_era + era * 400 + (1 if month <= 2 else 0), month, of_year - (153 * march_month + 2) // 5 + 1)


@kernel
def scan_date(plain: NDArray[np.uint8], start: int, end: int, worded: bool) -> tuple[int, int, int]:
    """First date of birth at or after ``start``: yyyymmdd (0 for none), flags, and where it ends (``end`` for none).

    ``worded`` is False where there are no letters, so that nobody looks for words.
    """
    first, first_end = _next_group(plain, start, end)
    while first < end:
        death = after_birth = False
        if worded:
            death, after_birth = date_role(plain, start, first, first_end, end)
        value, flag, stop = _date_at(plain, start, first, first_end, end, after_birth)
        if stop > 0 and not death:
            return value, flag, stop
        first, first_end = _next_group(plain, max(stop, first_end), end)
    return 0, _UNREADABLE, end


@kernel
def _date_at(
    plain: NDArray[np.uint8], start: int, first: int, first_end: int, end: int, after_birth: bool
) -> tuple[int, int, int]:
    """The date that begins with the digits at ``first``: value, flags and end; an end of -1 when none begins there."""
    second, second_end = _next_group(plain, first_end, end)
    third, third_end = _next_group(plain, second_end, end)
    a, b, c = first_end - first, second_end - second, third_end - third
    value, middle, last = _number(plain, first, first_end), _number(plain, second, second_end), _number(plain, third, third_end)
    join = joint(plain, first_end, second) if a <= 4 and 0 < b <= 4 else JOIN_NONE
    further = joint(plain, second_end, third) if join != JOIN_NONE and 0 < c <= 4 else JOIN_NONE
    if a in (7, 8):
        birth, flag = _compact(value, a)
        return birth, flag, first_end if birth != 0 or flag != _UNREADABLE else -1
    if a == 4:
        plausible = FIRST_YEAR <= value <= LAST_YEAR
        if plausible and further != JOIN_NONE and _is_before_date(plain, first_end, second, second_end, third, third_end, end):
            return value * 10000, 0, first_end
        if further != JOIN_NONE and b <= 2 and c <= 2 and (plausible or middle <= 12):
            birth, flag = _calendar(value, middle, last)
            return birth, flag, third_end
        if join >= JOIN_SIGN and b <= 2 and plausible and plain[first_end] != 46:  # a full stop: the ".0" of a spreadsheet
            return value * 10000 + (middle * 100 if middle <= 12 else 0), _UNREADABLE if middle > 12 else 0, second_end
        return (value * 10000, 0, first_end) if plausible else (0, 0, -1)
    if a <= 2 and b == 4 and 1 <= second - first_end <= 2 and plain[second - 1] in (32, 44):
        month = month_before(plain, start, first)
        if month > 0 and plain[first_end] in (32, 44):  # "Sep 2, 1958"
            birth, flag = _calendar(middle, month, value)
            return birth, flag, second_end
    if a > 2 or (first > start and plain[first - 1] == 58) or (first_end < end and plain[first_end] == 58):
        return 0, 0, -1  # a clock's
    if join > JOIN_WORD and b in (2, 4):  # "15-Aug-1966"
        birth, flag = _calendar(_of_two_digits(middle) if b == 2 else middle, join - JOIN_WORD, value)
        return birth, flag | (_CENTURY if b == 2 else 0), second_end
    if further != JOIN_NONE and b <= 2 and c == 4:
        birth, flag = _calendar(last, middle, value)
        return birth, flag, third_end
    if further == join == JOIN_SIGN and b <= 2 and c == 2:
        birth, flag = _calendar(_of_two_digits(last), middle, value)
        return birth, flag | _CENTURY, third_end
    if join != JOIN_NONE and b == 4 and FIRST_YEAR <= middle <= LAST_YEAR:
        birth, flag = _calendar(middle, value, 0)
        return birth, flag, second_end
    if join == JOIN_SIGN and plain[first_end] in (45, 47) and b == 2 and 1 <= value <= 12 and middle > 31:
        return _of_two_digits(middle) * 10000 + value * 100, _CENTURY, second_end
    if after_birth and a == 2 and join == JOIN_NONE:
        return _of_two_digits(value) * 10000, _CENTURY, first_end
    return 0, 0, -1


@kernel
def _is_before_date(
    plain: NDArray[np.uint8], first_end: int, second: int, second_end: int, third: int, third_end: int, end: int
) -> bool:
    """Whether a year stands before another's date ("1959 - 06/01/1964", "1959 - 6/1964") and begins none of its own.

    The parts of one date are joined alike. So the groups behind the year are a date of their own where what joins them is not
    what stands behind the year, and they end in a year as they would without it.
    """
    if third_end - third == 4:  # mm/yyyy; a date is joined no more loosely inside than it stands apart
        apart, inside = second - first_end, third - second_end
        looser = apart > inside or (apart == inside == 1 and plain[first_end] == 45 and plain[second_end] == 47)
        month = second_end - second <= 2 and 1 <= _number(plain, second, second_end) <= 12
        return looser and month and FIRST_YEAR <= _number(plain, third, third_end) <= LAST_YEAR
    fourth, fourth_end = _next_group(plain, third_end, end)
    year = _number(plain, fourth, fourth_end)
    if fourth_end - fourth == 2 or (fourth_end - fourth == 4 and FIRST_YEAR <= year <= LAST_YEAR):
        alike = _is_same(plain, second_end, third, third_end, fourth)
        return alike and not _is_same(plain, first_end, second, second_end, third)
    return False


@kernel
def _is_same(plain: NDArray[np.uint8], first: int, first_end: int, second: int, second_end: int) -> bool:
    """Whether two stretches have the same bytes."""
    if first_end - first != second_end - second:
        return False
    for at in range(first_end - first):
        if plain[first + at] != plain[second + at]:
            return False
    return True


@kernel
def _next_group(plain: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Bounds of the next run of digits at or after ``at``; ``(end, end)`` when there is none."""
    while at < end and not 48 <= plain[at] <= 57:
        at += 1
    begin = at
    while at < end and 48 <= plain[at] <= 57:
        at += 1
    return begin, at


@kernel
def _number(plain: NDArray[np.uint8], begin: int, end: int) -> int:
    """Value of at most eight digits; 0 for a longer run, which is no part of a date."""
    if end - begin > 8:
        return 0
    value = 0
    for at in range(begin, end):
        value = value * 10 + (int(plain[at]) - 48)
    return value


@kernel
def _compact(value: int, digits: int) -> tuple[int, int]:
    """Read yyyymmdd or ddmmyyyy without separators (7 digits: the zero of the day is lost); (0, unreadable) for neither.

    No valid date is both: the century of a plausible year, 18 to 20, is no month. Day and month may be exchanged if neither
    order is valid as it stands.
    """
    year, month, day = value // 10000, value // 100 % 100, value % 100
    other_year, other_month, other_day = value % 10000, value // 10000 % 100, value // 1000000
    first = digits == 8 and FIRST_YEAR <= year <= LAST_YEAR
    if first and month <= 12 and day <= 31:
        return _calendar(year, month, day)
    if FIRST_YEAR <= other_year <= LAST_YEAR and other_day >= 1 and other_month >= 1 and min(other_day, other_month) <= 12:
        if max(other_day, other_month) <= 31:
            return _calendar(other_year, other_month, other_day)
    return _calendar(year, month, day) if first else (0, _UNREADABLE)


@kernel
def _calendar(year: int, month: int, day: int) -> tuple[int, int]:
    """Give yyyymmdd and flags; a month or day of 0 is not known. What cannot be is 0 and impossible.

    Where the month's place holds more than 12, day and month were exchanged.
    """
    flag = 0
    if month > 12 and 1 <= day <= 12:
        month, day = day, month
        flag = _SWAPPED
    length = 31
    if month == 2:
        length = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    elif month in (4, 6, 9, 11):
        length = 30
    if not FIRST_YEAR <= year <= LAST_YEAR or month > 12 or day > length:
        return 0, _IMPOSSIBLE
    if year == 1900 and month + day == 1:  # 0/1/1900 and 1/0/1900: day zero of a spreadsheet
        return 0, _IMPOSSIBLE
    if month == 0:
        return year * 10000, 0
    value = year * 10000 + month * 100 + day
    for day_zero in DAY_ZERO:
        if value == day_zero:
            return 0, _IMPOSSIBLE
    return value, flag | (_DEFAULT if month == 1 and day == 1 else 0)
