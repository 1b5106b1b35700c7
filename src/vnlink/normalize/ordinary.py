"""Which syllables are ordinary family and given names.

Hoa and Hòa are two given names; Tai is hardly one, so beside Tài it is a mark that was lost. Only a list can tell them apart:
``resources/ordinary_names.csv``, kept by hand. Nothing that is learned from registers rests on it; it serves the words in
which two names are compared for people.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from .text import fold

__all__ = ["is_ordinary_family", "is_ordinary_given"]


@cache
def _ordinary() -> dict[str, frozenset[str]]:
    text = files("vnlink").joinpath("resources/ordinary_names.csv").read_text(encoding="utf-8")
    names: dict[str, set[str]] = {"family": set(), "given": set()}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        names[row["place"]].update(row["names"].split())
    return {place: frozenset(found) | {fold(name) + "*" for name in found} for place, found in names.items()}


def _is_ordinary(place: str, syllable: str, spelled: bool) -> bool:
    return syllable in _ordinary()[place] or (not spelled and syllable.isascii() and syllable + "*" in _ordinary()[place])


def is_ordinary_family(syllable: str, *, spelled: bool = True) -> bool:
    """Whether a canonical syllable is an ordinary family name; if not ``spelled``, one without marks may stand for any.

    >>> is_ordinary_family("phạm"), is_ordinary_family("phàm")
    (True, False)
    """
    return _is_ordinary("family", syllable, spelled)


def is_ordinary_given(syllable: str, *, spelled: bool = True) -> bool:
    """Whether a canonical syllable is an ordinary given name; if not ``spelled``, one without marks may stand for any.

    >>> is_ordinary_given("hòa"), is_ordinary_given("hoa"), is_ordinary_given("nguyêm")
    (True, True, False)
    """
    return _is_ordinary("given", syllable, spelled)
