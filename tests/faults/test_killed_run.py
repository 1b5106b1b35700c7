"""A run that is killed leaves no folder that looks finished, whenever it happens; the next run succeeds and tidies up."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys

import pytest

from vnlink.config import Config
from vnlink.errors import StorageError
from vnlink.runs import run_link
from vnlink.storage.results import open_result

CHILD = """
import os, signal, sys
from vnlink import runs
from vnlink.config import Config
from vnlink.storage.publish import ResultFolder

moment, land, citizens, out, overwrite = sys.argv[1:]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def progress(stage, done, total):
    if stage == moment:
        die()

def dying(call, name=None):
    def asked(self, *arguments, **options):
        if name or arguments[0] == moment:
            die()
        return call(self, *arguments, **options)
    return asked

if moment == "publish":
    ResultFolder.publish = dying(ResultFolder.publish, "publish")
ResultFolder.parquet = dying(ResultFolder.parquet)
config = Config.from_mapping({"run": {"threads": 1, "batch_rows": 100}})
runs.run_link(land, citizens, out, config=config, overwrite=overwrite == "yes", progress=progress)
"""

# In the order of a run: while a register is read, while the run learns and ranks, between two files, and when all files but the
# manifest are written.
MOMENTS = ["read citizen", "learn", "rank", "candidates.parquet", "publish"]


@pytest.fixture(scope="module")
def files(registers, tmp_path_factory):
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("small")
    pq.write_table(registers.land.slice(0, 120), folder / "land.parquet")
    pq.write_table(registers.citizens.slice(0, 250), folder / "citizens.parquet")
    return folder / "land.parquet", folder / "citizens.parquet"


def link(files, out, **options):
    return run_link(*files, out, config=Config.from_mapping({"run": {"threads": 1}}), **options)


def killed(files, out, moment, *, overwrite=False):
    command = [sys.executable, "-c", CHILD, moment, *files, out, "yes" if overwrite else "no"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == -signal.SIGKILL, done.stderr


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_nothing_that_looks_finished_and_the_next_one_succeeds(tmp_path, files, moment):
    out = tmp_path / "run1"
    killed(files, out, moment)
    assert not out.exists()
    left = list(tmp_path.iterdir())
    assert all(path.name.startswith(".run1.partial") for path in left)
    for path in [out, *left]:
        with pytest.raises(StorageError):
            open_result(path)
    link(files, out)
    assert [path.name for path in tmp_path.iterdir()] == ["run1"]
    assert open_result(out, verify=True).manifest["counts"]["land_users"] == 120


def test_a_kill_while_a_result_is_to_be_replaced_leaves_the_old_one_as_it_was(tmp_path, files):
    out = tmp_path / "run1"
    link(files, out)
    before = digests(out)
    killed(files, out, "links.parquet", overwrite=True)
    assert digests(out) == before
    assert open_result(out, verify=True)
    link(files, out, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["run1"]
    after = digests(out)
    assert {name for name in before if before[name] != after[name]} <= {"manifest.json"}


def test_an_interrupted_run_removes_what_it_began(tmp_path, files):
    class Stop(KeyboardInterrupt):
        pass

    def stop(stage, _done, _total):
        if stage == "rank":
            raise Stop

    with pytest.raises(Stop):
        link(files, tmp_path / "run1", progress=stop)
    assert list(tmp_path.iterdir()) == []
    link(files, tmp_path / "run1")
    assert [path.name for path in tmp_path.iterdir()] == ["run1"]
