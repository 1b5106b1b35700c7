"""How kernels are compiled, and where the compiled code is kept.

Numba counts references to arrays. In kernels of many small functions with early returns it cannot prove the counting away, and
the atomic additions cost more than the work: without them tokenising takes half the time and the grammar of owner strings two
thirds (748 to 355 and 450 to 310 ns a row). So functions that only read and write arrays which their caller holds are compiled
without counting.

Compiled code is kept on disk. Numba decides whether it is still right by the one file in which a function stands, and does not
see a change of a function that this one calls from another file. So the folder's name holds a digest of all modules with
kernels: new code never meets old machine code, neither after an upgrade nor while a kernel is being worked on.

The first use compiles for a minute or two; :mod:`vnlink.compiling` tells whoever waits.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numba import config, njit
from numba.core import event
from numba.core.options import DefaultOptions

from vnlink import compiling

__all__ = ["COMPILED", "allocating", "inner", "kernel"]

# Numba uses these two options in its own library (numba/misc/mergesort.py) but documents neither, so a version may lack them.
_UNCOUNTED = {"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {}
_UNWRAPPED = {"no_cpython_wrapper": True} if hasattr(DefaultOptions, "no_cpython_wrapper") else {}
# This one it documents, since 0.55.
_INLINED = {"forceinline": True} if hasattr(DefaultOptions, "forceinline") else {}
COMPILED = not config.DISABLE_JIT
"""Whether kernels are compiled; False with NUMBA_DISABLE_JIT=1, when they run as the plain Python they are written in."""

_DECORATORS = (b"@kernel", b"@inner", b"@allocating")


class _Compilations(event.Listener):  # type: ignore[misc]
    """Says of vnlink's own kernels, and of no other code that Numba compiles in this process, when they are compiled."""

    def on_start(self, event: Any) -> None:
        if self._own(event):
            compiling.begun()

    def on_end(self, event: Any) -> None:
        if self._own(event):
            compiling.ended()

    @staticmethod
    def _own(event: Any) -> bool:
        function = getattr(event.data["dispatcher"], "py_func", None)
        return (getattr(function, "__module__", None) or "").startswith("vnlink.")  # code made by exec has none


event.register("numba:compile", _Compilations())


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


@cache
def _cache_folder() -> str:
    """Folder of this version's compiled code: beside the package, or in the user's cache where that cannot be written to."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        text = path.read_bytes()
        if any(decorator in text for decorator in _DECORATORS):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + text)
    name = f"kernels-{digest.hexdigest()[:16]}"
    beside = package / "__pycache__" / name
    if _writable(beside):
        return str(beside)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return str(Path(home) / "vnlink" / name)


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    """Compile with the package's own cache folder, unless the user names one (NUMBA_CACHE_DIR).

    Products of 64 bits wrap round in kernels, as hashes mean them to. Compiled code never warns of it; NumPy's scalars do, so
    plain Python is told not to, in whatever thread it runs.
    """
    if not COMPILED:
        return np.errstate(over="ignore")(function)
    if os.environ.get("NUMBA_CACHE_DIR"):
        return njit(cache=True, nogil=True, **options)(function)
    before = config.CACHE_DIR
    config.CACHE_DIR = _cache_folder()
    try:
        return njit(cache=True, nogil=True, **options)(function)
    finally:
        config.CACHE_DIR = before


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls: GIL released, cached. It must not make an array.

    With ``NUMBA_DISABLE_JIT=1`` it runs as written.
    """
    return _compiled(function, **_UNCOUNTED)


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only kernels call, into them, and without the code to call it from Python.

    An array is handed over as seven to nine numbers, so to call a function with a dozen arrays can take longer than what it
    does; the compiler by itself takes in small functions only.
    """
    return _compiled(function, **_UNCOUNTED, **_UNWRAPPED, **_INLINED)


def allocating(function: Callable[..., Any]) -> Any:
    """Compile a function that makes arrays of its own, with references counted."""
    return _compiled(function)
