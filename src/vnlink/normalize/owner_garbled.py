"""Compiled part of reading owner strings: what was opened as a person and turns out to be a word that nobody could read.

Scans, damaged encodings and keys of typing leave words that no table has: "Ilộ gia đìrh ông Lê Văn A", "Lê Văn A, S1nh năm:
1974, soos GT: 020728336". Such words begin as a person's name would. What follows tells: a title and a name right behind the
first words of a row, which then were another word for household; or a date or a number right behind a word or two without a
family name, which then were its label.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import SEX_MISSING, Flag, Role

from .owner_further import is_highland
from .owner_state import (
    BASE,
    COUNT,
    FLAGS,
    FRESH,
    HOUSE,
    IN_NAME,
    LISTED,
    MODE,
    P_FLAGS,
    P_ROLE,
    P_SEX,
    P_SIZE,
    PERSON,
    ROLE,
    ROW_FLAGS,
    T_BITS,
    T_CODE,
    T_COUNT,
    T_PERSON,
    T_SIZE,
    colon_at,
    is_break,
    is_middle,
    is_surname,
    name_ahead,
    word_at,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import COLON, DASH, DIGITS, DOT
from .tokens import Bit

__all__ = ["code_end", "drop_garbled_label", "drop_garbled_start", "drop_letters", "drop_unknown_label"]

_NAME, _IS, _BORN, _PHONE = int(Word.NAME), int(Word.IS), int(Word.BORN), int(Word.PHONE)
_MALE, _FEMALE, _HOUSEHOLD = int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.HOUSEHOLD)
_HOUSEHOLD_DOUBTFUL = int(Word.HOUSEHOLD_DOUBTFUL)
_LEFTOVER, _DECEASED, _HAS_ALIAS = int(Flag.LEFTOVER), int(Flag.DECEASED), int(Flag.NAME_HAS_ALIAS)
_REPRESENTATIVE = int(Role.REPRESENTATIVE)
_HIGHLAND, _ODD, _SMALL, _BROKEN, _LETTER = Bit.HIGHLAND, Bit.ODD, Bit.SMALL, Bit.BROKEN, Bit.LETTER
_YEAR_DIGITS, _CERTIFICATE = 4, 6
_S = 19
"""The letter's number."""
_BEHIND_CODE = 4
"""Tokens of a row that begins with a code: its letters and digits, a household and a name."""
_LONGEST = 3
"""Words of a label or of a name for household: "số giấy tờ", "hộ gia đình"."""


@inner
def _may_be_name(tokens: NDArray[np.int64], first: int, stop: int) -> bool:
    """Whether some word from ``first`` to ``stop`` speaks for a name: a family name, "Văn" or "Thị", a highland prefix."""
    if is_surname(tokens, first) or is_highland(tokens, first, stop):
        return True
    for place in range(first, stop):
        if is_middle(tokens, place, stop) or (tokens[place, T_CODE] >= 0 and (tokens[place, T_BITS] & _HIGHLAND) != 0):
            return True
    return False


@inner
def _withdraw(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], first: int, stop: int) -> None:
    """Take the open person back; the one before it is open again, and whole.

    What words before it said goes to the next: a role, a death, a second name.
    """
    for place in range(first, stop):
        tokens[place, T_PERSON] = -1
    if state[COUNT] == 1:
        state[FLAGS] |= out[state[PERSON], P_FLAGS] & (_DECEASED | _HAS_ALIAS)
        state[ROLE] = _REPRESENTATIVE if out[state[PERSON], P_ROLE] == _REPRESENTATIVE else state[ROLE]
    state[COUNT] -= 1
    state[PERSON] = state[BASE] + state[COUNT] - 1 if state[COUNT] else -1
    state[FRESH] = 1
    state[ROW_FLAGS] |= _LEFTOVER


