"""Parquet files: what is read, and what is damaged."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.sources import open_source
from vnlink.storage.tables import ROW


@pytest.fixture
def path(tmp_path):
    table = pa.table(
        {
            "STT": list(range(1000)),
            "Mã chủ sử dụng": [f"{row:05d}" for row in range(1000)],
            "Họ.tên": ["Lê Văn Đức"] * 1000,
            "Năm sinh": pa.array([1960] * 1000, pa.int16()),
            "nested": [[row] for row in range(1000)],
        }
    )
    pq.write_table(table, tmp_path / "land.parquet", row_group_size=300)
    return tmp_path / "land.parquet"


@pytest.mark.parametrize("batch_rows", [7, 300, 5000])
def test_row_groups_and_batches_do_not_show_in_the_rows(path, batch_rows):
    source = open_source(path, Side.LAND)
    assert source.num_rows == 1000
    table = pa.Table.from_batches(list(source.batches(batch_rows)))
    assert table.column_names == ["land_user_id", "full_name", "birth_date", ROW]
    assert table["land_user_id"].to_pylist() == [f"{row:05d}" for row in range(1000)]
    assert table["birth_date"].unique().to_pylist() == ["1960"]
    assert table[ROW].to_pylist() == list(range(1000))


def test_a_half_written_file_is_refused_when_it_is_opened(path):
    whole = path.read_bytes()
    for kept in (4, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:kept])
        with pytest.raises(InputError, match=r"land\.parquet is not a whole Parquet file"):
            open_source(path, Side.LAND)


def test_a_page_overwritten_is_refused_while_reading(path):
    table = pq.read_table(path)
    pq.write_table(table, path, use_dictionary=False, compression="zstd")
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(0).column(2).data_page_offset
    data[start : start + 60] = bytes(60)
    path.write_bytes(bytes(data))
    source = open_source(path, Side.LAND)
    with pytest.raises(InputError, match="half-written or damaged"):
        list(source.batches())


def test_a_text_file_called_parquet_is_refused(tmp_path):
    (tmp_path / "land.parquet").write_text("land_user_id,full_name\n1,A\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not a whole Parquet file"):
        open_source(tmp_path / "land.parquet", Side.LAND)


def test_a_parquet_file_of_another_name_is_recognised(path):
    other = path.rename(path.with_suffix(".dat"))
    assert open_source(other, Side.LAND).kind == "parquet"


def test_a_file_without_rows_is_an_empty_table(tmp_path):
    pq.write_table(
        pa.table({"land_user_id": pa.array([], pa.string()), "full_name": pa.array([], pa.string())}), tmp_path / "a.parquet"
    )
    with pytest.raises(InputError, match=r"the table must have rows and is empty \(land table\)"):
        open_source(tmp_path / "a.parquet", Side.LAND)


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.parquet does not exist"):
        open_source(tmp_path / "nowhere.parquet", Side.LAND)
    with pytest.raises(InputError, match="is a folder and a file is required"):
        open_source(tmp_path, Side.CITIZEN)
    with pytest.raises(InputError, match="cannot be opened"):
        open_source("a\0b", Side.LAND)
    with pytest.raises(InputError, match="got list"):
        open_source([1, 2], Side.LAND)
