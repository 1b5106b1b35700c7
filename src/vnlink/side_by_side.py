"""Work in other threads: pieces that are taken up in their order, and work that is begun before it is due."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

__all__ = ["Ahead", "in_order"]

_AHEAD = 2
"""Pieces beyond one a thread that are begun before their turn: so no thread waits while a result is taken up."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def in_order(work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int) -> Iterator[Result]:
    """Do ``work`` on every piece in ``threads`` threads; yield the results in the order of the pieces, a few ahead at most.

    The pieces are taken one by one as there is room for them, by the thread that takes the results. Where the work fails, or
    nobody wants more results, what has not begun is not done.

    Examples
    --------
    >>> list(in_order(str.title, ["lê văn đức", "trần thị hoà"], 2))
    ['Lê Văn Đức', 'Trần Thị Hoà']
    """
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    left = iter(pieces)
    try:
        while True:
            waiting.extend(pool.submit(work, piece) for piece in itertools.islice(left, threads + _AHEAD - len(waiting)))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class Ahead(Generic[Result]):
    """Work that begins at once, in a thread of its own, and is wanted later or not at all.

    Parameters
    ----------
    work : callable
        Called with what it must call as ``step(done, total)`` now and then: so it stops where nobody wants it any more.
    progress : callable, optional
        Called as ``progress(done, total)`` from then on that somebody waits for the work.

    Examples
    --------
    >>> Ahead(lambda step: "Lê Văn Đức".casefold()).result()
    'lê văn đức'
    """

    def __init__(
        self, work: Callable[[Callable[[int, int], None]], Result], progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._progress = progress
        self._due = self._given_up = False
        pool = ThreadPoolExecutor(1)
        self._future = pool.submit(work, self._step)
        pool.shutdown(wait=False)

    def _step(self, done: int, total: int) -> None:
        if self._given_up:
            raise CancelledError
        if self._due and self._progress:
            self._progress(done, total)

    def result(self) -> Result:
        """Wait for the work and return what came of it; an exception that ended it is raised."""
        self._due = True
        return self._future.result()

    def give_up(self) -> None:
        """Let the work stop at its next step, and wait for that."""
        self._given_up = True
        wait([self._future])
