"""Two-class models as data: evaluated here, written to JSON and read back without running anything of what is read.

A three-class model is a chain of two-class ones (:mod:`vnlink.classify.classifier`), and each is one of

linear
    A weight in bits for every level of every field, an intercept, and a slope of the prior.
trees
    Arrays of nodes, walked by NumPy. Their values are averaged (a forest) or summed (boosting).
table
    The probability of every pattern: whatever made it, the table is the model.

A fitted model is turned into this form at once and always evaluated in it, so a loaded one gives the same bytes. What is
loaded is checked: sizes, ranges, and that children come after their parents, so that no walk is endless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vnlink.classify.fellegi_sunter import MAX_WEIGHT, numbers
from vnlink.classify.ordered import Design, LevelField
from vnlink.errors import ModelError, message

__all__ = [
    "MAX_TABLE_ROWS",
    "LinearSplit",
    "Prior",
    "Split",
    "TableSplit",
    "Tree",
    "TreesSplit",
    "blended",
    "log_odds_of",
    "pattern_keys",
    "probability_of",
    "split_from_dict",
]

Prior = NDArray[np.float64] | None
_LN2 = float(np.log(2.0))
_LEAST = 2.0**-52
MAX_TABLE_ROWS = 1_000_000
"""Most patterns of a table that is read or written; among billions of pairs there are thousands."""
MAX_NODES = 1 << 24


def probability_of(bits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn log odds in bits into probabilities."""
    return np.asarray(expit(bits * _LN2))


