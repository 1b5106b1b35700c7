"""Identity numbers: personal ids (12 digits), old ids (9 digits) and other papers, out of free text.

The type of a number is recognised by its digits, not by the words around it; those are often wrong or missing.

1. :mod:`vnlink.normalize.id_numbers` finds the numbers in the bytes of a cell, puts lost zeros back and tells their kind.
2. :mod:`vnlink.normalize.papers` deals the numbers of a cell to the persons of the row.
3. This module reads whole columns and single texts, and :func:`read_structure` takes a personal id apart.

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

from vnlink.normalize.cells import person_starts, string_buffers, written
from vnlink.normalize.id_numbers import (
    KIND_NONE,
    KIND_OLD,
    KIND_OTHER,
    KIND_PERSONAL,
    PROVINCE_CODES,
    classify_number,
    next_number,
    read_number,
)
from vnlink.normalize.papers import read_papers
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
        Text or whole numbers; lists with ";" as :mod:`vnlink.normalize.papers` says.
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
    read_papers(*string_buffers(cells), starts, personal, old, other, flags)
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
    return np.where(stray, (flags & np.uint32(~int(Flag.ID_REPAIRED) & 0xFFFFFFFF)) | np.uint32(Flag.ID_OTHER_PAPER), flags)


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
