"""Compiled part of reading owner strings: dates and identity numbers that stand inside the string."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import Flag

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
    P_BIRTH,
    P_FLAGS,
    P_OLD,
    P_PERSONAL,
    PERSON,
    ROW_FLAGS,
    T_CODE,
    T_VALUE,
    T_WORD,
    flag_person,
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


@inner
def _next_part(tokens: NDArray[np.int64], place: int, stop: int) -> int:
    """Place of the next run of digits of a date, after one stroke, dash, dot, "tháng" or "năm"; -1 if there is none."""
    if place >= stop:
        return -1
    code = tokens[place, T_CODE]
    joins = code == SLASH or code == DASH or code == DOT
    if code >= 0:
        word = tokens[place, T_WORD]
        joins = word == _MONTH or word == _YEAR
    if joins and place + 1 < stop and tokens[place + 1, T_CODE] <= DIGITS:
        return place + 1
    return -1


@inner
def _date_of(year: int, month: int, day: int) -> int:
    """yyyymmdd, or 0 where it is no date. A month or day of 0 is not known."""
    if year < _OLDEST_YEAR or year > _LATEST_YEAR or month > 12 or day > 31 or (day > 0 and month == 0):
        return 0
    if day > 30 and (month == 4 or month == 6 or month == 9 or month == 11):
        return 0
    if month == 2 and day > 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return 0
    return year * 10_000 + month * 100 + day


@inner
def _read_date(tokens: NDArray[np.int64], place: int, stop: int) -> tuple[int, int]:
    """Date that starts at a run of digits (0: none) and the place after it: d/m/y, m/y, y-m-d or a year."""
    first = tokens[place, T_VALUE]
    size = DIGITS - tokens[place, T_CODE]
    if size == 4:
        month = _next_part(tokens, place + 1, stop)
        day = _next_part(tokens, month + 1, stop) if month > 0 else -1
        if day > 0 and DIGITS - tokens[month, T_CODE] <= 2 and DIGITS - tokens[day, T_CODE] <= 2:
            return _date_of(first, tokens[month, T_VALUE], tokens[day, T_VALUE]), day + 1
        return _date_of(first, 0, 0), place + 1
    if size > 2:
        return 0, place + 1
    second = _next_part(tokens, place + 1, stop)
    if second < 0:
        return 0, place + 1
    if DIGITS - tokens[second, T_CODE] == 4:
        return _date_of(tokens[second, T_VALUE], first, 0), second + 1
    third = _next_part(tokens, second + 1, stop)
    if third < 0 or DIGITS - tokens[third, T_CODE] != 4:
        return 0, second + 1
    return _date_of(tokens[third, T_VALUE], tokens[second, T_VALUE], first), third + 1


@inner
def _read_digits(tokens: NDArray[np.int64], place: int, stop: int) -> tuple[int, int, int]:
    """Digits, value and end of a number; groups of two to four with spaces or dots between make one of 9 or 12."""
    size, value = DIGITS - tokens[place, T_CODE], tokens[place, T_VALUE]
    best_size, best_value, best_end = size, value, place + 1
    position = place + 1
    while size <= 10 and 2 <= DIGITS - tokens[place, T_CODE] <= 4 and position < stop:
        if tokens[position, T_CODE] == DOT and position + 1 < stop:
            position += 1
        group = DIGITS - tokens[position, T_CODE]
        if group < 2 or group > 4:
            break
        size += group
        value = value * 10**group + tokens[position, T_VALUE]
        position += 1
        if size == _OLD_DIGITS or size == _PERSONAL_DIGITS:
            best_size, best_value, best_end = size, value, position
    return best_size, best_value, best_end


@inner
def _store_birth(state: NDArray[np.int64], out: NDArray[np.int64], date: int) -> None:
    """Give a date to the open person; a second one is left over."""
    person = state[PERSON]
    if person < 0 or out[person, P_BIRTH] != 0:
        state[ROW_FLAGS] |= _LEFTOVER
        return
    out[person, P_BIRTH] = date
    if date % 10_000 == 101:
        flag_person(state, out, _DEFAULT_DATE)


@inner
def _store_paper(state: NDArray[np.int64], out: NDArray[np.int64], size: int, value: int) -> bool:
    """Give an identity number to the open person, its kind by its digits; whether it could be one.

    Where a word says that a number is an identity paper, a lost leading zero (or two, of the 12) is put back.
    """
    named = state[MODE] == IN_PAPER
    personal = size == _PERSONAL_DIGITS or (named and (size == 10 or size == 11))
    old = size == _OLD_DIGITS or (named and size == _OLD_DIGITS - 1)
    person = state[PERSON]
    if person < 0 or not (personal or old):
        return False
    if (personal and out[person, P_PERSONAL] >= 0) or (old and out[person, P_OLD] >= 0):
        state[ROW_FLAGS] |= _LEFTOVER
    elif personal:
        out[person, P_PERSONAL] = value
    else:
        out[person, P_OLD] = value
    if size != _PERSONAL_DIGITS and size != _OLD_DIGITS:
        out[person, P_FLAGS] |= _REPAIRED
    return True


@inner
def _read_item_number(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> int:
    """A number that is neither date nor paper: the "1." of a list parts persons, anything else is left over."""
    if (
        DIGITS - tokens[place, T_CODE] <= 2
        and place + 1 < stop
        and (tokens[place + 1, T_CODE] == DOT or tokens[place + 1, T_CODE] == CLOSE)
    ):
        state[FRESH] = 1
        return place + 2
    if state[COUNT] == 0 and DIGITS - tokens[place, T_CODE] <= 2:
        return place + 1
    state[ROW_FLAGS] |= _LEFTOVER
    return place + 1


@inner
def read_number(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> int:
    """Read the number at ``place`` in the light of the words before it; the place to go on from."""
    mode = state[MODE]
    if mode == AFTER_DEATH or mode == IN_ALIAS or mode == IN_ADDRESS:
        return place + 1
    date, after_date = _read_date(tokens, place, stop)
    if mode == IN_BIRTH:
        state[MODE] = IN_NAME
        state[FRESH] = 1
        if date == 0:
            flag_person(state, out, _UNREADABLE_DATE)
        else:
            _store_birth(state, out, date)
        return after_date
    size, value, after_digits = _read_digits(tokens, place, stop)
    whole_date = date % 10_000 > 0 and after_date >= after_digits
    if not whole_date and _store_paper(state, out, size, value):
        state[MODE] = AFTER_PAPER
        state[FRESH] = 1
        return after_digits
    if mode == IN_PAPER:
        flag_person(state, out, _OTHER_PAPER if size >= _SHORTEST_PAPER else _UNREADABLE_ID)
        state[MODE] = AFTER_PAPER
        state[FRESH] = 1
        return max(after_digits, after_date)
    if date > 0:
        if mode == IN_NAME:
            _store_birth(state, out, date)
            state[FRESH] = 1
        return after_date
    return _read_item_number(tokens, state, place, stop)
