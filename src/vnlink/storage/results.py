"""Finished result folders, read back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vnlink.errors import StorageError, message
from vnlink.storage.digests import sha256_of
from vnlink.storage.publish import FORMAT, FORMAT_VERSION, MANIFEST
from vnlink.storage.writers import storage_error

__all__ = ["ResultReader", "open_result"]


class ResultReader:
    """A finished result.

    Attributes
    ----------
    path : Path
        Its folder.
    manifest : dict
        What ``manifest.json`` says.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self.manifest = manifest

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """The files of the result: name -> bytes, sha256 and, for Parquet, rows."""
        files: dict[str, dict[str, Any]] = self.manifest["files"]
        return files

    def _place_of(self, name: str) -> Path:
        if name not in self.files:
            raise StorageError(message(f"the result {self.path.name} has no file {name}", remedy="run the link again"))
        return self.path / name

    def table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """A Parquet file as one table."""
        place = self._place_of(name)
        try:
            return pq.read_table(place, columns=columns)
        except (OSError, pa.ArrowException):
            raise self._damaged(name) from None

    def batches(self, name: str, batch_rows: int = 131_072, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """A Parquet file in batches: for results larger than memory."""
        place = self._place_of(name)
        try:
            with pq.ParquetFile(place) as file:
                yield from file.iter_batches(batch_size=batch_rows, columns=columns)
        except (OSError, pa.ArrowException):
            raise self._damaged(name) from None

    def reader(self, name: str, columns: list[str] | None = None) -> pa.RecordBatchReader:
        """A Parquet file as a stream of batches that can be read once."""
        place = self._place_of(name)
        try:
            schema = pq.read_schema(place)
        except (OSError, pa.ArrowException):
            raise self._damaged(name) from None
        read = pa.schema([field for field in schema if columns is None or field.name in columns])
        return pa.RecordBatchReader.from_batches(read, self.batches(name, columns=columns))

    def json(self, name: str) -> dict[str, Any]:
        """A JSON file."""
        place = self._place_of(name)
        try:
            data: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise self._damaged(name) from None
        return data

    def verify(self) -> None:
        """Compare the sha256 of every file with the manifest.

        Raises
        ------
        StorageError
            Naming the first file that is missing or changed.
        """
        for name, facts in self.files.items():
            try:
                same = sha256_of(self.path / name) == facts["sha256"]
            except OSError as error:
                raise storage_error("read", name, error) from error
            if not same:
                raise self._damaged(name)

    def _damaged(self, name: str) -> StorageError:
        what = f"the file {name} of the result {self.path.name} is missing, damaged or changed since the run"
        return StorageError(message(what, remedy="run the link again"))


def open_result(path: str | os.PathLike[str], *, verify: bool = False) -> ResultReader:
    """Open a finished result folder.

    Parameters
    ----------
    path : path-like
    verify : bool
        Also compare the sha256 of every file; otherwise only that each is there with its size.

    Raises
    ------
    StorageError
        The folder is not a finished result of vnlink, is of a later version, or is damaged.
    """
    folder = Path(path)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        what = f"{folder.name} must be a finished result folder and has no {MANIFEST}"
        raise StorageError(message(what, remedy="give the folder that vnlink link wrote; a killed run leaves none")) from None
    except OSError as error:
        raise storage_error("read", MANIFEST, error) from error
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not isinstance(manifest.get("files"), dict):
        what = f"the {MANIFEST} of {folder.name} is not one of vnlink, or is damaged"
        raise StorageError(message(what, remedy="give the folder that vnlink link wrote"))
    if manifest.get("format_version") != FORMAT_VERSION:
        what = f"the result {folder.name} is of another format version"
        raise StorageError(message(what, remedy="read it with the version of vnlink that its manifest names"))
    reader = ResultReader(folder, manifest)
    for name, facts in reader.files.items():
        place = folder / name
        if not place.is_file() or place.stat().st_size != facts["bytes"]:
            raise reader._damaged(name)
    if verify:
        reader.verify()
    return reader
