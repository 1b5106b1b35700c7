"""Columns of addresses and commune codes to rows of the run's table of places.

How a column is read
    1. :meth:`PlaceReader.add`, batch by batch: kernels hash the administrative end of each address and read each code as a
       number; Python reads each distinct end once (:mod:`vnlink.normalize.addresses`). Each distinct (code, reading, vintage)
       gets a provisional number.
    2. After the last batch the vintage of the column is inferred (:mod:`vnlink.normalize.vintage`): whether its codes are of
       before or after 1 July 2025, and likewise its addresses without a district. A code means nothing without that.
    3. :meth:`PlaceReader.resolve` turns provisional numbers into rows of the :class:`~vnlink.normalize.place_table.PlaceTable`,
       each distinct combination once.

How code and address combine is said in :mod:`vnlink.normalize.place_meaning`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import ConfigError, InputError, message
from vnlink.normalize.address_parts import MAX_PARTS
from vnlink.normalize.addresses import MAX_ADDRESS_BYTES, MAX_SET, AddressForm, AddressReader, Reading
from vnlink.normalize.cell_length import MAX_CHARACTERS
from vnlink.normalize.cells import StringBuffers, any_column, as_text, is_missing, string_buffers
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.numbering import Numbering
from vnlink.normalize.own_kind import in_own_kind
from vnlink.normalize.place_kernels import hash_cells, hash_tails, read_codes, tail_start, text_end
from vnlink.normalize.place_meaning import PlaceMeaner
from vnlink.normalize.place_table import Place, PlaceTable, opaque
from vnlink.normalize.vintage import Vintage, VintageCounts, infer_address_vintage, infer_code_vintage, read_vintage

__all__ = ["LONGEST_KNOWN", "Address", "AddressForm", "Place", "PlaceReader", "PlaceTable", "Vintage", "parse_address"]

_MAX_TAILS = 1 << 21
"""Distinct ends of addresses remembered between batches (about 50 MB); then the memory starts anew, the result is the same."""

_FEW_ROWS = 4096
"""Rows of a batch that say nothing of whether whole cells repeat."""

_CODE_BITS, _VINTAGE_BITS = 21, 2
_MOST_KNOWN = 1 << 14
LONGEST_KNOWN = 64
"""Characters of a cell up to which what was read of it is remembered: longer ones do not repeat, and would fill the memory."""
"""Codes, and rows of cells, that are remembered of those looked up one by one."""


class Address(NamedTuple):
    """An address in official codes.

    ``communes`` are the present communes that it can mean, ascending; () when no unit was read, or more than :data:`MAX_SET`.
    ``vintage`` is "old" or "2025" where the most particular unit is of one time only, None where it can be of both or nothing
    is told. ``old_commune`` and ``old_district`` are the units of before July 2025 when there is exactly one, ``province`` the
    present province when there is one. ``slip`` says that a wrong letter was forgiven, ``cut`` that
    the cell is longer than an address can be (:data:`MAX_CHARACTERS`); only its end was looked at, as always.
    """

    form: AddressForm
    vintage: str | None
    communes: tuple[str, ...]
    old_commune: str | None
    old_district: str | None
    province: str | None
    slip: bool
    cut: bool


class PlaceReader:
    """Reads the place columns of one register: address, commune_code, commune_vintage.

    Parameters
    ----------
    gazetteer : Gazetteer
        The units; :meth:`Gazetteer.load` gives the package's own.
    side : str
        "land" or "citizen", for the report.
    vintage : "old", "2025" or None
        Vintage of the codes where a row does not say; None infers it.
    before : mapping, optional
        What :meth:`counts` of an earlier reader gave, of rows that these are added to.

    Attributes
    ----------
    ends_read : int
        Distinct ends of addresses read so far, which is what the time goes by.

    Raises
    ------
    ConfigError
        When ``vintage`` is another word.

    Examples
    --------
    >>> import pyarrow as pa
    >>> reader = PlaceReader(Gazetteer.load(), "land", None)
    >>> batch = reader.add(pa.array(["Xã Yên Bài, Huyện Ba Vì, Hà Nội", None]), pa.array(["9709", None]), None)
    >>> table = PlaceTable()
    >>> rows = reader.resolve(table)[batch]
    >>> rows.tolist(), table.describe(rows[0])
    ([1, 0], (('Xã Yên Bài',), 'Thành phố Hà Nội'))
    """

    def __init__(
        self, gazetteer: Gazetteer, side: str, vintage: str | None = None, before: Mapping[str, Any] | None = None
    ) -> None:
        self._before = before
        self._known_codes: dict[str, int] = {}
        self._rows_of: PlaceTable | None = None
        self._known_rows: dict[tuple[bytes, int, Vintage | None], int] = {}
        self._table = gazetteer
        self._side = side
        self._given = read_vintage(vintage)
        if vintage is not None and self._given is None:
            raise ConfigError(message("the vintage must be old or 2025", side=side, remedy='give "old", "2025" or nothing'))
        self._reader = _shared_reader(gazetteer)
        self._cells = Numbering()
        self._cells_pay = True
        self._reading_of_cell = np.zeros(1, np.int32)
        self._tails = Numbering()
        self._combinations = Numbering()
        self._readings: list[Reading] = [Reading(AddressForm.UNREAD)]
        self._reading_numbers: dict[Reading, int] = {self._readings[0]: 0}
        self._reading_of_tail = np.zeros(1, np.int32)
        self._keys = np.zeros(1, np.uint64)
        self._rows = np.zeros(1, np.int64)
        self._cut = 0
        self.ends_read = 0
        self._meaner = _shared_meaner(gazetteer)
        self._district_of: list[int] = gazetteer.old_commune_district.tolist()

    def add(
        self, address: pa.Array | None, commune_code: pa.Array | None, commune_vintage: pa.Array | None = None
    ) -> NDArray[np.int32]:
        """Read one batch.

        Parameters
        ----------
        address, commune_code, commune_vintage : pyarrow.Array or None
            Shape (n,), text or numbers; None for a column that the register lacks. At least one must be given.

        Returns
        -------
        ndarray of int32, shape (n,)
            Provisional numbers, to be looked up in what :meth:`resolve` returns. 0 is nothing known.
        """
        count = next(len(column) for column in (address, commune_code, commune_vintage) if column is not None)
        keys = np.zeros(count, np.uint64)
        if address is not None:
            keys |= self._read_addresses(address).astype(np.uint64) << np.uint64(_CODE_BITS + _VINTAGE_BITS)
        if commune_code is not None:
            codes = np.zeros(count, np.int32)
            read_codes(*string_buffers(commune_code), codes)
            keys |= codes.astype(np.uint64) << np.uint64(_VINTAGE_BITS)
            if commune_vintage is not None:
                vintages = _read_vintages(commune_vintage)
                keys |= np.where(codes > 0, vintages, 0).astype(np.uint64)
        numbers, fresh = self._combinations.number(keys)
        self._keys = np.concatenate((self._keys, keys[fresh]))
        rows = np.bincount(numbers, minlength=len(self._keys))
        rows[: len(self._rows)] += self._rows
        self._rows = rows
        return numbers

    def _read_addresses(self, column: pa.Array) -> NDArray[np.int32]:
        """Number of the reading of each address; a cell that was there before is not looked at again, while that pays."""
        buffers = string_buffers(column)
        self._cut += _count_long(buffers)
        if not self._cells_pay:
            return self._read_ends(buffers)
        hashes = np.empty(len(buffers.valid), np.uint64)
        hash_cells(*buffers, hashes)
        if self._cells.count > _MAX_TAILS:
            self._cells.clear()
            self._reading_of_cell = self._reading_of_cell[:1].copy()
        numbers, fresh = self._cells.number(hashes)
        found = self._read_ends(string_buffers(column.take(pa.array(fresh))))
        self._reading_of_cell = np.concatenate((self._reading_of_cell, found))
        readings = self._reading_of_cell[numbers]
        # A register with house numbers repeats no cell; then the end of each address is looked for at once.
        self._cells_pay = 2 * len(fresh) <= len(numbers) or len(numbers) < _FEW_ROWS
        if not self._cells_pay:
            self._cells.clear()
            self._reading_of_cell = self._reading_of_cell[:1].copy()
        return readings

    def _read_ends(self, buffers: StringBuffers) -> NDArray[np.int32]:
        """Number of the reading of each address, by its administrative end."""
        starts = np.empty(len(buffers.valid), np.int64)
        ends = np.empty(len(buffers.valid), np.int64)
        hashes = np.empty(len(buffers.valid), np.uint64)
        hash_tails(*buffers, MAX_PARTS, MAX_ADDRESS_BYTES, starts, ends, hashes)
        if self._tails.count > _MAX_TAILS:
            self._tails.clear()
            self._reading_of_tail = self._reading_of_tail[:1]
        numbers, fresh = self._tails.number(hashes)
        self.ends_read += len(fresh)
        found = np.empty(len(fresh), np.int32)
        data = buffers.data.data
        bounds = zip(starts[fresh].tolist(), ends[fresh].tolist(), strict=True)
        for at, (start, stop) in enumerate(bounds):
            reading = self._reader.read(str(data[start:stop], "utf-8", "replace"))
            if reading.rest:
                reading = reading._replace(rest=str(opaque(reading.rest)))
            number = self._reading_numbers.setdefault(reading, len(self._readings))
            if number == len(self._readings):
                self._readings.append(reading)
            found[at] = number
        self._reading_of_tail = np.concatenate((self._reading_of_tail, found))
        return self._reading_of_tail[numbers]

    def _combined(self) -> Iterator[tuple[int, Reading, Vintage | None, int]]:
        """Every distinct combination: code number, reading, vintage given (by the row or the reader), rows."""
        low = np.uint64((1 << _CODE_BITS) - 1)
        readings = (self._keys >> np.uint64(_CODE_BITS + _VINTAGE_BITS)).tolist()
        codes = (self._keys >> np.uint64(_VINTAGE_BITS) & low).tolist()
        vintages = (self._keys & np.uint64(3)).tolist()
        for code, reading, vintage, rows in zip(codes, readings, vintages, self._rows.tolist(), strict=True):
            yield code, self._readings[reading], Vintage(vintage) if vintage else self._given, rows

    def counts(self) -> dict[str, Any]:
        """What the vintage is inferred from, as plain data."""
        return self._count().as_dict()

    def _count(self) -> VintageCounts:
        counts = VintageCounts.from_dict(self._before) if self._before else VintageCounts()
        counts.cut += self._cut
        for code, reading, vintage, rows in self._combined():
            counts.add(self._table, *self._meaner.numbers(code), code, reading, vintage, rows)
        return counts

    def vintage_report(self) -> dict[str, object]:
        """What was inferred of the column's codes and addresses, with the counts it rests on; no value of a record."""
        return {"side": self._side, **self._count().report()}

    def resolve(self, table: PlaceTable) -> NDArray[np.int32]:
        """Turn provisional numbers into rows of the shared table; call it after the last batch.

        Returns
        -------
        ndarray of int32
            ``rows[provisional]`` is the row of ``table``.
        """
        counts = self._count()
        code_vintage, address_vintage = infer_code_vintage(counts), infer_address_vintage(counts)
        places = (
            self._place(code, reading, vintage, code_vintage, address_vintage) for code, reading, vintage, _ in self._combined()
        )
        return np.fromiter((table.number(place) for place in places), np.int32, len(self._keys))

    # --- one row

    def row_of(self, table: PlaceTable, address: str | None, commune_code: str | None, commune_vintage: str | None) -> int:
        """Row of the table for the cells of one row: what :meth:`add` and :meth:`resolve` make of a column of it alone."""
        tail = b""
        if address:
            text = address.encode("utf-8", "replace")
            data = np.frombuffer(text, np.uint8)
            end = text_end(data, 0, len(data))
            tail = text[tail_start(data, 0, end, MAX_PARTS, MAX_ADDRESS_BYTES) if end else 0 : end]
        if table is not self._rows_of:
            self._known_rows.clear()
            self._rows_of = table
        number, given = self._code(commune_code) if commune_code else 0, self._given
        if number and commune_vintage:
            given = read_vintage(commune_vintage) or given
        known = self._known_rows.get((tail, number, given))
        if known is None:
            reading = self._reader.read(tail.decode("utf-8", "replace")) if tail else self._readings[0]
            if reading.rest:
                reading = reading._replace(rest=str(opaque(reading.rest)))
            counts = VintageCounts()
            counts.add(self._table, *self._meaner.numbers(number), number, reading, given, 1)
            known = table.number(self._place(number, reading, given, infer_code_vintage(counts), infer_address_vintage(counts)))
            if len(self._known_rows) >= _MOST_KNOWN:
                self._known_rows.clear()
            self._known_rows[tail, number, given] = known
        return known

    def _code(self, cell: str) -> int:
        """Number of one commune code; there are few thousands, so those that were read are remembered."""
        number = self._known_codes.get(cell)
        if number is None:
            code = np.zeros(1, np.int32)
            read_codes(*StringBuffers.of_cell(cell), code)
            number = int(code[0])
            if len(cell) <= LONGEST_KNOWN:
                if len(self._known_codes) >= _MOST_KNOWN:
                    self._known_codes.clear()
                self._known_codes[cell] = number
        return number

    # --- one combination

    def _place(
        self, code: int, reading: Reading, given: Vintage | None, inferred: Vintage | None, of_addresses: Vintage | None
    ) -> Place:
        """What a code and an address mean together, as a row of the table of places."""
        meaning = self._meaner.meaning(code, reading, given, inferred, of_addresses)
        other = int(reading.rest) if reading.rest and not meaning.communes else 0
        if code and self._meaner.numbers(code) == (None, None):
            other = 0 if meaning.communes else other or opaque(f"code {code}")
        table = self._table
        old = meaning.olds[0] if len(meaning.olds) == 1 else -1
        districts = (self._district_of[old],) if old >= 0 else meaning.districts
        named = bool(districts)
        if not named:
            districts = tuple(sorted({d for commune in meaning.communes for d in table.districts_of_new(commune).tolist()}))
        provinces = self._meaner.provinces(meaning, reading)
        return Place(
            communes=tuple(sorted(meaning.communes)) if len(meaning.communes) <= MAX_SET else (),
            old_commune=old,
            old_district=districts[0] if named and len(districts) == 1 else -1,
            districts=districts if len(districts) <= MAX_SET else (),
            province=provinces.pop() if len(provinces) == 1 else -1,
            other=other,
        )


