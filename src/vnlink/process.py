"""A process set up for one large run: what a command may do to its own process, and a library must not to its caller's."""

# ruff: noqa: PLC0415 - imports wait, so that the command line answers quickly

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys

__all__ = ["give_back", "suit_process"]

_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def give_back() -> None:
    """Give memory that is free in this process back to the system: of a process that keeps it, and of Arrow."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    # The C library of others than GNU has no such function, and most of them keep nothing.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def suit_process() -> None:
    """Set this process up for one large run: one heap that keeps what is freed, few searches for cycles, no idle threads.

    - Memory that a new page is needed for is slow: the system clears each, and a virtual machine has to ask its host first. So
      freed memory is kept, and all threads and Arrow take theirs from one heap, where they find what another one freed: at
      1,000,000 x 1,600,000 the peak falls from 1.8 to 1.3 GB, and the system takes 1.3 s of processor time for 2.4. Only the C
      library of GNU systems has these settings; elsewhere they are left out.
    - Python looks for cycles of objects seldom: at 60,000 x 100,000 a tenth of the wall time went into that while modules and
      kernels are loaded.
    - pyarrow imports pandas, where it is installed, as soon as it meets a list (0.4 s of a run of 5 s); a command reads files,
      never frames, so it does without.
    - BLAS works in the thread that calls it. Its own threads are of no use for such small products and wait for the next one
      by spinning, on the cores that others work on: 0.4 s of processor time. A user's own setting stays.

    A library must not do this to its caller's process, a command may to its own.
    """
    for variable in _BLAS_THREADS:
        os.environ.setdefault(variable, "1")  # read when NumPy is imported, so this comes first
    gc.set_threshold(100_000, 20, 100)
    _keep_memory()
    _read_without_pandas()


def _keep_memory() -> None:
    most, trim, mmap_threshold, top_pad, arenas = 1 << 30, -1, -3, -2, -8
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return
    for setting, value in ((mmap_threshold, most), (trim, most), (top_pad, 64 << 20), (arenas, 1)):
        mallopt(ctypes.c_int(setting), ctypes.c_int(value))
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())


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
