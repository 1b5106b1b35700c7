"""Who is married to whom, where only their children say so.

That the other owner of a certificate is the spouse of a candidate proves nearly as much as a number, and the household says
it nearly as well. A population register without either may still hold the names of everybody's father and mother. A child
whose parents are Hoàng Văn Ba and Lý Thị Mỷ, in one hamlet with a Hoàng Văn Ba of the age to be its father, says that his
wife is called Lý Thị Mỷ. So the column ``partner`` of citizens without a household, and without a spouse of their own
register, is filled from the children of their hamlet (of their commune, where the address says no more). Whoever could be the
parent of children with different other parents is left without.

Children name their parents, not their numbers, so a namesake of the age and the hamlet gets the same spouse; what an agreeing
spouse is worth is learned from the pairs of the register at hand, such mistakes included.

Without households it raises recall on every register that was tried; beside them it adds nothing, so there children are not
asked (``docs/design/decisions.md``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vnlink.families import commune_numbers
from vnlink.hashing import combine
from vnlink.homes import are_households
from vnlink.kernels import kernel
from vnlink.normalize.lexicon import name_hash
from vnlink.persons import PersonTable
from vnlink.records import Column, localities_of, partners_of, write_partner
from vnlink.schema import MAX_SYLLABLES, SEX_FEMALE, SEX_MALE, Flag, LexiconArrays, PlaceArrays

__all__ = ["tell_spouses"]

_YOUNGEST, _OLDEST = 14, 60
"""Years between a child and its parent: beyond them it is the child of a namesake."""

_BLOCK = 1 << 17
_MOST = 1 << 23
"""Parents that are sorted at a time: some 400 MB while they are, which learning takes later."""

_NONE, _SEX, _YEAR = np.uint64(0), 3, 10_000
_FATHER, _MOTHER = np.uint64(1), np.uint64(2)
_MALE, _FEMALE = SEX_MALE, SEX_FEMALE
_MIXED, _BIRTH = int(Column.SEX_RARITY_LOCALITY), int(Column.BIRTH)
_TOLD = np.uint32(Flag.SPOUSE_FROM_CHILDREN)


@kernel
def _find(records, names, where, keys, spouses, births, found):  # type: ignore[no-untyped-def]
    """Find the spouse of each citizen among the parents of the hamlet; 0 where there is none, or several."""
    for i in range(len(records)):
        sex, year = records[i, _MIXED] & _SEX, records[i, _BIRTH] // 10000
        found[i], alone = _NONE, True
        for role in (_FATHER, _MOTHER):
            if (role == _FATHER and sex == _FEMALE) or (role == _MOTHER and sex == _MALE):
                continue
            key = combine(combine(where[i], role), names[i])
            at = np.searchsorted(keys, key)
            while at < len(keys) and keys[at] == key:
                if _YOUNGEST <= births[at] - year <= _OLDEST:
                    alone &= found[i] == _NONE or found[i] == spouses[at]
                    found[i] = spouses[at]
                at += 1
        if not alone:
            found[i] = _NONE


@kernel
def _parents_of(children, where, keys, spouses):  # type: ignore[no-untyped-def]
    """Write both parents of each child as a key, and the other parent's name."""
    for i in range(len(children)):
        father, mother = children[i, 1], children[i, 2]
        keys[2 * i], spouses[2 * i] = combine(combine(where[i], _FATHER), father), mother
        keys[2 * i + 1], spouses[2 * i + 1] = combine(combine(where[i], _MOTHER), mother), father


@kernel
def _hamlets(communes, localities, where):  # type: ignore[no-untyped-def]
    for i in range(len(where)):
        where[i] = combine(communes[i], np.uint64(localities[i])) if communes[i] != _NONE else _NONE


class _Parents:
    """Some of the parents whom children name, by the hamlet they live in."""

    def __init__(self, table: PersonTable, communes: NDArray[np.uint64], part: int, parts: int) -> None:
        self._communes, self._part, self._parts = communes, np.uint64(part), np.uint64(parts)
        keys, spouses, births = ([np.empty(0, dtype)] for dtype in (np.uint64, np.uint64, np.int16))
        for children in _blocks(table):
            records = table.records.take(children[:, 0].astype(np.int64))
            where = self.hamlets(records)
            year = (records[:, Column.BIRTH] // 10000).astype(np.int16)
            told = (where != 0) & (year > 0)
            pair = np.empty((2, 2 * int(told.sum())), np.uint64)
            _parents_of(children[told], where[told], pair[0], pair[1])
            keys.append(pair[0])
            spouses.append(pair[1])
            births.append(np.repeat(year[told], 2))
        key = np.concatenate(keys)
        order = np.argsort(key)
        self.keys, self.spouses = key[order], np.concatenate(spouses)[order]
        self.births = np.concatenate(births)[order]

    def hamlets(self, records: NDArray[np.int32]) -> NDArray[np.uint64]:
        """A number for the hamlet of each packed citizen; 0 where it is not known, or its turn is another time."""
        where = np.empty(len(records), np.uint64)
        _hamlets(self._communes[records[:, Column.PLACE]], localities_of(records), where)
        return np.where(where % self._parts == self._part, where, _NONE)


def _blocks(table: PersonTable) -> Iterator[NDArray[np.uint64]]:
    return (table.children.read(low, low + _BLOCK) for low in range(0, len(table.children), _BLOCK))


def tell_spouses(table: PersonTable, lexicon: LexiconArrays, places: PlaceArrays) -> int:
    """Fill in the spouses of citizens without one, in place, and flag them; return how many have one from their children.

    What was filled in before is found anew, so it depends on the citizens as they are now.

    Parameters
    ----------
    table : PersonTable
        The citizens, with the names of parents in ``children``.
    lexicon, places : LexiconArrays, PlaceArrays
        Tables that the records point into.
    """
    parts = max(1, -(-2 * len(table.children) // _MOST))
    communes, count = commune_numbers(places), 0
    for part in range(parts):
        if not len(table.children) and not _any_told(table):
            break
        parents = _Parents(table, communes, part, parts)
        for low in range(0, len(table), _BLOCK):
            count += _fill(table, low, parents, lexicon)
    return count


def _any_told(table: PersonTable) -> bool:
    return any(bool((table.column("flags", low, low + _BLOCK) & _TOLD).any()) for low in range(0, len(table), _BLOCK))


def _fill(table: PersonTable, low: int, parents: _Parents, lexicon: LexiconArrays) -> int:
    """Fill in the spouses of those of a block of citizens whose turn it is; return how many have one from their children."""
    records, flags = table.records.read(low, low + _BLOCK), table.column("flags", low, low + _BLOCK)
    partner = partners_of(records)
    asked = ((partner == 0) | ((flags & _TOLD) != 0)) & (records[:, Column.BIRTH] >= _YEAR)
    rows = np.flatnonzero(asked & ~are_households(table.column("household", low, low + _BLOCK)))
    where = parents.hamlets(records[rows])
    rows, where = rows[where != 0], where[where != 0]
    if not len(rows):
        return 0
    some, found = records[rows], np.empty(len(rows), np.uint64)
    names = name_hash(some[:, :MAX_SYLLABLES], lexicon)
    _find(some, names, where, parents.keys, parents.spouses, parents.births, found)
    partner[rows] = found
    write_partner(records, partner)
    table.records.write(low, records)
    now = flags.copy()
    now[rows] = np.where(found != 0, now[rows] | _TOLD, now[rows] & ~_TOLD)
    table.replace("flags", low, now)
    return int(np.count_nonzero(found))
