"""Counts of keys in one table: against a counter in plain Python."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.kernels import kernel
from vnlink.tally import NO_KEY, Tally, add, count_of

# Keys that want the same place in a table, and the last places, behind which counting goes on at the front.
CLOSE = st.integers(0, 7).map(lambda low: (0xFFFFFFFF << 32) + (low << 28))
keys_ = st.lists(st.one_of(CLOSE, st.integers(1, 2**36 - 1).map(lambda key: key << 28)), max_size=80)


@kernel
def _add_all(keys, table, shift):  # type: ignore[no-untyped-def]
    new = 0
    for key in keys:
        new += add(key, table, shift)
    return new


@kernel
def _counts(keys, table, shift, counts):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        counts[i] = count_of(keys[i], table, shift)


def counted(pieces):
    tally = Tally()
    for piece in pieces:
        keys = np.array(piece, np.uint64)
        tally.make_room(len(keys))
        tally.used += _add_all(keys, tally.table, tally.shift)
    return tally


def counts_in(tally, keys):
    counts = np.zeros(len(keys), np.int64)
    _counts(np.array(keys, np.uint64), tally.table, tally.shift, counts)
    return counts.tolist()


@given(keys_, keys_, keys_)
def test_keys_are_counted_as_in_plain_python(first, second, others):
    tally, known = counted([first, second]), Counter(first + second)
    asked = [*first, *second, *others]
    assert counts_in(tally, asked) == [known[key] for key in asked]
    assert tally.used == len(known)


@given(keys_)
def test_half_of_the_table_stays_empty(keys):
    tally = counted([keys])
    assert 2 * np.count_nonzero(tally.table) <= len(tally.table)


@given(keys_, st.randoms(use_true_random=False))
def test_the_entries_do_not_depend_on_the_order_of_the_keys(keys, random):
    others = keys.copy()
    random.shuffle(others)
    assert np.array_equal(counted([keys]).entries(), counted([others[:7], others[7:]]).entries())


@given(keys_)
def test_a_table_of_entries_gives_the_same_counts(keys):
    tally = counted([keys])
    again = Tally(tally.entries())
    assert again.used == tally.used
    assert counts_in(again, keys) == counts_in(tally, keys)


@given(keys_, st.integers(1, 3))
def test_keys_that_were_met_often_are_numbered_in_the_order_of_the_entries(keys, least):
    tally = counted([keys])
    ranks, often = tally.ranks(least)
    numbered = {int(tally.table[at]): int(rank) for at, rank in enumerate(ranks) if rank < often}
    expected = [word for word in tally.entries().tolist() if word & ((1 << 28) - 1) >= least]
    assert numbered == {word: number for number, word in enumerate(expected)}
    assert (ranks <= often).all()


def test_no_key_is_not_counted():
    tally = counted([[int(NO_KEY), 1 << 40]])
    assert tally.used == 1
    assert counts_in(tally, [int(NO_KEY)]) == [0]


@pytest.mark.parametrize("more", [0, 1, 5])
def test_a_count_that_is_full_stays_full(more):
    key, most = 5 << 40, (1 << 28) - 1
    tally = Tally(np.array([key | most], np.uint64))
    _add_all(np.array([key] * more, np.uint64), tally.table, tally.shift)
    assert counts_in(tally, [key]) == [most]


def test_a_key_that_was_met_150_million_times_is_counted_on():
    key = 0xABCDEF << 40
    tally = Tally(np.array([key | 150_000_001], np.uint64))
    assert _add_all(np.array([key], np.uint64), tally.table, tally.shift) == 0
    assert counts_in(tally, [key]) == [150_000_002]
