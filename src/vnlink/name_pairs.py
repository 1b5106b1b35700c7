"""Two names beside each other, as a clerk would compare them: syllable by syllable, with a verdict and in words.

The levels and relations are those that links are decided by (:mod:`vnlink.compare.names`, :mod:`vnlink.compare.syllables`).
What is added here is for people: which syllable stands for which, what each difference is called, other readings of what is
written (keys of an input method, a legacy encoding, an alias), and whether the two can be one name at all
(:mod:`vnlink.name_verdict`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, overload

import numpy as np
import pyarrow as pa

from vnlink.compare.alignment import align, join
from vnlink.compare.names import NameLevel, name_level
from vnlink.compare.syllables import Relation, joined_relation, pack_syllables, syllable_relation
from vnlink.errors import InputError, message
from vnlink.name_verdict import Difference, judge, moved_pairs, slip_of_the_hand
from vnlink.normalize.cells import is_missing
from vnlink.normalize.names import spell_name, split_name
from vnlink.normalize.own_kind import in_own_kind
from vnlink.normalize.owners import parse_name_column
from vnlink.normalize.readings import Reading, readings_of, restored
from vnlink.normalize.syllables import mark_differences
from vnlink.normalize.text import fold
from vnlink.normalize.tokens import Interner, scalar_interner, text_chunks
from vnlink.report.display import comparison_html
from vnlink.report.words import KIND_WORDS, SWAP_WORDS, VERDICT_WORDS, Words

__all__ = ["NameComparison", "SyllablePair", "compare_names"]

_MOST_LETTERS = 400
"""Longer texts are no names; no reading of them is looked for."""


@dataclass(frozen=True, slots=True)
class SyllablePair:
    """Two syllables that stand for each other, or one that has no partner.

    Attributes
    ----------
    left, right : str
        The syllables, in title case; empty where there is no partner, two where the other side writes them as one.
    place : str
        "family", "middle" or "given".
    kinds : tuple of str
        What differs, codes as in :attr:`NameComparison.kinds` ("swapped": the place); empty when nothing does.
    vietnamese, english : str
        The same in words.
    """

    left: str
    right: str
    place: str
    kinds: tuple[str, ...]
    vietnamese: str
    english: str


@dataclass(frozen=True, slots=True, repr=False)
class NameComparison:
    """How two names agree.

    Attributes
    ----------
    verdict : str
        "same": two spellings of one name, nothing missing and nothing other. "maybe": registers are known to make one of the
        other, so other evidence must decide. "different": two names.
    kinds : tuple of str
        What differs, each kind once: form, unmarked, mark_missing, other_tone, other_vowel, regional, doublet, initial, slip,
        telex, vni, legacy, middle_dropped, middle_changed, swapped, alias, family_changed, given_changed, different; "missing"
        where a side has no name; "none" where the two texts are the same characters.
    syllables : tuple of SyllablePair
        The names, aligned.
    level : str
        Level of the names as they are written, one of :class:`vnlink.compare.names.NameLevel` in lower case: what links are
        decided by.
    agrees : bool
        Whether the names as they are written are the same, marks included.
    vietnamese, english : str
        Verdict and differences in words.
    """

    verdict: str
    kinds: tuple[str, ...]
    syllables: tuple[SyllablePair, ...]
    level: str
    agrees: bool
    vietnamese: str
    english: str

    def __repr__(self) -> str:
        rows = [(one.left or "-", one.right or "-", one.place, one.english if one.kinds else "") for one in self.syllables]
        wide = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, (*wide, 0), strict=True)).rstrip() for row in rows]
        return "\n  ".join([f"NameComparison: {self.english}", *lines])

    def _repr_html_(self) -> str:
        return comparison_html(self.verdict, Words(self.vietnamese, self.english), self.syllables)


@overload
def compare_names(left: str | None, right: str | None) -> NameComparison: ...


@overload
def compare_names(left: Sequence[str | None] | pa.Array, right: Sequence[str | None] | pa.Array) -> pa.Array: ...


def compare_names(left: Any, right: Any) -> NameComparison | pa.Array:
    """Compare two names, or two columns of names row by row.

    Parameters
    ----------
    left, right : str or None, or sequences or Arrow arrays of str
        Names as they are written; each is normalised first. None, NaN and their like are no name: the level is "missing", alone
        and in a column.

    Returns
    -------
    NameComparison, or a dictionary-encoded pyarrow.Array of level names (a series where ``left`` is of pandas or Polars)

    Examples
    --------
    >>> compare_names("NGUYEN VAN HOA", "Nguyễn Văn Hoà").english
    'may be one name: one side is written without marks'
    >>> hoa = compare_names("Nguyễn Văn Hoa", "Nguyễn Văn Hòa")
    >>> hoa.verdict, hoa.kinds, hoa.syllables[2].english
    ('different', ('mark_missing',), 'a mark is missing')
    >>> compare_names(["Lê Văn Đức", "Trần Thị Hòa"], ["Le Van Duc", "Trần Thị Hóa"]).to_pylist()
    ['unmarked', 'given_tone_differs']
    """
    if _is_cell(left) and _is_cell(right):
        return _compare(*(name if isinstance(name, str) else "" for name in (left, right)))
    one, other = _column(left), _column(right)
    if len(one) != len(other):
        raise InputError(message("compare_names needs two columns of one length", remedy="give a right name for each left one"))
    names = pa.array([level.name.lower() for level in NameLevel])
    return in_own_kind(left, pa.DictionaryArray.from_arrays(pa.array(_levels(one, other)), names))


def _is_cell(name: Any) -> bool:
    return isinstance(name, str) or is_missing(name)


def _column(names: Any) -> pa.Array:
    if _is_cell(names):
        raise InputError(message("compare_names needs two names or two columns", remedy="give a column on both sides"))
    return pa.chunked_array(text_chunks(names), pa.large_string()).combine_chunks()


def _levels(left: pa.Array, right: pa.Array) -> np.ndarray[Any, np.dtype[np.int8]]:
    interner = Interner()
    a, b = parse_name_column(left, interner)[0], parse_name_column(right, interner)[0]
    table = pack_syllables(interner.lexicon.arrays())
    return np.array([name_level(table, a, i, b, i) for i in range(len(a))], np.int8)


class _Name:
    """The syllables of one reading, with the place of each."""

    def __init__(self, reading: Reading, interner: Interner) -> None:
        self.reading = reading
        self.row, _ = parse_name_column([reading.text], interner)
        self.numbers = [number for number in self.row[0].tolist() if number >= 0]
        self.texts = [interner.lexicon.text(number) for number in self.numbers]
        family, given, clan_last = split_name(self.texts)
        count = len(self.numbers)
        if clan_last:
            self.places = ["given"] * given + ["family"] * family
        else:
            # A prefix in front of the given name ("Ksor H'Lan") is left out like a middle name.
            self.places = ["family"] * family + ["middle"] * (count - family - 1) + ["given"] * min(given, 1)


def _compare(left: str, right: str) -> NameComparison:
    """Compare all readings of two names and keep the pair that agrees best, the plainest of equal ones."""
    interner = scalar_interner()
    lefts = [_Name(reading, interner) for reading in _readings(left, right)]
    rights = [_Name(reading, interner) for reading in _readings(right, left)]
    written, _ = parse_name_column([left, right], interner)
    table = pack_syllables(interner.lexicon.arrays())
    level = NameLevel(int(name_level(table, written, 0, written, 1)))
    found = (_judged(a, b, table, raw_equal=left == right) for a in lefts for b in rights)
    best = min(found, key=lambda judged: judged[:-1])
    return replace(best[-1], level=level.name.lower(), agrees=level is NameLevel.EXACT)


def _readings(text: str, other: str) -> list[Reading]:
    """Readings of a text, that by the other name among them; as it is written, too, where its letters are the other's."""
    read = restored(text, other)
    written = Reading(text) if _letters(text) == _letters(other) else None
    return list(dict.fromkeys([*readings_of(text), *(reading for reading in (read, written) if reading)]))


