"""Learning finds again what simulated pairs were drawn from: weights, the share of wrong numbers, who is in the population."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink.classify.learning
from vnlink.classify.confirmed import right_and_wrong
from vnlink.classify.correction import _normal_equations
from vnlink.classify.learning import Start, _Grouped, _posteriors, learn
from vnlink.classify.training import TrainingPairs, level_shares
from vnlink.compare.names import NameLevel
from vnlink.compare.patterns import FIELDS, NAME_GROUPS, rarity_level

FIELD = {f.name: f for f in FIELDS}
CITIZENS = 30_000
NAMESAKES = 1.5
"""Expected citizens who carry a land person's folded name by chance."""

# How often the levels of each field are seen in two records of one person (m) and in records of two persons (u). Fields are
# independent here, so log2(m / u) is what they are worth, whatever the name.
M = {
    "name": {
        "exact": 0.73,
        "unmarked": 0.05,
        "mark_lost": 0.05,
        "mark_differs": 0.02,
        "given_tone_differs": 0.01,
        "middle_missing": 0.05,
        "one_slip": 0.03,
        "middle_differs": 0.01,
        "family_differs": 0.01,
        "given_differs": 0.02,
        "given_only": 0.01,
        "different": 0.01,
    },
    "birth": {"date": 0.84, "default_day": 0.04, "swapped": 0.02, "year_slip": 0.06, "different_date": 0.04},
    "sex": {"same": 0.98, "different": 0.02},
    "place": {
        "hamlet_1024": 0.3,
        "commune_65536": 0.5,
        "other_locality": 0.02,
        "district": 0.06,
        "province": 0.06,
        "other": 0.06,
    },
}
ALIKE = {"exact": 0.75, "unmarked": 0.05, "mark_lost": 0.05, "mark_differs": 0.1, "given_tone_differs": 0.05}
PARTLY = {
    "middle_missing": 0.0025,
    "one_slip": 0.002,
    "middle_differs": 0.01,
    "family_differs": 0.005,
    "given_differs": 0.03,
    "given_only": 0.05,
}
U = {
    "name": {level: share * NAMESAKES / CITIZENS for level, share in ALIKE.items()} | PARTLY,
    "birth": {"date": 0.01, "default_day": 0.01, "swapped": 0.01, "year_slip": 0.05, "different_date": 0.92},
    "sex": {"same": 0.5, "different": 0.5},
    "place": {
        "hamlet_1024": 0.01,
        "commune_65536": 0.03,
        "other_locality": 0.03,
        "district": 0.11,
        "province": 0.2,
        "other": 0.62,
    },
}
U["name"]["different"] = 1.0 - sum(U["name"].values())
NUMBER_AGREES, NUMBER_NEAR = 0.93, 0.02
WRONG_NUMBERS = 0.03
PRESENT = {True: 0.97, False: 0.8}
"""Share of land persons in the population, with a number and without."""


def table_of(field, shares):
    table = np.array([shares.get(level, 0.0) for level in FIELD[field].levels])
    return table / table.sum()


NEAR = ("hamlet_1024", "commune_65536")

SOUNDS_ALIKE = {"exact": 0.70, "regional": 0.03}
"""Part of m of the name where a name may be written as it is spoken."""


def drawn(rng, field, shares, count):
    return rng.choice(len(FIELD[field].levels), size=count, p=table_of(field, shares))


@dataclass
class Truth:
    """What the simulation knows and the learning does not."""

    pairs: TrainingPairs
    is_right: np.ndarray
    wrong_number_share: float
    found: np.ndarray
    """bool[s]: whether the person's right citizen is among the candidates."""


