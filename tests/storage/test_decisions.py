"""Tables of decisions: ids stay text, the formats of registers are understood, nothing of the file is in an error."""

from __future__ import annotations

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vnlink.errors import InputError
from vnlink.storage.decisions import read_sheet, read_truth

ROWS = [("a", "1", "001085012345"), ("b", "2", None)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_text_file_keeps_its_zeros_whatever_divides_it(tmp_path, delimiter, mark):
    path = tmp_path / "truth.csv"
    lines = [delimiter.join(("land_user_id", "person_no", "citizen_id", "note"))]
    lines += [delimiter.join((user, number, citizen or "", "x")) for user, number, citizen in ROWS]
    path.write_text(mark + "\r\n".join(lines) + "\r\n", encoding="utf-8")
    table = read_truth(path)
    assert table.column_names == ["land_user_id", "person_no", "citizen_id"]
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS


def test_parquet_gives_the_columns_of_a_truth_only(tmp_path):
    path = tmp_path / "truth.parquet"
    pq.write_table(pa.table({"land_user_id": ["a"], "citizen_id": ["c"], "full_name": ["Lê Thị Hoa"]}), path)
    assert read_truth(path).column_names == ["land_user_id", "citizen_id"]


@pytest.mark.parametrize("content", [b"PAR1 cut off", b"land_user_id,citizen_id\na,Hoa,c\n", b"land_user_id\xff\xfe\n", b""])
def test_a_file_that_is_no_table_is_an_error_without_its_text(tmp_path, content):
    path = tmp_path / "truth.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_truth(path)
    assert "Hoa" not in str(caught.value)


def test_a_file_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="must be a file"):
        read_truth(tmp_path / "truth.csv")


def written(path, rows):
    """Rows with their header in the format that the name asks for."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in (["DANH SÁCH"], *rows):
            book.active.append(row)
        book.save(path)
    else:
        text = "".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows)
        path.write_text(text, encoding="utf-16" if "16" in path.stem else "utf-8")
    return path


@pytest.mark.parametrize("name", ["truth.xlsx", "truth16.csv", "truth.csv"])
@pytest.mark.parametrize(
    "head", [("land_user_id", "citizen_id"), ("Mã chủ sử dụng", "Mã công dân"), ("LAND_USER_ID", "citizen id")]
)
def test_a_truth_comes_in_the_formats_and_with_the_headers_of_registers(tmp_path, name, head):
    rows = [(head[0], "Person_no", head[1], "note"), ("a", 1.0, "001085012345", "x"), ("b", 2.0, None, None)]
    table = read_truth(written(tmp_path / name, rows))
    assert table.column_names == ["land_user_id", "person_no", "citizen_id"]
    assert [tuple(row.values()) for row in table.to_pylist()] == ROWS


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet16.txt", "sheet.csv"])
def test_the_answers_of_a_sheet_come_in_any_format(tmp_path, name):
    lines = [("row", "note", "answer", "check"), (50.0, "x", "không có", "abcdef"), (7, None, None, "ghijkl")]
    rows, answers, checks = read_sheet(written(tmp_path / name, lines))
    assert (rows.tolist(), answers, checks) == ([50, 7], ["không có", ""], ["abcdef", "ghijkl"])


def test_numbers_of_a_parquet_file_are_read_as_their_digits(tmp_path):
    columns = {"Mã chủ": [1, 2], "person_no": [1.0, None], "citizen_id": pa.array(["c", None]).dictionary_encode()}
    pq.write_table(pa.table(columns), tmp_path / "truth.parquet")
    assert read_truth(tmp_path / "truth.parquet").to_pylist() == [
        {"land_user_id": "1", "person_no": "1", "citizen_id": "c"},
        {"land_user_id": "2", "person_no": None, "citizen_id": None},
    ]


def test_two_headers_for_one_id_are_refused(tmp_path):
    path = written(tmp_path / "truth.csv", [("Mã chủ", "Mã chủ sử dụng", "citizen_id"), ("a", "b", "c")])
    with pytest.raises(InputError, match="2 claim the column"):
        read_truth(path)
    own = written(tmp_path / "own.csv", [("Mã chủ", "land_user_id", "citizen_id"), ("a", "b", "c")])
    assert read_truth(own).to_pylist() == [{"land_user_id": "b", "citizen_id": "c"}]


def test_a_line_with_too_many_cells_is_counted_and_not_passed_over(tmp_path):
    path = written(tmp_path / "truth.csv", [("land_user_id", "citizen_id"), ("a", "c"), ("b", "d", "Hoa"), ("e", "Hoa", "f")])
    with pytest.raises(InputError, match=r"2 rows, first at row 2\)"):
        read_truth(path)


def test_a_truth_of_no_rows_has_its_columns(tmp_path):
    assert read_truth(written(tmp_path / "truth.csv", [("land_user_id", "citizen_id")])).num_rows == 0


@pytest.mark.parametrize("name", ["truth.csv", "truth.xlsx"])
def test_notes_that_are_the_same_are_not_taken_for_headers(tmp_path, name):
    rows = [("land_user_id", "citizen_id", "status", "note", "other"), ("a", "C1", "full", "status", "status")]
    assert read_truth(written(tmp_path / name, rows)).to_pylist() == [
        {"land_user_id": "a", "citizen_id": "C1", "status": "full"}
    ]
