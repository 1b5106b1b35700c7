"""Columns are given back in the kind in which they came: pandas with its index, Polars, anything else as Arrow."""

from __future__ import annotations

import sys
from typing import Any

import pyarrow as pa

__all__ = ["in_own_kind"]


def in_own_kind(given: Any, read: pa.Array) -> Any:
    """Turn what was read of a column into the kind of the column.

    Parameters
    ----------
    given : column
        What the caller gave.
    read : pyarrow.Array, shape (n,)
        Structures, lists or categories.

    Returns
    -------
    frame, series or pyarrow.Array
        For a Series or a frame of pandas or Polars a frame of the structures' fields, or a series where there are none;
        those of pandas have the index of what was given, and nullable types of numbers. Otherwise ``read`` itself.

    Examples
    --------
    >>> import pandas as pd, vnlink
    >>> vnlink.normalize_name(pd.Series(["LÊ VĂN HOÀ"], index=["L7"], name="tên"))["text"].to_dict()
    {'L7': 'Lê Văn Hòa'}
    """
    # A column of pandas or Polars exists only where they have been imported.
    for name, turn in (("pandas", _to_pandas), ("polars", _to_polars)):
        library = sys.modules.get(name)
        if library is not None and isinstance(given, (library.Series, library.DataFrame)):
            return turn(library, given, read)
    return read


def _table(read: pa.Array) -> pa.Table:
    names = [read.type.field(i).name for i in range(read.type.num_fields)]
    return pa.Table.from_arrays(read.flatten(), names=names)


def _to_pandas(pandas: Any, given: Any, read: pa.Array) -> Any:
    # A year that is not known would make floats of all years.
    nullable = {getattr(pa, name.lower())(): getattr(pandas, f"{name}Dtype")() for name in ("Int16", "Int32", "UInt32")}
    nullable[pa.bool_()] = pandas.BooleanDtype()
    if pa.types.is_struct(read.type):
        return _table(read).to_pandas(types_mapper=nullable.get).set_axis(given.index, axis="index")
    series = read.to_pandas().set_axis(given.index)
    return series.rename(given.name) if isinstance(given, pandas.Series) else series


def _to_polars(polars: Any, given: Any, read: pa.Array) -> Any:
    if pa.types.is_struct(read.type):
        return polars.from_arrow(_table(read))
    return polars.Series(given.name if isinstance(given, polars.Series) else "", read)
