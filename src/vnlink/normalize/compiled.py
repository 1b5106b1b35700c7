"""How the kernels of this stage are compiled.

Numba counts references to arrays. In kernels of many small functions with early returns it cannot prove the counting
away, and the atomic additions cost more than the work: without them tokenising takes half the time and the grammar two
thirds (748 to 355 and 450 to 310 ns a row). So functions that only read and write arrays which their caller holds are
compiled without counting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.options import DefaultOptions

__all__ = ["inner", "kernel"]

# Numba uses these two options in its own library (numba/misc/mergesort.py) but documents neither, so a version may lack them.
_UNCOUNTED = {"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {}
_UNWRAPPED = {"no_cpython_wrapper": True} if hasattr(DefaultOptions, "no_cpython_wrapper") else {}


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls. It must not make an array."""
    return njit(cache=True, nogil=True, **_UNCOUNTED)(function)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call: as :func:`kernel`, and without the code to call it from Python."""
    return njit(cache=True, nogil=True, **_UNCOUNTED, **_UNWRAPPED)(function)
