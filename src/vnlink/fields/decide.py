"""Decisions on declared fields: the same posterior, status rule and tables as for the built-in registers.

full: one right row beyond reasonable doubt, and every required field that the left row holds agrees. partial: a probability of
one half for one right row, or for a short list. none: the rest. The probabilities that the tables show leave a share of doubt
(:attr:`vnlink.fields.model.FieldModel.doubt`); everything is decided before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.decide.assignment import Settlement, settle, with_taken
from vnlink.decide.posterior import Posterior, posterior
from vnlink.decide.ranking import SCALE, Ranking
from vnlink.fields.blocking import Blocking
from vnlink.fields.compare import levels_of, patterns
from vnlink.fields.encode import Registers
from vnlink.fields.kinds import MISSING
from vnlink.fields.model import FieldModel
from vnlink.report.progress import ProgressCallback
from vnlink.schema import Status

__all__ = ["FieldRule", "Ranked", "candidates_of", "links_of", "rank_all"]

_KEEP = 10
_ROWS = 1 << 14
_STATUS = pa.array([str(Status.FULL), str(Status.PARTIAL), str(Status.NONE)])


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Thresholds of the status rule; see :class:`vnlink.config.Decide`."""

    probability_full: float
    probability_partial: float
    short_list: int
    one_to_one: bool


@dataclass(slots=True)
class Ranked:
    """The best candidates of each left row.

    Attributes
    ----------
    ranking : Ranking
        Its patterns are row numbers of ``patterns``.
    patterns : int64[d]
    post : Posterior
    pairs : int
        How many were compared.
    settled : Settlement or None
        What sharing out changed, where each right row may be given once only.
    """

    ranking: Ranking
    patterns: NDArray[np.int64]
    post: Posterior
    pairs: int
    settled: Settlement | None

    @property
    def best(self) -> NDArray[np.int64]:
        """Pattern of each left row's first candidate; 0 without candidates."""
        everyone = np.arange(len(self.ranking.shared))
        row = np.where(self.ranking.citizen[:, 0] >= 0, self.ranking.patterns(everyone, 0), len(self.patterns))
        return np.asarray(np.append(self.patterns, 0)[row])


def rank_all(
    model: FieldModel, registers: Registers, blocking: Blocking, rule: FieldRule, progress: ProgressCallback | None = None
) -> Ranked:
    """Compare all candidates, keep the best of each left row, and compute the posteriors; ``progress`` is told of left rows."""
    count_left, count_right = len(registers.left_key), len(registers.right_key)
    weights = model.weights(registers)
    ranking = Ranking.empty(np.zeros(count_left, np.int64), _KEEP)
    known: list[NDArray[np.int64]] = []
    offset = pairs = 0
    for batch, (left, right) in enumerate(blocking.batches(_ROWS), start=1):
        distinct, inverse = np.unique(patterns(registers.columns, left, right), return_inverse=True)
        score = np.rint(model.score(distinct, weights, count_right) * SCALE).astype(np.int32)[inverse]
        row = inverse.astype(np.int64) + offset
        ranking.enter(left, right, row, score, registers.right_key)
        known.append(distinct)
        offset += len(distinct)
        pairs += len(left)
        if progress is not None:
            progress("rank", min(batch * _ROWS, count_left), count_left)
    present = np.full(count_left, model.present)
    post = posterior(ranking, present)
    settled = None
    if rule.one_to_one:
        settled = settle(ranking, post, np.zeros(count_left, np.int64), registers.left_key, registers.right_key)
        post = posterior(ranking, present)
    return Ranked(ranking, np.concatenate(known), post, pairs, settled)


def _obstacles(registers: Registers, best: NDArray[np.int64]) -> NDArray[np.int8]:
    """What keeps each required field of each left row from full, int8[n, fields].

    0: nothing; -1: the right row holds nothing; else the level.
    """
    found = np.zeros((len(best), len(registers.columns)), np.int8)
    for i, column in enumerate(registers.columns):
        if not column.kind.required or not column.held:
            continue
        level = levels_of(best, i)
        agrees = np.array([one.name in column.kind.agreeing for one in column.kind.levels])[level]
        stands = (column.left >= 0) & ~agrees
        found[stands, i] = np.where(level[stands] == MISSING, -1, level[stands])
    return found


