"""The persons of a batch of rows, and what takes up the batches of a register; for :mod:`vnlink.normalize.encode`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.hashing import hash_bytes
from vnlink.homes import commune_homes, couple_homes, household_homes
from vnlink.kernels import kernel
from vnlink.normalize.cells import string_buffers
from vnlink.normalize.dates import parse_date_column
from vnlink.normalize.identifiers import parse_old_id_column, parse_personal_id_column
from vnlink.normalize.localities import LocalityReader
from vnlink.normalize.owner_cells import add_births, add_papers
from vnlink.normalize.places import PlaceReader
from vnlink.normalize.sex import SexCodes, parse_sex_column
from vnlink.persons import PersonTable
from vnlink.records import Column, localities_of, write_place, write_sex
from vnlink.rows import Texts
from vnlink.schema import SEX_MISSING, Flag, People, Side

__all__ = ["Part", "Writer", "clear_nobody", "keys_of_persons", "text_hash"]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio in 64 bits; products and sums of hashes wrap round."""

_SIDE_BY_SIDE = 2

_BLANK = 0x20
"""The space, and all control characters below it."""


class Part:
    """The persons of one batch, before what needs the whole column is known."""

    def __init__(
        self,
        kind: NDArray[np.uint8],
        row: NDArray[np.int64],
        person_no: NDArray[np.uint8],
        flags: NDArray[np.uint32],
        syllables: NDArray[np.int32],
        sex: NDArray[np.uint8],
        per_row: NDArray[np.int64],
    ) -> None:
        count = len(row)
        self.kind, self.row, self.person_no, self.flags = kind, row, person_no, flags
        self.syllables, self.sex, self.per_row = syllables, sex, per_row
        self.birth = np.zeros(count, np.int32)
        self.personal_id = np.full(count, -1, np.int64)
        self.old_id = np.full(count, -1, np.int64)
        self.other_paper = np.zeros(count, np.uint64)
        self.partner = np.zeros(count, np.uint64)
        self.household = np.zeros(count, np.uint64)
        self.children = np.empty((0, 3), np.uint64)
        self.place = np.zeros(len(per_row), np.int32)
        self.locality = np.zeros(len(per_row), np.int32)
        self.row_key = np.zeros(len(per_row), np.uint64)
        self.gender: pa.Array | None = None
        self.several = np.zeros(count, bool)
        self.ids: pa.Array | None = None
        self.texts: pa.Array | None = None

    def take_texts(self, columns: dict[str, pa.Array], side: Side) -> None:
        """Keep what stays text: the rows' ids, and what is written where nobody is named."""
        self.ids = columns["land_user_id" if side is Side.LAND else "citizen_id"]
        nobody = pa.array(self.row[self.kind > 0])
        self.texts = pa.compute.fill_null(columns["full_name"].take(nobody), "")

    def read_cells(
        self, columns: dict[str, pa.Array], side: Side, places: PlaceReader, localities: LocalityReader, codes: SexCodes
    ) -> None:
        """Read everything but the names; a cell goes before what the owner string itself says."""
        where = [columns.get(name) for name in ("address", "commune_code", "commune_vintage")]
        if any(cells is not None for cells in where):
            self.place = places.add(*where)
        if "address" in columns:
            self.locality = localities.read(columns["address"])
        if "gender" in columns:
            self.gender = _narrow(columns["gender"].dictionary_encode())
            codes.observe(columns["gender"])
        if "birth_date" in columns:
            self.birth, flags = add_births(columns["birth_date"], self.per_row, self.birth)
            self.flags = self.flags | flags
        readers = (
            (("id_number", self._read_papers),)
            if side is Side.LAND
            else (("personal_id", self._read_personal), ("old_id_number", self._read_old))
        )
        for name, read in readers:
            if name in columns:
                self.flags = self.flags | read(columns[name])
        if side is Side.CITIZEN:
            self._read_homes(columns)
            self._read_deaths(columns)

    def _read_homes(self, columns: dict[str, pa.Array]) -> None:
        """Read the households; where none is told, who is whose spouse makes one of two.

        A spouse is told by the key of the row, or by the personal id where it has not the length of the key.
        """
        if "household_id" in columns:
            self.household = household_homes(text_hash(columns["household_id"]))
        if "spouse_id" in columns:
            own, spouse = (text_hash(columns[name]) for name in ("citizen_id", "spouse_id"))
            numbers, _ = parse_personal_id_column(columns["spouse_id"])
            by_number = (numbers >= 0) & (_lengths(columns["citizen_id"]) != _lengths(columns["spouse_id"]))
            own = np.where(by_number, (self.personal_id + 1).astype(np.uint64), own)
            spouse = np.where(by_number, (numbers + 1).astype(np.uint64), spouse)
            self.household = np.where(self.household == 0, couple_homes(own, spouse), self.household)

    def _read_deaths(self, columns: dict[str, pa.Array]) -> None:
        """Flag who has died: at least the year of death is told."""
        if "death_date" in columns:
            died, _ = parse_date_column(columns["death_date"], self.per_row)
            self.flags = np.where(died > 0, self.flags | np.uint32(Flag.CITIZEN_DECEASED), self.flags)

    def _read_papers(self, cells: pa.Array) -> NDArray[np.uint32]:
        self.personal_id, self.old_id, self.other_paper, flags = add_papers(
            cells, self.per_row, self.personal_id, self.old_id, self.other_paper
        )
        return flags

    def _read_personal(self, cells: pa.Array) -> NDArray[np.uint32]:
        self.personal_id, flags = parse_personal_id_column(cells)
        return flags

    def _read_old(self, cells: pa.Array) -> NDArray[np.uint32]:
        self.old_id, flags = parse_old_id_column(cells)
        return flags

    def people(self, first_row: int, side: Side) -> People:
        """Finish the batch but for sexes from the column and places, which wait for the last one."""
        row_key = self.row_key[self.row]
        people = People(
            row=self.row + first_row,
            person_no=self.person_no,
            kind=self.kind,
            flags=self.flags,
            syllables=self.syllables,
            sex=self.sex,
            birth=self.birth.astype(np.int32),
            personal_id=self.personal_id.astype(np.int64),
            old_id=self.old_id.astype(np.int64),
            place=self.place[self.row],
            locality=self.locality[self.row],
            partner=self.partner,
            household=np.where(self.several, row_key, self.household),
            key=keys_of_persons(row_key, self.person_no),
        )
        if side is Side.LAND:
            clear_nobody(people, people.kind > 0)
        return people


