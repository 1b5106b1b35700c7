"""All fields of pairs at once: packed persons to patterns.

What a pair costs is instructions and what the processor guesses wrongly, so a block of pairs is compared in two steps. First
what needs no decision, by tables and by comparing several numbers in one word; and what is worked out of a citizen only once
for its pairs, which follow each other. Pairs of which a field needs a decision are noted, and done after it, field by field, by
the functions that tell the level of any two values (:mod:`vnlink.compare.names` and the like). Those are the reference that
all of this is tested against.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.date_tables import birth_by_parts, date_tables, parts_of
from vnlink.compare.dates import BirthLevel, generation_level
from vnlink.compare.name_tables import (
    MAYBE_REORDERED,
    NAME_LEVELS,
    NOT_IN_TABLE,
    ONE_MORE,
    name_by_tables,
    name_of_one_more,
    name_of_rare,
    name_of_unlike,
    rows_of_name,
    standings,
)
from vnlink.compare.numbers import NumberLevel, number_level, personal_level, surely_different
from vnlink.compare.origins import origin_level, province_of
from vnlink.compare.patterns import FIELDS
from vnlink.compare.places import (
    GRADED_LEVELS,
    ORIGINS_WORD,
    PLACE_WORDS,
    district_marks,
    origins_of,
    pack_places,
    place_level,
    place_to_compare,
    plain_place_level,
)
from vnlink.compare.syllables import pack_syllables
from vnlink.kernels import inner, kernel
from vnlink.records import RECORD_WIDTH, Column, own_birth
from vnlink.schema import LexiconArrays, PlaceArrays

__all__ = ["CompareTables", "compare_pairs"]

_BLOCK = 64
_BIRTH, _GENERATION, _SEXES, _PERSONAL, _OLD, _PLACES, _PARTNERS, _ORIGINS, _RARITY = (f.shift for f in FIELDS[1:])
_KNOWN_NAME = np.int64((1 << FIELDS[0].bits) - 1)

# A side is one line of numbers: of 32 bits, or of 64 where two columns are read at once.
_WIDTH, _NONE, _ONE, _TWO = np.uint64(RECORD_WIDTH), np.uint64(0), np.uint64(1), np.uint64(2)
_BIRTH_AT, _PLACE_AT, _ID_AT, _OLD_AT, _MIXED_AT = (
    np.uint64(column) for column in (Column.BIRTH, Column.PLACE, Column.ID_HIGH, Column.OLD_ID, Column.SEX_RARITY_LOCALITY)
)
_ID_WORD, _PARTNER_WORD = np.uint64(Column.ID_HIGH // 2), np.uint64(Column.PARTNER_LOW // 2)

_DIFFERENT = int(NumberLevel.DIFFERENT)
_OTHER_YEAR, _OTHER_DATE = int(BirthLevel.DIFFERENT_YEAR), int(BirthLevel.DIFFERENT_DATE)

_ODD, _FOUND, _UNPLACED, _PERSONALS, _ID, _OTHER_ID, _OLDS, _OLD_ID, _OTHER_OLD_ID, _PLAIN = range(10)
"""Rows of the notes of a block: pairs whose names need a decision, and what the tables told of them; pairs whose places do;
pairs whose personal ids differ, with both; pairs whose old numbers do, with both; and which numbers surely differ."""


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


@inner
def _personal_id(side, at):  # type: ignore[no-untyped-def]
    """The twelve digits of a person's number; negative for none."""
    return np.int64(side[at + _ID_AT]) * 1_000_000 + np.int64(side[at + _ID_AT + _ONE])


