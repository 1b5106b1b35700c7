"""The summary counts every person once, and says the same for any order of rows."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from vnlink.report.summary import summarize
from vnlink.schema import LINKS_SCHEMA

ROW = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["full", "partial", "none"]),
        "citizen_id": st.one_of(st.none(), st.sampled_from(["c1", "c2", "c3"])),
        "log_odds": st.one_of(st.none(), st.floats(-100, 100)),
        "probability": st.one_of(st.none(), st.floats(0, 1)),
        "reasons": st.lists(st.sampled_from(["no_candidate", "name_unmarked", "deceased"]), unique=True, max_size=3),
        "person_no": st.sampled_from([1, 1, 2]),
        "place": st.one_of(st.none(), st.sampled_from(["00001", "00004", "26734"])),
    }
)


def links_of(rows):
    filled = [{"land_user_id": "u", "person_name": "n", "margin": None, "namesakes": None, **row} for row in rows]
    return pa.Table.from_pylist([{name: row[name] for name in LINKS_SCHEMA.names} for row in filled], schema=LINKS_SCHEMA)


def places_of(rows):
    return pa.array([row["place"] for row in rows], pa.string())


@given(st.lists(ROW, max_size=40), st.randoms(use_true_random=False))
def test_every_person_is_counted_once_and_the_order_does_not_matter(rows, random):
    summary = summarize(links_of(rows), communes=places_of(rows))
    assert sum(found["count"] for found in summary["status"].values()) == summary["persons"] == len(rows)
    assert sum(place["persons"] for place in summary["by_commune"]) == len(rows)
    known = sum(row["log_odds"] is not None for row in rows)
    assert sum(sum(summary["log_odds"][name]) for name in ("full", "partial", "none")) == known
    assert sum(reason["count"] for reason in summary["reasons"]) == sum(len(row["reasons"]) for row in rows)
    random.shuffle(rows)
    assert summarize(links_of(rows), communes=places_of(rows)) == summary
    json.dumps(summary, allow_nan=False)


def test_a_land_user_is_counted_by_its_first_person():
    rows = [
        {"status": "none", "citizen_id": None, "log_odds": None, "probability": None, "reasons": [], "person_no": n}
        for n in (1, 2, 1)
    ]
    assert summarize(links_of(rows))["land_users"] == 2


def test_an_empty_result_has_shares_of_nothing():
    summary = summarize(LINKS_SCHEMA.empty_table(), counts={"citizens": 5})
    assert summary["status"]["full"] == {"count": 0, "share": 0.0}
    assert summary["counts"] == {"citizens": 5}


def test_places_are_in_order_of_their_code_with_the_unknown_last():
    rows = [
        {
            "status": "full",
            "citizen_id": "c",
            "log_odds": 1.0,
            "probability": 0.7,
            "reasons": [],
            "person_no": 1,
            "place": place,
        }
        for place in ("26734", None, "00001")
    ]
    assert [place["code"] for place in summarize(links_of(rows), provinces=places_of(rows))["by_province"]] == [
        "00001",
        "26734",
        None,
    ]


def test_a_probability_of_one_is_in_the_last_bin():
    row = {"status": "full", "citizen_id": "c", "log_odds": 99.0, "probability": 1.0, "reasons": [], "person_no": 1}
    summary = summarize(links_of([row]))
    assert summary["probability"]["full"][-1] == 1
    assert summary["log_odds"]["full"][-1] == 1
