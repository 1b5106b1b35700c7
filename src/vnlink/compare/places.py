"""How two places agree, as sets of present communes.

An old three-level address may mean several present communes, and a present commune was put together from several old ones, so
two addresses are compared by overlap, never by their words.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.homes import localities_agree
from vnlink.kernels import kernel
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, MAX_COMMUNES, PlaceArrays

__all__ = [
    "GRADED_LEVELS",
    "GRADED_PLACES",
    "ORIGINS_WORD",
    "PLACE_WORDS",
    "UNDECIDED",
    "PlaceLevel",
    "district_marks",
    "origins_of",
    "pack_places",
    "place_level",
    "place_to_compare",
    "plain_place_level",
]


class PlaceLevel(IntEnum):
    """Levels of agreement of two places, best first; 0 is missing."""

    MISSING = 0
    LOCALITY = 1
    COMMUNE = 2
    COMMUNE_AMONG = 3
    OTHER_LOCALITY = 4
    DISTRICT = 5
    PROVINCE = 6
    OTHER = 7


GRADED_PLACES = (
    PlaceLevel.MISSING.name.lower(),
    *HAMLET_LEVELS,
    *COMMUNE_LEVELS,
    *(level.name.lower() for level in PlaceLevel if level > PlaceLevel.COMMUNE),
)
"""Levels of two places in a pattern: those of one hamlet and of one commune are told apart by the citizen's grades."""

_TYPICAL_HAMLET, _TYPICAL_COMMUNE = (GRADED_PLACES.index(name) for name in ("hamlet_1024", "commune_65536"))
_GRADE, _GRADES = (1 << 3) - 1, 1 << 6


def _graded_levels() -> NDArray[np.int8]:
    place, grades = np.divmod(np.arange(len(PlaceLevel) * _GRADES), _GRADES)
    hamlet, commune = grades & _GRADE, grades >> 3
    fixed = np.array(
        [GRADED_PLACES.index(level.name.lower()) if level.name.lower() in GRADED_PLACES else 0 for level in PlaceLevel]
    )
    first = GRADED_PLACES.index(HAMLET_LEVELS[0]), GRADED_PLACES.index(COMMUNE_LEVELS[0])
    in_hamlet = np.where(hamlet == 0, _TYPICAL_HAMLET, first[0] + np.minimum(hamlet, len(HAMLET_LEVELS)) - 1)
    in_commune = np.where(commune == 0, _TYPICAL_COMMUNE, first[1] + np.minimum(commune, len(COMMUNE_LEVELS)) - 1)
    level = np.where(place == PlaceLevel.LOCALITY, in_hamlet, np.where(place == PlaceLevel.COMMUNE, in_commune, fixed[place]))
    return level.astype(np.int8)


GRADED_LEVELS = _graded_levels()
"""Level in a pattern, by 64 times the :class:`PlaceLevel` and the two grades of the citizen; where those were not counted, a
typical one."""
GRADED_LEVELS.flags.writeable = False

_COMMUNES, _DISTRICTS = 0, MAX_COMMUNES
_PROVINCE, _OTHER_LOW, _OTHER_HIGH = range(2 * MAX_COMMUNES, 2 * MAX_COMMUNES + 3)
_WIDTH, _ORIGINS = 32, 28
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio in 64 bits spreads neighbours over all bits
UNDECIDED = -1
"""Stands for the level of two places that :func:`plain_place_level` leaves to :func:`place_level`."""

