"""What a status and its reasons depend on is known, so that look-ups may remember it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.patterns import FIELDS
from vnlink.decide.policy import Held, Sides, StatusRule, decide
from vnlink.decide.reasons import reason_codes, what_decides
from vnlink.schema import CROWDED, RARITY_BEARERS

RULE = StatusRule(13.3, 0.5, 3, ("name", "birth", "sex", "id"), frozenset({"name", "birth", "sex", "personal_id", "old_id"}))
PATTERNS = st.tuples(*(st.integers(0, len(field.levels) - 1) for field in FIELDS)).map(
    lambda levels: sum(level << field.shift for level, field in zip(levels, FIELDS, strict=True))
)


def decided(pattern: int, has: bool, held: list[bool], sides: list[bool], nobody: float) -> tuple[int, list[str]]:
    best, has_candidate = np.array([pattern], np.int64), np.array([has])
    of_land = Held(*(np.array([one]) for one in held))
    decision = decide(best, has_candidate, Sides(*(np.array([one]) for one in sides)), of_land, FIELDS, RULE)
    kind, flags, likely = np.zeros(1, np.uint8), np.zeros(1, np.uint32), np.array([nobody])
    codes, which = reason_codes(decision, best, of_land, kind, flags, has_candidate, likely, FIELDS)
    return int(decision.status[0]), codes[which[0]]


@given(
    PATTERNS,
    PATTERNS,
    st.booleans(),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.sampled_from([0.1, 0.9]),
)
def test_patterns_alike_in_what_decides_get_one_status_and_the_same_reasons(one, other, has, held, sides, nobody):
    # All that does not decide is taken from the other pattern, but for whether many bear the name.
    rarity = FIELDS[-1]
    kept = int(what_decides(np.array([-1]), FIELDS)[0]) & ((1 << rarity.shift) - 1)
    mixed = (one & kept) | (other & ~kept)
    crowded = range(CROWDED, len(RARITY_BEARERS))
    if (one >> rarity.shift in crowded) != (mixed >> rarity.shift in crowded):
        mixed = (mixed & ((1 << rarity.shift) - 1)) | (one >> rarity.shift << rarity.shift)
    assert what_decides(np.array([one]), FIELDS) == what_decides(np.array([mixed]), FIELDS)
    assert decided(one, has, held, sides, nobody) == decided(mixed, has, held, sides, nobody)


def test_another_level_of_a_field_that_decides_is_told_apart():
    name = FIELDS[0]
    assert what_decides(np.array([1 << name.shift]), FIELDS) != what_decides(np.array([2 << name.shift]), FIELDS)


def test_a_place_differs_from_another_district_on_and_never_within_a_commune():
    place = next(field for field in FIELDS if field.name == "place")
    said = {
        level: "place_differs" in decided(1 | number << place.shift, True, [True] * 4, [True] * 4, 0.1)[1]
        for number, level in enumerate(place.levels)
    }
    assert {level for level, differs in said.items() if differs} == {"district", "province", "other"}


@given(PATTERNS, st.booleans(), st.booleans(), st.floats(-5, 5), st.sampled_from([0.1, 0.9]), st.sampled_from([0, 1]))
def test_other_rows_are_told_of_persons_with_candidates_and_change_no_other_reason(pattern, has, side, bits, nobody, kind):
    def told(others):
        best, has_candidate, one = np.array([pattern], np.int64), np.array([has]), np.array([side])
        held = Held(one, one, one, one)
        decision = decide(best, has_candidate, Sides(one, one, one, one), held, FIELDS, RULE)
        kinds, flags, likely = np.array([kind], np.uint8), np.zeros(1, np.uint32), np.array([nobody])
        codes, which = reason_codes(decision, best, held, kinds, flags, has_candidate, likely, FIELDS, others)
        return codes[which[0]]

    code = "other_rows_support" if bits >= 1 else "other_rows_doubt" if bits <= -1 else None
    expected = [code] if code is not None and has and kind == 0 else []
    assert told(np.array([bits])) == told(None) + expected
