"""A register's batches of text -> encoded persons: all readers of this stage, in one pass over the rows.

Both registers of a run share one :class:`RegisterReader`, so that equal numbers mean equal syllables and equal places on both
sides. Three things need the whole column before a single cell can be understood: what the codes of a sex column mean, from
which list of communes its codes are, and whether its text is in an old encoding. Cells of the first two are kept as small
numbers until the last batch, and then resolved. For the third the table is read again, but only where
:mod:`vnlink.normalize.encoding_register` has found something on the way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.normalize.encoding_register import Glance, PossibleError, Repair
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.lexicon import Form, name_hash
from vnlink.normalize.localities import LocalityReader
from vnlink.normalize.names import parse_name_column, spell_name
from vnlink.normalize.owners import parse_owner_column
from vnlink.normalize.places import PlaceReader, PlaceTable
from vnlink.normalize.register_parts import Part, Writer, text_hash
from vnlink.normalize.sex import SexCodes
from vnlink.normalize.tokens import Interner
from vnlink.normalize.vintage import Vintage
from vnlink.persons import PersonTable
from vnlink.rows import Texts
from vnlink.schema import Flag, LexiconArrays, OwnerKind, People, PlaceArrays, Side

__all__ = ["EncodedRegister", "RegisterReader"]

_BATCHES_AHEAD = 2


@dataclass(slots=True)
class EncodedRegister:
    """One register after reading.

    Attributes
    ----------
    table : PersonTable
        Encoded persons, in order of (row, person_no).
    ids : pyarrow.ChunkedArray of string
        The key of every row used.
    not_persons : NotPersons
        What is written where no person is named.
    columns : frozenset of str
        Canonical columns that the table has and that hold at least one value.
    vintage : dict
        Which list of communes was found, and why.
    flags : dict of str to int
        How many persons carry each flag.
    encodings : list of dict
        Old encodings that were found: column, commune (None for the whole column), encoding, every_cell (or only those that
        speak for it), rows_for (rows that speak for it) and rows (with a value).
    counts : dict
        What was concluded from whole columns rests on these; see ``before`` of :meth:`RegisterReader.read`.
    texts : tuple of Texts
        What ``ids`` and ``not_persons`` read from.
    """

    table: PersonTable
    ids: pa.ChunkedArray
    not_persons: NotPersons
    columns: frozenset[str]
    vintage: dict[str, object]
    flags: dict[str, int] = field(default_factory=dict)
    encodings: list[dict[str, object]] = field(default_factory=list)
    counts: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: tuple[Texts, ...] = ()

    def note(self, flag: Flag, persons: int) -> None:
        """Say how many persons carry a flag that was found once all were read."""
        self.flags.pop(flag.name.lower(), None)
        if persons:
            self.flags[flag.name.lower()] = persons

    def let_go(self) -> None:
        """Give back the memory of texts that are in files."""
        for texts in self.texts:
            texts.let_go()

    @property
    def people(self) -> People:
        """All persons, unpacked."""
        return self.table.people()

    @property
    def place(self) -> NDArray[np.int32]:
        """Place of each person's row, int32[persons]; in ``people`` it is 0 where the row names no person."""
        return self.table.place.read()


@dataclass(slots=True)
class NotPersons:
    """Owner strings of rows that are not a person or have no readable name, in order.

    Attributes
    ----------
    at : int64[m]
        Number of the person that stands for the row.
    texts : pyarrow.ChunkedArray of string
    """

    at: NDArray[np.int64]
    texts: pa.ChunkedArray

    def put_into(self, names: pa.Array, low: int) -> pa.Array:
        """Return the names of the persons from number ``low`` on with these strings in their places."""
        first, last = np.searchsorted(self.at, [low, low + len(names)])
        if first == last:
            return names
        mask = np.zeros(len(names), bool)
        mask[self.at[first:last] - low] = True
        texts = self.texts.slice(int(first), int(last - first)).combine_chunks()
        return pa.compute.replace_with_mask(names, pa.array(mask), texts)


