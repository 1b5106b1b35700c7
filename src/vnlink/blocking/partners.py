"""Candidates whom only the other person of a land user brings: those who live in the other one's household.

"Đặng Thị Bưởi" written as "đặng bưởi", without a date, shares no key with herself. But her husband on the same certificate is
found, and she lives in his household.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["household_pairs", "without_crowds"]

_MOST_ALIKE = 4
"""Citizens alike to one person whose households are looked into. A name that more share says too little."""

_MOST_MEMBERS = 24
"""Members of a household. Larger ones are barracks, dormitories and fillers in the column: they say nothing of who lives with
whom."""


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
    """Return the households of the citizens, 0 (not known) where one has more members than any family."""
    order = np.argsort(household, kind="stable")
    ordered = household[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(ordered)))
    crowded = np.zeros(len(household), np.bool_)
    crowded[order] = np.repeat(sizes > _MOST_MEMBERS, sizes)
    return np.where(crowded, np.uint64(0), household)


def household_pairs(
    person: NDArray[np.int32],
    citizen: NDArray[np.int32],
    alike: NDArray[np.bool_],
    land_user: NDArray[np.uint64],
    household: NDArray[np.uint64],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """List the pairs that households bring and keys did not.

    Parameters
    ----------
    person, citizen : int32[p]
        Pairs that keys brought, each once, in order of the persons.
    alike : bool[p]
        Whether name and birth date of the pair agree or nearly do.
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only; persons of a land user stand together.
    household : uint64[citizens]
        Hash of each citizen's household, 0 where it is not known; see :func:`without_crowds`.

    Returns
    -------
    left, right : int32[q]
        Land persons and citizens, in order, each pair once.
    """
    none = np.empty(0, np.int32)
    rows = np.flatnonzero(alike & (land_user[person] != 0) & (household[citizen] != 0))
    rows = rows[np.bincount(person[rows], minlength=len(land_user))[person[rows]] <= _MOST_ALIKE]
    if not len(rows):
        return none, none
    wanted = np.unique(household[citizen[rows]])
    at = np.minimum(np.searchsorted(wanted, household), len(wanted) - 1)
    members = np.flatnonzero(wanted[at] == household)
    members = members[np.argsort(at[members], kind="stable")].astype(np.int32)
    bounds = np.searchsorted(at[members], np.arange(len(wanted) + 1))
    home = np.searchsorted(wanted, household[citizen[rows]])
    begins = np.searchsorted(person, np.arange(len(land_user) + 1))
    arguments = (land_user, citizen, begins, person[rows], citizen[rows], bounds[home], bounds[home + 1], members)
    size = _others(*arguments, none, none)
    left, right = np.empty(size, np.int32), np.empty(size, np.int32)
    _others(*arguments, left, right)
    # Two citizens alike to one person may live in one household and bring its members twice.
    pairs = np.sort((left.astype(np.int64) << 32) | right)
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