class Writer:
    """Takes up the batches of a register, and at the end what only the whole column says of places and sexes."""

    def __init__(self, side: Side, folder: Path | None, expected: int) -> None:
        self._side = side
        self.table = PersonTable(folder, expected)
        self.ids = Texts(None if folder is None else folder / "ids")
        self.texts = Texts(None if folder is None else folder / "texts")
        self.not_persons: list[NDArray[np.int64]] = []
        self._genders: list[tuple[pa.Array | None, NDArray[np.uint8], int]] = []
        self._rows = 0

    def take(
        self, part: Part, columns: dict[str, pa.Array], places: PlaceReader, localities: LocalityReader, codes: SexCodes
    ) -> None:
        """Read the other cells of the next batch, and take it up."""
        part.take_texts(columns, self._side)
        part.read_cells(columns, self._side, places, localities, codes)
        self.not_persons.append(np.flatnonzero(part.kind > 0) + len(self.table))
        self.table.children.append(part.children + np.array([len(self.table), 0, 0], np.uint64))
        self.table.append(part.people(self._rows, self._side), self._side)
        self.ids.append(part.ids)
        self.texts.append(part.texts)
        self._genders.append((part.gender, part.per_row.astype(np.uint8), len(part.row)))
        self._rows += len(part.per_row)

    def resolve(self, place_rows: NDArray[np.int32], communes: NDArray[np.int16], codes: SexCodes) -> dict[str, int]:
        """Give every person the place and the sex that the whole columns mean; count the flags.

        ``communes`` int16[p, k] are those that each place can mean: where citizens without a household live.
        """
        self.table.seal()
        sexes = codes.resolve()
        lows = np.cumsum([0, *(size for *_, size in self._genders)]).tolist()

        def of_batch(low: int, gender: pa.Array | None, per_row: NDArray[np.uint8], size: int) -> NDArray[np.int64]:
            records, flags = self.table.records.read(low, low + size), self.table.column("flags", low, low + size)
            place = place_rows[self.table.place.read(low, low + size)]
            self.table.place.write(low, place)
            if self._side is Side.LAND:
                place = np.where(self.table.column("kind", low, low + size) > 0, 0, place)
            else:
                self._add_homes(communes, place, records, low)
            write_place(records, place)
            if gender is not None:
                self._add_sexes(records, flags, low, *parse_sex_column(gender, per_row, sexes))
            self.table.records.write(low, records)
            bits = np.zeros(32, np.int64)
            _count_bits(flags, bits)
            return bits

        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            bits = sum(pool.map(lambda low, batch: of_batch(low, *batch), lows, self._genders), np.zeros(32, np.int64))
        counts = {flag: int(bits[int(flag).bit_length() - 1]) for flag in Flag}
        return {flag.name.lower(): count for flag, count in counts.items() if count}

    def _add_homes(self, communes: NDArray[np.int16], place: NDArray[np.int32], records: NDArray[np.int32], low: int) -> None:
        """Put in where citizens live of whom no household is known."""
        homes = self.table.column("household", low, low + len(place))
        if (homes != 0).all():
            return
        without = np.flatnonzero(homes == 0)
        homes = homes.copy()
        homes[without] = commune_homes(communes, place[without], localities_of(records[without]))
        self.table.replace("household", low, homes)

    def _add_sexes(
        self,
        records: NDArray[np.int32],
        flags: NDArray[np.uint32],
        low: int,
        read: NDArray[np.uint8],
        noticed: NDArray[np.uint32],
    ) -> None:
        """Put in the sexes that the column says; it goes before what the owner string itself says."""
        named = np.ones(len(records), bool)
        if self._side is Side.LAND:
            named = self.table.column("kind", low, low + len(records)) == 0
        known = (records[:, Column.SEX_RARITY_LOCALITY] & 3).astype(np.uint8)
        write_sex(records, np.where((read != SEX_MISSING) & named, read, known).astype(np.uint8))
        flags |= noticed
        self.table.replace("flags", low, flags)


