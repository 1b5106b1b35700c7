"""64-bit mixing used wherever a value must become a number that is the same in every run.

The finaliser is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). Unlike
Python's :func:`hash` it has no seed, and unlike the number of a syllable in a dictionary it does not depend on the order in
which rows are met, so keys, samples and ties come out the same for any order of rows and any number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["combine", "mix64", "wrapping"]

_A = np.uint64(0xBF58476D1CE4E5B9)
_B = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)


def wrapping() -> np.errstate:
    """Context in which 64-bit products may wrap round silently.

    Compiled kernels never warn. Run as plain Python (NUMBA_DISABLE_JIT=1) NumPy scalars do, although wrapping is what is meant.
    """
    return np.errstate(over="ignore")


@njit(cache=True, nogil=True)
def mix64(x: np.uint64) -> np.uint64:
    """Spread the bits of ``x`` over the whole word; a bijection, and ``mix64(0) != 0``."""
    x = np.uint64(x) + _GOLDEN
    x = (x ^ (x >> _S30)) * _A
    x = (x ^ (x >> _S27)) * _B
    return np.uint64(x ^ (x >> _S31))


@njit(cache=True, nogil=True)
def combine(seed: np.uint64, value: np.uint64) -> np.uint64:
    """Hash the ordered pair (seed, value)."""
    return mix64(np.uint64(seed) ^ mix64(np.uint64(value)))
