"""What ``summary.json`` says of a run: counts and shares, never a value of a record.

The numbers depend on the links alone, not on time, threads or the order of rows, so the file has the same bytes for the same
input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.schema import Status

__all__ = ["CAUSES", "LOG_ODDS_EDGES", "NEVER_BLOCKING", "PROBABILITY_EDGES", "SummaryCounts", "summarize"]

STATUSES = tuple(str(status) for status in Status)

PROBABILITY_EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0)
"""Bins of probability: fine where decisions are made."""

CAUSES: dict[str, tuple[str, ...]] = {
    "not_a_person": ("organisation", "community", "religious_body", "state_body"),
    "unreadable": ("unreadable_name",),
    "no_candidate": ("no_candidate",),
    "namesakes": ("too_many_namesakes", "short_list"),
    "taken": ("taken_by_another",),
    "nobody_fits": ("nobody_plausible",),
    "differs": (),
    "not_held": (),
    "little_evidence": ("no_strong_evidence",),
    "not_sure": ("below_threshold",),
    "clerks": ("learned_partial",),
}
"""Why a person is not linked in full, one cause each: the first of these that its reasons name. A reason that is not here says
that a field differs, or (``_missing``, ``_not_comparable``) that the registers do not hold what would have to agree."""

NEVER_BLOCKING = (
    "place_differs",
    "place_from_rows",
    "deceased",
    "citizen_deceased",
    "citizen_twice",
    "other_rows_support",
    "other_rows_doubt",
)
"""Reasons that are told for the reader and never keep a link from being full."""

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
        and share of persons, the commonest first; ``losses``: status, cause (:data:`CAUSES`) and count, each person not linked
        in full counted once; ``probability`` and ``log_odds``: edges and a count per bin and status;
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
    seen = SummaryCounts(places=communes is not None or provinces is not None)
    seen.add(links, communes, provinces, pc.unique(_whole(links["citizen_id"])).drop_null())
    return seen.finish(counts, encodings)


class SummaryCounts:
    """Counts the decisions of a run part by part; what :func:`summarize` says of all of them does not depend on the parts.

    Parameters
    ----------
    places : bool
        Whether communes or provinces will be given.
    citizens : int, optional
        How many there are, where those linked are given by number.
    """

    def __init__(self, *, places: bool, citizens: int = 0) -> None:
        self._places: dict[str, Counter[tuple[str | None, int]]] = {}
        self._by_place = places
        self._linked = np.zeros(citizens, bool)
        self._more_linked = 0
        self._persons = self._land_users = 0
        self._status = np.zeros(len(STATUSES), np.int64)
        self._reasons: Counter[tuple[str, int]] = Counter()
        self._losses = np.zeros((len(CAUSES) + 1, len(STATUSES)), np.int64)
        self._bins = {
            "probability": np.zeros((len(PROBABILITY_EDGES) - 1, len(STATUSES)), np.int64),
            "log_odds": np.zeros((len(LOG_ODDS_EDGES) - 1, len(STATUSES)), np.int64),
        }

    def add(self, links: pa.Table, communes: Any, provinces: Any, citizens: pa.Array | NDArray[np.int64]) -> None:
        """Count some rows of links.

        Parameters
        ----------
        links : pyarrow.Table
        communes, provinces : array of text or None
            Where the land user of each row is.
        citizens : int64[m], or pyarrow.Array
            Numbers of the citizens linked; or their distinct ids, where all links come at once.
        """
        status = _codes(links["status"], pa.array(STATUSES))
        self._persons += links.num_rows
        self._land_users += int(np.count_nonzero(np.asarray(links["person_no"]) == 1))
        self._status += np.bincount(status, minlength=len(STATUSES))
        if isinstance(citizens, np.ndarray):
            self._linked[citizens] = True
        else:
            self._more_linked += len(citizens)
        self._reasons.update(_reasons(_whole(links["reasons"]), status))
        self._losses += _losses(_whole(links["reasons"]), status)
        for column, edges in (("probability", PROBABILITY_EDGES), ("log_odds", LOG_ODDS_EDGES)):
            self._bins[column] += _histogram(links[column], status, edges)
        for name, places in (("by_commune", communes), ("by_province", provinces)):
            if places is not None:
                self._places.setdefault(name, Counter()).update(_at_places(places, status))

    def finish(
        self,
        counts: Mapping[str, int] | None = None,
        encodings: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    ) -> dict[str, Any]:
        """Return what :func:`summarize` returns of all rows that were added."""
        persons = self._persons
        by_status = self._status.tolist()
        summary: dict[str, Any] = {
            "persons": persons,
            "land_users": self._land_users,
            "citizens_linked": int(np.count_nonzero(self._linked)) + self._more_linked,
            "status": {n: {"count": by_status[i], "share": _share(by_status[i], persons)} for i, n in enumerate(STATUSES)},
            "reasons": self._reason_rows(),
            "losses": self._loss_rows(),
            "probability": self._binned("probability", PROBABILITY_EDGES),
            "log_odds": self._binned("log_odds", LOG_ODDS_EDGES),
            "counts": dict(counts or {}),
            "encodings": _encodings(encodings or {}),
        }
        known = any(code is not None for code, _ in self._places.get("by_province", self._places.get("by_commune", {})))
        if self._by_place or known:
            summary |= {name: _place_rows(cells) for name, cells in self._places.items()}
        return summary

    def _reason_rows(self) -> list[dict[str, Any]]:
        rows = [
            {"code": code, "status": STATUSES[j], "count": count, "share": _share(count, self._persons)}
            for (code, j), count in self._reasons.items()
        ]
        return sorted(rows, key=lambda row: (-row["count"], row["code"], STATUSES.index(row["status"])))

    def _loss_rows(self) -> list[dict[str, Any]]:
        return [
            {"status": name, "cause": cause, "count": int(self._losses[i, j])}
            for j, name in enumerate(STATUSES)
            if name != "full"
            for i, cause in enumerate([*CAUSES, "other"])
            if self._losses[i, j]
        ]

    def _binned(self, column: str, edges: tuple[float, ...]) -> dict[str, Any]:
        return {"edges": list(edges), **{name: self._bins[column][:, i].tolist() for i, name in enumerate(STATUSES)}}


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


def _reasons(reasons: pa.Array, status: NDArray[np.int64]) -> dict[tuple[str, int], int]:
    """Count (reason, status); a person with three reasons is counted under each, so the shares do not add up to one."""
    found = pc.list_flatten(reasons).dictionary_encode()
    words = found.dictionary.to_pylist()
    owner = np.asarray(pc.list_parent_indices(reasons)).astype(np.int64)
    return _filled(words, _cross(np.asarray(found.indices).astype(np.int64), status[owner], len(words)))


def _cause_of(code: str) -> int:
    """Number of the cause that a reason names, the number of causes where it names none."""
    named = {one: i for i, codes in enumerate(CAUSES.values()) for one in codes}
    if code in NEVER_BLOCKING:
        return len(CAUSES)
    absent = code.endswith(("_missing", "_not_comparable"))
    return named.get(code, list(CAUSES).index("not_held" if absent else "differs"))


def _losses(reasons: pa.Array, status: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count persons by the one cause that their reasons name first and by status: int64[causes + 1, 3]."""
    found = pc.list_flatten(reasons).dictionary_encode()
    causes = np.array([_cause_of(code) for code in found.dictionary.to_pylist()], np.int64)
    first = np.full(len(status), len(CAUSES), np.int64)
    owner = np.asarray(pc.list_parent_indices(reasons)).astype(np.int64)
    np.minimum.at(first, owner, causes[np.asarray(found.indices).astype(np.int64)])
    return _cross(first, status, len(CAUSES) + 1)


