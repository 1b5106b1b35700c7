"""All fields of a pair at once: what is read from tables is what the comparison of each field says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.date_tables import birth_by_parts, date_tables, parts_of
from vnlink.compare.dates import BirthLevel, birth_level, generation_level
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
from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.numbers import NumberLevel, number_level, personal_level, surely_different
from vnlink.compare.origins import origin_level, province_of
from vnlink.compare.pairs import CompareTables, compare_pairs
from vnlink.compare.patterns import FIELDS, NAME_GROUPS, same_name
from vnlink.compare.places import (
    GRADED_PLACES,
    UNDECIDED,
    PlaceLevel,
    district_marks,
    origins_of,
    pack_places,
    place_level,
    place_to_compare,
    plain_place_level,
)
from vnlink.compare.syllables import pack_syllables
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.lexicon import Lexicon
from vnlink.normalize.places import Place, PlaceTable
from vnlink.records import RECORD_WIDTH, Column
from vnlink.schema import COMMUNE_LEVELS, FIRST_DATE, HAMLET_LEVELS, MAX_COMMUNES, MAX_SYLLABLES, Side, field_levels

GAZETTEER = Gazetteer.load()
LEXICON = Lexicon()
WORDS = "Hòa Hoa Hóa Hoà Hùng Hưng Hung Văn Vân Van An Ản Ãn Nguyễn Nguyên Nguyen Ng. N Huỳnh Hoàng Nam Lam Hoan H'Hen H' Hen"
SYLLABLES = [LEXICON.intern(word) for word in WORDS.split()]
TABLE = pack_syllables(LEXICON.arrays())
RELATIONS = standings(TABLE)
FEW_KNOWN = RELATIONS[: len(RELATIONS) // 2, : len(RELATIONS) // 2].copy()
FEW_KNOWN[-1, 1:] = FEW_KNOWN[1:, -1] = RELATIONS[-1, -1]

syllables = st.lists(st.sampled_from(SYLLABLES), max_size=MAX_SYLLABLES)


@st.composite
def two_names(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Two names that are mostly alike, as candidate pairs are."""
    left = draw(st.lists(st.sampled_from(SYLLABLES), max_size=5))
    right = draw(st.permutations(left) | st.just(list(left)) | syllables)
    if right and draw(st.booleans()):
        right[draw(st.integers(0, len(right) - 1))] = draw(st.sampled_from(SYLLABLES))
    if right and draw(st.booleans()):
        del right[draw(st.integers(0, len(right) - 1))]
    return left, list(right)


def row_of(name: list[int]) -> np.ndarray:
    return np.array([[*name, *[-1] * (MAX_SYLLABLES - len(name))]], np.int32)


def by_tables(relations: np.ndarray, left: np.ndarray, right: np.ndarray) -> int:
    """What the tables tell of two rows."""
    width, begin = np.uint64(len(relations)), np.uint64(0)
    name = rows_of_name(right.ravel(), begin, width)
    level: int = name_by_tables(relations.ravel(), width, NAME_LEVELS, left.ravel(), begin, name)
    return level


@pytest.mark.parametrize("relations", [RELATIONS, FEW_KNOWN], ids=["all syllables common", "half of them"])
@given(names=two_names())
def test_the_tables_tell_the_level_of_two_names(relations: np.ndarray, names: tuple[list[int], list[int]]) -> None:
    left, right = (row_of(name) for name in names)
    found = by_tables(relations, left, right)
    if found == NOT_IN_TABLE:
        found = name_of_rare(TABLE, relations, NAME_LEVELS, left, 0, right, 0)
    elif found == ONE_MORE:
        found = name_of_one_more(TABLE, relations, left, 0, right, 0)
    elif found >= MAYBE_REORDERED:
        found = name_of_unlike(TABLE, left, 0, right, 0, found)
    assert found == name_level(TABLE, left, 0, right, 0)


def test_all_names_of_up_to_four_common_syllables_of_one_length_are_in_the_tables() -> None:
    for count in range(5):
        left, right = row_of(SYLLABLES[:count]), row_of(SYLLABLES[5 : 5 + count])
        assert by_tables(RELATIONS, left, right) != NOT_IN_TABLE


