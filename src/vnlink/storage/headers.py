"""Which column of a user's table holds what.

A header is understood in one of three ways, the strongest first:

1. the configuration says so (``[columns]``, ``[columns.land]``, ``[columns.citizen]``);
2. it is the canonical name itself, whatever its case (``full_name``, ``Full_Name``);
3. it is one of the Vietnamese headers of ``resources/header_words.csv``, whatever its case, marks, underscores and bracketed
   remarks ("NGÀY SINH (dd/mm/yyyy)", "ngay_sinh").

A canonical column takes its headers from the strongest way that finds any, so a table that holds ``full_name`` and "Họ tên"
is read by ``full_name``. When that way finds several, the column has a rule or the table is refused:

========================  ==========================================================================================
``id_number``             all cells of the row in one, separated by `` , ``: several papers of one person
``birth_date``            the first cell that is not empty, full dates before years
``address``               the first cell that is not empty, in the order of ``header_words.csv``
``personal_id``           the first cell that is not empty, "Số định danh" before "Số CCCD"
``other_names``           nothing is read from it so far, and its headers are among the unused ones
anything else             InputError: the program must not choose
========================  ==========================================================================================
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from vnlink.errors import InputError, message
from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS, Side

__all__ = [
    "FIRST_FILLED",
    "JOINED",
    "UNREAD",
    "HeaderMap",
    "fold_header",
    "header_words",
    "is_headerlike",
    "recognise",
    "required_columns",
]

JOINED = frozenset({"id_number"})
"""Columns whose headers are joined into one cell."""

FIRST_FILLED = frozenset({"birth_date", "death_date", "address", "personal_id"})
"""Columns that take the first cell that is not empty."""

UNREAD = frozenset({"other_names"})
"""Columns of the contract that nothing is read from so far: their headers are among the unused ones, and may be several."""

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_SHOWN = 40
"""Headers named in an error. A table of a thousand columns must not become a message of a thousand words."""

_IDENTIFIER = re.compile("[a-z]+(_[a-z]+)+")
"""A header as databases write it. Without a low line it could be a name that was typed without marks."""


@dataclass(frozen=True, slots=True)
class HeaderMap:
    """The columns of one table.

    Attributes
    ----------
    side : Side
    headers : tuple of str
        Every header of the table, in its order.
    sources : dict of str to tuple of int
        Canonical column -> positions in ``headers``, in order of precedence. In the order of the contract.
    """

    side: Side
    headers: tuple[str, ...]
    sources: dict[str, tuple[int, ...]]

    @property
    def positions(self) -> list[int]:
        """Positions of the columns that have to be read, ascending and each once."""
        return sorted({position for group in self.sources.values() for position in group})

    def originals(self) -> dict[str, str]:
        """Canonical column -> header of the table; several are shown with " + " between them."""
        return {column: " + ".join(self.headers[p] for p in group) for column, group in self.sources.items()}

    def unused(self) -> list[str]:
        """Headers that nothing is read from."""
        used = set(self.positions)
        return [header for position, header in enumerate(self.headers) if position not in used]


def fold_header(header: str) -> str:
    """A header without case, marks, punctuation and bracketed remarks.

    Examples
    --------
    >>> fold_header("NGÀY_SINH (dd/mm/yyyy) *"), fold_header("Số định  danh")
    ('ngay sinh', 'so dinh danh')
    """
    bare = _BRACKETS.sub(" ", header)
    bare = unicodedata.normalize("NFKD", bare if bare.strip() else header).casefold()
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", bare.replace("đ", "d").replace("ð", "d")).strip()


def required_columns(side: Side) -> tuple[str, str]:
    """The two columns that a table of this side cannot do without: its key and the name."""
    columns = LAND_COLUMNS if side is Side.LAND else CITIZEN_COLUMNS
    return columns[0], columns[1]


@cache
def header_words(side: Side) -> dict[str, tuple[int, str]]:
    """Folded header -> (precedence, canonical column) for one side."""
    text = resources.files("vnlink").joinpath("resources", "header_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {fold_header(row["header"]): (int(row["order"]), row["column"]) for row in rows if row["side"] == side.value}


def recognise(
    headers: Sequence[str],
    side: Side,
    columns: Mapping[str, str] | None = None,
    shared: Mapping[str, str] | None = None,
) -> HeaderMap:
    """Find the canonical columns of a table.

    Parameters
    ----------
    headers : sequence of str
        The table's headers.
    side : Side
    columns : mapping of str to str, optional
        Header -> canonical column from the configuration; each header has to be there.
    shared : mapping of str to str, optional
        The same for both tables; a header that is not in this one is passed over.

    Returns
    -------
    HeaderMap

    Raises
    ------
    InputError
        A required column is missing, the table is of the other side, a configured header is missing, or several headers
        claim a column that has no rule for it.

    Examples
    --------
    >>> recognise(["STT", "Mã chủ sử dụng", "Tên chủ sử dụng", "Năm sinh"], Side.LAND).originals()
    {'land_user_id': 'Mã chủ sử dụng', 'full_name': 'Tên chủ sử dụng', 'birth_date': 'Năm sinh'}
    """
    found = _find(headers, side, columns or {}, shared or {})
    missing = [column for column in required_columns(side) if column not in found]
    if missing:
        _refuse_swapped(headers, side)
        raise InputError(
            message(
                f"the column {missing[0]} is required; {_told(headers)}",
                side=side,
                column=missing[0],
                remedy=f'rename the column, or say which it is: [columns.{side}] "its header" = "{missing[0]}" in the '
                f'configuration, Linker({side}_columns={{"its header": "{missing[0]}"}}) in Python',
            )
        )
    contract = LAND_COLUMNS if side is Side.LAND else CITIZEN_COLUMNS
    return HeaderMap(side, tuple(headers), {column: found[column] for column in contract if column in found})


def _told(headers: Sequence[str]) -> str:
    """What an error says of the headers of a table: a table without any shows its first record in their place."""
    count = sum(1 for header in headers if header)
    if not count:
        return "the table has no headers"
    known = [header for header in headers if is_headerlike(header)]
    if not known:
        return f"none of the {count} cells in the row of headers is a known header, so none is shown: it may be a record"
    shown = ", ".join(f'"{header}"' for header in known[:_SHOWN]) + (" ..." if len(known) > _SHOWN else "")
    return f"of the {count} headers of the table {len(known)} can be shown: {shown}"


def is_headerlike(header: str) -> bool:
    """Whether a text is a known header, or written as databases write one: anything else may be a value of a record."""
    words = header_words(Side.LAND).keys() | header_words(Side.CITIZEN).keys()
    words |= {column.replace("_", " ") for column in (*LAND_COLUMNS, *CITIZEN_COLUMNS)}
    return fold_header(header) in words or _IDENTIFIER.fullmatch(header) is not None


def looks_like_header(headers: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> bool:
    """Whether a row of cells holds the headers of the required columns of this side, or of the other side."""
    try:
        mine = _find(headers, side, columns, shared, strict=False)
    except InputError:
        return True  # two headers claim one column: still a row of headers, and recognise() will say so
    if all(column in mine for column in required_columns(side)):
        return True
    return _is_of(headers, _other(side))


def _other(side: Side) -> Side:
    return Side.CITIZEN if side is Side.LAND else Side.LAND


def _is_of(headers: Sequence[str], side: Side) -> bool:
    try:
        found = _find(headers, side, {}, {}, strict=False)
    except InputError:
        return False
    return all(column in found for column in required_columns(side))


def _refuse_swapped(headers: Sequence[str], side: Side) -> None:
    if _is_of(headers, _other(side)):
        raise InputError(
            message(
                f"a table of {side} records is required and the headers are those of the {_other(side)} table",
                side=side,
                column=required_columns(side)[0],
                remedy="the two tables seem swapped: give the land register first, the population register second",
            )
        )


def _find(
    headers: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str], *, strict: bool = True
) -> dict[str, tuple[int, ...]]:
    """Canonical column -> positions, by the strongest way that finds any; several without a rule are refused."""
    chosen: dict[str, list[tuple[int, int, int]]] = {}  # column -> (way, order in the way, position)
    configured = _configured(headers, side, columns, shared, strict=strict)
    contract = LAND_COLUMNS if side is Side.LAND else CITIZEN_COLUMNS
    canonical = {column.replace("_", " "): column for column in contract}
    words = header_words(side)
    for position, header in enumerate(headers):
        folded = fold_header(header)
        if position in configured:
            chosen.setdefault(configured[position], []).append((0, 0, position))
        elif folded in canonical:
            chosen.setdefault(canonical[folded], []).append((1, 0, position))
        elif folded in words:
            order, column = words[folded]
            chosen.setdefault(column, []).append((2, order, position))
    found: dict[str, tuple[int, ...]] = {}
    for column, claims in chosen.items():
        strongest = min(claims)[0]
        group = tuple(position for way, _, position in sorted(claims) if way == strongest)
        if column in UNREAD:
            continue
        if len(group) > 1 and column not in JOINED and column not in FIRST_FILLED:
            names = ", ".join(f'"{headers[position]}"' for position in group[:_SHOWN])
            what = f"one header is required and {len(group)} claim the column {column}: {names}"
            remedy = f'say which one is meant in the configuration: [columns.{side}] "its header" = "{column}"'
            if len({_written(headers[position]) for position in group}) < len(group):
                remedy = "some are the same word for word: rename those in the table that are not meant"
            raise InputError(message(what, side=side, remedy=remedy))
        found[column] = group
    return found


def _written(header: str) -> str:
    return unicodedata.normalize("NFC", header).strip()


def _configured(
    headers: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str], *, strict: bool
) -> dict[int, str]:
    """Position -> canonical column for the headers named in the configuration, as written or else as folded."""
    as_written, as_folded = defaultdict(list), defaultdict(list)
    for position, header in enumerate(headers):
        as_written[_written(header)].append(position)
        as_folded[fold_header(header)].append(position)
    chosen: dict[int, str] = {}
    for header, column in [*shared.items(), *columns.items()]:
        positions = as_written.get(_written(header)) or as_folded.get(fold_header(header), [])
        if len(positions) > 1:
            what = f'the configuration names the header "{header}", and {len(positions)} columns of the table have it'
            raise InputError(message(what, side=side, column=column, remedy="rename those in the table that are not meant"))
        if positions:
            chosen[positions[0]] = column
        elif strict and header in columns:
            raise InputError(
                message(
                    f'the configuration names the header "{header}" in [columns.{side}], which the table does not have',
                    side=side,
                    column=column,
                    remedy="correct the header in the configuration",
                )
            )
    return chosen
