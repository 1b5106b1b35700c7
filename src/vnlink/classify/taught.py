"""Correct what was learned without labels by what clerks decided, and learn from them what "all agree" means.

The correction is a sum over levels, so it is added to the weights of the model: the model stays what it was, a weight for each
level, and pairs cost nothing more. It is taken only where labels that were held out say it is better: the gain on them, whole
groups (persons, households, communes) at a time, must be above two standard errors. So labels are used once, and where they
prove nothing the model is the one learned without them, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.choice import DENIED, NOBODY, RIGHT, UNTOLD, Choices, Correction, choose, losses, posteriors
from vnlink.classify.evaluation import class_report
from vnlink.classify.fellegi_sunter import FellegiSunter
from vnlink.classify.ordered import Design, declare, pattern_levels
from vnlink.classify.refine import least_steps
from vnlink.classify.saved_models import LinearSplit
from vnlink.classify.splits import fit_split
from vnlink.classify.training import TrainingPairs, by_pattern

__all__ = ["RULE_BITS", "Answers", "Taught", "teach"]

RULE_BITS = 5.0
"""Log odds of full that the status rule stands for before any label: clerks follow it in 97 cases of a hundred."""

_WIDTHS = (0.1, 0.2, 0.4)
_FOLDS = 5
_SURE = 2.0
_UNTOLD_PERSONS = 2000
_LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class Answers:
    """Clerks' decisions by number, an entry a label.

    Attributes
    ----------
    person, citizen : int64[l]
        Land persons, and citizens; -1 for nobody.
    right : bool[l]
        Whether the citizen is the person.
    full : bool[l]
        Whether a right one was called full.
    group : int64[l]
        From 0; labels of one number are held out together.
    lot : uint64[persons]
        A random number of each land person, by which those without a label are drawn.
    """

    person: NDArray[np.int64]
    citizen: NDArray[np.int64]
    right: NDArray[np.bool_]
    full: NDArray[np.bool_]
    group: NDArray[np.int64]
    lot: NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Taught:
    """A corrected model.

    ``weights`` take the place of those given, ``agreement`` tells full from partial, and ``report`` is plain data.
    """

    weights: FellegiSunter
    agreement: LinearSplit
    report: dict[str, Any]


def teach(
    pairs: TrainingPairs,
    weights: FellegiSunter,
    blind: NDArray[np.float64],
    present: NDArray[np.float64],
    answers: Answers,
    rule: NDArray[np.bool_],
) -> Taught:
    """Let labels correct a model.

    Parameters
    ----------
    pairs : TrainingPairs
        As :meth:`~vnlink.classify.training.TrainingPairs.sorted` gives them.
    weights : FellegiSunter
        Learned without the labels, without the blind guess.
    blind : float64[name groups, levels of rarity]
    present : float64[CIRCUMSTANCES]
    answers : Answers
    rule : bool[p]
        Whether all fields of each pair agree by the status rule.

    Returns
    -------
    Taught
    """
    design = Design(declare(weights.fields))
    scored = replace(weights, weights=dict(weights.weights))
    rarity = weights.fields[-1].name
    scored.weights[rarity] = weights.weights[rarity] + blind
    distinct, _, inverse = by_pattern(pairs.pattern)
    codes = pattern_levels(distinct, weights.fields)
    score = scored.score(distinct)
    sign = np.where(design.falling, -1.0, 1.0)
    columns = design.columns(codes) * sign
    # A step of the model may be flattened and is never turned round.
    lower = np.where(design.falling, -np.maximum(least_steps(design, codes, score), 0.0) * _LN2, -np.inf)
    choices, group, rows = _choices(pairs, inverse, score * _LN2, present, answers)
    checked = _checked(choices, group, columns, lower)
    if checked.found is not None:
        found = checked.found
        weights = _added(weights, found.intercept / _LN2, design.by_level(found.weights * sign / _LN2))
    pair = (pairs.person[rows].astype(np.int64) << 32) | pairs.citizen[rows]
    called = answers.right & answers.full
    full = np.isin(pair, (answers.person[called] << 32) | answers.citizen[called])
    bits = np.where(rule[rows], RULE_BITS, -RULE_BITS)
    agreement, held_out = _judged(choices, design, codes[choices.row], full, bits, checked)
    counts = {"full": called, "partial": answers.right & ~answers.full, "none": ~answers.right}
    labels = {name: int(which.sum()) for name, which in counts.items()}
    return Taught(weights, agreement, {"labels": labels, **checked.report, "held_out": held_out})


def _contents(pattern: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Hash of each person's candidates, whatever order persons and citizens came in."""
    return _mixed(np.add.reduceat(_mixed(pattern.astype(np.uint64)), start))


