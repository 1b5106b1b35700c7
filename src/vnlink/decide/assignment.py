"""One citizen for at most one person of a group: the persons of a land user, or of all land users of a parcel.

The posterior of a person knows nothing of the others. Where two persons of one group have the same best citizen, at most one of
them is right, and the likeliest way to share the citizens out is a matching: it maximises the sum over persons of the log-odds
of what they get against nobody, which is the logarithm of the joint posterior under that condition. Only groups in which two
persons want the same citizen have to be solved, each connected component for itself, with a sparse solver, so memory is linear
in the pairs.

Reference: Jonker and Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems",
Computing 38, 1987 (SciPy's ``min_weight_full_bipartite_matching``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from vnlink.decide.posterior import Posterior
from vnlink.decide.ranking import SCALE, Ranking

__all__ = ["TAKEN", "Settlement", "assign", "parcel_groups", "settle", "with_taken"]

TAKEN = "taken_by_another"
"""Reason code: a citizen who fits this person better is given to another person of the group."""

_TOGETHER = 1_024
"""Persons whose components are solved in one call. The solver walks over all columns once a person, so a call must stay small;
a single component is never cut."""

_LEAST_DOUBT_BITS = -53.0
_BELOW_NOBODY_BITS = 2_048.0


def assign(
    person: NDArray[np.int64],
    citizen: NDArray[np.int64],
    weight: NDArray[np.float64],
    group: NDArray[np.int64],
    person_key: NDArray[np.uint64] | None = None,
    citizen_key: NDArray[np.uint64] | None = None,
) -> NDArray[np.bool_]:
    """Choose pairs: at most one for each person, and at most one for each citizen within a group, of the greatest total weight.

    Parameters
    ----------
    person, citizen : int64[p]
        The pairs, each once.
    weight : float64[p]
        Log-odds of the pair against nobody, in bits. A pair of 0 or less is never chosen: nobody is as good. Counted in units
        of 1/4096 bit.
    group : int64[p]
        Group of the pair's person.
    person_key, citizen_key : uint64[p], optional
        What orders persons and citizens where weights are equal, the numbers themselves when not given. With keys the choice
        does not depend on how persons and citizens are numbered.

    Returns
    -------
    bool[p]

    Examples
    --------
    Both persons want citizen 7; person 1 has another who fits, so person 0 gets citizen 7.

    >>> assign(np.array([0, 1, 1]), np.array([7, 7, 8]), np.array([5.0, 6.0, 4.0]), np.array([0, 0, 0]))
    array([ True, False,  True])
    """
    units = np.rint(weight * SCALE).astype(np.int64)
    wanted = np.flatnonzero(units > 0)
    by_person = (person if person_key is None else person_key)[wanted]
    by_citizen = (citizen if citizen_key is None else citizen_key)[wanted]
    rows = wanted[np.lexsort((citizen[wanted], by_citizen, -units[wanted], person[wanted], by_person))]
    chosen = np.zeros(len(person), bool)
    if not len(rows):
        return chosen
    start = np.flatnonzero(np.diff(person[rows], prepend=person[rows[0]] - 1))
    number = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(rows))))
    _, first, place = np.unique(np.column_stack((group[rows], citizen[rows])), axis=0, return_index=True, return_inverse=True)
    # Places are numbered as they are first met in the order of the keys, not by the caller's numbers.
    place = np.argsort(np.argsort(first, kind="stable"), kind="stable")[place.reshape(-1)]
    size = len(start) + len(first)
    graph = csr_array((np.ones(len(rows), np.int8), (number, len(start) + place)), shape=(size, size))
    component = connected_components(graph, directed=False)[1][number]
    crowded = np.zeros(size, bool)
    crowded[component[start][np.bincount(place[start], minlength=len(first))[place[start]] > 1]] = True
    easy = start[~crowded[component[start]]]
    chosen[rows[easy]] = True
    hard = np.flatnonzero(crowded[component])
    chosen[rows[hard[_solve(number[hard], place[hard], units[rows[hard]], component[hard])]]] = True
    return chosen


def _solve(
    person: NDArray[np.int64], place: NDArray[np.int64], units: NDArray[np.int64], component: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Positions of the pairs of the best matching; whole components at a time, in order of their first persons."""
    order = np.argsort(component, kind="stable")
    bounds = np.flatnonzero(np.diff(component[order], prepend=-1, append=-1))
    found: list[NDArray[np.int64]] = []
    first = 0
    for i in range(1, len(bounds)):
        rows = order[bounds[first] : bounds[i]]
        if i + 1 == len(bounds) or bounds[i + 1] - bounds[first] > _TOGETHER:
            found.append(rows[_match(person[rows], place[rows], units[rows])])
            first = i
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _match(person: NDArray[np.int64], place: NDArray[np.int64], units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of the pairs of the best matching of one small problem; every person may also get nobody, for 0."""
    people, p = np.unique(person, return_inverse=True)
    places, c = np.unique(place, return_inverse=True)
    alone = np.arange(len(people))
    # One unit more for all, nobody included: a stored 0 would be no edge. Everybody gets one edge, so it changes nothing.
    value = np.concatenate((units + 1, np.ones(len(people), np.int64))).astype(np.float64)
    table = csr_array(
        (value, (np.concatenate((p, alone)), np.concatenate((c, len(places) + alone)))),
        shape=(len(people), len(places) + len(people)),
    )
    given = min_weight_full_bipartite_matching(table, maximize=True)[1]
    return np.flatnonzero(given[p] == c)


def parcel_groups(row: NDArray[np.int64], parcel: NDArray[np.uint64], commune: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Group of each person: that of the parcel, or of the land user where the parcel or its commune is not known.

    Parameters
    ----------
    row : int64[n]
        Row of each person's land user.
    parcel : uint64[rows]
        Hash of each row's parcel id, unique within a commune only; 0 where there is none.
    commune : uint64[n]
        Hash of the commune of each person's row; 0 where it is not known.

    Examples
    --------
    >>> one, two = np.uint64(1), np.uint64(2)
    >>> groups = parcel_groups(np.array([0, 0, 1, 2]), np.array([7, 7, 7], np.uint64), np.array([one, one, one, two]))
    >>> [bool(groups[0] == other) for other in groups]
    [True, True, True, False]
    """
    of_parcel = np.unique(np.column_stack((parcel[row], commune)), axis=0, return_inverse=True)[1].reshape(-1)
    return np.asarray(np.where((parcel[row] > 0) & (commune > 0), len(parcel) + of_parcel, row).astype(np.int64))


@dataclass(slots=True)
class Settlement:
    """What sharing out changed; n persons.

    Attributes
    ----------
    taken : bool[n]
        A citizen who fitted better, or as well, was given to another person of the group.
    without : bool[n]
        Of these, the persons for whom no candidate is left.
    """

    taken: NDArray[np.bool_]
    without: NDArray[np.bool_]


def settle(
    ranking: Ranking,
    post: Posterior,
    group: NDArray[np.int64],
    person_key: NDArray[np.uint64],
    citizen_key: NDArray[np.uint64],
) -> Settlement:
    """Share citizens out within groups, and put what each person gets first in the ranking, in place.

    A candidate who is given to another loses the odds that the other's probability takes from it. The posterior has to be
    computed again afterwards.

    Parameters
    ----------
    ranking : Ranking
    post : Posterior
        Of this ranking.
    group : int64[n]
        Group of each person.
    person_key : uint64[n]
        Order of persons where odds are equal.
    citizen_key : uint64[m]
        The same of citizens.
    """
    taken, without = np.zeros(len(group), bool), np.zeros(len(group), bool)
    crowd = np.unique(group, return_inverse=True, return_counts=True)
    person, slot = np.nonzero((ranking.citizen >= 0) & (crowd[2][crowd[1]] > 1)[:, None])
    if not len(person):
        return Settlement(taken, without)
    citizen = ranking.citizen[person, slot].astype(np.int64)
    weight = np.log2(np.maximum(post.probability[person, slot], 1e-300)) - np.log2(np.maximum(post.nobody[person], 1e-300))
    chosen = _in_two_rounds(person, citizen, weight, group[person], person_key[person], citizen_key[citizen])
    holder = np.full(len(group), -1, np.int64)
    holder[person[chosen]] = slot[chosen]
    place = np.unique(np.column_stack((group[person], citizen)), axis=0, return_inverse=True)[1].reshape(-1)
    owner = np.full(int(place.max()) + 1, -1, np.int64)
    owner[place[chosen]] = np.flatnonzero(chosen)
    lost = (owner[place] >= 0) & (person[owner[place]] != person)
    better = lost & ((holder[person] < 0) | (slot < holder[person]))
    taken[person[better]] = True
    doubt = np.log2(np.maximum(1.0 - post.probability[person, slot][owner[place[lost]]], 2.0**_LEAST_DOUBT_BITS))
    ranking.score[person[lost], slot[lost]] += np.rint(doubt * SCALE).astype(np.int32)
    without[person[lost]] = holder[person[lost]] < 0
    given = np.full(len(group), -1, np.int64)
    given[person[chosen]] = citizen[chosen]
    touched = np.unique(person[lost])
    ranking.sort(touched, citizen_key)
    for one in touched[given[touched] >= 0].tolist():
        at = int(np.flatnonzero(ranking.citizen[one] == given[one])[0])
        ranking.table[one, : at + 1] = np.roll(ranking.table[one, : at + 1], 1, axis=0)
    return Settlement(taken, without)


def _in_two_rounds(
    person: NDArray[np.int64],
    citizen: NDArray[np.int64],
    weight: NDArray[np.float64],
    group: NDArray[np.int64],
    person_key: NDArray[np.uint64],
    citizen_key: NDArray[np.uint64],
) -> NDArray[np.bool_]:
    """Share out what is likelier than nobody; then, of what is left, what may still head a short list."""
    chosen = assign(person, citizen, weight, group, person_key, citizen_key)
    served = np.isin(person, person[chosen])
    pair = np.unique(np.column_stack((group, citizen)), axis=0, return_inverse=True)[1].reshape(-1)
    rest = np.flatnonzero(~served & ~np.isin(pair, pair[chosen]))
    more = assign(
        person[rest], citizen[rest], weight[rest] + _BELOW_NOBODY_BITS, group[rest], person_key[rest], citizen_key[rest]
    )
    chosen[rest[more]] = True
    return chosen


def with_taken(reasons: pa.Array, taken: NDArray[np.bool_]) -> pa.Array:
    """Add the code :data:`TAKEN` to the reasons of some persons.

    Parameters
    ----------
    reasons : pyarrow.Array of list<string>, length n
    taken : bool[n]
    """
    rows = np.flatnonzero(taken)
    if not len(rows):
        return reasons
    told = pa.array([[*codes, TAKEN] for codes in reasons.take(pa.array(rows)).to_pylist()], reasons.type)
    at = np.arange(len(reasons))
    at[rows] = len(reasons) + np.arange(len(rows))
    return pa.concat_arrays([reasons, told]).take(pa.array(at))
