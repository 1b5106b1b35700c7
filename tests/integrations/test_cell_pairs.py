"""Cells beside each other: the levels of the linker, whatever the cells hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink
from vnlink.compare.dates import BirthLevel, birth_level
from vnlink.errors import InputError
from vnlink.integrations.cell_pairs import BirthPairs, NamePairs, NumberPairs, PlacePairs, SexPairs
from vnlink.integrations.cells import distinct_cells
from vnlink.normalize.dates import parse_date_column

EVERY = [NamePairs, BirthPairs, SexPairs, NumberPairs, PlacePairs]
NAMES = ["Nguyễn Văn Hòa", "NGUYEN VAN HOA", "Nguyễn Văn Hoa", "Trần Thị Na", "H'Hen Niê", "", None, "Ng. Văn Hoà"]


def said(pairs, left, right):
    return [pairs.levels[code] for code in pairs.compare_columns(left, right)]


@pytest.mark.parametrize("kind", EVERY)
def test_every_level_has_a_worth_and_missing_has_none(kind):
    pairs = kind()
    assert len(pairs.bits) == len(pairs.levels)
    assert pairs.levels[0] == "missing"
    similarities = pairs.similarities
    assert np.isnan(similarities[0])
    assert similarities[1:].min() == 0.0
    assert similarities[1] == similarities[1:].max() == 1.0


def test_names_have_the_levels_that_links_are_decided_by():
    left, right = [name for name in NAMES for _ in NAMES], NAMES * len(NAMES)
    assert said(NamePairs(), left, right) == vnlink.compare_names(left, right).to_pylist()


def test_of_an_owner_string_the_person_who_agrees_best_counts():
    owners = ["Hộ ông: Lê Văn Đức và vợ là bà: Trần Thị Hoa", "UBND xã Tân Lập", None]
    assert said(NamePairs(owners_left=True), owners, ["Trần Thị Hoa"] * 3) == ["exact", "missing", "missing"]
    assert said(NamePairs(owners_right=True), ["LE VAN DUC"], owners[:1]) == ["unmarked"]


@given(
    st.lists(
        st.sampled_from(["05/11/1967", "1967", "11/1967", "1967-11-05", "01/01/1967", "5.11.68", "khoảng 1960", "x", None])
    )
)
def test_dates_have_the_levels_that_links_are_decided_by(cells):
    right = cells[::-1]
    dates = [parse_date_column(pa.array(side, pa.string()), np.ones(len(side), int))[0] for side in (cells, right)]
    expected = [BirthLevel(int(birth_level(a, b))).name.lower() for a, b in zip(*dates, strict=True)]
    assert said(BirthPairs(), cells, right) == expected


def test_of_a_list_the_value_that_agrees_best_counts():
    assert said(BirthPairs(), ["1950; 05/11/1967", "; 1967"], ["1967-11-05", "05/11/1967"]) == ["date", "year"]
    assert said(SexPairs(), ["Nam; Nữ", "Nam"], ["Nữ", "Nữ"]) == ["same", "different"]
    assert said(NumberPairs(), ["271234567; 001065012345"], ["1065012345"]) == ["equal"]


def test_numbers_of_two_kinds_are_not_compared():
    assert said(NumberPairs(), ["271234567", "271234567"], (["001065012345"] * 2, [None, "271234568"])) == ["missing", "near"]


def test_a_code_beside_an_address_is_read_with_it():
    left = (["Thôn 3", "Xã Yên Bài, Huyện Ba Vì, Hà Nội"], ["09709", None], ["old", None])
    assert said(PlacePairs(), left, (["Xã Yên Bài, Hà Nội"] * 2,)) == ["commune", "commune"]


def test_dates_of_arrow_and_numbers_are_cells_too():
    assert said(BirthPairs(), pa.array([0, None], pa.date32()), [1970, 1970]) == ["year", "missing"]


@pytest.mark.parametrize("kind", EVERY)
def test_no_pairs_have_no_levels(kind):
    assert kind().compare_columns([], []).tolist() == []


@pytest.mark.parametrize("kind", EVERY)
def test_a_pair_compares_the_same_from_either_side_and_beside_whatever_others(kind):
    left = [*NAMES, "1967", "05/11/1967", "001065012345", "Xã Yên Bài, Ba Vì, Hà Nội"]
    right = left[3:] + left[:3]
    codes = kind().compare_columns(left, right).tolist()
    assert codes == kind().compare_columns(right, left).tolist()
    assert codes[::-1] == kind().compare_columns(left[::-1], right[::-1]).tolist()


def test_too_many_columns_and_unequal_lengths_are_errors():
    with pytest.raises(InputError, match="at most 1 column"):
        NamePairs().compare_columns((["a"], ["b"]), ["a"])
    with pytest.raises(InputError, match="for each pair"):
        NamePairs().compare_columns(["a"], ["a", "b"])
    with pytest.raises(InputError, match="one length"):
        NumberPairs().compare_columns((["1"], ["1", "2"]), ["1"])


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["x", "y", None]), st.sampled_from(["", "z"]))))
def test_distinct_cells_and_their_numbers_are_the_rows(rows):
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    cells = distinct_cells([pa.array(column, pa.string()) for column in columns])
    taken = [column.take(pa.array(cells.codes)).to_pylist() for column in cells.columns]
    assert taken == columns
    assert len(cells.columns[0]) == len(set(rows))
