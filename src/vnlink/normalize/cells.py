"""Cells of a column as bytes: Arrow buffers for the kernels, and lists of one slot per person.

The readers of dates, identity numbers and sex work on the UTF-8 bytes of a whole column at once. This module gives them

1. :func:`string_buffers`: any Arrow column as ``(data, offsets, valid)``;
2. :func:`person_starts`: where each row's persons begin in a flat array in (row, person) order;
3. :func:`fill_slots` and :func:`written`: the cell cut at ";" into one slot per person, and whether a slot says anything;
4. :func:`spread_slots`: values read once per distinct cell, dealt out to the persons of every row.

How a list is dealt to persons (:func:`fill_slots` and the readers keep to it)
    A cell with ";" has one slot per person, in the order of the name. An empty slot is missing. Empty slots at the end say
    nothing. A cell without ";" belongs to the first person. A slot beyond the last person has no owner: it is given to
    nobody, and the row's first person gets ``Flag.LEFTOVER``, because a surplus value often means that a second person was
    not read out of the name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from numbers import Number
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from vnlink.errors import InputError, message
from vnlink.kernels import kernel

__all__ = [
    "MAX_SLOTS",
    "NO_VALUE",
    "StringBuffers",
    "any_column",
    "as_text",
    "cell_of",
    "fill_slots",
    "is_digit",
    "is_missing",
    "person_starts",
    "spread_slots",
    "string_buffers",
    "written",
]

MAX_SLOTS = 64
"""Slots kept of one cell. The longest owner strings name some twenty persons; what comes after 64 slots has no owner."""

_EXACT_FLOAT = float(2**53)
"""Up to here every whole number has its own float64, so a number that a spreadsheet made a float is still exact."""

NO_VALUE = ("na", "nan", "nat", "none", "null")
"""Words that programs write for "no value", for cells of every kind."""


def _packed(word: str) -> int:
    """A word as :func:`written` packs it: five bits a letter, with a = 1."""
    packed = 0
    for letter in word:
        packed = packed * 32 + ord(letter) - 96
    return packed


_NA, _NAN, _NAT, _NONE, _NULL = (_packed(word) for word in NO_VALUE)


class StringBuffers(NamedTuple):
    """The text of a column as three arrays; cell ``i`` is ``data[offsets[i]:offsets[i + 1]]`` where ``valid[i]``.

    ``data`` (uint8) is a read-only view of Arrow's memory, ``offsets`` (int64, one more than cells) and ``valid`` (bool) are
    copies. They are C-contiguous and the same for every column, so a kernel is compiled once.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    valid: NDArray[np.bool_]

    @classmethod
    def of_cell(cls, text: str) -> StringBuffers:
        """Give what :func:`string_buffers` gives for a column of this one text, which must not be empty; it takes a tenth."""
        data = np.frombuffer(text.encode(), np.uint8)
        return cls(data, np.array([0, len(data)], np.int64), np.ones(1, np.bool_))


def any_column(column: Any) -> pa.Array | pa.ChunkedArray:
    """Any column of cells as an Arrow array; texts lose unpaired surrogates, which UTF-8 cannot hold.

    Parameters
    ----------
    column : pyarrow.Array, pyarrow.ChunkedArray, object with the Arrow C stream or array interface, or sequence
        A frame of one column is that column.

    Raises
    ------
    InputError
        It is no column, or holds values of several kinds.

    Examples
    --------
    >>> any_column(["1/2/1970", None]).null_count
    1
    """
    if isinstance(column, (pa.Array, pa.ChunkedArray)):
        return column
    if hasattr(column, "iloc") and column.shape[1:] == (1,):
        column = column.iloc[:, 0]  # a frame of pandas brings its index with it
    try:
        if hasattr(column, "__arrow_c_stream__"):
            cells = pa.chunked_array(column)
            # A frame or relation of one column is that column.
            alone = pa.types.is_struct(cells.type) and cells.type.num_fields == 1
            return cells.flatten()[0] if alone else cells
        if hasattr(column, "__arrow_c_array__") or hasattr(column, "dtype"):
            return pa.array(column)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):  # objects of several kinds, or text that is no Unicode
        pass
    if not isinstance(column, Iterable) or isinstance(column, (str, bytes, Mapping)):
        raise InputError(message("a column must be a list or an array", found=type(column), remedy="give one"))
    try:
        return pa.array([_cell(value) for value in column])
    except (pa.ArrowException, TypeError, ValueError, OverflowError):  # their texts may quote a value
        raise InputError(message("a column must hold cells of one kind", remedy="convert them to text")) from None


