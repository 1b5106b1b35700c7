"""Old encodings: how their text looks, what is read out of it, and when a column is taken to be in one."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata

import numpy as np
import pyarrow as pa
import pytest

from vnlink.normalize.cells import string_buffers
from vnlink.normalize.encoding_cells import LoneCells
from vnlink.normalize.encoding_kernels import ODD, PLAIN, UNICODE, scan_cells
from vnlink.normalize.encoding_register import Glance, Repair
from vnlink.normalize.encoding_verdict import beyond_chance
from vnlink.normalize.encodings import Encoding, EncodingEvidence, decode_column, decode_text, odd_rows
from vnlink.normalize.escapes import without_escapes

TCVN3, VNI, VISCII, VIQR, TWICE = Encoding.TCVN3, Encoding.VNI, Encoding.VISCII, Encoding.VIQR, Encoding.UTF8_TWICE

READ = [
    (TCVN3, "NguyÔn V¨n §øc", "Nguyễn Văn Đức"),
    (TCVN3, "NGUYÔN V¡N §øC", "NGUYỄN VĂN ĐỨC"),  # a font of capitals: the codes of ễ and ứ
    (TCVN3, "nguyÔn v¨n ®øc", "nguyễn văn đức"),  # all codes small: capitals in the font alone
    (TCVN3, "Lª ThÞ Hoµ", "Lê Thị Hoà"),
    (TCVN3, "Hé «ng TrÇn Quèc To¶n", "Hộ ông Trần Quốc Toản"),
    (TCVN3, "x· §oµn KÕt, huyÖn Thanh MiÖn", "xã Đoàn Kết, huyện Thanh Miện"),
    (TCVN3, "H\u00adng Ph\u00ad¬ng", "Hưng Phương"),  # ư is the code of the soft hyphen
    (VNI, "Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức"),
    (VNI, "NGUYEÃN VAÊN ÑÖÙC", "NGUYỄN VĂN ĐỨC"),
    (VNI, "Leâ Thò Hoaø", "Lê Thị Hoà"),
    (VNI, "Höôùng Ñöôïc Myõ Kyø Tî", "Hướng Được Mỹ Kỳ Tỵ"),
    (VNI, "Nguyeâõn Nguyeõân", "Nguyễn Nguyễn"),  # mark and tone apart, in both orders
    (VNI, "AÙnh Uùt OÂn", "Ánh Út Ôn"),
    (VIQR, "Nguye^~n Va(n DDu+'c", "Nguyễn Văn Đức"),
    (VIQR, "Nguye~^n Tru+o+`ng Truo+`ng", "Nguyễn Trường Trường"),
    (VIQR, "Tru*o*`ng Quy' Ddi`nh", "Trường Quý Đình"),
    (VIQR, "Pha.m Thi. Hoa`", "Phạm Thị Hoà"),
    (VIQR, "Ng. Va(n A. va` H'Hen Nie^", "Ng. Văn A. và H'Hen Niê"),
    (VIQR, "xa~ Phu'. Xo'm 5", "xã Phú. Xóm 5"),
    (VIQR, r"Thi\. Hoa", "Thi. Hoa"),
    (VISCII, "Nguy\u00adn V\u00e5n \u00d0\u00d1c", "Nguyễn Văn Đức"),
    (TWICE, "Nguyá»…n VÄƒn Ä\u0090á»©c", "Nguyễn Văn Đức"),  # by Windows-1252, its undefined code kept
    (TWICE, "Nguyá»\u0085n VÄ\u0083n Ä\u0090á»©c", "Nguyễn Văn Đức"),  # by Latin-1
    (TWICE, "HÃ\u00a0 Ná»™i, HÃ  Ná»™i, HÃ ng", "Hà Nội, Hà Nội, Hàng"),  # à, whose no-break space became a blank
    (TWICE, "thÃ´n 3 – xÃ£ PhÃº", "thôn 3 – xã Phú"),
]


@pytest.mark.parametrize(("encoding", "text", "meant"), READ)
def test_text_is_read_as_it_was_meant(encoding, text, meant):
    assert decode_text(text, encoding) == meant


@pytest.mark.parametrize("encoding", Encoding)
def test_a_text_that_was_typed_in_unicode_is_left_alone(encoding):
    for text in ("Nguyễn Văn Đức", "Ông Trần Hùng", unicodedata.normalize("NFD", "Lê Thị Hòa"), "Nguyen Van Duc", "", "Ñ Đặng"):
        assert decode_text(text, encoding) == text


@pytest.mark.parametrize(("encoding", "name"), [(TCVN3, "TCVN5712-1"), (VISCII, "VISCII")])
def test_the_tables_agree_with_another_program(encoding, name):
    """Every byte alone, for the two encodings that iconv knows."""
    iconv = shutil.which("iconv")
    known = iconv and subprocess.run([iconv, "-l"], capture_output=True, text=True, check=False).stdout
    if not known or name not in known:
        pytest.skip("this machine has no iconv that knows the encoding")
    codes = [code for code in range(1, 256) if code not in (0x09, 0x0A, 0x0D)]
    data = b"\n".join(bytes([code]) for code in codes)
    done = subprocess.run([iconv, "-f", name, "-t", "UTF-8"], input=data, capture_output=True, check=True)
    expected = done.stdout.decode("utf-8").split("\n")
    assert [decode_text(chr(code), encoding) for code in codes] == expected


# Columns


def test_a_column_keeps_its_type_its_length_and_its_nulls():
    cells = ["Lª ThÞ Hoµ", None, "An", "Lª ThÞ Hoµ", ""]
    meant = ["Lê Thị Hoà", None, "An", "Lê Thị Hoà", ""]
    kinds = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
    for kind in kinds:
        for column in (pa.array(cells).cast(kind), pa.array(["x", *cells]).cast(kind).slice(1)):
            read = decode_column(column, TCVN3)
            assert (read.type, read.to_pylist()) == (kind, meant)
    chunked = pa.chunked_array([cells[:2], cells[2:]])
    assert decode_column(chunked, TCVN3).to_pylist() == meant
    assert decode_column(chunked, TCVN3).type == chunked.type


def found(cells, groups=None):
    evidence = EncodingEvidence("full_name")
    evidence.add(pa.array(cells), None if groups is None else pa.array(groups))
    return evidence.plan()


FOREIGN = (  # noqa: SIM905
    "José Ángel Núñez Muñoz Peña Ibáñez García Pérez Gómez João Antônio Conceição Simões Estêvão François Hélène Zoé Noël Joël "
    "Raphaël Anaïs Loïc Naïm Aïcha Maïté Benoît Jérôme Rémi Grégoire Stéphane Léa Théo Véronique Hervé René Müller Björn "
    "Günther Jäger Schröder Krüger Förster Weiß Größe Åsa Håkan Göran Øyvind Bjørn Kjær Siân Seán Róisín Tiësto Daniël Gökhan "
    "Özgür Çelik Niccolò Cantù Salomè Foà Piñeiro Agüero Roselló Solà Mbappé Koné"
).split()


@pytest.mark.parametrize("group", [None, "00001"])
def test_a_column_of_foreign_names_is_in_no_old_encoding(group):
    names = [f"{a} {b}" for a, b in zip(FOREIGN, FOREIGN[7:] + FOREIGN[:7], strict=True)]
    for cells in (names, [name.upper() for name in names], FOREIGN, ["Loïc " + name for name in FOREIGN], ["Loïc"] * 50):
        assert found(cells, None if group is None else [group] * len(cells)).is_trivial
    for first in range(len(names) - 6):
        assert found(names[first : first + 6]).is_trivial


@pytest.mark.parametrize(
    "cells",
    [
        ["H'Hen Niê", "Y Blơ Êban", "K'Brèm", "H’Ñuăi Êñuôl", "Ayŭn Ksơr", "Y Čor Ƀya", "Rơ Mah H`Lan"] * 5,
        ["Ng. V. An (tức Ba)", "Le Thi Hoa?", "Tran Van A(B)", "Ông Hai~", "P. Bình", "Hộ ông Tư + bà Năm"] * 5,
        ["Ðặng Văn Ðức", "Ðỗ Thị Hoà", "Đặng Ñ", "Ðoàn Thị Á", "Huỳnh Thị Hoàn"] * 5,
        ["Hòa", "Hùng", "Lý Hà", "Bé", "Tín", "Hoà Tú", "Cô Tú", "Bà Tý"],
        [None, "", " "],
        [],
    ],
    ids=["highlands", "signs", "eth", "letters of Latin-1 alone", "empty cells", "no cells"],
)
def test_other_odd_looking_columns_are_in_no_old_encoding_either(cells):
    assert found(pa.array(cells, pa.string())).is_trivial


def test_what_is_found_is_said_in_names_and_counts():
    plan = found(["NguyÔn V¨n §øc", "TrÇn ThÞ B×nh", "Lª V¨n Hïng", "Ph¹m ThÞ Hoµ", "Bé", None])
    assert plan.report() == [("full_name", None, TCVN3, True, 4, 5)]
    assert repr(plan).count("Nguy") == 0


def test_evidence_shows_no_cell():
    evidence = EncodingEvidence("full_name")
    evidence.add(pa.array(["NguyÔn V¨n §øc"]))
    assert repr(evidence) == "EncodingEvidence('full_name', rows=1, odd=1)"


def test_a_plan_with_nothing_to_do_gives_the_column_itself():
    column = pa.array(["Nguyễn Văn Đức"])
    assert found(column).decode(column) is column


OLD = {
    Encoding.TCVN3: ("¤ng Ph¹m Thanh L¾m, sinh n¨m: 1975", "Ông Phạm Thanh Lắm, sinh năm: 1975"),
    Encoding.VNI: ("OÂng Nguyeãn Vaên Ñöùc", "Ông Nguyễn Văn Đức"),
    Encoding.UTF8_TWICE: ("Ã”ng LÃª VÄƒn Láº¡c vÃ  bÃ\xa0 LÃª Thá»‹ CÃºc", "Ông Lê Văn Lạc và bà Lê Thị Cúc"),
}


@pytest.mark.parametrize(("encoding", "old", "meant"), [(key, *pair) for key, pair in OLD.items()], ids=list(OLD))
def test_a_single_cell_is_read_back_among_rows_typed_in_unicode(encoding, old, meant):
    cells = pa.array([None, "Nguyễn Văn Đức", old, "Loïc", "Lê Thị Hoà", old])
    for rows in (cells, cells.take(pa.array([5, 4, 3, 2, 1, 0])), cells.slice(1, 3)):
        lone = LoneCells("full_name")
        read = lone.decode(rows, odd_rows(rows))
        assert read.to_pylist() == [meant if cell == old else cell for cell in rows.to_pylist()]
        count = rows.to_pylist().count(old)
        assert lone.report() == [("full_name", None, encoding, False, count, len(rows) - rows.null_count)]


def test_what_is_remembered_of_words_is_bounded_and_changes_nothing(monkeypatch):
    monkeypatch.setattr("vnlink.normalize.encoding_cells._MOST_WORDS", 8)
    lone = LoneCells("full_name")
    for old, meant in list(OLD.values()) * 3:
        assert lone.decode(pa.array([old]), np.zeros(1, np.int64)).to_pylist() == [meant]
        assert len(lone._judge) < 64


def test_words_typed_in_unicode_beside_pasted_ones_stay():
    cells = pa.array(["Bà TrÇn ThÞ B×nh và NguyÔn V¨n §øc", "¤ng Lª V¨n Ba cïng sö dông ®Êt víi bµ Lª ThÞ Hoµ"])
    lone = LoneCells("full_name")
    read = ["Bà Trần Thị Bình và Nguyễn Văn Đức", "Ông Lê Văn Ba cùng sử dụng đất với bà Lê Thị Hoà"]
    assert lone.decode(cells, np.arange(2)).to_pylist() == read


def test_letters_written_as_codes_are_read_and_nothing_else_is_touched():
    cells = pa.array(["Nguy&#7877;n&nbsp;An", None, "L\\u00ea Hoa", "Lê &co; \\udead \\u12 & Ba", "&#99999999;"])
    assert without_escapes(cells).to_pylist() == ["Nguyễn\u00a0An", None, "Lê Hoa", "Lê &co; \\udead \\u12 & Ba", "&#99999999;"]
    lines = pa.array(["Lê Văn Tám\\nVõ Thị Sáu", "Lê<br>Tám<BR/>", "Lê\\năm", "Lê \\r\\n Tám"])
    assert without_escapes(lines).to_pylist() == ["Lê Văn Tám\nVõ Thị Sáu", "Lê\nTám\n", "Lê\\năm", "Lê \n Tám"]
    plain = pa.array(["Lê & Trần", None, ""])
    assert without_escapes(plain) is plain
    for texts in (Glance(), Repair(single_cells=True)):
        done, changed = texts.apply({"full_name": cells})
        assert done["full_name"].to_pylist()[:3] == ["Nguyễn\u00a0An", None, "Lê Hoa"]
        assert changed.tolist() == [True, False, True, False, False]
    assert Repair().apply({"full_name": cells})[0]["full_name"].equals(cells)


def test_no_cell_of_two_foreign_names_is_in_an_old_encoding_by_itself():
    cells = pa.array([f"{one} {other}" for one in FOREIGN for other in FOREIGN])
    assert LoneCells("full_name").decode(cells, odd_rows(cells)) is cells


def test_single_cells_are_read_back_in_a_register_that_is_in_none_and_left_where_nothing_is_wanted(registers):
    names = registers.land["full_name"].to_pylist()[:2000]
    old, meant = OLD[Encoding.TCVN3]
    columns = {"full_name": pa.array([*names, old])}
    for texts in (Glance(), Repair(single_cells=True)):
        done, changed = texts.apply(columns)
        assert done["full_name"].to_pylist() == [*names, meant]
        assert np.flatnonzero(changed).tolist() == [len(names)]
        assert texts.report() == [
            {
                "column": "full_name",
                "commune": None,
                "encoding": "tcvn3",
                "every_cell": False,
                "rows_for": 1,
                "rows": len(names) + 1,
            }
        ]
    assert Repair().apply(columns)[0]["full_name"].to_pylist() == [*names, old]


@pytest.mark.parametrize(
    ("successes", "trials", "beyond"),
    [
        (3, 3, False),
        (4, 4, True),
        (4, 5, False),
        (5, 7, True),
        (5, 8, False),
        (6, 11, True),
        (100, 2000, False),
        (200, 2000, True),
    ],
)
def test_chance_is_counted_in_whole_numbers(successes, trials, beyond):
    assert beyond_chance(successes, trials) is beyond


# The first look at the bytes


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Nguyen Van A", PLAIN),
        ("Hòa Quý Tý Lân Tâm Uông Út", PLAIN),
        ("HOÀ QUÝ TÝ LÂN", PLAIN),
        ("Le Thi\u00a0Hoa", PLAIN),
        ("H'Hen (A) 1+1 a . ? \t", PLAIN),
        ("Nguyễn", UNICODE),
        ("Đ", UNICODE),
        ("Thũng", UNICODE),
        ("Müller Nguyễn", UNICODE),
        ("Le\u0302", UNICODE),
        ("Ksơr", UNICODE),
        ("NguyÔn V¨n", ODD),
        ("Nguyeãn", ODD),
        ("Taùm", ODD),
        ("Hoâng", ODD),
        ("Nguye^n", ODD),
        ("Va(n", ODD),
        ("Tru+", ODD),
        ("la`", ODD),
        ("Hïng", ODD),
        ("V\u0002n", ODD),
        ("Šá", ODD),
        ("ƒ", ODD),
        ("", PLAIN),
    ],
)
def test_a_cell_is_plain_odd_or_typed_in_unicode(cell, kind):
    buffers = string_buffers(pa.array(["éa", cell, "ã^"]))
    kinds, counts = np.zeros(3, np.uint8), np.zeros(2, np.int64)
    scan_cells(buffers.data, buffers.offsets, kinds, counts)
    assert kinds.tolist() == [PLAIN, kind, ODD]
    assert counts.tolist() == [2 + bool(cell), kind == UNICODE]
