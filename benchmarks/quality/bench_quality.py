"""Accuracy of vnlink beside Splink, recordlinkage and a supervised reference, on the same files in one run.

    python benchmarks/quality/bench_quality.py                                     raw, clean and hard, made here
    python benchmarks/quality/bench_quality.py --register hard --citizens 200000 --land-users 150000
    python benchmarks/quality/bench_quality.py --register FOLDER --register FOLDER=SISTER --across
    python benchmarks/quality/bench_quality.py --register FOLDER --without household_id --without land:id_number=0.08

The peers are no dependency of the package. In an environment of their own (recordlinkage needs pandas before 3):

    python -m venv peers && peers/bin/pip install -e '.[benchmark]'

A peer that is not installed is left out, and the result says so. Each method runs in a process of its own and is measured from
outside. All get the same preparation (preparation.py), which is kept in --keep for each register and version of vnlink. Splink
and recordlinkage score pairs; a posterior over a person's candidates and nobody is put on top of their odds by hand
(answers.py), without which they would look far worse than they are. The supervised reference is trained on the true labels of
a sister register, the same kind with another seed; a folder given without a sister is cut in five.

Result: ``quality.json``, ``quality.md`` and a curve for each register as SVG in --out. What registers are invented by
:mod:`vnlink.datasets` shows in absolute figures; what counts is the difference between methods, and folders of other origin.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import recordlinkage_peer
from charts import draw
from methods import METHODS, NEEDS, read_vnlink
from preparation import prepare
from registers import Register, find_registers, without_columns
from scoring import bootstrap, calibration, curve, judge, recall_of_pairs
from tables import markdown

_VERSIONS = ("vnlink", "splink", "duckdb", "recordlinkage", "pandas", "scikit-learn", "numpy", "pyarrow", "numba")
_HERE = Path(__file__).parent


def measured(command: list[str]) -> dict[str, float]:
    """Run a process to its end; wall seconds, processor seconds and peak memory in GiB of it and its children.

    Raises
    ------
    SystemExit
        It failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "cost.json")
        code = subprocess.run([sys.executable, str(_HERE / "measured_run.py"), str(report), *command], check=False).returncode
        if code:
            raise SystemExit(f"a process failed with exit code {code}: {command[1:4]}")
        return dict(json.loads(report.read_text()))


def _vnlink(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "vnlink", *arguments, "--quiet"]


def _link(register: Register, out: Path, model: Path | None = None, *, adapt: bool = False) -> list[str]:
    land, citizens, _ = (str(path) for path in register.files)
    given = ["--model", str(model), *(["--adapt"] if adapt else [])] if model else []
    return _vnlink(["link", land, citizens, "--out", str(out), "--overwrite", *given])


_PLACED = ("vnlink", "splink_with_places_of_rows_beside")
"""Methods that are told the communes of rows numbered beside each other."""


def run_method(method: str, register: Register, keep: Path, out: Path) -> tuple[dict[str, Any], Any, Any]:
    """Run one method: what was measured, its answers, its candidate pairs."""
    prepared = prepare(register.folder, keep, placed=method in _PLACED)
    out.mkdir(parents=True, exist_ok=True)
    if method == "vnlink":
        run: dict[str, Any] = measured(_link(register, out))
        return run, read_vnlink(out, prepared), pq.read_table(prepared / "pairs.parquet", columns=["person", "citizen"])
    command = [sys.executable, str(_HERE / "methods.py"), method, str(register.folder), str(prepared), str(out)]
    if register.sister and method.startswith("supervised"):
        command += [str(register.sister), str(prepare(register.sister, keep))]
    run = measured(command)
    run["details"] = json.loads((out / "details.json").read_text())
    return run, pq.read_table(out / "answers.parquet"), pq.read_table(out / "pairs.parquet")