class Simulation:
    """Pairs of land persons with citizens, drawn field by field and let through as blocking would."""

    def __init__(self, persons, *, seed, with_numbers=0.6, with_dates=0.7, sounds_alike=False, moved=None):
        self.moved = moved
        self.names = M["name"] | (SOUNDS_ALIKE if sounds_alike else {})
        self.rng = np.random.default_rng(seed)
        self.persons = persons
        self.number = self.rng.random(persons) < with_numbers
        self.birth = self.rng.random(persons) < with_dates
        self.place = self.rng.random(persons) < 0.8
        self.sex = self.rng.random(persons) < 0.9
        self.old = self.rng.random(persons) < 0.5
        self.short = np.random.default_rng([seed, 4]).random(persons) < 0.04
        self.present = self.rng.random(persons) < np.where(self.number, PRESENT[True], PRESENT[False])
        self.evidence = ((self.number * 6 + self.birth * 4 + self.place) * 20).astype(np.uint8)
        self.rows = []
        self.citizens = 0

    def levels(self, person, shares, names=None):
        """Levels of all fields but the numbers, int64[len(person), fields]; what the land side lacks is missing."""
        rng, count = self.rng, len(person)
        found = np.zeros((count, len(FIELDS)), np.int64)
        found[:, 0] = drawn(rng, "name", shares["name"] if names is None else names, count)
        whole = (found[:, 0] > 0) & (found[:, 0] <= NameLevel.MARKS_DIFFER)
        found[self.short[person] & whole, 0] = NameLevel.INITIALS
        for name, has in (("birth", self.birth), ("sex", self.sex), ("place", self.place)):
            found[:, FIELDS.index(FIELD[name])] = np.where(has[person], drawn(rng, name, shares[name], count), 0)
        return found

    def add(self, person, levels, number_level, *, right=False):
        """Enter pairs; number_level is the level of the number where the land person has one."""
        at = np.where(self.old, FIELDS.index(FIELD["old_id"]), FIELDS.index(FIELD["personal_id"]))[person]
        levels[np.arange(len(person)), at] = np.where(self.number[person], number_level, 0)
        citizen = np.arange(self.citizens, self.citizens + len(person))
        self.citizens += len(person)
        self.rows.append((person, citizen, levels, np.full(len(person), right)))

    def run(self):
        rng = self.rng
        wrong_number = self.number & (rng.random(self.persons) < WRONG_NUMBERS)
        right = np.flatnonzero(self.present)
        agrees = rng.choice([1, 2, 3], size=len(right), p=[NUMBER_AGREES, NUMBER_NEAR, 1 - NUMBER_AGREES - NUMBER_NEAR])
        levels = self.levels(right, M, self.names)
        if self.moved is not None:
            at = FIELDS.index(FIELD["place"])
            others = np.where(self.place[right], drawn(rng, "place", self.moved, len(right)), 0)
            levels[:, at] = np.where(self.number[right], levels[:, at], others)
        self.add(right, levels, np.where(wrong_number[right], 3, agrees), right=True)
        # A wrong number is a relative's: another name, another date, the same commune.
        holders = np.flatnonzero(wrong_number)
        relatives = self.levels(holders, U | {"place": {"hamlet_1024": 0.5, "commune_65536": 0.5}})
        self.add(holders, relatives, np.ones(len(holders), np.int64))
        namesakes = rng.poisson(NAMESAKES, self.persons)
        alike = np.repeat(np.arange(self.persons), namesakes)
        self.add(alike, self.levels(alike, U, ALIKE), np.full(len(alike), 3))
        if "regional" in self.names:
            sounding = np.repeat(np.arange(self.persons), rng.poisson(0.1 * NAMESAKES, self.persons))
            self.add(sounding, self.levels(sounding, U, {"regional": 1.0}), np.full(len(sounding), 3))
        # Others who were born on that day in that commune.
        neighbour = U["birth"]["date"] * (U["place"]["hamlet_1024"] + U["place"]["commune_65536"])
        both = np.flatnonzero(self.birth & self.place)
        born = np.repeat(both, rng.poisson(CITIZENS * neighbour, len(both)))
        other = {level: share for level, share in U["name"].items() if level not in ALIKE}
        close = U | {"birth": {"date": 1.0}, "place": {"hamlet_1024": 0.25, "commune_65536": 0.75}}
        self.add(born, self.levels(born, close, other), np.full(len(born), 3))
        return self.training(namesakes)

    def training(self, namesakes):
        person, citizen, levels, right = (np.concatenate(part) for part in zip(*self.rows, strict=True))
        # The name of a person is as common as its namesakes and the person itself, where it is in the population.
        own = np.zeros(self.persons, np.int64)
        own_right = right & ((levels[:, 0] <= NameLevel.MARKS_DIFFER) | (levels[:, 0] == NameLevel.INITIALS))
        own[person[own_right]] = 1
        count = (namesakes + own).astype(np.int32)
        levels[:, -1] = rarity_level(count)[person]
        pattern = sum(levels[:, i] << f.shift for i, f in enumerate(FIELDS))
        group = np.asarray(NAME_GROUPS)[levels[:, 0]]
        day = levels[:, FIELDS.index(FIELD["birth"])] == FIELD["birth"].levels.index("date")
        near = np.isin(levels[:, FIELDS.index(FIELD["place"])], [FIELD["place"].levels.index(level) for level in NEAR])
        found = (group == 1) | (day & near)
        number = (levels[:, FIELDS.index(FIELD["personal_id"])] == 1) | (levels[:, FIELDS.index(FIELD["old_id"])] == 1)
        brought = found | number
        folded = levels[:, 0] <= NameLevel.MARKS_DIFFER
        stranger_of = self.rng.integers(0, self.persons, 250_000)
        strangers = self.levels(stranger_of, U)
        at = np.where(self.old, FIELDS.index(FIELD["old_id"]), FIELDS.index(FIELD["personal_id"]))[stranger_of]
        strangers[np.arange(len(stranger_of)), at] = np.where(self.number[stranger_of], 3, 0)
        strangers[:, -1] = rarity_level(count)[stranger_of]
        pairs = TrainingPairs(
            person=person[brought].astype(np.int32),
            citizen=citizen[brought].astype(np.int32),
            pattern=pattern[brought],
            generation=np.zeros(np.count_nonzero(brought), np.int64),
            rarity_without=rarity_level(count - 1)[person[brought]],
            by_number_only=~found[brought],
            by_partner_only=np.zeros(np.count_nonzero(brought), bool),
            namesakes_person=person[folded].astype(np.int32),
            namesakes_citizen=citizen[folded].astype(np.int32),
            namesakes=pattern[folded],
            namesakes_generation=np.zeros(np.count_nonzero(folded), np.int64),
            namesakes_found=np.ones(np.count_nonzero(folded), bool),
            namesakes_weight=1.0,
            strangers=sum(strangers[:, i] << f.shift for i, f in enumerate(FIELDS)),
            strangers_generation=np.zeros(len(strangers), np.int64),
            by_hash=np.ones(self.persons, bool),
            evidence=self.evidence,
            sample_person=np.arange(self.persons, dtype=np.int32),
            count_citizens=CITIZENS,
        )
        equal = brought & number
        once = equal & (np.bincount(person[equal], minlength=self.persons)[person] == 1)
        has_right = np.zeros(self.persons, bool)
        has_right[person[brought & right]] = True
        share = 1.0 - right[once].mean() if once.any() else 0.0
        return Truth(pairs, right[brought], share, has_right)


