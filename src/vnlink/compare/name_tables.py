"""The level of most names by table.

Where two names have as many syllables as each other, at most four, their level follows from how the syllables stand to each
other, place by place. There are only fourteen ways (:class:`Standing`), so the levels of all combinations are one table; and
most differing syllables are among the commonest, of which each two are another table. So the level of nearly every pair is read
from memory without a single decision that the processor could guess wrongly: that, and not the work, is what comparing costs.

:func:`vnlink.compare.names.name_level` tells the level of any two names; whatever is not in the tables is left to it.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.syllables import Relation, fold_number, syllable_relation, without_marks
from vnlink.kernels import COMPILED, kernel

__all__ = [
    "MAYBE_REORDERED",
    "NAME_LEVELS",
    "NOT_IN_TABLE",
    "Standing",
    "name_by_tables",
    "name_of_rare",
    "name_of_unlike",
    "standings",
]

NOT_IN_TABLE = 32
"""Stands for the level of two names that the tables do not know."""
MAYBE_REORDERED = 64
"""Added to the level of two names that may also be the same syllables in another order."""

_COMMON = 1024 if COMPILED else 64
"""Syllables whose standings are kept, a megabyte; numbers are given as they are met, so these are the commonest. Among the
candidate pairs of a million land users they cover 94 percent of the syllables that differ (the first 512: 77 percent)."""
_LONGEST = 4


class Standing(IntEnum):
    """How a syllable of the left name stands to that of the right one in the same place.

    Where no mark is another, it matters whether one of the names has no marks at all: so the relations SAME and MARK_MISSING
    are told apart by which syllable is bare. From ASKING_TONES to DIFFERENT these are the relations of
    :class:`~vnlink.compare.syllables.Relation`.
    """

    SAME = 0
    SAME_BARE = 1
    LEFT_BARE = 2
    RIGHT_BARE = 3
    MARK_MISSING = 4
    ASKING_TONES = 5
    OTHER_TONE = 6
    OTHER_VOWEL = 7
    REGIONAL = 8
    DOUBLET = 9
    INITIAL = 10
    SLIP = 11
    DIFFERENT = 12
    ABSENT = 13
    UNKNOWN = 14


_UNKNOWN = int(Standing.UNKNOWN)
_NO_RELATION = -1
_OTHER_RELATIONS = [relation for relation in Relation if relation >= Relation.ASKING_TONES]
_RELATION = np.array(
    [Relation.SAME] * 2 + [Relation.MARK_MISSING] * 3 + _OTHER_RELATIONS + [_NO_RELATION] * 3,
    np.int8,
)
"""Relation of each standing, of sixteen."""


def _name_levels() -> NDArray[np.uint8]:
    """Level by the standings in four places, four bits each and the first place uppermost: uint8[65536].

    The rules are those of :func:`~vnlink.compare.names.name_level`.
    """
    standing = np.indices((16,) * _LONGEST, np.int8).reshape(_LONGEST, -1)
    relation = _RELATION[standing]
    present = standing != Standing.ABSENT
    count = present.sum(0)
    family, given = relation[0], relation[np.maximum(count - 1, 0), np.arange(relation.shape[1])]
    worst = relation.max(0)
    lost, asking = ((relation == r).sum(0) for r in (Relation.MARK_MISSING, Relation.ASKING_TONES))
    conflicts = ((relation == Relation.OTHER_TONE) | (relation == Relation.OTHER_VOWEL)).sum(0)
    others = (relation >= Relation.SLIP).sum(0)
    bare = np.zeros(relation.shape[1], bool)
    for side in (Standing.LEFT_BARE, Standing.RIGHT_BARE):
        bare |= ((standing == Standing.SAME_BARE) | (standing == side) | ~present).all(0)
    given_is_other = given >= Relation.SLIP
    lone_slip = (worst == Relation.SLIP) & (others == 1)
    unlike = (relation >= Relation.REGIONAL).sum(0)
    rules: list[tuple[NDArray[np.bool_], NDArray[np.integer] | int]] = [
        ((standing >= Standing.UNKNOWN).any(0) | (present[1:] > present[:-1]).any(0), NOT_IN_TABLE),
        (count == 0, NameLevel.MISSING),
        (worst == Relation.SAME, NameLevel.EXACT),
        ((worst <= Relation.OTHER_VOWEL) & (conflicts > 1), NameLevel.MARKS_DIFFER),
        ((worst <= Relation.OTHER_VOWEL) & (given == Relation.OTHER_TONE), NameLevel.GIVEN_TONE_DIFFERS),
        ((worst <= Relation.OTHER_VOWEL) & (given == Relation.OTHER_VOWEL), NameLevel.GIVEN_VOWEL_DIFFERS),
        ((worst <= Relation.OTHER_VOWEL) & (conflicts == 1), NameLevel.MARK_DIFFERS),
        ((worst <= Relation.OTHER_VOWEL) & (asking > 0), NameLevel.ASKING_TONES),
        ((worst <= Relation.OTHER_VOWEL) & bare, NameLevel.UNMARKED),
        ((worst <= Relation.OTHER_VOWEL) & (lost > 1), NameLevel.MARKS_LOST),
        ((worst <= Relation.OTHER_VOWEL) & (given == Relation.MARK_MISSING), NameLevel.GIVEN_MARK_LOST),
        (worst <= Relation.OTHER_VOWEL, NameLevel.MARK_LOST),
        (worst <= Relation.INITIAL, worst - Relation.REGIONAL + NameLevel.REGIONAL),
        (lone_slip & given_is_other, NameLevel.GIVEN_SLIP),
        (lone_slip, NameLevel.ONE_SLIP),
        (~given_is_other & (family < Relation.SLIP) & (count > 2), NameLevel.MIDDLE_DIFFERS),
        (~given_is_other & (others == 1), NameLevel.FAMILY_DIFFERS),
        (~given_is_other, NameLevel.GIVEN_ONLY),
        ((others == 1) & (count > 2), NameLevel.GIVEN_DIFFERS),
    ]
    level = np.select([rule for rule, _ in rules], [found for _, found in rules], NameLevel.DIFFERENT)
    # With one place unlike, the same syllables in another order would be the same there too.
    in_order = (level == NOT_IN_TABLE) | (worst <= Relation.INITIAL) | lone_slip | (unlike < 2)
    return np.where(in_order, level, level + MAYBE_REORDERED).astype(np.uint8)


NAME_LEVELS = _name_levels()
NAME_LEVELS.flags.writeable = False


@kernel
def _standing(table, a, b):  # type: ignore[no-untyped-def]
    """The :class:`Standing` of two syllables."""
    relation = syllable_relation(table, a, b)
    if relation == 0:
        return 1 if without_marks(table, a) else 0
    if relation == 1:
        return 2 if without_marks(table, a) else 3 if without_marks(table, b) else 4
    return relation + 3


@kernel
def _write_standings(table, relations):  # type: ignore[no-untyped-def]
    """Enter how each two common syllables stand to each other."""
    for a in range(len(relations) - 2):
        for b in range(len(relations) - 2):
            relations[a + 1, b + 1] = _standing(table, a, b)


def standings(table: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """How each two of the commonest syllables stand to each other.

    Parameters
    ----------
    table : uint64[s, 3]
        Packed syllables, see :func:`vnlink.compare.syllables.pack_syllables`.

    Returns
    -------
    uint8[c + 2, c + 2]
        A :class:`Standing` by the numbers of both syllables plus one. Row and column 0 stand for no syllable, the last ones
        for any syllable that is not among the ``c`` commonest.
    """
    common = min(_COMMON, len(table))
    relations = np.full((common + 2, common + 2), Standing.UNKNOWN, np.uint8)
    relations[0, 0] = Standing.ABSENT
    _write_standings(table, relations)
    return relations


@kernel
def name_by_tables(relations, levels, left, i, right, j):  # type: ignore[no-untyped-def]
    """Level of two names, as far as the tables tell.

    Parameters
    ----------
    relations : uint8[c + 2, c + 2]
        What :func:`standings` gives.
    levels : uint8[65536]
        :data:`NAME_LEVELS`.
    left, right : int32[n, at least MAX_SYLLABLES]
        Names as syllable numbers from column 0, padded with -1.
    i, j : int
        Their rows.

    Returns
    -------
    int
        A :class:`~vnlink.compare.names.NameLevel`; with :data:`MAYBE_REORDERED` added, or :data:`NOT_IN_TABLE`.
    """
    last = len(relations) - 1
    found = np.int64(0)
    for k in range(_LONGEST):
        a, b = min(left[i, k] + 1, last), min(right[j, k] + 1, last)
        found = (found << 4) | np.int64(relations[np.uint64(a), np.uint64(b)])
    level = np.int64(levels[np.uint64(found)])
    return level if (left[i, _LONGEST] & right[j, _LONGEST]) < 0 else NOT_IN_TABLE


@kernel
def _same_letters(table, left, i, right, j):  # type: ignore[no-untyped-def]
    """Whether two names of equally many syllables, up to four, may hold the same ones, marks aside: never False if they do."""
    total = np.uint64(0)
    for k in range(_LONGEST):
        # Both names lack a syllable in the same places, so it does not matter which one stands for none.
        total += fold_number(table, max(left[i, k], 0)) - fold_number(table, max(right[j, k], 0))
    return total == 0


@kernel
def name_of_rare(table, relations, levels, left, i, right, j):  # type: ignore[no-untyped-def]
    """Level of two names that are :data:`NOT_IN_TABLE`, with their syllables at hand; see :func:`name_by_tables`."""
    last = len(relations) - 1
    found = np.int64(0)
    for k in range(_LONGEST):
        a, b = left[i, k], right[j, k]
        standing = np.int64(relations[min(a + 1, last), min(b + 1, last)])
        if standing == _UNKNOWN and a >= 0 and b >= 0:
            standing = _standing(table, a, b)
        found = (found << 4) | standing
    level = np.int64(levels[found])
    if level == NOT_IN_TABLE or (left[i, _LONGEST] & right[j, _LONGEST]) >= 0:
        return name_level(table, left, i, right, j)
    return level if level < MAYBE_REORDERED else name_of_unlike(table, left, i, right, j, level)


@kernel
def name_of_unlike(table, left, i, right, j, found):  # type: ignore[no-untyped-def]
    """Level of two names of which the tables told ``found``, from :data:`MAYBE_REORDERED` up."""
    if _same_letters(table, left, i, right, j):
        return name_level(table, left, i, right, j)
    return found - MAYBE_REORDERED
