"""The part of an address below the commune: hamlet, quarter, street and house.

Where a commune has 31,000 people and a name one or two bearers, the hamlet tells them apart. Hamlets are in no official list,
so they are compared as texts: folded, with the common words and abbreviations made one, as hashes. Only what begins as
such a part does counts ("Thôn 3", "Xóm Đình", "TDP số 5", "Số 12 đường Lê Lợi", "12/5 Lê Lợi"). A street or a group of houses
may stand before its hamlet ("Tổ 16, ấp 4", "12 Lê Lợi, Khu phố 2"), and often does so in one register only: both are kept, in
the bits that :mod:`vnlink.homes` names.

Parts end at commas and their like, at line ends and at dashes beside a blank; a hamlet also where the word of a commune, a
district or a province follows ("Thôn 3 xã Cẩm Sơn"). The first parts count; where an address begins with its commune, the first
behind it that begins as a hamlet does and is no unit by name ("Xã Cẩm Sơn, Thôn 3", not "Buôn Ma Thuột"), parted by a sign or
not ("Xã Cẩm Sơn thôn 3"). Where nothing parts the words, a hamlet with a number is read up to the number ("Khối 2 Nghĩa Mai
Nghĩa Đàn"), another one if its name has two words at most ("Ấp Quyết Tiến"): a commune behind it would make three.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.hashing import hash_bytes, hash_text
from vnlink.homes import HAMLETS, STREET_BITS
from vnlink.kernels import kernel
from vnlink.normalize.cells import StringBuffers, string_buffers
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.numbering import Numbering
from vnlink.normalize.place_names import SEPARATORS, bare_name, fold_place

__all__ = ["LocalityReader", "locality_key"]

_MOST_BYTES = 200
"""Bytes of a part that are read."""

_MOST_PARTS = 5
"""Parts of an address among which a hamlet is looked for."""

_NUMBER = (1 << STREET_BITS) - 1
_MOST_WITHIN = 3
"""Street, group and hamlet of one part of an address."""

_NO_PART, _STREET, _GROUP, _HAMLET = range(4)
"""What a part below the commune may be. A group ("tổ", "đội") is within a hamlet where one follows, and else is one."""

_MOST_REMEMBERED = 1 << 21
"""Distinct parts remembered between batches; then the memory starts anew, the result is the same."""

_MOST_KNOWN = 1 << 14
"""Single addresses that are remembered as they are written."""

_SAME = (
    (r"to dan pho|to dp|tdp|to nhan dan", "to"),
    (r"khu pho|kp", "kp"),
    (r"thon xom", "thon"),
    (r"\b0+(?=[0-9])", ""),
)
_MARKED_HAMLETS = (
    "thôn", "xóm", "ấp", "bản", "buôn", "tổ", "kp", "tdp", "khu", "khối", "khóm", "đội", "sóc", "plei", "phum", "bon",
)  # fmt: skip
"""Words that begin a hamlet, wherever they stand."""

_HAMLETS = frozenset(fold_place(word) for word in _MARKED_HAMLETS)
_STREETS = ("so", "sn", "duong", "pho", "ngo", "hem", "kiet", "ngach", "lo", "chung", "can", "nha")
_FIRST_WORDS = _HAMLETS | frozenset((*_STREETS, "lang", "tieu", "cum", "lung", "pum", "nam"))
_GROUPS = frozenset({"to", "doi", "cum"})
_NUMBERED = {word: at for at, word in enumerate(sorted(_HAMLETS | _GROUPS))}
_MOST_NUMBER = 40
_NAMED = 1 + len(_NUMBERED) * _MOST_NUMBER
"""Hamlets with a number below forty come first, forty for each word, and behind them the hashes of all others."""
_NOISE = frozenset({"so", "duong", "nha", "pho", "sn"})
_GLUED_NUMBER = re.compile(rf"\b({'|'.join({*_MARKED_HAMLETS, *_HAMLETS})})(?=[0-9])")
"""What wants a blank in "Tổ5" and "KP2"."""

_LONGEST = 2
"""Words of a name after "thôn" or "ấp", where nothing says where it ends."""

_UNITS = frozenset({"xã", "phường", "huyện", "quận", "tỉnh"})
_SHORT_UNITS = frozenset({"x", "p", "tt", "tx", "h", "q", "tp"})
_PAIRED_UNITS = frozenset({("thị", "trấn"), ("thị", "xã"), ("thành", "phố")})
_BARE_UNITS = frozenset(fold_place(unit) for unit in _UNITS)
_BARE_PAIRS = frozenset((fold_place(one), fold_place(other)) for one, other in _PAIRED_UNITS)
_WORD = re.compile(r"[^\W_]+(?:['’ʼ`][^\W_]+)*")
_GLUED = re.compile(r"\s*[-/](?=[^\W\d])")
"""What parts "Tổ 2-Tân Vĩnh Hiệp" and "Xóm Chợ/Cao Sơn"."""


def locality_key(part: str, *, alone: bool = False, behind: bool = False) -> str:
    """Fold a part of an address, or return "" when it is no hamlet, street or house.

    Parameters
    ----------
    part : str
    alone : bool
        Whether it is the whole address: then nothing else says where the hamlet ends.
    behind : bool
        Whether others stand before it: then only what begins as a hamlet does is one.

    Examples
    --------
    >>> locality_key("Tổ dân phố số 05"), locality_key("TDP 5"), locality_key("Xã Cẩm Sơn")
    ('to 5', 'to 5', '')
    >>> locality_key("Số 12 đường Lê Lợi") == locality_key("12 Lê Lợi")
    True
    >>> locality_key("Thôn Đoài xã Cẩm Sơn"), locality_key("Khối 2 Nghĩa Mai Nghĩa Đàn", alone=True)
    ('thon doai', 'khoi 2')
    """
    text = _GLUED_NUMBER.sub(r"\1 ", unicodedata.normalize("NFC", _without_label(part)).lower())
    words = _words_of(text)
    if words and not (words[0] in _FIRST_WORDS or words[0][0].isdigit()):
        text, behind = _behind_commune(text), True
        words = _words_of(text)
    if not words:
        return ""
    if words[0] not in _HAMLETS:
        kept = [word for at, word in enumerate(words) if word not in _NOISE and not _is_road(words, at)]
        unsure = alone and (len(kept) > 2 + _LONGEST or all(word.isdigit() for word in kept))
        return "" if behind or unsure else " ".join(kept)
    if (alone or behind) and _is_unit(text):
        return ""
    end = _unit_in(text, alone=alone)
    glued = _GLUED.search(text, 0, end)
    ended = not alone or end < len(text) or glued is not None
    words = _words_of(text[: glued.start() if glued else end])
    if not ended and len(words) > 1 and words[1].isdigit():
        last = next((at for at, word in enumerate(words[1:], 1) if not word.isdigit()), len(words))
        while last + 1 < len(words) and words[last] in _HAMLETS and words[last + 1].isdigit():
            last += 2  # "Tổ 5 khu phố 2"
        return _joined(words[:last])
    if not ended and len(words) > 1 + _LONGEST + words[-1].isdigit():
        return ""
    return _joined(words) if len(words) > 1 else ""


def _behind_commune(text: str) -> str:
    """What begins with the word of a hamlet behind the name of a unit, or behind anything where a number follows; else ""."""
    words, hamlets = list(_WORD.finditer(text)), _HAMLETS if text.isascii() else _MARKED_HAMLETS
    for at in range(1, len(words) - 1):
        if words[at].group() in hamlets:
            start = words[at].start()
            known = at > 1 and " ".join(_words_of(bare_name(text[:start].strip())[1])) in _units()
            return text[start:] if known or words[at + 1].group().isdigit() else ""
    return ""


def _words_of(text: str) -> list[str]:
    folded = fold_place(text)
    for pattern, word in _SAME:
        folded = re.sub(pattern, word, folded)
    return folded.replace("-", " ").replace(",", " ").split()


def _is_road(words: list[str], at: int) -> bool:
    """Whether a letter stands for "đường" between the number of a house and the name: "12 Đ. Lê Lợi"."""
    return words[at] == "d" and at > 0 and words[at - 1][0].isdigit() and at + 1 < len(words)


def _joined(words: list[str]) -> str:
    return " ".join(word for word in words if word not in _NOISE)


def _without_label(part: str) -> str:
    """Take off what an address is called: "Địa chỉ thường trú: Ấp 3"."""
    label, colon, rest = part.partition(":")
    words = _words_of(label) if colon else []
    return rest if words and not (words[0] in _FIRST_WORDS or any(word[0].isdigit() for word in words)) else part


@cache
def _units() -> frozenset[str]:
    """Names of communes, districts and provinces, without what they are."""
    of = Gazetteer.load()
    names = (of.old_commune_names, of.new_commune_names, of.old_district_names, of.old_province_names, of.new_province_names)
    return frozenset(" ".join(_words_of(bare_name(name)[1])) for some in names for name in some)


def _is_unit(text: str) -> bool:
    """Whether a part that begins as a hamlet does is a unit by name (Buôn Ma Thuột), or its word has other marks (Tô Hiệu)."""
    first = _WORD.search(text)
    other_marks = first is not None and not first.group().isascii() and first.group() not in _MARKED_HAMLETS
    return other_marks or " ".join(_words_of(text)) in _units()


def _unit_in(text: str, *, alone: bool) -> int:
    """Where in a hamlet's part, in lower case, the word of another unit stands; its length where none does.

    Behind it stands a name. Before it stands a hamlet with its name, or with its number alone: then a letter is enough for a
    unit. A word without marks counts where no word has any ("phương" is no "phường"), and where no sign ends the part.
    """
    words = list(_WORD.finditer(text))
    bare = text.isascii()
    units, pairs = (_BARE_UNITS, _BARE_PAIRS) if bare else (_UNITS, _PAIRED_UNITS)
    for at in range(2, len(words) - 1):
        word, numbered = words[at].group(), words[at - 1].group().isdigit()
        dotted = text[words[at].end() : words[at].end() + 1] == "."
        is_unit = word in units or ((word, words[at + 1].group()) in pairs and at + 2 < len(words))
        if (is_unit and (not bare or alone or numbered)) or (word in _SHORT_UNITS and (dotted or numbered)):
            return words[at].start()
    return len(text)


_ENDS = np.zeros(256, np.bool_)
_ENDS[[ord(sign) for sign in SEPARATORS]] = True
_BLANK, _DASH, _DOT = 32, 45, 46
_ALONE, _BEHIND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@kernel
def _is_digit(sign):  # type: ignore[no-untyped-def]
    return 48 <= sign <= 57


@kernel
def _parts_here(data, start, at, stop):  # type: ignore[no-untyped-def]
    """How many bytes a sign is long that ends a part, 0 where none stands here."""
    sign = data[at]
    if _ENDS[sign]:
        return 1
    size = 0
    if sign == _DASH:
        size = 1
    elif sign == 0xE2 and at + 2 < stop and data[at + 1] == 0x80 and 0x90 <= data[at + 2] <= 0x95:
        size = 3
    if size == 0:
        return 0
    before, behind = at - 1, at + size
    if not ((before >= start and data[before] == _BLANK) or (behind < stop and data[behind] == _BLANK)):
        return 0
    while before >= start and data[before] == _BLANK:
        before -= 1
    while behind < stop and data[behind] == _BLANK:
        behind += 1
    # "12 - 14 Lê Lợi" is one house.
    both = before >= start and behind < stop and _is_digit(data[before]) and _is_digit(data[behind])
    return 0 if both else size


@kernel
def _trim(data, begins, stops):  # type: ignore[no-untyped-def]
    """Leave out the signs at the end of every cell: "Thôn 3," is all there is as well."""
    for row in range(len(begins)):
        while stops[row] > begins[row]:
            sign = data[stops[row] - 1]
            if not (_ENDS[sign] or sign in (_BLANK, _DASH, _DOT)):
                break
            stops[row] -= 1


@kernel
def _hash_parts(data, begins, stops, behind, ends, hashes):  # type: ignore[no-untyped-def]
    """Find and hash the next part of every cell; the hash is 0 where there is none. ``begins`` and ``ends`` are moved to it."""
    for row in range(len(begins)):
        hashes[row] = 0
        at, stop = begins[row], stops[row]
        while at < stop:
            size = _parts_here(data, begins[row], at, stop)
            if size == 0 and data[at] != _BLANK:
                break
            at += max(size, 1)
        begins[row] = ends[row] = at
        while at < stop and _parts_here(data, begins[row], at, stop) == 0:
            at += 1
        ends[row] = at
        if at == begins[row]:
            continue
        last = min(at, begins[row] + _MOST_BYTES)
        found = hash_bytes(data, begins[row], last)
        if behind:
            found ^= _BEHIND
        elif at == stop:
            found ^= _ALONE
        hashes[row] = found | np.uint64(1)


@kernel
def _take_parts(parts, rows, found, further):  # type: ignore[no-untyped-def]
    """Put what was read of the next part of each row beside what was found before; tell where one more is to be read.

    ``found`` holds the street or group, and the hamlet with its kind. The smaller place mostly stands before the larger one, so
    of two hamlets the second is the hamlet ("Xóm 5, thôn Đoài"); a group is never larger than a hamlet. What stands apart from
    them, behind the commune, is none of them.
    """
    for i in range(len(rows)):
        row, taken = found[rows[i]], False
        for part in parts[i]:
            kind, hamlet = part >> STREET_BITS, row[1] >> STREET_BITS
            if kind == _NO_PART or (kind == _STREET and (row[0] != 0 or row[1] != 0)):
                break
            taken = True
            if kind == _STREET:
                row[0] = part & _NUMBER
            elif hamlet == _NO_PART:
                row[1] = part
            elif kind == _GROUP and hamlet == _HAMLET:
                row[0] = part & _NUMBER if row[0] == 0 else row[0]
            else:
                row[0] = row[1] & _NUMBER if row[0] == 0 else row[0]
                row[1] = part
        nothing = row[0] == 0 and row[1] == 0
        further[i] = nothing or (taken and (row[0] == 0 or row[1] >> STREET_BITS != _HAMLET))


class LocalityReader:
    """Read columns of addresses to numbers of hamlets and streets.

    Examples
    --------
    >>> one, other = LocalityReader().read(pa.array(["Thôn 3, Xã Cẩm Sơn, Tỉnh Hà Tĩnh", "thôn 03 - X. Cẩm Sơn"]))
    >>> bool(one == other)
    True
    """

    def __init__(self) -> None:
        self._numbering = Numbering()
        self._keys = np.zeros((1, _MOST_WITHIN), np.int32)
        self._known: dict[str, int] = {}

    def read(self, column: pa.Array) -> NDArray[np.int32]:
        """Return a number of each address's part below the commune, int32[n] (:mod:`vnlink.homes`), 0 where there is none."""
        return self._read(string_buffers(column))

    def read_one(self, address: str) -> int:
        """Return what :meth:`read` does, for one address that is not empty."""
        known = self._known.get(address)
        if known is None:
            known = int(self._read(StringBuffers.of_cell(address))[0])
            if len(address) <= _MOST_BYTES:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[address] = known
        return known

    def _read(self, cells: StringBuffers) -> NDArray[np.int32]:
        if self._numbering.count > _MOST_REMEMBERED:
            self._numbering.clear()
            self._keys = self._keys[:1]
        found = np.zeros((len(cells.valid), 2), np.int32)
        rows = np.flatnonzero(cells.valid)
        begins, stops = cells.offsets[rows].astype(np.int64), cells.offsets[rows + 1].astype(np.int64)
        _trim(cells.data, begins, stops)
        for number in range(_MOST_PARTS):
            ends, hashes = np.empty(len(rows), np.int64), np.empty(len(rows), np.uint64)
            _hash_parts(cells.data, begins, stops, number > 0, ends, hashes)
            parts = self._localities(cells.data, begins, ends, stops, hashes, behind=number > 0)
            further = np.empty(len(rows), np.bool_)
            _take_parts(parts, rows, found, further)
            left = np.flatnonzero(further & (ends < stops))
            if not len(left):
                break
            rows, begins, stops = rows[left], ends[left], stops[left]
        return np.asarray((found[:, 1] & (HAMLETS - 1)) << STREET_BITS | found[:, 0])

    def _localities(
        self,
        data: NDArray[np.uint8],
        begins: NDArray[np.int64],
        ends: NDArray[np.int64],
        stops: NDArray[np.int64],
        hashes: NDArray[np.uint64],
        *,
        behind: bool,
    ) -> NDArray[np.int32]:
        numbers, fresh = self._numbering.number(hashes)
        read = np.zeros((len(fresh), _MOST_WITHIN), np.int32)
        for at, row in enumerate(fresh.tolist()):
            part = data[begins[row] : min(ends[row], begins[row] + _MOST_BYTES)].tobytes().decode("utf-8", "replace")
            key = locality_key(part, alone=not behind and ends[row] == stops[row], behind=behind)
            within = _within(key)[:_MOST_WITHIN]
            read[at, : len(within)] = [_number_of(one) for one in within]
        self._keys = np.concatenate((self._keys, read))
        return np.asarray(self._keys[numbers])


