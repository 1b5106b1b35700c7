"""All fields of a pair as one integer.

A pattern packs the levels of all fields into bits. Among billions of pairs there are only some hundred thousand distinct
ones, so a model need be asked only once per pattern, and training data is a table of pattern counts.

The last field is not an agreement but a circumstance: ``rarity``, how many others of the land user's folded name, or of those
that it may be short for, are to be expected (:mod:`vnlink.namesakes`), on a scale of powers of the square root of two. A common
name that agrees says little, a rare one much.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.context import PartnerLevel
from vnlink.compare.dates import BirthLevel, GenerationLevel, generation_level
from vnlink.compare.names import NameLevel
from vnlink.compare.numbers import NumberLevel, PersonalLevel
from vnlink.compare.origins import OriginLevel
from vnlink.compare.places import GRADED_PLACES
from vnlink.kernels import kernel
from vnlink.schema import RARITY_BEARERS, RARITY_LEVELS, Field, field_levels

__all__ = [
    "FIELDS",
    "NAME_GROUPS",
    "SAME_LETTERS",
    "generation_levels",
    "likeness",
    "rarity_level",
    "same_name",
]

_SEX = ("missing", "same", "different")


def _names(levels: type[IntEnum]) -> tuple[str, ...]:
    return tuple(level.name.lower() for level in levels)


FIELDS: tuple[Field, ...] = (
    Field("name", _names(NameLevel), 0, 5),
    Field("birth", _names(BirthLevel), 5, 5),
    Field("generation", _names(GenerationLevel), 10, 4),
    Field("sex", _SEX, 14, 2),
    Field("personal_id", _names(PersonalLevel), 16, 3),
    Field("old_id", _names(NumberLevel), 19, 2),
    Field("place", GRADED_PLACES, 21, 4),
    Field("partner", _names(PartnerLevel), 25, 4),
    Field("origin", _names(OriginLevel), 29, 3),
    Field("rarity", RARITY_LEVELS, 32, 6),
)
"""The fields of the built-in land/citizen declaration, in the order of their bits. What a pair shows takes the lower 32 bits;
the rarity, above them, is the same for all pairs of a land person."""

_NAMES, _BIRTHS, _BIRTH = (1 << FIELDS[0].bits) - 1, (1 << FIELDS[1].bits) - 1, FIELDS[1].shift


NAME_GROUPS: tuple[int, ...] = tuple(
    0
    if level == NameLevel.MISSING
    else 1
    if level <= NameLevel.MARKS_DIFFER or level == NameLevel.INITIALS
    else 2
    if level < NameLevel.DIFFERENT
    else 3
    for level in NameLevel
)
"""Group of each name level: 0 missing, 1 the same folded name or one shortened, 2 nearly or in part the same, 3 another name.

What the other fields are worth depends on the group: two citizens of one full name are nearly always of one sex and often of
one generation, so agreement there says less than among strangers. How rare the name is counts in full in group 1, in group 2
by classes, and not in the others.
"""


_ALIKE_NAMES = frozenset(NameLevel) - {
    NameLevel.MISSING,
    NameLevel.INITIALS_AND_MORE,
    NameLevel.MIDDLE_MISSING_AND_MORE,
    NameLevel.GIVEN_SLIP,
    NameLevel.SWAPPED,
    NameLevel.MIDDLE_DIFFERS,
    NameLevel.FAMILY_DIFFERS,
    NameLevel.GIVEN_DIFFERS,
    NameLevel.GIVEN_ONLY,
    NameLevel.DIFFERENT,
}
_UNLIKE_NAMES = frozenset({NameLevel.MISSING, NameLevel.GIVEN_DIFFERS, NameLevel.DIFFERENT})
_CONTRADICTING_BIRTHS = frozenset(
    {
        BirthLevel.YEAR_ONLY_AGREES,
        BirthLevel.DAY_AGREES,
        BirthLevel.DECADE_OFF,
        BirthLevel.DIFFERENT_YEAR,
        BirthLevel.DIFFERENT_DATE,
    }
)
LIKELY, POSSIBLE, UNLIKE = 2, 1, 0
_LIKENESS = np.array(
    [
        [
            UNLIKE
            if name in _UNLIKE_NAMES
            else LIKELY
            if name in _ALIKE_NAMES and birth not in _CONTRADICTING_BIRTHS
            else POSSIBLE
            for birth in BirthLevel
        ]
        for name in NameLevel
    ],
    np.uint8,
)


SAME_LETTERS = (np.array(NAME_GROUPS) == 1) & (np.array(NameLevel) != NameLevel.INITIALS)
"""Whether names of each level have the same letters, so that nothing of them is shortened, bool[levels]."""


def likeness(patterns: NDArray[np.int64]) -> NDArray[np.uint8]:
    """How much each pair looks like one person by name and birth date, uint8.

    2 where both agree or nearly do: a citizen whom one would take for the person. 0 where the given name is another. 1 between.
    """
    found = np.empty(len(patterns), np.uint8)
    _likeness(patterns, found)
    return found


@kernel
def _likeness(patterns, found):  # type: ignore[no-untyped-def]
    for i in range(len(found)):
        found[i] = _LIKENESS[patterns[i] & _NAMES, (patterns[i] >> _BIRTH) & _BIRTHS]


def same_name(patterns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the names of each pair are the same, marks aside."""
    return np.asarray(SAME_LETTERS[field_levels(patterns, FIELDS[0])])


def rarity_level(expected: NDArray[np.float64]) -> NDArray[np.int32]:
    """Rarity of a name of which so many others are expected: the nearest level of :data:`~vnlink.schema.RARITY_BEARERS`."""
    level = np.rint(2.0 * np.log2(np.maximum(expected, RARITY_BEARERS[0]) / RARITY_BEARERS[0]))
    return np.minimum(level, len(RARITY_BEARERS) - 1).astype(np.int32)


def generation_levels(birth: NDArray[np.int32], other_year: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the level of ``generation`` of each citizen where the land register tells no birth date, int64[p].

    Parameters
    ----------
    birth : int32[p]
        Of the citizens, yyyymmdd; 0 for none.
    other_year : int32[p]
        When another person of the land user was born; 0 where that is not known.
    """
    levels = np.empty(len(birth), np.int64)
    _generations(birth, other_year, levels)
    return levels


@kernel
def _generations(birth, other_year, levels):  # type: ignore[no-untyped-def]
    for i in range(len(levels)):
        levels[i] = generation_level(birth[i], other_year[i])
