"""Whole columns are read as their cells are alone, whatever kind of column it is."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import vnlink
from vnlink.errors import InputError

GOLDEN = Path(__file__).parents[1] / "golden"


def golden(file, *columns):
    with (GOLDEN / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [[row[column] or None for row in rows] for column in columns]


def test_dates_of_a_column_are_those_of_its_cells() -> None:
    (cells,) = golden("dates.csv", "cell")
    column = vnlink.parse_date(cells)
    alone = [vnlink.parse_date(cell) for cell in cells]
    for name in ("year", "month", "day", "precision"):
        assert column.field(name).to_pylist() == [getattr(date, name) for date in alone]
    assert column.field("flags").to_pylist() == [list(date.flags) for date in alone]


def test_numbers_of_a_column_are_those_of_its_cells() -> None:
    (cells,) = golden("numbers.csv", "cell")
    column = vnlink.parse_identifier(cells)
    for i, cell in enumerate(cells):
        alone = vnlink.parse_identifier(cell)
        held = {"personal": "personal_id", "old": "old_id", "officer": "other_paper", "passport": "other_paper"}
        if alone.kind.value in held:
            assert column.field(held[alone.kind.value])[i].as_py() == alone.digits, i
        if alone.kind.value == "personal":
            said = [column.field(name)[i].as_py() for name in ("province", "sex", "birth_year")]
            assert said == [alone.province, alone.sex, alone.birth_year]


def test_addresses_of_a_column_are_those_of_its_cells() -> None:
    columns = golden("addresses.csv", "address", "commune_code", "commune_vintage")
    read = vnlink.parse_address(*columns)
    for i, row in enumerate(zip(*columns, strict=True)):
        alone = vnlink.parse_address(row[0] or "", row[1], row[2])
        for name, value in alone._asdict().items():
            expected = list(value) if name == "communes" else value
            assert read.field(name)[i].as_py() == expected, (i, name)


@pytest.mark.parametrize("make", [pa.array, lambda cells: pa.chunked_array([cells[:1], cells[1:]])], ids=["arrow", "chunks"])
def test_columns_of_arrow_are_taken(make) -> None:  # type: ignore[no-untyped-def]
    assert vnlink.parse_date(make(["1/2/1970", "1965", "1965"])).field("year").to_pylist() == [1970, 1965, 1965]
    assert vnlink.parse_identifier(make(["271234567", "1065012345", "x"])).field("old_id").to_pylist()[0] == "271234567"
    assert vnlink.parse_address(make(["Xã Yên Bài, Ba Vì, Hà Nội", "x", "x"])).field("communes").to_pylist()[0] == ["09706"]


@pytest.mark.parametrize(
    "make", [pd.Series, pl.Series, lambda cells: pd.Series(cells).astype("category")], ids=["pandas", "polars", "category"]
)
def test_columns_of_frames_are_taken_and_give_frames(make) -> None:  # type: ignore[no-untyped-def]
    assert list(vnlink.parse_date(make(["1/2/1970", "1965", "1965"]))["year"]) == [1970, 1965, 1965]
    assert vnlink.parse_identifier(make(["271234567", "1065012345", "x"]))["old_id"][0] == "271234567"
    assert list(vnlink.parse_address(make(["Xã Yên Bài, Ba Vì, Hà Nội", "x", "x"]))["communes"][0]) == ["09706"]


def test_whole_numbers_and_dates_are_columns_too() -> None:
    assert vnlink.parse_date(np.array([1965, 19700312])).field("day").to_pylist() == [None, 12]
    assert vnlink.parse_date(pa.array([0], pa.date32())).field("year").to_pylist() == [1970]
    assert vnlink.parse_identifier([1065012345]).field("personal_id").to_pylist() == ["001065012345"]


def test_a_cell_that_cannot_be_read_carries_a_flag() -> None:
    assert vnlink.parse_date(["khi nào"]).field("flags").to_pylist() == [["DATE_UNREADABLE"]]
    assert vnlink.parse_identifier(["mất"]).field("flags").to_pylist() == [["ID_UNREADABLE"]]
    assert vnlink.parse_address(["x" * 5000]).field("cut").to_pylist() == [True]


@pytest.mark.parametrize("parse", [vnlink.parse_date, vnlink.parse_identifier, vnlink.parse_address])
@pytest.mark.parametrize("column", [{"a": 12}, [1, "a"], [object()]], ids=["a mapping", "mixed", "objects"])
def test_what_is_no_column_is_an_error_without_its_values(parse, column) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError):
        parse(column)


def test_an_address_that_is_a_number_is_refused() -> None:
    with pytest.raises(InputError):
        vnlink.parse_address(12)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="one length"):
        vnlink.parse_address(["Xã Yên Bài"], ["09709", "09712"])


@pytest.mark.parametrize("parse", [vnlink.parse_date, vnlink.parse_identifier, vnlink.parse_address])
def test_an_empty_column_gives_an_empty_column(parse) -> None:  # type: ignore[no-untyped-def]
    assert len(parse(pa.array([], pa.string()))) == 0


EVERY = [vnlink.parse_date, vnlink.parse_identifier, vnlink.parse_address, vnlink.normalize_name, vnlink.parse_owners]


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("kind", [pl.Categorical, pl.Enum(["1965", "An"])], ids=["categorical", "enum"])
def test_categories_of_polars_are_columns_of_text(parse, kind) -> None:  # type: ignore[no-untyped-def]
    column = pl.Series(["1965", None, "An"], dtype=kind)
    assert parse(column).equals(parse(pl.Series(["1965", None, "An"])))
    assert parse(column.to_arrow()).to_pylist() == parse(["1965", None, "An"]).to_pylist()


@pytest.mark.parametrize("parse", EVERY)
def test_a_missing_value_is_missing_whatever_a_frame_calls_it(parse) -> None:  # type: ignore[no-untyped-def]
    assert parse(["An", float("nan"), pd.NA, pd.NaT]).to_pylist() == parse(["An", None, None, None]).to_pylist()


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("wrap", [list, lambda cells: pd.Series(cells, dtype=object)], ids=["list", "objects"])
def test_text_that_is_no_unicode_is_no_accident(parse, wrap) -> None:  # type: ignore[no-untyped-def]
    assert len(parse(wrap(["\ud800An", "An"]))) == 2


@pytest.mark.parametrize("parse", EVERY)
@pytest.mark.parametrize("wrap", [list, lambda cells: pd.Series(cells, dtype=object)], ids=["list", "objects"])
def test_cells_of_several_kinds_are_an_error_without_a_value(parse, wrap) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        parse(wrap([5, "SECRET"]))
    told = caught.value
    while told is not None:
        assert "SECRET" not in str(told)
        told = told.__cause__  # type: ignore[assignment]


def test_cells_beside_owners_are_read_as_columns_are() -> None:
    assert vnlink.parse_owners("An", "\ud8001965")[0].birth_date == "1965"
    with pytest.raises(InputError, match="one kind") as caught:
        vnlink.parse_owners(["a", "b"], [5, "SECRET"])
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "value",
    [
        1960,
        1960.0,
        19600203,
        np.int64(1960),
        np.float32(1960),
        dt.date(1960, 2, 3),
        pd.Timestamp(1960, 2, 3),
        pa.scalar(1960),
        Decimal(1960),
        float("nan"),
        pd.NaT,
    ],
)
def test_a_number_or_date_alone_is_read_as_in_a_list(value) -> None:
    alone, column = vnlink.parse_date(value), vnlink.parse_date([value])
    assert [alone.year, alone.month, alone.day] == [column.field(name)[0].as_py() for name in ("year", "month", "day")]
    assert list(alone.flags) == column.field("flags")[0].as_py()


@pytest.mark.parametrize("value", [1060012345, 271234567, np.int64(38165012345), 38165012345.0, pa.scalar(271234567), 12, None])
def test_a_number_alone_is_an_identity_number_as_in_a_list(value) -> None:
    alone, column = vnlink.parse_identifier(value), vnlink.parse_identifier([value])
    found = {name: column.field(name)[0].as_py() for name in ("personal_id", "old_id", "other_paper")}
    assert alone.digits in {*found.values(), ""}
    assert (alone.digits == "") == (not any(found.values()))
    assert list(alone.flags) == column.field("flags")[0].as_py()
