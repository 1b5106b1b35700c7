"""Compiled part of reading owner strings: words that introduce a person (titles, kin, households, spouses, "và").

Every one of them is also somebody's name: Ông Thị Mười, Lê Thị Bà, Giàng A Chồng, Lê Văn Cùng. Each rule answers by what
stands before and behind: the word itself, another word it stands for, or NAME.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner

from .owner_further import is_dash, is_highland, joins_by_case, second_word
from .owner_known import is_spouse_by_sex, named_before
from .owner_state import (
    AFTER_ISSUE,
    COUNT,
    COUPLE,
    FRESH,
    HOUSE,
    IN_ADDRESS,
    IN_ALIAS,
    IN_ISSUE,
    MODE,
    P_SEX,
    P_SIZE,
    PERSON,
    ROLE,
    T_BITS,
    T_CODE,
    T_PERSON,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    TITLED,
    WAITS,
    at_start,
    colon_at,
    counts_people,
    is_break,
    is_middle,
    is_relative,
    is_short_number,
    is_spouse_of,
    is_surname,
    is_title,
    is_woman,
    may_end,
    name_ahead,
    tell_sex_of_spouse,
    word_at,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import CLOSE, COLON, COMMA, DIGITS, DOT, SLASH
from .tokens import Bit

__all__ = [
    "sense_of_and",
    "sense_of_couple",
    "sense_of_household",
    "sense_of_kin",
    "sense_of_title",
    "sense_of_wife",
]

_NAME, _MALE, _FEMALE, _NEUTRAL = int(Word.NAME), int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.TITLE_NEUTRAL)
_MALE_WEAK, _FEMALE_WEAK = int(Word.TITLE_MALE_WEAK), int(Word.TITLE_FEMALE_WEAK)
_KIN, _KIN_DOUBTFUL, _KIN_MANY = int(Word.KIN), int(Word.KIN_DOUBTFUL), int(Word.KIN_MANY)
_HOUSEHOLD, _HEAD, _WIFE, _HUSBAND = int(Word.HOUSEHOLD), int(Word.HEAD), int(Word.WIFE), int(Word.HUSBAND)
_COUPLE, _COUPLE_LETTER, _IS, _AND = int(Word.COUPLE), int(Word.COUPLE_LETTER), int(Word.IS), int(Word.AND)
_DIED, _HEIRS, _PEOPLE, _FILLER = int(Word.DIED), int(Word.HEIRS), int(Word.PEOPLE), int(Word.FILLER)
_KIN_FEMALE, _UNIT = int(Word.KIN_FEMALE), int(Word.UNIT)
_RELATIVE, _TITLE_COUPLE, _BORN = int(Word.RELATIVE), int(Word.TITLE_COUPLE), int(Word.BORN)
_SEXES = 3
_V = 22
"""The letter's number."""
_MARKED, _HIGHLAND, _INITIAL, _SMALL, _LETTER = Bit.MARKED, Bit.HIGHLAND, Bit.INITIAL, Bit.SMALL, Bit.LETTER


@inner
def _is_dotted_title(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int
) -> bool:
    """Whether "Ô." or "B." begins a person: no family begins with Ô; "B." may be Bùi, but not before "Cà Thị" or "H'Bla"."""
    dotted = place + 1 < stop and tokens[place, T_BITS] >= _LETTER and tokens[place + 1, T_CODE] == DOT
    if not dotted or state[TITLED]:
        return False
    if not at_start(state):  # "Ô.Lê Văn A B.Võ Thị B"
        other = out[state[PERSON], P_SEX] + (_MALE if word == _MALE_WEAK else _FEMALE) == _SEXES
        return other and out[state[PERSON], P_SIZE] >= 2 and name_ahead(tokens, place + 2, stop)
    first, ahead = words_ahead(tokens, place + 2, stop)
    if word == _MALE_WEAK:
        return bool(ahead > 0)
    woman = ahead >= 3 and is_woman(tokens, second_word(tokens, first, stop), stop)
    return woman or (ahead > 0 and is_highland(tokens, first, stop))


