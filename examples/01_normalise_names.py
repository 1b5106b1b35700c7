"""How vnlink reads Vietnamese names, owner strings, numbers and dates, one value at a time."""

from __future__ import annotations

import vnlink

# One name however it is typed: composed or decomposed letters, old or new tone placement, capitals, an eth for a đ.
for text in ("NGUYỄN VĂN HOÀ", "Nguyễn Văn Hòa", "nguyễn  văn hòa", "Ðặng Thị Thuý"):
    print(f"{text!r:28} -> {vnlink.normalize_name(text).text}")

# An owner string names one person or several; titles, households and deaths are not part of a name.
for text in ("Hộ ông: Trần Văn Đức và vợ là bà: Lê Thị Hoa", "Bà H'Hen Niê (đã chết)", "UBND xã Tân Lập"):
    print(f"{text!r} -> {vnlink.parse_owners(text)}")

# The type of a number follows from its digits; zeros that a spreadsheet dropped are put back.
for text in ("CCCD số 001 085 012 345", "CMND: 12345678"):
    print(f"{text!r} -> {vnlink.parse_identifier(text)}")

for text in ("05/11/1967", "1967-11-05", "11/1967", "1967"):
    print(f"{text!r} -> {vnlink.parse_date(text)}")

# Two names are compared syllable by syllable: a missing mark speaks for the same person, another mark against it.
for left, right in (("Lê Văn Đức", "Le Van Duc"), ("Nguyễn Văn Hòa", "Nguyễn Văn Hoa")):
    print(f"{left} / {right}: {vnlink.compare_names(left, right)}")
