"""How far a register lies from the one that a model was learned on.

A model expects that confident links look as they did where it was learned: how often each level of each field comes, what the
land register holds of persons, and how many are found at all. Counts of these are kept with the model (a *profile*) and
compared with the counts of the register it is applied to. The distance is the Jensen-Shannon divergence in bits (Lin,
"Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory 37, 1991): 0 for equal shares, 1
where nothing is shared, and finite for a level that only one of the two has.

Two things are asked before a distance is called far:

- It is more than chance. For samples of n and m from one distribution over k levels, ``8 ln 2 / (1/n + 1/m)`` times the
  divergence is about chi-square with k - 1 degrees of freedom. Persons come in households, land users with several parcels
  are counted again, and so a divergence has to exceed its 99.9 % point with n and m taken as a quarter of the counts.
- It is large. The population stability index, which credit scoring has used for decades, calls 0.1 a moderate and 0.25 a
  large shift. For small changes it is ``8 ln 2`` times the divergence in bits, so the limits are 0.018 and 0.045 bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from vnlink.classify.presence import cohorts_of, evidence_kinds
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, Field, field_levels

__all__ = ["CONFIDENT", "Profile", "drift", "profile_from_dict", "profile_of", "shannon_distance", "sum_of_profiles"]

CONFIDENT = 0.99
"""Probability from which the best candidate of a person counts as a confident link."""

_TO_INDEX = 8.0 * float(np.log(2.0))
_MOVED, _FAR = 0.1 / _TO_INDEX, 0.25 / _TO_INDEX
_SURE = 0.001
_JOINED = 4.0
"""Persons for each independent one: households and holders of several parcels."""

_LEAST = 200
"""Fewest confident links of which anything is said: below, a household or two would decide."""

_MOST = 1 << 53

Profile = dict[str, dict[str, int]]
"""Counts of each level of each field, and of ``person_evidence``, ``person_cohort`` and ``person_found``."""

_EVIDENCE = tuple(
    f"{number}_{birth}_{place}"
    for number in ("no_number", "number")
    for birth in ("no_birth", "year", "date")
    for place in ("no_place", "place")
)
_COHORTS = ("unknown", "before_1930", *(f"{year}s" for year in range(1930, 2000, 10)), "since_2000")


def profile_of(
    best: NDArray[np.int64], probability: NDArray[np.float64], code: NDArray[np.uint8], fields: Sequence[Field]
) -> Profile:
    """Count what a register's confident links and persons look like.

    Parameters
    ----------
    best : int64[n]
        Pattern of each person's best candidate; what it is where there is none does not matter.
    probability : float64[n]
        Of the best candidate; 0 where there is none.
    code : uint8[n]
        Circumstances of each person (:func:`vnlink.classify.presence.circumstances`).
    fields : sequence of Field
    """
    found = probability >= CONFIDENT
    profile = {f.name: _counted(field_levels(best[found], f), f.levels) for f in fields}
    profile["person_evidence"] = _counted(evidence_kinds(code), _EVIDENCE)
    profile["person_cohort"] = _counted(cohorts_of(code), _COHORTS)
    profile["person_found"] = _counted(found.astype(np.int64), ("not_confident", "confident"))
    return profile


def sum_of_profiles(parts: Sequence[Profile], fields: Sequence[Field]) -> Profile:
    """Add up the profiles of parts of a register."""
    none = np.empty(0)
    total = profile_of(none.astype(np.int64), none, none.astype(np.uint8), fields)
    for part in parts:
        for name, counts in part.items():
            for level, count in counts.items():
                total[name][level] += count
    return total


def _counted(levels: NDArray[np.int64], names: Sequence[str]) -> dict[str, int]:
    counts = np.bincount(levels, minlength=len(names)).tolist()
    return dict(zip(names, counts, strict=True))


def profile_from_dict(data: Any, fields: Sequence[Field]) -> Profile:
    """Check a profile that was read from a file; KeyError, TypeError or ValueError where it is damaged."""
    names = {f.name: f.levels for f in fields} | {
        "person_evidence": _EVIDENCE,
        "person_cohort": _COHORTS,
        "person_found": ("not_confident", "confident"),
    }
    if not isinstance(data, dict) or set(data) != set(names):
        raise ValueError
    for name, levels in names.items():
        if tuple(data[name]) != tuple(levels):
            raise ValueError(name)
        if not all(type(count) is int and 0 <= count <= _MOST for count in data[name].values()):
            raise ValueError(name)
    return {name: dict(data[name]) for name in names}


def shannon_distance(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """Jensen-Shannon divergence of two tables of counts, in bits; 0 where one of them is empty.

    Examples
    --------
    >>> shannon_distance(np.array([3, 1]), np.array([6, 2])), shannon_distance(np.array([5, 0]), np.array([0, 5]))
    (0.0, 1.0)
    """
    if not left.sum() or not right.sum():
        return 0.0
    p, q = left / left.sum(), right / right.sum()
    middle = (p + q) / 2.0
    bits = 0.0
    for share in (p, q):
        seen = share > 0.0
        bits += 0.5 * float((share[seen] * np.log2(share[seen] / middle[seen])).sum())
    return max(bits, 0.0)


def _limit_of_chance(levels: int, left: int, right: int) -> float:
    """Divergence in bits that two samples of one distribution exceed once in a thousand times."""
    if levels < 2:
        return 0.0
    return float(chdtri(levels - 1, _SURE)) * _JOINED * (1.0 / left + 1.0 / right) / _TO_INDEX


def drift(expected: Profile, seen: Profile) -> dict[str, Any]:
    """Compare a register with what a model expects.

    Parameters
    ----------
    expected, seen : Profile
        Where the model was learned, and where it is applied.

    Returns
    -------
    dict
        ``confident_links`` of both; ``fields``: for each the divergence in ``bits``, how much of it ``chance`` explains,
        ``verdict`` ("as expected", "moved", "far off", "too few to say"), and the level whose share moved most with both
        shares; ``sentence``: what a reader should know.
    """
    fields = {name: _compared(*(_joined_grades(name, one[name]) for one in (expected, seen))) for name in expected}
    counts = {"expected": expected["person_found"]["confident"], "seen": seen["person_found"]["confident"]}
    return {"confident_links": counts, "fields": fields, "sentence": _sentence(fields)}


def _joined_grades(name: str, counts: Mapping[str, int]) -> Mapping[str, int]:
    """Counts of a field's levels, the grades of a place taken together: they tell where people live, not how a pair agrees."""
    if name != "place":
        return counts
    joined: dict[str, int] = {}
    for level, count in counts.items():
        plain = "hamlet" if level in HAMLET_LEVELS else "commune" if level in COMMUNE_LEVELS else level
        joined[plain] = joined.get(plain, 0) + count
    return joined


