"""The supervised reference: gradient-boosted trees that saw the truth of a sister register.

It gets vnlink's candidate pairs as vnlink sees them, the levels of all fields, and learns from true labels what they are
worth, with whatever interactions there are. What it reaches is what these levels can give, so the distance to it is what
vnlink loses by learning without labels. A person's candidates and nobody then share one posterior. Without a sister the
register itself is cut in five by its citizens, and each part is judged by trees that saw the other four.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from answers import write_answers
from numpy.typing import NDArray
from scoring import true_citizens

from vnlink.schema import RARITY_BEARERS, RARITY_LEVELS

__all__ = ["run"]

_PARTS = 5
_LEAST = 1e-12


def run(prepared: Path, truth: Path, sister: tuple[Path, Path] | None, out: Path, *, partner: bool) -> dict[str, Any]:
    """Train on the sister (its prepared folder and its truth), judge the register, write answers.

    ``partner`` False hides from the trees what concerns the other person of a couple.
    """
    pairs = pq.read_table(prepared / "pairs.parquet")
    person, citizen = (pairs[name].to_numpy().astype(np.int64) for name in ("person", "citizen"))
    true = true_citizens(prepared, truth)
    features = _features(pairs, partner=partner)
    if sister is not None:
        theirs = pq.read_table(sister[0] / "pairs.parquet")
        labels = _labels(theirs, true_citizens(*sister))
        probability = _probability(_fit(_features(theirs, partner=partner), labels), features)
    else:
        # Persons of one citizen stay together; who is nobody stays with the persons who would be taken for the same citizen.
        unit = np.where(true >= 0, true, _favourite(person, citizen, len(true)))
        part = (unit * 2654435761 % 2**32 % _PARTS)[person]
        labels = _labels(pairs, true)
        probability = np.empty(len(person))
        for k in range(_PARTS):
            inside = part == k
            probability[inside] = _probability(_fit(features[~inside], labels[~inside]), features[inside])
    probability = np.clip(probability, _LEAST, 1.0 - _LEAST)
    # Odds among all candidate pairs are left as they are. Turned into odds against a blind guess among the person's candidates
    # they are better calibrated, but recall at 99.9 % is lower (0.82 for 0.87 on a register of other origin).
    write_answers(out, person, citizen, np.log2(probability) - np.log2(1.0 - probability), None, len(true))
    return {"pairs": len(person), "trained_on": "sister" if sister else f"{_PARTS} parts of the register itself"}


def _features(pairs: Any, *, partner: bool) -> NDArray[np.uint8]:
    names = [n for n in pairs.column_names if n not in ("person", "citizen", "kind") and (partner or n != "partner")]
    features = np.column_stack([pairs[name].to_numpy() for name in names])
    # On the scale of rarity, the last feature, names that nobody bears come before the rarest that somebody does.
    features[:, -1] = (features[:, -1] + len(RARITY_LEVELS) - len(RARITY_BEARERS)) % len(RARITY_LEVELS)
    return features


def _labels(pairs: Any, true: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(true[pairs["person"].to_numpy()] == pairs["citizen"].to_numpy())


def _favourite(person: NDArray[np.int64], citizen: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The first candidate of each person: rows of one absent owner have the same."""
    first = np.arange(count)
    first[person[::-1]] = citizen[::-1]
    return first


def _fit(features: NDArray[np.uint8], labels: NDArray[np.bool_]) -> Any:
    """Train the trees. Equal rows of one label are one row with a weight: there are some hundred times fewer."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    _, first, inverse = np.unique(_keys(features) * 2 + labels, return_index=True, return_inverse=True)
    # The last feature, rarity, is a scale (see _features); the others are names of levels.
    categorical = list(range(features.shape[1] - 1))
    model = HistGradientBoostingClassifier(
        max_iter=200, max_leaf_nodes=31, min_samples_leaf=5, l2_regularization=1.0,
        categorical_features=categorical, early_stopping=False, random_state=0,
    )  # fmt: skip
    # So few rows are learned faster by one thread than by several that wait for each other.
    with threadpool_limits(1):
        return model.fit(features[first], labels[first], sample_weight=np.bincount(inverse).astype(np.float64))


def _probability(model: Any, features: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Probability of each pair; equal rows are asked once."""
    _, first, inverse = np.unique(_keys(features), return_index=True, return_inverse=True)
    return np.asarray(model.predict_proba(features[first])[:, 1][inverse])


def _keys(features: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number for the levels of each row; six bits hold any level."""
    key = np.zeros(len(features), np.int64)
    for column in features.T:
        key = key * 64 + column
    return key
