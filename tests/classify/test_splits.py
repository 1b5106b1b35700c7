"""The default two-class model over the built-in fields: what its prior is known to do is kept."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from vnlink.classify.ordered import Design, declare
from vnlink.classify.splits import fit_split
from vnlink.compare.patterns import FIELDS

FIELDS_KNOWN = declare(FIELDS)
DESIGN = Design(FIELDS_KNOWN)


def drawn_tables(seed, spread=2.0):
    """Weights by level in bits that fall along every declared order."""
    rng = np.random.default_rng(seed)
    size = spread / np.maximum(np.repeat([table.shape[1] for table in DESIGN.tables], list(map(len, DESIGN.levels))) / 4.0, 1.0)
    steps = rng.normal(0.0, size)
    return DESIGN.by_level(np.where(DESIGN.falling, -np.abs(steps), steps))


def scores(tables, codes):
    return sum(table[column] for table, column in zip(tables, codes.T, strict=True)) - 1.0


@pytest.mark.parametrize("count", [100, 800])
def test_an_order_that_the_prior_keeps_is_kept_and_may_be_flattened(count):
    prior = drawn_tables(3)
    rng = np.random.default_rng(4)
    codes = np.column_stack([rng.integers(0, len(f.levels), count) for f in FIELDS_KNOWN])
    before = scores(prior, codes)
    yes = rng.random(count) < expit((0.2 * before - 2.0) * np.log(2.0))
    known = DESIGN.steps(prior)
    found, _ = fit_split(DESIGN, codes, yes, None, before, known=known)
    after = found.slope * known + DESIGN.steps(found.tables)
    assert (after[DESIGN.falling] >= -1e-9).all()
    assert after[DESIGN.falling].sum() < known[DESIGN.falling].sum()


def test_without_labels_the_prior_stands():
    none = np.empty((0, len(FIELDS)), np.int64)
    found, report = fit_split(DESIGN, none, np.empty(0, bool), None, np.empty(0))
    assert (found.slope, found.intercept) == (1.0, 0.0)
    assert not any(table.any() for table in found.tables)
    # No labels say nothing of any width, so each is believed as before.
    assert report["prior_stands"] == pytest.approx(0.7 / 0.85, abs=1e-9)
