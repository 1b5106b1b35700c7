"""Identity numbers: personal ids (12 digits), old ids (9 digits) and other papers, out of free text.

The type of a number is recognised by its digits, not by the words around it; those are often wrong or missing.

1. :func:`next_number` finds the next number: digits with blanks, dots or dashes inside belong together when they make 9 or 12
   ("001 065 012 345"), a run of eight or more digits stands alone, and a date ("cấp ngày 01/02/2003") is no number.
2. :func:`classify_number` says what it is, and whether lost zeros were put back.
3. The column readers deal the numbers of a cell to the persons of the row.

Lost zeros
    A spreadsheet drops the zeros in front. 8 digits are an old id (all prefixes are 01-38, so at most one zero is lost). 11 or
    10 digits are a personal id when the padded number has one of the 63 province codes and a sex digit 0-3 (born 1900-2099). 11
    digits that still begin with 0 have lost one zero of two, and only with sex digit 0 or 1: mobile numbers had that form too,
    all with 2 or more there. Padding never changes the integer that stands for a number.

Numbers and persons
    Slots are cut at ";" (:mod:`vnlink.normalize.cells`); the papers inside a slot are separated by anything else and are one
    person's. With no more numbers than persons, slots go by position. With more slots than persons some person has several
    papers: each slot goes to the one owner it can have if order is kept and nobody has two numbers of one kind; a slot that
    could be either neighbour's goes to nobody (``Flag.LEFTOVER``), since a wrong number is worse than none. A cell without ";"
    is the first person's, unless it has exactly one number of one kind for each person. A person's second number of one kind
    is another paper.

Structure of a personal id, PPP G YY NNNNNN (Circular 07/2016/TT-BCA, Circular 59/2021/TT-BCA): province of birth registration,
century and sex, year of birth, serial number. There is no check digit, and a number may legitimately disagree with its holder's
data, so structure is evidence and never a filter on a full-length number.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from vnlink.normalize.cells import MAX_SLOTS, fill_slots, kernel, person_starts, string_buffers, written
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag

__all__ = [
    "KIND_NONE",
    "KIND_OLD",
    "KIND_OTHER",
    "KIND_PERSONAL",
    "Identifier",
    "IdentifierKind",
    "classify_number",
    "next_number",
    "parse_identifier",
    "parse_identifier_column",
    "parse_old_id_column",
    "parse_personal_id_column",
    "province_names",
    "read_number",
    "read_structure",
]

KIND_NONE, KIND_PERSONAL, KIND_OLD, KIND_OTHER = 0, 1, 2, 3
"""What a number is: nothing usable, a personal id, an old id, another paper."""

_UNREADABLE = int(Flag.ID_UNREADABLE)
_REPAIRED = int(Flag.ID_REPAIRED)
_OTHER_PAPER = int(Flag.ID_OTHER_PAPER)
_LEFTOVER = int(Flag.LEFTOVER)

_MAX_NUMBERS = 64  # numbers kept of one cell
_MAX_DIGITS = 16  # longer runs are nobody's number, and would pass what one integer holds with its length and letter
_STANDS_ALONE = 8  # a run of so many digits is a number by itself: "123456789 2003" is a number and a year
_SHORTEST = 6  # digits of the shortest other paper; shorter runs are house numbers, days and years
_FIRST_YEAR, _LAST_YEAR = 1850, 2100  # of a date of issue
_WIDEST_GAP = 3  # bytes between two groups of one number

# The codes of resources/id_provinces.csv as a table for the kernels.
_PROVINCE = np.zeros(100, np.bool_)
_PROVINCE[[1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33]] = True
_PROVINCE[[34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66]] = True
_PROVINCE[[67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96]] = True


class IdentifierKind(StrEnum):
    """What a number is, in words."""

    NONE = "none"
    PERSONAL = "personal"
    OLD = "old"
    OTHER = "other"


_KINDS = (IdentifierKind.NONE, IdentifierKind.PERSONAL, IdentifierKind.OLD, IdentifierKind.OTHER)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identity number and what its digits say.

    Attributes
    ----------
    kind : IdentifierKind
        personal, old, other, or none when there is no usable number.
    digits : str
        The number with its zeros: 12 digits, 9 digits, or the other paper's letter and digits; "" for none.
    province : str or None
        Province of birth registration of a personal id; None for another kind or a code that is not one of the 63.
    sex : int
        Of a personal id: 1 male, 2 female; else 0.
    birth_year : int or None
        Of a personal id.
    candidates : tuple of str
        The numbers that the text may stand for when zeros were put back; empty when it was whole.
    flags : tuple of Flag
        ``ID_UNREADABLE``, ``ID_REPAIRED``, ``ID_OTHER_PAPER``.
    """

    kind: IdentifierKind
    digits: str
    province: str | None
    sex: int
    birth_year: int | None
    candidates: tuple[str, ...]
    flags: tuple[Flag, ...]

    def __repr__(self) -> str:
        """Say the kind only: a number is personal data and does not belong in a log."""
        return f"Identifier(kind={self.kind.value!r}, digits=<{len(self.digits)}>)"

    def __bool__(self) -> bool:
        return self.kind is not IdentifierKind.NONE


