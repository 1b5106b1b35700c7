"""Addresses to units: the old three-level form, the present two-level form, and what is left of either.

How an address is read
    1. Its end is cut into units, each a type word and a name (:mod:`vnlink.normalize.address_parts`).
    2. From the right: a province (old or present), an old district, a commune. Type words decide between homonyms where they
       can; marks decide where type words cannot.
    3. With a district the address is old, and the commune is looked for in that district. Where the district has none of the
       name, a name that its old province has once is taken: communes passed from district to district. Without a district,
       present and old communes of that name in the province are both kept.
    4. One letter wrong (Damerau-Levenshtein distance 1) is forgiven within the province or district found, nowhere else.
    5. Short forms ("BD", "B.Dương", "TP BMT") are taken where the rest of the address fits them, and are no obstacle where not.
    6. An address written from the province down is read from its other end.
    7. A bracket that says what the place was called ("Phường Xuân Hòa, TP HCM (phường 4 cũ)") names the old commune; outside
       stands the present one. Those old communes of the name are meant that became part of the present one.
    8. A misspelt province gives way to a commune of just this name, unless one of its districts is named ("Ấp 6, Bình Phú").

An address of which a part was not recognised still says what was: a district, a province. Nothing is ever sent anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from vnlink.normalize.address_parts import MAX_CACHED, AddressCutter, CutAddress, Unit
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_finder import Found, UnitFinder
from vnlink.normalize.place_names import fold_place
from vnlink.schema import MAX_COMMUNES

__all__ = ["MAX_ADDRESS_BYTES", "MAX_SET", "AddressForm", "AddressReader", "Reading"]

MAX_ADDRESS_BYTES = 512
"""Bytes of UTF-8 that are looked at, from the right. The longest administrative tail with a village takes under 200."""

MAX_SET = MAX_COMMUNES
"""Most present communes that one address can mean; more say no more than the province does."""


_BRACKET = re.compile(r"\(([^()]*)(?:\)|$)")
_FORMER = re.compile(r"(?:(?:(?:truoc day|truoc kia|ten cu|cu)(?: la| thuoc)?|(?:truoc|nguyen) (?:la|thuoc))\b)?(.*?)(?: cu)?")
"""What a bracket says of before, made plain: the words for it, and the units."""


class AddressForm(StrEnum):
    """What the text of an address looks like."""

    THREE_LEVEL = "three-level"
    TWO_LEVEL = "two-level"
    PROVINCE = "province"
    UNREAD = "unread"

    __hash__ = str.__hash__  # an enumeration's own is Python code, and readings are looked up by the ten thousand


class Reading(NamedTuple):
    """What an address says, in dense numbers of the gazetteer; every field is a set of possibilities in ascending order.

    ``olds`` are old communes and ``news`` present communes that the commune's name can mean, ``districts`` old districts named
    (in a two-level address: that the same name can mean as well), ``old_provinces`` and ``new_provinces`` what the province's
    name can mean. ``rest`` is the folded name of a commune that is in no table (or the whole folded text when nothing was
    read), "" otherwise. ``slip`` says that a wrong letter was forgiven, ``both`` that one place is named as it was and as
    it is: the present communes are parts of the old ones, and no other possibility.
    """

    form: AddressForm
    olds: tuple[int, ...] = ()
    news: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    old_provinces: tuple[int, ...] = ()
    new_provinces: tuple[int, ...] = ()
    rest: str = ""
    slip: bool = False
    both: bool = False


class AddressReader:
    """Reads addresses with one gazetteer; remembers parts it has met (bounded), so repeats cost a dictionary lookup.

    Parameters
    ----------
    gazetteer : Gazetteer
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._find = UnitFinder(gazetteer)
        self._names = gazetteer.names
        self._cutter = AddressCutter(gazetteer.names)
        self._ends: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = {}
        self._district_of: list[int] = gazetteer.old_commune_district.tolist()
        self._targets = gazetteer.target_sets

    def read(self, text: str) -> Reading:
        """Read one address. Any text is accepted, of any length; what cannot be read gives an empty reading."""
        if len(text) > MAX_ADDRESS_BYTES // 4:
            text = text[-MAX_ADDRESS_BYTES:].encode("utf-8", "replace")[-MAX_ADDRESS_BYTES:].decode("utf-8", "ignore")
        reading = self._read_with_former(text) if "(" in text else None
        return reading or self._read_usual(text) or self._read_any(text)

    def _read_with_former(self, text: str) -> Reading | None:
        """Read an address with what the place was called in brackets; None where there is no such bracket."""
        for bracket in _BRACKET.finditer(text):
            inside = " ".join(fold_place(bracket[1]).replace("-", " ").split())
            former = _FORMER.fullmatch(inside)
            outside = f"{text[: bracket.start()]} {text[bracket.end() :]}"
            if not former or former[1] == inside or not former[1] or _is_other_word(bracket[1]):
                continue
            named = self._cutter.cut(former[1])
            if not _names_commune(named.units):
                continue
            reading = self._read_usual(outside) or self._read_any(outside)
            if reading.form is not AddressForm.TWO_LEVEL or not reading.news:
                return reading if reading.olds else None
            olds, news = self._find.former_of(named, reading.news), reading.news
            if not olds:
                return reading._replace(olds=(), districts=())
            whole = frozenset().union(*(self._targets[old] for old in olds))
            districts = tuple(sorted({self._district_of[old] for old in olds}))
            news = tuple(new for new in news if new in whole)
            return reading._replace(olds=olds, news=news, districts=districts, both=True)
        return None

    def _read_usual(self, text: str) -> Reading | None:
        """Read an address that ends in a commune with its type word, a known district and a province; None for any other.

        What :meth:`_read_any` would say, in a third of the time: what is right of the commune is remembered.
        """
        folded = fold_place(text)
        first, _, end = folded.partition(",")
        known = self._ends.get(end)
        if known is None:
            if len(self._ends) >= MAX_CACHED:
                self._ends.clear()
            known = self._ends[end] = self._known_end(end)
        districts, old, new = known
        units = self._cutter.part(first) if districts else ()
        if len(units) != 1 or not units[0].is_commune:
            return None
        address = CutAddress(text)
        address.put_left(units, folded.count(","))
        found = self._find.commune_of_districts(address, 0, districts)
        return self._in_three_levels(found, districts, old, new, slip=False) if found else None

    def _known_end(self, end: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Districts, old and present provinces of the end of an address if it is no more than that, without a slip."""
        units = self._cutter.cut(end).units
        if len(units) == 2:
            old, new, slip = self._find.provinces(units[1])
            districts, _, other_slip = self._find.districts(units[0], old, new)
            if (old or new) and not slip and not other_slip:
                return districts, old, new
        return (), (), ()

    def _read_any(self, text: str) -> Reading:
        address = self._cutter.cut(text)
        units = address.units
        if not units:
            return Reading(AddressForm.UNREAD)
        at = len(units) - 1
        old, new, slip = self._find.provinces(units[at])
        if slip and self._find.is_commune_name(units[at]) and not (at and self._find.districts(units[at - 1], old, new)[0]):
            old, new, slip = (), (), False
        if not (old or new) and self._leads_down(units):
            old, new, _ = self._find.provinces(units[0])
            address.turn()
        elif not (old or new) and _is_from_province_down(units):
            old, new, slip = self._find.provinces(units[0])
            if old or new:
                address.turn()
        if not (old or new) and at and not self._cutter.knows(units[at]):
            reading = self._below_short(address, at)
            if reading is not None:
                return reading
            old, new, slip = self._find.provinces(units[at - 1])  # "Hà Nội (Hà Tây cũ)": a remark after the province
            at -= bool(old or new)
        if old or new:
            at -= 1
        if (old or new) and at > 0 and self._find.is_same_province(units[at], old, new):
            at -= 1
        if at < 0:
            return Reading(AddressForm.PROVINCE, (), (), (), old, new, "", slip)
        reading = self._below_province(address, at, old, new)
        if reading.form is AddressForm.UNREAD and not (old or new):
            return reading._replace(rest="".join(unit.readings[-1][1] for unit in units))
        return reading._replace(slip=True) if slip else reading

    def _leads_down(self, units: Sequence[Unit]) -> bool:
        """Whether an address begins with a province, one of its districts and one of the district's communes, without words."""
        if len(units) < 3:
            return False
        old, new, slip = self._find.provinces(units[0])
        if slip or not (old or new):
            return False
        districts, _, slip = self._find.districts(units[1], old, new)
        return not slip and any(self._find.has_commune(district, units[2]) for district in districts)

    def _below_short(self, address: CutAddress, at: int) -> Reading | None:
        """Read an address whose last unit is a short form of a province; None where it is none, or nothing fits below it."""
        for kind, key in address.units[at].readings:
            if kind in ("", "t", "tp"):
                old, new = self._names.short_provinces.get((int(kind == "tp"), key), ((), ()))
                reading = self._below_province(address, at - 1, old, new) if old or new else None
                if reading and (reading.olds or reading.news or reading.districts):
                    return reading
        return None

    def _below_province(self, address: CutAddress, at: int, old: tuple[int, ...], new: tuple[int, ...]) -> Reading:
        """Read district and commune; ``units[: at + 1]`` are left of the province."""
        units = address.units
        districts, typed, slip = self._find.districts(units[at], old, new)
        if districts:
            typed = typed or any(unit.is_commune for unit in units[:at])
            found = self._find.in_districts(address, at - 1, districts) or self._find.moved(address, at - 1, districts)
            if found:
                return self._in_three_levels(found, districts, old, new, slip)
            if typed:
                return Reading(AddressForm.THREE_LEVEL, (), (), districts, old, new, _unread_commune(units[:at]), slip)
        found = self._find.in_provinces(address, at, old, new)
        if found:
            same = () if found.slip else districts
            if address.is_now and found.news:
                found, same = found._replace(olds=()), ()
            return Reading(AddressForm.TWO_LEVEL, found.olds, found.news, same, old, new, "", found.slip)
        if districts:
            return Reading(AddressForm.THREE_LEVEL, (), (), districts, old, new, "", slip)
        rest = _unread_commune(units[: at + 1])
        return Reading(AddressForm.PROVINCE if old or new else AddressForm.UNREAD, (), (), (), old, new, rest)

    def _in_three_levels(
        self, found: Found, districts: tuple[int, ...], old: tuple[int, ...], new: tuple[int, ...], slip: bool
    ) -> Reading:
        if found.olds:
            districts = (self._district_of[found.olds[0]],)
            if len(found.olds) > 1:
                districts = tuple(sorted({self._district_of[commune] for commune in found.olds}))
        return Reading(AddressForm.THREE_LEVEL, found.olds, found.news, districts, old, new, "", slip or found.slip)


def _is_from_province_down(units: Sequence[Unit]) -> bool:
    """Whether an address whose last unit is no province may begin with one: its last is a commune, or a hamlet behind one."""
    kind = units[0].readings[0][0]
    if units[-1].is_commune:
        return len(units) > 2 or kind == "t"
    return len(units) > 2 and units[-2].is_commune and kind in {"t", "tp"}


def _is_other_word(bracket: str) -> bool:
    """Whether what looks like "cũ" without its marks is the word of a name ("Cư M'gar")."""
    text = unicodedata.normalize("NFC", bracket).lower()
    return "cư" in text and "cũ" not in text and "trước" not in text


def _names_commune(units: Sequence[Unit]) -> bool:
    return any(unit.is_commune for unit in units)


def _unread_commune(units: Sequence[Unit]) -> str:
    """Key of the rightmost unit that says it is a commune, with its type mark; "" if there is none."""
    for unit in reversed(units):
        if unit.is_commune:
            return "".join(unit.readings[0])
    return ""
