"""What is printed at the end of a run."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from vnlink.report.measures import Evaluation, Rate
from vnlink.report.text import evaluation_screen, percent, run_screen

SUMMARY = {
    "land_users": 9_000,
    "persons": 10_000,
    "status": {
        "full": {"count": 7000, "share": 0.7},
        "partial": {"count": 2000, "share": 0.2},
        "none": {"count": 1000, "share": 0.1},
    },
    "reasons": [{"code": "birth_year_slip", "status": "partial", "count": 200, "share": 0.02}],
}
MANIFEST = {
    "counts": {"citizens": 20_000, "land_quarantined": 2, "citizens_quarantined": 1},
    "pairs": 100_000,
    "times_seconds": {"read": 0.5, "rank": 0.5, "total": 2.0},
    "files": {"links.parquet": "0", "report.html": "0"},
}


def shown(screen, width=100):
    console = Console(file=io.StringIO(), width=width)
    console.print(screen)
    return console.file.getvalue()


def evaluation_of(right, total):
    rate = Rate(right, total)
    counts = {"full": {"full": right, "partial": 0, "none": 0}}
    return Evaluation(rate, rate, rate, rate, rate, rate, {0.99: 0.9}, (), counts, {})


def test_the_screen_has_shares_reasons_cost_and_files():
    text = shown(run_screen(SUMMARY, MANIFEST, out="run1"))
    for part in (
        "9,000 land users",
        "20,000 citizens",
        "70.0 %",
        "Birth date",
        "2.0 s",
        "200,000 a second",
        "run1/",
        "links.parquet",
    ):
        assert part in text
    assert "3 rows could not be read" in text


def test_the_screen_fits_eighty_columns():
    text = shown(run_screen(SUMMARY, MANIFEST, out="run1", evaluation=evaluation_of(999, 1000)), width=80)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "99.90 %" in text


def test_what_never_blocks_full_is_not_a_reason_against_it():
    reasons = [{"code": code, "status": "partial", "count": 9, "share": 0.1} for code in ("place_differs", "birth_swapped")]
    text = shown(run_screen(SUMMARY | {"reasons": reasons}, MANIFEST, out="x"))
    assert "day and month swapped" in text
    assert "different communes" not in text


def test_a_manifest_without_figures_is_shown_too():
    assert "70.0 %" in shown(run_screen(SUMMARY, {}, out="x"))


def test_rates_without_cases_are_a_dash():
    assert " - " in shown(evaluation_screen(evaluation_of(0, 0)))


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 4))
def test_a_percentage_is_never_rounded_to_all_or_nothing(count, total, digits):
    count = min(count, total)
    text = percent(count / total, digits)
    assert (text == f"{100:.{digits}f} %") == (count == total)
    assert (text == f"{0:.{digits}f} %") == (count == 0)


@pytest.mark.parametrize("share", [None])
def test_an_unknown_share_is_a_dash(share):
    assert percent(share) == "-"
