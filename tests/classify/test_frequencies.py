"""How many further bearers a name has, given how many were seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.classify.frequencies import expected_namesakes

CITIZENS = 60_000


@pytest.fixture(scope="module")
def registers():
    """Names of two registers of as many citizens, drawn from one distribution with a long tail of rare names."""
    rng = np.random.default_rng(7)
    shares = 1.0 / np.arange(3, 400_003) ** 1.1
    shares /= shares.sum()
    return tuple(np.bincount(rng.choice(len(shares), CITIZENS, p=shares), minlength=len(shares)) for _ in range(2))


@pytest.mark.parametrize("seen", [1, 2, 3, 4, 5, 8])
def test_names_of_one_register_come_in_another_as_often_as_expected(registers, seen):
    """What a name's count leads one to expect of fresh citizens is what a second register shows on average."""
    first, second = registers
    spectrum = np.bincount(first)
    expected = expected_namesakes(spectrum, np.array([float(seen)]))[0]
    assert second[first == seen].mean() == pytest.approx(expected, rel=0.2, abs=0.05)


def test_a_name_seen_once_has_less_than_one_further_bearer(registers):
    assert expected_namesakes(np.bincount(registers[0]), np.array([1.0]))[0] < 0.8


def test_a_common_name_has_about_as_many_further_bearers_as_were_seen(registers):
    counts = np.array([50.0, 200.0, 1000.0])
    assert expected_namesakes(np.bincount(registers[0]), counts) == pytest.approx(counts, rel=0.1)


def test_more_bearers_seen_are_more_bearers_expected(registers):
    expected = expected_namesakes(np.bincount(registers[0]), np.arange(1.0, 60.0))
    assert (np.diff(expected) > -0.3).all()
    assert (np.diff(expected[5:]) > 0).all()


def test_names_nobody_carries_are_expected_like_those_seen_once(registers):
    spectrum = np.bincount(registers[0])
    none, one = expected_namesakes(spectrum, np.array([0.0, 1.0]))
    assert none == one


def test_the_entry_of_names_not_seen_is_ignored(registers):
    spectrum = np.bincount(registers[0])
    other = spectrum.copy()
    other[0] = 123_456_789
    counts = np.array([1.0, 2.0, 30.0])
    assert np.array_equal(expected_namesakes(spectrum, counts), expected_namesakes(other, counts))


@pytest.mark.parametrize("spectrum", [[0], [0, 0], [0, 1], [0, 0, 0, 5], [5, 3, 0, 0, 1]])
def test_a_register_of_a_few_names_gives_a_number_too(spectrum):
    expected = expected_namesakes(np.array(spectrum), np.array([0.0, 1.0, 2.5, 1e9]))
    assert np.isfinite(expected).all()
    assert (expected > 0).all()


@given(
    st.lists(st.integers(0, 2**40), min_size=1, max_size=40),
    st.lists(st.floats(0, 2.0**24, allow_nan=False), min_size=1, max_size=8),
)
def test_whatever_was_counted_the_expectation_is_positive_and_finite(spectrum, counts):
    expected = expected_namesakes(np.array(spectrum, np.int64), np.array(counts))
    assert np.isfinite(expected).all()
    assert (expected >= 0.05).all()
