"""Levels of agreement, by hand-written cases."""

from __future__ import annotations

import datetime as dt

import jellyfish
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.dates import BirthLevel, GenerationLevel, birth_level, generation_level
from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.numbers import NumberLevel, PersonalLevel, number_level, personal_level
from vnlink.compare.syllables import Relation, one_slip, pack_syllables, syllable_relation
from vnlink.normalize.lexicon import Lexicon

LEXICON = Lexicon()

NAMES = [
    ("Nguyễn Văn Hòa", "Nguyễn Văn Hòa", NameLevel.EXACT, "the same name"),
    ("Nguyễn Văn Hoà", "NGUYỄN VĂN HÒA", NameLevel.EXACT, "tone placement and capitals are not differences"),
    ("NGUYEN VAN HOA", "Nguyễn Văn Hòa", NameLevel.UNMARKED, "a name typed without any mark may be any of its readings"),
    ("Nguyễn Văn Hoa", "Nguyễn Văn Hòa", NameLevel.GIVEN_MARK_LOST, "Hoa is a name of its own, so a lost mark there says less"),
    ("Nguyên Văn Hòa", "Nguyễn Văn Hòa", NameLevel.MARK_LOST, "one mark is missing in a name that has others"),
    ("Nguyên Văn Hoa", "Nguyễn Văn Hòa", NameLevel.MARKS_LOST, "two marks are missing, others are there"),
    ("Nguyễn Văn Dũng", "Nguyễn Văn Dủng", NameLevel.ASKING_TONES, "the South does not tell hỏi from ngã"),
    ("Nguyễn Văn Tuân", "Nguyễn Văn Tuán", NameLevel.GIVEN_VOWEL_DIFFERS, "each side has a mark that the other lacks"),
    ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", NameLevel.GIVEN_VOWEL_DIFFERS, "Hùng and Hưng are different given names"),
    ("Nguyễn Thị Lan", "Nguyễn Thị Lân", NameLevel.GIVEN_MARK_LOST, "Lan may be Lân without its mark"),
    ("Nguyễn Vân Hóa", "Nguyễn Văn Hòa", NameLevel.MARKS_DIFFER, "two syllables carry other marks"),
    ("Hoàng Văn Hòa", "Huỳnh Văn Hòa", NameLevel.DOUBLET, "the family name of the North and of the South"),
    ("H' Hen Niê", "H Hen Niê", NameLevel.EXACT, "the apostrophe of a prefix is often lost"),
    ("Nguyễn Văn Hóa", "Nguyễn Văn Hòa", NameLevel.GIVEN_TONE_DIFFERS, "Hóa and Hòa are different given names"),
    ("Nguyễn Vân Hòa", "Nguyễn Văn Hòa", NameLevel.MARK_DIFFERS, "Vân and Văn are different middle names"),
    ("Nguyễn Văn Lam", "Nguyễn Văn Nam", NameLevel.REGIONAL, "n and l are one sound in the Red River delta"),
    ("Ng. Văn Hòa", "Nguyễn Văn Hòa", NameLevel.INITIALS, "Ng. may stand for Nguyễn"),
    ("Ng. Van Hoa", "Nguyễn Văn Hòa", NameLevel.INITIALS, "a mark that is missing is no other mark"),
    ("Trần T. Hỷ", "Trần Thị Hỹ", NameLevel.INITIALS, "the South does not tell hỏi from ngã"),
    ("Ng. Văn Hóa", "Nguyễn Văn Hòa", NameLevel.INITIALS_AND_MORE, "Hóa and Hòa are different given names"),
    ("Ng. Văn Lam", "Nguyễn Văn Nam", NameLevel.INITIALS_AND_MORE, "n and l may be one sound, or two given names"),
    ("Ng. Hoàng Anh", "Nguyễn Huỳnh Anh", NameLevel.INITIALS_AND_MORE, "a doublet beside what is shortened"),
    ("Nguyễn Hòa", "Nguyễn Văn Hòa", NameLevel.MIDDLE_MISSING, "the middle name was left out"),
    ("Nguyễn Hóa", "Nguyễn Văn Hòa", NameLevel.MIDDLE_MISSING_AND_MORE, "the middle name was left out, and a tone differs"),
    ("Nguyễn Văn Hoan", "Nguyễn Văn Hòa", NameLevel.GIVEN_SLIP, "one letter too many makes another given name"),
    ("Nguyễn Hòa Văn", "Nguyễn Văn Hòa", NameLevel.SWAPPED, "the same syllables in another order"),
    ("Nguyễn Thị Hòa", "Nguyễn Văn Hòa", NameLevel.MIDDLE_DIFFERS, "family and given name agree, the middle does not"),
    ("Trần Văn Hòa", "Nguyễn Văn Hòa", NameLevel.FAMILY_DIFFERS, "only the family name is another"),
    ("Nguyễn Văn Hồng", "Nguyễn Văn Hòa", NameLevel.GIVEN_DIFFERS, "brothers share all but the given name"),
    ("Nguyễn Văn Hàoo", "Nguyễn Văn Hòa", NameLevel.GIVEN_DIFFERS, "two slips are another syllable"),
    ("Nguyễn Vămn Hòa", "Nguyễn Văn Hòa", NameLevel.ONE_SLIP, "one letter too many"),
    ("Lê Thị Bưởi", "Nguyễn Văn Hòa", NameLevel.DIFFERENT, "nothing agrees"),
    ("Hòa", "Nguyễn Văn Hòa", NameLevel.GIVEN_ONLY, "one syllable against the given name"),
    ("", "Nguyễn Văn Hòa", NameLevel.MISSING, "no name on one side"),
]

