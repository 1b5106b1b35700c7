"""A logistic regression that starts from what is known and goes only as far from it as the labels show.

The log odds of a row are ``slope x prior + intercept + the weights of its columns``. The slope is believed to be near 1, the
intercept and the weights near 0: how near is itself learned. For each of a few widths of belief the most probable weights are
found, with the probability that this width gives to the labels (the evidence of MacKay, "Bayesian interpolation", Neural
Computation 4, 1992, by Laplace's approximation), and the weights are averaged by it. One of the widths is zero: the prior as
it stands. So with no labels the answer is the prior, few labels move it little, and many move it as far as they say. Nothing
is split, so nothing depends on the order of rows, and a weight of two is the same as a row given twice.

The columns of one field may have a width of their own: what decides whether all agree is mostly the name, and how rare it is
says nothing of that. These widths are found by the EM algorithm for the evidence, and their answer is one more among those
averaged, believed less by one nat for each width that was fitted.

Weights may be bound from below, which keeps a model monotone. Belief in such a weight is a normal distribution cut at its
bound, and so is what the labels leave of it: the evidence counts the mass above the bound of both (:meth:`_Problem.evidence`).
The bounded quadratic problem of each Newton step is solved by block principal pivoting (Portugal, Judice and Vicente, "A
comparison of block pivoting and interior-point algorithms for linear least squares problems with nonnegative variables",
Mathematics of Computation 63, 1994).

Everything here is in natural units (nats); bits are for what people read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, expit, log_ndtr
from threadpoolctl import threadpool_limits

__all__ = ["Counted", "Shrunken", "shrink"]

_LEVEL_SCALES = {0.125: 0.3, 0.25: 0.3, 0.5: 0.2, 1.0: 0.1, 2.0: 0.1}
"""Standard deviations, in nats, that a level's weight may be believed to have beside a prior, and how much each is believed:
a prior that was learned from the registers is mostly near the truth."""
_LEVEL_SCALES_ALONE = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Without a prior the weights carry all there is: a rare name that agrees is worth eight nats and more."""

_INTERCEPT_SCALE, _SLOPE_SCALE = 1.0, 0.2
"""A prior may be off by a factor of some three in the odds, and its log odds too steep or too flat by a fifth."""
_INTERCEPT_SCALE_ALONE = 10.0
"""Finite, so that labels of one class only give a finite answer."""

_PRIOR_STANDS = 0.7
"""Belief that the prior is right as it stands. The rest is shared: that it is off as a whole, in single levels, or both.

Tried on drawn registers with a known truth (fifty labels, forty seeds; nats a pair above the least possible). A prior that is
exactly right loses 0.0013 to chance with 0.5, 0.0005 with 0.7, 0.0001 with 0.9; of the 0.096 of one that is too timid there are
0.033, 0.039 and 0.053 left, of the 0.088 of one that is wrong in every level 0.057, 0.060 and 0.065."""

_DOUBT = 0.01
"""Chance of the other answer at which a label counts for half. Where the prior is surer, labels say little of the pairs that
are in doubt, and one slip of a clerk would bend the log odds of all. Both answers count less there, so nothing is biased."""

_ONE_WIDTH = 0.5
"""Belief that all fields have one width, where the prior does not stand as it is."""
_WIDTHS = (0.01, 20.0)
_EM_ROUNDS, _STILL_EVIDENCE = 30, 0.02

_MOST_STEPS = 100
_STILL = 1e-10
_LEAST_SCALE = 2.0**-30


@dataclass(frozen=True, slots=True)
class Counted:
    """Distinct rows and how often each class was seen.

    Attributes
    ----------
    columns : float64[n, p]
        Columns of the design.
    field : int64[p]
        Number of the field that each column is of.
    right, wrong : float64[n]
        Weight of the labels that say yes, and no.
    offset : float64[n] or None
        Log odds known before, in nats.
    """

    columns: NDArray[np.float64]
    field: NDArray[np.int64]
    right: NDArray[np.float64]
    wrong: NDArray[np.float64]
    offset: NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Shrunken:
    """What was learned: log odds = ``slope`` x offset + ``intercept`` + columns @ ``weights``, in nats.

    ``stands`` is the probability that the prior is right as it stands (0 without one), ``scale`` the mean believed
    standard deviation of the weights.
    """

    intercept: float
    slope: float
    weights: NDArray[np.float64]
    stands: float
    scale: float


