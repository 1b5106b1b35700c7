"""Laws of reading cells: any text is read without an error, what was written comes back, and slots lose nothing."""

from __future__ import annotations

import datetime as dt
import unicodedata

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from vnlink.normalize.cells import string_buffers
from vnlink.normalize.dates import FIRST_YEAR, LAST_YEAR, parse_date, parse_date_column
from vnlink.normalize.identifiers import parse_identifier, parse_identifier_column, province_names, read_structure
from vnlink.normalize.sex import parse_sex_column
from vnlink.schema import Flag

PIECES = st.sampled_from(
    [
        "0",
        "1",
        "12",
        "1965",
        "001065012345",
        "123456789",
        "05/02/1965",
        ";",
        " ",
        ".",
        "-",
        "/",
        ",",
        "E+09",
        "năm",
        "Nữ",
        "nam",
        "\u00a0",
    ]
)
ANY_TEXT = st.text(max_size=40) | st.lists(PIECES, max_size=14).map("".join)
CELLS = st.lists(st.tuples(st.none() | ANY_TEXT, st.integers(0, 4)), max_size=12)
# The day zero of spreadsheets is nobody's birthday.
DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)).filter(lambda day: (day.year, day.month) != (1899, 12))

DATE_FORMS = (
    "{d:02}/{m:02}/{y}",
    "{d}/{m}/{y}",
    "{d}-{m}-{y}",
    "{d:02}.{m:02}.{y}",
    "{d} {m} {y}",
    "{y}-{m:02}-{d:02}",
    "{y}/{m}/{d}",
    "{y}-{m:02}-{d:02} 00:00:00",
    "{y}-{m:02}-{d:02}T00:00",
    "{y}{m:02}{d:02}",
    "{d:02}{m:02}{y}",
    "sinh ngày {d:02}/{m:02}/{y}",
    "Ngày {d} tháng {m} năm {y}",
    "CMND 123456789, sinh {d}/{m}/{y}",
    "{d:02}/{m:02}/{y} 00:00",
    "{d},{m},{y}",
    "{d}-{name}-{y}",
    "chết 2003, sinh {d}/{m}/{y}",
)
MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WIDE = {48 + digit: 0xFF10 + digit for digit in range(10)}

# A number whose digits, as written, are all the same is a form filled in; 099999999 becomes one when its zero is lost.
# So are digits in counting order.
OLD_IDS = (
    st.integers(10**7, 38 * 10**7)
    .filter(lambda number: len(set(str(number))) > 1 and number not in (12345678, 123456789))
    .map("{:09d}".format)
)


@st.composite
def personal_ids(draw):
    code, century, rest = (
        draw(st.sampled_from(sorted(province_names()))),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 10**8 - 1)),
    )
    return f"{code:03d}{century}{rest:08d}"


def as_column(rows):
    return pa.array([text for text, _ in rows], pa.string()), [persons for _, persons in rows]


@given(CELLS)
def test_any_column_is_read_and_every_person_gets_one_bounded_value(rows):
    cells, persons = as_column([(text.encode("utf-8", "replace").decode() if text else text, count) for text, count in rows])
    total = sum(persons)
    birth, birth_flags = parse_date_column(cells, persons)
    personal, old, other, id_flags = parse_identifier_column(cells, persons)
    sex, sex_flags = parse_sex_column(cells, persons)
    for array in (birth, birth_flags, personal, old, other, id_flags, sex, sex_flags):
        assert array.shape == (total,)
    assert ((birth == 0) | ((birth >= FIRST_YEAR * 10000) & (birth <= LAST_YEAR * 10000 + 1231))).all()
    assert ((personal >= -1) & (personal < 10**12)).all()
    assert ((old >= -1) & (old < 10**9)).all()
    assert np.isin(sex, [0, 1, 2]).all()
    assert ((birth == 0) | (birth_flags & Flag.DATE_DEFAULT == 0) | (birth % 10000 == 101)).all()


@given(st.text(max_size=40))
def test_the_scalar_faces_take_any_text(text):
    parse_date(text)
    parse_identifier(text)


@given(ANY_TEXT)
def test_the_scalar_and_the_column_agree(text):
    text = text.replace(";", ",").encode("utf-8", "replace").decode()
    found = parse_date(text)
    birth, _ = parse_date_column(pa.array([text]), [1])
    assert int(birth[0]) == (found.year or 0) * 10000 + (found.month or 0) * 100 + (found.day or 0)
    paper = parse_identifier(text)
    personal, old, _, flags = parse_identifier_column(pa.array([text]), [1])
    if paper.kind == "personal":
        assert f"{personal[0]:012d}" == paper.digits
    elif paper.kind == "old":
        assert (f"{old[0]:09d}", personal[0]) == (paper.digits, -1)
    elif paper.kind in ("other", "none"):
        assert personal[0] == old[0] == -1
    assert bool(flags[0] & Flag.ID_UNREADABLE) == ("ID_UNREADABLE" in paper.flags)


@given(DAYS, st.sampled_from(DATE_FORMS))
def test_a_date_written_in_any_form_reads_back_the_same(day, form):
    text = form.format(d=day.day, m=day.month, y=day.year, name=MONTH_NAMES[day.month - 1])
    for spelling in (text, text.upper(), text.translate(WIDE), unicodedata.normalize("NFD", text)):
        found = parse_date(spelling)
        assert found.iso == day.isoformat()
        assert "DATE_UNREADABLE" not in found.flags


