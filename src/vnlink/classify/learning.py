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
5. How many persons of each kind are in the population at all follows by EM from the odds of their candidates
   (:mod:`vnlink.classify.presence`).
6. When the weights are corrected, persons with one candidate of their name and whole birth date stand beside those whom numbers
   confirm, with dates hidden. Where numbers confirm few, m is believed to be what EM finds over all candidates.
7. Who is confirmed by a number has mostly not moved, for a move brings a new number. So how places and partners agree is found
   again among the persons whom no number confirms, by EM with everything else fixed.

References: Fellegi and Sunter 1969; Winkler 1988 (EM for record linkage); Hand and Christen 2018 on what such estimates can
bear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.chance import CONTRADICTING, Chance, chance_shares
from vnlink.classify.confirmed import BIRTH, Confirmed, confirmed_by_date, confirmed_by_number, right_and_wrong
from vnlink.classify.correction import correct_weights
from vnlink.classify.fellegi_sunter import EQUAL, GROUPS, NUMBER_FIELDS, SHORTENED, FellegiSunter
from vnlink.classify.presence import learn_presence, usual_presence
from vnlink.classify.prior import alike_by_rarity, prior_shares
from vnlink.classify.training import TrainingPairs, by_pattern, fixed, level_shares
from vnlink.kernels import kernel
from vnlink.schema import Field, field_levels

__all__ = ["Learned", "Start", "learn"]

_SAME, _ALIKE = GROUPS.index("same"), GROUPS.index("part")
"""Of the name groups: the whole name agrees, and a part of it."""

_START_BITS = {"near": 0.0, "different_fits": -2.0, "fits": 1.0, "contradicts": -2.0}
"""Bits of the number levels before any is learned; of the others see :func:`_start_numbers`."""
_UNFORESEEN = 1.0 / 500.0
"""Share of right pairs that may look like those that chance brings, beyond what the sample shows: no level that exists is
impossible, however few of them were learned from. So before it is corrected one disagreement costs at most nine bits."""

_PRIOR_PRESENT = 0.9
_BELIEF, _BELIEF_ALONE, _BELIEF_FOUND = 10.0, 200.0, 500.0
"""How many pairs the prior counts for, beside pairs whose numbers agree and without them; and what EM found, beside a few."""

_LEAST_WRONG = 1e-4
"""Least rate of wrong citizens with the number of a land person that is believed."""

_FEW_ANCHORS, _MANY_ANCHORS = 200, 3_000
"""Fewer known persons of a kind tell nothing; where numbers confirm less than many, what EM finds is believed beforehand."""

_DOUBTED = 10_000.0
"""With so many right pairs the ridge is twice what it is with infinitely many. Who is confirmed is not quite like the others,
and few pull the weights further from the truth than chance alone would: found on registers of 600 to 27,000 right pairs."""

_SELECTED = ("place", "partner")
"""Fields whose agreement differs between persons whom a number confirms and others. The same for names and dates was worse: EM
alone cannot tell a badly written person from a namesake."""

_OTHERS_ROUNDS, _USUAL = 5, 20.0
_EM_ROUNDS = 10
_MOST_ROUNDS = 100
_STILL_BITS = 2.0**-13
"""EM has arrived when no weight moves by half of what a model file keeps (1/4096 bit)."""


class _Grouped(NamedTuple):
    """The candidates by pattern: distinct patterns, pairs of each that teach, and of each pair its pattern, its sampled person
    and whether it teaches: a pair whose citizen is held out is not counted by EM, and nobody's right one.
    """

    patterns: NDArray[np.int64]
    counts: NDArray[np.float64]
    pattern_of: NDArray[np.int64]
    person_of: NDArray[np.int64]
    teaches: NDArray[np.bool_] | bool = True

    @classmethod
    def of(cls, pairs: TrainingPairs) -> _Grouped:
        teaches = ~pairs.withheld
        patterns, counts, pattern_of = by_pattern(pairs.pattern, teaches.astype(np.float64))
        return cls(patterns, counts, pattern_of, np.searchsorted(pairs.sample_person, pairs.person), teaches)


