"""Kernels of reading places: the end of an address, the number in a code, and numbering of distinct values.

All work on UTF-8 bytes and 64-bit hashes, so a column costs Python only its distinct values. NumPy in, NumPy out; with
``NUMBA_DISABLE_JIT=1`` they run as written.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine, mix64
from vnlink.kernels import inner, kernel
from vnlink.normalize.place_names import SEPARATORS

__all__ = ["CODE_LIMIT", "OTHER_CODES", "hash_tails", "number_values", "read_codes", "tail_start", "text_end"]

CODE_LIMIT = 100_000
"""Official codes are 1 to 99,999."""

OTHER_CODES = np.uint64((1 << 20) - 1)
"""What is no code is one of 2**20 opaque numbers above :data:`CODE_LIMIT`: bounded whatever a column holds."""

_FNV_OFFSET = np.uint64(0xCBF29CE484222325)
_FNV_PRIME = np.uint64(0x100000001B3)
_ODD = np.uint64(0x9E3779B97F4A7C15)


def _byte_classes() -> NDArray[np.uint8]:
    """Class of each byte: 1 for letters, digits and what is outside ASCII, 2 for what ends a part, 0 for the rest."""
    classes = np.zeros(256, np.uint8)
    classes[128:] = 1
    for byte in range(128):
        if chr(byte).isalnum():
            classes[byte] = 1
    for sign in SEPARATORS:
        classes[ord(sign)] = 2
    return classes


_CLASS = _byte_classes()
_TEXT, _SEPARATOR = 1, 2
_OPENING = ord("(")


@kernel
def _is_text(byte: int) -> bool:
    """Whether a byte is a letter, a digit or part of a character outside ASCII."""
    return bool(_CLASS[byte] == _TEXT)


@kernel
def _has_ascii(data: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether a part has a letter or digit of ASCII."""
    while start < end and (data[start] >= 128 or _CLASS[data[start]] != _TEXT):
        start += 1
    return bool(start < end)


_PHUONG = np.frombuffer(b"phuong ", np.uint8)
_THI_TRAN = np.frombuffer(b"thi tran ", np.uint8)
_DAC_KHU = np.frombuffer(b"dac khu ", np.uint8)


@kernel
def _begins(data: NDArray[np.uint8], start: int, end: int, word: NDArray[np.uint8]) -> bool:
    """Whether a part begins with a word of small letters and blanks, in any case, and goes on."""
    if end - start <= len(word):
        return False
    for at in range(len(word)):
        if data[start + at] | 32 != word[at]:
            return False
    return True