def _letters(text: str) -> str:
    """Letters and digits of a text without marks and blanks, rn as m: what keys of an input method would add to."""
    start = text[:_MOST_LETTERS]
    return fold(start).replace(" ", "").replace("rn", "m") + "".join(filter(str.isdigit, start))


_RANK = {"same": 0, "maybe": 1, "different": 2}


_GAP = int(Relation.DIFFERENT) + 1


def _judged(left: _Name, right: _Name, table: Any, *, raw_equal: bool) -> tuple[int, int, int, int, NameComparison]:
    """One pair of readings: how it ranks, how much and in how many ways it differs, how it was read, and what came of it."""

    @cache
    def relation(a: int, b: int) -> Relation:
        return Relation(int(syllable_relation(table, a, b)))

    joined = join(left.numbers, right.numbers, table, relation)
    differences = [_joined(left, right, i, j, table) for i, j in joined] or [
        _difference(left, right, i, j, relation) for i, j in align(left.numbers, right.numbers, relation)
    ]
    read_as = tuple(kind for name in (left, right) for kind in name.reading.kinds)
    verdict, kinds = judge(differences, left.texts, right.texts, read_as, raw_equal=raw_equal)
    moved = moved_pairs(differences)
    pairs = tuple(_pair(difference, moved=difference in moved) for difference in differences)
    vietnamese, english = _in_words(verdict, kinds, _swap_words(moved))
    found = NameComparison(verdict, kinds, pairs, "", agrees=False, vietnamese=vietnamese, english=english)
    distance = sum(_GAP if each.is_gap else int(each.relation) for each in differences)
    return _RANK[verdict], distance, len(kinds), len(read_as), found


