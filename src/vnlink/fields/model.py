"""What the levels of declared fields are worth, in bits, and how that is learned from the registers themselves.

1. Random pairs are pairs of strangers, but for the one in m that is right by accident, which is weighed out. They show how
   often each level comes by chance (u). Exact agreement is seen too rarely for that, so its chance is taken from how common the
   value is.
2. Strangers may have things in common: a household its family name, street and telephone, a town its postcode. Pairs of two
   rows of the right register are strangers, and the keys bring together those that are most alike. Each set of fields that they
   agree in more often than chance explains is a kind of relation, with its rate. A stranger is of one of these kinds, or of
   none, so agreeing in what a household shares is not counted as if each field spoke for itself.
3. How the fields of right pairs vary (m) is found by EM over the candidates of each left row: they compete with each other and
   with "nobody", so no labels are needed, and the share of left rows that are on the right side at all is found with it.

References: Fellegi and Sunter 1969; Winkler 1988 and 1989 (EM, frequencies of values); Thibaudeau 1993 (fields that depend on
each other among non-matches).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.prior import share_of_doubt
from vnlink.classify.training import by_pattern, fixed
from vnlink.fields.blocking import Blocking
from vnlink.fields.compare import CODES, FIRST_BAND, codes_of, levels_of, patterns
from vnlink.fields.declaration import Declaration
from vnlink.fields.encode import Registers
from vnlink.fields.kinds import EXACT, MISSING
from vnlink.report.progress import ProgressCallback

__all__ = ["FieldModel", "learn_fields"]

_BELIEF = 20.0
_UNFORESEEN = 1.0 / 500.0
"""Share of right pairs that may differ in any way at all, so that no disagreement costs more than some nine bits."""

_PRESENT, _PRESENT_WEIGHT = 0.9, 20.0
_ROUNDS, _STILL = 100, 1e-6
_SAMPLED_ROWS, _RANDOM_PAIRS = 50_000, 400_000
_LEAST_SEEN = 10.0
"""Pairs of one register (each counted both ways) from which a relation is believed."""

_RELATIONS = 64

_MOST_BITS = 60.0
_BATCH = 1 << 14


@dataclass(slots=True)
class FieldModel:
    """What was learned of the fields of a declaration.

    Attributes
    ----------
    declaration : Declaration
    right_shares, chance_shares : list of float64[levels]
        Share of each level among right pairs (m) and among strangers (u); 1 for what is missing.
    shared : bool[relations, fields]
        Which fields each kind of relation shares.
    rates : float64[relations]
        Chance that two random rows are related so.
    present : float
        Probability that a left row is among the right ones, before its candidates are looked at.
    report : dict
        Numbers of rows and pairs learned from. ``right_pairs`` are those that EM took for right at its end: the sum of their
        probabilities, for no number confirms any.
    """

    declaration: Declaration
    right_shares: list[NDArray[np.float64]]
    chance_shares: list[NDArray[np.float64]]
    shared: NDArray[np.bool_]
    rates: NDArray[np.float64]
    present: float
    report: dict[str, int] = field(default_factory=dict)

    @property
    def doubt(self) -> float:
        """Share of every probability that is left to what the model never met; see :attr:`vnlink.classify.model.Model.doubt`.

        A model that does not say how many right pairs it learned from counts as one that learned from none.
        """
        return share_of_doubt(float(self.report.get("right_pairs", 0)))

    def weights(self, registers: Registers) -> NDArray[np.float64]:
        """Bits of every code of every field for these registers, float64[fields, CODES]."""
        table = np.zeros((len(self.right_shares), CODES))
        for i, column in enumerate(registers.columns):
            right, chance = self.right_shares[i], self.chance_shares[i]
            table[i, : len(right)] = np.log2(right) - np.log2(chance)
            table[i, MISSING] = 0.0
            table[i, FIRST_BAND:] = np.log2(right[EXACT]) - np.log2(column.chance_by_band())
        return np.rint(table * 4096.0) / 4096.0

    def contributions(self, pattern: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bits that each field adds to each pattern, and last what relations explain; float64[p, fields + 1].

        Related strangers share the truth of some fields and differ in them as two records of one person do, so the chance of a
        pattern among strangers is that of unrelated ones times ``1 + sum of rate * 2**(bits of the shared fields)``.
        """
        fields = np.column_stack([weights[i, codes_of(pattern, i)] for i in range(len(weights))])
        related = np.ones(len(pattern))
        for shared, rate in zip(self.shared, self.rates, strict=True):
            related += rate * np.exp2(fields[:, shared].sum(axis=1))
        return np.column_stack((fields, -np.rint(np.log2(related) * 4096.0) / 4096.0))

    def score(self, pattern: NDArray[np.int64], weights: NDArray[np.float64], count_right: int) -> NDArray[np.float64]:
        """Log-odds of each pattern against a blind guess among ``count_right`` rows, in bits."""
        return np.asarray(self.contributions(pattern, weights).sum(axis=1) - np.log2(count_right))


