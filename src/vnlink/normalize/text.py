"""Characters: one spelling for every letter, whatever program wrote it.

The steps, in order, applied to one raw word (the pieces between spaces and ASCII punctuation):

1. compatibility composition (NFKC): composed and decomposed text, full-width letters and ligatures become one form;
2. one lower case: upper case first, so that letters without an upper-case partner of their own end alike;
3. eth (U+00D0, U+00F0), African d (U+0189, U+0256) and their like become đ, a caron on an a becomes the breve of ă: fonts show
   them alike and old input methods mix them;
4. invisible characters (soft hyphen, zero width, direction and variation marks) go;
5. apostrophes become one; it stays behind a prefix without a vowel ("h'" in H'Hen, a blank before it or not), where it is part
   of a minority name;
6. whatever is still neither letter, mark nor digit parts the word in two.

Three strengths of a word are kept apart: as written, without its tone (:func:`drop_tone`), without any mark (:func:`fold`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = [
    "MAX_INNER_DIGITS",
    "MAX_MARKS",
    "TONE_MARKS",
    "drop_tone",
    "fold",
    "has_marks",
    "is_plain",
    "pieces_of",
    "title_case",
]

TONE_MARKS = "\u0300\u0301\u0309\u0303\u0323"
"""Combining grave, acute, hook above, tilde, dot below: huyền, sắc, hỏi, ngã, nặng."""

MAX_MARKS = 3
"""Combining marks kept on one letter. Vietnamese needs two (vowel and tone), Ê Đê spelling three; more is noise or an
attack."""

MAX_INNER_DIGITS = 2
"""Digits kept together inside a word: keys left over from typing. More of them, or digits before a letter, are no part
of it."""

_VOWELS = frozenset("aeiouy")
_APOSTROPHES = frozenset("'`´‘’‛ʼʻʹˈ′＇\u02bd\u055a\ua78c")
_LATE_APOSTROPHE = re.compile(f"[\\s\u00a0]+(?=[{''.join(_APOSTROPHES)}])")
_SILENT = frozenset("^~?\ufffd")
_SAME_LETTER = str.maketrans(dict.fromkeys("ðɖÐƉᵭɗ", "đ"))
_CARON, _BREVE, _DOT_ABOVE = "\u030c", "\u0306", "\u0307"
_OVERLAYS = frozenset("\u0335\u0336\u0337\u0338")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing: what is shown is not what is stored."""
_OTHER_ALPHABETS = 0x370
"""From Greek on, a decomposed letter is hardly ever Latin."""
_LOOK_ALIKES = str.maketrans("авекмнорстухіјѕԛԝαβεικνορτυχ", "abekmhopctyxijsqwabeiknoptux")
"""Cyrillic and Greek letters, lower case, that look like Latin ones at least as capitals: typed by mistake into Latin words."""
_LATIN = re.compile("[a-zđà-ỹ]")
_MAX_PREFIX = 3
_STROKES = {"đ": "d", "ƀ": "b", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t"}


def _vietnamese_letters() -> dict[str, tuple[str, str]]:
    """Lower-case composed letters of the alphabet, each with its spelling without tone and without any mark."""
    letters = {char: (char, char) for char in "abcdefghijklmnopqrstuvwxyz"} | {"đ": ("đ", "d")}
    for base, vowels in (("a", "aăâ"), ("e", "eê"), ("i", "i"), ("o", "oôơ"), ("u", "uư"), ("y", "y")):
        for vowel in vowels:
            for tone in ("", *TONE_MARKS):
                letters[unicodedata.normalize("NFC", vowel + tone)] = (vowel, base)
    return letters


_LETTERS = _vietnamese_letters()
_PLAIN = re.compile(f"[{''.join(_LETTERS)}]+")
_TO_TONELESS = str.maketrans({char: toneless for char, (toneless, _) in _LETTERS.items()})
_TO_FOLDED = str.maketrans({char: folded for char, (_, folded) in _LETTERS.items()})


def is_plain(word: str) -> bool:
    """Whether a word holds nothing but composed lower-case letters of the alphabet: the short way round for nearly all words.

    >>> is_plain("nguyễn"), is_plain("Nguyễn"), is_plain("h'")
    (True, False, False)
    """
    return _PLAIN.fullmatch(word) is not None


def _one_spelling(raw: str) -> str:
    """Steps 1 to 3. Apostrophes first: NFKC would turn the spacing acute into a space and a mark."""
    text = "".join("'" if char in _APOSTROPHES else char for char in raw)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper().lower())
    text = text.translate(_SAME_LETTER)
    # A word that mixes alphabets was meant to be Latin; one wholly in another alphabet is left as it is.
    return text.translate(_LOOK_ALIKES) if not text.isascii() and _LATIN.search(text) else text


@cache
def _is_invisible(char: str) -> bool:
    """Format characters and variation selectors, which change nothing that a reader sees."""
    return unicodedata.category(char) == "Cf" or 0xFE00 <= ord(char) <= 0xFE0F or char == "\u034f"


