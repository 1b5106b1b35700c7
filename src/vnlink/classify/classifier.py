"""Three classes of pairs, learned from clerks' decisions: full, partial, none.

The question is asked in two steps, as a chain of two-class models (continuation ratios: Fienberg, "The Analysis of
Cross-Classified Categorical Data", 1980, chapter 6; as nested dichotomies: Frank and Kramer, "Ensembles of nested dichotomies
for multi-class problems", ICML 2004):

1. Is this the same person? Better agreement of an ordered field never lowers this probability.
2. If so, does everything agree (full), or does something differ or lack (partial)?

The probabilities of the three classes are products of the two answers, so they never contradict them.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from vnlink.classify.fellegi_sunter import MAX_WEIGHT
from vnlink.classify.ordered import Design, LevelCodeError, LevelField, declare, seen_fields
from vnlink.classify.saved_models import Prior, Split
from vnlink.classify.saved_three import Chain, model_as_dict, model_from_dict
from vnlink.classify.splits import fit_split
from vnlink.classify.wrapped import LabelledRows, fit_wrapped
from vnlink.errors import message

__all__ = ["MatchClassifier"]

_MOST_CODE = 2**31


class MatchClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Tell full, partial and none apart by how the fields of a pair agree.

    It reads level codes: a row is a pair, a column a field, 0 is missing and every other number one of the field's levels, as
    the comparison makes them. The classes are those of the clerks, "full", "partial" and "none", or any others: then the
    first in sorted order (0, False) is "another person" and the last (2, True) is the best agreement.

    Parameters
    ----------
    estimator : scikit-learn classifier, optional
        Fitted, as a clone, on 0/1 columns of the levels, once for each of the two steps; it needs ``predict_proba``. Without
        it a logistic regression is used that finds from the labels how far to go from the prior
        (:mod:`vnlink.classify.shrinkage`).
    fields : sequence of Field, optional
        Names and levels of the columns, for instance :data:`vnlink.compare.patterns.FIELDS`. Without it every code of the
        training table is a level of its own, in no order, and a code seen only later says nothing. Numbers that are not whole
        are no level codes: with ``fields`` they are refused, and without a UserWarning says that their whole parts are taken
        (scikit-learn asks of every classifier that it learns from such numbers).
    ordered : mapping of str to chains, optional
        Which levels are ordered, see :func:`vnlink.classify.ordered.declare`. None: as the built-in declaration says; ``{}``:
        none.
    monotone : bool
        Whether better agreement must never lower the answers. It binds the default model, and a wrapped classifier that
        has ``monotonic_cst`` (trees and histogram boosting).
    classes : sequence, optional
        All classes that may come, where the labels may lack one; then even no labels at all are enough.
    weight_scale : float, optional
        Standard deviation, in bits, that the default model's weights are believed to have; learned when not given.
    prior_weights : mapping of str to sequence of float, optional
        Log odds of "the same person", in bits, for each level of each field, known before the labels; fields may be left out.
    prior_bias : float
        A constant added to them, in bits.

    Attributes
    ----------
    classes_ : array
    n_features_in_ : int
    feature_names_in_ : array of str
        Only after fitting on a frame.
    fields_ : tuple of LevelField
    learned_ : list of dict
        Of each step of the default model: intercept, slope of the prior, scale of the weights, and ``prior_stands``, the
        probability that the prior is right as it stands.

    Notes
    -----
    Log odds that are known for each pair (of a model learned without labels) are given as ``prior_log_odds``, in bits, to
    ``fit`` and to every method that predicts: one column, for the first step, or two, the second for "all agree". The labels
    then correct them, and with few labels hardly. In a pipeline or a search use scikit-learn's metadata routing for it.

    Rows of one person, or of one commune, are not independent: split them with ``GroupKFold`` or ``StratifiedGroupKFold``,
    and use :func:`vnlink.classify.evaluation.joint_groups` where both must stay together.

    Examples
    --------
    Two fields: the name ("Nguyễn Văn Hòa" against "Nguyen Van Hoa" has lost its marks) and the year of birth.

    >>> from vnlink.classify.classifier import MatchClassifier
    >>> from vnlink.schema import Field
    >>> họ_tên = Field("họ_tên", ("thiếu", "đúng_dấu", "mất_dấu", "khác"), 0, 2)
    >>> năm_sinh = Field("năm_sinh", ("thiếu", "đúng", "khác"), 2, 2)
    >>> order = {"họ_tên": ("đúng_dấu", "mất_dấu", "khác"), "năm_sinh": ("đúng", "khác")}
    >>> pairs = [[1, 1]] * 8 + [[2, 1]] * 4 + [[1, 0]] * 3 + [[3, 1], [3, 2], [2, 2]] * 4
    >>> clerks = ["full"] * 8 + ["partial"] * 7 + ["none"] * 12
    >>> model = MatchClassifier(fields=(họ_tên, năm_sinh), ordered=order).fit(pairs, clerks)
    >>> model.predict([[1, 1], [2, 1], [3, 2]]).tolist()
    ['full', 'partial', 'none']
    >>> bool(np.diff(model.predict_same_proba([[3, 1], [2, 1], [1, 1]])).min() >= 0)
    True
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        fields: Sequence[Any] | None = None,
        ordered: Mapping[str, Any] | None = None,
        monotone: bool = True,
        classes: Sequence[Any] | None = None,
        weight_scale: float | None = None,
        prior_weights: Mapping[str, Sequence[float]] | None = None,
        prior_bias: float = 0.0,
    ) -> None:
        self.estimator = estimator
        self.fields = fields
        self.ordered = ordered
        self.monotone = monotone
        self.classes = classes
        self.weight_scale = weight_scale
        self.prior_weights = prior_weights
        self.prior_bias = prior_bias

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn that tables hold level codes: whole numbers from 0."""
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None, prior_log_odds: Any = None, groups: Any = None) -> Self:
        """Learn from labelled pairs.

        Parameters
        ----------
        X : int array or frame (n, fields)
            Level codes.
        y : array (n,)
            Class of each pair.
        sample_weight : float array (n,), optional
            A weight of two is the same as a pair given twice.
        prior_log_odds : float array (n,) or (n, 2), optional
            Log odds in bits known before: of "the same person", and of "all agree" if it is.
        groups : array (n,), optional
            Pairs that belong together (a person, a commune). Only a wrapped classifier with a prior holds labels out, and
            then keeps them together.

        Returns
        -------
        MatchClassifier

        Raises
        ------
        ValueError
            A table or an argument is not what was asked; LevelCodeError, which is an InputError too, where codes do not
            fit the fields.
        """
        least = 1 if self.classes is None else 0
        X, y = validate_data(self, X, y, dtype="numeric", ensure_min_samples=least)
        if len(y):
            check_classification_targets(y)
        codes = _whole_codes(X, strict=self.fields is not None)
        self.classes_, at = np.unique(y, return_inverse=True)
        if self.classes is not None:
            self.classes_ = np.unique(np.asarray(self.classes))
            if not np.isin(y, self.classes_).all():
                raise ValueError("y holds a class that is not among the classes given: add it to classes.")
            at = np.searchsorted(self.classes_, y) if len(y) else np.empty(0, np.int64)
        self.fields_ = self._declared(codes)
        weight = None if sample_weight is None else _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        self._set_prior(prior_log_odds)
        codes = self._known(codes)
        prior = self._prior(codes, prior_log_odds)
        together = None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        self._learn(codes, at, prior, weight, together)
        return self

    def _declared(self, codes: NDArray[np.int64]) -> tuple[LevelField, ...]:
        """Return the declared fields, or those that the table shows; checks that they fit."""
        named = [str(name) for name in getattr(self, "feature_names_in_", range(codes.shape[1]))]
        if self.fields is None:
            found = seen_fields(codes, named)
            return declare(found, self.ordered) if self.ordered else found
        found = declare(self.fields, self.ordered)
        if len(found) != codes.shape[1]:
            raise LevelCodeError(
                message(
                    f"the table must have a column for each of {len(found)} fields", remedy="give the fields' levels in order"
                )
            )
        if hasattr(self, "feature_names_in_") and named != [f.name for f in found]:
            raise LevelCodeError(message("the columns must have the names of the fields, in their order", remedy="select them"))
        return found

    def _known(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the codes, unknown ones refused where fields are declared and taken for missing where not."""
        sizes = np.array([len(f.levels) for f in self.fields_])
        beyond = codes >= sizes
        if beyond.any() and self.fields is not None:
            column = int(np.flatnonzero(beyond.any(axis=0))[0])
            what, remedy = "a level code is beyond the levels of its field", "compare with the fields that the model was given"
            raise LevelCodeError(message(what, column=self.fields_[column].name, count=int(beyond.sum()), remedy=remedy))
        return np.where(beyond, 0, codes)

    def _set_prior(self, given: Any) -> None:
        """Take down what is known before labels: per-level weights as tables, and how many columns come with each row."""
        self._prior_tables = None
        if self.prior_weights is not None:
            if unknown := set(self.prior_weights) - {f.name for f in self.fields_}:
                what = "prior_weights are of a field that is not declared"
                raise LevelCodeError(message(what, count=len(unknown), remedy="see the fields"))
            self._prior_tables = [
                np.asarray(self.prior_weights.get(f.name, np.zeros(len(f.levels))), np.float64) for f in self.fields_
            ]
            for f, table in zip(self.fields_, self._prior_tables, strict=True):
                if table.shape != (len(f.levels),) or not (np.abs(table) <= MAX_WEIGHT).all():
                    what = f"prior_weights need one number of bits for each level, at most {MAX_WEIGHT:g}"
                    raise LevelCodeError(message(what, column=f.name, remedy="give one for each level, 0 for missing"))
        self._prior_bias = float(self.prior_bias) if self._prior_tables is not None else 0.0
        self._prior_columns = 0 if given is None else 2 if np.ndim(given) == 2 else 1

    def _prior(self, codes: NDArray[np.int64], given: Any) -> tuple[Prior, Prior]:
        """Prior log odds in bits of the two steps, None where nothing is known."""
        columns = 0 if given is None else 2 if np.ndim(given) == 2 else 1
        if columns != self._prior_columns:
            raise ValueError("prior_log_odds must be given when predicting as it was when fitting, or never.")
        same: Prior = None
        if self._prior_tables is not None:
            same = np.full(len(codes), self._prior_bias)
            for column, table in enumerate(self._prior_tables):
                same += table[codes[:, column]]
        if not columns:
            return same, None
        rows = np.asarray(given, np.float64)
        rows = rows[:, None] if rows.ndim == 1 else rows
        if rows.shape != (len(codes), columns) or not (np.abs(rows) <= MAX_WEIGHT).all():
            raise ValueError(f"prior_log_odds must be one or two columns of at most {MAX_WEIGHT:g} bits, a row for each pair.")
        return rows[:, 0] if same is None else same + rows[:, 0], rows[:, 1] if columns == 2 else None

    def _learn(
        self,
        codes: NDArray[np.int64],
        at: NDArray[np.int64],
        priors: tuple[Prior, Prior],
        weight: NDArray[np.float64] | None,
        groups: NDArray[np.int64] | None,
    ) -> None:
        self._chain = Chain.of(self.classes_)
        design = Design(self.fields_)
        self.splits_: list[Split] = []
        self.learned_: list[dict[str, float]] = []
        left = np.arange(len(codes)) if weight is None else np.flatnonzero(weight > 0.0)
        for step, (stops, kind) in enumerate(self._chain.steps()):
            prior = priors[0] if kind == "same" else priors[1] if step <= 1 else None
            yes = at != stops if kind == "same" else at == stops
            rows = LabelledRows(codes, yes, prior, weight, groups).take(left)
            if self.estimator is None:
                known = None
                if kind == "same" and self._prior_tables is not None:
                    known = design.steps(self._prior_tables)
                scale = None if self.weight_scale is None else float(self.weight_scale)
                split, learned = fit_split(
                    design, rows.codes, rows.yes, rows.weight, rows.prior, known=known, monotone=self.monotone, scale=scale
                )
                self.learned_.append(learned)
                self.splits_.append(split)
            else:
                if not hasattr(self.estimator, "predict_proba"):
                    raise ValueError("The wrapped estimator needs predict_proba: wrap it in CalibratedClassifierCV.")
                self.splits_.append(fit_wrapped(self.estimator, rows, design, monotone=self.monotone))
            left = left[at[left] != stops]

    def _ready(self, X: Any, prior_log_odds: Any) -> tuple[NDArray[np.int64], tuple[Prior, Prior]]:
        check_is_fitted(self)
        codes = validate_data(self, X, reset=False, dtype="numeric", ensure_min_samples=0)
        codes = self._known(_whole_codes(codes, strict=self.fields is not None))
        return codes, self._prior(codes, prior_log_odds)

    def _step(self, step: int, priors: tuple[Prior, Prior]) -> Prior:
        kind = self._chain.steps()[step][1]
        return priors[0] if kind == "same" else priors[1] if step <= 1 else None

    def predict_proba(self, X: Any, prior_log_odds: Any = None) -> NDArray[np.float64]:
        """Probability of each class, float64[n, classes], in the order of ``classes_``."""
        codes, priors = self._ready(X, prior_log_odds)
        found = np.zeros((len(codes), len(self.classes_)))
        rest = np.ones(len(codes))
        for step, (stops, kind) in enumerate(self._chain.steps()):
            yes = self.splits_[step].probability(codes, self._step(step, priors))
            found[:, stops] = rest * ((1.0 - yes) if kind == "same" else yes)
            rest = rest * (yes if kind == "same" else (1.0 - yes))
        found[:, self._chain.order[-1]] = rest
        return found

    def predict(self, X: Any, prior_log_odds: Any = None) -> NDArray[Any]:
        """Most probable class of each pair."""
        best = self.predict_proba(X, prior_log_odds).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def predict_same_proba(self, X: Any, prior_log_odds: Any = None) -> NDArray[np.float64]:
        """Probability that the pair is one person, float64[n]; 1 where no class says otherwise."""
        codes, priors = self._ready(X, prior_log_odds)
        if not self._chain.asks_same:
            return np.ones(len(codes))
        return self.splits_[0].probability(codes, priors[0])

    def same_log_odds(self, X: Any, prior_log_odds: Any = None) -> NDArray[np.float64]:
        """Log odds in bits that the pair is one person, float64[n]: what the sum of a Fellegi-Sunter model's weights is.

        Raises
        ------
        ValueError
            No class says "another person", so there are no odds.
        """
        codes, priors = self._ready(X, prior_log_odds)
        if not self._chain.asks_same:
            raise ValueError("The labels hold no class of pairs that are not one person: there are no odds of being one.")
        return self.splits_[0].log_odds(codes, priors[0])

    def predict_agreement_proba(self, X: Any, prior_log_odds: Any = None) -> NDArray[np.float64]:
        """Probability that all agree (full) if the pair is one person, float64[n]; 1 where there is one such class only."""
        codes, priors = self._ready(X, prior_log_odds)
        step = int(self._chain.asks_same)
        if step >= len(self.splits_):
            return np.ones(len(codes)) * self._chain.only_agreement(self.classes_)
        return self.splits_[step].probability(codes, self._step(step, priors))

    def score(self, X: Any, y: Any, sample_weight: Any = None, prior_log_odds: Any = None) -> float:
        """Share of pairs whose most probable class is right."""
        return float(accuracy_score(y, self.predict(X, prior_log_odds), sample_weight=sample_weight))

    def to_dict(self, patterns: Any = None) -> dict[str, Any]:
        """Return the fitted model as plain data for JSON; no part of it is code.

        Parameters
        ----------
        patterns : int array (n, fields), optional
            Patterns that can come, for a wrapped classifier that is neither linear nor made of trees. It is saved as a table of
            them, or of all combinations of levels where those are few.

        Raises
        ------
        ModelError
            There is no such form: too many combinations, or a prior that comes with each row.
        """
        check_is_fitted(self)
        codes = None if patterns is None else self._known(_whole_codes(np.asarray(patterns), strict=True))
        return model_as_dict(self, codes)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a fitted model from :meth:`to_dict`; it predicts the same bytes. It does not know the wrapped classifier.

        Raises
        ------
        ModelError
            The data are damaged, of another version, or not such a model.
        """
        return model_from_dict(cls, data)


def _whole_codes(table: NDArray[Any], *, strict: bool) -> NDArray[np.int64]:
    """Check that a table holds level codes, int64[n, fields]. Unless ``strict`` the whole part of a number is its code.

    An error would be better there too, but ``check_estimator`` has tables of any numbers; so a warning tells.
    """
    remedy = "give codes as the comparison makes them"
    if np.iscomplexobj(table):
        raise LevelCodeError(message("level codes must be whole numbers. Complex data not supported", remedy=remedy))
    if (table < 0).any():
        count = int((table < 0).any(axis=1).sum())
        raise LevelCodeError(message("Negative values in data: level codes count from 0", count=count, remedy=remedy))
    split = table != np.floor(table)
    wrong = (table > _MOST_CODE) | (strict & split)
    if wrong.any():
        raise LevelCodeError(message("level codes must be whole numbers", count=int(wrong.any(axis=1).sum()), remedy=remedy))
    if split.any():
        what, instead = (
            "level codes must be whole numbers, and only the whole parts of these are used",
            "give levels, not similarities",
        )
        warnings.warn(message(what, count=int(split.any(axis=1).sum()), remedy=instead), UserWarning, stacklevel=3)
    return table.astype(np.int64)
