"""What the correction says of rarity, where names are the same and where they are only alike."""

import numpy as np
import pytest

from vnlink.classify.correction import correct_weights
from vnlink.classify.fellegi_sunter import GROUPS, FellegiSunter
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.schema import RARITY_BEARERS, RARITY_LEVELS

NAME, RARITY = FIELDS[0], FIELDS[-1]
EXACT, ALIKE, OTHER = (NAME.levels.index(level) for level in ("exact", "given_slip", "different"))
NOBODY = RARITY_LEVELS.index("nobody_2")


def corrected(shares, count=4_000.0, ridge=1.0):
    """Weights of rarity after a correction by pairs of which so many are right, by name and rarity."""
    none = {f.name: np.zeros(len(f.levels)) for f in FIELDS}
    model = FellegiSunter(FIELDS, NAME_GROUPS, {f.name: np.zeros((len(GROUPS), len(f.levels))) for f in FIELDS}, none, none)
    patterns = np.array([name << NAME.shift | rarity << RARITY.shift for name, rarity in shares], np.int64)
    right = np.array([share * count for share in shares.values()])
    correct_weights(model, (NAME, RARITY), patterns, right, count - right, ridge=np.full((2, len(GROUPS)), ridge))
    return model.weights[RARITY.name]


@pytest.fixture(scope="module")
def learned():
    """Of names that are alike a third is right where nobody bears the land user's, else few; strangers never are."""
    alike = {(ALIKE, NOBODY): 0.3, (ALIKE, 8): 0.02, (ALIKE, 10): 0.02, (ALIKE, 40): 0.002}
    return corrected({(EXACT, 0): 0.9, (EXACT, 30): 0.3, (OTHER, NOBODY): 0.001, (OTHER, 8): 0.001} | alike)


def test_a_name_that_nobody_bears_speaks_for_one_that_is_alike(learned):
    alike = learned[NAME_GROUPS[ALIKE]]
    assert alike[NOBODY] - alike[8] == pytest.approx(np.log2(0.3 / 0.7) - np.log2(0.02 / 0.98), abs=0.3)
    assert alike[8] > alike[40] + 2.0


def test_where_names_are_alike_four_levels_of_rarity_count_as_one(learned):
    alike = learned[NAME_GROUPS[ALIKE]][: len(RARITY_BEARERS)]
    for low in range(0, len(alike), 4):
        assert len(set(alike[low : low + 4].tolist())) == 1


def test_where_names_are_the_same_every_level_counts_by_itself(learned):
    same = learned[NAME_GROUPS[EXACT]]
    assert same[0] > same[30]
    assert same[31] != same[30]


def test_rarity_says_nothing_of_citizens_of_another_name(learned):
    for group in (0, NAME_GROUPS[OTHER]):
        assert len(set(learned[group].tolist())) == 1


def test_the_firmer_a_group_is_held_the_less_it_moves():
    shares = {(EXACT, 0): 0.9, (EXACT, 30): 0.3, (ALIKE, NOBODY): 0.3, (ALIKE, 40): 0.002}
    free = corrected(shares)
    held = corrected(shares, ridge=np.array([1.0, 1.0, 1e6, 1.0]))
    assert abs(free[2, NOBODY]) > 0.5
    assert np.abs(held[2]).max() < 0.05
    assert np.abs(held[1]).max() > 0.5
