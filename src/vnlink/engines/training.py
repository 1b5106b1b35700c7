"""The pairs that a model is learned from: candidates of a sample of land persons, namesakes and strangers.

Samples are chosen by hashes of ids, so they do not depend on the order of the rows, and the sample of land persons is all that
is needed of the land side.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.counting import DEFAULT_LIMITS
from vnlink.blocking.keys import KeyKind
from vnlink.classify.chance import folds_alike
from vnlink.classify.training import KeptOut, TrainingPairs
from vnlink.compare.context import Support, with_partners
from vnlink.compare.pairs import compare_pairs
from vnlink.compare.patterns import FIELDS, generation_levels
from vnlink.engines.local import NO_KEY, PARTNER, LocalEngine, Pairs, joined
from vnlink.hashing import spread
from vnlink.homes import are_households
from vnlink.persons import PersonTable
from vnlink.records import Column, years_of_others
from vnlink.rows import distinct

__all__ = ["Sample", "choose_sample", "training_pairs"]

_SAMPLE_PERSONS = 100_000
_STRANGER_CITIZENS = 20_000
_STRANGER_PAIRS = 400_000
_NAMESAKE_CITIZENS = 50_000
_NAMESAKE_PAIRS = 5_000_000
_BLOCK = 1 << 20


@dataclass(slots=True)
class Sample:
    """Land persons to learn from.

    Attributes
    ----------
    rows : int64[s]
        Their numbers in the land register, ascending.
    drawn : int64[d]
        Places in ``rows`` of those that were drawn, in the order of their hashes; the others are there for clerks' decisions.
    kept_out : bool[m], optional
        Citizens who teach nothing; they stay among the candidates.
    """

    rows: NDArray[np.int64]
    drawn: NDArray[np.int64]
    kept_out: NDArray[np.bool_] | None = None


def choose_sample(table: PersonTable, seed: int, labelled: NDArray[np.int64], held_out: KeptOut | None = None) -> Sample:
    """Draw land persons by a hash of their ids, and add those of whom clerks spoke.

    Parameters
    ----------
    table : PersonTable
        The land side.
    seed : int
    labelled : int64[k]
        Persons who are in the sample in any case.
    held_out : KeptOut, optional
        Land persons who are never drawn, and citizens who teach nothing.
    """
    keys, rows = np.empty(0, np.uint64), np.empty(0, np.int64)
    for low in range(0, len(table), _BLOCK):
        named = table.records.read(low, low + _BLOCK)[:, 0] >= 0
        if held_out is not None:
            named &= ~held_out.land[low : low + _BLOCK]
        user, key = table.column("household", low, low + _BLOCK), table.column("key", low, low + _BLOCK)
        # All persons of a land user or none: they are evidence for each other.
        keys = np.append(keys, np.where(user != 0, user, key)[named])
        rows = np.append(rows, low + np.flatnonzero(named))
        keep = np.sort(_smallest(keys, seed, _SAMPLE_PERSONS, and_next=True))
        keys, rows = keys[keep], rows[keep]
    drawn = rows[_smallest(keys, seed, _SAMPLE_PERSONS)]
    chosen = distinct(np.append(drawn, labelled))
    return Sample(chosen, np.searchsorted(chosen, drawn), None if held_out is None else held_out.citizens)


def training_pairs(
    engine: LocalEngine,
    sample: Sample,
    evidence: NDArray[np.uint8],
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> TrainingPairs:
    """List the pairs to learn from.

    Parameters
    ----------
    engine : LocalEngine
        Of the sampled persons, with the population counted.
    sample : Sample
    evidence : uint8[s]
        Circumstances of the sampled persons.
    seed : int
    """
    size = len(sample.rows)
    by_hash = np.zeros(size, bool)
    by_hash[sample.drawn] = True

    def others() -> tuple[tuple[Pairs, int], tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]]:
        return _namesakes(engine, seed), _strangers(engine, sample.drawn, seed)

    if engine.threads > 1 and engine.population.in_memory:
        # Beside the candidates: their sweep is for all threads, what comes after it for one.
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(others)
            person, citizen, pattern, kinds = engine.pairs(progress)
            (namesakes, namesakes_citizens), (strangers, strange, births) = beside.result()
    else:
        person, citizen, pattern, kinds = engine.pairs(progress)
        (namesakes, namesakes_citizens), (strangers, strange, births) = others()
    other_year = years_of_others(engine.land.records, engine.land.household)
    return TrainingPairs(
        person=person,
        citizen=citizen,
        pattern=pattern,
        generation=_generations(engine, person, citizen, other_year),
        rarity_without=engine.rarity_without(np.arange(size)).astype(np.int32)[person],
        by_number_only=(kinds == KeyKind.PERSONAL_ID) | (kinds == KeyKind.OLD_ID),
        by_partner_only=kinds == NO_KEY,
        namesakes_person=namesakes[0],
        namesakes_citizen=namesakes[1],
        namesakes=namesakes[2],
        namesakes_generation=_generations(engine, *namesakes[:2], other_year),
        namesakes_found=namesakes[3] != KeyKind.NAME,
        namesakes_weight=len(engine.population) / namesakes_citizens,
        strangers=strangers,
        strangers_generation=generation_levels(births, other_year[strange]),
        by_hash=by_hash,
        evidence=evidence,
        sample_person=np.arange(size, dtype=np.int32),
        count_citizens=len(engine.population),
        held_out=None if sample.kept_out is None else sample.kept_out[citizen],
    )


def _generations(
    engine: LocalEngine, person: NDArray[np.int32], citizen: NDArray[np.int32], other_year: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Level of ``generation`` of each pair, were the person's own birth date not told."""
    return generation_levels(engine.population.births(citizen), other_year[person])


