"""What each kind of evidence adds: recall without it, everything else learned again.

    python benchmarks/quality/ablation.py FOLDER [FOLDER ...] --out build/quality/ablation.json

Each folder holds land.parquet, citizens.parquet and truth.parquet. One kind of evidence at a time is taken out of every
comparison (its level becomes "missing", or a coarser one), candidates stay those of the whole evidence, a model is learned anew
from the same registers, and they are linked with it. Numbers are hidden when they link and stay anchors of learning: the
weights of all else are learned with them hidden in any case. Without rarity every name counts as equally common.

All are judged under the same draws of citizens, so the intervals of the differences are those of paired samples.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scoring import PRECISIONS, Judged, recalls

from blocking import true_citizens
from vnlink.blocking.counting import DEFAULT_LIMITS
from vnlink.classify.fellegi_sunter import NUMBER_FIELDS
from vnlink.compare.patterns import FIELDS, rarity_level
from vnlink.config import Config
from vnlink.decide.posterior import posterior
from vnlink.decide.ranking import SCALE
from vnlink.engines import local, population, training
from vnlink.linkage import Linkage
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, field_levels

__all__ = ["ABLATIONS", "ablation"]

_KEEP = 10
_MARKS = ("unmarked", "mark_lost", "given_mark_lost", "marks_lost", "asking_tones", "mark_differs", "given_tone_differs",
          "given_vowel_differs", "marks_differ")  # fmt: skip
_YEAR_ONLY = dict.fromkeys(
    ("date", "month", "default_day", "swapped", "digit_slip", "part_of_day", "year_only_agrees"), "year"
) | {
    "year_slip": "near_year", "years_slip": "near_years", "decade_slip": "decade_off", "day_agrees": "different_year",
    "different_date": "different_year",
}  # fmt: skip
Levels = dict[str, dict[str, str]]


def _gone(field: str) -> Levels:
    """Every level of a field is missing."""
    return {field: {level: next(f for f in FIELDS if f.name == field).levels[0] for level in _levels(field)}}


def _levels(field: str) -> tuple[str, ...]:
    return next(f for f in FIELDS if f.name == field).levels


_COMMUNE = "commune_65536"
_ANY_COMMUNE = dict.fromkeys(COMMUNE_LEVELS, _COMMUNE)
"""What communes count as where it is not told apart how many of the family live there."""

ABLATIONS: dict[str, Levels] = {
    "everything": {},
    "without the other person (partner)": _gone("partner"),
    "without place": _gone("place"),
    "without what is below the commune, and families": {
        "place": dict.fromkeys((*HAMLET_LEVELS, "other_locality"), _COMMUNE) | _ANY_COMMUNE
    },
    "without families of a place": {"place": dict.fromkeys(HAMLET_LEVELS, "hamlet_1024") | _ANY_COMMUNE},
    "without birth date": _gone("birth"),
    "without day and month": {"birth": _YEAR_ONLY},
    "without generation": _gone("generation"),
    "without sex": _gone("sex"),
    "without marks": {"name": dict.fromkeys(_MARKS, "exact")},
    "without rarity": {},
    "without numbers": {},
}
"""What is taken out: levels that become another level of the same field. Rarity and numbers are no matter of levels."""


def _remapped(levels: Levels) -> Callable[[NDArray[np.int64]], NDArray[np.int64]]:
    tables = []
    for f in FIELDS:
        if f.name in levels:
            number = {level: i for i, level in enumerate(f.levels)}
            known = {level: other for level, other in levels[f.name].items() if level in number}
            tables.append((f, np.array([number[known.get(level, level)] for level in f.levels], np.int64)))

    def work(patterns: NDArray[np.int64]) -> NDArray[np.int64]:
        for f, table in tables:
            bits = np.int64(((1 << f.bits) - 1) << f.shift)
            patterns = (patterns & ~bits) | (table[field_levels(patterns, f)] << f.shift)
        return patterns

    return work


@contextmanager
def _without(levels: Levels) -> Iterator[None]:
    """Let every comparison forget some levels."""
    work = _remapped(levels)
    kept = {
        (module, name): getattr(module, name)
        for module in (local, population, training)
        for name in ("compare_pairs", "with_partners")
        if hasattr(module, name)
    }
    for (module, name), original in kept.items():
        setattr(module, name, lambda *given, original=original: work(original(*given)))
    try:
        yield
    finally:
        for (module, name), original in kept.items():
            setattr(module, name, original)


class _OneRarity:
    """Says of every name that as many bear it as a land person's name has bearers in the mean."""

    def __init__(self) -> None:
        self._level: int | None = None

    def rarity(self, records: Any, lexicon: Any, bearers: NDArray[np.int32], *, gone: bool = False) -> NDArray[np.int32]:  # noqa: ARG002
        """Return the one level."""
        if self._level is None:
            self._level = int(rarity_level(np.array([max(float(bearers.mean()), 12.0)]))[0])
        return np.full(len(bearers), self._level, np.int32)


