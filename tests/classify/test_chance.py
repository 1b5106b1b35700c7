"""How often chance brings what a pair shows: among whom it is counted."""

from __future__ import annotations

from dataclasses import replace

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
    return chance_shares(pairs_of(household), FIELDS[:-1], NAME_GROUPS, anchors, np.ones(PERSONS), FIELDS[-1]).shares["partner"]


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


def names_by_chance(namesakes: list[int]) -> dict[str, float]:
    """Shares of the name's levels where nobody has a number, given the pairs of one folded name."""
    size = len(namesakes)
    pairs = replace(
        pairs_of(60),
        namesakes=np.array(namesakes),
        namesakes_person=np.arange(size, dtype=np.int32),
        namesakes_citizen=np.zeros(size, np.int32),
        namesakes_generation=np.zeros(size, np.int64),
        namesakes_found=np.ones(size, bool),
    )
    nobody = np.empty(0, np.int64)
    shares = chance_shares(pairs, FIELDS[:-1], NAME_GROUPS, nobody, np.ones(0), FIELDS[-1]).shares["name"][SAME]
    return dict(zip(FIELD["name"].levels, shares, strict=True))


def test_in_a_small_register_right_pairs_do_not_tell_how_two_people_of_one_name_are_written() -> None:
    """All of a thousand pairs are right, and no mark of a given name differs: of two people one in fourteen would."""
    right = [pattern(name="exact", birth="year", place="hamlet_1024")] * 1_000
    found = names_by_chance(right)
    assert found["given_tone_differs"] == pytest.approx(0.045, abs=0.01)
    assert found["given_vowel_differs"] == pytest.approx(0.026, abs=0.01)


def test_a_register_without_marks_proves_nothing_by_them() -> None:
    found = names_by_chance([pattern(name="unmarked", birth="year", place="hamlet_1024")] * 1_000)
    assert found["unmarked"] == pytest.approx(1.0)


def test_many_namesakes_who_live_elsewhere_tell_how_they_are_written() -> None:
    far = [pattern(name="given_vowel_differs", place="other")] * 500 + [pattern(name="exact", place="other")] * 500
    assert names_by_chance(far)["given_vowel_differs"] == pytest.approx(0.5, abs=0.01)
