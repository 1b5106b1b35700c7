"""Compiled part of reading owner strings: what stands in brackets behind a name.

Most brackets name nobody: what somebody is called at home, whose child they are, where they live, which parcel it is. So a
bracket is first asked whether it is such a remark; only one that is none is read as text, which may name a spouse or a holder.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag, Role

from .owner_acts import act_title
from .owner_further import is_highland
from .owner_known import is_spouse_by_sex, named_before, told_sex
from .owner_state import (
    COUNT,
    FRESH,
    IN_NAME,
    IN_RELATIVE,
    KINSHIP,
    MODE,
    P_FLAGS,
    P_ROLE,
    P_SEX,
    P_SIZE,
    PERSON,
    ROLE,
    ROW_FLAGS,
    SEX,
    SOLD,
    T_BITS,
    T_CODE,
    T_COUNT,
    T_PERSON,
    T_RUN,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    TITLED,
    WAITS,
    closing,
    colon_at,
    flag_person,
    is_break,
    is_middle,
    is_relative,
    is_spouse_of,
    is_surname,
    is_title,
    is_woman,
    name_ahead,
    sex_in_name,
    tell_sex_of_holder,
    tell_sex_of_spouse,
    word_at,
)
from .owner_words import Word
from .token_kernel import DIGITS
from .tokens import Bit

__all__ = ["after_bracket", "read_bracket"]

_NAME, _MALE, _FEMALE, _NEUTRAL = int(Word.NAME), int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.TITLE_NEUTRAL)
_MALE_WEAK, _FEMALE_WEAK = int(Word.TITLE_MALE_WEAK), int(Word.TITLE_FEMALE_WEAK)
_TITLE_COUPLE = int(Word.TITLE_COUPLE)
_KIN_MALE, _KIN_FEMALE = int(Word.KIN_MALE), int(Word.KIN_FEMALE)
_KIN_DOUBTFUL, _KIN_MANY, _RELATIVE = int(Word.KIN_DOUBTFUL), int(Word.KIN_MANY), int(Word.RELATIVE)
_SELLER = int(Word.SELLER)
_HOUSEHOLD, _HOUSEHOLD_DOUBTFUL, _HEAD = int(Word.HOUSEHOLD), int(Word.HOUSEHOLD_DOUBTFUL), int(Word.HEAD)
_WIFE, _HUSBAND, _COUPLE_LETTER = int(Word.WIFE), int(Word.HUSBAND), int(Word.COUPLE_LETTER)
_WIFE_DOUBTFUL = int(Word.WIFE_DOUBTFUL)
_IS, _AND_DOUBTFUL, _BY, _HEIRS = int(Word.IS), int(Word.AND_DOUBTFUL), int(Word.BY), int(Word.HEIRS)
_DIED, _MARTYR = int(Word.DIED), int(Word.MARTYR)
_REPRESENTATIVE, _IS_REPRESENTATIVE, _AGENT = int(Word.REPRESENTATIVE), int(Word.IS_REPRESENTATIVE), int(Word.AGENT)
_REMARK, _TRANSFER, _ORDINAL = int(Word.REMARK), int(Word.TRANSFER), int(Word.ORDINAL)
_ALIAS, _ALIAS_DOUBTFUL, _BAPTISMAL = int(Word.ALIAS), int(Word.ALIAS_DOUBTFUL), int(Word.BAPTISMAL)
_BORN, _DAY, _YEAR, _PAPER = int(Word.BORN), int(Word.DAY), int(Word.YEAR), int(Word.PAPER)
_LABEL = int(Word.LABEL)
_OTHER_PAPER, _ISSUE, _PHONE = int(Word.OTHER_PAPER), int(Word.ISSUE), int(Word.PHONE)
_ADDRESS, _PLACE, _QUARTER, _VILLAGE = int(Word.ADDRESS), int(Word.PLACE), int(Word.QUARTER), int(Word.VILLAGE)
_ORGANISATION, _RELIGIOUS, _LAND = int(Word.ORGANISATION), int(Word.RELIGIOUS), int(Word.LAND)

_DECEASED, _HAS_ALIAS, _HAS_HEIRS, _LEFTOVER = (
    int(Flag.DECEASED), int(Flag.NAME_HAS_ALIAS), int(Flag.HEIRS), int(Flag.LEFTOVER)
)  # fmt: skip
_ROLE_SPOUSE, _ROLE_HEAD, _ROLE_REPRESENTATIVE = int(Role.SPOUSE), int(Role.HEAD), int(Role.REPRESENTATIVE)
_ROLE_OWNER = int(Role.OWNER)
_SEXES = 3
_LONGEST_ALIAS, _LONGEST_NUMBERED, _LONGEST_NUMBER, _CERTIFICATE = 4, 4, 3, 6
_MARKED, _BROKEN, _MIDDLE, _WOMAN = Bit.MARKED, Bit.BROKEN, Bit.MIDDLE, Bit.WOMAN
_HIGHLAND, _KHMER, _LETTER = Bit.HIGHLAND, Bit.KHMER, Bit.LETTER


@inner
def after_bracket(state: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """A name that was whole before a bracket is over after it."""
    if state[PERSON] >= 0 and out[state[PERSON], P_SIZE] >= 2 and not state[TITLED]:
        state[FRESH] = 1


@inner
def _read_single_word(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, end: int, stop: int
) -> bool:
    """A bracket that holds one word of the grammar and nothing else: title, kinship or role of the open person."""
    person = state[PERSON]
    title = word == _MALE or word == _FEMALE
    named = word_at(tokens, end + 1, stop) == _NAME or (end + 1 < stop and is_surname(tokens, end + 1))
    if title and (person < 0 or state[TITLED] or (state[FRESH] == 0 and named)):
        act_title(state, word)
        state[FRESH] = person < 0 or state[FRESH]
        return True
    if person < 0 or state[TITLED]:
        return False
    if state[ROLE] >= 0 and (word == _WIFE or word == _HUSBAND):
        state[SEX] = SEX_MISSING  # "Tên vợ (chồng): ..."
        return True
    if word == _HOUSEHOLD or (word == _HOUSEHOLD_DOUBTFUL and tokens[end - 1, T_UNMARKED]):
        out[person, P_ROLE] = _ROLE_HEAD
    elif word == _WIFE or word == _HUSBAND or (word == _WIFE_DOUBTFUL and tokens[end - 1, T_UNMARKED]):
        out[person, P_SEX] = SEX_MALE if word == _HUSBAND else SEX_FEMALE
        if state[COUNT] > 1:
            out[person, P_ROLE] = _ROLE_SPOUSE
    elif word == _HEAD or word == _REPRESENTATIVE or word == _IS_REPRESENTATIVE or word == _AGENT:
        out[person, P_ROLE] = _ROLE_HEAD if word == _HEAD else _ROLE_REPRESENTATIVE
    elif title or (word >= _KIN_MALE and word <= _KIN_DOUBTFUL):
        state[KINSHIP] |= 0 if title else 1
        if word == _MALE or word == _KIN_MALE:
            out[person, P_SEX] = SEX_MALE
        elif word == _FEMALE or word == _KIN_FEMALE:
            out[person, P_SEX] = SEX_FEMALE
    else:
        return False
    return True


@inner
def _read_second_name(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, end: int
) -> bool:
    """Bracketed words that are no words of the grammar: a few are a second name, many are left over."""
    for position in range(place, end):
        if tokens[position, T_CODE] <= DIGITS:
            return False
    if end - place <= _LONGEST_ALIAS:
        out[state[PERSON], P_FLAGS] |= _HAS_ALIAS
    else:
        state[ROW_FLAGS] |= _LEFTOVER
    return True


@inner
def _is_third_child(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, word: int) -> bool:
    """Whether "(Ba)" stands for itself and not for a "bà" without its mark: the open name has its marks, or is a man's."""
    if not tokens[place, T_UNMARKED] or state[PERSON] < 0 or state[TITLED]:
        return False
    sex = SEX_MALE if word == _MALE else SEX_FEMALE
    if out[state[PERSON], P_SEX] != SEX_MISSING and out[state[PERSON], P_SEX] != sex:
        return True
    for position in range(place):
        if tokens[position, T_CODE] >= 0 and tokens[position, T_PERSON] == state[PERSON] and tokens[position, T_BITS] & _MARKED:
            return True
    return False


