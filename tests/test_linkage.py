"""A linkage counts for its first part while it learns, and can be left at any time."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

from vnlink.config import Config
from vnlink.engines.local import LandPart, LocalEngine
from vnlink.errors import InputError
from vnlink.linkage import Linkage


@pytest.fixture
def config():
    return Config.from_mapping({"run": {"threads": 2, "batch_rows": 64}})


@pytest.fixture
def linkage(registers, config):
    with Linkage(registers.land, registers.citizens, config) as made:
        yield made


def test_what_is_counted_ahead_is_what_is_counted_when_it_is_due(linkage):
    size = len(linkage.land.table)
    due, common = linkage.counted(0, size)
    linkage.learn(then_decide=True)
    ahead, common_ahead = linkage.counted(0, size)
    assert ahead is not due
    assert ahead.usable.tolist() == due.usable.tolist()
    assert ahead.name_count.tolist() == due.name_count.tolist()
    assert common_ahead.report() == common.report()


def test_all_sweeps_of_a_linkage_share_the_tables_that_were_packed_before_there_were_threads(linkage):
    every = LandPart.of(linkage.land.table, 0, len(linkage.land.table))
    linkage.reader = None  # a sweep that asked the reader again would pack beside another one
    one, other = linkage.engine(every), linkage.engine(every)
    assert one.places is other.places
    assert one.lexicon is other.lexicon


def test_a_fault_while_counting_ahead_is_raised_when_the_count_is_due(linkage, monkeypatch):
    learned = LocalEngine.count

    def fail_for_all(self, *told):
        if len(self.land.key) == len(linkage.land.table):
            raise OSError("the disk is gone")
        return learned(self, *told)

    monkeypatch.setattr(LocalEngine, "count", fail_for_all)
    monkeypatch.setattr("vnlink.engines.training._SAMPLE_PERSONS", 500)
    model = linkage.learn(then_decide=True)
    with pytest.raises(OSError, match="the disk is gone"):
        linkage.decide(model, lambda links, candidates: None)


def test_a_linkage_that_is_closed_stops_counting(linkage):
    linkage.learn(then_decide=True)
    ahead = linkage._ahead
    linkage.close()
    with pytest.raises(CancelledError):
        ahead._step(0, 1)


def test_one_thread_counts_when_it_is_due(registers, config):
    config = replace(config, run=replace(config.run, threads=1))
    with Linkage(registers.land, registers.citizens, config) as linkage:
        linkage.learn(then_decide=True)
        assert linkage._ahead is None


def test_labels_that_cannot_be_used_are_refused_before_anything_is_counted(linkage):
    with pytest.raises(InputError):
        linkage.learn({"land_user_id": ["L1"]}, then_decide=True)
    assert linkage._ahead is None
