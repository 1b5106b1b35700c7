"""Stages put together for use without a register: what the linker does with a whole column, for two names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, overload

import numpy as np
import pyarrow as pa

from vnlink.compare.names import NameLevel, name_level, pack_syllables
from vnlink.errors import InputError, message
from vnlink.normalize.owners import parse_name_column
from vnlink.normalize.tokens import Interner

__all__ = ["NameComparison", "compare_names"]

_WORDS: dict[NameLevel, tuple[str, str]] = {
    NameLevel.MISSING: ("thiếu họ tên", "a name is missing"),
    NameLevel.EXACT: ("cùng họ tên", "the same name"),
    NameLevel.UNMARKED: ("một bên viết không dấu", "one side was written without marks"),
    NameLevel.MARK_LOST: ("mất một dấu", "one mark is missing"),
    NameLevel.MARK_DIFFERS: ("khác dấu ở họ hoặc đệm", "another mark in the family or middle name"),
    NameLevel.GIVEN_MARK_DIFFERS: ("khác dấu ở tên", "another mark in the given name"),
    NameLevel.REGIONAL: ("khác cách phát âm vùng miền", "spelled as another region speaks"),
    NameLevel.INITIALS: ("viết tắt", "abbreviated"),
    NameLevel.MIDDLE_MISSING: ("thiếu chữ đệm", "a middle name is left out"),
    NameLevel.ONE_SLIP: ("sai một chữ cái", "one letter is wrong"),
    NameLevel.MIDDLE_DIFFERS: ("khác chữ đệm", "another middle name"),
    NameLevel.FAMILY_DIFFERS: ("khác họ", "another family name"),
    NameLevel.GIVEN_DIFFERS: ("khác tên", "another given name"),
    NameLevel.GIVEN_ONLY: ("chỉ trùng tên", "only the given name agrees"),
    NameLevel.DIFFERENT: ("khác họ tên", "different names"),
}


@dataclass(frozen=True, slots=True)
class NameComparison:
    """How two names agree.

    Attributes
    ----------
    level : str
        Name of the level, one of those of :class:`vnlink.compare.names.NameLevel` in lower case.
    agrees : bool
        Whether the names are the same, marks included.
    vietnamese, english : str
        The level in words.
    """

    level: str
    agrees: bool
    vietnamese: str
    english: str


@cache
def _comparison(level: NameLevel) -> NameComparison:
    return NameComparison(level.name.lower(), level is NameLevel.EXACT, *_WORDS[level])


@overload
def compare_names(left: str, right: str) -> NameComparison: ...


@overload
def compare_names(left: Sequence[str | None] | pa.Array, right: Sequence[str | None] | pa.Array) -> pa.Array: ...


def compare_names(left: Any, right: Any) -> NameComparison | pa.Array:
    """Compare two names, or two columns of names row by row.

    Parameters
    ----------
    left, right : str, or sequences or Arrow arrays of str
        Names as they are written; each is normalised first.

    Returns
    -------
    NameComparison, or a dictionary-encoded pyarrow.Array of level names

    Examples
    --------
    >>> compare_names("NGUYEN VAN HOA", "Nguyễn Văn Hoà").english
    'one side was written without marks'
    >>> compare_names("Nguyễn Văn Hoa", "Nguyễn Văn Hòa").level
    'mark_lost'
    >>> compare_names(["Lê Văn Đức", "Trần Thị Hòa"], ["Le Van Duc", "Trần Thị Hóa"]).to_pylist()
    ['unmarked', 'given_mark_differs']
    """
    if isinstance(left, str) and isinstance(right, str):
        levels = _levels(pa.array([left], pa.string()), pa.array([right], pa.string()))
        return _comparison(NameLevel(int(levels[0])))
    left, right = _column(left), _column(right)
    if len(left) != len(right):
        raise InputError(message("compare_names needs two columns of one length", remedy="give a right name for each left one"))
    names = pa.array([level.name.lower() for level in NameLevel])
    return pa.DictionaryArray.from_arrays(pa.array(_levels(left, right)), names)


def _column(names: Any) -> pa.Array:
    if isinstance(names, str):
        raise InputError(message("compare_names needs two names or two columns", remedy="give a column on both sides"))
    try:
        return pa.array(names, pa.string())
    except (pa.ArrowException, TypeError):  # their texts may quote a value
        raise InputError(message("a column of names must be text", found=type(names), remedy="give strings")) from None


def _levels(left: pa.Array, right: pa.Array) -> np.ndarray[Any, np.dtype[np.int8]]:
    interner = Interner()
    a, b = parse_name_column(left, interner)[0], parse_name_column(right, interner)[0]
    table = pack_syllables(interner.lexicon.arrays())
    return np.array([name_level(table, a, i, b, i) for i in range(len(a))], np.int8)
