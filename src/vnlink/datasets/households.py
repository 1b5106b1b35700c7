"""Families: who lives with whom, who is whose child, when they were born and whether they are still in the register.

A household is grown in the order grandparents, head and spouse, children, a child's spouse, grandchildren, so that parents
always stand before their children. People who died or left keep their row: they are owners in the land register and nobody, or
a closed record, in the population register.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.columns import (
    ABROAD,
    ALIVE,
    BIRTH,
    COMMUNE,
    DEAD_ABSENT,
    DEAD_KEPT,
    DEATH,
    FATHER,
    HAMLET,
    HOUSEHOLD,
    MOTHER,
    PEOPLE,
    REGISTER,
    SEX,
    SPOUSE,
    STREET,
    YEAR,
)  # fmt: skip
from vnlink.kernels import allocating

__all__ = ["COUNT_DRAWS", "LAST_YEAR", "FamilyRates", "grow_households"]

LAST_YEAR = 2024
COUNT_DRAWS = 14
"""Uniform numbers per person of :func:`grow_households`."""

# Typed, so that a kernel called with one of them and with a variable is compiled once and not twice.
_MALE, _FEMALE, _NOBODY, _NONE = np.int64(0), np.int64(1), np.int64(-1), np.int64(0)

_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class FamilyRates(NamedTuple):
    """The numbers of :class:`~vnlink.datasets.settings.Population` that :func:`grow_households` reads.

    Attributes
    ----------
    head_age : ndarray of int64, shape (256,)
        Ages of heads of household, a slot each.
    """

    children: float
    three_generations: float
    single: float
    emigrated: float
    dead_kept: float
    head_age: NDArray[np.int64]


@allocating
def _chance_dead(age):  # type: ignore[no-untyped-def]
    """Share of a birth year that has died, among those who lived to 25: 2 % at 45, 6 % at 60, 24 % at 75, 60 % at 86."""
    if age < 25:
        return 0.0
    return min(0.97, 0.004 + 0.000012 * (age - 25.0) ** 2.45)


@allocating
def _add(people, row, u, rates, sex, year, father, mother, household):  # type: ignore[no-untyped-def]
    """Write one person with a date of birth and a fate. Returns 1 when the person is in the register."""
    people[row, HOUSEHOLD], people[row, SEX], people[row, YEAR] = household, sex, year
    people[row, FATHER], people[row, MOTHER], people[row, SPOUSE] = father, mother, -1
    month = int(u[row, 0] * 12.0)
    days = _DAYS[month] + (1 if month == 1 and year % 4 == 0 else 0)
    people[row, BIRTH] = year * 10000 + (month + 1) * 100 + 1 + int(u[row, 1] * days)
    people[row, REGISTER], people[row, DEATH] = ALIVE, 0
    age = LAST_YEAR - year
    if u[row, 2] < _chance_dead(age):
        kept = u[row, 3] < rates.dead_kept
        people[row, REGISTER] = DEAD_KEPT if kept else DEAD_ABSENT
        died = max(year + 25, LAST_YEAR - int(u[row, 4] * u[row, 4] * 30.0))
        people[row, DEATH] = min(died, LAST_YEAR) * 10000 + (1 + int(u[row, 5] * 12.0)) * 100 + 1 + int(u[row, 6] * 28.0)
        return 1 if kept else 0
    if age >= 22 and u[row, 3] < rates.emigrated:
        people[row, REGISTER] = ABROAD
        return 0
    return 1


@allocating
def _marry(people, one, two):  # type: ignore[no-untyped-def]
    people[one, SPOUSE] = two
    people[two, SPOUSE] = one


@allocating
def _add_children(people, row, u, rates, father, mother, household, room, stay):  # type: ignore[no-untyped-def]
    """Children of a couple who still live there. Returns the next free row and how many are in the register."""
    born = people[mother if mother >= 0 else father, YEAR]
    lead = father if father >= 0 else mother
    mean = rates.children * min(4.8, max(2.2, 4.8 - (born - 1945) * 0.075))
    wanted = int(mean + 2.0 * (u[lead, 7] + u[lead, 8]) - 1.5)
    year, registered = born + 19 + int(u[lead, 9] * 9.0), 0
    for k in range(max(0, wanted)):
        if year > LAST_YEAR or room - registered <= 0 or row >= people.shape[0]:
            break
        if LAST_YEAR - year < 23 or (u[row, 12] + 0.618 * k) % 1.0 < stay:
            registered += _add(people, row, u, rates, _MALE if u[row, 10] < 0.512 else _FEMALE, year, father, mother, household)
            row += 1
        year += 1 + int(((u[lead, 11] + 0.618 * k) % 1.0) * 4.5)
    return row, registered


@allocating
def _add_head(people, row, u, rates, household, head, room):  # type: ignore[no-untyped-def]
    """The head, in some households with both parents before, and the spouse. Returns (next row, registered, head's row)."""
    age = rates.head_age[int(u[head, 7] * 256.0)]
    sex = _MALE if u[head, 10] < 0.80 else _FEMALE
    year, registered = LAST_YEAR - age, 0
    father, mother = _NOBODY, _NOBODY
    if age < 60 and u[head, 13] < rates.three_generations and row + 4 < people.shape[0]:
        registered += _add(people, row, u, rates, _MALE, year - 22 - int(u[row, 9] * 14.0), _NOBODY, _NOBODY, household)
        older = people[row, YEAR] + 5 - int(u[row, 12] * 9.0)
        if room - registered > 0:
            registered += _add(people, row + 1, u, rates, _FEMALE, min(older, year - 18), _NOBODY, _NOBODY, household)
            _marry(people, row, row + 1)
            father, mother = row, row + 1
            row += 2
        else:
            father = row
            row += 1
    found = _NOBODY
    if room - registered > 0:
        found = row
        registered += _add(people, row, u, rates, sex, year, father, mother, household)
        row += 1
        if age > 24 and u[found, 12] >= rates.single and room - registered > 0 and row < people.shape[0]:
            gap = int(u[row, 7] * 5.0 + u[row, 8] * 5.0) - 3
            registered += _add(
                people, row, u, rates, 1 - sex, year + gap * (1 if sex == 0 else -1), _NOBODY, _NOBODY, household
            )
            _marry(people, found, row)
            row += 1
    return row, registered, found


@allocating
def _add_young_couple(people, row, u, rates, first, household, room):  # type: ignore[no-untyped-def]
    """Marry the first grown son or daughter at home, with children. Returns the next row and how many are in the register."""
    for child in range(first, row):
        age = LAST_YEAR - people[child, YEAR]
        if age >= 24 and u[child, 13] < 0.45 and room > 0 and row < people.shape[0]:
            sex = np.int64(people[child, SEX])
            year = people[child, YEAR] + (int(u[row, 7] * 6.0) - 1) * (1 if sex == 0 else -1)
            registered = _add(people, row, u, rates, 1 - sex, year, _NOBODY, _NOBODY, household)
            _marry(people, child, row)
            father, mother = (child, row) if sex == 0 else (row, child)
            row, more = _add_children(people, row + 1, u, rates, father, mother, household, room - registered, 0.9)
            return row, registered + more
    return row, 0


@allocating
def grow_households(people, u, wanted, first_citizen, place_first, other_people, share_people, rates):  # type: ignore[no-untyped-def]
    """Fill a block with households until it holds a number of registered persons.

    Parameters
    ----------
    people : ndarray of int32, shape (n, N_COLUMNS)
        Written in place.
    u : ndarray of float64, shape (n, COUNT_DRAWS)
        Uniform numbers.
    wanted : int
        Registered persons of the block; the last household is cut off there.
    first_citizen : int
        Number of the block's first citizen in the whole register.
    place_first, other_people, share_people : ndarray
        Of the :class:`~vnlink.datasets.territory.Territory`.
    rates : FamilyRates

    Returns
    -------
    int
        Rows in use.
    """
    row, registered, household, place = _NONE, _NONE, _NONE, _NONE
    while registered < wanted and row < people.shape[0]:
        while first_citizen + registered >= place_first[place + 1]:
            place += 1
        start = row
        room = wanted - registered
        row, more, head = _add_head(people, row, u, rates, household, start, room)
        room -= more
        if head >= 0 and room > 0:
            spouse = np.int64(people[head, SPOUSE])
            father, mother = (head, spouse) if people[head, SEX] == 0 else (spouse, head)
            first = row
            row, born = _add_children(people, row, u, rates, father, mother, household, room, 0.22)
            row, wed = _add_young_couple(people, row, u, rates, first, household, room - born)
            more += born + wed
        registered += more
        kinh = u[start, 11] >= share_people[place]
        for one in range(start, row):
            people[one, PEOPLE] = 0 if kinh else other_people[place]
            people[one, COMMUNE] = place
            people[one, HAMLET] = int(u[start, 5] * 4096.0)
            people[one, STREET] = int(u[start, 6] * 4096.0)
        household += 1
    return row
