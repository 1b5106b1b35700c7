"""Evidence that no single pair shows: the other persons of the land user, among the candidates and their households.

A couple on a certificate mostly lives under one roof. When one person of a land user has a candidate in the household of a
candidate of the other, both pairs gain; when the household is known and holds nobody like the partner, both lose. A spouse's
name in the population register says the same thing directly, so both are levels of one field, and are never counted twice.

And two persons of one land user are never one citizen. A candidate who bears the other person's name is that person: most wrong
numbers of a land register are the spouse's.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.homes import is_household, is_neighbourhood, same_commune, same_hamlet
from vnlink.kernels import inner, kernel
from vnlink.schema import Field

__all__ = ["PartnerLevel", "Support", "any_of_land_user", "household_support", "taken_by_another", "with_partners"]

_NONE = np.uint64(0)


class PartnerLevel(IntEnum):
    """Levels of the partner field; 0 is missing."""

    MISSING = 0
    SPOUSE = 1
    OTHER_SPOUSE = 2
    HOUSEHOLD = 3
    SPOUSE_AND_HOUSEHOLD = 4
    OTHER_SPOUSE_BUT_HOUSEHOLD = 5
    NOT_IN_HOUSEHOLD = 6
    HOUSEHOLD_PERHAPS = 7
    OTHER_PERSON = 8
    SAME_HAMLET = 9
    SAME_COMMUNE = 10
    NOT_IN_COMMUNE = 11


class Support(IntEnum):
    """What a candidate's household says of the other persons of the land user."""

    UNKNOWN = 0
    NOBODY = 1
    PERHAPS = 2
    FOUND = 3
    HAMLET = 4
    COMMUNE = 5
    ELSEWHERE = 6


_LEVELS = np.array(
    [
        [0, 1, 2],  # UNKNOWN: missing, spouse, other spouse stay as they are
        [6, 1, 2],  # NOBODY
        [7, 1, 2],  # PERHAPS
        [3, 4, 5],  # FOUND
        [9, 1, 2],  # HAMLET
        [10, 1, 2],  # COMMUNE
        [11, 1, 2],  # ELSEWHERE
    ],
    np.int64,
)
"""Partner level by what the household and what the spouse's name say."""

_UNKNOWN, _HAMLET, _COMMUNE, _ELSEWHERE = (
    int(Support.UNKNOWN),
    int(Support.HAMLET),
    int(Support.COMMUNE),
    int(Support.ELSEWHERE),
)
_LIKELY = 2
_OTHER_SPOUSE, _OTHER_PERSON = int(PartnerLevel.OTHER_SPOUSE), int(PartnerLevel.OTHER_PERSON)


@kernel
def _end_of(first, person, land_user):  # type: ignore[no-untyped-def]
    """Where the pairs of the land user of pair ``first`` end."""
    user = land_user[person[first]]
    last = first + 1
    while last < len(person) and land_user[person[last]] == user:
        last += 1
    return last


@inner
def _near(i, first, last, person, citizen, likeness, home):  # type: ignore[no-untyped-def]
    """What a candidate without a known household gets from likely candidates of the other persons who live near."""
    best, unsure = _ELSEWHERE, False
    for j in range(first, last):
        if likeness[j] == 0 or person[j] == person[i] or citizen[j] == citizen[i]:
            continue
        if not is_neighbourhood(home[j]):
            unsure |= likeness[j] == _LIKELY  # who knows in which commune
        elif likeness[j] < _LIKELY:
            unsure |= same_hamlet(home[i], home[j])
        elif same_hamlet(home[i], home[j]):
            return _HAMLET
        elif same_commune(home[i], home[j]):
            best = _COMMUNE
    return _UNKNOWN if unsure and best == _ELSEWHERE else best


