"""How much closer together people live whose common name is rare.

Of two citizens called Nguyễn Văn Hùng one lives here and one anywhere. Two who share a name that hardly anybody else has are
often of one family or one people, and live in one hamlet: five to thirty times as often as two of a common name, on every
register that was looked at (docs/design/decisions.md). So an agreeing place proves less where the name is rare, and more where
it is common. How much is counted among the namesakes who are known to be others, who also tell how fields agree by chance
(:mod:`vnlink.classify.chance`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, RARITY_BEARERS, Field, field_levels

__all__ = ["closer_by_rarity"]

_STEP = 4
"""Levels of rarity that are counted together: a factor of four in the bearers."""

_LIKE_BESIDE = 10.0
"""Namesakes of a kind of place for whom it counts that the step beside, on the side of the most, has so many of them."""


def _kinds(place: Field) -> NDArray[np.int64]:
    """Kind of each level of the place: one for all grades of a hamlet, one for those of a commune, the others by themselves."""
    named = ["hamlet" if level in HAMLET_LEVELS else "commune" if level in COMMUNE_LEVELS else level for level in place.levels]
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(named))}
    return np.array([kinds[kind] for kind in named])


_OF_ONE_AGE = 0.6
"""Share of the bits that is taken. Namesakes of about one age, who are the rivals, are of one family less often than all are;
of them alone there are too few to count. From 0.4 to 0.8 registers fare alike, with all of it some lose."""


def closer_by_rarity(namesakes: NDArray[np.int64], place: Field, rarity: Field) -> NDArray[np.float64]:
    """Bits that each level of the place is worth more by the rarity of the name, float64[levels, levels of rarity].

    Parameters
    ----------
    namesakes : int64[n]
        Patterns of pairs of one folded name that are known to be two people.
    place, rarity : Field
    """
    bits = np.zeros((len(place.levels), len(rarity.levels)))
    borne, kinds = len(RARITY_BEARERS), _kinds(place)
    level, how_rare = field_levels(namesakes, place), field_levels(namesakes, rarity)
    told = (level > 0) & (how_rare < borne)
    steps = -(-borne // _STEP)
    counts = np.zeros((steps, int(kinds.max()) + 1))
    np.add.at(counts, (how_rare[told] // _STEP, kinds[level[told]]), 1.0)
    if not counts.any():
        return bits
    usual = counts.sum(axis=0) / counts.sum()
    shares = _shares(counts, usual)
    change = np.zeros_like(shares)
    np.log2(usual / np.maximum(shares, 1e-12), out=change, where=usual > 0.0)
    middle = (np.arange(steps) + 0.5) * _STEP - 0.5
    for kind in range(1, change.shape[1]):
        bits[kinds == kind, :borne] = _OF_ONE_AGE * np.interp(np.arange(borne), middle, change[:, kind])
    # Whole units of 1/4096 bit, as all weights: sums of them are exact.
    return np.rint(bits * 4096.0) / 4096.0


def _shares(counts: NDArray[np.float64], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each kind in each step of rarity; a step of few leans on its neighbour towards the step of most."""
    size = counts.sum(axis=1)
    most = int(size.argmax())
    shares = np.empty_like(counts)
    for step in (most, *range(most + 1, len(counts)), *range(most - 1, -1, -1)):
        like = usual if step == most else shares[step - 1 if step > most else step + 1]
        shares[step] = like * (counts[step] + _LIKE_BESIDE) / (size[step] * like + _LIKE_BESIDE)
        shares[step] /= shares[step].sum()
    return shares
