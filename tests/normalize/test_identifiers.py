"""Identity numbers out of free text: what is one number, what it is, and whose."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from vnlink.normalize.id_numbers import PROVINCE_CODES
from vnlink.normalize.identifiers import (
    IdentifierKind,
    parse_identifier,
    parse_identifier_column,
    parse_old_id_column,
    parse_personal_id_column,
    province_names,
    read_structure,
)
from vnlink.schema import SEX_FEMALE, SEX_MALE, Flag

HIS, HERS = "001065012345", "038167012346"
HIS_OLD, HERS_OLD, THIRD_OLD = "145678902", "234567891", "345678912"


def column(texts, persons=None):
    """Per person: personal id and old id as text, "" when missing; and the flags."""
    personal, old, _, flags = parse_identifier_column(pa.array(texts, pa.string()), persons or [1] * len(texts))
    numbers = [
        (f"{p:012d}" if p >= 0 else "", f"{o:09d}" if o >= 0 else "")
        for p, o in zip(personal.tolist(), old.tolist(), strict=True)
    ]
    return numbers, flags.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "001065012345",
        "001 065 012 345",
        "001.065.012.345",
        "001-065-012-345",
        "0010 6501 2345",
        "001\u00a0065\u00a0012\u00a0345",
        "'001065012345",
        "CCCD: 001065012345",
        "CCCD001065012345",
        "số CCCD 001065012345 do Cục CS QLHC về TTXH cấp ngày 05/02/2021",
        "CCCD số 001065012345 ngày 05.02.2021",
        "001065012345 - 05-02-2021",
        "số 2: 001 065 012 345",
        "CMND 001065012345",  # the digits tell the type, the word is wrong
    ],
)
def test_twelve_digits_are_a_personal_id(text):
    found = parse_identifier(text)
    assert (found.kind, found.digits, found.flags) == (IdentifierKind.PERSONAL, HIS, ())
    assert column([text]) == ([(HIS, "")], [0])


@pytest.mark.parametrize(
    "text",
    [
        "145678902",
        "145 678 902",
        "145.678.902",
        "CMND số: 145 678 902 cấp ngày 01/02/2003",
        "CMND số: 145 678 902 cấp ngày 01.02.2003",
        "CMND số: 145678902 cấp 1-2-2003",
        "145678902 2003",
        "145678902-2003",
        "145 678 902 2003",
        "145 678 902-01-02-2003",
        "CMND145678902",
        "CMND số 145678902 do CA Hà Nội cấp ngày 5 tháng 2 năm 2003",
        "CCCD 145678902",
        "Thừa kế 145678902",
        "hộ nghèo, 145678902",
    ],
)
def test_nine_digits_are_an_old_id_and_a_date_of_issue_is_not_glued_to_it(text):
    found = parse_identifier(text)
    assert (found.kind, found.digits, found.flags) == (IdentifierKind.OLD, HIS_OLD, ())
    assert column([text]) == ([("", HIS_OLD)], [0])


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("14567890", "014567890"),
        ("14 567 890", "014567890"),
        ("38165012345", "038165012345"),
        ("1065012345", HIS),
        ("1065012345.0", HIS),
        ("1.065012345E+09", HIS),
        ("1,065012345e9", HIS),
        ("3.8165012345E+10", "038165012345"),
        ("1 065 012 345", HIS),
    ],
)
def test_lost_zeros_are_put_back_with_a_flag(text, digits):
    found = parse_identifier(text)
    assert found.digits == digits
    assert found.candidates == (digits,)
    assert found.flags == ("ID_REPAIRED",)
    assert column([text]) == ([(digits, "") if len(digits) == 12 else ("", digits)], [Flag.ID_REPAIRED])


@pytest.mark.parametrize(
    "text",
    [
        "01234567",  # a spreadsheet would have dropped this zero
        "01065012345",  # and both of these
        "65014567890",  # 065 is not a province
        "1965012345",  # 001, but sex digit 9: born after 2300
        "0912345678",  # a mobile number
        "01654987321",  # a mobile number of before 2018
        "B1234567",
        "C-1234567",
        "b 1234567",
        "P12345678",
        "QN-1234567",
        "1234567",
        "4567890123456",
    ],
)
def test_other_papers_are_kept_as_a_number_that_stands_for_them(text):
    found = parse_identifier(text)
    assert found.kind in (IdentifierKind.OTHER, IdentifierKind.OFFICER, IdentifierKind.PASSPORT)
    assert found.flags == ("ID_OTHER_PAPER",)
    personal, old, other, flags = parse_identifier_column(pa.array([text, text.lower()]), [1, 1])
    assert (personal.tolist(), old.tolist(), flags.tolist()) == ([-1, -1], [-1, -1], [Flag.ID_OTHER_PAPER] * 2)
    assert other[0] == other[1] != 0


def test_different_papers_have_different_numbers():
    texts = ["B1234567", "C1234567", "1234567", "01234567", "B1234568", "0001234567"]
    other = parse_identifier_column(pa.array(texts), [1] * len(texts))[2]
    assert len(set(other.tolist())) == len(texts)


FILLER, CUT_SHORT, NOTHING = Flag.ID_SHAPE_ONLY, Flag.ID_INCOMPLETE, Flag(Flag.ID_UNREADABLE)


@pytest.mark.parametrize(
    ("text", "noticed"),
    [
        ("000000000", FILLER),
        ("999999999", FILLER),
        ("111111111111", FILLER),
        ("00000000", FILLER),
        ("123456789", FILLER),
        ("12345678", FILLER),  # 012345678 that lost its zero
        ("987654321", FILLER),
        ("1.06501E+11", CUT_SHORT),
        ("1456?8902", CUT_SHORT),
        ("không có", NOTHING),
        ("mất", NOTHING),
        ("05/02/1965", NOTHING),
        ("1965", NOTHING),
        ("x", NOTHING),
        ("1" * 40, NOTHING),
    ],
)
def test_nothing_usable_is_missing_with_a_flag(text, noticed):
    found = parse_identifier(text)
    assert not found
    assert set(found.flags) == {"ID_UNREADABLE", noticed.name}
    assert column([text]) == ([("", "")], [Flag.ID_UNREADABLE | noticed])


@pytest.mark.parametrize("text", [None, "", " ", "-", "null", ";"])
def test_a_cell_that_says_nothing_has_no_flag(text):
    assert not parse_identifier(text)
    assert parse_identifier(text).flags == ()
    assert column([text]) == ([("", "")], [0])


@pytest.mark.parametrize(
    "text",
    [
        f"{HIS}; {HIS_OLD}",
        f"{HIS_OLD};{HIS}",
        f"{HIS}, {HIS_OLD}",
        f"{HIS}/{HIS_OLD}",
        f"CCCD {HIS} (CMND cũ {HIS_OLD})",
        f"{HIS_OLD} {HIS}",
        f"{HIS}\n{HIS_OLD}",
        f"{HIS_OLD} - {HIS}",
    ],
)
def test_both_numbers_of_one_person_are_kept(text):
    assert column([text]) == ([(HIS, HIS_OLD)], [0])


def test_a_second_number_of_one_kind_is_another_paper():
    numbers, flags = column([f"{HIS_OLD}; {HERS_OLD}", f"{HIS}; {HIS}"])
    assert numbers == [("", HIS_OLD), (HIS, "")]
    assert flags == [Flag.ID_OTHER_PAPER, 0]


@pytest.mark.parametrize(
    ("text", "his", "hers"),
    [
        (f"{HIS}; {HERS}", (HIS, ""), (HERS, "")),
        (f"; {HERS_OLD}", ("", ""), ("", HERS_OLD)),
        (f"{HIS};", (HIS, ""), ("", "")),
        (HIS, (HIS, ""), ("", "")),
        (f"{HIS}, {HERS_OLD}", (HIS, ""), ("", HERS_OLD)),
        (f"{HIS}, {HIS_OLD}; {HERS}", (HIS, HIS_OLD), (HERS, "")),
        (f"{HIS}, {HERS}", (HIS, ""), (HERS, "")),
        (f"{HIS_OLD} - {HERS_OLD}", ("", HIS_OLD), ("", HERS_OLD)),
        (f"Ông: {HIS}; bà: {HERS_OLD}", (HIS, ""), ("", HERS_OLD)),
        (f"{HIS}; {HIS_OLD}; {HERS}; {HERS_OLD}", (HIS, HIS_OLD), (HERS, HERS_OLD)),
        (f"{HIS}; {HERS}; {HERS_OLD}", (HIS, ""), (HERS, HERS_OLD)),
        (f"{HIS_OLD}; {HERS_OLD}; {HERS}", ("", HIS_OLD), (HERS, HERS_OLD)),
    ],
)
def test_numbers_are_dealt_to_a_couple(text, his, hers):
    numbers, flags = column([text], [2])
    assert numbers == [his, hers]
    assert flags == [0, 0]


@pytest.mark.parametrize("sign", [", ", ",", " - ", "-", "/ ", "/", " và ", "\n", " + ", " & ", "; ", " vợ ", "; bà: "])
def test_an_old_and_a_new_number_with_anything_between_are_one_for_each_of_a_couple(sign):
    assert column([f"{HIS_OLD}{sign}{HERS}", f"{HIS}{sign}{HERS_OLD}"], [2, 2]) == (
        [("", HIS_OLD), (HERS, ""), (HIS, ""), ("", HERS_OLD)],
        [0, 0, 0, 0],
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{HIS} (CMND cũ: {HIS_OLD})",
        f"{HIS} ({HIS_OLD})",
        f"{HIS} - cũ {HIS_OLD}",
        f"CMND cũ {HIS_OLD} - {HIS}",
        f"CMND: {HIS_OLD}/CCCD: {HIS}",
        f"{HIS}, CMND {HIS_OLD}",
        f"{HIS_OLD} , {HIS}",
    ],
)
def test_words_brackets_and_joined_columns_make_two_numbers_papers_of_the_first_of_a_couple(text):
    assert column([text], [2]) == ([(HIS, HIS_OLD), ("", "")], [0, 0])


def test_two_numbers_of_one_person_are_both_that_persons():
    assert column([f"{HIS_OLD}, {HIS}"], [1]) == ([(HIS, HIS_OLD)], [0])


def test_as_many_numbers_as_persons_are_one_each_whatever_their_kinds():
    assert column([f"{HIS_OLD}, {HERS_OLD}, {HIS}, {HERS}"], [4])[0] == [("", HIS_OLD), ("", HERS_OLD), (HIS, ""), (HERS, "")]


def test_more_numbers_than_persons_are_papers_of_the_first():
    assert column([f"{HIS_OLD}, {HIS}, {HERS}"], [2])[0] == [(HIS, HIS_OLD), ("", "")]


def test_a_number_that_may_be_either_neighbours_is_given_to_nobody():
    numbers, flags = column([f"{HIS_OLD}; {HERS_OLD}; {THIRD_OLD}", f"{HIS}; {HIS_OLD}; {HERS}"], [2, 2])
    assert numbers == [("", HIS_OLD), ("", THIRD_OLD), (HIS, ""), (HERS, "")]
    assert flags == [Flag.LEFTOVER, 0, Flag.LEFTOVER, 0]


def test_a_number_of_an_unnamed_second_person_is_not_the_first_persons():
    assert column([f"; {HERS_OLD}"]) == ([("", "")], [Flag.LEFTOVER])


def test_slots_have_their_own_flags():
    _, flags = column(["mất; 14567890; B1234567"], [3])
    assert flags == [Flag.ID_UNREADABLE, Flag.ID_REPAIRED, Flag.ID_OTHER_PAPER]


def test_very_long_lists_are_bounded():
    numbers, _ = column([";".join([HIS_OLD] * 500), " ".join([HIS_OLD] * 500)], [300, 1])
    assert numbers[0] == ("", HIS_OLD)
    assert numbers[-1] == ("", HIS_OLD)


def test_a_citizens_numbers_come_as_text_or_integers():
    for cells in (
        pa.array([HIS, None, HERS]),
        pa.array([int(HIS), None, int(HERS)]),
        pa.array([float(HIS), None, float(HERS)]),
    ):
        assert parse_personal_id_column(cells)[0].tolist() == [int(HIS), -1, int(HERS)]
    old, flags = parse_old_id_column(pa.array([HIS_OLD, "14567890", "", None]))
    assert old.tolist() == [int(HIS_OLD), 14567890, -1, -1]
    assert flags.tolist() == [0, Flag.ID_REPAIRED, 0, 0]


def test_a_number_in_the_wrong_column_is_another_paper():
    personal, flags = parse_personal_id_column(pa.array([HIS_OLD, "14567890", "x"]))
    assert personal.tolist() == [-1, -1, -1]
    assert flags.tolist() == [Flag.ID_OTHER_PAPER, Flag.ID_OTHER_PAPER, Flag.ID_UNREADABLE]
    old, flags = parse_old_id_column(pa.array([HIS, f"{HIS_OLD}, {HIS}"]))
    assert old.tolist() == [-1, int(HIS_OLD)]
    assert flags.tolist() == [Flag.ID_OTHER_PAPER, 0]


def test_a_personal_id_tells_province_sex_and_year():
    numbers = ["001065012345", "038167012346", "079203000001", "096399000001", "101065012345"]
    province, sex, year = read_structure(np.array([*map(int, numbers), -1], np.int64))
    assert province.tolist() == [1, 38, 79, 96, 0, 0]
    assert sex.tolist() == [SEX_MALE, SEX_FEMALE, SEX_MALE, SEX_FEMALE, SEX_MALE, 0]
    assert year.tolist() == [1965, 1967, 2003, 2099, 1965, 0]
    assert (province.dtype, sex.dtype, year.dtype) == (np.int16, np.uint8, np.int16)


def test_a_birth_registered_abroad_is_a_number_like_any_other():
    found = parse_identifier("101065012345")
    assert (found.kind, found.province, found.birth_year) == (IdentifierKind.PERSONAL, None, 1965)
    assert found.flags == ("ID_SHAPE_ONLY",)


def test_the_structure_is_there_in_words():
    found = parse_identifier(HERS)
    assert (found.province, found.sex, found.birth_year) == ("Thanh Hóa", "female", 1967)
    assert parse_identifier(HIS_OLD).province is None


def test_a_number_does_not_show_in_a_log():
    assert HIS not in repr(parse_identifier(HIS))


def test_the_table_of_the_kernels_is_the_file_of_provinces():
    assert sorted(province_names()) == np.flatnonzero(PROVINCE_CODES).tolist()
    assert list(province_names()) == sorted(province_names())
    assert len(set(province_names().values())) == 63


@pytest.mark.parametrize(
    ("text", "kind", "digits"),
    [("U048065001234", "personal", "048065001234"), ("A201234567", "old", "201234567")],
)
def test_a_letter_in_front_of_an_id_is_no_part_of_it(text, kind, digits):
    alone = parse_identifier(text)
    assert (alone.kind.value, alone.digits) == (kind, digits)
    assert parse_identifier([text]).field(f"{kind}_id").to_pylist() == [digits]


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("201234567,201234568", None),
        ("; 242438306", None),
        ("CMND 201234567, hộ chiếu C1234567", "C1234567"),
        ("C1234567", "C1234567"),
    ],
)
def test_a_column_and_a_cell_say_the_same_of_a_second_number(text, paper):
    column = parse_identifier([text])
    assert column.field("other_paper").to_pylist() == [paper]
    assert column.field("flags").to_pylist() == [list(parse_identifier(text).flags)]
