"""Which folder `vnlink demo` may write to: a new one, or one that it wrote itself.

out/registers/    three files, each with the mark of invented registers
out/run/          a result whose manifest names just these as its inputs
"""

from __future__ import annotations

import json
from pathlib import Path

from vnlink.datasets.registers import is_register
from vnlink.errors import InputError, message
from vnlink.storage.digests import sha256_of
from vnlink.storage.publish import MANIFEST

__all__ = ["refuse_other_folder"]

_REGISTERS = {"land": "land.parquet", "citizen": "citizens.parquet"}


def refuse_other_folder(out: Path) -> None:
    """See that nothing but an earlier demonstration, or what is left of one that was killed, would be replaced.

    Raises
    ------
    InputError
        Something else is there. Nothing was touched.
    """
    if not out.exists() or (out.is_dir() and _is_demonstration(out)):
        return
    remedy = "give an empty one with --out: nothing was touched"
    raise InputError(message("the folder holds something else than a demonstration", remedy=remedy))


def _is_demonstration(out: Path) -> bool:
    registers, run = out / "registers", out / "run"
    if not registers.is_dir():
        return not any(out.iterdir())
    if not all(is_register(path) for path in registers.glob("*.parquet")):
        return False
    return not run.exists() or _links(run, registers)


def _links(run: Path, registers: Path) -> bool:
    """Whether a result is that of linking these registers."""
    try:
        inputs = json.loads((run / MANIFEST).read_text(encoding="utf-8"))["inputs"]
        return all(inputs[side]["sha256"] == sha256_of(registers / name) for side, name in _REGISTERS.items())
    except (OSError, ValueError, KeyError, TypeError):
        return False
