"""The land side under its blocking keys, ready to be probed by a stream of citizens.

The index is a sorted array of distinct keys with the land persons that have each key, and a table of buckets over the leading
bits of the key, so that a probe reads two neighbouring bucket ends and a few keys. It is built by counting sorts, first of all
entries into partitions, then of each partition within the cache: linear, the same arrays for the same persons.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.keys import MAX_KEYS, PLACELESS, indexed, key_scratch, write_keys
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
_KEYS_EACH, _PARTITION, _MOST_PARTITION_BITS, _MOST_CACHED_BITS = 8, 1 << 17, 12, 18
"""Entries are first parted by leading bits of the key: as many as one cache holds are then sorted at a time."""

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
    placeless : bool
        Whether it may hold keys of persons without a commune: citizens are looked up under such only where it does.
    """

    keys: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    starts: NDArray[Any]
    persons: NDArray[np.int32]
    buckets: NDArray[Any]
    shift: int
    present: NDArray[np.uint64]
    present_shift: int
    placeless: bool = True

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
        _copy_wanted(self.keys, self.kinds, self.starts, self.persons, wanted, keys, kinds, starts, persons)
        return _index(keys, kinds, starts, persons)


@kernel
def _count_keys(records, every, fold_hash, regional_hash, communes, province, shift, counts, keys, kinds):  # type: ignore[no-untyped-def]
    for i in range(len(records)):
        for j in range(write_keys(records[i], fold_hash, regional_hash, communes, province, True, keys, kinds)):
            if every or indexed(records[i], kinds[j], communes):
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
        for j in range(write_keys(records[i], fold_hash, regional_hash, communes, province, True, keys, kinds)):
            if not every and not indexed(records[i], kinds[j], communes):
                continue
            bucket = np.int64(keys[j] >> shift)
            at = cursor[bucket]
            cursor[bucket] = at + 1
            keys_out[at], kinds_out[at], persons[at] = keys[j], kinds[j], first + i


@allocating
def _sort_by_key(low, high, keys, kinds, persons):  # type: ignore[no-untyped-def]
    """Sort a few entries by key, those of a key in the order in which they are."""
    if high - low > 48:
        order = np.argsort(keys[low:high], kind="mergesort")
        keys[low:high] = keys[low:high][order]
        kinds[low:high] = kinds[low:high][order]
        persons[low:high] = persons[low:high][order]
        return
    for i in range(low + 1, high):
        key, kind, person = keys[i], kinds[i], persons[i]
        j = i - 1
        while j >= low and keys[j] > key:
            keys[j + 1], kinds[j + 1], persons[j + 1] = keys[j], kinds[j], persons[j]
            j -= 1
        keys[j + 1], kinds[j + 1], persons[j + 1] = key, kind, person


@kernel
def _spread_out(low, high, taken, shift, keys, kinds, persons, cursor, keys_out, kinds_out, persons_out):  # type: ignore[no-untyped-def]
    """Copy the entries of a partition in order of some bits of the key; then ``cursor`` says where those of each value end."""
    for i in range(low, high):
        cursor[np.int64((keys[i] << taken) >> shift)] += 1
    total = 0
    for j in range(len(cursor)):
        total += cursor[j]
        cursor[j] = total - cursor[j]
    for i in range(low, high):
        value = np.int64((keys[i] << taken) >> shift)
        at = cursor[value]
        cursor[value] = at + 1
        keys_out[at], kinds_out[at], persons_out[at] = keys[i], kinds[i], persons[i]


@kernel
def _squeeze(count, low, from_keys, from_kinds, from_persons, keys, kinds, persons, starts):  # type: ignore[no-untyped-def]
    """Write the runs of one key from place ``low`` on; a person that has a key twice counts once. Returns (keys, persons)."""
    distinct = kept = 0
    for i in range(count):
        if i == 0 or from_keys[i] != from_keys[i - 1]:
            keys[low + distinct], kinds[low + distinct] = from_keys[i], from_kinds[i]
            starts[low + distinct] = kept
            distinct += 1
        elif from_persons[i] == from_persons[i - 1]:
            continue
        persons[low + kept] = from_persons[i]
        kept += 1
    return distinct, kept


