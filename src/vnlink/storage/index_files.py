"""The folder of an index of a population: columns of a fixed width as plain files, a few tables, and a manifest.

The columns are the numbers themselves, so that they can be mapped into memory or read in pieces, and hold nothing that could
be run. The manifest comes last and names every file with its size and sha256. An index belongs to one version of vnlink: what
a syllable or a key is may change with the next one, and a decision must not depend on which version read the register.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import DTypeLike, NDArray

from vnlink._version import __version__
from vnlink.errors import StorageError, message
from vnlink.rows import Kept, Rows
from vnlink.storage.digests import sha256_of
from vnlink.storage.publish import MANIFEST, ResultFolder
from vnlink.storage.writers import ROW_GROUP_ROWS, storage_error

__all__ = ["INDEX_FORMAT", "IndexFiles", "IndexFolder", "identity", "is_index"]

INDEX_FORMAT = "vnlink index"
_INDEX_VERSION = 9
_REMEDY = "make the index again: vnlink index"
_TOLD = frozenset(["inputs", "settings", "counts", "columns", "vintage", "flags", "encodings", "column_counts", "key_index"])
"""Entries of a manifest besides those that say what it is."""


def is_index(data: Any) -> bool:
    """Whether something is the path of a folder with a manifest: as a population register it can only be an index."""
    return isinstance(data, (str, os.PathLike)) and Path(data, MANIFEST).is_file()


def identity(path: str | os.PathLike[str]) -> tuple[int, ...]:
    """What is another number once another index was put in place of this one; nothing where there is none."""
    try:
        facts = os.stat(os.path.join(path, MANIFEST))  # noqa: PTH116, PTH118 - a look-up asks each time, and paths take long
    except OSError:
        return ()
    return facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size


class IndexFolder(ResultFolder):
    """The folder of an index while it is written; see :class:`~vnlink.storage.publish.ResultFolder`."""

    form, form_version = INDEX_FORMAT, _INDEX_VERSION
    word = "index"

    def write_rows(self, name: str, blocks: Iterable[NDArray[Any]]) -> None:
        """Write a column, block by block."""
        with self.binary(name) as sink:
            for block in blocks:
                sink.write(np.ascontiguousarray(block).reshape(-1).view(np.uint8))

    def write_table(self, name: str, table: pa.Table) -> None:
        """Write a table as an Arrow file, in batches of a size that does not depend on how the rows came."""
        with self.binary(name) as sink, pa.ipc.new_file(sink, table.schema) as writer:
            for low in range(0, table.num_rows, ROW_GROUP_ROWS):
                writer.write_table(table.slice(low, ROW_GROUP_ROWS).combine_chunks())


class IndexFiles:
    """The files of a finished index, to be read only.

    Parameters
    ----------
    path : path-like

    Attributes
    ----------
    path : Path
    manifest : dict

    Raises
    ------
    StorageError
        The folder is not an index, was made by another version or on another kind of machine, or a file has another size.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        try:
            text = (self.path / MANIFEST).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            what = f"{self.path.name} must be the folder of an index and has no {MANIFEST}"
            raise StorageError(message(what, remedy="give the folder that vnlink index wrote")) from None
        except OSError as error:
            raise storage_error("read", MANIFEST, error) from error
        except ValueError:
            text = ""
        try:
            manifest = json.loads(text)
        except ValueError:
            manifest = None
        known = isinstance(manifest, dict) and manifest.get("format") == INDEX_FORMAT
        if not known or not isinstance(manifest.get("files"), dict):
            what = f"the {MANIFEST} of {self.path.name} is not that of an index, or is damaged"
            raise StorageError(message(what, remedy="give the folder that vnlink index wrote"))
        self.manifest: dict[str, Any] = manifest
        self._check_version()
        for name, facts in self._files.items():
            place = self.path / name
            if not place.is_file() or place.stat().st_size != facts["bytes"]:
                raise self.damaged(name)

    @property
    def _files(self) -> dict[str, dict[str, Any]]:
        files: dict[str, dict[str, Any]] = self.manifest["files"]
        return files

    def _check_version(self) -> None:
        made_by = self.manifest.get("versions")
        same = isinstance(made_by, dict) and made_by.get("vnlink") == __version__
        if self.manifest.get("format_version") != _INDEX_VERSION or not same:
            raise StorageError(message(f"the index {self.path.name} was made by another version of vnlink", remedy=_REMEDY))
        if self.manifest.get("byte_order") != sys.byteorder:
            what = f"the index {self.path.name} was made on a machine with another order of bytes"
            raise StorageError(message(what, remedy=_REMEDY))
        if not set(self.manifest) >= _TOLD:
            raise self.damaged(MANIFEST)

    def verify(self, names: Iterable[str] | None = None) -> None:
        """Compare the sha256 of these files, or of all, with the manifest.

        Raises
        ------
        StorageError
            Naming the first file that is missing or changed.
        """
        for name in self._files if names is None else names:
            try:
                same = name in self._files and sha256_of(self.path / name) == self._files[name]["sha256"]
            except OSError as error:
                raise storage_error("read", name, error) from error
            if not same:
                raise self.damaged(name)

    def damaged(self, name: str) -> StorageError:
        """The error of a file that is missing or not what was written."""
        what = f"the file {name} of the index {self.path.name} is missing, damaged or changed since it was made"
        return StorageError(message(what, remedy=_REMEDY))

    def rows(self, name: str, dtype: DTypeLike, kept: Kept = Kept.IN_MEMORY) -> NDArray[Any]:
        """A whole column."""
        return Rows.opened(self.path / name, dtype, 0, kept).read()

    def table(self, name: str) -> pa.Table:
        """A table; its columns are mapped, not read."""
        try:
            return pa.ipc.open_file(pa.memory_map(str(self.path / name))).read_all()
        except (OSError, pa.ArrowException):
            raise self.damaged(name) from None
