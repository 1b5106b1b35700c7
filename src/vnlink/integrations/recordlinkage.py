"""vnlink's blocking and comparisons as parts of the Python Record Linkage Toolkit, and vnlink's results as it has its own.

=====================================  ====================================================================================
in a notebook of recordlinkage         with vnlink
=====================================  ====================================================================================
``indexer.block("given_name")``        ``indexer.add(Candidates())`` or ``indexer.add(SameName("full_name"))``
``compare.string("name", "name")``     ``compare.add(Name("name", "name"))``; ``Birth``, ``Sex``, ``Number``, ``Place`` likewise
all of them                            ``compare = Compare.for_people(land, citizens)``
classifiers, measures                  unchanged
=====================================  ====================================================================================

The classes read cells as they stand in the registers: owner strings with two persons, dates in any form, numbers in free text,
addresses of before and after July 2025. Each record is read once, however many pairs it is in, and pairs are compared by
vnlink's kernels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Self, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.blocking.keys import KeyKind
from vnlink.config import Config
from vnlink.errors import InputError, message
from vnlink.integrations.cell_pairs import BirthPairs, CellPairs, NamePairs, NumberPairs, PlacePairs, SexPairs
from vnlink.integrations.cells import Cells, distinct_cells
from vnlink.integrations.frames import feature_table, frames, labels_of, links_index, true_links
from vnlink.integrations.registers import Registers, columns_of_people
from vnlink.normalize.lexicon import sequence_hash
from vnlink.normalize.owners import parse_owner_column
from vnlink.normalize.tokens import scalar_interner
from vnlink.rows import distinct
from vnlink.schema import Side
from vnlink.storage.tables import TableSource

try:
    import recordlinkage
    from recordlinkage.base import BaseCompareFeature, BaseIndexAlgorithm
except ImportError:
    raise ImportError(
        "vnlink.integrations.recordlinkage needs recordlinkage (and pandas below 3): pip install 'vnlink[recordlinkage]'"
    ) from None

__all__ = [
    "Birth",
    "Candidates",
    "Compare",
    "Give",
    "Name",
    "Number",
    "Place",
    "SameName",
    "Sex",
    "feature_table",
    "frames",
    "labels_of",
    "links_index",
    "true_links",
]


class Give(StrEnum):
    """What a comparison puts into the table of features."""

    SIMILARITY = "similarity"
    LEVEL = "level"
    BITS = "bits"


class _Feature(BaseCompareFeature):  # type: ignore[misc]
    """A comparison of vnlink as a feature of ``recordlinkage.Compare``.

    Parameters
    ----------
    left_on, right_on : str or list of str
        Columns of the two frames.
    threshold : float, optional
        With it the feature is 1 from this similarity on and 0 below, as in ``recordlinkage.compare.String``.
    missing_value : float
        For pairs of which a side says nothing.
    give : {"similarity", "level", "bits"}
        A number from 0 to 1 that grows with the evidence; the code of the level, as :class:`vnlink.MatchClassifier` takes it
        (0 is missing); or bits of evidence (see :class:`vnlink.integrations.cell_pairs.CellPairs`).
    label : str, optional
        Name of the column.
    """

    def __init__(
        self,
        left_on: Any,
        right_on: Any,
        *,
        threshold: float | None = None,
        missing_value: float = 0.0,
        give: str = Give.SIMILARITY,
        label: Any = None,
    ) -> None:
        super().__init__(left_on, right_on, label=label)
        self.threshold = threshold
        self.missing_value = missing_value
        self.give = Give(give)

    def _pairs(self) -> CellPairs:
        raise NotImplementedError

    def _values(self, pairs: CellPairs) -> NDArray[Any]:
        """Value of each level."""
        if self.give is Give.LEVEL:
            return np.arange(len(pairs.levels), dtype=np.int8)
        if self.give is Give.BITS:
            return np.array(pairs.bits)
        values = pairs.similarities
        if self.threshold is not None:
            values = np.where(np.isnan(values), np.nan, values >= self.threshold)
        values[0] = self.missing_value
        return values

    def _compute(self, left_on: Sequence[Any], right_on: Sequence[Any]) -> Any:
        """Compare the columns of the left side with those of the right: series of one length, with the pairs as index."""
        import pandas as pd  # noqa: PLC0415  # it is there where recordlinkage is

        values = self._of_cells(_cells(left_on, 0), _cells(right_on, 1))
        return pd.Series(values, index=left_on[0].index, copy=False)

    def _of_cells(self, left: Cells, right: Cells) -> NDArray[Any]:
        pairs = self._pairs()
        return np.asarray(self._values(pairs)[pairs.compare(left, right)])

    def compute(self, pairs: Any, x: Any, x_link: Any = None) -> Any:
        """Compare the records of each pair; one series."""
        column = Compare([self]).compute(pairs, x, x_link).iloc[:, 0]
        return column.rename(self.label)


class Name(_Feature):
    """Names of persons, by syllables, tones and marks; or owner strings against names.

    Parameters
    ----------
    left_on, right_on : str
    owners : bool
        Whether the left column holds owner strings as a land register has them ("Hộ ông A và vợ là bà B"): then the person who
        agrees best counts.
    **options
        Keywords that all features have: threshold, missing_value, give, label.
    """

    name, description = "vietnamese name", "Compare names by syllables and marks."

    def __init__(self, left_on: str, right_on: str, *, owners: bool = False, **options: Any) -> None:
        super().__init__(left_on, right_on, **options)
        self.owners = owners

    def _pairs(self) -> CellPairs:
        return NamePairs(owners_left=self.owners)


class Birth(_Feature):
    """Birth dates in any form, each to the precision recorded; of a list with ";" the date that agrees best."""

    name, description = "birth date", "Compare dates to the precision in which they are recorded."

    def _pairs(self) -> CellPairs:
        return BirthPairs()


class Sex(_Feature):
    """Sexes by words or codes."""

    name, description = "sex", "Compare sexes by what words and codes mean."

    def _pairs(self) -> CellPairs:
        return SexPairs()


class Number(_Feature):
    """Identity numbers of 12 and of 9 digits in free text, lost zeros put back; a side may have one column or two."""

    name, description = "identity number", "Compare identity numbers of one kind."

    def _pairs(self) -> CellPairs:
        return NumberPairs()


class Place(_Feature):
    """Addresses as sets of present communes; a side is the address, and beside it the commune code and its vintage."""

    name, description = "place", "Compare addresses of before and after July 2025."

    def _pairs(self) -> CellPairs:
        return PlacePairs()


def _cells(columns: Sequence[Any], level: int) -> Cells:
    """Distinct cells of one side.

    ``Compare`` expands each column to the pairs; a record that is in many pairs then brings the same cells many times. The
    pairs' own index numbers the records, so these numbers are taken, once it is seen that they are right: looking for equal
    texts costs three times as much.
    """
    index = columns[0].index
    if getattr(index, "nlevels", 1) == 2 and len(index):
        codes = np.asarray(index.codes[level], np.int64)
        size = len(index.levels[level])
        first = np.full(size, -1, np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        if codes.min() >= 0 and all(_repeats(column, first, codes) for column in columns):
            met = np.flatnonzero(first >= 0)
            number = np.zeros(size, np.int64)
            number[met] = np.arange(len(met))
            cells = distinct_cells([_arrow(column.iloc[first[met]]) for column in columns])
            return Cells(cells.columns, cells.codes[number[codes]])
    return distinct_cells([_arrow(column) for column in columns])


def _repeats(column: Any, first: NDArray[np.int64], codes: NDArray[np.int64]) -> bool:
    """Whether rows with one code have one cell; False also where that cannot be told cheaply."""
    if not isinstance(column.dtype, np.dtype):  # kinds of pandas' own and of Arrow are fast to look through
        return False
    values = column.to_numpy()
    if values.dtype.kind == "O":  # expanding a column copies no text: the same cell is the same object, mostly
        addresses = _addresses(values)
        if np.array_equal(addresses[first[codes]], addresses):
            return True
    same = values[first[codes]] == values
    if not isinstance(same, np.ndarray) or same.dtype != np.bool_:
        return False
    if same.all():
        return True
    other = np.flatnonzero(~same)  # a missing value is unlike itself
    return bool((column.isna().to_numpy()[other] & column.isna().to_numpy()[first[codes[other]]]).all())


class _Addresses:
    """The addresses of an array's objects, for NumPy to read."""

    def __init__(self, values: NDArray[Any]) -> None:
        kind = np.dtype(np.intp).str
        self.__array_interface__ = values.__array_interface__ | {"typestr": kind, "descr": [("", kind)]}


