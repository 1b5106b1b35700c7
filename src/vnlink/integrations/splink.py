"""Tables to give to Splink, and its labels and predictions taken back.

Splink compares columns by SQL; what makes columns of Vietnamese registers comparable is their reading, which is vnlink's
(:mod:`vnlink.integrations.registers`). Nothing here imports Splink: tables are Arrow, which its DuckDB back end takes as they
are.

=======================  ==========================================================================================
``splink_tables``        both registers with a ``unique_id``, rows without a readable name left out
``splink_predictions``   scored pairs -> a table of links that :func:`vnlink.report.measures.evaluate` judges
``splink_labels``        pairwise labels -> labels for :meth:`vnlink.Linker.fit`
=======================  ==========================================================================================
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vnlink.config import Config
from vnlink.errors import InputError, message
from vnlink.integrations.registers import Prepared, person_of_keys, prepare
from vnlink.schema import Status

__all__ = ["RARE_NAME", "splink_labels", "splink_predictions", "splink_tables"]

RARE_NAME = 40
"""Citizens of one folded name up to whom the name alone is worth a blocking rule (``block_on("rare_name")``)."""


def splink_tables(land: Any, citizens: Any, config: Config | None = None) -> Prepared:
    """Read two registers and return them as tables for a ``link_only`` model of Splink.

    Parameters
    ----------
    land, citizens : path or frame
        As :class:`vnlink.Linker` takes them.
    config : Config, optional

    Returns
    -------
    Prepared
        ``land`` and ``citizens`` with the columns of :func:`vnlink.integrations.registers.prepare`, ``unique_id`` (the key of
        the person; the citizen's id) in place of the keys, and ``rare_name``: the folded name where at most :data:`RARE_NAME`
        citizens bear it. Both have the same columns, as Splink needs them. Rows without a readable name are left out.

    Examples
    --------
    >>> land = pa.table({"land_user_id": ["L1", "L2"], "full_name": ["Ông LÊ VĂN HOÀ", "UBND xã Tân Lập"]})
    >>> citizens = pa.table({"citizen_id": ["C1"], "full_name": ["Lê Văn Hòa"]})
    >>> tables = splink_tables(land, citizens)
    >>> tables.land.select(["unique_id", "name_folded", "rare_name"]).to_pylist()
    [{'unique_id': 'L1', 'name_folded': 'le van hoa', 'rare_name': 'le van hoa'}]
    """
    return with_rare_names(prepare(land, citizens, config))


def with_rare_names(prepared: Prepared) -> Prepared:
    """Return prepared registers as Splink takes them; see :func:`splink_tables`."""
    shared = [name for name in prepared.land.column_names if name in prepared.citizens.column_names]
    sides = []
    for table, key in ((prepared.land, "person"), (prepared.citizens, "citizen_id")):
        named = table.filter(pc.is_valid(table["name_folded"]))
        sides.append(named.select(shared).add_column(0, "unique_id", named[key]))
    counts = sides[1]["name_folded"].value_counts()  # of the citizens
    common = counts.field("values").filter(pc.greater(counts.field("counts"), RARE_NAME))
    none = pa.scalar(None, pa.string())
    marked = [
        side.append_column("rare_name", pc.if_else(pc.is_in(side["name_folded"], value_set=common), none, side["name_folded"]))
        for side in sides
    ]
    return Prepared(*marked)


def splink_predictions(predictions: Any, threshold_match_probability: float = 0.5) -> pa.Table:
    """Return Splink's scored pairs as links: for every person the citizen with the highest weight.

    Parameters
    ----------
    predictions : frame or object with the Arrow C stream interface
        What ``linker.inference.predict`` gives, as Arrow, pandas or DuckDB: ``unique_id_l``, ``unique_id_r``, ``match_weight``,
        ``match_probability``. The land side is the left one: give it to Splink first, under the name that sorts first.
    threshold_match_probability : float
        Pairs below are no links.

    Returns
    -------
    pyarrow.Table
        land_user_id, person_no, citizen_id, status, probability, log_odds. Splink does not tell full from partial, so every
        link is partial; pairs do not compete with "nobody", so probabilities are Splink's own.

    Raises
    ------
    InputError
        A column is missing.

    Examples
    --------
    >>> pairs = {"unique_id_l": ["L1", "L1"], "unique_id_r": ["C1", "C2"], "match_weight": [9.0, 2.0],
    ...          "match_probability": [0.998, 0.8]}
    >>> splink_predictions(pa.table(pairs)).to_pylist()[0]["citizen_id"]
    'C1'
    """
    table = _table(predictions, ("unique_id_l", "unique_id_r", "match_weight", "match_probability"))
    table = table.filter(pc.greater_equal(table["match_probability"], threshold_match_probability))
    left, right = (table[name].cast(pa.string()) for name in ("unique_id_l", "unique_id_r"))
    # The best first; of equal ones the citizen whose id comes first, so that the order of the pairs does not matter.
    keys = [("weight", "descending"), ("right", "ascending")]
    ranked = pc.sort_indices(pa.table({"weight": table["match_weight"], "right": right}), sort_keys=keys)
    people = left.take(ranked).combine_chunks().dictionary_encode()
    first = np.unique(people.indices.to_numpy(), return_index=True)[1]
    chosen = pa.array(np.sort(np.asarray(ranked)[first]))
    users, numbers = person_of_keys(left.take(chosen))
    return pa.table(
        {
            "land_user_id": users,
            "person_no": numbers,
            "citizen_id": right.take(chosen),
            "status": pa.array([Status.PARTIAL.value] * len(chosen), pa.string()),
            "probability": table["match_probability"].take(chosen).cast(pa.float64()),
            "log_odds": table["match_weight"].take(chosen).cast(pa.float64()),
        }
    )


def splink_labels(labels: Any, threshold: float = 0.5) -> pa.Table:
    """Return Splink's pairwise labels as labels for :meth:`vnlink.Linker.fit`.

    Parameters
    ----------
    labels : frame or object with the Arrow C stream interface
        ``unique_id_l`` (keys of persons), ``unique_id_r`` (ids of citizens), and ``clerical_match_score`` where a pair may
        also be no match; without it every pair is one.
    threshold : float
        Scores from here on are matches.

    Returns
    -------
    pyarrow.Table
        land_user_id, person_no, citizen_id, status: "full" for a match, "none" for another person. Such labels do not tell full
        from partial, so do not let them teach it (``status="learned"``).

    Raises
    ------
    InputError
        A column is missing.
    """
    table = _table(labels, ("unique_id_l", "unique_id_r"))
    users, numbers = person_of_keys(table["unique_id_l"].cast(pa.string()))
    match = pa.array([True] * len(table), pa.bool_())
    if "clerical_match_score" in table.column_names:
        match = pc.greater_equal(table["clerical_match_score"].cast(pa.float64()), threshold)
    status = pc.if_else(match, Status.FULL.value, Status.NONE.value)
    citizens = table["unique_id_r"].cast(pa.string())
    return pa.table({"land_user_id": users, "person_no": numbers, "citizen_id": citizens, "status": status})


def _table(data: Any, columns: tuple[str, ...]) -> pa.Table:
    try:
        table = pa.table(data)
    except (TypeError, ValueError, pa.ArrowException):  # their texts may quote values
        raise InputError(message("a table of pairs is required", found=type(data), remedy="give an Arrow table")) from None
    for column in columns:
        if column not in table.column_names:
            raise InputError(
                message("pairs of Splink need this column", column=column, remedy="give them as Splink wrote them")
            )
    return table
