"""What a user asks for: one name or a column of them.

Family, middle and given name stand in this order, the given name being the last syllable. Two kinds of names do
otherwise: a few families have a compound name (Tôn Thất, Âu Dương), and names of the peoples of the central highlands
begin with a prefix that tells the sex (Y, H', K', Ka) and, where there is a clan name, end in it ("H'Hen Niê").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.schema import MAX_SYLLABLES

from .cell_length import MAX_CHARACTERS
from .cells import is_missing
from .flags import flag_lists, flag_names
from .lexicon import Form, Lexicon
from .name_kernel import collect_names, split_names
from .own_kind import in_own_kind
from .owners import parse_name_column
from .readings import Reading, readings_of
from .tokens import Interner, scalar_interner

__all__ = ["NormalizedName", "flag_names", "normalize_name", "parse_name_column", "spell_name"]

_COMPOUND_FAMILIES = tuple(
    tuple(name.split())
    for name in (
        "công tằng tôn nữ", "công huyền tôn nữ", "huyền tôn nữ", "tôn thất", "tôn nữ", "âu dương", "thượng quan", "hoàng phủ",
        "tư mã", "tư đồ", "gia cát", "hạ hầu", "tây môn", "chung ly", "rơ mah", "rơ châm", "rơ lan", "rơ com",
    )
)  # fmt: skip
"""Compound family names, longest first. "Nguyễn Phước" and "Vũ Văn" are left out: nearly all who are called so are
Nguyễn or Vũ."""

_COMPOUND_STARTS = frozenset(name[0] for name in _COMPOUND_FAMILIES)
_PREFIXES = frozenset({"y", "h'", "k'", "ka"})
_SHORTEST_WITH_CLAN = 3


@dataclass(frozen=True, slots=True)
class NormalizedName:
    """One name, read.

    Attributes
    ----------
    text, toneless, folded : str
        The name in title case, in lower case without tones, and in lower case without any mark.
    family, middle, given : str
        Its parts in title case; empty where there is none.
    flags : tuple of str
        Names of the :class:`vnlink.schema.Flag` bits that were noticed.
    written : str
        What was read; at most its first 4,096 characters.
    """

    text: str
    toneless: str
    folded: str
    family: str
    middle: str
    given: str
    flags: tuple[str, ...]
    written: str = field(default="", repr=False, compare=False)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What the writer may have meant instead: candidates that are never put in the name's place.

        Keys of Telex or VNI left in the text, text from an old encoding, and second names, each with its kinds and in the
        spelling of :attr:`text`; nothing for a plain name.

        Examples
        --------
        >>> normalize_name("Nguyeenx Vawn Hufng").readings
        (Reading(text='Nguyễn Văn Hùng', kinds=('telex',)),)
        >>> [reading.text for reading in normalize_name("Lò Văn Ón (tức Inh)").readings]
        ['Lò Văn Ón', 'Inh', 'Lò Văn Inh']
        """
        others = (Reading(_normalize_one(read.text).text, read.kinds) for read in readings_of(self.written) if read.kinds)
        return tuple(dict.fromkeys(others))


def spell_name(spelled: Sequence[str]) -> str:
    """A name of syllables in title case; no space follows a prefix with an apostrophe.

    >>> spell_name(["H'", "Hen", "Niê"])
    "H'Hen Niê"
    """
    name = " ".join(spelled)
    return name.replace("' ", "'") if "'" in name else name


def split_name(syllables: Sequence[str]) -> tuple[int, int, bool]:
    """Syllables of the family name, of the given name, and whether the family name (a clan's) stands last."""
    count = len(syllables)
    if count >= 2 and syllables[0] in _PREFIXES:
        clan = int(count >= _SHORTEST_WITH_CLAN)
        return clan, count - clan, True
    given = 2 if count >= _SHORTEST_WITH_CLAN and syllables[-2].endswith("'") else min(count, 1)
    for family in _COMPOUND_FAMILIES if count > 2 and syllables[0] in _COMPOUND_STARTS else ():
        if count >= len(family) + given and family == tuple(syllables[: len(family)]):
            return len(family), given, False
    return int(count >= 2), given, False