@pytest.mark.parametrize("relations", [RELATIONS, FEW_KNOWN], ids=["all syllables common", "half of them"])
@given(st.data(), st.integers(2, 3))
def test_six_standings_tell_the_level_of_a_name_of_a_syllable_more(
    relations: np.ndarray, data: st.DataObject, size: int
) -> None:
    longer = data.draw(st.lists(st.sampled_from(SYLLABLES), min_size=size + 1, max_size=size + 1))
    shorter = list(longer)
    del shorter[data.draw(st.integers(0, size))]
    for place in data.draw(st.sets(st.integers(0, size - 1), max_size=2)):
        shorter[place] = data.draw(st.sampled_from(SYLLABLES))
    left, right = row_of(longer), row_of(shorter)
    for one, other in ((left, right), (right, left)):
        expected = name_level(TABLE, one, 0, other, 0)
        found = by_tables(relations, one, other)
        if found == ONE_MORE:
            assert name_of_one_more(TABLE, relations, one, 0, other, 0) == expected
        else:
            assert name_of_rare(TABLE, relations, NAME_LEVELS, one, 0, other, 0) == expected


@pytest.mark.parametrize("count", [2, 3])
def test_a_name_of_a_syllable_more_is_in_the_tables(count: int) -> None:
    shorter, longer = row_of(SYLLABLES[:count]), row_of(SYLLABLES[5 : 6 + count])
    assert by_tables(RELATIONS, longer, shorter) == ONE_MORE
    assert by_tables(RELATIONS, shorter, longer) == ONE_MORE


days = st.one_of(
    st.just(0),
    st.integers(1, 12).map(lambda month: month * 100),
    st.tuples(st.integers(1, 12), st.integers(1, 31)).map(lambda day: day[0] * 100 + day[1]),
    st.sampled_from([101, 102, 201, 112, 1201]),
)
births = st.just(0) | st.tuples(st.integers(1950, 1965), days).map(lambda parts: parts[0] * 10000 + parts[1])


@given(births, births)
def test_the_tables_tell_the_level_of_two_birth_dates(left: int, right: int) -> None:
    number, days, level = date_tables()
    assert birth_by_parts(days, level, *parts_of(number, left), *parts_of(number, right)) == birth_level(left, right)


numbers = st.integers(0, 10**12 - 1) | st.integers(0, 3000)


@given(numbers, numbers | st.none(), st.integers(0, 11), st.integers(-9, 9))
def test_numbers_that_are_surely_different_are_different(number: int, other: int | None, place: int, change: int) -> None:
    another = max(number + change * 10**place, 0) if other is None else other
    if surely_different(number, another):
        assert number_level(number, another) == NumberLevel.DIFFERENT


places = st.builds(
    Place,
    old_commune=st.just(-1),
    old_district=st.just(-1),
    communes=st.lists(st.integers(0, 9), max_size=MAX_COMMUNES, unique=True).map(lambda found: tuple(sorted(found))),
    districts=st.lists(st.integers(0, 8), max_size=4, unique=True).map(lambda found: tuple(sorted(found))),
    province=st.integers(-1, 3),
    other=st.integers(0, 2),
)


@given(places, places, st.integers(0, 2), st.integers(0, 2))
def test_a_plain_level_of_two_places_is_their_level(left: Place, right: Place, here: int, there: int) -> None:
    table = PlaceTable(GAZETTEER)
    one, other = table.number(left), table.number(right)
    packed = pack_places(table.arrays())
    words, marks = packed.reshape(-1).view(np.uint64), district_marks(packed)
    found = plain_place_level(words, marks, np.uint64(one), here, place_to_compare(words, marks, np.uint64(other)), there)
    assert found in (UNDECIDED, place_level(packed, one, here, other, there))
    if 1 <= len(left.communes) <= 3 and len(right.communes) == 1 and not left.districts:
        assert found != UNDECIDED


def persons(rng: np.random.Generator, count: int, count_places: int, side: Side) -> np.ndarray:
    """Packed persons of few values, so that pairs of them agree often."""
    records = np.full((count, RECORD_WIDTH), -1, np.int32)
    for record in records:
        name = rng.choice(SYLLABLES[:12], rng.choice([0, 2, 3, 3, 3, 4, 5]))
        record[: len(name)] = name
    day = rng.choice([0, 101, 102, 201, 500, 1112], count)
    records[:, Column.BIRTH] = rng.choice([0, 1, 1, 1], count) * (rng.choice([1960, 1961, 1970], count) * 10000 + day)
    records[:, Column.PLACE] = rng.integers(0, count_places, count)
    if side is Side.LAND:
        others = rng.choice([0, 1941, 1959, 1970, 1993], count)
        records[:, Column.BIRTH] = np.where(records[:, Column.BIRTH] < FIRST_DATE, others, records[:, Column.BIRTH])
    known = rng.random(count) < 0.7
    records[:, Column.ID_HIGH] = np.where(known, rng.choice([1060, 79160, 79161], count), -1)
    records[:, Column.ID_LOW] = np.where(known, rng.choice([123456, 123465, 123457, 987654], count), -1)
    records[:, Column.OLD_ID] = rng.choice([-1, 24681357, 24681375, 246813570, 135792468], count)
    records[:, Column.SEX_RARITY_LOCALITY] = rng.integers(0, 3, count) | rng.integers(0, 48, count) << 2
    records[:, Column.SEX_RARITY_LOCALITY] |= rng.integers(0, 3, count, np.int32) << 8
    records[:, Column.PARTNER_LOW :] = rng.integers(0, 2, (count, 2))
    return records


