"""One posterior per person over all candidates and "nobody".

The citizens compete. If o_c are the odds of candidate c (its score, a ratio to a blind guess among all citizens) and the
person is in the population with probability q, then

    P(c) = q o_c / (q sum(o) + 1 - q)        P(nobody) = (1 - q) / (q sum(o) + 1 - q)

A hundred namesakes share the probability, and nothing has to be said about ambiguity apart. Log-odds are computed from the
sums, not from the probability, so they never saturate.

The odds of a model go on growing with each field that agrees, but what it learned from so many pairs tells nothing of a
coincidence rarer than one in as many. So a probability that is shown leaves a share of doubt to "nobody"
(:meth:`Posterior.doubted`); the order of the links and the log-odds do not change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.decide.ranking import ODDS_ONE, SCALE, Ranking
from vnlink.grouped import best_of_each
from vnlink.kernels import kernel

__all__ = ["Posterior", "best_of_pairs", "posterior"]

_MAX_BITS = 400.0
_MAX_ALIKE = 1e6
_BELOW_ONE = 1.0 - 2.0**-53


@kernel
def _posterior(table, tail, present, probability, log_odds, margin, namesakes, nobody):  # type: ignore[no-untyped-def]
    """Write the posterior of every person who has candidates. Sums run from the last candidate to the first."""
    size = table.shape[1]
    for i in range(len(tail)):
        if table[i, 0, 1] < 0:
            continue
        best = 2.0 ** max(-_MAX_BITS, min(table[i, 0, 0] / SCALE, _MAX_BITS))
        others = tail[i] / ODDS_ONE
        alike = min(others / best, _MAX_ALIKE)
        for j in range(size - 1, 0, -1):
            if table[i, j, 1] >= 0:
                odds = 2.0 ** max(-_MAX_BITS, min(table[i, j, 0] / SCALE, _MAX_BITS))
                probability[i, j] = odds
                others += odds
                alike += min(odds / best, 1.0)
        against = present[i] * others + (1.0 - present[i])
        share = present[i] / (present[i] * best + against)
        probability[i, 0] = best
        for j in range(size):
            probability[i, j] = min(probability[i, j] * share, _BELOW_ONE)
        log_odds[i] = table[i, 0, 0] / SCALE + np.log2(present[i]) - np.log2(against)
        if size > 1 and table[i, 1, 1] >= 0:
            margin[i] = (table[i, 0, 0] - table[i, 1, 0]) / SCALE
        namesakes[i] = alike
        nobody[i] = (1.0 - present[i]) / (present[i] * best + against)


@dataclass(slots=True)
class Posterior:
    """How sure each land person's best candidates are; n persons, k candidates kept.

    Attributes
    ----------
    probability : float64[n, k]
        Of each kept candidate, 0 where there is none.
    log_odds : float64[n]
        Of the best candidate against all others and nobody, in bits; NaN without candidates.
    margin : float64[n]
        Bits between the best and the second; NaN when there is no second.
    namesakes : float64[n]
        Expected number of other citizens whom the evidence fits as well as the best; NaN without candidates.
    nobody : float64[n]
        Probability that the person is none of the citizens.
    """

    probability: NDArray[np.float64]
    log_odds: NDArray[np.float64]
    margin: NDArray[np.float64]
    namesakes: NDArray[np.float64]
    nobody: NDArray[np.float64]

    def doubted(self, share: float) -> Posterior:
        """Return the same with a share of every probability left to nobody; they still add up to one."""
        nobody = self.nobody * (1.0 - share) + share
        return Posterior(self.probability * (1.0 - share), self.log_odds, self.margin, self.namesakes, nobody)

    @classmethod
    def joined(cls, parts: list[Posterior]) -> Posterior:
        """Put those of parts of a land side behind each other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


def posterior(ranking: Ranking, present: NDArray[np.float64]) -> Posterior:
    """Compute the posterior of every person.

    Parameters
    ----------
    ranking : Ranking
        Best candidates of n persons.
    present : float64[n]
        Probability that the person is in the population, before looking at the candidates; in (0, 1).
    """
    size = ranking.score.shape
    unknown = np.full((3, size[0]), np.nan)
    result = Posterior(np.zeros(size), unknown[0], unknown[1], unknown[2], np.ones(size[0]))
    _posterior(
        ranking.table,
        ranking.tail,
        present,
        result.probability,
        result.log_odds,
        result.margin,
        result.namesakes,
        result.nobody,
    )
    return result


def best_of_pairs(
    persons: NDArray[np.int32], person: NDArray[np.int32], score: NDArray[np.float64], present: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the best pair of each person in a list of all pairs, and its probability.

    Parameters
    ----------
    persons : int32[s]
        Sorted.
    person : int32[p]
        Of each pair, sorted.
    score : float64[p]
        Bits.
    present : float64[s]

    Returns
    -------
    int64[s], float64[s]
        Row of the pair, -1 and 0.0 where a person has none.
    """
    best, probability = np.full(len(persons), -1, np.int64), np.zeros(len(persons))
    if not len(person):
        return best, probability
    start = np.flatnonzero(np.diff(person, prepend=-1))
    at = np.searchsorted(persons, person[start])
    odds = np.exp2(np.clip(score, -_MAX_BITS, _MAX_BITS))
    total = np.add.reduceat(odds, start)
    best[at] = best_of_each(start, score)
    probability[at] = present[at] * odds[best[at]] / (present[at] * total + 1.0 - present[at])
    return best, probability
