"""How often each of many keys was met: a table of one word for each key.

A word is 36 bits of the key and 28 of its count. Where the key would have to be is told by its highest bits, and whoever finds
the place taken goes on to the next (Knuth 1998, section 6.4, linear probing). A key takes 16 to 32 bytes. Of a million keys
some seven are taken for another one, of ten million some 700.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["NO_KEY", "Tally", "add", "count_of", "slot"]

NO_KEY = np.uint64(0)
_BITS, _COUNT, _ONE = 64, np.uint64((1 << 28) - 1), np.uint64(1)
_FINGER = ~_COUNT
_FEWEST = 4


@kernel
def slot(key, table, shift):  # type: ignore[no-untyped-def]
    """Where the entry of a key is, or the empty place where it would be."""
    at = np.int64(key >> shift)
    while table[at] != NO_KEY and (table[at] ^ key) & _FINGER != NO_KEY:
        at = (at + 1) & (len(table) - 1)
    return at


@kernel
def add(key, table, shift):  # type: ignore[no-untyped-def]
    """Count a key; 1 if it is a new one."""
    if key == NO_KEY:
        return 0
    at = slot(key, table, shift)
    if table[at] == NO_KEY:
        table[at] = (key & _FINGER) | _ONE
        return 1
    if table[at] & _COUNT != _COUNT:
        table[at] += _ONE
    return 0


@kernel
def count_of(key, table, shift):  # type: ignore[no-untyped-def]
    """How often a key was met."""
    return np.int64(table[slot(key, table, shift)] & _COUNT)


@kernel
def _move(entries, table, shift):  # type: ignore[no-untyped-def]
    for entry in entries:
        if entry != NO_KEY:
            table[slot(entry, table, shift)] = entry


class Tally:
    """Counts of keys; they are counted by kernels, with :func:`add`, into ``table`` and ``shift``.

    Attributes
    ----------
    table : uint64[2**b]
    shift : uint64
        By how many bits a key is shifted to be a place in the table.
    used : int
        Keys that were met; whoever counts some adds the new ones.
    """

    def __init__(self, entries: NDArray[np.uint64] | None = None) -> None:
        self.used = 0
        self._lay_out(_FEWEST)
        if entries is not None:
            self.make_room(len(entries))
            _move(entries, self.table, self.shift)
            self.used = len(entries)

    def _lay_out(self, bits: int) -> None:
        self.table = np.zeros(1 << bits, np.uint64)
        self.shift = np.uint64(_BITS - bits)

    def make_room(self, keys: int) -> None:
        """Let the table grow so that half of it stays empty were so many keys new."""
        most = 2 * (self.used + keys)
        if most > len(self.table):
            entries = self.table
            self._lay_out(most.bit_length())
            _move(entries, self.table, self.shift)

    def entries(self) -> NDArray[np.uint64]:
        """Return the words of all keys, ascending: the same whatever the order in which the keys were met."""
        return np.sort(self.table[self.table != NO_KEY])

    def ranks(self, least: int) -> tuple[NDArray[np.int32], int]:
        """Number the keys that were met ``least`` times, in the order of the entries, and say how many these are.

        All other places of the table have the number behind the last.
        """
        often = np.flatnonzero((self.table & _COUNT) >= least)
        ranks = np.full(len(self.table), len(often), np.int32)
        ranks[often[np.argsort(self.table[often])]] = np.arange(len(often), dtype=np.int32)
        return ranks, len(often)
