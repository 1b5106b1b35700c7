"""Cells of any type -> text, the same text whatever the file format they came in.

==================  ====================================================================
text                as it is; an empty cell is missing
whole number        its digits, never an exponent
other number        whole ones without ".0" (a column of ids that once had a hole), others as short as they read back
date, timestamp     yyyy-mm-dd
truth               "true", "false"
category            the text it stands for
==================  ====================================================================

Text that is not UTF-8 cannot be shown as text: such rows are reported to the caller, who sets them aside.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message

__all__ = ["first_filled", "joined", "text_of_array", "text_of_object", "text_of_objects"]

_INT64 = float(1 << 63)
_MISSING_TYPES = ("NAType", "NaTType")
"""Types of the missing values of pandas, told by name: pandas is not imported here."""


def _invalid_utf8(array: pa.Array) -> NDArray[np.bool_]:
    """Which values of a binary array are not UTF-8. Only called for a batch that is known to hold some."""
    bad = np.zeros(len(array), dtype=np.bool_)
    for position, value in enumerate(array.to_pylist()):
        try:
            _ = value is None or value.decode("utf-8")
        except UnicodeDecodeError:
            bad[position] = True
    return bad


def _of_binary(array: pa.Array) -> tuple[pa.Array, NDArray[np.bool_] | None]:
    try:
        return array.cast(pa.string()), None
    except pa.ArrowInvalid:
        bad = _invalid_utf8(array)
        if not bad.any():  # not the bytes but their number: more than 32-bit offsets can hold
            raise
        return pc.if_else(pa.array(bad), pa.scalar(None, array.type), array).cast(pa.string()), bad


def _of_float(array: pa.Array) -> pa.Array:
    values = array.cast(pa.float64())
    numbers = values.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        finite = np.isfinite(numbers)
        whole = finite & (np.abs(numbers) < _INT64) & (numbers == np.trunc(numbers))
        digits = pa.array(np.where(whole, numbers, 0).astype(np.int64)).cast(pa.string())
    # Shortest decimal that reads back, in the precision of the source: 0.1 as float32 is "0.1", not 0.10000000149.
    other = finite & ~whole
    if not other.any():
        return pc.if_else(pa.array(whole), digits, pa.scalar(None, pa.string()))
    nothing = pa.scalar(None, pa.string())
    return pc.if_else(pa.array(whole), digits, pc.if_else(pa.array(other), array.cast(pa.string()), nothing))


def _of_decimal(array: pa.Array) -> pa.Array:
    text = array.cast(pa.string())
    return pc.utf8_rtrim(pc.utf8_rtrim(text, "0"), ".") if array.type.scale > 0 else text


def _of_time(array: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        # A birth date stored as midnight of Hanoi is the day before in UTC: the day is the one of the column's own zone.
        array = pc.local_timestamp(array)
    return array.cast(pa.date32(), safe=False).cast(pa.string())


def text_of_array(array: pa.Array, column: str) -> tuple[pa.Array, NDArray[np.bool_] | None]:
    """One column of a batch as text.

    Parameters
    ----------
    array : pyarrow.Array
    column : str
        Canonical column, for the error.

    Returns
    -------
    text : pyarrow.Array of string
        Empty text is null.
    bad : ndarray of bool, shape (len(array),), or None
        Cells that are not UTF-8; None when there are none.

    Raises
    ------
    InputError
        The column is of a type that has no text: lists, structures, times of day.
    pyarrow.ArrowInvalid, pyarrow.ArrowCapacityError
        The text does not fit into 32-bit offsets; take fewer rows.

    Examples
    --------
    >>> text_of_array(pa.array([242438306.0, None]), "id_number")[0].to_pylist()
    ['242438306', None]
    """
    kind, types = array.type, pa.types
    if isinstance(kind, pa.BaseExtensionType):
        return text_of_array(array.storage, column)
    if types.is_dictionary(kind):
        values = array.dictionary
        if types.is_string_view(values.type) or types.is_binary_view(values.type):
            values = values.cast(pa.large_binary())  # pyarrow cannot take from views (categories of Polars)
        return text_of_array(values.take(array.indices), column)
    if types.is_run_end_encoded(kind):
        return text_of_array(pc.run_end_decode(array), column)
    if types.is_null(kind):
        return array.cast(pa.string()), None
    if types.is_boolean(kind) or types.is_integer(kind):
        return array.cast(pa.string()), None
    if types.is_floating(kind):
        return _of_float(array), None
    if types.is_decimal(kind):
        return _of_decimal(array), None
    if types.is_date(kind) or types.is_timestamp(kind):
        return _of_time(array), None
    if types.is_string_view(kind) or types.is_binary_view(kind):
        array = array.cast(pa.large_binary())
    elif types.is_string(kind) or types.is_fixed_size_binary(kind):
        array = array.cast(pa.binary())  # without copying; the way back checks that the bytes are UTF-8
    elif types.is_large_string(kind):
        array = array.cast(pa.large_binary())
    elif not (types.is_binary(kind) or types.is_large_binary(kind)):
        raise InputError(
            message(f"the column {column} must hold text, numbers or dates, not {kind}", remedy="convert the column to text")
        )
    text, bad = _of_binary(array)
    return _missing_when_empty(text), bad


def _missing_when_empty(text: pa.Array) -> pa.Array:
    empty = pc.equal(text, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), text) if pc.any(empty).as_py() else text


def text_of_object(value: object) -> str | None:
    """One Python value as text, None for a missing one.

    Raises
    ------
    UnicodeEncodeError
        Text with half a character in it (a lone surrogate), what is left of bytes read in the wrong encoding.

    Examples
    --------
    >>> text_of_object(79_095_012_345.0), text_of_object(dt.datetime(1965, 2, 3)), text_of_object(float("nan"))
    ('79095012345', '1965-02-03', None)
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        value.encode("utf-8")
        return value or None
    if value is None or type(value).__name__ in _MISSING_TYPES:
        return None
    if isinstance(value, (bool, int)):
        return str(value).lower()
    if isinstance(value, float):
        return None if not math.isfinite(value) else str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, decimal.Decimal):
        return format(value.normalize(), "f") if value.is_finite() else None
    if isinstance(value, dt.date):  # a datetime is a date too
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    if isinstance(value, bytes):
        return text_of_object(value.decode("utf-8", errors="surrogateescape"))
    return text_of_object(str(value))


