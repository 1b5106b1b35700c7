"""Persons whose right citizen is known without labels: whom a number confirms, or a whole birth date.

What confirms them is hidden from what is learned of them. Their wrong candidates count as they would look if the right one were
absent, for the mistakes that hurt are made for persons who are not in the population.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.chance import SURE, folds_alike, known_citizens, wrong_namesakes
from vnlink.classify.fellegi_sunter import EQUAL, NUMBER_FIELDS
from vnlink.classify.training import TrainingPairs, by_pattern, fixed, level_shares
from vnlink.schema import Field, field_levels

__all__ = ["BIRTH", "Confirmed", "confirmed_by_date", "confirmed_by_number", "right_and_wrong"]

BIRTH = "birth"
_UNFORESEEN = 1.0 / 500.0
"""Share of right pairs that may look like wrong ones, beyond what is seen."""

_BELIEVED_WRONG, _BELIEVED_RELATIVES = 50.0, 20.0
"""How many wrong numbers it counts for how they are believed to look, and for what is believed of places and dates."""

_OF_RELATIVES, _SEX = ("place", BIRTH, "generation", "partner", "origin"), "sex"
"""What a relative's home and paper share with the land user; and what tells the two apart whoever they are."""

_TOLD, _EITHER = 0.5, 0.75
"""Share of the pairs that have to tell both sexes, and most strangers who may be of one, for sexes to tell two people apart."""

_FEWEST_WRONG = 20.0
"""Wrong numbers that have to be found for them to say what the fields are worth beside them."""


class Confirmed(NamedTuple):
    """Candidates whom a number, or a whole birth date, confirms.

    Attributes
    ----------
    rows : int64[a]
        Of the candidates, one of a person.
    weight : float64[a]
        How probably each is right.
    hidden : tuple of str
        Fields by which they were chosen, of which they cannot tell. A date confirms only who bears the same name, yet names are
        not hidden: which marks are lost, and how rare the name is, is taken to be the same whether or not the date agrees.
    """

    rows: NDArray[np.int64]
    weight: NDArray[np.float64]
    hidden: tuple[str, ...]

    @property
    def by_date(self) -> bool:
        """Whether birth dates confirm them."""
        return BIRTH in self.hidden

    def without(self, person: NDArray[np.int32], left_out: NDArray[np.int32]) -> Confirmed:
        """Leave some persons out; ``person`` is that of each candidate."""
        keep = np.isin(person[self.rows], left_out, invert=True)
        return Confirmed(self.rows[keep], self.weight[keep], self.hidden)


def _single_anchors(pairs: TrainingPairs, fields: tuple[Field, ...]) -> NDArray[np.int64]:
    """Rows of the pairs whose numbers agree; persons with exactly one such pair."""
    personal_field, old_field = (f for f in fields if f.name in NUMBER_FIELDS)
    personal, old = field_levels(pairs.pattern, personal_field), field_levels(pairs.pattern, old_field)
    different = [level for level, name in enumerate(personal_field.levels) if name.startswith("different")]
    numbers = (personal == EQUAL) | ((old == EQUAL) & ~np.isin(personal, different))
    agrees = np.flatnonzero(numbers)
    _, first, count = np.unique(pairs.person[agrees], return_index=True, return_counts=True)
    return agrees[np.sort(first[count == 1])]


def _unmix(
    patterns: NDArray[np.int64], strangers: NDArray[np.int64], fields: tuple[Field, ...]
) -> tuple[NDArray[np.float64], float, dict[str, NDArray[np.float64]]]:
    """Probability that each anchor pattern is a match: EM of two classes, started from random pairs for the wrong one.

    Beside it the share of the wrong ones, and log2 of how much oftener each level of each field is seen among the right; left
    out where the sexes do not tell two people apart, or too few are wrong.
    """
    distinct, count, inverse = by_pattern(patterns)
    wrong_start = {f.name: level_shares(strangers, np.ones(len(strangers)), f) for f in fields}
    # A wrong number is mostly a relative's, who lives there, and the date beside it is often of the same paper. Both may agree,
    # so only who the person is tells the classes apart at the start.
    sex = next(f for f in fields if f.name == _SEX)
    told = float(count @ (field_levels(distinct, sex) > 0)) >= _TOLD * count.sum()
    sexes_tell = told and wrong_start[_SEX][sex.levels.index("same")] <= _EITHER
    for f in fields:
        if f.name == "place" or (sexes_tell and f.name in _OF_RELATIVES):
            wrong_start[f.name] = level_shares(distinct, count, f)
    right = {f.name: level_shares(distinct, count, f) for f in fields}
    wrong, share = wrong_start, 0.02
    probability = np.ones(len(distinct))
    for _ in range(30):
        log_ratio = np.full(len(distinct), np.log(share / (1.0 - share)))
        for f in fields:
            levels = field_levels(distinct, f)
            log_ratio += np.log(wrong[f.name][levels] / right[f.name][levels])
        probability = fixed(1.0 / (1.0 + np.exp(np.clip(log_ratio, -500, 500))))
        share = float(np.clip(((1.0 - probability) @ count + 1.0) / (count.sum() + 50.0), 1e-4, 0.3))
        right = {f.name: level_shares(distinct, count * probability, f) for f in fields}
        # The wrong class stays anchored to how it started; relatives are of either sex, whatever it takes up.
        mistaken = float((1.0 - probability) @ count)
        wrong = dict(wrong_start)
        for f in fields:
            believed = _BELIEVED_RELATIVES if sexes_tell and f.name in _OF_RELATIVES else _BELIEVED_WRONG
            if sexes_tell and f is sex:
                continue
            seen = level_shares(distinct, count * (1.0 - probability), f)
            wrong[f.name] = wrong_start[f.name] + (seen - wrong_start[f.name]) * (mistaken / (mistaken + believed))
    if not sexes_tell or float((1.0 - probability) @ count) < _FEWEST_WRONG:
        return probability[inverse], share, {}
    bits = {f.name: np.log2((1.0 - _UNFORESEEN) * right[f.name] + _UNFORESEEN * wrong[f.name]) for f in fields}
    return probability[inverse], share, {name: row - np.log2(wrong[name]) for name, row in bits.items()}


