"""What comparing a candidate pair costs, field by field and all fields at once, and what others need for the names alone.

    python benchmarks/kernels/bench_pairs.py                              a million land users, 1.6 million citizens
    python benchmarks/kernels/bench_pairs.py --citizens 2000 --land-users 1000 --repeat 1

The pairs are the candidates that blocking brings between two invented registers (vnlink.datasets), in the order in which a run
compares them, so that memory is waited for as in a run. Times are of the processor on one core, the best and the median of
--repeat, without the compiler. A field alone is the function that compares it (name_level, birth_level ...) in a loop of its
own, reading the persons included ("persons read" is that alone). In a run persons are read once for all fields and most levels
come from tables (vnlink.compare.name_tables), so the fields add up to more than "all fields".

Other libraries are measured where they are installed, on the full names of the same pairs and nothing else, written as the
lexicon writes them: Jaro-Winkler of jellyfish (a call per pair), of rapidfuzz (a call per pair; cpdist, pairs in a batch;
cdist, every name with every other, in which the left name is prepared once), and of DuckDB. --sample pairs are enough for
their rate.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from vnlink.blocking.counting import DEFAULT_LIMITS
from vnlink.blocking.join import PairBuffer, candidate_pairs
from vnlink.blocking.keys import KeyKind
from vnlink.compare.dates import birth_level, generation_level
from vnlink.compare.names import name_level
from vnlink.compare.numbers import number_level, personal_level
from vnlink.compare.origins import origin_level, province_of
from vnlink.compare.pairs import CompareTables, compare_pairs
from vnlink.compare.places import origins_of, place_level
from vnlink.config import Config
from vnlink.datasets import write_registers
from vnlink.engines.local import LandPart
from vnlink.kernels import COMPILED
from vnlink.linkage import Linkage
from vnlink.records import own_birth
from vnlink.schema import MAX_SYLLABLES

_AHEAD = 64
_CDIST_SIDE = 1_000


class Pairs(NamedTuple):
    """Candidate pairs, in the order of a run, and what they point into."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    rows: NDArray[np.int32]
    citizens: NDArray[np.int32]
    ends: NDArray[np.int64]
    tables: CompareTables
    render: Callable[[NDArray[np.int32]], pa.Array]

    def compare(self) -> None:
        """Compare all fields of all pairs, in the pieces in which a run lists and compares them."""
        for first, last in itertools.pairwise([0, *self.ends.tolist()]):
            compare_pairs(self.left, self.right, self.rows[first:last], self.citizens[first:last], self.tables)

    def names(self, count: int) -> tuple[list[str], list[str]]:
        """Full names of so many pairs from all over the list, empty where there is none."""
        at = np.unique(np.linspace(0, len(self.rows) - 1, min(count, len(self.rows))).astype(np.int64))
        left = self.render(self.left[self.rows[at], :MAX_SYLLABLES])
        right = self.render(self.right[self.citizens[at], :MAX_SYLLABLES])
        return left.fill_null("").to_pylist(), right.fill_null("").to_pylist()


