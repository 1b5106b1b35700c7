"""Let clerks' decisions refine what was learned without them: scores of patterns before, scores of patterns after.

::

    log odds of each pattern  ──┐                       ┌── log odds of each pattern, corrected
    (learned without labels)    ├─ levels, labels ──────┤
    labelled pairs' patterns  ──┘                       └── probability that all agree if it is one person

It is the default model of :class:`~vnlink.classify.classifier.MatchClassifier` with the scores as its prior, asked once per
pattern. Without labels the scores come back as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vnlink.classify.ordered import Design, declare, pattern_levels
from vnlink.classify.saved_models import LinearSplit, Prior
from vnlink.classify.splits import fit_split
from vnlink.errors import InputError, message
from vnlink.schema import Field, Status

__all__ = ["Labelled", "Refined", "least_steps", "refine"]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pairs that clerks decided.

    Attributes
    ----------
    patterns : int64[l]
    status : array of str (l,)
        "full", "partial" or "none" (:class:`vnlink.schema.Status`).
    log_odds : float64[l], optional
        Log odds in bits that the pair is one person before the label, over all candidates of the person: what the clerk's
        answer is measured against. Without it the scores of the patterns are taken, as if the pair had no rival.
    weight : float64[l], optional
    """

    patterns: NDArray[np.int64]
    status: ArrayLike
    log_odds: NDArray[np.float64] | None = None
    weight: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Refined:
    """Scores after the labels.

    Attributes
    ----------
    log_odds : float64[k]
        Of each pattern, in bits, in place of those given.
    probability_full : float64[k]
        That all agree if the pair is one person.
    same, agreement : LinearSplit
        The two models, for a model file (:meth:`~vnlink.classify.saved_models.LinearSplit.as_dict`); both can be asked about
        patterns that come later.
    report : dict
        Numbers of labels by class; how far the prior stood.
    """

    log_odds: NDArray[np.float64]
    probability_full: NDArray[np.float64]
    same: LinearSplit
    agreement: LinearSplit
    report: dict[str, float]


def least_steps(design: Design, codes: NDArray[np.int64], log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far scores fall at least from each ordered level's next better one, float64[columns] in bits.

    Found from the patterns that differ in this one field only; 0 where there are none, or where scores rise.

    Parameters
    ----------
    design : Design
    codes : int64[k, fields]
        Distinct patterns.
    log_odds : float64[k]
    """
    steps: list[float] = []
    for column, (f, kept) in enumerate(zip(design.fields, design.levels, strict=True)):
        others = np.delete(codes, column, axis=1)
        context = np.unique(others, axis=0, return_inverse=True)[1].ravel() if len(codes) else np.empty(0, np.int64)
        score = np.full((int(context.max(initial=-1)) + 1, len(f.levels)), np.nan)
        score[context, codes[:, column]] = log_odds
        for level in kept:
            fall = score[:, f.better[level]] - score[:, level] if f.better[level] >= 0 else np.empty(0)
            seen = fall[~np.isnan(fall)]
            steps.append(max(float(seen.min()), 0.0) if len(seen) else 0.0)
    return np.array(steps)


def refine(
    patterns: NDArray[np.int64],
    log_odds: NDArray[np.float64],
    labelled: Labelled,
    fields: Sequence[Field],
    *,
    agreement: Prior = None,
    ordered: Any = None,
    monotone: bool = True,
) -> Refined:
    """Refine the scores of patterns by labels.

    Parameters
    ----------
    patterns : int64[k]
        Distinct patterns, those of the labelled pairs among them.
    log_odds : float64[k]
        Score of each, in bits, of a model learned without labels.
    labelled : Labelled
        May be empty.
    fields : sequence of Field
        Layout of the patterns.
    agreement : float64[k], optional
        Log odds in bits that all agree if the pair is one person, known before: of the status rule, for instance.
    ordered : mapping of str to chains, optional
        See :func:`vnlink.classify.ordered.declare`.
    monotone : bool
        Whether labels may not turn an order round that the scores keep.

    Returns
    -------
    Refined

    Raises
    ------
    InputError
        A status is unknown, lengths differ, or a labelled pattern is not among the patterns.
    """
    design = Design(declare(fields, ordered))
    codes = pattern_levels(patterns, fields)
    status = np.asarray(labelled.status, str)
    at = _rows(patterns, labelled, status)
    before = log_odds[at] if labelled.log_odds is None else labelled.log_odds
    seen, same = codes[at], status != Status.NONE
    known = least_steps(design, codes, log_odds)
    found, learned = fit_split(design, seen, same, labelled.weight, before, known=known, monotone=monotone)
    weight = None if labelled.weight is None else labelled.weight[same]
    full, rule = status[same] == Status.FULL, None if agreement is None else agreement[at][same]
    agrees, _ = fit_split(design, seen[same], full, weight, rule, monotone=monotone)
    counts: dict[str, float] = {str(name): float((status == name).sum()) for name in Status}
    return Refined(found.log_odds(codes, log_odds), agrees.probability(codes, agreement), found, agrees, counts | learned)


def _rows(patterns: NDArray[np.int64], labelled: Labelled, status: NDArray[Any]) -> NDArray[np.int64]:
    """Row of each labelled pattern among the patterns."""
    for name in ("status", "log_odds", "weight"):
        values = getattr(labelled, name)
        if values is not None and len(np.asarray(values)) != len(labelled.patterns):
            raise InputError(message("labels need one value for each pattern", column=name, remedy="give as many as patterns"))
    unknown = int((~np.isin(status, [str(name) for name in Status])).sum())
    if unknown:
        remedy = "write full, partial or none"
        raise InputError(message("a label has another status", column="status", count=unknown, remedy=remedy))
    order = np.argsort(patterns, kind="stable")
    at = order[np.minimum(np.searchsorted(patterns, labelled.patterns, sorter=order), max(len(patterns) - 1, 0))]
    missing = int((patterns[at] != labelled.patterns).sum()) if len(at) else 0
    if missing:
        what, remedy = "a labelled pair has a pattern that is not in the table", "give the patterns of the labels too"
        raise InputError(message(what, count=missing, remedy=remedy))
    return at