@inner
def _is_called_alone(tokens: NDArray[np.int64], state: NDArray[np.int64], word: int, after: int, end: int) -> bool:
    """Whether a bracket tells a spouse by the given name alone, "(vợ Mười)", "(vo ong Muoi)", who is nobody in any register.

    Only behind a name of the lowlands: among the peoples of the highlands such names are held in earnest.
    """
    if (word != _WIFE and word != _HUSBAND and word != _WIFE_DOUBTFUL) or tokens[after - 1, T_WORD] != word:
        return False
    title = word_at(tokens, after, end)
    if end - after == 2 and tokens[after, T_UNMARKED] and title == (_FEMALE if word == _HUSBAND else _MALE):
        after += 1
    if end - after != 1 or tokens[after, T_CODE] < 0 or title == _IS:
        return False
    bits = tokens[after, T_BITS]
    if tokens[after, T_COUNT] != 1 or (bits & _HIGHLAND) != 0 or bits >= _LETTER:
        return False
    first = 0
    while tokens[first, T_PERSON] != state[PERSON]:
        first += 1
    khmer = (tokens[first, T_BITS] & _KHMER) != 0 and sex_in_name(tokens, state[PERSON], after) == SEX_MISSING
    return (is_surname(tokens, first) or is_middle(tokens, first + 1, end)) and not khmer


