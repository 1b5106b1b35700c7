"""A citizen who is taken away for an audit leaves the bearers of a name only where he bears it."""

import numpy as np
import pytest

from vnlink.compare.patterns import FIELDS
from vnlink.decide.ranking import SCALE, Ranking
from vnlink.hiding import Confirmed, confirmed_by_number, hide, without_citizens

NAME, RARITY = FIELDS[0], FIELDS[-1]
PERSONAL = next(f for f in FIELDS if f.name == "personal_id")
WITH, WITHOUT = 30, 28
RIGHT, NAMESAKE = 0, 1
PERSONS = 400


class ByRarity:
    """Says of every pair how rare the name is."""

    def scores(self, patterns):
        return ((patterns >> RARITY.shift) & 63).astype(np.int32)


def hidden_of(level):
    """Persons whose citizen agrees so by name, and who have one namesake; the citizen of about half is taken away."""
    shared = np.full(PERSONS, WITH << RARITY.shift, np.int64)
    ranking = Ranking.empty(shared, 3)
    keys = np.arange(2 * PERSONS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    persons = np.arange(PERSONS, dtype=np.int32)
    for which, name in ((RIGHT, level), (NAMESAKE, "exact")):
        patterns = shared | NAME.levels.index(name)
        ranking.enter(persons, 2 * persons + which, patterns, np.full(PERSONS, 9 - which, np.int32), keys)
    person = persons.astype(np.int64)
    confirmed = Confirmed(person, 2 * person, ranking, np.ones(PERSONS, bool), np.full(PERSONS, WITHOUT, np.int64))
    return hide(confirmed, ByRarity(), np.full(PERSONS, 0.5), np.zeros(PERSONS, np.int64), keys)


@pytest.mark.parametrize(
    ("level", "rarity"), [("exact", WITHOUT), ("marks_lost", WITHOUT), ("given_slip", WITH), ("different", WITH)]
)
def test_a_name_has_a_bearer_less_only_where_the_citizen_who_is_taken_away_bears_it(level, rarity):
    hidden = hidden_of(level)
    absent = hidden.absent
    assert 0 < absent.sum() < PERSONS
    assert (hidden.ranking.score[absent, 0] == rarity).all()
    assert (hidden.ranking.score[~absent, 0] == WITH).all()
    assert (hidden.ranking.citizen[absent, 0] % 2 == NAMESAKE).all()


def numbered(*candidates):
    """One person's ranking; each candidate is its citizen, its bits and whether it has the person's number."""
    ranking = Ranking.empty(np.zeros(1, np.int64), 3)
    for citizen, bits, equal in candidates:
        pattern = np.array([int(equal) << PERSONAL.shift], np.int64)
        score = np.array([bits * SCALE], np.int32)
        ranking.enter(np.zeros(1, np.int32), np.array([citizen], np.int32), pattern, score, np.arange(9, dtype=np.uint64))
    return ranking


@pytest.mark.parametrize(
    ("candidates", "confirmed", "disputed", "shared"),
    [
        ([(3, 20, True)], [3], [], []),
        ([(3, 20, True), (4, 5, False)], [3], [], []),
        ([(3, 1, True)], [], [3], []),
        ([(3, 20, True), (4, 19, False)], [], [3], []),
        ([(4, 25, False), (3, 20, True)], [], [3], []),
        ([(3, 25, True), (4, 10, True)], [], [], [3]),
        ([(5, 25, False), (3, 20, True), (4, 10, True)], [], [], [3]),
        ([(3, 20, False)], [], [], []),
        ([], [], [], []),
    ],
)
def test_who_has_the_number_of_a_citizen_is_confirmed_or_disputed_or_shares_it(candidates, confirmed, disputed, shared):
    present, evidence = np.full(256, 0.9), np.zeros(1, np.uint8)
    _, citizen, left_out = confirmed_by_number(numbered(*candidates), present, evidence)
    assert citizen.tolist() == confirmed
    assert left_out.citizen[~left_out.several].tolist() == disputed
    assert left_out.citizen[left_out.several].tolist() == shared
    assert (left_out.disputed, left_out.shared) == (len(disputed), len(shared))


def several_rows_of_one_citizen():
    """Persons 0 to 399 in rows of four that one number confirms; all have everybody's neighbour for a candidate too."""
    shared = np.full(PERSONS, WITH << RARITY.shift, np.int64)
    ranking = Ranking.empty(shared, 3)
    keys = np.arange(PERSONS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    persons = np.arange(PERSONS, dtype=np.int32)
    for step, score in ((0, 9), (1, 8)):
        ranking.enter(persons, persons // 4 + step, shared, np.full(PERSONS, score, np.int32), keys)
    found = np.ones(PERSONS, bool)
    person = persons.astype(np.int64)
    confirmed = Confirmed(person, person // 4, ranking, found, np.full(PERSONS, WITHOUT, np.int64))
    return confirmed, keys


@pytest.mark.parametrize("careful", [False, True])
def test_a_citizen_is_gone_for_all_rows_and_from_all_candidates_or_for_none(careful):
    confirmed, keys = several_rows_of_one_citizen()
    before = confirmed.ranking.rows.copy()
    present = np.tile([0.2, 0.4, 0.6, 0.8], PERSONS // 4)
    hidden = hide(confirmed, ByRarity(), present, np.zeros(PERSONS, np.int64), keys, together=True, careful=careful)
    by_citizen = hidden.absent.reshape(-1, 4)
    assert (by_citizen.all(axis=1) | ~by_citizen.any(axis=1)).all()
    assert 0.3 < hidden.absent.mean() < 0.7
    assert not np.isin(hidden.ranking.citizen, hidden.citizen[hidden.absent]).any()
    assert np.array_equal(confirmed.ranking.rows, before)


def test_who_is_gone_is_nobodys_candidate_and_the_next_takes_the_place():
    confirmed, keys = several_rows_of_one_citizen()
    before = confirmed.ranking.rows.copy()
    gone = np.zeros(PERSONS, bool)
    gone[::2] = True
    left = without_citizens(confirmed.ranking, gone, keys)
    assert (left.citizen[:, 0] % 2 == 1).all()
    assert (left.citizen[:, 1] == -1).all()
    assert np.array_equal(confirmed.ranking.rows, before)
