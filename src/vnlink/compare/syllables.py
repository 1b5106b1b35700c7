"""How two Vietnamese syllables differ.

A mark is not decoration: Hòa and Hoa, Hùng and Hưng are different names, while NGUYEN THI HOA may be any Hoa. So a mark that is
*missing* and a mark that is *another* are told apart, letter by letter and tone by tone, and beside them the differences that
have a known cause: regional speech, the doublets of North and South, abbreviation, a slip of the hand.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.schema import LexiconArrays

__all__ = [
    "Relation",
    "fold_number",
    "joined_relation",
    "one_slip",
    "pack_syllables",
    "same_fold",
    "same_start",
    "syllable_relation",
    "without_marks",
]


class Relation(IntEnum):
    """Relations of two syllables, in order of decreasing agreement."""

    SAME = 0
    MARK_MISSING = 1
    ASKING_TONES = 2
    OTHER_TONE = 3
    OTHER_VOWEL = 4
    REGIONAL = 5
    DOUBLET = 6
    INITIAL = 7
    SLIP = 8
    DIFFERENT = 9


_BYTE = np.uint64(0xFF)
_EIGHT = np.uint64(8)
_FIRST, _SOUND, _LETTERS = 0, 1, 2
_FOLD_MASK = np.uint64(0xFFFFFFFF)
_SHAPE_MASK, _LOW_BITS = np.uint64(0xFFFF), np.uint64(0x5555)
_TONE_MASK, _LENGTH_MASK, _DOUBLET_MASK = np.uint64(7), np.uint64(15), np.uint64(63)
_SHAPES, _TONE, _LENGTH, _INITIAL, _DOUBLET = np.uint64(32), np.uint64(48), np.uint64(51), np.uint64(55), np.uint64(56)
_BUILT = np.uint64(62)
_QUESTIONING, _TUMBLING = 3, 4
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_H, _K, _R = np.uint64(ord("h")), np.uint64(ord("k")), np.uint64(ord("r"))


def pack_syllables(lexicon: LexiconArrays) -> NDArray[np.uint64]:
    """Pack what the comparison reads of each syllable into 24 bytes, so that a syllable costs half a cache line.

    Returns
    -------
    ndarray of uint64, shape (n, 3)
        Number of the folded syllable with marks of its letters, tone, length, initial, doublet and build in the upper half;
        hash by sound; letters.
    """
    first = lexicon.fold_id.astype(np.uint64)
    for values, shift in (
        (lexicon.shapes, _SHAPES),
        (lexicon.tone, _TONE),
        (np.minimum(lexicon.length, 15), _LENGTH),
        (lexicon.is_initial, _INITIAL),
        (lexicon.doublet, _DOUBLET),
        (lexicon.is_built, _BUILT),
    ):
        first |= values.astype(np.uint64) << shift
    return np.column_stack([first, lexicon.regional_hash, lexicon.packed])


@kernel
def _letter(word: np.uint64, at: int) -> np.uint64:
    return (word >> np.uint64(8 * at)) & _BYTE


@kernel
def one_slip(a: np.uint64, length_a: int, b: np.uint64, length_b: int) -> bool:
    """True when one letter typed wrongly, added, dropped or swapped with its neighbour turns ``a`` into ``b``.

    The words are packed a byte a letter, first letter lowest (up to eight letters, as long as any Vietnamese syllable).
    This is Damerau-Levenshtein distance 1 (optimal string alignment), unrolled.
    """
    if abs(length_a - length_b) > 1 or length_a > 8 or length_b > 8:
        return False
    i = 0
    while i < min(length_a, length_b) and _letter(a, i) == _letter(b, i):
        i += 1
    rest_a, rest_b = length_a - i, length_b - i
    if rest_a == 0 or rest_b == 0:
        return rest_a + rest_b == 1
    tail_a, tail_b = a >> np.uint64(8 * i), b >> np.uint64(8 * i)
    if length_a == length_b:
        if (tail_a >> _EIGHT) == (tail_b >> _EIGHT):
            return True
        swapped = ((tail_a & _BYTE) << _EIGHT) | ((tail_a >> _EIGHT) & _BYTE)
        sixteen = np.uint64(16)
        return rest_a > 1 and swapped == (tail_b & np.uint64(0xFFFF)) and (tail_a >> sixteen) == (tail_b >> sixteen)
    if length_a > length_b:
        return (tail_a >> _EIGHT) == tail_b
    return tail_a == (tail_b >> _EIGHT)


@kernel
def fold_number(table: NDArray[np.uint64], a: int) -> np.uint64:
    """Number of a syllable without marks, the same for all that differ in marks only."""
    return table[a, _FIRST] & _FOLD_MASK


@kernel
def same_fold(table: NDArray[np.uint64], a: int, b: int) -> bool:
    """Whether two syllables are the same without marks."""
    return (table[a, _FIRST] ^ table[b, _FIRST]) & _FOLD_MASK == 0


@kernel
def same_start(table: NDArray[np.uint64], a: int, b: int) -> bool:
    """Whether two syllables begin with the same letter, marks aside: without that, neither can be a part of the other."""
    return (table[a, _LETTERS] ^ table[b, _LETTERS]) & _BYTE == 0


@kernel
def without_marks(table: NDArray[np.uint64], a: int) -> bool:
    """Whether a syllable carries neither a tone nor a mark on a letter."""
    return (table[a, _FIRST] >> _SHAPES) & np.uint64(0x7FFFF) == 0


@kernel
def _mark_relation(first, second):  # type: ignore[no-untyped-def]
    """Relation of two syllables of the same letters, by their marks; ``first`` and ``second`` are their first words."""
    tone_a, tone_b = (first >> _TONE) & _TONE_MASK, (second >> _TONE) & _TONE_MASK
    shapes_a, shapes_b = (first >> _SHAPES) & _SHAPE_MASK, (second >> _SHAPES) & _SHAPE_MASK
    has_a = (shapes_a | (shapes_a >> np.uint64(1))) & _LOW_BITS
    has_b = (shapes_b | (shapes_b >> np.uint64(1))) & _LOW_BITS
    unlike = shapes_a ^ shapes_b
    unlike = (unlike | (unlike >> np.uint64(1))) & _LOW_BITS
    if unlike & has_a & has_b:
        return 4
    lost_a = (unlike & has_b) != 0 or (tone_a == 0 and tone_b != 0)
    lost_b = (unlike & has_a) != 0 or (tone_b == 0 and tone_a != 0)
    if tone_a != 0 and tone_b != 0 and tone_a != tone_b:
        asking = tone_a + tone_b == _QUESTIONING + _TUMBLING and abs(np.int64(tone_a) - np.int64(tone_b)) == 1
        return 2 if asking and unlike == 0 else 3
    if lost_a and lost_b:
        return 4
    return 1 if lost_a or lost_b else 0


@kernel
def _abbreviates(a, length_a, b, length_b):  # type: ignore[no-untyped-def]
    """Whether one syllable is short for the other: its first letters ("Ng."), or those and its last ("Trg.")."""
    if length_a > length_b:
        a, b = b, a
        length_a, length_b = length_b, length_a
    if length_a == 0 or length_b > 8:
        return False
    unlike = (a ^ b) & (_ALL >> np.uint64(64 - 8 * length_a))
    if unlike == 0:
        return True
    first_letters = unlike & (_ALL >> np.uint64(72 - 8 * length_a)) == 0 if length_a > 2 else False
    return first_letters and _letter(a, length_a - 1) == _letter(b, length_b - 1)


@kernel
def syllable_relation(table: NDArray[np.uint64], a: int, b: int) -> int:
    """Classify the difference of two syllables.

    Parameters
    ----------
    table : uint64[s, 3]
        Packed syllables, see :func:`pack_syllables`.
    a, b : int
        Their rows.

    Returns
    -------
    int
        A :class:`Relation`; the same from either side.
    """
    if a == b:
        return 0
    first, second = table[a, _FIRST], table[b, _FIRST]
    if (first ^ second) & _FOLD_MASK == 0:
        return _mark_relation(first, second)
    length_a = np.int64((first >> _LENGTH) & _LENGTH_MASK)
    length_b = np.int64((second >> _LENGTH) & _LENGTH_MASK)
    if ((first | second) >> _INITIAL) & np.uint64(1):
        short = _abbreviates(table[a, _LETTERS], length_a, table[b, _LETTERS], length_b)
        if short or min(length_a, length_b) < 3:
            return 7 if short else 9
    doublet = (first >> _DOUBLET) & _DOUBLET_MASK
    if doublet != 0 and doublet == (second >> _DOUBLET) & _DOUBLET_MASK:
        return 6
    if table[a, _SOUND] == table[b, _SOUND]:
        return 5
    return 8 if one_slip(table[a, _LETTERS], length_a, table[b, _LETTERS], length_b) else 9


@kernel
def _is_prefix(letters: np.uint64, length: int) -> bool:
    """Whether letters are H, K, Hr or Kr, which names of the highlands begin with."""
    first = letters & _BYTE
    return (first == _H or first == _K) and (length == 1 or (length == 2 and _letter(letters, 1) == _R))


@kernel
def joined_relation(table: NDArray[np.uint64], a: int, b: int, whole: int, front: bool) -> int:
    """Classify the marks of two syllables that stand beside each other and of one that may be the two, written together.

    "H'" and "Hen" are "Hhen", "Sa" and "Rây" are "Sarây". Two syllables that make a Vietnamese one stay two ("Thu", "Y" is not
    "Thuy"), but where one of them has no vowel: behind a prefix with its apostrophe ("K'Hen", "Khen"), and in front, where a
    blank fell into "L ê". An initial joins nothing else ("T. An" is not "Tan"), but may be a prefix of the highlands without
    its apostrophe.

    Parameters
    ----------
    table : uint64[s, 3]
        Packed syllables, see :func:`pack_syllables`.
    a, b, whole : int
        Rows of the two and of the one, which has eight letters at most.
    front : bool
        Whether they stand at the beginning of the name.

    Returns
    -------
    int
        A :class:`Relation` up to OTHER_VOWEL, or -1 where the one is not the two.
    """
    first, second, third = table[a, _FIRST], table[b, _FIRST], table[whole, _FIRST]
    length_a, length_b = (first >> _LENGTH) & _LENGTH_MASK, (second >> _LENGTH) & _LENGTH_MASK
    if length_a + length_b != (third >> _LENGTH) & _LENGTH_MASK or length_a + length_b > _EIGHT:
        return -1
    if table[a, _LETTERS] | (table[b, _LETTERS] << (_EIGHT * length_a)) != table[whole, _LETTERS]:
        return -1
    initial_a, initial_b = (first >> _INITIAL) & _ONE, (second >> _INITIAL) & _ONE
    if (third >> _BUILT) & _ONE != 0:
        if initial_a | initial_b == 0:
            if not _is_prefix(table[a, _LETTERS], np.int64(length_a)):
                return -1
        elif not front:
            return -1
    elif initial_b != 0 or (initial_a != 0 and not _is_prefix(table[a, _LETTERS], np.int64(length_a))):
        return -1
    tone_a, tone_b = (first >> _TONE) & _TONE_MASK, (second >> _TONE) & _TONE_MASK
    tone = max(tone_a, tone_b) if tone_a == 0 or tone_b == 0 or tone_a == tone_b else _ZERO  # a word with two tones has none
    shapes_b = ((second >> _SHAPES) & _SHAPE_MASK) << (_TWO * length_a)
    shapes = ((first >> _SHAPES) & _SHAPE_MASK) | (shapes_b & _SHAPE_MASK)
    return _mark_relation((shapes << _SHAPES) | (tone << _TONE), third)
