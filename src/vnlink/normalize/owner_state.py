"""Compiled part of reading owner strings, first half: what has been read so far, and looking ahead.

The grammar walks over the tokens of one row. Its memory is a short array of integers (the indices below) and the rows of the
persons found so far. :mod:`vnlink.normalize.owner_grammar` decides what each word means where it stands.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ..schema import SEX_MISSING, Flag, Role
from .name_kernel import add_syllables
from .owner_words import Phrases
from .token_kernel import CLOSE, COLON, COMMA, DASH, DIGITS, DOT, NEWLINE, OPEN, SEMICOLON
from .tokens import Bit, WordTable

__all__ = [
    "Persons",
    "Reading",
    "add_word",
    "clear_state",
    "closing",
    "digits_near",
    "flag_person",
    "is_break",
    "match_phrase",
    "open_person",
    "words_ahead",
]

PERSON, BASE, COUNT, FRESH, MODE, ROLE, SEX, FLAGS, ROW_FLAGS, HOUSE, COUPLE, TITLED, BEGIN, WORDS, ROW = range(15)
"""State: the open person's row in the output (-1: none), the first row of this string, persons so far, whether the next name
word opens a new person, what is being read (a mode), role, sex and flags for the next person, flags for all persons, whether a
household or a couple was named, whether a title waits for its name, whether nothing but labels was read yet, words in the row."""

STATE_SIZE = 15

IN_NAME, IN_BIRTH, IN_PAPER, AFTER_PAPER, IN_ADDRESS, IN_ALIAS, AFTER_DEATH = range(7)
"""Modes. After a paper's number a plain name may follow a comma; in an address only titles and the like lead to a person."""

NO_ROLE = -1
MAX_PERSONS = 32
"""Persons read of one string; certificates with more owners than that list them on another sheet."""

_SPOUSE, _HEAD, _MEMBER, _OWNER = int(Role.SPOUSE), int(Role.HEAD), int(Role.MEMBER), int(Role.OWNER)
_LEFTOVER, _UNMARKED = int(Flag.LEFTOVER), int(Flag.NAME_UNMARKED)
_SEXES = 3
_MARKED = Bit.MARKED


class Persons(NamedTuple):
    """Output of the grammar, one entry per person; ``size`` counts the syllables."""

    row: NDArray[np.int64]
    person_no: NDArray[np.uint8]
    role: NDArray[np.uint8]
    flags: NDArray[np.uint32]
    syllables: NDArray[np.int32]
    size: NDArray[np.uint8]
    sex: NDArray[np.uint8]
    birth: NDArray[np.int32]
    personal_id: NDArray[np.int64]
    old_id: NDArray[np.int64]


class Reading(NamedTuple):
    """Everything the grammar looks at: the tokens of a chunk, the word tables, its memory and its output."""

    codes: NDArray[np.int32]
    values: NDArray[np.int64]
    words: WordTable
    phrases: Phrases
    state: NDArray[np.int64]
    out: Persons


@njit(cache=True, nogil=True)
def clear_state(state: NDArray[np.int64], base: int, row: int) -> None:
    """Begin a row whose persons go to ``base`` and on."""
    state[:] = 0
    state[PERSON] = -1
    state[BASE] = base
    state[ROLE] = NO_ROLE
    state[BEGIN] = 1
    state[FRESH] = 1
    state[ROW] = row


@njit(cache=True, nogil=True)
def _settle_spouses(state: NDArray[np.int64], out: Persons, person: int) -> None:
    """Two spouses are of two sexes: where a word said "vợ" or "chồng", the one known sex gives the other."""
    other = person - 1
    if out.sex[person] != SEX_MISSING and out.sex[other] == SEX_MISSING:
        out.sex[other] = _SEXES - out.sex[person]
    elif out.sex[person] == SEX_MISSING and out.sex[other] != SEX_MISSING:
        out.sex[person] = _SEXES - out.sex[other]


@njit(cache=True, nogil=True)
def open_person(state: NDArray[np.int64], out: Persons) -> None:
    """Start the next person with the role, sex and flags that the words before it gave."""
    person = state[BASE] + state[COUNT]
    role = state[ROLE]
    if role == _SPOUSE and state[COUNT] == 0:
        role = NO_ROLE
    if role == NO_ROLE and state[COUPLE] and state[COUNT] == 1:
        role = _SPOUSE
    if role == NO_ROLE:
        role = _OWNER if not state[HOUSE] else (_HEAD if state[COUNT] == 0 else _MEMBER)
    out.row[person] = state[ROW]
    out.person_no[person] = state[COUNT] + 1
    out.role[person] = role
    out.flags[person] = state[FLAGS] | _UNMARKED
    out.syllables[person, :] = -1
    out.size[person] = 0
    out.sex[person] = state[SEX]
    out.birth[person] = 0
    out.personal_id[person] = -1
    out.old_id[person] = -1
    if role == _SPOUSE:
        _settle_spouses(state, out, person)
    state[PERSON] = person
    state[COUNT] += 1
    state[ROLE] = NO_ROLE
    state[SEX] = SEX_MISSING
    state[FLAGS] = 0
    state[FRESH] = 0
    state[TITLED] = 0
    state[BEGIN] = 0


