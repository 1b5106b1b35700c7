"""How fields agree by chance: u, for each group of name levels.

Among strangers from random pairs; among those of one folded name from namesakes who are known to be others. Where no number
agrees nobody is known to be another, and namesakes with a contradicting birth date stand for them, but for the birth date
itself, of which strangers have to tell. Where hardly any date is told either, namesakes whose given name bears other marks
stand for them, and where the land register writes no marks, strangers of one family. Namesakes live closer together than
strangers: in villages of a few families, a name is most common where its bearers are at home. Of quite another name, what
chance brings is what numbers bring that are not the person's own.

Whoever lives with the other person of a couple is a candidate, whatever the name. So of those whose names are only alike all
that are in that household are among the candidates, and hardly any of the thousands elsewhere: how often chance brings one into
the household is counted among everybody of such a name, not among the candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.fellegi_sunter import GROUPS
from vnlink.classify.nearness import closer_by_rarity
from vnlink.classify.prior import namesake_shares
from vnlink.classify.training import TrainingPairs, level_shares
from vnlink.schema import Field, field_levels

__all__ = [
    "CONTEXT_FIELDS",
    "CONTRADICTING",
    "SURE",
    "Chance",
    "chance_shares",
    "folds_alike",
    "known_citizens",
    "wrong_namesakes",
]

PLACE = "place"
CONTEXT_FIELDS = ("partner",)
"""Fields whose levels depend on the other candidates of the same land user."""

_FOLD_ALIKE = (
    "exact",
    "unmarked",
    "mark_lost",
    "given_mark_lost",
    "marks_lost",
    "asking_tones",
    "mark_differs",
    "given_tone_differs",
    "given_vowel_differs",
    "marks_differ",
)
_ELSEWHERE = ("district", "province", "other")
CONTRADICTING = ("different_year", "different_date", "year_only_agrees")
"""Levels of ``birth`` that hardly ever come from writing a date wrongly; more levels keep a link from being full."""

_UNMARKED = "unmarked"
_FITTING = ("date", "month", "year", "default_day", "both_default", "finer_than_year", "finer_than_default")
"""Levels of ``birth`` of two dates that can be one."""

_OTHER_GIVEN = ("given_tone_differs", "given_vowel_differs")
_OTHER_OF_FAMILY = ("given_differs", "middle_differs")
SURE = 0.9
"""Pairs that are less probably right are neither counted as right nor as wrong."""

_ENOUGH = 300
"""Wrong namesakes that say how fields agree by chance; of fewer, shares of one in a hundred are a matter of luck."""

_TELLING = 0.05
"""Share of the namesakes that dates must tell to be others, an assumption. Where a few rows have dates they are of one kind of
paper, and how their names and places are written is not how those of the register are."""

_IN_HOUSEHOLD = ("household", "spouse_and_household", "other_spouse_but_household")
"""Levels of ``partner`` of those who live with somebody like the other person: all of them are candidates."""

_BELIEVED = 20.0
"""How many pairs strangers (of partners: other candidates) count for, beside those of another name whom a number brought."""

_SAME_NAME, _PART, _OTHER_NAME = (GROUPS.index(name) for name in ("same", "part", "other"))


def known_citizens(pairs: TrainingPairs, anchors: NDArray[np.int64]) -> NDArray[np.int64]:
    """The right citizen of each person, by person number; -1 where it is not known."""
    known = np.full(int(max(pairs.person.max(initial=0), pairs.namesakes_person.max(initial=0))) + 1, -1, np.int64)
    known[pairs.person[anchors]] = pairs.citizen[anchors]
    return known


def _among(patterns: NDArray[np.int64], field: Field, levels: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = np.array([level in levels for level in field.levels])
    return np.asarray(wanted[field_levels(patterns, field)])


def folds_alike(patterns: NDArray[np.int64], name: Field) -> NDArray[np.bool_]:
    """Whether the two names of each pair are the same without marks."""
    return _among(patterns, name, _FOLD_ALIKE)


def wrong_namesakes(pairs: TrainingPairs, name: Field, known: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the namesake pairs are of one folded name, and wrong because the right citizen is another."""
    right = known[pairs.namesakes_person]
    return (right >= 0) & (right != pairs.namesakes_citizen) & folds_alike(pairs.namesakes, name)


