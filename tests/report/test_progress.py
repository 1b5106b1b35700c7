"""A bar in a notebook: late, seldom, gone at the end; and none elsewhere."""

from __future__ import annotations

import sys
import types

import pyarrow as pa
import pytest

from vnlink import Linker
from vnlink.fields import Declaration, FieldLinker, Name, Number
from vnlink.report.progress import NotebookBar, notebook_progress, terminal_progress


class Cell:
    """Where a bar is shown, with a clock that goes by hand."""

    def __init__(self):
        self.now, self.shown = 0.0, []

    def show(self, html):
        self.shown.append(html)
        return self.shown.append

    def bar(self):
        return NotebookBar(self.show, lambda: self.now)


def test_short_work_shows_nothing():
    cell = Cell()
    bar = cell.bar()
    for done in range(50):
        cell.now += 0.01
        bar("rank", done, 50)
    bar.close()
    assert cell.shown == []


def test_long_work_shows_a_stage_its_rate_and_the_time_left_and_goes():
    cell = Cell()
    bar = cell.bar()
    for done in range(0, 60_000, 1000):
        cell.now += 0.05
        bar("rank", done, 60_000)
    bar.close()
    assert 5 <= len(cell.shown) <= 20, "at most five changes a second"
    assert "đối chiếu / linking" in cell.shown[0]
    assert 'max="60000"' in cell.shown[0]
    assert "/s" in cell.shown[0]
    assert cell.shown[-1] == ""


def test_a_stage_of_unknown_length_has_a_bar_without_an_end():
    cell = Cell()
    bar = cell.bar()
    cell.now = 2.0
    bar("<b>", 10, 0)
    assert "max=" not in cell.shown[0]
    assert "<b>" not in cell.shown[0]


def test_outside_of_a_notebook_there_is_no_bar(monkeypatch):
    with notebook_progress() as progress:
        assert progress is None
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    with notebook_progress() as progress:
        assert progress is None


@pytest.fixture
def notebook(monkeypatch):
    """A kernel that keeps what is displayed."""
    updates = []

    class Handle:
        def update(self, shown):
            updates.append(shown.data)

    def display(shown, *, display_id):
        updates.append(shown.data)
        return Handle()

    shell = types.SimpleNamespace(kernel=object())
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: shell
    shown = types.ModuleType("IPython.display")
    shown.HTML, shown.display = lambda data: types.SimpleNamespace(data=data), display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    # What is said of compiling has tests of its own; whether anything is compiled here depends on what ran before.
    monkeypatch.setattr("vnlink.compiling._listen_in_notebook", lambda: None)
    return updates


def test_linking_in_a_notebook_shows_the_stages_and_changes_no_result(notebook, monkeypatch, registers):
    plain = Linker(threads=1).link(registers.land.slice(0, 300), registers.citizens)
    notebook.clear()
    monkeypatch.setattr("vnlink.report.progress.PATIENCE", 0.0)
    monkeypatch.setattr("vnlink.report.progress.INTERVAL", 0.0)
    shown = Linker(threads=1).link(registers.land.slice(0, 300), registers.citizens)
    assert shown.links.equals(plain.links)
    assert any("linking" in html for html in notebook)
    assert notebook[-1] == ""


def test_linking_declared_fields_shows_its_stages_and_changes_no_result(notebook, monkeypatch):
    left = pa.table({"id": [f"a{i}" for i in range(40)], "name": ["Lê Văn An", "Đỗ Thị Bé"] * 20, "age": list(range(40))})
    right = left.set_column(0, "id", pa.array([f"b{i}" for i in range(40)]))
    linker = FieldLinker(Declaration("id", fields=[Name("name"), Number("age")]))
    plain = linker.link(left, right)
    notebook.clear()
    monkeypatch.setattr("vnlink.report.progress.PATIENCE", 0.0)
    monkeypatch.setattr("vnlink.report.progress.INTERVAL", 0.0)
    assert linker.link(left, right).links.equals(plain.links)
    for words in ("reading the fields", "looking for candidates", "learning", "linking"):
        assert any(words in html for html in notebook), words
    assert notebook[-1] == ""
    linker.fit(left, right)
    assert notebook[-1] == ""


def test_a_bar_goes_when_the_work_fails(notebook, monkeypatch):
    monkeypatch.setattr("vnlink.report.progress.PATIENCE", 0.0)

    def work():
        with notebook_progress() as progress:
            progress("learn", 1, 2)
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert notebook[-1] == ""


def test_a_command_that_a_notebook_runs_shows_no_bars(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("JPY_PARENT_PID", "1")
    with terminal_progress() as progress:
        assert progress is None
