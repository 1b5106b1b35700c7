"""The level of most names by table.

Where two names have as many syllables as each other, at most four, their level follows from how the syllables stand to each
other, place by place. There are only fourteen ways (:class:`Standing`), so the levels of all combinations are one table; and
most differing syllables are among the commonest, of which each two are another table. So the level of nearly every pair is read
from memory without a single decision that the processor could guess wrongly: that, and not the work, is what comparing costs.
Where one name has a syllable more, the standings of six pairs of syllables tell the level (:func:`name_of_one_more`).

:func:`vnlink.compare.names.name_level` tells the level of any two names; whatever is not in the tables is left to it.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.syllables import Relation, fold_number, same_start, syllable_relation, without_marks
from vnlink.kernels import COMPILED, inner, kernel

__all__ = [
    "MAYBE_REORDERED",
    "NAME_LEVELS",
    "NOT_IN_TABLE",
    "ONE_MORE",
    "Standing",
    "name_by_tables",
    "name_of_one_more",
    "name_of_rare",
    "name_of_unlike",
    "rows_of_name",
    "standings",
]

MAYBE_REORDERED = 32
"""Added to the level of two names that may also be the same syllables in another order."""
NOT_IN_TABLE = 64
"""Stands for the level of two names that the tables do not know."""
ONE_MORE = 128
"""Stands for the level of two names of which one has a syllable more, see :func:`name_of_one_more`."""

_COMMON = 1024 if COMPILED else 64
"""Syllables whose standings are kept, a megabyte; numbers are given as they are met, so these are the commonest. Among the
candidate pairs of a million land users they cover 94 percent of the syllables that differ (the first 512: 77 percent)."""
_LONGEST = 4
_ONE, _TWO, _THREE, _FOUR = (np.uint64(number) for number in range(1, 5))


class Standing(IntEnum):
    """How a syllable of the left name stands to that of the right one in the same place.

    Where no mark is another, it matters whether one of the names has no marks at all: so the relations SAME and MARK_MISSING
    are told apart by which syllable is bare. From ASKING_TONES to DIFFERENT these are the relations of
    :class:`~vnlink.compare.syllables.Relation`. ABSENT is a place where both names have ended, UNPAIRED one where one has, and
    UNKNOWN stands for two syllables of which one is rare.
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
    UNPAIRED = 15


