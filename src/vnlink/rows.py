"""Columns that grow while a register is read, in memory or in files.

A run that fits keeps them in memory; one that does not (:mod:`vnlink.memory`) keeps the same columns in files of a folder of
its own and reads them in pieces. Whoever uses a column asks for rows and cannot see the difference.
"""

from __future__ import annotations

import mmap
import os
import weakref
from enum import Enum
from pathlib import Path
from threading import Lock
from typing import Any, Self, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import DTypeLike, NDArray

from vnlink.errors import StorageError, message

__all__ = ["Kept", "Rows", "Texts", "aligned", "distinct"]

Number = TypeVar("Number", bound=np.integer[Any])

_LINE = 64
_BLOCK = 1 << 18
"""Rows that :meth:`Rows.take` reads from a file at once."""


def aligned(count: int, width: int, dtype: DTypeLike) -> NDArray[Any]:
    """Make an array of ``count`` rows (of ``width`` entries, 0 for plain entries) that begins on a cache line."""
    kind = np.dtype(dtype)
    size = count * max(width, 1) * kind.itemsize
    raw = np.empty(size + _LINE, np.uint8)
    start = -raw.__array_interface__["data"][0] % _LINE  # "ctypes.data" says the same in twice the time
    values = raw[start : start + size].view(kind)
    return values.reshape(count, width) if width else values


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """Return the distinct whole numbers of a column, ascending, by sorting them.

    ``np.unique`` looks them up in a hash table since NumPy 2.3, which is many times slower on millions of 64-bit hashes.

    Examples
    --------
    >>> distinct(np.array([7, 3, 7]))
    array([3, 7])
    """
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


class Kept(Enum):
    """Where the rows of a finished file are while they are used: it is only read, whichever of these."""

    IN_MEMORY = "copied into memory"
    IN_FILE = "read in pieces"
    MAPPED = "mapped: memory that the system fills as it is touched"


