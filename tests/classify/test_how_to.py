"""What docs/classifier.md shows runs as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import sklearn

from vnlink.compare.patterns import FIELDS

PAGE = Path(__file__).parents[2] / "docs" / "classifier.md"


@pytest.mark.slow
def test_the_examples_of_the_how_to_run_one_after_the_other(registers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    codes = np.column_stack([np.minimum(rng.geometric(0.4, 300), len(f.levels)) - 1 for f in FIELDS])
    patterns = np.zeros(300, np.int64)
    for column, f in enumerate(FIELDS):
        patterns |= codes[:, column] << f.shift
    bits = 5.0 - codes[:, 0] - codes[:, 1]
    same = bits + rng.logistic(0, 1, 300) > 0
    y = np.where(same, np.where(codes[:, 0] < 2, "full", "partial"), "none")
    known = {"patterns": patterns, "y": y, "bits": bits, "person": np.arange(300) // 2, "commune": np.arange(300) // 7}
    truth = registers.truth.slice(0, 200).select(["land_user_id", "person_no", "citizen_id"])
    status = ["none" if citizen is None else "full" for citizen in truth["citizen_id"].to_pylist()]
    known |= {"land": registers.land, "citizens": registers.citizens, "labels": truth.append_column("status", [status])}
    known |= {"json": json, "sklearn": sklearn, "X_test": codes, "y_test": y}
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) > 4
    for example in examples:
        # Fewer rounds than by default: the page is about the calls.
        exec(example.replace("HistGradientBoostingClassifier()", "HistGradientBoostingClassifier(max_iter=3)"), known)
    assert known["again"].predict_proba(codes).tobytes() == known["model"].predict_proba(codes).tobytes()
