"""A truth in memory: who each person of a land register really is.

It has the columns land_user_id, person_no (1 when absent), citizen_id (empty: nobody in the register) and, if it is known,
status. :mod:`vnlink.storage.decisions` reads one from a file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import TRUTH_COLUMNS

__all__ = ["person_numbers", "table_of", "without_blanks"]


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
        remedy = f"give a frame with the columns {', '.join(TRUTH_COLUMNS)}"
        raise InputError(message(f"the {what} cannot be read as a table", found=type(data), remedy=remedy)) from None
    for at, column in enumerate(table.columns):
        old = column.chunks
        chunks = [_plain(chunk) for chunk in old]
        if any(new is not chunk for new, chunk in zip(chunks, old, strict=True)):
            table = table.set_column(at, table.column_names[at], pa.chunked_array(chunks))
    return table


def person_numbers(table: pa.Table, what: str) -> NDArray[np.int64]:
    """Numbers of the persons of a table that has them, int64[n]; 1 where there is none. In a file they are text.

    Raises
    ------
    InputError
        One is no whole number.
    """
    try:
        return np.asarray(pc.fill_null(table["person_no"].cast(pa.int64()), 1), dtype=np.int64)
    except pa.ArrowInvalid:  # Arrow's own text quotes the value
        remedy = "write 1 for the first person of a land user, 2 for the second"
        raise InputError(message(f"a number in {what} is no number", column="person_no", remedy=remedy)) from None


def without_blanks(truth: pa.Table) -> pa.Table:
    """The truth without blanks around citizens and statuses, and nothing where nothing else is there."""
    for name in ("citizen_id", "status"):
        if name in truth.column_names:
            text = pc.utf8_trim_whitespace(truth[name].cast(pa.large_string()))
            text = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
            truth = truth.set_column(truth.column_names.index(name), name, text)
    return truth


def _plain(cells: pa.Array) -> pa.Array:
    kind = cells.type
    if pa.types.is_run_end_encoded(kind):
        return _plain(pc.run_end_decode(cells))
    if pa.types.is_dictionary(kind):
        return _plain(cells.dictionary).take(cells.indices)
    # Of string views Arrow takes nothing by number.
    return cells.cast(pa.large_string()) if pa.types.is_string_view(kind) else cells
