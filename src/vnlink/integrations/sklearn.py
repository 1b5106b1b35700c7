"""vnlink's reading and comparing as scikit-learn transformers, for pipelines from raw cells to probabilities.

::

    a table of pairs     PairComparer            any classifier, MatchClassifier among them
    left and right  ───► a level (or bits, or a similarity) a field ───► probabilities
    columns of names ──► NameNormalizer ───► the same names in one spelling, folded, in parts

Both learn nothing from the rows, so cross-validation cannot leak through them: they belong into the pipeline for convenience,
and because what they are told (which columns, which form) is then a parameter of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names, _check_n_features, _get_feature_names, check_array

from vnlink.integrations.cell_pairs import BirthPairs, CellPairs, NamePairs, NumberPairs, PlacePairs, SexPairs
from vnlink.integrations.cells import distinct_cells
from vnlink.normalize.cells import any_column
from vnlink.normalize.names import normalize_name
from vnlink.schema import Field

__all__ = ["KINDS", "NAME_FORMS", "NameNormalizer", "PairComparer"]

NAME_FORMS = ("text", "toneless", "folded", "family", "middle", "given")
"""Forms of a name, see :class:`vnlink.normalize.names.NormalizedName`."""

KINDS: dict[str, Callable[[], CellPairs]] = {
    "name": NamePairs,
    "owner": lambda: NamePairs(owners_left=True),
    "birth": BirthPairs,
    "sex": SexPairs,
    "number": NumberPairs,
    "place": PlacePairs,
}
"""Kinds of fields that can be compared; "owner" is an owner string on the left beside a name on the right."""

_GIVEN: dict[str, Callable[[CellPairs], NDArray[np.float64]]] = {
    "level": lambda pairs: np.arange(len(pairs.levels), dtype=np.float64),
    "bits": lambda pairs: np.array(pairs.bits),
    "similarity": lambda pairs: pairs.similarities,
}


class _Columns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Takes tables column by column, whatever holds them: frames keep their own types of columns."""

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn that cells are text or missing, and that nothing is learned from rows."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.allow_nan = True
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _taken(self, X: Any, *, reset: bool) -> tuple[list[Any], list[str]]:
        """The columns of a table and their names."""
        names = None if isinstance(X, np.ndarray) else _get_feature_names(X)
        if names is None:
            X = check_array(X, dtype=None, ensure_all_finite="allow-nan", estimator=self)
            columns: list[Any] = list(X.T)
        else:
            columns = [X.iloc[:, i] if hasattr(X, "iloc") else X[name] for i, name in enumerate(names)]
        if reset or hasattr(self, "n_features_in_"):
            _check_feature_names(self, X, reset=reset)
            _check_n_features(self, X, reset=reset)
        return columns, [f"x{i}" for i in range(len(columns))] if names is None else [str(name) for name in names]

    def fit(self, X: Any, y: Any = None) -> Self:  # noqa: ARG002  # scikit-learn's signature
        """Note the columns; nothing is learned from the rows."""
        _, self._names = self._taken(X, reset=True)
        self._check(self._names)
        return self

    def _check(self, names: list[str]) -> None:
        """Raise a ValueError where the parameters do not fit the columns."""

    def _column_names(self, input_features: Any) -> list[str]:
        if input_features is None:
            if not hasattr(self, "_names"):
                raise ValueError("the names of the columns are not known yet: call fit, or give input_features.")
            return self._names
        given = [str(name) for name in input_features]
        known = getattr(self, "feature_names_in_", None)
        if known is not None and given != [str(name) for name in known]:
            raise ValueError("input_features is not equal to feature_names_in_")
        if hasattr(self, "n_features_in_") and len(given) != self.n_features_in_:
            raise ValueError("input_features should have length equal to number of features")
        return given


