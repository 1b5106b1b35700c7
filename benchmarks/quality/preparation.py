"""The same preparation for everybody: both registers read by vnlink, written out as plain columns.

Peers get owners split into persons, names in one spelling and folded (with family, middle and given name apart), dates and
numbers parsed, sexes decoded, and addresses and codes converted to present communes, as sets where an old address can mean
several. These are vnlink's own readings, so the benchmark compares linking, not cleaning. Cleaning is not counted in the
peers' times.

Three files are made for each register: ``land.parquet`` (a row a person), ``citizens.parquet``, and ``pairs.parquet``:
vnlink's own candidate pairs with the level of every field, for the supervised reference and for the recall of blocking.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from registers import fingerprint

import vnlink
from vnlink.classify.presence import circumstances, evidence_kinds
from vnlink.compare.patterns import FIELDS
from vnlink.config import Config
from vnlink.linkage import Linkage
from vnlink.schema import People, PlaceArrays, field_levels

__all__ = ["EVIDENCE", "prepare"]

EVIDENCE = tuple(
    f"{number}, {birth}, {place}"
    for number in ("no number", "number")
    for birth in ("no date", "year", "full date")
    for place in ("no place", "place")
)
"""Names of :func:`vnlink.classify.presence.evidence_kinds`."""


def prepare(folder: Path, keep: Path) -> Path:
    """Prepare a register, unless it was done with the same files and vnlink; gives the folder of what was prepared."""
    place = keep / "prepared" / fingerprint(folder)
    if (place / "prepared.json").exists():
        return place
    start = time.perf_counter()
    partial = place.with_name(place.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    linkage = Linkage(folder / "land.parquet", folder / "citizens.parquet", Config())
    places = linkage._reader.places
    land, citizens = linkage.land, linkage.citizens
    ids = land.ids.combine_chunks().take(pa.array(land.people.row))
    keys: dict[str, Any] = {"land_user_id": ids, "person_no": pa.array(land.people.person_no.astype(np.int32))}
    keys["evidence"] = pa.array(evidence_kinds(circumstances(land.people)))
    pq.write_table(pa.table(keys | _columns(land.people, places, linkage)), partial / "land.parquet")
    keys = {"citizen_id": citizens.ids.combine_chunks()}
    pq.write_table(pa.table(keys | _columns(citizens.people, places, linkage)), partial / "citizens.parquet")
    seconds = time.perf_counter() - start
    pq.write_table(_pairs(linkage), partial / "pairs.parquet")
    counts = {"persons": len(land.people), "citizens": len(citizens.people), "seconds": round(seconds, 2)}
    (partial / "prepared.json").write_text(json.dumps(counts))
    shutil.rmtree(place, ignore_errors=True)
    partial.rename(place)
    return place


def _columns(people: People, places: PlaceArrays, linkage: Linkage) -> dict[str, pa.Array]:
    """One side as plain columns; what is not known is null."""
    names = vnlink.normalize_name(linkage._reader.render(people.syllables))
    folded = {part: vnlink.normalize_name(names.field(part)).field("folded") for part in ("family", "middle", "given")}
    year, day = people.birth // 10000, people.birth % 10000
    return {
        "number": pa.array(np.arange(len(people), dtype=np.int32)),
        "name": names.field("text"),
        "name_folded": names.field("folded"),
        **folded,
        "unmarked": pc.equal(pc.utf8_lower(names.field("text")), names.field("folded")),
        "year": _known(year, year > 0),
        "day": _known(day, day % 100 > 0),
        "birth": _known(people.birth, people.birth % 100 > 0),
        "sex": _known(people.sex, people.sex > 0),
        "personal_id": _digits(people.personal_id, 12),
        "old_id": _digits(people.old_id.astype(np.int64), 9),
        **_places(people.place, places),
        "locality": _known(people.locality, people.locality != 0),
        "partner": _known(people.partner.view(np.int64), people.partner != 0),
        "household": _known(people.household.view(np.int64), people.household != 0),
    }


def _known(values: NDArray[Any], known: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, mask=~known)


def _digits(values: NDArray[np.int64], width: int) -> pa.Array:
    text = pc.utf8_lpad(pa.array(np.maximum(values, 0)).cast(pa.string()), width, "0")
    return pc.if_else(pa.array(values >= 0), text, pa.scalar(None, pa.string()))


def _places(place: NDArray[np.int32], arrays: PlaceArrays) -> dict[str, pa.Array]:
    """Present communes and old districts as lists, the commune alone where there is just one, and the present province."""
    communes = [[int(c) for c in row if c >= 0] for row in arrays.communes]
    districts = [[int(d) for d in row if d >= 0] for row in arrays.districts]
    single = [row[0] if len(row) == 1 else None for row in communes]
    provinces = [int(p) if p >= 0 else None for p in arrays.province]
    rows = pa.array(place)
    return {
        "communes": pa.array(communes, pa.list_(pa.int32())).take(rows),
        "commune": pa.array(single, pa.int32()).take(rows),
        "districts": pa.array(districts, pa.list_(pa.int32())).take(rows),
        "province": pa.array(provinces, pa.int32()).take(rows),
    }


def _pairs(linkage: Linkage) -> pa.Table:
    """The candidate pairs of vnlink: person, citizen, kind of the first key that brought the pair, level of every field."""
    engine = linkage._engine
    person, citizen, pattern, kind = engine.pairs(engine._index, np.arange(len(engine._land.key)))
    order = np.lexsort((citizen, person))
    person, citizen, pattern, kind = person[order], citizen[order], pattern[order], kind[order]
    levels = {field.name: pa.array(field_levels(pattern, field).astype(np.uint8)) for field in FIELDS}
    return pa.table({"person": person, "citizen": citizen, "kind": kind} | levels)
