"""What goes wrong in one word: marks, tones, sounds, keys and letters read wrongly."""

from __future__ import annotations

import random
import re
import unicodedata

__all__ = ["SOUNDS", "ear_slip", "eye_slip", "hand_slip", "lose_one_mark", "old_tone", "telex", "unmarked"]

TONES = "\u0300\u0301\u0309\u0303\u0323"
TELEX_TONES = dict(zip(TONES, "fsrxj", strict=True))
SOUNDS = {
    "north": (("n", "l"), ("l", "n"), ("s", "x"), ("x", "s"), ("tr", "ch"), ("ch", "tr"), ("r", "d"), ("gi", "d")),
    "centre": (("~", "?"), ("~", "?"), ("~", "?"), ("?", "~"), ("d", "gi"), ("nh", "d")),
    "south": (
        ("~", "?"),
        ("?", "~"),
        ("n$", "ng"),
        ("ng$", "n"),
        ("t$", "c"),
        ("c$", "t"),
        ("v", "d"),
        ("d", "v"),
        ("d", "gi"),
    ),
}
SOUNDS["highland"] = SOUNDS["north"] + SOUNDS["centre"]
SOUNDS["city"] = SOUNDS["north"]
EYE = (("ă", "á"), ("á", "ă"), ("ơ", "o"), ("o", "ơ"), ("ư", "u"), ("u", "ư"), ("â", "ã"), ("ê", "é"), ("đ", "d"), ("rn", "m"),
       ("ỏ", "ó"), ("ủ", "ú"), ("ỗ", "ồ"), ("ẩ", "ấ"), ("ữ", "ừ"), ("ế", "ề"))  # fmt: skip
NEAR = {"a": "s", "s": "d", "d": "f", "n": "m", "m": "n", "i": "o", "o": "i", "u": "i", "t": "r", "r": "t", "h": "j", "g": "h",
        "e": "r", "c": "v", "v": "b", "p": "o", "l": "k", "y": "u"}  # fmt: skip


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _whole(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _cased(word: str, like: str) -> str:
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


def unmarked(text: str) -> str:
    """Take all marks off, đ included."""
    bare = "".join(c for c in _apart(text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def old_tone(text: str) -> str:
    """Put the tone where typewriters had it: hoà, khoẻ, thuý, but quý."""

    def shift(match: re.Match[str]) -> str:
        glide, tone, vowel = match.groups()
        return glide + vowel + tone

    apart = _apart(text)
    apart = re.sub(rf"(o)([{TONES}])([ae])\b(?![\u0300-\u036f])", shift, apart, flags=re.IGNORECASE)
    apart = re.sub(rf"(?<!q)(u)([{TONES}])(y)\b(?![\u0300-\u036f])", shift, apart, flags=re.IGNORECASE)
    return _whole(apart)


def lose_one_mark(word: str, rng: random.Random) -> str:
    """Leave one mark out."""
    apart = _apart(word)
    places = [i for i, c in enumerate(apart) if unicodedata.combining(c)]
    if not places:
        return word.replace("đ", "d").replace("Đ", "D")
    at = rng.choice(places)
    return _whole(apart[:at] + apart[at + 1 :])


def ear_slip(word: str, region: str, rng: random.Random) -> str:
    """Write a word as it sounds in this region."""
    low = _apart(word.lower())
    options = []
    for heard, written in SOUNDS[region]:
        if heard in "~?":
            tone, other = ("\u0303", "\u0309") if heard == "~" else ("\u0309", "\u0303")
            if tone in low:
                options.append(low.replace(tone, other))
        elif heard.endswith("$"):
            end = heard[:-1]
            if low.endswith(end) and not (end == "n" and low.endswith(("an\u0323g",))) and not low.endswith(("nh", "ch")):
                options.append(low[: -len(end)] + written)
        elif low.startswith(heard) and not low.startswith({"n": ("ng", "nh"), "t": ("th",)}.get(heard, "\0")):
            options.append(written + low[len(heard) :])
    return _cased(_whole(rng.choice(options)), word) if options else word


def eye_slip(word: str, rng: random.Random) -> str:
    """Misread handwriting or a faded copy: one letter becomes a look-alike."""
    low = word.lower()
    options = [(a, b) for a, b in EYE if a in low]
    if not options:
        return word
    a, b = rng.choice(options)
    return _cased(low.replace(a, b, 1), word)


def hand_slip(word: str, rng: random.Random) -> str:
    """Drop, double, swap or miss one key."""
    if len(word) < 3:
        return word
    at = rng.randrange(1, len(word))
    draw = rng.random()
    if draw < 0.3:
        return word[:at] + word[at + 1 :]
    if draw < 0.5:
        return word[:at] + word[at] + word[at:]
    if draw < 0.75 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    bare = unmarked(word[at]).lower()
    return word[:at] + NEAR.get(bare, bare) + word[at + 1 :]


def telex(word: str) -> str:
    """What stays on the screen when the keyboard program was off: Nguyeenx, DDuwcs."""
    out, tone = "", ""
    for letter in _apart(word):
        if letter in TELEX_TONES:
            tone = TELEX_TONES[letter]
        elif letter == "\u0302":
            out += out[-1].lower()
        elif letter in "\u0306\u031b":
            out += "w"
        elif letter in "đĐ":
            out += "dd" if letter == "đ" else "DD"
        else:
            out += letter
    return out + tone
