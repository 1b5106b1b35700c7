"""Probe the land-side index with a stream of citizens and list the candidate pairs, each pair once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.index import BLOCK, LandIndex, Scratch, keys_of_block, look_up
from vnlink.blocking.keys import MAX_KEYS
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
        self.scratch = Scratch.new()
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
    probe,
    starts,
    persons,
    active,
    allowed,
    last_met,
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
        for j in range(count):
            if rows[j] >= 0 and (active[rows[j]] == 0 or allowed[kinds[j]] == 0):
                rows[j] = -1
        j = 0
        for i in range(begin, end):
            here, last = j, scratch.ends[i - begin]
            room = 0
            for j in range(here, last):
                if rows[j] >= 0:
                    room += starts[rows[j] + 1] - starts[rows[j]]
            if written + room > len(left):
                return written, i
            for j in range(here, last):
                if rows[j] < 0:
                    continue
                for at in range(starts[rows[j]], starts[rows[j] + 1]):
                    person = persons[at]
                    if last_met[person] != base + i:
                        last_met[person] = base + i
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
            index.active,
            allowed,
            buffer.last_met,
            buffer.left,
            buffer.right,
            buffer.kinds,
            buffer.scratch,
        )
        yield buffer.left[:written], buffer.right[:written], buffer.kinds[:written]
