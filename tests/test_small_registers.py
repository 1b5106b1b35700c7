"""A register of a hamlet or a commune: nearly all pairs that agree in anything are right, so hardly any tell of chance."""

from __future__ import annotations

import pytest

import vnlink
from vnlink.datasets import synthesize


@pytest.fixture(scope="module")
def weights():
    """The fields of a model that was learned where nobody has a number."""
    registers = synthesize(citizens=1_000, land_users=800, seed=3)
    land = registers.land.drop_columns(["id_number"])
    return vnlink.Linker().fit(land, registers.citizens).model_.weights


def level(weights, field, name):
    one = next(f for f in weights.fields if f.name == field)
    return one.levels.index(name)


def test_a_whole_birth_date_agrees_by_chance_once_in_tens_of_thousands(weights):
    """Random pairs of so few are right once in a thousand, and then the dates agree."""
    assert weights.u["birth"][level(weights, "birth", "date")] < 1e-4


@pytest.mark.parametrize("name", ["given_tone_differs", "given_vowel_differs"])
def test_another_mark_on_the_given_name_speaks_against_the_person(weights, name):
    assert weights.weights["name"][1, level(weights, "name", name)] < -2.0


def test_no_difference_is_held_impossible_that_chance_brings(weights):
    """Before it is corrected one disagreement costs nine bits at most; here too few are known to correct by."""
    for field in ("name", "birth", "place", "sex"):
        assert weights.weights[field][1, 1:].min() > -10.0
