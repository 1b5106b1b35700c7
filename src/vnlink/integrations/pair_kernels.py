"""Levels of lists of pairs, a kernel a field: values by their numbers, one level written a pair."""

from __future__ import annotations

from vnlink.compare.dates import birth_level
from vnlink.compare.names import name_level
from vnlink.compare.numbers import number_level
from vnlink.compare.places import place_level
from vnlink.kernels import kernel

__all__ = ["birth_pairs", "name_pairs", "number_pairs", "place_pairs"]


@kernel
def name_pairs(table, left, right, i, j, out):  # type: ignore[no-untyped-def]
    """Write the level of names ``i`` of ``left`` with ``j`` of ``right`` (int32[n, 8] syllables) into ``out``, uint8[p]."""
    for pair in range(len(out)):
        out[pair] = name_level(table, left, i[pair], right, j[pair])


@kernel
def birth_pairs(left, right, i, j, out):  # type: ignore[no-untyped-def]
    """Write the level of dates yyyymmdd ``i`` of ``left`` with ``j`` of ``right`` into ``out``, uint8[p]."""
    for pair in range(len(out)):
        out[pair] = birth_level(left[i[pair]], right[j[pair]])


@kernel
def number_pairs(left, left_old, right, right_old, i, j, out):  # type: ignore[no-untyped-def]
    """Write the better level of two persons' personal and old numbers (-1 for none) into ``out``, uint8[p].

    0 missing, 1 equal, 2 near, 3 the old numbers differ, 4 the personal ones do.
    """
    for pair in range(len(out)):
        personal = number_level(left[i[pair]], right[j[pair]])
        old = number_level(left_old[i[pair]], right_old[j[pair]])
        if personal == 1 or old == 1:
            out[pair] = 1
        elif personal == 2 or old == 2:
            out[pair] = 2
        elif personal == 3:
            out[pair] = 4
        else:
            out[pair] = 3 if old == 3 else 0


@kernel
def place_pairs(table, left, left_locality, right, right_locality, i, j, out):  # type: ignore[no-untyped-def]
    """Write the level of places ``i`` of ``left`` with ``j`` of ``right`` (rows of the packed table) into ``out``, uint8[p]."""
    for pair in range(len(out)):
        a, b = i[pair], j[pair]
        out[pair] = place_level(table, left[a], left_locality[a], right[b], right_locality[b])