class RegisterReader:
    """Read both registers of a run with one dictionary of syllables and one table of places.

    Parameters
    ----------
    gender_codes : mapping of str to int, optional
        What the values of the sex columns mean, where the recognised words and codes do not fit.
    legacy_encodings : bool
        Whether names and addresses that were saved from an old encoding are read back.
    """

    def __init__(self, gender_codes: Mapping[str, int] | None = None, *, legacy_encodings: bool = True) -> None:
        self._gender_codes = gender_codes
        self._legacy_encodings = legacy_encodings
        self._interner = Interner()
        self._places = PlaceTable()

    def take_up(self, syllables: Iterable[str], places: PlaceArrays) -> None:
        """Begin with the tables of an earlier reader, so that the same numbers mean the same; nothing was read before.

        Parameters
        ----------
        syllables : iterable of str
            What :attr:`syllables` of that reader gave.
        places : PlaceArrays
            Its :attr:`places`.

        Raises
        ------
        ValueError
            The tables are not those of a reader of this version.
        """
        for number, text in enumerate(syllables):
            if self._interner.lexicon.intern_clean(text) != number:
                msg = "the table of syllables is not that of this version"
                raise ValueError(msg)
        self._places.take_up(places)

    @property
    def syllables(self) -> list[str]:
        """The syllables met so far, as text in the order of their numbers."""
        return self._interner.lexicon.texts()

    @property
    def lexicon(self) -> LexiconArrays:
        """The syllables met so far."""
        return self._interner.lexicon.arrays()

    @property
    def places(self) -> PlaceArrays:
        """The places met so far."""
        return self._places.arrays()

    def render(self, syllables: NDArray[np.int32]) -> pa.Array:
        """Write names out for people: "Nguyễn Văn Hùng"."""
        return self._interner.lexicon.render(syllables)

    def name_of(self, syllables: NDArray[np.int32]) -> str:
        """Write one name out, as :meth:`render` does; "" for a name without syllables."""
        spelling = self._interner.lexicon.spelling
        return spell_name([spelling(number, Form.TEXT) for number in syllables.tolist() if number >= 0])

    def place_of_commune(self, commune: int) -> int:
        """Row of the place that a code of this present commune, by its dense number, and nothing else tells."""
        gazetteer = Gazetteer.load()
        reader = PlaceReader(gazetteer, Side.LAND.value, Vintage.NEW.label)
        return reader.row_of(self._places, None, gazetteer.new_commune_codes[commune], None)

    def place_codes(self, place: NDArray[np.int32]) -> tuple[pa.Array, pa.Array]:
        """Return the codes of the present commune and province of each place row; null where it means several or is unknown."""
        arrays, gazetteer = self.places, Gazetteer.load()
        communes = np.where(arrays.communes[:, 1] < 0, arrays.communes[:, 0], -1)[place]
        provinces = arrays.province[place]
        return (
            pa.array(gazetteer.new_commune_codes).take(pa.array(np.maximum(communes, 0), mask=communes < 0)),
            pa.array(gazetteer.new_province_codes).take(pa.array(np.maximum(provinces, 0), mask=provinces < 0)),
        )

    def read(
        self,
        batches: Iterable[tuple[pa.RecordBatch, NDArray[np.uint64]]],
        side: Side,
        vintage: str | None = None,
        new_folder: Callable[[], Path] | None = None,
        before: dict[str, dict[str, Any]] | None = None,
        expected: int = 0,
    ) -> EncodedRegister:
        """Encode a register.

        Parameters
        ----------
        batches : iterable of (pyarrow.RecordBatch, uint64[rows])
            Canonical text columns of the rows, and a hash of each row's key. It is iterated once, and up to three times, each
            time from the first row, where an old encoding is possible: so it must not be an iterator.
        side : Side
        vintage : {"old", "2025"}, optional
            Which list the commune codes are from; inferred when not given.
        new_folder : callable, optional
            Makes an empty folder to keep the persons in; they are kept in memory when not given.
        before : dict, optional
            ``counts`` of a register that these rows are added to: what codes stand for is concluded from both.
        expected : int
            Persons that will come, about.

        Returns
        -------
        EncodedRegister
        """
        self._before = before or {}
        self._expected = expected
        if not self._legacy_encodings:
            return self._read(batches, side, vintage, Repair(), new_folder)
        try:
            return self._read(batches, side, vintage, Glance(), new_folder)
        except PossibleError:
            repair = Repair.of(_columns(batch) for batch, _ in batches)
        return self._read(batches, side, vintage, repair, new_folder)

    def _read(
        self,
        batches: Iterable[tuple[pa.RecordBatch, NDArray[np.uint64]]],
        side: Side,
        vintage: str | None,
        texts: Glance | Repair,
        new_folder: Callable[[], Path] | None,
    ) -> EncodedRegister:
        """Encode a register whose text goes through ``texts`` first."""
        places = PlaceReader(Gazetteer.load(), side.value, vintage, self._before.get("vintage"))
        localities = LocalityReader()
        codes = SexCodes(self._gender_codes)
        codes.add_counts(self._before.get("sex", {}))
        written = Writer(side, new_folder() if new_folder else None, self._expected)
        seen: set[str] = set()
        waiting: deque[Future[None]] = deque()
        # Names on this thread, the other cells of the same batch on a second one, which also takes the batch up: neither waits
        # for the other's tables.
        with ThreadPoolExecutor(1) as pool:
            for batch, keys in batches:
                columns, repaired = texts.apply(_columns(batch))
                seen.update(name for name, cells in columns.items() if cells.null_count < len(cells))
                part = self._owners(columns) if side is Side.LAND else self._citizens(columns)
                part.flags = np.where(repaired[part.row], part.flags | np.uint32(Flag.ENCODING_REPAIRED), part.flags)
                part.row_key = keys
                waiting.append(pool.submit(written.take, part, columns, places, localities, codes))
                while len(waiting) > _BATCHES_AHEAD:
                    waiting.popleft().result()
            for one in waiting:
                one.result()
        texts.finish()
        rows = places.resolve(self._places)
        flags = written.resolve(rows, self._places.arrays().communes, codes)
        return EncodedRegister(
            written.table,
            written.ids.sealed(),
            NotPersons(np.concatenate([*written.not_persons, np.empty(0, np.int64)]), written.texts.sealed()),
            frozenset(seen),
            places.vintage_report(),
            flags,
            texts.report(),
            {"vintage": places.counts(), "sex": codes.counts()},
            (written.ids, written.texts),
        )

    def _owners(self, columns: dict[str, pa.Array]) -> Part:
        """The persons of a batch of land rows, with what their owner strings say."""
        owners = parse_owner_column(columns["full_name"], self._interner)
        per_row = np.bincount(owners.row, minlength=len(columns["full_name"]))
        part = Part(owners.kind[owners.row], owners.row, owners.person_no, owners.flags, owners.syllables, owners.sex, per_row)
        part.birth, part.personal_id, part.old_id = owners.birth, owners.personal_id, owners.old_id
        part.other_paper = owners.other_paper
        couple = np.flatnonzero((per_row[part.row] == 2) & (part.person_no == 1))
        if len(couple):
            hashes = name_hash(part.syllables, self._interner.lexicon.arrays())
            part.partner[couple], part.partner[couple + 1] = hashes[couple + 1], hashes[couple]
        part.several = (per_row > 1)[part.row]
        return part

    def _citizens(self, columns: dict[str, pa.Array]) -> Part:
        """The citizens of a batch, with their names."""
        names = columns["full_name"]
        syllables, flags = parse_name_column(names, self._interner)
        kind = np.where(syllables[:, 0] < 0, OwnerKind.UNREADABLE, OwnerKind.PERSON).astype(np.uint8)
        rows = np.arange(len(names))
        ones = np.ones(len(names), np.uint8)
        part = Part(kind, rows, ones, flags, syllables, np.zeros(len(names), np.uint8), ones.astype(np.int64))
        if "spouse_name" in columns:
            spouses, _ = parse_name_column(columns["spouse_name"], self._interner)
            part.partner = name_hash(spouses, self._interner.lexicon.arrays())
        if "father_name" in columns and "mother_name" in columns:
            part.children = self._children(columns)
        return part

    def _children(self, columns: dict[str, pa.Array]) -> NDArray[np.uint64]:
        """Rows without a household that name both parents, and hashes of these names; uint64[c, 3]."""
        asked = pa.compute.and_(columns["father_name"].is_valid(), columns["mother_name"].is_valid()).to_numpy(
            zero_copy_only=False
        )
        if "household_id" in columns:
            asked &= text_hash(columns["household_id"]) == 0
        rows = np.flatnonzero(asked)
        parents = np.empty((len(rows), 3), np.uint64)
        parents[:, 0] = rows
        for at, name in enumerate(("father_name", "mother_name"), 1):
            syllables, _ = parse_name_column(columns[name].take(pa.array(rows)), self._interner)
            parents[:, at] = name_hash(syllables, self._interner.lexicon.arrays())
        return parents[(parents[:, 1:] != 0).all(axis=1)]


def _columns(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return {name: batch.column(name) for name in batch.schema.names}