def _addresses(values: NDArray[Any]) -> NDArray[np.intp]:
    return np.asarray(_Addresses(values))


def _arrow(column: Any) -> pa.Array:
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return column


class Compare(recordlinkage.Compare):  # type: ignore[misc]
    """``recordlinkage.Compare`` that does not lay out the columns of vnlink's features for every pair.

    The result is the same. With a feature that is not vnlink's among them, all are computed as always.
    """

    @classmethod
    def for_people(cls, land: Any, citizens: Any, *, config: Config | None = None, **options: Any) -> Self:
        """Compare all that both frames hold of a person: name, birth date, sex, number, place.

        Places are compared where both frames have addresses; codes of communes help to read them.

        Parameters
        ----------
        land, citizens : pandas.DataFrame
            The frames whose pairs will be compared, ids as index. Columns are recognised as those of files are.
        config : Config, optional
            For columns that are not recognised.
        **options
            Keywords that all features have: threshold, missing_value, give.

        Examples
        --------
        >>> import pandas as pd
        >>> land = pd.DataFrame({"Tên chủ sử dụng": ["Hộ ông Lê Văn Đức"], "Năm sinh": ["1960"]}, index=["L1"])
        >>> citizens = pd.DataFrame({"Họ và tên": ["LE VAN DUC"], "Ngày sinh": ["05/11/1960"]}, index=["C1"])
        >>> compare = Compare.for_people(land, citizens, give="level")
        >>> compare.compute(pd.MultiIndex.from_tuples([("L1", "C1")]), land, citizens).columns.tolist()
        ['name', 'birth_date']
        """
        sides = ((land, Side.LAND), (citizens, Side.CITIZEN))
        left, right = (columns_of_people(list(frame.columns), side, config) for frame, side in sides)
        features: list[_Feature] = [Name(left["full_name"][0], right["full_name"][0], owners=True, label="name", **options)]
        for kind, column in ((Birth, "birth_date"), (Sex, "gender")):
            if column in left and column in right:
                features.append(kind(left[column][0], right[column][0], label=column, **options))
        numbers = [label for column in ("personal_id", "old_id_number") for label in right.get(column, ())[:1]]
        if "id_number" in left and numbers:
            features.append(Number(left["id_number"][:2], numbers, label="number", **options))
        if "address" in left and "address" in right:
            features.append(Place(_place_columns(left), _place_columns(right), label="place", **options))
        return cls(features)

    def _compute(self, pairs: Any, x: Any, x_link: Any = None) -> Any:
        right = x if x_link is None else x_link
        own = bool(self.features) and all(isinstance(feature, _Feature) for feature in self.features)
        labels = [position if f.label is None else f.label for position, f in enumerate(self.features)]
        left_rows, right_rows = (_rows_at(side, pairs, level) for level, side in enumerate((x, right)))
        if not own or len(set(labels)) < len(labels) or left_rows is None or right_rows is None:
            return super()._compute(pairs, x, x_link)
        import pandas as pd  # noqa: PLC0415  # it is there where recordlinkage is

        found = {}
        for label, feature in zip(labels, self.features, strict=True):
            sides = ((x, feature.labels_left, left_rows), (right, feature.labels_right, right_rows))
            cells = [_cells_at([frame[label] for label in _listed(labels)], at) for frame, labels, at in sides]
            found[label] = feature._of_cells(*cells)
        return pd.DataFrame(found, index=pairs)


