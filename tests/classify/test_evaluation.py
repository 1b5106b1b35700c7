"""Confusion, log-loss and joint groups, against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, log_loss
from sklearn.model_selection import StratifiedGroupKFold

from vnlink.classify.evaluation import STATUSES, class_log_loss, class_report, confusion, joint_groups
from vnlink.errors import InputError


def drawn(count, seed=3):
    rng = np.random.default_rng(seed)
    return rng.choice(STATUSES, count), rng.dirichlet(np.ones(3), count), rng.uniform(0.1, 2.0, count)


@given(st.integers(1, 200), st.integers(0, 1000))
def test_the_figures_are_those_of_scikit_learn(count, seed):
    true, probability, weight = drawn(count, seed)
    report = class_report(true, probability, weight=weight)
    said = np.array(STATUSES)[probability.argmax(axis=1)]
    assert np.allclose(report.confusion, confusion_matrix(true, said, labels=list(STATUSES), sample_weight=weight))
    alphabetical = np.argsort(STATUSES)
    labels = np.array(STATUSES)[alphabetical]
    expected = log_loss(true, probability[:, alphabetical], sample_weight=weight, labels=labels)
    assert np.isclose(report.log_loss, expected)


def test_the_log_loss_of_one_person_or_not_leaves_the_agreement_out():
    report = class_report(["full", "none"], [[0.1, 0.7, 0.2], [0.3, 0.3, 0.4]])
    assert np.isclose(report.log_loss_same, -(np.log(0.8) + np.log(0.4)) / 2)


def test_a_class_without_probability_costs_much_but_not_everything():
    losses = class_log_loss(["full", "none"], [[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]])
    assert 300 < losses[0] < 400
    assert losses[3] == 0.0


def test_what_cannot_be_told_is_none_in_the_report():
    data = class_report(["full", "full"], [[0.5, 0.25, 0.25]] * 2).as_dict()
    assert data["log_loss_by_class"][1:] == [None, None]
    assert data["confusion"] == [[2.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    "call",
    [
        lambda: confusion(["full"], ["sure"]),
        lambda: confusion(["full"], []),
        lambda: class_log_loss(["full"], [[0.5, 0.5]]),
        lambda: class_log_loss(["full"], [[1.5, -0.5, 0.0]]),
        lambda: class_log_loss(["full"], [[0.5, 0.25, 0.25]], weight=[1.0, 2.0]),
        joint_groups,
        lambda: joint_groups([1, 2], [1]),
    ],
)
def test_what_does_not_fit_is_an_input_error(call):
    with pytest.raises(InputError):
        call()


@given(st.lists(st.tuples(st.integers(0, 8) | st.none(), st.integers(0, 8) | st.none()), min_size=1, max_size=40))
def test_rows_of_one_person_or_one_commune_are_in_one_group_and_no_others(rows):
    persons, communes = zip(*rows, strict=True)
    groups = joint_groups(np.array(persons, object), np.array(communes, object))
    together = np.eye(len(rows), dtype=bool)
    for column in (persons, communes):
        together |= np.array([[a is not None and a == b for b in column] for a in column])
    for _ in rows:
        together = together @ together
    assert np.array_equal(groups[:, None] == groups, together)


def test_no_group_is_on_both_sides_of_a_split():
    rng = np.random.default_rng(8)
    person, commune = rng.integers(0, 150, 300), rng.integers(0, 200, 300)
    groups = joint_groups(person, commune)
    y = rng.integers(0, 3, 300)
    for train, test in StratifiedGroupKFold(2).split(np.zeros((300, 1)), y, groups):
        assert not set(person[train]) & set(person[test])
        assert not set(commune[train]) & set(commune[test])
