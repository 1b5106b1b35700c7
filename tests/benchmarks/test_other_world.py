"""The second invented world keeps the contracts of registers and truth, at toy size."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS

QUALITY = Path(__file__).parents[2] / "benchmarks" / "quality"
SIZE = {"citizens": 1500, "land_users": 1200}


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(QUALITY))
    return runpy.run_path(str(QUALITY / "other_world.py"))


def made(script, variant="plain", seed=3):
    return script["make_registers"](script["VARIANTS"][variant], **SIZE, seed=seed)


@pytest.mark.parametrize("variant", ["plain", "errors", "dense", "no_address", "no_ids", "hard"])
def test_registers_have_their_size_and_unique_keys(script, variant):
    tables = made(script, variant)
    for name, key, count in (("citizens", "citizen_id", SIZE["citizens"]), ("land", "land_user_id", SIZE["land_users"])):
        keys = tables[name][key].to_pylist()
        assert len(keys) == count
        assert len(set(keys)) == count
        assert all(keys)
        assert all(tables[name]["full_name"].to_pylist())


def test_every_column_is_one_that_the_contract_names(script):
    tables = made(script)
    assert set(tables["land"].column_names) <= set(LAND_COLUMNS)
    assert set(tables["citizens"].column_names) <= set(CITIZEN_COLUMNS)
    assert tables["truth"].column_names == ["land_user_id", "person_no", "citizen_id"]


def test_the_truth_lists_every_land_user_and_refers_to_rows_that_are_there(script):
    tables = made(script)
    truth = tables["truth"].to_pylist()
    citizens = set(tables["citizens"]["citizen_id"].to_pylist())
    assert {row["land_user_id"] for row in truth} == set(tables["land"]["land_user_id"].to_pylist())
    assert {row["citizen_id"] for row in truth} - {None} <= citizens
    numbers = {}
    for row in truth:
        numbers.setdefault(row["land_user_id"], []).append(row["person_no"])
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_persons_are_numbered_in_the_order_of_the_owner_string(script):
    tables = made(script)
    names = dict(zip(*(tables["citizens"][column].to_pylist() for column in ("citizen_id", "full_name")), strict=True))
    owners = dict(zip(*(tables["land"][column].to_pylist() for column in ("land_user_id", "full_name")), strict=True))
    persons = {}
    for row in tables["truth"].to_pylist():
        persons.setdefault(row["land_user_id"], []).append(names.get(row["citizen_id"]))
    judged = 0
    for key, people in persons.items():
        text = owners[key].lower()
        places = [text.find(name.lower()) if name else -1 for name in people]
        if len(people) > 1 and min(places) >= 0 and len(set(people)) == len(people):
            judged += 1
            assert places == sorted(places)
    assert judged > 30


def test_the_same_seed_makes_the_same_registers_and_another_seed_others(script):
    first, again, other = made(script), made(script), made(script, seed=4)
    assert all(first[name].equals(again[name]) for name in first)
    assert not any(first[name].equals(other[name]) for name in first)


def test_a_variant_leaves_out_what_it_says(script):
    bare = made(script, "no_address")["land"]
    assert bare["address"].null_count == bare["commune_code"].null_count == len(bare)
    assert made(script, "no_ids")["land"]["id_number"].null_count == SIZE["land_users"]
    assert made(script)["land"]["id_number"].null_count < SIZE["land_users"]


def test_the_command_writes_three_files(script, tmp_path, capsys):
    script["main"](["--citizens", "600", "--land-users", "300", "--out", str(tmp_path)])
    assert {file.name for file in tmp_path.iterdir()} == {"land.parquet", "citizens.parquet", "truth.parquet"}
    assert "300 rows of land" in capsys.readouterr().out