@njit(cache=True, nogil=True)
def flag_person(reading: Reading, flag: int) -> None:
    """Set a flag on the open person, or on the next one when a title waits or nobody was named yet."""
    state, out = reading.state, reading.out
    if state[PERSON] < 0 or state[TITLED]:
        state[FLAGS] |= flag
    else:
        out.flags[state[PERSON]] |= np.uint32(flag)


@njit(cache=True, nogil=True)
def add_word(reading: Reading, word: int) -> None:
    """Append a word to the open person's name, or open a new person with it."""
    words, state, out = reading.words, reading.state, reading.out
    if words.count[word] == 0:
        return
    if state[PERSON] < 0 or state[FRESH]:
        if state[COUNT] == MAX_PERSONS:
            state[ROW_FLAGS] |= _LEFTOVER
            state[MODE] = IN_ADDRESS
            return
        open_person(state, out)
    person = state[PERSON]
    size, flags = add_syllables(word, words, out.syllables[person], np.int64(out.size[person]), out.flags[person])
    out.size[person] = size
    out.flags[person] = flags


@njit(cache=True, nogil=True)
def match_phrase(reading: Reading, place: int, stop: int) -> tuple[int, int, bool]:
    """Longest phrase that starts here: its word, how many tokens it has, and whether all of them are without diacritics."""
    codes, words, phrases = reading.codes, reading.words, reading.phrases
    token = codes[place]
    group = words.folded[token]
    if group == 0:
        return 0, 1, False
    for phrase in range(phrases.first[group], phrases.first[group + 1]):
        size = np.int64(phrases.size[phrase])
        if place + size > stop or phrases.least[phrase] > reading.state[WORDS]:
            continue
        unmarked = True
        same = True
        for step in range(size):
            token = codes[place + step]
            if token < 0:
                same = False
                break
            marked = (words.bits[token] & _MARKED) != 0
            if words.spelled[token] == phrases.spelled[phrase, step]:
                unmarked = unmarked and not marked
            elif marked or not phrases.unmarked[phrase] or words.folded[token] != phrases.folded[phrase, step]:
                same = False
                break
        if same:
            return np.int64(phrases.word[phrase]), size, unmarked
    return 0, 1, False


@njit(cache=True, nogil=True)
def words_ahead(reading: Reading, place: int, stop: int) -> tuple[int, int]:
    """First word after any commas, colons and brackets, and how many words follow without a break; (-1, 0) if none does."""
    codes, words = reading.codes, reading.words
    while place < stop and codes[place] < 0 and codes[place] > DIGITS:
        if codes[place] == SEMICOLON or codes[place] == NEWLINE:
            return -1, 0
        place += 1
    if place == stop or codes[place] < 0:
        return -1, 0
    first = codes[place]
    count = 0
    while place < stop and codes[place] >= 0:
        count += min(np.int64(words.count[codes[place]]), 1)
        place += 1
    return first, count


@njit(cache=True, nogil=True)
def digits_near(codes: NDArray[np.int32], place: int, stop: int, reach: int) -> bool:
    """Whether a run of digits comes within ``reach`` tokens, before a comma, semicolon or bracket."""
    for position in range(place, min(stop, place + reach)):
        code = codes[position]
        if code <= DIGITS:
            return True
        if code == COMMA or code == SEMICOLON or code == NEWLINE or code == OPEN or code == CLOSE:
            return False
    return False


@njit(cache=True, nogil=True)
def is_break(code: int) -> bool:
    """Whether a token parts two persons: any punctuation but a colon, a dot or an unspaced dash; digits count too."""
    return code < 0 and code != COLON and code != DOT and code != DASH


@njit(cache=True, nogil=True)
def closing(codes: NDArray[np.int32], place: int, stop: int) -> int:
    """Place of the bracket that closes the one at ``place``, -1 if there is none."""
    for position in range(place + 1, stop):
        if codes[position] == CLOSE:
            return position
    return -1


