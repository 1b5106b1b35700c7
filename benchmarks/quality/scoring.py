"""How right the answers are: recall at a precision, calibration, recall of blocking; intervals by citizens.

One citizen who holds five parcels is right or wrong five times together, so citizens are drawn again in the bootstrap, not
persons: each citizen gets a whole weight, all persons who are (or are taken for) that citizen share it. All methods are judged
under the same draws, so that their differences have intervals too. A person of a land user that the truth does not list is
nobody; a person of the truth whom a method did not answer for is missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from preparation import EVIDENCE

from vnlink.report.reliability import RELIABILITY_EDGES
from vnlink.report.weighted import Rate

__all__ = [
    "BINS",
    "PRECISIONS",
    "Judged",
    "bootstrap",
    "calibration",
    "curve",
    "judge",
    "recall_of_pairs",
    "recalls",
    "true_citizens",
]

PRECISIONS = (0.99, 0.995, 0.999, 0.9999)
BINS = RELIABILITY_EDGES[1:-1]
_CURVE_POINTS = 400
_OUT_OF_SCOPE, _NOBODY = -2, -1


def _truth_rows(prepared: Path, truth: Path) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Person (-1: not read) and citizen (-1: nobody) of each row of the truth, and which persons its land users have."""
    land = pq.read_table(prepared / "land.parquet", columns=["land_user_id", "person_no"])
    citizens = pq.read_table(prepared / "citizens.parquet", columns=["citizen_id"])["citizen_id"].combine_chunks()
    table = pq.read_table(truth)
    users = pc.unique(table["land_user_id"])
    mine = pc.fill_null(pc.index_in(land["land_user_id"], value_set=users), -1).to_numpy().astype(np.int64)
    theirs = pc.index_in(table["land_user_id"], value_set=users).to_numpy().astype(np.int64)
    key = (mine << 16) | land["person_no"].to_numpy()
    wanted = (theirs << 16) | table["person_no"].to_numpy().astype(np.int64)
    order = np.argsort(key, kind="stable")
    at = np.minimum(np.searchsorted(key[order], wanted), max(len(key) - 1, 0))
    person = np.where(key[order][at] == wanted, order[at], -1)
    citizen = pc.fill_null(pc.index_in(table["citizen_id"].cast(citizens.type), value_set=citizens), -1)
    return person, citizen.to_numpy().astype(np.int64), mine >= 0


def true_citizens(prepared: Path, truth: Path) -> NDArray[np.int64]:
    """Citizen of each person of the prepared land register, -1 for nobody, -2 where the truth does not know the land user."""
    person, citizen, in_scope = _truth_rows(prepared, truth)
    true = np.where(in_scope, _NOBODY, _OUT_OF_SCOPE)
    true[person[person >= 0]] = citizen[person >= 0]
    return true


@dataclass(slots=True)
class Judged:
    """Answers by falling log-odds, each beside the truth.

    ``unit`` is the citizen whose weight an answer has; ``last_of_tie`` are the places after which the log-odds fall: answers of
    equal log-odds are given together or not at all. ``due`` is the citizen of each row of the truth that has one.
    """

    log_odds: NDArray[np.float64]
    probability: NDArray[np.float64]
    right: NDArray[np.bool_]
    unit: NDArray[np.int64]
    last_of_tie: NDArray[np.int64]
    due: NDArray[np.int64]


def judge(answers: pa.Table, prepared: Path, truth: Path) -> Judged:
    """Lay the truth beside answers (person, citizen, probability, log_odds)."""
    _, citizen, _ = _truth_rows(prepared, truth)
    true = true_citizens(prepared, truth)
    columns = {name: answers[name].to_numpy() for name in ("person", "citizen", "probability", "log_odds")}
    beside = true[columns["person"]]
    kept = np.flatnonzero(beside > _OUT_OF_SCOPE)
    order = kept[np.argsort(-columns["log_odds"][kept], kind="stable")]
    beside, said, log_odds = beside[order], columns["citizen"][order].astype(np.int64), columns["log_odds"][order]
    last = np.flatnonzero(np.append(log_odds[1:] != log_odds[:-1], True)) if len(order) else order
    unit = np.where(beside >= 0, beside, said)
    return Judged(log_odds, columns["probability"][order], beside == said, unit, last, citizen[citizen >= 0])


def recalls(judged: Judged, weight: NDArray[np.int64] | None) -> list[float]:
    """Best recall at each precision of :data:`PRECISIONS`, with citizens weighted."""
    mine = np.ones(len(judged.unit), np.int64) if weight is None else weight[judged.unit]
    due = len(judged.due) if weight is None else int(weight[judged.due].sum())
    given = np.cumsum(mine)[judged.last_of_tie]
    hits = np.cumsum(mine * judged.right)[judged.last_of_tie]
    found = []
    for precision in PRECISIONS:
        good = np.flatnonzero(hits >= precision * given)
        found.append(float(hits[good[-1]] / due) if len(good) and due else 0.0)
    return found