@inner
def _names_nobody(tokens: NDArray[np.int64], after: int, end: int) -> bool:
    """Whether a remark in brackets has neither a name nor a date or paper behind it: "(theo QĐ số 12/2015/QĐST-DS)"."""
    for place in range(after, end):
        word = word_at(tokens, place, end)
        if is_title(word) or (word >= _BORN and word <= _OTHER_PAPER) or is_middle(tokens, place, end):
            return False
        if is_surname(tokens, place) and tokens[place, T_RUN] > 1:
            return False
    return True


@inner
def _is_left_over(tokens: NDArray[np.int64], word: int, after: int, end: int) -> bool:
    """Whether a bracket that begins with a kinship or a household names no holder: "(con ông B)", "(con Hùng)", "(hộ nghèo)".

    A child of somebody is told by that somebody's given name alone; a holder has a family name, or "là" or a colon before it.
    """
    if word == _HOUSEHOLD:
        return not name_ahead(tokens, after, end)
    if word == _LAND or is_spouse_of(tokens, word, after, end):  # "(đất tranh chấp)", "(vợ ông B)"
        return True
    if word < _KIN_MALE or word > _KIN_DOUBTFUL:
        remark = (word == _REMARK or word == _TRANSFER) and _names_nobody(tokens, after, end)
        return bool(remark or word == _RELATIVE or word == _SELLER or word == _AGENT)
    if is_relative(tokens, after, end):
        return True
    if colon_at(tokens, after, end) or word_at(tokens, after - 1, end) == _IS:
        return False
    first = after + tokens[after, T_SIZE] if is_title(word_at(tokens, after, end)) else after
    if first == end and after < end and tokens[after, T_UNMARKED]:
        first = after  # "(mẹ Ba)"
    return word_at(tokens, first, end) >= 0 and not name_ahead(tokens, first, end) and not is_middle(tokens, first, end)


@inner
def _is_place(tokens: NDArray[np.int64], word: int, after: int, end: int) -> bool:
    """Whether a bracket says where somebody lives, and nothing of a spouse, birth or paper: "(Ấp Hòa Bình)", "(TDP số 3)"."""
    if after >= end or (word != _VILLAGE and word != _PLACE and word != _QUARTER and word != _ADDRESS):
        return False
    for position in range(after, end):
        inside = tokens[position, T_WORD]
        if inside == _WIFE or inside == _HUSBAND or (inside >= _BORN and inside <= _OTHER_PAPER):
            return False
        if is_title(inside) and is_break(tokens[position - 1, T_CODE]):
            return False
    return True


@inner
def _is_numbered(tokens: NDArray[np.int64], word: int, place: int, end: int) -> bool:
    """Whether a bracket holds a word or two and a number, as hamlets and parcels have them: "(Ap 2)", "(thửa 240)"."""
    number = DIGITS - tokens[end - 1, T_CODE]
    if number == _CERTIFICATE and end - place == 2:  # "(BK 946165)"
        return tokens[place, T_CODE] >= 0 and not is_surname(tokens, place)
    if end - place < 2 or end - place > _LONGEST_NUMBERED or number < 1 or number > _LONGEST_NUMBER:
        return False
    if number == _LONGEST_NUMBER and is_surname(tokens, place):
        return False
    for position in range(place, end - 1):
        if tokens[position, T_CODE] < 0:
            return False
    return word < _BORN or word > _PHONE


@inner
def _is_same_family(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, after: int) -> bool:
    """Whether the first word of the open name stands at ``after`` again."""
    for position in range(place):
        if tokens[position, T_PERSON] == state[PERSON] and tokens[position, T_CODE] >= 0:
            return bool(tokens[position, T_CODE] == tokens[after, T_CODE])
    return False


