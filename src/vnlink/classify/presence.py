"""How likely a land person is to be in the population at all, before any candidate is looked at.

It depends on what the register holds of the person: who has a number is newer in the register than who has none, who was
born in 1925 is hardly alive, and "(đã chết)" says it outright. These circumstances add up on the scale of log-odds. Their
effects are learned by EM: the odds of a person's candidates tell how likely the person was found, a logistic regression with a
ridge penalty takes that up, and both are repeated until nothing moves. So what is learned is the probability that the right
citizen is in the population *and* among the candidates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from vnlink.kernels import kernel
from vnlink.schema import Flag, People

__all__ = [
    "CIRCUMSTANCES",
    "circumstances",
    "cohorts_of",
    "evidence_kinds",
    "learn_presence",
    "usual_presence",
    "without_number",
]

EVIDENCE_KINDS, _COHORTS = 12, 10
_DECEASED = np.uint32(Flag.DECEASED)
CIRCUMSTANCES = EVIDENCE_KINDS * _COHORTS * 2
"""Number of combinations: 12 kinds of evidence, 10 cohorts of birth (0 not known), dead or not."""

_PRIOR = 0.9
_RIDGE = 1.0
"""The effects of one circumstance are believed to be about one natural unit of log-odds."""

_ROUNDS, _STEPS = 100, 8
_STILL = 1e-6
_LEAST, _MOST = 0.002, 0.999


def circumstances(people: People) -> NDArray[np.uint8]:
    """Number of the combination of circumstances of each land person, uint8[n].

    Evidence: a number or not, no / year-only / full birth date, a place or not. Cohort: unknown, before 1930, then by decades
    to since 2000.
    """
    codes = np.empty(len(people), np.uint8)
    birth, place = np.ascontiguousarray(people.birth), np.ascontiguousarray(people.place)
    _circumstances(people.personal_id, people.old_id, birth, place, people.flags, codes)
    return codes


@kernel
def _circumstances(personal_id, old_id, birth, place, flags, codes):  # type: ignore[no-untyped-def]
    for i in range(len(codes)):
        number, date = personal_id[i] >= 0 or old_id[i] >= 0, np.int64(birth[i])
        kind = number * 6 + (1 + np.int64(date % 100 > 0) if date > 0 else 0) * 2 + (place[i] > 0)
        cohort = min(max(date // 100000 - 191, 1), _COHORTS - 1) if date > 0 else 0
        dead = flags[i] & _DECEASED != 0
        codes[i] = (kind * _COHORTS + cohort) * 2 + dead


def without_number(code: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Circumstances of the same persons if the register held no number of theirs."""
    half = CIRCUMSTANCES // 2
    return np.where(code >= half, code - half, code).astype(np.uint8)


def evidence_kinds(code: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Kind of evidence (0 to 11) of each combination of circumstances: number or not, what of the date, place or not."""
    return (code // (2 * _COHORTS)).astype(np.int64)


def cohorts_of(code: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Cohort of each combination of circumstances, 0 (not known) to 9 (since 2000)."""
    return code.astype(np.int64) // 2 % _COHORTS


def usual_presence() -> NDArray[np.float64]:
    """What is believed before anything is learned, float64[CIRCUMSTANCES]."""
    return np.full(CIRCUMSTANCES, _PRIOR)


def _effects() -> NDArray[np.float64]:
    """Design of the regression: which effects each combination has, float64[CIRCUMSTANCES, 1 + 12 + 10 + 1]."""
    code = np.arange(CIRCUMSTANCES)
    kind, cohort, dead = code // (2 * _COHORTS), code // 2 % _COHORTS, code % 2
    design = np.zeros((CIRCUMSTANCES, 2 + EVIDENCE_KINDS + _COHORTS))
    design[:, 0] = 1.0
    design[code, 1 + kind] = 1.0
    design[code, 1 + EVIDENCE_KINDS + cohort] = 1.0
    design[:, -1] = dead
    return design


def _effects_of(present: NDArray[np.float64]) -> NDArray[np.float64]:
    """Effects that give these probabilities, as nearly as the sum of effects can."""
    design = _effects()
    log_odds = np.log(present) - np.log1p(-present)
    # All that add up to the same are as good; the least of them stays nearest to no effect.
    return np.asarray(np.linalg.lstsq(design, log_odds, rcond=None)[0])


def _fit(
    design: NDArray[np.float64],
    found: NDArray[np.float64],
    sizes: NDArray[np.float64],
    effects: NDArray[np.float64],
    believed: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Effects by which ``found`` of ``sizes`` persons are in the population: a few Newton steps from ``effects``."""
    for _ in range(_STEPS):
        share = 1.0 / (1.0 + np.exp(-np.clip(design @ effects, -30.0, 30.0)))
        gradient = design.T @ (found - sizes * share) - _RIDGE * (effects - believed)
        curvature = (design * (sizes * share * (1.0 - share))[:, None]).T @ design + _RIDGE * np.eye(len(effects))
        change = np.linalg.solve(curvature, gradient)
        # No effect moves by more than two units at once: a full step can overshoot where all persons of a kind are found.
        effects = effects + np.clip(change, -2.0, 2.0)
        if np.abs(change).max() < _STILL:
            break
    return effects


def learn_presence(
    odds: NDArray[np.float64], code: NDArray[np.uint8], believed: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Probability to be in the population for each combination of circumstances, float64[CIRCUMSTANCES].

    Parameters
    ----------
    odds : float64[s]
        Sum of the odds of each person's candidates, 0 without any.
    code : uint8[s]
        As :func:`circumstances` gives.
    believed : float64[CIRCUMSTANCES], optional
        What was learned elsewhere, to which the ridge pulls; :func:`usual_presence` when not given.
    """
    design = _effects()
    effects = np.zeros(design.shape[1])
    effects[0] = np.log(_PRIOR / (1.0 - _PRIOR))
    if believed is not None:
        effects = _effects_of(believed)
    pulled_to = effects.copy()
    sizes = np.bincount(code, minlength=CIRCUMSTANCES).astype(np.float64)
    present = usual_presence() if believed is None else believed.copy()
    with threadpool_limits(1):
        for _ in range(_ROUNDS):
            prior = present[code]
            found = prior * odds / (prior * odds + 1.0 - prior)
            # Multiples of 2**-20: their sums are exact, and the same in whatever order the rows came.
            found = np.rint(found * 2.0**20) * 2.0**-20
            sums = np.bincount(code, weights=found, minlength=CIRCUMSTANCES).astype(np.float64)
            effects = _fit(design, sums, sizes, effects, pulled_to)
            share = 1.0 / (1.0 + np.exp(-np.clip(design @ effects, -30.0, 30.0)))
            before, present = present, np.clip(np.round(share, 7), _LEAST, _MOST)
            if np.abs(present - before).max() < _STILL:
                break
    return present
