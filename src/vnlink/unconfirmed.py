"""How right pairs of persons without a number agree, so that an audit of those with one can be weighted to them.

Who is confirmed by an old number has mostly not moved, for a move to another province brings a new one, and whose number was
written down was mostly written down well: the other evidence of such persons is better than that of persons without a
number. How much better is seen from the candidates of the latter, by EM: the odds of a candidate are corrected for how often
its levels come among the right pairs of these persons, the posteriors tell how often that is, and both are repeated. All else
of the model stays as it is.

What this cannot see are persons whose right candidate agrees so badly that it is not found at all. So no level that has a
better one is taken to be rarer than among the confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.ordered import declare
from vnlink.classify.training import fixed
from vnlink.compare.patterns import FIELDS
from vnlink.decide.ranking import ODDS_ONE, SCALE, Ranking
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, Field, field_levels

__all__ = ["VARYING", "level_shares", "shares_without_number"]

VARYING: tuple[Field, ...] = tuple(f for f in FIELDS if f.name in ("name", "birth", "place", "partner"))
"""Fields whose agreement differs between persons with and without a number."""

_ROUNDS = 5
"""After five rounds no share moved by more than a tenth of a percent on the registers of ``benchmarks/quality``."""

_MOST_BITS = 60.0


def level_shares(levels: NDArray[np.int64], weight: NDArray[np.float64], field: Field) -> NDArray[np.float64]:
    """Share of each level among pairs that have the field, float64[levels]; half a pair each is seen before any."""
    count = np.bincount(levels, weights=weight, minlength=len(field.levels)) + 0.5
    count[0] = 0.0
    return np.asarray(count / count.sum())


def shares_without_number(
    ranking: Ranking, person: NDArray[np.int64], absent_odds: NDArray[np.float64], confirmed: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Shares of the levels of :data:`VARYING` among the right pairs of persons without a number.

    Parameters
    ----------
    ranking : Ranking
    person : int64[t]
        The persons.
    absent_odds : float64[t]
        Odds that each is not in the register.
    confirmed : dict of str to float64[levels]
        The shares among confirmed persons, by field.

    Returns
    -------
    dict of str to float64[levels]
    """
    at, rank = np.nonzero(ranking.citizen[person] >= 0)
    patterns, score = ranking.patterns(person[at], rank), ranking.score[person[at], rank] / SCALE
    levels = {f.name: field_levels(patterns, f) for f in VARYING}
    rest = ranking.tail[person] / float(ODDS_ONE) + absent_odds
    found = dict(confirmed)
    for _ in range(_ROUNDS):
        added = np.zeros(len(score))
        for name, level in levels.items():
            table = np.zeros(len(found[name]))
            table[1:] = np.log2(found[name][1:] / confirmed[name][1:])
            added += table[level]
        odds = np.exp2(np.clip(score + added, -_MOST_BITS, _MOST_BITS))
        total = np.bincount(at, weights=odds, minlength=len(person)) + rest
        right = fixed(odds / total[at])
        found = {f.name: level_shares(levels[f.name], right, f) for f in VARYING}
    return {f.name: _never_rarer(found[f.name], confirmed[f.name], f) for f in VARYING}


def _never_rarer(found: NDArray[np.float64], confirmed: NDArray[np.float64], field: Field) -> NDArray[np.float64]:
    """Let no level that has a better one be rarer than among the confirmed; the levels without a better one make room."""
    worse = np.array(declare((field,))[0].better) >= 0
    held = np.where(worse, np.maximum(found, confirmed), 0.0)
    # Places are graded by how much they tell: which grade it is says nothing of how well a pair agrees.
    hamlet, commune = (np.isin(field.levels, levels) for levels in (HAMLET_LEVELS, COMMUNE_LEVELS))
    worse, held[hamlet] = worse & ~hamlet, 0.0
    if commune.any():
        held[commune] = found[commune] * max(1.0, confirmed[commune].sum() / found[commune].sum())
    best = np.where(worse, 0.0, found)
    if held.sum() >= 1.0 or not best.sum() > 0.0:
        return found
    return np.asarray(held + best * (1.0 - held.sum()) / best.sum())
