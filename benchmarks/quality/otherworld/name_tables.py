"""Names that the tables of ``vnlink/resources`` do not have: of villages, of brothers and sisters, of other peoples."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from importlib import resources

__all__ = [
    "BRU_F",
    "BRU_M",
    "NUMBERS",
    "RUSTIC_F",
    "RUSTIC_M",
    "SETS_F",
    "SETS_M",
    "SYLLABLES",
    "XTIENG_F",
    "XTIENG_M",
    "words",
]


def words(text: str) -> list[str]:
    """Cut a table that is written as running text."""
    return text.split()


RUSTIC_M = words(
    "Tẹo Cò Cu Đực Chắt Nhỡ Còn Út Rớt Khoai Sắn Mít Đá Đất Cối Chày Gạo Thóc Bừa Cày Rổ Nong Kèo Cột Xoan Tre Mộc Đen "
    "Trắng Vàng Đỏ Lùn Gầy Mập Cọp Hổ Chuột Trâu Sửu Tý Dần Mão Thìn Tỵ Ngọ Mùi Thân Dậu Tuất Hợi Giáp Ất Bính Đinh Mậu Kỷ "
    "Canh Tân Nhâm Quý Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Đậu Chò Quế Kiên Tấn Chiến Khánh Bường Thược Thiềng Cử Tú Nho "
    "Khuê Bút Nghiên Sách"
)
RUSTIC_F = words(
    "Hĩm Gái Bé Nhớn Nhỡ Út Rớt Lượm Cam Quýt Bưởi Mận Mơ Na Ổi Khế Dừa Lựu Sung Vải Nhãn Cải Hành Tỏi Gừng Nghệ Ớt Bông "
    "Chanh Thêu Thoa Vóc Lụa Nhiễu Sồi Gấm Tằm Kén Tơ Chỉ Nụ Hoa Búp Nhài Sen Súng Ngát Thơm Hai Ba Tư Năm Sáu Bảy Tám Chín "
    "Mười Tẹo Xuyến Vòng Khuyên Trâm Nhẫn Cúc Thược Mẫn Chút Chít Đẹt Lành Hiền Thảo Ngoan Nết Mến Thương Dung Nhan Mùi Dậu "
    "Thìn Mão Tý Xoa Lẫm"
)
NUMBERS = words("Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Út")
BRU_M = words(
    "Tưm Ngưng Đươi Nhoan Pun Tên Vưng Vương Chơ Thon Kun Lơ Pôn Tà Ư Bôn Khăm Thiêng Sưm Cu Ai Nha Đum Hươm Pả Xa Vai Lâm "
    "Mãi Thoan Côn Ray Tha Đăng Kêu Bông Hiếu Chăm Mang Pờ Xuân Mười Nghi Tăng Hôm Lê"
)
BRU_F = words(
    "Căn Hươi Blư Pỉ Nhuôn Chêm Lơi Tim Nua Cơi Thơn Khênh Doa Ngơm Tăng Đưn Kăn Mân Rưi Mơ Lan Thơi Liên Xuyên Hiên Bun "
    "Nêng Tuôi Phương Nhum Keo Chiên Lê Thắm Hoa Ngoan Hương"
)
XTIENG_M = words(
    "Blơi Kiêu Nol Mrang Đinh Glung Ươn Bronh Săn Tênh Lăng Hươn Cươl Pônh Nhôn Đuôn Kroi Bích Quyền Rô Lên Đố Xuân Hùng "
    "Min Bơm Dên Krứ Thao Mây Nhơn Phước Sơn Bi Lộc Hới Thành Ngơi"
)
XTIENG_F = words(
    "Bươi Grai Nhum Khuê Brơ Mơi Pơi Đum Ươm Liêng Plang Hoai Khen Bler Ngôm Sro Đa Nuông Nhơi Bé Đơm Xuân Lan Mai Xiêm "
    "Hồng Giang Gái Điểu Hương Ri Mưn Thơm Loan Lợi Hiền"
)
SETS_M = (
    "Hùng Dũng Cường Thịnh", "Cần Kiệm Liêm Chính", "Trung Hiếu Nghĩa Lễ Tín", "Tùng Bách Trúc Mai",
    "Long Lân Quy Phụng", "Công Thành Danh Toại", "Phú Quý Vinh Hoa", "Bình An Khang Thái", "Minh Bình Chinh Định Vinh",
    "Toàn Hoàn Đoàn Loan", "Hải Thái Đại Khải", "Sơn Giang Hà Hải", "Thành Thắng Thịnh Thuận Thọ", "Huy Duy Quy Thủy",
    "Kiên Cường Quyết Chiến Thắng", "Đông Tây Nam Bắc", "Tiến Chiến Viên Thiện", "Hưng Hùng Hiệp Hòa Huấn",
    "Anh Hào Kiệt Xuất", "Quân Xuân Luân Tuân",
)  # fmt: skip
SETS_F = (
    "Xuân Hạ Thu Đông", "Mai Lan Cúc Trúc", "Công Dung Ngôn Hạnh", "Hồng Hường Hương Huệ", "Thủy Thúy Thùy Thu",
    "Nga Hà Hoa Hòa", "Loan Oanh Yến Phượng", "Bích Ngọc Châu Trân", "Hiền Hậu Hạnh Hảo", "Linh Trinh Minh Vinh",
    "Thương Phương Hương Sương", "Tuyết Nguyệt Vân Sương", "Trang Trinh Trâm Trúc", "Lý Mỹ Chi Thi",
    "Nhung Dung Tung Phụng", "Liên Hiên Tiên Quyên",
)  # fmt: skip
"""Given names that brothers, or sisters, share out among them."""

SYLLABLES = {
    "ede": (
        "Bl Br Dj Dr Đr Hr Kr Kl Kn M Ml Ng Nh Pr R S Tl Th W Y J Ch B H L",
        "ơ ăm iêng uê uôn ut ia ing oan ir âo ôn ăk ơn im ui ưn ong",
    ),
    "kho": (
        "Br Đ Gi Jr K Kr L Lơ M Nh Ny R S Sr T Tr V Nd P Ts",
        "òi ẻo ìn ung ẽm ộ iên ếu ìm oàn iu ang ep uyn ởi inh",
    ),
    "hmong": (
        "P Ph S Ch D Ph T Tr Th L M Nh V X K Kh Gi",
        "áo ông ùa ênh ú ử ìa ếnh á ay ống ành ào ung ía âu",
    ),
    "thai": (
        "B P L Kh M N Nh H X Th T Ch V Ph Đ",
        "âng iêng ánh óm ặc oan ướng iên ửa uôn ịnh ông un iêm ấng",
    ),
    "khmer": (
        "S Ph R Th Ch N M Kh B D L Sr V",
        "ương ết ương uôl ên ân an on um inh oi iêl ok ane ôm ia ép",
    ),
}
"""Onsets and rimes of which more names of these peoples are made; they need only look and vary as names do."""


@cache
def read_table(name: str) -> list[dict[str, str]]:
    """Read one table of ``vnlink/resources``: comments, a header, rows."""
    text = resources.files("vnlink.resources").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def surnames_of(region: str) -> tuple[list[str], list[float]]:
    """Family names in their regional form, with weights."""
    total: dict[str, float] = defaultdict(float)
    side = "north" if region in {"north", "highland"} else "south"
    for row in read_table("surnames.csv"):
        total[row[side] or row["name"]] += float(row["weight"])
    return list(total), list(total.values())