BLIND = np.full((4, len(FIELDS[-1].levels)), -np.log2(CITIZENS))
BLIND[1] = -np.log2(NAMESAKES)
BLIND = np.rint(BLIND * 4096) / 4096


def learned_from(pairs):
    return learn(pairs, FIELDS, NAME_GROUPS, BLIND, ridge=1.0)


@pytest.fixture(scope="module")
def truth():
    return Simulation(8_000, seed=1).run()


@pytest.fixture(scope="module")
def learned(truth):
    return learned_from(truth.pairs)


def worth(field, level):
    return np.log2(M[field][level] / U[field][level])


def weight(learned, field, level, group=1):
    return learned.model.weights[field][group, FIELD[field].levels.index(level)]


@pytest.mark.parametrize(
    ("field", "level", "tolerance"),
    [
        ("birth", "date", 0.6),
        ("birth", "default_day", 0.6),
        ("birth", "year_slip", 0.8),
        ("birth", "different_date", 0.6),
        ("sex", "same", 0.4),
        ("sex", "different", 0.6),
        ("place", "hamlet_1024", 0.6),
        ("place", "commune_65536", 0.4),
        ("place", "district", 0.6),
        ("place", "province", 0.6),
        ("place", "other", 0.5),
    ],
)
def test_the_weight_of_a_level_is_found_again(learned, field, level, tolerance):
    assert weight(learned, field, level) == pytest.approx(worth(field, level), abs=tolerance)


def test_the_weight_of_how_a_whole_name_agrees_is_found_again(learned):
    """Of the names that agree: the level's own weight, beside the blind guess among the bearers of the name."""
    for level, tolerance in (("exact", 0.4), ("unmarked", 0.7), ("mark_lost", 0.7), ("mark_differs", 0.8)):
        assert weight(learned, "name", level) == pytest.approx(np.log2(M["name"][level] / ALIKE[level]), abs=tolerance)


