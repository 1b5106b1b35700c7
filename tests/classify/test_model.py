"""The model: scores are sums of weights, its file comes back as it was, and it fits itself to another population."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.classify.fellegi_sunter import GROUPS, SAME, FellegiSunter
from vnlink.classify.model import Model, blind_guess
from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.classify.scorer import PatternScorer, WeightScorer
from vnlink.classify.taught import _added
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.errors import ModelError
from vnlink.schema import CROWDED, RARITY_BEARERS, RARITY_LEVELS, field_levels

CITIZENS = 400_000


def units(values):
    return np.rint(np.asarray(values) * 4096) / 4096


@pytest.fixture(scope="module")
def model():
    """A model of weights drawn at random, in whole units as learned ones are."""
    rng = np.random.default_rng(11)
    weights = {f.name: units(rng.normal(0, 4, (len(GROUPS), len(f.levels)))) for f in FIELDS}
    shares = {f.name: rng.dirichlet(np.ones(len(f.levels))) for f in FIELDS}
    present = rng.uniform(0.1, 0.9, CIRCUMSTANCES)
    beside = {name: units(rng.normal(0, 4, len(levels))) for name, levels, *_ in FIELDS if name in ("name", "birth", "place")}
    scored = FellegiSunter(FIELDS, NAME_GROUPS, weights, shares, shares, {"place": by_rarity(rng)}, beside)
    return Model(scored, present, CITIZENS, {"anchors": 1000})


def by_rarity(rng):
    place = next(f for f in FIELDS if f.name == "place")
    return units(rng.normal(0, 2, (len(place.levels), len(RARITY_LEVELS))))


def a_pattern():
    """Any levels of all fields, as one integer."""
    parts = [st.integers(0, len(f.levels) - 1).map(lambda level, f=f: level << f.shift) for f in FIELDS]
    return st.tuples(*parts).map(sum)


some_patterns = st.lists(a_pattern(), min_size=1, max_size=50).map(lambda found: np.array(found, np.int64))


@given(some_patterns)
def test_the_score_is_the_sum_of_what_the_fields_add(model, patterns):
    assert np.array_equal(model.weights.score(patterns), model.weights.contributions(patterns).sum(axis=1))


@given(some_patterns)
def test_how_rare_a_name_is_moves_the_place_where_the_whole_name_agrees_and_nothing_else(model, patterns):
    plain = replace(model.weights, by_rarity={})
    more = model.weights.contributions(patterns) - plain.contributions(patterns)
    place = next(i for i, f in enumerate(FIELDS) if f.name == "place")
    levels = [field_levels(patterns, FIELDS[i]) for i in (place, -1)]
    same = np.asarray(NAME_GROUPS)[field_levels(patterns, FIELDS[0])] == SAME
    assert np.array_equal(more[:, place], np.where(same, model.weights.by_rarity["place"][tuple(levels)], 0.0))
    assert not np.delete(more, place, axis=1).any()


@given(some_patterns)
def test_a_number_beside_another_persons_name_makes_other_weights_count(model, patterns):
    plain = replace(model.weights, beside_number={})
    level = {f.name: field_levels(patterns, f) for f in FIELDS}
    others = np.isin(np.array(FIELDS[0].levels)[level["name"]], ["given_differs", "different"])
    others &= (level["personal_id"] == 1) | (level["old_id"] == 1)
    assert np.array_equal(model.weights.are_of_others(patterns), others)
    told, usual = model.weights.contributions(patterns), plain.contributions(patterns)
    for at, f in enumerate(FIELDS):
        if f.name in model.weights.beside_number:
            expected = np.where(others, model.weights.beside_number[f.name][level[f.name]], usual[:, at])
        else:
            expected = usual[:, at]
        assert np.array_equal(told[:, at], expected)


@given(some_patterns)
def test_what_labels_correct_is_added_beside_a_number_too(model, patterns):
    rng = np.random.default_rng(5)
    tables = [units(rng.normal(0, 2, len(f.levels))) for f in FIELDS]
    moved = _added(model.weights, 0.5, tables).score(patterns) - model.weights.score(patterns)
    expected = 0.5 + sum(table[field_levels(patterns, f)] for table, f in zip(tables, FIELDS, strict=True))
    assert np.allclose(moved, expected, atol=1e-9)


@given(some_patterns)
def test_a_field_left_out_takes_its_contribution_with_it(model, patterns):
    parts = model.weights.contributions(patterns)
    for i, f in enumerate(FIELDS):
        assert np.array_equal(model.weights.score(patterns, without=(f.name,)), np.delete(parts, i, axis=1).sum(axis=1))


@given(some_patterns)
def test_a_saved_model_gives_the_same_scores(model, patterns):
    again = Model.from_json(model.to_json(), FIELDS, NAME_GROUPS)
    assert np.array_equal(again.weights.score(patterns), model.weights.score(patterns))


def test_a_saved_model_is_the_same_bytes_again(tmp_path, model):
    model.save(tmp_path / "model.json")
    Model.load(tmp_path / "model.json", FIELDS, NAME_GROUPS).save(tmp_path / "again.json")
    assert (tmp_path / "model.json").read_bytes() == (tmp_path / "again.json").read_bytes()


def test_the_file_says_what_it_is_and_names_every_level(model):
    data = json.loads(model.to_json())
    assert (data["format"], data["version"]) == ("vnlink-model", 2)
    assert {name: tuple(field["levels"]) for name, field in data["fields"].items()} == {f.name: f.levels for f in FIELDS}
    for field in data["fields"].values():
        assert len(field["weights_bits"]) == len(field["levels"])
        assert set(field["weights_by_group"]) == set(GROUPS)


def test_the_weight_shown_of_a_name_level_is_that_of_its_own_group(model):
    shown = model.as_dict()["fields"]["name"]["weights_bits"]
    assert shown == [model.weights.weights["name"][group, level] for level, group in enumerate(NAME_GROUPS)]


def test_a_model_for_other_fields_is_refused(model):
    with pytest.raises(ModelError):
        Model.from_json(model.to_json(), (*FIELDS[:-1], FIELDS[-1]._replace(levels=("r0",))), NAME_GROUPS)
    with pytest.raises(ModelError):
        Model.from_json(model.to_json(), FIELDS, NAME_GROUPS[:-1])


FORGED = {
    "a weight too small": lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(0, -1000.5),
    "a row by rarity too many": lambda data: data["fields"]["place"]["more_by_rarity"].append([0.0] * len(RARITY_LEVELS)),
    "a row by rarity too short": lambda data: data["fields"]["place"]["more_by_rarity"][1].pop(),
    "a weight by rarity that is text": lambda data: data["fields"]["place"]["more_by_rarity"][1].__setitem__(0, "1"),
    "no table by rarity": lambda data: data["fields"]["place"].__setitem__("more_by_rarity", None),
    "a weight beside a number too many": lambda data: data["fields"]["birth"]["weights_beside_number"].append(0.0),
    "a weight of any size": lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(0, 10**400),
    "a weight that is true": lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(0, True),
    "a weight in a list": lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(0, [1.0]),
    "weights as text": lambda data: data["fields"]["sex"]["weights_by_group"].update(same="123"),
    "a frequency above one": lambda data: data["fields"]["birth"]["u"].__setitem__(2, 1.5),
    "a frequency below nothing": lambda data: data["fields"]["birth"]["m"].__setitem__(2, -0.1),
    "a frequency too many": lambda data: data["fields"]["birth"]["u"].append(0.1),
    "nobody is there": lambda data: data["prior"]["present"].__setitem__(0, 0),
    "everybody is there": lambda data: data["prior"]["present"].__setitem__(0, 1),
    "shares by name": lambda data: data["prior"].update(present={"0": 0.5}),
    "a population that is true": lambda data: data["prior"].update(count_citizens=True),
    "half a citizen": lambda data: data["prior"].update(count_citizens=1000.5),
    "a population as text": lambda data: data["prior"].update(count_citizens="1000"),
    "more citizens than people": lambda data: data["prior"].update(count_citizens=10**10 + 1),
    "a count that is true": lambda data: data["learned_from"].update(anchors=True),
    "an infinite count": lambda data: data["learned_from"].update(anchors=float("inf")),
    "counts as a list": lambda data: data.update(learned_from=[["anchors", 1]]),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_a_model_with_a_number_that_none_can_have_is_refused(model, forgery):
    data = json.loads(model.to_json())
    FORGED[forgery](data)
    with pytest.raises(ModelError, match="does not fit"):
        Model.from_json(json.dumps(data), FIELDS, NAME_GROUPS)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"format": ' + "9" * 5_000 + "}", "", "{"])
def test_a_text_that_json_cannot_take_is_a_damaged_model(text):
    with pytest.raises(ModelError, match="damaged"):
        Model.from_json(text, FIELDS, NAME_GROUPS)


# Another population


def test_a_blind_guess_is_among_all_citizens_or_among_the_bearers_of_the_name():
    blind = blind_guess(CITIZENS)
    assert blind.shape == (len(GROUPS), len(RARITY_LEVELS))
    for group, name in enumerate(GROUPS):
        if name != "same":
            assert np.array_equal(blind[group], np.full(len(RARITY_LEVELS), units(-np.log2(CITIZENS))))
    same = blind[GROUPS.index("same")]
    assert np.array_equal(same[: len(RARITY_BEARERS)], units(-np.log2(RARITY_BEARERS)))
    assert (same[len(RARITY_BEARERS) :] == same[CROWDED]).all(), "of a name written together it is not known"


def test_the_model_of_its_own_population_only_gains_the_blind_guess(model):
    used = model.for_population(CITIZENS)
    for f in FIELDS[:-1]:
        assert np.array_equal(used.weights[f.name], model.weights.weights[f.name])
    added = used.weights["rarity"] - model.weights.weights["rarity"]
    assert np.array_equal(added, blind_guess(CITIZENS))


@given(st.integers(1, 100_000_000))
def test_among_more_citizens_a_number_is_worth_more_and_a_guess_less(model, citizens):
    """A wrong citizen with the right number comes at a rate per land user, so a number outweighs any number of citizens."""
    used = model.for_population(citizens)
    shift = units(np.log2(citizens / CITIZENS))
    for name in ("personal_id", "old_id"):
        gained = used.weights[name] - model.weights.weights[name]
        assert np.array_equal(gained[:, 1], np.full(len(GROUPS), shift))
        assert not gained[:, [0, 2, 3]].any()
    other = GROUPS.index("other")
    change = used.weights["rarity"][other] - model.weights.weights["rarity"][other]
    assert np.array_equal(change, np.full(len(RARITY_LEVELS), units(-np.log2(citizens))))


def test_applying_a_model_does_not_change_it(model):
    before = model.to_json()
    used = model.for_population(5)
    used.weights["rarity"][:] = 0
    assert model.to_json() == before


# Scores by table


def test_each_distinct_pattern_is_scored_once():
    asked = []

    def evaluate(patterns):
        asked.extend(patterns.tolist())
        return patterns / 8.0

    scorer = PatternScorer(evaluate, 8)
    rng = np.random.default_rng(5)
    for _ in range(3):
        patterns = rng.integers(0, 500, 5_000).astype(np.int64) * 7_919
        assert np.array_equal(scorer.scores(patterns), patterns)
    assert sorted(asked) == sorted(set(asked))
    assert len(scorer) == len(asked) == 500


def test_the_table_grows_with_the_patterns_it_meets():
    scorer = PatternScorer(lambda patterns: patterns.astype(np.float64), 1)
    patterns = np.random.default_rng(6).permutation(200_000).astype(np.int64)
    assert np.array_equal(scorer.scores(patterns), patterns)
    assert np.array_equal(scorer.scores(patterns[::-1].copy()), patterns[::-1])
    assert len(scorer) == 200_000


@given(st.integers(0, 2**32 - 1), st.integers(1, 5_000))
def test_weights_are_added_up_as_the_model_adds_them_up(seed, scale):
    rng = np.random.default_rng(seed)
    weights = {f.name: rng.normal(0.0, 8.0, (len(GROUPS), len(f.levels))) for f in FIELDS}
    model = FellegiSunter(FIELDS, NAME_GROUPS, weights, {}, {}, {"place": by_rarity(rng)})
    patterns = sum(rng.integers(0, len(f.levels), 50) << f.shift for f in FIELDS)
    wanted = np.rint(model.score(patterns) * scale)
    assert np.array_equal(WeightScorer(model, scale).scores(patterns), wanted)
    assert np.array_equal(PatternScorer(model.score, scale).scores(patterns), wanted)


def test_no_patterns_are_no_scores():
    assert len(PatternScorer(lambda patterns: patterns * 1.0, 1).scores(np.empty(0, np.int64))) == 0


@pytest.mark.parametrize("text", ['{"format": "vnlink result", "version": 2}', "[]", "{}"])
def test_a_file_that_is_no_model_is_not_called_one_of_another_version(tmp_path, text):
    (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    for place in (tmp_path / "summary.json", tmp_path):
        with pytest.raises(ModelError, match=r"give a file that vnlink train wrote, or the model\.json of a result"):
            Model.load(place, FIELDS, NAME_GROUPS)
