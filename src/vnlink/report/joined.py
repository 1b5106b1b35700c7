"""Links laid beside the truth, row by row, in the memory that a country leaves.

Tables stream past, and of each row only numbers are kept: ids as 64-bit hashes (:mod:`vnlink.hashing`), statuses as their place
in the list of them. Two ids are taken for one with a chance of n^2 / 2^65: of the 80 million persons of a country once in six
thousand times, of a million once in forty million.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.hashing import hash_column
from vnlink.report.reliability import LEAST_LINKED, Reliability, reliability_of
from vnlink.report.truth import person_numbers, table_of, without_blanks
from vnlink.report.weighted import Rate
from vnlink.rows import distinct
from vnlink.schema import Status

__all__ = ["JUDGED", "STATUSES", "Judged", "judged_of"]

NEEDED = ("land_user_id", "person_no", "citizen_id", "status", "log_odds")
"""Columns of the links without which nothing is judged."""

JUDGED = (*NEEDED, "probability")
"""Columns of the links that are read."""

MAX_PERSON_NO = 255
"""Most persons of one owner string: their numbers are bytes."""

STATUSES = tuple(str(status) for status in Status)
_STATUS_SET = pa.array(STATUSES, pa.string())
_BATCH_ROWS = 131_072
_SEARCHED = 1 << 20
"""Rows looked for at a time: what a search needs beside is no column of the whole table."""

_FULL, _NONE = STATUSES.index("full"), STATUSES.index("none")


@dataclass(slots=True)
class Judged:
    """The rows of links that are judged, each beside its truth; n rows.

    Attributes
    ----------
    linked, right : bool[n]
        Whether a citizen was linked, and whether it is the true one.
    decided : int8[n]
        Status, as its place in :data:`STATUSES`; -1 for anything else.
    true_status : int8[n]
        The same of the truth; -1 where it does not list the person or has no status.
    log_odds : float64[n]
        Of the link; minus infinity where there is none.
    said : uint64[n]
        Number of the linked citizen, 0 for nobody.
    probability : float64[n] | None
        NaN where there is none; None where the links have no such column.
    about : uint64[n]
        Number of the citizen whom a link from one half on is about: the true one, or where nobody is right the linked; 0
        for other rows.
    has_status : bool
        Whether the truth has a status.
    missing_status : int64[3]
        True statuses of the persons that the links do not have.
    with_citizen : int
        Persons of the truth who are in the population.
    counts : dict of str to int
        See :attr:`vnlink.report.measures.Evaluation.counts`.
    """

    linked: NDArray[np.bool_]
    right: NDArray[np.bool_]
    decided: NDArray[np.int8]
    true_status: NDArray[np.int8]
    log_odds: NDArray[np.float64]
    said: NDArray[np.uint64]
    probability: NDArray[np.float64] | None
    about: NDArray[np.uint64]
    has_status: bool
    missing_status: NDArray[np.int64]
    with_citizen: int
    counts: dict[str, int]

    def recall_full(self, full_and_right: NDArray[np.bool_], confidence: float) -> Rate | None:
        """Share of the persons who deserve full that have it, with the right citizen; None without true statuses."""
        if not self.has_status:
            return None
        deserving = self.true_status == _FULL
        total = int(np.count_nonzero(deserving)) + int(self.missing_status[_FULL])
        return Rate(int(np.count_nonzero(full_and_right & deserving)), total, confidence)

    def confusion(self) -> dict[str, dict[str, int]] | None:
        """Count persons by true and decided status; None without true statuses."""
        if not self.has_status:
            return None
        known = (self.true_status >= 0) & (self.decided >= 0)
        cells = np.bincount(self.true_status[known].astype(np.int64) * 3 + self.decided[known], minlength=9).reshape(3, 3)
        cells[:, _NONE] += self.missing_status
        return {true: {said: int(cells[i, j]) for j, said in enumerate(STATUSES)} for i, true in enumerate(STATUSES)}

    def reliability(self, confidence: float) -> Reliability | None:
        """Hold the probabilities against what came of them; None where the links have none."""
        if self.probability is None:
            return None
        rows = self.about > 0
        not_linked = int(np.count_nonzero((self.probability >= LEAST_LINKED) & ~self.linked))
        probability, right, about = self.probability[rows], self.right[rows], self.about[rows]
        return reliability_of(probability, right, about, not_linked=not_linked, confidence=confidence)


@dataclass(slots=True)
class _Rows:
    """Rows of one side, without a text: see :class:`Judged` for the numbers."""

    user: NDArray[np.uint64]
    person: NDArray[np.uint8]
    citizen: NDArray[np.uint64]
    status: NDArray[np.int8]
    log_odds: NDArray[np.float64] | None = None
    probability: NDArray[np.float64] | None = None
    has_status: bool = True

    def __len__(self) -> int:
        return len(self.user)


def judged_of(links: Any, truth: Any) -> Judged:
    """Lay the truth beside the links; parameters and errors of :func:`vnlink.report.measures.evaluate`."""
    # The truth first: its table is let go before the links are read.
    true = _truth_rows(truth)
    said = _link_rows(links)
    users = distinct(true.user)
    left_key, truth_key = _keys(said, users, "the links"), _keys(true, users, "the truth")
    in_scope = np.flatnonzero(left_key >= 0)
    truth_row = _rows_of(_of(left_key, in_scope), truth_key)
    del left_key, truth_key, users
    found = truth_row >= 0
    if len(said) and not found.any():
        remedy = "give the truth of this land register, with its land_user_id and person_no"
        raise InputError(message("the truth holds no person of the result", count=len(true), remedy=remedy))
    unseen = np.ones(len(true), np.bool_)
    unseen[truth_row[found]] = False
    missing = true.status[unseen]
    counts = {
        "persons": len(true),
        "persons_with_citizen": int(np.count_nonzero(true.citizen)),
        "persons_missing": int(np.count_nonzero(unseen)),
        "persons_extra": int(np.count_nonzero(~found)),
        "persons_citizen_not_linked": _never_linked(true.citizen, said.citizen),
        "rows_unjudged": len(said) - len(in_scope),
    }
    return _beside(said, true, in_scope, truth_row, np.bincount(missing[missing >= 0], minlength=3), counts)


def _beside(
    said: _Rows,
    true: _Rows,
    in_scope: NDArray[np.int64],
    truth_row: NDArray[np.int64],
    missing_status: NDArray[np.int64],
    counts: dict[str, int],
) -> Judged:
    """Take the rows that are judged and, of each, what the truth says."""
    citizen, beside = _of(said.citizen, in_scope), _at(true.citizen, truth_row, 0)
    linked = citizen > 0
    probability = None if said.probability is None else _of(said.probability, in_scope)
    if probability is not None and (outside := int(np.count_nonzero((probability < 0.0) | (probability > 1.0)))):
        what, remedy = "a probability must be between 0 and 1", "give probabilities as shares, or leave the column out"
        raise InputError(message(what, column="probability", count=outside, remedy=remedy))
    sure = linked & (probability >= LEAST_LINKED) if probability is not None else np.zeros(len(in_scope), np.bool_)
    log_odds = np.full(len(in_scope), -np.inf) if said.log_odds is None else _of(said.log_odds, in_scope)
    return Judged(
        linked=linked,
        right=linked & (citizen == beside),
        decided=_of(said.status, in_scope),
        true_status=_at(true.status, truth_row, -1),
        log_odds=log_odds,
        said=citizen,
        probability=probability,
        about=np.where(sure, np.where(beside > 0, beside, citizen), np.uint64(0)),
        has_status=true.has_status,
        missing_status=missing_status,
        with_citizen=counts["persons_with_citizen"],
        counts=counts,
    )


def _at(values: NDArray[Any], rows: NDArray[np.int64], otherwise: int) -> NDArray[Any]:
    """Values of some rows, and another where the row is -1."""
    taken = np.full(len(rows), otherwise, values.dtype)
    known = rows >= 0
    taken[known] = values[rows[known]]
    return taken


def _keys(rows: _Rows, users: NDArray[np.uint64], what: str) -> NDArray[np.int64]:
    """One integer per row, (place among the users) x 2^16 + person_no; -1 for a land user that is not among them."""
    key = _places(users, rows.user)
    key[key >= 0] <<= 16
    np.add(key, rows.person, out=key, where=key >= 0)
    ordered = key[key >= 0]
    ordered.sort()
    copies = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    if copies:
        remedy = "keep one row for each land_user_id and person_no"
        raise InputError(message(f"a person of {what} stands more than once", count=copies, remedy=remedy))
    return key


def _rows_of(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row of each wanted key, -1 where it is not there."""
    order = np.argsort(keys)
    place = _places(keys[order], wanted)
    place[place >= 0] = order[place[place >= 0]]
    return place


