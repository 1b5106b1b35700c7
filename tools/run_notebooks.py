"""Run notebooks from top to bottom, and keep the stored files clean.

::

    python tools/run_notebooks.py examples/notebooks/tour.ipynb            run, compare with what is stored, change nothing
    python tools/run_notebooks.py --write examples/notebooks/tour.ipynb    run, and store the outputs in the file

A run fails on an error in a cell and on anything written to standard error, which warnings are. What is stored is stale where
the kinds of its outputs are not those of the run; their bytes are not compared, for pictures and times differ from machine to
machine. A stored notebook holds sources and outputs and nothing else: no times of execution, no version of an interpreter, no
path of a machine.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

MOST_BYTES = 1_000_000
SECONDS_A_CELL = 600
PATH = re.compile(r"(?<![\w.:/])/(home|root|tmp|Users|work|mnt|var|opt|usr|private)/[\w.]|[A-Z]:\\\\?[A-Za-z]")
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(value: str | list[str]) -> str:
    """Text of a notebook, which stands in its file as one string or as lines."""
    return value if isinstance(value, str) else "".join(value)


def is_nothing(output: Cell) -> bool:
    """Whether an output is what a bar leaves behind when it goes: HTML without text."""
    html = output.get("data", {}).get("text/html")
    return html is not None and not text_of(html).strip()


def clean(notebook: Notebook) -> Notebook:
    """Return the notebook with nothing in it but sources and outputs."""
    kept = copy.deepcopy(notebook)
    kept["metadata"] = copy.deepcopy(KERNEL)
    count = 0
    for cell in kept["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] != "code":
            continue
        count += 1
        cell["execution_count"] = count
        cell["outputs"] = [output for output in cell["outputs"] if not is_nothing(output)]
        for output in cell["outputs"]:
            if "metadata" in output:
                output["metadata"] = {}
            if "execution_count" in output:
                output["execution_count"] = count
            plain = output.get("data", {}).get("text/plain")
            if plain is not None:
                output["data"]["text/plain"] = (
                    ADDRESS.sub("", plain) if isinstance(plain, str) else [ADDRESS.sub("", line) for line in plain]
                )
    return kept


def structure(notebook: Notebook) -> list[list[str]]:
    """Kinds of the outputs of every code cell."""
    return [
        [" ".join([one["output_type"], *sorted(one.get("data", {})), one.get("name", "")]).strip() for one in cell["outputs"]]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]


def faults(notebook: Notebook) -> list[str]:
    """What must not be in a stored notebook, in words."""
    found = []
    for number, cell in enumerate(notebook["cells"], start=1):
        shown = cell.get("outputs", [])
        found += [f"cell {number}: an error" for one in shown if one["output_type"] == "error"]
        found += [f"cell {number}: text on standard error" for one in shown if one.get("name") == "stderr"]
        if PATH.search(json.dumps(shown, ensure_ascii=False)):
            found.append(f"cell {number}: a path of a machine")
    return found


def written(notebook: Notebook) -> str:
    """Text of the file: lines are kept apart, so that a change shows where it is."""
    import nbformat

    return nbformat.writes(nbformat.from_dict(notebook)) + "\n"


def run(notebook: Notebook) -> Notebook:
    """Execute a notebook in an empty folder, with the interpreter that runs this."""
    import nbformat
    from nbclient import NotebookClient

    node = nbformat.reads(json.dumps(notebook), as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        # An error is an output too: all faults are told together.
        where = {"metadata": {"path": folder}}
        options = {"timeout": SECONDS_A_CELL, "allow_errors": True, "record_timing": False, "coalesce_streams": True}
        NotebookClient(node, resources=where, **options).execute()
    return json.loads(json.dumps(node))


def told(notebook: Notebook) -> list[str]:
    """Errors and warnings of a run as they were shown."""
    shown = [one for cell in notebook["cells"] for one in cell.get("outputs", [])]
    return [f"{one['ename']}: {one['evalue']}" for one in shown if one["output_type"] == "error"] + [
        text_of(one["text"]).strip() for one in shown if one.get("name") == "stderr"
    ]


def judged(path: Path, *, write: bool) -> list[str]:
    """Run a notebook, store it where that is asked for, and return what is wrong."""
    stored = read(path)
    done = run(stored)
    kept = clean(done)
    wrong = faults(kept)
    if wrong:
        return [*wrong, *told(done)]
    if write:
        path.write_text(written(kept), encoding="utf-8")
    elif structure(clean(stored)) != structure(kept):
        wrong.append("the stored outputs are of an earlier state: run make notebooks")
    if len(written(kept).encode()) > MOST_BYTES:
        wrong.append(f"it has more than {MOST_BYTES:,} bytes")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="store the outputs")
    given = parser.parse_args()
    failed = False
    for path in given.notebooks:
        begun = time.monotonic()
        wrong = judged(path, write=given.write)
        print(f"{path}: {'; '.join(wrong[:1]) or 'ran'} ({time.monotonic() - begun:.0f} s)", flush=True)
        print(*(f"  {one}\n" for one in wrong[1:]), sep="", end="", flush=True)
        failed |= bool(wrong)
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
