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
    is_surname,
    is_title,
    is_woman,
    name_ahead,
    sex_in_name,
    word_at,
)
from .owner_words import Word
from .token_kernel import COLON, COMMA, DASH, SPACED_DASH

__all__ = ["drop_repeated", "is_spouse_by_sex", "named_before", "told_sex"]

_NAME, _WIFE, _HUSBAND = int(Word.NAME), int(Word.WIFE), int(Word.HUSBAND)
_MALE, _FEMALE = int(Word.TITLE_MALE), int(Word.TITLE_FEMALE)
_SPOUSE, _LEFTOVER = int(Role.SPOUSE), int(Flag.LEFTOVER)
_SEXES = 3


@inner
def told_sex(tokens: NDArray[np.int64], out: NDArray[np.int64], person: int, place: int) -> np.int64:
    """The sex of ``person`` by title or role, or else by "Thị" or "Văn" in the name before ``place``."""
    if out[person, P_SEX] != SEX_MISSING:
        return out[person, P_SEX]
    return np.int64(sex_in_name(tokens, person, place))


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
def _may_be_spouses(mine: int, theirs: int, says: int, bracket: bool) -> bool:
    """Whether a word of the sex ``says`` may be said of the open person, of sex ``mine``, or of the other, of sex ``theirs``.

    "Lê Văn Hoa, Võ Văn Sáu, vợ Hoa" names a third, for the first is no wife and the second has no husband. Where only the
    other's sex contradicts the word, what stands in a bracket is said of the open person, "Lê Văn Tám, Võ Sáu (vợ Tám)", and
    behind a comma a third is named.
    """
    of_me = mine != _SEXES - says and theirs != says
    of_other = theirs != _SEXES - says and mine != says
    return of_other or (of_me and (bracket or mine != SEX_MISSING))


@inner
def named_before(
    tokens: NDArray[np.int64],
    state: NDArray[np.int64],
    out: NDArray[np.int64],
    word: int,
    place: int,
    first: int,
    end: int,
    bracket: bool,
) -> int:
    """The holder before the open one whose name, or its last words, the words behind "vợ" or "chồng" are; -1 if it is none's.

    A part of a name counts only if the word fits the sexes of both: two may be called Hoa.
    """
    title = SEX_MISSING
    if first < end and is_title(word_at(tokens, first, end)):
        title = (
            SEX_MALE if tokens[first, T_WORD] == _MALE else (SEX_FEMALE if tokens[first, T_WORD] == _FEMALE else SEX_MISSING)
        )
        first += tokens[first, T_SIZE]
    for position in range(first, end):
        if tokens[position, T_CODE] < 0:
            return -1
    says = SEX_MALE if word == _HUSBAND else SEX_FEMALE
    mine = told_sex(tokens, out, state[PERSON], place)
    for person in range(state[BASE], state[PERSON]):
        if not _ends_with(tokens, person, place, first, end):
            continue
        theirs = told_sex(tokens, out, person, place)
        if title != SEX_MISSING and theirs == _SEXES - title:
            continue
        theirs = max(theirs, title)
        if end - first >= out[person, P_SIZE] or _may_be_spouses(mine, theirs, says, bracket):
            return person
    return -1


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
    sex = told_sex(tokens, out, state[PERSON], place)
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