@dataclass(frozen=True, slots=True)
class Start:
    """A model that was learned elsewhere, to begin with.

    Attributes
    ----------
    weights : FellegiSunter
        For the population at hand (:meth:`vnlink.classify.model.Model.for_population`).
    present : float64[CIRCUMSTANCES]
    """

    weights: FellegiSunter
    present: NDArray[np.float64]


@dataclass(slots=True)
class Learned:
    """A model and what it was learned from.

    Attributes
    ----------
    model : FellegiSunter
    present : float64[CIRCUMSTANCES]
        Probability that a person of each kind of circumstances is in the population and among the candidates.
    report : dict
        Numbers of pairs, share of wrong numbers.
    """

    model: FellegiSunter
    present: NDArray[np.float64]
    report: dict[str, float]


def _log2(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log2(np.maximum(values, 1e-12))


def _believed(field: Field, start: Start | None) -> NDArray[np.float64]:
    """Share of each level among right pairs as it is believed beforehand; 0 for level 0 (missing)."""
    if start is None:
        return prior_shares(field)
    shares = start.weights.m[field.name].copy()
    shares[0] = 0.0
    return np.asarray(shares / shares.sum())


def _with_unforeseen(m: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.float64]:
    return (1.0 - _UNFORESEEN) * m + _UNFORESEEN * u


def _right_shares(
    pairs: TrainingPairs,
    fields: tuple[Field, ...],
    rows: NDArray[np.int64],
    weight: NDArray[np.float64],
    belief: float,
    start: Start | None,
) -> dict[str, NDArray[np.float64]]:
    """m: share of each level among right pairs, from rows of the candidates with their probabilities of being right."""
    m = {}
    for f in fields:
        m[f.name] = level_shares(pairs.pattern[rows], weight, f, belief * _believed(f, start))
    return m


def _held(
    pairs: TrainingPairs, shares: NDArray[np.float64], birth: Field, confirmed: Confirmed, start: Start | None
) -> NDArray[np.float64]:
    """Let dates contradict as often among right pairs as is believed, and as those show whom numbers confirm.

    EM takes namesakes for right pairs of that kind where the right citizen is absent. How often the levels can occur depends on
    how many dates are whole, so among each other they share as strangers do.
    """
    held = np.array([level in CONTRADICTING for level in birth.levels])
    level = field_levels(pairs.pattern[confirmed.rows], birth)
    contradicting, told = confirmed.weight @ held[level], confirmed.weight @ (level > 0)
    mass = (_BELIEF_ALONE * _believed(birth, start)[held].sum() + contradicting) / (_BELIEF_ALONE + told)
    mass = max(mass - _UNFORESEEN, mass / 10.0)  # what is unforeseen is added when the weights are made
    chance = np.where(held, level_shares(pairs.strangers, np.ones(len(pairs.strangers)), birth), 0.0)
    rest = np.where(held, 0.0, shares)
    rest[1:] *= (1.0 - mass) / rest[1:].sum()
    return np.asarray(rest + mass * chance / chance.sum())


def _weigh(
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    m: dict[str, NDArray[np.float64]],
    chance: Chance,
    blind: NDArray[np.float64],
) -> FellegiSunter:
    """Fellegi-Sunter weights log2(m / u) of all fields; those of the numbers are 0 until they are learned.

    Those of rarity are given: a blind guess, and what is believed of names that are alike. Who shortens names shortens those of
    any citizen: whom a shortened name may mean is told by its rarity, and its level by itself says nothing.
    """
    name, rarity, u = fields[0], fields[-1], chance.shares
    group_of = np.where(np.array(name.levels) == SHORTENED, -1, groups)
    weights = {}
    for f in fields[:-1]:
        table = np.zeros((len(GROUPS), len(f.levels)))
        if f.name not in NUMBER_FIELDS:
            for g in range(len(GROUPS)):
                row = _log2(_with_unforeseen(m[f.name], u[f.name][g])) - _log2(u[f.name][g])
                row[0] = 0.0
                table[g] = np.where(group_of == g, row, 0.0) if f is name else row
        weights[f.name] = table
    weights[rarity.name] = blind.copy()
    nothing = {f.name: np.zeros(len(f.levels)) for f in fields}
    shown = nothing | {key: table[_SAME] for key, table in u.items()}
    foreseen = nothing | {key: _with_unforeseen(m[key], shown[key]) for key in u}
    return FellegiSunter(fields, groups, weights, foreseen, shown, chance.by_rarity)


@kernel
def _share_out(person_of, pattern_of, odds, nobody, shares):  # type: ignore[no-untyped-def]
    """Share of each pair in the odds of its person, ``nobody`` included; pairs of a person stand together."""
    first = 0
    while first < len(person_of):
        last, total = first, 0.0
        while last < len(person_of) and person_of[last] == person_of[first]:
            total += odds[pattern_of[last]]
            last += 1
        total += nobody[person_of[first]]
        for i in range(first, last):
            shares[i] = odds[pattern_of[i]] / total
        first = last


def _posteriors(grouped: _Grouped, score: NDArray[np.float64], present: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each candidate, given the score of each pattern and how likely each person is in the population.

    0 where the citizen is held out: such a pair takes its share from the person's other candidates, and teaches nothing.
    """
    shares = np.empty(len(grouped.pattern_of))
    odds = np.exp2(np.minimum(score, 60.0))
    _share_out(grouped.person_of, grouped.pattern_of, odds, (1.0 - present) / present, shares)
    return fixed(np.where(grouped.teaches, shares, 0.0))


def _without_numbers(
    pairs: TrainingPairs,
    grouped: _Grouped,
    dateless: TrainingPairs,
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    confirmed: Confirmed,
    chance: Chance,
    blind: NDArray[np.float64],
    start: Start | None,
) -> FellegiSunter:
    """Weights where few numbers agree: EM over all candidates, from what is believed of right pairs."""
    anchors, weight, _ = confirmed
    plain = tuple(f for f in fields[:-1] if f.name not in NUMBER_FIELDS)
    birth = next(f for f in plain if f.name == BIRTH)

    def weighed(rows: NDArray[np.int64], right: NDArray[np.float64]) -> FellegiSunter:
        m = _right_shares(dateless, plain, rows, right, _BELIEF_ALONE, start)
        m[BIRTH] = _held(dateless, m[BIRTH], birth, confirmed, start)
        return _weigh(fields, groups, m, chance, blind)

    model = weighed(anchors, weight)
    everybody = np.arange(len(pairs.pattern))
    told = np.isin(pairs.person, pairs.person[anchors])
    for _ in range(_EM_ROUNDS):
        present = _learn_presence(pairs, grouped, model, start)[pairs.evidence]
        # Who was found through the other person's household alone would confirm that households agree, and little else.
        right = np.where(told | pairs.by_partner_only, 0.0, _posteriors(grouped, model.score(grouped.patterns), present))
        right[anchors] = weight
        model = weighed(everybody, right)
    return model


def _start_numbers(model: FellegiSunter, count_citizens: int, start: Start | None) -> None:
    """Weights of the number fields before any is learned: agreeing ones prove nearly everything, others little."""
    for f in model.fields:
        if f.name in NUMBER_FIELDS and start is not None:
            for now, before in ((model.weights, start.weights.weights), (model.m, start.weights.m), (model.u, start.weights.u)):
                now[f.name] = before[f.name].copy()
        elif f.name in NUMBER_FIELDS:
            model.weights[f.name][:, 1:] = [_START_BITS.get(level, -4.0) for level in f.levels[1:]]
            model.weights[f.name][:, EQUAL] = np.log2(0.95 * count_citizens / 0.02)


def _learn_numbers(
    pairs: TrainingPairs, grouped: _Grouped, model: FellegiSunter, fields: tuple[Field, ...], present: NDArray[np.float64]
) -> None:
    """Weights of the number fields, by EM with everything else fixed, from the weights that the model has.

    u of an agreeing number is the rate of wrong citizens with the land user's number (spouses, slips), per citizen; agreeing
    by pure chance is rarer by far. u of every other level is taken among wrong candidates.
    """
    distinct, count, inverse, *_ = grouped
    rest = model.score(distinct, without=NUMBER_FIELDS)
    prior = present[pairs.evidence]
    numbers = [(f, field_levels(distinct, f)) for f in fields if f.name in NUMBER_FIELDS]
    for _ in range(_MOST_ROUNDS):
        score = rest.copy()
        for f, levels in numbers:
            score += model.weights[f.name][1, levels]
        matched = np.bincount(inverse, weights=_posteriors(grouped, score, prior), minlength=len(distinct))
        moved = 0.0
        for f, levels in numbers:
            size = len(f.levels)
            match = np.bincount(levels, weights=matched, minlength=size)[1:] + np.where(np.arange(1, size) == EQUAL, 1.9, 0.05)
            other = np.bincount(levels, weights=count - matched, minlength=size)[1:]
            holders = max(match.sum(), 1.0)
            m = match / match.sum()
            u_equal = min(max(other[0] + 0.5, _LEAST_WRONG * holders) / (holders * pairs.count_citizens), 0.5)
            others = other[1:] + 0.5
            u = np.append(u_equal, others * (1.0 - u_equal) / others.sum())
            model.m[f.name], model.u[f.name] = np.append(0.0, m), np.append(0.0, u)
            weights = np.log2(m / u)
            moved = max(moved, float(np.abs(weights - model.weights[f.name][1, 1:]).max()))
            model.weights[f.name][:, 1:] = weights
        if moved < _STILL_BITS:
            break


def _learn_presence(pairs: TrainingPairs, grouped: _Grouped, model: FellegiSunter, start: Start | None) -> NDArray[np.float64]:
    """Share of persons of each kind of circumstances who are in the population, odds held fixed."""
    odds = np.exp2(np.minimum(model.score(grouped.patterns), 60.0))[grouped.pattern_of]
    total = np.bincount(grouped.person_of, weights=odds, minlength=len(pairs.sample_person)).astype(np.float64)
    return learn_presence(total, pairs.evidence, None if start is None else start.present)


def _learn_others(
    pairs: TrainingPairs,
    grouped: _Grouped,
    model: FellegiSunter,
    fields: tuple[Field, ...],
    by_number: Confirmed,
    known: tuple[Confirmed, ...],
    present: NDArray[np.float64],
) -> None:
    """Correct, in place, the weights of the selected fields for the persons whom no number confirms.

    A level that comes twice as often among their right pairs as among the known, by whom the weights were corrected, is worth
    one bit more. Dates made known only pairs of the same name, so weights of other names are those of the numbered. Twenty
    pairs are added to both sides: a level of which hardly any is seen keeps what it is worth.
    """
    selected = tuple(
        (f, field_levels(pairs.pattern, f), field_levels(grouped.patterns, f)) for f in fields if f.name in _SELECTED
    )
    rows, weight = (np.concatenate(parts) for parts in zip(*((one.rows, one.weight) for one in known), strict=True))
    usual = {}
    for f, *_ in selected:
        usual[f.name] = np.tile(level_shares(pairs.pattern[by_number.rows], by_number.weight, f), (len(GROUPS), 1))
        usual[f.name][_SAME] = level_shares(pairs.pattern[rows], weight, f)
    others = ~np.isin(pairs.person, pairs.person[by_number.rows])
    prior, before, group = present[pairs.evidence], model.score(grouped.patterns), model.group_of(grouped.patterns)
    more = {f.name: np.zeros((len(GROUPS), len(f.levels))) for f, *_ in selected}
    for _ in range(_OTHERS_ROUNDS):
        score = before + sum(more[f.name][group, of_pattern] for f, _, of_pattern in selected)
        right = np.where(others, _posteriors(grouped, score, prior), 0.0)
        for f, of_pair, _ in selected:
            found = np.bincount(of_pair, weights=right, minlength=len(f.levels))
            expected = usual[f.name] * found[1:].sum()
            more[f.name][:, 1:] = np.log2((found[1:] + _USUAL) / (expected[:, 1:] + _USUAL))
    for f, *_ in selected:
        model.weights[f.name] = model.weights[f.name] + more[f.name]


def _begun(start: Start, m: dict[str, NDArray[np.float64]], chance: Chance) -> FellegiSunter:
    """Weights of a model that was learned elsewhere, beside the shares that are found here."""
    model = start.weights
    weights = {name: table.copy() for name, table in model.weights.items()}
    return replace(
        model, weights=weights, m=model.m | m, u=model.u | {name: table[_SAME] for name, table in chance.shares.items()}
    )


def _begin(
    pairs: TrainingPairs,
    dateless: TrainingPairs,
    grouped: _Grouped,
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    by_number: Confirmed,
    blind: NDArray[np.float64],
    start: Start | None,
) -> tuple[FellegiSunter, tuple[Confirmed, ...]]:
    """Weights before they are corrected, and the persons to correct them by: whom numbers confirm, and whom dates do.

    Hardly any numbers tell nothing: m is found by EM, and dates alone confirm. Where they are few, and there is no model to
    begin with, what EM finds is believed before they are counted. Otherwise they are counted.
    """
    plain = tuple(f for f in fields[:-1] if f.name not in NUMBER_FIELDS)
    chance = chance_shares(dateless, plain, groups, by_number.rows, by_number.weight, fields[-1])
    told = float(by_number.weight.sum())
    # Fewer persons than the belief counts for say less of right pairs than the model that could be begun with.
    hardly_any = told < _FEW_ANCHORS and (start is None or len(pairs.sample_person) >= _BELIEF_ALONE)
    few = start is None and _FEW_ANCHORS <= told < _MANY_ANCHORS
    belief, believed = _BELIEF, start
    if hardly_any or few:
        found = _without_numbers(pairs, grouped, dateless, fields, groups, by_number, chance, blind, start)
        if hardly_any:
            return found, (_dates(pairs, grouped, found, start),)
        belief, believed = _BELIEF_FOUND, Start(found, usual_presence())
    m = _right_shares(dateless, plain, by_number.rows, by_number.weight, belief, believed)
    model = _weigh(fields, groups, m, chance, blind) if start is None else _begun(start, m, chance)
    # Who is confirmed by both is one person, and counts once.
    by_date = _dates(pairs, grouped, model, start).without(pairs.person, pairs.person[by_number.rows])
    return model, (by_number, by_date)


def _dates(pairs: TrainingPairs, grouped: _Grouped, model: FellegiSunter, start: Start | None) -> Confirmed:
    """Whom a whole birth date confirms."""
    others = tuple(f.name for f in model.fields[1:-1] if f.name != BIRTH)
    present = _learn_presence(pairs, grouped, model, start)[pairs.evidence]
    return confirmed_by_date(pairs, model.fields, _posteriors(grouped, model.score(grouped.patterns, without=others), present))


def _firmness(fields: tuple[Field, ...], right: dict[bool, float], ridge: float) -> NDArray[np.float64]:
    """The ridge of each field and name group, float64[fields, groups], given the right pairs by whether a date confirms them.

    Dates teach neither of dates nor of names that are not the same.
    """
    numbers, everybody = max(right.get(False, 0.0), 1.0), sum(right.values())
    known = np.full((len(fields), len(GROUPS)), numbers)
    known[:, _SAME] = [numbers if f.name == BIRTH else everybody for f in fields]
    return ridge * (1.0 + _DOUBTED / known)


def _report(pairs: TrainingPairs, anchors: int, wrong_share: float, by_date: int) -> dict[str, float]:
    """Say what was learned from."""
    return {
        "sampled_persons": len(pairs.sample_person),
        "sampled_pairs": len(pairs.pattern),
        "anchors": anchors,
        "wrong_number_share": round(wrong_share, 6) if anchors else 0.0,
        "confirmed_by_date": by_date,
        "namesake_pairs": len(pairs.namesakes),
        "random_pairs": len(pairs.strangers),
    }


def learn(
    pairs: TrainingPairs,
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    blind: NDArray[np.float64],
    *,
    ridge: float,
    start: Start | None = None,
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
        More strongly where few right pairs are known.
    start : Start, optional
        A model that was learned elsewhere. The correction begins with its weights, and what is believed of right pairs and of
        presence is what it found. Without numbers its weights stay where there are too few persons for EM to find others.
        Weights of the numbers stay where too few agree.

    Returns
    -------
    Learned
    """
    pairs = pairs.sorted()
    grouped = _Grouped.of(pairs)
    by_rarity = blind.copy()
    alike = np.asarray(groups)[field_levels(pairs.pattern, fields[0])] == _ALIKE
    by_rarity[_ALIKE] += alike_by_rarity(np.bincount(field_levels(pairs.pattern, fields[-1])[alike], minlength=blind.shape[1]))
    by_number, wrong_share, beside_number = confirmed_by_number(pairs, fields)
    by_number = by_number.without(pairs.person, pairs.person[by_number.rows[pairs.withheld[by_number.rows]]])
    dateless = pairs.dateless(next(f for f in fields if f.name == "generation"))
    model, known = _begin(pairs, dateless, grouped, fields, groups, by_number, by_rarity, start)
    # Who is taken is told by what can be taught of him, which is less than was found: doubtful ones are left out.
    taught = [(one, right_and_wrong(dateless if one.by_date else pairs, fields, one)) for one in known]
    taught = [(one, counts) for one, counts in taught if counts[1].sum() >= _FEW_ANCHORS]
    by_kind = {one.by_date: float(right.sum()) for one, (_, right, _) in taught}
    if taught:
        # A date that is hidden is one that is missing, and what the others say is corrected for persons without one.
        shown = tuple(f for f in fields if f.name not in NUMBER_FIELDS)
        patterns, right, wrong = map(np.concatenate, zip(*(counts for _, counts in taught), strict=True))
        correct_weights(model, shown, patterns, right, wrong, ridge=_firmness(shown, by_kind, ridge))
    del dateless
    present = usual_presence() if start is None else start.present
    _start_numbers(model, pairs.count_citizens, start)
    for _ in range(2):
        if start is None or by_number.weight.sum() >= _FEW_ANCHORS:
            _learn_numbers(pairs, grouped, model, fields, present)
        present = _learn_presence(pairs, grouped, model, start)
    if False in by_kind:
        _learn_others(pairs, grouped, model, fields, by_number, tuple(one for one, _ in taught), present)
        present = _learn_presence(pairs, grouped, model, start)
    if beside_number and by_number.weight.sum() >= _FEW_ANCHORS:
        model.value_beside_number(beside_number)
    for f in fields:
        # Whole units of 1/4096 bit: sums of weights are exact, and the model is the same after saving and loading.
        model.weights[f.name] = np.rint(model.weights[f.name] * 4096.0) / 4096.0
    # The blind guess belongs to the population, not to the model.
    model.weights[fields[-1].name] -= blind
    by_date = round(by_kind.get(True, 0.0))
    return Learned(model, present, _report(pairs, len(by_number.rows), wrong_share, by_date))