class _EquallyCommon(Linkage):
    """A linkage in which every name is as common as any other."""

    def _survey(self) -> Any:
        super()._survey()
        return _OneRarity()


def _judged(linkage: Linkage, true: NDArray[np.int64], due: NDArray[np.int64], *, numbers: bool) -> Judged:
    """Learn, link, and lay the truth beside the best candidates."""
    model = linkage.learn()
    if not numbers:
        for name in NUMBER_FIELDS:
            model.weights.weights[name][:] = 0.0
    new_scorer = model.scorer_maker(len(linkage.population), SCALE)
    engine = linkage.engine(local.LandPart.of(linkage.land.table, 0, len(linkage.land.table)))
    engine.count(DEFAULT_LIMITS)
    ranking = engine.rank(new_scorer, _KEEP)
    post = posterior(ranking, model.present[linkage.evidence])
    linked = np.flatnonzero((ranking.citizen[:, 0] >= 0) & (true > -2))
    order = linked[np.argsort(-post.log_odds[linked], kind="stable")]
    log_odds, said = post.log_odds[order], ranking.citizen[order, 0].astype(np.int64)
    last = np.flatnonzero(np.append(log_odds[1:] != log_odds[:-1], True))
    unit = np.where(true[order] >= 0, true[order], said)
    return Judged(log_odds, post.probability[order, 0], true[order] == said, unit, last, due)


def ablation(folder: Path, draws: int, wanted: list[str]) -> dict[str, Any]:
    """Measure one register: recall at each precision without each kind of evidence, and how much is lost."""
    truth = pq.read_table(folder / "truth.parquet")
    judged: dict[str, Judged] = {}
    citizens = 0
    for name in wanted:
        with _without(ABLATIONS[name]):
            kind = _EquallyCommon if name == "without rarity" else Linkage
            linkage = kind(folder / "land.parquet", folder / "citizens.parquet", Config())
            true = true_citizens(linkage, truth)
            at = pc.index_in(truth["citizen_id"].drop_null(), value_set=linkage.citizens.ids)
            due = np.asarray(at.drop_null()).astype(np.int64)
            citizens = len(linkage.population)
            judged[name] = _judged(linkage, true, due, numbers=name != "without numbers")
    plain = {name: np.array(recalls(one, None)) for name, one in judged.items()}
    rng = np.random.default_rng(0)
    drawn = {name: np.empty((draws, len(PRECISIONS))) for name in judged}
    for draw in range(draws):
        weight = rng.poisson(1.0, citizens).astype(np.int64)
        for name, one in judged.items():
            drawn[name][draw] = recalls(one, weight)
    first = wanted[0]
    return {
        name: {
            str(p): {
                "recall": float(plain[name][i]),
                "lost": float(plain[first][i] - plain[name][i]),
                "low": float(np.quantile(drawn[first][:, i] - drawn[name][:, i], 0.025)) if draws else None,
                "high": float(np.quantile(drawn[first][:, i] - drawn[name][:, i], 0.975)) if draws else None,
            }
            for i, p in enumerate(PRECISIONS)
        }
        for name in wanted
    }


def markdown(name: str, found: dict[str, Any]) -> str:
    """Write one register's table for people: recall, and in brackets the interval of what is lost."""
    lines = [f"## {name}", "", "| | " + " | ".join(f"at {100 * p:g} %" for p in PRECISIONS) + " |", "|---" * 5 + "|"]
    for evidence, row in found.items():
        cells = []
        for p in PRECISIONS:
            one = row[str(p)]
            lost = "" if one["low"] is None or not one["lost"] else f" ({100 * one['low']:.1f} to {100 * one['high']:.1f})"
            cells.append(f"{100 * one['recall']:.1f}, -{100 * one['lost']:.1f}{lost}".replace("--", "+"))
        lines.append(f"| {evidence} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure the registers that were asked for; write and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+", type=Path, help="folder of a register with its truth; repeat")
    parser.add_argument("--without", action="append", choices=list(ABLATIONS)[1:], help="all when not given; repeat")
    parser.add_argument("--bootstrap", type=int, default=200, help="draws for the intervals")
    parser.add_argument("--out", type=Path, default=None, help="JSON file to write")
    options = parser.parse_args(arguments)
    wanted = ["everything", *(options.without or list(ABLATIONS)[1:])]
    result = {}
    for folder in options.folder:
        result[folder.name] = ablation(folder, options.bootstrap, wanted)
        print(markdown(folder.name, result[folder.name]), flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
