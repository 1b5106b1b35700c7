"""Speed of reading owner strings: a column as land registers write it, to persons.

    python benchmarks/normalize/bench_owners.py                       1,000,000 rows, 7 repetitions
    python benchmarks/normalize/bench_owners.py --rows 100000 --repeat 3

One process on one core. The column is the full_name of a synthetic land register (raw preset); every repetition begins with an
empty dictionary of words (a fresh Interner), so that learning the words counts. A small column read first takes the compiling
out of the figures. CPU seconds are what is compared: they repeat on a busy machine, and the best of the repetitions is the one
that the others disturbed least.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import Any

import pyarrow as pa

from vnlink.datasets import synthesize
from vnlink.normalize.owners import parse_owner_column
from vnlink.normalize.tokens import Interner

_CITIZENS_PER_ROW = 1.6


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Read the column some times and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--preset", choices=["raw", "clean"], default="raw")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    registers = synthesize(
        citizens=int(options.rows * _CITIZENS_PER_ROW), land_users=options.rows, seed=options.seed, preset=options.preset
    )
    names = registers.land.column("full_name").cast(pa.large_string()).combine_chunks()
    parse_owner_column(names[:1000], Interner())
    cpu_seconds = []
    for _ in range(options.repeat):
        interner = Interner()
        start = time.process_time()
        owners = parse_owner_column(names, interner)
        cpu_seconds.append(time.process_time() - start)
    result = {
        "rows": len(names),
        "persons": len(owners.row),
        "distinct_words": len(interner),
        "best_cpu_seconds": round(min(cpu_seconds), 4),
        "median_cpu_seconds": round(statistics.median(cpu_seconds), 4),
        "rows_per_cpu_second": round(len(names) / min(cpu_seconds)),
        "median_rows_per_cpu_second": round(len(names) / statistics.median(cpu_seconds)),
    }
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
