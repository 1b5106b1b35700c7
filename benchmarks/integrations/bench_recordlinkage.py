"""recordlinkage with vnlink's classes in it: how fast its comparisons are, and what two lines of a notebook change.

    python benchmarks/integrations/bench_recordlinkage.py [--citizens N] [--land-users M] [--pairs P] [--repeat R] [--json FILE]

Speed: the same pairs of names (candidate pairs, drawn again until there are enough) through ``String`` of recordlinkage and
through ``Name``, as features alone and inside ``Compare.compute``, where recordlinkage lays both columns out for all pairs,
whoever compares them; ``Compare`` of vnlink does not. CPU time, the best of the repetitions.

Notebook: the one of recordlinkage's documentation that links two files, with the columns of the registers: a block, one
comparison a field, and as matches the pairs of which the features add up to more than some number, or those that its ECM
classifier finds. What differs is in :data:`LINES`. Judged by recordlinkage's own measures against the truth.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vnlink.datasets import synthesize

__all__ = ["LINES", "main", "notebook"]

PLAIN = 'land, citizens = (t.to_pandas().set_index(k) for t, k in ((L, "land_user_id"), (C, "citizen_id")))'
COMPARISONS = """
compare.string("full_name", "full_name", method="jarowinkler", threshold=0.85, label="name")
compare.exact("birth_date", "birth_date", label="birth_date")
compare.exact("gender", "gender", label="gender")
compare.exact("commune_code", "commune_code", label="commune")
compare.exact("id_number", "personal_id", label="number")
"""
OWN_COMPARISONS = """
compare.add(vn.Name("full_name", "full_name", owners=True, label="name"))
compare.add(vn.Birth("birth_date", "birth_date", label="birth_date"))
compare.add(vn.Sex("gender", "gender", label="gender"))
place = ["address", "commune_code", "commune_vintage"]
compare.add(vn.Place(place, place, label="place"))
compare.add(vn.Number("id_number", ["personal_id", "old_id_number"], label="number"))
"""
LINES = {
    "recordlinkage alone": (PLAIN, 'indexer.block("full_name")', COMPARISONS),
    "one line changed": ("land, citizens = vn.frames(L, C)", 'indexer.block("full_name")', COMPARISONS),
    "two lines changed": ("land, citizens = vn.frames(L, C)", 'indexer.add(vn.SameName("full_name"))', COMPARISONS),
    "blocking and comparisons of vnlink": (PLAIN, "indexer.add(vn.Candidates())", OWN_COMPARISONS),
}
"""What differs between the states of the notebook; ``L`` and ``C`` are the registers as they are."""

NOTEBOOK = """
import recordlinkage
from vnlink.integrations import recordlinkage as vn

{registers}

indexer = recordlinkage.Index()
{block}
pairs = indexer.index(land, citizens)

compare = recordlinkage.Compare()
{comparisons}
features = compare.compute(pairs, land, citizens)
"""
SUMS = (1.0, 2.0, 3.0, 3.2, 3.5)


def notebook(land: Any, citizens: Any, lines: tuple[str, str, str]) -> tuple[Any, Any]:
    """Run the notebook on two registers; returns its pairs and its features."""
    names: dict[str, Any] = {"L": land, "C": citizens}
    exec(NOTEBOOK.format(registers=lines[0], block=lines[1], comparisons=lines[2]), names)  # noqa: S102  # the notebook itself
    return names["pairs"], names["features"]


def judged(matches: Any, true: Any) -> dict[str, float]:
    """Precision, recall and F by recordlinkage's measures; all zero without matches."""
    import recordlinkage as rl

    if not len(matches):
        return {"precision": 0.0, "recall": 0.0, "f": 0.0}
    measures = {"precision": rl.precision, "recall": rl.recall, "f": rl.fscore}
    return {name: round(float(measure(true, matches)), 4) for name, measure in measures.items()}


def results(registers: Any, lines: tuple[str, str, str]) -> dict[str, Any]:
    """What a state of the notebook finds."""
    import recordlinkage as rl

    from vnlink.integrations import recordlinkage as vn

    pairs, features = notebook(registers.land, registers.citizens, lines)
    true = vn.true_links(registers.truth, persons="frames" in lines[0])
    agree = features.sum(axis=1)
    found = {f"sum above {least}": judged(features.index[agree > least], true) for least in SUMS}
    found["ECM"] = judged(rl.ECMClassifier().fit_predict((features > 0.8).astype(int)), true)
    brought = len(pairs.intersection(true)) / len(true)
    return {"pairs": len(pairs), "recall_of_blocking": round(brought, 4), "matches": found}


def _nanoseconds(work: Callable[[], Any], count: int, repeat: int) -> float:
    """CPU time a pair of the fastest of some repetitions."""
    spent = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return round(min(spent) / count * 1e9, 1)


def speed(registers: Any, count: int, repeat: int) -> dict[str, Any]:
    """Nanoseconds a pair of the comparisons of names, on the same pairs."""
    import recordlinkage as rl
    from recordlinkage.utils import frame_indexing

    from vnlink.integrations import recordlinkage as vn

    land, citizens = vn.frames(registers.land, registers.citizens)
    land, citizens = (side[side["full_name"].notna()] for side in (land, citizens))
    indexer = rl.Index()
    indexer.add(vn.Candidates())
    pairs = indexer.index(land, citizens)
    pairs = pairs[np.random.default_rng(0).integers(0, len(pairs), count)]
    columns = [(frame_indexing(side[["full_name"]], pairs, i)["full_name"],) for i, side in enumerate((land, citizens))]
    on = ("full_name", "full_name")
    features = {
        "jarowinkler": rl.compare.String(*on, method="jarowinkler"),
        "levenshtein": rl.compare.String(*on),
        "vnlink": vn.Name(*on),
        "vnlink, owner strings": vn.Name(*on, owners=True),
    }
    features["vnlink"]._compute(*columns)  # compiled before it is timed
    features["vnlink, owner strings"]._compute(*columns)
    alone, inside = {}, {}
    for name, feature in features.items():
        times = repeat if "vnlink" in name else 1
        compare = rl.Compare([feature])
        alone[name] = _nanoseconds(lambda one=feature: one._compute(*columns), count, times)
        inside[name] = _nanoseconds(lambda both=compare: both.compute(pairs, land, citizens), count, times)
    own = vn.Compare([features["vnlink"]])
    inside["vnlink, its own Compare"] = _nanoseconds(lambda: own.compute(pairs, land, citizens), count, repeat)
    slower = ("jarowinkler", "levenshtein")
    return {
        "pairs": count,
        "ns_a_pair": alone,
        "ns_a_pair_in_compute": inside,
        "times_faster": {name: round(alone[name] / alone["vnlink"], 1) for name in slower},
        "times_faster_in_own_compute": {name: round(inside[name] / inside["vnlink, its own Compare"], 1) for name in slower},
    }


def main(argv: list[str] | None = None) -> dict[str, Any]:
    """Run the benchmark and print it; the figures are returned as well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--citizens", type=int, default=20_000)
    parser.add_argument("--land-users", type=int, default=12_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--pairs", type=int, default=300_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    registers = synthesize(citizens=options.citizens, land_users=options.land_users, seed=options.seed)
    found = {
        "speed": speed(registers, options.pairs, options.repeat),
        "notebook": {name: results(registers, lines) for name, lines in LINES.items()},
    }
    text = json.dumps(found, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return found


if __name__ == "__main__":
    main()
