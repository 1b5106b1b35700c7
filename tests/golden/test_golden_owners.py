"""The golden owner strings with their cells, through :func:`vnlink.parse_owners`, which reads them as a run does.

Beside them, ``tests/normalize/owner_cases.csv``: more strings of the same format. The first sixty were written by one labeller
before the grammar was fitted to the golden ones, so that rules which fit those alone would show here; the others beside the
rules that they hold to.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from vnlink import parse_owners


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


GOLDEN = _rows(Path(__file__).with_name("owners.csv"))
MORE = _rows(Path(__file__).parents[1] / "normalize" / "owner_cases.csv")
ROWS = GOLDEN | MORE

EXCEPTIONS = {
    "o106": "the dot of an abbreviation is not kept; the flag NAME_HAS_INITIAL says that the word is one",
    "o133": "the year of the missing wife is reported as left over, as any slot is that has no person",
}
"""Rows that the code reads otherwise, and why."""

_LABELS = {"DECEASED": "dead", "LEFTOVER": "leftover", "NAME_HAS_ALIAS": "alias", "HEIRS": "heirs", "NAME_CUT": "cut"}
_SEXES = {"male": "<M>", "female": "<F>"}


def _numbers(owner) -> list[str]:
    """The numbers of a person; where a lost zero was put back, without it, as the labels have them."""
    found = [number for number in (owner.personal_id, owner.old_id, owner.other_paper) if number]
    return [number.lstrip("0") if "ID_REPAIRED" in owner.flags else number for number in found]


def _label(owner) -> str:
    parts = [f"{owner.role}: {owner.name}"]
    if "DECEASED" in owner.flags:
        parts.append("(dead)")
    if owner.sex and "SEX_FROM_SPOUSE" not in owner.flags:
        parts.append(_SEXES[owner.sex])
    if owner.birth_date:
        parts.append("[" + "/".join(reversed(owner.birth_date.split("-"))) + "]")
    return " ".join(parts + ["{" + number + "}" for number in sorted(_numbers(owner))])


def _read(row: dict[str, str]) -> tuple[str, str, set[str]]:
    """Kind, persons and flags of a row in the words of the labels."""
    owners = parse_owners(row["full_name"], row["birth_date"] or None, row["id_number"] or None)
    kind = owners[0].kind
    persons = " | ".join(_label(owner) for owner in owners) if kind == "person" else ""
    flags = {flag for owner in owners for flag in owner.flags}
    return kind, persons, {_LABELS[flag] for flag in flags if flag in _LABELS} if kind == "person" else set()


def test_the_sets_are_whole() -> None:
    assert (len(GOLDEN), len(MORE)) == (194, 80)
    assert all(row["reason"] for row in ROWS.values())
    assert set(EXCEPTIONS) <= set(ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_owner_string_is_read_as_a_clerk_would(row: dict[str, str]) -> None:
    found = _read(row)
    wanted = (row["kind"], row["persons"], set(filter(None, row["flags"].split(";"))))
    assert (found != wanted) == (row["id"] in EXCEPTIONS), found
