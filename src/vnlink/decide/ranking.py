"""The best candidates of each land person, kept while the population streams past.

Scores are whole numbers (:data:`SCALE` to the bit) and ties are broken by a hash of the citizen's id, so the same candidates
are kept in whatever order the citizens come. What is not kept is not lost: its odds are added up in a whole number, and the
sum of whole numbers does not depend on the order either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["ODDS_ONE", "SCALE", "Ranking", "odds_units", "sort_ranking", "update_ranking"]

SCALE = 4096
"""Score units to the bit. A rounding of 1/8192 bit is far below any difference that matters."""

ODDS_ONE = 1 << 32
"""What odds of 1:1 count in :attr:`Ranking.tail`."""

_LOWER = np.int64((1 << 31) - 1)
_BLOCK = 64
_TAIL_MAX = np.uint64(1 << 62)


@dataclass(slots=True)
class Ranking:
    """The best candidates of n land persons, best first.

    Attributes
    ----------
    table : int32[n, k, 3]
        Score (in ``1 / SCALE`` bits), citizen (-1 where there are fewer candidates) and the lower 31 bits of the pattern of
        each, side by side: entering a pair touches one or two cache lines.
    shared : int64[n]
        The upper bits of the pattern, which all pairs of a person share.
    tail : uint64[n]
        Odds of all candidates that are not among the k, in ``1 / ODDS_ONE``.
    candidates : int32[n]
        How many candidates there were.
    """

    table: NDArray[np.int32]
    shared: NDArray[np.int64]
    tail: NDArray[np.uint64]
    candidates: NDArray[np.int32]

    @classmethod
    def empty(cls, shared: NDArray[np.int64], size: int) -> Ranking:
        """Make the ranking of as many persons as ``shared`` has, with no candidates yet, keeping ``size`` of each."""
        table = np.zeros((len(shared), size, 3), np.int32)
        table[:, :, 0], table[:, :, 1] = np.iinfo(np.int32).min, -1
        return cls(table, shared, np.zeros(len(shared), np.uint64), np.zeros(len(shared), np.int32))

    @property
    def score(self) -> NDArray[np.int32]:
        """Scores, int32[n, k]; a view."""
        return self.table[:, :, 0]

    @property
    def citizen(self) -> NDArray[np.int32]:
        """Citizen numbers, int32[n, k]; a view."""
        return self.table[:, :, 1]

    def __len__(self) -> int:
        return len(self.tail)

    def part(self, low: int, high: int) -> Ranking:
        """Return the ranking of persons ``low`` to ``high``; a view."""
        return Ranking(self.table[low:high], self.shared[low:high], self.tail[low:high], self.candidates[low:high])

    def take(self, rows: NDArray[np.int64]) -> Ranking:
        """Return the ranking of some persons; a copy."""
        return Ranking(self.table[rows], self.shared[rows], self.tail[rows], self.candidates[rows])

    @classmethod
    def joined(cls, parts: list[Ranking]) -> Ranking:
        """Put rankings of as many candidates behind each other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def patterns(self, person: NDArray[Any], rank: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """Patterns of kept candidates, by person and rank, int64."""
        return np.asarray(self.table[person, rank, 2].astype(np.int64) | self.shared[person])

    def rescore(
        self, person: NDArray[Any], rank: NDArray[np.int64], patterns: NDArray[np.int64], scores: NDArray[np.int32]
    ) -> None:
        """Give kept candidates other patterns and scores; :func:`sort_ranking` puts them in order."""
        self.table[person, rank, 2] = patterns & _LOWER
        self.table[person, rank, 0] = scores


@kernel
def odds_units(score: int) -> np.uint64:
    """Odds of a score in ``1 / ODDS_ONE``, at most 2**18:1 (a tail of such candidates decides nothing any more)."""
    return np.uint64(2.0 ** (min(score / SCALE, 18.0) + 32.0))


@kernel
def _add_tail(tail, person, score):  # type: ignore[no-untyped-def]
    tail[person] = min(tail[person] + odds_units(score), _TAIL_MAX)


@kernel
def _enter(table, person, at, score, citizen, pattern, citizen_key):  # type: ignore[no-untyped-def]
    """Move what is below down from position ``at`` and put a candidate in its place."""
    while at > 0:
        above, other = table[person, at - 1, 0], table[person, at - 1, 1]
        if above > score or (above == score and citizen_key[other] < citizen_key[citizen]):
            break
        table[person, at, 0], table[person, at, 1] = above, other
        table[person, at, 2] = table[person, at - 1, 2]
        at -= 1
    table[person, at, 0], table[person, at, 1], table[person, at, 2] = score, citizen, pattern


@kernel
def update_ranking(
    persons: NDArray[np.int32],
    citizens: NDArray[np.int32],
    patterns: NDArray[np.int64],
    scores: NDArray[np.int32],
    citizen_key: NDArray[np.uint64],
    table: NDArray[np.int32],
    tail: NDArray[np.uint64],
    candidates: NDArray[np.int32],
) -> np.int64:
    """Enter a batch of scored pairs into the arrays of a :class:`Ranking`. What it returns means nothing.

    The persons of a batch lie anywhere in memory. A block's entries are read first, all at once and for nothing but to have
    them in the cache: the processor waits for many of them together instead of for one after the other.
    """
    size = table.shape[1]
    touched = np.int64(0)
    for first in range(0, len(persons), _BLOCK):
        last = min(first + _BLOCK, len(persons))
        for i in range(first, last):
            person = persons[i]
            touched += candidates[person] + np.int64(tail[person])
            # The entries of a person lie on two or three cache lines.
            touched += table[person, 0, 0] + table[person, size // 2, 0] + table[person, size - 1, 2]
        for i in range(first, last):
            person, citizen, score = persons[i], citizens[i], scores[i]
            at = candidates[person]
            candidates[person] = at + 1
            if at >= size:
                at = size - 1
                worst = table[person, at, 0]
                if score < worst or (score == worst and citizen_key[citizen] > citizen_key[table[person, at, 1]]):
                    _add_tail(tail, person, score)
                    continue
                _add_tail(tail, person, worst)
            _enter(table, person, at, score, citizen, patterns[i] & _LOWER, citizen_key)
    return touched


@kernel
def sort_ranking(persons: NDArray[np.int64], citizen_key: NDArray[np.uint64], table: NDArray[np.int32]) -> None:
    """Put the kept candidates of ``persons`` in order again after their scores were changed."""
    for person in persons:
        for i in range(1, table.shape[1]):
            if table[person, i, 1] < 0:
                break
            _enter(table, person, i, table[person, i, 0], table[person, i, 1], table[person, i, 2], citizen_key)
