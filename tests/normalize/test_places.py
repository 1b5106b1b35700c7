"""Reading of addresses and commune codes: single texts, columns, vintages. No address here is anybody's."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.errors import ConfigError, InputError
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.places import AddressForm, Place, PlaceReader, PlaceTable, parse_address
from vnlink.schema import MAX_COMMUNES

TABLE = Gazetteer.load()

OLD, NEW, PROVINCE, UNREAD = "three-level", "two-level", "province", "unread"

# Text, form, present communes (codes), old commune, old district, present province, reason.
ADDRESSES = [
    ("Thôn 3, Xã Yên Bài, Huyện Ba Vì, Thành phố Hà Nội", OLD, "09706", "09709", "271", "01", "written in full"),
    ("X. Yên Bài, H. Ba Vì, TP. Hà Nội", OLD, "09706", "09709", "271", "01", "abbreviations"),
    ("X.Yên Bài - H.Ba Vì - HN", OLD, "09706", "09709", "271", "01", "dashes for commas"),
    ("xa yen bai, huyen ba vi, ha noi", OLD, "09706", "09709", "271", "01", "no marks"),
    ("XÃ YÊN BÀI, HUYỆN BA VÌ, TỈNH HÀ TÂY", OLD, "09706", "09709", "271", "01", "the province of before 2008"),
    ("Xã Yên Bài huyện Ba Vì thành phố Hà Nội", OLD, "09706", "09709", "271", "01", "no commas"),
    ("Yên Bài, Ba Vì, Hà Nội", OLD, "09706", "09709", "271", "01", "no type words"),
    ("Xã Yên Bài, Huyện Ba Vì", OLD, "09706", "09709", "271", "01", "the province is missing"),
    ("Khu 2 (thôn Đông), Xã Yên Bài, Huyện Ba Vì, Hà Nội (Hà Tây cũ)", OLD, "09706", "09709", "271", "01", "remarks"),
    ("Xã Yên Bài; Huyện Ba Vì; Hà Nội; Việt Nam", OLD, "09706", "09709", "271", "01", "semicolons and the country"),
    ("Phường Trúc Bạch, Quận Ba Đình, Hà Nội", OLD, "00004", "00004", "001", "01", "a ward"),
    ("P. Trúc Bạch, Q. Ba Đình, TP Hà Nội, Việt Nam", OLD, "00004", "00004", "001", "01", "the country is no level"),
    ("P. Nguyễn Trung Trực, Q. Ba Đình, HN", OLD, "00004", "00004", "001", "01", "merged into Trúc Bạch before 2025"),
    ("Tổ 5, Phường Ba Đình, Thành phố Hà Nội", NEW, "00004", None, None, "01", "the present form"),
    ("Số 12/3 ngõ 5 đường Lê Lợi, Phường Hồng Hà, Thành phố Hà Nội", NEW, "00097", None, None, "01", "a street before it"),
    ("Phường Trúc Bạch, Hà Nội", NEW, "00004", "00004", None, "01", "no district, but the name is an old one only"),
    ("P.5, Q.3, TP.HCM", OLD, "27154", "27151", "770", "79", "numbers"),
    ("P05 Q03 TPHCM", OLD, "27154", "27151", "770", "79", "numbers glued to their type letters, with zeros"),
    ("Phường 5, Quận 3, Sài Gòn", OLD, "27154", "27151", "770", "79", "Sài Gòn"),
    ("P. Bến Nghé, Q1, TP.HCM", OLD, "26740", "26740", "760", "79", "Q1"),
    ("Phường Long Bình, Quận 9, TP HCM", OLD, "26833", "26830", "769", "79", "a district merged into Thủ Đức in 2021"),
    ("Phường Thủ Đức, TP HCM", NEW, "26824", None, None, "79", "the present ward, not the old city"),
    ("Số 5 xa lộ Hà Nội, Phường Thảo Điền, TP Thủ Đức, TPHCM", OLD, "27094", "27088", "769", "79", "'xa lộ' is no xã"),
    ("Phường 1, Thành phố Vũng Tàu, Tỉnh Bà Rịa - Vũng Tàu", OLD, "26506", "26506", "747", "79", "a dash in the name"),
    ("Xã Bình Ba - Huyện Châu Đức - Tỉnh Bà Rịa - Vũng Tàu", OLD, "26575", "26578", "750", "79", "dashes everywhere"),
    ("Xã Bình Ba, H. Châu Đức, BR-VT", OLD, "26575", "26578", "750", "79", "BR-VT"),
    ("Phường Mỹ Hải, TP Phan Rang-Tháp Chàm, tỉnh Ninh Thuận", OLD, "22780", "22780", "582", "56", "a dash, no spaces"),
    ("Phường Lang Biang - Đà Lạt, Tỉnh Lâm Đồng", NEW, "24846", None, None, "68", "a dash in a present name"),
    ("P. Phú Hội, TP Huế, Thừa Thiên Huế", OLD, "19789", "19786", "474", "46", "the city of before 2025"),
    ("Phường Phú Hội, TP. Huế, T.T.Huế", OLD, "19789", "19786", "474", "46", "T.T. is Thừa Thiên, not thị trấn"),
    ("Phường Phú Hội, Quận Thuận Hóa, Thành phố Huế", OLD, "19789", "19786", "474", "46", "the half year of districts"),
    ("Phường Phường Đúc, Quận Thuận Hóa, Thành phố Huế", OLD, "19789", "19780", "474", "46", "a type word in the name"),
    ("Phường Đúc, Quận Thuận Hóa, Huế", OLD, "19789", "19780", "474", "46", "the same, once"),
    ("Xã Hoà Tiến, Huyện Hoà Vang, Thành phố Đà Nẵng", OLD, "20332", "20326", "497", "48", "old place of the tone"),
    ("Xã Hòa Tiến, Huyện Hòa Vang, TP Đà Nẵng", OLD, "20332", "20326", "497", "48", "new place of the tone"),
    ("Huyện Côn Đảo, Tỉnh Bà Rịa - Vũng Tàu", OLD, "26732", None, "755", "79", "an island district had no communes"),
    ("Đặc khu Côn Đảo, Thành phố Hồ Chí Minh", NEW, "26732", None, None, "79", "its special zone"),
    ("Phường Dương Đông, Thành phố Phú Quốc, Tỉnh Kiên Giang", OLD, "31078", "31078", "911", "91", "a merged province"),
    ("Phường 1, TP Vĩnh Long", OLD, "29551", "29551", "855", "86", "the city, since the province is a tỉnh"),
    ("Xã Tân Phú, Huyện Châu Thành, Tỉnh Đồng Tháp", OLD, "30259", "30274", "877", "82", "one of ten Châu Thành"),
    ("Tân Phú, Châu Thành, Đồng Tháp", OLD, "30259", "30274", "877", "82", "bare names"),
    ("tan phu chau thanh dong thap", OLD, "30259", "30274", "877", "82", "bare names, no commas, no marks"),
    ("Xã Tân Lâpp, Huyện Đan Phượng, Hà Nội", OLD, "09817 09832", "09820", "273", "01", "a letter too many"),
    ("Xã Tân Lập, Huyện Đan Phưng, Hà Nội", OLD, "09817 09832", "09820", "273", "01", "a letter missing in the district"),
    ("Phường IV, Thành phố Tây Ninh, Tỉnh Tây Ninh", OLD, "25459", "25462", "703", "80", "a Roman number"),
    ("Xã Cẩm Hải, TP. Cẩm Phả, Quảng Ninh", OLD, "06799 06886", "06799", "195", "22", "merged away before 2025, then split"),
    ("Phường Sa Pả, Thị xã Sa Pa, Tỉnh Lào Cai", OLD, "03006", "03002", "088", "15", "marks decide between homonyms"),
    ("Phường Sa Pa, Thị xã Sa Pa, Tỉnh Lào Cai", OLD, "03006", "03001", "088", "15", "marks decide between homonyms"),
    ("phuong sa pa, thi xa sa pa, lao cai", OLD, "03006", None, "088", "15", "without marks it may be either"),
    ("Xã Quan Sơn, Huyện Chi Lăng, Tỉnh Lạng Sơn", OLD, "06517", "06517", "187", "20", "'Quan' is no quận here"),
    ("Xã Tàm Xá huyện Đông Anh Hà Nội", OLD, "00454 00508", "00517", "017", "01", "'Xá' is no xã here"),
    ("TT Sóc Sơn, H. Sóc Sơn, Hà Nội", OLD, "00376", "00376", "016", "01", "a town"),
    ("Xã Sóc Sơn, Thành phố Hà Nội", NEW, "00376", None, None, "01", "the type word says the present commune"),
    ("Thị trấn Sóc Sơn, Hà Nội", NEW, "00376", "00376", None, "01", "the type word says the old town"),
    ("Xã Cẩm Giàng, Thành phố Hải Phòng", NEW, "10903", None, None, "31", "marks: Cẩm Giàng is not Cẩm Giang"),
    ("Xã Cẩm Giang, Thành phố Hải Phòng", NEW, "10888", None, None, "31", "marks: Cẩm Giang is not Cẩm Giàng"),
    ("Xã Tân Phước 1, Tỉnh Tiền Giang", NEW, "28321", None, None, "82", "a present commune in a province of before"),
    ("xã Ea Kly, h. Krông Păk, Đắc Lắc", OLD, "24496", "24496", "654", "66", "another spelling of the province, a slip"),
    ("Phường B’Lao, Lâm Đồng", NEW, "24829", None, None, "68", "an apostrophe of another form"),
    ("Phường 2, Thị xã Quảng Trị, Quảng Trị", OLD, "19360", "19360", "462", "44", "a town named as its province"),
    ("Huyện Ba Vì, Hà Nội", OLD, "09619 09634 09661 09664 09676 09694 09700 09706", None, "271", "01", "a district alone"),
    ("Quận 1, TP HCM", OLD, "26737 26740 26743 26758", None, "760", "79", "a district alone"),
    ("Tỉnh Đồng Tháp", PROVINCE, "", None, None, "82", "a province alone"),
    ("Tỉnh Sông Bé", PROVINCE, "", None, None, None, "a province that became two, now in different ones"),
    ("Xã Không Có Thật, Huyện Ba Vì, Hà Nội", OLD, "", None, "271", "01", "an unknown commune leaves the district"),
    ("Xã Không Có Thật, Hà Nội", PROVINCE, "", None, None, "01", "an unknown commune leaves the province"),
    ("Xã Tân Lập", NEW, "", None, None, None, "a name of some forty communes says nothing"),
    ("Việt Nam", UNREAD, "", None, None, None, "the country says nothing"),
    ("không rõ", UNREAD, "", None, None, None, "words"),
    ("", UNREAD, "", None, None, None, "nothing"),
    (" , ; - . ", UNREAD, "", None, None, None, "signs"),
    ("🏠🏠, 🏙", UNREAD, "", None, None, None, "no letters"),
]


@pytest.mark.parametrize(("text", "form", "communes", "old", "district", "province", "reason"), ADDRESSES)
def test_an_address_reads_as_the_units_it_names(
    text: str, form: str, communes: str, old: str | None, district: str | None, province: str | None, reason: str
) -> None:
    address = parse_address(text)
    found = (address.form.value, " ".join(address.communes), address.old_commune, address.old_district, address.province)
    assert found == (form, communes, old, district, province), reason


@pytest.mark.parametrize("text", [row[0] for row in ADDRESSES])
def test_the_unicode_form_does_not_matter(text: str) -> None:
    assert parse_address(unicodedata.normalize("NFD", text)) == parse_address(unicodedata.normalize("NFC", text))


def read(
    address: list[str | None] | None,
    code: list[str | None] | None = None,
    vintages: list[str | None] | None = None,
    vintage: str | None = None,
) -> tuple[list[Place], dict[str, object]]:
    """Read a column in two batches; return the place of each row and the report."""
    reader = PlaceReader(TABLE, "land", vintage)
    count = len(address if address is not None else code or [])
    numbers = []
    for part in (slice(0, count // 2), slice(count // 2, count)):
        columns = (None if column is None else pa.array(column, pa.string())[part] for column in (address, code, vintages))
        numbers.append(reader.add(*columns))
    table = PlaceTable(TABLE)
    rows = reader.resolve(table)[np.concatenate(numbers)]
    return [table[row] for row in rows], reader.vintage_report()


def old_texts(numbers: range) -> list[str | None]:
    return [f"Thôn {number % 9}, {', '.join(TABLE.old_address_parts(number))}" for number in numbers]


def new_texts(numbers: range) -> list[str | None]:
    return [f"Số {number} phố Chợ, {', '.join(TABLE.new_address_parts(number))}" for number in numbers]


def test_every_old_commune_in_three_levels_reads_as_itself() -> None:
    places, _ = read(old_texts(range(10_035)))
    for number, place in enumerate(places):
        assert place.old_commune == number
        assert place.communes == tuple(TABLE.new_of_old(number).tolist())
        assert place.old_district == TABLE.old_commune_district[number]


def test_every_new_commune_in_two_levels_reads_as_itself() -> None:
    """Alone, an address may also mean an old commune of that name; in a column of present addresses it does not."""
    for number in range(0, 3_321, 7):
        address = parse_address(", ".join(TABLE.new_address_parts(number)))
        assert TABLE.new_commune_codes[number] in address.communes
    places, _ = read(new_texts(range(3_321)))
    assert [place.communes for place in places] == [(number,) for number in range(3_321)]


def test_codes_of_before_2025_are_told_by_those_that_are_no_codes_today() -> None:
    places, report = read(None, [TABLE.old_commune_codes[number] for number in range(0, 10_035, 40)])
    assert report["codes"]["vintage"] == "old"  # type: ignore[index]
    assert [place.old_commune for place in places] == list(range(0, 10_035, 40))


def test_codes_of_2025_are_told_by_all_being_codes_today() -> None:
    places, report = read(None, [TABLE.new_commune_codes[number] for number in range(0, 3_321, 40)])
    assert report["codes"]["vintage"] == "2025"  # type: ignore[index]
    assert [place.communes for place in places] == [(number,) for number in range(0, 3_321, 40)]


def test_a_single_code_is_told_by_the_addresses_beside_it() -> None:
    """00004 was Trúc Bạch and is Ba Đình; a column of one commune has only its addresses to go by."""
    old, report = read(["P. Trúc Bạch, Q. Ba Đình, Hà Nội"] * 5, ["00004"] * 5)
    assert report["codes"]["vintage"] == "old"  # type: ignore[index]
    assert TABLE.old_commune_codes[old[0].old_commune] == "00004"
    new, report = read(["P. Quán Thánh, Q. Ba Đình, Hà Nội"] * 5, ["00004"] * 5)
    assert report["codes"]["vintage"] == "2025"  # type: ignore[index]
    assert TABLE.old_commune_codes[new[0].old_commune] == "00013"


def test_a_single_code_without_addresses_keeps_both_meanings() -> None:
    code = "00097"  # an old ward's number, and that of Hồng Hà today
    both = set(TABLE.new_of_old(TABLE.old_number[code]).tolist()) | {TABLE.new_number[code]}
    places, report = read(None, [code, code])
    assert report["codes"]["vintage"] == "both"  # type: ignore[index]
    assert set(places[0].communes) == both


def test_the_vintage_of_a_row_is_believed() -> None:
    places, report = read(None, ["00004", "00004", "00004"], ["old", "2025", "mới"])
    assert [place.old_commune >= 0 for place in places] == [True, False, False]
    assert report["codes"]["given"] == 3  # type: ignore[index]


def test_the_vintage_of_a_register_is_believed_where_rows_say_nothing() -> None:
    assert read(None, ["00004", None], vintage="old")[0][0].old_commune == TABLE.old_number["00004"]
    assert read(None, ["00004", None], vintage="2025")[0][0].old_commune == -1


def test_an_unknown_vintage_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ConfigError, match="must be old or 2025"):
        PlaceReader(TABLE, "land", "1999")


@pytest.mark.parametrize("code", ["4", "04", "004", "00004", " 00004 ", "'00004", "4.0"])
def test_lost_zeros_of_a_code_are_repaired(code: str) -> None:
    assert read(None, [code, code], vintage="old")[0][0].old_commune == TABLE.old_number["00004"]


def test_codes_may_be_numbers() -> None:
    reader = PlaceReader(TABLE, "land", "old")
    table = PlaceTable(TABLE)
    numbers = reader.add(None, pa.array([4, None, 9709]))
    rows = reader.resolve(table)[numbers]
    assert [table[row].old_commune for row in rows] == [TABLE.old_number["00004"], -1, TABLE.old_number["09709"]]


def test_an_address_speaks_where_the_code_is_missing_or_no_code() -> None:
    text = "Xã Yên Bài, Huyện Ba Vì, Hà Nội"
    places, _ = read([text] * 4, [None, "", "99999", "abc"])
    assert {place.old_commune for place in places} == {TABLE.old_number["09709"]}


def test_a_present_address_narrows_an_old_commune_that_was_split() -> None:
    """Văn Khê went to four present communes; the address says which."""
    text = "Xã Mê Linh, Thành phố Hà Nội"
    places, _ = read([text, None], ["09013", "09013"], vintage="old")
    assert [TABLE.new_commune_codes[commune] for commune in places[0].communes] == ["09022"]
    assert len(places[1].communes) == 4


def test_what_is_not_recognised_can_still_be_equal() -> None:
    places, _ = read(["Xã Không Có, Hà Nội", "X. KHONG CO, Ha Noi", "Xã Cũng Không, Hà Nội"])
    assert places[0].other == places[1].other != places[2].other
    assert 0 not in {place.other for place in places}
    codes, _ = read(None, ["ab-1", "AB-1", "ab-1"])
    assert codes[0].other == codes[2].other > 0


def test_nothing_known_is_row_zero() -> None:
    reader = PlaceReader(TABLE, "citizen", None)
    numbers = reader.add(pa.array([None, "", " ,", "Việt Nam"], pa.string()), pa.array([None, "", "0", None], pa.string()))
    assert reader.resolve(PlaceTable(TABLE))[numbers].tolist() == [0, 0, 0, 0]


def test_the_same_place_is_one_row_for_both_registers() -> None:
    table = PlaceTable(TABLE)
    rows = []
    for side, text in (("land", "X. Yên Bài, H. Ba Vì, Hà Nội"), ("citizen", "Thôn 1, xã Yên Bài, huyện Ba Vì, Hà Nội")):
        reader = PlaceReader(TABLE, side, None)
        numbers = reader.add(pa.array([text]), None)
        rows.append(int(reader.resolve(table)[numbers][0]))
    assert rows[0] == rows[1] == 1


def test_the_arrays_have_one_shape_and_row_zero_is_unknown() -> None:
    table = PlaceTable(TABLE)
    table.number(Place(communes=(1, 2), districts=(3,), province=0))
    arrays = table.arrays()
    assert arrays.communes.dtype == np.int16
    assert arrays.communes.shape == arrays.districts.shape == (2, MAX_COMMUNES)
    assert arrays.communes[0].tolist() == [-1] * MAX_COMMUNES
    assert arrays.communes[1].tolist() == [1, 2] + [-1] * (MAX_COMMUNES - 2)
    assert arrays.old_commune.dtype == np.int32
    assert arrays.other.dtype == np.uint64
    assert table.hashes[0] == 0
    assert len(set(table.hashes.tolist())) == 2


def test_batches_do_not_matter() -> None:
    texts = old_texts(range(0, 10_035, 100)) * 3
    whole = PlaceReader(TABLE, "land", None)
    numbers = whole.add(pa.array(texts), None)
    apart = PlaceReader(TABLE, "land", None)
    pieces = [apart.add(pa.array([text]), None) for text in texts]
    assert np.concatenate(pieces).tolist() == numbers.tolist()
    assert apart.resolve(PlaceTable(TABLE)).tolist() == whole.resolve(PlaceTable(TABLE)).tolist()


def test_an_address_that_was_there_before_reads_as_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnlink.normalize.places._MAX_TAILS", 150)  # so that what is remembered is forgotten on the way
    texts = [*old_texts(range(0, 10_035, 40)), None, "", "x"]
    rows = [texts[row % len(texts)] for first in range(0, 200, 7) for row in (first, first + 3, first, first + 3, first)]
    reader = PlaceReader(TABLE, "land", None)
    pieces = [reader.add(pa.array(rows[at : at + 20], pa.string()), None) for at in range(0, len(rows), 20)]
    monkeypatch.setattr("vnlink.normalize.places._FEW_ROWS", 0)  # so that single rows stop the looking for cells that repeat
    afresh = PlaceReader(TABLE, "land", None)
    alone = [afresh.add(pa.array([text], pa.string()), None) for text in rows]
    assert np.concatenate(pieces).tolist() == np.concatenate(alone).tolist()


def test_a_slice_of_a_column_reads_as_its_rows() -> None:
    column = pa.array(["x", "Xã Yên Bài, Huyện Ba Vì, Hà Nội", None]).slice(1)
    reader = PlaceReader(TABLE, "land", None)
    table = PlaceTable(TABLE)
    numbers = reader.add(column, None)
    assert [table[row].old_district for row in reader.resolve(table)[numbers]] == [TABLE.old_district_codes.index("271"), -1]


PARTS = st.sampled_from(
    ["Thôn 3", "Xã Yên Bài", "X. Tân Lập", "P.5", "phuong 5", "Huyện Ba Vì", "Q.3", "TP Huế", "TT Huế", "Hà Nội", "Tân Phú",
     "Bà Rịa - Vũng Tàu", "Việt Nam", "", "🏠", "Thị trấn Sóc Sơn", "Đặc khu Phú Quốc", "An Giang", "x", "Châu Thành"]
)  # fmt: skip


@pytest.mark.parametrize("text", ["Xã Yên Bài, Thôn 3, Thôn 3, Thôn 3, 🏠", "Xã Yên Bài, Thôn 3, Thôn 3, Thôn 3, 🏠 Việt Nam"])
def test_a_part_that_folds_to_nothing_is_no_level_of_an_address(text: str) -> None:
    place = read([text])[0][0]
    assert tuple(TABLE.new_commune_codes[commune] for commune in place.communes) == parse_address(text).communes


@given(st.lists(PARTS, max_size=7), st.sampled_from([", ", " - ", " ", ";"]))
def test_a_column_reads_each_address_as_it_reads_alone(parts: list[str], sign: str) -> None:
    text = sign.join(parts)
    place = read([text, text])[0][0]
    address = parse_address(text)
    assert tuple(TABLE.new_commune_codes[commune] for commune in place.communes) == address.communes
    assert (TABLE.new_province_codes[place.province] if place.province >= 0 else None) == address.province


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    address = parse_address(text)
    assert address.form in AddressForm
    assert len(address.communes) <= MAX_COMMUNES


@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), min_size=1, max_size=6))
def test_any_code_is_read_without_error(codes: list[str | None]) -> None:
    places, _ = read(None, codes)
    assert len(places) == len(codes)


def test_a_text_of_a_megabyte_costs_no_more_than_its_end() -> None:
    long = "rác " * 250_000 + ", Xã Yên Bài, Huyện Ba Vì, Hà Nội"
    assert parse_address(long).old_commune == "09709"
    assert read([long, long])[0][0].old_commune == TABLE.old_number["09709"]
    assert parse_address("đ" * 1_000_000).form is AddressForm.UNREAD
    assert parse_address("," * 1_000_000).form is AddressForm.UNREAD


def test_the_report_holds_counts_and_no_text() -> None:
    _, report = read(["Xã Yên Bài, Huyện Ba Vì, Hà Nội", "Phường Hồng Hà, Hà Nội", "???", "Hà Nội"], ["9709", "97", None, "x"])
    assert report["side"] == "land"
    for part in ("codes", "addresses"):
        values = dict(report[part])  # type: ignore[call-overload]
        assert values.pop("vintage") in ("old", "2025", "both")
        assert all(isinstance(value, int) for value in values.values())


# --- vintage of a column


def column_of_both_times() -> tuple[list[str | None], list[str | None]]:
    """Two registers in one: old codes with old addresses, then present codes with present ones."""
    olds, news = range(0, 10_035, 50), range(0, 3_321, 20)
    addresses = [*old_texts(olds), *new_texts(news)]
    codes = [*(TABLE.old_commune_codes[number] for number in olds), *(TABLE.new_commune_codes[number] for number in news)]
    return addresses, [code.lstrip("0") for code in codes]


def test_a_column_of_both_times_is_read_row_by_row_by_its_addresses() -> None:
    addresses, codes = column_of_both_times()
    places, report = read(addresses, codes)
    assert report["codes"]["vintage"] == "both"  # type: ignore[index]
    olds = len(range(0, 10_035, 50))
    assert [place.old_commune for place in places[:olds]] == list(range(0, 10_035, 50))
    assert [place.communes for place in places[olds:]] == [(number,) for number in range(0, 3_321, 20)]


def test_a_row_without_address_in_a_column_of_both_times_keeps_both_meanings() -> None:
    addresses, codes = column_of_both_times()
    places, _ = read([*addresses, None], [*codes, "97"])
    both = set(TABLE.new_of_old(TABLE.old_number["00097"]).tolist()) | {TABLE.new_number["00097"]}
    assert set(places[-1].communes) == both


@pytest.mark.parametrize("share", [0.0, 0.02])
def test_present_codes_are_told_in_spite_of_wrong_digits(share: float) -> None:
    codes = [TABLE.new_commune_codes[number] for number in range(0, 3_321, 3)]
    wrong = [str(int(code) + 1) for code in codes[: int(share * len(codes))]]
    _, report = read(None, [*codes[len(wrong) :], *wrong])
    assert report["codes"]["vintage"] == "2025"  # type: ignore[index]


def test_old_codes_beside_addresses_brought_up_to_date_stay_old() -> None:
    """The clerk wrote the present address and left the code: every third old code is by chance the present commune's."""
    olds = range(0, 10_035, 30)
    addresses = [", ".join(TABLE.new_address_parts(int(TABLE.new_of_old(old)[0]))) for old in olds]
    places, report = read(addresses, [TABLE.old_commune_codes[old] for old in olds])
    assert report["codes"]["vintage"] == "old"  # type: ignore[index]
    assert all(int(TABLE.new_of_old(old)[0]) in place.communes for old, place in zip(olds, places, strict=True))


