"""The commune of rows that tell no place, from the rows that were numbered beside them.

A land register is written commune by commune, certificate after certificate, so rows with neighbouring ids are mostly of one
commune. Where a register tells no addresses, or not all, that is the best there is to know of a place: a name that half a
province bears is borne by a few in a commune. So of a row that tells no place the commune is taken that most of the nearest
rows are of, four on either side, if some on both sides are and no other has as many. Nearest is by the numbers in the ids
(:mod:`vnlink.vicinity.row_numbers`), never by the order of the rows, which says nothing, and only rows of one series count.

Of which commune a neighbour is, its own place tells, or the citizen to whom a number leads, or the same name with the same
complete birth date. Rows of the same owner do not count (the same family and given name, whatever stands between): where one
of them has the number that the other lacks, it would tell where the owner lives, and those by whom weights are learned and
promises are judged have one in all rows.

Whether the numbering goes by commune at all, and how far, is asked of the rows of which the commune is known. It has to be that
of their neighbours more often than of any rows by chance, or nearly always. If it is not, as in a register that was shuffled,
nothing is filled in. What is filled in is a place like any other from then on: keys are made of it, and what it is worth is
learned from these registers, where owners may live far from their land. A model that was learned from places of another kind
does not know that, and for such a one all is taken back.

A sample of the rows tells of the others, so registers of any size take the same memory. It is drawn by hash, and nothing here
depends on the order in which rows or citizens come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import spread
from vnlink.normalize.encode import EncodedRegister, RegisterReader
from vnlink.persons import PersonTable
from vnlink.records import Column
from vnlink.schema import Flag, LexiconArrays, PlaceArrays
from vnlink.vicinity.citizens import CitizenCommunes
from vnlink.vicinity.neighbours import FEWEST, Neighbours, first_of_each, owners_of, shares_of
from vnlink.vicinity.row_numbers import in_order, row_numbers

__all__ = ["Vicinity", "take_back_places", "tell_places"]

_PERSONS = 1 << 18
"""Land persons whose rows tell where others lie, about: eighty in a commune of the country."""

_BLOCK = 1 << 18
_SMALLEST_SHARE = 0.01
"""Share of the land persons without a place from which on it is worth asking."""

_GAIN, _NEARLY_ALWAYS = 0.1, 0.8
"""How much of what chance leaves open neighbours have to tell right; or how often they are right, where all rows are of few
communes."""

_LIKE = 0.15
"""How far shares of two registers may lie apart for what was learned from the one to be true of the other."""

_SALT = 0x766963
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Vicinity:
    """What the rows beside told.

    Attributes
    ----------
    persons, without : int
        Land persons, and those of them whose rows tell no place.
    judged : int
        Rows whose commune was compared with that of their neighbours.
    agree, chance : float
        Share of them with the same one, and the share of all rows of known commune that are of the one told.
    reach : int
        How many rows of the sample away neighbours may be.
    filled : int
        Persons who were given a commune.
    """

    persons: int
    without: int
    judged: int = 0
    agree: float = 0.0
    chance: float = 0.0
    reach: int = 0
    filled: int = 0

    @property
    def tells(self) -> bool:
        """Whether neighbours tell where a row lies."""
        gains = self.agree - self.chance >= _GAIN * (1.0 - self.chance)
        return self.judged >= FEWEST and (self.agree >= _NEARLY_ALWAYS or gains)

    @property
    def share(self) -> float:
        """Share of the persons who were given a commune."""
        return self.filled / max(self.persons, 1)

    def report(self) -> dict[str, float]:
        """For a model that is learned with these places."""
        return {"places_filled": round(self.share, 4), "places_agree": round(self.agree, 4)} if self.filled else {}

    def known_to(self, report: dict[str, float]) -> bool:
        """Whether a model with this report was learned with places like these."""
        share, agree = (report.get(name, 0.0) for name in ("places_filled", "places_agree"))
        return abs(share - self.share) <= _LIKE and (not self.filled or abs(agree - self.agree) <= _LIKE)

    def as_dict(self) -> dict[str, object]:
        """For the manifest."""
        shares = {"agree": round(self.agree, 4), "chance": round(self.chance, 4)}
        return {"persons_without": self.without, "rows_judged": self.judged, **shares, "persons_filled": self.filled}


def tell_places(land: EncodedRegister, citizens: PersonTable, reader: RegisterReader) -> Vicinity | None:
    """Give land persons whose rows tell no place the commune of the rows beside them, in place; None where hardly any lack one.

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
    table, places = land.table, reader.places
    blank = _names_nothing(places)
    without = sum(int(np.count_nonzero(_blank_persons(table, low, high, blank))) for low, high in _blocks(table))
    if without < max(FEWEST, _SMALLEST_SHARE * len(table)):
        return None
    rows = _sampled(land, citizens, reader.lexicon, places)
    reach = rows.reach()
    known = np.flatnonzero(rows.commune >= 0)
    told = rows.tell(rows.at[known], rows.row[known], rows.owners[known], reach)
    judged, commune = told >= 0, rows.commune[known]
    found = Vicinity(len(table), without, int(judged.sum()), reach=reach)
    if judged.any():
        agree, chance = np.mean(told[judged] == commune[judged]), np.mean(shares_of(commune)[told[judged]])
        found = replace(found, agree=float(agree), chance=float(chance))
    if not found.tells:
        return found
    filled = 0
    for low, high in _blocks(table):
        persons = low + np.flatnonzero(_blank_persons(table, low, high, blank))
        if len(persons):
            filled += _fill(land, (low, high), persons, rows, reach, reader)
    land.note(Flag.PLACE_FROM_ROWS, filled)
    land.let_go()
    return replace(found, filled=filled)


