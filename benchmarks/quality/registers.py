"""The registers of the benchmark, each a folder with land.parquet, citizens.parquet and truth.parquet.

A register is named ``raw``, ``clean`` or ``hard`` (made by :mod:`vnlink.datasets`, kept in a folder) or is the path of a folder
that is there already. Each may have a sister: the same kind of register with other people (another seed), on whose true labels
the supervised reference is trained. A folder's sister is written behind an equals sign: ``FOLDER=SISTER``.
"""

from __future__ import annotations

import hashlib
import runpy
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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
    """Make the same register anew without some columns of the citizens; it has no sister."""
    place = keep / "without" / f"{register.name}-{'-'.join(columns)}"
    place.mkdir(parents=True, exist_ok=True)
    citizens = pq.read_table(register.folder / "citizens.parquet")
    pq.write_table(citizens.drop_columns([c for c in columns if c in citizens.column_names]), place / "citizens.parquet")
    for name in ("land.parquet", "truth.parquet"):
        shutil.copyfile(register.folder / name, place / name)
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
