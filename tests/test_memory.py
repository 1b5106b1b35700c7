"""A run fits into the memory it is given, and nothing of it can be seen in a result."""

from __future__ import annotations

import dataclasses
import errno

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink.linkage
import vnlink.memory
from vnlink.datasets import write_registers
from vnlink.errors import ResourceError, StorageError
from vnlink.memory import MemoryPlan, machine_memory
from vnlink.persons import PersonTable
from vnlink.rows import Rows, Texts
from vnlink.runs import run_link
from vnlink.schema import People, Side
from vnlink.storage.results import open_result
from vnlink.workspace import Workspace

GIB = 1 << 30


@given(st.lists(st.lists(st.integers(-5, 5), max_size=7), max_size=5), st.integers(0, 3), st.integers(0, 40), st.data())
def test_rows_in_a_file_are_the_rows_in_memory_however_many_were_expected(  # type: ignore[no-untyped-def]
    tmp_path_factory, parts, width, expected, data
) -> None:
    shape = (-1, width) if width else (-1,)
    arrays = [np.repeat(np.array(part, np.int32), max(width, 1)).reshape(shape) for part in parts]
    here = Rows(np.int32, width, expected=expected)
    there = Rows(np.int32, width, tmp_path_factory.mktemp("rows") / "column")
    for rows in (here, there):
        for array in arrays:
            rows.append(array)
        rows.seal()
    size = len(here)
    assert size == len(there) == sum(map(len, parts))
    low = data.draw(st.integers(0, size))
    high = data.draw(st.integers(low, size + 2))
    assert here.read(low, high).tolist() == there.read(low, high).tolist()
    if size:
        wanted = np.array(sorted(data.draw(st.lists(st.integers(0, size - 1), max_size=9))), np.int64)
        assert here.take(wanted).tolist() == there.take(wanted).tolist()
        for rows in (here, there):
            rows.write(low, rows.read(low, high)[::-1].copy())
        assert here.read().tolist() == there.read().tolist()
    there.close()


def test_rows_come_in_where_memory_for_all_that_are_expected_is_refused() -> None:
    rows = Rows(np.int32, expected=1 << 52)
    rows.append(np.arange(3, dtype=np.int32))
    rows.seal()
    assert rows.read().tolist() == [0, 1, 2]


def test_texts_in_a_file_are_the_texts_in_memory(tmp_path) -> None:  # type: ignore[no-untyped-def]
    here, there = Texts(), Texts(tmp_path / "texts")
    for texts in (here, there):
        texts.append(pa.array(["Lê Văn Đức", None]))
        texts.append(pa.array([""]))
    read = there.sealed()
    assert here.sealed().to_pylist() == read.to_pylist() == ["Lê Văn Đức", None, ""]
    there.let_go()
    assert read.to_pylist() == ["Lê Văn Đức", None, ""]


def test_a_working_file_that_was_cut_is_noticed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    rows = Rows(np.int64, 0, tmp_path / "column")
    rows.append(np.arange(10))
    rows.seal()
    with (tmp_path / "column").open("r+b") as file:
        file.truncate(30)
    with pytest.raises(StorageError, match="run again"):
        rows.read()
    rows.close()


def some_people(count: int) -> People:
    rng = np.random.default_rng(5)
    return People(
        row=np.arange(count),
        person_no=np.ones(count, np.uint8),
        kind=np.zeros(count, np.uint8),
        flags=rng.integers(0, 9, count).astype(np.uint32),
        syllables=rng.integers(-1, 99, (count, 8)).astype(np.int32),
        sex=rng.integers(0, 3, count).astype(np.uint8),
        birth=rng.integers(0, 20250101, count).astype(np.int32),
        personal_id=rng.integers(-1, 10**12, count),
        old_id=rng.integers(-1, 10**9, count),
        place=rng.integers(0, 99, count).astype(np.int32),
        locality=rng.integers(0, 1 << 24, count).astype(np.int32),
        partner=rng.integers(0, 1 << 63, count).astype(np.uint64),
        household=rng.integers(0, 1 << 63, count).astype(np.uint64),
        key=rng.integers(0, 1 << 63, count).astype(np.uint64),
    )


@pytest.mark.parametrize("in_file", [False, True])
def test_what_is_packed_comes_back(tmp_path, in_file) -> None:  # type: ignore[no-untyped-def]
    people = some_people(500)
    people.personal_id[:9] = people.old_id[:9] = -1
    table = PersonTable(tmp_path if in_file else None)
    table.append(people, Side.CITIZEN)
    table.seal()
    back = table.people()
    for column in dataclasses.fields(People):
        assert (getattr(back, column.name) == getattr(people, column.name)).all(), column.name
    few = np.array([3, 8, 400])
    assert (table.take(few).personal_id == people.personal_id[few]).all()
    table.close()


def test_a_run_that_fits_stays_in_memory_and_one_that_does_not_is_cut() -> None:
    assert not MemoryPlan.of(1_300_000, 1_600_000, 4 * GIB).in_files
    plan = MemoryPlan.of(80_000_000, 100_000_000, 14 * GIB)
    assert plan.in_files
    assert 2 <= plan.parts(80_000_000, 100_000_000) <= 8
    more = MemoryPlan.of(80_000_000, 100_000_000, 9 * GIB)
    assert more.parts(80_000_000, 100_000_000) > plan.parts(80_000_000, 100_000_000)


