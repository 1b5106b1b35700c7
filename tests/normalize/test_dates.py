"""Birth dates in all the forms of a register, one per person."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.normalize.dates import parse_date, parse_date_column
from vnlink.schema import Flag


def column(texts, persons=None):
    birth, flags = parse_date_column(pa.array(texts, pa.string()), persons or [1] * len(texts))
    return birth.tolist(), flags.tolist()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("05/02/1965", "1965-02-05"),
        ("5/2/1965", "1965-02-05"),
        ("05-02-1965", "1965-02-05"),
        ("05.02.1965", "1965-02-05"),
        ("5. 2. 1965", "1965-02-05"),
        ("05 02 1965", "1965-02-05"),
        ("05 / 02 / 1965", "1965-02-05"),
        ("05–02–1965", "1965-02-05"),
        ("05\u00a0/02/1965", "1965-02-05"),
        ("1965-02-05", "1965-02-05"),
        ("1965/2/5", "1965-02-05"),
        ("1965-02-05 00:00:00", "1965-02-05"),
        ("1965-02-05T00:00", "1965-02-05"),
        ("00:00 1965-02-05", "1965-02-05"),
        ("05/02/1965 07:30", "1965-02-05"),
        ("19650205", "1965-02-05"),
        ("05021965", "1965-02-05"),
        ("5021965", "1965-02-05"),
        ("02/1965", "1965-02"),
        ("2/1965", "1965-02"),
        ("1965-02", "1965-02"),
        ("00/02/1965", "1965-02"),
        ("19650200", "1965-02"),
        ("1965", "1965"),
        ("1965.0", "1965"),
        ("00/00/1965", "1965"),
        ("15/00/1965", "1965"),
        ("19650000", "1965"),
        ("Bà Trần Thị Bưởi sinh ngày 05/02/1965", "1965-02-05"),
        ("Ngày 5 tháng 2 năm 1965", "1965-02-05"),
        ("NGÀY 05, THÁNG 02, NĂM 1965", "1965-02-05"),
        ("ngày 5 tháng 2 năm 1965", "1965-02-05"),
        ("ngay 5 thang 2 nam 1965", "1965-02-05"),
        ("tháng 2 năm 1965", "1965-02"),
        ("tháng 2/1965", "1965-02"),
        ("năm sinh 1965", "1965"),
        ("SN 1965", "1965"),
        ("SN:1965.", "1965"),
        ("khoảng 1950", "1950"),
        ("~1950", "1950"),
        ("1965?", "1965"),
        ("1965 (đã chết 2003)", "1965"),
        ("1965, 2 con", "1965"),
        ("2 người: 1965", "1965"),
        ("CMND 123456789, sinh năm 1965", "1965"),
        ("29/02/1960", "1960-02-29"),
        ("29/02/2000", "2000-02-29"),
    ],
)
def test_a_date_is_read_by_its_digits(text, iso):
    found = parse_date(text)
    assert found.iso == iso
    assert found.flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "30/13/1960",
        "31/02/1970",
        "29/02/1900",
        "31/04/1970",
        "41/05/1970",
        "19700231",
        "00/01/1900",
        "1/0/1900",
        "1899-12-30",
        "01/02/1265",
        "05/06/2087",
    ],
)
def test_an_impossible_date_is_missing_with_a_flag_of_its_own(text):
    found = parse_date(text)
    assert not found
    assert set(found.flags) == {"DATE_UNREADABLE", "DATE_IMPOSSIBLE"}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("02/13/1960", "1960-02-13"),
        ("1970-13-01", "1970-01-13"),
        ("19701301", "1970-01-13"),
        ("02131960", "1960-02-13"),
    ],
)
def test_day_and_month_are_put_right_where_only_one_order_is_a_date(text, iso):
    found = parse_date(text)
    assert found.iso == iso
    assert "DATE_SWAPPED" in found.flags


@pytest.mark.parametrize(
    "text",
    [
        "05",
        "19",
        "65 tuổi",
        "sinh 65 tuổi",
        "123774",
        "00/00/0000",
        "0000",
        "9999",
        "1869",
        "2036",
        "196502",
        "12345678",
        "không rõ",
        "chết 2003",
        "x",
        "0",
        "99999999999999999999999999",
    ],
)
def test_what_is_no_date_is_missing_with_a_flag(text):
    found = parse_date(text)
    assert not found
    assert found.iso == ""
    assert "DATE_UNREADABLE" in found.flags


@pytest.mark.parametrize("text", [None, "", "  ", "-", "nan", "NULL", "/ /"])
def test_a_cell_that_says_nothing_has_no_flag(text):
    found = parse_date(text)
    assert not found
    assert found.flags == ()


def test_the_first_of_january_is_flagged_as_a_likely_default():
    assert parse_date("01/01/1965").flags == ("DATE_DEFAULT",)
    assert parse_date("01/01/1965").iso == "1965-01-01"
    assert parse_date("01/1965").flags == ()


def test_precision_is_named():
    named = [parse_date(text).precision for text in ("05/02/1965", "02/1965", "1965", "?")]
    assert named == ["day", "month", "year", "none"]
    assert (parse_date("02/1965").year, parse_date("02/1965").month, parse_date("02/1965").day) == (1965, 2, None)


def test_a_date_does_not_show_in_a_log():
    assert "1965" not in repr(parse_date("05/02/1965"))


def test_one_slot_per_person_in_the_order_of_the_name():
    assert column(["1965; 1967", "; 05/02/1967", "1965;", "1965"], [2, 2, 2, 2])[0] == [
        *(19650000, 19670000),
        *(0, 19670205),
        *(19650000, 0),
        *(19650000, 0),
    ]


def test_without_a_semicolon_one_date_for_each_person_is_a_list_too():
    texts = ["1965, 1967", "05/02/1965 - 06/03/1967", "1965 và 1967", "1965, 1967"]
    birth, _ = column(texts, [2, 2, 2, 3])
    assert birth == [19650000, 19670000, 19650205, 19670306, 19650000, 19670000, 19650000, 0, 0]


@pytest.mark.parametrize("sign", [" - ", " / ", "\n ", ", ", " và ", "; ", " -", ".  "])
def test_a_year_and_a_full_date_of_a_couple_stay_apart(sign):
    birth, _ = column([f"1959{sign}06/01/1964", f"06/01/1964{sign}1959"], [2, 2])
    assert birth == [19590000, 19640106, 19640106, 19590000]


@pytest.mark.parametrize("date", ["6/1964", "06.01.1964", "6-1-64", "1964-01-06"])
def test_a_year_stays_apart_from_a_date_in_any_form(date):
    assert column([f"1959 - {date}"], [2])[0] == [19590000, *column([date], [1])[0]]


@pytest.mark.parametrize("text", ["1959-06-01", "1959/6/1", "1959 06 01", "1959-06-01 00:00:00", "1959-06-01 - 1962-03-04"])
def test_a_date_that_begins_with_its_year_is_whole(text):
    assert column([text], [1])[0] == [19590601]


def test_a_date_behind_a_year_is_not_dropped_without_a_flag():
    assert column(["1959 - 06/01/1964"], [1]) == ([19590000], [Flag.DATE_UNREADABLE])


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("74", "1974"),
        ("74.0", "1974"),
        ("20", "1920"),
        ("7-4-00", "2000-04-07"),
        ("7/4/07", "2007-04-07"),
        ("7/4/08", "1908-04-07"),
        ("sn 05", "2005"),
        ("15-Aug-03", "2003-08-15"),
    ],
)
def test_two_digits_are_a_year_of_somebody_who_is_of_age_and_no_older_than_anybody(text, iso):
    found = parse_date(text)
    assert (found.iso, "DATE_CENTURY" in found.flags) == (iso, True)


def test_two_digits_alone_are_a_year_in_each_slot():
    assert column(["74; 76"], [2]) == ([19740000, 19760000], [Flag.DATE_CENTURY, Flag.DATE_CENTURY])


@pytest.mark.parametrize("text", ["01/01/1900", "1/1/1900", "1900-01-01 00:00:00", "1900-01-00", "00/01/1900", "30/12/1899"])
def test_what_programs_show_for_an_empty_cell_is_no_date(text):
    found = parse_date(text)
    assert (found.iso, "DATE_IMPOSSIBLE" in found.flags) == ("", True)


def test_a_date_without_a_person_is_given_to_nobody_and_flagged():
    assert column(["1965; 1967", "; 1967"]) == ([19650000, 0], [Flag.LEFTOVER, Flag.LEFTOVER])


def test_each_slot_has_its_own_flags():
    _, flags = column(["x; 01/01/1967"], [2])
    assert flags == [Flag.DATE_UNREADABLE, Flag.DATE_DEFAULT]


def test_a_row_that_names_nobody_takes_no_place():
    assert column(["1965", "1966", None, "1967"], [1, 0, 2, 1])[0] == [19650000, 0, 0, 19670000]


def test_arrow_dates_are_taken_as_they_are():
    day = dt.date(1965, 2, 5)
    for kind in (pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ns")):
        birth, flags = parse_date_column(pa.array([day, None, dt.date(1968, 1, 1)]).cast(kind), [1, 1, 2])
        assert birth.tolist() == [19650205, 0, 19680101, 0]
        assert flags.tolist() == [0, 0, Flag.DATE_DEFAULT, 0]


def test_an_implausible_arrow_date_is_missing_with_a_flag():
    birth, flags = parse_date_column(pa.array([dt.date(1700, 5, 5), dt.date(2200, 5, 5)]), [1, 1])
    assert birth.tolist() == [0, 0]
    assert flags.tolist() == [Flag.DATE_UNREADABLE | Flag.DATE_IMPOSSIBLE] * 2


def test_dates_before_1970_and_in_chunks_are_read_right():
    chunks = pa.chunked_array([[dt.date(1900, 2, 28)], [dt.date(1969, 12, 31), dt.date(2000, 2, 29)]])
    assert parse_date_column(chunks, [1, 1, 1])[0].tolist() == [19000228, 19691231, 20000229]


def test_a_timestamp_of_a_time_zone_is_the_date_on_its_clock():
    evening_utc = dt.datetime(1965, 2, 4, 17, 30, tzinfo=dt.UTC)
    cells = pa.array([evening_utc], pa.timestamp("us", "Asia/Ho_Chi_Minh"))
    assert parse_date_column(cells, [1])[0].tolist() == [19650205]


def test_numbers_and_dictionaries_hold_dates_too():
    assert parse_date_column(pa.array([1965, 19650205, None]), [1] * 3)[0].tolist() == [19650000, 19650205, 0]
    assert parse_date_column(pa.array([1965.0, float("nan")]), [1] * 2)[0].tolist() == [19650000, 0]
    coded = pa.array(["1965", "1966", "1965"]).dictionary_encode()
    assert parse_date_column(coded, [1] * 3)[0].tolist() == [19650000, 19660000, 19650000]


def test_a_slice_reads_as_its_own_column():
    cells = pa.array(["1965", "05/02/1966", None, "03/1967"])
    assert parse_date_column(cells[1:], [1] * 3)[0].tolist() == [19660205, 0, 19670300]


def test_a_column_of_lists_is_refused():
    with pytest.raises(InputError):
        parse_date_column(pa.array([["1965"]]), [1])


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Sep 2, 1958", "1958-09-02"),
        ("September 2 1958", "1958-09-02"),
        ("2 September 1958", "1958-09-02"),
        ("02\\09\\1958", "1958-09-02"),
        ("1O/O2/1960", "1960-02-10"),
    ],
)
def test_month_names_backslashes_and_letters_for_digits_are_read_in_full(text, iso):
    assert parse_date(text).iso == iso
    assert parse_date(text).flags == ()


@pytest.mark.parametrize("text", ["1960 hoặc 1961", "1960-1961", "1960 / 1961", "02/09/1960 hay 02/09/1961"])
def test_a_second_possible_date_is_not_dropped_without_a_flag(text):
    date = parse_date(text)
    assert date.year == 1960
    assert "DATE_UNREADABLE" in date.flags
