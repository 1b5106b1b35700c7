"""Make the index of a population: the register is read once, and every later run begins where that reading ended.

The files depend on the citizens alone: syllables and places are numbered in their own order and not in that of first meeting,
and only those that some citizen has are kept. So neither the size of a batch nor the way by which a citizen came into the
register shows in them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink._version import __version__
from vnlink.blocking.index import build_index
from vnlink.blocking.partners import without_crowds
from vnlink.config import Config, Normalize
from vnlink.errors import InputError, message
from vnlink.homes import are_households
from vnlink.index_changes import changed, removed_ids
from vnlink.memory import MemoryPlan
from vnlink.normalize.encode import EncodedRegister, RegisterReader
from vnlink.persons import PersonTable
from vnlink.population_index import (
    HOME_FILES,
    IDS,
    KEY_FILES,
    NAME_FILES,
    PLACES,
    QUARANTINE,
    SYLLABLES,
    PopulationIndex,
    open_population,
)
from vnlink.reading import read_register, register_reader
from vnlink.records import Column
from vnlink.rows import Kept
from vnlink.schema import MAX_SYLLABLES, Flag, PlaceArrays, Side
from vnlink.storage.index_files import IndexFolder
from vnlink.storage.quarantine import Quarantine
from vnlink.storage.sources import open_source
from vnlink.storage.tables import TableSource
from vnlink.surveying import survey
from vnlink.workspace import Workspace

__all__ = ["run_index", "write_index"]

Progress = Callable[[str, int, int], None]
_BLOCK = 1 << 20


def run_index(
    citizens: Any,
    out: str | os.PathLike[str],
    *,
    base: str | os.PathLike[str] | None = None,
    removed: Any = None,
    config: Config | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read a population register, or what changed in one, and write its index.

    Parameters
    ----------
    citizens : path or frame, or None
        The register; with ``base`` the rows that are new or changed, None where none are.
    out : path-like
        The folder to make. It appears when everything is written, or not at all.
    base : path-like, optional
        An index of the register as it was: rows with an id of it take the place of the row with this id, others are added
        behind the last. It is read only, and the changes are read with its settings.
    removed : path or sequence of str, optional
        Ids that leave; a text file has one in a line. Each has to be in ``base``.
    config : Config, optional
    overwrite : bool
        Whether an earlier index there may be replaced.
    progress : callable, optional

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    InputError
        The changes cannot be applied to this base, or a table is not what the contract asks for.
    """
    config = config or Config()
    if base is None and (citizens is None or removed is not None):
        raise InputError(message("changes need the index that they change", remedy="give the base index"))
    old = None if base is None else open_population(base, config)
    settings = config.normalize if old is None else Normalize.from_mapping(old.files.manifest["settings"]["normalize"])
    source = None if citizens is None else open_citizens(citizens, config)
    rows = (0 if source is None else source.rows_expected()) + (0 if old is None else old.source.num_rows)
    plan = MemoryPlan.of_index(rows, config.run.memory_bytes)
    reader = register_reader(settings)
    with IndexFolder(out, overwrite=overwrite) as folder, Workspace(folder.scratch) as workspace:
        new_folder = workspace.new_folder if plan.in_files else None
        before = None
        if old is not None:
            old.prepare(reader)
            before = old.register(Kept.IN_FILE if plan.in_files else Kept.IN_MEMORY)
        register = None if source is None else _new_rows(reader, source, settings, config, new_folder, progress, before)
        tables = (None if old is None else old.source, source)
        quarantine = Quarantine.joined(one.quarantine for one in tables if one is not None)
        if before is not None:
            register = changed(before, register, removed_ids(removed), new_folder)
        assert register is not None
        told = _made_from(source, old, settings, config) | write_index(folder, reader, register, quarantine, config)
        register.table.close()
        workspace.close()
        folder.publish(told)
    return told | {"files": sorted([*folder.files, "manifest.json"])}


def _new_rows(
    reader: RegisterReader,
    source: TableSource,
    settings: Normalize,
    config: Config,
    new_folder: Callable[[], Path] | None,
    progress: Progress | None,
    before: EncodedRegister | None,
) -> EncodedRegister:
    """Read the rows of a register, or those that are new or changed beside ``before``."""
    return read_register(
        reader,
        source,
        settings.citizen_vintage,
        batch_rows=config.run.batch_rows,
        new_folder=new_folder,
        progress=None if progress is None else partial(progress, "read citizen"),
        before=None if before is None else before.counts,
    )


def _made_from(source: TableSource | None, old: PopulationIndex | None, settings: Normalize, config: Config) -> dict[str, Any]:
    """What a manifest says of where an index comes from, and of the settings that shaped its reading."""
    return {
        "inputs": {
            "rows": None if source is None else source.describe(),
            "base": None if old is None else old.source.describe(),
        },
        "settings": {"normalize": settings.as_dict(), "columns.citizen": config.columns.citizen},
    }