def text_of_objects(values: Iterable[object]) -> tuple[pa.Array, NDArray[np.bool_] | None]:
    """A column of Python values as text, cell by cell: spreadsheets, and columns of mixed types.

    Returns
    -------
    text : pyarrow.Array of string
    bad : ndarray of bool or None
        As in :func:`text_of_array`.
    """
    texts: list[str | None] = []
    bad: list[int] = []
    for position, value in enumerate(values):
        try:
            texts.append(text_of_object(value))
        except UnicodeEncodeError:
            texts.append(None)
            bad.append(position)
    if not bad:
        return pa.array(texts, pa.string()), None
    mask = np.zeros(len(texts), dtype=np.bool_)
    mask[bad] = True
    return pa.array(texts, pa.string()), mask


def joined(columns: list[pa.Array]) -> pa.Array:
    """Several cells of a row in one, `` , `` between those that are not missing."""
    together = columns[0]
    for more in columns[1:]:
        # null_handling="skip" would do all at once, but drops the rows in which every cell is null (seen in pyarrow 26).
        together = pc.coalesce(pc.binary_join_element_wise(together, more, " , "), together, more)
    return together


def first_filled(columns: list[pa.Array]) -> pa.Array:
    """Of several cells of a row the first that is not missing and not blank."""
    blank_is_null = [
        pc.if_else(pc.equal(pc.utf8_trim_whitespace(one), ""), pa.scalar(None, pa.string()), one) for one in columns
    ]
    return pc.coalesce(*blank_is_null)