def _count_long(buffers: StringBuffers) -> int:
    """How many cells have more than :data:`MAX_CHARACTERS` characters."""
    data, offsets, valid = buffers
    count = 0
    for row in np.flatnonzero(valid & (np.diff(offsets) > MAX_CHARACTERS)).tolist():
        characters = np.count_nonzero((data[offsets[row] : offsets[row + 1]] & 0xC0) != 0x80)
        count += int(characters > MAX_CHARACTERS)
    return count


def _read_vintages(column: pa.Array) -> NDArray[np.uint8]:
    """Vintage of each row (0 where it says none); each distinct text is read once."""
    encoded = column.cast(pa.string()).dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    meanings = np.array([*(read_vintage(text) or 0 for text in encoded.dictionary.to_pylist()), 0], np.uint8)
    rows: NDArray[np.uint8] = meanings[encoded.indices.fill_null(len(meanings) - 1).to_numpy(zero_copy_only=False)]
    return rows


@cache
def _shared_reader(gazetteer: Gazetteer) -> AddressReader:
    """The one reader of a gazetteer: what it remembers of one register helps with the other, and changes no result."""
    return AddressReader(gazetteer)


@cache
def _shared_meaner(gazetteer: Gazetteer) -> PlaceMeaner:
    return PlaceMeaner(gazetteer)


