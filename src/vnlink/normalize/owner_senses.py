"""Compiled part of reading owner strings: which sense a word of the table has where it stands.

Nearly every word of the grammar is also a name or part of one: Bà, Anh, Hồ, Võ/vo, Năm, Sinh, Cùng, Trường. The rules
are one function a group of words; each answers the word itself, another word it stands for, or NAME. Those of the words that
introduce a person are in :mod:`vnlink.normalize.owner_person_senses`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import Flag, Role

from .owner_further import is_highland, joins_by_case
from .owner_marks import is_family
from .owner_person_senses import (
    sense_of_and,
    sense_of_couple,
    sense_of_household,
    sense_of_kin,
    sense_of_title,
    sense_of_wife,
)
from .owner_state import (
    AFTER_ISSUE,
    AFTER_PAPER,
    BEGIN,
    COUNT,
    FRESH,
    IN_ISSUE,
    IN_NAME,
    IN_OTHER_PAPER,
    IN_PAPER,
    MODE,
    P_FLAGS,
    P_SIZE,
    PERSON,
    ROLE,
    SEX,
    T_ALONE,
    T_BITS,
    T_CODE,
    T_PERSON,
    T_RUN,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    TITLED,
    WAITS,
    at_start,
    colon_at,
    digits_near,
    is_break,
    is_middle,
    is_short_number,
    is_surname,
    is_title,
    is_woman,
    may_end,
    name_ahead,
    word_at,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import COLON, DIGITS, SEMICOLON
from .tokens import Bit

__all__ = ["sense_of"]

_NAME, _MALE, _NEUTRAL, _TITLE_COUPLE = int(Word.NAME), int(Word.TITLE_MALE), int(Word.TITLE_NEUTRAL), int(Word.TITLE_COUPLE)
_KIN_MANY, _HOUSEHOLD, _HEAD, _WIFE = int(Word.KIN_MANY), int(Word.HOUSEHOLD), int(Word.HEAD), int(Word.WIFE)
_HUSBAND, _COUPLE_LETTER, _IS, _AND = int(Word.HUSBAND), int(Word.COUPLE_LETTER), int(Word.IS), int(Word.AND)
_AND_DOUBTFUL, _DIED, _MARTYR, _ESTATE = int(Word.AND_DOUBTFUL), int(Word.DIED), int(Word.MARTYR), int(Word.ESTATE)
_REPRESENTATIVE, _AGENT, _BY = int(Word.REPRESENTATIVE), int(Word.AGENT), int(Word.BY)
_HEIRS, _PEOPLE, _ALIAS, _ALIAS_INSIDE = int(Word.HEIRS), int(Word.PEOPLE), int(Word.ALIAS), int(Word.ALIAS_INSIDE)
_ALIAS_DOUBTFUL, _BAPTISMAL, _BORN, _YEAR = int(Word.ALIAS_DOUBTFUL), int(Word.BAPTISMAL), int(Word.BORN), int(Word.YEAR)
_DAY = int(Word.DAY)
_PAPER, _OTHER_PAPER, _ISSUE, _PHONE = int(Word.PAPER), int(Word.OTHER_PAPER), int(Word.ISSUE), int(Word.PHONE)
_ADDRESS, _PLACE, _QUARTER = int(Word.ADDRESS), int(Word.PLACE), int(Word.QUARTER)
_FILLER, _REMARK, _TRANSFER = int(Word.FILLER), int(Word.REMARK), int(Word.TRANSFER)
_LABEL, _ORDINAL, _UNIT, _PARCEL = int(Word.LABEL), int(Word.ORDINAL), int(Word.UNIT), int(Word.PARCEL)
_GROUP, _LAND, _ORGANISATION, _COMMUNITY = int(Word.GROUP), int(Word.LAND), int(Word.ORGANISATION), int(Word.COMMUNITY)
_VILLAGE, _NOBODY, _STATE = int(Word.VILLAGE), int(Word.NOBODY), int(Word.STATE)
_RELATIVE, _SELLER = int(Word.RELATIVE), int(Word.SELLER)
_HEAD_OF_HOUSEHOLD, _DECEASED = int(Role.HEAD), int(Flag.DECEASED)
_MARKED, _ODD, _MIDDLE, _WOMAN, _BROKEN, _LETTER = Bit.MARKED, Bit.ODD, Bit.MIDDLE, Bit.WOMAN, Bit.BROKEN, Bit.LETTER
_YEAR_DIGITS = 4
_LONGEST_REST = 3


@inner
def _must_be_given(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int) -> bool:
    """Whether the word stands behind "Văn" or "Thị" of an open name: it is the given name then, whatever it means elsewhere."""
    if state[FRESH] or state[PERSON] < 0 or state[MODE] != IN_NAME:
        return False
    if tokens[place - 1, T_CODE] < 0 or tokens[place - 1, T_PERSON] != state[PERSON]:
        return False
    bits = tokens[place - 1, T_BITS]
    have = out[state[PERSON], P_SIZE]
    # Behind more than a family name only a marked "Thị" is sure: Trần Thị Hiền Văn has her given name.
    return (bits & _MIDDLE) != 0 and (have == 2 or (have > 2 and (bits & _WOMAN) != 0 and (bits & _MARKED) != 0))


@inner
def _ends_short_name(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, size: int
) -> bool:
    """Whether only a family name stands before the word and no more of a name behind it: Nguyễn Đại Diện, Lê Mất."""
    if state[FRESH] or state[PERSON] < 0 or out[state[PERSON], P_SIZE] != 1 or not is_surname(tokens, place - 1):
        return False
    after = place + size
    return after >= stop or is_break(tokens[after, T_CODE]) or word_at(tokens, after, stop) == _AND


@inner
def _sense_of_issue(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], after: int, stop: int, size: int
) -> int:
    """When and by whom a paper was issued, behind its number or by several words; "Ca Thị Liễu" is a person."""
    if size == 1 and is_middle(tokens, after, stop):
        return _NAME
    mode = state[MODE]
    paper = mode == AFTER_PAPER or mode == IN_PAPER or mode == IN_OTHER_PAPER or mode == IN_ISSUE or mode == AFTER_ISSUE
    whole = size > 1 and state[PERSON] >= 0 and may_end(state, out)
    return _ISSUE if paper or whole else _NAME


@inner
def _sense_of_number_word(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Words of dates and papers count where digits follow; Sinh, Năm and Ngày are given names too."""
    after = place + size
    start = at_start(state)
    label = start and state[PERSON] >= 0  # an empty field of a form: "..., năm sinh: , CMND"
    if word == _BORN and label and (size > 1 or words_ahead(tokens, after, stop)[1] == 0):
        return _BORN
    if word == _BORN:
        return _BORN if digits_near(tokens, after, stop, 2 if size == 1 else 3) else _NAME
    if word == _PAPER or word == _OTHER_PAPER:
        return word if size > 1 or colon_at(tokens, after, stop) or label or digits_near(tokens, after, stop, 4) else _NAME
    if word == _ISSUE:
        return _sense_of_issue(tokens, state, out, after, stop, size)
    if word == _PHONE:
        empty = label and words_ahead(tokens, after, stop)[1] == 0
        return _ADDRESS if digits_near(tokens, after, stop, 3) else (_FILLER if empty else _NAME)
    if start:
        return _FILLER if digits_near(tokens, after, stop, 1) else _NAME
    if word == _DAY and after + 1 < stop and is_short_number(tokens[after, T_CODE]) and tokens[after + 1, T_CODE] < 0:
        return _FILLER if out[state[PERSON], P_SIZE] >= 2 else _NAME  # "... cho B ngày 12/4/2005"
    year = word == _YEAR and after < stop and tokens[after, T_CODE] == DIGITS - _YEAR_DIGITS
    return _FILLER if year and out[state[PERSON], P_SIZE] >= 2 else _NAME


