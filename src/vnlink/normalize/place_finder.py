"""Which units of the gazetteer a unit of an address can mean: provinces, districts, communes, in that order of knowledge.

Type words decide between homonyms where they can, marks where type words cannot; one letter wrong is forgiven within the
province or district that is known, nowhere else. What an address says as a whole is :mod:`vnlink.normalize.addresses`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vnlink.normalize.address_parts import COMMUNE_KINDS, DISTRICT_KINDS, MAX_CACHED, CutAddress, Unit
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_names import bare_name, marked_key
from vnlink.normalize.place_slips import MIN_SLIP, SlipFinder, marked_distance

__all__ = ["Found", "UnitFinder"]

_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}

_FINAL = {"k": "c", "c": "k"}
"""One sound, written with either letter in names of the highlands."""

_VOWELS = frozenset("aeiouy")

Readings = tuple[tuple[str, str], ...]
"""Readings of a unit, which its meanings are remembered by."""


class Found(NamedTuple):
    """Communes that a unit can mean, and whether a wrong letter was forgiven."""

    olds: tuple[int, ...] = ()
    news: tuple[int, ...] = ()
    slip: bool = False

    def __bool__(self) -> bool:
        return bool(self.olds or self.news)


class UnitFinder:
    """Finds units with one gazetteer; remembers provinces and districts it has met (bounded).

    Parameters
    ----------
    gazetteer : Gazetteer
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._table = gazetteer
        self._names = gazetteer.names
        self._province_keys = (*self._names.old_provinces, *self._names.new_provinces)
        self._slips = SlipFinder()
        self._marked_names: dict[tuple[int, int], str] = {}
        self._known_provinces: dict[Readings, tuple[tuple[int, ...], tuple[int, ...], bool]] = {}
        self._known_districts: dict[tuple[Readings, tuple[int, ...], tuple[int, ...]], tuple[tuple[int, ...], bool, bool]] = {}
        self._home: list[int] = gazetteer.old_commune_province.tolist()
        self._district_home: list[int] = gazetteer.old_district_province.tolist()
        self._new_home: list[int] = gazetteer.new_commune_province.tolist()
        self._merged: list[int] = gazetteer.old_province_new.tolist()

    # --- provinces and districts

    def provinces(self, unit: Unit) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
        """Old and present provinces that a unit can mean, whether by a slip; remembered."""
        found = self._known_provinces.get(unit.readings)
        if found is None:
            if len(self._known_provinces) >= MAX_CACHED:
                self._known_provinces.clear()
            found = self._known_provinces[unit.readings] = self._find_provinces(unit)
        return found

    def _find_provinces(self, unit: Unit) -> tuple[tuple[int, ...], tuple[int, ...], bool]:
        """As :meth:`_provinces`. "Thành phố" is taken at its word, so "TP Vĩnh Long" is a district."""
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

    def is_commune_name(self, unit: Unit) -> bool:
        """Whether a unit without a type word is called just as a commune is."""
        kind, key = unit.readings[0]
        return kind == "" and (key in self._names.old_communes or key in self._names.new_communes)

    def has_commune(self, district: int, unit: Unit) -> bool:
        """Whether an old district has a commune that is called as a unit, without a slip."""
        names = self._names
        return any(
            (district, key) in table for _, key in unit.readings for table in (names.in_district, names.former_in_district)
        )

    def is_same_province(self, unit: Unit, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
        """Whether a unit is the province once more, by its name of before or after ("Hà Nội (Hà Tây cũ)"), and no district."""
        more_old, more_new, slip = self.provinces(unit)
        if slip or not (more_old or more_new) or self.districts(unit, old, new)[0]:
            return False
        merged = {*new, *(self._merged[province] for province in old)}
        return not merged.isdisjoint((*more_new, *(self._merged[province] for province in more_old)))

    def districts(self, unit: Unit, old: tuple[int, ...], new: tuple[int, ...]) -> tuple[tuple[int, ...], bool, bool]:
        """Old districts that a unit can mean within the provinces, whether its type word says district, whether by a slip.

        Remembered: a register has thousands of communes and some ten districts.
        """
        if unit.is_commune:
            return (), False, False
        key = (unit.readings, old, new)
        found = self._known_districts.get(key)
        if found is None:
            if len(self._known_districts) >= MAX_CACHED:
                self._known_districts.clear()
            found = self._known_districts[key] = self._find_districts(unit, old, new)
        return found

    def _find_districts(self, unit: Unit, old: tuple[int, ...], new: tuple[int, ...]) -> tuple[tuple[int, ...], bool, bool]:
        names = self._names
        for kind, key in unit.readings:
            if kind == "t" or _is_bare_number(kind, key, old, new):
                continue
            for table in (names.districts, names.former_districts):
                districts = self._within(table.get(key, ()), self._district_home, old, new)
                same = tuple(district for district in districts if names.district_kind[district] == kind)
                if districts:
                    return same or districts, kind != "", False
        for kind, key in unit.readings:
            other = _FINAL.get(key[-1:]) if kind != "t" and (old or new) else None  # "Krông Păk" for "Krông Pắc"
            districts = (
                self._within(names.districts.get(f"{key[:-1]}{other}", ()), self._district_home, old, new) if other else ()
            )
            if districts:
                return districts, kind != "", False
        for kind, key in unit.readings:
            short = self._within(names.short_districts.get(key, ()), self._district_home, old, new) if old or new else ()
            plain = kind == "" and len(short) == 1 and (len(key) > 3 or (len(key) == 3 and _VOWELS.isdisjoint(key)))
            if short and (kind in DISTRICT_KINDS or plain):
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

    def in_districts(self, address: CutAddress, at: int, districts: tuple[int, ...]) -> Found:
        """The commune left of a district: present on 30 June 2025, merged away before, or already the present one."""
        for place in range(at, -1, -1):
            if address.units[place].is_commune or place == at:
                found = self.commune_of_districts(address, place, districts)
                if found or address.units[place].is_commune:
                    return found
        return Found()

    def moved(self, address: CutAddress, at: int, districts: tuple[int, ...]) -> Found:
        """A commune that its district does not have (it passed to another, the district was divided) and its province has once.

        The unit must say that it is a commune, and its marks must be those of the name: without the district, the name is all
        there is. Numbered wards are in every city.
        """
        names = self._names
        place = next((place for place in range(at, -1, -1) if address.units[place].is_commune), -1)
        if place < 0:
            return Found()
        kind, key = address.units[place].readings[0]
        if key.isdigit():
            return Found()
        provinces = {self._district_home[district] for district in districts}
        for by_name in (names.old_communes, names.former_communes):
            olds = tuple(commune for commune in by_name.get(key, ()) if self._home[commune] in provinces)
            found = self._decide(kind, olds, (), address, place)
            if len(found.olds) == 1:
                name = self._marked(0, found.olds[0])
                same = not address.has_marks or by_name is names.former_communes or name in address.marked(place)
                return found if same else Found()
        return Found()

    def commune_of_districts(self, address: CutAddress, place: int, districts: tuple[int, ...]) -> Found:
        """Communes of the districts that the unit at ``place`` can mean."""
        names, unit = self._names, address.units[place]
        for kind, key in _with_digits(unit):
            if kind in DISTRICT_KINDS or kind == "t":
                continue
            for table in (names.in_district, names.former_in_district):
                olds = table.get((districts[0], key), ())
                if len(districts) > 1:
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
            return Found()

        def nearby() -> Iterable[str]:
            return (name for district in districts for name in names.keys_by_district[district])

        close = self._slips.close("commune", districts, (), key, nearby)
        near = (commune for name in close for district in districts for commune in names.in_district.get((district, name), ()))
        return self._mended(kind, tuple(sorted(near)), (), address, place)

    def former_of(self, address: CutAddress, news: tuple[int, ...]) -> tuple[int, ...]:
        """Old communes that the rightmost unit that says commune can mean, of those that became part of present ones."""
        place = max(place for place, unit in enumerate(address.units) if unit.is_commune)
        for kind, key in _with_digits(address.units[place]):
            for by_name in (self._names.old_communes, self._names.former_communes):
                parts = (commune for commune in by_name.get(key, ()) if not self._table.target_sets[commune].isdisjoint(news))
                if olds := tuple(parts):
                    return self._decide(kind, olds, (), address, place).olds
        return ()

    def in_provinces(self, address: CutAddress, at: int, old: tuple[int, ...], new: tuple[int, ...]) -> Found:
        """The commune of an address without a district.

        A unit without a type word, right of one that says commune, is a district of before ("xã Cổ Nhuế, Từ Liêm, Hà Nội")
        and no commune, unless the text says that it is what the place is called now.
        """
        named = not address.is_now and any(unit.is_commune for unit in address.units[: at + 1])
        for place in range(at, -1, -1):
            if address.units[place].is_commune or (place == at and not named):
                found = self._commune_of_provinces(address, place, old, new)
                if found or address.units[place].is_commune:
                    return found
        return Found()

    def _commune_of_provinces(self, address: CutAddress, place: int, old: tuple[int, ...], new: tuple[int, ...]) -> Found:
        names, unit = self._names, address.units[place]
        for kind, key in _with_digits(unit):
            if kind in DISTRICT_KINDS or kind == "t" or _is_bare_number(kind, key, old, new):
                continue
            olds, news = self._by_name(kind, names.old_communes.get(key, ()), names.new_communes.get(key, ()), old, new)
            if not (olds or news):
                olds = self._within(names.former_communes.get(key, ()), self._home, old, new)
            if olds or news:
                return self._decide(kind, olds, news, address, place)
        kind, key = unit.readings[0]
        if kind not in COMMUNE_KINDS or not (old or new):
            return Found()

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

    def _decide(self, kind: str, olds: tuple[int, ...], news: tuple[int, ...], address: CutAddress, place: int) -> Found:
        """Choose among homonyms by the type word, then by the marks; keep all where neither tells."""
        if len(olds) + len(news) < 2:
            return Found(olds, news)
        names = self._names
        if kind:
            same_olds = tuple(commune for commune in olds if names.old_commune_kind[commune] == kind)
            same_news = tuple(commune for commune in news if names.new_commune_kind[commune] == kind)
            if same_olds or same_news:
                olds, news = same_olds, same_news
        if len(olds) + len(news) > 1 and address.has_marks:
            marked_olds = [self._marked(0, commune) for commune in olds]
            marked_news = [self._marked(1, commune) for commune in news]
            if len({*marked_olds, *marked_news}) > 1:
                text = address.marked(place)
                same_olds = tuple(c for c, name in zip(olds, marked_olds, strict=True) if name in text)
                same_news = tuple(c for c, name in zip(news, marked_news, strict=True) if name in text)
                if same_olds or same_news:
                    olds, news = same_olds, same_news
        return Found(olds, news)

    def _marked(self, is_new: int, commune: int) -> str:
        """Name of an old or a present commune with its marks, a space at either end; remembered."""
        name = self._marked_names.get((is_new, commune))
        if name is None:
            table = self._table
            full = table.new_commune_names[commune] if is_new else table.old_commune_names[commune]
            name = self._marked_names[is_new, commune] = f" {marked_key(bare_name(full)[1])} "
        return name

    def _kinds(self, olds: tuple[int, ...], news: tuple[int, ...]) -> set[str]:
        """Type words of communes."""
        old_kind, new_kind = self._names.old_commune_kind, self._names.new_commune_kind
        return {*(old_kind[commune] for commune in olds), *(new_kind[commune] for commune in news)}

    def _mended(self, kind: str, olds: tuple[int, ...], news: tuple[int, ...], address: CutAddress, place: int) -> Found:
        """Choose among communes one slip away: as :meth:`_decide`, then those that are nearest with their marks."""
        olds, news, _ = self._decide(kind, tuple(sorted({*olds})), tuple(sorted({*news})), address, place)
        if len(olds) + len(news) > 1 and address.has_marks:
            words = address.marked(place).split()
            far_olds = [marked_distance(self._table.old_commune_names[commune], words) for commune in olds]
            far_news = [marked_distance(self._table.new_commune_names[commune], words) for commune in news]
            least = min(*far_olds, *far_news)
            olds = tuple(commune for commune, far in zip(olds, far_olds, strict=True) if far == least)
            news = tuple(commune for commune, far in zip(news, far_news, strict=True) if far == least)
        return Found(olds, news, bool(olds or news))


def _is_bare_number(kind: str, key: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether a unit is digits that name no place: wards and districts have numbers, but so have houses, plots and days.

    A number is a place beside its own type word, or where the province is known.
    """
    return key.isdigit() and kind not in {"p", "q"} and not (old or new)


def _with_digits(unit: Unit) -> tuple[tuple[str, str], ...]:
    """The readings of a unit, and for a ward with a Roman number ("Phường IV") the same in digits."""
    kind, key = unit.readings[0]
    if kind == "p" and key in _ROMAN:
        return (*unit.readings, (kind, _ROMAN[key]))
    return unit.readings
