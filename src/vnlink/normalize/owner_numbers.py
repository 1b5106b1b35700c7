"""Compiled part of reading owner strings: dates and identity numbers that stand inside the string."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..schema import Flag
from .owner_state import (
    AFTER_DEATH,
    AFTER_PAPER,
    COUNT,
    FRESH,
    IN_ADDRESS,
    IN_ALIAS,
    IN_BIRTH,
    IN_NAME,
    IN_PAPER,
    MODE,
    PERSON,
    ROW_FLAGS,
    Reading,
    flag_person,
    match_phrase,
)
from .owner_words import Word
from .token_kernel import CLOSE, DASH, DIGITS, DOT, SLASH

__all__ = ["read_number"]

_MONTH, _YEAR = int(Word.MONTH), int(Word.YEAR)
_UNREADABLE_DATE, _DEFAULT_DATE = int(Flag.DATE_UNREADABLE), int(Flag.DATE_DEFAULT)
_UNREADABLE_ID, _REPAIRED = int(Flag.ID_UNREADABLE), int(Flag.ID_REPAIRED)
_OTHER_PAPER, _LEFTOVER = int(Flag.ID_OTHER_PAPER), int(Flag.LEFTOVER)

_OLDEST_YEAR, _LATEST_YEAR = 1850, 2100
_OLD_DIGITS, _PERSONAL_DIGITS = 9, 12
_SHORTEST_PAPER = 5


@njit(cache=True, nogil=True)
def _next_part(reading: Reading, place: int, stop: int) -> int:
    """Place of the next run of digits of a date, after one stroke, dash, dot, "tháng" or "năm"; -1 if there is none."""
    codes = reading.codes
    if place >= stop:
        return -1
    code = codes[place]
    joins = code == SLASH or code == DASH or code == DOT
    if code >= 0:
        word, size, _ = match_phrase(reading, place, stop)
        joins = (word == _MONTH or word == _YEAR) and size == 1
    if joins and place + 1 < stop and codes[place + 1] <= DIGITS:
        return place + 1
    return -1


@njit(cache=True, nogil=True)
def _date_of(year: int, month: int, day: int) -> int:
    """yyyymmdd, or 0 where it is no date. A month or day of 0 is not known."""
    if year < _OLDEST_YEAR or year > _LATEST_YEAR or month > 12 or day > 31 or (day > 0 and month == 0):
        return 0
    if day > 30 and (month == 4 or month == 6 or month == 9 or month == 11):
        return 0
    if month == 2 and day > 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return 0
    return year * 10_000 + month * 100 + day


@njit(cache=True, nogil=True)
def _read_date(reading: Reading, place: int, stop: int) -> tuple[int, int]:
    """Date that starts at a run of digits (0: none) and the place after it: d/m/y, m/y, y-m-d or a year."""
    codes, values = reading.codes, reading.values
    first = values[place]
    size = DIGITS - codes[place]
    if size == 4:
        month = _next_part(reading, place + 1, stop)
        day = _next_part(reading, month + 1, stop) if month > 0 else -1
        if day > 0 and DIGITS - codes[month] <= 2 and DIGITS - codes[day] <= 2:
            return _date_of(first, values[month], values[day]), day + 1
        return _date_of(first, 0, 0), place + 1
    if size > 2:
        return 0, place + 1
    second = _next_part(reading, place + 1, stop)
    if second < 0:
        return 0, place + 1
    if DIGITS - codes[second] == 4:
        return _date_of(values[second], first, 0), second + 1
    third = _next_part(reading, second + 1, stop)
    if third < 0 or DIGITS - codes[third] != 4:
        return 0, second + 1
    return _date_of(values[third], values[second], first), third + 1


@njit(cache=True, nogil=True)
def _read_digits(codes: NDArray[np.int32], values: NDArray[np.int64], place: int, stop: int) -> tuple[int, int, int]:
    """Digits, value and end of a number; groups of two to four with spaces or dots between make one of 9 or 12."""
    size, value = DIGITS - codes[place], values[place]
    best_size, best_value, best_end = size, value, place + 1
    position = place + 1
    while 2 <= size <= 10 and position < stop:
        if codes[position] == DOT and position + 1 < stop:
            position += 1
        group = DIGITS - codes[position]
        if group < 2 or group > 4 or (position <= place + 2 and size > 4):
            break
        size += group
        value = value * 10**group + values[position]
        position += 1
        if size == _OLD_DIGITS or size == _PERSONAL_DIGITS:
            best_size, best_value, best_end = size, value, position
    return best_size, best_value, best_end


@njit(cache=True, nogil=True)
def _store_birth(reading: Reading, date: int) -> None:
    """Give a date to the open person; a second one is left over."""
    state, out = reading.state, reading.out
    person = state[PERSON]
    if person < 0 or out.birth[person] != 0:
        state[ROW_FLAGS] |= _LEFTOVER
        return
    out.birth[person] = date
    if date % 10_000 == 101:
        flag_person(reading, _DEFAULT_DATE)


@njit(cache=True, nogil=True)
def _store_paper(reading: Reading, size: int, value: int) -> bool:
    """Give an identity number to the open person, its kind by its digits; whether it could be one.

    Where a word says that a number is an identity paper, a lost leading zero (or two, of the 12) is put back.
    """
    state, out = reading.state, reading.out
    named = state[MODE] == IN_PAPER
    personal = size == _PERSONAL_DIGITS or (named and (size == 10 or size == 11))
    old = size == _OLD_DIGITS or (named and size == _OLD_DIGITS - 1)
    person = state[PERSON]
    if person < 0 or not (personal or old):
        return False
    if (personal and out.personal_id[person] >= 0) or (old and out.old_id[person] >= 0):
        state[ROW_FLAGS] |= _LEFTOVER
    elif personal:
        out.personal_id[person] = value
    else:
        out.old_id[person] = value
    if size != _PERSONAL_DIGITS and size != _OLD_DIGITS:
        out.flags[person] |= np.uint32(_REPAIRED)
    return True


@njit(cache=True, nogil=True)
def _read_item_number(codes: NDArray[np.int32], place: int, stop: int, state: NDArray[np.int64]) -> int:
    """A number that is neither date nor paper: the "1." of a list parts persons, anything else is left over."""
    if DIGITS - codes[place] <= 2 and place + 1 < stop and (codes[place + 1] == DOT or codes[place + 1] == CLOSE):
        state[FRESH] = 1
        return place + 2
    if state[COUNT] == 0 and DIGITS - codes[place] <= 2:
        return place + 1
    state[ROW_FLAGS] |= _LEFTOVER
    return place + 1


@njit(cache=True, nogil=True)
def read_number(reading: Reading, place: int, stop: int) -> int:
    """Read the number at ``place`` in the light of the words before it; the place to go on from."""
    codes, values, state = reading.codes, reading.values, reading.state
    mode = state[MODE]
    if mode == AFTER_DEATH or mode == IN_ALIAS or mode == IN_ADDRESS:
        return place + 1
    date, after_date = _read_date(reading, place, stop)
    if mode == IN_BIRTH:
        state[MODE] = IN_NAME
        state[FRESH] = 1
        if date == 0:
            flag_person(reading, _UNREADABLE_DATE)
        else:
            _store_birth(reading, date)
        return after_date
    size, value, after_digits = _read_digits(codes, values, place, stop)
    whole_date = date % 10_000 > 0 and after_date >= after_digits
    if not whole_date and _store_paper(reading, size, value):
        state[MODE] = AFTER_PAPER
        state[FRESH] = 1
        return after_digits
    if mode == IN_PAPER:
        flag_person(reading, _OTHER_PAPER if size >= _SHORTEST_PAPER else _UNREADABLE_ID)
        state[MODE] = AFTER_PAPER
        state[FRESH] = 1
        return max(after_digits, after_date)
    if date > 0:
        if mode == IN_NAME:
            _store_birth(reading, date)
            state[FRESH] = 1
        return after_date
    return _read_item_number(codes, place, stop, state)
