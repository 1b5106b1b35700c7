"""Every file of a run, read back and held against the contract: columns, types, order, nulls, ranges, conservation of rows."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter, defaultdict
from html.parser import HTMLParser
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vnlink.classify.model import Model
from vnlink.compare.patterns import FIELDS, NAME_GROUPS
from vnlink.decide.reasons import CODES
from vnlink.schema import LINKS_SCHEMA, QUARANTINE_SCHEMA
from vnlink.storage.results import open_result

FILES = {
    "links.parquet",
    "candidates.parquet",
    "quarantine.parquet",
    "summary.json",
    "report.html",
    "model.json",
    "manifest.json",
}
NO_PERSON_REASONS = {"organisation", "community", "religious_body", "state_body", "unreadable_name"}
TOP_K = 3
SCORE_UNIT = 1 / 4096


@pytest.fixture(scope="module")
def links(messy_run):
    return pq.read_table(messy_run.folder / "links.parquet")


@pytest.fixture(scope="module")
def rows(links):
    return links.to_pylist()


@pytest.fixture(scope="module")
def candidates(messy_run):
    return pq.read_table(messy_run.folder / "candidates.parquet")


@pytest.fixture(scope="module")
def candidates_of(candidates):
    """(land_user_id, person_no) -> its candidates, in the order of the file."""
    found = defaultdict(list)
    for row in candidates.to_pylist():
        found[row["land_user_id"], row["person_no"]].append(row)
    return found


def load(run, name):
    return json.loads((run.folder / name).read_text(encoding="utf-8"))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_folder_holds_the_files_of_the_contract_and_nothing_else(messy_run):
    assert {path.name for path in messy_run.folder.iterdir()} == FILES
    assert open_result(messy_run.folder, verify=True)


def test_nothing_is_left_beside_the_folder(messy_run):
    assert {path.name for path in messy_run.folder.parent.iterdir()} == {"land.csv", "citizens.csv", "run1"}


# links.parquet


def test_links_have_the_columns_and_types_of_the_contract(links):
    assert links.schema.remove_metadata() == LINKS_SCHEMA
    for name in ("land_user_id", "person_no", "status", "reasons"):
        assert links[name].null_count == 0, name


def test_links_hold_every_land_user_in_input_order_and_its_persons_ascending(messy_run, rows):
    order = list(dict.fromkeys(row["land_user_id"] for row in rows))
    assert order == messy_run.land["land_user_id"].to_pylist()
    numbers = defaultdict(list)
    for row in rows:
        numbers[row["land_user_id"]].append(row["person_no"])
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    runs = 1 + sum(a["land_user_id"] != b["land_user_id"] for a, b in pairwise(rows))
    assert runs == len(order), "the persons of one land user stand together"


def test_the_persons_of_invented_land_users_are_those_of_the_truth(messy_run, registers, rows):
    truth = {(row["land_user_id"], row["person_no"]) for row in registers.truth.to_pylist()}
    found = {(row["land_user_id"], row["person_no"]) for row in rows if row["land_user_id"] not in messy_run.not_persons}
    wrong = len(found ^ truth)
    assert wrong <= 0.01 * len(truth), "owner strings are taken apart rightly, but for a few"


def test_the_status_is_one_of_three_words(rows):
    assert {row["status"] for row in rows} == {"full", "partial", "none"}


def test_a_citizen_is_named_exactly_where_the_status_is_not_none(messy_run, rows):
    known = set(messy_run.citizens["citizen_id"].to_pylist())
    for row in rows:
        assert (row["citizen_id"] is None) == (row["status"] == "none")
        assert row["citizen_id"] is None or row["citizen_id"] in known


def test_probability_odds_and_namesakes_are_null_exactly_without_candidates(rows, candidates_of):
    for row in rows:
        own = candidates_of.get((row["land_user_id"], row["person_no"]), [])
        for name in ("probability", "log_odds", "namesakes"):
            assert (row[name] is None) == (not own), name


def test_the_margin_is_null_exactly_when_the_best_candidate_is_alone(rows, candidates_of):
    for row in rows:
        own = candidates_of.get((row["land_user_id"], row["person_no"]), [])
        assert (row["margin"] is None) == (len(own) < 2)
        if len(own) > 1:
            assert row["margin"] == own[0]["match_weight"] - own[1]["match_weight"] >= 0.0


def test_numbers_of_links_lie_in_their_ranges(rows):
    for row in rows:
        if row["probability"] is None:
            continue
        assert 0.0 <= row["probability"] <= 1.0
        assert math.isfinite(row["log_odds"])
        assert row["namesakes"] >= 0.0


def test_log_odds_are_the_probability_in_bits_before_doubt_and_do_not_saturate(messy_run, rows):
    doubt = 1.0 / (load(messy_run, "model.json")["learned_from"]["anchors"] + 10_000.0)
    for row in rows:
        if row["probability"] is not None:
            assert row["probability"] == pytest.approx((1.0 - doubt) / (1.0 + 2.0 ** -row["log_odds"]), rel=1e-9)
    assert len({row["log_odds"] for row in rows if row["status"] == "full"}) > 50


def test_every_none_and_every_partial_has_a_reason(rows):
    for row in rows:
        assert len(set(row["reasons"])) == len(row["reasons"])
        if row["status"] != "full":
            assert row["reasons"]


def test_reasons_are_codes_that_are_documented_or_name_a_field_and_a_level(rows):
    levels = {f"{f.name}_{level}" for f in FIELDS for level in (*f.levels, "not_comparable")}
    used = {code for row in rows for code in row["reasons"]}
    assert used <= levels | CODES.keys()
    assert len(used) > 10


def test_a_full_link_is_likely_enough_and_has_no_reason_but_remarks(messy_run, rows):
    threshold = load(messy_run, "manifest.json")["thresholds"]["log_odds_full"]
    for row in rows:
        if row["status"] == "full":
            assert row["log_odds"] >= threshold
            assert set(row["reasons"]) <= {"deceased", "citizen_deceased", "place_differs", "place_from_rows"}


def test_a_partial_link_is_half_likely_or_a_short_list(rows):
    for row in rows:
        if row["status"] == "partial":
            assert row["probability"] >= 0.5 or "short_list" in row["reasons"]


def test_a_land_user_that_is_no_person_gives_one_row_with_its_words_and_the_reason(messy_run, rows):
    found = defaultdict(list)
    for row in rows:
        if row["land_user_id"] in messy_run.not_persons:
            found[row["land_user_id"]].append((row["person_no"], row["person_name"] or None, row["status"], row["reasons"]))
    assert found == {key: [(1, words, "none", [reason])] for key, (words, reason) in messy_run.not_persons.items()}


def test_nobody_is_looked_for_where_no_person_is_named(rows):
    for row in rows:
        if NO_PERSON_REASONS & set(row["reasons"]):
            assert row["status"] == "none"
            assert row["person_no"] == 1
            assert row["probability"] is None


def test_person_names_are_written_in_full_letters(rows):
    for row in rows:
        if not NO_PERSON_REASONS & set(row["reasons"]):
            assert row["person_name"]
            assert row["person_name"] == " ".join(row["person_name"].split())


# candidates.parquet


def test_candidates_have_the_columns_and_types_of_the_contract(candidates):
    schema = candidates.schema
    fixed = {
        "land_user_id": pa.string(),
        "person_no": pa.int32(),
        "rank": pa.int32(),
        "citizen_id": pa.string(),
        "probability": pa.float64(),
        "match_weight": pa.float64(),
    }
    assert schema.names == [*fixed, *(f"level_{f.name}" for f in FIELDS)]
    assert {name: schema.field(name).type for name in fixed} == fixed
    for f in FIELDS:
        column = candidates[f"level_{f.name}"]
        assert set(pa.compute.unique(column.cast(pa.string())).to_pylist()) <= set(f.levels)
    assert all(candidates[name].null_count == 0 for name in schema.names)


def test_candidates_come_by_person_in_the_order_of_links_and_by_rank(candidates, rows):
    place = {(row["land_user_id"], row["person_no"]): at for at, row in enumerate(rows)}
    keys = [(place[row["land_user_id"], row["person_no"]], row["rank"]) for row in candidates.to_pylist()]
    assert keys == sorted(keys)


def test_ranks_count_from_one_without_a_gap_and_probabilities_descend(candidates_of):
    for own in candidates_of.values():
        assert [row["rank"] for row in own] == list(range(1, len(own) + 1))
        assert len(own) <= TOP_K
        assert len({row["citizen_id"] for row in own}) == len(own)
        for name in ("probability", "match_weight"):
            values = [row[name] for row in own]
            assert values == sorted(values, reverse=True)


def test_the_candidates_of_a_person_share_one_probability(candidates_of):
    for own in candidates_of.values():
        assert all(0.0 <= row["probability"] <= 1.0 for row in own)
        assert sum(row["probability"] for row in own) <= 1.0 + 1e-9


def test_match_weights_are_whole_units(candidates):
    units = [weight / SCORE_UNIT for weight in candidates["match_weight"].to_pylist()]
    assert all(unit == round(unit) for unit in units)


def test_the_link_is_the_first_candidate(rows, candidates_of):
    for row in rows:
        own = candidates_of.get((row["land_user_id"], row["person_no"]), [])
        if row["citizen_id"] is not None:
            assert own[0]["citizen_id"] == row["citizen_id"]
        if own:
            assert own[0]["probability"] == row["probability"]


def test_equal_numbers_are_the_level_equal(messy_run, candidates):
    numbers = dict(zip(*(messy_run.citizens[name].to_pylist() for name in ("citizen_id", "personal_id")), strict=True))
    given = dict(zip(*(messy_run.land[name].to_pylist() for name in ("land_user_id", "id_number")), strict=True))
    checked = 0
    for row in candidates.to_pylist():
        typed = given[row["land_user_id"]]
        if row["person_no"] == 1 and typed and re.fullmatch(r"\d{12}", typed) and numbers[row["citizen_id"]]:
            assert (row["level_personal_id"] == "equal") == (typed == numbers[row["citizen_id"]])
            checked += 1
    assert checked > 100


# quarantine.parquet and the conservation of rows


def test_quarantine_lists_each_unreadable_row_with_its_side_number_and_reason(messy_run):
    table = pq.read_table(messy_run.folder / "quarantine.parquet")
    assert table.schema.remove_metadata() == QUARANTINE_SCHEMA
    assert table.to_pylist() == [
        {"side": "land", "row": 4, "reason": "ragged_line"},
        {"side": "land", "row": 5, "reason": "ragged_line"},
        {"side": "land", "row": 899, "reason": "undecodable_bytes"},
        {"side": "citizen", "row": 1499, "reason": "ragged_line"},
    ]


def test_rows_in_are_rows_used_and_rows_set_aside_on_both_sides(messy_run, links):
    counts = load(messy_run, "manifest.json")["counts"]
    assert counts["land_users"] == messy_run.land.num_rows
    assert counts["land_users"] + counts["land_quarantined"] == messy_run.land_lines
    assert counts["citizens"] == messy_run.citizens.num_rows
    assert counts["citizens"] + counts["citizens_quarantined"] == messy_run.citizen_lines
    assert counts["land_persons"] == links.num_rows
    inputs = load(messy_run, "manifest.json")["inputs"]
    assert (inputs["land"]["rows"], inputs["citizen"]["rows"]) == (messy_run.land_lines, messy_run.citizen_lines)


def test_a_line_that_cannot_be_read_costs_nothing_but_itself(messy_run, links, finished_run):
    clean = pq.read_table(finished_run / "links.parquet")
    same = links.slice(0, clean.num_rows)
    for name in ("land_user_id", "person_no", "person_name"):
        assert same[name].equals(clean[name])
    changed = sum(a != b for a, b in zip(same["citizen_id"].to_pylist(), clean["citizen_id"].to_pylist(), strict=True))
    assert changed <= 0.01 * clean.num_rows, "seven more land users change what is learned, but hardly a decision"


# summary.json


def test_the_summary_counts_what_links_hold(messy_run, rows):
    summary = load(messy_run, "summary.json")
    status = Counter(row["status"] for row in rows)
    assert summary["persons"] == len(rows)
    assert summary["land_users"] == messy_run.land.num_rows
    assert summary["citizens_linked"] == len({row["citizen_id"] for row in rows} - {None})
    assert {name: entry["count"] for name, entry in summary["status"].items()} == dict(status)
    assert sum(entry["share"] for entry in summary["status"].values()) == pytest.approx(1.0)
    reasons = Counter((code, row["status"]) for row in rows for code in row["reasons"])
    assert {(entry["code"], entry["status"]): entry["count"] for entry in summary["reasons"]} == dict(reasons)


def test_the_summary_by_place_adds_up_to_all_persons(messy_run, rows):
    summary = load(messy_run, "summary.json")
    for name, digits in (("by_commune", 5), ("by_province", 2)):
        entries = summary[name]
        assert sum(entry["persons"] for entry in entries) == len(rows)
        assert all(entry["persons"] == entry["full"] + entry["partial"] + entry["none"] for entry in entries)
        assert all(entry["code"] is None or re.fullmatch(rf"\d{{{digits}}}", entry["code"]) for entry in entries)
        assert len({entry["code"] for entry in entries}) == len(entries)


def test_the_histograms_of_the_summary_hold_every_person_with_a_candidate(messy_run, rows):
    summary = load(messy_run, "summary.json")
    having = sum(row["probability"] is not None for row in rows)
    for name in ("probability", "log_odds"):
        histogram = summary[name]
        assert sum(sum(histogram[status]) for status in ("full", "partial", "none")) == having
        assert all(len(histogram[status]) == len(histogram["edges"]) - 1 for status in ("full", "partial", "none"))


# report.html


class _Links(HTMLParser):
    """Collects what a page would fetch, and whether its tags are closed."""

    def __init__(self):
        super().__init__()
        self.fetched, self.open, self.scripts = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in ("src", "href", "data", "action") and value]
        self.scripts += tag == "script"
        if tag not in ("meta", "br", "hr", "img", "input", "link", "col", "rect", "line", "path", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.fetched += [value for name, value in attrs if name in ("src", "href") and value]

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def test_the_report_fetches_nothing(messy_run):
    text = (messy_run.folder / "report.html").read_text(encoding="utf-8")
    page = _Links()
    page.feed(text)
    assert [value for value in page.fetched if not value.startswith("#")] == []
    assert "@import" not in text
    assert "url(" not in text
    assert page.scripts == 0
    assert page.open in ([], ["html"])


def test_the_report_shows_the_counts(messy_run, rows):
    text = (messy_run.folder / "report.html").read_text(encoding="utf-8")
    status = Counter(row["status"] for row in rows)
    digits = re.sub(r"[.,\s\u202f\u00a0]", "", text)
    assert all(str(count) in digits for count in status.values())


# manifest.json and model.json


def test_the_manifest_holds_the_sha256_of_every_input_and_file(messy_run):
    manifest = load(messy_run, "manifest.json")
    assert manifest["inputs"]["land"]["sha256"] == sha256(messy_run.land_file)
    assert manifest["inputs"]["citizen"]["sha256"] == sha256(messy_run.citizens_file)
    assert manifest["files"].keys() == FILES - {"manifest.json"}
    for name, facts in manifest["files"].items():
        place = messy_run.folder / name
        assert (facts["sha256"], facts["bytes"]) == (sha256(place), place.stat().st_size)
        if name.endswith(".parquet"):
            assert facts["rows"] == pq.read_metadata(place).num_rows


def test_the_manifest_says_with_what_and_how_it_was_decided(messy_run):
    from importlib.metadata import version

    manifest = load(messy_run, "manifest.json")
    assert manifest["versions"]["vnlink"] == version("vnlink")
    assert {"python", "numpy", "pyarrow"} <= manifest["versions"].keys()
    assert manifest["thresholds"]["probability_partial"] == 0.5
    assert manifest["config"]["run"] | {"threads": 2, "batch_rows": 700} == manifest["config"]["run"]
    assert all(seconds >= 0 for seconds in manifest["times_seconds"].values())
    assert set(manifest["vintage"]) == {"land", "citizen"}


def test_the_manifest_counts_the_quarantine_by_reason(messy_run):
    inputs = load(messy_run, "manifest.json")["inputs"]
    assert inputs["land"]["quarantined"] == {"ragged_line": 2, "undecodable_bytes": 1}
    assert inputs["citizen"]["quarantined"] == {"ragged_line": 1}


def test_the_model_of_a_run_can_be_loaded_and_is_data_only(messy_run):
    text = (messy_run.folder / "model.json").read_text(encoding="utf-8")
    model = Model.from_json(text, FIELDS, NAME_GROUPS)
    assert model.to_json() == text
    assert model.count_citizens == messy_run.citizens.num_rows
