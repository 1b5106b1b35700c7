"""Which character stands for which letter in the encodings that came before Unicode.

Bytes of an old encoding that a program took for Windows-1252 or Latin-1 are text of wrong characters. The tables here go
from those characters to the letters that were meant:

* TCVN 5712-1 [1]_, of which the "ABC" fonts (.VnTime) use the lower half of each letter: a capital with a tone is the code of
  the small letter in a font of capitals (.VnTimeH), so such text is read as small letters;
* VISCII [2]_: one code for every letter, six capitals among the control characters;
* VNI for Windows: a base letter, then a character that carries its mark and its tone;
* VIQR [2]_: ASCII signs behind the letter;
* UTF-8 that was taken for Windows-1252 and saved as UTF-8 once more.

References
----------
.. [1] TCVN 5712:1993, "Bộ mã chuẩn tiếng Việt 8 bit dùng trong trao đổi thông tin".
.. [2] Viet-Std Group, "Conventions for Encoding the Vietnamese Language", IETF RFC 1456, 1993.
"""

from __future__ import annotations

__all__ = [
    "BEYOND_ONE_BYTE",
    "BYTE_OF",
    "TCVN3",
    "TONES",
    "VISCII",
    "VNI_LETTERS",
    "VNI_MARKS",
    "VNI_WHERE",
    "VOWEL_MARKS",
]

_TCVN_LOW = {
    0x01: "Ú", 0x02: "Ụ", 0x04: "Ừ", 0x05: "Ử", 0x06: "Ữ", 0x11: "Ứ", 0x12: "Ự", 0x13: "Ỳ", 0x14: "Ỷ", 0x15: "Ỹ", 0x16: "Ý",
    0x17: "Ỵ",
}  # fmt: skip
_TCVN_HIGH = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
"""The codes 0x80 to 0xFF."""

_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)

_WINDOWS = {
    0x80: "€", 0x82: "‚", 0x83: "ƒ", 0x84: "„", 0x85: "…", 0x86: "†", 0x87: "‡", 0x88: "ˆ", 0x89: "‰", 0x8A: "Š", 0x8B: "‹",
    0x8C: "Œ", 0x8E: "Ž", 0x91: "‘", 0x92: "’", 0x93: "“", 0x94: "”", 0x95: "•", 0x96: "–", 0x97: "—", 0x98: "˜", 0x99: "™",
    0x9A: "š", 0x9B: "›", 0x9C: "œ", 0x9E: "ž", 0x9F: "Ÿ",
}  # fmt: skip
"""Where Windows-1252 differs from Latin-1; its five undefined codes stay control characters."""

BYTE_OF = {chr(code): chr(code) for code in range(0x80, 0x100)} | {char: chr(code) for code, char in _WINDOWS.items()}
"""Every character that a byte from 0x80 on is shown as, by Windows-1252 or by Latin-1, to that byte as a Latin-1 character."""

TCVN3 = str.maketrans(
    {chr(code): letter for code, letter in enumerate(_TCVN_HIGH, 0x80)} | {chr(code): s for code, s in _TCVN_LOW.items()}
)
"""Quotation marks and dashes of Windows-1252 stay: fonts of this encoding show them as such, and the capitals that the
standard has in their place were never used under Windows."""

VISCII = str.maketrans(
    {char: _VISCII_HIGH[ord(byte) - 0x80] for char, byte in BYTE_OF.items()}
    | {chr(code): letter for code, letter in _VISCII_LOW.items()}
)

VOWEL_MARKS = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
"""VIQR: circumflex, breve, horn (some write the horn with an asterisk)."""

TONES = {"`": "\u0300", "'": "\u0301", "’": "\u0301", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
"""VIQR: huyền, sắc, hỏi, ngã, nặng."""

VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
"""VNI: what a character is when it carries no mark of the letter before it."""

VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
"""VNI: what a character adds to the letter before it."""

VNI_WHERE = {"ùøûõï": "aeouyôö", "âáàåãä": "aeo", "êéèúüë": "a"}
"""VNI: which letters, as they are written there, each kind of mark may stand behind."""

BEYOND_ONE_BYTE = frozenset("ăđĩũơưĂĐĨŨƠƯ\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323") | {
    chr(code) for code in range(0x1EA0, 0x1EFA)
}
"""Vietnamese letters and marks that neither Windows-1252 nor Latin-1 has: a text with one of them was typed in Unicode."""
