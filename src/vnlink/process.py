"""A process set up for one large run: what a command may do to its own process, and a library must not to its caller's."""

# ruff: noqa: PLC0415 - imports wait, so that the command line answers quickly

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
from types import FrameType

__all__ = ["Stopped", "give_back", "keep_little", "share_one_heap", "stop_when_asked", "suit_process"]

_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_ANY_THREADS = ("OMP_NUM_THREADS", "GOTO_NUM_THREADS")
_ARROW_POOL = "ARROW_DEFAULT_MEMORY_POOL"
_TRIM, _TOP_PAD, _MMAP_THRESHOLD, _ARENAS = -1, -2, -3, -8
_KEPT, _MOST_BEFORE_2_35 = 1 << 30, 32 << 20
"""From how many bytes on memory is given back when it is freed; older versions of the GNU C library take no more than this."""

_LITTLE = 4 << 20
"""The same where memory is short."""

_suited = False
"""Whether this process is a command's own."""


_ASKING = ("SIGTERM", "SIGHUP")
"""Signals by which a process is asked to end: by the system or ``kill``, and when its terminal is closed (not on Windows)."""


class Stopped(KeyboardInterrupt):
    """The command was asked to end, so it goes as after Ctrl-C; ``exit_code`` is what a shell has for the signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def stop_when_asked() -> None:
    """Let the signals by which this process is asked to end raise :class:`Stopped` in its main thread.

    By default they end a process where it stands, and the working files of a run, which hold personal data, stay on the disk.
    What is ignored already (``nohup``) stays ignored. A second such signal does not cut the cleaning up short.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    asking = [getattr(signal, name) for name in _ASKING if hasattr(signal, name)]
    handled = [number for number in asking if signal.getsignal(number) == signal.SIG_DFL]

    def stop(number: int, _frame: FrameType | None) -> None:
        for one in handled:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    for number in handled:
        signal.signal(number, stop)


def give_back() -> None:
    """Give memory that is free in this process back to the system: of a process that keeps it, and of Arrow."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    # The C library of others than GNU has no such function, and most of them keep nothing.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def suit_process() -> None:
    """Set this process up for one large run: keep freed memory, look for cycles of objects seldom, leave BLAS and pandas alone.

    - Memory that a new page is needed for is slow: the system clears each, and a virtual machine has to ask its host first. So
      freed memory is kept. Only the C library of GNU systems has these settings; elsewhere they are left out.
    - At 60,000 x 100,000 a tenth of the wall time went into searches for cycles while modules and kernels are loaded.
    - pyarrow imports pandas, where it is installed, as soon as it meets a list (0.4 s of a run of 5 s); a command reads files,
      never frames, so it does without.
    - BLAS works in the thread that calls it. Its own threads are of no use for such small products and wait for the next one
      by spinning, on the cores that others work on. What a user's environment says of threads stays.

    A library must not do this to its caller's process, a command may to its own.
    """
    global _suited  # noqa: PLW0603 - a process is suited once, for good
    _suited = True
    if not any(variable in os.environ for variable in _ANY_THREADS):
        for variable in _BLAS_THREADS:
            os.environ.setdefault(variable, "1")  # read when NumPy is imported, so this comes first
    gc.set_threshold(100_000, 20, 100)
    if not _set_malloc(_MMAP_THRESHOLD, _KEPT):
        _set_malloc(_MMAP_THRESHOLD, _MOST_BEFORE_2_35)
    _set_malloc(_TRIM, _KEPT)
    _set_malloc(_TOP_PAD, 64 << 20)
    _read_without_pandas()


def keep_little() -> None:
    """Give memory back as soon as it is freed, in a process of a command whose run has to fit into little.

    What :func:`suit_process` keeps makes a run larger: 10,000,000 x 16,000,000 in 4 GiB took 4.7 with it and 3.0 without, in
    the same time (docs/limits.md).
    """
    if _suited:
        _set_malloc(_MMAP_THRESHOLD, _LITTLE)
        _set_malloc(_TRIM, _LITTLE)
        _set_malloc(_TOP_PAD, 1 << 20)
        give_back()


def share_one_heap() -> None:
    """Let all threads and Arrow take memory from one heap, in a process of a command; of others nothing is changed.

    What one of them frees the others find again: for a run that keeps all in memory the peak falls by a tenth
    (docs/design/decisions.md). A run through files is better off without: there threads let go of large arrays, and between
    them in one heap stays what cannot be given back.
    """
    if _suited and _set_malloc(_ARENAS, 1) and _ARROW_POOL not in os.environ:
        import pyarrow as pa

        pa.set_memory_pool(pa.system_memory_pool())


def _set_malloc(setting: int, value: int) -> bool:
    """Set one of the C library's settings of memory; whether it took it."""
    try:
        return bool(ctypes.CDLL(None).mallopt(ctypes.c_int(setting), ctypes.c_int(value)))
    except (OSError, AttributeError, TypeError):
        return False


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
