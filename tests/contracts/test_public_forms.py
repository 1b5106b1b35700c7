"""What all public functions that read cells have in common: flags are names, sexes are words, and null says nothing."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import vnlink
from vnlink.schema import Flag

READERS = {name for name in vnlink.__all__ if inspect.isfunction(getattr(vnlink, name)) and name != "load_config"}
WITHOUT_FLAGS = {"compare_names", "parse_address"}
"""What two names differ in has kinds, and an address has fields of its own (slip, cut)."""

CELLS = [
    "Ng. Văn Hoà (tức Ba) 1",
    "Bà Lê Thị B (đã chết), sinh năm 01/01/60",
    "Xã X, CMND 14567890, hộ chiếu C1234567",
    "038165012345",
    "12/25/1977",
    "31/02/1970",
    "22720",
    "x" * 5000,
    "?" * 5000,
    "",
]
NAMES = {flag.name for flag in Flag}


def results_of(name: str, cell: str) -> list[object]:
    """What a public function gives for one cell, as a list of results."""
    found = getattr(vnlink, name)(cell)
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("name", sorted(READERS - WITHOUT_FLAGS))
def test_flags_are_names_in_the_order_of_their_bits_alone_and_in_a_column(name: str) -> None:
    seen = set()
    column = getattr(vnlink, name)(CELLS)
    for cell, row in zip(CELLS, column.to_pylist(), strict=True):
        alone = results_of(name, cell)
        rows = row if isinstance(row, list) else [row]
        for found, entry in zip(alone, rows, strict=True):
            assert type(found.flags) is tuple
            assert list(found.flags) == [flag.name for flag in Flag if flag.name in found.flags]
            assert set(found.flags) <= NAMES
            if name != "parse_identifier":  # a column leaves out what is said of further slots
                assert entry["flags"] == list(found.flags)
            seen |= set(found.flags)
    assert seen


@pytest.mark.parametrize("name", sorted(WITHOUT_FLAGS))
def test_a_function_without_flags_has_no_field_of_that_name(name: str) -> None:
    read = getattr(vnlink, name)
    assert not hasattr(read(*["An"] * (1 + (name == "compare_names"))), "flags")


def test_a_sex_is_a_word_wherever_it_is_told() -> None:
    assert [vnlink.parse_identifier(number).sex for number in ("038165012345", "038065012345", "")] == ["female", "male", None]
    assert vnlink.parse_identifier(["038165012345", "038065012345", ""]).field("sex").to_pylist() == ["female", "male", None]
    assert [owner.sex for owner in vnlink.parse_owners("Ông A và bà B")] == ["male", "female"]


NULLS = [None, float("nan"), np.float32("nan"), np.datetime64("NaT"), pd.NA, pd.NaT, pa.scalar(None, pa.string())]


@pytest.mark.parametrize("null", NULLS, ids=lambda null: type(null).__name__)
def test_a_null_is_read_as_a_column_reads_it(null: object) -> None:
    name, names = vnlink.normalize_name(null), vnlink.normalize_name([null]).to_pylist()[0]
    assert {key: value or None for key, value in names.items()} == {key: getattr(name, key) or None for key in names}
    assert not any(names.values())
    date, dates = vnlink.parse_date(null), vnlink.parse_date([null]).to_pylist()[0]
    assert (date.year, date.precision, date.flags) == (dates["year"], dates["precision"], ()) == (None, "none", ())
    number, numbers = vnlink.parse_identifier(null), vnlink.parse_identifier([null]).to_pylist()[0]
    assert (number.digits, number.sex, number.flags) == ("", None, ())
    assert not any(numbers.values())
    address, addresses = vnlink.parse_address(null, null, null), vnlink.parse_address([null], [null], [null]).to_pylist()[0]
    assert {key: list(value) if key == "communes" else value for key, value in address._asdict().items()} == addresses
    assert vnlink.compare_names(null, "An").level == vnlink.compare_names([null], ["An"]).to_pylist()[0] == "missing"
    assert vnlink.compare_names(null, null).kinds == ("missing",)


@pytest.mark.parametrize("name", sorted(READERS))
def test_what_is_neither_a_cell_nor_a_column_is_an_error_of_input(name: str) -> None:
    # A number is a cell of a date or of an identity number, as in a list.
    numbers = () if name in ("parse_date", "parse_identifier") else (12, 1.5)
    for odd in (*numbers, object(), {"a": 1}, b"An"):
        with pytest.raises(vnlink.InputError):
            getattr(vnlink, name)(*[odd] * (1 + (name == "compare_names")))