@inner
def _is_row_of_kin(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a row of kin words stands here, which are nobody: "anh/em: ...", "các anh, chị, em: ..."."""
    if not at_start(state) or place + 2 >= stop or (tokens[place + 1, T_CODE] != COMMA and tokens[place + 1, T_CODE] != SLASH):
        return False
    word = word_at(tokens, place + 2, stop)
    if word == _KIN_DOUBTFUL:
        return colon_at(tokens, place + 3, stop) or (place + 3 < stop and is_surname(tokens, place + 3))
    return bool(
        word == _FEMALE_WEAK and tokens[place + 2, T_BITS] < _LETTER and word_at(tokens, place + 4, stop) == _KIN_DOUBTFUL
    )


@inner
def _is_second_letter(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, title: int
) -> bool:
    """Whether "B" is the title of a second person whose first had the other letter for one: "Ô Lê Văn A B Võ Thị B"."""
    if at_start(state) or tokens[place, T_BITS] < _LETTER or out[state[PERSON], P_SIZE] < 2:
        return False
    if out[state[PERSON], P_SEX] + title != _SEXES or not name_ahead(tokens, place + 1, stop) or tokens[place + 1, T_CODE] < 0:
        return False
    first = place
    while first > 0 and tokens[first - 1, T_PERSON] == state[PERSON]:
        first -= 1
    word = word_at(tokens, first - 1, stop) if first > 0 else np.int64(-1)
    return bool((word == _MALE_WEAK or word == _FEMALE_WEAK) and tokens[first - 1, T_BITS] >= _LETTER)


@inner
def _sense_of_weak_title(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, unmarked: int
) -> int:
    """Anh, chị, "Ô." and "B." are titles before a colon or a family name; within a string only behind a whole name."""
    strong = _MALE if word == _MALE_WEAK else _FEMALE
    if _is_row_of_kin(tokens, state, place, stop):
        return _KIN
    if _is_second_letter(tokens, state, out, place, stop, strong):
        return strong
    if _is_dotted_title(tokens, state, out, place, stop, word):
        return strong
    first, ahead = words_ahead(tokens, place + 1, stop)
    colon = colon_at(tokens, place + 1, stop)
    surname = is_surname(tokens, first)
    if at_start(state):
        return strong if ahead >= 2 and (surname or colon) else _NAME
    have = out[state[PERSON], P_SIZE]
    if colon:
        return strong if have >= 2 and ahead >= 2 else _NAME
    return strong if surname and not unmarked and have >= 3 and ahead >= 3 else _NAME


@inner
def _is_first_of_two(tokens: NDArray[np.int64], place: int, stop: int, word: int) -> bool:
    """Whether the other title, and a colon or bracket behind it, follows a mark: "Ong, ba: ...", "Ong (ba) ..."."""
    if place + 2 >= stop or tokens[place, T_CODE] >= 0 or tokens[place, T_CODE] <= DIGITS:
        return False
    other = word_at(tokens, place + 1, stop)
    behind = tokens[place + 2, T_CODE]
    return bool((other == _MALE or other == _FEMALE) and other != word and (behind == COLON or behind == CLOSE))


@inner
def _sense_of_first_title(
    tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int, word: int, size: int, unmarked: int
) -> int:
    """A title at the start of a person has a name behind it: "Ông Thị" is a family name, and so is the second Ông of two."""
    after = place + size
    first, ahead = words_ahead(tokens, after, stop)
    surname = is_surname(tokens, first)
    if word == _MALE and is_woman(tokens, after, stop) and (unmarked or (tokens[after, T_BITS] & _MARKED) != 0):
        return _NAME
    colon = place - 2 if colon_at(tokens, place - 1, stop) else place - 1
    if state[TITLED] and word_at(tokens, colon, stop) == word and is_middle(tokens, after, stop):
        return _NAME  # "Bà: Bà Thị Hoa"
    if state[TITLED] and word_at(tokens, place - 1, stop) == word and not (surname and ahead >= 2):
        return _NAME
    titled = state[TITLED] != 0 and word_at(tokens, place - 1, stop) == _MALE and not tokens[place - 1, T_UNMARKED]
    ends = after >= stop or is_break(tokens[after, T_CODE]) or word_at(tokens, after, stop) == _AND
    if unmarked and titled and ends:
        return _NAME  # "Ông Ba, bà Tư"
    if ahead == 0:  # "..., vợ là bà": somebody is announced and missing; "Ông/bà: 1. ..."
        listed = colon_at(tokens, after, stop) and after + 1 < stop and tokens[after + 1, T_CODE] <= DIGITS
        return word if (state[COUNT] > 0 or listed) and not unmarked else _NAME
    sure = state[ROLE] >= 0 or state[HOUSE] or state[TITLED] or state[WAITS] or not unmarked
    sure = sure or (colon_at(tokens, after, stop) and _is_named(tokens, first, stop))
    several = word == _NEUTRAL or _is_first_of_two(tokens, after, stop, word)  # without marks only "cac ..." is neutral
    return word if sure or ahead >= 2 or several else _NAME


@inner
def _is_named(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the word at ``place``, behind a title's colon, may begin a name: no label of a birth or the like, no title."""
    word = word_at(tokens, place, stop)
    return is_surname(tokens, place) or word == _NAME or (word > _TITLE_COUPLE and word < _BORN and tokens[place, T_SIZE] == 1)


@inner
def _is_spouse(
    tokens: NDArray[np.int64], state: NDArray[np.int64], first: int, stop: int, ahead: int, have: int, unmarked: int
) -> bool:
    """Whether the other title behind a name and no mark introduces a spouse: "vợ chồng ông An bà Bé", "Ông A Ưih Bà Y Hơn".

    Where no couple was named the second must be told by more than the title, which is a given name too: "Ông Lê Bà Hùng".
    """
    if state[COUPLE] and state[COUNT] == 1 and not unmarked:
        return True
    if have < (3 if unmarked else 2):
        return False
    woman = ahead >= 3 and is_woman(tokens, second_word(tokens, first, stop), stop)
    woman = woman or (not unmarked and ahead >= 2 and is_woman(tokens, first, stop))  # "Ông Thạch Hên bà Thị Ly"
    return woman or (not unmarked and is_highland(tokens, first, stop))


@inner
def sense_of_title(
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
    mode = state[MODE]
    first, ahead = words_ahead(tokens, place + size, stop)
    behind_colon = word <= _FEMALE and colon_at(tokens, place + size, stop) and _is_named(tokens, first, stop)
    if mode == IN_ALIAS:
        return word if behind_colon and tokens[place - 1, T_WORD] == _NAME else _NAME
    if mode == IN_ADDRESS or mode == IN_ISSUE or mode == AFTER_ISSUE:
        named = mode == AFTER_ISSUE and name_ahead(tokens, place + size, stop)  # but not "cấp ngày 2/3/2010 Bà Rịa"
        if not named and not (is_break(tokens[place - 1, T_CODE]) and ahead >= 2):
            return _NAME
    if word == _MALE_WEAK or word == _FEMALE_WEAK:
        return _sense_of_weak_title(tokens, state, out, place, stop, word, unmarked)
    surname = is_surname(tokens, first)
    if word > _NEUTRAL and unmarked:
        return word if at_start(state) and surname and ahead >= 2 else _NAME
    if at_start(state):
        return _sense_of_first_title(tokens, state, place, stop, word, size, unmarked)
    have = out[state[PERSON], P_SIZE]
    if behind_colon:
        return word
    surname = surname and (tokens[first, T_WORD] == _NAME or tokens[first, T_SIZE] == 1)  # no "đồng" of "đồng sử dụng"
    other = (word == _MALE or word == _FEMALE) and out[state[PERSON], P_SEX] + word == _SEXES
    if other and first == place + size and _is_spouse(tokens, state, first, stop, int(ahead), have, unmarked):
        return word
    return word if surname and ahead >= 2 and have >= (3 if unmarked else 2) else _NAME


@inner
def sense_of_kin(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Mother, son, brothers: before a name they introduce a person, and several of them without names are further holders."""
    after = place + size
    first, ahead = words_ahead(tokens, after, stop)
    titled = first >= 0 and is_title(tokens[first, T_WORD])
    named = ahead >= 2 and (is_surname(tokens, first) or titled or colon_at(tokens, after, stop))
    if word == _KIN_MANY and ahead >= 2:  # "các em là ...", "các em Thị Hoa, ..."
        named = named or word_at(tokens, after - 1, stop) == _IS or is_woman(tokens, first, stop)
    start = at_start(state)
    if not may_end(state, out):
        return _NAME
    if word == _KIN_MANY and state[PERSON] >= 0 and is_relative(tokens, after, stop):
        return _RELATIVE  # "Bà A và các con ông B"
    if word == _KIN_MANY:
        return _NAME if not start and size == 1 else (_KIN if named else (_HEIRS if state[PERSON] >= 0 else _NAME))
    announced = state[WAITS] or state[ROLE] >= 0  # "Bà A và em gái bà B": she is a holder
    honoured = word == _KIN_FEMALE and size == 1 and word_at(tokens, after, stop) == _FEMALE and tokens[after, T_SIZE] > 1
    announced = announced or honoured  # "mẹ Mẹ VNAH B" is the mother herself
    relative = state[PERSON] >= 0 and not announced and is_relative(tokens, after, stop)
    if not start and size == 1:  # Nguyễn Văn Bé Em
        small = (tokens[place, T_BITS] & _SMALL) != 0 and tokens[place - 1, T_CODE] >= 0
        small = small and (tokens[place - 1, T_BITS] & _SMALL) == 0  # "Danh Kha con cụ B"
        whole = out[state[PERSON], P_SIZE] >= (2 if small else 3)
        return _RELATIVE if relative and whole and word != _KIN_DOUBTFUL else _NAME
    if relative:
        return _RELATIVE
    of_one = word == _KIN or word == _KIN_DOUBTFUL
    if named:
        title = not tokens[place, T_UNMARKED] and name_ahead(tokens, after, stop) and not is_middle(tokens, after, stop)
        return word if size > 1 or state[PERSON] >= 0 or not of_one or title else _NAME  # "Cháu Lê Văn Tám", but "Con Văn Tám"
    return word if start and state[PERSON] >= 0 and ahead >= 2 else _NAME


@inner
def _counts_members(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the number of a household's people stands here, behind a mark or none: "Hộ (4 nk): ông A"."""
    if place < stop and tokens[place, T_CODE] < 0 and tokens[place, T_CODE] > DIGITS:
        place += 1
    if place + 1 >= stop or not is_short_number(tokens[place, T_CODE]):
        return False
    word = word_at(tokens, place + 1, stop)
    return bool(word == _UNIT or word == _FILLER or word == _PEOPLE)


@inner
def sense_of_household(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """The word "Hộ" at the start of a person; "Hồ", "Hô" and "ho" only before a title, "gia đình", or a colon and a name."""
    after = place + size
    first, ahead = words_ahead(tokens, after, stop)
    if word == _HEAD and ahead == 0 and state[PERSON] >= 0:  # "..., chủ hộ" behind the name
        return word if may_end(state, out) else _NAME
    if not at_start(state) or state[MODE] == IN_ALIAS:
        return _NAME
    if word == _HOUSEHOLD and size == 1 and state[TITLED] and is_middle(tokens, after, stop):
        return _NAME  # "Bà Hộ Thị Lan"
    if word == _HEAD or word == _HOUSEHOLD:
        return word if ahead >= 1 or _counts_members(tokens, after, stop) else _NAME
    if colon_at(tokens, after, stop):
        titled = first >= 0 and is_title(tokens[first, T_WORD])  # "Ho: ong: Le Van A"
        return _HOUSEHOLD if ahead >= 2 or titled else _NAME  # a family name has no colon behind it
    next_word = word_at(tokens, after, stop)
    if next_word == _HOUSEHOLD:
        return _HOUSEHOLD
    if is_highland(tokens, after, stop) and ((tokens[after, T_BITS] & _HIGHLAND) != 0 or is_dash(tokens[after + 1, T_CODE])):
        return _HOUSEHOLD  # "Ho Y-Jon Mlo", "Ho H'Bla Nie"
    if next_word != _MALE and next_word != _FEMALE and next_word != _NEUTRAL:
        whole = first == after and ahead >= 3 and is_surname(tokens, after) and is_middle(tokens, after + 1, stop)
        return _HOUSEHOLD if whole and tokens[place, T_UNMARKED] else _NAME  # "HO NGUYEN THI HOA"
    first, ahead = words_ahead(tokens, after + tokens[after, T_SIZE], stop)
    if not tokens[after, T_UNMARKED] or next_word != _FEMALE:
        return _HOUSEHOLD if ahead >= 1 else _NAME
    colon = ahead >= 1 and colon_at(tokens, after + tokens[after, T_SIZE], stop)
    sure = ahead >= 3 or (ahead >= 2 and is_surname(tokens, first))  # Hồ Bá Tuấn, but not "HO BA LANG THANH HUONG"
    return _HOUSEHOLD if sure or colon else _NAME


@inner
def _sense_of_unmarked_wife(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int
) -> int:
    """Unmarked "vo" is "vợ" before a title, "là", a colon, or a whole woman's name; else the family name Võ.

    Within a name a woman's name is sure by its prefix, by "Thị", or where the words are too many for one person.
    """
    after = place + 1
    if colon_at(tokens, after, stop):
        return _WIFE
    if state[WAITS] and state[COUNT] > 0 and (after >= stop or is_break(tokens[after, T_CODE])):
        return _HEIRS  # "... VA VO"
    word = word_at(tokens, after, stop)
    if word < 0:
        return _NAME
    if word == _IS or word == _HUSBAND:
        return _WIFE
    if word == _MALE or word == _FEMALE:
        name = after + tokens[after, T_SIZE]
        first, _ = words_ahead(tokens, name, stop)
        named = name_ahead(tokens, name, stop) or (colon_at(tokens, name, stop) and _is_named(tokens, first, stop))
        return _WIFE if not tokens[after, T_UNMARKED] or named else _NAME
    follows = state[PERSON] >= 0 and state[FRESH] != 0
    _, ahead = words_ahead(tokens, after, stop)
    surname = is_surname(tokens, after)
    if at_start(state):
        return _WIFE if follows and ahead >= 3 and surname else _NAME
    have = out[state[PERSON], P_SIZE]
    if have < 2:
        return _NAME
    woman = is_woman(tokens, second_word(tokens, after, stop), stop)
    whole = ahead >= 3 and ((surname and woman) or (have >= 3 and (surname or woman)))
    case = joins_by_case(tokens, place, stop) and ahead >= 2
    return _WIFE if whole or case or is_highland(tokens, after, stop) else _NAME


@inner
def sense_of_wife(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Wife and husband: before a name, or as a holder without one ("và vợ"); "vợ đã chết" says nothing of the person before.

    "Bà A, vợ ông B" names one holder.
    """
    announced = state[WAITS] or state[TITLED] or state[ROLE] >= 0
    if state[PERSON] >= 0 and not announced and may_end(state, out) and is_spouse_of(tokens, word, place + size, stop):
        tell_sex_of_spouse(tokens, state, out, word, place + size, stop)
        return _RELATIVE
    after = place + size
    if state[PERSON] >= 0 and not announced and size == 1 and may_end(state, out):
        end = min(after + words_ahead(tokens, after, stop)[1], stop)
        again = named_before(tokens, state, out, word, place, after, end, False)
        if again >= 0 or is_spouse_by_sex(tokens, state, out, word, place, after, stop):
            return _RELATIVE
    if word != _WIFE and word != _HUSBAND:
        return _sense_of_unmarked_wife(tokens, state, out, place, stop)
    start = at_start(state)
    if not start and after < stop and is_break(tokens[after, T_CODE]):
        return _NAME
    if word_at(tokens, after, stop) == _DIED:
        return word
    _, ahead = words_ahead(tokens, after, stop)
    if ahead > 0 and not start and size == 1 and tokens[place, T_UNMARKED] and out[state[PERSON], P_SIZE] == 1:
        announced = name_ahead(tokens, after, stop) or is_title(word_at(tokens, after, stop))
        if is_surname(tokens, place - 1) and not announced:
            return _NAME  # "Le Chong Hoa"
    if ahead > 0:
        return word
    if not start or state[COUNT] == 0:
        return _FILLER if start else _NAME
    return _HEIRS if size == 1 else word


@inner
def _is_short_and(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a small "v" stands between two words with capitals, the second of which is a title or begins a whole name."""
    if tokens[place, T_BITS] // _LETTER != _V or not joins_by_case(tokens, place, stop) or tokens[place - 1, T_CODE] < 0:
        return False
    if (tokens[place - 1, T_BITS] & _SMALL) != 0:
        return False
    return is_title(word_at(tokens, place + 1, stop)) or name_ahead(tokens, place + 1, stop)


@inner
def sense_of_couple(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """Husband and wife together, also as "v/c"; a small "v" alone between two names is "và"."""
    if word == _COUPLE:
        _, ahead = words_ahead(tokens, place + size, stop)
        return word if ahead > 0 else (_FILLER if at_start(state) else _NAME)
    if not at_start(state):
        return _AND if out[state[PERSON], P_SIZE] >= 2 and _is_short_and(tokens, place, stop) else _NAME
    stroke = place + 2 < stop and tokens[place + 1, T_CODE] == SLASH
    return _COUPLE_LETTER if stroke and tokens[place + 2, T_WORD] == _COUPLE_LETTER else _NAME


@inner
def _announces(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a spouse, or a title and a name, stands at ``place``: no part of an address does."""
    word = word_at(tokens, place, stop)
    if word == _WIFE or word == _HUSBAND:
        return True
    behind = place + tokens[place, T_SIZE] if word >= 0 else stop
    return is_title(word) and (name_ahead(tokens, behind, stop) or is_highland(tokens, behind, stop))


@inner
def sense_of_and(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int, word: int, size: int
) -> int:
    """The words "và", "cùng", "với" between two names; all but "và" only before a title, a spouse word or a family name.

    At the very end "và" announces a person who is missing; at the very beginning it is a family name.
    """
    after = place + size
    if state[PERSON] < 0 or state[TITLED]:
        return _NAME
    if counts_people(tokens, after, stop):
        return _HEIRS
    first, ahead = words_ahead(tokens, after, stop)
    if word == _AND:
        if ahead == 0:
            whole = at_start(state) or out[state[PERSON], P_SIZE] >= 3
            return word if whole else _NAME
        place_ends = is_surname(tokens, first) or _announces(tokens, after, stop)
        return _FILLER if (state[MODE] == IN_ADDRESS or state[MODE] == IN_ISSUE) and not place_ends else word
    next_word = word_at(tokens, after, stop)
    if (next_word >= _MALE and next_word <= _COUPLE) or next_word == _HEIRS:
        return _AND
    if first != after:
        return _NAME
    if ahead >= 2 and is_surname(tokens, first):
        return _AND
    if not may_end(state, out):
        return _NAME
    if is_highland(tokens, after, stop):
        return _AND
    many = not at_start(state) and out[state[PERSON], P_SIZE] >= 3  # nobody's name is so long
    sure = many or is_middle(tokens, second_word(tokens, after, stop), stop) or (tokens[after, T_BITS] & _INITIAL) != 0
    if ahead >= 3 and sure:
        return _AND
    family = is_woman(tokens, after, stop) and not at_start(state)  # "Dieu Hoi va Thi Be"
    return _AND if ahead >= 2 and (family or joins_by_case(tokens, place, stop)) else _NAME
