"""Plain names: syllables, parts, flags, and every kind of column."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.normalize.names import normalize_name
from vnlink.normalize.owners import parse_name_column
from vnlink.normalize.tokens import Interner
from vnlink.schema import MAX_SYLLABLES, Flag


def _text(name: str) -> str:
    return normalize_name(name).text


@pytest.mark.parametrize(
    ("raw", "text", "reason"),
    [
        ("nguyễn văn hùng", "Nguyễn Văn Hùng", "lower case"),
        ("  NGUYỄN\tVĂN\u00a0 HÙNG ", "Nguyễn Văn Hùng", "capitals, a tab, a no-break space"),
        ("ÐẶNG VĂN ÐỨC", "Đặng Văn Đức", "eth"),
        ("Lê Thị Hoà", "Lê Thị Hòa", "old tone placement"),
        ("Lí Mĩ Kì", "Lý Mỹ Kỳ", "i and y are one"),
        ("Tường Vi", "Tường Vi", "Vi stays Vi"),
        ("Tường Vy", "Tường Vy", "Vy stays Vy"),
        ("H’Hen Niê", "H'Hen Niê", "apostrophe"),
        ("H' Hen Niê", "H'Hen Niê", "apostrophe and a space"),
        ("Y Blơ Niê", "Y Blơ Niê", "prefix"),
        ("Trần-Thị-Mai", "Trần Thị Mai", "hyphens"),
        ("Nguyễn Văn A.", "Nguyễn Văn A", "a full stop"),
        ("Ng. Văn T.", "Ng Văn T", "abbreviations lose their dots"),
        ("Nguye64n", "Nguye64n", "typing keys are not rewritten"),
        ("Nguy\u00adễn Văn\u200b An", "Nguyễn Văn An", "invisible characters"),
        ("H 'Hen Niê", "H'Hen Niê", "a blank before the apostrophe"),
        ("KSƠR H ’ NĂM", "Ksơr H'Năm", "blanks around a curved one"),
        ("Kr ʼJăn", "Kr'Jăn", "a prefix of two letters"),
        ("NguyễnVăn Hùng", "Nguyễn Văn Hùng", "a lost blank before a capital"),
        ("Nguyễn Văn\u200bHùng", "Nguyễn Văn Hùng", "a zero-width space for the blank"),
        ("YThiên Niê", "Y Thiên Niê", "a prefix without its blank"),
        ("McDonald", "Mcdonald", "a capital inside of no two syllables"),
        ("Nguyễn V\u01cen An", "Nguyễn Văn An", "a caron for the breve"),
        ("Lê Thi\u0323\u0307 Hoa", "Lê Thị Hoa", "a dot that Turkish small letters leave"),
        ("Lê Văn d\u0335ức", "Lê Văn Đức", "a d that is struck through"),
        ("Lê V\u0430n \u0410nh", "Lê Van Anh", "a Cyrillic letter among Latin ones"),
        ("Lò Văn Ón (tức Inh)", "Lò Văn Ón", "a second name in brackets"),
        ("Lò Văn Ón tức Inh", "Lò Văn Ón", "a second name"),
        ("Lò Văn Ón, tức: Inh", "Lò Văn Ón", "signs around the word"),
        ("Nguyễn Văn Tức", "Nguyễn Văn Tức", "the word alone may be a name"),
        ("(Nguyễn Văn An)", "Nguyễn Văn An", "the whole name in brackets"),
        ("Lê (Hai) Văn Hùng", "Lê Văn Hùng", "brackets inside"),
        ("", "", "nothing"),
        ("123 !?", "", "no letter"),
    ],
)
def test_a_name_has_one_spelling(raw: str, text: str, reason: str) -> None:
    assert _text(raw) == text, reason


@pytest.mark.parametrize(
    ("name", "family", "middle", "given"),
    [
        ("Nguyễn Văn Hùng", "Nguyễn", "Văn", "Hùng"),
        ("Nguyễn Trần Thị Bích Ngọc", "Nguyễn", "Trần Thị Bích", "Ngọc"),
        ("Lê Hòa", "Lê", "", "Hòa"),
        ("Tuấn", "", "", "Tuấn"),
        ("Tôn Thất Tùng", "Tôn Thất", "", "Tùng"),
        ("Tôn Nữ Thị Ninh", "Tôn Nữ", "Thị", "Ninh"),
        ("Công Tằng Tôn Nữ Mai", "Công Tằng Tôn Nữ", "", "Mai"),
        ("Âu Dương Phong", "Âu Dương", "", "Phong"),
        ("Âu Dương", "Âu", "", "Dương"),
        ("Nguyễn Phước An", "Nguyễn", "Phước", "An"),
        ("H'Hen Niê", "Niê", "", "H'Hen"),
        ("Y Blơ Niê", "Niê", "", "Y Blơ"),
        ("K'Brèm", "", "", "K'Brèm"),
        ("Ksor H'Lan", "Ksor", "", "H'Lan"),
        ("Rơ Mah H'Lan", "Rơ Mah", "", "H'Lan"),
        ("Đinh Thị K'Rể", "Đinh", "Thị", "K'Rể"),
        ("", "", "", ""),
    ],
)
def test_a_name_falls_into_its_parts_alone_and_in_a_column(name: str, family: str, middle: str, given: str) -> None:
    read = normalize_name(name)
    assert (read.family, read.middle, read.given) == (family, middle, given)
    row = normalize_name([name]).to_pylist()[0]
    assert tuple(row[part] or "" for part in ("family", "middle", "given")) == (family, middle, given)
    assert (row["text"] or "", row["folded"] or "", row["toneless"] or "") == (read.text, read.folded, read.toneless)


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("Nguyễn Văn An", ()),
        ("NGUYEN VAN AN", ("NAME_UNMARKED",)),
        ("Ng. Văn An", ("NAME_HAS_INITIAL",)),
        ("Nguye64n Văn An", ("NAME_ODD_CHARACTERS",)),
        ("Nguyễn " * 12, ("NAME_CUT",)),
        ("", ()),
        ("😀 Lê", ("NAME_ODD_CHARACTERS",)),
        ("Lê 😀", ("NAME_ODD_CHARACTERS",)),
        ("Nguyễn Văn An 1965", ("NAME_ODD_CHARACTERS",)),
        ("1ê Văn Đào", ("NAME_ODD_CHARACTERS",)),
        ("079165001234", ("NAME_ODD_CHARACTERS",)),
        ("Lê\x00 Hoà", ("NAME_ODD_CHARACTERS",)),
        ("Lê\x81Hoà", ("NAME_ODD_CHARACTERS",)),
        ("\u202eLê Hoà", ("NAME_ODD_CHARACTERS",)),
        ("\ud800", ("NAME_ODD_CHARACTERS",)),
        ("???", ("NAME_ODD_CHARACTERS",)),
        ("محمد", ("NAME_ODD_CHARACTERS",)),
        ("Lò Văn Ón (tức Inh)", ("NAME_HAS_ALIAS",)),
        ("Lò Văn Ón (đã chết)", ("LEFTOVER",)),
    ],
)
def test_what_was_noticed_is_flagged(name: str, flags: tuple[str, ...]) -> None:
    assert set(normalize_name(name).flags) == set(flags)
    assert normalize_name([name]).field("flags").to_pylist() == [list(normalize_name(name).flags)]


def test_what_may_have_been_meant_stands_beside_the_name() -> None:
    name = normalize_name("Nguye64n Va8n D9u7c1")
    assert name.text == "Nguye64n Va8n D9u7c1"
    assert [(reading.text, reading.kinds) for reading in name.readings] == [("Nguyễn Văn Đức", ("vni",))]
    assert [reading.kinds for reading in normalize_name("NguyÔn V¨n §øc").readings] == [("legacy",)]
    assert normalize_name("Lê Thị Hoà").readings == ()


def test_what_was_written_is_neither_shown_nor_compared() -> None:
    assert normalize_name("LÊ THỊ HOÀ") == normalize_name("Lê Thị Hòa")
    assert "HOÀ" not in repr(normalize_name("LÊ THỊ HOÀ"))


def test_a_long_name_keeps_its_first_two_and_last_six_syllables() -> None:
    assert _text("Một Hai Ba Bốn Năm Sáu Bảy Tám Chín Mười") == "Một Hai Năm Sáu Bảy Tám Chín Mười"


COLUMN = ["Nguyễn Văn An", None, "", "LÊ THỊ HOÀ", "Nguyễn Văn An"]
SPELLED = ["Nguyễn Văn An", None, None, "Lê Thị Hòa", "Nguyễn Văn An"]


def _columns() -> dict[str, object]:
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    strings = pa.array(COLUMN)
    return {
        "list": COLUMN,
        "string": strings,
        "large_string": strings.cast(pa.large_string()),
        "string_view": strings.cast(pa.string_view()),
        "dictionary": strings.dictionary_encode(),
        "chunked": pa.chunked_array([strings.slice(0, 2), strings.slice(2)]),
        "slice": pa.array(["x", *COLUMN, "y"]).slice(1, 5),
        "pandas": pandas.Series(COLUMN),
        "polars": polars.Series(COLUMN),
    }


@pytest.mark.parametrize("kind", list(_columns()))
def test_every_kind_of_column_reads_the_same(kind: str) -> None:
    interner = Interner()
    syllables, flags = parse_name_column(_columns()[kind], interner)
    assert interner.lexicon.render(syllables).to_pylist() == SPELLED
    assert syllables.shape == (5, MAX_SYLLABLES)
    assert flags.tolist() == [0] * 5


def test_a_column_of_nulls_or_of_nothing_is_read() -> None:
    interner = Interner()
    assert (parse_name_column(pa.nulls(3), interner)[0] == -1).all()
    assert len(parse_name_column(pa.array([], type=pa.string()), interner)[0]) == 0
    assert len(parse_name_column(pa.chunked_array([], type=pa.string()), interner)[0]) == 0


def test_a_column_that_has_no_text_is_refused_without_showing_it() -> None:
    with pytest.raises(InputError, match="must be text") as caught:
        parse_name_column(pa.array([[987654]]), Interner())
    assert "987654" not in str(caught.value)
    with pytest.raises(InputError):
        parse_name_column([b"bytes"], Interner())


def test_one_interner_gives_both_registers_the_same_numbers() -> None:
    interner = Interner()
    left, _ = parse_name_column(["Lê Thị Hoà"], interner)
    right, _ = parse_name_column(["LÊ THỊ HÒA"], interner)
    assert left.tolist() == right.tolist()


def test_many_distinct_words_make_the_tables_grow() -> None:
    interner = Interner()
    letters = "bcdghklmnpqrstvx"
    names = [f"{a}a{b} {c}o{d}" for a in letters for b in letters for c in letters for d in letters]
    names = [f"{name}{'i' * (place % 7)}{'u' * (place // 7 % 11)}" for place, name in enumerate(names)]
    syllables, _ = parse_name_column(names, interner)
    assert len(interner) > 16_384
    again, _ = parse_name_column(names[::-1], interner)
    assert np.array_equal(syllables, again[::-1])
    assert interner.lexicon.render(syllables[-1:]).to_pylist()[0].lower() == names[-1]


@pytest.mark.parametrize(
    "cell",
    [
        "á" * 600_000,
        "a" + "\u0301" * 100_000,
        "Lê " * 400_000,
        "😀" * 200_000,
        "\x00\x01\x1f",
        "\u202eLê",
        "?" * 100_000,
        "'" * 9_000,
    ],
)
def test_a_cell_of_a_megabyte_is_cut_and_flagged(cell: str) -> None:
    syllables, flags = parse_name_column([cell, "Lê Hoà"], interner := Interner())
    assert bool(flags[0] & Flag.NAME_CUT) == (len(cell) > 4096)
    assert interner.lexicon.render(syllables[1:]).to_pylist() == ["Lê Hòa"]


def test_unpaired_surrogates_are_no_accident() -> None:
    assert normalize_name("L\udcc3ê Hoà").text
    assert normalize_name(["L\udcc3ê Hoà"]).field("text").to_pylist()[0]


def test_composed_and_decomposed_columns_read_the_same() -> None:
    names = ["Nguyễn Thị Hằng", "Ê Đê Mlô", "Đoàn Ngọc Yến"]
    forms = [[unicodedata.normalize(form, name) for name in names] for form in ("NFC", "NFD")]
    interner = Interner()
    assert parse_name_column(forms[0], interner)[0].tolist() == parse_name_column(forms[1], interner)[0].tolist()


LOST = [
    ("Phan Thi?Lan", "Phan Thi Lan", "two whole syllables: a blank was lost"),
    ("PHAN THI?LAN", "Phan Thi Lan", "in capitals as well"),
    ("Nguyễn?Văn?An", "Nguyễn Văn An", "no-break spaces became question marks"),
    ("Phan Thi\ufffdLan", "Phan Thi Lan", "the other sign for a lost character"),
    ("Lê Mai?Anh", "Lê Mai Anh", "four vowels side by side are no syllable"),
    ("Lê Th?Lan", "Lê Th Lan", "a letter was lost, and the capital begins a word"),
    ("Nguy?n V?n An", "Nguyn Vn An", "a letter with a mark was lost inside of each word"),
    ("Nguy?N V?N An", "Nguyn Vn An", "capitals behind the sign are those of a program"),
    ("Trần Minh Hi?u", "Trần Minh Hiu", "i, a lost vowel and u are one group: Hiếu, Hiệu"),
    ("Lê Th? Th?Y", "Lê Th Thy", "Thủy, with the capital of a program"),
    ("Bùi Văn Lo?i", "Bùi Văn Loi", "Loại or Lợi; i is no word of its own"),
    ("Lê Văn An?", "Lê Văn An", "nothing follows: somebody was not sure"),
]


@pytest.mark.parametrize(("written", "text", "reason"), LOST)
def test_a_question_mark_parts_words_where_two_syllables_are_whole(written: str, text: str, reason: str) -> None:
    name = normalize_name(written)
    assert name.text == text, reason
    assert "NAME_ODD_CHARACTERS" in name.flags
    assert normalize_name([written]).field("text").to_pylist() == [text]
