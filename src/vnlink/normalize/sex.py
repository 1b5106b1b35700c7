"""Sex: words and codes of a column as missing, male or female.

Words are read by themselves: Nam / Nữ, M / F, ông / bà, true / false (true is male, as in the land software's boolean), with or
without diacritics, in capitals, and in the two legacy encodings a lone "Nữ" survives in.

Codes are numbers and mean nothing by themselves: 1 is male, and the other value of the column is female. Which one that is
shows only in the whole column, so it is gathered over all batches first (:class:`SexCodes`):

===========  =================================================================================================
values       reading
===========  =================================================================================================
1 and 0      0 is female (Circular 09/2024/TT-BTNMT)
1 and 2      2 is female
1, 0 and 2   the one of 0 and 2 that is at least ten times as frequent is female and the other one missing (a few
             "other" beside 0, a few "unknown" beside 2); when neither is, both are missing
0 alone      missing: a column of zeros is a form's default more often than a register of women
2 alone      female
===========  =================================================================================================

Any other value is missing with ``Flag.SEX_UNREADABLE``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from vnlink.errors import ConfigError, message
from vnlink.normalize.cells import NO_VALUE, as_text, person_starts, spread_slots
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag

__all__ = ["SexCodes", "SexTable", "parse_sex_column"]

_MALE_WORDS = frozenset({"nam", "m", "male", "ong", "trai", "true", "chong"})
_FEMALE_WORDS = frozenset({"nu", "f", "female", "ba", "gai", "false", "vo", "n÷", "noõ"})  # the last two: TCVN3 and VNI of "Nữ"
_FILLERS = frozenset({"gioi", "tinh", "con", "dan", "la", "phai"})
_NOTHING = frozenset({"", *NO_VALUE})
_RARE = 10  # a third code so many times rarer than the second is "other" or "unknown"


def _fold(text: str) -> str:
    """Lower case without diacritics, edges cleared of blanks and punctuation; "÷" and "õ" keep their legacy meaning."""
    text = unicodedata.normalize("NFC", text).casefold().replace("õ", "\ue000").replace("đ", "d")
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.replace("\ue000", "õ").strip(" \t\r\n\u00a0.,:()[]'\"-–_?!*/|")


def _code(folded: str) -> int | None:
    """The number a code stands for ("1", "01", "1.0"), None for a word."""
    found = re.fullmatch(r"0*([0-9]{1,6})(?:[.,]0+)?", folded)
    return int(found.group(1)) if found and found.group(1).isascii() else None


def _word(folded: str) -> int:
    """Sex of a word or of a few words that all speak of one sex ("giới tính: nữ")."""
    parts = re.split(r"[\s:.,/()\-]+", folded)
    if not set(parts) <= _MALE_WORDS | _FEMALE_WORDS | _FILLERS | {""}:
        return SEX_MISSING
    male, female = not _MALE_WORDS.isdisjoint(parts), not _FEMALE_WORDS.isdisjoint(parts)
    if male == female:
        return SEX_MISSING
    return SEX_MALE if male else SEX_FEMALE


def _nothing(text: str) -> bool:
    """Whether a slot says nothing: blanks, punctuation, or a program's word for "no value"."""
    return re.sub(r"[^0-9a-z\u0080-\U0010ffff]", "", text.casefold()).strip("\u00a0") in _NOTHING


def _slots(text: str) -> list[str]:
    """A cell's slots at ";", empty ones at the end left out."""
    slots = text.split(";")
    while slots and _nothing(slots[-1]):
        slots.pop()
    return slots


@dataclass(frozen=True)
class SexTable:
    """How one column's values are read.

    Attributes
    ----------
    codes : mapping of int to int
        Sex by number.
    configured : mapping of str to int
        Sex by folded text, from the user's configuration; comes before everything else.
    """

    codes: Mapping[int, int]
    configured: Mapping[str, int] = field(default_factory=dict)

    def read(self, text: str) -> int:
        """Sex of one slot: ``SEX_MISSING``, ``SEX_MALE`` or ``SEX_FEMALE``.

        Examples
        --------
        >>> SexTable(codes={}).read("Giới tính: NỮ")
        2
        """
        folded = _fold(text)
        if folded in self.configured:
            return self.configured[folded]
        number = _code(folded)
        if number is not None:
            return self.codes.get(number, SEX_MISSING)
        return _word(folded)


