"""Names of places: how they are folded, and finding units by them.

1. :func:`fold_place` turns an address into plain letters, digits, commas and dashes; :func:`place_key` a name into its key.
2. :func:`marked_key` tells names apart that differ in their marks only.
3. :class:`PlaceNames` holds the dictionaries from keys to units, among them the names that were merged away before 2025.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from unidecode import unidecode

if TYPE_CHECKING:
    from vnlink.normalize.gazetteer import Gazetteer

__all__ = ["SEPARATORS", "TYPE_WORDS", "PlaceNames", "bare_name", "fold_place", "marked_key", "place_key"]

Key = TypeVar("Key", str, tuple[int, str])

TYPE_WORDS = {
    "thành phố": "tp",
    "thị trấn": "tt",
    "thị xã": "tx",
    "đặc khu": "dk",
    "phường": "p",
    "quận": "q",
    "huyện": "h",
    "tỉnh": "t",
    "xã": "x",
}
"""Type words, two-word ones first, and the short mark used for each in this package."""

_TONES = {"\u0300": "1", "\u0301": "2", "\u0303": "3", "\u0309": "4", "\u0323": "5"}
_DROPPED = "'’‘ʼʹ`´\u00ad\u200b\u200c\u200d\u2060\ufeff"
SEPARATORS = ",;|()[]{}\n\r\t"
"""Characters that end a part of an address. All ASCII, because the kernels look for them in UTF-8 bytes."""

_DASHES = "-–—‐‑−_，、；"
_MARKED_BREAKS = str.maketrans({**dict.fromkeys("." + _DASHES, " "), "ð": "đ", "y": "i"})


class _Folding(dict[int, str]):
    """Translation table of :func:`fold_place`. Other characters are worked out each time, so the table cannot grow."""

    def __init__(self) -> None:
        super().__init__()
        for code in (*range(0x250), *range(0x300, 0x370), *range(0x1E00, 0x1F00)):
            self[code] = self._fold(chr(code))
        self.update({ord(sign): "" for sign in _DROPPED})
        self.update({ord(sign): "," for sign in SEPARATORS})
        self.update({ord(sign): "-" for sign in _DASHES})
        self[ord(".")] = " "

    def __missing__(self, code: int) -> str:
        return self._fold(chr(code))

    @staticmethod
    def _fold(sign: str) -> str:
        if sign in "ĐđÐð":
            return "d"
        kept = ""
        for part in unicodedata.normalize("NFKD", sign):
            if unicodedata.combining(part):
                continue
            if not part.isascii():
                part = unidecode(part, errors="ignore") if part.isalpha() else " "
            kept += "".join(letter if letter.isalnum() else " " for letter in part.lower())
        return kept


_FOLDING = _Folding()
_NOT_IN_KEYS = str.maketrans("", "", " ,-")


def fold_place(text: str) -> str:
    """Fold an address or a name of a place: no marks, lower case, letters and digits kept.

    Commas and their like become ",", dashes "-", apostrophes nothing, everything else a space. Folding does not depend on the
    Unicode form of the text (NFC or NFD), nor on where a tone is written.

    Examples
    --------
    >>> fold_place("P.Hoà Thuận Đông - Q.Hải Châu")
    'p hoa thuan dong - q hai chau'
    """
    return text.translate(_FOLDING)


def place_key(text: str) -> str:
    """Fold a name to letters and digits only, the form that units are looked up by.

    Examples
    --------
    >>> place_key("Bà Rịa - Vũng Tàu"), place_key("B'Lao")
    ('bariavungtau', 'blao')
    """
    return text.translate(_FOLDING).translate(_NOT_IN_KEYS)


def marked_key(text: str) -> str:
    """Words of a name with their marks kept, the same for old and new placing of the tone ("Hoà" and "Hòa") and for i and y.

    Examples
    --------
    >>> marked_key("Hoà An") == marked_key("hòa an"), marked_key("Phú Thứ") == marked_key("Phú Thử")
    (True, False)
    >>> marked_key("Phú Quý") == marked_key("Phú Quí")
    True
    """
    out = []
    for word in unicodedata.normalize("NFD", text.lower()).translate(_MARKED_BREAKS).split():
        tones = "".join(_TONES[sign] for sign in word if sign in _TONES)
        out.append("".join(s for s in word if s not in _TONES and (s.isalnum() or unicodedata.combining(s))) + tones)
    return " ".join(out)


def bare_name(name: str) -> tuple[str, str]:
    """Split a full name into its type mark and the name proper.

    Examples
    --------
    >>> bare_name("Thị trấn Sóc Sơn"), bare_name("Trúc Bạch")
    (('tt', 'Sóc Sơn'), ('', 'Trúc Bạch'))
    """
    lowered = name.lower()
    for word, mark in TYPE_WORDS.items():
        if lowered.startswith(word + " "):
            return mark, name[len(word) + 1 :]
    return "", name


_PROVINCE_ALIASES = {
    # Short forms in use.
    "hn": "01",
    "hcm": "79",
    "hochiminhcity": "79",
    "saigon": "79",
    "sg": "79",
    "brvt": "77",
    "tth": "46",
    "tthue": "46",
    "thuathienhue": "46",
    "thuathien": "46",
    # Spellings of names from minority languages.
    "daclac": "66",
    "darlac": "66",
    "dacnong": "67",
    "baccan": "06",
    "congtum": "62",
    "contum": "62",
    "gialay": "64",
    # Provinces of 1976 to 2008 that were divided or merged since; certificates of those years still name them.
    "hatay": "01",
    "hasonbinh": "01 17",
    "hanamninh": "35 36 37",
    "namha": "35 36",
    "haihung": "30 33",
    "vinhphu": "25 26",
    "habac": "24 27",
    "bacthai": "06 19",
    "caolang": "04 20",
    "hatuyen": "02 08",
    "hoanglienson": "10 15",
    "nghetinh": "40 42",
    "binhtrithien": "44 45 46",
    "quangnamdanang": "48 49",
    "nghiabinh": "51 52",
    "phukhanh": "54 56",
    "thuanhai": "58 60",
    "gialaikontum": "62 64",
    "gialaicongtum": "62 64",
    "songbe": "70 74",
    "cuulong": "84 86",
    "minhhai": "95 96",
    "vungtaucondao": "77",
}
"""Other names of provinces -> old codes; mergers and divisions by the National Assembly's resolutions of 1975 to 2008."""


