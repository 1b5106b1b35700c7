"""Promises and audits of whole runs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from rich.console import Console
from typer.testing import CliRunner

from vnlink import Linker, auditing, cli
from vnlink.classify import learning
from vnlink.config import Config
from vnlink.datasets import synthesize
from vnlink.decide.policy import StatusRule
from vnlink.errors import ConfigError, InputError
from vnlink.hiding import LeftOut
from vnlink.labels import Labels
from vnlink.linkage import Linkage
from vnlink.promise import Trials, hold_out
from vnlink.promise import promised as promised_thresholds
from vnlink.report.html import render_report
from vnlink.report.text import audit_screen
from vnlink.runs import run_link

runner = CliRunner()


@pytest.fixture(scope="module")
def larger():
    """Registers that are large enough to promise one in a hundred."""
    return synthesize(citizens=8_000, land_users=6_000, seed=11)


@pytest.fixture(scope="module")
def promised(larger):
    return Linker(threads=1, max_wrong_full=0.02, confidence=0.9).link(larger.land, larger.citizens)


@pytest.fixture(scope="module")
def unpromised(larger):
    return Linker(threads=1).link(larger.land, larger.citizens)


def truth_of(registers):
    rows = registers.truth.select(["land_user_id", "person_no", "citizen_id"]).to_pylist()
    return {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in rows}


def test_the_manifest_says_for_whom_a_promise_holds(promised):
    told = promised.manifest["guarantee"]
    group = told["groups"]["without_id"]
    assert group["promised"]
    assert group["citizens"] >= told["citizens_needed_if_none_is_wrong"]
    assert group["most_wrong"] <= 0.02
    assert "number" in group["holds_for"]
    assert promised.manifest["thresholds"]["log_odds_full_without_id"] == group["log_odds_full"]


def test_of_fulls_with_a_number_nothing_is_promised_where_nothing_speaks_for_them(promised):
    group = promised.manifest["guarantee"]["groups"]["with_id"]
    assert not group["promised"]
    assert group["why"]
    assert group["log_odds_full"] == promised.manifest["thresholds"]["log_odds_full"]


def test_a_promise_is_kept_against_the_truth(promised, larger):
    truth = truth_of(larger)
    wrong, linked = set(), set()
    for row in promised.links.to_pylist():
        if row["status"] == "full":
            linked.add(row["citizen_id"])
            if truth.get((row["land_user_id"], row["person_no"])) != row["citizen_id"]:
                wrong.add(row["citizen_id"])
    assert len(wrong) / len(linked) <= 0.02


def test_registers_too_small_for_a_promise_are_refused_with_the_counts(registers):
    with pytest.raises(InputError, match=r"needs 29,956 citizens .* and only [\d,]+ of them"):
        Linker(threads=1, max_wrong_full=0.0001).link(registers.land, registers.citizens)


def test_the_command_line_refuses_with_the_code_of_input(register_files, tmp_path):
    arguments = [str(register_files / name) for name in ("land.parquet", "citizens.parquet")]
    done = runner.invoke(cli.app, ["link", *arguments, "--out", str(tmp_path / "run"), "--max-wrong-full", "0.0001"])
    assert done.exit_code == 2
    assert "29,956 citizens" in " ".join(done.stderr.split())
    assert not (tmp_path / "run").exists()


def test_a_model_that_learned_from_everybody_can_promise_nothing(registers):
    linker = Linker(threads=1).fit(registers.land, registers.citizens)
    linker.set_params(max_wrong_full=0.1)
    with pytest.raises(ConfigError, match="held out"):
        linker.link(registers.land, registers.citizens)


def test_a_model_that_learned_from_a_few_labels_of_everybody_can_promise_nothing_later(larger, promised):
    row = next(row for row in promised.links.to_pylist() if row["status"] == "full")
    labels = pa.table({name: [row[name]] for name in ("land_user_id", "person_no", "citizen_id", "status")})
    linker = Linker(threads=1, max_wrong_full=0.02, confidence=0.9).fit(larger.land, larger.citizens, labels)
    with pytest.raises(ConfigError, match="held out"):
        linker.link(larger.land, larger.citizens)


def test_a_model_trained_with_half_held_out_can_promise_later(larger, promised, tmp_path):
    settings = {"threads": 1, "max_wrong_full": 0.02, "confidence": 0.9}
    Linker(**settings).fit(larger.land, larger.citizens).save(tmp_path / "m.json")
    again = Linker.load(tmp_path / "m.json", **settings).link(larger.land, larger.citizens)
    assert again.manifest["guarantee"] == promised.manifest["guarantee"]
    assert again.links.equals(promised.links)


def test_sharing_citizens_out_and_a_promise_exclude_each_other(registers):
    with pytest.raises(ConfigError, match="shared out"):
        Linker(threads=1, max_wrong_full=0.1, one_to_one="land_user").link(registers.land, registers.citizens)


@pytest.fixture(scope="module")
def linkage(larger):
    return Linkage(larger.land, larger.citizens, Config.from_mapping({"run": {"threads": 1}}))


def labels_of(linkage, larger, count):
    """Right labels of the first persons whose citizen is in the register."""
    truth = truth_of(larger)
    ids = {one: i for i, one in enumerate(linkage.citizens.ids.to_pylist())}
    land = linkage.land
    keys = zip(land.ids.take(pa.array(land.people.row)).to_pylist(), land.people.person_no.tolist(), strict=True)
    pairs = [(i, ids[truth[key]]) for i, key in enumerate(keys) if truth.get(key) is not None][:count]
    person, citizen = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    return Labels(person, citizen, np.ones(len(person), bool), np.zeros(len(person), bool))


def test_all_persons_of_a_land_user_are_held_out_or_none(linkage):
    nothing = Labels(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool), np.empty(0, bool))
    held = hold_out(linkage.land.table, linkage.citizens.table, nothing, 100)
    row = linkage.land.people.row
    land = held.persons.land
    some = np.zeros(row.max() + 1, bool)
    some[row[land]] = True
    assert np.array_equal(some[row], land)
    assert 0.2 < land.mean() < 0.6


def test_enough_labels_are_halved_and_none_that_judges_is_learned_from(linkage, larger):
    labels = labels_of(linkage, larger, 3_000)
    held = hold_out(linkage.land.table, linkage.citizens.table, labels, 1_000)
    assert len(held.judging) > 1_000
    assert held.persons.land[held.judging.person].all()
    assert not held.persons.land[held.learned.person].any()
    assert not np.intersect1d(held.judging.citizen, held.learned.citizen).size


def test_few_labels_are_all_learned_from_and_judge_nothing(linkage, larger):
    labels = labels_of(linkage, larger, 50)
    held = hold_out(linkage.land.table, linkage.citizens.table, labels, 1_000)
    assert (len(held.learned), len(held.judging), held.whole) == (50, 0, False)
    assert not held.persons.land[labels.person].any()
    assert not held.persons.citizens[labels.citizen].any()


def noting(monkeypatch, module, name, note):
    """Let a function of a module tell of its arguments before it works."""
    real = getattr(module, name)

    def told(*arguments, **named):
        note(*arguments)
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, told)


def test_no_citizen_who_taught_judges(larger, monkeypatch):
    """Neither by number nor by birth date, and nobody who judges is believed to be anybody's right citizen while learning."""
    taught, judging, kinds = set(), set(), set()

    def note_taught(pairs, fields, one):
        kinds.add(one.by_date)
        taught.update(pairs.citizen[one.rows[one.weight > 0.0]].tolist())

    def note_judging(trials, *_):
        judging.update(citizen for one in trials["without_id"] for citizen in one.citizen.tolist())

    found = []
    real = learning._posteriors

    def posteriors(*arguments):
        found.append(real(*arguments))
        return found[-1]

    monkeypatch.setattr(learning, "_posteriors", posteriors)
    noting(monkeypatch, learning, "right_and_wrong", note_taught)
    noting(monkeypatch, auditing, "promised", note_judging)
    pairs = []
    noting(monkeypatch, learning, "confirmed_by_number", lambda given, *_: pairs.append(given))
    Linker(threads=1, max_wrong_full=0.02, confidence=0.9).link(larger.land, larger.citizens)
    assert kinds == {False, True}
    assert len(taught) > 500
    assert len(judging) > 300
    assert not taught & judging
    judges = np.isin(pairs[0].citizen, sorted(judging))
    assert judges.any()
    assert all(not right[judges].any() for right in found)


