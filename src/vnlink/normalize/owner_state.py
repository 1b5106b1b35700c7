"""Compiled part of reading owner strings, first part: the tokens of a row, what has been read so far, and looking ahead.

The grammar reads one row at a time. Its view of the row is ``tokens``, an int64 matrix with a row per token and the columns
T_ below, filled by :mod:`vnlink.normalize.owner_phrases`; its memory is ``state``, with the indices below; its output is
``out``, a row per person with the columns P_. It does not copy names: it writes into T_PERSON whose word it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag, Role

from .owner_words import Word
from .token_kernel import CLOSE, COLON, COMMA, DASH, DIGITS, DOT, ELLIPSIS, NEWLINE, OPEN, SEMICOLON
from .tokens import Bit

__all__ = [
    "add_word",
    "at_start",
    "clear_state",
    "closing",
    "colon_at",
    "counts_people",
    "digits_near",
    "flag_person",
    "is_break",
    "is_middle",
    "is_relative",
    "is_short_number",
    "is_surname",
    "is_title",
    "is_woman",
    "may_end",
    "name_ahead",
    "open_person",
    "settle_row",
    "sex_in_name",
    "word_at",
    "words_ahead",
]

T_CODE, T_VALUE, T_WORD, T_SIZE, T_UNMARKED, T_NEXT, T_RUN, T_BITS, T_COUNT, T_PERSON, T_ALONE, TOKEN_WIDTH = range(12)
"""Columns of ``tokens``: code and value as the tokeniser gave them; the longest phrase that starts here (its word, its
tokens, 1 if it is without diacritics); where the next word is, past commas, colons and brackets (-1: none), and how many
words follow here without a break; the word's bits and number of syllables; the person it belongs to (-1: none);
1 if the phrase is all the words of the row and the table wants it so."""

P_ROW, P_NO, P_ROLE, P_FLAGS, P_SIZE, P_SEX, P_BIRTH, P_PERSONAL, P_OLD, P_OTHER, PERSON_WIDTH = range(11)
"""Columns of ``out``; P_SIZE counts the syllables of the name."""

PERSON, BASE, COUNT, FRESH, MODE, ROLE, SEX, FLAGS, ROW_FLAGS = range(9)
HOUSE, COUPLE, TITLED, BEGIN, ROW, WAITS, LISTED, KINSHIP, SOLD, STATE_SIZE = range(9, 19)
"""Indices of ``state``: the open person's row in the output (-1: none), the first row of this string, persons so far,
whether the next name word opens a new person, what is being read (a mode), role, sex and flags for the next person,
flags for all persons; whether a household, a couple (2: by "ông bà") was named, whether a title waits for its name (2: one for
either sex), whether
nothing but labels was read yet, the row's number; whether "và" waits for a name, whether the persons are a numbered list,
whether a kinship other than marriage was said, whether words about a sale were read."""

IN_NAME, IN_BIRTH, IN_PAPER, IN_OTHER_PAPER, AFTER_PAPER, IN_ADDRESS, IN_ALIAS, AFTER_DEATH = range(8)
IN_REMARK, IN_RELATIVE, AFTER_ALL, IN_ISSUE, AFTER_ISSUE = range(8, 13)
"""Modes. After a paper's number a plain name may follow a comma; in an address only titles and the like lead to a person;
a remark is passed over up to the next break, and so, titles and brackets too, is a relative who holds nothing; after all
persons that there is room for, nothing is read. Where a paper was issued is an address, and when it was issued ends that: what
follows the day is the place, or behind a break a person."""

NO_ROLE = -1
_LONGEST_BRACKET = 64
_SHORT_NUMBER = 2
MAX_PERSONS = 32
"""Persons read of one string; certificates with more owners than that list them on another sheet. What follows is not read, so
that no date, number or death of a later person goes to the last one; every person of the row is flagged LEFTOVER."""

_SPOUSE, _HEAD, _OWNER = int(Role.SPOUSE), int(Role.HEAD), int(Role.OWNER)
_LEFTOVER, _UNMARKED, _CUT = int(Flag.LEFTOVER), int(Flag.NAME_UNMARKED), int(Flag.NAME_CUT)
_HEIRS, _FROM_SPOUSE = int(Flag.HEIRS), int(Flag.SEX_FROM_SPOUSE)
_SEXES = 3
_NAME, _GROUP, _IS, _FILLER = int(Word.NAME), int(Word.GROUP), int(Word.IS), int(Word.FILLER)
_PEOPLE, _HOUSEHOLD = int(Word.PEOPLE), int(Word.HOUSEHOLD)
_KIN, _KIN_DOUBTFUL = int(Word.KIN), int(Word.KIN_DOUBTFUL)
_MALE_WEAK, _MARTYR = int(Word.TITLE_MALE_WEAK), int(Word.MARTYR)
_WIFE, _WIFE_DOUBTFUL, _HUSBAND = int(Word.WIFE), int(Word.WIFE_DOUBTFUL), int(Word.HUSBAND)
_MALE, _FEMALE, _NEUTRAL = int(Word.TITLE_MALE), int(Word.TITLE_FEMALE), int(Word.TITLE_NEUTRAL)
_MARKED, _SURNAME, _MIDDLE, _WOMAN, _BROKEN, _LETTER = (
    Bit.MARKED, Bit.SURNAME, Bit.MIDDLE, Bit.WOMAN, Bit.BROKEN, Bit.LETTER
)  # fmt: skip


@inner
def is_short_number(code: int) -> bool:
    """Whether a token is a run of one or two digits, as hamlets and teams have them."""
    return code <= DIGITS and DIGITS - code <= _SHORT_NUMBER


@inner
def clear_state(state: NDArray[np.int64], base: int, row: int) -> None:
    """Begin a row whose persons go to ``base`` and on."""
    for index in range(STATE_SIZE):
        state[index] = 0
    state[PERSON] = -1
    state[BASE] = base
    state[ROLE] = NO_ROLE
    state[BEGIN] = 1
    state[FRESH] = 1
    state[ROW] = row


@inner
def open_person(state: NDArray[np.int64], out: NDArray[np.int64]) -> None:
    """Start the next person with the role, sex and flags that the words before it gave."""
    person = state[BASE] + state[COUNT]
    role = state[ROLE]
    if role == _SPOUSE and state[COUNT] == 0:
        role = NO_ROLE
    if role == NO_ROLE and state[COUPLE] and state[COUNT] == 1:
        role = _SPOUSE
    if role == NO_ROLE:
        role = _HEAD if state[HOUSE] and state[COUNT] == 0 else _OWNER
    out[person, P_ROW] = state[ROW]
    out[person, P_NO] = state[COUNT] + 1
    out[person, P_ROLE] = role
    out[person, P_FLAGS] = state[FLAGS] | _UNMARKED
    out[person, P_SIZE] = 0
    out[person, P_SEX] = state[SEX]
    out[person, P_BIRTH] = 0
    out[person, P_PERSONAL] = -1
    out[person, P_OLD] = -1
    out[person, P_OTHER] = 0
    state[PERSON] = person
    state[COUNT] += 1
    state[ROLE] = NO_ROLE
    state[SEX] = SEX_MISSING
    state[FLAGS] = 0
    state[FRESH] = 0
    state[TITLED] = 0
    state[WAITS] = 0
    state[BEGIN] = 0


@inner
def _settle_sexes(tokens: NDArray[np.int64], out: NDArray[np.int64], person: int, other: int, stop: int) -> None:
    """Two spouses are of two sexes: the one that a word tells gives the other, and that is flagged.

    Not against "Thị" or "Văn" in the name: then the word was not said of these two, or is wrong.
    """
    if out[person, P_SEX] != SEX_MISSING:
        person, other = other, person
    if out[person, P_SEX] != SEX_MISSING or out[other, P_SEX] == SEX_MISSING:
        return
    if sex_in_name(tokens, person, stop) != out[other, P_SEX]:
        out[person, P_SEX] = _SEXES - out[other, P_SEX]
        out[person, P_FLAGS] |= _FROM_SPOUSE


@inner
def _settle_couple(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], stop: int) -> None:
    """Who is married: two named "ông" and "bà" and nothing else, or all whom a word made spouses."""
    first = state[BASE]
    if state[COUPLE] == 2:
        out[first, P_SEX] = SEX_MALE if out[first, P_SEX] == SEX_MISSING else out[first, P_SEX]
        out[first + 1, P_SEX] = SEX_FEMALE if out[first + 1, P_SEX] == SEX_MISSING else out[first + 1, P_SEX]
    plain = not (state[LISTED] or state[KINSHIP] or state[SOLD])
    holders = out[first + 1, P_ROLE] == _OWNER and (out[first, P_ROLE] == _OWNER or out[first, P_ROLE] == _HEAD)
    if state[COUNT] == 2 and plain and holders and out[first, P_SEX] + out[first + 1, P_SEX] == _SEXES:
        out[first + 1, P_ROLE] = _SPOUSE
    for person in range(first + 1, first + state[COUNT]):
        if out[person, P_ROLE] == _SPOUSE:
            _settle_sexes(tokens, out, person, person - 1, stop)


@inner
def settle_row(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], stop: int, cut: bool) -> None:
    """What only the whole row of a person tells: a name that breaks off, spouses, holders without names."""
    if cut or state[TITLED] or state[WAITS] or state[ROLE] >= 0:
        state[ROW_FLAGS] |= _CUT
    last = tokens[stop - 1, T_PERSON]
    if last >= 0 and tokens[stop - 1, T_CODE] >= 0 and out[last, P_SIZE] >= 2:
        bits = tokens[stop - 1, T_BITS]
        if (bits & _BROKEN) or ((bits & _WOMAN) and (bits & _MARKED)):
            out[last, P_FLAGS] |= _CUT
    if state[COUNT] > 1:
        _settle_couple(tokens, state, out, stop)
    elif state[COUPLE]:
        state[ROW_FLAGS] |= _HEIRS


@inner
def flag_person(state: NDArray[np.int64], out: NDArray[np.int64], flag: int) -> None:
    """Set a flag on the open person, or on the next one when a title waits or nobody was named yet."""
    if state[PERSON] < 0 or state[TITLED]:
        state[FLAGS] |= flag
    else:
        out[state[PERSON], P_FLAGS] |= flag


@inner
def add_word(tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], place: int) -> None:
    """Give a word to the open person's name, or open a new person with it."""
    if tokens[place, T_COUNT] == 0:
        return
    if state[PERSON] < 0 or state[FRESH]:
        if state[COUNT] == MAX_PERSONS:
            state[ROW_FLAGS] |= _LEFTOVER
            state[MODE] = AFTER_ALL
            state[TITLED] = state[WAITS] = 0
            state[ROLE] = NO_ROLE
            return
        open_person(state, out)
    tokens[place, T_PERSON] = state[PERSON]
    out[state[PERSON], P_SIZE] += tokens[place, T_COUNT]