def _filled(words: list[Any], cells: NDArray[np.int64]) -> dict[tuple[Any, int], int]:
    """Counts above nothing, by word and status."""
    at, status = np.nonzero(cells)
    return {(words[i], j): int(cells[i, j]) for i, j in zip(at.tolist(), status.tolist(), strict=True)}


def _histogram(column: Any, status: NDArray[np.int64], edges: tuple[float, ...]) -> NDArray[np.int64]:
    """Count the known values per bin and status. A bin holds its lower edge; the last one holds both."""
    values = np.asarray(column, dtype=np.float64)
    known = np.isfinite(values)
    bins = len(edges) - 1
    place = np.clip(np.searchsorted(np.asarray(edges, np.float64), values[known], side="right") - 1, 0, bins - 1)
    return _cross(place, status[known], bins)


def _at_places(codes: Any, status: NDArray[np.int64]) -> dict[tuple[str | None, int], int]:
    """Count the statuses of each place; rows without a place are under None."""
    found = _whole(codes).dictionary_encode()
    words = [*found.dictionary.to_pylist(), None]
    return _filled(words, _cross(np.asarray(pc.fill_null(found.indices, len(words) - 1)).astype(np.int64), status, len(words)))


def _place_rows(cells: Mapping[tuple[str | None, int], int]) -> list[dict[str, Any]]:
    """Rows of the places in order of their codes; what has no place comes last, under a null code."""
    codes = sorted({code for code, _ in cells}, key=lambda code: (code is None, code or ""))
    rows = []
    for code in codes:
        counts = [cells.get((code, j), 0) for j in range(len(STATUSES))]
        rows.append({"code": code, "persons": sum(counts), **dict(zip(STATUSES, counts, strict=True))})
    return rows