def _namesakes(engine: LocalEngine, seed: int) -> tuple[Pairs, int]:
    """List pairs of one folded name, however common, with a part of the citizens chosen by hash, and how many those are.

    The kind of a pair is NAME where no other key would have brought it and its name is too common to bring it alone.
    """
    population = engine.population
    # So many that about the wanted number of pairs comes, whatever names are common in these registers.
    shared = max(1.0, float(engine.name_count.sum(dtype=np.int64))) / len(population)
    few = max(100, int(_NAMESAKE_PAIRS / shared))
    chosen = np.sort(_smallest(population.key, seed + 1, min(_NAMESAKE_CITIZENS, few)))
    index = engine.index.only(engine.usable | (engine.index.kinds == KeyKind.NAME))
    allowed = np.ones(len(KeyKind), np.uint8)
    allowed[[KeyKind.PERSONAL_ID, KeyKind.OLD_ID]] = 0
    work = engine.lister(index, engine.land.records, allowed)
    person, within, pattern, kinds = joined(work(0, population.take(chosen)))
    rare = engine.name_count[person] <= DEFAULT_LIMITS[KeyKind.NAME]
    kinds = np.where(rare & (kinds == KeyKind.NAME), KeyKind.NAME_YEAR, kinds).astype(np.uint8)
    citizen = chosen[within].astype(np.int32)
    # Nobody looked for their partners' candidates; that a namesake's household holds one is rare enough to be left out.
    several, home = engine.land.household[person] != 0, population.home[citizen]
    said = np.where(are_households(home), Support.NOBODY, Support.ELSEWHERE)
    support = np.where(several & (home != 0), said, Support.UNKNOWN).astype(np.uint8)
    pattern = with_partners(pattern, support, np.zeros(len(pattern), np.bool_), PARTNER)
    return (person, citizen, pattern, kinds), len(chosen)


def _strangers(
    engine: LocalEngine, drawn: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Patterns of random pairs of different names, their persons and the births of their citizens.

    Sampled land persons against some citizens by hash.
    """
    chosen = _smallest(engine.population.key, seed + 2, _STRANGER_CITIZENS)
    records = engine.population.take(np.sort(chosen))[np.argsort(np.argsort(chosen))]
    rounds = min(len(chosen), max(1, _STRANGER_PAIRS // max(1, len(drawn))))
    left = np.tile(drawn, rounds).astype(np.int32)
    stride = next(step for step in itertools.count(7919) if math.gcd(step, len(chosen)) == 1)
    step = np.arange(len(drawn))[None, :] + (np.arange(rounds) * stride)[:, None]
    right = (step.ravel() % len(chosen)).astype(np.int32)
    patterns = compare_pairs(engine.land.records, records, left, right, engine.tables)
    # In a small register many pairs are drawn that are right, nearly all of one name: among such the other fields agree.
    others = ~folds_alike(patterns, FIELDS[0])
    return patterns[others], left[others], records[right[others], Column.BIRTH]


def _smallest(key: NDArray[np.uint64], seed: int, count: int, *, and_next: bool = False) -> NDArray[np.int64]:
    """Rows of the ``count`` smallest hashes, in the order of the hashes: a random sample that row order cannot change.

    Rows of one key are all among them or none; ``and_next`` adds those of the hash that comes next.
    """
    value = spread(key, seed)
    if count < len(value):
        limit = np.partition(value, count)[count]
        rows = np.flatnonzero(value <= limit if and_next else value < limit)
    else:
        rows = np.arange(len(value))
    return np.asarray(rows[np.argsort(value[rows], kind="stable")])
