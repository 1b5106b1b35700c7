"""A contradiction is never full: raw text, parsed, ranked and decided; the benchmark of the same name with 20,000 pairs."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "quality" / "adversarial.py"


@pytest.fixture(scope="module")
def counts():
    return runpy.run_path(str(SCRIPT))["main"](["--pairs", "20000"])


@pytest.mark.parametrize("rule", ["default", "laxest rule"])
def test_no_pair_with_a_contradiction_is_full(counts, rule):
    contradicted = {kind: found for kind, found in counts[rule].items() if kind != "nothing"}
    assert sum(found["pairs"] for found in contradicted.values()) > 15_000
    assert {kind: found["full"] for kind, found in contradicted.items() if found["full"]} == {}


def test_the_same_pairs_without_a_contradiction_are_full(counts):
    """The control: it is the contradiction that keeps the others from being full."""
    control = counts["default"]["nothing"]
    assert control["full"] > 0.98 * control["pairs"]