@inner
def words_ahead(tokens: NDArray[np.int64], place: int, stop: int) -> tuple[np.int64, np.int64]:
    """Place of the first word from ``place`` on past commas, colons and brackets, and how many follow; (-1, 0) if none."""
    if place >= stop or tokens[place, T_NEXT] < 0:
        return np.int64(-1), np.int64(0)
    first = tokens[place, T_NEXT]
    return first, tokens[first, T_RUN]


@inner
def is_surname(tokens: NDArray[np.int64], place: int) -> bool:
    """Whether the word at ``place`` (-1: none) is a common family name."""
    return place >= 0 and tokens[place, T_CODE] >= 0 and (tokens[place, T_BITS] & _SURNAME) != 0


@inner
def digits_near(tokens: NDArray[np.int64], place: int, stop: int, reach: int) -> bool:
    """Whether a run of digits comes within ``reach`` tokens, before a comma, semicolon or bracket."""
    for position in range(place, min(stop, place + reach)):
        code = tokens[position, T_CODE]
        if code <= DIGITS:
            return True
        if code == COMMA or code == SEMICOLON or code == NEWLINE or code == OPEN or code == CLOSE:
            return False
    return False


@inner
def is_break(code: int) -> bool:
    """Whether a token parts two persons: any punctuation but a colon, dots or an unspaced dash; digits count too."""
    return code < 0 and code != COLON and code != DOT and code != DASH and code != ELLIPSIS


