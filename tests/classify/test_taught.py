"""What labels are laid beside, persons without one drawn by lot, and how labels are dealt into folds."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vnlink.classify.choice import RIGHT, UNTOLD, Choices
from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.classify.taught import _FOLDS, Answers, _checked, _choices, _folds

PERSONS = 10_000


def kept(pattern, lot):
    """Patterns of the persons without a label who stand beside the first person's label."""
    count = len(pattern)
    persons = np.arange(count, dtype=np.int32)
    pairs = SimpleNamespace(
        person=persons, citizen=persons, pattern=pattern, evidence=np.zeros(count, np.uint8), sample_person=persons
    )
    none = np.zeros(1, np.int64)
    answers = Answers(none, none, np.ones(1, bool), np.ones(1, bool), none, lot)
    row = np.unique(pattern, return_inverse=True)[1]
    choices, group, _ = _choices(pairs, row, np.zeros(2), np.full(CIRCUMSTANCES, 0.9), answers)
    assert (group >= 0).sum() == 1
    return choices.row[choices.told == UNTOLD]


def test_persons_who_look_alike_are_drawn_one_by_one():
    """Nine in ten have candidates of one look; drawn by that look they would come all or none."""
    rng = np.random.default_rng(0)
    pattern = np.where(rng.random(PERSONS) < 0.9, 7, 8).astype(np.int64)
    drawn = kept(pattern, rng.integers(0, 2**63, PERSONS).astype(np.uint64))
    assert len(drawn) == 2_000
    assert abs((drawn == 0).mean() - 0.9) < 0.02


def test_the_numbering_of_persons_does_not_change_who_is_drawn():
    rng = np.random.default_rng(1)
    pattern, lot = rng.integers(7, 9, PERSONS), rng.integers(0, 2**63, PERSONS).astype(np.uint64)
    turned = np.append(0, 1 + rng.permutation(PERSONS - 1))
    assert kept(pattern, lot).tolist() == kept(pattern[turned], lot[turned]).tolist()


@given(st.lists(st.integers(-1, 30), max_size=200), st.randoms(use_true_random=False))
def test_folds_keep_groups_whole_and_do_not_depend_on_the_order_of_persons(groups, random):
    group = np.array(groups, np.int64)
    fold = _folds(group)
    assert ((fold >= 0) == (group >= 0)).all()
    for one in set(groups) - {-1}:
        assert len(set(fold[group == one].tolist())) == 1
    order = list(range(len(group)))
    random.shuffle(order)
    assert _folds(group[order]).tolist() == fold[order].tolist()


@given(st.lists(st.integers(1, 40), min_size=_FOLDS, max_size=60))
def test_folds_differ_by_no_more_than_the_largest_group(sizes):
    filled = np.bincount(_folds(np.repeat(np.arange(len(sizes)), sizes)), minlength=_FOLDS)
    assert filled.min() > 0
    assert filled.max() - filled.min() <= max(sizes)


def test_a_large_group_leaves_the_other_folds_to_the_small_ones():
    """Every fifth group is large: dealt out by number they would all be in one fold."""
    sizes = np.where(np.arange(50) % _FOLDS == 0, 40, 5)
    filled = np.bincount(_folds(np.repeat(np.arange(50), sizes)))
    assert filled.tolist() == [120] * _FOLDS


class Silent:
    """Adds nothing."""

    def added(self, keep):
        return np.zeros(1)


def checked(groups):
    count = len(groups)
    rows, ones = np.arange(count), np.ones(count)
    none = np.zeros(count)
    told = np.full(count, RIGHT, np.int8)
    choices = Choices(rows, np.zeros(count, np.int64), none, none, told, np.ones(count, bool), ones)
    return _checked(choices, np.array(groups), 1, {"silent": Silent()})


def test_where_nothing_can_be_held_out_there_is_no_gain_but_a_reason():
    few = checked([0, 0, 1, 2, 3]).report
    assert (few["gain_nats"], few["standard_error"]) == (None, None)
    assert "nothing could be held out" in few["reason"]
    enough = checked([0, 1, 2, 3, 4]).report
    assert (enough["gain_nats"], enough["standard_error"]) == (0.0, 0.0)
    assert "reason" not in enough