def _within(key: str) -> list[str]:
    """The house or street, the group and the hamlet that no sign parts: "tổ 54 kp 1", "12 tổ 5 kp 1", "thôn đoài tổ 5"."""
    words, begin, parts = key.split(), 0, list[str]()
    for at in range(1, len(words) - 1):
        numbered = words[at + 1].isdigit()
        house = at == 1 and words[0][0].isdigit()  # "12 Xóm Chiếu" is a street
        if words[at] in _HAMLETS and (numbered if house else at - begin > 1 and (numbered or words[at - 1].isdigit())):
            parts.append(" ".join(words[begin:at]))
            begin = at
    return [*parts, " ".join(words[begin:])]


def _number_of(key: str) -> int:
    """Kind and number of a part, 0 for none: see :mod:`vnlink.homes`. Numbered hamlets below forty are told apart for sure."""
    words = key.split()
    if not words:
        return 0
    if words[0] not in _NUMBERED:
        return _STREET << STREET_BITS | HAMLETS + hash_text(key) % ((1 << STREET_BITS) - HAMLETS)
    kind = _GROUP if words[0] in _GROUPS else _HAMLET
    if len(words) == 2 and words[1].isdecimal() and len(words[1]) <= 2 and int(words[1]) < _MOST_NUMBER:
        number = 1 + _NUMBERED[words[0]] * _MOST_NUMBER + int(words[1])
    else:
        number = _NAMED + hash_text(key) % (HAMLETS - _NAMED)
    return kind << STREET_BITS | number
