"""The golden addresses, through :func:`vnlink.parse_address` and through the column reader of a run."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from vnlink import parse_address
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.places import AddressForm, Place, PlaceReader, PlaceTable

with Path(__file__).with_name("addresses.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file)}

EXCEPTIONS: dict[str, str] = {}
"""Rows that the code reads otherwise than the label, and why."""

FORMS = {"old": "old", "2025": "new", None: "unknown"}


def told(row: dict[str, str]) -> tuple[str, str, str]:
    """Form, communes and province of a row, in the words of the labels."""
    address = parse_address(row["address"], row["commune_code"], row["commune_vintage"])
    nothing = "" if address.form is AddressForm.UNREAD else "many"
    return FORMS[address.vintage], ";".join(address.communes) or nothing, address.province or ""


def of_a_run(row: dict[str, str]) -> Place:
    """The place that a run gives a person of a register of this one row."""
    gazetteer = Gazetteer.load()
    reader, table = PlaceReader(gazetteer, "land"), PlaceTable(gazetteer)
    cells = (pa.array([row[name] or None], pa.string()) for name in ("address", "commune_code", "commune_vintage"))
    numbers = reader.add(*cells)
    return table[int(reader.resolve(table)[numbers][0])]


def test_the_set_is_whole() -> None:
    assert len(ROWS) == 162
    assert {row["form"] for row in ROWS.values()} == set(FORMS.values())
    assert all(row["reason"] for row in ROWS.values())
    assert set(EXCEPTIONS) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_address_means_what_a_clerk_reads(row: dict[str, str]) -> None:
    found = told(row)
    assert (found != (row["form"], row["communes"], row["province"])) == (row["id"] in EXCEPTIONS), found


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_run_reads_an_address_as_it_is_read_alone(row: dict[str, str]) -> None:
    gazetteer, place = Gazetteer.load(), of_a_run(row)
    address = parse_address(row["address"], row["commune_code"], row["commune_vintage"])
    assert tuple(gazetteer.new_commune_codes[commune] for commune in place.communes) == address.communes
    assert (gazetteer.new_province_codes[place.province] if place.province >= 0 else None) == address.province
