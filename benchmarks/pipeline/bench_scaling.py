r"""Time, memory and accuracy against size: vnlink beside Splink and recordlinkage, on the same files in one run.

    python benchmarks/pipeline/bench_scaling.py                                     60,000 land users
    python benchmarks/pipeline/bench_scaling.py --size 60000x100000 --size 1000000x1600000 --size 10000000x16000000 \
        --country benchmarks/results/national.json --out benchmarks/results/scaling.json --pictures docs/figures

Registers of preset raw of several sizes (land users x citizens) are linked from Parquet files to a finished folder by
`vnlink link`: starting, reading, learning and writing are in its time. Splink is the set-up of benchmarks/quality, which begins
with prepared columns: reading text, splitting owners and converting communes are not in its time, learning is. So is that of
recordlinkage, which is measured at the smallest size only. Each runs in a process of its own, one after the other, vnlink
`--repeat` times: the median of seconds, the largest memory. Starting (imports, compiled code) is measured on registers of a few
hundred rows and told apart. The growth exponent between two sizes is that of the time against the land users.

The growth of the registers is that of a country: communes of the same size, more of them. So namesakes grow, and with them the
candidates of persons of whom little more than a name is known; candidates a person are told beside the time.

Peers are left out where they are not installed (``pip install -e '.[benchmark]'`` in an environment of its own).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import runpy
import statistics
import sys
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from vnlink.report.svg import Frame, dot, picture, polyline, text

_QUALITY = Path(__file__).parents[1] / "quality"
sys.path.insert(0, str(_QUALITY))

import bench_quality as quality  # noqa: E402  # a folder of scripts is no package
from methods import NEEDS  # noqa: E402
from preparation import prepare  # noqa: E402
from registers import Register  # noqa: E402
from scoring import bootstrap, judge  # noqa: E402

_registers = runpy.run_path(str(Path(__file__).with_name("bench_link.py")))["registers"]
_framed = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "picture_parts.py"))["framed"]

SIZES = ("60000x100000",)
_PEERS = ("splink", "recordlinkage")
_START = (300, 500)
"""Land users and citizens of the registers by which starting is measured."""
_COLOURS = {"vnlink": "full", "splink": "against", "recordlinkage": "muted"}
_TITLES = {"vnlink": "vnlink", "splink": "Splink", "recordlinkage": "recordlinkage"}


def _once(method: str, register: Register, keep: Path, work: Path, *, judged: bool) -> dict[str, Any]:
    """One run of a method: seconds, memory, candidates, and recall at 99.9 % precision where it is asked for."""
    out = work / method
    if method == "vnlink" and not judged:
        out.mkdir(parents=True, exist_ok=True)
        run = quality.measured(quality._link(register, out))
        return run | {"pairs": json.loads((out / "manifest.json").read_text())["pairs"]}
    run, answers, pairs = quality.run_method(method, register, keep, out)
    run.pop("details", None)
    if judged:
        one = judge(answers, prepare(register.folder, keep), register.folder / "truth.parquet")
        recall = bootstrap({method: one}, 0, 0)["recall"][method]
        run["recall_at_precision"] = {precision: round(entry["value"], 4) for precision, entry in recall.items()}
    return run | {"pairs": len(pairs)}


def _wanted(size: tuple[int, int], smallest: int, options: argparse.Namespace) -> list[str]:
    """Methods that are run at this size."""
    found = ["vnlink"]
    for peer in _PEERS:
        most = options.most_splink if peer == "splink" else smallest
        if size[1] <= most and all(importlib.util.find_spec(needed) for needed in NEEDS[peer]):
            found.append(peer)
    return found


def measure(size: tuple[int, int], methods: Sequence[str], options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Run all methods at one size, in turn."""
    place = _registers(options.keep, "raw", size[1], size[0], options.seed)
    register = Register("raw", place)
    runs: dict[str, list[dict[str, Any]]] = {method: [] for method in methods}
    for turn in range(options.repeat):
        for method in methods if turn == 0 else ("vnlink",):
            # Judging holds every answer in memory as Python's own objects: where nobody is compared, it is left out.
            judged = turn == 0 and (len(methods) > 1 or size[0] <= options.most_judged)
            runs[method].append(_once(method, register, options.keep, work, judged=judged))
            print(f"{size[0]:,} x {size[1]:,}: {method} {runs[method][-1]}", file=sys.stderr, flush=True)
    return {method: _summed(of) for method, of in runs.items()} | {"land_users": size[0], "citizens": size[1]}


