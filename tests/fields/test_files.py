"""Files with declared columns are read as those of registers are."""

from __future__ import annotations

import openpyxl
import pytest

from vnlink.errors import InputError
from vnlink.fields.tables import read_columns

COLUMNS = ["Mã", "Tên"]
EXPECTED = {"Mã": ["007", "8"], "Tên": ["Lê Văn Đức", None]}


def read(path, columns=COLUMNS):
    return {name: cells.to_pylist() for name, cells in read_columns(path, columns, "left").items()}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("above", ["", "DANH SÁCH\n"])
def test_a_text_file_is_read_whatever_its_delimiter_and_encoding(tmp_path, delimiter, encoding, above):
    lines = [["Mã", "Ghi chú", "Tên"], ["007", "x", "Lê Văn Đức"], ["8", "", ""]]
    text = above + "\n".join(delimiter.join(line) for line in lines) + "\n"
    (tmp_path / "fl.csv").write_bytes(text.encode(encoding))
    assert read(tmp_path / "fl.csv") == EXPECTED


def test_the_line_of_excel_names_the_delimiter(tmp_path):
    (tmp_path / "fl.csv").write_text("sep=;\nMã;Tên\n007;Lê Văn Đức\n8;\n", encoding="utf-8")
    assert read(tmp_path / "fl.csv") == EXPECTED


def test_a_workbook_is_read_by_the_only_sheet_with_the_columns(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Hướng dẫn"])
    sheet = book.create_sheet("Dữ liệu")
    for row in (["DANH SÁCH"], ["Tên", "Mã"], ["Lê Văn Đức", "007"], [None, 8]):
        sheet.append(row)
    book.save(tmp_path / "fl.xlsx")
    assert read(tmp_path / "fl.xlsx") == EXPECTED
    more = book.copy_worksheet(sheet)
    more.title = "Bản sao"
    book.save(tmp_path / "fl.xlsx")
    with pytest.raises(InputError, match=r"2 sheets of fl\.xlsx have them"):
        read(tmp_path / "fl.xlsx")
    assert read(f"{tmp_path / 'fl.xlsx'}#Bản sao") == EXPECTED


def test_a_missing_column_and_a_line_that_cannot_be_read_are_refused_without_a_value(tmp_path):
    (tmp_path / "fl.csv").write_text("007;Lê Văn Đức\n8;x\n", encoding="utf-8")
    with pytest.raises(InputError, match="the declared column Mã is required, and is none of the table's 2 headers") as caught:
        read(tmp_path / "fl.csv")
    assert "Đức" not in str(caught.value)
    (tmp_path / "fl.csv").write_text("Mã;Tên\n007;Lê Văn Đức;x\n8;y\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot be read as Parquet, as XLSX or as CSV in UTF-8 .*1 row, row 1") as caught:
        read(tmp_path / "fl.csv")
    assert "Đức" not in str(caught.value)
    (tmp_path / "fl.csv").write_text("Mã;Tên\n", encoding="utf-8")
    with pytest.raises(InputError, match="the table must have rows and is empty"):
        read(tmp_path / "fl.csv")
    with pytest.raises(InputError, match="does not exist"):
        read(tmp_path / "none.csv")


def test_a_template_without_rows_and_a_hidden_copy_are_no_second_sheet(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Tên", "Mã"])
    for name in ("Dữ liệu", "Bản cũ"):
        sheet = book.create_sheet(name)
        for row in (["Tên", "Mã"], ["Lê Văn Đức", "007"], [None, 8]):
            sheet.append(row)
    sheet.sheet_state = "hidden"
    book.save(tmp_path / "fl.xlsx")
    assert read(tmp_path / "fl.xlsx") == EXPECTED
    with pytest.raises(InputError, match="the table must have rows and is empty"):
        read(f"{tmp_path / 'fl.xlsx'}#Sheet")


def test_blanks_around_a_header_or_a_declared_column_do_not_matter(tmp_path):
    (tmp_path / "fl.csv").write_text("Mã, Tên \n007,Lê Văn Đức\n8,\n", encoding="utf-8")
    assert read(tmp_path / "fl.csv", ["Mã", " Tên "]) == {"Mã": EXPECTED["Mã"], " Tên ": EXPECTED["Tên"]}
    book = openpyxl.Workbook()
    book.active.append([" Tên ", "Mã"])
    book.active.append(["Lê Văn Đức", "007"])
    book.save(tmp_path / "fl.xlsx")
    assert read(tmp_path / "fl.xlsx", ["Mã ", " Tên "]) == {"Mã ": ["007"], " Tên ": ["Lê Văn Đức"]}


@pytest.mark.parametrize("above", ["", "DANH SÁCH\n"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_row_of_headers_is_read_to_its_end_however_long_it_is(tmp_path, above, encoding):
    wide = ",".join(f"một cột dài thứ {number}" for number in range(40_000))
    rest = "," * 39_999
    text = f"{above}Mã,{wide},Tên\n007,{rest},Lê Văn Đức\n8,{rest},\n"
    (tmp_path / "fl.csv").write_bytes(text.encode(encoding))
    assert read(tmp_path / "fl.csv") == EXPECTED


def test_a_cell_that_is_too_long_for_a_header_is_told_as_such(tmp_path):
    (tmp_path / "fl.csv").write_text('"' + "x" * 300_000 + '",Mã,Tên\n1,007,A\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"a cell of the first rows is longer than 131,072 characters") as error:
        read(tmp_path / "fl.csv")
    assert "xx" not in str(error.value)
