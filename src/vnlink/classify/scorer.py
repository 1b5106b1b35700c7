"""Scores of patterns, each computed once: the table between a model and the kernels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import mix64
from vnlink.kernels import kernel

__all__ = ["PatternScorer"]

_EMPTY = np.int64(-1)


@kernel
def _slot(pattern, keys):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(keys) - 1)
    at = mix64(np.uint64(pattern)) & mask
    while keys[np.int64(at)] != pattern and keys[np.int64(at)] != _EMPTY:
        at = (at + np.uint64(1)) & mask
    return np.int64(at)


@kernel
def _look_up(patterns, keys, values, scores, unknown):  # type: ignore[no-untyped-def]
    """Write known scores; list the distinct unknown patterns, at most as many as fit. Returns how many."""
    missing = 0
    for i in range(len(patterns)):
        at = _slot(patterns[i], keys)
        if keys[at] == patterns[i]:
            scores[i] = values[at]
        elif missing < len(unknown) and (missing == 0 or unknown[missing - 1] != patterns[i]):
            unknown[missing] = patterns[i]
            missing += 1
    return missing


@kernel
def _insert(patterns, scores, keys, values):  # type: ignore[no-untyped-def]
    for i in range(len(patterns)):
        at = _slot(patterns[i], keys)
        keys[at], values[at] = patterns[i], scores[i]


class PatternScorer:
    """Look up the scores of patterns, asking the model for each distinct pattern once.

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
        self._keys = np.full(1 << 16, _EMPTY, np.int64)
        self._values = np.zeros(1 << 16, np.int32)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def scores(self, patterns: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the score of each pattern in whole units. Safe to call from several threads under a lock only."""
        scores = np.empty(len(patterns), np.int32)
        unknown = np.empty(min(len(patterns), 1 << 16), np.int64)
        while missing := _look_up(patterns, self._keys, self._values, scores, unknown):
            new = np.unique(unknown[:missing])
            self._grow(len(new))
            units = np.rint(self._evaluate(new) * self._scale).astype(np.int32)
            _insert(new, units, self._keys, self._values)
            self._used += len(new)
        return scores

    def _grow(self, added: int) -> None:
        while (self._used + added) * 2 > len(self._keys):
            old_keys, old_values = self._keys, self._values
            self._keys = np.full(len(old_keys) * 2, _EMPTY, np.int64)
            self._values = np.zeros(len(old_keys) * 2, np.int32)
            known = old_keys != _EMPTY
            _insert(old_keys[known], old_values[known], self._keys, self._values)