@pytest.mark.parametrize("digits", [0, 1, 2])
def test_a_column_of_numbers_that_lost_its_zeros_reads_as_the_codes(digits: int) -> None:
    codes = [code for code in TABLE.new_commune_codes if len(code) - len(code.lstrip("0")) == digits][:40]
    places, _ = read(None, [code.lstrip("0") for code in codes], vintage="2025")
    assert [place.communes for place in places] == [(TABLE.new_number[code],) for code in codes]


# --- code and address together


@pytest.mark.parametrize(
    ("text", "code", "vintage", "communes", "reason"),
    [
        ("Xã Yên Bài, Huyện Ba Vì, Hà Nội", "09709", "old", "09706", "both say the same"),
        ("Xã Yên Bài, Huyện Ba Vì, Hà Nội", "9709", "", "09706", "a lost zero"),
        ("Xã Gia Vân, huyện Gia Viễn, Ninh Bình", "14533", "old", "14488 14533", "two communes: both are kept"),
        ("Phường Ba Đình, Hà Nội", "00004", "old", "00004", "the address is new, so is the code, whatever is said of it"),
        ("Xã Mê Linh, Thành phố Hà Nội", "09013", "old", "09022", "an old code beside a present address"),
        ("Huyện Ba Vì, Hà Nội", "09709", "old", "09706", "a code within the district that the address names"),
        ("Hà Nội", "09709", "old", "09706", "a code and no more than a province"),
        ("Xã Yên Bài, Huyện Ba Vì, Hà Nội", "99999", "", "09706", "a code that never was"),
        ("", "10534", "", "10532", "a code of before 2025 only"),
    ],
)  # fmt: skip
def test_a_code_and_an_address_are_read_together(text: str, code: str, vintage: str, communes: str, reason: str) -> None:
    assert " ".join(parse_address(text, code, vintage).communes) == communes, reason