def _compared(expected: Mapping[str, int], seen: Mapping[str, int]) -> dict[str, Any]:
    left, right = np.array(list(expected.values()), np.int64), np.array(list(seen.values()), np.int64)
    sizes = int(left.sum()), int(right.sum())
    if min(sizes) < _LEAST:
        return {"bits": None, "chance": None, "verdict": "too few to say"}
    bits = shannon_distance(left, right)
    chance = _limit_of_chance(int(((left > 0) | (right > 0)).sum()), *sizes)
    verdict = "as expected" if bits <= max(chance, _MOVED) else "moved" if bits <= _FAR else "far off"
    change = right / sizes[1] - left / sizes[0]
    most = int(np.abs(change).argmax())
    return {
        "bits": round(bits, 6),
        "chance": round(chance, 6),
        "verdict": verdict,
        "level": list(expected)[most],
        "share_expected": round(float(left[most] / sizes[0]), 6),
        "share_seen": round(float(right[most] / sizes[1]), 6),
    }


def _sentence(fields: Mapping[str, Mapping[str, Any]]) -> str:
    far = sorted((name for name, one in fields.items() if one["verdict"] == "far off"), key=lambda name: -fields[name]["bits"])
    if far:
        shares = {name: f"{fields[name]['share_expected']:.1%} expected, {fields[name]['share_seen']:.1%} seen" for name in far}
        told = "; ".join(f"{name} ({fields[name]['level']}: {shares[name]})" for name in far)
        remedy = "Learn a model from this register, or let this one adapt (--adapt)."
        return f"This register is far from the one that the model was learned on: {told}. {remedy}"
    if any(one["verdict"] == "too few to say" for one in fields.values()):
        return "There are too few confident links to compare this register with the one that the model was learned on."
    moved = [name for name, one in fields.items() if one["verdict"] == "moved"]
    if moved:
        return f"This register differs somewhat from the one that the model was learned on: {', '.join(moved)}."
    return "This register looks like the one that the model was learned on."
