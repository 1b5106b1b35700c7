"""Where a citizen lives, as one number: the household, or the commune and hamlet where no household is known.

Two owners of one certificate mostly live under one roof. Where a population register has no households, or not for everybody,
that both are found in one hamlet or commune says the same, less loudly. So the number of a citizen's home
(the column ``household`` of citizens) is

======================  =====================================================================================
0                       nothing is known
multiple of four        a hash of the household id
other even number       a hash of a couple, without a household id: of the citizen's id and the spouse's (``spouse_id``)
odd                     the present commune (upper bits) and the hamlet or street below it (24 bits, 0 unknown)
======================  =====================================================================================

The part of an address below the commune is a number as well, its *locality*: numbers of the hamlet (eleven bits) and of the
street and house, or the group of houses within the hamlet (thirteen bits), each 0 where it is not told. One register writes
"12 Lê Lợi, Khu phố 2", the other "Khu phố 2", so two localities are compared by what both tell. "Tổ 5" may be a group or a
hamlet, and has one number as either; streets have others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import mix64
from vnlink.kernels import inner, kernel

__all__ = [
    "HAMLETS",
    "STREET_BITS",
    "are_couples",
    "are_households",
    "commune_homes",
    "couple_homes",
    "hamlet_of",
    "household_homes",
    "is_household",
    "is_neighbourhood",
    "localities_agree",
    "same_commune",
    "same_hamlet",
]

_NONE, _ONE, _COUPLE, _KIND = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
_FOUR = np.uint64(4)
STREET_BITS, HAMLETS = 13, 1 << 11
"""Bits of a locality for the street or group, the rest is the hamlet's; how many numbers are those of hamlets and groups."""

_BITS = 24
_HAMLET, _COMMUNE_SHIFT = np.uint64(((1 << _BITS) - 1) << 1), np.uint64(_BITS + 1)
_OF_HAMLET, _OF_STREET = HAMLETS - 1, (1 << STREET_BITS) - 1


@kernel
def localities_agree(one, other):  # type: ignore[no-untyped-def]
    """Whether two localities of one commune are the same, and whether they are known to be; both as 0 or 1.

    The same street in another hamlet is another one. Of another house in the same hamlet nothing is known: it says more than
    another hamlet and less than the same house. A hamlet and a street are different: who writes streets has them on both sides.
    """
    hamlet, street = (one >> STREET_BITS) & _OF_HAMLET, one & _OF_STREET
    other_hamlet, other_street = (other >> STREET_BITS) & _OF_HAMLET, other & _OF_STREET
    no_hamlets, no_streets = (hamlet == 0) | (other_hamlet == 0), (street == 0) | (other_street == 0)
    same_hamlet, same_street = (hamlet != 0) & (hamlet == other_hamlet), (street != 0) & (street == other_street)
    crosswise = ((hamlet != 0) & (hamlet == other_street)) | ((other_hamlet != 0) & (other_hamlet == street))
    same = crosswise | (same_street & (same_hamlet | no_hamlets)) | (same_hamlet & no_streets)
    return same, (one != 0) & (other != 0) & (same | (hamlet != other_hamlet) | no_hamlets)


@inner
def hamlet_of(locality):  # type: ignore[no-untyped-def]
    """The hamlet of a locality, or else its street; 0 where neither is known."""
    hamlet = (locality >> STREET_BITS) & _OF_HAMLET
    return hamlet << STREET_BITS if hamlet != 0 else locality & _OF_STREET


def are_households(homes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each home is a household or a couple, and not a commune or unknown; bool[n]."""
    return np.asarray((homes != _NONE) & (homes & _ONE == _NONE))


@inner
def is_household(home):  # type: ignore[no-untyped-def]
    """Whether a home is a household that is known."""
    return home != _NONE and home & _ONE == _NONE


@inner
def is_neighbourhood(home):  # type: ignore[no-untyped-def]
    """Whether of a home only the commune is known, and perhaps the hamlet."""
    return home & _ONE != _NONE


@inner
def same_commune(home, other):  # type: ignore[no-untyped-def]
    """Whether two neighbourhoods are of one commune."""
    return home >> _COMMUNE_SHIFT == other >> _COMMUNE_SHIFT


@inner
def same_hamlet(home, other):  # type: ignore[no-untyped-def]
    """Whether two neighbourhoods are one hamlet of one commune."""
    return home == other and home & _HAMLET != _NONE


def household_homes(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Homes of citizens by a hash of their household ids, 0 where there is none; uint64[n]."""
    homes = hashes & ~_KIND
    return np.where((hashes != 0) & (homes == 0), _FOUR, homes)


def couple_homes(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Homes of citizens by hashes of their own ids and of their spouses': equal for both; uint64[n].

    0 where a hash is 0, or both are one.
    """
    homes = np.empty(len(one), np.uint64)
    _mix_couples(one, other, homes)
    return homes


@kernel
def _mix_couples(one, other, homes):  # type: ignore[no-untyped-def]
    for i in range(len(homes)):
        if one[i] == _NONE or other[i] == _NONE or one[i] == other[i]:
            homes[i] = _NONE
        else:
            homes[i] = (mix64(mix64(one[i]) ^ mix64(other[i])) & ~_KIND) | _COUPLE


def are_couples(homes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each home is that of a couple without a household id, bool[n]."""
    low = homes.astype(np.uint8)  # the lowest byte: a copy of the whole column would be eight times as large
    return np.asarray((low & np.uint8(_KIND)) == _COUPLE)


def commune_homes(communes: NDArray[np.int16], place: NDArray[np.int32], locality: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Homes of citizens of whom no household is known; uint64[n].

    Parameters
    ----------
    communes : int16[p, k]
        Present communes that each place can mean, see :class:`vnlink.schema.PlaceArrays`.
    place, locality : int32[n]
        Place of each citizen, and its locality.

    Returns
    -------
    uint64[n]
        0 where the place is not one single commune.
    """
    single = (communes[:, 0] >= 0) & (communes[:, 1] < 0)
    of_place = np.where(single, ((communes[:, 0].astype(np.uint64) + _ONE) << _COMMUNE_SHIFT) | _ONE, _NONE)
    found = of_place[place]
    hamlet = np.where((locality >> STREET_BITS) & _OF_HAMLET, locality & (_OF_HAMLET << STREET_BITS), locality & _OF_STREET)
    hamlet = hamlet.astype(np.uint64) << _ONE
    return np.asarray(np.where(found != 0, found | hamlet, found))
