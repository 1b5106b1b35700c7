"""Two invented registers of households, to see whether what links FEBRL also links something else.

Unlike FEBRL's records these hang together: a household shares its family name, street, town, postcode and often its telephone;
a town has few postcodes; names are as unevenly spread as real ones. Some left rows are of nobody on the right, mostly of
relatives of people who are there; some people come twice on the left; and a person who moved has another street, town, postcode
and telephone at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

__all__ = ["Rates", "households"]

_SYLLABLES = (
    "an",
    "bel",
    "cor",
    "dan",
    "el",
    "far",
    "gus",
    "hen",
    "il",
    "jor",
    "kas",
    "lin",
    "mor",
    "nel",
    "os",
    "per",
    "quin",
    "ros",
    "sel",
    "tam",
    "ul",
    "vic",
    "wen",
    "yor",
    "zan",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Rates:
    """How often what goes wrong on the left side; shares of rows or of values."""

    slip: float = 0.06
    missing: float = 0.04
    moved: float = 0.08
    married: float = 0.02
    absent: float = 0.15
    again: float = 0.1


def _words(rng: np.random.Generator, count: int, parts: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choice(_SYLLABLES, parts))] = None
    return list(found)


def _common(rng: np.random.Generator, words: list[str], count: int) -> list[str]:
    """Words by a Zipf law."""
    weight = 1.0 / (np.arange(len(words)) + 3.0)
    return [words[i] for i in rng.choice(len(words), count, p=weight / weight.sum())]


def _slip(rng: np.random.Generator, text: str) -> str:
    at, letters = int(rng.integers(max(len(text) - 1, 1))), "0123456789" if text[:1].isdigit() else _LETTERS
    kind = rng.integers(4)
    if kind == 0 and len(text) > 1:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    new = letters[rng.integers(len(letters))]
    return text[:at] + ("" if kind == 1 and len(text) > 2 else new) + text[at + (kind != 2) :]


def households(people: int, seed: int, rates: Rates | None = None) -> tuple[pa.Table, pa.Table, dict[str, str]]:
    """Make a left and a right table, and the right id of each left id whose person is there."""
    rates = rates or Rates()
    rng = np.random.default_rng(seed)
    towns, families, given = _words(rng, max(people // 400, 12), 3), _words(rng, 900, 3), _words(rng, 500, 2)
    streets = _words(rng, max(people // 30, 60), 3)
    homes: list[dict[str, str]] = []
    rows: list[dict[str, str]] = []
    while len(rows) < people:
        town = int(rng.integers(len(towns)))
        home = {
            "family": _common(rng, families, 1)[0],
            "street": f"{rng.integers(1, 120)} {streets[rng.integers(len(streets))]}",
            "town": towns[town],
            "postcode": f"{10000 + town * 7 + int(rng.integers(3))}",
            "phone": f"{rng.integers(10**8, 10**9)}",
        }
        homes.append(home)
        for _ in range(int(rng.integers(1, 6))):
            phone = home["phone"] if rng.random() < 0.5 else f"{rng.integers(10**8, 10**9)}"
            born = f"{rng.integers(1930, 2008)}-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
            own = {"given": _common(rng, given, 1)[0], "born": born, "sex": "mf"[rng.integers(2)], "phone": phone}
            rows.append(home | own)
    names = ["family", "given", "born", "sex", "street", "town", "postcode", "phone"]
    there = rng.random(len(rows)) >= rates.absent
    right = {"nr": [f"R{i}" for i in np.flatnonzero(there)]} | {
        name: [rows[i][name] for i in np.flatnonzero(there)] for name in names
    }
    left: dict[str, list[str | None]] = {"nr": [], **{name: [] for name in names}}
    truth: dict[str, str] = {}
    chosen = np.flatnonzero(rng.random(len(rows)) < 0.6)
    for i in rng.permutation(np.concatenate((chosen, chosen[rng.random(len(chosen)) < rates.again]))).tolist():
        row: dict[str, str] = dict(rows[i])
        if rng.random() < rates.moved:
            row |= {name: homes[rng.integers(len(homes))][name] for name in ("phone",)}
            row |= {name: value for name, value in homes[rng.integers(len(homes))].items() if name in names[4:7]}
        if rng.random() < rates.married:
            row["family"] = _common(rng, families, 1)[0]
        key = f"L{len(left['nr'])}"
        left["nr"].append(key)
        for name in names:
            value: str | None = _slip(rng, row[name]) if name != "sex" and rng.random() < rates.slip else row[name]
            left[name].append(None if rng.random() < rates.missing else value)
        if there[i]:
            truth[key] = f"R{i}"
    return pa.table(left), pa.table(right), truth
