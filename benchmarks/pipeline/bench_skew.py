"""Do skewed registers cost more than uniform ones of the same size?

    python benchmarks/pipeline/bench_skew.py --citizens 1600000 --land-users 1000000

Every register is made from one of preset raw, with the same rows but for what is skewed:

one name      a fifth of the land users are called Nguyễn Văn Hùng, born 1970, without address or number
one commune   all land users and citizens live in one commune
no numbers    neither side has a number
one household all citizens are of one household, as where a filler stands in the column

A first run is thrown away, for it loads compiled code. CPU seconds are given beside wall seconds because they repeat on a busy
machine. What was left out because a key is too common is in the
figures too: nobody hard to find is dropped to look fast, and where something is, it is said.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vnlink.datasets import write_registers
from vnlink.runs import run_link

Tables = tuple[pa.Table, pa.Table]


def _constant(table: pa.Table, column: str, value: str | None, rows: np.ndarray | None = None) -> pa.Table:
    """The table with one value in some rows of a column, or in all."""
    old = table[column]
    new = pa.array([value], old.type).take(pa.array(np.zeros(len(table), np.int64)))
    if rows is not None:
        new = pa.compute.if_else(pa.array(rows), new, old)
    return table.set_column(table.column_names.index(column), column, new)


def one_name(land: pa.Table, citizens: pa.Table) -> Tables:
    """A fifth of the land users, one behind the other, share a name, a year and nothing else."""
    rows = np.arange(len(land)) < len(land) // 5
    values = {
        "full_name": "Ông Nguyễn Văn Hùng",
        "birth_date": "1970",
        "id_number": None,
        "address": None,
        "commune_code": None,
    }
    for column, value in values.items():
        land = _constant(land, column, value, rows)
    return land, citizens


def one_commune(land: pa.Table, citizens: pa.Table) -> Tables:
    """Everybody lives in the commune of the first citizen."""
    for column in ("address", "commune_code", "commune_vintage"):
        value = citizens[column][0].as_py()
        land, citizens = _constant(land, column, value), _constant(citizens, column, value)
    return land, citizens


def no_numbers(land: pa.Table, citizens: pa.Table) -> Tables:
    """No number on either side."""
    return land.drop_columns("id_number"), citizens.drop_columns(["personal_id", "old_id_number"])


def one_household(land: pa.Table, citizens: pa.Table) -> Tables:
    """One household for all citizens."""
    return land, _constant(citizens, "household_id", "H0")


SKEWED: dict[str, Callable[[pa.Table, pa.Table], Tables]] = {
    "uniform": lambda land, citizens: (land, citizens),
    "one name": one_name,
    "one commune": one_commune,
    "no numbers": no_numbers,
    "one household": one_household,
}


def link(place: Path) -> dict[str, Any]:
    """Link once, and count processor time with all threads."""
    before, start = time.process_time(), time.perf_counter()
    manifest = run_link(place / "land.parquet", place / "citizens.parquet", place / "result", overwrite=True)
    return {
        "wall_seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - before, 2),
        "pairs_a_person": round(manifest["pairs"] / manifest["counts"]["land_persons"], 2),
        "keys_not_used": manifest["keys_not_used"],
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Link every register and print the figures, and their ratio to the uniform one, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=200_000)
    parser.add_argument("--land-users", type=int, default=120_000)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args(arguments)
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        made = write_registers(Path(folder, "made"), options.citizens, options.land_users, options.seed)
        land, citizens = (pq.read_table(made / f"{side}.parquet") for side in ("land", "citizens"))
        link(made)
        for name, skew in SKEWED.items():
            place = Path(folder, name.replace(" ", "-"))
            place.mkdir()
            for side, table in zip(("land", "citizens"), skew(land, citizens), strict=True):
                pq.write_table(table, place / f"{side}.parquet")
            runs = [link(place) for _ in range(options.repeat)]
            result[name] = min(runs, key=lambda run: run["cpu_seconds"])
            result[name]["cpu_to_uniform"] = round(result[name]["cpu_seconds"] / result["uniform"]["cpu_seconds"], 2)
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
