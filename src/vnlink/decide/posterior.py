"""One posterior per person over all candidates and "nobody".

The citizens compete. If o_c are the odds of candidate c (its score, a ratio to a blind guess among all citizens) and the
person is in the population with probability q, then

    P(c) = q o_c / (q sum(o) + 1 - q)        P(nobody) = (1 - q) / (q sum(o) + 1 - q)

A hundred namesakes share the probability, and nothing has to be said about ambiguity apart. Log-odds are computed from the
sums, not from the probability, so they never saturate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.decide.ranking import ODDS_ONE, SCALE, Ranking

__all__ = ["Posterior", "posterior"]

_MAX_BITS = 400.0


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


def posterior(ranking: Ranking, present: NDArray[np.float64]) -> Posterior:
    """Compute the posterior of every person.

    Parameters
    ----------
    ranking : Ranking
        Best candidates of n persons.
    present : float64[n]
        Probability that the person is in the population, before looking at the candidates; in (0, 1).
    """
    has = ranking.citizen >= 0
    bits = np.where(has, ranking.score / SCALE, -_MAX_BITS)
    odds = np.where(has, np.exp2(np.clip(bits, -_MAX_BITS, _MAX_BITS)), 0.0)
    tail = ranking.tail / float(ODDS_ONE)
    others = tail.copy()
    for j in range(odds.shape[1] - 1, 0, -1):
        others += odds[:, j]
    against = present * others + (1.0 - present)
    total = present * odds[:, 0] + against
    probability = odds * (present / total)[:, None]
    found, second = has[:, 0], has[:, 1] if odds.shape[1] > 1 else np.zeros(len(has), bool)
    log_odds = np.where(found, bits[:, 0] + np.log2(present) - np.log2(against), np.nan)
    margin = np.where(second, bits[:, 0] - bits[:, min(1, odds.shape[1] - 1)], np.nan)
    best = np.maximum(odds[:, 0], 1e-300)
    alike = np.minimum(tail / best, 1e6)
    for j in range(odds.shape[1] - 1, 0, -1):
        alike += np.minimum(odds[:, j] / best, 1.0)
    return Posterior(probability, log_odds, margin, np.where(found, alike, np.nan), (1.0 - present) / total)
