"""Reading a truth: who each person of a land register really is.

A truth has the columns land_user_id, person_no (1 when absent), citizen_id (empty: nobody in the register) and, if it is
known, status. It is Parquet, or CSV/TSV in UTF-8; every column is read as text, so no id loses a zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from vnlink.errors import InputError, message

__all__ = ["read_truth", "table_of"]

COLUMNS = ("land_user_id", "person_no", "citizen_id", "status")
DELIMITERS = (",", ";", "\t", "|")


def read_truth(path: Path, what: str = "truth") -> pa.Table:
    """Read the columns of a truth, or of another table of the same columns, that are there.

    Parameters
    ----------
    path : Path
    what : str
        What an error calls the table: "truth" or "labels".

    Raises
    ------
    InputError
        The file is not there, or is neither Parquet nor a table of text.
    """
    if not path.is_file():
        raise InputError(
            message(f"the {what} must be a file", remedy="give a Parquet or CSV file with land_user_id and citizen_id")
        )
    try:
        return _read_parquet(path) if _is_parquet(path) else _read_text(path)
    except (pa.ArrowException, UnicodeDecodeError):  # their texts quote lines of the file
        remedy = "write it again as Parquet, or as CSV in UTF-8 with one header"
        raise InputError(message(f"the {what} cannot be read", remedy=remedy)) from None


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PAR1"


def _read_parquet(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read(columns=[name for name in file.schema_arrow.names if name in COLUMNS])


def _read_text(path: Path) -> pa.Table:
    with path.open(encoding="utf-8-sig") as stream:
        header = stream.readline().rstrip("\r\n")
    delimiter = max(DELIMITERS, key=header.count)
    present = [name.strip().strip('"') for name in header.split(delimiter)]
    convert = pv.ConvertOptions(
        column_types=dict.fromkeys(COLUMNS, pa.string()),
        include_columns=[name for name in present if name in COLUMNS],
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )
    names = pv.ReadOptions(column_names=present, skip_rows=1)
    return pv.read_csv(path, read_options=names, parse_options=pv.ParseOptions(delimiter=delimiter), convert_options=convert)


def table_of(data: Any, what: str = "truth") -> pa.Table:
    """Take a table in memory of any kind: columns of categories, of runs and of views are written out.

    Parameters
    ----------
    data : frame of pandas or Polars, relation of DuckDB, or anything else with the Arrow C stream interface
    what : str
        What an error calls it.

    Raises
    ------
    InputError
        It is no table.
    """
    try:
        table = pa.table(data)
    except (TypeError, ValueError, pa.ArrowException):  # their texts may quote values
        remedy = f"give a frame with the columns {', '.join(COLUMNS)}"
        raise InputError(message(f"the {what} cannot be read as a table", found=type(data), remedy=remedy)) from None
    for at, column in enumerate(table.columns):
        old = column.chunks
        chunks = [_plain(chunk) for chunk in old]
        if any(new is not chunk for new, chunk in zip(chunks, old, strict=True)):
            table = table.set_column(at, table.column_names[at], pa.chunked_array(chunks))
    return table


def _plain(cells: pa.Array) -> pa.Array:
    kind = cells.type
    if pa.types.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(cells))
    if pa.types.is_dictionary(kind):
        return _plain(cells.dictionary).take(cells.indices)
    # Of string views Arrow takes nothing by number.
    return cells.cast(pa.large_string()) if pa.types.is_string_view(kind) else cells
