"""Whatever stands in a cell is read: no exception, in bounded time, and what is odd about it is flagged.

Every public reader goes through this, one text at a time and, where it takes one, as a column. The cells are those that real
tables hold by accident (a document pasted into a cell, a binary column) and those that somebody makes on purpose.
"""

from __future__ import annotations

import inspect
import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink
from vnlink.errors import InputError
from vnlink.normalize.cell_length import MAX_CHARACTERS
from vnlink.normalize.dates import parse_date_column
from vnlink.normalize.identifiers import parse_identifier_column
from vnlink.normalize.localities import LocalityReader

SECONDS = 2.0
"""Processor time that no cell may need; the slowest need a hundredth of it, and one that is read to its end would need more."""

SCALAR = {
    "normalize_name": vnlink.normalize_name,
    "readings": lambda text: vnlink.normalize_name(text).readings,
    "parse_owners": vnlink.parse_owners,
    "parse_identifier": vnlink.parse_identifier,
    "parse_date": vnlink.parse_date,
    "parse_address": vnlink.parse_address,
    "parse_address with a code": lambda text: vnlink.parse_address("", text),
    "cells beside owners": lambda text: vnlink.parse_owners("Ông A và bà B", text, text),
    "compare_names": lambda text: vnlink.compare_names(text, "Nguyễn Văn Hoà"),
    "compare_names with itself": lambda text: vnlink.compare_names(text, text),
}


def encodable(cells):
    """An Arrow column cannot hold half a surrogate pair; the functions that take lists replace it."""
    return pa.array([cell.encode("utf-8", "replace").decode() for cell in cells])


COLUMN = {
    "normalize_name": vnlink.normalize_name,
    "parse_owners": vnlink.parse_owners,
    "cells beside owners": lambda cells: vnlink.parse_owners(["Ông A và bà B"] * len(cells), cells, cells),
    "compare_names": lambda cells: vnlink.compare_names(cells, ["Nguyễn Văn Hoà"] * len(cells)),
    "parse_identifier": vnlink.parse_identifier,
    "parse_date": vnlink.parse_date,
    "parse_address": vnlink.parse_address,
    "parse_address with codes": lambda cells: vnlink.parse_address([None] * len(cells), cells),
    "identifiers": lambda cells: parse_identifier_column(encodable(cells), np.ones(len(cells), np.int64))[0],
    "dates": lambda cells: parse_date_column(encodable(cells), np.ones(len(cells), np.int64))[0],
    "localities": lambda cells: LocalityReader().read(encodable(cells)),
}

LONG = {
    "words": "Nguyễn Văn Hoà " * 70_000,
    "one word": "a" * 1_000_000,
    "marks": "Hoa" + "\u0301" * 100_000,
    "different marks": "a\u0323\u0302\u031b\u0306" * 60_000,
    "emoji": "😀" * 250_000,
    "control characters": "\x00\x01\x1b" * 350_000,
    "zero width": "\u200b" * 350_000,
    "right to left": "محمد " * 110_000,
    "surrogates": "\ud800" * 100_000,
    "digits": "1" * 1_000_000,
    "dates": "01/02/1960 " * 90_000,
    "slashes": "1/" * 500_000,
    "commas": "," * 1_000_000,
    "semicolons": ";" * 1_000_000,
    "brackets": "(" * 1_000_000,
    "apostrophes": "H'" * 500_000,
    "blanks": " " * 1_000_000,
    "question marks": "?" * 1_000_000,
    "keys": "aaww" * 250_000,
    "digit keys": "a6789" * 200_000,
    "second names": "tức " * 200_000,
    "couples": "Ông A và vợ là bà B " * 40_000,
    "places": "Xã A, Huyện B, Tỉnh C, " * 40_000,
    "ligatures": "\ufdfa" * 300_000,
}
SHORT = {
    "emoji": "Lê 😀 Hoà",
    "control characters": "Lê\x00\x01 Hoà\x7f",
    "right to left": "Lê \u202eHoà\u202c",
    "another alphabet": "محمد",
    "a surrogate": "L\udcc3ê Hoà",
    "half a pair alone": "\ud83d",
    "a number": "0912345678",
    "a number behind": "Lê Thị Hoà 1965",
    "marks": "Ho" + "\u0301" * 7 + "à",
}
functions = pytest.mark.parametrize("name", SCALAR)
columns = pytest.mark.parametrize("name", COLUMN)


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """Call everything once, so that no time below is that of the compiler."""
    for read in SCALAR.values():
        read("Nguyễn Văn Hoà, 1960")
    for read in COLUMN.values():
        read(["Nguyễn Văn Hoà, 1960"])


