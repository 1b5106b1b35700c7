"""Measures against truths small enough to count by hand, and laws that hold for all of them."""

from __future__ import annotations

import io
import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.console import Console

from vnlink.errors import InputError
from vnlink.report.measures import Rate, evaluate
from vnlink.report.text import evaluation_screen


def links_of(rows):
    """Rows of (land_user_id, person_no, citizen_id, status, log_odds)."""
    user, person, citizen, status, odds = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    return pa.table(
        {
            "land_user_id": pa.array(user, pa.string()),
            "person_no": pa.array(person, pa.int32()),
            "citizen_id": pa.array(citizen, pa.string()),
            "status": pa.array(status, pa.string()),
            "log_odds": pa.array(odds, pa.float64()),
        }
    )


def truth_of(rows):
    """Rows of (land_user_id, person_no, citizen_id, status)."""
    user, person, citizen, status = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 4
    return pa.table(
        {
            "land_user_id": pa.array(user, pa.string()),
            "person_no": pa.array(person, pa.int64()),
            "citizen_id": pa.array(citizen, pa.string()),
            "status": pa.array(status, pa.string()),
        }
    )


LINKS = links_of(
    [
        ("a", 1, "c1", "full", 30.0),
        ("a", 2, "c2", "full", 25.0),
        ("b", 1, "c9", "partial", 4.0),
        ("c", 1, "c4", "partial", 6.0),
        ("d", 1, None, "none", None),
        ("e", 1, "c6", "full", 22.0),
    ]
)
TRUTH = truth_of(
    [
        ("e", 1, None, "none"),
        ("d", 1, "c5", "full"),
        ("c", 1, "c4", "partial"),
        ("b", 1, "c3", "partial"),
        ("a", 2, "c2", "full"),
        ("a", 1, "c1", "full"),
    ]
)


def test_precision_and_recall_are_what_counting_by_hand_gives():
    result = evaluate(LINKS, TRUTH)
    assert (result.precision.count, result.precision.total) == (3, 5)
    assert (result.recall.count, result.recall.total) == (3, 5)
    assert (result.precision_full.count, result.precision_full.total) == (2, 3)
    assert (result.precision_partial.count, result.precision_partial.total) == (1, 2)
    assert (result.recall_full.count, result.recall_full.total) == (2, 3)


def test_a_link_of_a_person_who_is_nobody_is_wrong():
    result = evaluate(links_of([("a", 1, "c1", "full", 9.0)]), truth_of([("a", 1, None, "none")]))
    assert result.precision_full.value == 0.0
    assert result.recall.value is None


def test_the_confusion_has_every_listed_person_once():
    confusion = evaluate(LINKS, TRUTH).confusion
    assert confusion["full"] == {"full": 2, "partial": 0, "none": 1}
    assert confusion["partial"] == {"full": 0, "partial": 2, "none": 0}
    assert confusion["none"] == {"full": 1, "partial": 0, "none": 0}
    assert sum(sum(row.values()) for row in confusion.values()) == TRUTH.num_rows


def test_a_person_the_truth_does_not_list_is_wrong_when_linked_and_counted_as_extra():
    links = links_of([("a", 1, "c1", "full", 9.0), ("a", 2, "c2", "full", 9.0), ("z", 1, "c3", "full", 9.0)])
    result = evaluate(links, truth_of([("a", 1, "c1", "full")]))
    assert (result.precision_full.count, result.precision_full.total) == (1, 2)
    assert result.counts["persons_extra"] == 1
    assert result.counts["rows_unjudged"] == 1


def test_a_person_without_a_row_in_the_links_counts_as_missed():
    result = evaluate(links_of([("a", 1, "c1", "full", 9.0)]), truth_of([("a", 1, "c1", "full"), ("b", 1, "c2", "full")]))
    assert result.recall_full.value == 0.5
    assert result.recall.value == 0.5
    assert result.confusion["full"] == {"full": 1, "partial": 0, "none": 1}
    assert result.counts["persons_missing"] == 1


def test_recall_at_a_precision_is_the_best_a_threshold_reaches():
    rows = [(f"u{i}", 1, f"c{i}", "partial", float(200 - i)) for i in range(200)]
    truth = [(f"u{i}", 1, f"c{i}" if i != 100 else "other", "full") for i in range(200)]
    result = evaluate(links_of(rows), truth_of(truth))
    assert result.recall_at_precision[0.9999] == pytest.approx(100 / 200)
    assert result.recall_at_precision[0.995] == pytest.approx(199 / 200)
    assert result.recall_at_precision[0.99] == pytest.approx(199 / 200)


