"""The audit's reliability: promises against what came of them."""

from __future__ import annotations

import numpy as np
import pytest

from vnlink.report.audit import Relinked, audit_facts
from vnlink.report.reliability import RELIABILITY_EDGES


def sample_of(probability, right):
    count = len(probability)
    return Relinked(
        status=np.where(np.asarray(probability) >= 0.5, 1, 2).astype(np.uint8),
        probability=np.asarray(probability, np.float64),
        right=np.asarray(right, bool),
        absent=np.zeros(count, bool),
        citizen=np.arange(count),
        groups={},
        weight=np.zeros(count),
        covered=0.0,
    )


def facts_of(probability, right):
    return audit_facts(sample_of(probability, right), disputed=0, held_out=True)


def test_probabilities_that_keep_their_promise_have_no_error():
    facts = facts_of([0.75] * 400, [True] * 300 + [False] * 100)
    used = [one for one in facts["reliability"]["bins"] if one["right"]["persons"]]
    assert [(one["low"], one["promised"], one["right"]["value"]) for one in used] == [(0.5, 0.75, 0.75)]
    assert facts["reliability"]["error"] == 0.0


def test_the_error_weighs_each_bin_with_its_persons_and_leaves_out_who_is_not_linked():
    facts = facts_of([0.6] * 10 + [0.9] * 30 + [0.2] * 50, [True] * 10 + [True] * 30 + [False] * 50)
    assert facts["reliability"]["error"] == pytest.approx((10 * 0.4 + 30 * 0.1) / 40)


def test_a_person_without_a_candidate_is_in_no_bin():
    facts = facts_of([0.0, 0.3], [False, False])
    assert sum(one["right"]["persons"] for one in facts["reliability"]["bins"]) == 1
    assert facts["reliability"]["error"] is None


def test_an_edge_belongs_to_the_bin_above_it():
    facts = facts_of(list(RELIABILITY_EDGES[1:-1]), [True] * 7)
    assert [one["right"]["persons"] for one in facts["reliability"]["bins"]] == [0, 1, 1, 1, 1, 1, 1, 1]
    assert [one["precision"]["persons"] for one in facts["by_threshold"]] == [7, 6, 5, 4, 3, 2, 1]
