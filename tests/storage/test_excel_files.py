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


def test_the_first_sheet_with_the_header_is_taken(book):
    path = book([["Hướng dẫn"], ["Không sửa tiêu đề"]], [HEADER, [1, "7", "A"]], [HEADER, [1, "8", "B"]])
    assert [row["land_user_id"] for row in rows_of(open_source(path, Side.LAND))] == ["7"]


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
