"""Hamlets and streets read alike however they are abbreviated."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.homes import localities_agree
from vnlink.normalize.localities import LocalityReader, locality_key


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("Thôn 3", "thôn 03", "a leading zero is nothing"),
        ("Tổ dân phố số 5", "TDP 5", "the usual abbreviation"),
        ("Số 12 đường Lê Lợi", "12 Lê Lợi", "words that are left out on an envelope"),
        ("Xóm Đình", "XOM DINH", "capitals and missing marks"),
        ("Khu phố 4", "KP 4", "the southern abbreviation"),
    ],
)
def test_two_spellings_of_one_hamlet_are_one(left: str, right: str, reason: str) -> None:
    assert locality_key(left) == locality_key(right) != "", reason


@pytest.mark.parametrize(
    ("left", "right"), [("Thôn 3", "Thôn 4"), ("Xóm Đình", "Xóm Chợ"), ("12 Lê Lợi", "14 Lê Lợi"), ("Thôn 3", "Xóm 3")]
)
def test_different_hamlets_stay_different(left: str, right: str) -> None:
    assert locality_key(left) != locality_key(right)


@pytest.mark.parametrize("head", ["Xã Cẩm Sơn", "P. Thái Học", "Cẩm Lạc", "TT. Lai Cách", "", "🏠"])
def test_an_address_that_begins_with_its_commune_has_no_locality(head: str) -> None:
    assert locality_key(head) == ""


ADDRESSES = [
    ("Thôn 3, Xã Cẩm Sơn, Tỉnh Hà Tĩnh", "thon 3", "the usual way"),
    ("Thôn 3", "thon 3", "the commune is in a column of its own"),
    ("Ấp Quyết Tiến", "ap quyet tien", "the same, with a name"),
    ("Thôn Phước Lộc 3", "thon phuoc loc 3", "a name with a number"),
    ("Thôn 3 - Xã Cẩm Sơn - Hà Tĩnh", "thon 3", "dashes in place of commas"),
    ("Thôn 3 – Xã Cẩm Sơn", "thon 3", "a long dash"),
    ("Thôn 3- xã Cẩm Sơn", "thon 3", "a dash with one blank"),
    ("Tổ dân phố 2-Tân Vĩnh Hiệp-Tân Uyên", "to 2", "dashes without blanks"),
    ("Xóm Chợ/Cao Sơn/Đà Bắc", "xom cho", "strokes"),
    ("Thôn 3; Xã Cẩm Sơn", "thon 3", "a semicolon"),
    ("Khu 5\nXã Nga Thành\nHuyện Nga Sơn", "khu 5", "lines"),
    ("Thôn 3 xã Cẩm Sơn, huyện Cẩm Xuyên", "thon 3", "the word of the commune ends the hamlet"),
    ("Ấp 3, xã Hòa Hưng", "ap 3", "lower case"),
    ("Thôn Đoài X.Cẩm Sơn", "thon doai", "the abbreviated word of the commune"),
    ("Tổ 7 thị trấn Ái Nghĩa", "to 7", "a town"),
    ("thon Doai xa Cam Son", "thon doai", "no marks at all"),
    ("Thôn Đông Phương, xã Cẩm Sơn", "thon dong phuong", "phương is no phường"),
    ("Khối 2 Nghĩa Mai Nghĩa Đàn Nghệ An", "khoi 2", "nothing but the number ends the hamlet"),
    ("Xóm Hòa Bình Hàm Ninh Phú Quốc Kiên Giang", "", "nobody knows where the name ends"),
    ("12 - 14 Lê Lợi, phường Phú Hội", "12 14 le loi", "one house"),
    ("12/5 Lê Lợi - Phú Hội", "12/5 le loi", "an alley"),
    ("Xã Cẩm Sơn, Thôn 3", "thon 3", "the commune first"),
    ("Tỉnh Trà Vinh, Huyện Tiểu Cần, Xã Long Thới, Ấp Long Hòa", "ap long hoa", "from the province down"),
    ("Thị trấn Vũ Quang (Thôn 1)", "thon 1", "in brackets"),
    ("Xã Cẩm Sơn, 1990", "", "a number behind is no house"),
    ("Địa chỉ thường trú: Ấp 3, Xã Đông Hải", "ap 3", "what the address is called"),
    ("Số nhà: 12, đường Lê Lợi", "12", "that is no name of the cell"),
    ("Xã Cẩm Sơn", "", "a commune alone"),
    ("Thôn, Xã Cẩm Sơn", "", "which one is not told"),
    ("29173", "", "a code"),
    ("Thôn 3,", "thon 3", "a sign at the end is nothing"),
    ("Khối 2 Nghĩa Mai Nghĩa Đàn,", "khoi 2", "nor does it say where the hamlet ends"),
    ("Xóm Hòa Bình Hàm Ninh Phú Quốc\n", "", "the same without a number"),
    ("Khu 3/2 An Phú Tân", "khu 3/2", "a number of two parts"),
    ("Thôn Đoài Cẩm Sơn", "", "one word and a commune, or three words: nobody knows"),
    ("Tổ 3 P Tân An, Q Ninh Kiều", "to 3", "behind a number a letter is a unit"),
    ("Buôn Ea H'Mlăk, Xã Ea Na", "buon ea h'mlak", "the H of a name is no district"),
    ("Buôn Cư H'Lâm", "buon cu h'lam", "nor where it is all there is"),
    ("THON VAN XA THUONG, XA A", "thon van xa thuong", "without marks a word within a part ends nothing"),
    ("12 Bà Huyện Thanh Quan, quận 3", "12 ba huyen thanh quan", "a street of that name"),
    ("Số 45 đường Tỉnh lộ 10, phường An Lạc", "45 tinh lo 10", "a road of the province"),
    ("Ngõ 12 Xã Đàn, phường Nam Đồng", "ngo 12 xa dan", "a street of that name"),
    ("phường Tân Lợi, Buôn Ma Thuột, Đắk Lắk", "", "a city is no hamlet"),
    ("xã Phù Linh, Sóc Sơn, Hà Nội", "", "nor is a district"),
    ("Hà Nội, phường Tô Hiệu", "", "nor a ward"),
    ("Hà Nội, Tô Hiệu", "", "Tô is no tổ"),
    ("Xã Cẩm Sơn thôn 3", "thon 3", "behind the commune without a sign"),
    ("Xã Cẩm Sơn. Thôn 3, huyện Cẩm Xuyên", "thon 3", "a full stop"),
    ("xã Cẩm Sơn thôn Đoài", "thon doai", "a name behind a commune that there is"),
    ("Cẩm Sơn thôn Đoài, Cẩm Xuyên", "thon doai", "the commune without its word"),
    ("Xa Cam Son thon 3", "thon 3", "no marks"),
    ("P. Tân Lập - TP. Buôn Ma Thuột", "", "a city behind its word"),
    ("Đắk Lắk Buôn Ma Thuột", "", "a city behind its province"),
    ("Chợ Xóm Mới", "", "a market, not a commune"),
    ("Nguyễn Khu", "", "a word at the end"),
    ("KP2, Phường 5", "kp 2", "no blank before the number"),
    ("Tổ5 xã Cẩm Sơn", "to 5", "the same before another unit"),
    ("Ấp3", "ap 3", "the same alone"),
    ("TDP5 thị trấn Vũ Quang", "to 5", "the same, abbreviated"),
    ("", "", "nothing"),
    (None, "", "nothing"),
]


@pytest.mark.parametrize(("address", "key", "reason"), ADDRESSES)
def test_a_hamlet_is_found_however_the_parts_of_an_address_are_parted(address: str | None, key: str, reason: str) -> None:
    (found,) = LocalityReader().read(pa.array([address], pa.string())).tolist()
    (expected,) = LocalityReader().read(pa.array([f"{key}, x" if key else ""])).tolist()
    assert found == expected, reason
    assert bool(found) == bool(key), reason


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=20), st.integers(1, 5))
def test_any_text_is_read_the_same_in_one_batch_or_several(cells: list[str | None], size: int) -> None:
    cells = [cell if cell is None else cell.encode("utf-8", "replace").decode() for cell in cells]
    whole = LocalityReader().read(pa.array(cells, pa.string())).tolist()
    reader = LocalityReader()
    parts = [reader.read(pa.array(cells[i : i + size], pa.string())).tolist() for i in range(0, len(cells), size)]
    assert whole == [value for part in parts for value in part]
    assert all(0 <= value < 1 << 24 for value in whole)
    assert whole == [reader.read_one(cell) if cell else 0 for cell in cells]


def agree(left: str, right: str) -> str:
    """What two addresses of one commune say of each other."""
    same, known = localities_agree(*LocalityReader().read(pa.array([left, right])).tolist())
    return "same" if same else "other" if known else "unknown"


LOCALITIES = [
    ("Tổ 16, ấp 4, Xã Tam Bình", "Ấp 4, Xã Tam Bình", "same", "a group within the hamlet, in one register only"),
    ("Tổ 54 Kp 1 P.11", "Khu phố 1, Phường 11", "same", "the same without a sign"),
    ("Tổ 5, KP 2", "Tổ 5, P. 7", "same", "a group, the hamlet told once"),
    ("Tổ 5, KP 2", "Tổ 5, KP 3", "other", "every hamlet has a group of that number"),
    ("201/12 Cách Mạng Tháng 8, Khu phố 5", "Khu phố 5, Phường Tân Sơn Nhất", "same", "the house is told once"),
    ("12 Lê Lợi, KP 2", "12 Lê Lợi, P. 7", "same", "the quarter is told once"),
    ("12 Lê Lợi, tổ 3, KP 2", "KP 2", "same", "house, group and quarter"),
    ("Tổ 5 khu phố 2", "Khu phố 2", "same", "nothing else in the cell"),
    ("Tổ 5 khu phố 2", "Tổ 5 khu phố 3", "other", "so too"),
    ("Đội 3, Tổ 5, Thôn Đông", "Thôn Đông", "same", "groups of groups"),
    ("Tổ 5, TDP 3, phường 3", "TDP 3, phường 3", "same", "in a town the second is the hamlet"),
    ("Xóm 5, thôn Đoài", "Thôn Đoài", "same", "a hamlet of a hamlet"),
    ("Thôn 3, Tổ 5", "Tổ 6, Thôn 3", "unknown", "from the hamlet down"),
    ("Xã A, Thôn Đoài, Xóm 5", "Xóm 5, Thôn Đoài, Xã A", "same", "from the commune down"),
    ("Số 12 tổ 5 khu phố 2, phường 3", "Tổ 5, khu phố 2, phường 3", "unknown", "a house of that group, and the group"),
    ("12 Xóm Chiếu, phường 3", "12 Xóm Chiếu, KP 2", "same", "a street of that name"),
    ("12 Lê Lợi, KP 2", "14 Lê Lợi, KP 2", "unknown", "less than the same house, more than another quarter"),
    ("12 Lê Lợi, KP 2", "KP 3", "other", "another quarter"),
    ("12 Lê Lợi", "14 Lê Lợi", "other", "another house"),
    ("12 Lê Lợi", "Thôn 3", "other", "who writes streets has them on both sides"),
    ("Thôn Đoài, tổ 2", "Thôn Đoài", "same", "the hamlet first"),
    ("Nhà số 281/93 Đ. Hoàng Văn Thụ, P. 8", "281/93 Hoàng Văn Thụ, P. 8", "same", "a letter for the road"),
    ("SN 285 phố Lý Thường Kiệt", "285 Lý Thường Kiệt", "same", "two letters for the number of the house"),
    ("T21, ấp Đoàn Kết", "Ấp Đoàn Kết", "same", "a group that nobody can read"),
    ("Thôn 3", "", "unknown", "one is not told"),
]


@pytest.mark.parametrize(("left", "right", "said", "reason"), LOCALITIES)
def test_two_localities_are_compared_by_what_both_tell(left: str, right: str, said: str, reason: str) -> None:
    assert agree(left, right) == said, reason
    assert agree(right, left) == said, reason


def test_hamlets_with_a_number_are_never_taken_for_each_other() -> None:
    words = ("Thôn", "Xóm", "Ấp", "Bản", "Buôn", "Khu", "Khối", "Khóm", "KP", "Tổ", "Đội")
    read = LocalityReader().read(pa.array([f"{word} {number}" for word in words for number in range(1, 40)]))
    assert len(set(read.tolist())) == len(words) * 39
