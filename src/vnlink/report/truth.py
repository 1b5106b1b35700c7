"""A truth in memory: who each person of a land register really is.

It has the columns land_user_id, person_no (1 when absent), citizen_id (empty: nobody in the register) and, if it is known,
status. :mod:`vnlink.storage.decisions` reads one from a file.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vnlink.errors import InputError, message

__all__ = ["table_of"]

COLUMNS = ("land_user_id", "person_no", "citizen_id", "status")


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