@overload
def parse_address(text: str | None, commune_code: str | None = None, commune_vintage: str | None = None) -> Address: ...
@overload
def parse_address(text: Any, commune_code: Any = None, commune_vintage: Any = None) -> pa.StructArray: ...


def parse_address(text: Any, commune_code: Any = None, commune_vintage: Any = None) -> Address | pa.StructArray:
    """Read one address, of before or after the reform of 1 July 2025, with the commune code beside it if there is one.

    Parameters
    ----------
    text : str or None, or a column of text
        Free text, with or without marks, commas and type words, in any length. The last 512 bytes are looked at. None, NaN and
        their like say nothing, here and in the cells beside, alone and in a column.
    commune_code : str, int or a column, optional
        Official code; lost zeros are put back. Without ``commune_vintage`` it may be of either time.
    commune_vintage : "old", "2025", the number 2025, or a column of these, optional
        When the code was in force.

    Returns
    -------
    Address or pyarrow.StructArray
        For columns an array of the same fields (a frame where the addresses are a column of pandas or Polars), each row read
        as it would be alone. (A run knows more: it infers of which
        time the codes of the whole column are, and takes a vintage that it does not know for a missing one.)

    Raises
    ------
    InputError
        When a vintage is another word, or columns are not of one length.

    Examples
    --------
    >>> parse_address("Thôn 3, X. Yên Bài, H. Ba Vì, TP Hà Nội")
    Address(form=<AddressForm.THREE_LEVEL: 'three-level'>, vintage='old', communes=('09706',), old_commune='09709', ...)
    >>> parse_address("", "8974", "2025").communes
    ('08974',)
    >>> parse_address(["Xã Yên Bài, Huyện Ba Vì, Hà Nội", None]).field("communes").to_pylist()
    [['09706'], []]
    """
    if not isinstance(text, str) and not is_missing(text):
        return in_own_kind(text, _address_column(text, commune_code, commune_vintage))
    text = text if isinstance(text, str) else ""
    table = Gazetteer.load()
    reader, meaner = _shared_reader(table), _shared_meaner(table)
    # The same end of the text as of an address in a column, so that it reads the same alone.
    data = np.frombuffer(text.encode("utf-8", "replace") or b" ", np.uint8)
    end = text_end(data, 0, len(data))
    start = tail_start(data, 0, end, MAX_PARTS, MAX_ADDRESS_BYTES)
    reading = reader.read(data[start:end].tobytes().decode("utf-8"))
    code = np.zeros(1, np.int32)
    if not is_missing(commune_code):
        cell = str(commune_code).encode("utf-8", "replace")  # a lone surrogate is not an error here
        read_codes(*string_buffers(pa.array([cell], pa.large_binary())), code)
    meaning = meaner.meaning(int(code[0]), reading, _known_vintage(commune_vintage))
    provinces = meaner.provinces(meaning, reading)
    communes = tuple(table.new_commune_codes[commune] for commune in sorted(meaning.communes))
    return Address(
        form=reading.form,
        vintage=None if meaning.vintage is None else meaning.vintage.label,
        communes=communes if len(communes) <= MAX_SET else (),
        old_commune=table.old_commune_codes[meaning.olds[0]] if len(meaning.olds) == 1 else None,
        old_district=table.old_district_codes[meaning.districts[0]] if len(meaning.districts) == 1 else None,
        province=table.new_province_codes[provinces.pop()] if len(provinces) == 1 else None,
        slip=reading.slip,
        cut=len(text) > MAX_CHARACTERS,
    )


