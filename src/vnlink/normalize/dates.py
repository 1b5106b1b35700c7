"""Birth dates: a column of text or dates as integers yyyymmdd.

A date is read by its digits; words around it ("sinh ngày", "năm sinh", "SN", "khoảng", "~", "?") do not matter.

Read
    dd/mm/yyyy, d/m/yyyy, the same with ``-`` ``.`` or blanks, "ngày 12 tháng 3 năm 1970", yyyy-mm-dd (also followed by a
    time), yyyymmdd, ddmmyyyy, mm/yyyy, yyyy-mm, yyyy, and yyyy.0 as a spreadsheet writes a year. A day or month 00 is not
    known.
Not read
    Two-digit years (12/03/65): without a clock the century is a guess. Serial day numbers of a spreadsheet (23774): five
    digits say nothing about a date by themselves. mm/dd/yyyy: 02/03/1960 cannot be told from its mirror image, so an order is
    never guessed.

Impossible dates are read as a careful clerk would (``Flag.DATE_UNREADABLE`` is set each time):

* the month is above 12 (30/13/1960): day and month are in doubt, the year is not; the year is kept;
* the day is above 31 (41/05/1970): only the day can be wrong; year and month are kept;
* the day does not exist in that month (31/02/1970): either may be wrong, and a wrong month would be held against the right
  citizen later; the year is kept.

Years from 1850 to 2100 are plausible. The bounds are constants and not "today", so that the same file always reads the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from vnlink.kernels import allocating, kernel
from vnlink.normalize.cells import MAX_SLOTS, fill_slots, person_starts, string_buffers, written
from vnlink.schema import Flag

__all__ = ["FIRST_YEAR", "LAST_YEAR", "BirthDate", "parse_date", "parse_date_column", "read_date"]

FIRST_YEAR, LAST_YEAR = 1850, 2100
"""Plausible years of birth, both included. Owners in the oldest certificates were born in the 1880s."""

_UNREADABLE = int(Flag.DATE_UNREADABLE)
_DEFAULT = int(Flag.DATE_DEFAULT)
_LEFTOVER = int(Flag.LEFTOVER)
_LONGEST_GAP = 20  # bytes between two parts of a date; " tháng " with combining marks takes 10


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as far as it is known.

    Attributes
    ----------
    year, month, day : int or None
        None where not known; a day is known only with its month, a month only with its year.
    flags : tuple of Flag
        What was noticed: ``DATE_UNREADABLE`` (something written was not used), ``DATE_DEFAULT`` (1 January).
    """

    year: int | None
    month: int | None
    day: int | None
    flags: tuple[Flag, ...]

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
        """Say how much is known: a birth date is personal data and does not belong in a log."""
        return f"BirthDate(precision={self.precision!r})"

    def __bool__(self) -> bool:
        return self.year is not None


def parse_date(text: str | None) -> BirthDate:
    """Read one birth date.

    Parameters
    ----------
    text : str or None
        A cell, or words with a date in them. One person's: a list with ";" gives the first slot.

    Returns
    -------
    BirthDate
        Nothing known and ``DATE_UNREADABLE`` when the text has no date; nothing known and no flag when it says nothing.

    Examples
    --------
    >>> parse_date("Bà Trần Thị Bưởi, sinh ngày 12 tháng 3 năm 1970").iso
    '1970-03-12'
    >>> parse_date("khoảng 1950").precision
    'year'
    """
    cell = None if text is None else text.encode("utf-8", "replace")  # a lone surrogate is not an error here
    birth, flags = parse_date_column(pa.array([cell], pa.large_binary()), np.ones(1, np.int64))
    year, month, day = int(birth[0]) // 10000, int(birth[0]) // 100 % 100, int(birth[0]) % 100
    noticed = tuple(flag for flag in Flag if int(flags[0]) & flag and flag is not Flag.LEFTOVER)
    return BirthDate(year or None, month or None, day or None, noticed)