@allocating
def _sort_partitions(first, last, bounds, taken, keys, kinds, persons, starts, sizes):  # type: ignore[no-untyped-def]
    """Sort some partitions by key and squeeze each: its distinct keys and their persons begin where its entries began."""
    widest = 0
    for p in range(first, last):
        widest = max(widest, bounds[p + 1] - bounds[p])
    other_keys, other_kinds = np.empty(widest, np.uint64), np.empty(widest, np.uint8)
    other_persons = np.empty(widest, np.int32)
    for p in range(first, last):
        low, high = bounds[p], bounds[p + 1]
        bits = 4
        while bits < _MOST_CACHED_BITS and 1 << bits < high - low:
            bits += 1
        cursor = np.zeros(1 << bits, np.int64)
        shift = np.uint64(64 - bits)
        _spread_out(low, high, taken, shift, keys, kinds, persons, cursor, other_keys, other_kinds, other_persons)
        for j in range(len(cursor)):
            begin = cursor[j - 1] if j else np.int64(0)
            if cursor[j] - begin > 1:
                _sort_by_key(begin, cursor[j], other_keys, other_kinds, other_persons)
        sizes[p, 0], sizes[p, 1] = _squeeze(
            high - low, low, other_keys, other_kinds, other_persons, keys, kinds, persons, starts
        )


