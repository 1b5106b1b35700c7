"""Charts that a notebook shows without a network."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.util import find_spec
from io import BytesIO, StringIO
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
    return type(kind.__name__, (kind,), {"_repr_mimebundle_": _pictures, "__module__": kind.__module__})


def _pictures(chart: Any, *args: Any, **kwargs: Any) -> Any:
    """A chart as SVG for a notebook; as Altair shows it where the package that draws it is not installed.

    And as PNG: Jupyter does not show SVG of a notebook that was opened and not run, for it could hold a script.
    """
    if find_spec("vl_convert") is None:
        return super(type(chart), chart)._repr_mimebundle_(*args, **kwargs)
    picture, pixels = StringIO(), BytesIO()
    chart.save(picture, format="svg")
    chart.save(pixels, format="png")
    return {
        "image/svg+xml": picture.getvalue(),
        "image/png": b64encode(pixels.getvalue()).decode("ascii"),
        "text/plain": repr(chart),
    }
