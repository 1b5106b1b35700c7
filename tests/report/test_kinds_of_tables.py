"""Truths and labels are taken in any kind of frame and of columns."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink import Linker
from vnlink.errors import InputError
from vnlink.report.measures import evaluate

pl = pytest.importorskip("polars")
duckdb = pytest.importorskip("duckdb")


def views(table):
    return pa.table({n: table[n] if n == "person_no" else table[n].cast(pa.string_view()) for n in table.column_names})


def run_ends(table):
    ends = list(range(1, len(table) + 1))
    return pa.table({n: pa.RunEndEncodedArray.from_arrays(ends, table[n].combine_chunks()) for n in table.column_names})


KINDS = {
    "pandas": lambda table: table.to_pandas(),
    "pandas categories": lambda table: table.to_pandas().astype({"status": "category", "citizen_id": "category"}),
    "pandas nullable": lambda table: table.to_pandas().convert_dtypes(),
    "pandas index": lambda table: table.to_pandas().set_index(["land_user_id", "person_no"]),
    "polars": pl.from_arrow,
    "polars categories": lambda table: pl.from_arrow(table).with_columns(pl.col("status", "citizen_id").cast(pl.Categorical)),
    "duckdb": duckdb.from_arrow,
    "string views": views,
    "run ends": run_ends,
}


@pytest.fixture(scope="module")
def truth(registers):
    return registers.truth.select(["land_user_id", "person_no", "citizen_id", "status"]).slice(0, 200)


@pytest.mark.parametrize("kind", KINDS)
def test_a_truth_of_any_kind_judges_alike(kind, registers, truth):
    links = truth.append_column("log_odds", pa.array([10.0] * len(truth)))
    expected = evaluate(links, registers.truth)
    assert evaluate(KINDS[kind](links), KINDS[kind](registers.truth.select(truth.column_names))) == expected


def test_labels_of_any_kind_teach_alike(registers, truth):
    taught = {Linker(threads=1).fit(registers.land, registers.citizens, labels=truth).model_.to_json()}
    for kind in ("pandas categories", "polars categories", "run ends"):
        labels = KINDS[kind](truth)
        taught.add(Linker(threads=1).fit(registers.land, registers.citizens, labels=labels).model_.to_json())
    assert len(taught) == 1


def test_what_is_no_table_is_an_error_that_names_what_was_asked_for(truth):
    with pytest.raises(InputError, match="truth cannot be read as a table"):
        evaluate(truth.append_column("log_odds", pa.array([1.0] * len(truth))), 12)
    with pytest.raises(InputError, match="links cannot be read as a table"):
        evaluate("links.parquet", truth)
