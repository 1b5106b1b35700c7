"""A person as one cache line holds what was known of the person."""

from __future__ import annotations

import numpy as np
import pytest

from vnlink.records import RECORD_WIDTH, Column, pack_records, unpack_records
from vnlink.schema import MAX_SYLLABLES, People


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


@pytest.mark.parametrize("count", [0, 1, 300])
def test_a_person_who_is_packed_and_unpacked_is_the_same(count: int) -> None:
    before = people(count, np.random.default_rng(3))
    records = pack_records(before)
    assert records.shape == (count, RECORD_WIDTH)
    for name, column in unpack_records(records).items():
        np.testing.assert_array_equal(column, getattr(before, name), err_msg=name)


def test_persons_who_were_packed_before_are_packed_again() -> None:
    before = people(50, np.random.default_rng(4))
    records = pack_records(before)
    told = {name: getattr(before, name) for name in ("row", "person_no", "kind", "flags", "household", "key")}
    np.testing.assert_array_equal(pack_records(People(**told, **unpack_records(records))), records)


def test_two_columns_that_are_read_as_one_word_lie_in_one() -> None:
    assert Column.ID_HIGH % 2 == Column.PARTNER_LOW % 2 == RECORD_WIDTH % 2 == 0
    assert (Column.ID_LOW, Column.PARTNER_HIGH) == (Column.ID_HIGH + 1, Column.PARTNER_LOW + 1)
