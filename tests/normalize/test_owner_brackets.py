"""What stands in brackets behind a name, and other words that name nobody: nicknames, children, places, parcels, codes.

Each of them once was a person more, so that the date and number of the next holder went to nobody. Nobody here is real.
"""

from __future__ import annotations

import re

import pytest

from vnlink.normalize.owner_records import parse_owners
from vnlink.normalize.text import fold

FORMS = {
    "as it is": lambda text: text,
    "capitals": str.upper,
    "no marks": lambda text: re.sub(r"\w+", lambda word: fold(word[0]), text),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "zero-width spaces": lambda text: text.replace(" ", "\u200b ", 1),
}


def names(text: str) -> list[str]:
    return [owner.name for owner in parse_owners(text)]


def flags(text: str) -> set[str]:
    return {flag for owner in parse_owners(text) for flag in owner.flags}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "remark",
    [
        "(ông Năm)",
        "( ông Tèo )",
        "(ông Ba)",
        "(ông Tạ Văn Cừ)",
        "[ông Cả]",
        "(con Tuất)",
        "(con ông Thục)",
        "(con trai Thục)",
        "(con chung)",
        "(TDP số 3)",
        "(Ấp 2)",
        "(thôn 4)",
        "(Làng Đông Cao)",
        "(thửa 2)",
        "(đất 5%)",
        "(bổ sung)",
        "(hộ)",
        "(CNV)",
        "- CNV",
        "- thửa 2",
        "- bổ sung",
    ],
)
def test_a_remark_behind_a_name_names_nobody_and_loses_nobody_behind_it(remark: str, form: str) -> None:
    texts = {text: FORMS[form](text) for text in (f"Hộ ông Tạ Văn Khôi {remark}", f"Ông Tạ Văn Khôi {remark}, bà Đỗ Thị Hà")}
    for text, written in texts.items():
        plain = [fold(name) for name in names(written)]
        assert plain == ["ta van khoi", "do thi ha"][: 1 + ("bà" in text)], written


@pytest.mark.parametrize("mark", [" - ", ", ", "; ", " + ", " và ", "/", "\n"])
@pytest.mark.parametrize("place", ["(Ấp Hòa Bình)", "(Khu phố 5)", "(thôn 3, xã Hòa Bình)", "(ở tại xã Hòa Bình)"])
def test_whoever_stands_behind_a_place_in_brackets_is_a_holder(place: str, mark: str) -> None:
    assert names(f"Phan Hùng {place}{mark}Đỗ Thị Hà") == ["Phan Hùng", "Đỗ Thị Hà"]


@pytest.mark.parametrize(
    "text",
    [
        "Ông Tạ Văn Khôi (bà Đỗ Thị Hà)",
        "Tạ Khôi (bà Tạ Thị Hà)",
        "Tạ Văn Khôi (vợ: Đỗ Thị Hà)",
        "Y Khôi Niê (vợ Hà)",
        "Tạ Văn Khôi (vợ là Hà)",
        "Tạ Văn Khôi (đồng sử dụng với Đỗ Thị Hà)",
        "TA VAN KHOI (DONG SU DUNG VOI DO THI HA)",
        "Tạ Văn Khôi (ĐSD: Đỗ Thị Hà)",
        "Tạ Văn Khôi (đại diện: Đỗ Thị Hà)",
        "Tạ Văn Khôi (con: Tạ Văn Hà)",
        "Tạ Văn Khôi (con là Tạ Văn Hà)",
        "Tạ Văn Khôi (bà Y Hà)",
        "Tạ Văn Khôi (Ấp 2, vợ: Đỗ Thị Hà)",
    ],
)
def test_a_holder_in_brackets_stays_one(text: str) -> None:
    found = names(text)
    assert len(found) == 2
    assert fold(found[1].split(" ")[-1]) == "ha"


def test_a_title_of_the_same_sex_in_brackets_is_a_second_name_of_whoever_has_that_sex_by_title_or_by_name() -> None:
    for text in ("Bà Lê Hoa (bà Bé)", "Lê Thị Hoa (bà Trần Thị Bé)", "Lê Hoa (bà Bé)", "LE THI HOA (BA LE THI BE)"):
        assert len(parse_owners(text)) == 1, text
        assert "NAME_HAS_ALIAS" in flags(text), text


