"""Owner strings of a land register to persons.

A land register writes titles, couples, households, deaths, papers and whole organisations into the name: "Hộ ông: Nguyễn Văn A (đã chết) và vợ là
bà: Trần Thị B, CMND số 123456789". A grammar over the words of ``resources/owner_words.csv`` takes the string apart
(:mod:`~vnlink.normalize.owner_grammar`); what it cannot place is skipped and flagged LEFTOVER, never guessed into a name.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema import MAX_SYLLABLES, OwnerColumn
from .owner_grammar import read_owners
from .owner_state import Persons
from .owner_words import owner_words
from .tokens import Interner, text_chunks

__all__ = ["parse_owner_column"]


def _room_for(count: int) -> Persons:
    """Output arrays for so many persons; the grammar fills what it uses."""
    return Persons(
        row=np.empty(count, dtype=np.int64),
        person_no=np.empty(count, dtype=np.uint8),
        role=np.empty(count, dtype=np.uint8),
        flags=np.empty(count, dtype=np.uint32),
        syllables=np.empty((count, MAX_SYLLABLES), dtype=np.int32),
        size=np.empty(count, dtype=np.uint8),
        sex=np.empty(count, dtype=np.uint8),
        birth=np.empty(count, dtype=np.int32),
        personal_id=np.empty(count, dtype=np.int64),
        old_id=np.empty(count, dtype=np.int64),
    )


def parse_owner_column(names: Any, interner: Interner) -> OwnerColumn:
    """Read a column of owner strings.

    Parameters
    ----------
    names : pyarrow.Array or anything :func:`vnlink.normalize.tokens.text_chunks` takes
        The owner strings as registered; nulls allowed.
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
    parts: list[Persons] = [_room_for(0)]
    room = _room_for(1024)
    row = 0
    for chunk in text_chunks(names):
        for stream in interner.read(chunk):
            rows = len(stream.cut)
            if rows + len(stream.codes) > len(room.row):
                room = _room_for(rows + len(stream.codes))
            kind = np.empty(rows, dtype=np.uint8)
            count = read_owners(stream, row, interner.words, phrases, kind, room)
            kinds.append(kind)
            parts.append(Persons(*(column[:count].copy() for column in room)))
            row += rows
    joined = Persons(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return OwnerColumn(
        kind=np.concatenate(kinds),
        row=joined.row,
        person_no=joined.person_no,
        role=joined.role,
        flags=joined.flags,
        syllables=joined.syllables,
        sex=joined.sex,
        birth=joined.birth,
        personal_id=joined.personal_id,
        old_id=joined.old_id,
    )
