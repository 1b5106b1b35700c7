"""Whom holders stand for, inherit from or are told by, what clerks add behind a name, and bodies. Nobody here is real.

The dead, guardians and attorneys were holders once, and their numbers and dates other people's; bodies were people.
"""

from __future__ import annotations

import pytest

from vnlink.normalize.owner_records import parse_owners


def names(text: str) -> list[str]:
    return [owner.name for owner in parse_owners(text)]


def flags(text: str) -> set[str]:
    return {flag for owner in parse_owners(text) for flag in owner.flags}


@pytest.mark.parametrize(
    "mention",
    [
        "(đại diện hàng thừa kế ông Tạ Văn Sáu)",
        "- đại diện đồng thừa kế ông Tạ Văn Sáu",
        "là người đại diện cho các đồng thừa kế của ông Tạ Văn Sáu",
        "(đại diện thừa kế của bà Lò Thị Cúc đã chết)",
        "- đồng thừa kế ông Tạ Văn Sáu",
        "và các đồng thừa kế của ông Tạ Văn Sáu",
    ],
)
def test_whose_heirs_a_living_holder_stands_for_holds_nothing(mention: str) -> None:
    assert names(f"Đỗ Thị Hà {mention}") == ["Đỗ Thị Hà"]
    assert "HEIRS" in flags(f"Đỗ Thị Hà {mention}")


def test_a_holder_follows_the_bracket_that_tells_whose_heirs_they_are() -> None:
    assert names("Đỗ Thị Hà (đại diện hàng thừa kế ông Tạ Văn Sáu) và ông Tạ Văn Ba") == ["Đỗ Thị Hà", "Tạ Văn Ba"]
    (blanks,) = parse_owners(["Đỗ Thị Hà (đại  diện  hàng thừa  kế  bà Lò Thị  Cúc)"]).to_pylist()
    assert [owner["name"] for owner in blanks] == ["Đỗ Thị Hà"]
    assert names("Ta Van Khoi nhan thua ke cua ong Ta Van Sau") == ["Ta Van Khoi"]
    assert names("Lương Thu Thị cùng các đồng thừa kế") == ["Lương Thu Thị"]


@pytest.mark.parametrize(
    "text",
    [
        "Ông Tạ Văn Khôi (chết), người thừa kế bà Đỗ Thị Hà",
        "Ông Tạ Văn Khôi (chết) - đại diện thừa kế: bà Đỗ Thị Hà",
        "Ông Tạ Văn Khôi (chết), người được ủy quyền: bà Đỗ Thị Hà",
        "Tạ Văn Khôi, đồng thừa kế: Đỗ Thị Hà",
        "Tạ Văn Khôi theo ủy quyền của Đỗ Thị Hà",
        "Tạ Văn Khôi là người giám hộ của cháu Đỗ Thị Hà",
        "Tạ Văn Khôi (do bà Đỗ Thị Hà đại diện)",
    ],
)
def test_an_heir_of_the_dead_and_who_is_acted_for_are_holders(text: str) -> None:
    assert names(text) == ["Tạ Văn Khôi", "Đỗ Thị Hà"]


@pytest.mark.parametrize(
    "mention",
    [
        ", người giám hộ ông Tạ Văn Sáu",
        " (do bà Lò Thị Cúc giám hộ)",
        " (giám hộ Tạ Văn Sáu)",
        " (người đại diện theo pháp luật: bà Lò Thị Cúc)",
        " (người được ủy quyền: Lò Thị Cúc)",
        " ủy quyền cho con là Tạ Văn Sáu",
        " ủy quyền Tạ Văn Sáu",
    ],
)
def test_a_guardian_or_attorney_of_a_living_holder_holds_nothing(mention: str) -> None:
    assert names(f"Tạ Văn Khôi{mention}") == ["Tạ Văn Khôi"]
    assert names(f"Cháu Tạ Văn Khôi{mention}, Đỗ Thị Hà") == ["Tạ Văn Khôi", "Đỗ Thị Hà"]


def test_a_guardian_whom_nobody_stands_before_is_read() -> None:
    (owner,) = parse_owners("Người giám hộ: bà Đỗ Thị Hà")
    assert (owner.name, owner.role) == ("Đỗ Thị Hà", "representative")
    assert parse_owners("Đỗ Thị Hà (giám hộ)")[0].role == "representative"


@pytest.mark.parametrize("words", ["bán cho", "đã CN cho", "đã sang nhượng cho"])
def test_a_sale_in_brackets_names_the_buyer_as_one_without_does(words: str) -> None:
    assert names(f"Tạ Văn Khôi ({words} Đỗ Thị Hà)") == names(f"Tạ Văn Khôi {words} Đỗ Thị Hà") == ["Đỗ Thị Hà"]


@pytest.mark.parametrize("spouse", ["(vợ Hà)", "- (chồng Ba)", "(mẹ Ba)", "(vo Ha)", "(vo ong Doanh)"])
def test_a_spouse_or_parent_by_the_given_name_alone_in_brackets_is_nobody(spouse: str) -> None:
    assert names(f"Tạ Văn Khôi {spouse}") == ["Tạ Văn Khôi"]
    assert names(f"Tạ Khôi {spouse}, Lò Thị Cúc") == ["Tạ Khôi", "Lò Thị Cúc"]


