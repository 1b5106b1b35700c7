"""Blocking keys: which few citizens could be this person.

A key is 64 bits made of a kind and the values that must agree. Two persons are compared when they share a key. No single
field is trusted: every error of a register leaves at least one kind of key intact, unless two fields fail together.

=====================  ==========================================  =================================================
kind                   what agrees                                 what may differ
=====================  ==========================================  =================================================
PERSONAL_ID, OLD_ID    the number                                  everything else
NAME                   folded name (kept for rare names only)      date, place, number
NAME_YEAR              name by sound, birth year                   place (moved), day and month, marks
NAME_YEAR_PROVINCE     the same within a province                  as above, for names too common for the country
NAME_COMMUNE           name by sound, present commune              the whole birth date
NAME_DAY               folded name, day and month                  the year (slips of 1, 3 or 10 years), place
ENDS_DATE              family and given name, full birth date      middle names, place
DATE_COMMUNE           full birth date, commune                    the whole name
GIVEN_YEAR_COMMUNE     given name, birth year, commune             family and middle names, abbreviations
FRONT_YEAR_COMMUNE     all but the given name, birth year, commune the given name
COUPLE                 own folded name, spouse's folded name       date, place, number
ENDS_COMMUNE           family and given name, commune              middle names; only where the land side has no date
NAME_PROVINCE          folded name, province                       the commune; only where the land side has no date
ENDS_YEAR              family and given name, birth year           middle names; only where the land side has no commune
REST_YEAR              all but the family name, birth year         the family name; only where the land side has no commune
=====================  ==========================================  =================================================

"By sound" merges spellings that regional speech confuses (n/l, s/x, ch/tr, d/gi/r/v, final n/ng and t/c).
A commune key is written for each present commune that an old address can mean. The index holds the two kinds without a date for
land persons without one only, and the last two for such without a commune (:func:`indexed`): of others they would bring many
pairs that a year or a place tells apart. Where no land person is without a commune, citizens write no such keys.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine, mix64
from vnlink.kernels import kernel
from vnlink.records import own_birth
from vnlink.schema import MAX_COMMUNES, MAX_SYLLABLES

__all__ = [
    "MAX_KEYS",
    "PLACELESS",
    "KeyKind",
    "indexed",
    "key_scratch",
    "name_key",
    "write_keys",
]


class KeyKind(IntEnum):
    """Kinds of blocking key, in the order in which they are written and reported."""

    PERSONAL_ID = 0
    OLD_ID = 1
    NAME = 2
    NAME_YEAR = 3
    NAME_YEAR_PROVINCE = 4
    NAME_COMMUNE = 5
    NAME_DAY = 6
    ENDS_DATE = 7
    DATE_COMMUNE = 8
    GIVEN_YEAR_COMMUNE = 9
    FRONT_YEAR_COMMUNE = 10
    COUPLE = 11
    ENDS_COMMUNE = 12
    NAME_PROVINCE = 13
    ENDS_YEAR = 14
    REST_YEAR = 15


MAX_KEYS = 11 + 5 * MAX_COMMUNES
"""Most keys that one person can have."""

_MILLION = 1_000_000
_BIRTH, _PLACE, _ID_HIGH, _ID_LOW, _OLD_ID = 8, 9, 10, 11, 12
_PARTNER_LOW, _PARTNER_HIGH = 14, 15
_ZERO = np.uint64(0)
_DATELESS, PLACELESS = 12, 14
"""First of the kinds that are indexed for land persons without a birth date only, and of those for such without a commune."""


def key_scratch() -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Make the two arrays that :func:`write_keys` writes one person's keys and their kinds into."""
    return np.empty(MAX_KEYS, np.uint64), np.empty(MAX_KEYS, np.uint8)


@kernel
def name_key(record: NDArray[np.int32], fold_hash: NDArray[np.uint64]) -> np.uint64:
    """Return the NAME key of one packed person, the same that :func:`write_keys` writes, or 0 without a name."""
    if record[0] < 0:
        return _ZERO
    name = np.uint64(7)
    for i in range(MAX_SYLLABLES):
        if record[i] < 0:
            break
        name = combine(name, fold_hash[record[i]])
    return combine(np.uint64(3), name)


@kernel
def indexed(record: NDArray[np.int32], kind: int, communes: NDArray[np.int16]) -> bool:
    """Whether the index of the land side holds keys of this kind of one packed person."""
    if kind >= PLACELESS:
        return communes[record[_PLACE], 0] < 0
    return kind < _DATELESS or own_birth(record[_BIRTH]) == 0