def graded_place(place: int, hamlet: int, commune: int) -> str:
    """Name of the level of two places in a pattern, by the citizen's grades; typical ones where those are not known."""
    if place == PlaceLevel.LOCALITY:
        return HAMLET_LEVELS[min(hamlet, len(HAMLET_LEVELS)) - 1] if hamlet else "hamlet_1024"
    if place == PlaceLevel.COMMUNE:
        return COMMUNE_LEVELS[min(commune, len(COMMUNE_LEVELS)) - 1] if commune else "commune_65536"
    return PlaceLevel(place).name.lower()


def generation_of(birth: int, citizen: int, told: int) -> int:
    """The level of ``generation``: where the land register has no date, or where the two contradict each other."""
    if birth in (BirthLevel.DIFFERENT_YEAR, BirthLevel.DIFFERENT_DATE):
        return generation_level(citizen, 0)
    return 0 if told >= FIRST_DATE else generation_level(citizen, told)


def levels_of(left: np.ndarray, i: int, right: np.ndarray, j: int, tables: CompareTables) -> list[int]:
    """The levels of all fields of a pair, each by the comparison of its field alone."""
    one, other = left[i].astype(np.int64), right[j].astype(np.int64)
    sex, other_sex = one[13] & 3, other[13] & 3
    id_, other_id = (int(p[10] * 1_000_000 + p[11]) if p[10] >= 0 else -1 for p in (one, other))
    place = place_level(tables.places, one[9], one[13] >> 8, other[9], other[13] >> 8)
    partners = one[14:].any() and other[14:].any()
    grades = (other[13] >> 2) & 63
    birth = one[8] if one[8] >= FIRST_DATE else 0
    return [
        name_level(tables.syllables, left, i, right, j),
        birth_level(birth, other[8]),
        generation_of(birth_level(birth, other[8]), other[8], one[8]),
        0 if 0 in (sex, other_sex) else 1 if sex == other_sex else 2,
        personal_level(id_, other_id, birth, sex, other[8], other_sex),
        number_level(one[12], other[12]),
        GRADED_PLACES.index(graded_place(place, grades & 7, grades >> 3)),
        0 if not partners else 1 if (one[14:] == other[14:]).all() else 2,
        origin_level(origins_of(tables.places, one[9]), place, province_of(other[10])),
        (one[13] >> 2) & 63,
    ]


def test_a_pattern_holds_what_each_field_says_alone() -> None:
    rng = np.random.default_rng(5)
    table = PlaceTable(GAZETTEER)
    for communes in ((), (1,), (2,), (1, 2), (3,), (1, 2, 3), (1, 2, 3, 4)):
        for district in ((), (1,), (1, 2), (2, 3, 4, 5)):
            table.number(Place(communes=communes, districts=district, province=len(communes) % 3 - 1, other=len(district) % 2))
    tables = CompareTables.of(LEXICON.arrays(), table.arrays())
    left, right = (persons(rng, 300, len(tables.places), side) for side in Side)
    pairs_left, pairs_right = (rng.integers(0, 300, 4000).astype(np.int32) for _ in range(2))
    pattern = compare_pairs(left, right, pairs_left, pairs_right, tables)
    expected = [levels_of(left, i, right, j, tables) for i, j in zip(pairs_left, pairs_right, strict=True)]
    for field, levels in zip(FIELDS, np.array(expected).T, strict=True):
        np.testing.assert_array_equal(field_levels(pattern, field), levels, err_msg=field.name)
    np.testing.assert_array_equal(pattern[:65], compare_pairs(left, right, pairs_left[:65], pairs_right[:65], tables))


def test_a_shortened_name_agrees_as_a_whole_but_is_not_the_same_letters():
    whole = {level.name for level in NameLevel if NAME_GROUPS[level] == 1}
    every = np.arange(len(NameLevel), dtype=np.int64)
    same = {NameLevel(int(level)).name for level in every[same_name(every)]}
    assert whole - same == {"INITIALS"}
    assert same == {level.name for level in NameLevel if NameLevel.EXACT <= level <= NameLevel.MARKS_DIFFER}
