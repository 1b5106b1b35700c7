"""recordlinkage with its ECM classifier, set up as well as we can.

Its indexing lists the pairs that agree in one of the blocks, its comparers make binary columns, and ECM (Fellegi and Sunter's
model by expectation and conditional maximisation) weighs them without labels. Its start values, "jaro", take only columns of 0
and 1 of which 1 speaks for the same person; a missing value is 0 there, so for fields that are often missing a second column
says that nothing contradicts.

What decides is which pairs it is given. ECM looks for two classes and takes the plainest: among pairs of every kind of block
these are "the same name" and "another name", not "the same person" and "another person", and recall at 99 % precision fell to
0.01. So it gets the blocks in which the name or a number agrees, and no column for the name; slips in names are lost to it. It
has no term frequencies. Nor does it get the province in the citizen's number: a column that says that it is the one of the
address, or that it is no other, took recall at 99 % precision from 0.76 to 0.64 and 0.63, because such columns are not
independent of the commune. Everything is in memory as pandas frames, so it is left out above
:data:`MOST_PERSONS` persons.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from answers import write_answers

__all__ = ["MOST_PERSONS", "run"]

MOST_PERSONS = 250_000
"""Land persons up to which it is run: pairs and columns are held in memory several times over."""
_BLOCKS = (
    ("personal_id",),
    ("old_id",),
    ("name_folded", "birth_year"),
    ("name_folded", "commune"),
    ("name_folded", "birth_day"),
)
_COLUMNS = (
    "name_folded",
    "birth_year",
    "birth_day",
    "birth_date",
    "sex",
    "personal_id",
    "old_id",
    "commune",
    "locality",
    "partner",
)


def _side(path: Path) -> Any:
    frame = pq.read_table(path, columns=["number", *_COLUMNS]).to_pandas().set_index("number")
    return frame[frame["name_folded"].notna()]


def _pairs(land: Any, citizens: Any) -> Any:
    import recordlinkage

    found = None
    for columns in _BLOCKS:
        # A missing value agrees with nothing: pandas would join missing with missing.
        left, right = (side.dropna(subset=list(columns)) for side in (land, citizens))
        if not len(left) or not len(right):
            continue
        indexer = recordlinkage.Index()
        indexer.block(list(columns))
        pairs = indexer.index(left, right)
        found = pairs if found is None else found.union(pairs, sort=False)
    return found


def _features(pairs: Any, land: Any, citizens: Any) -> Any:
    """Binary columns, 1 speaking for the same person."""
    import recordlinkage

    compare = recordlinkage.Compare()
    for column in ("birth_date", "personal_id", "old_id", "commune", "locality", "partner"):
        if land[column].notna().any() and citizens[column].notna().any():
            compare.exact(column, column, label=column)
    for column in ("sex", "personal_id", "birth_year"):
        compare.exact(column, column, missing_value=1, label=f"{column}_not_against")
    features = compare.compute(pairs, land, citizens).astype(np.uint8)
    # A column of one value teaches nothing, and ECM cannot start from it.
    return features.loc[:, features.nunique() == 2]


def run(prepared: Path, out: Path) -> dict[str, Any]:
    """Index, compare, classify, write answers."""
    import recordlinkage

    land, citizens = _side(prepared / "land.parquet"), _side(prepared / "citizens.parquet")
    pairs = _pairs(land, citizens)
    features = _features(pairs, land, citizens)
    classifier = recordlinkage.ECMClassifier(init="jaro", max_iter=500, atol=1e-5)
    with np.errstate(divide="ignore"):
        classifier.fit(features)
        logs = classifier.kernel.predict_log_proba(features.to_numpy())
    # The difference of the logarithms does not saturate as the probability does.
    bits = np.nan_to_num((logs[:, 1] - logs[:, 0]) / np.log(2.0), nan=0.0, posinf=500.0, neginf=-500.0)
    person = pairs.get_level_values(0).to_numpy().astype(np.int64)
    citizen = pairs.get_level_values(1).to_numpy().astype(np.int64)
    count = pq.read_metadata(prepared / "land.parquet").num_rows
    write_answers(out, person, citizen, bits, None, count)
    return {"pairs": len(person), "columns": list(features.columns), "share_of_matches": float(np.exp(classifier.log_p))}
