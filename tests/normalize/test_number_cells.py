"""Cells of the number column in the style of an office, with what a clerk reads in them."""

from __future__ import annotations

import pytest

from vnlink import parse_identifier

CELLS = [
    ("CCCD: 001 175 023 881", "personal", "001175023881", "", ""),
    ("cmnd 013.456.221 (CA TP Hà Nội cấp 14/6/2011)", "old", "013456221", "", ""),
    ("chưa cấp CCCD", "none", "", "", ""),
    ("1175023881", "personal", "001175023881", "", "repaired"),
    ("CMND:17204566", "old", "017204566", "", "repaired"),
    ("CMSQ 91034567", "officer", "91034567", "", ""),
    ("CMT QĐ số 11 023 456", "officer", "11023456", "", ""),
    ("Hộ chiếu: B 4412087 cấp 2012", "passport", "B4412087", "", ""),
    ("PASSPORT C9921034", "passport", "C9921034", "", ""),
    ("CCCD số O25184003117", "personal", "025184003117", "", "repaired+odd"),
    ("ĐT 0912345678", "other", "0912345678", "", ""),
    ("Điện thoại: 0241.3823.456; CMND 125001234", "other", "02413823456", "125001234", "several"),
    ("Mã số thuế 8012345678", "other", "8012345678", "", ""),
    ("CMND 125001234, CMND vợ 125009876", "old", "125001234", "125009876", "several"),
    ("333333333", "none", "", "", "shape"),
    ("987654321", "none", "", "", "shape"),
    ("123456789012", "none", "", "", "shape"),
    ("CCCD: 036.0.85.001234", "personal", "036085001234", "", ""),
    ("9.12345E+11", "none", "", "", "unreadable"),
    ("1.42038117E+08", "old", "142038117", "", "repaired"),
    ("142 038 117 ; 142 038 118", "old", "142038117", "142038118", "several"),
    ("CCCD 038185004567 cấp ngày 25.12.2021", "personal", "038185004567", "", ""),
    ("số CMND: 38185004567", "personal", "038185004567", "", "repaired"),
    ("Sổ đỏ số AB 456789", "other", "AB456789", "", ""),
    ("CMND cũ 162 004 551 - CCCD mới 036 162 000 872", "personal", "036162000872", "162004551", "several"),
    ("ＣＣＣＤ：０３６１６２０００８７２", "personal", "036162000872", "", "odd"),
    ("\u202d036162000872\u202c", "personal", "036162000872", "", "odd"),
    ("09418300123", "other", "09418300123", "", ""),
    ("0384165012345", "other", "0384165012345", "", ""),
    ("CMND: 14511222?", "none", "", "", "unreadable"),
    ("CMND 1451...22", "none", "", "", "unreadable"),
    ("079410001234", "personal", "079410001234", "", "shape"),
    ("CC 079188000451/CMND 023456781", "personal", "079188000451", "023456781", "several"),
    ("Thẻ QNCN số 97 046 318", "officer", "97046318", "", ""),
    ("Giấy chứng nhận CAND: 345-218", "officer", "345218", "", ""),
    ("sổ hộ khẩu 1234567, CMND 151778003", "old", "151778003", "", ""),
    ("270 123 456 + 270 654 321", "old", "270123456", "270654321", "several"),
    ("CMND l25OO1234", "old", "125001234", "", "repaired+odd"),
    ("CCCD:052170010042;CCCD:052072009981", "personal", "052170010042", "052072009981", "several"),
    ("CMND 205123457 hết hạn, CCCD 049083001122 cấp ngày 10052021", "personal", "049083001122", "205123457", "several"),
]
"""Cell, kind, number, further numbers, what a clerk would note: written before the reader was scored."""

NOTES = {
    "ID_REPAIRED": "repaired",
    "ID_ODD_CHARACTERS": "odd",
    "ID_SHAPE_ONLY": "shape",
    "ID_INCOMPLETE": "unreadable",
}


@pytest.mark.parametrize(("cell", "kind", "number", "others", "notes"), CELLS)
def test_a_cell_is_read_as_a_clerk_reads_it(cell: str, kind: str, number: str, others: str, notes: str) -> None:
    found = parse_identifier(cell)
    noted = {NOTES[flag] for flag in found.flags if flag in NOTES} | ({"several"} if found.several else set())
    assert (found.kind.value, found.digits, ";".join(found.others)) == (kind, number, others)
    assert noted == set(filter(None, notes.split("+")))