def take_back_places(land: EncodedRegister) -> None:
    """Give all land persons the place of their rows again."""
    table, given = land.table, np.uint32(Flag.PLACE_FROM_ROWS)
    for low, high in _blocks(table):
        flags = np.array(table.column("flags", low, high))
        if (flags & given).any():
            records = np.array(table.records.read(low, high))
            records[:, Column.PLACE] = np.where(flags & given, table.place.read(low, high), records[:, Column.PLACE])
            table.records.write(low, records)
            table.replace("flags", low, flags & ~given)
    land.note(Flag.PLACE_FROM_ROWS, 0)


def _names_nothing(places: PlaceArrays) -> NDArray[np.bool_]:
    """Of each place, whether it names neither a commune nor a province nor a place that is in no table, bool[p]."""
    return np.asarray((places.communes[:, 0] < 0) & (places.province < 0) & (places.other == 0))


def _blank_persons(table: PersonTable, low: int, high: int, blank: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of persons ``low`` to ``high`` have a name and no place."""
    without: NDArray[np.bool_] = blank[table.place.read(low, high)]
    if without.any():
        without &= table.records.read(low, high)[:, 0] >= 0
    return without


def _blocks(table: PersonTable) -> Iterator[tuple[int, int]]:
    """Cut the persons into blocks that do not part those of a row."""
    low = 0
    while low < len(table):
        high = min(low + _BLOCK, len(table))
        while high < len(table) and np.diff(table.column("row", high - 1, high + 1))[0] == 0:
            high += 1
        yield low, high
        low = high


def _only_commune(places: PlaceArrays) -> NDArray[np.int32]:
    """The commune of each place that can mean just one, -1 for others; int32[p]."""
    return np.where(places.communes[:, 1] < 0, places.communes[:, 0], _NOBODY).astype(np.int32)


def _sampled(land: EncodedRegister, citizens: PersonTable, lexicon: LexiconArrays, places: PlaceArrays) -> Neighbours:
    """Draw rows, and find of which commune they are."""
    table, commune_of = land.table, _only_commune(places)
    person = _drawn(table)
    records = table.records.take(person)
    commune = commune_of[table.place.take(person)]
    found = CitizenCommunes(records, lexicon)
    for low in range(0, len(citizens), _BLOCK):
        block = citizens.records.read(low, low + _BLOCK)
        found.meet(block, commune_of[block[:, Column.PLACE]], lexicon)
    commune = np.where(commune >= 0, commune, found.communes())
    row, key = table.rows_of("row").take(person).astype(np.int64), table.rows_of("key").take(person)
    first = first_of_each(row)
    owners = owners_of(row, first, records, lexicon)
    # Of persons who tell different communes the first one is heard.
    commune, row, key = _first_known(commune, first), row[first], key[first]
    numbers = row_numbers(land.ids, row)
    order = in_order(numbers, key)
    return Neighbours(numbers[order], row[order], owners[order], commune[order])


def _drawn(table: PersonTable) -> NDArray[np.int64]:
    """Persons of some rows, by number: all persons of a row or none."""
    share = min(1.0, _PERSONS / max(len(table), 1))
    limit = np.uint64(min(int(share * 2.0**64), (1 << 64) - 1))
    keys = ((low, table.column("key", low, low + _BLOCK)) for low in range(0, len(table), _BLOCK))
    return np.concatenate([np.empty(0, np.int64), *(low + np.flatnonzero(spread(key, _SALT) <= limit) for low, key in keys)])


def _first_known(commune: NDArray[np.int32], first: NDArray[np.int64]) -> NDArray[np.int32]:
    """The first commune that is known of the persons of each row, -1 where none is."""
    at = np.where(commune >= 0, np.arange(len(commune)), len(commune))
    nearest = np.minimum.reduceat(at, first)
    return np.where(nearest < len(commune), commune[np.minimum(nearest, len(commune) - 1)], _NOBODY).astype(np.int32)


def _fill(
    land: EncodedRegister,
    block: tuple[int, int],
    persons: NDArray[np.int64],
    rows: Neighbours,
    reach: int,
    reader: RegisterReader,
) -> int:
    """Fill in the places of some persons of a block of the table; how many were told one."""
    table, (low, high) = land.table, block
    row = table.column("row", low, high).astype(np.int64)
    records = np.array(table.records.read(low, high))
    first = first_of_each(row)
    own = np.searchsorted(row[first], row[persons - low])
    asked, which = np.unique(own, return_inverse=True)
    owners = owners_of(row, first[asked], records, reader.lexicon)
    row = row[first[asked]]
    commune = rows.tell(row_numbers(land.ids, row), row, owners, reach)
    communes, of_row = np.unique(commune, return_inverse=True)
    places = np.array([0 if one < 0 else reader.place_of_commune(one) for one in communes.tolist()], np.int32)
    place = places[of_row][which]
    at = (persons - low)[place > 0]
    records[at, Column.PLACE] = place[place > 0]
    flags = np.array(table.column("flags", low, high))
    flags[at] |= np.uint32(Flag.PLACE_FROM_ROWS)
    table.records.write(low, records)
    table.replace("flags", low, flags)
    return len(at)