@inner
def _open_words(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int) -> int:
    """First of the words that are all of the open person and end before ``place``; -1 where it has others or too many."""
    first = place
    size = syllables = 0
    while first > 0 and (tokens[first - 1, T_CODE] == DASH or tokens[first - 1, T_PERSON] == state[PERSON]):
        first -= 1
        if tokens[first, T_PERSON] == state[PERSON]:
            size += 1
            syllables += tokens[first, T_COUNT]
    return first if 0 < size <= _LONGEST and out[state[PERSON], P_SIZE] == syllables else -1


@inner
def _is_household(tokens: NDArray[np.int64], state: NDArray[np.int64], first: int, stop: int) -> bool:
    """Whether words before a title are a misread "hộ gia đình", of which a word was read, or one that nobody is called by.

    That is one word alone, or some with an odd sign or a dash in them; "Arất Nhưn bà Hồ Thị Lan" are two people.
    """
    if state[HOUSE] or stop - first == 1:
        return True
    for place in range(first, stop):
        word, bits = word_at(tokens, place, stop), tokens[place, T_BITS]
        if tokens[place, T_CODE] == DASH:
            return True  # "I-Iộ"
        if word == _HOUSEHOLD or word == _HOUSEHOLD_DOUBTFUL or (bits & _ODD) != 0:
            return True
    return False


@inner
def code_end(tokens: NDArray[np.int64], place: int, stop: int) -> int:
    """The place behind a land user's code at the beginning of a row, "TT248 Hộ bà Vũ Thị Trang"; -1 if there is none.

    No vowel is in it, as in no name; "Nhóm 5 hộ" are people.
    """
    if place > 0 or stop < _BEHIND_CODE or tokens[1, T_CODE] > DIGITS or word_at(tokens, 0, stop) != _NAME:
        return -1
    if (tokens[0, T_BITS] & _BROKEN) == 0 and tokens[0, T_BITS] < _LETTER:
        return -1
    if word_at(tokens, 2, stop) != _HOUSEHOLD or words_ahead(tokens, 2 + tokens[2, T_SIZE], stop)[1] < 2:
        return -1
    return 2


@inner
def drop_garbled_start(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int
) -> None:
    """Before a title at ``place``: take back the first person of a row if it was a misread word for household.

    And a later one that ends in "là", which was a misread word for a spouse: "..., chồig là ông Lê Văn A".
    """
    if state[COUNT] < 1 or state[FRESH] or state[MODE] != IN_NAME or out[state[PERSON], P_SEX] != SEX_MISSING:
        return
    word, behind = word_at(tokens, place, stop), place + tokens[place, T_SIZE]
    if (word != _MALE and word != _FEMALE) or not name_ahead(tokens, behind, stop):
        return
    if tokens[behind, T_CODE] < 0 and not colon_at(tokens, behind, stop):
        return  # "Phú Viết Ba, Trương Thị Nguyệt"
    end = place - 1 if colon_at(tokens, place - 1, stop) else place
    first = _open_words(tokens, state, out, end)
    if first < 0 or _may_be_name(tokens, first, end):
        return
    if state[COUNT] > 1:
        if end == place and word_at(tokens, place - 1, stop) == _IS and is_break(tokens[first - 1, T_CODE]):
            _withdraw(tokens, state, out, first, end)
        return
    if end == place and not _is_household(tokens, state, first, end):
        return
    begun = False
    for before in range(first):
        begun = begun or tokens[before, T_CODE] >= 0
        if begun and is_break(tokens[before, T_CODE]):
            return
    _withdraw(tokens, state, out, first, end)


@inner
def drop_unknown_label(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int
) -> None:
    """At a colon: take back the open person if it is the label of a field that a name follows, "Chủ SDĐ: Lê Văn A"."""
    if state[COUNT] < 1 or state[FRESH] or state[MODE] != IN_NAME or out[state[PERSON], P_SEX] != SEX_MISSING:
        return
    if place + 1 >= stop or tokens[place + 1, T_CODE] < 0:
        return
    household = word_at(tokens, place + 1, stop) == _HOUSEHOLD  # "HGĐCN: Hộ bà B"
    if not name_ahead(tokens, place + 1, stop) and not (household and words_ahead(tokens, place + 2, stop)[1] > 0):
        return
    first = _open_words(tokens, state, out, place)
    if first >= 0 and (first == 0 or is_break(tokens[first - 1, T_CODE])) and not _may_be_name(tokens, first, place):
        _withdraw(tokens, state, out, first, place)


