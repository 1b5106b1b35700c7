"""Which strings of letters can be a Vietnamese syllable at all.

An onset, a group of vowels and a coda that occur together, and before a final stop (c, ch, p, t) only the tones sắc and nặng
[1]_. There is no list of words or names behind it: about eighteen thousand syllables pass, a third of them in use. That is
enough to tell text in the right encoding from text in a wrong one, and keys left over from typing from a name.

References
----------
.. [1] Đoàn Thiện Thuật, "Ngữ âm tiếng Việt", NXB Đại học và Trung học chuyên nghiệp, Hà Nội, 1977.
"""

from __future__ import annotations

from .syllables import TONE_HEAVY, TONE_LEVEL, TONE_RISING, parts_of
from .text import fold

__all__ = ["ONSETS", "RIMES", "is_syllable", "may_be_syllable"]

ONSETS = frozenset(
    ("", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu", "r", "s",
     "t", "th", "tr", "v", "x")
)  # fmt: skip
"""Consonants that begin a syllable; the empty one among them. The u of "qu" and the i of "gi" before a vowel belong to it."""

_FULL = frozenset({*"cmnpt", "ng"})
_OPEN = frozenset({""})

RIMES: dict[str, frozenset[str]] = {
    "a": _FULL | {"", "ch", "nh", "k"}, "ă": _FULL | {"k"}, "â": _FULL | {"k"}, "e": _FULL | {""},
    "ê": _OPEN | {*"mnpt", "ch", "nh"},
    "i": _OPEN | {*"mnpt", "ch", "nh"}, "o": _FULL | {""}, "ô": _FULL | {""}, "ơ": _OPEN | {*"mnpt"}, "u": _FULL | {""},
    "ư": _OPEN | {*"cmnt", "ng"}, "y": _OPEN | {*"nt", "ch", "nh"},
    "ai": _OPEN, "ay": _OPEN, "ao": _OPEN, "au": _OPEN, "âu": _OPEN, "ây": _OPEN, "eo": _OPEN, "êu": _OPEN,
    "ia": _OPEN, "iê": _FULL | {""}, "iêu": _OPEN, "iu": _OPEN, "yê": frozenset({*"mnt", "ng"}), "yêu": _OPEN,
    "oa": _FULL | {"", "ch", "nh"}, "oă": _FULL, "oai": _OPEN, "oay": _OPEN, "oao": _OPEN, "oe": _OPEN | {*"mnt"}, "oeo": _OPEN,
    "oi": _OPEN, "oo": frozenset({"c", "ng"}), "ôi": _OPEN, "ơi": _OPEN, "ua": _OPEN,
    "uâ": frozenset({*"nt", "ng"}), "uây": _OPEN,
    "uê": _OPEN | {*"n", "ch", "nh"}, "ui": _OPEN, "uô": frozenset({*"cmnt", "ng"}), "uôi": _OPEN, "uơ": _OPEN,
    "ưa": _OPEN, "ưi": _OPEN, "ưu": _OPEN, "ươ": _FULL, "ươi": _OPEN, "ươu": _OPEN,
    "uy": _OPEN | {*"npt", "ch", "nh"}, "uya": _OPEN, "uyê": frozenset("nt"), "uyu": _OPEN,
}  # fmt: skip
"""Groups of vowels and the consonants that may end them. Final k and open iê are those of
the central highlands ("Đắk Lắk", "Niê")."""

_UNMARKED_RIMES = {fold(vowels): frozenset[str]() for vowels in RIMES}
for _vowels, _codas in RIMES.items():
    _UNMARKED_RIMES[fold(_vowels)] |= _codas
_FRONT = frozenset("eêiy")
_STOPS = frozenset({"c", "ch", "k", "p", "t"})
_AFTER_STOP = frozenset({TONE_RISING, TONE_HEAVY})


def _spelled_right(onset: str, first: str) -> bool:
    """Whether c/k, g/gh and ng/ngh are chosen by the vowel that follows, as spelling asks; k stands everywhere ("Ka")."""
    if first in _FRONT:
        return onset not in {"c", "ng"} and not (onset == "g" and first != "i")
    return onset not in {"gh", "ngh"}


def is_syllable(text: str, *, tone_lost: bool = False) -> bool:
    """Whether a lower-case NFC word is built like a Vietnamese syllable, its tone included.

    A word without a mark is taken as written without marks, so a final stop asks for no tone there.

    Parameters
    ----------
    text : str
    tone_lost : bool
        Whether a final stop asks for no tone in a word with marks either ("đưc").

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_syllable(word) for word in ("nguyễn", "đức", "thoa", "giếng", "quốc")]
    [True, True, True, True, True]
    >>> [is_syllable(word) for word in ("nguyeãn", "jos", "đừc", "müller", "h'hen")]
    [False, False, False, False, False]
    """
    parts = parts_of(text)
    if parts is None:
        return False
    onset, vowels, coda, tone = parts
    if onset == "gi" and vowels.startswith("ê"):
        vowels = "i" + vowels  # "giếng": the i is onset and vowel at once
    if onset not in ONSETS or coda not in RIMES.get(vowels, ()) or not _spelled_right(onset, vowels[0]):
        return False
    if coda not in _STOPS or tone in _AFTER_STOP:
        return True
    return tone == TONE_LEVEL and (tone_lost or text.isascii())


def may_be_syllable(text: str) -> bool:
    """Whether a lower-case NFC word has the letters of a Vietnamese syllable, whatever marks it has or lost.

    >>> [may_be_syllable(word) for word in ("tuan", "tuán", "nguyen", "klung", "sarây")]
    [True, True, True, False, False]
    """
    parts = parts_of(fold(text))
    if parts is None:
        return False
    onset, vowels, coda, _ = parts
    if onset == "gi" and vowels.startswith("e"):
        vowels = "i" + vowels
    return onset in ONSETS and coda in _UNMARKED_RIMES.get(vowels, ()) and _spelled_right(onset, vowels[0])
