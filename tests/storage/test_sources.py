"""Tables of every kind come in as the same batches of canonical text."""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
import os
import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.decisions import read_truth
from vnlink.storage.sources import open_source
from vnlink.storage.tables import ROW

LAND = {
    "land_user_id": ["00123", "00124", "00125"],
    "full_name": ["Hộ ông Lê Văn Đức", "Bà Nguyễn Thị Hòa", None],
    "birth_date": ["01/02/1960", None, "1971"],
}


def rows_of(source, batch_rows=131_072):
    return pa.Table.from_batches(list(source.batches(batch_rows))).to_pylist()


def column_of(values, kind=None):
    """The text that a column of ids and names is read as."""
    array = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(values, kind)
    ids = pa.array([str(number) for number in range(len(array))])
    table = pa.table({"land_user_id": ids, "full_name": ids, "birth_date": array})
    return [row["birth_date"] for row in rows_of(open_source(table, Side.LAND))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    table = pa.table(LAND)
    pq.write_table(table, folder / "land.parquet", row_group_size=2)
    text = "\n".join(
        ["land_user_id,full_name,birth_date", *(",".join(x or "" for x in row) for row in zip(*LAND.values(), strict=True))]
    )
    (folder / "land.csv").write_text(text, encoding="utf-8")
    return folder


FORMS = {
    "parquet": lambda folder: folder / "land.parquet",
    "parquet as text": lambda folder: str(folder / "land.parquet"),
    "csv": lambda folder: folder / "land.csv",
    "pyarrow": lambda folder: pa.table(LAND),
    "pyarrow batch": lambda folder: pa.record_batch(LAND),
    "pyarrow reader": lambda folder: pa.table(LAND).to_reader(max_chunksize=1),
    "pandas": lambda folder: pd.DataFrame(LAND),
    "pandas objects": lambda folder: pd.DataFrame(LAND, dtype=object),
    "pandas categories": lambda folder: pd.DataFrame(LAND, dtype="category"),
    "polars": lambda folder: pl.DataFrame(LAND),
    "polars categories": lambda folder: pl.DataFrame(LAND).cast(pl.Categorical),
    "duckdb": lambda folder: duckdb.from_arrow(pa.table(LAND)),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("batch_rows", [1, 2, 1000])
def test_the_same_table_gives_the_same_rows_in_any_form_and_any_batch(folder, form, batch_rows):
    source = open_source(FORMS[form](folder), Side.LAND)
    expected = [
        dict(zip(LAND, values, strict=True)) | {ROW: row} for row, values in enumerate(zip(*LAND.values(), strict=True))
    ]
    assert rows_of(source, batch_rows) == expected
    assert rows_of(source, 2) == expected, "a source can be read again"
    assert all(batch.num_rows <= batch_rows for batch in source.batches(batch_rows))
    assert (source.num_rows, len(source.quarantine)) == (3, 0)


@pytest.mark.parametrize("form", FORMS)
def test_every_column_is_plain_text_and_the_row_number_is_64_bits(folder, form):
    for batch in open_source(FORMS[form](folder), Side.LAND).batches():
        assert batch.schema.names == [*LAND, ROW]
        assert batch.schema.types == [pa.string()] * 3 + [pa.int64()]


def test_only_canonical_columns_come_out():
    table = pa.table(LAND | {"note": ["x", "y", "z"], "citizen_id": ["1", "2", "3"]})
    source = open_source(table, Side.LAND)
    assert next(source.batches()).schema.names == [*LAND, ROW]
    assert source.describe()["unused_headers"] == ["note", "citizen_id"]


@pytest.mark.parametrize(
    ("values", "kind", "text"),
    [
        ([242438306.0, None, float("nan")], pa.float64(), ["242438306", None, None]),
        ([1e16, 1.5, float("inf")], pa.float64(), ["10000000000000000", "1.5", None]),
        ([0.1, 79.0], pa.float32(), ["0.1", "79"]),
        ([79095012345, -1, None], pa.int64(), ["79095012345", "-1", None]),
        ([1], pa.uint8(), ["1"]),
        ([True, False, None], pa.bool_(), ["true", "false", None]),
        ([dt.date(1965, 2, 3), dt.date(1, 1, 1)], pa.date32(), ["1965-02-03", "0001-01-01"]),
        ([dt.datetime.fromisoformat("1965-02-03T23:59")], pa.timestamp("ns"), ["1965-02-03"]),
        ([decimal.Decimal("1.50"), decimal.Decimal("12.00")], pa.decimal128(6, 2), ["1.5", "12"]),
        ([decimal.Decimal(79095012345)], pa.decimal128(12, 0), ["79095012345"]),
        (["", "Đức", None], pa.large_string(), [None, "Đức", None]),
        (["", "Đức", None], pa.string_view(), [None, "Đức", None]),
        ([b"", "Đức".encode(), None], pa.binary(), [None, "Đức", None]),
        (["a", "b", "a"], pa.dictionary(pa.int8(), pa.string()), ["a", "b", "a"]),
        ([None, None], pa.null(), [None, None]),
    ],
)
def test_values_of_every_type_become_the_text_a_person_would_write(values, kind, text):
    array = pa.array(values).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(values, kind)
    assert column_of(array) == text
    assert column_of(pa.concat_arrays([array, array]).slice(len(values))) == text, "the same when the array is a slice"


def test_a_midnight_of_hanoi_is_the_day_in_hanoi():
    moment = pa.array([dt.datetime(1960, 4, 30, 17, tzinfo=dt.UTC)], pa.timestamp("us", tz="Asia/Ho_Chi_Minh"))
    assert column_of(moment) == ["1960-05-01"]


def test_a_column_that_has_no_text_is_refused_by_name():
    with pytest.raises(InputError, match="the column birth_date must hold text, numbers or dates, not list<"):
        column_of([[1]])


def test_ids_that_lost_their_type_to_a_hole_come_back_as_digits():
    frame = pd.DataFrame({"land_user_id": [1.0, 2.0], "full_name": ["A", "B"], "id_number": [242438306, None]})
    assert [row["id_number"] for row in rows_of(open_source(frame, Side.LAND))] == ["242438306", None]


def test_a_pandas_column_of_mixed_types_is_read_value_by_value():
    mixed = pd.Series(
        ["012", 12, 12.0, 1.5, None, pd.NA, pd.NaT, float("nan"), True, dt.date(1960, 5, 1), np.int64(7)], dtype=object
    )
    frame = pd.DataFrame({"land_user_id": [str(n) for n in range(len(mixed))], "full_name": "A", "id_number": mixed})
    frame["other"] = [object() for _ in range(len(frame))]
    texts = [row["id_number"] for row in rows_of(open_source(frame, Side.LAND))]
    assert texts == ["012", "12", "12", "1.5", None, None, None, None, "true", "1960-05-01", "7"]


def test_half_a_character_in_a_frame_puts_its_row_aside_and_says_nothing_of_it():
    frame = pd.DataFrame({"land_user_id": ["1", "2"], "full_name": pd.Series(["Nguy\udc81n", "Lê"], dtype=object)})
    source = open_source(frame, Side.LAND)
    assert [row["land_user_id"] for row in rows_of(source)] == ["2"]
    assert source.quarantine.table(Side.LAND).to_pylist() == [{"side": "land", "row": 0, "reason": "undecodable_bytes"}]
    assert source.num_rows == 2


@pytest.mark.parametrize("kind", ["string", "binary"])
def test_bytes_that_are_no_text_put_their_row_aside_in_a_parquet_file_too(tmp_path, kind):
    names = pa.array(["Lê".encode(), b"Nguy\xean", None, "Hòa".encode()])
    if kind == "string":
        names = pa.Array.from_buffers(pa.string(), 4, names.buffers())
    pq.write_table(pa.table({"land_user_id": ["1", "2", "3", "4"], "full_name": names}), tmp_path / "land.parquet")
    source = open_source(tmp_path / "land.parquet", Side.LAND)
    for batch_rows in (1, 3, 100):
        assert [(row["full_name"], row[ROW]) for row in rows_of(source, batch_rows)] == [("Lê", 0), (None, 2), ("Hòa", 3)]
        assert source.quarantine.rows().tolist() == [1]


def test_a_stream_that_can_be_read_once_is_kept():
    reader = pa.table(LAND).to_reader()
    source = open_source(reader, Side.LAND)
    assert rows_of(source) == rows_of(source)


def test_two_columns_of_one_label_do_not_confuse_those_that_are_needed():
    frame = pd.DataFrame([["1", "A", "x", "y"]], columns=["land_user_id", "full_name", "note", "note"])
    assert rows_of(open_source(frame, Side.LAND)) == [{"land_user_id": "1", "full_name": "A", ROW: 0}]


def test_the_first_filled_of_two_dates_is_taken_and_all_papers_are_joined():
    table = pa.table(
        {
            "Mã chủ": ["1", "2", "3", "4"],
            "Họ tên": ["A", "B", "C", "D"],
            "Năm sinh": [1960, 1961, None, 1963],
            "Ngày sinh": ["01/02/1960", " ", None, ""],
            "Số CMND": ["012345678", "", None, "1"],
            "Số CCCD": ["001060123456", "2", None, None],
        }
    )
    rows = rows_of(open_source(table, Side.LAND))
    assert [row["birth_date"] for row in rows] == ["01/02/1960", "1961", None, "1963"]
    assert [row["id_number"] for row in rows] == ["001060123456 , 012345678", "2", None, "1"]


def test_a_source_given_again_is_the_same_source():
    source = open_source(pa.table(LAND), Side.LAND)
    assert open_source(source, Side.LAND) is source


def test_the_manifest_hears_the_digest_of_a_file_and_no_row(folder):
    described = open_source(folder / "land.parquet", Side.LAND).describe()
    assert described["sha256"] == hashlib.sha256((folder / "land.parquet").read_bytes()).hexdigest()
    assert described["rows"] == 3
    assert described["columns"]["full_name"] == ["full_name"]
    assert open_source(pa.table(LAND), Side.LAND).digest() is None
    assert "Đức" not in str(described)


def test_a_missing_spreadsheet_package_is_named_with_its_remedy(tmp_path, monkeypatch):
    (tmp_path / "land.xlsx").write_bytes(b"PK\x03\x04rest")
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(InputError, match=r'pip install "vnlink\[excel\]"'):
        open_source(tmp_path / "land.xlsx", Side.LAND)


@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.none(), st.integers(1, 5)),
        min_size=1,
        max_size=20,
    ),
    st.integers(1, 30),
)
def test_text_passes_through_unchanged_but_for_the_empty_cell(cells, batch_rows):
    texts = [text for text, _ in cells]
    chunks = [pa.array(texts[:3], pa.string()), pa.array(texts[3:], pa.string())]
    ids = pa.array([str(number) for number in range(len(texts))])
    table = pa.table({"land_user_id": ids, "full_name": pa.chunked_array(chunks)})
    rows = rows_of(open_source(table, Side.LAND), batch_rows)
    assert [row["full_name"] for row in rows] == [text or None for text in texts]
    assert [row[ROW] for row in rows] == list(range(len(texts)))


@given(st.lists(st.floats(allow_infinity=False, allow_nan=False), min_size=1, max_size=30))
def test_a_number_reads_back_as_itself(numbers):
    texts = column_of(numbers, pa.float64())
    assert [float(text) for text in texts] == numbers
    assert not any(text.endswith(".0") for text in texts)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only some systems have pipes with a name")
def test_a_pipe_is_refused_before_it_is_waited_for(tmp_path):
    os.mkfifo(tmp_path / "land.csv")
    with pytest.raises(InputError, match="is a pipe or a device and a file is required"):
        open_source(tmp_path / "land.csv", Side.LAND)
    with pytest.raises(InputError, match="is a pipe or a device and a file is required"):
        read_truth(tmp_path / "land.csv")