DATES = [
    (19650217, 19650217, BirthLevel.DATE, "the same day"),
    (19650200, 19650200, BirthLevel.MONTH, "both to the month"),
    (19650000, 19650217, BirthLevel.YEAR, "one side knows the year only"),
    (19650101, 19650217, BirthLevel.DEFAULT_DAY, "01/01 is what is typed when only the year is known"),
    (19650101, 19650101, BirthLevel.BOTH_DEFAULT, "01/01 on both sides may be typed by two clerks who know only the year"),
    (19650000, 19650101, BirthLevel.YEAR, "01/01 of one who knows only the year"),
    (19650703, 19650307, BirthLevel.SWAPPED, "day and month in the other order"),
    (19650217, 19650218, BirthLevel.DIGIT_SLIP, "one digit of the day is another"),
    (19650212, 19650221, BirthLevel.DIGIT_SLIP, "the digits of the day are exchanged"),
    (19651117, 19651217, BirthLevel.DIGIT_SLIP, "one digit of the month is another"),
    (19650217, 19650228, BirthLevel.PART_OF_DAY, "the month agrees, the day does not, in both digits"),
    (19650219, 19651219, BirthLevel.DIGIT_SLIP, "02 and 12 differ in one digit"),
    (19650200, 19650217, BirthLevel.MONTH, "one side knows the month only"),
    (19650200, 19650300, BirthLevel.YEAR_ONLY_AGREES, "both know the month, and it is another"),
    (19650217, 19650930, BirthLevel.YEAR_ONLY_AGREES, "only the year agrees"),
    (19650217, 19660217, BirthLevel.YEAR_SLIP, "one year off, all else alike"),
    (19650217, 19670217, BirthLevel.YEARS_SLIP, "two years off, all else alike"),
    (19650217, 19680217, BirthLevel.YEARS_SLIP, "three years off, all else alike"),
    (19650217, 19750217, BirthLevel.DECADE_SLIP, "ten years off, all else alike"),
    (19650217, 19690217, BirthLevel.DAY_AGREES, "four years off, all else alike"),
    (19650217, 19850217, BirthLevel.DAY_AGREES, "day and month alike, another generation"),
    (19650000, 19660217, BirthLevel.NEAR_YEAR, "a year-only date one year off"),
    (19650101, 19660101, BirthLevel.NEAR_YEAR, "01/01 on both sides is no day that agrees"),
    (19650101, 19670217, BirthLevel.NEAR_YEARS, "01/01 against a day two years off"),
    (19650000, 19550000, BirthLevel.DECADE_OFF, "years ten apart"),
    (19650101, 19800217, BirthLevel.DIFFERENT_YEAR, "01/01 against a day of another year"),
    (19650000, 19800000, BirthLevel.DIFFERENT_YEAR, "years far apart"),
    (19650217, 19800930, BirthLevel.DIFFERENT_DATE, "nothing agrees"),
    (0, 19650217, BirthLevel.MISSING, "no date on one side"),
]


