"""A person as one cache line: what the kernels of blocking and comparison read."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.rows import aligned
from vnlink.schema import MAX_SYLLABLES, People

__all__ = ["RECORD_WIDTH", "Column", "pack_records", "unpack_records", "write_place", "write_rarity", "write_sex"]


class Column(IntEnum):
    """Columns of a packed person: 16 x int32 = 64 bytes, one cache line, so that comparing touches one line a person."""

    SYLLABLES = 0
    BIRTH = 8
    PLACE = 9
    ID_HIGH = 10
    ID_LOW = 11
    OLD_ID = 12
    SEX_RARITY_LOCALITY = 13
    PARTNER_LOW = 14
    PARTNER_HIGH = 15


RECORD_WIDTH = 16
_MILLION = 1_000_000
_SEX = 3
_RARITY = 63 << 2
_LOCALITY_SHIFT, _LOCALITY = 8, (1 << 24) - 1


def pack_records(people: People) -> NDArray[np.int32]:
    """Pack encoded persons into one row of 16 int32 each.

    Parameters
    ----------
    people : People
        n encoded persons.

    Returns
    -------
    int32[n, 16]
        Aligned to 64 bytes.
    """
    count = len(people)
    records = aligned(count, RECORD_WIDTH, np.int32)
    records[:, :MAX_SYLLABLES] = people.syllables
    records[:, Column.BIRTH] = people.birth
    records[:, Column.PLACE] = people.place
    missing = people.personal_id < 0
    records[:, Column.ID_HIGH] = np.where(missing, -1, people.personal_id // _MILLION)
    records[:, Column.ID_LOW] = np.where(missing, -1, people.personal_id % _MILLION)
    records[:, Column.OLD_ID] = people.old_id
    # Two bits of sex, six for the rarity of the name (written once the population was counted), the rest for the locality.
    records[:, Column.SEX_RARITY_LOCALITY] = people.sex.astype(np.int32) | (people.locality << _LOCALITY_SHIFT)
    records[:, Column.PARTNER_LOW :] = people.partner.view(np.int32).reshape(count, 2)
    return records


def unpack_records(records: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Return the columns of :class:`~vnlink.schema.People` that packed persons hold, by name."""
    high, low = records[:, Column.ID_HIGH].astype(np.int64), records[:, Column.ID_LOW].astype(np.int64)
    mixed = records[:, Column.SEX_RARITY_LOCALITY]
    return {
        "syllables": records[:, :MAX_SYLLABLES],
        "birth": records[:, Column.BIRTH],
        "place": records[:, Column.PLACE],
        "personal_id": np.where(high < 0, -1, high * _MILLION + low),
        "old_id": records[:, Column.OLD_ID].astype(np.int64),
        "sex": (mixed & _SEX).astype(np.uint8),
        "locality": (mixed >> _LOCALITY_SHIFT) & _LOCALITY,
        "partner": np.ascontiguousarray(records[:, Column.PARTNER_LOW :]).view(np.uint64).reshape(len(records)),
    }


def write_rarity(records: NDArray[np.int32], rarity: NDArray[np.int32]) -> None:
    """Enter the rarity level of each person's name (0 to 63) into packed records, in place."""
    column = records[:, Column.SEX_RARITY_LOCALITY]
    column &= ~np.int32(_RARITY)
    column |= rarity << 2


def write_sex(records: NDArray[np.int32], sex: NDArray[np.uint8]) -> None:
    """Enter the sex of each person into packed records, in place."""
    column = records[:, Column.SEX_RARITY_LOCALITY]
    column &= ~np.int32(_SEX)
    column |= sex


def write_place(records: NDArray[np.int32], place: NDArray[np.int32]) -> None:
    """Enter the place of each person into packed records, in place."""
    records[:, Column.PLACE] = place