def test_too_little_memory_is_refused_with_the_figure_that_is_needed() -> None:
    with pytest.raises(ResourceError, match=r"allow at least [0-9,]+ MiB") as caught:
        MemoryPlan.of(80_000_000, 100_000_000, 2 * GIB)
    needed = int(str(caught.value).split("--memory ")[1].split("MiB")[0])
    assert MemoryPlan.of(80_000_000, 100_000_000, needed << 20).parts(80_000_000, 100_000_000) > 1
    with pytest.raises(ResourceError):
        MemoryPlan.of(80_000_000, 100_000_000, (needed - 1) << 20)


def test_an_index_whose_keys_do_not_fit_is_refused_with_the_figure_that_is_needed() -> None:
    with pytest.raises(ResourceError, match=r"allow at least [0-9,]+ MiB") as caught:
        MemoryPlan.of_index(100_000_000, 8 * GIB)
    needed = int(str(caught.value).split("--memory ")[1].split("MiB")[0])
    assert MemoryPlan.of_index(100_000_000, needed << 20).in_files
    assert not MemoryPlan.of_index(100_000_000, needed << 21).in_files
    with pytest.raises(ResourceError):
        MemoryPlan.of_index(100_000_000, (needed - 1) << 20)


def test_a_container_may_use_what_it_was_given_and_not_the_whole_machine(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    given = tmp_path / "memory.max"
    monkeypatch.setattr(vnlink.memory, "_CONTAINER", given)
    machine = machine_memory()
    given.write_text("3221225472\n")
    assert machine_memory() == 3 * GIB
    given.write_text("max\n")
    assert machine_memory() == machine


@pytest.mark.parametrize("full", ["write_batch", "close"])
def test_a_full_disk_under_a_column_of_text_is_said_in_plain_words(tmp_path, full) -> None:  # type: ignore[no-untyped-def]
    class FullDisk:
        """A writer of Arrow on a disk that has no room."""

        def write_batch(self, _: object) -> None:
            if full == "write_batch":
                raise OSError(errno.ENOSPC, "Lê Văn Đức")

        def close(self) -> None:
            raise OSError(errno.ENOSPC, "Lê Văn Đức")

    texts = Texts(tmp_path / "texts")
    texts._writer = FullDisk()

    def write() -> None:
        texts.append(pa.array(["Lê Văn Đức"]))
        texts.sealed()

    with pytest.raises(StorageError, match="make room on the disk") as caught:
        write()
    assert "Đức" not in str(caught.value)


def test_a_workspace_leaves_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with Workspace(tmp_path) as workspace:
        first, second = workspace.new_folder(), workspace.new_folder()
        (first / "column").write_bytes(b"x")
        assert first != second
        assert len(list(tmp_path.iterdir())) == 1
    assert not list(tmp_path.iterdir())
    with pytest.raises(StorageError, match="--memory"):
        Workspace(tmp_path / "nowhere").new_folder()


@pytest.fixture(scope="module")
def registers(tmp_path_factory):  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("registers")
    write_registers(folder, citizens=3_000, land_users=2_000, seed=3)
    return folder


FILES = ("links.parquet", "candidates.parquet", "quarantine.parquet", "summary.json", "model.json", "report.html")


def linked(registers, out):  # type: ignore[no-untyped-def]
    run_link(registers / "land.parquet", registers / "citizens.parquet", out)
    result = open_result(out)
    assert sorted(path.name for path in out.iterdir()) == sorted([*FILES, "manifest.json"])
    return {name: (out / name).read_bytes() for name in FILES}, result.manifest


@pytest.mark.parametrize("count", [1, 3, 7])
def test_parts_of_the_land_side_leave_no_trace(registers, tmp_path, monkeypatch, count) -> None:  # type: ignore[no-untyped-def]
    whole, manifest = linked(registers, tmp_path / "whole")
    monkeypatch.setattr(MemoryPlan, "of", classmethod(lambda cls, *_: cls(in_files=True, limit=None)))
    monkeypatch.setattr(MemoryPlan, "parts", lambda *_: count)
    monkeypatch.setattr(vnlink.linkage, "_BLOCK", 700)
    parted, again = linked(registers, tmp_path / "parted")
    assert parted == whole
    assert again["keys_not_used"] == manifest["keys_not_used"]
    assert (manifest["parts"], again["parts"]) == (1, count)
    assert again["pairs"] == manifest["pairs"]


@pytest.mark.parametrize("keys", ["in their chunks", "in one piece", "in one piece of more than two GiB"])
def test_how_the_keys_of_citizens_lie_leaves_no_trace(registers, tmp_path, monkeypatch, keys) -> None:  # type: ignore[no-untyped-def]
    whole, _ = linked(registers, tmp_path / "whole")
    monkeypatch.setattr(MemoryPlan, "room_beside", lambda *_: keys != "in their chunks")
    monkeypatch.setattr(vnlink.linkage, "_ONE_PIECE", 0 if "two GiB" in keys else 1 << 31)
    assert linked(registers, tmp_path / "other")[0] == whole


def test_a_copy_of_the_keys_is_made_only_where_there_is_room_for_it() -> None:
    little, much = (MemoryPlan.of(1_000_000, 100_000_000, size * GIB) for size in (16, 22))
    assert not little.in_files
    assert not little.room_beside(1_000_000, 1_000_000, 100_000_000, 2 * GIB)
    assert much.room_beside(1_000_000, 1_000_000, 100_000_000, 2 * GIB)
    assert MemoryPlan(in_files=False, limit=None).room_beside(1, 1, 1, 1 << 60)
