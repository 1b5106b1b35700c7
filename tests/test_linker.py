"""The Python interface: settings as in scikit-learn, fit and link, saving and loading, results that explain themselves."""

from __future__ import annotations

import hashlib
import json
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone
from typer.testing import CliRunner

import vnlink
import vnlink.classify.taught
import vnlink.cli
from vnlink import Linker
from vnlink.errors import ConfigError, InputError, ModelError, StorageError
from vnlink.report.explain import contributions
from vnlink.runs import run_link, run_train
from vnlink.storage.results import open_result


@pytest.fixture(scope="module")
def linker(registers):
    return Linker(threads=1).fit(registers.land, registers.citizens)


@pytest.fixture(scope="module")
def result(linker, registers):
    return linker.link(registers.land, registers.citizens)


@pytest.fixture(scope="module")
def small(registers):
    return registers.land.slice(0, 60), registers.citizens.slice(0, 150)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Settings


def test_settings_are_read_and_changed_by_name():
    linker = Linker(top_k=5)
    assert linker.get_params()["top_k"] == 5
    assert linker.set_params(top_k=2, threads=1) is linker
    assert (linker.top_k, linker.get_params()["threads"]) == (2, 1)


def test_settings_are_the_arguments_of_the_constructor_and_all_have_defaults():
    import inspect

    names = [name for name in inspect.signature(Linker.__init__).parameters if name != "self"]
    assert sorted(Linker().get_params()) == sorted(names)
    assert Linker(**Linker().get_params()).get_params() == Linker().get_params()


def test_the_constructor_keeps_settings_as_they_are_and_checks_them_when_it_links(small):
    linker = Linker(memory_bytes="1GiB", top_k=99)
    assert (linker.memory_bytes, linker.top_k) == ("1GiB", 99)
    with pytest.raises(ConfigError, match=r"decide\.top_k"):
        linker.link(*small)


def test_numbers_of_numpy_are_settings_like_any_other():
    whole = {"top_k": np.int64(2), "seed": np.uint32(7), "memory_bytes": np.int64(1 << 30)}
    config = Linker(probability_full=np.float32(0.99), **whole)._config()
    assert (config.decide.top_k, config.run.seed, config.run.memory_bytes) == (2, 7, 1 << 30)
    assert type(config.decide.top_k) is int
    assert type(config.decide.probability_full) is float
    assert json.dumps(config.as_dict())
    for wrong in ({"top_k": np.bool_(True)}, {"top_k": True}, {"probability_full": np.bool_(True)}, {"top_k": 2.0}):
        with pytest.raises(ConfigError):
            Linker(**wrong)._config()


def test_a_clone_has_the_settings_and_not_the_model(linker):
    copy = clone(linker)
    assert copy is not linker
    assert copy.get_params() == linker.get_params()
    assert not hasattr(copy, "model_")


def test_a_name_that_is_no_setting_is_refused():
    with pytest.raises(InputError, match="no setting"):
        Linker().set_params(treads=1)
    with pytest.raises(InputError, match=r"probability_ful is no setting of Linker: did you mean probability_full\."):
        Linker().set_params(probability_ful=1)
    with pytest.raises(InputError, match=r"xyz is no setting of Linker: see Linker\.get_params\(\)"):
        Linker().set_params(xyz=1)
    with pytest.raises(TypeError):
        Linker(treads=1)


def test_the_representation_shows_changed_settings_only():
    assert repr(Linker()) == "Linker()"
    assert repr(Linker(top_k=5)) == "Linker(top_k=5)"


# Fit, link, save, load


def test_fitting_first_or_linking_at_once_gives_the_same(registers, linker, result):
    at_once = Linker(threads=1)
    again = at_once.link(registers.land, registers.citizens)
    assert again.links.equals(result.links)
    assert again.candidates.equals(result.candidates)
    assert not hasattr(at_once, "model_")


def test_linking_does_not_change_a_fitted_model(linker, result, small):
    before = linker.model_.to_json()
    linker.link(*small)
    assert linker.model_.to_json() == before


