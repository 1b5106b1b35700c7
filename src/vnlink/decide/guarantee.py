"""A promise about full links that a finite sample can keep: at most so many wrong, with so much confidence.

The threshold of full is the laxest one for which a sample of citizens whose right link is known proves the promise. Thresholds
are tested one after the other from strict to lax, each by an exact binomial test, and the first that fails ends the search
(fixed-sequence testing, the simplest case of "Learn then Test"). All tests may use the whole risk of error, for a wrong promise
needs that the first false threshold of the sequence passes, and that is one test. So 0.001 with confidence 0.95 asks for 2,995
faultless citizens, and not for more the finer the grid is.

The sequence starts where the sample becomes large enough to prove anything. That place is found from log-odds alone, never
from who was right. Given the log-odds, whether each citizen is right is independent with chances of their own; the number of
wrong ones is then less spread than a binomial of the mean chance (Hoeffding 1956), so the binomial test stays valid wherever it
starts.

A trial is a citizen, not a row: one who holds five parcels is right or wrong five times together. A citizen is wrong at a
threshold when any of its rows that reach it is.

References
----------
Angelopoulos, Bates, Candès, Jordan, Lei, "Learn then Test: calibrating predictive algorithms to achieve risk control",
arXiv:2110.01052, 2021. Bates, Angelopoulos, Lei, Malik, Jordan, "Distribution-free, risk-controlling prediction sets", Journal
of the ACM 68, 2021. Clopper and Pearson, Biometrika 26, 1934. Hoeffding, "On the distribution of the number of successes in
independent trials", Annals of Mathematical Statistics 27, 1956.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, betaincinv

__all__ = ["GRID", "Promise", "choose_threshold", "citizens_at", "citizens_needed", "most_wrong", "risk_of"]

GRID: NDArray[np.float64] = np.arange(40.0, -0.25, -0.25)
"""Thresholds of log-odds in bits, from strict to lax. Fixed: it depends on no register."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold that a sample proves, and what proves it.

    Attributes
    ----------
    log_odds : float
        Lowest log-odds of full, in bits.
    citizens, wrong : int
        Citizens of the sample who reach it, and those of them that are wrong.
    most_wrong : float
        Upper Clopper-Pearson bound of the share of wrong ones, at the confidence of the promise.
    """

    log_odds: float
    citizens: int
    wrong: int
    most_wrong: float

    def to_dict(self) -> dict[str, Any]:
        """Give the promise for the manifest."""
        return {
            "log_odds_full": self.log_odds,
            "citizens": self.citizens,
            "wrong": self.wrong,
            "most_wrong": self.most_wrong,
        }


def risk_of(wrong: NDArray[np.int64], citizens: NDArray[np.int64], max_wrong: float) -> NDArray[np.float64]:
    """Probability of so few wrong ones if more than ``max_wrong`` were: the p-value of "the promise is broken".

    Parameters
    ----------
    wrong, citizens : int64[k]
        Wrong citizens, of how many.
    max_wrong : float
        Promised share, in (0, 1).

    Examples
    --------
    >>> np.round(risk_of(np.array([0, 0, 1]), np.array([2994, 2995, 2995]), 0.001), 5)
    array([0.05001, 0.04996, 0.19975])
    """
    return np.where(citizens > 0, bdtr(wrong.astype(np.float64), np.maximum(citizens, 1), max_wrong), 1.0)


def most_wrong(wrong: int, citizens: int, confidence: float) -> float:
    """Upper bound of the share of wrong ones (Clopper-Pearson, one-sided)."""
    return 1.0 if wrong >= citizens else float(betaincinv(wrong + 1, citizens - wrong, confidence))


def citizens_needed(max_wrong: float, confidence: float) -> int:
    """Fewest citizens, all of them right, that prove a promise.

    Examples
    --------
    >>> citizens_needed(0.001, 0.95), citizens_needed(0.01, 0.95)
    (2995, 299)
    """
    # The logarithms are near, the test decides: so the number is that of the test, whatever the rounding.
    count = max(1, int(np.floor(np.log1p(-confidence) / np.log1p(-max_wrong))) - 1)
    while float(bdtr(0.0, count, max_wrong)) > 1.0 - confidence:
        count += 1
    return count


def citizens_at(
    log_odds: NDArray[np.float64], wrong: NDArray[np.bool_], citizen: NDArray[np.int64], grid: NDArray[np.float64] = GRID
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the citizens who reach each threshold, and those of them that are wrong; int64[len(grid)] each.

    Parameters
    ----------
    log_odds : float64[n]
        Of rows that are full but for the threshold.
    wrong : bool[n]
        Whether the link of the row is wrong.
    citizen : int64[n]
        Who the row really is.
    grid : float64[k]
        Thresholds, falling.

    Examples
    --------
    Citizen 7 holds two rows, one of them wrong.

    >>> citizens, wrong = citizens_at(np.array([9.0, 5.0, 5.0]), np.array([False, True, False]), np.array([7, 7, 8]),
    ...                               np.array([8.0, 4.0]))
    >>> citizens.tolist(), wrong.tolist()
    ([1, 2], [0, 1])
    """
    counts = []
    for rows in (np.ones(len(citizen), bool), wrong):
        _, place = np.unique(citizen[rows], return_inverse=True)
        best = np.full(int(place.max(initial=-1)) + 1, -np.inf)
        np.maximum.at(best, place, log_odds[rows])
        counts.append(len(best) - np.searchsorted(np.sort(best), grid, side="left"))
    return counts[0], counts[1]


def choose_threshold(
    log_odds: NDArray[np.float64],
    wrong: NDArray[np.bool_],
    citizen: NDArray[np.int64],
    *,
    max_wrong: float,
    confidence: float,
    grid: NDArray[np.float64] = GRID,
) -> Promise | None:
    """Find the laxest threshold of full at which the sample proves the promise; None when it proves it at none.

    Parameters
    ----------
    log_odds, wrong, citizen
        As :func:`citizens_at` takes them.
    max_wrong : float
        Promised share of wrong citizens, in (0, 1).
    confidence : float
        Probability that the promise holds, in (0, 1).
    grid : float64[k]
        Thresholds, falling.
    """
    counted, bad = citizens_at(log_odds, wrong, citizen, grid)
    enough = np.flatnonzero(counted >= citizens_needed(max_wrong, confidence))
    if not len(enough):
        return None
    first = int(enough[0])
    fails = np.flatnonzero(risk_of(bad[first:], counted[first:], max_wrong) > 1.0 - confidence)
    last = first + (int(fails[0]) if len(fails) else len(grid) - first) - 1
    if last < first:
        return None
    citizens, found = int(counted[last]), int(bad[last])
    return Promise(float(grid[last]), citizens, found, most_wrong(found, citizens, confidence))
