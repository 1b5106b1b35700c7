"""Pairs that are worth a clerk's look, one after another, and the answers to them.

    result ── how unsure each person is ── a queue ── one pair with what both registers hold ── an answer, at once in a file

Everything is plain Python, so it can be used and tested without a notebook; :mod:`vnlink.label_widget` shows it.

A person is worth the more looks the less the model knows whether its best candidate is right: the entropy of that question, in
bits. Persons whose best pair agrees in the same way (one pattern) are one question asked again, so the k-th of a pattern counts
a k-th of it. That is uncertainty sampling (Lewis and Gale, "A sequential algorithm for training text classifiers", SIGIR 1994)
with a discount for what was asked before. Every fifth pair is drawn from the sure ones instead: labels of doubtful persons
alone would say nothing of the rest, and a model that is sure and wrong would never be found out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.config import Columns
from vnlink.errors import InputError, message
from vnlink.hashing import spread
from vnlink.name_pairs import NameComparison, compare_names
from vnlink.report.words import BEST_LEVEL, Words, field_words, level_words
from vnlink.result import LinkResult
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, Side
from vnlink.storage.answers import AnswerFile
from vnlink.storage.sources import open_source

__all__ = ["ANSWERS", "LabelSession", "Pair", "Row"]

ANSWERS = ("full", "partial", "none", "skip")
"""What may be said of a pair: the person, and all agrees; the person, but something differs or is missing; not this citizen;
and nothing, which is not kept."""

LEAST_BITS = 0.05
"""Information of a pair below which more are not worth a clerk's time: it is nearly known what the answer would be."""

_SURE_EVERY = 5
_DRAW = 0x6C6162656C


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a pair: what both registers hold, and how the model compares it. ``state`` is same, differs or missing."""

    field: Words
    left: str
    right: str
    state: str
    words: Words


@dataclass(frozen=True, slots=True)
class Pair:
    """A land person and the citizen that fits best, as a clerk sees them. What the model thinks of the pair is not in it."""

    land_user_id: str
    person_no: int
    citizen_id: str
    owner: str
    names: NameComparison
    rows: tuple[Row, ...]


def information(probability: NDArray[np.float64], pattern: NDArray[np.int64], tie: NDArray[np.uint64]) -> NDArray[np.float64]:
    """How much an answer tells, in bits, if those that tell more are asked before, float64[n].

    Parameters
    ----------
    probability : float64[n]
        That the best candidate of each person is right.
    pattern : int64[n]
        How the best pair agrees.
    tie : uint64[n]
        Breaks ties.

    Examples
    --------
    >>> information(np.array([0.5, 0.5, 1.0]), np.array([7, 7, 8]), np.arange(3, dtype=np.uint64)).tolist()
    [1.0, 0.5, 0.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.where(p > 0.0, p * np.log2(p), 0.0) for p in (probability, 1.0 - probability)]
    bits = -(parts[0] + parts[1])
    order = np.lexsort((tie, -bits, pattern))
    begins = np.append(True, pattern[order][1:] != pattern[order][:-1])[: len(order)]
    starts = np.flatnonzero(begins)
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    asked = np.empty(len(order))
    asked[order] = place + 1.0
    return np.asarray(bits / asked) + 0.0


