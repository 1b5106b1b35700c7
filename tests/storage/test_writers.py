"""One writer for each kind of file; the same content gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.errors import StorageError
from vnlink.schema import LINKS_SCHEMA
from vnlink.storage import writers
from vnlink.storage.writers import ParquetFile, json_text, write_json, write_parquet, write_text

SCHEMA = pa.schema([("id", pa.string()), ("number", pa.int64()), ("reasons", pa.list_(pa.string()))])


def table(rows):
    reasons = [["same_name"] * (row % 3) for row in range(rows)]
    return pa.table(
        {"id": [f"{row % 97:05d}" for row in range(rows)], "number": range(rows), "reasons": reasons}, schema=SCHEMA
    )


@pytest.mark.parametrize("batch_rows", [1, 7, 250, 1000])
def test_batches_do_not_show_in_the_bytes_of_a_parquet_file(tmp_path, monkeypatch, batch_rows):
    monkeypatch.setattr(writers, "ROW_GROUP_ROWS", 300)
    whole = table(1000)
    first = write_parquet(tmp_path / "whole.parquet", SCHEMA, [whole])
    second = write_parquet(tmp_path / "pieces.parquet", SCHEMA, whole.to_batches(max_chunksize=batch_rows))
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "pieces.parquet").read_bytes()
    assert first.sha256 == second.sha256 == hashlib.sha256((tmp_path / "whole.parquet").read_bytes()).hexdigest()
    assert first.size == (tmp_path / "whole.parquet").stat().st_size
    file = pq.ParquetFile(tmp_path / "whole.parquet")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [300, 300, 300, 100]
    assert file.read().equals(whole)


def test_a_table_without_rows_is_a_file_with_its_columns(tmp_path):
    write_parquet(tmp_path / "links.parquet", LINKS_SCHEMA, [])
    assert pq.read_schema(tmp_path / "links.parquet").equals(LINKS_SCHEMA)
    assert pq.read_table(tmp_path / "links.parquet").num_rows == 0


def test_metadata_that_a_frame_brought_along_is_not_written(tmp_path):
    rows = table(3).replace_schema_metadata({"pandas": "{}"})
    write_parquet(tmp_path / "a.parquet", SCHEMA.with_metadata({"made": "today"}), [rows])
    assert pq.read_schema(tmp_path / "a.parquet").metadata is None


def test_other_columns_than_promised_are_a_fault_of_the_program(tmp_path):
    with pytest.raises(ValueError, match=r"columns of a\.parquet must be"), ParquetFile(tmp_path / "a.parquet", SCHEMA) as file:
        file.write(table(3).select(["number", "id", "reasons"]))


def test_an_exception_leaves_no_readable_parquet_file(tmp_path):
    def interrupted():
        with ParquetFile(tmp_path / "a.parquet", SCHEMA) as file:
            file.write(table(1000))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    with pytest.raises(pa.ArrowInvalid):
        pq.read_table(tmp_path / "a.parquet")


def test_a_file_is_never_written_over(tmp_path):
    write_text(tmp_path / "a.txt", "first")
    with pytest.raises(StorageError, match=r"a\.txt could not be made"):
        write_text(tmp_path / "a.txt", "second")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "first"


def test_json_keeps_order_letters_and_floats_and_ends_its_last_line(tmp_path):
    data = {"b": "Lê Văn Đức", "a": [0.1, 1e300, None, True], "n": {"x": 1}}
    write_json(tmp_path / "a.json", data)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["b", "a", "n"]
    assert "Lê Văn Đức" in text
    assert "0.1," in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_json_has_no_number_that_json_does_not_have(number):
    with pytest.raises(ValueError, match="JSON compliant"):
        json_text({"a": number})


@given(
    st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5) | st.booleans())
)
def test_json_reads_back_as_it_was(data):
    assert json.loads(json_text(data)) == data


def test_text_is_written_as_given(tmp_path):
    write_text(tmp_path / "a.html", "<p>Đức\r\n</p>")
    assert (tmp_path / "a.html").read_bytes() == "<p>Đức\r\n</p>".encode()
