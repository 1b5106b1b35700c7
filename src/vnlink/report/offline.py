"""Charts that a notebook shows without a network."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from io import StringIO
from typing import Any

__all__ = ["without_network"]


def without_network(chart: Any) -> Any:
    """Let a notebook show a chart as a picture that is drawn here.

    Altair's own display loads its script from a network, which offices do not have and nothing here may need. The chart stays
    what it is, to be changed, put together and saved as Altair does.
    """
    kind: Any = type(chart)
    object.__setattr__(chart, "__class__", _drawn_here(kind))  # Altair's classes keep other attributes as data
    return chart


@cache
def _drawn_here(kind: Any) -> Any:
    """Make the class of charts of one kind that are drawn here."""
    return type(kind.__name__, (kind,), {"_repr_mimebundle_": _svg_bundle, "__module__": kind.__module__})


def _svg_bundle(chart: Any, *args: Any, **kwargs: Any) -> Any:
    """A chart as SVG for a notebook; as Altair shows it where the package that draws it is not installed."""
    if find_spec("vl_convert") is None:
        return super(type(chart), chart)._repr_mimebundle_(*args, **kwargs)
    picture = StringIO()
    chart.save(picture, format="svg")
    return {"image/svg+xml": picture.getvalue(), "text/plain": repr(chart)}
