"""What pictures show, computed once: the page draws it as plain SVG, a notebook with Altair.

Every function takes what a run holds (summary, manifest, model, candidates, an evaluation) and gives rows of named numbers.
Nothing here knows a colour, a word or a size. All but :func:`waterfall` are of counts only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from vnlink.report.explain import LEVEL_PREFIX, contributions
from vnlink.report.measures import Evaluation, Rate
from vnlink.report.summary import STATUSES
from vnlink.report.truth import person_numbers, without_blanks

__all__ = [
    "Bin", "Histogram", "Interval", "Loss", "Place", "Point", "Step", "Weight",
    "losses", "losses_by_truth", "places", "precision_recall", "precision_recall_by_truth", "reliability", "scores",
    "waterfall", "weights",
]  # fmt: skip

RARITY_FIELD = "rarity"
CURVE_SHOWN = 40
"""Points drawn of a curve: more would be one thick line of intervals."""

FEWEST = 100
"""Links below which a point of a curve says nothing: its interval would fill the picture."""


class Weight(NamedTuple):
    """What a level of agreement is worth, in bits."""

    field: str
    level: str
    bits: float


class Histogram(NamedTuple):
    """Persons by log-odds in bits: ``counts[status][i]`` lie from ``edges[i]`` on; thresholds as (name, bits)."""

    edges: list[float]
    counts: dict[str, list[int]]
    thresholds: list[tuple[str, float]]


class Interval(NamedTuple):
    """A share with its 95 % interval, over so many persons and citizens; the value is None where there was none."""

    value: float | None
    low: float
    high: float
    persons: int
    citizens: int | None


class Bin(NamedTuple):
    """Links with a probability from ``low`` to ``high``: the mean that was promised, and the share that was right."""

    low: float
    high: float
    promised: float | None
    right: Interval


class Point(NamedTuple):
    """Precision and recall of the links that are at least so sure: a probability, or log-odds in bits."""

    threshold: float
    precision: Interval
    recall: Interval


class Step(NamedTuple):
    """One step of a waterfall in bits, from ``begin`` to ``end``. ``kind`` is "start", "field" or "total"."""

    kind: str
    field: str
    level: str
    bits: float
    begin: float
    end: float


class Loss(NamedTuple):
    """Persons of one status and cause; full has the cause "full"."""

    status: str
    cause: str
    persons: int
    share: float


class Place(NamedTuple):
    """Statuses of the persons of a place; code and name are None where they are not known."""

    code: str | None
    name: str | None
    persons: int
    shares: dict[str, float]


def weights(model: Mapping[str, Any] | None) -> list[Weight]:
    """Weights of all levels, in the model's order.

    The levels of rarity are a scale of their own and are left out, and so is what a missing value is worth. Where a weight
    depends on how the names agree, it is the one of names that agree.

    Parameters
    ----------
    model : mapping or None
        Content of a model file, of land and citizens or of declared fields.

    Examples
    --------
    >>> weights({"fields": {"name": {"levels": ["missing", "exact"], "weights_bits": [0.0, 9.5]}}})
    [Weight(field='name', level='exact', bits=9.5)]
    """
    fields = (model or {}).get("fields", {})
    if isinstance(fields, Mapping):
        named = [(name, one.get("levels", ()), one.get("weights_bits", ())) for name, one in fields.items()]
    else:
        named = [
            (one["name"], one["levels"], [math.log2(m / u) for m, u in zip(one["m"], one["u"], strict=True)]) for one in fields
        ]
    return [
        Weight(name, level, float(bits))
        for name, levels, found in named
        if name != RARITY_FIELD
        for level, bits in zip(levels, found, strict=False)
        if level != "missing" and bits is not None
    ]


def scores(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> Histogram:
    """Persons by the log-odds of their best candidate, with the thresholds that lie on the scale; equal ones are one."""
    found = summary["log_odds"]
    edges = [float(edge) for edge in found["edges"]]
    thresholds: dict[float, str] = {}
    for name, bits in sorted(dict(manifest.get("thresholds", {})).items()):
        if name.startswith("log_odds_full") and isinstance(bits, (int, float)) and edges[0] < bits < edges[-1]:
            thresholds.setdefault(float(bits), "full" if name == "log_odds_full" else "full_without_id")
    if "full_without_id" in thresholds.values():
        thresholds = {bits: "full_with_id" if name == "full" else name for bits, name in thresholds.items()}
    partial = dict(manifest.get("thresholds", {})).get("probability_partial")
    if isinstance(partial, (int, float)) and 0.0 < partial < 1.0:
        thresholds.setdefault(math.log2(partial / (1.0 - partial)), "partial")
    counts = {name: [int(count) for count in found[name]] for name in STATUSES}
    return Histogram(edges, counts, [(name, bits) for bits, name in sorted(thresholds.items())])


def _interval(rate: Mapping[str, Any]) -> Interval:
    return Interval(rate["value"], rate["low"], rate["high"], rate["persons"], rate.get("citizens"))


def reliability(audit: Mapping[str, Any] | None) -> list[Bin]:
    """Bins of probability in which an audit found persons (:func:`vnlink.report.audit.audit_facts`), the least first."""
    bins = ((audit or {}).get("reliability") or {}).get("bins", ())
    return [Bin(one["low"], one["high"], one["promised"], _interval(one["right"])) for one in bins if one["right"]["persons"]]


def precision_recall(audit: Mapping[str, Any] | None) -> list[Point]:
    """Precision and recall that an audit found above each of a few probabilities, by rising threshold."""
    points = (audit or {}).get("by_threshold", ())
    return [Point(one["probability"], _interval(one["precision"]), _interval(one["recall"])) for one in points]


def precision_recall_by_truth(evaluation: Evaluation, most: int = CURVE_SHOWN) -> list[Point]:
    """Precision and recall against a truth by log-odds, by falling threshold; intervals are exact, over persons.

    The curve holds shares; the counts behind them are whole numbers and are found again from the persons who have a citizen.
    """
    total = evaluation.recall.total
    known = [point for point in evaluation.curve if point[1] > 0.0]
    kept = [point for point in known if point[2] * total >= FEWEST * point[1]] or known
    step = max(1, math.ceil(len(kept) / most))
    points = []
    for threshold, precision, recall in [*kept[:-1:step], *kept[-1:]]:
        hits = round(recall * total)
        rates = (Rate(hits, round(hits / precision)), Rate(hits, total))
        points.append(Point(threshold, *(Interval(rate.value, *rate.interval, rate.total, None) for rate in rates)))
    return points


def waterfall(candidate: Mapping[str, Any], model: Mapping[str, Any] | None, *, shown_bits: float = 0.05) -> list[Step]:
    """How the match weight of a candidate comes about: the start, each field, the total.

    Parameters
    ----------
    candidate : mapping
        A row of ``candidates.parquet``.
    model : mapping or None
    shown_bits : float
        Fields that add less are left out; their sum goes into the start, so the steps always end at the match weight.
    """
    own = [name.removeprefix("bits_") for name in candidate if name.startswith("bits_")]
    if own:
        added = [(name, str(candidate.get(LEVEL_PREFIX + name) or ""), candidate["bits_" + name]) for name in own]
    else:
        added = contributions(candidate, model or {})
    fields = [(name, level, float(bits)) for name, level, bits in added if bits is not None and abs(bits) >= shown_bits]
    weight = float(candidate["match_weight"])
    start = weight - sum(bits for *_, bits in fields)
    steps, reached = [Step("start", "", "", start, 0.0, start)], start
    for name, level, bits in fields:
        steps.append(Step("field", name, level, bits, reached, reached + bits))
        reached += bits
    return [*steps, Step("total", "", "", weight, 0.0, weight)]


def losses(summary: Mapping[str, Any]) -> list[Loss]:
    """Where persons stay short of full: one cause each, so that the counts add up to all persons."""
    persons = sum(summary["status"][name]["count"] for name in STATUSES)
    rows = [("full", "full", summary["status"]["full"]["count"])]
    rows += [(one["status"], one["cause"], one["count"]) for one in summary.get("losses", ())]
    return [Loss(status, cause, count, count / persons if persons else 0.0) for status, cause, count in rows]


TRUE_LOSSES = ("found", "another", "too_little", "not_kept", "no_candidate")
"""What became of a person whose citizen is known: linked to it; linked to another although the citizen was a candidate; a
candidate, but nobody was linked; there were candidates, but the citizen is none of those kept; no candidate at all."""


def losses_by_truth(links: pa.Table, candidates: pa.Table, truth: pa.Table) -> list[Loss]:
    """Where the right links were lost, of the persons whose citizen the truth knows to be in the register.

    Parameters
    ----------
    links, candidates : pyarrow.Table
        As a run writes them.
    truth : pyarrow.Table
        land_user_id, person_no (1 where it is absent), citizen_id.

    Returns
    -------
    list of Loss
        A row for each of :data:`TRUE_LOSSES`, in order; ``status`` is the most frequent one it stands for, for its colour.
    """
    truth = without_blanks(truth)
    wanted = _keyed(truth.filter(pc.is_valid(truth["citizen_id"])))
    said = _keyed(links)
    kept: dict[tuple[str, int], set[str]] = {}
    for key, citizen in zip(_keys(candidates), candidates["citizen_id"].to_pylist(), strict=True):
        kept.setdefault(key, set()).add(citizen)
    counts = dict.fromkeys(TRUE_LOSSES, 0)
    for key, citizen in wanted.items():
        linked, among = said.get(key), kept.get(key, set())
        if linked == citizen:
            counts["found"] += 1
        elif citizen in among:
            counts["another" if linked is not None else "too_little"] += 1
        else:
            counts["not_kept" if among else "no_candidate"] += 1
    colour = {"found": "full", "another": "partial"}
    total = max(len(wanted), 1)
    return [Loss(colour.get(name, "none"), name, count, count / total) for name, count in counts.items()]


def _keys(table: pa.Table) -> Iterable[tuple[str, int]]:
    users = table["land_user_id"].to_pylist()
    if "person_no" not in table.column_names:
        return zip(users, [1] * len(users), strict=True)
    return zip(users, person_numbers(table, "the truth").tolist(), strict=True)


def _keyed(table: pa.Table) -> dict[tuple[str, int], str]:
    return dict(zip(_keys(table), table["citizen_id"].to_pylist(), strict=True))


def places(rows: Sequence[Mapping[str, Any]] | None, most: int) -> list[Place]:
    """Statuses of the places with most persons, the largest first; a place that is not known comes after equals."""
    ordered = sorted(rows or (), key=lambda row: (-row["persons"], row["code"] is None, row["code"] or ""))[:most]
    return [
        Place(
            None if row["code"] is None else str(row["code"]),
            row.get("name"),
            row["persons"],
            {name: row[name] / row["persons"] if row["persons"] else 0.0 for name in STATUSES},
        )
        for row in ordered
    ]
