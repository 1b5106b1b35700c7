"""A person as one cache line holds what was known of the person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.records import RECORD_WIDTH, Column, pack_records, unpack_records, years_of_others
from vnlink.schema import MAX_SYLLABLES, People, Side


def people(count: int, rng: np.random.Generator) -> People:
    """Persons of any numbers, a third of whom lack some of them."""
    lacks = rng.random((4, count)) < 0.3
    return People(
        row=np.arange(count),
        person_no=np.ones(count, np.uint8),
        kind=np.zeros(count, np.uint8),
        flags=np.zeros(count, np.uint32),
        syllables=rng.integers(-1, 9000, (count, MAX_SYLLABLES), np.int32),
        sex=rng.integers(0, 3, count).astype(np.uint8),
        birth=np.where(lacks[0], 0, rng.integers(19000000, 20261231, count)).astype(np.int32),
        personal_id=np.where(lacks[1], -1, rng.integers(0, 10**12, count)),
        old_id=np.where(lacks[2], -1, rng.integers(0, 10**9, count)),
        place=rng.integers(0, 1 << 20, count, np.int32),
        locality=rng.integers(0, 1 << 24, count).astype(np.int32),
        partner=np.where(lacks[3], 0, rng.integers(0, 1 << 63, count)).astype(np.uint64) * np.uint64(2),
        household=np.zeros(count, np.uint64),
        key=np.zeros(count, np.uint64),
    )


def in_land_users(before: People, sizes: list[int]) -> People:
    """The same persons as those of land users who name so many."""
    users = np.repeat(np.arange(len(sizes)), sizes)
    before.household = np.where(np.array(sizes)[users] > 1, users + 7, 0).astype(np.uint64)
    return before


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("count", [0, 1, 300])
def test_a_person_who_is_packed_and_unpacked_is_the_same(count: int, side: Side) -> None:
    before = in_land_users(people(count, np.random.default_rng(3)), [1, 1, 2, 3, 3] * (count // 10) + [1] * (count % 10))
    records = pack_records(before, side)
    assert records.shape == (count, RECORD_WIDTH)
    for name, column in unpack_records(records).items():
        np.testing.assert_array_equal(column, getattr(before, name), err_msg=name)


def test_persons_who_were_packed_before_are_packed_again() -> None:
    before = people(50, np.random.default_rng(4))
    records = pack_records(before, Side.CITIZEN)
    told = {name: getattr(before, name) for name in ("row", "person_no", "kind", "flags", "household", "key")}
    np.testing.assert_array_equal(pack_records(People(**told, **unpack_records(records)), Side.CITIZEN), records)


@given(
    st.lists(st.lists(st.sampled_from([0, 0, 19580000, 19611204, 19840101]), min_size=1, max_size=4), max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_of_every_person_the_first_told_year_of_another_person_of_the_land_user_is_known(births, seed) -> None:
    sizes = [len(of_user) for of_user in births]
    before = in_land_users(people(sum(sizes), np.random.default_rng(seed)), sizes)
    before.birth = np.array([birth for of_user in births for birth in of_user], np.int32)
    expected = [
        next((birth // 10000 for other, birth in enumerate(of_user) if other != i and birth), 0)
        for of_user in births
        for i in range(len(of_user))
    ]
    packed = pack_records(before, Side.CITIZEN)
    assert years_of_others(packed, before.household).tolist() == expected
    written = pack_records(before, Side.LAND)[:, Column.BIRTH]
    assert written.tolist() == [birth or year for birth, year in zip(before.birth.tolist(), expected, strict=True)]


def test_two_columns_that_are_read_as_one_word_lie_in_one() -> None:
    assert Column.ID_HIGH % 2 == Column.PARTNER_LOW % 2 == RECORD_WIDTH % 2 == 0
    assert (Column.ID_LOW, Column.PARTNER_HIGH) == (Column.ID_HIGH + 1, Column.PARTNER_LOW + 1)
