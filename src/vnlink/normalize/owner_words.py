"""The words of owner strings as tables that a kernel can search.

``resources/owner_words.csv`` is kept by hand: a phrase of one to seven words and its part in the grammar. Here the
phrases become arrays. Every distinct word of a phrase gets a number for its spelling and one for its folded form; a
token matches a word when it is spelled the same, or, where the phrase allows it, when it has no diacritics at all and
folds the same ("HO ONG", "CONG TY"). A token with *other* diacritics is another word: "Chúa" is not "Chùa".
"""

from __future__ import annotations

import csv
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .syllables import canonical_syllable
from .text import fold, pieces_of

__all__ = ["MAX_PHRASE", "OwnerWords", "Phrases", "Word", "owner_words"]

MAX_PHRASE = 7
"""Words in the longest phrase."""

PHRASE_SIZE, PHRASE_WORD, PHRASE_UNMARKED, PHRASE_LEAST, PHRASE_SPELLED = range(5)
PHRASE_FOLDED = PHRASE_SPELLED + MAX_PHRASE


class Word(IntEnum):
    """The part of a phrase in the grammar of owner strings; the names are those of the table's ``word`` column.

    RELATIVE is a kinship that only says whose son or mother the person before is: "con của", and any where ông or bà follows.
    AGENT is who acts for a holder who was named, and holds nothing: a guardian, an attorney.
    SELLER is who held the land before, and a TRANSFER stands between him and who holds it now. KIN_DOUBTFUL ("em") ends many a
    given name. UNIT counts people or land behind a number, PARCEL stands before one; ORDINAL is a roman number of a list.
    QUARTER is a place that is a family name too: Khu, Đội. "Cố" before a title is a MARTYR too: somebody dead.
    """

    NAME = 0
    TITLE_MALE = 1
    TITLE_FEMALE = 2
    TITLE_MALE_WEAK = 3
    TITLE_FEMALE_WEAK = 4
    TITLE_NEUTRAL = 5
    TITLE_COUPLE = 6
    KIN_MALE = 7
    KIN_FEMALE = 8
    KIN = 9
    KIN_DOUBTFUL = 10
    KIN_MANY = 11
    HOUSEHOLD = 12
    HOUSEHOLD_DOUBTFUL = 13
    HEAD = 14
    WIFE = 15
    WIFE_DOUBTFUL = 16
    HUSBAND = 17
    COUPLE = 18
    COUPLE_LETTER = 19
    IS = 20
    AND = 21
    AND_DOUBTFUL = 22
    DIED = 23
    MARTYR = 24
    ESTATE = 25
    REPRESENTATIVE = 26
    IS_REPRESENTATIVE = 27
    ON_BEHALF = 28
    AGENT = 29
    BY = 30
    HEIRS = 31
    PEOPLE = 32
    ALIAS = 33
    ALIAS_INSIDE = 34
    ALIAS_DOUBTFUL = 35
    BAPTISMAL = 36
    BORN = 37
    DAY = 38
    MONTH = 39
    YEAR = 40
    PAPER = 41
    OTHER_PAPER = 42
    ISSUE = 43
    PHONE = 44
    ADDRESS = 45
    PLACE = 46
    QUARTER = 47
    LABEL = 48
    ORDINAL = 49
    FILLER = 50
    UNIT = 51
    PARCEL = 52
    TRANSFER = 53
    REMARK = 54
    RELATIVE = 55
    SELLER = 56
    GROUP = 57
    LAND = 58
    ORGANISATION = 59
    COMMUNITY = 60
    RELIGIOUS = 61
    VILLAGE = 62
    NOBODY = 63
    STATE = 64


