"""Cells of numbers and dates as plain ASCII, so that their readers meet every character in one form only.

Letters lose their marks and their case ("Tháng" is "thang", composed or not), every script's digits become 0-9, blanks and
dashes of all kinds become " " and "-", an ellipsis becomes two dots, and invisible characters go. What is left of another
script is :data:`OTHER_LETTER`. No more of a cell is read than :mod:`vnlink.normalize.cell_length` says, so a cell of any size
costs the same.
"""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel
from vnlink.normalize.cell_length import MAX_CHARACTERS, kept_end
from vnlink.schema import Flag

__all__ = ["CELL_CUT", "MAX_PLAIN", "ODD", "OTHER_LETTER", "read_letters_as_digits", "to_plain", "whole_number"]

MAX_PLAIN = 2 * MAX_CHARACTERS
"""Bytes of the plain form of a cell at most: an ellipsis has two."""

OTHER_LETTER = 255
"""Byte that stands for a letter or sign without a plain form."""

ODD, CELL_CUT = int(Flag.ID_ODD_CHARACTERS), int(Flag.CELL_CUT)
_ODD_BIT = 128
_DROPPED, _ODD_DROPPED, _TWO_DOTS, _NO_FORM = 0, 128, 1, 127  # entries of the table that are no bytes to write
_TABLE_SIZE = 0x3001
_WIDE_FIRST, _WIDE_LAST, _WIDE_SHIFT, _MARK = 0xFF01, 0xFF5E, 0xFEE0, 0xFEFF


def _plain_byte(code: int) -> int:
    """Plain form of one character: an ASCII byte, with 128 added for a form that nobody types on purpose."""
    char = chr(code)
    kind = unicodedata.category(char)
    if kind == "Cf":
        return _ODD_DROPPED
    if kind == "Mn":
        return _DROPPED
    if kind in ("Zs", "Zl", "Zp") or char in "\t\n\r\x0b\x0c\x85":
        return 32
    if kind == "Cc":
        return _ODD_DROPPED
    if kind == "Pd" or char == "\u2212":
        return 45
    if char == "…":
        return _TWO_DOTS
    if kind == "Nd":
        return 48 + unicodedata.digit(char) + (0 if code < 128 else _ODD_BIT)
    if char in "đĐðÐ":
        return ord("d")
    base = unicodedata.normalize("NFD", char)[0].lower()
    return ord(base) if len(base) == 1 and ord(base) < 128 else _NO_FORM


_PLAIN = np.array([_plain_byte(code) for code in range(_TABLE_SIZE)], np.uint8)
_PLAIN.flags.writeable = False


@kernel
def _character(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Code point at ``at`` and where the next one begins; a byte that is no UTF-8 is a character of its own, 0xFFFD."""
    byte = int(data[at])
    size = 2 if 0xC2 <= byte < 0xE0 else 3 if 0xE0 <= byte < 0xF0 else 4 if 0xF0 <= byte < 0xF5 else 0
    if size == 0 or at + size > end:
        return 0xFFFD, at + 1
    code = byte & (0x7F >> size)
    for k in range(1, size):
        if data[at + k] & 0xC0 != 0x80:
            return 0xFFFD, at + 1
        code = code << 6 | (int(data[at + k]) & 0x3F)
    return code, at + size


@kernel
def _plain_of(code: int) -> int:
    if code < _TABLE_SIZE:
        return int(_PLAIN[code])
    if _WIDE_FIRST <= code <= _WIDE_LAST:
        return int(_PLAIN[code - _WIDE_SHIFT]) | _ODD_BIT
    return _ODD_DROPPED if code == _MARK else _NO_FORM


@kernel
def to_plain(data: NDArray[np.uint8], start: int, end: int, plain: NDArray[np.uint8]) -> tuple[int, int]:
    """Write a cell's plain form.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The cell is ``data[start:end]``.
    plain : ndarray of uint8, shape (at least ``MAX_PLAIN``,)
        Written.

    Returns
    -------
    length : int
        Bytes written. A cell that was cut ends before the word or number that was cut through.
    noticed : int
        ``ODD`` for full-width digits, invisible and control characters; ``CELL_CUT``.
    """
    last = kept_end(data, start, end)
    noticed = CELL_CUT if last < end else 0
    length = 0
    at = start
    while at < last:
        byte = int(data[at])
        if byte < 128:
            at += 1
        else:
            byte, at = _character(data, at, last)
        value = _plain_of(byte)
        if value & _ODD_BIT:
            noticed |= ODD
            value &= _ODD_BIT - 1
        if value == _TWO_DOTS:
            plain[length] = plain[length + 1] = 46
            length += 2
        elif value != _DROPPED:
            plain[length] = OTHER_LETTER if value == _NO_FORM else value
            length += 1
    if noticed & CELL_CUT:
        while length > 0 and plain[length - 1] not in (32, 44, 59):
            length -= 1
    return length, noticed


@kernel
def whole_number(data: NDArray[np.uint8], start: int, end: int) -> int:
    """Value of ``data[start:end]`` where it is nothing but ASCII digits, at most 18 of them; -1 for anything else."""
    if not 0 < end - start <= 18:
        return -1
    value = 0
    for at in range(start, end):
        digit = int(data[at]) - 48
        if not 0 <= digit <= 9:
            return -1
        value = value * 10 + digit
    return value


@kernel
def read_letters_as_digits(plain: NDArray[np.uint8], start: int, end: int, least: int) -> tuple[bool, bool]:
    """Put digits in the place of o, l and i inside numbers, in place.

    Parameters
    ----------
    plain : ndarray of uint8
        From :func:`to_plain`.
    start, end : int
        The slot.
    least : int
        Digits that a run of letters and digits must have, besides more digits than letters and no other letter. A single
        letter in front of seven digits stays: it is a passport's.

    Returns
    -------
    worded : bool
        Whether the slot has letters at all; without them nobody has to look for words.
    changed : bool
        Whether a letter was read as a digit.
    """
    worded = changed = False
    at = start
    while at < end:
        stop = at
        digits = letters = 0
        while stop < end and (48 <= plain[stop] <= 57 or 97 <= plain[stop] <= 122):
            byte = int(plain[stop])
            digits += 1 if byte <= 57 else 0
            letters += 1 if byte in (105, 108, 111) else 0
            stop += 1
        worded |= stop - at > digits
        others = stop - at - digits - letters
        passport = letters == 1 and digits == 7 and plain[at] > 57
        if letters > 0 and others == 0 and digits >= least and digits > letters and not passport:
            changed = True
            for k in range(at, stop):
                if plain[k] > 57:
                    plain[k] = 48 if plain[k] == 111 else 49
        at = max(stop, at + 1)
    return worded, changed
