"""The land side under its blocking keys, ready to be probed by a stream of citizens.

The index is a sorted array of distinct keys with the land persons that have each key, and a table of buckets over the leading
bits of the key, so that a probe reads two neighbouring bucket ends and a few keys. It is built by a counting sort: linear, no
comparison sort over all keys, the same arrays for the same persons.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.keys import MAX_KEYS, indexed, key_scratch, write_keys
from vnlink.kernels import allocating, kernel
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = [
    "BLOCK",
    "LandIndex",
    "Probe",
    "Scratch",
    "build_index",
    "keys_of_block",
    "look_up",
]

_MOST_PARTS = 8
_SPARSE_BITS, _LEAST_BITS, _MOST_BITS = 4, 12, 33
_LEAST_BUCKET_BITS = 8
_ONE, _SIX, _LOW_SIX = np.uint64(1), np.uint64(6), np.uint64(63)
BLOCK = 64
"""Persons whose keys are looked up together."""


class Probe(NamedTuple):
    """The part of an index by which keys are found; see :class:`LandIndex`."""

    keys: NDArray[np.uint64]
    buckets: NDArray[Any]
    shift: np.uint64
    present: NDArray[np.uint64]
    present_shift: np.uint64


@dataclass(slots=True)
class LandIndex:
    """Distinct keys of the land side in ascending order, with their persons.

    Attributes
    ----------
    keys : uint64[d]
        Distinct keys, ascending.
    kinds : uint8[d]
        Kind of each key.
    starts : int[d + 1]
        Where the persons of a key begin in ``persons``.
    persons : int32[e]
        Land persons, ascending within a key.
    buckets : int[b + 1]
        Where the keys with given leading bits begin in ``keys``.
    shift : int
        Bits to shift a key right by to get its bucket.
    present : uint64[w]
        A bit for each value of a key's leading bits that some key has, at least sixteen for every key: a small table that
        answers most probes, which are for keys that no land person has.
    present_shift : int
        Bits to shift a key right by to get its bit.
    """

    keys: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    starts: NDArray[Any]
    persons: NDArray[np.int32]
    buckets: NDArray[Any]
    shift: int
    present: NDArray[np.uint64]
    present_shift: int

    @property
    def probe(self) -> Probe:
        """What :func:`look_up` needs."""
        shifts = np.uint64(self.shift), np.uint64(self.present_shift)
        return Probe(self.keys, self.buckets, shifts[0], self.present, shifts[1])

    def restricted(
        self, records: NDArray[np.int32], rows: NDArray[np.int64], lexicon: LexiconArrays, places: PlaceArrays
    ) -> LandIndex:
        """Index some of the same land persons under the keys that this index has; they are numbered from 0."""
        part = build_index(records[rows], lexicon, places)
        at = np.minimum(np.searchsorted(self.keys, part.keys), max(len(self.keys) - 1, 0))
        return part.only(self.keys[at] == part.keys if len(self.keys) else np.zeros(len(part.keys), bool))

    def only(self, wanted: NDArray[np.bool_]) -> LandIndex:
        """Index the same land persons under some of the keys, bool[d]; a copy."""
        distinct, kept = int(np.count_nonzero(wanted)), int(np.diff(self.starts)[wanted].sum())
        keys, kinds = np.empty(distinct, np.uint64), np.empty(distinct, np.uint8)
        starts, persons = np.zeros(distinct + 1, self.starts.dtype), np.empty(kept, np.int32)
        bits = max(_LEAST_BUCKET_BITS, distinct.bit_length())
        buckets = np.zeros((1 << bits) + 1, self.buckets.dtype)
        whole = self.keys, self.kinds, self.starts, self.persons
        _copy_wanted(*whole, wanted, np.uint64(64 - bits), keys, kinds, starts, persons, buckets)
        np.cumsum(buckets, out=buckets)
        return _index(keys, kinds, starts, persons, buckets, 64 - bits)


@kernel
def _count_keys(records, every, fold_hash, regional_hash, communes, province, shift, counts, keys, kinds):  # type: ignore[no-untyped-def]
    for i in range(len(records)):
        for j in range(write_keys(records[i], fold_hash, regional_hash, communes, province, keys, kinds)):
            if every or indexed(records[i], kinds[j]):
                counts[np.int64(keys[j] >> shift) + 1] += 1


@kernel
def _scatter(  # type: ignore[no-untyped-def]
    records,
    every,
    first,
    fold_hash,
    regional_hash,
    communes,
    province,
    shift,
    cursor,
    keys_out,
    kinds_out,
    persons,
    keys,
    kinds,
):
    for i in range(len(records)):
        for j in range(write_keys(records[i], fold_hash, regional_hash, communes, province, keys, kinds)):
            if not every and not indexed(records[i], kinds[j]):
                continue
            bucket = np.int64(keys[j] >> shift)
            at = cursor[bucket]
            cursor[bucket] = at + 1
            keys_out[at], kinds_out[at], persons[at] = keys[j], kinds[j], first + i


@allocating
def _sort_buckets(first, last, buckets, keys, kinds, persons):  # type: ignore[no-untyped-def]
    """Sort some buckets by key, keeping persons in order. Buckets hold about one key, unless a key is very common."""
    for b in range(first, last):
        low, high = buckets[b], buckets[b + 1]
        if high - low > 48:
            order = np.argsort(keys[low:high], kind="mergesort")
            keys[low:high] = keys[low:high][order]
            kinds[low:high] = kinds[low:high][order]
            persons[low:high] = persons[low:high][order]
            continue
        for i in range(low + 1, high):
            key, kind, person = keys[i], kinds[i], persons[i]
            j = i - 1
            while j >= low and keys[j] > key:
                keys[j + 1], kinds[j + 1], persons[j + 1] = keys[j], kinds[j], persons[j]
                j -= 1
            keys[j + 1], kinds[j + 1], persons[j + 1] = key, kind, person


@kernel
def _distinct(buckets, keys, kinds, persons, starts):  # type: ignore[no-untyped-def]
    """Squeeze runs of one key, in place; a person that has a key twice counts once. Returns (keys, persons) kept."""
    distinct = kept = 0
    for b in range(len(buckets) - 1):
        low, high = buckets[b], buckets[b + 1]
        buckets[b] = distinct
        for i in range(low, high):
            if i == low or keys[i] != keys[distinct - 1]:
                keys[distinct], kinds[distinct] = keys[i], kinds[i]
                starts[distinct] = kept
                distinct += 1
            elif persons[kept - 1] == persons[i]:
                continue
            persons[kept] = persons[i]
            kept += 1
    buckets[len(buckets) - 1] = distinct
    starts[distinct] = kept
    return distinct, kept


def _sorted_entries(
    records: NDArray[np.int32], tables: tuple[NDArray[Any], ...], bits: int, threads: int, *, every_key: bool
) -> tuple[NDArray[Any], NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int32]]:
    """List every (key, kind, person) in order of the keys and persons, and where each of ``2**bits`` buckets of keys begins."""
    shift = np.uint64(64 - bits)
    parts = np.array_split(np.arange(len(records)), max(1, min(threads, _MOST_PARTS)))
    bounds = [(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]
    # A count of keys per bucket and part, then where each part writes in each bucket.
    counts = np.zeros((len(bounds) + 1, (1 << bits) + 1), np.int32)

    def count(part: int) -> None:
        low, high = bounds[part]
        _count_keys(records[low:high], every_key, *tables, shift, counts[part + 1], *key_scratch())

    def scatter(part: int) -> None:
        low, high = bounds[part]
        cursor = counts[part, 1:]
        cursor += buckets[:-1]
        _scatter(records[low:high], every_key, low, *tables, shift, cursor, keys, kinds, persons, *key_scratch())

    with ThreadPoolExecutor(max(1, len(bounds))) as pool:
        list(pool.map(count, range(len(bounds))))
        np.cumsum(counts, axis=0, out=counts)
        total = int(counts[-1].sum(dtype=np.int64))
        # Half the memory where it is enough, and that is nearly always.
        whole: Any = np.int32 if total < 1 << 31 else np.int64
        buckets = np.cumsum(counts[-1], dtype=whole)
        keys, kinds = np.empty(total, np.uint64), np.empty(total, np.uint8)
        persons = np.empty(total, np.int32)
        list(pool.map(scatter, range(len(bounds))))
        counts = counts[:0]
        cuts = np.linspace(0, 1 << bits, 4 * len(bounds) + 1, dtype=np.int64)
        list(pool.map(lambda cut: _sort_buckets(*cut, buckets, keys, kinds, persons), pairwise(cuts.tolist())))
    return buckets, keys, kinds, persons


def build_index(
    records: NDArray[np.int32],
    lexicon: LexiconArrays,
    places: PlaceArrays,
    threads: int = 1,
    *,
    every_key: bool = False,
) -> LandIndex:
    """Index packed land persons under all their blocking keys.

    Parameters
    ----------
    records : int32[n, 16]
        Packed persons, see :func:`vnlink.records.pack_records`.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables of syllables and places that the records point into.
    threads : int
        Workers; each writes the keys of its own part of the persons to places of their own.
    every_key : bool
        Whether persons are indexed under all their keys: for an index of citizens, in which land persons are looked up.

    Returns
    -------
    LandIndex
        The same for any number of threads.
    """
    bits = max(_LEAST_BUCKET_BITS, int(len(records) * 4).bit_length())
    tables = (lexicon.fold_hash, lexicon.regional_hash, places.communes, places.province)
    buckets, keys, kinds, persons = _sorted_entries(records, tables, bits, threads, every_key=every_key)
    starts = np.empty(len(keys) + 1, buckets.dtype)
    distinct, kept = _distinct(buckets, keys, kinds, persons, starts)
    for column, length in ((keys, distinct), (kinds, distinct), (starts, distinct + 1), (persons, kept)):
        column.resize(length, refcheck=False)  # in place: a second copy would be the most memory of all that a run needs
    return _index(keys, kinds, starts, persons, buckets, 64 - bits)


def _index(
    keys: NDArray[np.uint64],
    kinds: NDArray[np.uint8],
    starts: NDArray[Any],
    persons: NDArray[np.int32],
    buckets: NDArray[Any],
    shift: int,
) -> LandIndex:
    """Add to the sorted keys the bits that say which are present."""
    bits = min(max(len(keys).bit_length() + _SPARSE_BITS, _LEAST_BITS), _MOST_BITS)
    present = np.zeros(1 << (bits - 6), np.uint64)
    _mark_present(keys, present, np.uint64(64 - bits))
    return LandIndex(keys, kinds, starts, persons, buckets, shift, present, 64 - bits)


@kernel
def _copy_wanted(  # type: ignore[no-untyped-def]
    keys, kinds, starts, persons, wanted, shift, keys_out, kinds_out, starts_out, persons_out, buckets
):
    """Copy some keys with their persons, and count the keys of each bucket in the entry after its own."""
    distinct = kept = 0
    for i in range(len(keys)):
        if wanted[i]:
            keys_out[distinct], kinds_out[distinct] = keys[i], kinds[i]
            buckets[np.int64(keys[i] >> shift) + 1] += 1
            for j in range(starts[i], starts[i + 1]):
                persons_out[kept] = persons[j]
                kept += 1
            distinct += 1
            starts_out[distinct] = kept


@kernel
def _mark_present(keys, present, shift):  # type: ignore[no-untyped-def]
    for key in keys:
        bit = key >> shift
        present[np.int64(bit >> _SIX)] |= _ONE << (bit & _LOW_SIX)


@kernel
def look_up(wanted: NDArray[np.uint64], count: int, probe: Probe, at: NDArray[np.int64], rows: NDArray[np.int64]) -> np.int64:
    """Find the first ``count`` of ``wanted`` keys in an index. What it returns means nothing.

    The tables are far larger than the cache, and the keys lie anywhere in them. So each table is gone through for all keys
    before the next one: the processor waits for many places of memory together instead of for one after the other.

    Parameters
    ----------
    wanted : uint64[k]
    count : int
    probe : Probe
    at : int64[k]
        Scratch.
    rows : int64[k]
        Gets the row of each key in the index, or -1.
    """
    keys, buckets, shift, present, present_shift = probe
    likely = np.int64(0)
    for i in range(count):
        bit = wanted[i] >> present_shift
        at[likely] = i
        likely += np.int64((present[np.int64(bit >> _SIX)] >> (bit & _LOW_SIX)) & _ONE)
        rows[i] = -1
    for j in range(likely):
        rows[at[j]] = buckets[np.int64(wanted[at[j]] >> shift)]
    touched = _ONE
    last = len(keys) - 1
    for j in range(likely):
        touched ^= keys[min(rows[at[j]], last)]
    for j in range(likely):
        i = at[j]
        key, low = wanted[i], rows[i]
        rows[i] = -1
        for row in range(low, buckets[np.int64(key >> shift) + 1]):
            if keys[row] >= key:
                if keys[row] == key:
                    rows[i] = row
                break
    return np.int64(touched & _ONE)


class Scratch(NamedTuple):
    """What a block of persons is looked up in; one for each worker."""

    keys: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    ends: NDArray[np.int64]
    at: NDArray[np.int64]
    rows: NDArray[np.int64]

    @classmethod
    def new(cls) -> Scratch:
        """Make one."""
        size = BLOCK * MAX_KEYS
        numbers = (np.empty(n, np.int64) for n in (BLOCK, size, size))
        return cls(np.empty(size, np.uint64), np.empty(size, np.uint8), *numbers)


@kernel
def keys_of_block(records, first, last, fold_hash, regional_hash, communes, province, scratch):  # type: ignore[no-untyped-def]
    """Write the keys of some persons behind each other, and where those of each end. Returns their number."""
    count = 0
    for i in range(first, last):
        count += write_keys(
            records[i], fold_hash, regional_hash, communes, province, scratch.keys[count:], scratch.kinds[count:]
        )
        scratch.ends[i - first] = count
    return count
