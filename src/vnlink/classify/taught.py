"""Correct what was learned without labels by what clerks decided, and learn from them what "all agree" means.

The correction is a sum over levels, so it is added to the weights of the model: the model stays what it was, a weight for each
level, and pairs cost nothing more. It is taken only where labels that were held out say it is better: the gain on them, whole
groups (persons, households, communes) at a time, must be above two standard errors. So labels are used once, and where they
prove nothing the model is the one learned without them, to the last bit. A classifier of the user's own
(:mod:`vnlink.classify.own`) is judged the same way and takes the place of the correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.choice import DENIED, NOBODY, RIGHT, UNTOLD, Choices, Correction, choose, losses, posteriors
from vnlink.classify.evaluation import class_report
from vnlink.classify.fellegi_sunter import FellegiSunter
from vnlink.classify.ordered import Design, declare, least_steps, pattern_levels
from vnlink.classify.own import OwnClassifier, OwnLearner
from vnlink.classify.saved_models import LinearSplit
from vnlink.classify.splits import fit_split
from vnlink.classify.training import TrainingPairs, by_pattern

if TYPE_CHECKING:
    from vnlink.classify.classifier import MatchClassifier

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

    ``weights`` take the place of those given, ``agreement`` tells full from partial unless ``own`` does, ``own`` is what a
    classifier of the user's learned, and ``report`` is plain data.
    """

    weights: FellegiSunter
    agreement: LinearSplit | None
    own: OwnClassifier | None
    report: dict[str, Any]


