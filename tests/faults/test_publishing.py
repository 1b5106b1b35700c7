"""Whatever fails, and whenever: no folder that looks finished, and an earlier result is as it was."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pytest

from vnlink.errors import StorageError
from vnlink.storage import publish, writers
from vnlink.storage.publish import ResultFolder, replace_file
from vnlink.storage.results import open_result

SCHEMA = pa.schema([("id", pa.string()), ("number", pa.int64())])
ROWS = pa.table({"id": [str(row) for row in range(500)], "number": range(500)}, schema=SCHEMA)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def run(path, **options):
    with ResultFolder(path, **options) as folder:
        with folder.parquet("links.parquet", SCHEMA) as links:
            for batch in ROWS.to_batches(max_chunksize=100):
                links.write(batch)
        candidates = folder.parquet("candidates.parquet", SCHEMA)
        candidates.write(ROWS)
        folder.write_json("summary.json", {"persons": 500})
        folder.write_text("report.html", "<p>" * 1000)
        return folder.publish({"version": "0"})


def digest_of(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def failure_of(call):
    try:
        call()
    except StorageError as error:
        return error
    return None


class FailingDisk:
    """Counts what is asked of the disk and refuses the N-th request."""

    def __init__(self, patch, at, code):
        self.asked, self.at, self.code = 0, at, code
        patch.setattr(writers, "open_for_writing", self.open)
        for module, name in ((os, "fsync"), (os, "mkdir"), (os, "rename")):
            patch.setattr(module, name, self.counted(getattr(module, name)))

    def ask(self):
        self.asked += 1
        if self.asked == self.at:
            raise OSError(self.code, os.strerror(self.code))

    def counted(self, call):
        def asking(*arguments, **options):
            self.ask()
            return call(*arguments, **options)

        return asking

    def open(self, path):
        self.ask()
        file = Path.open(path, "xb", buffering=0)
        disk = self

        class File:
            def write(self, data):
                disk.ask()
                return file.write(data)

            def flush(self):
                disk.ask()

            def fileno(self):
                return file.fileno()

            def close(self):
                file.close()

        return File()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("earlier", [False, True])
def test_any_single_failure_of_the_disk_leaves_the_target_as_it_was(tmp_path, code, earlier):
    target = tmp_path / "run1"
    before = {}
    if earlier:
        run(target)
        (target / "mark").write_text("the earlier one", encoding="utf-8")
        before = digest_of(target)
    for at in range(1, 500):
        with pytest.MonkeyPatch.context() as patch:
            disk = FailingDisk(patch, at, code)
            failure = failure_of(lambda: run(target, overwrite=earlier))
        if failure is None and disk.asked < at:
            break
        assert failure is None or (failure.exit_code == 5 and "the system says" in str(failure))
        if target.exists() and not (target / "mark").exists():
            # The one failure that may be passed over: the folder was already in place.
            assert open_result(target, verify=True)
            shutil.rmtree(target)
            if earlier:
                run(target)
                (target / "mark").write_text("the earlier one", encoding="utf-8")
                before = digest_of(target)
        assert names_in(tmp_path) == (["run1"] if earlier else [])
        assert (digest_of(target) if earlier else {}) == before
    else:
        pytest.fail("the run never succeeded")
    assert at > 20
    assert open_result(target, verify=True)


def test_a_full_disk_is_said_in_plain_words(tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        FailingDisk(patch, 8, errno.ENOSPC)
        with pytest.raises(StorageError, match=r"could not be written, the system says: No space left.*make room on the disk"):
            run(tmp_path / "run1")


CHILD = """
import sys, time
import pyarrow as pa
from vnlink.storage.publish import ResultFolder
schema = pa.schema([("id", pa.string())])
with ResultFolder(sys.argv[1], overwrite=True) as folder:
    folder.write_text("report.html", "x" * 100000)
    links = folder.parquet("links.parquet", schema)
    for step in range(1000000):
        links.write(pa.table({"id": [str(step)] * 50000}))
        if step == 4:
            print("under way", flush=True)
"""


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_killed_half_way_leaves_no_folder_that_looks_finished(tmp_path, how, earlier):
    target = tmp_path / "run1"
    before = digest_of(run(target)) if earlier else {}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, target], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert child.stdout.readline() == "under way\n"
        child.send_signal(how)
        assert child.wait(timeout=20) != 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    assert target.exists() == earlier
    assert (digest_of(target) if earlier else {}) == before
    if how is signal.SIGINT:
        assert names_in(tmp_path) == (["run1"] if earlier else []), "Ctrl-C tidies up"
    run(target, overwrite=earlier)
    assert names_in(tmp_path) == ["run1"], "the next run removes what the killed one left"


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_a_kill_around_the_renames_loses_no_result(tmp_path, moment):
    """Killed before, between or after the two renames of overwriting, the next start finds a whole result."""
    target = tmp_path / "run1"
    run(target)
    renames = {"before": 1, "between": 2, "after": 3}[moment]
    script = f"""
import os, pathlib, signal, sys
from vnlink.storage.publish import ResultFolder
count, rename = 0, pathlib.Path.rename
def dying(self, other):
    global count
    count += 1
    if count == {renames}:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, other)
pathlib.Path.rename = dying
with ResultFolder(sys.argv[1], overwrite=True) as folder:
    folder.write_text("report.html", "new")
    folder.publish({{"version": "new"}})
    os.kill(os.getpid(), signal.SIGKILL)
"""
    child = subprocess.run([sys.executable, "-c", script, target], capture_output=True, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr
    with pytest.raises(StorageError, match="holds an earlier result"):
        run(target)
    assert open_result(target, verify=True).manifest["version"] == ("new" if moment == "after" else "0")
    assert names_in(tmp_path) == ["run1"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said_in_plain_words(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(StorageError, match="check the permissions"):
        run(tmp_path / "closed" / "run1")


def test_a_parent_that_is_a_file_is_said_in_plain_words(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="could not be made"):
        run(tmp_path / "file" / "run1")
    with pytest.raises(StorageError, match="could not be made"), replace_file(tmp_path / "file" / "model.json"):
        pass


def test_the_number_of_a_process_that_is_gone_is_dead():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    time.sleep(0)
    assert not publish._is_alive(child.pid)
    assert publish._is_alive(os.getpid())
    assert publish._is_alive(1)
