"""An index of a population, opened: its citizens as a register that is already read, and what finds them by a key.

::

    records, place, row ...    the encoded citizens                  vnlink.persons
    ids, syllables, places     what the numbers stand for
    name_*                     how common names are                  vnlink.namesakes
    key_*                      keys -> citizens, for look-ups        vnlink.blocking.index
    home_*                     households -> citizens, for look-ups
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.blocking.index import LandIndex
from vnlink.config import Config
from vnlink.errors import ConfigError, message
from vnlink.namesakes import Namesakes
from vnlink.normalize.encode import EncodedRegister, NotPersons, RegisterReader
from vnlink.persons import PersonTable
from vnlink.rows import Kept
from vnlink.schema import PlaceArrays
from vnlink.storage.digests import sha256_of
from vnlink.storage.index_files import IndexFiles
from vnlink.storage.publish import MANIFEST
from vnlink.storage.quarantine import Quarantine

__all__ = [
    "HOME_FILES",
    "IDS",
    "KEY_FILES",
    "NAME_FILES",
    "PLACES",
    "QUARANTINE",
    "SYLLABLES",
    "IndexSource",
    "PopulationIndex",
    "open_population",
]

IDS, SYLLABLES, PLACES, QUARANTINE = "ids.arrow", "syllables.arrow", "places.arrow", "quarantine.arrow"
NAME_FILES = ("name_families.bin", "name_rests.bin", "name_short.bin", "name_rates.bin")
KEY_FILES: dict[str, str] = {name: f"key_{name}.bin" for name in ("keys", "kinds", "starts", "persons", "buckets", "present")}
"""Arrays of the :class:`~vnlink.blocking.index.LandIndex` over the citizens, by attribute."""

HOME_FILES = ("home_hashes.bin", "home_members.bin")


class IndexSource:
    """What a run asks of its second table besides the rows, answered from an index.

    Attributes
    ----------
    num_rows : int
    quarantine : Quarantine
        Rows of the register that could not be read when the index was made.
    """

    def __init__(self, files: IndexFiles) -> None:
        self._files = files
        self.num_rows = int(files.manifest["counts"]["rows"])
        self.quarantine = Quarantine()
        table = files.table(QUARANTINE)
        reasons = np.array(table["reason"].to_pylist(), object)
        for reason in dict.fromkeys(reasons.tolist()):
            self.quarantine.add(table["row"].to_numpy()[reasons == reason], reason)

    def rows_expected(self) -> int:
        """Number of rows."""
        return self.num_rows

    def describe(self) -> dict[str, object]:
        """What the manifest says about this table: nothing of any row."""
        return {
            "kind": "index",
            "name": self._files.path.name,
            "sha256": sha256_of(self._files.path / MANIFEST),
            "rows": self.num_rows,
            "made_from": self._files.manifest["inputs"],
            "quarantined": self.quarantine.counts(),
        }


class PopulationIndex:
    """The citizens of an index, as often as a run needs them. Nothing of it is ever written to.

    Parameters
    ----------
    files : IndexFiles

    Attributes
    ----------
    source : IndexSource
    namesakes : Namesakes
    """

    def __init__(self, files: IndexFiles) -> None:
        self.files = files
        self.source = IndexSource(files)
        kinds = np.uint64, np.uint64, np.uint64, np.float64
        self.namesakes = Namesakes.from_arrays(*(files.rows(*file) for file in zip(NAME_FILES, kinds, strict=True)))

    def prepare(self, reader: RegisterReader) -> None:
        """Give a reader that has read nothing yet the syllables and places of the citizens.

        Raises
        ------
        StorageError
            They are not what a reader of this version makes.
        """
        places = self.files.table(PLACES)
        count = places.num_rows
        columns = {
            name: places[name].combine_chunks().flatten().to_numpy().reshape(count, -1)
            if pa.types.is_fixed_size_list(places[name].type)
            else places[name].to_numpy()
            for name in PlaceArrays._fields
        }
        try:
            reader.take_up(self.files.table(SYLLABLES)["text"].to_pylist(), PlaceArrays(**columns))
        except ValueError:
            raise self.files.damaged(SYLLABLES) from None

    def register(self, kept: Kept) -> EncodedRegister:
        """The citizens as a register that was read."""
        told = self.files.manifest
        nobody = NotPersons(np.empty(0, np.int64), pa.chunked_array([], pa.string()))
        return EncodedRegister(
            PersonTable.opened(self.files.path, kept),
            self.files.table(IDS)["citizen_id"],
            nobody,
            frozenset(told["columns"]),
            told["vintage"],
            told["flags"],
            told["encodings"],
            told["column_counts"],
        )

    def keys(self) -> LandIndex:
        """The citizens under their keys."""
        types: dict[str, Any] = {"keys": np.uint64, "kinds": np.uint8, "persons": np.int32, "present": np.uint64}
        wide = self.files.manifest["key_index"]
        types |= {"starts": wide["starts"], "buckets": wide["buckets"]}
        columns: dict[str, Any] = {name: self.files.rows(file, types[name], Kept.MAPPED) for name, file in KEY_FILES.items()}
        columns |= {name: int(wide[name]) for name in ("shift", "present_shift")}
        return LandIndex(**columns)

    def homes(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Households of the citizens in ascending order, and whose each is."""
        hashes, members = HOME_FILES
        return self.files.rows(hashes, np.uint64, Kept.MAPPED), self.files.rows(members, np.int32, Kept.MAPPED)


def open_population(path: str | os.PathLike[str], config: Config, *, every_file: bool = False) -> PopulationIndex:
    """Open an index, and make sure that its files are what was written.

    Parameters
    ----------
    path : path-like
    config : Config
        Of the run: what it says of the citizens' table has to be what the index was made with, or nothing.
    every_file : bool
        Also check the files that only look-ups need.

    Raises
    ------
    StorageError
        The folder is no index, is damaged, or was made by another version.
    ConfigError
        The run would have the citizens read otherwise than they were.
    """
    files = IndexFiles(path)
    only_for_look_ups = {*KEY_FILES.values(), *HOME_FILES}
    files.verify(name for name in files.manifest["files"] if every_file or name not in only_for_look_ups)
    made = files.manifest["settings"]
    for name, wanted, was in (
        ("normalize.citizen_vintage", config.normalize.citizen_vintage, made["normalize"]["citizen_vintage"]),
        ("columns.citizen", config.columns.citizen or None, made["columns.citizen"]),
    ):
        if wanted is not None and wanted != was:
            what = f"{name} is not the one that the index was made with"
            raise ConfigError(message(what, remedy="leave it out, or make the index again with it"))
    return PopulationIndex(files)
