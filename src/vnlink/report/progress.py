"""What a long run shows while it works: on a terminal or in a notebook a bar with rate and time left, elsewhere nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Protocol

from vnlink.compiling import PATIENCE as COMPILING_PATIENCE
from vnlink.compiling import InCell, listen, show_in_cell
from vnlink.report.words import Words

__all__ = ["NotebookBar", "ProgressCallback", "notebook_progress", "terminal_progress"]

STAGE_WORDS = {
    "read land": Words("đọc dữ liệu đất đai", "reading the land register"),
    "read citizen": Words("đọc dữ liệu dân cư", "reading the population register"),
    "count": Words("đếm tên", "counting names"),
    "learn": Words("học", "learning"),
    "rank": Words("đối chiếu", "linking"),
    "read fields": Words("đọc các trường", "reading the fields"),
    "block": Words("tìm ứng viên", "looking for candidates"),
}
_OF_A_KERNEL = "JPY_PARENT_PID"
"""Set in the environment of Jupyter's kernels, and so of the commands that these start."""

PATIENCE, INTERVAL = 0.7, 0.2
"""Seconds before a bar is shown at all, and between two changes of it: short work shows nothing, long work is not slowed."""


class ProgressCallback(Protocol):
    """Called by a run as ``progress(stage, done, total)``; total is 0 where it is not known. It must be cheap."""

    def __call__(self, stage: str, done: int, total: int, /) -> None: ...  # noqa: D102 - the class says it


@contextmanager
def terminal_progress(*, quiet: bool = False) -> Iterator[ProgressCallback | None]:
    """Give a callback that draws bars on standard error, or None when it is no terminal or ``quiet`` is asked for.

    The bars disappear when the block ends, so what is printed after them starts on a clean line. Where a notebook runs the
    command (``!vnlink link ...``) there are none: it takes itself for a terminal, and would show each change of a bar below the
    last.
    """
    if quiet or not sys.stderr.isatty() or _OF_A_KERNEL in os.environ:
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to load, and only a terminal needs it
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f} rows/s" if speed and task.fields["rows"] else "", style="dim")

    columns = (TextColumn("{task.description:<24}"), BarColumn(), RateColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int, /) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None, rows=True)
            bars.update(tasks[stage], completed=done, total=total or None)

        def compiling(compiled: int, seconds: float, working: bool, /) -> None:
            name = "compiling, this once"
            if seconds < COMPILING_PATIENCE:
                return
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None, rows=False)
            bars.update(tasks[name], completed=compiled, visible=working)

        with listen(compiling):
            yield progress


class NotebookBar:
    """A bar in the output of a notebook's cell; call it as a :class:`ProgressCallback`.

    Parameters
    ----------
    show : callable
        Takes HTML, shows it and gives a callable that puts other HTML in its place.
    clock : callable
        Gives seconds.
    """

    def __init__(self, show: Callable[[str], Callable[[str], None]], clock: Callable[[], float] = time.monotonic) -> None:
        self._place, self._clock = InCell(show), clock
        self._stage, self._start = "", clock()
        self._begun = self._last = self._start

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Show how far a stage is."""
        now = self._clock()
        if stage != self._stage:
            self._stage, self._begun = stage, now
        if now - self._start < PATIENCE or (self._place.shown and now - self._last < INTERVAL):
            return
        self._last = now
        self._place.put(_bar_html(stage, done, total, now - self._begun))

    def close(self) -> None:
        """Take the bar away."""
        self._place.clear()


def _bar_html(stage: str, done: int, total: int, seconds: float) -> str:
    words = STAGE_WORDS.get(stage, Words(stage, stage))
    value = f' value="{min(done, total)}" max="{total}"' if total else ""
    rate = done / seconds if seconds > 0.0 else 0.0
    told = [f"{done:,}" + (f" / {total:,}" if total else "")]
    if rate:
        told.append(f"{rate:,.0f}/s")
        if total > done:
            left = (total - done) / rate
            told.append(f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min")
    return (
        f'<div class="vnlink"><progress{value} style="width:16em;vertical-align:middle"></progress> '
        f"{escape(str(words))} <small>{' · '.join(told)}</small></div>"
    )


@contextmanager
def notebook_progress() -> Iterator[ProgressCallback | None]:
    """Give a callback that draws a bar where the cell of a notebook shows its output, or None outside of notebooks.

    The bar is plain HTML, so no widget has to be installed; it goes when the block ends.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if getattr(shell, "kernel", None) is None:
        yield None
        return
    bar = NotebookBar(show_in_cell)
    try:
        yield bar
    finally:
        bar.close()
