"""Whether probabilities hold: the share of wrong links that they promised beside the share that was found, in bins.

There is one set of bins for all who ask: an audit, an evaluation against a truth, and the benchmarks of accuracy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.report.weighted import Rate
from vnlink.rows import distinct

__all__ = ["LEAST_LINKED", "RELIABILITY_EDGES", "Reliability", "ReliabilityBin", "bin_of", "expected_error", "reliability_of"]

RELIABILITY_EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0)
"""Bins of probability in which promises are held against what came of them: fine where decisions are made. An edge belongs to
the bin above it, and 1 to the last one."""

LEAST_LINKED = 0.5
"""From here on there are links. It is one of the edges."""


def bin_of(probability: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of the bin of each probability, int64[n]; NaN is in none and must not come.

    Examples
    --------
    >>> bin_of(np.array([0.0, 0.5, 0.79, 0.9999, 1.0])).tolist()
    [0, 1, 1, 7, 7]
    """
    return np.searchsorted(RELIABILITY_EDGES[1:-1], probability, side="right").astype(np.int64)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Links with a probability from ``low`` up to ``high``.

    Attributes
    ----------
    low, high : float
    persons : int
    wrong : float | None
        Share of the persons who are linked to somebody else; None without persons.
    promised_wrong : float | None
        What that share should be: the mean of one minus the probability.
    wrong_citizens : Rate
        The same over citizens, with its interval: a citizen is wrong when any of its persons is. The citizen is the true one,
        or the one who was linked where nobody is right.
    """

    low: float
    high: float
    persons: int
    wrong: float | None
    promised_wrong: float | None
    wrong_citizens: Rate

    def to_dict(self) -> dict[str, Any]:
        """Give the bin as plain data for JSON."""
        return {
            "low": self.low,
            "high": self.high,
            "persons": self.persons,
            "wrong": self.wrong,
            "promised_wrong": self.promised_wrong,
            "wrong_citizens": self.wrong_citizens.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Reliability:
    """What probabilities promised of links, and what came of it.

    Attributes
    ----------
    bins : tuple of ReliabilityBin
        From one half on, the least probable first.
    not_linked : int
        Persons with a probability of one half and more to whom no citizen was linked, by a setting of the run: whether their
        best candidate is right the links do not tell, so they are in no bin.
    """

    bins: tuple[ReliabilityBin, ...]
    not_linked: int = 0

    @property
    def error(self) -> float | None:
        """Expected calibration error (:func:`expected_error`); None where nobody is in a bin."""
        return expected_error([(one.persons, one.promised_wrong, one.wrong) for one in self.bins])

    def to_dict(self) -> dict[str, Any]:
        """Give the error and the bins as plain data for JSON."""
        return {"error": self.error, "not_linked": self.not_linked, "bins": [one.to_dict() for one in self.bins]}


def expected_error(bins: Sequence[tuple[int, float | None, float | None]]) -> float | None:
    """How far promised and found lie apart, each bin counting with its persons: the expected calibration error.

    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.

    Parameters
    ----------
    bins : sequence of (persons, promised, found)

    Returns
    -------
    float | None
        None without persons.

    Examples
    --------
    >>> round(expected_error([(10, 0.4, 0.0), (30, 0.1, 0.0), (0, None, None)]), 6)
    0.175
    """
    persons, apart = 0, 0.0
    for count, promised, found in bins:
        if promised is not None and found is not None:
            persons += count
            apart += count * abs(found - promised)
    return apart / persons if persons else None


def reliability_of(
    probability: NDArray[np.float64],
    right: NDArray[np.bool_],
    citizen: NDArray[np.int64] | NDArray[np.uint64],
    *,
    not_linked: int = 0,
    confidence: float = 0.95,
) -> Reliability:
    """Hold probabilities against what came of them. Links below one half are left out.

    Parameters
    ----------
    probability : float64[n]
        Of each link.
    right : bool[n]
        Whether it is.
    citizen : int64[n] or uint64[n]
        Whom it is about: links about one citizen are not independent.
    not_linked : int
        See :class:`Reliability`.
    confidence : float
        Of the intervals.

    Examples
    --------
    >>> found = reliability_of(np.array([0.75] * 4), np.array([True, True, True, False]), np.array([0, 1, 2, 2]))
    >>> found.bins[0].wrong, found.bins[0].promised_wrong, found.bins[0].wrong_citizens.total, found.error
    (0.25, 0.25, 3, 0.0)
    """
    place = bin_of(probability)
    bins = []
    for i, (low, high) in enumerate(pairwise(RELIABILITY_EDGES)):
        if low < LEAST_LINKED:
            continue
        inside = np.flatnonzero(place == i)
        wrong = inside[~right[inside]]
        citizens = Rate(len(distinct(citizen[wrong])), len(distinct(citizen[inside])), confidence)
        share = promised = None
        if len(inside):
            share = len(wrong) / len(inside)
            # Sorted: a sum must not depend on the order of the rows.
            promised = float(np.mean(np.sort(1.0 - probability[inside])))
        bins.append(ReliabilityBin(low, high, len(inside), share, promised, citizens))
    return Reliability(tuple(bins), not_linked)
