"""The key of a table: is every row's id there, and there once?

Ids are hashed while the table streams past: 8 bytes a row are kept, and sorted once at the end. Equal hashes are only a
suspicion; the table is then read a second time and the ids themselves are compared, those under suspicion only.

The hash is that of :mod:`vnlink.hashing`: it has no seed and does not depend on the order of the rows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.hashing import hash_column
from vnlink.rows import distinct
from vnlink.schema import Side
from vnlink.storage.headers import required_columns
from vnlink.storage.tables import ROW, TableSource

__all__ = ["KeyCheck", "filled_hashes"]


def filled_hashes(text: pa.Array) -> NDArray[np.uint64]:
    """Hash every cell as :func:`hash_column`; 0 where a cell is missing or blank."""
    return np.where(_missing(text), np.uint64(0), hash_column(text))


class KeyCheck:
    """Watches the key column of a table go by, then says whether it is a key.

    Parameters
    ----------
    side : Side

    Examples
    --------
    >>> from vnlink.storage.sources import open_source
    >>> source = open_source(pa.table({"citizen_id": ["C1", "C2", "C1"], "full_name": ["Lê Văn Đức"] * 3}), Side.CITIZEN)
    >>> check = KeyCheck(Side.CITIZEN)
    >>> hashes = [check.add(batch) for batch in source.batches()]
    >>> try:
    ...     check.finish(source)
    ... except InputError as error:
    ...     print(str(error).split(": ")[0])
    every id must be there once and some come again (citizen table, column citizen_id, 1 row, row 3)
    """

    def __init__(self, side: Side) -> None:
        self.side = side
        self.column = required_columns(side)[0]
        self._hashes: list[NDArray[np.uint64]] = []
        self._repeated: NDArray[np.uint64] | None = None
        self._missing = 0
        self._first_missing = -1

    def add(self, batch: pa.RecordBatch) -> NDArray[np.uint64]:
        """Take the next batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch
            As :meth:`vnlink.storage.tables.TableSource.batches` gives it.

        Returns
        -------
        ndarray of uint64, shape (rows,)
            The hash of every row's key.
        """
        keys = batch.column(self.column)
        hashes = hash_column(keys)
        missing = _missing(keys)
        if missing.any():
            rows = batch.column(ROW).to_numpy()[missing]
            first = int(rows.min())
            self._first_missing = first if not self._missing else min(first, self._first_missing)
            self._missing += len(rows)
            self._hashes.append(hashes[~missing])
        else:
            self._hashes.append(hashes)
        return hashes

    def finish(self, source: TableSource, batch_rows: int = 131_072) -> None:
        """Judge the whole column.

        Parameters
        ----------
        source : TableSource
            The table again, read a second time only when two hashes are equal.
        batch_rows : int

        Raises
        ------
        InputError
            Keys are missing or come more than once: with their count and the first such row.
        """
        if self._missing:
            raise InputError(
                message(
                    "every row must have an id and some have none",
                    side=self.side,
                    column=self.column,
                    count=self._missing,
                    row=self._first_missing + 1,
                    place=source.place_of(self._first_missing),
                    remedy="fill the column or leave these rows out",
                )
            )
        suspects = self.repeated()
        if len(suspects):
            self._compare(source, suspects, batch_rows)

    def repeated(self) -> NDArray[np.uint64]:
        """Hashes that come more than once, ascending; found once, after the last batch."""
        if self._repeated is None:
            hashes = np.concatenate(self._hashes) if self._hashes else np.empty(0, dtype=np.uint64)
            self._hashes = []  # 8 bytes a row, not 16, while sorting
            hashes.sort()
            self._repeated = distinct(hashes[1:][hashes[1:] == hashes[:-1]])
        return self._repeated

    def _compare(self, source: TableSource, suspects: NDArray[np.uint64], batch_rows: int) -> None:
        """Compare the ids whose hashes are equal, and raise if they are."""
        keys: list[pa.Array] = []
        rows: list[NDArray[np.int64]] = []
        for batch in source.batches(batch_rows):
            column = batch.column(self.column)
            suspected = np.isin(hash_column(column), suspects)
            keys.append(column.filter(pa.array(suspected)).cast(pa.large_string()))
            rows.append(batch.column(ROW).to_numpy()[suspected])
        ids = pa.chunked_array(keys, pa.large_string()).combine_chunks().dictionary_encode().indices.to_numpy()
        again = np.ones(len(ids), dtype=np.bool_)
        again[np.unique(ids, return_index=True)[1]] = False
        if again.any():
            first = int(np.concatenate(rows)[again].min())
            raise InputError(
                message(
                    "every id must be there once and some come again",
                    side=self.side,
                    column=self.column,
                    count=int(again.sum()),
                    row=first + 1,
                    place=source.place_of(first),
                    remedy="remove the copies, or give each row an id of its own",
                )
            )


def _missing(keys: pa.Array) -> NDArray[np.bool_]:
    """Which keys are null, empty or blank."""
    blank = pc.equal(pc.utf8_trim_whitespace(keys), "")
    missing: NDArray[np.bool_] = pc.fill_null(blank, True).to_numpy(zero_copy_only=False)
    return missing
