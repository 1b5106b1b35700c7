"""The persons of one register, packed: what a run keeps of it.

Ninety-eight bytes a person, in memory or in files. The sweeps read the records in order; everything else asks for parts of the
table and gets them as :class:`~vnlink.schema.People`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from vnlink.records import RECORD_WIDTH, pack_records, unpack_records
from vnlink.rows import Kept, Rows
from vnlink.schema import People, Side

__all__ = ["BYTES_PER_PERSON", "PersonTable"]

_COLUMNS: dict[str, Any] = {
    "row": np.uint32,
    "person_no": np.uint8,
    "kind": np.uint8,
    "flags": np.uint32,
    "household": np.uint64,
    "key": np.uint64,
}
_CHILDREN = "children"
BYTES_PER_PERSON = 4 * RECORD_WIDTH + sum(np.dtype(dtype).itemsize for dtype in _COLUMNS.values()) + 4

_BLOCK = 1 << 20
_FILE = ".bin"


class PersonTable:
    """A register's persons in order of (row, person_no).

    Parameters
    ----------
    folder : Path, optional
        An empty folder to keep the columns in; in memory when not given.
    expected : int
        Persons that will come, about.

    Attributes
    ----------
    records : Rows of int32[16]
        Packed persons, see :func:`vnlink.records.pack_records`.
    children : Rows of uint64[3]
        Of citizens without a household whose parents are both named: their numbers, ascending, and hashes of the names of the
        father and of the mother (:mod:`vnlink.couples`).
    place : Rows of int32
        Place of each person's row. The place in ``records`` is what citizens are found by: 0 where the row names no person.
    """

    def __init__(self, folder: Path | None = None, expected: int = 0) -> None:
        def rows(name: str, dtype: Any, width: int = 0) -> Rows:
            room = 0 if name == _CHILDREN else expected  # of most registers there are none
            return Rows(dtype, width, None if folder is None else folder / name, room)

        self._take(rows)

    @classmethod
    def opened(cls, folder: Path, kept: Kept) -> Self:
        """Open the columns that :meth:`files` named, one file each, to be read only."""
        table = cls.__new__(cls)
        table._take(lambda name, dtype, width=0: Rows.opened(folder / f"{name}{_FILE}", dtype, width, kept))
        return table

    def _take(self, rows: Callable[..., Rows]) -> None:
        self.records = rows("records", np.int32, RECORD_WIDTH)
        self.place = rows("place", np.int32)
        self.children = rows(_CHILDREN, np.uint64, 3)
        self._columns = {name: rows(name, dtype) for name, dtype in _COLUMNS.items()}

    def files(self) -> dict[str, Rows]:
        """All columns, by the name of the file that :meth:`opened` looks for."""
        every = {"records": self.records, "place": self.place, _CHILDREN: self.children, **self._columns}
        return {f"{name}{_FILE}": column for name, column in every.items()}

    def __len__(self) -> int:
        return len(self.records)

    @property
    def in_memory(self) -> bool:
        """Whether the columns are in memory."""
        return self.records.in_memory

    def append(self, people: People, side: Side) -> None:
        """Add persons of one side at the end; those of a land user together."""
        self.records.append(pack_records(people, side))
        self.place.append(people.place)
        for name, column in self._columns.items():
            column.append(getattr(people, name))

    def seal(self) -> None:
        """Say that no more persons come."""
        for column in self.files().values():
            column.seal()

    def column(self, name: str, low: int = 0, high: int | None = None) -> NDArray[Any]:
        """Row numbers, person numbers, kinds, flags, households or keys of persons ``low`` to ``high``."""
        return self._columns[name].read(low, high)

    def rows_of(self, name: str) -> Rows:
        """One of these columns, from which any rows can be taken."""
        return self._columns[name]

    def replace(self, name: str, low: int, values: NDArray[Any]) -> None:
        """Give the persons from ``low`` on other values of one of these columns."""
        self._columns[name].write(low, values)

    def people(self, low: int = 0, high: int | None = None) -> People:
        """Persons ``low`` to ``high``, unpacked."""
        columns = {name: column.read(low, high) for name, column in self._columns.items()}
        return self._unpacked(self.records.read(low, high), columns)

    def take(self, rows: NDArray[np.int64]) -> People:
        """Some persons, by number in ascending order, unpacked."""
        columns = {name: column.take(rows) for name, column in self._columns.items()}
        return self._unpacked(self.records.take(rows), columns)

    def numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Personal ids and old ids of all persons, -1 where there is none."""
        parts = [unpack_records(self.records.read(low, low + _BLOCK)) for low in range(0, len(self), _BLOCK)]
        none = np.empty(0, np.int64)
        return (
            np.concatenate([none, *(part["personal_id"] for part in parts)]),
            np.concatenate([none, *(part["old_id"] for part in parts)]),
        )

    def close(self) -> None:
        """Let memory or files go."""
        for column in self.files().values():
            column.close()

    @staticmethod
    def _unpacked(records: NDArray[np.int32], columns: dict[str, NDArray[Any]]) -> People:
        columns["row"] = columns["row"].astype(np.int64)
        return People(**columns, **unpack_records(records))