def _split_rows(syllables: NDArray[np.int32], lexicon: Lexicon) -> NDArray[np.uint8]:
    """As :func:`split_name`, for rows of syllable numbers: where family, middle and given name begin and end, uint8[6, n]."""
    families = np.full((len(_COMPOUND_FAMILIES), 4), -1, np.int32)
    for entry, name in zip(families, _COMPOUND_FAMILIES, strict=True):
        entry[: len(name)] = [lexicon.intern_clean(syllable) for syllable in name]
    prefixes = np.array([lexicon.intern_clean(syllable) for syllable in sorted(_PREFIXES)], np.int32)
    binds = np.array([lexicon.text(number).endswith("'") for number in range(len(lexicon))], np.bool_)
    spans = np.empty((6, len(syllables)), np.uint8)
    split_names(syllables, families, prefixes, binds, spans)
    return spans


def _normalize_one(text: str) -> NormalizedName:
    """Read one name through the same kernels as a column."""
    interner = scalar_interner()
    row = np.full((1, MAX_SYLLABLES), -1, dtype=np.int32)
    flags = np.zeros(1, dtype=np.uint32)
    stream = interner.read_text(text)
    collect_names(stream.codes, stream.ends, stream.cut, interner.words, row, flags)
    spelling = interner.lexicon.spelling
    numbers = [number for number in row[0].tolist() if number >= 0]
    spelled = [spelling(number, Form.TEXT) for number in numbers]
    family, given, clan_last = split_name([interner.lexicon.text(number) for number in numbers])
    count = len(spelled)
    return NormalizedName(
        text=spell_name(spelled),
        toneless=spell_name([spelling(number, Form.TONELESS) for number in numbers]),
        folded=" ".join([spelling(number, Form.FOLDED) for number in numbers]),
        family=spell_name(spelled[given:] if clan_last else spelled[:family]),
        middle="" if clan_last else spell_name(spelled[family : count - given]),
        given=spell_name(spelled[:given] if clan_last else spelled[count - given :]),
        flags=flag_names(int(flags[0])),
        written=text[:MAX_CHARACTERS],
    )


def _normalize_column(names: Any) -> pa.StructArray:
    """Read a column of names into their forms and parts."""
    interner = Interner()
    syllables, flags = parse_name_column(names, interner)
    render = interner.lexicon.render
    spans = _split_rows(syllables, interner.lexicon)
    parts = [render(syllables, Form.TEXT, (spans[place], spans[place + 1])) for place in (0, 2, 4)]
    columns = [*(render(syllables, form) for form in Form), *parts, flag_lists(flags)]
    return pa.StructArray.from_arrays(columns, names=["text", "toneless", "folded", "family", "middle", "given", "flags"])


@overload
def normalize_name(name: str | None) -> NormalizedName: ...
@overload
def normalize_name(name: Any) -> pa.StructArray: ...


def normalize_name(name: Any) -> NormalizedName | pa.StructArray:
    """Read a name, or a column of names: one spelling, its folded forms and its parts.

    Parameters
    ----------
    name : str or None, or a column as :func:`vnlink.normalize.tokens.text_chunks` takes
        A name in any Unicode form and case. None, NaN and their like are a name without a letter and without a flag, alone and
        in a column.

    Returns
    -------
    NormalizedName or pyarrow.StructArray
        For a text the name read; for a column an array of its fields, ``flags`` being a list of str a row, or a frame where the
        column is of pandas or Polars (:func:`vnlink.normalize.own_kind.in_own_kind`). A name without a letter has no syllables:
        its texts are empty, in a column null.

    Examples
    --------
    >>> name = normalize_name("NGUYỄN  THỊ   THUÝ")
    >>> name.text, name.folded, name.family, name.middle, name.given
    ('Nguyễn Thị Thúy', 'nguyen thi thuy', 'Nguyễn', 'Thị', 'Thúy')
    >>> normalize_name("H' Hen Niê").given
    "H'Hen"
    >>> normalize_name(["Tôn Nữ Thị Ninh"]).field("family").to_pylist()
    ['Tôn Nữ']
    """
    if isinstance(name, str) or is_missing(name):
        return _normalize_one(name if isinstance(name, str) else "")
    return in_own_kind(name, _normalize_column(name))
