"""Link one pair of registers several ways and compare the files byte by byte.

    python tools/same_bytes.py DEMO OUT

DEMO is what ``vnlink demo --out DEMO`` wrote; OUT is where the other runs go. One thread or two, and small or large batches,
must give the same bytes in every file but the manifest, whose times differ.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

VARIANTS = {"one-thread": (1, 131_072), "two-threads-small-batches": (2, 7_001)}
UNCOMPARED = {"manifest.json"}


def digests(folder: Path) -> dict[str, str]:
    """Digest of each file of a result that must not change."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in UNCOMPARED)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def link(registers: Path, out: Path, threads: int, batch_rows: int) -> dict[str, str]:
    """Run ``vnlink link`` with these settings and give the digests of its files."""
    settings = out.with_suffix(".toml")
    settings.write_text(f"[run]\nbatch_rows = {batch_rows}\n", encoding="utf-8")
    command = [sys.executable, "-m", "vnlink", "link", str(registers / "land.parquet"), str(registers / "citizens.parquet")]
    options = ["--out", str(out), "--config", str(settings), "--threads", str(threads), "--quiet"]
    subprocess.run([*command, *options], check=True)
    return digests(out)


def main(demo: Path, out: Path) -> int:
    """Compare the demonstration's own run with the variants."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    expected = digests(demo / "run")
    wrong = []
    for name, (threads, batch_rows) in VARIANTS.items():
        found = link(demo / "registers", out / name, threads, batch_rows)
        wrong += [f"{name}: {file}" for file in sorted(expected.keys() | found.keys()) if expected.get(file) != found.get(file)]
    print("\n".join(wrong) if wrong else f"{len(expected)} files, {len(VARIANTS)} variants: the same bytes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
