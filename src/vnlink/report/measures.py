"""How right the links are: precision, recall and intervals against a truth.

Rows of links and of truth are joined by (land_user_id, person_no). A land user that the truth names is judged whole: a person
of it that the truth does not list is nobody, so a link of such a person is wrong. Land users that the truth does not name are
left out. A person that the truth lists and the links do not have counts as not linked.

Two units are counted. Persons are what the register has rows of; citizens are what is independent: one citizen who holds five
parcels is right or wrong five times together, so an interval over persons is too narrow and the one over citizens is the
honest one.

Probabilities are held against what came of them in bins (:mod:`vnlink.report.reliability`).

Everything is a column operation of Arrow or NumPy; the join costs one 8-byte key per row beside the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.report.reliability import LEAST_LINKED, Reliability, reliability_of
from vnlink.report.truth import person_numbers, table_of, without_blanks
from vnlink.report.weighted import Rate
from vnlink.rows import distinct
from vnlink.schema import Status

__all__ = ["CURVE_PRECISIONS", "JUDGED", "Evaluation", "Rate", "evaluate"]

CURVE_PRECISIONS = (0.99, 0.995, 0.999, 0.9999)
"""Precisions at which recall is reported."""

CURVE_POINTS = 200
"""Points kept of the precision-recall curve: enough for a chart."""

NEEDED = ("land_user_id", "person_no", "citizen_id", "status", "log_odds")
"""Columns of the links without which :func:`evaluate` judges nothing."""

JUDGED = (*NEEDED, "probability")
"""Columns of the links that :func:`evaluate` reads."""

MAX_PERSON_NO = 255
"""Most persons of one owner string: their numbers are bytes."""

STATUSES = tuple(str(status) for status in Status)


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
    links : pyarrow.Table or any frame
        As in ``links.parquet``: land_user_id, person_no, citizen_id, status, log_odds (bits); probability where it is there.
    truth : pyarrow.Table or any frame
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
    >>> links = pa.table({"land_user_id": ["a", "b"], "person_no": [1, 1], "citizen_id": ["7", "8"],
    ...                   "status": ["full", "partial"], "log_odds": [20.0, 3.0]})
    >>> truth = pa.table({"land_user_id": ["a", "b"], "person_no": [1, 1], "citizen_id": ["7", None]})
    >>> result = evaluate(links, truth)
    >>> result.precision.value, result.precision_full.value, result.recall.value
    (0.5, 1.0, 1.0)
    """
    judged = _join(table_of(links, "links"), table_of(truth))
    linked, right = judged.linked, judged.right
    is_full, is_partial = judged.decided == STATUSES.index("full"), judged.decided == STATUSES.index("partial")
    with_citizen = judged.count_truth_with_citizen
    curve_recall, curve = _curve(judged.log_odds[linked], right[linked], with_citizen)
    citizens = judged.citizen_code[is_full & linked]
    wrong_citizens = distinct(judged.citizen_code[is_full & linked & ~right])

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


@dataclass(slots=True)
class _Judged:
    """The rows of links that are judged, each beside its truth. Arrays have one entry per such row.

    ``probability`` is NaN where there is none, and None where the links have no such column. ``about`` is the number of the
    citizen a link from one half on is about: the true one, or the one who was linked where nobody is right; else -1.
    ``true_status`` is -1 where the truth does not list the person or has no status; ``missing_status`` counts the true
    statuses of the persons that the links do not have.
    """

    linked: NDArray[np.bool_]
    right: NDArray[np.bool_]
    decided: NDArray[np.int8]
    true_status: NDArray[np.int8]
    log_odds: NDArray[np.float64]
    citizen_code: NDArray[np.int32]
    probability: NDArray[np.float64] | None
    about: NDArray[np.int64]
    has_status: bool
    missing_status: NDArray[np.int64]
    count_truth_with_citizen: int
    counts: dict[str, int]

    def recall_full(self, full_and_right: NDArray[np.bool_], confidence: float) -> Rate | None:
        if not self.has_status:
            return None
        deserving = self.true_status == STATUSES.index("full")
        total = int(np.count_nonzero(deserving)) + int(self.missing_status[STATUSES.index("full")])
        return Rate(int(np.count_nonzero(full_and_right & deserving)), total, confidence)

    def confusion(self) -> dict[str, dict[str, int]] | None:
        if not self.has_status:
            return None
        known = (self.true_status >= 0) & (self.decided >= 0)
        cells = np.bincount(self.true_status[known].astype(np.int64) * 3 + self.decided[known], minlength=9).reshape(3, 3)
        cells[:, STATUSES.index("none")] += self.missing_status
        return {true: {said: int(cells[i, j]) for j, said in enumerate(STATUSES)} for i, true in enumerate(STATUSES)}

    def reliability(self, confidence: float) -> Reliability | None:
        if self.probability is None:
            return None
        rows = self.about >= 0
        not_linked = int(np.count_nonzero((self.probability >= LEAST_LINKED) & ~self.linked))
        probability, right, about = self.probability[rows], self.right[rows], self.about[rows]
        return reliability_of(probability, right, about, not_linked=not_linked, confidence=confidence)


