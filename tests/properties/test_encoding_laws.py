"""Laws of old encodings: what is written in one is read back, and a column is decoded only by its own.

The encoders are here and nowhere else: vnlink reads old encodings and never writes them.
"""

from __future__ import annotations

import random
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vnlink.normalize.cells import string_buffers
from vnlink.normalize.encoding_kernels import ODD, scan_cells
from vnlink.normalize.encoding_tables import TCVN3, VISCII
from vnlink.normalize.encoding_verdict import Judge
from vnlink.normalize.encodings import Encoding, EncodingEvidence, decode_text
from vnlink.normalize.phonotactics import ONSETS, RIMES, is_syllable

TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
SHAPES = "\u0302\u0306\u031b"


def all_syllables():
    """Every onset with every rime in every tone, the mark where today's spelling puts it."""
    for onset in sorted(ONSETS):
        for vowels, codas in RIMES.items():
            for coda in sorted(codas):
                for tone in TONES:
                    place = next((i for i, v in reversed(list(enumerate(vowels))) if v in "ăâêôơư"), None)
                    if place is None:
                        place = len(vowels) - 1 if coda else (1 if len(vowels) == 3 else 0)
                    text = onset + vowels[: place + 1] + tone + vowels[place + 1 :] + coda
                    syllable = unicodedata.normalize("NFC", text)
                    if is_syllable(syllable):
                        yield syllable


SYLLABLES = sorted(set(all_syllables()))


# Encoders


def taken_apart(text):
    """Letters of a text as (letter, mark of the vowel, tone)."""
    for char in unicodedata.normalize("NFC", text):
        letter, *marks = unicodedata.normalize("NFD", char)
        yield letter, "".join(m for m in marks if m in SHAPES), "".join(m for m in marks if m in TONES[1:])


VNI_TONES = dict(zip(TONES[1:], "øùûõï", strict=True))
VNI_CIRCUMFLEX = dict(zip(TONES, "âàáåãä", strict=True))
VNI_BREVE = dict(zip(TONES, "êèéúüë", strict=True))
VNI_I = dict(zip(TONES, "iìíæóò", strict=True))


def to_vni(text):
    out = []
    for letter, shape, tone in taken_apart(text):
        small = letter.lower()
        if small == "i":
            code = VNI_I[tone]
        elif small == "y" and tone == TONES[5]:
            code = "î"
        elif small == "đ":
            code = "ñ"
        elif shape == "\u031b":
            code = {"o": "ô", "u": "ö"}[small] + VNI_TONES.get(tone, "")
        elif shape:
            code = small + (VNI_CIRCUMFLEX if shape == "\u0302" else VNI_BREVE)[tone]
        else:
            code = small + VNI_TONES.get(tone, "")
        out.append(code.upper() if letter.isupper() else code)
    return "".join(out)


VIQR_SIGNS = {"\u0302": "^", "\u0306": "(", "\u031b": "+", **dict(zip(TONES[1:], "`'?~.", strict=True))}


def to_viqr(text):
    text = text.replace("đ", "dd").replace("Đ", "DD")
    return "".join(letter + "".join(VIQR_SIGNS[mark] for mark in shape + tone) for letter, shape, tone in taken_apart(text))


TO_TCVN3 = {letter: chr(code) for code, letter in TCVN3.items() if code > 0xA0 and letter.islower()}
TO_TCVN3 |= {letter: chr(code) for code, letter in TCVN3.items() if letter in "ĂÂÊÔƠƯĐ"}
TO_VISCII = {letter: chr(code) for code, letter in VISCII.items() if code < 0x100}


def to_tcvn3(text):
    """As the ABC fonts have it: a capital with a tone is the code of the small letter."""
    text = unicodedata.normalize("NFC", text)
    return "".join(char if char.isascii() else TO_TCVN3.get(char) or TO_TCVN3[char.lower()] for char in text)


def to_viscii(text):
    text = unicodedata.normalize("NFC", text)
    return "".join(char if char.isascii() else TO_VISCII[char] for char in text)


def shown_as_windows(text):
    """Characters U+0080 to U+009F as Windows-1252 shows them; its undefined codes stay."""
    return "".join(bytes([ord(char)]).decode("cp1252", "ignore") or char if 0x80 <= ord(char) < 0xA0 else char for char in text)


def to_utf8_twice(text):
    return unicodedata.normalize("NFC", text).encode("utf-8").decode("latin-1")


ENCODERS = {
    "tcvn3": (Encoding.TCVN3, to_tcvn3),
    "vni": (Encoding.VNI, to_vni),
    "viscii": (Encoding.VISCII, to_viscii),
    "viscii by windows": (Encoding.VISCII, lambda text: shown_as_windows(to_viscii(text))),
    "viqr": (Encoding.VIQR, to_viqr),
    "utf-8 by latin-1": (Encoding.UTF8_TWICE, to_utf8_twice),
    "utf-8 by windows": (Encoding.UTF8_TWICE, lambda text: shown_as_windows(to_utf8_twice(text))),
}
encoders = pytest.mark.parametrize("name", ENCODERS)


