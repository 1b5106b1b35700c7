"""A model saved as data gives the same bytes; what cannot be data is refused, and so is what was damaged."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB
from sklearn.tree import DecisionTreeClassifier

from vnlink.classify.classifier import MatchClassifier
from vnlink.classify.ordered import Design, declare
from vnlink.classify.wrapped import EstimatorSplit
from vnlink.errors import ModelError
from vnlink.schema import Field

FIELDS = (
    Field("họ_tên", ("thiếu", "đúng_dấu", "mất_dấu", "khác_đệm", "khác"), 0, 3),
    Field("năm_sinh", ("thiếu", "đúng", "gần", "khác"), 3, 2),
    Field("số", ("thiếu", "đúng", "khác"), 5, 2),
)
ORDER = {"họ_tên": ("đúng_dấu", "mất_dấu", "khác"), "năm_sinh": ("đúng", "gần", "khác")}
EVERY = np.indices([5, 4, 3]).reshape(3, -1).T
PRIOR = np.linspace(-12.0, 12.0, len(EVERY))

LINEAR = {"default": None, "logistic": LogisticRegression(C=3.0)}
TREES = {
    "tree": DecisionTreeClassifier(max_depth=5, random_state=0),
    "forest": RandomForestClassifier(15, random_state=0),
    "extra trees": ExtraTreesClassifier(15, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=15, random_state=0),
    "histogram": HistGradientBoostingClassifier(max_iter=15, min_samples_leaf=5, random_state=0),
}
TABLES = {
    "bayes": BernoulliNB(),
    "ada": AdaBoostClassifier(n_estimators=5, random_state=0),
    "calibrated": CalibratedClassifierCV(DecisionTreeClassifier(max_depth=3, random_state=0), cv=2),
}
ALL = LINEAR | TREES | TABLES


def drawn(count=300, seed=4):
    rng = np.random.default_rng(seed)
    codes = EVERY[rng.integers(0, len(EVERY), count)]
    score = 4.0 - codes[:, 0] - codes[:, 1] * 0.7 + np.array([0.0, 3.0, -2.0])[codes[:, 2]] + rng.logistic(0, 1, count)
    return codes, np.where(score < 0, "none", np.where(codes.sum(axis=1) + rng.normal(0, 1, count) < 4, "full", "partial"))


def fitted(name, *, rows=False, tables=False):
    codes, y = drawn()
    weights = {"số": [0.0, 5.0, -3.0]} if tables else None
    model = MatchClassifier(ALL[name], fields=FIELDS, ordered=ORDER, prior_weights=weights, prior_bias=-1.0)
    prior = np.array([3.0, 1.0, -1.0, -3.0, -5.0])[codes[:, 0]] if rows else None
    return model.fit(codes, y, prior_log_odds=prior)


def answers(model, *, rows=False):
    return model.predict_proba(EVERY, prior_log_odds=PRIOR if rows else None)


@pytest.fixture(scope="module", params=ALL)
def saved(request):
    model = fitted(request.param)
    return model, json.dumps(model.to_dict(), allow_nan=False)


def test_a_loaded_model_gives_the_same_bytes(saved):
    model, text = saved
    again = MatchClassifier.from_dict(json.loads(text))
    assert answers(again).tobytes() == answers(model).tobytes()
    assert again.same_log_odds(EVERY).tobytes() == model.same_log_odds(EVERY).tobytes()
    assert again.predict(EVERY).tolist() == model.predict(EVERY).tolist()
    assert json.dumps(again.to_dict()) == text


@pytest.mark.parametrize("name", [*LINEAR, *TREES])
@pytest.mark.parametrize("kind", ["rows", "tables"])
def test_a_loaded_model_with_a_prior_gives_the_same_bytes(name, kind):
    model = fitted(name, **{kind: True})
    again = MatchClassifier.from_dict(json.loads(json.dumps(model.to_dict())))
    rows = kind == "rows"
    assert answers(again, rows=rows).tobytes() == answers(model, rows=rows).tobytes()


@pytest.mark.parametrize("name", [*LINEAR, *TREES])
@pytest.mark.parametrize("rows", [False, True])
def test_linear_models_and_trees_are_kept_as_weights_and_nodes(name, rows):
    kinds = {step["kind"] for step in fitted(name, rows=rows).to_dict()["steps"]}
    # With a prior for the first step only, the second is still of the same kind.
    assert kinds == {"linear" if name in LINEAR else "trees"}


@pytest.mark.parametrize("name", ["logistic", *TREES])
def test_what_is_kept_gives_the_probabilities_of_the_classifier_itself(name):
    codes, y = drawn()
    model = fitted(name)
    columns = Design(declare(FIELDS, ORDER)).columns
    params = {"monotonic_cst": np.where(Design(declare(FIELDS, ORDER)).falling, -1, 0)}
    own = ALL[name].__class__(**ALL[name].get_params())
    if "monotonic_cst" in own.get_params():
        own.set_params(**params)
    order = np.lexsort([y != "none", *codes.T[::-1]])
    own.fit(columns(codes)[order], (y != "none")[order].astype(int))
    assert np.abs(own.predict_proba(columns(EVERY))[:, 1] - model.predict_same_proba(EVERY)).max() <= 1e-12


def test_a_new_process_gives_the_same_bytes(tmp_path):
    model = fitted("histogram")
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model.to_dict()), encoding="utf-8")
    code = f"""
