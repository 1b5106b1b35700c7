"""Of which commune the citizens are to whom numbers, or names with whole birth dates, lead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.normalize.lexicon import name_hash
from vnlink.records import Column, own_birth
from vnlink.schema import MAX_SYLLABLES, LexiconArrays
from vnlink.tally import Tally, add, slot

__all__ = ["CitizenCommunes"]

_NUMBER, _OLD_NUMBER, _DATED_NAME = (np.uint64(salt) for salt in (0x51, 0x52, 0x53))
_KEYS, _NONE = 3, np.uint64(0)
_NOBODY, _SEVERAL = -1, -2
"""Stand for the commune of nobody, and for citizens of more communes than one."""

_BIRTH, _ID_HIGH, _ID_LOW, _OLD_ID = (int(column) for column in (Column.BIRTH, Column.ID_HIGH, Column.ID_LOW, Column.OLD_ID))


class CitizenCommunes:
    """The commune of the one citizen to whom a number, or a name with its complete birth date, leads.

    Parameters
    ----------
    records : int32[n, 16]
        Packed land persons.
    lexicon : LexiconArrays
    """

    def __init__(self, records: NDArray[np.int32], lexicon: LexiconArrays) -> None:
        self._keys = _keys_of(records, lexicon)
        self._tally = Tally()
        self._tally.make_room(self._keys.size)
        _enter(self._keys, self._tally.table, self._tally.shift)
        self._commune = np.full(len(self._tally.table), _NOBODY, np.int32)

    def meet(self, records: NDArray[np.int32], commune: NDArray[np.int32], lexicon: LexiconArrays) -> None:
        """Take up some citizens, and of which commune each is."""
        _meet(_keys_of(records, lexicon), commune, self._tally.table, self._tally.shift, self._commune)

    def communes(self) -> NDArray[np.int32]:
        """The commune of each land person's citizen, int32[n]; negative where none is told."""
        found = np.empty(len(self._keys), np.int32)
        _look_up(self._keys, self._tally.table, self._tally.shift, self._commune, found)
        return found


def _keys_of(records: NDArray[np.int32], lexicon: LexiconArrays) -> NDArray[np.uint64]:
    keys = np.zeros((len(records), _KEYS), np.uint64)
    _write_keys(records, name_hash(records[:, :MAX_SYLLABLES], lexicon), keys)
    return keys


@kernel
def _write_keys(records, names, keys):  # type: ignore[no-untyped-def]
    for i in range(len(records)):
        record = records[i]
        if record[_ID_HIGH] >= 0:
            keys[i, 0] = combine(combine(_NUMBER, np.uint64(record[_ID_HIGH])), np.uint64(record[_ID_LOW]))
        if record[_OLD_ID] >= 0:
            keys[i, 1] = combine(_OLD_NUMBER, np.uint64(record[_OLD_ID]))
        birth = own_birth(record[_BIRTH])
        if names[i] != _NONE and birth % 100 > 0:
            keys[i, 2] = combine(combine(_DATED_NAME, names[i]), np.uint64(birth))


@kernel
def _enter(keys, table, shift):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        for k in range(keys.shape[1]):
            add(keys[i, k], table, shift)


@kernel
def _meet(keys, communes, table, shift, found):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        for k in range(keys.shape[1]):
            if keys[i, k] == _NONE or communes[i] < 0:
                continue
            at = slot(keys[i, k], table, shift)
            if table[at] != _NONE and found[at] != communes[i]:
                found[at] = communes[i] if found[at] == _NOBODY else _SEVERAL


@kernel
def _look_up(keys, table, shift, found, communes):  # type: ignore[no-untyped-def]
    for i in range(len(keys)):
        communes[i] = _NOBODY
        for k in range(keys.shape[1]):
            if communes[i] < 0 and keys[i, k] != _NONE:
                communes[i] = found[slot(keys[i, k], table, shift)]
