"""Level codes: the order of levels, and the columns that carry it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.classify.ordered import LAND_CITIZEN_ORDER, Design, LevelCodeError, declare, least_steps, pattern_levels
from vnlink.compare.patterns import FIELDS
from vnlink.errors import InputError
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, Field

A = Field("a", ("missing", "best", "middle", "worst", "free"), 0, 3)
CHAIN = {"a": ("best", "middle", "worst")}


def test_the_built_in_order_names_levels_that_the_built_in_fields_have():
    levels = {f.name: set(f.levels) for f in FIELDS}
    assert set(LAND_CITIZEN_ORDER) == set(levels)
    for name, chains in LAND_CITIZEN_ORDER.items():
        assert {level for chain in chains for level in chain} <= levels[name]


def test_the_built_in_declaration_is_ordered_without_saying_so():
    name, birth, generation, sex, *_ = declare(FIELDS)
    assert name.better[FIELDS[0].levels.index("different")] == FIELDS[0].levels.index("given_differs")
    assert birth.better[FIELDS[1].levels.index("month")] == FIELDS[1].levels.index("date")
    assert set(generation.better) == {-1}
    assert sex.better == (-1, -1, 1)


def test_a_field_with_the_name_but_not_the_levels_of_a_built_in_one_has_no_order():
    (place,) = declare([Field("place", ("missing", "close", "far"), 0, 2)])
    assert place.better == (-1, -1, -1)


def test_a_worse_level_has_the_columns_of_the_better_ones_and_one_more():
    table = Design(declare([A], CHAIN)).tables[0]
    assert table.tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]]


def test_only_the_columns_below_the_best_level_may_not_raise_an_answer():
    assert Design(declare([A], CHAIN)).falling.tolist() == [False, True, True, False]


def test_level_zero_can_be_part_of_an_order():
    design = Design(declare([Field("rarity", ("r0", "r1", "r2"), 0, 2)], {"rarity": ("r0", "r1", "r2")}))
    assert design.tables[0].tolist() == [[0, 0], [1, 0], [1, 1]]
    assert design.falling.all()


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4))
def test_weights_of_columns_become_weights_of_levels(weights):
    design = Design(declare([A], CHAIN))
    codes = np.arange(5)[:, None]
    (by_level,) = design.by_level(np.array(weights))
    assert np.allclose(by_level, design.columns(codes) @ np.array(weights))


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"a": ("best", "unheard_of")}, "names a level"),
        ({"a": (("best", "worst"), ("middle", "worst"))}, "two levels"),
        ({"a": (("best", "middle", "best"),)}, "circle"),
        ({"b": ("best", "middle")}, "not declared"),
    ],
)
def test_an_order_that_cannot_be_is_refused(order, said):
    with pytest.raises(LevelCodeError, match=said) as refused:
        declare([A], order)
    assert isinstance(refused.value, InputError)


def test_fields_of_one_name_are_refused():
    with pytest.raises(LevelCodeError, match="must differ"):
        declare([A, A])


def test_a_pattern_becomes_a_row_of_level_codes_and_back():
    rng = np.random.default_rng(3)
    codes = np.column_stack([rng.integers(0, len(f.levels), 500) for f in FIELDS])
    patterns = np.zeros(500, np.int64)
    for column, f in enumerate(FIELDS):
        patterns |= codes[:, column] << f.shift
    assert np.array_equal(pattern_levels(patterns, FIELDS), codes)


def test_no_place_that_agrees_may_be_worth_less_than_another_of_its_kind_that_tells_less():
    levels = next(field for field in FIELDS if field.name == "place").levels
    below = declare(FIELDS)[[field.name for field in FIELDS].index("place")].below()

    def worse(one, other):
        return below[levels.index(one), levels.index(other)]

    for grades in (HAMLET_LEVELS, COMMUNE_LEVELS):
        assert all(worse(after, before) and not worse(before, after) for before, after in pairwise(grades))
    assert all(
        worse(away, commune) for commune in COMMUNE_LEVELS for away in ("other_locality", "district", "province", "other")
    )
    assert all(worse(commune, HAMLET_LEVELS[0]) for commune in (*COMMUNE_LEVELS, "commune_among"))


def test_the_least_step_is_the_smallest_that_the_patterns_show():
    name, *_ = design = Design(declare((*FIELDS[:2], FIELDS[3]))).fields
    codes = np.array([[1, 1, 1], [1, 1, 2], [1, 2, 1], [1, 2, 2]])
    steps = least_steps(Design(design), codes, np.array([9.0, 4.0, 7.0, 5.0]))
    found = dict(
        zip([(f.name, v) for f, kept in zip(design, Design(design).levels, strict=True) for v in kept], steps, strict=True)
    )
    assert found["sex", 2] == 2.0
    # A month that once scores higher than the date may not be flattened further.
    assert found["birth", 2] == 0.0
    assert found[name.name, 2] == 0.0
