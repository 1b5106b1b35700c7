"""A classifier of the user's own in a linker: it learns from labels, is taken where they prove it, and is saved as data."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

import vnlink.classify.taught
from vnlink import ConfigError, InputError, Linker, MatchClassifier, ModelError
from vnlink.classify.model import Model
from vnlink.classify.own import UNBOUND_BITS, OwnClassifier
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.schema import Field

LEVELS = [f"level_{f.name}" for f in FIELDS]


def boosting():
    return HistGradientBoostingClassifier(max_iter=8, max_depth=3, min_samples_leaf=5)


@pytest.fixture(scope="module")
def labels(registers):
    """What clerks found out about some persons; every fourth right one is called partial."""
    truth = registers.truth.slice(0, 300).select(["land_user_id", "person_no", "citizen_id"])
    found = truth["citizen_id"].to_pylist()
    status = ["none" if citizen is None else "full" if i % 4 else "partial" for i, citizen in enumerate(found)]
    return truth.append_column("status", [status])


@pytest.fixture(scope="module")
def plain(registers):
    linker = Linker(threads=1).fit(registers.land, registers.citizens)
    return linker, linker.link(registers.land, registers.citizens)


@pytest.fixture(scope="module")
def small_registers(registers):
    return registers.land.slice(0, 60), registers.citizens.slice(0, 150)


def codes_of(candidates):
    columns = []
    for f, name in zip(FIELDS, LEVELS, strict=True):
        number = {level: i for i, level in enumerate(f.levels)}
        columns.append([number.get(level, 0) for level in candidates[name].to_pylist()])
    return np.array(columns).T


@pytest.fixture(scope="module")
def pairs(registers, plain):
    """Level codes of candidates, and whether each is the person."""
    table = plain[1].candidates
    truth = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in registers.truth.to_pylist()}
    keys = zip(table["land_user_id"].to_pylist(), table["person_no"].to_pylist(), table["citizen_id"].to_pylist(), strict=True)
    return codes_of(table), np.array([truth.get((user, number)) == citizen for user, number, citizen in keys])


@pytest.fixture(scope="module")
def taught(registers, labels):
    """A linker whose classifier is taken, proved or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vnlink.classify.taught, "_SURE", -1e9)
        return Linker(threads=1, classifier=boosting()).fit(registers.land, registers.citizens, labels)


def test_a_classifier_learns_from_labels_and_corrects_scores(registers, plain, taught):
    assert taught.model_.labels["correction"] == "taken"
    assert taught.model_.weights.weights["birth"].tolist() == plain[0].model_.weights.weights["birth"].tolist()
    first, second = (one.link(registers.land, registers.citizens).links for one in (plain[0], taught))
    assert first["citizen_id"].null_count <= second["citizen_id"].null_count + 20
    assert first["log_odds"] != second["log_odds"]
    assert set(taught.model_.labels["held_out"]) == {"without_labels", "with_labels"}


CHILD = """
import sys
import pyarrow.parquet as pq
import vnlink
linker = vnlink.Linker.load(sys.argv[1], threads=2, batch_rows=700, status="learned")
result = linker.link(sys.argv[2], sys.argv[3])
pq.write_table(result.links, sys.argv[4])
linker.save(sys.argv[5])
"""


def test_another_process_gives_the_same_bytes_from_the_model_file(tmp_path, registers, register_files, taught):
    import pyarrow.parquet as pq

    model, links, again = (tmp_path / name for name in ("model.json", "links.parquet", "again.json"))
    taught.save(model)
    files = [str(register_files / name) for name in ("land.parquet", "citizens.parquet")]
    subprocess.run([sys.executable, "-c", CHILD, str(model), *files, str(links), str(again)], check=True)
    assert model.read_bytes() == again.read_bytes()
    expected = clone(taught).set_params(status="learned")
    expected.model_ = taught.model_
    assert pq.read_table(links).equals(expected.link(registers.land, registers.citizens).links)