def open_citizens(citizens: Any, config: Config) -> TableSource:
    """Open a population register."""
    side = Side.CITIZEN
    return open_source(citizens, side, config.columns.of_side(side), shared=config.columns.shared_with(side))


def write_index(
    folder: IndexFolder, reader: RegisterReader, register: EncodedRegister, quarantine: Quarantine, config: Config
) -> dict[str, Any]:
    """Write all files of an index but its manifest, and return what the manifest has to say of them."""
    table = register.table
    namesakes, spouses = survey(table, reader.lexicon, reader.places)
    register.note(Flag.SPOUSE_FROM_CHILDREN, spouses)
    numbers = _Numbers(reader, table)
    for name, column in table.files().items():
        lows = range(0, len(column), _BLOCK)
        folder.write_rows(name, (numbers.applied(name, column.read(low, low + _BLOCK)) for low in lows))
    folder.write_table(SYLLABLES, pa.table({"text": numbers.texts}))
    folder.write_table(PLACES, numbers.places())
    folder.write_table(IDS, pa.table({"citizen_id": register.ids}))
    folder.write_table(QUARANTINE, quarantine.table(Side.CITIZEN).select(["row", "reason"]))
    names: tuple[NDArray[Any], ...] = namesakes.as_arrays()
    for name, counted in zip(NAME_FILES, names, strict=True):
        folder.write_rows(name, [counted])
    homes = without_crowds(table.column("household"))
    homes = np.where(are_households(homes), homes, np.uint64(0))  # only households are looked into
    order = np.argsort(homes, kind="stable").astype(np.int32)
    order = order[int(np.searchsorted(homes[order], 1)) :]  # those whose household is not known stand first
    folder.write_rows(HOME_FILES[0], [homes[order]])
    folder.write_rows(HOME_FILES[1], [order])
    threads = config.run.threads or os.cpu_count() or 1
    keys = build_index(table.records.read(), reader.lexicon, reader.places, threads, every_key=True)
    for attribute, file in KEY_FILES.items():
        folder.write_rows(file, [getattr(keys, attribute)])
    return {
        "byte_order": sys.byteorder,
        "versions": {"vnlink": __version__},
        "counts": {"citizens": len(table), "rows": len(register.ids) + len(quarantine), "quarantined": len(quarantine)},
        "columns": sorted(register.columns),
        "vintage": register.vintage,
        "flags": register.flags,
        "encodings": register.encodings,
        "column_counts": register.counts,
        "key_index": {
            "shift": keys.shift,
            "present_shift": keys.present_shift,
            "starts": keys.starts.dtype.name,
            "buckets": keys.buckets.dtype.name,
        },
    }


def _lows(table: PersonTable) -> Iterator[int]:
    return iter(range(0, len(table), _BLOCK))


class _Numbers:
    """New numbers for the syllables and places that some citizen has: in the order of their texts and contents."""

    def __init__(self, reader: RegisterReader, table: PersonTable) -> None:
        texts, self._places = reader.syllables, reader.places
        used, found = np.zeros(len(texts) + 1, bool), np.zeros(len(self._places.province), bool)
        used[0] = found[0] = True  # the word and the place that every table begins with
        for low in _lows(table):
            records = table.records.read(low, low + _BLOCK)
            used[records[:, :MAX_SYLLABLES]] = True  # where there is none, -1 marks the entry behind the last
            found[records[:, Column.PLACE]] = True
            found[table.place.read(low, low + _BLOCK)] = True
        kept = [0, *sorted((np.flatnonzero(used[1:-1]) + 1).tolist(), key=texts.__getitem__)]
        self.texts = [texts[number] for number in kept]
        self._syllable = np.full(len(texts) + 1, -1, np.int32)
        self._syllable[kept] = np.arange(len(kept), dtype=np.int32)
        columns: Iterator[NDArray[Any]] = iter(self._places)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        self._kept = [0, *sorted((np.flatnonzero(found[1:]) + 1).tolist(), key=rows.__getitem__)]
        self._place = np.zeros(len(rows), np.int32)
        self._place[self._kept] = np.arange(len(self._kept), dtype=np.int32)

    def applied(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """A block of a column with the new numbers in it."""
        if name == "records.bin":
            values = values.copy()
            values[:, :MAX_SYLLABLES] = self._syllable[values[:, :MAX_SYLLABLES]]
            values[:, Column.PLACE] = self._place[values[:, Column.PLACE]]
        elif name == "place.bin":
            values = self._place[values]
        return values

    def places(self) -> pa.Table:
        """The places in their new order, sets as lists of a fixed size."""
        columns = {}
        for name in PlaceArrays._fields:
            kept: NDArray[Any] = getattr(self._places, name)[self._kept]
            flat = pa.array(kept.reshape(-1))
            columns[name] = pa.FixedSizeListArray.from_arrays(flat, kept.shape[1]) if kept.ndim > 1 else flat
        return pa.table(columns)
