"""Candidate pairs: rows of both sides that agree in all fields of at least one key.

Where the declaration names no keys they are chosen from the registers themselves. Every field, and every two of them (text also
by its first letters), is a possible key; what it costs is the number of right rows that it brings to a left row. Keys
are taken until the budget is spent, so a field with many values stands alone and common ones are joined, at any size of the
registers.

A value that too many right rows share is left out of its key and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.fields.declaration import Declaration, Key
from vnlink.fields.encode import Column, Registers
from vnlink.hashing import combine
from vnlink.kernels import kernel
from vnlink.rows import distinct

__all__ = ["Blocking", "choose_keys"]

_ONE_KEY, _ALL_KEYS = 10.0, 60.0
"""Most right rows that one chosen key, and all of them together, may bring to a left row on average."""

_MOST_KEYS = 48
_LETTERS = 4
_WIDEST, _WIDEST_DECLARED = 50, 1_000
"""Right rows of one value of a key, above which the value is not used: of keys that were chosen, and of declared ones. So a
family name is a key of those who have a rare one."""

_SAMPLE = 100_000
_ALL_PAIRS = 2_000_000
"""Where no key can be chosen, all pairs are compared up to this number of them."""

_MISSING = np.uint64(0)


@kernel
def _join_values(state: NDArray[np.uint64], values: NDArray[np.int32]) -> None:
    """Append a value to the hash of each row, in place; 0 stays 0, and a missing value (-1) makes it 0."""
    for i in range(len(state)):
        if state[i] != 0:
            state[i] = np.uint64(0) if values[i] < 0 else combine(state[i], np.uint64(values[i] + 1))


def _values(column: Column, letters: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return column.beginnings(letters) if letters and column.kind.textual else (column.left, column.right)


def _hashes(columns: dict[str, Column], key: Key) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Key of every row of both sides, 0 where a field is missing."""
    first = columns[key.fields[0]]
    left, right = np.ones(len(first.left), np.uint64), np.ones(len(first.right), np.uint64)
    for name in key.fields:
        a, b = _values(columns[name], key.letters)
        _join_values(left, a)
        _join_values(right, b)
    return left, right


