"""A number beside another name: whether it is the person's, who the person is tells, not what stands on the same paper."""

from __future__ import annotations

import random

import numpy as np
import pytest

from vnlink.classify.confirmed import _unmix
from vnlink.classify.fellegi_sunter import FellegiSunter
from vnlink.compare.patterns import FIELDS, NAME_GROUPS

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


def test_without_sexes_dates_tell_the_numbers_apart_and_nothing_is_said_of_the_wrong_ones() -> None:
    rng = random.Random(4)
    pairs = drawn(rng, 3000, "exact", dated=0.9, same_sex=0.99) + drawn(rng, 150, "different", dated=0.0, same_sex=0.5)
    sex = next(f for f in FIELDS if f.name == "sex")
    without = np.array(pairs) & ~np.int64(((1 << sex.bits) - 1) << sex.shift)
    probability, _, bits = _unmix(without, strangers(rng), PLAIN)
    assert bits == {}
    assert probability[3000:].mean() < 0.05
    assert probability[:3000].mean() > 0.99


def test_few_wrong_numbers_say_nothing_of_what_stands_beside_them() -> None:
    rng = random.Random(5)
    pairs = drawn(rng, 3000, "exact", dated=0.9, same_sex=0.99) + drawn(rng, 8, "different", dated=0.3, same_sex=0.5)
    assert _unmix(np.array(pairs), strangers(rng), PLAIN)[2] == {}


def test_what_speaks_against_a_person_speaks_no_less_beside_a_number() -> None:
    rng = np.random.default_rng(6)
    weights = {f.name: rng.normal(0, 4, (4, len(f.levels))) for f in FIELDS}
    model = FellegiSunter(FIELDS, NAME_GROUPS, weights, {}, {})
    bits = {f.name: rng.normal(0, 4, len(f.levels)) for f in PLAIN}
    model.value_beside_number(bits)
    assert set(model.beside_number) == {f.name for f in PLAIN}
    for f in PLAIN[1:]:
        usual = weights[f.name][2:].max(axis=0)
        told = model.beside_number[f.name]
        assert (told[usual < 0] <= usual[usual < 0] + 2.0**-12).all()
        assert np.allclose(told[usual >= 0], bits[f.name][usual >= 0], atol=2.0**-12)
        assert np.array_equal(told * 4096, np.rint(told * 4096))