def _cell(value: Any) -> Any:
    """One cell of a list: a missing value is None, and a text one that UTF-8 can hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return None if is_missing(value) else value


def is_missing(value: Any) -> bool:
    """Whether a value is what programs and frames write for none: None, NaN of any kind, NA, NaT, a null of Arrow.

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), "", 0, [None])]
    [True, True, False, False, False]
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, pa.Scalar):
        return not value.is_valid
    # NaN is not equal to itself.
    return isinstance(value, (Number, np.generic)) and bool(value != value)  # noqa: PLR0124


def cell_of(value: Any) -> pa.Array | None:
    """A column of the one cell that a value is, as in a list of values; None for what is a column itself.

    Examples
    --------
    >>> cell_of(1960).to_pylist(), cell_of([1960])
    ([1960], None)
    """
    if isinstance(value, pa.Scalar):
        value = value.as_py()
    alone = is_missing(value) or isinstance(value, (str, Number, np.generic, dt.date))
    return any_column([value]) if alone else None


def string_buffers(array: pa.Array | pa.ChunkedArray | StringBuffers) -> StringBuffers:
    """Give a column's text to the kernels, without a Python object per row.

    Text in any of Arrow's layouts (string, large_string, string_view, dictionary, binary) is taken as it is. Whole numbers
    become their digits, floats that are whole lose the ".0" a spreadsheet gave them, dates become ISO text.

    Parameters
    ----------
    array : pyarrow.Array, pyarrow.ChunkedArray or StringBuffers
        Shape (n,). May be a slice and may have nulls. Buffers are given back.

    Returns
    -------
    StringBuffers
        data uint8, offsets int64 of shape (n + 1,), valid bool of shape (n,).

    Raises
    ------
    InputError
        When the column holds lists, structs or another type that has no text.

    Examples
    --------
    >>> import pyarrow as pa
    >>> buffers = string_buffers(pa.array(["Nữ", None, "Nam"]))
    >>> buffers.offsets.tolist(), buffers.valid.tolist()
    ([0, 4, 4, 7], [True, False, True])
    """
    if isinstance(array, StringBuffers):
        return array
    text = as_text(array)
    count = len(text)
    valid = np.ones(count, np.bool_) if text.null_count == 0 else text.is_valid().to_numpy(zero_copy_only=False)
    offsets = np.zeros(1, np.int64)
    data = np.empty(0, np.uint8)
    if count > 0:
        _, offset_buffer, data_buffer = text.buffers()
        wide = pa.types.is_large_string(text.type) or pa.types.is_large_binary(text.type)
        offsets = np.frombuffer(offset_buffer, "i8" if wide else "i4")[text.offset : text.offset + count + 1]
        data = data if data_buffer is None else np.frombuffer(data_buffer, np.uint8)
    data.flags.writeable = False
    return StringBuffers(data, offsets.astype(np.int64), valid)


