"""The end of an address, cut into units: each a type word, if there is one, and a name.

"X. Tân Lập, H. Đan Phượng - Hà Nội" becomes ("x", "tanlap"), ("h", "danphuong"), ("", "hanoi"). Which unit is a province, a
district or a commune is decided by :mod:`vnlink.normalize.addresses`; here only known names keep a part from being cut where a
type word or a dash belongs to the name ("Quan Sơn", "Phường Đúc", "Bà Rịa - Vũng Tàu"), and from being kept together where a
hamlet or another unit stands beside them without a sign ("Xã Bình Chánh ấp 5", "30/4 P.12 QTân Bình").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vnlink.normalize.hamlet_words import ends_of_named_hamlet, hamlet_behind, is_hamlet_word, numbered_hamlets
from vnlink.normalize.place_names import SEPARATORS, PlaceNames, fold_place, marked_key

__all__ = ["COMMUNE_KINDS", "DISTRICT_KINDS", "MAX_PARTS", "AddressCutter", "CutAddress", "Unit", "unit_readings"]

COMMUNE_KINDS = frozenset(("x", "p", "tt", "dk"))
DISTRICT_KINDS = frozenset(("h", "q", "tx", "tp"))

MAX_PARTS = 4
"""Parts of an address that are looked at, from the right: province, district, commune, and one that is none of them."""

MAX_CACHED = 1 << 16
"""Parts remembered. A register has some 15,000 distinct ones that matter; more are streets, which need not be kept."""

_MAX_WORDS = 6
"""Words of the longest name ("Văn Miếu - Quốc Tử Giám" has five)."""

_TO_COMMA = str.maketrans(dict.fromkeys(SEPARATORS, ","))

_COUNTRY = frozenset(("vietnam", "vn"))

_COUNTRY_ENDS = (("viet", "nam"), ("vietnam",), ("vn",))

_NOW = ("nay la ", " nay la ", "nay thuoc ", " nay thuoc ")
"""Before what a place is called today ("(nay là xã Hát Môn, Hà Nội)")."""

_PROVINCE_WORDS = ("tinh ", "t ", "tp ", "thanh pho ")
"""How an address begins that is written from the province down."""

_REMARKS = frozenset(("cu", "moi"))
"""Words after a unit that is no more, or is new ("tỉnh Hà Tây cũ")."""

_LAST_WORD = {"ward": "p", "district": "q", "commune": "x", "town": "tt", "province": "t", "city": "tp"}
"""Type words of addresses in English, which stand after the name ("Phu Nhuan District")."""

_TWO_WORDS = {
    ("thanh", "pho"): "tp",
    ("thi", "tran"): "tt",
    ("thi", "xa"): "tx",
    ("dac", "khu"): "dk",
    ("huyen", "dao"): "h",
    ("quan", "dao"): "h",
    ("t", "p"): "tp",
    ("t", "t"): "tt",
    ("t", "x"): "tx",
}
_ONE_WORD = {
    "xa": "x",
    "x": "x",
    "phuong": "p",
    "p": "p",
    "ph": "p",
    "f": "p",
    "ward": "p",
    "district": "q",
    "quan": "q",
    "q": "q",
    "huyen": "h",
    "h": "h",
    "tinh": "t",
    "t": "t",
    "tp": "tp",
    "tt": "tt",
    "tx": "tx",
    "dk": "dk",
}


_GLUED_KINDS = {"x": ("x", "aeiouy"), "p": ("p", "aeiouyh"), "h": ("h", "aeiouy"), "q": ("q", "u")}
"""Type letters that are written in front of a name without a blank ("QTân Bình"), and what behind each begins a syllable."""


class Unit(NamedTuple):
    """One unit: its words, and its possible readings (type mark or "", key), the likeliest first."""

    words: tuple[str, ...]
    readings: tuple[tuple[str, str], ...]

    @property
    def is_commune(self) -> bool:
        """Whether a type word says that it is a commune."""
        return self.readings[0][0] in COMMUNE_KINDS


def unit_readings(words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """List the ways to read the words of one part: type word split off, or everything a name.

    Examples
    --------
    >>> unit_readings(["quan", "son"]), unit_readings(["p05"])
    ((('q', 'son'), ('', 'quanson')), (('p', '5'), ('', 'p05')))
    """
    first = words[0]
    found = []
    if len(words) > 2 and (two := _TWO_WORDS.get((first, words[1]))):
        found.append((two, _name_key(words[2:])))
    if len(words) > 1 and (one := _ONE_WORD.get(first)):
        found.append((one, _name_key(words[1:])))
    elif first[0] in "pqf" and first[1:].isdigit():
        found.append((_ONE_WORD[first[0]], _name_key([first[1:], *words[1:]])))
    elif first.startswith("tp") and len(first) > 3:
        found.append(("tp", _name_key([first[2:], *words[1:]])))
    if len(words) > 1 and (last := _LAST_WORD.get(words[-1])):
        found.append((last, _name_key(words[:-1])))
    found.append(("", _name_key(words)))
    return tuple(found)


def _name_key(words: Sequence[str]) -> str:
    key = "".join(words)
    return (key.lstrip("0") or "0") if key.isdigit() else key


def _starts_unit(words: Sequence[str], at: int, end: int) -> bool:
    """Whether a type word with a name after it stands at ``words[at]``, the unit ending at ``end``."""
    word = words[at]
    if word[0] in "pqf" and word[1:].isdigit():
        return True
    if word.startswith("tp") and len(word) > 3:
        return True
    more = end - at
    return (more > 2 and (word, words[at + 1]) in _TWO_WORDS) or (more > 1 and word in _ONE_WORD)


def _unit(words: Sequence[str]) -> Unit:
    return Unit(tuple(words), unit_readings(words))


class CutAddress:
    """An address cut into units, left to right.

    Attributes
    ----------
    units : list of Unit
    is_now : bool
        Whether the text says that this is what the place is called now.
    """

    __slots__ = ("_parts", "_text", "is_now", "units")

    def __init__(self, text: str) -> None:
        self.units: list[Unit] = []
        self.is_now = False
        self._parts: list[int] = []
        self._text = text

    def put_left(self, units: Sequence[Unit], part: int) -> None:
        """Add the units of a part (counted from the right of the text, from 0) on the left."""
        if len(units) == 1:
            self.units.insert(0, units[0])
            self._parts.insert(0, part)
        else:
            self.units[:0] = units
            self._parts[:0] = [part] * len(units)

    def turn(self) -> None:
        """Put the units in the opposite order: the address was written from the province down."""
        self.units.reverse()
        self._parts.reverse()

    @property
    def has_marks(self) -> bool:
        """Whether the text is written with marks at all; without any, marks cannot tell names apart."""
        return not self._text.isascii()

    def marked(self, unit: int) -> str:
        """The part of the text that a unit comes from, as words with their marks and a space at either end."""
        part = self._text.translate(_TO_COMMA).split(",")[-1 - self._parts[unit]]
        return f" {marked_key(part)} "


class AddressCutter:
    """Cuts addresses into units and remembers the parts it has met (bounded).

    Parameters
    ----------
    names : PlaceNames
        Known names, which are not cut.
    """

    def __init__(self, names: PlaceNames) -> None:
        self._provinces = frozenset((*names.old_provinces, *names.new_provinces))
        districts = frozenset((*names.districts, *names.former_districts))
        communes = frozenset((*names.old_communes, *names.new_communes, *names.former_communes))
        self._communes, self._districts, self._in_district = communes, names.districts, names.in_district
        self._known = self._provinces | districts | communes
        self._known_as = {
            "t": self._provinces,
            "tp": districts | names.city_keys,
            **dict.fromkeys(DISTRICT_KINDS - {"tp"}, districts),
            **dict.fromkeys(COMMUNE_KINDS, communes),
        }
        self._dashed = names.dashed_names
        self._parts: dict[str, tuple[Unit, ...]] = {}

    def cut(self, text: str) -> CutAddress:
        """Cut the last parts of an address into units; the country is left out.

        Parts are taken from the right up to the first after the last one that names its type as a commune (or any, where the
        text begins with a province), :data:`MAX_PARTS` at most.
        """
        address = CutAddress(text)
        parts = 0
        folded = fold_place(text).split(",")
        down = folded[0].lstrip().startswith(_PROVINCE_WORDS)
        for place, part in enumerate(reversed(folded)):
            if part.startswith(_NOW):
                part = part.split(maxsplit=2)[2]
                address.is_now = True
            if parts == 0:
                part = _without_country(part)
            cut = self.part(part)
            if not cut or (parts == 0 and cut[0].readings[-1][1] in _COUNTRY):
                continue
            if parts == 0 and not self.knows(cut[-1]):
                cut = self._cut_last(part)
            address.put_left(cut, place)
            parts += 1
            if parts == MAX_PARTS or (parts > 1 and not down and _has_commune(cut)):
                break
        return address

    def part(self, part: str) -> tuple[Unit, ...]:
        """Units of one folded part of an address; remembered."""
        cut = self._parts.get(part)
        if cut is None:
            if len(self._parts) >= MAX_CACHED:
                self._parts.clear()
            cut = self._parts[part] = self._cut_part(part)
        return cut

    def knows(self, unit: Unit) -> bool:
        """Whether a unit is the name of any province, district or commune, of now or before."""
        return self._is_known(unit.readings)

    def _is_known(self, readings: Sequence[tuple[str, str]]) -> bool:
        known = self._known
        return readings[-1][1] in known or readings[0][1] in known or any(key in known for _, key in readings[1:-1])

    def _cut_part(self, part: str) -> tuple[Unit, ...]:
        """Cut one part: whole when it is a known name, else at dashes, before type words, and at hamlets."""
        return self._without_hamlets(self._cut_at_signs(part))

    def _cut_at_signs(self, part: str) -> tuple[Unit, ...]:
        """Cut one part: whole when it is a known name, else at dashes and before type words."""
        words = part.replace("-", " ").split()
        if not words:
            return ()
        whole = _unit(words)
        if words[-1] in _REMARKS and not self._is_known(whole.readings) and self._is_known(unit_readings(words[:-1] or words)):
            return (_unit(words[:-1]),)
        if self._is_known(whole.readings) or (len(words) < 3 and "-" not in part):
            return (whole,)
        if "-" in part:
            part = "-".join(piece.strip() for piece in part.split("-"))
            for name in self._dashed:
                part = part.replace(name, name.replace("-", " "))
        return tuple(unit for piece in part.split("-") if piece for unit in self._cut_by_types(piece.split()))

    def _without_hamlets(self, units: Sequence[Unit]) -> tuple[Unit, ...]:
        """Units, of the unknown ones without the hamlets in them."""
        return tuple(one for unit in units for one in ((unit,) if self.knows(unit) else self._without_hamlet(unit)))

    def _without_hamlet(self, unit: Unit) -> Sequence[Unit]:
        """What is known of a unit that begins or ends with a hamlet; itself where it does not, or nothing is."""
        words = unit.words
        ahead = numbered_hamlets(words)
        if ahead:
            whole = _unit(words[ahead:]) if ahead < len(words) else unit
            return (whole,) if self.knows(whole) else self._communes_of(words[ahead:]) or (unit,)
        first = 2 if words[:2] in _TWO_WORDS else int(words[0] in _ONE_WORD)
        stop = hamlet_behind(words, first)
        if stop < len(words):
            kind, key = unit.readings[0][0], "".join(words[first:stop])
            # Without the word of a commune in front, a number tells the hamlet from a name with such a word in it.
            told = kind in COMMUNE_KINDS or numbered_hamlets(words[stop:]) > 0
            if told and key in self._known_as.get(kind, self._communes):
                return (_unit(words[:stop]),)
        ends = (self._communes_of(words[at:]) for at in ends_of_named_hamlet(words))
        return next((units for units in ends if units), (unit,))

    def _communes_of(self, words: Sequence[str]) -> Sequence[Unit]:
        """A known commune, alone or with its district behind it, if that is what words are."""
        if "".join(words) in self._communes:
            return (_unit(words),)
        for at in range(1, len(words)):
            commune, district = "".join(words[:at]), "".join(words[at:])
            if any((number, commune) in self._in_district for number in self._districts.get(district, ())):
                return _unit(words[:at]), _unit(words[at:])
        return ()

    def _cut_by_types(self, words: list[str]) -> list[Unit]:
        """Cut before type words that have a known name after them, from the right; what is left, before any type word.

        The known names settle what the words alone cannot: "xã Tam Xá huyện Đông Anh", "xã Quan Sơn", "phường Phường Đúc".
        """
        units: list[Unit] = []
        end = len(words)
        for at in range(len(words) - 1, -1, -1):
            if at and words[at][0] in _GLUED_KINDS and (glued := self._glued(words[at:end])):
                units.insert(0, glued)
                end = at
            elif _starts_unit(words, at, end) and (words[at - 1], words[at]) not in _TWO_WORDS:
                unit = _unit(words[at:end])
                kind, key = unit.readings[0]
                if key in self._known_as[kind]:
                    units.insert(0, unit)
                    end = at
        starts = [at for at in range(1, end) if _starts_unit(words, at, end) and not _starts_unit(words, at - 1, end)]
        bounds = zip((0, *starts), (*starts, end), strict=True) if end else ()
        return [*(_unit(words[begin:stop]) for begin, stop in bounds), *units]

    def _glued(self, words: Sequence[str]) -> Unit | None:
        """The unit of a type letter and a known name without a blank between ("QTân Bình"); None where it is none."""
        kind, syllables = _GLUED_KINDS[words[0][0]]
        key = "".join(words)
        if key[1:2] in syllables or len(words[0]) < 3 or key[1:] not in self._known_as[kind]:
            return None
        return Unit(tuple(words), ((kind, key[1:]), ("", key)))

    def _cut_last(self, part: str) -> tuple[Unit, ...]:
        """Cut the last part of an address that does not end in a known unit, as when it has no commas at all.

        The longest province at its end is cut off first, so that the type words left of it can be told apart. Where there are
        no type words either ("tan phu chau thanh dong thap"), the longest known names are cut off, twice.
        """
        words = part.replace("-", " ").split()[-4 * _MAX_WORDS :]
        size = _longest_end(words, self._provinces)
        if not size or size == len(words):
            return self._cut_part(part)
        province = _unit(words[-size:])
        words = words[:-size]
        # "xã Quảng Trị" and "thôn Hòa Bình" are no provinces; "Vụ Bản" is a district.
        if words[-1] in _ONE_WORD and _ONE_WORD[words[-1]] not in ("t", "tp"):
            return self._cut_part(part)
        if is_hamlet_word(words[-1]) and _longest_end(words, self._known) < 2:
            return self._cut_part(part)
        units = list(self._cut_at_signs(" ".join(words)))
        for _ in range(2):
            words = list(units[0].words) if len(units) < 3 else []
            size = _longest_end(words, self._known)
            if not self.knows(units[0]) and 0 < size < len(words):
                units[:1] = [_unit(words[:-size]), _unit(words[-size:])]
        return (*self._without_hamlets(units), province)


def _without_country(part: str) -> str:
    """The last part of an address without the country at its end ("tỉnh Đồng Nai Việt Nam"); the country alone stays."""
    if not part.rstrip().endswith(("nam", "vn")):
        return part
    words = part.split()
    for country in _COUNTRY_ENDS:
        if len(words) > len(country) and tuple(words[-len(country) :]) == country:
            return " ".join(words[: -len(country)]).rstrip(" -")
    return part


def _has_commune(units: Sequence[Unit]) -> bool:
    """Whether a type word in a part says commune; a loop, since nearly every part is one unit."""
    for unit in units:  # noqa: SIM110
        if unit.readings[0][0] in COMMUNE_KINDS:
            return True
    return False


def _longest_end(words: Sequence[str], known: frozenset[str]) -> int:
    """How many words at the end make the longest known name; 0 for none."""
    sizes = range(min(_MAX_WORDS, len(words)), 0, -1)
    return next((size for size in sizes if "".join(words[-size:]) in known), 0)
