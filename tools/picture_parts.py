"""Parts of the pictures that draw_pictures.py draws: paper, cards, legends; see :mod:`vnlink.report.svg` for shapes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vnlink.report.palette import DARK, css_variables
from vnlink.report.svg import bar, picture, text

__all__ = ["PAD", "card", "finished", "framed", "legend", "probability", "told"]

PAD = 20.0


def finished(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """A picture as a file of its own, on its own paper."""
    night = f"<style>@media(prefers-color-scheme:dark){{:root{{{css_variables(DARK)}}}}}</style>"
    whole = picture(width, height, title, [night, bar(0, 0, width, height, "paper"), *parts])
    return whole.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1) + "\n"


def framed(drawn: str, width: float, height: float, title: str, note: str) -> str:
    """Put a picture of the report into a file of its own, with a title above."""
    inside = drawn[drawn.index(">") + 1 : -len("</svg>")]
    head = [text(PAD, 30, title, bold=True), text(PAD, 50, note, colour="muted")]
    moved = f'<g transform="translate({PAD:g} 72)">{inside}</g>'
    return finished(width + 2 * PAD, height + 72 + PAD, title, [*head, moved])


def card(x: float, y: float, width: float, height: float, lines: Sequence[str], *, head: str = "") -> list[str]:
    """Draw a box with lines of text, the head bold."""
    parts = [bar(x, y, width, height, "line"), bar(x + 1, y + 1, width - 2, height - 2, "faint")]
    words = [head, *lines] if head else list(lines)
    for i, one in enumerate(words):
        parts.append(text(x + 12, y + 23 + 19 * i, one, bold=bool(head) and i == 0))
    return parts


def probability(value: float) -> str:
    """A probability in words that never say it is certain."""
    return (
        "> 0.9999" if value > 0.9999 else "< 0.0001" if value < 0.0001 else f"{value:.4f}" if value < 0.01 else f"{value:.3f}"
    )


def told(x: float, y: float, what: str, lines: Sequence[str]) -> list[str]:
    """Name a cell of the land register, and what it holds below."""
    return [text(x, y, what, colour="muted"), *(text(x, y + 18 + 18 * i, one) for i, one in enumerate(lines))]


def legend(x: float, y: float) -> list[str]:
    parts = []
    for name in ("full", "partial", "none"):
        parts += [bar(x, y, 12, 12, name), text(x + 18, y + 11, name)]
        x += 86
    return parts
