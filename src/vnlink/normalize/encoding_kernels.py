"""Which cells of a column may be in an old encoding, found on the bytes.

A column of names in good order has none and must not pay for those that are not. Nearly every such cell has a letter that no
old encoding shows (ă, đ, ễ, ị ...), and the walk over its bytes ends at the first of them: what is looked at byte by byte are
the few cells without one. Measured, a cell of different text each: owner strings 19 ns, addresses 15. Asking more of each byte
on the way took 25, and marking all bytes by comparisons alone, 32 at a time, 0.5 ns a byte, because it cannot stop.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import hash_bytes
from vnlink.kernels import inner, kernel

__all__ = ["SAMPLED_BYTES", "ODD", "PLAIN", "UNICODE", "count_groups", "hash_rows", "scan_cells"]

PLAIN, ODD, UNICODE = 0, 1, 2
"""What a cell is: nothing special; with characters that Vietnamese Unicode text does not have, to be looked at closely; with
a letter that Windows-1252 does not have, so typed in Unicode whatever else it holds."""

SAMPLED_BYTES = 4096
"""Bytes looked at of one cell."""


_USUAL, _SIGN, _LATIN, _CONTROL, _WINDOWS, _BEYOND = range(6)


def _classes() -> NDArray[np.uint8]:
    """What to do at a byte: nothing for letters, digits, usual punctuation and the second and third bytes of a character."""
    classes = np.full(256, _USUAL, np.uint8)
    classes[:0x20] = _SIGN
    classes[[ord(blank) for blank in "\t\n\r"]] = _USUAL
    classes[[ord(sign) for sign in "^~(+`"]] = _SIGN
    classes[0xC2], classes[0xC3] = _CONTROL, _LATIN
    classes[[0xC5, 0xC6, 0xCB]] = _WINDOWS
    classes[[0xC4, 0xCC, 0xE1]] = _BEYOND
    return classes


_CLASSES = _classes()


_STRANGE, _MARKED, _RARE_ROUND, _RARE_NARROW = 1, 2, 4, 8


def _behind() -> NDArray[np.uint8]:
    """Which of :func:`_latin` are odd behind a byte: after a and e any mark, after o, u and y those no syllable has there."""
    behind = np.full(256, _STRANGE, np.uint8)
    for letters, odd in (("aeAE", _MARKED), ("oyOY", _RARE_ROUND), ("uU", _RARE_NARROW)):
        behind[[ord(letter) for letter in letters]] |= odd
    return behind


def _latin() -> NDArray[np.uint8]:
    """What U+00C0 to U+00FF is, by its second byte: no letter of Vietnamese, or one that is odd behind some vowels.

    VNI writes "eã", "aù", "oâ" where Unicode has one letter; "oà", "uý", "uâ", "iá" are usual in both.
    """
    latin = np.full(256, _STRANGE, np.uint8)
    latin[[ord(letter) & 0x3F | 0x80 for letter in "àáâãèéêìíðòóôõùúýÀÁÂÃÈÉÊÌÍÐÒÓÔÕÙÚÝ"]] = _MARKED
    latin[[ord(letter) & 0x3F | 0x80 for letter in "ùõÙÕ"]] |= _RARE_ROUND | _RARE_NARROW
    latin[[ord(letter) & 0x3F | 0x80 for letter in "âÂ"]] |= _RARE_ROUND
    return latin


_BEHIND, _SECOND = _behind(), _latin()


@inner
def _odd_sign(before: int, byte: int) -> bool:
    """Whether an ASCII sign speaks of VIQR ("^", "~"; "a(", "o+", "u+", a grave accent behind a vowel) or is a control code."""
    if byte < 0x20:
        return True
    small = before | 0x20
    if byte == 0x28:
        return small == 0x61
    if byte == 0x2B:
        return small == 0x6F or small == 0x75
    if byte == 0x60:
        return small == 0x61 or small == 0x65 or small == 0x69 or small == 0x6F or small == 0x75 or small == 0x79
    return byte == 0x5E or byte == 0x7E


@inner
def _odd_windows(byte: int, after: int) -> bool:
    """Whether lead bytes C5, C6 and CB begin a letter of Windows-1252 (Œ œ Š š Ÿ Ž ž, ƒ, ˆ ˜)."""
    if byte == 0xC6:
        return after == 0x92
    if byte == 0xCB:
        return after == 0x86 or after == 0x9C
    return 0x92 <= after <= 0x93 or 0xA0 <= after <= 0xA1 or after == 0xB8 or 0xBD <= after <= 0xBE


@inner
def _look_closely(data: NDArray[np.uint8], start: int, end: int) -> int:
    """What a cell is, byte by byte."""
    kind = PLAIN
    for at in range(start, end):
        byte = int(data[at])
        found = _CLASSES[byte]
        if found == _USUAL:
            continue
        before = int(data[at - 1]) if at > start else 0
        after = int(data[at + 1]) if at + 1 < end else 0
        if found == _BEYOND or (found == _WINDOWS and byte != 0xCB and not _odd_windows(byte, after)):
            return UNICODE
        if (
            (found == _LATIN and (_SECOND[after] & _BEHIND[before]) != 0)
            or (found == _SIGN and _odd_sign(before, byte))
            or (found == _CONTROL and after != 0xA0)
            or (found == _WINDOWS and _odd_windows(byte, after))
        ):
            kind = ODD
    return kind


@kernel
def scan_cells(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], kinds: NDArray[np.uint8], counts: NDArray[np.int64]
) -> None:
    """Tell what every cell is.

    Parameters
    ----------
    data, offsets : uint8[...], int64[n + 1]
        Valid UTF-8, as :func:`vnlink.normalize.cells.string_buffers` gives it.
    kinds : uint8[n]
        Written: :data:`PLAIN`, :data:`ODD` or :data:`UNICODE`.
    counts : int64[2]
        The cells with a value and those typed in Unicode are added.
    """
    for row in range(len(kinds)):
        start = offsets[row]
        end = min(offsets[row + 1], start + SAMPLED_BYTES)
        at = start
        seen = _USUAL
        # One question and one way out: more of either, and the processor guesses wrong several times a cell.
        while at < end:
            found = _CLASSES[data[at]]
            if found == _BEYOND:
                break
            seen |= found
            at += 1
        kind = UNICODE if at < end else (_look_closely(data, start, end) if seen != _USUAL else PLAIN)
        kinds[row] = kind
        counts[0] += end > start
        counts[1] += kind == UNICODE


@kernel
def count_groups(
    offsets: NDArray[np.int64], kinds: NDArray[np.uint8], groups: NDArray[np.int64], counts: NDArray[np.int64]
) -> None:
    """Add to ``counts``, int64[groups, 2], the cells with a value and those typed in Unicode of each group."""
    for row in range(len(kinds)):
        counts[groups[row], 0] += offsets[row + 1] > offsets[row]
        counts[groups[row], 1] += kinds[row] == UNICODE


@kernel
def hash_rows(data: NDArray[np.uint8], offsets: NDArray[np.int64], rows: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    """Hash of the first :data:`SAMPLED_BYTES` bytes of each of ``rows``, into ``out`` of the same length."""
    for place in range(len(rows)):
        start = offsets[rows[place]]
        out[place] = hash_bytes(data, start, min(offsets[rows[place] + 1], start + SAMPLED_BYTES))
