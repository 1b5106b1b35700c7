"""Compiled part of reading owner strings: where a further person begins whom no title and no common family name announces.

Behind a paper's number or the day of its issue a place may stand as well as the next holder; "va" is "và" or part of a name.
A rare or misread family name does not tell them apart ("Vùi", "Nguyễng"), but what surrounds it does: "Thị" or "Văn" behind it,
a prefix of the highlands ("H'Blă", "Y-Pôl"), or a date or paper of a kind that the person before already has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner

from .owner_state import (
    AFTER_ISSUE,
    AFTER_PAPER,
    IN_ADDRESS,
    LISTED,
    MODE,
    P_BIRTH,
    P_OLD,
    P_PERSONAL,
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
    digits_near,
    is_break,
    is_middle,
    is_short_number,
    is_surname,
    is_title,
    is_woman,
    name_ahead,
    word_at,
)
from .owner_words import Word
from .token_kernel import CLOSE, COLON, COMMA, DASH, DIGITS, DOT, OPEN, SLASH, SPACED_DASH
from .tokens import HIGHLAND_LETTERS, Bit

__all__ = [
    "begins_further",
    "is_dash",
    "is_highland",
    "is_household_letter",
    "is_letter_pair",
    "is_numbered",
    "is_suffix",
    "joins_by_case",
    "joins_letter",
    "letter_pair_means",
    "second_word",
]

_NAME, _AND, _AND_DOUBTFUL = int(Word.NAME), int(Word.AND), int(Word.AND_DOUBTFUL)
_COUPLE_LETTER, _ADDRESS = int(Word.COUPLE_LETTER), int(Word.ADDRESS)
_COUPLE, _VILLAGE = int(Word.COUPLE), int(Word.VILLAGE)
_BORN, _PAPER, _OTHER_PAPER = int(Word.BORN), int(Word.PAPER), int(Word.OTHER_PAPER)
_HIGHLAND, _SMALL, _BROKEN, _LETTER, _MARKED = Bit.HIGHLAND, Bit.SMALL, Bit.BROKEN, Bit.LETTER, Bit.MARKED
_ODD = Bit.ODD
_CERTIFICATE = 6
"""Digits of a certificate's number, behind two letters."""
_H, _K, _Y = HIGHLAND_LETTERS
_OLD_DIGITS, _PERSONAL_DIGITS = 9, 12
_NEAR = 4
_LONGEST_NAME = 6


