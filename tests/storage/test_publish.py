"""A result folder appears whole or not at all, and is never put over something else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vnlink.errors import StorageError
from vnlink.storage import publish
from vnlink.storage.beside import WritingBeside
from vnlink.storage.publish import ResultFolder, replace_file
from vnlink.storage.results import open_result

SCHEMA = pa.schema([("id", pa.string())])
ROWS = pa.table({"id": ["1", "2", "3"]})


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def run(path, text="<p>", **options):
    with ResultFolder(path, **options) as folder:
        with folder.parquet("links.parquet", SCHEMA) as links:
            links.write(ROWS)
        folder.write_json("summary.json", {"persons": 3})
        folder.write_text("report.html", text)
        return folder.publish({"version": "0", "times": {"read": 0.5}})


def dead_pid():
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True, text=True)
    return int(child.stdout)


def test_a_finished_folder_holds_the_files_and_their_digests(tmp_path):
    done = run(tmp_path / "deep" / "run1")
    assert names_in(done) == ["links.parquet", "manifest.json", "report.html", "summary.json"]
    assert names_in(done.parent) == ["run1"]
    result = open_result(done, verify=True)
    assert result.manifest["format"] == "vnlink result"
    assert list(result.files) == ["links.parquet", "report.html", "summary.json"]
    assert result.files["links.parquet"]["rows"] == 3
    assert result.table("links.parquet").equals(ROWS)
    assert pa.Table.from_batches(result.batches("links.parquet", 2)).equals(ROWS)
    assert result.json("summary.json") == {"persons": 3}


def test_the_same_run_gives_the_same_bytes(tmp_path):
    first, second = run(tmp_path / "a"), run(tmp_path / "b")
    for name in names_in(first):
        assert (first / name).read_bytes() == (second / name).read_bytes()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_after_an_exception(tmp_path, error):
    def interrupted():
        with ResultFolder(tmp_path / "run1") as folder:
            folder.write_json("summary.json", {})
            folder.parquet("links.parquet", SCHEMA).write(ROWS)
            raise error

    with pytest.raises(error):
        interrupted()
    assert names_in(tmp_path) == []


def test_a_folder_that_was_not_published_is_not_there(tmp_path):
    with ResultFolder(tmp_path / "run1") as folder:
        folder.write_json("summary.json", {})
    assert names_in(tmp_path) == []


def test_the_final_name_is_not_there_before_the_end(tmp_path):
    with ResultFolder(tmp_path / "run1") as folder:
        folder.write_json("summary.json", {})
        assert not (tmp_path / "run1").exists()
        assert all(name.startswith(".run1.partial-") for name in names_in(tmp_path))


def test_an_earlier_result_is_kept_unless_it_may_be_overwritten(tmp_path):
    run(tmp_path / "run1", "first")
    with pytest.raises(StorageError, match="run1 holds an earlier result"):
        run(tmp_path / "run1", "second")
    assert (tmp_path / "run1" / "report.html").read_text(encoding="utf-8") == "first"
    run(tmp_path / "run1", "second", overwrite=True)
    assert (tmp_path / "run1" / "report.html").read_text(encoding="utf-8") == "second"
    assert names_in(tmp_path) == ["run1"]


def test_an_earlier_result_outlives_a_run_that_fails_to_replace_it(tmp_path):
    run(tmp_path / "run1", "first")
    with pytest.raises(RuntimeError), ResultFolder(tmp_path / "run1", overwrite=True):
        raise RuntimeError
    assert open_result(tmp_path / "run1", verify=True)
    assert names_in(tmp_path) == ["run1"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_result_is_never_touched(tmp_path, overwrite):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "manifest.json").write_text('{"format": "something else"}', encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "thesis")
    for name in ("thesis", "file", "link"):
        with pytest.raises(StorageError, match="choose another"):
            run(tmp_path / name, overwrite=overwrite)
    assert names_in(tmp_path) == ["file", "link", "thesis"]
    assert names_in(tmp_path / "thesis") == ["manifest.json"]


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "run1").mkdir()
    assert open_result(run(tmp_path / "run1"))


def test_a_place_taken_meanwhile_is_not_overwritten(tmp_path):
    with ResultFolder(tmp_path / "run1") as folder:
        (tmp_path / "run1").mkdir()
        (tmp_path / "run1" / "manifest.json").write_text('{"format": "vnlink result"}', encoding="utf-8")
        with pytest.raises(StorageError, match="holds an earlier result"):
            folder.publish({})
    assert names_in(tmp_path) == ["run1"]


def test_leftovers_of_dead_runs_go_and_those_of_living_ones_stay(tmp_path):
    living = tmp_path / f".run1.partial-{os.getppid()}@{publish._HOST}"
    elsewhere = tmp_path / ".run1.partial-1@another-machine"
    other = tmp_path / f".run2.partial-{dead_pid()}@{publish._HOST}"
    dead = tmp_path / f".run1.partial-{dead_pid()}@{publish._HOST}"
    mine = tmp_path / f".run1.partial-{os.getpid()}@{publish._HOST}"  # of a dead run that had the same number
    for folder in (living, elsewhere, other, dead, mine):
        folder.mkdir()
        (folder / "links.parquet").write_text("half", encoding="utf-8")
    run(tmp_path / "run1")
    assert names_in(tmp_path) == sorted([living.name, elsewhere.name, other.name, "run1"])


def test_a_result_lost_between_the_two_renames_is_put_back(tmp_path):
    run(tmp_path / "run1", "first")
    (tmp_path / "run1").rename(tmp_path / f".run1.old-{dead_pid()}@{publish._HOST}")
    with pytest.raises(StorageError, match="holds an earlier result"):
        run(tmp_path / "run1", "second")
    assert (tmp_path / "run1" / "report.html").read_text(encoding="utf-8") == "first"


def test_two_runs_of_one_process_do_not_share_a_folder(tmp_path):
    with ResultFolder(tmp_path / "run1") as folder:
        with pytest.raises(StorageError, match="is being written by this process"), ResultFolder(tmp_path / "run1"):
            pass
        folder.publish({})
    assert open_result(tmp_path / "run1")


@pytest.mark.parametrize("name", ["../a.json", "manifest.json", "a/b", "twice.json", ""])
def test_a_file_has_a_plain_new_name(tmp_path, name):
    with ResultFolder(tmp_path / "run1") as folder:
        folder.write_json("twice.json", {})
        with pytest.raises(ValueError, match="is not a new file name"):
            folder.write_json(name, {})


def test_a_folder_that_is_no_finished_result_is_refused_by_the_reader(tmp_path):
    with pytest.raises(StorageError, match=r"has no manifest\.json"):
        open_result(tmp_path / "nowhere")
    with pytest.raises(StorageError, match=r"has no manifest\.json"):
        open_result(tmp_path)
    for text in ("{", "[]", '{"format": "other"}', '{"format": "vnlink result"}'):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(StorageError, match=r"is not one of vnlink, or is damaged"):
            open_result(tmp_path)
    text = json.dumps({"format": "vnlink result", "format_version": 99, "files": {}})
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match="of another format version"):
        open_result(tmp_path)


def test_a_file_that_was_cut_changed_or_removed_is_found(tmp_path):
    run(tmp_path / "run1")
    summary = tmp_path / "run1" / "summary.json"
    summary.write_text(summary.read_text(encoding="utf-8").replace("3", "4"), encoding="utf-8")
    assert open_result(tmp_path / "run1"), "the size alone does not show it"
    with pytest.raises(StorageError, match=r"summary\.json of the result run1 is missing, damaged or changed"):
        open_result(tmp_path / "run1", verify=True)
    summary.write_text("{", encoding="utf-8")
    with pytest.raises(StorageError, match=r"summary\.json"):
        open_result(tmp_path / "run1")
    summary.unlink()
    with pytest.raises(StorageError, match=r"summary\.json"):
        open_result(tmp_path / "run1")
    with pytest.raises(StorageError, match="has no file x"):
        open_result(run(tmp_path / "run2")).table("x")


def test_a_single_file_is_replaced_whole_or_not_at_all(tmp_path):
    target = tmp_path / "model.json"
    with replace_file(target) as place:
        place.write_text("first", encoding="utf-8")

    def interrupted():
        with replace_file(target) as place:
            place.write_text("half", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert target.read_text(encoding="utf-8") == "first"
    assert names_in(tmp_path) == ["model.json"]
    with pytest.raises(StorageError, match="could not be put in place"), replace_file(target):
        pass


def test_many_small_pieces_of_two_files_stand_in_their_order(tmp_path: Path) -> None:
    numbers = list(range(200_000))
    with ResultFolder(tmp_path / "out", overwrite=False) as folder:
        with WritingBeside(folder, ("links.parquet", "candidates.parquet")) as writing:
            for low in range(0, len(numbers), 1_000):
                piece = pa.table({"number": numbers[low : low + 1_000]})
                writing.take(piece, pa.concat_tables([piece, piece]))
        folder.publish({})
    links, candidates = (pq.read_table(tmp_path / "out" / f"{name}.parquet")["number"] for name in ("links", "candidates"))
    assert links.to_pylist() == numbers
    assert candidates.to_pylist() == [n for low in range(0, len(numbers), 1_000) for n in 2 * numbers[low : low + 1_000]]
