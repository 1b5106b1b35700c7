"""Papers of persons: the numbers of a land register's cell, dealt to the persons of its row.

Slots are cut at ";" (:mod:`vnlink.normalize.cells`). The papers inside a slot, separated by anything else, are one person's.

* With no more filled slots than persons, slots go by position.
* With more filled slots than persons, some person has several papers. Each slot goes to the one owner it can have when the
  order is kept, everybody has one at least and nobody has two numbers of one kind. A slot that could be either neighbour's
  goes to nobody (``Flag.LEFTOVER``): a wrong number does more harm than a missing one.
* A cell without ";" is the first person's, unless it has exactly one personal or old id for each person: all of one kind, or
  with nothing beside them that says that they are papers of one person (brackets, "cũ", "CMND .../CCCD ...", two columns
  joined). In a row of two persons "284091576 và 082067763250" is one each: who writes two papers of one person says so.
* A person's second number of one kind is another paper.

Kernels only; :mod:`vnlink.normalize.identifiers` is the way in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import allocating, kernel
from vnlink.normalize.cells import MAX_SLOTS, fill_slots
from vnlink.normalize.id_numbers import (
    INCOMPLETE,
    KIND_NONE,
    KIND_OLD,
    KIND_PERSONAL,
    WRITTEN_OUT,
    classify_number,
    next_number,
)
from vnlink.normalize.paper_words import ROLE_NONE, parts_persons
from vnlink.normalize.plain_cells import MAX_PLAIN, read_letters_as_digits, to_plain, whole_number
from vnlink.schema import Flag

__all__ = ["FEWEST_DIGITS", "paper_number", "read_papers"]

FEWEST_DIGITS = 5
"""Digits that a run of letters and digits must have for its o, l and i to be read as digits."""

_UNREADABLE = int(Flag.ID_UNREADABLE)
_REPAIRED = int(Flag.ID_REPAIRED)
_OTHER_PAPER = int(Flag.ID_OTHER_PAPER)
_LEFTOVER = int(Flag.LEFTOVER)
_ODD, _SHAPE_ONLY, _INCOMPLETE = int(Flag.ID_ODD_CHARACTERS), int(Flag.ID_SHAPE_ONLY), int(Flag.ID_INCOMPLETE)

_MAX_NUMBERS = 128  # numbers kept of one cell
_SLOT, _KIND, _VALUE, _PAPER, _NOTED = range(5)  # columns of the numbers of a cell


@allocating
def read_papers(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    starts: NDArray[np.int64],
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
    flags: NDArray[np.uint32],
    seconds: bool,
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
    seconds : bool
        Whether a person's second number of one kind is another paper; else it is left out.
    """
    plain = np.empty(MAX_PLAIN, np.uint8)
    slot_start = np.empty(MAX_SLOTS, np.int64)
    slot_end = np.empty(MAX_SLOTS, np.int64)
    noted = np.empty(MAX_SLOTS, np.int64)
    kinds = np.empty(MAX_SLOTS, np.int64)
    owner = np.empty(MAX_SLOTS, np.int64)
    earliest = np.empty(MAX_SLOTS, np.int64)
    numbers = np.empty((_MAX_NUMBERS, 5), np.int64)
    for row in range(len(valid)):
        first = starts[row]
        persons = starts[row + 1] - first
        if not valid[row] or persons == 0:
            continue
        if _usual(data, offsets[row], offsets[row + 1], first, numbers[0], personal, old, other, flags, seconds):
            continue
        length, noticed = to_plain(data, offsets[row], offsets[row + 1], plain)
        slots, listed = fill_slots(plain, 0, length, slot_start, slot_end)
        flags[first] |= np.uint32(noticed)
        found = _find_numbers(plain, slots, slot_start, slot_end, kinds, noted, numbers)
        if persons > 1 and slots == 1 and not listed and _one_each(persons, found, numbers, plain, length):
            slots = persons
            for number in range(found):
                numbers[number, _SLOT] = number
                kinds[number] = 1
                noted[number] = 0
        _find_owners(slots, persons, kinds, owner, earliest)
        for slot in range(slots):
            if kinds[slot] >= 0 and owner[slot] < 0:
                flags[first] |= np.uint32(_LEFTOVER)
            elif kinds[slot] == 0:
                flags[first + owner[slot]] |= np.uint32(_UNREADABLE | noted[slot])
        for number in range(found):
            slot = numbers[number, _SLOT]
            if owner[slot] >= 0:
                _take(first + owner[slot], numbers[number], personal, old, other, flags, seconds)


@kernel
def _usual(data, start, end, person, number, personal, old, other, flags, seconds):  # type: ignore[no-untyped-def]
    """Read a cell of 9 or 12 digits and nothing else, as most are: the same as by the long way."""
    digits = end - start
    value = whole_number(data, start, end) if digits == 9 or digits == 12 else -1
    kind, repaired, shape_only = classify_number(value, digits, 0, ROLE_NONE)
    if kind == KIND_NONE or repaired:
        return False
    number[_KIND], number[_VALUE], number[_PAPER] = kind, value, paper_number(kind, value, digits, 0)
    number[_NOTED] = _SHAPE_ONLY if shape_only else 0
    _take(person, number, personal, old, other, flags, seconds)
    return True


