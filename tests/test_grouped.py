"""Rows in groups come out as sorting all of them would have them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vnlink.grouped import best_of_each, numbered, order_by_number, order_within

FEW = st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 3)), max_size=200)


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2), max_size=200))
def test_values_are_numbered_as_numpy_numbers_them(values: list[int]) -> None:
    distinct, row = numbered(np.array(values, np.int64))
    expected, inverse = np.unique(np.array(values, np.int64), return_inverse=True)
    assert distinct.tolist() == expected.tolist()
    assert row.tolist() == inverse.tolist()


def test_values_keep_their_numbers_when_the_table_has_to_grow() -> None:
    values = np.random.default_rng(1).integers(-(2**62), 2**62, 150_000)
    values = np.concatenate([values, values[::-1]])
    distinct, row = numbered(values)
    assert (np.diff(distinct) > 0).all()
    assert (distinct[row] == values).all()


@given(FEW)
def test_rows_of_a_group_stay_as_they_came(rows: list[tuple[int, int]]) -> None:
    group = np.array([one for one, _ in rows], np.int32)
    assert order_by_number(group, 6).tolist() == np.argsort(group, kind="stable").tolist()


@given(FEW)
def test_rows_are_put_in_order_by_group_and_value_and_else_as_they_came(rows: list[tuple[int, int]]) -> None:
    group, value = np.array([one for one, _ in rows], np.int32), np.array([one for _, one in rows], np.int64)
    assert order_within(group, value).tolist() == np.lexsort((value, group)).tolist()


def test_a_large_group_is_put_in_order_too() -> None:
    value = np.random.default_rng(2).integers(0, 1000, 5_000)
    group = np.zeros(len(value), np.int32)
    assert (order_within(group, value) == np.lexsort((value, group))).all()


@given(FEW)
def test_the_best_row_of_a_group_is_the_first_of_the_highest(rows: list[tuple[int, int]]) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    group, score = np.array([one for one, _ in rows], np.int64), np.array([one for _, one in rows], np.float64)
    start = np.flatnonzero(np.diff(group, prepend=-1)) if rows else np.empty(0, np.int64)
    expected = np.lexsort((-score, group))[start] if rows else start
    assert best_of_each(start, score).tolist() == expected.tolist()