def confirmed_by_number(
    pairs: TrainingPairs, fields: tuple[Field, ...]
) -> tuple[Confirmed, float, dict[str, NDArray[np.float64]]]:
    """Return the pairs whose numbers agree, of persons with exactly one, and the share of wrong ones among them.

    Beside it what each level of the other fields is worth there, in bits: against who holds a number that is not the person's;
    nothing where that cannot be told.

    Parameters
    ----------
    pairs : TrainingPairs
    fields : tuple of Field
        Layout of the patterns, name first and rarity last.
    """
    rows = _single_anchors(pairs, fields)
    plain = tuple(f for f in fields[:-1] if f.name not in NUMBER_FIELDS)
    weight, wrong_share, bits = _unmix(pairs.pattern[rows], pairs.strangers, plain)
    return Confirmed(rows, weight, NUMBER_FIELDS), wrong_share, bits


def confirmed_by_date(pairs: TrainingPairs, fields: tuple[Field, ...], probability: NDArray[np.float64]) -> Confirmed:
    """Return the pairs of one folded name and one whole birth date, of persons with exactly one such.

    Parameters
    ----------
    pairs : TrainingPairs
    fields : tuple of Field
    probability : float64[p]
        How probably each candidate is right, by name and birth date alone: of all else these pairs are to tell, so they must
        not be chosen by it.
    """
    birth = next(f for f in fields if f.name == BIRTH)
    agrees = (field_levels(pairs.pattern, birth) == birth.levels.index("date")) & folds_alike(pairs.pattern, fields[0])
    rows = np.flatnonzero(agrees)
    _, first, count = np.unique(pairs.person[rows], return_index=True, return_counts=True)
    rows = rows[np.sort(first[count == 1])]
    return Confirmed(rows, probability[rows], (*NUMBER_FIELDS, BIRTH))


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
    counted = (anchor >= 0) & folds_alike(pairs.pattern[np.maximum(anchor, 0)], name) & ~is_right
    lowered = (pairs.pattern & ((np.int64(1) << rarity.shift) - 1)) | (pairs.rarity_without.astype(np.int64) << rarity.shift)
    return np.where(counted, lowered, pairs.pattern)


def right_and_wrong(
    pairs: TrainingPairs,
    fields: tuple[Field, ...],
    confirmed: Confirmed,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Distinct patterns, what confirms hidden, with the right and wrong pairs of each among persons whose answer is known.

    Where dates are hidden only pairs of one folded name are taken: others are candidates for their dates.
    """
    anchors, weight, hidden_fields = confirmed
    owner = np.full(int(pairs.person.max(initial=0)) + 1, -1, np.int64)
    owner[pairs.person[anchors]] = anchors
    of_known = owner[pairs.person] >= 0
    of_known &= ~pairs.by_number_only | (owner[pairs.person] == np.arange(len(pairs.person)))
    is_right = np.zeros(len(pairs.pattern))
    is_right[anchors] = weight
    undecided = np.zeros(len(pairs.pattern), bool)
    # A pair that only its number brought is one of those that were not found, unless all pairs of its name are counted.
    undecided[anchors] = (weight < SURE) | (pairs.by_number_only[anchors] & ~folds_alike(pairs.pattern[anchors], fields[0]))
    usable = of_known & ~undecided & ~np.isin(pairs.person, pairs.person[anchors[weight < SURE]])
    # Of quite another name are candidates only for what they agree on, by which they cannot be judged.
    usable &= field_levels(pairs.pattern, fields[0]) != fields[0].levels.index("different")
    if confirmed.by_date:
        usable &= folds_alike(pairs.pattern, fields[0])
    hidden = np.int64(0)
    for f in fields:
        if f.name in hidden_fields:
            hidden |= np.int64(((1 << f.bits) - 1) << f.shift)
    missed = wrong_namesakes(pairs, fields[0], known_citizens(pairs, anchors[weight >= SURE])) & ~pairs.namesakes_found
    seen = np.append(_knocked_out(pairs, fields, owner, is_right > 0.0)[usable], pairs.namesakes[missed]) & ~hidden
    chosen_right = np.append(is_right[usable], np.zeros(np.count_nonzero(missed)))
    chosen_wrong = np.append(1.0 - is_right[usable], np.full(np.count_nonzero(missed), pairs.namesakes_weight))
    distinct, right, inverse = by_pattern(seen, chosen_right)
    return distinct, right, np.bincount(inverse, weights=chosen_wrong, minlength=len(distinct)).astype(np.float64)
