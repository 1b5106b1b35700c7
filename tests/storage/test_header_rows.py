"""Headers of forms: of several rows, with the numbers of the columns under them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.schema import Side
from vnlink.storage.header_rows import find_header
from vnlink.storage.sources import open_source

TWO_ROWS = """,Thông tin chủ,,,,Địa chỉ,Mã xã
Mã chủ,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,,
"""
RECORD = "L1,Lê Văn Đức,1960,Nam,001060000001,Thôn Hạ,04072\n"


@pytest.fixture
def land(tmp_path):
    def opened(text):
        (tmp_path / "land.csv").write_text(text, encoding="utf-8")
        source = open_source(tmp_path / "land.csv", Side.LAND)
        return source, pa.Table.from_batches(list(source.batches())).to_pylist()

    return opened


def header_of(*rows):
    return find_header(rows, Side.LAND, {}, {})


def test_an_empty_header_takes_the_cell_above_it(land):
    source, rows = land(TWO_ROWS + RECORD)
    assert rows[0]["address"] == "Thôn Hạ"
    assert rows[0]["commune_code"] == "04072"
    assert source.notes() == [{"code": "headers_of_other_rows", "side": "land", "count": 2, "headers": ["Địa chỉ", "Mã xã"]}]
    assert source.describe()["header_rows"] == 2


def test_a_title_is_no_header_of_the_column_below_it():
    found = header_of(["SỔ ĐỊA CHÍNH", "", ""], ["", "Mã chủ", "Họ tên"])
    assert found.headers == ("", "Mã chủ", "Họ tên")


@pytest.mark.parametrize(
    ("title", "header"),
    [
        (["Đơn vị", "UBND xã Tân Lập", "Mã xã", "00123"], ["Mã chủ", "Họ và tên", "", ""]),
        (["Chủ sử dụng", "Lê Văn Đức", "Số CCCD", ""], ["Mã chủ", "Họ và tên", "", "Năm sinh"]),
        (["Chủ hộ", "", "Lê Thị Tư", "CCCD (001060000001)", "0912345678"], ["Mã chủ", "Họ và tên", "Năm sinh", "", ""]),
        (["Ghi chú", "Chủ hộ", "Giới tính (Lê Thị Tư)"], ["Mã chủ", "Họ và tên", ""]),
        (["7", "Lê Văn Tám", "Nam", "Thôn Hạ"], ["Mã chủ", "Họ và tên", "", ""]),
    ],
)
def test_nothing_is_taken_from_a_title_or_the_end_of_another_table(title, header):
    found = header_of(title, header, ["7", "Lê Văn Đức", "", "", ""])
    assert found.headers == tuple(header)
    assert not found.borrowed
    assert found.rows == 1


def test_a_title_of_more_cells_than_the_table_does_not_widen_it(land):
    source, rows = land("UBND xã Tân Lập,Sổ,Mã xã,00123\nMã chủ,Họ và tên\nL1,Lê Văn Đức\n")
    assert [row["land_user_id"] for row in rows] == ["L1"]
    assert len(source.quarantine) == 0


def test_a_cell_above_is_not_taken_where_its_value_may_stand_beside_it():
    found = header_of(["Mã chủ", "Thông tin", "", "Địa chỉ", "Mã xã", "00123"], ["", "Họ tên", "Năm sinh", "", "", ""])
    assert found.headers[:5] == ("Mã chủ", "Họ tên", "Năm sinh", "Địa chỉ", "")


def test_headers_of_columns_that_are_not_read_do_not_keep_those_beside_them_from_being_taken():
    found = header_of(["STT", "Mã chủ", "Thông tin", "", "Địa chỉ", "Ghi chú"], ["", "", "Họ tên", "Năm sinh", "", ""])
    assert found.headers == ("STT", "Mã chủ", "Họ tên", "Năm sinh", "Địa chỉ", "Ghi chú")


@pytest.mark.parametrize(
    "text",
    [
        "Chủ hộ,,Lê Thị Tư,CCCD (001060000001),0912345678\nMã chủ,Họ và tên,Năm sinh,,\nL1,Lê Văn Đức,1960,x,y\n",
        "Mã xã,Địa chỉ,CCCD (001060000001),Lê Thị Tư\n,,Mã chủ,Họ tên\n0,Thôn Hạ,L1,Lê Văn Đức\n",
        "Mã xã,Thông tin,,Giới tính (Lê Thị Tư),Địa chỉ\n,Mã chủ,Họ tên,,\n0,L1,Lê Văn Đức,Nam,Thôn Hạ\n",
        "Mã chủ,Họ và tên,Ghi chú,x\n,,Lê Thị Tư,CMND\nL1,Lê Văn Đức,7,7\n",
        "Mã xã,Thông tin,,Lê Thị Tư\n,Mã chủ,Họ tên,\n0,L1,Lê Văn Đức,x\n",
        "Mã chủ,Lê Thị Tư,Thông tin,CCCD (001060000001)\n,x,Họ tên,\nL1,7,Lê Văn Đức,y\n",
        "Mã chủ,Giới tính (Lê Thị Tư),Thông tin,,0912345678\n,,Họ tên,Năm sinh,\nL1,Nam,Lê Văn Đức,1960,y\n",
        "Thông tin,,Lê Thị Tư,Địa chỉ,CCCD (001060000001)\nMã chủ,Họ tên,,,\nL1,Lê Văn Đức,x,Thôn Hạ,y\n",
    ],
)
def test_what_is_told_of_a_table_holds_no_cell_above_or_below_its_header(land, text):
    source, rows = land(text)
    told = repr((source.describe(), source.columns, source.notes()))
    assert rows[0]["land_user_id"] == "L1"
    assert not [value for value in ("Lê Thị Tư", "001060000001", "0912345678") if value in told]


def test_an_error_about_a_table_holds_no_cell_above_its_header(land):
    with pytest.raises(InputError, match='2 claim the column gender: cell 4, "Phái"'):
        land("Mã xã,Thông tin,,Giới tính (Lê Thị Tư),Phái\n,Mã chủ,Họ tên,,\n0,L1,Lê Văn Đức,Nam,Nam\n")


@pytest.mark.parametrize(
    ("upper", "lower", "headers"),
    [
        (
            "Mã chủ,Thông tin chủ,,,Tờ bản đồ số,Thửa đất số,Diện tích,Nguồn gốc sử dụng",
            ",Họ tên,Năm sinh,Số CCCD,,,,",
            "Mã chủ,Họ tên,Năm sinh,Số CCCD,Tờ bản đồ số,Thửa đất số,Diện tích,Nguồn gốc sử dụng",
        ),
        ("STT,Mã chủ,Quê quán,Thông tin chủ,,Địa chỉ", ",,,Họ tên,Năm sinh,", "STT,Mã chủ,Quê quán,Họ tên,Năm sinh,Địa chỉ"),
        ("Mã chủ,Thông tin chủ,,Địa chỉ", ",Họ tên,Năm sinh,Thường trú", "Mã chủ,Họ tên,Năm sinh,Thường trú"),
        ("Mã chủ,Thông tin chủ,,Số giấy tờ", ",Họ tên,Năm sinh,Số", "Mã chủ,Họ tên,Năm sinh,Số"),
        (
            "Mã chủ,Thông tin chủ,,Diện tích (m2),Mục đích",
            ",Họ tên,Năm sinh,,",
            "Mã chủ,Họ tên,Năm sinh,Diện tích (m2),Mục đích",
        ),
        ("Mã chủ,2024,Thông tin chủ,Sổ mới", ",x,Họ tên,y", "Mã chủ,x,Họ tên,y"),
        ("Thông tin chủ,,Số CCCD,Quê quán,Địa chỉ", "Mã chủ,Họ tên,,,", "Mã chủ,Họ tên,Số CCCD,Quê quán,Địa chỉ"),
        ("Thông tin chủ,,Ngày sinh,Số giấy tờ", "Mã chủ,Họ tên,,Số CCCD", "Mã chủ,Họ tên,Ngày sinh,Số CCCD"),
        ("Thông tin chủ,,Địa chỉ,Số CCCD", "Mã chủ,Họ tên,Thường trú,", "Mã chủ,Họ tên,Thường trú,Số CCCD"),
    ],
)
def test_a_form_with_cells_that_span_rows_is_read(upper, lower, headers):
    rows = [line.split(",") for line in (upper, lower)]
    for records in ([], [["7"] * len(rows[0])]):
        found = header_of(*rows, *records)
        assert ",".join(found.headers) == headers
        assert found.end == 2


def test_a_form_with_columns_that_nobody_filled_in_is_read():
    upper = ["Thông tin chủ", "", "Số giấy tờ", "Nguồn gốc", "Thời hạn", "Vị trí"]
    found = header_of(upper, ["Mã chủ", "Họ tên", "", "", "", ""], ["7", "Lê Văn Đức", "001060000001", "", "", ""])
    assert found.headers == ("Mã chủ", "Họ tên", *upper[2:])


def test_a_row_that_holds_both_required_columns_comes_before_one_that_needs_a_title_above_it():
    found = header_of(["Mã chủ", "x", "y"], ["", "Họ tên", "7"], ["Mã chủ", "Họ tên", "Năm sinh"])
    assert found.headers == ("Mã chủ", "Họ tên", "Năm sinh")
    assert found.rows == 1


def test_the_key_may_stand_above_the_names_of_the_other_columns():
    found = header_of(["Mã chủ", "Người sử dụng", ""], ["", "Họ và tên", "Năm sinh"], ["7", "Lê Văn Đức", "1960"])
    assert found.headers == ("Mã chủ", "Họ và tên", "Năm sinh")
    assert found.end == 2


def test_a_row_of_further_names_below_is_part_of_the_header():
    found = header_of(["Mã chủ", "Họ tên", "Giấy tờ", ""], ["", "", "Số CCCD", "Ngày cấp"], ["7", "Lê Văn Đức", "", ""])
    assert found.headers == ("Mã chủ", "Họ tên", "Số CCCD", "Ngày cấp")
    assert found.end == 2


def test_a_record_without_an_id_is_not_taken_for_a_header():
    found = header_of(["Mã chủ", "Họ tên", "Giới tính"], ["", "", "Nam"])
    assert found.end == 1


@pytest.mark.parametrize(
    "numbers", ["(1),(2),(3),(4),(5),(6),(7)", "1,2,3,4,5,6,7", "[1],[2],[3],[4],[5],[6],[7]", "A,B,1,2,3,4,5"]
)
def test_a_row_of_the_numbers_of_the_columns_is_no_record(land, numbers):
    for lines in (TWO_ROWS, "Mã chủ,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,Địa chỉ,Mã xã\n"):
        source, rows = land(f"{lines}{numbers}\n{RECORD}")
        assert [row["land_user_id"] for row in rows] == ["L1"]
        assert source.num_rows == 1
        assert len(source.quarantine) == 0
        assert source.place_of(0) == f"line {lines.count(chr(10)) + 2} of the file"


@pytest.mark.parametrize("numbers", [["a", "b", "c"], ["A", "B", "1"], ["A", "B", "3"], ["(1)", "(2)", "(3)"]])
def test_letters_in_their_order_number_columns_too(numbers):
    assert header_of(["Mã chủ", "Họ tên", "Giới tính"], numbers).end == 2


@pytest.mark.parametrize(
    ("header", "numbers"),
    [
        ("STT,Mã chủ,Họ tên,Năm sinh,Ghi chú", "(1),(2),(3),(4),"),
        ("STT,Mã chủ,Họ tên,Năm sinh", ",(1),(2),(3)"),
        ("STT,Mã chủ,Họ tên,Năm sinh,Ghi chú", "[1],[2],[3]"),
    ],
)
def test_numbers_in_brackets_need_not_stand_under_every_column(header, numbers):
    assert header_of(header.split(","), numbers.split(",")).end == 2


@pytest.mark.parametrize(
    ("header", "record"),
    [
        (["land_user_id", "full_name", "gender", "birth_date"], ["(1)", "", "(2)", "(3)"]),
        (["STT", "land_user_id", "full_name", "gender"], ["(1)", "", "(2)", "(3)"]),
        (["STT", "land_user_id", "full_name", "gender"], ["", "(1)", "(2)", ""]),
        (["STT", "land_user_id", "full_name", "gender"], ["", "(1)", "(3)", "(2)"]),
        (["STT", "land_user_id", "full_name", "gender"], ["", "(1)", "(2)", "3"]),
        (["land_user_id", "full_name", "gender"], ["1", "", "2"]),
        (["land_user_id", "full_name", "gender", "birth_date"], ["1", "", "2", "3"]),
        (["land_user_id", "full_name", "gender", "birth_date"], ["1", "2", "3", ""]),
        (["land_user_id", "full_name", "gender", "birth_date"], ["1", "2", "3"]),
        (["land_user_id", "full_name"], ["1", "2"]),
        (["land_user_id", "full_name"], ["1", "2", "3"]),
        (["land_user_id", "full_name"], ["a", "b", "c"]),
        (["land_user_id", "full_name", "gender"], ["2", "3", "4"]),
        (["land_user_id", "full_name", "gender"], ["1", "B", "2"]),
        (["land_user_id", "full_name", "gender"], ["B", "A", "1"]),
    ],
)
def test_numbers_with_a_gap_or_out_of_place_are_a_record(header, record):
    assert header_of(header, record).end == 1


@pytest.mark.parametrize("record", ["1,Lê Văn Đức,3,,,,", "1,,,,,,", "1,3,5,7,9,11,13"])
def test_a_record_with_numbers_is_one(land, record):
    _, rows = land(f"Mã chủ,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,Địa chỉ,Mã xã\n{record}\n")
    assert len(rows) == 1


def test_columns_without_a_header_are_told_where_they_hold_anything(land):
    source, _ = land("Mã chủ,Họ tên,,,\nL1,Lê Văn Đức,x, ,\n")
    assert source.notes() == [{"code": "columns_without_header", "side": "land", "count": 1}]


def test_columns_that_are_not_used_are_told_with_headers_that_look_like_headers(land):
    title = "Hộ ông Trần Văn Đức,Số 12,,,\n"
    source, _ = land(f"{title},,Mã chủ,Họ tên,Ghi chú,Tờ số,001060000001\nx,y,L1,Lê Văn Đức,a,b,c\n")
    assert source.notes() == [
        {"code": "columns_not_used", "side": "land", "count": 3, "headers": ["Ghi chú", "Tờ số"]},
        {"code": "columns_without_header", "side": "land", "count": 2},
    ]
