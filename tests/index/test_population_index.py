"""An index of a population: the same decisions as the register it was made of, and nothing that is not such an index."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from vnlink import ConfigError, Linker, StorageError
from vnlink.cli import app
from vnlink.config import Config
from vnlink.indexing import run_index
from vnlink.memory import MemoryPlan
from vnlink.runs import run_link
from vnlink.storage.index_files import IndexFiles
from vnlink.storage.publish import is_result

TIGHT = (1200 << 20) + 1_600_000
"""Bytes in which the registers do not fit into memory, and their files do."""

SAME = ("links.parquet", "candidates.parquet", "model.json", "quarantine.parquet", "summary.json")


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def index(register_files, tmp_path_factory):
    """The index of the small population; not to be written to."""
    out = tmp_path_factory.mktemp("index") / "index"
    run_index(register_files / "citizens.parquet", out)
    return out


@pytest.mark.parametrize("memory", [None, TIGHT], ids=["in memory", "in files"])
def test_a_link_with_the_index_gives_the_bytes_of_a_link_with_the_register(
    register_files, finished_run, index, tmp_path, memory
):
    before = contents(index)
    assert MemoryPlan.of(2600, 3000, memory).in_files == (memory is not None)
    config = Config.from_mapping({"run": {"memory_bytes": memory, "threads": 2, "batch_rows": 700}})
    run_link(register_files / "land.parquet", index, tmp_path / "run", config=config)
    found, expected = contents(tmp_path / "run"), contents(finished_run)
    assert [name for name in SAME if found[name] != expected[name]] == []
    assert contents(index) == before


def test_neither_batches_nor_threads_show_in_the_files_of_an_index(register_files, index, tmp_path):
    config = Config.from_mapping({"run": {"batch_rows": 501, "threads": 1}})
    run_index(register_files / "citizens.parquet", tmp_path / "again", config=config)
    assert contents(tmp_path / "again") == contents(index)


def test_a_linker_takes_an_index_for_the_second_register(registers, index):
    linker = Linker(threads=1).fit(registers.land, index)
    result = linker.link(registers.land, index)
    expected = Linker(threads=1).fit(registers.land, registers.citizens).link(registers.land, registers.citizens)
    assert result.links.equals(expected.links)
    assert result.manifest["inputs"]["citizen"]["kind"] == "index"


@pytest.mark.parametrize("name", ["records.bin", "ids.arrow", "places.arrow", "syllables.arrow"])
def test_a_file_with_one_other_byte_is_refused(index, registers, tmp_path, name):
    copy = shutil.copytree(index, tmp_path / "copy")
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(StorageError, match=f"the file {name} of the index copy"):
        Linker(threads=1).link(registers.land, copy)


def test_a_missing_file_is_refused(index, registers, tmp_path):
    copy = shutil.copytree(index, tmp_path / "copy")
    (copy / "key_starts.bin").unlink()
    with pytest.raises(StorageError, match="key_starts"):
        Linker(threads=1).link(registers.land, copy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format_version": 99}, "another version"),
        ({"versions": {"vnlink": "0.0.0"}}, "another version"),
        ({"byte_order": "middle"}, "order of bytes"),
    ],
)
def test_an_index_of_another_version_or_machine_is_refused(index, registers, tmp_path, change, words):
    copy = shutil.copytree(index, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text()) | change
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StorageError, match=words):
        Linker(threads=1).link(registers.land, copy)


@pytest.mark.parametrize("text", ["", "{}", '{"format": "vnlink index"}', "[1]"])
def test_a_manifest_that_is_none_is_refused(index, tmp_path, text):
    copy = shutil.copytree(index, tmp_path / "copy")
    (copy / "manifest.json").write_text(text)
    with pytest.raises(StorageError, match="copy"):
        IndexFiles(copy)
    with pytest.raises(StorageError, match="copy"):
        Linker(threads=1).link(pa.table({"land_user_id": ["L1"], "full_name": ["Lê Văn Đức"]}), copy)


def test_a_manifest_without_what_a_link_needs_is_refused(index, registers, tmp_path):
    copy = shutil.copytree(index, tmp_path / "copy")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest.pop("vintage")
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StorageError, match=r"manifest\.json of the index copy"):
        Linker(threads=1).link(registers.land, copy)


def test_an_index_is_no_result_and_a_result_is_no_index(index, finished_run, registers, tmp_path):
    assert not is_result(index)
    with pytest.raises(StorageError, match="no result of vnlink"):
        run_link(registers.land, registers.citizens, index, overwrite=True)
    with pytest.raises(StorageError, match="no index of vnlink"):
        run_index(registers.citizens, finished_run, overwrite=True)


def test_a_result_in_place_of_an_index_is_refused(finished_run, registers):
    with pytest.raises(StorageError, match="not that of an index"):
        Linker(threads=1).link(registers.land, finished_run)


def test_labels_teach_the_same_model_with_an_index_as_with_the_register(registers, index):
    truth = registers.truth.slice(0, 150).select(["land_user_id", "person_no", "citizen_id"])
    truth = truth.filter(truth["citizen_id"].is_valid())
    labels = truth.append_column("status", pa.array(["partial"] * len(truth)))
    models = [Linker(threads=1).fit(registers.land, side, labels).model_ for side in (index, registers.citizens)]
    assert models[0].to_json() == models[1].to_json()


def test_settings_that_would_have_read_the_citizens_otherwise_are_refused(index, registers):
    with pytest.raises(ConfigError, match="citizen_vintage"):
        Linker(citizen_vintage="old").link(registers.land, index)


def test_a_failed_index_leaves_nothing(tmp_path, registers):
    twice = registers.citizens.slice(0, 5)
    with pytest.raises(Exception, match="come again"):
        run_index(twice.take([0, 1, 1]), tmp_path / "index")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_makes_an_index_and_links_with_it(register_files, finished_run, tmp_path):
    run = CliRunner().invoke
    made = run(app, ["index", str(register_files / "citizens.parquet"), "--out", str(tmp_path / "index")])
    assert made.exit_code == 0
    assert "3,000 citizens" in made.output
    again = run(app, ["index", str(register_files / "citizens.parquet"), "--out", str(tmp_path / "index")])
    assert again.exit_code == StorageError.exit_code
    land = str(register_files / "land.parquet")
    linked = run(app, ["link", land, str(tmp_path / "index"), "--out", str(tmp_path / "run")])
    assert linked.exit_code == 0, linked.output
    links = "links.parquet"
    assert (tmp_path / "run" / links).read_bytes() == (finished_run / links).read_bytes()