import json, pathlib, numpy as np
from vnlink import MatchClassifier
model = MatchClassifier.from_dict(json.loads(pathlib.Path({str(path)!r}).read_text(encoding="utf-8")))
print(model.predict_proba(np.indices([5, 4, 3]).reshape(3, -1).T).tobytes().hex())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.strip() == answers(model).tobytes().hex(), done.stderr


def test_any_other_classifier_is_a_table_of_the_patterns_given(saved):
    codes, y = drawn()
    model = MatchClassifier(BernoulliNB(), fields=FIELDS).fit(codes, y)
    assert all(isinstance(split, EstimatorSplit) for split in model.splits_)
    again = MatchClassifier.from_dict(model.to_dict(patterns=EVERY[:20]))
    assert again.predict_proba(EVERY[:20]).tobytes() == model.predict_proba(EVERY[:20]).tobytes()
    with pytest.raises(ModelError, match="without some of these patterns"):
        again.predict_proba(EVERY)


def test_a_table_that_would_be_too_large_is_refused():
    wide = tuple(Field(f"f{i}", tuple(map(str, range(60))), 0, 6) for i in range(4))
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 60, (100, 4))
    model = MatchClassifier(BernoulliNB(), fields=wide).fit(codes, rng.integers(0, 2, 100))
    with pytest.raises(ModelError, match="too many combinations"):
        model.to_dict()
    assert model.to_dict(patterns=codes)["steps"][0]["kind"] == "table"


def test_a_table_cannot_hold_a_prior_that_comes_with_each_row():
    codes, y = drawn()
    model = MatchClassifier(BernoulliNB(), fields=FIELDS).fit(codes, y, prior_log_odds=np.zeros(len(y)))
    with pytest.raises(ModelError, match="comes with each row"):
        model.to_dict()


def test_a_table_can_hold_a_prior_of_levels():
    model = fitted("bayes", tables=True)
    again = MatchClassifier.from_dict(json.loads(json.dumps(model.to_dict())))
    assert answers(again).tobytes() == answers(model).tobytes()


def damage(data, path, value):
    data = copy.deepcopy(data)
    at = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return data


LINEAR_DAMAGE = [
    (("format",), "vnlink-model"),
    (("version",), 2),
    (("classes",), ["none", "full", "partial"]),
    (("classes",), ["full", "full", "none"]),
    (("classes",), []),
    (("fields", 0, "better"), [-1, 2, 1, -1, -1]),
    (("fields", 0, "better"), [-1, 9, 1, -1, -1]),
    (("fields", 0, "levels"), ["a"]),
    (("fields", 1, "name"), "họ_tên"),
    (("declared",), 1),
    (("prior_columns",), 3),
    (("prior",), {"bias_bits": 0.0, "weights_bits": {}}),
    (("steps",), []),
    (("steps", 0, "kind"), "pickle"),
    (("steps", 0, "intercept_bits"), float("nan")),
    (("steps", 0, "slope"), "1"),
    (("steps", 0, "weights_bits", "số"), [0.0, True, 1.0]),
    (("steps", 0, "weights_bits", "số"), [0.0, 1e9, 1.0]),
    (("steps", 0, "weights_bits", "số"), [0.0, 1.0]),
    (("steps", 0, "weights_bits"), {}),
    (("learned",), [float("nan")]),
    (("steps",), None),
]


