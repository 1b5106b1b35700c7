"""A model knows what it expects of a register, and says how far another one lies from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.classify.drift import drift, profile_from_dict, profile_of, shannon_distance
from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.compare.patterns import FIELDS

counts = st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(np.array)


def register(rng, persons, lost):
    """Profile of persons whose names agree but for a share of lost marks, and whose dates are full or years."""
    name = np.where(rng.random(persons) < lost, 3, 1)
    birth = np.where(rng.random(persons) < 0.4, 3, 1)
    best = (name << FIELDS[0].shift) | (birth << FIELDS[1].shift)
    probability = np.where(rng.random(persons) < 0.8, 0.999, 0.3)
    return profile_of(best.astype(np.int64), probability, rng.integers(0, CIRCUMSTANCES, persons).astype(np.uint8), FIELDS)


@given(counts, counts)
def test_the_distance_is_symmetric_and_from_0_to_1_bit(left, right):
    bits = shannon_distance(left, right)
    assert 0.0 <= bits <= 1.0 + 1e-12
    assert bits == pytest.approx(shannon_distance(right, left), abs=1e-12)
    assert shannon_distance(left, 7 * left) == pytest.approx(0.0, abs=1e-12)


def test_another_sample_of_the_same_register_is_as_expected():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        said = drift(register(rng, 3000, 0.1), register(rng, 500, 0.1))
        assert {one["verdict"] for one in said["fields"].values()} == {"as expected"}, seed
    assert said["sentence"] == "This register looks like the one that the model was learned on."


def test_a_register_that_lost_the_marks_of_its_names_is_far_off_and_the_level_is_named():
    rng = np.random.default_rng(1)
    said = drift(register(rng, 3000, 0.05), register(rng, 3000, 0.6))
    name = said["fields"]["name"]
    assert name["verdict"] == "far off"
    assert name["share_seen"] == pytest.approx(0.6 if name["level"] == FIELDS[0].levels[3] else 0.4, abs=0.03)
    assert {one for one, found in said["fields"].items() if found["verdict"] == "far off"} == {"name"}
    assert "far from" in said["sentence"]
    assert "name" in said["sentence"]


def test_too_few_links_say_nothing():
    rng = np.random.default_rng(2)
    said = drift(register(rng, 3000, 0.0), register(rng, 100, 1.0))
    assert said["fields"]["name"]["verdict"] == "too few to say"
    assert "too few" in said["sentence"]


def test_a_damaged_profile_is_refused():
    profile = register(np.random.default_rng(3), 300, 0.1)
    assert profile_from_dict(profile, FIELDS) == profile
    for broken in (
        {},
        [],
        profile | {"name": {}},
        profile | {"sex": {**profile["sex"], "same": -1}},
        profile | {"sex": {**profile["sex"], "same": True}},
        profile | {"more": {}},
    ):
        with pytest.raises((KeyError, TypeError, ValueError)):
            profile_from_dict(broken, FIELDS)


def test_where_people_live_is_no_drift_of_how_places_agree():
    place = next(field for field in FIELDS if field.name == "place")

    def homes(grades):
        best = np.repeat([place.levels.index(grade) << place.shift for grade in grades], 1500).astype(np.int64)
        return profile_of(best, np.full(len(best), 0.999), np.zeros(len(best), np.uint8), FIELDS)

    villages, towns = homes(("hamlet_64", "hamlet_256", "commune_4096")), homes(("hamlet_4096", "hamlet_more", "commune_more"))
    assert drift(villages, towns)["fields"]["place"]["verdict"] == "as expected"
    moved = drift(villages, homes(("hamlet_64", "other", "commune_4096")))["fields"]["place"]
    assert (moved["verdict"], moved["level"]) == ("far off", "hamlet")
