"""Compiled part of reading owner strings, last part: a row of tokens from left to right.

A phrase of the table is first only a possibility: "Bà" is a title before a name and the end of "Lê Thị Bà", "Hồ ông" is
a misread "Hộ ông" but "Hồ Anh" is a name. :mod:`vnlink.normalize.owner_senses` decides by what stands before and behind,
:mod:`vnlink.normalize.owner_acts` does what follows from it, and here the row is walked and its names are laid out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel
from vnlink.schema import MAX_SYLLABLES, SEX_MISSING, Flag, OwnerKind

from .name_kernel import add_syllables
from .owner_acts import act, begin_person
from .owner_brackets import after_bracket, read_bracket
from .owner_further import (
    begins_further,
    is_dash,
    is_household_letter,
    is_letter_pair,
    is_numbered,
    is_suffix,
    joins_letter,
    letter_pair_means,
)
from .owner_garbled import code_end, drop_garbled_label, drop_garbled_start, drop_letters, drop_unknown_label
from .owner_known import drop_repeated
from .owner_marks import drop_mentioned, hamlet_end, is_list_letter, joins_name, nickname_end
from .owner_numbers import read_number
from .owner_phrases import prepare_row, put_in_order
from .owner_senses import sense_of
from .owner_state import (
    AFTER_ALL,
    AFTER_DEATH,
    AFTER_ISSUE,
    AFTER_PAPER,
    BASE,
    BEGIN,
    COUNT,
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
    LISTED,
    MODE,
    P_FLAGS,
    P_SIZE,
    PERSON,
    ROLE,
    ROW_FLAGS,
    SEX,
    T_BITS,
    T_CODE,
    T_COUNT,
    T_PERSON,
    T_RUN,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    add_word,
    clear_state,
    flag_person,
    is_break,
    is_short_number,
    open_person,
    settle_row,
    word_at,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import CLOSE, COLON, COMMA, DASH, DIGITS, DOT, ELLIPSIS, NEWLINE, OPEN, SEMICOLON, SLASH, SPACED_DASH
from .tokens import WORD_SYLLABLES, Bit

__all__ = ["read_owners"]

_NAME, _IS, _HOUSEHOLD, _COUPLE_LETTER = int(Word.NAME), int(Word.IS), int(Word.HOUSEHOLD), int(Word.COUPLE_LETTER)
_AND, _AND_DOUBTFUL, _WIFE, _HUSBAND = int(Word.AND), int(Word.AND_DOUBTFUL), int(Word.WIFE), int(Word.HUSBAND)
_ORGANISATION, _NOBODY, _LABEL = int(Word.ORGANISATION), int(Word.NOBODY), int(Word.LABEL)
_MALE_WEAK, _FEMALE_WEAK = int(Word.TITLE_MALE_WEAK), int(Word.TITLE_FEMALE_WEAK)
_HOUSEHOLD_DOUBTFUL, _BAPTISMAL, _RELIGIOUS = int(Word.HOUSEHOLD_DOUBTFUL), int(Word.BAPTISMAL), int(Word.RELIGIOUS)
_BORN, _DAY, _YEAR = int(Word.BORN), int(Word.DAY), int(Word.YEAR)

_LEFTOVER, _CUT, _HAS_ALIAS = int(Flag.LEFTOVER), int(Flag.NAME_CUT), int(Flag.NAME_HAS_ALIAS)
_A_PERSON, _UNREADABLE = int(OwnerKind.PERSON), int(OwnerKind.UNREADABLE)
_BODIES = np.array(
    [
        OwnerKind.ORGANISATION,
        OwnerKind.COMMUNITY,
        OwnerKind.RELIGIOUS,
        OwnerKind.COMMUNITY,
        OwnerKind.UNREADABLE,
        OwnerKind.STATE,
    ],
    dtype=np.uint8,
)
"""Kinds by the words from ORGANISATION on."""
_MARKED, _LETTER, _HIGHLAND, _BROKEN = Bit.MARKED, Bit.LETTER, Bit.HIGHLAND, Bit.BROKEN
_UNMARKED = int(Flag.NAME_UNMARKED)
_PLAIN = Bit.MARKED | Bit.SURNAME | Bit.MIDDLE | Bit.WOMAN | Bit.BROKEN | Bit.SMALL | Bit.HIGHLAND | Bit.CALLED | Bit.KHMER
_PLAIN |= Bit.FATHER
"""Bits that ask nothing of whoever lays out a name, but for the mark."""


@inner
def _read_name_word(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> None:
    """A word that is no word of the grammar: part of a name, unless a date, paper or address is being read."""
    mode = state[MODE]
    if mode == AFTER_PAPER or mode == AFTER_DEATH or mode == IN_REMARK or mode == AFTER_ISSUE or mode == IN_ADDRESS:
        if begins_further(tokens, state, out, place, tokens[place, T_RUN], stop):
            begin_person(state, -1, SEX_MISSING)
        elif mode == AFTER_ISSUE:
            state[MODE] = IN_ISSUE
            return
        else:
            state[ROW_FLAGS] |= 0 if mode == IN_REMARK or mode == IN_ADDRESS else _LEFTOVER
            return
    elif mode != IN_NAME:
        return
    add_word(tokens, state, out, place)


@inner
def _read_word(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int
) -> int | np.int64:
    """Read the word or phrase at ``place``; the place after it. A body that is no person ends the reading: -1 - its kind."""
    if is_list_letter(tokens, state, out, place, stop):
        state[FRESH] = 1
        state[LISTED] = 1
        return place + 2
    if is_letter_pair(tokens, place, stop):
        state[ROW_FLAGS] |= _LEFTOVER
        meaning = letter_pair_means(tokens, state, place, stop)
        if meaning != _NAME:
            act(tokens, state, out, meaning, place + 3, stop)
        return place + 3
    if state[BEGIN]:
        if is_household_letter(tokens, place, stop):
            act(tokens, state, out, _HOUSEHOLD, place + 2, stop)
            return place + 2
        passed = max(hamlet_end(tokens, place, stop), code_end(tokens, place, stop))
        if passed > 0:
            state[ROW_FLAGS] |= _LEFTOVER
            return passed
    word = np.int64(tokens[place, T_WORD])
    size = np.int64(tokens[place, T_SIZE])
    if state[MODE] == IN_RELATIVE:
        if not _spouse_announced(tokens, place, stop):
            return place + 1
        state[MODE] = IN_NAME
    if word != _NAME:
        if state[MODE] == IN_REMARK and word >= _IS:
            return place + size
        label = word == _LABEL
        word = sense_of(tokens, state, out, place, stop, word, size, tokens[place, T_UNMARKED])
        if label and word != _NAME:
            drop_mentioned(tokens, state, place + size - 1, stop)
    if word == _NAME:
        if state[FRESH] and state[MODE] == IN_NAME and is_numbered(tokens, state, place, stop):
            state[ROW_FLAGS] |= _LEFTOVER
            return place + 2
        if state[FRESH] and state[MODE] == IN_NAME and is_suffix(tokens, state, place, stop):
            state[ROW_FLAGS] |= _LEFTOVER
            return place + 1
        _read_name_word(tokens, state, out, place, stop)
        return stop if state[MODE] == AFTER_ALL else place + 1
    if word >= _ORGANISATION and (state[BEGIN] or (word == _NOBODY and state[COUNT] == 0)):
        return -1 - np.int64(_BODIES[word - _ORGANISATION])
    after = place + (3 if word == _COUPLE_LETTER else size)  # "v/c" is three tokens
    act(tokens, state, out, word, after, stop)
    return after


@inner
def _spouse_announced(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether "và vợ", "cùng chồng", "vợ là" or the like stands here, which nobody but a holder's spouse is introduced by."""
    word, after = tokens[place, T_WORD], place + tokens[place, T_SIZE]
    if word == _AND or word == _AND_DOUBTFUL:
        word = word_at(tokens, after, stop)
        return bool(word == _WIFE or word == _HUSBAND)
    return bool((word == _WIFE or word == _HUSBAND) and tokens[place, T_SIZE] > 1)


