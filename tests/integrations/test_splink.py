"""Tables for Splink, and what comes back from it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink.errors import InputError
from vnlink.integrations.splink import RARE_NAME, splink_labels, splink_predictions, splink_tables
from vnlink.report.measures import evaluate

PAIRS = pa.table(
    {
        "unique_id_l": ["L1", "L1", "L2#2", "L3", "L1"],
        "unique_id_r": ["C2", "C1", "C3", "C4", "C0"],
        "match_weight": [9.0, 9.0, 3.0, -2.0, 1.0],
        "match_probability": [0.998, 0.998, 0.88, 0.2, 0.66],
    }
)


def test_the_tables_have_ids_and_no_rows_without_a_name(registers):
    land, citizens = splink_tables(registers.land, registers.citizens)
    assert land.column_names == citizens.column_names
    assert land.column_names[0] == "unique_id"
    assert len(set(land["unique_id"].to_pylist())) == len(land)
    assert land["name_folded"].null_count == citizens["name_folded"].null_count == 0
    assert set(citizens["unique_id"].to_pylist()) == set(registers.citizens["citizen_id"].to_pylist())


def test_a_rare_name_is_one_that_few_citizens_bear():
    names = ["Nguyễn Văn Hùng"] * (RARE_NAME + 1) + ["Lò Văn Ón"] * RARE_NAME
    citizens = pa.table({"citizen_id": [f"C{i}" for i in range(len(names))], "full_name": names})
    land = pa.table({"land_user_id": ["L1", "L2"], "full_name": ["Lò Văn Ón", "Nguyễn Văn Hùng"]})
    made = splink_tables(land, citizens)
    assert made.land["rare_name"].to_pylist() == ["lo van on", None]
    assert made.citizens["rare_name"].null_count == RARE_NAME + 1


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0]])
def test_predictions_become_one_link_a_person_whatever_their_order(order):
    links = splink_predictions(PAIRS.take(pa.array(order))).sort_by("land_user_id").to_pylist()
    assert [(row["land_user_id"], row["person_no"], row["citizen_id"]) for row in links] == [("L1", 1, "C1"), ("L2", 2, "C3")]
    assert links[0]["log_odds"] == 9.0


def test_predictions_are_judged_as_links_are():
    truth = pa.table({"land_user_id": ["L1", "L2"], "person_no": [1, 2], "citizen_id": ["C1", "C9"]})
    measured = evaluate(splink_predictions(PAIRS), truth)
    assert (measured.precision.count, measured.precision.total) == (1, 2)


def test_no_pair_above_the_threshold_gives_no_link():
    assert splink_predictions(PAIRS, 1.0).num_rows == 0


def test_labels_say_who_is_and_who_is_not():
    labels = PAIRS.select([0, 1]).append_column("clerical_match_score", pa.array([0.0, 1.0, 0.5, 0.4, 0.0]))
    made = splink_labels(labels)
    assert made["status"].to_pylist() == ["none", "full", "full", "none", "none"]
    assert (made["land_user_id"][2].as_py(), made["person_no"][2].as_py()) == ("L2", 2)
    assert set(splink_labels(PAIRS)["status"].to_pylist()) == {"full"}


def test_what_is_no_table_of_pairs_is_an_error_that_names_the_column():
    with pytest.raises(InputError, match="match_weight"):
        splink_predictions(PAIRS.drop_columns(["match_weight"]))
    with pytest.raises(InputError, match="table of pairs"):
        splink_labels(12)
