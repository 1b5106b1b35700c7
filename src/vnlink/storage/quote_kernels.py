"""Where a quoted cell of a text table goes over a line end: the one pass over the bytes that has to be compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import inner, kernel

__all__ = ["CLOSED", "DONE", "OPEN", "TEXT", "next_over_lines"]

DONE, OPEN, TEXT, CLOSED = 0, 1, 2, 3
_QUOTE, _LINE, _RETURN, _SPACE = 34, 10, 13, 32


@inner
def _all_may_be_rows(data: NDArray[np.uint8], opened: int, closed: int, delimiter: int, least: int) -> bool:
    """Whether each line that a cell touches, but empty ones, holds as many delimiters as a row: few cells pass the first."""
    at = opened
    while at > 0 and data[at - 1] != _LINE and data[at - 1] != _RETURN:
        at -= 1
    count, letters = 0, 0
    while at < len(data):
        byte = data[at]
        if byte == _LINE or byte == _RETURN:
            if letters and count < least:
                return False
            if at >= closed:
                return True
            count, letters = 0, 0
        else:
            letters += 1
            count += byte == delimiter
        at += 1
    return True


@kernel
def next_over_lines(data: NDArray[np.uint8], start: int, delimiter: int, width: int, trusted: int) -> tuple[int, int, int, int]:
    """Find the next quoted cell that goes over a line end and may not be meant to.

    Quotes are read as Arrow reads them: one opens a cell only where the cell begins, two within a cell are one that is meant,
    and after the closing one whatever stands there is read as it is.

    Parameters
    ----------
    data : uint8[n]
        Text as UTF-8, at its end a line end or more to come.
    start : int
        Where a record begins.
    delimiter, width : int
        The byte between cells, and the cells of a row.
    trusted : int
        A cell that begins here or before is meant as it is.

    Returns
    -------
    (what, record, opened, closed) : int
        ``DONE``: the last record, whose end is not there, begins at ``record``. Or the cell of that record that begins at
        ``opened``: ``OPEN``, its end is not there; ``TEXT``, its closing quote at ``closed`` is followed by text; ``CLOSED``,
        it ends well, and as many delimiters as in a row stand in each of its lines.
    """
    size = len(data)
    at = record = start
    while at < size:
        if data[at] == _QUOTE:
            opened, lines = at, 0
            at += 1
            while at < size and (data[at] != _QUOTE or (at + 1 < size and data[at + 1] == _QUOTE)):
                lines += data[at] == _LINE or data[at] == _RETURN
                at += 2 if data[at] == _QUOTE else 1
            after = at + 1
            while after < size and data[after] == _SPACE:
                after += 1
            if after >= size:
                return OPEN, record, opened, size
            if lines and opened > trusted:
                if data[after] != delimiter and data[after] != _LINE and data[after] != _RETURN:
                    return TEXT, record, opened, at
                if _all_may_be_rows(data, opened, at, delimiter, width - 1):
                    return CLOSED, record, opened, at
            at += 1
        while at < size and data[at] != delimiter and data[at] != _LINE and data[at] != _RETURN:
            at += 1
        if at < size and data[at] != delimiter:
            record = at + 1
        at += 1
    return DONE, record, record, record
