"""Time, memory and accuracy of `vnlink link`, from Parquet files to a finished folder, learning included.

    python benchmarks/pipeline/bench_link.py                                    60,000 land users, raw
    python benchmarks/pipeline/bench_link.py --land-users 1000000 --citizens 1600000
    python benchmarks/pipeline/bench_link.py --register hard --land-users 150000 --citizens 200000

Each run is a process of its own, so start-up counts; compiling does not, because a first run is thrown away. Registers are made
once per size and kept in --keep. The accuracy is that of invented registers and depends on their error rates
(docs/synthetic-data.md); "hard" has clearly other ones: twice the slips, over half the land users without a number, a sixth
without any birth date, a quarter moved, 31,000 people a commune, no spouse's names, other families.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from vnlink.datasets import RAW, ErrorRates, Population, write_registers
from vnlink.report.measures import evaluate
from vnlink.storage.decisions import read_truth
from vnlink.storage.results import open_result

HARD_POPULATION = Population(
    people_per_commune=31_000,
    children=1.6,
    three_generations=0.1,
    single=0.25,
    spouse_name=0.0,
    father_name=0.0,
    mother_name=0.0,
    household_id=0.9,
    personal_id=0.95,
    old_id=0.7,
    year_only=0.1,
    name_error=0.01,
)
HARD_ERRORS = RAW.replace(
    no_id=0.55,
    old_id=0.30,
    date_none=0.15,
    date_year_only=0.55,
    moved=0.25,
    owner_absent=0.09,
    couple=0.12,
    unmarked=0.08,
    wrong_tone=0.03,
    wrong_vowel=0.03,
    mark_lost=0.02,
    regional=0.03,
    typing=0.02,
    year_off=0.08,
    middle_missing=0.02,
    sex_missing=0.4,
    abbreviation=0.03,
    id_mistyped=0.04,
    id_of_spouse=0.02,
)


def registers(folder: Path, kind: str, citizens: int, land_users: int, seed: int) -> Path:
    """Make the registers of this kind and size, unless they are there."""
    place = folder / f"{kind}-{citizens}-{land_users}-{seed}"
    if not (place / "truth.parquet").exists():
        preset: str | ErrorRates = HARD_ERRORS if kind == "hard" else kind
        population = HARD_POPULATION if kind == "hard" else None
        write_registers(place, citizens=citizens, land_users=land_users, seed=seed, preset=preset, population=population)
    return place


def link_once(place: Path, out: Path) -> tuple[float, float, dict[str, Any]]:
    """Run the command line once; wall seconds, peak memory in GiB so far of any such run, and the manifest."""
    command = [sys.executable, "-m", "vnlink", "link", str(place / "land.parquet"), str(place / "citizens.parquet")]
    start = time.perf_counter()
    subprocess.run([*command, "--out", str(out), "--overwrite", "--quiet"], check=True)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return seconds, peak, dict(open_result(out).manifest)


def measure(place: Path, repeat: int) -> dict[str, Any]:
    """Link ``repeat`` times after one run for the compiler, and compare the last result with the truth."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "run")
        link_once(place, out)
        runs = [link_once(place, out) for _ in range(repeat)]
        links = open_result(out).table("links.parquet")
    manifest = runs[-1][2]
    found = evaluate(links, read_truth(place / "truth.parquet")).to_dict()
    return {
        "seconds": [round(seconds, 2) for seconds, _, _ in runs],
        "median_seconds": round(statistics.median(seconds for seconds, _, _ in runs), 2),
        "peak_gib": round(max(peak for _, peak, _ in runs), 2),
        "times_seconds": manifest["times_seconds"],
        "counts": manifest["counts"],
        "recall_at_precision": found["recall_at_precision"],
        "precision_full": found["precision_full"],
        "recall_full": found["recall_full"],
        "recall": found["recall"],
        "precision": found["precision"],
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run and print one benchmark as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--register", choices=["raw", "clean", "hard"], default="raw")
    parser.add_argument("--citizens", type=int, default=100_000)
    parser.add_argument("--land-users", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, default=None, help="folder to keep the registers in")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = registers(options.keep or Path(folder), options.register, options.citizens, options.land_users, options.seed)
        result = measure(place, options.repeat)
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