def _known_vintage(given: Any) -> Vintage | None:
    """Vintage that a caller gives, as text or a number; None where nothing is given."""
    text = "" if is_missing(given) else str(given)
    vintage = read_vintage(text)
    if vintage is None and text.strip():
        raise InputError(
            message("the vintage must be old or 2025", column="commune_vintage", remedy='give "old", "2025" or nothing')
        )
    return vintage


def _address_column(text: Any, commune_code: Any, commune_vintage: Any) -> pa.StructArray:
    """Read each distinct combination of an address's end, a code and a vintage once."""
    address = any_column(text)
    beside = [None if column is None else any_column(column) for column in (commune_code, commune_vintage)]
    count = len(address)
    if any(column is not None and len(column) != count for column in beside):
        raise InputError(message("parse_address needs columns of one length", remedy="give one code for each address"))
    buffers = string_buffers(address)
    starts, ends = np.empty(count, np.int64), np.empty(count, np.int64)
    keys = np.empty(count, np.uint64)
    hash_tails(*buffers, MAX_PARTS, MAX_ADDRESS_BYTES, starts, ends, keys)
    texts = []
    for column in beside:
        cells = pa.nulls(count, pa.string()) if column is None else as_text(column).cast(pa.string())
        coded = pc.fill_null(cells, "").dictionary_encode()
        with np.errstate(over="ignore"):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + coded.indices.to_numpy().astype(np.uint64)
        texts.append((coded.dictionary.to_pylist(), coded.indices.to_numpy()))
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    data = buffers.data.data
    places = [
        parse_address(
            str(data[starts[row] : ends[row]], "utf-8", "replace"), *(values[places[row]] or None for values, places in texts)
        )
        for row in first.tolist()
    ]
    names = [name for name in Address._fields if name != "cut"]
    types = {"communes": pa.list_(pa.string()), "slip": pa.bool_()}
    columns = [pa.array([getattr(place, name) for place in places], types.get(name, pa.string())) for name in names]
    long = pc.greater(pc.fill_null(pc.utf8_length(as_text(address).cast(pa.large_string())), 0), MAX_CHARACTERS)
    rows = pa.array(number)
    return pa.StructArray.from_arrays([*(column.take(rows) for column in columns), long], names=[*names, "cut"])
