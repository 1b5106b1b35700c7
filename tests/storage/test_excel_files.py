"""Spreadsheets as offices keep them."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.sources import open_source
from vnlink.storage.tables import ROW

HEADER = ["STT", "Mã chủ sử dụng", "Tên chủ sử dụng", "Ngày sinh", "Số CCCD", "Giới tính"]


@pytest.fixture
def book(tmp_path):
    def saved(*sheets, name="land.xlsx"):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for number, rows in enumerate(sheets):
            sheet = workbook.create_sheet(f"Sheet {number}")
            for row in rows:
                sheet.append(row)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return saved


def rows_of(source, batch_rows=131_072):
    return pa.Table.from_batches(list(source.batches(batch_rows))).to_pylist()


def test_a_spreadsheet_is_read_cell_by_cell_as_text(book):
    path = book(
        [
            HEADER,
            [1, "00123", "Hộ ông Lê Văn Đức", dt.date(1960, 2, 1), 1060123456, True],
            [2, 124, "Bà Nguyễn Thị Hòa", "1971", "001171000001", False],
            [3, 125.0, None, dt.datetime.fromisoformat("1965-05-01T12:00"), 242438306.0, None],
        ]
    )
    source = open_source(path, Side.LAND)
    rows = rows_of(source, 2)
    assert [row["land_user_id"] for row in rows] == ["00123", "124", "125"]
    assert [row["birth_date"] for row in rows] == ["1960-02-01", "1971", "1965-05-01"]
    assert [row["id_number"] for row in rows] == ["1060123456", "001171000001", "242438306"]
    assert [row["gender"] for row in rows] == ["true", "false", None]
    assert [row["full_name"] for row in rows] == ["Hộ ông Lê Văn Đức", "Bà Nguyễn Thị Hòa", None]
    assert [row[ROW] for row in rows] == [0, 1, 2]
    assert source.describe()["kind"] == "excel"
    assert len(source.digest()) == 64


def test_titles_above_the_header_and_empty_lines_are_no_rows(book):
    path = book([["UBND XÃ HÒA BÌNH"], [], ["DANH SÁCH CHỦ SỬ DỤNG ĐẤT"], HEADER, [1, "7", "A"], [], [None] * 6, [2, "8", "B"]])
    assert [(row["land_user_id"], row[ROW]) for row in rows_of(open_source(path, Side.LAND))] == [("7", 0), ("8", 1)]


def test_the_only_sheet_with_the_header_and_rows_is_taken_and_told(book):
    path = book(
        [["Hướng dẫn"], ["Không sửa tiêu đề"]], [HEADER], [["Mã công dân", "Họ tên"], ["C1", "A"]], [HEADER, [1, "8", "B"]]
    )
    source = open_source(path, Side.LAND)
    assert [row["land_user_id"] for row in rows_of(source)] == ["8"]
    assert source.describe()["sheet"] == "Sheet 3"
    assert {"code": "sheet_chosen", "side": "land", "sheet": 4, "sheets": 4} in source.notes()
    assert [row["citizen_id"] for row in rows_of(open_source(path, Side.CITIZEN))] == ["C1"]


def test_several_sheets_with_the_header_are_refused_and_one_of_them_may_be_called_for(book):
    path = book([HEADER, [1, "7", "A"]], [HEADER, [1, "8", "B"]])
    with pytest.raises(InputError, match=r'2 sheets of land\.xlsx have them .*"land\.xlsx#name of the sheet"'):
        open_source(path, Side.LAND)
    called = f"{path}#Sheet 1"
    source = open_source(called, Side.LAND)
    assert [row["land_user_id"] for row in rows_of(source)] == ["8"]
    assert source.describe()["sheet"] == "Sheet 1"
    with pytest.raises(InputError, match="the sheet called for is none of the 2"):
        open_source(f"{path}#Sheet 9", Side.LAND)


def test_a_sheet_of_a_text_file_is_refused_and_a_file_with_the_sign_in_its_name_is_read(tmp_path):
    text = "land_user_id,full_name\n7,A\n"
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "b#1.csv").write_text(text)
    with pytest.raises(InputError, match=r"a sheet is called for, and a\.csv is no workbook"):
        open_source(tmp_path / "a.csv#Dữ liệu", Side.LAND)
    assert [row["land_user_id"] for row in rows_of(open_source(tmp_path / "b#1.csv", Side.LAND))] == ["7"]


def test_a_header_of_two_rows_is_read_whole_and_the_numbers_of_the_columns_are_no_row(book):
    path = book(
        [
            ["SỔ ĐỊA CHÍNH"],
            [None, "Thông tin chủ", None, "Địa chỉ", None],
            ["Mã chủ", "Họ và tên", "Năm sinh", None, None],
            [1, 2, 3, 4, 5],
            ["7", "Lê Văn Đức", 1960, "Thôn Hạ", "x"],
        ]
    )
    source = open_source(path, Side.LAND)
    assert rows_of(source) == [
        {"land_user_id": "7", "full_name": "Lê Văn Đức", "birth_date": "1960", "address": "Thôn Hạ", ROW: 0}
    ]
    assert source.num_rows == 1
    assert source.describe()["header_rows"] == 3
    assert source.notes() == [{"code": "columns_without_header", "side": "land", "count": 1}]
    assert source.place_of(0) == "row 5 of the sheet"


def test_a_spreadsheet_without_the_header_or_without_rows_is_refused(book):
    with pytest.raises(InputError, match="none of the 1 cells in the row of headers is a known header"):
        open_source(book([["Hướng dẫn"]]), Side.LAND)
    with pytest.raises(InputError, match="the table has no headers"):
        open_source(book([]), Side.LAND)
    with pytest.raises(InputError, match="the table must have rows and is empty"):
        open_source(book([HEADER]), Side.LAND)
    with pytest.raises(InputError, match="the two tables seem swapped"):
        open_source(book([["Mã công dân", "Họ và tên"], ["1", "A"]]), Side.LAND)


@pytest.mark.parametrize("kept", [10, 100, 3000])
def test_a_half_written_spreadsheet_is_refused(book, kept):
    path = book([HEADER, [1, "7", "A"]])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match=r"land\.xlsx is not a whole spreadsheet"):
        open_source(path, Side.LAND)
