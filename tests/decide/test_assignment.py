"""Citizens are shared out within groups: as well as can be, whatever the order, and never twice."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.decide.assignment import assign, parcel_groups, settle, with_taken
from vnlink.decide.posterior import posterior
from vnlink.decide.ranking import SCALE, Ranking

GROUP_OF = (0, 0, 0, 1, 1)

pair_lists = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-8, 12)), max_size=14, unique_by=lambda pair: pair[:2]
)


def arrays(pairs):
    person, citizen, weight = (np.array([pair[i] for pair in pairs], np.int64) for i in range(3))
    return person, citizen, weight.astype(np.float64), np.array(GROUP_OF, np.int64)[person]


def best_by_trying(pairs):
    """The greatest total weight, by trying every choice."""
    options = [[(None, 0)] + [(c, w) for p, c, w in pairs if p == person] for person in range(5)]
    best = 0
    for choice in product(*options):
        given_out = [(GROUP_OF[person], c) for person, (c, _) in enumerate(choice) if c is not None]
        if len(set(given_out)) == len(given_out):
            best = max(best, sum(w for _, w in choice))
    return best


@given(pair_lists)
def test_the_total_is_the_greatest_that_there_is(pairs):
    person, citizen, weight, group = arrays(pairs)
    chosen = assign(person, citizen, weight, group)
    assert weight[chosen].sum() == best_by_trying(pairs)


@given(pair_lists)
def test_no_person_gets_two_citizens_and_no_citizen_comes_twice_in_a_group(pairs):
    person, citizen, weight, group = arrays(pairs)
    chosen = assign(person, citizen, weight, group)
    assert len(set(person[chosen].tolist())) == chosen.sum()
    assert len({*zip(group[chosen].tolist(), citizen[chosen].tolist(), strict=True)}) == chosen.sum()
    assert (weight[chosen] > 0).all()


@given(pair_lists, st.permutations(range(5)), st.permutations(range(5)), st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_how_persons_and_citizens_are_numbered(pairs, persons, citizens, random):
    person, citizen, weight, group = arrays(pairs)
    key = np.array([7, 3, 9, 1, 4], np.uint64)
    first = assign(person, citizen, weight, group, key[person], key[citizen])
    order = list(range(len(pairs)))
    random.shuffle(order)
    order = np.array(order, np.int64)
    again = assign(
        np.array(persons, np.int64)[person][order],
        np.array(citizens, np.int64)[citizen][order],
        weight[order],
        10 - group[order],
        key[person][order],
        key[citizen][order],
    )
    np.testing.assert_array_equal(first[order], again)


def test_many_crowded_groups_are_each_solved_as_well_as_alone():
    rng = np.random.default_rng(5)
    person = np.repeat(np.arange(3_000), 3)
    citizen = rng.integers(0, 3, len(person)) + 3 * (person // 3)
    _, first = np.unique(np.column_stack((person, citizen)), axis=0, return_index=True)
    person, citizen = person[first], citizen[first]
    weight = rng.integers(-3, 20, len(person)).astype(float)
    group = person // 3
    chosen = assign(person, citizen, weight, group)
    for one in range(0, 1_000, 50):
        rows = group == one
        alone = assign(person[rows], citizen[rows], weight[rows], group[rows])
        assert weight[rows][alone].sum() == weight[chosen & rows].sum()


def test_one_citizen_may_be_given_in_two_groups():
    assert assign(np.array([0, 1]), np.array([7, 7]), np.array([5.0, 5.0]), np.array([0, 1])).all()


def test_nothing_is_chosen_of_nothing():
    nothing = np.zeros(0, np.int64)
    assert len(assign(nothing, nothing, np.zeros(0), nothing)) == 0


def ranked(rows):
    """A ranking of persons with their candidates as (citizen, bits), best first."""
    ranking = Ranking.empty(np.zeros(len(rows), np.int64), 3)
    for person, candidates in enumerate(rows):
        for slot, (citizen, bits) in enumerate(candidates):
            ranking.score[person, slot], ranking.citizen[person, slot] = bits * SCALE, citizen
        ranking.candidates[person] = len(candidates)
    return ranking


def settled(rows, groups):
    ranking = ranked(rows)
    present = np.full(len(rows), 0.9)
    keys = np.arange(20, dtype=np.uint64)
    found = settle(ranking, posterior(ranking, present), np.array(groups), keys[: len(rows)], keys)
    return ranking, posterior(ranking, present), found


def test_who_fits_worse_gets_the_next_candidate_and_is_said_to_have_lost_one():
    ranking, post, found = settled([[(4, 20)], [(4, 12), (5, 8)]], [0, 0])
    assert ranking.citizen[:, 0].tolist() == [4, 5]
    assert found.taken.tolist() == [False, True]
    assert not found.without.any()
    assert post.probability[1, 0] > 0.5


def test_who_has_no_other_candidate_is_left_without():
    _, _, found = settled([[(4, 20)], [(4, 12)]], [0, 0])
    assert found.without.tolist() == [False, True]


def test_persons_of_different_groups_keep_the_same_citizen():
    ranking, _, found = settled([[(4, 20)], [(4, 12)]], [0, 1])
    assert ranking.citizen[:, 0].tolist() == [4, 4]
    assert not found.taken.any()


def test_the_doubt_about_the_holder_stays_in_the_odds_of_the_other():
    _, sure, _ = settled([[(4, 30)], [(4, 12), (5, 8)]], [0, 0])
    _, doubtful, _ = settled([[(4, 12)], [(4, 12), (5, 8)]], [0, 0])
    assert sure.probability[1, 0] >= doubtful.probability[1, 0]


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(-6, 20)), max_size=3, unique_by=lambda c: c[0]), max_size=6))
def test_two_persons_of_a_group_never_have_the_same_citizen_first(rows):
    rows = [sorted(candidates, key=lambda one: (-one[1], one[0])) for candidates in rows]
    if not rows:
        return
    ranking, _, found = settled(rows, [0] * len(rows))
    heads = [int(c) for c, without in zip(ranking.citizen[:, 0], found.without, strict=True) if c >= 0 and not without]
    assert len(set(heads)) == len(heads)


def test_a_parcel_number_means_nothing_in_another_commune_and_no_number_is_no_parcel():
    row = np.array([0, 0, 1, 2, 3, 4])
    parcel = np.array([9, 9, 9, 0, 9], np.uint64)
    commune = np.array([1, 1, 1, 2, 1, 0], np.uint64)
    groups = parcel_groups(row, parcel, commune)
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups[2:].tolist())) == 4


@pytest.mark.parametrize("mask", [[False, False], [True, False], [True, True]])
def test_the_reason_is_added_where_a_citizen_was_taken_and_nowhere_else(mask):
    reasons = pa.array([["birth_year"], []], pa.list_(pa.string()))
    told = with_taken(reasons, np.array(mask)).to_pylist()
    assert [("taken_by_another" in codes) for codes in told] == mask
    assert [[code for code in codes if code != "taken_by_another"] for codes in told] == [["birth_year"], []]
