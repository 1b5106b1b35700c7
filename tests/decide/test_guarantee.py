"""The promise about full links: what it asks for, and that it is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from vnlink.decide.guarantee import GRID, choose_threshold, citizens_at, citizens_needed, most_wrong, risk_of


def faultless(count, log_odds=20.0):
    return np.full(count, log_odds), np.zeros(count, bool), np.arange(count)


def test_one_in_a_thousand_with_confidence_needs_2995_faultless_citizens():
    assert citizens_needed(0.001, 0.95) == 2_995
    assert choose_threshold(*faultless(2_994), max_wrong=0.001, confidence=0.95) is None
    promise = choose_threshold(*faultless(2_995), max_wrong=0.001, confidence=0.95)
    assert promise is not None
    assert (promise.citizens, promise.wrong) == (2_995, 0)
    assert promise.most_wrong <= 0.001


def test_rows_of_one_citizen_are_one_trial():
    log_odds, wrong, citizen = faultless(2_994 * 5)
    assert choose_threshold(log_odds, wrong, citizen % 2_994, max_wrong=0.001, confidence=0.95) is None


def test_a_citizen_is_wrong_when_any_row_is():
    citizens, wrong = citizens_at(np.array([12.0, 11.0, 3.0]), np.array([False, True, False]), np.array([1, 1, 1]))
    assert citizens.max() == 1
    assert wrong[GRID > 11.0].max() == 0
    assert wrong[GRID <= 11.0].min() == 1


@given(st.floats(0.0005, 0.3), st.floats(0.5, 0.999))
def test_the_fewest_citizens_are_the_fewest(max_wrong, confidence):
    count = citizens_needed(max_wrong, confidence)
    at = risk_of(np.zeros(2, np.int64), np.array([count, count - 1]), max_wrong)
    assert at[0] <= 1.0 - confidence
    assert count == 1 or at[1] > 1.0 - confidence


@given(st.integers(0, 30), st.integers(1, 3_000), st.floats(0.01, 0.2))
def test_the_test_and_the_bound_say_the_same(wrong, more, max_wrong):
    citizens = wrong + more
    risk = float(risk_of(np.array([wrong]), np.array([citizens]), max_wrong)[0])
    bound = most_wrong(wrong, citizens, 0.95)
    if abs(risk - 0.05) > 1e-9:
        assert (risk <= 0.05) == (bound <= max_wrong)


@given(st.lists(st.tuples(st.integers(0, 160), st.booleans(), st.integers(0, 20)), max_size=60), st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    def chosen(rows):
        columns = list(zip(*rows, strict=True)) or [[], [], []]
        arrays = np.array(columns[0], float) / 4, np.array(columns[1], bool), np.array(columns[2], np.int64)
        return choose_threshold(*arrays, max_wrong=0.3, confidence=0.6)

    other = list(rows)
    random.shuffle(other)
    assert chosen(rows) == chosen(other)


def test_nobody_proves_nothing():
    empty = np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int64)
    assert choose_threshold(*empty, max_wrong=0.4, confidence=0.5) is None


@pytest.mark.parametrize(("max_wrong", "citizens"), [(0.02, 1_500), (0.05, 400)])
def test_over_many_samples_the_promise_is_broken_as_seldom_as_promised(max_wrong, citizens):
    """The chance to be wrong falls with the log-odds; the true share of wrong ones at each threshold is then known."""
    generator = np.random.default_rng(5)
    population = generator.normal(8.0, 5.0, 200_000)
    chance = 1.0 / (1.0 + np.exp2(0.7 * population))
    rounds, broken, chosen = 2_000, 0, 0
    for _ in range(rounds):
        rows = generator.integers(0, len(population), citizens)
        wrong = generator.random(citizens) < chance[rows]
        promise = choose_threshold(population[rows], wrong, np.arange(citizens), max_wrong=max_wrong, confidence=0.95)
        if promise is not None:
            chosen += 1
            broken += bool(chance[population >= promise.log_odds].mean() > max_wrong)
    assert chosen > rounds / 2
    assert broken <= binom.ppf(0.999, rounds, 0.05)


def test_the_promise_is_kept_where_every_threshold_is_just_too_lax():
    """The hardest case: everybody is wrong a little more often than promised, so any promise is a broken one."""
    generator = np.random.default_rng(6)
    rounds, citizens = 2_000, 1_000
    log_odds = np.linspace(0.0, 40.0, citizens)
    broken = sum(
        choose_threshold(log_odds, generator.random(citizens) < 0.0101, np.arange(citizens), max_wrong=0.01, confidence=0.95)
        is not None
        for _ in range(rounds)
    )
    assert broken <= binom.ppf(0.999, rounds, 0.05)