@inner
def _is_label(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a birth or paper is told from ``place`` on: by more than one word, or by one with digits behind it."""
    word = tokens[place, T_WORD]
    if word != _BORN and word != _PAPER and word != _OTHER_PAPER:
        return False
    return bool(tokens[place, T_SIZE] > 1 or digits_near(tokens, place + 1, stop, _NEAR))


@inner
def _name_run(tokens: NDArray[np.int64], place: int, stop: int) -> tuple[int, int]:
    """How many words of a name stand from ``place`` on, before a break or phrase of the grammar; and the place behind them."""
    count = 0
    position = place
    while position < stop:
        code = tokens[position, T_CODE]
        if code < 0 and code != DOT and code != DASH:
            break
        if code >= 0:
            word = tokens[position, T_WORD]
            phrase = word != _NAME and tokens[position, T_SIZE] > 1
            joins = word == _AND or (word == _AND_DOUBTFUL and count > 1)
            if phrase or joins or _is_label(tokens, position, stop):
                break
            count += 1
        position += 1
    return count, position


@inner
def is_highland(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a name of the highlands begins at ``place``: "H'Bla", "HBla", or "Y", "H", "K" and a word ("Y. Bla", "Y-Bla")."""
    if place >= stop or tokens[place, T_CODE] < 0:
        return False
    bits = tokens[place, T_BITS]
    if bits & _HIGHLAND:
        return True
    letter = bits // _LETTER
    if (letter != _Y and letter != _H and letter != _K) or (bits & _SMALL) != 0:
        return False
    after = place + 1
    if after < stop and (tokens[after, T_CODE] == DOT or is_dash(tokens[after, T_CODE])):
        after += 1
    return bool(after < stop and tokens[after, T_CODE] >= 0)


@inner
def is_dash(code: int) -> bool:
    """Whether a token is a dash, with spaces beside it or without."""
    return code == DASH or code == SPACED_DASH


@inner
def joins_letter(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the dash at ``place`` is within a highland name: behind its letter, "Y- Bla", or clan and letter, "Mlô Y- Bla".

    "Nguyễn Như Y - Lê An" are two, for his family is one of the lowlands; without spaces clans with such a name count too.
    """
    last = place - 2 if place > 1 and is_dash(tokens[place - 1, T_CODE]) else place - 1  # "Y-- Bla"
    if last < 0 or tokens[last, T_CODE] < 0 or state[PERSON] < 0 or tokens[last, T_PERSON] != state[PERSON]:
        return False
    bits = tokens[last, T_BITS]
    letter = bits // _LETTER
    if (letter != _Y and letter != _H and letter != _K) or (bits & (_SMALL | _MARKED)) != 0:
        return False
    have = out[state[PERSON], P_SIZE]
    if have == 1:  # "Bà Y - Ông A Hrai", "Bà Y - Lê Thị B" are two
        word = word_at(tokens, place + 1, stop)
        whole = is_surname(tokens, place + 1) and is_middle(tokens, place + 2, stop)
        return word >= 0 and not whole and (word == _NAME or word > _COUPLE or tokens[place + 1, T_UNMARKED] != 0)
    if tokens[place, T_CODE] == DASH and (have == 2 or (have == 3 and letter == _H)):
        return not is_middle(tokens, last - 1, place)
    first = max(last + 1 - have, 0)
    clan = tokens[first, T_PERSON] == state[PERSON] and tokens[first, T_BITS] < _LETTER  # not "A Y - Y Hơn"
    return bool(clan and not is_surname(tokens, first))


@inner
def is_numbered(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a word behind a person and a short number are all there is to the next mark: "..., thửa 2", "... - lô 5"."""
    waits = state[TITLED] or state[WAITS] or state[ROLE] >= 0 or state[LISTED]
    if state[PERSON] < 0 or waits or place + 1 >= stop:
        return False
    certificate = tokens[place + 1, T_CODE] == DIGITS - _CERTIFICATE and (tokens[place, T_BITS] & _BROKEN) != 0  # "/ CN 169616"
    if not certificate and not is_short_number(tokens[place + 1, T_CODE]):
        return False
    word = word_at(tokens, place + 2, stop)
    return bool(place + 2 >= stop or is_break(tokens[place + 2, T_CODE]) or word == _AND or word == _AND_DOUBTFUL)


@inner
def is_suffix(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a letter alone stands behind a bracket: "Lê Văn Hùng (Lập) B", the second of that name.

    Or the letters and number of a hamlet behind any mark: "Lê Văn Hùng - T5".
    """
    if state[PERSON] < 0 or state[TITLED]:
        return False
    waits = state[WAITS] or state[ROLE] >= 0 or state[LISTED]
    hamlet = (tokens[place, T_BITS] & (_ODD | _BROKEN)) == _ODD | _BROKEN and is_break(tokens[place - 1, T_CODE]) and not waits
    if not hamlet and (tokens[place, T_BITS] < _LETTER or tokens[place - 1, T_CODE] != CLOSE):
        return False
    after = tokens[place + 1, T_CODE] if place + 1 < stop else COMMA
    return is_break(after) or word_at(tokens, place + 1, stop) == _AND


@inner
def is_letter_pair(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether two letters and a stroke stand here for two words: "G/đ", "Đ/c", "C/n"; "v/c" is a word of the table."""
    if place + 2 >= stop or tokens[place, T_BITS] < _LETTER or tokens[place + 1, T_CODE] != SLASH:
        return False
    if tokens[place + 2, T_CODE] < 0 or tokens[place + 2, T_BITS] < _LETTER:
        return False
    return tokens[place, T_WORD] != _COUPLE_LETTER or tokens[place + 2, T_WORD] != _COUPLE_LETTER


@inner
def is_household_letter(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether "H/" stands here for "Hộ": before a title or a family name and more."""
    if place + 2 >= stop or tokens[place, T_BITS] // _LETTER != _H or tokens[place + 1, T_CODE] != SLASH:
        return False
    return is_title(word_at(tokens, place + 2, stop)) or (
        tokens[place + 2, T_CODE] >= 0 and name_ahead(tokens, place + 2, stop)
    )


@inner
def letter_pair_means(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> int:
    """What such a pair says: of a person before it a birth where digits follow ("s/n 1954"), a place behind a colon."""
    if state[PERSON] < 0 or state[TITLED] or place + 3 >= stop:
        return _NAME
    after = tokens[place + 3, T_CODE]
    if after <= DIGITS:
        return _BORN
    return _ADDRESS if after == COLON else _NAME


@inner
def joins_by_case(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a word in small letters stands before one with a capital: "va" and "vo" are no names there."""
    if (tokens[place, T_BITS] & _SMALL) == 0 or place + 1 >= stop or tokens[place + 1, T_CODE] < 0:
        return False
    return (tokens[place + 1, T_BITS] & _SMALL) == 0


@inner
def second_word(tokens: NDArray[np.int64], place: int, stop: int) -> int:
    """Place of what follows the word at ``place`` and its dot: "Ng. Thị Hoa"."""
    after = place + 1
    return after + 1 if after < stop and tokens[after, T_CODE] == DOT else after


@inner
def _has_middle(tokens: NDArray[np.int64], first: int, stop: int, count: int) -> bool:
    """Whether "Thị" is the second of at least three words, or "Văn" that of three or four ("Phòng Văn hóa ..." is longer)."""
    second = second_word(tokens, first, stop)
    if count < 3 or not is_middle(tokens, second, stop):
        return False
    return bool(count <= _LONGEST_NAME if is_woman(tokens, second, stop) else count <= 4)


@inner
def _has_own_data(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], count: int, end: int, stop: int
) -> bool:
    """Whether a birth or number follows the words that the open person already has one of."""
    place = end
    if place < stop and tokens[place, T_CODE] == COMMA:
        place += 1
    person = state[PERSON]
    if count < 2 or count > _LONGEST_NAME or person < 0 or place >= stop or tokens[place, T_CODE] < 0:
        return False
    if not _is_label(tokens, place, stop):
        return False
    if tokens[place, T_WORD] == _BORN:
        return bool(out[person, P_BIRTH] != 0)
    position = place
    while position < stop and tokens[position, T_CODE] > DIGITS and tokens[position, T_CODE] != OPEN:
        position += 1
    size = DIGITS - tokens[position, T_CODE] if position < stop else 0
    return bool(
        (size == _OLD_DIGITS and out[person, P_OLD] >= 0) or (size == _PERSONAL_DIGITS and out[person, P_PERSONAL] >= 0)
    )


@inner
def _behind_village(tokens: NDArray[np.int64], place: int) -> bool:
    """Whether a hamlet between dashes ends at ``place``: "A - ấp Hòa Bình - B", but not "A, trú tại ấp 3 - Lê Văn Sỹ"."""
    while place > 0 and (tokens[place, T_CODE] >= 0 or is_short_number(tokens[place, T_CODE])):
        place -= 1
    return bool(is_dash(tokens[place, T_CODE]) and tokens[place + 1, T_WORD] == _VILLAGE)


@inner
def begins_further(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, ahead: int, stop: int
) -> bool:
    """Whether the word at ``place``, behind a break and with ``ahead`` words to the next one, begins a further person."""
    before = tokens[place - 1, T_CODE]
    numbered = (before == DOT or before == DASH) and place > 1 and tokens[place - 2, T_CODE] <= DIGITS
    if not (is_break(before) or numbered):
        return False
    if state[MODE] == IN_ADDRESS:
        if not is_dash(before) or not is_surname(tokens, place) or not _behind_village(tokens, place - 2):
            return False
    elif ahead >= 2 and is_surname(tokens, place):
        return True
    count, end = _name_run(tokens, place, stop)
    if _has_middle(tokens, place, stop, count):
        return True
    if state[MODE] != AFTER_PAPER and state[MODE] != AFTER_ISSUE:
        return False
    return is_highland(tokens, place, stop) or _has_own_data(tokens, state, out, count, end, stop)
