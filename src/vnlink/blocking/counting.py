"""How many citizens have each key of the land side, and each name: which keys say too little, and how common a name is.

A key that too many *citizens* share cannot single anybody out: with 200 citizens of one name and birth year each has at most
one chance in 200 unless something else agrees, and what else could agree (the commune, the day, the number, the spouse) has a
key of its own. Such keys are left out once the population was counted, and how many and whose is reported. So are the keys
that no citizen has: what is probed is smaller by a third.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.index import BLOCK, LandIndex, Scratch, keys_of_block, look_up
from vnlink.blocking.keys import KeyKind, name_key
from vnlink.kernels import kernel
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = [
    "DEFAULT_LIMITS",
    "Capped",
    "KeyCounts",
    "common_keys",
    "count_population",
    "name_population",
]

_NO_KEY = np.uint64(0)

DEFAULT_LIMITS: dict[KeyKind, int] = {
    KeyKind.PERSONAL_ID: 64,
    KeyKind.OLD_ID: 64,
    KeyKind.NAME: 10,
    KeyKind.NAME_YEAR: 96,
    KeyKind.NAME_YEAR_PROVINCE: 96,
    KeyKind.NAME_COMMUNE: 160,
    KeyKind.NAME_DAY: 96,
    KeyKind.ENDS_DATE: 96,
    KeyKind.DATE_COMMUNE: 64,
    KeyKind.GIVEN_YEAR_COMMUNE: 32,
    KeyKind.FRONT_YEAR_COMMUNE: 16,
    KeyKind.COUPLE: 64,
    KeyKind.ENDS_COMMUNE: 32,
    KeyKind.NAME_PROVINCE: 64,
    KeyKind.ENDS_YEAR: 32,
    KeyKind.REST_YEAR: 32,
}
"""Most citizens that may share a key of each kind before it is left out (see the module's text for the reason).

Above 16 citizens a FRONT_YEAR_COMMUNE key brings one right pair in more than two thousand, above 32 a GIVEN_YEAR_COMMUNE or an
ENDS_COMMUNE key; at their limits the other kinds still bring one in less (``benchmarks/quality/blocking.py``, table by size).
"""


def common_keys(index: LandIndex, population: NDArray[np.int32], limits: dict[KeyKind, int]) -> NDArray[np.bool_]:
    """Which keys more citizens share than ``limits`` allows, bool[d]; ``population`` int32[d] is how many have each."""
    return population > np.array([limits[kind] for kind in KeyKind], np.int32)[index.kinds]


@dataclass(slots=True)
class Capped:
    """Keys that too many citizens share; k entries, each key once.

    Attributes
    ----------
    keys, kinds : uint64[k], uint8[k]
    persons, pairs : int64[k]
        Land persons under each key, and pairs that were not compared for that.
    """

    keys: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    persons: NDArray[np.int64]
    pairs: NDArray[np.int64]

    @classmethod
    def of(cls, index: LandIndex, population: NDArray[np.int32], common: NDArray[np.bool_]) -> Capped:
        """Say what leaving out the common keys of an index leaves out."""
        at = np.flatnonzero(common)
        persons = (index.starts[at + 1] - index.starts[at]).astype(np.int64)
        return cls(index.keys[at], index.kinds[at], persons, persons * population[at])

    @classmethod
    def joined(cls, parts: Iterable[Capped]) -> Capped:
        """Add up the keys of parts of one land side."""
        every = [np.concatenate(column) for column in zip(*((p.keys, p.kinds, p.persons, p.pairs) for p in parts), strict=True)]
        keys, first, which = np.unique(every[0], return_index=True, return_inverse=True)
        persons, pairs = (np.zeros(len(keys), np.int64) for _ in range(2))
        np.add.at(persons, which, every[2])
        np.add.at(pairs, which, every[3])
        return cls(keys, every[1][first], persons, pairs)

    def report(self) -> dict[str, dict[str, int]]:
        """Say for each kind with such keys how many there are, of how many land persons, and the pairs left out."""
        told = {}
        for kind in KeyKind:
            of_kind = self.kinds == kind
            if of_kind.any():
                sums = int(self.persons[of_kind].sum()), int(self.pairs[of_kind].sum())
                told[kind.name.lower()] = {"keys": int(of_kind.sum()), "persons": sums[0], "pairs": sums[1]}
        return told


@dataclass(slots=True)
class KeyCounts:
    """How many citizens have each key of an index: ``citizens`` int32[d]."""

    index: LandIndex
    citizens: NDArray[np.int32]

    def of(self, index: LandIndex) -> KeyCounts:
        """Return the counts of an index of some of the same land persons."""
        citizens = np.empty(len(index.keys), np.int32)
        _counts_of(index.keys, self.index.probe, self.citizens, Scratch.new(index.placeless), citizens)
        return KeyCounts(index, citizens)


@kernel
def _counts_of(keys, probe, population, scratch, counts):  # type: ignore[no-untyped-def]
    for first in range(0, len(keys), len(scratch.rows)):
        last = min(first + len(scratch.rows), len(keys))
        look_up(keys[first:last], last - first, probe, scratch.at, scratch.rows)
        for i in range(first, last):
            row = scratch.rows[i - first]
            counts[i] = population[row] if row >= 0 else 0


@kernel
def _name_population(records, fold_hash, probe, population, scratch, counts):  # type: ignore[no-untyped-def]
    for first in range(0, len(records), BLOCK):
        last = min(first + BLOCK, len(records))
        for i in range(first, last):
            scratch.keys[i - first] = name_key(records[i], fold_hash)
        look_up(scratch.keys, last - first, probe, scratch.at, scratch.rows)
        for i in range(first, last):
            if scratch.keys[i - first] != _NO_KEY:
                counts[i] = population[scratch.rows[i - first]]


def name_population(
    index: LandIndex, population: NDArray[np.int32], records: NDArray[np.int32], lexicon: LexiconArrays
) -> NDArray[np.int32]:
    """Return how many citizens carry the folded name of each indexed land person, int32[n]; 0 for a person without a name."""
    counts = np.zeros(len(records), np.int32)
    _name_population(records, lexicon.fold_hash, index.probe, population, Scratch.new(index.placeless), counts)
    return counts


@kernel
def _count_population(  # type: ignore[no-untyped-def]
    records, fold_hash, regional_hash, communes, province, probe, counts, scratch
):
    for first in range(0, len(records), BLOCK):
        last = min(first + BLOCK, len(records))
        count = keys_of_block(records, first, last, fold_hash, regional_hash, communes, province, scratch)
        look_up(scratch.keys, count, probe, scratch.at, scratch.rows)
        for i in range(count):
            if scratch.rows[i] >= 0:
                counts[scratch.rows[i]] += 1


def count_population(
    index: LandIndex, records: NDArray[np.int32], lexicon: LexiconArrays, places: PlaceArrays, counts: NDArray[np.int32]
) -> None:
    """Add to ``counts`` (int32[d]) how many of the packed citizens have each key of the index."""
    tables = (lexicon.fold_hash, lexicon.regional_hash, places.communes, places.province)
    _count_population(records, *tables, index.probe, counts, Scratch.new(index.placeless))
