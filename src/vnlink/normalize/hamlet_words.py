"""Hamlets in a part of an address that no sign parts from the commune: "Xã Bình Chánh ấp 5", "A1 Thạnh Mỹ Tây".

Only where a hamlet ends in front of a commune, or begins behind one, is said here; whether the words of the commune are a
commune's is for the tables to say (:mod:`vnlink.normalize.address_parts`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["hamlet_behind", "is_hamlet_word", "numbered_hamlets", "ends_of_named_hamlet"]

_NAMED = frozenset(("ap", "thon", "xom", "ban", "buon", "khom", "khoi", "soc", "plei", "phum", "bon", "lang"))
"""Words of hamlets that have names."""

_ALL = _NAMED | {"to", "doi", "khu", "kp", "tdp"}
_PAIRED = frozenset(
    (("khu", "pho"), ("k", "pho"), ("khoi", "pho"), ("to", "dp"), ("thon", "xom"), ("khu", "vuc"), ("doi", "so"))
)
_LETTERS = frozenset(("a", "k", "x", "t", "th", "d", "b", "kv"))
"""What is short for a hamlet's word before a number: ấp, khu, xóm, thôn or tổ, đội, bản, khu vực."""

_GLUED = re.compile(r"([a-z]+)[0-9]{1,2}[a-d]?")
_NUMBER = re.compile(r"[0-9]{1,2}[a-d]?")
_LONGEST_NAME = 3
"""Words of the longest name of a hamlet that is looked for."""

_LEAST_WORDS = 4
"""Words behind "ấp" or "thôn" from which the last ones may be a commune's: three are as well a hamlet's alone ("Ấp Mỹ Hòa
Đông", and Hòa Đông is a commune), four hardly ever are."""

_LEAST_COMMUNE = 2
"""Words of a commune's name that is looked for behind a hamlet's."""


def is_hamlet_word(word: str) -> bool:
    """Whether a folded word begins a hamlet ("ap", "thon")."""
    return word in _ALL


def numbered_hamlets(words: Sequence[str]) -> int:
    """How many words at the beginning are hamlets with numbers, one or several; 0 for none.

    Examples
    --------
    >>> [numbered_hamlets(text.split()) for text in ("a 1 thanh my tay", "th6 ea knuec", "to 2 khu pho 3 tan an", "ap dinh")]
    [2, 1, 5, 0]
    """
    at = 0
    while at < len(words):
        glued = _GLUED.fullmatch(words[at])
        if glued and (glued[1] in _ALL or glued[1] in _LETTERS):
            at += 1
            continue
        size = _words_of_kind(words, at) or int(words[at] in _LETTERS)
        if not size or at + size >= len(words) or not _NUMBER.fullmatch(words[at + size]):
            break
        at += size + 1
    return at


def ends_of_named_hamlet(words: Sequence[str]) -> range:
    """Where the name of a hamlet at the beginning may end and a commune's begin, the longest commune first.

    Examples
    --------
    >>> [ends_of_named_hamlet(text.split()) for text in ("ap dinh my duc dong", "ap my hoa dong")]
    [range(2, 4), range(0, 0)]
    """
    size = _words_of_kind(words, 0)
    if not size or (size == 1 and words[0] not in _NAMED) or len(words) - size < _LEAST_WORDS:
        return range(0)
    return range(size + 1, min(size + _LONGEST_NAME, len(words) - _LEAST_COMMUNE) + 1)


def hamlet_behind(words: Sequence[str], first: int) -> int:
    """Where a hamlet begins behind ``words[first]``; the number of words where none does.

    Examples
    --------
    >>> hamlet_behind("xa ea yong buon jung".split(), 1), hamlet_behind("xa tan ap".split(), 1)
    (3, 3)
    """
    for at in range(first + 1, len(words) - 1):
        if words[at] in _ALL:
            return at
    for at in range(first + 1, len(words)):
        glued = _GLUED.fullmatch(words[at])
        if glued and glued[1] in _ALL:
            return at
    return len(words)


def _words_of_kind(words: Sequence[str], at: int) -> int:
    """How many words at ``words[at]`` say that a hamlet follows, 0 for none."""
    if tuple(words[at : at + 3]) == ("to", "dan", "pho"):
        return 3
    return 2 if tuple(words[at : at + 2]) in _PAIRED else int(words[at] in _ALL)
