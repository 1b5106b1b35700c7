"""How many names are read in a second of processor time on one core, and what other libraries need for the same work.

    python benchmarks/normalize/bench_names.py                       a million names
    python benchmarks/normalize/bench_names.py --rows 20000 --repeat 1

The names are those of an invented population register (vnlink.datasets). Times are of the processor, the best of --repeat,
without the compiler. Other libraries are measured where they are installed, each on what it does of the work:

    unidecode                     marks removed (the "folded" form)
    vi-textmatch normalize        composed, blanks made one, tones put in their place
    underthesea text_normalize    composed, tones put in their place

They take one name at a time, so --sample names are enough for their rate.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

from vnlink import normalize_name
from vnlink.datasets import synthesize
from vnlink.normalize.owners import parse_name_column
from vnlink.normalize.tokens import Interner

PEERS = {
    "unidecode": ("unidecode", "unidecode"),
    "vi-textmatch normalize": ("vi_textmatch", "normalize"),
    "underthesea text_normalize": ("underthesea", "text_normalize"),
}
FEWEST_DRAWN = 1_000
"""Citizens of the smallest register that the generator is asked for."""


def names_of_register(rows: int, seed: int) -> pa.Array:
    """Names of so many citizens."""
    names = synthesize(citizens=max(rows, FEWEST_DRAWN), land_users=FEWEST_DRAWN, seed=seed).citizens["full_name"]
    return names.combine_chunks().slice(0, rows)


def seconds(work: Callable[[], Any], repeat: int) -> float:
    """Least processor time of several runs."""
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def each(function: Callable[[str], Any], names: Iterable[str]) -> None:
    for name in names:
        function(name)


def import_seconds(repeat: int) -> float:
    """Least wall time of ``import vnlink`` in a new process."""
    code = "import time; start = time.perf_counter(); import vnlink; print(time.perf_counter() - start)"
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True) for _ in range(repeat)]
    return min(float(run.stdout) for run in runs)


def peer(module: str, name: str) -> Callable[[str], Any] | None:
    """A function of another library, None where it is not installed."""
    try:
        function: Callable[[str], Any] = getattr(importlib.import_module(module), name)
    except ImportError:
        return None
    return function


def measure(rows: int, sample: int, repeat: int, seed: int) -> dict[str, Any]:
    """Names a second of every way to read them."""
    names = names_of_register(rows, seed)
    texts = names.slice(0, sample).to_pylist()
    normalize_name(texts[:100])
    each(normalize_name, texts)
    rates = {
        "vnlink, column to numbers (parse_name_column)": rows / seconds(lambda: parse_name_column(names, Interner()), repeat),
        "vnlink, column to text (normalize_name)": rows / seconds(lambda: normalize_name(names), repeat),
        "vnlink, one at a time (normalize_name)": len(texts) / seconds(lambda: each(normalize_name, texts), repeat),
    }
    missing = []
    for label, where in PEERS.items():
        function = peer(*where)
        if function is None:
            missing.append(label)
            continue
        each(function, texts[:10])
        rates[label] = len(texts) / seconds(lambda function=function: each(function, texts), repeat)
    return {
        "rows": rows,
        "distinct": len(names.unique()),
        "sample": len(texts),
        "names_per_cpu_second": {label: round(rate) for label, rate in rates.items()},
        "microseconds_one_at_a_time": round(1e6 / rates["vnlink, one at a time (normalize_name)"], 1),
        "import_seconds": round(import_seconds(repeat), 3),
        "not_installed": missing,
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run and print the benchmark as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = measure(options.rows, options.sample, options.repeat, options.seed)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return result


if __name__ == "__main__":
    main()
