"""What is believed of right pairs before any is seen."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vnlink.classify.prior import alike_by_rarity, namesake_shares
from vnlink.compare.patterns import FIELDS
from vnlink.schema import RARITY_LEVELS

COUNTS = st.lists(st.integers(0, 10_000), min_size=len(RARITY_LEVELS), max_size=len(RARITY_LEVELS))


@given(COUNTS)
@example([0] * 30 + [1] + [0] * (len(RARITY_LEVELS) - 31))
@example([0] * len(RARITY_LEVELS))
def test_in_the_mean_over_the_candidates_of_a_name_alike_rarity_changes_no_odds(counts):
    bits = alike_by_rarity(np.array(counts, np.int64))
    assert np.isfinite(bits).all()
    if sum(counts) > 0:
        assert np.exp2(bits) @ np.array(counts) / sum(counts) == pytest.approx(1.0)


@given(COUNTS)
def test_a_name_that_nobody_bears_speaks_for_the_one_alike_and_a_common_one_against_him(counts):
    bits = dict(zip(RARITY_LEVELS, alike_by_rarity(np.array(counts, np.int64)), strict=True))
    assert bits["nobody_0"] > bits["nobody_3"] > bits["r0"] > bits["r16"] > bits["r30"]


@given(st.floats(0.0, 1.0))
def test_of_two_people_of_one_name_the_marks_left_out_are_the_registers_and_the_rest_is_believed(unmarked):
    name = FIELDS[0]
    shares = dict(zip(name.levels, namesake_shares(name, unmarked), strict=True))
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["unmarked"] == unmarked
    assert shares["missing"] == shares["one_slip"] == 0.0
    assert shares["given_tone_differs"] == pytest.approx((1.0 - unmarked) * 0.045, abs=0.002)