def test_a_saved_model_decides_as_before(tmp_path, registers, linker, result):
    linker.save(tmp_path / "model.json")
    loaded = Linker.load(tmp_path / "model.json", threads=2, batch_rows=999)
    again = loaded.link(registers.land, registers.citizens)
    assert again.links.equals(result.links)
    assert again.candidates.equals(result.candidates)
    loaded.save(tmp_path / "again.json")
    assert digest(tmp_path / "again.json") == digest(tmp_path / "model.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.json", "model.json"]


def test_the_model_of_a_run_gives_the_same_bytes_in_the_next(tmp_path, register_files, finished_run):
    inputs = register_files / "land.parquet", register_files / "citizens.parquet"
    run_link(*inputs, tmp_path / "run", model=finished_run / "model.json")
    for name in ("links.parquet", "candidates.parquet", "quarantine.parquet", "summary.json", "model.json"):
        assert digest(tmp_path / "run" / name) == digest(finished_run / name), name
    manifest = open_result(tmp_path / "run", verify=True).manifest
    assert manifest["model_from"] == digest(finished_run / "model.json")


def test_a_run_holds_what_the_python_interface_gives(finished_run, result):
    assert pq.read_table(finished_run / "links.parquet").equals(result.links)
    candidates = pq.read_table(finished_run / "candidates.parquet")
    assert candidates.to_pylist() == result.candidates.to_pylist()
    assert json.loads((finished_run / "summary.json").read_text(encoding="utf-8")) == result.summary()


def test_training_writes_the_model_that_linking_would_learn(tmp_path, register_files, finished_run):
    run_train(register_files / "land.parquet", register_files / "citizens.parquet", tmp_path / "model.json")
    assert digest(tmp_path / "model.json") == digest(finished_run / "model.json")


def test_saving_without_a_model_is_refused(tmp_path):
    with pytest.raises(InputError, match="no model yet"):
        Linker().save(tmp_path / "model.json")
    assert list(tmp_path.iterdir()) == []


def changed(path, change):
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    return json.dumps(data)


