"""Probe the land-side index with a stream of citizens and list the candidate pairs, each pair once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.index import LandIndex, find
from vnlink.blocking.keys import MAX_KEYS, key_scratch, write_keys
from vnlink.kernels import kernel
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = ["PairBuffer", "candidate_pairs"]

_PAIRS_PER_BUFFER = 1 << 19


class PairBuffer:
    """Scratch arrays of one worker: where pairs are written, and which citizen each land person met last.

    Parameters
    ----------
    index : LandIndex
        The index that will be probed.
    count_land : int
        Number of land persons.
    """

    def __init__(self, index: LandIndex, count_land: int) -> None:
        widest = int(np.diff(index.starts)[index.active > 0].max(initial=0))
        capacity = max(_PAIRS_PER_BUFFER, widest * MAX_KEYS)
        self.left = np.empty(capacity, np.int32)
        self.right = np.empty(capacity, np.int32)
        self.kinds = np.empty(capacity, np.uint8)
        self.scratch = (*key_scratch(), np.empty(MAX_KEYS, np.int64))
        self.last_met = np.full(count_land, -1, np.int32)


@kernel
def _probe(  # type: ignore[no-untyped-def]
    records,
    first,
    base,
    fold_hash,
    regional_hash,
    communes,
    province,
    index_keys,
    starts,
    persons,
    buckets,
    shift,
    present,
    active,
    allowed,
    last_met,
    left,
    right,
    out_kinds,
    keys,
    kinds,
    rows,
):
    """List pairs from citizen ``first`` on until the buffer is full. Returns (pairs written, next citizen)."""
    written = 0
    for i in range(first, len(records)):
        hits = room = 0
        for j in range(write_keys(records[i], fold_hash, regional_hash, communes, province, keys, kinds)):
            if allowed[kinds[j]] == 0:
                continue
            at = find(keys[j], index_keys, buckets, shift, present)
            if at >= 0 and active[at]:
                rows[hits], kinds[hits] = at, kinds[j]
                hits += 1
                room += starts[at + 1] - starts[at]
        if written + room > len(left):
            return written, i
        for j in range(hits):
            for at in range(starts[rows[j]], starts[rows[j] + 1]):
                person = persons[at]
                if last_met[person] != base + i:
                    last_met[person] = base + i
                    left[written], right[written], out_kinds[written] = person, i, kinds[j]
                    written += 1
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
            index.keys,
            index.starts,
            index.persons,
            index.buckets,
            np.uint64(index.shift),
            index.present,
            index.active,
            allowed,
            buffer.last_met,
            buffer.left,
            buffer.right,
            buffer.kinds,
            *buffer.scratch,
        )
        yield buffer.left[:written], buffer.right[:written], buffer.kinds[:written]
