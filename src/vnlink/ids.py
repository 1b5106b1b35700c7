"""Ids of a caller's tables: within vnlink they are text, and where a frame had whole numbers that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from vnlink.storage.tables import TableSource

__all__ = ["KEYS", "whole_number_ids"]

KEYS = ("land_user_id", "citizen_id")


def whole_number_ids(tables: Mapping[Any, Any], sources: Mapping[Any, Any]) -> frozenset[str]:
    """Find the keys that came as whole numbers of a frame; in a file all ids are text.

    Parameters
    ----------
    tables : mapping of Side to path or frame
        As they were given.
    sources : mapping of Side to TableSource
        The same, opened.

    Returns
    -------
    frozenset of str
        Of :data:`KEYS`.
    """
    found = set()
    for side, source in sources.items():
        columns = source.columns if isinstance(source, TableSource) else {}
        found |= {key for key in KEYS if key in columns and _are_whole(tables[side], columns[key])}
    return frozenset(found)


def _are_whole(table: Any, label: str) -> bool:
    """Whether a column of a frame of pandas, Polars or Arrow, or a level of the index, has a type of whole numbers."""
    if isinstance(table, (pa.Table, pa.RecordBatch)):
        return label in table.schema.names and bool(pa.types.is_integer(table.schema.field(label).type))
    if label in list(getattr(table, "columns", ())):
        kind = getattr(table[label], "dtype", None)
    elif label in list(getattr(getattr(table, "index", None), "names", ())):
        kind = table.index.get_level_values(label).dtype
    else:  # a file, or a stream that was read by now
        return False
    asked = getattr(kind, "is_integer", None)  # of Polars
    return bool(asked()) if callable(asked) else getattr(kind, "kind", "") in ("i", "u")