# What is written is read


def test_there_are_as_many_syllables_as_the_literature_says():
    """About 18,000 are possible [1]_; final k and the spellings that are kept apart here add to them."""
    assert 17_000 < len(SYLLABLES) < 22_000


@encoders
@pytest.mark.parametrize("style", [str, str.upper, str.title])
def test_every_syllable_is_read_back(name, style):
    encoding, encode = ENCODERS[name]
    wrong = []
    for syllable in SYLLABLES:
        text = style(syllable)
        if name == "viqr" and text[0] in "ạẹịọụỵẠẸỊỌỤỴ" and not text[1:].islower():
            continue  # "A." is an initial, and "A.M" are two
        read = decode_text(encode(text), encoding)
        if encoding is Encoding.TCVN3:  # a font of capitals has no codes of its own
            read, text = read.lower(), text.lower()
        if read != text:
            wrong.append((text, read))
    assert wrong == []


@encoders
def test_every_old_spelling_of_a_tone_is_read_back(name):
    encoding, encode = ENCODERS[name]
    for text in ("hoà", "thuý", "khoẻ", "hùynh", "qúy", "tòan", "gìa"):
        assert decode_text(encode(text), encoding) == text


# Columns

FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Đào Tạ Lâm Cao".split()  # noqa: SIM905
MIDDLES = "Văn Thị Đức Hữu Ngọc Minh Thanh Xuân Quang Công Kim Đình Thế Hồng Bá Mạnh Như Phước".split()  # noqa: SIM905
GIVENS = (  # noqa: SIM905
    "Hùng Hòa Hoa Lan Bình Dũng Tuấn Anh Thảo Hương Nga Đức Sơn Mùi Tỵ Sửu Út Nở Lành Bảy Tám Tư Phúc Lộc Thọ Hạnh Yến Oanh "
    "Thúy Quý Khỏe Giang Nghĩa Trường Quyền Nhân Ngọc Vượng Thắng Tiến Cường Khánh Vân Trúc Liễu Điệp"
).split()
full_names = st.builds(lambda *words: " ".join(words), *(st.sampled_from(words) for words in (FAMILIES, MIDDLES, GIVENS)))
columns = st.lists(full_names, min_size=5, max_size=40, unique=True)


def some_names(count, seed=1):
    rng = random.Random(seed)
    names = sorted({" ".join(rng.choice(words) for words in (FAMILIES, MIDDLES, GIVENS)) for _ in range(2 * count)})
    rng.shuffle(names)
    return names[:count]


def plan_of(cells, groups=None, size=10_000):
    evidence = EncodingEvidence("full_name")
    for first in range(0, len(cells), size):
        part = None if groups is None else pa.array(groups[first : first + size], pa.string())
        evidence.add(pa.array(cells[first : first + size], pa.string()), part)
    return evidence.plan()


def marked_words(names):
    return {word for name in names for word in name.split() if not word.isascii()}


@given(st.sampled_from(sorted(ENCODERS)), columns)
def test_a_column_of_five_names_that_tell_and_two_that_tell_it_alone_is_read_by_its_own_encoding(name, names):
    encoding, encode = ENCODERS[name]
    cells = [encode(text) for text in names]
    buffers, kinds = string_buffers(pa.array(cells)), np.empty(len(cells), np.uint8)
    scan_cells(buffers.data, buffers.offsets, kinds, np.zeros(2, np.int64))
    # "HÕnh" could be typed as it is, and so could "Pha.m": such cells are not looked at.
    assume((kinds == ODD).all())
    judge = Judge()
    spoken = {cell: [one for one in Encoding if judge.words_for(cell, one)] for cell in cells}
    assume(len(spoken) >= 5)
    assume(all(encoding in found for found in spoken.values()))
    # "Vån" is Văn in VISCII and Vồn in TCVN3: of a column of such words nobody knows.
    assume(sum(found == [encoding] for found in spoken.values()) >= 2)
    assume(len(set().union(*(judge.words_for(cell, encoding) for cell in cells))) >= 3)
    plan = plan_of(cells)
    assert [(one.encoding, one.whole) for one in plan.report()] == [(encoding, True)]
    assert [text.lower() for text in plan.decode(pa.array(cells)).to_pylist()] == [text.lower() for text in names]


FIVE = ["Nguyễn Văn Đức", "Trần Thị Bình", "Lê Hữu Thắng", "Phạm Thị Hạnh", "Võ Đình Sơn"]


@encoders
@pytest.mark.parametrize("style", [str, str.upper])
def test_five_names_are_enough(name, style):
    encoding, encode = ENCODERS[name]
    assert [one.encoding for one in plan_of([encode(style(text)) for text in FIVE]).report()] == [encoding]


