"""Which column of a user's table holds what.

A header is understood in one of four ways, the strongest first:

1. the configuration says so (``[columns]``, ``[columns.land]``, ``[columns.citizen]``);
2. it is the canonical name itself, whatever its case (``full_name``, ``Full_Name``);
3. it is one of the Vietnamese headers of ``resources/header_words.csv``, whatever its case, marks, underscores and bracketed
   remarks ("NGÀY SINH (dd/mm/yyyy)", "ngay_sinh");
4. it is one of either with its words run together ("FullName", "NamSinh", "SOGIAYTO").

A remark with digits is none, but for those of headers ("CMND (9 số)"): "CCCD (001060000001)" is a cell of a record.

A canonical column takes its headers from the strongest way that finds any, so a table that holds ``full_name`` and "Họ tên"
is read by ``full_name``, and "HoTen" beside either is not used. When that way finds several, the column has a rule or the
table is refused. For a column with a rule the last two ways are one: "CMND" and "SoCCCD" are both read.

========================  ==========================================================================================
``id_number``             all cells of the row in one, separated by `` , ``: several papers of one person
``birth_date``            the first cell that is not empty, full dates before years
``address``               the first cell that is not empty, in the order of ``header_words.csv``
``personal_id``           the first cell that is not empty, "Số định danh" before "Số CCCD"
``commune_code``          "Mã xã" before "Mã đơn vị hành chính", which may be a district's; the latter is then unused
``other_names``           nothing is read from it so far, and its headers are among the unused ones
anything else             InputError: the program must not choose
========================  ==========================================================================================
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from vnlink.errors import InputError, message
from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS, Side

__all__ = [
    "FIRST_FILLED",
    "JOINED",
    "RANKED",
    "UNREAD",
    "HeaderMap",
    "columns_of",
    "fold_header",
    "header_words",
    "is_headerlike",
    "looks_like_header",
    "recognise",
    "required_columns",
]

JOINED = frozenset({"id_number"})
"""Columns whose headers are joined into one cell."""

FIRST_FILLED = frozenset({"birth_date", "death_date", "address", "personal_id"})
"""Columns that take the first cell that is not empty."""

RANKED = frozenset({"commune_code"})
"""Columns that take the header of the first order alone."""

UNREAD = frozenset({"other_names"})
"""Columns of the contract that nothing is read from so far: their headers are among the unused ones, and may be several."""

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_REMARK_WITH_DIGITS = re.compile(r"\d{1,2}( (chu )?so| ky tu)?|(tu|truoc|sau|theo|moi|cu)\b(?!.*\d{5}).*")
"""Folded remarks of headers that hold digits: "(9 số)", "(2)", "(trước 01/07/2025)". Others are values."""

_NOT_WORD = re.compile(r"[^0-9a-z]+")
_SHOWN = 40
"""Headers named in an error. A table of a thousand columns must not become a message of a thousand words."""

_APART = 2
"""The way of the headers whose words stand apart."""

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
    named : frozenset of int
        Positions whose header the configuration names.
    borrowed : frozenset of int
        Positions whose header stands in another row than that of the required columns: it may be of a title or a record.
    """

    side: Side
    headers: tuple[str, ...]
    sources: dict[str, tuple[int, ...]]
    named: frozenset[int] = frozenset()
    borrowed: frozenset[int] = frozenset()

    @property
    def positions(self) -> list[int]:
        """Positions of the columns that have to be read, ascending and each once."""
        return sorted({position for group in self.sources.values() for position in group})

    @property
    def blank(self) -> list[int]:
        """Positions of the columns without a header."""
        return [position for position, header in enumerate(self.headers) if not header.strip()]

    def is_sure(self, position: int) -> bool:
        """Whether the header at a position is surely one, and no cell of a title or a record."""
        return position not in self.borrowed or position in self.named or is_headerlike(self.headers[position])

    def shown(self, position: int) -> str:
        """The header at a position as it may be told; its place where it may be a value."""
        return self.headers[position] if self.is_sure(position) else _place(position)

    def originals(self) -> dict[str, str]:
        """Canonical column -> header of the table as it may be told; several have " + " between them."""
        return {column: " + ".join(self.shown(p) for p in group) for column, group in self.sources.items()}

    def unused(self) -> list[str]:
        """Headers that nothing is read from, as they may be told."""
        used = set(self.positions)
        return [self.shown(position) for position in range(len(self.headers)) if position not in used]


