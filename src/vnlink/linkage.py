"""The stages in order.

::

    read      text of both registers -> encoded persons                    storage, normalize
    count     first sweep: how common each key is                          blocking
    learn     second sweep: weights from the registers themselves          compare, classify
    rank      last sweep: the best candidates of each land person          blocking, compare, classify
    decide    one posterior per person, the status rule, the reasons       decide
    report    summary, page, manifest, one folder                          report, storage: vnlink.linker
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.auditing import Auditor
from vnlink.blocking.index import DEFAULT_LIMITS
from vnlink.classify.drift import drift, profile_of
from vnlink.classify.learning import learn
from vnlink.classify.model import Model, blind_guess
from vnlink.classify.presence import circumstances
from vnlink.classify.scorer import PatternScorer
from vnlink.classify.taught import Answers, teach
from vnlink.classify.training import TrainingPairs
from vnlink.compare.patterns import FIELDS, NAME_GROUPS, rarity_counts
from vnlink.config import Config
from vnlink.decide.assignment import parcel_groups, settle, with_taken
from vnlink.decide.guarantee import citizens_needed
from vnlink.decide.policy import StatusRule, all_agree, decide
from vnlink.decide.posterior import Posterior, best_of_pairs, posterior
from vnlink.decide.ranking import SCALE, Ranking
from vnlink.decide.reasons import reason_lists
from vnlink.decide.tables import candidates_table, links_table
from vnlink.engines.local import LocalEngine
from vnlink.errors import ConfigError, message
from vnlink.hiding import held_by
from vnlink.labels import Labels, label_groups, resolve_labels
from vnlink.normalize.encode import EncodedRegister, RegisterReader
from vnlink.promise import HoldOut, hold_out
from vnlink.schema import SEX_FEMALE, SEX_MALE, People, Side
from vnlink.storage.keys import KeyCheck, filled_hashes
from vnlink.storage.sources import open_source
from vnlink.storage.tables import TableSource

__all__ = ["Linkage", "Outcome"]

Progress = Callable[[str, int, int], None]
_KEEP = 10
_RIDGE = 1.0
_HELD_OUT = "held_out"
"""Entry of a model's report: half of the citizens were kept out of learning, so that a promise can be made about later."""
_SEXES = {"male": SEX_MALE, "female": SEX_FEMALE}


@dataclass(slots=True)
class Outcome:
    """What a linkage decided: the two tables of the contract, and counts and facts for the summary and the manifest."""

    links: pa.Table
    candidates: pa.Table
    communes: pa.Array
    provinces: pa.Array
    counts: dict[str, int]
    rule: StatusRule
    audit: dict[str, Any] | None
    guarantee: dict[str, Any] | None
    drift: dict[str, Any] | None


