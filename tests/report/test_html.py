"""The page stands alone, escapes everything, and shows the numbers of the summary."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from vnlink.report.html import render_report
from vnlink.report.summary import summarize
from vnlink.schema import LINKS_SCHEMA

VOID = {"meta", "br", "link", "img"}


class Balanced(HTMLParser):
    """Collects the tags, and fails on one that is not closed where it should be."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def summary_of(**changes):
    bins = {"edges": [0.0, 4.0, 8.0], "full": [0, 7], "partial": [2, 0], "none": [1, 0]}
    base = {
        "land_users": 9,
        "persons": 10,
        "citizens_linked": 8,
        "status": {
            "full": {"count": 7, "share": 0.7},
            "partial": {"count": 2, "share": 0.2},
            "none": {"count": 1, "share": 0.1},
        },
        "reasons": [{"code": "birth_year_slip", "status": "partial", "count": 2, "share": 0.2}],
        "probability": bins,
        "log_odds": bins,
        "counts": {"citizens": 20},
    }
    return base | changes


MODEL = {"fields": {"name": {"levels": ["missing", "exact", "different"], "weights_bits": [0.0, 9.5, -11.0]}}}


def test_the_page_is_well_formed_and_loads_nothing():
    page = render_report(
        summary_of(), {"versions": {"vnlink": "0.1.0"}, "thresholds": {"log_odds_full": 5.0}, "pairs": 99}, MODEL
    )
    parser = Balanced()
    parser.feed(page)
    assert not parser.open
    assert parser.seen & {"script", "link", "img", "iframe", "object", "embed", "a"} == set()
    assert not re.search(r"https?:|url\(|@import|\bon\w+=", page)


def test_the_page_shows_the_shares_and_the_reasons_in_both_languages():
    page = render_report(summary_of(), {}, MODEL)
    assert "70.0 %" in page
    assert "khớp hoàn toàn" in page
    assert "day and month agree, the year is one off" in page
    assert "+9.5" in page


@pytest.mark.parametrize("hostile", ['<script>alert("x")</script>', '"><img src=x>', "&lt;"])
def test_every_text_is_escaped(hostile):
    summary = summary_of(
        reasons=[{"code": hostile, "status": "partial", "count": 1, "share": 0.1}],
        by_commune=[{"code": hostile, "persons": 1, "full": 1, "partial": 0, "none": 0}],
        counts={hostile: 3},
    )
    model = {"fields": {hostile: {"levels": [hostile], "weights_bits": [1.0]}}}
    page = render_report(summary, {"versions": {"vnlink": hostile}}, model)
    parser = Balanced()
    parser.feed(page)
    assert "script" not in parser.seen
    assert "img" not in parser.seen


def test_a_run_that_found_nobody_has_a_page_too():
    page = render_report(summarize(LINKS_SCHEMA.empty_table()), {})
    assert "0.0 %" in page


def test_times_do_not_change_the_page():
    first = render_report(summary_of(), {"times_seconds": {"total": 1.0}}, MODEL)
    assert first == render_report(summary_of(), {"times_seconds": {"total": 2.0}}, MODEL)


def test_many_places_are_cut_and_counted():
    places = [{"code": f"{i:05d}", "persons": 1 + i, "full": 1, "partial": i, "none": 0} for i in range(200)]
    page = render_report(summary_of(by_commune=places), {})
    assert "160 more are in summary.json" in page
    assert "<td>00199</td>" in page
    assert "<td>00000</td>" not in page


def test_old_encodings_have_a_table_only_where_there_were_some():
    assert "Old encodings" not in render_report(summary_of(), {})
    found = [{"side": "land", "column": "full_name", "encoding": "vni", "communes": 0, "rows": 1234}]
    page = render_report(summary_of(encodings=found), {})
    assert "Old encodings" in page
    assert "1,234" in page
