"""How each picture of a run is drawn with Altair: numbers of :mod:`vnlink.report.chart_data` in, a chart out.

Data goes into a chart as plain rows: no pandas is needed, and a chart saved as JSON or HTML is whole. :class:`Drawing` holds
Altair, which is an extra and comes from outside, and the language.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vnlink.report.captions import CAPTIONS, CAUSE_WORDS, HEADS, STATUS_SHORT, STRANDS
from vnlink.report.chart_data import Bin, Histogram, Loss, Place, Point, Step, Weight
from vnlink.report.language import Language
from vnlink.report.offline import without_network
from vnlink.report.palette import LIGHT
from vnlink.report.words import Words, field_words, level_words

__all__ = ["Drawing"]

WIDTH, HEIGHT = 620, 300
LINE = 100
"""Letters of a line of the note under a title."""

LEAST_WRONG = 1e-5
ROOM_FOR_A_NAME = 54.0
NAMES_WIDTH, LETTER = 380.0, 6.4
"""Pixels for names at an axis at most, and about what a letter of them takes."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws charts in one language.

    Attributes
    ----------
    alt : module
        Altair.
    say : Language
    """

    alt: Any
    say: Language

    def weights(self, found: Sequence[Weight]) -> Any:
        """What each level of agreement is worth, a panel a field."""
        rows: Rows = [
            {
                "field": self.say.say(field_words(one.field)),
                "level": self.say.say(level_words(one.field, one.level)),
                "bits": one.bits,
                "words": self.say.number(one.bits, 1, signed=True),
                "sign": "for" if one.bits >= 0 else "against",
            }
            for one in found
        ]
        low, high = min([row["bits"] for row in rows], default=0.0), max([row["bits"] for row in rows], default=1.0)
        room = 0.13 * max(high - min(low, 0.0), 1.0)
        domain = [min(low, 0.0) - room, max(high, 0.0) + room]
        fields = list(dict.fromkeys(row["field"] for row in rows))
        extent = min(NAMES_WIDTH, max([LETTER * len(row["level"]) for row in rows], default=0.0))
        parts = [
            self._field_weights([row for row in rows if row["field"] == field], domain, extent, last=field == fields[-1])
            for field in fields
        ]
        return self._finished(
            self.alt.vconcat(*parts, spacing=6), CAPTIONS["weights"].title, self.say.say(CAPTIONS["weights"].note)
        )

    def scores(self, found: Histogram) -> Any:
        """Persons by log-odds and status, with the thresholds."""
        rows: Rows = [
            {"low": low, "high": high, "status": self.say.say(STATUS_SHORT[name]), "persons": column[i], "order": order}
            for i, (low, high) in enumerate(zip(found.edges, found.edges[1:], strict=False))
            for order, (name, column) in enumerate(found.counts.items())
            if column[i]
        ]
        caption = CAPTIONS["scores"]
        bars = (
            self.alt.Chart(self._rows(rows))
            .mark_bar(stroke=LIGHT["paper"], strokeWidth=1)
            .encode(
                x=self.alt.X(
                    "low:Q",
                    bin="binned",
                    title=self.say.say(caption.x),
                    axis=self.alt.Axis(grid=False, values=found.edges[::5]),
                ),
                x2="high:Q",
                y=self.alt.Y("persons:Q", title=self.say.say(caption.y), axis=self.alt.Axis(format=",d")),
                color=self._status_colour(),
                order="order:Q",
                tooltip=[self._field("status", "status"), self._count("persons", "persons")],
            )
        )
        marks: Rows = [
            {"bits": bits, "words": self.say.say(STRANDS[f"threshold_{name}"], self.say.number(bits, 1)), "row": row}
            for row, (name, bits) in enumerate(found.thresholds)
        ]
        lines = self.alt.Chart(self._rows(marks)).mark_rule(strokeDash=[4, 3], color=LIGHT["ink"]).encode(x="bits:Q")
        layers = [bars, lines]
        for mark in marks:
            # Names of all but the last stand to the left of their lines, so that no line runs through one.
            last = mark is marks[-1]
            place = {"align": "left" if last else "right", "dx": 4 if last else -4, "y": 7 + 15 * mark["row"]}
            layers.append(self.alt.Chart(self._rows([mark])).mark_text(**place).encode(x="bits:Q", text="words:N"))
        chart = self.alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
        return self._finished(chart, caption.title, self.say.say(caption.note))

    def reliability(self, bins: Sequence[Bin]) -> Any:
        """Wrong links promised against wrong links found, on scales of powers of ten."""
        rows: Rows = [
            {
                "promised": max(1.0 - one.promised, LEAST_WRONG),
                "found": max(1.0 - one.right.value, LEAST_WRONG),
                "low": max(1.0 - one.right.high, LEAST_WRONG),
                "high": max(1.0 - one.right.low, LEAST_WRONG),
                "persons": one.right.persons,
                "wrong": self.say.say(STRANDS["found_wrong" if one.right.value < 1.0 else "none_wrong"]),
            }
            for one in bins
            if one.promised is not None and one.right.value is not None
        ]
        least = 10.0 ** math.floor(math.log10(min([row["promised"] for row in rows], default=1e-4)))
        domain = [max(least, LEAST_WRONG), 1.0]
        caption = CAPTIONS["reliability"]

        def axis(words: Words, name: str) -> Any:
            ticks = [10.0**-i for i in range(round(-math.log10(domain[0])) + 1)]
            labels = self.alt.Axis(values=ticks, format="~%", labelOverlap=False)
            scale = self.alt.Scale(type="log", domain=domain, clamp=True, nice=False)
            make = self.alt.X if name == "x" else self.alt.Y
            return lambda column: make(f"{column}:Q", title=self.say.say(words), scale=scale, axis=labels)

        x, y = axis(caption.x, "x"), axis(caption.y, "y")
        ends = [{"a": domain[0], "b": domain[0]}, {"a": 1.0, "b": 1.0}]
        twice = [{"a": domain[0], "b": 2.0 * domain[0]}, {"a": 0.5, "b": 1.0}]
        diagonal = self.alt.Chart(self._rows(ends)).mark_line(color=LIGHT["muted"]).encode(x=x("a"), y=y("b"))
        dashes = (
            self.alt.Chart(self._rows(twice)).mark_line(color=LIGHT["against"], strokeDash=[5, 4]).encode(x=x("a"), y=y("b"))
        )
        base = self.alt.Chart(self._rows(rows)).encode(x=x("promised"))
        lines = base.mark_rule(color=LIGHT["full"], strokeWidth=2).encode(y=y("low"), y2="high:Q")
        shown = [self.say.say(STRANDS[name]) for name in ("found_wrong", "none_wrong")]
        points = base.mark_point(size=70, filled=True, stroke=LIGHT["full"], strokeWidth=2, opacity=1).encode(
            y=y("found"),
            fill=self.alt.Fill(
                "wrong:N",
                scale=self.alt.Scale(domain=shown, range=[LIGHT["full"], LIGHT["paper"]]),
                legend=self.alt.Legend(
                    title=None, orient="top-left", symbolType="circle", labelLimit=300, symbolStrokeColor=LIGHT["full"]
                ),
            ),
            tooltip=[
                self.alt.Tooltip("promised:Q", format=".3%", title=self.say.say(HEADS["promised_wrong"])),
                self.alt.Tooltip("found:Q", format=".3%", title=self.say.say(HEADS["found_wrong"])),
                self._count("persons", "persons"),
            ],
        )
        chart = self.alt.layer(diagonal, dashes, lines, points).properties(width=WIDTH - 120, height=HEIGHT + 60)
        return self._finished(chart, caption.title, self.say.say(caption.note))

    def precision_recall(self, points: Sequence[Point], head: str) -> Any:
        """Precision against recall with intervals; ``head`` says what a threshold is."""
        rows: Rows = [
            {
                "threshold": one.threshold,
                "precision": one.precision.value,
                "recall": one.recall.value,
                "precision_low": one.precision.low,
                "precision_high": one.precision.high,
                "recall_low": one.recall.low,
                "recall_high": one.recall.high,
            }
            for one in points
            if one.precision.value is not None and one.recall.value is not None
        ]
        caption = CAPTIONS["precision_recall"]
        ends = {
            "x": [min([row["recall_low"] for row in rows], default=0.0), 1.0],
            "y": [min([row["precision_low"] for row in rows], default=0.0), 1.0],
        }

        def channel(make: Any, column: str, words: Words, domain: list[float]) -> Any:
            scale = self.alt.Scale(domain=domain, nice=False, zero=False)
            return make(f"{column}:Q", title=self.say.say(words), scale=scale, axis=self.alt.Axis(format="~%", tickCount=6))

        base = self.alt.Chart(self._rows(rows))
        x, y = channel(self.alt.X, "recall", caption.x, ends["x"]), channel(self.alt.Y, "precision", caption.y, ends["y"])
        up = base.mark_rule(color=LIGHT["none"], strokeWidth=2).encode(
            x=x, y=channel(self.alt.Y, "precision_low", caption.y, ends["y"]), y2="precision_high:Q"
        )
        across = base.mark_rule(color=LIGHT["none"], strokeWidth=2).encode(
            y=y, x=channel(self.alt.X, "recall_low", caption.x, ends["x"]), x2="recall_high:Q"
        )
        line = base.mark_line(color=LIGHT["full"]).encode(x=x, y=y, order="threshold:Q")
        dots = base.mark_point(color=LIGHT["full"], filled=True, size=55, opacity=1).encode(
            x=x,
            y=y,
            tooltip=[
                self.alt.Tooltip("threshold:Q", title=self.say.say(HEADS[head])),
                self.alt.Tooltip("precision:Q", format=".3%", title=self.say.say(HEADS["precision"])),
                self.alt.Tooltip("recall:Q", format=".3%", title=self.say.say(HEADS["recall"])),
            ],
        )
        layers = [up, across, line, dots]
        if head == "at_least":  # few and round
            names = self.alt.Chart(self._rows(self._named(rows, ends["x"][0])))
            layers.append(names.mark_text(align="right", dx=-8, dy=16).encode(x=x, y=y, text="name:N"))
        chart = self.alt.layer(*layers).properties(width=WIDTH - 60, height=HEIGHT)
        return self._finished(chart, caption.title, self.say.say(caption.note))

    def _named(self, rows: Rows, low: float) -> Rows:
        """Points with the threshold they begin at, from the right on, as far as their names have room."""
        found: Rows = []
        for row in sorted(rows, key=lambda one: -one["recall"]):
            if not found or (found[-1]["recall"] - row["recall"]) / (1.0 - low) * (WIDTH - 60) > ROOM_FOR_A_NAME:
                digits = len(f"{row['threshold']:.4f}".rstrip("0").partition(".")[2])
                found.append({**row, "name": self.say.number(row["threshold"], digits)})
        return found

    def waterfall(self, steps: Sequence[Step]) -> Any:
        """How a match weight comes about."""
        rows: Rows = [
            {
                "step": _step_words(step, self.say),
                "begin": step.begin,
                "end": step.end,
                "bits": step.bits,
                "words": self.say.number(step.bits, 1, signed=True),
                "right": max(step.begin, step.end),
                "kind": step.kind if step.kind != "field" else "for" if step.bits >= 0 else "against",
            }
            for step in steps
        ]
        colours = {"start": LIGHT["total"], "total": LIGHT["total"], "for": LIGHT["for"], "against": LIGHT["against"]}
        base = self.alt.Chart(self._rows(rows)).encode(y=self._names("step", [row["step"] for row in rows]))
        bars = base.mark_bar(height={"band": 0.6}).encode(
            x=self.alt.X("begin:Q", title=self.say.say(CAPTIONS["waterfall"].x)),
            x2="end:Q",
            color=self.alt.Color(
                "kind:N", scale=self.alt.Scale(domain=list(colours), range=list(colours.values())), legend=None
            ),
            tooltip=[self.alt.Tooltip("step:N", title=self.say.say(HEADS["field"])), self._number("bits", "bits")],
        )
        texts = base.mark_text(align="left", dx=5).encode(x="right:Q", text="words:N")
        zero = self.alt.Chart(self._rows([{"zero": 0.0}])).mark_rule(color=LIGHT["muted"]).encode(x="zero:Q")
        chart = self.alt.layer(zero, bars, texts).properties(width=WIDTH - 180, height=self.alt.Step(24))
        return self._finished(chart, CAPTIONS["waterfall"].title, self.say.say(CAPTIONS["waterfall"].note))

    def losses(self, found: Sequence[Loss], *, by_truth: bool) -> Any:
        """Persons by cause."""
        caption = CAPTIONS["true_losses" if by_truth else "losses"]
        rows: Rows = [
            {
                "cause": _cause_words(one, found, self.say),
                "status": self.say.say(STATUS_SHORT[one.status]),
                "persons": one.persons,
                "words": f"{self.say.count(one.persons)} ({self.say.percent(one.share)})",
            }
            for one in found
        ]
        base = self.alt.Chart(self._rows(rows)).encode(
            x=self.alt.X("persons:Q", title=self.say.say(caption.x), axis=self.alt.Axis(format=",d", tickCount=5)),
            y=self._names("cause", [row["cause"] for row in rows]),
        )
        colour = self._status_colour().legend(None) if by_truth else self._status_colour()
        bars = base.mark_bar(height={"band": 0.7}).encode(
            color=colour, tooltip=[self._field("cause", "cause"), self._count("persons", "persons")]
        )
        texts = base.mark_text(align="left", dx=5).encode(text="words:N")
        chart = self.alt.layer(bars, texts).properties(width=WIDTH - 240, height=self.alt.Step(24))
        return self._finished(chart, caption.title, self.say.say(caption.note))

    def places(self, found: Sequence[Place], by: str) -> Any:
        """Shares of the statuses by place."""
        names = [one.name or one.code for one in found]
        # Communes of one name in two provinces are two places.
        unique = [f"{name} ({one.code})" if names.count(name) > 1 else name for name, one in zip(names, found, strict=True)]
        rows: Rows = [
            {
                "place": place or self.say.say(STRANDS["not_known"]),
                "status": self.say.say(STATUS_SHORT[name]),
                "share": share,
                "persons": one.persons,
                "part": part,
            }
            for place, one in zip(unique, found, strict=True)
            for part, (name, share) in enumerate(one.shares.items())
        ]
        bars = (
            self.alt.Chart(self._rows(rows))
            .mark_bar(height={"band": 0.7}, stroke=LIGHT["paper"], strokeWidth=1)
            .encode(
                x=self.alt.X(
                    "share:Q",
                    title=self.say.say(HEADS["share"]),
                    axis=self.alt.Axis(format="~%"),
                    scale=self.alt.Scale(domain=[0, 1]),
                ),
                y=self._names("place", list(dict.fromkeys(row["place"] for row in rows))),
                color=self._status_colour(),
                order="part:Q",
                tooltip=[
                    self._field("place", "place"),
                    self._field("status", "status"),
                    self.alt.Tooltip("share:Q", format=".1%", title=self.say.say(HEADS["share"])),
                    self._count("persons", "persons"),
                ],
            )
        )
        chart = bars.properties(width=WIDTH - 160, height=self.alt.Step(22))
        return self._finished(chart, CAPTIONS[f"by_{by}"].title, "")

    def _field_weights(self, rows: Rows, domain: list[float], extent: float, *, last: bool) -> Any:
        """The weights of one field; only the last field has the axis that all share."""
        axis = self.alt.Axis(labels=last, ticks=last, domain=last, tickCount=6)
        x = self.alt.X(
            "bits:Q",
            title=self.say.say(CAPTIONS["weights"].x) if last else None,
            scale=self.alt.Scale(domain=domain, nice=False),
            axis=axis,
        )
        names = [row["level"] for row in rows]
        base = self.alt.Chart(self._rows(rows)).encode(
            x=x,
            y=self._names("level", names, extent=extent),
            tooltip=[self._field("field", "field"), self._field("level", "level"), self._number("bits", "bits")],
        )
        scale = self.alt.Scale(domain=["for", "against"], range=[LIGHT["for"], LIGHT["against"]])
        layers = [base.mark_bar(height={"band": 0.7}).encode(color=self.alt.Color("sign:N", scale=scale, legend=None))]
        for sign, align, dx in (("for", "left", 4), ("against", "right", -4)):
            layers.append(base.mark_text(align=align, dx=dx).encode(text="words:N").transform_filter(f"datum.sign == '{sign}'"))
        title = self.alt.Title(rows[0]["field"], fontSize=12, anchor="start", frame="bounds", offset=2)
        return self.alt.layer(*layers).properties(width=WIDTH - 200, height=self.alt.Step(18), title=title)

    def _names(self, column: str, names: list[str], extent: float | None = None) -> Any:
        """An axis of names from above to below in their own order, at least ``extent`` pixels wide."""
        room = {"minExtent": extent, "maxExtent": extent} if extent else {}
        return self.alt.Y(
            f"{column}:N", sort=names, title=None, axis=self.alt.Axis(labelLimit=380, ticks=False, domain=False, **room)
        )

    def _rows(self, rows: Rows) -> Any:
        return self.alt.InlineData(values=rows)

    def _field(self, column: str, head: str) -> Any:
        return self.alt.Tooltip(f"{column}:N", title=self.say.say(HEADS[head]))

    def _count(self, column: str, head: str) -> Any:
        return self.alt.Tooltip(f"{column}:Q", format=",d", title=self.say.say(HEADS[head]))

    def _number(self, column: str, head: str) -> Any:
        return self.alt.Tooltip(f"{column}:Q", format="+.1f", title=self.say.say(HEADS[head]))

    def _status_colour(self) -> Any:
        names = [self.say.say(words) for words in STATUS_SHORT.values()]
        scale = self.alt.Scale(domain=names, range=[LIGHT[name] for name in STATUS_SHORT])
        return self.alt.Color("status:N", scale=scale, legend=self.alt.Legend(title=None, orient="top"))

    def _finished(self, chart: Any, title: Words, note: str) -> Any:
        """Give a chart its title, its fonts, and the numbers of its language."""
        number = {
            "decimal": self.say.decimal,
            "thousands": self.say.group,
            "grouping": [3],
            "currency": ["", ""],
            "percent": self.say.percent_sign,
        }
        head = self.alt.Title(self.say.say(title), subtitle=textwrap.wrap(note, LINE), anchor="start", offset=12)
        return without_network(
            chart.properties(title=head, background=LIGHT["paper"])
            .configure(
                font='"Noto Sans", "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
                locale={"number": number},
                padding=10,
            )
            .configure_title(
                fontSize=16, subtitleFontSize=12, color=LIGHT["ink"], subtitleColor=LIGHT["muted"], subtitlePadding=4
            )
            .configure_axis(
                labelFontSize=12,
                titleFontSize=12,
                titleFontWeight="normal",
                labelColor=LIGHT["ink"],
                titleColor=LIGHT["muted"],
                labelFlush=False,
                gridColor=LIGHT["line"],
                domainColor=LIGHT["muted"],
                tickColor=LIGHT["muted"],
            )
            .configure_legend(labelFontSize=12, labelColor=LIGHT["ink"])
            .configure_text(fontSize=12, color=LIGHT["ink"])
            .configure_view(stroke=None)
        )


def _cause_words(loss: Loss, found: Sequence[Loss], say: Language) -> str:
    """One cause may stand for persons of two statuses, and an axis has each name once."""
    words = say.say(CAUSE_WORDS[loss.cause])
    alone = sum(one.cause == loss.cause for one in found) == 1
    return words if alone else f"{words} ({say.say(STATUS_SHORT[loss.status])})"


def _step_words(step: Step, say: Language) -> str:
    if step.kind != "field":
        return say.say(HEADS[step.kind])
    return f"{say.say(field_words(step.field))}: {say.say(level_words(step.field, step.level))}"
