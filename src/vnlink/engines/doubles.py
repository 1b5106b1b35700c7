"""Citizens who stand in the population register twice: an older record without a personal id beside the person's present one.

Registers that were put together from several offices hold such pairs: one name, one birth date, one commune, and no personal id
in the older record, which often keeps the number that the land register knows. To take them for two people would share the
probability among them, or prove the older record by its number. So where the best candidate of a land person and another one
are such a pair, the present record stays with the older one's number beside its own, and the older one is let go.

Two records that both hold a personal id are two people, and so are two that both hold none: nothing says which one is to stay.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.numbers import NumberLevel
from vnlink.compare.patterns import FIELDS, SAME_LETTERS
from vnlink.decide.ranking import Ranking
from vnlink.engines.population import Population
from vnlink.grouped import numbered
from vnlink.kernels import inner, kernel
from vnlink.records import Column
from vnlink.schema import Flag, PlaceArrays, field_levels

__all__ = ["read_doubles_as_one"]

_NAME, _BIRTH, _OLD_ID, _ORIGIN = (next(f for f in FIELDS if f.name == name) for name in ("name", "birth", "old_id", "origin"))
_UNMARKED = int(NameLevel.UNMARKED)
"""Last of the levels of names that are the same, or of which one has no marks at all. Twins are called Tuân and Tuấn."""

_NEW_YEAR = 101
"""1 January, as mmdd: what is written where only the year is known."""

_SYLLABLE, _DATE, _PLACE, _ID, _OLD, _MIXED = (
    int(column)
    for column in (Column.SYLLABLES, Column.BIRTH, Column.PLACE, Column.ID_HIGH, Column.OLD_ID, Column.SEX_RARITY_LOCALITY)
)
_NAME_AT, _NAMES, _BIRTH_AT, _BIRTHS, _ORIGIN_AT, _ORIGINS = (
    number for f in (_NAME, _BIRTH, _ORIGIN) for number in (f.shift, (1 << f.bits) - 1)
)


@inner
def _has_id(pattern):  # type: ignore[no-untyped-def]
    """Whether the citizen has a personal id, where the land person has an address: the origin is told by it."""
    return ((pattern >> _ORIGIN_AT) & _ORIGINS) != 0


@inner
def _stand_alike(pattern, other):  # type: ignore[no-untyped-def]
    name, other_name = (pattern >> _NAME_AT) & _NAMES, (other >> _NAME_AT) & _NAMES
    same_birth = ((pattern ^ other) >> _BIRTH_AT) & _BIRTHS == 0
    return same_birth and (name == other_name or (SAME_LETTERS[name] and SAME_LETTERS[other_name]))


@kernel
def _alike(table, persons, older, present):  # type: ignore[no-untyped-def]
    """List candidates without a personal id with all that have one and stand to the person alike; one of them is the best."""
    count = 0
    for i in range(len(table)):
        for one in range(table.shape[1]):
            if table[i, one, 1] < 0:
                break
            pattern, best = table[i, one, 2], table[i, 0, 2]
            if _has_id(pattern) or (one != 0 and not (_has_id(best) and _stand_alike(pattern, best))):
                continue
            for other in range(table.shape[1]):
                if table[i, other, 1] < 0:
                    break
                if _has_id(table[i, other, 2]) and _stand_alike(pattern, table[i, other, 2]):
                    if count < len(persons):
                        persons[count], older[count], present[count] = i, one, other
                    count += 1
    return count


@inner
def _share_a_commune(communes, place, other):  # type: ignore[no-untyped-def]
    for one in communes[place]:
        if one < 0:
            return False
        for another in communes[other]:
            if one == another:
                return True
    return False


@inner
def _dates_or_numbers_say_so(one, other):  # type: ignore[no-untyped-def]
    """The same number and year; or the same day and no other hamlet, and where the numbers differ the same hamlet.

    For a lost card has another number. 1 January is no day.
    """
    if one[_OLD] >= 0 and one[_OLD] == other[_OLD]:
        return one[_DATE] > 0 and one[_DATE] // 10000 == other[_DATE] // 10000
    if one[_DATE] != other[_DATE] or one[_DATE] % 100 == 0 or one[_DATE] % 10000 == _NEW_YEAR:
        return False
    hamlet, other_hamlet = one[_MIXED] >> 8, other[_MIXED] >> 8
    if hamlet != 0 and other_hamlet != 0:
        return hamlet == other_hamlet
    return one[_OLD] < 0 or other[_OLD] < 0


@kernel
def _one_person(records, left, right, syllables, communes, found):  # type: ignore[no-untyped-def]
    for k in range(len(found)):
        one, other = records[left[k]], records[right[k]]
        sex, other_sex = one[_MIXED] & 3, other[_MIXED] & 3
        found[k] = (
            one[_ID] < 0
            and other[_ID] >= 0
            and _dates_or_numbers_say_so(one, other)
            and (sex == 0 or other_sex == 0 or sex == other_sex)
            and one[_SYLLABLE] >= 0
            and other[_SYLLABLE] >= 0
            and _share_a_commune(communes, one[_PLACE], other[_PLACE])
            and name_level(syllables, records, left[k], records, right[k]) <= _UNMARKED
        )


def _all_alike(ranking: Ranking) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Persons, ranks of older records and of present ones to look at, in order."""
    room = 64 + len(ranking) // 8
    while True:
        persons, older, present = (np.empty(room, np.int64) for _ in range(3))
        count = _alike(ranking.table, persons, older, present)
        if count <= room:
            return persons[:count], older[:count], present[:count]
        room = count


