"""Compiled part of reading owner strings, second half: what each word means where it stands, and what follows from it.

A phrase of the table is first only a possibility: "Bà" is a title before a name and the end of "Lê Thị Bà", "Hồ ông" is
a misread "Hộ ông" but "Hồ Anh" is a name. :mod:`vnlink.normalize.owner_senses` decides by what stands before and behind;
here it is carried out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel
from vnlink.schema import MAX_SYLLABLES, SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag, OwnerKind, Role

from .name_kernel import add_syllables
from .owner_numbers import read_number
from .owner_senses import sense_of
from .owner_state import (
    AFTER_DEATH,
    AFTER_PAPER,
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
    IN_NAME,
    IN_PAPER,
    MODE,
    P_FLAGS,
    P_ROLE,
    P_SEX,
    P_SIZE,
    PERSON,
    ROLE,
    ROW_FLAGS,
    SEX,
    T_BITS,
    T_CODE,
    T_COUNT,
    T_PERSON,
    T_SIZE,
    T_UNMARKED,
    T_WORD,
    TITLED,
    add_word,
    clear_state,
    closing,
    flag_person,
    is_break,
    is_surname,
    open_person,
    prepare_row,
    words_ahead,
)
from .owner_words import Word
from .token_kernel import CLOSE, DASH, DIGITS, NEWLINE, OPEN, SEMICOLON, SPACED_DASH
from .tokens import WORD_SYLLABLES, Bit

__all__ = ["read_owners"]

_NAME, _MALE, _FEMALE, _NEUTRAL = int(Word.NAME), int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.TITLE_NEUTRAL)
_HOUSEHOLD, _HEAD, _WIFE, _HUSBAND = int(Word.HOUSEHOLD), int(Word.HEAD), int(Word.WIFE), int(Word.HUSBAND)
_COUPLE, _AND, _DIED, _MARTYR = int(Word.COUPLE), int(Word.AND), int(Word.DIED), int(Word.MARTYR)
_REPRESENTATIVE, _HEIRS, _ALIAS, _ALIAS_DOUBTFUL = (
    int(Word.REPRESENTATIVE), int(Word.HEIRS), int(Word.ALIAS), int(Word.ALIAS_DOUBTFUL)
)  # fmt: skip
_BORN, _PAPER, _ADDRESS, _ORGANISATION = int(Word.BORN), int(Word.PAPER), int(Word.ADDRESS), int(Word.ORGANISATION)
_FILLER = int(Word.FILLER)

_DECEASED, _HAS_ALIAS, _HAS_HEIRS = int(Flag.DECEASED), int(Flag.NAME_HAS_ALIAS), int(Flag.HEIRS)
_LEFTOVER, _CUT = int(Flag.LEFTOVER), int(Flag.NAME_CUT)
_ROLE_SPOUSE, _ROLE_HEAD, _ROLE_REPRESENTATIVE = int(Role.SPOUSE), int(Role.HEAD), int(Role.REPRESENTATIVE)
_A_PERSON, _UNREADABLE = int(OwnerKind.PERSON), int(OwnerKind.UNREADABLE)
_BODIES = np.array(
    [OwnerKind.ORGANISATION, OwnerKind.COMMUNITY, OwnerKind.RELIGIOUS, OwnerKind.COMMUNITY, OwnerKind.UNREADABLE],
    dtype=np.uint8,
)
_MARKED, _PLAIN, _UNMARKED = Bit.MARKED, Bit.MARKED | Bit.SURNAME, int(Flag.NAME_UNMARKED)
_LONGEST_ALIAS = 4


@inner
def _begin_person(state: NDArray[np.int64], role: int, sex: int) -> None:
    """What comes next is another person, with this role and sex unless -1 or 0."""
    state[FRESH] = 1
    state[MODE] = IN_NAME
    if role >= 0:
        state[ROLE] = role
    if sex != SEX_MISSING:
        state[SEX] = sex


@inner
def _act_title(state: NDArray[np.int64], word: int) -> None:
    """A title gives the sex; two different ones in a row ("Ông (bà)") give none."""
    sex = SEX_MALE if word == _MALE else (SEX_FEMALE if word == _FEMALE else SEX_MISSING)
    if state[TITLED] and state[SEX] != sex:
        sex = SEX_MISSING
    state[FRESH] = 1
    state[MODE] = IN_NAME
    state[SEX] = sex
    state[TITLED] = 1
    state[BEGIN] = 0


@inner
def _act_person_word(state: NDArray[np.int64], out: NDArray[np.int64], word: int, ahead: int) -> None:
    """Words that introduce a person: household, spouse, representative, "và"."""
    if word == _HOUSEHOLD:
        state[HOUSE] = 1
        _begin_person(state, _ROLE_HEAD, SEX_MISSING)
    elif word == _HEAD:
        _begin_person(state, _ROLE_HEAD, SEX_MISSING)
    elif word == _WIFE or word == _HUSBAND:
        state[BEGIN] = 0
        _begin_person(state, _ROLE_SPOUSE, SEX_FEMALE if word == _WIFE else SEX_MALE)
    elif word == _COUPLE:
        state[COUPLE] = 1
        state[BEGIN] = 0
        _begin_person(state, -1, SEX_MISSING)
    elif word == _REPRESENTATIVE:
        if ahead == 0 and state[PERSON] >= 0:
            out[state[PERSON], P_ROLE] = _ROLE_REPRESENTATIVE
        else:
            _begin_person(state, _ROLE_REPRESENTATIVE, SEX_MISSING)
    else:
        _begin_person(state, -1, SEX_MISSING)


@inner
def _act_remark(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, first: int) -> None:
    """Words about a person: death, alias, birth, papers, address, heirs."""
    if word == _DIED:
        flag_person(state, out, _DECEASED)
        if state[PERSON] >= 0 and not state[TITLED]:
            state[MODE] = AFTER_DEATH
            state[FRESH] = 1
    elif word == _MARTYR:
        state[FLAGS] |= _DECEASED
        _begin_person(state, -1, SEX_MISSING)
    elif word == _ALIAS:
        flag_person(state, out, _HAS_ALIAS)
        state[MODE] = IN_ALIAS
    elif word == _HEIRS:
        state[ROW_FLAGS] |= _HAS_HEIRS
        state[FRESH] = 1
        state[MODE] = IN_NAME if is_surname(tokens, first) else AFTER_PAPER
    elif word == _BORN:
        state[MODE] = IN_BIRTH
    elif word == _PAPER:
        state[MODE] = IN_PAPER
    elif word == _ADDRESS:
        state[MODE] = IN_ADDRESS
        state[ROW_FLAGS] |= _LEFTOVER
    elif state[PERSON] >= 0 and word != _FILLER:
        state[FRESH] = 1


@inner
def _read_name_word(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> None:
    """A word that is no word of the grammar: part of a name, unless a date, paper or address is being read."""
    mode = state[MODE]
    if mode == AFTER_PAPER or mode == AFTER_DEATH:
        first, ahead = words_ahead(tokens, place, stop)
        if ahead >= 2 and is_surname(tokens, first) and is_break(tokens[place - 1, T_CODE]):
            _begin_person(state, -1, SEX_MISSING)
        else:
            state[ROW_FLAGS] |= _LEFTOVER
            return
    elif mode != IN_NAME:
        return
    add_word(tokens, state, out, place)


@inner
def _read_word(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int
) -> int | np.int64:
    """Read the word or phrase at ``place``; the place after it. A body that is no person ends the reading: -1 - its kind."""
    word = np.int64(tokens[place, T_WORD])
    size = np.int64(tokens[place, T_SIZE])
    if word != _NAME:
        word = sense_of(tokens, state, out, place, stop, word, size, tokens[place, T_UNMARKED])
    if word == _NAME:
        _read_name_word(tokens, state, out, place, stop)
        return place + 1
    if word >= _ORGANISATION:
        return -1 - np.int64(_BODIES[word - _ORGANISATION])
    first, ahead = words_ahead(tokens, place + size, stop)
    if word <= _NEUTRAL:
        _act_title(state, word)
    elif word <= _COUPLE or word == _AND or word == _REPRESENTATIVE:
        _act_person_word(state, out, word, ahead)
    else:
        _act_remark(tokens, state, out, word, first)
    return place + size


@inner
def _after_bracket(state: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """A name that was whole before a bracket is over after it."""
    if state[PERSON] >= 0 and out[state[PERSON], P_SIZE] >= 2 and not state[TITLED]:
        state[FRESH] = 1


@inner
def _read_remark_in_brackets(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, end: int
) -> bool:
    """Bracketed words that say something of the open person and are done with here; False if they must be read as text."""
    word = tokens[place, T_WORD]
    alone = place + tokens[place, T_SIZE] == end
    if word == _DIED:
        flag_person(state, out, _DECEASED)
    elif word == _ALIAS or word == _ALIAS_DOUBTFUL:
        flag_person(state, out, _HAS_ALIAS)
    elif word == _HEIRS:
        state[ROW_FLAGS] |= _HAS_HEIRS
    elif alone and (word == _MALE or word == _FEMALE):
        _act_title(state, word)
        state[FRESH] = state[PERSON] < 0 or state[FRESH]
    elif state[PERSON] < 0 or state[TITLED]:
        return False
    elif alone and (word == _WIFE or word == _HUSBAND):
        out[state[PERSON], P_SEX] = SEX_FEMALE if word == _WIFE else SEX_MALE
        if state[COUNT] > 1:
            out[state[PERSON], P_ROLE] = _ROLE_SPOUSE
    elif alone and (word == _HEAD or word == _REPRESENTATIVE):
        out[state[PERSON], P_ROLE] = _ROLE_HEAD if word == _HEAD else _ROLE_REPRESENTATIVE
    elif word != _NAME:
        return False
    else:
        for position in range(place, end):
            if tokens[position, T_CODE] <= DIGITS:
                return False
        if end - place <= _LONGEST_ALIAS:
            out[state[PERSON], P_FLAGS] |= _HAS_ALIAS
        else:
            state[ROW_FLAGS] |= _LEFTOVER
    return True


@inner
def _read_bracket(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> int:
    """Read an opening bracket: over a remark to its end, or into the text."""
    end = closing(tokens, place, stop)
    if end > place + 1 and tokens[place + 1, T_CODE] >= 0 and _read_remark_in_brackets(tokens, state, out, place + 1, end):
        _after_bracket(state, out)
        return end + 1
    if end != place + 1:
        _after_bracket(state, out)
    return place + 1


@inner
def _read_dash(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int, stop: int) -> None:
    """A dash parts two persons if it has a space beside it or whole names on both sides."""
    if tokens[place, T_CODE] == DASH:
        _, ahead = words_ahead(tokens, place + 1, stop)
        if state[PERSON] < 0 or ahead < 2 or out[state[PERSON], P_SIZE] < 2:
            return
    _read_break(state, SPACED_DASH)


@inner
def _read_break(state: NDArray[np.int64], code: int) -> None:
    """A comma or the like: whatever was read of a person is complete; a semicolon or new line ends an address too."""
    state[FRESH] = 1
    mode = state[MODE]
    if mode == IN_ALIAS or mode == AFTER_DEATH or mode == IN_BIRTH:
        state[MODE] = IN_NAME
    if (code == SEMICOLON or code == NEWLINE) and (mode == IN_ADDRESS or mode == IN_PAPER):
        state[MODE] = AFTER_PAPER


@inner
def _read_row(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], stop: int) -> int:
    """Read the tokens of one row; the kind of land user it names."""
    place = 0
    while place < stop:
        code = tokens[place, T_CODE]
        if code >= 0 and tokens[place, T_WORD] == _NAME and state[FRESH] == 0 and state[MODE] == IN_NAME:
            tokens[place, T_PERSON] = state[PERSON]  # what nearly all words come to, without the detour
            out[state[PERSON], P_SIZE] += tokens[place, T_COUNT]
            place += 1
        elif code >= 0:
            place = _read_word(tokens, state, out, place, stop)
            if place < 0:
                return -1 - place
        elif code <= DIGITS:
            place = read_number(tokens, state, out, place, stop)
        elif code == OPEN:
            place = _read_bracket(tokens, state, out, place, stop)
        else:
            if code == DASH or code == SPACED_DASH:
                _read_dash(tokens, state, out, place, stop)
            elif is_break(code) and code != CLOSE:
                _read_break(state, code)
            elif code == CLOSE:
                _after_bracket(state, out)
            place += 1
    return _A_PERSON if state[COUNT] else _UNREADABLE


@inner
def _finish_row(state: NDArray[np.int64], out: NDArray[np.int64], kind: int, cut: bool) -> None:
    """Settle what concerns the whole row. A row that names no person has one entry all the same."""
    flags = state[ROW_FLAGS] | (_CUT if cut else 0)
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
    first, table
        As :class:`vnlink.normalize.owner_words.Phrases`.
    first_row : int
        Number of the chunk's first row, for the column P_ROW.
    kind : ndarray of uint8, shape (rows,)
        Receives :class:`vnlink.schema.OwnerKind` of each row.
    out, syllables : ndarray of int64 (n, PERSON_WIDTH) and of int32 (n, MAX_SYLLABLES)
        Receive the persons; room for rows + tokens.
    state, tokens : ndarray of int64, shapes (STATE_SIZE,) and (MAX_ROW_BYTES + 1, TOKEN_WIDTH)
        Room to work in.
    """
    count = 0
    for row in range(len(cut)):
        start, stop = ends[row], ends[row + 1]
        clear_state(state, count, first_row + row)
        prepare_row(codes, values, start, stop, words, first, table, tokens)
        kind[row] = _read_row(tokens, state, out, stop - start)
        _finish_row(state, out, kind[row], cut[row] != 0)
        for person in range(count, count + state[COUNT]):
            for column in range(MAX_SYLLABLES):
                syllables[person, column] = -1
            out[person, P_SIZE] = 0
        if kind[row] == _A_PERSON:
            _lay_names(codes, start, stop, words, tokens, out, syllables)
        count += state[COUNT]
    return count
