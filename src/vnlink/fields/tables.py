"""Read the declared columns of a table as text: a file, a frame, or an Arrow stream."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.fields.files import read_file, require
from vnlink.hashing import hash_column
from vnlink.storage.cells import text_of_array, text_of_objects

__all__ = ["ids_of", "read_columns"]

_UNREADABLE = (pa.ArrowException, ValueError, TypeError, OverflowError)
"""What pyarrow raises for a damaged file or a column of mixed types. Its message may show a value, so it is never passed on."""


def read_columns(data: Any, columns: list[str], side: str) -> dict[str, pa.Array]:
    """Read some columns of a table.

    Parameters
    ----------
    data : path-like or frame
        A Parquet, CSV, TSV or XLSX file, or anything with the Arrow C stream interface: pandas, Polars, DuckDB, pyarrow.
    columns : list of str
        Headers; of a frame of pandas, names of levels of its index too.
    side : {"left", "right"}
        For errors.

    Returns
    -------
    dict of str to pyarrow.Array of string
        Empty cells, and cells that are not UTF-8, are null.

    Raises
    ------
    InputError
        It cannot be read, has no rows, a column is not there, or one holds what has no text.
    """
    pandas = sys.modules.get("pandas")  # a frame of pandas exists only where pandas has been imported
    if isinstance(data, (str, os.PathLike)):
        chunks = read_file(Path(data), columns, side)
        found = {name: _of_chunks(parts, name) for name, parts in chunks.items()}
    elif pandas is not None and isinstance(data, pandas.DataFrame):
        indexed = [name for name in data.index.names if name in columns and name not in data.columns]
        data = data.reset_index(level=indexed) if indexed else data
        require(columns, [str(label) for label in data.columns], side)
        found = {name: _of_series(data[name]) for name in columns}
    elif hasattr(data, "__arrow_c_stream__"):
        try:
            table = pa.table(data)
        except _UNREADABLE:
            what, remedy = "the frame cannot be read through the Arrow C stream", "convert its columns to text"
            raise InputError(message(what, side=side, found=type(data), remedy=remedy)) from None
        found = _of_table(table, columns, side)
    else:
        what = "a table must be the path of a Parquet, CSV or XLSX file, or a frame that offers the Arrow C stream"
        remedy = "give a path, or a frame of pandas, Polars, DuckDB or pyarrow"
        raise InputError(message(what, side=side, found=type(data), remedy=remedy))
    if not len(found[columns[0]]):
        raise InputError(message("the table must have rows and is empty", side=side, remedy="check the export"))
    return found


def _of_table(table: pa.Table, columns: list[str], side: str) -> dict[str, pa.Array]:
    require(columns, table.schema.names, side)
    return {name: _of_chunks(table[name].chunks, name) for name in columns}


def _of_chunks(chunks: list[pa.Array], name: str) -> pa.Array:
    parts = [text_of_array(chunk, name)[0] for chunk in chunks if len(chunk)]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.string())


def _of_series(series: Any) -> pa.Array:
    try:
        array = pa.array(series, from_pandas=True)
    except _UNREADABLE:
        return text_of_objects(series)[0]
    parts = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    texts = [text_of_array(part, str(series.name))[0] for part in parts]
    return pa.concat_arrays(texts) if texts else pa.array([], pa.string())


def ids_of(column: pa.Array, name: str, side: str) -> NDArray[np.uint64]:
    """Check that a column is a key, and hash it.

    Raises
    ------
    InputError
        Ids are missing or come more than once: with their count and the first such row.
    """
    blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True).to_numpy(zero_copy_only=False)
    if blank.any():
        raise InputError(
            message(
                "every row must have an id and some have none",
                side=side,
                column=name,
                count=int(blank.sum()),
                row=int(np.flatnonzero(blank)[0]) + 1,
                remedy="fill the column or leave these rows out",
            )
        )
    again = np.ones(len(column), bool)
    again[np.unique(column.dictionary_encode().indices.to_numpy(), return_index=True)[1]] = False
    if again.any():
        raise InputError(
            message(
                "every id must be there once and some come again",
                side=side,
                column=name,
                count=int(again.sum()),
                row=int(np.flatnonzero(again)[0]) + 1,
                remedy="remove the copies, or give each row an id of its own",
            )
        )
    return hash_column(column)
