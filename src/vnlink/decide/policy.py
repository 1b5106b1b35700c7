"""The status rule: full, partial or none.

full
    One citizen beyond reasonable doubt, and every field that the land register holds agrees after normalisation: the name
    with its marks, the birth date to the precision recorded, a number equal to the personal id or the old id, the sex; and a
    number or a complete birth date is among what agrees. The address never blocks full.
partial
    One citizen with a probability of at least one half, or a short list that reaches one half together.
none
    Everybody else.

A field that the land register holds and the citizen's row lacks does not agree, unless the population register has no such
column at all: what is never compared cannot be asked for. Two different valid personal ids, or two complete birth dates that
contradict each other, are never full, whatever the configuration says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.decide.posterior import Posterior
from vnlink.kernels import kernel
from vnlink.schema import Field, field_levels

__all__ = ["Decision", "Held", "Sides", "StatusRule", "all_agree", "decide"]

AGREES: dict[str, tuple[str, ...]] = {
    "name": ("exact",),
    "birth": ("date", "month", "year", "both_default", "finer_than_year"),
    "sex": ("same",),
    "personal_id": ("equal",),
    "old_id": ("equal",),
}
"""Levels that count as full agreement of a field."""

CONTRADICTS: dict[str, tuple[str, ...]] = {
    "birth": (
        "default_day",
        "finer_than_default",
        "swapped",
        "digit_slip",
        "part_of_day",
        "year_only_agrees",
        "year_slip",
        "years_slip",
        "decade_slip",
        "day_agrees",
        "near_year",
        "near_years",
        "decade_off",
        "different_year",
        "different_date",
    ),
    "personal_id": ("near", "different", "different_fits"),
}
"""Levels that can never be full."""


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Thresholds and required fields of the status rule.

    Parameters
    ----------
    log_odds_full : float
        Bits that the best candidate must have for full.
    probability_partial : float
        Probability that the best candidate, or the short list together, must have for partial.
    short_list : int
        Most candidates of a short list.
    required : tuple of str
        What must agree for full where the land register holds it: of "name", "birth", "sex", "id".
    available : frozenset of str
        Fields whose column the population register has.
    log_odds_full_without_id : float, optional
        Bits for full where no number agrees; ``log_odds_full`` when not given.
    """

    log_odds_full: float
    probability_partial: float
    short_list: int
    required: tuple[str, ...]
    available: frozenset[str]
    log_odds_full_without_id: float | None = None


@dataclass(slots=True)
class Held:
    """What the land register holds of each person; bool[n] each."""

    birth: NDArray[np.bool_]
    sex: NDArray[np.bool_]
    personal_id: NDArray[np.bool_]
    old_id: NDArray[np.bool_]


class Sides(NamedTuple):
    """On which side of each threshold the posterior of each person is; bool[n] each.

    A decision depends on the posterior through nothing else.
    """

    enough: NDArray[np.bool_]
    """Whether the odds suffice for full where a number agrees."""
    enough_without_number: NDArray[np.bool_]
    single: NDArray[np.bool_]
    """Whether the best candidate suffices for partial by itself."""
    together: NDArray[np.bool_]
    """Whether the short list does."""

    @classmethod
    def of(cls, post: Posterior, rule: StatusRule) -> Sides:
        """Compare posteriors with the thresholds of a rule."""
        without = rule.log_odds_full if rule.log_odds_full_without_id is None else rule.log_odds_full_without_id
        sides = np.empty((4, len(post.log_odds)), np.bool_)
        limits = float(rule.log_odds_full), float(without), float(rule.probability_partial)
        _sides(post.probability, post.log_odds, *limits, rule.short_list, sides)
        return cls(*sides)


@kernel
def _sides(probability, log_odds, full, full_without_number, partial, short_list, sides):  # type: ignore[no-untyped-def]
    """Write them. Log-odds are NaN without candidates, and NaN is on no side."""
    for i in range(len(log_odds)):
        together = 0.0
        for j in range(min(short_list, probability.shape[1])):
            together += probability[i, j]
        sides[0, i], sides[1, i] = log_odds[i] >= full, log_odds[i] >= full_without_number
        sides[2, i], sides[3, i] = probability[i, 0] >= partial, together >= partial


