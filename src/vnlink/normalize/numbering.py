"""Small numbers for distinct 64-bit values, so that what is slow is done once per distinct text, not once per row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.normalize.place_kernels import number_values

__all__ = ["Numbering"]


class Numbering:
    """Numbers of distinct 64-bit values, kept from batch to batch. 0 is numbered 0."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every value."""
        self.count = 1
        self._table = np.zeros(1 << 12, np.uint64)
        self._numbers = np.zeros(1 << 12, np.int32)

    def number(self, values: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Numbers of the values (int32), and the rows (int64) whose values are new, in the order of their numbers."""
        out = np.empty(len(values), np.int32)
        fresh = np.empty(len(values), np.int64)
        begin = found = 0
        while True:
            begin, self.count, more = number_values(values, begin, self._table, self._numbers, self.count, out, fresh[found:])
            found += more
            if begin == len(values):
                return out, fresh[:found]
            self._grow()

    def _grow(self) -> None:
        held = np.flatnonzero(self._table)
        held = held[np.argsort(self._numbers[held])]
        values = self._table[held]
        size = len(self._table) * 4
        self._table, self._numbers = np.zeros(size, np.uint64), np.zeros(size, np.int32)
        number_values(
            values, 0, self._table, self._numbers, 1, np.empty(len(values), np.int32), np.empty(len(values), np.int64)
        )
