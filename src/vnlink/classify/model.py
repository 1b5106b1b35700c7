"""The model file: JSON, data only, with everything that decides.

It is checked on loading; a file that is damaged, of another version or for other fields gives a ModelError, never a wrong
result.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.drift import Profile, profile_from_dict
from vnlink.classify.fellegi_sunter import EQUAL, GROUPS, NUMBER_FIELDS, OTHERS_NAMES, FellegiSunter, numbers
from vnlink.classify.learning import Learned
from vnlink.classify.ordered import declare, pattern_levels
from vnlink.classify.own import OwnClassifier
from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.classify.prior import share_of_doubt
from vnlink.classify.saved_models import LinearSplit
from vnlink.classify.scorer import PatternScorer, Scorer, WeightScorer
from vnlink.classify.taught import RULE_BITS
from vnlink.errors import ModelError, message
from vnlink.schema import CROWDED, RARITY_BEARERS, RARITY_LEVELS, Field

__all__ = ["FORMAT", "Model", "is_model"]

FORMAT = "vnlink-model"
_GIVE = "give a file that vnlink train wrote, or the model.json of a result"
VERSION = 2
MAX_CITIZENS = 10**10
"""Most citizens of a population: more than there are people."""

_LEAST_SHARE = float(np.finfo(np.float64).eps)
_MAX_FLOAT = float(np.finfo(np.float64).max)


@dataclass(slots=True)
class Model:
    """Weights, how many persons are in the population, and where they were learned.

    Parameters
    ----------
    weights : FellegiSunter
        Weights of all fields; the row of the rarity field holds corrections only, the odds of a blind guess are those of the
        population the model is applied to (:meth:`for_population`).
    present : float64[CIRCUMSTANCES]
        Probability that a person of each kind of circumstances is in the population.
    count_citizens : int
        Size of the population it was learned on.
    report : dict
        Numbers of pairs learned from.
    profile : Profile, optional
        What confident links and persons looked like there (:mod:`vnlink.classify.drift`).
    agreement : LinearSplit, optional
        Tells full from partial, learned from labels.
    labels : dict, optional
        What labels did: their numbers, and confusion and log-loss on labels held out (:mod:`vnlink.classify.taught`).
    own : OwnClassifier, optional
        A classifier of the user's: corrects the scores of the weights, tells full from partial, or both.
    """

    weights: FellegiSunter
    present: NDArray[np.float64]
    count_citizens: int
    report: dict[str, float] = field(default_factory=dict)
    profile: Profile | None = None
    agreement: LinearSplit | None = None
    labels: dict[str, Any] | None = None
    own: OwnClassifier | None = None

    @property
    def doubt(self) -> float:
        """Share of every probability that is left to what the model never met: one in the pairs it learned from.

        These are the pairs confirmed by a number, and ten thousand as which the documented beliefs count.
        """
        return share_of_doubt(float(self.report.get("anchors", 0.0)))

    @classmethod
    def of(cls, learned: Learned, count_citizens: int) -> Model:
        """Make the model of what was learned on a population of ``count_citizens``."""
        return cls(learned.model, learned.present, count_citizens, learned.report)

    def for_population(self, count_citizens: int) -> FellegiSunter:
        """Return the weights for a population: how many citizens a guess is among."""
        weights = {name: table.copy() for name, table in self.weights.weights.items()}
        rarity = self.weights.fields[-1].name
        weights[rarity] = weights[rarity] + blind_guess(count_citizens)
        # A wrong citizen with the right number comes at a rate per land user, whatever the number of citizens.
        shift = np.rint(np.log2(count_citizens / self.count_citizens) * 4096.0) / 4096.0
        for name in NUMBER_FIELDS:
            weights[name][:, EQUAL] += shift
        return replace(self.weights, weights=weights)

    def evaluator(self, count_citizens: int) -> Callable[[NDArray[np.int64]], NDArray[np.float64]]:
        """Return what scores patterns, in bits, in a population: the weights for it, and the user's classifier if any."""
        weights = self.for_population(count_citizens)
        own = self.own
        return weights.score if own is None else lambda patterns: own.log_odds(patterns, weights.score(patterns))

    def scorer_maker(self, count_citizens: int, scale: int) -> Callable[[], Scorer]:
        """Return what makes a scorer for each thread, ``scale`` units to the bit; see :meth:`evaluator`."""
        if self.own is None:
            adding = WeightScorer(self.for_population(count_citizens), scale)
            return lambda: adding
        evaluate = self.evaluator(count_citizens)
        return lambda: PatternScorer(evaluate, scale)

    def calls_full(self, patterns: NDArray[np.int64], rule: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether clerks would more probably call each pair full than partial, if it is one person; bool[n].

        ``rule`` says whether all fields of the pair agree by the status rule.

        Raises
        ------
        ModelError
            The model was learned without labels.
        """
        codes, bits = pattern_levels(patterns, self.weights.fields), np.where(rule, RULE_BITS, -RULE_BITS)
        if self.own is not None and self.own.agreement is not None:
            return self.own.probability_full(codes, bits) >= 0.5
        if self.agreement is None:
            what = "the model cannot tell full from partial: it was learned without labels"
            raise ModelError(message(what, remedy='give labels, or set decide.status to "rule"'))
        return np.asarray(self.agreement.log_odds(codes, bits) >= 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return the model as plain data."""
        told: dict[str, Any] = {}
        if self.profile is not None:
            told["profile"] = self.profile
        if self.agreement is not None:
            told["agreement"] = self.agreement.as_dict()
        if self.labels is not None:
            told["labels"] = self.labels
        if self.own is not None:
            told["classifier"] = self.own.as_dict()
        return {
            "format": FORMAT,
            "version": VERSION,
            "kind": "fellegi-sunter",
            "groups": {"names": list(GROUPS), "of_level": list(self.weights.groups), "of_others": list(OTHERS_NAMES)},
            "fields": self.weights.as_dict(),
            "prior": {"present": self.present.tolist(), "count_citizens": self.count_citizens},
            "learned_from": dict(self.report),
            **told,
        }

    def save(self, path: str | Path) -> None:
        """Write the model file; the same model gives the same bytes."""
        Path(path).write_text(self.to_json(), encoding="utf-8")

    def to_json(self) -> str:
        """Return the text of the model file."""
        return text_of_model(self.as_dict())

    @classmethod
    def load(cls, path: str | Path, fields: tuple[Field, ...], groups: tuple[int, ...]) -> Model:
        """Read a model file.

        Raises
        ------
        ModelError
            It cannot be read, is not a model, or is for other fields.
        """
        place = Path(path)
        try:
            if place.exists() and not place.is_file():
                raise ModelError(message("the model must be a file and is a folder, a pipe or a device", remedy=_GIVE))
            text = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise ModelError(message("the model file cannot be read", remedy=_GIVE)) from None
        return cls.from_json(text, fields, groups)

    @classmethod
    def from_json(cls, text: str, fields: tuple[Field, ...], groups: tuple[int, ...]) -> Model:
        """Rebuild a model from the text of its file, checking every table."""
        again = "train it again with this version"
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):  # not JSON, an int of thousands of digits, or lists within lists without end
            raise ModelError(message("the model file is damaged", remedy=again)) from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ModelError(message(f"the file must be a {FORMAT} and is something else", remedy=_GIVE))
        if data.get("version") != VERSION:
            raise ModelError(message(f"the file must be a {FORMAT} of version {VERSION}", remedy=again))
        try:
            _require(data["groups"]["of_level"] == list(groups))
            _require(data["groups"].get("of_others", list(OTHERS_NAMES)) == list(OTHERS_NAMES))
            weights = FellegiSunter.from_dict(data["fields"], fields, groups)
            present = numbers(data["prior"]["present"], CIRCUMSTANCES, _LEAST_SHARE, 1.0 - _LEAST_SHARE)
            count = data["prior"]["count_citizens"]
            report = data.get("learned_from", {})
            _require(type(count) is int and 1 <= count <= MAX_CITIZENS)
            _require(isinstance(report, dict))
            numbers(list(report.values()), len(report), -_MAX_FLOAT, _MAX_FLOAT)
            profile = profile_from_dict(data["profile"], fields) if "profile" in data else None
            agreement = LinearSplit.from_dict(data["agreement"], declare(fields)) if "agreement" in data else None
            labels = data.get("labels")
            own = OwnClassifier.from_dict(data["classifier"], fields) if "classifier" in data else None
            taught = agreement is not None or (own is not None and own.agreement is not None)
            _require(isinstance(labels, dict | None) and (labels is None or taught))
            _require(labels is not None or agreement is None)
            json.dumps(labels, allow_nan=False)
        except (KeyError, TypeError, ValueError):
            raise ModelError(message("the model file does not fit this version's fields", remedy=again)) from None
        return cls(weights, present, count, report, profile, agreement, labels, own)


def is_model(path: Path) -> bool:
    """Whether a file is a model of vnlink, of whatever version."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("format") == FORMAT


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError


def blind_guess(count_citizens: int) -> NDArray[np.float64]:
    """Bits of a blind guess by name group and rarity, float64[groups, rarity levels].

    Where the whole name agrees the guess is among the expected bearers of the name, otherwise among all citizens.
    """
    blind = np.full((len(GROUPS), len(RARITY_LEVELS)), -np.log2(count_citizens))
    # Written together ("NguyễnVăn Hùng") a name is borne by nobody and agrees all the same: how common it is, is not known.
    blind[1] = -np.log2(RARITY_BEARERS[CROWDED])
    blind[1, : len(RARITY_BEARERS)] = -np.log2(RARITY_BEARERS)
    return np.asarray(np.rint(blind * 4096.0) / 4096.0)


def text_of_model(data: dict[str, Any]) -> str:
    """The text of the model file, of what :meth:`Model.as_dict` gives."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
