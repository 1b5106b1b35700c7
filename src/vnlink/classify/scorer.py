"""Scores of patterns in whole units, between a model and the kernels.

Weights are added up for every pair, which is as fast as looking the sum up. What any other model says is asked for once a
pattern and kept in a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.fellegi_sunter import EQUAL, GROUPS, NUMBER_FIELDS, OTHERS_NAMES, SAME, FellegiSunter
from vnlink.hashing import mix64
from vnlink.kernels import inner, kernel
from vnlink.rows import distinct

__all__ = ["PatternScorer", "Scorer", "WeightScorer"]

_EMPTY = np.int64(-1)
_BLOCK = 256


@inner
def _home(pattern, table):  # type: ignore[no-untyped-def]
    """Where a pattern is looked for first."""
    return np.int64(mix64(np.uint64(pattern)) & np.uint64(len(table) - 1))


@inner
def _slot(pattern, table):  # type: ignore[no-untyped-def]
    """Where a pattern is, or the empty place where it would be."""
    at = _home(pattern, table)
    while table[at, 0] != pattern and table[at, 0] != _EMPTY:
        at = (at + 1) & (len(table) - 1)
    return at


@kernel
def _look_up(patterns, table, scores, unknown, homes):  # type: ignore[no-untyped-def]
    """Write known scores; list the distinct unknown patterns, at most as many as fit. Returns how many.

    Most patterns are where they are looked for first. So these places are read for a block of pairs at a time, which the
    processor waits for together, and the others are looked for one by one.
    """
    missing = 0
    for first in range(0, len(patterns), len(homes)):
        last = min(first + len(homes), len(patterns))
        for i in range(first, last):
            homes[i - first] = _home(patterns[i], table)
        for i in range(first, last):
            scores[i] = table[homes[i - first], 1]
        for i in range(first, last):
            if table[homes[i - first], 0] == patterns[i]:
                continue
            at = _slot(patterns[i], table)
            if table[at, 0] == patterns[i]:
                scores[i] = table[at, 1]
            elif missing < len(unknown) and (missing == 0 or unknown[missing - 1] != patterns[i]):
                unknown[missing] = patterns[i]
                missing += 1
    return missing


@kernel
def _insert(patterns, scores, table):  # type: ignore[no-untyped-def]
    for i in range(len(patterns)):
        at = _slot(patterns[i], table)
        table[at, 0], table[at, 1] = patterns[i], scores[i]


def _empty_table(size: int) -> NDArray[np.int64]:
    """Make a table of patterns and their scores, side by side, with nothing in it."""
    table = np.zeros((size, 2), np.int64)
    table[:, 0] = _EMPTY
    return table


class Scorer(Protocol):
    """Scores of patterns in whole units."""

    def scores(self, patterns: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the score of each pattern."""


@kernel
def _add_up(  # type: ignore[no-untyped-def]
    patterns, shifts, masks, group_of, others, numbers, table, rarer, by_rarity, scale, scores
):
    last = len(shifts) - 1
    for i in range(len(patterns)):
        pattern = patterns[i]
        group = group_of[(pattern >> shifts[0]) & masks[0]]
        if others[(pattern >> shifts[0]) & masks[0]] != 0:
            for k in range(len(numbers)):
                if (pattern >> shifts[numbers[k]]) & masks[numbers[k]] == EQUAL:
                    group = others[(pattern >> shifts[0]) & masks[0]]
        total = 0.0
        for j in range(len(shifts)):
            total += table[group, j, (pattern >> shifts[j]) & masks[j]]
        if group == SAME:
            rarity = (pattern >> shifts[last]) & masks[last]
            for k in range(len(rarer)):
                j = rarer[k]
                total += by_rarity[k, (pattern >> shifts[j]) & masks[j], rarity]
        scores[i] = np.int32(np.rint(total * scale))


class WeightScorer:
    """Add up weights. Several threads may use it at a time.

    Parameters
    ----------
    weights : FellegiSunter
    scale : int
        Whole units to the bit.
    """

    def __init__(self, weights: FellegiSunter, scale: int) -> None:
        fields = weights.fields
        self._shifts = np.array([f.shift for f in fields], np.int64)
        self._masks = np.array([(1 << f.bits) - 1 for f in fields], np.int64)
        self._others = np.zeros(1 + int(self._masks[0]), np.int64)
        self._numbers = np.array([j for j, f in enumerate(fields) if f.name in NUMBER_FIELDS], np.int64)
        # Behind the groups stand the weights of those beside whose name a number agrees, for each level of an other's name.
        levels = [fields[0].levels.index(level) for level in OTHERS_NAMES if weights.beside_number]
        self._table = np.zeros((len(GROUPS) + len(levels), len(fields), 1 + int(self._masks.max())))
        for j, f in enumerate(fields):
            self._table[: len(GROUPS), j, : len(f.levels)] = weights.weights[f.name]
            for row, level in enumerate(levels, len(GROUPS)):
                self._others[level] = row
                usual = weights.weights[f.name][weights.groups[level]]
                self._table[row, j, : len(f.levels)] = weights.beside_number.get(f.name, usual)
        self._group_of = np.zeros(1 + int(self._masks[0]), np.int64)
        self._group_of[: len(weights.groups)] = weights.groups
        self._rarer = np.array([j for j, f in enumerate(fields) if f.name in weights.by_rarity], np.int64)
        self._by_rarity = np.zeros((len(self._rarer), 1 + int(self._masks.max()), 1 + int(self._masks[-1])))
        for k, j in enumerate(self._rarer):
            table = weights.by_rarity[fields[j].name]
            self._by_rarity[k, : table.shape[0], : table.shape[1]] = table
        self._scale = float(scale)

    def scores(self, patterns: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the score of each pattern, as :meth:`FellegiSunter.score` adds it up, in whole units."""
        scores = np.empty(len(patterns), np.int32)
        tables = (self._group_of, self._others, self._numbers, self._table, self._rarer, self._by_rarity)
        _add_up(patterns, self._shifts, self._masks, *tables, self._scale, scores)
        return scores


class PatternScorer:
    """Look up the scores of patterns, asking the model for each distinct pattern once. For one thread at a time.

    Parameters
    ----------
    evaluate : callable
        Maps int64[k] distinct patterns to float64[k] scores in bits.
    scale : int
        Whole units to the bit.
    """

    def __init__(self, evaluate: Callable[[NDArray[np.int64]], NDArray[np.float64]], scale: int) -> None:
        self._evaluate = evaluate
        self._scale = scale
        self._table = _empty_table(1 << 16)
        self._homes = np.empty(_BLOCK, np.int64)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def scores(self, patterns: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the score of each pattern."""
        scores = np.empty(len(patterns), np.int32)
        unknown = np.empty(min(len(patterns), 1 << 16), np.int64)
        while missing := _look_up(patterns, self._table, scores, unknown, self._homes):
            new = distinct(unknown[:missing])
            self._grow(len(new))
            units = np.rint(self._evaluate(new) * self._scale).astype(np.int32)
            _insert(new, units, self._table)
            self._used += len(new)
        return scores

    def _grow(self, added: int) -> None:
        while (self._used + added) * 2 > len(self._table):
            known = self._table[self._table[:, 0] != _EMPTY]
            self._table = _empty_table(2 * len(self._table))
            _insert(known[:, 0], known[:, 1], self._table)
