"""Probabilities against a truth: the bins of an evaluation, counted by hand, by other code, and as laws."""

from __future__ import annotations

import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.console import Console

from vnlink.errors import InputError
from vnlink.report.measures import evaluate
from vnlink.report.reliability import RELIABILITY_EDGES, reliability_of
from vnlink.report.text import evaluation_screen
from vnlink.report.weighted import Rate

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks" / "quality"))
import scoring

LOWS = RELIABILITY_EDGES[1:-1]


def links_of(rows):
    """Rows of (land_user_id, person_no, citizen_id, probability)."""
    user, person, citizen, probability = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    odds = [None if p is None else math.log2(max(p, 1e-9) / max(1.0 - p, 1e-9)) for p in probability]
    return pa.table(
        {
            "land_user_id": pa.array(user, pa.string()),
            "person_no": pa.array(person, pa.int32()),
            "citizen_id": pa.array(citizen, pa.string()),
            "status": pa.array(["none" if one is None else "partial" for one in citizen], pa.string()),
            "log_odds": pa.array(odds, pa.float64()),
            "probability": pa.array(probability, pa.float64()),
        }
    )


def truth_of(rows):
    """Rows of (land_user_id, person_no, citizen_id)."""
    user, person, citizen = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 3
    return pa.table(
        {
            "land_user_id": pa.array(user, pa.string()),
            "person_no": pa.array(person, pa.int64()),
            "citizen_id": pa.array(citizen, pa.string()),
        }
    )


def bins_of(links, truth):
    """Of each bin with persons: persons, wrong, promised wrong, citizens wrong, citizens; by its lower edge."""
    found = evaluate(links, truth).reliability
    return {
        one.low: (one.persons, one.wrong, one.promised_wrong, one.wrong_citizens.count, one.wrong_citizens.total)
        for one in found.bins
        if one.persons
    }


def test_the_bins_begin_at_one_half_and_are_those_of_an_audit_and_of_the_benchmark():
    assert [one.low for one in evaluate(links_of([]), truth_of([])).reliability.bins] == [
        0.5,
        0.8,
        0.9,
        0.95,
        0.99,
        0.999,
        0.9999,
    ]
    assert scoring.BINS == LOWS


def test_a_bin_holds_what_counting_by_hand_gives():
    links = links_of([("a", 1, "c1", 0.96), ("b", 1, "c2", 0.98), ("c", 1, "c3", 0.97), ("d", 1, "c4", 0.6)])
    truth = truth_of([("a", 1, "c1"), ("b", 1, "c9"), ("c", 1, "c3"), ("d", 1, "c4")])
    found = bins_of(links, truth)
    assert found[0.95] == (3, pytest.approx(1 / 3), pytest.approx(0.03), 1, 3)
    assert found[0.5] == (1, 0.0, pytest.approx(0.4), 0, 1)
    error = evaluate(links, truth).reliability.error
    assert error == pytest.approx((3 * abs(1 / 3 - 0.03) + 1 * 0.4) / 4)


def test_an_edge_belongs_to_the_bin_above_it_and_one_to_the_last():
    links = links_of([(f"u{i}", 1, f"c{i}", p) for i, p in enumerate((*LOWS, 1.0))])
    found = bins_of(links, truth_of([(f"u{i}", 1, f"c{i}") for i in range(8)]))
    assert {low: row[0] for low, row in found.items()} == {**dict.fromkeys(LOWS, 1), 0.9999: 2}


def test_a_link_below_one_half_is_in_no_bin():
    found = evaluate(links_of([("a", 1, "c1", 0.49)]), truth_of([("a", 1, "c1")])).reliability
    assert all(one.persons == 0 and one.wrong is None and one.promised_wrong is None for one in found.bins)
    assert found.error is None
    assert found.not_linked == 0


def test_a_person_without_candidates_is_in_no_bin():
    links = links_of([("a", 1, None, None), ("b", 1, "c1", 0.7)])
    assert bins_of(links, truth_of([("a", 1, "c9"), ("b", 1, "c1")]))[0.5][0] == 1


def test_a_link_of_somebody_who_is_nobody_is_wrong_and_is_of_the_citizen_who_was_named():
    links = links_of([("a", 1, "c1", 0.7), ("a", 2, "c1", 0.7), ("b", 1, "c1", 0.7)])
    found = bins_of(links, truth_of([("a", 1, None), ("b", 1, "c1")]))
    assert found[0.5][:2] == (3, pytest.approx(2 / 3))
    assert found[0.5][3:] == (1, 1)


