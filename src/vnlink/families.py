"""How much it tells that two live in one place: graded for each citizen, by how many of the own family live there.

A village has a few families, and a name is most common where its family is at home. That a Nguyễn of a hamlet of three hundred
Nguyễn is found there under a common name says little; that the only Tạ of a street is, nearly everything. So what an agreeing
hamlet or commune is worth is learned apart for each *reach*: how many people would live in the place if its share of all
families were the share that it has of the citizen's,

    reach = citizens x (others of the family in the place + 1/2) / (others of the family in the country + 1/2).

For a family that is as common there as everywhere this is the number of inhabitants, and it does not depend on the size of the
population register. Bearers of the very name are too few in a hamlet to be counted: a grade by them is learned no better, and
where few persons are confirmed, worse. A family is the first syllable of a name, without its marks. A citizen counts for the
grades of the other candidates also where learning or an audit takes it away: one bearer moves hardly a grade.

What is below the commune may be a street and a house, and then a family there is a household. The table of counts takes 16 to
32 bytes for each family of a hamlet while citizens are graded, half as much more while it grows: below half a gigabyte for a
hundred million people who live in hamlets. It is let go when all are graded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine
from vnlink.homes import hamlet_of
from vnlink.kernels import kernel
from vnlink.records import Column, write_grades
from vnlink.schema import COMMUNE_REACHES, HAMLET_REACHES, LexiconArrays, PlaceArrays
from vnlink.tally import Tally, add, count_of

__all__ = ["Families", "commune_numbers"]

_KEYS = 3
_NONE, _ONE, _FAMILY = np.uint64(0), np.uint64(1), np.uint64(0xFA)
_PLACE, _MIXED = int(Column.PLACE), int(Column.SEX_RARITY_LOCALITY)


def commune_numbers(places: PlaceArrays) -> NDArray[np.uint64]:
    """A number for the commune of each place, uint64[p]: of the first one, or of the place that is in no table; 0 for none."""
    first = places.communes[:, 0].astype(np.int64) + 1
    other = np.where(places.other != 0, (places.other << _ONE) | _ONE, _NONE)
    return np.where(first > 0, first.astype(np.uint64) << _ONE, other)


@kernel
def _keys_of(record, fold_hash, commune):  # type: ignore[no-untyped-def]
    """Keys of a citizen's family, of the family in the commune and in the hamlet; 0 where these are not known."""
    family = combine(_FAMILY, fold_hash[record[0]] if record[0] >= 0 else _NONE)
    where, locality = commune[record[_PLACE]], np.uint64(hamlet_of(record[_MIXED] >> 8))
    here = combine(family, where) if where != _NONE else _NONE
    return family, here, combine(here, locality) if here != _NONE and locality != _NONE else _NONE


@kernel
def _count(records, fold_hash, commune, table, shift):  # type: ignore[no-untyped-def]
    """Count the keys of some citizens. Returns how many of these are new."""
    new = 0
    for i in range(len(records)):
        family, here, hamlet = _keys_of(records[i], fold_hash, commune)
        new += add(family, table, shift) + add(here, table, shift) + add(hamlet, table, shift)
    return new


@kernel
def _grade_of(key, rate, reaches, table, shift):  # type: ignore[no-untyped-def]
    """Grade of a place by the bearers of the family there, ``rate`` citizens for each bearer in the country."""
    if key == _NONE:
        return 0
    reach = rate * (count_of(key, table, shift) - 0.5)
    grade = 1
    while grade <= len(reaches) and reach >= reaches[grade - 1]:
        grade += 1
    return grade


@kernel
def _grade(records, fold_hash, commune, table, shift, citizens, hamlets, communes):  # type: ignore[no-untyped-def]
    for i in range(len(records)):
        family, here, hamlet = _keys_of(records[i], fold_hash, commune)
        rate = citizens / (count_of(family, table, shift) - 0.5)
        hamlets[i] = _grade_of(hamlet, rate, HAMLET_REACHES, table, shift)
        communes[i] = _grade_of(here, rate, COMMUNE_REACHES, table, shift)


class Families:
    """How many of each family live in each place: first everybody is counted, then each is graded.

    Parameters
    ----------
    citizens : int
        How many there are.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    """

    def __init__(self, citizens: int, lexicon: LexiconArrays, places: PlaceArrays) -> None:
        self._citizens = float(citizens)
        self._tables = lexicon.fold_hash, commune_numbers(places)
        self._tally = Tally()

    def count(self, records: NDArray[np.int32]) -> None:
        """Count some citizens."""
        tally = self._tally
        tally.make_room(_KEYS * len(records))
        tally.used += _count(records, *self._tables, tally.table, tally.shift)

    def grade(self, records: NDArray[np.int32]) -> None:
        """Write into the records of some citizens how much it tells that somebody lives where they do."""
        hamlets, communes = (np.empty(len(records), np.uint8) for _ in range(2))
        _grade(records, *self._tables, self._tally.table, self._tally.shift, self._citizens, hamlets, communes)
        write_grades(records, hamlets, communes)
