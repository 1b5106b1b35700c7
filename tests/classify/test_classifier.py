"""The three-class model: a scikit-learn estimator, monotone where it must be, and never worse for a few labels."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn import config_context
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

import vnlink
from vnlink.classify.classifier import MatchClassifier
from vnlink.compare.patterns import FIELDS
from vnlink.errors import InputError
from vnlink.schema import Field, Status

SIZES = {"name": 6, "birth": 4, "sex": 2, "place": 5, "id": 3}
DECLARED = tuple(Field(name, ("missing", *(f"l{i}" for i in range(size))), 0, 3) for name, size in SIZES.items())
ORDER = {name: tuple(f"l{i}" for i in range(size)) for name, size in SIZES.items()}
SPREAD = {"name": 2.5, "birth": 2.0, "sex": 1.0, "place": 1.0, "id": 2.5}
CLERKS = ("full", "none", "partial")
BITS = 1.0 / np.log(2.0)
EVERY = np.array(list(itertools.product(*(range(size + 1) for size in SIZES.values()))))


@pytest.mark.filterwarnings(
    "ignore:level codes must be whole numbers, and only:UserWarning"
)  # the checks' tables are of any numbers
@parametrize_with_checks(
    [
        MatchClassifier(),
        MatchClassifier(LogisticRegression()),
        MatchClassifier(DecisionTreeClassifier(random_state=0)),
        MatchClassifier(weight_scale=2.0, monotone=False),
    ]
)
def test_scikit_learn_finds_nothing_to_object_to(estimator, check):
    check(estimator)


def test_numbers_that_are_no_level_codes_are_told_or_refused():
    table, same = np.random.default_rng(0).random((1_000, 3)), np.arange(1_000) % 2 == 0
    with pytest.warns(
        UserWarning, match=r"only the whole parts of these are used \(1,000 rows\): give levels, not similarities"
    ):
        blind = MatchClassifier().fit(table, same)
    with pytest.warns(UserWarning, match="only the whole parts"):
        blind.predict(table)
    three = tuple(Field(name, ("missing", "same", "other"), 0, 2) for name in "abc")
    with pytest.raises(InputError, match=r"level codes must be whole numbers \(1,000 rows\)"):
        MatchClassifier(fields=three).fit(table, same)


class World:
    """Drawn registers whose truth is known: how each field agrees among right and among wrong pairs."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.right, self.wrong, self.weights = [], [], []
        for name, size in SIZES.items():
            weight = np.sort(self.rng.normal(0, 1, size))[::-1] * SPREAD[name]
            wrong = self.rng.dirichlet(np.full(size, 2.0))
            right = wrong * np.exp(weight)
            right /= right.sum()
            missing = self.rng.uniform(0.05, 0.4)
            self.right.append(np.append(missing, (1 - missing) * right))
            self.wrong.append(np.append(missing, (1 - missing) * wrong))
            self.weights.append(np.append(0.0, np.log(right / wrong)))

    def log_odds(self, codes):
        return np.log(0.4 / 0.6) + sum(w[c] for w, c in zip(self.weights, codes.T, strict=True))

    def draw(self, count):
        same = self.rng.random(count) < 0.4
        sides = zip(self.right, self.wrong, strict=True)
        columns = [np.where(same, self._levels(r, count), self._levels(w, count)) for r, w in sides]
        codes = np.column_stack(columns)
        agree = (codes[:, [0, 1, 2, 4]] == 1).sum(axis=1) + self.rng.normal(0, 0.3, count) > 3
        return codes, np.where(same, np.where(agree, "full", "partial"), "none")

    def _levels(self, shares, count):
        return self.rng.choice(len(shares), count, p=shares)


def lost(truth, said):
    """Expected log-loss above the least possible, nats a pair, from log odds in nats."""
    p = expit(truth)
    return float((p * (np.logaddexp(0, -said) - np.logaddexp(0, -truth))).mean()) + float(
        ((1 - p) * (np.logaddexp(0, said) - np.logaddexp(0, truth))).mean()
    )


@pytest.fixture
def world():
    return World(1)


@pytest.fixture(scope="module")
def pairs():
    return World(1).draw(600)