def test_rows_of_one_true_citizen_count_once_whoever_was_named():
    links = links_of([("a", 1, "c1", 0.7), ("b", 1, "c2", 0.7), ("c", 1, "c3", 0.7)])
    found = bins_of(links, truth_of([("a", 1, "c1"), ("b", 1, "c1"), ("c", 1, "c1")]))
    assert found[0.5] == (3, pytest.approx(2 / 3), pytest.approx(0.3), 1, 1)


def test_the_interval_is_exact_and_over_citizens():
    rows = [(f"u{i}", 1, "same", 0.7) for i in range(50)] + [(f"v{i}", 1, f"c{i}", 0.7) for i in range(9)]
    truth = [(user, person, citizen) for user, person, citizen, _ in rows]
    (found,) = (one for one in evaluate(links_of(rows), truth_of(truth)).reliability.bins if one.persons)
    assert (found.persons, found.wrong_citizens) == (59, Rate(0, 10))
    assert found.wrong_citizens.interval == (0.0, pytest.approx(1.0 - 0.025**0.1))


def test_a_land_user_whom_the_truth_does_not_name_is_left_out():
    links = links_of([("a", 1, "c1", 0.7), ("z", 1, "c2", 0.7)])
    assert bins_of(links, truth_of([("a", 1, "c1")]))[0.5][0] == 1


def test_who_is_probable_but_was_not_linked_is_counted_and_judged_neither_right_nor_wrong():
    links = links_of([("a", 1, None, 0.7), ("b", 1, "c2", 0.7), ("z", 1, None, 0.7)])
    found = evaluate(links, truth_of([("a", 1, "c1"), ("b", 1, "c2")])).reliability
    assert found.not_linked == 1
    assert [one.persons for one in found.bins if one.persons] == [1]
    assert found.error == pytest.approx(0.3)


def test_links_without_probabilities_are_judged_without_bins():
    links = links_of([("a", 1, "c1", 0.7)]).drop_columns(["probability"])
    found = evaluate(links, truth_of([("a", 1, "c1")]))
    assert found.precision.value == 1.0
    assert found.reliability is None
    assert found.to_dict()["reliability"] is None


@pytest.mark.parametrize("wrong", [97.0, -0.1])
def test_a_probability_that_is_no_share_is_refused_without_its_value(wrong):
    links = links_of([("a", 1, "c1", 0.7)]).set_column(5, "probability", pa.array([wrong]))
    with pytest.raises(InputError, match="between 0 and 1") as caught:
        evaluate(links, truth_of([("a", 1, "c1")]))
    assert str(wrong) not in str(caught.value)


def test_the_bins_are_plain_data_for_json():
    links = links_of([("a", 1, "c1", 0.7), ("b", 1, "c9", 0.9995)])
    told = json.loads(json.dumps(evaluate(links, truth_of([("a", 1, "c1"), ("b", 1, "c2")])).to_dict(), allow_nan=False))
    assert set(told["reliability"]) == {"error", "not_linked", "bins"}
    assert len(told["reliability"]["bins"]) == len(LOWS)
    one = told["reliability"]["bins"][-2]
    assert (one["low"], one["high"], one["persons"], one["wrong"]) == (0.999, 0.9999, 1, 1.0)
    assert one["promised_wrong"] == pytest.approx(0.0005)
    assert (one["wrong_citizens"]["count"], one["wrong_citizens"]["total"]) == (1, 1)


def shown(evaluation):
    console = Console(file=io.StringIO(), width=80)
    console.print(evaluation_screen(evaluation))
    return console.file.getvalue()


def test_the_screen_shows_the_bins_that_have_persons_within_eighty_columns():
    rows = [(f"u{i}", 1, f"c{i}", p) for i, p in enumerate((0.7, 0.99995, 0.99995))]
    text = shown(evaluate(links_of(rows), truth_of([("u0", 1, "c0"), ("u1", 1, "c1"), ("u2", 1, None)])))
    (line,) = (line for line in text.splitlines() if line.strip().startswith("from 0.9999"))
    assert line.split()[2:6] == ["0.005", "%", "50.000", "%"]
    assert "from 0.5" in text
    assert "from 0.8" not in text
    assert "expected calibration error" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_screen_says_who_was_left_out_and_has_no_bins_where_nobody_is_in_one():
    truth = truth_of([("a", 1, "c1"), ("b", 1, "c2")])
    assert "1 from 0.5 on without a link" in shown(evaluate(links_of([("a", 1, None, 0.7), ("b", 1, "c2", 0.7)]), truth))
    assert "calibration" not in shown(evaluate(links_of([("a", 1, "c1", 0.1)]), truth))