def log_odds_of(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn probabilities into bits, at most 52 either way: a forest that says 0 has not seen the whole world."""
    held = np.clip(probability, _LEAST, 1.0 - _LEAST)
    return np.asarray(np.log2(held) - np.log2(1.0 - held))


class Split(Protocol):
    """A two-class model over level codes."""

    def log_odds(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """Log odds of yes in bits, float64[n], from codes int64[n, fields] and prior log odds in bits."""

    def probability(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """Probability of yes, float64[n]."""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a file; ModelError where there is no such form."""


@dataclass(frozen=True, slots=True)
class LinearSplit:
    """Log odds = ``slope`` x prior + ``intercept`` + a weight per level of each field, all in bits."""

    fields: tuple[LevelField, ...]
    tables: list[NDArray[np.float64]]
    intercept: float
    slope: float

    def log_odds(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`Split`."""
        total = np.full(len(codes), self.intercept)
        if prior is not None:
            total += self.slope * prior
        # Field by field: a pair's sum does not depend on which other pairs are asked for.
        for column, table in enumerate(self.tables):
            total += table[codes[:, column]]
        return total

    def probability(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`Split`."""
        return probability_of(self.log_odds(codes, prior))

    def as_dict(self) -> dict[str, Any]:
        """See :class:`Split`."""
        weights = {f.name: table.tolist() for f, table in zip(self.fields, self.tables, strict=True)}
        return {"kind": "linear", "intercept_bits": self.intercept, "slope": self.slope, "weights_bits": weights}

    @classmethod
    def from_dict(cls, data: dict[str, Any], fields: tuple[LevelField, ...]) -> LinearSplit:
        """Rebuild from :meth:`as_dict`; KeyError, TypeError or ValueError where it is damaged."""
        weights = data["weights_bits"]
        if set(weights) != {f.name for f in fields}:
            raise ValueError
        tables = [numbers(weights[f.name], len(f.levels), -MAX_WEIGHT, MAX_WEIGHT) for f in fields]
        intercept = numbers([data["intercept_bits"]], 1, -MAX_WEIGHT, MAX_WEIGHT)
        slope = numbers([data["slope"]], 1, -MAX_WEIGHT, MAX_WEIGHT)
        return cls(fields, tables, float(intercept[0]), float(slope[0]))


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes of one tree; node 0 is the root, a leaf has no feature (-1). At a node ``x <= threshold`` goes left."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]

    def values(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Value of the leaf that each row falls into."""
        node = np.zeros(len(columns), np.int64)
        rows = np.arange(len(columns))
        walking = rows[self.feature[node] >= 0]
        while len(walking):
            at = node[walking]
            goes_left = columns[walking, self.feature[at]] <= self.threshold[at]
            node[walking] = np.where(goes_left, self.left[at], self.right[at])
            walking = walking[self.feature[node[walking]] >= 0]
        return self.value[node]

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {name: getattr(self, name).tolist() for name in ("feature", "threshold", "left", "right", "value")}

    @classmethod
    def from_dict(cls, data: dict[str, Any], count_columns: int) -> Tree:
        """Rebuild, checking that every walk ends in a leaf."""
        size = len(data["value"])
        if not 1 <= size <= MAX_NODES:
            raise ValueError
        feature = _whole(data["feature"], size, -1, count_columns - 1)
        left, right = (_whole(data[side], size, -1, size - 1) for side in ("left", "right"))
        inner = feature >= 0
        own = np.arange(size)
        if not ((left > own) & (right > own))[inner].all():
            raise ValueError
        most = float(np.finfo(np.float64).max)
        return cls(
            feature, numbers(data["threshold"], size, -most, most), left, right, numbers(data["value"], size, -most, most)
        )


def blended(probability: NDArray[np.float64], prior: Prior, share: float) -> NDArray[np.float64]:
    """Log odds in bits between a prior and a model: ``share`` of the way from the first to the second."""
    own = log_odds_of(probability)
    return own if prior is None else prior + share * (own - prior)


@dataclass(frozen=True, slots=True)
class TreesSplit:
    """A sum or a mean of trees over the design's columns, and the prior as one more where there is one.

    ``single`` says that the trees were grown on float32 columns. ``share`` is how far the answer goes from the prior.
    """

    design: Design
    trees: list[Tree]
    mean: bool
    baseline: float
    single: bool
    share: float

    def _raw(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        columns = self.design.columns(codes)
        if prior is not None:
            columns = np.column_stack([columns, prior])
        if self.single:
            columns = columns.astype(np.float32).astype(np.float64)
        total = np.full(len(codes), self.baseline)
        for tree in self.trees:
            total += tree.values(columns)
        return total / len(self.trees) if self.mean else np.asarray(expit(total))

    def log_odds(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`Split`."""
        return blended(self._raw(codes, prior), prior, self.share)

    def probability(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`Split`."""
        return self._raw(codes, prior) if prior is None else probability_of(self.log_odds(codes, prior))

    def as_dict(self) -> dict[str, Any]:
        """See :class:`Split`."""
        plain = {name: getattr(self, name) for name in ("mean", "baseline", "single", "share")}
        return {"kind": "trees", **plain, "trees": [tree.as_dict() for tree in self.trees]}

    @classmethod
    def from_dict(cls, data: dict[str, Any], fields: tuple[LevelField, ...], *, with_prior: bool) -> TreesSplit:
        """Rebuild from :meth:`as_dict`; KeyError, TypeError or ValueError where it is damaged."""
        design = Design(fields)
        if type(data["mean"]) is not bool or type(data["single"]) is not bool or not data["trees"]:
            raise ValueError
        trees = [Tree.from_dict(tree, len(design) + with_prior) for tree in data["trees"]]
        if data["mean"] and not all(((tree.value >= 0.0) & (tree.value <= 1.0)).all() for tree in trees):
            raise ValueError
        baseline = float(numbers([data["baseline"]], 1, -MAX_WEIGHT, MAX_WEIGHT)[0])
        if data["mean"] and baseline != 0.0:
            raise ValueError
        share = float(numbers([data["share"]], 1, 0.0, 1.0)[0])
        return cls(design, trees, data["mean"], baseline, data["single"], share)


def pattern_keys(codes: NDArray[np.int64], fields: Sequence[LevelField]) -> NDArray[np.int64]:
    """One integer for each row of codes: its place when all combinations of levels are counted, the last field fastest.

    Raises
    ------
    ModelError
        There are more combinations than an integer holds.
    """
    if np.prod([float(len(f.levels)) for f in fields]) > 2.0**62:
        remedy = "wrap a linear model or trees, or group levels"
        raise ModelError(message("there are too many combinations of levels for a table of patterns", remedy=remedy))
    key = np.zeros(len(codes), np.int64)
    for column, f in enumerate(fields):
        key = key * len(f.levels) + codes[:, column]
    return key


@dataclass(frozen=True, slots=True)
class TableSplit:
    """The probability of each pattern that can come. ``keys`` is sorted (:func:`pattern_keys`)."""

    fields: tuple[LevelField, ...]
    keys: NDArray[np.int64]
    known: NDArray[np.float64]
    share: float

    def probability(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`Split`; ModelError for a pattern that is not in the table."""
        return self._raw(codes) if prior is None else probability_of(self.log_odds(codes, prior))

    def log_odds(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`Split`; ModelError for a pattern that is not in the table."""
        return blended(self._raw(codes), prior, self.share)

    def _raw(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        key = pattern_keys(codes, self.fields)
        at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        unknown = int((self.keys[at] != key).sum())
        if unknown:
            what, remedy = (
                "the saved model is a table without some of these patterns",
                "save it with all patterns that can come",
            )
            raise ModelError(message(what, count=unknown, remedy=remedy))
        return self.known[at]

    def as_dict(self) -> dict[str, Any]:
        """See :class:`Split`."""
        return {"kind": "table", "share": self.share, "keys": self.keys.tolist(), "probabilities": self.known.tolist()}

    @classmethod
    def from_dict(cls, data: dict[str, Any], fields: tuple[LevelField, ...]) -> TableSplit:
        """Rebuild from :meth:`as_dict`; KeyError, TypeError or ValueError where it is damaged."""
        size = len(data["keys"])
        every = int(np.prod([float(len(f.levels)) for f in fields]))
        keys = _whole(data["keys"], size, 0, min(every, 1 << 62) - 1)
        if not 1 <= size <= MAX_TABLE_ROWS or not (np.diff(keys) > 0).all():
            raise ValueError
        share = float(numbers([data["share"]], 1, 0.0, 1.0)[0])
        return cls(fields, keys, numbers(data["probabilities"], size, 0.0, 1.0), share)


def _whole(values: Any, length: int, least: int, most: int) -> NDArray[np.int64]:
    """Take a list of JSON as int64[length], all ``least`` to ``most``; ValueError for anything else."""
    if not isinstance(values, list) or len(values) != length:
        raise ValueError(length)
    if not all(type(value) is int and least <= value <= most for value in values):
        raise ValueError(length)
    return np.array(values, np.int64)


def split_from_dict(data: dict[str, Any], fields: tuple[LevelField, ...], *, with_prior: bool) -> Split:
    """Rebuild a two-class model of any kind; KeyError, TypeError or ValueError where it is damaged."""
    kind = data["kind"]
    if kind == "linear":
        return LinearSplit.from_dict(data, fields)
    if kind == "trees":
        return TreesSplit.from_dict(data, fields, with_prior=with_prior)
    if kind == "table":
        return TableSplit.from_dict(data, fields)
    raise ValueError
