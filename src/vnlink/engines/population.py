"""The citizens as the sweeps read them: records in batches, and two hashes of each that stay in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.index import name_spectrum
from vnlink.blocking.partners import without_crowds
from vnlink.compare.patterns import CompareTables, compare_pairs
from vnlink.persons import PersonTable
from vnlink.schema import LexiconArrays

__all__ = ["Population", "spectrum_of"]

_BATCH = 1 << 17


class Population:
    """One population register.

    Parameters
    ----------
    table : PersonTable
        The citizens, in memory or in files.

    Attributes
    ----------
    key : uint64[m]
        Hash of each citizen's id: it breaks ties.
    household : uint64[m]
        Hash of each citizen's household, 0 where it is not known or no family's.
    """

    def __init__(self, table: PersonTable) -> None:
        self._records = table.records
        self.key: NDArray[np.uint64] = table.column("key")
        self.household = without_crowds(table.column("household"))

    def __len__(self) -> int:
        return len(self.key)

    def batches(self, size: int) -> Iterator[tuple[int, NDArray[np.int32]]]:
        """Give the packed citizens in order, with the number of the first of each batch."""
        for low in range(0, len(self), size):
            yield low, self._records.read(low, low + size)

    def take(self, citizens: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the records of some citizens, by number in ascending order."""
        return self._records.take(citizens)

    def compare(
        self,
        land: NDArray[np.int32],
        left: NDArray[np.int32],
        citizens: NDArray[np.int32],
        tables: CompareTables,
        pool: ThreadPoolExecutor | None = None,
    ) -> NDArray[np.int64]:
        """Return the patterns of pairs of a land person and any citizen, int64[p].

        Where the citizens are in a file, ``pool`` compares its batches side by side.
        """
        if self._records.in_memory:
            return compare_pairs(land, self._records.read(), left, citizens, tables)
        # One pass over the file, however far apart the citizens are.
        order = np.argsort(citizens, kind="stable")
        ordered, patterns = citizens[order], np.empty(len(order), np.int64)
        bounds = np.searchsorted(ordered, np.arange(0, len(self) + _BATCH, _BATCH)).tolist()

        def compare_batch(low: int, first: int, last: int) -> None:
            at, records = order[first:last], self._records.read(low, low + _BATCH)
            patterns[at] = compare_pairs(land, records, left[at], ordered[first:last] - np.int32(low), tables)

        batches = zip(range(0, len(self), _BATCH), bounds, bounds[1:], strict=False)
        wanted = [(low, first, last) for low, first, last in batches if first < last]
        list((pool.map if pool else map)(lambda batch: compare_batch(*batch), wanted))
        return patterns

    def compare_lists(
        self,
        land: NDArray[np.int32],
        left: Sequence[NDArray[np.int32]],
        citizens: Sequence[NDArray[np.int32]],
        tables: CompareTables,
        pool: ThreadPoolExecutor,
    ) -> list[NDArray[np.int64]]:
        """Return the patterns of several lists of pairs, a list each."""
        if self._records.in_memory or not left:
            return list(pool.map(lambda one, other: self.compare(land, one, other, tables), left, citizens))
        patterns = self.compare(land, np.concatenate(left), np.concatenate(citizens), tables, pool)
        return np.split(patterns, np.cumsum([len(one) for one in left])[:-1])


def spectrum_of(table: PersonTable, lexicon: LexiconArrays, size: int) -> NDArray[np.int64]:
    """Count the distinct folded names by number of bearers, int64[4096]; read in batches of ``size``."""
    count = len(table)
    return name_spectrum((table.records.read(low, low + size) for low in range(0, count, size)), count, lexicon)
