"""A sample for clerks, and what their answers say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

from vnlink.errors import InputError
from vnlink.report.sheet import SHEET_COLUMNS, answers_of, draw_sheet, judge_answers, strata_of
from vnlink.report.weighted import clustered_share
from vnlink.schema import LINKS_SCHEMA
from vnlink.storage.decisions import read_sheet
from vnlink.storage.sheets import write_sheet


def invented_run(count, generator):
    """Links whose probabilities are somewhat too sure, and what a clerk who knows all would answer of each."""
    probability = np.where(generator.random(count) < 0.7, generator.beta(60, 0.3, count), generator.beta(0.6, 0.8, count))
    status = np.where(probability >= 0.9995, "full", np.where(probability >= 0.5, "partial", "none"))
    linked = status != "none"
    right = linked & (generator.random(count) < probability**1.5)
    inside = right | (generator.random(count) < np.where(linked, 0.4, 0.5 * probability + 0.05))
    answers = np.where(right, "right", np.where(inside, "other", "nobody"))
    columns = {
        "land_user_id": [f"L{i}" for i in range(count)],
        "person_no": [1] * count,
        "person_name": ["Nguyễn Văn Hùng"] * count,
        "citizen_id": [f"C{i}" if one else None for i, one in enumerate(linked.tolist())],
        "status": status.tolist(),
        "probability": probability.tolist(),
        "log_odds": [1.0] * count,
        "margin": [None] * count,
        "namesakes": [0.0] * count,
        "reasons": [["all_agree"]] * count,
    }
    return pa.table(columns, schema=LINKS_SCHEMA), answers


NO_CANDIDATES = pa.table({name: pa.array([], pa.string()) for name in ("land_user_id", "citizen_id")}).append_column(
    "person_no", pa.array([], pa.int32())
)


def test_the_sheet_has_every_stratum_and_weighs_it_with_its_persons():
    links, _ = invented_run(5_000, np.random.default_rng(1))
    sheet = draw_sheet(links, NO_CANDIDATES, 400)
    names, stratum = strata_of(links)
    assert sheet.column_names == list(SHEET_COLUMNS)
    assert 350 <= sheet.num_rows <= 450
    assert set(sheet["stratum"].to_pylist()) == {names[one] for one in np.unique(stratum)}
    assert sum(sheet["weight"].to_pylist()) == pytest.approx(5_000, abs=1.0)


def test_owners_that_are_no_persons_are_not_asked_about():
    links, _ = invented_run(300, np.random.default_rng(2))
    reasons = pa.array([["organisation"]] * 300, pa.list_(pa.string()))
    links = links.set_column(links.column_names.index("reasons"), "reasons", reasons)
    assert draw_sheet(links, NO_CANDIDATES, 50).num_rows == 0


def test_with_everybody_answered_the_figures_are_the_truth():
    links, answers = invented_run(1_000, np.random.default_rng(3))
    judged = judge_answers(links, np.arange(1, 1_001), answers.tolist())
    linked = np.array(links["status"].to_pylist()) != "none"
    assert judged["precision"]["value"] == pytest.approx((answers[linked] == "right").mean(), abs=1e-6)
    assert judged["recall"]["value"] == pytest.approx((answers == "right").sum() / (answers != "nobody").sum(), abs=1e-6)
    assert judged["recall"]["high"] - judged["recall"]["low"] < 1e-3
    assert judged["in_register"] == (answers != "nobody").sum()


def test_precision_and_recall_of_the_surer_links_are_the_truth_where_everybody_answered():
    links, answers = invented_run(1_000, np.random.default_rng(12))
    points = judge_answers(links, np.arange(1, 1_001), answers.tolist())["by_threshold"]
    linked = np.array(links["status"].to_pylist()) != "none"
    probability = np.nan_to_num(np.asarray(links["probability"], dtype=np.float64), nan=-1.0)
    assert [point["probability"] for point in points] == [0.0, 0.5, 0.9, 0.99, 0.999]
    for point in points:
        taken = linked & (probability >= point["probability"])
        assert point["precision"]["value"] == pytest.approx((answers[taken] == "right").mean(), abs=1e-6)
        hits = (answers[taken] == "right").sum()
        assert point["recall"]["value"] == pytest.approx(hits / (answers != "nobody").sum(), abs=1e-6)
        for rate in (point["precision"], point["recall"]):
            assert rate["low"] <= rate["value"] <= rate["high"]


def test_over_many_sheets_the_intervals_hold_the_truth():
    """The share of intervals that miss is at most that promised, five of a hundred, within the error of 300 sheets."""
    rounds, generator = 300, np.random.default_rng(4)
    missed = {"precision": 0, "precision_full": 0, "recall": 0, "precision_from_0.9": 0, "recall_from_0.9": 0}
    for _ in range(rounds):
        links, answers = invented_run(4_000, generator)
        linked = np.array(links["status"].to_pylist()) != "none"
        full = np.array(links["status"].to_pylist()) == "full"
        rows = np.asarray(draw_sheet(links, NO_CANDIDATES, 300)["row"]).astype(np.int64)
        judged = judge_answers(links, rows, answers[rows - 1].tolist())
        right = answers == "right"
        truth = {
            "precision": right[linked].mean(),
            "precision_full": right[full].mean(),
            "recall": right.sum() / (answers != "nobody").sum(),
        }
        sure = linked & (np.nan_to_num(np.asarray(links["probability"], dtype=np.float64)) >= 0.9)
        truth |= {"precision_from_0.9": right[sure].mean(), "recall_from_0.9": right[sure].sum() / (answers != "nobody").sum()}
        point = judged["by_threshold"][2]
        judged |= {"precision_from_0.9": point["precision"], "recall_from_0.9": point["recall"]}
        for name, value in truth.items():
            missed[name] += not judged[name]["low"] - 1e-6 <= value <= judged[name]["high"] + 1e-6
    assert max(missed.values()) <= binom.ppf(0.999, rounds, 0.05), missed


def test_intervals_of_clusters_hold_the_truth_where_rows_are_not_independent():
    """Citizens with up to eight rows, right or wrong together."""
    rounds, missed, generator = 500, 0, np.random.default_rng(5)
    for _ in range(rounds):
        sizes = generator.integers(1, 9, 200)
        cluster = np.repeat(np.arange(200), sizes)
        hit = np.repeat(generator.random(200) < 0.95, sizes)
        share = clustered_share(hit, np.ones(len(hit), bool), cluster)
        missed += not share["low"] <= 0.95 <= share["high"]
    assert missed <= binom.ppf(0.999, rounds, 0.06)


def test_a_sheet_survives_a_spreadsheet(tmp_path):
    links, answers = invented_run(500, np.random.default_rng(6))
    sheet = draw_sheet(links, NO_CANDIDATES, 60)
    write_sheet(sheet, tmp_path / "sheet.csv")
    text = (tmp_path / "sheet.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    lines = text.decode("utf-8-sig").splitlines()
    words = {"right": "ĐÚNG", "other": "khác ", "nobody": "không có"}
    told = [words[answers[int(line.split(",")[0]) - 1]] for line in lines[1:]]
    filled = [lines[0]] + [line.removesuffix(",,") + f",{word}," for line, word in zip(lines[1:], told, strict=True)]
    (tmp_path / "filled.csv").write_text("\n".join(line.replace(",", ";") for line in filled), encoding="utf-8")
    rows, read, checks = read_sheet(tmp_path / "filled.csv")
    assert rows.tolist() == sheet["row"].to_pylist()
    assert judge_answers(links, rows, read, checks)["answered"] == sheet.num_rows


def test_a_filled_sheet_is_never_overwritten(tmp_path):
    place = tmp_path / "sheet.csv"
    place.write_text("answers", encoding="utf-8")
    with pytest.raises(InputError, match="may hold answers"):
        write_sheet(pa.table({"row": [1]}), place)
    assert place.read_text(encoding="utf-8") == "answers"


@pytest.mark.parametrize(
    ("rows", "answers", "says"),
    [
        ([0], ["right"], "not of this result"),
        ([10**9], ["right"], "not of this result"),
        ([1, 1], ["other", "other"], "not of this result"),
        ([1], ["maybe"], "none of the words"),
    ],
)
def test_a_wrong_sheet_is_refused(rows, answers, says):
    links, _ = invented_run(50, np.random.default_rng(7))
    with pytest.raises(InputError, match=says):
        judge_answers(links, np.array(rows), answers)


def with_citizens(links, rows, name):
    """The links with another text in one column of some rows."""
    cells = links[name].to_pylist()
    for row in rows:
        cells[row] = f"{cells[row]}-other"
    return links.set_column(links.schema.get_field_index(name), name, pa.array(cells, pa.string()))


@pytest.mark.parametrize("name", ["land_user_id", "citizen_id"])
def test_answers_about_other_decisions_than_those_of_the_result_are_refused(name, tmp_path):
    links, _ = invented_run(300, np.random.default_rng(10))
    drawn = draw_sheet(links, NO_CANDIDATES, 40)
    write_sheet(drawn, tmp_path / "sheet.csv")
    sheet = read_sheet(tmp_path / "sheet.csv")
    assert judge_answers(links, *sheet)["not_answered"] == drawn.num_rows
    assert answers_of(drawn)[2] == sheet[2]
    changed = with_citizens(links, [drawn["row"][3].as_py() - 1], name)
    with pytest.raises(InputError, match=r"another person or citizen.*column check, 1 row, row 4"):
        judge_answers(changed, *sheet)


def test_checks_of_a_sheet_are_letters_that_no_spreadsheet_changes():
    links, _ = invented_run(300, np.random.default_rng(11))
    checks = draw_sheet(links, NO_CANDIDATES, 100)["check"].to_pylist()
    assert all(check.isalpha() and check.islower() and len(check) == 6 for check in checks)
    assert len(set(checks)) == len(checks)


def test_nobody_can_be_right_where_nobody_was_linked():
    links, _ = invented_run(50, np.random.default_rng(8))
    row = links["status"].to_pylist().index("none") + 1
    with pytest.raises(InputError, match="gave to nobody"):
        judge_answers(links, np.array([row]), ["right"])


def test_no_answer_at_all_says_nothing():
    links, _ = invented_run(50, np.random.default_rng(9))
    judged = judge_answers(links, np.arange(1, 51), [""] * 50)
    assert judged["precision"] == {"value": None, "low": 0.0, "high": 1.0, "persons": 0}
    assert judged["not_answered"] == 50
