"""The document on synthetic data."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from vnlink.datasets import CLEAN, RAW, ErrorRates, Population

DOCUMENT = (Path(__file__).parents[2] / "docs" / "synthetic-data.md").read_text(encoding="utf-8")


def test_the_document_shows_every_rate_of_both_presets() -> None:
    shown = dict(re.findall(r"^\| `(\w+)` \| (.+ % \| .+ %) \|", DOCUMENT, flags=re.MULTILINE))
    wanted = {
        one.name: f"{100 * getattr(RAW, one.name):g} % | {100 * getattr(CLEAN, one.name):g} %" for one in fields(ErrorRates)
    }
    assert shown == wanted


def test_the_document_shows_every_parameter_of_the_population() -> None:
    assert all(f"| `{one.name}` |" in DOCUMENT for one in fields(Population))
