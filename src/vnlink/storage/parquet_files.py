"""Parquet files, read by row groups in batches: memory is a batch and the pages it lies in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vnlink.errors import InputError, message
from vnlink.schema import Side
from vnlink.storage.digests import sha256_of
from vnlink.storage.headers import HeaderMap, recognise
from vnlink.storage.quarantine import Quarantine
from vnlink.storage.tables import RawColumns, TableSource

__all__ = ["ParquetSource", "open_parquet"]


def _damaged(path: Path, side: Side) -> InputError:
    what = f"the file {path.name} is not a whole Parquet file"
    return InputError(message(what, side=side, remedy="it may be half-written or damaged: copy or export it again"))


class ParquetSource(TableSource):
    """A Parquet file on disk."""

    kind = "parquet"

    def __init__(self, path: Path, header: HeaderMap, num_rows: int) -> None:
        super().__init__(header, num_rows=num_rows, name=path.name)
        self._path = path

    def _raw(self, batch_rows: int, aside: Quarantine) -> Iterator[RawColumns]:  # noqa: ARG002  # every row can be read
        names = [self.header.headers[position] for position in self.header.positions]
        start = 0
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(batch_size=batch_rows, columns=names, use_threads=True):
                    rows = np.arange(start, start + batch.num_rows, dtype=np.int64)
                    start += batch.num_rows
                    yield rows, [batch.column(name) for name in names]
        except (pa.ArrowException, OSError):
            raise _damaged(self._path, self.side) from None

    def digest(self) -> str:
        """The sha256 of the file."""
        return sha256_of(self._path)


def open_parquet(path: Path, side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> ParquetSource:
    """Open a Parquet file; see :func:`vnlink.storage.sources.open_source`."""
    try:
        with pq.ParquetFile(path) as file:
            names, num_rows = file.schema_arrow.names, file.metadata.num_rows
    except (pa.ArrowException, OSError):
        raise _damaged(path, side) from None
    source = ParquetSource(path, recognise(names, side, columns, shared), num_rows)
    if not num_rows:
        raise source._nothing(0)  # the one wording of an empty table
    return source
