"""The best candidates of each land person, kept while the population streams past.

Scores are whole numbers (:data:`SCALE` to the bit) and ties are broken by a hash of the citizen's id, so the same candidates
are kept in whatever order the citizens come. What is not kept is not lost: its odds are added up in a whole number, and the
sum of whole numbers does not depend on the order either.

Pairs come by citizen, so the persons whom they concern lie anywhere in memory, and waiting for it is what entering a pair
costs. All that is kept of a person is therefore one row, and with ten candidates a row is two cache lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.rows import aligned

__all__ = ["LOWER", "ODDS_ONE", "SCALE", "Ranking", "odds_units"]

SCALE = 4096
"""Score units to the bit. A rounding of 1/8192 bit is far below any difference that matters."""

ODDS_ONE = 1 << 32
"""What odds of 1:1 count in :attr:`Ranking.tail`."""

LOWER = np.int64((1 << 32) - 1)
"""Bits of a pattern that are kept of each candidate."""

_BLOCK = 64
_COUNT_BITS = 12
_COUNT = np.uint64((1 << _COUNT_BITS) - 1)
_TAIL_MAX = np.uint64((1 << (64 - _COUNT_BITS)) - 1)
_NO_SCORE = np.iinfo(np.int32).min
_HEAD = 2
"""Entries of a row before its candidates: 12 bits of their number, 52 of the tail."""


@dataclass(slots=True)
class Ranking:
    """The best candidates of n land persons, best first.

    Attributes
    ----------
    rows : int32[n, 2 + 3 k]
        The number of candidates and the tail, packed, and the ``table``; one entry more where that makes their number even.
    shared : int64[n]
        The upper bits of the pattern, which all pairs of a person share.
    """

    rows: NDArray[np.int32]
    shared: NDArray[np.int64]

    @classmethod
    def empty(cls, shared: NDArray[np.int64], size: int) -> Ranking:
        """Make the ranking of as many persons as ``shared`` has, with no candidates yet, keeping ``size`` of each."""
        nobody = _nobody(size)
        rows = aligned(len(shared), len(nobody), np.int32)
        rows[:] = nobody
        return cls(rows, shared)

    @property
    def size(self) -> int:
        """Candidates kept of each person, k."""
        return (self.rows.shape[1] - _HEAD) // 3

    @property
    def table(self) -> NDArray[np.int32]:
        """Score (in ``1 / SCALE`` bits), citizen (-1 where there are fewer candidates) and the lower 32 bits of the pattern.

        int32[n, k, 3]; a view.
        """
        return self.rows[:, _HEAD : _HEAD + 3 * self.size].reshape(len(self), self.size, 3)

    @property
    def score(self) -> NDArray[np.int32]:
        """Scores, int32[n, k]; a view."""
        return self.table[:, :, 0]

    @property
    def citizen(self) -> NDArray[np.int32]:
        """Citizen numbers, int32[n, k]; a view."""
        return self.table[:, :, 1]

    @property
    def candidates(self) -> NDArray[np.int32]:
        """How many candidates there were, int32[n]: 4,095 stands for all that are more."""
        return np.asarray(self._heads & _COUNT).astype(np.int32)

    @property
    def tail(self) -> NDArray[np.uint64]:
        """Odds of all candidates that are not among the k, in ``1 / ODDS_ONE``, uint64[n]."""
        return np.asarray(self._heads >> np.uint64(_COUNT_BITS))

    @property
    def _heads(self) -> NDArray[np.uint64]:
        return self.rows.view(np.uint64)[:, 0]

    def __len__(self) -> int:
        return len(self.shared)

    def part(self, low: int, high: int) -> Ranking:
        """Return the ranking of persons ``low`` to ``high``; a view."""
        return Ranking(self.rows[low:high], self.shared[low:high])

    def take(self, persons: NDArray[np.int64]) -> Ranking:
        """Return the ranking of some persons; a copy."""
        return Ranking(self.rows[persons], self.shared[persons])

    @classmethod
    def joined(cls, parts: list[Ranking]) -> Ranking:
        """Put rankings of as many candidates behind each other."""
        return cls(np.concatenate([part.rows for part in parts]), np.concatenate([part.shared for part in parts]))

    def patterns(self, person: NDArray[Any], rank: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """Patterns of kept candidates, by person and rank, int64."""
        return np.asarray((self.table[person, rank, 2] & LOWER) | self.shared[person])

    def enter(
        self,
        persons: NDArray[np.int32],
        citizens: NDArray[np.int32],
        patterns: NDArray[np.int64],
        scores: NDArray[np.int32],
        citizen_key: NDArray[np.uint64],
    ) -> None:
        """Enter a batch of scored pairs, all arrays [p].

        Parameters
        ----------
        persons, citizens, patterns, scores
            Of each pair.
        citizen_key : uint64[m]
            Hashes of the ids of all citizens; they break ties.
        """
        _enter_all(persons, citizens, patterns, scores, citizen_key, self.rows, self.rows.view(np.uint64))

    def kept(self, persons: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """List the kept candidates of some persons, best first: person int32[p], citizen int32[p] and pattern int64[p]."""
        most = len(persons) * self.size
        person, citizen, pattern = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int64)
        count = _list_kept(self.rows, self.shared, persons, person, citizen, pattern)
        return person[:count], citizen[:count], pattern[:count]

    def rescore(
        self,
        persons: NDArray[np.int64],
        patterns: NDArray[np.int64],
        scores: NDArray[np.int32],
        citizen_key: NDArray[np.uint64],
    ) -> None:
        """Give the candidates that :meth:`kept` lists for these persons other patterns and scores, and put them in order."""
        _give_scores(self.rows, persons, patterns, scores)
        _sort(persons, citizen_key, self.rows)

    def merge(
        self,
        persons: NDArray[np.int64],
        gone: NDArray[np.int64],
        stays: NDArray[np.int64],
        patterns: NDArray[np.int64],
        scores: NDArray[np.int32],
        citizen_key: NDArray[np.uint64],
    ) -> None:
        """Let one kept candidate of each person go and give another one a pattern and a score, all [p]; a person occurs once.

        Parameters
        ----------
        persons, gone, stays
            Persons, and the ranks of both.
        patterns, scores
            Of the candidate that stays.
        citizen_key : uint64[m]
        """
        _merge(self.rows, self.rows.view(np.uint64), persons, gone, stays, patterns, scores)
        _sort(persons, citizen_key, self.rows)

    def sort(self, persons: NDArray[np.int64], citizen_key: NDArray[np.uint64]) -> None:
        """Put the kept candidates of ``persons`` in order again after their scores were changed."""
        _sort(persons, citizen_key, self.rows)


@cache
def _nobody(size: int) -> NDArray[np.int32]:
    """Return the row of a person who has no candidate."""
    width = _HEAD + 3 * size
    row = np.zeros(width + width % 2, np.int32)
    row[_HEAD:width:3], row[_HEAD + 1 : width : 3] = _NO_SCORE, -1
    row.flags.writeable = False
    return row


@kernel
def odds_units(score: int) -> np.uint64:
    """Odds of a score in ``1 / ODDS_ONE``, at most 2**18:1 (a tail of such candidates decides nothing any more)."""
    return np.uint64(2.0 ** (min(score / SCALE, 18.0) + 32.0))


@kernel
def _before(score, citizen, other_score, other, citizen_key):  # type: ignore[no-untyped-def]
    """Whether a candidate stands before another one."""
    return score > other_score or (score == other_score and citizen_key[citizen] < citizen_key[other])


@kernel
def _put(row, at, score, citizen, pattern, citizen_key):  # type: ignore[no-untyped-def]
    """Move what is below down from place ``at`` and put a candidate in its place."""
    place = _HEAD + 3 * at
    while place > _HEAD and not _before(row[place - 3], row[place - 2], score, citizen, citizen_key):
        row[place], row[place + 1], row[place + 2] = row[place - 3], row[place - 2], row[place - 1]
        place -= 3
    row[place], row[place + 1], row[place + 2] = score, citizen, pattern


@kernel
def _enter_all(persons, citizens, patterns, scores, citizen_key, rows, heads):  # type: ignore[no-untyped-def]
    """Enter pairs into the rows of a ranking; ``heads`` are the same rows as uint64. What it returns means nothing.

    A block's rows are read first, all at once and for nothing but to have them in the cache: the processor waits for many of
    them together instead of for one after the other.
    """
    size = (rows.shape[1] - _HEAD) // 3
    worst = _HEAD + 3 * (size - 1)
    touched = np.int64(0)
    for first in range(0, len(persons), _BLOCK):
        last = min(first + _BLOCK, len(persons))
        for i in range(first, last):
            touched += rows[persons[i], 0] + rows[persons[i], worst]
        for i in range(first, last):
            person, citizen, score = persons[i], citizens[i], scores[i]
            head = heads[person, 0]
            count, tail = head & _COUNT, head >> np.uint64(_COUNT_BITS)
            at = np.int64(count)
            count = min(count + np.uint64(1), _COUNT)
            row = rows[person]
            if at >= size:
                at = size - 1
                stays = not _before(score, citizen, row[worst], row[worst + 1], citizen_key)
                tail = min(tail + odds_units(score if stays else row[worst]), _TAIL_MAX)
                heads[person, 0] = (tail << np.uint64(_COUNT_BITS)) | count
                if stays:
                    continue
            else:
                heads[person, 0] = (tail << np.uint64(_COUNT_BITS)) | count
            _put(row, at, score, citizen, patterns[i] & LOWER, citizen_key)
    return touched


@kernel
def _list_kept(rows, shared, persons, person, citizen, pattern):  # type: ignore[no-untyped-def]
    count = 0
    for one in persons:
        row = rows[one]
        for place in range(_HEAD, _HEAD + (rows.shape[1] - _HEAD) // 3 * 3, 3):
            if row[place + 1] < 0:
                break
            person[count], citizen[count] = one, row[place + 1]
            pattern[count] = (np.int64(row[place + 2]) & LOWER) | shared[one]
            count += 1
    return count


@kernel
def _give_scores(rows, persons, patterns, scores):  # type: ignore[no-untyped-def]
    count = 0
    for one in persons:
        row = rows[one]
        for place in range(_HEAD, _HEAD + (rows.shape[1] - _HEAD) // 3 * 3, 3):
            if row[place + 1] < 0:
                break
            row[place], row[place + 2] = scores[count], patterns[count] & LOWER
            count += 1


@kernel
def _merge(rows, heads, persons, gone, stays, patterns, scores):  # type: ignore[no-untyped-def]
    size = (rows.shape[1] - _HEAD) // 3
    for k in range(len(persons)):
        row = rows[persons[k]]
        place = _HEAD + 3 * stays[k]
        row[place], row[place + 2] = scores[k], patterns[k] & LOWER
        last = _HEAD + 3 * (size - 1)
        for at in range(_HEAD + 3 * gone[k], last):
            row[at] = row[at + 3]
        row[last], row[last + 1], row[last + 2] = _NO_SCORE, -1, 0
        # So many that they are not counted any more stay so many.
        if heads[persons[k], 0] & _COUNT != _COUNT:
            heads[persons[k], 0] -= np.uint64(1)


@kernel
def _sort(persons, citizen_key, rows):  # type: ignore[no-untyped-def]
    for person in persons:
        row = rows[person]
        for i in range(1, (rows.shape[1] - _HEAD) // 3):
            place = _HEAD + 3 * i
            if row[place + 1] < 0:
                break
            _put(row, i, row[place], row[place + 1], row[place + 2], citizen_key)
