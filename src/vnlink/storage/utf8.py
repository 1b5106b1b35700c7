"""A byte stream made UTF-8, whatever is in it, with a mark where bytes were not text."""

from __future__ import annotations

import codecs
import io
import re
import sys
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["MARK", "Utf8Stream", "encoding_of", "holds_mark"]

MARK = "\U0010fffe"
"""Stands for bytes that could not be decoded. Unicode reserves this code point as not a character: no real text holds it."""

_HALF_CHARACTER = re.compile("[\ud800-\udfff]+")
_CHUNK_BYTES = 1 << 20


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes of a file declare: by a byte order mark, or else UTF-8.

    Examples
    --------
    >>> encoding_of("Lê".encode("utf-16")), encoding_of("Lê".encode("utf-8-sig")), encoding_of(b"id")
    ('utf-16', 'utf-8-sig', 'utf-8')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"


def holds_mark(text: pa.Array) -> NDArray[np.bool_]:
    """Which cells hold :data:`MARK`."""
    found: NDArray[np.bool_] = pc.fill_null(pc.match_substring(text, MARK), False).to_numpy(zero_copy_only=False)
    return found


def _whole_characters(data: bytes) -> int:
    """Bytes up to the start of a UTF-8 character that the end of ``data`` cuts; at most three less than all."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte >= 0xC0:  # a lead byte, which says how many bytes its character has
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if length > back else len(data)
        if byte < 0x80:
            break
    return len(data)


class Utf8Stream(io.RawIOBase):
    """Reads a binary stream as UTF-8 bytes without a byte order mark.

    Parameters
    ----------
    stream : binary file
    encoding : {"utf-8", "utf-8-sig", "utf-16"}

    Attributes
    ----------
    marked : bool
        Whether :data:`MARK` was put in so far.
    empty : bool
        Whether nothing but white space was read so far, after what was skipped.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._ready = b""
        self._rest = b""  # the start of a character whose end is in the next chunk
        self._ended = False
        self.marked = False
        self.empty = True
        self._utf16 = codecs.getincrementaldecoder("utf-16")("surrogatepass") if encoding == "utf-16" else None
        if encoding == "utf-8-sig":
            self._stream.read(len(codecs.BOM_UTF8))

    def readable(self) -> bool:
        """Return True: this is what the stream is for."""
        return True

    def skip(self, count: int) -> None:
        """Pass over bytes of the UTF-8 text."""
        left = count
        while left > 0:
            part = self._take(left)
            if not part:
                break
            left -= len(part)

    def read(self, size: int = -1) -> bytes:
        """Read bytes; fewer than ``size`` only at the end."""
        parts: list[bytes] = []
        left = size if size >= 0 else sys.maxsize
        while left > 0:
            part = self._take(left)
            if not part:
                break
            parts.append(part)
            left -= len(part)
        text = b"".join(parts)
        if self.empty and text and not text.isspace():
            self.empty = False
        return text

    def _take(self, most: int) -> bytes:
        if not self._ready and not self._ended:
            self._ready = self._next_chunk()
        part, self._ready = self._ready[:most], self._ready[most:]
        return part

    def _next_chunk(self) -> bytes:
        while not self._ended:
            raw = self._stream.read(_CHUNK_BYTES)
            self._ended = not raw
            text = self._from_utf16(raw) if self._utf16 else self._from_utf8(raw)
            if text:
                return text
        return b""

    def _from_utf8(self, raw: bytes) -> bytes:
        data = self._rest + raw
        whole = len(data) if not raw else _whole_characters(data)
        data, self._rest = data[:whole], data[whole:]
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return self._mark(data.decode("utf-8", errors="surrogateescape"))
        return data

    def _from_utf16(self, raw: bytes) -> bytes:
        assert self._utf16 is not None
        try:
            text = self._utf16.decode(raw, final=not raw)
        except UnicodeDecodeError:  # the file ends within a character
            text = "\udc80"
        return self._mark(text)

    def _mark(self, text: str) -> bytes:
        text, count = _HALF_CHARACTER.subn(MARK, text)
        self.marked = self.marked or count > 0
        return text.encode("utf-8")
