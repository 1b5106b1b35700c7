"""Compiled part of reading owner strings: whether words name somebody who was named before.

"Lê Văn Tám, Võ Thị Sáu (vợ Tám)" names two, and so does "Lê Văn Tám, Võ Thị Sáu, vợ Lê Văn Tám": the third name is the first
again. What is known of the sex tells as much: "Bà Võ Thị Sáu, vợ Lê Văn Tám" is his wife, for she has none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag, Role

from .owner_state import (
    BASE,
    COUNT,
    COUPLE,
    LISTED,
    P_BIRTH,
    P_FLAGS,
    P_OLD,
    P_OTHER,
    P_PERSONAL,
    P_ROLE,
    P_SEX,
    P_SIZE,
    PERSON,
    ROW_FLAGS,
    T_CODE,
    T_PERSON,
    T_SIZE,
    T_WORD,
    is_middle,
    is_surname,
    is_title,
    is_woman,
    name_ahead,
    word_at,
)
from .owner_words import Word
from .token_kernel import COLON, COMMA, DASH, SPACED_DASH

__all__ = ["drop_repeated", "is_named_before", "is_spouse_by_sex", "told_sex"]

_NAME, _WIFE, _HUSBAND = int(Word.NAME), int(Word.WIFE), int(Word.HUSBAND)
_SPOUSE, _LEFTOVER = int(Role.SPOUSE), int(Flag.LEFTOVER)


@inner
def told_sex(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int) -> np.int64:
    """The open person's sex by title or role, or else by "Thị" or "Văn" in the name before ``place``."""
    person = state[PERSON]
    for position in range(place):
        if out[person, P_SEX] == SEX_MISSING and tokens[position, T_PERSON] == person and is_middle(tokens, position, place):
            return np.int64(SEX_FEMALE if is_woman(tokens, position, place) else SEX_MALE)
    return out[person, P_SEX]


@inner
def _ends_with(tokens: NDArray[np.int64], person: int, place: int, first: int, end: int) -> bool:
    """Whether the words from ``first`` to ``end`` are the name of ``person``, before ``place``, or its last words."""
    last = place - 1
    while last >= 0 and tokens[last, T_PERSON] != person:
        last -= 1
    for back in range(end - first):
        at = last - back
        if at < 0 or tokens[at, T_PERSON] != person or tokens[at, T_CODE] != tokens[end - 1 - back, T_CODE]:
            return False
    return end > first


@inner
def is_named_before(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, first: int, end: int) -> bool:
    """Whether the words from ``first`` to ``end`` are the name, or its last words, of a holder before the open one."""
    if first < end and is_title(word_at(tokens, first, end)):
        first += tokens[first, T_SIZE]
    for position in range(first, end):
        if tokens[position, T_CODE] < 0:
            return False
    found = False
    for person in range(state[BASE], state[PERSON]):
        found = found or _ends_with(tokens, person, place, first, end)
    return found


@inner
def is_spouse_by_sex(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, place: int, after: int, stop: int
) -> bool:
    """Whether a woman is called "vợ" of a man, or a man "chồng" of a woman, whose whole name stands right behind the word.

    A woman has no wife, so "Bà A vợ Lê Văn B" says whose she is; "Bà A, vợ Lê Thị B" contradicts itself and is left alone.
    """
    if after >= stop or tokens[after, T_CODE] < 0 or (tokens[after, T_WORD] != _NAME and not is_surname(tokens, after)):
        return False
    if not name_ahead(tokens, after, stop):
        return False
    position = after
    while position < stop and tokens[position, T_CODE] >= 0:
        if tokens[position, T_WORD] == _WIFE or tokens[position, T_WORD] == _HUSBAND:
            return False  # "Lê Văn Tám chồng Võ Thị Sáu vợ": the words stand behind the names
        position += 1
    sex = told_sex(tokens, state, out, place)
    woman = is_woman(tokens, after + 1, stop)
    if word == _WIFE:
        return bool(sex == SEX_FEMALE and not woman)
    return bool(word == _HUSBAND and sex == SEX_MALE and woman)


@inner
def drop_repeated(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], stop: int) -> None:
    """Take the second of two holders for the first again where the names are one and nothing tells them apart."""
    first = state[BASE]
    second = first + 1
    if state[LISTED] or out[second, P_ROLE] == _SPOUSE or out[first, P_SIZE] != out[second, P_SIZE] or out[first, P_SIZE] < 2:
        return
    begin = other = 0
    while tokens[begin, T_PERSON] != first:
        begin += 1
    while tokens[other, T_PERSON] != second:
        other += 1
    if tokens[begin, T_CODE] != tokens[other, T_CODE]:
        return
    end = other
    while end < stop and tokens[end, T_PERSON] == second:
        end += 1
    mark = tokens[other - 1, T_CODE]
    beside = mark == COMMA or mark == DASH or mark == SPACED_DASH  # nothing but that mark is between them
    if not beside or tokens[other - 2, T_PERSON] != first or not _ends_with(tokens, first, other, other, end):
        return
    if state[COUPLE] or (begin > 1 and tokens[begin - 1, T_CODE] == COLON and is_title(tokens[begin - 2, T_WORD])):
        return
    for column in (P_SEX, P_BIRTH, P_OTHER):
        if out[first, column] > 0 and out[second, column] > 0 and out[first, column] != out[second, column]:
            return
    for column in (P_PERSONAL, P_OLD):
        if out[first, column] >= 0 and out[second, column] >= 0 and out[first, column] != out[second, column]:
            return
    for column in (P_SEX, P_BIRTH, P_OTHER, P_PERSONAL, P_OLD):
        out[first, column] = max(out[first, column], out[second, column])
    out[first, P_FLAGS] |= out[second, P_FLAGS]
    for position in range(other, stop):
        if tokens[position, T_PERSON] == second:
            tokens[position, T_PERSON] = -1
    state[COUNT] = 1
    state[ROW_FLAGS] |= _LEFTOVER
