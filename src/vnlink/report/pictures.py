"""The pictures of a page: numbers of :mod:`vnlink.report.chart_data` drawn as plain SVG in one language.

Shares of wrong links are drawn on a scale of powers of ten: between 0.99 and 0.9999 lies all that matters, and on an even
scale it is one point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from vnlink.report.captions import CAPTIONS, HEADS, STATUS_SHORT, STRANDS
from vnlink.report.chart_data import Bin, Histogram, Interval, Point, Step
from vnlink.report.language import Language
from vnlink.report.svg import Frame, bar, dot, line, nice_steps, picture, polyline, text
from vnlink.report.words import field_words, level_words

__all__ = [
    "balance",
    "precision_recall_picture",
    "reliability_picture",
    "scores_picture",
    "stack",
    "waterfall_picture",
    "whisker",
]

WIDTH = 700.0
LEAST = 460.0
"""Pixels below which a chart does not shrink: its words would be too small to read."""

GAP = 1.5
"""Pixels of paper between the parts of a stack, so that they stay apart in grey."""

LEAST_WRONG = 1e-5
"""Lowest share of wrong links that is drawn; less is drawn there."""


def stack(shares: Sequence[tuple[str, float]], width: float, height: float, language: Language) -> str:
    """One bar cut into shares, left to right, each in the colour of its name."""
    parts, x = [], 0.0
    for name, share in shares:
        wide = share * width
        parts.append(bar(x, 0.0, max(wide - GAP, min(wide, 1.0)), height, name))
        x += wide
    said = ", ".join(f"{language.say(STATUS_SHORT[name])} {language.percent(share)}" for name, share in shares)
    return picture(width, height, said, parts, stretch=True)


def balance(value: float, most: float, width: float, height: float, title: str) -> str:
    """Draw a bar to the right for what speaks for, to the left for what speaks against, from the middle."""
    middle = width / 2.0
    wide = (middle - 2.0) * min(abs(value) / most, 1.0)
    drawn = bar(middle if value >= 0 else middle - wide, 1, wide, height - 2, "for" if value >= 0 else "against")
    return picture(width, height, title, [drawn, line(middle, 0, middle, height, "muted")], stretch=True)


def whisker(rate: Interval, low: float, width: float, height: float, title: str) -> str:
    """A point with its interval, on a scale from ``low`` to 1; nothing where there was nobody."""
    if rate.value is None:
        return ""
    inner = width - 12.0

    def x(share: float) -> float:
        return 6.0 + inner * max(0.0, (share - low) / (1.0 - low))

    middle = height / 2.0
    parts = [line(6, middle, width - 6, middle, "line"), line(width - 6, 2, width - 6, height - 2, "line")]
    parts.append(line(x(rate.low), middle, x(rate.high), middle, "full", width=3))
    parts.append(dot(x(rate.value), middle, "full", size=3.5))
    return picture(width, height, title, parts)


def _marked(marks: list[tuple[str, float]], x: Callable[[float], float], frame: Frame, language: Language) -> list[str]:
    """Thresholds as dashed lines with their names, each on its own line so that close ones do not cover each other."""
    parts = []
    for row, (name, bits) in enumerate(marks):
        words = language.say(STRANDS[f"threshold_{name}"], language.number(bits, 1))
        at, y = x(bits), frame.top - 4 - 17.0 * (len(marks) - 1 - row)
        parts.append(line(at, y - 8, at, frame.bottom, "ink", dashes="4 3"))
        parts.append(text(at + 5, y, words, halo=True))
    return parts


def scores_picture(histogram: Histogram, language: Language) -> str:
    """Persons by the log-odds of the best candidate, stacked by status, with the thresholds."""
    edges, counts = histogram.edges, histogram.counts
    totals = [sum(column) for column in zip(*counts.values(), strict=True)]
    most = max(totals)
    top = 34.0 + 17.0 * len(histogram.thresholds)
    frame = Frame(64.0, top, WIDTH - 16.0, top + 200.0)
    span = edges[-1] - edges[0]

    def x(bits: float) -> float:
        return frame.x((bits - edges[0]) / span)

    across = [((edge - edges[0]) / span, language.number(edge, 0)) for edge in edges[::5]]
    up = [(step / most, language.count(step)) for step in nice_steps(0.0, most, 4)]
    caption = CAPTIONS["scores"]
    parts = frame.axes(across, up, (language.say(caption.x), ""))
    parts.append(text(0, 14, language.say(caption.y)))
    for i, total in enumerate(totals):
        reached = 0
        told = ", ".join(f"{language.say(STATUS_SHORT[name])} {language.count(counts[name][i])}" for name in counts)
        for name, column in counts.items():
            if total and column[i]:
                low, high = frame.y(reached / most), frame.y((reached + column[i]) / most)
                parts.append(bar(x(edges[i]) + 1, high, x(edges[i + 1]) - x(edges[i]) - 2, low - high, name, title=told))
            reached += column[i]
    parts += _marked(histogram.thresholds, x, frame, language)
    return picture(WIDTH, frame.bottom + 44, language.say(caption.title), parts, least=LEAST)


def reliability_picture(bins: Sequence[Bin], language: Language) -> str:
    """Wrong links promised against wrong links found, both on a scale of powers of ten."""
    known = [one for one in bins if one.promised is not None and one.right.value is not None]
    caption = CAPTIONS["reliability"]
    least = min([1.0 - (one.promised or 0.0) for one in known], default=1e-4)
    lowest = 10.0 ** math.floor(math.log10(max(least, LEAST_WRONG)))
    decades = -math.log10(lowest)
    frame = Frame(78.0, 34.0, WIDTH - 40.0, 374.0)

    def at(wrong: float) -> float:
        return 1.0 + math.log10(min(max(wrong, lowest), 1.0)) / decades

    ticks = [(at(10.0**-i), language.tick(10.0**-i)) for i in range(round(decades) + 1)]
    parts = frame.axes(ticks, ticks, (language.say(caption.x), language.say(caption.y)), grid=True)
    parts.append(line(frame.left, frame.bottom, frame.right, frame.top, "muted", width=1.5))
    half = at(0.5)
    parts.append(line(frame.left, frame.y(at(2.0 * lowest)), frame.x(half), frame.top, "against", width=1.5, dashes="5 4"))
    parts += _reliability_key(frame, language)
    points = []
    for one in known:
        value = one.right.value or 0.0
        x, y = frame.x(at(1.0 - (one.promised or 0.0))), frame.y(at(1.0 - value))
        title = language.say(STRANDS["persons_of"], language.percent(1.0 - value, 2), language.count(one.right.persons))
        parts.append(line(x, frame.y(at(1.0 - one.right.low)), x, frame.y(at(1.0 - one.right.high)), "full", width=2))
        points.append(dot(x, y, "full", hollow=value >= 1.0, title=title))
    return picture(WIDTH, frame.bottom + 44, language.say(caption.title), parts + points, least=LEAST)


def _reliability_key(frame: Frame, language: Language) -> list[str]:
    """Name the lines and points in the corner where only probabilities that mean nothing would lie."""
    x, y = frame.left + 14, frame.top + 22
    names = [language.say(STRANDS[name]) for name in ("twice", "diagonal", "found_wrong", "none_wrong")]
    parts = [bar(x - 6, y - 16, 30.0 + 8.0 * max(map(len, names)), 84, "paper")]
    parts += [
        line(x, y - 4, x + 22, y - 4, "against", width=1.5, dashes="5 4"),
        line(x, y + 16, x + 22, y + 16, "muted", width=1.5),
    ]
    parts += [dot(x + 11, y + 36, "full"), dot(x + 11, y + 56, "full", hollow=True)]
    return parts + [text(x + 30, y + 20.0 * i, name) for i, name in enumerate(names)]


def _rates(points: Sequence[Point]) -> list[tuple[float, Interval, Interval, float, float]]:
    """Points that have both values, with the values apart."""
    return [
        (one.threshold, one.precision, one.recall, one.precision.value, one.recall.value)
        for one in points
        if one.precision.value is not None and one.recall.value is not None
    ]


def precision_recall_picture(points: Sequence[Point], language: Language) -> str:
    """Recall across, precision up, intervals of both as lines; each axis begins a little below the least interval."""
    known = _rates(points)
    caption = CAPTIONS["precision_recall"]
    frame = Frame(78.0, 34.0, WIDTH - 40.0, 314.0)
    low_x = _begin(min((recall.low for _, _, recall, _, _ in known), default=0.0))
    low_y = _begin(min((precision.low for _, precision, _, _, _ in known), default=0.0))

    def x(share: float) -> float:
        return frame.x((share - low_x) / (1.0 - low_x))

    def y(share: float) -> float:
        return frame.y((share - low_y) / (1.0 - low_y))

    across = [((step - low_x) / (1.0 - low_x), language.tick(step)) for step in nice_steps(low_x, 1.0, 6)]
    up = [((step - low_y) / (1.0 - low_y), language.tick(step)) for step in nice_steps(low_y, 1.0, 5)]
    parts = frame.axes(across, up, (language.say(caption.x), language.say(caption.y)), grid=True)
    named: list[str] = []
    last = math.inf
    for threshold, precision, recall, value, found in sorted(known, key=lambda one: -one[4]):
        parts.append(line(x(found), y(precision.low), x(found), y(precision.high), "none", width=2))
        parts.append(line(x(recall.low), y(value), x(recall.high), y(value), "none", width=2))
        if last - x(found) > 48.0:
            # Below the curve, which rises to the left.
            named.append(
                text(x(found) - 8, y(value) + 18, language.number(threshold, _digits(threshold)), anchor="end", halo=True)
            )
            last = x(found)
    parts.append(polyline([(x(found), y(value)) for *_, value, found in sorted(known, key=lambda one: one[4])], "full"))
    parts += [dot(x(found), y(value), "full") for *_, value, found in known]
    return picture(WIDTH, frame.bottom + 44, language.say(caption.title), parts + named, least=LEAST)


def _begin(low: float) -> float:
    """Where an axis of shares begins: a round step at or below the least share, never 1."""
    step = 0.1 if low < 0.8 else 0.02 if low < 0.96 else 0.005 if low < 0.99 else 0.001
    return max(0.0, math.floor(min(low, 1.0 - step) / step - 1e-9) * step)


def _digits(number: float) -> int:
    """Decimals that a threshold has, four at most."""
    return len(f"{number:.4f}".rstrip("0").partition(".")[2])


def waterfall_picture(steps: Sequence[Step], language: Language) -> str:
    """How a match weight comes about: one bar a field, from where the last one ended; blue adds, orange takes away."""
    row, names, values = 26.0, 372.0, 62.0
    height = row * len(steps)
    reach = [0.0, *(step.begin for step in steps), *(step.end for step in steps)]
    low, high = min(reach), max(reach)
    frame = Frame(names, 0.0, WIDTH - values, height)

    def x(bits: float) -> float:
        return frame.x((bits - low) / max(high - low, 1e-9))

    parts = [line(x(0.0), 0, x(0.0), height, "line")]
    for i, step in enumerate(steps):
        y = i * row
        colour = "total" if step.kind != "field" else "for" if step.bits >= 0 else "against"
        left, right = sorted((x(step.begin), x(step.end)))
        parts.append(text(0, y + 17, _step_words(step, language), bold=step.kind == "total"))
        parts.append(bar(left, y + 5, max(right - left, 1.0), row - 10, colour))
        parts.append(text(WIDTH, y + 17, language.number(step.bits, 1, signed=True), anchor="end", bold=step.kind == "total"))
        if i + 1 < len(steps):
            parts.append(line(x(step.end), y + row - 5, x(step.end), y + row + 5, "muted"))
    return picture(WIDTH, height, language.say(CAPTIONS["waterfall"].title), parts, least=LEAST)


LONGEST = 56
"""Letters of a step's name that fit beside its bar."""


def _step_words(step: Step, language: Language) -> str:
    if step.kind != "field":
        return language.say(HEADS[step.kind])
    words = f"{language.say(field_words(step.field))}: {language.say(level_words(step.field, step.level))}"
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"
