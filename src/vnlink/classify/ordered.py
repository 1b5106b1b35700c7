"""Level codes as a model reads them: which fields there are, which of their levels are ordered, and columns of a design.

A pair is a row of small integers, one a field: 0 is missing, the others are levels of agreement. Some levels are ordered: the
same full date of birth says at least as much for one person as the same year does. Others are not: whether a lost mark or a
slip of the hand says more is for data to tell. So the order of a field is a forest: every level has at most one level that is
declared the next better one.

A forest becomes 0/1 columns that need no other constraint than a sign. The column of a level is 1 for the level and for all
that are below it in its tree. Then stepping down from a level to a worse one only ever turns columns from 0 to 1, and a model
that no such column raises is monotone (the "thermometer" coding of ordered regressors: Walter, Feinstein and Wells, "Coding
ordinal independent variables in multiple regression analyses", American Journal of Epidemiology 125, 1987). A level without
order has a column of its own, the plain one-hot coding. Missing has none: it is the level that says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vnlink.errors import InputError, message
from vnlink.schema import COMMUNE_LEVELS, HAMLET_LEVELS, RARITY_BEARERS, RARITY_LEVELS, Field, field_levels

__all__ = [
    "LAND_CITIZEN_ORDER",
    "MAX_LEVELS",
    "Design",
    "LevelCodeError",
    "LevelField",
    "declare",
    "least_steps",
    "pattern_levels",
    "seen_fields",
]

MAX_LEVELS = 4096
"""Most levels of one field. A larger code is no level but an identifier in the wrong column."""

Chains = tuple[tuple[str, ...], ...]

LAND_CITIZEN_ORDER: Mapping[str, Chains] = {
    "name": (
        ("exact", "unmarked"),
        ("exact", "mark_lost", "marks_lost"),
        ("exact", "given_mark_lost"),
        ("exact", "asking_tones"),
        ("exact", "mark_differs", "marks_differ"),
        ("exact", "given_tone_differs"),
        ("exact", "given_vowel_differs"),
        ("exact", "regional"),
        ("exact", "doublet"),
        ("exact", "initials", "initials_and_more"),
        ("exact", "middle_missing", "middle_missing_and_more"),
        ("exact", "one_slip"),
        ("exact", "given_slip"),
        ("exact", "swapped"),
        ("exact", "middle_differs"),
        ("exact", "family_differs"),
        ("exact", "given_only"),
        ("exact", "given_differs", "different"),
    ),
    "birth": (("date", "month", "year", "near_year", "near_years", "different_year", "different_date"),),
    "generation": (),
    "sex": (("same", "different"),),
    "personal_id": (("equal", "near", "different"),),
    "old_id": (("equal", "near", "different"),),
    "place": (
        HAMLET_LEVELS,
        (HAMLET_LEVELS[0], *COMMUNE_LEVELS, "other_locality", "district", "province", "other"),
        (COMMUNE_LEVELS[0], "commune_among"),
    ),
    "partner": (
        ("spouse_and_household", "spouse", "other_spouse"),
        ("spouse_and_household", "household", "not_in_household"),
        ("same_hamlet", "same_commune", "not_in_commune"),
    ),
    "origin": (("native_away", "stranger"),),
    "rarity": (RARITY_LEVELS[: len(RARITY_BEARERS)],),
}
"""What is ordered in the built-in land/citizen declaration, best level first; a level may stand in several chains as long as
one level only is its next better. Levels in no chain are free. It is judgement: only what must hold for any two registers is
here."""


class LevelCodeError(InputError, ValueError):
    """A table is not one of level codes. It is a ValueError too, which scikit-learn asks of an estimator."""


class Declared(Protocol):
    """What a field must say of itself; :class:`vnlink.schema.Field` does."""

    @property
    def name(self) -> str:
        """Name of the field."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels, 0 first."""