def _status(ranked: Ranked, blocked: NDArray[np.bool_], rule: FieldRule) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Status of each left row, and the reason that is of no field: 0 none, else 1 + its place in :data:`_CODES`."""
    post, has = ranked.post, ranked.ranking.citizen[:, 0] >= 0
    single = has & (post.probability[:, 0] >= rule.probability_partial)
    together = post.probability[:, : rule.short_list].cumsum(axis=1)[:, -1] >= rule.probability_partial
    with np.errstate(invalid="ignore"):
        sure = post.log_odds >= np.log2(rule.probability_full / (1.0 - rule.probability_full))
    status = np.where(single & sure & ~blocked, 0, np.where(has & (single | together), 1, 2)).astype(np.uint8)
    if ranked.settled is not None:
        status[ranked.settled.without] = 2
    likely = post.nobody < 0.5
    other = np.where(~has, 1, np.where(likely, 2, 3))
    partial = np.where(~single, 4, np.where(~sure & ~blocked, 5, 0))
    return status, np.where(status == 2, other, np.where(status == 1, partial, 0)).astype(np.uint8)


_CODES = ("no_candidate", "too_many_namesakes", "nobody_plausible", "short_list", "below_threshold")


def _reasons(obstacles: NDArray[np.int8], status: NDArray[np.uint8], other: NDArray[np.uint8], model: FieldModel) -> pa.Array:
    """Reason codes of every left row; each distinct combination is worded once."""
    shown = np.where((status < 2)[:, None], obstacles, 0)
    cases, inverse = np.unique(np.column_stack((shown, other.astype(np.int8))), axis=0, return_inverse=True)
    texts = []
    for case in cases.tolist():
        codes = []
        for kind, level in zip(model.declaration.fields, case[:-1], strict=True):
            if level:
                codes.append(f"{kind.column}_{'not_comparable' if level < 0 else kind.levels[level].name}")
        texts.append([*codes, *([_CODES[case[-1] - 1]] if case[-1] else [])])
    return pa.array(texts, pa.list_(pa.string())).take(pa.array(inverse.reshape(-1)))


def links_of(model: FieldModel, registers: Registers, ranked: Ranked, rule: FieldRule) -> pa.Table:
    """Decide every left row: one row of the table each, in input order."""
    post, has = ranked.post, ranked.ranking.citizen[:, 0] >= 0
    obstacles = _obstacles(registers, ranked.best)
    status, other = _status(ranked, np.any(obstacles, axis=1), rule)
    reasons = _reasons(obstacles, status, other, model)
    if ranked.settled is not None:
        reasons = with_taken(reasons, ranked.settled.taken)
    right = pa.array(np.maximum(ranked.ranking.citizen[:, 0], 0).astype(np.int64), mask=status == 2)

    def known(values: NDArray[np.float64]) -> pa.Array:
        return pa.array(values, pa.float64(), mask=~has | np.isnan(values))

    return pa.table(
        {
            "left_id": registers.left_ids,
            "right_id": registers.right_ids.take(right),
            "status": _STATUS.take(pa.array(status)),
            "probability": known(post.doubted(model.doubt).probability[:, 0]),
            "log_odds": known(post.log_odds),
            "margin": known(post.margin),
            "namesakes": known(post.namesakes),
            "reasons": reasons,
        }
    )


def candidates_of(model: FieldModel, registers: Registers, ranked: Ranked, top_k: int) -> pa.Table:
    """The best ``top_k`` candidates of every left row, with the level of each field."""
    left, rank = np.nonzero(ranked.ranking.citizen[:, :top_k] >= 0)
    pattern = ranked.patterns[ranked.ranking.patterns(left, rank)]
    columns = {
        "left_id": registers.left_ids.take(pa.array(left)),
        "rank": pa.array((rank + 1).astype(np.int32)),
        "right_id": registers.right_ids.take(pa.array(ranked.ranking.citizen[left, rank].astype(np.int64))),
        "probability": pa.array(ranked.post.doubted(model.doubt).probability[left, rank]),
        "match_weight": pa.array(ranked.ranking.score[left, rank] / SCALE),
    }
    for i, kind in enumerate(model.declaration.fields):
        words = pa.array([level.name for level in kind.levels])
        levels = pa.array(levels_of(pattern, i).astype(np.int8))
        columns[f"level_{kind.column}"] = pa.DictionaryArray.from_arrays(levels, words)
    weights = model.contributions(pattern, model.weights(registers))
    for i, kind in enumerate(model.declaration.fields):
        columns[f"bits_{kind.column}"] = pa.array(weights[:, i])
    columns["bits_relations"] = pa.array(weights[:, -1])
    return pa.table(columns)
