"""How much closer together live those whose common name is rare."""

from __future__ import annotations

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vnlink.classify.nearness import closer_by_rarity
from vnlink.compare.patterns import FIELDS
from vnlink.schema import RARITY_BEARERS, RARITY_LEVELS

PLACE = next(f for f in FIELDS if f.name == "place")
RARITY = FIELDS[-1]
BORNE = len(RARITY_BEARERS)
RARE, COMMON = 9, 25
HAMLET, COMMUNE, OTHER = (PLACE.levels.index(name) for name in ("hamlet_1024", "commune_65536", "other"))


def namesakes(rarity: int, *, hamlet: int, other: int) -> list[int]:
    levels = [HAMLET] * hamlet + [OTHER] * other
    return [(level << PLACE.shift) + (rarity << RARITY.shift) for level in levels]


def bits_of(*patterns: list[int]) -> np.ndarray:
    return closer_by_rarity(np.array(list(chain(*patterns)), np.int64), PLACE, RARITY)


def test_the_hamlet_proves_less_where_the_rare_live_together_and_more_where_the_common_do_not():
    bits = bits_of(namesakes(RARE, hamlet=100, other=900), namesakes(COMMON, hamlet=100, other=99_900))
    assert bits[HAMLET, RARE] < -1.0
    assert 0.0 < bits[HAMLET, COMMON] < 1.0
    assert bits[OTHER, RARE] > 0.0 > bits[OTHER, COMMON] > -0.01


def test_all_grades_of_a_hamlet_move_alike():
    bits = bits_of(namesakes(RARE, hamlet=100, other=900), namesakes(COMMON, hamlet=100, other=99_900))
    grades = [level for level, name in enumerate(PLACE.levels) if name.startswith("hamlet_")]
    assert len(grades) > 2
    assert (bits[grades] == bits[HAMLET]).all()
    assert not bits[COMMUNE].any(), "of a commune nobody told"


def test_a_few_namesakes_move_little():
    many = bits_of(namesakes(RARE, hamlet=100, other=900), namesakes(COMMON, hamlet=100, other=99_900))
    few = bits_of(namesakes(RARE, hamlet=1, other=9), namesakes(COMMON, hamlet=100, other=99_900))
    assert abs(few[HAMLET, RARE]) < 0.2 * abs(many[HAMLET, RARE])


def test_where_all_live_alike_rarity_moves_nothing():
    alike = [namesakes(rarity, hamlet=50, other=4_950) for rarity in range(BORNE)]
    assert np.abs(bits_of(*alike)).max() < 1e-3


def test_without_namesakes_nothing_moves():
    assert not bits_of([]).any()


@given(st.lists(st.tuples(st.integers(0, len(PLACE.levels) - 1), st.integers(0, len(RARITY_LEVELS) - 1)), max_size=200))
def test_what_is_missing_and_a_name_that_nobody_bears_stay_as_they_are(drawn):
    patterns = [(level << PLACE.shift) + (rarity << RARITY.shift) for level, rarity in drawn]
    bits = bits_of(patterns)
    assert np.isfinite(bits).all()
    assert not bits[0].any()
    assert not bits[:, BORNE:].any()
    assert np.array_equal(bits, np.rint(bits * 4096.0) / 4096.0)
    assert np.array_equal(bits, bits_of(patterns[::-1]))
