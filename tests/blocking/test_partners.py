"""Candidates whom only the other person's household brings."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vnlink.blocking.partners import (
    _MOST_ALIKE,
    _MOST_MEMBERS,
    Homes,
    homes_to_look_into,
    household_pairs,
    without_crowds,
)
from vnlink.homes import couple_homes


def brought(pairs, land_user, household):
    """Pairs as tuples, from (person, citizen, alike) triples; households are numbered from 1."""
    pairs = sorted(pairs)
    person, citizen, alike = (np.array(column) for column in zip(*pairs, strict=True)) if pairs else (np.empty(0),) * 3
    person, citizen = person.astype(np.int32), citizen.astype(np.int32)
    user, home = np.array(land_user, np.uint64), (4 * np.array(household)).astype(np.uint64)
    rows = homes_to_look_into(person, citizen, alike.astype(bool), user, home)
    homes = Homes(np.unique(home[citizen[rows]]), home)
    left, right = household_pairs(person, citizen, rows, homes, user, home)
    return list(zip(left.tolist(), right.tolist(), strict=True))


def test_the_household_of_the_one_brings_candidates_for_the_other() -> None:
    assert brought([(0, 0, True)], [7, 7], [5, 5, 5, 6]) == [(1, 1), (1, 2)]


def test_a_pair_that_is_there_already_is_not_brought_again() -> None:
    assert brought([(0, 0, True), (1, 1, False)], [7, 7], [5, 5, 5]) == [(1, 2)]


def test_somebody_alone_brings_nobody() -> None:
    assert brought([(0, 0, True)], [0, 7], [5, 5]) == []


def test_a_citizen_of_no_known_household_brings_nobody() -> None:
    assert brought([(0, 0, True)], [7, 7], [0, 0]) == []


def test_a_citizen_who_is_not_alike_brings_nobody() -> None:
    assert brought([(0, 0, False)], [7, 7], [5, 5]) == []


def test_a_citizen_of_whom_only_the_commune_is_known_brings_nobody() -> None:
    assert brought([(0, 0, True)], [7, 7], [1.25, 1.25]) == []


def test_a_couple_of_whom_one_is_not_there_is_no_home() -> None:
    one, other, third = couple_homes(np.array([1, 2, 3], np.uint64), np.array([2, 1, 9], np.uint64)).tolist()
    assert one == other
    homes = np.array([one, 8, third, other, 12, 5], np.uint64)
    assert without_crowds(homes).tolist() == [one, 8, 0, other, 12, 5]
    assert without_crowds(homes[:1]).tolist() == [0]


def test_many_in_one_commune_are_no_crowd() -> None:
    commune = np.array([5] * (_MOST_MEMBERS + 1), np.uint64)
    assert without_crowds(commune).tolist() == commune.tolist()


def test_names_that_many_share_are_left_out() -> None:
    many = [(0, citizen, True) for citizen in range(_MOST_ALIKE + 1)]
    assert brought(many, [7, 7], [*range(1, _MOST_ALIKE + 2), 1]) == []


def test_a_household_larger_than_any_family_is_none() -> None:
    crowd = np.array([4] * (_MOST_MEMBERS + 1) + [8, 8, 0], np.uint64)
    assert without_crowds(crowd).tolist() == [0] * (_MOST_MEMBERS + 1) + [8, 8, 0]
    assert without_crowds(crowd[1:]).tolist() == crowd[1:].tolist()
    assert without_crowds(crowd[:0]).tolist() == []


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=8).map(sorted),
    st.lists(st.integers(0, 3), min_size=1, max_size=8),
    st.data(),
)
def test_what_is_brought_is_what_a_search_of_all_pairs_finds(land_user, household, data) -> None:  # type: ignore[no-untyped-def]
    pair = st.tuples(st.integers(0, len(land_user) - 1), st.integers(0, len(household) - 1), st.booleans())
    pairs = data.draw(st.lists(pair, max_size=12, unique_by=lambda one: one[:2]))
    alike = [(p, c) for p, c, is_alike in pairs if is_alike and land_user[p] and household[c]]
    few = [(p, c) for p, c in alike if sum(q == p for q, _ in alike) <= _MOST_ALIKE]
    known = {(p, c) for p, c, _ in pairs}
    expected = {
        (q, d)
        for p, c in few
        for q in range(len(land_user))
        for d in range(len(household))
        if q != p and land_user[q] == land_user[p] and d != c and household[d] == household[c] and (q, d) not in known
    }
    assert brought(pairs, land_user, household) == sorted(expected)