SPECIAL_ZONES = [
    ("Vân Đồn", "06994", "Huyện Vân Đồn, Quảng Ninh", "Quảng Ninh"),
    ("Cô Tô", "07192", "huyện đảo Cô Tô, Quảng Ninh", "Quảng Ninh"),
    ("Cát Hải", "11914", "H. Cát Hải, Hải Phòng", "Hải Phòng"),
    ("Bạch Long Vĩ", "11948", "huyện đảo Bạch Long Vĩ, Hải Phòng", "Hải Phòng"),
    ("Cồn Cỏ", "19742", "H. Cồn Cỏ, Quảng Trị", "Quảng Trị"),
    ("Hoàng Sa", "20333", "Huyện Hoàng Sa, Đà Nẵng", "Đà Nẵng"),
    ("Lý Sơn", "21548", "H. Lí Sơn, Quảng Ngãi", "Quảng Ngãi"),
    ("Trường Sa", "22736", "Huyện Trường Sa, Khánh Hòa", "Khánh Hòa"),
    ("Phú Quý", "23272", "Huyện Phú Quí, Bình Thuận", "Lâm Đồng"),
    ("Côn Đảo", "26732", "Huyện Côn Đảo, BR-VT", "TP HCM"),
    ("Phú Quốc", "31078", "P. Dương Đông, TP Phú Quốc, Kiên Giang", "An Giang"),
    ("Thổ Châu", "31105", "xã Thổ Châu, Phú Quốc, Kiên Giang", "An Giang"),
    ("Kiên Hải", "31108", "Huyện Kiên Hải, Kiên Giang", "An Giang"),
]


