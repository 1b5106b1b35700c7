"""What labels are laid beside: persons without one, drawn by lot."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from vnlink.classify.choice import UNTOLD
from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.classify.taught import Answers, _choices

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
