"""Columns of every kind and type are read alike, without a warning, and come back in their own kind."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import vnlink
from vnlink.errors import InputError

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")

TEXT = ["Nguyễn Văn Hoà", None, "1965"]
YEARS = [1965, None, 1970]
DAYS = [dt.date(1965, 1, 2), None, None]
EVERY = [vnlink.normalize_name, vnlink.parse_owners, vnlink.parse_date, vnlink.parse_identifier, vnlink.parse_address]


def views(cells):
    return pa.DictionaryArray.from_arrays(pa.array([0, None, 1]), pa.array([cells[0], cells[2]], pa.string_view()))


ARROW = {
    "string": pa.array(TEXT),
    "large_string": pa.array(TEXT, pa.large_string()),
    "string_view": pa.array(TEXT, pa.string_view()),
    "slice of views": pa.array(["x", *TEXT], pa.string_view()).slice(1),
    "binary": pa.array([None if cell is None else cell.encode() for cell in TEXT]),
    "dictionary": pa.array(TEXT).dictionary_encode(),
    "dictionary of large": pa.array(TEXT, pa.large_string()).dictionary_encode(),
    "dictionary of views": views(TEXT),
    "run ends": pa.RunEndEncodedArray.from_arrays([1, 2, 3], TEXT),
    "chunks": pa.chunked_array([TEXT[:1], TEXT[1:]]),
    "chunks of dictionaries": pa.chunked_array(
        [pa.array(TEXT[:1]).dictionary_encode(), pa.array(TEXT[1:]).dictionary_encode()]
    ),
    "table of one column": pa.table({"a": TEXT}),
    "relation of one column": duckdb.sql("SELECT * FROM (VALUES ('Nguyễn Văn Hoà'), (NULL), ('1965')) t(a)"),
    "numpy objects": np.array(TEXT, dtype=object),
    "list": TEXT,
    "tuple": tuple(TEXT),
}
PANDAS = {
    "default": pd.Series(TEXT),
    "objects": pd.Series(TEXT, dtype=object),
    "nullable": pd.Series(TEXT, dtype="string"),
    "nullable on Arrow": pd.Series(TEXT, dtype="string[pyarrow]"),
    "category": pd.Series(TEXT, dtype="category"),
    "Arrow large": pd.Series(TEXT, dtype=pd.ArrowDtype(pa.large_string())),
    "Arrow dictionary": pd.Series(TEXT, dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))),
}
POLARS = {
    "string": pl.Series(TEXT),
    "categorical": pl.Series(TEXT, dtype=pl.Categorical),
    "enum": pl.Series(TEXT, dtype=pl.Enum(["Nguyễn Văn Hoà", "1965"])),
    "chunks": pl.concat([pl.Series(TEXT[:1]), pl.Series(TEXT[1:])], rechunk=False),
}


def rows(found):
    """What was read as plain Python, whatever holds it."""
    if isinstance(found, pa.Array):
        return found.to_pylist()
    if isinstance(found, pl.DataFrame):
        return found.to_dicts()
    if isinstance(found, pl.Series):
        return found.to_list()
    if isinstance(found, pd.DataFrame):
        return pa.Table.from_pandas(found, preserve_index=False).to_pylist()
    return pa.array(found).to_pylist()


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("kind", ARROW)
def test_anything_without_a_frame_of_its_own_gives_arrow(parse, kind):
    found = parse(ARROW[kind])
    assert isinstance(found, pa.Array)
    assert rows(found) == rows(parse(pa.array(TEXT)))


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("kind", PANDAS)
def test_a_series_of_pandas_gives_pandas_with_its_index(parse, kind):
    series = PANDAS[kind].set_axis(["c", "a", "b"])
    found = parse(series)
    assert isinstance(found, pd.Series if parse is vnlink.parse_owners else pd.DataFrame)
    assert found.index.tolist() == ["c", "a", "b"]
    assert rows(found) == rows(parse(pa.array(TEXT)))


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("kind", POLARS)
def test_a_series_of_polars_gives_polars(parse, kind):
    found = parse(POLARS[kind])
    assert isinstance(found, pl.Series if parse is vnlink.parse_owners else pl.DataFrame)
    assert rows(found) == rows(parse(pa.array(TEXT)))


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize(
    ("column", "plain"),
    [
        (pd.Series(YEARS, dtype="Int64"), YEARS),
        (pd.Series(YEARS), [1965.0, None, 1970.0]),
        (pl.Series(YEARS), YEARS),
        (pl.Series([None, None, None]), [None, None, None]),
    ],
    ids=["Int64", "floats", "polars integers", "polars nulls"],
)
def test_numbers_are_what_they_are_in_arrow(parse, column, plain):
    assert rows(parse(column)) == rows(parse(pa.array(plain)))


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(["1965-01-02", None, None])),
        pd.Series(pd.to_datetime(["1965-01-02", None, None])).dt.tz_localize("Asia/Ho_Chi_Minh"),
        pl.Series(DAYS),
        pl.Series(DAYS).cast(pl.Datetime("ms")),
    ],
    ids=["datetimes", "datetimes of Hanoi", "polars dates", "polars datetimes"],
)
def test_dates_are_what_they_are_in_arrow(column):
    assert rows(vnlink.parse_date(column)) == rows(vnlink.parse_date(pa.array(DAYS)))


def test_a_frame_of_one_column_is_that_column_and_one_of_two_is_none():
    frame = pd.DataFrame({"name": TEXT}, index=[3, 1, 2])
    assert vnlink.normalize_name(frame).index.tolist() == [3, 1, 2]
    assert vnlink.normalize_name(pl.DataFrame({"name": TEXT}))["text"].to_list()[0] == "Nguyễn Văn Hòa"
    for two in (frame.assign(more="x"), pl.DataFrame({"a": TEXT, "b": TEXT}), pa.table({"a": TEXT, "b": TEXT})):
        with pytest.raises(InputError):
            vnlink.normalize_name(two)


def test_what_is_read_joins_the_frame_it_came_from():
    frame = pd.DataFrame({"owner": TEXT, "born": ["5/11/1960", "1970", None]}, index=pd.Index(["L3", "L1", "L2"], name="land"))
    joined = frame.join(vnlink.normalize_name(frame["owner"])).join(vnlink.parse_date(frame["born"]).add_prefix("born_"))
    assert joined.index.name == "land"
    assert joined.loc["L3", "text"] == "Nguyễn Văn Hòa"
    assert joined["born_year"].tolist()[:2] == [1960, 1970]
    assert joined["born_year"].dtype == "Int16"


def test_an_index_may_repeat_and_have_levels():
    index = pd.MultiIndex.from_tuples([("a", 1), ("a", 1), ("b", 2)])
    assert vnlink.parse_date(pd.Series(TEXT, index=index)).index.equals(index)


def test_compared_names_are_categories_of_the_left_side():
    left = pd.Series(["Lê Văn Đức", "An"], index=[9, 8], name="chủ")
    found = vnlink.compare_names(left, ["Le Van Duc", None])
    assert found.to_dict() == {9: "unmarked", 8: "missing"}
    assert (found.name, str(found.dtype)) == ("chủ", "category")
    assert vnlink.compare_names(pl.Series("n", ["An"]), pl.Series(["An"])).to_list() == ["exact"]
    assert vnlink.compare_names(["An"], left[:1]).to_pylist() == ["different"]


@pytest.mark.parametrize("make", [pd.Series, pl.Series], ids=["pandas", "polars"])
@pytest.mark.parametrize("parse", EVERY)
def test_an_empty_column_gives_an_empty_frame_of_the_same_columns(parse, make):
    found, full = parse(make([], dtype=object if make is pd.Series else pl.String)), parse(make(TEXT))
    assert len(found) == 0
    if parse is not vnlink.parse_owners:
        assert list(found.columns) == list(full.columns)