@cache
def province_names() -> dict[int, str]:
    """Names of the 63 provinces by the code that begins a personal id (1 for "001").

    Returns
    -------
    dict of int to str
        In the order of the codes.

    Examples
    --------
    >>> province_names()[38]
    'Thanh Hóa'
    """
    text = resources.files("vnlink").joinpath("resources", "id_provinces.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(row["code"]): row["province"] for row in rows}


def parse_identifier(text: str | None) -> Identifier:
    """Read the first usable identity number of a text; a personal id comes before an old id, an old id before another paper.

    Parameters
    ----------
    text : str or None
        A cell of one person.

    Returns
    -------
    Identifier

    Examples
    --------
    >>> found = parse_identifier("Bà Trần Thị Bưởi, CCCD số: 038.165.012.345")
    >>> found.kind.value, found.digits, found.province, found.sex, found.birth_year
    ('personal', '038165012345', 'Thanh Hóa', 2, 1965)
    >>> parse_identifier("12345678").candidates
    ('012345678',)
    """
    data = np.frombuffer(b"" if text is None else text.encode("utf-8", "replace"), np.uint8)
    best = (KIND_NONE, 0, 0, 0, False)
    at = 0
    while at < len(data):
        value, digits, letter, at = next_number(data, at, len(data))
        kind, repaired = classify_number(value, digits, letter)
        if kind != KIND_NONE and (best[0] == KIND_NONE or kind < best[0]):
            best = (kind, value, digits, letter, repaired)
    kind, value, digits, letter, repaired = best
    if kind == KIND_NONE:
        unreadable = (Flag.ID_UNREADABLE,) if written(data, 0, len(data)) else ()
        return Identifier(IdentifierKind.NONE, "", None, SEX_MISSING, None, (), unreadable)
    width = {KIND_PERSONAL: 12, KIND_OLD: 9, KIND_OTHER: digits}[kind]
    number = (chr(64 + letter) if kind == KIND_OTHER and letter else "") + str(value).zfill(width)
    flags = ((Flag.ID_REPAIRED,) if repaired else ()) + ((Flag.ID_OTHER_PAPER,) if kind == KIND_OTHER else ())
    personal = np.array([value if kind == KIND_PERSONAL else -1], np.int64)
    province, sex, year = (int(array[0]) for array in read_structure(personal))
    return Identifier(
        _KINDS[kind], number, province_names().get(province), sex, year or None, (number,) if repaired else (), flags
    )


def parse_identifier_column(
    cells: pa.Array | pa.ChunkedArray, persons_per_row: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint32]]:
    """Read the identity numbers of a land register's free-text column, for every person.

    Parameters
    ----------
    cells : pyarrow.Array or pyarrow.ChunkedArray, shape (n,)
        Text or whole numbers; lists with ";" as the module's docstring says.
    persons_per_row : array_like of int, shape (n,)
        Persons named in each row.

    Returns
    -------
    personal_id, old_id : ndarray of int64, shape (m,)
        The 12 and the 9 digits as integers in (row, person) order, -1 when missing.
    other : ndarray of uint64, shape (m,)
        A number that stands for another paper (equal exactly when letter and digits are equal), 0 for none.
    flags : ndarray of uint32, shape (m,)
        ``ID_UNREADABLE`` when something was written and nothing is usable (also the same digit throughout), ``ID_REPAIRED``,
        ``ID_OTHER_PAPER``, ``LEFTOVER`` on the first person of a row where a slot has no certain owner.

    Raises
    ------
    InputError
        When there is not one count per row, or the column cannot hold text.

    Examples
    --------
    >>> import pyarrow as pa
    >>> cells = pa.array(["CMND số: 123 456 789 cấp ngày 01/02/2003", "; 38165012345"])  # the second person's lost a zero
    >>> personal, old, other, flags = parse_identifier_column(cells, [1, 2])
    >>> old.tolist(), personal.tolist()
    ([123456789, -1, -1], [-1, -1, 38165012345])
    """
    starts = person_starts(persons_per_row, len(cells))
    persons = int(starts[-1])
    personal = np.full(persons, -1, np.int64)
    old = np.full(persons, -1, np.int64)
    other = np.zeros(persons, np.uint64)
    flags = np.zeros(persons, np.uint32)
    _read_cells(*string_buffers(cells), starts, personal, old, other, flags)
    return personal, old, other, flags


