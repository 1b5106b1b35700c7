"""Candidates whom only the other person of a land user brings: those who live in the other one's household.

"Đặng Thị Bưởi" written as "đặng bưởi", without a date, shares no key with herself. But her husband on the same certificate is
found, and she lives in his household.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.homes import are_couples, is_household
from vnlink.kernels import kernel
from vnlink.rows import distinct

__all__ = ["Homes", "homes_to_look_into", "household_pairs", "without_crowds"]

_MOST_ALIKE = 4
"""Citizens alike to one person whose households are looked into. A name that more share says too little."""

_SPARSE_BITS = 4
"""Bits for each wanted household in the table that tells most other households apart without looking them up: sixteen."""

_MOST_MEMBERS = 24
"""Members of a household. Larger ones are barracks, dormitories and fillers in the column: they say nothing of who lives with
whom."""


_PIECE = 1 << 20
"""Citizens whose homes are looked up at a time."""

_SIX, _LOW_SIX, _ONE, _NONE = np.uint64(6), np.uint64(63), np.uint64(1), np.uint64(0)


@kernel
def _mark(wanted, shift, present):  # type: ignore[no-untyped-def]
    for home in wanted:
        bit = home >> shift
        present[np.int64(bit >> _SIX)] |= _ONE << (bit & _LOW_SIX)


@kernel
def _find_home(home, wanted, buckets, shift):  # type: ignore[no-untyped-def]
    """Place of a household among the wanted ones, or -1."""
    bucket = np.int64(home >> shift)
    for at in range(buckets[bucket], buckets[bucket + 1]):
        if wanted[at] == home:
            return at
    return -1


@kernel
def _note_homes(household, shift, present, wanted, buckets, bucket_shift, at, counts):  # type: ignore[no-untyped-def]
    """Write where the household of each citizen is among the wanted ones (-1 where it is not), and count their members."""
    for i in range(len(household)):
        bit = household[i] >> shift
        at[i] = -1
        if (present[np.int64(bit >> _SIX)] >> (bit & _LOW_SIX)) & _ONE != _NONE:
            at[i] = _find_home(household[i], wanted, buckets, bucket_shift)
            if at[i] >= 0:
                counts[at[i] + 1] += 1


@kernel
def _fill_homes(at, cursor, members):  # type: ignore[no-untyped-def]
    for i in range(len(at)):
        if at[i] >= 0:
            members[cursor[at[i]]] = i
            cursor[at[i]] += 1


@kernel
def _find_homes(household, wanted, buckets, bucket_shift, out):  # type: ignore[no-untyped-def]
    for i in range(len(household)):
        out[i] = _find_home(household[i], wanted, buckets, bucket_shift)


@kernel
def _rows_alike(person, citizen, alike, land_user, household, rows):  # type: ignore[no-untyped-def]
    """List the pairs that look alike, of persons with few such; returns how many there are."""
    kept = first = 0
    while first < len(person):
        last = first
        begin = kept
        while last < len(person) and person[last] == person[first]:
            if alike[last] and land_user[person[last]] != _NONE and is_household(household[citizen[last]]):
                rows[kept] = last
                kept += 1
            last += 1
        if kept - begin > _MOST_ALIKE:
            kept = begin
        first = last
    return kept


@kernel
def _is_known(citizen, low, high, one):  # type: ignore[no-untyped-def]
    for at in range(low, high):  # noqa: SIM110 (compiled code has no generators)
        if citizen[at] == one:
            return True
    return False


@kernel
def _others(land_user, citizen, begins, persons, citizens, firsts, lasts, members, left, right):  # type: ignore[no-untyped-def]
    """Pair the other persons of each land user with the other members; returns how many pairs there are, or would be."""
    count = 0
    for i in range(len(persons)):
        user = land_user[persons[i]]
        first = last = persons[i]
        while first > 0 and land_user[first - 1] == user:
            first -= 1
        while last + 1 < len(land_user) and land_user[last + 1] == user:
            last += 1
        for person in range(first, last + 1):
            if person == persons[i]:
                continue
            for at in range(firsts[i], lasts[i]):
                if members[at] != citizens[i] and not _is_known(citizen, begins[person], begins[person + 1], members[at]):
                    if count < len(left):
                        left[count], right[count] = person, members[at]
                    count += 1
    return count


def without_crowds(household: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the homes of the citizens (:mod:`vnlink.homes`), 0 where one is no family's that can be looked into.

    That is a household with more members than any family, and a couple of whom only one names the other: who is named may have
    died, or be written in another kind of id.
    """
    looked_into = household.astype(np.uint8)
    looked_into &= 1
    looked_into ^= 1  # not the communes, of which there are many alike
    looked_into &= household != 0
    ordered = household[looked_into.view(np.bool_)]
    del looked_into
    ordered.sort()
    crowds = distinct(ordered[_MOST_MEMBERS:][ordered[_MOST_MEMBERS:] == ordered[: max(0, len(ordered) - _MOST_MEMBERS)]])
    alone = are_couples(ordered)
    repeated = ordered[1:] == ordered[:-1]
    alone[1:] &= ~repeated
    alone[:-1] &= ~repeated
    wrong = np.append(crowds, ordered[alone])
    del ordered, alone, repeated
    wrong.sort()
    return _forgotten(household, wrong) if len(wrong) else household


