"""Identity numbers: personal ids (12 digits), old ids (9 digits) and other papers, out of free text.

The type of a number is recognised by its digits, not by the words around it; those are often wrong or missing. Words are
believed where they say that a number is no person's (a household book's, a telephone's), or name an officer's card.

1. :mod:`vnlink.normalize.plain_cells` gives every character one form.
2. :mod:`vnlink.normalize.id_numbers` finds the numbers in the bytes of a cell, puts lost zeros back and tells their kind.
3. :mod:`vnlink.normalize.papers` deals the numbers of a cell to the persons of the row.
4. This module reads whole columns and single texts, and :func:`read_structure` takes a personal id apart.

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
from typing import Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from vnlink.normalize.cells import (
    MAX_SLOTS,
    StringBuffers,
    any_column,
    as_text,
    cell_of,
    fill_slots,
    is_missing,
    person_starts,
    string_buffers,
)
from vnlink.normalize.flags import flag_lists, flag_names
from vnlink.normalize.id_numbers import (
    INCOMPLETE,
    KIND_NONE,
    KIND_OLD,
    KIND_OTHER,
    KIND_PERSONAL,
    PROVINCE_CODES,
    WRITTEN_OUT,
    classify_number,
    next_number,
)
from vnlink.normalize.own_kind import in_own_kind
from vnlink.normalize.papers import FEWEST_DIGITS, read_papers
from vnlink.normalize.plain_cells import MAX_PLAIN, read_letters_as_digits, to_plain
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag

__all__ = [
    "Identifier",
    "IdentifierKind",
    "parse_identifier",
    "parse_identifier_column",
    "parse_old_id_column",
    "parse_personal_id_column",
    "province_names",
    "read_structure",
]


class IdentifierKind(StrEnum):
    """What a number is, in words."""

    NONE = "none"
    PERSONAL = "personal"
    OLD = "old"
    OFFICER = "officer"
    PASSPORT = "passport"
    OTHER = "other"


_KINDS = tuple(IdentifierKind)
_SEXES = (None, "male", "female")
"""By the codes of :mod:`vnlink.schema`."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identity number and what its digits say.

    Attributes
    ----------
    kind : IdentifierKind
        personal, old, officer, passport, other for a number of something else, or none when there is no usable number.
    digits : str
        The number with its zeros: 12 digits, 9 digits, or the other paper's letters and digits; "" for none.
    province : str or None
        Province of birth registration of a personal id; None for another kind or a code that is not one of the 63.
    sex : str or None
        "male" or "female", of a personal id; else None.
    birth_year : int or None
        Of a personal id.
    candidates : tuple of str
        The numbers that the text may stand for when zeros were put back; empty when it was whole.
    others : tuple of str
        Further identity numbers of the cell, in their order.
    several : bool
        The cell has more than one slot or number.
    flags : tuple of str
        Names of the :class:`vnlink.schema.Flag` bits that were noticed: ``ID_UNREADABLE`` (something is written, and no usable
        number), ``ID_INCOMPLETE`` (a number whose digits are not all known), ``ID_REPAIRED`` (zeros put back, letters read as
        digits, scientific notation written out), ``ID_ODD_CHARACTERS``, ``ID_SHAPE_ONLY`` (digits in number, not in structure:
        an unknown province, a year to come; a filler), ``ID_OTHER_PAPER``, ``CELL_CUT``.

    Notes
    -----
    Its ``repr`` hides the number on purpose: ``digits`` shows it.
    """

    kind: IdentifierKind
    digits: str
    province: str | None
    sex: str | None
    birth_year: int | None
    candidates: tuple[str, ...]
    others: tuple[str, ...]
    several: bool
    flags: tuple[str, ...]

    def __repr__(self) -> str:
        """Say the kind only: a number is personal data and does not belong in a log. ``digits`` shows it."""
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


class _Number(NamedTuple):
    """A number of a cell."""

    slot: int
    kind: int
    value: int
    text: str
    repaired: bool
    shape_only: bool


def _text_of(kind: int, value: int, digits: int, letters: int) -> str:
    """The number as it is written on its paper."""
    width = {KIND_PERSONAL: 12, KIND_OLD: 9}.get(kind, digits)
    in_front = () if kind <= KIND_OLD else (letters & 31, letters >> 5)  # a letter in front of an id is a slip
    return "".join(chr(64 + letter) for letter in in_front if letter) + str(value).zfill(width)


def _numbers_of(plain: NDArray[np.uint8], length: int) -> tuple[list[_Number], int, Flag | int, bool]:
    """Numbers of a plain cell, how many slots it has (1 without ";"), flags, and whether anything is written."""
    start, end = np.empty(MAX_SLOTS, np.int64), np.empty(MAX_SLOTS, np.int64)
    filled, listed = fill_slots(plain, 0, length, start, end)
    found, flags = [], 0
    for slot in range(filled):
        at, stop = int(start[slot]), int(end[slot])
        worded, letters_read = read_letters_as_digits(plain, at, stop, FEWEST_DIGITS)
        flags |= Flag.ID_ODD_CHARACTERS if letters_read else 0
        while at < stop:
            value, digits, letters, role, noticed, at = next_number(plain, at, stop, bool(worded))
            kind, repaired, shape_only = classify_number(value, digits, letters, role)
            if kind != KIND_NONE:
                repaired = repaired or letters_read or bool(noticed & WRITTEN_OUT)
                found.append(_Number(slot, kind, value, _text_of(kind, value, digits, letters), repaired, shape_only))
            else:
                flags |= (Flag.ID_SHAPE_ONLY if shape_only else 0) | (Flag.ID_INCOMPLETE if noticed & INCOMPLETE else 0)
    slots = int(np.count_nonzero(plain[:length] == ord(";"))) + 1 if listed and filled else 1
    return found, slots, flags, filled > 0


@overload
def parse_identifier(text: str | float | None) -> Identifier: ...
@overload
def parse_identifier(text: Any) -> pa.StructArray: ...


def parse_identifier(text: Any) -> Identifier | pa.StructArray:
    """Read the identity number of a text, with what else is there, or those of a column.

    A personal id comes before other identity papers, those in their order, and a number of something else last. A list with
    ";" gives the first slot's, which may be empty.

    Parameters
    ----------
    text : str, whole number or None, or a column of them
        A cell of one person. None, NaN and their like say nothing, alone and in a column.

    Returns
    -------
    Identifier or pyarrow.StructArray
        For a column an array of personal_id, old_id and other_paper as text (null where there is none; other_paper is an
        officer's card, a passport or a number of something else, never a second id), what the personal id says (province,
        sex, birth_year), and ``flags``, a list of str a row; a frame where the column is of pandas or Polars.

    Examples
    --------
    >>> found = parse_identifier("Bà Trần Thị Bưởi, CCCD số: 038.165.012.345")
    >>> found.kind.value, found.digits, found.province, found.sex, found.birth_year
    ('personal', '038165012345', 'Thanh Hóa', 'female', 1965)
    >>> parse_identifier("14567890").candidates
    ('014567890',)
    >>> parse_identifier("Sổ hộ khẩu số 350112347").kind.value
    'other'
    >>> parse_identifier(["CMND 271 234 567", None]).field("old_id").to_pylist()
    ['271234567', None]
    """
    if not isinstance(text, str) and not is_missing(text):
        cell = cell_of(text)
        if cell is None:
            return in_own_kind(text, _identifier_column(text))
        text = as_text(cell).cast(pa.string())[0].as_py()
    data = np.frombuffer(text.encode("utf-8", "replace") if isinstance(text, str) else b"", np.uint8)
    plain = np.empty(MAX_PLAIN, np.uint8)
    length, noticed = to_plain(data, 0, len(data), plain)
    numbers, slots, flags, written = _numbers_of(plain, length)
    flags |= noticed
    first = [number for number in numbers if number.slot == 0]
    ranks = [0 if number.kind == KIND_PERSONAL else 2 if number.kind == KIND_OTHER else 1 for number in first]
    best = first[int(np.argmin(ranks))] if first else None
    texts = dict.fromkeys(number.text for number in numbers if number.kind != KIND_OTHER)
    others = tuple(other for other in texts if best is None or other != best.text)
    several = slots > 1 or bool(others)
    if best is None:
        flags |= Flag.ID_UNREADABLE if written and not numbers else 0
        return Identifier(IdentifierKind.NONE, "", None, None, None, (), others, several, flag_names(flags))
    flags &= ~(Flag.ID_SHAPE_ONLY | Flag.ID_INCOMPLETE)
    flags |= Flag.ID_REPAIRED if best.repaired else 0
    flags |= Flag.ID_SHAPE_ONLY if best.shape_only else 0
    flags |= Flag.ID_OTHER_PAPER if any(number.kind > KIND_OLD for number in first) else 0
    personal = np.array([best.value if best.kind == KIND_PERSONAL else -1], np.int64)
    province, sex, year = (int(array[0]) for array in read_structure(personal))
    candidates = (best.text,) if best.repaired else ()
    place = province_names().get(province)
    return Identifier(
        _KINDS[best.kind], best.text, place, _SEXES[sex], year or None, candidates, others, several, flag_names(flags)
    )


def _identifier_column(column: Any) -> pa.StructArray:
    cells = any_column(column)
    personal, old, other, flags = parse_identifier_column(cells, np.ones(len(cells), np.int64), seconds=False)
    province, sex, year = read_structure(personal)
    names = np.full(max(province_names()) + 1, None, object)
    names[list(province_names())] = list(province_names().values())
    papers, paper = np.unique(other, return_inverse=True)
    columns = {
        "personal_id": pc.utf8_lpad(pa.array(personal, mask=personal < 0).cast(pa.string()), 12, "0"),
        "old_id": pc.utf8_lpad(pa.array(old, mask=old < 0).cast(pa.string()), 9, "0"),
        "other_paper": pa.array([paper_text(int(number)) or None for number in papers], pa.string()).take(pa.array(paper)),
        "province": pa.array(names, pa.string()).take(pa.array(province)),
        "sex": pa.array(_SEXES).take(pa.array(sex)),
        "birth_year": pa.array(year, mask=year == 0),
        "flags": flag_lists(flags & np.uint32(~int(Flag.LEFTOVER) & 0xFFFFFFFF)),
    }
    return pa.StructArray.from_arrays(list(columns.values()), names=list(columns))


def parse_identifier_column(
    cells: pa.Array | pa.ChunkedArray | StringBuffers, persons_per_row: ArrayLike, *, seconds: bool = True
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint32]]:
    """Read the identity numbers of a land register's free-text column, for every person.

    Parameters
    ----------
    cells : pyarrow.Array, pyarrow.ChunkedArray or StringBuffers, shape (n,)
        Text or whole numbers; lists with ";" as :mod:`vnlink.normalize.papers` says.
    persons_per_row : array_like of int, shape (n,)
        Persons named in each row.
    seconds : bool
        Whether a person's second number of one kind is another paper; else it is left out.

    Returns
    -------
    personal_id, old_id : ndarray of int64, shape (m,)
        The 12 and the 9 digits as integers in (row, person) order, -1 when missing.
    other : ndarray of uint64, shape (m,)
        A number that stands for another paper (equal exactly when letter and digits are equal), 0 for none.
    flags : ndarray of uint32, shape (m,)
        ``ID_UNREADABLE`` when something was written and nothing is usable (also a filler), with ``ID_INCOMPLETE`` when it was
        a number; ``ID_REPAIRED``, ``ID_SHAPE_ONLY``, ``ID_OTHER_PAPER``; ``ID_ODD_CHARACTERS``, ``CELL_CUT`` and ``LEFTOVER``
        on the first person of a row where a slot has no certain owner.

    Raises
    ------
    InputError
        When there is not one count per row, or the column cannot hold text.

    Examples
    --------
    >>> import pyarrow as pa
    >>> cells = pa.array(["CMND số: 145 678 902 cấp ngày 01/02/2003", "; 38165012345"])  # the second person's lost a zero
    >>> personal, old, other, flags = parse_identifier_column(cells, [1, 2])
    >>> old.tolist(), personal.tolist()
    ([145678902, -1, -1], [-1, -1, 38165012345])
    """
    texts = string_buffers(cells)
    starts = person_starts(persons_per_row, len(texts.valid))
    persons = int(starts[-1])
    personal, old = np.full((2, persons), -1, np.int64)
    other = np.zeros(persons, np.uint64)
    flags = np.zeros(persons, np.uint32)
    read_papers(*texts, starts, personal, old, other, flags, seconds)
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
    >>> parse_old_id_column(pa.array(["023456798", "23456798"]))[0].tolist()
    [23456798, 23456798]
    """
    personal, old, _, flags = parse_identifier_column(cells, np.ones(len(cells), np.int64))
    return old, _one_kind_only(old, personal, flags)


