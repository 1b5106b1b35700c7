"""What the land register recorded about an owner, and where it went wrong.

:func:`record_owners` copies each owner's true data to a record and lets every error of
:class:`~vnlink.datasets.settings.ErrorRates` happen to it, one uniform number each. Parcels of one owner that come from the
same paper share their draws, so they share their errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag, auto

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.columns import BIRTH, NAME, NAME_WIDTH, SEX, YEAR
from vnlink.datasets.spellings import Spelling
from vnlink.kernels import allocating

__all__ = ["COUNT_DRAWS", "IdKind", "LandError", "Records", "record_owners"]


class LandError(IntFlag):
    """Bits of the truth table's column ``errors``: what the land register has wrong about a person."""

    ID_SUPERSEDED = auto()
    ID_MISTYPED = auto()
    ID_OF_SPOUSE = auto()
    ID_ZEROS_LOST = auto()
    YEAR_OFF = auto()
    DECADE_SLIP = auto()
    FIRST_OF_JANUARY = auto()
    DAY_MONTH_SWAPPED = auto()
    SEX_WRONG = auto()
    UNMARKED = auto()
    WRONG_TONE = auto()
    WRONG_VOWEL = auto()
    MARK_LOST = auto()
    MISPLACED_TONE = auto()
    I_OR_Y = auto()
    REGIONAL = auto()
    TYPING = auto()
    ABBREVIATION = auto()
    APOSTROPHE = auto()
    MIDDLE_MISSING = auto()
    MIDDLE_SWAPPED = auto()
    OTHER_GIVEN = auto()
    MOVED = auto()


class IdKind(IntEnum):
    """Which paper the number is of."""

    NONE = 0
    PERSONAL = 1
    OLD = 2
    PASSPORT = 3
    SOLDIER = 4


# Plain integers for the kernels, which cannot read enumerations.
_SUPERSEDED, _MISTYPED, _OF_SPOUSE = int(LandError.ID_SUPERSEDED), int(LandError.ID_MISTYPED), int(LandError.ID_OF_SPOUSE)
_ZEROS_LOST, _YEAR_OFF, _DECADE = int(LandError.ID_ZEROS_LOST), int(LandError.YEAR_OFF), int(LandError.DECADE_SLIP)
_JANUARY, _SWAPPED, _SEX_WRONG = int(LandError.FIRST_OF_JANUARY), int(LandError.DAY_MONTH_SWAPPED), int(LandError.SEX_WRONG)
_FIRST_SPELLING = int(LandError.WRONG_TONE)
_MIDDLE_MISSING, _MIDDLE_SWAPPED = int(LandError.MIDDLE_MISSING), int(LandError.MIDDLE_SWAPPED)
_OTHER_GIVEN = int(LandError.OTHER_GIVEN)
_APOSTROPHE = int(Spelling.APOSTROPHE)
_WRONG_TONE, _MISPLACED = int(Spelling.WRONG_TONE), int(Spelling.MISPLACED_TONE)

(_U_ID, _U_SUPERSEDED, _U_MISTYPED, _U_DIGIT, _U_SPOUSE, _U_ZEROS, _U_OTHER, _U_DATE, _U_YEAR, _U_AMOUNT, _U_DECADE,
_U_JANUARY, _U_SWAP,
 _U_BLANK, _U_NO_SEX, _U_SEX, _U_MISSING, _U_SWAPPED, _U_GIVEN, _U_PICK, _U_WHERE) = range(21)  # fmt: skip
_U_SPELLING = 21
COUNT_DRAWS = _U_SPELLING + len(Spelling)
"""Uniform numbers per owner of :func:`record_owners`."""

_SPELLING_BITS = np.zeros(len(Spelling), dtype=np.int64)
for _kind in Spelling:
    if _kind is not Spelling.OTHER_TONE_STYLE:
        _SPELLING_BITS[_kind] = int(LandError[_kind.name])


