"""What a user asks for: the persons of one land user, or of a column of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pyarrow as pa

from vnlink.schema import OwnerColumn, OwnerKind, Role

from .cells import any_column
from .identifiers import paper_text
from .names import flag_names
from .own_kind import in_own_kind
from .owner_cells import add_births, add_papers
from .owners import parse_owner_column
from .tokens import Interner, scalar_interner

__all__ = ["Owner", "parse_owners"]


@dataclass(frozen=True, slots=True)
class Owner:
    """One person of an owner string, or the body that it names instead.

    Attributes
    ----------
    name : str
        In title case; empty for a body and for a string without a readable name.
    kind : str
        "person", "organisation", "community", "religious", "state" or "unreadable".
    role : str
        "owner", "spouse", "head" or "representative".
    sex : str
        "male", "female", or "" when no word tells. Where only the word for the other spouse tells it, the flags have
        SEX_FROM_SPOUSE.
    birth_date : str
        "1978-05-02", "1978-05" or "1978", as much as is known; empty when nothing is.
    personal_id, old_id : str
        12 and 9 digits; empty when there is none.
    other_paper : str
        Letter and digits of a passport or the like; empty when there is none.
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
    other_paper: str
    flags: tuple[str, ...]


_SEX_NAMES = ("", "male", "female")
"""By the codes of :mod:`vnlink.schema`."""


def _date_text(date: int) -> str:
    """ISO 8601 text of yyyymmdd with as much as is known."""
    year, month, day = date // 10_000, date // 100 % 100, date % 100
    return (f"{year:04d}" + (f"-{month:02d}" + (f"-{day:02d}" if day else "") if month else "")) if date else ""


def _add_cells(column: OwnerColumn, birth_dates: Any, id_numbers: Any) -> None:
    """Give what the cells say to the persons, as a run does; a row that names no person keeps none of it."""
    per_row = np.bincount(column.row, minlength=len(column.kind))
    if birth_dates is not None:
        column.birth, flags = add_births(any_column(birth_dates), per_row, column.birth)
        column.flags |= flags
    if id_numbers is not None:
        papers = add_papers(any_column(id_numbers), per_row, column.personal_id, column.old_id, column.other_paper)
        column.personal_id, column.old_id, column.other_paper, flags = papers
        column.flags |= flags
    bodies = column.kind[column.row] > 0
    column.birth[bodies] = column.other_paper[bodies] = 0
    column.personal_id[bodies] = column.old_id[bodies] = -1


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
                sex=_SEX_NAMES[int(column.sex[place])],
                birth_date=_date_text(int(column.birth[place])),
                personal_id=f"{personal:012d}" if personal >= 0 else "",
                old_id=f"{old:09d}" if old >= 0 else "",
                other_paper=paper_text(int(column.other_paper[place])),
                flags=flag_names(int(column.flags[place])),
            )
        )
    return rows


@overload
def parse_owners(owners: str | None, birth_dates: str | None = None, id_numbers: str | None = None) -> list[Owner]: ...
@overload
def parse_owners(owners: Any, birth_dates: Any = None, id_numbers: Any = None) -> pa.ListArray: ...


def parse_owners(owners: Any, birth_dates: Any = None, id_numbers: Any = None) -> list[Owner] | pa.ListArray:
    """Read an owner string, or a column of them, into persons.

    Parameters
    ----------
    owners : str or None, or a column as :func:`vnlink.normalize.tokens.text_chunks` takes
        None is a missing cell, alone as in a column: unreadable.
    birth_dates, id_numbers : str, or a column as :func:`vnlink.normalize.dates.parse_date_column` takes, optional
        The cells beside the owner strings; lists with ";" have one slot a person. They go before what the owner string says.

    Returns
    -------
    list of Owner, or pyarrow.ListArray of structures
        The persons in the order of the string, at least one entry; for a column a list a row, with the fields of
        :class:`Owner`; a series where the column is of pandas or Polars. Of a string that names more than 32 persons the first
        32 are read, all flagged LEFTOVER.

    Raises
    ------
    InputError
        When the cells are not as many as the owner strings, or a column cannot hold text.

    Examples
    --------
    >>> for owner in parse_owners("Ông: Lê Văn Tám và vợ là bà: Võ Thị Sáu, CMND số: 271234567", birth_dates="1965; 1967"):
    ...     print(owner.name, owner.role, owner.sex, owner.birth_date, owner.old_id)
    Lê Văn Tám owner male 1965
    Võ Thị Sáu spouse female 1967 271234567
    >>> parse_owners("UBND xã Tân Phú")[0].kind
    'state'
    """
    if owners is None or isinstance(owners, str):
        interner = scalar_interner()
        column = parse_owner_column([owners], interner)
        _add_cells(column, *(None if cell is None else [cell] for cell in (birth_dates, id_numbers)))
        return _owners_of(column, interner)[0]
    interner = Interner()
    column = parse_owner_column(owners, interner)
    _add_cells(column, birth_dates, id_numbers)
    rows = _owners_of(column, interner)
    fields = [pa.field(name, pa.list_(pa.string()) if name == "flags" else pa.string()) for name in Owner.__slots__]
    plain: Sequence[list[dict[str, Any]]] = [
        [{name: getattr(owner, name) for name in Owner.__slots__} for owner in row] for row in rows
    ]
    return in_own_kind(owners, pa.array(plain, type=pa.list_(pa.struct(fields))))
