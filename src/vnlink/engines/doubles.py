"""Citizens who stand in the population register twice: an old record without a personal id beside the person's present one.

Registers that were put together from several offices hold such pairs: one name, one birth date, one commune, and no personal id
in the older record, which often keeps the old number that the land register knows. To take them for two people would share
the probability among them, or prove the old record by its number. So of the best candidate of a land person and a candidate
who is the same person by all of that, the one with the personal id stays, with what the better of both records shows.

Two records that both hold a personal id are two people, and so are two that both hold none: nothing says which one is to stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.decide.ranking import Ranking
from vnlink.engines.population import Population
from vnlink.grouped import numbered
from vnlink.kernels import kernel
from vnlink.records import Column
from vnlink.schema import PlaceArrays

__all__ = ["read_doubles_as_one"]

_NAME, _BIRTH, _ORIGIN = (next(f for f in FIELDS if f.name == name) for name in ("name", "birth", "origin"))
_SAME_NAME = np.array([group == 1 for group in NAME_GROUPS])
_UNMARKED = int(NameLevel.UNMARKED)
"""Last of the levels of names that are the same, or of which one has no marks at all. Twins are called Tuân and Tuấn."""

_SYLLABLE, _DATE, _PLACE, _ID, _OLD, _MIXED = (
    int(column)
    for column in (Column.SYLLABLES, Column.BIRTH, Column.PLACE, Column.ID_HIGH, Column.OLD_ID, Column.SEX_RARITY_LOCALITY)
)
_NAME_AT, _NAMES, _BIRTH_AT, _BIRTHS, _ORIGIN_AT, _ORIGINS = (
    number for f in (_NAME, _BIRTH, _ORIGIN) for number in (f.shift, (1 << f.bits) - 1)
)


@kernel
def _alike(table, persons, ranks):  # type: ignore[no-untyped-def]
    """List the candidates that stand to their land person as the best one does, but that one of both has no personal id."""
    count = 0
    for i in range(len(table)):
        best = table[i, 0, 2]
        name, has_id = (best >> _NAME_AT) & _NAMES, ((best >> _ORIGIN_AT) & _ORIGINS) != 0
        for rank in range(1, table.shape[1]):
            if table[i, rank, 1] < 0:
                break
            other = table[i, rank, 2]
            other_name = (other >> _NAME_AT) & _NAMES
            if (
                (((other >> _ORIGIN_AT) & _ORIGINS) != 0) != has_id
                and ((best ^ other) >> _BIRTH_AT) & _BIRTHS == 0
                and (other_name == name or (_SAME_NAME[other_name] and _SAME_NAME[name]))
            ):
                if count < len(persons):
                    persons[count], ranks[count] = i, rank
                count += 1
    return count


@kernel
def _share_a_commune(communes, place, other):  # type: ignore[no-untyped-def]
    for one in communes[place]:
        if one < 0:
            return False
        for another in communes[other]:
            if one == another:
                return True
    return False


@kernel
def _dates_or_numbers_say_so(one, other):  # type: ignore[no-untyped-def]
    """The same number and year; or the same day, and where the numbers differ, for a lost card has another, the same hamlet."""
    if one[_OLD] >= 0 and one[_OLD] == other[_OLD]:
        return one[_DATE] > 0 and one[_DATE] // 10000 == other[_DATE] // 10000
    if one[_DATE] != other[_DATE] or one[_DATE] % 100 == 0:
        return False
    hamlet, other_hamlet = one[_MIXED] >> 8, other[_MIXED] >> 8
    return one[_OLD] < 0 or other[_OLD] < 0 or (hamlet != 0 and hamlet == other_hamlet)


@kernel
def _one_person(records, left, right, syllables, communes, found):  # type: ignore[no-untyped-def]
    for k in range(len(found)):
        one, other = records[left[k]], records[right[k]]
        sex, other_sex = one[_MIXED] & 3, other[_MIXED] & 3
        found[k] = (
            (one[_ID] < 0) != (other[_ID] < 0)
            and _dates_or_numbers_say_so(one, other)
            and (sex == 0 or other_sex == 0 or sex == other_sex)
            and one[_SYLLABLE] >= 0
            and other[_SYLLABLE] >= 0
            and _share_a_commune(communes, one[_PLACE], other[_PLACE])
            and name_level(syllables, records, left[k], records, right[k]) <= _UNMARKED
        )


def _all_alike(ranking: Ranking) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Persons and ranks of the candidates to look at, in order."""
    room = 64 + len(ranking) // 8
    while True:
        persons, ranks = np.empty(room, np.int64), np.empty(room, np.int64)
        count = _alike(ranking.table, persons, ranks)
        if count <= room:
            return persons[:count], ranks[:count]
        room = count


def read_doubles_as_one(
    ranking: Ranking, population: Population, syllables: NDArray[np.uint64], places: PlaceArrays
) -> NDArray[np.int64]:
    """Let one record stay where the best candidate of a person has two, and return those persons, int64[k], ascending.

    Parameters
    ----------
    ranking : Ranking
        It is changed.
    population : Population
    syllables : uint64[s, 3]
        Packed syllables (:func:`vnlink.compare.syllables.pack_syllables`).
    places : PlaceArrays
    """
    persons, ranks = _all_alike(ranking)
    if not len(persons):
        return persons
    both = ranking.citizen[persons, 0], ranking.citizen[persons, ranks]
    rows, at = numbered(np.concatenate(both).astype(np.int64))
    records = population.take(rows)
    left, right = np.split(at, 2)
    found = np.zeros(len(persons), np.bool_)
    _one_person(records, left, right, syllables, places.communes, found)
    persons, ranks, of_best, of_other = persons[found], ranks[found], left[found], right[found]
    stays = records[of_best, _ID] >= 0
    # An old record that is like two persons with ids is of one of them, and nobody knows of which.
    _, first, count = np.unique(persons, return_index=True, return_counts=True)
    single = np.repeat(count == 1, count)
    for k in np.flatnonzero(stays | single)[::-1].tolist():
        if not stays[k]:
            ranking.citizen[persons[k], 0] = rows[of_other[k]]
        ranking.let_go(int(persons[k]), int(ranks[k]))
    return np.asarray(persons[first][(stays | single)[first]])
