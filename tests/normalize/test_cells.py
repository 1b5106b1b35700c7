"""Columns of any Arrow layout as bytes, and cells cut into one slot per person."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.normalize.cells import fill_slots, is_digit, person_starts, string_buffers, written

TEXTS = ["Nữ", None, "", "Nguyễn Thị Nở", "x"]


def read_back(array):
    data, offsets, valid = string_buffers(array)
    raw = data.tobytes()
    return [raw[offsets[i] : offsets[i + 1]].decode() if valid[i] else None for i in range(len(valid))]


def cut(text):
    data = np.frombuffer(text.encode(), np.uint8)
    start, end = np.zeros(4, np.int64), np.zeros(4, np.int64)
    count, listed = fill_slots(data, 0, len(data), start, end)
    return [data[start[i] : end[i]].tobytes().decode() for i in range(min(count, 4))], listed


@pytest.mark.parametrize(
    "layout",
    [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int8(), pa.string())],
    ids=str,
)
def test_text_of_every_layout_reads_the_same(layout):
    array = pa.array(TEXTS).dictionary_encode().cast(layout) if pa.types.is_dictionary(layout) else pa.array(TEXTS, layout)
    assert read_back(array) == TEXTS
    assert read_back(array[1:4]) == TEXTS[1:4]
    assert read_back(pa.chunked_array([array, array[2:]])) == TEXTS + TEXTS[2:]
    assert read_back(array[:0]) == []


def test_a_column_without_chunks_or_values_is_empty_or_missing():
    assert read_back(pa.chunked_array([], pa.string())) == []
    assert read_back(pa.nulls(2)) == [None, None]
    assert read_back(pa.nulls(2, pa.string())) == [None, None]


def test_numbers_become_their_digits():
    assert read_back(pa.array([1065012345, None, -1])) == ["1065012345", None, "-1"]
    assert read_back(pa.array([65012345678.0, float("nan"), None, 1965.0])) == ["65012345678", None, None, "1965"]
    assert read_back(pa.array([1.5, 2.0, None, float("nan")])) == ["1.5", "2", None, None]
    assert read_back(pa.array([decimal.Decimal(123456789)], pa.decimal128(12, 0))) == ["123456789"]


def test_dates_and_truth_values_become_text():
    assert read_back(pa.array([dt.date(1965, 2, 1)])) == ["1965-02-01"]
    assert read_back(pa.array([True, False, None])) == ["true", "false", None]


def test_a_column_that_can_have_no_text_is_refused_by_its_type():
    with pytest.raises(InputError, match="ListArray"):
        string_buffers(pa.array([["Nữ"]]))


def test_every_kernel_argument_has_one_type_whatever_the_column():
    for array in (pa.array(TEXTS), pa.array(TEXTS, pa.large_string()), pa.array([1, 2]), pa.array([], pa.string())):
        data, offsets, valid = string_buffers(array)
        assert (data.dtype, offsets.dtype, valid.dtype) == (np.uint8, np.int64, np.bool_)
        assert data.flags.c_contiguous
        assert offsets.flags.c_contiguous
        assert not data.flags.writeable
        assert offsets.flags.writeable
        assert valid.flags.writeable


def test_rows_of_persons_start_one_after_another():
    assert person_starts([1, 0, 3], 3).tolist() == [0, 1, 1, 4]
    assert person_starts([], 0).tolist() == [0]


def test_one_count_of_persons_per_row_is_required():
    with pytest.raises(InputError, match="one count of persons per row"):
        person_starts([1, 1], 3)
    with pytest.raises(InputError, match="row 2"):
        person_starts([1, -1, 1], 3)


@pytest.mark.parametrize("text", ["", "  ", "-", "./.", "nan", "NULL", "None", "N/A", "NaT", "<NA>", "\u00a0", "()"])
def test_a_slot_that_says_nothing(text):
    data = np.frombuffer(text.encode(), np.uint8)
    assert not written(data, 0, len(data))


@pytest.mark.parametrize("text", ["0", "không", "Nam", "nanna", "nu", "x", "n", "N", "nulls", "ø"])
def test_a_slot_that_says_something(text):
    data = np.frombuffer(text.encode(), np.uint8)
    assert written(data, 0, len(data))


def test_slots_are_cut_at_semicolons():
    assert cut("1965; 1967") == (["1965", " 1967"], True)
    assert cut("1965") == (["1965"], False)
    assert cut("; 1967") == (["", " 1967"], True)
    assert cut("1965;;1967") == (["1965", "", "1967"], True)


def test_empty_slots_at_the_end_say_nothing():
    assert cut("1965; ; -;") == (["1965"], True)
    assert cut(";;;") == ([], True)
    assert cut(" ") == ([], False)


def test_slots_beyond_the_room_are_left_out_not_written_past_the_end():
    assert cut("a;b;c;d;e;f") == (["a", "b", "c", "d"], True)


def test_digits_are_ascii_digits():
    assert [is_digit(byte) for byte in (47, 48, 57, 58)] == [False, True, True, False]
