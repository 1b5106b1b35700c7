"""The citizens as the sweeps read them: records in batches, and two hashes of each that stay in memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.partners import without_crowds
from vnlink.compare.pairs import CompareTables, compare_pairs
from vnlink.grouped import numbered
from vnlink.homes import commune_homes
from vnlink.kernels import kernel
from vnlink.persons import PersonTable
from vnlink.records import Column, localities_of

__all__ = ["Population"]

_BATCH = 1 << 17
_PAIRS = 1 << 20


class Population:
    """One population register.

    Parameters
    ----------
    table : PersonTable
        The citizens, in memory or in files.
    communes : int16[p, k]
        Present communes that each place can mean (:class:`vnlink.schema.PlaceArrays`).

    Attributes
    ----------
    key : uint64[m]
        Hash of each citizen's id: it breaks ties.
    home : uint64[m]
        Where each citizen lives (:mod:`vnlink.homes`): the household, or the commune where none is known that is a family's.
    """

    def __init__(self, table: PersonTable, communes: NDArray[np.int16]) -> None:
        self._records = table.records
        self._flags = table.rows_of("flags")
        self.key: NDArray[np.uint64] = table.column("key")
        written = table.column("household")
        self.home = without_crowds(written)
        if self.home is not written:
            self._add_communes(written, communes)

    def _add_communes(self, written: NDArray[np.uint64], communes: NDArray[np.int16]) -> None:
        """Put in the communes of citizens whose home is written down and no family's."""
        for low in range(0, len(written), _PAIRS):
            piece = slice(low, low + _PAIRS)
            rows = low + np.flatnonzero((self.home[piece] == 0) & (written[piece] != 0))
            if len(rows):
                records = self._records.take(rows)
                self.home[rows] = commune_homes(communes, records[:, Column.PLACE], localities_of(records))

    def __len__(self) -> int:
        return len(self.key)

    @property
    def in_memory(self) -> bool:
        """Whether any citizen can be read without reading a file."""
        return self._records.in_memory

    def batches(self, size: int) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Give the packed citizens in order, with the number of the first of each batch."""
        for low in range(0, len(self), size):
            yield low, self._records.read(low, low + size)

    def take(self, citizens: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the records of some citizens, by number in ascending order."""
        return self._records.take(citizens)

    def births(self, citizens: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the birth dates of citizens, by number in any order, int32[p]."""
        if self._records.in_memory:
            return np.asarray(self._records.read()[citizens, Column.BIRTH])
        rows, at = numbered(citizens.astype(np.int64))
        return np.asarray(self._records.take(rows)[at, Column.BIRTH])

    def flags_of(self, citizens: NDArray[np.int32]) -> NDArray[np.uint32]:
        """Return what was noticed of citizens, by number in any order, uint32[p]; 0 for a number below 0."""
        if self._flags.in_memory:
            found = self._flags.read()[np.maximum(citizens, 0)] if len(self) else np.zeros(len(citizens), np.uint32)
        else:
            rows, at = numbered(np.maximum(citizens, 0).astype(np.int64))
            found = self._flags.take(rows)[at]
        return np.asarray(np.where(citizens >= 0, found, 0), np.uint32)

    def compare(
        self,
        land: NDArray[np.int32],
        left: NDArray[np.int32],
        citizens: NDArray[np.int32],
        tables: CompareTables,
        pool: ThreadPoolExecutor | None = None,
    ) -> NDArray[np.int64]:
        """Return the patterns of pairs of a land person and any citizen, int64[p]; ``pool`` compares some at a time."""
        if self._records.in_memory:
            records = self._records.read()
            if len(left) <= _PAIRS:
                return compare_pairs(land, records, left, citizens, tables)
            parts = [slice(low, low + _PAIRS) for low in range(0, len(left), _PAIRS)]
            found = (pool.map if pool else map)(
                lambda part: compare_pairs(land, records, left[part], citizens[part], tables), parts
            )
            return np.concatenate(list(found))
        # One pass over the file, however far apart the citizens are.
        patterns = np.empty(len(citizens), np.int64)
        bounds = np.zeros(len(self) // _BATCH + 2, np.int64)
        order = np.empty(len(citizens), np.int64)
        _by_batch(citizens, _BATCH, bounds, order)

        def compare_batch(low: int, first: int, last: int) -> None:
            at, records = order[first:last], self._records.read(low, low + _BATCH)
            patterns[at] = compare_pairs(land, records, left[at], citizens[at] - np.int32(low), tables)

        batches = zip(range(0, len(self), _BATCH), bounds.tolist(), bounds[1:].tolist(), strict=False)
        wanted = [(low, first, last) for low, first, last in batches if first < last]
        list((pool.map if pool else map)(lambda batch: compare_batch(*batch), wanted))
        return patterns


@kernel
def _by_batch(citizens, size, bounds, order):  # type: ignore[no-untyped-def]
    """Order pairs by the batch that holds their citizen, and write where those of each batch begin."""
    for citizen in citizens:
        bounds[citizen // size + 1] += 1
    for batch in range(1, len(bounds)):
        bounds[batch] += bounds[batch - 1]
    # While they are filled, the beginnings move on to the ends; then each is where the next one begins.
    for i in range(len(citizens)):
        batch = citizens[i] // size
        order[bounds[batch]] = i
        bounds[batch] += 1
    for batch in range(len(bounds) - 1, 0, -1):
        bounds[batch] = bounds[batch - 1]
    bounds[0] = 0
