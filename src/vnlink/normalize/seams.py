"""Words that were written together: "NguyễnVăn", or parted by a character that nobody sees.

A zero-width space or a soft hyphen stands between two syllables in one table and inside of one in another, and a blank is lost
most often before a capital. The word itself decides: what is a syllable as a whole stays one; what is none, and falls into
syllables at its seams, is taken apart there. So is a prefix of the highlands that lost its apostrophe or its blank ("HHen",
"YBlơ"); without the capital nothing tells it from a clan ("Ksor"), and the comparison minds that.
"""

from __future__ import annotations

import unicodedata

from .phonotactics import is_syllable
from .syllables import has_vowel
from .text import is_plain, pieces_of

__all__ = ["pieces_at_seams"]

_PREFIXES = {"h": "h'", "k": "k'", "hr": "hr'", "kr": "kr'", "y": "y", "ka": "ka"}
"""Prefixes of names of the central highlands, as they are written with what follows, and as they are kept."""


def _parts(raw: str) -> list[str]:
    """A word cut at characters that are not seen, and before a capital between a letter and a small one."""
    text = unicodedata.normalize("NFC", raw)
    parts, start = [], 0
    for place, char in enumerate(text):
        hidden = unicodedata.category(char) == "Cf"
        after = text[place + 1 : place + 2]
        capital = char.isupper() and place and (text[place - 1].islower() or (text[place - 1].isupper() and after.islower()))
        if hidden or capital:
            parts.append(text[start:place])
            start = place + hidden
    parts.append(text[start:])
    return [part for part in parts if part]


def pieces_at_seams(raw: str) -> tuple[list[str], bool]:
    r"""As :func:`vnlink.normalize.text.pieces_of`, for a word that may be several.

    >>> pieces_at_seams("NguyễnVăn"), pieces_at_seams("Nguy\u200bễn"), pieces_at_seams("Văn\u200bHùng")
    ((['nguyễn', 'văn'], False), (['nguyễn'], False), (['văn', 'hùng'], False))
    >>> pieces_at_seams("HHen"), pieces_at_seams("Ksor")
    ((["h'", 'hen'], False), (['ksor'], False))
    """
    lower = raw.lower()
    if is_plain(lower) and (raw.istitle() or raw.isupper() or raw.islower()):  # no capital parts such a word
        return [lower], False
    pieces, odd = pieces_of(raw)
    if len(pieces) != 1 or is_syllable(pieces[0]):
        return pieces, odd
    apart = [piece for part in _parts(raw) for piece in pieces_of(part)[0]]
    if len(apart) == 2 and apart[0] in _PREFIXES and has_vowel(apart[1]):
        return [_PREFIXES[apart[0]], apart[1]], odd
    return (apart, odd) if len(apart) > 1 and all(map(is_syllable, apart)) else (pieces, odd)