@inner
def _is_other_name(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, after: int, end: int
) -> bool:
    """Whether a title and words in brackets are what the open person is also called: "Ông Bùi Văn A (ông Năm)", "(ông Bùi B)".

    The title's sex must be the person's. Where no word tells that, a nickname is this person's, and a whole name where the
    family is the same; but "Lê Hùng (bà Lê Thị B)" are two, for a woman with "Thị" in one name has it in the other.
    """
    word = tokens[place, T_WORD]
    if word == _TITLE_COUPLE:  # "(ông Ba)", where no mark says "ông bà"
        return after == end and tokens[place, T_SIZE] == 2 and (tokens[end - 1, T_BITS] & _MARKED) == 0
    if word != _MALE and word != _FEMALE:
        return False
    for position in range(after, end):
        if tokens[position, T_CODE] < 0:
            return False
    sex = told_sex(tokens, out, state[PERSON], place)
    if sex != SEX_MISSING:
        return bool(sex == (SEX_MALE if word == _MALE else SEX_FEMALE))
    if is_highland(tokens, after, end):
        return False
    if not name_ahead(tokens, after, end):
        return after < end
    return _is_same_family(tokens, state, place, after) and not is_woman(tokens, after + 1, end)


@inner
def _is_plain(tokens: NDArray[np.int64], word: int, place: int, after: int, end: int) -> bool:
    """Whether a bracket begins with no word of the grammar, or with an unmarked one that is a name here: "(DO VAN MINH)"."""
    if word == _BY:
        return not is_title(word_at(tokens, after, end))
    if word == _LABEL:
        return tokens[place, T_SIZE] == 1 and after < end and not colon_at(tokens, after, end)  # "(chủ bộ)"
    if word == _ORDINAL:
        return after == end  # "(II)", the second of that name
    return bool(word == _NAME or (word <= _NEUTRAL and tokens[place, T_UNMARKED] and not name_ahead(tokens, after, end)))


@inner
def _is_spouse_again(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, place: int, after: int, end: int
) -> bool:
    """Whether a bracket says who is married to the open person: somebody who was named, "(vợ Tám)", or a man who is mentioned.

    The word is said of the open person, "Võ Thị Sáu (vợ Tám)", or of the other, "Lê Văn Tám (vợ Sáu)": the sexes of both tell
    of whom, and "là" says that it is the other. Where nothing does, no sex is told.
    """
    if word != _WIFE and word != _HUSBAND and word != _WIFE_DOUBTFUL:
        return False
    person = state[PERSON]
    sex = SEX_MALE if word == _HUSBAND else SEX_FEMALE
    mine = told_sex(tokens, out, person, place)
    other = named_before(tokens, state, out, word, place, after, end, True)
    if other < 0:
        if tokens[place, T_SIZE] != 1 or not is_spouse_by_sex(tokens, state, out, word, place, after, end):
            return False
        out[person, P_SEX] = mine
        return True
    theirs = told_sex(tokens, out, other, place)
    if theirs == SEX_MISSING and word_at(tokens, after, end) == (_MALE if sex == SEX_MALE else _FEMALE):
        theirs = np.int64(sex)  # "(chồng ông Tám)"
    if mine == SEX_MISSING and theirs == SEX_MISSING and word_at(tokens, after - 1, end) == _IS:
        theirs = np.int64(sex)
    if mine == theirs and mine != SEX_MISSING:
        return True
    if mine == sex or (mine == SEX_MISSING and theirs == _SEXES - sex):
        out[person, P_SEX] = sex
    elif mine != SEX_MISSING or theirs != SEX_MISSING:
        out[other, P_SEX] = sex
    if out[person, P_ROLE] == _ROLE_OWNER and state[COUNT] == 2:
        out[person, P_ROLE] = _ROLE_SPOUSE
    return True


