"""Papers of persons: the numbers of a land register's cell, dealt to the persons of its row.

Slots are cut at ";" (:mod:`vnlink.normalize.cells`). The papers inside a slot, separated by anything else, are one person's.

* With no more filled slots than persons, slots go by position.
* With more filled slots than persons, some person has several papers. Each slot goes to the one owner it can have when the
  order is kept, everybody has one at least and nobody has two numbers of one kind. A slot that could be either neighbour's
  goes to nobody (``Flag.LEFTOVER``): a wrong number does more harm than a missing one.
* A cell without ";" is the first person's, unless it has exactly one number of one kind for each person.
* A person's second number of one kind is another paper.

Kernels only; :mod:`vnlink.normalize.identifiers` is the way in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.normalize.cells import MAX_SLOTS, fill_slots, kernel
from vnlink.normalize.id_numbers import KIND_NONE, KIND_OLD, KIND_PERSONAL, classify_number, next_number
from vnlink.schema import Flag

__all__ = ["read_papers"]

_UNREADABLE = int(Flag.ID_UNREADABLE)
_REPAIRED = int(Flag.ID_REPAIRED)
_OTHER_PAPER = int(Flag.ID_OTHER_PAPER)
_LEFTOVER = int(Flag.LEFTOVER)


@kernel
def read_papers(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    starts: NDArray[np.int64],
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
    flags: NDArray[np.uint32],
) -> None:
    """Read every cell into the four arrays of persons.

    Parameters
    ----------
    data, offsets, valid : ndarray
        From :func:`vnlink.normalize.cells.string_buffers`, n cells.
    starts : ndarray of int64, shape (n + 1,)
        From :func:`vnlink.normalize.cells.person_starts`.
    personal, old : ndarray of int64, shape (m,)
        Written; -1 before.
    other : ndarray of uint64, shape (m,)
        Written; 0 before.
    flags : ndarray of uint32, shape (m,)
        Written; 0 before.
    """
    slot_start = np.empty(MAX_SLOTS, np.int64)
    slot_end = np.empty(MAX_SLOTS, np.int64)
    owner = np.empty(MAX_SLOTS, np.int64)
    kinds = np.empty(MAX_SLOTS, np.int64)
    for row in range(len(valid)):
        first = starts[row]
        persons = starts[row + 1] - first
        if not valid[row] or persons == 0:
            continue
        count, listed = fill_slots(data, offsets[row], offsets[row + 1], slot_start, slot_end)
        if persons > 1 and count == 1 and not listed:
            count = _cut_at_numbers(data, persons, slot_start, slot_end)
        _find_owners(data, count, persons, slot_start, slot_end, kinds, owner)
        for slot in range(count):
            if slot_end[slot] == slot_start[slot]:
                continue
            if owner[slot] < 0:
                flags[first] |= np.uint32(_LEFTOVER)
            else:
                _take_slot(data, slot_start[slot], slot_end[slot], first + owner[slot], personal, old, other, flags)


@kernel
def _take_slot(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    person: int,
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
    flags: NDArray[np.uint32],
) -> None:
    """Give a slot's numbers to a person."""
    usable = False
    at = begin
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        kind, repaired = classify_number(value, digits, letter)
        if kind == KIND_NONE:
            continue
        usable = True
        width = digits
        if kind == KIND_PERSONAL:
            width = 12
            if personal[person] < 0:
                personal[person] = value
                flags[person] |= np.uint32(_REPAIRED if repaired else 0)
            if personal[person] == value:
                continue
        elif kind == KIND_OLD:
            width = 9
            if old[person] < 0:
                old[person] = value
                flags[person] |= np.uint32(_REPAIRED if repaired else 0)
            if old[person] == value:
                continue
        flags[person] |= np.uint32(_OTHER_PAPER)
        if other[person] == 0:
            # Letter (0-26), length (6-16) and digits side by side: at most 4.6e18, so no two papers share a number.
            other[person] = np.uint64((letter * 17 + width) * 10**16 + value)
    if not usable:
        flags[person] |= np.uint32(_UNREADABLE)


