"""What an address and a commune code mean together, as a set of present communes.

A code means nothing without its vintage: whether it is of before or after 1 July 2025. What the row says of it, or what was
inferred of its column, goes first; where the address agrees with the code in the other vintage only, the code is read in that.
Code and address that agree leave what they have in common, which is narrower for an old commune that was split. Where they
agree in neither vintage one of them is wrong, and nothing tells which: both sets are kept. Without a code that ever existed
the address speaks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vnlink.normalize.addresses import AddressForm, Reading
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.vintage import Vintage

__all__ = ["Meaning", "PlaceMeaner"]


class Meaning(NamedTuple):
    """What a row means, in dense numbers of the gazetteer.

    ``communes`` are the present communes, ``olds`` the old communes and ``districts`` the old districts that are named, and
    ``vintage`` is that of the most particular unit: None where both hold or nothing is told.
    """

    communes: frozenset[int]
    olds: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    vintage: Vintage | None = None


class PlaceMeaner:
    """Combines codes and addresses with one gazetteer.

    Parameters
    ----------
    gazetteer : Gazetteer
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._table = gazetteer
        self._old = {int(code): number for code, number in gazetteer.old_number.items()}
        self._new = {int(code): number for code, number in gazetteer.new_number.items()}
        self._home: list[int] = gazetteer.new_commune_province.tolist()
        self._merged: list[int] = gazetteer.old_province_new.tolist()
        self._district_home: list[int] = gazetteer.old_province_new[gazetteer.old_district_province].tolist()

    def numbers(self, code: int) -> tuple[int | None, int | None]:
        """Old and present commune of a code, each where it existed."""
        return self._old.get(code), self._new.get(code)

    def meaning(
        self,
        code: int,
        reading: Reading,
        given: Vintage | None = None,
        inferred: Vintage | None = None,
        of_addresses: Vintage | None = None,
    ) -> Meaning:
        """Combine one code and one address.

        Parameters
        ----------
        code : int
            0 for none.
        reading : Reading
            Of the address.
        given : Vintage or None
            What the row, or the setting, says of its vintage.
        inferred, of_addresses : Vintage or None
            What was inferred of the column's codes, and of its addresses.
        """
        old, new = self.numbers(code)
        if old is None and new is None:
            return self._of_address(reading, given or of_addresses)
        # What a row says of its vintage is said of its code: the address beside it may be of the other time.
        stated = self._of_address(reading, of_addresses)
        coded: dict[Vintage, Meaning] = {}
        if old is not None:
            coded[Vintage.OLD] = Meaning(self._targets(old), (old,), (int(self._table.old_commune_district[old]),), Vintage.OLD)
        if new is not None:
            olds = tuple(commune for commune in stated.olds if new in self._targets(commune))
            coded[Vintage.NEW] = Meaning(frozenset((new,)), olds, stated.districts if olds else (), Vintage.NEW)
        first = given or inferred
        likely = [coded[first]] if first in coded else list(coded.values())
        if not stated.communes:
            return _either(likely)
        for agree in (_same, _overlap):
            for readings in (likely, list(coded.values())):
                agreeing = [found for found in readings if found.communes & stated.communes and agree(found, reading)]
                if agreeing:
                    return _either([found._replace(communes=found.communes & stated.communes) for found in agreeing])
        return _either([*likely, stated])

    def provinces(self, meaning: Meaning, reading: Reading) -> set[int]:
        """Present provinces of the most particular units that are known."""
        provinces = {self._home[commune] for commune in meaning.communes}
        provinces = provinces or {self._district_home[district] for district in meaning.districts}
        return provinces or {*reading.new_provinces, *(self._merged[old] for old in reading.old_provinces)}

    def _targets(self, old: int) -> frozenset[int]:
        """Present communes of an old one."""
        return self._table.target_sets[old]

    def _of_address(self, reading: Reading, vintage: Vintage | None) -> Meaning:
        """What an address means alone; a vintage decides where a two-level address can be of either."""
        olds, news, districts = reading.olds, reading.news, reading.districts
        if len(olds) == 1 and not news and reading.form is AddressForm.THREE_LEVEL:  # nearly every row of a land register
            return Meaning(self._targets(olds[0]), olds, districts, Vintage.OLD)
        if reading.both:
            return Meaning(frozenset(news), olds, districts, Vintage.NEW)
        if reading.form is AddressForm.THREE_LEVEL:  # a district named beside its commune narrows nothing further
            whole = () if olds or news or reading.rest else districts
        else:  # the one name may be that of a commune or of a district
            if vintage is Vintage.NEW and news:
                olds = districts = ()
            elif vintage is Vintage.OLD and (olds or districts):
                news = ()
            whole = districts
        communes = frozenset(news).union(*(self._targets(old) for old in olds))
        communes = communes.union(*(self._table.new_of_district(district).tolist() for district in whole))
        before = bool(reading.old_provinces) and not reading.new_provinces
        if news and not (olds or whole):
            told: Vintage | None = Vintage.NEW
        elif not news and (olds or districts or before):
            told = Vintage.OLD
        else:
            told = Vintage.OLD if whole and before else None
        return Meaning(communes, () if news or (whole and olds) else olds, districts, told)


def _same(coded: Meaning, reading: Reading) -> bool:
    """Whether a code in one vintage is of a commune that the address names."""
    if coded.vintage is Vintage.OLD:
        return coded.olds[0] in reading.olds
    return not coded.communes.isdisjoint(reading.news)


def _overlap(coded: Meaning, reading: Reading) -> bool:
    """Whether a code and an address that overlap can be of one place. Two old communes are two places."""
    return coded.vintage is Vintage.NEW or bool(reading.news) or not reading.olds


def _either(meanings: Sequence[Meaning]) -> Meaning:
    """One of several meanings, nothing tells which."""
    if len(meanings) == 1:
        return meanings[0]
    vintages = {meaning.vintage for meaning in meanings}
    return Meaning(
        communes=frozenset().union(*(meaning.communes for meaning in meanings)),
        vintage=vintages.pop() if len(vintages) == 1 else None,
    )
