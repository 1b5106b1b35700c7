"""A citizen whom the population register holds twice is one: the record with a personal id stands for both."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from vnlink import Linker
from vnlink.datasets import synthesize
from vnlink.decide.ranking import Ranking, odds_units
from vnlink.memory import MemoryPlan

PRESENT = {
    "citizen_id": "PRESENT",
    "full_name": "Phùng Bá Kiên",
    "birth_date": "1957-03-12",
    "gender": "Nam",
    "personal_id": "001057004321",
    "address": "Thôn Đoài",
}
OLDER = {**PRESENT, "citizen_id": "OLDER", "personal_id": None, "old_id_number": "011234567"}
OWNER = {
    "land_user_id": "OWNER",
    "full_name": "Ông Phùng Bá Kiên",
    "birth_date": "1957",
    "id_number": "011234567",
    "address": "Thôn Đoài",
}


@pytest.fixture(scope="module")
def registers():
    return synthesize(3_000, 3_000, seed=4, preset="raw")


@pytest.fixture(scope="module")
def linker(registers):
    return Linker(threads=1).fit(registers.land, registers.citizens)


@pytest.fixture(scope="module")
def place(registers):
    """A commune that the linker knows."""
    return registers.citizens["commune_code"][0].as_py()


@pytest.fixture(scope="module")
def tables(registers, place):
    """Registers with one land user and some citizens more."""

    def with_citizens(*citizens, **land):
        rows = [{**citizen, "commune_code": place} for citizen in citizens]
        owner = {**OWNER, "commune_code": place, **land}
        return (
            pa.Table.from_pylist([owner], registers.land.schema),
            pa.concat_tables([registers.citizens, pa.Table.from_pylist(rows, registers.citizens.schema)]),
        )

    return with_citizens


def found(linker, tables):
    result = linker.link(*tables)
    candidates = result.candidates.to_pandas()
    return result.links.to_pylist()[0], candidates["citizen_id"].tolist()


def test_the_record_with_a_personal_id_is_linked_by_the_number_of_the_older_one(linker, tables):
    link, candidates = found(linker, tables(PRESENT, OLDER))
    assert link["citizen_id"] == "PRESENT"
    assert link["status"] == "full"
    assert link["reasons"] == ["citizen_twice"]
    assert "OLDER" not in candidates
    assert link["log_odds"] > 30


def test_an_older_record_that_says_less_is_let_go(linker, tables):
    older = {**OLDER, "old_id_number": None, "full_name": "PHUNG BA KIEN"}
    link, candidates = found(linker, tables({**PRESENT, "old_id_number": "011234567"}, older))
    assert (link["citizen_id"], link["status"]) == ("PRESENT", "full")
    assert link["reasons"] == ["citizen_twice"]
    assert "OLDER" not in candidates


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"personal_id": "001057009876"}, "two personal ids are two people"),
        ({"full_name": "Phùng Bá Kiến"}, "twins are called so"),
        ({"birth_date": "1957-03-13"}, "another day"),
        ({"birth_date": "1957"}, "a year alone is no birth date, and the numbers are not the same"),
        ({"address": "Thôn Thượng"}, "another hamlet"),
        ({"death_date": "2001-04-30"}, "one has died, the other has not"),
        ({"gender": "Nữ"}, "a woman"),
        ({"address": "Thôn Thượng", "old_id_number": "017654321"}, "another number and another hamlet"),
    ],
)
def test_who_differs_in_more_than_an_older_record_does_is_somebody_else(linker, tables, other, why):
    own = {**PRESENT, "old_id_number": "018888888"}
    link, candidates = found(linker, tables(own, {**OLDER, "old_id_number": None, **other}, id_number="018888888"))
    assert {"PRESENT", "OLDER"} <= set(candidates), why
    assert "citizen_twice" not in link["reasons"]


def test_new_year_is_no_birth_date_that_tells_two_records_apart(linker, tables):
    new_year = {"birth_date": "1957-01-01"}
    _, candidates = found(linker, tables({**PRESENT, **new_year}, {**OLDER, **new_year}))
    assert {"PRESENT", "OLDER"} <= set(candidates)


@pytest.mark.parametrize(
    ("land", "reason"),
    [
        ({"id_number": "011234567; 001057009999"}, "personal_id_different"),
        ({"full_name": "Phùng Bá Kiến"}, "name_given_mark_lost"),
        ({"gender": "Nữ"}, "sex_different"),
    ],
)
def test_what_the_present_record_contradicts_is_not_full(linker, tables, land, reason):
    older = {**OLDER, "full_name": "PHUNG BA KIEN", "gender": None}
    link, _ = found(linker, tables(PRESENT, older, **land))
    assert link["citizen_id"] == "PRESENT"
    assert link["status"] == "partial"
    assert {reason, "citizen_twice"} <= set(link["reasons"])


def test_where_another_citizen_comes_first_then_nothing_is_said_of_two_records(linker, tables):
    """The older record has the number, its present one the personal id of somebody else than the land user."""
    other = {**PRESENT, "citizen_id": "OTHER", "birth_date": "1957-08-30", "personal_id": "001057009999"}
    link, candidates = found(linker, tables(PRESENT, OLDER, other, id_number="011234567; 001057009999"))
    assert link["citizen_id"] == "OTHER"
    assert "OLDER" not in candidates
    assert "citizen_twice" not in link["reasons"]


def test_two_older_records_are_one_with_the_present(linker, tables):
    link, candidates = found(linker, tables(PRESENT, OLDER, {**OLDER, "citizen_id": "OLDEST", "full_name": "PHUNG BA KIEN"}))
    assert (link["citizen_id"], link["status"]) == ("PRESENT", "full")
    assert not {"OLDER", "OLDEST"} & set(candidates)


def test_records_that_both_lack_a_personal_id_stay_two(linker, tables):
    _, candidates = found(linker, tables({**PRESENT, "personal_id": None}, OLDER))
    assert {"PRESENT", "OLDER"} <= set(candidates)


def test_an_old_record_that_is_like_two_citizens_is_given_to_neither(linker, tables):
    namesake = {**PRESENT, "citizen_id": "NAMESAKE", "personal_id": "001057009876"}
    link, candidates = found(linker, tables(PRESENT, namesake, OLDER))
    assert link["citizen_id"] == "OLDER"
    assert {"PRESENT", "NAMESAKE", "OLDER"} <= set(candidates)
    assert "citizen_twice" not in link["reasons"]
    number = {"old_id_number": "018888888"}
    link, candidates = found(
        linker, tables({**PRESENT, **number}, namesake, {**OLDER, "old_id_number": None}, id_number="018888888")
    )
    assert link["citizen_id"] == "PRESENT"
    assert {"NAMESAKE", "OLDER"} <= set(candidates)
    assert "citizen_twice" not in link["reasons"]


def test_a_lost_card_has_another_number_and_its_holder_lives_in_the_same_hamlet(linker, tables):
    link, candidates = found(linker, tables({**PRESENT, "old_id_number": "017654321"}, OLDER))
    assert (link["citizen_id"], link["status"]) == ("PRESENT", "full")
    assert "OLDER" not in candidates


def test_looked_up_alone_and_in_parts_from_files_it_is_the_same(linker, tables, tmp_path, monkeypatch):
    land, citizens = tables(PRESENT, OLDER)
    expected = linker.link(land, citizens).links
    Linker(threads=1).index(citizens, tmp_path / "index")
    (looked_up,) = linker.lookup(land.to_pylist()[0], tmp_path / "index")
    assert (looked_up.citizen_id, list(looked_up.reasons)) == ("PRESENT", ["citizen_twice"])
    rows = pa.concat_tables([land, tables(land_user_id="NOBODY", full_name="Ông Trần Văn A", id_number=None)[0]])
    monkeypatch.setattr(MemoryPlan, "of", classmethod(lambda cls, *_: cls(in_files=True, limit=None)))
    monkeypatch.setattr(MemoryPlan, "parts", lambda *_: 2)
    assert linker.link(rows, citizens).links.slice(0, 1).equals(expected)


def test_a_candidate_that_is_let_go_makes_room_and_the_other_takes_its_place():
    ranking = Ranking.empty(np.zeros(1, np.int64), 4)
    none = np.zeros(5, np.int32)
    key = np.arange(9, dtype=np.uint64)
    scores = np.array([9, 7, 5, 3, 1], np.int32)
    ranking.enter(none, np.array([3, 5, 7, 8, 6], np.int32), none.astype(np.int64), scores, key)
    one = np.zeros(1, np.int64)
    ranking.merge(one, one, one + 2, one + 77, np.array([8], np.int32), key)
    assert ranking.citizen[0].tolist() == [7, 5, 8, -1]
    assert ranking.score[0, :3].tolist() == [8, 7, 3]
    assert ranking.patterns(one, 0).tolist() == [77]
    assert (ranking.candidates[0], ranking.tail[0]) == (4, odds_units(1))
