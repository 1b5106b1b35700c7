"""Headers of forms: of several rows, with the numbers of the columns under them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink.schema import Side
from vnlink.storage.header_rows import find_header
from vnlink.storage.sources import open_source

TWO_ROWS = """,Thông tin chủ,,,,Địa chỉ,Mã xã
Mã chủ,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,,
"""
RECORD = "L1,Lê Văn Đức,1960,Nam,001060000001,Thôn Hạ,04072\n"


@pytest.fixture
def land(tmp_path):
    def opened(text):
        (tmp_path / "land.csv").write_text(text, encoding="utf-8")
        source = open_source(tmp_path / "land.csv", Side.LAND)
        return source, pa.Table.from_batches(list(source.batches())).to_pylist()

    return opened


def header_of(*rows):
    return find_header(rows, Side.LAND, {}, {})


def test_an_empty_header_takes_the_cell_above_it(land):
    source, rows = land(TWO_ROWS + RECORD)
    assert rows[0]["address"] == "Thôn Hạ"
    assert rows[0]["commune_code"] == "04072"
    assert source.notes() == []
    assert source.describe()["header_rows"] == 2


def test_a_title_is_no_header_of_the_column_below_it():
    found = header_of(["SỔ ĐỊA CHÍNH", "", ""], ["", "Mã chủ", "Họ tên"])
    assert found.headers == ("", "Mã chủ", "Họ tên")


def test_the_key_may_stand_above_the_names_of_the_other_columns():
    found = header_of(["Mã chủ", "Người sử dụng", ""], ["", "Họ và tên", "Năm sinh"], ["7", "Lê Văn Đức", "1960"])
    assert found.headers == ("Mã chủ", "Họ và tên", "Năm sinh")
    assert found.end == 2


def test_a_row_of_further_names_below_is_part_of_the_header():
    found = header_of(["Mã chủ", "Họ tên", "Giấy tờ", ""], ["", "", "Số CCCD", "Ngày cấp"], ["7", "Lê Văn Đức", "", ""])
    assert found.headers == ("Mã chủ", "Họ tên", "Số CCCD", "Ngày cấp")
    assert found.end == 2


def test_a_record_without_an_id_is_not_taken_for_a_header():
    found = header_of(["Mã chủ", "Họ tên", "Giới tính"], ["", "", "Nam"])
    assert found.end == 1


@pytest.mark.parametrize(
    "numbers", ["(1),(2),(3),(4),(5),(6),(7)", "1,2,3,4,5,6,7", "[1],[2],[3],[4],[5],[6],[7]", "A,B,1,2,3,4,5"]
)
def test_a_row_of_the_numbers_of_the_columns_is_no_record(land, numbers):
    for lines in (TWO_ROWS, "Mã chủ,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,Địa chỉ,Mã xã\n"):
        source, rows = land(f"{lines}{numbers}\n{RECORD}")
        assert [row["land_user_id"] for row in rows] == ["L1"]
        assert source.num_rows == 1
        assert len(source.quarantine) == 0
        assert source.place_of(0) == f"line {lines.count(chr(10)) + 2} of the file"


@pytest.mark.parametrize("record", ["1,Lê Văn Đức,3,,,,", "1,,,,,,", "1,3,5,7,9,11,13"])
def test_a_record_with_numbers_is_one(land, record):
    _, rows = land(f"Mã chủ,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,Địa chỉ,Mã xã\n{record}\n")
    assert len(rows) == 1


def test_columns_without_a_header_are_told_where_they_hold_anything(land):
    source, _ = land("Mã chủ,Họ tên,,,\nL1,Lê Văn Đức,x, ,\n")
    assert source.notes() == [{"code": "columns_without_header", "side": "land", "count": 1}]


def test_columns_that_are_not_used_are_told_with_headers_that_look_like_headers(land):
    title = "Hộ ông Trần Văn Đức,Số 12,,,\n"
    source, _ = land(f"{title},,Mã chủ,Họ tên,Ghi chú,Tờ số,001060000001\nx,y,L1,Lê Văn Đức,a,b,c\n")
    assert source.notes() == [{"code": "columns_not_used", "side": "land", "count": 5, "headers": ["Ghi chú", "Tờ số"]}]
