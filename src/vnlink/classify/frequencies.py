"""How many namesakes a name should have, given how many it has.

A name seen once in a register of N citizens is not a name of frequency 1/N: the many names that nobody in this register carries
share the rest. The Good-Turing estimate (Good 1953; Gale and Sampson 1995, "Good-Turing frequency estimation without tears")
gives the expected number of *further* persons of a name that was seen r times.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["expected_namesakes"]

_DIRECT_MAX = 5
_TRUSTED = 40


def expected_namesakes(spectrum: NDArray[np.int64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Good-Turing adjusted counts.

    Parameters
    ----------
    spectrum : int64[c]
        ``spectrum[r]`` is the number of distinct names that exactly r citizens carry (``spectrum[0]`` is ignored).
    counts : float64[k]
        Numbers of bearers, at least 0.

    Returns
    -------
    float64[k]
        Expected number of further bearers, positive. Small counts use ``(r + 1) N(r + 1) / N(r)`` where both are seen
        often enough, others the straight line of log N(r) against log r.

    Examples
    --------
    >>> expected_namesakes(np.array([0, 190866, 37514, 14889, 7657]), np.array([1.0])).round(2)
    array([0.39])
    """
    seen = np.flatnonzero(spectrum[1:] > 0) + 1
    slope = -1.5
    if len(seen) >= 3:
        # Averaging transform: a count seen once far out stands for the empty counts around it.
        below = np.concatenate(([0], seen[:-1]))
        above = np.concatenate((seen[1:], [2 * seen[-1] - below[-1]]))
        density = spectrum[seen] / (0.5 * (above - below))
        slope = float(np.clip(np.polyfit(np.log(seen), np.log(density), 1)[0], -3.0, -1.05))
    result = np.empty(len(counts))
    for i, count in enumerate(counts):
        r = max(float(count), 1.0)
        whole = int(r)
        direct = r == whole and whole <= _DIRECT_MAX and whole + 1 < len(spectrum)
        if direct and min(spectrum[whole], spectrum[whole + 1]) >= _TRUSTED:
            result[i] = (whole + 1) * spectrum[whole + 1] / spectrum[whole]
        else:
            result[i] = r * (1.0 + 1.0 / r) ** (slope + 1.0)
    return np.maximum(result, 0.05)
