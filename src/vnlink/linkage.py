"""The stages in order.

::

    read      text of both registers -> encoded persons                    storage, normalize, vicinity
    count     first sweep: how common each key is                          blocking
    learn     second sweep: weights from the registers themselves          compare, classify
    rank      last sweep: the best candidates of each land person          blocking, compare, classify
    decide    one posterior per person, the status rule, the reasons       decide
    report    summary, page, manifest, one folder                          report, storage: vnlink.runs
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.blocking.counting import DEFAULT_LIMITS, Capped, KeyCounts
from vnlink.classify.drift import profile_of
from vnlink.classify.learning import Start, learn
from vnlink.classify.model import Model, blind_guess
from vnlink.classify.own import checked_classifier, is_fitted, mean_absent_bits, taken_as_given
from vnlink.classify.presence import circumstances
from vnlink.classify.taught import Answers, teach
from vnlink.classify.training import TrainingPairs
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.config import Config
from vnlink.decide.guarantee import citizens_needed
from vnlink.decide.policy import all_agree
from vnlink.decide.posterior import best_of_pairs
from vnlink.deciding import KEEP, Deciding, Outcome, Take
from vnlink.engines.local import LandPart, LocalEngine
from vnlink.engines.population import Population
from vnlink.engines.training import choose_sample, training_pairs
from vnlink.errors import ConfigError, InputError, ModelError, message
from vnlink.hashing import spread
from vnlink.labels import Labels, label_groups, resolve_labels
from vnlink.memory import MemoryPlan
from vnlink.namesakes import Namesakes
from vnlink.normalize.encode import EncodedRegister
from vnlink.persons import PersonTable
from vnlink.population_index import IndexSource, open_population
from vnlink.process import give_back, keep_little, share_one_heap
from vnlink.promise import HoldOut, hold_out
from vnlink.reading import Timer, persons_expected, read_register, register_reader
from vnlink.rows import Kept
from vnlink.schema import Flag, People, Side
from vnlink.side_by_side import Ahead
from vnlink.storage.index_files import is_index
from vnlink.storage.keys import filled_hashes
from vnlink.storage.sources import open_source
from vnlink.storage.tables import TableSource
from vnlink.surveying import survey
from vnlink.vicinity import Vicinity, take_back_places, tell_places
from vnlink.workspace import Workspace

if TYPE_CHECKING:
    from vnlink.classify.classifier import MatchClassifier

__all__ = ["Linkage"]

Progress = Callable[[str, int, int], None]
Step = Callable[[int, int], None]
_BLOCK = 1 << 20

_RIDGE = 1.0
_ONE_PIECE = 1 << 31
"""Bytes of text from which on one piece needs offsets of 64 bits."""
_HELD_OUT = "held_out"
"""Entry of a model's report: half of the citizens were kept out of learning, so that a promise can be made about later."""
_MANY_JUDGED = 3_000
"""So many rows of known commune tell what the commune of the rows beside is worth, whatever model learning begins with."""

_LOT = 0x6C6F74
"""Salt of the hash by which persons without a label are drawn to stand beside those with one."""


