"""Learn the weights from the registers themselves, without labels.

1. Pairs whose numbers agree are nearly certain matches. With the number hidden they show how names, dates and places vary
   between two records of one person. About one in a hundred is not a match (a spouse's number, a slip), so each carries the
   probability, found by EM, of being one.
2. Random pairs, and pairs of one name, show how fields agree by chance; pairs of one name are a kind of their own.
3. m and u give the Fellegi-Sunter weights (:mod:`vnlink.classify.fellegi_sunter`). Fields are not independent, so the weights
   are then corrected by a ridge logistic regression on the candidates of persons whose right citizen is known: right against
   wrong candidates, starting from the Fellegi-Sunter weights and pulled towards them. Wrong candidates count as they would
   look if the right one were absent, and namesakes too common to be candidates count with their number in the population.
4. What an agreeing or differing *number* is worth is learned last, from the pairs that are matches by everything else.
5. How many persons of each kind of evidence are in the population at all follows by EM from the odds of their candidates.

References: Fellegi and Sunter 1969; Winkler 1988 (EM for record linkage); Hand and Christen 2018 on what such estimates can
bear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.correction import correct_weights
from vnlink.classify.fellegi_sunter import GROUPS, NUMBER_FIELDS, FellegiSunter
from vnlink.schema import Field, field_levels

__all__ = ["EVIDENCE_KINDS", "Learned", "TrainingPairs", "learn"]

CONTEXT_FIELDS = ("partner",)
"""Fields whose levels depend on the other candidates of the same land user."""

_EQUAL, _DIFFERENT = 1, 3
_FOLD_ALIKE = ("exact", "unmarked", "mark_lost", "mark_differs", "given_mark_differs")
_SMOOTHING = 0.5
_UNFORESEEN = 1.0 / 500.0
"""Share of right pairs that may differ in any way at all, beyond what the sample shows: no level that exists is impossible,
however
few of them were learned from. It bounds what one disagreement can cost at some nine bits."""

_PRIOR_PRESENT, _PRIOR_WEIGHT = 0.9, 20.0
EVIDENCE_KINDS = 12
"""Kinds of evidence a land person can bring: number or not, x no, year-only or full birth date, x place or not."""


@dataclass(slots=True)
class TrainingPairs:
    """What is learned from; patterns of pairs of a sample of land persons.

    Attributes
    ----------
    person, citizen, pattern : int32[p], int32[p], int64[p]
        All candidates of the sampled persons.
    rarity_without : int32[p]
        Rarity level of each pair's name if one of its bearers were not in the population.
    by_number_only : bool[p]
        Whether nothing but a number brought the pair.
    verdict : int8[p]
        What clerks said of the pair: 1 right, -1 wrong, 0 nothing.
    namesakes_person, namesakes_citizen, namesakes : int32[q], int32[q], int64[q]
        Pairs of one folded name (and others), with a random part of the citizens.
    namesakes_found : bool[q]
        Whether blocking brings the pair by more than a name that is too common.
    namesakes_weight : float
        Citizens of the population for each citizen of that part.
    strangers : int64[r]
        Patterns of random pairs.
    presence : int8[s]
        What clerks said of each sampled person: 1 in the population, -1 not, 0 nothing.
    evidence : uint8[s]
        Kind of evidence of every sampled person (0 to ``EVIDENCE_KINDS - 1``), including those without candidates.
    sample_person : int32[s]
        Their person numbers.
    count_citizens : int
        N.
    """

    person: NDArray[np.int32]
    citizen: NDArray[np.int32]
    pattern: NDArray[np.int64]
    rarity_without: NDArray[np.int32]
    by_number_only: NDArray[np.bool_]
    verdict: NDArray[np.int8]
    namesakes_person: NDArray[np.int32]
    namesakes_citizen: NDArray[np.int32]
    namesakes: NDArray[np.int64]
    namesakes_found: NDArray[np.bool_]
    namesakes_weight: float
    strangers: NDArray[np.int64]
    presence: NDArray[np.int8]
    evidence: NDArray[np.uint8]
    sample_person: NDArray[np.int32]
    count_citizens: int

    def sorted(self) -> TrainingPairs:
        """Return the same pairs by person and pattern, so that sums over a person's candidates do not depend on row order."""
        order = np.lexsort((self.pattern, self.person))
        return replace(
            self,
            person=self.person[order],
            citizen=self.citizen[order],
            pattern=self.pattern[order],
            rarity_without=self.rarity_without[order],
            by_number_only=self.by_number_only[order],
            verdict=self.verdict[order],
        )


