"""A linkage counts for its first part while it learns, and can be left at any time."""

from __future__ import annotations

from concurrent.futures import CancelledError

import pytest

from vnlink.config import Config
from vnlink.errors import InputError
from vnlink.linkage import Linkage


@pytest.fixture
def linkage(registers):
    with Linkage(registers.land, registers.citizens, Config.from_mapping({"run": {"threads": 1, "batch_rows": 64}})) as made:
        yield made


def test_what_is_counted_ahead_is_what_is_counted_when_it_is_due(linkage):
    size = len(linkage.land.table)
    due, common = linkage.counted(0, size)
    linkage.count_ahead()
    ahead, common_ahead = linkage.counted(0, size)
    assert ahead is not due
    assert ahead.usable.tolist() == due.usable.tolist()
    assert ahead.name_count.tolist() == due.name_count.tolist()
    assert common_ahead.report() == common.report()


def test_a_linkage_that_is_closed_stops_counting(linkage):
    linkage.count_ahead()
    ahead = linkage._ahead
    linkage.close()
    assert ahead.done()
    assert ahead.exception() is None or isinstance(ahead.exception(), CancelledError)


def test_a_batch_after_the_end_is_not_counted(linkage):
    linkage._closed = True
    linkage.count_ahead()
    with pytest.raises(CancelledError):
        linkage.counted(0, len(linkage.land.table))


def test_labels_that_cannot_be_used_are_refused_while_it_counts(registers):
    with Linkage(registers.land, registers.citizens, Config()) as linkage:
        linkage.count_ahead()
        with pytest.raises(InputError):
            linkage.learn({"land_user_id": ["L1"]})
