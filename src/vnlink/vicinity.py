"""The commune of rows that tell none, from the rows that were numbered beside them.

A land register is written commune by commune, certificate after certificate, so rows with neighbouring ids are mostly of one
commune. Where a register tells no addresses, or not all, that is the best there is to know of a place: a name that half a
province bears is borne by a few in a commune. So of a row without a commune the commune is taken that most of the nearest rows
are of, four on either side, if at least two are and no other has as many. Nearest is by the numbers in the ids
(:mod:`vnlink.row_numbers`), never by the order of the rows, which says nothing.

Of which commune a neighbour is, its own place tells; in a register that tells hardly any, the citizen does to whom a number
leads, or the same name with the same complete birth date. Rows of the same owner do not count: where one of them has the
number that the other lacks, it would tell where the owner lives, and among those by whom weights are learned all have one.

Whether the numbering goes by commune at all is asked of the rows of which the commune is known: it has to be that of their
neighbours more often than a citizen is of that commune by chance. If it is not, as in a register that was shuffled, nothing is
filled in. What is filled in is a place like any other from then on: keys are made of it, and what it is worth is learned from
these registers, where owners may live far from their land.

A sample of the rows tells of the others, so registers of any size take the same memory. It is drawn by hash, and nothing here
depends on the order in which rows or citizens come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine, spread
from vnlink.kernels import inner, kernel
from vnlink.normalize.encode import EncodedRegister, RegisterReader
from vnlink.normalize.lexicon import name_hash
from vnlink.persons import PersonTable
from vnlink.records import Column, own_birth
from vnlink.row_numbers import compared, in_order, row_numbers
from vnlink.schema import Flag, LexiconArrays, PlaceArrays
from vnlink.tally import Tally, add, slot

__all__ = ["Vicinity", "tell_places"]

_PERSONS = 1 << 18
"""Land persons who tell where others live, about: eighty in a commune of the country."""

_BLOCK = 1 << 18
_EACH, _LEAST, _LOOKED_AT = 4, 2, 64
"""Neighbours asked on either side, how many must agree, and how far to look for them. Three to eight are equally good."""

_FEWEST, _SMALLEST_SHARE = 100, 0.005
"""Land persons without a commune, and their share, for which it is worth asking; as many neighbours are needed to judge by."""

_MOSTLY_TOLD = 0.2
"""From this share of rows with a commune of their own on no citizen is asked."""

_GAIN = 0.1
"""How much of what chance leaves open neighbours have to tell right."""

_SALT = 0x766963
_NUMBER, _OLD_NUMBER, _DATED_NAME = (np.uint64(salt) for salt in (0x51, 0x52, 0x53))
_KEYS, _NONE = 3, np.uint64(0)
_NOBODY, _SEVERAL = -1, -2
"""Stand for the commune of nobody, and for citizens of more communes than one."""

_BIRTH, _PLACE, _ID_HIGH, _ID_LOW, _OLD_ID = (
    int(column) for column in (Column.BIRTH, Column.PLACE, Column.ID_HIGH, Column.ID_LOW, Column.OLD_ID)
)


@dataclass(frozen=True, slots=True)
class Vicinity:
    """What the rows beside told.

    Attributes
    ----------
    without : int
        Land persons of rows without a commune.
    judged : int
        Rows whose commune was compared with that of their neighbours.
    agree, chance : float
        Share of them with the same one, and the share of all citizens who live in the one that the neighbours tell.
    filled : int
        Persons who were given a commune.
    """

    without: int
    judged: int = 0
    agree: float = 0.0
    chance: float = 0.0
    filled: int = 0

    @property
    def tells(self) -> bool:
        """Whether the numbering goes by commune."""
        return self.judged >= _FEWEST and self.agree - self.chance >= _GAIN * (1.0 - self.chance)

    def as_dict(self) -> dict[str, object]:
        """For the manifest."""
        shares = {"agree": round(self.agree, 4), "chance": round(self.chance, 4)}
        return {"persons_without": self.without, "rows_judged": self.judged, **shares, "persons_filled": self.filled}


class _Neighbours(NamedTuple):
    """Rows of which the commune is known, in the order of their numbers.

    ``at`` uint64[a, 5]; ``owners`` uint64[a, 2], hashes of the names of the first two persons, 0 for none; ``commune``
    int32[a].
    """

    at: NDArray[np.uint64]
    owners: NDArray[np.uint64]
    commune: NDArray[np.int32]

    def tell(self, at: NDArray[np.uint64], owners: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The commune that the neighbours of each row tell, -1 for none, int32[n]."""
        told = np.full(len(at), _NOBODY, np.int32)
        _vote(at, owners, *self, np.empty(2 * _EACH, np.int32), told)
        return told


