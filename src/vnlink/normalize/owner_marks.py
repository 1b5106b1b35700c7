"""Compiled part of reading owner strings: marks that part no two persons, and what stands between marks and is nobody.

A comma, a dash or a stroke parts two persons, but not within a name ("Phạm, Văn Hiền", "Lê - Thị - Hoa"), not before what
somebody is called at home ("Lê Văn Tám - Út Lúa"), and not behind the hamlet that a register is ordered by ("Thôn 5 - Ông A").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag

from .owner_state import (
    COUNT,
    FLAGS,
    FRESH,
    IN_NAME,
    KINSHIP,
    LISTED,
    MODE,
    P_FLAGS,
    P_SEX,
    P_SIZE,
    PERSON,
    ROLE,
    ROW_FLAGS,
    T_BITS,
    T_CODE,
    T_PERSON,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    TITLED,
    WAITS,
    is_break,
    is_middle,
    is_relative,
    is_short_number,
    is_surname,
    is_title,
    is_woman,
    name_ahead,
    sex_in_name,
    word_at,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import CLOSE, COLON, COMMA, DASH, DOT, OPEN, SLASH, SPACED_DASH
from .tokens import Bit

__all__ = ["drop_mentioned", "hamlet_end", "is_family", "is_list_letter", "joins_name", "nickname_end"]

_NAME, _HOUSEHOLD, _ORDINAL = int(Word.NAME), int(Word.HOUSEHOLD), int(Word.ORDINAL)
_KIN_MALE, _KIN_FEMALE, _KIN_MANY = int(Word.KIN_MALE), int(Word.KIN_FEMALE), int(Word.KIN_MANY)
_HEIRS, _RELATIVE, _VILLAGE, _PLACE = int(Word.HEIRS), int(Word.RELATIVE), int(Word.VILLAGE), int(Word.PLACE)
_QUARTER = int(Word.QUARTER)
_AND_DOUBTFUL = int(Word.AND_DOUBTFUL)
_HAS_ALIAS, _LEFTOVER, _HAS_HEIRS = int(Flag.NAME_HAS_ALIAS), int(Flag.LEFTOVER), int(Flag.HEIRS)
_MARKED, _SMALL, _CALLED, _KHMER, _LETTER = Bit.MARKED, Bit.SMALL, Bit.CALLED, Bit.KHMER, Bit.LETTER
_FATHER = Bit.FATHER
_A, _I, _Y = 1, 9, 25
_LONGEST_HAMLET = 4


@inner
def is_list_letter(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether "a)", "a." or "II." of a list stands here.

    With a dot only before a title or a household, for "B." is a title too, or where the list was begun: by "I." or a small "a."
    before a whole name, which are nobody's initials.
    """
    letter, ordinal = tokens[place, T_BITS] // _LETTER, tokens[place, T_WORD] == _ORDINAL
    if (letter == 0 and not ordinal) or place + 2 >= stop:
        return False
    begins = state[FRESH] != 0 or state[PERSON] < 0
    mark = tokens[place + 1, T_CODE]
    following = state[LISTED] != 0 and (begins or out[state[PERSON], P_SIZE] >= 2)
    if mark == CLOSE:
        return (begins or following) and (place == 0 or tokens[place - 1, T_CODE] != OPEN)
    if mark != DOT:
        return False
    word = word_at(tokens, place + 2, stop)
    if begins and not ordinal and word > _NAME and word <= _HOUSEHOLD and not tokens[place + 2, T_UNMARKED]:
        return True
    if not name_ahead(tokens, place + 2, stop) and not is_title(word):
        return False
    small = (tokens[place, T_BITS] & _SMALL) != 0
    if place == 0:
        return bool((letter == _I and not small) or (letter == _A and small))
    return following and (ordinal or small)


@inner
def _is_open(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int) -> bool:
    """Whether the token before ``place`` is a word of the open name."""
    if place == 0 or state[PERSON] < 0 or state[FRESH] or state[MODE] != IN_NAME:
        return False
    return bool(tokens[place - 1, T_CODE] >= 0 and tokens[place - 1, T_PERSON] == state[PERSON])


