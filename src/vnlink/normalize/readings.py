"""What a written name can be read as: itself, and what somebody may have meant.

Keys of an input method, a legacy encoding and a second name are never rewritten silently: they are further readings of a text,
each with its kind, for whoever compares two names. Where the text as it stands is built of no Vietnamese syllables and a
reading is, the reading takes its place. A letter that became a question mark is read by the other name alone
(:func:`restored`), for anything could have stood there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .leftovers import leftover_readings
from .legacy_text import Encoding, decode_text, fits
from .phonotactics import is_syllable
from .syllables import is_initial

__all__ = ["Reading", "readings_of", "restored"]

_MOST_CHARACTERS = 400
"""Longer texts are no names; they have no other readings."""

_MOST_NAMES = 4
"""Second names that are read; what has more is a list of something else."""

_REMARK = re.compile(
    r"(?:đã )?(?:chết|mất|từ trần|qua đời)\b.*|"
    r"(?:cha|bố|mẹ|vợ|chồng|con|con trai|con gái|cháu|anh|chị|em|em trai|em gái)(?: (?:ông|bà|của|là)\b.*)?",
    re.IGNORECASE,
)
"""What brackets say of a person, and is no second name."""

_WORD = re.compile(r"[^\W\d_]+")
_SYMBOL = re.compile(r"[^\w\s.,;:'’`()/&\u200b-\u200f\u2060\ufeff-]|\xad")
_SIGN_INSIDE = re.compile(r"[aeiouy][`'?~.^(+*]{1,2}[a-z]", re.IGNORECASE)
"""Signs of VIQR inside of a word: what they part may be syllables ("Bu`i")."""
_PREFIX = re.compile(r"\b(?:[hk]r?|y|ka)\s?['`´‘’‛ʼʻʹˈ′＇]|^\s*(?:y|ka)[\s-]", re.IGNORECASE)
_LOST = re.compile("[?\ufffd]")
_SECOND_NAME = re.compile(
    r"[\s,;(]*\b(?:tức|tuc|tự|bí danh|biệt danh|pháp danh|thế danh|tên thánh|còn gọi là|hay gọi là|(?:tên )?thường gọi|"
    r"tên (?:thường gọi|gọi khác|khác|khai sinh|thật|hay gọi))(?: là)?\b[\s:]*|\s*[(/]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text; ``kinds`` says how (telex, vni, legacy, alias), nothing for the text itself."""

    text: str
    kinds: tuple[str, ...] = ()


def readings_of(text: str) -> list[Reading]:
    """List the readings of a text, the likeliest first.

    Parameters
    ----------
    text : str
        A name as it was written.

    Returns
    -------
    list of Reading
        Never empty.

    Examples
    --------
    >>> [reading.text for reading in readings_of("Nguyễn Văn Hùng")]
    ['Nguyễn Văn Hùng']
    >>> readings_of("Nguyeenx Vawn Hufng")
    [Reading(text='Nguyễn Văn Hùng', kinds=('telex',))]
    >>> [reading.text for reading in readings_of("Lò Văn Ón (tức Inh)")]
    ['Lò Văn Ón', 'Inh', 'Lò Văn Inh']
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > _MOST_CHARACTERS:
        return [Reading(text)]
    legacy = _from_encodings(text)
    if legacy:
        return legacy
    names = [name.strip(" .,;:()/") for name in _SECOND_NAME.split(text)]
    names = [name for name in dict.fromkeys(names) if _WORD.search(name) and not _REMARK.fullmatch(name)][:_MOST_NAMES]
    kinds = ("alias",) if len(names) > 1 else ()
    if kinds:
        names += [_in_place_of_given(names[0], name) for name in names[1:] if " " not in name]
    return [Reading(read.text, (*kinds, *read.kinds)) for name in names for read in _from_keys(name)] or [Reading(text)]


def restored(text: str, other: str) -> Reading | None:
    """Read a text in which letters with marks became question marks, where another name shows what stood there.

    Every word that holds one must fit a word of the other name: the same letters, and one with a mark for each question mark.

    >>> restored("Nguy?n V?n Thà", "Nguyễn Văn Thà")
    Reading(text='Nguyễn Văn Thà', kinds=('legacy',))
    >>> restored("Nguyễn V?n Thà", "Nguyễn Thị Thà")
    """
    if not _LOST.search(text) or len(text) > _MOST_CHARACTERS:
        return None
    candidates = unicodedata.normalize("NFC", other[:_MOST_CHARACTERS]).split()
    words = unicodedata.normalize("NFC", text).split()
    for place, word in enumerate(words):
        if _LOST.search(word):
            fitting = re.compile(_LOST.sub("[^\\\\W\\\\d_a-zA-Z]", re.escape(word).replace("\\?", "?")), re.IGNORECASE)
            found = next((each for each in candidates if fitting.fullmatch(each)), None)
            if found is None:
                return None
            words[place] = found
    return Reading(" ".join(words), ("legacy",))


def _in_place_of_given(name: str, alias: str) -> str:
    """A second name of one syllable with the family name and the middle of the first."""
    return " ".join([*name.split()[:-1], alias])


def _from_keys(text: str) -> list[Reading]:
    """The text, or what its words stand for that are no syllables because keys were left in them."""
    if _PREFIX.search(text):
        return [Reading(text)]  # a name of the highlands is no Vietnamese syllable anyway
    kind = "vni" if any(char.isdigit() for char in text) else "telex"
    readings = [Reading(read, (kind,) if read != text else ()) for read in leftover_readings(text)]
    return readings or [Reading(text)]


def _from_encodings(text: str) -> list[Reading]:
    """Readings in which every word is a syllable, of a text in which not every word is."""
    if _all_syllables(text) and not _SYMBOL.search(text) and not _SIGN_INSIDE.search(text):
        return []
    decoded = dict.fromkeys(decode_text(text, each) for each in Encoding if fits(text, each))
    return [Reading(read, ("legacy",)) for read in decoded if read != text and _all_syllables(read)]


def _all_syllables(text: str) -> bool:
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    return bool(words) and all(is_syllable(word) or is_initial(word) for word in words)
