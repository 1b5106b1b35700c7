"""The last stages of a linkage: rank the land side part by part, judge the run by itself, and decide every person.

::

    for every part of the land side that fits into memory
        count, rank      the best candidates of each land person      engines
        audit            samples of persons confirmed by a number     auditing
    other_rows           what rows of one citizen say of each other   other_rows
    for every part
        decide           blocks of persons side by side               decide -> rows of both tables

What other rows say, and the thresholds of a promise (:mod:`vnlink.promise`), come from all persons. So all parts are ranked
first and put aside. A promise is of persons as their own rows show them: with one, other rows say nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.auditing import Auditor
from vnlink.blocking.counting import Capped
from vnlink.classify.drift import Profile, drift, profile_of, sum_of_profiles
from vnlink.classify.model import Model
from vnlink.classify.presence import CIRCUMSTANCES, without_number
from vnlink.classify.scorer import Scorer
from vnlink.compare.patterns import FIELDS
from vnlink.config import Decide
from vnlink.decide.assignment import Settlement, parcel_groups, settle, with_taken
from vnlink.decide.policy import StatusRule, all_agree, decide
from vnlink.decide.posterior import posterior
from vnlink.decide.ranking import SCALE, Ranking
from vnlink.decide.reasons import BEST_CITIZEN, CITIZEN_TWICE, reason_lists
from vnlink.decide.tables import candidates_table, links_table
from vnlink.engines.population import Population
from vnlink.errors import ResourceError, message
from vnlink.hiding import held_by
from vnlink.other_rows import Effect, HiddenWorld, Sums
from vnlink.records import Column
from vnlink.report.summary import SummaryCounts
from vnlink.rows import Rows
from vnlink.schema import SEX_FEMALE, SEX_MALE, Side
from vnlink.side_by_side import in_order
from vnlink.storage.keys import filled_hashes

if TYPE_CHECKING:
    from vnlink.linkage import Linkage

__all__ = ["KEEP", "Deciding", "Outcome", "Take", "available_fields", "status_rule"]

Take = Callable[[pa.Table, pa.Table], None]
KEEP = 10
"""Candidates kept of each person."""
_BLOCK = 1 << 18
"""Persons that are decided at a time."""

_SIDE_BY_SIDE = 2
"""Blocks that are decided at a time, at most: each takes memory, and each table is written by a thread beside them."""


@dataclass(slots=True)
class Outcome:
    """What a linkage decided, besides the two tables: what the summary and the manifest say of it."""

    seen: SummaryCounts
    counts: dict[str, int]
    rule: StatusRule
    audit: dict[str, Any] | None
    guarantee: dict[str, Any] | None
    drift: dict[str, Any] | None
    other_rows: Effect | None
    parts: int


@dataclass(slots=True)
class Ranked:
    """A part of the land side with its candidates: persons from ``low`` on."""

    low: int
    ranking: Ranking


@dataclass(slots=True)
class Decided:
    """A block of persons that are decided: their rows of both tables, and what is counted of them.

    ``citizens`` int32[m] are the numbers of those who are linked; see :meth:`vnlink.report.summary.SummaryCounts.add`.
    """

    links: pa.Table
    candidates: pa.Table
    communes: pa.Array
    provinces: pa.Array
    citizens: NDArray[np.int32]
    profile: Profile


class Deciding:
    """Decide a linkage whose registers are read.

    Parameters
    ----------
    linkage : Linkage
    model : Model

    Attributes
    ----------
    pairs : int
        Pairs compared.
    """

    def __init__(self, linkage: Linkage, model: Model) -> None:
        self._run = linkage
        self._model = model
        self._capped: list[Capped] = []
        self._sums = Sums.empty(0, 0)
        self._effect: Effect | None = None
        self._twice = np.empty(0, np.int64)
        self.pairs = 0

    def run(self, take: Take) -> Outcome:
        """Rank all candidates and decide every person.

        Parameters
        ----------
        take : callable
            Called as ``take(links, candidates)`` with the next rows of both tables, in the order of the land register.
        """
        config, citizens = self._run.config.decide, len(self._run.population)
        rule = status_rule(config, available_fields(self._run.population, self._run.config.run.batch_rows))
        model = self._model
        new_scorer = model.scorer_maker(citizens, SCALE)
        promising = config.max_wrong_full is not None
        table = self._run.land.table
        told = self._run.evidence, self._run.held_out
        auditor = Auditor(table, self._run.population.key, new_scorer(), model.present, model.doubt, *told, promising)
        seen, profiles = SummaryCounts(places=False, citizens=citizens), []
        guarantee, count = None, 0
        parts: Iterator[Ranked] = self._ranked(new_scorer, auditor)
        world: HiddenWorld | None = None
        if config.max_wrong_full is not None:
            # The thresholds come from all persons, so all are ranked before any is decided.
            parts = self._taken_up(self._all_put_aside(parts))
            with self._run.timed("audit"):
                rule, guarantee = auditor.promise(rule, config.max_wrong_full, config.confidence)
        elif config.other_rows:
            kept = self._all_put_aside(self._summed(parts))
            with self._run.timed("other_rows"):
                world = self._learn_others(kept, auditor)
            parts = self._taken_up(kept)
        while (part := next(parts, None)) is not None:
            with self._run.timed("decide"):
                for block in self._decided(rule, part):
                    seen.add(block.links, block.communes, block.provinces, block.citizens)
                    profiles.append(block.profile)
                    take(block.links, block.candidates)
            count += 1
            del part  # before the next one is made
            self._run.let_go()
        # What an audit measures is the status rule; where something else decides it would speak of other links.
        plain = config.status == "rule" and config.one_to_one == "none"
        with self._run.timed("audit"):
            others = None if world is None or self._effect is None else (world, self._effect)
            audit = auditor.facts(rule, self._provinces, others) if plain else None
        moved = None if model.profile is None else drift(model.profile, sum_of_profiles(profiles, FIELDS))
        return Outcome(seen, self._counts(), rule, audit, guarantee, moved, self._effect, count)

    def _counts(self) -> dict[str, int]:
        return {
            "land_users": len(self._run.land.ids),
            "land_persons": len(self._run.land.table),
            "citizens": len(self._run.population),
            "pairs": self.pairs,
            "land_quarantined": len(self._run.sources[Side.LAND].quarantine),
            "citizens_quarantined": len(self._run.sources[Side.CITIZEN].quarantine),
        }

    def _provinces(self, person: NDArray[np.int64]) -> pa.Array:
        return self._run.reader.place_codes(self._run.land.table.place.take(person))[1]

    def _bounds(self) -> list[tuple[int, int]]:
        """Cut the land side into the parts that fit into memory; persons of a land user stay together."""
        table = self._run.land.table
        parts = self._run.plan.parts(len(table), len(self._run.population))
        if parts > 1 and self._run.config.decide.one_to_one == "parcel":
            what = "citizens can be shared out within parcels only where the whole land side fits into memory"
            raise ResourceError(message(what, remedy='allow more memory (--memory), or set decide.one_to_one = "land_user"'))
        bounds = [0]
        for part in range(1, parts + 1):
            end = len(table) * part // parts
            while bounds[-1] < end < len(table) and np.diff(table.column("row", end - 1, end + 1))[0] == 0:
                end += 1
            bounds.append(max(end, bounds[-1]))
        return [pair for pair in itertools.pairwise(bounds) if pair[0] < pair[1]]

    def _ranked(self, new_scorer: Callable[[], Scorer], auditor: Auditor) -> Iterator[Ranked]:
        """Rank the land side part by part; each part adds its persons to what is audited."""
        for low, high in self._bounds():
            with self._run.timed("count"):
                engine, capped = self._run.counted(low, high)
                self._capped.append(capped)
            self._run.let_go()
            with self._run.timed("rank"):
                ranking = engine.rank(new_scorer, KEEP, self._run.stage("rank"))
                self.pairs += engine.compared
                self._twice = np.append(self._twice, low + engine.with_doubles)
            with self._run.timed("audit"):
                auditor.add(low, ranking, engine)
            part = Ranked(low, ranking)
            del engine, ranking  # what is yielded is the caller's; two parts are never there
            yield part
            del part

    def _summed(self, parts: Iterator[Ranked]) -> Iterator[Ranked]:
        """Take up what the persons of each part say of their best candidates."""
        self._sums = Sums.empty(len(self._run.land.table), len(self._run.population))
        while (part := next(parts, None)) is not None:
            with self._run.timed("other_rows"):
                for low in range(0, len(part.ranking), _BLOCK):
                    block, first = part.ranking.part(low, low + _BLOCK), part.low + low
                    self._sums.add(first, block, posterior(block, self._present_alone(first, len(block))))
            yield part
            del part

    def _learn_others(self, kept: list[tuple[int, Ranking | list[Rows]]], auditor: Auditor) -> HiddenWorld | None:
        """Learn what other rows say; return the sample of the audit as it looks with it, None where nobody is confirmed."""
        to_learn, to_audit = (auditor.hidden_world(self._sums, learning=learning) for learning in (True, False))
        if to_learn is None or to_audit is None:
            return None
        parts = self._taken_up(kept, again=True)
        while (part := next(parts, None)) is not None:
            for first in range(0, len(part.ranking), _BLOCK):
                block, low = part.ranking.part(first, first + _BLOCK), part.low + first
                present = self._present_alone(low, len(block))
                for world in (to_learn, to_audit):
                    world.add(low, block, present)
            del part  # before the next one is read
        kinds, counts = np.unique(self._run.evidence, return_counts=True)
        others = np.zeros(CIRCUMSTANCES, np.int64)
        others[kinds] = np.where(kinds == without_number(kinds), counts, 0)
        self._effect = to_learn.learn(others)
        return to_audit

    def _present_alone(self, low: int, count: int) -> NDArray[np.float64]:
        """Probability that persons ``low`` on are in the population, by their own rows."""
        return np.asarray(self._model.present[self._run.evidence[low : low + count]])

    def _present(self, low: int, ranking: Ranking) -> NDArray[np.float64]:
        """Probability that persons ``low`` on are in the population, other rows taken into account."""
        alone = self._present_alone(low, len(ranking))
        return alone if self._effect is None else self._effect.present(low, ranking, alone, self._sums)

    def _decided(self, rule: StatusRule, part: Ranked) -> Iterator[Decided]:
        """Decide the persons of a part, block by block."""
        settled, citizen_ids = self._settle(part), self._run.citizen_ids(len(part.ranking))

        def decide_block(low: int) -> Decided:
            return self._decide(rule, part, low, min(low + _BLOCK, len(part.ranking)), settled, citizen_ids)

        return in_order(decide_block, range(0, len(part.ranking), _BLOCK), min(_SIDE_BY_SIDE, self._run.threads))

    def _decide(
        self,
        rule: StatusRule,
        part: Ranked,
        low: int,
        high: int,
        settled: Settlement | None,
        citizen_ids: pa.Array | pa.ChunkedArray,
    ) -> Decided:
        """Decide persons ``low`` to ``high`` of a part."""
        config, model = self._run.config.decide, self._model
        first, last = part.low + low, part.low + high
        people, evidence = self._run.land.table.people(first, last), self._run.evidence[first:last]
        ranking = part.ranking.part(low, high)
        alone, present = self._present_alone(first, len(ranking)), self._present(first, ranking)
        post = posterior(ranking, present)
        has = ranking.citizen[:, 0] >= 0
        held = held_by(people)
        best = ranking.patterns(np.arange(len(people)), 0)
        learned = model.calls_full(best, all_agree(best, FIELDS)) if config.status == "learned" else None
        decision = decide(best, has, post, held, FIELDS, rule, learned)
        if settled is not None:
            decision.status[settled.without[low:high]] = 2
        flags = people.flags | (self._run.population.flags_of(ranking.citizen[:, 0]) & BEST_CITIZEN)
        flags[self._twice[np.searchsorted(self._twice, first) : np.searchsorted(self._twice, last)] - first] |= CITIZEN_TWICE
        reasons = reason_lists(decision, best, held, people.kind, flags, has, post.nobody, FIELDS, _bits_moved(alone, present))
        if settled is not None:
            reasons = with_taken(reasons, settled.taken[low:high])
        names = self._run.land.not_persons.put_into(self._run.reader.render(people.syllables), first)
        ids, shown = self._run.land.ids, post.doubted(model.doubt)
        links = links_table(people, ids, names, citizen_ids, ranking, shown, decision.status, reasons)
        candidates = candidates_table(people, ids, citizen_ids, ranking, shown, FIELDS, config.top_k)
        communes, provinces = self._run.reader.place_codes(self._run.land.table.place.read(first, last))
        named = people.syllables[:, 0] >= 0
        # A model knows what persons look like by their own rows; other rows would pass for a change of the register.
        by_itself = post if self._effect is None else posterior(ranking, alone)
        sure = np.where(has, by_itself.probability[:, 0], 0.0)
        profile = profile_of(best[named], sure[named], evidence[named], FIELDS)
        return Decided(links, candidates, communes, provinces, ranking.citizen[decision.status < 2, 0], profile)

    def _all_put_aside(self, parts: Iterator[Ranked]) -> list[tuple[int, Ranking | list[Rows]]]:
        """Keep the rankings of all parts."""
        kept = []
        while (part := next(parts, None)) is not None:
            kept.append(self._put_aside(part))
            del part  # before the next one is made
        return kept

    def _put_aside(self, part: Ranked) -> tuple[int, Ranking | list[Rows]]:
        """Keep the ranking of a part until all are ranked: in memory where all of it fits, in files otherwise."""
        if not self._run.plan.in_files:
            return part.low, part.ranking
        folder = self._run.workspace.new_folder()
        columns = []
        for name in Ranking.__slots__:
            values = getattr(part.ranking, name)
            rows = Rows(values.dtype, values.shape[1] if values.ndim > 1 else 0, folder / name)
            rows.append(values)
            columns.append(rows)
        return part.low, columns

    @staticmethod
    def _taken_up(kept: list[tuple[int, Ranking | list[Rows]]], *, again: bool = False) -> Iterator[Ranked]:
        """Yield what was put aside; ``again`` says that it will be wanted once more."""
        for low, columns in kept:
            if isinstance(columns, Ranking):
                yield Ranked(low, columns)
                continue
            yield Ranked(low, Ranking(*(column.read() for column in columns)))
            for column in columns if not again else ():
                column.close()

    def _settle(self, part: Ranked) -> Settlement | None:
        """Share citizens out within land users or parcels, where that is asked for."""
        one_to_one = self._run.config.decide.one_to_one
        if one_to_one == "none":
            return None
        low, high = part.low, part.low + len(part.ranking)
        table = self._run.land.table
        groups = table.column("row", low, high).astype(np.int64)
        if one_to_one == "parcel":
            communes = filled_hashes(self._run.reader.place_codes(table.place.read(low, high))[0])
            groups = parcel_groups(groups, np.concatenate(self._run.parcels), communes)
        person_key = table.column("key", low, high) + table.column("person_no", low, high)
        post = posterior(part.ranking, self._present(low, part.ranking))
        return settle(part.ranking, post, groups, person_key, self._run.population.key)

    @property
    def capped(self) -> dict[str, dict[str, int]]:
        """Keys that too many citizens share and that were not used, by kind."""
        return Capped.joined(self._capped).report() if self._capped else {}


def _bits_moved(alone: NDArray[np.float64], present: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the log-odds of being in the population were moved, in bits."""
    return np.asarray(np.log2(present) - np.log2(1.0 - present) - np.log2(alone) + np.log2(1.0 - alone))