GENERATIONS = [
    (19580217, 0, GenerationLevel.BORN_1950S, "nobody's year is told: the decade"),
    (19371120, 0, GenerationLevel.BEFORE_1940, "born before the decades that are told apart"),
    (20150101, 0, GenerationLevel.SINCE_2010, "a child"),
    (20150101, 1985, GenerationLevel.SINCE_2010, "a child beside a parent holds no more than one alone"),
    (19580217, 1956, GenerationLevel.APART_2, "a couple as most are"),
    (19580000, 1960, GenerationLevel.APART_2, "two years either way, by the year alone"),
    (19580217, 1961, GenerationLevel.APART_5, "three years"),
    (19580217, 1963, GenerationLevel.APART_5, "five years"),
    (19580217, 1952, GenerationLevel.APART_9, "six years"),
    (19580217, 1967, GenerationLevel.APART_9, "nine years"),
    (19580217, 1968, GenerationLevel.APART_15, "ten years"),
    (19580217, 1973, GenerationLevel.APART_15, "fifteen years"),
    (19580217, 1980, GenerationLevel.APART_39, "parent and child"),
    (19580217, 1919, GenerationLevel.APART_39, "39 years"),
    (19580217, 1998, GenerationLevel.APART_MORE, "40 years"),
    (19380217, 2021, GenerationLevel.APART_MORE, "a great-grandchild"),
    (0, 1956, GenerationLevel.MISSING, "nobody knows when the citizen was born"),
]


def encode(name: str) -> np.ndarray:
    row = np.full(8, -1, np.int32)
    for i, word in enumerate(name.split()):
        row[i] = LEXICON.intern(word)
    return row


def level_of(left: str, right: str) -> NameLevel:
    a, b = encode(left), encode(right)
    return NameLevel(name_level(pack_syllables(LEXICON.arrays()), a[None, :], 0, b[None, :], 0))


@pytest.mark.parametrize(("left", "right", "level", "reason"), NAMES)
def test_two_names_agree_as_a_clerk_would_say(left: str, right: str, level: NameLevel, reason: str) -> None:
    assert level_of(left, right) is level, reason


@pytest.mark.parametrize(("left", "right", "level", "reason"), NAMES)
def test_names_agree_the_same_way_from_either_side(left: str, right: str, level: NameLevel, reason: str) -> None:
    assert level_of(right, left) is level, reason


SYLLABLES = [
    ("hòa", "hòa", Relation.SAME),
    ("hoa", "hòa", Relation.MARK_MISSING),
    ("đưc", "đức", Relation.MARK_MISSING),
    ("duc", "đức", Relation.MARK_MISSING),
    ("đuc", "đức", Relation.MARK_MISSING),
    ("tuán", "tuấn", Relation.MARK_MISSING),
    ("dũng", "dủng", Relation.ASKING_TONES),
    ("hòa", "hóa", Relation.OTHER_TONE),
    ("hòa", "hỏa", Relation.OTHER_TONE),
    ("hùng", "hưng", Relation.OTHER_VOWEL),
    ("lân", "lăn", Relation.OTHER_VOWEL),
    ("dưc", "đuc", Relation.OTHER_VOWEL),
    ("nam", "lam", Relation.REGIONAL),
    ("sinh", "xinh", Relation.REGIONAL),
    ("trinh", "chinh", Relation.REGIONAL),
    ("vân", "dân", Relation.REGIONAL),
    ("giang", "dang", Relation.REGIONAL),
    ("lan", "lang", Relation.REGIONAL),
    ("cát", "các", Relation.REGIONAL),
    ("vũ", "võ", Relation.DOUBLET),
    ("phước", "phúc", Relation.DOUBLET),
    ("ng", "nguyễn", Relation.INITIAL),
    ("t", "thị", Relation.INITIAL),
    ("tr", "thị", Relation.DIFFERENT),
    ("hoàn", "hòa", Relation.SLIP),
    ("đuwc", "đức", Relation.SLIP),
    ("hồng", "hòa", Relation.DIFFERENT),
]


@pytest.mark.parametrize(("left", "right", "relation"), SYLLABLES)
def test_the_difference_of_two_syllables_has_a_kind(left: str, right: str, relation: Relation) -> None:
    a, b = LEXICON.intern_clean(left), LEXICON.intern_clean(right)
    table = pack_syllables(LEXICON.arrays())
    assert Relation(syllable_relation(table, a, b)) is relation
    assert Relation(syllable_relation(table, b, a)) is relation