def _place(position: int) -> str:
    return f"cell {position + 1}"


def fold_header(header: str) -> str:
    """A header without case, marks, punctuation and bracketed remarks.

    Examples
    --------
    >>> fold_header("NGÀY_SINH (dd/mm/yyyy) *"), fold_header("Số định  danh")
    ('ngay sinh', 'so dinh danh')
    """
    bare = _BRACKETS.sub(_without_remark, header)
    return _words_of(bare if bare.strip() else header)


def _without_remark(brackets: re.Match[str]) -> str:
    """A blank for a remark in brackets; the brackets themselves where they hold a value."""
    remark = _words_of(brackets[0])
    is_value = any(letter.isdigit() for letter in remark) and not _REMARK_WITH_DIGITS.fullmatch(remark)
    return brackets[0] if is_value else " "


def _words_of(text: str) -> str:
    return _NOT_WORD.sub(" ", _unmarked(text)).strip()


def _unmarked(text: str) -> str:
    """A text in small letters without marks."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return bare.replace("đ", "d").replace("ð", "d")


def required_columns(side: Side) -> tuple[str, str]:
    """The two columns that a table of this side cannot do without: its key and the name."""
    columns = _contract(side)
    return columns[0], columns[1]


@cache
def header_words(side: Side) -> dict[str, tuple[int, str]]:
    """Folded header, with its words apart or not -> (precedence, canonical column) for one side."""
    words = _words_apart(side)
    return {_glued(folded): told for folded, told in words.items()} | words


@cache
def _words_apart(side: Side) -> dict[str, tuple[int, str]]:
    return {
        fold_header(row["header"]): (int(row["order"]), row["column"]) for row in _rows_of_words() if row["side"] == side.value
    }


def _way_of(header: str, side: Side) -> tuple[int, int, str] | None:
    """Way, order in the way and canonical column of a header that the configuration does not name; None if it is not known."""
    folded = fold_header(header)
    canonical = {column.replace("_", " "): column for column in _contract(side)}
    if folded in canonical:
        return 1, 0, canonical[folded]
    apart = _words_apart(side)
    if folded in apart:
        return _APART, *apart[folded]
    glued = _glued(folded)
    for column in _contract(side):
        if glued == column.replace("_", ""):
            return 3, 0, column
    words = header_words(side)
    return (3, *words[glued]) if glued in words else None


@cache
def _rows_of_words() -> list[dict[str, str]]:
    text = resources.files("vnlink").joinpath("resources", "header_words.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def _glued(folded: str) -> str:
    return folded.replace(" ", "")


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
                f"the column {missing[0]} is required; {_told(headers, found)}",
                side=side,
                column=missing[0],
                remedy=f'rename the column, or say which it is: [columns.{side}] "its header" = "{missing[0]}" in the '
                f'configuration, Linker({side}_columns={{"its header": "{missing[0]}"}}) in Python',
            )
        )
    named = frozenset(_configured(headers, side, columns or {}, shared or {}, strict=False))
    return HeaderMap(side, tuple(headers), {column: found[column] for column in _contract(side) if column in found}, named)


def _contract(side: Side) -> tuple[str, ...]:
    return LAND_COLUMNS if side is Side.LAND else CITIZEN_COLUMNS


def _told(headers: Sequence[str], known: Iterable[str]) -> str:
    """What an error says of the headers of a table, never one of them: without any its first record stands in their place."""
    count, columns = sum(1 for header in headers if header), list(known)
    if not count:
        return "the table has no headers"
    if not columns:
        return f"none of the {count} cells in the row of headers is a known header, so none is shown: it may be a record"
    return f"of the {count} cells in the row of headers {len(columns)} could be told, as {', '.join(columns)}"


def is_headerlike(header: str) -> bool:
    """Whether a text is a known header, sign for sign but for case, marks and low lines, or written as databases write one.

    The words of a known header may be run together ("NgaySinh").

    Anything else may be a value of a record: "Nam; Nữ" is, and "Địa chỉ (12 Lê Lợi)".
    """
    return _plain(header) in _plain_words() or _IDENTIFIER.fullmatch(header) is not None


def _plain(header: str) -> str:
    return " ".join(_unmarked(header).replace("_", " ").split())


@cache
def _plain_words() -> frozenset[str]:
    known = {_plain(word) for word in [*(row["header"] for row in _rows_of_words()), *LAND_COLUMNS, *CITIZEN_COLUMNS]}
    return frozenset(known | {_glued(word) for word in known})


def looks_like_header(headers: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]) -> bool:
    """Whether a row of cells holds the headers of the required columns of this side, or of the other side."""
    try:
        mine = columns_of(headers, side, columns, shared)
    except InputError:
        return True  # the configuration names a header that is there twice: still a row of headers, and recognise() will say so
    if all(column in mine for column in required_columns(side)):
        return True
    return _is_of(headers, _other(side))


def columns_of(
    headers: Sequence[str], side: Side, columns: Mapping[str, str], shared: Mapping[str, str]
) -> dict[str, tuple[int, ...]]:
    """Canonical column -> positions of the cells that would be its headers; nothing is missed and nothing refused.

    Raises
    ------
    InputError
        The configuration names a header that several cells are.
    """
    return _find(headers, side, columns, shared, strict=False)


def _other(side: Side) -> Side:
    return Side.CITIZEN if side is Side.LAND else Side.LAND


def _is_of(headers: Sequence[str], side: Side) -> bool:
    found = columns_of(headers, side, {}, {})
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
    """Canonical column -> positions, by the strongest way that finds any; several without a rule are refused if ``strict``."""
    chosen: dict[str, list[tuple[int, int, int]]] = {}  # column -> (way, order in the way, position)
    configured = _configured(headers, side, columns, shared, strict=strict)
    for position, header in enumerate(headers):
        known = (0, 0, configured[position]) if position in configured else _way_of(header, side)
        if known is not None:
            chosen.setdefault(known[2], []).append((*known[:2], position))
    found: dict[str, tuple[int, ...]] = {}
    for column, claims in chosen.items():
        group = _strongest(column, claims)
        if column in UNREAD:
            continue
        if strict and len(group) > 1 and column not in JOINED and column not in FIRST_FILLED:
            # A row without both required columns may be a record, and of any other a cell may come from a title above it.
            sure = all(needed in chosen for needed in required_columns(side))
            shown = [sure and (at in configured or is_headerlike(headers[at])) for at in group]
            names = ", ".join(f'"{headers[at]}"' if one else _place(at) for at, one in zip(group[:_SHOWN], shown, strict=False))
            what = f"one header is required and {len(group)} claim the column {column}: {names}"
            remedy = f'say which one is meant in the configuration: [columns.{side}] "its header" = "{column}"'
            if len({_written(headers[position]) for position in group}) < len(group):
                remedy = "some are the same word for word: rename those in the table that are not meant"
            raise InputError(message(what, side=side, remedy=remedy))
        found[column] = group
    return found


def _strongest(column: str, claims: Iterable[tuple[int, int, int]]) -> tuple[int, ...]:
    """Positions of the claims (way, order in the way, position) that a column takes, in order of precedence."""
    ruled = column in JOINED or column in FIRST_FILLED or column in RANKED
    # Words run together are no worse than words apart where nothing is refused for them.
    ordered = sorted((min(way, _APART) if ruled else way, order, way, at) for way, order, at in claims)
    strongest, first, best, _ = ordered[0]
    if column in RANKED:
        return tuple(at for *rank, at in ordered if rank == [strongest, first, best])
    return tuple(at for way, *_, at in ordered if way == strongest)


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