def test_a_spouse_by_the_given_name_alone_still_tells_the_holders_sex() -> None:
    (he,) = parse_owners("Tạ Khôi (vợ Hà)")
    assert (he.sex, "SEX_FROM_SPOUSE" in he.flags) == ("male", True)
    assert parse_owners("Tạ Khôi (chồng Ba)")[0].sex == "female"
    assert parse_owners("Đỗ Thị Hà (vợ Ba)")[0].sex != "male"


def test_a_spouse_of_one_word_stays_a_holder_without_brackets_and_in_the_highlands() -> None:
    assert names("Tạ Văn Khôi và vợ Hà") == ["Tạ Văn Khôi", "Hà"]
    assert names("Danh Kha (vợ Hơ)") == ["Danh Kha", "Hơ"]
    assert names("Tạ Văn Khôi (vợ H'Nga)") == ["Tạ Văn Khôi", "H'Nga"]


@pytest.mark.parametrize(
    "words",
    [
        "là đại diện hộ gia đình",
        "(đại diện nhóm người sử dụng đất)",
        "cùng những người đồng sở hữu",
        "và các thành viên trong hộ",
        "- HC số B5785291",
        "(2 thửa)",
        "(VK Pháp)",
        "(người VN định cư ở nước ngoài)",
        "(theo QĐ số 12/2015/QĐST-DS)",
        "(theo bản án số 45/2018/DS-ST)",
        "(II)",
        "- Th2",
        "- T12",
        "- Đ6",
        "BĐ 456789",
        "- khối phố Thạnh Lợi, Phường An Cư",
        "- Năm Khôi.",
    ],
)
def test_what_a_clerk_adds_behind_a_name_is_neither_a_person_nor_part_of_it(words: str) -> None:
    (owner,) = parse_owners(f"Tạ Văn Khôi {words}")
    assert (owner.name, owner.birth_date) == ("Tạ Văn Khôi", "")


@pytest.mark.parametrize("year", [" (s1962)", " (S1962)", ", s1962", " s1962"])
def test_an_s_before_a_year_is_the_word_born(year: str) -> None:
    (owner,) = parse_owners(f"Tạ Văn Khôi{year}")
    assert (owner.name, owner.birth_date) == ("Tạ Văn Khôi", "1962")
    assert names("Tạ Văn S 1962") == ["Tạ Văn S"]


@pytest.mark.parametrize("title", ["Cố", "TB", "Ông giáo", "Cháu", "Người phải thi hành án: ông", "Người phải thi hành án:"])
def test_a_title_or_a_party_before_a_name_is_no_part_of_it(title: str) -> None:
    assert names(f"{title} Tạ Văn Khôi") == ["Tạ Văn Khôi"]


@pytest.mark.parametrize("name", ["Giáo", "Cố", "Họ", "Am", "Nhóm", "Đường"])
def test_a_given_name_that_such_a_word_is_stays_one(name: str) -> None:
    for text in (f"Ông {name}", f"Ông Tạ {name}", f"Tạ Văn {name}", f"Tạ Thị {name}"):
        assert names(text) == [text.removeprefix("Ông ")]


@pytest.mark.parametrize("name", ["Cố Văn Khôi", "Cố Thị Hà", "Cháu Văn Khôi", "Họ Văn Khôi", "Đường Văn Khôi", "Am Thị Hà"])
def test_a_family_name_that_such_a_word_is_stays_one_before_a_middle_name(name: str) -> None:
    assert names(name) == [name]


def test_an_ede_man_is_called_by_his_child_behind_a_dash_and_anybody_by_the_given_name_again() -> None:
    assert names("Y Lem Bkrông - Ama Thim") == ["Y Lem Bkrông"]
    assert names("Đặng Khôi - Hai Khôi") == ["Đặng Khôi"]
    assert len(names("LE VAN SAU - BA SAU")) == 2


def test_a_representative_in_two_letters_is_read_and_a_list_of_rare_families_too() -> None:
    first, second = parse_owners("Y Lem Bkrông (chết) ĐD: H'Nga Mlô")
    assert (second.name, second.role, "DECEASED" in first.flags) == ("H'Nga Mlô", "representative", True)
    assert names("Nhóm người sử dụng đất: Hán Văn Mùi; Hán Cảnh Anh") == ["Hán Văn Mùi", "Hán Cảnh Anh"]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("organisation", "CTCP Văn Lang|Viettel Châu Phú|Đoàn thanh niên|Trại giống|NTD"),
        ("community", "NVH thôn 1|Nhà VH thôn|CĐDC ấp Đông|Họ Lê|Chi họ Lê|Hộ dân|Khối phố Đồng Tâm"),
        ("religious", "Khuôn hội Tam Bình|Am"),
        ("state", "Quốc phòng|Đường|Đường đất|Đường bê tông|Bờ bao|Bờ vùng|UBX|Đ.Công|DGT|DTL"),
        ("unreadable", "Thửa đất chưa có chủ"),
    ],
)
def test_bodies_codes_and_public_land_are_no_persons(kind: str, texts: str) -> None:
    for text in texts.split("|"):
        assert [owner.kind for owner in parse_owners(text)] == [kind], text
