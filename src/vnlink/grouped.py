"""Rows in groups: distinct values and their numbers, and orders by group, without sorting all rows.

``np.unique`` and ``np.lexsort`` sort all rows. Millions of candidate pairs have some ten thousand patterns, and a person has
a few dozen pairs, so a table of the patterns and a sort within each person do the same in a fraction of the time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import mix64
from vnlink.kernels import kernel

__all__ = ["best_of_each", "numbered", "order_by_number", "order_within"]

_FREE = np.int32(-1)
_FIRST_SIZE = 1 << 16
_GAPS = np.array([1750, 701, 301, 132, 57, 23, 10, 4, 1])
"""Distances of a Shell sort (Ciura's), for groups of dozens that are seldom thousands."""


@kernel
def _number(values, first, keys, numbers, found, count, inverse):  # type: ignore[no-untyped-def]
    """Number values from ``first`` on as they are met. Returns (where it stopped for want of room, values met)."""
    last = np.uint64(len(keys) - 1)
    for i in range(first, len(values)):
        at = mix64(np.uint64(values[i])) & last
        while numbers[at] >= 0 and keys[at] != values[i]:
            at = (at + np.uint64(1)) & last
        if numbers[at] < 0:
            if 2 * count >= len(keys):
                return i, count
            keys[at], numbers[at], found[count] = values[i], count, values[i]
            count += 1
        inverse[i] = numbers[at]
    return len(values), count


def numbered(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct values, ascending, and the row of each value among them: ``np.unique(..., return_inverse=True)``.

    Examples
    --------
    >>> distinct, row = numbered(np.array([7, 3, 7]))
    >>> distinct.tolist(), row.tolist()
    ([3, 7], [1, 0, 1])
    """
    inverse, found = np.empty(len(values), np.int32), np.empty(len(values), np.int64)
    size, first, count = _FIRST_SIZE, 0, 0
    while first < len(values):
        keys, numbers = np.empty(size, np.int64), np.full(size, _FREE)
        # What was met before comes first, so it keeps its numbers.
        _number(found[:count].copy(), 0, keys, numbers, found, 0, np.empty(count, np.int32))
        first, count = _number(values, first, keys, numbers, found, count, inverse)
        size *= 4
    order = np.argsort(found[:count])
    row = np.empty(count, np.int64)
    row[order] = np.arange(count)
    return found[:count][order], row[inverse]


@kernel
def _count_into(group, ends):  # type: ignore[no-untyped-def]
    for one in group:
        ends[one + 1] += 1
    for i in range(1, len(ends)):
        ends[i] += ends[i - 1]


@kernel
def _lay_out(group, places, order):  # type: ignore[no-untyped-def]
    for i in range(len(group)):
        order[places[group[i]]] = i
        places[group[i]] += 1


def order_by_number(group: NDArray[np.int32], groups: int) -> NDArray[np.int64]:
    """Return the order of rows by group, a number from 0 to ``groups`` - 1, as they come within a group.

    Raises
    ------
    ValueError
        A group is another number.
    """
    if len(group) and not 0 <= group.min() <= group.max() < groups:
        msg = "groups are numbers from 0 to one less than how many there are"
        raise ValueError(msg)
    ends, order = np.zeros(groups + 1, np.int64), np.empty(len(group), np.int64)
    _count_into(group, ends)
    _lay_out(group, ends, order)
    return order


@kernel
def _sort_each(group, value, order):  # type: ignore[no-untyped-def]
    """Put the rows of each group, which stand together in ``order``, in the order of their values, and else as they came."""
    low = 0
    while low < len(order):
        high = low + 1
        while high < len(order) and group[order[high]] == group[order[low]]:
            high += 1
        for gap in _GAPS:
            for i in range(low + gap, high):
                row, j = order[i], i
                one = value[row]
                while j >= low + gap and (
                    value[order[j - gap]] > one or (value[order[j - gap]] == one and order[j - gap] > row)
                ):
                    order[j] = order[j - gap]
                    j -= gap
                order[j] = row
        low = high


def order_within(group: NDArray[np.int32], value: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of rows by group, a number from 0, and by value within it: ``np.lexsort((value, group))``."""
    order = order_by_number(group, int(group.max(initial=-1)) + 1)
    _sort_each(group, value, order)
    return order


@kernel
def _best(start, score, best):  # type: ignore[no-untyped-def]
    for k in range(len(start)):
        last = start[k + 1] if k + 1 < len(start) else len(score)
        best[k] = start[k]
        for i in range(start[k] + 1, last):
            if score[i] > score[best[k]]:
                best[k] = i


def best_of_each(start: NDArray[np.int64], score: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the row of the highest score of each group, the first of equals; groups stand together from ``start`` on."""
    best = np.empty(len(start), np.int64)
    _best(start, score, best)
    return best