class LabelSession:
    """A clerk's session.

    Parameters
    ----------
    result : LinkResult
        Of the two registers.
    land, citizens : path or frame
        The registers, for what they hold of the pairs shown.
    answers : path-like
        The file of answers; a session goes on where an earlier one with this file stopped.
    count : int
        Pairs asked for at most.
    land_columns, citizen_columns, shared_columns : dict of str to str, optional
        As of :class:`~vnlink.Linker`.

    Raises
    ------
    InputError
        ``answers`` holds something else, or a register cannot be read.
    """

    def __init__(
        self,
        result: LinkResult,
        land: Any,
        citizens: Any,
        answers: str | os.PathLike[str],
        *,
        count: int = 200,
        land_columns: dict[str, str] | None = None,
        citizen_columns: dict[str, str] | None = None,
        shared_columns: dict[str, str] | None = None,
    ) -> None:
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise InputError(message("count must be a whole number from 1", found=type(count), remedy="say how many pairs"))
        self._file = AnswerFile(answers)
        self._queue, self._bits, self._beyond = _queue(result, {one[:3] for one in self._file.answers}, count)
        users = pa.array([row["land_user_id"] for row in self._queue], pa.string())
        named = pa.array([row["citizen_id"] for row in self._queue], pa.string())
        self._land = _records(land, Side.LAND, "land_user_id", users, land_columns, shared_columns)
        self._citizens = _records(citizens, Side.CITIZEN, "citizen_id", named, citizen_columns, shared_columns)
        self._at = 0
        self._said: list[str] = []

    def __repr__(self) -> str:
        return f"<LabelSession: {len(self._file.answers):,} answers, {len(self._queue) - self._at:,} pairs to look at>"

    @property
    def path(self) -> str:
        """The file of answers, for ``fit(labels=...)``."""
        return str(self._file.path)

    @property
    def pair(self) -> Pair | None:
        """The pair to look at, None when all were."""
        return self._pair(self._queue[self._at]) if self._at < len(self._queue) else None

    def answer(self, said: str) -> None:
        """Keep an answer to the pair that is shown, and go to the next.

        Raises
        ------
        InputError
            There is no such answer, or no pair is left.
        StorageError
            The answer could not be written; the same pair is shown again.
        """
        if said not in ANSWERS:
            raise InputError(message("an answer must be one of " + ", ".join(ANSWERS), remedy="say one of them"))
        if self._at >= len(self._queue):
            raise InputError(message("there is no pair left to answer", remedy="fit with the labels, or ask for more pairs"))
        row = self._queue[self._at]
        if said != "skip":
            self._file.append((row["land_user_id"], row["person_no"], row["citizen_id"], said))
        self._said.append(said)
        self._at += 1

    def undo(self) -> None:
        """Go back to the pair before and take its answer back; at the first pair of the session nothing happens."""
        if not self._said:
            return
        if self._said.pop() != "skip":
            self._file.take_back()
        self._at -= 1

    def progress(self) -> dict[str, Any]:
        """Say how far the session is.

        Returns
        -------
        dict
            ``answered`` (in the file), ``skipped``, ``left``; ``bits`` that the most telling pair left tells; ``helps``:
            whether more labels are still worth their time, by what the model itself is unsure of; ``sentence``: in words.
        """
        left = len(self._queue) - self._at
        bits = float(self._bits[self._at :].max(initial=0.0))
        answered = len(self._file.answers)
        telling = bits >= LEAST_BITS
        if telling:
            sentence = Words(f"{answered} câu trả lời; còn {left} cặp.", f"Answers: {answered}; pairs left: {left}.")
        elif self._beyond:
            sentence = Words(
                f"{answered} câu trả lời; còn cặp khác đáng hỏi: hãy học lại với các nhãn này rồi hỏi tiếp.",
                f"Answers: {answered}; other pairs would still tell something: fit with these labels, then ask for more.",
            )
        else:
            sentence = Words(
                f"{answered} câu trả lời. Mô hình gần như chắc về phần còn lại, hỏi thêm không giúp nhiều: hãy học lại.",
                f"Answers: {answered}. The model is nearly sure of the rest, more would tell little: fit with these labels.",
            )
        return {
            "answered": answered,
            "skipped": self._said.count("skip"),
            "left": left,
            "bits": round(bits, 4),
            "helps": telling or self._beyond,
            "sentence": sentence,
        }

    def labels(self) -> pa.Table:
        """All answers of the file, as ``fit(labels=...)`` takes them."""
        columns = list(zip(*self._file.answers, strict=True)) or [()] * 4
        types = (pa.string(), pa.int64(), pa.string(), pa.string())
        names = ("land_user_id", "person_no", "citizen_id", "status")
        return pa.table({name: pa.array(list(column), kind) for name, column, kind in zip(names, columns, types, strict=True)})

    def _pair(self, row: dict[str, Any]) -> Pair:
        left = self._land.get(row["land_user_id"], {})
        right = self._citizens.get(row["citizen_id"], {})
        name = row["person_name"] or ""
        rows = [_row(row, left, right, *line) for line in _LINES]
        return Pair(
            row["land_user_id"],
            row["person_no"],
            row["citizen_id"],
            left.get("full_name") or name,
            compare_names(name, right.get("full_name") or ""),
            tuple(one for one in rows if one.left or one.right),
        )


_LINES = (
    ("birth", ("birth_date",), ("birth_date",), ("birth",)),
    ("sex", ("gender",), ("gender",), ("sex",)),
    ("id", ("id_number",), ("personal_id", "old_id_number"), ("personal_id", "old_id")),
    ("place", ("address", "commune_code"), ("address", "commune_code"), ("place",)),
    ("partner", (), ("spouse_name",), ("partner",)),
)
"""Lines of a pair: the field, its columns on both sides, and its levels."""

