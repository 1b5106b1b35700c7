"""Evidence that no single pair shows: the other person of the land user, found in the same household.

A couple on a certificate mostly lives under one roof. When one person of a land user has a candidate in the household of a
candidate of the other, both pairs gain; when the household is known and holds nobody like the partner, both lose. A spouse's
name in the population register says the same thing directly, so both are levels of one field, and are never counted twice.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.schema import Field

__all__ = ["PartnerLevel", "household_support", "with_household"]


class PartnerLevel(IntEnum):
    """Levels of the partner field; 0 is missing."""

    MISSING = 0
    SPOUSE = 1
    OTHER_SPOUSE = 2
    HOUSEHOLD = 3
    SPOUSE_AND_HOUSEHOLD = 4
    OTHER_SPOUSE_BUT_HOUSEHOLD = 5
    NOT_IN_HOUSEHOLD = 6


_SUPPORTED = np.array([3, 4, 5, 3, 4, 5, 3, 0], np.int64)
_UNSUPPORTED = np.array([6, 1, 2, 3, 4, 5, 6, 0], np.int64)


def household_support(
    person: NDArray[np.int32],
    citizen: NDArray[np.int32],
    land_user: NDArray[np.uint64],
    household: NDArray[np.uint64],
) -> NDArray[np.bool_]:
    """Tell for each pair whether another person of the same land user has a candidate in the same household.

    Parameters
    ----------
    person, citizen : int32[p]
        The pairs.
    land_user : uint64[land persons]
        Hash of the land user of each person, 0 where it names one person only.
    household : uint64[citizens]
        Hash of each citizen's household, 0 where it is not known.

    Returns
    -------
    bool[p]
    """
    support = np.zeros(len(person), bool)
    rows = np.flatnonzero((land_user[person] != 0) & (household[citizen] != 0))
    if not len(rows):
        return support
    with np.errstate(over="ignore"):
        key = (land_user[person[rows]] * np.uint64(0x9E3779B97F4A7C15)) ^ household[citizen[rows]]
    order = np.argsort(key, kind="stable")
    rows, key = rows[order], key[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    lengths = np.diff(np.append(starts, len(key)))
    low = np.minimum.reduceat(person[rows], starts)
    high = np.maximum.reduceat(person[rows], starts)
    support[rows] = np.repeat(low != high, lengths)
    return support


def with_household(
    pattern: NDArray[np.int64], support: NDArray[np.bool_], known: NDArray[np.bool_], field: Field
) -> NDArray[np.int64]:
    """Return the patterns with the partner field raised or lowered by the household, where ``known``.

    ``known`` is True where the land user names several persons and the citizen's household is known.
    """
    level = (pattern >> field.shift) & 7
    new = np.where(support, _SUPPORTED[level], _UNSUPPORTED[level])
    return np.where(known, (pattern & ~np.int64(7 << field.shift)) | (new << field.shift), pattern)
