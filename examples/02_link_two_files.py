"""Link a land register to a population register, and look at what came of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow.parquet as pq

import vnlink
from vnlink.datasets import write_registers
from vnlink.report.measures import evaluate

with tempfile.TemporaryDirectory() as place:
    # Two registers of invented people. With your own, give their tables (pandas, Polars, Arrow) instead.
    write_registers(Path(place), citizens=8_000, land_users=4_000, seed=7, preset="raw")
    land, citizens, truth = (pq.read_table(Path(place) / f"{name}.parquet") for name in ("land", "citizens", "truth"))

linker = vnlink.Linker()
linker.fit(land, citizens)  # no labels: it learns from the persons whose numbers agree
result = linker.link(land, citizens)

print(result)
for row in result.links.slice(0, 3).to_pylist():
    print(row)

status = result.summary()["status"]
print({name: f"{found['share']:.1%}" for name, found in status.items()})

measured = evaluate(result.links, truth)
print(f"precision of full: {measured.precision_full.count} of {measured.precision_full.total}")
print(f"recall of the right citizen: {measured.recall.count} of {measured.recall.total}")

first = result.links.column("land_user_id")[0].as_py()
print(result.explain(first))
