"""A register whose communes were saved from old encodings is linked as well as the one in Unicode, and says so."""

from __future__ import annotations

import json
import unicodedata

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vnlink import Linker
from vnlink.config import Config
from vnlink.normalize.encoding_tables import VNI_LETTERS, VNI_WHERE
from vnlink.normalize.encodings import Encoding, decode_text
from vnlink.runs import run_link

DECIDED = ["land_user_id", "person_no", "person_name", "citizen_id", "status", "probability", "log_odds", "margin", "reasons"]
TEXTS = ("full_name", "address", "gender")
VNI_CODES = [*VNI_LETTERS, *(base + mark for marks, bases in VNI_WHERE.items() for base in bases for mark in marks)]


def writer_of(encoding, codes):
    """Write text in an encoding; a letter without a code of its own takes that of the small one, other characters stay."""
    table = {}
    for code in codes:
        for each in (code, code.upper()):
            table.setdefault(decode_text(each, encoding), each)

    def written(text):
        composed = unicodedata.normalize("NFC", text).replace("Ð", "Đ").replace("ð", "đ")
        return "".join(char if char.isascii() else table.get(char) or table.get(char.lower(), char) for char in composed)

    return written


TCVN3 = writer_of(Encoding.TCVN3, [chr(code) for code in range(0xA1, 0x100)])
VNI = writer_of(Encoding.VNI, VNI_CODES)


@pytest.fixture(scope="module")
def old_land(registers):
    """The land register with one commune in TCVN3, another in VNI, and what has no commune code in Unicode."""
    land = registers.land
    first, second = sorted(set(land["commune_code"].to_pylist()) - {None})
    writers = {first: TCVN3, second: VNI, None: str}
    communes = land["commune_code"].to_pylist()
    for name in TEXTS:
        cells = zip(land[name].to_pylist(), communes, strict=True)
        written = [None if cell is None else writers[commune](cell) for cell, commune in cells]
        land = land.set_column(land.schema.get_field_index(name), name, pa.array(written))
    assert land["full_name"] != registers.land["full_name"]
    return land, {first: "tcvn3", second: "vni"}


def rows(table):
    return table.select(DECIDED).to_pylist()


@pytest.fixture(scope="module")
def clean(registers):
    return Linker(threads=1).link(registers.land, registers.citizens)


@pytest.fixture(scope="module")
def repaired(registers, old_land):
    return Linker(threads=1).link(old_land[0], registers.citizens)


def test_every_person_is_decided_as_in_the_clean_register(clean, repaired):
    differing = [(a, b) for a, b in zip(rows(clean.links), rows(repaired.links), strict=True) if a != b]
    # What names no person is shown as it was written: the capitals of TCVN3 are those of a font, and decoded text is composed.
    for pair in differing:
        a, b = ({**row, "person_name": unicodedata.normalize("NFC", row["person_name"]).lower()} for row in pair)
        assert a == b
    assert len(differing) < 20


def test_the_manifest_names_column_commune_encoding_and_counts(old_land, repaired):
    found = repaired.manifest["encodings"]
    assert found["citizen"] == []
    assert {(one["column"], one["commune"], one["encoding"]) for one in found["land"]} == {
        (column, commune, encoding) for column in ("full_name", "address") for commune, encoding in old_land[1].items()
    }
    assert all(one["every_cell"] and 0 < one["rows_for"] <= one["rows"] for one in found["land"])


def test_the_persons_carry_a_flag(clean, repaired):
    assert "encoding_repaired" not in clean.manifest["flags"]["land"]
    assert repaired.manifest["flags"]["land"]["encoding_repaired"] > 1_500


def test_the_summary_counts_communes_and_rows_of_each_encoding(repaired):
    found = repaired.summary()["encodings"]
    assert {(one["side"], one["column"], one["encoding"], one["communes"]) for one in found} == {
        ("land", column, encoding, 1) for column in ("full_name", "address") for encoding in ("tcvn3", "vni")
    }
    assert all(one["rows"] > 500 for one in found)


def test_with_the_switch_off_no_text_is_touched(registers, old_land, clean):
    plain = Linker(threads=1, legacy_encodings=False).link(old_land[0], registers.citizens)
    assert plain.manifest["encodings"] == {"land": [], "citizen": []}
    assert "encoding_repaired" not in plain.manifest["flags"]["land"]
    statuses = [result.links["status"].to_pylist().count("full") for result in (plain, clean)]
    assert statuses[0] < 0.8 * statuses[1]


@pytest.fixture(scope="module")
def old_files(registers, old_land, tmp_path_factory):
    folder = tmp_path_factory.mktemp("old")
    pq.write_table(old_land[0], folder / "land.parquet")
    pq.write_table(registers.citizens, folder / "citizens.parquet")
    return folder


def test_threads_and_batches_change_no_byte(old_files, tmp_path):
    runs = []
    for threads, batch_rows in ((1, 131_072), (2, 97)):
        out = tmp_path / f"run{batch_rows}"
        config = Config.from_mapping({"run": {"threads": threads, "batch_rows": batch_rows}})
        run_link(old_files / "land.parquet", old_files / "citizens.parquet", out, config=config)
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        manifest = json.loads(files.pop("manifest.json"))
        for name in ("threads", "batch_rows"):
            manifest["config"]["run"].pop(name)
        manifest.pop("times_seconds")
        runs.append((files, manifest))
    assert runs[0] == runs[1]
    page = runs[0][0]["report.html"].decode("utf-8")
    assert "Old encodings" in page
    assert "tcvn3" in page