@dataclass(slots=True)
class PlaceNames:
    """Units by the key of their bare name (:func:`place_key` without the type word). Values are tuples of dense numbers.

    ``old_provinces``, ``new_provinces`` and ``districts`` go by key; ``old_communes`` and ``new_communes`` too, over the whole
    country. ``in_district`` goes by (old district, key), ``former_in_district`` likewise for names that were merged away before
    2025 and ``former_communes`` for the same over the country; ``former_districts`` by key. ``keys_by_district`` lists the keys
    of each old district's communes. ``short_provinces`` goes by (whether called a city, short form) and gives old and present
    provinces, ``short_districts`` by short form ("bmt" and "bmathuot" for Buôn Ma Thuột). The tuples ``*_kind`` give the short
    mark of a unit's type word by number, ``dashed_names`` the folded names that have a dash ("ba ria-vung tau").
    """

    old_provinces: dict[str, tuple[int, ...]]
    new_provinces: dict[str, tuple[int, ...]]
    districts: dict[str, tuple[int, ...]]
    former_districts: dict[str, tuple[int, ...]]
    short_provinces: dict[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]]
    short_districts: dict[str, tuple[int, ...]]
    old_communes: dict[str, tuple[int, ...]]
    new_communes: dict[str, tuple[int, ...]]
    former_communes: dict[str, tuple[int, ...]]
    in_district: dict[tuple[int, str], tuple[int, ...]]
    former_in_district: dict[tuple[int, str], tuple[int, ...]]
    keys_by_district: tuple[tuple[str, ...], ...]
    old_commune_kind: tuple[str, ...]
    new_commune_kind: tuple[str, ...]
    district_kind: tuple[str, ...]
    city_keys: frozenset[str]
    dashed_names: tuple[str, ...]

    def __init__(self, table: Gazetteer) -> None:
        self.old_commune_kind, old_keys = _kinds_and_keys(table.old_commune_names)
        self.new_commune_kind, new_keys = _kinds_and_keys(table.new_commune_names)
        self.district_kind, district_keys = _kinds_and_keys(table.old_district_names)
        old_kinds, old_province_keys = _kinds_and_keys(table.old_province_names)
        new_kinds, new_province_keys = _kinds_and_keys(table.new_province_names)
        self.old_provinces = _grouped(enumerate(old_province_keys))
        self.new_provinces = _grouped(enumerate(new_province_keys))
        number = {code: at for at, code in enumerate(table.old_province_codes)}
        for key, codes in _PROVINCE_ALIASES.items():
            self.old_provinces[key] = tuple(number[code] for code in codes.split(" "))
            if codes in ("01", "79") and key != "hatay":
                self.new_provinces[key] = (table.new_province_codes.index(codes),)
        self.districts = _grouped(_spelled(table.old_district_names, district_keys))
        spelled = _spelled(table.old_commune_names, old_keys)
        self.old_communes = _grouped(spelled)
        self.new_communes = _grouped(_spelled(table.new_commune_names, new_keys))
        home = table.old_commune_district.tolist()
        self.in_district = _grouped((at, (home[at], key)) for at, key in spelled)
        keys: list[dict[str, None]] = [{} for _ in district_keys]
        for district, key in zip(home, old_keys, strict=True):
            keys[district][key] = None
        self.keys_by_district = tuple(tuple(found) for found in keys)
        former = list(_former(table.old_commune_other_names))
        self.former_communes = _grouped(former)
        self.former_in_district = _grouped((at, (home[at], key)) for at, key in former)
        self.former_districts = _grouped(_former(table.old_district_other_names))
        self.short_provinces = _short_provinces(table, old_kinds, new_kinds)
        districts = enumerate(table.old_district_names)
        self.short_districts = _grouped((at, key) for at, name in districts for key in _short_keys(name))
        provinces = zip((*old_kinds, *new_kinds), (*old_province_keys, *new_province_keys), strict=True)
        cities = [key for kind, key in provinces if kind == "tp"]
        self.city_keys = frozenset((*cities, "hn", "hcm", "saigon", "sg", "hochiminhcity"))
        dashed = (*table.old_commune_names, *table.new_commune_names, *table.old_district_names, *table.old_province_names)
        folded = {fold_place(bare_name(name)[1]).replace(" - ", "-") for name in dashed if "-" in name}
        self.dashed_names = (*sorted(folded), "br-vt")


