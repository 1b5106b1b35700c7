"""Owner strings: every form that land registers use, each with the reason why it reads as it does.

A person is written ``name|role|sex|birth|id|flags``, with trailing empty parts left out; role o(wner), s(pouse), h(ead),
r(epresentative); sex m or f. Nobody here is real.
"""

import os
import subprocess
import sys
import time
from datetime import date

import numpy as np
import pytest

from vnlink.errors import InputError
from vnlink.normalize.owner_records import Owner, parse_owners
from vnlink.normalize.owners import parse_owner_column
from vnlink.normalize.tokens import Interner
from vnlink.schema import MAX_SYLLABLES, Flag, OwnerKind

PERSONS = [
    # plain names
    ("Nguyễn Văn An", ["Nguyễn Văn An|o"], "a plain name"),
    ("NGUYEN VAN AN", ["Nguyen Van An|o||||NAME_UNMARKED"], "without diacritics"),
    ("Tuấn", ["Tuấn|o"], "one syllable is a name"),
    ("Ng. Văn T.", ["Ng Văn T|o||||NAME_HAS_INITIAL"], "abbreviations"),
    ("Hà-Lan", ["Hà Lan|o"], "a dash within a name, after a letter whose last byte is that of a no-break space"),
    ("Hà\u00a0- Lan", ["Hà|o", "Lan|o||||NAME_UNMARKED"], "a dash between spaces, one of them without a break"),
    ("H'Hen Niê", ["H'Hen Niê|o"], "a prefix with an apostrophe"),
    ("Y Blơ Niê", ["Y Blơ Niê|o"], "a prefix without one"),
    # titles
    ("Ông Nguyễn Văn An", ["Nguyễn Văn An|o|m"], "a title gives the sex"),
    ("Bà: Trần Thị Bình", ["Trần Thị Bình|o|f"], "a colon after the title"),
    ("ONG NGUYEN VAN AN", ["Nguyen Van An|o|m|||NAME_UNMARKED"], "an unmarked title"),
    ("BA TRAN THI BINH", ["Tran Thi Binh|o|f|||NAME_UNMARKED"], "unmarked Bà before a family name"),
    ("Anh Nguyễn Văn An", ["Nguyễn Văn An|o|m"], "Anh is a title before a family name"),
    ("Cô Lê Thị Hoa", ["Lê Thị Hoa|o|f"], "Cô too"),
    ("Chị Trần Thị Bình", ["Trần Thị Bình|o|f"], "Chị too"),
    ("Cụ Nguyễn Văn An", ["Nguyễn Văn An|o"], "Cụ tells no sex"),
    ("Ông (bà) Nguyễn Văn An", ["Nguyễn Văn An|o"], "a form's title for either sex tells none"),
    ("Ông/bà: Nguyễn Văn An", ["Nguyễn Văn An|o"], "the same with a stroke"),
    ("Ô. Nguyễn Văn An", ["Nguyễn Văn An|o|m"], "an abbreviated title"),
    ("B. Nguyễn Thị Ánh", ["Nguyễn Thị Ánh|o|f"], "an abbreviated title"),
    ("Bà Tư", ["Tư|o|f"], "a title and one syllable"),
    ("Ông", ["Ông|o"], "a title alone is what there is of a name"),
    # words of the grammar that are names
    ("Hồ Anh Tuấn", ["Hồ Anh Tuấn|o"], "Hồ is a family name and Anh a middle name"),
    ("HO BA TUAN", ["Ho Ba Tuan|o||||NAME_UNMARKED"], "Hồ Bá Tuấn, not the household of a lady Tuấn"),
    ("Lê Thị Bà", ["Lê Thị Bà|o"], "a given name"),
    ("Nguyễn Văn Anh", ["Nguyễn Văn Anh|o"], "a given name"),
    ("Trần Thị Năm", ["Trần Thị Năm|o"], "a given name, not a year"),
    ("Nguyễn Văn Sinh", ["Nguyễn Văn Sinh|o"], "a given name, not a birth"),
    ("Lê Văn Và", ["Lê Văn Và|o"], "no word follows"),
    ("Phạm Thị Là", ["Phạm Thị Là|o"], "a given name"),
    ("La Văn Cầu", ["La Văn Cầu|o"], "La is a family name"),
    ("Vo Van Hay", ["Vo Van Hay|o||||NAME_UNMARKED"], "Võ at the start"),
    ("Võ Văn Vợ", ["Võ Văn Vợ|o"], "nobody follows"),
    ("DAT CONG, LE THI BE", ["Dat Cong|o||||NAME_UNMARKED", "Le Thi Be|o||||NAME_UNMARKED"], "a name, not public land"),
    ("Đỗ Thị Tức", ["Đỗ Thị Tức|o"], "nothing follows"),
    ("Nguyễn Văn Hộ", ["Nguyễn Văn Hộ|o"], "a given name at the end"),
    ("Nguyễn Văn Trường", ["Nguyễn Văn Trường|o"], "a school only at the start"),
    ("Trường Sơn", ["Trường Sơn|o"], "two words are no school"),
    ("TRUONG THI MAI", ["Truong Thi Mai|o||||NAME_UNMARKED"], "the family name Trương"),
    ("Đoàn Văn Hội", ["Đoàn Văn Hội|o"], "a family name and a given name"),
    ("Nông Trường Giang", ["Nông Trường Giang|o"], "a family name, no state farm"),
    ("Cao Dai Nghia", ["Cao Dai Nghia|o||||NAME_UNMARKED"], "no religion"),
    ("Nguyễn Cung", ["Nguyễn Cung|o"], "Cung is no 'cùng'"),
    ("Trần Thừa Kế và Lê Thị Xuân", ["Trần Thừa Kế|o", "Lê Thị Xuân|o"], "a name behind a family name, no heirs"),
    ("Ông Trịnh Thế Danh Thành", ["Trịnh Thế Danh Thành|o|m"], "no worldly name of a monk"),
    ("Ông Vũ Công An", ["Vũ Công An|o|m"], "no police"),
    ("Vũ Hùng Văn cùng các đồng thừa kế", ["Vũ Hùng Văn|o||||HEIRS"], "Văn may be the given name itself"),
    (
        "Ba Nguyen Thi Hien Van va ong Vu Ngoc Tuan",
        ["Nguyen Thi Hien Van|o|f|||NAME_UNMARKED", "Vu Ngoc Tuan|s|m|||NAME_UNMARKED"],
        "and without marks",
    ),
    (
        "Do Van Doan - Do Anh Phung",
        ["Do Van Doan|o||||NAME_UNMARKED", "Do Anh Phung|o||||NAME_UNMARKED"],
        "Đỗ Anh, not 'by Mr.'",
    ),
    ("Ho ong Trinh Duy Thua Dat", ["Trinh Duy Thua Dat|h|m|||NAME_UNMARKED"], "no parcel"),
    ("Ông Thi Văn Ba", ["Thi Văn Ba|o|m"], "the family name Thi is a man's too, without its dot"),
    # households
    ("Hộ ông Nguyễn Văn An", ["Nguyễn Văn An|h|m"], "a household and its head"),
    ("Hộ bà: Trần Thị Bình", ["Trần Thị Bình|h|f"], "the head is a woman"),
    ("HO ONG NGUYEN VAN AN", ["Nguyen Van An|h|m|||NAME_UNMARKED"], "unmarked"),
    ("HO BA NGUYEN THI LAN", ["Nguyen Thi Lan|h|f|||NAME_UNMARKED"], "unmarked Hộ bà before a family name"),
    ("Hồ ông Nguyễn Văn An", ["Nguyễn Văn An|h|m"], "Hộ misread as Hồ"),
    ("Ho: Ngo Thi Hai", ["Ngo Thi Hai|h||||NAME_UNMARKED"], "no family name has a colon behind it"),
    ("Ho Ngo Thi Hai", ["Ngo Thi Hai|h||||NAME_UNMARKED"], "a whole name follows: Hộ far sooner than Hồ Ngô"),
    ("Ho Ngo Minh Hai", ["Ho Ngo Minh Hai|o||||NAME_UNMARKED"], "without Thị or Văn Ho may be the family name"),
    ("Hộ GĐ ông Nguyễn Văn An", ["Nguyễn Văn An|h|m"], "abbreviated household"),
    ("Hộ gia đình bà Lê Thị Hoa", ["Lê Thị Hoa|h|f"], "in full"),
    ("Gia đình ông Lê Văn Tám", ["Lê Văn Tám|h|m"], "without Hộ"),
    ("Hộ Nguyễn Văn An", ["Nguyễn Văn An|h"], "a household alone gives no sex"),
    ("Chủ hộ: Nguyễn Văn An", ["Nguyễn Văn An|h"], "the head by name"),
    ("Hộ ông: Nguyễn Văn An; bà: Trần Thị Bình", ["Nguyễn Văn An|h|m", "Trần Thị Bình|s|f"], "two of a household"),
    ("Hộ kinh doanh Lê Văn Tám", ["Lê Văn Tám|h"], "a household's business is a person's"),
    # couples
    ("Ông: Lê Văn Tám và vợ là bà: Võ Thị Sáu", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "the usual form"),
    ("Lê Văn Tám, vợ là bà Võ Thị Sáu", ["Lê Văn Tám|o|m|||SEX_FROM_SPOUSE", "Võ Thị Sáu|s|f"], "'vợ' tells the husband's sex"),
    ("Võ Thị Sáu, chồng là ông Lê Văn Tám", ["Võ Thị Sáu|o|f|||SEX_FROM_SPOUSE", "Lê Văn Tám|s|m"], "the husband's word too"),
    ("Võ Thị Sáu chồng Lê Văn Tám", ["Võ Thị Sáu|o|f|||SEX_FROM_SPOUSE", "Lê Văn Tám|s|m"], "without any mark between"),
    ("Lê Văn Tám - Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a dash with spaces"),
    ("Lê Văn Tám-Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a dash between whole names"),
    ("Lê Văn Tám – Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a long dash"),
    ("Lê-Văn-Tám", ["Lê Văn Tám|o"], "hyphens in one name"),
    ("Lê Văn Tám và Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "'và' alone says nothing of marriage"),
    ("Lê Văn Tám + Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a plus sign"),
    ("Lê Văn Tám/Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a stroke"),
    ("Ông Lê Văn Tám, vợ là bà Võ Thị Mỹ\nLan", ["Lê Văn Tám|o|m", "Võ Thị Mỹ Lan|s|f"], "the last word of the second name"),
    ("Lê Quốc Văn\nVõ Thị Sáu", ["Lê Quốc Văn|o", "Võ Thị Sáu|o"], "Văn may be a given name"),
    ("Lê Văn Võ\nVăn Thị Sáu", ["Lê Văn Võ|o", "Văn Thị Sáu|o"], "and a family name"),
    ("Lê Văn Tám\nVõ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "two lines of one cell"),
    ("Ông Lê Văn Tám bà Võ Thị Sáu", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "only titles part them"),
    (
        "LE VAN TAM VA VO LA BA VO THI SAU",
        ["Le Van Tam|o|m|||NAME_UNMARKED SEX_FROM_SPOUSE", "Vo Thi Sau|s|f|||NAME_UNMARKED"],
        "vợ and Võ unmarked",
    ),
    (
        "LE VAN TAM VA VO: TRAN THI BA",
        ["Le Van Tam|o|m|||NAME_UNMARKED SEX_FROM_SPOUSE", "Tran Thi Ba|s|f|||NAME_UNMARKED"],
        "a colon makes it vợ",
    ),
    ("LE VAN TAM VA VO THI SAU", ["Le Van Tam|o||||NAME_UNMARKED", "Vo Thi Sau|o||||NAME_UNMARKED"], "Võ Thị Sáu, not a wife"),
    (
        "LÊ VĂN TÁM VÀ VỢ: BÀ VÕ THỊ SÁU, CCCD: 001165000012",
        ["Lê Văn Tám|o|m|||SEX_FROM_SPOUSE", "Võ Thị Sáu|s|f||001165000012"],
        "the number is the wife's",
    ),
    ("Vợ chồng ông Lê Văn Tám - Võ Thị Sáu", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f|||SEX_FROM_SPOUSE"], "one title for a couple"),
    ("Vợ chồng Lê Văn Tám, Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|s"], "no sex is known"),
    ("Vợ: Võ Thị Sáu; chồng: Lê Văn Tám", ["Võ Thị Sáu|o|f", "Lê Văn Tám|s|m"], "the wife first"),
    ("Lê Văn Tám (chồng), Võ Thị Sáu (vợ)", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "the words behind the names"),
    ("Ông Lê Văn Tám (vợ là Võ Thị Sáu)", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "the wife in brackets"),
    ("Ông Lê Văn Tám cùng vợ Võ Thị Sáu", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "'cùng'"),
    ("Hộ ông Lê Văn Tám và vợ bà Võ Thị Sáu", ["Lê Văn Tám|h|m", "Võ Thị Sáu|s|f"], "a household and a couple"),
    ("1. Lê Văn Tám 2. Võ Thị Sáu 3. Lê Thị Ba", ["Lê Văn Tám|o", "Võ Thị Sáu|o", "Lê Thị Ba|o"], "a numbered list"),
    # deaths
    ("Ông Lê Văn Tám (đã chết)", ["Lê Văn Tám|o|m|||DECEASED"], "dead"),
    ("Lê Văn Tám (chết), vợ Võ Thị Sáu", ["Lê Văn Tám|o|m|||DECEASED SEX_FROM_SPOUSE", "Võ Thị Sáu|s|f"], "only he is dead"),
    ("Lê Văn Tám đã mất, Võ Thị Sáu", ["Lê Văn Tám|o||||DECEASED", "Võ Thị Sáu|o"], "without brackets"),
    ("Lê Văn Tám (đã chết năm 2005)", ["Lê Văn Tám|o||||DECEASED"], "the year is not of birth"),
    ("LE VAN TAM (DA CHET)", ["Le Van Tam|o||||DECEASED NAME_UNMARKED"], "unmarked"),
    ("Ông (đã chết) Lê Văn Tám", ["Lê Văn Tám|o|m|||DECEASED"], "before the name"),
    ("Liệt sĩ Lê Văn Tám", ["Lê Văn Tám|o||||DECEASED"], "a fallen soldier"),
    # births and numbers inside the string
    ("Lê Văn Tám, Năm sinh: 1978, CMND số: 271234567", ["Lê Văn Tám|o||1978|271234567"], "year and old id"),
    ("Lê Văn Tám sinh ngày 01/02/1960", ["Lê Văn Tám|o||1960-02-01"], "a full date"),
    ("Lê Văn Tám (sinh năm 1960)", ["Lê Văn Tám|o||1960"], "in brackets"),
    ("Lê Văn Tám (1960) và Võ Thị Sáu (1962)", ["Lê Văn Tám|o||1960", "Võ Thị Sáu|o||1962"], "bare years"),
    ("Lê Văn Tám - 1960", ["Lê Văn Tám|o||1960"], "a bare year after a dash"),
    ("Lê Văn Tám, SN 1960", ["Lê Văn Tám|o||1960"], "abbreviated"),
    ("Lê Văn Tám sinh ngày 5 tháng 6 năm 1960", ["Lê Văn Tám|o||1960-06-05"], "in words"),
    ("Lê Văn Tám, sinh 2/1960", ["Lê Văn Tám|o||1960-02"], "month and year"),
    ("Lê Văn Tám, sinh ngày 01/01/1960", ["Lê Văn Tám|o||1960-01-01||DATE_DEFAULT"], "a likely default"),
    ("Lê Văn Tám, sinh ngày 31/02/1960", ["Lê Văn Tám|o||||DATE_UNREADABLE"], "no such day"),
    ("Lê Văn Tám, Năm sinh: , CMND số: 271234567", ["Lê Văn Tám|o|||271234567"], "an empty field of a form"),
    ("Lê Văn Tám (CMND ; NS )", ["Lê Văn Tám|o"], "two empty fields"),
    ("Lê Văn Tám - sinh năm 1960 - CMND ", ["Lê Văn Tám|o||1960"], "an empty field at the end"),
    ("Hộ ông Lê Văn Tám, bà Võ Thị Sáu, con Lê Hồng", ["Lê Văn Tám|h|m", "Võ Thị Sáu|o|f", "Lê Hồng|o"], "a child"),
    ("Võ Thị Sáu, con trai Lê Văn Ba", ["Võ Thị Sáu|o", "Lê Văn Ba|o|m"], "a son"),
    ("Lê Văn Tám, CCCD số 001.085.012.345", ["Lê Văn Tám|o|||001085012345"], "dots in the number"),
    ("Lê Văn Tám, CMND 271 234 567", ["Lê Văn Tám|o|||271234567"], "spaces in the number"),
    ("Lê Văn Tám CMND: 12345678", ["Lê Văn Tám|o|||012345678|ID_REPAIRED"], "a lost zero"),
    ("Lê Văn Tám, hộ chiếu số C1234567", ["Lê Văn Tám|o||||ID_OTHER_PAPER"], "a passport"),
    (
        "Lê Văn Tám, CMND 271234567 cấp ngày 01/02/2005 tại CA Đồng Nai, vợ Võ Thị Sáu",
        ["Lê Văn Tám|o|m||271234567|SEX_FROM_SPOUSE", "Võ Thị Sáu|s|f"],
        "the date of issue is not of birth, the place is no person",
    ),
    (
        "Lê Văn Tám, CMND 271234567, Võ Thị Sáu, CMND 271234568",
        ["Lê Văn Tám|o|||271234567", "Võ Thị Sáu|o|||271234568"],
        "a plain name after a number",
    ),
    # aliases, representatives, heirs, addresses
    ("Lê Văn Tám (tức Tám Lúa)", ["Lê Văn Tám|o||||NAME_HAS_ALIAS"], "an alias in brackets"),
    ("Lê Văn Tám tức Tám Lúa", ["Lê Văn Tám|o||||NAME_HAS_ALIAS"], "and without"),
    ("Lê Văn Tám (Tám Lúa)", ["Lê Văn Tám|o||||NAME_HAS_ALIAS"], "a name in brackets after a name"),
    ("Hộ gia đình. Người đại diện: Lê Văn Tám", ["Lê Văn Tám|r"], "a representative"),
    ("Lê Văn Tám (đại diện)", ["Lê Văn Tám|r"], "said behind the name"),
    ("Lê Văn Tám cùng các đồng thừa kế", ["Lê Văn Tám|o||||HEIRS"], "heirs without names"),
    ("Các đồng thừa kế của ông Lê Văn Tám", ["Lê Văn Tám|o|m|||HEIRS"], "heirs of him"),
    ("Lê Văn Tám, địa chỉ: ấp 3, xã Lê Lợi", ["Lê Văn Tám|o"], "an address is no person"),
    ("Lê Văn Tám, thôn Bà Triệu, xã Lê Lợi", ["Lê Văn Tám|o"], "nor is a village called after one"),
    ("Họ và tên: Lê Văn Tám", ["Lê Văn Tám|o"], "a label of the form"),
    ("Lê Văn Tám, đồng sử dụng Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "shared use"),
    # relatives who hold nothing, posts, titles
    ("Lê Sông", ["Lê Sông|o"], "a given name behind a family name, no river"),
    ("Chùa Thị Hoa", ["Chùa Thị Hoa|o"], "Thị behind makes a person"),
    ("Chùa Văn Tám", ["Chùa Văn Tám|o"], "and so does Văn"),
    ("Ông Lê Văn Tám - Giám đốc Công ty TNHH B", ["Lê Văn Tám|o|m|||LEFTOVER"], "his post is nobody"),
    ("Ông Lê Văn Tám (con ông Lê Văn Cha)", ["Lê Văn Tám|o|m|||LEFTOVER"], "whose son he is"),
    ("Lê Văn Tám, con ông Lê Văn Cha (đã chết)", ["Lê Văn Tám|o||||LEFTOVER"], "the father is dead, not the son"),
    ("Bà Võ Thị Sáu (mẹ ông Tám)", ["Võ Thị Sáu|o|f|||LEFTOVER"], "whose mother she is"),
    ("Lê Văn Tám, con trai ông Lê Văn Cha", ["Lê Văn Tám|o||||LEFTOVER"], "whose son he is, without brackets"),
    ("Lê Văn Tám con ông Lê Văn Cha", ["Lê Văn Tám|o||||LEFTOVER"], "nor a comma, behind a whole name"),
    ("LE VAN TAM, CON ONG LE VAN CHA", ["Le Van Tam|o||||NAME_UNMARKED LEFTOVER"], "nor marks"),
    ("Bà Võ Thị Sáu, mẹ bà Lê Thị Hai", ["Võ Thị Sáu|o|f|||LEFTOVER"], "whose mother she is, with a whole name"),
    ("Lê Văn Tám, con của Lê Văn Cha", ["Lê Văn Tám|o||||LEFTOVER"], "'của' says so without a title"),
    ("Võ Thị Sáu, em chồng bà Hai", ["Võ Thị Sáu|o||||LEFTOVER"], "a sister-in-law is no husband"),
    ("Lê Văn Tám, con trai ông Cha, CMND 271234567", ["Lê Văn Tám|o|||271234567|LEFTOVER"], "the number is the son's"),
    ("Lê Văn Tám, con ông Lê Văn Cha và bà Lê Thị Mẹ", ["Lê Văn Tám|o||||LEFTOVER"], "both parents"),
    (
        "Lê Văn Tám, con ông Lê Văn Cha và vợ là bà Võ Thị Sáu",
        ["Lê Văn Tám|o|m|||LEFTOVER SEX_FROM_SPOUSE", "Võ Thị Sáu|s|f|||LEFTOVER"],
        "a wife is a holder wherever she stands",
    ),
    (
        "Ông Lê Văn Tám và vợ là bà Võ Thị Sáu, con gái ông Võ Văn Bảy",
        ["Lê Văn Tám|o|m|||LEFTOVER", "Võ Thị Sáu|s|f|||LEFTOVER"],
        "whose daughter the wife is",
    ),
    (
        "Lê Văn Tám, con ông Lê Văn Cha, bà Võ Thị Sáu",
        ["Lê Văn Tám|o||||LEFTOVER", "Võ Thị Sáu|o|f|||LEFTOVER"],
        "his mother or his wife: not said",
    ),
    (
        "1. Ông Lê Văn Tám, con ông Lê Văn Cha sinh 1/2/1930 2. Bà Võ Thị Sáu",
        ["Lê Văn Tám|o|m|||LEFTOVER", "Võ Thị Sáu|o|f|||LEFTOVER"],
        "the next of a list comes behind a relative too, and his date of birth is nobody's",
    ),
    ("Võ Thị Sáu, vợ ông Lê Văn Tám", ["Võ Thị Sáu|o|f|||LEFTOVER"], "whose wife she is; he holds nothing"),
    ("Bà Võ Thị Sáu (vợ ông Lê Văn Tám đã chết)", ["Võ Thị Sáu|o|f|||LEFTOVER"], "nor is it she who died"),
    ("BA VO THI SAU (VO ONG LE VAN TAM)", ["Vo Thi Sau|o|f|||NAME_UNMARKED LEFTOVER"], "without marks"),
    ("Bà Võ Thị Sáu là vợ ông Lê Văn Tám", ["Võ Thị Sáu|o|f|||LEFTOVER"], "in a sentence"),
    ("Ông Lê Văn Tám (chồng bà Võ Thị Sáu)", ["Lê Văn Tám|o|m|||LEFTOVER"], "whose husband he is"),
    ("Ông Lê Văn Tám (vợ bà Võ Thị Sáu)", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "'vợ bà' is a wife called so"),
    ("Ông Lê Văn Tám, vợ ông là bà Võ Thị Sáu", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f|||SEX_FROM_SPOUSE"], "'vợ ông là bà' too"),
    ("Ông Lê Văn Tám (nhận chuyển nhượng của ông Lê Văn Ba)", ["Lê Văn Tám|o|m|||LEFTOVER"], "who sold holds it no more"),
    ("Lê Văn Tám mua của ông Lê Văn Ba, 1990", ["Lê Văn Tám|o||||LEFTOVER"], "the year is that of the sale"),
    ("Lê Văn Tám (mua của ông Lê Văn Ba) năm 2005", ["Lê Văn Tám|o||||LEFTOVER"], "in brackets too"),
    ("Lê Văn Tám (bố tặng cho)", ["Lê Văn Tám|o||||LEFTOVER"], "who gave has no name"),
    ("Lê Văn Tám (Võ Sáu 240)", ["Lê Văn Tám|o||||LEFTOVER", "Võ Sáu|o||||LEFTOVER"], "a family name is no parcel"),
    ("Lê Văn Tám (s/n 1954)", ["Lê Văn Tám|o||1954||LEFTOVER"], "two letters and a stroke before a year"),
    ("Lê Văn Tám; Tên vợ (chồng): Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|s"], "a label that leaves open which"),
    ("Lê Văn Tám; họ tên vợ: Võ Thị Sáu", ["Lê Văn Tám|o|m|||SEX_FROM_SPOUSE", "Võ Thị Sáu|s|f"], "and one that does not"),
    ("Hộ Lê Văn Tám, mẹ Mẹ VNAH Võ Thị Sáu", ["Lê Văn Tám|h", "Võ Thị Sáu|o|f"], "a mother with a title of honour"),
    ("Lê Văn Tám, con Mẹ VNAH Võ Thị Sáu", ["Lê Văn Tám|o||||LEFTOVER"], "but a child is hers"),
    ("G/đ bà Võ Thị Sáu", ["Võ Thị Sáu|o|f|||LEFTOVER"], "before a title"),
    ("Lê Văn Tám; Đ/c: Ấp 6, xã Hòa", ["Lê Văn Tám|o||||LEFTOVER"], "before an address"),
    ("Lê Văn Tám (BK 946165)", ["Lê Văn Tám|o||||LEFTOVER"], "the number of a certificate"),
    ("Thiếu tá Lê Văn Tám", ["Lê Văn Tám|o"], "a rank"),
    ("Lê Văn Tám (124 m2)", ["Lê Văn Tám|o||||LEFTOVER"], "how much land"),
    ("Lê Văn Tám, Võ Thị Sáu - CLN", ["Lê Văn Tám|o||||LEFTOVER", "Võ Thị Sáu|o||||LEFTOVER"], "which kind of land"),
    ("Võ Thị Sáu và các con ông Lê Văn Ba", ["Võ Thị Sáu|o||||HEIRS LEFTOVER"], "children without names, and whose"),
    ("Ô.Lê Văn Tám B.Võ Thị Sáu", ["Lê Văn Tám|o|m", "Võ Thị Sáu|s|f"], "two short titles and nothing between"),
    ("Võ Thị Sáu (vợ LS Lê Văn Tám)", ["Võ Thị Sáu|o|f|||LEFTOVER"], "a soldier's widow"),
    ("Võ Thị Sáu (vợ ông Ba)", ["Võ Thị Sáu|o|f|||LEFTOVER"], "whose wife, by a given name"),
    ("Lê Văn Tám * Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a star between two"),
    ("Lê Văn Tám (đất tranh chấp)", ["Lê Văn Tám|o||||LEFTOVER"], "what the land is"),
    ("Lê Văn Tám (thửa 240)", ["Lê Văn Tám|o||||LEFTOVER"], "which parcel"),
    ("LE VAN TAM (CAP DOI)", ["Le Van Tam|o||||NAME_UNMARKED LEFTOVER"], "a certificate given anew"),
    ("Lê Văn Tám và những người cùng thừa kế", ["Lê Văn Tám|o||||HEIRS"], "heirs without names"),
    ("Lê Văn Tám (chết) do con đại diện: bà Lê Thị Na", ["Lê Văn Tám|o||||DECEASED", "Lê Thị Na|r|f"], "a child for him"),
    ("Lê Văn Hùng (Lập) B", ["Lê Văn Hùng|o||||NAME_HAS_ALIAS LEFTOVER"], "the second of that name in the village"),
    ("Nguyễn Thị Huong (vo)", ["Nguyễn Thị Huong|o|f"], "her part, without its mark"),
    ("Hộ ông Lê Văn Tám; thành viên: Lê Văn Ba", ["Lê Văn Tám|h|m|||HEIRS", "Lê Văn Ba|o||||HEIRS"], "a member who is named"),
    # lines that a narrow cell broke
    ("Lê Văn\nTám", ["Lê Văn Tám|o"], "a name goes on"),
    ("Trần Minh\r\nTám", ["Trần Minh Tám|o"], "one word on a line of its own is the rest of a name"),
    ("Lê Văn_x000D_\nTám", ["Lê Văn Tám|o"], "a carriage return as spreadsheets write it out"),
    ("Lê Văn\nTám và bà Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o|f"], "nobody's name ends in Văn"),
    ("Ông Phạm\nVăn Tám, bà Võ Thị Sáu", ["Phạm Văn Tám|o|m", "Võ Thị Sáu|s|f"], "nor begins with it"),
    ("Hộ ông:\nLê Văn Tám", ["Lê Văn Tám|h|m"], "a colon at the end of a line"),
    ("Ông\nLê Văn Tám", ["Lê Văn Tám|o|m"], "a title alone on its line"),
    ("Hộ\nLê Văn Tám", ["Lê Văn Tám|h"], "a household alone on its line"),
    ("Lê Thị Bà\nVõ Thị Sáu", ["Lê Thị Bà|o", "Võ Thị Sáu|o"], "Bà is her given name"),
    ("Lê Văn Tám, CMND số:\nVõ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "an empty field ends a line too"),
    ("Lê Văn Tám\nTổ 3, phường An Lộc", ["Lê Văn Tám|o"], "an address on the next line"),
    ("Lê Văn Tám\nLô 5", ["Lê Văn Tám|o||||LEFTOVER"], "a parcel on the next line"),
    ("Lê Văn Tám\nHoa 1970", ["Lê Văn Tám|o", "Hoa|o||1970||NAME_UNMARKED"], "a year behind the word: another person"),
    ("Lê Văn Tám\nHoa\nLan", ["Lê Văn Tám|o", "Hoa|o||||NAME_UNMARKED", "Lan|o||||NAME_UNMARKED"], "a list of given names"),
    ("Lê Quốc Văn\nY Blă Niê", ["Lê Quốc Văn|o", "Y Blă Niê|o"], "Y begins a name of the highlands"),
    ("Lê Quốc Văn\nHộ ông Lê Tám", ["Lê Quốc Văn|o", "Lê Tám|h|m"], "a household begins the next"),
    ("Lê Văn Tám_x000D_Võ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "a line end, written out, parts two as a real one does"),
    ("K'Têu\nK'Long", ["K'Têu|o", "K'Long|o||||NAME_UNMARKED"], "a prefix of the highlands begins a name"),
    ("Lê Văn Tám\nVõ Thị Sáu", ["Lê Văn Tám|o", "Võ Thị Sáu|o"], "two names stay two"),
    # words that nobody can read
    ("Hộ gia đìrh bà Võ Thị Sáu", ["Võ Thị Sáu|h|f|||LEFTOVER"], "a misread 'Hộ gia đình' is nobody"),
    ("Ilộ gia đình bà Võ Thị Sáu", ["Võ Thị Sáu|o|f|||LEFTOVER"], "with one of its words read"),
    ("Llộ ông: Lê Văn Tám", ["Lê Văn Tám|o|m|||LEFTOVER"], "or none"),
    ("Lê Văn Tám, S1nh năm: 1974", ["Lê Văn Tám|o||1974||LEFTOVER"], "nor is a misread label of a year"),
    ("Lê Văn Tám, soos GT: 271234567", ["Lê Văn Tám|o|||271234567|LEFTOVER"], "or of a number"),
    ("Hộ SX: Ông: Lê Văn Tám", ["Lê Văn Tám|h|m|||LEFTOVER"], "a code of the household before a colon"),
    ("Chủ TĐ: Lê Văn Tám", ["Lê Văn Tám|o||||LEFTOVER"], "a label that no table has, before a family name"),
    ("Lê Văn Tám, Hoa 1974", ["Lê Văn Tám|o", "Hoa|o||1974||NAME_UNMARKED"], "a given name and a year are a person"),
    ("Thạch Sa 1950, Néang Yên 1974", ["Thạch Sa|o||1950", "Néang Yên|o||1974"], "and so are rare family names"),
    ("Arất Nhưn bà Hồ Thị Lan", ["Arất Nhưn|o", "Hồ Thị Lan|o|f"], "two words that are no household are a name"),
    ("Phú Viết Ba, Trương Thị Lan", ["Phú Viết Ba|o", "Trương Thị Lan|o"], "Ba before a comma is a given name"),
    ("Bà Lê Thị Hoa và em gái bà Lê Thị Lan", ["Lê Thị Hoa|o|f", "Lê Thị Lan|o|f"], "'và' announces a holder"),
    ("Lê Văn Tám và con của ông Lê Văn Ba", ["Lê Văn Tám|o||||HEIRS LEFTOVER"], "announced, and without a name"),
    ("Lê Văn Tám, con trai là ông Lê Văn Ba", ["Lê Văn Tám|o", "Lê Văn Ba|o|m"], "là names the son, without brackets too"),
    ("Lê Văn Tám, con trai: ông Lê Văn Ba", ["Lê Văn Tám|o", "Lê Văn Ba|o|m"], "and so does a colon"),
    ("Lê Văn Tám, con Ông Thị Sen", ["Lê Văn Tám|o", "Ông Thị Sen|o"], "Ông before Thị is the child's family name"),
    ("Nguyễn Văn Bé Em bà Lê Thị Tư", ["Nguyễn Văn Bé Em|o", "Lê Thị Tư|o|f"], "Em ends many a given name"),
    ("Lê Văn Tám (con là ông Lê Văn Ba)", ["Lê Văn Tám|o", "Lê Văn Ba|o|m"], "là names the son"),
    ("Lê Văn Tám (người giám hộ: Võ Thị Sáu)", ["Lê Văn Tám|o||||LEFTOVER"], "a guardian holds nothing"),
    (
        "Lê Văn Tám, Đại diện thừa kế của ông Lê Văn Cha (đã chết)",
        ["Lê Văn Tám|r||||HEIRS"],
        "he represents the heirs of the dead, who holds nothing any more",
    ),
    ("Vợ chồng ông Tám bà Sáu", ["Tám|o|m", "Sáu|s|f"], "a couple by given names alone"),
    ("Hộ Thị Lan", ["Thị Lan|h"], "no clan is called Hộ, and names of Xtiêng and Khmer women begin with Thị"),
    ("Hộ Điểu Ré và vợ Thị Brớ", ["Điểu Ré|h|m|||SEX_FROM_SPOUSE", "Thị Brớ|s|f"], "such a household with its man"),
    ("Bà Hộ Thị Lan", ["Hộ Thị Lan|o|f"], "between a title and Thị it is a family name"),
    ("Hộ bà quả phụ Võ Thị Sáu", ["Võ Thị Sáu|h|f"], "a widow's title"),
    ("Mẹ VNAH Võ Thị Sáu", ["Võ Thị Sáu|o|f"], "a title of honour"),
]  # fmt: skip

BODIES = [
    ("UB xã", "state", "a people's committee in short"),
    ("UBNDX Hòa Tiến", "state", "and shorter"),
    ("Người quản lý: UBND phường", "state", "a label before a body"),
    ("Lâm trường", "organisation", "a forest enterprise and nothing else"),
    ("Nông trường", "organisation", "a state farm and nothing else"),
    ("Kênh mương", "state", "public land by its use"),
    ("Đất công", "state", "public land and no other word"),
    ("Kênh thủy lợi (đại diện: bà Võ Thị Sáu)", "state", "whoever looks after it"),
    ("Đất công ích - Người đại diện: ông Lê Văn Tám", "state", "the same of land"),
    ("Sông", "state", "one word and nothing else"),
    ("Đường đi", "state", "a path"),
    ("Sân bóng", "community", "a playing field"),
    ("Nhiều chủ", "community", "a group without names"),
    ("Đang tranh chấp", "unreadable", "nobody is named"),
    ("Thôn 3", "community", "a hamlet with a number for its name"),
    ("Tổ 5", "community", "and a group of houses"),
    ("Đội 3", "community", "and a team"),
    ("Đất 5%", "state", "the public share of the land"),
    ("Thửa 123", "unreadable", "a parcel is nobody"),
    ("C.ty An Phát", "organisation", "a dot in the short form"),
    ("DN tư nhân An", "organisation", "half a short form"),
    ("Công ty TNHH Hoa Sen. Người đại diện: Lê Văn Tám", "organisation", "a company stays one, represented or not"),
    ("CONG TY CO PHAN HOA SEN", "organisation", "unmarked"),
    ("Cty TNHH MTV Hoa Sen", "organisation", "abbreviated"),
    ("UBND xã Tân Phú", "state", "a commune's committee"),
    ("Uỷ ban nhân dân xã Tân Phú", "state", "old tone placement"),
    ("HTX nông nghiệp Tân Phú", "organisation", "a cooperative"),
    ("UBND Thị trấn Kỳ Đồng", "state", "Thị of a town is no middle name"),
    ("Truong Tieu hoc Suong Dung", "organisation", "a school without marks, not a Mr. Trương"),
    ("Trường Tiểu học Lê Lợi", "organisation", "a school"),
    ("Ban quản lý rừng phòng hộ", "state", "a board"),
    ("Ngân hàng Nông nghiệp", "organisation", "a bank"),
    ("DNTN Thành Công", "organisation", "a private enterprise"),
    ("Nông trường cao su Tân Phú", "organisation", "a state farm"),
    ("Cộng đồng dân cư thôn 3", "community", "a community"),
    ("Thôn Đông Hạ", "community", "a village"),
    ("Nhà thờ họ Nguyễn", "community", "the house of a clan is the clan's"),
    ("Nhà văn hóa thôn 5", "community", "a village's hall"),
    ("Chùa Linh Sơn", "religious", "a pagoda"),
    ("CHUA LINH SON", "religious", "unmarked"),
    ("Nhà thờ Tân Phú", "religious", "a church"),
    ("Giáo xứ Tân Phú", "religious", "a parish"),
    ("", "unreadable", "nothing"),
    ("12345", "unreadable", "no letter"),
    ("--- ?", "unreadable", "no letter"),
    ("(đã chết)", "unreadable", "a remark about nobody"),
    ("Chưa xác định chủ", "unreadable", "the register says that nobody is known"),
]


def _brief(owner: Owner) -> str:
    parts = [
        owner.name,
        owner.role[0],
        owner.sex[:1],
        owner.birth_date,
        owner.personal_id or owner.old_id,
        " ".join(owner.flags),
    ]
    return "|".join(parts).rstrip("|")


@pytest.mark.parametrize(("text", "persons", "reason"), PERSONS)
def test_an_owner_string_names_these_persons(text: str, persons: list[str], reason: str) -> None:
    owners = parse_owners(text)
    assert [_brief(owner) for owner in owners] == persons, reason
    assert {owner.kind for owner in owners} == {"person"}


@pytest.mark.parametrize(("text", "kind", "reason"), BODIES)
def test_an_owner_string_that_is_no_person_has_one_entry_without_a_name(text: str, kind: str, reason: str) -> None:
    (owner,) = parse_owners(text)
    assert (owner.kind, owner.name, owner.sex, owner.role) == (kind, "", "", "owner"), reason


def test_the_whole_table_as_one_column_reads_as_each_string_alone() -> None:
    texts = [text for text, _, _ in PERSONS + BODIES]
    column = parse_owners(texts).to_pylist()
    assert [[Owner(**person | {"flags": tuple(person["flags"])}) for person in row] for row in column] == [
        parse_owners(text) for text in texts
    ]


def test_dates_that_are_read_are_dates() -> None:
    for text, _, _ in PERSONS:
        for owner in parse_owners(text):
            if len(owner.birth_date) == 10:
                date.fromisoformat(owner.birth_date)


def test_nulls_and_empty_strings_are_unreadable() -> None:
    owners = parse_owner_column([None, "", "Lê Văn Tám", None], Interner())
    assert owners.kind.tolist() == [OwnerKind.UNREADABLE, OwnerKind.UNREADABLE, OwnerKind.PERSON, OwnerKind.UNREADABLE]
    assert owners.row.tolist() == [0, 1, 2, 3]
    assert owners.person_no.tolist() == [1] * 4


def test_a_missing_string_alone_reads_as_in_a_column() -> None:
    for cells in ((None, None), ("1960", "271234567")):
        birth, number = cells
        ((person,),) = parse_owners([None], [birth], [number]).to_pylist()
        assert parse_owners(None, *cells) == [Owner(**person | {"flags": tuple(person["flags"])})]
    assert parse_owners(None) == parse_owners("")
    assert parse_owners(None)[0].kind == "unreadable"


LAST = (
    "bà Võ Thị Sáu, sinh năm 1960, CMND 271234567", "Võ Thị Sáu (đã chết)", "đại diện Võ Thị Sáu", "và vợ", "Võ Thị Sáu (1960)",
    "bà Sáu; 3. CCCD 001160000012", "Võ Thị Sáu (tức Bảy)", "UBND xã Tân Phú", "hộ chiếu C1234567 của Võ Thị Sáu",
)  # fmt: skip


def test_a_long_list_stops_at_thirty_two_persons_and_says_so() -> None:
    owners = parse_owners("; ".join(["Lê Văn Tám"] * 40))
    assert len(owners) == 32
    assert {owner.flags for owner in owners} == {("LEFTOVER",)}
    assert {owner.flags for owner in parse_owners("; ".join(["Lê Văn Tám"] * 32))} == {()}


@pytest.mark.parametrize("last", LAST)
def test_nothing_that_is_said_of_a_thirty_third_person_goes_to_the_thirty_second(last: str) -> None:
    head = "; ".join(["Lê Văn Tám"] * 32)
    assert parse_owners(f"{head}; Phan Văn Ba, {last}") == parse_owners(f"{head}; Phan Văn Ba")


def test_a_name_of_nine_syllables_is_cut_in_the_middle() -> None:
    (owner,) = parse_owners("Ông Một Hai Ba Bốn Năm Sáu Bảy Tám Chín")
    assert owner.name == "Một Hai Bốn Năm Sáu Bảy Tám Chín"
    assert len(owner.name.split()) == MAX_SYLLABLES
    assert "NAME_CUT" in owner.flags


def test_a_cell_of_a_megabyte_is_read_up_to_its_cut() -> None:
    (owner,) = parse_owners("Ông Lê Văn Tám, " + "x" * 1_000_000)[:1]
    assert owner.name == "Lê Văn Tám"
    assert "NAME_CUT" in owner.flags


HOSTILE = [
    "(", "()", ")", "((a ", ";", ",", "- ", "/", "\n", "....", "nhóm ", "ông ", "Hộ ", "và ", "vợ ", "(tức ", "(đã chết (",
    "1. ", "a) ", "1/2 ", "1965-1999 ", "đất ", "con ", "các con ", "do ông ", "CMND 1", "v/c ", "Maria ", "mua của ",
    "công ty ", "\u0301", "e\u0301", "\u202e", "\u200b", "\x00", "😀", "Lê Văn A, ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_cell_of_one_thing_over_and_over_is_cut_flagged_and_read_in_bounded_time(unit: str) -> None:
    interner = Interner()
    parse_owner_column([unit * 5000], interner)  # compiling and the words themselves are not what is measured
    start = time.process_time()
    owners = parse_owner_column([unit * 5000] * 100, interner)
    # A cell takes a tenth of a millisecond; reading that is quadratic in the 4,096 bytes kept takes thirty.
    assert time.process_time() - start < 1.0
    assert (owners.flags & Flag.NAME_CUT).all()
    assert (np.bincount(owners.row) <= 32).all()


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "e" + "\u0301" * 100_000, "(" * 100_000, "Lê Văn Tám; " * 100_000, "\ud800" * 5000]
)
def test_a_huge_cell_is_cut_and_flagged(text: str) -> None:
    owners = parse_owners(text)
    assert all("NAME_CUT" in owner.flags for owner in owners)


def test_cells_beside_the_string_are_given_slot_by_slot() -> None:
    column = parse_owners(
        ["Ông A Tám và bà Võ Thị Sáu", "UBND xã Tân Phú"], ["1965; 1967", "1950"], ["; 242438306", "271234567"]
    )
    first, second = column.to_pylist()
    assert [(person["birth_date"], person["old_id"]) for person in first] == [("1965", ""), ("1967", "242438306")]
    assert [(body["birth_date"], body["old_id"]) for body in second] == [("", "")]


def test_a_cell_goes_before_what_the_string_says() -> None:
    (owner,) = parse_owners("Lê Văn Tám, sinh năm 1960, CMND 271234567", "02/1961", "271234568")
    assert (owner.birth_date, owner.old_id) == ("1961-02", "271234568")


def test_cells_that_are_not_as_many_as_the_strings_are_an_input_error() -> None:
    with pytest.raises(InputError):
        parse_owners(["Lê Văn Tám"], ["1960", "1961"])
    with pytest.raises(InputError):
        parse_owners(["Lê Văn Tám"], [object()])


def test_a_passport_in_the_string_is_the_same_number_as_in_the_cell() -> None:
    inside = parse_owners("Lê Văn Tám, hộ chiếu số C1234567")[0]
    beside = parse_owners("Lê Văn Tám", None, "C1234567")[0]
    assert inside.other_paper == beside.other_paper == "C1234567"
    assert parse_owners("Lê Văn Tám, hộ chiếu: 561234987")[0].old_id == ""


def test_chunks_of_a_column_are_numbered_through() -> None:
    texts = ["Lê Văn Tám - Võ Thị Sáu"] * 70_000
    owners = parse_owner_column(texts, Interner())
    assert owners.row[::2].tolist() == list(range(70_000))
    assert owners.person_no[:4].tolist() == [1, 2, 1, 2]


def test_plain_python_reads_a_column_of_many_words_as_compiled_code_does() -> None:
    """Places in a column are numbers beyond those of the small tables, whose types plain Python would take over."""
    program = (
        "import hashlib\n"
        "from vnlink.normalize.owners import parse_owner_column\n"
        "from vnlink.normalize.tokens import Interner\n"
        "text = 'Hộ ông: Lê Văn Tám (đã chết), con ông Lê Văn Cha, và vợ là bà: Võ Thị Sáu, SN 1960, CMND 271234567'\n"
        "more = 'Ho Y-Bla, CMND 271234567 cấp ngày 1/2/2003 - 8ùi Thị Na (Năm) va HLan'\n"
        "least = ['HGĐ ông Y- Bla (ông Ba) - thửa 2 và ĐSD', 'Ông: Glơih (Ấp 2) Bà: Y Hơn (con Tuất)', '#N/A']\n"
        "least += ['GDC Tạ Khôi (đất 5%) VA VO', 'B. Cà Thị Na - ấp Phú - Lê Thị An (CA)', 'Buôn Yă Y Sam tức Tư Bà: Na']\n"
        "least += ['HO LE THI NA TUC TY VA A VAN B', 'Ho: ba: Na (ĐSD: Y Hơn)', 'A Hai (thôn Ba) DO BA LE AN']\n"
        "owners = parse_owner_column([text, 'C.ty An Phát', '1. Sùng A Phình 2. ...', more, *least] * 1100, Interner())\n"
        "print(hashlib.sha256(b''.join(getattr(owners, name).tobytes() for name in owners.__slots__)).hexdigest())\n"
    )
    outputs = []
    for disabled in ("0", "1"):
        environment = os.environ | {"NUMBA_DISABLE_JIT": disabled, "PYTHONWARNINGS": "error"}
        run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("va", ["va", "Va", "VA"])
def test_a_small_va_before_a_capital_joins_two_persons_whichever_spelling_was_read_first(va: str) -> None:
    interner = Interner()
    parse_owner_column([f"Le Cong {each} Dinhh Hoa" for each in ("VA", "va", "Va")], interner)
    owners = parse_owner_column(f"Le Cong Tho {va} Dinhh Hoa", interner)
    assert len(owners.row) == (2 if va == "va" else 1)


@pytest.mark.parametrize("place", ["Gia Lai", "Thừa Thiên Huế", "Phòng Văn hóa Thông tin", "y tế xã", "Bà Rịa - Vũng Tàu"])
def test_a_place_behind_the_day_of_issue_is_no_person(place: str) -> None:
    owners = parse_owner_column(f"Ông Tạ Văn Khôi, CMND 164203377 cấp ngày 4/5/2009, {place}", Interner())
    assert len(owners.row) == 1


@pytest.mark.parametrize("text", ["8 Ông Tạ Văn Khôi", "8Ông Tạ Văn Khôi", "8ÔNG TẠ VĂN KHÔI"])
def test_an_eight_before_a_title_is_no_letter(text: str) -> None:
    interner = Interner()
    owners = parse_owner_column(text, interner)
    assert interner.lexicon.render(owners.syllables).to_pylist() == ["Tạ Văn Khôi"]


def test_an_owner_string_never_shows_in_the_state_of_the_reader() -> None:
    interner = Interner()
    parse_owner_column(["Lê Văn Tám"], interner)
    assert "Tám" not in repr(interner) + repr(interner.lexicon)
