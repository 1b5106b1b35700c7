"""Whether two names can be one: the rules of a clerk, over the differences of two aligned names.

Losing something is what registers do (marks, a middle name), and so are the sounds of a region; putting something else in its
place is what makes another person, if what comes out is an ordinary name. The rules and their examples stand in
``tests/golden/README.md``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vnlink.compare.syllables import Relation
from vnlink.normalize.ordinary import is_ordinary_family, is_ordinary_given
from vnlink.normalize.syllables import is_initial
from vnlink.normalize.text import fold

__all__ = ["Difference", "judge", "moved_pairs", "slip_of_the_hand"]

_MARKS = ("mark_missing", "other_tone", "other_vowel", "regional")
_KIND_OF = {
    Relation.ASKING_TONES: "regional",
    Relation.REGIONAL: "regional",
    Relation.DOUBLET: "doublet",
    Relation.INITIAL: "initial",
    Relation.SLIP: "slip",
}
_PREFIXES = frozenset({"y", "h'", "k'", "ka"})
_LEFT_OUT = _PREFIXES | {"hr'", "kr'", "a"}
"""Prefixes that stand before the given names of the highlands, and are left out like middle names; A is that of Ba Na and
Xơ Đăng men, and no family name."""
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = frozenset(
    frozenset(pair)
    for above, below in zip(_KEYBOARD, (*_KEYBOARD[1:], ""), strict=True)
    for pair in [*pairwise(above), *zip(above, below, strict=False), *zip(above[1:], below, strict=False)]
)
"""Keys that lie beside each other: in a row, and below to the left and to the right."""
_LOOK_ALIKE = frozenset(
    frozenset(pair)
    for pair in ("li", "lt", "ij", "oc", "oe", "ce", "nh", "nm", "uv", "un", "vy", "gq", "bh", "rt", "ft", "db", "ao", "co")
)
"""Letters that optical character recognition takes for each other."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One pair of an alignment. ``left_at`` and ``right_at`` are places in the names, None on a side without a syllable."""

    left: str
    right: str
    left_place: str
    right_place: str
    left_at: int | None
    right_at: int | None
    relation: Relation
    marks: frozenset[str]

    @property
    def place(self) -> str:
        """The place in the name; where the two sides say two, the one that tells most. A prefix left out is like a middle."""
        if self.is_gap and (self.left or self.right) in _LEFT_OUT:
            return "middle"
        places = (self.left_place, self.right_place)
        return next(place for place in ("given", "family", "middle") if place in places)

    @property
    def is_gap(self) -> bool:
        """Whether one side has no syllable here."""
        return self.left_at is None or self.right_at is None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Codes of what differs, of this pair alone."""
        if self.is_gap:
            return (f"{self.place}_changed",) if self.place != "middle" else ("middle_dropped",)
        if self.relation is Relation.SAME:
            return ()
        if self.relation is Relation.DIFFERENT:
            return (f"{self.place}_changed",)
        if self.relation is Relation.SLIP and self.place == "family" and self.makes_another_name:
            return ("family_changed",)
        if self.relation in _KIND_OF:
            return (_KIND_OF[self.relation],)
        return tuple(kind for kind in _MARKS if kind in self.marks)

    @property
    def other_prefix(self) -> bool:
        """Whether the prefixes differ that tell a man's from a woman's name among the peoples of the highlands."""
        return {self.left, self.right} <= _PREFIXES and fold(self.left) != fold(self.right)

    @property
    def makes_another_name(self) -> bool:
        """Whether both syllables are ordinary where they stand, so that the difference makes two names."""
        ordinary = {"family": is_ordinary_family, "given": is_ordinary_given}.get(self.place)
        # Other letters make another name whatever marks were left out; other marks only where none were.
        spelled = self.relation is not Relation.SLIP
        return ordinary is not None and ordinary(self.left, spelled=spelled) and ordinary(self.right, spelled=spelled)


def slip_of_the_hand(left: str, right: str) -> bool:
    """Whether one slip of a hand or of a reading machine explains that two folded syllables differ.

    A letter left out, doubled or swapped with its neighbour always can be one. A letter exchanged for another is one if the
    two lie beside each other on the keyboard or look alike.

    >>> slip_of_the_hand("nam", "bam"), slip_of_the_hand("duy", "huy"), slip_of_the_hand("thorn", "thom")
    (True, False, True)
    """
    if left.replace("rn", "m") == right.replace("rn", "m"):
        return True
    if len(left) != len(right):
        return True
    unlike = [frozenset(pair) for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    return len(unlike) > 1 or all(pair in _BESIDE or pair in _LOOK_ALIKE for pair in unlike)


def judge(
    differences: Sequence[Difference],
    left: Sequence[str],
    right: Sequence[str],
    read_as: tuple[str, ...],
    *,
    raw_equal: bool,
) -> tuple[str, tuple[str, ...]]:
    """Verdict ("same", "maybe" or "different") and the kinds of all differences.

    Parameters
    ----------
    differences : sequence of Difference
        The aligned names.
    left, right : sequence of str
        Their canonical syllables.
    read_as : tuple of str
        How the texts had to be read to come to these syllables (telex, vni, legacy, alias).
    raw_equal : bool
        Whether the two texts are the same characters.
    """
    if not left or not right:
        return "maybe", ("missing",)
    unmarked = _unmarked(left) != _unmarked(right)
    changed = [each for each in differences if each.is_gap or each.relation is not Relation.SAME]
    moved = moved_pairs(differences)
    kinds = dict.fromkeys(read_as)
    if unmarked:
        kinds["unmarked"] = None
        changed = [each for each in changed if each.is_gap or each.relation is not Relation.MARK_MISSING]
    verdict = "maybe" if kinds else "same"
    for each in changed:
        kinds.update(dict.fromkeys(each.kinds))
    if changed or moved:
        verdict = "different" if _two_names(changed, moved, differences, unmarked) else "maybe"
    if moved:
        kinds["swapped"] = None
    return verdict, _summed_up(tuple(kinds), changed) if kinds else ("none" if raw_equal else "form",)


def _unmarked(syllables: Sequence[str]) -> bool:
    """Whether a name was written without marks; initials alone do not tell."""
    return all(syllable.isascii() for syllable in syllables) and not all(is_initial(syllable) for syllable in syllables)


def moved_pairs(differences: Sequence[Difference]) -> list[Difference]:
    """Pairs that are out of order."""
    placed = [(each, each.left_at, each.right_at) for each in differences]
    pairs = [(each, i, j) for each, i, j in placed if i is not None and j is not None]
    return [each for each, i, j in pairs if any((i < k) != (j < h) for other, k, h in pairs if other is not each)]


def _two_names(
    changed: Sequence[Difference], moved: Sequence[Difference], all_pairs: Sequence[Difference], unmarked: bool
) -> bool:
    """Whether the differences make two names."""
    if moved and _another_by_order(moved):
        return True
    lost = [each for each in changed if each.relation is Relation.MARK_MISSING and not each.is_gap]
    if not unmarked and len({_fewer_marks(each) for each in lost}) > 1:
        return True
    serious = 0
    for each in changed:
        if each.other_prefix:
            return True
        if each.is_gap:
            if each.place == "given" or (each.place == "family" and _only_family_missing(each, all_pairs) is False):
                return True
            continue
        if each.relation is Relation.DIFFERENT:
            return True
        if each.relation is Relation.MARK_MISSING:
            if len(lost) == 1 and each.makes_another_name and not unmarked:
                return True
            continue
        if each.relation in (Relation.OTHER_TONE, Relation.OTHER_VOWEL, Relation.SLIP):
            serious += 1
            if each.makes_another_name:
                return True
    return serious > 1


def _fewer_marks(lost: Difference) -> bool:
    """Whether the left side is the one that lost marks."""
    marks = [len(unicodedata.normalize("NFD", each)) + each.count("đ") for each in (lost.left, lost.right)]
    return marks[0] < marks[1]


def _only_family_missing(gap: Difference, pairs: Sequence[Difference]) -> bool:
    """Whether a family name that stands on one side only was left out, and not exchanged."""
    return not any(other.is_gap and other is not gap and (other.left_at is None) != (gap.left_at is None) for other in pairs)


def _another_by_order(moved: Sequence[Difference]) -> bool:
    """Whether another order makes another name: the given name, or the family name alone, is another then.

    Both must be ordinary given names: "Đình" is none, so "Nguyễn An Đình" may be a slip for "Nguyễn Đình An".
    """
    givens = [each for each in moved if "given" in (each.left_place, each.right_place)]
    families = [each for each in moved if "family" in (each.left_place, each.right_place)]
    if families:
        # The family name put last, with the rest in its order, is how foreign forms write; exchanged with another it is new.
        return not givens
    ends = [each for each in givens if each.left_place != each.right_place]
    return bool(ends) and all(is_ordinary_given(each.left) or is_ordinary_given(each.right) for each in ends)


def _summed_up(kinds: tuple[str, ...], changed: Sequence[Difference]) -> tuple[str, ...]:
    """Unrelated syllables in two places or more are one kind: different."""
    unrelated = [each for each in changed if not each.is_gap and each.relation is Relation.DIFFERENT]
    prefixes = any(each.other_prefix for each in changed)
    if len(unrelated) > 1 or prefixes:
        rest = tuple(kind for kind in kinds if not kind.endswith("_changed") and not (prefixes and kind == "slip"))
        return (*rest, "different")
    return kinds
