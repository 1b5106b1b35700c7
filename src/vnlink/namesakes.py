"""How many others of a name are to be expected, given how many bear it and how common its parts are.

A name that one citizen of N bears is not a name of frequency 1/N: the many names that nobody in this register bears share the
rest. Good's and Turing's estimate (Good 1953; Gale and Sampson 1995, "Good-Turing frequency estimation without tears") tells
how many *further* bearers names have that were seen so often: (r + 1) N(r + 1) / N(r), where N(r) is the number of names with
r bearers.

But names are not alike. Nguyễn Thị Lan with one bearer is one of a hundred combinations of that kind, and the next register
has another; of Tạ Quỳnh Chi there will hardly be a second. A family is borne with what follows it nearly as if both were drawn
apart, so how many others are to be expected by chance is

    e = (others of the family + 1/2) x (others of what follows + 1/2) / citizens

without the bearers of the very name. Names are parted by powers of two of e, and Good's and Turing's estimate is taken in each
part: what chance says is not believed but looked up. Where a part has few names, twenty are added of which

    (r + 1) / (1 / e + 1)

further bearers are expected: a name that was met r times, and before in one register of e citizens of whom one bore it (the
gamma-Poisson estimate of shape one). Names with many bearers need no parts: of these as many are expected as there are, less
what the slope of log N(r) against log r says.

A citizen who bears the name counts for e also where learning or an audit takes it away, for e is without the bearers.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from vnlink.blocking.keys import name_key
from vnlink.compare.patterns import rarity_level
from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES, RARITY_BEARERS, LexiconArrays
from vnlink.tally import NO_KEY, Tally, add, count_of

__all__ = ["NameCounts", "Namesakes"]

_FEW = 5
"""Bearers up to which names are parted by chance: of a name with more that says little beside its bearers."""

_LEAST, _MOST = -10, 7
"""Binary logarithms of the least and the most that is told apart of what chance expects."""

_USUAL = 20.0
_MOST_BEARERS = 4096
_SAMPLE = 1 << 22
"""Citizens from which on only names of a share are looked at: they say as much, and the table of names stays small."""

_FAMILY, _REST = np.uint64(0xFA), np.uint64(0x3E)


@kernel
def _parts_of(record, fold_hash):  # type: ignore[no-untyped-def]
    """Keys of the family and of what follows it."""
    rest = _REST
    for i in range(1, MAX_SYLLABLES):
        if record[i] < 0:
            break
        rest = combine(rest, fold_hash[record[i]])
    return combine(_FAMILY, fold_hash[record[0]]), rest


@kernel
def _count(records, fold_hash, parts, parts_shift, names, names_shift, others):  # type: ignore[no-untyped-def]
    """Count the parts of some names, and of a share of them the names. Returns how many of each are new."""
    new_parts, new_names = 0, 0
    for i in range(len(records)):
        if records[i, 0] >= 0:
            family, rest = _parts_of(records[i], fold_hash)
            new_parts += add(family, parts, parts_shift) + add(rest, parts, parts_shift)
            name = name_key(records[i], fold_hash)
            if name & others == NO_KEY:
                new_names += add(name, names, names_shift)
    return new_parts, new_names


@kernel
def _by_chance(family, rest, bearers, citizens):  # type: ignore[no-untyped-def]
    """Part of the names that a name belongs to, by how many others of it chance lets expect."""
    expected = (max(family - bearers, 0) + 0.5) * (max(rest - bearers, 0) + 0.5) / citizens
    return min(max(int(np.floor(np.log2(expected))), _LEAST), _MOST) - _LEAST


@kernel
def _spread_out(  # type: ignore[no-untyped-def]
    records, fold_hash, parts, parts_shift, names, names_shift, others, citizens, found
):
    """Add citizens to ``found`` by how many bear the name and by what chance says."""
    for i in range(len(records)):
        if records[i, 0] < 0:
            continue
        name = name_key(records[i], fold_hash)
        if name & others == NO_KEY:
            bearers = count_of(name, names, names_shift)
            family, rest = _parts_of(records[i], fold_hash)
            part = _by_chance(count_of(family, parts, parts_shift), count_of(rest, parts, parts_shift), bearers, citizens)
            found[min(bearers, len(found) - 1), part] += 1


@kernel
def _expected(  # type: ignore[no-untyped-def]
    records, fold_hash, bearers, gone, parts, parts_shift, citizens, few, slope, expected, by_chance
):
    for i in range(len(records)):
        seen = bearers[i] - gone
        if seen < len(few):
            family, rest = np.int64(0), np.int64(0)
            if records[i, 0] >= 0:
                one, other = _parts_of(records[i], fold_hash)
                family, rest = count_of(one, parts, parts_shift), count_of(other, parts, parts_shift)
            by_chance[i] = _by_chance(family, rest, bearers[i], citizens)
            expected[i] = few[seen, by_chance[i]] if seen > 0 else 0.0
        else:
            expected[i] = seen * (1.0 + 1.0 / seen) ** (slope + 1.0)


class Namesakes:
    """What a population says of how common names are.

    Parameters
    ----------
    citizens : int
        How many there are.
    parts : Tally
        How many bear each family, and each rest of a name.
    few : float64[6, 18]
        Expected further bearers of names with few bearers (row 0 is not used), by what chance says.
    slope : float
        Of the logarithm of the number of names against the logarithm of their bearers.
    """

    def __init__(self, citizens: int, parts: Tally, few: NDArray[np.float64], slope: float) -> None:
        self.citizens, self.parts, self.few, self.slope = citizens, parts, few, slope

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
        told = self.parts.table, self.parts.shift, float(max(self.citizens, 1)), self.few, self.slope
        _expected(records, lexicon.fold_hash, bearers, int(gone), *told, expected, chance)
        return np.where(expected > 0.0, rarity_level(expected), len(RARITY_BEARERS) + chance // 2).astype(np.int32)

    def as_arrays(self) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
        """Return all of it as two columns; they depend on the citizens and not on their order."""
        return self.parts.entries(), np.concatenate([[float(self.citizens), self.slope], self.few.ravel()])

    @classmethod
    def from_arrays(cls, entries: NDArray[np.uint64], told: NDArray[np.float64]) -> Self:
        """Take up what :meth:`as_arrays` gave."""
        return cls(int(told[0]), Tally(entries), told[2:].reshape(_FEW + 1, -1).copy(), float(told[1]))


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
        self._fold_hash = lexicon.fold_hash
        self._parts, self._names = Tally(), Tally()
        self._others = np.uint64((1 << max(0, (citizens // _SAMPLE).bit_length())) - 1)
        self._found = np.zeros((_MOST_BEARERS, _MOST - _LEAST + 1), np.int64)

    def _tables(self) -> tuple[NDArray[np.uint64], np.uint64, NDArray[np.uint64], np.uint64, np.uint64]:
        return self._parts.table, self._parts.shift, self._names.table, self._names.shift, self._others

    def count(self, records: NDArray[np.int32]) -> None:
        """Count some citizens."""
        self._parts.make_room(2 * len(records))
        self._names.make_room(len(records))
        parts, names = _count(records, self._fold_hash, *self._tables())
        self._parts.used += parts
        self._names.used += names

    def look_again(self, records: NDArray[np.int32]) -> None:
        """Look at some citizens, when all were counted."""
        _spread_out(records, self._fold_hash, *self._tables(), float(max(self._citizens, 1)), self._found)

    def namesakes(self) -> Namesakes:
        """Return what was found, when all citizens were looked at again."""
        # Names with r bearers were looked at r times each.
        names = self._found / np.maximum(np.arange(_MOST_BEARERS), 1)[:, None]
        seen = np.arange(1, _FEW + 1)[:, None]
        chance = np.exp2(np.arange(_LEAST, _MOST + 1) + 0.5)
        usual = _USUAL * (seen + 1) / (1.0 / chance + 1.0)
        few = ((seen + 1) * names[2 : _FEW + 2] + usual) / (names[1 : _FEW + 1] + _USUAL)
        few = np.maximum(np.concatenate([few[:1], few]), RARITY_BEARERS[0])
        return Namesakes(self._citizens, self._parts, few, _slope(names.sum(axis=1)))


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
