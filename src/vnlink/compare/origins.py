"""Where a citizen comes from, beside where the land user lived.

The first three digits of a personal id are the province in which the birth was registered, and they stay when their holder
moves. Whoever left for a city after the land was registered lives far from the address in the land register, but was mostly
born in its province; a namesake who lives far away mostly was not. And of those who live at the address, one who was born
elsewhere is hardly there under that name by chance: namesakes of a village are its own families.

What a birthplace says depends on where the citizen lives now, so both make one level. It is the number of the *citizen* that
is read, never that of the land user: what agrees because the numbers agree would be counted twice.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from vnlink.kernels import kernel
from vnlink.schema import OLD_PROVINCES

__all__ = ["OriginLevel", "origin_level", "province_of"]


class OriginLevel(IntEnum):
    """Levels of the origin field; 0 is missing: an address of no province, or a citizen without a home or a number.

    HERE is a home in the land user's commune, NEAR in its district or province, AWAY in another one. NATIVE is a number from
    the land user's province, the others are from elsewhere.
    """

    MISSING = 0
    NATIVE_HERE = 1
    NEWCOMER_HERE = 2
    NATIVE_NEAR = 3
    NEWCOMER_NEAR = 4
    NATIVE_AWAY = 5
    STRANGER = 6


_DISTRICTS = np.uint64(1000)
_BIT_OF_CODE = np.full(1000, -1, np.int64)
_BIT_OF_CODE[list(OLD_PROVINCES)] = np.arange(len(OLD_PROVINCES))
_NEWCOMER = np.array([0, 2, 2, 2, 2, 4, 4, 6])
"""Level of a newcomer by the level of the places."""
_BIT_OF_CODE.flags.writeable = _NEWCOMER.flags.writeable = False


@kernel
def province_of(number_high):  # type: ignore[no-untyped-def]
    """The bit of the province in the first six digits of a personal id; -1 where there is none, and for no number (-1)."""
    return _BIT_OF_CODE[np.uint64(max(number_high, 0)) // _DISTRICTS]


@kernel
def origin_level(origins, place, province):  # type: ignore[no-untyped-def]
    """Compare where a citizen comes from with the land user's place and return an :class:`OriginLevel`.

    Without branches: whether a citizen was born where the land user lived is what a processor cannot guess.

    Parameters
    ----------
    origins : uint64
        The old provinces that the land user's place can lie in, see :func:`vnlink.compare.places.origins_of`.
    place : int
        The :class:`~vnlink.compare.places.PlaceLevel` of the pair.
    province : int
        What :func:`province_of` says of the citizen's number.
    """
    native = np.int64((np.uint64(origins) >> np.uint64(province & 63)) & np.uint64(1))
    return np.int64((place != 0) & (province >= 0) & (origins != 0)) * (_NEWCOMER[np.uint64(place)] - native)
