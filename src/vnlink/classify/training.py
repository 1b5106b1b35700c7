"""What is learned from: pairs of a sample of land persons, and how they are counted.

Counts of patterns are whole numbers and probabilities are rounded to whole units, so every sum is exact: a model does not
depend on the order in which rows came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.prior import prior_shares
from vnlink.grouped import numbered, order_within
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, Field, field_levels

__all__ = ["KeptOut", "TrainingPairs", "by_pattern", "fixed", "level_shares"]

_SMOOTHING = 0.5
_ALTERNATIVES: dict[str, tuple[tuple[str, ...], ...]] = {
    "generation": (
        ("before_1940", *(f"born_{decade}s" for decade in range(1940, 2010, 10)), "since_2010"),
        ("apart_2", "apart_5", "apart_9", "apart_15", "apart_39", "apart_more"),
    ),
    "origin": (("native_here", "newcomer_here"), ("native_near", "newcomer_near"), ("native_away", "stranger")),
}
"""Levels of which one or another holds, where a field's levels repeat what another field says: of origin, how near a citizen
lives; or where which of them can hold depends on what the land register tells: of generation, when another owner was born.
Their shares are counted among each other, or that would count as evidence."""

_GRADED = {"place": (HAMLET_LEVELS, COMMUNE_LEVELS)}
"""Levels that are grades of one. Twenty pairs in the usual grades are added to how these share among each other, never to how
often there is any of them: a grade of which few pairs were seen is worth what all of them together are."""

_USUAL = 20.0


@dataclass(slots=True)
class KeptOut:
    """Persons of both registers of whom nothing is learned.

    Attributes
    ----------
    land : bool[n]
        Land persons who are not in the sample.
    citizens : bool[m]
        Citizens who are nobody's right one, as far as is learned.
    """

    land: NDArray[np.bool_]
    citizens: NDArray[np.bool_]


@dataclass(slots=True)
class TrainingPairs:
    """What is learned from; patterns of pairs of a sample of land persons.

    Attributes
    ----------
    person, citizen, pattern : int32[p], int32[p], int64[p]
        All candidates of the sampled persons.
    generation : int64[p]
        Level that the field ``generation`` of each pair would have if the land register told no birth date.
    rarity_without : int32[p]
        Rarity level of each pair's name if one of its bearers were not in the population.
    by_number_only : bool[p]
        Whether nothing but a number brought the pair.
    by_partner_only : bool[p]
        Whether nothing but the household of the other person brought the pair.
    namesakes_person, namesakes_citizen, namesakes : int32[q], int32[q], int64[q]
        Pairs of one folded name (and others), with a random part of the citizens.
    namesakes_generation : int64[q]
        As ``generation``.
    namesakes_found : bool[q]
        Whether blocking brings the pair by more than a name that is too common.
    namesakes_weight : float
        Citizens of the population for each citizen of that part.
    strangers, strangers_generation : int64[r]
        Patterns of random pairs, and as ``generation``.
    by_hash : bool[s]
        Whether the person is in the random sample; the others are there only because clerks spoke of them.
    evidence : uint8[s]
        Circumstances of every sampled person (:mod:`vnlink.classify.presence`), including those without candidates.
    sample_person : int32[s]
        Their person numbers.
    count_citizens : int
        N.
    held_out : bool[p], optional
        Whether the pair's citizen is held out of learning; nobody's where it is not given.
    """

    person: NDArray[np.int32]
    citizen: NDArray[np.int32]
    pattern: NDArray[np.int64]
    generation: NDArray[np.int64]
    rarity_without: NDArray[np.int32]
    by_number_only: NDArray[np.bool_]
    by_partner_only: NDArray[np.bool_]
    namesakes_person: NDArray[np.int32]
    namesakes_citizen: NDArray[np.int32]
    namesakes: NDArray[np.int64]
    namesakes_generation: NDArray[np.int64]
    namesakes_found: NDArray[np.bool_]
    namesakes_weight: float
    strangers: NDArray[np.int64]
    strangers_generation: NDArray[np.int64]
    by_hash: NDArray[np.bool_]
    evidence: NDArray[np.uint8]
    sample_person: NDArray[np.int32]
    count_citizens: int
    held_out: NDArray[np.bool_] | None = None

    @property
    def withheld(self) -> NDArray[np.bool_]:
        """Whether each pair's citizen is held out of learning, bool[p]."""
        return np.zeros(len(self.pattern), bool) if self.held_out is None else self.held_out

    def sorted(self) -> TrainingPairs:
        """Return the same pairs by person and pattern, so that sums over a person's candidates do not depend on row order."""
        same, before = self.person[1:] == self.person[:-1], self.person[1:] > self.person[:-1]
        if (before | (same & (self.pattern[1:] >= self.pattern[:-1]))).all():
            return self
        order = order_within(self.person, self.pattern)
        return replace(
            self,
            person=self.person[order],
            citizen=self.citizen[order],
            pattern=self.pattern[order],
            generation=self.generation[order],
            rarity_without=self.rarity_without[order],
            by_number_only=self.by_number_only[order],
            by_partner_only=self.by_partner_only[order],
            held_out=self.withheld[order],
        )

    def untold(self) -> TrainingPairs:
        """Return the random sample as it is without any label: whom labels alone brought are left out."""
        keep = self.by_hash
        chosen = self.sample_person[keep]
        rows, near = np.isin(self.person, chosen), np.isin(self.namesakes_person, chosen)
        return replace(
            self,
            person=self.person[rows],
            citizen=self.citizen[rows],
            pattern=self.pattern[rows],
            generation=self.generation[rows],
            rarity_without=self.rarity_without[rows],
            by_number_only=self.by_number_only[rows],
            by_partner_only=self.by_partner_only[rows],
            held_out=self.withheld[rows],
            namesakes_person=self.namesakes_person[near],
            namesakes_citizen=self.namesakes_citizen[near],
            namesakes=self.namesakes[near],
            namesakes_generation=self.namesakes_generation[near],
            namesakes_found=self.namesakes_found[near],
            by_hash=self.by_hash[keep],
            evidence=self.evidence[keep],
            sample_person=chosen,
        )

    def dateless(self, field: Field) -> TrainingPairs:
        """Return the same pairs as if the land register told no birth date: each with its level of the field ``generation``."""
        mask = ~np.int64(((1 << field.bits) - 1) << field.shift)
        return replace(
            self,
            pattern=(self.pattern & mask) | (self.generation << field.shift),
            namesakes=(self.namesakes & mask) | (self.namesakes_generation << field.shift),
            strangers=(self.strangers & mask) | (self.strangers_generation << field.shift),
        )


