"""The check of the table of places against another table finds what differs, and says what explains it."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pytest

from vnlink.normalize.gazetteer import Gazetteer

TOOLS = Path(__file__).parents[2] / "tools"
COLUMNS = ("old_commune_code", "old_commune", "old_district_code", "old_province_code", "new_commune_code", "new_commune",
           "new_province_code")  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """The package's own table in the layout of the conversion table."""
    table = Gazetteer.load()
    found = []
    for old, code in enumerate(table.old_commune_codes):
        district = table.old_district_codes[table.old_commune_district[old]]
        province = table.old_province_codes[table.old_commune_province[old]]
        for new in table.new_of_old(old):
            cells = (code, table.old_commune_names[old], district, province, table.new_commune_codes[new],
                     table.new_commune_names[new], table.new_province_codes[table.new_commune_province[new]])  # fmt: skip
            found.append(dict(zip(COLUMNS, cells, strict=True)))
    return found


def check(folder: Path, rows: list[dict[str, str]]) -> int:
    path = folder / "reference.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return runpy.run_path(str(TOOLS / "check_places.py"))["main"]([str(path)])


def test_the_same_table_has_no_difference_but_the_five_islands(tmp_path, rows, capsys):
    assert check(tmp_path, rows) == 0
    printed = capsys.readouterr().out
    assert printed.count("had no communes") == 5
    assert "0 differences without explanation" in printed


def test_a_pair_that_is_missing_is_not_explained(tmp_path, rows, capsys):
    at = next(at for at, row in enumerate(rows) if row["old_commune_code"] == "09013")
    assert check(tmp_path, rows[:at] + rows[at + 1 :]) == 1
    assert "pair only here: 09013 Xã Văn Khê -> 08980: NOT EXPLAINED" in capsys.readouterr().out


def test_a_row_with_the_code_of_a_neighbour_is_explained_by_its_own_name(tmp_path, rows, capsys):
    slip = [{**row, "old_commune_code": "01615"} if row["old_commune_code"] == "01651" else row for row in rows]
    assert check(tmp_path, slip) == 0
    assert "the row's own name and district say 01651" in capsys.readouterr().out
    other = [{**row, "old_commune": "Xã Hồng Quang"} if row["old_commune_code"] == "01615" else row for row in slip]
    assert check(tmp_path, other) == 1


def test_spellings_are_counted_and_other_names_are_not_explained(tmp_path, rows, capsys):
    spelled = [{**row, "old_commune": "XÃ  YÊN BÀI"} if row["old_commune_code"] == "09709" else row for row in rows]
    assert check(tmp_path, spelled) == 0
    assert "spelled otherwise: 1 names" in capsys.readouterr().out
    renamed = [{**row, "old_commune": "Xã Yên Bái"} if row["old_commune_code"] == "09709" else row for row in rows]
    assert check(tmp_path, renamed) == 1


def test_every_correction_cites_a_source_and_says_what_of_it_was_seen():
    with (TOOLS / "place_corrections.csv").open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle))
    assert len({(line["action"], line["code"], line["value"]) for line in lines}) == len(lines)
    assert all(line["source"] and line["checked"] for line in lines)
    mended = [line for line in lines if line["action"] in {"add_pair", "drop_pair", "reference_pair", "alias_district"}]
    assert all("/NQ-UBTVQH15" in line["source"] for line in mended)
