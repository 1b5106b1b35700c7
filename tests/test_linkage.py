"""A linkage counts for its first part before it learns, prepares its ranking meanwhile, and can be left at any time."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest

from vnlink.config import Config
from vnlink.decide.ranking import SCALE
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
    due.prepare(10)
    linkage.learn(then_decide=True)
    ahead, common_ahead = linkage.counted(0, size)
    assert ahead is not due
    assert ahead.index.keys.tolist() == due.index.keys.tolist()
    assert ahead.index.persons.tolist() == due.index.persons.tolist()
    assert ahead.name_count.tolist() == due.name_count.tolist()
    assert common_ahead.report() == common.report()


def test_a_sample_has_the_counts_of_everybody_that_a_sweep_of_its_own_gives(linkage):
    table = linkage.land.table
    whole = linkage.engine(LandPart.of(table, 0, len(table)))
    part = linkage.engine(LandPart.of(table, 40, 240))
    assert whole.count_keys().of(part.index).citizens.tolist() == part.count_keys().citizens.tolist()


def test_a_model_is_the_same_whether_or_not_it_is_learned_from_the_counts_of_everybody(linkage, monkeypatch):
    monkeypatch.setattr("vnlink.engines.training._SAMPLE_PERSONS", 300)
    alone = linkage.learn()
    assert linkage.learn(then_decide=True).to_json() == alone.to_json()


def test_all_sweeps_of_a_linkage_share_the_tables_that_were_packed_before_there_were_threads(linkage):
    every = LandPart.of(linkage.land.table, 0, len(linkage.land.table))
    linkage.reader = None  # a sweep that asked the reader again would pack beside another one
    one, other = linkage.engine(every), linkage.engine(every)
    assert one.places is other.places
    assert one.lexicon is other.lexicon


def test_a_fault_while_counting_ahead_is_raised_when_the_count_is_due(linkage, monkeypatch):
    def fail(self, progress=None):
        raise OSError("the disk is gone")

    monkeypatch.setattr(LocalEngine, "count_keys", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        linkage.learn(then_decide=True)


def test_a_fault_while_ranking_is_prepared_is_raised_when_it_is_due(linkage, monkeypatch):
    def fail(self, keep):
        raise MemoryError

    monkeypatch.setattr(LocalEngine, "prepare", fail)
    model = linkage.learn(then_decide=True)
    with pytest.raises(MemoryError):
        linkage.decide(model, lambda links, candidates: None)


def test_a_linkage_that_is_closed_stops_counting(linkage, monkeypatch):
    begun = threading.Event()

    def count_for_ever(self, progress=None):
        while True:
            begun.set()
            progress(0, 1)

    def fail(*told):
        assert begun.wait(60)
        raise MemoryError

    monkeypatch.setattr(LocalEngine, "count_keys", count_for_ever)
    monkeypatch.setattr("vnlink.linkage.choose_sample", fail)
    with pytest.raises(MemoryError):
        linkage.learn(then_decide=True)
    counting = linkage._counting
    linkage.close()
    with pytest.raises(CancelledError):
        counting.result()


def test_a_linkage_that_is_closed_stops_what_was_begun_while_it_learned(linkage):
    linkage.learn(then_decide=True)
    ahead = linkage._ahead
    linkage.close()
    with pytest.raises(CancelledError):
        ahead._step(0, 1)


def test_what_was_counted_before_learning_failed_is_not_counted_again(linkage, monkeypatch):
    model = linkage.learn()
    with monkeypatch.context() as patch:
        patch.setattr("vnlink.linkage.choose_sample", lambda *told: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            linkage.learn(then_decide=True)
    swept = []
    count_keys = LocalEngine.count_keys
    monkeypatch.setattr(LocalEngine, "count_keys", lambda *told: swept.append(1) or count_keys(*told))
    assert linkage.decide(model, lambda links, candidates: None).parts == 1
    assert len(swept) <= 1


def test_a_ranking_that_was_prepared_for_other_candidates_is_not_used(linkage):
    size = len(linkage.land.table)
    model = linkage.learn()
    scorer = model.scorer_maker(len(linkage.population), SCALE)
    engine, _ = linkage.counted(0, size)
    engine.prepare(4)
    assert engine.rank(scorer, 3).size == 3


def test_one_thread_counts_when_it_is_due(registers, config):
    config = replace(config, run=replace(config.run, threads=1))
    with Linkage(registers.land, registers.citizens, config) as linkage:
        linkage.learn(then_decide=True)
        assert linkage._counting is None
        assert linkage._ahead is None


def test_labels_that_cannot_be_used_are_refused_before_anything_is_counted(linkage):
    with pytest.raises(InputError):
        linkage.learn({"land_user_id": ["L1"]}, then_decide=True)
    assert linkage._counting is None


@pytest.mark.parametrize(("threads", "beside"), [(1, 1), (2, 2), (64, 2)])
def test_as_many_blocks_are_decided_at_a_time_as_threads_were_asked_for_and_memory_allows(
    registers, config, monkeypatch, threads, beside
):
    asked = []

    def in_order(work, pieces, threads):
        asked.append(threads)
        return map(work, pieces)

    monkeypatch.setattr("vnlink.deciding.in_order", in_order)
    with Linkage(registers.land, registers.citizens, config.replace(run={"threads": threads})) as linkage:
        linkage.decide(linkage.learn(then_decide=True), lambda links, candidates: None)
    assert asked == [beside]
