"""Identity numbers in plain bytes: where a number begins and ends in free text, and what its digits say it is.

:func:`next_number` finds the next number. Digits with blanks, dots or dashes inside belong together when they make 9 or 12
("001 065 012 345"); a run of eight or more digits stands alone; a date ("cấp ngày 01/02/2003") is no number. A number with a
digit that nobody could read ("2724?0883") or that was rounded (1.06501E+11) cannot be recovered and is no number either.
:func:`classify_number` says what it is, and whether lost zeros were put back.

Lost zeros
    A spreadsheet drops the zeros in front. 8 digits are an old id (all its prefixes are 01-38, so at most one zero is lost). 11
    or 10 digits are a personal id when the padded number has one of the 63 province codes and a sex digit 0-3 (born
    1900-2099). A number that still begins with 0 has lost none, so another digit is missing, and nobody can say which. Padding
    never changes the integer that stands for a number.
Words
    Digits decide: twelve are a personal id and nine an old one, whatever paper the words name. Words decide that a number is
    none of a person's, and that a number of another length is an officer's.

Kernels only, on cells made plain by :mod:`vnlink.normalize.plain_cells`. :mod:`vnlink.normalize.papers` deals the numbers of
a cell to persons.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.normalize.number_spans import MAX_DIGITS, digits_end, gather, number_end, passed_date, scientific, unknown_end
from vnlink.normalize.paper_words import ROLE_FOREIGN, ROLE_ISSUE, ROLE_NONE, ROLE_OFFICER, role_of_words
from vnlink.schema import OLD_PROVINCES

__all__ = [
    "INCOMPLETE",
    "KIND_NONE",
    "KIND_OFFICER",
    "KIND_OLD",
    "KIND_OTHER",
    "KIND_PASSPORT",
    "KIND_PERSONAL",
    "LAST_BIRTH_YEAR",
    "PROVINCE_CODES",
    "WRITTEN_OUT",
    "classify_number",
    "next_number",
]

KIND_NONE, KIND_PERSONAL, KIND_OLD, KIND_OFFICER, KIND_PASSPORT, KIND_OTHER = range(6)
"""What a number is: nothing usable, a personal id, an old id, an officer's card, a passport, a number of something else."""

WRITTEN_OUT, INCOMPLETE = 1, 2
"""What :func:`next_number` noticed: a number in scientific notation, one that cannot be recovered."""

LAST_BIRTH_YEAR = 2035
"""Personal ids of people born later have no holder yet. A constant and no clock, so that a file always reads the same."""

_STANDS_ALONE = 8  # a run of so many digits is a number by itself: "123456789 2003" is a number and a year
_SHORTEST = 6  # digits of the shortest paper; shorter runs are house numbers, days and years, unless a word names a paper
_REPUNIT = np.array([int("1" * digits) if digits else 0 for digits in range(MAX_DIGITS + 1)], np.int64)  # 0, 1, 11, 111 ...
_COUNTED = np.array([123456789, 12345678, 987654321, 123456789012, 12345678901, 987654321098], np.int64)
_LAST_PREFIX = 38  # of an old id

PROVINCE_CODES = np.zeros(100, np.bool_)
"""Whether a number 0-99 is one of the 63 codes of resources/id_provinces.csv; a table for the kernels."""
PROVINCE_CODES[list(OLD_PROVINCES)] = True
PROVINCE_CODES.flags.writeable = False


@kernel
def classify_number(value: int, digits: int, letters: int, role: int) -> tuple[int, bool, bool]:
    """What a number is.

    Parameters
    ----------
    value : int
        The digits as an integer; negative is no number.
    digits : int
        How many digits were written.
    letters : int
        The letters in front: 1 for A to 26 for Z, a second one times 32 more; 0 for none.
    role : int
        What the words say, see :mod:`vnlink.normalize.paper_words`.

    Returns
    -------
    kind : int
        ``KIND_NONE`` to ``KIND_OTHER``.
    repaired : bool
        Lost zeros were put back (the integer is the same).
    shape_only : bool
        It has the shape of a number but not its structure: a filler (``KIND_NONE``), an unknown province, an impossible year.
    """
    if value < 0 or digits == 0:
        return KIND_NONE, False, False
    if digits >= _SHORTEST and letters == 0 and _is_filler(value, digits):
        return KIND_NONE, False, True
    if role == ROLE_FOREIGN:
        return KIND_OTHER, False, False
    if letters > 0 and digits <= _STANDS_ALONE:
        return KIND_PASSPORT if letters < 32 and digits >= 7 else KIND_OTHER, False, False
    if digits == 12:
        return KIND_PERSONAL, False, not _is_personal(value)
    if digits == 9:
        return KIND_OLD, False, not 1 <= value // 10**7 <= _LAST_PREFIX
    if role == ROLE_OFFICER and digits < 12:
        return KIND_OFFICER, False, False
    if digits == 8 and value >= 10**7:
        return KIND_OLD, True, False
    if digits in (10, 11) and value >= 10 ** (digits - 1):
        province = value // 10**9
        if province < 100 and PROVINCE_CODES[province] and value // 10**8 % 10 <= 3:
            return KIND_PERSONAL, True, not _is_personal(value)
    return KIND_OTHER, False, False


