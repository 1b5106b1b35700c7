"""A citizen who is taken away for an audit leaves the bearers of a name only where he bears it."""

import numpy as np
import pytest

from vnlink.compare.patterns import FIELDS
from vnlink.decide.ranking import Ranking
from vnlink.hiding import Confirmed, hide

NAME, RARITY = FIELDS[0], FIELDS[-1]
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
    confirmed = Confirmed(person, 2 * person, ranking, np.ones(PERSONS, bool), np.full(PERSONS, WITHOUT, np.int64), 0)
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