def as_text(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column as one string or binary array (32 or 64-bit offsets) with the cells' text.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
        Shape (n,).

    Returns
    -------
    pyarrow.Array
        Of type string, large_string, binary or large_binary, shape (n,).

    Raises
    ------
    InputError
        When the column holds lists, structs or another type that has no text.
    """
    if isinstance(array, pa.ChunkedArray):
        if array.num_chunks == 1:
            return as_text(array.chunk(0))
        pieces = [as_text(chunk) for chunk in array.chunks]
        if not pieces:
            return as_text(pa.array([], array.type))
        # Chunks together may pass 2 GiB.
        return pa.concat_arrays(
            [piece.cast(pa.large_string()) if pa.types.is_string(piece.type) else piece for piece in pieces]
        )
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return array
    if pa.types.is_dictionary(kind):
        values = as_text(array.dictionary)  # of string views, Arrow decodes no dictionary
        return pa.DictionaryArray.from_arrays(array.indices, values).dictionary_decode()
    if pa.types.is_floating(kind):
        return _float_text(array)
    if pa.types.is_run_end_encoded(kind):
        return as_text(pc.run_end_decode(array))
    castable = (
        pa.types.is_null(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
    )
    if not castable:
        raise InputError(
            message(
                "a column must hold text, numbers, dates or true/false", found=type(array), remedy="convert it to text first"
            )
        )
    return array.cast(pa.large_string())


def _float_text(array: pa.Array) -> pa.Array:
    """Text of floats: whole ones as plain digits (Arrow would write 6.5e+10), the rest as Arrow writes them; NaN is null."""
    numbers = array.cast(pa.float64())
    values = numbers.to_numpy(zero_copy_only=False)
    missing = np.isnan(values)
    whole = ~missing & (np.abs(values) < _EXACT_FLOAT) & (np.floor(values) == values)
    integers = np.where(whole, values, 0.0).astype(np.int64)
    digits = pa.array(integers, mask=missing).cast(pa.large_string())
    if bool((whole | missing).all()):
        return digits
    return pc.if_else(pa.array(whole), digits, pc.if_else(pa.array(missing), None, numbers.cast(pa.large_string())))


def person_starts(persons_per_row: ArrayLike, rows: int) -> NDArray[np.int64]:
    """Where each row's persons begin in a flat array in (row, person) order.

    Parameters
    ----------
    persons_per_row : array_like of int, shape (rows,)
        How many persons each row names; all ones for citizens.
    rows : int
        Rows of the column that is to be read.

    Returns
    -------
    ndarray of int64, shape (rows + 1,)
        The last entry is the number of persons.

    Raises
    ------
    InputError
        When there is not one count per row, or a count is negative.

    Examples
    --------
    >>> person_starts([1, 2, 1], 3).tolist()
    [0, 1, 3, 4]
    """
    counts = np.asarray(persons_per_row, dtype=np.int64)
    if counts.shape != (rows,):
        raise InputError(message("one count of persons per row is required", count=counts.size, remedy="give as many as rows"))
    if counts.min(initial=0) < 0:
        first = int(np.argmax(counts < 0)) + 1
        raise InputError(message("a row cannot have fewer than no persons", row=first, remedy="give counts from 0 up"))
    starts = np.zeros(rows + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


@kernel
def is_digit(byte: int) -> bool:
    """Whether a byte is one of the ASCII digits 0-9."""
    return 48 <= byte <= 57


@kernel
def written(data: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether a slot says anything.

    Blanks, punctuation, no-break spaces, and the words that programs write for "no value" (nan, null, none, na, n/a, nat)
    say nothing.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The slot is ``data[start:end]``.
    """
    word = 0  # the letters met so far, five bits each: a = 1 ... z = 26
    letters = 0
    at = start
    while at < end:
        byte = int(data[at])
        if 48 <= byte <= 57:
            return True
        if byte >= 128:
            if byte == 0xC2 and at + 1 < end and data[at + 1] == 0xA0:
                at += 2
                continue
            return True
        lower = byte | 32
        if 97 <= lower <= 122:
            letters += 1
            if letters > 4:
                return True
            word = word * 32 + (lower - 96)
        at += 1
    nothing = word in (_NA, _NAN, _NAT, _NONE, _NULL)
    return letters > 0 and not nothing


@kernel
def fill_slots(
    data: NDArray[np.uint8], start: int, end: int, slot_start: NDArray[np.int64], slot_end: NDArray[np.int64]
) -> tuple[int, bool]:
    """Cut a cell at ";" into slots.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The cell is ``data[start:end]``.
    slot_start, slot_end : ndarray of int64
        Filled with the bounds of each slot; a slot that says nothing gets two equal bounds. What does not fit is left out.

    Returns
    -------
    count : int
        Slots up to the last one that says anything; 0 for a cell that says nothing.
    listed : bool
        Whether the cell has a ";" at all.
    """
    room = len(slot_start)
    count = 0
    slot = 0
    begin = start
    listed = False
    for at in range(start, end + 1):
        if at < end and data[at] != 59:
            continue
        if at < end:
            listed = True
        if slot < room:
            slot_start[slot] = begin
            if written(data, begin, at):
                slot_end[slot] = at
                count = slot + 1
            else:
                slot_end[slot] = begin
        slot += 1
        begin = at + 1
    return count, listed


@kernel
def spread_slots(
    codes: NDArray[np.int32],
    slot_offsets: NDArray[np.int64],
    slot_values: NDArray[np.uint8],
    split: NDArray[np.bool_],
    starts: NDArray[np.int64],
    values: NDArray[np.uint8],
    surplus: NDArray[np.bool_],
) -> None:
    """Deal values that were read once per distinct cell to the persons of every row.

    Parameters
    ----------
    codes : ndarray of int32, shape (n,)
        The distinct cell of each row, -1 for a null.
    slot_offsets : ndarray of int64, shape (d + 1,)
        Slots of distinct cell c are ``slot_values[slot_offsets[c]:slot_offsets[c + 1]]``.
    slot_values : ndarray of uint8
        One value per slot; 0 for a slot that says nothing, 1 for one that could not be read.
    split : ndarray of bool, shape (d,)
        The cell has no ";": its values are dealt only when there is exactly one for each person.
    starts : ndarray of int64, shape (n + 1,)
        From :func:`person_starts`.
    values : ndarray of uint8, shape (m,)
        Written: one value per person.
    surplus : ndarray of bool, shape (n,)
        Written: the row has more slots than persons.
    """
    for row in range(len(codes)):
        code = codes[row]
        if code < 0:
            continue
        first = slot_offsets[code]
        count = slot_offsets[code + 1] - first
        persons = starts[row + 1] - starts[row]
        if persons == 0:
            continue
        if split[code] and count != persons:
            values[starts[row]] = 1
            continue
        surplus[row] = count > persons
        for slot in range(min(count, persons)):
            values[starts[row] + slot] = slot_values[first + slot]
