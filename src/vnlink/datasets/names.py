"""Name tables and how a person of a sex, a birth year and a family gets a name.

What varies with the year of birth is in :data:`MIDDLE_PATTERNS` and :func:`_cohort`: Văn and Thị for four in five of those born
before 1960, single chosen middle names and doubles later, village names (Tư, Út, Mùi) before 1960 only. Sons often take over a
middle name of the father, brothers and sisters share one. The shares are judgement, tuned on two figures measured from
published lists: two random people share a folded full name with probability 3.7e-5, and names of 2, 3, 4, 5 syllables are 2.5,
71, 26 and 0.2 %.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.columns import FATHER, GIVEN, MIDDLE, MOTHER, NAME, NAME_WIDTH, PEOPLE, SECOND_MIDDLE, SEX, SURNAME, YEAR
from vnlink.datasets.spellings import SPELLINGS, canonical, without_marks
from vnlink.datasets.text import Pieces
from vnlink.kernels import allocating

__all__ = ["LOOKUP_SIZE", "NameTables", "SpellingTables", "name_people", "read_table"]

LOOKUP_SIZE = 16384
"""Slots of a sampling table: one uniform number picks a slot, so a share is exact to 6e-5."""

# Shares of {none, Văn or Thị alone, Thị and another, one other, two others}, for men and women, in three cohorts.
MIDDLE_PATTERNS = np.array(
    [
        [[0.040, 0.800, 0.000, 0.150, 0.010], [0.025, 0.390, 0.000, 0.525, 0.060], [0.015, 0.110, 0.000, 0.645, 0.230]],
        [[0.030, 0.800, 0.100, 0.060, 0.010], [0.020, 0.440, 0.370, 0.130, 0.040], [0.010, 0.120, 0.260, 0.360, 0.250]],
    ]
)


def read_table(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table in the package's resources, without its comment lines."""
    text = (files("vnlink") / "resources" / name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))


def _lookup(weights: list[float]) -> NDArray[np.int16]:
    """Sampling table: index i fills its share of the slots."""
    edges = np.cumsum(weights) / sum(weights)
    return np.searchsorted(edges, (np.arange(LOOKUP_SIZE) + 0.5) / LOOKUP_SIZE).astype(np.int16)


class NameTables(NamedTuple):
    """Everything the naming kernel reads. Texts are rows of two piece numbers, -1 when there is no second.

    Attributes
    ----------
    surname, middle, given : ndarray of int32, shape (n, 2)
    surname_lookup : ndarray of int16, shape (LOOKUP_SIZE,)
    surname_region : ndarray of int16, shape (2, n)
        The form usual in the north (0) and in the south (1).
    middle_lookup : ndarray of int16, shape (2 sexes, 2 cohorts, LOOKUP_SIZE)
    given_lookup : ndarray of int16, shape (2 sexes, 3 cohorts, LOOKUP_SIZE)
    patterns : ndarray of float64, shape (2, 3, 5), cumulated
    particle : ndarray of int32, shape (2,)
        Rows of Văn and Thị in ``middle``.
    people_prefix : ndarray of int32, shape (n_peoples, 2)
    people_parts : ndarray of int32, shape (n_peoples, 3, 2)
        First and last row in ``people_names`` of the clans and of the given names of men and women.
    people_names : ndarray of int32, shape (n, 2)
    """

    surname: NDArray[np.int32]
    surname_lookup: NDArray[np.int16]
    surname_region: NDArray[np.int16]
    middle: NDArray[np.int32]
    middle_lookup: NDArray[np.int16]
    given: NDArray[np.int32]
    given_lookup: NDArray[np.int16]
    patterns: NDArray[np.float64]
    particle: NDArray[np.int32]
    people_prefix: NDArray[np.int32]
    people_parts: NDArray[np.int32]
    people_names: NDArray[np.int32]
    space: int

    @classmethod
    def load(cls, pieces: Pieces) -> NameTables:
        """Read the package's tables; their syllables become pieces."""
        surnames = list(read_table("surnames.csv"))
        order = {row["name"]: i for i, row in enumerate(surnames)}
        region = [[order.get(row[side] or row["name"], i) for i, row in enumerate(surnames)] for side in ("north", "south")]
        middles = list(read_table("middle_names.csv"))
        given = list(read_table("given_names.csv"))
        peoples = _people_tables(pieces)
        return cls(
            _rows(pieces, [row["name"] for row in surnames]),
            _lookup([float(row["weight"]) for row in surnames]),
            np.array(region, dtype=np.int16),
            _rows(pieces, [row["name"] for row in middles] + ["Văn", "Thị"]),
            np.array([[_cohort_lookup(middles, sex, key) for key in ("classic", "modern")] for sex in "MF"]),
            _rows(pieces, [row["name"] for row in given]),
            np.array([[_cohort_lookup(given, sex, key) for key in ("rustic", "classic", "modern")] for sex in "MF"]),
            np.cumsum(MIDDLE_PATTERNS, axis=2),
            np.array([len(middles), len(middles) + 1], dtype=np.int32),
            *peoples,
            pieces.number(" "),
        )