class LevelField(NamedTuple):
    """A field, its levels (0 is missing) and the order among them.

    ``better`` holds for each level the number of the next better one, -1 where none is declared.
    """

    name: str
    levels: tuple[str, ...]
    better: tuple[int, ...]

    def below(self) -> NDArray[np.bool_]:
        """Tell for each pair of levels (worse, better) whether the first is the second or below it, bool[levels, levels].

        Raises
        ------
        LevelCodeError
            The order runs in a circle.
        """
        size = len(self.levels)
        found = np.eye(size, dtype=bool)
        for level in range(size):
            at = self.better[level]
            while at >= 0:
                if found[level, at]:
                    raise LevelCodeError(
                        message("the order of levels runs in a circle", column=self.name, remedy="name the best level first")
                    )
                found[level, at] = True
                at = self.better[at]
        return found


def _order(name: str, levels: tuple[str, ...], chains: Iterable[Sequence[str]]) -> LevelField:
    number = {level: i for i, level in enumerate(levels)}
    better = [-1] * len(levels)
    for chain in chains:
        if not all(level in number for level in chain):
            raise LevelCodeError(
                message("the order names a level that the field has not", column=name, remedy="see its levels")
            )
        for up, down in pairwise(chain):
            if better[number[down]] not in (-1, number[up]):
                what = "a level has two levels that are next better"
                raise LevelCodeError(message(what, column=name, remedy="leave one of them to the data"))
            better[number[down]] = number[up]
    return LevelField(name, levels, tuple(better))


def declare(fields: Iterable[Declared], ordered: Mapping[str, Any] | None = None) -> tuple[LevelField, ...]:
    """Join fields with the order of their levels.

    Parameters
    ----------
    fields : iterable of Field
        Anything with a ``name`` and ``levels``.
    ordered : mapping of str to chains, optional
        Chains of level names, best first, by field: one chain (a sequence of names) or several (a sequence of chains).
        Without it the built-in order (:data:`LAND_CITIZEN_ORDER`) is taken for fields that have its levels.

    Returns
    -------
    tuple of LevelField

    Examples
    --------
    >>> from vnlink.schema import Field
    >>> họ_tên = Field("họ_tên", ("thiếu", "đúng_dấu", "mất_dấu", "khác"), 0, 2)
    >>> declare([họ_tên], {"họ_tên": ("đúng_dấu", "mất_dấu", "khác")})[0].better
    (-1, -1, 1, 2)
    """
    found = []
    given = tuple((str(f.name), tuple(str(level) for level in f.levels)) for f in fields)
    names = [name for name, _ in given]
    if len(set(names)) != len(names) or any(len(set(levels)) != len(levels) or not levels for _, levels in given):
        raise LevelCodeError(message("names of fields, and of the levels of a field, must differ", remedy="rename one of them"))
    if ordered is not None and (unknown := set(ordered) - set(names)):
        raise LevelCodeError(
            message("the order is of a field that is not declared", count=len(unknown), remedy="see the fields")
        )
    for name, levels in given:
        if ordered is not None:
            chains = ordered.get(name, ())
            chains = (tuple(chains),) if all(isinstance(level, str) for level in chains) else tuple(chains)
        else:
            chains = LAND_CITIZEN_ORDER.get(name, ())
            if not {level for chain in chains for level in chain} <= set(levels):
                chains = ()
        if len(levels) > MAX_LEVELS:
            raise LevelCodeError(message(f"a field has at most {MAX_LEVELS} levels", column=name, remedy="group its levels"))
        found.append(_order(name, levels, chains))
    for f in found:
        f.below()
    return tuple(found)


def seen_fields(codes: NDArray[np.int64], names: Sequence[str]) -> tuple[LevelField, ...]:
    """Declare fields without order from a table of codes: levels 0 up to the highest code of each column."""
    highest = codes.max(axis=0, initial=0)
    if (highest >= MAX_LEVELS).any():
        raise LevelCodeError(message(f"a level code is at most {MAX_LEVELS - 1}", remedy="give level codes, not identifiers"))
    sizes = (highest + 1).tolist()
    return tuple(LevelField(name, tuple(map(str, range(size))), (-1,) * size) for name, size in zip(names, sizes, strict=True))