@inner
def at_start(state: NDArray[np.int64]) -> bool:
    """Whether the next name word would open a new person."""
    return state[FRESH] != 0 or state[PERSON] < 0 or state[MODE] != IN_NAME


@inner
def may_end(state: NDArray[np.int64], out: NDArray[np.int64]) -> bool:
    """Whether no name is being read, or one that is whole: a word that is no name itself may stand here."""
    return at_start(state) or out[state[PERSON], P_SIZE] >= 2


@inner
def is_title(word: int) -> bool:
    """Whether a word of the table is a title of one person."""
    return word >= _MALE and word <= _NEUTRAL


@inner
def colon_at(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the token at ``place`` is a colon."""
    return place < stop and tokens[place, T_CODE] == COLON


@inner
def is_middle(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the token at ``place`` is "Văn" or "Thị", which no title and no kind of body stands before."""
    return place < stop and tokens[place, T_CODE] >= 0 and (tokens[place, T_BITS] & _MIDDLE) != 0


@inner
def is_woman(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether the token at ``place`` is "Thị"."""
    return place < stop and tokens[place, T_CODE] >= 0 and (tokens[place, T_BITS] & _WOMAN) != 0


@inner
def sex_in_name(tokens: NDArray[np.int64], person: int, stop: int) -> int:
    """The sex that "Thị" or "Văn" tells within the name of ``person`` before ``stop``, whose last word it is not.

    "Văn" is a family name too: Văn Thị Hoa is a woman, and Văn Hoa may be one.
    """
    last = stop - 1
    while last >= 0 and tokens[last, T_PERSON] != person:
        last -= 1
    sex = SEX_MISSING
    inside = False
    for position in range(last):
        if tokens[position, T_PERSON] == person:
            if is_woman(tokens, position, last):
                return SEX_FEMALE
            if inside and is_middle(tokens, position, last):
                sex = SEX_MALE
            inside = True
    return sex


@inner
def word_at(tokens: NDArray[np.int64], place: int, stop: int) -> np.int64:
    """What the phrase table says of the token at ``place``: its word, -1 where there is no word."""
    if place >= stop or tokens[place, T_CODE] < 0:
        return np.int64(-1)
    return tokens[place, T_WORD]


@inner
def is_relative(tokens: NDArray[np.int64], after: int, stop: int) -> bool:
    """Whether ông, bà or cụ stands right behind a kinship, or "của" between them: "con ông B", but not "con là ông B".

    Without marks a family name must follow: "con Ba" may be a child called Bá.
    """
    if word_at(tokens, after - 1, stop) == _IS:
        return False
    if word_at(tokens, after, stop) == _FILLER:
        after += 1
    word = word_at(tokens, after, stop)
    if word != _MALE and word != _FEMALE and word != _NEUTRAL:
        return False
    behind = after + tokens[after, T_SIZE]
    if word == _MALE and is_woman(tokens, behind, stop):
        return False  # "con Ông Thị Sen": her family name
    if tokens[after, T_UNMARKED]:
        return name_ahead(tokens, behind, stop) and not is_middle(tokens, behind, stop)
    return words_ahead(tokens, behind, stop)[1] > 0


@inner
def _is_short_title(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether "Ô." and a word stand here."""
    if word_at(tokens, place, stop) != _MALE_WEAK or tokens[place, T_BITS] < _LETTER or place + 2 >= stop:
        return False
    return bool(tokens[place + 1, T_CODE] == DOT and tokens[place + 2, T_CODE] >= 0)


@inner
def is_spouse_of(tokens: NDArray[np.int64], word: int, after: int, stop: int) -> bool:
    """Whether "vợ ông B" or "chồng của bà B" stands here: whose wife or husband a holder is, and B holds nothing.

    But "vợ bà B" is a wife called B, and so is she in "vợ ông là bà B" and "vợ ông A là bà B".
    """
    wife = word == _WIFE or word == _WIFE_DOUBTFUL
    if not wife and word != _HUSBAND:
        return False
    title = after + 1 if word_at(tokens, after, stop) == _FILLER else after
    if word_at(tokens, title, stop) == _MARTYR or (wife and _is_short_title(tokens, title, stop)):
        return True  # "vợ liệt sĩ ...", "vợ cố ông ...", "vợ Ô. Lê Văn B"
    if word_at(tokens, title, stop) != (_MALE if wife else _FEMALE) or not is_relative(tokens, after, stop):
        return False
    first, ahead = words_ahead(tokens, title + tokens[title, T_SIZE], stop)
    for place in range(first, stop):
        if tokens[place, T_CODE] < 0:
            break
        if tokens[place, T_WORD] == _IS:
            return False
    return word_at(tokens, first, stop) == _NAME or is_surname(tokens, first) or (ahead == 1 and tokens[first, T_SIZE] == 1)


@inner
def tell_sex_of_spouse(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], word: int, after: int, stop: int
) -> None:
    """Whose wife or husband a holder is tells the holder's sex, unless "Văn" or "Thị" in the name tells the other."""
    if not is_spouse_of(tokens, word, after, stop) or out[state[PERSON], P_SEX] != SEX_MISSING:
        return
    sex = SEX_MALE if word == _HUSBAND else SEX_FEMALE
    if sex_in_name(tokens, state[PERSON], after) != _SEXES - sex:
        out[state[PERSON], P_SEX] = sex


@inner
def tell_sex_of_holder(
    tokens: NDArray[np.int64], state: NDArray[np.int64], out: NDArray[np.int64], sex: int, stop: int
) -> None:
    """The holder has a wife or husband of the other sex who is no holder, unless "Văn" or "Thị" in the name tells the other."""
    person = state[PERSON]
    if out[person, P_SEX] == SEX_MISSING and sex_in_name(tokens, person, stop) != _SEXES - sex:
        out[person, P_SEX] = sex
        out[person, P_FLAGS] |= _FROM_SPOUSE


@inner
def name_ahead(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether a family name and at least one more word follow from ``place`` on."""
    first, ahead = words_ahead(tokens, place, stop)
    return ahead >= 2 and is_surname(tokens, first)


@inner
def counts_people(tokens: NDArray[np.int64], place: int, stop: int) -> bool:
    """Whether "3 người khác" or the like stands here."""
    if place + 1 >= stop or not is_short_number(tokens[place, T_CODE]):
        return False
    word = word_at(tokens, place + 1, stop)
    return word == _PEOPLE or word == _HOUSEHOLD or word == _KIN or word == _KIN_DOUBTFUL


@inner
def closing(tokens: NDArray[np.int64], place: int, stop: int) -> int:
    """Place of the bracket that closes the one at ``place``, -1 if there is none near: remarks are short."""
    depth = 0
    for position in range(place, min(stop, place + _LONGEST_BRACKET)):
        code = tokens[position, T_CODE]
        depth += 1 if code == OPEN else (-1 if code == CLOSE else 0)
        if depth == 0:
            return position
    return -1
