"""A sample for clerks, and what their answers say of a run.

The persons of a run are put into strata by status and probability, a few are drawn from each, and a clerk says of each whether
the citizen is the person, the person is another citizen, or nobody. Every stratum is weighed with the persons it stands for. So
precision comes from the strata that were linked, and recall from all of them: the right links against all persons who
are in the register, those among them that the run gave to nobody or to a wrong citizen.

Rows are found again by their number in ``links.parquet``: an id that a spreadsheet turned into a number does no harm. That an
answer was given to the decision that stands there is told by the column ``check``, six letters that depend on the person and
the citizen: letters alone, which no spreadsheet takes for a number or a date.

Reference: Cochran, "Sampling Techniques", 3rd edition, 1977, chapters 5 and 6 (stratified samples, ratios).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.hashing import hash_text, spread
from vnlink.report.weighted import clopper_pearson
from vnlink.schema import Status

__all__ = ["ANSWERS", "SHEET_COLUMNS", "answers_of", "draw_sheet", "judge_answers", "strata_of"]

SHEET_COLUMNS = (
    "row",
    "check",
    "stratum",
    "weight",
    "land_user_id",
    "person_no",
    "person_name",
    "status",
    "probability",
    "citizen_id",
    "other_candidates",
    "answer",
    "note",
)
ANSWERS = {
    "right": ("right", "đúng"),
    "other": ("other", "khác"),
    "nobody": ("nobody", "không có"),
    "": ("", "unsure", "không rõ"),
}
"""Words a clerk may write: the citizen is the person; the person is another citizen; no citizen; not known."""

_EDGES = (0.5, 0.9, 0.99, 0.999)
_STATUSES = tuple(str(status) for status in Status)
_NO_PERSON = pa.array(["organisation", "community", "religious_body", "state_body"])
_LEAST_A_STRATUM = 10
_LEAST_SPREAD = 0.1
"""Persons drawn from every stratum, and the least standard deviation believed of one: probabilities may be wrong."""

_DRAW = 0x7368656574
_CHECK_LETTERS = 6
"""Of the first sixteen of the alphabet: one changed decision in sixteen millions has the same ones."""


def strata_of(links: pa.Table) -> tuple[list[str], NDArray[np.int64]]:
    """Put the persons of a run into strata of status and probability.

    Parameters
    ----------
    links : pyarrow.Table
        As in ``links.parquet``.

    Returns
    -------
    list of str, int64[n]
        Name of each stratum, and the stratum of each row; -1 for owners that are no persons.
    """
    status = np.asarray(pc.index_in(links["status"], value_set=pa.array(_STATUSES))).astype(np.int64)
    probability = np.nan_to_num(np.asarray(links["probability"], dtype=np.float64), nan=-1.0)
    bins = np.where(probability < 0.0, 0, 1 + np.searchsorted(_EDGES, probability, side="right"))
    words = ["no candidate", "below 0.5", "0.5 to 0.9", "0.9 to 0.99", "0.99 to 0.999", "0.999 and above"]
    reasons = links["reasons"].combine_chunks() if isinstance(links["reasons"], pa.ChunkedArray) else links["reasons"]
    owner = np.asarray(pc.list_parent_indices(reasons)).astype(np.int64)
    no_person = np.asarray(pc.is_in(pc.list_flatten(reasons), value_set=_NO_PERSON))
    stratum = status * len(words) + bins
    stratum[owner[no_person]] = -1
    return [f"{name}, {word}" for name in _STATUSES for word in words], stratum


def _allot(sizes: NDArray[np.int64], spread_of: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Persons to draw from each stratum: some from all, the rest where answers vary and persons are many (Neyman)."""
    least = np.minimum(sizes, max(1, min(_LEAST_A_STRATUM, count // max(1, int(np.count_nonzero(sizes))))))
    rest = max(0, count - int(least.sum()))
    want = sizes * spread_of
    share = rest * want / want.sum() if want.sum() else np.zeros(len(sizes))
    return np.minimum(sizes, least + np.floor(share).astype(np.int64))


def draw_sheet(links: pa.Table, candidates: pa.Table, count: int) -> pa.Table:
    """Draw about ``count`` persons for clerks.

    Parameters
    ----------
    links, candidates : pyarrow.Table
        As a run writes them.
    count : int
        Persons wanted; every stratum gets one at least.

    Returns
    -------
    pyarrow.Table
        Columns :data:`SHEET_COLUMNS`; ``weight`` is the number of persons each stands for, ``answer`` and ``note`` are empty.
    """
    names, stratum = strata_of(links)
    sizes = np.bincount(stratum[stratum >= 0], minlength=len(names))
    chance = np.tile([0.05, 0.25, 0.7, 0.95, 0.995, 0.9999], len(_STATUSES))
    take = _allot(sizes, np.maximum(np.sqrt(chance * (1.0 - chance)), _LEAST_SPREAD), count)
    order = spread(np.arange(links.num_rows, dtype=np.uint64) + np.uint64(1), _DRAW)
    drawn = []
    for one in np.flatnonzero(take):
        rows = np.flatnonzero(stratum == one)
        drawn.append(rows[np.argsort(order[rows], kind="stable")[: take[one]]])
    rows = np.sort(np.concatenate(drawn)) if drawn else np.empty(0, np.int64)
    chosen = links.take(pa.array(rows))
    empty = pa.array([""] * len(rows), pa.string())
    return pa.table(
        {
            "row": pa.array(rows + 1),
            "check": pa.array(_checks_of(chosen), pa.string()),
            "stratum": pa.array([names[one] for one in stratum[rows].tolist()], pa.string()),
            "weight": pa.array(np.round(sizes[stratum[rows]] / np.maximum(take[stratum[rows]], 1), 4)),
            **{name: chosen[name] for name in ("land_user_id", "person_no", "person_name", "status", "probability")},
            "citizen_id": chosen["citizen_id"],
            "other_candidates": _others(chosen, candidates),
            "answer": empty,
            "note": empty,
        }
    )


def _checks_of(links: pa.Table) -> list[str]:
    """Letters that tell each decision from others: who the person is, and which citizen was given."""
    cells = zip(*(links[name].to_pylist() for name in ("land_user_id", "person_no", "citizen_id")), strict=True)
    numbers = (hash_text("\x1f".join(("" if cell is None else str(cell)) for cell in row)) for row in cells)
    return ["".join(chr(97 + (number >> 4 * place & 15)) for place in range(_CHECK_LETTERS)) for number in numbers]


def _others(chosen: pa.Table, candidates: pa.Table) -> pa.Array:
    """Ids of the candidates that are not the link, best first, as one text a person."""
    some = candidates.filter(pc.is_in(candidates["land_user_id"], value_set=chosen["land_user_id"].combine_chunks()))
    found: dict[tuple[str, int], list[str]] = {}
    for user, number, citizen in zip(
        *(some[name].to_pylist() for name in ("land_user_id", "person_no", "citizen_id")), strict=True
    ):
        found.setdefault((user, number), []).append(citizen)
    keys = zip(*(chosen[name].to_pylist() for name in ("land_user_id", "person_no", "citizen_id")), strict=True)
    return pa.array(["; ".join(c for c in found.get((user, n), []) if c != link) for user, n, link in keys], pa.string())


def _codes(answers: list[str]) -> NDArray[np.int64]:
    """Number answers: 0 right, 1 other, 2 nobody, -1 not known; what is no answer is counted and refused."""
    words = {word: i for i, name in enumerate(("right", "other", "nobody")) for word in ANSWERS[name]}
    words |= dict.fromkeys(ANSWERS[""], -1)
    codes = [words.get(unicodedata.normalize("NFC", " ".join(answer.split())).casefold(), -2) for answer in answers]
    bad = codes.count(-2)
    if bad:
        remedy = "write right, other, nobody or unsure (đúng, khác, không có, không rõ)"
        raise InputError(
            message("an answer is none of the words", column="answer", count=bad, row=codes.index(-2) + 1, remedy=remedy)
        )
    return np.array(codes, np.int64)


def answers_of(sheet: Any) -> tuple[NDArray[np.int64], list[str], list[str]]:
    """Take rows, answers and checks from a frame, as :func:`judge_answers` wants them.

    Raises
    ------
    InputError
        It is no table, or its columns ``row``, ``answer`` and ``check`` are not there or not filled as a sheet's are.
    """
    try:
        table = pa.table(sheet)
        rows = np.asarray(table["row"].cast(pa.int64())).astype(np.int64)
        answers, checks = (pc.fill_null(table[name].cast(pa.string()), "").to_pylist() for name in ("answer", "check"))
    except (KeyError, TypeError, ValueError, pa.ArrowException):  # their texts may quote values
        remedy = "give the sheet that was drawn, with the columns row, check and answer"
        raise InputError(message("the answers cannot be read as a sheet", found=type(sheet), remedy=remedy)) from None
    return rows, answers, checks


def judge_answers(
    links: pa.Table, rows: NDArray[np.int64], answers: list[str], checks: list[str] | None = None, confidence: float = 0.95
) -> dict[str, Any]:
    """Turn answers into precision and recall.

    Parameters
    ----------
    links : pyarrow.Table
        Of the run that the sheet was drawn from.
    rows : int64[s]
        Column ``row`` of the sheet.
    answers : list of str
        Column ``answer``. Persons without an answer are left out, as if they had not been drawn.
    checks : list of str, optional
        Column ``check``; without it nothing tells whether the answers are about the decisions of this run.
    confidence : float

    Returns
    -------
    dict
        ``precision``, ``precision_full``, ``precision_partial``, ``recall``: value, low, high, persons answered; and
        ``in_register``: persons of the run who are estimated to be in the population register. ``by_threshold`` has precision
        and recall of all links (probability 0) and of those that have at least a probability, for each edge of the strata.

    Raises
    ------
    InputError
        A row is not of this run or stands twice, its person or citizen is another one here, an answer is no word of
        :data:`ANSWERS`, or "right" is said of nobody.
    """
    names, stratum = strata_of(links)
    codes = _codes(answers)
    _check_rows(rows, stratum)
    if checks is not None:
        _check_decisions(links, rows, checks)
    known = codes >= 0
    at, said = stratum[rows[known] - 1], codes[known]
    _check_right((at >= 2 * (len(names) // len(_STATUSES))) & (said == 0))
    sizes = np.bincount(stratum[stratum >= 0], minlength=len(names)).astype(np.float64)
    cells = np.bincount(at * 3 + said, minlength=3 * len(names)).reshape(-1, 3).astype(np.float64)
    status = np.repeat(np.arange(len(_STATUSES)), len(names) // len(_STATUSES))
    # Nobody can be right where nobody was linked.
    possible = np.where((status < 2)[:, None], 1.0, np.array([0.0, 1.0, 1.0]))
    right, linked_cell, inside = np.array([1.0, 0.0, 0.0]), np.ones(3), np.array([1.0, 1.0, 0.0])

    def rate(base: NDArray[np.float64], among: NDArray[np.bool_], hit: NDArray[np.float64] = right) -> dict[str, Any]:
        hits = np.broadcast_to(hit, cells.shape)[among]
        return _ratio(cells[among], sizes[among], (hits, base), possible[among], confidence)

    by_threshold = []
    for least, taken in _taken_by_threshold(status):
        found = rate(inside, status >= 0, np.where(taken[:, None], right, 0.0))
        by_threshold.append({"probability": least, "precision": rate(linked_cell, taken), "recall": found})
    asked = cells.sum(axis=1)
    shares = np.divide(cells, asked[:, None], out=np.zeros_like(cells), where=asked[:, None] > 0)
    return {
        "precision": rate(linked_cell, status < 2),
        "precision_full": rate(linked_cell, status == 0),
        "precision_partial": rate(linked_cell, status == 1),
        "recall": rate(inside, status >= 0),
        "by_threshold": by_threshold,
        "in_register": round(float(sizes @ (shares @ inside)), 1),
        "answered": int(known.sum()),
        "not_answered": int((~known).sum()),
        "persons_in_strata_without_answer": int(sizes[asked == 0].sum()),
    }


def _check_right(of_nobody: NDArray[np.bool_]) -> None:
    """Refuse answers that call a link right which there is not."""
    astray = int(np.count_nonzero(of_nobody))
    if astray:
        what = "right is said of a person whom the run gave to nobody"
        remedy = "write other where the person is a citizen, nobody where not"
        raise InputError(message(what, column="answer", count=astray, remedy=remedy))


def _check_rows(rows: NDArray[np.int64], stratum: NDArray[np.int64]) -> None:
    """Refuse rows of a sheet that are not of the run of these strata, or stand twice."""
    strange = (rows < 1) | (rows > len(stratum))
    strange[~strange] = stratum[rows[~strange] - 1] < 0
    strange |= ~np.isin(np.arange(len(rows)), np.unique(rows, return_index=True)[1])
    if strange.any():
        remedy = "give the sheet that was drawn from this result, each row once"
        raise InputError(
            message("rows of the sheet are not of this result", column="row", count=int(strange.sum()), remedy=remedy)
        )


def _check_decisions(links: pa.Table, rows: NDArray[np.int64], checks: list[str]) -> None:
    """Refuse answers that were given to other decisions than these."""
    own = _checks_of(links.take(pa.array(rows - 1)))
    others = [at for at, (one, told) in enumerate(zip(own, checks, strict=True), start=1) if one != told.strip().lower()]
    if others:
        what = "rows of the sheet are about another person or citizen than this result"
        remedy = "give the sheet that was drawn from this result, or draw one from it: --sample N --out SHEET.csv"
        raise InputError(message(what, column="check", count=len(others), row=others[0], remedy=remedy))


def _taken_by_threshold(status: NDArray[np.int64]) -> Iterator[tuple[float, NDArray[np.bool_]]]:
    """Probability 0 and each edge of the strata, with the strata of links that have at least that."""
    # Of each stratum: how many of the edges its probabilities reach; -1 where there was no candidate.
    reached = np.tile(np.arange(-1, len(_EDGES) + 1), len(_STATUSES))
    for i, least in enumerate((0.0, *_EDGES)):
        yield least, (status < 2) & (reached >= i)


def _ratio(
    cells: NDArray[np.float64],
    sizes: NDArray[np.float64],
    counted: tuple[NDArray[np.float64], NDArray[np.float64]],
    possible: NDArray[np.float64],
    confidence: float,
) -> dict[str, Any]:
    """Stratified ratio of hits to base, with the Clopper-Pearson interval of its effective sample size.

    The variance is that of the linearised ratio. In it each kind of answer that is possible counts a third of an answer
    more than were given in a stratum: ten right ones of ten do not prove that a stratum is without variance.
    """
    hit, base = counted
    asked = cells.sum(axis=1)
    use = asked > 0
    cells, sizes, asked, extra, hit = cells[use], sizes[use], asked[use], possible[use] / 3.0, hit[use]
    total = float(sizes @ ((cells @ base) / asked)) if len(sizes) else 0.0
    if total <= 0.0:
        return {"value": None, "low": 0.0, "high": 1.0, "persons": 0}
    value = min(float(sizes @ ((cells * hit).sum(axis=1) / asked)) / total, 1.0)
    smooth = (cells + extra) / (asked + extra.sum(axis=1))[:, None]
    share = float(sizes @ (smooth * hit).sum(axis=1)) / float(sizes @ (smooth @ base))
    residual = hit - share * base[None, :]
    mean = (smooth * residual).sum(axis=1)
    spread_of = np.maximum((smooth * residual**2).sum(axis=1) - mean**2, 0.0)
    left = np.maximum(1.0 - asked / sizes, 0.0)
    variance = float((sizes**2 * spread_of / asked * left).sum()) / total**2
    size = min(share * (1.0 - share) / variance, 1e9) if variance > 0.0 else 1e9
    low, high = clopper_pearson(value, size, confidence)
    return {
        "value": round(value, 6),
        "low": round(min(low, value), 6),
        "high": round(max(high, value), 6),
        "persons": int((cells @ base).sum()),
    }
