"""Probe the land-side index with a stream of citizens and list the candidate pairs, each pair once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.index import BLOCK, LandIndex, Scratch, keys_of_block, look_up
from vnlink.blocking.keys import MAX_KEYS
from vnlink.kernels import inner, kernel
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = ["PairBuffer", "candidate_pairs"]

_PAIRS_PER_BUFFER = 1 << 19
_ONE, _CITIZEN, _ODD = np.uint64(1), np.uint64(32), np.uint64(0x9E3779B97F4A7C15)


class PairBuffer:
    """Scratch arrays of one worker: where pairs are written, and whom a citizen has met already.

    Parameters
    ----------
    index : LandIndex
        The index that will be probed.
    """

    def __init__(self, index: LandIndex) -> None:
        widest = int(np.diff(index.starts).max(initial=0))
        capacity = max(_PAIRS_PER_BUFFER, widest * MAX_KEYS)
        self.left = np.empty(capacity, np.int32)
        self.right = np.empty(capacity, np.int32)
        self.kinds = np.empty(capacity, np.uint8)
        self.scratch = Scratch.new(index.placeless)
        self.spans = np.empty((BLOCK * MAX_KEYS + 1, 2), np.int64)
        # A set of (citizen, person), open addressing, of which a citizen uses the first 2 ** k places, at least twice as many
        # as persons can meet it; so it stays in the nearest cache. What an earlier citizen left there counts as empty.
        self.met = np.zeros(1 << (2 * capacity - 1).bit_length(), np.uint64)


@inner
def _spans_of_block(rows, kinds, count, starts, persons, allowed, spans):  # type: ignore[no-untyped-def]
    """Write where the persons of each key begin and end; nowhere if it is not used.

    Each table is gone through for all keys before the next one, as :func:`~vnlink.blocking.index.look_up` does; the persons are
    read to have them in the cache, and what is written behind the last span is there so that the reading is not left out.
    """
    for j in range(count):
        if rows[j] >= 0 and allowed[kinds[j]] == 0:
            rows[j] = -1
    for j in range(count):
        spans[j, 0] = spans[j, 1] = 0
        if rows[j] >= 0:
            spans[j, 0], spans[j, 1] = starts[rows[j]], starts[rows[j] + 1]
    touched = 0
    for j in range(count):
        if spans[j, 1] > spans[j, 0]:
            touched ^= persons[spans[j, 0]]
    spans[count, 0] = touched


@inner
def _met(met, mask, stamp, person):  # type: ignore[no-untyped-def]
    """Note that the citizen of this stamp meets a person, and tell whether it had before."""
    entry = stamp | np.uint64(person)
    at = (np.uint64(person) * _ODD >> _CITIZEN) & mask
    while met[np.int64(at)] >> _CITIZEN == stamp >> _CITIZEN:
        if met[np.int64(at)] == entry:
            return True
        at = (at + _ONE) & mask
    met[np.int64(at)] = entry
    return False


@kernel
def _probe(  # type: ignore[no-untyped-def]
    records,
    first,
    base,
    fold_hash,
    regional_hash,
    communes,
    province,
    probe,
    starts,
    persons,
    allowed,
    spans,
    met,
    left,
    right,
    out_kinds,
    scratch,
):
    """List pairs from citizen ``first`` on until the buffer is full. Returns (pairs written, next citizen)."""
    written = 0
    rows, kinds = scratch.rows, scratch.kinds
    for begin in range(first, len(records), BLOCK):
        end = min(begin + BLOCK, len(records))
        count = keys_of_block(records, begin, end, fold_hash, regional_hash, communes, province, scratch)
        look_up(scratch.keys, count, probe, scratch.at, rows)
        _spans_of_block(rows, kinds, count, starts, persons, allowed, spans)
        j = 0
        for i in range(begin, end):
            here, last = j, scratch.ends[i - begin]
            room = 0
            for j in range(here, last):
                room += spans[j, 1] - spans[j, 0]
            if written + room > len(left):
                return written, i
            size = 64
            while size < 2 * room:
                size *= 2
            mask, stamp = np.uint64(size - 1), np.uint64(base + i + 1) << _CITIZEN
            for j in range(here, last):
                for at in range(spans[j, 0], spans[j, 1]):
                    person = persons[at]
                    if not _met(met, mask, stamp, person):
                        left[written], right[written], out_kinds[written] = person, i, kinds[j]
                        written += 1
            j = last
    return written, len(records)


def candidate_pairs(
    index: LandIndex,
    records: NDArray[np.int32],
    base: int,
    lexicon: LexiconArrays,
    places: PlaceArrays,
    buffer: PairBuffer,
    allowed: NDArray[np.uint8],
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]]:
    """Yield the candidate pairs of a batch of citizens, in as many pieces as the buffer needs.

    Parameters
    ----------
    index : LandIndex
        Land persons under their keys.
    records : int32[m, 16]
        Packed citizens of this batch.
    base : int
        Number of the batch's first citizen in the whole register; a citizen number must not come twice for one buffer.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    buffer : PairBuffer
        Scratch of the calling thread. What is yielded are views that the next step overwrites.
    allowed : uint8[kinds]
        1 for each :class:`~vnlink.blocking.keys.KeyKind` that may be used.

    Yields
    ------
    tuple of (int32[p], int32[p], uint8[p])
        Land person, citizen (row of this batch), and the kind of the first key that both share.
    """
    first = 0
    while first < len(records):
        written, first = _probe(
            records,
            first,
            base,
            lexicon.fold_hash,
            lexicon.regional_hash,
            places.communes,
            places.province,
            index.probe,
            index.starts,
            index.persons,
            allowed,
            buffer.spans,
            buffer.met,
            buffer.left,
            buffer.right,
            buffer.kinds,
            buffer.scratch,
        )
        yield buffer.left[:written], buffer.right[:written], buffer.kinds[:written]
