r"""Birth dates: a column of text or dates as integers yyyymmdd.

A date is read by its digits; words around it ("sinh ngày", "năm sinh", "SN", "khoảng", "~", "?") do not matter, but for those
of a death ("chết 2003"), whose date is passed over, and of the lunar calendar, of which the year alone is kept.

Read
    dd/mm/yyyy, d/m/yyyy, the same with ``-`` ``.`` ``,`` ``\`` or blanks, "ngày 12 tháng 3 năm 1970", "15-Aug-1966",
    "Aug 15, 1966", yyyy-mm-dd (also followed by a time), yyyymmdd, ddmmyyyy, mm/yyyy, yyyy-mm, yyyy, yyyy.0 as a spreadsheet
    writes a year. A day or month 00 is not known. Digits of any script,
    single digits as in the boxes of a form, and the letters o, l, i in the place of digits.
    Of two dates with "hoặc" between them, or a year with a stroke or dash and another date, the first is taken, and flagged
    (``Flag.DATE_UNREADABLE``). A year is not joined to a day and month that have a year of their own ("1959 - 06/01/1964").
Day numbers
    A cell of five digits and nothing else is the number that a spreadsheet holds for a day (22720: 15 March 1962). It is read
    as that day, the only reading that it has as a date, and flagged (``Flag.DATE_DAY_NUMBER``): it may as well be a slip for
    a year, or a number of something else.
Two-digit years
    d/m/yy, m/yy where yy is no day or month, "sn yy", and yy from 20 alone in its slot are of the years 1908 to 2007
    (``Flag.DATE_CENTURY``): an owner of land is no child, and no older than anybody.
The month's place holds more than 12
    Day and month were exchanged (12/25/1977, 1976-15-04), and are put right (``Flag.DATE_SWAPPED``). 02/03/1960 cannot be told
    from its mirror image and is read day first, as always in Vietnam; a register whose column proves that it was written month
    first is turned round before it comes here (:mod:`vnlink.storage.date_order`).
Impossible
    31/02/1970, 13/13/1980, 41/05/1970, 15/03/2087, and what programs show for an empty cell (00/01/1900, 30/12/1899,
    01/01/1900) are no dates at all (``Flag.DATE_IMPOSSIBLE`` and ``Flag.DATE_UNREADABLE``): which part is wrong cannot be
    known, and a wrong year would be held against the right citizen later.

Years from 1870 to 2035 are plausible. The bounds are constants and not "today", so that the same file always reads the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from vnlink.kernels import allocating, kernel
from vnlink.normalize.cells import MAX_SLOTS, StringBuffers, any_column, cell_of, fill_slots, person_starts, string_buffers
from vnlink.normalize.date_kernels import DAY_ZERO, FIRST_YEAR, LAST_YEAR, read_date, read_usual, scan_date
from vnlink.normalize.flags import flag_lists, flag_names
from vnlink.normalize.own_kind import in_own_kind
from vnlink.normalize.plain_cells import CELL_CUT, MAX_PLAIN, to_plain
from vnlink.schema import Flag

__all__ = ["FIRST_YEAR", "LAST_YEAR", "BirthDate", "parse_date", "parse_date_column"]

_UNREADABLE = int(Flag.DATE_UNREADABLE)
_DEFAULT = int(Flag.DATE_DEFAULT)
_IMPOSSIBLE = int(Flag.DATE_IMPOSSIBLE)
_LEFTOVER = int(Flag.LEFTOVER)


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as far as it is known.

    Attributes
    ----------
    year, month, day : int or None
        None where not known; a day is known only with its month, a month only with its year.
    several : bool
        The cell has more than one slot; this is the first.
    flags : tuple of str
        Names of the :class:`vnlink.schema.Flag` bits that were noticed: ``DATE_UNREADABLE`` (something written was not used),
        ``DATE_IMPOSSIBLE``, ``DATE_DEFAULT`` (1 January), ``DATE_SWAPPED``, ``DATE_CENTURY`` (a year of two digits),
        ``DATE_DAY_NUMBER`` (a spreadsheet's day number), ``CELL_CUT``.

    Notes
    -----
    Its ``repr`` hides the date on purpose: ``iso``, ``year``, ``month`` and ``day`` show it.
    """

    year: int | None
    month: int | None
    day: int | None
    several: bool
    flags: tuple[str, ...]

    @property
    def precision(self) -> str:
        """How much is known: "day", "month", "year" or "none"."""
        if self.year is None:
            return "none"
        return "year" if self.month is None else "month" if self.day is None else "day"

    @property
    def iso(self) -> str:
        """The known part in ISO 8601: "1965-02-01", "1965-02", "1965" or ""."""
        parts = [
            f"{self.year:04d}" if self.year else "",
            f"{self.month:02d}" if self.month else "",
            f"{self.day:02d}" if self.day else "",
        ]
        return "-".join(part for part in parts if part)

    def __repr__(self) -> str:
        """Say how much is known: a birth date is personal data and does not belong in a log. ``iso`` shows it."""
        return f"BirthDate(precision={self.precision!r})"

    def __bool__(self) -> bool:
        return self.year is not None


