"""How many others of a name are to be expected, given how many bear it and how common its parts are.

A name that one citizen of N bears is not a name of frequency 1/N: the many names that nobody in this register bears share the
rest. Good's and Turing's estimate (Good 1953; Gale and Sampson 1995, "Good-Turing frequency estimation without tears") tells
how many *further* bearers names have that were seen so often: (r + 1) N(r + 1) / N(r), where N(r) is the number of names with r
bearers.

But names are not alike. Nguyễn Thị Lan with one bearer is one of a hundred combinations of that kind, and the next register has
another; of Tạ Quỳnh Chi there will hardly be a second. A family is borne with what follows it nearly as if both were drawn
apart, so how many others are to be expected by chance is

    e = (others of the family + 1/2) x (others of what follows + 1/2) / citizens

without the bearers of the very name. Names are parted by powers of two of e, and Good's and Turing's estimate is taken in each
part: what chance says is not believed but looked up. Where a part has few names, twenty are added to it: of names with one
bearer such as have 2 / (1 / e + 1) others (the gamma-Poisson estimate of shape one), of names with more, for which chance has
been refuted, such as have as many others as names with so many bearers have in the mean.

Peoples with families of their own have other names of their own as well, so of these families chance lets expect too few: of Y
Dhun Niê and H'Bla Mlô there are many, though few of other families are called Dhun Niê. So in each family the further bearers
are counted once more, those of names with one bearer and of those with two to five, and its names are worth as many times more
or less as there are more or fewer than its parts say; five are added to both. Families of fewer than 64 citizens are taken
together: they are mostly misread, and there may be as many as rows.

A shortened name may mean all whose names fit, however many are recorded by it (:mod:`vnlink.shortened`).

Names with many bearers need none of this: of these as many others are expected as there are, less what the slope of log N(r)
against log r says. A citizen who bears the name counts for e also where learning or an audit takes it away, for e is without
the bearers.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.keys import name_key
from vnlink.compare.patterns import rarity_level
from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES, RARITY_BEARERS, LexiconArrays
from vnlink.shortened import ShortNames
from vnlink.tally import NO_KEY, Tally, add, count_of, slot

__all__ = ["NameCounts", "Namesakes"]

_FEW = 5
"""Bearers up to which names are parted by chance: of a name with more that says little beside its bearers."""

_LEAST, _MOST = -10, 7
"""Binary logarithms of the least and the most that is told apart of what chance expects."""

_PARTS = _MOST - _LEAST + 1
_USUAL, _USUAL_OF_FAMILY = 20.0, 5.0
_LEAST_FAMILY = 64
"""Citizens of a family that is counted by itself: a kilobyte each, so sixteen bytes a citizen whatever stands in the column."""

_MOST_BEARERS = 4096
_SAMPLE = 1 << 22
"""Citizens from which on only names of a share are looked at: they say as much, and the table of names stays small."""

_FAMILY, _REST, _NONE = np.uint64(0xFA), np.uint64(0x3E), np.uint64(0)


@kernel
def _parts_of(record, fold_hash):  # type: ignore[no-untyped-def]
    """Keys of the family and of what follows it."""
    rest = combine(_REST, _NONE)
    for i in range(1, MAX_SYLLABLES):
        if record[i] < 0:
            break
        rest = combine(rest, fold_hash[record[i]])
    return combine(_FAMILY, fold_hash[record[0]]), rest


@kernel
def _count(  # type: ignore[no-untyped-def]
    records, fold_hash, families, families_shift, rests, rests_shift, names, names_shift, others
):
    """Count the parts of some names, and of a share of them the names. Returns how many of each are new."""
    new_families, new_rests, new_names = 0, 0, 0
    for i in range(len(records)):
        if records[i, 0] >= 0:
            family, rest = _parts_of(records[i], fold_hash)
            new_families += add(family, families, families_shift)
            new_rests += add(rest, rests, rests_shift)
            name = name_key(records[i], fold_hash)
            if name & others == NO_KEY:
                new_names += add(name, names, names_shift)
    return new_families, new_rests, new_names


@kernel
def _by_chance(expected):  # type: ignore[no-untyped-def]
    """Part of the names that a name belongs to, of which chance lets expect so many others."""
    return min(max(int(np.floor(np.log2(expected))), _LEAST), _MOST) - _LEAST


@kernel
def _others(family, rest, bearers, citizens):  # type: ignore[no-untyped-def]
    """How many others of a name chance lets expect."""
    return (max(family - bearers, 0) + 0.5) * (max(rest - bearers, 0) + 0.5) / citizens


@kernel
def _spread_out(  # type: ignore[no-untyped-def]
    records, fold_hash, families, families_shift, rests, rests_shift, names, names_shift, others, ranks, citizens, few, spectrum
):
    """Add citizens to ``spectrum`` by how many bear the name, and to ``few`` by family, bearers, and what chance says."""
    for i in range(len(records)):
        if records[i, 0] < 0:
            continue
        name = name_key(records[i], fold_hash)
        if name & others == NO_KEY:
            bearers = count_of(name, names, names_shift)
            if bearers < len(spectrum):
                spectrum[bearers] += 1
            if bearers < few.shape[1]:
                family, rest = _parts_of(records[i], fold_hash)
                at = slot(family, families, families_shift)
                others_by_chance = _others(
                    count_of(family, families, families_shift), count_of(rest, rests, rests_shift), bearers, citizens
                )
                few[ranks[at], bearers, _by_chance(others_by_chance)] += 1


@kernel
def _expected(  # type: ignore[no-untyped-def]
    records,
    fold_hash,
    bearers,
    gone,
    families,
    families_shift,
    ranks,
    rests,
    rests_shift,
    citizens,
    few,
    of_family,
    slope,
    expected,
    by_chance,
):
    """Further bearers of each name; 0 where nobody bears it, and then the part that it belongs to by chance."""
    for i in range(len(records)):
        seen = bearers[i] - gone
        if seen >= len(few):
            expected[i] = seen * (1.0 + 1.0 / seen) ** (slope + 1.0)
            continue
        family, rest, rank = np.int64(0), np.int64(0), len(of_family) - 1
        if records[i, 0] >= 0:
            one, other = _parts_of(records[i], fold_hash)
            family, rest = count_of(one, families, families_shift), count_of(other, rests, rests_shift)
            rank = ranks[slot(one, families, families_shift)]
        chance = _others(family, rest, bearers[i], citizens)
        times = of_family[rank, 0 if seen < 2 else 1]
        if seen > 0:
            expected[i] = few[seen, _by_chance(chance)] * times
        else:
            expected[i] = 0.0
            by_chance[i] = _by_chance(chance * times)


class Namesakes:
    """What a population says of how common names are.

    Parameters
    ----------
    citizens : int
        How many there are.
    families, rests : Tally
        How many bear each family, and each rest of a name.
    short : ShortNames
        How many a shortened name may mean.
    few : float64[6, 18]
        Expected further bearers of names with few bearers (row 0 is not used), by what chance says.
    of_family : float64[f + 1, 2]
        How many times more further bearers than that names of each family have, those with one bearer and those with a few, in
        the order of the families' entries; last of all small families together.
    slope : float
        Of the logarithm of the number of names against the logarithm of their bearers.
    """

    def __init__(
        self,
        citizens: int,
        families: Tally,
        rests: Tally,
        short: ShortNames,
        few: NDArray[np.float64],
        of_family: NDArray[np.float64],
        slope: float,
    ) -> None:
        self.citizens, self.families, self.rests, self.short = citizens, families, rests, short
        self.few, self.of_family, self.slope = few, of_family, slope
        self._ranks, _ = families.ranks(_LEAST_FAMILY)

    def rarity(
        self, records: NDArray[np.int32], lexicon: LexiconArrays, bearers: NDArray[np.int32], *, gone: bool = False
    ) -> NDArray[np.int32]:
        """Return how rare each person's name is, as a number in :data:`~vnlink.schema.RARITY_LEVELS`, int32[n].

        Parameters
        ----------
        records : int32[n, 16]
            Packed persons of either side.
        lexicon : LexiconArrays
        bearers : int32[n]
            How many citizens bear the name of each.
        gone : bool
            Whether one of the bearers is to be left out.
        """
        expected, chance = np.empty(len(records)), np.zeros(len(records), np.int32)
        families, rests = self.families, self.rests
        parts = families.table, families.shift, self._ranks, rests.table, rests.shift
        told = float(max(self.citizens, 1)), self.few, self.of_family, self.slope
        _expected(records, lexicon.fold_hash, bearers, int(gone), *parts, *told, expected, chance)
        shortened, meant = self.short.may_mean(records, lexicon)
        # A citizen who is recorded by a shortened name is one of those whom it may mean.
        expected[shortened] = np.maximum(expected[shortened], self._further(meant - int(gone)))
        return np.where(expected > 0.0, rarity_level(expected), len(RARITY_BEARERS) + chance // 2).astype(np.int32)

    def _further(self, seen: NDArray[np.int64]) -> NDArray[np.float64]:
        """Further bearers of names with so many, as far as the slope tells; chance says nothing of a shortened name."""
        some = np.maximum(seen, 1)
        return np.where(seen > 0, some * (1.0 + 1.0 / some) ** (self.slope + 1.0), 0.0)

    def as_arrays(self) -> tuple[NDArray[Any], ...]:
        """Return all of it as four columns; they depend on the citizens and not on their order."""
        rates = [np.array([float(self.citizens), self.slope]), self.few.ravel(), self.of_family.ravel()]
        return self.families.entries(), self.rests.entries(), self.short.names.entries(), np.concatenate(rates)

    @classmethod
    def from_arrays(
        cls,
        families: NDArray[np.uint64],
        rests: NDArray[np.uint64],
        short: NDArray[np.uint64],
        rates: NDArray[np.float64],
    ) -> Self:
        """Take up what :meth:`as_arrays` gave."""
        few, of_family = np.split(rates[2:], [(_FEW + 1) * _PARTS])
        tables = few.reshape(_FEW + 1, -1).copy(), of_family.reshape(-1, 2).copy()
        return cls(int(rates[0]), Tally(families), Tally(rests), ShortNames(Tally(short)), *tables, float(rates[1]))


class NameCounts:
    """Makes :class:`Namesakes`: first everybody is counted, then everybody is looked at again.

    Parameters
    ----------
    citizens : int
        How many there are.
    lexicon : LexiconArrays
    """

    def __init__(self, citizens: int, lexicon: LexiconArrays) -> None:
        self._citizens = citizens
        self._lexicon, self._fold_hash, self._short = lexicon, lexicon.fold_hash, ShortNames()
        self._families, self._rests, self._names = Tally(), Tally(), Tally()
        self._others = np.uint64((1 << max(0, (citizens // _SAMPLE).bit_length())) - 1)
        self._ranks: NDArray[np.int32] | None = None
        self._few = np.zeros((1, _FEW + 2, _PARTS), np.int64)
        self._spectrum = np.zeros(_MOST_BEARERS, np.int64)

    def _tables(self) -> list[Any]:
        tallies = self._families, self._rests, self._names
        return [one for tally in tallies for one in (tally.table, tally.shift)] + [self._others]

    def count(self, records: NDArray[np.int32]) -> None:
        """Count some citizens."""
        for tally in (self._families, self._rests, self._names):
            tally.make_room(len(records))
        families, rests, names = _count(records, self._fold_hash, *self._tables())
        self._families.used += families
        self._rests.used += rests
        self._names.used += names
        self._short.count(records, self._lexicon)

    def look_again(self, records: NDArray[np.int32]) -> None:
        """Look at some citizens, when all were counted."""
        if self._ranks is None:
            self._ranks, families = self._families.ranks(_LEAST_FAMILY)
            self._few = np.zeros((families + 1, _FEW + 2, _PARTS), np.int64)
        found = self._ranks, float(max(self._citizens, 1)), self._few, self._spectrum
        _spread_out(records, self._fold_hash, *self._tables(), *found)

    def namesakes(self) -> Namesakes:
        """Return what was found, when all citizens were looked at again."""
        # Names with r bearers were looked at r times each.
        slope = _slope(self._spectrum / np.maximum(np.arange(_MOST_BEARERS), 1))
        of_family = self._few / np.maximum(np.arange(_FEW + 2), 1)[:, None]  # number of names
        names = of_family.sum(axis=0)
        seen = np.arange(1, _FEW + 1)
        usual = np.repeat((seen * (1.0 + 1.0 / seen) ** (slope + 1.0))[:, None], names.shape[1], axis=1)
        usual[0] = 2.0 / (np.exp2(-(np.arange(_LEAST, _MOST + 1) + 0.5)) + 1.0)
        few = ((seen[:, None] + 1) * names[2:] + _USUAL * usual) / (names[1:-1] + _USUAL)
        few = np.maximum.accumulate(np.concatenate([few[:1], few]), axis=0)
        few = np.maximum(few, RARITY_BEARERS[0])
        said = (of_family[:, 1:-1] * few[1:]).sum(axis=2)
        met = (of_family[:, 2:] * (seen + 1)[:, None]).sum(axis=2)
        said, met = (np.stack([one[:, 0], one[:, 1:].sum(axis=1)], axis=1) for one in (said, met))
        times = (met + _USUAL_OF_FAMILY) / (said + _USUAL_OF_FAMILY)
        return Namesakes(self._citizens, self._families, self._rests, self._short, few, times, slope)


def _slope(spectrum: NDArray[np.float64]) -> float:
    """Slope of the logarithm of N(r) against the logarithm of r; ``spectrum`` float64[c] are N(0), N(1) ..."""
    seen = np.flatnonzero(spectrum[1:] > 0) + 1
    if len(seen) < 3:
        return -1.5
    # Averaging transform: a count seen once far out stands for the empty counts around it.
    below = np.concatenate(([0], seen[:-1]))
    above = np.concatenate((seen[1:], [2 * seen[-1] - below[-1]]))
    density = spectrum[seen] / (0.5 * (above - below))
    return float(np.clip(np.polyfit(np.log(seen), np.log(density), 1)[0], -3.0, -1.05))