def test_without_a_promise_every_citizen_teaches(larger, monkeypatch):
    pairs = []
    noting(monkeypatch, learning, "confirmed_by_number", lambda given, *_: pairs.append(given))
    Linker(threads=1).fit(larger.land, larger.citizens)
    assert not pairs[0].withheld.any()


def doubled(citizens):
    """Half of the citizens with an old number once more, under another name of the row; and both tables in another order."""
    old = np.flatnonzero(pc.is_valid(citizens["old_id_number"]).to_numpy())
    again = citizens.take(pa.array(old[::2]))
    for name, values in (
        ("citizen_id", pc.binary_join_element_wise("X", again["citizen_id"], "")),
        ("personal_id", pa.nulls(len(again), citizens.schema.field("personal_id").type)),
    ):
        at = again.schema.get_field_index(name)
        again = again.set_column(at, citizens.schema.field(name), values.cast(citizens.schema.field(name).type))
    both = pa.concat_tables([citizens, again])
    return both, both.take(pa.array(np.random.default_rng(0).permutation(len(both))))


def test_who_is_held_out_does_not_depend_on_the_order_of_citizens_whose_numbers_stand_twice(larger):
    nothing = Labels(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool), np.empty(0, bool))
    held = []
    for citizens in doubled(larger.citizens):
        with Linkage(larger.land, citizens, Config.from_mapping({"run": {"threads": 1}})) as read:
            held.append((read, hold_out(read.land.table, read.citizens.table, nothing, 100)))
    assert np.array_equal(held[0][1].persons.land, held[1][1].persons.land)


