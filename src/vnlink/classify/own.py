"""A classifier of the user's beside the weights that were learned without labels.

It answers the two questions of :class:`~vnlink.classify.classifier.MatchClassifier`, each once per pattern:

is it one person
    A classifier that was fitted with a prior is asked with the score of the pattern as its prior, and the score moves as far as
    the answer is from the prior. A few hundred labels cannot tell one in a thousand from one in a million, so prior and answer
    are held within what the labels resolve (``bound_bits``): beyond it the score stands. A classifier that was fitted without a
    prior takes the place of the score.
if so, does everything agree
    In place of the status rule, where the setting ``status`` is "learned".

Whatever is fitted is turned into plain data at once and used in that form, so a saved model gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.choice import NOBODY, RIGHT, UNTOLD, Choices, posteriors
from vnlink.classify.ordered import pattern_levels
from vnlink.errors import ConfigError, InputError, ModelError, message
from vnlink.schema import Field

if TYPE_CHECKING:
    from vnlink.classify.classifier import MatchClassifier

__all__ = ["OwnClassifier", "OwnLearner", "checked_classifier", "is_fitted", "mean_absent_bits", "taken_as_given"]

UNBOUND_BITS = 52.0
"""Bound of a classifier that was fitted elsewhere: how many labels taught it is not known, so it is taken at its word."""

_SURE = 2.0**-52
_LN2 = float(np.log(2.0))
_YES, _NO = "partial", "none"


@dataclass(frozen=True, slots=True)
class OwnClassifier:
    """Fitted classifiers of the two questions, None where one is not asked.

    Attributes
    ----------
    fields : tuple of Field
        Layout of the patterns.
    same, agreement : MatchClassifier, optional
    absent_bits : float
        Log odds of "not in the register" that scores are measured against where a person has no rival.
    bound_bits : float
        Beyond which labels resolve nothing.
    """

    fields: tuple[Field, ...]
    same: MatchClassifier | None
    agreement: MatchClassifier | None
    absent_bits: float
    bound_bits: float

    def log_odds(self, patterns: NDArray[np.int64], score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score of each pattern in bits, given that of the weights."""
        if self.same is None or not len(patterns):
            return score
        codes = pattern_levels(patterns, self.fields)
        if not self.same._prior_columns:
            return self.same.same_log_odds(codes)
        prior = np.clip(score - self.absent_bits, -self.bound_bits, self.bound_bits)
        answer = self.same.same_log_odds(codes, _columns(self.same, prior, np.zeros(len(codes))))
        return np.asarray(score + np.clip(answer, -self.bound_bits, self.bound_bits) - prior)

    def probability_full(self, codes: NDArray[np.int64], rule_bits: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability that all agree if it is one person, given the log odds that the status rule stands for."""
        assert self.agreement is not None
        return self.agreement.predict_agreement_proba(codes, _columns(self.agreement, np.zeros(len(codes)), rule_bits))

    def as_dict(self) -> dict[str, Any]:
        """Plain data; ModelError where a wrapped classifier has no such form."""
        parts = {"same": self.same, "agreement": self.agreement}
        return {
            "absent_bits": self.absent_bits,
            "bound_bits": self.bound_bits,
            **{name: None if part is None else part.to_dict() for name, part in parts.items()},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], fields: tuple[Field, ...]) -> OwnClassifier:
        """Rebuild from :meth:`as_dict`; KeyError, TypeError, ValueError or ModelError where it is damaged."""
        from vnlink.classify.classifier import MatchClassifier  # noqa: PLC0415 - slow to load, and few models hold one
        from vnlink.classify.fellegi_sunter import numbers  # noqa: PLC0415

        parts = {name: None if data[name] is None else MatchClassifier.from_dict(data[name]) for name in ("same", "agreement")}
        if any(part is not None and not _of_fields(part.fields_, fields) for part in parts.values()):
            raise ValueError
        absent = float(numbers([data["absent_bits"]], 1, -UNBOUND_BITS, UNBOUND_BITS)[0])
        bound = float(numbers([data["bound_bits"]], 1, 0.0, UNBOUND_BITS)[0])
        found = cls(fields, parts["same"], parts["agreement"], absent, bound)
        if (found.same is not None and not found.same._chain.asks_same) or not _tells_agreement(found.agreement):
            raise ValueError
        return found

    def in_plain_form(self) -> OwnClassifier:
        """Return the same classifier as its file holds it."""
        return OwnClassifier.from_dict(self.as_dict(), self.fields)


def _columns(model: MatchClassifier, same: NDArray[np.float64], agreement: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Priors in as many columns as the model was fitted with."""
    return (None, same, np.column_stack([same, agreement]))[model._prior_columns]


def _of_fields(declared: Sequence[Any], fields: Sequence[Field]) -> bool:
    return [(f.name, tuple(f.levels)) for f in declared] == [(f.name, f.levels) for f in fields]


def _tells_agreement(model: MatchClassifier | None) -> bool:
    return model is None or len(model.splits_) > int(model._chain.asks_same)


def checked_classifier(classifier: Any, fields: tuple[Field, ...], *, labelled: bool, promised: bool) -> MatchClassifier | None:
    """Return a MatchClassifier over these fields, before anything is learned; None where none is given.

    Parameters
    ----------
    classifier : MatchClassifier or scikit-learn classifier, optional
        A scikit-learn classifier is wrapped.
    fields : tuple of Field
    labelled, promised : bool
        Whether there are labels, and whether a share of wrong full links is to be promised.

    Raises
    ------
    InputError
        It is no classifier, of other fields, or has nothing to learn from.
    ConfigError
        It was fitted before, so that nothing was held out from it for the promise.
    """
    if classifier is None:
        return None
    own = _as_match_classifier(classifier, fields)
    if not labelled and not is_fitted(own):
        remedy = "give labels to fit, or a MatchClassifier that is fitted"
        raise InputError(message("the classifier has nothing to learn from", remedy=remedy))
    if promised and is_fitted(own):
        what = "max_wrong_full cannot be promised with a classifier that was fitted before: nothing was held out from it"
        raise ConfigError(message(what, remedy="give one that learns from labels here, or leave out decide.max_wrong_full"))
    return own


def _as_match_classifier(classifier: Any, fields: tuple[Field, ...]) -> MatchClassifier:
    from vnlink.classify.classifier import MatchClassifier  # noqa: PLC0415 - slow to load, and few linkers have one

    if not isinstance(classifier, MatchClassifier):
        if isinstance(classifier, type) or not (hasattr(classifier, "fit") and hasattr(classifier, "predict_proba")):
            what = "classifier must be a MatchClassifier or a scikit-learn classifier with predict_proba"
            raise InputError(message(what, found=type(classifier), remedy="give one, or leave it out"))
        return MatchClassifier(classifier, fields=fields)
    fitted = is_fitted(classifier)
    if classifier.prior_weights is not None and not fitted:
        what = "a classifier that learns in a linker must have no prior_weights"
        raise InputError(message(what, remedy="leave them out: what was learned without labels is the prior"))
    declared = classifier.fields_ if fitted else classifier.fields
    if declared is not None and not _of_fields(declared, fields):
        what = "the classifier must be declared with the fields of the linker"
        raise InputError(message(what, remedy="make it with fields=vnlink.compare.patterns.FIELDS"))
    return classifier


def is_fitted(classifier: Any) -> bool:
    """Whether a MatchClassifier was fitted before it was given to a linker."""
    return hasattr(classifier, "splits_")


def taken_as_given(fitted: MatchClassifier, fields: tuple[Field, ...], absent_bits: float) -> OwnClassifier:
    """Use a classifier that was fitted elsewhere as it is, for the questions that it answers."""
    same = fitted if fitted._chain.asks_same else None
    agreement = fitted if _tells_agreement(fitted) else None
    return OwnClassifier(fields, same, agreement, absent_bits, UNBOUND_BITS).in_plain_form()


def mean_absent_bits(evidence: NDArray[np.uint8], present: NDArray[np.float64]) -> float:
    """Mean log odds of persons of these circumstances not to be in the register, in whole units of 1/4096 bit."""
    count = np.bincount(evidence, minlength=len(present))
    bits = np.log2(1.0 - present) - np.log2(present)
    return float(np.rint((count * bits).sum() / max(int(count.sum()), 1) * 4096.0) / 4096.0)


@dataclass(frozen=True, slots=True)
class OwnLearner:
    """Fits clones of a classifier to labelled persons.

    Attributes
    ----------
    classifier : MatchClassifier
    fields : tuple of Field
    choices : Choices
        Persons and candidates; ``row`` is of ``patterns``.
    patterns, score : int64[rows], float64[rows]
        Distinct patterns, and what the weights give them, in bits.
    group : int64[n]
        Group of each person, -1 without a label.
    absent_bits : float
    """

    classifier: MatchClassifier
    fields: tuple[Field, ...]
    choices: Choices
    patterns: NDArray[np.int64]
    score: NDArray[np.float64]
    group: NDArray[np.int64]
    absent_bits: float

    def added(self, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Correction of each pattern in nats, learned from some of the persons (bool[n]); 0 where the classifier is fitted."""
        own = self.learned(keep)
        return (own.log_odds(self.patterns, self.score) - self.score) * _LN2

    def learned(self, keep: NDArray[np.bool_]) -> OwnClassifier:
        """Fit the first question to some of the persons; a classifier that was fitted before is what it was."""
        if is_fitted(self.classifier):
            return replace(taken_as_given(self.classifier, self.fields, self.absent_bits), agreement=None)
        bound = float(np.floor(np.log2(1 + np.count_nonzero(keep & (self.choices.told != UNTOLD))) * 4096.0) / 4096.0)
        at, yes, weight, prior, together = self._rows(keep)
        fresh = self._clone((_NO, _YES))
        codes = pattern_levels(self.patterns[self.choices.row[at]], self.fields)
        fresh.fit(
            codes,
            np.where(yes, _YES, _NO),
            sample_weight=weight,
            prior_log_odds=np.clip(prior, -bound, bound),
            groups=together,
        )
        return OwnClassifier(self.fields, fresh, None, self.absent_bits, bound).in_plain_form()

    def _rows(
        self, keep: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
        """Pairs to learn from: row of the choices, yes or no, weight, log odds before (bits), group.

        Of who was told: all candidates, or the one that was denied. Of others the best candidate, yes and no by the weights'
        own answer: they hold in place what labels do not show.
        """
        choices = self.choices
        owner = np.repeat(np.arange(len(choices)), choices.sizes)
        p, _ = posteriors(choices, np.zeros(len(self.patterns)))
        prior = np.log2(np.maximum(p, _SURE)) - np.log2(np.maximum(1.0 - p, _SURE))
        told = choices.told[owner]
        asked = keep[owner] & np.where(told == UNTOLD, False, (told == RIGHT) | (told == NOBODY) | choices.named)
        best = np.lexsort((-p, owner))[choices.start]
        best = best[keep & (choices.told == UNTOLD)]
        labelled = np.flatnonzero(asked)
        at = np.concatenate([labelled, best, best])
        right = choices.named[labelled] & (told[labelled] == RIGHT)
        yes = np.concatenate([right, np.ones(len(best), bool), np.zeros(len(best), bool)])
        held, sure = choices.weight[owner[best]], p[best]
        weight = np.concatenate([np.ones(len(labelled)), held * sure, held * (1.0 - sure)])
        alone = int(self.group.max(initial=-1)) + 1 + np.arange(len(choices))
        together = np.where(self.group >= 0, self.group, alone)[owner[at]]
        return at, yes, weight, prior[at], together

    def agreement(
        self, codes: NDArray[np.int64], full: NDArray[np.bool_], rule_bits: NDArray[np.float64], group: NDArray[np.int64]
    ) -> OwnClassifier:
        """Fit the second question to right pairs; a classifier that was fitted before is what it was."""
        if is_fitted(self.classifier):
            return replace(taken_as_given(self.classifier, self.fields, self.absent_bits), same=None)
        fresh = self._clone(("full", "partial"))
        prior = np.column_stack([np.zeros(len(codes)), rule_bits])
        fresh.fit(codes, np.where(full, "full", "partial"), prior_log_odds=prior, groups=group)
        return OwnClassifier(self.fields, None, fresh, self.absent_bits, UNBOUND_BITS).in_plain_form()

    def _clone(self, classes: tuple[str, ...]) -> MatchClassifier:
        from sklearn.base import clone  # noqa: PLC0415 - slow to load, and few linkers have a classifier
        from sklearn.utils.validation import has_fit_parameter  # noqa: PLC0415

        fresh: MatchClassifier = clone(self.classifier)
        if fresh.estimator is not None and not has_fit_parameter(fresh.estimator, "sample_weight"):
            what = "the wrapped classifier cannot learn in a linker: it takes no sample_weight"
            raise ModelError(message(what, found=type(fresh.estimator), remedy="wrap a linear model or trees"))
        # The same input must give the same bytes, so what is drawn is drawn alike.
        drawn = {name: 0 for name, value in fresh.get_params().items() if name.endswith("random_state") and value is None}
        return fresh.set_params(fields=self.fields, classes=classes, **drawn)