def test_the_order_of_rows_and_labels_changes_no_byte_of_what_a_classifier_learns(monkeypatch, registers, labels, taught):
    monkeypatch.setattr(vnlink.classify.taught, "_SURE", -1e9)
    rng = np.random.default_rng(3)
    land, citizens, turned = (
        table.take(rng.permutation(table.num_rows)) for table in (registers.land, registers.citizens, labels)
    )
    again = Linker(threads=2, batch_rows=700, classifier=boosting()).fit(land, citizens, turned)
    assert again.model_.to_json() == taught.model_.to_json()


def test_explanations_say_that_a_classifier_has_a_part_in_the_score(registers, taught):
    result = taught.link(registers.land, registers.citizens)
    user = result.candidates["land_user_id"][0].as_py()
    assert "classifier of your own" in result.explain(user)


# Fitted before


def test_a_classifier_has_the_same_part_in_a_look_up_as_in_a_link(registers, plain, taught, tmp_path):
    land = registers.land.slice(0, 200)
    taught.index(registers.citizens, tmp_path / "index")
    found, linked = taught.lookup(land, tmp_path / "index"), taught.link(land, registers.citizens)
    assert found.links.equals(linked.links)
    assert found.candidates.equals(linked.candidates)
    one_by_one = [person for row in land.slice(0, 30).to_pylist() for person in taught.lookup(row, tmp_path / "index")]
    first = linked.links.slice(0, len(one_by_one))
    assert [person.log_odds for person in one_by_one] == first["log_odds"].to_pylist()
    assert [person.status for person in one_by_one] == first["status"].to_pylist()
    assert not linked.candidates.equals(plain[0].link(land, registers.citizens).candidates)


def test_a_fitted_classifier_without_a_prior_takes_the_place_of_the_score(registers, pairs):
    codes, same = pairs
    fitted = MatchClassifier(boosting(), fields=FIELDS).fit(codes, same)
    candidates = Linker(threads=1, classifier=fitted).link(registers.land, registers.citizens).candidates
    expected = np.rint(fitted.same_log_odds(codes_of(candidates)) * 4096) / 4096
    assert candidates.num_rows > 2000
    assert np.array_equal(np.asarray(candidates["match_weight"]), expected)


def test_a_fitted_classifier_that_labels_refute_changes_nothing(registers, plain, pairs, labels):
    codes, same = pairs
    upside_down = MatchClassifier(fields=FIELDS, ordered={}).fit(codes, ~same)
    linker = Linker(threads=1, classifier=upside_down).fit(registers.land, registers.citizens, labels)
    assert linker.model_.labels["correction"] == "not taken"
    assert linker.link(registers.land, registers.citizens).links.equals(plain[1].links)


def test_three_fitted_classes_tell_full_from_partial(registers, pairs):
    codes, same = pairs
    never_full = np.where(same, np.where(np.arange(len(same)) % 50, "partial", "full"), "none")
    fitted = MatchClassifier(fields=FIELDS).fit(codes, never_full)
    linker = Linker(threads=1, classifier=fitted, status="learned")
    status = linker.link(registers.land, registers.citizens).links["status"].to_pylist()
    assert "partial" in status
    assert "full" not in status


# What is refused


def test_a_classifier_without_labels_has_nothing_to_learn_from(small_registers):
    with pytest.raises(InputError, match="nothing to learn from"):
        Linker(classifier=MatchClassifier()).fit(*small_registers)
    with pytest.raises(InputError, match="nothing to learn from"):
        Linker(classifier=boosting()).link(*small_registers)


@pytest.mark.parametrize("other", [42, "boosting", GaussianNB, object()])
def test_what_is_no_classifier_is_refused(small_registers, other):
    with pytest.raises(InputError, match="scikit-learn classifier"):
        Linker(classifier=other).link(*small_registers)


