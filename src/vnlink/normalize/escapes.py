r"""Letters and line ends that a program wrote as codes: "Nguy&#7877;n" out of a web page, "Nguy\u1ec5n" out of JSON.

A table that went through a web form or a dump may hold them in single cells. Nothing else looks like them, so each cell is read
by itself.
"""

from __future__ import annotations

import html
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .encodings import replaced

__all__ = ["without_escapes"]

_SIGNS = ("&#", "&nbsp;", "\\u", "\\n", "<br", "<BR")
"""What at least stands in such a cell: asked of every cell, at a few nanoseconds."""

_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|nbsp|amp|quot|apos);")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_LINE_END = re.compile(r"(?:\\r)?\\n|(?i:<br\s*/?>)")
_SURROGATES = range(0xD800, 0xE000)


def _letter(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code in _SURROGATES else chr(code)


def _line_end(found: re.Match[str]) -> str:
    r"""Before a small letter the signs are a stroke and a word: "Lê\năm"."""
    part_of_word = found[0].endswith("n") and found.string[found.end() : found.end() + 1].islower()
    return found[0] if part_of_word else "\n"


def _read(text: str) -> str:
    return _LINE_END.sub(_line_end, _UNICODE.sub(_letter, _ENTITY.sub(lambda found: html.unescape(found[0]), text)))


def without_escapes(cells: pa.Array) -> pa.Array:
    r"""Write the letters for their codes.

    Parameters
    ----------
    cells : pyarrow.Array of text

    Returns
    -------
    pyarrow.Array
        Of the same type; the same object where nothing was changed.

    Examples
    --------
    >>> without_escapes(pa.array(["Nguy&#7877;n V&#x103;n Đức", "L\\u00ea Th\\u1ecb Hoa", "Lê & Trần"])).to_pylist()
    ['Nguyễn Văn Đức', 'Lê Thị Hoa', 'Lê & Trần']
    """
    if pa.types.is_dictionary(cells.type) or not len(cells):
        return cells
    asked = pc.match_substring(cells, _SIGNS[0])
    for sign in _SIGNS[1:]:
        asked = pc.or_(asked, pc.match_substring(cells, sign))
    rows = np.flatnonzero(np.asarray(pc.fill_null(asked, False)))
    texts = [str(text) for text in cells.take(pa.array(rows)).to_pylist()]
    read = [_read(text) for text in texts]
    if read == texts:
        return cells
    mask = np.zeros(len(cells), np.bool_)
    mask[rows] = True
    return replaced(cells, pa.array(mask), pa.array(read, pa.string()))