def _pairs(
    ranking: Ranking, population: Population, syllables: NDArray[np.uint64], places: PlaceArrays
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """List a pair of records of one citizen for each person who has any: the person, the ranks of the older and the present."""
    persons, older, present = _all_alike(ranking)
    if not len(persons):
        return persons, older, present
    both = np.concatenate([ranking.citizen[persons, older], ranking.citizen[persons, present]])
    rows, at = numbered(both.astype(np.int64))
    left, right = np.split(at, 2)
    found = np.zeros(len(persons), np.bool_)
    _one_person(population.take(rows), left, right, syllables, places.communes, found)
    died = (population.flags_of(rows.astype(np.int32)) & np.uint32(Flag.CITIZEN_DECEASED)) != 0
    found &= died[left] == died[right]
    persons, older, present = persons[found], older[found], present[found]
    # An older record that is like two citizens is of one of them, and nobody knows of which.
    _, first, count = np.unique(persons * ranking.size + older, return_index=True, return_counts=True)
    chosen = first[(count == 1) & ((older[first] == 0) | (present[first] == 0))]
    _, first = np.unique(persons[chosen], return_index=True)
    return persons[chosen[first]], older[chosen[first]], present[chosen[first]]


def _with_number(of_present: NDArray[np.int64], of_older: NDArray[np.int64]) -> NDArray[np.int64]:
    """Patterns of the present records, with what the numbers of the older ones show where that is more."""
    mine, other = field_levels(of_present, _OLD_ID), field_levels(of_older, _OLD_ID)
    equal, near = int(NumberLevel.EQUAL), int(NumberLevel.NEAR)
    better = np.where(other == equal, equal, np.where((other == near) & (mine != equal), near, mine))
    mask = np.int64(((1 << _OLD_ID.bits) - 1) << _OLD_ID.shift)
    return np.asarray((of_present & ~mask) | (better << _OLD_ID.shift))


def read_doubles_as_one(
    ranking: Ranking,
    population: Population,
    syllables: NDArray[np.uint64],
    places: PlaceArrays,
    scores: Callable[[NDArray[np.int64]], NDArray[np.int32]],
) -> NDArray[np.int64]:
    """Let the present record stay where the best candidate of a person has two.

    Returns the persons whose best candidate is then such a record, int64[k], ascending: what the present record contradicts can
    let another citizen come first.

    Parameters
    ----------
    ranking : Ranking
        It is changed.
    population : Population
    syllables : uint64[s, 3]
        Packed syllables (:func:`vnlink.compare.syllables.pack_syllables`).
    places : PlaceArrays
    scores : callable
        Scores of patterns.
    """
    merged, stayed = np.empty(0, np.int64), np.empty(0, np.int32)
    while True:
        persons, older, present = _pairs(ranking, population, syllables, places)
        if not len(persons):
            return np.unique(merged[ranking.citizen[merged, 0] == stayed])
        stayed = np.append(stayed, ranking.citizen[persons, present])
        patterns = _with_number(ranking.patterns(persons, present), ranking.patterns(persons, older))
        ranking.merge(persons, older, present, patterns, scores(patterns), population.key)
        merged = np.append(merged, persons)