def test_a_promise_is_the_same_for_any_order_of_citizens_whose_numbers_stand_twice(larger):
    first, second = (
        Linker(threads=1, max_wrong_full=0.05, confidence=0.9).link(larger.land, citizens)
        for citizens in doubled(larger.citizens)
    )
    assert first._model == second._model
    assert first.links.equals(second.links)
    assert first.manifest["guarantee"] == second.manifest["guarantee"]


def test_an_audit_says_that_it_measures_full_links_on_those_that_chose_the_threshold(promised, unpromised):
    audit = promised.audit()
    assert audit["chose_the_threshold"]
    assert not audit["learned_from_them"]
    screen = io.StringIO()
    Console(file=screen, width=200).print(audit_screen(audit))
    assert "measured on those that chose the threshold" in screen.getvalue()
    assert "measured on those that chose the threshold" in render_report(promised.summary(), promised.manifest)
    assert not unpromised.audit()["chose_the_threshold"]


def test_who_is_left_out_is_counted_among_those_held_out(promised, unpromised):
    everybody, half = unpromised.audit(), promised.audit()
    assert 0 < half["left_out_as_disputed"] < everybody["left_out_as_disputed"]
    assert half["left_out_as_disputed"] == promised.manifest["guarantee"]["left_out_as_disputed"]
    assert half["left_out_as_shared"] == promised.manifest["guarantee"]["left_out_as_shared"]


def test_a_promise_for_fulls_with_a_number_says_that_no_absent_person_judged():
    persons = np.arange(400)
    trials = Trials(np.full(400, 20.0), np.zeros(400, bool), persons, "one of two numbers hidden")
    rule = StatusRule(10.0, 0.5, 10, ("name", "birth"), frozenset(("name", "birth")))
    groups = {"without_id": [replace(trials, source="number hidden")], "with_id": [trials]}
    _, facts = promised_thresholds(groups, LeftOut(), rule, 0.01, 0.95)
    assert facts["groups"]["with_id"]["promised"]
    assert "no absent person" in facts["groups"]["with_id"]["holds_for"]