def test_links_of_equal_odds_are_accepted_or_refused_together():
    links = links_of([("a", 1, "c1", "partial", 5.0), ("b", 1, "c9", "partial", 5.0)])
    result = evaluate(links, truth_of([("a", 1, "c1", "full"), ("b", 1, "c2", "full")]))
    assert result.recall_at_precision[0.99] == 0.0


def test_a_citizen_is_right_only_when_every_full_link_to_it_is():
    links = links_of([("a", 1, "c1", "full", 9.0), ("b", 1, "c1", "full", 9.0), ("c", 1, "c2", "full", 9.0)])
    result = evaluate(links, truth_of([("a", 1, "c1", "full"), ("b", 1, "c7", "full"), ("c", 1, "c2", "full")]))
    assert (result.precision_full.count, result.precision_full.total) == (2, 3)
    assert (result.precision_full_citizens.count, result.precision_full_citizens.total) == (1, 2)


def test_without_a_true_status_there_is_no_confusion_and_no_recall_of_full():
    result = evaluate(LINKS, TRUTH.drop_columns(["status"]))
    assert result.confusion is None
    assert result.recall_full is None
    assert result.precision.total == 5


def test_person_no_of_the_truth_defaults_to_one():
    truth = TRUTH.filter(pa.compute.equal(TRUTH["person_no"], 1)).drop_columns(["person_no"])
    assert evaluate(LINKS, truth).counts["persons_extra"] == 1


def test_empty_tables_give_no_rates_and_no_error():
    result = evaluate(links_of([]), truth_of([]))
    assert result.precision.value is None
    assert result.recall.interval == (0.0, 1.0)
    assert json.loads(json.dumps(result.to_dict(), allow_nan=False))["precision"]["value"] is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "no person of the result"),
        ([("x", 1, "c1", "full"), ("y", 1, "c2", "full")], "no person of the result.*2 rows"),
        ([("a", 7, "c1", "full")], "no person of the result"),
        ([("a", 0, "c1", "full"), ("a", 1, "c2", "full")], "must be 1 to 255.*person_no, 1 row"),
        ([("a", 300, "c1", "full")], "must be 1 to 255"),
        ([("a", 1, "c1", "sure"), ("a", 2, "c2", "Full")], "full, partial or none.*status, 2 rows"),
        ([(None, 1, "c1", "full"), ("a", 1, "c2", "full")], "names no land user.*1 row"),
    ],
)
def test_a_truth_of_something_else_is_refused_and_what_is_wrong_in_it_counted(rows, says):
    with pytest.raises(InputError, match=says):
        evaluate(LINKS, truth_of(rows))


def test_a_truth_may_leave_a_status_empty():
    assert evaluate(LINKS, truth_of([("a", 1, "c1", None)])).counts["persons"] == 1


def test_blanks_are_no_citizen_and_no_status():
    counts = evaluate(LINKS, truth_of([("a", 1, " c1 ", " "), ("b", 1, "", "full ")])).counts
    assert counts["persons_with_citizen"] == 1
    assert (
        evaluate(LINKS, truth_of([("a", 1, " c1 ", None)])).precision
        == evaluate(LINKS, truth_of([("a", 1, "c1", None)])).precision
    )


def test_persons_of_one_side_only_and_citizens_whom_nobody_was_given_are_counted_and_said():
    rows = [("q", 1, "c77", None), ("a", 1, "c1", "full"), ("b", 1, "c3", None), ("c", 1, "c4", None), ("d", 1, "c5", "full")]
    evaluation = evaluate(LINKS, truth_of(rows))
    counts = evaluation.counts
    told = [counts[name] for name in ("persons_missing", "persons_extra", "rows_unjudged", "persons_citizen_not_linked")]
    assert told == [1, 1, 1, 3]
    console = Console(width=400, file=io.StringIO())
    console.print(evaluation_screen(evaluation))
    text = console.file.getvalue()
    assert "4 persons in both; 1 only in the truth" in text
    assert "1 only in the result, of land users of the truth" in text
    assert "3 whose true citizen the result gives to nobody" in text
    assert evaluation.to_dict()["counts"]["persons_missing"] == 1


def test_of_persons_whom_both_sides_have_nothing_more_is_said():
    console = Console(width=400, file=io.StringIO())
    console.print(evaluation_screen(evaluate(LINKS, truth_of([("a", 1, "c1", None), ("a", 2, "c2", None)]))))
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert "2 persons in both; 4 only in the result, of other land users (left out)" in lines


def test_a_person_twice_in_the_truth_is_an_error_that_counts():
    with pytest.raises(InputError, match="1 row"):
        evaluate(LINKS, pa.concat_tables([TRUTH, TRUTH.slice(0, 1)]))


