"""Words in and around a date: what joins its parts, whose date it is, and whether its day is of the lunar calendar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = [
    "JOIN_BLANK",
    "JOIN_NONE",
    "JOIN_SIGN",
    "JOIN_WORD",
    "date_role",
    "is_lunar",
    "is_or",
    "joint",
    "month_before",
    "pack_word",
]

JOIN_NONE, JOIN_BLANK, JOIN_SIGN, JOIN_WORD = range(4)
"""How two runs of digits are joined: not at all, by blanks, by a stroke, dash, dot or comma, by "tháng" or "năm".

A month's English name joins as JOIN_WORD plus its number."""

_REACH = 80  # bytes before a date in which words are read
_LONGEST_GAP = 20  # bytes between two parts of a date
_LONGEST = 10  # letters of a word that are packed


def pack_word(word: str) -> int:
    """A word of a-z as one integer, five bits a letter."""
    value = 0
    for char in word:
        value = value * 32 + ord(char) - 96
    return value


_JOINING = np.array([pack_word(word) for word in ["thang", "thg", "th", "t", "nam", "n"]], np.int64)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = np.array([pack_word(word) for word in _MONTH_NAMES], np.int64)
_FULL_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FULL_MONTHS = np.array([pack_word(word) for word in _FULL_MONTH_NAMES], np.int64)
_BORN = np.array([pack_word(word) for word in ["sinh", "sn", "ns", "n", "s"]], np.int64)
_DIED = np.array([pack_word(word) for word in ["chet", "mat", "tran", "doi"]], np.int64)
_LUNAR = np.array([pack_word(word) for word in ["ram", "mung", "mong", "chap", "gieng", "al"]], np.int64)
_OR = np.array([pack_word(word) for word in ["hoac", "hay", "or"]], np.int64)
_MOON, _CALENDAR, _AGE = pack_word("am"), pack_word("lich"), pack_word("tuoi")


@kernel
def _next_word(plain: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """The next word at or after ``at``, packed (0: none, -1: longer than any of ours), and where it ends."""
    while at < end and not 97 <= plain[at] <= 122:
        at += 1
    begin = at
    word = 0
    while at < end and 97 <= plain[at] <= 122:
        if at - begin < _LONGEST:
            word = word * 32 + (int(plain[at]) - 96)
        at += 1
    return (-1 if at - begin > _LONGEST else word), at


@kernel
def _is_in(word: int, words: NDArray[np.int64]) -> bool:
    found = False
    for k in range(len(words)):
        found |= words[k] == word
    return found


@kernel
def joint(plain: NDArray[np.uint8], begin: int, end: int) -> int:
    """How the bytes between two runs of digits join them, ``JOIN_NONE`` when they are no part of a date.

    A comma joins beside a word ("ngày 5, tháng 2"), or alone ("12,3,1970"), not before a blank ("1965, 2 con").
    """
    if end - begin > _LONGEST_GAP:
        return JOIN_NONE
    comma = sign = False
    words = 0
    at = begin
    kind = JOIN_BLANK
    while at < end:
        byte = int(plain[at])
        if 97 <= byte <= 122:
            word, at = _next_word(plain, at, end)
            words += 1
            kind = JOIN_NONE
            if words == 1 and _is_in(word, _JOINING):
                kind = JOIN_WORD
            for month in range(len(_MONTHS)):
                if words == 1 and (word == _MONTHS[month] or word == _FULL_MONTHS[month]):
                    kind = JOIN_WORD + 1 + month
            if kind == JOIN_NONE:
                return JOIN_NONE
            continue
        comma |= byte == 44
        sign |= byte in (45, 46, 47, 92)
        if byte not in (32, 44, 45, 46, 47, 92):
            return JOIN_NONE
        at += 1
    if words > 0:
        return kind
    if comma and end - begin > 1:
        return JOIN_NONE
    return JOIN_SIGN if sign or comma else JOIN_BLANK


@kernel
def is_or(plain: NDArray[np.uint8], begin: int, end: int) -> bool:
    """Whether the bytes between two runs of digits say that either may be right ("1960 hoặc 1961")."""
    word, _ = _next_word(plain, begin, end)
    return _is_in(word, _OR)


@kernel
def month_before(plain: NDArray[np.uint8], start: int, at: int) -> int:
    """Number of the month whose English name stands right before ``plain[at]`` ("Sep 2, 1958"), 0 for none."""
    stop = at
    while stop > start and plain[stop - 1] in (32, 46):
        stop -= 1
    begin = stop
    while begin > start and 97 <= plain[begin - 1] <= 122:
        begin -= 1
    if begin == stop or stop == at:
        return 0
    word, _ = _next_word(plain, begin, stop)
    for month in range(len(_MONTHS)):
        if word == _MONTHS[month] or word == _FULL_MONTHS[month]:
            return month + 1
    return 0


@kernel
def date_role(plain: NDArray[np.uint8], start: int, at: int, stop: int, end: int) -> tuple[bool, bool]:
    """What the words around the digits ``plain[at:stop]`` say.

    Parameters
    ----------
    plain : ndarray of uint8
        From :func:`vnlink.normalize.plain_cells.to_plain`.
    start, end : int
        Where to look before and behind.
    at, stop : int
        The digits.

    Returns
    -------
    death : bool
        A word for dying stands before, and none for being born after it.
    year : bool
        "sinh", "sn" or the like stands right before, and no "tuổi" behind: two digits are a year.
    """
    death = False
    last = 0
    place = max(start, at - _REACH)
    while place < at:
        word, place = _next_word(plain, place, at)
        if word != 0:
            last = word
            if _is_in(word, _DIED):
                death = True
            elif _is_in(word, _BORN):
                death = False
    following, _ = _next_word(plain, stop, min(end, stop + _REACH))
    return death, _is_in(last, _BORN) and following != _AGE


@kernel
def is_lunar(plain: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether a slot gives a day or month of the lunar calendar."""
    before = 0
    at = start
    while at < end:
        word, at = _next_word(plain, at, end)
        if _is_in(word, _LUNAR) or (word == _CALENDAR and before == _MOON):
            return True
        before = word
    return False
