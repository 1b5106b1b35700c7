"""Compiled part of reading: bytes of an Arrow column to tokens, each distinct word numbered once.

A row becomes a run of codes: a word is its number (0 and up), a mark of punctuation is a small negative number, a run of
digits is
``DIGITS - length`` with its value beside it. Words are found again by the hash of their bytes and confirmed byte by byte.
Raw kernels: NumPy in, NumPy out. They stop before a row that might not fit and say where, so that the caller can make room.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import FNV_OFFSET, FNV_PRIME, mix64
from vnlink.kernels import inner, kernel
from vnlink.normalize.cell_length import kept_end
from vnlink.normalize.text import MAX_INNER_DIGITS

__all__ = ["DIGITS", "Stream", "TokenTable", "tokenize"]

COMMA, SEMICOLON, COLON, DOT, OPEN, CLOSE, SLASH, PLUS, NEWLINE, DASH, SPACED_DASH, ELLIPSIS, TAB, BLANKS = range(-1, -15, -1)
DIGITS = -32
"""Code of a run of n digits is ``DIGITS - n``; every other punctuation code is above it. TAB and BLANKS, a tab and several
blanks between a word and more, are for owner strings alone: they part two persons or nothing."""

_SPACE, _LETTER, _DIGIT, _INWORD, _HIGH = 32, 33, 34, 35, 36
_MAX_DIGITS = 63
_DOT_BYTE = ord(".")
_WRITTEN_OUT_SIZE = 7
_UNDERSCORE = ord("_")
_WRITTEN_OUT = np.frombuffer(b"_x00", np.uint8)
"""How the XML of spreadsheets begins a line end, "_x000D_" or "_x000A_", a tab, "_x0009_", and a blank, "_x0020_" (ECMA-376,
ST_Xstring); tables made of them have it."""
_BACKSLASH, _TILDE, _TAB_BYTE = ord("\\"), ord("~"), ord("\t")

_EIGHT_BYTE = ord("8")
_VALUE_LIMIT = 10**17


def _byte_kinds() -> NDArray[np.uint8]:
    """Kind of every byte: the five kinds above, or the negated code of a punctuation mark."""
    kinds = np.full(256, _SPACE, dtype=np.uint8)
    for char in range(ord("a"), ord("z") + 1):
        kinds[char] = kinds[char - 32] = _LETTER
    kinds[ord("0") : ord("9") + 1] = _DIGIT
    kinds[0x80:] = _HIGH
    # Control characters but those that part lines and fields: they are no blanks, and the word that holds one is flagged.
    kinds[:0x09] = kinds[0x0E:0x1C] = kinds[0x7F] = _HIGH
    for char in b"'`^~":
        kinds[char] = _INWORD
    kinds[_BACKSLASH] = _HIGH  # a stroke, or the first sign of a line end or of a V
    kinds[_UNDERSCORE] = _HIGH  # a blank, or the first sign of a blank that a spreadsheet wrote out
    kinds[ord("?")] = _HIGH  # what a program wrote for a letter that it did not have, or for half a surrogate pair
    marks = {",": COMMA, ";": SEMICOLON, ":": COLON, ".": DOT, "([{": OPEN, ")]}": CLOSE, "/|": SLASH, "+&*": PLUS}
    marks |= {"\n\r": NEWLINE, "-": DASH}
    for chars, code in marks.items():
        for one in chars.encode():
            kinds[one] = -code
    return kinds


_KINDS = _byte_kinds()
_WIDE_FIRST = (_BACKSLASH, _UNDERSCORE, 0xC2, 0xE2, 0xE3, 0xEF)
"""First bytes of the signs of more than one byte that may be separators or punctuation."""


def _bytes_of_words() -> NDArray[np.bool_]:
    """Bytes that belong to the word before them whatever follows: nearly all that a word has."""
    inside = (_KINDS == _LETTER) | (_KINDS == _HIGH) | (_KINDS == _INWORD)
    inside[list(_WIDE_FIRST)] = False
    return inside


_INSIDE = _bytes_of_words()
_PACKED = 8
"""Bytes of a word that its key tells apart by itself."""


class TokenTable(NamedTuple):
    """Distinct words met so far: an open-addressing table over a pool of their bytes.

    ``slots`` holds word numbers (-1: free) and has a power of two of entries, at least twice the room of the columns.
    ``counters`` is (words, bytes of the pool used).
    """

    slots: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int32]
    pool: NDArray[np.uint8]
    counters: NDArray[np.int64]


class Stream(NamedTuple):
    """Tokens of a run of rows: row ``r`` of the run is ``codes[ends[r]:ends[r + 1]]``; ``cut`` is 1 where the cell was
    too long.
    """

    codes: NDArray[np.int32]
    values: NDArray[np.int64]
    ends: NDArray[np.int64]
    cut: NDArray[np.uint8]


@inner
def _general_punctuation(third: int) -> tuple[int, int]:
    """Kind and length of a character E2 80 xx: spaces, dashes, line ends and the ellipsis; the rest belongs to words."""
    if third <= 0x8A or third == 0xAF or 0x9C <= third <= 0x9F:
        return _SPACE, 3
    if 0x90 <= third <= 0x95:
        return -DASH, 3
    if third == 0xA8 or third == 0xA9:
        return -NEWLINE, 3
    if third == 0xA6:
        return -ELLIPSIS, 3
    return _HIGH, 1


@inner
def _written_out(data: NDArray[np.uint8], place: int, stop: int) -> tuple[int, int]:
    """Kind and length of what an underscore begins: "_x000D_", "_x000A_", "_x0020_" or a blank."""
    if place + _WRITTEN_OUT_SIZE > stop or data[place + _WRITTEN_OUT_SIZE - 1] != _UNDERSCORE:
        return _SPACE, 1
    for at in range(len(_WRITTEN_OUT)):
        if data[place + at] | 0x20 != _WRITTEN_OUT[at] | 0x20:
            return _SPACE, 1
    first, second = data[place + len(_WRITTEN_OUT)], data[place + len(_WRITTEN_OUT) + 1] | 0x20
    if first == 0x30 and (second == 0x61 or second == 0x64):
        return -NEWLINE, _WRITTEN_OUT_SIZE
    blank = (first == 0x32 and second == 0x30) or (first == 0x30 and second == 0x39)
    return _SPACE, _WRITTEN_OUT_SIZE if blank else 1


@inner
def _after_backslash(data: NDArray[np.uint8], place: int, stop: int) -> tuple[int, int]:
    """Kind and length of what a backslash begins: a line end written out, where no small letter follows, or a stroke."""
    if place + 2 < stop and (data[place + 1] == 0x6E or data[place + 1] == 0x72) and not 0x61 <= data[place + 2] <= 0x7A:
        return -NEWLINE, 2
    return -SLASH, 1


@inner
def _is_bullet(data: NDArray[np.uint8], place: int, stop: int) -> bool:
    """Whether a bullet begins at ``place``; within a word it is what a lost letter was written as."""
    return bool(place + 2 < stop and data[place + 1] == 0x80 and data[place + 2] == 0xA2)


@inner
def _is_v(data: NDArray[np.uint8], place: int, start: int, stop: int) -> bool:
    """Whether a machine read a V as two strokes at ``place``: at the beginning of a word that goes on behind them."""
    if data[place] != _BACKSLASH or place + 2 >= stop or data[place + 1] != 0x2F or not _INSIDE[data[place + 2]]:
        return False
    return bool(place == start or _KINDS[data[place - 1]] == _SPACE)


@inner
def _wide_form(third: int) -> int:
    """Kind of a character EF BC xx: punctuation of full width, or part of a word."""
    if third == 0x8C:
        return -COMMA
    if third == 0x88:
        return -OPEN
    if third == 0x89:
        return -CLOSE
    if third == 0x9A:
        return -COLON
    if third == 0x9B:
        return -SEMICOLON
    if third == 0x8D:
        return -DASH
    return -SLASH if third == 0x8F else _HIGH


@inner
def _wide_kind(data: NDArray[np.uint8], place: int, stop: int) -> tuple[int, int]:
    """Kind and length of what starts with a byte of :data:`_WIDE_FIRST`: separators and punctuation outside ASCII."""
    first = data[place]
    if first == _UNDERSCORE:
        return _written_out(data, place, stop)
    if first == _BACKSLASH:
        return _after_backslash(data, place, stop)
    if first == 0xC2:
        if place + 1 < stop and data[place + 1] == 0xA0:
            return _SPACE, 2
        return _HIGH, 1
    if place + 2 >= stop:
        return _HIGH, 1
    second, third = data[place + 1], data[place + 2]
    if first == 0xE2 and second == 0x80:
        return _general_punctuation(third)
    if first == 0xE2 and second == 0x88 and third == 0x92:
        return -DASH, 3
    if first == 0xE3 and second == 0x80 and third == 0x80:
        return _SPACE, 3
    if first == 0xEF and second == 0xBC:
        kind = _wide_form(third)
        return kind, 1 if kind == _HIGH else 3
    return _HIGH, 1


@inner
def _kind_at(data: NDArray[np.uint8], place: int, stop: int) -> tuple[int | np.int64, int]:
    """Kind and byte length of what starts at ``place``."""
    byte = data[place]
    kind = np.int64(_KINDS[byte])
    if kind == _HIGH and not _INSIDE[byte]:
        return _wide_kind(data, place, stop)
    return kind, 1


@inner
def _apostrophe_end(data: NDArray[np.uint8], place: int, stop: int) -> int:
    """End of the apostrophe, in any of its forms, that starts at ``place``; ``place`` where there is none."""
    byte = data[place]
    if byte == 0x27 or byte == 0x60:
        return place + 1
    second = data[place + 1] if place + 1 < stop else 0
    if (byte == 0xC2 and second == 0xB4) or (byte == 0xCA and (second == 0xB9 or second == 0xBB or second == 0xBC)):
        return place + 2
    if byte == 0xE2 and second == 0x80 and place + 2 < stop:
        third = data[place + 2]
        return place + 3 if third == 0x98 or third == 0x99 or third == 0x9B or third == 0xB2 else place
    return place


@inner
def _late_apostrophe(data: NDArray[np.uint8], start: int, place: int, stop: int) -> int:
    """End of an apostrophe that blanks part from the prefix before it ("H ' Hen", "Kr 'Jăn"); ``place`` where there is none."""
    first = data[start] | 0x20
    if (first != 0x68 and first != 0x6B) or place - start > 2 or (place - start == 2 and data[start + 1] | 0x20 != 0x72):
        return place
    after = place
    while after < stop and data[after] == 0x20:
        after += 1
    if after == place or after == stop:
        return place
    end = _apostrophe_end(data, after, stop)
    return end if end > after else place


@inner
def _joined(data: NDArray[np.uint8], start: int, place: int, stop: int) -> int:
    """Bytes from ``place`` on that belong to the word begun at ``start`` though their first one may end a word; 0 if none.

    One or two digits may stand inside a word (keys left over from typing).
    """
    kind, size = _kind_at(data, place, stop)
    if kind == _SPACE and place - start <= 2:
        return _late_apostrophe(data, start, place, stop) - place
    if kind == _DIGIT:
        while place + size < stop and _KINDS[data[place + size]] == _DIGIT:
            size += 1
        return size if size <= MAX_INNER_DIGITS else 0
    return size if kind == _LETTER or kind == _HIGH or kind == _INWORD else 0


@inner
def _word_end(data: NDArray[np.uint8], place: int, stop: int) -> tuple[int, np.uint64]:
    """End and key of the word that starts at ``place``.

    The key takes in eight bytes at a time, each step one-to-one: words of one size up to eight bytes have different keys.
    """
    state, packed = FNV_OFFSET, np.uint64(0)
    start = place
    more = 2 if data[place] == _BACKSLASH else 0  # the strokes of a V
    while place < stop:
        if more > 0:
            more -= 1
        elif not _INSIDE[data[place]]:
            more = _joined(data, start, place, stop) - 1
            if more < 0:
                break
        packed = (packed << np.uint64(8)) | np.uint64(data[place])
        place += 1
        if (place - start) % _PACKED == 0:
            state, packed = (state ^ packed) * FNV_PRIME, np.uint64(0)
    return place, mix64(state ^ packed)


@inner
def _number_word(data: NDArray[np.uint8], start: int, size: int, key: np.uint64, table: TokenTable) -> int | np.int64:
    """Number of the word ``data[start:start + size]``, entered if it is new. There is room: the caller has made sure."""
    mask = np.int64(len(table.slots) - 1)
    slot = np.int64(key & np.uint64(mask))
    while True:
        number = np.int64(table.slots[slot])
        if number < 0:
            break
        if table.hashes[number] == key and table.sizes[number] == size:
            if size <= _PACKED:
                return number
            other = table.starts[number]
            same = True
            for place in range(size):
                if table.pool[other + place] != data[start + place]:
                    same = False
                    break
            if same:
                return number
        slot = (slot + 1) & mask
    number, used = table.counters[0], table.counters[1]
    table.slots[slot] = number
    table.hashes[number] = key
    table.starts[number] = used
    table.sizes[number] = size
    for place in range(size):
        table.pool[used + place] = data[start + place]
    table.counters[0] = number + 1
    table.counters[1] = used + size
    return number


@inner
def _is_gap(data: NDArray[np.uint8], place: int, start: int, stop: int) -> bool:
    """Whether a dash has nothing but a space, or the cell's edge, on this side.

    A no-break space is the bytes C2 A0; A0 alone also ends letters ("à" is C3 A0), and C2 begins other signs.
    """
    if place < start or place >= stop:
        return True
    byte = data[place]
    if byte == 0xA0:
        return place > start and data[place - 1] == 0xC2
    if byte == 0xC2:
        return place + 1 < stop and data[place + 1] == 0xA0
    return byte == 32 or byte == 9 or byte == 10 or byte == 13


@inner
def _is_wide_gap(data: NDArray[np.uint8], place: int, stop: int) -> bool:
    """Whether a tab or two blanks stand at ``place``."""
    if data[place] == _TAB_BYTE:
        return True
    return bool(data[place] == 0x20 and place + 1 < stop and (data[place + 1] == 0x20 or data[place + 1] == _TAB_BYTE))


@inner
def _is_lone_sign(data: NDArray[np.uint8], place: int, start: int, stop: int) -> bool:
    """Whether "_" or "~" stands alone between blanks, for a dash."""
    if data[place] != _UNDERSCORE and data[place] != _TILDE:
        return False
    return (
        place > start and place + 1 < stop and _is_gap(data, place - 1, start, stop) and _is_gap(data, place + 1, start, stop)
    )


@inner
def _is_eight_for_b(data: NDArray[np.uint8], place: int, stop: int) -> bool:
    """Whether "8" at ``place`` was read for "B": a vowel stands right behind it, and more of a word ("8ùi", but not "8A")."""
    if data[place] != _EIGHT_BYTE or place + 2 >= stop:
        return False
    first, second = data[place + 1], data[place + 2]
    if first < 0x80:
        low = first | 0x20
        vowel = low == 0x61 or low == 0x65 or low == 0x69 or low == 0x6F or low == 0x75 or low == 0x79
        return bool(vowel and _INSIDE[second])
    if first == 0xC4:
        return bool(second != 0x90 and second != 0x91)  # đ
    if first == 0xC3:
        return bool(second != 0x90 and second != 0xB0)  # ð
    return bool(first == 0xC5 or first == 0xC6 or first == 0xE1)


@inner
def _read_row(data: NDArray[np.uint8], start: int, stop: int, table: TokenTable, stream: Stream, count: int) -> int:
    """Append the tokens of one cell from ``count`` on; the new count."""
    place = start
    before = count
    while place < stop:
        kind, size = _kind_at(data, place, stop)
        v = kind == -SLASH and _is_v(data, place, start, stop)
        if kind == _HIGH and data[place] == 0xE2 and _is_bullet(data, place, stop):
            kind, size = -PLUS, 3
        if kind == _LETTER or kind == _HIGH or v or (kind == _DIGIT and _is_eight_for_b(data, place, stop)):
            end, key = _word_end(data, place, stop)
            stream.codes[count] = _number_word(data, place, end - place, key, table)
            count += 1
            place = end
        elif kind == _DIGIT:
            value = np.int64(0)
            begin = place
            while place < stop and _KINDS[data[place]] == _DIGIT:
                if value < _VALUE_LIMIT:
                    value = value * 10 + np.int64(data[place]) - 48
                place += 1
            stream.codes[count] = DIGITS - min(place - begin, _MAX_DIGITS)
            stream.values[count] = value
            count += 1
        elif data[place] == 0x20 and place + 1 < stop and _KINDS[data[place + 1]] != _SPACE:
            place += 1
        elif kind == _SPACE and count > before and stream.codes[count - 1] >= 0 and _is_wide_gap(data, place, stop):
            stream.codes[count] = BLANKS
            while place < stop and (data[place] == 0x20 or data[place] == _TAB_BYTE):
                if data[place] == _TAB_BYTE:
                    stream.codes[count] = TAB
                place += 1
            count += 1
        else:
            if kind >= _SPACE and _is_lone_sign(data, place, start, stop):
                stream.codes[count] = SPACED_DASH
                count += 1
            if kind < _SPACE:
                code = -kind
                if code == DASH and (_is_gap(data, place - 1, start, stop) or _is_gap(data, place + size, start, stop)):
                    code = SPACED_DASH
                if code == DOT and place + 1 < stop and data[place + 1] == _DOT_BYTE:
                    code = ELLIPSIS
                    while place + size < stop and data[place + size] == _DOT_BYTE:
                        size += 1
                stream.codes[count] = code
                count += 1
            place += size
    return count


@kernel
def tokenize(
    offsets: NDArray[np.int64], data: NDArray[np.uint8], first: int, last: int, table: TokenTable, stream: Stream
) -> int:
    """Tokenise rows ``first`` to ``last`` of a column; the row it stopped before, for want of room, or ``last``.

    Parameters
    ----------
    offsets : ndarray of int64
        Row ``r`` is ``data[offsets[r]:offsets[r + 1]]``, UTF-8.
    """
    count = np.int64(0)
    stream.ends[0] = 0
    for row in range(first, last):
        start, stop = offsets[row], offsets[row + 1]
        kept = kept_end(data, start, stop)
        cut = kept < stop
        stop = kept
        size = stop - start
        if (
            count + size + 1 > len(stream.codes)
            or table.counters[0] + size // 2 + 1 > len(table.starts)
            or table.counters[1] + size > len(table.pool)
        ):
            return row
        count = _read_row(data, start, stop, table, stream, count)
        stream.ends[row - first + 1] = count
        stream.cut[row - first] = cut
    return last
