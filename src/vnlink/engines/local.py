"""Run the matching on this machine: batches of citizens against a part of the land side, on a few threads.

Each sweep reads the encoded population once, in batches. A worker lists a batch's pairs, compares and scores them with the
GIL released; the results are taken up in the order of the batches by one thread. What is taken up are whole numbers and ties
are broken by the citizens' ids, so neither the number of threads nor the size of a batch can be seen in a result.

A land person is decided by its own pairs and those of its land user, and what is counted is counted over the population. So
the land side can be taken in parts, as memory allows, and the results are the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.counting import Capped, KeyCounts, common_keys, count_population, name_population
from vnlink.blocking.index import LandIndex, build_index
from vnlink.blocking.join import PairBuffer, candidate_pairs
from vnlink.blocking.keys import KeyKind
from vnlink.blocking.partners import Homes, homes_to_look_into, household_pairs
from vnlink.classify.scorer import Scorer
from vnlink.compare.context import PartnerLevel, any_of_land_user, household_support, taken_by_another, with_partners
from vnlink.compare.pairs import CompareTables, compare_pairs
from vnlink.compare.patterns import FIELDS, LIKELY, likeness, same_name
from vnlink.decide.ranking import Ranking
from vnlink.engines.doubles import read_doubles_as_one
from vnlink.engines.population import Population
from vnlink.grouped import order_by_number
from vnlink.namesakes import Namesakes
from vnlink.persons import PersonTable
from vnlink.records import write_rarity
from vnlink.rows import distinct
from vnlink.schema import LexiconArrays, PlaceArrays, field_levels
from vnlink.side_by_side import in_order

__all__ = ["NO_KEY", "PARTNER", "LandPart", "LocalEngine", "Pairs", "joined"]

NO_KEY = 255
"""Kind of a pair that no key brought."""

Progress = Callable[[int, int], None]
Pairs = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]
"""Land persons, citizens, patterns, and kind of the first key that brought each pair."""
Result = TypeVar("Result")

PARTNER = next(f for f in FIELDS if f.name == "partner")
_TOGETHER = 1 << 18
"""Land persons whose kept candidates are looked at together for what the persons of a land user say of each other."""


@dataclass(slots=True)
class LandPart:
    """Some land persons, packed for the kernels; those of a land user are together.

    ``records`` int32[n, 16]; ``key`` uint64[n], a hash of the row's id; ``household`` uint64[n], see
    :class:`vnlink.schema.People`.
    """

    records: NDArray[np.int32]
    key: NDArray[np.uint64]
    household: NDArray[np.uint64]

    @classmethod
    def of(cls, table: PersonTable, low: int, high: int) -> LandPart:
        """Take persons ``low`` to ``high``."""
        return cls(table.records.read(low, high), table.column("key", low, high), table.column("household", low, high))


class LocalEngine:
    """The sweeps over the population, for one part of the land side.

    Parameters
    ----------
    land : LandPart
    population : Population
    namesakes : Namesakes
        How common names are in the population.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    threads : int
        Workers.
    batch_rows : int
        Citizens in a batch.

    Attributes
    ----------
    index : LandIndex
        Under all keys; once persons are ranked, under those that are of use.
    usable : bool[d]
        Keys that some citizens have, but not too many; known after :meth:`count`.
    name_count : int32[n]
        Citizens who carry each person's name; known after :meth:`count`.
    compared : int
        Pairs that :meth:`rank` compared.
    with_doubles : int64[d]
        Persons whose best candidate is in the population register twice; known after :meth:`rank`.
    threads : int
        Workers.
    """

    def __init__(
        self,
        land: LandPart,
        population: Population,
        namesakes: Namesakes,
        lexicon: LexiconArrays,
        places: PlaceArrays,
        *,
        threads: int,
        batch_rows: int,
    ) -> None:
        self.land = land
        self.population = population
        self.namesakes = namesakes
        self.lexicon = lexicon
        self.places = places
        self.tables = CompareTables.of(lexicon, places)
        self.threads = threads
        self._batch_rows = batch_rows
        self.index: LandIndex = build_index(land.records, lexicon, places, threads)
        self.usable = np.ones(len(self.index.keys), np.bool_)
        self.name_count = np.zeros(len(land.records), np.int32)
        self._rarity = np.zeros(len(land.records), np.int32)
        self._empty: Ranking | None = None
        self.compared = 0
        self.with_doubles = np.empty(0, np.int64)

    def _sweep(self, work: Callable[[int, NDArray[np.int32]], Result], progress: Progress | None) -> Iterator[Result]:
        """Run ``work`` on every batch of citizens and give its results in the order of the batches."""
        total = len(self.population)

        def on_batch(batch: tuple[int, NDArray[np.int32]]) -> tuple[int, Result]:
            base, records = batch
            return base + len(records), work(base, records)

        for done, result in in_order(on_batch, self.population.batches(self._batch_rows), self.threads):
            yield result
            if progress:
                progress(done, total)

    def count(self, limits: dict[KeyKind, int], progress: Progress | None = None) -> Capped:
        """First sweep: how many citizens have each key; leave out those that too many share, and say what that leaves out."""
        return self.take_up(self.count_keys(progress).citizens, limits)

    def count_keys(self, progress: Progress | None = None) -> KeyCounts:
        """Sweep over the citizens and count how many have each key."""
        index = self.index
        spare: SimpleQueue[NDArray[np.int32]] = SimpleQueue()
        partial = [np.zeros(len(index.keys), np.int32) for _ in range(self.threads)]
        for counts in partial:
            spare.put(counts)

        def work(base: int, records: NDArray[np.int32]) -> None:  # noqa: ARG001  # a batch's place does not matter here
            counts = spare.get()
            try:
                count_population(index, records, self.lexicon, self.places, counts)
            finally:
                spare.put(counts)

        for _ in self._sweep(work, progress):
            pass
        population = partial.pop()
        for counts in partial:
            population += counts
        return KeyCounts(index, population)

    def take_up(self, population: NDArray[np.int32], limits: dict[KeyKind, int]) -> Capped:
        """Leave out the keys that no citizen has, or too many, and say what the latter leaves out; see how common names are.

        Parameters
        ----------
        population : int32[d]
            How many citizens have each key of the index.
        limits : dict
            Most citizens who may share a key of each kind.
        """
        common = common_keys(self.index, population, limits)
        self.usable = (population > 0) & ~common
        self.name_count = name_population(self.index, population, self.land.records, self.lexicon)
        self._write_rarity()
        return Capped.of(self.index, population, common)

    def _write_rarity(self) -> None:
        """Enter into the records of the land side how rare the names are, once their bearers were counted."""
        records = self.land.records
        self._rarity = self.namesakes.rarity(records, self.lexicon, self.name_count)
        write_rarity(records, self._rarity)

    def prepare(self, keep: int) -> None:
        """Do what :meth:`rank` begins with, while there is time."""
        self._keep_useful_keys()
        self._empty = self._no_candidates(keep)

    def _keep_useful_keys(self) -> None:
        if not self.usable.all():
            self.index = self.index.only(self.usable)
            self.usable = np.ones(len(self.index.keys), np.bool_)

    def _no_candidates(self, keep: int) -> Ranking:
        return Ranking.empty(self._rarity.astype(np.int64) << FIELDS[-1].shift, keep)

    def lister(
        self, index: LandIndex, land: NDArray[np.int32], allowed: NDArray[np.uint8]
    ) -> Callable[[int, NDArray[np.int32]], list[Pairs]]:
        """Make the work of a sweep that lists and compares pairs: (land person, citizen of the register, pattern, key kind)."""
        spare: SimpleQueue[PairBuffer] = SimpleQueue()
        for _ in range(self.threads):
            spare.put(PairBuffer(index))

        def work(base: int, records: NDArray[np.int32]) -> list[Pairs]:
            buffer = spare.get()
            pieces = []
            try:
                for left, right, kinds in candidate_pairs(index, records, base, self.lexicon, self.places, buffer, allowed):
                    patterns = compare_pairs(land, records, left, right, self.tables)
                    pieces.append((left.copy(), right + np.int32(base), patterns, kinds.copy()))
            finally:
                spare.put(buffer)
            return pieces

        return work

    def pairs(self, progress: Progress | None = None) -> Pairs:
        """List all candidate pairs, as the last sweep meets them, by person: memory grows with their number.

        Returns
        -------
        person, citizen : int32[p]
        pattern : int64[p]
        kind : uint8[p]
            Kind of the first key that brought each pair; :data:`NO_KEY` where only the other person's household did.
        """
        work = self.lister(self.index.only(self.usable), self.land.records, np.ones(len(KeyKind), np.uint8))
        person, citizen, pattern, kinds = joined([piece for batch in self._sweep(work, progress) for piece in batch])
        size = len(self.land.key)
        order = order_by_number(person, size)
        person, citizen, pattern, kinds = person[order], citizen[order], pattern[order], kinds[order]
        homes = self._homes(person, citizen, pattern)
        left, mates = self._housemates(person, citizen, pattern, 0, size, homes)
        brought = self.population.compare(self.land.records, left, mates, self.tables)
        person, citizen, pattern = np.append(person, left), np.append(citizen, mates), np.append(pattern, brought)
        kinds = np.append(kinds, np.full(len(left), NO_KEY, np.uint8))
        order = order_by_number(person, size)
        person, citizen, pattern, kinds = person[order], citizen[order], pattern[order], kinds[order]
        return person, citizen, self._with_partners(person, citizen, pattern), kinds

    def rank(
        self,
        new_scorer: Callable[[], Scorer],
        keep: int,
        progress: Progress | None = None,
    ) -> Ranking:
        """Last sweep: score all pairs and keep the best ``keep`` candidates of each land person."""
        self._keep_useful_keys()
        list_pairs = self.lister(self.index, self.land.records, np.ones(len(KeyKind), np.uint8))
        scorers: SimpleQueue[Scorer] = SimpleQueue()
        for _ in range(self.threads):
            scorers.put(new_scorer())

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

        key = self.population.key
        with ThreadPoolExecutor(1) as pool:
            # Beside the first batch: so much memory takes its time.
            ready, self._empty = self._empty, None
            made = pool.submit(lambda: ready if ready is not None and ready.size == keep else self._no_candidates(keep))
            for batch in self._sweep(work, progress):
                for left, right, patterns, scores in batch:
                    made.result().enter(left, right, patterns, scores, key)
                    self.compared += len(left)
            ranking = made.result()
        every = [scorers.get() for _ in range(self.threads)]
        self._look_at_partners(ranking, every)
        told = self.tables.syllables, self.places, every[0].scores
        self.with_doubles = read_doubles_as_one(ranking, self.population, *told)
        return ranking

    def _look_at_partners(self, ranking: Ranking, scorers: list[Scorer]) -> None:
        """Add the candidates that a land user's other persons bring, and what the persons say of each other.

        Blocks of land persons have nothing to do with each other, so they are looked at side by side.
        """
        household = self.population.home
        spare: SimpleQueue[Scorer] = SimpleQueue()
        for scorer in scorers:
            spare.put(scorer)

        def wanted(block: tuple[int, int]) -> NDArray[np.uint64]:
            person, citizen, patterns = self._kept(ranking, *block)
            return distinct(household[citizen[self._looked_into(person, citizen, patterns)]])

        def bring(block: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
            return self._housemates(*self._kept(ranking, *block), *block, homes)

        def look(block: tuple[int, int], first: int, last: int) -> None:
            scorer = spare.get()
            try:
                pair = patterns[first:last]
                ranking.enter(left[first:last], mates[first:last], pair, scorer.scores(pair), self.population.key)
                self._rescore(ranking, scorer, *block)
            finally:
                spare.put(scorer)

        blocks = self._blocks()
        with ThreadPoolExecutor(self.threads) as pool:
            found = list(pool.map(wanted, blocks))
            homes = Homes(distinct(np.concatenate([*found, np.empty(0, np.uint64)])), household)
            left, mates, ends = _laid_together(pool.map(bring, blocks))
            patterns = self.population.compare(self.land.records, left, mates, self.tables, pool)
            list(pool.map(look, blocks, [0, *ends], ends))
        self.compared += len(left)

    def _blocks(self) -> list[tuple[int, int]]:
        """Cut the land persons into blocks that do not part the persons of a land user."""
        user, size = self.land.household, len(self.land.key)
        bounds = [0]
        while bounds[-1] < size:
            end = min(bounds[-1] + _TOGETHER, size)
            while end < size and user[end] != 0 and user[end] == user[end - 1]:
                end += 1
            bounds.append(end)
        return list(itertools.pairwise(bounds))

    def _kept(self, ranking: Ranking, low: int, high: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """The kept candidates of those persons of a block whose land user names several."""
        return ranking.kept(low + np.flatnonzero(self.land.household[low:high]))

    def _looked_into(
        self, person: NDArray[np.int32], citizen: NDArray[np.int32], pattern: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        alike = likeness(pattern) == LIKELY
        return homes_to_look_into(person, citizen, alike, self.land.household, self.population.home)

    def _homes(self, person: NDArray[np.int32], citizen: NDArray[np.int32], pattern: NDArray[np.int64]) -> Homes:
        household = self.population.home
        return Homes(distinct(household[citizen[self._looked_into(person, citizen, pattern)]]), household)

    def _housemates(
        self,
        person: NDArray[np.int32],
        citizen: NDArray[np.int32],
        pattern: NDArray[np.int64],
        low: int,
        high: int,
        homes: Homes,
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """List the pairs that a land user's other persons bring; of land persons ``low`` to ``high``."""
        rows = self._looked_into(person, citizen, pattern)
        user = self.land.household[low:high]
        left, right = household_pairs(person - np.int32(low), citizen, rows, homes, user, self.population.home)
        return left + np.int32(low), right

    def found_without_number(self, person: NDArray[np.int64], citizen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether blocking would bring each pair if the land register held no number, bool[p]; a land person occurs once."""
        allowed = np.ones(len(KeyKind), np.uint8)
        allowed[[KeyKind.PERSONAL_ID, KeyKind.OLD_ID]] = 0
        rows, at = np.unique(citizen, return_inverse=True)
        index = self.index.restricted(self.land.records, person, self.lexicon, self.places)
        work = self.lister(index, self.land.records[person], allowed)
        left, right, *_ = joined(work(0, self.population.take(rows)))
        found = np.zeros(len(person), bool)
        found[left[right == at[left]]] = True
        return found

    def rarity_without(self, person: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rarity level of each person's name if one of its bearers were not in the population, int64[p]."""
        records, bearers = self.land.records[person], self.name_count[person]
        return self.namesakes.rarity(records, self.lexicon, bearers, gone=True).astype(np.int64)

    def _with_partners(
        self, person: NDArray[np.int32], citizen: NDArray[np.int32], pattern: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Add to patterns what only shows when all pairs of a land user are seen together."""
        land_user, household = self.land.household, self.population.home
        support = household_support(person, citizen, likeness(pattern), land_user, household)
        taken = taken_by_another(person, citizen, same_name(pattern), land_user)
        return with_partners(pattern, support, taken, PARTNER)

    def _rescore(self, ranking: Ranking, scorer: Scorer, low: int, high: int) -> None:
        """Score the kept candidates of land users with several persons again, together, and put them in order."""
        several = low + np.flatnonzero(self.land.household[low:high])
        person, citizen, before = ranking.kept(several)
        pattern = self._with_partners(person, citizen, before)
        # Where more candidates came than were kept, the right partner may be among those let go: then its absence says nothing.
        unsure = any_of_land_user(self.land.household[low:high], ranking.part(low, high).candidates > ranking.size)[
            person - low
        ]
        level = field_levels(pattern, PARTNER)
        unsaid = unsure & ((level == PartnerLevel.NOT_IN_HOUSEHOLD) | (level == PartnerLevel.NOT_IN_COMMUNE))
        pattern = np.where(unsaid, before, pattern)
        ranking.rescore(several, pattern, scorer.scores(pattern), self.population.key)


def _laid_together(
    lists: Iterable[tuple[NDArray[np.int32], NDArray[np.int32]]],
) -> tuple[NDArray[np.int32], NDArray[np.int32], list[int]]:
    """Put lists of pairs behind each other, and say where each ends."""
    left, right = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for one, other in lists:
        left.append(one)
        right.append(other)
    ends = np.cumsum([len(one) for one in left[1:]], dtype=np.int64)
    return np.concatenate(left), np.concatenate(right), ends.tolist()


def joined(pieces: list[Pairs]) -> Pairs:
    """Put lists of pairs behind each other."""
    if not pieces:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.uint8)
    left, right, patterns, kinds = zip(*pieces, strict=True)
    return np.concatenate(left), np.concatenate(right), np.concatenate(patterns), np.concatenate(kinds)