@pytest.mark.parametrize(("name", "code", "old", "province"), SPECIAL_ZONES)
def test_a_special_zone_is_found_by_its_names_of_before_and_after(name: str, code: str, old: str, province: str) -> None:
    assert parse_address(f"Đặc khu {name}, {province}").communes == (code,)
    assert parse_address(f"DAC KHU {name}").communes == (code,)
    assert parse_address(old).communes == (code,)


# --- bad input

LONG = [
    ("rác " * 250_000 + ", Xã Yên Bài, Huyện Ba Vì, Hà Nội", "09709", "a megabyte before the address"),
    ("Xã Yên Bài, Huyện Ba Vì, Hà Nội" + "," * 100_000, "09709", "100,000 commas after it"),
    ("Xã Yên Bài" + "," * 100_000 + " Huyện Ba Vì, Hà Nội", None, "100,000 commas within it"),
    ("," * 100_000, None, "nothing but commas"),
    ("Xã Yên Ba\u0300" + "\u0300" * 100_000 + "i, Huyện Ba Vì, Hà Nội", None, "100,000 combining marks"),
    ("\u202eXã Yên Bài\u202c, Huyện Ba Vì, Hà Nội\x00", "09709", "direction marks and a control character"),
    ("Xã Yên Bài, Huyện Ba Vì, Hà Nội 🏠🏠", "09709", "pictures"),
]


