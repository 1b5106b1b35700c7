"""Spreadsheets as offices keep them."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.headers import HeaderMap
from vnlink.storage.sources import open_source
from vnlink.storage.tables import ROW

HEADER = ["STT", "Mã chủ sử dụng", "Tên chủ sử dụng", "Ngày sinh", "Số CCCD", "Giới tính"]


@pytest.fixture
def book(tmp_path):
    def saved(*sheets, name="land.xlsx", hidden=(), names=None):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for number, rows in enumerate(sheets):
            sheet = workbook.create_sheet(names[number] if names else f"Sheet {number}")
            sheet.sheet_state = "hidden" if number in hidden else "visible"
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


def test_a_first_record_of_numbers_with_a_gap_is_read(book):
    path = book([["Mã chủ", "Họ và tên", "Giới tính"], [1, None, 2], [2, "Lê Văn Đức", 1]])
    assert [row["land_user_id"] for row in rows_of(open_source(path, Side.LAND))] == ["1", "2"]


def test_what_is_told_of_a_sheet_holds_no_cell_above_its_header(book):
    path = book(
        [
            ["Mã xã", "Thông tin chủ", None, "Giới tính (Lê Thị Tư)", "Phái"],
            [None, "Mã chủ", "Họ và tên", None, None],
            ["0", "7", "Lê Văn Đức", "Nam", "Nam"],
        ]
    )
    with pytest.raises(InputError, match='2 claim the column gender: cell 4, "Phái"'):
        open_source(path, Side.LAND)


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
    assert source.notes() == [
        {"code": "headers_of_other_rows", "side": "land", "count": 1, "headers": ["Địa chỉ"]},
        {"code": "columns_without_header", "side": "land", "count": 1},
    ]
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


def test_a_hidden_sheet_counts_only_where_no_other_has_the_columns_and_rows(book):
    shown, old = [HEADER, [1, "7", "A"]], [HEADER, [1, "8", "B"]]
    for sheets, hidden, number in (((old, shown), {0}, 2), ((shown, old, old), {1, 2}, 1), (([HEADER], old), {1}, 2)):
        source = open_source(book(*sheets, hidden=hidden), Side.LAND)
        assert [row["land_user_id"] for row in rows_of(source)] == [sheets[number - 1][1][1]]
        assert {"code": "sheet_chosen", "side": "land", "sheet": number, "sheets": len(sheets)} in source.notes()
    with pytest.raises(InputError, match="2 sheets"):
        open_source(book([HEADER], old, old, hidden={1, 2}), Side.LAND)
    called = f"{book(old, shown, hidden={0})}#Sheet 0"
    assert [row["land_user_id"] for row in rows_of(open_source(called, Side.LAND))] == ["8"]


def test_a_sheet_that_is_called_for_was_not_chosen(book):
    path = book([HEADER, [1, "7", "A"]], [HEADER, [1, "8", "B"]])
    assert "sheet_chosen" not in [note["code"] for note in open_source(f"{path}#Sheet 1", Side.LAND).notes()]


def test_names_of_sheets_files_and_folders_may_hold_the_sign_that_divides_them(book, tmp_path):
    (tmp_path / "x#1").mkdir()
    path = book([HEADER, [1, "7", "A"]], [HEADER, [1, "8", "B"]], name="x#1/n#2.xlsx", names=["DS#1", "DS"])
    assert [row["land_user_id"] for row in rows_of(open_source(f"{path}#DS#1", Side.LAND))] == ["7"]
    assert [row["land_user_id"] for row in rows_of(open_source(f"{path}#DS", Side.LAND))] == ["8"]


def test_columns_without_a_header_are_counted_once_each_wherever_they_are_filled(book):
    header = [HEADER[1], None, HEADER[2], None, None]
    path = book(
        [header, ["7", None, "A", None, None, None], ["8", "x", "B", None, None, "y"], ["9", "x", "C", None, None, "z"]]
    )
    assert open_source(path, Side.LAND).notes() == [{"code": "columns_without_header", "side": "land", "count": 2}]


def test_the_headers_are_not_looked_through_for_every_cell(book, monkeypatch):
    path = book(
        [[*HEADER, "Ghi chú", None], *([number, str(number), "A", 1960, None, None, "x", None] for number in range(50))]
    )
    asked = []
    blank = HeaderMap.blank.fget
    monkeypatch.setattr(HeaderMap, "blank", property(lambda header: asked.append(1) or blank(header)))
    open_source(path, Side.LAND)
    assert len(asked) == 1
