"""Who is in the population: what is simulated is found again, and what is not known stays open."""

from __future__ import annotations

import numpy as np

from vnlink.classify.presence import CIRCUMSTANCES, circumstances, learn_presence, usual_presence
from vnlink.schema import Flag, People


def people(birth, *, flags=0, personal_id=-1, place=0):
    count = len(birth)
    filled = {name: np.zeros(count, np.int64) for name in People.__slots__}
    return People(
        **filled
        | {
            "birth": np.array(birth),
            "flags": np.full(count, flags, np.uint32),
            "personal_id": np.full(count, personal_id),
            "old_id": np.full(count, -1),
            "place": np.full(count, place),
        }
    )


def test_every_combination_of_circumstances_has_a_number_of_its_own() -> None:
    births = [0, 19200000, 19200315, 19350000, 19350315, 19900000, 20050000, 20050101]
    seen = [
        code
        for flags in (0, Flag.DECEASED)
        for personal_id in (-1, 1)
        for place in (0, 1)
        for code in circumstances(people(births, flags=int(flags), personal_id=personal_id, place=place)).tolist()
    ]
    assert len(set(seen)) == len(seen)
    assert max(seen) < CIRCUMSTANCES


def simulated(seed):
    """Persons born in the 1920s and the 1970s; of those a quarter, of these nine in ten, are in the population."""
    rng = np.random.default_rng(seed)
    old = rng.random(8000) < 0.4
    code = circumstances(people(np.where(old, 19250000, 19750000)))
    present = rng.random(8000) < np.where(old, 0.25, 0.9)
    # A right citizen has high odds, a namesake low ones.
    odds = np.where(present, 2.0 ** rng.uniform(6, 12, 8000), 2.0 ** rng.uniform(-12, -6, 8000))
    return code, odds, old


def test_shares_that_differ_by_cohort_are_found_again() -> None:
    code, odds, old = simulated(3)
    learned = learn_presence(odds, code)[code]
    assert abs(learned[old].mean() - 0.25) < 0.03
    assert abs(learned[~old].mean() - 0.9) < 0.03


def test_where_nobody_was_sampled_nothing_is_learned() -> None:
    learned = learn_presence(np.empty(0), np.empty(0, np.uint8))
    np.testing.assert_allclose(learned, usual_presence(), atol=1e-6)


def test_the_order_of_the_rows_changes_nothing() -> None:
    code, odds, _ = simulated(6)
    order = np.random.default_rng(0).permutation(len(code))
    first, second = learn_presence(odds, code), learn_presence(odds[order], code[order])
    assert first.tobytes() == second.tobytes()