@kernel
def _write_number_keys(record, keys, kinds, n):  # type: ignore[no-untyped-def]
    if record[_ID_HIGH] >= 0:
        number = np.uint64(record[_ID_HIGH]) * np.uint64(_MILLION) + np.uint64(record[_ID_LOW])
        keys[n], kinds[n] = combine(np.uint64(1), number), 0
        n += 1
    if record[_OLD_ID] >= 0:
        keys[n], kinds[n] = combine(np.uint64(2), np.uint64(record[_OLD_ID])), 1
        n += 1
    return n


@kernel
def _write_placeless_keys(record, length, year, given, fold_hash, regional_hash, keys, kinds, n):  # type: ignore[no-untyped-def]
    """Write the keys by which a person without a commune is found although a part of the name is not as it was."""
    ends = combine(combine(np.uint64(10), regional_hash[record[0]]), given)
    keys[n], kinds[n] = combine(ends, year), 14
    rest = np.uint64(11)
    for i in range(1, length):
        rest = combine(rest, fold_hash[record[i]])
    keys[n + 1], kinds[n + 1] = combine(rest, year), 15
    return n + 2


@kernel
def _write_commune_keys(record, length, sound, front, regional_hash, communes, keys, kinds, n):  # type: ignore[no-untyped-def]
    """Write the keys of each present commune that the person's place can mean."""
    birth, place = own_birth(record[_BIRTH]), record[_PLACE]
    year, full_date = np.uint64(birth // 10000), birth % 100 > 0
    given = regional_hash[record[length - 1]] if length else _ZERO
    for j in range(communes.shape[1]):
        if communes[place, j] < 0:
            break
        commune = mix64(np.uint64(communes[place, j]))
        if length:
            keys[n], kinds[n] = combine(sound, commune), 5
            n += 1
        if full_date:
            keys[n], kinds[n] = combine(commune, np.uint64(birth)), 8
            n += 1
        if length > 1:
            ends = combine(combine(np.uint64(8), regional_hash[record[0]]), given)
            keys[n], kinds[n] = combine(ends, commune), 12
            n += 1
        if length > 1 and year:
            keys[n], kinds[n] = combine(combine(given, commune), year), 9
            n += 1
            keys[n], kinds[n] = combine(combine(front ^ np.uint64(5), commune), year), 10
            n += 1
    return n


@kernel
def write_keys(
    record: NDArray[np.int32],
    fold_hash: NDArray[np.uint64],
    regional_hash: NDArray[np.uint64],
    communes: NDArray[np.int16],
    province: NDArray[np.int16],
    placeless: bool,
    keys: NDArray[np.uint64],
    kinds: NDArray[np.uint8],
) -> int:
    """Write the keys of one packed person into ``keys`` and ``kinds`` and return their number (0 to ``MAX_KEYS``).

    Those for persons without a commune are written if ``placeless``. The name alone and the numbers come last: a pair whose
    first common key is a number was found by nothing else.
    """
    n = 0
    length = 0
    name = sound = front = np.uint64(7)
    while length < MAX_SYLLABLES and record[length] >= 0:
        front = sound
        name = combine(name, fold_hash[record[length]])
        sound = combine(sound, regional_hash[record[length]])
        length += 1
    birth = own_birth(record[_BIRTH])
    year, day = np.uint64(birth // 10000), np.uint64(birth % 10000)
    full_date = day % np.uint64(100) > _ZERO
    place = record[_PLACE]
    given = regional_hash[record[length - 1]] if length else _ZERO
    if placeless and length > 1 and year:
        n = _write_placeless_keys(record, length, year, given, fold_hash, regional_hash, keys, kinds, n)
    if length:
        if year:
            keys[n], kinds[n] = combine(combine(np.uint64(4), sound), year), 3
            n += 1
            if province[place] >= 0:
                keys[n] = combine(keys[n - 1], np.uint64(province[place]))
                kinds[n] = 4
                n += 1
        if full_date:
            keys[n], kinds[n] = combine(combine(np.uint64(5), name), day), 6
            n += 1
            ends = combine(combine(np.uint64(6), regional_hash[record[0]]), given)
            keys[n], kinds[n] = combine(ends, np.uint64(birth)), 7
            n += 1
        if record[_PARTNER_LOW] != 0 or record[_PARTNER_HIGH] != 0:
            low = np.uint64(record[_PARTNER_LOW]) & np.uint64(0xFFFFFFFF)
            high = np.uint64(record[_PARTNER_HIGH]) & np.uint64(0xFFFFFFFF)
            keys[n] = combine(combine(np.uint64(7), name), low | (high << np.uint64(32)))
            kinds[n] = 11
            n += 1
    n = _write_commune_keys(record, length, sound, front, regional_hash, communes, keys, kinds, n)
    if length and province[place] >= 0:
        keys[n], kinds[n] = combine(combine(np.uint64(9), name), np.uint64(province[place])), 13
        n += 1
    if length:
        keys[n], kinds[n] = combine(np.uint64(3), name), 2
        n += 1
    return _write_number_keys(record, keys, kinds, n)
