"""Owner strings of a land register to persons.

A land register writes titles, couples, households, deaths, papers and whole organisations into the name: "Hộ ông: Nguyễn
Văn A (đã chết) và vợ là bà: Trần Thị B, CMND số 123456789". A grammar over the words of ``resources/owner_words.csv``
takes the string apart (:mod:`~vnlink.normalize.owner_grammar`); what it cannot place is skipped and flagged LEFTOVER,
never guessed into a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pyarrow as pa

from vnlink.schema import MAX_SYLLABLES, SEX_MISSING, OwnerColumn, OwnerKind, Role

from .names import flag_names
from .owner_grammar import read_owners
from .owner_state import P_BIRTH, P_FLAGS, P_NO, P_OLD, P_PERSONAL, P_ROLE, P_ROW, P_SEX, PERSON_WIDTH
from .owner_words import owner_words
from .tokens import Interner, scalar_interner, text_chunks

__all__ = ["Owner", "parse_owner_column", "parse_owners"]


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
    parts = [np.empty((0, PERSON_WIDTH), dtype=np.int64)]
    names_parts = [np.empty((0, MAX_SYLLABLES), dtype=np.int32)]
    persons, syllables = parts[0], names_parts[0]
    row = 0
    for chunk in text_chunks(names):
        for stream in interner.read(chunk):
            rows = len(stream.cut)
            room = rows + len(stream.codes)
            if room > len(persons):
                persons = np.empty((room, PERSON_WIDTH), dtype=np.int64)
                syllables = np.empty((room, MAX_SYLLABLES), dtype=np.int32)
            kind = np.empty(rows, dtype=np.uint8)
            count = read_owners(*stream, interner.words, *phrases, row, kind, persons, syllables)
            kinds.append(kind)
            parts.append(persons[:count].copy())
            names_parts.append(syllables[:count].copy())
            row += rows
    joined = np.concatenate(parts)
    return OwnerColumn(
        kind=np.concatenate(kinds),
        row=joined[:, P_ROW].copy(),
        person_no=joined[:, P_NO].astype(np.uint8),
        role=joined[:, P_ROLE].astype(np.uint8),
        flags=joined[:, P_FLAGS].astype(np.uint32),
        syllables=np.concatenate(names_parts),
        sex=joined[:, P_SEX].astype(np.uint8),
        birth=joined[:, P_BIRTH].astype(np.int32),
        personal_id=joined[:, P_PERSONAL].copy(),
        old_id=joined[:, P_OLD].copy(),
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """One person of an owner string, or the body that it names instead.

    Attributes
    ----------
    name : str
        In title case; empty for a body and for a string without a readable name.
    kind : str
        "person", "organisation", "community", "religious" or "unreadable".
    role : str
        "owner", "spouse", "head", "representative" or "member".
    sex : str
        "male", "female", or "" when no word tells.
    birth_date : str
        "1978-05-02", "1978-05" or "1978", as much as is known; empty when nothing is.
    personal_id, old_id : str
        12 and 9 digits found inside the string; empty when there is none.
    flags : tuple of str
        Names of the :class:`vnlink.schema.Flag` bits that were noticed.
    """

    name: str
    kind: str
    role: str
    sex: str
    birth_date: str
    personal_id: str
    old_id: str
    flags: tuple[str, ...]


_SEX_NAMES = ("", "male", "female")


def _date_text(date: int) -> str:
    """ISO 8601 text of yyyymmdd with as much as is known."""
    year, month, day = date // 10_000, date // 100 % 100, date % 100
    return (f"{year:04d}" + (f"-{month:02d}" + (f"-{day:02d}" if day else "") if month else "")) if date else ""


def _owners_of(column: OwnerColumn, interner: Interner) -> list[list[Owner]]:
    """Persons of each row, in order."""
    rows: list[list[Owner]] = [[] for _ in column.kind]
    names = interner.lexicon.render(column.syllables).to_pylist()
    for place, row in enumerate(column.row.tolist()):
        personal, old = int(column.personal_id[place]), int(column.old_id[place])
        rows[row].append(
            Owner(
                name=names[place] or "",
                kind=OwnerKind(int(column.kind[row])).name.lower(),
                role=Role(int(column.role[place])).name.lower(),
                sex=_SEX_NAMES[int(column.sex[place]) if column.sex[place] != SEX_MISSING else 0],
                birth_date=_date_text(int(column.birth[place])),
                personal_id=f"{personal:012d}" if personal >= 0 else "",
                old_id=f"{old:09d}" if old >= 0 else "",
                flags=flag_names(int(column.flags[place])),
            )
        )
    return rows


@overload
def parse_owners(owners: str) -> list[Owner]: ...
@overload
def parse_owners(owners: Any) -> pa.ListArray: ...


def parse_owners(owners: Any) -> list[Owner] | pa.ListArray:
    """Read an owner string, or a column of them, into persons.

    Parameters
    ----------
    owners : str, or a column as :func:`vnlink.normalize.tokens.text_chunks` takes

    Returns
    -------
    list of Owner, or pyarrow.ListArray of structures
        The persons in the order of the string, at least one entry; for a column a list a row, with the fields of
        :class:`Owner`.

    Examples
    --------
    >>> for owner in parse_owners("Ông: Lê Văn Tám và vợ là bà: Võ Thị Sáu, CMND số: 271234567"):
    ...     print(owner.name, owner.role, owner.sex, owner.old_id)
    Lê Văn Tám owner male
    Võ Thị Sáu spouse female 271234567
    >>> parse_owners("UBND xã Tân Phú")[0].kind
    'organisation'
    """
    if isinstance(owners, str):
        interner = scalar_interner()
        return _owners_of(parse_owner_column([owners], interner), interner)[0]
    interner = Interner()
    rows = _owners_of(parse_owner_column(owners, interner), interner)
    fields = [pa.field(name, pa.list_(pa.string()) if name == "flags" else pa.string()) for name in Owner.__slots__]
    plain = [[{name: getattr(owner, name) for name in Owner.__slots__} for owner in row] for row in rows]
    return pa.array(plain, type=pa.list_(pa.struct(fields)))
