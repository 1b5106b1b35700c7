"""The golden cells of birth dates, through :func:`vnlink.parse_date`."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from vnlink import parse_date
from vnlink.normalize.dates import parse_date_column

with Path(__file__).with_name("dates.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file)}

EXCEPTIONS: dict[str, str] = {}
"""Rows that the code reads otherwise, and why."""

FLAGS = {
    "DATE_DEFAULT": "default_day",
    "DATE_SWAPPED": "swapped",
    "DATE_IMPOSSIBLE": "impossible",
    "DATE_CENTURY": "two_digit_year",
}


def labelled(row: dict[str, str]) -> tuple[int | None, ...]:
    return tuple(int(row[part]) if row[part] else None for part in ("year", "month", "day"))


def test_the_set_is_whole() -> None:
    assert len(ROWS) == 66
    assert {flag for row in ROWS.values() for flag in row["flags"].split("+")} == {"", "several", *FLAGS.values()}
    assert all(row["reason"] for row in ROWS.values())
    assert set(EXCEPTIONS) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_cell_holds_the_date_that_a_clerk_reads(row: dict[str, str]) -> None:
    found = parse_date(row["cell"])
    flags = {FLAGS[flag] for flag in found.flags if flag in FLAGS} | ({"several"} if found.several else set())
    agrees = (found.year, found.month, found.day) == labelled(row) and flags == set(filter(None, row["flags"].split("+")))
    assert agrees != (row["id"] in EXCEPTIONS), (found.iso, flags)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_run_takes_the_date_that_a_clerk_reads(row: dict[str, str]) -> None:
    birth = int(parse_date_column(pa.array([row["cell"]]), [1])[0][0])
    parts = birth // 10000 or None, birth // 100 % 100 or None, birth % 100 or None
    assert (parts == labelled(row)) or row["id"] in EXCEPTIONS
