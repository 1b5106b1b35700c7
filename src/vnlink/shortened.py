"""How many citizens a shortened name may mean: "Ng. Văn Hùng", "Trần T. Hoa".

Nobody in the register is called "Ng. Văn Hùng", so its bearers cannot be counted. Whom it may mean are the Nguyễn Văn Hùng,
the Nghiêm Văn Hùng and others. A family is borne with what follows it nearly as if both were drawn apart
(:mod:`vnlink.namesakes`), so that they are about

    citizens whose family fits x citizens whose rest of the name fits / citizens

Families and rests that fit are those in which every shortened syllable is replaced by one that it may be short for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.syllables import Relation, pack_syllables, syllable_relation
from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.schema import MAX_SYLLABLES, LexiconArrays
from vnlink.tally import Tally, count_of

__all__ = ["FAMILY", "NOTHING", "REST", "fitting"]

FAMILY, REST, NOTHING = np.uint64(0xFA), np.uint64(0x3E), np.uint64(0)
"""What the keys of families begin with, and those of what follows them; and what is in the latter before the first syllable."""

_MOST_READINGS = 1 << 12
"""Readings of what follows the family that are looked up. "Trần T. T. H." has more, and may be anybody of the family."""

_INITIAL = int(Relation.INITIAL)


@kernel
def _list_full(table, short, whole, starts, found):  # type: ignore[no-untyped-def]
    """List the syllables that each shortened one may stand for; of an empty ``found`` only how many."""
    for i in range(len(short)):
        starts[i + 1] = starts[i]
        for syllable in whole:
            if syllable_relation(table, short[i], syllable) == _INITIAL:
                if len(found) > 0:
                    found[starts[i + 1]] = syllable
                starts[i + 1] += 1


@kernel
def _families(record, list_of, starts, full, fold_hash, families, shift):  # type: ignore[no-untyped-def]
    """Citizens whose family fits."""
    at = list_of[record[0]]
    if at < 0:
        return count_of(combine(FAMILY, fold_hash[record[0]]), families, shift)
    total = np.int64(0)
    for i in range(starts[at], starts[at + 1]):
        total += count_of(combine(FAMILY, fold_hash[full[i]]), families, shift)
    return total


@kernel
def _rests(record, list_of, starts, full, fold_hash, rests, shift):  # type: ignore[no-untyped-def]
    """Citizens of whom what follows the family fits, -1 if that may be read in too many ways."""
    count, readings = 1, 1
    while count < MAX_SYLLABLES and record[count] >= 0:
        at = list_of[record[count]]
        if at >= 0:
            readings *= starts[at + 1] - starts[at]
        if readings > _MOST_READINGS:
            return np.int64(-1)
        count += 1
    total = np.int64(0)
    for reading in range(readings):
        rest, left = combine(REST, NOTHING), reading
        for i in range(1, count):
            syllable, at = record[i], list_of[record[i]]
            if at >= 0:
                some = starts[at + 1] - starts[at]
                syllable = full[starts[at] + left % some]
                left //= some
            rest = combine(rest, fold_hash[syllable])
        total += count_of(rest, rests, shift)
    return total


@kernel
def _count(  # type: ignore[no-untyped-def]
    records, rows, list_of, starts, full, fold_hash, families, families_shift, rests, rests_shift, first, family, rest
):
    """Citizens whose family fits that of each row, and whose rest of the name fits that of each row in ``first``."""
    for k, row in enumerate(rows):
        family[k] = _families(records[row], list_of, starts, full, fold_hash, families, families_shift)
    for k, row in enumerate(first):
        rest[k] = _rests(records[row], list_of, starts, full, fold_hash, rests, rests_shift)


@kernel
def _keys_of_rests(records, rows, keys):  # type: ignore[no-untyped-def]
    for k, row in enumerate(rows):
        keys[k] = NOTHING
        for i in range(1, MAX_SYLLABLES):
            keys[k] = combine(keys[k], np.uint64(records[row, i] + 1))


def _shortened(records: NDArray[np.int32], lexicon: LexiconArrays) -> NDArray[np.bool_]:
    """Whether a syllable of each name is shortened."""
    found = np.zeros(len(records), np.bool_)
    if lexicon.is_initial.any():
        for column in records[:, :MAX_SYLLABLES].T:
            found |= (column >= 0) & (lexicon.is_initial[column] != 0)
    return found


def fitting(
    records: NDArray[np.int32], lexicon: LexiconArrays, families: Tally, rests: Tally, citizens: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which names are shortened, int64[s], and how many citizens each of these may mean, float64[s].

    Parameters
    ----------
    records : int32[n, 16]
        Packed persons.
    lexicon : LexiconArrays
    families, rests : Tally
        How many citizens bear each family, and each rest of a name.
    citizens : float
        How many there are, 1 at least.
    """
    rows = np.flatnonzero(_shortened(records, lexicon))
    out = np.empty(len(rows))
    if len(rows):
        used = np.unique(records[rows, :MAX_SYLLABLES])
        short = used[(used >= 0) & (lexicon.is_initial[used] != 0)]
        _, first = np.unique(lexicon.fold_id, return_index=True)
        whole = first[lexicon.is_initial[first] == 0].astype(np.int32)
        list_of = np.full(len(lexicon.is_initial), -1, np.int32)
        list_of[short] = np.arange(len(short))
        table, starts = pack_syllables(lexicon), np.zeros(len(short) + 1, np.int64)
        _list_full(table, short, whole, starts, np.empty(0, np.int32))
        full = np.empty(starts[-1], np.int32)
        _list_full(table, short, whole, starts, full)
        keys = np.empty(len(rows), np.uint64)
        _keys_of_rests(records, rows, keys)
        # Many share what follows the family ("T. Hoa"), and that is what takes time.
        _, at, which = np.unique(keys, return_index=True, return_inverse=True)
        family, rest = np.empty(len(rows), np.int64), np.empty(len(at), np.int64)
        tables = families.table, families.shift, rests.table, rests.shift
        _count(records, rows, list_of, starts, full, lexicon.fold_hash, *tables, rows[at], family, rest)
        out[:] = (family + 0.5) * np.where(rest < 0, citizens, rest + 0.5)[which] / citizens
    return rows, out