_SAME = {
    "birth": ("month", "year"),
    "place": (*HAMLET_LEVELS, *COMMUNE_LEVELS, "commune_among"),
    "partner": ("spouse", "household", "spouse_and_household"),
}
"""Levels beside the best that are no difference: all that one side holds agrees."""


def _row(
    pair: dict[str, Any],
    left: dict[str, str],
    right: dict[str, str],
    field: str,
    land_columns: Sequence[str],
    citizen_columns: Sequence[str],
    levels: Sequence[str],
) -> Row:
    """Lay what both sides hold beside each other; of two levels the one that says something counts."""
    found = [(name, str(pair.get(f"level_{name}") or "missing")) for name in levels]
    name, level = next((one for one in found if one[1] != "missing"), found[0])
    alike = level == BEST_LEVEL.get(name) or level in _SAME.get(name, ())
    state = "missing" if level == "missing" else "same" if alike else "differs"
    return Row(field_words(field), _shown(left, land_columns), _shown(right, citizen_columns), state, level_words(name, level))


def _shown(record: dict[str, str], columns: Sequence[str]) -> str:
    """What a record holds; a code of a commune only where there is no address."""
    cells = [record[column] for column in columns if record.get(column)]
    return cells[0] if cells and columns[0] == "address" else " · ".join(cells)


def _queue(
    result: LinkResult, answered: set[tuple[str, int, str]], count: int
) -> tuple[list[dict[str, Any]], NDArray[np.float64], bool]:
    """The pairs to ask for, the most telling first and every fifth a sure one; how much each tells; whether others still do."""
    table = result.candidates.filter(pc.equal(result.candidates["rank"], 1)).combine_chunks()
    tie = spread(np.arange(table.num_rows, dtype=np.uint64) + np.uint64(1), _DRAW)
    probability = np.clip(np.asarray(table["probability"], np.float64), 0.0, 1.0)
    bits = information(probability, _patterns(table), tie)
    keys = table.select(["land_user_id", "person_no", "citizen_id"])

    def fresh(order: NDArray[np.int64]) -> Iterator[int]:
        for i in order.tolist():
            if tuple(keys.slice(i, 1).to_pylist()[0].values()) not in answered:
                yield i

    best, drawn_by_lot = np.lexsort((tie, -bits)), np.argsort(tie, kind="stable")
    telling = fresh(best[bits[best] >= LEAST_BITS])
    sure = fresh(drawn_by_lot[bits[drawn_by_lot] < LEAST_BITS])
    chosen: list[int] = []
    while len(chosen) < count:
        drawn = next(sure, None) if (len(chosen) + 1) % _SURE_EVERY == 0 else None
        drawn = next(telling, None) if drawn is None else drawn
        if drawn is None:
            break  # only sure ones are left: enough was asked
        chosen.append(drawn)
    rows = table.take(pa.array(chosen, pa.int64())).to_pylist()
    some = result.links.filter(
        pc.is_in(result.links["land_user_id"], value_set=pa.array([r["land_user_id"] for r in rows], pa.string()))
    )
    names = {(one["land_user_id"], one["person_no"]): one["person_name"] for one in some.to_pylist()}
    return (
        [row | {"person_name": names[row["land_user_id"], row["person_no"]]} for row in rows],
        bits[chosen],
        next(telling, None) is not None,
    )


def _patterns(table: pa.Table) -> NDArray[np.int64]:
    """Number the combinations of all levels."""
    found = np.zeros(table.num_rows, np.int64)
    for name in table.column_names:
        if name.startswith("level_") and name != "level_rarity":
            codes = np.asarray(table[name].combine_chunks().cast(pa.string()).dictionary_encode().indices.fill_null(-1)) + 1
            found = np.unique(found * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)[1]
    return found.astype(np.int64)


def _records(
    data: Any, side: Side, key: str, wanted: pa.Array, columns: dict[str, str] | None, shared: dict[str, str] | None
) -> dict[str, dict[str, str]]:
    """Rows of a register by their id, as text, for the pairs that are shown."""
    found: dict[str, dict[str, str]] = {}
    of_both = Columns(both=shared or {}).shared_with(side)
    for batch in open_source(data, side, columns or {}, shared=of_both).batches():
        some = pa.table(batch).filter(pc.is_in(batch[key].cast(pa.string()), value_set=wanted))
        for row in some.to_pylist():
            found[row[key]] = {name: str(value) for name, value in row.items() if value is not None and name != "__row__"}
    return found
