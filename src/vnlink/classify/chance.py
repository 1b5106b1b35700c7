"""How fields agree by chance: u, for each group of name levels.

Among strangers from random pairs; among those of one folded name from namesakes who are known to be others. Where no number
agrees nobody is known to be another, and namesakes with a contradicting birth date stand for them, but for the birth date
itself, of which strangers have to tell. Namesakes live closer together than strangers: in villages of a few families, a name is
most common where its bearers are at home.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.fellegi_sunter import GROUPS
from vnlink.classify.training import TrainingPairs, level_shares
from vnlink.schema import Field, field_levels

__all__ = ["CONTEXT_FIELDS", "chance_shares", "folds_alike", "known_citizens", "wrong_namesakes"]

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
_CONTRADICTING = ("different_year", "different_date", "year_only_agrees")
_ENOUGH = 300
_BELIEVED = 20.0
"""How many pairs strangers count for, beside the candidates of another name."""

_SAME_NAME, _OTHER_NAME = GROUPS.index("same"), GROUPS.index("other")


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


def chance_shares(
    pairs: TrainingPairs,
    fields: tuple[Field, ...],
    groups: tuple[int, ...],
    anchors: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
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

    Returns
    -------
    dict of str to float64[groups, levels]
        The name's row of a group other than "same" is its share among all strangers.
    """
    name = fields[0]
    group_of = np.asarray(groups, np.int64)
    count = int(group_of.max()) + 1
    birth = next(f for f in fields if f.name == "birth")
    known = known_citizens(pairs, anchors)
    wrong = wrong_namesakes(pairs, name, known)
    taught = int(wrong.sum()) >= _ENOUGH
    if not taught:
        wrong = folds_alike(pairs.namesakes, name) & _among(pairs.namesakes, birth, _CONTRADICTING)
    namesakes = pairs.namesakes[wrong]
    candidate_group = group_of[field_levels(pairs.pattern, name)]
    right = known[pairs.person]
    # Of another name and a date that contradicts are only those whom the other person's household brought. So without known
    # citizens all of another name stand for the wrong ones: hardly any is right.
    untaught = _among(pairs.pattern, birth, _CONTRADICTING) | (candidate_group == _OTHER_NAME)
    is_wrong = (right >= 0) & (right != pairs.citizen) if taught else untaught
    # Of quite another name is only whom a number brought that is not his, mostly a relative's, or the other person's household.
    # A number alone can make such a one win, so chance is counted there: that he lives where the land user does tells little.
    mistaken = pairs.pattern[anchors]
    mistaken_weight = np.where(candidate_group[anchors] == _OTHER_NAME, 1.0 - weight, 0.0)
    stranger_group = group_of[field_levels(pairs.strangers, name)]
    shares = {}
    for f in fields:
        rows = []
        for group in range(count):
            brought = pairs.strangers if group == 0 or f is name else pairs.strangers[stranger_group == group]
            if f.name in CONTEXT_FIELDS and group:
                # Seen only among the candidates of a land user, so what chance brings is counted there.
                brought = pairs.pattern[is_wrong & (candidate_group == group)]
            elif group == _SAME_NAME and (taught or f is not birth):
                brought = namesakes
            elif group == _SAME_NAME:
                brought = pairs.strangers
            rows.append(level_shares(brought, np.ones(len(brought)), f))
            if group == _OTHER_NAME and f is not name:
                rows[-1] = level_shares(mistaken, mistaken_weight, f, _BELIEVED * np.append(0.0, rows[-1][1:]))
        shares[f.name] = np.array(rows)
    return shares
