"""The table of units of before and after 1 July 2025, and the names they are found by."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_names import bare_name, fold_place, marked_key, place_key


@pytest.fixture(scope="module")
def table() -> Gazetteer:
    return Gazetteer.load()


def test_the_table_has_every_unit_of_before_and_after(table: Gazetteer) -> None:
    """63 provinces, 696 districts and 10,035 communes became 34 provinces and 3,321 units."""
    assert len(table.old_province_codes) == 63
    assert len(table.old_district_codes) == 696
    assert len(table.old_commune_codes) == 10_035
    assert len(table.new_province_codes) == 34
    assert len(table.new_commune_codes) == 3_321


def test_units_are_in_the_order_of_their_codes(table: Gazetteer) -> None:
    for codes in (table.old_commune_codes, table.new_commune_codes, table.old_district_codes, table.old_province_codes):
        assert list(codes) == sorted(set(codes))


def test_every_name_has_its_type_word(table: Gazetteer) -> None:
    names = (*table.old_commune_names, *table.new_commune_names, *table.old_district_names)
    assert all(bare_name(name)[0] for name in names)
    kinds = Counter(bare_name(name)[0] for name in table.new_commune_names)
    assert kinds == {"x": 2_621, "p": 687, "dk": 13}


def test_every_old_commune_went_somewhere_and_every_new_one_came_from_somewhere(table: Gazetteer) -> None:
    """The five island districts had no communes; their special zones come from the district alone."""
    goals = [table.new_of_old(commune) for commune in range(len(table.old_commune_codes))]
    assert all(1 <= len(goal) <= 5 for goal in goals)
    reached = {int(new) for goal in goals for new in goal}
    islands = {int(new) for district in range(696) for new in table.new_of_island(district)}
    assert reached | islands == set(range(3_321))
    assert sorted(table.new_commune_names[new] for new in islands) == [
        "Đặc khu Bạch Long Vĩ",
        "Đặc khu Côn Đảo",
        "Đặc khu Cồn Cỏ",
        "Đặc khu Hoàng Sa",
        "Đặc khu Lý Sơn",
    ]


def test_a_commune_stays_within_the_province_its_province_became(table: Gazetteer) -> None:
    for commune in range(len(table.old_commune_codes)):
        home = table.old_province_new[table.old_commune_province[commune]]
        assert (table.new_commune_province[table.new_of_old(commune)] == home).all()


def test_the_mapping_and_its_inverse_agree(table: Gazetteer) -> None:
    pairs = {(old, int(new)) for old in range(10_035) for new in table.new_of_old(old)}
    assert pairs == {(int(old), new) for new in range(3_321) for old in table.old_of_new(new)}
    assert all(
        int(table.old_commune_district[old]) in table.districts_of_new(new)
        and new in table.new_of_district(int(table.old_commune_district[old]))
        for old, new in pairs
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("00001", ["00097"], "Phúc Xá went to Hồng Hà"),
        ("00004", ["00004"], "the code of Trúc Bạch is now the code of Ba Đình"),
        ("09013", ["08980", "08995", "09022", "09817"], "Văn Khê was split over four, one of them across the river"),
        ("00556", ["00541", "00562"], "Đặng Xá; the conversion table gives one of its rows the code of Cổ Bi"),
        ("01651", ["01648"], "Mỹ Hưng; the conversion table gives it the code of Hồng Quang"),
        ("02482", ["02494"], "Phú Thịnh; the conversion table gives it the code of Công Đa"),
        ("11890", ["11911"], "Hòa Bình of Vĩnh Bảo, not of Kim Thành: both provinces were merged"),
        ("25462", ["25459"], "Phường 4 of Tây Ninh, not of Tân An"),
        ("31744", ["31741"], "Long Bình of Ngã Năm, not of Long Mỹ"),
    ],
)
def test_known_communes_go_where_the_resolutions_say(table: Gazetteer, old: str, new: list[str], reason: str) -> None:
    assert [table.new_commune_codes[i] for i in table.new_of_old(table.old_number[old])] == new, reason


def test_nearly_every_new_code_was_an_old_code(table: Gazetteer) -> None:
    """This is why a code means nothing without its vintage."""
    assert len(set(table.new_commune_codes) - set(table.old_commune_codes)) == 5


def test_address_parts_are_full_names(table: Gazetteer) -> None:
    assert table.old_address_parts(table.old_number["09709"]) == ("Xã Yên Bài", "Huyện Ba Vì", "Thành phố Hà Nội")
    assert table.new_address_parts(table.new_number["31078"]) == ("Đặc khu Phú Quốc", "Tỉnh An Giang")


def test_the_committed_table_says_where_it_comes_from() -> None:
    folder = resources.files("vnlink.resources")
    text = folder.joinpath("places.tsv").read_text(encoding="utf-8")
    assert "tools/build_places.py" in text[:600]
    assert "vietnamadminunits 1.0.4" in text[:600]
    assert len(text.encode()) < 700_000
    assert "MIT License" in folder.joinpath("places.LICENSE").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    kinds = [line[0] for line in rows]
    assert [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind] == list("pcPDC")
    assert len({line.split("\t")[0] + line.split("\t")[1] for line in rows}) == len(rows)


def test_arrays_have_the_types_the_kernels_take(table: Gazetteer) -> None:
    assert table.new_of_old(0).dtype == np.int16
    assert table.old_commune_district.dtype == table.new_commune_province.dtype == np.int16


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đắk Lắk", "dak lak"),
        ("Ðak Lak", "dak lak"),
        ("Hoà Bình", "hoa binh"),
        ("Hòa Bình", "hoa binh"),
        ("B’Lao", "blao"),
        ("B'Lao", "blao"),
        ("P.05;Q.3", "p 05,q 3"),
        ("Bà Rịa – Vũng Tàu", "ba ria - vung tau"),
    ],
)
def test_folding_forgets_marks_and_signs(text: str, folded: str) -> None:
    assert fold_place(text) == folded


@given(st.text())
def test_a_key_is_plain_letters_and_digits_whatever_the_text(text: str) -> None:
    key = place_key(text)
    assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())
    assert place_key(key) == key


def test_marked_keys_tell_marks_apart_and_not_the_place_of_the_tone() -> None:
    assert marked_key("Hoà") == marked_key("HÒA") != marked_key("Hoa")
    assert marked_key("Thuý") == marked_key("Thúy")


def test_each_name_finds_its_unit(table: Gazetteer) -> None:
    names = table.names
    for commune, name in enumerate(table.new_commune_names):
        assert commune in names.new_communes[place_key(bare_name(name)[1])]
    for commune, name in enumerate(table.old_commune_names):
        district = int(table.old_commune_district[commune])
        assert commune in names.in_district[district, place_key(bare_name(name)[1])]