@pytest.mark.parametrize("words", ["ĐSD", "đồng sử dụng khác", "người cùng sử dụng đất", "những người đồng sử dụng", "vợ"])
@pytest.mark.parametrize("form", FORMS)
def test_further_holders_without_names_are_flagged_and_are_no_persons(words: str, form: str) -> None:
    written = FORMS[form](f"Hộ ông Tạ Văn Khôi và {'các ' * words.startswith('đồng')}{words}")
    assert [fold(name) for name in names(written)] == ["ta van khoi"]
    assert "HEIRS" in flags(written)


def test_a_wife_without_name_or_mark_is_no_person_called_vo_behind_a_year_either() -> None:
    (owner,) = parse_owners("TA VAN KHOI SINH NAM: 1970 VA VO")
    assert (owner.name, owner.birth_date) == ("Ta Van Khoi", "1970")


@pytest.mark.parametrize("code", ["GDC", "CNV", "CNN"])
def test_a_code_of_land_users_is_no_part_of_a_name_wherever_it_stands(code: str) -> None:
    for text in (f"{code} Tạ Văn Khôi", f"Tạ Văn Khôi {code}", f"Tạ Văn Khôi ({code})", f"{code}: ông Tạ Văn Khôi"):
        assert names(text) == ["Tạ Văn Khôi"], text


@pytest.mark.parametrize("text", ["#N/A", "N/A", "n/a", " #n/a ", "#REF!", "#VALUE!", "NULL"])
def test_what_a_spreadsheet_writes_for_nothing_is_nobody(text: str) -> None:
    (owner,) = parse_owners(text)
    assert (owner.kind, owner.name) == ("unreadable", "")


@pytest.mark.parametrize("name", ["Năm", "Ba", "Bà", "Ông", "Tư", "Hộ", "Con", "Tổ", "Ấp", "Út", "Bổ", "Hồ", "Cả", "Vợ"])
def test_a_given_name_that_is_a_word_of_these_remarks_is_kept(name: str) -> None:
    for text in (f"Tạ Văn {name}", f"Ông Tạ Văn {name} (ông Năm)", f"Tạ Văn {name} (con Tuất)", f"Tạ Văn {name} - CNV"):
        assert names(text) == [f"Tạ Văn {name}"], text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ông: Tạ Văn Khôi Bà: Rỉu Thị Hà", ["Tạ Văn Khôi", "Rỉu Thị Hà"]),
        ("ONG: LO LIEM BA: NONG THI HA", ["Lo Liem", "Nong Thi Ha"]),
        ("Bà: Đưm Ông: Chơt", ["Đưm", "Chơt"]),
        ("Ông: K'Hùng Bà: Ka Brẹ", ["K'Hùng", "Ka Brẹ"]),
        ("Ông Tạ Văn Khôi Bà Rỉu Thị Hà", ["Tạ Văn Khôi", "Rỉu Thị Hà"]),
        ("Ông A Ưih Bà Y Hơn", ["A Ưih", "Y Hơn"]),
    ],
)
def test_the_other_title_begins_a_spouse_without_any_mark_before_it(text: str, expected: list[str]) -> None:
    owners = parse_owners(text)
    assert [owner.name for owner in owners] == expected
    assert [owner.role for owner in owners] == ["owner", "spouse"]


@pytest.mark.parametrize("text", ["Ông Lê Bà Hùng", "Ông Tạ Trịnh Bà Hùng", "Ông Tạ Văn Bà: 1950", "TA THI BA: SINH NAM 1950"])
def test_a_title_within_a_name_is_part_of_it_where_no_spouse_follows(text: str) -> None:
    assert len(parse_owners(text)) == 1


@pytest.mark.parametrize("dash", ["- ", " - ", "-", " -", " – "])
@pytest.mark.parametrize("before", ["", "Ông ", "Hộ ông ", "HGĐ ông ", "Nguyễn Thị Hoa, ", "Vợ chồng ông Tạ Khôi, bà "])
def test_a_dash_behind_the_letter_of_a_highland_name_parts_nothing(before: str, dash: str) -> None:
    assert names(f"{before}Y{dash}Loan Bkrông")[-1] == "Y Loan Bkrông"


def test_a_dash_behind_a_given_name_that_is_such_a_letter_parts_two_persons() -> None:
    for first in ("Lê Thị Y - ", "Lê Như Y - ", "Lê Nhân Ý-", "Bà Y - ", "Bà Y - Ông "):
        assert names(f"{first}Lê Văn Hai")[1:] == ["Lê Văn Hai"], first


