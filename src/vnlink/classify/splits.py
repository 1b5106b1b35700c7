"""The default two-class model: rows are counted by pattern, shrunken weights are learned, and kept in bits by level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.ordered import Design
from vnlink.classify.saved_models import LinearSplit, Prior
from vnlink.classify.shrinkage import Counted, shrink

__all__ = ["fit_split"]

_LN2 = float(np.log(2.0))


def fit_split(
    design: Design,
    codes: NDArray[np.int64],
    yes: NDArray[np.bool_],
    weight: NDArray[np.float64] | None,
    prior: Prior,
    *,
    known: NDArray[np.float64] | None = None,
    monotone: bool = True,
    scale: float | None = None,
) -> tuple[LinearSplit, dict[str, float]]:
    """Learn one yes or no from labelled rows.

    Parameters
    ----------
    design : Design
    codes : int64[n, fields]
        Level codes; n may be 0.
    yes : bool[n]
    weight, prior : float64[n], optional
        Weights of the rows; log odds in bits known before.
    known : float64[columns], optional
        Bits that the prior is known to fall by, at least, at the level of each column
        (:meth:`~vnlink.classify.ordered.Design.steps`). Labels may flatten each of these steps, though never turn one round.
        Where nothing is known of the prior's steps they flatten all together only, by the slope.
    monotone : bool
        Whether an ordered level may not weigh more than the next better one.
    scale : float, optional
        Standard deviation of the weights in bits; learned when not given.

    Returns
    -------
    LinearSplit, dict of str to float
    """
    counted = _count(design, codes, yes, weight, prior)
    sign = np.where(design.falling, -1.0, 1.0)
    # Half of a known step may be taken by its own weight and half by the slope: what is left is never below nothing.
    half = np.zeros(len(sign)) if known is None else np.maximum(known, 0.0) * _LN2 / 2.0
    lower = np.where(design.falling & monotone, -half, -np.inf)
    learned = shrink(
        replace(counted, columns=counted.columns * sign),
        lower,
        least_slope=0.0 if known is None else 0.5,
        scale=None if scale is None else scale * _LN2,
    )
    tables = design.by_level(learned.weights * sign / _LN2)
    found = LinearSplit(design.fields, tables, learned.intercept / _LN2, learned.slope)
    report = {
        "intercept_bits": found.intercept,
        "slope": found.slope,
        "weight_scale_bits": learned.scale / _LN2,
        "prior_stands": learned.stands,
    }
    return found, report


def _count(
    design: Design, codes: NDArray[np.int64], yes: NDArray[np.bool_], weight: NDArray[np.float64] | None, prior: Prior
) -> Counted:
    """Count labels by distinct row, in the order of the rows' values: whatever order they came in says nothing."""
    keys = codes.astype(np.float64) if prior is None else np.column_stack([codes, prior])
    distinct, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    size = len(distinct)
    # Of weights that are no whole numbers the sum must not depend on the order either.
    order = np.arange(len(codes)) if weight is None else np.lexsort((weight, inverse))
    each = np.ones(len(codes)) if weight is None else weight
    right = np.bincount(inverse[order], weights=(each * yes)[order], minlength=size).astype(np.float64)
    wrong = np.bincount(inverse[order], weights=(each * ~yes)[order], minlength=size).astype(np.float64)
    columns = design.columns(distinct[:, : codes.shape[1]].astype(np.int64))
    sizes = [table.shape[1] for table in design.tables]
    field = np.repeat(np.arange(len(sizes)), sizes)
    return Counted(columns, field, right, wrong, None if prior is None else distinct[:, -1] * _LN2)