class SexCodes:
    """Gathers the values of a column over its batches, and then tells what its codes mean.

    Parameters
    ----------
    mapping : mapping of str to int, optional
        The user's own reading of some values, for example ``{"T": SEX_MALE, "G": SEX_FEMALE}``. Case, diacritics and blanks
        at the edges do not matter.

    Raises
    ------
    ConfigError
        When a value of the mapping is not one of the three sexes.

    Examples
    --------
    >>> import pyarrow as pa
    >>> codes = SexCodes()
    >>> codes.observe(pa.array(["1", "2"]))
    >>> codes.observe(pa.array(["1; 2", None]))
    >>> parse_sex_column(pa.array(["2", "1"]), [1, 1], codes.resolve())[0].tolist()
    [2, 1]
    """

    def __init__(self, mapping: Mapping[str, int] | None = None) -> None:
        configured = {_fold(text): sex for text, sex in (mapping or {}).items()}
        if not set(configured.values()) <= {SEX_MISSING, SEX_MALE, SEX_FEMALE}:
            raise ConfigError(
                message("a value of sex must stand for 0 missing, 1 male or 2 female", remedy="correct the mapping of gender")
            )
        self._configured = configured
        self._count: Counter[int] = Counter()

    def observe(self, cells: pa.Array | pa.ChunkedArray) -> None:
        """Count the codes of a batch.

        Parameters
        ----------
        cells : pyarrow.Array or pyarrow.ChunkedArray
            Of any type; only whole numbers, typed or as text, count as codes.
        """
        codes, texts = _distinct(cells)
        for text, count in zip(texts, np.bincount(codes[codes >= 0], minlength=len(texts)).tolist(), strict=True):
            for slot in _slots(text):
                number = _code(_fold(slot))
                if number is not None and number <= 2:
                    self._count[number] += count

    def counts(self) -> dict[str, int]:
        """How often each code was met, as plain data."""
        return {str(number): self._count[number] for number in sorted(self._count)}

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add what :meth:`counts` of another gave."""
        self._count.update({int(number): count for number, count in counts.items()})

    def merge(self, other: SexCodes) -> None:
        """Add what another gathered from other batches; the order does not matter."""
        self._count.update(other._count)

    def resolve(self) -> SexTable:
        """The table for :func:`parse_sex_column`, from all batches observed."""
        zero, one, two = (self._count[number] for number in range(3))
        table = {1: SEX_MALE}
        if zero and two:
            if one and zero >= _RARE * two:
                table[0] = SEX_FEMALE
            elif one and two >= _RARE * zero:
                table[2] = SEX_FEMALE
        elif two:
            table[2] = SEX_FEMALE
        elif zero and one:
            table[0] = SEX_FEMALE
        return SexTable(table, self._configured)


def _distinct(cells: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int32], list[str]]:
    """The distinct texts of a column and the one of each row, -1 for a null."""
    as_text(cells[:0])  # refuses a column that can have no text
    if pa.types.is_string_view(cells.type):
        cells = as_text(cells)
    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.unify_dictionaries().combine_chunks()
    codes = cells.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, ["" if value is None else _text(value) for value in as_text(cells.dictionary).to_pylist()]


def _text(value: object) -> str:
    """A distinct value, which may come as bytes, as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def parse_sex_column(
    cells: pa.Array | pa.ChunkedArray, persons_per_row: ArrayLike, codes: SexTable | SexCodes | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Read a column of sexes, one per person.

    Parameters
    ----------
    cells : pyarrow.Array or pyarrow.ChunkedArray, shape (n,)
        Text, numbers or booleans; text may hold a list with ";", one slot per person. Without ";", exactly as many sexes as
        persons ("Nam, Nữ" for a couple) are one each.
    persons_per_row : array_like of int, shape (n,)
        Persons named in each row; all ones for citizens.
    codes : SexTable or SexCodes, optional
        What the column's codes mean, gathered over all its batches. By default these cells are taken for the whole column.

    Returns
    -------
    sex : ndarray of uint8, shape (m,)
        0 missing, 1 male, 2 female, in (row, person) order.
    flags : ndarray of uint32, shape (m,)
        ``SEX_UNREADABLE`` where something was written and gave nothing; ``LEFTOVER`` on the first person of a row with more
        slots than persons.

    Raises
    ------
    InputError
        When there is not one count per row.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parse_sex_column(pa.array(["Nam; Nữ", "bà", "khác"]), [2, 1, 1])[0].tolist()
    [1, 2, 2, 0]
    """
    starts = person_starts(persons_per_row, len(cells))
    if codes is None:
        codes = SexCodes()
        codes.observe(cells)
    table = codes.resolve() if isinstance(codes, SexCodes) else codes
    rows, texts = _distinct(cells)
    values: list[int] = []  # per slot: sex + 1, so that 1 is written but unreadable; 0 for a slot that says nothing
    offsets = [0]
    split: list[bool] = []
    for text in texts:
        read, cut = _read_cell(text, table)
        values.extend(read)
        offsets.append(len(values))
        split.append(cut)
    dealt = np.zeros(int(starts[-1]), np.uint8)
    surplus = np.zeros(len(rows), np.bool_)
    slot_values = np.array(values, np.uint8)
    spread_slots(rows, np.array(offsets, np.int64), slot_values, np.array(split, np.bool_), starts, dealt, surplus)
    flags = np.where(dealt == 1, int(Flag.SEX_UNREADABLE), 0).astype(np.uint32)
    flags[starts[:-1][surplus]] |= np.uint32(Flag.LEFTOVER)
    return np.where(dealt == 0, 0, dealt - 1).astype(np.uint8), flags


def _read_cell(text: str, table: SexTable) -> tuple[list[int], bool]:
    """Slots of one distinct cell, and whether they were cut without a ";"."""
    slots = _slots(text)
    read = [0 if _nothing(slot) else table.read(slot) + 1 for slot in slots]
    if len(slots) == 1 and ";" not in text and read == [SEX_MISSING + 1]:
        parts = re.split(r"[,/&+\-]| và ", text)
        several = [table.read(part) for part in parts]
        if len(parts) > 1 and SEX_MISSING not in several:
            return [sex + 1 for sex in several], True
    return read, False
