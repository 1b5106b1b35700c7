"""Columns of text -> numbers: each distinct value once, the same number on both sides where the values are the same.

What the comparers need of a value (its letters, its date, its amount) is kept once per distinct value. Text is compared without
case, marks and punctuation; codes without punctuation and spaces; numbers and dates by what they mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.fields.declaration import Declaration
from vnlink.fields.kinds import Category, Code, Date, Kind, Name, Number, Text
from vnlink.fields.tables import ids_of, read_columns
from vnlink.normalize.dates import parse_date_column
from vnlink.normalize.no_name import without_no_names
from vnlink.report.progress import ProgressCallback

__all__ = ["BANDS", "Column", "Registers", "encode_registers", "expected_others"]

BANDS = 23
"""Frequency bands of a value: band b holds values that 2**b to 2**(b + 1) - 1 rows of the right side have, the last band
more."""

_TRUSTED = 40


@dataclass(slots=True)
class Column:
    """One declared field of both sides; d distinct values.

    Attributes
    ----------
    kind : Kind
    left, right : int32[n], int32[m]
        Number of each row's value, -1 where it is missing.
    count : int64[d]
        Rows of the right side with each value.
    letters, starts : uint32[...], int64[d + 1]
        Code points of each value's text; empty for dates and numbers.
    words, solid : int32[d]
        Equal for values of the same words in any order, and of the same letters without spaces; empty but for text and names.
    number : float64[d]
        Amount, or date as yyyymmdd; empty for others.
    """

    kind: Kind
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    count: NDArray[np.int64]
    letters: NDArray[np.uint32]
    starts: NDArray[np.int64]
    words: NDArray[np.int32]
    solid: NDArray[np.int32]
    number: NDArray[np.float64]

    @property
    def held(self) -> int:
        """Rows of the right side that hold a value."""
        return int(self.count.sum())

    @property
    def band(self) -> NDArray[np.uint8]:
        """Frequency band of each distinct value, uint8[d]."""
        return np.minimum(np.frexp(np.maximum(self.count, 1).astype(np.float64))[1] - 1, BANDS - 1).astype(np.uint8)

    def chance_by_band(self) -> NDArray[np.float64]:
        """Chance that another row of the right side has a value of each band, float64[BANDS]; 1 for a band without values."""
        others = expected_others(self.count)
        weight = np.bincount(self.band, weights=self.count, minlength=BANDS)
        # In the order of the counts, so that the sum does not depend on the order in which values were met.
        order = np.argsort(self.count, kind="stable")
        total = np.bincount(self.band[order], weights=(others * self.count)[order], minlength=BANDS)
        mean = np.divide(total, weight, out=np.full(BANDS, float(max(self.held, 1))), where=weight > 0)
        return np.asarray(np.minimum(mean / max(self.held, 1), 1.0))

    def beginnings(self, letters: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Number of the first ``letters`` letters of each row's value, for both sides; -1 where there is none."""
        size = np.minimum(np.diff(self.starts), letters)
        table = np.zeros((len(size), letters), np.uint32)
        for i in range(letters):
            there = size > i
            table[there, i] = self.letters[self.starts[:-1][there] + i]
        number = _numbered(table)
        return _taken(number, self.left), _taken(number, self.right)


@dataclass(slots=True)
class Registers:
    """Two encoded registers.

    Attributes
    ----------
    left_ids, right_ids : pyarrow.Array of string
    left_key, right_key : uint64[n], uint64[m]
        Hashes of the ids: they order rows, draw samples and break ties, whatever the order in which rows come.
    columns : tuple of Column
    """

    left_ids: pa.Array
    right_ids: pa.Array
    left_key: NDArray[np.uint64]
    right_key: NDArray[np.uint64]
    columns: tuple[Column, ...]

    def right_twice(self) -> tuple[Column, ...]:
        """The right register as both sides. Each value is one row rarer: a row does not meet itself."""
        return tuple(replace(one, left=one.right, count=np.maximum(one.count - 1, 0)) for one in self.columns)


