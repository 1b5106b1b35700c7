"""The page stands alone, escapes everything, and shows the numbers of the summary."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from vnlink.blocking.keys import KeyKind
from vnlink.report.html import render_report
from vnlink.report.summary import summarize
from vnlink.report.words import KEY_WORDS
from vnlink.schema import LINKS_SCHEMA

VOID = {"meta", "br", "link", "img"}


class Balanced(HTMLParser):
    """Collects the tags, and fails on one that is not closed where it should be."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.languages = [], set(), set()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.languages |= {value for name, value in attrs if name == "lang"}

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


RATE = {"value": 0.998, "low": 0.99, "high": 0.9995, "persons": 900, "citizens": 700}
NOBODY = {"value": None, "low": 0.0, "high": 1.0, "persons": 0, "citizens": 0}
RATES = {"precision": RATE, "precision_full": NOBODY, "recall": RATE}
AUDIT = {
    "holds_for": "",
    "persons": 1234,
    "citizens": 1000,
    "absent": 80,
    "left_out_as_disputed": 7,
    "learned_from_them": True,
    "as_they_are": RATES,
    "as_without_number": RATES,
    "as_without_number_covered": 0.875,
    "reliability": {"bins": [{"low": 0.99, "high": 0.999, "promised": 0.9951, "right": RATE}], "error": 0.0042},
    "by_threshold": [{"probability": 0.5, "precision": RATE, "recall": RATE}],
    "by": {
        "province": {"01": RATES},
        "sex": {"male": RATES, "not known": RATES},
        "cohort": {"1950s": RATES},
        "evidence": {"name and place": RATES},
    },
}
LABELS = {
    "labels": {"full": 294, "partial": 239, "none": 67},
    "correction": "not taken",
    "held_out": {
        "with_labels": {
            "classes": ["full", "partial", "none"],
            "confusion": [[290.0, 4.0, 0.0], [6.0, 232.0, 1.0], [0.0, 2.0, 65.0]],
            "log_loss": 0.0715,
            "log_loss_by_class": [0.0308, 0.127, None],
            "log_loss_same": None,
        }
    },
}


def drift_of(verdict, bits=0.2):
    one = {"bits": bits, "chance": 0.003, "verdict": verdict, "level": "date", "share_expected": 0.9, "share_seen": 0.41}
    few = {"bits": None, "chance": None, "verdict": "too few to say"}
    evidence = one | {"level": "no_number_date_place"}
    return {"confident_links": {}, "fields": {"birth": one, "person_evidence": evidence, "sex": few}, "sentence": ""}


def test_the_page_is_written_in_both_languages_and_shows_one():
    page = render_report(summary_of(audit=AUDIT), {}, MODEL)
    parser = Balanced()
    parser.feed(page)
    assert {"vi", "en"} <= parser.languages
    assert page.count("<article") == 2
    assert page.count(" checked") == 1
    assert "70,0%" in page
    assert "70.0 %" in page


def test_the_page_follows_light_and_dark_screens_and_prints_on_white():
    page = render_report(summary_of(), {})
    assert "@media screen and (prefers-color-scheme:dark)" in page
    assert "@media print" in page


def test_the_audit_has_its_reliability_thresholds_and_groups():
    page = render_report(summary_of(audit=AUDIT, by_province=[]), {})
    for words in (
        "Are the probabilities to be trusted",
        "0.490 %",
        "0.200 %",
        "Expected calibration error from 0.5 on: 0.0042.",
        "Precision and recall by threshold",
        "1,234 persons (1,000 citizens)",
        "87.5 %",
        "By sex",
        "1950–1959",
        "tên và địa chỉ",
    ):
        assert words in page
    assert "None" not in page
    assert "nan" not in page


def test_provinces_have_their_names():
    places = [{"code": "01", "name": "Hà Nội (thành phố)", "persons": 10, "full": 7, "partial": 2, "none": 1}]
    page = render_report(summary_of(audit=AUDIT, by_province=places), {})
    assert page.count("Hà Nội (thành phố)") == 4, "in two tables of two languages"


def test_labels_have_their_confusion_and_log_loss():
    page = render_report(summary_of(labels=LABELS), {})
    for words in ("600 decisions: 294 full, 239 partial, 67 none.", "do not prove", "0.071", "2.5 %", "0,127"):
        assert words in page


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("far off", "Learn a model from this register, or let this one adapt (--adapt)."),
        ("moved", "too few confident links"),
        ("as expected", "too few confident links"),
    ],
)
def test_drift_says_what_its_worst_field_means(verdict, words):
    page = render_report(summary_of(drift=drift_of(verdict)), {})
    assert words in page
    assert "no number, full date, place" in page


def test_drift_of_a_model_learned_here_is_one_sentence_with_its_numbers_folded():
    drift = drift_of("as expected", 0.0)
    del drift["fields"]["sex"]
    page = render_report(summary_of(drift=drift), {})
    assert "looks like the one that the model was learned on" in page
    assert page.count("<details>") == 4, "the numbers of the histogram and of the drift, in two languages"


def test_a_promise_says_what_is_promised_and_what_is_not():
    promise = {
        "max_wrong_full": 0.001,
        "confidence": 0.95,
        "groups": {
            "without_id": {
                "promised": True, "sample_citizens": 4000, "log_odds_full": 12.5, "wrong": 0, "most_wrong": 0.0007,
            },
            "with_id": {"promised": False, "sample_citizens": 12, "sample_wrong": 1, "log_odds_full": 11.0},
        },
    }  # fmt: skip
    page = render_report(summary_of(), {"guarantee": promise})
    for words in ("at most 0.1 % of the full links", "with confidence 95 %", "not proved, so not promised", "0.070 %", "12,5"):
        assert words in page


def test_keys_that_were_not_used_are_named():
    page = render_report(summary_of(), {"keys_not_used": {"name_year": {"keys": 34, "persons": 457, "pairs": 7989}}})
    assert "name and birth year" in page
    assert "7.989" in page
    assert "Keys not used" not in render_report(summary_of(), {"keys_not_used": {}})


def test_causes_add_up_to_a_section():
    losses = [{"status": "partial", "cause": "differs", "count": 2}, {"status": "none", "cause": "no_candidate", "count": 1}]
    page = render_report(summary_of(losses=losses), {})
    assert "Where links were lost" in page
    assert "something differs" in page


def test_every_kind_of_key_has_words_in_both_languages():
    assert set(KEY_WORDS) == {kind.name.lower() for kind in KeyKind}
    assert all(words.vi != words.en for words in KEY_WORDS.values())