def status_rule(settings: Decide, available: frozenset[str]) -> StatusRule:
    """The status rule that the settings of a run ask for."""
    return StatusRule(
        log_odds_full=float(np.log2(settings.probability_full / (1.0 - settings.probability_full))),
        probability_partial=settings.probability_partial,
        short_list=settings.short_list,
        required=settings.full_requires,
        available=available,
    )


def available_fields(population: Population, batch_rows: int) -> frozenset[str]:
    """Fields that the population register holds: of which at least one usable value was read (of the sex, both)."""
    held: set[str] = set()
    for _, records in population.batches(batch_rows):
        sex = records[:, Column.SEX_RARITY_LOCALITY] & 3
        found = {
            "name": (records[:, 0] >= 0).any(),
            "birth": (records[:, Column.BIRTH] > 0).any(),
            "male": (sex == SEX_MALE).any(),
            "female": (sex == SEX_FEMALE).any(),
            "personal_id": (records[:, Column.ID_HIGH] >= 0).any(),
            "old_id": (records[:, Column.OLD_ID] >= 0).any(),
        }
        held |= {name for name, any_one in found.items() if any_one}
        if len(held) == len(found):
            break
    both = {"sex"} if {"male", "female"} <= held else set()
    return frozenset(held - {"male", "female"} | both)