WRAPPED = {
    "default": None,
    "logistic": LogisticRegression(),
    "forest": RandomForestClassifier(20, random_state=0),
    "histogram": HistGradientBoostingClassifier(max_iter=20, random_state=0),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_the_three_probabilities_are_products_of_the_two_answers(pairs, name):
    model = MatchClassifier(WRAPPED[name], fields=DECLARED, ordered=ORDER).fit(*pairs)
    full, none, partial = model.predict_proba(EVERY).T
    same, agrees = model.predict_same_proba(EVERY), model.predict_agreement_proba(EVERY)
    assert model.classes_.tolist() == list(CLERKS)
    assert np.allclose(full + none + partial, 1.0, rtol=0, atol=1e-12)
    assert np.allclose(full + partial, same, rtol=0, atol=1e-12)
    assert np.allclose(full, same * agrees, rtol=0, atol=1e-12)
    assert np.allclose(expit(model.same_log_odds(EVERY) / BITS), same, atol=1e-9)


@pytest.mark.parametrize("name", ["default", "forest", "histogram"])
@pytest.mark.parametrize("count", [40, 600])
def test_better_agreement_never_lowers_the_probability_of_one_person(world, name, count):
    model = MatchClassifier(WRAPPED[name], fields=DECLARED, ordered=ORDER).fit(*world.draw(count))
    for column, size in enumerate(SIZES.values()):
        for level in range(1, size):
            better = EVERY[EVERY[:, column] == level]
            worse = better.copy()
            worse[:, column] = level + 1
            assert (model.same_log_odds(better) >= model.same_log_odds(worse) - 1e-9).all()
            assert (model.predict_agreement_proba(better) >= model.predict_agreement_proba(worse) - 1e-12).all()


def test_without_monotone_the_labels_alone_decide(world):
    codes = np.repeat(np.array([[1, 1, 1, 1, 1], [2, 1, 1, 1, 1]]), 50, axis=0)
    y = np.repeat(["none", "full"], 50)
    first, second = codes[[0]], codes[[50]]
    bound = MatchClassifier(fields=DECLARED, ordered=ORDER).fit(codes, y)
    free = MatchClassifier(fields=DECLARED, ordered=ORDER, monotone=False).fit(codes, y)
    assert bound.predict_same_proba(first) >= bound.predict_same_proba(second)
    assert free.predict_same_proba(first) < 0.1 < 0.9 < free.predict_same_proba(second)


def test_the_built_in_declaration_is_learned_and_told_by_name(world):
    rng = np.random.default_rng(5)
    codes = np.column_stack([rng.integers(0, len(f.levels), 400) for f in FIELDS])
    y = np.where(codes[:, 3] == 1, "full", np.where(codes[:, 0] < 5, "partial", "none"))
    frame = pd.DataFrame(codes, columns=[f.name for f in FIELDS])
    model = MatchClassifier(fields=FIELDS).fit(frame, y)
    assert model.feature_names_in_.tolist() == [f.name for f in FIELDS]
    assert model.score(frame, y) > 0.9
    with pytest.raises(InputError, match="names of the fields"):
        MatchClassifier(fields=FIELDS).fit(frame[frame.columns[::-1]], y)


def test_the_clerks_words_may_be_statuses_of_the_package(pairs):
    codes, y = pairs
    model = MatchClassifier(fields=DECLARED).fit(codes, [Status(word) for word in y])
    assert set(model.predict(codes)) <= set(Status)


def test_two_classes_are_enough(pairs):
    codes, y = pairs
    model = MatchClassifier(fields=DECLARED, ordered=ORDER).fit(codes, y != "none")
    assert model.classes_.tolist() == [False, True]
    assert np.array_equal(model.predict_proba(EVERY)[:, 1], model.predict_same_proba(EVERY))
    only = y != "none"
    agree = MatchClassifier(fields=DECLARED, ordered=ORDER).fit(codes[only], y[only])
    assert (agree.predict_same_proba(EVERY) == 1.0).all()
    assert np.array_equal(agree.predict_proba(EVERY)[:, 0], agree.predict_agreement_proba(EVERY))


def test_a_class_that_the_labels_lack_keeps_a_column(pairs):
    codes, y = pairs
    few = np.flatnonzero(y != "partial")[:30]
    model = MatchClassifier(fields=DECLARED, classes=CLERKS).fit(codes[few], y[few])
    assert model.predict_proba(EVERY).shape == (len(EVERY), 3)
    with pytest.raises(ValueError, match="not among the classes"):
        MatchClassifier(fields=DECLARED, classes=("full", "none")).fit(codes, y)


def test_rows_in_another_order_give_the_same_bytes(pairs):
    codes, y = pairs
    weight = np.linspace(0.1, 3.0, len(y))
    order = np.random.default_rng(2).permutation(len(y))
    for estimator in (None, HistGradientBoostingClassifier(max_iter=5, random_state=0)):
        one = MatchClassifier(estimator, fields=DECLARED).fit(codes, y, sample_weight=weight)
        other = MatchClassifier(estimator, fields=DECLARED).fit(codes[order], y[order], sample_weight=weight[order])
        assert one.predict_proba(EVERY).tobytes() == other.predict_proba(EVERY).tobytes()


def test_a_weight_of_two_is_a_pair_given_twice(pairs):
    codes, y = pairs
    twice = MatchClassifier(fields=DECLARED).fit(np.vstack([codes, codes]), np.append(y, y))
    weighed = MatchClassifier(fields=DECLARED).fit(codes, y, sample_weight=np.full(len(y), 2.0))
    assert np.array_equal(twice.predict_proba(EVERY), weighed.predict_proba(EVERY))


def test_a_row_has_one_answer_whatever_it_is_asked_with(pairs):
    for estimator in WRAPPED.values():
        model = MatchClassifier(estimator, fields=DECLARED).fit(*pairs)
        alone = np.vstack([model.predict_proba(EVERY[[i]]) for i in range(0, len(EVERY), 97)])
        assert np.array_equal(alone, model.predict_proba(EVERY)[::97])


def test_it_works_in_a_pipeline_that_gives_frames(pairs):
    codes, y = pairs
    names = [f.name for f in DECLARED]
    same = FunctionTransformer(feature_names_out="one-to-one")
    pipeline = make_pipeline(same, MatchClassifier(fields=DECLARED, ordered=ORDER)).set_output(transform="pandas")
    pipeline.fit(pd.DataFrame(codes, columns=names), y)
    assert pipeline[-1].feature_names_in_.tolist() == names
    assert pipeline.score(pd.DataFrame(codes, columns=names), y) > 0.7


def test_it_works_in_a_grid_search_and_with_groups(pairs):
    codes, y = pairs
    groups = np.arange(len(y)) // 3
    search = GridSearchCV(
        MatchClassifier(LogisticRegression(), fields=DECLARED),
        {"estimator__C": [0.1, 1.0]},
        scoring="neg_log_loss",
        cv=GroupKFold(3),
    )
    search.fit(codes, y, groups=groups)
    assert set(search.best_params_) == {"estimator__C"}
    scales = GridSearchCV(
        MatchClassifier(fields=DECLARED), {"weight_scale": [0.5, None]}, scoring="neg_log_loss", cv=GroupKFold(3)
    )
    assert scales.fit(codes, y, groups=groups).best_score_ > -0.8
    held_out = cross_val_predict(
        MatchClassifier(fields=DECLARED), codes, y, groups=groups, cv=GroupKFold(3), method="predict_proba"
    )
    assert held_out.shape == (len(y), 3)


def test_a_prior_of_each_pair_goes_through_a_search_by_metadata_routing(world, pairs):
    codes, y = pairs
    prior = world.log_odds(codes) * BITS
    with config_context(enable_metadata_routing=True):
        model = MatchClassifier(fields=DECLARED).set_fit_request(prior_log_odds=True).set_score_request(prior_log_odds=True)
        search = GridSearchCV(model, {"weight_scale": [0.5, None]}, cv=3).fit(codes, y, prior_log_odds=prior)
    assert search.best_score_ > 0.7


def test_a_clone_has_the_settings_and_nothing_that_was_learned(pairs):
    model = MatchClassifier(fields=DECLARED, ordered=ORDER, prior_weights={"sex": [0.0, 1.0, -4.0]}).fit(*pairs)
    again = clone(model)
    assert not hasattr(again, "classes_")
    assert again.get_params()["fields"] == DECLARED
    assert np.array_equal(again.fit(*pairs).predict_proba(EVERY), model.predict_proba(EVERY))


def test_no_labels_at_all_give_back_the_prior():
    nothing = np.empty((0, len(SIZES)))
    prior = np.linspace(-20, 20, len(EVERY))
    for estimator in (None, LogisticRegression(), RandomForestClassifier(5)):
        model = MatchClassifier(estimator, fields=DECLARED, ordered=ORDER, classes=CLERKS)
        model.fit(nothing, np.array([], str), prior_log_odds=np.empty((0, 2)))
        given = np.column_stack([prior, -prior])
        assert np.array_equal(model.same_log_odds(EVERY, prior_log_odds=given), prior)
        assert np.allclose(model.predict_agreement_proba(EVERY, prior_log_odds=given), expit(-prior / BITS), rtol=1e-12, atol=0)
    tables = MatchClassifier(fields=DECLARED, classes=CLERKS, prior_weights={"id": [0, 9, -2, -7]}, prior_bias=-3)
    tables.fit(nothing, np.array([], str))
    assert tables.same_log_odds([[0, 0, 0, 0, 1], [1, 1, 1, 1, 3]]).tolist() == [6.0, -10.0]


PRIORS = {
    "the truth": lambda truth, _: truth,
    "too sure": lambda truth, _: 1.4 * truth + 1.0,
    "too timid": lambda truth, _: 0.6 * truth - 1.0,
    "wrong in every level": lambda truth, noise: truth + noise,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("count", [50, 200, 1000])
def test_labels_never_make_a_prior_worse_beyond_noise(name, count):
    """Excess log-loss over the truth, mean of 12 drawn registers: with labels against without."""
    before, after = [], []
    for seed in range(12):
        world = World(seed)
        noise = [np.append(0.0, world.rng.normal(0, 0.7, len(w) - 1)) for w in world.weights]

        def log_odds(codes, world=world, noise=noise):
            wrong = sum(n[c] for n, c in zip(noise, codes.T, strict=True))
            return PRIORS[name](world.log_odds(codes), wrong)

        codes, y = world.draw(count)
        test, _ = world.draw(10_000)
        model = MatchClassifier(fields=DECLARED, ordered=ORDER).fit(codes, y, prior_log_odds=log_odds(codes) * BITS)
        said = model.same_log_odds(test, prior_log_odds=log_odds(test) * BITS) / BITS
        before.append(lost(world.log_odds(test), log_odds(test)))
        after.append(lost(world.log_odds(test), said))
    assert np.mean(after) <= np.mean(before) + 0.001
    assert max(np.subtract(after, before)) <= 0.01
    if count == 1000 and name != "the truth":
        assert np.mean(after) < 0.5 * np.mean(before)


@pytest.mark.slow
def test_more_labels_bring_the_probabilities_to_the_truth_without_a_prior():
    losses = []
    for count in (50, 500, 5000):
        found = []
        for seed in range(5):
            world = World(seed)
            model = MatchClassifier(fields=DECLARED, ordered=ORDER).fit(*world.draw(count))
            test, _ = world.draw(5_000)
            found.append(lost(world.log_odds(test), model.same_log_odds(test) / BITS))
        losses.append(np.mean(found))
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] < 0.005


def test_a_wrapped_classifier_goes_from_the_prior_only_as_far_as_held_out_labels_say():
    """Where the prior is the truth a forest of 400 labels can only harm: mean of 12 drawn registers."""
    blended, alone = [], []
    for seed in range(12):
        world = World(seed)
        codes, y = world.draw(400)
        test, _ = world.draw(5_000)
        truth = world.log_odds(test)
        forest = RandomForestClassifier(20, random_state=0)
        prior = {"prior_log_odds": world.log_odds(codes) * BITS, "groups": np.arange(400) // 2}
        model = MatchClassifier(forest, fields=DECLARED).fit(codes, y, **prior)
        blended.append(lost(truth, model.same_log_odds(test, prior_log_odds=truth * BITS) / BITS))
        alone.append(lost(truth, MatchClassifier(forest, fields=DECLARED).fit(codes, y).same_log_odds(test) / BITS))
    assert np.mean(blended) < 0.01
    assert max(blended) < min(alone) / 5.0


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([[1, 1, 1, 1, 9]], "beyond the levels"),
        ([[1, 1, 1, 1, 0.5]], "whole numbers"),
        ([[1, 1, 1, 1, -1]], "Negative"),
        ([[1, 1, 1, 1]], "features"),
    ],
)
def test_codes_that_do_not_fit_the_fields_are_refused_without_showing_them(pairs, codes, said):
    model = MatchClassifier(fields=DECLARED).fit(*pairs)
    with pytest.raises(ValueError, match=said):
        model.predict(codes)


def test_a_prior_must_be_given_as_it_was(pairs):
    codes, y = pairs
    model = MatchClassifier(fields=DECLARED).fit(codes, y, prior_log_odds=np.zeros(len(y)))
    with pytest.raises(ValueError, match="as it was when fitting"):
        model.predict(codes)
    with pytest.raises(ValueError, match="row for each pair"):
        model.predict(codes, prior_log_odds=np.zeros(3))
    with pytest.raises(ValueError, match="at most 1000 bits"):
        model.predict(codes, prior_log_odds=np.full(len(y), np.nan))


def test_a_wrapped_classifier_without_probabilities_is_refused(pairs):
    with pytest.raises(ValueError, match="predict_proba"):
        MatchClassifier(LinearSVC(), fields=DECLARED).fit(*pairs)


def test_the_package_gives_the_class_by_name():
    assert vnlink.MatchClassifier is MatchClassifier
