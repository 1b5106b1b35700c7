"""Labels refine scores of patterns that were learned without them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from vnlink.classify.ordered import Design, declare, pattern_levels
from vnlink.classify.refine import Labelled, least_steps, refine
from vnlink.classify.saved_models import LinearSplit
from vnlink.compare.patterns import FIELDS
from vnlink.errors import InputError

BITS = 1.0 / np.log(2.0)


@pytest.fixture(scope="module")
def patterns():
    """Patterns of the built-in fields: 3,000 at random, and of a few of them all levels of one field."""
    rng = np.random.default_rng(6)
    codes = np.column_stack([rng.integers(0, len(f.levels), 3_000) for f in FIELDS])
    more = [codes]
    for column, f in enumerate(FIELDS):
        block = np.repeat(codes[:20], len(f.levels), axis=0)
        block[:, column] = np.tile(np.arange(len(f.levels)), 20)
        more.append(block)
    found = np.zeros(sum(map(len, more)), np.int64)
    for column, f in enumerate(FIELDS):
        found |= np.concatenate(more)[:, column] << f.shift
    return np.unique(found)


def additive(patterns, seed, spread=2.0):
    """Scores in bits that fall along every declared order."""
    rng = np.random.default_rng(seed)
    total = np.full(len(patterns), -1.0)
    for f, codes in zip(declare(FIELDS), pattern_levels(patterns, FIELDS).T, strict=True):
        design = Design([f])
        size = spread / max(len(design) / 4.0, 1.0)
        steps = np.where(design.falling, -np.abs(rng.normal(0, size, len(design))), rng.normal(0, size, len(design)))
        total += design.by_level(steps)[0][codes]
    return total


def clerks(patterns, truth, count, seed):
    rng = np.random.default_rng(seed)
    rows = rng.choice(np.flatnonzero(np.abs(truth) < 8), count)
    same = rng.random(count) < expit(truth[rows] / BITS)
    agree = field_agrees(patterns[rows]) ^ (rng.random(count) < 0.02)
    return Labelled(patterns[rows], np.where(same, np.where(agree, "full", "partial"), "none"))


def field_agrees(patterns):
    return np.asarray(pattern_levels(patterns, FIELDS)[:, 0] <= 8)


def lost(truth, said, near):
    p = expit(truth[near] / BITS)
    return float((p * np.logaddexp(0, -said[near] / BITS) + (1 - p) * np.logaddexp(0, said[near] / BITS)).mean())


def test_without_labels_the_scores_come_back_as_they_were(patterns):
    prior = additive(patterns, 1)
    rule = np.where(field_agrees(patterns), 5.0, -5.0)
    none = Labelled(np.empty(0, np.int64), np.empty(0, str))
    refined = refine(patterns, prior, none, FIELDS, agreement=rule)
    assert np.array_equal(refined.log_odds, prior)
    assert np.allclose(refined.probability_full, expit(rule / BITS), rtol=1e-12)
    assert 0.7 <= refined.report["prior_stands"] < 1.0


@pytest.mark.slow
@pytest.mark.parametrize(("count", "left"), [(50, 0.9), (200, 0.5), (1000, 0.35)])
def test_labels_bring_wrong_scores_nearer_to_the_truth(patterns, count, left):
    before, after = [], []
    for seed in range(8):
        prior = additive(patterns, seed)
        truth = 0.6 * prior + additive(patterns, 100 + seed, 0.7)
        near = np.abs(truth) < 8
        refined = refine(patterns, prior, clerks(patterns, truth, count, seed), FIELDS)
        least = lost(truth, truth, near)
        before.append(lost(truth, prior, near) - least)
        after.append(lost(truth, refined.log_odds, near) - least)
    assert np.mean(after) < left * np.mean(before)


def test_an_order_that_the_scores_keep_is_kept(patterns):
    prior = additive(patterns, 3)
    truth = 0.2 * prior - 2.0
    refined = refine(patterns, prior, clerks(patterns, truth, 800, 3), FIELDS)
    design = Design(declare(FIELDS))
    codes = pattern_levels(patterns, FIELDS)
    score = {tuple(row): value for row, value in zip(codes.tolist(), refined.log_odds, strict=True)}
    seen = 0
    for column, f in enumerate(design.fields):
        for row in codes.tolist():
            better = f.better[row[column]]
            other = (*row[:column], better, *row[column + 1 :])
            if better >= 0 and other in score:
                seen += 1
                assert score[other] >= score[tuple(row)] - 1e-9
    assert seen > 500
    assert not np.array_equal(refined.log_odds, prior)


def test_the_least_step_is_the_smallest_that_the_patterns_show():
    name, *_ = design = Design(declare((*FIELDS[:2], FIELDS[3]))).fields
    codes = np.array([[1, 1, 1], [1, 1, 2], [1, 2, 1], [1, 2, 2]])
    steps = least_steps(Design(design), codes, np.array([9.0, 4.0, 7.0, 5.0]))
    found = dict(
        zip([(f.name, v) for f, kept in zip(design, Design(design).levels, strict=True) for v in kept], steps, strict=True)
    )
    assert found["sex", 2] == 2.0
    # A month that once scores higher than the date may not be flattened further.
    assert found["birth", 2] == 0.0
    assert found[name.name, 2] == 0.0


def test_clerks_decide_what_counts_as_full(patterns):
    truth = additive(patterns, 2)
    truth -= np.median(truth)
    refined = refine(patterns, truth, clerks(patterns, truth, 1500, 5), FIELDS)
    agrees = field_agrees(patterns)
    assert np.median(refined.probability_full[agrees]) > 0.8
    assert np.median(refined.probability_full[~agrees]) < 0.2


def test_the_models_can_be_saved_and_asked_again(patterns):
    truth = additive(patterns, 2)
    refined = refine(patterns, truth, clerks(patterns, 0.8 * truth, 300, 5), FIELDS)
    fields = declare(FIELDS)
    again = LinearSplit.from_dict(refined.same.as_dict(), fields)
    assert np.array_equal(again.log_odds(pattern_levels(patterns, FIELDS), truth), refined.log_odds)


def test_the_order_of_labels_and_patterns_says_nothing(patterns):
    truth = additive(patterns, 2)
    labels = clerks(patterns, 0.7 * truth, 300, 5)
    order, turned = np.random.default_rng(1).permutation(300), np.arange(len(patterns))[::-1]
    shuffled = Labelled(labels.patterns[order], np.asarray(labels.status)[order])
    one, other = refine(patterns, truth, labels, FIELDS), refine(patterns[turned], truth[turned], shuffled, FIELDS)
    assert one.log_odds[turned].tobytes() == other.log_odds.tobytes()


def test_odds_of_the_labelled_pairs_over_all_candidates_are_what_labels_are_measured_against(patterns):
    truth = additive(patterns, 2)
    labels = clerks(patterns, truth, 400, 5)
    at = np.searchsorted(patterns, labels.patterns)
    # Rivals took two bits from every labelled pair, and clerks judged as the scores say: nothing is wrong with the scores.
    rivals = refine(patterns, truth + 2.0, Labelled(labels.patterns, labels.status, truth[at]), FIELDS)
    alone = refine(patterns, truth + 2.0, labels, FIELDS)
    assert np.abs(rivals.log_odds - truth - 2.0).mean() < 0.3 < np.abs(alone.log_odds - truth - 2.0).mean()


@pytest.mark.parametrize(
    ("labelled", "said"),
    [
        (Labelled(np.array([1 << 40]), ["full"]), "not in the table"),
        (Labelled(np.array([0]), ["maybe"]), "another status"),
        (Labelled(np.array([0]), ["full", "none"]), "one value for each"),
        (Labelled(np.array([0]), ["full"], np.zeros(2)), "one value for each"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labelled, said):
    with pytest.raises(InputError, match=said):
        refine(np.array([0]), np.zeros(1), labelled, FIELDS)
