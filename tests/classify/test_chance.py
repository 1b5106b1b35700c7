"""How often chance brings what a pair shows: among whom it is counted."""

from __future__ import annotations

import numpy as np
import pytest

from vnlink.classify.chance import chance_shares
from vnlink.classify.training import TrainingPairs
from vnlink.compare.patterns import FIELDS, NAME_GROUPS

FIELD = {f.name: f for f in FIELDS}
PERSONS, CITIZENS = 1_000, 10_000
PART_OF_STRANGERS = 0.1
NEIGHBOURS = 40
"""Namesakes who live with the other person."""

SAME, PART = 1, 2


def pattern(**levels: str) -> int:
    return sum(FIELD[name].levels.index(level) << FIELD[name].shift for name, level in levels.items())


def pairs_of(household: int) -> TrainingPairs:
    """Each person has a right candidate and three wrong ones; some of those who are called alike live with the other person."""
    right = [pattern(name="exact", birth="date", partner="household", personal_id="equal")] * PERSONS
    alone = pattern(name="exact", birth="different_date", partner="not_in_household")
    namesake = [pattern(name="exact", birth="different_date", partner="household")] * NEIGHBOURS
    namesake += [alone] * (PERSONS - NEIGHBOURS)
    alike = pattern(name="middle_differs", birth="different_date", partner="not_in_household")
    relative = pattern(name="middle_differs", birth="different_date", partner="household")
    others = [relative] * household + [alike] * (2 * PERSONS - household)
    person = np.tile(np.arange(PERSONS, dtype=np.int32), 4)
    size = len(person)
    strangers = np.full(10_000, pattern(name="different"))
    strangers[: int(len(strangers) * PART_OF_STRANGERS)] = pattern(name="given_only")
    return TrainingPairs(
        person=person,
        citizen=np.arange(size, dtype=np.int32),
        pattern=np.array(right + namesake + others),
        generation=np.zeros(size, np.int64),
        rarity_without=np.zeros(size, np.int32),
        by_number_only=np.zeros(size, bool),
        by_partner_only=np.zeros(size, bool),
        namesakes_person=np.arange(PERSONS, dtype=np.int32),
        namesakes_citizen=np.full(PERSONS, size, np.int32),
        namesakes=np.array(namesake),
        namesakes_generation=np.zeros(PERSONS, np.int64),
        namesakes_found=np.ones(PERSONS, bool),
        namesakes_weight=1.0,
        strangers=strangers,
        strangers_generation=np.zeros(len(strangers), np.int64),
        by_hash=np.ones(PERSONS, bool),
        evidence=np.zeros(PERSONS, np.uint8),
        sample_person=np.arange(PERSONS, dtype=np.int32),
        count_citizens=CITIZENS,
    )


def chance(household: int) -> np.ndarray:
    anchors = np.arange(PERSONS)
    return chance_shares(pairs_of(household), FIELDS[:-1], NAME_GROUPS, anchors, np.ones(PERSONS))["partner"]


@pytest.mark.parametrize("household", [60, 600])
def test_who_is_called_alike_comes_into_the_household_as_rarely_as_among_all_who_are(household: int) -> None:
    shares = chance(household)[PART]
    everybody = PERSONS * CITIZENS * PART_OF_STRANGERS
    level = FIELD["partner"].levels.index
    assert shares[level("household")] == pytest.approx((household + 0.5) / everybody)
    assert shares[level("not_in_household")] > 0.99
    assert shares[1:].sum() == pytest.approx(1.0)


def test_of_one_name_chance_is_counted_among_the_candidates() -> None:
    shares = chance(60)[SAME]
    assert shares[FIELD["partner"].levels.index("household")] == pytest.approx(NEIGHBOURS / PERSONS, rel=0.05)
