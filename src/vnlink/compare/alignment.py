"""Which syllable of one name stands for which of another.

The syllables of two names are aligned at the least cost (Needleman and Wunsch 1970), so that a middle name left out does not
make all that follows differ. What is left over on both sides and is the same syllable has moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vnlink.compare.syllables import Relation

__all__ = ["align"]

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
