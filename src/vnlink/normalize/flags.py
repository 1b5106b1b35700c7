"""Flags as every public function gives them: the names of what was noticed, in the order of :class:`vnlink.schema.Flag`.

Inside, flags are bits of one integer, which kernels set and tables hold. A user gets their names, of one text as a tuple of
str and of a column as a list of str a row.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.schema import Flag

__all__ = ["flag_lists", "flag_names"]

_FLAGS = tuple((flag.name, int(flag)) for flag in Flag)


def flag_names(flags: int) -> tuple[str, ...]:
    """Names of the flags that are set, in the order of their bits.

    >>> flag_names(3)
    ('DECEASED', 'NAME_CUT')
    """
    return tuple(name for name, bit in _FLAGS if flags & bit) if flags else ()


def flag_lists(flags: NDArray[np.uint32]) -> pa.ListArray:
    """Names of the flags of every row.

    Parameters
    ----------
    flags : ndarray of uint32, shape (n,)

    Returns
    -------
    pyarrow.ListArray of string, shape (n,)

    Examples
    --------
    >>> flag_lists(np.array([0, 3], np.uint32)).to_pylist()
    [[], ['DECEASED', 'NAME_CUT']]
    """
    flagged = np.flatnonzero(flags)  # most rows have none, and few combinations occur
    coded = pa.array(flags[flagged]).dictionary_encode()
    names = pa.array([flag_names(bits) for bits in coded.dictionary.to_pylist()], pa.list_(pa.string())).take(coded.indices)
    offsets = np.zeros(len(flags) + 1, np.int32)
    offsets[1 + flagged] = names.value_lengths()
    return pa.ListArray.from_arrays(pa.array(np.cumsum(offsets, dtype=np.int32)), names.flatten())
