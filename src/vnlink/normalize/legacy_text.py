"""Text that was saved from an old encoding, read back into the letters that were meant.

Each reader takes one text and goes from left to right once. A text with a letter that no old encoding shows
(:data:`vnlink.normalize.encoding_tables.BEYOND_ONE_BYTE`) was typed in Unicode and comes back as it is, so a row typed later
among old ones is not spoiled. Which encoding a column is in is not decided here but in :mod:`vnlink.normalize.encodings`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum

import pyarrow as pa

from .encoding_tables import (
    BEYOND_ONE_BYTE,
    BYTE_OF,
    TCVN3,
    TONES,
    VISCII,
    VNI_LETTERS,
    VNI_MARKS,
    VNI_WHERE,
    VOWEL_MARKS,
)

__all__ = ["Encoding", "decode_column", "decode_distinct", "decode_text", "fits"]


class Encoding(StrEnum):
    """An encoding that Vietnamese text was kept in before Unicode, or a way in which UTF-8 is spoilt."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    VISCII = "viscii"
    VIQR = "viqr"
    UTF8_TWICE = "utf8_twice"


_BEYOND = re.compile("[" + "".join(sorted(BEYOND_ONE_BYTE)) + "]")
_SMALL = re.compile("[a-z]")
_ASCII_WORD = re.compile(r"[A-Za-z]{2}")


def _in_capitals(text: str) -> bool:
    """Whether the letters that every encoding shares are capitals: then those of a font of capitals were meant as such."""
    return _SMALL.search(text) is None and _ASCII_WORD.search(text) is not None


def _tcvn3(text: str) -> str:
    decoded = unicodedata.normalize("NFC", text.translate(TCVN3))
    return decoded.upper() if _in_capitals(text) else decoded


def _viscii(text: str) -> str:
    return text.translate(VISCII)