def _others(pairs: TrainingPairs, name: Field, birth: Field, known: NDArray[np.int64]) -> NDArray[np.int64]:
    """Patterns of the namesakes who are another person: by a number, or by a date that somebody else of the name has.

    A date alone does not say so: of a rare name hardly anybody else is there, and who has it with another date is mostly the
    person with a date that was written wrong.
    """
    fits = folds_alike(pairs.pattern, name) & _among(pairs.pattern, birth, _FITTING)
    other_known = np.isin(pairs.namesakes_person, pairs.person[fits])
    by_date = folds_alike(pairs.namesakes, name) & _among(pairs.namesakes, birth, CONTRADICTING) & other_known
    right = known[pairs.namesakes_person] == pairs.namesakes_citizen
    return pairs.namesakes[wrong_namesakes(pairs, name, known) | (by_date & ~right)]


class Chance(NamedTuple):
    """What chance brings.

    ``shares`` is the share of each level of each field among wrong pairs, float64[name groups, levels], and ``by_rarity`` what
    levels are worth more by the rarity of a name that agrees (:mod:`vnlink.classify.nearness`).
    """

    shares: dict[str, NDArray[np.float64]]
    by_rarity: dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Pairs that are wrong, or stand for those that are.

    Attributes
    ----------
    namesakes : int64[a]
        Patterns of one folded name.
    names : int64[b]
        The same for the name itself, where ``namesakes`` were chosen by it.
    believed : float64[levels of the name] or None
        What is believed of names beside these, in pairs.
    candidates : bool[p]
        Which candidates.
    dated : bool
        Whether the dates of ``namesakes`` tell of chance: they were not chosen by them, and there are enough.
    like_same : int
        Group of the candidates that stand for those of one name.
    """

    namesakes: NDArray[np.int64]
    names: NDArray[np.int64]
    believed: NDArray[np.float64] | None
    candidates: NDArray[np.bool_]
    dated: bool
    like_same: int


def _wrong(pairs: TrainingPairs, fields: tuple[Field, ...], known: NDArray[np.int64], other: NDArray[np.bool_]) -> _Wrong:
    """Choose by numbers, or by dates where numbers tell of too few, or by names where dates do as well.

    ``other`` says which candidates are of quite another name. Where hardly any number is written, only the other person's
    household brings such, so all of them stand for the wrong ones: hardly any is right.
    """
    name, birth, place = (next(f for f in fields if f.name == wanted) for wanted in ("name", "birth", "place"))
    alike = folds_alike(pairs.namesakes, name)
    by_number = wrong_namesakes(pairs, name, known)
    if by_number.sum() >= _ENOUGH:
        right = known[pairs.person]
        chosen = pairs.namesakes[by_number]
        return _Wrong(chosen, chosen, None, (right >= 0) & (right != pairs.citizen), True, _SAME_NAME)
    by_date = alike & _among(pairs.namesakes, birth, CONTRADICTING)
    contradicts = _among(pairs.pattern, birth, CONTRADICTING) | other
    if by_date.sum() >= max(_ENOUGH, _TELLING * alike.sum()):
        chosen = pairs.namesakes[by_date]
        return _Wrong(chosen, chosen, None, contradicts, False, _SAME_NAME)
    # Of the right pairs one in eight lives elsewhere, of namesakes nearly all: they tell how namesakes write their names.
    far = alike & _among(pairs.namesakes, place, _ELSEWHERE)
    names = pairs.namesakes[far]
    believed = None
    if len(names) < _ENOUGH:
        # In a small register most pairs of one name are right, and there is nobody else to count.
        unmarked = _among(pairs.namesakes[alike], name, (_UNMARKED,)).mean() if alike.any() else 0.0
        believed = _ENOUGH * namesake_shares(name, float(unmarked))
    candidates = contradicts | _among(pairs.pattern, name, (*_OTHER_GIVEN, *_OTHER_OF_FAMILY))
    by_marks = alike & _among(pairs.namesakes, name, _OTHER_GIVEN)
    if by_marks.sum() >= _ENOUGH:
        return _Wrong(pairs.namesakes[by_marks], names, believed, candidates, False, _SAME_NAME)
    of_family = pairs.strangers[_among(pairs.strangers, name, _OTHER_OF_FAMILY)]
    return _Wrong(of_family, names, believed, candidates, False, _PART)


def _of_everybody(
    shares: NDArray[np.float64], brought: NDArray[np.int64], field: Field, everybody: float
) -> NDArray[np.float64]:
    """Share of each level among all citizens of such names, of whom only those in the household are all candidates.

    Parameters
    ----------
    shares : float64[levels]
        Among wrong candidates.
    brought : int64[c]
        Their patterns.
    everybody : float
        How many citizens of such names there are for all their persons.
    """
    inside = np.array([level in _IN_HOUSEHOLD for level in field.levels])
    count = np.bincount(field_levels(brought, field), minlength=len(field.levels)) + 0.5
    now = np.where(inside, np.minimum(count / max(everybody, 1.0), shares), 0.0)
    rest = np.where(inside, 0.0, shares)
    rest[1:] *= (1.0 - now.sum()) / rest[1:].sum()
    return np.asarray(rest + now)


def chance_shares(
    pairs: TrainingPairs,
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    anchors: NDArray[np.int64],
    weight: NDArray[np.float64],
    rarity: Field,
) -> Chance:
    """Share of each level among wrong pairs, by group of name levels.

    Parameters
    ----------
    pairs : TrainingPairs
    fields : tuple of Field
        Fields to count, the name first.
    groups : tuple of int
        Group of each name level.
    anchors, weight : int64[a], float64[a]
        Rows of the pairs whose numbers agree, and the probability of each of being right.
    rarity : Field

    Returns
    -------
    Chance
        The name's row of a group other than "same" is its share among all strangers.
    """
    name = fields[0]
    group_of = np.asarray(groups, np.int64)
    candidate_group, stranger_group = (group_of[field_levels(rows, name)] for rows in (pairs.pattern, pairs.strangers))
    birth = next(f for f in fields if f.name == "birth")
    known = known_citizens(pairs, anchors[weight >= SURE])
    wrong = _wrong(pairs, fields, known, candidate_group == _OTHER_NAME)
    # Of quite another name is only whom a number brought that is not his, mostly a relative's, or the other person's household.
    # A number alone can make such a one win, so chance is counted there: that he lives where the land user does tells little.
    mistaken = pairs.pattern[anchors]
    mistaken_weight = np.where(candidate_group[anchors] == _OTHER_NAME, 1.0 - weight, 0.0)
    shares = {}
    for f in fields:
        rows = []
        for group in range(int(group_of.max()) + 1):
            brought = pairs.strangers if group == 0 or f is name else pairs.strangers[stranger_group == group]
            if f.name in CONTEXT_FIELDS and group:
                # Seen only among the candidates of a land user, so what chance brings is counted there.
                like = wrong.like_same if group == _SAME_NAME else group
                brought = pairs.pattern[wrong.candidates & (candidate_group == like)]
            elif group == _SAME_NAME and f is name:
                brought = wrong.names
            elif group == _SAME_NAME and (wrong.dated or f is not birth):
                brought = wrong.namesakes
            elif group == _SAME_NAME:
                brought = pairs.strangers
            believed = wrong.believed if group == _SAME_NAME and f is name else None
            rows.append(level_shares(brought, np.ones(len(brought)), f, believed))
            if f.name in CONTEXT_FIELDS and group == _PART:
                told = wrong.candidates & (field_levels(pairs.pattern, f) > 0)
                share = np.count_nonzero(stranger_group == group) / max(len(stranger_group), 1)
                everybody = len(np.unique(pairs.person[told])) * pairs.count_citizens * share
                rows[-1] = _of_everybody(rows[-1], brought, f, everybody)
            # Pairs are taken for wrong by their dates, too, so of dates they tell nothing.
            if group == _OTHER_NAME and f is not name and f is not birth:
                usual = np.append(0.0, rows[-1][1:])
                rows[-1] = level_shares(mistaken, mistaken_weight, f, _BELIEVED * usual / usual.sum())
        shares[f.name] = np.array(rows)
    others = _others(pairs, name, birth, known)
    return Chance(shares, {f.name: closer_by_rarity(others, f, rarity) for f in fields if f.name == PLACE})