def _join(links: pa.Table, truth: pa.Table) -> _Judged:
    """Lay the truth beside the links by one integer key: (number of the land user) x 2^16 + person_no."""
    _require(links, NEEDED, "the links")
    _require(truth, ("land_user_id", "citizen_id"), "the truth")
    truth = without_blanks(truth)
    _check_truth(truth)
    users = pc.unique(_text(truth["land_user_id"]))
    left_key, truth_key = _key(links, users, "the links"), _key(truth, users, "the truth")
    order = np.argsort(truth_key, kind="stable")
    sorted_key = truth_key[order]
    in_scope = np.flatnonzero(left_key >= 0)
    place = np.searchsorted(sorted_key, left_key[in_scope])
    found = place < len(sorted_key)
    found[found] = sorted_key[place[found]] == left_key[in_scope][found]
    truth_row = np.full(len(in_scope), -1, np.int64)
    truth_row[found] = order[place[found]]
    if links.num_rows and not found.any():
        remedy = "give the truth of this land register, with its land_user_id and person_no"
        raise InputError(message("the truth holds no person of the result", count=truth.num_rows, remedy=remedy))

    said_id = _text(links["citizen_id"]).take(pa.array(in_scope))
    true_id = _text(truth["citizen_id"])
    beside = true_id.take(pa.array(truth_row, mask=truth_row < 0))
    right = _booleans(pc.fill_null(pc.equal(said_id, beside), False))
    log_odds = np.nan_to_num(_numbers(links["log_odds"].take(pa.array(in_scope))), nan=-np.inf)
    linked, probability = _booleans(said_id.is_valid()), _probability(links, in_scope)
    sure = linked & (probability >= LEAST_LINKED) if probability is not None else np.zeros(len(in_scope), np.bool_)

    has_status = "status" in truth.column_names
    true_code = _status_code(truth["status"]) if has_status else np.full(truth.num_rows, -1, np.int8)
    unseen = np.ones(truth.num_rows, np.bool_)
    unseen[truth_row[found]] = False
    missing = true_code[unseen]
    with_citizen = truth.num_rows - true_id.null_count
    return _Judged(
        linked=linked,
        right=right,
        decided=_status_code(links["status"])[in_scope],
        true_status=np.where(truth_row >= 0, true_code[truth_row], np.int8(-1)) if len(true_code) else np.zeros(0, np.int8),
        log_odds=log_odds,
        citizen_code=_numbers(pc.fill_null(said_id.dictionary_encode().indices, -1), np.int32),
        probability=probability,
        about=_about(said_id, beside, sure),
        has_status=has_status,
        missing_status=np.bincount(missing[missing >= 0], minlength=3),
        count_truth_with_citizen=with_citizen,
        counts={
            "persons": truth.num_rows,
            "persons_with_citizen": with_citizen,
            "persons_missing": int(np.count_nonzero(unseen)),
            "persons_extra": int(np.count_nonzero(~found)),
            "persons_citizen_not_linked": _never_linked(true_id, _text(links["citizen_id"])),
            "rows_unjudged": links.num_rows - len(in_scope),
        },
    )