def parse_personal_id_column(cells: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Read the population register's column of personal ids, lost zeros put back.

    Parameters
    ----------
    cells : pyarrow.Array or pyarrow.ChunkedArray, shape (n,)
        Numbers typed as text or integers.

    Returns
    -------
    personal_id : ndarray of int64, shape (n,)
        -1 when missing.
    flags : ndarray of uint32, shape (n,)
        ``ID_REPAIRED``, ``ID_UNREADABLE``, or ``ID_OTHER_PAPER`` when the cell has a number of another kind only.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parse_personal_id_column(pa.array([1065012345, None]))[0].tolist()  # 001065012345, typed as a number
    [1065012345, -1]
    """
    personal, old, _, flags = parse_identifier_column(cells, np.ones(len(cells), np.int64))
    return personal, _one_kind_only(personal, old, flags)


def parse_old_id_column(cells: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Read the population register's column of old ids, a lost zero put back.

    Parameters and returns are those of :func:`parse_personal_id_column`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parse_old_id_column(pa.array(["023456789", "23456789"]))[0].tolist()
    [23456789, 23456789]
    """
    personal, old, _, flags = parse_identifier_column(cells, np.ones(len(cells), np.int64))
    return old, _one_kind_only(old, personal, flags)


def _one_kind_only(wanted: NDArray[np.int64], unwanted: NDArray[np.int64], flags: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Flags for a column of one kind: a number of the other kind alone is another paper, and its repair is of no interest."""
    stray = (wanted < 0) & (unwanted >= 0)
    return np.where(stray, (flags & np.uint32(~_REPAIRED & 0xFFFFFFFF)) | np.uint32(_OTHER_PAPER), flags)


def read_structure(personal_id: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.uint8], NDArray[np.int16]]:
    """What the digits of personal ids say about their holders.

    Parameters
    ----------
    personal_id : ndarray of int64, shape (n,)
        12 digits as an integer, negative when missing.

    Returns
    -------
    province : ndarray of int16, shape (n,)
        Code 1 to 96, 0 when missing or not one of the 63 codes (births registered abroad).
    sex : ndarray of uint8, shape (n,)
        1 male, 2 female, 0 missing.
    birth_year : ndarray of int16, shape (n,)
        1900 to 2399, 0 missing.

    Examples
    --------
    >>> [array.tolist() for array in read_structure(np.array([38165012345, -1]))]
    [[38, 0], [2, 0], [1965, 0]]
    """
    known = (personal_id >= 0) & (personal_id < 10**12)
    number = np.where(known, personal_id, 0)
    province = number // 10**9
    century = number // 10**8 % 10
    province = np.where(known & (province < 100) & _PROVINCE[np.minimum(province, 99)], province, 0)
    sex = np.where(known, np.where(century % 2 == 0, SEX_MALE, SEX_FEMALE), SEX_MISSING)
    year = np.where(known, 1900 + century // 2 * 100 + number // 10**6 % 100, 0)
    return province.astype(np.int16), sex.astype(np.uint8), year.astype(np.int16)


@kernel
def read_number(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int]:
    """First number of at least eight digits in ``data[start:end]``, as it is written, without repair.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The slot, or the part of an owner string, to read.

    Returns
    -------
    value : int
        The digits as an integer, -1 when there is none.
    digits : int
        How many digits were written, zeros in front included; 0 when there is none. :func:`classify_number` tells the kind.
    """
    at = start
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        if digits >= _STANDS_ALONE and letter == 0:
            return value, digits
    return -1, 0


@kernel
def classify_number(value: int, digits: int, letter: int) -> tuple[int, bool]:
    """What a number is.

    Parameters
    ----------
    value : int
        The digits as an integer; negative is no number.
    digits : int
        How many digits were written.
    letter : int
        The single letter in front, 1 for A to 26 for Z, 0 for none.

    Returns
    -------
    kind : int
        ``KIND_NONE``, ``KIND_PERSONAL``, ``KIND_OLD`` or ``KIND_OTHER``.
    repaired : bool
        Lost zeros were put back (the integer is the same).
    """
    if value < 0 or digits < _SHORTEST or digits > _MAX_DIGITS:
        return KIND_NONE, False
    repeated = value % 10
    for _ in range(digits - 1):
        repeated = repeated * 10 + value % 10
    if value == repeated:  # 000000000, 999999999: a form filled in, not a number
        return KIND_NONE, False
    if letter > 0 and digits <= _STANDS_ALONE:
        return KIND_OTHER, False
    if digits == 12:
        return KIND_PERSONAL, False
    if digits == 9:
        return KIND_OLD, False
    if digits == 8 and value >= 10**7:
        return KIND_OLD, True
    if digits == 10 or digits == 11:
        province = value // 10**9
        century = value // 10**8 % 10
        zero_left = digits == 11 and value < 10**10
        if province < 100 and _PROVINCE[province] and (century <= 1 or (century <= 3 and not zero_left)):
            return KIND_PERSONAL, True
    return KIND_OTHER, False


@kernel
def next_number(data: NDArray[np.uint8], start: int, end: int) -> tuple[int, int, int, int]:
    """Next number of six or more digits at or after ``start``; dates are passed over.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        Where to look.

    Returns
    -------
    value : int
        The digits as an integer; -1 when there is none, or it cannot be known (more than 16 digits, or rounded 1.06501E+11).
    digits : int
        How many digits were written; 0 when there is none.
    letter : int
        A single letter right in front, 1 for A to 26 for Z, 0 for none.
    stop : int
        Where to go on; ``end`` when there is none.
    """
    at = start
    while at < end:
        if not 48 <= data[at] <= 57:
            at += 1
            continue
        stop = _date_end(data, at, end)
        if stop > 0:
            at = stop
            continue
        value, digits, stop = _scientific(data, at, end)
        if stop > 0:
            return value, digits, 0, stop
        first_end = _digits_end(data, at, end)
        stop = first_end
        if first_end - at < _STANDS_ALONE:
            stop = _glued_end(data, at, first_end, end)
        value, digits = _gather(data, at, stop)
        if digits >= _SHORTEST:
            return value, digits, _letter_before(data, start, at, digits), stop
        at = first_end
    return -1, 0, 0, end


@kernel
def _digits_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """End of the run of digits at ``at``."""
    while at < end and 48 <= data[at] <= 57:
        at += 1
    return at


@kernel
def _gather(data: NDArray[np.uint8], begin: int, end: int) -> tuple[int, int]:
    """Value (-1 beyond 16 digits) and count of the digits between two bounds, whatever stands between them."""
    value = 0
    digits = 0
    for at in range(begin, end):
        if 48 <= data[at] <= 57:
            digits += 1
            if digits <= _MAX_DIGITS:
                value = value * 10 + (np.int64(data[at]) - 48)
    return (value if digits <= _MAX_DIGITS else -1), digits


@kernel
def _next_in_number(data: NDArray[np.uint8], at: int, end: int) -> int:
    """Start of the next run of digits if only blanks, dots and dashes (at most three bytes) lie before it, else -1."""
    begin = at
    while at < end and at - begin <= _WIDEST_GAP:
        byte = np.int64(data[at])
        if 48 <= byte <= 57:
            return at
        blank = byte == 32 or byte == 0xC2 or byte == 0xA0  # both bytes of the no-break space
        dash = byte == 45 or byte == 46 or byte == 0xE2 or byte == 0x80 or byte == 0x93  # the last three: the en dash
        if not (blank or dash):
            return -1
        at += 1
    return -1


@kernel
def _glued_end(data: NDArray[np.uint8], begin: int, first_end: int, end: int) -> int:
    """Where a number written in groups ends: the longest run of groups with 12 or 9 digits.

    Without one, all groups together when they have 8, 10 or 11 digits and nothing more belongs to them (zeros may be lost);
    else the first group alone.
    """
    total = first_end - begin
    at = first_end
    whole = -1
    while total < 12:
        following = _next_in_number(data, at, end)
        if following < 0 or _date_end(data, following, end) > 0:
            break
        stop = _digits_end(data, following, end)
        if stop - following >= _STANDS_ALONE:
            break
        total += stop - following
        at = stop
        if total == 9 or total == 12:
            whole = at
    if whole > 0:
        return whole
    return at if total == 8 or total == 10 or total == 11 else first_end


@kernel
def _date_end(data: NDArray[np.uint8], at: int, end: int) -> int:
    """End of a date d/m/yyyy or yyyy/m/d (also with dashes, dots, blanks) that begins at ``at``, or -1."""
    if at > 0 and 48 <= data[at - 1] <= 57:
        return -1
    separator = np.int64(0)
    parts = 0
    first = second = third = 0
    long_first = long_third = False
    while parts < 3:
        stop = _digits_end(data, at, end)
        length = stop - at
        if not (length == 1 or length == 2 or length == 4) or (length == 4 and parts == 1):
            return -1
        value, _ = _gather(data, at, stop)
        if parts == 0:
            first, long_first = value, length == 4
        elif parts == 1:
            second = value
        else:
            third, long_third = value, length == 4
        parts += 1
        at = stop
        if parts < 3:
            at, kind = _separator(data, at, end)
            if kind == 0 or (parts == 2 and kind != separator):
                return -1
            separator = kind
    following, kind = _separator(data, stop, end)
    if kind == separator and kind != 47 and kind != 32 and following < end and 48 <= data[following] <= 57:
        return -1  # more groups follow with the same dots or dashes: a number in groups
    if long_first == long_third:
        return -1
    year = first if long_first else third
    day = third if long_first else first
    return stop if _FIRST_YEAR <= year <= _LAST_YEAR and second <= 12 and day <= 31 else -1


@kernel
def _separator(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Pass a separator of a date with blanks around it; where it ends, and which it was (32 for blanks only, 0 for none)."""
    kind = 0
    while at < end:
        byte = np.int64(data[at])
        if byte == 45 or byte == 46 or byte == 47:
            if kind > 32:
                return at, 0
            kind = byte
        elif byte == 32:
            kind = max(kind, 32)
        else:
            break
        at += 1
    return at, kind


@kernel
def _scientific(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int, int]:
    """A number as a spreadsheet writes it, 1.065012345E+09: value (-1 when digits were rounded away), digits, end (-1: none).

    It is whole only when the mantissa has as many decimals as the exponent asks for.
    """
    begin = at
    if at + 4 >= end or not (data[at + 1] == 46 or data[at + 1] == 44) or data[at] == 48:
        return -1, 0, -1
    at = _digits_end(data, at + 2, end)
    decimals = at - begin - 2
    if decimals < 1 or at >= end or not (data[at] == 69 or data[at] == 101):
        return -1, 0, -1
    at += 1
    if at < end and data[at] == 43:
        at += 1
    stop = _digits_end(data, at, end)
    if stop == at or stop - at > 2:
        return -1, 0, -1
    exponent, _ = _gather(data, at, stop)
    value, digits = _gather(data, begin, begin + 2 + decimals)
    return (value if exponent == decimals else -1), digits, stop


@kernel
def _letter_before(data: NDArray[np.uint8], start: int, at: int, digits: int) -> int:
    """The single Latin letter in front of a number (1 for A), 0 for none or for a word.

    It touches the digits; a passport's seven digits may also stand off by one blank or dash ("B 1234567").
    """
    place = at - 1
    if place >= start and digits == 7 and (data[place] == 32 or data[place] == 45):
        place -= 1
    if place < start:
        return 0
    letter = np.int64(data[place]) | 32
    if data[place] >= 128 or not 97 <= letter <= 122:
        return 0
    if place > start:
        before = np.int64(data[place - 1])
        if before >= 128 or 97 <= (before | 32) <= 122 or 48 <= before <= 57:
            return 0
    return letter - 96


@kernel
def _read_cells(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    starts: NDArray[np.int64],
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
    flags: NDArray[np.uint32],
) -> None:
    """Read every cell into the four arrays of persons, which start empty."""
    slot_start = np.empty(MAX_SLOTS, np.int64)
    slot_end = np.empty(MAX_SLOTS, np.int64)
    owner = np.empty(MAX_SLOTS, np.int64)
    kinds = np.empty(MAX_SLOTS, np.int64)
    for row in range(len(valid)):
        first = starts[row]
        persons = starts[row + 1] - first
        if not valid[row] or persons == 0:
            continue
        count, listed = fill_slots(data, offsets[row], offsets[row + 1], slot_start, slot_end)
        if persons > 1 and count == 1 and not listed:
            count = _cut_at_numbers(data, persons, slot_start, slot_end)
        _find_owners(data, count, persons, slot_start, slot_end, kinds, owner)
        for slot in range(count):
            if slot_end[slot] == slot_start[slot]:
                continue
            if owner[slot] < 0:
                flags[first] |= np.uint32(_LEFTOVER)
            else:
                _take_slot(data, slot_start[slot], slot_end[slot], first + owner[slot], personal, old, other, flags)


@kernel
def _take_slot(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    person: int,
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
    flags: NDArray[np.uint32],
) -> None:
    """Give a slot's numbers to a person."""
    usable = False
    at = begin
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        kind, repaired = classify_number(value, digits, letter)
        if kind == KIND_NONE:
            continue
        usable = True
        width = digits
        if kind == KIND_PERSONAL:
            width = 12
            if personal[person] < 0:
                personal[person] = value
                flags[person] |= np.uint32(_REPAIRED if repaired else 0)
            if personal[person] == value:
                continue
        elif kind == KIND_OLD:
            width = 9
            if old[person] < 0:
                old[person] = value
                flags[person] |= np.uint32(_REPAIRED if repaired else 0)
            if old[person] == value:
                continue
        flags[person] |= np.uint32(_OTHER_PAPER)
        if other[person] == 0:
            # Letter (0-26), length (6-16) and digits side by side: at most 4.6e18, so no two papers share a number.
            other[person] = np.uint64((letter * 17 + width) * 10**16 + value)
    if not usable:
        flags[person] |= np.uint32(_UNREADABLE)


@kernel
def _slot_kinds(data: NDArray[np.uint8], begin: int, end: int) -> int:
    """Which kinds of number a slot has: 1 for a personal id, 2 for an old id, 3 for both."""
    kinds = 0
    at = begin
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        kind, _ = classify_number(value, digits, letter)
        if kind == KIND_PERSONAL or kind == KIND_OLD:
            kinds |= kind
    return kinds


@kernel
def _cut_at_numbers(data: NDArray[np.uint8], persons: int, slot_start: NDArray[np.int64], slot_end: NDArray[np.int64]) -> int:
    """Cut a cell without ";" after each number, if it has exactly one of one kind for each person; returns the slots."""
    begin, end = slot_start[0], slot_end[0]
    if persons > len(slot_start):
        return 1
    kinds = 0
    found = 0
    at = begin
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        kind, _ = classify_number(value, digits, letter)
        if kind != KIND_NONE:
            found += 1
            kinds |= 1 << kind
    if found != persons or not (kinds == 1 << KIND_PERSONAL or kinds == 1 << KIND_OLD):
        return 1
    at = begin
    slot = 0
    while slot < persons:
        slot_start[slot] = at
        kind = KIND_NONE
        while kind == KIND_NONE:
            value, digits, letter, at = next_number(data, at, end)
            kind, _ = classify_number(value, digits, letter)
        slot_end[slot] = at
        slot += 1
    return persons


@kernel
def _find_owners(
    data: NDArray[np.uint8],
    count: int,
    persons: int,
    slot_start: NDArray[np.int64],
    slot_end: NDArray[np.int64],
    kinds: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> None:
    """Write the owner of each slot, 0 for the row's first person, -1 for nobody."""
    filled = 0
    for slot in range(count):
        owner[slot] = slot if slot < persons else -1
        if slot_end[slot] > slot_start[slot]:
            filled += 1
    if filled <= persons:
        return
    for slot in range(count):
        kinds[slot] = _slot_kinds(data, slot_start[slot], slot_end[slot])
        owner[slot] = -1
    feasible = _bound_owners(count, persons, filled, slot_start, slot_end, kinds, owner, True)
    if not feasible:
        _bound_owners(count, persons, filled, slot_start, slot_end, kinds, owner, False)


@kernel
def _bound_owners(
    count: int,
    persons: int,
    filled: int,
    slot_start: NDArray[np.int64],
    slot_end: NDArray[np.int64],
    kinds: NDArray[np.int64],
    owner: NDArray[np.int64],
    one_of_a_kind: bool,
) -> bool:
    """Owners that follow from the order alone: the first and the last person each filled slot can belong to.

    Slots keep the order of the persons, every person has at least one, and with ``one_of_a_kind`` nobody has two numbers of
    one kind. Where the first and the last possible owner are the same, that is the owner. Returns False when no such dealing
    exists.
    """
    earliest = np.empty(count, np.int64)
    person = 0
    have = 0
    seen = 0
    for slot in range(count):
        if slot_end[slot] == slot_start[slot]:
            continue
        least = max(0, persons - (filled - seen))  # enough slots must be left for the persons to come
        if seen > 0 and ((one_of_a_kind and have & kinds[slot] != 0) or person < least):
            person += 1
            have = 0
        have |= kinds[slot]
        earliest[slot] = person
        seen += 1
    if person >= persons:
        return False
    person = persons - 1
    have = 0
    seen = 0
    for back in range(count):
        slot = count - 1 - back
        if slot_end[slot] == slot_start[slot]:
            continue
        most = min(persons - 1, filled - 1 - seen)
        if seen > 0 and ((one_of_a_kind and have & kinds[slot] != 0) or person > most):
            person -= 1
            have = 0
        have |= kinds[slot]
        owner[slot] = person if person == earliest[slot] else -1
        seen += 1
    return True
