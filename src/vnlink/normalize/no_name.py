"""Cells of names in which a program or a clerk wrote that there is no name: "NULL", "nan", "#N/A", "không", "x".

Only a cell that holds nothing else counts, so "Không" inside a longer name is a syllable like any other. The words of programs
are those of all other cells (:data:`vnlink.normalize.cells.NO_VALUE`). Three of them are given names too: "Na", "Nan" and "Nat"
are names where they are written like names, and no value in capitals or small letters, as programs write them.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.normalize.cells import NO_VALUE, string_buffers

__all__ = ["says_no_name", "without_no_names"]

_LONGEST = 48
"""Bytes of the longest cell that is looked at, with room for blanks and quotes around the longest phrase."""

_GIVEN_NAMES = frozenset({"Na", "Nan", "Nat"})
_PHRASES = frozenset(
    (
        "không", "khong", "không có", "không có tên", "không rõ", "không rõ tên", "không biết", "không tên", "không xác định",
        "ko", "ko có", "ko rõ", "chưa có", "chưa rõ", "chưa biết", "chưa xác định", "n a",
    )
)  # fmt: skip
"""With their marks but for one: "Khong Co" may be Khổng Cơ, whose family name nobody bears alone."""

_WORD = re.compile(r"[^\W\d_]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LETTERS_FROM, _WIDE_FROM = 0xC3, 0xE2
"""First bytes of letters in UTF-8; from the second one on, of characters that may be a plain letter in another width."""

_A, _C, _H, _K, _N, _O, _U, _X = (ord(letter) for letter in "achknoux")


@kernel
def _may_say_no_name(data, offsets, out):  # type: ignore[no-untyped-def]
    """Mark short cells whose first letters are those of a word in question: few names, so that text is made of few cells."""
    for i in range(len(out)):
        at, end = offsets[i], offsets[i + 1]
        out[i] = False
        if end - at > _LONGEST:
            continue
        while at < end and (data[at] < 65 or 90 < data[at] < 97 or 122 < data[at] < _LETTERS_FROM):
            at += 1
        if at == end:
            continue
        first, second = int(data[at]) | 32, (int(data[at + 1]) | 32) if at + 1 < end else 0
        if first == _N:
            out[i] = second in (_A, _O, _U) or not 97 <= second <= 122
        elif first in (_K, _C):
            out[i] = second in (_H, _O) or second >= 128
        else:
            out[i] = first == _X or data[at] >= _WIDE_FROM


def says_no_name(text: str) -> bool:
    """Whether a cell says that there is no name.

    Examples
    --------
    >>> [says_no_name(text) for text in ("NULL", "<NA>", "#N/A", "không", "x", "Na", "Không Văn Na", "Nguyễn Văn X")]
    [True, True, True, True, True, False, False, False]
    """
    if len(text.encode("utf-8", "replace")) > _LONGEST:
        return False
    words = _WORD.findall(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    phrase = " ".join(words).lower()
    if phrase in _PHRASES or (phrase and set(phrase) <= {"x", " "}):
        return True
    return bool(words) and all(word.lower() in NO_VALUE and word not in _GIVEN_NAMES for word in words)


def without_no_names(cells: pa.LargeStringArray) -> pa.LargeStringArray:
    """The column with an empty text in the place of every cell that says that there is no name.

    Parameters
    ----------
    cells : pyarrow.LargeStringArray
        Without nulls. It is given back as it is where no cell says so.

    Examples
    --------
    >>> without_no_names(pa.array(["nan", "Lê Thị Na"], pa.large_string())).to_pylist()
    ['', 'Lê Thị Na']
    """
    data, offsets, _ = string_buffers(cells)
    possible: NDArray[np.bool_] = np.zeros(len(cells), np.bool_)
    _may_say_no_name(data, offsets, possible)
    if not possible.any():
        return cells
    rows = np.flatnonzero(possible)
    texts = cells.take(pa.array(rows)).dictionary_encode()
    empty = np.array([says_no_name(text) for text in texts.dictionary.to_pylist()], np.bool_)[texts.indices.to_numpy()]
    if not empty.any():
        return cells
    possible[rows] = empty
    return pc.if_else(pa.array(possible), "", cells)