@dataclass(slots=True)
class Decision:
    """Status of each person (0 full, 1 partial, 2 none) and what stood in the way of full.

    Attributes
    ----------
    status : uint8[n]
    fails : dict of str to bool[n]
        Required fields that do not agree, "evidence" where neither a number nor a complete date agrees, "threshold" where
        the odds are too low, "short_list" where only several citizens together reach one half.
    number_agrees : bool[n]
        Whether a number of the best candidate is that of the land register.
    """

    status: NDArray[np.uint8]
    fails: dict[str, NDArray[np.bool_]]
    number_agrees: NDArray[np.bool_]


def _in_levels(patterns: NDArray[np.int64], field: Field, names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.asarray(_wanted(field, names)[field_levels(patterns, field)])


@cache
def _wanted(field: Field, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which levels of a field are among these."""
    return np.array([level in names for level in field.levels])


def all_agree(patterns: NDArray[np.int64], fields: tuple[Field, ...]) -> NDArray[np.bool_]:
    """Whether all that both rows of each pair hold agrees by the status rule, a number or a full date among it; bool[n]."""
    by_name = {f.name: f for f in fields}
    same = {name: _in_levels(patterns, by_name[name], levels) for name, levels in AGREES.items()}
    lacks = {name: field_levels(patterns, by_name[name]) == 0 for name in AGREES}
    number = same["personal_id"] | same["old_id"]
    numbers = number | (lacks["personal_id"] & lacks["old_id"])
    others = (same["birth"] | lacks["birth"]) & (same["sex"] | lacks["sex"])
    return np.asarray(same["name"] & others & numbers & (number | _in_levels(patterns, by_name["birth"], ("date",))))


def decide(
    best: NDArray[np.int64],
    has_candidate: NDArray[np.bool_],
    post: Posterior | Sides,
    held: Held,
    fields: tuple[Field, ...],
    rule: StatusRule,
    learned: NDArray[np.bool_] | None = None,
) -> Decision:
    """Apply the status rule.

    Parameters
    ----------
    best : int64[n]
        Pattern of each person's best candidate.
    has_candidate : bool[n]
    post : Posterior or Sides
        Posteriors, or what was made of them with the same rule.
    held : Held
    fields : tuple of Field
        Layout of the patterns.
    rule : StatusRule
    learned : bool[n], optional
        Whether clerks would call the best candidate full if it is the person, learned from labels. It takes the place of what
        ``rule`` requires and of the strong evidence; the threshold and the contradictions stay.
    """
    by_name = {f.name: f for f in fields}
    agree = {name: _in_levels(best, by_name[name], levels) for name, levels in AGREES.items()}
    contradicts = np.zeros(len(best), bool)
    for name, levels in CONTRADICTS.items():
        contradicts |= _in_levels(best, by_name[name], levels)

    number_agrees = agree["personal_id"] | agree["old_id"]
    comparable = (held.personal_id & ("personal_id" in rule.available)) | (held.old_id & ("old_id" in rule.available))
    fails = {
        "name": ~agree["name"] if "name" in rule.required else np.zeros(len(best), bool),
        "birth": held.birth & ~agree["birth"] & ("birth" in rule.available) & ("birth" in rule.required),
        "sex": held.sex & ~agree["sex"] & ("sex" in rule.available) & ("sex" in rule.required),
        "id": comparable & ~number_agrees & ("id" in rule.required),
    }
    full_date = _in_levels(best, by_name["birth"], ("date",))
    fails["evidence"] = ~number_agrees & ~full_date
    if learned is not None:
        # What differs is still named where clerks would not call it full.
        fails = {name: failed & ~learned for name, failed in fails.items()}
        fails["learned"] = ~learned
    fails["contradiction"] = contradicts
    sides = post if isinstance(post, Sides) else Sides.of(post, rule)
    fails["threshold"] = ~np.where(number_agrees, sides.enough, sides.enough_without_number)
    blocked = np.zeros(len(best), bool)
    for failed in fails.values():
        blocked |= failed
    fails["short_list"] = ~sides.single & sides.together
    status = np.full(len(best), 2, np.uint8)
    status[has_candidate & (sides.single | fails["short_list"])] = 1
    status[has_candidate & sides.single & ~blocked] = 0
    return Decision(status, fails, number_agrees)
