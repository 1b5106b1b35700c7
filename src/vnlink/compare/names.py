"""How two Vietnamese names agree.

Syllables are compared one by one, position by position: in Vietnamese the first is the family name and the last the given
name, and a mark is not decoration: Hòa and Hoa, Hùng and Hưng are different names, while NGUYEN THI HOA may be any Hoa. So a
mark that is *missing* because a whole name was typed without marks is nearly agreement, one lost mark is weaker, and a
*different* mark is evidence against.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES, LexiconArrays

__all__ = ["NameLevel", "name_level", "one_slip", "pack_syllables", "syllable_relation"]


class NameLevel(IntEnum):
    """Levels of name agreement, best first; 0 is missing."""

    MISSING = 0
    EXACT = 1
    UNMARKED = 2
    MARK_LOST = 3
    MARK_DIFFERS = 4
    GIVEN_MARK_DIFFERS = 5
    REGIONAL = 6
    INITIALS = 7
    MIDDLE_MISSING = 8
    ONE_SLIP = 9
    MIDDLE_DIFFERS = 10
    FAMILY_DIFFERS = 11
    GIVEN_DIFFERS = 12
    GIVEN_ONLY = 13
    DIFFERENT = 14


# Relations of two syllables, in order of decreasing agreement.
SAME, LOST, TONE, MARKS, SOUND, INITIAL, SLIP, OTHER = 0, 1, 2, 3, 4, 5, 6, 7
_BYTE = np.uint64(0xFF)
_EIGHT = np.uint64(8)
_FOLD, _TONELESS, _SOUND, _LETTERS = 0, 1, 2, 3
_TONE_SHIFT, _MARKED_SHIFT, _LENGTH_SHIFT, _INITIAL_SHIFT = np.uint64(32), np.uint64(40), np.uint64(48), np.uint64(56)
_FOLD_MASK = np.uint64(0xFFFFFFFF)


def pack_syllables(lexicon: LexiconArrays) -> NDArray[np.uint64]:
    """Pack what the comparison reads of each syllable into 32 bytes, so that a syllable costs half a cache line.

    Returns
    -------
    ndarray of uint64, shape (n, 4)
        Folded number with tone, marked, length and initial in its upper bytes; hash without tone; hash by sound; letters.
    """
    first = lexicon.fold_id.astype(np.uint64)
    for values, shift in (
        (lexicon.tone, _TONE_SHIFT),
        (lexicon.marked, _MARKED_SHIFT),
        (lexicon.length, _LENGTH_SHIFT),
        (lexicon.is_initial, _INITIAL_SHIFT),
    ):
        first |= values.astype(np.uint64) << shift
    return np.column_stack([first, lexicon.toneless_hash, lexicon.regional_hash, lexicon.packed])


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
def _byte(table, syllable, shift):  # type: ignore[no-untyped-def]
    return np.int64((table[syllable, _FOLD] >> shift) & _BYTE)


@kernel
def _same_fold(table, a, b):  # type: ignore[no-untyped-def]
    return (table[a, _FOLD] ^ table[b, _FOLD]) & _FOLD_MASK == 0


@kernel
def syllable_relation(table: NDArray[np.uint64], a: int, b: int) -> int:
    """Classify the difference of two syllables, given as rows of the packed table (one of SAME .. OTHER)."""
    if a == b:
        return SAME
    if _same_fold(table, a, b):
        if _byte(table, a, _MARKED_SHIFT) == 0 or _byte(table, b, _MARKED_SHIFT) == 0:
            return LOST
        if table[a, _TONELESS] == table[b, _TONELESS]:
            return LOST if _byte(table, a, _TONE_SHIFT) == 0 or _byte(table, b, _TONE_SHIFT) == 0 else TONE
        return MARKS
    length_a, length_b = _byte(table, a, _LENGTH_SHIFT), _byte(table, b, _LENGTH_SHIFT)
    if _byte(table, a, _INITIAL_SHIFT) or _byte(table, b, _INITIAL_SHIFT):
        shorter = min(length_a, length_b, 8)
        if shorter == 0:
            return OTHER
        mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - 8 * shorter)
        return INITIAL if (table[a, _LETTERS] ^ table[b, _LETTERS]) & mask == 0 else OTHER
    if table[a, _SOUND] == table[b, _SOUND]:
        return SOUND
    if one_slip(table[a, _LETTERS], length_a, table[b, _LETTERS], length_b):
        return SLIP
    return OTHER


@kernel
def _unequal_lengths(table, left, i, n, right, j, m):  # type: ignore[no-untyped-def]
    """Level of two names of different lengths; ``left`` is the longer."""
    family = _same_fold(table, left[i, 0], right[j, 0])
    given = _same_fold(table, left[i, n - 1], right[j, m - 1])
    if not given:
        return 12 if family and m > 2 and _same_fold(table, left[i, 1], right[j, 1]) else 14
    if m == 1:
        return 13
    matched = 0
    for k in range(n):
        if matched < m and _same_fold(table, left[i, k], right[j, matched]):
            matched += 1
    if family:
        return 8 if matched == m else 10
    return 11 if matched == m else 13


@kernel
def _partly_different(table, left, i, right, j, n, family, given, different):  # type: ignore[no-untyped-def]
    """Level of two names of one length of which at least one syllable is another."""
    if given < INITIAL:
        if n == 1 or (family < SLIP and n > 2):
            return 10
        return 11 if different == 1 else 13
    crossed = _same_fold(table, left[i, 0], right[j, n - 1]) and _same_fold(table, left[i, n - 1], right[j, 0])
    if n > 1 and crossed:
        return 10
    return 12 if different == 1 and n > 2 else 14


@kernel
def name_level(table: NDArray[np.uint64], left: NDArray[np.int32], i: int, right: NDArray[np.int32], j: int) -> int:
    """Compare the name in row ``i`` of ``left`` with the name in row ``j`` of ``right``.

    Parameters
    ----------
    table : uint64[s, 4]
        Packed syllables, see :func:`pack_syllables`.
    left, right : int32[n, at least MAX_SYLLABLES]
        Names as syllable numbers from column 0, padded with -1.

    Returns
    -------
    int
        A :class:`NameLevel`.
    """
    n = m = 0
    while n < MAX_SYLLABLES and left[i, n] >= 0:
        n += 1
    while m < MAX_SYLLABLES and right[j, m] >= 0:
        m += 1
    if n == 0 or m == 0:
        return 0
    if n != m:
        return _unequal_lengths(table, left, i, n, right, j, m) if n > m else _unequal_lengths(table, right, j, m, left, i, n)
    worst = family = given = SAME
    lost = conflicts = others = slips = 0
    for k in range(n):
        given = SAME
        if left[i, k] != right[j, k]:
            given = syllable_relation(table, left[i, k], right[j, k])
            worst = max(worst, given)
            lost += given == LOST
            conflicts += given == TONE or given == MARKS
            slips += given == SLIP
            others += given == OTHER
        if k == 0:
            family = given
    if worst == SAME:
        return 1
    if worst <= MARKS:
        if conflicts == 0:
            if _unmarked(table, left, i, n) or _unmarked(table, right, j, n):
                return 2
            if lost == 1:
                return 3
        return 5 if given == TONE or given == MARKS else 4
    if worst == SOUND:
        return 6
    if worst == INITIAL:
        return 7
    if others == 0 and slips == 1:
        return 9
    return _partly_different(table, left, i, right, j, n, family, given, others + slips)


@kernel
def _unmarked(table, names, i, n):  # type: ignore[no-untyped-def]
    """Whether no syllable of a name has any mark."""
    marks = 0
    for k in range(n):
        marks += _byte(table, names[i, k], _MARKED_SHIFT)
    return marks == 0