class NameNormalizer(_Columns):
    """Read columns of names and give them in one spelling.

    Parameters
    ----------
    forms : tuple of str
        Which of :data:`NAME_FORMS` each column becomes, in this order.
    missing : str or None
        What stands for a name that is missing or has no letter.

    Attributes
    ----------
    n_features_in_ : int
    feature_names_in_ : array of str
        Only after fitting on a frame.

    Examples
    --------
    >>> names = NameNormalizer(forms=("folded", "given"))
    >>> names.fit_transform([["NGUYỄN VĂN HOÀ"], ["H’ Hen Niê"]]).tolist()
    [['nguyen van hoa', 'Hòa'], ['h hen nie', "H'Hen"]]
    >>> names.get_feature_names_out(["tên"]).tolist()
    ['tên_folded', 'tên_given']
    """

    def __init__(self, forms: tuple[str, ...] = ("text",), missing: str | None = "") -> None:
        self.forms = forms
        self.missing = missing

    def _check(self, names: list[str]) -> None:  # noqa: ARG002  # any columns will do
        unknown = [form for form in self.forms if form not in NAME_FORMS]
        if unknown or not self.forms:
            raise ValueError(f"forms must be some of {', '.join(NAME_FORMS)}.")

    def transform(self, X: Any) -> NDArray[np.object_]:
        """Return the forms of every column, object (n, columns x forms)."""
        columns, names = self._taken(X, reset=False)
        self._check(names)
        out = np.empty((len(columns[0]), len(columns) * len(self.forms)), dtype=object)
        for i, column in enumerate(columns):
            read = normalize_name(_text_of(column))
            for j, form in enumerate(self.forms):
                values = read.field(form)
                values = values if self.missing is None else values.fill_null(self.missing)
                out[:, i * len(self.forms) + j] = values.to_numpy(zero_copy_only=False)
        return out

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns given: those of the table with the form behind them."""
        names = self._column_names(input_features)
        return np.array([f"{name}_{form}" for name in names for form in self.forms], dtype=object)


class PairComparer(_Columns):
    """Compare the left and the right cells of each row, a column a field.

    Parameters
    ----------
    fields : mapping of str to (kind, left, right)
        Name of the field -> kind (of :data:`KINDS`), and the columns of both sides: a name, a position, or a list of them
        where a side has several ("number": two, "place": address, code, vintage).
    give : {"level", "bits", "similarity"}
        What is given of a comparison: the code of its level (0 is missing), as :class:`vnlink.MatchClassifier` takes it; bits
        of evidence, 0 where a side is missing, as linear models take them; or a number from 0 to 1, NaN where a side is
        missing.

    Attributes
    ----------
    n_features_in_ : int
    feature_names_in_ : array of str
        Only after fitting on a frame.

    Examples
    --------
    >>> compare = PairComparer({"name": ("name", 0, 1), "birth": ("birth", 2, 3)})
    >>> compare.fit_transform([["Lê Văn Hoà", "LE VAN HOA", "1960", "5/11/1960"], ["Lê Na", "Lê Nam", None, "1960"]]).tolist()
    [[2.0, 3.0], [18.0, 0.0]]
    >>> compare.get_feature_names_out().tolist()
    ['name', 'birth']
    >>> compare.level_fields()[1].levels[3]
    'year'
    """

    def __init__(self, fields: Mapping[str, tuple[str, Any, Any]], *, give: str = "level") -> None:
        self.fields = fields
        self.give = give

    def _check(self, names: list[str]) -> None:
        if self.give not in _GIVEN:
            raise ValueError(f"give must be one of {', '.join(_GIVEN)}.")
        if not self.fields:
            raise ValueError("at least one field is needed.")
        for field, told in self.fields.items():
            if not isinstance(told, (tuple, list)) or len(told) != 3:
                raise ValueError(f"the field {field!r} must be (kind, left column, right column){_instead(told)}.")
            kind, left, right = told
            if kind not in KINDS:
                raise ValueError(f"the kind of the field {field!r} must be one of {', '.join(KINDS)}, and is {kind!r}.")
            for key in (*_several(left), *_several(right)):
                if key not in names if isinstance(key, str) else not 0 <= key < len(names):
                    raise ValueError(
                        f"the column {key!r} of the field {field!r} is not in the table with {len(names)} feature(s)"
                        f"{_nearest(key, names)}"
                    )

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Return what each field's comparison gives, float64 (n, fields)."""
        columns, names = self._taken(X, reset=False)
        self._check(names)
        out = np.empty((len(columns[0]), len(self.fields)))
        for i, (kind, *sides) in enumerate(self.fields.values()):
            pairs = KINDS[kind]()
            left, right = (
                distinct_cells([_text_of(columns[names.index(key) if isinstance(key, str) else key]) for key in _several(side)])
                for side in sides
            )
            out[:, i] = _GIVEN[self.give](pairs)[pairs.compare(left, right)]
        return out

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the fields."""
        self._column_names(input_features if input_features is not None else getattr(self, "_names", ()))
        return np.array(list(self.fields), dtype=object)

    def level_fields(self) -> tuple[Field, ...]:
        """Names and levels of the columns, as :class:`vnlink.MatchClassifier` takes them for ``fields``."""
        found, shift = [], 0
        for name, (kind, _, _) in self.fields.items():
            levels = KINDS[kind]().levels
            bits = (len(levels) - 1).bit_length()
            found.append(Field(name, levels, shift, bits))
            shift += bits
        return tuple(found)


def _instead(told: Any) -> str:
    return f", and has {len(told)} parts" if isinstance(told, (tuple, list)) else f", and is {type(told).__name__}"


def _nearest(key: Any, names: list[str]) -> str:
    """Ask for the column that is called alike."""
    near = difflib.get_close_matches(key, names, n=1) if isinstance(key, str) else []
    return f": did you mean {near[0]!r}?" if near else "."


def _several(columns: Any) -> Iterable[Any]:
    return columns if isinstance(columns, (list, tuple)) else (columns,)


def _text_of(column: Any) -> Any:
    """A column as the readers take it: an array of objects may hold numbers beside texts."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "OU":
        return pa.array([None if cell is None or cell != cell else str(cell) for cell in column], pa.string())  # noqa: PLR0124
    return any_column(column)