@pytest.mark.parametrize(("text", "old", "reason"), LONG, ids=[row[2] for row in LONG])
def test_bad_cells_are_bounded_and_read_alike_alone_and_in_a_column(text: str, old: str | None, reason: str) -> None:
    address = parse_address(text)
    assert address.old_commune == old, reason
    assert address.cut == (len(text) > 4_096)
    place = read([text, text])[0][0]
    assert (TABLE.old_commune_codes[place.old_commune] if place.old_commune >= 0 else None) == old
    assert read([text, "Hà Nội"])[1]["addresses"]["cut"] == int(len(text) > 4_096)  # type: ignore[index]


def test_an_unpaired_surrogate_is_no_error() -> None:
    assert parse_address("Xã Yên Bài\ud800, Huyện Ba Vì, Hà Nội").old_district == "271"


@pytest.mark.parametrize("text", ["9", "12-9", "Lô 3-9", "Thửa 12, 9", "1958-09-02", "5, 3"])
def test_a_bare_number_is_no_place(text: str) -> None:
    place = parse_address(text)
    assert (place.form, place.old_district, place.communes, place.province) == (AddressForm.UNREAD, None, (), None)


@pytest.mark.parametrize("text", ["P5, Q3", "5, Q3", "Phường 5, Quận 3", "5, 3, TP HCM"])
def test_a_number_with_its_type_word_or_its_city_is_a_place(text: str) -> None:
    assert parse_address(text).old_commune == "27151"


