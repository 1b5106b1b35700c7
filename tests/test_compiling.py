"""Whoever waits for kernels to be compiled is told so, and nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
import types

import pyarrow as pa
import pytest

from vnlink import compiling
from vnlink.compiling import NotebookNotice, listen
from vnlink.errors import InputError
from vnlink.linker import Linker


@pytest.fixture
def count(monkeypatch):
    """A process in which nothing was compiled yet, and a clock that the test sets."""
    clock = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(compiling, "_count", compiling._Count())
    monkeypatch.setattr(compiling, "_listeners", [])
    monkeypatch.setattr(compiling.time, "monotonic", lambda: clock.now)
    return clock


def test_a_listener_hears_of_functions_within_functions_and_their_time_is_counted_once(count):
    heard = []
    with listen(lambda *told: heard.append(told)):
        compiling.begun()
        count.now += 2.0
        compiling.begun()
        count.now += 1.0
        compiling.ended()
        compiling.ended()
    compiling.begun()
    assert heard == [(0, 0.0, True), (0, 2.0, True), (1, 3.0, True), (2, 3.0, False)]


class Cell:
    def __init__(self):
        self.shown = []

    def show(self, html):
        self.shown.append(html)
        return self.shown.append


def test_a_notice_comes_after_a_second_says_why_and_goes():
    cell = Cell()
    notice = NotebookNotice(cell.show, seconds=50.0)
    notice(1, 50.4, True)
    assert cell.shown == []
    notice(9, 53.0, True)
    notice(10, 53.1, True)
    assert len(cell.shown) == 1
    assert "first use after installing: compiling" in cell.shown[0]
    assert "3 s" in cell.shown[0]
    notice.close()
    assert cell.shown[-1] == ""


def test_a_notice_that_was_never_needed_leaves_nothing():
    cell = Cell()
    NotebookNotice(cell.show).close()
    assert cell.shown == []


def test_in_a_notebook_the_notice_stays_until_the_cell_has_run(count, monkeypatch):
    cell, hooks = Cell(), []
    events = types.SimpleNamespace(register=lambda _, hook: hooks.append(hook), unregister=lambda _, hook: hooks.remove(hook))
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=object(), events=events)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(compiling, "show_in_cell", cell.show)
    for _ in range(2):  # two cells
        compiling.begun()
        count.now += 5.0
        compiling.ended()
        compiling.begun()
        compiling.ended()
        assert len(hooks) == 1
        hooks[0]()
        assert cell.shown[-1] == ""
    assert hooks == []
    assert compiling._listeners == []


@pytest.mark.slow
def test_numba_says_what_it_compiles_of_vnlink_and_of_nobody_else(tmp_path):
    code = """
import vnlink
from numba import int64, njit
from numba.experimental import jitclass
from vnlink import compiling, kernels
heard = []
def start(self, x):
    self.x = x
with compiling.listen(lambda *told: heard.append(told)):
    njit(lambda x: x + 1)(1)
    assert not heard
    made = {"njit": njit}
    exec("def f(x): return x + 1", made)  # as Numba's own jitclass makes its functions: of no module
    del made["__builtins__"]
    njit(made["f"])(1)
    jitclass([("x", int64)])(type("Point", (), {"__init__": start}))(1)
    assert not heard
    vnlink.normalize_name("Lê Văn Hòa")
print(len(heard) > 1, heard[-1][2])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
    )
    assert done.stdout.split() == ["True", "False"], done.stderr


def test_a_notebook_shows_an_error_without_the_lines_of_the_package():
    with pytest.raises(InputError) as caught:
        Linker().link("nowhere.csv", "nowhere.csv")
    first, *lines = caught.value._render_traceback_()
    assert first == "InputError: the file nowhere.csv does not exist (land table): check the path."
    assert lines == [line for line in lines if "nowhere.csv" in line]
    assert len(lines) == 1


def test_an_error_that_comes_from_another_thread_shows_the_users_line_only():
    table = pa.table({"citizen_id": ["C1", "C1"], "full_name": ["Lê Văn Đức"] * 2})
    land = pa.table({"land_user_id": ["L1"], "full_name": ["Lê Văn Đức"]})
    with pytest.raises(InputError) as caught:
        Linker().link(land, table)
    first, *lines = caught.value._render_traceback_()
    assert first.startswith("InputError: every id must be there once")
    assert len(lines) == 1
    assert "Linker().link(land, table)" in lines[0]


def test_a_listener_that_fails_does_not_end_the_work(count):
    def broken(*_):
        raise ValueError

    heard = []
    with listen(broken), listen(lambda *told: heard.append(told)):
        compiling.begun()
        count.now += 2.0
        compiling.ended()
    assert heard == [(0, 0.0, True), (1, 2.0, False)]
