"""What the other persons of a land user say of a pair."""

from __future__ import annotations

import numpy as np
import pytest

from vnlink.compare.context import (
    PartnerLevel,
    Support,
    any_of_land_user,
    household_support,
    taken_by_another,
    with_partners,
)
from vnlink.compare.patterns import FIELDS, likeness, same_name
from vnlink.homes import commune_homes

FIELD = {field.name: field for field in FIELDS}
PARTNER = FIELD["partner"]
HOUSEHOLD = np.array([4, 4, 6, 0], np.uint64)
LAND_USER = np.array([7, 7, 0], np.uint64)


def support(*pairs):
    person, citizen, alike = (np.array(column) for column in zip(*pairs, strict=True))
    found = household_support(person.astype(np.int32), citizen.astype(np.int32), alike.astype(np.uint8), LAND_USER, HOUSEHOLD)
    return [Support(level).name for level in found]


def test_two_persons_found_in_one_household_support_each_other() -> None:
    assert support((0, 0, 2), (1, 1, 2)) == ["FOUND", "FOUND"]


def test_somebody_merely_like_the_other_person_is_a_weaker_support() -> None:
    assert support((0, 0, 2), (1, 1, 1)) == ["PERHAPS", "FOUND"]


def test_somebody_else_in_the_household_is_none() -> None:
    assert support((0, 0, 2), (1, 1, 0)) == ["NOBODY", "FOUND"]


def test_one_citizen_is_no_support_for_himself() -> None:
    assert support((0, 0, 2), (1, 0, 2)) == ["NOBODY", "NOBODY"]


def test_without_a_household_or_another_person_nothing_is_known() -> None:
    assert support((0, 3, 2), (2, 0, 2)) == ["UNKNOWN", "UNKNOWN"]


NEAR = commune_homes(
    np.array([[-1, -1], [3, -1], [4, -1]], np.int16), np.array([1, 1, 1, 2], np.int32), np.array([8, 8, 0, 8], np.int32)
)
"""Homes of four citizens without a household: two of one hamlet, one of the same commune, one of another."""


@pytest.mark.parametrize(
    ("his", "likeness_of_him", "expected"),
    [
        (1, 2, "HAMLET"),
        (2, 2, "COMMUNE"),
        (3, 2, "ELSEWHERE"),
        (1, 1, "UNKNOWN"),
        (2, 1, "ELSEWHERE"),
        (0, 2, "ELSEWHERE"),
    ],
)
def test_without_a_household_somebody_like_the_other_person_near_by_supports(his, likeness_of_him, expected) -> None:  # type: ignore[no-untyped-def]
    person, citizen = np.array([0, 1], np.int32), np.array([0, his], np.int32)
    found = household_support(person, citizen, np.array([2, likeness_of_him], np.uint8), LAND_USER, NEAR)
    assert Support(found[0]).name == expected


def test_a_citizen_with_the_other_owners_name_is_taken() -> None:
    person, citizen = np.array([0, 0, 1, 2], np.int32), np.array([0, 1, 0, 0], np.int32)
    same = np.array([False, False, True, False])
    assert taken_by_another(person, citizen, same, LAND_USER).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("spouse", "household", "taken", "expected"),
    [
        (0, Support.UNKNOWN, False, "MISSING"),
        (1, Support.UNKNOWN, False, "SPOUSE"),
        (0, Support.FOUND, False, "HOUSEHOLD"),
        (1, Support.FOUND, False, "SPOUSE_AND_HOUSEHOLD"),
        (2, Support.FOUND, False, "OTHER_SPOUSE_BUT_HOUSEHOLD"),
        (0, Support.NOBODY, False, "NOT_IN_HOUSEHOLD"),
        (2, Support.NOBODY, False, "OTHER_SPOUSE"),
        (0, Support.PERHAPS, False, "HOUSEHOLD_PERHAPS"),
        (0, Support.HAMLET, False, "SAME_HAMLET"),
        (1, Support.HAMLET, False, "SPOUSE"),
        (0, Support.COMMUNE, False, "SAME_COMMUNE"),
        (0, Support.ELSEWHERE, False, "NOT_IN_COMMUNE"),
        (2, Support.ELSEWHERE, False, "OTHER_SPOUSE"),
        (1, Support.FOUND, True, "OTHER_PERSON"),
    ],
)
def test_the_level_says_what_spouse_and_household_say(spouse, household, taken, expected) -> None:  # type: ignore[no-untyped-def]
    rest = np.int64(1 << 40 | 3)
    pattern = np.array([rest | (spouse << PARTNER.shift)])
    level = with_partners(pattern, np.array([household], np.uint8), np.array([taken]), PARTNER)
    assert PartnerLevel(int(level[0] >> PARTNER.shift) & 15).name == expected
    assert level[0] & ~np.int64(15 << PARTNER.shift) == rest


def levels(**named):
    return np.array([sum(FIELD[name].levels.index(level) << FIELD[name].shift for name, level in named.items())])


@pytest.mark.parametrize(
    ("name", "birth", "expected"),
    [
        ("exact", "missing", 2),
        ("unmarked", "year", 2),
        ("middle_missing", "near_year", 2),
        ("exact", "different_year", 1),
        ("given_slip", "date", 1),
        ("family_differs", "date", 1),
        ("given_differs", "date", 0),
        ("different", "date", 0),
        ("missing", "date", 0),
    ],
)
def test_likeness_is_of_name_and_birth_date(name, birth, expected) -> None:  # type: ignore[no-untyped-def]
    assert likeness(levels(name=name, birth=birth)).tolist() == [expected]


def test_a_name_is_the_same_whatever_its_marks() -> None:
    assert same_name(levels(name="marks_differ")).tolist() == [True]
    assert same_name(levels(name="regional")).tolist() == [False]


@pytest.mark.parametrize(
    ("land_user", "marked", "expected"),
    [
        ([], [], []),
        ([7, 7, 0, 0, 8, 8], [0, 1, 0, 1, 0, 0], [1, 1, 0, 1, 0, 0]),
        ([7, 7, 7, 8], [1, 0, 0, 0], [1, 1, 1, 0]),
        ([0, 0, 0], [1, 0, 1], [1, 0, 1]),
    ],
    ids=["nobody", "couples and single persons", "the first of three", "single persons are not one land user"],
)
def test_a_mark_of_one_person_is_of_all_persons_of_the_land_user(land_user, marked, expected) -> None:
    found = any_of_land_user(np.array(land_user, np.uint64), np.array(marked, np.bool_))
    assert found.tolist() == [bool(one) for one in expected]
