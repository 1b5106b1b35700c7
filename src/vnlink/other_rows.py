"""What the other land users say of whether somebody is in the population.

An owner of three parcels stands in three rows. Each is decided by itself, but where two rows find the same citizen surely, the
third that can hardly be anybody else is surer too; and where all rows of a name lead to one citizen and none of them surely,
all are probably of somebody who is not in the population. So of each citizen it is counted what the persons say for whom he or
she is the best candidate: that they are this citizen, and that they are nobody and would be this citizen, if anybody. A person
sees both sums without its own share.

What such sums mean depends on the registers (how many parcels an owner has, how many namesakes, how many absent), so it is
learned at each linkage, without labels: persons confirmed by a number are linked again without it, and a part of their citizens
is taken away, for all rows of the citizen, for rows of one absent owner support each other's wrong namesake. A logistic
regression on curves of the two sums finds how far the odds of being in the population have to be moved, beside what the
person's own row says.

Sums are whole numbers and samples are drawn by hashes, so neither the order of the rows nor the parts they come in can be seen
in a result.

References
----------
The idea that decisions about the references to one entity belong together: I. Bhattacharya and L. Getoor, "Collective entity
resolution in relational data", ACM TKDD 1(1), 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.decide.posterior import Posterior, posterior
from vnlink.decide.ranking import Ranking
from vnlink.hiding import Confirmed, Hidden, without_citizens
from vnlink.kernels import kernel

__all__ = ["Effect", "HiddenWorld", "Sums"]

_ONE = 255
"""What a row counts: shares of a row are known to 1/255."""

_FULL = 0xFFFF
_STEPS = (0.05, 0.5, 3.0)
"""Rows from which a curve rises like a logarithm: it tells none from a few, and a few from many."""

_RIDGE = 100.0
"""Persons as which the belief counts that other rows say nothing. Less is as good in large registers, worse in small ones."""

_FEWEST = 100
"""Citizens who are missing though somebody else looks like them, below which nothing is learned."""

_UNITS = 4096.0
_LIGHTEST, _HEAVIEST = 0.05, 20.0
_LEAST = 1e-300
_NEVER = 2.0**-40
"""Nobody is in the population for sure, or surely not."""


@kernel
def _add(citizen, said, support, against):  # type: ignore[no-untyped-def]
    for i in range(len(citizen)):
        one = citizen[i]
        if one >= 0:
            support[one] = min(np.int64(support[one]) + said[i, 0], _FULL)
            against[one] = min(np.int64(against[one]) + said[i, 1], _FULL)


def _said(post: Posterior) -> NDArray[np.uint8]:
    """What each person says for its best candidate and against, in units of a row, uint8[n, 2].

    Against speaks who is probably nobody and would be this citizen, if anybody. Among a hundred namesakes nobody is meant.
    """
    best = post.probability[:, 0]
    if_anybody = best / np.maximum(1.0 - post.nobody, _LEAST)
    return np.rint(np.column_stack([best, np.minimum(if_anybody, 1.0) * post.nobody]) * _ONE).astype(np.uint8)


@dataclass(slots=True)
class Sums:
    """Of each citizen, what those persons say whose best candidate it is, in 1/255 of a row; at most 257 rows.

    Attributes
    ----------
    support, against : uint16[m]
        Sum of the probabilities that they are the citizen, and of those that they are nobody and would be it, if anybody.
    own : uint8[n, 2]
        What each land person adds to both.
    """

    support: NDArray[np.uint16]
    against: NDArray[np.uint16]
    own: NDArray[np.uint8]

    @classmethod
    def empty(cls, persons: int, citizens: int) -> Sums:
        """Of registers in which nobody has spoken yet."""
        return cls(np.zeros(citizens, np.uint16), np.zeros(citizens, np.uint16), np.zeros((persons, 2), np.uint8))

    def add(self, low: int, ranking: Ranking, post: Posterior) -> None:
        """Take up persons ``low`` on; in whatever order, the sums are the same."""
        said = _said(post)
        self.own[low : low + len(said)] = said
        _add(ranking.citizen[:, 0], said, self.support, self.against)

    def seen(self, low: int, citizen: NDArray[np.int32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Support and what speaks against it, in rows, that persons ``low`` on see besides their own; float64[k] each.

        Parameters
        ----------
        low : int
        citizen : int32[k]
            Best candidate of each person, -1 where there is none.
        """
        at, own = np.maximum(citizen, 0), self.own[low : low + len(citizen)].astype(np.int64)
        return _rows(self.support[at].astype(np.int64) - own[:, 0]), _rows(self.against[at].astype(np.int64) - own[:, 1])


