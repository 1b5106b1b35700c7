"""How right pairs of persons without a number agree is found again, and an audit is weighted to it."""

from __future__ import annotations

import numpy as np
import pytest

from vnlink.compare.patterns import FIELDS
from vnlink.decide.ranking import SCALE, Ranking
from vnlink.report.weighted import raked
from vnlink.schema import COMMUNE_LEVELS
from vnlink.unconfirmed import VARYING, shares_without_number

FIELD = {f.name: f for f in FIELDS}
PERSONS = 6_000


def shares(field, **given):
    table = np.array([given.get(level, 0.001) for level in FIELD[field].levels])
    table[0] = 0.0
    return table / table.sum()


CONFIRMED = {
    "name": shares("name", exact=0.9, mark_lost=0.05, middle_missing=0.05),
    "birth": shares("birth", date=0.6, year=0.4),
    "place": shares("place", hamlet_1024=0.6, commune_65536=0.3, other=0.1),
    "partner": shares("partner", household=1.0),
}
MOVED = shares("place", hamlet_1024=0.35, commune_65536=0.3, other=0.35)


def ranking_of(place, *, present=0.8, seed=1):
    """Persons of whom a share is in the register, each with three wrong candidates, scored by a model of confirmed persons."""
    rng = np.random.default_rng(seed)
    right = {**CONFIRMED, "place": place}
    wrong = {f.name: np.append(0.0, np.full(len(f.levels) - 1, 1.0 / (len(f.levels) - 1))) for f in VARYING}
    patterns, score = np.zeros((PERSONS, 4), np.int64), np.zeros((PERSONS, 4))
    for f in VARYING:
        drawn = np.column_stack(
            [rng.choice(len(f.levels), PERSONS, p=right[f.name]), rng.choice(len(f.levels), (PERSONS, 3), p=wrong[f.name])]
        )
        patterns |= drawn << f.shift
        score[:, 0:] += np.log2(CONFIRMED[f.name][drawn] / wrong[f.name][drawn])
    score -= np.log2(4.0)
    there = rng.random(PERSONS) < present
    ranking = Ranking.empty(np.zeros(PERSONS, np.int64), 4)
    ranking.table[:, :, 0] = np.rint(score * SCALE)
    ranking.table[:, :, 1] = np.where(np.arange(4)[None, :] == 0, there[:, None] - 1, 0)
    ranking.table[:, :, 2] = patterns
    return ranking


def test_more_persons_who_moved_are_found_among_those_without_a_number():
    found = shares_without_number(ranking_of(MOVED), np.arange(PERSONS), np.full(PERSONS, 0.25), CONFIRMED)
    level = FIELD["place"].levels.index("other")
    assert found["place"][level] == pytest.approx(MOVED[level], abs=0.04)
    assert found["name"][1] == pytest.approx(CONFIRMED["name"][1], abs=0.03)
    assert all(table.sum() == pytest.approx(1.0) for table in found.values())


def test_who_agrees_badly_is_never_taken_to_be_rarer_than_among_the_confirmed():
    perfect = shares("place", hamlet_1024=1.0)
    found = shares_without_number(ranking_of(perfect), np.arange(PERSONS), np.full(PERSONS, 0.25), CONFIRMED)
    level = FIELD["place"].levels.index("other")
    assert found["place"][level] >= CONFIRMED["place"][level]


def test_raking_gives_every_grouping_its_size_and_leaves_alone_who_is_in_none():
    rng = np.random.default_rng(2)
    sex, place = rng.integers(0, 2, 1_000), rng.integers(-1, 4, 1_000)
    weight = raked(1_000, 5_000.0, [(sex, np.array([1.0, 3.0])), (place, np.array([1.0, 1.0, 2.0, 0.0]))])
    assert weight[place == 3].tolist() == [0.0] * int((place == 3).sum())
    by_place = np.bincount(place[place >= 0], weights=weight[place >= 0])
    assert by_place[2] / by_place[0] == pytest.approx(2.0, rel=0.01)
    assert weight[sex == 1].sum() / weight[sex == 0].sum() == pytest.approx(3.0, rel=0.05)
    assert weight.sum() == pytest.approx(5_000.0, rel=0.01)


def test_a_group_without_rows_is_left_out_of_raking():
    assert raked(2, 10.0, [(np.zeros(2, np.int64), np.array([1.0, 1.0]))]).tolist() == [5.0, 5.0]
    assert raked(0, 10.0, [(np.empty(0, np.int64), np.array([1.0]))]).tolist() == []


def test_of_communes_the_sum_is_never_rarer_and_not_each_grade():
    larger = shares("place", hamlet_1024=0.6, commune_more=0.3, other=0.1)
    found = shares_without_number(ranking_of(larger), np.arange(PERSONS), np.full(PERSONS, 0.25), CONFIRMED)["place"]
    levels = FIELD["place"].levels
    communes = [levels.index(level) for level in COMMUNE_LEVELS]
    assert found[communes].sum() == pytest.approx(0.3, abs=0.05)
    assert found[levels.index("hamlet_1024")] == pytest.approx(0.6, abs=0.07)
