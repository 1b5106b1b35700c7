"""Text tables as offices export them, and what is wrong with them."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage import csv_files, utf8
from vnlink.storage.sources import open_source
from vnlink.storage.tables import ROW
from vnlink.storage.utf8 import Utf8Stream

OFFICE = (
    "STT;Mã chủ sử dụng;Tên chủ sử dụng;Ngày sinh;Năm sinh;Giới tính;Số giấy tờ;Địa chỉ;Mã xã;Mã thửa\r\n"
    "1;00123;Hộ ông: Lê Văn Đức và vợ là bà: Nguyễn Thị Hòa;01/02/1960;1960;Nam;1060123456;Thôn 3, xã Hòa Bình;123;12-345\r\n"
    '2;00124;"Bà Trần Thị ""Tư""; con";;1971;Nữ;012345678;;00123;12-346\r\n'
    "\r\n"
    "3;00125;UBND xã Hòa Bình;;;;;;00123;12-347\r\n"
)


@pytest.fixture
def land(tmp_path):
    def opened(data, columns=None, name="land.csv"):
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
        return open_source(tmp_path / name, Side.LAND, columns)

    return opened


def rows_of(source, batch_rows=131_072):
    batches = list(source.batches(batch_rows))
    return pa.Table.from_batches(batches).to_pylist()


def ids_of(source, batch_rows=131_072):
    return [(row["land_user_id"], row[ROW]) for row in rows_of(source, batch_rows)]


def aside_of(source):
    return [(row["row"], row["reason"]) for row in source.quarantine.table(source.side).to_pylist()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le bom"])
def test_an_office_export_is_read_as_it_stands(land, encoding):
    data = "\ufeff".encode("utf-16-le") + OFFICE.encode("utf-16-le") if "bom" in encoding else OFFICE.encode(encoding)
    source = land(data)
    first, second, third = rows_of(source)
    assert first == {
        "land_user_id": "00123",
        "full_name": "Hộ ông: Lê Văn Đức và vợ là bà: Nguyễn Thị Hòa",
        "birth_date": "01/02/1960",
        "gender": "Nam",
        "id_number": "1060123456",
        "address": "Thôn 3, xã Hòa Bình",
        "commune_code": "123",
        "parcel_id": "12-345",
        ROW: 0,
    }
    assert (second["full_name"], second["birth_date"], second["address"]) == ('Bà Trần Thị "Tư"; con', "1971", None)
    assert (third["land_user_id"], third["gender"], third[ROW]) == ("00125", None, 2)
    assert (source.num_rows, aside_of(source)) == (3, [])
    assert source.describe()["delimiter"] == ";"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said", [True, False])
def test_the_delimiter_is_found_or_taken_from_the_first_line(land, delimiter, said):
    text = io.StringIO()
    if said:
        text.write(f"sep={delimiter}\r\n")
    out = csv.writer(text, delimiter=delimiter)
    out.writerows(
        [["land_user_id", "full_name", "address"], ["1", "Lê Văn Đức", "Thôn 1, xã A; huyện B | tỉnh C"], ["2", "A", ""]]
    )
    rows = rows_of(land(text.getvalue()))
    assert [row["address"] for row in rows] == ["Thôn 1, xã A; huyện B | tỉnh C", None]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_one(land, newline):
    assert ids_of(land(newline.join(["land_user_id,full_name", "1,A", "2,B", ""]))) == [("1", 0), ("2", 1)]


def test_a_title_above_the_header_is_passed_over(land):
    assert ids_of(land('UBND XÃ HÒA BÌNH;;\n\n"DANH SÁCH\nchủ sử dụng";;\nMã chủ;Họ tên;Năm sinh\n7;A;1960\n')) == [("7", 0)]


def test_a_header_may_hold_a_line_break(land):
    assert ids_of(land('"Mã\nchủ","Tên chủ\nsử dụng"\n7,A\n')) == [("7", 0)]


def test_ids_stay_text_whatever_they_look_like(land):
    text = "land_user_id,full_name,id_number\n00123,A,001060123456\n1e5,NULL,nan\n007.50,true,\n"
    rows = rows_of(land(text))
    assert [row["land_user_id"] for row in rows] == ["00123", "1e5", "007.50"]
    assert [row["full_name"] for row in rows] == ["A", "NULL", "true"]
    assert [row["id_number"] for row in rows] == ["001060123456", "nan", None]


def test_a_quoted_cell_may_hold_a_line_break(land):
    rows = rows_of(land('land_user_id,full_name\n1,"Hộ ông A\nvà bà B"\n2,C\n'))
    assert [row["full_name"] for row in rows] == ["Hộ ông A\nvà bà B", "C"]


@pytest.mark.parametrize("batch_rows", [1, 2, 100])
@pytest.mark.parametrize("block", [40, 1 << 23])
def test_ragged_lines_go_aside_and_the_rest_is_used(land, monkeypatch, batch_rows, block):
    monkeypatch.setattr(csv_files, "_BLOCK_BYTES", block)
    source = land("land_user_id,full_name\nx\n1,A\n2,B,C\n3\n\n4,D\n" + "5,E\n" * 30 + "6\n7,F,\n")
    expected = [("1", 1), ("4", 4), *(("5", row) for row in range(5, 35))]
    assert ids_of(source, batch_rows) == expected
    assert aside_of(source) == [(row, "ragged_line") for row in (0, 2, 3, 35, 36)]
    assert source.num_rows == len(expected) + 5


@pytest.mark.parametrize("batch_rows", [1, 100])
@pytest.mark.parametrize("chunk", [7, 1 << 20])
def test_lines_in_another_encoding_go_aside_and_the_rest_is_used(land, monkeypatch, batch_rows, chunk):
    monkeypatch.setattr(utf8, "_CHUNK_BYTES", chunk)
    lines = ["Mã chủ;Tên chủ sử dụng".encode(), "1;Lê Văn Đức".encode(), "2;Trần Thị Hòa".encode()]
    lines += ["3;Lê Văn Hùng".encode("windows-1252", "replace"), b"4;Nguy\xean V\xe3n", b"5", b"\xff6", "7;Đỗ Nở".encode()]
    source = land(b"\r\n".join(lines))
    assert ids_of(source, batch_rows) == [("1", 0), ("2", 1), ("7", 6)]
    assert aside_of(source) == [
        (2, "undecodable_bytes"),
        (3, "undecodable_bytes"),
        (4, "ragged_line"),
        (5, "ragged_line"),
    ]
    assert source.num_rows == 7


def test_undecodable_bytes_in_a_column_that_is_not_needed_do_not_matter(land):
    source = land(b"land_user_id,full_name,note\n1,A,\xff\n2,B,\n")
    assert ids_of(source) == [("1", 0), ("2", 1)]
    assert aside_of(source) == []


def test_a_record_too_long_to_be_parsed_is_an_error_with_the_last_good_row(land, monkeypatch):
    monkeypatch.setattr(csv_files, "_BLOCK_BYTES", 1000)
    with pytest.raises(InputError, match=r"row 100\): look for a line of several megabytes"):
        ids_of(land("land_user_id,full_name\n" + "1,Lê Đức\n" * 100 + "2," + "B" * 3000 + "\n3,C\n"))


def test_reading_again_and_reading_half_leave_the_quarantine_right(land):
    source = land("land_user_id,full_name\n1,A\n2\n" + "3,B\n" * 5)
    assert len(ids_of(source)) == len(ids_of(source)) == 6
    assert len(source.quarantine) == 1
    next(source.batches(1))
    assert (len(source.quarantine), source.num_rows) == (1, 7)


@pytest.mark.parametrize(
    "text", ["land_user_id,full_name", "land_user_id,full_name\r\n\r\n", "\ufeffland_user_id,full_name\n \n"]
)
def test_a_header_without_rows_is_an_empty_table(land, text):
    with pytest.raises(InputError, match="the table must have rows and is empty"):
        list(land(text).batches())


def test_a_table_of_which_no_row_can_be_read_is_an_error_with_the_count(land):
    with pytest.raises(InputError, match=r"no row of the table can be read \(land table, 2 rows\)"):
        list(land("land_user_id,full_name\n1\n2,B,C\n").batches())


def test_headers_in_another_encoding_are_an_error_that_names_the_remedy(land):
    with pytest.raises(InputError, match='save the file as "CSV UTF-8"'):
        land("Mã chủ,Họ tên\n1,A\n".encode("windows-1258", "replace"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"land_user_id,full_name\n1,\0\0\0", "is a binary file"),
        (b"\x1f\x8b\x08rest", "is a gzip file"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"ARROW1\0\0", "is an Arrow IPC file"),
        (b"\n\n\n", "the table has no headers"),
        (b"just a sentence", "none of the 1 cells in the row of headers is a known header"),
        (b'"land_user_id,full_name\n1,A\n', "the column land_user_id is required"),
        (b"citizen_id,full_name\n1,A\n", "the two tables seem swapped"),
        ("Mã công dân;Họ và tên\n1;A\n".encode(), "the two tables seem swapped"),
        (b"land_user_id,full_name,Full Name\n1,A,B\n", "2 claim the column full_name"),
    ],
)
def test_a_file_that_is_no_table_of_this_side_is_refused(land, data, says):
    with pytest.raises(InputError, match=says) as caught:
        land(data)
    assert caught.value.exit_code == 2


def test_the_error_of_a_text_without_headers_shows_headers_only(land):
    with pytest.raises(InputError) as caught:
        land("1;Lê Văn Đức;1960\n2;Trần Thị Hòa;1971\n")
    assert "Trần" not in str(caught.value)


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=6)
GOOD = st.tuples(st.just("good"), st.tuples(CELLS, CELLS))
RAGGED = st.tuples(st.just("ragged"), st.sampled_from(["x", "a,b,c", "a,b,c,d"]))
BROKEN = st.tuples(st.just("broken"), st.sampled_from([b"\xff,a", b"a,Nguy\xean", b"a,\xe1\xbb", b"\xc3,\xc3"]))


@given(
    st.lists(st.one_of(GOOD, RAGGED, BROKEN), min_size=1, max_size=25), st.integers(1, 30), st.sampled_from([16, 64, 1 << 20])
)
def test_rows_in_are_rows_used_and_rows_aside_for_any_mixture(tmp_path_factory, lines, batch_rows, chunk):
    path = tmp_path_factory.mktemp("mixture") / "land.csv"
    encoded = [
        f'"{what[0]}","{what[1]}"'.encode() if kind == "good" else what.encode() if kind == "ragged" else what
        for kind, what in lines
    ]
    path.write_bytes(b"land_user_id,full_name\n" + b"\n".join(encoded) + b"\n")
    used = {row: what for row, (kind, what) in enumerate(lines) if kind == "good"}
    aside = [
        (row, "ragged_line" if kind == "ragged" else "undecodable_bytes")
        for row, (kind, _) in enumerate(lines)
        if kind != "good"
    ]
    source = open_source(path, Side.LAND)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8, "_CHUNK_BYTES", chunk)
        if not used:
            with pytest.raises(InputError, match="no row of the table can be read"):
                rows_of(source)
        else:
            rows = rows_of(source, batch_rows)
            assert {row[ROW]: (row["land_user_id"] or "", row["full_name"] or "") for row in rows} == used
    assert aside_of(source) == aside
    assert source.num_rows == len(lines)


@given(st.binary(max_size=200), st.integers(1, 50), st.sampled_from(["utf-8", "utf-16"]))
def test_any_bytes_come_out_as_text_and_whole_text_unchanged(data, size, encoding):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8, "_CHUNK_BYTES", size)
        stream = Utf8Stream(io.BytesIO(b"\xff\xfe" + data if encoding == "utf-16" else data), encoding)
        out = b"".join(iter(lambda: stream.read(size), b""))
    text = out.decode("utf-8")
    if encoding == "utf-8":
        assert stream.marked == (data.decode("utf-8", "replace") != data.decode("utf-8", "surrogateescape"))
        assert stream.marked or out == data
        assert (utf8.MARK in text) == (stream.marked or utf8.MARK.encode() in data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"land_user_id,full_name\n1,A\n"),
        ("a.xls", b"\xef\xbb\xbf\r\n<html><table>"),
        ("a.csv", b"<?xml version='1.0'?>"),
    ],
)
def test_a_spreadsheet_by_name_only_is_refused_and_nothing_of_it_shown(land, name, data):
    with pytest.raises(
        InputError, match=r"a Parquet, CSV or XLSX file is required and a\.\w+ is (text, whatever|a web page)"
    ) as caught:
        land(data, name=name)
    assert "table>" not in str(caught.value)


def test_a_table_divided_by_tabs_under_the_name_of_an_old_spreadsheet_is_read(land):
    assert ids_of(land(b"land_user_id\tfull_name\n1\tA\n", name="a.xls")) == [("1", 0)]
