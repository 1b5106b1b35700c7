"""Write the tables of a result beside the work that makes them."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import pyarrow as pa

from vnlink.storage.publish import ResultFolder
from vnlink.storage.writers import ParquetFile

__all__ = ["WritingBeside"]

_AHEAD = 2
"""Pieces of a table that may wait to be written: memory is this many and the one being made."""


class WritingBeside:
    """Parquet files of a result, each written by a thread of its own. Used with ``with``: leaving it waits for the last row.

    Parameters
    ----------
    folder : ResultFolder
    names : tuple of str
        Files, in the order in which :meth:`take` gets their rows.
    """

    def __init__(self, folder: ResultFolder, names: tuple[str, ...]) -> None:
        self._folder = folder
        self._names = names
        self._files: dict[str, ParquetFile] = {}
        # One thread a file: its rows are written one piece after the other.
        self._pools = {name: ThreadPoolExecutor(1) for name in names}
        self._waiting: dict[str, list[Future[None]]] = {name: [] for name in names}

    def take(self, *tables: pa.Table) -> None:
        """Take the next rows of every file."""
        for name, table in zip(self._names, tables, strict=True):
            if name not in self._files:
                self._files[name] = self._folder.parquet(name, table.schema)
            waiting = self._waiting[name]
            while len(waiting) >= _AHEAD:
                waiting.pop(0).result()
            waiting.append(self._pools[name].submit(self._files[name].write, table))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                for waiting in self._waiting.values():
                    for future in waiting:
                        future.result()
        finally:
            for pool in self._pools.values():
                pool.shutdown()
