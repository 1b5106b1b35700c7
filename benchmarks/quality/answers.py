"""From the odds of pairs to one answer a person: a posterior over all its candidates and "nobody", added by hand.

Peers score pairs and stop there: two namesakes of one birth year may both have a probability of 0.99. So that they are judged
as a careful user would use them, their odds compete here as vnlink's do. If ``o_c`` are the odds of candidate c against a
blind guess and q is the probability that the person is in the population at all,

    P(c) = q o_c / (q sum(o) + 1 - q)

q is found from the same odds by expectation and maximisation, for each kind of evidence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

__all__ = ["learn_presence", "write_answers"]

_ROUNDS = 50
_BELIEVED, _BELIEVED_IN = 0.85, 20.0
"""Before any person is seen: 20 of whom 17 are in the population."""
_MOST_BITS = 500.0


def _odds_sum(person: NDArray[np.int64], bits: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.bincount(person, weights=np.exp2(np.clip(bits, -_MOST_BITS, _MOST_BITS)), minlength=count)


def learn_presence(person: NDArray[np.int64], bits: NDArray[np.float64], evidence: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Probability that each person is in the population, before looking at its candidates; float64[persons].

    Parameters
    ----------
    person, bits : int64[p], float64[p]
        Person of each pair, and the pair's odds against a blind guess among all citizens.
    evidence : uint8[persons]
        Kind of evidence of each person.
    """
    total = _odds_sum(person, bits, len(evidence))
    kinds = int(evidence.max(initial=0)) + 1
    persons = np.bincount(evidence, minlength=kinds)
    present = np.full(kinds, _BELIEVED)
    for _ in range(_ROUNDS):
        q = present[evidence]
        expected = q * total / (q * total + 1.0 - q)
        found = np.bincount(evidence, weights=expected, minlength=kinds)
        present = (found + _BELIEVED * _BELIEVED_IN) / (persons + _BELIEVED_IN)
    return np.asarray(present[evidence])


def write_answers(
    out: Path,
    person: NDArray[np.int64],
    citizen: NDArray[np.int64],
    bits: NDArray[np.float64],
    present: NDArray[np.float64] | None,
    count: int,
) -> None:
    """Write the best candidate of each person, its probability and its log-odds, and beside them the pairs.

    Parameters
    ----------
    out : Path
        Folder for ``answers.parquet`` (person, citizen, probability, log_odds in bits) and ``pairs.parquet``.
    person, citizen, bits : int64[p], int64[p], float64[p]
        Pairs and their odds.
    present : float64[persons] or None
        See :func:`learn_presence`; None where the odds are already those of the pair being right:
        nobody then has odds of one.
    count : int
        Number of persons.
    """
    q = np.full(count, 0.5) if present is None else present
    order = np.lexsort((citizen, -bits, person))
    first = order[np.flatnonzero(np.append(True, person[order][1:] != person[order][:-1]))] if len(order) else order
    best = np.exp2(np.clip(bits[first], -_MOST_BITS, _MOST_BITS))
    others = np.ones(len(person), bool)
    others[first] = False
    rest = _odds_sum(person[others], bits[others], count)[person[first]]
    q = q[person[first]]
    against = q * rest + 1.0 - q
    table = {
        "person": person[first].astype(np.int32),
        "citizen": citizen[first].astype(np.int32),
        "probability": q * best / (q * best + against),
        "log_odds": np.clip(bits[first], -_MOST_BITS, _MOST_BITS) + np.log2(q) - np.log2(against),
    }
    pq.write_table(pa.table(table), out / "answers.parquet")
    pq.write_table(pa.table({"person": person.astype(np.int32), "citizen": citizen.astype(np.int32)}), out / "pairs.parquet")
