"""All fields of a pair as one integer.

A pattern packs the levels of all fields into bits. Among billions of pairs there are only some hundred thousand distinct
ones, so a model need be asked only once per pattern, and training data is a table of pattern counts.

The last field is not an agreement but a circumstance: ``rarity``, how many citizens carry the land user's folded name, on a
scale of powers of the square root of two. A common name that agrees says little, a rare one much.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.context import PartnerLevel
from vnlink.compare.date_tables import birth_by_parts, date_tables, parts_of
from vnlink.compare.dates import BirthLevel, GenerationLevel, generation_level
from vnlink.compare.name_tables import (
    MAYBE_REORDERED,
    NAME_LEVELS,
    name_by_tables,
    name_of_one_more,
    name_of_rare,
    name_of_unlike,
    standings,
)
from vnlink.compare.names import NameLevel
from vnlink.compare.numbers import NumberLevel, PersonalLevel, number_level, personal_level, surely_different
from vnlink.compare.origins import OriginLevel, origin_level, province_of
from vnlink.compare.places import PlaceLevel, district_marks, pack_places, place_level, plain_place_level
from vnlink.compare.syllables import pack_syllables
from vnlink.kernels import kernel
from vnlink.schema import Field, LexiconArrays, PlaceArrays, field_levels

__all__ = [
    "CompareTables",
    "FIELDS",
    "NAME_GROUPS",
    "RARITY_LEVELS",
    "compare_pairs",
    "generation_levels",
    "likeness",
    "rarity_counts",
    "rarity_level",
    "same_name",
]

RARITY_LEVELS = 48
_BLOCK = 64
_KNOWN_NAME = np.int64(31)
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
    Field("place", _names(PlaceLevel), 21, 3),
    Field("partner", _names(PartnerLevel), 24, 4),
    Field("origin", _names(OriginLevel), 28, 3),
    Field("rarity", tuple(f"r{i}" for i in range(RARITY_LEVELS)), 32, 6),
)
"""The fields of the built-in land/citizen declaration, in the order of their bits. What a pair shows takes the lower 31 bits;
the rarity, above them, is the same for all pairs of a land person."""

_NAMES, _BIRTHS = ((1 << f.bits) - 1 for f in FIELDS[:2])
_BIRTH, _GENERATION, _SEXES, _PERSONAL, _OLD, _PLACES, _PARTNERS, _ORIGINS, _RARITY = (f.shift for f in FIELDS[1:])


NAME_GROUPS: tuple[int, ...] = tuple(
    0 if level == NameLevel.MISSING else 1 if level <= NameLevel.MARKS_DIFFER else 2 if level < NameLevel.DIFFERENT else 3
    for level in NameLevel
)
"""Group of each name level: 0 missing, 1 the same folded name, 2 nearly or in part the same, 3 another name.

What the other fields are worth depends on the group: two citizens of one full name are nearly always of one sex and often of
one generation, so agreement there says less than among strangers. Rarity counts only in group 1.
"""


_ALIKE_NAMES = frozenset(NameLevel) - {
    NameLevel.MISSING,
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


_SAME_NAME = np.array(NAME_GROUPS) == 1


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
    return np.asarray(_SAME_NAME[field_levels(patterns, FIELDS[0])])


def rarity_level(count: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rarity of a name that ``count`` citizens carry: twice the binary logarithm, rounded, with 0 for none or one."""
    level = np.rint(2.0 * np.log2(np.maximum(count, 1)))
    return np.minimum(level, RARITY_LEVELS - 1).astype(np.int32)


def rarity_counts() -> NDArray[np.float64]:
    """Return the number of bearers that each rarity level stands for, float64[RARITY_LEVELS]."""
    return np.exp2(np.arange(RARITY_LEVELS) / 2.0)


