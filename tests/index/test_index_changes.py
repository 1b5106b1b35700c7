"""Changes applied to an index give the index of the register in which the same was done."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from vnlink import InputError, Linker
from vnlink.cli import app
from vnlink.config import Config
from vnlink.indexing import run_index
from vnlink.memory import MemoryPlan

TIGHT = (1200 << 20) + 1_100_000
"""Bytes in which the citizens do not fit into memory, and their files do."""


def contents(folder):
    """Every file but the manifest, and of that what does not say how the index was made."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    manifest = json.loads(files.pop("manifest.json"))
    return files, {name: manifest[name] for name in ("counts", "columns", "flags", "encodings", "key_index", "files")}


@pytest.fixture(scope="module")
def population(registers):
    """The first 2,000 citizens, what changes in them, and the register after it."""
    everybody = registers.citizens
    old = everybody.slice(0, 2000)
    moved = everybody.slice(100, 40).take([7, 3, 39, 0])  # in another order than they stand in the register
    names = pa.array(["Nguyễn Thị Đổi Tên", *moved["full_name"].to_pylist()[1:]])
    moved = moved.set_column(moved.schema.get_field_index("full_name"), "full_name", names)
    changes = pa.concat_tables([everybody.slice(2000, 300), moved])
    removed = old["citizen_id"].to_pylist()[500:1500:50]
    rows = {row["citizen_id"]: row for row in old.to_pylist()} | {row["citizen_id"]: row for row in moved.to_pylist()}
    kept = [row for name, row in rows.items() if name not in set(removed)] + everybody.slice(2000, 300).to_pylist()
    return old, changes, removed, pa.Table.from_pylist(kept, schema=everybody.schema)


@pytest.fixture(scope="module")
def indexes(population, tmp_path_factory):
    """The old index, the changed one, and the one of the register as it is now."""
    old, changes, removed, now = population
    place = tmp_path_factory.mktemp("changes")
    run_index(old, place / "old")
    run_index(changes, place / "changed", base=place / "old", removed=removed)
    run_index(now, place / "now")
    return place


def test_a_changed_index_has_the_bytes_of_the_index_of_the_whole_register(indexes):
    changed, now = contents(indexes / "changed"), contents(indexes / "now")
    assert [name for name, data in now[0].items() if changed[0][name] != data] == []
    assert changed[1] == now[1]


def test_linking_against_a_changed_index_decides_as_against_the_whole_register(indexes, population, registers):
    land = registers.land.slice(0, 700)
    expected = Linker(threads=1).link(land, population[-1])
    found = Linker(threads=1).link(land, indexes / "changed")
    assert found.links.equals(expected.links)
    assert found.candidates.equals(expected.candidates)


def test_the_base_stays_as_it_was(indexes, population, tmp_path):
    run_index(population[0], tmp_path / "again")
    assert contents(tmp_path / "again") == contents(indexes / "old")


def test_an_index_can_be_changed_in_its_place(indexes, population, tmp_path):
    run_index(population[0], tmp_path / "index")
    run_index(population[1], tmp_path / "index", base=tmp_path / "index", removed=population[2], overwrite=True)
    assert contents(tmp_path / "index") == contents(indexes / "changed")


def test_changes_kept_in_files_give_the_same_bytes(indexes, population, tmp_path):
    assert MemoryPlan.of_index(2300, TIGHT).in_files
    config = Config.from_mapping({"run": {"memory_bytes": TIGHT, "batch_rows": 97}})
    run_index(population[1], tmp_path / "changed", base=indexes / "old", removed=population[2], config=config)
    assert contents(tmp_path / "changed") == contents(indexes / "changed")


def test_the_command_line_applies_changes(indexes, population, tmp_path):
    (tmp_path / "ids.txt").write_text("citizen_id\n" + "\n".join(population[2]) + "\n", encoding="utf-8")
    arguments = ["--base", str(indexes / "old"), "--removed", str(tmp_path / "ids.txt"), "--out", str(tmp_path / "less")]
    done = CliRunner().invoke(app, ["index", *arguments])
    assert done.exit_code == 0, done.output
    assert f"{2000 - len(population[2]):,} citizens" in done.output
    lost = CliRunner().invoke(app, ["index", "--out", str(tmp_path / "none")])
    assert lost.exit_code == InputError.exit_code