@dataclass(frozen=True)
class Records:
    """Owners as recorded, arrays of shape (rows, 3): one to three persons in a row.

    Attributes
    ----------
    name : ndarray of int32, shape (rows, 3, NAME_WIDTH)
    birth : ndarray of int32
        yyyymmdd with 00 for what is not recorded, 0 for nothing.
    number : ndarray of int64
    kind, width : ndarray of int8
        :class:`IdKind` and the digits written.
    sex : ndarray of int8
        0 missing, 1 male, 2 female.
    errors : ndarray of int32
        :class:`LandError` bits.
    """

    name: NDArray[np.int32]
    birth: NDArray[np.int32]
    number: NDArray[np.int64]
    kind: NDArray[np.int8]
    width: NDArray[np.int8]
    sex: NDArray[np.int8]
    errors: NDArray[np.int32]

    @classmethod
    def empty(cls, rows: int) -> Records:
        """Records with nothing in them."""
        shape = (rows, 3)
        return cls(
            np.full((rows, 3, NAME_WIDTH), -1, dtype=np.int32),
            np.zeros(shape, dtype=np.int32),
            np.full(shape, -1, dtype=np.int64),
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape, dtype=np.int32),
        )

    def arrays(self) -> tuple[NDArray[np.generic], ...]:
        """The arrays in the order in which the kernels take them."""
        return self.name, self.birth, self.number, self.kind, self.width, self.sex, self.errors