class Linkage:
    """One land register against one population register, stage by stage.

    Parameters
    ----------
    land, citizens : path or frame
        The registers.
    config : Config
    progress : callable, optional
        Called as ``progress(stage, done, total)``.
    """

    def __init__(self, land: Any, citizens: Any, config: Config, progress: Progress | None = None) -> None:
        self.config = config
        self._progress = progress
        self.seconds: dict[str, float] = {}
        self.pairs = 0
        self._held_out: HoldOut | None = None
        self._parcels: list[NDArray[np.uint64]] = []
        self.sources = {
            side: open_source(data, side, config.columns.of_side(side), shared=config.columns.shared_with(side))
            for side, data in ((Side.LAND, land), (Side.CITIZEN, citizens))
        }
        codes = config.normalize.gender_codes
        self._reader = RegisterReader(
            {text: _SEXES[sex] for text, sex in codes.items()} if codes else None,
            legacy_encodings=config.normalize.legacy_encodings,
        )
        with self.timed("read"):
            self.land = self._read(Side.LAND, config.normalize.land_vintage)
            self.citizens = self._read(Side.CITIZEN, config.normalize.citizen_vintage)
        with self.timed("count"):
            self._evidence = circumstances(self.land.people)
            with ThreadPoolExecutor(2) as pool:
                left, right = pool.map(LocalEngine.pack, (self.land.people, self.citizens.people))
            self._engine = LocalEngine(
                left,
                right,
                self._evidence,
                self._reader.lexicon,
                self._reader.places,
                threads=config.run.threads or os.cpu_count() or 1,
                batch_rows=config.run.batch_rows,
            )
            self._engine.count(DEFAULT_LIMITS, self._stage("count"))

    def _stage(self, name: str) -> Callable[[int, int], None] | None:
        progress = self._progress
        return None if progress is None else lambda done, total: progress(name, done, total)

    def timed(self, stage: str) -> Timer:
        """Add the seconds spent inside to :attr:`seconds` under ``stage``."""
        return Timer(self.seconds, stage)

    def _read(self, side: Side, vintage: str | None) -> EncodedRegister:
        source = self.sources[side]
        rows = _Rows(lambda check: self._hashed(source, check, f"read {side.value}"), side)
        register = self._reader.read(rows, side, vintage)
        rows.check.finish(source, self.config.run.batch_rows)
        return register

    def _hashed(self, source: TableSource, check: KeyCheck, stage: str) -> Iterator[tuple[pa.RecordBatch, NDArray[np.uint64]]]:
        done = 0
        if check.side is Side.LAND:
            self._parcels = []  # where an old encoding was found the rows come again, from the first one
        for batch in _ahead(source.batches(self.config.run.batch_rows)):
            yield batch, check.add(batch)
            if check.side is Side.LAND and self.config.decide.one_to_one == "parcel":
                held = "parcel_id" in batch.schema.names
                self._parcels.append(filled_hashes(batch["parcel_id"]) if held else np.zeros(batch.num_rows, np.uint64))
            done += batch.num_rows
            if self._progress:
                self._progress(stage, done, source.num_rows or done)

    @property
    def encodings(self) -> dict[str, list[dict[str, object]]]:
        """Old encodings that were found in the text columns of each side."""
        return {Side.LAND.value: self.land.encodings, Side.CITIZEN.value: self.citizens.encodings}

    def learn(self, labels: Any = None) -> Model:
        """Learn a model from these registers, and from clerks' decisions where there are some."""
        with self.timed("learn"):
            none = np.empty(0, np.int64)
            known = Labels(none, none, none.astype(bool), none.astype(bool))
            if labels is not None:
                known = resolve_labels(labels, self.land, self.citizens)
            kept = self._hold_out(known)
            if kept is not None:
                known = kept.learned
            pairs = self._engine.training_pairs(
                self.config.run.seed,
                known.person,
                known.citizen,
                known.right,
                self._stage("learn"),
                None if kept is None else kept.persons,
            )
            blind = blind_guess(self._engine.spectrum(), pairs.count_citizens, rarity_counts())
            untold = pairs.untold().sorted()
            learned = learn(untold, FIELDS, NAME_GROUPS, blind, ridge=_RIDGE)
            model = Model.of(learned, pairs.count_citizens)
            if len(known) and len(pairs.pattern):
                self._teach(model, pairs.sorted(), known, blind)
            score = model.for_population(self._engine.spectrum(), pairs.count_citizens, rarity_counts()).score(untold.pattern)
            best, probability = best_of_pairs(untold.sample_person, untold.person, score, model.present[untold.evidence])
            patterns = np.append(untold.pattern, 0)[best]
            model.profile = profile_of(patterns, probability, untold.evidence, FIELDS)
            if kept is not None:
                self._held_out = kept
                if kept.whole:
                    model.report[_HELD_OUT] = 1
            return model

    def _teach(self, model: Model, pairs: TrainingPairs, labels: Labels, blind: NDArray[np.float64]) -> None:
        """Let labels correct a model that was learned without them."""
        people = self.land.people
        communes = filled_hashes(self._reader.place_codes(self.land.place)[0])
        users = np.where(people.household != 0, people.household, people.key)
        group = label_groups(labels, users, self.citizens.people.key, communes)
        answers = Answers(labels.person, labels.citizen, labels.right, labels.full, group)
        taught = teach(pairs, model.weights, blind, model.present, answers, all_agree(pairs.pattern, FIELDS))
        model.weights, model.agreement, model.labels = taught.weights, taught.agreement, taught.report
        model.report |= {"labelled_pairs": int((labels.citizen >= 0).sum()), "labelled_persons": len(np.unique(labels.person))}

    def _hold_out(self, labels: Labels) -> HoldOut | None:
        """Whom to keep out of learning for a promise; None without one."""
        decide_by = self.config.decide
        if decide_by.max_wrong_full is None:
            return None
        needed = citizens_needed(decide_by.max_wrong_full, decide_by.confidence)
        return hold_out(self.land.people, self.citizens.people, labels, needed)

    def _check_promise(self, model: Model) -> None:
        """Refuse a promise that this model or these settings cannot bear."""
        if self.config.decide.max_wrong_full is None:
            return
        if self._held_out is not None:
            return
        if _HELD_OUT not in model.report:
            remedy = "train the model with decide.max_wrong_full in its configuration, or link without a model"
            what = "max_wrong_full needs a model that was trained with half of the citizens held out"
            raise ConfigError(message(what, remedy=remedy))
        none = np.empty(0, np.int64)
        self._held_out = self._hold_out(Labels(none, none, none.astype(bool), none.astype(bool)))

    def decide(self, model: Model) -> Outcome:
        """Rank all candidates with a model and decide every person."""
        people = self.land.people
        config = self.config.decide
        self._check_promise(model)
        communes, provinces = self._reader.place_codes(self.land.place)
        with self.timed("rank"):
            weights = model.for_population(self._engine.spectrum(), len(self.citizens.people), rarity_counts())
            ranking = self._engine.rank(weights.score, SCALE, _KEEP, self._stage("rank"))
        with self.timed("decide"):
            post = posterior(ranking, model.present[self._evidence])
        with self.timed("audit"):
            scorer = PatternScorer(weights.score, SCALE)
            rule, audit, guarantee = self._judge_itself(model, scorer, ranking, post, provinces)
        with self.timed("decide"):
            groups = self._groups(config.one_to_one)
            settled = None
            if groups is not None:
                settled = settle(ranking, post, groups, people.key + people.person_no, self.citizens.people.key)
                post = posterior(ranking, model.present[self._evidence])
            has = ranking.citizen[:, 0] >= 0
            held = held_by(people, np.arange(len(people)))
            best = ranking.patterns(np.arange(len(people)), 0)
            learned = model.calls_full(best, all_agree(best, FIELDS)) if config.status == "learned" else None
            decision = decide(best, has, post, held, FIELDS, rule, learned)
            if settled is not None:
                decision.status[settled.without] = 2
            reasons = reason_lists(decision, best, held, people.kind, people.flags, has, post.nobody, FIELDS)
            if settled is not None:
                reasons = with_taken(reasons, settled.taken)
            links = links_table(
                people, self.land.ids, self._names(), self.citizens.ids, ranking, post, decision.status, reasons
            )
            candidates = candidates_table(people, self.land.ids, self.citizens.ids, ranking, post, FIELDS, config.top_k)
        self.pairs = int(ranking.candidates.sum())
        counts = {
            "land_users": len(self.land.ids),
            "land_persons": len(people),
            "citizens": len(self.citizens.people),
            "pairs": self.pairs,
            "land_quarantined": len(self.sources[Side.LAND].quarantine),
            "citizens_quarantined": len(self.sources[Side.CITIZEN].quarantine),
        }
        named = people.syllables[:, 0] >= 0
        seen = profile_of(best[named], np.where(has, post.probability[:, 0], 0.0)[named], self._evidence[named], FIELDS)
        moved = None if model.profile is None else drift(model.profile, seen)
        return Outcome(links, candidates, communes, provinces, counts, rule, audit, guarantee, moved)

    def _judge_itself(
        self, model: Model, scorer: PatternScorer, ranking: Ranking, post: Posterior, provinces: pa.Array
    ) -> tuple[StatusRule, dict[str, Any] | None, dict[str, Any] | None]:
        """The rule, with the thresholds of a promise where one is asked for; the facts of the audit, and of the promise."""
        config = self.config.decide
        rule = StatusRule(
            log_odds_full=float(np.log2(config.probability_full / (1.0 - config.probability_full))),
            probability_partial=config.probability_partial,
            short_list=config.short_list,
            required=config.full_requires,
            available=available_fields(self.citizens.people),
        )
        land, citizens = self.land.people, self.citizens.people
        auditor = Auditor(land, citizens, self._engine, scorer, model.present, self._evidence, ranking, post, self._held_out)
        guarantee = None
        if config.max_wrong_full is not None:
            rule, guarantee = auditor.promise(rule, config.max_wrong_full, config.confidence)
        # What an audit measures is the status rule; where something else decides it would speak of other links.
        plain = config.status == "rule" and config.one_to_one == "none"
        return rule, auditor.facts(rule, provinces) if plain else None, guarantee

    def _groups(self, one_to_one: str) -> NDArray[np.int64] | None:
        """Group of each land person within which a citizen is given once; None where citizens are not shared out."""
        if one_to_one == "none":
            return None
        if one_to_one == "land_user":
            return self.land.people.row
        communes = filled_hashes(self._reader.place_codes(self.land.place)[0])
        return parcel_groups(self.land.people.row, np.concatenate(self._parcels), communes)

    def _names(self) -> pa.Array:
        names = self._reader.render(self.land.people.syllables)
        if not self.land.not_persons:
            return names
        at = np.array(sorted(self.land.not_persons), np.int64)
        mask = np.zeros(len(names), bool)
        mask[at] = True
        return pa.compute.replace_with_mask(names, pa.array(mask), pa.array([self.land.not_persons[i] for i in at.tolist()]))

    @property
    def capped(self) -> dict[str, dict[str, int]]:
        """Keys that too many citizens share and that were not used, by kind."""
        return self._engine.capped