def test_ids_that_cannot_be_removed_are_counted_and_not_shown(indexes, population, tmp_path):
    with pytest.raises(InputError, match=r"not in the base index .*2 rows") as error:
        run_index(population[1], tmp_path / "changed", base=indexes / "old", removed=["C-bí-mật", "khác"])
    assert "bí-mật" not in str(error.value)
    both = population[1]["citizen_id"].to_pylist()[-1:]
    with pytest.raises(InputError, match="among the changes"):
        run_index(population[1], tmp_path / "changed", base=indexes / "old", removed=both)
    assert list(tmp_path.iterdir()) == []


def test_changes_that_turn_the_meaning_of_a_column_are_refused(tmp_path):
    def citizens(ids, codes):
        return pa.table({"citizen_id": ids, "full_name": ["Lê Văn Đức"] * len(ids), "gender": codes})

    run_index(citizens(["A", "B"], ["1", "0"]), tmp_path / "old")
    with pytest.raises(InputError, match="column gender"):
        run_index(citizens(["C", "D"], ["1", "2"]), tmp_path / "new", base=tmp_path / "old")


def test_changes_of_a_register_written_month_first_are_read_as_the_whole_register_is(tmp_path):
    births = [f"{month}/{day}/19{60 + month}" for month in range(1, 9) for day in (2, 13, 25, 28)]
    ids = [f"C{number:02}" for number in range(len(births))]
    citizens = pa.table({"citizen_id": ids, "full_name": ["Lê Văn Đức"] * len(ids), "birth_date": births})
    ambiguous = citizens.filter(pc.match_substring_regex(citizens["birth_date"], "/2/"))
    run_index(citizens, tmp_path / "now")
    run_index(citizens, tmp_path / "base")
    told = run_index(ambiguous, tmp_path / "changed", base=tmp_path / "base")
    changed, now = contents(tmp_path / "changed"), contents(tmp_path / "now")
    assert changed[1] == now[1]
    assert changed[0] == now[0]
    assert told["column_counts"]["dates"] == {"birth_date": {"proofs": 24, "against": 0}}


@pytest.mark.parametrize("month_first", [False, True])
def test_changes_written_in_the_other_order_than_the_base_are_read_in_their_own(tmp_path, month_first):
    def citizens(prefix, turned):
        dates = [(day, month) for month in range(1, 13) for day in (2, 3, 13, 25, 28)]
        births = [f"{month:02}/{day:02}/1990" if turned else f"{day:02}/{month:02}/1990" for day, month in dates]
        ids = [f"{prefix}{number:02}" for number in range(len(births))]
        return pa.table({"citizen_id": ids, "full_name": ["Lê Văn Đức"] * len(ids), "birth_date": births})

    base = pa.concat_tables([citizens(f"A{part}", month_first) for part in range(20)])
    run_index(base, tmp_path / "base")
    told = run_index(citizens("B", not month_first), tmp_path / "mixed", base=tmp_path / "base")
    run_index(citizens("B", month_first), tmp_path / "alike", base=tmp_path / "base")
    assert contents(tmp_path / "mixed")[0] == contents(tmp_path / "alike")[0]
    kept = {"proofs": 720, "against": 0} if month_first else {"proofs": 0, "against": 720}
    assert told["column_counts"]["dates"] == {"birth_date": kept}


def test_the_base_may_be_an_index_that_does_not_say_what_its_dates_prove(indexes, population, tmp_path):
    base = shutil.copytree(indexes / "old", tmp_path / "old")
    manifest = json.loads((base / "manifest.json").read_text(encoding="utf-8"))
    del manifest["column_counts"]["dates"]
    (base / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    run_index(population[1], tmp_path / "changed", base=base, removed=population[2])
    assert contents(tmp_path / "changed")[0] == contents(indexes / "now")[0]