def _summed(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of some runs, with what only the first tells."""
    told = {name: [run[name] for run in runs] for name in ("seconds", "cpu_seconds")}
    found: dict[str, Any] = {name: round(statistics.median(values), 2) for name, values in told.items()}
    found["all_seconds"] = told["seconds"]
    found["peak_gib"] = max(run["peak_gib"] for run in runs)
    return found | {name: runs[0][name] for name in ("pairs", "recall_at_precision") if name in runs[0]}


def of_country(path: Path) -> dict[str, Any]:
    """The figures of a run of ``benchmarks/national.py``, as those of a size."""
    told = json.loads(path.read_text(encoding="utf-8"))
    run, counts = told["run"], told["counts"]
    found = {"seconds": run["wall_seconds"], "cpu_seconds": run["cpu_seconds"], "peak_gib": run["peak_gib"]}
    found |= {"pairs": told["pairs"], "parts": told["parts"]}
    return {"vnlink": found, "land_users": counts["land_users"], "citizens": counts["citizens"]}


def growth(sizes: list[dict[str, Any]], start: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, float]]]:
    """Exponents of wall and CPU seconds between neighbouring sizes, starting apart: 1 is as the number of land users grows."""
    found: dict[str, list[dict[str, float]]] = {}
    for method, begin in start.items():
        both = [(low, high) for low, high in pairwise(sizes) if method in low and method in high]
        for low, high in both:
            times = math.log(high["land_users"] / low["land_users"])
            entry = {"from": low["land_users"], "to": high["land_users"]}
            for name in ("seconds", "cpu_seconds"):
                parts = [max(of[method][name] - begin[name], 1e-3) for of in (low, high)]
                entry[name] = round(math.log(parts[1] / parts[0]) / times, 3)
            found.setdefault(method, []).append(entry)
    return found


def chart(result: dict[str, Any], name: str, title: str, unit: str) -> str:
    """Draw one figure against the land users, both on scales of logarithms."""
    lines = {
        method: [(of["land_users"], of[method][name]) for of in result["sizes"] if method in of] for method in result["start"]
    }
    every = [point for points in lines.values() for point in points]
    (low_x, high_x), (low_y, high_y) = _ends([x for x, _ in every], 2), _ends([y for _, y in every], 1)
    frame = Frame(56.0, 16.0, 560.0, 300.0)

    def share(value: float, low: float, high: float) -> float:
        return math.log(value / low) / math.log(high / low)

    across = [(share(10.0**e, low_x, high_x), f"{10**e:,}") for e in _tens(low_x, high_x)]
    up = [(share(10.0**e, low_y, high_y), f"{10.0**e:,g}") for e in _tens(low_y, high_y)]
    parts = frame.axes(across, up, ("land users", ""), grid=True)
    for method, points in lines.items():
        at = [(frame.x(share(x, low_x, high_x)), frame.y(share(y, low_y, high_y))) for x, y in points]
        parts.append(polyline(at, _COLOURS[method]))
        told = [f"{_TITLES[method]}, {x:,} land users: {y:,g} {unit}" for x, y in points]
        parts += [dot(*where, _COLOURS[method], title=words) for where, words in zip(at, told, strict=True)]
        parts.append(text(at[-1][0] + 9, at[-1][1] + 4, _TITLES[method], colour=_COLOURS[method], bold=True, halo=True))
    note = f"{unit}, against land users; both on scales of logarithms, two cores"
    return str(_framed(picture(680.0, 340.0, title, parts), 680.0, 340.0, title, note))


def _ends(values: Sequence[float], parts: int) -> tuple[float, float]:
    """The ends of an axis: powers of ten, or of a root of it; never the same."""
    low, high = math.floor(math.log10(min(values)) * parts), math.ceil(math.log10(max(values)) * parts)
    return 10.0 ** (low / parts), 10.0 ** (max(high, low + 1) / parts)


def _tens(low: float, high: float) -> range:
    return range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run everything, print and write the figures as JSON, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", action="append", default=None, help=f"LANDxCITIZENS; repeat (default: {', '.join(SIZES)})")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--most-splink", type=int, default=1_600_000, help="citizens up to which Splink is run")
    parser.add_argument("--most-judged", type=int, default=1_000_000, help="land users up to which vnlink alone is judged")
    parser.add_argument("--keep", type=Path, default=Path("build/scaling"), help="folder for registers and their preparation")
    parser.add_argument("--out", type=Path, default=None, help="JSON file to write")
    parser.add_argument("--country", type=Path, default=None, help="result of benchmarks/national.py, as one more size")
    parser.add_argument("--pictures", type=Path, default=None, help="folder for scaling-time.svg and scaling-memory.svg")
    options = parser.parse_args(arguments)
    options.keep.mkdir(parents=True, exist_ok=True)
    sizes = [tuple(map(int, size.split("x"))) for size in options.size or SIZES]
    smallest = min(citizens for _, citizens in sizes)
    quality.measured([sys.executable, "-m", "vnlink", "warmup"])  # compiling is no part of any time
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        methods = _wanted((0, smallest), smallest, options)
        start = measure(_START, methods, options, work)
        start = {method: start[method] for method in methods}
        measured = [measure(size, _wanted(size, smallest, options), options, work) for size in sizes]
    if options.country is not None:
        measured.append(of_country(options.country))
    result = {"versions": quality.versions(), "start": start, "sizes": measured, "growth": growth(measured, start)}
    words = json.dumps(result, indent=1)
    print(words)
    if options.out is not None:
        options.out.write_text(words + "\n", encoding="utf-8")
    if options.pictures is not None:
        draw(result, options.pictures)
    return result


def draw(result: dict[str, Any], folder: Path) -> None:
    """Write both pictures."""
    for name, figure, title, unit in (
        ("time", "seconds", "Time against size, from files to a finished result", "seconds"),
        ("memory", "peak_gib", "Memory against size", "GiB"),
    ):
        (folder / f"scaling-{name}.svg").write_text(chart(result, figure, title, unit), encoding="utf-8")


if __name__ == "__main__":
    main()