_I_OR_Y = re.compile(r"(?i)\b([hklmst]|qu)([iíìỉĩịyýỳỷỹỵ])\b")
_I, _Y = "iíìỉĩị", "yýỳỷỹỵ"
_SWAPPED = str.maketrans(_I + _Y, _Y + _I)


def _spelled(names: tuple[str, ...], keys: list[str]) -> list[tuple[int, str]]:
    """Numbers and keys of units, and their keys with i for y and y for i where both are written ("Phú Quý", "Phú Quí")."""
    swapped = _I_OR_Y.sub(lambda match: match[1] + match[2].translate(_SWAPPED), "\n".join(names)).split("\n")
    other = ((at, name) for at, name in enumerate(swapped) if name != names[at])
    return sorted([*enumerate(keys), *((at, place_key(bare_name(name)[1])) for at, name in other)])


def _short_keys(name: str) -> tuple[str, ...]:
    """Short forms of a name of several words: its initials, and its first word cut to the initial."""
    words = fold_place(bare_name(name)[1]).replace("-", " ").split()
    return ("".join(word[0] for word in words), words[0][0] + "".join(words[1:])) if len(words) > 1 else ()


def _short_provinces(
    table: Gazetteer, old_kinds: tuple[str, ...], new_kinds: tuple[str, ...]
) -> dict[tuple[int, str], tuple[tuple[int, ...], tuple[int, ...]]]:
    """Old and present provinces by short form, those that are cities also by the short form called a city."""

    def grouped(names: tuple[str, ...], kinds: tuple[str, ...]) -> dict[tuple[int, str], tuple[int, ...]]:
        keys = ((at, kind == "tp", key) for at, kind in enumerate(kinds) for key in _short_keys(names[at]))
        return _grouped((at, (called, key)) for at, is_city, key in keys for called in range(is_city + 1))

    old, new = grouped(table.old_province_names, old_kinds), grouped(table.new_province_names, new_kinds)
    return {key: (old.get(key, ()), new.get(key, ())) for key in {**old, **new}}


def _former(names: tuple[str, ...]) -> Iterable[tuple[int, str]]:
    """Numbers and bare keys of the former names of units."""
    return ((at, _bare_key(key)) for at, keys in enumerate(names) if keys for key in keys.split(" "))


def _kinds_and_keys(names: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Type marks and bare keys of many full names. They are folded in one string, which is ten times faster than one by one."""
    pairs = [_known_type(name) for name in names]
    keys = "\n".join(bare for _, bare in pairs).translate(_KEYS_BY_LINE).split("\n")
    return tuple(kind for kind, _ in pairs), keys


def _known_type(name: str) -> tuple[str, str]:
    """As :func:`bare_name`, quicker, for the table's own names, whose type words are spelled one way."""
    first, _, rest = name.partition(" ")
    if first in _ONE_WORD:
        return _ONE_WORD[first], rest
    return bare_name(name)


_ONE_WORD = {word.capitalize(): mark for word, mark in TYPE_WORDS.items() if " " not in word}


class _LineFolding(_Folding):
    """As :class:`_Folding`, but for keys: separators vanish and line ends stay."""

    def __init__(self) -> None:
        super().__init__()
        for code, text in list(self.items()):
            self[code] = text if text.isalnum() else ""
        self[10] = "\n"


_KEYS_BY_LINE = _LineFolding()


def _bare_key(key: str) -> str:
    """Cut the type word off a typed key of the table ('xacamhai' -> 'camhai')."""
    for word in ("thanhpho", "thitran", "thixa", "phuong", "huyen", "quan", "xa"):
        if key.startswith(word):
            return key[len(word) :]
    return key


def _grouped(pairs: Iterable[tuple[int, Key]]) -> dict[Key, tuple[int, ...]]:
    """Collect numbers by key, in the order they come, each once."""
    found: dict[Key, tuple[int, ...]] = {}
    held: tuple[int, ...]
    for number, key in pairs:
        held = found.get(key, ())
        if number not in held:
            found[key] = (*held, number)
    return found
