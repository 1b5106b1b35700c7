"""The reference says all that there is, and nothing that is not."""

from __future__ import annotations

import importlib.util
import inspect
import json
import re
from pathlib import Path

import pytest

import vnlink
from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS, LINKS_SCHEMA, QUARANTINE_SCHEMA, Flag

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def text_of(name):
    return (REFERENCE / name).read_text(encoding="utf-8")


def part_of(name, heading):
    """What stands under a heading, down to the next one of its kind."""
    return re.search(rf"^{heading}\n(.*?)(?=^## |\Z)", text_of(name), re.DOTALL | re.MULTILINE)[1]


def first_cells(text):
    """The codes in the first cell of each row of the tables of a text."""
    return [code for row in re.findall(r"^\| ([^|]*) \|", text, re.MULTILINE) for code in re.findall(r"`([^`]+)`", row)]


def test_the_generated_tables_are_what_the_program_says():
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "tools" / "build_reference.py")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    pages = sorted(REFERENCE.glob("*.md"))
    assert sum(page.read_text(encoding="utf-8").count("<!-- table: ") for page in pages) == len(build.TABLES)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert build.made_again(text) == text, f"{page.name}: run tools/build_reference.py"


def test_every_flag_has_its_meaning_and_there_is_no_other():
    assert sorted(first_cells(part_of("codes.md", "## Flags"))) == sorted(flag.name for flag in Flag)


def test_every_reason_of_quarantine_has_its_meaning():
    from vnlink.storage.quarantine import REASONS

    assert sorted(first_cells(part_of("codes.md", "## Quarantine"))) == sorted(REASONS)


def test_every_column_in_is_told():
    told = part_of("tables.md", "## Input")
    cells = set(re.findall(r"`([a-z_]+)`", "\n".join(re.findall(r"^\|.*\|$", told, re.MULTILINE))))
    assert {*LAND_COLUMNS, *CITIZEN_COLUMNS} <= cells


def test_every_column_out_is_told_in_its_table(finished_run):
    import pyarrow.parquet as pq

    candidates = pq.read_schema(finished_run / "candidates.parquet").names
    wanted = [*LINKS_SCHEMA.names, *candidates, *QUARANTINE_SCHEMA.names]
    assert sorted(first_cells(part_of("tables.md", "## Output"))) == sorted(wanted)


def paths_of(data, inside):
    """Paths of a JSON file: keys, and the keys below those of which a page names some below."""
    for key, value in data.items():
        if isinstance(value, dict) and key in inside:
            yield from (f"{key}.{below}" for below in value)
        else:
            yield key


# Only where labels were given, a promise was asked for, or a classifier was the user's own.
SOMETIMES = {"summary.json": {"labels"}, "model.json": {"agreement", "labels", "classifier"}, "manifest.json": set()}


@pytest.mark.parametrize("name", list(SOMETIMES))
def test_every_key_of_a_json_file_is_told_and_no_other(name, finished_run):
    told = first_cells(part_of("json-files.md", f"## {name}"))
    inside = {path.partition(".")[0] for path in told if "." in path}
    there = set(paths_of(json.loads((finished_run / name).read_text(encoding="utf-8")), inside))
    assert len(told) == len(set(told))
    assert set(told) == there | SOMETIMES[name]


def test_every_key_that_evaluate_prints_is_told_and_no_other():
    import pyarrow as pa

    from vnlink.report.measures import evaluate

    row = {"land_user_id": ["a"], "person_no": [1], "citizen_id": ["1"], "status": ["full"], "log_odds": [9.0]}
    printed = evaluate(pa.table(row | {"probability": [0.998]}), pa.table(row)).to_dict()
    told = part_of("json-files.md", "## vnlink evaluate --json")
    assert set(first_cells(told)) == set(paths_of(printed, {"reliability"}))
    assert {f"`{key}`" for key in printed["reliability"]["bins"][0]} <= set(re.findall(r"`[a-z_]+`", told))


def shown():
    """Full names of what the pages of the Python reference take from docstrings."""
    pages = (REFERENCE / "api").glob("*.md")
    return {name for page in pages for name in re.findall(r"^::: ([\w.]+)$", page.read_text(encoding="utf-8"), re.MULTILINE)}


def test_every_public_name_has_a_place_in_the_reference():
    wanted = {f"vnlink.{name}" for name in vnlink.__all__ if name != "__version__"}
    assert wanted <= shown()
    for module in ("vnlink.fields", "vnlink.datasets"):
        public = importlib.import_module(module)
        names = {name for name in public.__all__ if inspect.isclass(getattr(public, name)) or callable(getattr(public, name))}
        assert {f"{module}.{name}" for name in names} <= shown()


def test_every_module_for_other_tools_has_a_place_in_the_reference():
    from vnlink import integrations

    modules = {path.stem for path in Path(integrations.__file__).parent.glob("[a-z]*.py")} - {"pair_kernels", "cells"}
    assert {f"vnlink.integrations.{module}" for module in modules} <= shown()


def test_what_the_reference_shows_is_there():
    for name in sorted(shown()):
        module, _, last = name.rpartition(".")
        if importlib.util.find_spec("recordlinkage") is None and name.endswith("integrations.recordlinkage"):
            continue
        try:
            assert hasattr(importlib.import_module(module), last) or importlib.util.find_spec(name)
        except ModuleNotFoundError as error:
            raise AssertionError(f"{name} is not there") from error
