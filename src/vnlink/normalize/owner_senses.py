"""Compiled part of reading owner strings: which sense a word of the table has where it stands.

Nearly every word of the grammar is also a name or part of one: Bà, Anh, Hồ, Võ/vo, Năm, Sinh, Cùng, Trường. The rules
are one function a group of words; each answers the word itself, another word it stands for, or NAME.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import Role

from .owner_state import (
    AFTER_PAPER,
    BEGIN,
    FRESH,
    HOUSE,
    IN_ADDRESS,
    IN_ALIAS,
    IN_NAME,
    IN_PAPER,
    MODE,
    P_SIZE,
    PERSON,
    ROLE,
    SEX,
    T_CODE,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    TITLED,
    digits_near,
    is_break,
    is_surname,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import COLON

__all__ = ["sense_of"]

_NAME, _MALE, _FEMALE, _NEUTRAL = int(Word.NAME), int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.TITLE_NEUTRAL)
_MALE_WEAK, _FEMALE_WEAK = int(Word.TITLE_MALE_WEAK), int(Word.TITLE_FEMALE_WEAK)
_HOUSEHOLD, _DOUBTFUL, _HEAD = int(Word.HOUSEHOLD), int(Word.HOUSEHOLD_DOUBTFUL), int(Word.HEAD)
_WIFE, _WIFE_DOUBTFUL, _HUSBAND, _COUPLE = int(Word.WIFE), int(Word.WIFE_DOUBTFUL), int(Word.HUSBAND), int(Word.COUPLE)
_IS, _AND, _AND_DOUBTFUL, _DIED = int(Word.IS), int(Word.AND), int(Word.AND_DOUBTFUL), int(Word.DIED)
_MARTYR, _REPRESENTATIVE, _HEIRS = int(Word.MARTYR), int(Word.REPRESENTATIVE), int(Word.HEIRS)
_ALIAS, _ALIAS_DOUBTFUL, _BORN, _YEAR = int(Word.ALIAS), int(Word.ALIAS_DOUBTFUL), int(Word.BORN), int(Word.YEAR)
_PAPER, _ISSUE, _PHONE, _ADDRESS = int(Word.PAPER), int(Word.ISSUE), int(Word.PHONE), int(Word.ADDRESS)
_PLACE, _LABEL, _FILLER, _ORGANISATION = int(Word.PLACE), int(Word.LABEL), int(Word.FILLER), int(Word.ORGANISATION)
_VILLAGE, _DAY, _KIN = int(Word.VILLAGE), int(Word.DAY), int(Word.KIN)
_ROLE_SPOUSE = int(Role.SPOUSE)


@inner
def _at_start(state: NDArray[np.int64]) -> bool:
    """Whether the next name word would open a new person."""
    return state[FRESH] != 0 or state[PERSON] < 0 or state[MODE] != IN_NAME


@inner
def _sense_of_title(
    tokens: NDArray[np.int64],
    state: NDArray[np.int64],
    out: NDArray[np.int64],
    place: int,
    stop: int,
    word: int,
    size: int,
    unmarked: int,
) -> int:
    """A title stands at the start of a person with a name behind it, or in the middle of a string before a family name."""
    first, ahead = words_ahead(tokens, place + size, stop)
    surname = is_surname(tokens, first)
    mode = state[MODE]
    if mode == IN_ALIAS or (mode == IN_ADDRESS and not (is_break(tokens[place - 1, T_CODE]) and ahead >= 2)):
        return _NAME
    if word == _MALE_WEAK or word == _FEMALE_WEAK:
        strong = _MALE if word == _MALE_WEAK else _FEMALE
        return strong if _at_start(state) and ahead >= 2 and surname else _NAME
    if _at_start(state):
        sure = state[ROLE] >= 0 or state[HOUSE] or state[TITLED] or not unmarked
        return word if ahead >= (1 if sure else 2) else _NAME
    have = out[state[PERSON], P_SIZE]
    return word if surname and ahead >= 2 and have >= (3 if unmarked else 2) else _NAME


@inner
def _sense_of_household(
    tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """The word "Hộ" at the start of a person; "Hồ" and "ho" only before a title or "gia đình"."""
    if not _at_start(state) or state[MODE] == IN_ALIAS:
        return _NAME
    first, ahead = words_ahead(tokens, place + size, stop)
    if word == _HEAD or word == _HOUSEHOLD:
        return word if ahead >= 1 else _NAME
    after = place + size
    if after >= stop or tokens[after, T_CODE] < 0:
        return _NAME
    next_word = tokens[after, T_WORD]
    next_size = tokens[after, T_SIZE]
    unmarked = tokens[after, T_UNMARKED]
    first, ahead = words_ahead(tokens, after + next_size, stop)
    if next_word == _HOUSEHOLD:
        return _HOUSEHOLD
    if next_word != _MALE and next_word != _FEMALE and next_word != _NEUTRAL:
        return _NAME
    needs_surname = unmarked and next_word == _FEMALE
    return _HOUSEHOLD if ahead >= 1 and (not needs_surname or (ahead >= 2 and is_surname(tokens, first))) else _NAME


@inner
def _sense_of_wife(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> int:
    """Unmarked "vo" is "vợ" before a title, "là", a colon, or a whole woman's name; else the family name Võ."""
    after = place + 1
    if after >= stop:
        return _NAME
    if tokens[after, T_CODE] == COLON:
        return _WIFE
    if tokens[after, T_CODE] < 0:
        return _NAME
    word = tokens[after, T_WORD]
    size = tokens[after, T_SIZE]
    unmarked = tokens[after, T_UNMARKED]
    first, ahead = words_ahead(tokens, after + size, stop)
    if word == _IS or word == _HUSBAND:
        return _WIFE
    if word == _MALE or word == _FEMALE:
        return _WIFE if not unmarked or (ahead >= 2 and is_surname(tokens, first)) else _NAME
    follows = state[PERSON] >= 0 and state[FRESH] != 0
    _, ahead = words_ahead(tokens, after, stop)
    return _WIFE if follows and ahead >= 3 and is_surname(tokens, after) else _NAME