def _place_columns(found: Mapping[str, Sequence[Any]]) -> list[Any]:
    """Labels of the address, and of the code and its vintage as far as they are there."""
    columns = [found["address"][0]]
    for name in ("commune_code", "commune_vintage"):
        if name not in found:
            break
        columns.append(found[name][0])
    return columns


def _rows_at(frame: Any, pairs: Any, level: int) -> NDArray[np.intp] | None:
    """Row of the frame of each pair; None where a label is not in it or comes more than once."""
    codes = np.asarray(pairs.codes[level])
    if not frame.index.is_unique or codes.min(initial=0) < 0:
        return None
    rows = frame.index.get_indexer(pairs.levels[level])[codes]
    return None if rows.min(initial=0) < 0 else np.asarray(rows)


def _listed(labels: Any) -> list[Any]:
    return list(labels) if isinstance(labels, (list, tuple)) else [labels]


def _cells_at(columns: Sequence[Any], rows: NDArray[np.intp]) -> Cells:
    """Distinct cells of the rows of a frame that are in pairs."""
    met = np.zeros(len(columns[0]), np.bool_)
    met[rows] = True
    used = np.flatnonzero(met)
    number = np.cumsum(met) - 1
    cells = distinct_cells([_arrow(column.iloc[used]) for column in columns])
    return Cells(cells.columns, cells.codes[number[rows]])


