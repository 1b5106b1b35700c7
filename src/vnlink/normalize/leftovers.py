"""Keys of an input method that were left in a name, read as what they may have been meant for.

With the input method switched off, or in a program that it does not reach, "Nguyễn" is typed "Nguyeenx" (Telex) or "Nguye64n"
(VNI). Nothing in such a word is certain, so the readings are candidates that stand beside the name as it was written; they are
offered only where a word is no syllable as it stands and becomes one when its keys are applied, and beside the word for "oo",
which hardly any name has.

======  =========================================  ===============================
what    Telex                                      VNI
======  =========================================  ===============================
tones   s f r x j (z takes it away)                1 2 3 4 5 (0 takes it away)
â ê ô   the letter a second time                   6
ơ ư     w, also for the ư itself                   7
ă       w                                          8
đ       d a second time                            9
======  =========================================  ===============================

A key may stand anywhere behind its letter: "Nguyeenx", "Nguyenex" and "Nguyeexn" are one. A key struck for a mark that is
already there ("Vă8n", "Ddình", "Thiệns") changes nothing, or a tone is exchanged by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, product

from .phonotactics import is_syllable
from .syllables import canonical_syllable
from .text import title_case

__all__ = ["MAX_READINGS", "leftover_readings"]

MAX_READINGS = 8
"""Readings offered of one text. Few words have two ("Toongs": Tống or Toóng), for few combinations are syllables."""

_FEWEST_LETTERS, _LONGEST, _MOST_CHARACTERS = 2, 12, 4096
_WORD = re.compile(r"[^\W_]+")
_SEAM = re.compile(r"(?<=[a-zđà-ỹ0-9])(?=[A-ZĐ])")
_MOST_PARTS = 6
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300\u0301\u0309\u0303\u0323"
_TELEX_TONES = {"s": _ACUTE, "f": _GRAVE, "r": _HOOK, "x": _TILDE, "j": _DOT, "z": ""}
_VNI_TONES = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT, "0": ""}
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"o": "ơ", "u": "ư"}
_BREVE = {"a": "ă"}
_VNI_MARKS = {"6": _CIRCUMFLEX, "7": _HORN, "8": _BREVE}
_VOWELS = frozenset("aăâeêioôơuưy")
_TONE_MARKS = frozenset((_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT))


def _marked(letters: str, marks: dict[str, str]) -> Iterator[str]:
    """The letters with one more mark, on any that takes it, or as they are where one has it; "uo" takes a horn on both."""
    if not set(marks.values()).isdisjoint(letters):
        yield letters
    if marks.get("o") == "ơ" and "uo" in letters:
        yield letters.replace("uo", "ươ", 1)
    for place, letter in enumerate(letters):
        if letter in marks:
            yield letters[:place] + marks[letter] + letters[place + 1 :]


def _barred(letters: str) -> Iterator[str]:
    if letters.startswith(("d", "đ")):
        yield "đ" + letters[1:]


def _telex(letters: str, key: str) -> Iterator[str]:
    """What the letters before a Telex key may become by it, tones left out."""
    if key == "w":
        yield from _marked(letters, _HORN | _BREVE)
        if not _VOWELS.intersection(letters):
            yield letters + "ư"
        return
    if key in _CIRCUMFLEX:
        yield from _marked(letters, {key: _CIRCUMFLEX[key]})
    elif key == "d":
        yield from _barred(letters)
    yield letters + key


def _vni(letters: str, key: str) -> Iterator[str]:
    """As :func:`_telex`, for the keys of VNI."""
    if key in _VNI_MARKS:
        yield from _marked(letters, _VNI_MARKS[key])
    elif key == "9":
        yield from _barred(letters)
    else:
        yield letters + key


def _without_tone(word: str) -> tuple[str, str]:
    """A word without the tone that stands in it, and the mark of that tone; "" where there is none or several."""
    decomposed = unicodedata.normalize("NFD", word)
    marks = [char for char in decomposed if char in _TONE_MARKS]
    if len(marks) != 1:
        return word, ""
    return unicodedata.normalize("NFC", decomposed.replace(marks[0], "")), marks[0]


def _readings(word: str) -> Iterator[str]:
    """Syllables that the keys of a lower-case word spell."""
    digits = any(char in "0123456789" for char in word)
    step, tones = (_vni, _VNI_TONES) if digits else (_telex, _TELEX_TONES)
    bare, written = _without_tone(word)
    states = [("", written)]
    for key in bare:
        following: list[tuple[str, str]] = []
        for letters, tone in states:
            if key in tones and tone == written and _VOWELS.intersection(letters):
                following.append((letters, tones[key]))
                if written:
                    following.append((letters, written))
            else:
                following.extend((more, tone) for more in step(letters, key))
        states = list(dict.fromkeys(following))
    for letters, tone in states:
        place = next((i for i, letter in enumerate(letters) if letter in _VOWELS), None)
        if place is None:
            continue
        toned = canonical_syllable(unicodedata.normalize("NFC", letters[: place + 1] + tone + letters[place + 1 :]))
        if is_syllable(toned, tone_lost=True):
            yield toned


def _of_parts(word: str) -> tuple[str, ...]:
    """Readings of words that were written together, if each is a syllable or has one; the one word where it cannot be."""
    parts = _SEAM.split(word)
    if len(parts) == 1 or len(parts) > _MOST_PARTS:
        return (word,)
    readings = [_of_word(part) for part in parts]
    if all(read != (part,) or is_syllable(part.lower(), tone_lost=True) for read, part in zip(readings, parts, strict=True)):
        return tuple(" ".join(chosen) for chosen in islice(product(*readings), MAX_READINGS))
    return (word,)


def _of_word(word: str) -> tuple[str, ...]:
    """Readings of one word, in its case; the word alone where there are none."""
    lower = word.lower()
    letters = sum(char.isalpha() for char in word)
    doubtful = "oo" in lower  # "Coong" is a syllable, and Công with its keys
    if len(word) > _LONGEST:
        return _of_parts(word)
    if letters < _FEWEST_LETTERS and lower[0] != "y":  # A1 and E2 are labels
        return (word,)
    if is_syllable(lower, tone_lost=True) and not doubtful:
        return (word,)
    readings = tuple(dict.fromkeys(reading for reading in _readings(lower) if reading != lower))
    if not readings:
        return _of_parts(word)
    if doubtful and is_syllable(lower, tone_lost=True):
        readings = (lower, *readings)
    if word.isupper():
        return tuple(reading.upper() for reading in readings)
    return tuple(title_case(reading) if word[0].isupper() else reading for reading in readings)


def leftover_readings(text: str) -> tuple[str, ...]:
    """Names that a text may stand for in which keys of Telex or VNI were left.

    Parameters
    ----------
    text : str
        A name as it was written.

    Returns
    -------
    tuple of str
        At most :data:`MAX_READINGS` candidates; empty where no word can be read so.

    Examples
    --------
    >>> leftover_readings("Nguyeenx Vawn DDuwcs"), leftover_readings("Nguye64n Va8n D9u7c1")
    (('Nguyễn Văn Đức',), ('Nguyễn Văn Đức',))
    >>> leftover_readings("Tran Thi Thuaw")
    ('Tran Thi Thưa',)
    >>> leftover_readings("Nguyễn Văn Đức"), leftover_readings("Max Müller")
    ((), ('Mã Müller',))
    """
    composed = unicodedata.normalize("NFC", text[:_MOST_CHARACTERS])
    words = _WORD.findall(composed)
    readings = [_of_word(word) for word in words]
    if all(reading == (word,) for word, reading in zip(words, readings, strict=True)):
        return ()
    gaps = _WORD.split(composed)
    chosen = islice(product(*readings), MAX_READINGS)
    return tuple(gaps[0] + "".join(word + gap for word, gap in zip(one, gaps[1:], strict=True)) for one in chosen)