def test_that_a_name_is_shortened_says_nothing_beside_how_many_it_may_mean(learned, unnumbered):
    for one in (learned, unnumbered):
        assert weight(one, "name", "initials") == pytest.approx(0.0, abs=0.7)


@pytest.mark.parametrize(
    ("level", "tolerance"),
    [("middle_missing", 0.5), ("one_slip", 0.6), ("given_differs", 0.7), ("given_only", 0.7)],
)
def test_the_weight_of_how_a_part_of_a_name_agrees_is_found_again(learned, level, tolerance):
    assert weight(learned, "name", level, group=2) == pytest.approx(worth("name", level), abs=tolerance)


def test_another_name_is_the_strongest_evidence_against(learned):
    assert weight(learned, "name", "different", group=3) == pytest.approx(worth("name", "different"), abs=0.7)


def test_names_that_sound_alike_do_not_push_the_weights_of_others():
    learned = learned_from(Simulation(8_000, seed=1, sounds_alike=True).run().pairs)
    expected = np.log2(SOUNDS_ALIKE["exact"] / ALIKE["exact"])
    assert weight(learned, "name", "exact") == pytest.approx(expected, abs=0.4)


def test_the_score_of_a_pair_is_its_odds(truth, learned):
    """Of the pairs that score between a and b bits, a share of right ones between 2**a / (1 + 2**a) and that of b is right."""
    bits = learned.model.score(truth.pairs.pattern) + BLIND[learned.model.group_of(truth.pairs.pattern), 0]
    expected = 1.0 / (1.0 + np.exp2(-bits))
    without_number = ~truth.pairs.by_number_only & np.isin(truth.pairs.person, np.flatnonzero(truth.pairs.evidence < 120))
    for low, high in ((-12, -6), (-6, -2), (-2, 0), (0, 2), (2, 6), (6, 12)):
        chosen = without_number & (bits >= low) & (bits < high)
        assert chosen.sum() > 50
        assert truth.is_right[chosen].mean() == pytest.approx(expected[chosen].mean(), abs=0.12)


def test_an_agreeing_number_is_worth_what_wrong_numbers_allow(learned):
    expected = np.log2(NUMBER_AGREES / (WRONG_NUMBERS / CITIZENS))
    for field in ("personal_id", "old_id"):
        assert weight(learned, field, "equal") == pytest.approx(expected, abs=1.0)


def test_a_differing_number_counts_against_as_often_as_right_pairs_differ(learned):
    differs = 1 - NUMBER_AGREES - NUMBER_NEAR + WRONG_NUMBERS
    for field in ("personal_id", "old_id"):
        assert weight(learned, field, "different") == pytest.approx(np.log2(differs), abs=0.7)


def test_the_share_of_wrong_numbers_is_found_again(truth, learned):
    assert truth.wrong_number_share > 0.02
    assert learned.report["wrong_number_share"] == pytest.approx(truth.wrong_number_share, abs=0.006)


def test_who_is_in_the_population_is_found_again_for_each_kind_of_evidence(truth, learned):
    for kind in np.unique(truth.pairs.evidence):
        of_kind = truth.pairs.evidence == kind
        assert of_kind.sum() > 150
        assert learned.present[kind] == pytest.approx(truth.found[of_kind].mean(), abs=0.07), kind


def test_weights_are_whole_units_so_that_sums_are_exact(learned):
    for name, table in learned.model.weights.items():
        assert np.array_equal(table * 4096, np.rint(table * 4096)), name


def test_a_missing_value_is_hardly_evidence(learned):
    for f in FIELDS[1:-1]:
        assert np.abs(learned.model.weights[f.name][1:, 0]).max() < 0.5, f.name


def test_that_a_citizen_of_another_name_lives_here_tells_little_for_numbers_are_mixed_up_in_families(learned):
    assert weight(learned, "place", "hamlet_1024", group=3) < 2.0
    assert weight(learned, "place", "commune_65536", group=3) < 1.0
    assert weight(learned, "place", "hamlet_1024", group=2) > 4.0
    # His date is another's, so that it agrees tells as much as ever.
    assert weight(learned, "birth", "date", group=3) > 5.0


