"""What a command does to its own process, and what of the user's environment it leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import vnlink.linkage
import vnlink.process
from vnlink.config import Config
from vnlink.memory import MemoryPlan
from vnlink.process import Stopped, keep_little, stop_when_asked

SHOW = """
import os
from vnlink.process import share_one_heap, suit_process
suit_process()
share_one_heap()
import pyarrow as pa
print(os.environ.get("OPENBLAS_NUM_THREADS"), os.environ.get("OMP_NUM_THREADS"), pa.default_memory_pool().backend_name)
"""


def shown(script: str = SHOW, **environment: str) -> list[str]:
    unset = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "GOTO_NUM_THREADS", "ARROW_DEFAULT_MEMORY_POOL")
    clean = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run([sys.executable, "-c", script], env=clean | environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.fixture
def other_pool() -> str:
    others = [name for name in pa.supported_memory_backends() if name != "system"]
    if not others:
        pytest.skip("Arrow was built with one kind of memory, so there is no other that could stay")
    return others[0]


def test_a_command_has_one_heap_for_itself_and_arrow_and_blas_in_its_own_threads() -> None:
    if not hasattr(os, "confstr") or "glibc" not in (os.confstr("CS_GNU_LIBC_VERSION") or ""):
        pytest.skip("one heap is a setting of the GNU C library, and this system has another one")
    assert shown() == ["1", "None", "system"]


def test_a_command_that_has_to_fit_into_little_gives_freed_memory_back() -> None:
    """Of an array of 256 MiB nothing stays; a command that need not save keeps it for the next one."""
    if not hasattr(os, "confstr") or "glibc" not in (os.confstr("CS_GNU_LIBC_VERSION") or ""):
        pytest.skip("what is kept is a setting of the GNU C library, and this system has another one")
    told = """
import os
from pathlib import Path
from vnlink.process import keep_little, suit_process
suit_process()
LITTLE
import numpy as np
def held():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
before = held()
array = np.ones(32 << 20)
del array
print(held() - before > 200)
"""
    assert shown(told.replace("LITTLE", "keep_little()")) == ["False"]
    if tuple(map(int, (os.confstr("CS_GNU_LIBC_VERSION") or "").split()[-1].split("."))) >= (2, 35):
        assert shown(told.replace("LITTLE", "")) == ["True"]  # older versions give an array of this size back in any case


def test_a_library_leaves_the_memory_of_its_callers_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(vnlink.process, "_set_malloc", lambda setting, value: bool(asked.append((setting, value))))
    monkeypatch.setattr(vnlink.process, "_suited", False)
    keep_little()
    assert not asked
    monkeypatch.setattr(vnlink.process, "_suited", True)
    keep_little()
    assert len({setting for setting, _ in asked}) == 3
    assert all(value <= 4 << 20 for _, value in asked)


@pytest.mark.parametrize("in_files", [False, True])
def test_a_run_through_files_keeps_little_and_one_in_memory_shares_a_heap(
    registers: Any, monkeypatch: pytest.MonkeyPatch, in_files: bool
) -> None:
    called: list[str] = []
    monkeypatch.setattr(vnlink.linkage, "keep_little", lambda: called.append("little"))
    monkeypatch.setattr(vnlink.linkage, "share_one_heap", lambda: called.append("heap"))
    monkeypatch.setattr(MemoryPlan, "of", classmethod(lambda cls, *_: cls(in_files=in_files, limit=None)))
    vnlink.linkage.Linkage(registers.land, registers.citizens, Config()).close()
    assert called == ["little" if in_files else "heap"]


def test_what_the_users_environment_says_of_threads_stays() -> None:
    assert shown(OPENBLAS_NUM_THREADS="3")[:2] == ["3", "None"]
    assert shown(OMP_NUM_THREADS="2")[:2] == ["None", "2"]


def test_what_the_users_environment_says_of_arrows_memory_stays(other_pool: str) -> None:
    assert shown(ARROW_DEFAULT_MEMORY_POOL=other_pool)[2] == other_pool


def test_the_process_of_a_caller_is_left_as_it_is() -> None:
    told = """
import os
import pyarrow as pa
before = pa.default_memory_pool().backend_name
from vnlink.process import share_one_heap
share_one_heap()
print(os.environ.get("OPENBLAS_NUM_THREADS"), pa.default_memory_pool().backend_name == before)
"""
    assert shown(told) == ["None", "True"]


RUN = """
import os, signal, sys, tempfile
import vnlink.runs
from vnlink import cli

asked = getattr(signal, os.environ["ASKED"])

def run_link(land, citizens, out, **settings):
    with tempfile.TemporaryDirectory(prefix="working-", dir=out.parent):
        try:
            os.kill(os.getpid(), asked)
            print("went on")
        finally:
            if asked != signal.SIGINT:
                os.kill(os.getpid(), asked)  # asked twice, while it cleans up
    sys.exit(9)

vnlink.runs.run_link = run_link
sys.argv[1:] = ["link", "land.csv", "citizens.csv", "--out", os.environ["OUT"], "--quiet"]
# Whoever started the tests may ignore a signal (nohup, a job in the background), and processes inherit that.
usual = signal.default_int_handler if asked == signal.SIGINT else signal.SIG_DFL
signal.signal(asked, signal.SIG_IGN if os.environ.get("IGNORED") else usual)
cli.main()
"""


def asked_to_end(name: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    if not hasattr(signal, name) or sys.platform == "win32":
        pytest.skip("this system cannot ask a process to end in this way")
    known = os.environ | {"ASKED": name, "OUT": str(folder / "run1")} | environment
    return subprocess.run([sys.executable, "-c", RUN], env=known, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_command_that_is_asked_to_end_leaves_no_working_file(tmp_path: Path, name: str, code: int) -> None:
    done = asked_to_end(name, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "vnlink: stopped before it was done.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    done = asked_to_end("SIGHUP", tmp_path, IGNORED="yes")
    assert (done.returncode, done.stdout) == (9, "went on\n")


def test_only_the_main_thread_of_a_command_listens() -> None:
    before = signal.getsignal(signal.SIGTERM)
    other = threading.Thread(target=stop_when_asked)
    other.start()
    other.join()
    assert signal.getsignal(signal.SIGTERM) is before


def test_whoever_catches_ctrl_c_catches_being_asked_to_end() -> None:
    with pytest.raises(KeyboardInterrupt) as stopped:
        raise Stopped(15)
    assert getattr(stopped.value, "exit_code", None) == 143