def _same_case(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


_VNI_LETTERS = {variant: _same_case(to, variant) for char, to in VNI_LETTERS.items() for variant in (char, char.upper())}
_VNI_BEHIND = {
    (base, mark): VNI_MARKS[mark.lower()]
    for marks, bases in VNI_WHERE.items()
    for base in bases + bases.upper()
    for mark in marks + marks.upper()
}
"""What a mark adds to the letter before it, for every letter and mark that may stand together, in any case."""

_VNI_ALONE = frozenset("".join(VNI_MARKS) + "".join(VNI_MARKS).upper())
_TONE_MARKS = frozenset(TONES.values())


def _vni_pieces(text: str) -> tuple[list[str], bool]:
    """Letters with their marks, the mark of the vowel before that of the tone, and whether every mark had its letter.

    Some programs wrote the two marks apart, in any order: a letter takes one of either kind.
    """
    out: list[str] = []
    base = shape = tone = ""
    whole = True
    for char in text:
        added = _VNI_BEHIND.get((base, char))
        if added is not None and not (tone and added[-1] in _TONE_MARKS) and not (shape and added[0] not in _TONE_MARKS):
            shape += "" if added[0] in _TONE_MARKS else added[0]
            tone += added[-1] if added[-1] in _TONE_MARKS else ""
            out[-1] = _VNI_LETTERS.get(base, base) + shape + tone
        else:
            whole = whole and char not in _VNI_ALONE
            out.append(_VNI_LETTERS.get(char, char))
            base, shape, tone = char, "", ""
    return out, whole


def _vni(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(_vni_pieces(text)[0]))


_VIQR_PLACES = {"^": "aeo", "(": "a", "+": "ou", "*": "ou"}
_VIQR_LETTER = re.compile(r"\\(?P<plain>.)|(?P<bar>[Dd][Dd])|(?P<vowel>[AEIOUYaeiouy])(?P<signs>[\^(+*`'’?~.]{1,2})")
_UO = re.compile("(?<![Qq])([Uu])(?=[ơờớởỡợƠỜỚỞỠỢ][A-Za-z])")
_HORN = {"u": "ư", "U": "Ư"}
_ALONE = re.compile(r"(?<![^\W\d_])[AEIOUYaeiouy]\.(?![a-z])")


def _viqr_letter(found: re.Match[str]) -> str:
    if found["plain"]:
        return found["plain"]
    if found["bar"]:
        return "Đ" if found["bar"][0] == "D" else "đ"
    vowel, mark, tone, rest = found["vowel"], "", "", ""
    for sign in found["signs"]:
        if not rest and not mark and vowel.lower() in _VIQR_PLACES.get(sign, ""):
            mark = VOWEL_MARKS[sign]
        elif not rest and not tone and sign in TONES:
            tone = TONES[sign]
        else:
            rest += sign
    return unicodedata.normalize("NFC", vowel + mark + tone) + rest


def _viqr(text: str) -> str:
    """The point behind a vowel that stands alone is that of an initial ("V. A."), and "uo+" before a consonant is ươ."""
    text = _ALONE.sub(lambda found: found[0][0] + "\\.", text)
    return _UO.sub(lambda found: _HORN[found[1]], _VIQR_LETTER.sub(_viqr_letter, text))


_SHOWN_BYTES = str.maketrans(BYTE_OF)
_LATER = "".join(char for char, byte in BYTE_OF.items() if byte < "\u00c0")
_SEQUENCE = re.compile(f"[\u00c2-\u00df][{_LATER}]|[\u00e0-\u00ef][{_LATER}]{{2}}")
_LOST_BLANK = re.compile("\u00c3 (?=[a-z\u00c3\u00c4\u00c6\u00e1 ]|$)")
"""à is Ã and a no-break space, which some programs made a plain one: it is taken back before a small letter or a blank."""


def _utf8_twice(text: str) -> str:
    """Sequences that are UTF-8 are read, whatever stands between them stays."""
    return unicodedata.normalize("NFC", _SEQUENCE.sub(_sequence, _LOST_BLANK.sub("\u00c3\u00a0", text)))


def _sequence(found: re.Match[str]) -> str:
    try:
        return found[0].translate(_SHOWN_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


_READERS: dict[Encoding, Callable[[str], str]] = {
    Encoding.TCVN3: _tcvn3,
    Encoding.VNI: _vni,
    Encoding.VISCII: _viscii,
    Encoding.VIQR: _viqr,
    Encoding.UTF8_TWICE: _utf8_twice,
}


def decode_text(text: str, encoding: Encoding) -> str:
    r"""Read one text that was saved from an old encoding.

    Parameters
    ----------
    text : str
    encoding : Encoding

    Returns
    -------
    str
        Composed (NFC) where it was changed. A text with a Vietnamese letter that the encoding cannot show is left as it is.

    Examples
    --------
    >>> decode_text("NguyÔn V¨n §øc", Encoding.TCVN3), decode_text("NGUYÔN V¡N §øC", Encoding.TCVN3)
    ('Nguyễn Văn Đức', 'NGUYỄN VĂN ĐỨC')
    >>> decode_text("Nguyeãn Vaên Ñöùc", Encoding.VNI), decode_text("Nguye^~n Va(n DDu+'c", Encoding.VIQR)
    ('Nguyễn Văn Đức', 'Nguyễn Văn Đức')
    >>> decode_text("Nguyá»…n VÄƒn Ä\x90á»©c", Encoding.UTF8_TWICE)
    'Nguyễn Văn Đức'
    """
    return text if _BEYOND.search(text) else _READERS[encoding](text)


def fits(text: str, encoding: Encoding) -> bool:
    """Whether a text can have been written in an encoding at all: in VNI every mark stands behind a letter that takes it.

    >>> fits("Ñaøo", Encoding.VNI), fits("Ñào", Encoding.VNI)
    (True, False)
    """
    if _BEYOND.search(text):
        return False
    return encoding is not Encoding.VNI or _vni_pieces(text)[1]


def decode_distinct(column: pa.Array | pa.ChunkedArray, decode: Callable[[str], str]) -> pa.Array | pa.ChunkedArray:
    """Put every distinct text of a column through ``decode`` once; nulls stay, and so does the type."""
    if isinstance(column, pa.ChunkedArray):
        return pa.chunked_array([decode_distinct(chunk, decode) for chunk in column.chunks], column.type)
    kind = column.type
    coded = column if pa.types.is_dictionary(kind) else column.cast(pa.large_string()).dictionary_encode()
    texts = [None if text is None else decode(text) for text in coded.dictionary.to_pylist()]
    decoded = pa.DictionaryArray.from_arrays(coded.indices, pa.array(texts, coded.dictionary.type))
    # Two texts may become one: a dictionary must not hold it twice, so it is built again.
    plain = decoded.dictionary_decode()
    return plain.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else plain.cast(kind)


def decode_column(column: pa.Array | pa.ChunkedArray, encoding: Encoding) -> pa.Array | pa.ChunkedArray:
    """Read a column of texts that were saved from an old encoding.

    Parameters
    ----------
    column : pyarrow.Array or ChunkedArray of text
        String, large string, string view or a dictionary of one of them.
    encoding : Encoding

    Returns
    -------
    pyarrow.Array or ChunkedArray
        Of the same type and length.

    Examples
    --------
    >>> decode_column(pa.array(["Lª ThÞ Hoµ", None]), Encoding.TCVN3).to_pylist()
    ['Lê Thị Hoà', None]
    """
    return decode_distinct(column, lambda text: decode_text(text, encoding))
