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

from vnlink.compare.places import origin_of
from vnlink.kernels import kernel
from vnlink.schema import OLD_PROVINCES

__all__ = ["OriginLevel", "origin_level"]


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


_BIT_OF_CODE = np.full(1000, -1, np.int64)
_BIT_OF_CODE[list(OLD_PROVINCES)] = np.arange(len(OLD_PROVINCES))
_BIT_OF_CODE.flags.writeable = False


@kernel
def origin_level(places, left, place, number_high):  # type: ignore[no-untyped-def]
    """Compare the province of a citizen's number with the land user's place and return an :class:`OriginLevel`.

    Parameters
    ----------
    places : int16[p, 32]
        Packed places, see :func:`vnlink.compare.places.pack_places`.
    left : int
        Row of the land user's place.
    place : int
        The :class:`~vnlink.compare.places.PlaceLevel` of the pair.
    number_high : int
        The first six digits of the citizen's personal id, -1 for none.
    """
    if number_high < 0 or place == 0:
        return 0
    bit = _BIT_OF_CODE[number_high // 1000]
    if bit < 0:
        return 0
    native = origin_of(places, left, bit)
    if native < 0:
        return 0
    return (1 if place <= 4 else 3 if place <= 6 else 5) + (0 if native else 1)