def _forgotten(household: NDArray[np.uint64], wrong: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a copy with 0 in place of the homes that are among some, ascending; piece by piece, for the column is large."""
    found = household.copy()
    for low in range(0, len(found), _PIECE):
        piece = found[low : low + _PIECE]
        at = np.minimum(np.searchsorted(wrong, piece), len(wrong) - 1)
        piece[wrong[at] == piece] = 0
    return found


class Homes:
    """Who lives in some households.

    Parameters
    ----------
    wanted : uint64[h]
        Hashes of households, ascending, each once.
    household : uint64[citizens]
        Of all citizens, see :func:`without_crowds`.
    """

    def __init__(self, wanted: NDArray[np.uint64], household: NDArray[np.uint64]) -> None:
        bits = max(8, len(wanted).bit_length())
        self._wanted, self._shift = wanted, np.uint64(64 - bits)
        self._buckets = np.searchsorted(wanted, np.arange(1 << bits, dtype=np.uint64) << self._shift)
        self._buckets = np.append(self._buckets, len(wanted))
        marks = bits + _SPARSE_BITS
        shift, present = np.uint64(64 - marks), np.zeros(1 << (marks - 6), np.uint64)
        _mark(wanted, shift, present)
        counts = np.zeros(len(wanted) + 1, np.int64)
        at = np.empty(len(household), np.int32)
        _note_homes(household, shift, present, wanted, self._buckets, self._shift, at, counts)
        self._bounds = np.cumsum(counts)
        self.members = np.empty(int(self._bounds[-1]), np.int32)
        _fill_homes(at, self._bounds[:-1].copy(), self.members)

    def bounds(self, household: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where in ``members`` those of each of these households begin and end; all of them must be wanted ones."""
        at = np.empty(len(household), np.int64)
        _find_homes(household, self._wanted, self._buckets, self._shift, at)
        return self._bounds[at], self._bounds[at + 1]


def homes_to_look_into(
    person: NDArray[np.int32],
    citizen: NDArray[np.int32],
    alike: NDArray[np.bool_],
    land_user: NDArray[np.uint64],
    household: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """Rows of the pairs whose citizen's household may hold the land user's other persons.

    Parameters
    ----------
    person, citizen : int32[p]
        Pairs that keys brought, each once, in order of the persons.
    alike : bool[p]
        Whether name and birth date of the pair agree or nearly do.
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only.
    household : uint64[citizens]
    """
    rows = np.empty(len(person), np.int64)
    return rows[: _rows_alike(person, citizen, alike, land_user, household, rows)]


def household_pairs(
    person: NDArray[np.int32],
    citizen: NDArray[np.int32],
    rows: NDArray[np.int64],
    homes: Homes,
    land_user: NDArray[np.uint64],
    household: NDArray[np.uint64],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """List the pairs that households bring and keys did not.

    Parameters
    ----------
    person, citizen : int32[p]
        Pairs that keys brought, each once, in order of the persons.
    rows : int64[r]
        Those whose citizen's household is looked into, see :func:`homes_to_look_into`.
    homes : Homes
        Members of these households, and of others.
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only; persons of a land user stand together.
    household : uint64[citizens]

    Returns
    -------
    left, right : int32[q]
        Land persons and citizens, in order, each pair once.
    """
    none = np.empty(0, np.int32)
    if not len(rows):
        return none, none
    firsts, lasts = homes.bounds(household[citizen[rows]])
    begins = np.searchsorted(person, np.arange(len(land_user) + 1))
    arguments = (land_user, citizen, begins, person[rows], citizen[rows], firsts, lasts, homes.members)
    size = _others(*arguments, none, none)
    if not size:
        return none, none
    left, right = np.empty(size, np.int32), np.empty(size, np.int32)
    _others(*arguments, left, right)
    # Two citizens alike to one person may live in one household and bring its members twice.
    pairs = np.sort((left.astype(np.int64) << 32) | right)
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
