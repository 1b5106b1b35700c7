"""Characters: one spelling for every letter."""

import unicodedata

import pytest

from vnlink.normalize.text import drop_tone, fold, has_marks, pieces_of, title_case

EVERY_LETTER = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"


def test_every_vietnamese_letter_folds_to_its_plain_letter() -> None:
    plain = {"ă": "a", "â": "a", "đ": "d", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}
    for letter in EVERY_LETTER:
        base = unicodedata.normalize("NFD", letter)[0]
        assert fold(letter) == plain.get(base, base)
        assert fold(letter.upper()) == fold(letter)


def test_dropping_the_tone_keeps_the_marks_of_the_vowel() -> None:
    assert drop_tone("ằắẳẵặ ấ ễ ộ ở ữ đ") == "ăăăăă â ê ô ơ ư đ"


@pytest.mark.parametrize(
    ("raw", "pieces", "odd", "reason"),
    [
        ("Nguyễn", ["nguyễn"], False, "plain"),
        (unicodedata.normalize("NFD", "NGUYỄN"), ["nguyễn"], False, "decomposed capitals"),
        ("Ð\u1ee9c", ["đức"], False, "capital eth for Đ"),
        ("\u00f0\u1ee9c", ["đức"], False, "small eth for đ"),
        ("\u0189ức", ["đức"], False, "African D for Đ"),
        ("Nguy\u00adễn", ["nguyễn"], False, "soft hyphen"),
        ("Nguy\u200bễn\ufeff", ["nguyễn"], False, "zero width space and mark of byte order"),
        ("ＮＧＵＹÊＮ", ["nguyên"], False, "full-width letters"),
        ("H'Hen", ["h'", "hen"], False, "typewriter apostrophe"),
        ("H’Hen", ["h'", "hen"], False, "right quotation mark"),
        ("HʼHen", ["h'", "hen"], False, "modifier letter apostrophe"),
        ("H`Hen", ["h'", "hen"], False, "grave accent"),
        ("H´Hen", ["h'", "hen"], False, "acute accent"),
        ("K'Brèm", ["k'", "brèm"], False, "prefix of the Kho"),
        ("An'", ["an"], False, "a closing quotation mark is no prefix"),
        ("Nguye64n", ["nguye64n"], True, "keys left over from typing are kept as written"),
        ("Nguy?n", ["nguyn"], True, "a letter lost in an encoding"),
        ("Ng~", ["ng"], True, "abbreviation with a tilde"),
        ("A😀B", ["a", "b"], True, "a symbol parts words"),
        ("😀", [], True, "no letter"),
        ("\u0301", [], True, "a mark without a letter"),
    ],
)
def test_a_raw_word_falls_into_clean_pieces(raw: str, pieces: list[str], odd: bool, reason: str) -> None:
    assert pieces_of(raw) == (pieces, odd), reason


def test_leftover_keys_fold_away_but_stay_in_the_spelling() -> None:
    assert fold("nguye64n") == "nguyen"


def test_letters_of_other_alphabets_fold_to_latin_or_stay() -> None:
    assert fold("жук") == "zhuk"
    assert fold("ß") == "ss"
    assert fold("\u1f17e") != ""


def test_a_hundred_thousand_marks_on_one_letter_are_cut() -> None:
    pieces, odd = pieces_of("a" + "\u0301" * 100_000)
    assert odd
    assert len(unicodedata.normalize("NFD", pieces[0])) <= 4


def test_the_barred_d_counts_as_marked() -> None:
    assert has_marks("đan")
    assert not has_marks("dan")


def test_title_case_raises_one_letter() -> None:
    assert title_case("ứng") == "Ứng"
    assert title_case("h'") == "H'"
