"""Candidates whom only the other person of a land user brings: those who live in the other one's household.

"Đặng Thị Bưởi" written as "đặng bưởi", without a date, shares no key with herself. But her husband on the same certificate is
found, and she lives in his household.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["household_pairs"]

_MOST_ALIKE = 4
"""Citizens alike to one person whose households are looked into. A name that more share says too little."""

_MOST_MEMBERS = 24
"""Members of a household that is looked into. Larger ones are barracks, dormitories and fillers in the column."""


@kernel
def _others(land_user, persons, citizens, firsts, lasts, members, left, right):  # type: ignore[no-untyped-def]
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
                if members[at] != citizens[i]:
                    if count < len(left):
                        left[count], right[count] = person, members[at]
                    count += 1
    return count


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
        Pairs that keys brought, each once.
    alike : bool[p]
        Whether name and birth date of the pair agree or nearly do.
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only; persons of a land user stand together.
    household : uint64[citizens]
        Hash of each citizen's household, 0 where it is not known.

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
    firsts, lasts = bounds[home], bounds[home + 1]
    small = lasts - firsts <= _MOST_MEMBERS
    arguments = (land_user, person[rows][small], citizen[rows][small], firsts[small], lasts[small], members)
    size = _others(*arguments, none, none)
    left, right = np.empty(size, np.int32), np.empty(size, np.int32)
    _others(*arguments, left, right)
    several = np.flatnonzero(land_user[person])
    known = (person[several].astype(np.int64) << 32) | citizen[several]
    pairs = np.setdiff1d((left.astype(np.int64) << 32) | right, known)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
