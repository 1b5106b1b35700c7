"""What a long run shows while it works: on a terminal a bar with rate and time left, elsewhere nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

__all__ = ["ProgressCallback", "terminal_progress"]


class ProgressCallback(Protocol):
    """Called by a run as ``progress(stage, done, total)``; total is 0 where it is not known. It must be cheap."""

    def __call__(self, stage: str, done: int, total: int, /) -> None: ...  # noqa: D102 - the class says it


@contextmanager
def terminal_progress(*, quiet: bool = False) -> Iterator[ProgressCallback | None]:
    """Give a callback that draws bars on standard error, or None when it is no terminal or ``quiet`` is asked for.

    The bars disappear when the block ends, so what is printed after them starts on a clean line.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - slow to load, and only a terminal needs it
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f} rows/s" if speed else "", style="dim")

    columns = (TextColumn("{task.description:<24}"), BarColumn(), RateColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int, /) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield progress
