"""Plain SVG, put together from text: shapes, axes and scales of the few pictures that a page needs.

Pictures are written with the same digits everywhere, carry a title for whoever cannot see them, and take their colours from
:mod:`vnlink.report.palette`. There is no clock, no random number and no identifier in them, so the same input gives the same
bytes and any number of them fit in one page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from vnlink.report.palette import paint

__all__ = ["Frame", "bar", "dot", "line", "nice_steps", "picture", "polyline", "text"]

FONT = 'system-ui,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif'


def picture(
    width: float, height: float, title: str, parts: Iterable[str], *, least: float | None = None, stretch: bool = False
) -> str:
    """Close shapes into a picture that fits its column.

    Parameters
    ----------
    width, height : float
        In pixels where there is room; it shrinks with its column.
    title : str
        What it shows, for whoever cannot see it.
    parts : iterable of str
    least : float, optional
        Pixels below which it does not shrink, so that its words stay readable: its column scrolls then.
    stretch : bool
        Whether only its width shrinks; for bars without words.
    """
    inside = "".join(parts)
    kept = f";min-width:{least:g}px" if least else ""
    font = f";font:13px {FONT}" if "<text" in inside else ""
    size = f"width:100%;max-width:{width:g}px;height:{height:g}px" if stretch else "max-width:100%;height:auto"
    fit = ' preserveAspectRatio="none"' if stretch else ""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img"{fit} '
        f"style='display:block;{size}{kept}{font}' aria-label=\"{escape(title)}\">{inside}</svg>"
    )


def _at(value: float) -> str:
    return f"{round(value, 1) + 0.0:g}"


def _told(tag: str, attributes: str, title: str) -> str:
    """Close a shape, with what a pointer over it is told."""
    return f"<{tag} {attributes}><title>{escape(title)}</title></{tag}>" if title else f"<{tag} {attributes}/>"


def bar(x: float, y: float, width: float, height: float, colour: str, *, title: str = "") -> str:
    """Draw a bar; ``title`` is what a pointer over it is told."""
    size = f'x="{_at(x)}" y="{_at(y)}" width="{_at(max(width, 0.0))}" height="{_at(max(height, 0.0))}"'
    return _told("rect", f'{size} style="fill:{paint(colour)}"', title)


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "ink", *, width: float = 1.0, dashes: str = "") -> str:
    """Draw a straight line."""
    dashed = f";stroke-dasharray:{dashes}" if dashes else ""
    style = f"stroke:{paint(colour)};stroke-width:{width:g}{dashed}"
    return f'<path d="M{_at(x1)} {_at(y1)}L{_at(x2)} {_at(y2)}" style="{style}"/>'


def polyline(points: Sequence[tuple[float, float]], colour: str, *, width: float = 2.0) -> str:
    """Draw a line through points."""
    path = "L".join(f"{_at(x)} {_at(y)}" for x, y in points)
    return f'<path d="M{path}" style="fill:none;stroke:{paint(colour)};stroke-width:{width:g}"/>' if points else ""


def dot(x: float, y: float, colour: str, *, size: float = 4.0, hollow: bool = False, title: str = "") -> str:
    """Draw a point; a hollow one says that nothing was counted there."""
    fill = paint("paper") if hollow else paint(colour)
    style = f"fill:{fill};stroke:{paint(colour)};stroke-width:2"
    return _told("circle", f'cx="{_at(x)}" cy="{_at(y)}" r="{size:g}" style="{style}"', title)


def text(
    x: float, y: float, words: str, *, anchor: str = "start", colour: str = "ink", bold: bool = False, halo: bool = False
) -> str:
    """Write words; ``anchor`` is start, middle or end, a halo keeps lines behind them away."""
    weight = ";font-weight:600" if bold else ""
    around = f";paint-order:stroke;stroke:{paint('paper')};stroke-width:4px" if halo else ""
    style = f"fill:{paint(colour)}{weight}{around}"
    return f'<text x="{_at(x)}" y="{_at(y)}" text-anchor="{anchor}" style="{style}">{escape(words)}</text>'


def nice_steps(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most ``most`` of them and one.

    >>> nice_steps(0.0, 1234.0), nice_steps(0.93, 1.0)
    ([0.0, 250.0, 500.0, 750.0, 1000.0], [0.94, 0.96, 0.98, 1.0])
    """
    span = high - low
    if span <= 0.0:
        return [low]
    size = 10.0 ** math.floor(math.log10(span / most))
    step = next(size * m for m in (1.0, 2.0, 2.5, 5.0, 10.0, 20.0) if span / (size * m) <= most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(i * step, digits) for i in range(first, last + 1)]


class Frame(NamedTuple):
    """The inside of a chart: where it lies in the picture, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def x(self, share: float) -> float:
        """Pixel of a share of the width, 0 at the left."""
        return self.left + share * (self.right - self.left)

    def y(self, share: float) -> float:
        """Pixel of a share of the height, 0 at the bottom."""
        return self.bottom - share * (self.bottom - self.top)

    def axes(
        self,
        across: Iterable[tuple[float, str]],
        up: Iterable[tuple[float, str]],
        names: tuple[str, str],
        *,
        grid: bool = False,
    ) -> list[str]:
        """Draw both axes.

        Parameters
        ----------
        across, up : iterable of (share, label)
            Marks.
        names : (str, str)
            What is measured across (below its end), and up (above the axis).
        grid : bool
            Whether marks across have a line through the chart, as marks up always do.
        """
        parts = []
        for share, label in up:
            parts.append(line(self.left, self.y(share), self.right, self.y(share), "line"))
            parts.append(text(self.left - 8, self.y(share) + 4, label, anchor="end", colour="muted"))
        for share, label in across:
            if grid:
                parts.append(line(self.x(share), self.top, self.x(share), self.bottom, "line"))
            parts.append(line(self.x(share), self.bottom, self.x(share), self.bottom + 4, "muted"))
            parts.append(text(self.x(share), self.bottom + 18, label, anchor="middle", colour="muted"))
        parts.append(line(self.left, self.bottom, self.right, self.bottom, "muted"))
        parts.append(text(self.right, self.bottom + 36, names[0], anchor="end"))
        parts.append(text(0.0, self.top - 12, names[1]))
        return parts
