"""A person as one cache line: what the kernels of blocking and comparison read."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.rows import aligned
from vnlink.schema import FIRST_DATE, MAX_SYLLABLES, People, Side

__all__ = [
    "RECORD_WIDTH",
    "Column",
    "localities_of",
    "own_birth",
    "pack_records",
    "partners_of",
    "unpack_records",
    "write_grades",
    "write_partner",
    "write_place",
    "write_rarity",
    "write_sex",
    "years_of_others",
]


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
_BIRTH, _PLACE, _ID_HIGH, _ID_LOW = int(Column.BIRTH), int(Column.PLACE), int(Column.ID_HIGH), int(Column.ID_LOW)
_OLD_ID, _MIXED, _PARTNER = int(Column.OLD_ID), int(Column.SEX_RARITY_LOCALITY), int(Column.PARTNER_LOW)


@kernel
def own_birth(birth: int) -> int:
    """Return the birth date of a person from the packed record, 0 for none; see :data:`vnlink.schema.FIRST_DATE`."""
    return birth if birth >= FIRST_DATE else 0


def pack_records(people: People, side: Side) -> NDArray[np.int32]:
    """Pack encoded persons into one row of 16 int32 each.

    Parameters
    ----------
    people : People
        n encoded persons; those of a land user are together.
    side : Side
        Of the land side, a birth date that is not told is replaced by what :func:`years_of_others` returns.

    Returns
    -------
    int32[n, 16]
        Aligned to 64 bytes.
    """
    records = aligned(len(people), RECORD_WIDTH, np.int32)
    numbers, partner = (people.personal_id, people.old_id), people.partner.view(np.int32).reshape(len(people), 2)
    # Persons that were packed before come as columns of their records.
    columns = map(np.ascontiguousarray, (people.syllables, people.birth, people.place, people.sex, people.locality))
    _pack(*columns, *numbers, partner, records)
    if side is Side.LAND:
        birth = records[:, Column.BIRTH]
        birth[:] = np.where(birth == 0, years_of_others(records, people.household), birth)
    return records


@kernel
def _pack(syllables, birth, place, sex, locality, personal_id, old_id, partner, records):  # type: ignore[no-untyped-def]
    """Write the records. The rarity of a name and the grades of a place are written once the population was counted."""
    for i in range(len(records)):
        record = records[i]
        for j in range(MAX_SYLLABLES):
            record[j] = syllables[i, j]
        record[_BIRTH], record[_PLACE], record[_OLD_ID] = birth[i], place[i], np.int32(old_id[i])
        known = personal_id[i] >= 0
        record[_ID_HIGH] = np.int32(personal_id[i] // _MILLION if known else -1)
        record[_ID_LOW] = np.int32(personal_id[i] % _MILLION if known else -1)
        # Two bits of sex, six for the rarity (land) or the grades (citizens), the rest for the locality.
        record[_MIXED] = np.int32(sex[i]) | (locality[i] << _LOCALITY_SHIFT)
        record[_PARTNER], record[_PARTNER + 1] = partner[i, 0], partner[i, 1]


def unpack_records(records: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Return the columns of :class:`~vnlink.schema.People` that packed persons hold, by name."""
    high, low = records[:, Column.ID_HIGH].astype(np.int64), records[:, Column.ID_LOW].astype(np.int64)
    mixed = records[:, Column.SEX_RARITY_LOCALITY]
    return {
        "syllables": records[:, :MAX_SYLLABLES],
        "birth": np.where(records[:, Column.BIRTH] < FIRST_DATE, 0, records[:, Column.BIRTH]),
        "place": records[:, Column.PLACE],
        "personal_id": np.where(high < 0, -1, high * _MILLION + low),
        "old_id": records[:, Column.OLD_ID].astype(np.int64),
        "sex": (mixed & _SEX).astype(np.uint8),
        "locality": localities_of(records),
        "partner": partners_of(records),
    }


def localities_of(records: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the hash of the address below the commune of packed persons, int32[n]."""
    return np.asarray((records[:, Column.SEX_RARITY_LOCALITY] >> _LOCALITY_SHIFT) & _LOCALITY)


def partners_of(records: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Return the hash of the partner's name of packed persons, uint64[n]; a copy."""
    return np.ascontiguousarray(records[:, Column.PARTNER_LOW :]).view(np.uint64).reshape(len(records))


def write_rarity(records: NDArray[np.int32], rarity: NDArray[np.int32]) -> None:
    """Enter the rarity level of each person's name (0 to 63) into packed records, in place."""
    column = records[:, Column.SEX_RARITY_LOCALITY]
    column &= ~np.int32(_RARITY)
    column |= rarity << 2


def write_grades(records: NDArray[np.int32], hamlet: NDArray[np.uint8], commune: NDArray[np.uint8]) -> None:
    """Enter the grades of each citizen's hamlet and commune (:mod:`vnlink.families`, 0 to 7), where others have a rarity."""
    write_rarity(records, (hamlet | (commune << 3)).astype(np.int32))


def write_sex(records: NDArray[np.int32], sex: NDArray[np.uint8]) -> None:
    """Enter the sex of each person into packed records, in place."""
    column = records[:, Column.SEX_RARITY_LOCALITY]
    column &= ~np.int32(_SEX)
    column |= sex


def write_partner(records: NDArray[np.int32], partner: NDArray[np.uint64]) -> None:
    """Enter the hash of the partner's name of each person into packed records, in place."""
    records[:, Column.PARTNER_LOW :] = partner.view(np.int32).reshape(len(records), 2)


@kernel
def _others(birth, household, other_year):  # type: ignore[no-untyped-def]
    first = 0
    while first < len(birth):
        last, told, of, second = first, 0, -1, 0
        while last < len(birth) and (last == first or (household[last] != 0 and household[last] == household[first])):
            year = birth[last] // FIRST_DATE
            if year != 0 and told == 0:
                told, of = year, last
            elif year != 0 and second == 0:
                second = year
            last += 1
        for i in range(first, last):
            other_year[i] = second if i == of else told
        first = last


def years_of_others(records: NDArray[np.int32], household: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Return when another person of each person's land user was born, int32[n]: the first of whom it is told, 0 for none.

    Parameters
    ----------
    records : int32[n, 16]
        Packed persons of the land side; those of a land user are together.
    household : uint64[n]
        The same for the persons of a land user who names several, 0 for others.
    """
    other_year = np.zeros(len(records), np.int32)
    _others(records[:, Column.BIRTH], household, other_year)
    return other_year


def write_place(records: NDArray[np.int32], place: NDArray[np.int32]) -> None:
    """Enter the place of each person into packed records, in place."""
    records[:, Column.PLACE] = place
