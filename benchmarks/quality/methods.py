"""Run one method on one register, in a process of its own.

    python methods.py METHOD REGISTER PREPARED OUT [SISTER SISTER_PREPARED]

It is started by ``bench_quality.py``, which measures the process from outside: seconds, processor seconds and peak memory hold
everything a method does. Answers go to OUT as numbers of persons and citizens of the preparation.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

__all__ = ["METHODS", "NEEDS", "read_vnlink"]

METHODS = (
    *("vnlink", "splink", "splink_without_origin", "splink_with_places_of_rows_beside"),
    *("recordlinkage", "supervised", "supervised_without_partner"),
)
NEEDS = {
    "splink": ("splink", "duckdb"),
    "splink_without_origin": ("splink", "duckdb"),
    "splink_with_places_of_rows_beside": ("splink", "duckdb"),
    "recordlinkage": ("recordlinkage", "pandas"),
}
"""Packages that a method needs beside vnlink's own."""


def read_vnlink(folder: Path, prepared: Path) -> pa.Table:
    """The answers of a result folder of ``vnlink link``: the best candidate of each person, linked or not."""
    links = pq.read_table(folder / "links.parquet", columns=["land_user_id", "person_no", "log_odds"])
    best = pq.read_table(
        folder / "candidates.parquet", columns=["land_user_id", "person_no", "rank", "citizen_id", "probability"]
    )
    best = best.filter(pc.equal(best["rank"], 1))
    land = pq.read_table(prepared / "land.parquet", columns=["land_user_id", "person_no"])
    citizens = pq.read_table(prepared / "citizens.parquet", columns=["citizen_id"])["citizen_id"]
    persons = {key: i for i, key in enumerate(_keys(land))}
    log_odds = dict(zip(_keys(links), links["log_odds"].to_pylist(), strict=True))
    keys = _keys(best)
    return pa.table(
        {
            "person": pa.array([persons[key] for key in keys], pa.int32()),
            "citizen": pc.index_in(best["citizen_id"], value_set=citizens.combine_chunks()),
            "probability": best["probability"],
            "log_odds": pa.array([log_odds[key] for key in keys], pa.float64()),
        }
    )


def _keys(table: pa.Table) -> list[tuple[str, int]]:
    return list(zip(table["land_user_id"].to_pylist(), table["person_no"].to_pylist(), strict=True))


def _run(method: str, register: Path, prepared: Path, out: Path, sister: tuple[Path, Path] | None) -> dict[str, Any]:
    if method.startswith("splink"):
        import splink_peer

        return splink_peer.run(prepared, out, origin=method != "splink_without_origin")
    if method == "recordlinkage":
        import recordlinkage_peer

        return recordlinkage_peer.run(prepared, out)
    import supervised

    return supervised.run(prepared, register / "truth.parquet", sister, out, partner=method == "supervised")


def main(arguments: list[str]) -> None:
    """Run and leave answers.parquet, pairs.parquet and details.json in OUT."""
    method, register, prepared, out, *rest = arguments
    sister = (Path(rest[1]), Path(rest[0], "truth.parquet")) if rest else None
    warnings.simplefilter("ignore")  # the peers' own, about their dependencies
    np.random.seed(0)  # noqa: NPY002  # what peers draw without being asked for a seed
    details = _run(method, Path(register), Path(prepared), Path(out), sister)
    Path(out, "details.json").write_text(json.dumps(details, default=float))


if __name__ == "__main__":
    main(sys.argv[1:])