def test_a_clan_that_is_called_as_a_village_is_a_family_name_before_a_highland_name_alone() -> None:
    assert names("Buôn Yă Y Sam") == ["Buôn Yă Y Sam"]
    assert names("Y Rin Ktla và Buôn Yă H'Lê") == ["Y Rin Ktla", "Buôn Yă H'Lê"]
    assert [parse_owners(text)[0].kind for text in ("Buôn Yă", "Làng Kon H'Ring", "Buôn H'Mông")] == ["community"] * 3


def test_a_word_and_a_number_between_two_marks_are_a_parcel_and_numbers_of_a_list_are_not() -> None:
    assert names("Tạ Văn Khôi, bà Đỗ Thị Hà, thửa 2, tờ 5") == ["Tạ Văn Khôi", "Đỗ Thị Hà"]
    assert names("1. Khôi 2. Hà 3. Sen") == ["Khôi", "Hà", "Sen"]
    assert names("1) Khôi 2) Hà") == ["Khôi", "Hà"]


def test_a_street_in_an_address_is_no_holder_but_whoever_follows_a_hamlet_between_dashes_is() -> None:
    assert names("Tạ Văn Khôi, trú tại Ấp 3 - Lâm Văn Bền - Quận 7") == ["Tạ Văn Khôi"]
    assert names("Tạ Văn Khôi - ấp 3 - Lâm Văn Bền") == ["Tạ Văn Khôi", "Lâm Văn Bền"]


def test_an_unmarked_household_before_a_title_is_no_part_of_the_name() -> None:
    for text in ("Ho: ong: Ta Van Khoi", "Ho ba: Ka Hang", "HO BA L. THI NAN", "HO: BA: TA THI SEN"):
        (owner,) = parse_owners(text)
        assert owner.role == "head", text
        assert not owner.name.startswith("Ho "), text


def test_an_unmarked_ho_before_a_whole_name_is_the_household_and_before_less_a_family() -> None:
    assert names("HO NGUYEN THI PHUONG") == ["Nguyen Thi Phuong"]
    for name in (
        "Ho Nguyen Phuong",
        "Ho Thi Phuong",
        "Ho Van Le",
        "Ho Nguyen Minh Anh",
        "Hồ Nguyễn Thị Phượng",
        "Ho Ba Ngoc Son",
    ):
        assert names(name) == [name]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("ONG LE VAN AN DA CHET, DAI DIEN THUA KE LA BA DO THI THUY", "Do Thi Thuy"),
        ("ONG LE VAN AN (CHET) DO BA KIEU THI QUYT DUNG TEN", "Kieu Thi Quyt"),
        ("LE VAN AN TUC TY, DO THI THUY", "Do Thi Thuy"),
        ("Lê Văn An, B. Nại Thị Minh", "Nại Thị Minh"),
        ("LE VAN AN VA NGUYEU DINH DUY", "Nguyeu Dinh Duy"),
        ("Ông Lê Văn An tức Tư Bà: Đỗ Thị Thúy", "Đỗ Thị Thúy"),
        ("Lê Văn An, CMND 123456789-Đỗ Thị Thúy", "Đỗ Thị Thúy"),
    ],
)
def test_the_second_of_two_has_no_word_before_the_name(text: str, last: str) -> None:
    assert [fold(name) for name in names(text)] == ["le van an", fold(last)]


def test_a_title_with_a_colon_and_no_mark_is_one_before_a_single_word_too() -> None:
    assert names("Ong: Soleh") == ["Soleh"]
    assert names("Ba Tuan") == ["Ba Tuan"]


def test_a_man_called_ba_is_no_couple_where_only_one_word_has_its_mark() -> None:
    assert names("Ông Ba, bà Tư") == names("Ông Ba và bà Tư") == ["Ba", "Tư"]
    assert names("Đào Thế Dũng con ông Ba") == ["Đào Thế Dũng"]
    assert [owner.role for owner in parse_owners("Ông ba: Đào Dũng, Lê Hoa")] == ["owner", "spouse"]


@pytest.mark.parametrize(
    "owner",
    [
        "Nguyen Tat Son, vo Ba: Ðo Phuong Nga",
        "Ong: Nguyen Tat Son, vo ba: Hinh Thi Nga",
        "Nguyen Tat Son, vo Ba: Ng. Phuong Nga",
    ],
)
def test_an_unmarked_wife_is_one_person_whatever_family_stands_behind_her_title(owner):
    persons = parse_owners(owner)
    assert [person.name.split()[-1] for person in persons] == ["Son", "Nga"]
    assert persons[1].role == "spouse"