@pytest.mark.parametrize("size", [1, 2, 100])
def test_tables_that_stream_past_are_judged_like_tables_in_memory(size):
    def stream(table):
        return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=size))

    assert evaluate(stream(LINKS), stream(TRUTH)) == evaluate(LINKS, TRUTH)
    with pytest.raises(InputError, match="citizen_id"):
        evaluate(stream(LINKS), stream(TRUTH.drop_columns(["citizen_id"])))
    with pytest.raises(InputError, match="1 row"):
        evaluate(stream(pa.concat_tables([LINKS, LINKS.slice(2, 1)])), stream(TRUTH))


def test_ids_are_compared_as_text_whatever_their_type():
    links = LINKS.set_column(2, "citizen_id", pa.array([1, 2, 9, 4, None, 6], pa.int64()))
    truth = TRUTH.set_column(2, "citizen_id", pa.array([None, "5", "4", "3", "2", "1"]).dictionary_encode())
    as_text = LINKS.set_column(2, "citizen_id", pa.array(["1", "2", "9", "4", None, "6"]))
    assert evaluate(links, truth) == evaluate(as_text, truth)
    assert evaluate(links, truth).precision.count == 3


def test_a_text_in_the_place_of_a_number_is_an_error_without_the_value():
    for name in ("log_odds", "probability"):
        links = LINKS.drop_columns(["log_odds"]).append_column("log_odds", pa.array([1.0] * len(LINKS)))
        links = links.drop_columns([name] if name in links.column_names else []).append_column(name, pa.array(["secret"] * 6))
        with pytest.raises(InputError, match=name) as caught:
            evaluate(links, TRUTH)
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_person_beyond_what_an_owner_string_holds_is_no_other_person():
    links = links_of([("a", 1, "c1", "full", 30.0), ("a", 257, "c9", "full", 30.0)])
    result = evaluate(links, truth_of([("a", 1, "c1", "full")]))
    assert (result.counts["persons_extra"], result.precision.count, result.precision.total) == (1, 1, 2)


def test_a_probability_of_a_row_that_is_not_judged_is_not_looked_at():
    links = LINKS.append_column("probability", pa.array([0.9, 0.9, 0.9, 0.9, None, 7.0]))
    evaluate(links, TRUTH.slice(1))
    with pytest.raises(InputError, match="probability"):
        evaluate(links, TRUTH)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="citizen_id"):
        evaluate(LINKS, TRUTH.drop_columns(["citizen_id"]))


def test_a_person_no_that_is_no_number_is_an_error_without_the_value():
    truth = pa.table({"land_user_id": ["a"], "person_no": ["Nguyễn"], "citizen_id": ["c1"]})
    with pytest.raises(InputError) as caught:
        evaluate(LINKS, truth)
    assert "Nguyễn" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_interval_of_a_faultless_sample_is_the_rule_of_three():
    low, high = Rate(2995, 2995, confidence=0.90).interval
    assert low == pytest.approx(0.999, abs=1e-6)
    assert high == 1.0


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_holds_the_share(count, total):
    rate = Rate(min(count, total), total)
    low, high = rate.interval
    assert 0.0 <= low <= rate.value <= high <= 1.0


person = st.tuples(st.sampled_from("abcdef"), st.integers(1, 3))
citizen = st.one_of(st.none(), st.sampled_from(["c1", "c2", "c3"]))


@given(
    st.dictionaries(person, st.tuples(citizen, st.sampled_from(["full", "partial"]), st.integers(-5, 40))),
    st.dictionaries(person, st.tuples(citizen, st.sampled_from(["full", "partial", "none"]))),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_changes_nothing_and_counts_add_up(said, true, random):
    assume(not said or said.keys() & true.keys())  # a truth of other persons is refused
    rows = [(*key, c, s if c else "none", float(odds) if c else None) for key, (c, s, odds) in said.items()]
    truth = [(*key, c, s) for key, (c, s) in true.items()]
    first = evaluate(links_of(rows), truth_of(truth))
    random.shuffle(rows)
    random.shuffle(truth)
    second = evaluate(links_of(rows), truth_of(truth))
    assert first.to_dict() == second.to_dict()
    right = sum(1 for key, (c, *_) in said.items() if c and key in true and true[key][0] == c)
    assert first.precision.count == first.recall.count == right
    assert first.counts["persons_missing"] == sum(1 for key in true if key not in said)
    assert sum(sum(row.values()) for row in first.confusion.values()) == len(true)
    values = np.array([first.recall_at_precision[p] for p in sorted(first.recall_at_precision)])
    assert (np.diff(values) <= 0).all()
