"""How two places agree, as sets of present communes.

An old three-level address may mean several present communes, and a present commune was put together from several old ones, so
two addresses are compared by overlap, never by their words.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["PlaceLevel", "place_level"]


class PlaceLevel(IntEnum):
    """Levels of agreement of two places, best first; 0 is missing."""

    MISSING = 0
    COMMUNE = 1
    COMMUNE_AMONG = 2
    DISTRICT = 3
    PROVINCE = 4
    OTHER = 5


@njit(cache=True, nogil=True)
def place_level(
    left: int,
    right: int,
    communes: NDArray[np.int16],
    districts: NDArray[np.int16],
    province: NDArray[np.int16],
    other: NDArray[np.uint64],
) -> int:
    """Compare two rows of the place table and return a :class:`PlaceLevel`.

    COMMUNE is the same single present commune (or the same unrecognised place), COMMUNE_AMONG an overlap where one side may mean
    several, DISTRICT a common old district, PROVINCE the same present province.
    """
    if left == 0 or right == 0:
        return 0
    if communes[left, 0] < 0 or communes[right, 0] < 0:
        if other[left] and other[left] == other[right]:
            return 1
    else:
        for i in range(communes.shape[1]):
            if communes[left, i] < 0:
                break
            for j in range(communes.shape[1]):
                if communes[right, j] < 0:
                    break
                if communes[left, i] == communes[right, j]:
                    return 1 if communes[left, 1] < 0 and communes[right, 1] < 0 else 2
    for i in range(districts.shape[1]):
        if districts[left, i] < 0:
            break
        for j in range(districts.shape[1]):
            if districts[right, j] < 0:
                break
            if districts[left, i] == districts[right, j]:
                return 3
    if province[left] < 0 or province[right] < 0:
        return 5 if other[left] and other[right] else 0
    return 4 if province[left] == province[right] else 5
