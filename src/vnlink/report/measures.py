"""How right the links are: precision, recall and intervals against a truth.

Rows of links and of truth are joined by (land_user_id, person_no). A land user that the truth names is judged whole: a person
of it that the truth does not list is nobody, so a link of such a person is wrong. Land users that the truth does not name are
left out. A person that the truth lists and the links do not have counts as not linked.

Two units are counted. Persons are what the register has rows of; citizens are what is independent: one citizen who holds five
parcels is right or wrong five times together, so an interval over persons is too narrow and the one over citizens is the
honest one.

Probabilities are held against what came of them in bins (:mod:`vnlink.report.reliability`).

Rows are laid beside each other in :mod:`vnlink.report.joined`; everything else is a column operation of NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.report.joined import JUDGED, STATUSES, judged_of
from vnlink.report.reliability import Reliability
from vnlink.report.weighted import Rate
from vnlink.rows import distinct

__all__ = ["CURVE_PRECISIONS", "JUDGED", "Evaluation", "Rate", "evaluate"]

CURVE_PRECISIONS = (0.99, 0.995, 0.999, 0.9999)
"""Precisions at which recall is reported."""

CURVE_POINTS = 200
"""Points kept of the precision-recall curve: enough for a chart."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What :func:`evaluate` found. Rates are over persons unless their name says citizens.

    Attributes
    ----------
    precision, recall : Rate
        Of the right citizen, over full and partial together; recall over the persons whose citizen is in the register.
    precision_full, precision_partial : Rate
        The same, over the links of one status.
    precision_full_citizens : Rate
        Linked citizens, a citizen being right when every full link to it is right.
    recall_full : Rate | None
        Persons decided full with the right citizen, of those whose true status is full; None when the truth has no status.
    recall_at_precision : mapping of float to float
        The best recall that some threshold of log_odds reaches while precision stays at or above the key.
    curve : tuple of (threshold_bits, precision, recall)
        By falling threshold, thinned to :data:`CURVE_POINTS`.
    confusion : mapping of str to mapping of str to int, or None
        ``confusion[true][decided]``; None when the truth has no status.
    counts : mapping of str to int
        persons, persons_with_citizen, persons_missing (in the truth only), persons_extra (in the links only),
        persons_citizen_not_linked (their true citizen is given to nobody in the links), rows_unjudged.
    reliability : Reliability | None
        Whether the probabilities of the links hold, in bins; None when the links have no column of probabilities.
    """

    precision: Rate
    recall: Rate
    precision_full: Rate
    precision_partial: Rate
    precision_full_citizens: Rate
    recall_full: Rate | None
    recall_at_precision: Mapping[float, float]
    curve: tuple[tuple[float, float, float], ...]
    confusion: Mapping[str, Mapping[str, int]] | None
    counts: Mapping[str, int] = field(default_factory=dict)
    reliability: Reliability | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain dicts, lists and numbers for JSON."""
        rates = {
            name: getattr(self, name).to_dict()
            for name in ("precision", "recall", "precision_full", "precision_partial", "precision_full_citizens")
        }
        return {
            **rates,
            "recall_full": None if self.recall_full is None else self.recall_full.to_dict(),
            "recall_at_precision": {str(precision): recall for precision, recall in self.recall_at_precision.items()},
            "confusion": None if self.confusion is None else {true: dict(row) for true, row in self.confusion.items()},
            "counts": dict(self.counts),
            "reliability": None if self.reliability is None else self.reliability.to_dict(),
            "curve": [list(point) for point in self.curve],
        }


def evaluate(links: Any, truth: Any, *, confidence: float = 0.95) -> Evaluation:
    """Judge links against the truth.

    Parameters
    ----------
    links : pyarrow.Table, any frame, or pyarrow.RecordBatchReader
        As in ``links.parquet``: land_user_id, person_no, citizen_id, status, log_odds (bits); probability where it is there. A
        reader is read batch by batch, once; what is kept takes some 35 bytes a row, and three times as much while rows are
        joined.
    truth : pyarrow.Table, any frame, or pyarrow.RecordBatchReader
        land_user_id, person_no (1 when the column is absent), citizen_id (null: nobody in the register), optional status. It
        lists every person of each land user that it names.
    confidence : float
        Of the intervals.

    Raises
    ------
    InputError
        A column is missing, a (land_user_id, person_no) stands twice on one side, a probability is not between 0 and 1, a
        person_no or a status of the truth is none, or the truth holds no person of the links.

    Examples
    --------
    >>> import pyarrow as pa
    >>> links = pa.table({"land_user_id": ["a", "b"], "person_no": [1, 1], "citizen_id": ["7", "8"],
    ...                   "status": ["full", "partial"], "log_odds": [20.0, 3.0]})
    >>> truth = pa.table({"land_user_id": ["a", "b"], "person_no": [1, 1], "citizen_id": ["7", None]})
    >>> result = evaluate(links, truth)
    >>> result.precision.value, result.precision_full.value, result.recall.value
    (0.5, 1.0, 1.0)
    """
    judged = judged_of(links, truth)
    linked, right = judged.linked, judged.right
    is_full, is_partial = judged.decided == STATUSES.index("full"), judged.decided == STATUSES.index("partial")
    with_citizen = judged.with_citizen
    curve_recall, curve = _curve(judged.log_odds[linked], right[linked], with_citizen)
    citizens = judged.said[is_full & linked]
    wrong_citizens = distinct(judged.said[is_full & linked & ~right])

    def rate(count: NDArray[np.bool_], total: NDArray[np.bool_]) -> Rate:
        return Rate(int(np.count_nonzero(count & total)), int(np.count_nonzero(total)), confidence)

    count_citizens = len(distinct(citizens))
    return Evaluation(
        precision=rate(right, linked),
        recall=Rate(int(np.count_nonzero(right)), with_citizen, confidence),
        precision_full=rate(right, linked & is_full),
        precision_partial=rate(right, linked & is_partial),
        precision_full_citizens=Rate(count_citizens - len(wrong_citizens), count_citizens, confidence),
        recall_full=judged.recall_full(is_full & right, confidence),
        recall_at_precision=curve_recall,
        curve=curve,
        confusion=judged.confusion(),
        counts=judged.counts,
        reliability=judged.reliability(confidence),
    )


def _curve(
    log_odds: NDArray[np.float64], right: NDArray[np.bool_], with_citizen: int
) -> tuple[dict[float, float], tuple[tuple[float, float, float], ...]]:
    """Precision and recall of "link when log_odds is at least t", for every t that occurs: equal log_odds fall together."""
    if not len(log_odds) or not with_citizen:
        return dict.fromkeys(CURVE_PRECISIONS, 0.0), ()
    order = np.argsort(-log_odds, kind="stable")
    falling = log_odds[order]
    last_of_tie = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    hits = np.cumsum(right[order])[last_of_tie]
    precision, recall = hits / (last_of_tie + 1.0), hits / with_citizen
    best = {wanted: float(recall[precision >= wanted].max(initial=0.0)) for wanted in CURVE_PRECISIONS}
    kept = np.unique(np.linspace(0, len(last_of_tie) - 1, CURVE_POINTS).astype(np.int64))
    points = zip(falling[last_of_tie][kept].tolist(), precision[kept].tolist(), recall[kept].tolist(), strict=True)
    return best, tuple(points)
