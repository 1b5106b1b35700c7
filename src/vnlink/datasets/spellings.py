"""How one syllable of a Vietnamese name comes to be written in another way.

Every function takes a syllable in composed Unicode (NFC) and returns the ways it is found in registers, most likely first. They
run once for each syllable of the name tables; the kernels then only pick among the results.

The tone mark of an open *oa*, *oe*, *uy* stands on the first vowel in the older style (hòa, thúy) and on the second in the
newer one (hoà, thuý). The tables of this package are kept in the older one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import IntEnum
from functools import cache

__all__ = ["SPELLINGS", "Spelling", "canonical", "without_marks"]

_TONES = "\u0300\u0301\u0309\u0303\u0323"
_VOWELS = "aăâeêioôơuưy"
_MARKS = {
    "a": "ăâ",
    "ă": "âa",
    "â": "ăa",
    "e": "ê",
    "ê": "e",
    "o": "ôơ",
    "ô": "oơ",
    "ơ": "ôo",
    "u": "ư",
    "ư": "u",
    "đ": "d",
    "d": "đ",
}
_MARK_LESS = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u", "đ": "d"}
_SWAPPED_STARTS = (
    ("l", "n"), ("n", "l"), ("s", "x"), ("x", "s"), ("ch", "tr"), ("tr", "ch"), ("d", "gi"), ("gi", "d"), ("r", "d"),
    ("v", "d"), ("d", "v"),
)  # fmt: skip
_SWAPPED_ENDS = (("ng", "n"), ("n", "ng"), ("t", "c"), ("c", "t"))
_DOUBLETS = {
    "hoàng": "huỳnh", "huỳnh": "hoàng", "vũ": "võ", "võ": "vũ", "phúc": "phước", "phước": "phúc", "cảnh": "kiểng",
    "chu": "châu",
}  # fmt: skip
_KEYS_BESIDE = {
    "a": "s",
    "e": "r",
    "i": "o",
    "o": "p",
    "u": "i",
    "n": "m",
    "m": "n",
    "h": "g",
    "g": "h",
    "t": "r",
    "c": "v",
    "y": "t",
}
_TELEX = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_VOWELS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_SHORT = {"nguyễn": ("Ng.", "Ng~", "N."), "thị": ("T.", "Th."), "văn": ("V.",), "trần": ("Tr.",), "phạm": ("Ph.",)}
_I_OR_Y_AFTER = ("h", "k", "l", "m", "s", "t", "qu")


def _split_tone(text: str) -> tuple[str, str, int]:
    """Lower-case base without its tone, the tone mark (or "") and the position of the letter that carried it."""
    tone, position, letters = "", -1, ""
    for letter in text.lower():
        bare, mark = _split_letter(letter)
        if mark:
            tone, position = mark, len(letters)
        letters += bare
    return letters, tone, position


@cache
def _split_letter(letter: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", letter)
    bare = "".join(mark for mark in parts if mark not in _TONES)
    return unicodedata.normalize("NFC", bare), "".join(mark for mark in parts if mark in _TONES)


def _join_tone(base: str, tone: str, position: int) -> str:
    return unicodedata.normalize("NFC", base[: position + 1] + tone + base[position + 1 :])


def _like(text: str, pattern: str) -> str:
    """Give ``text`` the capital of ``pattern``."""
    return text[:1].upper() + text[1:] if pattern[:1].isupper() else text


def _main_vowel(base: str) -> int:
    """Position of the vowel that takes the tone, older style; -1 when there is none."""
    start = 2 if base.startswith(("qu", "gi")) and any(letter in _VOWELS for letter in base[2:]) else 0
    places = [i for i in range(start, len(base)) if base[i] in _VOWELS]
    marked = [i for i in places if base[i] in "ăâêôơư"]
    if marked:
        return marked[-1]
    if len(places) > 1 and (places[-1] < len(base) - 1 or len(places) == 3):
        return places[1]
    return places[0] if places else -1


def other_tone_style(text: str) -> list[str]:
    """The same syllable in the other style of tone placement.

    >>> other_tone_style("Hòa"), other_tone_style("Quý")
    (['Hoà'], [])
    """
    base, tone, position = _split_tone(text)
    if not tone or base[-2:] not in ("oa", "oe", "uy") or base.startswith("qu") or position != len(base) - 2:
        return []
    return [_like(_join_tone(base, tone, position + 1), text)]


def misplaced_tone(text: str) -> list[str]:
    """A tone mark on a vowel where no rule puts it.

    >>> misplaced_tone("Huỳnh")
    ['Hùynh']
    """
    base, tone, position = _split_tone(text)
    if not tone or position < 1 or base[position - 1] not in _VOWELS or base.startswith("gi"):
        return []
    return [_like(_join_tone(base, tone, position - 1), text)]


def wrong_tone(text: str) -> list[str]:
    """Another tone. Hỏi and ngã, which half the country pronounces alike, come first.

    >>> wrong_tone("Vũ")[0]
    'Vủ'
    """
    base, tone, position = _split_tone(text)
    position = position if tone else _main_vowel(base)
    if position < 0:
        return []
    near = {"\u0309": "\u0303", "\u0303": "\u0309"}.get(tone)
    order = ([near, near] if near else []) + [mark for mark in ("", *_TONES) if mark not in (tone, near)]
    if base[-1] in "ctp" or base.endswith("ch"):
        order = [mark for mark in ("\u0301", "\u0323") if mark != tone]
    return [_like(_join_tone(base, mark, position), text) for mark in order]


def wrong_vowel(text: str) -> list[str]:
    """Another mark on the vowel or on the d, as a hand or a scanner mistakes it.

    >>> wrong_vowel("Hùng")
    ['Hừng']
    """
    base, tone, position = _split_tone(text)
    found = []
    for i, letter in enumerate(base):
        others = _MARKS.get(letter, "") if i != 1 or not base.startswith("qu") else ""
        changed = [_join_tone(base[:i] + other + base[i + 1 :], tone, position if tone else len(base)) for other in others]
        found += [_like(one, text) for one in changed]
    return found


def mark_lost(text: str) -> list[str]:
    """One mark less: the tone, or the mark of a letter.

    >>> mark_lost("Đức")
    ['Đưc', 'Đúc', 'Dức']
    """
    base, tone, position = _split_tone(text)
    found = [_like(base, text)] if tone else []
    for i in sorted(range(len(base)), key=lambda i: base[i] == "đ"):
        if base[i] in _MARK_LESS:
            shorter = base[:i] + _MARK_LESS[base[i]] + base[i + 1 :]
            found.append(_like(_join_tone(shorter, tone, position if tone else len(base)), text))
    return found


def i_or_y(text: str) -> list[str]:
    """The final i as y or the reverse, where it is the same name (Lý, Lí) and only where a tone shows that it is.

    >>> i_or_y("Mỹ"), i_or_y("Vy")
    (['Mĩ'], [])
    """
    base, tone, position = _split_tone(text)
    if not tone or position != len(base) - 1 or base[-1] not in "iy" or base[:-1] not in _I_OR_Y_AFTER:
        return []
    return [_like(_join_tone(base[:-1] + ("i" if base[-1] == "y" else "y"), tone, position), text)]


def regional(text: str) -> list[str]:
    """As it sounds in some region: doublets (Vũ, Võ), n for l, s for x, d for gi, hỏi for ngã, n for ng.

    >>> regional("Vũ")
    ['Võ', 'Dũ', 'Vủ']
    """
    base, tone, position = _split_tone(text)
    found = [_like(_DOUBLETS[text.lower()], text)] if text.lower() in _DOUBLETS else []
    for old, new in _SWAPPED_STARTS:
        rest = base[len(old) :]
        if base.startswith(old) and rest[:1] and rest[0] in _VOWELS:
            found.append(_like(_join_tone(new + rest, tone, position - len(old) + len(new) if tone else len(base)), text))
    for old, new in _SWAPPED_ENDS:
        if base.endswith(old) and len(base) > len(old) and base[-len(old) - 1] in _VOWELS:
            found.append(_like(_join_tone(base[: -len(old)] + new, tone, position if tone else len(base)), text))
            break
    near = {"\u0309": "\u0303", "\u0303": "\u0309"}.get(tone)
    return found + ([_like(_join_tone(base, near, position), text)] if near else [])


def typing(text: str) -> list[str]:
    """Slips of the hand: a letter lost, doubled, exchanged with its neighbour or hit beside, keys of an input method left over.

    >>> "Nguyeenx" in typing("Nguyễn")
    True
    """
    size = len(text)
    base, tone, _ = _split_tone(text)
    keys = "".join(_TELEX_VOWELS.get(letter, letter) for letter in base) + _TELEX.get(tone, "")
    found = [_like(keys, text)] if keys != base else []
    if size > 2:
        found += [text[: size - 1], text[0] + text[2:], text[:-2] + text[-1] + text[-2]]
    if size > 1:
        found.append(text + text[-1])
        beside = _KEYS_BESIDE.get(text[-1])
        found += [text[:-1] + beside] if beside else []
    return found


def abbreviation(text: str) -> list[str]:
    """Short forms: those of the commonest names, otherwise the initial.

    >>> abbreviation("Nguyễn")
    ['Ng.', 'Ng~', 'N.']
    """
    return list(_SHORT.get(text.lower(), (f"{text[:1].upper()}.",)))


def apostrophe(text: str) -> list[str]:
    """The other apostrophes of H' and K', with a space, or none.

    >>> apostrophe("H'Hen")[0] == "H\u2019Hen"
    True
    """
    return [text.replace("'", other) for other in ("\u2019", "\u02bc", "`", "' ", "")] if "'" in text else []


class Spelling(IntEnum):
    """The kinds of other spellings, in the order of :data:`SPELLINGS`."""

    OTHER_TONE_STYLE = 0
    MISPLACED_TONE = 1
    WRONG_TONE = 2
    WRONG_VOWEL = 3
    MARK_LOST = 4
    I_OR_Y = 5
    REGIONAL = 6
    TYPING = 7
    ABBREVIATION = 8
    APOSTROPHE = 9


SPELLINGS: tuple[Callable[[str], list[str]], ...] = (
    other_tone_style, misplaced_tone, wrong_tone, wrong_vowel, mark_lost, i_or_y, regional, typing, abbreviation, apostrophe,
)  # fmt: skip


def canonical(text: str) -> str:
    """The spelling that stands for all that are the same name: tone placement, i/y, case and the form of the apostrophe do not
    count.

    >>> canonical("HOÀ") == canonical("Hòa"), canonical("Lí") == canonical("Lý"), canonical("Vi") == canonical("Vy")
    (True, True, False)
    """
    base, tone, _ = _split_tone(unicodedata.normalize("NFC", text))
    for other in ("\u2019", "\u02bc", "`"):
        base = base.replace(other, "'")
    base = base.replace("' ", "'")
    if tone and base[-1:] == "i" and base[:-1] in _I_OR_Y_AFTER:
        base = base[:-1] + "y"
    return base + tone


def without_marks(text: str) -> str:
    """The letters alone.

    >>> without_marks("Đặng Thị Mỹ")
    'Dang Thi My'
    """
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(mark for mark in parts if not unicodedata.combining(mark)))