@kernel
def _is_filler(value: int, digits: int) -> bool:
    """Whether a form was filled in to get past it: one digit throughout, or nine or twelve digits in counting order."""
    if value == value % 10 * _REPUNIT[digits]:
        return True
    if digits == 8 or digits == 9 or digits >= 11:
        for k in range(len(_COUNTED)):
            if value == _COUNTED[k]:
                return True
    return False


@kernel
def _is_personal(value: int) -> bool:
    """Whether twelve digits have the structure of a personal id whose holder can have been born."""
    province, century = value // 10**9, value // 10**8 % 10
    year = 1900 + century // 2 * 100 + value // 10**6 % 100
    return province < 100 and PROVINCE_CODES[province] and year <= LAST_BIRTH_YEAR


@kernel
def next_number(plain: NDArray[np.uint8], start: int, end: int, worded: bool) -> tuple[int, int, int, int, int, int]:
    """Next number at or after ``start``; dates are passed over.

    Parameters
    ----------
    plain : ndarray of uint8
        From :func:`vnlink.normalize.plain_cells.to_plain`.
    start, end : int
        Where to look: from the end of the number before, so that its words are not taken for this one's.
    worded : bool
        False where there are no letters, so that nobody looks for words.

    Returns
    -------
    value : int
        The digits as an integer; -1 when there is none, or it cannot be known.
    digits : int
        How many digits were written; 0 when there is none.
    letters : int
        One or two letters right in front, see :func:`classify_number`; 0 for none.
    role : int
        What the words before it say.
    noticed : int
        ``WRITTEN_OUT`` or ``INCOMPLETE``, or 0.
    stop : int
        Where to go on; ``end`` when there is none.
    """
    at = start
    while at < end:
        if not 48 <= plain[at] <= 57:
            at += 1
            continue
        first_end = digits_end(plain, at, end)
        length = first_end - at
        role, close, begin = ROLE_NONE, False, at
        if worded:
            role, close, begin = role_of_words(plain, start, at)
        lost = unknown_end(plain, at, first_end, end)
        if lost > 0:
            return -1, 0, 0, role, INCOMPLETE, lost
        stop = first_end
        if length < _STANDS_ALONE:
            passed = passed_date(plain, at, length, end)
            if passed > 0:
                at = passed
                continue
            if length == 1:
                value, digits, stop = scientific(plain, at, end)
                if stop > 0:
                    return value, digits, 0, role, WRITTEN_OUT if value >= 0 else INCOMPLETE, stop
            stop = number_end(plain, at, first_end, end, role in (ROLE_OFFICER, ROLE_FOREIGN))
        value, digits = gather(plain, at, stop)
        named = role == ROLE_FOREIGN and close
        if (digits >= _SHORTEST or named) and not (role == ROLE_ISSUE and digits in (6, 8)):
            return value, digits, _letters_before(plain, begin, at, digits, role), role, 0, stop
        at = first_end
    return -1, 0, 0, 0, 0, end


@kernel
def _letters_before(plain: NDArray[np.uint8], begin: int, at: int, digits: int, role: int) -> int:
    """The letters of a paper in front of its digits, 0 for none.

    One letter touches the digits, or stands off by one blank or dash before a passport's seven; two letters are a land
    certificate's.
    """
    if begin == at:
        return 0
    stop = begin
    while stop < at and 97 <= plain[stop] <= 122:
        stop += 1
    apart = at - stop
    if apart == 1 and plain[stop] not in (32, 45):
        return 0
    first = int(plain[begin]) - 96
    if stop - begin == 1:
        return first if apart == 0 or digits == 7 else 0
    return first + 32 * (int(plain[begin + 1]) - 96) if role == ROLE_FOREIGN and digits <= _STANDS_ALONE else 0
