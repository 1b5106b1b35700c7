"""The golden cells of numbers, through :func:`vnlink.parse_identifier`."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from vnlink import parse_identifier
from vnlink.normalize.identifiers import parse_identifier_column

with Path(__file__).with_name("numbers.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file)}

EXCEPTIONS = {
    "i030": "a letter between the digits, as on papers of before 1976: there is no rule for one that is still met so rarely",
    "i046": "eight digits are taken for an old id that lost its zero; the place of issue behind them is not compared with "
    "their prefix, since the list of prefixes is verified in part only. Linking sees a number with one digit missing",
}
"""Rows that the code reads otherwise, and why."""

FLAGS = {
    "ID_REPAIRED": "repaired",
    "ID_ODD_CHARACTERS": "odd_characters",
    "ID_INCOMPLETE": "unreadable",
    "ID_SHAPE_ONLY": "shape_only",
}


def test_the_set_is_whole() -> None:
    assert len(ROWS) == 82
    assert {row["kind"] for row in ROWS.values()} == {"personal", "old", "officer", "passport", "other", "none"}
    assert all(row["reason"] for row in ROWS.values())
    assert set(EXCEPTIONS) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_cell_holds_the_number_that_a_clerk_reads(row: dict[str, str]) -> None:
    found = parse_identifier(row["cell"])
    flags = {FLAGS[flag] for flag in found.flags if flag in FLAGS} | ({"several"} if found.several else set())
    read = (found.kind.value, found.digits, ";".join(found.others), flags)
    labelled = (row["kind"], row["number"], row["others"], set(filter(None, row["flags"].split("+"))))
    assert (read != labelled) == (row["id"] in EXCEPTIONS), read


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_run_takes_the_number_that_a_clerk_reads(row: dict[str, str]) -> None:
    personal, old, other, _ = parse_identifier_column(pa.array([row["cell"]]), [1])
    if row["id"] in EXCEPTIONS:
        return
    numbers = {"personal": f"{personal[0]:012d}", "old": f"{old[0]:09d}"}
    if row["kind"] in numbers:
        assert numbers[row["kind"]] == row["number"]
    else:
        assert personal[0] == old[0] == -1
        assert bool(other[0]) == (row["kind"] != "none")
