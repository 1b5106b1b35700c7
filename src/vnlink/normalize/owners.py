"""Columns of names and of owner strings to persons.

A land register writes titles, couples, households, deaths, papers and whole organisations into the name: "Hộ ông: Nguyễn
Văn A (đã chết) và vợ là bà: Trần Thị B, CMND số 123456789". A grammar over the words of ``resources/owner_words.csv``
takes the string apart (:mod:`~vnlink.normalize.owner_grammar`); what it cannot place is skipped and flagged LEFTOVER,
never guessed into a name.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.schema import MAX_SYLLABLES, OwnerColumn

from .name_kernel import collect_names
from .owner_grammar import read_owners
from .owner_phrases import settle_gaps
from .owner_state import (
    P_BIRTH,
    P_FLAGS,
    P_NO,
    P_OLD,
    P_OTHER,
    P_PERSONAL,
    P_ROLE,
    P_ROW,
    P_SEX,
    PERSON_WIDTH,
    STATE_SIZE,
    TOKEN_WIDTH,
)
from .owner_words import owner_words
from .tokens import Interner, text_chunks

__all__ = ["parse_name_column", "parse_owner_column"]


def parse_owner_column(names: Any, interner: Interner) -> OwnerColumn:
    """Read a column of owner strings.

    Parameters
    ----------
    names : pyarrow.Array or anything :func:`vnlink.normalize.tokens.text_chunks` takes, or str
        The owner strings as registered; nulls allowed. A text is a column of it alone.
    interner : Interner
        Words met so far; shared by both registers.

    Returns
    -------
    OwnerColumn
        One kind per row and one entry per person. A row that is not a person, or has no readable name, has one entry without
        syllables. A birth date or number is given to the person it follows.

    Examples
    --------
    >>> interner = Interner()
    >>> owners = parse_owner_column(["Hộ ông: Nguyễn Văn An (đã chết) và vợ là bà: Trần Thị Bình, sinh năm 1950"], interner)
    >>> interner.lexicon.render(owners.syllables).to_pylist()
    ['Nguyễn Văn An', 'Trần Thị Bình']
    >>> owners.sex.tolist(), owners.birth.tolist()
    ([1, 2], [0, 19500000])
    """
    phrases = owner_words().phrases
    kinds = [np.empty(0, dtype=np.uint8)]
    persons, syllables = np.empty((0, PERSON_WIDTH), dtype=np.int64), np.empty((0, MAX_SYLLABLES), dtype=np.int32)
    parts: list[dict[str, NDArray[Any]]] = []
    room_to_work = np.zeros(STATE_SIZE, dtype=np.int64), interner.room_for_tokens(TOKEN_WIDTH)
    row = 0
    for stream in (interner.read_text(names),) if isinstance(names, str) else interner.read(names):
        rows = len(stream.cut)
        room = rows + len(stream.codes)
        if room > len(persons):
            persons = np.empty((room, PERSON_WIDTH), dtype=np.int64)
            syllables = np.empty((room, MAX_SYLLABLES), dtype=np.int32)
        kind = np.empty(rows, dtype=np.uint8)
        settle_gaps(stream.codes, stream.values, stream.ends, interner.words, phrases.first, phrases.table, phrases.singles)
        count = read_owners(*stream, interner.words, *phrases, row, kind, persons, syllables, *room_to_work)
        kinds.append(kind)
        parts.append(_columns(persons[:count], syllables[:count]))
        row += rows
    columns = parts[0] if parts else _columns(persons, syllables)
    if len(parts) > 1:
        columns = {name: np.concatenate([part[name] for part in parts]) for name in columns}
    return OwnerColumn(kind=kinds[-1] if len(parts) == 1 else np.concatenate(kinds), **columns)


def _columns(persons: NDArray[np.int64], syllables: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """Copies of a chunk's columns in their final types, made while the chunk is still in the cache."""
    return {
        "row": persons[:, P_ROW].copy(),
        "person_no": persons[:, P_NO].astype(np.uint8),
        "role": persons[:, P_ROLE].astype(np.uint8),
        "flags": persons[:, P_FLAGS].astype(np.uint32),
        "syllables": syllables.copy(),
        "sex": persons[:, P_SEX].astype(np.uint8),
        "birth": persons[:, P_BIRTH].astype(np.int32),
        "personal_id": persons[:, P_PERSONAL].copy(),
        "old_id": persons[:, P_OLD].copy(),
        "other_paper": persons[:, P_OTHER].astype(np.uint64),
    }


def parse_name_column(names: Any, interner: Interner) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Read a column in which every cell is one person's name, without titles or other words.

    Parameters
    ----------
    names : pyarrow.Array or anything :func:`vnlink.normalize.tokens.text_chunks` takes
        The names; nulls allowed.
    interner : Interner
        Words met so far; shared by both registers.

    Returns
    -------
    syllables : ndarray of int32, shape (n, MAX_SYLLABLES)
        Syllable numbers in ``interner.lexicon``, -1 where there is none.
    flags : ndarray of uint32, shape (n,)
        :class:`vnlink.schema.Flag` bits NAME_CUT, NAME_HAS_INITIAL, NAME_UNMARKED and NAME_ODD_CHARACTERS.

    Examples
    --------
    >>> interner = Interner()
    >>> syllables, flags = parse_name_column(["Lê Thị Hoà", "LÊ THỊ HÒA", None], interner)
    >>> interner.lexicon.render(syllables).to_pylist()
    ['Lê Thị Hòa', 'Lê Thị Hòa', None]
    """
    chunks = text_chunks(names)
    count = sum(len(chunk) for chunk in chunks)
    syllables = np.full((count, MAX_SYLLABLES), -1, dtype=np.int32)
    flags = np.zeros(count, dtype=np.uint32)
    first = 0
    for chunk in chunks:
        for stream in interner.read(chunk):
            last = first + len(stream.cut)
            collect_names(stream.codes, stream.ends, stream.cut, interner.words, syllables[first:last], flags[first:last])
            first = last
    return syllables, flags