def tell_places(land: EncodedRegister, citizens: PersonTable, reader: RegisterReader) -> Vicinity | None:
    """Give land persons whose rows tell no commune the one of the rows beside them, in place; None where hardly any lack one.

    Only the place by which a person is compared is filled in, and the person flagged; what the row itself tells of its place
    stays as it is.

    Parameters
    ----------
    land : EncodedRegister
        The land side, just read.
    citizens : PersonTable
    reader : RegisterReader
        Of both; places are added to it.
    """
    table, lexicon, places = land.table, reader.lexicon, reader.places
    blank = _may_be_filled(places)
    without = sum(int(np.count_nonzero(blank[place])) for _, place in _in_blocks(table))
    if without < max(_FEWEST, _SMALLEST_SHARE * len(table)):
        return None
    neighbours, share = _neighbours(land, citizens, lexicon, places)
    told = neighbours.tell(neighbours.at, neighbours.owners)
    judged = told >= 0
    found = Vicinity(without)
    if judged.any():
        agree = float(np.mean(told[judged] == neighbours.commune[judged]))
        found = Vicinity(without, int(judged.sum()), agree, float(np.mean(share[told[judged]])))
    if not found.tells:
        return found
    filled = 0
    for low, place in _in_blocks(table):
        at = np.flatnonzero(blank[place])
        if len(at):
            filled += _fill(land, low, at, neighbours, reader)
    land.note(Flag.PLACE_FROM_ROWS, filled)
    return Vicinity(without, found.judged, found.agree, found.chance, filled)


def _may_be_filled(places: PlaceArrays) -> NDArray[np.bool_]:
    """Of each place, whether it names neither a commune nor a place that is in no table, bool[p]; it may name a province."""
    return np.asarray((places.communes[:, 0] < 0) & (places.other == 0))


def _in_blocks(table: PersonTable) -> Iterator[tuple[int, NDArray[np.int32]]]:
    return ((low, table.place.read(low, low + _BLOCK)) for low in range(0, len(table), _BLOCK))


def _only_commune(places: PlaceArrays) -> NDArray[np.int32]:
    """The commune of each place that can mean just one, -1 for others; int32[p]."""
    return np.where(places.communes[:, 1] < 0, places.communes[:, 0], _NOBODY).astype(np.int32)


def _neighbours(
    land: EncodedRegister, citizens: PersonTable, lexicon: LexiconArrays, places: PlaceArrays
) -> tuple[_Neighbours, NDArray[np.float64]]:
    """Draw rows whose commune is known; beside them the share of the citizens in each commune, float64[communes]."""
    table, commune_of = land.table, _only_commune(places)
    person = _drawn(table)
    records = table.records.take(person)
    names = name_hash(records[:, : Column.BIRTH], lexicon)
    own = commune_of[table.place.take(person)]
    found = None if np.count_nonzero(own >= 0) >= _MOSTLY_TOLD * len(own) else _Citizens(records, names)
    inhabitants = np.zeros(int(commune_of.max(initial=0)) + 1, np.int64)
    for low, place in _in_blocks(citizens):
        commune = commune_of[place]
        inhabitants += np.bincount(commune[commune >= 0], minlength=len(inhabitants))
        if found is not None:
            found.meet(citizens.records.read(low, low + _BLOCK), commune, lexicon)
    if found is not None:
        own = np.where(own >= 0, own, found.communes())
    row, key = table.rows_of("row").take(person).astype(np.int64), table.rows_of("key").take(person)
    return _of_rows(land, row, key, names, own), inhabitants / max(len(citizens), 1)


