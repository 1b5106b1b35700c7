"""All fields of a pair as one integer.

A pattern packs the levels of all fields into bits. Among billions of pairs there are only thousands of distinct patterns, so a
model is evaluated once per pattern and looked up per pair, and training data is a table of pattern counts.

The last field is not an agreement but a circumstance: ``rarity``, how many citizens carry the land user's folded name, on a scale
of powers of the square root of two. A common name that agrees says little, a rare one much.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vnlink.compare.context import PartnerLevel
from vnlink.compare.dates import BirthLevel, birth_level
from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.numbers import NumberLevel, number_level
from vnlink.compare.places import PlaceLevel, place_level
from vnlink.schema import Field, LexiconArrays, PlaceArrays

__all__ = ["FIELDS", "NAME_GROUPS", "RARITY_LEVELS", "compare_pairs", "pair_pattern", "rarity_counts", "rarity_level"]

RARITY_LEVELS = 48
_SEX = ("missing", "same", "different")


def _names(levels: type[NameLevel] | type[BirthLevel] | type[NumberLevel] | type[PlaceLevel] | type[PartnerLevel]) -> tuple[str, ...]:
    return tuple(level.name.lower() for level in levels)


FIELDS: tuple[Field, ...] = (
    Field("name", _names(NameLevel), 0, 4),
    Field("birth", _names(BirthLevel), 4, 4),
    Field("sex", _SEX, 8, 2),
    Field("personal_id", _names(NumberLevel), 10, 2),
    Field("old_id", _names(NumberLevel), 12, 2),
    Field("place", _names(PlaceLevel), 14, 3),
    Field("partner", _names(PartnerLevel), 17, 3),
    Field("rarity", tuple(f"r{i}" for i in range(RARITY_LEVELS)), 20, 6),
)
"""The fields of the built-in land/citizen declaration, in the order of their bits."""


NAME_GROUPS: tuple[int, ...] = (0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3)
"""Group of each name level: 0 missing, 1 the same folded or sounding name, 2 a part of it, 3 another name.

What the other fields are worth depends on the group: two citizens of one full name are nearly always of one sex and often of one
generation, so agreement there says less than among strangers. Rarity counts only in group 1.
"""


def rarity_level(count: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rarity of a name that ``count`` citizens carry: twice the binary logarithm, rounded, with 0 for none or one."""
    level = np.rint(2.0 * np.log2(np.maximum(count, 1)))
    return np.minimum(level, RARITY_LEVELS - 1).astype(np.int32)


def rarity_counts() -> NDArray[np.float64]:
    """Return the number of bearers that each rarity level stands for, float64[RARITY_LEVELS]."""
    return np.exp2(np.arange(RARITY_LEVELS) / 2.0)


@njit(cache=True, nogil=True)
def pair_pattern(
    left: NDArray[np.int32], right: NDArray[np.int32], rarity: int, lexicon: LexiconArrays, places: PlaceArrays
) -> int:
    """Compare two packed persons in all fields and return their pattern."""
    name = name_level(
        left,
        right,
        lexicon.fold_id,
        lexicon.toneless_hash,
        lexicon.regional_hash,
        lexicon.tone,
        lexicon.marked,
        lexicon.packed,
        lexicon.length,
        lexicon.is_initial,
    )
    birth = birth_level(left[8], right[8])
    personal = 0
    if left[10] >= 0 and right[10] >= 0:
        personal = number_level(
            np.int64(left[10]) * 1_000_000 + np.int64(left[11]), np.int64(right[10]) * 1_000_000 + np.int64(right[11])
        )
    old = number_level(np.int64(left[12]), np.int64(right[12]))
    sex = 0
    if left[13] != 0 and right[13] != 0:
        sex = 1 if left[13] == right[13] else 2
    place = place_level(left[9], right[9], places.communes, places.districts, places.province, places.other)
    partner = 0
    if (left[14] != 0 or left[15] != 0) and (right[14] != 0 or right[15] != 0):
        partner = 1 if left[14] == right[14] and left[15] == right[15] else 2
    return (
        name | (birth << 4) | (sex << 8) | (personal << 10) | (old << 12) | (place << 14) | (partner << 17) | (rarity << 20)
    )


@njit(cache=True, nogil=True)
def compare_pairs(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    pairs_left: NDArray[np.int32],
    pairs_right: NDArray[np.int32],
    rarity: NDArray[np.int32],
    lexicon: LexiconArrays,
    places: PlaceArrays,
    patterns: NDArray[np.int64],
) -> None:
    """Write the pattern of each pair (rows of ``left`` and ``right``) into ``patterns``. ``rarity`` has an entry per left row."""
    for i in range(len(pairs_left)):
        a = pairs_left[i]
        patterns[i] = pair_pattern(left[a], right[pairs_right[i]], rarity[a], lexicon, places)
