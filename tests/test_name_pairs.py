"""Two names beside each other: which syllables belong together, and what a clerk calls it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink import compare_names

SWAPS = [
    ("Nguyễn Văn An", "Nguyễn An Văn", "different", "middle and given name exchanged"),
    ("Nguyen Van An", "Nguyễn An Văn", "different", "middle and given name exchanged"),
    ("Nguyễn Đình An", "Nguyễn An Đình", "maybe", "middle and given name exchanged"),
    ("Lê Lam Nam", "Lê Nam Lam", "different", "middle and given name exchanged"),
    ("Nguyễn Thị Kim Liên", "Nguyễn Liên Thị Kim", "different", "middle and given name exchanged"),
    ("Tôn Thất Minh Quang", "Tôn Thất Quang Minh", "different", "middle and given name exchanged"),
    ("Lê Hoàng Minh Nhật", "Lê Minh Hoàng Nhật", "maybe", "middle names in another order"),
    ("Trần Thị Thảo", "Thảo, Trần Thị", "maybe", "the family name in another place"),
]


@pytest.mark.parametrize(("left", "right", "verdict", "words"), SWAPS)
def test_the_same_syllables_in_another_order_are_called_so(left: str, right: str, verdict: str, words: str) -> None:
    for found in (compare_names(left, right), compare_names(right, left)):
        assert (found.verdict, "swapped" in found.kinds, "slip" in found.kinds) == (verdict, True, False)
        assert words in found.english
        assert any("swapped" in pair.kinds for pair in found.syllables)


def test_an_exchange_is_told_in_vietnamese_too() -> None:
    assert compare_names("Nguyễn Văn An", "Nguyễn An Văn").vietnamese == "hai tên khác nhau: đổi chỗ chữ đệm và tên"


def test_an_exchange_is_a_level_of_its_own_for_links() -> None:
    assert compare_names(["Nguyễn Văn An"], ["Nguyễn An Văn"]).to_pylist() == ["swapped"]


SYLLABLES = ["Nguyễn", "Lê", "Văn", "An", "Vân", "Thị", "Thi", "Kim", "Kìm", "Hoa", "Hòa", "Nam", "Lam"]


@given(st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=5, unique=True), st.data())
def test_every_syllable_of_a_reordered_name_stands_beside_itself(words: list[str], data: st.DataObject) -> None:
    found = compare_names(" ".join(words), " ".join(data.draw(st.permutations(words))))
    pairs = [(pair.left, pair.right) for pair in found.syllables]
    if "swapped" in found.kinds:
        assert pairs == [(word, word) for word in words]
    assert sorted(left for left, _ in pairs if left) == sorted(words)


SPACED = [
    ("HHen Niê", "H'Hen Niê", "same", "exact", "the apostrophe of a prefix is lost"),
    ("HHEN NIE", "H'Hen Niê", "maybe", "unmarked", "and all marks with it"),
    ("Ksor HLan", "Ksor H'Lan", "same", "exact", "the prefix of a given name that stands last"),
    ("Khen Niê", "K'Hen Niê", "same", "exact", "without its apostrophe the prefix makes a Vietnamese syllable"),
    ("Thạch Sarây", "Thạch Sa Rây", "same", "exact", "a Khmer given name in one word"),
    ("THACH SARAY", "Thạch Sa Rây", "maybe", "unmarked", "r and s are no keys of Telex where the letters are the other's"),
    ("Điểu Klũng", "Điểu K'Lung", "maybe", "given_mark_lost", "a mark is missing besides"),
    ("L ê Thị Hạnh", "Lê Thị Hạnh", "same", "exact", "a blank fell into the family name"),
    ("Nguyễn T. An", "Nguyễn Tan", "different", "different", "an initial is not the first letter of what follows"),
    ("Nguyễn Văn Tú Ân", "Nguyễn Văn Tuấn", "different", "given_differs", "two syllables that make one stay two"),
    ("NGUYEN VAN TU AN", "NGUYEN VAN TUAN", "different", "given_differs", "without marks as well"),
]


@pytest.mark.parametrize(("left", "right", "verdict", "level", "reason"), SPACED)
def test_letters_parted_otherwise_are_compared_as_letters(left: str, right: str, verdict: str, level: str, reason: str) -> None:
    for one, other in ((left, right), (right, left)):
        found = compare_names(one, other)
        assert (found.verdict, found.level) == (verdict, level), reason
        assert compare_names([one], [other]).to_pylist() == [level]


PREFIXES = [
    ("Hen Niê", "H'Hen Niê", "maybe", ("middle_dropped",)),
    ("Blơ Niê", "Y Blơ Niê", "maybe", ("middle_dropped",)),
    ("Brèm", "K'Brèm", "maybe", ("middle_dropped",)),
    ("Nhét", "A Nhét", "maybe", ("middle_dropped",)),
    ("Ksor Lan", "Ksor H'Lan", "maybe", ("middle_dropped",)),
    ("Y Hen Niê", "H'Hen Niê", "different", ("different",)),
]


@pytest.mark.parametrize(("left", "right", "verdict", "kinds"), PREFIXES)
def test_a_prefix_is_left_out_like_a_middle_name_but_another_makes_another_name(
    left: str, right: str, verdict: str, kinds: tuple[str, ...]
) -> None:
    for found in (compare_names(left, right), compare_names(right, left)):
        assert (found.verdict, found.kinds) == (verdict, kinds)


def test_a_family_is_written_with_i_or_y_and_a_given_name_is_not() -> None:
    assert compare_names("Vi Văn Thượng", "Vy Văn Thượng").kinds == ("doublet",)
    assert compare_names("Nguyễn Tường Vi", "Nguyễn Tường Vy").verdict == "different"