def _difference(left: _Name, right: _Name, i: int | None, j: int | None, relation: Any) -> Difference:
    a = left.texts[i] if i is not None else ""
    b = right.texts[j] if j is not None else ""
    places = (left.places[i] if i is not None else "", right.places[j] if j is not None else "")
    if i is None or j is None:
        return Difference(a, b, *places, i, j, Relation.DIFFERENT, frozenset())
    found = relation(left.numbers[i], right.numbers[j])
    if places == ("family", "family") and _final_i_or_y(a, b):
        found = Relation.DOUBLET
    elif found >= Relation.SLIP:
        found = Relation.SLIP if _explained(a, b, found) else Relation.DIFFERENT
    marks = mark_differences(a, b) if found <= Relation.OTHER_VOWEL else frozenset()
    return Difference(a, b, *places, i, j, found, marks)


def _joined(left: _Name, right: _Name, i: range, j: range, table: Any) -> Difference:
    """The difference of syllables of the same letters, of which one side may be two."""
    a, b = " ".join(left.texts[at] for at in i), " ".join(right.texts[at] for at in j)
    numbers, whole = [left.numbers[at] for at in i], [right.numbers[at] for at in j]
    if len(numbers) < len(whole):
        numbers, whole = whole, numbers
    if len(numbers) == 1:
        found = Relation(int(syllable_relation(table, numbers[0], whole[0])))
    else:
        found = Relation(int(joined_relation(table, *numbers, whole[0], i[0] == 0)))
    marks = mark_differences(a.replace(" ", ""), b.replace(" ", "")) if found <= Relation.OTHER_VOWEL else frozenset()
    return Difference(
        spell_name(a.split()), spell_name(b.split()), left.places[i[-1]], right.places[j[-1]], i[0], j[0], found, marks
    )


def _final_i_or_y(a: str, b: str) -> bool:
    """Whether two family names differ in a final i or y alone: papers of one clan have either (Vi, Vy), unlike given names."""
    return {a[-1:], b[-1:]} == {"i", "y"} and a[:-1] == b[:-1]


def _explained(a: str, b: str, found: Relation) -> bool:
    """Whether a slip of one letter, or m read as rn, explains the difference of two syllables."""
    return (found is Relation.SLIP or "rn" in a or "rn" in b) and slip_of_the_hand(fold(a), fold(b))


def _pair(difference: Difference, *, moved: bool) -> SyllablePair:
    kinds = (*difference.kinds, *(("swapped",) if moved else ()))
    words = [KIND_WORDS[kind] for kind in kinds]
    place = difference.left_place or difference.right_place
    return SyllablePair(
        difference.left.title(),
        difference.right.title(),
        place,
        kinds,
        ", ".join(each.vi for each in words) or "giống nhau",
        ", ".join(each.en for each in words) or "the same",
    )


def _swap_words(moved: Sequence[Difference]) -> Words:
    """How a clerk calls the order of the syllables that moved."""
    places = {place for each in moved for place in (each.left_place, each.right_place)}
    return next((SWAP_WORDS[place] for place in SWAP_WORDS if place in places), KIND_WORDS["swapped"])


def _in_words(verdict: str, kinds: tuple[str, ...], swap: Words) -> tuple[str, str]:
    words = [swap if kind == "swapped" else KIND_WORDS[kind] for kind in kinds if kind != "none"]
    says = VERDICT_WORDS[verdict]
    if not words:
        return says.vi, says.en
    return f"{says.vi}: {', '.join(each.vi for each in words)}", f"{says.en}: {', '.join(each.en for each in words)}"
