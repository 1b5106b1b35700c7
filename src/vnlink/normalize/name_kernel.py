"""Compiled part of reading plain names, and of laying syllables into a name's fixed row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel
from vnlink.schema import MAX_SYLLABLES, Flag

from .token_kernel import CLOSE, DIGITS, OPEN
from .tokens import ALIAS_SYLLABLE, WORD_BITS, WORD_COUNT, WORD_SYLLABLES, Bit

__all__ = ["add_syllables", "collect_names", "split_names"]

_MARKED, _INITIAL, _ODD, _WORD_CUT = Bit.MARKED, Bit.INITIAL, Bit.ODD, Bit.CUT
_CUT, _UNMARKED = np.uint32(Flag.NAME_CUT), np.uint32(Flag.NAME_UNMARKED)
_HAS_INITIAL, _ODD_CHARACTERS = np.uint32(Flag.NAME_HAS_INITIAL), np.uint32(Flag.NAME_ODD_CHARACTERS)
_HAS_ALIAS, _LEFTOVER = np.uint32(Flag.NAME_HAS_ALIAS), np.uint32(Flag.LEFTOVER)
_KEPT_AT_FRONT = 2


@inner
def add_syllables(
    word: int, words: NDArray[np.int32], names: NDArray[np.int32], row: int, size: int, flags: np.uint32
) -> tuple[int, np.uint32]:
    """Append a word's syllables to row ``row`` of ``names``; the new length and flags.

    A name longer than the row keeps its first two and its last syllables: family and given name stand there.
    NAME_UNMARKED stays set until a syllable with a diacritic comes.
    """
    for place in range(words[word, WORD_COUNT]):
        if size == MAX_SYLLABLES:
            for column in range(_KEPT_AT_FRONT, MAX_SYLLABLES - 1):
                names[row, column] = names[row, column + 1]
            size -= 1
            flags |= _CUT
        names[row, size] = words[word, WORD_SYLLABLES + place]
        size += 1
    bits = words[word, WORD_BITS]
    if bits & _MARKED:
        flags &= ~_UNMARKED
    if bits & _INITIAL:
        flags |= _HAS_INITIAL
    if bits & _ODD:
        flags |= _ODD_CHARACTERS
    if bits & _WORD_CUT:
        flags |= _CUT
    return size, flags


@inner
def _begins_alias(words: NDArray[np.int32], codes: NDArray[np.int32], place: int, stop: int) -> bool:
    """Whether a word is "tức" and one with a letter stands behind it; without one it is a name itself."""
    word = codes[place]
    if words[word, WORD_COUNT] != 1 or words[word, WORD_SYLLABLES] != ALIAS_SYLLABLE:
        return False
    following = 0
    for after in range(place + 1, stop):
        following += codes[after] >= 0 and words[codes[after], WORD_COUNT] > 0
    return following > 0


@inner
def _cut_alias(syllables: NDArray[np.int32], row: int, size: int) -> bool:
    """Cut a row before a "tức" that an odd character glued to a name: it reads as one that stands alone does."""
    for column in range(2, size - 1):
        if syllables[row, column] == ALIAS_SYLLABLE:
            syllables[row, column:] = -1
            return True
    return False


@kernel
def collect_names(
    codes: NDArray[np.int32],
    ends: NDArray[np.int64],
    cut: NDArray[np.uint8],
    words: NDArray[np.int32],
    syllables: NDArray[np.int32],
    flags: NDArray[np.uint32],
) -> None:
    """All words of each row as one name. ``syllables`` (rows, MAX_SYLLABLES) comes filled with -1.

    What stands in brackets behind the name, and a second name behind "tức", is no part of it and flagged.
    """
    for row in range(len(cut)):
        size = 0
        noted = _UNMARKED
        aside = False
        for place in range(ends[row], ends[row + 1]):
            code = codes[place]
            if code >= 0 and aside:
                if words[code, WORD_COUNT] == 1 and words[code, WORD_SYLLABLES] == ALIAS_SYLLABLE:
                    noted |= _HAS_ALIAS
                elif noted & _HAS_ALIAS == 0:
                    noted |= _LEFTOVER
            elif code >= 0:
                if size >= 2 and _begins_alias(words, codes, place, ends[row + 1]):
                    noted |= _HAS_ALIAS
                    break
                size, noted = add_syllables(code, words, syllables, row, size, noted)
            elif code == OPEN:
                aside = size > 0
            elif code == CLOSE:
                aside = False
            elif code < DIGITS:
                noted |= _ODD_CHARACTERS
        if _cut_alias(syllables, row, size):
            noted |= _HAS_ALIAS
        if size == 0:
            noted &= ~_UNMARKED
        if cut[row]:
            noted |= _CUT
        flags[row] = noted


@inner
def _compound(syllables: NDArray[np.int32], row: int, families: NDArray[np.int32], most: int) -> int:
    """Syllables, at most ``most``, of the compound family name that a row begins with, the longest first; 1 for none."""
    for family in range(families.shape[0]):
        if families[family, 0] != syllables[row, 0]:
            continue
        size = 1
        while size < families.shape[1] and families[family, size] >= 0 and families[family, size] == syllables[row, size]:
            size += 1
        if (size == families.shape[1] or families[family, size] < 0) and size <= most:
            return size
    return 1


@kernel
def split_names(
    syllables: NDArray[np.int32],
    families: NDArray[np.int32],
    prefixes: NDArray[np.int32],
    binds: NDArray[np.bool_],
    spans: NDArray[np.uint8],
) -> None:
    """Where the parts of each name begin and end: the rules of :func:`vnlink.normalize.names.split_name`.

    Parameters
    ----------
    syllables : int32[n, MAX_SYLLABLES]
    families : int32[families, 4]
        Compound family names, the longest first, -1 padded.
    prefixes : int32[prefixes]
        Syllables that a name of the highlands begins with.
    binds : bool[lexicon]
        Syllables that end in an apostrophe, and so belong to the next one.
    spans : uint8[6, n]
        Written: begin and end of the family, of the middle and of the given name.
    """
    for row in range(syllables.shape[0]):
        count = 0
        while count < syllables.shape[1] and syllables[row, count] >= 0:
            count += 1
        clan_last = False
        for prefix in prefixes:
            clan_last = clan_last or (count >= 2 and syllables[row, 0] == prefix)
        if clan_last:
            clan = count - 1 if count >= 3 else count
            spans[0, row], spans[1, row] = clan, count
            spans[2, row], spans[3, row] = 0, 0
            spans[4, row], spans[5, row] = 0, clan
            continue
        given = 2 if count >= 3 and binds[syllables[row, count - 2]] else min(count, 1)
        family = _compound(syllables, row, families, count - given) if count >= 2 else 0
        spans[0, row], spans[1, row] = 0, family
        spans[2, row], spans[3, row] = family, count - given
        spans[4, row], spans[5, row] = count - given, count