@given(st.sampled_from(sorted(ENCODERS)), st.lists(full_names, min_size=1, max_size=40))
def test_no_column_is_ever_read_by_another_encoding(name, names):
    encoding, encode = ENCODERS[name]
    for style in (str, str.upper):
        plan = plan_of([encode(style(text)) for text in names])
        assert {one.encoding for one in plan.report()} <= {encoding}


FOREIGN = [
    "José García",
    "François Müller",
    "Loïc Noël",
    "Anaïs Zoë",
    "Đặng Ñ",
    "Niño Peña",
    "Y Blơ Niê",
    "H'Ñuăi Êban",
    "Ayŭn Ksơr",
]
unicode_cells = st.one_of(full_names, st.sampled_from(FOREIGN), st.text(alphabet="àáâãèéêìíòóôõùúýđ aeiouynth", max_size=20))


@given(st.lists(unicode_cells, min_size=1, max_size=60), st.sampled_from(["NFC", "NFD"]))
def test_a_column_in_unicode_comes_back_as_it_is(names, form):
    cells = pa.array([unicodedata.normalize(form, name) for name in names])
    plan = plan_of(cells.to_pylist(), groups=["01"] * len(names))
    assert plan.is_trivial
    assert plan.decode(cells) is cells


@given(
    st.lists(full_names.map(lambda name: unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()), max_size=60)
)
def test_a_column_without_marks_comes_back_as_it_is(names):
    assert plan_of(names).is_trivial


@given(st.lists(st.text(max_size=30), max_size=30))
def test_any_text_is_counted_and_decoded_without_an_error(texts):
    cells = [text.encode("utf-8", "replace").decode() for text in texts]
    plan = plan_of(cells, groups=["1"] * len(cells))
    assert len(plan.decode(pa.array(cells, pa.string()), pa.array(["1"] * len(cells), pa.string()))) == len(cells)
    for encoding in Encoding:
        for cell in cells:
            decode_text(cell, encoding)


@given(st.sampled_from(sorted(ENCODERS)), st.randoms(use_true_random=False), st.integers(1, 200))
def test_neither_the_order_of_rows_nor_batches_change_what_is_found(name, rng, size):
    _, encode = ENCODERS[name]
    old, new = some_names(60, 3), some_names(140, 4)
    rows = [(encode(text), "001") for text in old] + [(text, "002") for text in new] + [(encode(old[0]), None)]
    first = plan_of(*map(list, zip(*rows, strict=True))).report()
    rng.shuffle(rows)
    cells, groups = map(list, zip(*rows, strict=True))
    assert plan_of(cells, groups, size).report() == first


@encoders
def test_one_commune_of_many_is_decoded_and_the_others_are_left(name):
    encoding, encode = ENCODERS[name]
    rows = [(text, f"{i % 7:05d}") for i, text in enumerate(some_names(700))]
    cells = [encode(text) if group == "00003" else text for text, group in rows]
    groups = [group for _, group in rows]
    plan = plan_of(cells, groups)
    assert [(one.group, one.encoding, one.whole) for one in plan.report()] == [("00003", encoding, True)]
    read = plan.decode(pa.array(cells), pa.array(groups)).to_pylist()
    assert [text.lower() for text in read] == [text.lower() for text, _ in rows]


def test_two_communes_may_have_two_encodings():
    names = some_names(60)
    cells = [to_tcvn3(text) for text in names[:30]] + [to_vni(text) for text in names[30:]]
    groups = ["1"] * 30 + ["2"] * 30
    plan = plan_of(cells, groups)
    assert [(one.group, one.encoding) for one in plan.report()] == [("1", Encoding.TCVN3), ("2", Encoding.VNI)]
    assert plan.decode(pa.array(cells), pa.array(groups)).to_pylist() == names
    assert plan_of(cells).is_trivial, "without groups neither is most of the column"


@encoders
def test_one_odd_cell_never_decides_for_its_commune(name):
    _, encode = ENCODERS[name]
    names = some_names(40)
    for place in range(0, 40, 13):
        cells = [encode(text) if i == place else text for i, text in enumerate(names)]
        assert plan_of(cells, ["1"] * 40).is_trivial
    assert plan_of([encode(names[0])] * 40, ["1"] * 40).is_trivial, "one cell however often"


@encoders
def test_rows_of_two_eras_in_one_commune_are_both_read(name):
    encoding, encode = ENCODERS[name]
    names = some_names(400)
    old = [i for i, text in enumerate(names) if i % 4 == 0 and len(marked_words([text])) >= 2]
    cells = [encode(text) if i in set(old) else text for i, text in enumerate(names)]
    plan = plan_of(cells)
    assert [(one.encoding, one.whole) for one in plan.report()] == [(encoding, False)]
    read = plan.decode(pa.array(cells)).to_pylist()
    read = [text.title() for text in read]
    assert [i for i in range(400) if read[i] != names[i] and i not in old] == []
    assert sum(read[i] == names[i] for i in old) >= 0.95 * len(old)
