"""How much of a cell is read: the first 4,096 characters, so that a cell of any size costs the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["MAX_CELL_BYTES", "MAX_CHARACTERS", "kept_end"]

MAX_CHARACTERS = 4096
"""Characters kept of one cell: ten times the longest owner strings and addresses that registers hold."""

MAX_CELL_BYTES = 4 * MAX_CHARACTERS
"""Bytes that so many characters take at most in UTF-8."""


@kernel
def kept_end(data: NDArray[np.uint8], start: int, end: int) -> int:
    """Where the first :data:`MAX_CHARACTERS` characters of ``data[start:end]`` end; ``end`` where there are no more."""
    if end - start <= MAX_CHARACTERS:
        return end
    characters = 0
    for place in range(start, end):
        if data[place] & 0xC0 != 0x80:
            if characters == MAX_CHARACTERS:
                return place
            characters += 1
    return end
