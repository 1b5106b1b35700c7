"""How many citizens a shortened name may mean: "Ng. Văn Hùng", "Trần T. Hoa".

Hardly a citizen is recorded as "Ng. Văn Hùng"; whom the name may mean are the Nguyễn Văn Hùng, the Nghiêm Văn Hùng and others.
So citizens are counted by what is left of their names when they are shortened, in these ways:

- the family by its first letter, and by its first two;
- what stands between family and given name by the first letter of each syllable;
- that and the family by one letter each;
- the given name by its first letter, of a name of two or three syllables;
- every syllable by its first letter.

A name is looked up in the first way that leaves nothing of what it shortens but letters that it tells. So "Th. Lan" is taken
for as common as "T. Lan" where a middle name is meant, and "Trần T. H." as all whose names begin with these letters: more than
may be meant, never fewer. Only what citizens bear is counted, so nothing depends on which syllables were met beside it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES, LexiconArrays
from vnlink.tally import Tally, add, count_of

__all__ = ["ShortNames"]

_MOST_KEYS, _LONGEST = 6, 3
_NAME = np.uint64(0x5B)
_BYTE, _TWO_BYTES = np.uint64(0xFF), np.uint64(0xFFFF)


@kernel
def _syllables(record):  # type: ignore[no-untyped-def]
    count = 0
    while count < MAX_SYLLABLES and record[count] >= 0:
        count += 1
    return count


@kernel
def _key(record, count, shortened, letters, packed, fold_hash):  # type: ignore[no-untyped-def]
    """Key of a name of which ``shortened`` says by bits which syllables are read by their first letters.

    Of the family as many letters count as ``letters``, 1 or 2, of other syllables one.
    """
    key = _NAME
    for i in range(count):
        syllable = record[i]
        if (shortened >> i) & 1 == 0:
            key = combine(key, fold_hash[syllable])
        else:
            key = combine(key, packed[syllable] & (_TWO_BYTES if i == 0 and letters > 1 else _BYTE))
    return key


@kernel
def _middles(count):  # type: ignore[no-untyped-def]
    """Bits of what stands between family and given name."""
    return (1 << (count - 1)) - 2 if count > 2 else 0


@kernel
def _count(records, packed, length, fold_hash, names, shift):  # type: ignore[no-untyped-def]
    """Count names as they may be shortened. Returns how many of these are new."""
    new = 0
    for i in range(len(records)):
        record, count = records[i], _syllables(records[i])
        if count == 0:
            continue
        new += add(_key(record, count, 1, 1, packed, fold_hash), names, shift)
        if length[record[0]] > 1:
            new += add(_key(record, count, 1, 2, packed, fold_hash), names, shift)
        middles = _middles(count)
        if middles:
            new += add(_key(record, count, middles, 1, packed, fold_hash), names, shift)
            new += add(_key(record, count, middles | 1, 1, packed, fold_hash), names, shift)
        if 1 < count <= _LONGEST:
            new += add(_key(record, count, 1 << (count - 1), 1, packed, fold_hash), names, shift)
        if count > 1:
            new += add(_key(record, count, (1 << count) - 1, 1, packed, fold_hash), names, shift)
    return new


@kernel
def _look_up(records, short, packed, length, fold_hash, names, shift, found):  # type: ignore[no-untyped-def]
    for k in range(len(records)):
        record, count = records[k], _syllables(records[k])
        told = np.int64(0)
        for i in range(count):
            told |= np.int64(short[record[i]]) << i
        middles, letters = _middles(count), 1
        given = 1 << (count - 1)
        if count > 1 and told & given:
            told = given if told == given and count <= _LONGEST else (1 << count) - 1
        elif told & middles:
            told |= middles
        else:
            letters = length[record[0]]
        found[k] = count_of(_key(record, count, told, letters, packed, fold_hash), names, shift)


class ShortNames:
    """What a population says of how many citizens a shortened name may mean.

    Parameters
    ----------
    names : Tally, optional
        How many citizens have each name as it may be shortened.
    """

    def __init__(self, names: Tally | None = None) -> None:
        self.names = Tally() if names is None else names

    def count(self, records: NDArray[np.int32], lexicon: LexiconArrays) -> None:
        """Count some citizens."""
        self.names.make_room(_MOST_KEYS * len(records))
        columns = lexicon.packed, lexicon.length, lexicon.fold_hash
        self.names.used += _count(records, *columns, self.names.table, self.names.shift)

    def may_mean(self, records: NDArray[np.int32], lexicon: LexiconArrays) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which packed persons have a shortened name, and how many citizens each may mean, int64[s] both.

        Parameters
        ----------
        records : int32[n, 16]
            Packed persons.
        lexicon : LexiconArrays
        """
        short = lexicon.is_initial != 0
        shortened = np.zeros(len(records), np.bool_)
        if short.any():
            for column in records[:, :MAX_SYLLABLES].T:
                shortened |= (column >= 0) & short[column]
        rows = np.flatnonzero(shortened)
        found = np.empty(len(rows), np.int64)
        columns = short, lexicon.packed, lexicon.length, lexicon.fold_hash
        _look_up(records[rows], *columns, self.names.table, self.names.shift, found)
        return rows, found
