"""Sex in words and codes; what a code means shows in the whole column."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink.errors import ConfigError, InputError
from vnlink.normalize.sex import SexCodes, parse_sex_column
from vnlink.schema import SEX_FEMALE, SEX_MALE, SEX_MISSING, Flag


def column(cells, persons=None, codes=None):
    cells = cells if isinstance(cells, pa.Array | pa.ChunkedArray) else pa.array(cells)
    sex, flags = parse_sex_column(cells, persons or [1] * len(cells), codes)
    return sex.tolist(), flags.tolist()


@pytest.mark.parametrize(
    "text", ["Nam", "NAM", " nam ", "M", "male", "Ông", "ông:", "true", "Giới tính: Nam", "đàn ông", "Con trai"]
)
def test_words_for_a_man(text):
    assert column([text]) == ([SEX_MALE], [0])


@pytest.mark.parametrize(
    "text", ["Nữ", "NỮ", "nu", "Nu\u031b\u0303", "F", "Female", "Bà", "ba", "FALSE", "giới tính nữ", "đàn bà", "N÷", "Nöõ"]
)
def test_words_for_a_woman(text):
    assert column([text]) == ([SEX_FEMALE], [0])


@pytest.mark.parametrize("text", ["Khác", "x", "Nam/Nữ", "ông/bà", "Việt Nam", "3", "9", "11", "²", "1.5"])
def test_anything_else_is_missing_with_a_flag(text):
    assert column([text]) == ([SEX_MISSING], [Flag.SEX_UNREADABLE])


@pytest.mark.parametrize("text", [None, "", "-", " ", "nan", "NULL", ";", "\u00a0"])
def test_a_cell_that_says_nothing_has_no_flag(text):
    assert column(pa.array([text], pa.string())) == ([SEX_MISSING], [0])


def test_one_is_male_and_the_columns_other_code_is_female():
    assert column(["1", "0", "1"])[0] == [SEX_MALE, SEX_FEMALE, SEX_MALE]
    assert column(["1", "2", "1"])[0] == [SEX_MALE, SEX_FEMALE, SEX_MALE]
    assert column([1, 0, None])[0] == [SEX_MALE, SEX_FEMALE, SEX_MISSING]
    assert column([1.0, 2.0, None])[0] == [SEX_MALE, SEX_FEMALE, SEX_MISSING]
    assert column(["01", "02"])[0] == [SEX_MALE, SEX_FEMALE]
    assert column([True, False, None])[0] == [SEX_MALE, SEX_FEMALE, SEX_MISSING]


def test_of_three_codes_the_rare_one_is_missing():
    assert column(["1"] * 9 + ["2"] * 10 + ["0"])[0] == [SEX_MALE] * 9 + [SEX_FEMALE] * 10 + [SEX_MISSING]
    assert column(["1"] * 9 + ["0"] * 10 + ["2"])[0] == [SEX_MALE] * 9 + [SEX_FEMALE] * 10 + [SEX_MISSING]


def test_of_three_codes_with_no_rare_one_only_the_man_is_known():
    assert column(["1", "0", "2"]) == ([SEX_MALE, 0, 0], [0, Flag.SEX_UNREADABLE, Flag.SEX_UNREADABLE])


def test_a_column_of_zeros_says_nothing():
    assert column(["0", "0"])[0] == [SEX_MISSING] * 2


def test_codes_are_known_across_batches_in_any_order():
    first, second = pa.array(["1", "1; 1", None]), pa.array(["2"])
    one_way, other_way = SexCodes(), SexCodes()
    one_way.observe(first)
    one_way.observe(second)
    other_way.observe(second)
    late = SexCodes()
    late.observe(first)
    other_way.merge(late)
    assert one_way.resolve() == other_way.resolve()
    assert column(["2", "1", "0"], codes=one_way.resolve())[0] == [SEX_FEMALE, SEX_MALE, SEX_MISSING]
    assert column(["2"], codes=one_way)[0] == [SEX_FEMALE]


def test_a_configured_mapping_comes_before_everything():
    codes = SexCodes({"T": SEX_MALE, "Gái quê": SEX_FEMALE, "1": SEX_FEMALE, "Nam": SEX_MISSING})
    assert column(["t", "GÁI QUÊ", "1", "Nam", "Nữ"], codes=codes)[0] == [1, 2, 2, 0, 2]


def test_a_configured_value_must_be_a_sex():
    with pytest.raises(ConfigError):
        SexCodes({"T": 7})


def test_one_slot_per_person():
    sex, flags = column(["Nam; Nữ", "; nữ", "nam", "Nam; x", "1;2"], [2] * 5)
    assert sex == [1, 2, 0, 2, 1, 0, 1, 0, 1, 2]
    assert flags == [0, 0, 0, 0, 0, 0, 0, Flag.SEX_UNREADABLE, 0, 0]


def test_without_a_semicolon_one_sex_for_each_person_is_a_list_too():
    assert column(["Nam, Nữ", "ông và bà", "Nam/Nữ"], [2, 2, 2])[0] == [1, 2, 1, 2, 1, 2]
    assert column(["Nam, Nữ"], [3]) == ([0, 0, 0], [Flag.SEX_UNREADABLE, 0, 0])


def test_a_sex_without_a_person_is_given_to_nobody_and_flagged():
    assert column(["Nam; Nữ", "; Nữ"]) == ([SEX_MALE, SEX_MISSING], [Flag.LEFTOVER, Flag.LEFTOVER])


def test_every_layout_of_a_column_reads_the_same():
    texts = ["Nam", None, "Nữ", "Nam"]
    expected = [1, 0, 2, 1]
    array = pa.array(texts)
    for cells in (
        array,
        array.cast(pa.large_string()),
        array.cast(pa.string_view()),
        array.dictionary_encode(),
        array.cast(pa.binary()),
    ):
        assert column(cells)[0] == expected
        assert column(cells[1:])[0] == expected[1:]
    coded = pa.chunked_array([pa.array(["Nam", None]).dictionary_encode(), pa.array(["Nữ", "Nam"]).dictionary_encode()])
    assert column(coded)[0] == expected
    assert column(pa.chunked_array([array[:1], array[1:]]))[0] == expected
    assert column(pa.nulls(2))[0] == [0, 0]
    assert column(pa.array([], pa.string()))[0] == []


def test_a_column_of_lists_is_refused():
    with pytest.raises(InputError):
        column(pa.array([["Nam"]]))
