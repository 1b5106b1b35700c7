"""A whole country on one small machine: make the registers, link them, and count what is right.

    python benchmarks/national.py --keep FOLDER --memory 16GiB --out benchmarks/results/national.json

Makes 61,700,000 land users and 100,000,000 citizens of preset raw (10 GB with the result), links them as `vnlink link` does and
compares every decision with the truth. Each stage is kept in the folder, and what is there is not made again: a run that was
stopped goes on with the stage that it was in. Smaller countries: --citizens and --land-users.

Accuracy is that of invented registers and depends on their error rates (docs/synthetic-data.md). Recall at a precision is that
of a threshold on log_odds, over all persons who have a citizen, with thresholds in steps of a quarter of a bit.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vnlink.datasets import write_registers
from vnlink.storage.results import open_result

PRECISIONS = (0.99, 0.995, 0.999, 0.9999)
_LAND_ROWS = 262_144
_LEAST_BITS, _STEPS, _BINS = -64, 4, 128 * 4


def made(folder: Path, citizens: int, land_users: int, seed: int) -> Path:
    """Make the registers, unless they are there."""
    place = folder / f"country-{citizens}-{land_users}-{seed}"
    if not (place / "truth.parquet").exists():
        write_registers(place, citizens=citizens, land_users=land_users, seed=seed, preset="raw")
    return place


def linked(place: Path, memory: str | None, *, again: bool) -> tuple[Path, dict[str, Any]]:
    """Link in a process of its own, unless there is a result; its folder, and wall seconds and peak memory of the process."""
    out, log = place / "result", place / "run.json"
    if again and out.exists():
        shutil.rmtree(out)
    if not out.exists():
        command = [sys.executable, "-m", "vnlink", "link", str(place / "land.parquet"), str(place / "citizens.parquet")]
        start = time.perf_counter()
        subprocess.run([*command, "--out", str(out), "--quiet", *(["--memory", memory] if memory else [])], check=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        run = {
            "wall_seconds": round(time.perf_counter() - start, 1),
            "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
            "peak_gib": round(used.ru_maxrss / 1024**2, 2),
            "memory": memory,
        }
        log.write_text(json.dumps(run), encoding="utf-8")
    return out, json.loads(log.read_text(encoding="utf-8")) if log.exists() else {}


class _Rows:
    """A Parquet file read in order, as far as the land users that are asked for go."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self._batches = pq.ParquetFile(path).iter_batches(batch_size=_LAND_ROWS, columns=columns)
        self._waiting: pa.Table | None = None

    def of(self, land_users: pa.Array) -> pa.Table:
        """Rows of these land users, which come next."""
        found: list[pa.Table] = []
        while True:
            if self._waiting is None or not self._waiting.num_rows:
                batch = next(self._batches, None)
                if batch is None:
                    break
                self._waiting = pa.Table.from_batches([batch])
            inside = pc.is_in(self._waiting["land_user_id"], value_set=land_users)
            outside = pc.index(inside, False).as_py()
            count = self._waiting.num_rows if outside < 0 else outside
            found.append(self._waiting.slice(0, count))
            self._waiting = self._waiting.slice(count)
            if outside >= 0:
                break
        return pa.concat_tables(found)


