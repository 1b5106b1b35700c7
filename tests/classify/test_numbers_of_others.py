"""A number beside another name: whether it is the person's, who the person is tells, not what stands on the same paper."""

from __future__ import annotations

import random

import numpy as np
import pytest

from vnlink.classify.confirmed import _unmix
from vnlink.compare.patterns import FIELDS
from vnlink.schema import field_levels

PLAIN = tuple(f for f in FIELDS[:-1] if f.name not in ("personal_id", "old_id"))


def pattern(**levels: str) -> int:
    return sum(f.levels.index(levels[f.name]) << f.shift for f in FIELDS if f.name in levels)


def drawn(rng: random.Random, count: int, name: str, *, dated: float, same_sex: float) -> list[int]:
    """Pairs whose numbers agree, of one kind."""
    return [
        pattern(
            name=name,
            birth="date" if rng.random() < dated else "different_date",
            sex="same" if rng.random() < same_sex else "different",
            place=rng.choice(
                ("hamlet_256", "hamlet_1024", "hamlet_1024", "hamlet_4096", "commune_16384", "commune_65536", "other")
            ),
        )
        for _ in range(count)
    ]


def strangers(rng: random.Random) -> np.ndarray:
    sexes = ("same", "different")
    return np.array(
        [
            pattern(
                name="given_differs" if rng.random() < 0.02 else "different",
                birth="different_date",
                sex=rng.choice(sexes),
                place="other",
            )
            for _ in range(4000)
        ]
    )


@pytest.mark.parametrize(("same_sex", "right"), [(0.5, (0.0, 0.15)), (0.99, (0.8, 1.0))])
def test_sexes_tell_a_relatives_paper_from_a_name_written_otherwise(same_sex: float, right: tuple[float, float]) -> None:
    """Number and date agree beside another name: of either sex it is a relative's, of the same one a name written otherwise."""
    rng = random.Random(1)
    pairs = drawn(rng, 9000, "exact", dated=0.9, same_sex=0.99) + drawn(rng, 450, "different", dated=0.9, same_sex=same_sex)
    probability, _, _ = _unmix(np.array(pairs), strangers(rng), PLAIN)
    low, high = right
    assert low <= probability[9000:].mean() <= high
    assert probability[:9000].mean() > 0.995


def test_a_date_on_a_relatives_paper_is_worth_little_beside_another_name() -> None:
    rng = random.Random(2)
    pairs = drawn(rng, 9000, "exact", dated=0.9, same_sex=0.99) + drawn(rng, 450, "different", dated=0.9, same_sex=0.5)
    _, share, bits = _unmix(np.array(pairs), strangers(rng), PLAIN)
    birth, name = (next(f for f in PLAIN if f.name == wanted) for wanted in ("birth", "name"))
    assert share == pytest.approx(450 / 9450, abs=0.01)
    assert abs(bits["birth"][birth.levels.index("date")]) < 1.0
    assert bits["name"][name.levels.index("different")] < -7.0
    assert bits["name"][name.levels.index("exact")] > 3.0


def test_the_order_of_the_pairs_says_nothing() -> None:
    rng = random.Random(3)
    pairs = np.array(drawn(rng, 500, "exact", dated=0.8, same_sex=0.99) + drawn(rng, 40, "different", dated=0.5, same_sex=0.5))
    others, order = strangers(rng), np.random.default_rng(1).permutation(len(pairs))
    one, two = _unmix(pairs, others, PLAIN), _unmix(pairs[order], others, PLAIN)
    assert np.array_equal(one[0][order], two[0])
    assert all(np.array_equal(one[2][f.name], two[2][f.name]) for f in PLAIN)
    assert set(field_levels(pairs, FIELDS[0])) == {1, len(FIELDS[0].levels) - 1}
