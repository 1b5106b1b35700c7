"""Keys of Telex and VNI left in a name are read as candidates, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.normalize.leftovers import MAX_READINGS, leftover_readings


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguyeenx Vawn DDuwcs", "Nguyễn Văn Đức"),
        ("Nguyeexn Vawn Dduwcs", "Nguyễn Văn Đức"),
        ("Nguyenex Vanw Dducsw", "Nguyễn Văn Đức"),
        ("NGUYEENX VAWN DDUWCS", "NGUYỄN VĂN ĐỨC"),
        ("Nguye64n Va8n D9u71c", "Nguyễn Văn Đức"),
        ("Nguyen64 Van8 D9uc71", "Nguyễn Văn Đức"),
        ("Nguye64n Va8n D9u7c", "Nguyễn Văn Đưc"),
        ("Trần Thij Huowng", "Trần Thị Hương"),
        ("Trần Thị Huwowng", "Trần Thị Hương"),
        ("Hu7o7ng Ho62", "Hương Hồ"),
        ("Vwowng Quoocs Tuaans", "Vương Quốc Tuấn"),
        ("Nguyênx Văn Đưcs", "Nguyễn Văn Đức"),
        ("Ddoox Thij Quys", "Đỗ Thị Quý"),
        ("H'Hen Niee", "H'Hen Niê"),
        ("lee thij hoaf", "lê thị hòa"),
        ("Ngô (tuwcs Namw)", "Ngô (tức Năm)"),
        ("Vă8n Đ9ông", "Văn Đông"),
        ("Ddình Lập", "Đình Lập"),
        ("Thiệns", "Thiện"),
        ("Thiệns", "Thiến"),
    ],
)
def test_keys_are_read_as_what_they_were_meant_for(typed, meant):
    assert meant in leftover_readings(typed)


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn Đức",
        "Nguyen Van Duc",
        "NGUYEN THI HOA",
        "Lê Thị Xoan",
        "Trịnh Xuân Sơn",
        "Y Blơ Niê",
        "Ksor H'Lan",
        "José Müller",
        "Johnson",
        "UBND",
        "12345",
        "A1",
        "",
        "T.",
    ],
)
def test_a_name_without_such_keys_has_no_other_reading(name):
    assert leftover_readings(name) == ()


def test_a_word_that_may_stand_for_two_gives_both():
    assert leftover_readings("Phan Toongs") == ("Phan Tống", "Phan Toóng")
    assert leftover_readings("Toongs Hoocj") == ("Tống Hộc", "Tống Hoọc", "Toóng Hộc", "Toóng Hoọc")


@given(st.text(max_size=60))
def test_any_text_has_a_bounded_number_of_readings_other_than_itself(text):
    readings = leftover_readings(text)
    assert len(readings) <= MAX_READINGS
    assert text not in readings
    assert len(set(readings)) == len(readings)


@given(st.text(alphabet="aeouwsfrxjdnghc0123456789 ", max_size=40))
def test_keys_heaped_up_end_soon(text):
    assert len(leftover_readings(text)) <= MAX_READINGS


def test_remarks_in_brackets_are_no_second_names() -> None:
    from vnlink.normalize.readings import readings_of

    for text in ("Trần Văn Tèo (chết)", "Nguyễn Thị Hoa (mẹ)", "Trần Văn Bảy (con ông Cả)", "Lê An (đã mất năm 1990)"):
        assert len(readings_of(text)) == 1, text
    assert len(readings_of("Lò Văn Ón (tức Inh)")) == 3


def test_a_name_with_a_hundred_brackets_has_few_readings() -> None:
    from vnlink.normalize.readings import readings_of

    assert len(readings_of("Lê A" + "".join(f"(b{chr(97 + i)})" for i in range(20)) * 5)) < 10


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("NguyeenxVawnAn", "Nguyễn Văn An"),
        ("Lê ThijHoaf", "Lê Thị Hòa"),
        ("Nguyen64nVa8nAn", None),
        ("McDonald", None),
    ],
)
def test_words_with_keys_that_were_written_together_are_taken_apart_if_each_can_be_read(text: str, reading: str | None) -> None:
    assert (reading in leftover_readings(text)) if reading else not leftover_readings(text)


def test_a_syllable_with_two_o_is_read_both_ways_and_a_label_in_none() -> None:
    assert leftover_readings("Lê Văn Coong") == ("Lê Văn Coong", "Lê Văn Công")
    assert leftover_readings("Ông Thị Y1") == ("Ông Thị Ý",)
    assert leftover_readings("Nguyễn Văn A1") == ()
