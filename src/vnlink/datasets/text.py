"""Text as rows of piece numbers, and the kernel that turns such rows into Arrow strings.

A generated cell ("Hộ ông: Nguyễn Văn Đức") is a row of small integers, each the number of a *piece*: a syllable, a word, a
punctuation mark, three digits. Everything that is decided about a cell is decided on integers; bytes are written once, at the
end, by two loops. A *style* (capitals, decomposed Unicode, no diacritics ...) is chosen per row and is only another table of
bytes for the same pieces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.datasets.spellings import other_tone_style, without_marks
from vnlink.kernels import allocating

__all__ = ["Pieces", "Style", "TextTable", "strings"]


class Style(IntEnum):
    """How a whole cell is written; odd numbers are the same in capitals."""

    PLAIN = 0
    CAPITALS = 1
    DECOMPOSED = 2
    OTHER_TONE_STYLE = 4
    ETH = 6
    UNMARKED = 8


_COUNT_STYLES = 10


class Pieces:
    """A growing list of distinct texts, each with its number. Number 0 is the empty text.

    Examples
    --------
    >>> pieces = Pieces()
    >>> pieces.number("Nguyễn"), pieces.number("Văn"), pieces.number("Nguyễn")
    (1, 2, 1)
    """

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}

    def __len__(self) -> int:
        return len(self.texts)

    def number(self, text: str) -> int:
        """Number of ``text``, which is added when it is new."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def numbers(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Numbers of several texts, int32 of shape (n,)."""
        return np.array([self.number(text) for text in texts], dtype=np.int32)


def _toned(text: str) -> str:
    found = other_tone_style(text) if text.isalpha() else []
    return found[0] if found else text


def _in_styles(text: str) -> list[bytes]:
    """UTF-8 of one piece in each of the ten styles."""
    if text.isascii():
        plain, capitals = text.encode(), text.upper().encode()
        return [plain, capitals] * (_COUNT_STYLES // 2)
    eth = text.replace("đ", "ð").replace("Đ", "Ð")
    forms = [text, unicodedata.normalize("NFD", text), _toned(text), eth, without_marks(text)]
    return [form.encode() for one in forms for form in (one, one.upper())]


class TextTable:
    """The bytes of every piece in every style, as the kernels want them.

    Attributes
    ----------
    start, size : ndarray of int32, shape (10, n_pieces)
    data : ndarray of uint8
    """

    def __init__(self, pieces: Pieces) -> None:
        columns = [_in_styles(text) for text in pieces.texts]
        flat = [column[style] for style in range(_COUNT_STYLES) for column in columns]
        sizes = np.array([len(one) for one in flat], dtype=np.int32)
        self.size = sizes.reshape(_COUNT_STYLES, len(columns))
        self.start = (np.cumsum(sizes) - sizes).astype(np.int32).reshape(self.size.shape)
        self.data = np.frombuffer(b"".join(flat), dtype=np.uint8)


@allocating
def _measure(cells, style, order, size):  # type: ignore[no-untyped-def]
    """Offsets (int32) of the texts, and a byte per row that is 0 where the row is missing (first piece negative)."""
    count = order.shape[0]
    offsets = np.zeros(count + 1, dtype=np.int32)
    valid = np.zeros(count, dtype=np.uint8)
    for i in range(count):
        row = order[i]
        total = offsets[i]
        valid[i] = cells[row, 0] >= 0
        for k in range(cells.shape[1]):
            piece = cells[row, k]
            if piece < 0:
                break
            total += size[style[row], piece]
        offsets[i + 1] = total
    return offsets, valid


@allocating
def _write(cells, style, order, start, size, data, offsets, out):  # type: ignore[no-untyped-def]
    """Copy the bytes of every piece behind each other."""
    for i in range(order.shape[0]):
        row = order[i]
        at = offsets[i]
        for k in range(cells.shape[1]):
            piece = cells[row, k]
            if piece < 0:
                break
            first = start[style[row], piece]
            for j in range(size[style[row], piece]):
                out[at + j] = data[first + j]
            at += size[style[row], piece]


def strings(
    cells: NDArray[np.int32], table: TextTable, order: NDArray[np.int64], style: NDArray[np.uint8] | None = None
) -> pa.StringArray:
    """Write rows of pieces as an Arrow string column.

    Parameters
    ----------
    cells : ndarray of int32, shape (n, width)
        Piece numbers; a negative number ends the row, a row that begins with one is missing.
    table : TextTable
    order : ndarray of int64, shape (m,)
        Rows of ``cells`` in the order of the result.
    style : ndarray of uint8, shape (n,), optional
        A :class:`Style` per row of ``cells``.

    Examples
    --------
    >>> pieces = Pieces()
    >>> cells = np.array([[pieces.number("Đỗ"), pieces.number(" "), pieces.number("Hòa")]], dtype=np.int32)
    >>> styles = (Style.CAPITALS, Style.OTHER_TONE_STYLE, Style.ETH, Style.UNMARKED)
    >>> table, first = TextTable(pieces), np.array([0])
    >>> [strings(cells, table, first, np.array([style], dtype=np.uint8))[0].as_py() for style in styles]
    ['ĐỖ HÒA', 'Đỗ Hoà', 'Ðỗ Hòa', 'Do Hoa']
    """
    if style is None:
        style = np.zeros(len(cells), dtype=np.uint8)
    offsets, valid = _measure(cells, style, order, table.size)
    data = np.empty(int(offsets[-1]), dtype=np.uint8)
    _write(cells, style, order, table.start, table.size, table.data, offsets, data)
    missing = int(len(valid) - valid.sum())
    bitmap = pa.py_buffer(np.packbits(valid, bitorder="little").tobytes()) if missing else None
    return pa.StringArray.from_buffers(len(order), pa.py_buffer(offsets), pa.py_buffer(data), bitmap, missing)