def teach(
    pairs: TrainingPairs,
    weights: FellegiSunter,
    blind: NDArray[np.float64],
    present: NDArray[np.float64],
    answers: Answers,
    rule: NDArray[np.bool_],
    classifier: MatchClassifier | None = None,
    absent_bits: float = 0.0,
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
    classifier : MatchClassifier, optional
        Learns from the labels in place of the built-in correction; where it is fitted they only judge it.
    absent_bits : float
        See :func:`vnlink.classify.own.mean_absent_bits`.

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
    everybody = np.ones(len(choices), bool)
    learner = None
    if classifier is not None:
        learner = OwnLearner(classifier, weights.fields, choices, distinct, score, group, absent_bits)
        checked = _checked(choices, group, len(distinct), {"classifier": learner})
    else:
        tried = {f"{width:g}": _Levels(choices, columns, lower, width) for width in _WIDTHS}
        checked = _checked(choices, group, len(distinct), tried)
        if checked.taken is not None:
            found = tried[checked.taken].correction(everybody)
            weights = _added(weights, found.intercept / _LN2, design.by_level(found.weights * sign / _LN2))
            checked.report["width_nats"] = tried[checked.taken].width
    pair = (pairs.person[rows].astype(np.int64) << 32) | pairs.citizen[rows]
    called = answers.right & answers.full
    full = np.isin(pair, (answers.person[called] << 32) | answers.citizen[called])
    bits = np.where(rule[rows], RULE_BITS, -RULE_BITS)
    rights = _Rights.of(choices, codes, full, bits, checked.fold, group, design, learner)
    held_out = _judged(choices, rights, full, codes, bits, checked)
    found_agreement = rights.fitted(np.ones(len(rights.full), bool))
    same = learner.learned(everybody) if learner is not None and checked.taken is not None else None
    own, agreement = _answers_of(same, found_agreement)
    counts = {"full": called, "partial": answers.right & ~answers.full, "none": ~answers.right}
    labels = {name: int(which.sum()) for name, which in counts.items()}
    return Taught(weights, agreement, own, {"labels": labels, **checked.report, "held_out": held_out})


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


class _Learner(Protocol):
    """What learns a correction of scores."""

    def added(self, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Nats to add to the score of each distinct pattern, learned from some of the persons."""


@dataclass(frozen=True, slots=True)
class _Levels:
    """The built-in correction: a sum over levels whose weights are believed to have a width."""

    choices: Choices
    columns: NDArray[np.float64]
    lower: NDArray[np.float64]
    width: float

    def correction(self, keep: NDArray[np.bool_]) -> Correction:
        """Learn from some of the persons."""
        return choose(self.choices.take(keep), self.columns, self.lower, self.width)

    def added(self, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """See :class:`_Learner`."""
        return self.correction(keep).of(self.columns)


@dataclass(frozen=True, slots=True)
class _Checked:
    """The learner that is taken (None where none is), what those without each fold added, and what labels held out said."""

    taken: str | None
    by_fold: list[NDArray[np.float64]]
    fold: NDArray[np.int64]
    report: dict[str, Any]


def _checked(choices: Choices, group: NDArray[np.int64], rows: int, learners: Mapping[str, _Learner]) -> _Checked:
    """Learn a correction of scores, and take it if labels held out prove it; of several learners the one best on them.

    The gain of the best is a little too high, for it was chosen by the same folds; two standard errors leave room for that.
    """
    told = choices.told != UNTOLD
    fold = _folds(group)
    report: dict[str, Any] = {"correction": "not taken", "gain_nats": None, "standard_error": None}
    if fold.max(initial=-1) < _FOLDS - 1:
        report["reason"] = f"nothing could be held out: labels make fewer than {_FOLDS} groups"
        return _Checked(None, [], fold, report)
    before = losses(choices, np.zeros(rows))
    members = np.unique(group[told], return_inverse=True)[1]
    tried = []
    for name, learner in learners.items():
        by_fold = [learner.added(fold != held) for held in range(_FOLDS)]
        gain = np.zeros(len(choices))
        for held, added in enumerate(by_fold):
            gain[fold == held] = (before - losses(choices, added))[fold == held]
        by_group = np.bincount(members, weights=gain[told])
        tried.append((float(by_group.sum()), float(np.sqrt(by_group @ by_group)), name, by_fold))
    total, error, name, by_fold = max(tried, key=lambda one: one[0])
    count = int(told.sum())
    report |= {"gain_nats": round(total / count, 6), "standard_error": round(error / count, 6)}
    if total <= _SURE * error:
        return _Checked(None, [], fold, report)
    report["correction"] = "taken"
    return _Checked(name, by_fold, fold, report)


def _folds(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Fold of each person, -1 without a label; groups are dealt out by size.

    The largest first, each into the fold that holds fewest persons yet, as scikit-learn's ``GroupKFold`` does. Of groups of one
    size the lower number comes first, of folds the first.
    """
    known = group >= 0
    fold = np.full(len(group), -1, np.int64)
    _, member, sizes = np.unique(group[known], return_inverse=True, return_counts=True)
    dealt = np.zeros(len(sizes), np.int64)
    filled = np.zeros(_FOLDS, np.int64)
    for one in np.argsort(-sizes, kind="stable").tolist():
        dealt[one] = np.argmin(filled)
        filled[dealt[one]] += sizes[one]
    fold[known] = dealt[member]
    return fold


def _added(weights: FellegiSunter, intercept: float, tables: list[NDArray[np.float64]]) -> FellegiSunter:
    """Add a correction in bits to the weights, in whole units of 1/4096 bit."""
    found = dict(weights.weights)
    for f, table in zip(weights.fields, tables, strict=True):
        bits = found[f.name] + table + (intercept if f is weights.fields[-1] else 0.0)
        found[f.name] = np.rint(bits * 4096.0) / 4096.0
    beside = {
        f.name: np.rint((weights.beside_number[f.name] + table) * 4096.0) / 4096.0
        for f, table in zip(weights.fields, tables, strict=True)
        if f.name in weights.beside_number
    }
    return replace(weights, weights=found, beside_number=beside)


Agreement = LinearSplit | OwnClassifier


@dataclass(frozen=True, slots=True)
class _Rights:
    """The right pairs: level codes, whether clerks called them full, bits of the status rule, fold and group of each."""

    codes: NDArray[np.int64]
    full: NDArray[np.bool_]
    bits: NDArray[np.float64]
    fold: NDArray[np.int64]
    group: NDArray[np.int64]
    design: Design
    learner: OwnLearner | None

    @classmethod
    def of(
        cls,
        choices: Choices,
        codes: NDArray[np.int64],
        full: NDArray[np.bool_],
        bits: NDArray[np.float64],
        fold: NDArray[np.int64],
        group: NDArray[np.int64],
        design: Design,
        learner: OwnLearner | None,
    ) -> _Rights:
        """Find them among the candidates."""
        owner = np.repeat(np.arange(len(choices)), choices.sizes)
        at = np.flatnonzero(choices.named & (choices.told[owner] == RIGHT))
        pairs = codes[choices.row[at]], full[at], bits[at]
        return cls(*pairs, fold[owner[at]], group[owner[at]], design, learner)

    def fitted(self, keep: NDArray[np.bool_]) -> Agreement:
        """Learn full against partial from some of them."""
        if self.learner is not None:
            own = self.learner.agreement(self.codes[keep], self.full[keep], self.bits[keep], self.group[keep])
            if own.agreement is not None:
                return own
        return fit_split(self.design, self.codes[keep], self.full[keep], None, self.bits[keep])[0]


def _probability_full(agreement: Agreement, codes: NDArray[np.int64], bits: NDArray[np.float64]) -> NDArray[np.float64]:
    if isinstance(agreement, OwnClassifier):
        return agreement.probability_full(codes, bits)
    return agreement.probability(codes, bits)


def _answers_of(same: OwnClassifier | None, agreement: Agreement) -> tuple[OwnClassifier | None, LinearSplit | None]:
    """Lay apart what the user's classifier answers and what the built-in model does."""
    if isinstance(agreement, LinearSplit):
        return same, agreement
    return agreement if same is None else replace(same, agreement=agreement.agreement), None


def _judged(
    choices: Choices,
    rights: _Rights,
    full: NDArray[np.bool_],
    codes: NDArray[np.int64],
    bits: NDArray[np.float64],
    checked: _Checked,
) -> dict[str, Any]:
    """Report the three classes on labels held out, without the labels and with them.

    No label is judged by what learned from it, but the same folds chose how far labels may go and whether they are used at all,
    so what is said "with the labels" is a little too good where a correction is taken.

    Of each labelled person one pair is judged: the best candidate of the model without labels, or the one that was denied.
    """
    owner = np.repeat(np.arange(len(choices)), choices.sizes)
    asked = np.where((choices.told[owner] == DENIED) & ~choices.named, -np.inf, choices.score)
    best = np.lexsort((-asked, owner))[choices.start]
    best, fold = best[choices.told != UNTOLD], checked.fold[choices.told != UNTOLD]
    is_right = choices.named[best] & (choices.told[owner[best]] == RIGHT)
    true = np.where(is_right, np.where(full[best], "full", "partial"), "none")
    nothing = np.zeros(len(codes))
    before, after = posteriors(choices, nothing)[0][best], np.zeros(len(best))
    agree = np.zeros(len(best))
    for held in np.unique(fold).tolist():
        out = fold == held
        after[out] = posteriors(choices, checked.by_fold[held] if checked.by_fold else nothing)[0][best[out]]
        agree[out] = _probability_full(rights.fitted(rights.fold != held), codes[choices.row[best[out]]], bits[best[out]])
    by_rule = 1.0 / (1.0 + np.exp2(-bits[best]))
    return {
        name: _rounded(class_report(true, np.column_stack([same * how, same * (1.0 - how), 1.0 - same])).as_dict())
        for name, same, how in (("without_labels", before, by_rule), ("with_labels", after, agree))
        if len(best)
    }


def _rounded(value: Any) -> Any:
    """Round what is reported to millionths: the last bits of sums are nobody's concern."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value
