"""The Fellegi-Sunter model: what each level of agreement is worth, in bits.

The weight of a level is ``log2(m / u)``: m is how often two records of one person show it, u how often two records of different
persons do (Fellegi and Sunter, "A theory for record linkage", JASA 1969). The score of a pair is the sum over its fields plus
the odds that one citizen taken blindly is the person, 1 to N. So the score is the logarithm of the odds that *this* citizen
is the person against the expected number of *other* citizens showing the same pattern.

Three things are not as in the textbook. What the other fields are worth depends on the group of the name's level
(:data:`vnlink.compare.patterns.NAME_GROUPS`): those of one full name are not like strangers. And where the whole name agrees
its u is the frequency of this very name, or of all that it may be short for, taken from the population by its rarity level.
There a field may be worth more or less as well by how rare the name is. And a number that stands beside another's name is
mostly a relative's, who lives there and whose date is on the same paper: what the fields are worth then is told by the numbers
that are wrong, not by strangers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.schema import Field, field_levels

__all__ = ["EQUAL", "GROUPS", "MAX_WEIGHT", "NUMBER_FIELDS", "OTHERS_NAMES", "SAME", "SHORTENED", "FellegiSunter", "numbers"]

NUMBER_FIELDS = ("personal_id", "old_id")
"""Fields that hold an identity number; they are hidden while the others are learned."""

MAX_WEIGHT = 1000.0
"""Most bits that a weight may have. Learned ones stay below 100; sums of these still leave every other field its part."""

GROUPS = ("missing", "same", "part", "other")
"""Groups of name levels, the rows of every weight table."""

SAME, PART, OTHER = (GROUPS.index(name) for name in ("same", "part", "other"))
"""The groups in which the whole name agrees, be it shortened, a part of it, and nothing that counts."""

OTHERS_NAMES = ("given_differs", "different")
"""Levels of the name that are mostly of another person, be it of the same family."""

SHORTENED = "initials"
"""Level of a name of which a part is shortened and nothing else differs (:mod:`vnlink.shortened`)."""

EQUAL = 1
"""Level of a number that agrees."""


@dataclass(slots=True)
class FellegiSunter:
    """Weights of all levels of all fields.

    Parameters
    ----------
    fields : tuple of Field
        The pattern's layout; the first field is the name, the last its rarity.
    groups : tuple of int
        Group of each level of the first field.
    weights : dict of str to float64[4, levels]
        Bits of each level of each field, by group. The table of the rarity field holds the odds of a blind guess.
    m, u : dict of str to float64[levels]
        The probabilities from which the weights were made, for the report (u of group "same" for fields but the name).
    by_rarity : dict of str to float64[levels, levels of rarity]
        What a level of some fields is worth more where the whole name agrees, by how rare the name is
        (:mod:`vnlink.classify.nearness`).
    beside_number : dict of str to float64[levels]
        What the levels of some fields are worth instead where a number agrees beside another's name.
    """

    fields: tuple[Field, ...]
    groups: tuple[int, ...]
    weights: dict[str, NDArray[np.float64]]
    m: dict[str, NDArray[np.float64]]
    u: dict[str, NDArray[np.float64]]
    by_rarity: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    beside_number: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def group_of(self, patterns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the name group of each pattern."""
        return np.asarray(self.groups, np.int64)[field_levels(patterns, self.fields[0])]

    def contributions(self, patterns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the bits that each field adds, float64[n, fields]; a pair's score is the sum of its row."""
        group = self.group_of(patterns)
        return np.column_stack([self._bits(patterns, group, f) for f in self.fields])

    def _bits(self, patterns: NDArray[np.int64], group: NDArray[np.int64], field: Field) -> NDArray[np.float64]:
        """What one field adds to the score of each pattern."""
        level = field_levels(patterns, field)
        bits = self.weights[field.name][group, level]
        if field.name in self.beside_number:
            bits = np.where(self.are_of_others(patterns), self.beside_number[field.name][level], bits)
        if field.name in self.by_rarity:
            more = self.by_rarity[field.name][level, field_levels(patterns, self.fields[-1])]
            bits = bits + np.where(group == SAME, more, 0.0)
        return np.asarray(bits)

    def are_of_others(self, patterns: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether a number of each pattern agrees beside another's name."""
        others = np.array([level in OTHERS_NAMES for level in self.fields[0].levels])
        agrees = np.zeros(len(patterns), np.bool_)
        for f in self.fields:
            if f.name in NUMBER_FIELDS:
                agrees |= field_levels(patterns, f) == EQUAL
        return np.asarray(agrees & others[field_levels(patterns, self.fields[0])])

    def score(self, patterns: NDArray[np.int64], *, without: tuple[str, ...] = ()) -> NDArray[np.float64]:
        """Return the score of each pattern in bits, leaving out the fields named in ``without``."""
        total = np.zeros(len(patterns))
        group = self.group_of(patterns)
        for f in self.fields:
            if f.name not in without:
                total += self._bits(patterns, group, f)
        return total

    def value_beside_number(self, bits: dict[str, NDArray[np.float64]]) -> None:
        """Take up what levels are worth where a number agrees beside another's name, in whole units of 1/4096 bit.

        What speaks against the person speaks no less there than beside no number.
        """
        self.beside_number = {}
        for f in self.fields:
            if f.name in bits:
                row, usual = bits[f.name], self.weights[f.name][[PART, OTHER]].max(axis=0)
                if f is not self.fields[0]:
                    row = np.where(usual < 0.0, np.minimum(row, usual), row)
                self.beside_number[f.name] = np.rint(row * 4096.0) / 4096.0

    def as_dict(self) -> dict[str, Any]:
        """Return the model as plain data for its file."""
        told: dict[str, Any] = {
            f.name: {
                "levels": list(f.levels),
                "m": self.m[f.name].tolist(),
                "u": self.u[f.name].tolist(),
                "weights_bits": self._shown(f),
                "weights_by_group": {name: self.weights[f.name][g].tolist() for g, name in enumerate(GROUPS)},
            }
            for f in self.fields
        }
        for name, table in self.by_rarity.items():
            told[name]["more_by_rarity"] = table.tolist()
        for name, row in self.beside_number.items():
            told[name]["weights_beside_number"] = row.tolist()
        return told

    def _shown(self, field: Field) -> list[float]:
        """One weight a level, for people: of a name's level its own, of other fields where the name agrees."""
        table = self.weights[field.name]
        rows = self.groups if field is self.fields[0] else [1] * len(field.levels)
        return [float(table[group, level]) for level, group in enumerate(rows)]

    @classmethod
    def from_dict(cls, data: dict[str, Any], fields: tuple[Field, ...], groups: tuple[int, ...]) -> FellegiSunter:
        """Rebuild a model from :meth:`as_dict`.

        Raises
        ------
        KeyError, TypeError, ValueError
            A field is missing, a table is of another size, or a number is none or beyond reason.
        """
        weights, m, u, by_rarity, beside = {}, {}, {}, {}, {}
        for f in fields:
            table = data[f.name]
            if tuple(table["levels"]) != f.levels:
                raise ValueError(f.name)
            rows = [numbers(table["weights_by_group"][name], len(f.levels), -MAX_WEIGHT, MAX_WEIGHT) for name in GROUPS]
            weights[f.name] = np.stack(rows)
            m[f.name] = numbers(table["m"], len(f.levels), 0.0, 1.0)
            u[f.name] = numbers(table["u"], len(f.levels), 0.0, 1.0)
            if "more_by_rarity" in table:
                by_rarity[f.name] = _table(table["more_by_rarity"], len(f.levels), len(fields[-1].levels))
            if "weights_beside_number" in table:
                beside[f.name] = numbers(table["weights_beside_number"], len(f.levels), -MAX_WEIGHT, MAX_WEIGHT)
        return cls(fields, groups, weights, m, u, by_rarity, beside)


def _table(rows: Any, count: int, length: int) -> NDArray[np.float64]:
    """Take a list of rows of JSON as float64[count, length] of weights; ValueError for anything else."""
    if not isinstance(rows, list) or len(rows) != count:
        raise ValueError(count)
    return np.stack([numbers(row, length, -MAX_WEIGHT, MAX_WEIGHT) for row in rows])


def numbers(values: Any, length: int, least: float, most: float) -> NDArray[np.float64]:
    """Take a list of JSON as float64[length], all ``least`` to ``most``; ValueError for anything else.

    A value may be an int or a float, nothing that only turns into one: text or true in a table is a damaged file.

    Examples
    --------
    >>> numbers([0.25, 1], 2, 0.0, 1.0)
    array([0.25, 1.  ])
    """
    if not isinstance(values, list) or len(values) != length:
        raise ValueError(length)
    # Compared before they are converted: an int of JSON has any size, and NaN is in no range.
    if not all(type(value) in (int, float) and least <= value <= most for value in values):
        raise ValueError(length)
    return np.array(values, np.float64)