PLACE_WORDS, ORIGINS_WORD, _PROVINCE_WORD = np.uint64(_WIDTH // 4), np.uint64(_ORIGINS // 4), np.uint64(_PROVINCE // 4)
_NONE, _LANE, _EACH_LANE, _EACH_SIGN = (np.uint64(n) for n in (0, 0xFFFF, 0x0001000100010001, 0x8000800080008000))
_FIRST_SIGN, _SECOND_SIGN = (np.uint64(1 << bit) for bit in (15, 31))
"""A place is eight words of four numbers of 16 bits, the first one lowest, as all machines that Numba compiles for have it; a
negative number stands for none."""


def _plain_levels() -> NDArray[np.int8]:
    """Level by what :func:`plain_place_level` finds, a bit each.

    A common commune, among several; both localities known, the same; a common province; whether that decides.
    """
    inside, among, known, same, near, decided = ((np.arange(64) >> bit & 1).astype(bool) for bit in range(6))
    within = np.where(known, np.where(same, PlaceLevel.LOCALITY, PlaceLevel.OTHER_LOCALITY), PlaceLevel.COMMUNE + among)
    level = np.where(inside, within, np.where(near, PlaceLevel.PROVINCE, PlaceLevel.OTHER))
    return np.where(decided, level, UNDECIDED).astype(np.int8)


_PLAIN_LEVELS = _plain_levels()
_PLAIN_LEVELS.flags.writeable = False


def pack_places(places: PlaceArrays) -> NDArray[np.int16]:
    """Pack what the comparison reads of each place into one cache line: int16[p, 32].

    :data:`MAX_COMMUNES` present communes and as many old districts (-1 padded), the province, two halves
    of a number for a place that is in no table (equal places have equal numbers, 0 for none), and the set of old provinces in
    the last eight bytes.
    """
    count = len(places.province)
    raw = np.full(count * _WIDTH + 32, -1, np.int16)
    shift = (-raw.ctypes.data % 64) // 2
    packed = raw[shift : shift + count * _WIDTH].reshape(count, _WIDTH)
    packed[:, :_DISTRICTS] = places.communes
    packed[:, _DISTRICTS:_PROVINCE] = places.districts
    packed[:, _PROVINCE] = places.province
    other = places.other
    if other.max(initial=0) >> np.uint64(30):
        other = np.unique(np.append(other, np.uint64(0)), return_inverse=True)[1][:-1].astype(np.uint64)
    packed[:, _OTHER_LOW], packed[:, _OTHER_HIGH] = other & np.uint64(0x7FFF), other >> np.uint64(15)
    packed.view(np.uint64)[:, _ORIGINS // 4] = places.origins
    return packed


@kernel
def origins_of(table, place):  # type: ignore[no-untyped-def]
    """Return the old provinces that a place can lie in, a bit each; 0 where none is known."""
    return table.view(np.uint64)[place, _ORIGINS // 4]


@kernel
def _is_other(table, place):  # type: ignore[no-untyped-def]
    return table[place, _OTHER_LOW] != 0 or table[place, _OTHER_HIGH] != 0


@kernel
def _share(table, left, right, first):  # type: ignore[no-untyped-def]
    for i in range(first, first + MAX_COMMUNES):
        if table[left, i] < 0:
            return False
        for j in range(first, first + MAX_COMMUNES):
            if table[right, j] < 0:
                break
            if table[left, i] == table[right, j]:
                return True
    return False


@kernel
def _within(left, right, unknown):  # type: ignore[no-untyped-def]
    """Level inside one commune: by locality where it is known."""
    same, known = localities_agree(left, right)
    if not known:
        return unknown
    return 1 if same else 4


@kernel
def place_level(table: NDArray[np.int16], left: int, left_locality: int, right: int, right_locality: int) -> int:
    """Compare two rows of the packed place table and return a :class:`PlaceLevel`.

    LOCALITY is the same hamlet or street in the same commune, OTHER_LOCALITY another one; a locality of 0 is not known.
    COMMUNE is the same single present commune (or the same unrecognised place), COMMUNE_AMONG an overlap where one side may
    mean several (an old commune that was split, a name that several have, a district named alone), DISTRICT a common old
    district, PROVINCE the same present province. OTHER is two that have nothing in common, also where one of them may lie in
    several provinces. A province that is not known, or places of which too little was read, are MISSING.
    """
    if left == 0 or right == 0:
        return 0
    if table[left, _COMMUNES] < 0 or table[right, _COMMUNES] < 0:
        low, high = table[left, _OTHER_LOW], table[left, _OTHER_HIGH]
        if _is_other(table, left) and low == table[right, _OTHER_LOW] and high == table[right, _OTHER_HIGH]:
            return _within(left_locality, right_locality, 2)
    elif _share(table, left, right, _COMMUNES):
        single = table[left, _COMMUNES + 1] < 0 and table[right, _COMMUNES + 1] < 0
        return _within(left_locality, right_locality, 2 if single else 3)
    if _share(table, left, right, _DISTRICTS):
        return 5
    if table[left, _PROVINCE] < 0 or table[right, _PROVINCE] < 0:
        both_read = table[left, _COMMUNES] >= 0 and table[right, _COMMUNES] >= 0
        return 7 if both_read or (_is_other(table, left) and _is_other(table, right)) else 0
    return 6 if table[left, _PROVINCE] == table[right, _PROVINCE] else 7


def district_marks(packed: NDArray[np.int16]) -> NDArray[np.uint64]:
    """A set of bits for the old districts of each packed place, uint64[p]: places with no bit in common share none."""
    district = packed[:, _DISTRICTS:_PROVINCE].astype(np.uint64)
    bit = np.uint64(1) << ((district * _SPREAD) >> np.uint64(58))
    return np.asarray(np.bitwise_or.reduce(np.where(packed[:, _DISTRICTS:_PROVINCE] >= 0, bit, np.uint64(0)), axis=1))


@kernel
def place_to_compare(words, marks, right):  # type: ignore[no-untyped-def]
    """What :func:`plain_place_level` reads of the right place: its commune four times, province, marks, whether it is plain.

    Parameters
    ----------
    words : uint64[p * 8]
        The table of :func:`pack_places`, eight bytes at a time.
    marks : uint64[p]
        Its :func:`district_marks`.
    right : uint64
        Row of the place.
    """
    at = right * PLACE_WORDS
    communes = words[at]
    plain = np.uint64(right != _NONE) & np.uint64(communes & _FIRST_SIGN == _NONE) & np.uint64(communes & _SECOND_SIGN != _NONE)
    return (communes & _LANE) * _EACH_LANE, words[at + _PROVINCE_WORD] & _LANE, marks[right], plain


@kernel
def plain_place_level(words, marks, left, left_locality, place, right_locality):  # type: ignore[no-untyped-def]
    """Level of two places of which the left may lie in up to three communes and the right in one, as nearly all do.

    It is what :func:`place_level` tells, without branches, and :data:`UNDECIDED` for other places and where old districts may
    be shared. ``place`` is what :func:`place_to_compare` tells of the right one. The left one's first four communes are
    compared at once: of a word with a lane of zeros, one less in each lane has a sign there that the word has not.
    """
    commune, other_province, other_marks, plain = place
    at = left * PLACE_WORDS
    communes = words[at]
    apart = communes ^ commune
    inside = np.uint64((apart - _EACH_LANE) & ~apart & _EACH_SIGN != _NONE)
    among = np.uint64(communes & _SECOND_SIGN == _NONE)
    agree, told = localities_agree(left_locality, right_locality)
    known, same = np.uint64(told), np.uint64(agree)
    province = words[at + _PROVINCE_WORD] & _LANE
    near = np.uint64((province == other_province) & (province & _FIRST_SIGN == _NONE))
    facts = inside | (among << np.uint64(1)) | (known << np.uint64(2)) | (same << np.uint64(3)) | (near << np.uint64(4))
    few = np.uint64(left != _NONE) & np.uint64(communes & _FIRST_SIGN == _NONE) & (communes >> np.uint64(63))
    far = inside | np.uint64(marks[left] & other_marks == _NONE)
    return np.int64(_PLAIN_LEVELS[facts | ((plain & few & far) << np.uint64(5))])
