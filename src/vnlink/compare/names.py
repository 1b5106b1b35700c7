"""How two Vietnamese names agree.

Syllables are compared one by one, position by position (:mod:`vnlink.compare.syllables`): in Vietnamese the first is the family
name and the last the given name. What differs, and in which of the three places, makes the level: the given name tells
persons apart, the family name hardly (a handful of families are most people), and the middle name is what clerks leave out.

Where one name writes together what the other parts (H'Hen, Hhen; Sa Rây, Sarây), the letters are compared as if both did.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.syllables import Relation, joined_relation, same_fold, same_start, syllable_relation, without_marks
from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES

__all__ = ["NameLevel", "name_level"]


class NameLevel(IntEnum):
    """Levels of name agreement; 0 is missing. From UNMARKED to MARKS_DIFFER the letters are the same."""

    MISSING = 0
    EXACT = 1
    UNMARKED = 2
    MARK_LOST = 3
    GIVEN_MARK_LOST = 4
    MARKS_LOST = 5
    ASKING_TONES = 6
    MARK_DIFFERS = 7
    GIVEN_TONE_DIFFERS = 8
    GIVEN_VOWEL_DIFFERS = 9
    MARKS_DIFFER = 10
    REGIONAL = 11
    DOUBLET = 12
    INITIALS = 13
    INITIALS_AND_MORE = 14
    MIDDLE_MISSING = 15
    MIDDLE_MISSING_AND_MORE = 16
    ONE_SLIP = 17
    GIVEN_SLIP = 18
    SWAPPED = 19
    MIDDLE_DIFFERS = 20
    FAMILY_DIFFERS = 21
    GIVEN_DIFFERS = 22
    GIVEN_ONLY = 23
    DIFFERENT = 24


# Kernels compare plain integers: numba would read an enum's member anew at each use.
_MARK_MISSING, _ASKING, _TONE, _VOWEL = (int(r) for r in Relation if 1 <= r <= 4)
_REGIONAL, _DOUBLET, _INITIAL, _SLIP, _OTHER = (int(r) for r in Relation if r >= 5)


@kernel
def _unequal_lengths(table, left, i, n, right, j, m):  # type: ignore[no-untyped-def]
    """Level of two names of different lengths; ``left`` is the longer."""
    family = syllable_relation(table, left[i, 0], right[j, 0])
    given = syllable_relation(table, left[i, n - 1], right[j, m - 1])
    if given > _INITIAL:
        return 22 if family <= _DOUBLET and m > 2 and same_fold(table, left[i, 1], right[j, 1]) else 24
    if m == 1:
        return 23
    matched, worst = 0, max(family, given)
    for k in range(n):
        if matched == m:
            break
        relation = syllable_relation(table, left[i, k], right[j, matched])
        if relation <= _INITIAL:
            matched += 1
            worst = max(worst, relation)
    if family > _INITIAL:
        return 21 if matched == m else 23
    if matched < m:
        return 20
    return 15 if worst <= _ASKING else 16


@kernel
def _reordered(table, left, i, right, j, n):  # type: ignore[no-untyped-def]
    """Whether two names of ``n`` syllables hold the same syllables, marks aside, in some order."""
    used = 0
    for k in range(n):
        found = False
        for h in range(n):
            if not (used >> h) & 1 and same_fold(table, left[i, k], right[j, h]):
                used |= 1 << h
                found = True
                break
        if not found:
            return False
    return True


@kernel
def _partly_different(table, left, i, right, j, n, family, given, different):  # type: ignore[no-untyped-def]
    """Level of two names of one length of which at least one syllable is another."""
    if n > 1 and _reordered(table, left, i, right, j, n):
        return 19
    if given < _SLIP:
        if n == 1 or (family < _SLIP and n > 2):
            return 20
        return 21 if different == 1 else 23
    return 22 if different == 1 and n > 2 else 24


@kernel
def _marks_differ(table, left, i, n, right, j, m, given, lost, conflicts, asking):  # type: ignore[no-untyped-def]
    """Level of two names of the same letters whose marks differ, of ``n`` and ``m`` syllables."""
    if conflicts > 1:
        return 10
    if conflicts == 1:
        return 8 if given == _TONE else (9 if given == _VOWEL else 7)
    if asking > 0:
        return 6
    if _unmarked(table, left, i, n) or _unmarked(table, right, j, m):
        return 2
    if lost > 1:
        return 5
    return 4 if given == _MARK_MISSING else 3


@kernel
def _spaced_otherwise(table, left, i, n, right, j, m):  # type: ignore[no-untyped-def]
    """Level of two names of the same letters that are parted into other syllables; 0 where there are other letters."""
    k = h = lost = asking = conflicts = given = 0
    while k < n and h < m:
        a, b = left[i, k], right[j, h]
        if same_fold(table, a, b):
            given = syllable_relation(table, a, b)
        elif not same_start(table, a, b):
            return 0
        else:
            given = joined_relation(table, a, left[i, k + 1], b, h == 0) if k + 1 < n else -1
            if given >= 0:
                k += 1
            else:
                given = joined_relation(table, b, right[j, h + 1], a, k == 0) if h + 1 < m else -1
                h += 1
            if given < 0:
                return 0
        lost += given == _MARK_MISSING
        asking += given == _ASKING
        conflicts += given == _TONE or given == _VOWEL
        k += 1
        h += 1
    if k < n or h < m:
        return 0
    if lost + asking + conflicts == 0:
        return 1
    return _marks_differ(table, left, i, n, right, j, m, given, lost, conflicts, asking)


@kernel
def name_level(table: NDArray[np.uint64], left: NDArray[np.int32], i: int, right: NDArray[np.int32], j: int) -> int:
    """Compare the name in row ``i`` of ``left`` with the name in row ``j`` of ``right``.

    Parameters
    ----------
    table : uint64[s, 3]
        Packed syllables, see :func:`vnlink.compare.syllables.pack_syllables`.
    left, right : int32[n, at least MAX_SYLLABLES]
        Names as syllable numbers from column 0, padded with -1.

    Returns
    -------
    int
        A :class:`NameLevel`; the same from either side.
    """
    n = m = 0
    while n < MAX_SYLLABLES and left[i, n] >= 0:
        n += 1
    while m < MAX_SYLLABLES and right[j, m] >= 0:
        m += 1
    if n == 0 or m == 0:
        return 0
    if n != m:
        spaced = _spaced_otherwise(table, left, i, n, right, j, m)
        if spaced:
            return spaced
        return _unequal_lengths(table, left, i, n, right, j, m) if n > m else _unequal_lengths(table, right, j, m, left, i, n)
    worst = family = given = 0
    lost = asking = conflicts = regional = slips = others = 0
    for k in range(n):
        given = 0
        if left[i, k] != right[j, k]:
            given = syllable_relation(table, left[i, k], right[j, k])
            worst = max(worst, given)
            lost += given == _MARK_MISSING
            asking += given == _ASKING
            conflicts += given == _TONE or given == _VOWEL
            regional += given == _REGIONAL or given == _DOUBLET
            slips += given == _SLIP
            others += given == _OTHER
        if k == 0:
            family = given
    if worst == 0:
        return 1
    if worst <= _VOWEL:
        return _marks_differ(table, left, i, n, right, j, m, given, lost, conflicts, asking)
    if worst < _INITIAL:
        return worst + 6
    if worst == _INITIAL:
        return 13 if conflicts + regional == 0 else 14
    if others == 0 and slips == 1:
        return 18 if given == _SLIP else 17
    return _partly_different(table, left, i, right, j, n, family, given, others + slips)


@kernel
def _unmarked(table, names, i, n):  # type: ignore[no-untyped-def]
    """Whether no syllable of a name has any mark."""
    marked = 0
    for k in range(n):
        marked += not without_marks(table, names[i, k])
    return marked == 0
