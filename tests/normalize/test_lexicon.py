"""The table of syllables and the hashes made of it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from vnlink.hashing import combine, hash_bytes, hash_text, mix64
from vnlink.normalize.lexicon import Form, Lexicon, name_hash
from vnlink.normalize.text import fold


def _rows(lexicon: Lexicon, *names: str) -> np.ndarray:
    rows = np.full((len(names), 8), -1, dtype=np.int32)
    for row, name in zip(rows, names, strict=True):
        numbers = [lexicon.intern(syllable) for syllable in name.split()]
        row[: len(numbers)] = numbers
    return rows


def test_one_syllable_has_one_number_however_it_is_written() -> None:
    lexicon = Lexicon()
    assert {lexicon.intern(text) for text in ("Thuý", "THÚY", "thu\u0301y", "thuy\u0301")} == {0}
    assert len(lexicon) == 1


def test_a_text_without_a_letter_has_no_number() -> None:
    assert Lexicon().intern("123") == -1


@pytest.mark.parametrize("text", ["", "a", "Nguyễn", "ẵ" * 100])
def test_compiled_and_plain_hash_agree(text: str) -> None:
    data = np.frombuffer(text.encode() or b"\0", dtype=np.uint8)
    assert hash_bytes(data, 0, len(text.encode())) == hash_text(text)


def test_hashes_are_pinned_because_keys_and_ties_hang_on_them() -> None:
    assert hash_text("") == 0xF52A15E9A9B5E89B
    assert hash_text("nguyen") == 14756548139061887730


def test_hashes_do_not_depend_on_the_order_of_meeting() -> None:
    names = ["trần văn hòa", "nguyễn thị đào", "lê hoà"]
    forth, back = Lexicon(), Lexicon()
    first = name_hash(_rows(forth, *names), forth.arrays())
    for name in reversed(names):
        _rows(back, name)
    assert first.tolist() == name_hash(_rows(back, *names), back.arrays()).tolist()


def test_the_hash_of_a_name_ignores_marks_and_minds_the_order() -> None:
    lexicon = Lexicon()
    hashes = name_hash(_rows(lexicon, "lê văn đức", "le van duc", "văn lê đức", "lê lê", "lê"), lexicon.arrays()).tolist()
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4


def test_no_name_hashes_to_zero_and_no_other_name_does() -> None:
    lexicon = Lexicon()
    hashes = name_hash(_rows(lexicon, "", "lê"), lexicon.arrays())
    assert hashes[0] == 0
    assert hashes[1] != 0


def test_columns_say_what_they_say_they_say() -> None:
    lexicon = Lexicon()
    for syllable in ("nguyễn", "nguyên", "nguyen", "đ", "h'"):
        lexicon.intern_clean(syllable)
    arrays = lexicon.arrays()
    assert arrays.tone.tolist() == [4, 0, 0, 0, 0]
    assert arrays.shapes.tolist() == [2 << 8, 2 << 8, 0, 1, 0]
    assert arrays.doublet.tolist() == [0, 0, 0, 0, 0]
    assert arrays.is_initial.tolist() == [0, 0, 0, 1, 0]
    assert arrays.is_built.tolist() == [1, 1, 1, 0, 0]
    assert arrays.length.tolist() == [6, 6, 6, 1, 1]
    assert arrays.fold_id.tolist() == [0, 0, 0, 1, 2]
    assert len(set(arrays.fold_hash[:3].tolist())) == 1
    assert int(arrays.packed[0]).to_bytes(8, "little") == b"nguyen\0\0"


def test_the_table_grows_and_keeps_what_it_has() -> None:
    lexicon = Lexicon()
    texts = [f"{first}{second}{third}a" for first in "bcdghklm" for second in "aeiouy" * 8 for third in "abcdefghijklmnop"]
    numbers = [lexicon.intern_clean(text + str(place)) for place, text in enumerate(texts)]
    assert numbers == list(range(len(texts)))
    assert len(texts) > 4096
    assert int(lexicon.arrays().fold_hash[0]) == hash_text(fold(lexicon.text(0)))


def test_names_are_rendered_in_three_forms() -> None:
    lexicon = Lexicon()
    rows = _rows(lexicon, "h' hen niê", "", "đặng văn ứng")
    assert lexicon.render(rows).to_pylist() == ["H'Hen Niê", None, "Đặng Văn Ứng"]
    assert lexicon.render(rows, Form.TONELESS).to_pylist() == ["h'hen niê", None, "đăng văn ưng"]
    assert lexicon.render(rows, Form.FOLDED).to_pylist() == ["h hen nie", None, "dang van ung"]
    assert lexicon.render(rows[:0]).to_pylist() == []


def test_combining_minds_the_order() -> None:
    one, two = np.uint64(1), np.uint64(2)
    assert combine(one, two) != combine(two, one)
    assert mix64(np.uint64(0)) == 0


def test_kernels_give_the_same_run_as_plain_python() -> None:
    program = (
        "from vnlink.normalize.tokens import Interner\n"
        "from vnlink.normalize.owners import parse_owner_column\n"
        "from vnlink.normalize.lexicon import name_hash\n"
        "i = Interner()\n"
        "names = ['Hộ ông: Lê Văn Tám (đã chết) và vợ là bà: Võ Thị Sáu, CMND 271234567', 'Chùa Linh Sơn', None]\n"
        "o = parse_owner_column(names, i)\n"
        "print(o.kind.tolist(), o.role.tolist(), o.flags.tolist(), o.old_id.tolist())\n"
        "print(i.lexicon.render(o.syllables).to_pylist())\n"
        "print(name_hash(o.syllables, i.lexicon.arrays()).tolist())\n"
    )
    outputs = []
    for disabled in ("0", "1"):
        environment = os.environ | {"NUMBA_DISABLE_JIT": disabled, "PYTHONWARNINGS": "error"}
        run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
        outputs.append(run.stdout)
    assert outputs[0] == outputs[1]
