"""Levels of agreement, by hand-written cases."""

from __future__ import annotations

import jellyfish
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.dates import BirthLevel, birth_level
from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.numbers import NumberLevel, number_level
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
    (19650101, 19650101, BirthLevel.YEAR, "01/01 on both sides may be typed by two clerks who know only the year"),
    (19650703, 19650307, BirthLevel.SWAPPED, "day and month in the other order"),
    (19650217, 19650218, BirthLevel.PART_OF_DAY, "the month agrees, the day does not"),
    (19650217, 19650930, BirthLevel.YEAR_ONLY_AGREES, "only the year agrees"),
    (19650217, 19670217, BirthLevel.YEAR_SLIP, "two years off, all else alike"),
    (19650217, 19750217, BirthLevel.YEAR_SLIP, "ten years off, all else alike"),
    (19650217, 19850217, BirthLevel.DAY_AGREES, "day and month alike, another generation"),
    (19650000, 19660217, BirthLevel.NEAR_YEAR, "a year-only date one year off"),
    (19650000, 19800000, BirthLevel.DIFFERENT_YEAR, "years far apart"),
    (19650217, 19800930, BirthLevel.DIFFERENT_DATE, "nothing agrees"),
    (0, 19650217, BirthLevel.MISSING, "no date on one side"),
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
    assert BirthLevel(birth_level(right, left)) is level, reason


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (1065012345, 1065012345, NumberLevel.EQUAL),
        (1065012345, 1065012346, NumberLevel.NEAR),
        (1065012345, 1065012354, NumberLevel.NEAR),
        (1065012345, 1065012453, NumberLevel.DIFFERENT),
        (1065012345, 9065012346, NumberLevel.DIFFERENT),
        (-1, 1065012345, NumberLevel.MISSING),
    ],
)
def test_numbers_are_near_when_one_digit_or_two_neighbours_are_wrong(left: int, right: int, level: NumberLevel) -> None:
    assert NumberLevel(number_level(left, right)) is level
    assert NumberLevel(number_level(right, left)) is level


words = st.text("abhngtu", min_size=1, max_size=7)


def pack(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(word.encode("ascii"), "little"))


@given(words, words)
def test_one_slip_is_an_edit_distance_of_one(left: str, right: str) -> None:
    expected = jellyfish.damerau_levenshtein_distance(left, right) == 1
    assert one_slip(pack(left), len(left), pack(right), len(right)) == expected
