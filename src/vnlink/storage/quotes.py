r"""Quotation marks that open a cell and were not meant to.

``1,"Nguyễn Văn An,1950`` opens a cell that ends at the next quotation mark, wherever that is: all rows before it become part
of one cell, and nobody is told. But an owner string with line breaks is normal: ``2,"Bà A\nÔng B",1960``. A cell that goes over
a line end is taken as not meant where

* it does not end before the file does, or within a mebibyte;
* its closing mark is followed by text, as that of ``3,"Lê, Văn Đức",1970`` would be, and its first line without the mark, or
  its last line alone, is a whole row;
* it ends well and opens in the first line of its row, but that line without the mark and every other line alone are whole
  rows that begin alike (an id of the same shape).

The line that opens it is replaced by :data:`OPEN_LINE`, which no table has as a row; the next line is read as a row again.
"""

from __future__ import annotations

import csv
import io
import re

import numpy as np

from vnlink.storage.utf8 import Utf8Stream

__all__ = ["OPEN_LINE", "QuoteGuard"]

OPEN_LINE = "\U0010ffff"
"""Stands for a line with an opening quote that was not meant. Unicode reserves this code point as not a character."""

_LONGEST_CELL = 1 << 20
"""Bytes of a cell over several lines. An owner string has a few hundred; what goes on for longer was not meant."""
_LONGEST_LINE = 1 << 24
"""Bytes held back until a line ends. More than is parsed at a time, so that the parser refuses it."""
_CHUNK_BYTES = 1 << 20
_LINE_END = re.compile(rb"\r\n|\r|\n")


class QuoteGuard(io.RawIOBase):
    """Reads a text table, with lines whose opening quote is not meant replaced.

    Parameters
    ----------
    text : Utf8Stream
        The table from its first row on.
    delimiter : str
    width : int
        Cells of a row, at least 2.
    """

    def __init__(self, text: Utf8Stream, delimiter: str, width: int) -> None:
        super().__init__()
        self._text = text
        self._delimiter = delimiter
        self._width = width
        self._ready: list[bytes] = []
        self._rest = b""  # the record whose end has not been read
        self._ended = False

    def readable(self) -> bool:
        """Return True: this is what the stream is for."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read bytes; fewer than ``size`` only at the end."""
        have = sum(map(len, self._ready))
        while not self._ended and (size < 0 or have < size):
            part = self._checked()
            self._ready.append(part)
            have += len(part)
        text = b"".join(self._ready)
        if 0 <= size < len(text):
            self._ready = [text[size:]]
            return text[:size]
        self._ready = []
        return text

    def _checked(self) -> bytes:
        raw = self._text.read(_CHUNK_BYTES)
        self._ended = not raw
        data = self._rest + raw
        if self._ended and data and not data.endswith((b"\n", b"\r")):
            data += b"\n"
        if b'"' in data:
            parts, done = self._without_open_lines(data)
        else:
            done = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
            parts = [data[:done]]
        self._rest = data[done:]
        if self._rest and (self._ended or len(self._rest) > _LONGEST_LINE):
            parts.append(self._rest)
            self._rest = b""
        return b"".join(parts)

    def _without_open_lines(self, data: bytes) -> tuple[list[bytes], int]:
        """The whole records of a text, and where the one begins whose end is not there."""
        from vnlink.storage import quote_kernels as kernels  # noqa: PLC0415 - Numba loads when there is a quotation mark

        array, byte = np.frombuffer(data, np.uint8), ord(self._delimiter)
        parts: list[bytes] = []
        at, trusted = 0, -1
        while True:
            what, record, opened, closed = kernels.next_over_lines(array, at, byte, self._width, trusted)
            parts.append(data[at:record])
            at = record
            if what == kernels.DONE:
                return parts, record
            end = _LINE_END.search(data, opened)
            if what == kernels.OPEN and not self._ended and (end is None or len(data) - opened <= _LONGEST_CELL):
                return parts, record
            cut = not self._ended and _LINE_END.search(data, closed) is None  # its last line goes on in what comes next
            if what != kernels.OPEN and cut and len(data) - closed <= _LONGEST_LINE:
                return parts, record
            if end is not None and (
                what == kernels.OPEN or self._is_open(data, record, opened, closed, text_after=what == kernels.TEXT)
            ):
                parts.append(OPEN_LINE.encode() + b"\n")
                at = end.end()
            else:
                trusted = opened

    def _is_open(self, data: bytes, record: int, opened: int, closed: int, *, text_after: bool) -> bool:
        """Whether the lines that a cell touches are rows of their own."""
        start = max(data.rfind(b"\n", 0, opened), data.rfind(b"\r", 0, opened)) + 1
        last = _LINE_END.search(data, closed)
        text = data[start:opened] + data[opened + 1 : len(data) if last is None else last.start()]
        lines = [line for line in re.split(r"\r\n|\r|\n", text.decode("utf-8", errors="ignore")) if line.strip()]
        rows = [next(csv.reader([line], delimiter=self._delimiter), []) for line in lines]
        whole = [len(row) == self._width for row in rows]
        if text_after:
            return whole[0] or whole[-1]
        return start == record and all(whole) and len({_shape(row[0]) for row in rows}) == 1


def _shape(cell: str) -> str:
    """What is alike in ids that are numbered: letters and digits by their kind.

    Examples
    --------
    >>> _shape("L807443237"), _shape("12-345"), _shape("Ông Lê")
    ('a0', '0-0', 'a a')
    """
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "a", cell.strip()))
