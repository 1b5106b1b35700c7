"""Learning that begins with a model from elsewhere."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pyarrow as pa
import pytest
from sklearn.linear_model import LogisticRegression

from vnlink import InputError, Linker, ModelError
from vnlink.datasets import synthesize
from vnlink.errors import ConfigError
from vnlink.runs import run_link
from vnlink.storage.results import open_result


@pytest.fixture(scope="module")
def elsewhere():
    """A model of a register of other people, better written."""
    made = synthesize(citizens=4_000, land_users=2_500, seed=31, preset="clean")
    return Linker(threads=1).fit(made.land, made.citizens).model_


def begun(model, **settings):
    linker = Linker(threads=1, **settings)
    linker.model_ = model
    return linker


def without_numbers(registers):
    return registers.land.drop_columns(["id_number"]), registers.citizens.drop_columns(["personal_id", "old_id_number"])


def right_share(registers, links):
    truth = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in registers.truth.to_pylist()}
    found = [row["citizen_id"] == truth.get((row["land_user_id"], row["person_no"])) for row in links.to_pylist()]
    return np.mean(found)


def test_an_adapted_model_decides_as_well_as_one_that_was_learned_here(registers, elsewhere):
    own = Linker(threads=1).link(registers.land, registers.citizens).links
    adapted = begun(elsewhere).adapt(registers.land, registers.citizens).link(registers.land, registers.citizens).links
    assert right_share(registers, adapted) >= right_share(registers, own) - 0.005


def test_a_register_without_numbers_is_learned_from_too(registers, elsewhere):
    land, citizens = without_numbers(registers)
    own = Linker(threads=1).link(land, citizens).links
    adapted = begun(elsewhere).adapt(land, citizens).link(land, citizens).links
    assert right_share(registers, adapted) >= right_share(registers, own) - 0.01


@pytest.mark.parametrize("count", [1, 20, 100])
@pytest.mark.parametrize("numbers", [True, False], ids=["with numbers", "without"])
def test_a_few_land_users_do_not_make_a_good_model_worse(registers, elsewhere, count, numbers):
    land, citizens = (registers.land, registers.citizens) if numbers else without_numbers(registers)
    before = begun(elsewhere).link(land, citizens).links
    after = begun(elsewhere).adapt(land.slice(0, count), citizens).link(land, citizens).links
    assert right_share(registers, after) >= right_share(registers, before) - 0.005


def test_the_model_that_was_begun_with_is_not_changed(registers, elsewhere):
    before = elsewhere.to_json()
    linker = begun(elsewhere)
    assert linker.adapt(registers.land, registers.citizens) is linker
    assert elsewhere.to_json() == before
    assert linker.model_.to_json() != before


def test_the_order_of_the_rows_does_not_change_what_is_adapted(registers, elsewhere):
    rng = np.random.default_rng(4)
    shuffled = (side.take(rng.permutation(len(side))) for side in (registers.land, registers.citizens))
    one = begun(elsewhere).adapt(registers.land, registers.citizens).model_
    other = begun(elsewhere).adapt(*shuffled).model_
    assert one.to_json() == other.to_json()


def test_the_command_gives_what_python_gives(tmp_path, registers, register_files, elsewhere):
    linker = begun(elsewhere)
    linker.save(tmp_path / "model.json")
    inputs = register_files / "land.parquet", register_files / "citizens.parquet"
    run_link(*inputs, tmp_path / "run", model=tmp_path / "model.json", adapt=True)
    used = (tmp_path / "run" / "model.json").read_text(encoding="utf-8")
    assert used == linker.adapt(registers.land, registers.citizens).model_.to_json()
    manifest = open_result(tmp_path / "run").manifest
    assert manifest["adapted"] is True
    assert manifest["model_from"] == hashlib.sha256((tmp_path / "model.json").read_bytes()).hexdigest()
    assert json.loads(used)["learned_from"]["anchors"] > 0


def test_what_labels_taught_of_full_and_partial_is_kept(registers, elsewhere):
    some = registers.truth.slice(0, 300).select(["land_user_id", "person_no", "citizen_id"])
    status = ["none" if citizen is None else "full" for citizen in some["citizen_id"].to_pylist()]
    taught = Linker(threads=1).fit(registers.land, registers.citizens, some.append_column("status", [status])).model_
    assert taught.agreement is not None
    adapted = begun(taught).adapt(registers.land, registers.citizens).model_
    assert adapted.agreement == taught.agreement
    again = begun(elsewhere).adapt(registers.land, registers.citizens, some.append_column("status", [status])).model_
    assert again.labels is not None, "labels teach an adapted model too"


def test_nothing_is_adapted_without_a_model(tmp_path, registers, register_files):
    with pytest.raises(InputError, match="no model to adapt"):
        Linker().adapt(registers.land, registers.citizens)
    inputs = register_files / "land.parquet", register_files / "citizens.parquet"
    with pytest.raises(InputError, match="no model to adapt"):
        run_link(*inputs, tmp_path / "run", adapt=True)
    assert not (tmp_path / "run").exists()


def test_a_model_with_a_classifier_of_the_users_own_is_refused(registers):
    some = registers.truth.slice(0, 400).select(["land_user_id", "person_no", "citizen_id"])
    status = pa.array(["none" if citizen is None else "full" for citizen in some["citizen_id"].to_pylist()])
    linker = Linker(threads=1, classifier=LogisticRegression()).fit(
        registers.land, registers.citizens, some.append_column("status", status)
    )
    assert linker.model_.own is not None
    with pytest.raises(ModelError, match="classifier of your own"):
        linker.adapt(registers.land, registers.citizens)


def test_a_promise_needs_a_beginning_that_half_of_the_citizens_were_kept_out_of(registers, elsewhere):
    with pytest.raises(ConfigError, match="half of the citizens held out"):
        begun(elsewhere, max_wrong_full=0.01).adapt(registers.land, registers.citizens)