def run_register(register: Register, methods: list[str], options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Run all methods on one register and judge them together."""
    prepared = prepare(register.folder, options.keep)
    truth = register.folder / "truth.parquet"
    counts = json.loads((prepared / "prepared.json").read_text())
    left_out, runs, judged, curves = {}, {}, {}, {}
    for method in methods:
        if method == "recordlinkage" and counts["persons"] > recordlinkage_peer.MOST_PERSONS:
            left_out[method] = f"more than {recordlinkage_peer.MOST_PERSONS:,} persons"
            continue
        try:
            run, answers, pairs = run_method(method, register, options.keep, work / register.name / method)
        except SystemExit as failed:
            if method == "vnlink":
                raise
            left_out[method] = f"{failed}"  # a peer that cannot learn from a register is told of, and the others go on
            continue
        one = judge(answers, prepared, truth)
        run["calibration"] = calibration(one)
        if not method.startswith("supervised"):  # whose pairs are vnlink's
            run["blocking"] = recall_of_pairs(pairs, prepared, truth)
        runs[method], judged[method], curves[method] = run, one, curve(one)
        print(f"{register.name}: {method} done in {run['seconds']} s", file=sys.stderr, flush=True)
    drawn = draw(register.name, curves, options.out / f"curves-{register.name}.svg")
    found = bootstrap(judged, counts["citizens"], options.bootstrap)
    return {"counts": counts, "methods": runs, "left_out": left_out, "curves": curves, "drawn": drawn, **found}


def run_across(
    registers: list[Register], options: argparse.Namespace, work: Path, *, adapt: bool
) -> dict[str, dict[str, float]]:
    """Train vnlink on each register and link every register with it: recall at 99.9 % by [trained on][linked].

    The model is used as it is, or with ``adapt`` learning begins with it.
    """
    found: dict[str, dict[str, float]] = {}
    for source in registers:
        model = work / f"{source.name}.json"
        land, citizens, _ = (str(path) for path in source.files)
        measured(_vnlink(["train", land, citizens, "--out", str(model)]))
        found[source.name] = {}
        for target in registers:
            out = work / "across"
            measured(_link(target, out, model, adapt=adapt))
            prepared = prepare(target.folder, options.keep)
            one = judge(read_vnlink(out, prepared), prepared, target.folder / "truth.parquet")
            recall = bootstrap({"vnlink": one}, 0, 0)["recall"]["vnlink"]
            found[source.name][target.name] = recall["0.999"]["value"]
    return found


def versions() -> dict[str, str]:
    """Versions of everything that was used and is installed."""
    found = {"python": platform.python_version()}
    for name in _VERSIONS:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run everything that was asked for; write and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--register", action="append", default=None, help="raw, clean, hard, FOLDER or FOLDER=SISTER; repeat")
    parser.add_argument("--citizens", type=int, default=200_000, help="of the registers made here")
    parser.add_argument("--land-users", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--method", action="append", choices=METHODS, default=None, help="all when not given; repeat")
    parser.add_argument("--bootstrap", type=int, default=400, help="draws for the intervals")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        help="COLUMN or land:COLUMN to leave out, or =SHARE or =year of it that stays; repeat",
    )
    parser.add_argument("--across", action="store_true", help="link each register with models trained on the others")
    parser.add_argument("--keep", type=Path, default=Path("build/quality"), help="folder for registers and their preparation")
    parser.add_argument("--out", type=Path, default=Path("build/quality/result"))
    options = parser.parse_args(arguments)
    options.keep.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = options.method or list(METHODS)
    missing = {m: [p for p in NEEDS.get(m, ()) if importlib.util.find_spec(p) is None] for m in wanted}
    methods = [m for m in wanted if not missing[m]]
    registers = find_registers(
        options.register or ["raw", "clean", "hard"], options.keep, options.citizens, options.land_users, options.seed
    )
    if options.without:
        registers = [without_columns(register, options.without, options.keep) for register in registers]
    result: dict[str, Any] = {
        "versions": versions(),
        "left_out": {m: f"{' and '.join(lacking)} not installed" for m, lacking in missing.items() if lacking},
        "registers": {},
    }
    measured([sys.executable, "-m", "vnlink", "warmup"])  # compiling is no part of any time
    with tempfile.TemporaryDirectory() as folder:
        for register in registers:
            result["registers"][register.name] = run_register(register, methods, options, Path(folder))
        if options.across:
            for name, adapt in (("across", False), ("across_adapted", True)):
                result[name] = run_across(registers, options, Path(folder), adapt=adapt)
    (options.out / "quality.json").write_text(json.dumps(result, indent=1))
    (options.out / "quality.md").write_text(markdown(result), encoding="utf-8")
    print(markdown(result))
    return result


if __name__ == "__main__":
    main()
