"""Any scikit-learn classifier as a two-class model over level codes, and its translation into plain data.

The classifier reads the 0/1 columns of the design (:class:`vnlink.classify.ordered.Design`) and, where there is one, the
prior log odds in bits as a last column. Linear models and trees are translated into the forms of
:mod:`vnlink.classify.saved_models` as soon as they are fitted; a translation counts only if it gives the classifier's own
probabilities.

A prior is trusted as far as labels do not say more: the answer lies a share of the way from the prior to the classifier, and
the share is the mean of what labels held out say of it (:func:`_share_of`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_expit
from sklearn.base import clone
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier
from threadpoolctl import threadpool_limits

from vnlink.classify.ordered import Design
from vnlink.classify.saved_models import (
    MAX_TABLE_ROWS,
    LinearSplit,
    Prior,
    Split,
    TableSplit,
    Tree,
    TreesSplit,
    blended,
    log_odds_of,
    pattern_keys,
    probability_of,
)
from vnlink.errors import ModelError, message

__all__ = ["EstimatorSplit", "LabelledRows", "fit_wrapped"]

_SAME = 1e-12
_FOLDS = 5
_SHARES = np.linspace(0.0, 1.0, 21)
_PRIOR_STANDS = 0.3
_LN2 = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class LabelledRows:
    """Rows of level codes with a yes or no each; arrays of one length, ``groups``, ``weight`` and ``prior`` may be absent."""

    codes: NDArray[np.int64]
    yes: NDArray[np.bool_]
    prior: Prior
    weight: NDArray[np.float64] | None
    groups: NDArray[np.int64] | None

    def take(self, rows: NDArray[np.int64]) -> LabelledRows:
        """Some of the rows."""
        return LabelledRows(
            self.codes[rows],
            self.yes[rows],
            None if self.prior is None else self.prior[rows],
            None if self.weight is None else self.weight[rows],
            None if self.groups is None else self.groups[rows],
        )

    def in_order(self) -> LabelledRows:
        """Return the same rows in an order that does not depend on the one they came in."""
        keys: list[NDArray[Any]] = [one for one in (self.groups, self.weight, self.prior) if one is not None]
        return self.take(np.lexsort([*keys, self.yes, *self.codes.T[::-1]]))


@dataclass(frozen=True, slots=True)
class EstimatorSplit:
    """A fitted classifier that has no plain form; see :class:`vnlink.classify.saved_models.Split`."""

    estimator: Any
    design: Design
    share: float

    def log_odds(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`~vnlink.classify.saved_models.Split`."""
        return blended(self._raw(codes, prior), prior, self.share)

    def probability(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        """See :class:`~vnlink.classify.saved_models.Split`."""
        return self._raw(codes, prior) if prior is None else probability_of(self.log_odds(codes, prior))

    def _raw(self, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
        if not len(codes):
            return np.empty(0)
        return _yes(self.estimator, _columns(self.design, codes, prior))

    def as_dict(self) -> dict[str, Any]:
        """Refuse: :meth:`as_table` is what can be saved of it."""
        raise ModelError(message("this wrapped classifier cannot be saved as data", remedy="wrap a linear model or trees"))

    def as_table(self, codes: NDArray[np.int64], prior: Prior) -> TableSplit:
        """Return the probabilities of these patterns as a table."""
        keys, first = np.unique(pattern_keys(codes, self.design.fields), return_index=True)
        if not 1 <= len(keys) <= MAX_TABLE_ROWS:
            what = f"a table of patterns has 1 to {MAX_TABLE_ROWS:,} of them"
            raise ModelError(message(what, remedy="give the patterns that can come, or wrap a linear model or trees"))
        return TableSplit(
            self.design.fields, keys, self._raw(codes[first], None if prior is None else prior[first]), self.share
        )


def _columns(design: Design, codes: NDArray[np.int64], prior: Prior) -> NDArray[np.float64]:
    columns = design.columns(codes)
    return columns if prior is None else np.column_stack([columns, prior])


def _yes(estimator: Any, columns: NDArray[np.float64]) -> NDArray[np.float64]:
    with threadpool_limits(1):
        return np.asarray(estimator.predict_proba(columns)[:, 1], np.float64)


def _fitted(estimator: Any, rows: LabelledRows, design: Design, *, monotone: bool) -> Any:
    fresh = clone(estimator)
    if monotone and "monotonic_cst" in fresh.get_params() and fresh.get_params()["monotonic_cst"] is None:
        signs = np.where(design.falling, -1, 0)
        fresh.set_params(monotonic_cst=signs if rows.prior is None else np.append(signs, 1))
    told = {} if rows.weight is None else {"sample_weight": rows.weight}
    # One thread: labels are thousands, for which threads mostly wait for each other, and sums do not depend on their number.
    with threadpool_limits(1):
        fresh.fit(_columns(design, rows.codes, rows.prior), rows.yes.astype(np.int64), **told)
    return fresh


def fit_wrapped(estimator: Any, rows: LabelledRows, design: Design, *, monotone: bool) -> Split:
    """Fit a clone of a classifier on one split of the classes.

    Parameters
    ----------
    estimator : scikit-learn classifier with ``predict_proba``
    rows : LabelledRows
        Sorted, so that the order of rows says nothing.
    design : Design
    monotone : bool
        Whether a classifier that has ``monotonic_cst`` is given the order of levels.

    Returns
    -------
    Split
        In a form that can be saved where there is one. With labels of one class only, or without any column, it is the
        prior, or without a prior the share of labels that say yes with half a label added for each answer.
    """
    weight = np.ones(len(rows.yes)) if rows.weight is None else rows.weight
    count, yes = float(weight.sum()), float(weight @ rows.yes)
    if rows.yes.all() or not rows.yes.any() or (len(design) == 0 and rows.prior is None):
        smoothed = np.array([(yes + 0.5) / (count + 1.0)])
        level = 0.0 if rows.prior is not None else float(log_odds_of(smoothed)[0])
        return LinearSplit(design.fields, [np.zeros(len(f.levels)) for f in design.fields], level, 1.0)
    rows = rows.in_order()
    fitted = _fitted(estimator, rows, design, monotone=monotone)
    share = 1.0 if rows.prior is None else _share_of(estimator, rows, design, monotone=monotone)
    found = _translated(fitted, design, rows.prior is not None, share)
    kept = EstimatorSplit(fitted, design, share)
    if found is not None:
        known = kept.probability(rows.codes, rows.prior)
        if np.abs(found.probability(rows.codes, rows.prior) - known).max() <= _SAME:
            return found
    return kept


def _share_of(estimator: Any, rows: LabelledRows, design: Design, *, monotone: bool) -> float:
    """How far to go from the prior to the classifier: the mean over shares, weighed by the likelihood of labels held out.

    A third of the belief is that the prior stands. Where a class has too few labels to hold any out, it does.
    """
    assert rows.prior is not None
    folds = min(_FOLDS, int(rows.yes.sum()), int((~rows.yes).sum()))
    if rows.groups is not None:
        folds = min(folds, len(np.unique(rows.groups[rows.yes])), len(np.unique(rows.groups[~rows.yes])))
    if folds < 2:
        return 0.0
    split = StratifiedKFold(folds, shuffle=True, random_state=0)
    if rows.groups is not None:
        split = StratifiedGroupKFold(folds, shuffle=True, random_state=0)
    held_out = rows.prior.copy()
    for train, test in split.split(rows.codes, rows.yes, rows.groups):
        part, rest = rows.take(train), rows.take(test)
        if part.yes.all() or not part.yes.any():
            continue
        model = EstimatorSplit(_fitted(estimator, part, design, monotone=monotone), design, 1.0)
        held_out[test] = model.log_odds(rest.codes, rest.prior)
    weight = np.ones(len(rows.yes)) if rows.weight is None else rows.weight
    sign = np.where(rows.yes, _LN2, -_LN2)
    fit = np.array([weight @ log_expit(sign * (rows.prior + share * (held_out - rows.prior))) for share in _SHARES])
    belief = np.where(_SHARES == 0.0, _PRIOR_STANDS, (1.0 - _PRIOR_STANDS) / (len(_SHARES) - 1))
    mass = belief * np.exp(fit - fit.max())
    return float(_SHARES @ mass / mass.sum())


def _translated(fitted: Any, design: Design, with_prior: bool, share: float) -> Split | None:
    """Return the plain form of a fitted classifier, None where there is none. Exact types only: a subclass may differ."""
    kind = type(fitted)
    if kind in (LogisticRegression, LogisticRegressionCV):
        return _linear(fitted, design, with_prior, share)
    count = len(design) + with_prior
    if kind in (DecisionTreeClassifier, ExtraTreeClassifier):
        return TreesSplit(design, [_classifying(fitted.tree_)], True, 0.0, True, share)
    if kind in (RandomForestClassifier, ExtraTreesClassifier):
        return TreesSplit(design, [_classifying(tree.tree_) for tree in fitted.estimators_], True, 0.0, True, share)
    if kind is GradientBoostingClassifier and fitted.loss == "log_loss" and fitted.init is None:
        yes = float(fitted.init_.class_prior_[1])
        rate = float(fitted.learning_rate)
        trees = [_plain(tree[0].tree_, tree[0].tree_.value[:, 0, 0] * rate) for tree in fitted.estimators_]
        return TreesSplit(design, trees, False, float(np.log(yes / (1.0 - yes))), True, share)
    if kind is HistGradientBoostingClassifier and not np.any(fitted.is_categorical_):
        # Not public in scikit-learn; where it is another one day, the classifier is saved as a table.
        steps, baseline = getattr(fitted, "_predictors", None), getattr(fitted, "_baseline_prediction", None)
        if steps and baseline is not None and fitted.n_features_in_ == count:
            return TreesSplit(
                design, [_histogram(step[0].nodes) for step in steps], False, float(np.ravel(baseline)[0]), False, share
            )
    return None


def _linear(fitted: Any, design: Design, with_prior: bool, share: float) -> LinearSplit:
    weights = np.asarray(fitted.coef_, np.float64)[0] / _LN2
    slope = 0.0
    if with_prior:
        weights, slope = weights[:-1], float(weights[-1])
    tables = [table * share for table in design.by_level(weights)]
    intercept = float(np.ravel(fitted.intercept_)[0]) / _LN2
    return LinearSplit(design.fields, tables, share * intercept, 1.0 - share + share * slope)


def _plain(tree: Any, value: NDArray[np.float64]) -> Tree:
    inner = tree.children_left >= 0
    feature = np.where(inner, tree.feature, -1).astype(np.int64)
    threshold = np.where(inner, tree.threshold, 0.0)
    return Tree(feature, threshold, tree.children_left.astype(np.int64), tree.children_right.astype(np.int64), value)


def _classifying(tree: Any) -> Tree:
    # Shares of the classes; versions that keep counts are told apart by the sum.
    shares = tree.value[:, 0, :]
    return _plain(tree, shares[:, 1] / shares.sum(axis=1))


def _histogram(nodes: Any) -> Tree:
    inner = nodes["is_leaf"] == 0
    left, right = (np.where(inner, nodes[side].astype(np.int64), -1) for side in ("left", "right"))
    feature = np.where(inner, nodes["feature_idx"].astype(np.int64), -1)
    # A threshold of infinity sends everything left, which the greatest number does as well.
    threshold = np.where(inner, np.nan_to_num(nodes["num_threshold"], posinf=np.finfo(np.float64).max), 0.0)
    return Tree(feature, threshold, left, right, nodes["value"].astype(np.float64))
