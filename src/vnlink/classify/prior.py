"""What is believed of right pairs before any is seen, and how far what is learned of them reaches.

Orders of magnitude by judgement, after reports on Vietnamese land records: no source gives a rate per kind of error. They
count as a few pairs only, so they matter where hardly any number agrees, and vanish where thousands do. A level that is not
named has a share of one in a thousand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnlink.schema import RARITY_BEARERS, Field

__all__ = ["BELIEVED_PAIRS", "alike_by_rarity", "namesake_shares", "prior_shares", "share_of_doubt"]

BELIEVED_PAIRS = 10_000.0
"""Pairs as which the beliefs that learning begins with count in :func:`share_of_doubt`: an assumption, not learned."""

_UNNAMED = 0.001

_SHARES: dict[str, dict[str, float]] = {
    "name": {
        "exact": 0.86,
        "unmarked": 0.03,
        "mark_lost": 0.014,
        "given_mark_lost": 0.006,
        "marks_lost": 0.005,
        "asking_tones": 0.003,
        "mark_differs": 0.01,
        "given_tone_differs": 0.005,
        "given_vowel_differs": 0.005,
        "regional": 0.012,
        "doublet": 0.003,
        "initials": 0.012,
        "initials_and_more": 0.001,
        "middle_missing": 0.01,
        "one_slip": 0.007,
        "given_slip": 0.003,
        "middle_differs": 0.003,
        "family_differs": 0.003,
        "given_differs": 0.005,
    },
    "birth": {
        "date": 0.47,
        "month": 0.005,
        "year": 0.43,
        "default_day": 0.015,
        "both_default": 0.01,
        "finer_than_year": 0.005,
        "finer_than_default": 0.005,
        "swapped": 0.005,
        "year_slip": 0.011,
        "years_slip": 0.006,
        "decade_slip": 0.003,
        "near_year": 0.017,
        "near_years": 0.01,
        "decade_off": 0.003,
        "digit_slip": 0.003,
        "part_of_day": 0.002,
        "year_only_agrees": 0.003,
    },
    "generation": {
        "before_1940": 0.05,
        "born_1940s": 0.1,
        "born_1950s": 0.18,
        "born_1960s": 0.22,
        "born_1970s": 0.2,
        "born_1980s": 0.14,
        "born_1990s": 0.08,
        "born_2000s": 0.02,
        "since_2010": 0.01,
        "apart_2": 0.4,
        "apart_5": 0.27,
        "apart_9": 0.15,
        "apart_15": 0.05,
        "apart_39": 0.1,
        "apart_more": 0.03,
    },
    "sex": {"same": 0.985, "different": 0.015},
    "place": {
        "hamlet_64": 0.03,
        "hamlet_256": 0.05,
        "hamlet_1024": 0.1,
        "hamlet_4096": 0.1,
        "hamlet_16384": 0.05,
        "hamlet_more": 0.02,
        "commune_4096": 0.03,
        "commune_16384": 0.07,
        "commune_65536": 0.12,
        "commune_more": 0.08,
        "commune_among": 0.08,
        "other_locality": 0.1,
        "district": 0.05,
        "province": 0.06,
        "other": 0.05,
    },
    "origin": {
        "native_here": 0.7,
        "newcomer_here": 0.12,
        "native_near": 0.09,
        "newcomer_near": 0.01,
        "native_away": 0.07,
        "stranger": 0.01,
    },
    "partner": {
        "spouse": 0.2,
        "other_spouse": 0.03,
        "household": 0.3,
        "spouse_and_household": 0.35,
        "other_spouse_but_household": 0.02,
        "not_in_household": 0.1,
        "household_perhaps": 0.02,
        "same_hamlet": 0.4,
        "same_commune": 0.3,
        "not_in_commune": 0.15,
    },
}


_ALIKE_BORNE = ((12, -0.6), (16, -1.5), (20, -2.2), (24, -2.9))
_ALIKE_BY_NOBODY = (3.6, 2.6, 2.2, 1.1, -0.2, -0.3)
"""Bits of a name that is alike, by how many bear the land person's own (from a level on), and where nobody does: medians of
what 26 registers with numbers taught (docs/design/decisions.md). Rarer names are believed to be worth nothing more or less."""


def alike_by_rarity(candidates: NDArray[np.int64]) -> NDArray[np.float64]:
    """What is believed of a citizen whose name is only alike, by the rarity of the land person's name; bits[levels of rarity].

    A name that nobody bears was mostly written wrong, so that a citizen of a name alike is the one who was meant. A name that
    many bear is mostly one of theirs.

    Parameters
    ----------
    candidates : int64[levels of rarity]
        How many candidates have a name alike. Nearly all of them are wrong: in the mean over them the bits change no odds.
    """
    bits = np.zeros(len(candidates))
    borne = len(RARITY_BEARERS)
    for level, worth in _ALIKE_BORNE:
        bits[level:borne] = worth
    bits[borne : borne + len(_ALIKE_BY_NOBODY)] = _ALIKE_BY_NOBODY
    mean = candidates @ np.exp2(bits) / candidates.sum() if candidates.any() else 1.0
    return np.asarray(bits - np.log2(mean))


def prior_shares(field: Field) -> NDArray[np.float64]:
    """Believed share of each level of a field among right pairs that have it, float64[levels]; 0 for level 0 (missing).

    A field that is not named here has equal shares.
    """
    named = _SHARES.get(field.name)
    shares = np.array([1.0 if named is None else named.get(level, _UNNAMED) for level in field.levels])
    shares[0] = 0.0
    return np.asarray(shares / shares.sum())


_NAMESAKES = {
    "exact": 0.742,
    "mark_lost": 0.015,
    "given_mark_lost": 0.122,
    "marks_lost": 0.002,
    "asking_tones": 0.002,
    "mark_differs": 0.011,
    "given_tone_differs": 0.043,
    "given_vowel_differs": 0.025,
    "marks_differ": 0.0004,
}
"""How the names of two people are written that are one without marks: medians of 30 registers with numbers, of six makers."""


def namesake_shares(name: Field, unmarked: float) -> NDArray[np.float64]:
    """Believed share of each level of the name among pairs of two people of one name without marks, float64[levels].

    Parameters
    ----------
    name : Field
    unmarked : float
        Share of these pairs in which the land register writes no marks, 0 to 1; that is the register's, not the people's.
    """
    shares = np.array([_NAMESAKES.get(level, 0.0) for level in name.levels])
    shares *= (1.0 - unmarked) / shares.sum()
    shares[name.levels.index("unmarked")] = unmarked
    return shares


def share_of_doubt(pairs: float) -> float:
    """Share of every probability that is left to what a model never met: one in the right pairs it learned from.

    A coincidence that is rarer than one in so many has not been seen, however many bits the weights add up to.

    Parameters
    ----------
    pairs : float
        Right pairs that were learned from; the beliefs count as :data:`BELIEVED_PAIRS` more.

    Examples
    --------
    >>> share_of_doubt(0.0), share_of_doubt(90_000.0)
    (0.0001, 1e-05)
    """
    return 1.0 / (max(0.0, pairs) + BELIEVED_PAIRS)