@given(DAYS)
def test_a_date_is_the_same_as_a_spreadsheets_day_number_and_as_the_boxes_of_a_form(day):
    number = (day - dt.date(1899, 12, 30)).days
    if number >= 10_000:
        assert parse_date(str(number)).iso == parse_date(f"{number}.0").iso == day.isoformat()
    assert parse_date(" ".join(day.strftime("%d%m%Y"))).iso == day.isoformat()


@given(DAYS)
def test_an_american_date_is_put_right_exactly_where_the_other_order_is_none(day):
    found = parse_date(f"{day.month}/{day.day}/{day.year}")
    assert ("DATE_SWAPPED" in found.flags) == (day.day > 12)
    if day.day > 12:
        assert found.iso == day.isoformat()


NUMBERS_OF_DATES = st.integers(0, 99) | st.integers(1860, 2050)


@given(st.lists(NUMBERS_OF_DATES, min_size=1, max_size=3), st.sampled_from(["/", "-", ".", " ", ""]), st.booleans())
def test_whatever_is_written_a_date_that_is_read_is_in_the_calendar(numbers, separator, padded):
    found = parse_date(separator.join(f"{number:02d}" if padded else str(number) for number in numbers))
    if found.year is not None:
        assert FIRST_YEAR <= found.year <= LAST_YEAR
        dt.date(found.year, found.month or 1, found.day or 1)
        assert found.month or not found.day
    assert ("DATE_IMPOSSIBLE" in found.flags) <= (found.year is None)


@given(DAYS)
def test_a_date_as_text_and_as_an_arrow_date_is_the_same(day):
    from_text = parse_date_column(pa.array([day.isoformat()]), [1])
    from_date = parse_date_column(pa.array([day]), [1])
    assert [array.tolist() for array in from_text] == [array.tolist() for array in from_date]


@given(personal_ids() | OLD_IDS, st.sampled_from(["", ".0", "'"]))
def test_the_zeros_a_spreadsheet_lost_are_put_back(number, trace):
    lost = str(int(number))
    found = parse_identifier(trace + lost if trace == "'" else lost + trace)
    assert found.digits == number
    assert ("ID_REPAIRED" in found.flags) == (lost != number)


@given(personal_ids())
def test_a_repaired_number_has_a_province_and_a_plausible_year(number):
    province, _, year = read_structure(np.array([int(number)], np.int64))
    assert province[0] == int(number[:3])
    assert 1900 <= year[0] <= 2099
    assert year[0] % 100 == int(number[4:6])


@given(personal_ids() | OLD_IDS, st.sampled_from([" ", ".", "-", "\u00a0"]))
def test_a_number_in_groups_of_three_is_the_number(number, separator):
    grouped = separator.join(number[at : at + 3] for at in range(0, len(number), 3))
    assert parse_identifier(f"số {grouped}, cấp ngày 05/02/2003").digits == number


@given(personal_ids() | OLD_IDS, st.sampled_from(["", "CMND số ", "CCCD: ", "\u200b"]))
def test_a_number_in_other_characters_is_the_number(number, before):
    wide = before + number.translate(WIDE)
    lettered = before + number.replace("0", "O").replace("1", "l")
    assert parse_identifier(wide).digits == number
    assert "ID_ODD_CHARACTERS" in parse_identifier(wide).flags
    if sum(digit in "01" for digit in number) * 2 < len(number):
        assert parse_identifier(lettered).digits == number


@given(st.lists(st.none() | personal_ids(), min_size=1, max_size=6), st.integers(0, 3))
def test_slots_conserve_values_in_order(slots, unnamed):
    """Every slot's number is its person's, and a row with no numbers of unnamed persons loses none."""
    cell = "; ".join(number or "" for number in slots)
    personal, _, _, flags = parse_identifier_column(pa.array([cell]), [len(slots) + unnamed])
    expected = [int(number) if number else -1 for number in slots] + [-1] * unnamed
    if any(slots) and ";" in cell:
        assert personal.tolist() == expected
    assert not (flags & Flag.LEFTOVER).any()


@given(st.lists(personal_ids(), min_size=1, max_size=8, unique=True), st.integers(1, 8))
def test_a_number_is_given_to_at_most_one_person_and_never_before_the_one_in_front(numbers, persons):
    personal, _, other, flags = parse_identifier_column(pa.array([";".join(numbers)]), [persons])
    given_out = [f"{number:012d}" for number in personal.tolist() if number >= 0]
    assert given_out == [number for number in numbers if number in given_out]
    if len(given_out) < len(numbers):
        assert (flags & Flag.LEFTOVER).any() or (other > 0).any()


@given(CELLS)
def test_a_batch_cut_anywhere_reads_the_same(rows):
    cells, persons = as_column([(text.encode("utf-8", "replace").decode() if text else text, count) for text, count in rows])
    whole = parse_identifier_column(cells, persons)
    cut = len(rows) // 2
    first, second = parse_identifier_column(cells[:cut], persons[:cut]), parse_identifier_column(cells[cut:], persons[cut:])
    for together, one, two in zip(whole, first, second, strict=True):
        assert together.tolist() == one.tolist() + two.tolist()


@given(st.lists(st.none() | st.text(max_size=6), max_size=10), st.integers(0, 10), st.integers(0, 10))
def test_buffers_hold_exactly_the_text(texts, begin, length):
    texts = [text.encode("utf-8", "replace").decode() if text else text for text in texts]
    data, offsets, valid = string_buffers(pa.array(texts, pa.string())[begin : begin + length])
    raw = data.tobytes()
    read = [raw[offsets[i] : offsets[i + 1]].decode() if valid[i] else None for i in range(len(valid))]
    assert read == texts[begin : begin + length]
