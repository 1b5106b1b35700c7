r"""One writer for each kind of file, all over one sink.

The same content gives the same bytes: Parquet in row groups of a fixed size whatever the batches were, JSON in the order of
its keys, text in UTF-8 with ``\n``. The sink hashes what passes, so that no file is read again for its sha256, and syncs the
file to the disk before it is closed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from vnlink.errors import StorageError, message

__all__ = ["ROW_GROUP_ROWS", "ParquetFile", "Sink", "storage_error", "write_json", "write_parquet", "write_text"]

ROW_GROUP_ROWS = 131_072
"""Rows of a row group. Large enough to compress well, small enough that a reader's batch is a few MB."""

_ZSTD_LEVEL = 1
"""Higher levels took longer and saved less than 2 % of a links file."""

_SAMPLE_ROWS = 8192
"""Rows of the first row group that show whether the values of a column repeat."""

_REMEDIES = {
    errno.ENOSPC: "make room on the disk and run again",
    errno.EDQUOT: "the disk quota is used up: make room and run again",
    errno.EACCES: "check the permissions of the folder",
    errno.EPERM: "check the permissions of the folder",
    errno.EROFS: "the disk is read-only: choose another folder",
}


def storage_error(what: str, name: str, error: OSError) -> StorageError:
    """Word a failure of the disk: what was being done, to which file, and what to do."""
    reason = error.strerror or type(error).__name__
    remedy = _REMEDIES.get(error.errno or 0, "check the disk and run again")
    return StorageError(message(f"{name} could not be {what}, the system says: {reason}", remedy=remedy))


def open_for_writing(path: Path) -> IO[bytes]:
    """Open a new file: the one place where files of a result are made."""
    return path.open("xb", buffering=1 << 20)


