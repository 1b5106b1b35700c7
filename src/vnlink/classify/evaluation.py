"""How good a three-class model is: confusion and log-loss, and which rows must stay together when labels are split.

The functions are pure: they take classes and probabilities and give arrays, and know nothing of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vnlink.errors import InputError, message

__all__ = ["STATUSES", "ClassReport", "class_log_loss", "class_report", "confusion", "joint_groups"]

STATUSES = ("full", "partial", "none")
"""The clerks' classes, in the order in which people read them."""

_LEAST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class ClassReport:
    """What :func:`class_report` gives.

    Attributes
    ----------
    classes : tuple
    confusion : float64[k, k]
        Weight of pairs by true class (row) and most probable class (column).
    log_loss : float
        Mean of -ln(probability of the true class), nats a pair.
    log_loss_by_class : float64[k]
        The same among the pairs of each true class; nan where there is none.
    log_loss_same : float
        Log-loss of "one person or not" alone; nan where no class is called "none".
    """

    classes: tuple[Any, ...]
    confusion: NDArray[np.float64]
    log_loss: float
    log_loss_by_class: NDArray[np.float64]
    log_loss_same: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what cannot be told is None."""
        shown = [None if np.isnan(loss) else float(loss) for loss in (*self.log_loss_by_class, self.log_loss_same)]
        return {
            "classes": [str(c) for c in self.classes],
            "confusion": self.confusion.tolist(),
            "log_loss": self.log_loss,
            "log_loss_by_class": shown[:-1],
            "log_loss_same": shown[-1],
        }


def _numbered(values: ArrayLike, classes: Sequence[Any]) -> NDArray[np.int64]:
    number = {c: i for i, c in enumerate(classes)}
    found = np.array([number.get(value, -1) for value in np.asarray(values).tolist()], np.int64)
    if (found < 0).any():
        raise InputError(
            message("a label is none of the classes", count=int((found < 0).sum()), remedy="name all classes that may come")
        )
    return found


def _weights(weight: ArrayLike | None, length: int) -> NDArray[np.float64]:
    found = np.ones(length) if weight is None else np.asarray(weight, np.float64)
    if found.shape != (length,):
        raise InputError(message("weights must be one number for each pair", remedy="give as many as pairs"))
    return found


def confusion(
    true: ArrayLike, said: ArrayLike, classes: Sequence[Any] = STATUSES, weight: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Count pairs by true class (row) and said class (column), float64[k, k].

    Examples
    --------
    >>> confusion(["full", "full", "none"], ["full", "partial", "none"])
    array([[1., 1., 0.],
           [0., 0., 0.],
           [0., 0., 1.]])
    """
    rows, columns = _numbered(true, classes), _numbered(said, classes)
    if len(rows) != len(columns):
        raise InputError(message("there must be as many answers as true classes", remedy="give one answer for each pair"))
    size = len(classes)
    weights = _weights(weight, len(rows))
    return np.bincount(rows * size + columns, weights=weights, minlength=size * size).astype(np.float64).reshape(size, size)


def class_log_loss(
    true: ArrayLike, probability: ArrayLike, classes: Sequence[Any] = STATUSES, weight: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Log-loss in nats: of all pairs, then of the pairs of each true class, float64[1 + k]; nan where there is none.

    A class that came although it was given no probability costs -ln of the least positive number, not infinity: one such pair
    shows, and the others still count.

    Examples
    --------
    >>> class_log_loss(["full", "none"], [[0.5, 0.25, 0.25], [0.0, 0.0, 1.0]]).round(3).tolist()
    [0.347, 0.693, nan, 0.0]
    """
    rows = _numbered(true, classes)
    given = np.asarray(probability, np.float64)
    if given.shape != (len(rows), len(classes)) or not ((given >= 0.0) & (given <= 1.0 + 1e-9)).all():
        what = "probabilities must be from 0 to 1, a row for each pair and a column for each class"
        raise InputError(message(what, remedy="give the columns in the order of the classes"))
    loss = -np.log(np.maximum(given[np.arange(len(rows)), rows], _LEAST))
    weights = _weights(weight, len(rows))
    sums = np.bincount(rows, weights=weights * loss, minlength=len(classes))
    sizes = np.bincount(rows, weights=weights, minlength=len(classes))
    with np.errstate(invalid="ignore"):
        return np.append(sums.sum(), sums) / np.append(sizes.sum(), sizes)


def class_report(
    true: ArrayLike, probability: ArrayLike, classes: Sequence[Any] = STATUSES, weight: ArrayLike | None = None
) -> ClassReport:
    """Confusion (by the most probable class) and log-loss of a model's probabilities.

    Parameters
    ----------
    true : array (n,)
        True classes.
    probability : float array (n, k)
        Probability of each class, columns in the order of ``classes``: ``model.predict_proba(X)`` with ``model.classes_``.
    classes : sequence
        All classes that may come.
    weight : float array (n,), optional

    Returns
    -------
    ClassReport
    """
    losses = class_log_loss(true, probability, classes, weight)
    given = np.asarray(probability, np.float64)
    said = [classes[i] for i in given.argmax(axis=1)] if len(given) else []
    same = float("nan")
    if "none" in list(classes):
        apart = list(classes).index("none")
        other = np.minimum(given[:, apart], 1.0)
        # What is left beside "none" is the sum of the others, not 1 minus it: that would lose small probabilities.
        together = np.minimum(np.delete(given, apart, axis=1).sum(axis=1), 1.0)
        answers = ["none" if value == "none" else "same" for value in np.asarray(true).tolist()]
        same = float(class_log_loss(answers, np.column_stack([together, other]), ("same", "none"), weight)[0])
    return ClassReport(tuple(classes), confusion(true, said, classes, weight), float(losses[0]), losses[1:], same)


def joint_groups(*columns: ArrayLike) -> NDArray[np.int64]:
    """Group rows that share a value in any of the columns, or are joined through other rows, int64[n].

    scikit-learn's ``GroupKFold`` and ``StratifiedGroupKFold`` keep one grouping together. A person may have parcels in two
    communes, and then both communes must be on one side of a split: these are the numbers to give them as ``groups``.
    Groups are numbered in the order in which they first come.

    Parameters
    ----------
    *columns : array (n,)
        Persons, communes, households ...; missing values (None, nan) join nothing.

    Examples
    --------
    >>> joint_groups(["A", "A", "B", "C", "C"], ["Tiên Phương", "Phú Nghĩa", "Tiên Phương", "Đông Hà", "Đông Hà"]).tolist()
    [0, 0, 0, 1, 1]
    """
    if not columns:
        raise InputError(message("at least one column of groups is needed", remedy="give persons, communes or both"))
    length = len(np.asarray(columns[0], object))
    rows, values, base = [], [], length
    for column in columns:
        given = np.asarray(column, object)
        if given.shape != (length,):
            raise InputError(message("columns of groups must be of one length", remedy="give one value for each row"))
        number: dict[Any, int] = {}
        # A value that is not itself is nan, which joins nothing.
        known = [i for i, value in enumerate(given.tolist()) if value is not None and value == value]  # noqa: PLR0124
        values += [base + number.setdefault(given[i], len(number)) for i in known]
        rows += known
        base += len(number)
    graph = coo_array((np.ones(len(rows), np.int8), (np.array(rows, np.int64), np.array(values, np.int64))), shape=(base, base))
    found = connected_components(graph, directed=False)[1][:length]
    _, first, inverse = np.unique(found, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int64)
