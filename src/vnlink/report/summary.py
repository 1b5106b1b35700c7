"""What ``summary.json`` says of a run: counts and shares, never a value of a record.

The numbers depend on the links alone, not on time, threads or the order of rows, so the file has the same bytes for the same
input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    status = _whole(links["status"])
    persons = links.num_rows
    by_status = {str(row["values"]): int(row["counts"]) for row in pc.value_counts(status).to_pylist()}
    person_no = _whole(links["person_no"])
    summary: dict[str, Any] = {
        "persons": persons,
        "land_users": int(pc.sum(pc.equal(person_no, 1)).as_py() or 0),
        "citizens_linked": int(pc.count_distinct(links["citizen_id"], mode="only_valid").as_py()),
        "status": {
            name: {"count": by_status.get(name, 0), "share": _share(by_status.get(name, 0), persons)} for name in STATUSES
        },
        "reasons": _reasons(_whole(links["reasons"]), status, persons),
        "probability": _histogram(links["probability"], status, PROBABILITY_EDGES),
        "log_odds": _histogram(links["log_odds"], status, LOG_ODDS_EDGES),
        "counts": dict(counts or {}),
    }
    if communes is not None:
        summary["by_commune"] = _by_place(communes, status)
    if provinces is not None:
        summary["by_province"] = _by_place(provinces, status)
    return summary


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def _reasons(reasons: pa.Array, status: pa.Array, persons: int) -> list[dict[str, Any]]:
    """Count (reason, status); a person with three reasons is counted under each, so the shares do not add up to one."""
    pairs = pa.table({"code": pc.list_flatten(reasons), "status": status.take(pc.list_parent_indices(reasons))})
    rows = pairs.group_by(["code", "status"]).aggregate([([], "count_all")]).to_pylist()
    rows.sort(key=lambda row: (-row["count_all"], str(row["code"]), STATUSES.index(row["status"])))
    return [
        {"code": row["code"], "status": row["status"], "count": row["count_all"], "share": _share(row["count_all"], persons)}
        for row in rows
    ]


def _histogram(column: Any, status: pa.Array, edges: tuple[float, ...]) -> dict[str, Any]:
    """Count the known values per bin and status. A bin holds its lower edge; the last one holds both."""
    values = np.asarray(column, dtype=np.float64)
    known = np.isfinite(values)
    clipped = np.clip(values[known], edges[0], edges[-1])
    place = np.clip(np.searchsorted(np.asarray(edges, np.float64), clipped, side="right") - 1, 0, len(edges) - 2)
    said = np.asarray(pc.index_in(status, value_set=pa.array(STATUSES, status.type)))[known].astype(np.int64)
    cells = np.bincount(said * (len(edges) - 1) + place, minlength=len(STATUSES) * (len(edges) - 1))
    table = cells.reshape(len(STATUSES), len(edges) - 1)
    return {"edges": list(edges), **{name: table[i].tolist() for i, name in enumerate(STATUSES)}}


def _by_place(codes: Any, status: pa.Array) -> list[dict[str, Any]]:
    """Count the statuses of each place, in order of its code; rows without a place come last, under a null code."""
    table = pa.table({"code": _whole(codes), "status": status})
    found: dict[str | None, dict[str, Any]] = {}
    for row in table.group_by(["code", "status"]).aggregate([([], "count_all")]).to_pylist():
        place = found.setdefault(row["code"], {"code": row["code"], "persons": 0, **dict.fromkeys(STATUSES, 0)})
        place["persons"] += row["count_all"]
        place[row["status"]] += row["count_all"]
    return [found[code] for code in sorted(found, key=lambda code: (code is None, code or ""))]