def _narrow(cells: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return the same column with a byte a row where that is enough: it waits in memory for the last batch."""
    if len(cells.dictionary) > np.iinfo(np.int8).max:
        return cells
    return pa.DictionaryArray.from_arrays(cells.indices.cast(pa.int8()), cells.dictionary)


def keys_of_persons(row_key: NDArray[np.uint64], person_no: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a hash of each person, uint64[n], from those of their rows' ids."""
    return np.asarray(row_key + person_no.astype(np.uint64) * _SPREAD)


def clear_nobody(people: People, rows: NDArray[np.bool_]) -> None:
    """Take from land rows that name no person all by which a citizen is found.

    A number or a date beside "UBND xã Tiên Phương", or beside a name that nobody can read, is somebody's, but the row does not
    say whose. What was noticed (flags) stays.
    """
    for column in (people.birth, people.sex, people.locality, people.partner, people.household):
        column[rows] = 0
    people.personal_id[rows] = people.old_id[rows] = -1


@kernel
def _count_bits(words, counts):  # type: ignore[no-untyped-def]
    """Add to entry b how many words have bit b."""
    for word in words:
        rest, bit = word, 0
        while rest:
            counts[bit] += rest & 1
            rest >>= 1
            bit += 1


@kernel
def _hash_cells(data, offsets, valid, out):  # type: ignore[no-untyped-def]
    for i in range(len(out)):
        first, last = offsets[i], offsets[i + 1]
        while first < last and data[first] <= _BLANK:
            first += 1
        while last > first and data[last - 1] <= _BLANK:
            last -= 1
        if valid[i] and last > first:
            out[i] = hash_bytes(data, first, last)


def _lengths(cells: pa.Array) -> NDArray[np.int32]:
    """Characters of each cell without the blanks around it; 0 where there is none."""
    lengths = pa.compute.utf8_length(pa.compute.utf8_trim_whitespace(cells))
    return np.asarray(pa.compute.fill_null(lengths, 0)).astype(np.int32)


def text_hash(cells: pa.Array) -> NDArray[np.uint64]:
    """Hash of each cell's text without the blanks around it, 0 where nothing is left."""
    out = np.zeros(len(cells), np.uint64)
    _hash_cells(*string_buffers(cells), out)
    return out