def candidates(place: Path) -> Pairs:
    """The candidate pairs of two registers."""
    with Linkage(place / "land.parquet", place / "citizens.parquet", Config.from_mapping({"run": {"threads": 1}})) as linkage:
        land = LandPart.of(linkage.land.table, 0, len(linkage.land.table))
        engine = linkage.engine(land)
        engine.count(DEFAULT_LIMITS)
        index = engine.index.only(engine.usable)
        buffer = PairBuffer(index)
        lexicon, places = linkage.reader.lexicon, linkage.reader.places
        allowed = np.ones(len(KeyKind), np.uint8)
        pieces, people = [], []
        for base, records in linkage.population.batches(linkage.config.run.batch_rows):
            people.append(np.array(records))
            for left, right, _ in candidate_pairs(index, people[-1], base, lexicon, places, buffer, allowed):
                pieces.append((left.copy(), right + np.int32(base)))
        rows, citizens = (np.concatenate(side) for side in zip(*pieces, strict=True))
        ends = np.cumsum([len(left) for left, _ in pieces])
        return Pairs(land.records, np.concatenate(people), rows, citizens, ends, engine.tables, linkage.reader.render)


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile as the package does, but keep nothing: a script has no name under which compiled code could be found again."""
    return njit(nogil=True, _nrt=False)(function) if COMPILED else function


@_compiled
def _name(left, i, right, j, tables):  # type: ignore[no-untyped-def]
    return name_level(tables[0], left, i, right, j)


@_compiled
def _birth(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    return birth_level(own_birth(left[i, 8]), right[j, 8])


@_compiled
def _place(left, i, right, j, tables):  # type: ignore[no-untyped-def]
    return place_level(tables[1], left[i, 9], left[i, 13] >> 8, right[j, 9], right[j, 13] >> 8)


@_compiled
def _personal_id(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    one = np.int64(left[i, 10]) * 1_000_000 + np.int64(left[i, 11])
    other = np.int64(right[j, 10]) * 1_000_000 + np.int64(right[j, 11])
    return personal_level(one, other, own_birth(left[i, 8]), left[i, 13] & 3, right[j, 8], right[j, 13] & 3)


@_compiled
def _old_id(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    return number_level(np.int64(left[i, 12]), np.int64(right[j, 12]))


@_compiled
def _origin(left, i, right, j, tables):  # type: ignore[no-untyped-def]
    return origin_level(origins_of(tables[1], left[i, 9]), 1, province_of(right[j, 10]))


@_compiled
def _generation(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    return 0 if own_birth(left[i, 8]) else generation_level(right[j, 8], left[i, 8])


@_compiled
def _sex(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    one, other = left[i, 13] & 3, right[j, 13] & 3
    return 0 if one == 0 or other == 0 else 1 if one == other else 2


@_compiled
def _partner(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    if (left[i, 14] | left[i, 15]) == 0 or (right[j, 14] | right[j, 15]) == 0:
        return 0
    return 1 if left[i, 14] == right[j, 14] and left[i, 15] == right[j, 15] else 2


@_compiled
def _read(left, i, right, j, tables):  # type: ignore[no-untyped-def]  # noqa: ARG001
    return left[i, 8] + right[j, 8]


FIELDS_ALONE = {
    "persons read": _read,
    "name": _name,
    "birth": _birth,
    "generation": _generation,
    "sex": _sex,
    "personal_id": _personal_id,
    "old_id": _old_id,
    "place": _place,
    "partner": _partner,
    "origin": _origin,
}


def _loop(level: Callable[..., int]) -> Callable[..., None]:
    """A kernel that compares one field of all pairs, a block's land persons read ahead as a run does."""

    def compare(left, right, rows, citizens, tables, out):  # type: ignore[no-untyped-def]
        for first in range(0, len(rows), _AHEAD):
            last = min(first + _AHEAD, len(rows))
            touched = np.int64(0)
            for k in range(first, last):
                touched += left[rows[k], 9]
            out[first] = touched
            for k in range(first, last):
                out[k] = level(left, rows[k], right, citizens[k], tables)

    compiled: Callable[..., None] = _compiled(compare)
    return compiled


def nanoseconds(work: Callable[[], Any], count: int, repeat: int) -> dict[str, float]:
    """Processor time of several runs by the pair: the least and the median."""
    work()
    runs = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        runs.append((time.process_time() - start) / count * 1e9)
    return {"best": round(min(runs), 1), "median": round(statistics.median(runs), 1)}


def own(pairs: Pairs, repeat: int) -> dict[str, dict[str, float]]:
    """Nanoseconds a pair of each field, and of all."""
    out = np.empty(len(pairs.rows), np.int64)
    sides = pairs.left, pairs.right, pairs.rows, pairs.citizens
    tables = pairs.tables.syllables, pairs.tables.places
    times = {
        name: nanoseconds(partial(_loop(level), *sides, tables, out), len(out), repeat) for name, level in FIELDS_ALONE.items()
    }
    times["all fields"] = nanoseconds(pairs.compare, len(out), repeat)
    return times


