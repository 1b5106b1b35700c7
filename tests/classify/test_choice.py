"""Labels as choices among rivals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import check_grad

from vnlink.classify.choice import DENIED, NOBODY, RIGHT, UNTOLD, Choices, _Problem, choose, losses, posteriors


def drawn(rng, persons, weights, told=RIGHT, patterns=40):
    """Persons with one to four candidates whose right one is drawn from the odds that ``weights`` correct."""
    design = (rng.random((patterns, len(weights))) < 0.4).astype(float)
    sizes = rng.integers(1, 5, persons)
    start = np.append(0, np.cumsum(sizes))[:-1]
    row = rng.integers(0, patterns, sizes.sum())
    score, absent = rng.normal(0, 2, len(row)), np.zeros(persons)
    blank = np.zeros(len(row), bool)
    choices = Choices(start, row, score, absent, np.full(persons, told, np.int8), blank, np.ones(persons))
    p, _ = posteriors(choices, design @ weights)
    named, kind = blank.copy(), np.full(persons, NOBODY, np.int8)
    for i in range(persons):
        own = slice(start[i], start[i] + sizes[i])
        at = np.searchsorted(np.cumsum(p[own]), rng.random())
        if at < sizes[i]:
            named[start[i] + at], kind[i] = True, RIGHT
    return Choices(start, row, score, absent, kind, named, np.ones(persons)), design


@pytest.mark.parametrize("kind", [None, UNTOLD, DENIED])
def test_the_slope_is_that_of_the_cost(kind):
    rng = np.random.default_rng(4)
    choices, design = drawn(rng, 30, np.zeros(3))
    if kind is not None:
        choices.told[::2] = kind
        choices.named[:] = False
        choices.named[choices.start] = choices.told != NOBODY
    problem = _Problem(choices, design, 0.5)
    at = rng.normal(0, 0.5, 4)
    assert check_grad(lambda w: problem(w)[0], lambda w: problem(w)[1], at) < 1e-4


def test_many_labels_bring_scores_to_the_truth():
    rng = np.random.default_rng(5)
    truth = np.array([1.0, -0.8, 0.0])
    choices, design = drawn(rng, 4000, truth)
    found = choose(choices, design, np.full(3, -np.inf), 1.0)
    assert np.abs(found.weights - truth).max() < 0.25
    assert losses(choices, found.of(design)).mean() < losses(choices, np.zeros(len(design))).mean()


def test_persons_without_a_label_hold_the_model_where_it_was():
    rng = np.random.default_rng(6)
    choices, design = drawn(rng, 200, np.zeros(3))
    choices.told[:] = UNTOLD
    found = choose(choices, design, np.full(3, -np.inf), 1.0)
    assert np.abs(found.of(design)).max() < 1e-3


def test_a_slip_of_a_clerk_costs_a_little_only():
    choices = Choices(
        np.array([0]), np.array([0]), np.array([60.0]), np.zeros(1), np.array([NOBODY], np.int8), np.zeros(1, bool), np.ones(1)
    )
    assert losses(choices, np.zeros(1))[0] < 6.0
    found = choose(choices, np.ones((1, 1)), np.array([-np.inf]), 0.5)
    assert np.abs(found.of(np.ones((1, 1)))).max() < 0.1