def _mixed(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        value = value * np.uint64(0x9E3779B97F4A7C15)
        value = (value ^ (value >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        return np.asarray(value ^ (value >> np.uint64(32)))


def _choices(
    pairs: TrainingPairs,
    row: NDArray[np.int64],
    score: NDArray[np.float64],
    present: NDArray[np.float64],
    answers: Answers,
) -> tuple[Choices, NDArray[np.int64], NDArray[np.int64]]:
    """Return labelled persons and a part of the others, the group of each (-1 without a label), and the pair of each row."""
    start = np.flatnonzero(np.diff(pairs.person, prepend=-1))
    persons = pairs.person[start].astype(np.int64)
    pair = (pairs.person.astype(np.int64) << 32) | pairs.citizen
    asked = (answers.person << 32) | np.maximum(answers.citizen, 0)
    right = np.isin(pair, asked[answers.right])
    denied = np.isin(pair, asked[~answers.right & (answers.citizen >= 0)])
    has_right, has_denied = np.logical_or.reduceat(right, start), np.logical_or.reduceat(denied, start)
    # A right citizen who is no candidate: none of the candidates is the person.
    whole = np.isin(persons, answers.person[answers.right | (answers.citizen < 0)])
    told = np.select([has_right, whole, has_denied], [RIGHT, NOBODY, DENIED], UNTOLD).astype(np.int8)
    sizes = np.diff(np.append(start, len(pair)))
    kind = np.repeat(told, sizes)
    named = np.where(kind == RIGHT, right, (kind == DENIED) & denied)
    # Of candidates with one pattern the named one comes first: the order of the citizens must not be seen.
    by_pair = np.lexsort((~named, pairs.pattern, pairs.person))
    named = named[by_pair]
    group = np.full(len(persons), -1, np.int64)
    order = np.argsort(answers.person, kind="stable")
    at = order[np.minimum(np.searchsorted(answers.person, persons, sorter=order), len(order) - 1)]
    group[told != UNTOLD] = answers.group[at[told != UNTOLD]]
    content = _contents(pairs.pattern, start)
    untold = told == UNTOLD
    others = np.flatnonzero(untold)
    count = min(len(others), _UNTOLD_PERSONS)
    # By a lot for each person: by what their candidates look like, persons of the most frequent look would come all or none.
    keep = ~untold
    keep[others[np.lexsort((content[others], answers.lot[persons[others]]))[:count]]] = True
    weight = np.where(untold, (~untold).sum() / max(count, 1), 1.0)
    evidence = pairs.evidence[np.searchsorted(pairs.sample_person, persons)]
    absent = np.log(1.0 - present[evidence]) - np.log(present[evidence])
    first = np.add.reduceat(np.where(named, np.arange(len(pair)) - np.repeat(start, sizes), 0), start)
    chosen = np.flatnonzero(keep)
    chosen = chosen[np.lexsort((absent[chosen], group[chosen], first[chosen], told[chosen], content[chosen]))]
    rows = np.concatenate([np.arange(start[i], start[i] + sizes[i]) for i in chosen]) if len(chosen) else np.empty(0, np.int64)
    begin = np.append(0, np.cumsum(sizes[chosen]))[:-1].astype(np.int64)
    found = Choices(begin, row[rows], score[row[rows]], absent[chosen], told[chosen], named[rows], weight[chosen])
    return found, group[chosen], by_pair[rows]


@dataclass(frozen=True, slots=True)
class _Checked:
    """The correction (None where it is not taken), those learned without each fold, and what labels held out said."""

    found: Correction | None
    by_fold: list[Correction]
    fold: NDArray[np.int64]
    columns: NDArray[np.float64]
    report: dict[str, Any]


def _checked(choices: Choices, group: NDArray[np.int64], columns: NDArray[np.float64], lower: NDArray[np.float64]) -> _Checked:
    """Learn a correction, and take it if labels held out prove it; the width of belief is the one best on them."""
    told = choices.told != UNTOLD
    fold = _folds(group)
    report: dict[str, Any] = {"correction": "not taken", "gain_nats": 0.0, "standard_error": 0.0}
    if fold.max(initial=-1) < _FOLDS - 1:
        return _Checked(None, [], fold, columns, report)
    before = losses(choices, np.zeros(len(columns)))
    members = np.unique(group[told], return_inverse=True)[1]
    tried = []
    for width in _WIDTHS:
        by_fold = [choose(choices.take(fold != held), columns, lower, width) for held in range(_FOLDS)]
        gain = np.zeros(len(choices))
        for held, one in enumerate(by_fold):
            gain[fold == held] = (before - losses(choices, one.of(columns)))[fold == held]
        by_group = np.bincount(members, weights=gain[told])
        tried.append((float(by_group.sum()), float(np.sqrt(by_group @ by_group)), width, by_fold))
    total, error, width, by_fold = max(tried, key=lambda one: one[0])
    count = int(told.sum())
    report |= {"gain_nats": round(total / count, 6), "standard_error": round(error / count, 6)}
    if total <= _SURE * error:
        return _Checked(None, [], fold, columns, report)
    report |= {"correction": "taken", "width_nats": width}
    return _Checked(choose(choices, columns, lower, width), by_fold, fold, columns, report)


def _folds(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fold of each person, -1 without a label; groups are dealt out in the order of their numbers."""
    known = group >= 0
    fold = np.full(len(group), -1, np.int64)
    fold[known] = np.unique(group[known], return_inverse=True)[1] % _FOLDS
    return fold


def _added(weights: FellegiSunter, intercept: float, tables: list[NDArray[np.float64]]) -> FellegiSunter:
    """Add a correction in bits to the weights, in whole units of 1/4096 bit."""
    found = dict(weights.weights)
    for f, table in zip(weights.fields, tables, strict=True):
        bits = found[f.name] + table + (intercept if f is weights.fields[-1] else 0.0)
        found[f.name] = np.rint(bits * 4096.0) / 4096.0
    return replace(weights, weights=found)


@dataclass(frozen=True, slots=True)
class _Rights:
    """The right pairs: level codes, whether clerks called them full, bits of the status rule, and the fold of each."""

    codes: NDArray[np.int64]
    full: NDArray[np.bool_]
    bits: NDArray[np.float64]
    fold: NDArray[np.int64]

    def fitted(self, design: Design, keep: NDArray[np.bool_]) -> LinearSplit:
        """Learn full against partial from some of them."""
        return fit_split(design, self.codes[keep], self.full[keep], None, self.bits[keep])[0]


def _judged(
    choices: Choices,
    design: Design,
    codes: NDArray[np.int64],
    full: NDArray[np.bool_],
    bits: NDArray[np.float64],
    checked: _Checked,
) -> tuple[LinearSplit, dict[str, Any]]:
    """Learn full against partial, and report the three classes on labels held out, without the labels and with them.

    Of each labelled person one pair is judged: the best candidate of the model without labels, or the one that was denied.
    """
    owner = np.repeat(np.arange(len(choices)), choices.sizes)
    at = np.flatnonzero(choices.named & (choices.told[owner] == RIGHT))
    rights = _Rights(codes[at], full[at], bits[at], checked.fold[owner[at]])
    agreement = rights.fitted(design, np.ones(len(at), bool))
    asked = np.where((choices.told[owner] == DENIED) & ~choices.named, -np.inf, choices.score)
    best = np.lexsort((-asked, owner))[choices.start]
    best, fold = best[choices.told != UNTOLD], checked.fold[choices.told != UNTOLD]
    is_right = choices.named[best] & (choices.told[owner[best]] == RIGHT)
    true = np.where(is_right, np.where(full[best], "full", "partial"), "none")
    before, after = posteriors(choices, np.zeros(len(checked.columns)))[0][best], np.zeros(len(best))
    agree = np.zeros(len(best))
    for held in np.unique(fold).tolist():
        out = fold == held
        corrected = checked.by_fold[held] if checked.by_fold else None
        added = np.zeros(len(checked.columns)) if corrected is None else corrected.of(checked.columns)
        after[out] = posteriors(choices, added)[0][best[out]]
        agree[out] = rights.fitted(design, rights.fold != held).probability(codes[best[out]], bits[best[out]])
    by_rule = 1.0 / (1.0 + np.exp2(-bits[best]))
    report = {
        name: _rounded(class_report(true, np.column_stack([same * how, same * (1.0 - how), 1.0 - same])).as_dict())
        for name, same, how in (("without_labels", before, by_rule), ("with_labels", after, agree))
        if len(best)
    }
    return agreement, report


def _rounded(value: Any) -> Any:
    """Round what is reported to millionths: the last bits of sums are nobody's concern."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value
