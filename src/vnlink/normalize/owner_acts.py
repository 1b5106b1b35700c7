"""Compiled part of reading owner strings: what follows from a word, once its sense is settled.

Words before a name change what the next person gets (role, sex, flags); words behind it change the open person.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag, Role

from .owner_further import is_highland
from .owner_state import (
    AFTER_DEATH,
    BASE,
    BEGIN,
    COUNT,
    COUPLE,
    FLAGS,
    FRESH,
    HOUSE,
    IN_ADDRESS,
    IN_ALIAS,
    IN_BIRTH,
    IN_ISSUE,
    IN_NAME,
    IN_OTHER_PAPER,
    IN_PAPER,
    IN_RELATIVE,
    IN_REMARK,
    KINSHIP,
    LISTED,
    MODE,
    P_FLAGS,
    P_ROLE,
    PERSON,
    ROLE,
    ROW_FLAGS,
    SEX,
    SOLD,
    T_CODE,
    T_PERSON,
    T_RUN,
    T_SIZE,
    T_WORD,
    TITLED,
    WAITS,
    colon_at,
    flag_person,
    is_relative,
    is_surname,
    is_title,
    name_ahead,
    word_at,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import COLON, COMMA, DIGITS, DOT, SEMICOLON
from .tokens import Bit

__all__ = ["act", "act_title", "begin_person"]

_NAME, _MALE, _FEMALE, _NEUTRAL = int(Word.NAME), int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.TITLE_NEUTRAL)
_TITLE_COUPLE, _KIN_MALE, _KIN_FEMALE = int(Word.TITLE_COUPLE), int(Word.KIN_MALE), int(Word.KIN_FEMALE)
_KIN_DOUBTFUL, _KIN_MANY = int(Word.KIN_DOUBTFUL), int(Word.KIN_MANY)
_HOUSEHOLD, _HEAD, _WIFE, _HUSBAND = int(Word.HOUSEHOLD), int(Word.HEAD), int(Word.WIFE), int(Word.HUSBAND)
_COUPLE, _COUPLE_LETTER, _AND, _DIED = int(Word.COUPLE), int(Word.COUPLE_LETTER), int(Word.AND), int(Word.DIED)
_MARTYR, _ESTATE, _ON_BEHALF = int(Word.MARTYR), int(Word.ESTATE), int(Word.ON_BEHALF)
_REPRESENTATIVE, _IS_REPRESENTATIVE = int(Word.REPRESENTATIVE), int(Word.IS_REPRESENTATIVE)
_HEIRS, _ALIAS, _ALIAS_DOUBTFUL, _BAPTISMAL = (
    int(Word.HEIRS), int(Word.ALIAS), int(Word.ALIAS_DOUBTFUL), int(Word.BAPTISMAL)
)  # fmt: skip
_BORN, _PAPER, _OTHER_PAPER, _ADDRESS = int(Word.BORN), int(Word.PAPER), int(Word.OTHER_PAPER), int(Word.ADDRESS)
_ISSUE, _FILLER, _REMARK, _RELATIVE = int(Word.ISSUE), int(Word.FILLER), int(Word.REMARK), int(Word.RELATIVE)
_TRANSFER, _UNIT = int(Word.TRANSFER), int(Word.UNIT)
_KIN, _KIN_DOUBTFUL = int(Word.KIN), int(Word.KIN_DOUBTFUL)
_SELLER, _GROUP, _VILLAGE, _PARCEL = int(Word.SELLER), int(Word.GROUP), int(Word.VILLAGE), int(Word.PARCEL)
_AND_DOUBTFUL, _LABEL, _IS = int(Word.AND_DOUBTFUL), int(Word.LABEL), int(Word.IS)

_DECEASED, _HAS_ALIAS, _HAS_HEIRS, _LEFTOVER = (
    int(Flag.DECEASED), int(Flag.NAME_HAS_ALIAS), int(Flag.HEIRS), int(Flag.LEFTOVER)
)  # fmt: skip
_ROLE_SPOUSE, _ROLE_HEAD, _ROLE_REPRESENTATIVE = int(Role.SPOUSE), int(Role.HEAD), int(Role.REPRESENTATIVE)
_LONGEST_ALIAS = 4
_MARKED = Bit.MARKED


@inner
def begin_person(state: NDArray[np.int64], role: int, sex: int) -> None:
    """What comes next is another person, with this role and sex unless -1 or 0."""
    state[FRESH] = 1
    state[MODE] = IN_NAME
    if role >= 0:
        state[ROLE] = role
    if sex != SEX_MISSING:
        state[SEX] = sex


@inner
def act_title(state: NDArray[np.int64], word: int) -> None:
    """A title gives the sex; two different ones in a row ("Ông (bà)") give none, but a rank or profession takes none away."""
    sex = SEX_MALE if word == _MALE else (SEX_FEMALE if word == _FEMALE else SEX_MISSING)
    neutral = word == _NEUTRAL and state[TITLED] != 1
    if state[TITLED] == 1 and word == _NEUTRAL:
        sex = state[SEX]  # "Ông đại úy ..."
    elif state[TITLED] == 1 and state[SEX] != sex:
        sex = SEX_MISSING
    begin_person(state, -1, SEX_MISSING)
    state[SEX] = sex
    state[TITLED] = 2 if neutral else 1
    state[BEGIN] = 0
    if word == _TITLE_COUPLE:
        state[COUPLE] = 2


@inner
def _act_kin(state: NDArray[np.int64], word: int) -> None:
    """Kinship introduces a person, may tell the sex, and says that ông and bà are no couple here."""
    sex = SEX_MALE if word == _KIN_MALE else (SEX_FEMALE if word == _KIN_FEMALE else SEX_MISSING)
    begin_person(state, -1, sex)
    state[KINSHIP] = 1
    state[BEGIN] = 0


@inner
def _act_person_word(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, after: int, stop: int
) -> None:
    """Words that introduce a person: household, spouse, couple."""
    _, ahead = words_ahead(tokens, after, stop)
    if word == _HOUSEHOLD:
        state[HOUSE] = 1
        begin_person(state, _ROLE_HEAD, SEX_MISSING)
    elif word == _HEAD:
        if ahead == 0 and state[PERSON] >= 0:
            out[state[PERSON], P_ROLE] = _ROLE_HEAD
        else:
            begin_person(state, _ROLE_HEAD, SEX_MISSING)
    elif word == _WIFE or word == _HUSBAND:
        if word_at(tokens, after, stop) == _DIED:  # said of somebody without a name
            state[FRESH] = 1
            state[MODE] = IN_REMARK
            return
        state[BEGIN] = 0
        begin_person(state, _ROLE_SPOUSE, SEX_FEMALE if word == _WIFE else SEX_MALE)
    else:
        state[COUPLE] = 1
        state[BEGIN] = 0
        begin_person(state, -1, SEX_MISSING)


@inner
def _act_representative(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, after: int, stop: int
) -> None:
    """Words of representation: behind a name it is that person's role, "theo ủy quyền của" also announces the owner.

    Who "A là người đại diện" and "A, đại diện, B" are said of stands before; "A - người đại diện - B" and all else announce B.
    """
    _, ahead = words_ahead(tokens, after, stop)
    heirs = word_at(tokens, after, stop) == _HEIRS
    mark = tokens[after, T_CODE] if after < stop else COMMA
    joins = word_at(tokens, after, stop)
    said = mark == COMMA or mark == SEMICOLON or (word == _IS_REPRESENTATIVE and mark < 0 and mark != COLON)
    said = said or joins == _AND or joins == _AND_DOUBTFUL  # "A làm đại diện cùng các em là B, C"
    if (word == _REPRESENTATIVE or word == _IS_REPRESENTATIVE) and said and ahead > 0 and state[PERSON] >= 0:
        out[state[PERSON], P_ROLE] = _ROLE_REPRESENTATIVE
        begin_person(state, -1, SEX_MISSING)
        return
    if word == _IS_REPRESENTATIVE:
        word = _REPRESENTATIVE
    if word == _ON_BEHALF and state[PERSON] >= 0:
        out[state[PERSON], P_ROLE] = _ROLE_REPRESENTATIVE
        begin_person(state, -1, SEX_MISSING)
    elif word == _REPRESENTATIVE and (ahead == 0 or heirs) and state[PERSON] >= 0:
        out[state[PERSON], P_ROLE] = _ROLE_REPRESENTATIVE
    elif word == _REPRESENTATIVE or word == _ON_BEHALF:
        begin_person(state, _ROLE_REPRESENTATIVE, SEX_MISSING)
    else:
        begin_person(state, -1, SEX_MISSING)


@inner
def _act_death(state: NDArray[np.int64], out: NDArray[np.int64], word: int, ahead: int) -> None:
    """Death, a fallen soldier, an estate: of the open person, or of the next where nobody is open."""
    if word == _DIED:
        flag_person(state, out, _DECEASED)
        if state[PERSON] >= 0 and not state[TITLED]:
            state[MODE] = AFTER_DEATH
            state[FRESH] = 1
    elif word == _MARTYR and ahead == 0:
        flag_person(state, out, _DECEASED)
        state[FRESH] = 1
    else:
        state[FLAGS] |= _DECEASED
        if word == _ESTATE:
            state[ROW_FLAGS] |= _HAS_HEIRS
        begin_person(state, -1, SEX_MISSING)


@inner
def _are_heirs_of(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], after: int, stop: int) -> bool:
    """Whether the words before ``after`` say whose heirs the holders are: "A - đồng thừa kế ông B", "... thừa kế của B".

    Not where a holder died, whose heir may follow, or "và" announces one, unless "của" stands there; and not before "là", which
    names the heir: "người thừa kế của ông B là bà C".
    """
    if state[PERSON] < 0 or state[TITLED] or state[ROLE] >= 0:
        return False
    first = after + 1 if word_at(tokens, after, stop) == _FILLER else after
    if word_at(tokens, first - 1, stop) != _FILLER:
        dead = state[WAITS] != 0
        for person in range(state[BASE], state[BASE] + state[COUNT]):
            dead = dead or (out[person, P_FLAGS] & _DECEASED) != 0
        if dead or not is_relative(tokens, first, stop):
            return False
    if first >= stop or tokens[first, T_CODE] < 0:
        return False
    for place in range(first, stop):
        if tokens[place, T_CODE] < 0 and tokens[place, T_CODE] != DOT:
            break
        if tokens[place, T_WORD] == _IS:
            return False
    return True


@inner
def _act_heirs(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], after: int, stop: int) -> None:
    """Heirs: further holders without names, or named behind the word; whose heirs they are is passed over."""
    mentioned = _are_heirs_of(tokens, state, out, after, stop)
    state[ROW_FLAGS] |= _HAS_HEIRS
    state[FRESH] = 1
    state[WAITS] = 0
    if mentioned:
        state[KINSHIP] = 1
        state[MODE] = IN_RELATIVE
        return
    first, _ = words_ahead(tokens, after, stop)
    named = is_surname(tokens, first) or colon_at(tokens, after, stop) or word_at(tokens, after, stop) == _LABEL
    state[MODE] = IN_NAME if named else IN_REMARK


@inner
def _person_ahead(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a name stands at ``place``, titles, kinship and "hộ" passed over: "cho con là B", but not "cho các con"."""
    while place < stop:
        word = word_at(tokens, place, stop)
        body = word > _GROUP and tokens[place, T_SIZE] > 1
        if not is_title(word) and not body and is_surname(tokens, place) and tokens[place, T_RUN] > 1:
            return True
        if word == _NAME and is_highland(tokens, place, stop):
            return True
        if word < _MALE or word > _IS:
            return False  # "cho công ty ..."
        place += tokens[place, T_SIZE]
        if word >= _KIN and word <= _KIN_DOUBTFUL and word_at(tokens, place - 1, stop) != _IS:
            return False  # "cho em Bình": "em" may be part of a name
        if place < stop and (tokens[place, T_CODE] == COLON or tokens[place, T_CODE] == DOT):
            place += 1
    return False