def _places(ordered: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.int64]:
    """Place of each wanted value in an ascending column, -1 where it is not there.

    They are looked for in ascending order, so that the search goes through the column once and does not jump about in it.
    """
    places = np.full(len(wanted), -1, np.int64)
    order = np.argsort(wanted)
    for low in range(0, len(order) if len(ordered) else 0, _SEARCHED):
        rows = order[low : low + _SEARCHED]
        values = wanted[rows]
        place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
        places[rows] = np.where(ordered[place] == values, place, -1)
    return places


def _never_linked(true: NDArray[np.uint64], said: NDArray[np.uint64]) -> int:
    """How many persons have a true citizen whom the links give to nobody: not found, or an id of another register."""
    return int(np.count_nonzero(_places(distinct(said[said > 0]), true[true > 0]) < 0))


def _of(values: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Some rows of a column, and the column itself where they are all: a country's is not copied."""
    return values if len(rows) == len(values) else values[rows]


def _batches(data: Any, what: str, needed: tuple[str, ...]) -> Iterator[pa.Table]:
    """Tables of some thousand rows, of plain columns; the first has none, so that all columns are known."""
    source = data if isinstance(data, pa.RecordBatchReader) else table_of(data, what)
    for column in needed:
        if column not in source.schema.names:
            text, remedy = f"a column of the {what} is missing", "add it, or rename the one that holds it"
            raise InputError(message(text, column=column, remedy=remedy))
    yield table_of(source.schema.empty_table() if isinstance(source, pa.RecordBatchReader) else source.slice(0, 0), what)
    for whole in source if isinstance(source, pa.RecordBatchReader) else source.to_batches():
        for low in range(0, whole.num_rows, _BATCH_ROWS):
            yield table_of(pa.table(whole.slice(low, _BATCH_ROWS)), what)


def _link_rows(links: Any) -> _Rows:
    """Read the links."""
    parts = []
    for table in _batches(links, "links", NEEDED):
        probability = _floats(table, "probability") if "probability" in table.column_names else None
        ids = _hashes(table["land_user_id"]), _hashes(table["citizen_id"])
        log_odds = np.nan_to_num(_floats(table, "log_odds"), nan=-np.inf)
        person = person_numbers(table, "the links")
        person = np.where((person < 1) | (person > MAX_PERSON_NO), 0, person)  # no truth has such a person
        parts.append(_Rows(ids[0], person.astype(np.uint8), ids[1], _status_code(table["status"]), log_odds, probability))
    return _joined(parts)


def _truth_rows(truth: Any) -> _Rows:
    """Read the truth. Rows that say nothing, or what no result can say, are refused: they would count as errors."""
    nameless = odd_status = beyond = 0
    parts = []
    for table in map(without_blanks, _batches(truth, "truth", ("land_user_id", "citizen_id"))):
        nameless += table["land_user_id"].null_count
        person, status = np.ones(table.num_rows, np.int64), np.full(table.num_rows, -1, np.int8)
        if "person_no" in table.column_names:
            person = person_numbers(table, "the truth")
            beyond += int(np.count_nonzero((person < 1) | (person > MAX_PERSON_NO)))
        if "status" in table.column_names:
            status = _status_code(table["status"])
            odd_status += int(np.count_nonzero(status < 0)) - table["status"].null_count
        ids = _hashes(table["land_user_id"]), _hashes(table["citizen_id"])
        told = "status" in table.column_names
        parts.append(_Rows(ids[0], person.astype(np.uint8), ids[1], status, has_status=told))
    if nameless:
        what, remedy = "a row of the truth names no land user", "fill in the key, or remove these rows"
        raise InputError(message(what, column="land_user_id", count=nameless, remedy=remedy))
    if odd_status:
        what, remedy = "a status of the truth is full, partial or none", "correct these rows, or leave the status empty"
        raise InputError(message(what, column="status", count=odd_status, remedy=remedy))
    if beyond:
        what = f"the person_no of the truth must be 1 to {MAX_PERSON_NO}"
        remedy = "count the persons of an owner string from 1"
        raise InputError(message(what, column="person_no", count=beyond, remedy=remedy))
    return _joined(parts)


def _joined(parts: list[_Rows]) -> _Rows:
    """Put parts behind each other, one column after the other, so that none is there twice for long."""
    columns: dict[str, Any] = {}
    for one in fields(_Rows):
        values = [getattr(part, one.name) for part in parts]
        columns[one.name] = np.concatenate(values) if isinstance(values[0], np.ndarray) else values[0]
        for part in parts:
            setattr(part, one.name, None)
    return _Rows(**columns)


def _hashes(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    """Hash of each id, 0 where there is none."""
    text = column.combine_chunks().cast(pa.string())
    known = np.asarray(text.is_valid(), dtype=np.bool_)
    return np.where(known, np.maximum(hash_column(text), np.uint64(1)), np.uint64(0))


def _status_code(column: pa.ChunkedArray) -> NDArray[np.int8]:
    """Place of each status among :data:`STATUSES`; -1 for anything else."""
    text = column.combine_chunks().cast(pa.string())
    return _numbers(pc.fill_null(pc.index_in(text, value_set=_STATUS_SET), -1), np.int8)


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    """A column of numbers, NaN where there is none."""
    try:
        column = table[name].cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # Arrow's own text quotes the value
        what, remedy = "a column of the links must hold numbers, and holds something else", "give it as numbers"
        raise InputError(message(what, column=name, remedy=remedy)) from None
    return _numbers(column)


def _numbers(column: Any, dtype: Any = np.float64) -> NDArray[Any]:
    return np.asarray(column, dtype=dtype)
