"""Find the citizens of a few land persons by an index of the population, without a sweep.

The sweeps of :mod:`vnlink.engines.local` stream all citizens past the land side. Here it is the other way round: the keys of a
land person are looked up among those of the citizens. Both list the same pairs, so what is made of them is the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.counting import DEFAULT_LIMITS
from vnlink.blocking.index import BLOCK, LandIndex, Scratch, keys_of_block, look_up
from vnlink.blocking.keys import MAX_KEYS, KeyKind, indexed
from vnlink.blocking.partners import Homes
from vnlink.classify.scorer import Scorer
from vnlink.compare.pairs import CompareTables
from vnlink.compare.patterns import FIELDS
from vnlink.decide.ranking import Ranking
from vnlink.engines.doubles import read_doubles_as_one
from vnlink.engines.local import LandPart, LocalEngine
from vnlink.engines.population import Population
from vnlink.kernels import inner, kernel
from vnlink.namesakes import Namesakes
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = ["LookupEngine", "SortedHomes"]

_LIMITS = np.array([DEFAULT_LIMITS[kind] for kind in KeyKind], np.int64)
_MOST_PAIRS = BLOCK * MAX_KEYS * int(_LIMITS.max())
_NAME = int(KeyKind.NAME)
_GAPS = np.array([1750, 701, 301, 132, 57, 23, 10, 4, 1])
"""Distances of a Shell sort (Ciura's): a person has some hundred candidates, a few thousand at most."""


@inner
def _sort(values, low, high):  # type: ignore[no-untyped-def]
    for gap in _GAPS:
        for i in range(low + gap, high):
            value, j = values[i], i
            while j >= low + gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value


@kernel
def _find(  # type: ignore[no-untyped-def]
    records,
    first,
    fold_hash,
    regional_hash,
    communes,
    province,
    probe,
    starts,
    citizens,
    limits,
    scratch,
    left,
    right,
    name_count,
):
    """List the pairs of land persons from ``first`` on until there is no more room. Returns (pairs written, next person)."""
    written = 0
    rows, kinds = scratch.rows, scratch.kinds
    for begin in range(first, len(records), BLOCK):
        end = min(begin + BLOCK, len(records))
        count = keys_of_block(records, begin, end, fold_hash, regional_hash, communes, province, scratch)
        look_up(scratch.keys, count, probe, scratch.at, rows)
        j = 0
        for i in range(begin, end):
            here, j = j, scratch.ends[i - begin]
            room = 0
            for k in range(here, j):
                if not indexed(records[i], kinds[k], communes):
                    rows[k] = -1
                if rows[k] < 0:
                    continue
                size = starts[rows[k] + 1] - starts[rows[k]]
                if kinds[k] == _NAME:
                    name_count[i] = size
                if size > limits[kinds[k]]:
                    rows[k] = -1
                else:
                    room += size
            if written + room > len(right):
                return written, i
            low = written
            for k in range(here, j):
                if rows[k] >= 0:
                    for at in range(starts[rows[k]], starts[rows[k] + 1]):
                        right[written] = citizens[at]
                        written += 1
            _sort(right, low, written)
            kept = low
            for at in range(low, written):
                if at == low or right[at] != right[kept - 1]:
                    left[kept], right[kept] = i, right[at]
                    kept += 1
            written = kept
    return written, len(records)


class SortedHomes(Homes):
    """Who lives in any household, without a walk over all citizens.

    Parameters
    ----------
    hashes : uint64[m]
        Households of the citizens whose household is known, ascending.
    members : int32[m]
        The citizen of each entry, ascending within a household.
    """

    def __init__(self, hashes: NDArray[np.uint64], members: NDArray[np.int32]) -> None:
        self._hashes, self.members = hashes, members

    def bounds(self, household: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where in ``members`` those of each of these households begin and end."""
        return np.searchsorted(self._hashes, household), np.searchsorted(self._hashes, household, "right")


class LookupEngine(LocalEngine):
    """Ranks the candidates of a few land persons at a time.

    Parameters
    ----------
    population : Population
        In memory, or mapped.
    namesakes : Namesakes
    index : LandIndex
        The *citizens* under their keys.
    homes : SortedHomes
    """

    def __init__(self, population: Population, namesakes: Namesakes, index: LandIndex, homes: SortedHomes) -> None:
        self.population = population
        self.namesakes = namesakes
        self.index = index
        self._probe = index.probe
        self._homes_of_all = homes
        self._scratch = Scratch.new(index.placeless)
        self._left, self._right = np.empty(_MOST_PAIRS, np.int32), np.empty(_MOST_PAIRS, np.int32)

    def _found(
        self, land: LandPart, lexicon: LexiconArrays, places: PlaceArrays, name_count: NDArray[np.int32]
    ) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """Pairs in order of the persons, in as many pieces as they need; counts the bearers of each name on the way."""
        tables = (lexicon.fold_hash, lexicon.regional_hash, places.communes, places.province)
        found = (self._probe, self.index.starts, self.index.persons, _LIMITS, self._scratch, self._left, self._right)
        first = 0
        while first < len(land.records):
            written, first = _find(land.records, first, *tables, *found, name_count)
            yield self._left[:written], self._right[:written]

    def rank_few(
        self,
        land: LandPart,
        lexicon: LexiconArrays,
        places: PlaceArrays,
        tables: CompareTables,
        scorer: Scorer,
        keep: int,
    ) -> Ranking:
        """Rank the candidates of all persons of ``land``.

        Parameters
        ----------
        land : LandPart
            Their rarity is written into the records.
        lexicon, places, tables : LexiconArrays, PlaceArrays, CompareTables
            Tables that the records point into.
        scorer : Scorer
        keep : int
            Candidates kept of each person.
        """
        self.land, self.lexicon, self.tables = land, lexicon, tables
        count = len(land.records)
        self.name_count = np.zeros(count, np.int32)
        pairs = [(left.copy(), right.copy()) for left, right in self._found(land, lexicon, places, self.name_count)]
        self._write_rarity()
        ranking = Ranking.empty(self._rarity.astype(np.int64) << FIELDS[-1].shift, keep)
        key = self.population.key
        for left, right in pairs:
            patterns = self.population.compare(land.records, left, right, tables)
            ranking.enter(left, right, patterns, scorer.scores(patterns), key)
        if land.household.any():
            left, mates = self._housemates(*self._kept(ranking, 0, count), 0, count, self._homes_of_all)
            patterns = self.population.compare(land.records, left, mates, tables)
            ranking.enter(left, mates, patterns, scorer.scores(patterns), key)
            self._rescore(ranking, scorer, 0, count)
        self.with_doubles = read_doubles_as_one(ranking, self.population, tables.syllables, places, scorer.scores)
        return ranking