@kernel
def _slot_kinds(data: NDArray[np.uint8], begin: int, end: int) -> int:
    """Which kinds of number a slot has: 1 for a personal id, 2 for an old id, 3 for both."""
    kinds = 0
    at = begin
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        kind, _ = classify_number(value, digits, letter)
        if kind in (KIND_PERSONAL, KIND_OLD):
            kinds |= kind
    return kinds


@kernel
def _cut_at_numbers(data: NDArray[np.uint8], persons: int, slot_start: NDArray[np.int64], slot_end: NDArray[np.int64]) -> int:
    """Cut a cell without ";" after each number, if it has exactly one of one kind for each person; returns the slots."""
    begin, end = slot_start[0], slot_end[0]
    if persons > len(slot_start):
        return 1
    kinds = 0
    found = 0
    at = begin
    while at < end:
        value, digits, letter, at = next_number(data, at, end)
        kind, _ = classify_number(value, digits, letter)
        if kind != KIND_NONE:
            found += 1
            kinds |= 1 << kind
    if found != persons or not (kinds == 1 << KIND_PERSONAL or kinds == 1 << KIND_OLD):
        return 1
    at = begin
    slot = 0
    while slot < persons:
        slot_start[slot] = at
        kind = KIND_NONE
        while kind == KIND_NONE:
            value, digits, letter, at = next_number(data, at, end)
            kind, _ = classify_number(value, digits, letter)
        slot_end[slot] = at
        slot += 1
    return persons


@kernel
def _find_owners(
    data: NDArray[np.uint8],
    count: int,
    persons: int,
    slot_start: NDArray[np.int64],
    slot_end: NDArray[np.int64],
    kinds: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> None:
    """Write the owner of each slot, 0 for the row's first person, -1 for nobody."""
    filled = 0
    for slot in range(count):
        owner[slot] = slot if slot < persons else -1
        if slot_end[slot] > slot_start[slot]:
            filled += 1
    if filled <= persons:
        return
    for slot in range(count):
        kinds[slot] = _slot_kinds(data, slot_start[slot], slot_end[slot])
        owner[slot] = -1
    feasible = _bound_owners(count, persons, filled, slot_start, slot_end, kinds, owner, True)
    if not feasible:
        _bound_owners(count, persons, filled, slot_start, slot_end, kinds, owner, False)


@kernel
def _bound_owners(
    count: int,
    persons: int,
    filled: int,
    slot_start: NDArray[np.int64],
    slot_end: NDArray[np.int64],
    kinds: NDArray[np.int64],
    owner: NDArray[np.int64],
    one_of_a_kind: bool,
) -> bool:
    """Owners that follow from the order alone: the first and the last person each filled slot can belong to.

    Slots keep the order of the persons, every person has at least one, and with ``one_of_a_kind`` nobody has two numbers of
    one kind. Where the first and the last possible owner are the same, that is the owner. Returns False when no such dealing
    exists.
    """
    earliest = np.empty(count, np.int64)
    person = 0
    have = 0
    seen = 0
    for slot in range(count):
        if slot_end[slot] == slot_start[slot]:
            continue
        least = max(0, persons - (filled - seen))  # enough slots must be left for the persons to come
        if seen > 0 and ((one_of_a_kind and have & kinds[slot] != 0) or person < least):
            person += 1
            have = 0
        have |= kinds[slot]
        earliest[slot] = person
        seen += 1
    if person >= persons:
        return False
    person = persons - 1
    have = 0
    seen = 0
    for back in range(count):
        slot = count - 1 - back
        if slot_end[slot] == slot_start[slot]:
            continue
        most = min(persons - 1, filled - 1 - seen)
        if seen > 0 and ((one_of_a_kind and have & kinds[slot] != 0) or person > most):
            person -= 1
            have = 0
        have |= kinds[slot]
        owner[slot] = person if person == earliest[slot] else -1
        seen += 1
    return True
