"""Pictures are well-formed, say the same in both languages, escape what they are given, and have the same bytes each time."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.report import pictures
from vnlink.report.chart_data import Bin, Histogram, Interval, Point, Step
from vnlink.report.language import ENGLISH, LANGUAGES, VIETNAMESE
from vnlink.report.palette import DARK, LIGHT
from vnlink.report.svg import nice_steps

SURE = Interval(1.0, 0.998, 1.0, 900, 700)
BINS = [Bin(0.5, 0.8, 0.7, Interval(0.6, 0.5, 0.7, 90, 80)), Bin(0.999, 1.0, 0.9995, SURE), Bin(0.8, 0.9, None, SURE)]
POINTS = [Point(0.5, Interval(0.99, 0.98, 0.995, 900, 700), Interval(0.9, 0.88, 0.92, 950, 720)), Point(0.99, SURE, SURE)]
STEPS = [
    Step("start", "", "", -14.0, 0.0, -14.0),
    Step("field", "name", "exact", 20.0, -14.0, 6.0),
    Step("total", "", "", 6.0, 0.0, 6.0),
]
HISTOGRAM = Histogram(
    [-8.0, 0.0, 8.0], {"full": [0, 1200], "partial": [3, 4], "none": [5, 0]}, [("partial", 0.0), ("full", 6.5)]
)

DRAWN = {
    "scores": lambda say: pictures.scores_picture(HISTOGRAM, say),
    "reliability": lambda say: pictures.reliability_picture(BINS, say),
    "precision_recall": lambda say: pictures.precision_recall_picture(POINTS, say),
    "waterfall": lambda say: pictures.waterfall_picture(STEPS, say),
    "stack": lambda say: pictures.stack([("full", 0.75), ("partial", 0.25), ("none", 0.0)], 300, 14, say),
    "whisker": lambda say: pictures.whisker(SURE, 0.8, 190, 14, "0.998 - 1"),
}


def shapes(svg, tag):
    return [one for one in ET.fromstring(svg).iter() if one.tag.endswith(tag)]


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_picture_is_whole_and_lies_within_its_frame(name, language):
    svg = DRAWN[name](language)
    root = ET.fromstring(svg)
    assert root.get("aria-label"), "whoever cannot see it is told what it shows"
    _, _, width, height = map(float, root.get("viewBox").split())
    for one in shapes(svg, "rect"):
        x, y, w, h = (float(one.get(key)) for key in ("x", "y", "width", "height"))
        assert x >= -0.2
        assert x + w <= width + 0.2
        assert y + h <= height + 0.2
    for one in shapes(svg, "text"):
        assert 0.0 <= float(one.get("x")) <= width
        assert 0.0 < float(one.get("y")) <= height
    assert svg == DRAWN[name](language)
    assert "nan" not in svg


def test_numbers_are_written_as_each_language_does():
    assert "1.000" in DRAWN["scores"](VIETNAMESE)
    assert "1,000" in DRAWN["scores"](ENGLISH)
    assert "+6,0" in DRAWN["waterfall"](VIETNAMESE)
    assert "\u221214.0" in DRAWN["waterfall"](ENGLISH)


def test_where_nobody_was_found_wrong_the_point_is_hollow():
    points = shapes(pictures.reliability_picture(BINS, ENGLISH), "circle")
    hollow = [one for one in points if "--vl-paper" in one.get("style").split(";")[0]]
    assert len(hollow) == 2, "one in the key, one point"


@pytest.mark.parametrize(
    "draw", [lambda: pictures.reliability_picture([], ENGLISH), lambda: pictures.precision_recall_picture([], ENGLISH)]
)
def test_a_picture_of_nothing_is_an_empty_frame(draw):
    assert ET.fromstring(draw()) is not None


def test_names_of_declared_fields_are_escaped():
    svg = pictures.waterfall_picture([Step("field", "<b>&", "exact", 1.0, 0.0, 1.0)], ENGLISH)
    assert "<b>" not in svg
    assert ET.fromstring(svg) is not None


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["day", "night"])
def test_words_are_readable_on_their_ground(colours):
    assert contrast(colours["ink"], colours["paper"]) >= 7.0
    assert contrast(colours["muted"], colours["paper"]) >= 4.5
    assert contrast(colours["against"], colours["paper"]) >= 3.0


def test_the_statuses_stay_apart_in_grey_print():
    """Neighbours in a bar differ in brightness: blue beside orange, orange beside grey."""
    assert contrast(LIGHT["full"], LIGHT["partial"]) >= 2.0
    assert contrast(LIGHT["partial"], LIGHT["none"]) >= 1.25


def test_every_colour_that_a_picture_refers_to_is_declared_by_day_and_by_night():
    used = {name for draw in DRAWN.values() for name in re.findall(r"--vl-([a-z]+)", draw(ENGLISH))}
    assert used <= set(LIGHT)
    assert set(LIGHT) == set(DARK)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 8))
def test_marks_of_an_axis_rise_evenly_within_it_and_are_few(low, span, most):
    steps = nice_steps(low, low + span, most)
    assert len(steps) <= most + 1
    assert all(low - span * 1e-6 <= step <= low + span * (1 + 1e-6) for step in steps) or abs(low) > span * 1e5
    assert all(b > a for a, b in pairwise(steps))


@given(st.floats(0.0, 1.0), st.integers(0, 4))
def test_a_share_is_never_rounded_to_a_certainty(share, digits):
    for language in LANGUAGES.values():
        text = language.percent(share, digits)
        number = float(text.removesuffix(language.percent_sign).replace(language.decimal, "."))
        assert (number == 100.0) <= (share == 1.0)
        assert (number == 0.0) <= (share == 0.0)
        assert abs(number / 100.0 - share) <= 1.01 * 10.0 ** (-digits - 2)