def test_enough_labels_speak_for_fulls_with_a_number_too(promised, larger, tmp_path):
    read = {(row["land_user_id"], row["person_no"]) for row in promised.links.to_pylist()}
    truth = [(*key, citizen) for key, citizen in truth_of(larger).items() if citizen is not None and key in read]
    user, number, citizen = zip(*truth, strict=True)
    labels = pa.table({"land_user_id": user, "person_no": number, "citizen_id": citizen, "status": ["partial"] * len(truth)})
    config = Config.from_mapping({"decide": {"max_wrong_full": 0.02, "confidence": 0.9}, "run": {"threads": 1}})
    manifest = run_link(larger.land, larger.citizens, tmp_path / "run", labels=labels, config=config)
    groups = manifest["guarantee"]["groups"]
    assert groups["with_id"]["promised"]
    assert groups["with_id"]["from"] == groups["without_id"]["from"] == "labels"


def test_the_audit_of_a_run_is_near_the_truth(larger, unpromised):
    """Persons without a number, as the audit estimates them from those with one, against what they really are."""
    facts = unpromised.audit()
    truth = truth_of(larger)
    numbered = dict(zip(larger.land["land_user_id"].to_pylist(), larger.land["id_number"].to_pylist(), strict=True))
    persons = [row for row in unpromised.links.to_pylist() if not (numbered[row["land_user_id"]] or "").strip(" ;")]
    known = [(row["citizen_id"], truth.get((row["land_user_id"], row["person_no"]))) for row in persons]
    right = sum(said is not None and said == true for said, true in known)
    precision = right / sum(said is not None for said, _ in known)
    recall = right / sum(true is not None for _, true in known)
    assert abs(facts["as_without_number"]["precision"]["value"] - precision) < 0.03
    assert abs(facts["as_without_number"]["recall"]["value"] - recall) < 0.03


def test_audit_prints_what_the_run_measured_and_for_whom_it_holds(finished_run):
    done = runner.invoke(cli.app, ["audit", str(finished_run)])
    assert done.exit_code == 0
    assert "persons like those whose number confirms who they are" in " ".join(done.stdout.split())
    facts = json.loads(runner.invoke(cli.app, ["audit", str(finished_run), "--json"]).stdout)
    assert {"province", "sex", "cohort", "evidence"} == set(facts["by"])
    assert facts["as_they_are"]["precision"]["low"] <= facts["as_they_are"]["precision"]["value"]


def test_a_sample_drawn_filled_in_and_read_gives_precision_and_recall(finished_run, registers, tmp_path):
    sheet = tmp_path / "sheet.csv"
    assert runner.invoke(cli.app, ["audit", str(finished_run), "--sample", "200", "--out", str(sheet)]).exit_code == 0
    truth = truth_of(registers)
    rows = list(csv.DictReader(sheet.read_text(encoding="utf-8-sig").splitlines()))
    for row in rows:
        true = truth.get((row["land_user_id"], int(row["person_no"])))
        row["answer"] = "nobody" if true is None else "right" if row["citizen_id"] == true else "other"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = runner.invoke(cli.app, ["audit", str(finished_run), "--answers", str(sheet), "--json"])
    judged = json.loads(done.stdout)
    assert judged["answered"] == len(rows)
    assert judged["precision"]["value"] > 0.8
    assert judged["recall"]["value"] > 0.8


@pytest.mark.parametrize("options", [["--sample", "5"], ["--out", "x.csv"], ["--sample", "5", "--out", "x", "--answers", "y"]])
def test_options_of_audit_that_do_not_go_together_are_refused(finished_run, options):
    assert runner.invoke(cli.app, ["audit", str(finished_run), *options]).exit_code == 2


def test_where_no_number_confirms_anybody_the_audit_says_so(tmp_path):
    land = pa.table({"land_user_id": ["a"], "full_name": ["Nguyễn Văn Hùng"], "birth_date": ["1970"]})
    citizens = pa.table({"citizen_id": ["1"], "full_name": ["Nguyễn Văn Hùng"], "birth_date": ["1970"]})
    run_link(land, citizens, tmp_path / "run", config=Config.from_mapping({"run": {"threads": 1}}))
    done = runner.invoke(cli.app, ["audit", str(tmp_path / "run")])
    assert done.exit_code == 2
    assert "no number confirmed anybody" in done.stderr