def _drawn(table: PersonTable) -> NDArray[np.int64]:
    """Persons of some rows, by number: all persons of a row or none."""
    share = min(1.0, _PERSONS / max(len(table), 1))
    limit = np.uint64(min(int(share * 2.0**64), (1 << 64) - 1))
    keys = ((low, table.column("key", low, low + _BLOCK)) for low in range(0, len(table), _BLOCK))
    return np.concatenate([np.empty(0, np.int64), *(low + np.flatnonzero(spread(key, _SALT) <= limit) for low, key in keys)])


def _of_rows(
    land: EncodedRegister,
    row: NDArray[np.int64],
    key: NDArray[np.uint64],
    names: NDArray[np.uint64],
    commune: NDArray[np.int32],
) -> _Neighbours:
    """Put persons together by row, and rows in the order of their numbers; rows of one owner that follow each other are one."""
    first = np.flatnonzero(np.diff(row, prepend=-1))
    second = np.minimum(first + 1, len(row) - 1)
    owners = np.column_stack([names[first], np.where(row[second] == row[first], names[second], _NONE)])
    # Of persons who tell different communes the first one is heard.
    known = np.flatnonzero(commune >= 0)
    rows_known, at_known = np.unique(row[known], return_index=True)
    at = np.searchsorted(row[first], rows_known)
    owners, ids, tie = owners[at], rows_known, key[first][at]
    numbers, commune = row_numbers(land.ids, ids), commune[known][at_known]
    order = in_order(numbers, tie)
    numbers, owners, commune = numbers[order], owners[order], commune[order]
    keep = np.ones(len(order), np.bool_)
    keep[1:] = owners[1:, 0] != owners[:-1, 0]
    return _Neighbours(numbers[keep], owners[keep], commune[keep])


class _Citizens:
    """The commune of the one citizen to whom a number, or a name with its complete birth date, leads.

    Parameters
    ----------
    records : int32[n, 16]
        Packed land persons.
    names : uint64[n]
        Hashes of their folded names.
    """

    def __init__(self, records: NDArray[np.int32], names: NDArray[np.uint64]) -> None:
        self._keys = _keys_of(records, names)
        self._tally = Tally()
        self._tally.make_room(self._keys.size)
        _enter(self._keys, self._tally.table, self._tally.shift)
        self._commune = np.full(len(self._tally.table), _NOBODY, np.int32)

    def meet(self, records: NDArray[np.int32], commune: NDArray[np.int32], lexicon: LexiconArrays) -> None:
        """Take up some citizens, and of which commune each is."""
        keys = _keys_of(records, name_hash(records[:, : Column.BIRTH], lexicon))
        _meet(keys, commune, self._tally.table, self._tally.shift, self._commune)

    def communes(self) -> NDArray[np.int32]:
        """The commune of each land person's citizen, int32[n]; negative where none is told."""
        found = np.empty(len(self._keys), np.int32)
        _look_up(self._keys, self._tally.table, self._tally.shift, self._commune, found)
        return found


def _keys_of(records: NDArray[np.int32], names: NDArray[np.uint64]) -> NDArray[np.uint64]:
    keys = np.zeros((len(records), _KEYS), np.uint64)
    _write_keys(records, names, keys)
    return keys


