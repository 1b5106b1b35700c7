"""Cells in whatever characters: one plain form, in bounded time, without an exception."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink import parse_date, parse_identifier
from vnlink.normalize.cell_length import MAX_CHARACTERS
from vnlink.normalize.date_kernels import read_usual
from vnlink.normalize.dates import parse_date_column
from vnlink.normalize.identifiers import parse_identifier_column
from vnlink.normalize.plain_cells import CELL_CUT, MAX_PLAIN, ODD, OTHER_LETTER, read_letters_as_digits, to_plain, whole_number

HERS = "038165012345"


def plain(text: str | bytes) -> tuple[str, int]:
    data = np.frombuffer(text if isinstance(text, bytes) else text.encode(), np.uint8)
    out = np.empty(MAX_PLAIN, np.uint8)
    length, noticed = to_plain(data, 0, len(data), out)
    return out[:length].tobytes().decode("latin-1"), noticed


@pytest.mark.parametrize(
    ("text", "form", "noticed"),
    [
        ("Tháng 2, NĂM 1965", "thang 2, nam 1965", 0),
        (unicodedata.normalize("NFD", "Quyết định số"), "quyet dinh so", 0),
        ("Đường ðất", "duong dat", 0),
        ("05–02—1965", "05-02-1965", 0),
        ("05\u00a0/\u202f02\t/\n1965", "05 / 02 / 1965", 0),
        ("…/…/1961", "../../1961", 0),
        ("０３８１６５", "038165", ODD),
        ("٠٣٨", "038", ODD),
        ("ＣＣＣＤ：１", "cccd:1", ODD),
        ("\u200b\u202d1\ufeff2\u00ad3\u2066", "123", ODD),
        ("1\x002\x1b3", "123", ODD),
        ("số 身份 5", f"so {chr(OTHER_LETTER) * 2} 5", 0),
    ],
)
def test_a_cell_has_one_plain_form(text: str, form: str, noticed: int) -> None:
    assert plain(text) == (form, noticed)


def test_bytes_that_are_no_text_are_letters_of_no_meaning() -> None:
    assert plain(b"12\xff\xc334\xe1\x80") == (f"12{chr(OTHER_LETTER) * 2}34{chr(OTHER_LETTER) * 2}", 0)


@given(st.text(max_size=60))
def test_composed_and_decomposed_text_have_one_plain_form(text: str) -> None:
    letters = "".join(char for char in text.encode("utf-8", "replace").decode() if char.isascii() or char in "ăâđêôơưáàảãạ")
    assert plain(unicodedata.normalize("NFC", letters)) == plain(unicodedata.normalize("NFD", letters))


@given(st.text(max_size=60))
def test_a_plain_form_is_its_own_plain_form(text: str) -> None:
    form, _ = plain(text.encode("utf-8", "replace"))
    assert plain(form.replace(chr(OTHER_LETTER), ""))[0] == form.replace(chr(OTHER_LETTER), "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("o38o85o17733", "038085017733"),
        ("l6839o214", "168390214"),
        ("195o", "1950"),
        ("l1234567", "l1234567"),
        ("lo", "lo"),
        ("2l", "2l"),
    ],
)
def test_letters_in_the_place_of_digits_are_read_as_digits(text: str, read: str) -> None:
    cell = np.frombuffer(bytearray(text.encode()), np.uint8)
    assert read_letters_as_digits(cell, 0, len(cell), 3) == (True, text != read)
    assert cell.tobytes().decode() == read


BAD = {
    "a megabyte of digits": "1" * 1_000_000,
    "a megabyte of words": f"{HERS} " + "số CMND " * 150_000,
    "a megabyte of short numbers": "12 " * 350_000,
    "a megabyte of dates": "01/02/1965 " * 100_000,
    "a megabyte of slots": ";" * 1_000_000,
    "a megabyte of unknown digits": "1?" * 500_000,
    "a hundred thousand marks": "a" + "\u0301" * 100_000,
    "unpaired surrogates": "\ud800" + HERS + "\udfff",
    "right to left": "\u202e" + HERS + "\u202c\u200f",
    "control characters": "\x00\x01" + HERS + "\x7f\x1b[2J",
    "full-width digits": HERS.translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    "emoji": "🏠" * 500,
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_cells_are_read_in_bounded_time_and_without_an_exception(text: str) -> None:
    parse_date("1"), parse_identifier("1")
    column = pa.array([text.encode("utf-8", "replace").decode()] * 3, pa.large_string())
    start = time.process_time()
    date, number = parse_date(text), parse_identifier(text)
    parse_date_column(column, [1, 0, 3])
    parse_identifier_column(column, [1, 0, 3])
    assert time.process_time() - start < 5.0
    assert date.flags or not text.strip("; ")
    assert ("CELL_CUT" in number.flags) == (len(text) > MAX_CHARACTERS)


@pytest.mark.parametrize("name", ["right to left", "control characters", "full-width digits"])
def test_a_number_among_odd_characters_is_read_and_flagged(name: str) -> None:
    found = parse_identifier(BAD[name])
    assert (found.digits, found.flags) == (HERS, ("ID_ODD_CHARACTERS",))


def test_a_cell_that_was_cut_ends_before_the_number_that_was_cut_through() -> None:
    cell = "x" * (MAX_CHARACTERS - 20) + f" 145678902 {HERS}"
    personal, old, _, flags = parse_identifier_column(pa.array([cell]), [1])
    assert (personal.tolist(), old.tolist()) == ([-1], [145678902])
    assert int(flags[0]) & CELL_CUT


USUAL_DATES = st.one_of(
    st.from_regex(r"[0-9]{2}([/.-])[0-9]{2}\1[0-9]{4}", fullmatch=True),
    st.from_regex(r"[0-3][0-9]/[01][0-9]/(18|19|20)[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9/-]{10}", fullmatch=True),
    st.from_regex(r"(1[89]|20)[0-9]{2}|[0-9]{4}", fullmatch=True),
)
USUAL_NUMBERS = st.one_of(
    st.from_regex(r"[0-9]{9}|[0-9]{12}", fullmatch=True),
    st.from_regex(r"0[0-3][0-9][0-3][0-9]{8}", fullmatch=True),
    st.sampled_from(["123456789", "000000000", "999999999999", "12345678901o", "1234567.9"]),
)


@given(st.lists(st.tuples(USUAL_DATES, st.integers(0, 3)), min_size=1, max_size=20))
def test_usual_dates_are_read_by_the_short_way_as_by_the_long_one(cells: list[tuple[str, int]]) -> None:
    persons = [count for _, count in cells]
    short = parse_date_column(pa.array([text for text, _ in cells]), persons)
    long = parse_date_column(pa.array([f" {text} " for text, _ in cells]), persons)
    assert [column.tolist() for column in short] == [column.tolist() for column in long]


@given(st.lists(st.tuples(USUAL_NUMBERS, st.integers(0, 3)), min_size=1, max_size=20), st.booleans())
def test_usual_numbers_are_read_by_the_short_way_as_by_the_long_one(cells: list[tuple[str, int]], seconds: bool) -> None:
    persons = [count for _, count in cells]
    short = parse_identifier_column(pa.array([text for text, _ in cells]), persons, seconds=seconds)
    long = parse_identifier_column(pa.array([f" {text} " for text, _ in cells]), persons, seconds=seconds)
    assert [column.tolist() for column in short] == [column.tolist() for column in long]


def test_usual_cells_take_the_short_way() -> None:
    data = np.frombuffer(b"12/03/1970|1970|03-11-1965|3/4/1970", np.uint8)
    bounds = (0, 10), (11, 15), (16, 26), (27, 35)
    assert [read_usual(data, *cell)[0] for cell in bounds] == [19700312, 19700000, 19651103, 0]
    assert [whole_number(data, 11, 15), whole_number(data, 0, 4), whole_number(data, 0, 0)] == [1970, -1, -1]
