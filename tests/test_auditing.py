"""The samples of an audit: drawn by hashes of citizens, and who is left out is counted beside those who are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from vnlink.auditing import Auditor
from vnlink.classify.training import KeptOut
from vnlink.decide.ranking import Ranking
from vnlink.hashing import spread
from vnlink.hiding import Confirmed, LeftOut
from vnlink.labels import Labels
from vnlink.promise import HoldOut

CITIZENS = 4_000
KEYS = spread(np.arange(CITIZENS, dtype=np.uint64), 1)


def auditor(held_out=None):
    nothing = np.zeros(256)
    return Auditor(None, KEYS, None, nothing, 0.0, np.zeros(2 * CITIZENS, np.uint8), held_out, held_out is not None)


def confirmed_of(citizen, left_out):
    """Persons of these citizens; of ``left_out`` persons with their numbers are left out, every other one shares it."""
    count = len(citizen)
    ranking = Ranking.empty(np.zeros(count, np.int64), 1)
    out = LeftOut(left_out + CITIZENS, left_out, left_out % 2 == 0)
    return Confirmed(citizen, citizen, ranking, np.ones(count, bool), np.zeros(count, np.int64), out)


def test_who_is_left_out_is_drawn_by_the_hash_by_which_the_sample_is():
    everybody = np.arange(CITIZENS)
    sample = auditor()._thinned(confirmed_of(everybody, everybody), 500)
    assert len(sample) == 500
    assert np.array_equal(sample.left_out.citizen, sample.citizen)
    assert sample.left_out.shared == np.count_nonzero(sample.citizen % 2 == 0)
    assert sample.left_out.disputed + sample.left_out.shared == 500


def test_where_nobody_is_thinned_out_all_who_are_left_out_are_counted():
    sample = auditor()._thinned(confirmed_of(np.arange(100), np.arange(CITIZENS)), 500)
    assert (len(sample), len(sample.left_out.citizen)) == (100, CITIZENS)


def test_samples_and_who_is_left_out_are_the_same_for_any_parts_of_the_land_side():
    everybody = np.arange(CITIZENS)
    whole = auditor()._thinned(confirmed_of(everybody, everybody), 500)
    one = auditor()
    parts = [one._thinned(confirmed_of(part, part), 900, 1) for part in np.array_split(everybody, 3)]
    joined = one._thinned(Confirmed.joined(parts), 900, 1)
    again = one._thinned(joined, 500)
    assert np.array_equal(again.citizen, whole.citizen)
    assert np.array_equal(again.left_out.citizen, whole.left_out.citizen)


@pytest.mark.parametrize("which", ["land", "citizens"])
def test_only_persons_and_citizens_who_are_held_out_judge(which):
    none = np.empty(0, np.int64)
    nothing = Labels(none, none, none.astype(bool), none.astype(bool))
    masks = {"land": np.ones(2 * CITIZENS, bool), "citizens": np.ones(CITIZENS, bool)}
    masks[which][: len(masks[which]) // 2] = False
    one = auditor(HoldOut(KeptOut(**masks), nothing, nothing, True))
    everybody = np.arange(CITIZENS)
    person = 2 * everybody
    assert np.array_equal(np.flatnonzero(one._asked(person, everybody, None)), np.arange(CITIZENS // 2, CITIZENS))
