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

from vnlink.classify.evaluation import joint_groups
from vnlink.errors import InputError, message
from vnlink.normalize.encode import EncodedRegister
from vnlink.report.truth import table_of
from vnlink.schema import Status
from vnlink.storage.decisions import read_truth

__all__ = ["Labels", "label_groups", "resolve_labels"]

MAX_PERSON_NO = 255
"""Most persons of one owner string: their numbers are bytes."""

_FEW_GROUPS, _LARGE_SHARE = 10, 0.2
"""Fewest groups, and the largest share of the labels in one, for holding out whole communes; otherwise only land users and
citizens are kept together. A citizen with land in two communes joins them, so groups are counted when joined: a thousand labels
of ten communes were found to make eight groups, of which one held 430. Each of five folds is to hold a fifth."""

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
    full : bool[n]
        Whether a right one was called full, not partial.
    """

    person: NDArray[np.int64]
    citizen: NDArray[np.int64]
    right: NDArray[np.bool_]
    full: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.person)


def _table(labels: Any) -> pa.Table:
    on_disk = isinstance(labels, (str, os.PathLike))
    table = read_truth(Path(labels), "labels") if on_disk else table_of(labels, "labels")
    for column in _COLUMNS:
        if column not in table.column_names:
            raise InputError(
                message("labels need the columns " + ", ".join(_COLUMNS), column=column, remedy="add the missing column")
            )
    return table


def _text(table: pa.Table, column: str) -> pa.ChunkedArray:
    try:
        return table[column].cast(pa.string())
    except pa.ArrowException:
        raise InputError(message("labels must be text", column=column, remedy="convert the column to text")) from None


def _person_numbers(table: pa.Table) -> NDArray[np.int64]:
    """Number of the person in its owner string, 1 where nothing is said.

    A number that no owner string can hold must not pass: place in the register is counted as row x 256 + number, and 257 would
    be the first person of the next row.
    """
    if "person_no" not in table.column_names:
        return np.ones(len(table), np.int64)
    try:
        cast = pc.fill_null(table["person_no"].cast(pa.int64()), 1)
    except pa.ArrowException:  # its text quotes the value
        what, remedy = (
            "the person_no of labels must be a whole number",
            "write 1, 2, 3 ... or leave it empty for the first person",
        )
        raise InputError(message(what, column="person_no", remedy=remedy)) from None
    numbers = np.asarray(cast).astype(np.int64)
    beyond = (numbers < 1) | (numbers > MAX_PERSON_NO)
    if beyond.any():
        what = f"the person_no of labels must be 1 to {MAX_PERSON_NO}"
        remedy = "count the persons of an owner string from 1"
        raise InputError(message(what, column="person_no", count=int(beyond.sum()), remedy=remedy))
    return numbers


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


def _refuse_contradictions(labels: Labels) -> None:
    """A person is one citizen or nobody: refuse labels that say two things of one person."""
    person, citizen = labels.person, labels.citizen
    # Equal labels are one already. A person is told once at most: who it is, or that it is nobody.
    told = person[labels.right | (citizen < 0)]
    persons, times = np.unique(told, return_counts=True)
    # With one citizen, right and wrong cannot both be said; such rows are neighbours, for person and citizen sort first.
    both = person[1:][(person[1:] == person[:-1]) & (citizen[1:] == citizen[:-1])]
    count = len(np.union1d(persons[times > 1], both))
    if count:
        what = "labels contradict each other: a person is one citizen, or nobody, and not also another"
        remedy = "keep the right label of each person"
        raise InputError(message(f"{what} ({count:,} person{'s' if count != 1 else ''})", remedy=remedy))


def resolve_labels(labels: Any, land: EncodedRegister, citizens: EncodedRegister) -> Labels:
    """Look the ids of labels up in the registers; equal labels become one, in the order of persons and citizens.

    Parameters
    ----------
    labels : path or frame
        Columns land_user_id, person_no (1 when absent), citizen_id, status.
    land, citizens : EncodedRegister

    Raises
    ------
    InputError
        A column is missing, an id is in no register, a person is not in the owner string, a status is not one of the three, or
        two labels contradict each other.
    """
    table = _table(labels)
    text = {name: _text(table, name) for name in _COLUMNS}
    blank = pc.equal(pc.utf8_trim_whitespace(text["citizen_id"]), "")
    text["citizen_id"] = pc.if_else(blank, pa.scalar(None, pa.string()), text["citizen_id"])
    rows = _rows_of(text["land_user_id"], land.ids, "land_user_id")
    citizen = _rows_of(text["citizen_id"], citizens.ids, "citizen_id")
    number = _person_numbers(table)
    place = land.table.column("row").astype(np.int64) * 256 + land.table.column("person_no")
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
    full = np.asarray(pc.fill_null(pc.equal(status, Status.FULL), False))
    # Of two clerks who do not agree whether a pair is full the more careful one counts.
    pair = (person << 32) | np.maximum(citizen, 0)
    full = full & ~np.isin(pair, pair[right & ~full])
    # What was said twice is one label: it must neither teach nor be counted twice.
    person, citizen, said, called = np.unique(np.column_stack([person, citizen, right, full]), axis=0).T
    resolved = Labels(person, citizen, said.astype(bool), called.astype(bool))
    _refuse_contradictions(resolved)
    return resolved


def label_groups(
    labels: Labels, household: NDArray[np.uint64], citizen: NDArray[np.uint64], commune: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Number labels so that those of one land user, citizen or commune have one number, int64[n] from 0.

    The numbers do not depend on the order of the labels or of the registers' rows.

    Communes are kept together where that leaves at least ten groups, none of which holds more than a fifth of the labels.

    Parameters
    ----------
    labels : Labels
    household, commune : uint64[persons]
        Hash of the land user and of the commune of each land person; a commune of 0 is not known.
    citizen : uint64[citizens]
        Hash of the citizen's id.
    """
    if not len(labels):
        return np.empty(0, np.int64)
    users = household[labels.person]
    named = np.where(labels.citizen >= 0, citizen[np.maximum(labels.citizen, 0)], users)
    places = commune[labels.person]
    group = joint_groups(_known(users), _known(named), _known(places))
    sizes = np.bincount(group)
    if len(sizes) < _FEW_GROUPS or sizes.max() > _LARGE_SHARE * len(group):
        group = joint_groups(_known(users), _known(named))
    least = np.full(int(group.max()) + 1, np.iinfo(np.uint64).max)
    np.minimum.at(least, group, users)
    return np.argsort(np.argsort(least))[group].astype(np.int64)


def _known(values: NDArray[np.uint64]) -> NDArray[np.object_]:
    """Hashes as joint_groups takes them: None joins nothing."""
    return np.array([value or None for value in values.tolist()], object)
