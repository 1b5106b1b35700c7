"""The transformers are scikit-learn's in every way: checks, frames, names of columns, pipelines, cross-validation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

import vnlink
from vnlink.integrations.registers import Registers
from vnlink.integrations.sklearn import NAME_FORMS, NameNormalizer, PairComparer

TEXTS = dict.fromkeys(
    (
        "check_pipeline_consistency",
        "check_estimators_pickle",
        "check_transformer_data_not_an_array",
        "check_transformer_general",
        "check_methods_sample_order_invariance",
        "check_methods_subset_invariance",
        "check_fit_idempotent",
    ),
    "the check subtracts outputs, and these are texts",
)


@pytest.mark.filterwarnings("ignore:.*SCIPY_ARRAY_API:")
@parametrize_with_checks(
    [NameNormalizer(), PairComparer({"birth": ("birth", 0, 1)}), PairComparer({"id": ("number", 0, [0, 1])}, give="bits")],
    expected_failed_checks=lambda estimator: TEXTS if isinstance(estimator, NameNormalizer) else {},
)
def test_scikit_learns_own_checks_hold(estimator, check):
    check(estimator)


NAMES = ["NGUYỄN VĂN HOÀ", None, "Trần Thị Na"]
PEOPLE = pd.DataFrame({"left": NAMES, "right": ["Nguyen Van Hoa", "An", "Trần Thị Na"], "born": ["1960"] * 3}, index=[7, 5, 6])
FIELDS = {"name": ("name", "left", "right"), "born": ("birth", "born", "born")}


def test_names_are_given_in_every_form_and_missing_ones_as_asked():
    names = NameNormalizer(forms=NAME_FORMS, missing=None).fit(PEOPLE[["left"]])
    rows = names.transform(PEOPLE[["left"]])
    assert rows[0].tolist() == ["Nguyễn Văn Hòa", "nguyên văn hoa", "nguyen van hoa", "Nguyễn", "Văn", "Hòa"]
    assert rows[1].tolist() == [None] * 6
    assert names.get_feature_names_out().tolist()[:2] == ["left_text", "left_toneless"]


@pytest.mark.parametrize("kind", ["pandas", "polars"])
@pytest.mark.parametrize("make", [NameNormalizer(("folded",)), PairComparer(FIELDS)], ids=["names", "pairs"])
def test_the_output_is_the_frame_that_was_asked_for_and_an_index_survives(kind, make):
    out = clone(make).set_output(transform=kind).fit_transform(PEOPLE)
    assert isinstance(out, {"pandas": pd.DataFrame, "polars": pl.DataFrame}[kind])
    assert list(out.columns) == make.fit(PEOPLE).get_feature_names_out().tolist()
    if kind == "pandas":
        assert out.index.tolist() == [7, 5, 6]


@pytest.mark.parametrize(
    "frame",
    [
        PEOPLE,
        PEOPLE.astype("category"),
        PEOPLE.astype("string"),
        pl.from_pandas(PEOPLE),
        pl.from_pandas(PEOPLE).with_columns(pl.col("left").cast(pl.Categorical)),
        pa.Table.from_pandas(PEOPLE, preserve_index=False),
    ],
    ids=["pandas", "categories", "nullable", "polars", "polars categories", "arrow"],
)
def test_frames_of_every_kind_are_compared_alike(frame):
    compare = PairComparer(FIELDS).fit(frame)
    assert compare.feature_names_in_.tolist() == ["left", "right", "born"]
    assert compare.transform(frame).tolist() == [[2.0, 3.0], [0.0, 3.0], [1.0, 3.0]]
    assert NameNormalizer(("given",)).fit_transform(frame)[:, 0].tolist() == ["Hòa", "", "Na"]


def test_columns_by_position_and_lists_of_columns_are_taken():
    rows = [["Lê Văn Hoà", "lê văn hòa", "001060012345", None, "001060012345"]]
    found = PairComparer({"n": ("name", 0, 1), "id": ("number", 2, [3, 4])}, give="similarity").fit_transform(rows)
    assert found.tolist() == [[1.0, 1.0]]
    assert np.isnan(PairComparer({"n": ("name", 0, 3)}, give="similarity").fit_transform(rows)).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (PairComparer({"n": ("name", 0, 9)}), "not in the table"),
        (PairComparer({"n": ("name", "no", 0)}), "column 'no' of the field 'n' is not in the table"),
        (PairComparer({"n": ("weight", 0, 1)}), "kind of the field 'n' must be .* and is 'weight'"),
        (PairComparer({"n": ("name", 0)}), r"field 'n' must be \(kind, left column, right column\), and has 2 parts"),
        (PairComparer({"n": "name"}), r"field 'n' must be \(kind, left column, right column\), and is str"),
        (PairComparer({}), "at least one field"),
        (PairComparer({"n": ("name", 0, 1)}, give="odds"), "give must be"),
        (NameNormalizer(("upper",)), "forms must be"),
        (NameNormalizer(()), "forms must be"),
    ],
)
def test_what_does_not_fit_is_a_value_error_that_says_what_does(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong.fit(np.array([["An", "An"]], dtype=object))


def test_a_column_that_is_misspelt_is_told_with_the_one_that_is_there():
    compare = PairComparer({"birth": ("birth", "b_left", "b_rigth")})
    told = "the column 'b_rigth' of the field 'birth' is not in the table with 2 feature\\(s\\): did you mean 'b_right'\\?"
    with pytest.raises(ValueError, match=told):
        compare.fit_transform(pd.DataFrame({"b_left": ["1960"], "b_right": ["1961"]}))


@pytest.fixture(scope="module")
def pairs(registers):
    """Pairs of raw cells, whether they are one person, and the land user of each."""
    made = Registers(registers.land, registers.citizens)
    person, citizen = made.candidates()
    row = made.land.people.row[person]
    left, right = registers.land.take(pa.array(row)).to_pandas(), registers.citizens.take(pa.array(citizen)).to_pandas()
    table = left.add_suffix("_left").join(right.add_suffix("_right"))
    truth = {(r["land_user_id"], r["person_no"], r["citizen_id"]) for r in registers.truth.to_pylist()}
    number = made.land.people.person_no[person]
    keys = zip(left["land_user_id"], number.tolist(), right["citizen_id"], strict=True)
    return table, np.array([key in truth for key in keys]), row


COMPARED = {
    "name": ("owner", "full_name_left", "full_name_right"),
    "birth": ("birth", "birth_date_left", "birth_date_right"),
    "sex": ("sex", "gender_left", "gender_right"),
    "number": ("number", "id_number_left", ["personal_id_right", "old_id_number_right"]),
    "place": ("place", ["address_left", "commune_code_left"], ["address_right", "commune_code_right"]),
}


@pytest.mark.parametrize("last", ["match", "logistic"])
def test_a_pipeline_goes_from_raw_cells_to_probabilities_and_is_cross_validated(pairs, last):
    table, same, groups = pairs
    compare = PairComparer(COMPARED, give="level" if last == "match" else "bits")
    fields = compare.level_fields()
    model = vnlink.MatchClassifier(fields=fields, ordered={}) if last == "match" else LogisticRegression(max_iter=1_000)
    pipeline = make_pipeline(compare, model)
    folds = StratifiedGroupKFold(3)
    probability = cross_val_predict(pipeline, table, same, groups=groups, cv=folds, method="predict_proba")[:, 1]
    called = probability > 0.5
    assert (called & same).sum() / called.sum() > 0.9
    assert (called & same).sum() / same.sum() > 0.85


def test_what_is_given_of_a_comparison_can_be_searched_for(pairs):
    table, same, groups = (part[:1_500] for part in pairs)
    pipeline = make_pipeline(PairComparer(COMPARED), LogisticRegression(max_iter=1_000))
    search = GridSearchCV(pipeline, {"paircomparer__give": ["level", "bits"]}, cv=StratifiedGroupKFold(2), scoring="roc_auc")
    search.fit(table, same, groups=groups)
    assert len(search.cv_results_["params"]) == 2
    assert search.best_score_ > 0.95