Work = tuple[Callable[[], Any], int]
"""What is timed, and how many pairs it compares."""


def _jellyfish(module: Any, left: list[str], right: list[str]) -> Work:
    return lambda: [module.jaro_winkler_similarity(a, b) for a, b in zip(left, right, strict=True)], len(left)


def _rapidfuzz(module: Any, left: list[str], right: list[str]) -> Work:
    similarity = module.distance.JaroWinkler.similarity
    return lambda: [similarity(a, b) for a, b in zip(left, right, strict=True)], len(left)


def _cpdist(module: Any, left: list[str], right: list[str]) -> Work:
    scorer = importlib.import_module("rapidfuzz.distance").JaroWinkler.similarity
    return lambda: module.cpdist(left, right, scorer=scorer, workers=1), len(left)


def _cdist(module: Any, left: list[str], right: list[str]) -> Work:
    scorer = importlib.import_module("rapidfuzz.distance").JaroWinkler.similarity
    some, others = left[:_CDIST_SIDE], right[:_CDIST_SIDE]
    return lambda: module.cdist(some, others, scorer=scorer, workers=1), len(some) * len(others)


def _duckdb(module: Any, left: list[str], right: list[str]) -> Work:
    connection = module.connect(config={"threads": 1})
    connection.register("source", pa.table({"l": left, "r": right}))
    connection.execute("CREATE TABLE pairs AS SELECT * FROM source")
    query = "SELECT sum(jaro_winkler_similarity(l, r)) FROM pairs"
    return lambda: connection.execute(query).fetchall(), len(left)


PEERS: dict[str, tuple[str, Callable[[Any, list[str], list[str]], Work]]] = {
    "jellyfish Jaro-Winkler": ("jellyfish", _jellyfish),
    "rapidfuzz Jaro-Winkler": ("rapidfuzz", _rapidfuzz),
    "rapidfuzz cpdist Jaro-Winkler": ("rapidfuzz.process", _cpdist),
    "rapidfuzz cdist Jaro-Winkler": ("rapidfuzz.process", _cdist),
    "DuckDB jaro_winkler_similarity": ("duckdb", _duckdb),
}
"""Who else -> what has to be installed, and the work of all pairs."""


def others(left: list[str], right: list[str], repeat: int) -> tuple[dict[str, dict[str, float]], list[str]]:
    """Nanoseconds a pair of names of those that are installed, and who is not."""
    times, missing = {}, []
    for name, (module, prepare) in PEERS.items():
        try:
            work, count = prepare(importlib.import_module(module), left, right)
        except ImportError:
            missing.append(name)
            continue
        times[name] = nanoseconds(work, count, repeat)
    return times, missing


def measure(place: Path, sample: int, repeat: int) -> dict[str, Any]:
    """Compare the candidate pairs of two registers, and the names of some of them by other libraries."""
    pairs = candidates(place)
    left, right = pairs.names(sample)
    times = own(pairs, repeat)
    peers, missing = others(left, right, repeat)
    return {
        "pairs": len(pairs.rows),
        "land_persons": len(pairs.left),
        "citizens": len(pairs.right),
        "nanoseconds_a_pair": times,
        "million_pairs_per_cpu_second": round(1e3 / times["all fields"]["median"], 2),
        "sample": len(left),
        "others_nanoseconds_a_pair_of_names": peers,
        "not_installed": missing,
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run and print the benchmark as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=1_600_000)
    parser.add_argument("--land-users", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--registers", type=Path, help="folder of land.parquet and citizens.parquet to compare instead")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = options.registers or Path(folder)
        if options.registers is None:
            write_registers(place, citizens=options.citizens, land_users=options.land_users, seed=options.seed)
        result = measure(place, options.sample, options.repeat)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return result


if __name__ == "__main__":
    main()