@inner
def _is_label(tokens: NDArray[np.int64], first: int, stop: int) -> bool:
    """Whether some word is one of dates and papers, or has a digit inside: "S1nh năm", "soos CMND"; but "Thanh Hà 1974".

    Or an "s" stands for the word before a year: "(s1962)".
    """
    if stop - first == 1 and tokens[first, T_BITS] // _LETTER == _S and tokens[stop, T_CODE] == DIGITS - _YEAR_DIGITS:
        return True
    for place in range(first, stop):
        word = word_at(tokens, place, stop)
        if (word >= _BORN and word <= _PHONE) or (tokens[place, T_CODE] >= 0 and (tokens[place, T_BITS] & _ODD) != 0):
            return True
    return False


@inner
def _is_given_name(tokens: NDArray[np.int64], first: int, end: int, place: int) -> bool:
    """Whether one word with a capital, and whole, stands before a year: "Lê Văn Tám, Hoa: 1974"."""
    whole = (tokens[first, T_BITS] & (_SMALL | _BROKEN)) == 0 and tokens[first, T_COUNT] == 1
    return bool(
        end - first == 1 and whole and tokens[first, T_BITS] < _LETTER and tokens[place, T_CODE] == DIGITS - _YEAR_DIGITS
    )


@inner
def drop_garbled_label(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int) -> None:
    """Before digits at ``place``: take back the open person if it was the misread label of a date or a number."""
    if state[COUNT] < 2 or state[FRESH] or state[MODE] != IN_NAME or out[state[PERSON], P_SEX] != SEX_MISSING:
        return
    if state[LISTED]:
        return
    end = place
    while end > 0 and (tokens[end - 1, T_CODE] == COLON or tokens[end - 1, T_CODE] == DOT):
        end -= 1
    first = _open_words(tokens, state, out, end)
    if first <= 0 or not is_break(tokens[first - 1, T_CODE]) or _may_be_name(tokens, first, end):
        return
    if not _is_label(tokens, first, end) and (end == place or _is_given_name(tokens, first, end, place)):
        return
    _withdraw(tokens, state, out, first, end)


@inner
def drop_letters(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> None:
    """Before digits at ``place``: take letters that belong to them from the end of a whole name.

    Those of a certificate, in which no vowel is ("Lê Văn Tám BĐ 456789"), and a small "s" before a year ("Lê Văn Tám s1962").
    """
    last = place - 1
    if state[PERSON] < 0 or state[FRESH] or state[MODE] != IN_NAME or last < 2 or tokens[last, T_PERSON] != state[PERSON]:
        return
    before = tokens[last - 1, T_PERSON] == state[PERSON] and not is_middle(tokens, last - 1, stop)
    if not before or out[state[PERSON], P_SIZE] < _LONGEST or tokens[last, T_COUNT] != 1:
        return
    bits, code = tokens[last, T_BITS], tokens[place, T_CODE]
    ends = place + 1 >= stop or is_break(tokens[place + 1, T_CODE])
    certificate = code == DIGITS - _CERTIFICATE and ends and (bits & (_BROKEN | _SMALL)) == _BROKEN
    born = code == DIGITS - _YEAR_DIGITS and bits // _LETTER == _S and (bits & _SMALL) != 0
    if certificate or born:
        tokens[last, T_PERSON] = -1
        out[state[PERSON], P_SIZE] -= 1
        state[FRESH] = 1 if certificate else state[FRESH]
        state[ROW_FLAGS] |= _LEFTOVER