def _sample(key: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Rows of a sample that does not depend on the order of rows."""
    return np.argsort(key, kind="stable")[:_SAMPLE]


def _matches(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.int64]:
    """How many right rows have the key of each left row."""
    first, last = _range(np.sort(right), left)
    return np.asarray(last - first)


def _possible(columns: dict[str, Column]) -> list[Key]:
    """Every field and every two of them, whole; and by the first letters, where one of the fields is text."""
    groups = [(name,) for name in columns] + list(combinations(columns, 2))
    textual = [group for group in groups if any(columns[name].kind.textual for name in group)]
    return [Key(*group) for group in groups] + [Key(*group, letters=_LETTERS) for group in textual]


def _cost(
    columns: dict[str, Column], key: Key, rows: tuple[NDArray[np.intp], NDArray[np.intp]], scale: float
) -> tuple[bool, float]:
    """Whether some values of a key are too common, and the right rows that the others bring to a left row on average."""
    hashes = [np.ones(len(side), np.uint64) for side in rows]
    for name in key.fields:
        for state, values, side in zip(hashes, _values(columns[name], key.letters), rows, strict=True):
            _join_values(state, values[side])
    found = _matches(*hashes) * scale
    used = found <= _WIDEST
    return not used.all(), float(found[used].sum()) / max(int(np.count_nonzero(hashes[0])), 1)


def _covers(key: Key, other: Key, columns: dict[str, Column]) -> bool:
    """Whether every pair that ``other`` finds is found by ``key``."""
    as_coarse = key.letters > 0 or other.letters == 0 or not any(columns[name].kind.textual for name in key.fields)
    return as_coarse and set(key.fields) <= set(other.fields)


def choose_keys(declaration: Declaration, registers: Registers) -> tuple[Key, ...]:
    """Choose keys by what they cost; none where all cost too much.

    Keys of which every value is used go first, and those of one field before those of two, as fewer errors keep them from
    finding.
    """
    columns = dict(zip(declaration.names, registers.columns, strict=True))
    rows = (_sample(registers.left_key), _sample(registers.right_key))
    scale = len(registers.right_key) / len(rows[1])
    costs = []
    for key in _possible(columns):
        partly, cost = _cost(columns, key, rows, scale)
        costs.append((partly, len(key.fields), cost, key.letters, key.fields))
    chosen: list[Key] = []
    whole: list[Key] = []
    spent = 0.0
    for partly, _, cost, letters, fields in sorted(costs):
        key = Key(*fields, letters=letters)
        affordable = 0.0 < cost <= _ONE_KEY and spent + cost <= _ALL_KEYS and len(chosen) < _MOST_KEYS
        if affordable and not any(_covers(one, key, columns) for one in whole):
            chosen.append(key)
            spent += cost
            if not partly:
                whole.append(key)
    return tuple(one for one in chosen if not any(_covers(other, one, columns) for other in whole if other != one))


@dataclass(slots=True)
class _Index:
    """Right rows under one key: sorted hashes, the rows in that order, and the hash of every row of both sides."""

    sorted: NDArray[np.uint64]
    rows: NDArray[np.int32]
    left: NDArray[np.uint64]
    right: NDArray[np.uint64]


def _range(ordered: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each wanted hash begins and ends among sorted ones; nowhere for a missing one."""
    first, last = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
    return first, np.where(wanted == _MISSING, first, last)


class Blocking:
    """The candidate pairs of two registers.

    Parameters
    ----------
    declaration : Declaration
    registers : Registers

    Attributes
    ----------
    keys : tuple of Key
        Empty where all pairs are compared.
    too_common : dict of str to int
        Left rows for which each key was not used, because too many right rows share its value.

    Raises
    ------
    InputError
        No key can be chosen, or no two rows agree in any key.
    """

    def __init__(self, declaration: Declaration, registers: Registers) -> None:
        self._count_left, self._count_right = len(registers.left_key), len(registers.right_key)
        self._widest = _WIDEST_DECLARED if declaration.blocking else _WIDEST
        self.keys = declaration.blocking or choose_keys(declaration, registers)
        if not self.keys and self._count_left * self._count_right > _ALL_PAIRS:
            what = "keys that bring candidates together are required, and every field is too common or empty for one"
            raise InputError(message(what, remedy="declare blocking, or more fields"))
        columns = dict(zip(declaration.names, registers.columns, strict=True))
        self.too_common: dict[str, int] = {}
        self._index = [self._under(columns, key) for key in self.keys]

    def _under(self, columns: dict[str, Column], key: Key) -> _Index:
        left, right = _hashes(columns, key)
        order = np.argsort(right, kind="stable").astype(np.int32)
        index = _Index(right[order], order, left, right)
        first, last = _range(index.sorted, left)
        self.too_common[repr(key)] = int(np.count_nonzero(last - first > self._widest))
        return index

    def pairs(self, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The candidate pairs of the left rows ``first`` to ``last - 1``, each once, by left and right row."""
        return self._pairs(np.arange(first, last, dtype=np.int64), [one.left for one in self._index])

    def within_right(self, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The pairs that the keys bring together of some right rows and all of them, a row and itself among them."""
        return self._pairs(np.flatnonzero(chosen), [one.right for one in self._index])

    def _pairs(self, rows: NDArray[np.int64], hashes: list[NDArray[np.uint64]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        if not hashes:
            left = np.repeat(rows.astype(np.int32), self._count_right)
            return left, np.tile(np.arange(self._count_right, dtype=np.int32), len(rows))
        found = []
        for index, values in zip(self._index, hashes, strict=True):
            begin, end = _range(index.sorted, values[rows])
            size = np.where(end - begin > self._widest, 0, end - begin)
            owner = np.repeat(rows, size)
            within = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
            found.append(owner << 32 | index.rows[np.repeat(begin, size) + within])
        pairs = distinct(np.concatenate(found))
        return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)

    def batches(self, rows: int) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
        """All candidate pairs, those of ``rows`` left rows at a time."""
        for first in range(0, self._count_left, rows):
            yield self.pairs(first, min(first + rows, self._count_left))
