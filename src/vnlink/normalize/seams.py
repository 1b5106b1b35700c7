"""Words that were written together: "NguyễnVăn", or parted by a character that nobody sees.

A zero-width space or a soft hyphen stands between two syllables in one table and inside of one in another, and a blank is lost
most often before a capital. The word itself decides: what is a syllable as a whole stays one; what is none, and falls into
syllables at its seams, is taken apart there. So is a prefix of the highlands that lost its apostrophe or its blank ("HHen",
"YBlơ"); without the capital nothing tells it from a clan ("Ksor"), and the comparison minds that.

A question mark is what a program wrote for a character that it did not have: a letter with a mark ("Nguy?n"), or a blank of
another kind ("Thi?Lan"). A syllable has one group of vowels, so between two syllables that are whole it stood for the blank,
and a capital syllable behind it is another word; elsewhere it stood for a letter, and what is left of the word stays one.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise, takewhile

from .phonotactics import is_syllable, may_be_syllable
from .syllables import has_vowel
from .text import is_plain, pieces_of

__all__ = ["pieces_at_seams"]

_PREFIXES = {"h": "h'", "k": "k'", "hr": "hr'", "kr": "kr'", "y": "y", "ka": "ka"}
"""Prefixes of names of the central highlands, as they are written with what follows, and as they are kept."""


_LOST = re.compile("[?\ufffd]+")


_LONGEST_GROUP = 3
"""Vowels that a syllable has side by side at most; a lost one among them leaves two."""


def _vowels_beside(before: str, after: str) -> int:
    """Vowels right before and right behind a loss."""
    sides = (takewhile(has_vowel, side) for side in (reversed(before.lower()), after.lower()))
    return sum(len(list(side)) for side in sides)


def _parted_by_loss(before: str, after: str) -> bool:
    """Whether the lost character between two runs of letters stood between two words."""
    if not (before and after and before[-1].isalpha() and after[0].isalpha()):
        return False
    open_before, open_after = has_vowel(before[-1].lower()), has_vowel(after[0].lower())
    if open_before and open_after and _vowels_beside(before, after) < _LONGEST_GROUP:
        return False  # one group of vowels, as far as anybody can see: "Hi?u"
    if may_be_syllable(before.lower()) and may_be_syllable(after.lower()):
        return True
    capital = before[-1].islower() and after[0].isupper() and has_vowel(after.lower())
    # Programs that begin words with capitals also do so behind a question mark: "Th?Y" is one.
    return capital and (not open_after or has_vowel(before.lower()))


def _words_at_losses(raw: str) -> list[str]:
    """A word that lost characters, cut where words part; the sign of the loss goes with what is before it."""
    text = unicodedata.normalize("NFC", raw)
    cuts = [0, *(at for at in range(1, len(text)) if text[at].isupper() and text[at - 1].islower()), len(text)]
    words = []
    for start, stop in pairwise(cuts):
        losses = [*_LOST.finditer(text, start, stop)]
        ends = [start, *(found.end() for found in losses)]
        begins = [*(found.start() for found in losses), stop]
        for place, found in enumerate(losses):
            before, after = text[ends[place] : found.start()], text[found.end() : begins[place + 1]]
            if _parted_by_loss(before, after):
                words.append(text[start : found.end()])
                start = found.end()
        words.append(text[start:stop])
    return words


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
    >>> pieces_at_seams("Thi?Lan"), pieces_at_seams("Nguy?n")
    ((['thi', 'lan'], True), (['nguyn'], True))
    """
    lower = raw.lower()
    if is_plain(lower) and (raw.istitle() or raw.isupper() or raw.islower()):  # no capital parts such a word
        return [lower], False
    if _LOST.search(raw):
        return [piece for word in _words_at_losses(raw) for piece in pieces_of(word)[0]], True
    pieces, odd = pieces_of(raw)
    if len(pieces) != 1 or is_syllable(pieces[0]):
        return pieces, odd
    apart = [piece for part in _parts(raw) for piece in pieces_of(part)[0]]
    if len(apart) == 2 and apart[0] in _PREFIXES and has_vowel(apart[1]):
        return [_PREFIXES[apart[0]], apart[1]], odd
    return (apart, odd) if len(apart) > 1 and all(map(is_syllable, apart)) else (pieces, odd)
