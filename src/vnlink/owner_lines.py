"""How owner strings are read, line by line: what `vnlink normalize` prints."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO, cast

from vnlink.errors import InputError, message
from vnlink.normalize.owner_records import parse_owners
from vnlink.normalize.syllables import canonical_syllable
from vnlink.normalize.text import fold, pieces_of, title_case
from vnlink.storage.sources import name_of_format
from vnlink.storage.utf8 import encoding_of

__all__ = ["read_lines"]

_LETTERS = re.compile(r"[^\W\d_]+")


def read_lines(stream: BinaryIO) -> Iterator[str]:
    """Read each line of a text, UTF-8 or UTF-16 with a byte order mark: normalised, without marks, and the persons named.

    Parameters
    ----------
    stream : binary file

    Yields
    ------
    str
        Three cells with tabs between them.

    Raises
    ------
    InputError
        It is a table of another format, not a text.
    """
    # What a test or a program puts in the place of standard input cannot look ahead.
    ahead = stream if hasattr(stream, "peek") else io.BufferedReader(cast("io.RawIOBase", stream))
    head = ahead.peek(8)
    other = name_of_format(head)
    if other is not None:
        what, remedy = f"a text is required and this is {other}", "export the column of owners as text, one in a line"
        raise InputError(message(what, remedy=remedy))
    text = io.TextIOWrapper(ahead, encoding=encoding_of(head), errors="replace", newline="\n")
    try:
        for line in text:
            yield _read_line(line)
    finally:
        text.detach()  # whoever opened the stream closes it


def _read_line(text: str) -> str:
    """One line; a tab or a line end inside a cell would break the columns, so they become spaces."""
    clean = " ".join(text.split())
    persons = "; ".join(person.name for person in parse_owners(clean))
    return "\t".join(" ".join(cell.split()) for cell in (_normalised(clean), fold(clean), persons))


def _normalised(text: str) -> str:
    """The whole line in one spelling; a name alone would leave out what an owner string says besides.

    Examples
    --------
    >>> _normalised("HỘ ÔNG: LÊ VĂN HOÀ và vợ (đã chết)")
    'Hộ Ông: Lê Văn Hòa Và Vợ (Đã Chết)'
    """
    return _LETTERS.sub(lambda found: _word(found[0]), unicodedata.normalize("NFC", text))


def _word(word: str) -> str:
    pieces, _ = pieces_of(word)
    return "".join(title_case(canonical_syllable(piece)) for piece in pieces) or word