def _cohort_lookup(rows: list[dict[str, str]], sex: str, key: str) -> NDArray[np.int16]:
    return _lookup([float(row[key]) if row["sex"] == sex else 0.0 for row in rows])


def _rows(pieces: Pieces, texts: list[str]) -> NDArray[np.int32]:
    """Piece numbers of names of one or two syllables, shape (n, 2)."""
    found = np.full((len(texts), 2), -1, dtype=np.int32)
    for i, text in enumerate(texts):
        for k, syllable in enumerate(text.split()[:2]):
            found[i, k] = pieces.number(syllable)
    return found


def _people_tables(pieces: Pieces) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Prefixes, ranges and names of the other peoples. H' and K' are written onto the given name."""
    groups: dict[str, dict[str, list[str]]] = {}
    for row in read_table("minority_names.csv"):
        groups.setdefault(row["people"], {}).setdefault(row["part"] + row["sex"], []).append(row["name"])
    names: list[str] = []
    prefix = np.full((len(groups), 2), -1, dtype=np.int32)
    parts = np.zeros((len(groups), 3, 2), dtype=np.int32)
    for g, group in enumerate(groups.values()):
        for sex in range(2):
            first = group["prefix" + "MF"[sex]][0]
            glued = first.endswith("'")
            prefix[g, sex] = -1 if glued else pieces.number(first)
            if glued:
                group["given" + "MF"[sex]] = [first + one for one in group["given" + "MF"[sex]]]
        for part, key in enumerate(("clan", "givenM", "givenF")):
            parts[g, part] = len(names), len(names) + len(group.get(key, []))
            names += group.get(key, [])
    return prefix, parts, _rows(pieces, names)


class SpellingTables(NamedTuple):
    """The other spellings of every syllable, and which spellings are the same name.

    Attributes
    ----------
    first, ways : ndarray of int32, shape (n_kinds, n_pieces)
        Where the alternatives of a piece begin in ``other`` and how many there are, by
        :class:`~vnlink.datasets.spellings.Spelling`.
    other : ndarray of int32
        Piece numbers.
    same : ndarray of int32, shape (2, n_pieces)
        Equal numbers mean one name; row 1 is for cells written without diacritics.
    """

    first: NDArray[np.int32]
    ways: NDArray[np.int32]
    other: NDArray[np.int32]
    same: NDArray[np.int32]

    @classmethod
    def build(cls, pieces: Pieces) -> SpellingTables:
        """Spell every piece known so far in all ways; the results are added to ``pieces``."""
        size = len(pieces)
        other: list[int] = []
        first = np.zeros((len(SPELLINGS), size), dtype=np.int32)
        ways = np.zeros((len(SPELLINGS), size), dtype=np.int32)
        for number in range(size):
            text = pieces.texts[number]
            for kind, spell in enumerate(SPELLINGS):
                found = spell(text) if text.strip() else []
                first[kind, number], ways[kind, number] = len(other), len(found)
                other += [pieces.number(one) for one in found]
        classes: dict[str, int] = {}
        same = np.empty((2, len(pieces)), dtype=np.int32)
        for number, text in enumerate(pieces.texts):
            for row, form in enumerate((text, without_marks(text))):
                same[row, number] = classes.setdefault(canonical(form), len(classes))
        return cls(first, ways, np.array(other, dtype=np.int32), same)


@allocating
def _cohort(year, u):  # type: ignore[no-untyped-def]
    """0 village names, 1 classic, 2 modern; the change from one to the next takes forty years."""
    rustic = min(0.55, max(0.0, (1985 - year) / 65.0))
    modern = min(1.0, max(0.0, (year - 1970) / 35.0))
    if u < rustic:
        return 0
    return 2 if u > 1.0 - modern else 1


@allocating
def _write_syllables(people, row, at, source, index):  # type: ignore[no-untyped-def]
    """Append one table entry (one or two syllables) to the name; returns the next free position."""
    for k in range(2):
        if source[index, k] >= 0 and at < NAME_WIDTH:
            people[row, NAME + at] = source[index, k]
            at += 1
    return at


@allocating
def _name_other_people(people, row, u, tables):  # type: ignore[no-untyped-def]
    """Names of the other peoples: groups 0 and 1 put the clan last or have none, the rest put it first."""
    group, sex = people[row, PEOPLE] - 1, people[row, SEX]
    clans, given = tables.people_parts[group, 0], tables.people_parts[group, 1 + sex]
    father, mother = people[row, FATHER], people[row, MOTHER]
    parent = mother if group == 0 else father
    clan = np.int64(clans[0]) + int(u[row, 0] * (clans[1] - clans[0]))
    if parent >= 0 and people[parent, PEOPLE] == group + 1:
        clan = np.int64(people[parent, SURNAME])
    chosen = np.int64(given[0]) + int(u[row, 3] * (given[1] - given[0]))
    people[row, SURNAME] = clan
    people[row, GIVEN] = chosen
    at = np.int64(0)
    if group > 1:
        at = _write_syllables(people, row, at, tables.people_names, clan)
    if tables.people_prefix[group, sex] >= 0:
        people[row, NAME + at] = tables.people_prefix[group, sex]
        at += 1
    at = _write_syllables(people, row, at, tables.people_names, chosen)
    if group == 0:
        _write_syllables(people, row, at, tables.people_names, clan)


@allocating
def _draw_middle(people, row, u, tables, cohort):  # type: ignore[no-untyped-def]
    """Middle names: inherited, shared with an elder sibling, or by the patterns of sex and cohort."""
    sex, father = people[row, SEX], people[row, FATHER]
    spread = min(1, max(0, cohort - 1))
    one = int(tables.middle_lookup[sex, spread, int(u[row, 1] * LOOKUP_SIZE)])
    two = int(tables.middle_lookup[sex, spread, int(u[row, 2] * LOOKUP_SIZE)])
    particle = int(tables.particle[sex])
    before = row - 1
    if father >= 0 and people[before, FATHER] == father and people[before, SEX] == sex and u[row, 5] < 0.30:
        people[row, MIDDLE], people[row, SECOND_MIDDLE] = people[before, MIDDLE], people[before, SECOND_MIDDLE]
        return
    if father >= 0 and sex == 0 and u[row, 5] > 0.78:
        people[row, MIDDLE], people[row, SECOND_MIDDLE] = people[father, MIDDLE], people[father, SECOND_MIDDLE]
        return
    draw, pattern = u[row, 4], 0
    while pattern < 4 and draw >= tables.patterns[sex, cohort, pattern]:
        pattern += 1
    people[row, MIDDLE] = -1 if pattern == 0 else (particle if pattern < 3 else one)
    people[row, SECOND_MIDDLE] = two if pattern in (2, 4) else -1


@allocating
def name_people(people, count, u, clans, south, tables):  # type: ignore[no-untyped-def]
    """Give every person a name, parents before children.

    Parameters
    ----------
    people : ndarray of int32, shape (n, N_COLUMNS)
        Changed in place; see :mod:`vnlink.datasets.columns`.
    count : int
        Rows in use.
    u : ndarray of float64, shape (n, 8)
        Uniform numbers.
    clans : ndarray of int32, shape (n,  4)
        Family names common in the person's commune.
    south : ndarray of uint8, shape (n,)
        1 for a commune of the south.
    tables : NameTables
    """
    for row in range(count):
        for k in range(NAME_WIDTH):
            people[row, NAME + k] = -1
        if people[row, PEOPLE] > 0:
            _name_other_people(people, row, u, tables)
            continue
        father, mother = people[row, FATHER], people[row, MOTHER]
        draw = u[row, 0]
        surname = np.int64(tables.surname_lookup[int(draw * LOOKUP_SIZE)])
        if u[row, 6] < 0.25:
            surname = np.int64(clans[row, int(u[row, 6] * 16.0)])
        if u[row, 7] < 0.75:
            surname = np.int64(tables.surname_region[south[row], surname])
        if father >= 0 and people[father, PEOPLE] == 0:
            surname = np.int64(people[father, SURNAME])
        elif mother >= 0 and people[mother, PEOPLE] == 0 and draw < 0.3:
            surname = np.int64(people[mother, SURNAME])
        people[row, SURNAME] = surname
        cohort = _cohort(people[row, YEAR], u[row, 7])
        _draw_middle(people, row, u, tables, cohort)
        people[row, GIVEN] = tables.given_lookup[people[row, SEX], cohort, int(u[row, 3] * LOOKUP_SIZE)]
        at = _write_syllables(people, row, np.int64(0), tables.surname, surname)
        if people[row, MIDDLE] >= 0:
            at = _write_syllables(people, row, at, tables.middle, np.int64(people[row, MIDDLE]))
        if people[row, SECOND_MIDDLE] >= 0:
            at = _write_syllables(people, row, at, tables.middle, np.int64(people[row, SECOND_MIDDLE]))
        _write_syllables(people, row, at, tables.given, np.int64(people[row, GIVEN]))