def _chunks(place: Path, result: Path) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Truth and links of the same land users, some hundred thousand at a time."""
    truth = _Rows(place / "truth.parquet", ["land_user_id", "person_no", "citizen_id", "status", "evidence"])
    links = _Rows(result / "links.parquet", ["land_user_id", "person_no", "citizen_id", "status", "log_odds"])
    with pq.ParquetFile(place / "land.parquet") as land:
        for batch in land.iter_batches(batch_size=_LAND_ROWS, columns=["land_user_id"]):
            yield truth.of(batch["land_user_id"]), links.of(batch["land_user_id"])


def _keys(table: pa.Table) -> pa.Array:
    number = pc.cast(table["person_no"], pa.string())
    return pc.binary_join_element_wise(table["land_user_id"], number, "#").combine_chunks()


def judged(place: Path, result: Path) -> dict[str, Any]:
    """Count right and wrong links, chunk by chunk; memory does not grow with the country."""
    counts = dict.fromkeys(
        ("persons", "with_citizen", "full", "full_wrong", "partial", "partial_wrong", "found", "deserving", "deserving_full"), 0
    )
    bins = np.zeros((2, _BINS), np.int64)
    evidence: dict[str, list[int]] = {}
    for truth, links in _chunks(place, result):
        at = pc.index_in(_keys(links), value_set=_keys(truth))
        who = truth["citizen_id"].combine_chunks().take(at)
        right = np.asarray(pc.fill_null(pc.equal(links["citizen_id"].combine_chunks(), who), False))
        status = np.asarray(pc.index_in(links["status"].combine_chunks(), value_set=pa.array(["full", "partial"])).fill_null(2))
        log_odds = np.asarray(links["log_odds"], np.float64)
        known = np.asarray(pc.is_valid(truth["citizen_id"].combine_chunks()))
        counts["persons"] += links.num_rows
        counts["with_citizen"] += int(known.sum())
        for code, name in enumerate(("full", "partial")):
            counts[name] += int((status == code).sum())
            counts[f"{name}_wrong"] += int(((status == code) & ~right).sum())
        counts["found"] += int((right & (status < 2)).sum())
        deserving = np.asarray(pc.equal(truth["status"].combine_chunks(), "full")) & known
        reached = np.zeros(truth.num_rows, bool)
        place_of = np.asarray(pc.fill_null(at, -1)).astype(np.int64)
        reached[place_of[right & (status == 0) & (place_of >= 0)]] = True
        counts["deserving"] += int(deserving.sum())
        counts["deserving_full"] += int((deserving & reached).sum())
        linked_rows = status < 2
        cell = np.clip(((log_odds[linked_rows] - _LEAST_BITS) * _STEPS).astype(np.int64), 0, _BINS - 1)
        for i, kind in enumerate((right[linked_rows], ~right[linked_rows])):
            bins[i] += np.bincount(cell[kind], minlength=_BINS)
        found = np.zeros(truth.num_rows, bool)
        found[place_of[right & linked_rows & (place_of >= 0)]] = True
        kinds = truth["evidence"].combine_chunks()
        for kind in pc.unique(kinds).to_pylist():
            of_kind = known & np.asarray(pc.fill_null(pc.equal(kinds, kind), False))
            cells = evidence.setdefault(str(kind), [0, 0])
            cells[0] += int(of_kind.sum())
            cells[1] += int((of_kind & found).sum())
    above = bins[:, ::-1].cumsum(axis=1)
    precision = above[0] / np.maximum(above.sum(axis=0), 1)
    recall = above[0] / max(counts["with_citizen"], 1)
    return counts | {
        "precision_full": 1.0 - counts["full_wrong"] / max(counts["full"], 1),
        "recall_of_deserving": counts["deserving_full"] / max(counts["deserving"], 1),
        "recall": counts["found"] / max(counts["with_citizen"], 1),
        "recall_at_precision": {str(p): float(recall[precision >= p].max(initial=0.0)) for p in PRECISIONS},
        "by_evidence": {
            kind: {"persons": n, "recall": hits / n if n else None} for kind, (n, hits) in sorted(evidence.items())
        },
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run what is not there yet, and print and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=100_000_000)
    parser.add_argument("--land-users", type=int, default=61_700_000)
    parser.add_argument("--seed", type=int, default=61)
    parser.add_argument("--memory", default=None, help="as for vnlink link")
    parser.add_argument("--keep", type=Path, required=True, help="folder for registers and result")
    parser.add_argument("--again", action="store_true", help="link again where there is a result")
    parser.add_argument("--out", type=Path, default=None, help="JSON file to write")
    options = parser.parse_args(arguments)
    place = made(options.keep, options.citizens, options.land_users, options.seed)
    out, run = linked(place, options.memory, again=options.again)
    manifest = dict(open_result(out).manifest)
    told = {
        name: manifest[name]
        for name in ("counts", "pairs", "parts", "times_seconds", "keys_not_used", "other_rows", "versions")
    }
    result = {"run": run, **told, "accuracy": judged(place, out)}
    text = json.dumps(result, indent=1)
    print(text)
    if options.out is not None:
        options.out.write_text(text + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
