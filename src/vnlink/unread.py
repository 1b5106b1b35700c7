"""What the columns of a register came to once they were read: cells that nobody could understand, and ids that come again.

A single bad cell is a flag of its person. A whole column of them is a mistake of the export, and nothing in the decisions would
show it: the persons only look as if they had no number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import spread
from vnlink.normalize.encode import EncodedRegister
from vnlink.notes import Note, note
from vnlink.persons import PersonTable
from vnlink.records import Column
from vnlink.schema import FIRST_DATE, SEX_MISSING, Flag, OwnerKind, People, Side

__all__ = ["notes_of_values"]

LEAST_CELLS = 20
"""Cells of a column from which on it is judged."""

MOST_UNREAD = 0.5
"""Share of cells not understood above which a column is told."""

MOST_REPEATED = 0.01
"""Share of citizens with a personal id that another row has too, above which it is told."""

_SAMPLE = 1 << 20
"""Ids compared at the most, about: of a country every hundredth one, drawn by the id itself and not by its row."""

_LOT = 0x646F75626C65
_BLOCK = 1 << 20


def notes_of_values(register: EncodedRegister, side: Side, rows: int, filled: Mapping[str, int]) -> list[Note]:
    """Judge the columns of a register.

    Parameters
    ----------
    register : EncodedRegister
    side : Side
    rows : int
        Rows that were read.
    filled : mapping of str to int
        Cells that hold something, by canonical column.
    """
    notes: list[Note] = []
    missing = rows - filled.get("full_name", 0)
    if rows >= LEAST_CELLS and missing > MOST_UNREAD * rows:
        notes.append(note("names_missing", side, column="full_name", count=missing, cells=rows))
    notes += _unreadable_names(register.table, side, max(missing, 0), filled.get("full_name", 0))
    notes += _unreadable(register, side, filled)
    if side is Side.CITIZEN and filled.get("personal_id"):
        notes += _repeated(register.table)
    return notes


def _unreadable_names(table: PersonTable, side: Side, missing: int, filled: int) -> list[Note]:
    if filled < LEAST_CELLS:
        return []
    kinds = (table.column("kind", low, low + _BLOCK) for low in range(0, len(table), _BLOCK))
    count = sum(int(np.count_nonzero(kind == OwnerKind.UNREADABLE)) for kind in kinds) - missing
    told = note("column_unreadable", side, column="full_name", count=count, cells=filled)
    return [told] if count > MOST_UNREAD * filled else []


def _unreadable(register: EncodedRegister, side: Side, filled: Mapping[str, int]) -> list[Note]:
    """Columns of which more than half of the cells were not understood, in the order of the contract."""
    # A flag may say that a part of a cell was not used: it only tells which columns are worth looking at.
    flags = register.flags
    suspects = {
        "birth_date": flags.get("date_unreadable", 0),
        "gender": flags.get("sex_unreadable", 0),
        "id_number": flags.get("id_unreadable", 0),
        "personal_id": flags.get("id_unreadable", 0),
        "old_id_number": flags.get("id_unreadable", 0),
    }
    judged = [
        name
        for name, flagged in suspects.items()
        if filled.get(name, 0) >= LEAST_CELLS and flagged > MOST_UNREAD * filled[name]
    ]
    if not judged:
        return []
    count = dict.fromkeys(judged, 0)
    table = register.table
    for low in range(0, len(table), _BLOCK):
        people = table.people(low, low + _BLOCK)
        for name in judged:
            count[name] += int(np.count_nonzero(_not_understood(people, name, side)))
    return [
        note("column_unreadable", side, column=name, count=min(count[name], filled[name]), cells=filled[name])
        for name in judged
        if count[name] > MOST_UNREAD * filled[name]
    ]


def _not_understood(people: People, name: str, side: Side) -> NDArray[np.bool_]:
    """Persons whose cell of a column held something of which nothing could be made."""
    if name == "birth_date":
        return np.asarray(_flagged(people, Flag.DATE_UNREADABLE) & (people.birth < FIRST_DATE))
    if name == "gender":
        return np.asarray(_flagged(people, Flag.SEX_UNREADABLE) & (people.sex == SEX_MISSING))
    flagged = _flagged(people, Flag.ID_UNREADABLE)
    if side is Side.LAND:
        return np.asarray(flagged & (people.personal_id < 0) & (people.old_id < 0))
    return np.asarray(flagged & ((people.personal_id if name == "personal_id" else people.old_id) < 0))


def _flagged(people: People, flag: Flag) -> NDArray[np.bool_]:
    return np.asarray((people.flags & np.uint32(flag)) != 0)


def _personal_ids(records: NDArray[np.int32]) -> NDArray[np.int64]:
    """The personal ids of packed persons, below 0 where there is none; nothing else is unpacked."""
    return records[:, Column.ID_HIGH].astype(np.int64) * 1_000_000 + records[:, Column.ID_LOW]


def _repeated(table: PersonTable) -> list[Note]:
    """Say how many citizens share their personal id with another row, where they are many."""
    shift = max(0, (len(table) - 1).bit_length() - _SAMPLE.bit_length() + 1)
    kept: list[NDArray[np.int64]] = []
    held = 0
    for low in range(0, len(table), _BLOCK):
        ids = _personal_ids(table.records.read(low, low + _BLOCK))
        ids = ids[ids >= 0]
        held += len(ids)
        drawn = ids if not shift else ids[spread(ids.astype(np.uint64), _LOT) >> np.uint64(64 - shift) == 0]
        kept.append(drawn)
    sample = np.sort(np.concatenate(kept)) if kept else np.empty(0, np.int64)
    if len(sample) < 2:
        return []
    same = sample[1:] == sample[:-1]
    again = np.count_nonzero(np.append(same, False) | np.append(False, same))
    if again <= MOST_REPEATED * len(sample):
        return []
    count = round(float(again) / len(sample) * held)
    return [note("personal_ids_repeated", Side.CITIZEN, column="personal_id", count=count, cells=held)]