class Sink(io.RawIOBase):
    """A file being written: counts and hashes what passes, syncs when closed.

    Attributes
    ----------
    size : int
        Bytes written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        try:
            self._file = open_for_writing(path)
        except OSError as error:
            raise storage_error("made", path.name, error) from error

    def writable(self) -> bool:
        """Return True: this is what the sink is for."""
        return True

    def write(self, data: Any) -> int:
        """Append bytes."""
        self._file.write(data)
        self._hash.update(data)
        count = len(memoryview(data).cast("B"))
        self.size += count
        return count

    def flush(self) -> None:
        """Do nothing: pyarrow asks for it between pages, and only the end matters."""

    def finish(self) -> None:
        """Bring the file to the disk and close it.

        Raises
        ------
        OSError
            The disk is full or gone.
        """
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.close()

    def abandon(self) -> None:
        """Close the file without caring what is in it."""
        with contextlib.suppress(OSError):  # what could not be written is not wanted either
            self._file.close()
        self.close()

    @property
    def sha256(self) -> str:
        """The sha256 of what was written, as hexadecimal digits."""
        return self._hash.hexdigest()


class ParquetFile:
    """A Parquet file written in batches. Used with ``with``: leaving it finishes the file, an exception abandons it.

    Parameters
    ----------
    path : Path
        A file that does not exist yet.
    schema : pyarrow.Schema

    Attributes
    ----------
    num_rows : int
        Rows taken so far.
    sink : Sink

    Raises
    ------
    StorageError
        From any method: the file could not be written.

    Examples
    --------
    >>> import tempfile
    >>> schema = pa.schema([("person_name", pa.string())])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ParquetFile(Path(folder, "names.parquet"), schema) as file:
    ...         file.write(pa.table({"person_name": ["Lê Văn Đức"]}))
    ...     pq.read_table(Path(folder, "names.parquet")).to_pylist()
    [{'person_name': 'Lê Văn Đức'}]
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema.remove_metadata()
        self.num_rows = 0
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self.sink = Sink(path)
        self._open = True
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table | pa.RecordBatch) -> None:
        """Append rows; their columns must be those of the schema, in its order.

        Raises
        ------
        ValueError
            The columns are others: a fault of the program, not of the disk.
        """
        rows = rows.replace_schema_metadata(None)
        if not rows.schema.equals(self.schema):
            msg = f"columns of {self.sink.path.name} must be {self.schema.names}, got {rows.schema.names} or other types"
            raise ValueError(msg)
        batches = rows.to_batches() if isinstance(rows, pa.Table) else [rows]
        self._waiting += [batch for batch in batches if batch.num_rows]
        self._waiting_rows += rows.num_rows
        self.num_rows += rows.num_rows
        while self._waiting_rows >= ROW_GROUP_ROWS:
            self._write_group(ROW_GROUP_ROWS)

    def _write_group(self, count: int) -> None:
        waiting = pa.Table.from_batches(self._waiting, self.schema)
        # One piece per column: how the rows came must not show in the pages.
        group, rest = waiting.slice(0, count).combine_chunks(), waiting.slice(count)
        self._waiting, self._waiting_rows = rest.to_batches(), rest.num_rows
        try:
            self._writer = self._writer or self._started(group)
            self._writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
        except OSError as error:
            raise self._failed(error) from error

    def _started(self, first: pa.Table) -> pq.ParquetWriter:
        """The writer, once the first row group shows which columns repeat."""
        return pq.ParquetWriter(
            self.sink,
            self.schema,
            compression="zstd",
            compression_level=_ZSTD_LEVEL,
            # The least and greatest of a column of a few words helps no reader to skip anything.
            write_statistics=[field.name for field in self.schema if not pa.types.is_dictionary(field.type)],
            use_dictionary=[path for column in first.schema for path in _repeating(column, first[column.name])],
        )

    def close(self) -> None:
        """Finish the file; closing twice does nothing."""
        if not self._open:
            return
        if self._waiting_rows:
            self._write_group(self._waiting_rows)
        try:
            self._writer = self._writer or self._started(self.schema.empty_table())
            self._writer.close()
            self.sink.finish()
        except OSError as error:
            raise self._failed(error) from error
        self._open = False

    def abandon(self) -> None:
        """Give the file up; what is on the disk is no Parquet file."""
        if self._open:
            self._open = False
            if self._writer is not None:
                self._writer.is_open = False  # or its end of life would try to write the footer once more
            self.sink.abandon()

    def _failed(self, error: OSError) -> StorageError:
        self.abandon()
        return storage_error("written", self.sink.path.name, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


def _repeating(column: pa.Field, values: pa.ChunkedArray) -> list[str]:
    """Paths of the leaves of a column that are worth a dictionary.

    Ids, odds and probabilities are not: building a dictionary, finding that it does not pay and writing the column anew took
    two thirds of the time of a links file. Lists are lists of codes.
    """
    if pa.types.is_list(column.type):
        return [f"{column.name}.list.element"]
    if pa.types.is_nested(column.type):
        return []
    sample = values.slice(0, _SAMPLE_ROWS)
    return [column.name] if 2 * len(sample.unique()) <= len(sample) else []


def write_parquet(path: Path, schema: pa.Schema, rows: Iterable[pa.Table | pa.RecordBatch]) -> Sink:
    """Write a whole Parquet file."""
    with ParquetFile(path, schema) as file:
        for batch in rows:
            file.write(batch)
    return file.sink


def write_text(path: Path, text: str) -> Sink:
    """Write a text file in UTF-8, exactly the given characters.

    Raises
    ------
    StorageError
    """
    sink = Sink(path)
    try:
        sink.write(text.encode("utf-8"))
        sink.finish()
    except OSError as error:
        sink.abandon()
        raise storage_error("written", path.name, error) from error
    return sink


def json_text(data: Mapping[str, Any]) -> str:
    r"""The JSON of a mapping: keys in their order, Vietnamese letters as they are, floats as they read back, a last newline.

    Raises
    ------
    ValueError
        A number is NaN or infinite, which JSON does not have: a fault of the program.

    Examples
    --------
    >>> json_text({"tên": "Đức", "share": 0.1})
    '{\n  "tên": "Đức",\n  "share": 0.1\n}\n'
    """
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def write_json(path: Path, data: Mapping[str, Any]) -> Sink:
    """Write a JSON file, see :func:`json_text`."""
    return write_text(path, json_text(data))