DAMAGES = {
    "nothing in it": lambda path: "",
    "cut in the middle": lambda path: path.read_text(encoding="utf-8")[:4000],
    "not JSON": lambda path: "weights = 3",
    "another document": lambda path: '{"format": "something else"}',
    "a list": lambda path: "[1, 2, 3]",
    "another version": lambda path: changed(path, lambda data: data.update(version=999)),
    "a field is missing": lambda path: changed(path, lambda data: data["fields"].pop("birth")),
    "a level is missing": lambda path: changed(path, lambda data: data["fields"]["birth"]["levels"].pop()),
    "levels in another order": lambda path: changed(path, lambda data: data["fields"]["name"]["levels"].reverse()),
    "a weight is missing": lambda path: changed(path, lambda data: data["fields"]["sex"]["weights_by_group"]["same"].pop()),
    "a weight is text": lambda path: changed(
        path, lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(1, "much")
    ),
    "a weight is not a number": lambda path: changed(
        path, lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(1, float("nan"))
    ),
    "a weight is infinite": lambda path: changed(
        path, lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(1, float("inf"))
    ),
    "a group is missing": lambda path: changed(path, lambda data: data["fields"]["sex"]["weights_by_group"].pop("part")),
    "fields are a list": lambda path: changed(path, lambda data: data.update(fields=[])),
    "no prior": lambda path: changed(path, lambda data: data.pop("prior")),
    "a share of two": lambda path: changed(path, lambda data: data["prior"]["present"].__setitem__(0, 2.0)),
    "too few shares": lambda path: changed(path, lambda data: data["prior"]["present"].pop()),
    "no citizens": lambda path: changed(path, lambda data: data["prior"].update(count_citizens=0)),
    "groups of another version": lambda path: changed(path, lambda data: data["groups"]["of_level"].reverse()),
    "groups are null": lambda path: changed(path, lambda data: data.update(groups=None)),
    "nested too deeply": lambda path: "[" * 200_000,
    "a number of 5,000 digits": lambda path: path.read_text(encoding="utf-8").replace(": 3000", ": " + "9" * 5_000),
    "more citizens than people": lambda path: changed(path, lambda data: data["prior"].update(count_citizens=10**400)),
    "a weight beyond reason": lambda path: changed(
        path, lambda data: data["fields"]["sex"]["weights_by_group"]["same"].__setitem__(1, 1e12)
    ),
    "a frequency is not a number": lambda path: changed(
        path, lambda data: data["fields"]["sex"]["m"].__setitem__(1, float("nan"))
    ),
    "a frequency is missing": lambda path: changed(path, lambda data: data["fields"]["sex"]["m"].pop()),
    "a count is text": lambda path: changed(path, lambda data: data["learned_from"].update(anchors="many")),
    "a count is not a number": lambda path: changed(path, lambda data: data["learned_from"].update(anchors=float("nan"))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_model_is_refused(tmp_path, finished_run, damage):
    (tmp_path / "model.json").write_text(DAMAGES[damage](finished_run / "model.json"), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        Linker.load(tmp_path / "model.json")
    assert caught.value.exit_code == 3
    assert "train" in str(caught.value)


def test_a_model_that_is_not_there_or_not_text_is_refused(tmp_path):
    (tmp_path / "model.json").write_bytes(b"\x80\x04\x95\xff\xfe")
    places = {tmp_path / "model.json": "cannot be read", tmp_path / "none.json": "cannot be read", tmp_path: "must be a file"}
    for place, said in places.items():
        with pytest.raises(ModelError, match=said):
            Linker.load(place)


def test_a_model_learned_on_few_citizens_still_finds_the_right_ones_among_many(registers, result, small):
    taught = Linker(threads=1).fit(registers.land.slice(0, 600), registers.citizens.slice(0, 1000))
    again = taught.link(registers.land, registers.citizens)
    assert right_links(registers, again.links) >= 0.95 * right_links(registers, result.links)


# Labels


@pytest.fixture(scope="module")
def labels(registers):
    """What clerks found out about some five hundred persons: who they are, or that nobody in the register is."""
    truth = registers.truth.slice(0, 500).select(["land_user_id", "person_no", "citizen_id"])
    status = ["none" if citizen is None else "full" for citizen in truth["citizen_id"].to_pylist()]
    return truth.append_column("status", [status])


@pytest.fixture(scope="module")
def taught(registers, labels):
    return Linker(threads=1).fit(registers.land, registers.citizens, labels)


def right_links(registers, links):
    truth = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in registers.truth.to_pylist()}
    return sum(
        row["citizen_id"] is not None and truth.get((row["land_user_id"], row["person_no"])) == row["citizen_id"]
        for row in links.to_pylist()
    )


def test_labels_teach_and_do_no_harm(registers, linker, result, taught, labels):
    report = taught.model_.as_dict()["learned_from"]
    assert report["labelled_persons"] == labels.num_rows
    assert taught.model_.to_json() != linker.model_.to_json()
    again = taught.link(registers.land, registers.citizens)
    assert right_links(registers, again.links) >= right_links(registers, result.links) - 10


def test_the_order_of_labels_and_their_form_do_not_matter(tmp_path, registers, taught, labels):
    turned = labels.take(np.arange(labels.num_rows)[::-1])
    turned.to_pandas().to_csv(tmp_path / "labels.csv", index=False)
    for form in (tmp_path / "labels.csv", pl.from_arrow(turned)):
        again = Linker(threads=1).fit(registers.land, registers.citizens, labels=form)
        assert again.model_.to_json() == taught.model_.to_json()


def test_the_order_of_the_registers_does_not_change_what_labels_teach(monkeypatch, registers, labels):
    monkeypatch.setattr(vnlink.classify.taught, "_SURE", -1e9)  # a correction is taken, whether it is proved or not
    taught = Linker(threads=1).fit(registers.land, registers.citizens, labels)
    assert taught.model_.labels["correction"] == "taken"
    rng = np.random.default_rng(3)
    land, citizens = (table.take(rng.permutation(table.num_rows)) for table in (registers.land, registers.citizens))
    again = Linker(threads=2, batch_rows=700).fit(land, citizens, labels)
    assert again.model_.to_json() == taught.model_.to_json()


def test_full_partial_and_none_are_reported_on_labels_that_were_held_out(taught, labels, registers):
    report = taught.model_.labels
    assert sum(report["labels"].values()) == labels.num_rows
    assert report["correction"] in ("taken", "not taken")
    for judged in report["held_out"].values():
        assert judged["classes"] == ["full", "partial", "none"]
        assert 0.9 * labels.num_rows <= np.sum(judged["confusion"]) <= labels.num_rows
        assert judged["log_loss"] > 0.0
    assert taught.link(registers.land, registers.citizens).summary()["labels"] == report


def test_a_few_labels_that_prove_nothing_leave_the_weights_as_they_were(registers, linker, labels):
    few = Linker(threads=1).fit(registers.land, registers.citizens, labels.slice(0, 4))
    assert few.model_.labels["correction"] == "not taken"
    assert few.model_.as_dict()["fields"] == linker.model_.as_dict()["fields"]


def test_a_taught_model_is_the_same_after_saving_and_loading(tmp_path, registers, taught):
    taught.save(tmp_path / "model.json")
    again = Linker.load(tmp_path / "model.json", threads=1, status="learned")
    assert again.model_.to_json() == taught.model_.to_json()
    links = again.link(registers.land, registers.citizens).links
    expected = taught.set_params(status="learned").link(registers.land, registers.citizens).links
    taught.set_params(status="rule")
    assert links.equals(expected)


def test_the_learned_status_needs_labels(registers, linker, small):
    unlabelled = clone(linker).set_params(status="learned").fit(*small)
    with pytest.raises(ModelError, match="learned without labels"):
        unlabelled.link(*small)


# Drift


def test_a_register_like_the_one_learned_on_is_as_expected(result):
    drift = result.summary()["drift"]
    assert drift["confident_links"]["seen"] > 1000
    assert {one["verdict"] for one in drift["fields"].values()} == {"as expected"}
    assert result.manifest["drift"] == drift
    assert drift["sentence"] not in repr(result)


def test_a_register_of_another_kind_is_told(registers, linker):
    land = registers.land.drop_columns(["birth_date"])
    moved = linker.link(land, registers.citizens)
    drift = moved.summary()["drift"]
    assert drift["fields"]["person_evidence"]["verdict"] == "far off"
    assert drift["fields"]["birth"]["verdict"] == "far off"
    assert "Learn a model from this register" in drift["sentence"]
    for shown in (repr(moved), moved._repr_html_()):
        assert "This register is far from the one that the model was learned on: " in shown
        assert "let this one adapt (Linker.adapt)" in shown


# The result


def test_the_result_is_right_where_the_truth_is_known(registers, result):
    truth = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in registers.truth.to_pylist()}
    full = [row for row in result.links.to_pylist() if row["status"] == "full"]
    linked = [row for row in result.links.to_pylist() if row["citizen_id"] is not None]
    wrong = sum(truth.get((row["land_user_id"], row["person_no"])) != row["citizen_id"] for row in full)
    assert wrong <= 1, "of some 1,200 full links"
    right = sum(truth.get((row["land_user_id"], row["person_no"])) == row["citizen_id"] for row in linked)
    assert right >= 0.97 * len(linked)
    assert right >= 0.85 * sum(citizen is not None for citizen in truth.values())


def test_the_result_goes_to_pandas_polars_and_arrow(result):
    frame = result.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame["land_user_id"].tolist() == result.links["land_user_id"].to_pylist()
    assert result.to_polars().shape == (len(result), len(result.links.schema.names))
    assert pl.DataFrame(result.candidates).height == result.candidates.num_rows


def test_the_result_shows_shares_and_counts(result):
    status = result.summary()["status"]
    assert repr(result).startswith(f"<LinkResult: {len(result):,} persons: full {status['full']['count']:,} (")
    html = result._repr_html_()
    assert all(f"{status[name]['count']:,}" in html for name in status)


def test_the_summary_is_a_copy(result):
    summary = result.summary()
    assert summary["persons"] == len(result)
    summary["status"].clear()
    assert result.summary()["status"]


def test_an_unknown_land_user_cannot_be_explained(result):
    with pytest.raises(InputError, match="no such land user"):
        result.explain("nobody")


# Explanations


@pytest.fixture(scope="module")
def model(result):
    return result._model


def test_contributions_and_the_start_add_up_to_the_match_weight(registers, result, model):
    """What is left of a weight after the contributions is the blind guess: among all citizens, or all of the name."""
    groups = dict(zip(model["fields"]["name"]["levels"], model["groups"]["of_level"], strict=True))
    guesses = {}
    for row in result.candidates.to_pylist():
        added = contributions(row, model)
        assert len(added) == len(model["fields"])
        group = groups[row["level_name"]]
        rarity = row["level_rarity"] if group == 1 else None
        guesses.setdefault((group == 1, rarity), set()).add(row["match_weight"] - sum(bits for _, _, bits in added))
    assert all(len(found) == 1 for found in guesses.values()), "the start depends on nothing but the name and how common it is"
    (among_all,) = guesses[False, None]
    assert among_all == round(-np.log2(registers.citizens.num_rows) * 4096) / 4096
    by_rarity = [guess for (same, rarity), (guess,) in sorted(guesses.items(), key=str) if same]
    assert all(guess > among_all for guess in by_rarity), "few bear one name"


def test_the_bits_of_an_explanation_add_up_to_its_head(result):
    candidates = result.candidates.to_pylist()
    for row in candidates[:300:7]:
        text = result.explain(row["land_user_id"])
        for block in re.split(r"\n(?=   \d+\) )", text)[1:]:
            head, *lines = block.split("\n\n")[0].splitlines()
            weight = float(re.search(r"([+-]\d+\.\d) bit$", head)[1])
            bits = [float(found[1]) for line in lines if (found := re.match(r"\s+([+-]\d+\.\d)  ", line))]
            assert len(bits) >= 2
            assert sum(bits) == pytest.approx(weight, abs=0.05 * (len(bits) + 9))


def test_an_explanation_names_the_persons_the_decision_and_the_reasons(result):
    row = next(row for row in result.links.to_pylist() if row["status"] == "partial" and row["reasons"])
    text = result.explain(row["land_user_id"])
    assert row["person_name"] in text
    assert row["citizen_id"] in text
    assert "partial" in text
    assert all(f"[{code}]" in text for code in row["reasons"])


def test_the_explanation_of_the_folder_is_that_of_the_result(finished_run, result):
    from typer.testing import CliRunner

    from vnlink import cli

    land_user = result.links["land_user_id"][0].as_py()
    done = CliRunner().invoke(cli.app, ["explain", str(finished_run), land_user])
    assert done.exit_code == 0
    assert done.stdout == result.explain(land_user)


def test_land_users_with_whole_numbers_for_ids_are_explained_by_them(linker, small):
    land, citizens = small
    numbered = land.set_column(0, "land_user_id", pa.array(range(len(land))))
    result = linker.link(numbered, citizens)
    assert str(result.explain(3)) == str(result.explain(np.int64(3))) == str(result.explain("3"))
    with pytest.raises(InputError, match=r"id of a land user is text.*got float"):
        result.explain(3.5)


def test_a_model_file_that_is_no_path_is_refused(linker):
    with pytest.raises(InputError, match=r"given by its path.*got int"):
        Linker.load(3)
    with pytest.raises(InputError, match=r"given by its path.*got int"):
        linker.save(3)


@pytest.mark.parametrize("content", [b"land_user_id,full_name\n1,A\n", b'{"format": "of somebody"}', b"PAR1\xff", b""], ids=str)
def test_a_model_takes_the_place_of_a_model_and_of_no_other_file(tmp_path, linker, content):
    place = tmp_path / "land.csv"
    place.write_bytes(content)
    with pytest.raises(InputError, match=r"land\.csv is there already and is no model of vnlink.*\(overwrite=True\)"):
        linker.save(place)
    assert place.read_bytes() == content
    linker.save(place, overwrite=True)
    linker.save(place)
    assert Linker.load(place).model_.as_dict() == linker.model_.as_dict()


def test_a_folder_is_no_place_for_a_model(tmp_path, linker, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for place in (".", tmp_path):
        with pytest.raises(InputError, match=r"is that of a folder: give the name of a file in it"):
            linker.save(place, overwrite=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_a_run_wrote_is_a_result_again(finished_run, result, tmp_path):
    for folder in (finished_run, result.write(tmp_path / "run1")):
        again = vnlink.LinkResult.load(folder, verify=True)
        assert (again.links, again.candidates, again.quarantine) == (result.links, result.candidates, result.quarantine)
        assert again.summary() == result.summary()
        assert repr(again) == repr(result)
        some = result.links["land_user_id"][0].as_py()
        assert again.explain(some) == result.explain(some)
        assert again.audit() == result.audit()
        assert again.charts
    copy = again.write(tmp_path / "copy")
    assert digest(copy / "report.html") == digest(folder / "report.html")
    with pytest.raises(StorageError, match="must be a finished result folder"):
        vnlink.LinkResult.load(tmp_path)


def test_an_explanation_is_in_the_language_that_was_asked_for(result):
    some = result.links["land_user_id"][0].as_py()
    both, vietnamese, english = (result.explain(some, language=one) for one in (None, "vi", "en"))
    assert both == result.explain(some)
    assert " / " in both
    assert vietnamese.startswith("Người sử dụng đất: ")
    assert english.startswith("Land user: ")
    assert "probability" not in vietnamese
    assert "xác suất" not in english
    assert (vietnamese._repr_html_(), english._repr_html_()) == (None, None)
    assert "<table" in both._repr_html_()
    with pytest.raises(InputError, match="language"):
        result.explain(some, language="fr")


def test_an_earlier_result_is_told_with_the_keyword_that_replaces_it(tmp_path, result):
    result.write(tmp_path / "run1")
    with pytest.raises(StorageError, match=r"holds an earlier result.*\(overwrite=True\)"):
        result.write(tmp_path / "run1")


def test_log_odds_tell_what_another_threshold_of_full_would_have_given(registers, linker, result):
    # Above one minus the share of doubt no probability can tell it.
    stricter = 0.99999
    enough = pc.fill_null(pc.greater_equal(result.links["log_odds"], np.log2(stricter / (1.0 - stricter))), False)
    kept = pc.and_(pc.equal(result.links["status"], "full"), enough)
    again = Linker(threads=1, probability_full=stricter)
    again.model_ = linker.model_
    links = again.link(registers.land, registers.citizens).links
    full = pc.equal(links["status"], "full")
    assert full.equals(kept)
    assert pc.max(links["probability"]).as_py() < stricter
    assert pc.sum(full).as_py() > 100


def test_a_linker_takes_the_settings_of_a_configuration_file(tmp_path, registers, linker):
    path = tmp_path / "vnlink.toml"
    path.write_text('[columns]\n"Owner" = "full_name"\n[decide]\ntop_k = 2\n[run]\nmemory_bytes = "8GiB"\n', encoding="utf-8")
    config = vnlink.load_config(path)
    made = Linker.from_config(config, threads=1)
    assert (made.top_k, made.shared_columns, made.threads) == (2, {"Owner": "full_name"}, 1)
    assert made._config() == config.replace(run={"threads": 1})
    assert clone(made).get_params() == made.get_params()
    land, citizens = registers.land.slice(0, 40), registers.citizens.slice(0, 200)
    renamed = land.rename_columns(["Owner" if name == "full_name" else name for name in land.column_names])
    made.model_ = linker.model_
    assert made.link(renamed, citizens).links.equals(linker.link(land, citizens).links)
    with pytest.raises(InputError, match="configuration is required"):
        Linker.from_config(path)


def test_a_result_in_memory_is_written_as_the_folder_that_the_command_writes(result, finished_run, registers, tmp_path):
    from vnlink.report.measures import evaluate

    folder = result.write(tmp_path / "run")
    written, own = open_result(folder, verify=True), open_result(finished_run)
    assert sorted(written.files) == sorted(own.files)
    for name in ("links.parquet", "candidates.parquet", "model.json", "summary.json"):
        assert digest(folder / name) == digest(finished_run / name)
    assert (
        evaluate(written.table("links.parquet"), registers.truth).to_dict() == evaluate(result.links, registers.truth).to_dict()
    )
    assert set(own.manifest) - set(written.manifest) == {"adapted"}
    with pytest.raises(StorageError):
        result.write(tmp_path / "run")
    result.write(tmp_path / "run", overwrite=True)
    app = CliRunner()
    for arguments in (["explain", str(folder), registers.land["land_user_id"][0].as_py()], ["audit", str(folder)]):
        assert app.invoke(vnlink.cli.app, arguments).exit_code == 0