@pytest.mark.parametrize(("left", "right", "level", "reason"), DATES)
def test_two_birth_dates_agree_to_the_precision_recorded(left: int, right: int, level: BirthLevel, reason: str) -> None:
    assert BirthLevel(birth_level(left, right)) is level, reason
    finer = {
        (19650000, 19650217): BirthLevel.FINER_THAN_YEAR,  # a land office that knows a day, and a card that does not
        (19650101, 19650217): BirthLevel.FINER_THAN_DEFAULT,
    }
    assert BirthLevel(birth_level(right, left)) is finer.get((left, right), level), reason


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (1065012345, 1065012345, NumberLevel.EQUAL),
        (1065012345, 1065012346, NumberLevel.NEAR),
        (1065012345, 1065012354, NumberLevel.NEAR),
        (1065012345, 1065012453, NumberLevel.DIFFERENT),
        (1065012345, 9065012346, NumberLevel.DIFFERENT),
        (142038117, 14203817, NumberLevel.NEAR),
        (142038117, 12038117, NumberLevel.NEAR),
        (142038117, 14203871, NumberLevel.DIFFERENT),
        (142038117, 1420387, NumberLevel.DIFFERENT),
        (0, 5, NumberLevel.NEAR),
        (-1, 1065012345, NumberLevel.MISSING),
    ],
)
def test_numbers_are_near_when_one_digit_or_two_neighbours_are_wrong(left: int, right: int, level: NumberLevel) -> None:
    assert NumberLevel(number_level(left, right)) is level
    assert NumberLevel(number_level(right, left)) is level


HERS, ANOTHER = 38165012345, 38265987654  # a woman of 1965; a man of 2065


@pytest.mark.parametrize(
    ("left", "right", "land", "citizen", "level", "reason"),
    [
        (HERS, HERS, (0, 0), (19650217, 2), PersonalLevel.EQUAL, "the same number"),
        (HERS, HERS + 1, (0, 0), (19650217, 2), PersonalLevel.NEAR, "one digit wrong; structure adds nothing to that"),
        (HERS, ANOTHER, (19650000, 2), (19650217, 2), PersonalLevel.DIFFERENT, "date and sex are compared as such"),
        (HERS, ANOTHER, (0, 0), (19650217, 2), PersonalLevel.DIFFERENT_FITS, "no date, no sex: the number gives both"),
        (HERS, ANOTHER, (19650000, 0), (19650217, 2), PersonalLevel.DIFFERENT_FITS, "no sex: the number gives it"),
        (HERS, ANOTHER, (0, 2), (19660217, 2), PersonalLevel.DIFFERENT, "the year in the number is another"),
        (HERS, ANOTHER, (0, 0), (0, 0), PersonalLevel.DIFFERENT, "the citizen has neither"),
        (HERS, -1, (0, 0), (19650217, 2), PersonalLevel.FITS, "the citizen has no number; sex and year fit"),
        (HERS, -1, (0, 0), (19650217, 1), PersonalLevel.CONTRADICTS, "the sex in the number is another"),
        (HERS, -1, (19650000, 2), (19700217, 1), PersonalLevel.MISSING, "date and sex are compared as such"),
        (-1, HERS, (0, 0), (19650217, 2), PersonalLevel.MISSING, "the land user has no number"),
        (-1, -1, (0, 0), (19650217, 2), PersonalLevel.MISSING, "nobody has"),
    ],
)
def test_a_personal_id_speaks_where_the_land_register_is_silent(
    left: int, right: int, land: tuple[int, int], citizen: tuple[int, int], level: PersonalLevel, reason: str
) -> None:
    assert PersonalLevel(personal_level(left, right, *land, *citizen)) is level, reason


digits = st.text("0123456789", min_size=1, max_size=12)


def near_by_definition(a: str, b: str) -> bool:
    """One digit wrong, missing or added, or two neighbours exchanged: padded alike, or as they are without zeros in front."""
    padded, bare = (a.zfill(12), b.zfill(12)), (a.lstrip("0"), b.lstrip("0"))
    wrong = [i for i in range(12) if padded[0][i] != padded[1][i]]
    exchanged = (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and padded[0][wrong[0]] + padded[0][wrong[1]] == (padded[1][wrong[1]] + padded[1][wrong[0]])
    )
    longer, shorter = sorted(bare, key=lambda text: int(text or "0"), reverse=True)
    missing = any(int(longer[:i] + longer[i + 1 :] or "0") == int(shorter or "0") for i in range(len(longer)))
    return len(wrong) == 1 or exchanged or missing


