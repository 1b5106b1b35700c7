"""What pictures show is what the run says: the same counts, the same bits, honest intervals."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pytest

from vnlink.report import chart_data
from vnlink.report.measures import evaluate
from vnlink.report.summary import CAUSES, summarize
from vnlink.report.words import LEVEL_WORDS


def test_every_person_is_counted_once_among_the_losses(result):
    found = chart_data.losses(result.summary())
    assert sum(one.persons for one in found) == len(result)
    assert sum(one.share for one in found) == pytest.approx(1.0)
    assert {one.status for one in found} == {"full", "partial", "none"}
    assert {one.cause for one in found} <= {"full", "other", *CAUSES}


@pytest.mark.parametrize(
    ("reasons", "cause"),
    [
        (["name_unmarked", "no_strong_evidence"], "differs"),
        (["old_id_not_comparable", "no_strong_evidence"], "not_held"),
        (["birth_missing"], "not_held"),
        (["no_strong_evidence", "place_differs", "deceased"], "little_evidence"),
        (["short_list", "name_slip"], "namesakes"),
        (["below_threshold"], "not_sure"),
        (["place_differs"], "other"),
        ([], "other"),
    ],
)
def test_the_first_cause_of_the_reasons_counts(reasons, cause):
    links = pa.table(
        {
            "person_no": [1],
            "citizen_id": ["7"],
            "status": ["partial"],
            "probability": [0.9],
            "log_odds": [3.0],
            "reasons": pa.array([reasons], pa.list_(pa.string())),
        }
    )
    assert summarize(links)["losses"] == [{"status": "partial", "cause": cause, "count": 1}]


def test_a_waterfall_begins_at_zero_ends_at_the_match_weight_and_has_no_gap(result):
    for candidate in result.candidates.slice(0, 200).to_pylist():
        steps = chart_data.waterfall(candidate, result._model)
        assert steps[0].begin == 0.0
        assert steps[-1].bits == candidate["match_weight"]
        assert steps[-2].end == pytest.approx(candidate["match_weight"])
        for before, after in pairwise(steps[:-1]):
            assert after.begin == before.end
        assert all(step.end - step.begin == pytest.approx(step.bits) for step in steps)


def test_a_waterfall_leaves_out_what_adds_nothing_and_still_adds_up():
    model = {
        "fields": {"name": {"levels": ["exact"], "weights_bits": [9.5]}, "sex": {"levels": ["same"], "weights_bits": [0.01]}}
    }
    steps = chart_data.waterfall({"match_weight": 4.0, "level_name": "exact", "level_sex": "same"}, model)
    assert [(step.kind, step.field, step.bits) for step in steps] == [
        ("start", "", -5.5),
        ("field", "name", 9.5),
        ("total", "", 4.0),
    ]


def test_the_points_against_a_truth_are_those_of_the_evaluation(registers, result):
    evaluation = evaluate(result.links, registers.truth)
    points = chart_data.precision_recall_by_truth(evaluation)
    assert 2 <= len(points) <= chart_data.CURVE_SHOWN + 1
    known = {threshold: (precision, recall) for threshold, precision, recall in evaluation.curve}
    for one in points:
        assert (one.precision.value, one.recall.value) == pytest.approx(known[one.threshold])
        assert one.precision.low <= one.precision.value <= one.precision.high
        assert one.precision.persons >= chart_data.FEWEST
    last = points[-1]
    assert last.precision.persons == evaluation.precision.total
    assert (last.precision.low, last.precision.high) == pytest.approx(evaluation.precision.interval)


def test_persons_whose_citizen_is_known_are_found_or_lost_somewhere(registers, result):
    found = chart_data.losses_by_truth(result.links, result.candidates, registers.truth)
    assert [one.cause for one in found] == list(chart_data.TRUE_LOSSES)
    with_citizen = registers.truth.num_rows - registers.truth["citizen_id"].null_count
    assert sum(one.persons for one in found) == with_citizen
    by_cause = {one.cause: one.persons for one in found}
    assert by_cause["found"] == evaluate(result.links, registers.truth).recall.count


def test_each_way_to_lose_the_right_citizen_is_told_apart():
    truth = pa.table({"land_user_id": list("abcde"), "citizen_id": ["1", "2", "3", "4", "5"]})
    links = pa.table({"land_user_id": list("abcde"), "person_no": [1] * 5, "citizen_id": ["1", "9", None, "8", None]})
    candidates = pa.table(
        {"land_user_id": list("abbcd"), "person_no": [1] * 5, "citizen_id": ["1", "9", "2", "3", "8"], "rank": [1, 1, 2, 1, 1]}
    )
    found = {one.cause: one.persons for one in chart_data.losses_by_truth(links, candidates, truth)}
    assert found == {"found": 1, "another": 1, "too_little": 1, "not_kept": 1, "no_candidate": 1}


def test_a_blank_in_a_truth_is_no_citizen_that_was_lost():
    links = pa.table({"land_user_id": ["a", "b"], "person_no": [1, 1], "citizen_id": ["1", None]})
    candidates = pa.table({"land_user_id": ["a"], "person_no": [1], "citizen_id": ["1"], "rank": [1]})
    truth = pa.table({"land_user_id": ["a", "b"], "citizen_id": [" 1 ", ""]})
    found = {one.cause: one.persons for one in chart_data.losses_by_truth(links, candidates, truth)}
    assert {cause: persons for cause, persons in found.items() if persons} == {"found": 1}


def test_thresholds_that_are_one_are_drawn_once():
    summary = {"log_odds": {"edges": [-8.0, 0.0, 8.0, 16.0], "full": [0, 0, 1], "partial": [0, 1, 0], "none": [1, 0, 0]}}
    same = {"log_odds_full": 11.0, "log_odds_full_without_id": 11.0, "probability_partial": 0.5}
    assert chart_data.scores(summary, {"thresholds": same}).thresholds == [("partial", 0.0), ("full", 11.0)]
    apart = same | {"log_odds_full_without_id": 14.5}
    found = chart_data.scores(summary, {"thresholds": apart}).thresholds
    assert found == [("partial", 0.0), ("full_with_id", 11.0), ("full_without_id", 14.5)]


def test_places_are_sorted_by_their_persons_and_cut():
    rows = [{"code": None, "persons": 5, "full": 1, "partial": 4, "none": 0}]
    rows += [{"code": f"{i}", "name": f"Xã {i}", "persons": i, "full": i, "partial": 0, "none": 0} for i in range(1, 8)]
    found = chart_data.places(rows, 3)
    assert [one.code for one in found] == ["7", "6", "5"]
    assert chart_data.places(rows, 4)[-1].code is None
    assert all(sum(one.shares.values()) == pytest.approx(1.0) for one in found)


def test_reliability_and_thresholds_of_an_audit_agree_with_its_rates(result):
    audit = result.audit()
    bins = chart_data.reliability(audit)
    assert sum(one.right.persons for one in bins) <= audit["persons"]
    assert all(one.low <= one.promised <= one.high for one in bins)
    linked = [one for one in bins if one.low >= 0.5]
    points = chart_data.precision_recall(audit)
    assert points[0].precision.persons == sum(one.right.persons for one in linked)
    right = sum(one.right.value * one.right.persons for one in linked)
    assert points[0].precision.value == pytest.approx(right / points[0].precision.persons, abs=1e-5)
    recalls = [one.recall.value for one in points]
    assert recalls == sorted(recalls, reverse=True), "a higher threshold finds no more"
    error = sum(one.right.persons * abs(one.right.value - one.promised) for one in linked) / points[0].precision.persons
    assert audit["reliability"]["error"] == pytest.approx(error, abs=1e-5)


def test_the_weights_of_declared_fields_are_the_logarithms_of_their_shares():
    model = {"fields": [{"name": "family", "levels": ["missing", "exact"], "m": [0.1, 0.8], "u": [0.1, 0.1]}]}
    assert chart_data.weights(model) == [chart_data.Weight("family", "exact", 3.0)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_two_levels_of_a_field_never_have_the_same_words(language):
    """An axis has each name once: two levels of one name would fall into one bar."""
    for field, levels in LEVEL_WORDS.items():
        words = [getattr(one, language) for one in levels.values()]
        assert len(set(words)) == len(words), field
