"""Identity numbers with the right structure, unique over the whole register without remembering any.

A personal id is PPP G YY NNNNNN: province of birth registration, century and sex, year, serial. Each block of the population
owns a stretch of the serials of every (province, G, YY): nine tenths of a million are divided among the blocks of the province,
one tenth among all blocks for people registered elsewhere. A fixed permutation then scatters them. Nine-digit numbers are
issued by province in the same way; their space has room for numbers that nobody in the register holds (people who are absent,
cards since replaced).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.columns import ABROAD, BIRTH, COMMUNE, DEAD_ABSENT, REGISTER, SEX, YEAR
from vnlink.datasets.names import read_table
from vnlink.datasets.territory import Territory

__all__ = ["COUNT_DRAWS", "Issuer", "Numbers"]

COUNT_DRAWS = 8
"""Uniform numbers per person of :meth:`Issuer.issue`."""

_HOME_SERIALS = 900_000
_SERIALS = 1_000_000
_SPREAD = 618_033
"""Multiplier of the permutation of serials; odd and no multiple of 5, so prime to every power of ten."""
_LAST_YEAR_OF_OLD_IDS = 2003


@dataclass(frozen=True)
class Numbers:
    """Numbers of a block's people, -1 for none: what is true, not yet what a register knows.

    Attributes
    ----------
    personal, old, superseded : ndarray of int64, shape (n,)
    """

    personal: NDArray[np.int64]
    old: NDArray[np.int64]
    superseded: NDArray[np.int64]


class Issuer:
    """Gives out numbers block by block."""

    def __init__(self, territory: Territory, block_size: int) -> None:
        prefixes: dict[int, list[str]] = {}
        for row in read_table("old_id_prefixes.csv"):
            prefixes.setdefault(int(row["province"]), []).append(row["prefix"])
        self.provinces = np.array(sorted(prefixes), dtype=np.int64)
        self._base = np.zeros(100, dtype=np.int64)
        self._space = np.ones(100, dtype=np.int64)
        for province, found in prefixes.items():
            self._space[province] = 10 ** (9 - len(found[0]))
            self._base[province] = int(found[0]) * self._space[province]
        self._territory = territory
        self._blocks = max(1, -(-int(territory.first[-1]) // block_size))
        self._first_block = np.full(100, self._blocks, dtype=np.int64)
        self._last_block = np.zeros(100, dtype=np.int64)
        self._first_citizen = np.full(100, 1 << 40, dtype=np.int64)
        first = np.minimum(territory.first[:-1], max(0, int(territory.first[-1]) - 1)) // block_size
        last = np.maximum(territory.first[1:] - 1, 0) // block_size
        np.minimum.at(self._first_block, territory.province, first)
        np.maximum.at(self._last_block, territory.province, last)
        np.minimum.at(self._first_citizen, territory.province, territory.first[:-1])

    def issue(self, people: NDArray[np.int32], u: NDArray[np.float64], block: int, first_citizen: int) -> Numbers:
        """Numbers for everybody of a block, whether in the register or not.

        Parameters
        ----------
        people : ndarray of int32, shape (n, N_COLUMNS)
        u : ndarray of float64, shape (n, COUNT_DRAWS)
            Uniform numbers.
        block, first_citizen : int
            Number of the block and of its first citizen.
        """
        home = self._territory.province[people[:, COMMUNE]].astype(np.int64)
        elsewhere = self.provinces[(u[:, 0] * len(self.provinces)).astype(np.int64)]
        away = (u[:, 1] < 0.10) & (elsewhere != home)
        old, superseded = self._old_ids(people, u, home, first_citizen)
        return Numbers(self._personal_ids(people, home, np.where(away, elsewhere, home), away, block), old, superseded)

    def _personal_ids(
        self,
        people: NDArray[np.int32],
        home: NDArray[np.int64],
        province: NDArray[np.int64],
        away: NDArray[np.bool_],
        block: int,
    ) -> NDArray[np.int64]:
        year, sex = people[:, YEAR].astype(np.int64), people[:, SEX].astype(np.int64)
        head = province * 1000 + (year // 100 - 19) * 200 + sex * 100 + year % 100
        rank = _rank_in_group(head * 2 + away)
        blocks = self._last_block[home] - self._first_block[home] + 1
        width = np.where(away, (_SERIALS - _HOME_SERIALS) // self._blocks, _HOME_SERIALS // blocks)
        slot = np.where(away, _HOME_SERIALS + block * width, (block - self._first_block[home]) * width) + rank
        serial = (slot * _SPREAD + head * 7_919) % _SERIALS
        return np.where(rank < width, head * _SERIALS + serial, -1)

    def _old_ids(
        self, people: NDArray[np.int32], u: NDArray[np.float64], home: NDArray[np.int64], first_citizen: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tenths 0 to 7 of each province's numbers belong to citizens, 8 to people outside the register, 9 to replaced
        cards.
        """
        count = len(people)
        absent = (people[:, REGISTER] == DEAD_ABSENT) | (people[:, REGISTER] == ABROAD)
        running = first_citizen + np.cumsum(~absent) - 1 - self._first_citizen[home]
        outside = np.cumsum(absent) - 1 + (first_citizen - self._first_citizen[home]) // 5
        space = self._space[home]
        tenth = space // 10
        serial = np.where(absent, 8 * tenth + np.maximum(outside, 0) % tenth, np.maximum(running, 0) % (8 * tenth))
        number = self._base[home] + (serial * _SPREAD + home * 104_729) % space
        where = self.provinces[(u[:, 2] * len(self.provinces)).astype(np.int64)]
        issued = np.where(u[:, 3] < 0.7, home, where)
        spare = 9 * (self._space[issued] // 10) + (u[:, 4].astype(np.float64) * (self._space[issued] // 10)).astype(np.int64)
        before = self._base[issued] + (spare * _SPREAD + issued * 104_729) % self._space[issued]
        grown = people[:, YEAR] <= _LAST_YEAR_OF_OLD_IDS
        died_early = (people[:, BIRTH] < 19_300_000) & (u[:, 5] < 0.3)
        nobody = np.full(count, -1, dtype=np.int64)
        return np.where(grown & ~died_early, number, nobody), np.where(grown, before, nobody)


def _rank_in_group(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Running number of each row among the rows of the same key, in row order."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(key) else np.zeros(0, dtype=np.bool_)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(key)), 0))
    rank = np.empty(len(key), dtype=np.int64)
    rank[order] = np.arange(len(key)) - first
    return rank