def generation_levels(birth: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the level of ``generation`` that citizens born then have where the land register tells no birth date."""
    return np.where(birth > 0, np.clip(birth // 100000 - 192, 1, len(GenerationLevel) - 1), 0).astype(np.int64)


class CompareTables(NamedTuple):
    """The tables of syllables and places as the comparison reads them: uint64[s, 3] and int16[p, 32].

    ``relations`` says how the commonest syllables stand to each other, see :func:`vnlink.compare.name_tables.standings`, and
    ``marks`` which places share no old district, see :func:`vnlink.compare.places.district_marks`.
    """

    syllables: NDArray[np.uint64]
    places: NDArray[np.int16]
    relations: NDArray[np.uint8]
    marks: NDArray[np.uint64]

    @classmethod
    def of(cls, lexicon: LexiconArrays, places: PlaceArrays) -> CompareTables:
        """Pack the tables that encoded persons point into."""
        syllables, packed = pack_syllables(lexicon), pack_places(places)
        return cls(syllables, packed, standings(syllables), district_marks(packed))


@kernel
def _sure_levels(left, i, right, j):  # type: ignore[no-untyped-def]
    """Sex, partner and rarity of a pair, in their bits."""
    sex, other_sex = left[i, 13] & 3, right[j, 13] & 3
    sexes = np.int64((sex != 0) & (other_sex != 0)) << np.int64(sex != other_sex)
    spouse, other_spouse = left[i, 14] | left[i, 15], right[j, 14] | right[j, 15]
    unlike = (left[i, 14] ^ right[j, 14]) | (left[i, 15] ^ right[j, 15])
    partner = np.int64((spouse != 0) & (other_spouse != 0)) << np.int64(unlike != 0)
    rarity = np.int64((left[i, 13] >> 2) & 63)
    return (sexes << _SEXES) | (partner << _PARTNERS) | (rarity << _RARITY)


@kernel
def _personal_id(person, row):  # type: ignore[no-untyped-def]
    """The twelve digits of a person's number, -1 for none."""
    high, low = np.int64(person[row, 10]), np.int64(person[row, 11])
    return high * 1_000_000 + low if high >= 0 else np.int64(-1)


@kernel
def _personal(left, i, right, j):  # type: ignore[no-untyped-def]
    """Level of two personal ids."""
    number, other = _personal_id(left, i), _personal_id(right, j)
    return personal_level(number, other, left[i, 8], left[i, 13] & 3, right[j, 8], right[j, 13] & 3)


@kernel
def _of_citizen(right, j, day_number):  # type: ignore[no-untyped-def]
    """What is worked out of a citizen once for all its pairs: personal id, province of it, year, day and generation."""
    birth = right[j, 8]
    year, day = parts_of(day_number, birth)
    return _personal_id(right, j), province_of(right[j, 10]), year, day, np.int64(generation_level(birth))


@kernel
def _plain_personal(left, i, other):  # type: ignore[no-untyped-def]
    """Level of a land user's personal id and another where it is plain, and whether it is not."""
    number = _personal_id(left, i)
    known, same = number >= 0, number == other
    plain = (other >= 0) & (left[i, 8] != 0) & (left[i, 13] & 3 != 0) & surely_different(number, other)
    return np.int64(known & same) | (np.int64(known & plain) * 3), known & (not same) & (not plain)


@kernel
def _plain_old(number, other):  # type: ignore[no-untyped-def]
    """Level of two old numbers where it is plain, and whether it is not."""
    known, same = (number | other) >= 0, number == other
    plain = surely_different(np.int64(number), np.int64(other))
    return np.int64(known & same) | (np.int64(known & plain) * 3), known & (not same) & (not plain)


@kernel
def _patterns(  # type: ignore[no-untyped-def]
    left, right, pairs_left, pairs_right, syllables, places, marks, relations, name_levels, number, days, dates, later, patterns
):
    """Write the pattern of each pair. What it returns means nothing.

    A block's left persons and their places are read first, so that the processor waits for many of them together. Then what
    needs no decision is done for all pairs of the block, and pairs of which a field needs one are noted in ``later``, for one
    field after the other.
    """
    touched = np.int64(0)
    for first in range(0, len(pairs_left), _BLOCK):
        last = min(first + _BLOCK, len(pairs_left))
        for k in range(first, last):
            touched += left[pairs_left[k], 9]
        for k in range(first, last):
            touched += places[left[pairs_left[k], 9], 0]
        citizen = np.int32(-1)
        rares = mores = unlikes = personals = olds = wheres = 0
        for k in range(first, last):
            i, j = np.uint64(pairs_left[k]), np.uint64(pairs_right[k])
            if pairs_right[k] != citizen:
                citizen = pairs_right[k]
                other, province, other_year, other_day, generation = _of_citizen(right, j, number)
            name = name_by_tables(relations, name_levels, left, i, right, j)
            later[0, rares] = later[1, unlikes] = later[2, wheres] = later[3, personals] = later[4, olds] = later[5, mores] = k
            unlikes += (name >> 5) & 1
            rares += (name >> 6) & 1
            mores += name >> 7
            place = plain_place_level(places, marks, left[i, 9], left[i, 13] >> 8, right[j, 9], right[j, 13] >> 8)
            wheres += place < 0
            place = max(place, 0)
            personal, is_open = _plain_personal(left, i, other)
            personals += is_open
            old, is_open = _plain_old(left[i, 12], right[j, 12])
            olds += is_open
            year, day = parts_of(number, left[i, 8])
            birth = birth_by_parts(days, dates, year, day, other_year, other_day)
            origin = origin_level(places, left[i, 9], place, province)
            pattern = (birth << _BIRTH) | (personal << _PERSONAL) | (old << _OLD) | (place << _PLACES) | (origin << _ORIGINS)
            pattern |= (0 if year else generation) << _GENERATION
            patterns[k] = pattern | _sure_levels(left, i, right, j) | (name & _KNOWN_NAME)
        for at in range(rares):
            k = later[0, at]
            patterns[k] |= name_of_rare(syllables, relations, name_levels, left, pairs_left[k], right, pairs_right[k])
        for at in range(mores):
            k = later[5, at]
            patterns[k] |= name_of_one_more(syllables, relations, left, pairs_left[k], right, pairs_right[k])
        for at in range(unlikes):
            k = later[1, at]
            found = (patterns[k] & _KNOWN_NAME) | MAYBE_REORDERED
            level = name_of_unlike(syllables, left, pairs_left[k], right, pairs_right[k], found)
            patterns[k] = patterns[k] & ~_KNOWN_NAME | level
        for at in range(wheres):
            k = later[2, at]
            i, j = pairs_left[k], pairs_right[k]
            place = place_level(places, left[i, 9], left[i, 13] >> 8, right[j, 9], right[j, 13] >> 8)
            patterns[k] |= (place << _PLACES) | (origin_level(places, left[i, 9], place, province_of(right[j, 10])) << _ORIGINS)
        for at in range(personals):
            k = later[3, at]
            patterns[k] |= _personal(left, pairs_left[k], right, pairs_right[k]) << _PERSONAL
        for at in range(olds):
            k = later[4, at]
            level = number_level(np.int64(left[pairs_left[k], 12]), np.int64(right[pairs_right[k], 12]))
            patterns[k] |= level << _OLD
    return touched


def compare_pairs(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    pairs_left: NDArray[np.int32],
    pairs_right: NDArray[np.int32],
    tables: CompareTables,
) -> NDArray[np.int64]:
    """Return the pattern of each pair, int64[p].

    Parameters
    ----------
    left, right : int32[n, 16]
        Packed persons.
    pairs_left, pairs_right : int32[p]
        Rows of the persons of each pair.
    tables : CompareTables
    """
    patterns = np.empty(len(pairs_left), np.int64)
    later = np.empty((6, _BLOCK + 1), np.int64)
    told = tables.syllables, tables.places, tables.marks, tables.relations, NAME_LEVELS, *date_tables()
    _patterns(left, right, pairs_left, pairs_right, *told, later, patterns)
    return patterns
