"""Reading a truth: ids stay text, offices' delimiters are understood, nothing of the file is in an error."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vnlink.errors import InputError
from vnlink.report.truth import read_truth

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
