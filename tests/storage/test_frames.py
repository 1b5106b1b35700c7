"""Frames of every kind and types of columns are read as the same table, without a warning, in the order of their rows."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from vnlink import Linker
from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.sources import open_source

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

CELLS = {
    "land_user_id": ["L3", "L1", "L2"],
    "full_name": ["Nguyễn Văn Hoà", None, "Trần Thị Na"],
    "gender": ["Nam", "Nam", None],
    "id_number": [None, "012345678", "271234567"],
}
TABLE = pa.table(CELLS)


def cast(kind):
    return pa.table({name: pa.array(cells, kind) for name, cells in CELLS.items()})


def encoded(kind):
    return pa.table({name: pa.array(cells, kind).dictionary_encode() for name, cells in CELLS.items()})


def pandas(kind):
    return pd.DataFrame(CELLS).astype(kind)


def run_ends():
    ends = [1, 2, 3]
    return pa.table({name: pa.RunEndEncodedArray.from_arrays(ends, cells) for name, cells in CELLS.items()})


FRAMES = {
    "large_string": lambda: cast(pa.large_string()),
    "string_view": lambda: cast(pa.string_view()),
    "dictionary": lambda: encoded(pa.string()),
    "dictionary of large": lambda: encoded(pa.large_string()),
    "run ends": run_ends,
    "batch": lambda: TABLE.to_batches()[0],
    "reader": lambda: TABLE.to_reader(max_chunksize=1),
    "pandas": lambda: pd.DataFrame(CELLS),
    "pandas objects": lambda: pandas(object),
    "pandas nullable": lambda: pandas("string"),
    "pandas categories": lambda: pandas("category"),
    "pandas Arrow": lambda: TABLE.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas Arrow views": lambda: pd.DataFrame(
        {k: pd.array(pa.array(v), dtype=pd.ArrowDtype(pa.string())) for k, v in CELLS.items()}
    ),
    "pandas filtered": lambda: pd.DataFrame({k: ["x", *v] for k, v in CELLS.items()}).iloc[1:],
    "pandas with ids as index": lambda: pd.DataFrame(CELLS).set_index("land_user_id"),
    "pandas with ids as a level": lambda: pd.DataFrame(CELLS).assign(n=[1, 2, 3]).set_index(["n", "land_user_id"]),
    "polars": lambda: pl.DataFrame(CELLS),
    "polars categories": lambda: pl.DataFrame(CELLS).with_columns(pl.all().cast(pl.Categorical)),
    "polars enum": lambda: pl.DataFrame(CELLS).with_columns(pl.col("gender").cast(pl.Enum(["Nam", "Nữ"]))),
    "polars chunks": lambda: pl.concat([pl.DataFrame(CELLS)[:1], pl.DataFrame(CELLS)[1:]], rechunk=False),
    "duckdb relation": lambda: duckdb.from_arrow(TABLE),
    "duckdb enum": lambda: duckdb.from_arrow(TABLE).select("* REPLACE (CAST(gender AS ENUM('Nam', 'Nữ')) AS gender)"),
}


@pytest.mark.parametrize("form", FRAMES)
def test_a_frame_is_read_as_the_table_it_holds(form):
    batches = list(open_source(FRAMES[form](), Side.LAND).batches())
    read = pa.Table.from_batches(batches).drop_columns(["__row__"])
    assert read.to_pydict() == CELLS


@pytest.mark.parametrize("form", FRAMES)
def test_a_frame_is_linked_in_the_order_of_its_rows(form):
    citizens = pa.table({"citizen_id": ["C1", "C2"], "full_name": ["Nguyễn Văn Hòa", "Trần Thị Na"]})
    result = Linker(threads=1).link(FRAMES[form](), citizens)
    assert result.links["land_user_id"].to_pylist() == ["L3", "L1", "L2"]
    assert result.to_pandas()["land_user_id"].tolist() == result.to_polars()["land_user_id"].to_list() == ["L3", "L1", "L2"]


def test_an_index_is_looked_at_only_where_a_column_is_missing():
    frame = pd.DataFrame(CELLS, index=pd.Index(["x", "y", "z"], name="Mã chủ sử dụng"))
    assert open_source(frame, Side.LAND).header.originals()["land_user_id"] == "land_user_id"
    with pytest.raises(InputError, match="full_name is required"):
        open_source(frame.drop(columns=["full_name"]), Side.LAND)


def test_text_of_arrow_is_not_copied_on_its_way_in():
    """Columns of a frame of Arrow share their memory with it."""
    source = open_source(TABLE, Side.LAND)
    ours = {chunk.buffers()[2].address for column in source._table.columns for chunk in column.chunks}
    theirs = {chunk.buffers()[2].address for column in TABLE.columns for chunk in column.chunks}
    assert ours <= theirs


def test_a_lazy_frame_is_to_be_collected_first():
    with pytest.raises(InputError, match="collected"):
        open_source(pl.LazyFrame(CELLS), Side.LAND)