@pytest.mark.parametrize("end", ["Việt Nam", "- Việt Nam", "VN", ", Việt Nam"])
def test_the_country_at_the_end_is_no_part_of_the_province(end: str) -> None:
    place = parse_address(f"xã An Phước huyện Long Thành tỉnh Đồng Nai {end}")
    assert (place.old_commune, place.province) == ("26383", "75")


def test_a_commune_that_is_written_goes_before_a_name_without_a_type_word() -> None:
    place = parse_address("xã Cổ Nhuế, Từ Liêm, Hà Nội")  # since divided in two; Từ Liêm is also a ward of today
    assert "00592" not in place.communes
    assert place.province == "01"


@pytest.mark.parametrize(
    ("text", "district"),
    [("TT Phước An, Krông Păk, Đắk Lắk", "654"), ("Ea Tu, BMT, Đắk Lắk", "643"), ("P. Ea Tu, BMT, Đắk Lắk", "643")],
)
def test_a_district_is_known_by_its_other_spelling_and_its_initials(text: str, district: str) -> None:
    assert parse_address(text).old_district == district


def test_codes_and_vintages_may_be_numbers() -> None:
    expected = parse_address("", "08974", "2025")
    assert expected.communes == ("08974",)
    assert parse_address("", 8974, 2025) == parse_address("", "08974", 2025) == expected
    assert parse_address([""], [8974], [2025]).field("communes").to_pylist() == [["08974"]]


