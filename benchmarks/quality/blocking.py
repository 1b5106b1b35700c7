"""Whom blocking brings: recall and pairs a person by kind of evidence, by key, and what the lost pairs are like.

    python benchmarks/quality/blocking.py FOLDER [FOLDER ...] --out build/quality/blocking.json
    python benchmarks/quality/blocking.py FOLDER --limit 96        keys of every kind that up to 96 citizens share

Each folder holds land.parquet, citizens.parquet and truth.parquet (`vnlink synth` writes them). Recall is the share of persons
with a citizen who is among their candidates, candidates that only the other person's household brought included. Four tables
a register:

- by evidence: what the land register holds of a person (a number, what of the birth date, a place), with the pairs each costs;
- by key: how many pairs each kind of key brings that no earlier one brought, how many of them are right, and how many keys
  were left out because too many citizens share them;
- by size: of each kind, how many pairs that no earlier key brought its keys bring for one that is right, by how many citizens
  share the rarest of the person's keys of the kind. With --limit one sees beyond the limits of vnlink.blocking.counting;
- lost: how name, date and place of the pairs that were not brought agree, the most frequent first. A key that would bring them
  has to be made of what agrees there.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vnlink.blocking.counting import DEFAULT_LIMITS, Capped, count_population
from vnlink.blocking.keys import KeyKind
from vnlink.classify.presence import evidence_kinds
from vnlink.compare.pairs import CompareTables
from vnlink.compare.patterns import FIELDS
from vnlink.config import Config
from vnlink.engines.local import NO_KEY, LandPart, LocalEngine
from vnlink.linkage import Linkage
from vnlink.schema import field_levels

__all__ = ["EVIDENCE", "blocking", "true_citizens"]

EVIDENCE = tuple(
    " + ".join(part for part in ("name", date, place, number) if part)
    for number in ("", "number")
    for date in ("", "year", "date")
    for place in ("", "place")
)
"""Kinds of evidence in the order of :func:`vnlink.classify.presence.evidence_kinds`."""

_LOST_BY = ("name", "birth", "place")
_MOST_LOST = 20
_PERSONS_AT_ONCE = 200_000
_SIZES = (4, 8, 16, 24, 32, 48, 64, 96, 160)
"""Greatest number of citizens who share a key, of each group of keys."""


def true_citizens(linkage: Linkage, truth: pa.Table) -> NDArray[np.int64]:
    """Citizen of each land person; -1 for nobody, -2 where the truth does not name the person."""
    people = linkage.land.people
    row = pc.index_in(truth["land_user_id"], value_set=linkage.land.ids)
    citizen = np.asarray(pc.fill_null(pc.index_in(truth["citizen_id"], value_set=linkage.citizens.ids), -1)).astype(np.int64)
    wanted = np.asarray(pc.fill_null(row, -1)).astype(np.int64) * 256 + np.asarray(truth["person_no"]).astype(np.int64)
    place = people.row.astype(np.int64) * 256 + people.person_no
    order = np.argsort(wanted, kind="stable")
    at = order[np.minimum(np.searchsorted(wanted, place, sorter=order), len(order) - 1)]
    return np.where(wanted[at] == place, citizen[at], -2)


def _sizes_of_keys(linkage: Linkage, engine: LocalEngine) -> NDArray[np.uint8]:
    """Group of sizes (see _SIZES) of the rarest used key of each kind that a person of a part has, uint8[kinds, persons]."""
    index = engine.index.only(engine.usable)
    bearers = np.zeros(len(index.keys), np.int32)
    for _, records in linkage.population.batches(linkage.config.run.batch_rows):
        count_population(index, records, linkage.reader.lexicon, linkage.reader.places, bearers)
    group = np.searchsorted(_SIZES, bearers).astype(np.uint8)
    key = np.repeat(np.arange(len(index.keys)), np.diff(index.starts))
    sizes = np.full((len(KeyKind), len(engine.land.key)), len(_SIZES), np.uint8)
    np.minimum.at(sizes, (index.kinds[key], index.persons), group[key])
    return sizes


def _brought(
    linkage: Linkage, true: NDArray[np.int64], limits: dict[KeyKind, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[int, int], NDArray[np.int64], dict[str, dict[str, int]]]:
    """Kind of the key that brought each person's right pair (-1 none), pairs of each person and of each kind, keys not used.

    And pairs, and right ones, of each kind and group of sizes: int64[2, kinds, sizes + 1].
    """
    table, count = linkage.land.table, len(true)
    kind, pairs_of = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    pairs: dict[int, int] = {}
    by_size = np.zeros((2, len(KeyKind), len(_SIZES) + 1), np.int64)
    capped: list[Capped] = []
    # Whole land users at a time: their persons bring candidates for each other.
    row = linkage.land.people.row
    first = 0
    while first < count:
        last = int(np.searchsorted(row, row[min(first + _PERSONS_AT_ONCE, count) - 1], side="right"))
        engine = linkage.engine(LandPart.of(table, first, last))
        capped.append(engine.count(limits))
        sizes = _sizes_of_keys(linkage, engine)
        person, citizen, _, kinds = engine.pairs()
        right = citizen == true[person + first]
        by_key = kinds < len(KeyKind)
        for counted, rows in zip(by_size, (by_key, by_key & right), strict=True):
            np.add.at(counted, (kinds[rows], sizes[kinds[rows], person[rows]]), 1)
        person = person + first
        kind[person[right]] = kinds[right]
        pairs_of[first:last] = np.bincount(person - first, minlength=last - first)
        for one, number in zip(*np.unique(kinds, return_counts=True), strict=True):
            pairs[int(one)] = pairs.get(int(one), 0) + int(number)
        first = last
    return kind, pairs_of, pairs, by_size, Capped.joined(capped).report()


def blocking(folder: Path, limits: dict[KeyKind, int] = DEFAULT_LIMITS) -> dict[str, Any]:
    """Measure one register."""
    began = time.process_time()
    linkage = Linkage(folder / "land.parquet", folder / "citizens.parquet", Config())
    true = true_citizens(linkage, pq.read_table(folder / "truth.parquet"))
    kind, sizes, pairs, by_size, capped = _brought(linkage, true, limits)
    due = true >= 0
    evidence = evidence_kinds(linkage.evidence)
    rows = []
    for code, name in enumerate(EVIDENCE):
        of_kind = evidence == code
        persons = int((of_kind & due).sum())
        if of_kind.any():
            lost = int((kind[of_kind & due] < 0).sum())
            recall = (persons - lost) / persons if persons else None
            rows.append(
                {"evidence": name, "persons": persons, "recall": recall, "lost": lost, "pairs": float(sizes[of_kind].mean())}
            )
    by_key = {
        name: {
            "pairs": pairs.get(int(code), 0),
            "right": int((kind == code).sum()),
            "switched_off": capped.get(name.lower(), {}),
        }
        for name, code in [*((k.name, int(k)) for k in KeyKind), ("the other person's household", NO_KEY)]
    }
    lost = np.flatnonzero(due & (kind < 0))
    return {
        "citizens": len(linkage.citizens.people),
        "persons": len(true),
        "persons_with_a_citizen": int(due.sum()),
        "recall": float((kind[due] >= 0).mean()),
        "pairs_a_person": float(sizes.mean()),
        "by_evidence": rows,
        "by_key": by_key,
        "by_size": {
            k.name: [{"pairs": int(p), "right": int(r)} for p, r in zip(*by_size[:, int(k), :-1], strict=True)] for k in KeyKind
        },
        "lost": _lost(linkage, lost, true[lost]),
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def _lost(linkage: Linkage, person: NDArray[np.int64], citizen: NDArray[np.int64]) -> list[dict[str, Any]]:
    """How the pairs that were not brought agree, the most frequent first."""
    left, right = person.astype(np.int32), citizen.astype(np.int32)
    tables = CompareTables.of(linkage.reader.lexicon, linkage.reader.places)
    patterns = linkage.population.compare(linkage.land.table.records.read(), left, right, tables)
    shown = [f for f in FIELDS if f.name in _LOST_BY]
    codes = np.column_stack([field_levels(patterns, f) for f in shown])
    distinct, count = np.unique(codes, axis=0, return_counts=True)
    order = np.lexsort((*distinct.T[::-1], -count))[:_MOST_LOST]
    return [
        {f.name: f.levels[int(level)] for f, level in zip(shown, distinct[i], strict=True)} | {"persons": int(count[i])}
        for i in order
    ]


def markdown(name: str, found: dict[str, Any]) -> str:
    """Write one register's tables for people."""
    lines = [
        f"## {name}: {found['citizens']:,} citizens, {found['persons']:,} persons",
        "",
        f"Recall {100 * found['recall']:.2f} %, {found['pairs_a_person']:.1f} pairs a person, {found['cpu_seconds']} CPU s.",
        "",
        "| evidence | persons | recall | lost | pairs a person |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in found["by_evidence"]:
        recall = "-" if row["recall"] is None else f"{100 * row['recall']:.2f}"
        lines.append(f"| {row['evidence']} | {row['persons']:,} | {recall} | {row['lost']:,} | {row['pairs']:.1f} |")
    lines += ["", "| key | pairs | right | keys switched off |", "|---|---:|---:|---:|"]
    for key, row in found["by_key"].items():
        off = ", ".join(f"{what} {number:,}" for what, number in row["switched_off"].items()) or "-"
        lines.append(f"| {key} | {row['pairs']:,} | {row['right']:,} | {off} |")
    bounds = [f"to {size}" for size in _SIZES]
    lines += ["", f"| pairs for one that is right | {' | '.join(bounds)} |", f"|---|{'---:|' * len(_SIZES)}"]
    for key, groups in found["by_size"].items():
        cells = [f"{group['pairs'] / group['right']:,.0f}" if group["right"] else "-" for group in groups]
        lines.append(f"| {key} | {' | '.join(cells)} |")
    lines += ["", f"| {' | '.join(_LOST_BY)} | lost |", "|---|---|---|---:|"]
    lines += [f"| {' | '.join(row[f] for f in _LOST_BY)} | {row['persons']:,} |" for row in found["lost"]]
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure the registers that were asked for; write and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+", type=Path, help="folder of a register with its truth; repeat")
    parser.add_argument("--out", type=Path, default=None, help="JSON file to write")
    parser.add_argument(
        "--limit", type=int, default=None, help="most citizens that may share a key, of every kind but the name"
    )
    options = parser.parse_args(arguments)
    limits = {kind: limit if kind is KeyKind.NAME else options.limit or limit for kind, limit in DEFAULT_LIMITS.items()}
    result = {}
    for folder in options.folder:
        result[folder.name] = blocking(folder, limits)
        print(markdown(folder.name, result[folder.name]), flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