@dataclass(slots=True)
class Learned:
    """A model and what it was learned from.

    Attributes
    ----------
    model : FellegiSunter
    present : float64[EVIDENCE_KINDS]
        Probability that a person of each kind of evidence is in the population and among the candidates.
    report : dict
        Numbers of pairs, share of wrong numbers.
    """

    model: FellegiSunter
    present: NDArray[np.float64]
    report: dict[str, float]


def _fixed(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round probabilities to multiples of 2**-20: their sums are then exact, and the same in whatever order they are added."""
    return np.asarray(np.rint(weight * 2.0**20) * 2.0**-20)


def _table(patterns: NDArray[np.int64], weight: NDArray[np.float64], field: Field) -> NDArray[np.float64]:
    """Smoothed distribution of the levels of one field among pairs that have it; the entry of level 0 (missing) is 1, for no
    evidence.
    """
    size = len(field.levels)
    counts = np.bincount(field_levels(patterns, field), weights=weight, minlength=size)[:size].astype(np.float64)
    counts[0] = 0.0
    counts[1:] += _SMOOTHING
    table = counts / counts.sum()
    table[0] = 1.0
    return np.asarray(table)


def _distinct(
    patterns: NDArray[np.int64], weight: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    distinct, inverse = np.unique(patterns, return_inverse=True)
    return distinct, np.bincount(inverse, weights=weight, minlength=len(distinct)).astype(np.float64), inverse


def _single_anchors(pairs: TrainingPairs, fields: tuple[Field, ...]) -> NDArray[np.int64]:
    """Rows of the pairs that clerks call right, or else whose numbers agree; persons with exactly one such pair.

    Clerks come first: of a person whom they spoke of, no other pair is an anchor.
    """
    personal, old = (field_levels(pairs.pattern, f) for f in fields if f.name in NUMBER_FIELDS)
    numbers = (personal == _EQUAL) | ((old == _EQUAL) & (personal != _DIFFERENT))
    judged = pairs.sample_person[pairs.presence != 0]
    agrees = np.flatnonzero((pairs.verdict > 0) | (numbers & (pairs.verdict == 0) & ~np.isin(pairs.person, judged)))
    _, first, count = np.unique(pairs.person[agrees], return_index=True, return_counts=True)
    return agrees[np.sort(first[count == 1])]


def _unmix(
    patterns: NDArray[np.int64], strangers: NDArray[np.int64], fields: tuple[Field, ...]
) -> tuple[NDArray[np.float64], float]:
    """Probability that each anchor pattern is a match: EM of two classes, started from random pairs for the wrong one."""
    distinct, count, inverse = _distinct(patterns)
    wrong_start = {f.name: _table(strangers, np.ones(len(strangers)), f) for f in fields}
    # A wrong number is mostly a relative's: places agree, so only who the person is tells the classes apart at the start.
    for f in fields:
        if f.name == "place":
            wrong_start[f.name] = _table(distinct, count, f)
    right = {f.name: _table(distinct, count, f) for f in fields}
    wrong, share = wrong_start, 0.02
    probability = np.ones(len(distinct))
    for _ in range(30):
        log_ratio = np.full(len(distinct), np.log(share / (1.0 - share)))
        for f in fields:
            levels = field_levels(distinct, f)
            log_ratio += np.log(wrong[f.name][levels] / right[f.name][levels])
        probability = _fixed(1.0 / (1.0 + np.exp(np.clip(log_ratio, -500, 500))))
        share = float(np.clip(((1.0 - probability) @ count + 1.0) / (count.sum() + 50.0), 1e-4, 0.3))
        right = {f.name: _table(distinct, count * probability, f) for f in fields}
        # The wrong class stays anchored to how it started, with the weight of 50 pairs.
        wrong = {
            f.name: (
                _table(distinct, count * (1.0 - probability), f) * ((1.0 - probability) @ count) + 50.0 * wrong_start[f.name]
            )
            / ((1.0 - probability) @ count + 50.0)
            for f in fields
        }
    return probability[inverse], share


def _log2(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log2(np.maximum(values, 1e-12))


def _known_citizens(pairs: TrainingPairs, anchors: NDArray[np.int64]) -> NDArray[np.int64]:
    """The right citizen of each person, by person number; -1 where it is not known."""
    known = np.full(int(max(pairs.person.max(initial=0), pairs.namesakes_person.max(initial=0))) + 1, -1, np.int64)
    known[pairs.person[anchors]] = pairs.citizen[anchors]
    return known


def _folds_alike(patterns: NDArray[np.int64], name: Field) -> NDArray[np.bool_]:
    alike = np.array([level in _FOLD_ALIKE for level in name.levels])
    return np.asarray(alike[field_levels(patterns, name)])


def _wrong_namesakes(pairs: TrainingPairs, name: Field, known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the namesake pairs are of one folded name, and wrong because the right citizen is another."""
    right = known[pairs.namesakes_person]
    return (right >= 0) & (right != pairs.namesakes_citizen) & _folds_alike(pairs.namesakes, name)


def _first_weights(
    pairs: TrainingPairs,
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    anchors: NDArray[np.int64],
    anchor_weight: NDArray[np.float64],
    blind: NDArray[np.float64],
) -> FellegiSunter:
    """Fellegi-Sunter weights of all fields but the numbers, from m of the anchors and u by name group."""
    name, rarity = fields[0], fields[-1]
    group_table = np.asarray(groups, np.int64)
    known = _known_citizens(pairs, anchors)
    chance = {1: pairs.namesakes[_wrong_namesakes(pairs, name, known)]}
    candidate_wrong = np.ones(len(pairs.pattern), bool)
    candidate_wrong[anchors] = False
    candidate_wrong &= known[pairs.person] >= 0
    candidate_group = group_table[field_levels(pairs.pattern, name)]
    stranger_group = group_table[field_levels(pairs.strangers, name)]
    for g in (2, 3):
        chance[g] = pairs.strangers[stranger_group == g]
    chance[0] = pairs.strangers
    weights, m, u = {}, {}, {}
    for f in fields[:-1]:
        levels = len(f.levels)
        weights[f.name] = np.zeros((len(GROUPS), levels))
        m[f.name] = _table(pairs.pattern[anchors], anchor_weight, f)
        by_chance = _table(pairs.strangers, np.ones(len(pairs.strangers)), f)
        m[f.name] = (1.0 - _UNFORESEEN) * m[f.name] + _UNFORESEEN * by_chance
        u[f.name] = _table(chance[1], np.ones(len(chance[1])), f)
        if f.name in NUMBER_FIELDS:
            continue
        for g, brought in chance.items():
            patterns = brought
            if f.name in CONTEXT_FIELDS and g:
                # Seen only among the candidates of a land user, so what chance brings is counted there.
                patterns = pairs.pattern[candidate_wrong & (candidate_group == g)]
            table = _table(patterns, np.ones(len(patterns)), f)
            if f is name and g != 1:
                table = _table(pairs.strangers, np.ones(len(pairs.strangers)), f)
            row = _log2(m[f.name]) - _log2(table)
            row[0] = 0.0
            weights[f.name][g] = np.where(group_table == g, row, 0.0) if f is name else row
    weights[rarity.name] = blind
    m[rarity.name] = u[rarity.name] = np.zeros(len(rarity.levels))
    return FellegiSunter(fields, groups, weights, m, u)


def _knocked_out(
    pairs: TrainingPairs, fields: tuple[Field, ...], owner: NDArray[np.int64], is_right: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Patterns in which the wrong candidates look as they would if the right one were absent.

    A person known to be in the population adds one to the bearers of the own name. Somebody absent does not: whoever is found
    under such a name is a namesake. So wrong candidates carry the rarity of the name without its true bearer; otherwise a name
    that one citizen carries would seem to prove that this citizen is the person.
    """
    name, rarity = fields[0], fields[-1]
    anchor = owner[pairs.person]
    counted = (anchor >= 0) & _folds_alike(pairs.pattern[np.maximum(anchor, 0)], name) & ~is_right
    lowered = (pairs.pattern & ((np.int64(1) << rarity.shift) - 1)) | (pairs.rarity_without.astype(np.int64) << rarity.shift)
    return np.where(counted, lowered, pairs.pattern)


def _learn_numbers(pairs: TrainingPairs, model: FellegiSunter, fields: tuple[Field, ...], per_person: float) -> None:
    """Weights of the number fields, by EM with everything else fixed.

    u of an agreeing number is the rate of wrong citizens with the land user's number (spouses, slips), per citizen; agreeing
    by pure chance is rarer by far. u of a near or differing number is taken among wrong candidates.
    """
    distinct, count, inverse = _distinct(pairs.pattern)
    rest = model.score(distinct, without=NUMBER_FIELDS)
    starts = {1: 0.95, 2: 0.01, 3: 0.04}
    for f in fields:
        if f.name in NUMBER_FIELDS:
            model.weights[f.name][:, 1:] = [np.log2(starts[1] * pairs.count_citizens / 0.02), 0.0, -4.0]
    bounds = np.flatnonzero(np.diff(pairs.person, prepend=-1))
    for _ in range(12):
        score = rest.copy()
        for f in fields:
            if f.name in NUMBER_FIELDS:
                score += model.weights[f.name][1, field_levels(distinct, f)]
        odds = np.exp2(np.minimum(score, 60.0))[inverse]
        sums = np.add.reduceat(odds, bounds) if len(odds) else odds
        posterior = _fixed(odds / (np.repeat(sums, np.diff(np.append(bounds, len(odds)))) + (1.0 - per_person) / per_person))
        matched = np.bincount(inverse, weights=posterior, minlength=len(distinct))
        for f in fields:
            if f.name not in NUMBER_FIELDS:
                continue
            levels = field_levels(distinct, f)
            match = np.bincount(levels, weights=matched, minlength=4)[1:4] + np.array([1.9, 0.05, 0.05])
            other = np.bincount(levels, weights=count - matched, minlength=4)[1:4]
            holders = max(match.sum(), 1.0)
            m = match / match.sum()
            u_equal = max(other[0] + 0.5, 1e-4 * holders) / (holders * pairs.count_citizens)
            u_near = (other[1] + 0.5) / (other.sum() + 1.0)
            u = np.array([u_equal, u_near, 1.0 - u_equal - u_near])
            model.m[f.name], model.u[f.name] = np.append(0.0, m), np.append(0.0, u)
            model.weights[f.name][:, 1:] = np.log2(m / u)


def _learn_presence(pairs: TrainingPairs, model: FellegiSunter) -> NDArray[np.float64]:
    """Share of persons of each kind of evidence who are in the population: EM of a mixture proportion, odds held fixed."""
    distinct, _, inverse = _distinct(pairs.pattern)
    odds = np.exp2(np.minimum(model.score(distinct), 60.0))[inverse]
    position = np.searchsorted(pairs.sample_person, pairs.person)
    told = np.where(pairs.presence > 0, 1.0, 0.0)
    total = np.bincount(position, weights=odds, minlength=len(pairs.sample_person))
    present = np.full(EVIDENCE_KINDS, _PRIOR_PRESENT)
    for _ in range(100):
        prior = present[pairs.evidence]
        found = _fixed(prior * total / (prior * total + 1.0 - prior))
        found = np.where(pairs.presence != 0, told, found)
        sums = np.bincount(pairs.evidence, weights=found, minlength=EVIDENCE_KINDS)
        sizes = np.bincount(pairs.evidence, minlength=EVIDENCE_KINDS)
        present = (sums + _PRIOR_PRESENT * _PRIOR_WEIGHT) / (sizes + _PRIOR_WEIGHT)
    return np.clip(present, 0.05, 0.999)


def learn(
    pairs: TrainingPairs, fields: tuple[Field, ...], groups: tuple[int, ...], blind: NDArray[np.float64], *, ridge: float
) -> Learned:
    """Learn a model from the pairs of a sample of land persons.

    Parameters
    ----------
    pairs : TrainingPairs
    fields : tuple of Field
        Layout of the patterns, name first and rarity last.
    groups : tuple of int
        Group of each name level.
    blind : float64[name groups, levels of rarity]
        Bits of a blind guess, see :func:`vnlink.classify.model.blind_guess`.
    ridge : float
        How strongly the corrected weights are pulled to the Fellegi-Sunter ones; 1 is a prior of one natural unit (1.44 bits).

    Returns
    -------
    Learned
    """
    plain = tuple(f for f in fields if f.name not in NUMBER_FIELDS)
    pairs = pairs.sorted()
    anchors = _single_anchors(pairs, fields)
    weight, wrong_share = _unmix(pairs.pattern[anchors], pairs.strangers, plain[:-1])
    weight = np.where(pairs.verdict[anchors] > 0, 1.0, weight)
    model = _first_weights(pairs, fields, groups, anchors, weight, blind)

    owner = np.full(int(pairs.person.max(initial=0)) + 1, -1, np.int64)
    owner[pairs.person[anchors]] = anchors
    nobody = pairs.sample_person[pairs.presence < 0]
    of_known = (owner[pairs.person] >= 0) | (pairs.verdict < 0) | np.isin(pairs.person, nobody)
    of_known &= ~pairs.by_number_only | (owner[pairs.person] == np.arange(len(pairs.person)))
    is_right = np.zeros(len(pairs.pattern))
    is_right[anchors] = weight
    undecided = np.zeros(len(pairs.pattern), bool)
    # A pair that only its number brought is one of those that were not found, unless all pairs of its name are counted.
    undecided[anchors] = (weight < 0.9) | (pairs.by_number_only[anchors] & ~_folds_alike(pairs.pattern[anchors], fields[0]))
    usable = of_known & ~undecided & ~np.isin(pairs.person, pairs.person[anchors[weight < 0.9]])
    hidden = np.int64(0)
    for f in fields:
        if f.name in NUMBER_FIELDS:
            hidden |= np.int64(((1 << f.bits) - 1) << f.shift)
    missed = _wrong_namesakes(pairs, fields[0], _known_citizens(pairs, anchors[weight >= 0.9])) & ~pairs.namesakes_found
    seen = np.append(_knocked_out(pairs, fields, owner, is_right > 0.0)[usable], pairs.namesakes[missed]) & ~hidden
    chosen_right = np.append(is_right[usable], np.zeros(np.count_nonzero(missed)))
    chosen_wrong = np.append(1.0 - is_right[usable], np.full(np.count_nonzero(missed), pairs.namesakes_weight))
    distinct, right, inverse = _distinct(seen, chosen_right)
    wrong = np.bincount(inverse, weights=chosen_wrong, minlength=len(distinct)).astype(np.float64)
    if right.sum() > 50:
        correct_weights(model, plain, distinct, right, wrong, ridge=ridge)
    _learn_numbers(pairs, model, fields, _PRIOR_PRESENT)
    present = _learn_presence(pairs, model)
    for f in fields:
        # Whole units of 1/4096 bit: sums of weights are exact, and the model is the same after saving and loading.
        model.weights[f.name] = np.rint(model.weights[f.name] * 4096.0) / 4096.0
    # The blind guess belongs to the population, not to the model.
    model.weights[fields[-1].name] -= blind
    report = {
        "sampled_persons": len(pairs.sample_person),
        "sampled_pairs": len(pairs.pattern),
        "anchors": len(anchors),
        "labelled_pairs": int(np.count_nonzero(pairs.verdict)),
        "labelled_persons": int(np.count_nonzero(pairs.presence)),
        "wrong_number_share": round(wrong_share, 6),
        "namesake_pairs": len(pairs.namesakes),
        "random_pairs": len(pairs.strangers),
    }
    return Learned(model, present, report)