# Kernels compare plain integers: numba would read an enum's member anew at each use.
_UNKNOWN = int(Standing.UNKNOWN)
_SAME_LETTERS, _SAME_FAMILY, _AGREES = int(Standing.OTHER_VOWEL), int(Standing.DOUBLET), int(Standing.INITIAL)
_NOTHING_ELSE = int(Standing.ASKING_TONES)
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
    regional = ((relation == Relation.REGIONAL) | (relation == Relation.DOUBLET)).sum(0)
    others = (relation >= Relation.SLIP).sum(0)
    bare = np.zeros(relation.shape[1], bool)
    for side in (Standing.LEFT_BARE, Standing.RIGHT_BARE):
        bare |= ((standing == Standing.SAME_BARE) | (standing == side) | ~present).all(0)
    unpaired = standing == Standing.UNPAIRED
    one_more = (unpaired.sum(0) == 1) & (standing[np.maximum(count - 1, 0), np.arange(standing.shape[1])] == Standing.UNPAIRED)
    given_is_other = given >= Relation.SLIP
    lone_slip = (worst == Relation.SLIP) & (others == 1)
    unlike = (relation >= Relation.REGIONAL).sum(0)
    rules: list[tuple[NDArray[np.bool_], NDArray[np.integer] | int]] = [
        ((standing == Standing.UNKNOWN).any(0) | (present[1:] > present[:-1]).any(0), NOT_IN_TABLE),
        (one_more & (count > 2), ONE_MORE),
        (unpaired.any(0), NOT_IN_TABLE),
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
        ((worst == Relation.INITIAL) & (conflicts + regional > 0), NameLevel.INITIALS_AND_MORE),
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
    in_order = (level >= NOT_IN_TABLE) | (worst <= Relation.INITIAL) | lone_slip | (unlike < 2)
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
    relations[0, :] = relations[:, 0] = Standing.UNPAIRED
    relations[0, 0] = Standing.ABSENT
    _write_standings(table, relations)
    return relations


@inner
def _row(syllable, width):  # type: ignore[no-untyped-def]
    return np.uint64(min(np.int64(syllable), np.int64(width) - 2) + 1) * width + _ONE


@kernel
def rows_of_name(right, at, width):  # type: ignore[no-untyped-def]
    """Where in the table of standings the rows of a name's first four syllables are, and its fifth syllable.

    Parameters
    ----------
    right : int32[n]
        Names as syllable numbers, padded with -1.
    at : uint64
        Where the name begins.
    width : uint64
        Width of the table.
    """
    first, second = _row(right[at], width), _row(right[at + _ONE], width)
    third, fourth = _row(right[at + _TWO], width), _row(right[at + _THREE], width)
    return first, second, third, fourth, right[at + _FOUR]


@inner
def _in_row(syllable, width):  # type: ignore[no-untyped-def]
    # No syllable is -1, which is the entry before the row's first.
    return np.uint64(min(np.int64(syllable), np.int64(width) - 2))


@kernel
def name_by_tables(relations, width, levels, left, at, name):  # type: ignore[no-untyped-def]
    """Level of two names, as far as the tables tell.

    Parameters
    ----------
    relations : uint8[w * w]
        What :func:`standings` gives, row by row. It is read from the right name's side: the levels are the same from either.
    width : uint64
        Width of it, w.
    levels : uint8[65536]
        :data:`NAME_LEVELS`.
    left : int32[n]
        Names as syllable numbers, padded with -1.
    at : uint64
        Where the left name begins.
    name : tuple
        What :func:`rows_of_name` tells of the right one.

    Returns
    -------
    int
        A :class:`~vnlink.compare.names.NameLevel`; with :data:`MAYBE_REORDERED` added, or :data:`NOT_IN_TABLE`, or
        :data:`ONE_MORE`.
    """
    first, second, third, fourth, fifth = name
    found = np.uint64(relations[_in_row(left[at], width) + first]) << np.uint64(12)
    found |= np.uint64(relations[_in_row(left[at + _ONE], width) + second]) << np.uint64(8)
    found |= np.uint64(relations[_in_row(left[at + _TWO], width) + third]) << _FOUR
    found |= np.uint64(relations[_in_row(left[at + _THREE], width) + fourth])
    level = np.int64(levels[found])
    return level if (left[at + _FOUR] & fifth) < 0 else NOT_IN_TABLE


@kernel
def _same_letters(table, left, i, right, j):  # type: ignore[no-untyped-def]
    """Whether two names of equally many syllables, up to four, may hold the same ones, marks aside: never False if they do."""
    total = np.uint64(0)
    for k in range(_LONGEST):
        # Both names lack a syllable in the same places, so it does not matter which one stands for none.
        total += fold_number(table, max(left[i, k], 0)) - fold_number(table, max(right[j, k], 0))
    return total == 0


def _levels_of_one_more() -> NDArray[np.uint8]:
    """Level of a name against one of a syllable less, by what agrees: uint8[32], see :func:`name_of_one_more`.

    Bits from the lowest: the given name, the family name, the shorter name syllable by syllable, all of that but for lost
    marks; and the family and first middle name, which tell where the given name is another. The rules are those of
    :func:`~vnlink.compare.names.name_level`.
    """
    given, family, whole, marks_alone, others = ((np.arange(32) >> bit & 1).astype(bool) for bit in range(5))
    rules = (
        (~given & others, NameLevel.GIVEN_DIFFERS),
        (~given, NameLevel.DIFFERENT),
        (~family & whole, NameLevel.FAMILY_DIFFERS),
        (~family, NameLevel.GIVEN_ONLY),
        (~whole, NameLevel.MIDDLE_DIFFERS),
        (marks_alone, NameLevel.MIDDLE_MISSING),
    )
    found = np.select([rule for rule, _ in rules], [level for _, level in rules], NameLevel.MIDDLE_MISSING_AND_MORE)
    return found.astype(np.uint8)


def _ways() -> NDArray[np.uint8]:
    """Which syllables pair up where one of the longer name is left out: uint8[128], see :func:`name_of_one_more`.

    The entry is by the pairs that agree, six bits, and whether the shorter name has three syllables rather than two. It holds
    the pairs of the shorter name's syllables, up to the first that does not agree in its place and from there on each with the
    next place; 0 where they do not all agree.
    """
    ways = np.zeros((2, 64), np.uint8)
    for three, agreeing in np.ndindex(2, 64):
        size = 2 + three
        here = next((k for k in range(size) if not agreeing >> k & 1), size)
        way = sum(1 << k for k in range(here)) | sum(8 << k for k in range(here, size))
        ways[three, agreeing] = way if agreeing & way == way else 0
    return ways.ravel()


_LEVELS_OF_ONE_MORE, _WAYS = _levels_of_one_more(), _ways()
_LEVELS_OF_ONE_MORE.flags.writeable = _WAYS.flags.writeable = False


@inner
def _six_bits(p, q, r, s, t, u, most):  # type: ignore[no-untyped-def]
    """Which of six standings are at most ``most``."""
    low = np.int64(p <= most) | (np.int64(q <= most) << 1) | (np.int64(r <= most) << 2)
    return low | (np.int64(s <= most) << 3) | (np.int64(t <= most) << 4) | (np.int64(u <= most) << 5)


@kernel
def name_of_one_more(table, relations, left, i, right, j):  # type: ignore[no-untyped-def]
    """Level of two names that are :data:`ONE_MORE`: three and two syllables, or four and three.

    The longer name's syllables a and the shorter one's b can pair up in their places and, behind the one that is left out, one
    place on: six standings tell the level, mostly without a decision.
    """
    last = len(relations) - 1
    longer, three = (left[i, 3] >= 0) | (right[j, 2] < 0), np.int64(max(left[i, 3], right[j, 3]) >= 0)
    a0, b0 = (left[i, 0], right[j, 0]) if longer else (right[j, 0], left[i, 0])
    a1, b1 = (left[i, 1], right[j, 1]) if longer else (right[j, 1], left[i, 1])
    a2, b2 = (left[i, 2], right[j, 2]) if longer else (right[j, 2], left[i, 2])
    a3 = left[i, 3] if longer else right[j, 3]
    a0, a1, a2, a3 = min(a0 + 1, last), min(a1 + 1, last), min(a2 + 1, last), min(a3 + 1, last)
    b0, b1, b2 = min(b0 + 1, last), min(b1 + 1, last), min(b2 + 1, last)
    first, second, third = relations[a0, b0], relations[a1, b1], relations[a2, b2]
    moved = relations[a1, b0], relations[a2, b1], relations[a3, b2]
    one_alike, two_alike = first <= _SAME_LETTERS, (first <= _SAME_LETTERS) & (second <= _SAME_LETTERS)
    a = a2 if two_alike else a1 if one_alike else a0
    b = b2 if two_alike else b1 if one_alike else b0
    # The first letters that differ may be the same ones, parted into other syllables; and the tables may not know a syllable.
    if max(a1, a2, a3) == last or (b > 0 and same_start(table, a - 1, b - 1)):
        return name_level(table, left, i, right, j)
    agreeing = _six_bits(first, second, third, *moved, _AGREES)
    way = np.int64(_WAYS[np.uint64(agreeing | (three << 6))])
    given = 4 + three
    ends = np.int64(1) | (np.int64(1) << given)
    told = ((agreeing >> given) & 1) | ((agreeing & 1) << 1) | (np.int64(way != 0) << 2)
    lost_alone = ~_six_bits(first, second, third, *moved, _NOTHING_ELSE) & (way | ends) == 0
    others = (first <= _SAME_FAMILY) & (second <= _SAME_LETTERS) & (three != 0)
    return np.int64(_LEVELS_OF_ONE_MORE[np.uint64(told | (np.int64(lost_alone) << 3) | (np.int64(others) << 4))])


@kernel
def name_of_rare(table, relations, levels, left, i, right, j):  # type: ignore[no-untyped-def]
    """Level of two names that are :data:`NOT_IN_TABLE`, with their syllables at hand; see :func:`name_by_tables`."""
    last = len(relations) - 1
    found = np.int64(0)
    for k in range(_LONGEST):
        a, b = left[i, k], right[j, k]
        standing = np.int64(relations[min(a + 1, last), min(b + 1, last)])
        if standing == _UNKNOWN:
            standing = _standing(table, a, b)
        found = (found << 4) | standing
    level = np.int64(levels[found])
    if level >= NOT_IN_TABLE or (left[i, _LONGEST] & right[j, _LONGEST]) >= 0:
        return name_level(table, left, i, right, j)
    return level if level < MAYBE_REORDERED else name_of_unlike(table, left, i, right, j, level)


@kernel
def name_of_unlike(table, left, i, right, j, found):  # type: ignore[no-untyped-def]
    """Level of two names of which the tables told ``found``, from :data:`MAYBE_REORDERED` up."""
    if _same_letters(table, left, i, right, j):
        return name_level(table, left, i, right, j)
    return found - MAYBE_REORDERED
