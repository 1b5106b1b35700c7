"""What the cells beside an owner string add to its persons: birth dates and identity numbers, one slot a person.

A cell goes before what the owner string itself says, person by person: the cell is a field of the register, the string is
what somebody once typed into another field.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from .cells import StringBuffers
from .dates import parse_date_column
from .identifiers import parse_identifier_column

__all__ = ["add_births", "add_papers"]


def add_births(
    cells: pa.Array | pa.ChunkedArray | StringBuffers, persons_per_row: ArrayLike, told: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Birth dates of a column for every person, and where it has none, those that the owner strings told.

    Parameters
    ----------
    cells, persons_per_row
        As :func:`vnlink.normalize.dates.parse_date_column` takes them.
    told : ndarray of int32, shape (m,)
        yyyymmdd read in the owner strings, in (row, person) order; 0 for none.

    Returns
    -------
    birth : ndarray of int32, shape (m,)
    flags : ndarray of uint32, shape (m,)
        What was noticed in the cells.

    Examples
    --------
    >>> add_births(pa.array(["; 1967"]), [2], np.array([19650000, 0], np.int32))[0].tolist()
    [19650000, 19670000]
    """
    birth, flags = parse_date_column(cells, persons_per_row)
    return np.where(birth != 0, birth, told).astype(np.int32), flags


def add_papers(
    cells: pa.Array | pa.ChunkedArray | StringBuffers,
    persons_per_row: ArrayLike,
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint32]]:
    """Numbers of a column for every person, and where it has none of a kind, those that the owner strings told.

    Parameters
    ----------
    cells, persons_per_row
        As :func:`vnlink.normalize.identifiers.parse_identifier_column` takes them.
    personal, old : ndarray of int64, shape (m,)
        Numbers read in the owner strings, -1 for none.
    other : ndarray of uint64, shape (m,)
        Other papers read there, 0 for none.

    Returns
    -------
    personal, old : ndarray of int64, shape (m,)
    other : ndarray of uint64, shape (m,)
    flags : ndarray of uint32, shape (m,)
        What was noticed in the cells.

    Examples
    --------
    >>> nothing = np.array([-1, -1])
    >>> found = add_papers(pa.array(["; 242438306"]), [2], nothing, nothing, np.zeros(2, np.uint64))
    >>> found[1].tolist()
    [-1, 242438306]
    """
    in_cell, old_in_cell, other_in_cell, flags = parse_identifier_column(cells, persons_per_row)
    return (
        np.where(in_cell >= 0, in_cell, personal),
        np.where(old_in_cell >= 0, old_in_cell, old),
        np.where(other_in_cell > 0, other_in_cell, other),
        flags,
    )