@inner
def _read_remark(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, end: int, stop: int
) -> bool:
    """Bracketed words that say something of the open person and are done with here; False if they must be read as text."""
    word = tokens[place, T_WORD]
    after = place + tokens[place, T_SIZE]
    if word == _DIED or word == _MARTYR:
        flag_person(state, out, _DECEASED)
    elif word >= _ALIAS and word <= _ALIAS_DOUBTFUL:
        flag_person(state, out, _HAS_ALIAS)
        for position in range(place, end):  # "(tức B (đã chết))"
            if tokens[position, T_WORD] == _DIED and tokens[position, T_SIZE] > 1:
                flag_person(state, out, _DECEASED)
    elif word == _HEIRS or (word == _KIN_MANY and not colon_at(tokens, after, end)):
        state[ROW_FLAGS] |= _HAS_HEIRS
    elif after == end and word <= _FEMALE and word != _NAME and _is_third_child(tokens, state, out, place, word):
        out[state[PERSON], P_FLAGS] |= _HAS_ALIAS
    elif after == end and word != _NAME and _read_single_word(tokens, state, out, word, end, stop):
        return True
    elif state[PERSON] < 0 or state[TITLED]:
        return False
    elif ((word == _WIFE or word == _HUSBAND) and word_at(tokens, after, end) == _DIED) or _is_place(tokens, word, after, end):
        return True
    elif _is_spouse_again(tokens, state, out, word, place, after, end):
        state[ROW_FLAGS] |= _LEFTOVER
    elif _is_called_alone(tokens, state, word, after, end):
        state[ROW_FLAGS] |= _LEFTOVER
        tell_sex_of_holder(tokens, state, out, SEX_FEMALE if word == _HUSBAND else SEX_MALE, after)
    elif _is_left_over(tokens, word, after, end) or _is_numbered(tokens, word, place, end):
        state[ROW_FLAGS] |= _LEFTOVER
        state[SOLD] |= word == _SELLER
        tell_sex_of_spouse(tokens, state, out, word, after, end)
    elif _is_other_name(tokens, state, out, place, after, end):
        out[state[PERSON], P_FLAGS] |= _HAS_ALIAS
    elif _is_plain(tokens, word, place, after, end):
        return _read_second_name(tokens, state, out, place, end)
    else:
        return False
    return True


@inner
def _is_nickname(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, end: int) -> bool:
    """Whether one or two bracketed words behind a name are what somebody is called: "(Năm)", "(Năm Út)", "(Cô Ba)".

    In the south people are called by their place among brothers and sisters, and the fifth, "Năm", is also the year. Words that
    introduce a person or say something of one are none: "(vợ Hoa)", "(vo Hoa)".
    """
    word, count = tokens[place, T_WORD], end - place
    doubtful = word == _HOUSEHOLD_DOUBTFUL  # "(Hồ Thị Còi)"
    if state[PERSON] < 0 or state[TITLED] or state[WAITS] or count > (4 if doubtful else 2) or tokens[place, T_SIZE] > 1:
        return False
    for position in range(place, end):
        if tokens[position, T_CODE] < 0:
            return False
    if word == _MALE_WEAK or word == _FEMALE_WEAK:
        return count == 1 or not is_surname(tokens, place + 1)
    if doubtful:
        return count == 1 or tokens[place + 1, T_WORD] == _NAME
    if word == _ISSUE:
        return count == 1 and state[MODE] == IN_NAME  # "(CA)" for Cả, but not behind a paper
    if word == _AND_DOUBTFUL or word == _COUPLE_LETTER:
        return count == 1
    if word >= _ORGANISATION and word <= _RELIGIOUS:
        return True
    born = word == _BORN and (count > 1 or (tokens[place, T_BITS] & _BROKEN) == 0)  # "(Sinh)", but "(SN)" is an empty field
    return bool(born or word == _BAPTISMAL or (word >= _DAY and word <= _YEAR))


@inner
def read_bracket(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> int:
    """Read an opening bracket: over a remark to its end, or into the text."""
    end = closing(tokens, place, stop)
    if state[MODE] == IN_RELATIVE and end > 0:
        return end + 1
    words = end > place + 1 and tokens[place + 1, T_CODE] >= 0
    if end == place + 3 and state[PERSON] >= 0 and not state[TITLED] and tokens[place + 2, T_CODE] >= 0:
        number = DIGITS - tokens[place + 1, T_CODE]
        if 1 <= number <= _LONGEST_NUMBER and tokens[place + 2, T_WORD] < _BORN:
            state[ROW_FLAGS] |= _LEFTOVER  # "(2L)", "(5 công)"
            after_bracket(state, out)
            return end + 1
    if words and _read_remark(tokens, state, out, place + 1, end, stop):
        after_bracket(state, out)
        return end + 1
    if end != place + 1:
        after_bracket(state, out)
    if words and _is_nickname(tokens, state, place + 1, end):
        flag_person(state, out, _HAS_ALIAS)
        return end + 1
    return place + 1