@overload
def parse_date(text: str | float | dt.date | None) -> BirthDate: ...
@overload
def parse_date(text: Any) -> pa.StructArray: ...


def parse_date(text: Any) -> BirthDate | pa.StructArray:
    """Read one birth date, or a column of them.

    Parameters
    ----------
    text : str, whole number, date or None, or a column of them
        A cell, or words with a date in them. One person's: a list with ";" gives the first slot. None, NaN and their like say
        nothing, alone and in a column.

    Returns
    -------
    BirthDate or pyarrow.StructArray
        Nothing known and ``DATE_UNREADABLE`` when the text has no date; nothing known and no flag when it says nothing. For a
        column an array of year, month and day (null where not known), precision, and ``flags``, a list of str a row; a frame
        where the column is of pandas or Polars.

    Examples
    --------
    >>> parse_date("Bà Trần Thị Bưởi, sinh ngày 12 tháng 3 năm 1970").iso
    '1970-03-12'
    >>> parse_date("khoảng 1950").precision
    'year'
    >>> parse_date(["01/02/1965", "1970"]).field("month").to_pylist()
    [2, None]
    """
    cell = cell_of(text)
    if cell is None:
        return in_own_kind(text, _date_column(text))
    birth, flags = parse_date_column(cell, np.ones(1, np.int64))
    year, month, day = int(birth[0]) // 10000, int(birth[0]) // 100 % 100, int(birth[0]) % 100
    noticed = flag_names(int(flags[0]) & ~_LEFTOVER)
    several = isinstance(text, str) and ";" in text and any(char.isalnum() for char in text)
    return BirthDate(year or None, month or None, day or None, several, noticed)