def _rows(units: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum(units, 0) / _ONE)


def _curves(support: NDArray[np.float64], against: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.log2(1.0 + rows / step) for rows in (support, against) for step in _STEPS])


@kernel
def _move_each(alone, support, against, weights, steps, moved):  # type: ignore[no-untyped-def]
    """One person after the other: a product of matrices adds in an order that depends on how many there are."""
    for i in range(len(alone)):
        nats = 0.0
        for j in range(len(steps)):
            nats += weights[j] * np.log2(1.0 + support[i] / steps[j])
            nats += weights[len(steps) + j] * np.log2(1.0 + against[i] / steps[j])
        odds = alone[i] / (1.0 - alone[i]) * np.exp(nats)
        moved[i] = min(max(odds / (1.0 + odds), _NEVER), 1.0 - _NEVER)


@dataclass(frozen=True, slots=True)
class Effect:
    """How far other rows move the log-odds that somebody is in the population.

    Attributes
    ----------
    weights : float64[6]
        Of the curves of the support and of what speaks against it, in nats; whole units of 1/4096.
    learned_from, missing : int
        Persons, and those of them whose citizen was not to be found.
    """

    weights: NDArray[np.float64]
    learned_from: int
    missing: int

    def present(self, low: int, ranking: Ranking, alone: NDArray[np.float64], sums: Sums) -> NDArray[np.float64]:
        """Probability that each person is in the population, other rows taken into account, float64[k].

        Parameters
        ----------
        low : int
        ranking : Ranking
            Of persons ``low`` on.
        alone : float64[k]
            What it is by the person's own row.
        sums : Sums
        """
        best = ranking.citizen[:, 0]
        return np.where(best >= 0, self.moved(alone, *sums.seen(low, best)), alone)

    def moved(
        self, alone: NDArray[np.float64], support: NDArray[np.float64], against: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Move probabilities by what persons see of other rows, in rows; float64[n] all."""
        moved = np.empty(len(alone))
        _move_each(alone, support, against, self.weights, np.array(_STEPS), moved)
        return moved

    def as_dict(self) -> dict[str, object]:
        """For the manifest."""
        return {"learned_from": self.learned_from, "missing": self.missing, "weights": self.weights.tolist()}


class HiddenWorld:
    """The registers as they would be if some persons had no number, and some of their citizens were not in the population.

    Parameters
    ----------
    confirmed : Confirmed
        The persons, all rows of a citizen or none.
    hidden : Hidden
        The same, ranked without their numbers; citizens are taken away together.
    present : float64[s], float64[s]
        Probability that each is in the population, the number seen and hidden.
    evidence : uint8[s]
        Circumstances, number hidden.
    sums : Sums
        Of the registers as they are.
    citizen_key : uint64[m]
        Hashes of the citizens' ids; they break ties.
    """

    def __init__(
        self,
        confirmed: Confirmed,
        hidden: Hidden,
        present: tuple[NDArray[np.float64], NDArray[np.float64]],
        evidence: NDArray[np.uint8],
        sums: Sums,
        citizen_key: NDArray[np.uint64],
    ) -> None:
        self.hidden = hidden
        self._present, self._evidence, self._sums, self._key = present[1], evidence, sums, citizen_key
        self._alone = posterior(hidden.ranking, present[1])
        self._persons = np.sort(confirmed.person)
        self._gone = np.zeros(len(citizen_key), np.bool_)
        self._gone[hidden.citizen[hidden.absent]] = True
        self._changes: list[tuple[NDArray[np.int32], NDArray[np.int64]]] = []
        self._count_again(confirmed.ranking, posterior(confirmed.ranking, present[0]), hidden.ranking, self._alone)

    def _count_again(self, old: Ranking, before: Posterior, new: Ranking, after: Posterior) -> None:
        for ranking, post, sign in ((old, before, -1), (new, after, 1)):
            self._changes.append((ranking.citizen[:, 0].copy(), _said(post).astype(np.int64) * sign))

    def add(self, low: int, ranking: Ranking, present: NDArray[np.float64]) -> None:
        """Take up persons from ``low`` on: some had somebody for a candidate who is not there any more."""
        marked = np.zeros(len(ranking), np.bool_)
        _mark_touched(ranking.table, self._gone, marked)
        touched = np.flatnonzero(marked)
        touched = touched[~np.isin(low + touched, self._persons)]
        old = ranking.take(touched)
        new = without_citizens(old, self._gone, self._key)
        self._count_again(old, posterior(old, present[touched]), new, posterior(new, present[touched]))

    def learn(self, others: NDArray[np.int64]) -> Effect | None:
        """Learn what other rows say, when all persons were taken up; None where too few are there to tell.

        Parameters
        ----------
        others : int64[CIRCUMSTANCES]
            How many persons of each kind of circumstances have no number: for them the sample is to speak.
        """
        # Whom the own row takes for nobody is decided by it; what matters is who else may be linked wrongly.
        known = np.flatnonzero(self._alone.nobody < 0.5)
        is_right = self.hidden.ranking.citizen == self.hidden.citizen[:, None]
        found = (is_right.any(axis=1) & ~self.hidden.absent)[known]
        # Rows of one owner are one observation of somebody who is missing.
        if len(np.unique(self.hidden.citizen[known[~found]])) < _FEWEST:
            return None
        counts = np.bincount(self._evidence[known], minlength=CIRCUMSTANCES)
        stands = (others / max(others.sum(), 1) * len(known) + 1.0) / (counts + 1.0)
        stands = np.clip(stands, _LIGHTEST, _HEAVIEST)
        weight = (stands * len(known) / (counts @ stands))[self._evidence[known]]
        weights = _fit(found, self._alone.nobody[known], _curves(*self._seen())[known], weight)
        return Effect(weights, len(known), int(np.count_nonzero(~found)))

    def relinked(self, effect: Effect) -> Posterior:
        """Posterior of the hidden persons there, other rows taken into account."""
        return posterior(self.hidden.ranking, effect.moved(self._present, *self._seen()))

    def _seen(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What the hidden persons see of other rows there, float64[s] each."""
        citizen, said = (np.concatenate([one[i] for one in self._changes]) for i in range(2))
        best, own = self.hidden.ranking.citizen[:, 0], _said(self._alone).astype(np.int64)
        seen = []
        for units, moved, mine in ((self._sums.support, said[:, 0], own[:, 0]), (self._sums.against, said[:, 1], own[:, 1])):
            whole = units[np.maximum(best, 0)].astype(np.int64)
            # What was not counted to its end cannot be counted back; it is more than can be told apart.
            whole += np.where(whole < _FULL, _sums_of(citizen, moved, best), 0)
            seen.append(np.where(best >= 0, _rows(whole - mine), 0.0))
        return seen[0], seen[1]


def _sums_of(citizen: NDArray[np.int32], units: NDArray[np.int64], wanted: NDArray[np.int32]) -> NDArray[np.int64]:
    """Sum of the units of each wanted citizen, int64."""
    distinct, at = np.unique(wanted, return_inverse=True)
    place = np.minimum(np.searchsorted(distinct, citizen), len(distinct) - 1)
    of_wanted = distinct[place] == citizen
    total = np.zeros(len(distinct), np.int64)
    np.add.at(total, place[of_wanted], units[of_wanted])
    return np.asarray(total[at])


@kernel
def _mark_touched(table, gone, touched):  # type: ignore[no-untyped-def]
    for i in range(len(table)):
        for j in range(table.shape[1]):
            if table[i, j, 1] < 0:
                break
            touched[i] |= gone[table[i, j, 1]]


def _fit(
    found: NDArray[np.bool_], nobody: NDArray[np.float64], curves: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of the curves: a logistic regression of who is among the candidates, beside what the own row says.

    A constant is fitted beside them and let go: how many are missing in all is another question, and one that the sample, of
    which more were taken away than are missing, answers wrongly. More support never speaks against anybody, nor more doubt for.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to load

    offset = np.log(np.maximum(1.0 - nobody, _LEAST)) - np.log(np.maximum(nobody, _LEAST))
    # In an order that no order of the rows changes.
    order = np.lexsort((weight, offset, *curves.T, found))
    sign, start, weight = np.where(found, 1.0, -1.0)[order], offset[order], weight[order]
    design = np.column_stack([curves, np.ones(len(curves))])[order]
    ridge = np.append(np.full(curves.shape[1], _RIDGE), 0.0)

    def cost(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (start + design @ weights)
        slope = -sign * weight / (1.0 + np.exp(np.minimum(margin, 500.0)))
        value = float(weight @ np.logaddexp(0.0, -margin)) + 0.5 * float((ridge * weights) @ weights)
        return value, design.T @ slope + ridge * weights

    steps = len(_STEPS)
    bounds = [(0.0, None)] * steps + [(None, 0.0)] * steps + [(None, None)]
    # One thread: a product of matrices that threads share adds in another order.
    with threadpool_limits(1):
        best = minimize(
            cost, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-6}
        )
    return np.asarray(np.rint(best.x[:-1] * _UNITS) / _UNITS)
