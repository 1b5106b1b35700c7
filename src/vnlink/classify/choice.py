"""A correction of scores that is learned from whom clerks chose among all candidates of a person, or that they chose nobody.

A clerk's answer is a choice among rivals, so it is measured as one (the conditional logit of McFadden, "Conditional logit
analysis of qualitative choice behavior", 1974, with "nobody" as one more alternative): raising the score of every candidate
alike says nothing about which of two namesakes is the person. Three things keep labels from doing harm:

- Weights are believed to be near 0, so that few labels move little. How near is chosen by labels held out.
- Persons without a label stand for what labels do not show. Together they count for as much as the labels, each with the
  answer of the model as it is. Otherwise labels of doubtful persons would bend what is right about the sure ones.
- A clerk is believed to slip in one answer of a hundred, so one answer that cannot be true costs a little and bends nothing.

Everything here is in natural units (nats).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

__all__ = ["DENIED", "NOBODY", "RIGHT", "UNTOLD", "Choices", "Correction", "choose", "losses", "posteriors"]

UNTOLD, RIGHT, NOBODY, DENIED = 0, 1, 2, 3
"""What is known of a person: nothing, which candidate it is, that it is none of them, or that it is not a certain one."""

_SLIP = 0.01
_STIFF = 0.1
"""What it costs, in nats, to move the score of the candidate who is surely an unlabelled person by one nat. The probability of
somebody sure hardly changes then, but the order of the sure ones does, and labels of doubtful persons say nothing of it."""

_MOST_STEPS = 200
_LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class Choices:
    """Persons and their candidates; rows of one person are neighbours, and every person has at least one.

    Attributes
    ----------
    start : int64[n]
        First row of each person.
    row : int64[r]
        Row of the design (of a distinct pattern) of each candidate.
    score : float64[r]
        Log odds of each candidate against a blind guess, in nats.
    absent : float64[n]
        Log odds, in nats, that the person is not in the population.
    told : int8[n]
        One of UNTOLD, RIGHT, NOBODY, DENIED.
    named : bool[r]
        The candidate that is right, or that was denied.
    weight : float64[n]
    """

    start: NDArray[np.int64]
    row: NDArray[np.int64]
    score: NDArray[np.float64]
    absent: NDArray[np.float64]
    told: NDArray[np.int8]
    named: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Candidates of each person, int64[n]."""
        return np.diff(np.append(self.start, len(self.row)))

    def take(self, keep: NDArray[np.bool_]) -> Choices:
        """Some of the persons."""
        sizes = self.sizes
        rows = np.repeat(keep, sizes)
        start = np.append(0, np.cumsum(sizes[keep]))[:-1].astype(np.int64)
        return Choices(
            start, self.row[rows], self.score[rows], self.absent[keep], self.told[keep], self.named[rows], self.weight[keep]
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """What is added to scores, in nats: ``intercept`` + columns of the design @ ``weights``."""

    intercept: float
    weights: NDArray[np.float64]

    def of(self, design: NDArray[np.float64]) -> NDArray[np.float64]:
        """Correction of each row of a design."""
        return np.asarray(self.intercept + design @ self.weights)


def posteriors(choices: Choices, added: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probability of each candidate, float64[r], and of nobody, float64[n]."""
    score = choices.score + added[choices.row]
    most = np.maximum(np.maximum.reduceat(score, choices.start), choices.absent)
    odds = np.exp(score - np.repeat(most, choices.sizes))
    nobody = np.exp(choices.absent - most)
    total = np.add.reduceat(odds, choices.start) + nobody
    return odds / np.repeat(total, choices.sizes), nobody / total


def _of_answers(choices: Choices, p: NDArray[np.float64], nobody: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of what was told of each person, float64[n]; 1 where nothing was."""
    named = np.add.reduceat(np.where(choices.named, p, 0.0), choices.start)
    # 1 - named would lose small probabilities.
    others = np.add.reduceat(np.where(choices.named, 0.0, p), choices.start) + nobody
    return np.select([choices.told == RIGHT, choices.told == NOBODY, choices.told == DENIED], [named, nobody, others], 1.0)


def losses(choices: Choices, added: NDArray[np.float64]) -> NDArray[np.float64]:
    """-ln of the probability of what clerks said of each person, slips allowed for, float64[n].

    Parameters
    ----------
    choices : Choices
    added : float64[rows of the design]
        What is added to the scores of each pattern.
    """
    answer = _of_answers(choices, *posteriors(choices, added))
    return np.where(choices.told == UNTOLD, 0.0, -np.log((1.0 - _SLIP) * answer + 0.5 * _SLIP))


class _Problem:
    """Cost of a correction, and its slope."""

    def __init__(self, choices: Choices, design: NDArray[np.float64], width: float) -> None:
        self.choices, self.width = choices, width
        self.used, self.at = np.unique(choices.row, return_inverse=True)
        self.design = np.column_stack([np.ones(len(self.used)), design[self.used]])
        self.local = Choices(choices.start, self.at, choices.score, choices.absent, choices.told, choices.named, choices.weight)
        self.untold = choices.told == UNTOLD
        self.before, self.nobody_before = posteriors(self.local, np.zeros(len(self.used)))
        likely = self.before * np.repeat(np.where(self.untold, choices.weight, 0.0), choices.sizes)
        self.stiff = _STIFF * np.bincount(self.at, weights=likely, minlength=len(self.used))

    def __call__(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        choices = self.local
        sizes = choices.sizes
        p, nobody = posteriors(choices, self.design @ weights)
        answer = _of_answers(choices, p, nobody)
        allowed = (1.0 - _SLIP) * answer + 0.5 * _SLIP
        # Of persons without a label: the cross-entropy of the posterior as it was and as it is now.
        kept = -np.add.reduceat(self.before * np.log(np.maximum(p, _LEAST)), choices.start)
        kept -= self.nobody_before * np.log(np.maximum(nobody, _LEAST))
        cost = float(choices.weight @ np.where(self.untold, kept, -np.log(allowed)))
        told = np.repeat(choices.told, sizes)
        # Slope of -ln(answer) by each score.
        named = np.repeat(np.add.reduceat(np.where(choices.named, p, 0.0), choices.start), sizes)
        denied = np.where(choices.named, p, -named * p / np.maximum(np.repeat(answer, sizes), _LEAST))
        slope = np.select([told == UNTOLD, told == DENIED], [p - self.before, denied], p)
        slope = np.where((told == RIGHT) & choices.named, p - 1.0, slope)
        slope *= np.repeat(choices.weight * np.where(self.untold, 1.0, (1.0 - _SLIP) * answer / allowed), sizes)
        by_row = np.bincount(self.at, weights=slope, minlength=len(self.used)).astype(np.float64)
        moved = self.design @ weights
        by_row = by_row + self.stiff * moved
        cost += 0.5 * float(self.stiff @ moved**2)
        cost += 0.5 * float(weights @ weights) / self.width**2
        return cost, self.design.T @ by_row + weights / self.width**2


def choose(choices: Choices, design: NDArray[np.float64], lower: NDArray[np.float64], width: float) -> Correction:
    """Find the most probable correction.

    Parameters
    ----------
    choices : Choices
        In an order that does not depend on the order of the registers' rows.
    design : float64[rows, p]
    lower : float64[p]
        Least value of each weight, at most 0; -inf where it is free.
    width : float
        Standard deviation, in nats, that intercept and weights are believed to have.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to load, and only labels need it

    bounds = [(None, None), *((None if np.isinf(least) else float(least), None) for least in lower)]
    # One thread: a product of matrices that threads share adds in another order.
    with threadpool_limits(1):
        problem = _Problem(choices, design, width)
        start = np.zeros(design.shape[1] + 1)
        found = minimize(problem, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _MOST_STEPS})
    return Correction(float(found.x[0]), np.asarray(found.x[1:], np.float64))