def _one_kind_only(wanted: NDArray[np.int64], unwanted: NDArray[np.int64], flags: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Flags for a column of one kind: a number of the other kind alone is another paper, and its repair is of no interest."""
    stray = (wanted < 0) & (unwanted >= 0)
    return np.where(stray, (flags & np.uint32(~int(Flag.ID_REPAIRED) & 0xFFFFFFFF)) | np.uint32(Flag.ID_OTHER_PAPER), flags)


def paper_text(number: int) -> str:
    """Letter and digits of another paper, from the number that stands for it; "" for 0.

    Examples
    --------
    >>> import pyarrow as pa
    >>> paper_text(int(parse_identifier_column(pa.array(["hộ chiếu C1234567"]), [1])[2][0]))
    'C1234567'
    """
    letter, width = divmod(number // 10**16, 17)
    return (chr(64 + letter) if letter else "") + str(number % 10**16).zfill(width) if number else ""


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
    province = np.where(known & (province < 100) & PROVINCE_CODES[np.minimum(province, 99)], province, 0)
    sex = np.where(known, np.where(century % 2 == 0, SEX_MALE, SEX_FEMALE), SEX_MISSING)
    year = np.where(known, 1900 + century // 2 * 100 + number // 10**6 % 100, 0)
    return province.astype(np.int16), sex.astype(np.uint8), year.astype(np.int16)
