"""One Vietnamese syllable: its parts, its tone, one place for the tone mark, and what regional speech does to it.

A syllable is onset + vowels + coda, with one tone [1]_. Where the tone mark stands is a habit of spelling, not a
difference of names: "hoà" and "hòa", "thuý" and "thúy" are one name, and "Hùynh" is a slip for "Huỳnh". So every mark is
taken off and put back by one rule. Likewise a final -i or -y alone after h, k, l, m, s, t or qu (Lý/Lí, Mỹ/Mĩ, Kỳ/Kì,
Quý/Quí) is one sound with two spellings; after other onsets it tells different names apart (Vy/Vi, Thy/Thi). After v the
two are one only under the tone ngã (Vỹ/Vĩ).

References
----------
.. [1] Đoàn Thiện Thuật, "Ngữ âm tiếng Việt", NXB Đại học và Trung học chuyên nghiệp, Hà Nội, 1977.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import NamedTuple

from .text import TONE_MARKS, drop_tone, fold, is_plain

__all__ = [
    "TONE_FALLING",
    "TONE_HEAVY",
    "TONE_LEVEL",
    "TONE_QUESTIONING",
    "TONE_RISING",
    "TONE_TUMBLING",
    "VOWEL_GROUPS",
    "Parts",
    "DOUBLETS",
    "canonical_syllable",
    "doublet_of",
    "has_vowel",
    "is_initial",
    "letter_shapes",
    "mark_differences",
    "parts_of",
    "regional_form",
    "tone_of",
]

TONE_LEVEL, TONE_FALLING, TONE_RISING, TONE_QUESTIONING, TONE_TUMBLING, TONE_HEAVY = range(6)
"""Codes of the tones ngang, huyền, sắc, hỏi, ngã, nặng."""

_TONE_CODES = {TONE_MARKS[0]: 1, TONE_MARKS[1]: 2, TONE_MARKS[2]: 3, TONE_MARKS[3]: 4, TONE_MARKS[4]: 5}
_MARK_OF_TONE = {code: mark for mark, code in _TONE_CODES.items()}
_VOWELS = "aăâeêioôơuưy"
_TONE_OF_LETTER = {unicodedata.normalize("NFC", vowel + mark): code for vowel in _VOWELS for mark, code in _TONE_CODES.items()}
_MARKED_VOWELS = frozenset("ăâêôơư")
_SHAPE = re.compile(rf"([^\W\d_{_VOWELS}]*)([{_VOWELS}]+)([^\W\d_{_VOWELS}]*)")
_GROUPS = (
    "a ai ao au ay e eo i ia iu iê iêu o oa oai oao oay oe oeo oi oo oă u ua ui uy uya uyu uyê uâ uây uê uô uôi uơ y yê yêu "
    "â âu ây ê êu ô ôi ă ơ ơi ư ưa ưi ưu ươ ươi ươu"
)
VOWEL_GROUPS = frozenset(_GROUPS.split())
"""The groups of vowels that a syllable can have."""


def _with_marks_lost(group: str) -> list[str]:
    """A group and what is left of it when marks of its letters are lost, one by one."""
    choices = [letter if letter in "aeiouy" else letter + unicodedata.normalize("NFD", letter)[0] for letter in group]
    return ["".join(letters) for letters in product(*choices)]


_KNOWN_GROUPS = frozenset(spelled for group in VOWEL_GROUPS for spelled in _with_marks_lost(group))
_TWO_SPELLINGS = frozenset({"h", "k", "l", "m", "s", "t", "qu"})
_LONGEST_INITIAL = 3
_LATE = frozenset("ncmptg")


class Parts(NamedTuple):
    """A syllable taken apart; ``onset + vowels + coda`` is its spelling without the tone. ``tone`` is a code 0 to 5."""

    onset: str
    vowels: str
    coda: str
    tone: int


def _strip_tone(text: str) -> tuple[str, int]:
    """Spelling without tone marks on vowels, and the tone; -1 when the word has several different ones."""
    if text.isascii():
        return text, 0
    if is_plain(text):
        carried = {_TONE_OF_LETTER[char] for char in text if char in _TONE_OF_LETTER}
        return drop_tone(text), (carried.pop() if len(carried) == 1 else (-1 if carried else 0))
    kept: list[str] = []
    tones: set[int] = set()
    base = ""
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            base = char
        if char in _TONE_CODES and (base in "aeiouy" or (base in _LATE and char != TONE_MARKS[3])):
            # A tone on the consonant behind was typed a letter too late; only the tilde makes a letter of its own there (ñ).
            tones.add(_TONE_CODES[char])
        else:
            kept.append(char)
    tone = tones.pop() if len(tones) == 1 else (-1 if tones else 0)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def tone_of(text: str) -> int:
    """Tone of a syllable, 0 to 5 in the order ngang, huyền, sắc, hỏi, ngã, nặng; 0 also where it is not clear.

    >>> [tone_of(word) for word in ("lan", "hùng", "đức", "thảo", "mỹ", "nhật")]
    [0, 1, 2, 3, 4, 5]
    """
    return max(_strip_tone(text)[1], 0)


def parts_of(text: str) -> Parts | None:
    """Onset, vowels, coda and tone of a lower-case NFC syllable; None when it is not built like one.

    The u of "qu" and the i of "gi" before another vowel belong to the onset.

    >>> parts_of("nguyễn")
    Parts(onset='ng', vowels='uyê', coda='n', tone=4)
    >>> parts_of("già")
    Parts(onset='gi', vowels='a', coda='', tone=1)
    """
    plain, tone = _strip_tone(text)
    shape = _SHAPE.fullmatch(plain)
    if shape is None or tone < 0:
        return None
    onset, vowels, coda = shape.groups()
    if len(vowels) > 1 and ((onset == "q" and vowels[0] == "u") or (onset == "g" and vowels[0] == "i")):
        onset, vowels = onset + vowels[0], vowels[1:]
    return Parts(onset, vowels, coda, tone)


def _tone_place(vowels: str, coda: str) -> int:
    """Which vowel carries the tone mark: the marked one, else by the length of the group and whether a consonant follows."""
    marked = [place for place, vowel in enumerate(vowels) if vowel in _MARKED_VOWELS]
    if marked:
        return marked[-1]
    if coda:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0


def canonical_syllable(text: str) -> str:
    """The one spelling of a clean lower-case syllable: tone mark in its place, -i or -y as one.

    Words that are not built like a Vietnamese syllable are left as they are ("hưoàng": no syllable has "ưoa").

    Examples
    --------
    >>> [canonical_syllable(word) for word in ("hoà", "hùynh", "qúy", "lí", "vi", "hoàn")]
    ['hòa', 'huỳnh', 'quý', 'lý', 'vi', 'hoàn']
    """
    parts = parts_of(text)
    if parts is None or parts.vowels not in _KNOWN_GROUPS:
        return text
    onset, vowels, coda, tone = parts
    if vowels == "i" and not coda and (onset in _TWO_SPELLINGS or (onset == "v" and tone == TONE_TUMBLING)):
        vowels = "y"
    if not tone:
        return onset + vowels + coda
    place = _tone_place(vowels, coda)
    return unicodedata.normalize("NFC", onset + vowels[: place + 1] + _MARK_OF_TONE[tone] + vowels[place + 1 :] + coda)


def is_initial(text: str) -> bool:
    """Whether a syllable can only be an abbreviation: up to three consonants and no vowel ("t", "ng", "th", "đ").

    A prefix with its apostrophe ("h'") is none, and neither is a vowel: "Y" is a prefix, "A" a given name.

    >>> is_initial("ng"), is_initial("y"), is_initial("h'")
    (True, False, False)
    """
    return len(text) <= _LONGEST_INITIAL and text.isalpha() and not has_vowel(text)


def has_vowel(text: str) -> bool:
    """Whether a lower-case syllable has a vowel, whatever its marks.

    >>> has_vowel("ê"), has_vowel("ng")
    (True, False)
    """
    return not set("aeiouy").isdisjoint(fold(text))


_REGIONAL_ONSET = {
    "n": "l", "l": "l", "s": "s", "x": "s", "ch": "c", "tr": "c", "d": "d", "gi": "d", "r": "d", "v": "d",
    "ngh": "ng", "gh": "g", "k": "k", "c": "k", "q": "k", "qu": "ku",
}  # fmt: skip
_REGIONAL_CODA = {"n": "n", "ng": "n", "nh": "n", "l": "n", "t": "t", "c": "t", "ch": "t"}


def regional_form(text: str) -> str:
    """Key under which syllables agree that regional speech confuses: the folded form with those sounds merged.

    Merged are n/l, s/x, ch/tr, d/gi/r/v, final n/ng/nh/l and final t/c/ch, and spelling variants of one sound (k/c/q, g/gh,
    ng/ngh). đ is merged with d because folding has already lost the bar.

    >>> regional_form("trinh") == regional_form("chin"), regional_form("vân") == regional_form("dâng")
    (True, True)
    """
    folded = fold(text)
    parts = parts_of(folded)
    if parts is None:
        return folded
    onset, vowels, coda, _ = parts
    if onset == "g" and vowels == "i":
        onset = "gi"
    return _REGIONAL_ONSET.get(onset, onset) + vowels + _REGIONAL_CODA.get(coda, coda)


_SHAPE_OF_LETTER = {"ă": 1, "ơ": 1, "ư": 1, "đ": 1, "â": 2, "ê": 2, "ô": 2}
_FOREIGN_SHAPE = 3
_SHAPED_LETTERS = 8


def letter_shapes(toneless: str) -> int:
    """Marks that belong to the letters of a syllable, not to its tone: two bits for each of the first eight folded letters.

    0 is a bare letter, 1 a breve, horn or bar, 2 a circumflex, 3 a mark of another language. So a missing mark and another
    mark can be told apart letter by letter.

    >>> f"{letter_shapes('đưc'):b}", letter_shapes("duc")
    ('101', 0)
    """
    if toneless.isascii():
        return 0
    shapes = place = 0
    for char in unicodedata.normalize("NFC", toneless):
        known = "a" <= char <= "z" or char in _SHAPE_OF_LETTER
        letters = 1 if known else (len(fold(char)) if char.isalpha() else 0)
        if letters and not char.isascii() and place < _SHAPED_LETTERS:
            shapes |= _SHAPE_OF_LETTER.get(char, _FOREIGN_SHAPE) << (2 * place)
        place += letters
    return shapes


DOUBLETS = (
    ("hoàng", "huỳnh"), ("vũ", "võ"), ("phúc", "phước"), ("cảnh", "kiểng"), ("chu", "châu"), ("sơn", "san"),
    ("nhân", "nhơn"), ("nghĩa", "ngãi"), ("chính", "chánh"), ("thịnh", "thạnh"), ("sinh", "sanh"), ("tính", "tánh"),
    ("nhật", "nhựt"), ("tùng", "tòng"), ("hồng", "hường"), ("bảo", "bửu"), ("quý", "quới"), ("phụng", "phượng"),
    ("trường", "tràng"), ("cương", "cang"), ("an", "yên"), ("thật", "thiệt"), ("uy", "oai"), ("đảm", "đởm"), ("hoa", "huê"),
)  # fmt: skip
"""Names with a northern and a southern form, most from names that were forbidden under the Nguyễn lords. Hoàng/Huỳnh and
Vũ/Võ are documented; the rest is general knowledge, an assumption. They agree weakly: two bearers are mostly two families."""

_DOUBLET_OF = {spelling: number for number, pair in enumerate(DOUBLETS, 1) for text in pair for spelling in (fold(text), text)}


def doublet_of(text: str) -> int:
    """Number of the pair of northern and southern forms that a canonical syllable is one of, as written or unmarked; else 0.

    >>> doublet_of("hoàng") == doublet_of("huỳnh") == doublet_of("hoang"), doublet_of("hoảng")
    (True, 0)
    """
    return _DOUBLET_OF.get(text, 0)


def mark_differences(left: str, right: str) -> frozenset[str]:
    """What kind of marks differ between two canonical syllables of the same letters.

    "mark_missing": the marks of one are a part of the other's. "other_tone", "other_vowel": both have one and they differ, or
    each side has a mark that the other lacks. "regional": hỏi stands for ngã, which the South and the Centre do not tell apart.

    >>> [sorted(mark_differences(*pair)) for pair in (("hùng", "hưng"), ("lan", "lân"), ("dũng", "dủng"))]
    [['other_tone', 'other_vowel'], ['mark_missing'], ['regional']]
    """
    tones = tone_of(left), tone_of(right)
    shapes = [_shapes_by_letter(text) for text in (left, right)]
    unlike = [(a, b) for a, b in zip(*shapes, strict=False) if a != b]
    if set(tones) == {TONE_QUESTIONING, TONE_TUMBLING} and not unlike:
        return frozenset({"regional"})
    tone_differs, vowel_differs = tones[0] != tones[1], bool(unlike)
    both_toned = tone_differs and all(tones)
    both_shaped = any(a and b for a, b in unlike)
    left_lacks = (tone_differs and not tones[0]) or any(not a for a, _ in unlike)
    right_lacks = (tone_differs and not tones[1]) or any(not b for _, b in unlike)
    kinds = set()
    if both_toned or (left_lacks and right_lacks and tone_differs):
        kinds.add("other_tone")
    if both_shaped or (left_lacks and right_lacks and vowel_differs) or (both_toned and vowel_differs):
        kinds.add("other_vowel")
    if not kinds and (tone_differs or vowel_differs):
        kinds.add("mark_missing")
    return frozenset(kinds)


def _shapes_by_letter(text: str) -> list[int]:
    shapes = letter_shapes(drop_tone(text))
    return [shapes >> (2 * place) & 3 for place in range(_SHAPED_LETTERS)]