@kernel
def _support(person, citizen, likeness, land_user, home, support):  # type: ignore[no-untyped-def]
    """Within the pairs of each land user, look for another person's other citizen of the same household."""
    first = 0
    while first < len(person):
        if land_user[person[first]] == _NONE:
            first += 1
            continue
        last = _end_of(first, person, land_user)
        for i in range(first, last):
            if is_neighbourhood(home[i]):
                support[i] = _near(i, first, last, person, citizen, likeness, home)
                continue
            if not is_household(home[i]):
                continue
            best = 1
            for j in range(first, last):
                if home[j] == home[i] and person[j] != person[i] and citizen[j] != citizen[i]:
                    best = max(best, 1 + likeness[j])
                    if best == 3:
                        break
            support[i] = best
        first = last


@kernel
def _taken(person, citizen, same_name, land_user, taken):  # type: ignore[no-untyped-def]
    """Within the pairs of each land user, look for the citizen of a pair of another name among those of the same name."""
    first = 0
    while first < len(person):
        if land_user[person[first]] == _NONE:
            first += 1
            continue
        last = _end_of(first, person, land_user)
        for i in range(first, last):
            if same_name[i]:
                continue
            for j in range(first, last):
                if citizen[j] == citizen[i] and same_name[j]:
                    taken[i] = True
                    break
        first = last


def household_support(
    person: NDArray[np.int32],
    citizen: NDArray[np.int32],
    likeness: NDArray[np.uint8],
    land_user: NDArray[np.uint64],
    household: NDArray[np.uint64],
) -> NDArray[np.uint8]:
    """Tell for each pair whether another person of the same land user has another candidate in the same household.

    Parameters
    ----------
    person, citizen : int32[p]
        The pairs, in order of the persons.
    likeness : uint8[p]
        How much the pair looks like one person: 2 (the candidate is the other person), 1 (perhaps), 0 (hardly).
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only; persons of a land user stand together.
    household : uint64[citizens]
        Hash of each citizen's household, 0 where it is not known.

    Returns
    -------
    uint8[p]
        A :class:`Support` each.
    """
    support = np.zeros(len(person), np.uint8)
    _support(person, citizen, likeness, land_user, household[citizen], support)
    return support


def taken_by_another(
    person: NDArray[np.int32], citizen: NDArray[np.int32], same_name: NDArray[np.bool_], land_user: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Tell for each pair whether the citizen has another name, and it is that of another person of the land user.

    Parameters
    ----------
    person, citizen : int32[p]
        The pairs, in order of the persons.
    same_name : bool[p]
        Whether the names of the pair are the same, marks aside.
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only; persons of a land user stand together.

    Returns
    -------
    bool[p]
    """
    taken = np.zeros(len(person), np.bool_)
    _taken(person, citizen, same_name, land_user, taken)
    return taken


def with_partners(
    pattern: NDArray[np.int64], support: NDArray[np.uint8], taken: NDArray[np.bool_], field: Field
) -> NDArray[np.int64]:
    """Return the patterns with the partner field set by what is known of the other persons of the land user."""
    found = np.empty_like(pattern)
    _with_partners(pattern, support, taken, field.shift, (1 << field.bits) - 1, found)
    return found


@kernel
def _with_partners(pattern, support, taken, shift, mask, found):  # type: ignore[no-untyped-def]
    for i in range(len(pattern)):
        spouse = min((pattern[i] >> shift) & mask, _OTHER_SPOUSE)
        level = _OTHER_PERSON if taken[i] else _LEVELS[support[i], spouse]
        found[i] = (pattern[i] & ~(mask << shift)) | (level << shift)


def any_of_land_user(land_user: NDArray[np.uint64], marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell for each land person whether any person of the same land user is marked, bool[n].

    Parameters
    ----------
    land_user : uint64[n]
        Hash of the land user of each person, 0 where it names one person only; persons of a land user stand together.
    marked : bool[n]
    """
    found = marked.copy()
    _mark_together(land_user, found)
    return found


@kernel
def _mark_together(land_user, marked):  # type: ignore[no-untyped-def]
    first = 0
    while first < len(marked):
        last, found = first + 1, marked[first]
        while last < len(marked) and land_user[last] != _NONE and land_user[last] == land_user[first]:
            found |= marked[last]
            last += 1
        for i in range(first, last):
            marked[i] = found
        first = last