@kernel
def _find_numbers(
    plain: NDArray[np.uint8],
    slots: int,
    slot_start: NDArray[np.int64],
    slot_end: NDArray[np.int64],
    kinds: NDArray[np.int64],
    noted: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> int:
    """Write the usable numbers of a cell and return how many they are.

    ``kinds`` gets, per slot, -1 when it says nothing, else the kinds of its numbers as bits, 0 for none usable; ``noted`` the
    flags of what was seen and is no usable number.
    """
    found = 0
    for slot in range(slots):
        kinds[slot] = 0 if slot_end[slot] > slot_start[slot] else -1
        noted[slot] = 0
        at = slot_start[slot]
        worded, letters_read = read_letters_as_digits(plain, at, slot_end[slot], FEWEST_DIGITS)
        while at < slot_end[slot]:
            value, digits, letters, role, noticed, at = next_number(plain, at, slot_end[slot], worded)
            kind, repaired, shape_only = classify_number(value, digits, letters, role)
            note = (_SHAPE_ONLY if shape_only else 0) | (_INCOMPLETE if noticed & INCOMPLETE else 0)
            if kind == KIND_NONE or found == len(numbers):
                noted[slot] |= note
                continue
            note |= _REPAIRED if repaired or letters_read or noticed & WRITTEN_OUT else 0
            kinds[slot] |= 1 << kind
            numbers[found, _SLOT] = slot
            numbers[found, _KIND] = kind
            numbers[found, _VALUE] = value
            numbers[found, _PAPER] = paper_number(kind, value, digits, letters)
            numbers[found, _NOTED] = note | (_ODD if letters_read else 0)
            found += 1
    return found


@kernel
def paper_number(kind: int, value: int, digits: int, letters: int) -> int:
    """One integer for a paper; two papers share it exactly when letters, length and digits are the same.

    One letter (0-26), the length (1-16) and the digits side by side are below 4.6e18. Two letters come with eight digits at
    most, and lie above.
    """
    width = 12 if kind == KIND_PERSONAL else 9 if kind == KIND_OLD else digits
    if kind <= KIND_OLD:
        letters = 0  # a letter in front is a slip: these have none
    if letters >= 32:
        return 5 * 10**18 + (letters * 10 + width) * 10**8 + value
    return (letters * 17 + width) * 10**16 + value


@kernel
def _take(
    person: int,
    number: NDArray[np.int64],
    personal: NDArray[np.int64],
    old: NDArray[np.int64],
    other: NDArray[np.uint64],
    flags: NDArray[np.uint32],
    seconds: bool,
) -> None:
    """Give a number to a person: the first of its kind in its own place, a second one as another paper if ``seconds``."""
    if number[_KIND] <= KIND_OLD:
        place = personal if number[_KIND] == KIND_PERSONAL else old
        if place[person] < 0:
            place[person] = number[_VALUE]
            flags[person] |= np.uint32(number[_NOTED])
        if place[person] == number[_VALUE] or not seconds:
            return
    flags[person] |= np.uint32(_OTHER_PAPER)
    if other[person] == 0:
        other[person] = np.uint64(number[_PAPER])


@kernel
def _one_each(persons: int, found: int, numbers: NDArray[np.int64], plain: NDArray[np.uint8], length: int) -> bool:
    """Whether a cell without ";" has exactly one personal or old id for each person."""
    if found != persons or found > MAX_SLOTS:
        return False
    alike = True
    for number in range(found):
        if numbers[number, _KIND] > KIND_OLD:
            return False
        alike &= numbers[number, _KIND] == numbers[0, _KIND]
    return alike or parts_persons(plain, 0, length)


@kernel
def _find_owners(
    slots: int, persons: int, kinds: NDArray[np.int64], owner: NDArray[np.int64], earliest: NDArray[np.int64]
) -> None:
    """Write the owner of each slot, 0 for the row's first person, -1 for nobody."""
    for slot in range(slots):
        owner[slot] = slot if slot < persons else -1
    if _count_filled(slots, kinds) <= persons:
        return
    for attempt in range(2):
        # First with nobody holding two numbers of one kind (personal and old ids); if that cannot be, by order alone.
        one_of_a_kind = (1 - attempt) * (1 << KIND_PERSONAL | 1 << KIND_OLD)
        if _bound_owners(slots, persons, one_of_a_kind, kinds, owner, earliest):
            return


@kernel
def _count_filled(slots: int, kinds: NDArray[np.int64]) -> int:
    """Slots that say something."""
    filled = 0
    for slot in range(slots):
        filled += 1 if kinds[slot] >= 0 else 0
    return filled


@kernel
def _bound_owners(
    slots: int,
    persons: int,
    one_of_a_kind: int,
    kinds: NDArray[np.int64],
    owner: NDArray[np.int64],
    earliest: NDArray[np.int64],
) -> bool:
    """Owners that follow from the order: the first and the last person each filled slot can belong to.

    Slots keep the order of the persons, every person has at least one, and nobody has two numbers of a kind whose bit is in
    ``one_of_a_kind``. Where the first and the last possible owner are the same, that is the owner. Returns False when there is
    no such dealing.
    """
    filled = _count_filled(slots, kinds)
    person = have = seen = 0
    for slot in range(slots):
        owner[slot] = -1
        if kinds[slot] < 0:
            continue
        left = filled - seen  # slots from here on; every person to come needs one
        if seen > 0 and (have & kinds[slot] & one_of_a_kind != 0 or persons - person > left):
            person += 1
            have = 0
        have |= kinds[slot]
        earliest[slot] = person
        seen += 1
    if person >= persons:
        return False
    person = persons - 1
    have = seen = 0
    for back in range(slots):
        slot = slots - 1 - back
        if kinds[slot] < 0:
            continue
        left = filled - seen  # slots from here back; every person before needs one
        if seen > 0 and (have & kinds[slot] & one_of_a_kind != 0 or person + 1 > left):
            person -= 1
            have = 0
        have |= kinds[slot]
        owner[slot] = person if person == earliest[slot] else -1
        seen += 1
    return True