def shuffled(pairs, seed):
    rng = np.random.default_rng(seed)
    order, others = rng.permutation(len(pairs.pattern)), rng.permutation(len(pairs.namesakes))
    return replace(
        pairs,
        **{name: getattr(pairs, name)[order] for name in ("person", "citizen", "pattern", "rarity_without", "by_number_only")},
        **{
            name: getattr(pairs, name)[others]
            for name in ("namesakes_person", "namesakes_citizen", "namesakes", "namesakes_found")
        },
        strangers=rng.permutation(pairs.strangers),
    )


def same(first, second):
    tables = ("weights", "m", "u")
    equal = [
        np.array_equal(table, getattr(second.model, kind)[name])
        for kind in tables
        for name, table in getattr(first.model, kind).items()
    ]
    return all(equal) and np.array_equal(first.present, second.present) and first.report == second.report


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_pairs_does_not_change_a_bit_of_the_model(truth, learned, seed):
    assert same(learned, learned_from(shuffled(truth.pairs, seed)))


def test_the_numbering_of_persons_and_citizens_does_not_change_a_bit_of_the_model(truth, learned):
    pairs = truth.pairs
    number = np.random.default_rng(3).permutation(len(pairs.sample_person)).astype(np.int32)
    back = np.argsort(number)
    again = replace(
        pairs,
        person=number[pairs.person],
        namesakes_person=number[pairs.namesakes_person],
        citizen=pairs.citizen + np.int32(17),
        namesakes_citizen=pairs.namesakes_citizen + np.int32(17),
        evidence=pairs.evidence[back],
        by_hash=pairs.by_hash[back],
    )
    assert same(learned, learned_from(again))


# Persons whom no number confirms


MOVED = {"hamlet_1024": 0.2, "commune_65536": 0.3, "other_locality": 0.02, "district": 0.06, "province": 0.12, "other": 0.3}


@pytest.mark.parametrize("group", [1, 2])
def test_who_has_no_number_and_moved_more_often_is_weighed_as_such(learned, group):
    moved = learned_from(Simulation(16_000, seed=1, with_numbers=0.5, moved=MOVED).run().pairs)
    for level, tolerance in (("other", 0.7), ("hamlet_1024", 0.5), ("commune_65536", 0.4)):
        told = weight(moved, "place", level, group) - weight(learned, "place", level, group)
        assert told == pytest.approx(np.log2(MOVED[level] / M["place"][level]), abs=tolerance), level
    # What nobody shows is worth what it was.
    assert weight(moved, "place", "commune_among") == pytest.approx(weight(learned, "place", "commune_among"), abs=0.3)


# Registers without any number


@pytest.fixture(scope="module")
def unnumbered():
    return learned_from(Simulation(4_000, seed=2, with_numbers=0.0).run().pairs)


def in_order(learned, field, levels, group=1):
    weights = [weight(learned, field, level, group) for level in levels]
    return weights == sorted(weights, reverse=True) and weights[0] > weights[-1]


def test_without_any_number_the_model_is_finite_and_whole(unnumbered):
    assert unnumbered.report["anchors"] == 0
    assert all(np.isfinite(table).all() for table in unnumbered.model.weights.values())
    assert ((unnumbered.present > 0) & (unnumbered.present < 1)).all()


def test_without_any_number_dates_and_places_of_other_names_are_in_order(unnumbered):
    assert in_order(unnumbered, "birth", ["date", "year_slip", "different_date"], group=3)
    assert in_order(unnumbered, "place", ["hamlet_1024", "commune_65536", "province", "other"], group=3)


def test_without_any_number_dates_places_and_sexes_are_in_order(unnumbered):
    assert in_order(unnumbered, "birth", ["date", "year_slip", "different_date"])
    assert in_order(unnumbered, "place", ["hamlet_1024", "commune_65536", "province", "other"])
    assert in_order(unnumbered, "sex", ["same", "different"])


def test_without_any_number_names_are_in_order(unnumbered):
    # In this simulation "exact" and "unmarked" are worth the same (0.73 / 0.75 and 0.05 / 0.05), "mark_differs" far less.
    assert in_order(unnumbered, "name", ["exact", "mark_differs"])
    assert in_order(unnumbered, "name", ["unmarked", "mark_differs"])


