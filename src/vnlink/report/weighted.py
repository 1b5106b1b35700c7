"""Shares with intervals: of plain counts, and of weighted samples with rows of one citizen counted together.

The interval is Clopper and Pearson's; of a sample with its effective size: the size at which a simple random sample would have
the variance that was found (Korn and Graubard, "Confidence intervals for proportions with small expected number of positive
counts estimated from survey data", Survey Methodology 24, 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rate", "clopper_pearson", "clustered_share", "raked"]

_ROUNDS = 30
_MOST_TIMES_MEAN = 30.0
"""No row stands for more than thirty times what the mean row does: a few odd ones would decide alone."""


_DENSE, _DENSE_LEAST = 4, 100_000
"""Numbers of clusters up to which counting them all is quicker than sorting: for each row, and in any case."""


def _bounds(hits: float, misses: float, confidence: float) -> tuple[float, float]:
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to load, and only a report needs it

    tail = (1.0 - confidence) / 2.0
    low = float(betaincinv(hits, misses + 1.0, tail)) if hits > 0.0 else 0.0
    high = float(betaincinv(hits + 1.0, misses, 1.0 - tail)) if misses > 0.0 else 1.0
    return low, high


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its exact binomial interval.

    Attributes
    ----------
    count, total : int
        The cases that are so, of all that could be.
    confidence : float
        Of the two-sided interval, 0.95 unless said otherwise.

    Examples
    --------
    >>> rate = Rate(998, 1000)
    >>> round(rate.value, 3), [round(bound, 4) for bound in rate.interval]
    (0.998, [0.9928, 0.9998])
    >>> Rate(0, 0).value is None
    True
    """

    count: int
    total: int
    confidence: float = 0.95

    @property
    def value(self) -> float | None:
        """The share, or None when there was no case to count."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper and Pearson's interval (Biometrika 26, 1934): exact, so it holds near 0 and 1, where Wald's fails."""
        return _bounds(self.count, self.total - self.count, self.confidence)

    def to_dict(self) -> dict[str, Any]:
        """Give the share, its interval and its counts for JSON."""
        low, high = self.interval
        return {"value": self.value, "count": self.count, "total": self.total, "low": low, "high": high}


def clopper_pearson(share: float, size: float, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided interval of a share seen in a sample of ``size``, which need not be whole.

    Examples
    --------
    >>> [round(bound, 4) for bound in clopper_pearson(0.998, 1000.0)]
    [0.9928, 0.9998]
    """
    if size <= 0.0:
        return 0.0, 1.0
    return _bounds(share * size, (1.0 - share) * size, confidence)


def clustered_share(
    hit: NDArray[np.bool_],
    base: NDArray[np.bool_],
    cluster: NDArray[np.int64],
    weight: NDArray[np.float64] | None = None,
    confidence: float = 0.95,
) -> dict[str, Any]:
    """Share of ``base`` that is ``hit``, with its interval.

    Parameters
    ----------
    hit, base : bool[n]
    cluster : int64[n]
        Whom a row is about: rows of one cluster are not independent.
    weight : float64[n], optional
        What each row stands for; rows of no weight count for nothing.
    confidence : float

    Returns
    -------
    dict
        ``value`` (None without rows), ``low``, ``high``, ``persons`` (rows) and ``citizens`` (clusters).

    Examples
    --------
    >>> clustered_share(np.array([True, True]), np.array([True, True]), np.array([5, 5]))["citizens"]
    1
    """
    rows = np.flatnonzero(base if weight is None else base & (weight > 0.0))
    w = np.ones(len(rows)) if weight is None else weight[rows]
    if not len(rows):
        return {"value": None, "low": 0.0, "high": 1.0, "persons": 0, "citizens": 0}
    which = cluster[rows]
    # Clusters that are numbered densely are counted without being sorted.
    if int(which.min()) < 0 or int(which.max()) >= _DENSE * len(which) + _DENSE_LEAST:
        _, which = np.unique(which, return_inverse=True)
    seen = np.bincount(which) > 0
    total = float(w.sum())
    share = min(float(w @ hit[rows]) / total, 1.0)
    loads = np.bincount(which, weights=w)[seen]
    size = total**2 / float(loads @ loads)
    apart = np.bincount(which, weights=w * (hit[rows] - share))[seen]
    variance = float(apart @ apart) / total**2
    if variance > 0.0:
        size = min(size, share * (1.0 - share) / variance)
    low, high = clopper_pearson(share, size, confidence)
    return {
        "value": round(share, 6),
        "low": round(min(low, share), 6),
        "high": round(max(high, share), 6),
        "persons": len(rows),
        "citizens": len(loads),
    }


def raked(count: int, total: float, margins: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]]) -> NDArray[np.float64]:
    """Weigh rows so that several groupings have the sizes wanted.

    This is raking, or iterative proportional fitting (Deming and Stephan, "On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known", Annals of Mathematical Statistics 11, 1940).

    Parameters
    ----------
    count : int
        Rows.
    total : float
        What all weights sum to before they are cut off.
    margins : sequence of (int64[count], float64[groups])
        Group of each row, -1 for rows that the grouping leaves alone, and how large the groups are to be beside each other. A
        group without rows is left out.

    Returns
    -------
    float64[count]

    Examples
    --------
    >>> sex, place = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> raked(4, 10.0, [(sex, np.array([0.5, 0.5])), (place, np.array([4.0, 1.0]))]).round(3).tolist()
    [4.0, 1.0, 4.0, 1.0]
    """
    weight = np.full(count, total / max(count, 1))
    for _ in range(_ROUNDS):
        for group, wanted in margins:
            rows = np.flatnonzero(group >= 0)
            have = np.bincount(group[rows], weights=weight[rows], minlength=len(wanted))
            want = np.where(have > 0.0, wanted, 0.0)
            if want.sum() > 0.0:
                factor = np.where(have > 0.0, want / want.sum() * have.sum() / np.where(have > 0.0, have, 1.0), 0.0)
                weight[rows] *= factor[group[rows]]
    used = weight > 0.0
    return np.minimum(weight, _MOST_TIMES_MEAN * weight[used].mean()) if used.any() else weight
