"""Two cells beside each other -> the level at which they agree, for any tool that compares columns of pairs.

The levels are those that links are decided by (:mod:`vnlink.compare`). What is added is that a cell may hold several values: an
owner string names a couple, a cell of dates or of numbers is a list with ";". Then the two values that agree best count.

===========  ==================================  =======================================================================
comparer     columns of a side                   levels
===========  ==================================  =======================================================================
NamePairs    the name                            :class:`vnlink.compare.names.NameLevel`
BirthPairs   the date                            :class:`vnlink.compare.dates.BirthLevel`
SexPairs     the sex                             missing, same, different
NumberPairs  numbers of both kinds, 1 or 2       missing, equal, near, different_old, different
PlacePairs   address, code, vintage (1 to 3)     :class:`vnlink.compare.places.PlaceLevel`
===========  ==================================  =======================================================================
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vnlink.compare.dates import BirthLevel
from vnlink.compare.names import NameLevel
from vnlink.compare.places import PlaceLevel, pack_places
from vnlink.compare.syllables import pack_syllables
from vnlink.errors import InputError, message
from vnlink.integrations.cells import Cells, distinct_cells
from vnlink.integrations.pair_kernels import birth_pairs, name_pairs, number_pairs, place_pairs
from vnlink.normalize.cells import as_text
from vnlink.normalize.dates import parse_date_column
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.identifiers import parse_identifier_column
from vnlink.normalize.localities import LocalityReader
from vnlink.normalize.owners import parse_name_column, parse_owner_column
from vnlink.normalize.places import PlaceReader, PlaceTable
from vnlink.normalize.sex import parse_sex_column
from vnlink.normalize.tokens import scalar_interner

__all__ = ["BirthPairs", "CellPairs", "NamePairs", "NumberPairs", "PlacePairs", "SexPairs"]

Levels = NDArray[np.uint8]
Numbers = NDArray[np.int64]


class Read(NamedTuple):
    """Both sides, read: values of cell c are ``starts[c]`` to ``starts[c + 1]``; ``level_of`` compares values by number."""

    starts: list[Numbers]
    level_of: Callable[[Numbers, Numbers], Levels]


class CellPairs(ABC):
    """Compares the cells of two columns, pair by pair.

    Attributes
    ----------
    levels : tuple of str
        Names of the levels; 0 is missing.
    bits : tuple of float
        What each level is worth as evidence, in bits: positive for the same person, 0 for missing. Weights that a linker
        learned without labels from invented registers (preset raw, 160,000 citizens, 100,000 land users, seed 7), rounded to
        half a bit. They put levels in order and on a scale; what decides in a register is learned from that register.
    most_columns : int
        Columns that a side may have.
    """

    levels: ClassVar[tuple[str, ...]]
    bits: ClassVar[tuple[float, ...]]
    most_columns: ClassVar[int] = 1

    @abstractmethod
    def _read(self, left: Sequence[pa.Array], right: Sequence[pa.Array]) -> Read:
        """Read the distinct cells of both sides."""

    @property
    def similarities(self) -> NDArray[np.float64]:
        """Return the bits of each level between 0 (the worst level) and 1 (the best); NaN for missing."""
        bits = np.array(self.bits)
        found = (bits - bits[1:].min()) / (bits[1:].max() - bits[1:].min())
        found[0] = np.nan
        return found

    def compare(self, left: Cells, right: Cells) -> Levels:
        """Return the level of each pair, uint8[p].

        Parameters
        ----------
        left, right : Cells
            With codes of one length.

        Raises
        ------
        InputError
            A side has too many columns, or the sides are not of one length.
        """
        for side in (left, right):
            if len(side.columns) > self.most_columns:
                what = f"{type(self).__name__} takes at most {self.most_columns} columns of a side"
                raise InputError(message(what, count=len(side.columns), remedy="name fewer"))
        if len(left.codes) != len(right.codes):
            raise InputError(message("both sides must have a cell for each pair", remedy="give columns of one length"))
        return self._best(self._read(left.columns, right.columns), left.codes, right.codes)

    def compare_columns(self, left: Any, right: Any) -> Levels:
        """Return the level of each row of two columns (or of two tuples of columns), uint8[n].

        Examples
        --------
        >>> pairs = NamePairs()
        >>> codes = pairs.compare_columns(["Lê Văn Đức", "Trần Thị Hòa"], ["LE VAN DUC", "Trần Thị Hóa"])
        >>> [pairs.levels[code] for code in codes]
        ['unmarked', 'given_tone_differs']
        """
        sides = (side if isinstance(side, tuple) else (side,) for side in (left, right))
        return self.compare(*(distinct_cells(side) for side in sides))

    def _best(self, read: Read, left: Numbers, right: Numbers) -> Levels:
        """Compare all values of the two cells of each pair and keep the best level."""
        if all(len(starts) - 1 == starts[-1] and bool((np.diff(starts) == 1).all()) for starts in read.starts):
            return read.level_of(left, right)
        left_starts, right_starts = read.starts
        count_left, count_right = np.diff(left_starts)[left], np.diff(right_starts)[right]
        combinations = count_left * count_right
        pair = np.repeat(np.arange(len(left)), combinations)
        firsts = np.cumsum(combinations) - combinations
        within = np.arange(len(pair)) - firsts[pair]
        found = read.level_of(
            left_starts[left[pair]] + within // count_right[pair],
            right_starts[right[pair]] + within % count_right[pair],
        )
        # Missing ranks below every level, the others by what they are worth.
        order = np.concatenate([[0], 1 + np.argsort(np.array(self.bits)[1:], kind="stable")])
        rank = np.argsort(order)
        best = np.zeros(len(left), np.int64)
        held = combinations > 0
        if held.any():
            best[held] = np.maximum.reduceat(rank[found], firsts[held])
        return order[best].astype(np.uint8)


class NamePairs(CellPairs):
    """Names; of an owner string ("Hộ ông Lê Văn Đức và vợ là bà Trần Thị Hoa") the person who agrees best.

    Parameters
    ----------
    owners_left, owners_right : bool
        Whether the cells of a side are owner strings as a land register has them.

    Examples
    --------
    >>> pairs = NamePairs(owners_left=True)
    >>> codes = pairs.compare_columns(["Ông Lê Văn Đức và vợ bà Trần Thị Hoa"] * 2, ["Trần Thị Hoa", "Trần Thị Hòa"])
    >>> [pairs.levels[code] for code in codes]
    ['exact', 'given_mark_lost']
    """

    levels = tuple(level.name.lower() for level in NameLevel)
    # A name in full is worth what its rarity is, here that of a typical one (13 bits); those below are relative to it.
    bits = (
        0.0, 13.0, 12.5, 12.5, 10.0, 10.0, 12.5, 11.0, 8.0, 6.0, 0.0, 9.0, 6.5, 11.0,
        6.5, 7.0, 3.0, 8.0, 3.0, 9.0, 1.0, -0.5, -1.5, -4.0, -9.0,
    )  # fmt: skip

    def __init__(self, *, owners_left: bool = False, owners_right: bool = False) -> None:
        self.owners = owners_left, owners_right

    def _read(self, left: Sequence[pa.Array], right: Sequence[pa.Array]) -> Read:
        interner = scalar_interner()  # what one comparison met, the next one knows
        starts: list[Numbers] = []
        names: list[NDArray[Any]] = []
        for (cells,), owners in zip((left, right), self.owners, strict=True):
            if owners:
                column = parse_owner_column(cells, interner)
                starts.append(_starts(np.bincount(column.row, minlength=len(cells))))
                names.append(column.syllables)
            else:
                starts.append(np.arange(len(cells) + 1))
                names.append(parse_name_column(cells, interner)[0])
        table = pack_syllables(interner.lexicon.arrays())

        def level_of(i: Numbers, j: Numbers) -> Levels:
            out = np.empty(len(i), np.uint8)
            name_pairs(table, *names, i, j, out)
            return out

        return Read(starts, level_of)


class BirthPairs(CellPairs):
    """Birth dates in any of the forms that registers have, each to the precision recorded.

    Examples
    --------
    >>> pairs = BirthPairs()
    >>> codes = pairs.compare_columns(["05/11/1967", "1960; 1965", "31/12/1958"], ["1967-11-05", "02/03/1965", "1958"])
    >>> [pairs.levels[code] for code in codes]
    ['date', 'year', 'finer_than_year']
    """

    levels = tuple(level.name.lower() for level in BirthLevel)
    # The generator makes no digit_slip, part_of_day or day_agrees, so what it teaches of them (-8) is of strangers only. Clerks
    # do make them: they take half of what their neighbours, a swap and a slip of the year, are worth.
    bits = (0.0, 14.0, 9.0, 6.0, 7.0, 7.0, 4.0, 0.0, -9.0, 8.0, 7.0, 6.5, 0.0, 0.0, -1.5, -2.5, -9.5, -9.0, 7.0, 6.0, -5.0)

    def _read(self, left: Sequence[pa.Array], right: Sequence[pa.Array]) -> Read:
        starts: list[Numbers] = []
        values: list[NDArray[Any]] = []
        for (cells,) in (left, right):
            slots = _slots(cells)
            starts.append(_starts(slots))
            values.append(parse_date_column(cells, slots)[0])

        def level_of(i: Numbers, j: Numbers) -> Levels:
            out = np.empty(len(i), np.uint8)
            birth_pairs(*values, i, j, out)
            return out

        return Read(starts, level_of)


class SexPairs(CellPairs):
    """Sexes, by words or by the codes of the column.

    Examples
    --------
    >>> SexPairs().compare_columns(["Nam", "Nữ; Nam", None], ["M", "Nam", "Nữ"]).tolist()
    [1, 1, 0]
    """

    levels = ("missing", "same", "different")
    bits = (0.0, 1.0, -6.0)

    def _read(self, left: Sequence[pa.Array], right: Sequence[pa.Array]) -> Read:
        starts: list[Numbers] = []
        values: list[NDArray[Any]] = []
        for (cells,) in (left, right):
            slots = _slots(cells)
            starts.append(_starts(slots))
            values.append(parse_sex_column(cells, slots)[0])

        def level_of(i: Numbers, j: Numbers) -> Levels:
            a, b = values[0][i], values[1][j]
            return np.where((a == 0) | (b == 0), 0, np.where(a == b, 1, 2)).astype(np.uint8)

        return Read(starts, level_of)


class NumberPairs(CellPairs):
    """Identity numbers of 12 and of 9 digits in any cell; those of one kind are compared, and the pair that agrees best counts.

    ``different_old`` is another number of 9 digits, which says little: it changed when a person moved or renewed it.

    Examples
    --------
    >>> pairs = NumberPairs()
    >>> left = ["CMND số 145 678 902", "001065012345", "1065012345", "273849506"]
    >>> right = (["001065012345", "001065012354", "001065012345", "001065012345"], ["145678902", None, None, "145678902"])
    >>> [pairs.levels[code] for code in pairs.compare_columns(left, right)]
    ['equal', 'near', 'equal', 'different_old']
    """

    levels = ("missing", "equal", "near", "different_old", "different")
    bits = (0.0, 26.0, 9.0, -2.0, -9.0)
    most_columns = 2

    def _read(self, left: Sequence[pa.Array], right: Sequence[pa.Array]) -> Read:
        starts: list[Numbers] = []
        values: list[NDArray[Any]] = []
        for side in (left, right):
            cells = side[0] if len(side) == 1 else _joined(side)
            slots = _slots(cells)
            starts.append(_starts(slots))
            values.extend(parse_identifier_column(cells, slots)[:2])

        def level_of(i: Numbers, j: Numbers) -> Levels:
            out = np.empty(len(i), np.uint8)
            number_pairs(*values, i, j, out)
            return out

        return Read(starts, level_of)


class PlacePairs(CellPairs):
    """Addresses, with the commune code beside them where there is one, as sets of present communes.

    Examples
    --------
    >>> pairs = PlacePairs()
    >>> left = ["Thôn 3, Xã Yên Bài, Huyện Ba Vì, Hà Nội", "Phường An Thạnh, Thành phố Hồng Ngự, Tỉnh Đồng Tháp"]
    >>> codes = pairs.compare_columns(left, ["Thôn 3, xã Yên Bài, TP Hà Nội", "Xã Yên Bài, Hà Nội"])
    >>> [pairs.levels[code] for code in codes]
    ['locality', 'other']
    """

    levels = tuple(level.name.lower() for level in PlaceLevel)
    bits = (0.0, 8.5, 3.5, 3.5, -1.0, -2.0, -3.5, -3.5)
    most_columns = 3

    def _read(self, left: Sequence[pa.Array], right: Sequence[pa.Array]) -> Read:
        table = PlaceTable()
        starts: list[Numbers] = []
        values: list[NDArray[Any]] = []
        for name, side in (("left", left), ("right", right)):
            cells = [as_text(column) for column in side]
            reader = PlaceReader(Gazetteer.load(), name)
            provisional = reader.add(cells[0], *cells[1:], *(None,) * (3 - len(cells)))
            starts.append(np.arange(len(cells[0]) + 1))
            values.extend((reader.resolve(table)[provisional], LocalityReader().read(cells[0])))
        packed = pack_places(table.arrays())

        def level_of(i: Numbers, j: Numbers) -> Levels:
            out = np.empty(len(i), np.uint8)
            place_pairs(packed, *values, i, j, out)
            return out

        return Read(starts, level_of)


def _starts(counts: NDArray[Any]) -> Numbers:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _slots(cells: pa.Array) -> Numbers:
    """Values of each cell: one more than it has ";"."""
    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        return np.ones(len(cells), np.int64)
    return 1 + pc.fill_null(pc.count_substring(cells, ";"), 0).to_numpy(zero_copy_only=False).astype(np.int64)


def _joined(columns: Sequence[pa.Array]) -> pa.Array:
    texts = [pc.fill_null(as_text(column).cast(pa.large_string()), "") for column in columns]
    return pc.binary_join_element_wise(*texts, pa.scalar("; ", pa.large_string()))
