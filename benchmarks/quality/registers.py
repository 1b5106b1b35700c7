"""The registers of the benchmark, each a folder with land.parquet, citizens.parquet and truth.parquet.

A register is named ``raw``, ``clean`` or ``hard`` (made by :mod:`vnlink.datasets`, kept in a folder) or is the path of a folder
that is there already. Each may have a sister: the same kind of register with other people (another seed), on whose true labels
the supervised reference is trained. A folder's sister is written behind an equals sign: ``FOLDER=SISTER``.
"""

from __future__ import annotations

import hashlib
import re
import runpy
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import vnlink

__all__ = ["PRESETS", "Register", "find_registers", "fingerprint", "without_columns"]

PRESETS = ("raw", "clean", "hard")
FILES = ("land.parquet", "citizens.parquet", "truth.parquet")
SISTER_SEED = 1000
"""Added to the seed of a register to make its sister."""


@dataclass(frozen=True, slots=True)
class Register:
    """A register by name; ``sister`` is None where none was given."""

    name: str
    folder: Path
    sister: Path | None = None

    @property
    def files(self) -> tuple[Path, Path, Path]:
        """Paths of land, citizens and truth."""
        land, citizens, truth = (self.folder / name for name in FILES)
        return land, citizens, truth


@cache
def _pipeline() -> dict[str, Any]:
    """The benchmark of the pipeline, which knows how the presets and the hard register are made."""
    return runpy.run_path(str(Path(__file__).parents[1] / "pipeline" / "bench_link.py"))


def find_registers(wanted: list[str], keep: Path, citizens: int, land_users: int, seed: int) -> list[Register]:
    """Make or find the registers of the command line, with their sisters.

    Raises
    ------
    SystemExit
        A folder lacks a file.
    """
    found = []
    for text in wanted:
        if text in PRESETS:
            make = _pipeline()["registers"]
            one, other = (make(keep, text, citizens, land_users, s) for s in (seed, seed + SISTER_SEED))
            found.append(Register(text, one, other))
            continue
        folder, _, sister = text.partition("=")
        register = Register(Path(folder).name, Path(folder), Path(sister) if sister else None)
        for place in filter(None, (register.folder, register.sister)):
            missing = [name for name in FILES if not (place / name).is_file()]
            if missing:
                raise SystemExit(f"{place} is no register: {', '.join(missing)} missing")
        found.append(register)
    names = [register.name for register in found]
    if len(set(names)) < len(names):
        raise SystemExit("two registers have the same name; give folders with different names")
    return found


def without_columns(register: Register, columns: list[str], keep: Path) -> Register:
    """Make the same register anew with less in it; it has no sister.

    Each text names a column of the citizens, or as ``land:COLUMN`` one of the land users. As ``COLUMN=0.08`` that share of its
    cells stays, drawn at random for each column, as ``COLUMN=year`` of its dates the year.

    Raises
    ------
    SystemExit
        A text does not say what to do. A column that the register does not have is told of, for several may be asked at once.
    """
    place = keep / "without" / f"{register.name}-{'-'.join(columns).replace(':', '_')}"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(register.folder / "truth.parquet", place / "truth.parquet")
    tables = {side: pq.read_table(register.folder / f"{side}.parquet") for side in ("land", "citizens")}
    for number, text in enumerate(columns):
        side, _, cells = text.rpartition(":")
        side = side or "citizens"
        column, equals, stays = cells.partition("=")
        if side not in tables or (equals and stays != "year" and not re.fullmatch(r"0?\.[0-9]+", stays)):
            raise SystemExit(f"--without {text}: write COLUMN, land:COLUMN, COLUMN=0.08 or COLUMN=year")
        table = tables[side]
        if column not in table.column_names:
            print(f"{register.name}: there is no column {column} of {side}", file=sys.stderr)
            continue
        at, cells_now = table.column_names.index(column), table[column]
        nothing = pa.scalar(None, pa.string())
        if stays == "year":
            years = pc.struct_field(
                pc.extract_regex(cells_now.cast(pa.string()), r"(?:^|[^0-9])(?P<year>(?:19|20)[0-9]{2})(?:[^0-9]|$)"), 0
            )
            tables[side] = table.set_column(at, column, years)
        elif stays:
            kept = np.random.default_rng(number).random(table.num_rows) < float(stays)
            tables[side] = table.set_column(at, column, pc.if_else(pa.array(kept), cells_now, nothing.cast(cells_now.type)))
        else:
            tables[side] = table.drop_columns([column])
    for side, table in tables.items():
        pq.write_table(table, place / f"{side}.parquet")
    return Register(register.name, place)


@cache
def _package_digest() -> str:
    """Digest of vnlink's sources: what it prepares must not outlive a change of them."""
    digest = hashlib.sha256()
    for path in sorted(Path(vnlink.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(folder: Path) -> str:
    """Name under which the preparation of a register is kept: changes with its files and with vnlink."""
    digest = hashlib.sha256(_package_digest().encode())
    for name in FILES:
        state = (folder / name).stat()
        digest.update(f"{folder.resolve()}/{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"{folder.name}-{digest.hexdigest()[:16]}"