def _bounded_step(
    hessian: NDArray[np.float64], gradient: NDArray[np.float64], lower: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Minimise ``gradient @ d + d @ hessian @ d / 2`` with ``d >= lower``; also tell which entries lie on their bound."""
    size = len(gradient)
    held = np.zeros(size, bool)
    fewest, patience = size + 1, 3
    scale = np.sqrt(np.diag(hessian))
    while True:
        step = np.where(held, lower, 0.0)
        free = np.flatnonzero(~held)
        if len(free):
            known = hessian[:, held] @ lower[held]
            step[free] = np.linalg.solve(hessian[np.ix_(free, free)], -(gradient + known)[free])
        slope = hessian @ step + gradient
        wrong = np.where(held, slope < -1e-12 * scale, step < lower - 1e-12 / scale)
        count = int(wrong.sum())
        if not count:
            return np.maximum(step, lower), held
        if count < fewest:
            fewest, patience = count, 3
        elif patience:
            patience -= 1
        else:
            # One at a time, always the last: slow, but it cannot go in circles.
            last = np.flatnonzero(wrong)[-1]
            wrong = np.arange(size) == last
        held = held ^ wrong


@dataclass(frozen=True, slots=True)
class _Cut:
    """What is left for each weight where the free ones follow it.

    Whether it is held by its bound, how steep the cost is there in standard deviations (0 where it is free), and the curvature.
    """

    held: NDArray[np.bool_]
    steep: NDArray[np.float64]
    own: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Problem:
    """Columns with intercept and slope among them, and belief in each: precision (1 / variance) and bound."""

    design: NDArray[np.float64]
    right: NDArray[np.float64]
    wrong: NDArray[np.float64]
    offset: NDArray[np.float64]
    precision: NDArray[np.float64]
    lower: NDArray[np.float64]

    def cost(self, at: NDArray[np.float64]) -> float:
        score = self.offset + self.design @ at
        # log(1 + exp(-x)) by logaddexp: exact for scores of any size.
        loss = self.right * np.logaddexp(0.0, -score) + self.wrong * np.logaddexp(0.0, score)
        return float(loss.sum() + 0.5 * self.precision @ at**2)

    def derivatives(self, at: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        total = self.right + self.wrong
        fitted = expit(self.offset + self.design @ at)
        gradient = self.design.T @ (total * fitted - self.right) + self.precision * at
        curvature = total * fitted * (1.0 - fitted)
        hessian = (self.design.T * curvature) @ self.design + np.diag(self.precision)
        return gradient, hessian

    def solve(self, start: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Most probable weights, and the log evidence of this belief."""
        at = np.maximum(start, self.lower)
        value = self.cost(at)
        for _ in range(_MOST_STEPS):
            gradient, hessian = self.derivatives(at)
            step, _ = _bounded_step(hessian, gradient, self.lower - at)
            promised = float(gradient @ step)
            scale = 1.0
            while (new := self.cost(at + scale * step)) > value + 1e-4 * scale * promised and scale > _LEAST_SCALE:
                scale /= 2.0
            if scale > _LEAST_SCALE:
                at, value = at + scale * step, new
            if np.abs(step).max(initial=0.0) < _STILL or scale <= _LEAST_SCALE:
                break
        return at, self.evidence(at, value)

    def _cut(self, at: NDArray[np.float64]) -> tuple[_Cut, float]:
        """Each weight's normal distribution where the free ones follow it, and the log determinant of their precision."""
        gradient, hessian = self.derivatives(at)
        held = (at <= self.lower) & (gradient > 0.0)
        free, bound = np.flatnonzero(~held), np.flatnonzero(held)
        _, log_det = np.linalg.slogdet(hessian[np.ix_(free, free)])
        inverse = np.linalg.inv(hessian[np.ix_(free, free)])
        joined = hessian[np.ix_(bound, free)]
        own = np.empty(len(at))
        own[free] = 1.0 / np.diag(inverse)
        own[bound] = np.diag(hessian)[bound] - ((joined @ inverse) * joined).sum(axis=1)
        own = np.maximum(own, self.precision)  # labels only add to it, whatever is lost in the last bits
        return _Cut(held, np.where(held, gradient, 0.0) / np.sqrt(own), own), float(log_det + np.log(own[bound]).sum())

    def moments(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean square of each weight around 0, by Laplace's approximation at the most probable weights."""
        cut, _ = self._cut(at)
        width = 1.0 / np.sqrt(cut.own)
        mean = at - cut.steep * width
        bounded = np.isfinite(self.lower)
        lower = np.where(bounded, self.lower, 0.0)
        # A normal variable above a bound has the mean square mean^2 + width^2 + (mean + bound) x width x density / mass.
        ratio = np.where(bounded, np.sqrt(2.0 / np.pi) / erfcx((lower - mean) / width / np.sqrt(2.0)), 0.0)
        return np.asarray(np.maximum(mean**2 + width**2 + (mean + lower) * width * ratio, 0.0))

    def evidence(self, at: NDArray[np.float64], value: float) -> float:
        """Log of the probability that this belief gives to the labels, by Laplace's approximation at the most probable weights.

        Around ``at`` the cost is ``value + gradient @ d + d @ hessian @ d / 2``. Integrated over the free weights, what is left
        for a weight has the curvature ``own`` (its Schur complement), and the integral over ``d >= lower - at`` is
        ``sqrt(2 pi / own)`` times ``Phi((at - lower) sqrt(own))`` where it is free, ``erfcx(gradient / sqrt(2 own)) / 2`` where
        it is held; both are 1/2 where a free weight just meets its bound. The belief itself is divided by its mass above the
        bound, ``Phi(-lower sqrt(precision))``. Exact for a quadratic cost with one bounded weight among any free ones; of
        several bounded weights the masses are multiplied.
        """
        cut, log_det = self._cut(at)
        left = np.where(
            cut.held,
            np.log(0.5 * erfcx(np.where(cut.held, cut.steep, 0.0) / np.sqrt(2.0))),
            log_ndtr((at - self.lower) * np.sqrt(cut.own)),
        )
        believed = log_ndtr(-self.lower * np.sqrt(self.precision))
        return float(-value + 0.5 * (np.log(self.precision).sum() - log_det) + (left - believed).sum())


def _beliefs(with_prior: bool, scale: float | None) -> list[tuple[float, float, float, float]]:
    """Widths of intercept, slope and weights, and the belief in each combination before any label."""
    if not with_prior:
        scales = _LEVEL_SCALES_ALONE if scale is None else (scale,)
        return [(_INTERCEPT_SCALE_ALONE, 0.0, width, _ONE_WIDTH / len(scales)) for width in scales]
    if scale is not None:
        return [(_INTERCEPT_SCALE, _SLOPE_SCALE, scale, 1.0)]
    third = _ONE_WIDTH * (1.0 - _PRIOR_STANDS) / 3.0
    levels = [(width, third * belief) for width, belief in _LEVEL_SCALES.items()]
    return [
        (0.0, 0.0, 0.0, _PRIOR_STANDS),
        *((0.0, 0.0, width, belief) for width, belief in levels),
        *((_INTERCEPT_SCALE, _SLOPE_SCALE, width, belief) for width, belief in [(0.0, third), *levels]),
    ]


@dataclass(frozen=True, slots=True)
class _Answer:
    """Most probable weights under one belief, its widths, and the log of its probability (not yet divided by their sum)."""

    at: NDArray[np.float64]
    widths: NDArray[np.float64]
    evidence: float


def _answer(
    counted: Counted, bounds: NDArray[np.float64], widths: NDArray[np.float64], belief: float, start: NDArray[np.float64]
) -> tuple[_Answer, NDArray[np.float64]]:
    """Solve for one belief; also give the mean squares of the weights."""
    n, p = counted.columns.shape
    offset = np.zeros(n) if counted.offset is None else counted.offset
    design = np.concatenate([np.ones((n, 1)), offset[:, None], counted.columns], axis=1)
    used = np.flatnonzero(widths)
    problem = _Problem(design[:, used], counted.right, counted.wrong, offset, 1.0 / widths[used] ** 2, bounds[used])
    at, squares = np.zeros(p + 2), np.zeros(p + 2)
    at[used], evidence = problem.solve(start[used])
    squares[used] = problem.moments(at[used])
    return _Answer(at, widths, evidence + float(np.log(belief))), squares


def _own_widths(counted: Counted, bounds: NDArray[np.float64], start: _Answer) -> _Answer:
    """Give every field a width of its own, by EM from the best answer with one width for all."""
    count = int(counted.field.max(initial=-1)) + 1
    sizes = np.maximum(np.bincount(counted.field, minlength=count), 1)
    widths = start.widths.copy()
    belief = (1.0 - _ONE_WIDTH) * (1.0 if counted.offset is None else 1.0 - _PRIOR_STANDS) * float(np.exp(-count))
    best, squares = _answer(counted, bounds, widths, belief, start.at)
    for _ in range(_EM_ROUNDS):
        # Of a belief that is cut below 0 the mean square is less than the width's: a step the right way, and the best is kept.
        means = np.bincount(counted.field, weights=squares[2:], minlength=count) / sizes
        widths = widths.copy()
        widths[2:] = np.clip(np.sqrt(means), *_WIDTHS)[counted.field]
        new, squares = _answer(counted, bounds, widths, belief, best.at)
        gained, best = new.evidence - best.evidence, new if new.evidence > best.evidence else best
        if gained < _STILL_EVIDENCE:
            break
    return best


def _where_in_doubt(counted: Counted) -> Counted:
    """Let labels count for as much as the prior is in doubt of them."""
    if counted.offset is None:
        return counted
    spread = expit(counted.offset) * expit(-counted.offset)
    share = spread / (spread + _DOUBT)
    return replace(counted, right=counted.right * share, wrong=counted.wrong * share)


def shrink(counted: Counted, lower: NDArray[np.float64], *, least_slope: float = 0.0, scale: float | None = None) -> Shrunken:
    """Learn the weights of the columns, starting from the prior where there is one.

    Parameters
    ----------
    counted : Counted
        Distinct rows in a fixed order; rows without any label may be left out.
    lower : float64[p]
        Least value of each weight, at most 0; -inf where it is free.
    least_slope : float
        Least slope of the prior, 0 to 1: less than 0 would turn it round.
    scale : float, optional
        Standard deviation, in nats, that the weights are believed to have; learned from the labels when not given.

    Returns
    -------
    Shrunken
    """
    counted = _where_in_doubt(counted)
    p = counted.columns.shape[1]
    bounds = np.concatenate([[-np.inf, least_slope - 1.0], lower])
    answers: list[_Answer] = []
    # One thread: a matrix product split over threads adds in another order, and the last bits would depend on the load.
    with threadpool_limits(1):
        for intercept, slope, level, belief in _beliefs(counted.offset is not None, scale):
            widths = np.concatenate([[intercept, slope], np.full(p, level)])
            start = answers[-1].at if answers else np.zeros(p + 2)
            answers.append(_answer(counted, bounds, widths, belief, start)[0])
        if scale is None and p and len(counted.right):
            wide = [one for one in answers if one.widths[0] and one.widths[-1]]
            answers.append(_own_widths(counted, bounds, max(wide, key=lambda one: one.evidence)))
    weight = np.exp(np.array([one.evidence for one in answers]) - max(one.evidence for one in answers))
    weight /= weight.sum()
    mean = (np.array([one.at for one in answers]) * weight[:, None]).sum(axis=0)
    stands = float(sum(w for w, one in zip(weight, answers, strict=True) if not one.widths.any()))
    scales = np.array([np.sqrt((one.widths[2:] ** 2).mean()) if p else 0.0 for one in answers])
    return Shrunken(float(mean[0]), 1.0 + float(mean[1]), mean[2:], stands, float(scales @ weight))
