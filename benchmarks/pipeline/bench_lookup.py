"""Look-ups in the index of a population: milliseconds for one person, rate of a frame, and agreement with a link.

    python benchmarks/pipeline/bench_lookup.py                                  100,000 citizens
    python benchmarks/pipeline/bench_lookup.py --citizens 1000000 --persons 5000
    python benchmarks/pipeline/bench_lookup.py --registers DIR                  citizens.parquet and land.parquet that are there

The model is learned from the first --learn land users; those behind them are looked up: first together, --repeat times, so that
the pages of the index are in memory, then one by one, each once: what a look-up remembers of the one before is of other people.
Those that taught are looked up in between, for a session that is warm. Wall time is what a clerk waits and has all in it that
else runs on the machine; time of the processor is steadier. A link of the same rows says whether the decisions are the same.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from vnlink import Linker
from vnlink.datasets import write_registers

QUANTILES = (50, 90, 99)


def milliseconds(look_up: Callable[[Any], Any], rows: list[Any]) -> tuple[list[float], list[float]]:
    """Wall and processor time of each look-up."""
    wall, cpu = [], []
    for row in rows:
        start, used = time.perf_counter(), time.process_time()
        look_up(row)
        cpu.append(1000.0 * (time.process_time() - used))
        wall.append(1000.0 * (time.perf_counter() - start))
    return wall, cpu


def quantiles(times: list[float]) -> dict[str, float]:
    """Median and the tail."""
    return {f"p{q}": round(float(np.percentile(times, q)), 3) for q in QUANTILES}


def measure(place: Path, index: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Make the index, learn, look up, and compare with a link."""
    land = pq.read_table(place / "land.parquet").slice(0, options.learn + options.persons)
    start = time.perf_counter()
    manifest = Linker(threads=options.threads).index(place / "citizens.parquet", index)
    made = time.perf_counter() - start
    linker = Linker(threads=options.threads).fit(land.slice(0, options.learn), index)
    some = land.slice(options.learn)
    rows = some.to_pylist()
    start = time.perf_counter()
    linker.lookup(land.slice(0, 1).to_pylist()[0], index)
    opened = time.perf_counter() - start
    rates = []
    for _ in range(options.repeat + 1):
        start = time.process_time()
        tables = linker.lookup(some, index)
        rates.append(len(rows) / (time.process_time() - start))
    for row in land.slice(0, min(options.learn, options.persons)).to_pylist():
        linker.lookup(row, index)
    gc.collect()
    gc.freeze()  # as a process does that only answers look-ups
    wall, cpu = milliseconds(lambda row: linker.lookup(row, index), rows)
    linked = linker.link(some, index)
    return {
        "citizens": manifest["counts"]["citizens"],
        "index_seconds": round(made, 2),
        "index_bytes": sum(path.stat().st_size for path in index.iterdir()),
        "open_seconds": round(opened, 2),
        "one_person_wall_ms": quantiles(wall),
        "one_person_cpu_ms": quantiles(cpu),
        "frame_rows_per_cpu_second": round(max(rates)),
        "same_as_link": bool(tables.links.equals(linked.links) and tables.candidates.equals(linked.candidates)),
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run and print the benchmark as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registers", type=Path, default=None, help="folder of citizens.parquet and land.parquet")
    parser.add_argument("--citizens", type=int, default=100_000)
    parser.add_argument("--learn", type=int, default=20_000)
    parser.add_argument("--persons", type=int, default=2_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = options.registers
        if place is None:
            place, land_users = Path(folder, "registers"), options.learn + options.persons
            write_registers(place, citizens=options.citizens, land_users=land_users, seed=options.seed, preset="raw")
        result = measure(place, Path(folder, "index"), options)
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