def test_an_unknown_vintage_is_an_error_without_its_value() -> None:
    for arguments in (("", "08974", "secret"), (["", ""], ["08974", "08974"], ["2025", "secret"])):
        with pytest.raises(InputError, match="old or 2025") as error:
            parse_address(*arguments)
        assert "secret" not in str(error.value)


def test_an_unpaired_surrogate_in_a_code_is_no_error() -> None:
    assert parse_address("", "\ud800").communes == ()


HAMLETS = [
    ("Xã Bình Chánh ấp 5", "Xã Bình Chánh"),
    ("Thi tran Binh Phu ap 3", "Thi tran Binh Phu"),
    ("Xã Ea M'nang buôn Puăn", "Xã Ea M'nang"),
    ("Bình Chánh ấp 5", "Bình Chánh"),
    ("A1 Thạnh Mỹ Tây", "Thạnh Mỹ Tây"),
    ("A.1 Tam Bình", "Tam Bình"),
    ("ẤP4 HỘI XUÂN", "HỘI XUÂN"),
    ("Th6 Ea Knuec", "Ea Knuec"),
    ("Tổ 3 khu phố 2 Hội Xuân", "Hội Xuân"),
    ("Khu 7 Khải Xuân Thanh Ba", "Khải Xuân, Thanh Ba"),
    ("Ấp Mỹ Chánh Đông Hòa Hiệp", "Đông Hòa Hiệp"),
    ("Buôn Ea Tul B Quảng Tiến", "Quảng Tiến"),
    ("Thôn Chợ Mỹ Thành Yên Thành", "Mỹ Thành, Yên Thành"),
    ("Xã Bình Chánh ấp 5, Châu Phú, An Giang", "Xã Bình Chánh, Châu Phú, An Giang"),
    ("A1 Thạnh Mỹ Tây, Châu Phú, An Giang", "Thạnh Mỹ Tây, Châu Phú, An Giang"),
    ("ấp 5 Thạnh Mỹ Tây Châu Phú An Giang", "Thạnh Mỹ Tây, Châu Phú, An Giang"),
]


