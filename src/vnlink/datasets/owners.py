"""Who owns land, and the owner cell that names them.

:func:`choose_owners` draws land users from a block's people: alive, dead or abroad by their rates, alone, as couples or as a
family of three, and with several parcels. :class:`Forms` holds the forms of resources/owner_forms.csv, in which
:func:`write_owners` fills in names.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnlink.datasets.cells import put_name, put_number
from vnlink.datasets.columns import ABROAD, ALIVE, FATHER, HOUSEHOLD, MOTHER, REGISTER, SEX, SPOUSE, YEAR
from vnlink.datasets.names import read_table
from vnlink.datasets.text import Pieces
from vnlink.kernels import allocating

__all__ = ["COUNT_DRAWS", "KINDS", "Candidates", "Forms", "choose_owners", "write_owners"]

KINDS = ("one", "details", "couple", "group", "body")
ONE, DETAILS, COUPLE, GROUP, BODY = range(5)
COUNT_DRAWS = 16
"""Uniform numbers per row of :func:`choose_owners` and :func:`write_owners` together."""

_SLOTS = ("{A}", "{B}", "{C}", "{YA}", "{YB}", "{IA}", "{IB}", "{P}", "{N}", "{S}")
_FORM_LOOKUP = 256
_CELL_WIDTH = 72
_AGE_OF_OWNERS = 24
_ZERO, _FOUR = np.int64(0), np.int64(4)


class Forms(NamedTuple):
    """Forms of the owner cell as rows of tokens.

    Attributes
    ----------
    tokens : ndarray of int32, shape (n, width)
        A piece number, or -2 - k for slot k of ``{A} {B} {C} {YA} {YB} {IA} {IB} {P} {N} {S}``; -1 ends the row.
    lookup : ndarray of int16, shape (5 kinds, 2 sexes, 2, 256)
        Row of ``tokens`` by kind, sex of the first person, with a title or not, and a uniform number.
    dead, heirs, alias, close, space : int
        Pieces of the notes that can follow a name.
    """

    tokens: NDArray[np.int32]
    lookup: NDArray[np.int16]
    dead: NDArray[np.int32]
    heirs: int
    alias: int
    close: int
    space: int

    @classmethod
    def load(cls, pieces: Pieces) -> Forms:
        """Read the forms; their words become pieces."""
        rows = list(read_table("owner_forms.csv"))
        width = max(len(_split(row["form"])) for row in rows) + 1
        tokens = np.full((len(rows), width), -1, dtype=np.int32)
        for i, row in enumerate(rows):
            for k, part in enumerate(_split(row["form"])):
                tokens[i, k] = -2 - _SLOTS.index(part) if part in _SLOTS else pieces.number(part)
        lookup = np.zeros((len(KINDS), 2, 2, _FORM_LOOKUP), dtype=np.int16)
        for k, kind in enumerate(KINDS):
            for sex in range(2):
                for titled in range(2):
                    lookup[k, sex, titled] = _form_lookup(rows, kind, "MF"[sex], str(titled))
        dead = pieces.numbers([" (đã chết)", " (chết)", "(đã chết)", " (Đã mất)"])
        words = [pieces.number(text) for text in (" cùng các đồng thừa kế", " (tức ", ")", " ")]
        return cls(tokens, lookup, dead, *words)


def _split(form: str) -> list[str]:
    return [part for part in re.split(r"(\{[A-Z]+\})", form) if part]


def _form_lookup(rows: list[dict[str, str]], kind: str, sex: str, titled: str) -> NDArray[np.int16]:
    """Slots of the forms that fit; a kind that has none with (or without) a title takes the others."""
    fits = [row["kind"] == kind and row["first"] in ("", sex) for row in rows]
    exact = [fit and row["titled"] == titled for fit, row in zip(fits, rows, strict=True)]
    chosen = exact if any(exact) else fits
    weights = np.array([float(row["weight"]) if use else 0.0 for use, row in zip(chosen, rows, strict=True)])
    return np.searchsorted(np.cumsum(weights) / weights.sum(), (np.arange(_FORM_LOOKUP) + 0.5) / _FORM_LOOKUP).astype(np.int16)


class Candidates(NamedTuple):
    """People who may own land: four lists (alive, alive and married, dead, abroad) behind each other with cumulated weights.

    Attributes
    ----------
    rows : ndarray of int32
    weight : ndarray of float64
        Cumulated within each list.
    first : ndarray of int64, shape (5,)
        Where each list begins, and the end.
    """

    rows: NDArray[np.int32]
    weight: NDArray[np.float64]
    first: NDArray[np.int64]

    @classmethod
    def of(cls, people: NDArray[np.int32]) -> Candidates:
        """Weights rise with age; grown children at home own less, men somewhat more than women."""
        age = 2024 - people[:, YEAR]
        married = people[:, SPOUSE] >= 0
        child = (people[:, FATHER] >= 0) & ~married
        weight = (
            np.clip((age - _AGE_OF_OWNERS) / 20.0, 0.0, 1.6)
            * np.where(child, 0.25, 1.0)
            * np.where(people[:, SEX] == 0, 1.0, 0.7)
        )
        state = people[:, REGISTER]
        alive = (state == ALIVE) & (weight > 0)
        lists = [alive, alive & married, (state != ALIVE) & (state != ABROAD) & (weight > 0), (state == ABROAD) & (weight > 0)]
        if not alive.any():
            lists[0] = state == ALIVE if (state == ALIVE).any() else np.ones(len(people), dtype=np.bool_)
            weight = np.ones(len(people))
        found = [np.flatnonzero(one) for one in lists]
        return cls(
            np.concatenate(found).astype(np.int32),
            np.concatenate([np.cumsum(weight[one]) for one in found]),
            np.concatenate([[0], np.cumsum([len(one) for one in found])]).astype(np.int64),
        )


@allocating
def _draw_owner(which, u, rows, weight, first):  # type: ignore[no-untyped-def]
    """A row of the list ``which``, or of the living when it is empty."""
    if first[which + 1] == first[which]:
        which = 0
    start, end = first[which], first[which + 1]
    wanted = u * weight[end - 1]
    while end - start > 1:
        middle = (start + end) // 2
        if weight[middle - 1] <= wanted:
            start = middle
        else:
            end = middle
    return rows[start]


@allocating
def _grown_child(people, one, two):  # type: ignore[no-untyped-def]
    """A grown child of a couple in the same household, -1 when there is none."""
    row = max(one, two) + 1
    while row < people.shape[0] and people[row, HOUSEHOLD] == people[one, HOUSEHOLD]:
        if people[row, FATHER] in (one, two) and people[row, MOTHER] in (one, two) and people[row, YEAR] < 2005:
            return row
        row += 1
    return -1


@allocating
def choose_owners(people, u, rows, weight, first, rates, owners, kind, paper):  # type: ignore[no-untyped-def]
    """Draw the persons of every row.

    Parameters
    ----------
    people : ndarray of int32, shape (n, N_COLUMNS)
    u : ndarray of float64, shape (rows, COUNT_DRAWS)
    rows, weight, first : ndarray
        Of :class:`Candidates`.
    rates : record with the fields of ErrorRates
    owners : ndarray of int32, shape (rows, 3)
        Written: rows of ``people``, -1 for nobody.
    kind : ndarray of int8, shape (rows,)
        Written: index in KINDS.
    paper : ndarray of int32, shape (rows,)
        Written: the row whose paper this one repeats, or itself.
    """
    row = 0
    while row < owners.shape[0]:
        draw, alone = u[row, 0], u[row, 1]
        for k in range(3):
            owners[row, k] = -1
        kind[row], paper[row] = ONE, row
        living = 1.0 - rates.owner_dead - rates.owner_absent - rates.organisation
        if draw < rates.organisation:
            kind[row] = BODY
        elif draw < rates.organisation + rates.owner_dead + rates.owner_absent:
            dead = draw < rates.organisation + rates.owner_dead
            owner = _draw_owner(2 if dead else 3, u[row, 2], rows, weight, first)
            owners[row, 0] = owner
            if people[owner, SPOUSE] >= 0 and alone < rates.couple:
                owners[row, 1], kind[row] = people[owner, SPOUSE], COUPLE
        else:
            unmarried_couples = rates.couple * (1.0 - living * 1.0) * 0.75
            couples = min(1.0, (rates.couple - unmarried_couples) / living)
            together = alone < couples + rates.group / living
            owner = _draw_owner(1 if together else 0, u[row, 2], rows, weight, first)
            owners[row, 0] = owner
            if together and people[owner, SPOUSE] >= 0:
                owners[row, 1], kind[row] = people[owner, SPOUSE], COUPLE
                child = _grown_child(people, owner, people[owner, SPOUSE]) if alone >= couples else -1
                if child >= 0:
                    owners[row, 2], kind[row] = child, GROUP
        if kind[row] != BODY and owners[row, 1] >= 0 and (people[owners[row, 0], SEX] == 0) != (u[row, 3] < 0.85):
            owners[row, 0], owners[row, 1] = owners[row, 1], owners[row, 0]
        if kind[row] == ONE and u[row, 4] < rates.details_in_name:
            kind[row] = DETAILS
        source = row
        row += 1
        while row < owners.shape[0] and u[row, 5] < rates.more_parcels:
            for k in range(3):
                owners[row, k] = owners[source, k]
            kind[row] = kind[source]
            paper[row] = source if u[row, 6] < rates.same_paper else row
            row += 1


@allocating
def _put_person(cells, row, at, k, name, noted, alias, forms):  # type: ignore[no-untyped-def]
    """Append the name of person ``k`` and the notes about it."""
    at = put_name(cells, row, at, name[row], k, _ZERO, name.shape[2], forms.space)
    if k == 0 and alias >= 0:
        cells[row, at], cells[row, at + 1], cells[row, at + 2] = forms.alias, alias, forms.close
        at += 3
    if k == 0 and noted >= 0:
        cells[row, at] = forms.dead[noted]
        at += 1
    return at


@allocating
def write_owners(people, owners, kind, paper, u, name, birth, number, width, commune, syllables, surnames, rates, forms, words):  # type: ignore[no-untyped-def]
    """Owner cells, int32 of shape (rows, 72).

    Parameters
    ----------
    people, owners, kind, paper, u
        As in :func:`choose_owners`.
    name, birth, number, width : ndarray
        Of :class:`~vnlink.datasets.papers.Records`.
    commune : ndarray of int32, shape (rows,)
        Piece with the commune's name, for bodies.
    syllables, surnames : ndarray of int32
        Pieces to name companies and clans with.
    rates : record with the fields of ErrorRates
    forms : Forms
    words : ~vnlink.datasets.cells.Words
    """
    cells = np.full((owners.shape[0], _CELL_WIDTH), -1, np.int32)
    for row in range(owners.shape[0]):
        draws = u[paper[row]]
        owner = owners[row, 0]
        sex = people[owner, SEX] if owner >= 0 else 0
        titled = 1 if draws[7] < rates.titled else 0
        form = forms.lookup[kind[row], sex, titled, int(draws[8] * 256.0)]
        dead = owner >= 0 and people[owner, REGISTER] not in (ALIVE, ABROAD)
        noted = int(draws[10] * forms.dead.shape[0]) if dead and draws[9] < rates.death_noted else -1
        alias = syllables[int(draws[12] * syllables.shape[0])] if draws[11] < rates.alias else -1
        heirs = dead and draws[13] < rates.heirs_noted
        at = _ZERO
        for k in range(forms.tokens.shape[1]):
            token = forms.tokens[form, k]
            if token == -1:
                break
            if token >= 0:
                cells[row, at] = token
                at += 1
                continue
            slot = -2 - token
            if slot < 3:
                at = _put_person(cells, row, at, slot, name, noted, alias, forms)
            elif slot < 5:
                if birth[row, slot - 3] > 0:
                    at = put_number(cells, row, at, np.int64(birth[row, slot - 3] // 10000), _FOUR, words)
            elif slot < 7:
                if number[row, slot - 5] >= 0:
                    at = put_number(cells, row, at, number[row, slot - 5], np.int64(width[row, slot - 5]), words)
            elif slot == 7:
                cells[row, at] = commune[row]
                at += 1
            elif slot == 8:
                cells[row, at] = syllables[int(draws[14] * syllables.shape[0])]
                cells[row, at + 1] = forms.space
                cells[row, at + 2] = syllables[int(draws[15] * syllables.shape[0])]
                at += 3
            else:
                cells[row, at] = surnames[int(draws[14] * surnames.shape[0])]
                at += 1
        if heirs:
            cells[row, at] = forms.heirs
    return cells