@inner
def _sense_of_alias(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Words before a second name. "Tự" is also a middle name: it is a word only behind a whole name of three syllables."""
    _, ahead = words_ahead(tokens, place + size, stop)
    if state[PERSON] < 0 or ahead == 0:
        return _NAME
    if word == _ALIAS_DOUBTFUL:  # "LE VAN BA TUC TY", "..., TUC NGUYEN VAN NAM"
        if at_start(state):
            return _ALIAS if not state[WAITS] and name_ahead(tokens, place + size, stop) else _NAME
        return _ALIAS if out[state[PERSON], P_SIZE] >= 3 else _NAME
    if word == _ALIAS_INSIDE and at_start(state):  # "..., tự: Ba Đen"
        return _ALIAS if colon_at(tokens, place + size, stop) and not state[WAITS] and not state[TITLED] else _NAME
    if word == _ALIAS_INSIDE:
        return _ALIAS if out[state[PERSON], P_SIZE] >= 3 else _NAME
    return _ALIAS if may_end(state, out) else _NAME  # Trịnh Thế Danh Thành


@inner
def _is_titled(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a title and a whole name stand at ``place``, so that no mark is needed to tell the title."""
    return is_title(word_at(tokens, place, stop)) and name_ahead(tokens, place + tokens[place, T_SIZE], stop)


@inner
def _ends_in_agent(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a guardian is told behind the name from ``place`` on: "do bà B giám hộ"."""
    while place < stop and not is_break(tokens[place, T_CODE]):
        if tokens[place, T_CODE] >= 0 and tokens[place, T_WORD] == _AGENT:
            return True
        place += 1
    return False


@inner
def _sense_of_representative(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Words of representation; "do" only before a title: "..., do bà B đại diện".

    A guardian or attorney behind a living holder is only mentioned.
    """
    _, ahead = words_ahead(tokens, place + size, stop)
    if word == _BY:
        next_word = word_at(tokens, place + size, stop)
        marked = is_title(next_word) and not tokens[place + size, T_UNMARKED] and ahead >= 2
        if state[PERSON] < 0 or not (marked or _is_titled(tokens, place + size, stop)):
            return _NAME
        return _RELATIVE if _ends_in_agent(tokens, place + size, stop) else word
    if word == _AGENT:
        if not may_end(state, out) or (ahead == 0 and state[PERSON] < 0):
            return _NAME
        alone = state[PERSON] < 0 or state[TITLED] or state[WAITS] or state[ROLE] >= 0 or ahead == 0
        return _REPRESENTATIVE if alone or (out[state[PERSON], P_FLAGS] & _DECEASED) != 0 else _RELATIVE
    return word if ahead > 0 or state[PERSON] >= 0 else _NAME


@inner
def _sense_of_measure(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """How many people or how much land stands behind a number, "5 khẩu", "2 thửa", which land before one: "tờ 3 thửa 12"."""
    after = place + size
    if word == _PARCEL and after < stop and tokens[after, T_CODE] <= DIGITS:
        return word if state[PERSON] >= 0 and may_end(state, out) else _NAME
    if word == _PARCEL and not at_start(state):
        return _NAME
    if size > 1:
        return _FILLER if may_end(state, out) else _NAME  # "một phần"
    counted = place > 0 and tokens[place - 1, T_CODE] <= DIGITS
    return _FILLER if counted and (after >= stop or tokens[after, T_CODE] < 0) else _NAME


@inner
def _sense_of_remark(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Addresses, labels, fillers and clerks' remarks, which never begin a name but may end one."""
    start = at_start(state)
    if word == _ADDRESS:
        after = place + size
        if size == 1 and not start and (after >= stop or is_break(tokens[after, T_CODE]) or tokens[after, T_WORD] == _AND):
            return _NAME  # "Phạm Bích Trú và ..."
        return _ADDRESS if state[PERSON] >= 0 else (_FILLER if size > 1 else _NAME)
    if word == _PLACE or word == _QUARTER:
        if state[BEGIN] and place == 0 and place + 1 < stop and is_short_number(tokens[place + 1, T_CODE]):
            return _VILLAGE  # "Đội 3"
        waiting = state[TITLED] or state[ROLE] >= 0 or is_family(tokens, place, stop)
        return _ADDRESS if start and state[PERSON] >= 0 and not waiting else _NAME
    if word == _REMARK or word == _TRANSFER:
        return word if state[PERSON] >= 0 and may_end(state, out) else _NAME
    if word == _PEOPLE:
        return _HEIRS if start and size > 1 and state[PERSON] >= 0 else _NAME
    if word == _UNIT or word == _PARCEL:
        return _sense_of_measure(tokens, state, out, place, stop, word, size)
    if word == _ORDINAL:
        return _NAME
    if word == _LABEL and size == 1 and (state[TITLED] or (tokens[place, T_BITS] & _ODD) != 0):
        return _NAME  # "Bà Chủ", "c0n"
    if word == _LABEL and size == 1 and may_end(state, out) and (tokens[place, T_BITS] & _BROKEN) == 0:
        field = colon_at(tokens, place + 1, stop) or (start and words_ahead(tokens, place + 1, stop)[1] == 0)
        named = name_ahead(tokens, place + 1, stop) or is_title(word_at(tokens, place + 1, stop))
        return _LABEL if field or named else _NAME  # "gồm: ...", but not "chủ bộ"
    if size > 1 and not start and may_end(state, out) and name_ahead(tokens, place + size, stop):
        return _AND  # "A đồng sở hữu B"
    return _FILLER if start or size > 1 or (tokens[place, T_BITS] & _BROKEN) != 0 else _NAME  # "... CNV"


@inner
def _names_persons(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether persons are named in the rest of the string: by a title, or by a family name behind a colon.

    Or by "Văn" or "Thị" behind a rarer one, in what a colon or semicolon begins.
    """
    listed = False
    for position in range(place, stop):
        word = word_at(tokens, position, stop)
        listed = listed or colon_at(tokens, position, stop)
        begins = listed and (tokens[position, T_CODE] == COLON or tokens[position, T_CODE] == SEMICOLON)
        introduced = is_title(word) or word == _TITLE_COUPLE or begins
        if introduced and name_ahead(tokens, position + 1, stop):
            return True
        rare = begins and word_at(tokens, position + 1, stop) == _NAME and is_middle(tokens, position + 2, stop)
        if rare and tokens[position + 1, T_RUN] >= _LONGEST_REST:
            return True
    return False


@inner
def _is_name_of_body(tokens: NDArray[np.int64], place: int, stop: int, size: int, unmarked: int) -> bool:
    """Whether a kind of body at the beginning is a family name: Trường Văn Hợi, Đình Thị Mơ, BAN TAI LUU (for Bàn)."""
    after = place + size
    first, ahead = words_ahead(tokens, after, stop)
    if first != after or (size == 1 and (tokens[place, T_BITS] & _BROKEN) != 0):  # "CTCP Văn Lang"
        return False
    woman = is_woman(tokens, after, stop) and ahead <= _LONGEST_REST
    middle = woman or (is_middle(tokens, after, stop) and ahead == 2)
    if size == 1 and middle and tokens[after, T_SIZE] == 1:  # not "Thị trấn"
        return True
    if not unmarked or not is_surname(tokens, place) or (tokens[after, T_BITS] & _MARKED) != 0:
        return False
    return bool(size + ahead <= _LONGEST_REST and size < _LONGEST_REST)


@inner
def _sense_of_body(
    tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int, word: int, size: int, unmarked: int
) -> int:
    """Organisations and the like: a body at the beginning of the string, part of an address after a person, else a name."""
    after = place + size
    if word == _VILLAGE and size == 2 and at_start(state) and is_highland(tokens, after, stop):
        return _NAME  # "Buôn Yă Y Sam": a clan that has the name of its village
    waiting = state[TITLED] or state[ROLE] == _HEAD_OF_HOUSEHOLD
    if word == _NOBODY and size > 1 and state[COUNT] == 0:
        return word  # "Ông (không rõ tên)"
    if state[BEGIN] and not waiting:
        if word == _GROUP or word == _LAND:
            return _FILLER if _names_persons(tokens, after, stop) else (_COMMUNITY if word == _GROUP else _STATE)
        return _NAME if _is_name_of_body(tokens, place, stop, size, unmarked) else word
    if word == _LAND:
        return _PARCEL if at_start(state) and state[PERSON] >= 0 and not waiting else _NAME  # "..., đất lúa"
    if word == _GROUP:
        return _NAME
    if state[PERSON] < 0 or not at_start(state) or state[TITLED] or state[ROLE] >= 0:
        return _NAME
    return word if size > 1 or word == _VILLAGE else _NAME


@inner
def _sense_of_introduction(
    tokens: NDArray[np.int64],
    state: NDArray[np.int64],
    out: NDArray[np.int64],
    place: int,
    stop: int,
    word: int,
    size: int,
    unmarked: int,
) -> int:
    """Words that introduce a person, up to AND_DOUBTFUL."""
    if word <= _TITLE_COUPLE:
        return sense_of_title(tokens, state, out, place, stop, word, size, unmarked)
    if word <= _KIN_MANY:
        return sense_of_kin(tokens, state, out, place, stop, word, size)
    if word <= _HEAD:
        return sense_of_household(tokens, state, out, place, stop, word, size)
    if word <= _HUSBAND:
        return sense_of_wife(tokens, state, out, place, stop, word, size)
    if word <= _COUPLE_LETTER:
        return sense_of_couple(tokens, state, out, place, stop, word, size)
    if word != _IS:
        return sense_of_and(tokens, state, out, place, stop, word, size)
    _, ahead = words_ahead(tokens, place + size, stop)
    waiting = state[ROLE] >= 0 or state[SEX] > 0 or state[MODE] != IN_NAME
    if unmarked and is_woman(tokens, place + size, stop):
        return _NAME  # "vo: La Thi H. Lan"
    if at_start(state) and state[PERSON] >= 0 and _is_titled(tokens, place + size, stop):
        return _FILLER  # "..., DAI DIEN LA BA LE THI AN"
    return _FILLER if at_start(state) and waiting and ahead >= (3 if unmarked else 1) else _NAME


@inner
def _sense_before_name(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int, word: int, size: int) -> int:
    """Baptismal names, which a civil name follows, and words after which somebody is named who holds nothing."""
    if word == _BAPTISMAL:
        after = place + size
        follows = word_at(tokens, after, stop) == _BAPTISMAL or (after < stop and is_surname(tokens, after))
        return word if at_start(state) and follows else _NAME
    if tokens[place, T_BITS] >= _LETTER and not at_start(state):
        return _NAME  # "Danh V. Ô Ra"
    return word if state[PERSON] >= 0 and state[ROLE] < 0 and words_ahead(tokens, place + size, stop)[1] > 0 else _NAME


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

    Words of the group from ORGANISATION on are a body's name at the beginning of the row, and an address or a remark later.
    """
    if tokens[place, T_ALONE]:
        return word
    next_word = word_at(tokens, place + size, stop)
    joins = word == _AND
    if word == _AND_DOUBTFUL:
        introduced = (next_word >= _MALE and next_word <= _COUPLE_LETTER) or next_word == _HEIRS
        joins = introduced or joins_by_case(tokens, place, stop)
    if not joins and word != _HEIRS and _must_be_given(tokens, state, out, place):
        return _NAME
    if place == 0 and size == 2 and stop == 2 and is_surname(tokens, place):
        return _NAME  # Công Đoàn, Từ Trần, Tô Đình: two words and nothing else are a name before they are anything
    if word <= _AND_DOUBTFUL:
        return _sense_of_introduction(tokens, state, out, place, stop, word, size, unmarked)
    if word >= _GROUP:
        return _sense_of_body(tokens, state, place, stop, word, size, unmarked)
    if word >= _BORN and word <= _PHONE:
        return _sense_of_number_word(tokens, state, out, place, stop, word, size)
    if _ends_short_name(tokens, state, out, place, stop, size):
        return _NAME
    if word == _MARTYR:
        late = size == 1 and not unmarked and not is_title(next_word)  # "cố" is one before a title, or first of all
        if late and state[PERSON] < 0 and not state[TITLED] and is_surname(tokens, place + 1):
            late = is_middle(tokens, place + 1, stop) or tokens[place + 1, T_RUN] < 2
        return word if may_end(state, out) and not late else _NAME
    if word >= _REPRESENTATIVE and word <= _BY:
        return _sense_of_representative(tokens, state, out, place, stop, word, size)
    if word >= _ALIAS and word <= _ALIAS_DOUBTFUL:
        return _sense_of_alias(tokens, state, out, place, stop, word, size)
    if word == _BAPTISMAL or word == _RELATIVE or word == _SELLER:
        return _sense_before_name(tokens, state, place, stop, word, size)
    if word == _PEOPLE or (word >= _ADDRESS and word <= _REMARK):
        return _sense_of_remark(tokens, state, out, place, stop, word, size)
    if word == _DIED and state[PERSON] < 0 and is_surname(tokens, place):
        return _NAME  # Từ Trần Anh
    return word  # ESTATE, HEIRS: nobody is called so