@inner
def _is_of_a_part(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a measure or a parcel is told from ``place`` on: who gave a part holds the rest."""
    for position in range(place, stop):
        word = word_at(tokens, position, stop)
        measure = (word == _UNIT or word == _FILLER) and tokens[position - 1, T_CODE] <= DIGITS
        parcel = word == _PARCEL and position + 1 < stop and tokens[position + 1, T_CODE] <= DIGITS
        if measure or parcel or (word == _UNIT and tokens[position, T_SIZE] > 1):  # "100m2", "thửa 12", "một phần"
            return True
    return False


@inner
def _forget(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int) -> None:
    """Take back everybody who was named before ``place``: they have given the land to who is named behind it."""
    for position in range(place):
        tokens[position, T_PERSON] = -1
    state[COUNT] = state[FLAGS] = state[TITLED] = state[COUPLE] = state[HOUSE] = state[LISTED] = state[WAITS] = 0
    state[PERSON] = state[ROLE] = -1
    state[SEX] = SEX_MISSING


@inner
def _act_remark(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, after: int, stop: int
) -> None:
    """Words about a person: second names, birth, papers, address, heirs, and what a clerk noted."""
    if word == _ALIAS:
        flag_person(state, out, _HAS_ALIAS)
        state[MODE] = IN_ALIAS
    elif word == _BAPTISMAL:
        state[FLAGS] |= _HAS_ALIAS
    elif word == _HEIRS:
        _act_heirs(tokens, state, out, after, stop)
    elif word == _REMARK or word == _TRANSFER:
        state[ROW_FLAGS] |= _LEFTOVER
        state[SOLD] = 1
        state[FRESH] = 1
        state[MODE] = IN_NAME if name_ahead(tokens, after, stop) else IN_REMARK
        if word == _TRANSFER and _person_ahead(tokens, after, stop) and not _is_of_a_part(tokens, after, stop):
            _forget(tokens, state, after)
            state[MODE] = IN_NAME
    elif word == _PARCEL:
        state[ROW_FLAGS] |= _LEFTOVER
        state[FRESH] = 1
        state[MODE] = IN_REMARK
    elif word == _RELATIVE or word == _SELLER:
        # "A và con của ông B": somebody without a name. And what ông and bà behind it are to each other is not said.
        state[ROW_FLAGS] |= _LEFTOVER | (_HAS_HEIRS if state[WAITS] else 0)
        state[WAITS] = 0
        if word == _SELLER:
            state[SOLD] = 1  # a date behind it is that of the sale
        else:
            state[KINSHIP] = 1
        state[FRESH] = 1
        state[MODE] = IN_RELATIVE
    elif word == _BORN:
        state[MODE] = IN_BIRTH
    elif word == _PAPER:
        state[MODE] = IN_PAPER
    elif word == _OTHER_PAPER:
        state[MODE] = IN_OTHER_PAPER
    elif word == _ISSUE:
        state[MODE] = IN_ISSUE
    elif word == _ADDRESS:
        state[MODE] = IN_ADDRESS
    elif word > _GROUP:  # a body beside a person
        state[MODE] = IN_ADDRESS
        state[ROW_FLAGS] |= 0 if word == _VILLAGE else _LEFTOVER
    elif state[PERSON] >= 0 and word != _FILLER:
        state[FRESH] = 1


@inner
def act(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, after: int, stop: int) -> None:
    """Do what a word with this sense asks for; ``after`` is the place behind it."""
    _, ahead = words_ahead(tokens, after, stop)
    if word <= _TITLE_COUPLE:
        act_title(state, word)
        if after < stop and tokens[after, T_CODE] < 0 and tokens[after, T_CODE] != DOT:
            state[TITLED] = 1  # "Các ông, bà: ...", but "Đại úy ông ...", "TS. bà ..."
    elif word <= _KIN_MANY:
        _act_kin(state, word)
    elif word <= _COUPLE_LETTER:
        _act_person_word(tokens, state, out, word, after, stop)
    elif word == _AND:
        begin_person(state, -1, SEX_MISSING)
        state[WAITS] = 1
    elif word >= _DIED and word <= _ESTATE:
        _act_death(state, out, word, ahead)
    elif word >= _REPRESENTATIVE and word < _HEIRS:
        _act_representative(tokens, state, out, word, after, stop)
    else:
        _act_remark(tokens, state, out, word, after, stop)
