"""Decisions as the tables of the contract: ``links`` and ``candidates``."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.decide.posterior import Posterior
from vnlink.decide.ranking import SCALE, Ranking
from vnlink.decide.reasons import level_columns
from vnlink.schema import LINKS_SCHEMA, Field, People, Status

__all__ = ["candidates_table", "links_table"]

_STATUS = pa.array([str(Status.FULL), str(Status.PARTIAL), str(Status.NONE)])


def _maybe(values: NDArray[np.float64], present: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=~(present & ~np.isnan(values)))


def _texts(values: pa.Array | pa.ChunkedArray, rows: NDArray[np.int64], mask: NDArray[np.bool_] | None = None) -> pa.Array:
    taken = values.take(pa.array(rows, mask=mask))
    taken = taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
    return taken.cast(pa.string()) if pa.types.is_large_string(taken.type) else taken


def _texts_in_order(values: pa.ChunkedArray, rows: NDArray[np.int64]) -> pa.Array:
    """The texts of rows in ascending order; what each take costs for every chunk is paid for theirs only."""
    low, high = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
    return _texts(values.slice(low, high - low), rows - low)


def links_table(
    people: People,
    ids: pa.ChunkedArray,
    names: pa.Array,
    citizen_ids: pa.Array | pa.ChunkedArray,
    ranking: Ranking,
    post: Posterior,
    status: NDArray[np.uint8],
    reasons: pa.Array,
) -> pa.Table:
    """Build the links table: one row for every person of every land user, in input order.

    Parameters
    ----------
    people, ids, names : People, pyarrow.ChunkedArray, pyarrow.Array
        Land persons, the keys of the land rows, and the persons' names.
    citizen_ids : pyarrow.Array or pyarrow.ChunkedArray
        Keys of the citizens, string or large_string. What a take costs grows with the chunks.
    ranking, post, status, reasons
        What was decided, an entry a person.
    """
    has = ranking.citizen[:, 0] >= 0
    linked = status < 2
    columns = [
        _texts_in_order(ids, people.row),
        pa.array(people.person_no.astype(np.int32)),
        names,
        _texts(citizen_ids, np.maximum(ranking.citizen[:, 0], 0).astype(np.int64), ~linked),
        _STATUS.take(pa.array(status)),
        _maybe(post.probability[:, 0], has),
        _maybe(post.log_odds, has),
        _maybe(post.margin, has),
        _maybe(post.namesakes, has),
        reasons,
    ]
    return pa.Table.from_arrays(columns, schema=LINKS_SCHEMA)


def candidates_table(
    people: People,
    ids: pa.ChunkedArray,
    citizen_ids: pa.Array | pa.ChunkedArray,
    ranking: Ranking,
    post: Posterior,
    fields: tuple[Field, ...],
    top_k: int,
) -> pa.Table:
    """Build the table of the best ``top_k`` candidates of every person, by person and rank."""
    person, rank = np.nonzero(ranking.citizen[:, :top_k] >= 0)
    columns = {
        "land_user_id": _texts_in_order(ids, people.row[person]),
        "person_no": pa.array(people.person_no[person].astype(np.int32)),
        "rank": pa.array((rank + 1).astype(np.int32)),
        "citizen_id": _texts(citizen_ids, ranking.citizen[person, rank].astype(np.int64)),
        "probability": pa.array(post.probability[person, rank]),
        "match_weight": pa.array(ranking.score[person, rank] / SCALE),
    }
    return pa.table(columns | level_columns(ranking.patterns(person, rank), fields))
