"""Curves of precision and recall as SVG; matplotlib draws them and is optional."""

from __future__ import annotations

from pathlib import Path
from typing import Any

__all__ = ["draw"]


def draw(name: str, curves: dict[str, dict[str, list[float]]], out: Path) -> bool:
    """Draw the curves of one register; False where matplotlib is not installed.

    The share of wrong links is on a scale of logarithms: between 99 % and 99.99 % lies what is decided on.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        return False
    mpl.use("svg")
    import matplotlib.pyplot as plt

    settings: dict[str, Any] = {"svg.hashsalt": "vnlink", "font.size": 10}
    with plt.rc_context(settings):
        figure, axes = plt.subplots(figsize=(7, 5))
        for method, points in curves.items():
            wrong = [max(1.0 - precision, 1e-5) for precision in points["precision"]]
            axes.plot(points["recall"], wrong, label=method.replace("_", " "))
        axes.set(yscale="log", ylim=(1e-5, 0.1), xlim=(0.4, 1.0), xlabel="recall", ylabel="1 - precision", title=name)
        axes.grid(visible=True, which="both", alpha=0.3)
        axes.legend()
        figure.savefig(out, format="svg", metadata={"Date": None})
        plt.close(figure)
    return True