class Phrases(NamedTuple):
    """Phrase tables. Phrases that begin with folded word ``f`` are ``first[f]:first[f + 1]``, the longest first.

    ``table`` has a row per phrase: PHRASE_SIZE words, its PHRASE_WORD, whether it counts PHRASE_UNMARKED, the
    PHRASE_LEAST words of the whole string (0: no others than its own); then from PHRASE_SPELLED and from PHRASE_FOLDED
    on the numbers of its words, 0 after the last.

    Most words that begin a phrase are also names, and stand in names: "Văn" of "Văn phòng", "Thị" of "Thị trấn". So that these
    are passed over without a search, bit ``s % 64`` of ``seconds[f]`` is set where a phrase of ``f`` has ``s`` for its second
    word, and those of a single word are ``singles[f]:first[f + 1]``.
    """

    first: NDArray[np.int32]
    table: NDArray[np.int16]
    seconds: NDArray[np.int64]
    singles: NDArray[np.int32]


class OwnerWords(NamedTuple):
    """The compiled table: word numbers by spelling and by folded form, the phrases, and the common family names."""

    spelled: dict[str, int]
    folded: dict[str, int]
    phrases: Phrases
    surnames: frozenset[str]
    surnames_folded: frozenset[str]


def _clean_words(phrase: str) -> list[str]:
    """Words of a phrase in the spelling that tokens have after normalisation."""
    return [canonical_syllable(piece) for raw in phrase.split() for piece in pieces_of(raw)[0]]


def _compile(rows: list[tuple[list[str], Word, bool, int]]) -> tuple[dict[str, int], dict[str, int], Phrases]:
    """Number the words and lay the phrases out by their first folded word, longest first."""
    spelled: dict[str, int] = {}
    folded: dict[str, int] = {}
    for words, _, _, _ in rows:
        for each in words:
            spelled.setdefault(each, len(spelled) + 1)
            folded.setdefault(fold(each), len(folded) + 1)
    rows = sorted(rows, key=lambda row: (folded[fold(row[0][0])], -len(row[0]), row[3] > 0))
    firsts = [folded[fold(words[0])] for words, _, _, _ in rows]
    table = np.zeros((len(rows), PHRASE_FOLDED + MAX_PHRASE), dtype=np.int16)
    for entry, (words, word, unmarked, least) in zip(table, rows, strict=True):
        entry[:PHRASE_SPELLED] = len(words), word, unmarked, least
        entry[PHRASE_SPELLED : PHRASE_SPELLED + len(words)] = [spelled[each] for each in words]
        entry[PHRASE_FOLDED : PHRASE_FOLDED + len(words)] = [folded[fold(each)] for each in words]
    groups = np.arange(len(folded) + 2)
    first = np.searchsorted(firsts, groups).astype(np.int32)
    longer = table[:, PHRASE_SIZE] > 1
    seconds = np.zeros(len(groups), dtype=np.uint64)
    bits = np.uint64(1) << (table[longer, PHRASE_FOLDED + 1] % 64).astype(np.uint64)
    np.bitwise_or.at(seconds, np.array(firsts)[longer], bits)
    singles = first + np.bincount(firsts, longer, len(groups)).astype(np.int32)
    return spelled, folded, Phrases(first, table, seconds.view(np.int64), singles)


@cache
def owner_words() -> OwnerWords:
    """Read and compile the table, once per process.

    Examples
    --------
    >>> table = owner_words()
    >>> "hộ" in table.spelled, "nguyễn" in table.surnames
    (True, True)
    """
    text = files("vnlink").joinpath("resources/owner_words.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    rows: list[tuple[list[str], Word, bool, int]] = []
    surnames: set[str] = set()
    folded_too: set[str] = set()
    for row in csv.DictReader(lines):
        words = _clean_words(row["phrase"])
        if row["word"] == "surname":
            surnames.add(words[0])
            if row["unmarked"] == "1":
                folded_too.add(fold(words[0]))
        else:
            rows.append((words, Word[row["word"].upper()], row["unmarked"] == "1", int(row["least"])))
    spelled, folded, phrases = _compile(rows)
    return OwnerWords(spelled, folded, phrases, frozenset(surnames), frozenset(folded_too))
