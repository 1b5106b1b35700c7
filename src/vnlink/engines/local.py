"""Run the matching on this machine: batches of citizens against the land side, on a few threads.

Each sweep reads the encoded population once, in batches. A worker lists a batch's pairs, compares and scores them with the
GIL released; the results are taken up in the order of the batches by one thread. What is taken up are whole numbers and ties
are broken by the citizens' ids, so neither the number of threads nor the size of a batch can be seen in a result.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.index import DEFAULT_LIMITS, LandIndex, build_index, count_population, name_population, name_spectrum
from vnlink.blocking.join import PairBuffer, candidate_pairs
from vnlink.blocking.keys import Column, KeyKind, pack_records, write_rarity
from vnlink.blocking.partners import household_pairs, without_crowds
from vnlink.classify.scorer import PatternScorer
from vnlink.classify.training import TrainingPairs
from vnlink.compare.context import PartnerLevel, Support, household_support, taken_by_another, with_partners
from vnlink.compare.patterns import (
    FIELDS,
    LIKELY,
    CompareTables,
    compare_pairs,
    generation_levels,
    likeness,
    rarity_level,
    same_name,
)
from vnlink.decide.ranking import Ranking, sort_ranking, update_ranking
from vnlink.hashing import spread
from vnlink.schema import LexiconArrays, People, PlaceArrays, field_levels

__all__ = ["NO_KEY", "LocalEngine", "Side"]

NO_KEY = 255
"""Kind of a pair that no key brought."""

Progress = Callable[[int, int], None]
Result = TypeVar("Result")

_SAMPLE_PERSONS = 100_000
_STRANGER_CITIZENS = 20_000
_STRANGER_PAIRS = 400_000
_NAMESAKE_CITIZENS = 50_000
_NAMESAKE_PAIRS = 5_000_000
_PARTNER = next(f for f in FIELDS if f.name == "partner")


@dataclass(slots=True)
class Side:
    """One side, packed for the kernels.

    ``records`` int32[n, 16]; ``key`` uint64[n], a hash of the row's id; ``household`` uint64[n], see
    :class:`vnlink.schema.People`.
    """

    records: NDArray[np.int32]
    key: NDArray[np.uint64]
    household: NDArray[np.uint64]


class LocalEngine:
    """The sweeps over the population, for one land side.

    Parameters
    ----------
    land, citizens : Side
    evidence : uint8[n]
        Kind of evidence each land person brings.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    threads : int
        Workers.
    batch_rows : int
        Citizens in a batch.
    """

    def __init__(
        self,
        land: Side,
        citizens: Side,
        evidence: NDArray[np.uint8],
        lexicon: LexiconArrays,
        places: PlaceArrays,
        *,
        threads: int,
        batch_rows: int,
    ) -> None:
        self._land = land
        self._citizens = dataclasses.replace(citizens, household=without_crowds(citizens.household))
        self._evidence = evidence
        self._lexicon = lexicon
        self._places = places
        self._tables = CompareTables.of(lexicon, places)
        self._threads = threads
        self._batch_rows = batch_rows
        self._index: LandIndex = build_index(land.records, lexicon, places, threads)
        self._name_count = np.zeros(len(land.records), np.int32)
        self._rarity = rarity_level(self._name_count)
        self.capped: dict[str, dict[str, int]] = {}

    @staticmethod
    def pack(people: People) -> Side:
        """Pack encoded persons for the kernels."""
        return Side(pack_records(people), people.key, people.household)

    def _batches(self) -> Iterator[tuple[int, NDArray[np.int32]]]:
        for base in range(0, len(self._citizens.records), self._batch_rows):
            yield base, self._citizens.records[base : base + self._batch_rows]

    def _sweep(self, work: Callable[[int, NDArray[np.int32]], Result], progress: Progress | None) -> Iterator[Result]:
        """Run ``work`` on every batch and give its results in the order of the batches, a few batches ahead at most."""
        total, done = len(self._citizens.records), 0
        waiting: deque[tuple[int, Future[Result]]] = deque()
        pool = ThreadPoolExecutor(self._threads)
        try:
            batches = self._batches()
            while True:
                for base, records in itertools.islice(batches, self._threads + 2 - len(waiting)):
                    waiting.append((len(records), pool.submit(work, base, records)))
                if not waiting:
                    break
                count, future = waiting.popleft()
                yield future.result()
                done += count
                if progress:
                    progress(done, total)
        finally:
            pool.shutdown(cancel_futures=True)

    def count(self, limits: dict[KeyKind, int], progress: Progress | None = None) -> None:
        """First sweep: how many citizens have each key; switch off the keys that too many share."""
        index = self._index
        spare: SimpleQueue[NDArray[np.int32]] = SimpleQueue()
        partial = [np.zeros(len(index.keys), np.int32) for _ in range(self._threads)]
        for counts in partial:
            spare.put(counts)

        def work(base: int, records: NDArray[np.int32]) -> None:  # noqa: ARG001  # a batch's place does not matter here
            counts = spare.get()
            try:
                count_population(index, records, self._lexicon, self._places, counts)
            finally:
                spare.put(counts)

        for _ in self._sweep(work, progress):
            pass
        index.population[:] = 0
        for counts in partial:
            index.population += counts
        self.capped = index.switch_off_common(limits)
        self._name_count = name_population(index, self._land.records, self._lexicon)
        self._rarity = rarity_level(self._name_count)
        write_rarity(self._land.records, self._rarity)

    def spectrum(self) -> NDArray[np.int64]:
        """Count the distinct folded names of the population by number of bearers, int64[4096]."""
        return name_spectrum(self._citizens.records, self._lexicon)

    def _pairs(
        self, index: LandIndex, land: NDArray[np.int32], allowed: NDArray[np.uint8]
    ) -> Callable[
        [int, NDArray[np.int32]], list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]]
    ]:
        """Make the work of a sweep that lists and compares pairs: (land person, citizen of the register, pattern, key kind)."""
        spare: SimpleQueue[PairBuffer] = SimpleQueue()
        for _ in range(self._threads):
            spare.put(PairBuffer(index, len(land)))

        def work(
            base: int, records: NDArray[np.int32]
        ) -> list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]]:
            buffer = spare.get()
            pieces = []
            try:
                for left, right, kinds in candidate_pairs(index, records, base, self._lexicon, self._places, buffer, allowed):
                    patterns = compare_pairs(land, records, left, right, self._tables)
                    pieces.append((left.copy(), right + np.int32(base), patterns, kinds.copy()))
            finally:
                spare.put(buffer)
            return pieces

        return work

    def training_pairs(
        self,
        seed: int,
        labelled: NDArray[np.int64],
        labelled_citizen: NDArray[np.int64],
        right: NDArray[np.bool_],
        progress: Progress | None = None,
        held_out: NDArray[np.bool_] | None = None,
    ) -> TrainingPairs:
        """Second sweep: the pairs of a sample of land persons to learn from.

        The sample is chosen by a hash of their ids, and holds all ``labelled`` persons besides; ``labelled_citizen`` (-1 for
        nobody) and ``right`` say what clerks decided. Persons that are ``held_out`` (bool[n]) are in no sample.
        """
        land, citizens = self._land, self._citizens
        # All persons of a land user or none: they are evidence for each other.
        named = np.flatnonzero(land.records[:, 0] >= 0 if held_out is None else (land.records[:, 0] >= 0) & ~held_out)
        sample = named[_smallest(np.where(land.household != 0, land.household, land.key)[named], seed, _SAMPLE_PERSONS)]
        wanted = np.zeros(len(land.key), bool)
        wanted[sample] = wanted[labelled] = True
        sampled = np.flatnonzero(wanted)
        presence = np.zeros(len(land.key), np.int8)
        by_hash = np.zeros(len(land.key), bool)
        by_hash[sample] = True
        presence[labelled[right]] = 1
        presence[labelled[~right & (labelled_citizen < 0)]] = -1
        index = self._index.restricted(land.records, sampled, self._lexicon, self._places)
        person, citizen, pattern, kinds = self.pairs(index, sampled, progress)
        namesakes, namesakes_citizens = self._namesakes(index, sampled, seed)
        strangers, strangers_citizen = self._strangers(sample, seed)
        return TrainingPairs(
            person=person,
            citizen=citizen,
            pattern=pattern,
            generation=generation_levels(citizens.records[citizen, Column.BIRTH]),
            rarity_without=rarity_level(self._name_count[person] - 1),
            by_number_only=(kinds == KeyKind.PERSONAL_ID) | (kinds == KeyKind.OLD_ID),
            by_partner_only=kinds == NO_KEY,
            namesakes_person=namesakes[0],
            namesakes_citizen=namesakes[1],
            namesakes=namesakes[2],
            namesakes_generation=generation_levels(citizens.records[namesakes[1], Column.BIRTH]),
            namesakes_found=namesakes[3] != KeyKind.NAME,
            namesakes_weight=len(citizens.key) / namesakes_citizens,
            strangers=strangers,
            strangers_generation=generation_levels(citizens.records[strangers_citizen, Column.BIRTH]),
            verdict=_verdicts(person, citizen, labelled, labelled_citizen, right),
            presence=presence[sampled],
            by_hash=by_hash[sampled],
            evidence=self._evidence[sampled],
            sample_person=sampled.astype(np.int32),
            count_citizens=len(citizens.records),
        )

    def pairs(
        self, index: LandIndex, persons: NDArray[np.int64], progress: Progress | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]:
        """List all candidate pairs of some land persons, as the last sweep meets them: memory grows with their number.

        Parameters
        ----------
        index : LandIndex
            Of these persons, numbered from 0.
        persons : int64[n]
            Their numbers.

        Returns
        -------
        person, citizen : int32[p]
        pattern : int64[p]
        kind : uint8[p]
            Kind of the first key that brought each pair; :data:`NO_KEY` where only the other person's household did.
        """
        everything = np.ones(len(KeyKind), np.uint8)
        work = self._pairs(index, self._land.records[persons], everything)
        within, citizen, pattern, kinds = _joined([piece for batch in self._sweep(work, progress) for piece in batch])
        order = np.argsort(within, kind="stable")
        within, citizen, pattern, kinds = within[order], citizen[order], pattern[order], kinds[order]
        person = persons[within].astype(np.int32)
        wanted = np.zeros(len(self._land.key), np.bool_)
        wanted[persons] = True
        left, mates, brought = self._housemates(person, citizen, pattern, wanted)
        person, citizen, pattern = np.append(person, left), np.append(citizen, mates), np.append(pattern, brought)
        kinds = np.append(kinds, np.full(len(left), NO_KEY, np.uint8))
        return person, citizen, self._with_partners(person, citizen, pattern), kinds

    def _namesakes(
        self, index: LandIndex, sampled: NDArray[np.int64], seed: int
    ) -> tuple[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]], int]:
        """List pairs of one folded name, however common, with a part of the citizens chosen by hash, and how many those are.

        The kind of a pair is NAME where no other key would have brought it and its name is too common to bring it alone.
        """
        # So many that about the wanted number of pairs comes, whatever names are common in these registers.
        shared = max(1.0, float(self._name_count[sampled].sum(dtype=np.int64))) / len(self._citizens.key)
        few = max(100, int(_NAMESAKE_PAIRS / shared))
        chosen = np.sort(_smallest(self._citizens.key, seed + 1, min(_NAMESAKE_CITIZENS, few)))
        index = dataclasses.replace(index, active=index.active | (index.kinds == KeyKind.NAME))
        allowed = np.ones(len(KeyKind), np.uint8)
        allowed[[KeyKind.PERSONAL_ID, KeyKind.OLD_ID]] = 0
        work = self._pairs(index, self._land.records[sampled], allowed)
        which, within, pattern, kinds = _joined(work(0, self._citizens.records[chosen]))
        person = sampled[which].astype(np.int32)
        rare = self._name_count[person] <= DEFAULT_LIMITS[KeyKind.NAME]
        kinds = np.where(rare & (kinds == KeyKind.NAME), KeyKind.NAME_YEAR, kinds).astype(np.uint8)
        citizen = chosen[within].astype(np.int32)
        # Nobody looked for their partners' candidates; that a namesake's household holds one is rare enough to be left out.
        known = (self._land.household[person] != 0) & (self._citizens.household[citizen] != 0)
        support = np.where(known, Support.NOBODY, Support.UNKNOWN).astype(np.uint8)
        pattern = with_partners(pattern, support, np.zeros(len(pattern), np.bool_), _PARTNER)
        return (person, citizen, pattern, kinds), len(chosen)

    def _strangers(self, sample: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Patterns of random pairs and their citizens: sampled land persons against some chosen by hash, in this order."""
        chosen = _smallest(self._citizens.key, seed + 2, _STRANGER_CITIZENS)
        rounds = min(len(chosen), max(1, _STRANGER_PAIRS // max(1, len(sample))))
        left = np.tile(sample, rounds).astype(np.int32)
        stride = next(step for step in itertools.count(7919) if math.gcd(step, len(chosen)) == 1)
        step = np.arange(len(sample))[None, :] + (np.arange(rounds) * stride)[:, None]
        right = chosen[step.ravel() % len(chosen)].astype(np.int32)
        return compare_pairs(self._land.records, self._citizens.records, left, right, self._tables), right

    def rank(
        self,
        evaluate: Callable[[NDArray[np.int64]], NDArray[np.float64]],
        scale: int,
        keep: int,
        progress: Progress | None = None,
    ) -> Ranking:
        """Last sweep: score all pairs and keep the best ``keep`` candidates of each land person."""
        ranking = Ranking.empty(self._rarity.astype(np.int64) << FIELDS[-1].shift, keep)
        list_pairs = self._pairs(self._index, self._land.records, np.ones(len(KeyKind), np.uint8))
        scorers: SimpleQueue[PatternScorer] = SimpleQueue()
        for _ in range(self._threads):
            scorers.put(PatternScorer(evaluate, scale))

        def work(
            base: int, records: NDArray[np.int32]
        ) -> list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]]:
            scorer = scorers.get()
            try:
                return [
                    (left, right, patterns, scorer.scores(patterns)) for left, right, patterns, _ in list_pairs(base, records)
                ]
            finally:
                scorers.put(scorer)

        for batch in self._sweep(work, progress):
            for left, right, patterns, scores in batch:
                key, table = self._citizens.key, ranking.table
                update_ranking(left, right, patterns, scores, key, table, ranking.tail, ranking.candidates)
        scorer = PatternScorer(evaluate, scale)
        several, at = np.nonzero((ranking.citizen >= 0) & (self._land.household != 0)[:, None])
        person, citizen = several.astype(np.int32), ranking.citizen[several, at]
        everybody = np.ones(len(self._land.key), np.bool_)
        left, mates, patterns = self._housemates(person, citizen, ranking.patterns(person, at), everybody)
        scores = scorer.scores(patterns)
        update_ranking(left, mates, patterns, scores, self._citizens.key, ranking.table, ranking.tail, ranking.candidates)
        self._rescore(ranking, scorer)
        return ranking

    def _housemates(
        self, person: NDArray[np.int32], citizen: NDArray[np.int32], pattern: NDArray[np.int64], wanted: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """List the pairs that a land user's other persons bring, with their patterns; of the ``wanted`` land persons."""
        land, citizens = self._land, self._citizens
        left, right = household_pairs(person, citizen, likeness(pattern) == LIKELY, land.household, citizens.household)
        left, right = left[wanted[left]], right[wanted[left]]
        return left, right, compare_pairs(land.records, citizens.records, left, right, self._tables)

    def found_without_number(self, person: NDArray[np.int64], citizen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether blocking would bring each pair if the land register held no number, bool[p]; a land person occurs once."""
        allowed = np.ones(len(KeyKind), np.uint8)
        allowed[[KeyKind.PERSONAL_ID, KeyKind.OLD_ID]] = 0
        rows, at = np.unique(citizen, return_inverse=True)
        index = self._index.restricted(self._land.records, person, self._lexicon, self._places)
        left, right, *_ = _joined(self._pairs(index, self._land.records[person], allowed)(0, self._citizens.records[rows]))
        found = np.zeros(len(person), bool)
        found[left[right == at[left]]] = True
        return found

    def rarity_without(self, person: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rarity level of each person's name if one of its bearers were not in the population, int64[p]."""
        return rarity_level(self._name_count[person] - 1).astype(np.int64)

    def _with_partners(
        self, person: NDArray[np.int32], citizen: NDArray[np.int32], pattern: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Add to patterns what only shows when all pairs of a land user are seen together."""
        land_user, household = self._land.household, self._citizens.household
        support = household_support(person, citizen, likeness(pattern), land_user, household)
        taken = taken_by_another(person, citizen, same_name(pattern), land_user)
        return with_partners(pattern, support, taken, _PARTNER)

    def _rescore(self, ranking: Ranking, scorer: PatternScorer) -> None:
        """Score the kept candidates of land users with several persons again, together, and put them in order."""
        several = np.flatnonzero(self._land.household)
        within, rank = np.nonzero(ranking.citizen[several] >= 0)
        person = several[within].astype(np.int32)
        citizen = ranking.citizen[person, rank]
        before = ranking.patterns(person, rank)
        pattern = self._with_partners(person, citizen, before)
        # Where more candidates came than were kept, the right partner may be among those let go: then its absence says nothing.
        size = ranking.table.shape[1]
        unsure = _of_land_user(self._land.household, ranking.candidates > size)[person]
        pattern = np.where(unsure & (field_levels(pattern, _PARTNER) == PartnerLevel.NOT_IN_HOUSEHOLD), before, pattern)
        ranking.rescore(person, rank, pattern, scorer.scores(pattern))
        sort_ranking(several, self._citizens.key, ranking.table)


def _of_land_user(land_user: NDArray[np.uint64], marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell for each land person whether any person of the same land user is marked; they stand together."""
    if not len(land_user):
        return marked
    starts = np.flatnonzero(np.append(True, (land_user[1:] != land_user[:-1]) | (land_user[1:] == 0)))
    found = np.logical_or.reduceat(marked, starts)
    return np.repeat(found, np.diff(np.append(starts, len(land_user))))


def _smallest(key: NDArray[np.uint64], seed: int, count: int) -> NDArray[np.int64]:
    """Rows of the ``count`` smallest hashes, in the order of the hashes: a random sample that row order cannot change."""
    value = spread(key, seed)
    if count < len(value):
        limit = np.partition(value, count)[count]
        rows = np.flatnonzero(value < limit)
    else:
        rows = np.arange(len(value))
    return np.asarray(rows[np.argsort(value[rows], kind="stable")])


def _verdicts(
    person: NDArray[np.int32],
    citizen: NDArray[np.int32],
    labelled: NDArray[np.int64],
    labelled_citizen: NDArray[np.int64],
    right: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """What clerks said of each pair: 1 right, -1 wrong, 0 nothing."""
    verdict = np.zeros(len(person), np.int8)
    pair = (person.astype(np.int64) << 32) | citizen
    for which, value in ((right, 1), (~right & (labelled_citizen >= 0), -1)):
        verdict[np.isin(pair, (labelled[which] << 32) | labelled_citizen[which])] = value
    return verdict


def _joined(
    pieces: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]:
    if not pieces:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.uint8)
    left, right, patterns, kinds = zip(*pieces, strict=True)
    return np.concatenate(left), np.concatenate(right), np.concatenate(patterns), np.concatenate(kinds)
