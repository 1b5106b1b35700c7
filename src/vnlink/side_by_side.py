"""Work on pieces with a few threads, and take up what comes of them in the order of the pieces."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

__all__ = ["in_order"]

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