def test_a_classifier_of_other_fields_or_with_a_prior_of_its_own_is_refused(small_registers, labels):
    other = MatchClassifier(fields=(Field("thửa", ("thiếu", "đúng"), 0, 1),))
    with pytest.raises(InputError, match="fields of the linker"):
        Linker(classifier=other).fit(*small_registers, labels=labels)
    with pytest.raises(InputError, match="prior_weights"):
        Linker(classifier=MatchClassifier(prior_weights={})).fit(*small_registers, labels=labels)


def test_nothing_is_promised_of_a_classifier_that_was_fitted_before(small_registers, pairs):
    fitted = MatchClassifier(fields=FIELDS).fit(*pairs)
    with pytest.raises(ConfigError, match="fitted before"):
        Linker(classifier=fitted, max_wrong_full=0.01).link(*small_registers)


@pytest.mark.parametrize("wrapped", [GaussianNB(), KNeighborsClassifier()])
def test_what_cannot_be_saved_as_data_is_a_model_error(registers, labels, wrapped):
    with pytest.raises(ModelError, match=r"cannot be saved|sample_weight"):
        Linker(threads=1, classifier=wrapped).fit(registers.land, registers.citizens, labels)


DAMAGES = {
    "no part": lambda part: part.pop("same"),
    "a bound that is none": lambda part: part.update(bound_bits=-1.0),
    "text for a number": lambda part: part.update(absent_bits="3"),
    "other fields": lambda part: part["same"]["fields"].pop(),
    "no classifier": lambda part: part.update(same={"format": "other"}),
    "a question for another": lambda part: part.update(same=part["agreement"], agreement=part["same"]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_classifier_in_a_model_file_is_refused(taught, damage):
    data = json.loads(taught.model_.to_json())
    DAMAGES[damage](data["classifier"])
    with pytest.raises(ModelError):
        Model.from_json(json.dumps(data), FIELDS, NAME_GROUPS)


# Settings


def test_settings_of_the_classifier_are_settings_of_the_linker():
    linker = Linker(classifier=MatchClassifier(boosting()))
    assert linker.get_params()["classifier__estimator__max_iter"] == 8
    assert linker.set_params(classifier__estimator__max_iter=9, top_k=2).classifier.estimator.max_iter == 9
    copy = clone(linker)
    assert copy.classifier is not linker.classifier
    assert copy.get_params()["classifier__estimator__max_iter"] == 9
    with pytest.raises(InputError, match="no setting"):
        Linker().set_params(classifier__estimator=None)


# What labels cannot resolve


def test_beyond_what_labels_resolve_the_score_stands(pairs):
    """With few labels no tree says more than "likely", and of pairs that are sure by their score it must not say less."""
    codes, same = pairs
    few = np.r_[np.flatnonzero(same)[:20], np.flatnonzero(~same)[:20]]
    bits = np.where(same, 6.0, -6.0)
    model = MatchClassifier(boosting(), fields=FIELDS, classes=("none", "partial"))
    model.fit(codes[few], np.where(same, "partial", "none")[few], prior_log_odds=bits[few])
    patterns = sum(codes[few[:1], i] << f.shift for i, f in enumerate(FIELDS))
    own = OwnClassifier(FIELDS, model, None, 0.0, 5.0)
    sure, surer = (own.log_odds(patterns, np.array([score])) - score for score in (20.0, 30.0))
    assert sure[0] == pytest.approx(surer[0], abs=1e-9)
    assert abs(sure[0]) <= 2 * 5.0
    assert OwnClassifier(FIELDS, None, None, 0.0, UNBOUND_BITS).log_odds(patterns, np.array([7.0])).tolist() == [7.0]


def test_labels_that_lack_the_register_of_a_land_user_still_are_an_input_error(registers):
    labels = pa.table({"land_user_id": ["nobody"], "citizen_id": ["nobody"], "status": ["full"]})
    with pytest.raises(InputError):
        Linker(threads=1, classifier=boosting()).fit(registers.land, registers.citizens, labels)