class Linkage:
    """One land register against one population register, stage by stage. Used with ``with``, or closed.

    Parameters
    ----------
    land, citizens : path or frame
        The registers; in place of the second one, the folder of an index of it.
    config : Config
    progress : callable, optional
        Called as ``progress(stage, done, total)``.
    scratch : Path, optional
        Where a run that does not fit into memory may put its files; the system's place for such when not given.
    """

    def __init__(
        self, land: Any, citizens: Any, config: Config, progress: Progress | None = None, scratch: Path | None = None
    ) -> None:
        self.config = config
        self._progress = progress
        self.seconds: dict[str, float] = {}
        self.pairs = 0
        self._tables: list[PersonTable] = []
        self.held_out: HoldOut | None = None
        self.parcels: list[NDArray[np.uint64]] = []
        self.vicinity: Vicinity | None = None
        self.places_unlike = False
        self.capped: dict[str, dict[str, int]] = {}
        self._counting: Ahead[tuple[LocalEngine, KeyCounts]] | None = None
        self._ahead: Ahead[tuple[LocalEngine, Capped]] | None = None
        self._index = open_population(citizens, config) if is_index(citizens) else None
        self.sources: dict[Side, TableSource | IndexSource] = {Side.LAND: _opened(land, Side.LAND, config)}
        self.sources[Side.CITIZEN] = self._index.source if self._index else _opened(citizens, Side.CITIZEN, config)
        self.reader = register_reader(config.normalize)
        expected = {side: persons_expected(source.rows_expected(), side) for side, source in self.sources.items()}
        self.plan = MemoryPlan.of(expected[Side.LAND], expected[Side.CITIZEN], config.run.memory_bytes)
        if self.plan.in_files:
            keep_little()
        else:
            share_one_heap()
        self.workspace = Workspace(scratch)
        with ExitStack() as on_failure:
            on_failure.callback(self.close)
            with self.timed("read"):
                if self._index:
                    self._index.prepare(self.reader)
                self.land = self._read(Side.LAND, config.normalize.land_vintage)
                self.citizens = self._read(Side.CITIZEN, config.normalize.citizen_vintage)
                if config.normalize.place_from_rows:
                    self.vicinity = tell_places(self.land, self.citizens.table, self.reader)
            with self.timed("count"):
                self._take_up()
            on_failure.pop_all()

    def _take_up(self) -> None:
        """Count what is counted of every person; what is read from different files is read side by side."""
        with ThreadPoolExecutor(1) as pool:
            # Once, for all threads: the reader packs them when they are asked for.
            self._lexicon, self._places = self.reader.lexicon, self.reader.places
            namesakes = pool.submit(self._survey)
            self.evidence = self._circumstances()
            self.population = Population(self.citizens.table, self._places.communes)
            self.namesakes = namesakes.result()

    def _survey(self) -> Namesakes:
        if self._index:
            return self._index.namesakes
        namesakes, spouses = survey(self.citizens.table, self._lexicon, self._places)
        self.citizens.note(Flag.SPOUSE_FROM_CHILDREN, spouses)
        return namesakes

    def citizen_ids(self, persons: int) -> pa.Array | pa.ChunkedArray:
        """Return the keys of the citizens for a part of so many persons: in one piece where there is room for a copy.

        Any row of them may be asked for. In one piece that is a read from memory; in files it is one from the disk, and each
        take costs as much again for every chunk.
        """
        ids = self.citizens.ids
        large = ids.nbytes >= _ONE_PIECE
        size = ids.nbytes + (4 * len(ids) if large else 0)
        if not self.plan.room_beside(persons, len(self.land.table), len(ids), size):
            return ids
        whole = (ids.cast(pa.large_string()) if large else ids).combine_chunks()
        self.citizens.let_go()
        return whole

    def let_go(self) -> None:
        """Give back memory that is not needed for a while, in a run that has to fit into little."""
        if self.plan.in_files:
            for register in (self.land, self.citizens):
                register.let_go()
            give_back()

    def close(self) -> None:
        """Let the registers go, and remove the files of this run."""
        for begun in (self._counting, self._ahead):
            if begun is not None:
                begun.give_up()
        for table in self._tables:
            table.close()
        self.workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _circumstances(self) -> NDArray[np.uint8]:
        """Circumstances of every land person."""
        table = self.land.table
        parts = [circumstances(table.people(low, low + _BLOCK)) for low in range(0, len(table), _BLOCK)]
        return np.concatenate([*parts, np.empty(0, np.uint8)])

    def _count_ahead(self) -> None:
        """Begin to count how common the keys of the whole land side are: ranking needs it, and it holds all of a sample.

        Only where all persons are in memory: two sweeps at a time would read files here and there.
        """
        if not self.plan.in_files and self.threads > 1 and self._counting is None and self._ahead is None:
            self._counting = Ahead(self._count_everybody, self.stage("count"))

    def _count_everybody(self, step: Step) -> tuple[LocalEngine, KeyCounts]:
        engine = self.engine(LandPart.of(self.land.table, 0, len(self.land.table)))
        step(0, len(self.population))
        return engine, engine.count_keys(step)

    def _counts_of(self, sample: LocalEngine) -> KeyCounts:
        """How many citizens have each key of a sample: taken from what was counted of everybody, or counted now."""
        return sample.count_keys() if self._counting is None else self._counting.result()[1].of(sample.index)

    def _prepare_ahead(self) -> None:
        """Begin what comes between counting and ranking: learning from the pairs that it has keeps one core busy."""
        if self._counting is None:
            return
        engine, counts = self._counting.result()
        citizens = counts.citizens  # and not the index that was counted: a smaller one takes its place
        self._counting = None

        def prepare(step: Step) -> tuple[LocalEngine, Capped]:
            step(0, 2)
            capped = engine.take_up(citizens, DEFAULT_LIMITS)
            step(1, 2)
            engine.prepare(KEEP)
            return engine, capped

        self._ahead = Ahead(prepare)

    def counted(self, low: int, high: int) -> tuple[LocalEngine, Capped]:
        """Return the sweeps for land persons ``low`` to ``high``, with the population counted, and what is too common."""
        self._prepare_ahead()  # where learning did not come so far
        if self._ahead is None:
            engine = self.engine(LandPart.of(self.land.table, low, high))
            return engine, engine.count(DEFAULT_LIMITS, self.stage("count"))
        assert (low, high) == (0, len(self.land.table))  # what does not go through files is one part
        counted = self._ahead.result()
        self._ahead = None
        return counted

    @property
    def threads(self) -> int:
        """How many threads may work at a time."""
        return self.config.run.threads or os.cpu_count() or 1

    def engine(self, land: LandPart) -> LocalEngine:
        """The sweeps for a part of the land side."""
        sizes = {"threads": self.threads, "batch_rows": self.config.run.batch_rows}
        return LocalEngine(land, self.population, self.namesakes, self._lexicon, self._places, **sizes)

    def stage(self, name: str) -> Callable[[int, int], None] | None:
        """Return what takes up the progress of a stage, None where nobody asked for it."""
        progress = self._progress
        return None if progress is None else lambda done, total: progress(name, done, total)

    def timed(self, stage: str) -> Timer:
        """Add the seconds spent inside to :attr:`seconds` under ``stage``."""
        return Timer(self.seconds, stage)

    def _read(self, side: Side, vintage: str | None) -> EncodedRegister:
        source = self.sources[side]
        if isinstance(source, IndexSource):
            assert self._index is not None
            opened = self._index.register(Kept.IN_FILE if self.plan.in_files else Kept.IN_MEMORY)
            self._tables.append(opened.table)
            return opened
        progress = None if self._progress is None else partial(self._progress, f"read {side.value}")
        parcels = self.parcels if side is Side.LAND and self.config.decide.one_to_one == "parcel" else None
        register = read_register(
            self.reader,
            source,
            vintage,
            batch_rows=self.config.run.batch_rows,
            new_folder=self.workspace.new_folder if self.plan.in_files else None,
            progress=progress,
            parcels=parcels,
        )
        self._tables.append(register.table)
        if parcels is not None and "parcel_id" not in register.columns:
            what = 'decide.one_to_one = "parcel" needs to know the parcels, and no row has one'
            remedy = 'give the column parcel_id, or set decide.one_to_one = "land_user"'
            raise InputError(message(what, side=side, column="parcel_id", remedy=remedy))
        return register

    @property
    def encodings(self) -> dict[str, list[dict[str, object]]]:
        """Old encodings that were found in the text columns of each side."""
        return {Side.LAND.value: self.land.encodings, Side.CITIZEN.value: self.citizens.encodings}

    def learn(
        self, labels: Any = None, classifier: Any = None, *, start: Model | None = None, then_decide: bool = False
    ) -> Model:
        """Learn a model from these registers, and from clerks' decisions where there are some.

        ``start`` is a model that was learned elsewhere: learning begins with it and keeps of it what these registers do not
        say, among it what labels taught of full and partial.

        A ``classifier`` (:mod:`vnlink.classify.own`) learns from the decisions; one that is fitted is taken as it is, or judged
        by them. Where :meth:`decide` comes next, say so: then what both need is counted once, and what it begins with is done
        meanwhile.
        """
        promised = self.config.decide.max_wrong_full is not None
        _check_start(start, promised=promised)
        if start is not None and (self.vicinity is None or self.vicinity.judged < _MANY_JUDGED):
            self._suit_places(start)
        own = checked_classifier(classifier, FIELDS, labelled=labels is not None, promised=promised)
        with self.timed("learn"):
            none = np.empty(0, np.int64)
            known = Labels(none, none, none.astype(bool), none.astype(bool))
            if labels is not None:
                known = resolve_labels(labels, self.land, self.citizens)
            kept = self._hold_out(known)
            if kept is not None:
                known = kept.learned
            if then_decide:
                self._count_ahead()
            table, seed = self.land.table, self.config.run.seed
            sample = choose_sample(table, seed, known.person, None if kept is None else kept.persons)
            people = table.take(sample.rows)
            engine = self.engine(LandPart(table.records.take(sample.rows), people.key, people.household))
        with self.timed("count"):
            counts = self._counts_of(engine)
        with self.timed("learn"):
            engine.take_up(counts.citizens, DEFAULT_LIMITS)
            told = replace(known, person=np.searchsorted(sample.rows, known.person))
            pairs = training_pairs(engine, sample, self.evidence[sample.rows], seed, self.stage("learn"))
            self._prepare_ahead()
            blind = blind_guess(pairs.count_citizens)
            untold = pairs.untold().sorted()
            begin = None
            if start is not None:
                weights = start.for_population(pairs.count_citizens)
                begin = Start(weights, start.present)
            learned = learn(untold, FIELDS, NAME_GROUPS, blind, ridge=_RIDGE, start=begin)
            model = Model.of(learned, pairs.count_citizens)
            if start is not None and start.agreement is not None:
                model.agreement, model.labels = start.agreement, start.labels
            if self.vicinity is not None:
                model.report |= self.vicinity.report()
            absent = mean_absent_bits(untold.evidence, model.present)
            if len(known) and len(pairs.pattern):
                place = table.place.take(sample.rows)
                self._teach(model, pairs.sorted(), told, people, place, blind, own, absent)
            elif own is not None and is_fitted(own):
                model.own = taken_as_given(own, FIELDS, absent)
            evaluate = model.evaluator(pairs.count_citizens)
            score = evaluate(untold.pattern)
            best, probability = best_of_pairs(untold.sample_person, untold.person, score, model.present[untold.evidence])
            patterns = np.append(untold.pattern, 0)[best]
            model.profile = profile_of(patterns, probability, untold.evidence, FIELDS)
            if kept is not None:
                self.held_out = kept
                if kept.whole:
                    model.report[_HELD_OUT] = 1
            return model

    def _teach(
        self,
        model: Model,
        pairs: TrainingPairs,
        labels: Labels,
        people: People,
        place: NDArray[np.int32],
        blind: NDArray[np.float64],
        own: MatchClassifier | None,
        absent_bits: float,
    ) -> None:
        """Let labels correct a model that was learned without them; persons are counted in the sample."""
        communes = filled_hashes(self.reader.place_codes(place)[0])
        users = np.where(people.household != 0, people.household, people.key)
        group = label_groups(labels, users, self.population.key, communes)
        lot = spread(people.key + people.person_no, _LOT)
        answers = Answers(labels.person, labels.citizen, labels.right, labels.full, group, lot)
        rule = all_agree(pairs.pattern, FIELDS)
        taught = teach(pairs, model.weights, blind, model.present, answers, rule, own, absent_bits)
        model.weights, model.agreement, model.own, model.labels = taught.weights, taught.agreement, taught.own, taught.report
        model.report |= {"labelled_pairs": int((labels.citizen >= 0).sum()), "labelled_persons": len(np.unique(labels.person))}

    def _hold_out(self, labels: Labels) -> HoldOut | None:
        """Whom to keep out of learning for a promise; None without one."""
        decide_by = self.config.decide
        if decide_by.max_wrong_full is None:
            return None
        needed = citizens_needed(decide_by.max_wrong_full, decide_by.confidence)
        return hold_out(self.land.table, self.citizens.table, labels, needed)

    def _suit_places(self, model: Model) -> None:
        """Take back the places that neighbours told, where a model was not learned with such: to it all are written ones."""
        found = self.vicinity or Vicinity(len(self.land.table), 0)
        self.places_unlike = not found.known_to(model.report)
        if self.places_unlike and found.filled:
            take_back_places(self.land)
            self.vicinity = replace(found, filled=0)
            self.evidence = self._circumstances()

    def _check_promise(self, model: Model) -> None:
        """Refuse a promise that this model or these settings cannot bear."""
        if self.config.decide.max_wrong_full is None:
            return
        if self.held_out is not None:
            return
        if _HELD_OUT not in model.report:
            remedy = "train the model with decide.max_wrong_full in its configuration, or link without a model"
            what = "max_wrong_full needs a model that was trained with half of the citizens held out"
            raise ConfigError(message(what, remedy=remedy))
        none = np.empty(0, np.int64)
        self.held_out = self._hold_out(Labels(none, none, none.astype(bool), none.astype(bool)))

    def decide(self, model: Model, take: Take) -> Outcome:
        """Rank all candidates with a model and decide every person; see :class:`vnlink.deciding.Deciding`."""
        self._check_promise(model)
        self._suit_places(model)
        deciding = Deciding(self, model)
        outcome = deciding.run(take)
        self.pairs, self.capped = deciding.pairs, deciding.capped
        return outcome


def _check_start(start: Model | None, *, promised: bool) -> None:
    """Refuse a model that learning cannot begin with."""
    if start is not None and start.own is not None:
        what = "a model with a classifier of your own cannot be adapted: it corrects the scores that it was fitted on"
        raise ModelError(message(what, remedy="use the model as it is, or train a new one with the classifier"))
    if start is not None and promised and _HELD_OUT not in start.report:
        what = "max_wrong_full needs a model that was trained with half of the citizens held out"
        raise ConfigError(message(what, remedy="begin with a model that was trained with decide.max_wrong_full, or with none"))


def _opened(data: Any, side: Side, config: Config) -> TableSource:
    return open_source(data, side, config.columns.of_side(side), shared=config.columns.shared_with(side))
