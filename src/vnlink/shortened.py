"""How many citizens a shortened name may mean: "Ng. Văn Hùng", "Trần T. Hoa".

Hardly a citizen is recorded as "Ng. Văn Hùng"; whom the name may mean are the Nguyễn Văn Hùng, the Nghiêm Văn Hùng and others.
A family is borne with what follows it nearly as if both were drawn apart (:mod:`vnlink.namesakes`), so that they are about

    citizens whose family fits x citizens whose rest of the name fits / citizens

A shortened family fits those that begin with its letters, up to three of them. A rest of one or two syllables fits those of as
many of which the shortened ones begin with its letters (up to two of the first, where nothing else is shortened) and the others
are the same. In a longer rest all syllables are read by their first letters, but for a given name that is whole: "Th. Bích Lan"
is taken for as common as "T. B. Lan". Only what citizens bear is counted, so nothing depends on which syllables were met beside
it, and a name costs a look or two into tables.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES, LexiconArrays
from vnlink.tally import Tally, add, count_of

__all__ = ["ShortNames"]

_LETTERS, _LONGEST = 27, 3
_REST = np.uint64(0x5B)
_BYTE, _TWO_BYTES, _EIGHT = np.uint64(0xFF), np.uint64(0xFFFF), np.uint64(8)
_A, _Z = np.uint64(ord("a")), np.uint64(ord("z"))
_MOST_KEYS = 4


@kernel
def _start(letters, length):  # type: ignore[no-untyped-def]
    """Number of the first ``length`` letters of a syllable, or of those before one that is none of a to z."""
    number, going = np.int64(0), True
    for i in range(_LONGEST):
        letter = (letters >> (_EIGHT * np.uint64(i))) & _BYTE
        going = going and i < length and _A <= letter <= _Z
        number = number * _LETTERS + (np.int64(letter - _A) + 1 if going else 0)
    return number


@kernel
def _rest_key(record, count, shortened, letters, packed, fold_hash):  # type: ignore[no-untyped-def]
    """Key of what follows the family, of which ``shortened`` says by bits what is read by its first letters.

    Of the first syllable as many letters count as ``letters``, 1 or 2, of others one.
    """
    key = _REST
    for i in range(1, count):
        syllable = record[i]
        if (shortened >> i) & 1 == 0:
            key = combine(key, fold_hash[syllable])
        else:
            key = combine(key, packed[syllable] & (_TWO_BYTES if i == 1 and letters == 2 else _BYTE))
    return key


@kernel
def _middles(count):  # type: ignore[no-untyped-def]
    """Bits of what stands between family and given name."""
    return (1 << (count - 1)) - 2


@kernel
def _syllables(record):  # type: ignore[no-untyped-def]
    count = 0
    while count < MAX_SYLLABLES and record[count] >= 0:
        count += 1
    return count


@kernel
def _count(records, packed, length, fold_hash, starts, rests, shift):  # type: ignore[no-untyped-def]
    """Count the beginnings of the families, and the rests as they may be shortened. Returns how many of these are new."""
    new = 0
    for i in range(len(records)):
        record, count = records[i], _syllables(records[i])
        if count > 0:
            before = 0
            for letters in range(1, _LONGEST + 1):
                start = _start(packed[record[0]], min(letters, length[record[0]]))
                if start != before:
                    starts[start] += 1
                before = start
        if count > 1:
            middles, given = _middles(count), 1 << (count - 1)
            new += add(_rest_key(record, count, middles | given, 1, packed, fold_hash), rests, shift)
            if count > 2:
                new += add(_rest_key(record, count, middles, 1, packed, fold_hash), rests, shift)
            if count == 3:
                if length[record[1]] > 1:
                    new += add(_rest_key(record, count, middles, 2, packed, fold_hash), rests, shift)
                new += add(_rest_key(record, count, given, 1, packed, fold_hash), rests, shift)
    return new


@kernel
def _fitting(records, short, packed, length, fold_hash, starts, rests, shift, family, rest):  # type: ignore[no-untyped-def]
    """Enter how many citizens fit where the family is shortened, and where what follows it is."""
    for k in range(len(records)):
        record, count = records[k], _syllables(records[k])
        first = record[0]
        if short[first]:
            letters = min(length[first], _LONGEST)
            family[k] = starts[_start(packed[first], letters)]
            while family[k] == 0 and letters > 1:  # "Trg." is Trương
                letters -= 1
                family[k] = starts[_start(packed[first], letters)]
        shortened = np.int64(0)
        for i in range(1, count):
            shortened |= np.int64(short[record[i]]) << i
        if shortened != 0:
            middles, letters = _middles(count), 1
            if count > 3:
                shortened |= middles
            elif shortened == middles and length[record[1]] > 1:
                letters = 2
            rest[k] = count_of(_rest_key(record, count, shortened, letters, packed, fold_hash), rests, shift)


class ShortNames:
    """What a population says of how many citizens a shortened name may mean.

    Parameters
    ----------
    starts : int64[19683], optional
        How many citizens have a family that begins with so many letters, by the number of the letters.
    rests : Tally, optional
        How many have each rest of a name, as it may be shortened.
    """

    def __init__(self, starts: NDArray[np.int64] | None = None, rests: Tally | None = None) -> None:
        self.starts = np.zeros(_LETTERS**_LONGEST, np.int64) if starts is None else starts
        self.rests = Tally() if rests is None else rests

    def count(self, records: NDArray[np.int32], lexicon: LexiconArrays) -> None:
        """Count some citizens."""
        self.rests.make_room(_MOST_KEYS * len(records))
        columns = lexicon.packed, lexicon.length, lexicon.fold_hash
        self.rests.used += _count(records, *columns, self.starts, self.rests.table, self.rests.shift)

    def rows(self, records: NDArray[np.int32], lexicon: LexiconArrays) -> NDArray[np.int64]:
        """Return which packed persons have a name of which a syllable is shortened, int64[s]."""
        short = lexicon.is_initial != 0
        found = np.zeros(len(records), np.bool_)
        if short.any():
            for column in records[:, :MAX_SYLLABLES].T:
                found |= (column >= 0) & short[column]
        return np.flatnonzero(found)

    def fitting(
        self, records: NDArray[np.int32], lexicon: LexiconArrays, family: NDArray[np.int64], rest: NDArray[np.int64]
    ) -> None:
        """Enter how many citizens have a family that fits, and how many a rest of the name, where these are shortened.

        Parameters
        ----------
        records : int32[s, 16]
            Packed persons.
        lexicon : LexiconArrays
        family, rest : int64[s]
            How many citizens bear the family of each, and what follows it, as they are written; changed in place.
        """
        columns = lexicon.is_initial != 0, lexicon.packed, lexicon.length, lexicon.fold_hash
        _fitting(records, *columns, self.starts, self.rests.table, self.rests.shift, family, rest)

    def as_arrays(self) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return all of it as two columns; they depend on the citizens and not on their order."""
        return self.starts, self.rests.entries()

    @classmethod
    def from_arrays(cls, starts: NDArray[np.int64], rests: NDArray[np.uint64]) -> Self:
        """Take up what :meth:`as_arrays` gave."""
        return cls(starts, Tally(rests))