@given(digits, st.data())
def test_numbers_are_near_as_the_definition_says(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                number[:place] + data.draw(st.sampled_from("0123456789")) + number[place + 1 :],
                number[:place] + number[place + 1 :] or "0",
                number[:place] + number[place : place + 2][::-1] + number[place + 2 :],
                data.draw(digits),
            ]
        )
    )
    level = NumberLevel(number_level(int(number), int(changed)))
    if int(number) == int(changed):
        assert level is NumberLevel.EQUAL
    else:
        assert level is (NumberLevel.NEAR if near_by_definition(number, changed) else NumberLevel.DIFFERENT)
    assert level == number_level(int(changed), int(number))


def birth_by_definition(left: tuple[int, int, int], right: tuple[int, int, int]) -> BirthLevel:
    """The docstring of :class:`BirthLevel`, said once more and slowly."""
    if not left[0] or not right[0]:
        return BirthLevel.MISSING
    gap = abs(left[0] - right[0])
    years = {1: 0, 2: 1, 3: 1, 10: 2}.get(gap, 3)
    default = [date[1:] == (1, 1) for date in (left, right)]
    days_known = all(date[2] for date in (left, right))
    if gap:
        if not days_known or any(default):
            return list(BirthLevel)[BirthLevel.NEAR_YEAR + years]
        if left[1:] != right[1:]:
            return BirthLevel.DIFFERENT_DATE
        return list(BirthLevel)[BirthLevel.YEAR_SLIP + years]
    if all(default):
        return BirthLevel.BOTH_DEFAULT
    if not left[1] or not right[1]:
        return BirthLevel.FINER_THAN_YEAR if left[2] and not default[0] else BirthLevel.YEAR
    if not days_known:
        return BirthLevel.MONTH if left[1] == right[1] else BirthLevel.YEAR_ONLY_AGREES
    if left == right:
        return BirthLevel.DATE
    if any(default):
        return BirthLevel.DEFAULT_DAY if default[0] else BirthLevel.FINER_THAN_DEFAULT
    if (left[1], left[2]) == (right[2], right[1]):
        return BirthLevel.SWAPPED
    other = [(f"{a:02}", f"{b:02}") for a, b in zip(left[1:], right[1:], strict=True) if a != b]
    if len(other) == 2:
        return BirthLevel.YEAR_ONLY_AGREES
    one, another = other[0]
    slip = sum(a != b for a, b in zip(one, another, strict=True)) == 1 or one == another[::-1]
    return BirthLevel.DIGIT_SLIP if slip else BirthLevel.PART_OF_DAY


@st.composite
def birth_dates(draw: st.DrawFn) -> tuple[int, int, int]:
    """A date of a few years, so that pairs agree often; known to the day, the month, the year or not at all."""
    date = draw(
        st.dates(dt.date(1964, 1, 1), dt.date(1978, 12, 31)) | st.sampled_from([dt.date(1965, 1, 1), dt.date(1975, 1, 1)])
    )
    known = draw(st.sampled_from([3, 3, 3, 2, 1, 0]))
    return (*(date.year, date.month, date.day)[:known], *(0,) * (3 - known))[:3]


@given(birth_dates(), birth_dates())
def test_birth_dates_agree_as_the_levels_are_described(left: tuple[int, int, int], right: tuple[int, int, int]) -> None:
    a, b = (year * 10000 + month * 100 + day for year, month, day in (left, right))
    assert BirthLevel(birth_level(a, b)) is birth_by_definition(left, right)
    finer = {BirthLevel.FINER_THAN_YEAR: BirthLevel.YEAR, BirthLevel.FINER_THAN_DEFAULT: BirthLevel.DEFAULT_DAY}
    found, mirrored = (BirthLevel(birth_level(*pair)) for pair in ((a, b), (b, a)))
    assert finer.get(found, found) is finer.get(mirrored, mirrored)


words = st.text("abhngtu", min_size=1, max_size=7)


def pack(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(word.encode("ascii"), "little"))


@given(words, words)
def test_one_slip_is_an_edit_distance_of_one(left: str, right: str) -> None:
    expected = jellyfish.damerau_levenshtein_distance(left, right) == 1
    assert one_slip(pack(left), len(left), pack(right), len(right)) == expected


@pytest.mark.parametrize(("birth", "other_year", "level", "reason"), GENERATIONS)
def test_without_a_date_citizens_are_told_apart_by_generation(birth: int, other_year: int, level: int, reason: str) -> None:
    assert generation_level(birth, other_year) == level, reason
