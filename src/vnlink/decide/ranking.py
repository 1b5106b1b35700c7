"""The best candidates of each land person, kept while the population streams past.

Scores are whole numbers (:data:`SCALE` to the bit) and ties are broken by a hash of the citizen's id, so the same candidates
are kept in whatever order the citizens come. What is not kept is not lost: its odds are added up in a whole number, and the
sum of whole numbers does not depend on the order either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["ODDS_ONE", "SCALE", "Ranking", "odds_units", "sort_ranking", "update_ranking"]

SCALE = 4096
"""Score units to the bit. A rounding of 1/8192 bit is far below any difference that matters."""

ODDS_ONE = 1 << 32
"""What odds of 1:1 count in :attr:`Ranking.tail`."""

_TAIL_MAX = np.uint64(1 << 62)


@dataclass(slots=True)
class Ranking:
    """The best candidates of n land persons, best first.

    Attributes
    ----------
    score : int32[n, k]
        Weights in ``1 / SCALE`` bits.
    citizen : int32[n, k]
        Citizen numbers, -1 where there are fewer candidates.
    pattern : int64[n, k]
        Patterns of the pairs.
    tail : uint64[n]
        Odds of all candidates that are not among the k, in ``1 / ODDS_ONE``.
    candidates : int32[n]
        How many candidates there were.
    """

    score: NDArray[np.int32]
    citizen: NDArray[np.int32]
    pattern: NDArray[np.int64]
    tail: NDArray[np.uint64]
    candidates: NDArray[np.int32]

    @classmethod
    def empty(cls, count: int, size: int) -> Ranking:
        """Make the ranking of ``count`` persons with no candidates yet, keeping ``size`` of each."""
        return cls(
            score=np.full((count, size), np.iinfo(np.int32).min, np.int32),
            citizen=np.full((count, size), -1, np.int32),
            pattern=np.zeros((count, size), np.int64),
            tail=np.zeros(count, np.uint64),
            candidates=np.zeros(count, np.int32),
        )


@kernel
def odds_units(score: int) -> np.uint64:
    """Odds of a score in ``1 / ODDS_ONE``, at most 2**18:1 (a tail of such candidates decides nothing any more)."""
    return np.uint64(2.0 ** (min(score / SCALE, 18.0) + 32.0))


@kernel
def _add_tail(tail, person, score):  # type: ignore[no-untyped-def]
    tail[person] = min(tail[person] + odds_units(score), _TAIL_MAX)


@kernel
def update_ranking(
    persons: NDArray[np.int32],
    citizens: NDArray[np.int32],
    base: int,
    patterns: NDArray[np.int64],
    scores: NDArray[np.int32],
    citizen_key: NDArray[np.uint64],
    top_score: NDArray[np.int32],
    top_citizen: NDArray[np.int32],
    top_pattern: NDArray[np.int64],
    tail: NDArray[np.uint64],
    candidates: NDArray[np.int32],
) -> None:
    """Enter a batch of scored pairs into the arrays of a :class:`Ranking`. ``citizens`` count from ``base``."""
    size = top_score.shape[1]
    for i in range(len(persons)):
        person, citizen, score = persons[i], citizens[i] + base, scores[i]
        at = candidates[person]
        candidates[person] = at + 1
        if at >= size:
            at = size - 1
            worst = top_score[person, at]
            if score < worst or (score == worst and citizen_key[citizen] > citizen_key[top_citizen[person, at]]):
                _add_tail(tail, person, score)
                continue
            _add_tail(tail, person, worst)
        while at > 0:
            above, other = top_score[person, at - 1], top_citizen[person, at - 1]
            if above > score or (above == score and citizen_key[other] < citizen_key[citizen]):
                break
            top_score[person, at], top_citizen[person, at] = above, other
            top_pattern[person, at] = top_pattern[person, at - 1]
            at -= 1
        top_score[person, at], top_citizen[person, at], top_pattern[person, at] = score, citizen, patterns[i]


@kernel
def sort_ranking(
    persons: NDArray[np.int64],
    citizen_key: NDArray[np.uint64],
    top_score: NDArray[np.int32],
    top_citizen: NDArray[np.int32],
    top_pattern: NDArray[np.int64],
) -> None:
    """Put the kept candidates of ``persons`` in order again after their scores were changed."""
    for person in persons:
        for i in range(1, top_score.shape[1]):
            score, citizen, pattern = top_score[person, i], top_citizen[person, i], top_pattern[person, i]
            if citizen < 0:
                break
            at = i
            while at > 0:
                above, other = top_score[person, at - 1], top_citizen[person, at - 1]
                if above > score or (above == score and citizen_key[other] < citizen_key[citizen]):
                    break
                top_score[person, at], top_citizen[person, at] = above, other
                top_pattern[person, at] = top_pattern[person, at - 1]
                at -= 1
            top_score[person, at], top_citizen[person, at], top_pattern[person, at] = score, citizen, pattern