@inner
def _of_citizen(citizens, words, j, place_words, marks, width, day_number):  # type: ignore[no-untyped-def]
    """What is worked out of a citizen once for all its pairs: of the name, the date, the place, the numbers and the rest."""
    at = np.uint64(j) * _WIDTH
    birth, mixed = citizens[at + _BIRTH_AT], citizens[at + _MIXED_AT]
    place = place_to_compare(place_words, marks, np.uint64(citizens[at + _PLACE_AT]))
    numbers = words[at // _TWO + _ID_WORD], _personal_id(citizens, at), citizens[at + _OLD_AT]
    province, generation = province_of(citizens[at + _ID_AT]), np.int64(generation_level(birth, 0))
    rest = mixed, words[at // _TWO + _PARTNER_WORD], province, generation, birth
    return rows_of_name(citizens, at, width), parts_of(day_number, birth), place, numbers, rest


@inner
def _graded(place, mixed):  # type: ignore[no-untyped-def]
    """Level of two places in a pattern: of one hamlet or commune by the grades of the citizen's."""
    return np.int64(GRADED_LEVELS[np.uint64((place << 6) | ((mixed >> 2) & 63))])


@inner
def _sure_levels(mixed, other_mixed, partner, other_partner):  # type: ignore[no-untyped-def]
    """Sex, partner and rarity of a pair, in their bits."""
    sex, other_sex = mixed & 3, other_mixed & 3
    sexes = np.int64((sex != 0) & (other_sex != 0)) << np.int64(sex != other_sex)
    partners = np.int64((partner != _NONE) & (other_partner != _NONE)) << np.int64(partner != other_partner)
    return (sexes << _SEXES) | (partners << _PARTNERS) | (np.int64((mixed >> 2) & 63) << _RARITY)


@inner
def _compare_block(  # type: ignore[no-untyped-def]
    pairs_left, pairs_right, first, last, persons, person_words, citizens, citizen_words, place_words, marks, standings_line,
    width, name_levels, day_number, days, dates, notes, patterns,
):  # fmt: skip
    """Compare what needs no decision, and note the rest; how many pairs of each kind were noted."""
    odd = unplaced = personals = olds = _NONE
    citizen = pairs_right[first]
    name, date, place, numbers, rest = _of_citizen(citizens, citizen_words, citizen, place_words, marks, width, day_number)
    for k in range(first, last):
        if pairs_right[k] != citizen:
            citizen = pairs_right[k]
            name, date, place, numbers, rest = _of_citizen(
                citizens, citizen_words, citizen, place_words, marks, width, day_number
            )
        at = np.uint64(pairs_left[k]) * _WIDTH
        mixed, row = persons[at + _MIXED_AT], np.uint64(persons[at + _PLACE_AT])
        other_mixed, other_partner, province, generation, born = rest
        level = name_by_tables(standings_line, width, name_levels, persons, at, name)
        notes[_ODD, odd], notes[_FOUND, odd] = k, level
        odd += np.uint64(level >= MAYBE_REORDERED)
        where = plain_place_level(place_words, marks, row, mixed >> 8, place, other_mixed >> 8)
        notes[_UNPLACED, unplaced] = k
        unplaced += np.uint64(where < 0)
        where = max(where, 0)
        came = origin_level(place_words[row * PLACE_WORDS + ORIGINS_WORD], where, province)
        word, old, (other_word, other_id, other_old) = person_words[at // _TWO + _ID_WORD], persons[at + _OLD_AT], numbers
        known, both = np.int64(persons[at + _ID_AT] >= 0), np.int64((old | other_old) >= 0)
        personal, same_old = known & np.int64(word == other_word), both & np.int64(old == other_old)
        notes[_PERSONALS, personals], notes[_ID, personals] = k, _personal_id(persons, at)
        notes[_OTHER_ID, personals] = other_id
        personals += np.uint64(known ^ personal)
        notes[_OLDS, olds], notes[_OLD_ID, olds], notes[_OTHER_OLD_ID, olds] = k, old, other_old
        olds += np.uint64(both ^ same_old)
        year, day = parts_of(day_number, persons[at + _BIRTH_AT])
        birth = birth_by_parts(days, dates, year, day, date[0], date[1])
        pattern = (level & _KNOWN_NAME) | (birth << _BIRTH) | (personal << _PERSONAL) | (same_old << _OLD)
        pattern |= (_graded(where, other_mixed) << _PLACES) | (came << _ORIGINS)
        if year == 0:
            told = persons[at + _BIRTH_AT]
            pattern |= np.int64(generation if told == 0 else generation_level(born, told)) << _GENERATION
        elif birth == _OTHER_YEAR or birth == _OTHER_DATE:
            # A year that is wrong says nothing of the citizen's, so it is left to the household, which is full of children.
            pattern |= generation << _GENERATION
        patterns[k] = pattern | _sure_levels(mixed, other_mixed, person_words[at // _TWO + _PARTNER_WORD], other_partner)
    return odd, unplaced, personals, olds


@inner
def _finish_names(  # type: ignore[no-untyped-def]
    notes, count, left, right, pairs_left, pairs_right, syllables, relations, name_levels, patterns
):
    for note in range(count):
        k, found = notes[_ODD, note], notes[_FOUND, note]
        i, j = pairs_left[k], pairs_right[k]
        if found >= ONE_MORE:
            level = name_of_one_more(syllables, relations, left, i, right, j)
        elif found >= NOT_IN_TABLE:
            level = name_of_rare(syllables, relations, name_levels, left, i, right, j)
        else:
            level = name_of_unlike(syllables, left, i, right, j, found)
        patterns[k] = (patterns[k] & ~_KNOWN_NAME) | level


@inner
def _finish_places(notes, count, left, right, pairs_left, pairs_right, places, patterns):  # type: ignore[no-untyped-def]
    for note in range(count):
        k = notes[_UNPLACED, note]
        i, j = pairs_left[k], pairs_right[k]
        level = place_level(places, left[i, _PLACE_AT], left[i, _MIXED_AT] >> 8, right[j, _PLACE_AT], right[j, _MIXED_AT] >> 8)
        came = origin_level(origins_of(places, left[i, _PLACE_AT]), level, province_of(right[j, _ID_AT]))
        patterns[k] |= (_graded(level, right[j, _MIXED_AT]) << _PLACES) | (came << _ORIGINS)


@inner
def _finish_personal_ids(notes, count, left, right, pairs_left, pairs_right, patterns):  # type: ignore[no-untyped-def]
    """Most of these numbers are surely different, which is told without branches; the few others are told one by one."""
    for note in range(count):
        notes[_PLAIN, note] = (notes[_OTHER_ID, note] >= 0) & surely_different(notes[_ID, note], notes[_OTHER_ID, note])
    for note in range(count):
        k = notes[_PERSONALS, note]
        i, j = pairs_left[k], pairs_right[k]
        level = np.int64(_DIFFERENT)
        birth = own_birth(left[i, _BIRTH_AT])
        if not notes[_PLAIN, note] or birth == 0 or left[i, _MIXED_AT] & 3 == 0:
            other = max(notes[_OTHER_ID, note], -1)
            level = personal_level(
                notes[_ID, note],
                other,
                birth,
                left[i, _MIXED_AT] & 3,
                right[j, _BIRTH_AT],
                right[j, _MIXED_AT] & 3,
            )
        patterns[k] |= level << _PERSONAL


@inner
def _finish_old_numbers(notes, count, patterns):  # type: ignore[no-untyped-def]
    """As :func:`_finish_personal_ids`."""
    for note in range(count):
        notes[_PLAIN, note] = surely_different(notes[_OLD_ID, note], notes[_OTHER_OLD_ID, note])
    for note in range(count):
        level = np.int64(_DIFFERENT)
        if not notes[_PLAIN, note]:
            level = number_level(notes[_OLD_ID, note], notes[_OTHER_OLD_ID, note])
        patterns[notes[_OLDS, note]] |= level << _OLD


@kernel
def _patterns(  # type: ignore[no-untyped-def]
    left, right, pairs_left, pairs_right, syllables, places, marks, relations, name_levels, day_number, days, dates,
    persons, person_words, citizens, citizen_words, place_words, standings_line, notes, patterns,
):  # fmt: skip
    """Write the pattern of each pair. What it returns means nothing.

    A block's left persons are read first, so that the processor waits for many of them together.
    """
    touched = np.int64(0)
    width = np.uint64(relations.shape[1])
    for first in range(0, len(pairs_left), _BLOCK):
        last = min(first + _BLOCK, len(pairs_left))
        for k in range(first, last):
            touched += persons[np.uint64(pairs_left[k]) * _WIDTH]
        odd, unplaced, personals, olds = _compare_block(
            pairs_left, pairs_right, first, last, persons, person_words, citizens, citizen_words, place_words, marks,
            standings_line, width, name_levels, day_number, days, dates, notes, patterns,
        )  # fmt: skip
        _finish_names(notes, odd, left, right, pairs_left, pairs_right, syllables, relations, name_levels, patterns)
        _finish_places(notes, unplaced, left, right, pairs_left, pairs_right, places, patterns)
        _finish_personal_ids(notes, personals, left, right, pairs_left, pairs_right, patterns)
        _finish_old_numbers(notes, olds, patterns)
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
        Packed persons, C-contiguous.
    pairs_left, pairs_right : int32[p]
        Rows of the persons of each pair.
    tables : CompareTables
    """
    patterns = np.empty(len(pairs_left), np.int64)
    notes = np.empty((_PLAIN + 1, _BLOCK + 1), np.int64)
    told = tables.syllables, tables.places, tables.marks, tables.relations, NAME_LEVELS, *date_tables()
    lines = *_lines(left), *_lines(right), tables.places.reshape(-1).view(np.uint64), tables.relations.reshape(-1)
    _patterns(left, right, pairs_left, pairs_right, *told, *lines, notes, patterns)
    return patterns


def _lines(side: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    """A side as one line of numbers, and of words of two."""
    line = side.reshape(-1)
    return line, line.view(np.uint64)
