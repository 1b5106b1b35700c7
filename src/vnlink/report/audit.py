"""What a run measures of itself: persons confirmed by their number, linked again without it.

The facts are in ``summary.json`` under "audit", so ``vnlink audit DIR`` needs nothing but the folder. They hold for persons
like those whose number confirms who they are; the estimate "as_without_number" weighs them to what the register holds of
persons who have no number (birth date, place, cohort, whether another person is named with them) and to how these agree with
their candidates (:mod:`vnlink.unconfirmed`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.report.reliability import LEAST_LINKED, RELIABILITY_EDGES, bin_of, expected_error
from vnlink.report.weighted import clustered_share
from vnlink.report.words import Words

__all__ = ["CHOSE_THE_THRESHOLD", "Relinked", "audit_facts"]

HOLDS_FOR = "persons like those whose number confirms who they are; nothing here is measured on others"
CHOSE_THE_THRESHOLD = Words(
    "Ngưỡng khớp hoàn toàn được chọn trên chính những người này: tỉ lệ đúng của khớp hoàn toàn đo trên những người đã chọn "
    "ngưỡng, không phải là phép thử độc lập.",
    "The threshold of full was chosen on these persons: precision of full is measured on those that chose the threshold, and "
    "is no independent check of it.",
)
_FULL, _NONE = 0, 2


@dataclass(slots=True)
class Relinked:
    """The sample; s persons.

    Attributes
    ----------
    status : uint8[s]
        What was decided without the number: 0 full, 1 partial, 2 none.
    probability : float64[s]
        Of the best candidate; 0 where there is none.
    right, absent : bool[s]
        Whether the best candidate is the person; whether the citizen was taken away.
    citizen : int64[s]
        Who the person is.
    groups : dict of str to (labels, int64[s])
        Groupings: the name of each group and the group of each person, -1 for none.
    weight : float64[s]
        Persons without a number for whom each stands.
    covered : float
        Share of the persons without a number whose evidence is in the sample.
    """

    status: NDArray[np.uint8]
    probability: NDArray[np.float64]
    right: NDArray[np.bool_]
    absent: NDArray[np.bool_]
    citizen: NDArray[np.int64]
    groups: dict[str, tuple[list[str], NDArray[np.int64]]]
    weight: NDArray[np.float64]
    covered: float


def _rates(sample: Relinked, rows: NDArray[np.bool_], weight: NDArray[np.float64] | None = None) -> dict[str, Any]:
    linked, full = sample.status != _NONE, sample.status == _FULL
    found = sample.right & linked
    counted = {
        "precision": (found, linked),
        "precision_full": (sample.right, full),
        "recall": (found, ~sample.absent),
    }
    return {name: clustered_share(hit, base & rows, sample.citizen, weight) for name, (hit, base) in counted.items()}


def _reliability(sample: Relinked) -> dict[str, Any]:
    """What the probabilities promised and what came of it, by bins of the best candidate's probability.

    ``error`` is the expected calibration error (:func:`vnlink.report.reliability.expected_error`) over the bins from 0.5 on,
    where there are links.
    """
    bins, linked = [], []
    place = bin_of(sample.probability)
    for i, (low, high) in enumerate(pairwise(RELIABILITY_EDGES)):
        rows = (place == i) & (sample.probability > 0.0)
        count = int(np.count_nonzero(rows))
        promised = float(sample.probability[rows].mean()) if count else None
        found = clustered_share(sample.right, rows, sample.citizen)
        bins.append({"low": low, "high": high, "promised": None if promised is None else round(promised, 8), "right": found})
        if low >= LEAST_LINKED:
            linked.append((count, promised, found["value"]))
    error = expected_error(linked)
    return {"bins": bins, "error": None if error is None else round(error, 6)}


def _by_threshold(sample: Relinked) -> list[dict[str, Any]]:
    """Precision and recall of the links that have at least a probability, for each edge from 0.5 to 0.9999."""
    found = []
    for least in RELIABILITY_EDGES[1:-1]:
        linked = sample.probability >= least
        precision = clustered_share(sample.right, linked, sample.citizen)
        recall = clustered_share(sample.right & linked, ~sample.absent, sample.citizen)
        found.append({"probability": least, "precision": precision, "recall": recall})
    return found


def audit_facts(sample: Relinked, *, disputed: int, held_out: bool, shared: int = 0, chose: bool = False) -> dict[str, Any]:
    """Measure precision and recall of the sample.

    Parameters
    ----------
    sample : Relinked
    disputed : int
        Persons left out because their record speaks against the only holder of their number. As of the sample, only those
        whose citizen (the holder of the number) is drawn and, where the sample is held out of learning, held out.
    held_out : bool
        Whether nothing was learned from the persons of the sample.
    shared : int
        The same of persons whose number several citizens hold.
    chose : bool
        Whether the threshold of full was chosen on these persons: ``precision_full`` is then measured after the choice, and is
        no check of it.

    Returns
    -------
    dict
        Shares are over persons, intervals over citizens, at 0.95. ``reliability`` holds the probabilities against what came of
        them, ``by_threshold`` has precision and recall of the links above each of a few probabilities; both are of the sample
        as it is.
    """
    # Dense numbers in the same order: they are counted many times below.
    sample = replace(sample, citizen=np.unique(sample.citizen, return_inverse=True)[1])
    everybody = np.ones(len(sample.status), bool)
    weighted = _rates(sample, everybody, sample.weight) if sample.covered > 0.0 else None
    return {
        "holds_for": HOLDS_FOR,
        "persons": len(sample.status),
        "citizens": int(sample.citizen.max(initial=-1)) + 1,
        "absent": int(np.count_nonzero(sample.absent)),
        "left_out_as_disputed": disputed,
        "left_out_as_shared": shared,
        "learned_from_them": not held_out,
        "chose_the_threshold": chose,
        "as_they_are": _rates(sample, everybody),
        "as_without_number": weighted,
        "as_without_number_covered": round(sample.covered, 6),
        "reliability": _reliability(sample),
        "by_threshold": _by_threshold(sample),
        "by": {
            name: {label: _rates(sample, group == i) for i, label in enumerate(labels) if (group == i).any()}
            for name, (labels, group) in sample.groups.items()
        },
    }


def coded(values: pa.Array) -> tuple[list[str], NDArray[np.int64]]:
    """Number texts by their order: the names of the groups, and int64[n], -1 for null."""
    names = pc.unique(values.drop_null()).sort()
    return names.to_pylist(), np.asarray(pc.fill_null(pc.index_in(values, value_set=names, skip_nulls=True), -1)).astype(
        np.int64
    )
