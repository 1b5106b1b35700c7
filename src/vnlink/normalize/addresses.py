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

An address of which a part was not recognised still says what was: a district, a province. Nothing is ever sent anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from vnlink.normalize.address_parts import COMMUNE_KINDS, DISTRICT_KINDS, AddressCutter, CutAddress, Unit
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_names import bare_name, marked_key
from vnlink.normalize.place_slips import MIN_SLIP, SlipFinder, marked_distance
from vnlink.schema import MAX_COMMUNES

__all__ = ["MAX_ADDRESS_BYTES", "MAX_SET", "AddressForm", "AddressReader", "Reading"]

MAX_ADDRESS_BYTES = 512
"""Bytes of UTF-8 that are looked at, from the right. The longest administrative tail with a village takes under 200."""

MAX_SET = MAX_COMMUNES
"""Most present communes that one address can mean; more say no more than the province does."""

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}


class AddressForm(StrEnum):
    """What the text of an address looks like."""

    THREE_LEVEL = "three-level"
    TWO_LEVEL = "two-level"
    PROVINCE = "province"
    UNREAD = "unread"


class Reading(NamedTuple):
    """What an address says, in dense numbers of the gazetteer; every field is a set of possibilities in ascending order.

    ``olds`` are old communes and ``news`` present communes that the commune's name can mean, ``districts`` old districts named
    (in a two-level address: that the same name can mean as well), ``old_provinces`` and ``new_provinces`` what the province's
    name can mean. ``rest`` is the folded name of a commune that is in no table (or the whole folded text when nothing was
    read), "" otherwise. ``slip`` says that a wrong letter was forgiven.
    """

    form: AddressForm
    olds: tuple[int, ...] = ()
    news: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    old_provinces: tuple[int, ...] = ()
    new_provinces: tuple[int, ...] = ()
    rest: str = ""
    slip: bool = False


class _Found(NamedTuple):
    """Communes that a unit can mean, and whether a wrong letter was forgiven."""

    olds: tuple[int, ...] = ()
    news: tuple[int, ...] = ()
    slip: bool = False

    def __bool__(self) -> bool:
        return bool(self.olds or self.news)