class Candidates(BaseIndexAlgorithm):  # type: ignore[misc]
    """The pairs that vnlink would compare: by numbers, names and dates, names and communes, households, and more.

    The left frame is the land register and the right one the population register. Their columns are recognised as files' are;
    the labels of the rows serve as ids. A row that names several persons gets the candidates of each. What too many citizens
    share brings no pair (:mod:`vnlink.blocking.index`).

    Parameters
    ----------
    keys : iterable of KeyKind or str, optional
        Kinds of key that may bring a pair (:class:`vnlink.blocking.keys.KeyKind`), all when not given.
    config : Config, optional
        For columns that are not recognised, codes of sexes, and the vintage of commune codes.
    **options
        Of ``recordlinkage.base.BaseIndexAlgorithm``.

    Examples
    --------
    >>> import pandas as pd, recordlinkage
    >>> land = pd.DataFrame({"full_name": ["Hộ ông Lê Văn Đức"], "birth_date": ["1960"]}, index=["L1"])
    >>> people = {"full_name": ["LE VAN DUC", "Lê Văn Tám"], "birth_date": ["05/11/1960", "05/11/1960"]}
    >>> citizens = pd.DataFrame(people, index=["C1", "C2"])
    >>> indexer = recordlinkage.Index()
    >>> indexer.add(Candidates())
    >>> indexer.index(land, citizens).tolist()
    [('L1', 'C1')]
    """

    name, description = "vnlink candidates", "Pairs that share one of vnlink's blocking keys."

    def __init__(self, keys: Iterable[KeyKind | str] | None = None, *, config: Config | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.keys = None if keys is None else tuple(_kind(key) for key in keys)
        self.config = config

    def _link_index(self, df_a: Any, df_b: Any) -> Any:
        land, citizens = _with_key(df_a, "land_user_id"), _with_key(df_b, "citizen_id")
        registers = Registers(land, citizens, self.config)
        person, citizen = registers.candidates(self.keys)
        sides = ((Side.LAND, land), (Side.CITIZEN, citizens))
        rows, right = (_rows(cast("TableSource", registers.sources[side]), frame) for side, frame in sides)
        used = rows[registers.land.people.row]
        return _index_of(df_a, df_b, used[person], right[citizen])

    def _dedup_index(self, df_a: Any) -> Any:  # noqa: ARG002  # recordlinkage's signature
        raise InputError(
            message(
                "Candidates links a land register to a population register and one frame was given",
                remedy="give two frames, or use SameName to find duplicates within one",
            )
        )


class SameName(BaseIndexAlgorithm):  # type: ignore[misc]
    """Pairs of one name, marks aside; also within one frame.

    Parameters
    ----------
    left_on, right_on : str
        Columns of the names; ``right_on`` is that of the left when not given. A cell may be an owner string: each of its
        persons counts.
    by_sound : bool
        Whether spellings that regional speech confuses are one name (l/n, s/x, ch/tr, d/gi/r, final n/ng and t/c).
    **options
        Of ``recordlinkage.base.BaseIndexAlgorithm``.
    """

    name, description = "same name", "Pairs of one name, marks aside."

    def __init__(self, left_on: str, right_on: str | None = None, *, by_sound: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.left_on, self.right_on, self.by_sound = left_on, right_on or left_on, by_sound

    def _link_index(self, df_a: Any, df_b: Any) -> Any:
        import pandas as pd  # noqa: PLC0415  # it is there where recordlinkage is

        interner = scalar_interner()
        read = [parse_owner_column(_arrow(frame[on]), interner) for frame, on in ((df_a, self.left_on), (df_b, self.right_on))]
        lexicon = interner.lexicon.arrays()
        hashes = lexicon.regional_hash if self.by_sound else lexicon.fold_hash
        sides = []
        for column in read:
            name = sequence_hash(np.ascontiguousarray(column.syllables), hashes)
            side = pd.DataFrame({"name": name, "row": column.row})
            sides.append(side[name != 0].drop_duplicates())
        both = sides[0].merge(sides[1], on="name", suffixes=("_left", "_right"))
        return _index_of(df_a, df_b, both["row_left"].to_numpy(), both["row_right"].to_numpy())


def _kind(key: KeyKind | str) -> KeyKind:
    try:
        return KeyKind[key.upper()] if isinstance(key, str) else KeyKind(key)
    except (KeyError, ValueError):
        names = ", ".join(kind.name.lower() for kind in KeyKind)
        raise InputError(message("a kind of blocking key is not known", remedy=f"choose of {names}")) from None


def _with_key(frame: Any, key: str) -> Any:
    """The frame with the labels of its rows as the column of ids."""
    return frame.assign(**{key: frame.index.astype(str)})


def _rows(source: TableSource, frame: Any) -> NDArray[np.int64]:
    """Rows of a frame that were read, in order: those that cannot be read as text are left out."""
    return np.setdiff1d(np.arange(len(frame)), source.quarantine.rows())


def _index_of(df_a: Any, df_b: Any, left: NDArray[np.int64], right: NDArray[np.int64]) -> Any:
    """Pairs of row numbers as recordlinkage has them, each once."""
    import pandas as pd  # noqa: PLC0415  # it is there where recordlinkage is

    pairs = distinct(left.astype(np.int64) * max(len(df_b), 1) + right)
    codes = [pairs // max(len(df_b), 1), pairs % max(len(df_b), 1)]
    return pd.MultiIndex(levels=[df_a.index.values, df_b.index.values], codes=codes, verify_integrity=False)
