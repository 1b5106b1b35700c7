"""Compiled part of reading plain names, and of laying syllables into a name's fixed row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel
from vnlink.schema import MAX_SYLLABLES, Flag

from .tokens import WORD_BITS, WORD_COUNT, WORD_SYLLABLES, Bit

__all__ = ["add_syllables", "collect_names"]

_MARKED, _INITIAL, _ODD, _WORD_CUT = Bit.MARKED, Bit.INITIAL, Bit.ODD, Bit.CUT
_CUT, _UNMARKED = np.uint32(Flag.NAME_CUT), np.uint32(Flag.NAME_UNMARKED)
_HAS_INITIAL, _ODD_CHARACTERS = np.uint32(Flag.NAME_HAS_INITIAL), np.uint32(Flag.NAME_ODD_CHARACTERS)
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


@kernel
def collect_names(
    codes: NDArray[np.int32],
    ends: NDArray[np.int64],
    cut: NDArray[np.uint8],
    words: NDArray[np.int32],
    syllables: NDArray[np.int32],
    flags: NDArray[np.uint32],
) -> None:
    """All words of each row as one name. ``syllables`` (rows, MAX_SYLLABLES) comes filled with -1."""
    for row in range(len(cut)):
        size = 0
        noted = _UNMARKED
        for place in range(ends[row], ends[row + 1]):
            code = codes[place]
            if code >= 0:
                size, noted = add_syllables(code, words, syllables, row, size, noted)
        if size == 0:
            noted &= ~_UNMARKED
        if cut[row]:
            noted |= _CUT
        flags[row] = noted