def _close(letters: list[str], pieces: list[str], apostrophe: bool) -> None:
    """End the piece that is being collected, with its apostrophe if it is a prefix like H', K' or Kr'."""
    piece = unicodedata.normalize("NFC", "".join(letters))
    letters.clear()
    if not any(char.isalpha() for char in piece):
        return
    if apostrophe and len(piece) <= _MAX_PREFIX and not _VOWELS.intersection(fold(piece)):
        piece += "'"
    pieces.append(piece)


def pieces_of(raw: str) -> tuple[list[str], bool]:
    """Take one raw word apart into its clean lower-case pieces.

    Nearly always there is one. "H'Hen" has two, "h'" and "hen", so that it agrees with "H' Hen" and, folded, with "H Hen".

    Parameters
    ----------
    raw : str
        A word between separators, in any case and any Unicode form.

    Returns
    -------
    pieces : list of str
        NFC, lower case, each with at least one letter; empty when the word has no letter.
    odd : bool
        Whether the word held characters that do not belong in a name (digits, symbols, control characters, other alphabets,
        heaps of marks).

    Examples
    --------
    >>> pieces_of("ÐỨC")
    (['đức'], False)
    >>> pieces_of("H’Hen")
    (["h'", 'hen'], False)
    """
    lower = raw.lower()
    if is_plain(lower):
        return [lower], False
    pieces: list[str] = []
    letters: list[str] = []
    odd = False
    marks = digits = 0
    for char in unicodedata.normalize("NFD", _one_spelling(_LATE_APOSTROPHE.sub("", raw))):
        if char.isalpha():
            letters.append(char)
            odd = odd or ord(char) >= _OTHER_ALPHABETS
            marks = digits = 0
        elif unicodedata.category(char)[0] == "M" and not _is_invisible(char):
            marks += 1
            if letters and letters[-1] == "d" and char in _OVERLAYS:
                letters[-1] = "đ"
            elif char == _DOT_ABOVE and "i" in letters[-marks:]:
                marks -= 1  # Turkish rules for small letters leave it
            elif letters and marks <= MAX_MARKS:
                letters.append(_BREVE if char == _CARON and "a" in letters[-marks:] else char)
            else:
                odd = True
        elif char == "'":
            _close(letters, pieces, True)
        elif _is_invisible(char):
            odd = odd or char in _TURNS
        elif char in _SILENT:
            odd = True
        elif char.isascii() and char.isdigit():
            odd = True
            digits += 1
            if letters and digits <= MAX_INNER_DIGITS:
                letters.append(char)
        else:
            odd = odd or not char.isspace()
            _close(letters, pieces, False)
    _close(letters, pieces, False)
    return pieces, odd


def drop_tone(text: str) -> str:
    """Remove the five tone marks and keep the marks of the vowels.

    >>> drop_tone("nguyễn")
    'nguyên'
    """
    if text.isascii():
        return text
    if is_plain(text):
        return text.translate(_TO_TONELESS)
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            base = char
        # On a consonant it is no tone: the ñ of Ê Đê is another letter than n.
        if char not in TONE_MARKS or base.lower() not in _VOWELS:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


@cache
def _other_letter(char: str) -> str:
    """Latin spelling of a letter that is not in the Vietnamese alphabet; unidecode knows them, and is loaded only then."""
    from unidecode import unidecode  # noqa: PLC0415 (a table of every alphabet, for letters that hardly ever come)

    return "".join(letter for letter in unidecode(char).lower() if "a" <= letter <= "z")


def fold(text: str) -> str:
    """Remove every mark, digit and apostrophe: what remains are the lower-case letters a to z and spaces.

    A text of letters that have no Latin spelling at all keeps them, so that a name with a letter never becomes empty.

    >>> fold("Đặng Thuỳ Trâm"), fold("h'")
    ('dang thuy tram', 'h')
    """
    if is_plain(text):
        return text.translate(_TO_FOLDED)
    if text.isascii():
        plain = "".join(char for char in text.lower() if "a" <= char <= "z" or char == " ")
        return plain or text.lower()
    folded: list[str] = []
    for char in unicodedata.normalize("NFD", text.lower()):
        if "a" <= char <= "z" or char == " ":
            folded.append(char)
        elif char in _STROKES:
            folded.append(_STROKES[char])
        elif char.isalpha():
            folded.append(_other_letter(char))
    return "".join(folded) or text


def has_marks(text: str) -> bool:
    """Whether a word carries any Vietnamese or other diacritic, the bar of đ included.

    >>> has_marks("đoan"), has_marks("lan")
    (True, False)
    """
    return not text.isascii()


def title_case(word: str) -> str:
    """First letter upper case, the rest as it is: for display.

    >>> title_case("đức")
    'Đức'
    """
    return unicodedata.normalize("NFC", word[:1].upper() + word[1:])