def expected_others(count: NDArray[np.int64]) -> NDArray[np.float64]:
    """Expected number of further rows with a value that ``count`` rows have (Good 1953; Gale and Sampson 1995).

    Values that nobody in this register has share what is missing, so a value seen once is rarer than one in m rows; how much
    rarer is told by how many values are seen twice. An identifier that is never seen twice is hardly ever shared.

    Examples
    --------
    >>> float(expected_others(np.ones(1_000, np.int64))[0].round(3))
    0.001
    """
    r = np.maximum(count, 1)
    seen = np.bincount(count, minlength=int(r.max(initial=1)) + 2).astype(np.float64)
    further = np.clip((r + 1) * (seen[r + 1] + 0.5) / (seen[r] + 0.5), np.maximum(r - 1.0, 1e-6), r)
    return np.asarray(np.where(seen[r] >= _TRUSTED, further, r - 0.5))


def encode_registers(declaration: Declaration, left: Any, right: Any, progress: ProgressCallback | None = None) -> Registers:
    """Read and encode the declared columns of two tables; ``progress`` is told of each field.

    Raises
    ------
    InputError
        A column is missing or of the wrong type, or the ids are no key.
    """
    right_id = declaration.right_id or declaration.left_id
    headers_left = list(dict.fromkeys([declaration.left_id, *(one.column for one in declaration.fields)]))
    headers_right = list(dict.fromkeys([right_id, *(one.right_column for one in declaration.fields)]))
    cells_left = read_columns(left, headers_left, "left")
    cells_right = read_columns(right, headers_right, "right")
    columns = []
    for done, kind in enumerate(declaration.fields, start=1):
        columns.append(_encode(kind, cells_left[kind.column], cells_right[kind.right_column]))
        if progress is not None:
            progress("read fields", done, len(declaration.fields))
    return Registers(
        cells_left[declaration.left_id],
        cells_right[right_id],
        ids_of(cells_left[declaration.left_id], declaration.left_id, "left"),
        ids_of(cells_right[right_id], right_id, "right"),
        tuple(columns),
    )


