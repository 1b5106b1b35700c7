"""What ``summary.json`` says of a run: counts and shares, never a value of a record.

The numbers depend on the links alone, not on time, threads or the order of rows, so the file has the same bytes for the same
input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.schema import Status

__all__ = ["LOG_ODDS_EDGES", "PROBABILITY_EDGES", "summarize"]

STATUSES = tuple(str(status) for status in Status)

PROBABILITY_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0)
"""Bins of probability: fine where decisions are made."""

LOG_ODDS_EDGES = tuple(range(-40, 61, 4))
"""Bins of log_odds in bits; what lies outside is counted in the first and the last."""


def summarize(
    links: pa.Table,
    *,
    communes: pa.Array | None = None,
    provinces: pa.Array | None = None,
    counts: Mapping[str, int] | None = None,
    encodings: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> dict[str, Any]:
    """Count the decisions of a run.

    Parameters
    ----------
    links : pyarrow.Table
        As in ``links.parquet``.
    communes, provinces : array of text, optional
        One entry per row of ``links``: where the land user is; null where that is not known.
    counts : mapping, optional
        Other counts to carry (rows read, rows quarantined ...), kept under "counts".
    encodings : mapping, optional
        Of each side what was found of old encodings, as in the manifest; summed up under "encodings".

    Returns
    -------
    dict
        ``persons``, ``land_users``, ``citizens_linked``; ``status``: count and share of each; ``reasons``: code, status, count
        and share of persons, the commonest first; ``probability`` and ``log_odds``: edges and a count per bin and status;
        ``by_commune`` and ``by_province``: a list with the counts of each, ordered by code, where they are given.

    Examples
    --------
    >>> links = pa.table({"person_no": [1, 2], "citizen_id": ["1", None], "status": ["full", "none"],
    ...                   "probability": [0.99999, None], "log_odds": [17.0, None],
    ...                   "reasons": [["all_agree"], ["no_candidate"]]})
    >>> summary = summarize(links)
    >>> summary["status"]["full"], summary["land_users"]
    ({'count': 1, 'share': 0.5}, 1)
    """
    status = _codes(links["status"], pa.array(STATUSES))
    persons = links.num_rows
    by_status = np.bincount(status, minlength=len(STATUSES)).tolist()
    summary: dict[str, Any] = {
        "persons": persons,
        "land_users": int(np.count_nonzero(np.asarray(links["person_no"]) == 1)),
        "citizens_linked": int(pc.count_distinct(links["citizen_id"], mode="only_valid").as_py()),
        "status": {name: {"count": by_status[i], "share": _share(by_status[i], persons)} for i, name in enumerate(STATUSES)},
        "reasons": _reasons(_whole(links["reasons"]), status, persons),
        "probability": _histogram(links["probability"], status, PROBABILITY_EDGES),
        "log_odds": _histogram(links["log_odds"], status, LOG_ODDS_EDGES),
        "counts": dict(counts or {}),
        "encodings": _encodings(encodings or {}),
    }
    if communes is not None:
        summary["by_commune"] = _by_place(communes, status)
    if provinces is not None:
        summary["by_province"] = _by_place(provinces, status)
    return summary


def _encodings(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Sum up old encodings by side, column and encoding: in how many communes (0: the whole column) and rows."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for side, findings in found.items():
        for finding in findings:
            total = sums.setdefault((side, finding["column"], finding["encoding"]), [0, 0])
            total[0] += finding["commune"] is not None
            total[1] += finding["rows_for"]
    names = ("side", "column", "encoding", "communes", "rows")
    return [dict(zip(names, (*key, *total), strict=True)) for key, total in sums.items()]


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def _codes(column: Any, words: pa.Array) -> NDArray[np.int64]:
    """Number each value by its place among ``words``."""
    return np.asarray(pc.index_in(_whole(column).cast(words.type), value_set=words)).astype(np.int64)


def _cross(codes: NDArray[np.int64], status: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Count every (code, status) as int64[count, 3]: one pass over integers, whatever the values are."""
    return np.bincount(codes * len(STATUSES) + status, minlength=count * len(STATUSES)).reshape(count, len(STATUSES))


def _reasons(reasons: pa.Array, status: NDArray[np.int64], persons: int) -> list[dict[str, Any]]:
    """Count (reason, status); a person with three reasons is counted under each, so the shares do not add up to one."""
    found = pc.list_flatten(reasons).dictionary_encode()
    words = found.dictionary.to_pylist()
    owner = np.asarray(pc.list_parent_indices(reasons)).astype(np.int64)
    cells = _cross(np.asarray(found.indices).astype(np.int64), status[owner], len(words))
    rows = [
        {"code": code, "status": name, "count": int(cells[i, j]), "share": _share(int(cells[i, j]), persons)}
        for i, code in enumerate(words)
        for j, name in enumerate(STATUSES)
        if cells[i, j]
    ]
    return sorted(rows, key=lambda row: (-row["count"], row["code"], STATUSES.index(row["status"])))


def _histogram(column: Any, status: NDArray[np.int64], edges: tuple[float, ...]) -> dict[str, Any]:
    """Count the known values per bin and status. A bin holds its lower edge; the last one holds both."""
    values = np.asarray(column, dtype=np.float64)
    known = np.isfinite(values)
    bins = len(edges) - 1
    place = np.clip(np.searchsorted(np.asarray(edges, np.float64), values[known], side="right") - 1, 0, bins - 1)
    cells = _cross(place, status[known], bins)
    return {"edges": list(edges), **{name: cells[:, i].tolist() for i, name in enumerate(STATUSES)}}


def _by_place(codes: Any, status: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Count the statuses of each place, in order of its code; rows without a place come last, under a null code."""
    found = _whole(codes).dictionary_encode()
    words = [*found.dictionary.to_pylist(), None]
    cells = _cross(np.asarray(pc.fill_null(found.indices, len(words) - 1)).astype(np.int64), status, len(words))
    rows = [
        {"code": code, "persons": int(cells[i].sum()), **{name: int(cells[i, j]) for j, name in enumerate(STATUSES)}}
        for i, code in enumerate(words)
        if cells[i].any()
    ]
    return sorted(rows, key=lambda row: (row["code"] is None, row["code"] or ""))