READS_TEXT = {name for name in vnlink.__all__ if inspect.isfunction(getattr(vnlink, name)) and name != "load_config"}
"""Public functions that take cells; a configuration is a file of one's own."""


def test_every_public_function_is_among_those_that_go_through_this():
    assert set(SCALAR) >= READS_TEXT
    assert set(COLUMN) >= READS_TEXT


@functions
@pytest.mark.parametrize("kind", LONG)
def test_a_huge_cell_takes_bounded_time(name, kind):
    start = time.process_time()
    SCALAR[name](LONG[kind])
    assert time.process_time() - start < SECONDS


@columns
def test_a_column_of_huge_cells_takes_bounded_time(name):
    for kind, cell in LONG.items():
        start = time.process_time()
        assert len(COLUMN[name]([cell, "Lê Thị Hoà"])) == 2
        assert time.process_time() - start < SECONDS, kind


@pytest.mark.parametrize("kind", LONG)
def test_a_name_or_owner_longer_than_4096_characters_is_cut_and_flagged(kind):
    cell = LONG[kind]
    assert len(cell) > MAX_CHARACTERS
    assert "NAME_CUT" in vnlink.normalize_name(cell).flags
    assert all("NAME_CUT" in owner.flags for owner in vnlink.parse_owners(cell)[:1])


def test_what_stands_beyond_the_cut_is_not_read():
    cell = "Lê Thị Hoà" + " " * MAX_CHARACTERS + "Trần"
    assert vnlink.normalize_name(cell).text == "Lê Thị Hòa"
    assert vnlink.normalize_name([cell]).field("text").to_pylist() == ["Lê Thị Hòa"]


@pytest.mark.parametrize("kind", SHORT)
def test_what_is_odd_in_a_name_is_flagged(kind):
    name = vnlink.normalize_name(SHORT[kind])
    assert "NAME_ODD_CHARACTERS" in name.flags
    assert not any(char.isdigit() or char in "😀\u202e\x00" for char in name.text)


@columns
@pytest.mark.parametrize("cells", [[], [""], ["", ""], list(SHORT.values())], ids=["none", "empty", "two empty", "odd"])
def test_a_column_gives_an_entry_a_row(name, cells):
    assert len(COLUMN[name](cells)) == len(cells)


# Hypothesis leaves surrogates out unless it is asked.
any_character = st.characters(exclude_categories=())
odd = st.sampled_from("\ud800\udfff\x00\x7f\u200b\u202e\u0301\u031b'’?^~()[];:,/-.0123456789đĐ \u00a0\n\t😀ـé王")
WORDS = ["Ông", "Nguyễn", "tức", "H'", "1960", "CMND", "Xã", "(", "và"]
anything = st.one_of(
    st.text(any_character, max_size=40),
    st.text(odd, max_size=40),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(any_character, max_size=20)), max_size=8).map(" ".join),
)


@functions
@given(anything)
def test_any_text_is_read(name, text):
    SCALAR[name](text)


@columns
@given(st.lists(anything, max_size=5))
def test_any_column_is_read(name, cells):
    assert len(COLUMN[name](cells)) == len(cells)


@given(anything)
def test_a_name_in_a_column_is_the_name_alone_with_its_flags(text):
    alone = vnlink.normalize_name(text)
    row = vnlink.normalize_name([text]).to_pylist()[0]
    assert row["text"] == (alone.text or None)
    assert (row["family"] or "", row["middle"] or "", row["given"] or "") == (alone.family, alone.middle, alone.given)
    assert row["flags"] == list(alone.flags)


@given(anything)
def test_two_texts_compare_the_same_from_either_side(text):
    there, back = (vnlink.compare_names(*pair) for pair in ((text, "Lê Thị Hoà"), ("Lê Thị Hoà", text)))
    assert (there.verdict, there.level) == (back.verdict, back.level)


@pytest.mark.parametrize("cells", [[1, 2], [b"x"], 7, [["a"]]])
def test_what_is_no_text_is_refused_without_showing_it(cells):
    for read in (vnlink.normalize_name, vnlink.parse_owners):
        with pytest.raises(InputError):
            read(cells)