class AddressReader:
    """Reads addresses with one gazetteer; remembers parts it has met (bounded), so repeats cost a dictionary lookup.

    Parameters
    ----------
    gazetteer : Gazetteer
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._table = gazetteer
        self._names = gazetteer.names
        self._province_keys = (*self._names.old_provinces, *self._names.new_provinces)
        self._cutter = AddressCutter(gazetteer.names)
        self._slips = SlipFinder()
        self._home: list[int] = gazetteer.old_commune_province.tolist()
        self._district_home: list[int] = gazetteer.old_district_province.tolist()
        self._new_home: list[int] = gazetteer.new_commune_province.tolist()
        self._merged: list[int] = gazetteer.old_province_new.tolist()

    def read(self, text: str) -> Reading:
        """Read one address. Any text is accepted, of any length; what cannot be read gives an empty reading."""
        if len(text) > MAX_ADDRESS_BYTES // 4:
            text = text[-MAX_ADDRESS_BYTES:].encode("utf-8", "replace")[-MAX_ADDRESS_BYTES:].decode("utf-8", "ignore")
        address = self._cutter.cut(text)
        units = address.units
        if not units:
            return Reading(AddressForm.UNREAD)
        at = len(units) - 1
        old, new, slip = self._provinces(units[at])
        if not (old or new) and units[at].is_commune and (at > 1 or units[0].readings[0][0] == "t"):
            old, new, slip = self._provinces(units[0])
            if old or new:
                address.turn()
        if not (old or new) and at and not self._cutter.knows(units[at]):
            reading = self._below_short(address, at)
            if reading is not None:
                return reading
            old, new, slip = self._provinces(units[at - 1])  # "Hà Nội (Hà Tây cũ)": a remark after the province
            at -= bool(old or new)
        if old or new:
            at -= 1
        if (old or new) and at > 0 and self._is_same_province(units[at], old, new):
            at -= 1
        if at < 0:
            return Reading(AddressForm.PROVINCE, (), (), (), old, new, "", slip)
        reading = self._below_province(address, at, old, new)
        if reading.form is AddressForm.UNREAD and not (old or new):
            return reading._replace(rest="".join(unit.readings[-1][1] for unit in units))
        return reading._replace(slip=True) if slip else reading

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
        districts, typed, slip = self._districts(units[at], old, new)
        if districts:
            typed = typed or any(unit.is_commune for unit in units[:at])
            found = self._in_districts(address, at - 1, districts) or self._moved(address, at - 1, districts)
            if found or typed:
                if found.olds:
                    districts = tuple(sorted({int(self._table.old_commune_district[commune]) for commune in found.olds}))
                rest = "" if found else _unread_commune(units[:at])
                form = AddressForm.THREE_LEVEL
                return Reading(form, found.olds, found.news, districts, old, new, rest, slip or found.slip)
        found = self._in_provinces(address, at, old, new)
        if found:
            same = () if found.slip else districts
            if address.is_now and found.news:
                found, same = found._replace(olds=()), ()
            return Reading(AddressForm.TWO_LEVEL, found.olds, found.news, same, old, new, "", found.slip)
        if districts:
            return Reading(AddressForm.THREE_LEVEL, (), (), districts, old, new, "", slip)
        rest = _unread_commune(units[: at + 1])
        return Reading(AddressForm.PROVINCE if old or new else AddressForm.UNREAD, (), (), (), old, new, rest)

    # --- provinces and districts

    def _provinces(self, unit: Unit) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
        """Old and present provinces that a unit can mean. "Thành phố" is taken at its word, so "TP Vĩnh Long" is a district."""
        names = self._names
        for kind, key in unit.readings:
            if kind in ("", "t") or (kind == "tp" and key in names.city_keys):
                old, new = names.old_provinces.get(key, ()), names.new_provinces.get(key, ())
                if old or new:
                    return old, new, False
        kind, key = unit.readings[0]
        if kind in COMMUNE_KINDS or kind in DISTRICT_KINDS or len(key) < MIN_SLIP + 2 or key in names.districts:
            return (), (), False
        close = self._slips.close("province", (), (), key, lambda: self._province_keys)
        if len(close) != 1:
            return (), (), False
        return names.old_provinces.get(close[0], ()), names.new_provinces.get(close[0], ()), True

    def _is_same_province(self, unit: Unit, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
        """Whether a unit is the province once more, by its name of before or after ("Hà Nội (Hà Tây cũ)"), and no district."""
        more_old, more_new, slip = self._provinces(unit)
        if slip or not (more_old or more_new) or self._districts(unit, old, new)[0]:
            return False
        merged = {*new, *(self._merged[province] for province in old)}
        return not merged.isdisjoint((*more_new, *(self._merged[province] for province in more_old)))

    def _districts(self, unit: Unit, old: tuple[int, ...], new: tuple[int, ...]) -> tuple[tuple[int, ...], bool, bool]:
        """Old districts that a unit can mean within the provinces, whether its type word says district, whether by a slip."""
        if unit.is_commune:
            return (), False, False
        names = self._names
        for kind, key in unit.readings:
            if kind == "t":
                continue
            for table in (names.districts, names.former_districts):
                districts = self._within(table.get(key, ()), self._district_home, old, new)
                same = tuple(district for district in districts if names.district_kind[district] == kind)
                if districts:
                    return same or districts, kind != "", False
        for kind, key in unit.readings:
            short = self._within(names.short_districts.get(key, ()), self._district_home, old, new) if old or new else ()
            if short and (kind in DISTRICT_KINDS or (kind == "" and len(short) == 1 and len(key) > 3)):
                same = tuple(district for district in short if names.district_kind[district] == kind)
                return same or short, True, False
        kind, key = unit.readings[0]
        if kind not in DISTRICT_KINDS or not (old or new):
            return (), False, False

        def nearby() -> Iterable[str]:
            everywhere = names.districts.items()
            return (name for name, numbers in everywhere if self._within(numbers, self._district_home, old, new))

        close = self._slips.close("district", old, new, key, nearby)
        districts = tuple(d for name in close for d in self._within(names.districts[name], self._district_home, old, new))
        return tuple(sorted(districts)), bool(districts), bool(districts)

    def _within(self, units: tuple[int, ...], home: list[int], old: tuple[int, ...], new: tuple[int, ...]) -> tuple[int, ...]:
        """Old units in the old provinces, or else in those that were merged with them, or into the present ones."""
        if not (old or new) or not units:
            return units
        inside = tuple(unit for unit in units if home[unit] in old)
        if inside:
            return inside
        merged = {*new, *(self._merged[province] for province in old)}
        return tuple(unit for unit in units if self._merged[home[unit]] in merged)

    # --- communes

    def _in_districts(self, address: CutAddress, at: int, districts: tuple[int, ...]) -> _Found:
        """The commune left of a district: present on 30 June 2025, merged away before, or already the present one."""
        for place in range(at, -1, -1):
            if address.units[place].is_commune or place == at:
                found = self._commune_of_districts(address, place, districts)
                if found or address.units[place].is_commune:
                    return found
        return _Found()

    def _moved(self, address: CutAddress, at: int, districts: tuple[int, ...]) -> _Found:
        """A commune that its district does not have (it passed to another, the district was divided) and its province has once.

        The unit must say that it is a commune, and its marks must be those of the name: without the district, the name is all
        there is. Numbered wards are in every city.
        """
        names, table = self._names, self._table
        place = next((place for place in range(at, -1, -1) if address.units[place].is_commune), -1)
        if place < 0:
            return _Found()
        kind, key = address.units[place].readings[0]
        if key.isdigit():
            return _Found()
        provinces = {self._district_home[district] for district in districts}
        for by_name in (names.old_communes, names.former_communes):
            olds = tuple(commune for commune in by_name.get(key, ()) if self._home[commune] in provinces)
            found = self._decide(kind, olds, (), address, place)
            if len(found.olds) == 1:
                name = marked_key(bare_name(table.old_commune_names[found.olds[0]])[1])
                same = not address.has_marks or by_name is names.former_communes or f" {name} " in address.marked(place)
                return found if same else _Found()
        return _Found()

    def _commune_of_districts(self, address: CutAddress, place: int, districts: tuple[int, ...]) -> _Found:
        names, unit = self._names, address.units[place]
        for kind, key in _with_digits(unit):
            if kind in DISTRICT_KINDS or kind == "t":
                continue
            for table in (names.in_district, names.former_in_district):
                olds = tuple(sorted({commune for district in districts for commune in table.get((district, key), ())}))
                if olds:
                    return self._decide(kind, olds, (), address, place)
            news = names.new_communes.get(key, ())
            if news:
                present = {int(new) for district in districts for new in self._table.new_of_district(district)}
                news = tuple(new for new in news if new in present)
                if news:
                    return self._decide(kind, (), news, address, place)
        kind, key = unit.readings[0]
        if kind in DISTRICT_KINDS or len(key) < MIN_SLIP:
            return _Found()

        def nearby() -> Iterable[str]:
            return (name for district in districts for name in names.keys_by_district[district])

        close = self._slips.close("commune", districts, (), key, nearby)
        near = (commune for name in close for district in districts for commune in names.in_district.get((district, name), ()))
        return self._mended(kind, tuple(sorted(near)), (), address, place)

    def _in_provinces(self, address: CutAddress, at: int, old: tuple[int, ...], new: tuple[int, ...]) -> _Found:
        """The commune of an address without a district."""
        for place in range(at, -1, -1):
            if address.units[place].is_commune or place == at:
                found = self._commune_of_provinces(address, place, old, new)
                if found or address.units[place].is_commune:
                    return found
        return _Found()

    def _commune_of_provinces(self, address: CutAddress, place: int, old: tuple[int, ...], new: tuple[int, ...]) -> _Found:
        names, unit = self._names, address.units[place]
        for kind, key in _with_digits(unit):
            if kind in DISTRICT_KINDS or kind == "t":
                continue
            olds, news = self._by_name(kind, names.old_communes.get(key, ()), names.new_communes.get(key, ()), old, new)
            if not (olds or news):
                olds = self._within(names.former_communes.get(key, ()), self._home, old, new)
            if olds or news:
                return self._decide(kind, olds, news, address, place)
        kind, key = unit.readings[0]
        if kind not in COMMUNE_KINDS or not (old or new):
            return _Found()

        def nearby() -> Iterable[str]:
            for name, numbers in names.new_communes.items():
                if any(self._new_home[number] in new for number in numbers):
                    yield name
            for name, numbers in names.old_communes.items():
                if any(self._home[number] in old for number in numbers):
                    yield name

        close = self._slips.close("anywhere", old, new, key, nearby)
        olds = tuple(c for name in close for c in names.old_communes.get(name, ()) if self._home[c] in old)
        news = tuple(c for name in close for c in names.new_communes.get(name, ()) if self._new_home[c] in new)
        return self._mended(kind, olds, news, address, place)

    def _by_name(
        self, kind: str, olds: tuple[int, ...], news: tuple[int, ...], old: tuple[int, ...], new: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Keep the communes that lie in the provinces named.

        An old name under a present province is taken where nothing else fits, or nothing else is of the type that is written:
        "Thị trấn Sa Thầy, tỉnh Quảng Ngãi" is the town of Kon Tum.
        """
        if not (old or new):
            return olds, news
        inside = tuple(commune for commune in olds if self._home[commune] in old)
        present = tuple(commune for commune in news if self._new_home[commune] in new)
        if not new:
            present = tuple(commune for commune in news if self._has_part_in(commune, old))
        if inside or present:
            mixed = tuple(c for c in olds if self._merged[self._home[c]] in new and self._names.old_commune_kind[c] == kind)
            other = kind and mixed and kind not in self._kinds(inside, present)
            return (mixed, ()) if other else (inside, present)
        merged = {*new, *(self._merged[province] for province in old)}
        inside = tuple(commune for commune in olds if self._merged[self._home[commune]] in merged)
        return inside, tuple(commune for commune in news if self._new_home[commune] in merged)

    def _has_part_in(self, commune: int, old: tuple[int, ...]) -> bool:
        districts = self._table.districts_of_new(commune)
        return any(self._district_home[district] in old for district in districts)

    def _decide(self, kind: str, olds: tuple[int, ...], news: tuple[int, ...], address: CutAddress, place: int) -> _Found:
        """Choose among homonyms by the type word, then by the marks; keep all where neither tells."""
        names, table = self._names, self._table
        if kind and len(olds) + len(news) > 1:
            same_olds = tuple(commune for commune in olds if names.old_commune_kind[commune] == kind)
            same_news = tuple(commune for commune in news if names.new_commune_kind[commune] == kind)
            if same_olds or same_news:
                olds, news = same_olds, same_news
        if len(olds) + len(news) > 1 and address.has_marks:
            text = address.marked(place)
            same_olds = tuple(c for c in olds if f" {marked_key(bare_name(table.old_commune_names[c])[1])} " in text)
            same_news = tuple(c for c in news if f" {marked_key(bare_name(table.new_commune_names[c])[1])} " in text)
            if same_olds or same_news:
                olds, news = same_olds, same_news
        return _Found(olds, news)

    def _kinds(self, olds: tuple[int, ...], news: tuple[int, ...]) -> set[str]:
        """Type words of communes."""
        old_kind, new_kind = self._names.old_commune_kind, self._names.new_commune_kind
        return {*(old_kind[commune] for commune in olds), *(new_kind[commune] for commune in news)}

    def _mended(self, kind: str, olds: tuple[int, ...], news: tuple[int, ...], address: CutAddress, place: int) -> _Found:
        """Choose among communes one slip away: as :meth:`_decide`, then those that are nearest with their marks."""
        olds, news, _ = self._decide(kind, olds, news, address, place)
        if len(olds) + len(news) > 1 and address.has_marks:
            words = address.marked(place).split()
            far_olds = [marked_distance(self._table.old_commune_names[commune], words) for commune in olds]
            far_news = [marked_distance(self._table.new_commune_names[commune], words) for commune in news]
            least = min(*far_olds, *far_news)
            olds = tuple(commune for commune, far in zip(olds, far_olds, strict=True) if far == least)
            news = tuple(commune for commune, far in zip(news, far_news, strict=True) if far == least)
        return _Found(olds, news, bool(olds or news))


def _with_digits(unit: Unit) -> tuple[tuple[str, str], ...]:
    """The readings of a unit, and for a ward with a Roman number ("Phường IV") the same in digits."""
    kind, key = unit.readings[0]
    if kind == "p" and key in _ROMAN:
        return (*unit.readings, (kind, _ROMAN[key]))
    return unit.readings


def _unread_commune(units: Sequence[Unit]) -> str:
    """Key of the rightmost unit that says it is a commune, with its type mark; "" if there is none."""
    for unit in reversed(units):
        if unit.is_commune:
            return "".join(unit.readings[0])
    return ""