@pytest.mark.parametrize(("path", "value"), LINEAR_DAMAGE)
def test_a_damaged_linear_model_is_refused(path, value):
    with pytest.raises(ModelError):
        MatchClassifier.from_dict(damage(fitted("default").to_dict(), path, value))


TREE = ("steps", 0, "trees", 0)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*TREE, "left", 0), 0),
        ((*TREE, "right", 0), 10_000),
        ((*TREE, "right", 0), -1),
        ((*TREE, "left", 0), 1.0),
        ((*TREE, "feature", 0), 99),
        ((*TREE, "threshold", 0), "0.5"),
        ((*TREE, "value"), []),
        ((*TREE, "value", 0), 1.5),
        (("steps", 0, "trees"), []),
        (("steps", 0, "mean"), 1),
        (("steps", 0, "baseline"), 3.0),
        (("steps", 0, "share"), 1.5),
    ],
)
def test_damaged_trees_are_refused(path, value):
    with pytest.raises(ModelError):
        MatchClassifier.from_dict(damage(fitted("tree").to_dict(), path, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("steps", 0, "keys", 0), 5),
        (("steps", 0, "keys", 59), 60),
        (("steps", 0, "probabilities", 0), 1.5),
        (("steps", 0, "keys"), []),
        (("steps", 0, "share"), -0.5),
    ],
)
def test_a_damaged_table_is_refused(path, value):
    with pytest.raises(ModelError):
        MatchClassifier.from_dict(damage(fitted("bayes").to_dict(), path, value))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
DATA = {name: fitted(name).to_dict() for name in ("default", "tree", "bayes")}


@settings(max_examples=200)
@given(st.sampled_from(sorted(DATA)), st.data(), json_values)
def test_either_a_model_is_read_or_a_model_error_is_raised_never_any_other(name, data, value):
    """Any value in any place of a file."""
    whole = copy.deepcopy(DATA[name])
    at, key = whole, data.draw(st.sampled_from(sorted(whole)))
    while isinstance(at[key], (dict, list)) and at[key] and data.draw(st.integers(0, 3)):
        at = at[key]
        key = data.draw(st.sampled_from(sorted(at)) if isinstance(at, dict) else st.integers(0, len(at) - 1))
    at[key] = value
    try:
        model = MatchClassifier.from_dict(whole)
        with warnings.catch_warnings():
            # Of a model that says it was fitted on a frame, scikit-learn warns when it is asked with an array.
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            answers(model)
    except (ModelError, ValueError):
        return


def test_what_is_no_model_at_all_is_refused():
    for value in ([], {}, None, "model", 3):
        with pytest.raises(ModelError):
            MatchClassifier.from_dict(value)


def test_labels_that_are_numbers_come_back_as_numbers():
    codes, y = drawn()
    for labels in (y != "none", (y != "none").astype(np.int64), np.array([{"none": 0, "partial": 1, "full": 2}[v] for v in y])):
        model = MatchClassifier(fields=FIELDS).fit(codes, labels)
        again = MatchClassifier.from_dict(json.loads(json.dumps(model.to_dict())))
        assert again.classes_.dtype.kind == labels.dtype.kind
        assert np.array_equal(again.predict(EVERY), model.predict(EVERY))


def test_a_model_of_undeclared_levels_still_takes_unknown_codes_for_missing():
    codes, y = drawn()
    model = MatchClassifier().fit(codes, y)
    again = MatchClassifier.from_dict(json.loads(json.dumps(model.to_dict())))
    assert np.array_equal(again.predict_proba([[99, 1, 1]]), model.predict_proba([[0, 1, 1]]))