def parse_date_column(
    cells: pa.Array | pa.ChunkedArray, persons_per_row: ArrayLike
) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Read a column of birth dates, one per person.

    Parameters
    ----------
    cells : pyarrow.Array or pyarrow.ChunkedArray, shape (n,)
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
        ``DATE_UNREADABLE`` when something was written and not, or not all of it, used; ``DATE_DEFAULT`` for 1 January;
        ``LEFTOVER`` on the first person of a row with more slots than persons.

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
    starts = person_starts(persons_per_row, len(cells))
    birth = np.zeros(starts[-1], np.int32)
    flags = np.zeros(starts[-1], np.uint32)
    if pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type):
        _take_days(cells, starts, birth, flags)
    else:
        _read_cells(*string_buffers(cells), starts, birth, flags)
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
    plausible = valid & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    owned = np.diff(starts) > 0
    first = starts[:-1][owned]
    birth[first] = np.where(plausible, year * 10000 + month * 100 + day, 0)[owned]
    default = plausible & (month == 1) & (day == 1)
    flags[first] = (np.where(valid & ~plausible, _UNREADABLE, 0) + np.where(default, _DEFAULT, 0))[owned]


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
    slot_start = np.empty(MAX_SLOTS, np.int64)
    slot_end = np.empty(MAX_SLOTS, np.int64)
    for row in range(len(valid)):
        first = starts[row]
        persons = starts[row + 1] - first
        if not valid[row] or persons == 0:
            continue
        count, listed = fill_slots(data, offsets[row], offsets[row + 1], slot_start, slot_end)
        if count == 1 and persons > 1 and not listed:
            count = _cut_at_dates(data, persons, slot_start, slot_end)
        for slot in range(min(count, persons)):
            if slot_end[slot] > slot_start[slot]:
                value, flag = read_date(data, slot_start[slot], slot_end[slot])
                birth[first + slot] = value
                flags[first + slot] = flag
        if count > persons:
            flags[first] |= np.uint32(_LEFTOVER)


@kernel
def _cut_at_dates(data: NDArray[np.uint8], persons: int, slot_start: NDArray[np.int64], slot_end: NDArray[np.int64]) -> int:
    """Cut a cell without ";" after each date, if it has exactly one for each person; returns the slots."""
    begin, end = slot_start[0], slot_end[0]
    found = 0
    at = begin
    while at < end and found <= persons:
        value, _, stop = _scan(data, at, end)
        if value != 0:
            if found < len(slot_start):
                slot_start[found] = at
                slot_end[found] = stop
            found += 1
        at = stop
    if found == persons and found <= len(slot_start):
        return found
    slot_start[0], slot_end[0] = begin, end
    return 1


@kernel
def read_date(data: NDArray[np.uint8], start: int, end: int) -> tuple[np.int32, np.uint32]:
    """Read the first date in ``data[start:end]``.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The slot, or the part of an owner string, to read.

    Returns
    -------
    birth : int32
        yyyymmdd with 00 for what is not known, 0 when there is no date.
    flags : uint32
        ``DATE_UNREADABLE``, ``DATE_DEFAULT`` or 0. A slot that says nothing has no flag.
    """
    value, flag, _ = _scan(data, start, end)
    if value == 0 and not written(data, start, end):
        flag = 0
    return np.int32(value), np.uint32(flag)


