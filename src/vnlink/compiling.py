"""What a person sees while kernels are compiled: once after installing, for a minute or two, work seems to stand still.

:mod:`vnlink.kernels` says when a compilation begins and ends. In a notebook a line appears under the cell that waits and goes
when the cell is done; elsewhere whoever asks by :func:`listen` is told (the bars of a terminal do). Code that was compiled
before is only loaded: then nobody is told anything.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

__all__ = ["CompilingListener", "InCell", "begun", "ended", "listen"]

PATIENCE, INTERVAL = 1.0, 0.5
"""Seconds of compiling before anything is shown, and between two changes of it: one kernel of a rare kind shows nothing."""


class CompilingListener(Protocol):
    """Called as ``listener(compiled, seconds, working)``: functions so far, time spent on them, whether more are under way."""

    def __call__(self, compiled: int, seconds: float, working: bool, /) -> None: ...  # noqa: D102 - the class says it


class _Count:
    """Compilations of this process. Numba compiles under a lock, so events come one after another, whatever the threads."""

    def __init__(self) -> None:
        self.depth = self.compiled = 0
        self.seconds = self.since = 0.0

    def begin(self) -> None:
        if not self.depth:
            self.since = time.monotonic()
        self.depth += 1

    def end(self) -> None:
        self.depth -= 1
        self.compiled += 1
        if not self.depth:
            self.seconds += time.monotonic() - self.since

    def spent(self) -> float:
        return self.seconds + (time.monotonic() - self.since if self.depth else 0.0)


_count = _Count()
_listeners: list[CompilingListener] = []


def begun() -> None:
    """Take up that the compilation of a kernel, or of a function inside one, begins."""
    _count.begin()
    _tell()


def ended() -> None:
    """Take up that it is done."""
    _count.end()
    _tell()


def _tell() -> None:
    if not _listeners:
        _listen_in_notebook()
    for listener in tuple(_listeners):
        with suppress(Exception):  # work does not end because its waiting cannot be shown
            listener(_count.compiled, _count.spent(), _count.depth > 0)


@contextmanager
def listen(listener: CompilingListener) -> Iterator[None]:
    """Tell ``listener`` of every compilation until the block ends."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class InCell:
    """A place under a cell of a notebook whose HTML changes; nothing is there before it is first put there.

    Parameters
    ----------
    show : callable
        Takes HTML, shows it and gives a callable that puts other HTML in its place.
    """

    def __init__(self, show: Callable[[str], Callable[[str], None]]) -> None:
        self._show = show
        self._change: Callable[[str], None] | None = None

    @property
    def shown(self) -> bool:
        """Whether anything was put there."""
        return self._change is not None

    def put(self, html: str) -> None:
        """Put HTML there, in place of what there was."""
        if self._change is None:
            self._change = self._show(html)
        else:
            self._change(html)

    def clear(self) -> None:
        """Take away what is there."""
        if self._change is not None:
            self._change("")


class NotebookNotice:
    """A line under the cell that waits for compilations.

    Parameters
    ----------
    show : callable
        Takes HTML, shows it and gives a callable that puts other HTML in its place.
    seconds : float
        What was spent on compiling before this cell.
    """

    def __init__(self, show: Callable[[str], Callable[[str], None]], seconds: float = 0.0) -> None:
        self._place, self._seconds = InCell(show), seconds
        self._last = 0.0

    def __call__(self, compiled: int, seconds: float, working: bool, /) -> None:  # noqa: ARG002 - as others are called
        """Show how long it has taken."""
        seconds -= self._seconds
        if seconds < PATIENCE or (self._place.shown and working and seconds - self._last < INTERVAL):
            return
        self._last = seconds
        self._place.put(_notice_html(seconds))

    def close(self) -> None:
        """Take the line away."""
        self._place.clear()


def _notice_html(seconds: float) -> str:
    muted = "color:color-mix(in srgb,currentColor 65%,transparent)"
    return (
        '<div class="vnlink">vnlink: lần đầu dùng sau khi cài đặt, đang biên dịch, mất một đến hai phút; lần sau chạy ngay '
        f'<span lang="en" style="{muted}">first use after installing: compiling, which takes a minute or two; later it starts '
        f"at once</span> <small>{seconds:.0f} s</small></div>"
    )


def _listen_in_notebook() -> None:
    """Show a line under the cell that runs now, until it has run."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        return
    notice = NotebookNotice(show_in_cell, _count.seconds)

    def cell_done(*_: Any) -> None:
        shell.events.unregister("post_run_cell", cell_done)
        _listeners.remove(notice)
        notice.close()

    shell.events.register("post_run_cell", cell_done)
    _listeners.append(notice)


def show_in_cell(html: str) -> Callable[[str], None]:
    """Show HTML where the cell of a notebook has its output; give what puts other HTML in its place."""
    shown: Any = importlib.import_module("IPython.display")  # there is a notebook, so it is loaded
    handle = shown.display(shown.HTML(html), display_id=True)
    return lambda other: handle.update(shown.HTML(other))
