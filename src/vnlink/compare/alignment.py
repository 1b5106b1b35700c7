"""Which syllable of one name stands for which of another.

The syllables of two names are aligned at the least cost (Needleman and Wunsch 1970), so that a middle name left out does not
make all that follows differ. What is left over on both sides and is the same syllable has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.syllables import Relation, joined_relation

__all__ = ["align", "join"]

_COST = {
    Relation.SAME: 0,
    Relation.MARK_MISSING: 2,
    Relation.ASKING_TONES: 3,
    Relation.INITIAL: 3,
    Relation.REGIONAL: 4,
    Relation.DOUBLET: 4,
    Relation.OTHER_TONE: 5,
    Relation.OTHER_VOWEL: 6,
    Relation.SLIP: 7,
    Relation.DIFFERENT: 15,
}
_GAP = 8
_GAP_AT_END = 9
"""Two gaps cost more than one different syllable. Family and given name, at the ends, are the last to be let go."""

Aligned = tuple[int | None, int | None]
Joined = tuple[range, range]


def align(left: Sequence[int], right: Sequence[int], relation: Callable[[int, int], Relation]) -> list[Aligned]:
    """Align the syllables of two names.

    Parameters
    ----------
    left, right : sequence of int
        Syllable numbers.
    relation : callable
        Relation of two syllable numbers.

    Returns
    -------
    list of (int or None, int or None)
        Places in ``left`` and ``right`` that belong together, in the order of ``left``; None where there is no partner. A
        syllable that stands in both names but at another place is one pair, out of order.
    """
    reordered = _in_another_order(left, right, relation)
    if reordered:
        return reordered
    pairs = _cheapest(left, right, relation)
    loose_left = [i for i, j in pairs if i is not None and _loose(left, right, i, j, relation)]
    loose_right = [j for i, j in pairs if j is not None and _loose(left, right, i, j, relation)]
    moved: dict[int, int] = {}
    for i in loose_left:
        for j in loose_right:
            if j not in moved.values() and relation(left[i], right[j]) <= Relation.MARK_MISSING:
                moved[i] = j
                break
    taken = set(moved.values())
    result: list[Aligned] = []
    for at, to in pairs:
        if at is not None and at in moved:
            result.append((at, moved[at]))
        stays = None if at in moved else at, None if to in taken else to
        if stays != (None, None):
            result.append(stays)
    return result


def join(
    left: Sequence[int], right: Sequence[int], table: NDArray[np.uint64], relation: Callable[[int, int], Relation]
) -> list[Joined]:
    """Put the syllables of two names of the same letters beside each other, of which one parts what the other writes together.

    What :func:`vnlink.compare.names.name_level` compares so; the table is that of
    :func:`~vnlink.compare.syllables.pack_syllables`.

    Returns
    -------
    list of (range, range)
        Places in ``left`` and ``right`` that belong together, two on at most one side; empty where the names are of one length
        or have other letters.
    """
    joined: list[Joined] = []
    i = j = 0
    while len(left) != len(right) and i < len(left) and j < len(right):
        if relation(left[i], right[j]) <= Relation.OTHER_VOWEL:
            wide, other = 1, 1
        elif i + 1 < len(left) and joined_relation(table, left[i], left[i + 1], right[j], j == 0) >= 0:
            wide, other = 2, 1
        elif j + 1 < len(right) and joined_relation(table, right[j], right[j + 1], left[i], i == 0) >= 0:
            wide, other = 1, 2
        else:
            return []
        joined.append((range(i, i + wide), range(j, j + other)))
        i, j = i + wide, j + other
    return joined if (i, j) == (len(left), len(right)) else []


def _in_another_order(left: Sequence[int], right: Sequence[int], relation: Callable[[int, int], Relation]) -> list[Aligned]:
    """Each syllable with the same one of the other name, marks that are missing aside; empty where some has none there.

    "Văn An" and "An Văn" are the same two syllables, though An may be a slip for Văn. Names that agree place by place are left
    to the alignment.
    """
    if len(left) != len(right) or all(relation(a, b) <= Relation.MARK_MISSING for a, b in zip(left, right, strict=True)):
        return []
    partner: dict[int, int] = {}
    for most in (Relation.SAME, Relation.MARK_MISSING):
        for i, a in enumerate(left):
            free = [j for j, b in enumerate(right) if j not in partner.values() and relation(a, b) <= most]
            if i not in partner and free:
                partner[i] = i if i in free else free[0]
    return [(i, partner[i]) for i in range(len(left))] if len(partner) == len(left) else []


def _loose(
    left: Sequence[int], right: Sequence[int], i: int | None, j: int | None, relation: Callable[[int, int], Relation]
) -> bool:
    return i is None or j is None or relation(left[i], right[j]) is Relation.DIFFERENT


def _cheapest(left: Sequence[int], right: Sequence[int], relation: Callable[[int, int], Relation]) -> list[Aligned]:
    """The cheapest alignment; of equal ones that with the later gaps."""
    n, m = len(left), len(right)
    cost = [[0] * (m + 1) for _ in range(n + 1)]
    step: list[list[tuple[int, int]]] = [[(0, 0)] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            choices = []
            if i and j:
                choices.append((cost[i - 1][j - 1] + _COST[relation(left[i - 1], right[j - 1])], (1, 1)))
            if i:
                choices.append((cost[i - 1][j] + (_GAP_AT_END if i in (1, n) else _GAP), (1, 0)))
            if j:
                choices.append((cost[i][j - 1] + (_GAP_AT_END if j in (1, m) else _GAP), (0, 1)))
            if choices:
                cost[i][j], step[i][j] = min(choices, key=lambda choice: (choice[0], -choice[1][0], -choice[1][1]))
    pairs: list[Aligned] = []
    i, j = n, m
    while i or j:
        down, across = step[i][j]
        pairs.append((i - 1 if down else None, j - 1 if across else None))
        i, j = i - down, j - across
    return pairs[::-1]