@kernel
def _scan(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int, int]:
    """First date at or after ``start``: yyyymmdd (0 for none), flags, and where the date ends (``end`` for none)."""
    first, first_end = _next_group(data, start, end)
    while first < end:
        second, second_end = _next_group(data, first_end, end)
        third, third_end = _next_group(data, second_end, end)
        a, b, c = first_end - first, second_end - second, third_end - third
        value = _number(data, first, first_end)
        clock = (first > start and data[first - 1] == 58) or (first_end < end and data[first_end] == 58)
        pair = a <= 4 and 0 < b <= 4 and _joined(data, first_end, second)
        triple = pair and 0 < c <= 4 and _joined(data, second_end, third)
        if a in (7, 8):
            birth, flag = _compact(value, a)
            if birth != 0:
                return birth, flag, first_end
        elif a == 4 and FIRST_YEAR <= value <= LAST_YEAR:
            if triple and b <= 2 and c <= 2:
                birth, flag = _calendar(value, _number(data, second, second_end), _number(data, third, third_end))
                return birth, flag, third_end
            if pair and b <= 2 and data[first_end] != 46:  # after a full stop it is the ".0" of a spreadsheet
                birth, flag = _calendar(value, _number(data, second, second_end), 0)
                return birth, flag, second_end
            return value * 10000, 0, first_end
        elif a <= 2 and pair and not clock:
            if triple and b <= 2 and c == 4 and FIRST_YEAR <= _number(data, third, third_end) <= LAST_YEAR:
                birth, flag = _calendar(_number(data, third, third_end), _number(data, second, second_end), value)
                return birth, flag, third_end
            if b == 4 and FIRST_YEAR <= _number(data, second, second_end) <= LAST_YEAR:
                birth, flag = _calendar(_number(data, second, second_end), value, 0)
                return birth, flag, second_end
        first, first_end = second, second_end
    return 0, _UNREADABLE, end


@kernel
def _next_group(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Bounds of the next run of digits at or after ``at``; ``(end, end)`` when there is none."""
    while at < end and not 48 <= data[at] <= 57:
        at += 1
    begin = at
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return begin, at


@kernel
def _number(data: NDArray[np.uint8], begin: int, end: int) -> int:
    """Value of at most eight digits; 0 for a longer run, which is no part of a date."""
    if end - begin > 8:
        return 0
    value = 0
    for at in range(begin, end):
        value = value * 10 + (int(data[at]) - 48)
    return value


@kernel
def _joined(data: NDArray[np.uint8], begin: int, end: int) -> bool:
    """Whether the bytes between two runs of digits can stand inside a date.

    They can when they are blanks and ``/ - .`` (or an en dash), or hold the one word "tháng" or "năm" in any spelling.
    """
    if end - begin > _LONGEST_GAP:
        return False
    words = 0
    comma = False
    inside = False
    for at in range(begin, end):
        byte = int(data[at])
        letter = 97 <= (byte | 32) <= 122
        high = byte >= 128
        if letter and not inside:
            following = int(data[at + 1]) if at + 1 < end else 0
            lower = byte | 32
            month = lower == 116  # t: tháng, thang, T
            year = lower == 110 and ((following | 32) == 97 or following == 0xC4)  # năm, nam; not "người"
            words += 1
            if words > 1 or not (month or year):
                return False
            inside = True
        elif not letter and not high:
            inside = False
            if byte == 44:
                comma = True
            elif byte not in (32, 45, 46, 47, 9):
                return False
        elif high and not inside and byte not in (0xC2, 0xA0, 0xE2, 0x80, 0x93):
            return False  # bytes of the no-break space and the en dash pass
    return words == 1 or not comma


@kernel
def _compact(value: int, digits: int) -> tuple[int, int]:
    """Read yyyymmdd or ddmmyyyy written without separators (7 digits: the zero of the day is lost).

    No number is both: the century of a plausible year, 18 to 21, is no month. What is not a whole valid date is no date.
    """
    year, month, day = value // 10000, value // 100 % 100, value % 100
    if digits == 7 or not (FIRST_YEAR <= year <= LAST_YEAR and month <= 12 and day <= 31):
        year, month, day = value % 10000, value // 10000 % 100, value // 1000000
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):
            return 0, _UNREADABLE
    return _calendar(year, month, day)


@kernel
def _calendar(year: int, month: int, day: int) -> tuple[int, int]:
    """Give yyyymmdd and flags of a plausible year with a month and day that may be unknown (0) or impossible."""
    if month > 12:
        return year * 10000, _UNREADABLE
    if month == 0:
        return year * 10000, 0
    if day > 31:
        return year * 10000 + month * 100, _UNREADABLE
    length = 31
    if month == 2:
        length = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    elif month in (4, 6, 9, 11):
        length = 30
    if day > length:
        return year * 10000, _UNREADABLE
    return year * 10000 + month * 100 + day, _DEFAULT if month == 1 and day == 1 else 0
