"""Clerks' decisions, as pairs of encoded persons.

A label names a person of a land user and says: full or partial with a citizen, this is the person; none with a citizen, not
this citizen; none without one, nobody in the register.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.normalize.encode import EncodedRegister
from vnlink.report.truth import read_truth
from vnlink.schema import Status

__all__ = ["Labels", "resolve_labels"]

_COLUMNS = ("land_user_id", "citizen_id", "status")


@dataclass(frozen=True, slots=True)
class Labels:
    """Decisions by number, an entry a label.

    Attributes
    ----------
    person : int64[n]
        Land persons.
    citizen : int64[n]
        Citizens, -1 for nobody.
    right : bool[n]
        Whether the citizen is the person; False with a citizen of -1 means nobody is.
    """

    person: NDArray[np.int64]
    citizen: NDArray[np.int64]
    right: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)


def _table(labels: Any) -> pa.Table:
    table = read_truth(Path(labels)) if isinstance(labels, (str, os.PathLike)) else pa.table(labels)
    for column in _COLUMNS:
        if column not in table.column_names:
            raise InputError(
                message("labels need the columns " + ", ".join(_COLUMNS), column=column, remedy="add the missing column")
            )
    return table


def _rows_of(ids: pa.ChunkedArray, known: pa.ChunkedArray, column: str) -> NDArray[np.int64]:
    """Row of each id in a register, -1 where the id is missing."""
    rows = pc.index_in(ids, value_set=known)
    unknown = pc.sum(pc.and_(pc.is_null(rows), pc.is_valid(ids))).as_py() or 0
    if unknown:
        raise InputError(
            message("labels must be of these registers and some ids are not in them", column=column, count=unknown,
                    remedy="give the labels of this register")
        )  # fmt: skip
    return np.asarray(pc.fill_null(rows, -1)).astype(np.int64)


def resolve_labels(labels: Any, land: EncodedRegister, citizens: EncodedRegister) -> Labels:
    """Look the ids of labels up in the registers.

    Parameters
    ----------
    labels : path or frame
        Columns land_user_id, person_no (1 when absent), citizen_id, status.
    land, citizens : EncodedRegister

    Raises
    ------
    InputError
        A column is missing, an id is in no register, a person is not in the owner string, or a status is not one of the three.
    """
    table = _table(labels)
    text = {name: table[name].cast(pa.string()) for name in _COLUMNS}
    rows = _rows_of(text["land_user_id"], land.ids, "land_user_id")
    citizen = _rows_of(text["citizen_id"], citizens.ids, "citizen_id")
    number = np.ones(len(rows), np.int64)
    if "person_no" in table.column_names:
        number = np.asarray(pc.fill_null(table["person_no"].cast(pa.int64()), 1))
    place = land.people.row * 256 + land.people.person_no
    wanted = rows * 256 + number
    person = np.searchsorted(place, wanted)
    known = (rows >= 0) & (person < len(place)) & (place[np.minimum(person, len(place) - 1)] == wanted)
    if not known.all():
        what = "labels must name persons of the land register and some do not"
        remedy = "give the id of the land user and the number of the person in its owner string"
        raise InputError(message(what, column="person_no", count=int((~known).sum()), remedy=remedy))
    status = text["status"]
    right = np.asarray(pc.is_in(status, value_set=pa.array([Status.FULL, Status.PARTIAL])))
    wrong = np.asarray(pc.fill_null(pc.equal(status, Status.NONE), False))
    bad = ~(right | wrong) | (right & (citizen < 0))
    if bad.any():
        what = "a label is full or partial with a citizen_id, or none"
        raise InputError(message(what, column="status", count=int(bad.sum()), remedy="correct or remove these labels"))
    return Labels(person, citizen, right)
