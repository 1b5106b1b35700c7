"""The administrative units of Vietnam before and after 1 July 2025, and their names.

1. :meth:`Gazetteer.load` reads ``resources/places.tsv`` once (about 30 ms) into parallel tuples and arrays.
2. :attr:`Gazetteer.names`, built on first use, finds units by name (:mod:`vnlink.normalize.place_names`).

Units are dense numbers in the order of their official codes: present communes 0 to 3320, old communes 0 to 10034, old
districts 0 to 695, old provinces 0 to 62, present provinces 0 to 33. An official code means nothing without its date: every
present code but five was the code of an old commune, most with another territory.

For whoever writes addresses (the generator of synthetic registers): ``old_commune_codes``, ``new_commune_codes``,
:meth:`Gazetteer.old_address_parts`, :meth:`Gazetteer.new_address_parts` and :meth:`Gazetteer.new_of_old` are all it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vnlink.normalize.place_names import PlaceNames

__all__ = ["Gazetteer"]


@dataclass(frozen=True, eq=False, repr=False)
class Gazetteer:
    """Units of before and after 1 July 2025 as parallel tuples and arrays; a unit is its dense number.

    Attributes
    ----------
    new_commune_codes, new_commune_names : tuple of str
        Present communes, wards and special zones (3,321), names with type words.
    new_commune_province : ndarray of int16, shape (3321,)
        Dense number of the present province.
    new_province_codes, new_province_names : tuple of str
        34 present provinces.
    old_commune_codes, old_commune_names : tuple of str
        Communes in force on 30 June 2025 (10,035).
    old_commune_district, old_commune_province : ndarray of int16, shape (10035,)
        Dense numbers of old district and old province.
    old_district_codes, old_district_names : tuple of str
        696 old districts.
    old_district_province : ndarray of int16, shape (696,)
    old_province_codes, old_province_names : tuple of str
        63 old provinces.
    old_province_new : ndarray of int16, shape (63,)
        The present province that an old one became, or became part of.
    old_commune_other_names, old_district_other_names : tuple of str
        Former names as typed keys ("xacamhai"), space-separated.
    """

    new_commune_codes: tuple[str, ...]
    new_commune_names: tuple[str, ...]
    new_commune_province: NDArray[np.int16]
    new_province_codes: tuple[str, ...]
    new_province_names: tuple[str, ...]
    old_commune_codes: tuple[str, ...]
    old_commune_names: tuple[str, ...]
    old_commune_district: NDArray[np.int16]
    old_commune_province: NDArray[np.int16]
    old_district_codes: tuple[str, ...]
    old_district_names: tuple[str, ...]
    old_district_province: NDArray[np.int16]
    old_province_codes: tuple[str, ...]
    old_province_names: tuple[str, ...]
    old_province_new: NDArray[np.int16]
    old_commune_other_names: tuple[str, ...]
    old_district_other_names: tuple[str, ...]
    _targets: NDArray[np.int16] = field()
    _target_starts: NDArray[np.int32] = field()
    _district_targets: dict[int, NDArray[np.int16]] = field()

    @staticmethod
    def load() -> Gazetteer:
        """Return the package's table, read once per process.

        Examples
        --------
        >>> table = Gazetteer.load()
        >>> table.old_address_parts(0)
        ('Phường Phúc Xá', 'Quận Ba Đình', 'Thành phố Hà Nội')
        >>> [table.new_commune_names[i] for i in table.new_of_old(0)]
        ['Phường Hồng Hà']
        """
        return _load()

    def old_address_parts(self, commune: int) -> tuple[str, str, str]:
        """Full names (with type words) of an old commune, its district and its province."""
        district = self.old_commune_district[commune]
        province = self.old_district_province[district]
        return self.old_commune_names[commune], self.old_district_names[district], self.old_province_names[province]

    def new_address_parts(self, commune: int) -> tuple[str, str]:
        """Full names (with type words) of a present commune and its province."""
        return self.new_commune_names[commune], self.new_province_names[self.new_commune_province[commune]]

    def new_of_old(self, commune: int) -> NDArray[np.int16]:
        """Present communes (int16, ascending) that an old commune went to; several where it was split (at most 5)."""
        return self._targets[self._target_starts[commune] : self._target_starts[commune + 1]]

    def new_of_district(self, district: int) -> NDArray[np.int16]:
        """Present communes (int16, ascending) that hold a part of an old district."""
        return self._new_by_district[district]

    def new_of_island(self, district: int) -> NDArray[np.int16]:
        """Present special zone (int16) of an island district that had no communes; empty for every other district."""
        return self._district_targets.get(int(district), self._targets[:0])

    def districts_of_new(self, commune: int) -> NDArray[np.int16]:
        """Old districts (int16, ascending) that a present commune was put together from."""
        return self._districts_by_new[commune]

    def old_of_new(self, commune: int) -> NDArray[np.int32]:
        """Old communes (int32, ascending) that a present commune holds at least a part of."""
        return self._old_by_new[commune]

    @cached_property
    def old_number(self) -> dict[str, int]:
        """Dense number of an old commune by its code."""
        return {code: number for number, code in enumerate(self.old_commune_codes)}

    @cached_property
    def new_number(self) -> dict[str, int]:
        """Dense number of a present commune by its code."""
        return {code: number for number, code in enumerate(self.new_commune_codes)}

    @cached_property
    def target_sets(self) -> tuple[frozenset[int], ...]:
        """Present communes that each old commune went to, as sets."""
        goals, starts = self._targets.tolist(), self._target_starts.tolist()
        return tuple(frozenset(goals[start:stop]) for start, stop in pairwise(starts))

    @cached_property
    def names(self) -> PlaceNames:
        """The finder of units by name."""
        return PlaceNames(self)

    @cached_property
    def _old_by_new(self) -> tuple[NDArray[np.int32], ...]:
        owner = np.repeat(np.arange(len(self.old_commune_codes), dtype=np.int32), np.diff(self._target_starts))
        order = np.argsort(self._targets, kind="stable")
        bounds = np.searchsorted(self._targets[order], np.arange(len(self.new_commune_codes) + 1))
        return tuple(owner[order[bounds[i] : bounds[i + 1]]] for i in range(len(self.new_commune_codes)))

    @cached_property
    def _districts_by_new(self) -> tuple[NDArray[np.int16], ...]:
        island = {int(new): district for district, news in self._district_targets.items() for new in news}
        return tuple(
            np.unique(self.old_commune_district[olds]) if len(olds) else np.array([island[new]], np.int16)
            for new, olds in enumerate(self._old_by_new)
        )

    @cached_property
    def _new_by_district(self) -> tuple[NDArray[np.int16], ...]:
        found: list[set[int]] = [set() for _ in self.old_district_codes]
        for new, districts in enumerate(self._districts_by_new):
            for district in districts:
                found[district].add(new)
        return tuple(np.array(sorted(news), np.int16) for news in found)


@cache
def _load() -> Gazetteer:
    text = resources.files("vnlink.resources").joinpath("places.tsv").read_text(encoding="utf-8")
    rows: dict[str, list[list[str]]] = {kind: [] for kind in "pcPDC"}
    for line in text.splitlines():
        if line[0] != "#":
            cells = line.split("\t")
            rows[cells[0]].append(cells[1:] + [""] * (6 - len(cells)))
    number = {kind: {cells[0]: at for at, cells in enumerate(rows[kind])} for kind in "pcPD"}
    targets = [[number["c"][code] for code in cells[3].split(" ")] for cells in rows["C"]]
    starts = np.zeros(len(targets) + 1, np.int32)
    np.cumsum([len(goal) for goal in targets], out=starts[1:])
    district = np.array([number["D"][cells[2]] for cells in rows["C"]], np.int16)
    district_province = np.array([number["P"][cells[2]] for cells in rows["D"]], np.int16)
    return Gazetteer(
        new_commune_codes=tuple(cells[0] for cells in rows["c"]),
        new_commune_names=tuple(cells[1] for cells in rows["c"]),
        new_commune_province=np.array([number["p"][cells[2]] for cells in rows["c"]], np.int16),
        new_province_codes=tuple(cells[0] for cells in rows["p"]),
        new_province_names=tuple(cells[1] for cells in rows["p"]),
        old_commune_codes=tuple(cells[0] for cells in rows["C"]),
        old_commune_names=tuple(cells[1] for cells in rows["C"]),
        old_commune_district=district,
        old_commune_province=district_province[district],
        old_district_codes=tuple(cells[0] for cells in rows["D"]),
        old_district_names=tuple(cells[1] for cells in rows["D"]),
        old_district_province=district_province,
        old_province_codes=tuple(cells[0] for cells in rows["P"]),
        old_province_names=tuple(cells[1] for cells in rows["P"]),
        old_province_new=np.array([number["p"][cells[3]] for cells in rows["P"]], np.int16),
        old_commune_other_names=tuple(cells[4] for cells in rows["C"]),
        old_district_other_names=tuple(cells[4] for cells in rows["D"]),
        _targets=np.array([new for goal in targets for new in goal], np.int16),
        _target_starts=starts,
        _district_targets={
            at: np.array([number["c"][code] for code in cells[3].split(" ")], np.int16)
            for at, cells in enumerate(rows["D"])
            if cells[3]
        },
    )