def _partitioned(
    records: NDArray[np.int32], tables: tuple[NDArray[Any], ...], bits: int, threads: int, *, every_key: bool
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int32]]:
    """List every (key, kind, person) by the first bits of the key and the persons, and where each of the partitions begins."""
    shift = np.uint64(64 - bits)
    parts = np.array_split(np.arange(len(records)), max(1, min(threads, _MOST_PARTS)))
    bounds = [(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]
    # A count of keys per partition and part, then where each part writes in each partition.
    counts = np.zeros((len(bounds) + 1, (1 << bits) + 1), np.int64)

    def count(part: int) -> None:
        low, high = bounds[part]
        _count_keys(records[low:high], every_key, *tables, shift, counts[part + 1], *key_scratch())

    def scatter(part: int) -> None:
        low, high = bounds[part]
        cursor = begins[:-1] + counts[part, 1:]
        _scatter(records[low:high], every_key, low, *tables, shift, cursor, keys, kinds, persons, *key_scratch())

    with ThreadPoolExecutor(max(1, len(bounds))) as pool:
        list(pool.map(count, range(len(bounds))))
        np.cumsum(counts, axis=0, out=counts)
        begins = np.cumsum(counts[-1])
        total = int(begins[-1])
        keys, kinds, persons = np.empty(total, np.uint64), np.empty(total, np.uint8), np.empty(total, np.int32)
        list(pool.map(scatter, range(len(bounds))))
    return begins, keys, kinds, persons


def _moved_together(
    begins: NDArray[np.int64],
    sizes: NDArray[np.int64],
    keys: NDArray[np.uint64],
    kinds: NDArray[np.uint8],
    persons: NDArray[np.int32],
    starts: NDArray[Any],
) -> None:
    """Close the gaps between partitions, in place: a second copy would be the most memory of all that a run needs."""
    distinct = kept = 0
    for low, (count, people) in zip(begins[:-1].tolist(), sizes.tolist(), strict=True):
        keys[distinct : distinct + count] = keys[low : low + count]
        kinds[distinct : distinct + count] = kinds[low : low + count]
        starts[distinct : distinct + count] = starts[low : low + count] + starts.dtype.type(kept)
        persons[kept : kept + people] = persons[low : low + people]
        distinct, kept = distinct + count, kept + people
    starts[distinct] = kept
    for column, length in ((keys, distinct), (kinds, distinct), (starts, distinct + 1), (persons, kept)):
        column.resize(length, refcheck=False)


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
    bits = max(1, min(int(len(records) * _KEYS_EACH // _PARTITION).bit_length(), _MOST_PARTITION_BITS))
    tables = (lexicon.fold_hash, lexicon.regional_hash, places.communes, places.province)
    begins, keys, kinds, persons = _partitioned(records, tables, bits, threads, every_key=every_key)
    # Half the memory where it is enough, and that is nearly always.
    starts = np.empty(len(keys) + 1, np.int32 if begins[-1] < 1 << 31 else np.int64)
    sizes = np.zeros((1 << bits, 2), np.int64)
    workers = max(1, min(threads, _MOST_PARTS))
    cuts = np.linspace(0, 1 << bits, 4 * workers + 1).astype(np.int64).tolist()

    def sort(cut: tuple[int, int]) -> None:
        _sort_partitions(*cut, begins, np.uint64(bits), keys, kinds, persons, starts, sizes)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(sort, pairwise(cuts)))
    _moved_together(begins, sizes, keys, kinds, persons, starts)
    return _index(keys, kinds, starts, persons)


def _index(keys: NDArray[np.uint64], kinds: NDArray[np.uint8], starts: NDArray[Any], persons: NDArray[np.int32]) -> LandIndex:
    """Add to the sorted keys the buckets, and the bits that say which are present."""
    bits = max(_LEAST_BUCKET_BITS, len(keys).bit_length())
    buckets = np.empty((1 << bits) + 1, starts.dtype)
    _mark_buckets(keys, np.uint64(64 - bits), buckets)
    present_bits = min(max(len(keys).bit_length() + _SPARSE_BITS, _LEAST_BITS), _MOST_BITS)
    present = np.zeros(1 << (present_bits - 6), np.uint64)
    _mark_present(keys, present, np.uint64(64 - present_bits))
    placeless = bool((kinds >= PLACELESS).any())
    return LandIndex(keys, kinds, starts, persons, buckets, 64 - bits, present, 64 - present_bits, placeless)


@kernel
def _mark_buckets(keys, shift, buckets):  # type: ignore[no-untyped-def]
    """Write where the keys with given leading bits begin."""
    bucket = 0
    for i in range(len(keys)):
        last = np.int64(keys[i] >> shift)
        while bucket <= last:
            buckets[bucket] = i
            bucket += 1
    for rest in range(bucket, len(buckets)):
        buckets[rest] = len(keys)


@kernel
def _copy_wanted(keys, kinds, starts, persons, wanted, keys_out, kinds_out, starts_out, persons_out):  # type: ignore[no-untyped-def]
    distinct = kept = 0
    for i in range(len(keys)):
        if wanted[i]:
            keys_out[distinct], kinds_out[distinct] = keys[i], kinds[i]
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
    """What a block of persons is looked up in; one for each worker.

    ``placeless`` says whether keys of land persons without a commune are looked up (:func:`~vnlink.blocking.keys.write_keys`).
    """

    placeless: bool
    keys: NDArray[np.uint64]
    kinds: NDArray[np.uint8]
    ends: NDArray[np.int64]
    at: NDArray[np.int64]
    rows: NDArray[np.int64]

    @classmethod
    def new(cls, placeless: bool) -> Scratch:
        """Make one."""
        size = BLOCK * MAX_KEYS
        numbers = (np.empty(n, np.int64) for n in (BLOCK, size, size))
        return cls(placeless, np.empty(size, np.uint64), np.empty(size, np.uint8), *numbers)


@kernel
def keys_of_block(records, first, last, fold_hash, regional_hash, communes, province, scratch):  # type: ignore[no-untyped-def]
    """Write the keys of some persons behind each other, and where those of each end. Returns their number."""
    count = 0
    for i in range(first, last):
        count += write_keys(
            records[i],
            fold_hash,
            regional_hash,
            communes,
            province,
            scratch.placeless,
            scratch.keys[count:],
            scratch.kinds[count:],
        )
        scratch.ends[i - first] = count
    return count