@inner
def _sense_of_and(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int, word: int, size: int) -> int:
    """The words "và", "cùng", "với" between two names; without diacritics only before a title, a spouse word or a family
    name.
    """
    first, ahead = words_ahead(tokens, place + size, stop)
    if ahead == 0 or state[TITLED]:
        return _NAME
    if word == _AND:
        if state[MODE] == IN_ADDRESS and not is_surname(tokens, first):
            return _FILLER
        return _AND
    if _at_start(state) and state[PERSON] < 0:
        return _NAME
    after = place + size
    if after < stop and tokens[after, T_CODE] >= 0:
        next_word = tokens[after, T_WORD]
        if next_word >= _MALE and next_word <= _COUPLE:
            return _AND
    return _AND if is_surname(tokens, first) and ahead >= 2 else _NAME


@inner
def _sense_of_number_word(
    tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Words of dates and papers count where digits follow; Sinh, Năm and Ngày are given names too."""
    after = place + size
    label = _at_start(state) and state[PERSON] >= 0  # an empty field of a form: "..., năm sinh: , CMND"
    if word == _BORN and label and (size > 1 or words_ahead(tokens, after, stop)[1] == 0):
        return _BORN
    if word == _BORN:
        return _BORN if digits_near(tokens, after, stop, 2 if size == 1 else 3) else _NAME
    if word == _PAPER:
        colon = after < stop and tokens[after, T_CODE] == COLON
        return _PAPER if size > 1 or colon or label or digits_near(tokens, after, stop, 4) else _NAME
    if word == _ISSUE:
        paper = state[MODE] == AFTER_PAPER or state[MODE] == IN_PAPER
        return _ADDRESS if paper or (size > 1 and state[PERSON] >= 0) else _NAME
    if word == _PHONE:
        return _ADDRESS if digits_near(tokens, after, stop, 3) else _NAME
    return _FILLER if _at_start(state) and digits_near(tokens, after, stop, 1) else _NAME


@inner
def _sense_of_remark(state: NDArray[np.int64], word: int, size: int) -> int:
    """Addresses, labels and fillers, which never begin a name but may end one."""
    if word == _ADDRESS:
        return _ADDRESS if state[PERSON] >= 0 else (_FILLER if size > 1 else _NAME)
    if word == _PLACE:
        waiting = state[TITLED] or state[ROLE] >= 0
        return _ADDRESS if _at_start(state) and state[PERSON] >= 0 and not waiting else _NAME
    return _FILLER if _at_start(state) or size > 1 else _NAME


@inner
def _sense_of_body(state: NDArray[np.int64], word: int, size: int) -> int:
    """Organisations and the like: a body at the beginning of the string, part of an address after a person, else a name."""
    if state[BEGIN] and not state[TITLED]:
        return word
    if state[PERSON] < 0 or not _at_start(state) or state[TITLED] or state[ROLE] >= 0:
        return _NAME
    return _ADDRESS if size > 1 or word == _VILLAGE else _NAME


@inner
def sense_of(
    tokens: NDArray[np.int64],
    state: NDArray[np.int64],
    out: NDArray[np.int64],
    place: int,
    stop: int,
    word: int,
    size: int,
    unmarked: int,
) -> int:
    """The word that a matched phrase really is here; NAME if it is part of a name.

    Words of the group from ORGANISATION on end the reading of the row.
    """
    if word <= _NEUTRAL:
        return _sense_of_title(tokens, state, out, place, stop, word, size, unmarked)
    if word == _HOUSEHOLD or word == _DOUBTFUL or word == _HEAD:
        return _sense_of_household(tokens, state, place, stop, word, size)
    if word == _WIFE_DOUBTFUL:
        return _sense_of_wife(tokens, state, place, stop)
    if word == _AND or word == _AND_DOUBTFUL:
        return _sense_of_and(tokens, state, place, stop, word, size)
    if word == _IS:
        _, ahead = words_ahead(tokens, place + size, stop)
        waiting = state[ROLE] >= 0 or state[SEX] > 0 or state[MODE] != IN_NAME
        return _FILLER if _at_start(state) and waiting and (ahead >= 3 or not unmarked) else _NAME
    if word == _ALIAS or word == _ALIAS_DOUBTFUL:
        _, ahead = words_ahead(tokens, place + size, stop)
        return _ALIAS if word == _ALIAS and state[PERSON] >= 0 and ahead >= 1 else _NAME
    if word == _BORN or word == _PAPER or word == _ISSUE or word == _PHONE or (word >= _DAY and word <= _YEAR):
        return _sense_of_number_word(tokens, state, place, stop, word, size)
    if word == _ADDRESS or word == _PLACE or word == _LABEL or word == _FILLER:
        return _sense_of_remark(state, word, size)
    if word == _WIFE or word == _HUSBAND or word == _COUPLE:
        _, ahead = words_ahead(tokens, place + size, stop)
        return word if ahead > 0 else (_FILLER if _at_start(state) else _NAME)
    if word == _KIN:
        _, ahead = words_ahead(tokens, place + size, stop)
        return _FILLER if _at_start(state) and state[PERSON] >= 0 and ahead >= 2 else _NAME
    if word == _MARTYR:
        return word if _at_start(state) else _NAME
    return _sense_of_body(state, word, size) if word >= _ORGANISATION else word
