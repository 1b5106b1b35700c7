"""Correct Fellegi-Sunter weights for the dependence of fields.

The sum of a pair's weights would be its log-odds if fields were independent among right pairs and among wrong ones. They are
not: relatives share a family name, a place and a generation. Given counts of right and wrong pairs by pattern, a logistic
regression over the same levels finds what each weight should be so that the sums are right on average. It starts from the
weights (its offset), and a ridge penalty pulls every correction to zero, so what the counts do not show stays as it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from vnlink.classify.fellegi_sunter import GROUPS, NUMBER_FIELDS, FellegiSunter
from vnlink.kernels import kernel
from vnlink.schema import RARITY_BEARERS, RARITY_LEVELS, Field, field_levels

__all__ = ["correct_weights"]


_BORNE = len(RARITY_BEARERS)
_CLASS = np.array([*(level // 4 * 4 for level in range(_BORNE)), *range(_BORNE, len(RARITY_LEVELS))])
"""Where a name is only alike, how rare it is counts by classes: of four levels, which are two doublings, and each of those of
names that nobody bears. A name that nobody bears is often one that was badly written."""


def _design(model: FellegiSunter, patterns: NDArray[np.int64], fields: tuple[Field, ...]) -> NDArray[np.int64]:
    """Column numbers of the one-hot parameters (field, group, level) of each pattern, int64[n, fields]."""
    group = model.group_of(patterns)
    columns, base = [], 0
    for f in fields:
        level = field_levels(patterns, f)
        if f is fields[-1]:
            # How rare the name is says nothing about citizens of another name, and little about those of one that is alike.
            level = np.where(group == 1, level, np.where(group == 2, _CLASS[level], 0))
        columns.append(base + group * len(f.levels) + level)
        base += len(GROUPS) * len(f.levels)
    return np.column_stack(columns)


@kernel
def _linear_scores(design, at, offset, score):  # type: ignore[no-untyped-def]
    """Score of each pattern: its offset and the parameters of its columns."""
    for i in range(len(score)):
        total = 0.0
        for column in design[i]:
            total += at[column]
        score[i] = offset[i] + total


@kernel
def _normal_equations(design, residual, curvature, gradient, upper):  # type: ignore[no-untyped-def]
    """Add up the gradient, and the part of the Hessian on and above the diagonal; columns of a row ascend."""
    for i in range(len(residual)):
        for a in range(design.shape[1]):
            gradient[design[i, a]] += residual[i]
            for b in range(a, design.shape[1]):
                upper[design[i, a], design[i, b]] += curvature[i]


def correct_weights(
    model: FellegiSunter,
    fields: tuple[Field, ...],
    patterns: NDArray[np.int64],
    right: NDArray[np.float64],
    wrong: NDArray[np.float64],
    *,
    ridge: NDArray[np.float64],
) -> None:
    """Correct the weights, in place, by Newton steps of a ridge logistic regression that starts at the model's own scores.

    ``ridge`` is float64[fields, groups]: how strongly the corrections of a field are pulled to zero in each name group.
    """
    design = _design(model, patterns, fields)
    size = sum(len(GROUPS) * len(f.levels) for f in fields)
    offset = model.score(patterns, without=NUMBER_FIELDS) * np.log(2.0)
    step = np.zeros(size)
    pull = np.concatenate([np.repeat(of_group, len(f.levels)) for f, of_group in zip(fields, ridge, strict=True)])
    total = right + wrong

    def scores(at: NDArray[np.float64]) -> NDArray[np.float64]:
        score = np.empty(len(offset))
        _linear_scores(design, at, offset, score)
        return score

    def cost(at: NDArray[np.float64]) -> float:
        score = scores(at)
        # log(1 + exp(-|x|)) form: exact for scores of any size.
        loss = right * np.logaddexp(0.0, -score) + wrong * np.logaddexp(0.0, score)
        return float(loss.sum() + 0.5 * (pull * at @ at))

    best = cost(step)
    for _ in range(50):
        fitted = 1.0 / (1.0 + np.exp(-np.clip(scores(step), -500, 500)))
        gradient, upper = np.zeros(size), np.zeros((size, size))
        _normal_equations(design, right - total * fitted, total * fitted * (1.0 - fitted), gradient, upper)
        hessian = np.triu(upper, 1).T + upper + np.diag(pull)
        with threadpool_limits(1):
            change = np.linalg.solve(hessian, gradient - pull * step)
        scale = 1.0
        while cost(step + scale * change) > best and scale > 1e-4:
            scale /= 2.0
        step = step + scale * change
        best = cost(step)
        if np.abs(scale * change).max() < 1e-5:
            break
    base = 0
    for f in fields:
        levels = len(f.levels)
        bits = step[base : base + len(GROUPS) * levels].reshape(len(GROUPS), levels) / np.log(2.0)
        if f is fields[-1]:
            bits[[0, 3]] = bits[[0, 3], :1]
            bits[2] = bits[2, _CLASS]
        model.weights[f.name] = model.weights[f.name] + bits
        base += len(GROUPS) * levels
