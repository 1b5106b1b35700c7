"""Speed and memory of the generator of synthetic registers, writing included.

    python benchmarks/pipeline/bench_synth.py --citizens 1600000 --land-users 1000000

One process on one core; persons are citizens and the persons of land users. CPU seconds are given beside wall seconds because
they repeat on a busy machine. A small register made first takes the compiling out of the figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from vnlink.datasets import write_registers


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Make registers once and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=1_600_000)
    parser.add_argument("--land-users", type=int, default=1_000_000)
    parser.add_argument("--preset", choices=["raw", "clean"], default="raw")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        write_registers(Path(folder, "first"), citizens=1_000, land_users=600, seed=0, preset=options.preset)
        wall, cpu = time.perf_counter(), time.process_time()
        place = write_registers(
            Path(folder, "made"),
            citizens=options.citizens,
            land_users=options.land_users,
            seed=options.seed,
            preset=options.preset,
        )
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        persons = options.citizens + pq.ParquetFile(place / "truth.parquet").metadata.num_rows
    result = {
        "persons": persons,
        "wall_seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "persons_per_cpu_second": round(persons / cpu),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 2),
    }
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
