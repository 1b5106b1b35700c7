"""The golden name pairs, through :func:`vnlink.compare_names`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from vnlink import compare_names

with Path(__file__).with_name("names.csv").open(encoding="utf-8", newline="") as file:
    ROWS = {row["id"]: row for row in csv.DictReader(file)}

VERDICT_EXCEPTIONS = {
    "n198": "two letters of a Chăm name differ; one slip is as far as the code goes",
}
"""Rows whose verdict the code does not reach, and why."""

KIND_EXCEPTIONS = {
    "n004": "spellings of one Gia Rai clan name are not known to the code",
    "n091": "Nguyễn Phước is not kept as a compound family name: most who are called so are Nguyễn with a middle name",
    "n164": "of two syllables that are missing in front, the second is called a middle name",
}
"""Rows of which the code calls the difference something else, and why."""


def test_the_set_is_whole() -> None:
    assert len(ROWS) == 300
    assert {row["verdict"] for row in ROWS.values()} == {"same", "maybe", "different"}
    assert all(row["reason"] for row in ROWS.values())
    assert set(VERDICT_EXCEPTIONS) | set(KIND_EXCEPTIONS) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_two_names_get_the_verdict_of_a_clerk(row: dict[str, str]) -> None:
    found = compare_names(row["left"], row["right"]).verdict
    assert (found != row["verdict"]) == (row["id"] in VERDICT_EXCEPTIONS), found


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_difference_of_two_names_is_called_as_a_clerk_would(row: dict[str, str]) -> None:
    found = set(compare_names(row["left"], row["right"]).kinds)
    if row["id"] not in VERDICT_EXCEPTIONS:
        assert (found != set(row["kinds"].split("+"))) == (row["id"] in KIND_EXCEPTIONS), found


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_verdict_is_the_same_from_either_side(row: dict[str, str]) -> None:
    there, back = compare_names(row["left"], row["right"]), compare_names(row["right"], row["left"])
    assert (there.verdict, set(there.kinds)) == (back.verdict, set(back.kinds))
