"""Columns of pairs as distinct cells and numbers: what comes again in many pairs is read once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.normalize.cells import any_column, as_text

__all__ = ["Cells", "distinct_cells"]


class Cells(NamedTuple):
    """One side of a list of pairs.

    Attributes
    ----------
    columns : tuple of pyarrow.Array, each of shape (d,)
        The distinct cells; with several columns, the distinct rows of cells.
    codes : int64[p]
        Which of them each pair has.
    """

    columns: tuple[pa.Array, ...]
    codes: NDArray[np.int64]


def _encoded(column: Any) -> tuple[pa.Array, NDArray[np.int64]]:
    """Distinct cells of one column, a missing one among them where there is any, and the number of each row's cell."""
    cells = any_column(column)
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks() if cells.num_chunks != 1 else cells.chunk(0)
    if not (pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type)):
        cells = as_text(cells)
    encoded = cells.dictionary_encode(null_encoding="encode")
    return encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def distinct_cells(columns: Sequence[Any]) -> Cells:
    """Take columns of one length apart into distinct rows of cells and their numbers.

    Parameters
    ----------
    columns : sequence of columns
        Each as :func:`vnlink.normalize.cells.any_column` takes it.

    Raises
    ------
    InputError
        There is no column, or they are not of one length.

    Examples
    --------
    >>> cells = distinct_cells([["Hòa", "Hoa", "Hòa", None]])
    >>> cells.columns[0].to_pylist(), cells.codes.tolist()
    (['Hòa', 'Hoa', None], [0, 1, 0, 2])
    """
    if not columns:
        raise InputError(message("at least one column is needed to compare", remedy="name one"))
    encoded = [_encoded(column) for column in columns]
    if len({len(codes) for _, codes in encoded}) > 1:
        raise InputError(message("columns of one side must be of one length", remedy="take them from one table"))
    cells, codes = encoded[0]
    if len(encoded) == 1:
        return Cells((cells,), codes)
    together = codes
    for more, numbers in encoded[1:]:
        together = together * max(len(more), 1) + numbers
        # Numbered anew each time, so that the product cannot pass 64 bits.
        together = np.unique(together, return_inverse=True)[1]
    _, first, rows = np.unique(together, return_index=True, return_inverse=True)
    taken = tuple(values.take(pa.array(numbers[first])) for values, numbers in encoded)
    return Cells(taken, rows.astype(np.int64))