def _numbered(table: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Number the distinct rows; rows of zeros only are -1."""
    if not len(table):
        return np.zeros(0, np.int32)
    number = np.unique(table, axis=0, return_inverse=True)[1].astype(np.int32).reshape(-1)
    number[~table.any(axis=1)] = -1
    return number


def _taken(values: NDArray[np.int32], rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """``values`` at ``rows``, -1 where a row is -1."""
    return np.asarray(np.append(values, np.int32(-1))[rows])


def _encode(kind: Kind, left: pa.Array, right: pa.Array) -> Column:
    """Number the values of one field over both sides."""
    cells = pa.chunked_array([left, right]).combine_chunks().dictionary_encode()
    raw = cells.indices.fill_null(-1).to_numpy().astype(np.int32)
    value, payload = _READERS[type(kind)](cells.dictionary, kind)
    rows = _taken(value, raw)
    numbers_left, numbers_right = rows[: len(left)], rows[len(left) :]
    count = np.bincount(numbers_right[numbers_right >= 0], minlength=int(value.max(initial=-1)) + 1).astype(np.int64)
    return Column(kind, numbers_left, numbers_right, count, **payload)


_NO_LETTERS: dict[str, NDArray[Any]] = {"letters": np.zeros(0, np.uint32), "starts": np.zeros(1, np.int64)}
_NO_WORDS: dict[str, NDArray[Any]] = {"words": np.zeros(0, np.int32), "solid": np.zeros(0, np.int32)}
_NO_NUMBER: dict[str, NDArray[Any]] = {"number": np.zeros(0)}

Read = tuple[NDArray[np.int32], dict[str, NDArray[Any]]]
"""Value number of each raw value (-1: nothing to compare), and what is kept of each value."""


def _folded(text: pa.Array) -> pa.Array:
    """Without case and marks; what is neither letter nor digit becomes one space."""
    bare = pc.replace_substring_regex(pc.utf8_normalize(text, "NFKD"), r"\p{M}+", "")
    bare = pc.replace_substring(pc.utf8_lower(bare), "đ", "d")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, r"[^\p{L}\p{N}]+", " "))


def _values(text: pa.Array) -> tuple[NDArray[np.int32], pa.Array]:
    """Number distinct text; empty text is -1 and no value."""
    encoded = pc.if_else(pc.equal(text, ""), None, text).dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy().astype(np.int32), encoded.dictionary.cast(pa.string())


def _letters(values: pa.Array) -> dict[str, NDArray[Any]]:
    """Code points of each value."""
    whole = "".join(values.to_pylist())
    starts = np.zeros(len(values) + 1, np.int64)
    np.cumsum(pc.utf8_length(values).to_numpy(), out=starts[1:])
    return {"letters": np.frombuffer(whole.encode("utf-32-le"), np.uint32), "starts": starts}


def _read_text(raw: pa.Array, kind: Kind) -> Read:  # noqa: ARG001  # all readers are called alike
    number, values = _values(_folded(raw))
    plain = values.to_pylist()
    words = pa.array([" ".join(sorted(text.split())) for text in plain], pa.string()).dictionary_encode().indices
    solid = pa.array([text.replace(" ", "") for text in plain], pa.string()).dictionary_encode().indices
    payload = {"words": words.to_numpy().astype(np.int32), "solid": solid.to_numpy().astype(np.int32)}
    return number, _letters(values) | payload | _NO_NUMBER


def _read_name(raw: pa.Array, kind: Kind) -> Read:
    """As text; a cell that says that there is no name ("NULL", "không") is missing."""
    return _read_text(without_no_names(pc.fill_null(raw, "").cast(pa.large_string())).cast(pa.string()), kind)


def _without_zero(raw: pa.Array) -> pa.Array:
    """Whole numbers that a frame wrote as decimals ("900000997.0", where a cell of their column was empty) without the ".0"."""
    return pc.replace_substring_regex(raw, r"^(\s*[0-9]+)\.0+(\s*)$", r"\1\2")


def _read_code(raw: pa.Array, kind: Kind) -> Read:  # noqa: ARG001
    raw = _without_zero(raw)
    number, values = _values(pc.replace_substring(_folded(raw), " ", ""))
    return number, _letters(values) | _NO_WORDS | _NO_NUMBER


def _read_category(raw: pa.Array, kind: Kind) -> Read:  # noqa: ARG001
    number, _ = _values(_folded(_without_zero(raw)))
    return number, _NO_LETTERS | _NO_WORDS | _NO_NUMBER


def _distinct_numbers(found: NDArray[np.float64], there: NDArray[np.bool_]) -> Read:
    values, inverse = np.unique(found[there], return_inverse=True)
    number = np.full(len(found), -1, np.int32)
    number[there] = inverse
    return number, _NO_LETTERS | _NO_WORDS | {"number": values}


def _read_date(raw: pa.Array, kind: Kind) -> Read:
    """Dates as yyyymmdd with 00 for what is not known. Eight digits that are no date (a slip) are kept as they stand."""
    birth = parse_date_column(raw, np.ones(len(raw), np.int64))[0].astype(np.int64)
    digits = pc.replace_substring_regex(raw, r"^\s*([0-9]{4})[-/.]?([0-9]{2})[-/.]?([0-9]{2})\s*$", r"\1\2\3")
    eight = pc.fill_null(pc.match_substring_regex(digits, r"^[0-9]{8}$"), False).to_numpy(zero_copy_only=False) & (birth == 0)
    birth[eight] = np.array([int(text) for text in digits.filter(pa.array(eight)).to_pylist()], np.int64)
    _refuse_unread(raw, birth > 0, kind, "dates")
    return _distinct_numbers(birth.astype(np.float64), birth > 0)


def _read_number(raw: pa.Array, kind: Kind) -> Read:
    """Amounts with a point; a comma is a decimal one where it is the only mark, else it parts thousands."""
    found = np.array([_amount(text) for text in raw.to_pylist()], np.float64)
    there = np.isfinite(found)
    _refuse_unread(raw, there, kind, "numbers")
    return _distinct_numbers(found, there)


def _amount(text: str) -> float:
    bare = text.strip().replace(" ", "").replace("\u00a0", "")
    bare = bare.replace(",", "." if bare.count(",") == 1 and "." not in bare else "")
    try:
        return float(bare)
    except ValueError:
        return float("nan")


def _refuse_unread(raw: pa.Array, there: NDArray[np.bool_], kind: Kind, what: str) -> None:
    if len(raw) and not there.any():
        text = f"a column of {what} is required and none of its values can be read as one"
        raise InputError(message(text, column=kind.column, remedy="declare another kind for the column, or correct it"))


_READERS: dict[type[Kind], Callable[[pa.Array, Kind], Read]] = {
    Text: _read_text,
    Name: _read_name,
    Code: _read_code,
    Date: _read_date,
    Number: _read_number,
    Category: _read_category,
}
