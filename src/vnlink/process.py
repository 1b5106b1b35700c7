"""A process set up for one large run: what a command may do to its own process, and a library must not to its caller's."""

# ruff: noqa: PLC0415 - imports wait, so that the command line answers quickly

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

__all__ = ["give_back", "suit_process"]


def give_back() -> None:
    """Give memory that is free in this process back to the system: of a process that keeps it, and of Arrow."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    # The C library of others than GNU has no such function, and most of them keep nothing.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def suit_process() -> None:
    """Set this process up for one large run: keep freed memory, look for cycles of objects seldom, leave pandas alone.

    pyarrow imports pandas, where it is installed, as soon as it meets a list (0.4 s of a run of 5 s); a command reads files,
    never frames, so it does without. Of the rest: at 1,000,000 x 1,600,000 a tenth of the wall time went into clearing pages
    that had just been given back, and at 60,000 x 100,000 another tenth into collections while modules and kernels are loaded.
    Only the C library of GNU systems has the first setting; elsewhere it is left out. A library must not do this to its
    caller's process, a command may to its own.
    """
    gc.set_threshold(100_000, 20, 100)
    _read_without_pandas()
    most, trim, mmap_threshold, top_pad = 1 << 30, -1, -3, -2
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    for setting, value in ((mmap_threshold, most), (trim, most), (top_pad, 64 << 20)):
        mallopt(ctypes.c_int(setting), ctypes.c_int(value))


class _NoPandas:
    """An importer that finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004 - the importers' protocol
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _read_without_pandas() -> None:
    """Let pyarrow look for pandas now, once for the life of the process, and find none."""
    import pyarrow as pa

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([""])
    finally:
        sys.meta_path.remove(_NoPandas)