def fixed(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round probabilities to multiples of 2**-20: their sums are then exact, and the same in whatever order they are added."""
    return np.asarray(np.rint(weight * 2.0**20) * 2.0**-20)


def level_shares(
    patterns: NDArray[np.int64], weight: NDArray[np.float64], field: Field, prior: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Share of each level of one field among the pairs that have it (or one of its alternatives), float64[levels].

    ``prior`` holds pairs seen before any (per level; half a pair each when not given), so no share is 0. The entry of level 0
    (missing) is 1: no evidence.
    """
    size = len(field.levels)
    counts = np.bincount(field_levels(patterns, field), weights=weight, minlength=size)[:size].astype(np.float64)
    counts += _SMOOTHING if prior is None else prior
    counts[0] = 0.0
    for names in _GRADED.get(field.name, ()):
        levels = [field.levels.index(name) for name in names]
        usual, total = prior_shares(field)[levels], counts[levels].sum()
        counts[levels] = total * (counts[levels] + _USUAL * usual / usual.sum()) / (total + _USUAL)
    shares = counts / counts.sum()
    for names in _ALTERNATIVES.get(field.name, ()):
        levels = [field.levels.index(name) for name in names]
        shares[levels] = counts[levels] / counts[levels].sum()
    shares[0] = 1.0
    return np.asarray(shares)


def by_pattern(
    patterns: NDArray[np.int64], weight: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the distinct patterns, the count (or weight) of each, and the row of each pattern among them."""
    distinct, inverse = numbered(patterns)
    return distinct, np.bincount(inverse, weights=weight, minlength=len(distinct)).astype(np.float64), inverse
