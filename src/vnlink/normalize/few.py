"""A few land rows at once, as while one types: the readers of a whole register without what only a register needs, and one
row by itself without columns at all.

No second thread, no look at old encodings, no columns that wait for the last batch. A cell means what it means in a table of
these rows alone: what the codes of a sex or of a commune stand for is inferred from them, where the settings do not say it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.normalize.cells import StringBuffers
from vnlink.normalize.encode import NotPersons, RegisterReader
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.lexicon import name_hash
from vnlink.normalize.localities import LocalityReader
from vnlink.normalize.owner_cells import add_births, add_papers
from vnlink.normalize.owners import parse_owner_column
from vnlink.normalize.places import LONGEST_KNOWN, PlaceReader
from vnlink.normalize.register_parts import clear_nobody, keys_of_persons
from vnlink.normalize.sex import SexCodes, parse_sex_column
from vnlink.schema import SEX_MISSING, OwnerKind, People, Side

__all__ = ["FewRowsReader"]

_MOST_SEX_CELLS = 1024


class FewRowsReader(RegisterReader):
    """Reads land rows, a few at a time, with one dictionary of syllables and one table of places.

    Parameters
    ----------
    gender_codes : mapping of str to int, optional
        As of :class:`~vnlink.normalize.encode.RegisterReader`.
    """

    def __init__(self, gender_codes: Mapping[str, int] | None = None) -> None:
        super().__init__(gender_codes, legacy_encodings=False)
        self._localities = LocalityReader()
        self._place_readers: dict[str | None, PlaceReader] = {}
        self._sex_cells: dict[tuple[str, int], tuple[NDArray[np.uint8], NDArray[np.uint32]]] = {}

    def words(self) -> int:
        """Number of distinct words met so far: what the memory of a long session goes by."""
        return len(self._interner)

    def read_land(
        self, columns: dict[str, pa.Array], keys: NDArray[np.uint64], vintage: str | None = None
    ) -> tuple[People, NDArray[np.int32], NotPersons]:
        """Encode some rows.

        Parameters
        ----------
        columns : dict of str to pyarrow.Array of string
            Canonical text columns.
        keys : uint64[rows]
            A hash of each row's id.
        vintage : {"old", "2025"}, optional
            Which list the commune codes are from.

        Returns
        -------
        people : People
        place : int32[persons]
            Place of each person's row; in ``people`` it is 0 where the row names no person.
        not_persons : NotPersons
        """
        places, codes = PlaceReader(Gazetteer.load(), Side.LAND.value, vintage), SexCodes(self._gender_codes)
        part = self._owners(columns)
        part.row_key = keys
        part.take_texts(columns, Side.LAND)
        part.read_cells(columns, Side.LAND, places, self._localities, codes)
        people = part.people(0, Side.LAND)
        place = places.resolve(self._places)[people.place]
        people.place = np.where(people.kind > 0, np.int32(0), place)
        if part.gender is not None:
            sex, noticed = parse_sex_column(part.gender, part.per_row.astype(np.uint8), codes.resolve())
            people.sex = np.where((sex != SEX_MISSING) & (people.kind == 0), sex, people.sex)
            people.flags = people.flags | noticed
        nobody = NotPersons(np.flatnonzero(people.kind > 0), pa.chunked_array([part.texts]))
        return people, place, nobody

    def read_one(self, cells: Mapping[str, str | None], key: np.uint64, vintage: str | None = None) -> People:
        """Encode one row as :meth:`read_land` would: it does what ``RegisterReader._owners`` and ``Part`` do of many.

        Parameters
        ----------
        cells : mapping of str to str or None
            Canonical columns.
        key : uint64
            A hash of the row's id.
        vintage : {"old", "2025"}, optional
        """
        owners = parse_owner_column(cells["full_name"] or "", self._interner)
        persons = len(owners.row)
        people = People(
            row=owners.row,
            person_no=owners.person_no,
            kind=np.full(persons, owners.kind[0]),
            flags=owners.flags,
            syllables=owners.syllables,
            sex=owners.sex,
            birth=owners.birth,
            personal_id=owners.personal_id,
            old_id=owners.old_id,
            place=np.zeros(persons, np.int32),
            locality=np.zeros(persons, np.int32),
            partner=np.zeros(persons, np.uint64),
            household=np.full(persons, key if persons > 1 else 0, np.uint64),
            key=keys_of_persons(np.full(persons, key), owners.person_no),
        )
        self._read_cells(people, cells, owners.other_paper)
        if owners.kind[0] != OwnerKind.PERSON:
            clear_nobody(people, people.kind > 0)
            return people
        address = cells.get("address")
        places = self._places_of(vintage)
        people.place[:] = places.row_of(self._places, address, cells.get("commune_code"), cells.get("commune_vintage"))
        if address:
            people.locality[:] = self._localities.read_one(address)
        if persons == 2:
            people.partner[:] = name_hash(people.syllables, self._interner.lexicon.arrays())[::-1]
        return people

    def _read_cells(self, people: People, cells: Mapping[str, str | None], papers: NDArray[np.uint64]) -> None:
        """Read what stands beside the names; it goes before what the owner string says."""
        per_row = np.array([len(people)])
        births, numbers, gender = (cells.get(name) for name in ("birth_date", "id_number", "gender"))
        if births:
            people.birth, noticed = add_births(StringBuffers.of_cell(births), per_row, people.birth)
            people.flags = people.flags | noticed
        if numbers:
            told = people.personal_id, people.old_id, papers
            people.personal_id, people.old_id, _, noticed = add_papers(StringBuffers.of_cell(numbers), per_row, *told)
            people.flags = people.flags | noticed
        if gender:
            sex, noticed = self._sexes(gender, len(people))
            people.sex = np.where((sex != SEX_MISSING) & (people.kind == 0), sex, people.sex)
            people.flags = people.flags | noticed

    def _places_of(self, vintage: str | None) -> PlaceReader:
        reader = self._place_readers.get(vintage)
        if reader is None:
            reader = self._place_readers[vintage] = PlaceReader(Gazetteer.load(), Side.LAND.value, vintage)
        return reader

    def _sexes(self, cell: str, persons: int) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        """What a cell of sexes says of the persons of its row; there are few such cells, so what was read is remembered."""
        known = self._sex_cells.get((cell, persons))
        if known is None:
            column, codes = pa.array([cell]), SexCodes(self._gender_codes)
            codes.observe(column)
            known = parse_sex_column(column, [persons], codes)
            if len(cell) <= LONGEST_KNOWN:
                if len(self._sex_cells) >= _MOST_SEX_CELLS:
                    self._sex_cells.clear()
                self._sex_cells[cell, persons] = known
        return known