def pattern_levels(patterns: NDArray[np.int64], fields: Sequence[Field]) -> NDArray[np.int64]:
    """Return the level codes of patterns, int64[n, fields]: what :class:`~vnlink.classify.classifier.MatchClassifier` reads.

    Examples
    --------
    >>> from vnlink.schema import Field
    >>> fields = (Field("name", ("missing", "exact", "different"), 0, 2), Field("sex", ("missing", "same", "different"), 2, 2))
    >>> pattern_levels(np.array([0b0101, 0b1001]), fields)
    array([[1, 1],
           [1, 2]])
    """
    codes = np.empty((len(patterns), len(fields)), np.int64)
    for column, f in enumerate(fields):
        codes[:, column] = field_levels(patterns, f)
    return codes


class Design:
    """The 0/1 columns of a declaration.

    Parameters
    ----------
    fields : sequence of LevelField

    Attributes
    ----------
    tables : list of float64[levels, columns of the field]
        The columns of each level of each field.
    falling : bool[columns]
        Whether a column marks levels worse than a declared one, so that a monotone model must not rise with it.
    levels : list of list of int
        The level that each column of each field is of.
    """

    def __init__(self, fields: Sequence[LevelField]) -> None:
        self.fields = tuple(fields)
        self.levels = [_measured(f) for f in self.fields]
        self.tables = [f.below()[:, kept].astype(np.float64) for f, kept in zip(self.fields, self.levels, strict=True)]
        falling = [f.better[v] >= 0 for f, kept in zip(self.fields, self.levels, strict=True) for v in kept]
        self.falling = np.array(falling, bool)

    def __len__(self) -> int:
        return len(self.falling)

    def columns(self, codes: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the columns of a table of level codes, float64[n, columns]."""
        parts = [table[codes[:, i]] for i, table in enumerate(self.tables)]
        return np.concatenate(parts, axis=1) if parts else np.empty((len(codes), 0))

    def by_level(self, weights: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Turn a weight per column into a weight per level of each field."""
        ends = np.cumsum([table.shape[1] for table in self.tables])[:-1]
        return [(table * part).sum(axis=1) for table, part in zip(self.tables, np.split(weights, ends), strict=True)]

    def steps(self, tables: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """How far weights per level fall from the next better level to each column's own, float64[columns]; 0 without order."""
        fall = [
            float(table[f.better[v]] - table[v]) if f.better[v] >= 0 else 0.0
            for f, table, kept in zip(self.fields, tables, self.levels, strict=True)
            for v in kept
        ]
        return np.array(fall)


def least_steps(design: Design, codes: NDArray[np.int64], log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far scores fall at least from each ordered level's next better one, float64[columns] in bits.

    Found from the patterns that differ in this one field only; 0 where there are none, or where scores rise.

    Parameters
    ----------
    design : Design
    codes : int64[k, fields]
        Distinct patterns.
    log_odds : float64[k]
    """
    steps: list[float] = []
    for column, (f, kept) in enumerate(zip(design.fields, design.levels, strict=True)):
        others = np.delete(codes, column, axis=1)
        context = np.unique(others, axis=0, return_inverse=True)[1].ravel() if len(codes) else np.empty(0, np.int64)
        score = np.full((int(context.max(initial=-1)) + 1, len(f.levels)), np.nan)
        score[context, codes[:, column]] = log_odds
        for level in kept:
            fall = score[:, f.better[level]] - score[:, level] if f.better[level] >= 0 else np.empty(0)
            seen = fall[~np.isnan(fall)]
            steps.append(max(float(seen.min()), 0.0) if len(seen) else 0.0)
    return np.array(steps)


def _measured(field: LevelField) -> list[int]:
    """Levels that have a column: not a level 0 without order, nor one that all others are below. The rest is against these."""
    alone = field.better[0] < 0 and 0 not in field.better
    everything = np.asarray(field.below().all(axis=0))
    return [v for v in range(len(field.levels)) if not (v == 0 and alone) and not everything[v]]
