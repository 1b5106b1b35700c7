"""Read names, owner strings, numbers, dates and addresses as a careful clerk would. Everybody here is invented."""

import vnlink

print("Names: one spelling for what is one name")
for text in ("NGUYỄN VĂN HOÀ", "nguyễn  văn hòa", "Ðặng Thị Thuý", "H’ Hen Niê"):
    name = vnlink.normalize_name(text)
    print(f"  {text!r:22} {name.text:16} family {name.family}, given {name.given}")

print("Two names: what a clerk would say")
for left, right in (("Lê Văn Đức", "Le Van Duc"), ("Nguyễn Văn Hòa", "Nguyễn Văn Hoa"), ("Trần Thị Hồng", "Tr. T. Hồng")):
    print(f"  {left} / {right}: {vnlink.compare_names(left, right).english}")

print("Owner strings: the persons in them")
for text in (
    "Hộ ông: Trần Văn Đức và vợ là bà: Lê Thị Hoa, CMND số 271 234 567",
    "Bà H'Hen Niê (đã chết)",
    "UBND xã Tân Lập",
):
    print(f"  {text}")
    for owner in vnlink.parse_owners(text):
        print(f"    {owner.kind:8} {owner.role:8} {owner.sex:8} {owner.name} {owner.old_id} {' '.join(owner.flags)}")

print("Numbers, dates and places")
for text in ("CCCD số 001 085 012 345", "CMND: 27123456"):
    number = vnlink.parse_identifier(text)
    print(f"  {text!r:26} {number.kind.value:9} {number.digits} {number.province or ''} {number.birth_year or ''}")
for text in ("05/11/1967", "sinh năm 1967", "31/02/1970"):
    date = vnlink.parse_date(text)
    print(f"  {text!r:26} {date.precision:9} {date.iso} {' '.join(date.flags)}")
for text in ("Thôn 3, X. Yên Bài, H. Ba Vì, TP Hà Nội", "Xa An Hoa, Trang Bang, Tay Ninh"):
    print(f"  {text!r:44} present communes {', '.join(vnlink.parse_address(text).communes)}")
