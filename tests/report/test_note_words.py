"""Notes in words: every code has some, in both languages, and they are on all that people see."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from rich.console import Console

from vnlink import notes
from vnlink.report.display import result_html
from vnlink.report.html import render_report
from vnlink.report.language import ENGLISH, LANGUAGES, VIETNAMESE
from vnlink.report.note_words import NOTE_WORDS, note_lines, note_words
from vnlink.report.summary import summarize
from vnlink.report.text import run_screen

UNREADABLE = {"code": "column_unreadable", "side": "citizen", "column": "personal_id", "count": 7882, "cells": 8000}
EVERY = [
    {"code": "columns_not_used", "side": "land", "count": 14, "headers": ["NamSinh", "<b>"]},
    {"code": "columns_without_header", "side": "land", "count": 2},
    {"code": "headers_of_other_rows", "side": "land", "count": 3, "headers": ["Địa chỉ", "Mã xã"]},
    {"code": "sheet_chosen", "side": "land", "sheet": 2, "sheets": 3},
    {"code": "names_missing", "side": "land", "column": "full_name", "count": 30, "cells": 40},
    UNREADABLE,
    {"code": "month_first", "side": "citizen", "column": "birth_date", "count": 24},
    {"code": "place_from_rows", "side": "land", "count": 1234},
    {"code": "model_of_other_places", "side": "land"},
    {"code": "personal_ids_repeated", "side": "citizen", "column": "personal_id", "count": 20, "cells": 40},
]


def test_every_code_has_words_and_every_word_a_code_that_is_documented():
    assert [one["code"] for one in EVERY] == list(NOTE_WORDS)
    assert re.findall(r"^``(\w+)``", notes.__doc__, re.MULTILINE) == list(NOTE_WORDS)


@pytest.mark.parametrize("note", EVERY, ids=lambda note: note["code"])
@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_a_note_is_one_line_with_its_counts(note, language):
    line = note_words(note, language)
    assert "\n" not in line
    assert "{" not in line
    assert all(language.count(value) in line for value in note.values() if isinstance(value, int))


def test_a_note_says_where_and_what_to_do():
    assert note_words(UNREADABLE, ENGLISH) == (
        "population register, column personal_id: 7,882 of 8,000 filled cells could not be understood; "
        "format the column as text and export it again: a spreadsheet may have rounded the numbers"
    )
    assert note_words(UNREADABLE, VIETNAMESE).startswith("dân cư, cột personal_id: 7.882 trong 8.000 ô")
    assert "(NamSinh, <b>, ...); map those that are needed in [columns.land]" in note_words(EVERY[0], ENGLISH)
    assert note_words({"code": "of_tomorrow", "side": "land"}, ENGLISH) == "of_tomorrow"


@pytest.fixture
def summary():
    links = pa.table(
        {
            "person_no": [1],
            "citizen_id": ["1"],
            "status": ["full"],
            "probability": [0.9999],
            "log_odds": [17.0],
            "reasons": [["all_agree"]],
        }
    )
    return summarize(links) | {"notes": EVERY}


def test_the_terminal_the_page_and_the_notebook_say_all_notes(summary):
    console = Console(width=4000, file=None)
    with console.capture() as shown:
        console.print(run_screen(summary, {}, out="run"))
    assert all(f"note: {line}" in shown.get() for line in note_lines(EVERY))
    page, cell = render_report(summary, {}), result_html(summary, "persons")
    for text in (page, cell):
        assert "7,882 of 8,000 filled cells" in text
        assert "7.882 trong 8.000 ô" in text
        assert "&lt;b&gt;" in text
        assert "<b>," not in text