def _check_truth(truth: pa.Table) -> None:
    """Refuse a truth with rows that say nothing, or what no result can say: they would count as errors of the links."""
    if truth["land_user_id"].null_count:
        what, remedy = "a row of the truth names no land user", "fill in the key, or remove these rows"
        raise InputError(message(what, column="land_user_id", count=truth["land_user_id"].null_count, remedy=remedy))
    if "status" in truth.column_names:
        said = truth["status"]
        bad = int(np.count_nonzero((_status_code(said) < 0) & _booleans(said.is_valid())))
        if bad:
            what, remedy = "a status of the truth is full, partial or none", "correct these rows, or leave the status empty"
            raise InputError(message(what, column="status", count=bad, remedy=remedy))
    if "person_no" in truth.column_names:
        numbers = person_numbers(truth, "the truth")
        beyond = int(np.count_nonzero((numbers < 1) | (numbers > MAX_PERSON_NO)))
        if beyond:
            what = f"the person_no of the truth must be 1 to {MAX_PERSON_NO}"
            remedy = "count the persons of an owner string from 1"
            raise InputError(message(what, column="person_no", count=beyond, remedy=remedy))


def _never_linked(true: pa.Array, said: pa.Array) -> int:
    """How many persons have a true citizen whom the links give to nobody: not found, or an id of another register."""
    return int(np.count_nonzero(_booleans(true.is_valid()) & ~_booleans(pc.is_in(true, value_set=pc.unique(said)))))


def _probability(links: pa.Table, rows: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Probabilities of some rows, NaN where there is none; None where the links have no such column."""
    if "probability" not in links.column_names:
        return None
    found = _numbers(links["probability"].take(pa.array(rows)))
    outside = int(np.count_nonzero((found < 0.0) | (found > 1.0)))
    if outside:
        what, remedy = "a probability must be between 0 and 1", "give probabilities as shares, or leave the column out"
        raise InputError(message(what, column="probability", count=outside, remedy=remedy))
    return found


def _about(said: pa.Array, true: pa.Array, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number of the true citizen, or of the one who was said where nobody is right; -1 for rows that are not asked for."""
    at = np.flatnonzero(rows)
    taken = pa.array(at)
    about = np.full(len(rows), -1, np.int64)
    about[at] = _numbers(pc.coalesce(true.take(taken), said.take(taken)).dictionary_encode().indices, np.int64)
    return about


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


def _require(table: pa.Table, columns: tuple[str, ...], what: str) -> None:
    for column in columns:
        if column not in table.column_names:
            raise InputError(
                message(f"a column of {what} is missing", column=column, remedy="add it, or rename the one that holds it")
            )


def _key(table: pa.Table, users: pa.Array, what: str) -> NDArray[np.int64]:
    """One integer per row, -1 for a land user that is not among ``users``; a key that stands twice is an error."""
    user = _numbers(pc.fill_null(pc.index_in(_text(table["land_user_id"]), value_set=users), -1), np.int64)
    person = np.ones(table.num_rows, np.int64)
    if "person_no" in table.column_names:
        person = person_numbers(table, what)
    key = np.where(user >= 0, (user << 16) | (person & 0xFFFF), -1)
    ordered = np.sort(key[key >= 0])
    copies = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    if copies:
        remedy = "keep one row for each land_user_id and person_no"
        raise InputError(message(f"a person of {what} stands more than once", count=copies, remedy=remedy))
    return key


def _status_code(column: Any) -> NDArray[np.int8]:
    """Give 0, 1, 2 for full, partial, none; -1 for anything else."""
    return _numbers(pc.fill_null(pc.index_in(_text(column), value_set=pa.array(STATUSES, pa.large_string())), -1), np.int8)


def _text(column: Any) -> pa.Array:
    """One array of text. large_string, because a country's ids are more than the 2 GiB that the small type can hold."""
    combined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return combined.cast(pa.large_string())


def _numbers(column: Any, dtype: Any = np.float64) -> NDArray[Any]:
    return np.asarray(column, dtype=dtype)


def _booleans(column: Any) -> NDArray[np.bool_]:
    return np.asarray(column, dtype=np.bool_)
