"""One syllable: tone, place of the tone mark, i and y, regional sounds."""

import unicodedata

import pytest

from vnlink.normalize.phonotactics import RIMES
from vnlink.normalize.syllables import VOWEL_GROUPS, canonical_syllable, is_initial, parts_of, regional_form, tone_of
from vnlink.normalize.text import TONE_MARKS, drop_tone, fold

# Every vowel group of Vietnamese with an onset and, where it needs one, a coda; the bar stands before the vowel with the tone.
SPELLED = [
    "b|a",
    "l|an",
    "|anh",
    "b|ăc",
    "c|ăn",
    "c|ân",
    "b|âu",
    "b|e",
    "|en",
    "b|ê",
    "|ênh",
    "b|i",
    "t|in",
    "l|y",
    "b|o",
    "c|on",
    "b|ô",
    "c|ôn",
    "b|ơ",
    "s|ơn",
    "b|u",
    "h|ung",
    "b|ư",
    "h|ưng",
    "b|ai",
    "c|ao",
    "c|au",
    "c|ay",
    "c|ây",
    "k|eo",
    "k|êu",
    "k|iu",
    "l|ia",
    "t|ia",
    "l|oi",
    "t|oi",
    "t|ôi",
    "t|ơi",
    "l|ui",
    "t|ưi",
    "h|ưu",
    "c|ua",
    "c|ưa",
    "th|uy",
    "h|oa",
    "kh|oe",
    "h|ue",
    "hu|ê",
    "thu|ơ",
    "ho|an",
    "ho|ăng",
    "tu|ân",
    "xo|en",
    "hu|yn",
    "hu|ynh",
    "li|ên",
    "ti|êu",
    "y|ên",
    "y|êu",
    "mu|ôn",
    "ru|ôi",
    "lư|ơng",
    "bư|ơi",
    "hư|ơu",
    "ngo|ai",
    "xo|ay",
    "ngo|eo",
    "ngo|ao",
    "bo|ong",
    "khu|ya",
    "khu|yu",
    "nguy|ên",
    "tuy|êt",
    "khu|ây",
    "qu|a",
    "qu|ê",
    "qu|y",
    "qu|i",
    "qu|ang",
    "quy|ên",
    "gi|a",
    "gi|ang",
    "gi|êng",
    "gi|ư",
    "g|i",
    "g|in",
]


def _with_tone(group: str, tone: int) -> str:
    """The syllable with the tone mark where the bar shows."""
    before, after = group.split("|")
    mark = TONE_MARKS[tone - 1] if tone else ""
    return unicodedata.normalize("NFC", before + after[:1] + mark + after[1:])


@pytest.mark.parametrize("group", SPELLED)
def test_every_tone_on_every_vowel_group_is_read_and_put_in_its_place(group: str) -> None:
    plain = _with_tone(group, 0)
    for tone in range(6):
        right = canonical_syllable(_with_tone(group, tone))
        assert tone_of(right) == tone
        assert fold(right).replace("y", "i") == fold(plain).replace("y", "i")
        assert drop_tone(right).replace("y", "i") == plain.replace("y", "i")
        if not group.endswith("|i"):
            assert right == _with_tone(group, tone)


@pytest.mark.parametrize("group", SPELLED)
def test_a_tone_mark_on_any_vowel_of_the_group_comes_to_its_place(group: str) -> None:
    plain = _with_tone(group, 0)
    parts = parts_of(plain)
    assert parts is not None
    start = len(parts.onset)
    for tone in range(1, 6):
        for place in range(start, start + len(parts.vowels)):
            moved = unicodedata.normalize("NFC", plain[: place + 1] + TONE_MARKS[tone - 1] + plain[place + 1 :])
            assert canonical_syllable(moved) == canonical_syllable(_with_tone(group, tone))


@pytest.mark.parametrize(
    ("one", "other"),
    [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("hùynh", "huỳnh"), ("tòan", "toàn"), ("qúy", "quý"), ("gìa", "già")],
)
def test_old_new_and_misplaced_tone_marks_are_one_spelling(one: str, other: str) -> None:
    assert canonical_syllable(one) == canonical_syllable(other)


@pytest.mark.parametrize(
    ("one", "other"), [("lý", "lí"), ("mỹ", "mĩ"), ("kỳ", "kì"), ("quý", "quí"), ("sỹ", "sĩ"), ("vỹ", "vĩ")]
)
def test_i_and_y_are_one_where_they_are_one_sound_of_a_name(one: str, other: str) -> None:
    assert canonical_syllable(one) == canonical_syllable(other)


@pytest.mark.parametrize(("one", "other"), [("vy", "vi"), ("thy", "thi"), ("thuy", "thui"), ("tay", "tai"), ("huy", "hui")])
def test_i_and_y_differ_where_they_tell_names_apart(one: str, other: str) -> None:
    assert canonical_syllable(one) != canonical_syllable(other)


def test_the_groups_of_vowels_are_those_of_the_rimes() -> None:
    assert set(RIMES) == VOWEL_GROUPS
    vowels = {parts.vowels for parts in map(parts_of, (_with_tone(group, 0) for group in SPELLED)) if parts}
    assert vowels >= VOWEL_GROUPS, "every group is in the table of tones"


def test_no_tone_is_moved_in_a_word_that_is_no_syllable() -> None:
    assert canonical_syllable("hưoàng") == "hưoàng"


@pytest.mark.parametrize("word", ["rơmah", "siu", "êban", "mlô", "kbuôr", "xyz", "a", "nguye64n", "h'", "tôn-nữ"])
def test_words_of_another_build_are_left_alone(word: str) -> None:
    assert canonical_syllable(word) == word


@pytest.mark.parametrize("word", ["t", "ng", "th", "đ", "ph", "tr"])
def test_consonants_alone_are_initials(word: str) -> None:
    assert is_initial(word)


@pytest.mark.parametrize("word", ["y", "a", "an", "h'", "ngh6", "ông"])
def test_vowels_and_prefixes_are_no_initials(word: str) -> None:
    assert not is_initial(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [("nam", "lam"), ("sinh", "xinh"), ("trang", "chan"), ("dung", "vung"), ("giang", "rang"), ("tất", "tấc"), ("bích", "bít")],
)
def test_sounds_that_regions_confuse_share_a_key(one: str, other: str) -> None:
    assert regional_form(one) == regional_form(other)


@pytest.mark.parametrize(("one", "other"), [("nam", "nan"), ("hoa", "hao"), ("minh", "ninh"), ("ngân", "nhân")])
def test_other_sounds_keep_different_keys(one: str, other: str) -> None:
    assert regional_form(one) != regional_form(other)


@pytest.mark.parametrize(
    ("late", "word"), [("đuć", "đúc"), ("ngoć", "ngóc"), ("thaḿ", "thám"), ("nguyêń", "nguyến"), ("hoaǹg", "hoàng")]
)
def test_a_tone_that_was_typed_behind_the_consonant_goes_back_to_its_vowel(late: str, word: str) -> None:
    assert canonical_syllable(late) == word
    assert canonical_syllable("petrović") == "petrović"