def _alike(pattern: NDArray[np.int64], declaration: Declaration) -> NDArray[np.int64]:
    """The set of fields that agree, or would but for a slip: bit i for field i."""
    found = np.zeros(len(pattern), np.int64)
    for i, kind in enumerate(declaration.fields):
        alike = np.array([level.name in kind.alike for level in kind.levels], np.int64)
        found |= alike[levels_of(pattern, i)] << i
    return found


def _shares(levels: NDArray[np.int64], weight: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each level among the pairs that have the field, beginning with ``start`` pairs a level."""
    counts = np.bincount(levels, weights=weight, minlength=len(start)).astype(np.float64) + start
    counts[MISSING] = 0.0
    shares = counts / counts.sum()
    shares[MISSING] = 1.0
    return np.asarray(shares)


def _agreeing(values: NDArray[np.int64]) -> float:
    """Pairs of equal values, each counted both ways."""
    count = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((count * (count - 1.0)).sum())


def _of_two(registers: Registers) -> list[tuple[NDArray[np.bool_], float]]:
    """Relations of two fields, counted over all rows of a sample: no key need bring such rows together."""
    rows = np.flatnonzero(_sampled(registers.right_key))
    columns = [column.right[rows].astype(np.int64) for column in registers.columns]
    found = []
    for i, j in combinations(range(len(columns)), 2):
        held = (columns[i] >= 0) & (columns[j] >= 0)
        a, b = columns[i][held], columns[j][held]
        pairs = max(len(a) * (len(a) - 1.0), 1.0)
        together, by_chance = _agreeing(a << 32 | b), _agreeing(a) * _agreeing(b) / pairs
        if together - by_chance >= max(_LEAST_SEEN, 3.0 * np.sqrt(by_chance)):
            found.append((np.isin(np.arange(len(columns)), (i, j)), (together - by_chance) / pairs))
    return found


def _relations(
    declaration: Declaration, registers: Registers, blocking: Blocking, chance: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Kinds of relation among the rows of the right register: the fields that each shares, and how often two rows are so
    related.

    Parameters
    ----------
    chance : float64[fields]
        Share of random pairs in which each field agrees, or would but for a slip.
    """
    count = len(declaration.fields)
    left, right = blocking.within_right(_sampled(registers.right_key))
    others = left != right
    seen = np.bincount(
        _alike(patterns(registers.right_twice(), left[others], right[others]), declaration), minlength=1 << count
    )
    pairs = float(min(len(registers.right_key), _SAMPLED_ROWS)) * (len(registers.right_key) - 1.0)
    sets = np.flatnonzero(seen >= _LEAST_SEEN)
    members = (sets[:, None] >> np.arange(count) & 1).astype(bool)
    size = members.sum(axis=1)
    kept = _of_two(registers)
    for at in np.lexsort((sets, size))[np.count_nonzero(size <= 2) :].tolist():
        # What unrelated rows, and rows that are related by fewer fields, explain of the pairs that agree in just these fields.
        inside = members[at]
        alone = float(np.prod(chance[inside]))
        for smaller, rate in kept:
            if not (smaller & ~inside).any():
                alone += rate * float(np.prod(chance[inside & ~smaller]))
        rest = float(np.prod(1.0 - chance[~inside]))
        explained = alone * rest * pairs
        more = float(seen[sets[at]]) - explained
        if more >= max(_LEAST_SEEN, 3.0 * np.sqrt(explained)):
            kept.append((inside, more / (rest * pairs)))
    kept.sort(key=lambda one: (-one[1], one[0].tolist()))
    shared = np.array([inside for inside, _ in kept[:_RELATIONS]], bool).reshape(-1, count)
    return shared, np.array([rate for _, rate in kept[:_RELATIONS]], np.float64)


def _sampled(key: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """A sample of rows that does not depend on their order."""
    chosen = np.zeros(len(key), bool)
    chosen[np.argsort(key, kind="stable")[:_SAMPLED_ROWS]] = True
    return chosen


def _random_pairs(registers: Registers) -> NDArray[np.int64]:
    """Patterns of random pairs: rows in the order of their hashes, the right ones turned round against the left."""
    left, right = np.argsort(registers.left_key, kind="stable"), np.argsort(registers.right_key, kind="stable")
    everything = len(left) * len(right)
    at = np.arange(min(_RANDOM_PAIRS, everything), dtype=np.int64)
    row, turn = at % len(left), at // len(left)
    # One row on for every turn would compare neighbours again and again; a prime far from any size does not.
    other = turn if everything <= _RANDOM_PAIRS else (row + (turn + 1) * 7919) % len(right)
    return patterns(registers.columns, left[row].astype(np.int32), right[other].astype(np.int32))


def _candidates(
    registers: Registers, blocking: Blocking, progress: ProgressCallback | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Left number and pattern of the candidates of a sample of left rows, by row and pattern; and the number of rows."""
    chosen = _sampled(registers.left_key)
    owners, found = [], []
    count = len(registers.left_key)
    for batch, (left, right) in enumerate(blocking.batches(_BATCH), start=1):
        wanted = chosen[left]
        owners.append(left[wanted].astype(np.int64))
        found.append(patterns(registers.columns, left[wanted], right[wanted]))
        if progress is not None:
            progress("learn", min(batch * _BATCH, count), count)
    owner, pattern = np.concatenate(owners), np.concatenate(found)
    order = np.lexsort((pattern, owner))
    return owner[order], pattern[order], int(np.count_nonzero(chosen))


def learn_fields(
    declaration: Declaration, registers: Registers, blocking: Blocking, progress: ProgressCallback | None = None
) -> FieldModel:
    """Learn a model from two registers without labels.

    Parameters
    ----------
    declaration : Declaration
    registers : Registers
    blocking : Blocking
        Where the candidates come from.
    progress : callable, optional
        Is told of left rows.
    """
    count_right = len(registers.right_key)
    owner, pattern, rows = _candidates(registers, blocking, progress)
    distinct, _, inverse = by_pattern(pattern)
    strangers, stranger_count, _ = by_pattern(_random_pairs(registers))
    bounds = np.flatnonzero(np.diff(owner, prepend=-1))
    sizes = np.diff(np.append(bounds, len(owner)))
    believed = [_BELIEF * np.array([level.share for level in kind.levels]) for kind in declaration.fields]
    start = [np.full(len(one), 0.5) for one in believed]
    nothing = np.zeros(0)
    chance = [_shares(levels_of(strangers, i), stranger_count, one) for i, one in enumerate(start)]
    right = [_shares(levels_of(strangers[:0], i), nothing, one) for i, one in enumerate(believed)]
    random_sets = _alike(strangers, declaration)
    by_chance = np.array([stranger_count[random_sets >> i & 1 > 0].sum() for i in range(len(believed))]) + 0.5
    shared, rates = _relations(declaration, registers, blocking, by_chance / stranger_count.sum())
    model = FieldModel(declaration, right, chance, shared, rates, _PRESENT)
    for _ in range(_ROUNDS):
        weights = model.weights(registers)
        odds = np.exp2(np.minimum(model.score(distinct, weights, count_right), _MOST_BITS))[inverse]
        absent = (1.0 - model.present) / model.present
        sums = np.add.reduceat(odds, bounds) if len(odds) else nothing
        probability = fixed(odds / (np.repeat(sums, sizes) + absent))
        matched = np.bincount(inverse, weights=probability, minlength=len(distinct)).astype(np.float64)
        met = np.exp2(np.minimum(model.score(strangers, weights, count_right), _MOST_BITS))
        apart = np.asarray(stranger_count * fixed(absent / (met + absent)), np.float64)
        before = [*model.right_shares, np.array([model.present])]
        model.chance_shares = [_shares(levels_of(strangers, i), apart, one) for i, one in enumerate(start)]
        model.right_shares = [
            (1.0 - _UNFORESEEN) * _shares(levels_of(distinct, i), matched, one) + _UNFORESEEN * model.chance_shares[i]
            for i, one in enumerate(believed)
        ]
        found = float(fixed(sums / (sums + absent)).sum())
        model.present = float(np.clip((found + _PRESENT * _PRESENT_WEIGHT) / (rows + _PRESENT_WEIGHT), 0.01, 0.999))
        after = [*model.right_shares, np.array([model.present])]
        if max(float(np.abs(a - b).max()) for a, b in zip(after, before, strict=True)) < _STILL:
            break
    model.report = {
        "left_rows": rows,
        "candidate_pairs": len(pattern),
        "random_pairs": int(stranger_count.sum()),
        "right_pairs": int(found),
    }
    return model
