"""The same preparation for everybody: both registers read by vnlink, written out as plain columns.

Peers get owners split into persons, names in one spelling and folded (with family, middle and given name apart), dates and
numbers parsed, sexes decoded, and addresses and codes converted to present communes, as sets where an old address can mean
several. Beside a citizen's number is the province it was given in, beside an address the provinces it can lie in, as vnlink's
field ``origin`` compares them. These are vnlink's own readings, so the benchmark compares linking, not cleaning. Cleaning is
not counted in the peers' times.

A row that tells no commune has none here: that the rows numbered beside it tell one (:mod:`vnlink.vicinity`) is evidence from
other records, as the other person of a couple is, and the peers are given neither. How far Splink gets with it is a method of
its own.

Three files are made for each register: ``land.parquet`` (a row a person), ``citizens.parquet``, and ``pairs.parquet``:
vnlink's own candidate pairs with the level of every field, for the supervised reference and for the recall of blocking.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from registers import fingerprint

from vnlink.classify.presence import circumstances, evidence_kinds
from vnlink.compare.patterns import FIELDS
from vnlink.config import Config
from vnlink.integrations.registers import Registers
from vnlink.schema import field_levels

__all__ = ["EVIDENCE", "prepare"]

EVIDENCE = tuple(
    f"{number}, {birth}, {place}"
    for number in ("no number", "number")
    for birth in ("no date", "year", "full date")
    for place in ("no place", "place")
)
"""Names of :func:`vnlink.classify.presence.evidence_kinds`."""


def prepare(folder: Path, keep: Path, *, placed: bool = False) -> Path:
    """Prepare a register, unless it was done with the same files and vnlink; gives the folder of what was prepared.

    ``placed`` gives rows without a commune the one of the rows numbered beside them, as vnlink does when it links.
    """
    place = keep / "prepared" / f"{fingerprint(folder)}{'-placed' * placed}"
    if (place / "prepared.json").exists():
        return place
    start = time.perf_counter()
    partial = place.with_name(place.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    config = Config().replace(normalize={"place_from_rows": placed})
    registers = Registers(folder / "land.parquet", folder / "citizens.parquet", config)
    land, citizens = (_numbered(side) for side in registers.prepared(guessed=placed))
    evidence = evidence_kinds(circumstances(registers.land.people))
    pq.write_table(land.append_column("evidence", pa.array(evidence)), partial / "land.parquet")
    pq.write_table(citizens, partial / "citizens.parquet")
    seconds = time.perf_counter() - start
    pq.write_table(_pairs(registers), partial / "pairs.parquet")
    counts = {"persons": len(land), "citizens": len(citizens), "seconds": round(seconds, 2)}
    (partial / "prepared.json").write_text(json.dumps(counts))
    shutil.rmtree(place, ignore_errors=True)
    partial.rename(place)
    return place


def _numbered(side: pa.Table) -> pa.Table:
    """A side with the numbers of its rows, by which answers name them."""
    return side.append_column("number", pa.array(np.arange(len(side), dtype=np.int32)))


def _pairs(registers: Registers) -> pa.Table:
    """The candidate pairs of vnlink: person, citizen, kind of the first key that brought the pair, level of every field."""
    person, citizen, pattern, kind = registers.whole().pairs()
    order = np.lexsort((citizen, person))
    person, citizen, pattern, kind = person[order], citizen[order], pattern[order], kind[order]
    levels = {field.name: pa.array(field_levels(pattern, field).astype(np.uint8)) for field in FIELDS}
    return pa.table({"person": person, "citizen": citizen, "kind": kind} | levels)
