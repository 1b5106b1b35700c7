"""What a run learns about itself after ranking: what other rows say, the thresholds of a promise, and the facts of an audit.

All come from persons confirmed by their number, linked again without it (:mod:`vnlink.hiding`). A promise takes all of those
from whom nothing was learned, up to a million citizens; the audit of a run takes a sample, and after a promise says that these
are some of those who chose the threshold. The land side may come in parts: each adds its persons to the samples, which are
drawn by hashes of the citizens, whatever the parts are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.classify.presence import cohorts_of, evidence_kinds, without_number
from vnlink.classify.scorer import Scorer
from vnlink.compare.patterns import FIELDS
from vnlink.decide.policy import Held, StatusRule, decide
from vnlink.decide.posterior import Posterior, posterior
from vnlink.decide.ranking import Ranking
from vnlink.hashing import spread
from vnlink.hiding import Confirmed, Hidden, confirmed_by_number, held_by, hide
from vnlink.other_rows import Effect, HiddenWorld, Sums
from vnlink.persons import PersonTable
from vnlink.promise import HoldOut, Trials, hidden_trials, judge, labelled_trials, promised
from vnlink.report.audit import Relinked, audit_facts, coded
from vnlink.report.weighted import raked
from vnlink.schema import SEX_FEMALE, SEX_MALE, field_levels
from vnlink.unconfirmed import VARYING, level_shares, shares_without_number

__all__ = ["Auditor", "Finder"]

_SAMPLE = 20_000
"""Persons that the audit of a run links again: a share of 99 % is then known to 0.15 %, and it takes a tenth of a second."""

_HIDDEN = 50_000
"""Persons by whom it is learned what other rows say."""

_MOST = 1_000_000
"""Persons that a promise is judged by; more would not sharpen it."""

_OTHERS = 100_000
"""Persons without a number whose candidates tell how these agree: a level of one in a thousand is then known to a tenth."""

_FEWEST = 5
"""Persons of the sample below which a group is not weighted up: few would stand for many."""

_CODES = 256
_BLOCK = 1 << 20
_DRAW = 0x6175646974
_FULL_DATE, _YEAR = "full birth date", "year of birth"
_BOTH = ("personal_id", "old_id")
_EVERY = np.arange(_CODES, dtype=np.uint8)
_GROUPINGS = (
    np.minimum(evidence_kinds(_EVERY) * 2 + _EVERY % 2, _CODES - 1),
    cohorts_of(_EVERY),
)
"""Groups to which the sample is weighted: kind of evidence and partner, and cohort, of each combination."""


class Finder(Protocol):
    """What is asked of an engine."""

    def found_without_number(self, person: NDArray[np.int64], citizen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether blocking would bring each pair if the land register held no number."""

    def rarity_without(self, person: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rarity level of each person's name if one of its bearers were not in the population."""


@dataclass(slots=True)
class Others:
    """Some persons without a number: their numbers in the register, a hash by which they are drawn, and their candidates."""

    person: NDArray[np.int64]
    value: NDArray[np.uint64]
    ranking: Ranking

    @classmethod
    def none(cls, ranking: Ranking) -> Others:
        """Make an empty list of persons whose candidates are kept as in ``ranking``."""
        return cls(np.empty(0, np.int64), np.empty(0, np.uint64), ranking.part(0, 0))

    @classmethod
    def joined(cls, parts: list[Others]) -> Others:
        """Put lists behind each other."""
        person, value = (np.concatenate([getattr(part, name) for part in parts]) for name in ("person", "value"))
        return cls(person, value, Ranking.joined([part.ranking for part in parts]))

    def take(self, at: NDArray[np.int64]) -> Others:
        """Return some of them."""
        return Others(self.person[at], self.value[at], self.ranking.take(at))


def _smallest(value: NDArray[np.uint64], count: int, more: int = 0) -> NDArray[np.int64]:
    """Places of the ``count`` smallest hashes; with ``more`` also of the hash after them, as for citizens."""
    if len(value) <= count:
        return np.arange(len(value))
    limit = np.partition(value, count)[count]
    return np.flatnonzero(value <= limit if more else value < limit)


@dataclass(slots=True)
class Auditor:
    """What is needed to link persons again without their numbers.

    Attributes
    ----------
    land : PersonTable
    citizen_key : uint64[m]
    scorer : Scorer
    present : float64[CIRCUMSTANCES]
    doubt : float
        See :attr:`vnlink.classify.model.Model.doubt`.
    evidence : uint8[n]
        Circumstances of the land persons.
    held_out : HoldOut, optional
        From whom nothing was learned; None where everybody was learned from.
    promising : bool
        Whether a promise will be asked for.
    """

    land: PersonTable
    citizen_key: NDArray[np.uint64]
    scorer: Scorer
    present: NDArray[np.float64]
    doubt: float
    evidence: NDArray[np.uint8]
    held_out: HoldOut | None
    promising: bool
    _samples: dict[str | None, list[Confirmed]] = field(default_factory=dict)
    _labelled: list[tuple[NDArray[np.int64], Ranking, Posterior]] = field(default_factory=list)
    _others: list[Others] = field(default_factory=list)
    _without: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_CODES, np.int64))
    _chose: bool = False

    def add(self, low: int, ranking: Ranking, engine: Finder) -> None:
        """Take up the next part of the land side: persons from ``low`` on, ranked with all numbers seen by ``engine``."""
        for number in (None, *_BOTH) if self.promising else (None,):
            drawn = self._samples.setdefault(number, [])
            drawn.append(self._confirm(low, ranking, engine, number))
            if len(drawn) > 1:
                self._samples[number] = [self._thinned(Confirmed.joined(drawn), _MOST if self.promising else _HIDDEN, 1)]
        if self.held_out is not None and len(self.held_out.judging):
            persons = np.unique(self.held_out.judging.person)
            persons = persons[(persons >= low) & (persons < low + len(ranking))]
            at = persons - low
            taken = ranking.take(at)
            self._labelled.append((persons, taken, posterior(taken, self.present[self.evidence[persons]])))
        others = Others.none(ranking)
        for first in range(low, low + len(ranking), _BLOCK):
            people = self.land.people(first, min(first + _BLOCK, low + len(ranking)))
            at = np.flatnonzero((people.syllables[:, 0] >= 0) & (people.personal_id < 0) & (people.old_id < 0))
            person = first + at
            self._without += np.bincount(self._combinations(person, people.household[at]), minlength=_CODES)
            value = spread(people.key[at] + people.person_no[at], _DRAW)
            few = _smallest(value, _OTHERS, 1)
            others = Others.joined([others, Others(person[few], value[few], ranking.take(person[few] - low))])
            others = others.take(_smallest(others.value, _OTHERS, 1))
        self._others = [Others.joined([*self._others, others])]
        self._others = [self._others[0].take(_smallest(self._others[0].value, _OTHERS, 1))]

    def _combinations(self, person: NDArray[np.int64], household: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Number of the combination of evidence, cohort and having a partner of persons, their numbers left out."""
        return without_number(self.evidence[person]).astype(np.int64) // 2 * 2 + (household != 0)

    def _confirm(self, low: int, ranking: Ranking, engine: Finder, number: str | None) -> Confirmed:
        evidence = self.evidence[low : low + len(ranking)]
        person, citizen, left_out = confirmed_by_number(ranking, self.present, evidence, number)
        keep = self._asked(low + person, citizen, number)
        left_out = left_out.take(self._asked(low + left_out.person, left_out.citizen, number))
        keep[keep], among = self._drawn(citizen[keep], left_out.citizen, _MOST if self.promising else _HIDDEN, 1)
        person, citizen = person[keep], citizen[keep]
        left_out = left_out.take(among)
        left_out.person += low
        found = engine.found_without_number(person, citizen) if number is None else np.ones(len(person), bool)
        return Confirmed(low + person, citizen, ranking.take(person), found, engine.rarity_without(person), left_out)

    def _asked(self, person: NDArray[np.int64], citizen: NDArray[np.int64], number: str | None) -> NDArray[np.bool_]:
        """Which persons with the number of a citizen may judge: nothing was learned of them, and they have what is hidden."""
        keep = np.ones(len(person), bool)
        if number is not None:
            people = self.land.take(person)
            keep &= (people.personal_id >= 0) & (people.old_id >= 0)
        if self.held_out is not None:
            keep &= self.held_out.persons.land[person] & self.held_out.persons.citizens[citizen]
        return keep

    def _drawn(
        self, citizen: NDArray[np.int64], others: NDArray[np.int64], count: int, more: int = 0
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which of the rows are of the ``count`` (about) smallest hashes of citizens: all rows of one or none.

        ``more`` keeps the row after them too, by which the same is said again once other rows have come. Of the ``others``
        those are drawn whose hash is as small: they are counted beside the rows.
        """
        if len(citizen) <= count:
            return np.ones(len(citizen), bool), np.ones(len(others), bool)
        drawn, beside = (spread(self.citizen_key[who], _DRAW) for who in (citizen, others))
        limit = np.partition(drawn, count)[count]
        return (drawn <= limit, beside <= limit) if more else (drawn < limit, beside < limit)

    def _thinned(self, confirmed: Confirmed, count: int, more: int = 0) -> Confirmed:
        chosen, among = self._drawn(confirmed.citizen, confirmed.left_out.citizen, count, more)
        return confirmed if chosen.all() else confirmed.take(chosen, confirmed.left_out.take(among))

    def _sample(self, number: str | None, count: int) -> Confirmed:
        return self._thinned(self._samples[number][0], count)

    def _again(self, confirmed: Confirmed, fields: tuple[str, ...]) -> tuple[Hidden, Posterior, Held]:
        seen = self.evidence[confirmed.person]
        present = self.present[without_number(seen) if len(fields) > 1 else seen]
        hidden = hide(confirmed, self.scorer, present, evidence_kinds(without_number(seen)), self.citizen_key, fields)
        return hidden, posterior(hidden.ranking, present), held_by(self.land.take(confirmed.person), fields)

    def hidden_world(self, sums: Sums, *, learning: bool) -> HiddenWorld | None:
        """Hide the numbers of a sample, to see what other rows say there; None where nobody is confirmed.

        Parameters
        ----------
        sums : Sums
            What all persons say of their best candidates.
        learning : bool
            Whether it is to learn from: then the sample is large and rather too many are absent, for other rows that are
            believed too much bring wrong links. Otherwise it is the sample of the audit, and as many are absent as there are.
        """
        confirmed = self._sample(None, _HIDDEN if learning else _SAMPLE)
        if not len(confirmed):
            return None
        seen = self.evidence[confirmed.person]
        alone = without_number(seen)
        present = self.present[seen], self.present[alone]
        kinds = evidence_kinds(alone)
        hidden = hide(confirmed, self.scorer, present[1], kinds, self.citizen_key, together=True, careful=learning)
        return HiddenWorld(confirmed, hidden, present, alone, sums, self.citizen_key)

    def promise(self, rule: StatusRule, max_wrong: float, confidence: float) -> tuple[StatusRule, dict[str, Any]]:
        """Set the thresholds that keep a promise; see :func:`vnlink.promise.promised`."""
        trials: dict[str, list[Trials]] = {"without_id": [], "with_id": []}
        for group, one in self._by_labels(rule).items():
            trials[group].append(one)
        confirmed = self._sample(None, _MOST)
        hidden, post, held = self._again(confirmed, _BOTH)
        trials["without_id"].append(hidden_trials(hidden, judge(hidden.ranking, post, held, rule), "without_id"))
        trials["with_id"].append(self._one_of_two(rule))
        rule, facts = promised(trials, confirmed.left_out, rule, max_wrong, confidence)
        self._chose = facts["groups"]["without_id"]["from"] != "labels"
        facts["taken_away_as_absent"] = int(np.count_nonzero(hidden.absent))
        return rule, facts

    def _by_labels(self, rule: StatusRule) -> dict[str, Trials]:
        """Trials of both groups from labels that were not learned from."""
        if self.held_out is None or not self._labelled:
            return {}
        persons = np.concatenate([one[0] for one in self._labelled])
        ranking = Ranking.joined([one[1] for one in self._labelled])
        post = Posterior.joined([one[2] for one in self._labelled])
        labels = self.held_out.judging
        who = labels.citizen[np.unique(labels.person, return_index=True)[1]]
        return labelled_trials(persons, who, ranking, judge(ranking, post, held_by(self.land.take(persons)), rule))

    def _one_of_two(self, rule: StatusRule) -> Trials:
        """Trials of fulls with a number: of persons with two, one is hidden and the other has to find its holder."""
        found = []
        for number in _BOTH:
            hidden, post, held = self._again(self._sample(number, _MOST), (number,))
            found.append(hidden_trials(hidden, judge(hidden.ranking, post, held, rule), "with_id"))
        return Trials(
            np.concatenate([one.log_odds for one in found]),
            np.concatenate([one.wrong for one in found]),
            np.concatenate([one.citizen for one in found]),
            found[0].source,
        )

    def facts(
        self,
        rule: StatusRule,
        provinces: Callable[[NDArray[np.int64]], pa.Array],
        others: tuple[HiddenWorld, Effect] | None = None,
    ) -> dict[str, Any] | None:
        """Link a sample again and measure it; None where no number confirms anybody.

        Parameters
        ----------
        rule : StatusRule
        provinces : callable
            Gives the codes of the provinces of some land persons, null where it is not known.
        others : HiddenWorld and Effect, optional
            The sample with its numbers hidden, and what other rows say, where they say something.
        """
        confirmed = self._sample(None, _SAMPLE)
        if not len(confirmed):
            return None
        if others is None:
            hidden, post, held = self._again(confirmed, _BOTH)
        else:
            world, effect = others
            hidden, post, held = world.hidden, world.relinked(effect), held_by(self.land.take(confirmed.person), _BOTH)
        best = hidden.ranking.patterns(np.arange(len(hidden.person)), 0)
        has = hidden.ranking.citizen[:, 0] >= 0
        decision = decide(best, has, post, held, FIELDS, rule)
        probability = np.where(has, post.doubted(self.doubt).probability[:, 0], 0.0)
        weight, covered = self._weights(confirmed, hidden)
        groups = self._groups(hidden.person, provinces(hidden.person))
        sample = Relinked(decision.status, probability, hidden.right, hidden.absent, hidden.citizen, groups, weight, covered)
        out = confirmed.left_out
        return audit_facts(
            sample, disputed=out.disputed, shared=out.shared, held_out=self.held_out is not None, chose=self._chose
        )

    def _weights(self, confirmed: Confirmed, hidden: Hidden) -> tuple[NDArray[np.float64], float]:
        """Persons without a number for whom each of the sample stands, and the share of them that is covered.

        First to what the register holds of them, then to how their right pairs agree as well; of those who were taken away as
        absent no pair is right.
        """
        code = self._combinations(hidden.person, self.land.take(hidden.person).household)
        every = np.arange(_CODES)
        used, covered = np.ones(len(code), bool), np.ones(_CODES, bool)
        for group in _GROUPINGS:
            enough = np.bincount(group[code], minlength=_CODES) >= _FEWEST
            used &= enough[group[code]]
            covered &= enough[group[every]]
        counts = np.where(covered, self._without, 0)
        total, others = float(counts.sum()), int(self._without.sum())
        if not total or not used.any():
            return np.zeros(len(used)), 0.0
        margins = [
            (group[code[used]], np.bincount(group, weights=counts, minlength=_CODES).astype(np.float64)) for group in _GROUPINGS
        ]
        patterns = confirmed.ranking.patterns(np.flatnonzero(used), 0)
        levels = {f.name: np.where(hidden.absent[used], 0, field_levels(patterns, f)) for f in VARYING}
        rows = int(used.sum())
        weight = raked(rows, total, margins)
        shares = {f.name: level_shares(levels[f.name], weight, f) for f in VARYING}
        wanted = self._shares_without_number(covered, shares)
        agreeing = [(levels[f.name] - 1, wanted[f.name][1:]) for f in VARYING if levels[f.name].any()]
        whole = np.zeros(len(used))
        whole[used] = raked(rows, total, [*agreeing, *margins])
        return whole, total / others

    def _shares_without_number(
        self, covered: NDArray[np.bool_], shares: dict[str, NDArray[np.float64]]
    ) -> dict[str, NDArray[np.float64]]:
        """How the right pairs of persons without a number agree, as their candidates tell."""
        others = self._others[0].take(_smallest(self._others[0].value, _OTHERS))
        people = self.land.take(others.person)
        known = np.flatnonzero(covered[self._combinations(others.person, people.household)])
        present = self.present[self.evidence[others.person[known]]]
        return shares_without_number(others.ranking, known, (1.0 - present) / present, shares)

    def _groups(self, person: NDArray[np.int64], provinces: pa.Array) -> dict[str, tuple[list[str], NDArray[np.int64]]]:
        people = self.land.take(person)
        birth, place, sex = people.birth, people.place > 0, people.sex
        known = np.where(birth == 0, 0, np.where(birth % 100 == 0, 1, 2)) * 2 + place
        decade = np.where(birth > 0, np.clip(birth // 100_000, 190, 202), 189) - 189
        return {
            "province": coded(provinces),
            "sex": (["male", "female", "not known"], np.where(sex == SEX_MALE, 0, np.where(sex == SEX_FEMALE, 1, 2))),
            "cohort": (["not known", *(f"{ten}0s" for ten in range(190, 203))], decade.astype(np.int64)),
            "evidence": (
                [
                    "name only",
                    "name and place",
                    f"name and {_YEAR}",
                    f"name, {_YEAR} and place",
                    f"name and {_FULL_DATE}",
                    f"name, {_FULL_DATE} and place",
                ],
                known.astype(np.int64),
            ),
        }