def counted_again(links, truth):
    """The bins, counted row by row."""
    true = {(row["land_user_id"], row["person_no"]): row["citizen_id"] for row in truth.to_pylist()}
    users = {user for user, _ in true}
    bins = {low: [] for low in LOWS}
    for row in links.to_pylist():
        if row["land_user_id"] in users and row["citizen_id"] and (row["probability"] or 0.0) >= 0.5:
            right = true.get((row["land_user_id"], row["person_no"]))
            low = max(low for low in LOWS if low <= row["probability"])
            bins[low].append((1.0 - row["probability"], right != row["citizen_id"], right or row["citizen_id"]))
    found = {}
    for low, rows in bins.items():
        if rows:
            promised, wrong = (sum(row[i] for row in rows) / len(rows) for i in (0, 1))
            found[low] = (
                len(rows), pytest.approx(wrong), pytest.approx(promised),
                len({who for _, fault, who in rows if fault}), len({who for *_, who in rows}),
            )  # fmt: skip
    return found


def test_the_bins_of_a_run_are_those_counted_row_by_row(registers, result):
    found = bins_of(result.links, registers.truth)
    assert len(found) >= 5
    assert found == counted_again(result.links, registers.truth)


def test_the_bins_are_those_that_the_benchmark_of_accuracy_computes():
    rng = np.random.default_rng(5)
    probability = 1.0 - 10.0 ** -rng.uniform(0.0, 6.0, 5_000)
    right = rng.random(5_000) < probability
    unit = rng.integers(0, 2_000, 5_000)
    nothing = np.zeros(0)
    expected = scoring.calibration(scoring.Judged(nothing, probability, right, unit, nothing, nothing))
    found = reliability_of(probability, right, unit)
    assert found.error == pytest.approx(expected["expected_error"])
    for one, row in zip(found.bins, expected["bins"], strict=True):
        assert (one.low, one.persons, one.wrong_citizens.total) == (row["from"], row["persons"], row["citizens"])
        assert (one.wrong, one.promised_wrong) == pytest.approx((row["wrong"], row["promised"]))
        assert one.wrong_citizens.interval == (row["low"], row["high"])


person = st.tuples(st.sampled_from("abcdef"), st.integers(1, 3))
citizen = st.one_of(st.none(), st.sampled_from(["c1", "c2", "c3"]))
chance = st.one_of(st.none(), st.floats(0.0, 1.0), st.sampled_from(RELIABILITY_EDGES), st.floats(0.999, 1.0))


@given(
    st.dictionaries(person, st.tuples(citizen, chance)),
    st.dictionaries(person, citizen),
    st.randoms(use_true_random=False),
)
def test_everybody_from_one_half_on_is_in_one_bin_which_promises_what_lies_within_it(said, true, random):
    assume(not said or said.keys() & true.keys())  # a truth of other persons is refused
    rows, truth = [(*key, *one) for key, one in said.items()], [(*key, one) for key, one in true.items()]
    found = evaluate(links_of(rows), truth_of(truth)).reliability
    users = {user for user, _ in true}
    sure = [key for key, (_, p) in said.items() if key[0] in users and p is not None and p >= 0.5]
    assert sum(one.persons for one in found.bins) + found.not_linked == len(sure)
    assert found.not_linked == sum(said[key][0] is None for key in sure)
    for one in found.bins:
        assert (one.wrong is None) == (one.promised_wrong is None) == (one.persons == 0)
        assert one.wrong_citizens.count <= one.wrong_citizens.total <= one.persons
        if one.persons:
            assert 1.0 - one.high - 1e-12 <= one.promised_wrong <= 1.0 - one.low + 1e-12
            assert (one.wrong == 0.0) == (one.wrong_citizens.count == 0)
    assert found.error is None or 0.0 <= found.error <= 1.0
    assert bins_of(links_of(rows), truth_of(truth)) == counted_again(links_of(rows), truth_of(truth))
    random.shuffle(rows)
    random.shuffle(truth)
    assert evaluate(links_of(rows), truth_of(truth)).reliability == found
