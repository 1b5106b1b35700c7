"""No value of a record leaves a run but in the two tables that are the result: not in reports, logs, representations or
errors."""

from __future__ import annotations

import json
import logging
import re
import traceback

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from vnlink import Linker, cli
from vnlink.errors import VnlinkError

PERSONAL = {
    "land_user_id",
    "citizen_id",
    "full_name",
    "birth_date",
    "id_number",
    "personal_id",
    "old_id_number",
    "address",
    "parcel_id",
    "household_id",
    "spouse_name",
    "father_name",
    "mother_name",
    "death_date",
}
"""Columns whose values belong to a person. Communes are counted in the summary, and sexes are two words."""

WORDS = re.compile(r"[^\W_]+")
SHORTEST = 6
"""Characters from which a value is told from a count or a word of the program; a bare year of birth is not."""

runner = CliRunner()


def values_of(*tables):
    """The personal values of the records."""
    columns = [table[name] for table in tables for name in table.schema.names if name in PERSONAL]
    cells = {cell for column in columns for cell in column.to_pylist() if cell and len(cell) >= SHORTEST}
    return {cell for cell in cells if len(WORDS.findall(cell)) > 1 or any(letter.isdigit() for letter in cell)}


def shown_in(text, values):
    """Which values a text shows. Ids and numbers are looked up as words, names and addresses as they stand."""
    words = set(WORDS.findall(text)) | set(re.findall(r"[\w./-]+", text))
    return {value for value in values if (value in words if len(WORDS.findall(value)) == 1 else value in text)}


@pytest.fixture(scope="module")
def values(messy_run):
    return values_of(messy_run.land, messy_run.citizens)


def test_the_search_for_values_finds_them_where_they_may_be(messy_run, values):
    """A guard of the other tests: in links.parquet the ids are found."""
    links = pq.read_table(messy_run.folder / "links.parquet")
    text = "\n".join(str(row) for row in links.slice(0, 200).to_pylist())
    assert len(shown_in(text, values)) > 200
    assert len(values) > 10_000


@pytest.mark.parametrize("name", ["manifest.json", "summary.json", "report.html", "model.json"])
def test_a_file_about_the_run_shows_no_value_of_a_record(messy_run, values, name):
    assert shown_in((messy_run.folder / name).read_text(encoding="utf-8"), values) == set()


def test_the_quarantine_shows_numbers_and_reasons_only(messy_run):
    table = pq.read_table(messy_run.folder / "quarantine.parquet")
    assert set(table["reason"].to_pylist()) <= {"ragged_line", "undecodable_bytes"}
    assert table.schema.names == ["side", "row", "reason"]


def test_the_manifest_describes_tables_by_their_form_headers_and_counts_only(messy_run):
    manifest = json.loads((messy_run.folder / "manifest.json").read_text(encoding="utf-8"))
    known = {"kind", "name", "sha256", "rows", "columns", "unused_headers", "quarantined", "delimiter", "encoding"}
    known |= {"notes", "header_rows", "sheet"}
    for entry in manifest["inputs"].values():
        assert set(entry) <= known


@pytest.fixture(scope="module")
def small(registers):
    return registers.land.slice(0, 150), registers.citizens.slice(0, 300)


def test_what_the_command_prints_and_logs_shows_no_value_of_a_record(tmp_path, small, caplog):
    for name, table in zip(("land", "citizens"), small, strict=True):
        pq.write_table(table, tmp_path / f"{name}.parquet")
    arguments = ["link", str(tmp_path / "land.parquet"), str(tmp_path / "citizens.parquet"), "--out", str(tmp_path / "run")]
    with caplog.at_level(logging.INFO):
        done = runner.invoke(cli.app, arguments)
    assert done.exit_code == 0, done.output
    assert shown_in(done.output + caplog.text, values_of(*small)) == set()
    done = runner.invoke(cli.app, [*arguments[:-1], str(tmp_path / "again"), "--json"])
    assert done.exit_code == 0, done.output
    assert shown_in(done.output, values_of(*small)) == set()


def test_linkers_and_results_represent_themselves_without_a_value_of_a_record(small):
    linker = Linker(threads=1).fit(*small)
    result = linker.link(*small)
    texts = [repr(linker), str(linker), repr(result), str(result), result._repr_html_(), repr(linker.model_)]
    assert shown_in("\n".join(texts), values_of(*small)) == set()


SECRET = {
    "land_user_id": ["SECRETLAND1", "SECRETLAND2"],
    "full_name": ["Ông Khuất Văn Vượng", "Bà Trương Thị Khuyên"],
    "birth_date": ["13/07/1961", "02/11/1964"],
    "id_number": ["001061077731", "271833902"],
}
SECRET_CITIZENS = {
    "citizen_id": ["SECRETCITIZEN1", "SECRETCITIZEN2"],
    "full_name": ["Khuất Văn Vượng", "Trương Thị Khuyên"],
    "personal_id": ["001061077731", "001164077742"],
}
WRONG = {
    "ids come again": (SECRET | {"land_user_id": ["SECRETLAND1"] * 2}, SECRET_CITIZENS),
    "an id is missing": (SECRET, SECRET_CITIZENS | {"citizen_id": ["SECRETCITIZEN1", None]}),
    "a column is missing": ({name: values for name, values in SECRET.items() if name != "full_name"}, SECRET_CITIZENS),
    "tables are swapped": (SECRET_CITIZENS, SECRET),
    "a column of lists": (SECRET | {"birth_date": [["13/07/1961"], ["02/11/1964"]]}, SECRET_CITIZENS),
    "a column of structures": (SECRET, SECRET_CITIZENS | {"personal_id": [{"a": "001061077731"}, None]}),
    "names are bytes of another encoding": (
        SECRET | {"full_name": ["Ông Khuất Văn Vượng".encode("utf-16")[:31], b"\xff"]},
        SECRET_CITIZENS,
    ),
}


def told(error):
    """Everything that a traceback of an error would show but the lines of the program."""
    return "\n".join(
        str(one)
        for one in traceback.TracebackException.from_exception(error).format(chain=True)
        if not one.startswith("  File")
    )


@pytest.mark.parametrize("case", WRONG)
def test_an_error_shows_no_value_of_a_record_nor_do_its_causes(case):
    land, citizens = (pa.table(table) for table in WRONG[case])
    with pytest.raises(VnlinkError) as caught:
        Linker(threads=1).link(land, citizens)
    text = told(caught.value) + repr(caught.value.args) + str(getattr(caught.value, "__notes__", ""))
    secrets = ("SECRETLAND", "SECRETCITIZEN", "Khuất", "Vượng", "Khuyên", "1961", "1964", "001061077731", "271833902")
    assert [secret for secret in secrets if secret in text] == []


def test_an_unknown_land_user_is_not_repeated_in_the_error(small):
    result = Linker(threads=1).link(*small)
    with pytest.raises(VnlinkError) as caught:
        result.explain("001061077731")
    assert "001061077731" not in told(caught.value)
