"""What the nearest rows of a row tell: of which commune it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine
from vnlink.kernels import inner, kernel
from vnlink.schema import MAX_SYLLABLES, LexiconArrays
from vnlink.vicinity.row_numbers import compared

__all__ = ["FEWEST", "Neighbours", "first_of_each", "owners_of", "shares_of"]

_EACH, _LEAST = 4, 2
"""Neighbours asked on either side, and how many must agree. Three to eight are equally good."""

_REACHES = tuple(1 << step for step in range(9))
_HOLDS = 0.8
"""How far neighbours are looked for: as far as rows agree, beyond chance, this often as often as those beside each other."""

_OWNERS = 3
"""Persons of a row by whom it is known that two rows are of one owner."""

FEWEST = 100
"""Rows that are needed to judge by."""

_ENDS, _NONE, _NOBODY = np.uint64(0x54), np.uint64(0), -1


class Neighbours(NamedTuple):
    """Rows of the sample, in the order of their numbers.

    ``at`` uint64[s, 7]; ``row`` int64[s]; ``owners`` uint64[s, 3], see :func:`owners_of`; ``commune`` int32[s], negative where
    it is not known.
    """

    at: NDArray[np.uint64]
    row: NDArray[np.int64]
    owners: NDArray[np.uint64]
    commune: NDArray[np.int32]

    def tell(self, at: NDArray[np.uint64], row: NDArray[np.int64], owners: NDArray[np.uint64], reach: int) -> NDArray[np.int32]:
        """The commune that the neighbours of each row tell, -1 for none, int32[n]."""
        told = np.full(len(at), _NOBODY, np.int32)
        _vote(at, row, owners, *self, reach, np.empty(2 * _EACH, np.int32), told)
        return told

    def reach(self) -> int:
        """How far neighbours tell about as much as the nearest ones do; 0 where too few are known."""
        known = np.flatnonzero(self.commune >= 0)
        commune = self.commune[known]
        chance = float(np.mean(shares_of(commune)[commune])) if len(known) else 1.0
        best, found = 0.0, 0
        for apart in _REACHES:
            other = np.searchsorted(known, known + apart)
            first = np.flatnonzero(other < len(known))
            second = other[first]
            first, second = (x[known[second] - known[first] <= 2 * apart] for x in (first, second))
            pair = known[first], known[second]
            told = (self.at[pair[0], 0] == self.at[pair[1], 0]) & ~_of_one_owner(self.owners[pair[0]], self.owners[pair[1]])
            if np.count_nonzero(told) < FEWEST:
                continue
            agree = float(np.mean((commune[first] == commune[second])[told])) - chance
            best = max(best, agree)
            if agree < _HOLDS * best:
                break
            found = apart
        return found


def _of_one_owner(owners: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether the first owner of each row is among those of another row, bool[n]."""
    return np.asarray((owners[:, 0] != _NONE) & (owners[:, :1] == others).any(axis=1))


def shares_of(commune: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of each commune among these, by its number."""
    return np.asarray(np.bincount(commune) / max(len(commune), 1))


def first_of_each(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each row begins among persons who are in order of their rows."""
    return np.flatnonzero(np.diff(row, prepend=-1))


def owners_of(
    row: NDArray[np.int64], first: NDArray[np.int64], records: NDArray[np.int32], lexicon: LexiconArrays
) -> NDArray[np.uint64]:
    """Hashes of the family and given names of the first persons of each row, 0 for none, uint64[rows, 3]."""
    ends = np.zeros(len(records), np.uint64)
    _hash_ends(records, lexicon.regional_hash, ends)
    at = first[:, None] + np.arange(_OWNERS)
    inside = np.minimum(at, len(row) - 1)
    return np.where((at < len(row)) & (row[inside] == row[first][:, None]), ends[inside], _NONE)


@kernel
def _hash_ends(records, regional_hash, ends):  # type: ignore[no-untyped-def]
    for i in range(len(records)):
        last = 0
        while last < MAX_SYLLABLES and records[i, last] >= 0:
            last += 1
        if last:
            ends[i] = combine(combine(_ENDS, regional_hash[records[i, 0]]), regional_hash[records[i, last - 1]])


@kernel
def _vote(at, row, owners, numbers, rows, others, communes, reach, heard, told):  # type: ignore[no-untyped-def]
    for i in range(len(at)):
        low, high = 0, len(numbers)
        while low < high:
            middle = (low + high) // 2
            if compared(numbers, middle, at, i) < 0:
                low = middle + 1
            else:
                high = middle
        count = before = 0
        for step in (-1, 1):
            j, last, owner = (low - 1 if step < 0 else low), count + _EACH, _NONE
            for _ in range(reach):
                if j < 0 or j >= len(numbers) or count == last or numbers[j, 0] != at[i, 0]:
                    break
                own = rows[j] == row[i]
                for a in range(_OWNERS):
                    for b in range(_OWNERS):
                        own |= owners[i, a] != _NONE and owners[i, a] == others[j, b]
                # Rows of one owner that follow each other are heard once.
                if not own and communes[j] >= 0 and (others[j, 0] == _NONE or others[j, 0] != owner):
                    heard[count], owner = communes[j], others[j, 0]
                    count += 1
                j += step
            if step < 0:
                before = count
        told[i] = _most_heard(heard, before, count)


@inner
def _most_heard(heard, before, count):  # type: ignore[no-untyped-def]
    """What was heard oftenest, if it was heard often enough, from both sides, and nothing else as often; -1 otherwise."""
    most, oftenest, alone = _LEAST - 1, _NOBODY, False
    for i in range(count):
        here = there = 0
        for j in range(count):
            if heard[j] == heard[i]:
                if j < before:
                    here += 1
                else:
                    there += 1
        if here + there > most:
            most, oftenest, alone = here + there, heard[i], here > 0 and there > 0
        elif here + there == most and heard[i] != oftenest:
            alone = False
    return oftenest if alone else _NOBODY