def _date_column(column: Any) -> pa.StructArray:
    cells = any_column(column)
    birth, flags = parse_date_column(cells, np.ones(len(cells), np.int64))
    parts = {"year": birth // 10000, "month": birth // 100 % 100, "day": birth % 100}
    known = (birth > 0).astype(np.int8) + (parts["month"] > 0) + (parts["day"] > 0)
    columns = [pa.array(part.astype(np.int16), mask=part == 0) for part in parts.values()]
    columns.append(pa.array(["none", "year", "month", "day"]).take(pa.array(known)))
    columns.append(flag_lists(flags & np.uint32(~_LEFTOVER & 0xFFFFFFFF)))
    return pa.StructArray.from_arrays(columns, names=[*parts, "precision", "flags"])


def parse_date_column(
    cells: pa.Array | pa.ChunkedArray | StringBuffers, persons_per_row: ArrayLike
) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Read a column of birth dates, one per person.

    Parameters
    ----------
    cells : pyarrow.Array, pyarrow.ChunkedArray or StringBuffers, shape (n,)
        Text, whole numbers (1965, 19650201), or Arrow dates and timestamps. Text may hold a list with ";", one slot per
        person. Without ";", exactly as many dates as persons ("1965, 1967" for a couple) are one each; otherwise the first
        date is the first person's.
    persons_per_row : array_like of int, shape (n,)
        Persons named in each row; all ones for citizens.

    Returns
    -------
    birth : ndarray of int32, shape (m,)
        yyyymmdd in (row, person) order, 00 for a month or day that is not known, 0 for nothing known.
    flags : ndarray of uint32, shape (m,)
        ``DATE_UNREADABLE`` when something was written and not, or not all of it, used, with ``DATE_IMPOSSIBLE`` when it was a
        date; ``DATE_DEFAULT`` for 1 January; ``DATE_SWAPPED``, ``DATE_CENTURY``; ``CELL_CUT`` and ``LEFTOVER`` on the
        first person of a row with more slots than persons.

    Raises
    ------
    InputError
        When there is not one count per row, or the column cannot hold dates.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parse_date_column(pa.array(["01/02/1965; 1967", "03/1970"]), [2, 1])[0].tolist()
    [19650201, 19670000, 19700300]
    """
    are_days = not isinstance(cells, StringBuffers) and (pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type))
    texts = None if are_days else string_buffers(cells)
    starts = person_starts(persons_per_row, len(cells if texts is None else texts.valid))
    birth = np.zeros(starts[-1], np.int32)
    flags = np.zeros(starts[-1], np.uint32)
    if texts is None:
        _take_days(cells, starts, birth, flags)
    else:
        _read_cells(*texts, starts, birth, flags)
    return birth, flags


def _take_days(
    cells: pa.Array | pa.ChunkedArray, starts: NDArray[np.int64], birth: NDArray[np.int32], flags: NDArray[np.uint32]
) -> None:
    """Fill in Arrow dates; a timestamp with a time zone is taken as the date on the clock of that zone."""
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    if pa.types.is_timestamp(cells.type) and cells.type.tz is not None:
        cells = pc.local_timestamp(cells)
    valid = cells.is_valid().to_numpy(zero_copy_only=False)
    days = cells.cast(pa.date32(), safe=False).cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = days - months.astype("datetime64[D]").astype(np.int64) + 1
    value = year * 10000 + month * 100 + day
    plausible = valid & (year >= FIRST_YEAR) & (year <= LAST_YEAR) & ~np.isin(value, DAY_ZERO)
    owned = np.diff(starts) > 0
    first = starts[:-1][owned]
    birth[first] = np.where(plausible, value, 0)[owned]
    default = plausible & (month == 1) & (day == 1)
    flags[first] = (np.where(valid & ~plausible, _UNREADABLE | _IMPOSSIBLE, 0) + np.where(default, _DEFAULT, 0))[owned]


@allocating
def _read_cells(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    starts: NDArray[np.int64],
    birth: NDArray[np.int32],
    flags: NDArray[np.uint32],
) -> None:
    """Read every cell's slots into ``birth`` and ``flags``, which start at zero."""
    plain = np.empty(MAX_PLAIN, np.uint8)
    slot_start = np.empty(MAX_SLOTS, np.int64)
    slot_end = np.empty(MAX_SLOTS, np.int64)
    for row in range(len(valid)):
        first = starts[row]
        persons = starts[row + 1] - first
        if not valid[row] or persons == 0:
            continue
        birth[first], flags[first] = read_usual(data, offsets[row], offsets[row + 1])
        if birth[first] != 0:
            continue
        length, noticed = to_plain(data, offsets[row], offsets[row + 1], plain)
        count, listed = fill_slots(plain, 0, length, slot_start, slot_end)
        if count == 1 and persons > 1 and not listed:
            count = _cut_at_dates(plain, persons, slot_start, slot_end)
        for slot in range(min(count, persons)):
            if slot_end[slot] > slot_start[slot]:
                value, flag = read_date(plain, slot_start[slot], slot_end[slot])
                birth[first + slot] = value
                flags[first + slot] = flag
        flags[first] |= np.uint32((noticed & CELL_CUT) | (_LEFTOVER if count > persons else 0))


@kernel
def _cut_at_dates(plain: NDArray[np.uint8], persons: int, slot_start: NDArray[np.int64], slot_end: NDArray[np.int64]) -> int:
    """Cut a cell without ";" after each date, if it has exactly one for each person; returns the slots."""
    begin, end = slot_start[0], slot_end[0]
    found = 0
    at = begin
    while at < end and found <= persons:
        value, flag, stop = scan_date(plain, at, end, True)
        if value != 0 or flag & _IMPOSSIBLE:
            if found < len(slot_start):
                slot_start[found] = at
                slot_end[found] = stop
            found += 1
        at = stop
    if found == persons and found <= len(slot_start):
        return found
    slot_start[0], slot_end[0] = begin, end
    return 1
