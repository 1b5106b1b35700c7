"""What the words before a number say it is: an identity paper, an officer's card, or a number of something else.

Digits tell the type of an identity number, so words are asked two things only: whether the number identifies a person at all
(a household book's, a telephone's, a land certificate's does not), and whose card it is where the length has no type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.kernels import kernel

__all__ = ["ROLE_FOREIGN", "ROLE_ISSUE", "ROLE_NONE", "ROLE_OFFICER", "ROLE_PAPER", "parts_persons", "role_of_words"]

ROLE_NONE, ROLE_PAPER, ROLE_OFFICER, ROLE_FOREIGN, ROLE_ISSUE = range(5)
"""Nothing said; an identity paper; an officer's card; not an identity number; a day of issue."""

_REACH = 80  # bytes before a number in which words are read, so that a cell of many short numbers costs no more than another
_LONGEST = 10  # letters of a word that are packed, five bits each; longer words are none of ours

_WORDS = {
    ROLE_PAPER: "cmnd cmtnd cmt cm cccd cc cccdvn tcc ddcn cuoc danh minh hc chieu passport pp",
    ROLE_OFFICER: "sq cmsq qncn cmqd cand qn sqqd cmcand",
    ROLE_FOREIGN: "hk shk hokhau khau mst thue dt sdt dtdd thoai tel phone fax mobile gcn gcnqsdd gcnqsd cnqsdd qsdd qsd "
    "gks stk bhxh bhyt",
    ROLE_ISSUE: "ngay cap",
}
_PAIRS = {
    ROLE_OFFICER: "si quan, quan doi, quan nhan, cmt qd, cmnd qd, cm qd, the qd, quan qd",
    ROLE_FOREIGN: "khai sinh, so do, bia do, quyen su, tai khoan, bao hiem",
}


def _packed(word: str) -> int:
    value = 0
    for char in word:
        value = value * 32 + ord(char) - 96
    return value


_WORD_CODES = np.array([_packed(word) for words in _WORDS.values() for word in words.split()], np.int64)
_WORD_ROLES = np.array([role for role, words in _WORDS.items() for _ in words.split()], np.int64)
_PAIR_CODES = np.array(
    [[_packed(word) for word in pair.split()] for pairs in _PAIRS.values() for pair in pairs.split(", ")], np.int64
)
_PAIR_ROLES = np.array([role for role, pairs in _PAIRS.items() for _ in pairs.split(", ")], np.int64)
_NUMBER_WORD = _packed("so")
_PARTING_WORDS = np.array([_packed(word) for word in ("va", "vo", "chong", "ong", "ba")], np.int64)
_OF_TIME = np.array([_packed(word) for word in ("cu", "moi")], np.int64)
_BRACKETS = np.array([ord(sign) for sign in "()[]{}<>"], np.uint8)


@kernel
def _role_of_word(before: int, word: int) -> int:
    """Role of a word, or of the pair that it makes with the word before."""
    for k in range(len(_PAIR_CODES)):
        if _PAIR_CODES[k, 1] == word and _PAIR_CODES[k, 0] == before:
            return int(_PAIR_ROLES[k])
    for k in range(len(_WORD_CODES)):
        if _WORD_CODES[k] == word:
            return int(_WORD_ROLES[k])
    return ROLE_NONE


@kernel
def parts_persons(plain: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether nothing in a cell of several numbers says that they are papers of one person.

    That is said by brackets, by "cũ" and "mới", by any words behind the first digit ("CMND 123456789/CCCD 001065012345") but
    "và" and those for a spouse, and by a comma between blanks, which joins the cells of two columns
    (:mod:`vnlink.storage.headers`).
    """
    digits = False
    at = start
    while at < end:
        byte = int(plain[at])
        if 97 <= byte <= 122:
            word = 0
            first = at
            while at < end and 97 <= plain[at] <= 122:
                word = word * 32 + (int(plain[at]) - 96) if at - first < _LONGEST else 0
                at += 1
            if (digits and not _is_among(word, _PARTING_WORDS)) or _is_among(word, _OF_TIME):
                return False
            continue
        digits |= 48 <= byte <= 57
        joined = byte == 44 and start < at < end - 1 and plain[at - 1] == 32 and plain[at + 1] == 32
        if byte > 127 or joined or _is_among(byte, _BRACKETS):
            return False
        at += 1
    return True


@kernel
def _is_among(value: int, values: NDArray[Any]) -> bool:
    found = False
    for k in range(len(values)):
        found |= values[k] == value
    return found


@kernel
def role_of_words(plain: NDArray[np.uint8], start: int, end: int) -> tuple[int, bool, int]:
    """What the words of ``plain[start:end]``, which stand before a number, say of it.

    Parameters
    ----------
    plain : ndarray of uint8
        From :func:`vnlink.normalize.plain_cells.to_plain`.
    start, end : int
        From the end of the number before to the beginning of this one.

    Returns
    -------
    role : int
        Of the last word that has one. A day of issue counts only as the last word of all.
    close : bool
        Whether nothing but "số" stands between that word and the number.
    begin : int
        Where the last word begins if it touches the number or stands one blank before, is no word of these lists, and has at
        most two letters: the letters of a paper. ``end`` when there is none.
    """
    role = ROLE_NONE
    close = False
    begin = end
    before = 0
    at = max(start, end - _REACH)
    while start < at < end and 97 <= plain[at - 1] <= 122 and 97 <= plain[at] <= 122:
        at += 1
    while at < end:
        if not 97 <= plain[at] <= 122:
            at += 1
            continue
        first = at
        word = 0
        while at < end and 97 <= plain[at] <= 122:
            if at - first < _LONGEST:
                word = word * 32 + (int(plain[at]) - 96)
            at += 1
        if at - first > _LONGEST:
            word = 0
        found = _role_of_word(before, word)
        begin = end
        if found == ROLE_ISSUE:
            close = at >= end - 2
            if close:
                role = ROLE_ISSUE
        elif found != ROLE_NONE:
            role = found
            close = True
        elif word != _NUMBER_WORD:
            close = False
            if at - first <= 2 and end - at <= 1 and (first == start or not 48 <= plain[first - 1] <= 57):
                begin = first
        before = word
    return role, close, begin
