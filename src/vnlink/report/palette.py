"""Every colour of a picture, named once for pages, notebooks and charts.

The hues are Okabe and Ito's ("Color universal design", 2008), which stay apart for every kind of colour vision. Blue, orange
and light grey also differ in brightness (about 45, 71 and 81 of 100), so they stay apart in grey print, where orange and a
middle grey would not. Pictures refer to a colour by its name; a page says once what the names are by day and by night.
"""

from __future__ import annotations

__all__ = ["DARK", "LIGHT", "css_variables", "paint"]

LIGHT = {
    "full": "#0072B2",
    "partial": "#E69F00",
    "none": "#C3C9CF",
    "for": "#0072B2",
    "against": "#D55E00",
    "total": "#4A5560",
    "ink": "#1D2630",
    "muted": "#5B6672",
    "line": "#D8DEE4",
    "faint": "#EEF1F4",
    "paper": "#FFFFFF",
}
"""By day and on paper. ``for`` and ``against`` are evidence that speaks for or against one person."""

DARK = {
    "full": "#56B4E9",
    "partial": "#E69F00",
    "none": "#5A646E",
    "for": "#56B4E9",
    "against": "#F0803C",
    "total": "#A9B3BD",
    "ink": "#E6EAEE",
    "muted": "#A3ADB8",
    "line": "#3A444E",
    "faint": "#232B33",
    "paper": "#14191F",
}
"""By night, on screens only."""


def css_variables(colours: dict[str, str]) -> str:
    """Declare the colours for a page.

    >>> css_variables({"ink": "#1D2630"})
    '--vl-ink:#1D2630'
    """
    return ";".join(f"--vl-{name}:{value}" for name, value in colours.items())


def paint(name: str) -> str:
    """Refer to a colour in a style; where the page declares nothing it is the one by day.

    >>> paint("full")
    'var(--vl-full,#0072B2)'
    """
    return f"var(--vl-{name},{LIGHT[name]})"