def test_without_any_number_whole_dates_confirm_persons_and_correct_what_other_fields_are_worth(unnumbered):
    assert 1_000 < unnumbered.report["confirmed_by_date"] < 2_400
    for field, level, tolerance in (
        ("sex", "same", 0.4),
        ("sex", "different", 0.6),
        ("place", "hamlet_1024", 1.0),
        ("place", "commune_65536", 0.5),
        ("place", "other", 0.5),
    ):
        assert weight(unnumbered, field, level) == pytest.approx(worth(field, level), abs=tolerance), level


@pytest.mark.parametrize("with_numbers", [0.1, 0.6])
def test_whole_dates_confirm_others_beside_those_whom_numbers_confirm(with_numbers, monkeypatch):
    persons = {}

    def noted(pairs, fields, confirmed):
        persons[confirmed.by_date] = set(pairs.person[confirmed.rows].tolist())
        return right_and_wrong(pairs, fields, confirmed)

    monkeypatch.setattr(vnlink.classify.learning, "right_and_wrong", noted)
    found = learned_from(Simulation(4_000, seed=2, with_numbers=with_numbers).run().pairs).report
    assert found["anchors"] > 200
    assert found["confirmed_by_date"] > 200
    assert not persons[True] & persons[False]  # who is confirmed by both counts once


def test_the_report_counts_persons_whom_dates_confirm_only_where_something_was_taught_of_them():
    """One in ten is in the population: nearly every pair of one name and date is doubtful, and doubtful ones are left out."""
    simulation = Simulation(4_000, seed=2, with_numbers=0.0)
    simulation.present &= simulation.rng.random(simulation.persons) < 0.1
    found = learned_from(simulation.run().pairs)
    assert found.report["confirmed_by_date"] == 0
    assert all(np.isfinite(table).all() for table in found.model.weights.values())


def test_the_fewer_right_pairs_are_known_the_firmer_the_weights_are_held(monkeypatch):
    firmness = []

    def noted(model, fields, *_, ridge):
        firmness.append({f.name: of_group for f, of_group in zip(fields, ridge, strict=True)})

    monkeypatch.setattr(vnlink.classify.learning, "correct_weights", noted)
    for with_numbers, with_dates in ((0.1, 0.0), (0.9, 0.0), (0.1, 0.7)):
        learned_from(Simulation(4_000, seed=2, with_numbers=with_numbers, with_dates=with_dates).run().pairs)
    few, many, dates = firmness
    assert (few["place"] > 3.0 * many["place"]).all()
    assert (many["place"] > 1.0).all()
    # Dates teach what the same name and another field are worth, not what other names and dates are.
    same, alike = 1, 2
    assert dates["place"][same] < few["place"][same] / 2.0
    assert dates["place"][alike] == pytest.approx(few["place"][alike], rel=0.1)
    assert dates["birth"][same] == pytest.approx(few["birth"][same], rel=0.1)


RARELY_WRONG = {"date": 0.86, "default_day": 0.04, "swapped": 0.02, "year_slip": 0.077, "different_date": 0.003}


