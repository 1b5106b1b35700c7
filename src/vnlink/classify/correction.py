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
from vnlink.schema import Field, field_levels

__all__ = ["correct_weights"]


def _design(model: FellegiSunter, patterns: NDArray[np.int64], fields: tuple[Field, ...]) -> NDArray[np.int64]:
    """Column numbers of the one-hot parameters (field, group, level) of each pattern, int64[n, fields]."""
    group = model.group_of(patterns)
    columns, base = [], 0
    for f in fields:
        # How rare the name is says nothing about citizens of another name.
        level = np.where(group == 1, field_levels(patterns, f), 0) if f is fields[-1] else field_levels(patterns, f)
        columns.append(base + group * len(f.levels) + level)
        base += len(GROUPS) * len(f.levels)
    return np.column_stack(columns)


def correct_weights(
    model: FellegiSunter,
    fields: tuple[Field, ...],
    patterns: NDArray[np.int64],
    right: NDArray[np.float64],
    wrong: NDArray[np.float64],
    *,
    ridge: float,
) -> None:
    """Correct the weights, in place, by Newton steps of a ridge logistic regression that starts at the model's own scores."""
    design = _design(model, patterns, fields)
    size = sum(len(GROUPS) * len(f.levels) for f in fields)
    offset = model.score(patterns, without=NUMBER_FIELDS) * np.log(2.0)
    step = np.zeros(size)
    total = right + wrong

    def cost(at: NDArray[np.float64]) -> float:
        score = offset + at[design].sum(axis=1)
        # log(1 + exp(-|x|)) form: exact for scores of any size.
        loss = right * np.logaddexp(0.0, -score) + wrong * np.logaddexp(0.0, score)
        return float(loss.sum() + 0.5 * ridge * (at @ at))

    best = cost(step)
    for _ in range(50):
        fitted = 1.0 / (1.0 + np.exp(-np.clip(offset + step[design].sum(axis=1), -500, 500)))
        residual = right - total * fitted
        curvature = total * fitted * (1.0 - fitted)
        gradient, hessian = -ridge * step, np.diag(np.full(size, ridge))
        for a in range(design.shape[1]):
            gradient += np.bincount(design[:, a], weights=residual, minlength=size)
            for b in range(design.shape[1]):
                cells = np.bincount(design[:, a] * size + design[:, b], weights=curvature, minlength=size * size)
                hessian += cells.reshape(size, size)
        with threadpool_limits(1):
            change = np.linalg.solve(hessian, gradient)
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
            bits[[0, 2, 3]] = bits[[0, 2, 3], :1]
        model.weights[f.name] = model.weights[f.name] + bits
        base += len(GROUPS) * levels