class _Rows:
    """The rows of a register from the first one, however often they are asked for; keys are checked anew each time."""

    def __init__(self, hashed: Callable[[KeyCheck], Iterator[tuple[pa.RecordBatch, NDArray[np.uint64]]]], side: Side) -> None:
        self._hashed, self._side = hashed, side
        self.check = KeyCheck(side)

    def __iter__(self) -> Iterator[tuple[pa.RecordBatch, NDArray[np.uint64]]]:
        self.check = KeyCheck(self._side)
        return self._hashed(self.check)


class Timer:
    """Measures the seconds spent in a stage."""

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self._seconds, self._stage = seconds, stage

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = time.perf_counter() - self._start
        self._seconds[self._stage] = round(self._seconds.get(self._stage, 0.0) + spent, 3)


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Give the batches while the next one is already being read."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(next, batches, None)
        while (batch := future.result()) is not None:
            future = pool.submit(next, batches, None)
            yield batch


def available_fields(citizens: People) -> frozenset[str]:
    """Fields that the population register holds: of which at least one usable value was read (of the sex, both)."""
    held = {
        "name": (citizens.syllables[:, 0] >= 0).any(),
        "birth": (citizens.birth > 0).any(),
        "sex": (citizens.sex == SEX_MALE).any() and (citizens.sex == SEX_FEMALE).any(),
        "personal_id": (citizens.personal_id >= 0).any(),
        "old_id": (citizens.old_id >= 0).any(),
    }
    return frozenset(name for name, found in held.items() if found)
