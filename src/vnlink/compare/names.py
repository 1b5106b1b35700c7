"""How two Vietnamese names agree.

Syllables are compared one by one, position by position: in Vietnamese the first is the family name and the last the given name,
and a mark is not decoration: Hòa and Hoa, Hùng and Hưng are different names, while NGUYEN THI HOA may be any Hoa. So a mark that
is *missing* because a whole name was typed without marks is nearly agreement, one lost mark is weaker, and a *different* mark
is evidence against.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vnlink.schema import MAX_SYLLABLES

__all__ = ["NameLevel", "name_level", "one_slip", "syllable_relation"]


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


@njit(cache=True, nogil=True)
def _letter(word: np.uint64, at: int) -> np.uint64:
    return (word >> np.uint64(8 * at)) & _BYTE


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def syllable_relation(
    a: int,
    b: int,
    fold_id: NDArray[np.int32],
    toneless: NDArray[np.uint64],
    regional: NDArray[np.uint64],
    tone: NDArray[np.uint8],
    marked: NDArray[np.uint8],
    packed: NDArray[np.uint64],
    length: NDArray[np.uint8],
    is_initial: NDArray[np.uint8],
) -> int:
    """Classify the difference of two syllables, given as rows of the lexicon (one of SAME .. OTHER)."""
    if a == b:
        return SAME
    if fold_id[a] == fold_id[b]:
        if marked[a] == 0 or marked[b] == 0:
            return LOST
        if toneless[a] == toneless[b]:
            return LOST if tone[a] == 0 or tone[b] == 0 else TONE
        return MARKS
    if is_initial[a] or is_initial[b]:
        shorter = min(np.int64(length[a]), np.int64(length[b]))
        mask = np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - 8 * min(shorter, 8)) if shorter else np.uint64(0)
        return INITIAL if shorter and (packed[a] & mask) == (packed[b] & mask) else OTHER
    if regional[a] == regional[b]:
        return SOUND
    if one_slip(packed[a], np.int64(length[a]), packed[b], np.int64(length[b])):
        return SLIP
    return OTHER


@njit(cache=True, nogil=True)
def _unequal_lengths(left, right, long_n, short_n, fold_id):  # type: ignore[no-untyped-def]
    """Level of two names of different lengths; ``left`` is the longer."""
    family = fold_id[left[0]] == fold_id[right[0]]
    given = fold_id[left[long_n - 1]] == fold_id[right[short_n - 1]]
    if not given:
        return 12 if family and short_n > 2 and fold_id[left[1]] == fold_id[right[1]] else 14
    if short_n == 1:
        return 13
    matched = 0
    for i in range(long_n):
        if matched < short_n and fold_id[left[i]] == fold_id[right[matched]]:
            matched += 1
    if family:
        return 8 if matched == short_n else 10
    return 11 if matched == short_n else 13


@njit(cache=True, nogil=True)
def name_level(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    fold_id: NDArray[np.int32],
    toneless: NDArray[np.uint64],
    regional: NDArray[np.uint64],
    tone: NDArray[np.uint8],
    marked: NDArray[np.uint8],
    packed: NDArray[np.uint64],
    length: NDArray[np.uint8],
    is_initial: NDArray[np.uint8],
) -> int:
    """Compare two names, each a row of at least ``MAX_SYLLABLES`` syllable numbers padded with -1.

    Returns
    -------
    int
        A :class:`NameLevel`.
    """
    n = m = marks_left = marks_right = 0
    while n < MAX_SYLLABLES and left[n] >= 0:
        marks_left += marked[left[n]]
        n += 1
    while m < MAX_SYLLABLES and right[m] >= 0:
        marks_right += marked[right[m]]
        m += 1
    if n == 0 or m == 0:
        return 0
    if n != m:
        return _unequal_lengths(left, right, n, m, fold_id) if n > m else _unequal_lengths(right, left, m, n, fold_id)
    worst = SAME
    lost = conflicts = others = slips = 0
    family = given = SAME
    for i in range(n):
        relation = SAME
        if left[i] != right[i]:
            relation = syllable_relation(
                left[i], right[i], fold_id, toneless, regional, tone, marked, packed, length, is_initial
            )
        worst = max(worst, relation)
        lost += relation == LOST
        conflicts += relation == TONE or relation == MARKS
        slips += relation == SLIP
        others += relation == OTHER
        if i == 0:
            family = relation
        given = relation
    if worst == SAME:
        return 1
    if worst <= MARKS:
        if conflicts == 0 and (marks_left == 0 or marks_right == 0):
            return 2
        if conflicts == 0 and lost == 1:
            return 3
        return 5 if given == TONE or given == MARKS else 4
    if worst == SOUND:
        return 6
    if worst == INITIAL:
        return 7
    if others == 0 and slips == 1:
        return 9
    return _partly_different(left, right, n, family, given, others + slips, fold_id)


@njit(cache=True, nogil=True)
def _partly_different(left, right, n, family, given, different, fold_id):  # type: ignore[no-untyped-def]
    """Level of two names of one length of which at least one syllable is another."""
    if given < INITIAL:
        if n == 1 or (family < SLIP and n > 2):
            return 10
        return 11 if different == 1 else 13
    if n > 1 and fold_id[left[0]] == fold_id[right[n - 1]] and fold_id[left[n - 1]] == fold_id[right[0]]:
        return 10
    return 12 if different == 1 and n > 2 else 14
