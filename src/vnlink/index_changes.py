"""A population as it is now: the citizens of an index with the rows that changed since.

A row that is there again takes the place of the one with its id, a new one comes behind the last, and one that is removed
leaves no gap. So the citizens stand as in a register in which the same was done, and get the same index.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.normalize.encode import EncodedRegister
from vnlink.normalize.sex import SexCodes
from vnlink.normalize.vintage import VintageCounts, infer_address_vintage, infer_code_vintage
from vnlink.persons import PersonTable
from vnlink.schema import Flag, People, Side

__all__ = ["changed", "removed_ids"]

_BLOCK = 1 << 20
_ID = "citizen_id"


def removed_ids(removed: Any) -> pa.Array:
    """Ids as text: from a text file with one in a line, or a sequence of them; None are none.

    Raises
    ------
    InputError
        The file cannot be read, or an id comes twice.
    """
    if removed is None:
        return pa.array([], pa.string())
    if isinstance(removed, (str, os.PathLike)):
        try:
            lines = Path(removed).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):
            what = "the file of ids to remove cannot be read"
            raise InputError(message(what, remedy="give a text file in UTF-8 with one id in a line")) from None
        removed = [line for line in lines if line.strip()]
        if removed and removed[0].strip() == _ID:
            removed = removed[1:]
    ids = pa.array([str(one) for one in removed], pa.string())
    again = len(ids) - len(ids.unique())
    if again:
        raise InputError(message("an id to remove comes more than once", count=again, remedy="give each id once"))
    return ids


def changed(
    base: EncodedRegister, changes: EncodedRegister | None, removed: pa.Array, new_folder: Callable[[], Path] | None
) -> EncodedRegister:
    """Apply changes to a register.

    Parameters
    ----------
    base : EncodedRegister
        The register as it was.
    changes : EncodedRegister, optional
        Rows that are new or changed, read with the reader of ``base``.
    removed : pyarrow.Array of string
    new_folder : callable, optional
        Makes an empty folder to keep the persons in; they are kept in memory when not given.

    Raises
    ------
    InputError
        An id to remove is not there, or is among the changes; or the changes turn what codes of the whole column stand for.
    """
    source, count = np.arange(len(base.ids)), len(base.ids)
    ids = base.ids
    if changes is not None:
        _check_conclusions(base.counts, changes.counts)
        at = _positions(changes.ids, base.ids)
        known = np.flatnonzero(at >= 0)
        source[at[known]] = count + known
        source = np.append(source, count + np.flatnonzero(at < 0))
        ids = pa.chunked_array([*base.ids.chunks, *changes.ids.chunks], pa.string())
    gone = _positions(removed, base.ids)
    both = 0 if changes is None else int((_positions(removed, changes.ids) >= 0).sum())
    missing = int((gone < 0).sum())
    if both or missing:
        what = "ids to remove are among the changes" if both else "ids to remove are not in the base index"
        raise InputError(message(what, side=Side.CITIZEN, column=_ID, count=both or missing, remedy="correct the list of ids"))
    source = np.delete(source, gone)
    if not len(source):
        raise InputError(message("no citizen is left", side=Side.CITIZEN, remedy="check the list of ids to remove"))
    table = PersonTable(new_folder() if new_folder else None, len(source))
    for low in range(0, len(source), _BLOCK):
        part = _mixed(base.table, None if changes is None else changes.table, source[low : low + _BLOCK], low)
        table.append(part, Side.CITIZEN)
    table.children.append(_children(base.table, None if changes is None else changes.table, source))
    table.seal()
    last = changes or base
    return EncodedRegister(
        table,
        _taken(ids, source),
        base.not_persons,
        base.columns | last.columns,
        last.vintage,
        _flags(table),
        base.encodings + ([] if changes is None else changes.encodings),
        last.counts,
    )


def _positions(ids: pa.Array | pa.ChunkedArray, among: pa.ChunkedArray) -> NDArray[np.int64]:
    """Where each id is among others, -1 where it is not."""
    found = pc.index_in(ids, value_set=among)
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False)).astype(np.int64)


def _taken(ids: pa.ChunkedArray, source: NDArray[np.int64]) -> pa.ChunkedArray:
    """Some ids, in pieces: all of them may be more text than one array holds."""
    pieces = [ids.take(pa.array(source[low : low + _BLOCK])) for low in range(0, len(source), _BLOCK)]
    return pa.chunked_array([chunk for piece in pieces for chunk in piece.chunks], pa.string())


def _mixed(base: PersonTable, changes: PersonTable | None, source: NDArray[np.int64], low: int) -> People:
    """Citizens by number, those of the changes counted on from those of the base, as rows from ``low`` on."""
    new = source >= len(base)
    people = base.take(source[~new])
    if changes is not None and new.any():
        rows, at = np.unique(source[new] - len(base), return_inverse=True)
        others = changes.take(rows)
        columns = {}
        for one in fields(People):
            old, added = getattr(people, one.name), getattr(others, one.name)
            columns[one.name] = np.empty((len(source), *old.shape[1:]), old.dtype)
            columns[one.name][~new], columns[one.name][new] = old, added[at]
        people = People(**columns)
    people.row = np.arange(low, low + len(source))
    return people


def _children(base: PersonTable, changes: PersonTable | None, source: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Children who name their parents, under their new numbers; ``source`` as in :func:`_mixed`."""
    children = base.children.read()
    if changes is not None:
        children = np.concatenate([children, changes.children.read() + np.array([len(base), 0, 0], np.uint64)])
    order = np.argsort(source)
    at = np.searchsorted(source, children[:, 0].astype(np.int64), sorter=order)
    now = order[np.minimum(at, len(source) - 1)]
    stays = source[now] == children[:, 0].astype(np.int64)
    children[:, 0] = now
    children = children[stays]
    return np.asarray(children[np.argsort(children[:, 0])])


def _flags(table: PersonTable) -> dict[str, int]:
    counts = dict.fromkeys(Flag, 0)
    for low in range(0, len(table), _BLOCK):
        flags = table.column("flags", low, low + _BLOCK)
        for flag in Flag:
            counts[flag] += int(np.count_nonzero(flags & np.uint32(flag)))
    return {flag.name.lower(): number for flag, number in counts.items() if number}


def _check_conclusions(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]) -> None:
    """Refuse changes with which the rows of the base would have been read otherwise."""
    old, new = VintageCounts.from_dict(before["vintage"]), VintageCounts.from_dict(after["vintage"])
    held = old.only_old + old.only_new + old.either
    turned = "commune_code" if held and infer_code_vintage(old) is not infer_code_vintage(new) else None
    held = old.two_level_old + old.two_level_new + old.two_level_either
    if held and infer_address_vintage(old) is not infer_address_vintage(new):
        turned = "address"
    if before["sex"] and _sexes(before["sex"]) != _sexes(after["sex"]):
        turned = "gender"
    if turned:
        what = "with these changes the values of a column stand for something else than when the base was made"
        raise InputError(message(what, side=Side.CITIZEN, column=turned, remedy="make the index of the whole register anew"))


def _sexes(counts: dict[str, int]) -> dict[int, int]:
    codes = SexCodes()
    codes.add_counts(counts)
    return dict(codes.resolve().codes)