@allocating
def _record_number(u, person, partner, age, personal, old, superseded, rates):  # type: ignore[no-untyped-def]
    """Number, kind, digits written and error bits. ``age`` is above 1 for an old paper, below for a new one."""
    draw, errors = u[_U_ID], 0
    none, card = rates.no_id * age, rates.old_id
    if draw < none or person < 0:
        return np.int64(-1), 0, 0, 0
    if draw < none + rates.other_paper:
        kind = 3 if u[_U_OTHER] < 0.5 else 4
        width = 7 if kind == 3 else 8
        return np.int64(u[_U_DIGIT] * 10.0**width), kind, width, 0
    holder = person
    if partner >= 0 and u[_U_SPOUSE] < rates.id_of_spouse * age:
        holder, errors = partner, _OF_SPOUSE
    kind = 2 if draw < none + rates.other_paper + card else 1
    number = old[holder] if kind == 2 else personal[holder]
    if kind == 2 and errors == 0 and u[_U_SUPERSEDED] < rates.old_id_superseded * age:
        number, errors = superseded[holder], _SUPERSEDED
    if number < 0 and kind == 2:
        kind, number, errors = 1, personal[holder], errors & _OF_SPOUSE
    if number < 0:
        return np.int64(-1), 0, 0, 0
    full = 12 if kind == 1 else 9
    if u[_U_MISTYPED] < rates.id_mistyped * age:
        errors |= _MISTYPED
        place = 1 + int(u[_U_DIGIT] * (full - 2))
        scale = np.int64(10) ** place
        digit, below = number // scale % 10, number // (scale // 10) % 10
        if u[_U_OTHER] < 0.3 and digit != below:
            number += (below - digit) * scale + (digit - below) * (scale // 10)
        else:
            number += ((digit + 1 + int(u[_U_OTHER] * 8.99)) % 10 - digit) * scale
    width = full
    if u[_U_ZEROS] < rates.id_zeros_lost:
        while width > full - 2 and number < np.int64(10) ** (width - 1):
            width -= 1
        if width < full:
            errors |= _ZEROS_LOST
    return number, kind, width, errors


@allocating
def _record_birth(u, true_birth, age, rates):  # type: ignore[no-untyped-def]
    """Recorded date of birth and error bits."""
    draw, errors = u[_U_DATE], 0
    none, year_only = rates.date_none * age, rates.date_year_only * age
    if draw < none:
        return 0, 0
    year, month, day = true_birth // 10000, true_birth // 100 % 100, true_birth % 100
    if u[_U_YEAR] < rates.year_off * age:
        step = 1 + int(u[_U_AMOUNT] * u[_U_AMOUNT] * 3.0)
        year += step if u[_U_WHERE] < 0.5 else -step
        errors |= _YEAR_OFF
    elif u[_U_DECADE] < rates.decade_slip:
        year += 10 if u[_U_WHERE] < 0.5 else -10
        errors |= _DECADE
    if draw < none + year_only:
        return year * 10000, errors
    if draw < none + year_only + rates.date_month_only:
        return year * 10000 + month * 100, errors
    if u[_U_JANUARY] < rates.first_of_january:
        return year * 10000 + 101, errors | (_JANUARY if month != 1 or day != 1 else 0)
    if u[_U_SWAP] < rates.day_month_swapped and day <= 12 and day != month:
        return year * 10000 + day * 100 + month, errors | _SWAPPED
    if month == 2 and day == 29 and year % 4 != 0:
        day = 28
    return year * 10000 + month * 100 + day, errors


@allocating
def _respell(name, length, kind, u, first, ways, other):  # type: ignore[no-untyped-def]
    """Replace one syllable that has another spelling of the kind. Returns True when there was one."""
    start = int(u[_U_WHERE] * length)
    for k in range(length):
        at = (start + k) % length
        piece = name[at]
        if piece < first.shape[1] and ways[kind, piece] > 0:
            pick = u[_U_PICK] * u[_U_PICK] if kind == _WRONG_TONE else u[_U_PICK]
            name[at] = other[first[kind, piece] + int(pick * ways[kind, piece])]
            return True
    return False


@allocating
def _record_name(name, length, u, age, rates, spelling_rates, first, ways, other, given):  # type: ignore[no-untyped-def]
    """Let the errors happen to a name in place; returns the error bits."""
    errors = 0
    if u[_U_GIVEN] < rates.other_given and length > 1:
        name[length - 1] = given
        errors |= _OTHER_GIVEN
    if length > 2 and u[_U_MISSING] < rates.middle_missing * age:
        for k in range(1, length - 1):
            name[k] = name[k + 1]
        length -= 1
        name[length] = -1
        errors |= _MIDDLE_MISSING
    elif length > 2 and u[_U_SWAPPED] < rates.middle_swapped * age:
        name[length - 2], name[length - 1] = name[length - 1], name[length - 2]
        errors |= _MIDDLE_SWAPPED
    for kind in range(1, spelling_rates.shape[0]):
        factor = 1.0 if kind in (_APOSTROPHE, _MISPLACED) else age
        if u[_U_SPELLING + kind] < spelling_rates[kind] * factor and _respell(name, length, kind, u, first, ways, other):
            errors |= _SPELLING_BITS[kind]
    return errors


@allocating
def record_owners(  # type: ignore[no-untyped-def]
    owners, paper, old_paper, u, people, personal, old, superseded, rates, spelling_rates, first, ways, other, given,
    name, birth, number, kind, width, sex, errors,
):  # fmt: skip
    """Fill the records.

    Parameters
    ----------
    owners : ndarray of int32, shape (rows, 3)
        Rows of ``people``, -1 for nobody.
    paper : ndarray of int32, shape (rows,)
        The row whose draws and data are used: an earlier row for a further parcel from the same paper.
    old_paper : ndarray of uint8, shape (rows,)
    u : ndarray of float64, shape (rows, 3, COUNT_DRAWS)
    people, personal, old, superseded
        Of the block, see :class:`~vnlink.datasets.identifiers.Numbers`.
    rates : record with the fields of ErrorRates
    spelling_rates : ndarray of float64, shape (n_kinds,)
    first, ways, other : ndarray
        Of :class:`~vnlink.datasets.names.SpellingTables`.
    given : ndarray of int32, shape (n,)
        Pieces to take another given name from.
    name, birth, number, kind, width, sex, errors : ndarray
        Of :class:`Records`, written in place.
    """
    for row in range(owners.shape[0]):
        source = paper[row]
        age = 1.0 + rates.age_effect if old_paper[source] == 1 else 1.0 - rates.age_effect
        for k in range(3):
            person = owners[row, k]
            if person < 0:
                continue
            draws = u[source, k]
            length = 0
            while length < NAME_WIDTH and people[person, NAME + length] >= 0:
                name[row, k, length] = people[person, NAME + length]
                length += 1
            replacement = given[(person * 7 + people[person, YEAR]) % given.shape[0]]
            bits = _record_name(name[row, k], length, draws, age, rates, spelling_rates, first, ways, other, replacement)
            if k == 0 or draws[_U_BLANK] >= rates.partner_blank * age:
                partner = owners[row, 1 - k] if k < 2 else -1
                number[row, k], kind[row, k], width[row, k], more = _record_number(
                    draws, person, partner, age, personal, old, superseded, rates
                )
                birth[row, k], wrong = _record_birth(draws, people[person, BIRTH], age, rates)
                bits |= more | wrong
            if draws[_U_NO_SEX] >= rates.sex_missing:
                sex[row, k] = 1 + people[person, SEX]
                if draws[_U_SEX] < rates.sex_wrong:
                    sex[row, k] = 2 - people[person, SEX]
                    bits |= _SEX_WRONG
            errors[row, k] = bits