@inner
def joins_name(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the mark at ``place`` is within a name: a family name alone before it and "Văn" or "Thị" behind it.

    Or marks stand between all words of a name that goes on so: "Lê/Thị/Hoa", "Lê - Thị - Mỹ - Hoa". A title of the other sex
    joins nothing ("Ông Hoàng, Thị Hoa"), and among the Khmer Thị Hoa is a whole name ("Danh, Thị Hoa").
    """
    if not _is_open(tokens, state, place) or place + 1 >= stop or tokens[place + 1, T_CODE] < 0:
        return False
    code = tokens[place, T_CODE]
    further = place + 2 < stop and tokens[place + 2, T_CODE] == code
    have = out[state[PERSON], P_SIZE]
    if have == 1:
        whole = is_surname(tokens, place - 1) and is_middle(tokens, place + 1, stop)
        woman = is_woman(tokens, place + 1, stop)
        if out[state[PERSON], P_SEX] == (SEX_MALE if woman else SEX_FEMALE):
            return False
        if woman and not further and (tokens[place - 1, T_BITS] & _KHMER) != 0:
            return False
        return whole and (further or words_ahead(tokens, place + 1, stop)[1] >= 2)
    if code == DASH and have == 2 and is_middle(tokens, place - 1, stop) and not is_surname(tokens, place + 1):
        return True  # "Lê-Thị-Mỹ Hoa"
    if place < 3 or tokens[place - 2, T_CODE] != code or not (further or place + 2 >= stop):
        return False
    first = place - 1
    while first >= 2 and tokens[first - 1, T_CODE] == code and tokens[first - 2, T_PERSON] == state[PERSON]:
        first -= 2
    return is_surname(tokens, first) and is_middle(tokens, first + 2, stop)


@inner
def _is_given_again(tokens: NDArray[np.int64], place: int) -> bool:
    """Whether the given name before the mark at ``place`` is the second word behind it too: "Lê Tám - Út Tám"."""
    return bool(tokens[place - 1, T_CODE] == tokens[place + 2, T_CODE] and not is_title(tokens[place + 1, T_WORD]))


@inner
def _has_nickname(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether two words behind the mark at ``place`` may be a nickname of the open person and no second holder.

    Behind a whole name of the Kinh, of three syllables, or with the same given name; elsewhere Ama Tám and Út Lan are holders
    ("Ama Tám - Ami Tám", "Kim Sang - Út Lan"), but for "Tà" and "Yeay", as the Khmer call grandparents, for an Ê Đê man whose
    child Ama tells ("Y Khoa Niê - Ama Tám"), and where strokes stand for brackets ("Kim Sang /Út Đen/").
    """
    first = 0
    while tokens[first, T_PERSON] != state[PERSON]:
        first += 1
    if (tokens[first, T_BITS] & _CALLED) != 0:
        return False
    if tokens[place, T_CODE] == SLASH and place + 3 < stop and tokens[place + 3, T_CODE] == SLASH:
        return bool(place + 4 >= stop or tokens[place + 4, T_CODE] < 0)
    if _is_given_again(tokens, place):
        return True
    if (tokens[place + 1, T_BITS] & _FATHER) != 0:
        return tokens[first, T_BITS] // _LETTER == _Y and (tokens[first, T_BITS] & _MARKED) == 0
    family = is_surname(tokens, first)
    if (tokens[place + 1, T_BITS] & _KHMER) != 0:
        return family or is_woman(tokens, first, place)
    kinh = (tokens[first, T_BITS] & _KHMER) == 0 or sex_in_name(tokens, state[PERSON], place) != SEX_MISSING
    return family and kinh and out[state[PERSON], P_SIZE] > 2


@inner
def nickname_end(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> int:
    """The place behind what the open person is called at home, which the mark at ``place`` introduces; -1 if none does.

    That is the place among brothers and sisters and one more word ("- Út Lúa"), or whose father, mother or grandfather somebody
    is ("- Bố Bình", "- Tà Út"): two words up to the next mark, without a title.
    """
    if place + 2 >= stop or state[PERSON] < 0 or state[TITLED] or state[WAITS] or state[ROLE] >= 0 or state[LISTED]:
        return -1
    if (
        state[MODE] != IN_NAME
        or out[state[PERSON], P_SIZE] < 2
        or tokens[place + 1, T_CODE] < 0
        or tokens[place + 2, T_CODE] < 0
    ):
        return -1
    if place + 3 < stop and not is_break(tokens[place + 3, T_CODE]) and (tokens[place + 3, T_CODE] != DOT or place + 4 < stop):
        return -1
    bits, word = tokens[place + 1, T_BITS], tokens[place + 1, T_WORD]
    kin = (word == _KIN_MALE or word == _KIN_FEMALE) and tokens[place + 1, T_SIZE] == 1 and (bits & _SMALL) == 0
    if (bits & _CALLED) == 0 and not kin:
        return -1
    if is_middle(tokens, place + 2, stop) or tokens[place + 2, T_BITS] >= _LETTER:
        return -1
    if not _has_nickname(tokens, state, out, place, stop):
        return -1
    marked = (bits & (_MARKED | _FATHER)) != 0 or _is_given_again(tokens, place)
    for position in range(place):
        marked = marked or (tokens[position, T_PERSON] == state[PERSON] and (tokens[position, T_BITS] & _MARKED) != 0)
    if not marked:
        return -1  # "LE VAN TAM - BA SAU"
    out[state[PERSON], P_FLAGS] |= _HAS_ALIAS
    state[FRESH] = 1
    return place + 3


@inner
def is_family(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a word of a place is a rare family name here: before "Văn" or "Thị", and no small letter begins it.

    Communes and districts are none: "Huyện Văn Giang", "Phường Thị Cầu".
    """
    after = place + 1
    if (
        tokens[place, T_WORD] == _PLACE
        or tokens[place, T_SIZE] != 1
        or (tokens[place, T_BITS] & _SMALL) != 0
        or not is_middle(tokens, after, stop)
    ):
        return False
    return bool(tokens[after, T_SIZE] == 1)  # "Khu Thị trấn"


@inner
def hamlet_end(tokens: NDArray[np.int64], place: int, stop: int) -> int:
    """The place of the mark between a hamlet at the beginning of a row and a person ("Thôn 5 - Ông A"); -1 if there is none.

    Khu and Đội are families too: behind them is a number, or a bracket is around both. A person without a title is told by
    "Văn" or "Thị", for "Thôn 5 - Trần Phú" is in a commune of that name.
    """
    word = tokens[place, T_WORD]
    if (word != _VILLAGE and word != _PLACE and word != _QUARTER) or is_family(tokens, place, stop):
        return -1
    end = place + tokens[place, T_SIZE]
    numbered = end < stop and is_short_number(tokens[end, T_CODE])
    enclosed = place > 0 and tokens[place - 1, T_CODE] == OPEN
    while end < stop and end - place < _LONGEST_HAMLET and (tokens[end, T_CODE] >= 0 or is_short_number(tokens[end, T_CODE])):
        end += 1
    if end + 1 >= stop or end == place + tokens[place, T_SIZE]:
        return -1
    mark = tokens[end, T_CODE]
    if mark != CLOSE and mark != DASH and mark != SPACED_DASH and mark != COLON and mark != COMMA and mark != SLASH:
        return -1
    if word == _QUARTER and not numbered and not enclosed and mark != COLON:
        return -1
    person = word_at(tokens, end + 1, stop)
    if (is_title(person) or person == _HOUSEHOLD) and words_ahead(tokens, end + 1 + tokens[end + 1, T_SIZE], stop)[1] > 0:
        return end
    if person < 0 or not name_ahead(tokens, end + 1, stop):
        return -1
    middle = words_ahead(tokens, end + 1, stop)[1] > 2 and is_middle(tokens, end + 2, stop)
    sure = mark == COLON or word == _QUARTER or middle  # "Khu 5: Lê Văn A"
    return end if mark == CLOSE or (numbered and sure) else -1


@inner
def drop_mentioned(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> None:
    """Before a list: take back whose heirs or children are listed, who are the holders: "Các con ông A (chết) gồm: B, C"."""
    if state[COUNT] != 1 or state[PERSON] < 0 or state[TITLED] or state[ROLE] >= 0 or place + 1 >= stop:
        return
    first = 0
    heirs = False
    while first < place and tokens[first, T_PERSON] != state[PERSON]:
        word = tokens[first, T_WORD]
        of_whom = word >= _KIN_MALE and word <= _KIN_MANY and is_relative(tokens, first + tokens[first, T_SIZE], stop)
        heirs = heirs or of_whom or word == _HEIRS or word == _RELATIVE
        first += 1
    if not heirs or words_ahead(tokens, place + 1, stop)[1] < 2:
        return
    for position in range(first, place):
        word = tokens[position, T_WORD]
        if tokens[position, T_CODE] >= 0 and tokens[position, T_PERSON] < 0 and word > _NAME and word <= _AND_DOUBTFUL:
            return  # "Mẹ: A, con: B"
    for position in range(first, place):
        tokens[position, T_PERSON] = -1
    state[COUNT] = 0
    state[PERSON] = -1
    state[FRESH] = 1
    state[MODE] = IN_NAME
    state[FLAGS] = 0
    state[KINSHIP] = 1
    state[ROW_FLAGS] = (state[ROW_FLAGS] | _LEFTOVER) & ~_HAS_HEIRS