@inner
def _is_list_number(tokens: NDArray[np.int64], state: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the next number of a numbered list stands here: "2." or "2/" and a word."""
    if not state[LISTED] or not is_short_number(tokens[place, T_CODE]) or place + 2 >= stop or tokens[place + 2, T_CODE] < 0:
        return False
    mark = tokens[place + 1, T_CODE]
    return bool(mark == DOT or mark == CLOSE or mark == SLASH or mark == DASH or mark == SPACED_DASH)


@inner
def _read_ellipsis(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int) -> None:
    """Dots behind a name: it breaks off. Elsewhere they are an empty field of a form."""
    if place > 0 and state[PERSON] >= 0 and not state[FRESH] and tokens[place - 1, T_PERSON] == state[PERSON]:
        flag_person(state, out, _CUT)


@inner
def _read_dash(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> None:
    """A dash parts two persons if it has a space beside it or whole names on both sides."""
    if joins_letter(tokens, state, out, place, stop):
        return
    if tokens[place, T_CODE] == DASH:
        first, ahead = words_ahead(tokens, place + 1, stop)
        glued = first >= 0 and (tokens[first, T_BITS] & _HIGHLAND) != 0  # "Nga-K'Dệ"
        glued = glued or (first >= 0 and tokens[first, T_COUNT] >= 2)  # "LêVănTám-VõThịSáu"
        if state[PERSON] < 0 or (ahead < 2 and not glued) or out[state[PERSON], P_SIZE] < 2:
            return
    _read_break(state, SPACED_DASH)


@inner
def _read_break(state: NDArray[np.int64], code: int) -> None:
    """A comma or the like: whatever was read of a person is complete; a semicolon or new line ends an address too."""
    state[FRESH] = 1
    mode = state[MODE]
    if mode == IN_ALIAS or mode == AFTER_DEATH or mode == IN_BIRTH or mode == IN_REMARK or mode == IN_RELATIVE:
        state[MODE] = IN_NAME
    place = mode == IN_ADDRESS or mode == IN_ISSUE
    if (code == SEMICOLON or code == NEWLINE) and (place or mode == IN_PAPER or mode == IN_OTHER_PAPER):
        state[MODE] = AFTER_PAPER


@inner
def _is_empty(tokens: NDArray[np.int64], stop: int) -> bool:
    """Whether two letters and a stroke are all of a row: "N/A", "#N/A"; nobody is called so."""
    if stop != 3 or tokens[1, T_CODE] != SLASH or tokens[0, T_CODE] < 0 or tokens[2, T_CODE] < 0:
        return False
    return bool(tokens[0, T_BITS] >= _LETTER and tokens[2, T_BITS] >= _LETTER)


@inner
def _read_mark(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> int:
    """Read the mark at ``place``; the place to go on from."""
    code = tokens[place, T_CODE]
    if code == COLON:
        drop_unknown_label(tokens, state, out, place, stop)
        drop_mentioned(tokens, state, place, stop)
    if (code == COMMA or code == SLASH or is_dash(code)) and joins_name(tokens, state, out, place, stop):
        return place + 1
    if code == SLASH or code == SPACED_DASH:
        end = nickname_end(tokens, state, out, place, stop)
        if end > 0:
            return end
    if is_dash(code):
        _read_dash(tokens, state, out, place, stop)
    elif code == ELLIPSIS:
        _read_ellipsis(tokens, state, out, place)
    elif is_break(code) and code != CLOSE:
        _read_break(state, code)
    elif code == CLOSE:
        if state[MODE] == IN_RELATIVE:  # "(đại diện hàng thừa kế ông B) và bà C"
            _read_break(state, code)
        after_bracket(state, out)
    return place + 1


@inner
def _read_row(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], stop: int) -> int:
    """Read the tokens of one row; the kind of land user it names."""
    if _is_empty(tokens, stop):
        return _UNREADABLE
    place = 0
    while place < stop:
        code = tokens[place, T_CODE]
        if code >= 0 and tokens[place, T_WORD] == _NAME and state[FRESH] == 0 and state[MODE] == IN_NAME:
            tokens[place, T_PERSON] = state[PERSON]  # what nearly all words come to, without the detour
            out[state[PERSON], P_SIZE] += tokens[place, T_COUNT]
            place += 1
        elif code >= 0:
            if tokens[place, T_WORD] != _NAME:
                drop_garbled_start(tokens, state, out, place, stop)
            place = _read_word(tokens, state, out, place, stop)
            if place < 0:
                return -1 - place
        elif code <= DIGITS:
            if state[MODE] == IN_RELATIVE and _is_list_number(tokens, state, place, stop):
                _read_break(state, NEWLINE)
            drop_garbled_label(tokens, state, out, place)
            drop_letters(tokens, state, out, place, stop)
            place = read_number(tokens, state, out, place, stop)
        elif code == OPEN:
            place = read_bracket(tokens, state, out, place, stop)
        else:
            place = _read_mark(tokens, state, out, place, stop)
    return _A_PERSON if state[COUNT] else _UNREADABLE


@inner
def _finish_row(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], kind: int, stop: int, cut: bool
) -> None:
    """Settle what concerns the whole row. A row that names no person has one entry all the same."""
    if kind == _A_PERSON:
        if state[COUNT] == 2:
            drop_repeated(tokens, state, out, stop)
        settle_row(tokens, state, out, stop, cut)
    elif cut:
        state[ROW_FLAGS] |= _CUT
    flags = state[ROW_FLAGS]
    if kind != _A_PERSON:
        flags |= state[FLAGS]
        state[COUNT] = 0
        state[ROLE] = -1
        state[HOUSE] = 0
        state[SEX] = SEX_MISSING
        state[FLAGS] = 0
        open_person(state, out)
        out[state[BASE], P_FLAGS] = 0
    for person in range(state[BASE], state[BASE] + state[COUNT]):
        out[person, P_FLAGS] |= flags


@inner
def _lay_names(
    codes: NDArray[np.int32],
    start: int,
    stop: int,
    words: NDArray[np.int32],
    tokens: NDArray[np.int64],
    out: NDArray[np.int64],
    syllables: NDArray[np.int32],
) -> None:
    """Copy the syllables of a row's words to the persons whose words they are, with the flags that the words bring."""
    for place in range(start, stop):
        person = tokens[place - start, T_PERSON]
        if person < 0:
            continue
        if (
            tokens[place - start, T_BITS] | _PLAIN == _PLAIN
            and tokens[place - start, T_COUNT] == 1
            and out[person, P_SIZE] < MAX_SYLLABLES
        ):
            syllables[person, out[person, P_SIZE]] = words[codes[place], WORD_SYLLABLES]
            out[person, P_SIZE] += 1
            if tokens[place - start, T_BITS] & _MARKED:
                out[person, P_FLAGS] &= ~_UNMARKED
            continue
        size, flags = add_syllables(
            codes[place], words, syllables, person, out[person, P_SIZE], np.uint32(out[person, P_FLAGS])
        )
        out[person, P_SIZE] = size
        out[person, P_FLAGS] = flags


@kernel
def read_owners(
    codes: NDArray[np.int32],
    values: NDArray[np.int64],
    ends: NDArray[np.int64],
    cut: NDArray[np.uint8],
    words: NDArray[np.int32],
    first: NDArray[np.int32],
    table: NDArray[np.int16],
    seconds: NDArray[np.int64],
    singles: NDArray[np.int32],
    first_row: int,
    kind: NDArray[np.uint8],
    out: NDArray[np.int64],
    syllables: NDArray[np.int32],
    state: NDArray[np.int64],
    tokens: NDArray[np.int64],
) -> int:
    """Read a chunk of owner strings; the number of persons written.

    Parameters
    ----------
    codes, values, ends, cut
        The chunk's tokens, as :class:`vnlink.normalize.token_kernel.Stream`.
    words : ndarray of int32
        Word table of the interner.
    first, table, seconds, singles
        As :class:`vnlink.normalize.owner_words.Phrases`.
    first_row : int
        Number of the chunk's first row, for the column P_ROW.
    kind : ndarray of uint8, shape (rows,)
        Receives :class:`vnlink.schema.OwnerKind` of each row.
    out, syllables : ndarray of int64 (n, PERSON_WIDTH) and of int32 (n, MAX_SYLLABLES)
        Receive the persons; room for rows + tokens.
    state, tokens : ndarray of int64, shapes (STATE_SIZE,) and (MAX_CELL_BYTES + 1, TOKEN_WIDTH)
        Room to work in.
    """
    count = 0
    for row in range(len(cut)):
        start, stop = ends[row], ends[row + 1]
        clear_state(state, count, first_row + row)
        put_in_order(codes, start, stop, words, first, table, singles)
        prepare_row(codes, values, start, stop, words, first, table, seconds, singles, tokens)
        kind[row] = _read_row(tokens, state, out, stop - start)
        _finish_row(tokens, state, out, kind[row], stop - start, cut[row] != 0)
        for person in range(count, count + state[COUNT]):
            for column in range(MAX_SYLLABLES):
                syllables[person, column] = -1
            out[person, P_SIZE] = 0
        if kind[row] == _A_PERSON:
            _lay_names(codes, start, stop, words, tokens, out, syllables)
        count += state[COUNT]
    return count