class Rows:
    """One column (or a few entries side by side) of a table that grows.

    Parameters
    ----------
    dtype : dtype-like
    width : int
        Entries of a row; 0 for a plain column.
    path : Path, optional
        The file to keep it in; in memory when not given.
    expected : int
        Rows that will come, about: memory for so many is reserved, where the system gives it. On most systems it is not taken
        before rows are there.

    Examples
    --------
    >>> rows = Rows(np.int32)
    >>> rows.append(np.array([3, 1]))
    >>> rows.append(np.array([2]))
    >>> rows.seal()
    >>> rows.read(1, 3).tolist(), len(rows)
    ([1, 2], 3)
    """

    def __init__(self, dtype: DTypeLike, width: int = 0, path: Path | None = None, expected: int = 0) -> None:
        self._dtype = np.dtype(dtype)
        self._width = width
        self._size = self._dtype.itemsize * max(width, 1)
        self._count = 0
        self._room = self._reserved(0 if path else expected)
        self._more: list[NDArray[Any]] = []
        self._whole: NDArray[Any] | None = None
        self._lock = Lock()  # the place in a file is one, whoever reads
        self._file = None if path is None else path.open("x+b", buffering=0)
        if self._file is not None:
            weakref.finalize(self, self._file.close)

    @classmethod
    def opened(cls, path: Path, dtype: DTypeLike, width: int = 0, kept: Kept = Kept.IN_MEMORY) -> Self:
        """Open a finished file of rows, to be read only.

        Parameters
        ----------
        path : Path
        dtype, width
            As of the column that was written.
        kept : Kept
        """
        rows = cls(dtype, width)
        rows._count = path.stat().st_size // rows._size
        if kept is Kept.MAPPED and rows._count:
            shape = (rows._count, width) if width else (rows._count,)
            # Writing to these pages would copy them: the file stays as it is. Kernels know arrays that may be written only.
            rows._whole = np.memmap(path, rows._dtype, "c", shape=shape).view(np.ndarray)
            return rows
        rows._file = path.open("rb", buffering=0)
        weakref.finalize(rows, rows._file.close)
        if kept is not Kept.IN_FILE:
            rows._whole = rows.read()
            rows._file.close()
            rows._file = None
        return rows

    def _reserved(self, count: int) -> NDArray[Any]:
        try:
            return aligned(count, self._width, self._dtype)
        except MemoryError:  # a limit on what may be asked for; the rows themselves may well fit
            return aligned(0, self._width, self._dtype)

    def __len__(self) -> int:
        return self._count

    @property
    def in_memory(self) -> bool:
        """Whether :meth:`read` gives a view of the rows themselves."""
        return self._file is None

    def append(self, values: NDArray[Any]) -> None:
        """Add rows at the end."""
        values = np.ascontiguousarray(values, self._dtype)
        end = self._count + len(values)
        if self._file is not None:
            self._put(self._count, values)
        elif end <= len(self._room):
            self._room[self._count : end] = values
        else:
            self._more.append(values)
            self._room = self._room[: self._count]  # whatever comes next stands behind these
        self._count = end

    def seal(self) -> None:
        """Say that no more rows come; after it they can be read."""
        if self._file is not None or self._whole is not None:
            return
        low, self._whole, self._room = len(self._room), self._room, self._room[:0]
        if not self._more:
            self._whole = self._whole[: self._count]
            return
        whole = aligned(self._count, self._width, self._dtype)
        whole[:low], self._whole = self._whole, whole
        parts, self._more = self._more[::-1], []
        while parts:  # each part is given back once it is copied
            part = parts.pop()
            whole[low : low + len(part)] = part
            low += len(part)

    def read(self, low: int = 0, high: int | None = None) -> NDArray[Any]:
        """Rows ``low`` to ``high``: a view where they are in memory, otherwise a copy."""
        high = self._count if high is None else min(high, self._count)
        if self._whole is not None:
            return self._whole[low:high]
        assert self._file is not None
        values = aligned(high - low, self._width, self._dtype)
        wanted = memoryview(values.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # numpy arrays are buffers
        with self._lock:
            self._file.seek(low * self._size)
            while wanted:
                done = self._file.readinto(wanted)
                if not done:
                    raise StorageError(message("a working file of this run is shorter than it was", remedy="run again"))
                wanted = wanted[done:]
        return values

    def write(self, low: int, values: NDArray[Any]) -> None:
        """Put other values in place of those from row ``low`` on."""
        if self._whole is not None:
            self._whole[low : low + len(values)] = values
        else:
            self._put(low, np.ascontiguousarray(values, self._dtype))

    def take(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Take some rows, given in ascending order; a row may come more than once."""
        if self._whole is not None:
            return np.asarray(self._whole[rows])
        values = aligned(len(rows), self._width, self._dtype)
        bounds = np.searchsorted(rows, np.arange(0, self._count + _BLOCK, _BLOCK))
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            if first < last:
                low = int(rows[first])
                values[first:last] = self.read(low, int(rows[last - 1]) + 1)[rows[first:last] - low]
        return values

    def close(self) -> None:
        """Let the memory or the file go."""
        self._room, self._more, self._whole = aligned(0, self._width, self._dtype), [], None
        if self._file is not None:
            self._file.close()

    def _put(self, low: int, values: NDArray[Any]) -> None:
        assert self._file is not None
        left = memoryview(values.reshape(-1).view(np.uint8))  # type: ignore[arg-type]  # numpy arrays are buffers
        try:
            with self._lock:
                self._file.seek(low * self._size)
                while left:
                    left = left[self._file.write(left) :]
        except OSError as error:
            raise _not_written(error) from error


def _not_written(error: OSError) -> StorageError:
    reason = os.strerror(error.errno) if error.errno else type(error).__name__  # Arrow's own text names the file
    what = f"a working file of this run could not be written, the system says: {reason}"
    return StorageError(message(what, remedy="make room on the disk, or allow more memory (--memory)"))


class Texts:
    """A column of text that grows, in memory or in a file; once sealed it is an Arrow column either way.

    Parameters
    ----------
    path : Path, optional
        The file to keep it in; in memory when not given.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._parts: list[pa.Array] = []
        self._path = path
        self._file: pa.OSFile | None = None
        self._writer: Any = None
        self._mapped: mmap.mmap | None = None
        if path is not None:
            self._file = pa.OSFile(str(path), "wb")
            self._writer = pa.ipc.new_file(self._file, _TEXT)

    def append(self, texts: pa.Array) -> None:
        """Add rows at the end."""
        if self._writer is None:
            self._parts.append(texts)
        else:
            try:
                self._writer.write_batch(pa.record_batch([texts], schema=_TEXT))
            except OSError as error:
                raise _not_written(error) from error

    def sealed(self) -> pa.ChunkedArray:
        """Return all rows; those of a file are read as they are asked for."""
        if self._writer is None:
            return pa.chunked_array(self._parts, pa.string())
        assert self._file is not None
        try:
            self._writer.close()
            self._file.close()
        except OSError as error:
            raise _not_written(error) from error
        assert self._path is not None
        with self._path.open("rb") as file:
            self._mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(self._mapped))).read_all()["text"]

    def let_go(self) -> None:
        """Give back the memory that the rows read so far take; they are read again when they are asked for."""
        if self._mapped is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapped.madvise(mmap.MADV_DONTNEED)


_TEXT = pa.schema([("text", pa.string())])