@pytest.mark.parametrize(("text", "commune"), HAMLETS, ids=[row[0] for row in HAMLETS])
def test_a_hamlet_beside_its_commune_without_a_sign_hides_nothing(text: str, commune: str) -> None:
    address = parse_address(text)
    assert address.communes
    assert address == parse_address(commune)


@pytest.mark.parametrize(
    "text", ["Ấp Mỹ Hòa Đông", "Thôn Hòa Bình", "Bản Quang Nam", "Ấp 5", "Khu phố 3", "Tổ dân phố Tân Hòa Đông"]
)
def test_a_hamlet_alone_is_no_commune_and_no_province(text: str) -> None:
    address = parse_address(text)
    assert (address.communes, address.province) == ((), None)


@pytest.mark.parametrize("text", ["Phường Xân Lập, Long Khánh, Đồng Nai", "Phường Xân Phương, Nam Từ Liêm, Hà Nội"])
def test_a_letter_that_begins_a_syllable_is_no_type_word(text: str) -> None:
    assert parse_address(text).slip


FORMER = [
    ("Phường Xuân Hòa, TP HCM (phường 4 cũ)", "27148", "27139"),
    ("Phường Xuân Hòa (phường 4 cũ), TP HCM", "27148", "27139"),
    ("Ấp 2, Xã Cái Bè, Tỉnh Đồng Tháp (xã Hòa Khánh cũ)", "28399", "28360"),
    ("Xã Cái Bè, Tỉnh Đồng Tháp (trước đây là Xã Hòa Khánh, Huyện Cái Bè)", "28399", "28360"),
    ("Xa Cai Be, tinh Dong Thap (xa Hoa Khanh cu)", "28399", "28360"),
    ("Xã Cái Bè, Tỉnh Đồng Tháp (xã Tam Bình cũ)", None, "28360"),
]


@pytest.mark.parametrize(("text", "old", "communes"), FORMER, ids=[row[0] for row in FORMER])
def test_a_bracket_tells_the_old_commune_and_the_words_outside_the_present_one(
    text: str, old: str | None, communes: str
) -> None:
    address = parse_address(text)
    assert (address.old_commune, " ".join(address.communes), address.vintage) == (old, communes, "2025")


def test_a_persons_name_in_brackets_says_nothing_of_before() -> None:
    text = "Xã Cái Bè (Nguyễn Văn An, xã Hòa Khánh), Tỉnh Đồng Tháp"
    assert parse_address(text).vintage != "2025"


def test_a_name_that_looks_like_the_word_for_old_is_none() -> None:
    text = "xã Ea Tul (huyện Cư M'gar, tỉnh Đắk Lắk)"
    assert parse_address(text) == parse_address("xã Ea Tul, huyện Cư M'gar, tỉnh Đắk Lắk")


@pytest.mark.parametrize("tail", ["Xóm 3", "Thôn Mỹ Hưng", "Buôn Trấp", ""])
def test_an_address_from_the_province_down_needs_no_type_words(tail: str) -> None:
    address = parse_address(", ".join(filter(None, ["Nghệ An", "Yên Thành", "Mã Thành", tail])))
    assert (address.old_commune, address.old_district, address.province) == ("17509", "426", "40")


def test_a_province_one_letter_off_gives_way_to_a_commune_of_just_this_name() -> None:
    assert parse_address("Thôn 2, Hải Tây").communes == ("14287",)
    assert parse_address("Xã Tiên Phương, huyện Chương Mỹ, Hải Tây").old_commune == "10024"


def test_the_district_glued_to_its_letter_is_read_without_a_comma() -> None:
    assert parse_address("705 30/4 P.12 QTân Bình") == parse_address("705 30/4, P.12, Q. Tân Bình")
