"""Whatever is wrong with a table: either `vnlink link` says so in one paragraph, with the right exit code, no value of a record
and nothing left behind; or the run is whole, and every row is in it or in quarantine."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from vnlink import cli
from vnlink.storage.results import open_result

runner = CliRunner()

PEOPLE = [
    ("Khuất Văn Vượng", "13/07/1961", "Nam", "001061077731", "271833901"),
    ("Trương Thị Khuyên", "02/11/1964", "Nữ", "001164077742", "271833902"),
    ("Đặng Đình Quyết", "29/02/1972", "Nam", "001072077753", "271833903"),
    ("Phùng Thị Nguyệt", "1958", "Nữ", "001158077764", "271833904"),
    ("Nghiêm Xuân Trường", "05/1979", "Nam", "001079077775", "271833905"),
    ("Lương Thị Thủy Tiên", "17/09/1985", "Nữ", "001185077786", "271833906"),
    ("Thạch Ngọc Hưởng", "21/04/1990", "Nam", "001090077797", "271833907"),
]
ADDRESS = "Thôn Vạn Phúc Hạ, xã Tiên Phương, huyện Chương Mỹ, TP. Hà Nội"


def land_table(**columns):
    """Seven land users, one a person; ``columns`` replace columns, None removes one."""
    table = {
        "land_user_id": [f"LU-77{i}" for i in range(len(PEOPLE))],
        "full_name": [f"Ông {name}" if sex == "Nam" else f"Bà {name}" for name, _, sex, _, _ in PEOPLE],
        "birth_date": [birth for _, birth, _, _, _ in PEOPLE],
        "gender": [sex for _, _, sex, _, _ in PEOPLE],
        "id_number": [number if i % 2 else old for i, (_, _, _, number, old) in enumerate(PEOPLE)],
        "address": [ADDRESS] * len(PEOPLE),
        "commune_code": ["10042"] * len(PEOPLE),
    }
    return {name: values for name, values in (table | columns).items() if values is not None}


def citizen_table(**columns):
    """The same seven as citizens, with both numbers."""
    table = {
        "citizen_id": [f"CZ-88{i}" for i in range(len(PEOPLE))],
        "full_name": [name for name, _, _, _, _ in PEOPLE],
        "birth_date": [birth for _, birth, _, _, _ in PEOPLE],
        "gender": [sex for _, _, sex, _, _ in PEOPLE],
        "personal_id": [number for _, _, _, number, _ in PEOPLE],
        "old_id_number": [old for _, _, _, _, old in PEOPLE],
        "address": [ADDRESS] * len(PEOPLE),
    }
    return {name: values for name, values in (table | columns).items() if values is not None}


def csv_of(table):
    rows = [list(table), *([cell or "" for cell in row] for row in zip(*table.values(), strict=True))]
    return "".join(";".join(row) + "\n" for row in rows).encode("utf-8")


def put(place, data):
    """Write a table as a Parquet file, or bytes as they are; None writes nothing."""
    if isinstance(data, dict):
        data = pa.table({name: pa.array(values, pa.string()) for name, values in data.items()})
    if isinstance(data, pa.Table):
        pq.write_table(data, place.with_suffix(".parquet"))
        return place.with_suffix(".parquet")
    if data is not None:
        place.with_suffix(".csv").write_bytes(data)
    return place.with_suffix(".csv")


def cells_of(*tables):
    """Every value of the records that is long enough to be told from a word of the program."""
    found = set()
    for table in tables:
        if isinstance(table, dict):
            values = [value for column in table.values() for value in column if value]
            found |= {text for value in values for text in (value, *value.split()) if len(text) > 4}
    return found


@pytest.fixture
def link(tmp_path):
    """Link two tables by the command line in this process."""

    def run(land=None, citizens=None, *options):
        left = put(tmp_path / "land", land_table() if land is None else land)
        right = put(tmp_path / "citizens", citizen_table() if citizens is None else citizens)
        before = {path.name for path in tmp_path.iterdir()}
        arguments = ["link", str(left), str(right), "--out", str(tmp_path / "run"), "--threads", "1", "--quiet", *options]
        done = runner.invoke(cli.app, arguments)
        run.land, run.citizens, run.left_over = land, citizens, {path.name for path in tmp_path.iterdir()} - before
        return done

    return run


def refused(link, done, code, *words):
    """One paragraph, the exit code, no value of a record, nothing left."""
    assert done.exit_code == code, done.output
    assert done.stderr.startswith("vnlink: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr
    shown = {value for value in cells_of(link.land, link.citizens, land_table(), citizen_table()) if value in done.stderr}
    assert shown == set(), "a record's value is shown"
    assert link.left_over == set()


def finished(link, done, tmp_path):
    """A whole run; returns its links by land user and person, and its manifest."""
    assert done.exit_code == 0, done.output
    assert done.output == ""
    assert link.left_over == {"run"}
    result = open_result(tmp_path / "run", verify=True)
    counts = result.manifest["counts"]
    links = result.table("links.parquet").to_pylist()
    for side, used in (("land", "land_users"), ("citizen", "citizens")):
        aside = counts[{"land": "land_quarantined", "citizen": "citizens_quarantined"}[side]]
        assert counts[used] + aside == result.manifest["inputs"][side]["rows"]
    assert len({row["land_user_id"] for row in links}) == counts["land_users"]
    for row in links:
        assert row["status"] in ("full", "partial", "none")
        assert (row["citizen_id"] is None) == (row["status"] == "none")
        assert row["probability"] is None or 0.0 <= row["probability"] <= 1.0
    json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    return {(row["land_user_id"], row["person_no"]): row for row in links}, result.manifest


# What is refused


@pytest.mark.parametrize(
    ("side", "column"), [("land", "full_name"), ("land", "land_user_id"), ("citizens", "full_name"), ("citizens", "citizen_id")]
)
def test_a_missing_required_column_is_named(link, side, column):
    tables = {"land": land_table(), "citizens": citizen_table()}
    del tables[side][column]
    refused(link, link(*tables.values()), 2, f"column {column}", "headers")


def test_a_column_that_two_headers_claim_is_refused(link):
    data = csv_of(land_table(gender=None)).replace(b"birth_date", b"full_name")
    refused(link, link(data), 2, "2 claim the column full_name")
    both = land_table(gender=None) | {"Họ và tên": ["x"] * 7, "Họ tên": ["y"] * 7}
    del both["full_name"]
    refused(link, link(both), 2, "claim the column full_name")


def test_a_parquet_file_with_one_name_twice_is_refused(link):
    table = pa.table(list(land_table().values()), names=[*list(land_table())[:-1], "full_name"])
    refused(link, link(table), 2, "claim the column full_name")


@pytest.mark.parametrize("side", ["land", "citizens"])
def test_ids_that_come_again_are_counted(link, side):
    key = "land_user_id" if side == "land" else "citizen_id"
    again = ["A-7701", "A-7702", "A-7701", "A-7703", "A-7701", "A-7702", "A-7704"]
    tables = {"land": land_table(), "citizens": citizen_table()}
    tables[side][key] = again
    refused(link, link(*tables.values()), 2, key, "3 rows", "row 3")


@pytest.mark.parametrize("side", ["land", "citizens"])
def test_ids_that_are_missing_are_counted(link, side):
    key = "land_user_id" if side == "land" else "citizen_id"
    tables = {"land": land_table(), "citizens": citizen_table()}
    tables[side][key] = ["A-7701", None, "A-7702", " ", "A-7703", "", "A-7704"]
    refused(link, link(*tables.values()), 2, key, "3 rows", "row 2")


@pytest.mark.parametrize("side", ["land", "citizens"])
@pytest.mark.parametrize("form", ["parquet", "csv", "nothing"])
def test_an_empty_table_is_refused(link, side, form):
    tables = {"land": land_table(), "citizens": citizen_table()}
    empty = {name: [] for name in tables[side]}
    tables[side] = {"parquet": empty, "csv": csv_of(empty), "nothing": b""}[form]
    refused(link, link(*tables.values()), 2, "empty", "land" if side == "land" else "citizen")


def test_swapped_tables_are_told(link):
    refused(link, link(citizen_table(), land_table()), 2, "swapped")


def test_one_table_given_twice_is_told(link):
    refused(link, link(land_table(), land_table()), 2, "swapped")


def test_a_file_that_is_not_there_is_told(tmp_path, link):
    done = link(land_table(), None, "--model", str(tmp_path / "none.json"))
    refused(link, done, 3, "model")
    done = runner.invoke(cli.app, ["link", "no-such.csv", "no-such.parquet", "--out", str(tmp_path / "run")])
    assert (done.exit_code, (tmp_path / "run").exists()) == (2, False)
    assert "does not exist" in done.stderr


def parquet_bytes(table, **options):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(table), sink, **options)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize("kept", [4, 100, 0.5, -1, -8])
def test_a_half_written_parquet_file_is_refused(tmp_path, link, kept):
    data = parquet_bytes(land_table())
    cut = data[: int(len(data) * kept)] if isinstance(kept, float) else data[:kept]
    refused(link, link(cut), 2, "land.csv")


def test_a_parquet_file_damaged_in_the_middle_is_refused(link):
    data = bytearray(parquet_bytes(land_table(), use_dictionary=False, compression="zstd"))
    data[4:400] = b"\x55" * 396
    refused(link, link(bytes(data)), 2)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04" + b"\x00" * 200,
        b"\x1f\x8b\x08\x00" + b"\x17" * 100,
        b"%PDF-1.7\n" + b"x" * 300,
        bytes(range(256)) * 40,
        b"\n\n\n",
    ],
    ids=["half a spreadsheet", "gzip", "pdf", "random bytes", "blank lines"],
)
def test_a_file_that_is_no_table_is_refused(link, data):
    refused(link, link(data), 2)


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path, link):
    (tmp_path / "land.csv").mkdir()
    done = runner.invoke(cli.app, ["link", str(tmp_path / "land.csv"), "x.csv", "--out", str(tmp_path / "run"), "--quiet"])
    assert done.exit_code == 2
    assert "folder" in done.stderr


def test_a_text_file_without_headers_is_refused_and_its_first_record_is_not_shown(link):
    body = csv_of(land_table()).split(b"\n", 1)[1]
    refused(link, link(body), 2, "none is shown: it may be a record")


def test_a_table_of_only_unreadable_lines_is_refused(link):
    refused(link, link(b"land_user_id;full_name\n" + b"LU-771;Tr\xff\xfe\n" * 5), 2, "no row", "5 rows")


LABELS = {
    "no such file": None,
    "a column too few": b"land_user_id;citizen_id\nLU-770;CZ-880\n",
    "ids of another register": b"land_user_id;citizen_id;status\nLU-XYZ77;CZ-880;full\n",
    "citizens of another register": b"land_user_id;citizen_id;status\nLU-770;CZ-XYZ88;full\n",
    "a person too many": b"land_user_id;person_no;citizen_id;status\nLU-770;2;CZ-880;full\n",
    "a fourth status": b"land_user_id;citizen_id;status\nLU-770;CZ-880;certainly\n",
    "full without a citizen": b"land_user_id;citizen_id;status\nLU-770;;full\n",
    "no status": b"land_user_id;citizen_id;status\nLU-770;CZ-880;\n",
    "a person's number that is none": b"land_user_id;person_no;citizen_id;status\nLU-770;LU-XYZ;CZ-880;full\n",
    "a person's number beyond all": b"land_user_id;person_no;citizen_id;status\nLU-770;257;CZ-880;full\n",
    "right with two citizens": b"land_user_id;citizen_id;status\nLU-770;CZ-880;full\nLU-770;CZ-881;partial\n",
    "right with a citizen and nobody": b"land_user_id;citizen_id;status\nLU-770;CZ-880;full\nLU-770;;none\n",
    "right and wrong with one citizen": b"land_user_id;citizen_id;status\nLU-770;CZ-880;full\nLU-770;CZ-880;none\n",
}


@pytest.mark.parametrize("case", LABELS)
def test_wrong_labels_are_refused(tmp_path, link, case):
    if (data := LABELS[case]) is not None:
        (tmp_path / "labels.csv").write_bytes(data)
    done = link(None, None, "--labels", str(tmp_path / "labels.csv"))
    refused(link, done, 2, "label")
    assert "truth" not in done.stderr
    assert "XYZ" not in done.stderr


def test_labels_beside_a_trained_model_are_refused(tmp_path, link):
    done = link(None, None, "--labels", str(tmp_path / "labels.csv"), "--model", str(tmp_path / "model.json"))
    refused(link, done, 2, "either a model or labels")


def test_a_damaged_configuration_is_exit_code_three(tmp_path, link):
    (tmp_path / "c.toml").write_text("[decide]\ntop_k = 0\n", encoding="utf-8")
    refused(link, link(None, None, "--config", str(tmp_path / "c.toml")), 3, "decide.top_k")


def test_a_place_that_is_taken_is_exit_code_five_and_stays_as_it_is(tmp_path, link):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("work of years", encoding="utf-8")
    done = link()
    assert done.exit_code == 5
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("broken", ["half a file", "an id twice"])
def test_the_program_itself_ends_with_the_exit_code_and_one_paragraph(tmp_path, broken):
    data = parquet_bytes(land_table())[:900] if broken == "half a file" else csv_of(land_table(land_user_id=["LU-771"] * 7))
    land, citizens = put(tmp_path / "land", data), put(tmp_path / "citizens", citizen_table())
    command = [sys.executable, "-m", "vnlink", "link", land, citizens, "--out", tmp_path / "run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 2
    assert done.stderr.startswith("vnlink: ")
    assert done.stderr.count("\n") == 1
    assert not {value for value in cells_of(land_table()) if value in done.stderr}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([land.name, citizens.name])


# What is linked all the same


def test_good_tables_are_linked(tmp_path, link):
    rows, _ = finished(link, link(), tmp_path)
    assert [row["citizen_id"] for row in rows.values()] == citizen_table()["citizen_id"]


def test_dates_that_are_no_dates_are_missing_with_a_flag(tmp_path, link):
    bad = ["31/02/1961", "không rõ", "13/13/1972", "1958", "99999999", "--", "0"]
    rows, manifest = finished(link, link(land_table(birth_date=bad)), tmp_path)
    assert manifest["flags"]["land"]["date_unreadable"] >= 3
    assert len(rows) == 7


def test_a_ragged_line_goes_to_quarantine(tmp_path, link):
    lines = csv_of(land_table()).splitlines(keepends=True)
    lines[3:3] = [b"LU-999;one cell\n", b"LU-998" + b";too many" * 9 + b"\n"]
    rows, _ = finished(link, link(b"".join(lines)), tmp_path)
    aside = pq.read_table(tmp_path / "run" / "quarantine.parquet").to_pylist()
    assert aside == [{"side": "land", "row": row, "reason": "ragged_line"} for row in (2, 3)]
    assert [key[0] for key in rows] == land_table()["land_user_id"]


def test_lines_in_another_encoding_go_to_quarantine(tmp_path, link):
    lines = csv_of(land_table()).splitlines(keepends=True)
    lines[2] = b"LU-771;B\xe0 Tr\xad\xcc\xacng;02/11/1964;N\xf7;;;\n"
    lines[4] = b"LU-773;B\xe0 Ph\xf9ng;1958;N\xff;;;\n"
    rows, manifest = finished(link, link(b"".join(lines)), tmp_path)
    assert manifest["counts"]["land_quarantined"] == 2
    assert [key[0] for key in rows] == [f"LU-77{i}" for i in (0, 2, 4, 5, 6)]


@pytest.mark.parametrize("column", ["full_name", "birth_date", "gender", "id_number", "address", "commune_code"])
def test_a_cell_of_a_megabyte_costs_nothing_but_itself(tmp_path, link, column):
    table = land_table()
    table[column][2] = (table[column][2] + " , ") * (1_000_000 // (len(table[column][2]) + 3))
    rows, _ = finished(link, link(table), tmp_path)
    others = [row["citizen_id"] for row in rows.values() if row["land_user_id"] != table["land_user_id"][2]]
    assert others == [f"CZ-88{i}" for i in range(7) if i != 2]


def test_control_characters_in_every_cell_do_no_harm(tmp_path, link):
    dirt = ["\x00", "\x01\x02", "\x1b[31m", "\u200b", "\u202e", "\x7f", "\ufeff"]
    land, citizens = land_table(), citizen_table()
    for table in (land, citizens):
        for name, values in table.items():
            if name not in ("land_user_id", "citizen_id"):
                table[name] = [mark + value + mark for mark, value in zip(dirt, values, strict=True)]
    rows, _ = finished(link, link(land, citizens), tmp_path)
    assert len({row["land_user_id"] for row in rows.values()}) == 7


def test_two_columns_on_either_side_are_enough(tmp_path, link):
    land = {name: land_table()[name] for name in ("land_user_id", "full_name")}
    citizens = {name: citizen_table()[name] for name in ("citizen_id", "full_name")}
    rows, _ = finished(link, link(land, citizens), tmp_path)
    assert not any(row["status"] == "full" for row in rows.values()), "a name alone is never full"
    assert all(row["probability"] is not None for row in rows.values())


@pytest.mark.parametrize("same", [True, False])
def test_one_row_on_either_side_is_enough(tmp_path, link, same):
    land = {name: values[:1] for name, values in land_table().items()}
    at = 0 if same else 5
    citizens = {name: values[at : at + 1] for name, values in citizen_table().items()}
    rows, _ = finished(link, link(land, citizens), tmp_path)
    assert [row["citizen_id"] for row in rows.values()] == (["CZ-880"] if same else [None])


def test_registers_that_share_nothing_give_no_link(tmp_path, link):
    strangers = {
        "citizen_id": ["S-1", "S-2", "S-3"],
        "full_name": ["Y Blơ Niê", "Ka Mbuôn", "H'Hen Êban"],
        "birth_date": ["2001-01-05", "2002-05-06", "2003-08-09"],
        "personal_id": ["066201000001", "066302000002", "066303000003"],
        "address": ["Buôn Ma Thuột"] * 3,
    }
    rows, manifest = finished(link, link(None, strangers), tmp_path)
    assert {row["status"] for row in rows.values()} == {"none"}
    assert {tuple(row["reasons"]) for row in rows.values()} <= {("no_candidate",), ("nobody_plausible",)}
    assert manifest["pairs"] == 0


@pytest.mark.parametrize("numbers", [False, True])
def test_a_land_table_of_organisations_only_gives_no_link(tmp_path, link, numbers):
    owners = ["UBND xã Tiên Phương", "Công ty TNHH Vạn Phúc", "Trường THCS Tiên Phương", "HTX nông nghiệp", "Chùa Trăm Gian"]
    land = land_table(full_name=[*owners, "Nhà thờ họ Khuất", "Cộng đồng dân cư thôn Vạn Phúc"])
    if not numbers:
        land["id_number"] = [None] * 7
    rows, _ = finished(link, link(land), tmp_path)
    assert {row["status"] for row in rows.values()} == {"none"}
    assert {key[1] for key in rows} == {1}
    assert [row["person_name"] for row in rows.values()] == land["full_name"]


def test_citizens_with_nothing_but_a_name_are_linked_by_it(tmp_path, link):
    citizens = {name: citizen_table()[name] for name in ("citizen_id", "full_name")}
    rows, _ = finished(link, link(None, citizens), tmp_path)
    assert all(row["citizen_id"] in (None, f"CZ-88{i}") for i, row in enumerate(rows.values()))
    assert not any(row["status"] == "full" for row in rows.values())


@pytest.mark.parametrize("column", ["empty", "absent"])
def test_a_land_table_without_numbers_is_linked(tmp_path, link, column):
    land = land_table(id_number=[None] * 7 if column == "empty" else None)
    rows, _ = finished(link, link(land), tmp_path)
    assert [row["citizen_id"] for row in rows.values()] == citizen_table()["citizen_id"]


def test_a_number_without_a_name_is_not_linked(tmp_path, link):
    land = {"land_user_id": land_table()["land_user_id"], "full_name": [None] * 7, "id_number": land_table()["id_number"]}
    rows, _ = finished(link, link(land), tmp_path)
    assert {(row["status"], *row["reasons"]) for row in rows.values()} == {("none", "unreadable_name")}


def test_unreadable_names_give_one_row_each_with_the_reason(tmp_path, link):
    owners = ["12345", "???", "...", None, "0987 654 321", "\u200b", "-"]
    rows, _ = finished(link, link(land_table(full_name=owners)), tmp_path)
    assert {row["status"] for row in rows.values()} == {"none"}
    assert {key[1] for key in rows} == {1}
    assert {tuple(row["reasons"]) for row in rows.values()} == {("unreadable_name",)}


def test_citizens_without_readable_names_do_no_harm(tmp_path, link):
    rows, _ = finished(link, link(None, citizen_table(full_name=[None, "", "12", "?", "-", " ", "Thạch Ngọc Hưởng"])), tmp_path)
    assert rows["LU-776", 1]["citizen_id"] == "CZ-886"


def test_a_citizen_id_may_be_the_personal_id(tmp_path, link):
    numbers = citizen_table()["personal_id"]
    rows, _ = finished(link, link(None, citizen_table(citizen_id=numbers)), tmp_path)
    assert [row["citizen_id"] for row in rows.values()] == numbers


def test_one_citizen_for_many_land_users_is_enough(tmp_path, link):
    citizens = {name: values[:1] for name, values in citizen_table().items()}
    rows, _ = finished(link, link(None, citizens), tmp_path)
    assert {key[0]: row["citizen_id"] for key, row in rows.items() if row["citizen_id"]} == {"LU-770": "CZ-880"}


def test_many_rows_of_one_person_are_all_linked(tmp_path, link):
    land = {name: [values[0]] * 60 for name, values in land_table().items()} | {"land_user_id": [f"P{i}" for i in range(60)]}
    rows, _ = finished(link, link(land), tmp_path)
    assert {row["citizen_id"] for row in rows.values()} == {"CZ-880"}


def test_many_namesakes_are_linked_to_none_of_them(tmp_path, link):
    citizens = {name: [values[0]] * 50 for name, values in citizen_table().items()}
    citizens |= {"citizen_id": [f"N{i}" for i in range(50)], "personal_id": [None] * 50, "old_id_number": [None] * 50}
    rows, _ = finished(link, link(None, citizens), tmp_path)
    assert {row["status"] for row in rows.values()} == {"none"}
    assert rows["LU-770", 1]["reasons"] == ["too_many_namesakes"]


def test_ids_keep_their_zeros_spaces_and_letters(tmp_path, link):
    ids = ["007", "7", "07", " 7a", "7.0", "1e3", "Đ7"]
    rows, _ = finished(link, link(land_table(land_user_id=ids), citizen_table(citizen_id=ids)), tmp_path)
    assert [key[0] for key in rows] == ids
    assert [row["citizen_id"] for row in rows.values()] == ids