def bootstrap(judged: dict[str, Judged], citizens: int, draws: int, seed: int = 0) -> dict[str, Any]:
    """Recalls of all methods with 95 % intervals, and for each the share it misses of what each Splink misses at 99.9 %.

    Parameters
    ----------
    judged : dict of str to Judged
        By method.
    citizens : int
        Citizens of the register.
    draws : int
        Draws of the bootstrap.
    """
    rng = np.random.default_rng(seed)
    plain = {name: np.array(recalls(one, None)) for name, one in judged.items()}
    drawn = {name: np.empty((draws, len(PRECISIONS))) for name in judged}
    for draw in range(draws):
        weight = rng.poisson(1.0, citizens).astype(np.int64)
        for name, one in judged.items():
            drawn[name][draw] = recalls(one, weight)
    result: dict[str, Any] = {"recall": {}, "misses_of": {}}
    for name in judged:
        low, high = np.quantile(drawn[name], [0.025, 0.975], axis=0) if draws else (plain[name], plain[name])
        result["recall"][name] = {
            str(p): {"value": plain[name][i], "low": float(low[i]), "high": float(high[i])} for i, p in enumerate(PRECISIONS)
        }
    at = PRECISIONS.index(0.999)
    for peer in (name for name in judged if name.startswith("splink")):
        result["misses_of"][peer] = {}
        for name in judged:
            ratio = (1.0 - plain[name][at]) / max(1.0 - plain[peer][at], 1e-12)
            ratios = (1.0 - drawn[name][:, at]) / np.maximum(1.0 - drawn[peer][:, at], 1e-12)
            low, high = np.quantile(ratios, [0.025, 0.975]) if draws else (ratio, ratio)
            result["misses_of"][peer][name] = {"value": float(ratio), "low": float(low), "high": float(high)}
    return result


def calibration(judged: Judged) -> dict[str, Any]:
    """Reliability table over :data:`BINS`, and the expected calibration error over the bins from 0.5 on.

    ``wrong`` is the share of persons whose best candidate is wrong, ``promised`` what the probabilities said it would be;
    ``low`` and ``high`` are the exact 95 % interval over the citizens of the bin, one being wrong when any person is.
    """
    place = np.digitize(judged.probability, BINS)
    rows, error, counted = [], 0.0, 0
    for k in range(1, len(BINS) + 1):
        inside = place == k
        count = int(np.count_nonzero(inside))
        if not count:
            continue
        units, at = np.unique(judged.unit[inside], return_inverse=True)
        wrong_units = np.unique(at[~judged.right[inside]])
        low, high = Rate(len(wrong_units), len(units)).interval
        wrong = float(np.mean(~judged.right[inside]))
        promised = float(np.mean(1.0 - judged.probability[inside]))
        error += abs(wrong - promised) * count
        counted += count
        rows.append(
            {"from": BINS[k - 1], "persons": count, "citizens": len(units), "wrong": wrong, "promised": promised,
             "low": low, "high": high}
        )  # fmt: skip
    return {"expected_error": error / counted if counted else None, "bins": rows}


def curve(judged: Judged) -> dict[str, list[float]]:
    """Precision and recall by falling threshold, thinned."""
    if not len(judged.last_of_tie):
        return {"recall": [], "precision": []}
    hits = np.cumsum(judged.right)[judged.last_of_tie]
    kept = np.unique(np.linspace(0, len(hits) - 1, _CURVE_POINTS).astype(np.int64))
    precision, recall = hits / (judged.last_of_tie + 1.0), hits / max(len(judged.due), 1)
    return {"recall": recall[kept].tolist(), "precision": precision[kept].tolist()}


def recall_of_pairs(pairs: pa.Table, prepared: Path, truth: Path) -> dict[str, Any]:
    """Share of the right citizens among the candidates, and candidates a person, by kind of evidence."""
    person, citizen, _ = _truth_rows(prepared, truth)
    evidence = pq.read_table(prepared / "land.parquet", columns=["evidence"])["evidence"].to_numpy()
    left, right = (pairs[name].to_numpy().astype(np.int64) for name in ("person", "citizen"))
    due = np.flatnonzero(citizen >= 0)
    wanted = (person[due] << 32) | citizen[due]
    found = np.isin(wanted, (left << 32) | right) & (person[due] >= 0)
    kind = np.where(person[due] >= 0, evidence[person[due]], len(EVIDENCE))
    per_kind = np.bincount(evidence[left], minlength=len(EVIDENCE))
    persons = np.bincount(evidence, minlength=len(EVIDENCE))
    by_evidence = {}
    for k, name in enumerate((*EVIDENCE, "person not read")):
        count = int(np.count_nonzero(kind == k))
        if count:
            row: dict[str, Any] = {"persons": count, "recall": float(np.mean(found[kind == k]))}
            if k < len(EVIDENCE):
                row["candidates_per_person"] = float(per_kind[k] / max(persons[k], 1))
            by_evidence[name] = row
    return {
        "recall": float(np.mean(found)) if len(found) else None,
        "candidates_per_person": len(left) / max(len(evidence), 1),
        "by_evidence": by_evidence,
    }
