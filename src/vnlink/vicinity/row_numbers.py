"""The numbers in the ids of rows, to find rows that were numbered beside each other.

Two ids that read the same but for their numbers belong to one series ("GCN-000017" and "GCN-000018"), and within it the first
number that differs says how near they are: people sort file names like this and call it natural order. So an id becomes seven
integers, compared one after the other: a hash of the text around its numbers, its first five numbers and the last one. Zeros in
front do not count. An id without numbers is a series of its own.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.hashing import FNV_OFFSET, FNV_PRIME, mix64
from vnlink.kernels import inner, kernel
from vnlink.normalize.cells import is_digit, string_buffers

__all__ = ["WIDTH", "compared", "in_order", "row_numbers"]

_NUMBERS = 6
WIDTH = 1 + _NUMBERS
"""Integers of an id; the first one tells the series."""

_TEN, _ZERO, _NONE = np.uint64(10), np.uint64(ord("0")), np.uint64(0)


@kernel
def _read(data, offsets, found):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        around, number, place, inside = FNV_OFFSET, 0, 0, False
        for at in range(offsets[i], offsets[i + 1]):
            byte = data[at]
            if is_digit(byte):
                if not inside:
                    # A digit stands for the number, however long it is.
                    number, inside, around = number + 1, True, (around ^ _ZERO) * FNV_PRIME
                    place = min(number, _NUMBERS)
                    found[i, place] = _NONE
                found[i, place] = found[i, place] * _TEN + (np.uint64(byte) - _ZERO)
            else:
                inside, around = False, (around ^ np.uint64(byte)) * FNV_PRIME
        found[i, 0] = mix64(around)


def row_numbers(ids: pa.ChunkedArray, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Read the ids of some rows, uint64[n, 7].

    Parameters
    ----------
    ids : pyarrow.ChunkedArray of string
    rows : int64[n]
        Ascending; a row may come more than once.

    Examples
    --------
    >>> numbers = row_numbers(pa.chunked_array([["Tờ 11-567", "Tờ 9-12", "Tờ 11-0568"]]), np.arange(3))
    >>> numbers[:, 1:3].tolist(), len(set(numbers[:, 0].tolist()))
    ([[11, 567], [9, 12], [11, 568]], 1)
    """
    found = np.zeros((len(rows), WIDTH), np.uint64)
    ends = np.cumsum([0, *(len(chunk) for chunk in ids.chunks)])
    bounds = np.searchsorted(rows, ends)
    for chunk, low, first, last in zip(ids.chunks, ends.tolist(), bounds.tolist(), bounds[1:].tolist(), strict=False):
        if first < last:
            cells = string_buffers(chunk.take(pa.array(rows[first:last] - low)))
            _read(cells.data, cells.offsets, found[first:last])
    return found


def in_order(numbers: NDArray[np.uint64], tie: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the order of rows by their numbers, and by another number where these are the same, int64[n]."""
    return np.lexsort((tie, *numbers.T[::-1]))


@inner
def compared(numbers, i, others, j):  # type: ignore[no-untyped-def]
    """Return -1, 0 or 1: whether the numbers of one row come before those of another, are the same, or come behind."""
    for k in range(WIDTH):
        if numbers[i, k] != others[j, k]:
            return -1 if numbers[i, k] < others[j, k] else 1
    return 0
