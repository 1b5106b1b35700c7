"""The chain of steps of a three-class model, and its file: JSON, data only, checked on loading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.fellegi_sunter import MAX_WEIGHT, numbers
from vnlink.classify.ordered import MAX_LEVELS, LevelField
from vnlink.classify.saved_models import MAX_TABLE_ROWS, split_from_dict
from vnlink.classify.wrapped import EstimatorSplit
from vnlink.errors import ModelError, message

__all__ = ["FORMAT", "Chain", "model_as_dict", "model_from_dict"]

FORMAT = "vnlink-match-classifier"
VERSION = 1
_WORDS = ("none", "full", "partial")
_AGAIN = "fit it again with this version"


@dataclass(frozen=True, slots=True)
class Chain:
    """The order in which classes are asked for.

    ``order`` holds class numbers: "another person" first where ``asks_same``, then the agreement classes, best first.
    """

    order: tuple[int, ...]
    asks_same: bool

    @classmethod
    def of(cls, classes: NDArray[Any]) -> Chain:
        """Find the chain of sorted classes: the clerks' words by what they mean, any other by their order."""
        words = [str(c) if isinstance(c, str) else "" for c in classes.tolist()]
        if set(words) <= set(_WORDS):
            order = tuple(words.index(word) for word in _WORDS if word in words)
            return cls(order, "none" in words)
        return cls((0, *range(len(words) - 1, 0, -1)), True)

    def steps(self) -> list[tuple[int, str]]:
        """Each two-class step: the class that it splits off, and whether it asks "same" or "agreement"."""
        return [(stops, "same" if at == 0 and self.asks_same else "agreement") for at, stops in enumerate(self.order[:-1])]

    def only_agreement(self, classes: NDArray[Any]) -> float:
        """Probability of "all agree" where there is no step to ask: 0 if the one agreement class is partial."""
        return 0.0 if str(classes[self.order[-1]]) == "partial" else 1.0


def _table_rows(fields: tuple[LevelField, ...], patterns: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return the patterns given, or all combinations of levels where they are few enough."""
    if patterns is not None:
        return patterns
    sizes = [len(f.levels) for f in fields]
    if np.prod([float(size) for size in sizes]) > MAX_TABLE_ROWS:
        what = "this wrapped classifier can be saved as a table only, and there are too many combinations of levels"
        raise ModelError(message(what, remedy="give to_dict the patterns that can come, or wrap a linear model or trees"))
    return np.indices(sizes).reshape(len(sizes), -1).T.astype(np.int64)


def model_as_dict(model: Any, patterns: NDArray[np.int64] | None) -> dict[str, Any]:
    """Return a fitted MatchClassifier as plain data."""
    splits = []
    for split, (_, kind) in zip(model.splits_, model._chain.steps(), strict=True):
        if isinstance(split, EstimatorSplit):
            if model._prior_columns:
                what = "this wrapped classifier cannot be saved: its answer depends on a prior that comes with each row"
                raise ModelError(message(what, remedy="wrap a linear model or trees, or give prior_weights"))
            rows = _table_rows(model.fields_, patterns)
            split = split.as_table(rows, model._prior(rows, None)[0] if kind == "same" else None)
        splits.append(split.as_dict())
    prior = None
    if model._prior_tables is not None:
        weights = {f.name: table.tolist() for f, table in zip(model.fields_, model._prior_tables, strict=True)}
        prior = {"bias_bits": model._prior_bias, "weights_bits": weights}
    return {
        "format": FORMAT,
        "version": VERSION,
        "classes": model.classes_.tolist(),
        "fields": [{"name": f.name, "levels": list(f.levels), "better": list(f.better)} for f in model.fields_],
        "declared": model.fields is not None,
        "named": hasattr(model, "feature_names_in_"),
        "prior": prior,
        "prior_columns": model._prior_columns,
        "steps": splits,
        "learned": [dict(learned) for learned in model.learned_],
    }


def model_from_dict(kind: Any, data: Mapping[str, Any]) -> Any:
    """Rebuild a MatchClassifier of class ``kind``, checking everything."""
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
        raise ModelError(message(f"the data must be a {FORMAT} of version {VERSION}", remedy=_AGAIN))
    try:
        return _rebuilt(kind, data)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError):
        raise ModelError(message("the model is damaged", remedy=_AGAIN)) from None


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError


def _classes(values: Any) -> NDArray[Any]:
    _require(isinstance(values, list) and 1 <= len(values) <= MAX_LEVELS)
    _require(len({type(value) for value in values}) == 1 and type(values[0]) in (str, int, float, bool))
    found = np.array(values)
    _require(np.array_equal(np.unique(found), found))
    return found


def _field(data: Any) -> LevelField:
    name, levels, better = data["name"], data["levels"], data["better"]
    _require(isinstance(name, str) and isinstance(levels, list) and isinstance(better, list))
    _require(1 <= len(levels) <= MAX_LEVELS and all(isinstance(level, str) for level in levels))
    _require(len(better) == len(levels) and len(set(levels)) == len(levels))
    _require(all(type(at) is int and -1 <= at < len(levels) for at in better))
    found = LevelField(name, tuple(levels), tuple(better))
    found.below()
    return found


def _chains(field: LevelField) -> tuple[tuple[str, str], ...]:
    return tuple((field.levels[up], field.levels[down]) for down, up in enumerate(field.better) if up >= 0)


def _rebuilt(kind: Any, data: dict[str, Any]) -> Any:
    fields = tuple(_field(one) for one in data["fields"])
    _require(len({f.name for f in fields}) == len(fields) > 0)
    _require(type(data["declared"]) is bool and type(data["named"]) is bool)
    _require(type(data["prior_columns"]) is int and 0 <= data["prior_columns"] <= 2)
    classes = _classes(data["classes"])
    order = {f.name: _chains(f) for f in fields if any(at >= 0 for at in f.better)}
    model = kind(fields=fields if data["declared"] else None, ordered=order, classes=tuple(classes.tolist()))
    model.classes_, model.fields_, model.n_features_in_ = classes, fields, len(fields)
    model._chain = Chain.of(classes)
    if data["named"]:
        model.feature_names_in_ = np.array([f.name for f in fields], object)
    model._prior_tables, model._prior_bias, model._prior_columns = None, 0.0, data["prior_columns"]
    if data["prior"] is not None:
        weights = data["prior"]["weights_bits"]
        _require(set(weights) == {f.name for f in fields})
        model._prior_tables = [numbers(weights[f.name], len(f.levels), -MAX_WEIGHT, MAX_WEIGHT) for f in fields]
        model._prior_bias = float(numbers([data["prior"]["bias_bits"]], 1, -MAX_WEIGHT, MAX_WEIGHT)[0])
        model.prior_weights, model.prior_bias = weights, model._prior_bias
    steps = model._chain.steps()
    _require(isinstance(data["steps"], list) and len(data["steps"]) == len(steps))
    known = {"same": data["prior"] is not None or data["prior_columns"] > 0, "agreement": data["prior_columns"] == 2}
    model.splits_ = [
        split_from_dict(split, fields, with_prior=known[what] and at <= 1)
        for at, (split, (_, what)) in enumerate(zip(data["steps"], steps, strict=True))
    ]
    _require(isinstance(data["learned"], list) and all(isinstance(one, dict) for one in data["learned"]))
    json.dumps(data["learned"], allow_nan=False)
    model.learned_ = data["learned"]
    return model