@kernel
def _write_keys(records, names, keys):  # type: ignore[no-untyped-def]
    for i in range(len(records)):
        record = records[i]
        if record[_ID_HIGH] >= 0:
            keys[i, 0] = combine(combine(_NUMBER, np.uint64(record[_ID_HIGH])), np.uint64(record[_ID_LOW]))
        if record[_OLD_ID] >= 0:
            keys[i, 1] = combine(_OLD_NUMBER, np.uint64(record[_OLD_ID]))
        birth = own_birth(record[_BIRTH])
        if names[i] != _NONE and birth % 100 > 0:
            keys[i, 2] = combine(combine(_DATED_NAME, names[i]), np.uint64(birth))


@kernel
def _enter(keys, table, shift):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        for k in range(keys.shape[1]):
            add(keys[i, k], table, shift)


@kernel
def _meet(keys, communes, table, shift, found):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        for k in range(keys.shape[1]):
            if keys[i, k] == _NONE or communes[i] < 0:
                continue
            at = slot(keys[i, k], table, shift)
            if table[at] != _NONE and found[at] != communes[i]:
                found[at] = communes[i] if found[at] == _NOBODY else _SEVERAL


@kernel
def _look_up(keys, table, shift, found, communes):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        communes[i] = _NOBODY
        for k in range(keys.shape[1]):
            if communes[i] < 0 and keys[i, k] != _NONE:
                communes[i] = found[slot(keys[i, k], table, shift)]


@kernel
def _vote(at, owners, numbers, others, communes, heard, told):  # type: ignore[no-untyped-def]
    for i in range(len(at)):
        low, high = 0, len(numbers)
        while low < high:
            middle = (low + high) // 2
            if compared(numbers, middle, at, i) < 0:
                low = middle + 1
            else:
                high = middle
        count = 0
        for step in (-1, 1):
            j, last = (low - 1 if step < 0 else low), count + _EACH
            for _ in range(_LOOKED_AT):
                if j < 0 or j >= len(numbers) or count == last:
                    break
                own = compared(numbers, j, at, i) == 0
                for a in range(owners.shape[1]):
                    for b in range(others.shape[1]):
                        own |= owners[i, a] != _NONE and owners[i, a] == others[j, b]
                if not own:
                    heard[count] = communes[j]
                    count += 1
                j += step
        told[i] = _most_heard(heard, count)


@inner
def _most_heard(heard, count):  # type: ignore[no-untyped-def]
    """What was heard oftenest, if it was heard often enough and nothing else as often; -1 otherwise."""
    most, oftenest, alone = _LEAST - 1, _NOBODY, False
    for i in range(count):
        times = 0
        for j in range(count):
            times += heard[j] == heard[i]
        if times > most:
            most, oftenest, alone = times, heard[i], True
        elif times == most and heard[i] != oftenest:
            alone = False
    return oftenest if alone else _NOBODY


def _fill(land: EncodedRegister, low: int, at: NDArray[np.int64], neighbours: _Neighbours, reader: RegisterReader) -> int:
    """Fill in the places of some persons of the block that begins with person ``low``; how many were told one."""
    table = land.table
    person = low + at
    names = name_hash(table.records.take(person)[:, : Column.BIRTH], reader.lexicon)
    owners = np.column_stack([names, np.zeros(len(names), np.uint64)])
    commune = neighbours.tell(row_numbers(land.ids, table.rows_of("row").take(person).astype(np.int64)), owners)
    communes, which = np.unique(commune, return_inverse=True)
    places = np.array([0 if one < 0 else reader.place_of_commune(one) for one in communes.tolist()], np.int32)
    place, province = places[which], reader.places.province
    own = province[table.place.take(person)]
    told = (place > 0) & (names != _NONE) & ((own < 0) | (own == province[place]))
    records, flags = (np.array(rows.read(low, low + _BLOCK)) for rows in (table.records, table.rows_of("flags")))
    records[at[told], _PLACE] = place[told]
    flags[at[told]] |= np.uint32(Flag.PLACE_FROM_ROWS)
    table.records.write(low, records)
    table.replace("flags", low, flags)
    return int(np.count_nonzero(told))
