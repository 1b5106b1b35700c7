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
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink._version import __version__
from vnlink.blocking.index import build_index
from vnlink.blocking.partners import without_crowds
from vnlink.config import Config
from vnlink.engines.population import Population
from vnlink.memory import MemoryPlan
from vnlink.normalize.encode import EncodedRegister, RegisterReader
from vnlink.persons import PersonTable
from vnlink.population_index import HOME_FILES, IDS, KEY_FILES, PLACES, QUARANTINE, SPECTRUM, SYLLABLES
from vnlink.reading import read_register, register_reader
from vnlink.records import Column
from vnlink.schema import MAX_SYLLABLES, PlaceArrays, Side
from vnlink.storage.index_files import IndexFolder
from vnlink.storage.quarantine import Quarantine
from vnlink.storage.sources import open_source
from vnlink.workspace import Workspace

__all__ = ["run_index", "write_index"]

Progress = Callable[[str, int, int], None]
_BLOCK = 1 << 20


def run_index(
    citizens: Any,
    out: str | os.PathLike[str],
    *,
    config: Config | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read a population register and write its index.

    Parameters
    ----------
    citizens : path or frame
    out : path-like
        The folder to make. It appears when everything is written, or not at all.
    config : Config, optional
    overwrite : bool
        Whether an earlier index there may be replaced.
    progress : callable, optional

    Returns
    -------
    dict
        The manifest.
    """
    config = config or Config()
    side = Side.CITIZEN
    source = open_source(citizens, side, config.columns.of_side(side), shared=config.columns.shared_with(side))
    plan = MemoryPlan.of(0, source.rows_expected(), config.run.memory_bytes)
    reader = register_reader(config.normalize)
    with IndexFolder(out, overwrite=overwrite) as folder, Workspace(folder.scratch) as workspace:
        register = read_register(
            reader,
            source,
            config.normalize.citizen_vintage,
            batch_rows=config.run.batch_rows,
            new_folder=workspace.new_folder if plan.in_files else None,
            progress=None if progress is None else partial(progress, "read citizen"),
        )
        told = {
            "inputs": source.describe(),
            "settings": {
                "normalize.citizen_vintage": config.normalize.citizen_vintage,
                "normalize.gender_codes": config.normalize.gender_codes,
                "normalize.legacy_encodings": config.normalize.legacy_encodings,
                "columns.citizen": config.columns.citizen,
            },
        }
        told |= write_index(folder, reader, register, source.quarantine, config)
        register.table.close()
        workspace.close()
        folder.publish(told)
    return told | {"files": sorted([*folder.files, "manifest.json"])}


def write_index(
    folder: IndexFolder, reader: RegisterReader, register: EncodedRegister, quarantine: Quarantine, config: Config
) -> dict[str, Any]:
    """Write all files of an index but its manifest, and return what the manifest has to say of them."""
    table = register.table
    numbers = _Numbers(reader, table)
    for name, column in table.files().items():
        folder.write_rows(name, (numbers.applied(name, column.read(low, low + _BLOCK)) for low in _lows(table)))
    folder.write_table(SYLLABLES, pa.table({"text": numbers.texts}))
    folder.write_table(PLACES, numbers.places())
    folder.write_table(IDS, pa.table({"citizen_id": register.ids}))
    folder.write_table(QUARANTINE, quarantine.table(Side.CITIZEN).select(["row", "reason"]))
    population = Population(table)
    folder.write_rows(SPECTRUM, [population.spectrum(reader.lexicon, config.run.batch_rows)])
    homes = without_crowds(population.household)
    order = np.argsort(homes, kind="stable").astype(np.int32)
    order = order[int(np.searchsorted(homes[order], 1)) :]  # those whose household is not known stand first
    folder.write_rows(HOME_FILES[0], [homes[order]])
    folder.write_rows(HOME_FILES[1], [order])
    keys = build_index(table.records.read(), reader.lexicon, reader.places, config.run.threads or os.cpu_count() or 1)
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
