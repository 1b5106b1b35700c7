"""The run's table of distinct places: what an address and a code mean, as arrays for the kernels.

Two places are compared through this table only: as sets of present communes, as old districts, as present provinces. A row says
one thing once, whatever texts led to it, so a register of millions of rows has some ten thousand places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.normalize.addresses import MAX_SET
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.schema import PlaceArrays

__all__ = ["Place", "PlaceTable", "opaque"]

_OPAQUE_BITS = 20
_FIRST_ROOM = 64


class Place(NamedTuple):
    """One place, in dense numbers of the gazetteer; -1 is unknown.

    ``communes`` are the present communes that it can mean (ascending, :data:`~vnlink.normalize.addresses.MAX_SET` at most),
    ``districts`` the old districts that it can lie in, ``other`` a hash of what was not recognised, or 0.
    """

    communes: tuple[int, ...] = ()
    old_commune: int = -1
    old_district: int = -1
    districts: tuple[int, ...] = ()
    province: int = -1
    other: int = 0


def opaque(text: str) -> int:
    """Hash of a text that is no known place, 1 to 2**20: equal texts are equal places, and a column of rubbish stays bounded.

    Two different texts fall together once in a million, which costs a level of agreement and nothing else.

    Examples
    --------
    >>> opaque("xtanlap") == opaque("xtanlap"), opaque("xtanlap") == opaque("xtanphu")
    (True, False)
    """
    return 1 + (int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") >> (64 - _OPAQUE_BITS))


class PlaceTable:
    """Distinct places of a run; grows while columns are read. Row 0 is the unknown place.

    Parameters
    ----------
    gazetteer : Gazetteer, optional
        The table that dense numbers refer to; the package's own by default.

    Examples
    --------
    >>> table = PlaceTable()
    >>> row = table.number(Place(communes=(0,), province=0))
    >>> row, table.number(Place(communes=(0,), province=0)), table.n_communes.tolist()
    (1, 1, [0, 1])
    """

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        self.gazetteer = Gazetteer.load() if gazetteer is None else gazetteer
        self._places: list[Place] = [Place()]
        self._rows: dict[Place, int] = {Place(): 0}
        self._columns = self._arrays_of([Place()] * _FIRST_ROOM)
        self._filled = 1

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, row: int) -> Place:
        return self._places[row]

    def number(self, place: Place) -> int:
        """Row of a place; added when it is new."""
        row = self._rows.get(place)
        if row is None:
            row = self._rows[place] = len(self._places)
            self._places.append(place)
        return row

    def take_up(self, arrays: PlaceArrays) -> None:
        """Enter the places of an earlier table in their order; nothing else may have been entered.

        Raises
        ------
        ValueError
            A place comes twice, or the first is not the unknown one: these are not the arrays of a table.
        """
        columns = zip(*(column.tolist() for column in arrays), strict=True)
        for row, (communes, old_commune, old_district, districts, province, other, _) in enumerate(columns):
            known = (tuple(number for number in numbers if number >= 0) for numbers in (communes, districts))
            place = Place(next(known), old_commune, old_district, next(known), province, other)
            if self.number(place) != row:
                msg = "the table of places is not that of this version"
                raise ValueError(msg)

    def arrays(self) -> PlaceArrays:
        """The table as arrays of one length p for the kernels (communes and districts int16 of shape (p, 12), -1 padded)."""
        count = len(self._places)
        if self._filled < count:
            new = self._arrays_of(self._places[self._filled :])
            if count > len(self._columns.province):
                room = self._arrays_of([Place()] * max(count, len(self._columns.province)))
                self._columns = PlaceArrays._make(np.concatenate(pair) for pair in _pairs(self._columns, room))
            for column, values in _pairs(self._columns, new):
                column[self._filled : count] = values
            self._filled = count
        return PlaceArrays._make(column[:count] for column in self._columns)

    def _arrays_of(self, places: list[Place]) -> PlaceArrays:
        return PlaceArrays(
            communes=_padded(place.communes for place in places),
            old_commune=np.array([place.old_commune for place in places], np.int32),
            old_district=np.array([place.old_district for place in places], np.int16),
            districts=_padded(place.districts for place in places),
            province=np.array([place.province for place in places], np.int16),
            other=np.array([place.other for place in places], np.uint64),
            origins=np.array([self._origins(place) for place in places], np.uint64),
        )

    def _origins(self, place: Place) -> int:
        """The old provinces that a place can lie in, as the bits of :attr:`~vnlink.schema.PlaceArrays.origins`."""
        table = self.gazetteer
        districts = (place.old_district,) if place.old_district >= 0 else place.districts
        provinces = {int(table.old_district_province[district]) for district in districts}
        if not provinces and place.province >= 0:
            provinces = set(np.flatnonzero(table.old_province_new == place.province).tolist())
        return sum(1 << province for province in provinces)

    @property
    def n_communes(self) -> NDArray[np.int16]:
        """Present communes that each place can mean, int16 of shape (p,)."""
        return np.array([len(place.communes) for place in self._places], np.int16)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """A hash of each place's content, uint64 of shape (p,), the same in every run; 0 for the unknown place."""
        texts = (b"".join(repr(part).encode() for part in place) for place in self._places)
        found = np.array([int.from_bytes(blake2b(text, digest_size=8).digest(), "little") for text in texts], np.uint64)
        found[0] = 0
        return found

    def describe(self, row: int) -> tuple[tuple[str, ...], str | None]:
        """Names of the present communes a place can mean, and of its present province, for people to read."""
        place, table = self._places[row], self.gazetteer
        communes = tuple(table.new_commune_names[commune] for commune in place.communes)
        return communes, table.new_province_names[place.province] if place.province >= 0 else None


def _pairs(left: PlaceArrays, right: PlaceArrays) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    return zip(left, right, strict=True)


def _padded(sets: Iterable[tuple[int, ...]]) -> NDArray[np.int16]:
    return np.array([(*found[:MAX_SET], *(-1,) * (MAX_SET - len(found))) for found in sets], np.int16).reshape(-1, MAX_SET)
