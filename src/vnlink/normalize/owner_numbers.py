"""Compiled part of reading owner strings: dates and identity numbers that stand inside the string."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import Flag

from .owner_state import (
    AFTER_DEATH,
    AFTER_ISSUE,
    AFTER_PAPER,
    COUNT,
    FRESH,
    IN_ADDRESS,
    IN_ALIAS,
    IN_BIRTH,
    IN_ISSUE,
    IN_NAME,
    IN_OTHER_PAPER,
    IN_PAPER,
    IN_RELATIVE,
    IN_REMARK,
    LISTED,
    MODE,
    P_BIRTH,
    P_FLAGS,
    P_OLD,
    P_OTHER,
    P_PERSONAL,
    PERSON,
    ROW_FLAGS,
    SOLD,
    T_BITS,
    T_CODE,
    T_SIZE,
    T_VALUE,
    T_WORD,
    counts_people,
    flag_person,
    is_break,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import CLOSE, DASH, DIGITS, DOT, SLASH, SPACED_DASH
from .tokens import Bit

__all__ = ["read_number"]

_MONTH, _YEAR = int(Word.MONTH), int(Word.YEAR)
_UNREADABLE_DATE, _DEFAULT_DATE = int(Flag.DATE_UNREADABLE), int(Flag.DATE_DEFAULT)
_UNREADABLE_ID, _REPAIRED = int(Flag.ID_UNREADABLE), int(Flag.ID_REPAIRED)
_OTHER_PAPER, _LEFTOVER = int(Flag.ID_OTHER_PAPER), int(Flag.LEFTOVER)

_OLDEST_YEAR, _LATEST_YEAR = 1850, 2100
_OLD_DIGITS, _PERSONAL_DIGITS = 9, 12
_SHORTEST_PAPER, _LONGEST_PAPER = 5, 16
_LETTER = Bit.LETTER
_DECEASED, _CUT, _HEIRS = int(Flag.DECEASED), int(Flag.NAME_CUT), int(Flag.HEIRS)
_SHORTEST_LIFE = 16
"""Two years joined by a dash are of birth and death if this many years lie between them; of a couple they would lie nearer."""


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
    old = (size == _OLD_DIGITS and state[MODE] != IN_OTHER_PAPER) or (named and size == _OLD_DIGITS - 1)
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
def _store_other_paper(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, size: int, value: int
) -> None:
    """Give the number of a passport, with the letter before it, to the open person; the code is that of the id cell."""
    if size < _SHORTEST_PAPER:
        flag_person(state, out, _UNREADABLE_ID)
        return
    flag_person(state, out, _OTHER_PAPER)
    person = state[PERSON]
    if person >= 0 and out[person, P_OTHER] == 0 and size <= _LONGEST_PAPER:
        letter = tokens[place - 1, T_BITS] // _LETTER if tokens[place - 1, T_CODE] >= 0 else 0
        out[person, P_OTHER] = (letter * 17 + size) * 10**16 + value


@inner
def _read_item_number(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> int:
    """A number that is neither date nor paper: "1." of a list parts persons, "1/3" is a share, anything else is left over."""
    small = DIGITS - tokens[place, T_CODE] <= 2
    after = place + 1
    code = tokens[after, T_CODE] if after < stop else 0
    if small and code == SLASH and after + 1 < stop and DIGITS - 2 <= tokens[after + 1, T_CODE] <= DIGITS - 1:
        state[FRESH] = 1
        return after + 2
    if small and (code == DOT or code == CLOSE or code == SLASH or code == DASH or code == SPACED_DASH):
        state[FRESH] = 1
        state[LISTED] = 1
        if state[COUNT] > 0 and words_ahead(tokens, after, stop)[1] == 0:
            state[ROW_FLAGS] |= _CUT  # the next of the list is announced and missing
        return after + 1
    if small and state[COUNT] > 0 and not state[LISTED] and counts_people(tokens, place, stop):
        behind = after + tokens[after, T_SIZE]
        if words_ahead(tokens, behind, stop)[1] == 0 or (behind < stop and is_break(tokens[behind, T_CODE])):
            state[ROW_FLAGS] |= _HEIRS  # "A + 3 người"
            return behind
    if state[COUNT] > 0 or not small:
        state[ROW_FLAGS] |= _LEFTOVER
    return after


@inner
def _year_of_death(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], date: int, place: int, stop: int
) -> int:
    """The place after "-1998" behind a year of birth; ``place`` where no year of death stands."""
    if date % 10_000 > 0 or place + 1 >= stop or tokens[place + 1, T_CODE] != DIGITS - 4:
        return place
    dash = tokens[place, T_CODE] == DASH or tokens[place, T_CODE] == SPACED_DASH
    years = tokens[place + 1, T_VALUE] - date // 10_000
    if not dash or years < _SHORTEST_LIFE or tokens[place + 1, T_VALUE] > _LATEST_YEAR:
        return place
    flag_person(state, out, _DECEASED)
    return place + 2


@inner
def read_number(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> int:
    """Read the number at ``place`` in the light of the words before it; the place to go on from."""
    mode = state[MODE]
    date, after_date = _read_date(tokens, place, stop)
    if mode == IN_ISSUE:
        if date > 0 or after_date > place + 1:
            state[MODE] = AFTER_ISSUE
        return after_date
    if mode == AFTER_DEATH or mode == IN_ALIAS or mode == IN_ADDRESS or mode == IN_REMARK or mode == IN_RELATIVE:
        return after_date
    if mode == IN_BIRTH:
        state[MODE] = IN_NAME
        state[FRESH] = 1
        if date == 0:
            flag_person(state, out, _UNREADABLE_DATE)
            return after_date
        _store_birth(state, out, date)
        return _year_of_death(tokens, state, out, date, after_date, stop)
    size, value, after_digits = _read_digits(tokens, place, stop)
    whole_date = date % 10_000 > 0 and after_date >= after_digits
    if not whole_date and _store_paper(state, out, size, value):
        state[MODE] = AFTER_PAPER
        state[FRESH] = 1
        return after_digits
    if mode == IN_PAPER or mode == IN_OTHER_PAPER:
        _store_other_paper(tokens, state, out, place, size, value)
        state[MODE] = AFTER_PAPER
        state[FRESH] = 1
        return max(after_digits, after_date)
    if date > 0:
        if mode == IN_NAME and not state[SOLD]:
            _store_birth(state, out, date)
            state[FRESH] = 1
            return _year_of_death(tokens, state, out, date, after_date, stop)
        return after_date
    return _read_item_number(tokens, state, place, stop)