@kernel
def _names_commune(data: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether a part begins with the type word of a commune, as offices write it: Xã, X., Phường, P., P5, TT, PHUONG ...

    Misses (other spellings, NFD) cost time only: one more part is then kept.
    """
    left = end - start
    if left < 3:
        return False
    first = data[start] | 32
    second = data[start + 1]
    third = data[start + 2]
    if first == 120:  # x
        if second == 46 or second == 32:
            return True
        if second == 0xC3 and (third == 0xA3 or third == 0x83) and left > 4:
            return bool(data[start + 3] == 32)
        return bool((second | 32) == 97 and third == 32)
    if first == 112:  # p
        if second == 46 or second == 32:
            return True
        at = start + 1
        while at < end and 48 <= data[at] <= 57:
            at += 1
        if at > start + 1:
            return bool(at == end or data[at] == 32)
        if (second | 32) != 104 or left < 8:
            return False
        if (third | 32) == 117:
            return _begins(data, start, end, _PHUONG)
        accented = third == 0xC6 and (data[start + 3] == 0xB0 or data[start + 3] == 0xAF) and data[start + 4] == 0xE1
        return bool(accented and data[start + 5] == 0xBB and (data[start + 6] == 0x9D or data[start + 6] == 0x9C))
    if first == 116:  # t
        if (second | 32) == 116:
            return bool(third == 46 or third == 32)
        if (second | 32) != 104 or left < 9:
            return False
        if (third | 32) == 105:
            return _begins(data, start, end, _THI_TRAN)
        accented = third == 0xE1 and data[start + 3] == 0xBB and (data[start + 4] == 0x8B or data[start + 4] == 0x8A)
        return bool(accented and data[start + 5] == 32 and (data[start + 6] | 32) == 116 and (data[start + 7] | 32) == 114)
    if first == 100:  # d
        return _begins(data, start, end, _DAC_KHU)
    if data[start] == 0xC4 and left > 7:  # đ
        accented = data[start + 2] == 0xE1 and data[start + 3] == 0xBA and (data[start + 4] == 0xB7 or data[start + 4] == 0xB6)
        return bool(accented and (data[start + 5] | 32) == 99 and data[start + 6] == 32 and (data[start + 7] | 32) == 107)
    return False


@kernel
def _is_country(data: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether a part is "Việt Nam" (or "VN"), which is no level of an address."""
    while end > start and not _is_text(data[end - 1]):
        end -= 1
    left = end - start
    if left < 2 or left > 12 or (data[start] | 32) != 118:
        return False
    if left == 2:
        return bool((data[start + 1] | 32) == 110)
    if left < 7 or (data[start + 1] | 32) != 105 or (data[end - 1] | 32) != 109 or (data[end - 2] | 32) != 97:
        return False
    return bool((data[start + 2] | 32) == 101 or data[start + 2] == 0xE1)


@kernel
def _is_from_province_down(data: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether an address begins with the type word of a province or city: Tỉnh, T., TP, Thành phố. More costs time only."""
    while start < end and not _is_text(data[start]):
        start += 1
    if end - start < 6 or (data[start] | 32) != 116:  # t
        return False
    second = data[start + 1]
    if second == 46 or (second | 32) == 112:  # . p
        return True
    if second == 0xE1 or (second | 32) == 105:  # ỉ i
        last = start + (5 if second == 0xE1 else 3)
        return bool((data[last] | 32) == 104)  # h
    grave = data[start + 2] == 0xC3 and (data[start + 3] == 0xA0 or data[start + 3] == 0x80)  # à
    return bool((second | 32) == 104 and (grave or (data[start + 2] | 32) == 97))


@kernel
def tail_start(data: NDArray[np.uint8], start: int, end: int, parts: int, size: int) -> int:
    """Where the administrative end of an address begins.

    Parts are taken from the right up to the second or later one that begins with the type word of a commune (or, where the
    address begins with a province, any; not one that opens a bracket, which may be what the place was called), ``parts`` at
    most, ``size`` bytes at most (never within a character). Empty parts and the country are not counted, nor is a part without
    a letter or digit of ASCII, which may fold to nothing ("🏠"): to keep a part too many costs time only.

    Parameters
    ----------
    data : ndarray of uint8
        UTF-8 bytes.
    start, end : int
        The address is ``data[start:end]``.
    parts, size : int
        Limits.
    """
    floor = max(start, end - size)
    if floor > start:
        while floor < end and (data[floor] & 0xC0) == 0x80:
            floor += 1
    down = _is_from_province_down(data, floor, end)
    seen = 0
    stop = end
    at = end - 1
    while at >= floor - 1:
        if at < floor or _CLASS[data[at]] == _SEPARATOR:
            begin = at + 1
            while begin < stop and not _is_text(data[begin]):
                begin += 1
            if _has_ascii(data, begin, stop) and not (seen == 0 and _is_country(data, begin, stop)):
                seen += 1
                last = seen > 1 and not down and _names_commune(data, begin, stop)
                if seen == parts or (last and not (at >= floor and data[at] == _OPENING)):
                    return begin
            stop = at
        at -= 1
    return floor


@kernel
def text_end(data: NDArray[np.uint8], start: int, end: int) -> int:
    """Where an address ends: after its last letter or digit; ``start`` if it has none."""
    while end > start and not _is_text(data[end - 1]):
        end -= 1
    return end


@kernel
def _hash(data: NDArray[np.uint8], start: int, end: int) -> np.uint64:
    """FNV-1a over four interleaved strands of bytes: a multiplication need not wait for the one before (twice as fast)."""
    first = second = third = fourth = _FNV_OFFSET
    at = start
    while at + 4 <= end:
        first = (first ^ np.uint64(data[at])) * _FNV_PRIME
        second = (second ^ np.uint64(data[at + 1])) * _FNV_PRIME
        third = (third ^ np.uint64(data[at + 2])) * _FNV_PRIME
        fourth = (fourth ^ np.uint64(data[at + 3])) * _FNV_PRIME
        at += 4
    while at < end:
        first = (first ^ np.uint64(data[at])) * _FNV_PRIME
        at += 1
    return np.uint64(combine(combine(first, second), combine(third, fourth)) ^ np.uint64(end - start))


@inner
def _eight(data: NDArray[np.uint8], at: int) -> np.uint64:
    """Eight bytes as one number: one instruction, once it is compiled."""
    word = np.uint64(0)
    for byte in range(8):
        word |= np.uint64(data[at + byte]) << np.uint64(8 * byte)
    return word


@kernel
def hash_cells(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], hashes: NDArray[np.uint64]
) -> None:
    """Hash every cell as it stands, eight bytes at a time; the hash of an empty or null one is 0."""
    for row in range(len(valid)):
        at, end = offsets[row], offsets[row + 1]
        hashes[row] = np.uint64(0)
        if not valid[row] or at == end:
            continue
        state = _FNV_OFFSET ^ np.uint64(end - at)
        while at + 8 <= end:
            state = (state ^ _eight(data, at)) * _ODD
            state ^= state >> np.uint64(32)
            at += 8
        while at < end:
            state = (state ^ np.uint64(data[at])) * _ODD
            state ^= state >> np.uint64(32)
            at += 1
        hashes[row] = mix64(state) | np.uint64(1)


@kernel
def hash_tails(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    parts: int,
    size: int,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
) -> None:
    """Find and hash the end of every address; the hash of an empty or null one is 0.

    Parameters
    ----------
    data, offsets, valid
        Cells as in :class:`vnlink.normalize.cells.StringBuffers`.
    parts, size : int
        As for :func:`tail_start`.
    starts, ends, hashes : ndarray of int64, int64 and uint64, shape (n,)
        Written: row ``i`` ends in ``data[starts[i]:ends[i]]``.
    """
    for row in range(len(valid)):
        end = offsets[row + 1]
        start = end
        value = np.uint64(0)
        if valid[row]:
            end = text_end(data, offsets[row], end)
            if end > offsets[row]:
                start = tail_start(data, offsets[row], end, parts, size)
                value = _hash(data, start, end) | np.uint64(1)
        starts[row] = start
        ends[row] = end
        hashes[row] = value


@kernel
def read_codes(data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], codes: NDArray[np.int32]) -> None:
    """Read commune codes as numbers: 0 is missing, 1 to 99,999 a code, ``CODE_LIMIT`` and more something else.

    Blanks and punctuation around the digits are ignored (spreadsheets write '00004), a ".0" that a spreadsheet added is cut,
    and lost leading zeros do not matter because the code is a number here.
    """
    for row in range(len(valid)):
        codes[row] = 0
        if not valid[row]:
            continue
        start, end = offsets[row], offsets[row + 1]
        while start < end and not _is_text(data[start]):
            start += 1
        while end > start and not _is_text(data[end - 1]):
            end -= 1
        if end - start > 2 and data[end - 1] == 48 and data[end - 2] == 46:
            end -= 2
        number = np.int64(0)
        other = end - start > 5
        value = _FNV_OFFSET
        for at in range(start, end):
            byte = np.int64(data[at])
            value = (value ^ np.uint64(byte)) * _FNV_PRIME
            other = other or byte < 48 or byte > 57
            if not other:
                number = number * 10 + (byte - 48)
        codes[row] = CODE_LIMIT + np.int64(mix64(value) & OTHER_CODES) if other else number


@kernel
def number_values(
    values: NDArray[np.uint64],
    begin: int,
    table: NDArray[np.uint64],
    numbers: NDArray[np.int32],
    count: int,
    out: NDArray[np.int32],
    fresh: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Number distinct values in the order they come, in an open-addressed table that is kept from call to call.

    Parameters
    ----------
    values : ndarray of uint64, shape (n,)
        0 gets number 0 and is never put in the table.
    begin : int
        First value to number.
    table, numbers : ndarray of uint64 and int32, shape (a power of two,)
        Values (0 where free) and their numbers; the table is never filled beyond half.
    count : int
        Numbers given so far, 0 included.
    out : ndarray of int32, shape (n,)
        Written.
    fresh : ndarray of int64, shape (n,)
        Written: the rows that brought a new number.

    Returns
    -------
    stopped : int
        Where it stopped: n, or the row that needs a larger table.
    count : int
        Numbers given now.
    found : int
        How many entries of ``fresh`` this call wrote.
    """
    mask = np.uint64(len(table) - 1)
    room = len(table) // 2
    found = 0
    for row in range(begin, len(values)):
        value = values[row]
        if value == np.uint64(0):
            out[row] = 0
            continue
        slot = mix64(value) & mask
        while table[slot] != np.uint64(0) and table[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] == np.uint64(0):
            if count >= room:
                return row, count, found
            table[slot] = value
            numbers[slot] = count
            fresh[found] = row
            found += 1
            count += 1
        out[row] = numbers[slot]
    return len(values), count, found
