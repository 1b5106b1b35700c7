"""Which header is which column."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.errors import InputError
from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS, Side
from vnlink.storage.headers import (
    FIRST_FILLED,
    JOINED,
    RANKED,
    UNREAD,
    fold_header,
    header_words,
    is_headerlike,
    looks_like_header,
    recognise,
    required_columns,
)

LAND = ["Mã chủ sử dụng", "Tên chủ sử dụng"]
CITIZEN = ["Mã công dân", "Họ và tên"]

WORDS = list(
    csv.DictReader(
        line
        for line in resources.files("vnlink").joinpath("resources", "header_words.csv").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
)


def column_of(header, side):
    found = recognise([header, *required_columns(side)], side).originals()
    return next((column for column, original in found.items() if original == header), None)


@pytest.mark.parametrize(
    ("header", "land", "citizen"),
    [
        ("Ngày sinh", "birth_date", "birth_date"),
        ("NĂM SINH", "birth_date", "birth_date"),
        ("Ngày tháng năm sinh", "birth_date", "birth_date"),
        ("ngay_sinh", "birth_date", "birth_date"),
        ("Ngày sinh (dd/mm/yyyy)", "birth_date", "birth_date"),
        ("Số CCCD", "id_number", "personal_id"),
        ("Số CMND", "id_number", "old_id_number"),
        ("Số định danh cá nhân", "id_number", "personal_id"),
        ("Số giấy tờ", "id_number", None),
        ("Giới tính", "gender", "gender"),
        ("Địa chỉ", "address", "address"),
        ("ĐỊA CHỈ", "address", "address"),
        ("Nơi thường trú", "address", "address"),
        ("Mã xã", "commune_code", "commune_code"),
        ("Mã thửa", "parcel_id", None),
        ("Mã hộ", None, "household_id"),
        ("Họ tên cha", None, "father_name"),
        ("Ngày mất", None, "death_date"),
        ("STT", None, None),
        ("Ghi chú", None, None),
        ("", None, None),
        ("Commune_Code", "commune_code", "commune_code"),
        ("CommuneCode", "commune_code", "commune_code"),
        ("NamSinh", "birth_date", "birth_date"),
        ("NĂMSINH", "birth_date", "birth_date"),
        ("Năm_Sinh", "birth_date", "birth_date"),
        ("N.Sinh", "birth_date", "birth_date"),
        ("NTNS", "birth_date", "birth_date"),
        ("GioiTinh", "gender", "gender"),
        ("gioitinh", "gender", "gender"),
        ("SoGiayTo", "id_number", None),
        ("DiaChi", "address", "address"),
        ("MaXa", "commune_code", "commune_code"),
        ("Nơi cư trú", "address", "address"),
        ("HKTT", "address", "address"),
        ("Địa chỉ liên hệ", "address", "address"),
        ("Số CCCD/CMND/Hộ chiếu", "id_number", "personal_id"),
        ("CMTND", "id_number", "old_id_number"),
        ("Số ĐDCN", "id_number", "personal_id"),
        ("Mã đơn vị hành chính", "commune_code", "commune_code"),
        ("Số CMND (9 số)", "id_number", "old_id_number"),
        ("Địa chỉ (trước 01/7/2025)", "address", "address"),
        ("Số CMND (012345678)", None, None),
        ("Địa chỉ (12 Lê Lợi)", None, None),
        ("commune code", "commune_code", "commune_code"),
    ],
)
def test_a_header_is_understood_by_the_side_it_is_on(header, land, citizen):
    assert column_of(header, Side.LAND) == land
    assert column_of(header, Side.CITIZEN) == citizen


@pytest.mark.parametrize("name", ["Họ và tên", "Tên chủ sử dụng", "Tên chủ sử dụng đất", "Chủ sử dụng", "Họ tên"])
def test_the_owner_is_found_under_the_names_offices_use(name):
    assert recognise(["Mã chủ sử dụng", name], Side.LAND).originals()["full_name"] == name


def test_the_words_of_a_side_fold_to_different_headers():
    for side in Side:
        folded = [fold_header(row["header"]) for row in WORDS if row["side"] == side]
        assert len(set(folded)) == len(folded)
        assert all(folded)


def test_words_without_blanks_between_them_still_name_one_column():
    for side in Side:
        words = header_words(side)
        assert all(words[folded.replace(" ", "")][1] == column for folded, (_, column) in words.items())


def test_the_code_of_a_commune_comes_before_that_of_any_unit():
    found = recognise([*LAND, "Mã đơn vị hành chính", "Mã xã"], Side.LAND)
    assert found.originals()["commune_code"] == "Mã xã"
    assert found.unused() == ["Mã đơn vị hành chính"]
    with pytest.raises(InputError, match="2 claim the column commune_code"):
        recognise([*LAND, "Mã xã", "Mã ĐVHC"], Side.LAND)


@pytest.mark.parametrize(
    ("glued", "apart", "column"),
    [
        ("FullName", "full_name", "full_name"),
        ("FullName", "Họ và tên", "full_name"),
        ("HoTen", "Họ và tên", "full_name"),
        ("LandUserId", "land_user_id", "land_user_id"),
        ("GioiTinh", "Giới tính", "gender"),
        ("MaXa", "Mã xã", "commune_code"),
    ],
)
def test_a_header_with_its_words_run_together_counts_only_where_no_other_claims_the_column(glued, apart, column):
    others = [needed for needed in required_columns(Side.LAND) if needed != column]
    for headers in ([glued, apart, *others], [*others, apart, glued]):
        found = recognise(headers, Side.LAND)
        assert found.originals()[column] == apart
        assert found.unused() == [glued]
    assert recognise([glued, *others], Side.LAND).originals()[column] == glued


@pytest.mark.parametrize(
    ("headers", "side", "column", "told"),
    [
        (["MaChu", "HoTen", "NamSinh", "CMND", "SoCCCD", "DiaChi"], Side.LAND, "id_number", "SoCCCD + CMND"),
        (["Mã chủ", "Họ tên", "Năm sinh", "Số CCCD", "SoCMND"], Side.LAND, "id_number", "Số CCCD + SoCMND"),
        (["MaChuSuDung", "TenChu", "NgaySinh", "Năm sinh"], Side.LAND, "birth_date", "NgaySinh + Năm sinh"),
        (["Mã chủ", "Họ tên", "BirthDate", "Ngày sinh"], Side.LAND, "birth_date", "Ngày sinh + BirthDate"),
        (["citizen_id", "HoTen", "NamSinh", "CCCD", "SoDinhDanh", "CMND"], Side.CITIZEN, "personal_id", "SoDinhDanh + CCCD"),
        (["Mã chủ", "Họ tên", "Mã đơn vị hành chính", "MaXa"], Side.LAND, "commune_code", "MaXa"),
        (["Mã chủ", "Họ tên", "SoCCCD", "id_number"], Side.LAND, "id_number", "id_number"),
    ],
)
def test_a_header_with_its_words_run_together_is_read_beside_others_where_the_column_takes_several(headers, side, column, told):
    assert recognise(headers, side).originals()[column] == told


def test_two_headers_with_their_words_run_together_are_refused_by_name():
    with pytest.raises(InputError, match='2 claim the column full_name: "FullName", "HoTen"'):
        recognise(["land_user_id", "FullName", "HoTen"], Side.LAND)


def test_a_borrowed_header_is_told_only_if_it_is_surely_one():
    headers = ["Mã chủ", "Họ tên", "CCCD (001060000001)", "Giới tính (Lê Thị Tư)", "Năm sinh", "Chủ hộ", "Số tờ"]
    found = recognise(headers, Side.LAND, {"Chủ hộ": "address"})
    found = replace(found, borrowed=frozenset({0, 2, 3, 4, 5}))
    assert found.originals() == {
        "land_user_id": "Mã chủ",
        "full_name": "Họ tên",
        "birth_date": "Năm sinh",
        "gender": "cell 4",
        "address": "Chủ hộ",
    }
    assert found.unused() == ["cell 3", "Số tờ"]


def test_an_error_about_several_headers_shows_none_that_may_be_a_value():
    with pytest.raises(InputError, match='2 claim the column gender: cell 3, "Phái"'):
        recognise(["Mã chủ", "Họ tên", "Giới tính (Lê Thị Tư)", "Phái"], Side.LAND)


def test_every_word_names_a_column_of_its_side():
    for row in WORDS:
        assert row["column"] in (LAND_COLUMNS if row["side"] == "land" else CITIZEN_COLUMNS), row


def test_several_orders_are_given_only_where_a_rule_uses_them():
    assert {row["column"] for row in WORDS if row["order"] != "0"} <= JOINED | FIRST_FILLED | RANKED


@given(st.sampled_from(WORDS), st.sampled_from(["NFC", "NFD"]), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_and_form_of_a_header_do_not_matter(row, form, case):
    header, side = case(unicodedata.normalize(form, row["header"])), Side(row["side"])
    others = [column for column in required_columns(side) if column != row["column"]]
    found = recognise([header, *others], side)
    if row["column"] in UNREAD:
        assert header in found.unused()
    else:
        assert found.originals()[row["column"]] == header


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold_header(fold_header(text)) == fold_header(text)


def test_full_dates_come_before_years_in_whatever_order_they_stand():
    header = recognise([*LAND, "Năm sinh", "Ngày sinh"], Side.LAND)
    assert header.sources["birth_date"] == (3, 2)
    assert header.originals()["birth_date"] == "Ngày sinh + Năm sinh"


def test_several_papers_of_a_land_user_are_all_read():
    assert recognise(["Số CMND", *LAND, "Số CCCD"], Side.LAND).sources["id_number"] == (3, 0)


def test_the_canonical_name_wins_over_a_recognised_header():
    header = recognise(["land_user_id", "Họ tên", "full_name"], Side.LAND)
    assert header.originals()["full_name"] == "full_name"
    assert header.unused() == ["Họ tên"]


def test_the_configuration_wins_over_everything():
    header = recognise([*LAND, "full_name", "Chủ hộ"], Side.LAND, {"CHỦ HỘ": "full_name"})
    assert header.originals()["full_name"] == "Chủ hộ"


def test_the_columns_come_in_the_order_of_the_contract():
    assert list(recognise(["Địa chỉ", "Năm sinh", *reversed(CITIZEN)], Side.CITIZEN).sources) == [
        "citizen_id",
        "full_name",
        "birth_date",
        "address",
    ]


def test_two_headers_for_a_column_without_a_rule_are_refused_by_name():
    with pytest.raises(InputError, match='2 claim the column full_name: "Họ tên", "Chủ sử dụng"'):
        recognise(["Mã chủ", "Họ tên", "Chủ sử dụng"], Side.LAND)
    with pytest.raises(InputError, match='2 claim the column citizen_id: "citizen_id", "Citizen_ID"'):
        recognise(["citizen_id", "Citizen_ID", "full_name"], Side.CITIZEN)


def test_two_headers_that_are_the_same_are_to_be_renamed_for_nothing_tells_them_apart():
    headers = ["Mã chủ", "full_name", "full_name"]
    with pytest.raises(InputError, match="rename those in the table that are not meant"):
        recognise(headers, Side.LAND)
    with pytest.raises(InputError, match='names the header "full_name", and 2 columns of the table have it'):
        recognise(headers, Side.LAND, {"full_name": "full_name"})
    with pytest.raises(InputError, match='names the header "Số tờ", and 2 columns of the table have it'):
        recognise([*LAND, "Số  tờ", "SỐ TỜ"], Side.LAND, shared={"Số tờ": "parcel_id"})


def test_columns_that_nothing_is_read_from_are_unused_and_may_be_several():
    found = recognise(["citizen_id", "full_name", "Bí danh", "Tên gọi khác", "death_date"], Side.CITIZEN)
    assert found.originals().keys() == {"citizen_id", "full_name", "death_date"}
    assert found.unused() == ["Bí danh", "Tên gọi khác"]


def test_a_missing_column_is_named_with_what_was_understood_and_the_remedy():
    with pytest.raises(InputError) as caught:
        recognise(["STT", "Họ tên"], Side.LAND)
    text = str(caught.value)
    assert "the column land_user_id is required; of the 2 cells in the row of headers 1 could be told, as full_name" in text
    assert '[columns.land] "its header" = "land_user_id"' in text
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "record",
    [
        ["A1", "Nguyễn Văn An", "Thôn Hạ"],
        ["Nguyễn Văn An"],
        ["001060012345"],
        ["nguyen", "an", "Nguyen_Van_An"],
        ["nguyen_van_an"],
        ["L1", "CCCD (001060000001)", "1960"],
        ["L1", "Người sử dụng đất (Trần Văn Đức)"],
        ["L1", "Địa chỉ (12 Lê Lợi)"],
        ["L1", "Địa chỉ (Thôn Hạ)", "Nam; Nữ"],
        ["L1", "Phái", "Nam; Nữ"],
        ["L1", "Họ tên", "Người sử dụng đất (Trần Văn Đức)"],
    ],
)
def test_a_table_without_headers_does_not_show_its_first_record(record):
    for headers in (record, ["Số CCCD", *record, "owner_code"]):
        with pytest.raises(InputError) as caught:
            recognise(headers, Side.LAND)
        assert not [cell for cell in headers if len(cell) > 2 and cell in str(caught.value)]
        assert "Trần Văn Đức" not in str(caught.value)


def test_a_row_in_which_two_cells_claim_one_column_is_no_header_for_that():
    assert not looks_like_header(["L1", "Phái", "Nam; Nữ"], Side.LAND, {}, {})
    assert looks_like_header(["Mã chủ", "Họ tên", "Chủ sử dụng"], Side.LAND, {}, {})


@pytest.mark.parametrize("value", ["Nam; Nữ", "Địa chỉ (12 Lê Lợi)", "CCCD (001060000001)", "Người sử dụng đất (Trần Văn Đức)"])
def test_a_value_beside_a_known_word_is_not_headerlike(value):
    assert not is_headerlike(value)


@pytest.mark.parametrize(
    "header", ["Nam/Nữ", "NGÀY SINH", "ngay_sinh", "Full_Name", "owner_code", "Họ, chữ đệm và tên", "HoTen"]
)
def test_a_known_header_is_headerlike(header):
    assert is_headerlike(header)


def test_the_error_of_a_very_wide_table_stays_short():
    with pytest.raises(InputError) as caught:
        recognise(["some_column" for number in range(10_000)], Side.LAND)
    assert len(str(caught.value)) < 1500


def test_a_table_of_the_other_side_is_recognised_as_swapped():
    with pytest.raises(InputError, match="the two tables seem swapped"):
        recognise(["citizen_id", "full_name"], Side.LAND)
    with pytest.raises(InputError, match="the two tables seem swapped"):
        recognise(LAND, Side.CITIZEN)


def test_a_configured_header_that_is_not_there_is_an_error_for_its_own_table_only():
    with pytest.raises(InputError, match=r'names the header "Số tờ" in \[columns\.land\], which the table does not have'):
        recognise(LAND, Side.LAND, {"Số tờ": "parcel_id"})
    assert recognise(LAND, Side.LAND, shared={"Số tờ": "parcel_id"}).originals().keys() == {"land_user_id", "full_name"}