def test_without_any_number_a_namesake_of_another_date_is_not_taken_for_a_badly_written_one():
    """Half of the persons are absent, some with a namesake where they live; dates are as seldom wrong as is believed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(M, "birth", RARELY_WRONG)
        simulation = Simulation(6_000, seed=3, with_numbers=0.0)
        simulation.present &= simulation.rng.random(simulation.persons) < 0.5
        truth = simulation.run()
    found = learned_from(truth.pairs).model
    level = FIELD["birth"].levels.index("different_date")
    contradicts = (truth.pairs.pattern >> FIELD["birth"].shift) & ((1 << FIELD["birth"].bits) - 1) == level
    grouped = _Grouped.of(truth.pairs.sorted())
    present = np.full(simulation.persons, 0.45)
    probability = _posteriors(grouped, found.score(grouped.patterns), present)
    of_sorted = (truth.pairs.sorted().pattern >> FIELD["birth"].shift) & ((1 << FIELD["birth"].bits) - 1) == level
    assert probability[of_sorted].sum() < 3.0 * max(truth.is_right[contradicts].sum(), 1)


def test_numbers_tell_how_often_dates_contradict_where_they_confirm_a_few():
    """Four in a hundred right dates contradict, which is more than is believed; some 900 numbers show it."""
    few = learned_from(Simulation(8_000, seed=5, with_numbers=0.12).run().pairs)
    assert 200 < few.report["anchors"] < 1_000 < few.report["confirmed_by_date"]
    assert weight(few, "birth", "different_date") == pytest.approx(worth("birth", "different_date"), abs=1.0)


def test_learning_again_from_what_was_learned_moves_no_date():
    pairs = Simulation(4_000, seed=2, with_numbers=0.0).run().pairs
    first = learned_from(pairs)
    again = first
    for _ in range(3):
        weights = replace(again.model, weights={name: table.copy() for name, table in again.model.weights.items()})
        weights.weights[FIELDS[-1].name] = weights.weights[FIELDS[-1].name] + BLIND
        again = learn(pairs, FIELDS, NAME_GROUPS, BLIND, ridge=1.0, start=Start(weights, again.present))
    assert weight(again, "birth", "different_date") == pytest.approx(weight(first, "birth", "different_date"), abs=0.2)


def test_a_model_to_begin_with_is_kept_where_a_few_numbers_agree():
    pairs = Simulation(8_000, seed=5, with_numbers=0.1).run().pairs
    first = learned_from(pairs)
    assert 200 < first.report["anchors"] < 1_000
    weights = replace(first.model, weights={name: table.copy() for name, table in first.model.weights.items()})
    weights.weights[FIELDS[-1].name] = weights.weights[FIELDS[-1].name] + BLIND
    weights.weights["partner"][:, 3] += 2.0  # nobody in this simulation shows it, so nothing speaks against it
    adapted = learn(pairs, FIELDS, NAME_GROUPS, BLIND, ridge=1.0, start=Start(weights, first.present))
    assert adapted.model.weights["partner"][1, 3] == pytest.approx(weights.weights["partner"][1, 3], abs=0.1)


class DependentSimulation(Simulation):
    """Who is of the other sex is always of another place as well: together they are worth what one of them is."""

    def levels(self, person, shares, names=None):
        found = super().levels(person, shares, names)
        sex, place = (FIELDS.index(FIELD[name]) for name in ("sex", "place"))
        other = FIELD["place"].levels.index("other")
        known = (found[:, sex] > 0) & (found[:, place] > 0)
        differs = found[:, sex] == FIELD["sex"].levels.index("different")
        found[:, place] = np.where(
            known & differs, other, np.where(known, FIELD["place"].levels.index("province"), found[:, place])
        )
        return found


def test_without_any_number_whole_dates_correct_fields_that_depend_on_each_other():
    sums = []
    for with_dates in (0.7, 0.0):
        learned = learned_from(DependentSimulation(6_000, seed=6, with_numbers=0.0, with_dates=with_dates).run().pairs)
        sums.append(weight(learned, "sex", "different") + weight(learned, "place", "other"))
    expected = worth("sex", "different")
    assert sums[0] == pytest.approx(expected, abs=2.5)
    assert sums[1] < expected - 5.0  # where dates do not tell who is right either, what is one thing counts twice


def test_without_numbers_and_dates_given_names_of_other_marks_tell_chance():
    learned = learned_from(Simulation(6_000, seed=4, with_numbers=0.0, with_dates=0.0).run().pairs)
    assert learned.report["confirmed_by_date"] == 0
    assert in_order(learned, "place", ["hamlet_1024", "commune_65536", "province", "other"])
    # One in six of these namesakes is right in this simulation, far more than in a register: so chance looks a bit like truth.
    assert weight(learned, "place", "commune_65536") == pytest.approx(worth("place", "commune_65536"), abs=1.5)
    assert weight(learned, "place", "other") == pytest.approx(worth("place", "other"), abs=1.0)
    assert weight(learned, "name", "exact") == pytest.approx(0.0, abs=0.5)


# Small samples


@pytest.mark.parametrize("persons", [1, 2, 10, 60])
@pytest.mark.parametrize("with_numbers", [0.0, 1.0])
def test_a_sample_of_a_few_persons_gives_a_whole_model(persons, with_numbers):
    learned = learned_from(Simulation(persons, seed=persons, with_numbers=with_numbers).run().pairs)
    assert all(np.isfinite(table).all() for table in learned.model.weights.values())
    assert ((learned.present > 0) & (learned.present < 1)).all()
    if with_numbers and persons >= 10:
        assert weight(learned, "birth", "date") > weight(learned, "birth", "different_date")


def test_persons_without_any_candidate_give_a_whole_model(truth):
    none = np.empty(0, np.int64)
    empty = {
        "person": none.astype(np.int32),
        "citizen": none.astype(np.int32),
        "pattern": none,
        "generation": none,
        "rarity_without": none.astype(np.int32),
        "by_number_only": none.astype(bool),
        "by_partner_only": none.astype(bool),
        "namesakes_person": none.astype(np.int32),
        "namesakes_citizen": none.astype(np.int32),
        "namesakes": none,
        "namesakes_generation": none,
        "namesakes_found": none.astype(bool),
    }
    learned = learned_from(replace(truth.pairs, **empty))
    assert all(np.isfinite(table).all() for table in learned.model.weights.values())
    assert learned.present.max() <= 0.9


def test_levels_never_seen_stay_possible(learned):
    """No disagreement costs more than some nine bits, and no level that was never met is impossible."""
    for f in FIELDS[1:-1]:
        assert learned.model.weights[f.name][1, 1:].min() > -13, f.name


def test_whether_another_owner_has_a_date_is_not_counted_as_evidence() -> None:
    generation = FIELD["generation"]
    decade, apart = generation.levels.index("born_1950s"), generation.levels.index("apart_2")
    rows = [decade, decade + 1, apart, apart + 4]
    alone, beside = (
        np.repeat(rows, times) << generation.shift for times in ([90_000, 30_000, 900, 300], [900, 300, 90_000, 30_000])
    )
    shares, others = (level_shares(pairs, np.ones(len(pairs)), generation)[rows] for pairs in (alone, beside))
    np.testing.assert_allclose(shares, [0.75, 0.25, 0.75, 0.25], atol=0.01)
    np.testing.assert_allclose(others, [0.75, 0.25, 0.75, 0.25], atol=0.01)


def test_how_near_a_citizen_lives_is_not_counted_by_origin_again() -> None:
    origin = FIELD["origin"]
    here, away = origin.levels.index("native_here"), origin.levels.index("native_away")
    at_home = np.repeat([here, here + 1, away, away + 1], [90_000, 10_000, 900, 100]) << origin.shift
    moved = np.repeat([here, here + 1, away, away + 1], [900, 100, 90_000, 10_000]) << origin.shift
    first, second = (
        level_shares(rows, np.ones(len(rows)), origin)[[here, here + 1, away, away + 1]] for rows in (at_home, moved)
    )
    assert np.allclose(first, [0.9, 0.1, 0.9, 0.1], atol=0.001)
    assert np.allclose(second, first, atol=0.001)


@given(st.lists(st.lists(st.floats(-30.0, 30.0), max_size=5), max_size=6), st.floats(0.01, 0.99))
def test_the_candidates_of_a_person_and_nobody_share_its_probability(scores, present):
    person_of = np.repeat(np.arange(len(scores)), [len(some) for some in scores])
    flat = np.array([score for some in scores for score in some], np.float64)
    patterns, pattern_of = np.unique(flat, return_inverse=True)
    grouped = _Grouped(patterns, np.ones(len(patterns)), pattern_of, person_of)
    found = _posteriors(grouped, patterns, np.full(len(scores), present))
    for person, some in enumerate(scores):
        odds = [2.0**score for score in some]
        wanted = [one / (sum(odds) + (1.0 - present) / present) for one in odds]
        assert found[person_of == person] == pytest.approx(wanted, abs=2.0**-20)


@given(st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_the_normal_equations_are_those_of_a_matrix_of_zeros_and_ones(rows, seed):
    rng = np.random.default_rng(seed)
    sizes = [3, 2, 4]
    columns = np.cumsum([0, *sizes[:-1]])
    design = columns + rng.integers(0, sizes, (rows, len(sizes)))
    residual, curvature = rng.normal(size=rows), rng.random(rows)
    gradient, upper = np.zeros(sum(sizes)), np.zeros((sum(sizes), sum(sizes)))
    _normal_equations(design, residual, curvature, gradient, upper)
    dense = np.zeros((rows, sum(sizes)))
    np.put_along_axis(dense, design, 1.0, axis=1)
    assert gradient == pytest.approx(dense.T @ residual)
    assert upper == pytest.approx(np.triu(dense.T @ (curvature[:, None] * dense)))
