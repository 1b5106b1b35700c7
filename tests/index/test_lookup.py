"""A look-up comes to the decision that a link of the same rows comes to."""

from __future__ import annotations

import json
import pickle
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from vnlink import ConfigError, InputError, Linker, StorageError
from vnlink.compare.pairs import CompareTables
from vnlink.indexing import run_index
from vnlink.lookup import _Tables
from vnlink.normalize.few import FewRowsReader
from vnlink.storage.date_order import day_first

DECIDED = ("person_no", "person_name", "citizen_id", "status", "probability", "log_odds", "margin", "namesakes")


@pytest.fixture(scope="module")
def index(register_files, tmp_path_factory):
    """The index of the small population; not to be written to."""
    out = tmp_path_factory.mktemp("index") / "index"
    run_index(register_files / "citizens.parquet", out)
    return out


@pytest.fixture(scope="module")
def linker(finished_run):
    """A linker with a model that was learned from these registers."""
    return Linker.load(finished_run / "model.json", threads=1)


@pytest.fixture(scope="module")
def land(registers):
    """Five hundred land users."""
    return registers.land.slice(0, 500)


@pytest.fixture(scope="module")
def linked(linker, land, registers):
    """What a link of them with the register itself decides."""
    return linker.link(land, registers.citizens)


def test_a_frame_that_is_looked_up_gets_the_tables_of_a_link(linker, land, index, linked):
    found = linker.lookup(land, index)
    assert found.links.equals(linked.links)
    assert found.candidates.equals(linked.candidates)


def test_five_hundred_persons_looked_up_one_by_one_get_the_decisions_of_a_link(linker, land, index, linked):
    expected = {}
    for row in linked.links.to_pylist():
        expected.setdefault(row["land_user_id"], []).append(row)
    candidates = {}
    for row in linked.candidates.to_pylist():
        candidates.setdefault((row["land_user_id"], row["person_no"]), []).append(row)
    assert {row["status"] for row in linked.links.to_pylist()} == {"full", "partial", "none"}
    for row in land.to_pylist():
        found = linker.lookup(row, index)
        wanted = expected[row["land_user_id"]]
        assert [{name: getattr(person, name) for name in DECIDED} for person in found] == [
            {name: one[name] for name in DECIDED} for one in wanted
        ]
        assert [list(person.reasons) for person in found] == [one["reasons"] for one in wanted]
        for person in found:
            best = candidates.get((row["land_user_id"], person.person_no), [])
            assert [(c.citizen_id, c.probability, c.match_weight) for c in person.candidates] == [
                (c["citizen_id"], c["probability"], c["match_weight"]) for c in best
            ]
            assert [c.levels for c in person.candidates] == [
                {name.removeprefix("level_"): level for name, level in c.items() if name.startswith("level_")} for c in best
            ]


def test_a_person_needs_no_id_and_cells_need_not_be_text(linker, land, index):
    row = next(row for row in land.to_pylist() if row["birth_date"] and row["birth_date"].isdigit())
    with_id = linker.lookup(row, index)
    row.pop("land_user_id")
    assert linker.lookup(row, index) == with_id
    assert linker.lookup(row | {"birth_date": int(row["birth_date"])}, index) == with_id


def test_headers_of_a_land_register_are_recognised(linker, land, index):
    row = land.to_pylist()[0]
    vietnamese = {"Tên chủ sử dụng": row["full_name"], "Năm sinh": row["birth_date"]}
    assert linker.lookup(vietnamese, index) == linker.lookup(
        {"full_name": row["full_name"], "birth_date": row["birth_date"]}, index
    )


@pytest.mark.parametrize("key", ["birth_day_of_week", "Ngày mất", "phone"])
def test_a_key_that_is_no_column_is_refused_with_the_keys_there_are(linker, index, key):
    with pytest.raises(InputError, match=r"no column.*full_name, birth_date, gender, id_number") as caught:
        linker.lookup({"full_name": "Nguyễn Văn Hùng", key: "01/02/1960"}, index)
    assert f'"{key}"' in str(caught.value)
    assert "1960" not in str(caught.value)


def test_a_key_that_looks_like_a_value_is_counted_and_not_shown(linker, index):
    with pytest.raises(InputError, match=r"1 of the keys") as caught:
        linker.lookup({"full_name": "Nguyễn Văn Hùng", "001065012345": "x"}, index)
    assert "001065012345" not in str(caught.value)


def test_a_name_in_the_place_of_a_key_is_not_shown_and_a_column_given_twice_is_told_as_such(linker, index):
    with pytest.raises(InputError, match=r"1 of the keys") as caught:
        linker.lookup({"full_name": "Nguyễn Văn Hùng", "Phạm Thị Hương Lan": ""}, index)
    assert "Hương" not in str(caught.value)
    with pytest.raises(InputError, match='"Số CCCD" stands for is given by another key'):
        linker.lookup({"full_name": "Nguyễn Văn Hùng", "Số CCCD": "001065012345", "id_number": None}, index)


@pytest.mark.parametrize("owner", ["UBND xã Hòa Bình Thượng", "", None, "---"])
def test_who_is_no_person_is_none_with_the_reason_for_it(linker, index, owner):
    (found,) = linker.lookup({"full_name": owner, "id_number": "001065012345"}, index)
    assert (found.status, found.citizen_id, found.candidates) == ("none", None, ())
    assert found.reasons[0] in ("state_body", "unreadable_name")


def test_syllables_and_places_never_seen_before_change_no_other_decision(finished_run, linker, land, index, linked):
    odd = {"full_name": "Xyz Qwrt Ủỷỵ Kpă", "address": "Thôn Lạ, Xã Không Có, Huyện Nào Đó, Tỉnh Xa", "commune_code": "99999"}
    for number in range(80):
        linker.lookup(
            odd
            | {
                "full_name": f"{odd['full_name']}{'abcdefgh'[number % 8]}{'aeiouy'[number % 6]}",
                "address": f"Xã Lạ {number}, Tỉnh Xa",
            },
            index,
        )
        # What such a word may be short for is told by citizens, not by words that were met.
        letter = chr(97 + number % 26)
        linker.lookup({"full_name": f"Ng{letter} V{letter}n H{letter}ng, Nguy{letter}n V. H{letter}"}, index)
    short = {"full_name": "Ng. V. Hùng", "birth_date": "1965"}
    again = Linker.load(finished_run / "model.json", threads=1).lookup(short, index)
    assert linker.lookup(short, index) == again
    assert linker.lookup(land, index).links.equals(linked.links)


def test_tables_that_grew_are_those_of_all_that_was_met():
    reader, tables = FewRowsReader(), _Tables()
    for step in range(6):
        for number in range(4**step):
            row = {
                "full_name": f"Lê Văn {chr(97 + number % 26)}{'aeiou'[step % 5]}{number}",
                "address": f"Xã Lạ {step}{number}, Huyện Ba Vì, Hà Nội",
            }
            reader.read_one(row, np.uint64(number))
        grown, whole = tables.of(reader.lexicon, reader.places), CompareTables.of(reader.lexicon, reader.places)
        syllables, places = len(whole.syllables), len(whole.places)
        np.testing.assert_array_equal(grown.syllables[:syllables], whole.syllables)
        np.testing.assert_array_equal(grown.places[:places], whole.places)
        np.testing.assert_array_equal(grown.marks[:places], whole.marks)
        known = len(grown.relations) - 1
        np.testing.assert_array_equal(grown.relations[:known, :known], whole.relations[:known, :known])


def test_a_session_that_met_many_words_begins_anew_and_decides_the_same(finished_run, land, index, linked, monkeypatch):
    monkeypatch.setattr("vnlink.lookup._MOST_WORDS", 40)
    linker = Linker.load(finished_run / "model.json", threads=1)
    expected = {}
    for row in linked.links.to_pylist():
        expected.setdefault(row["land_user_id"], []).append((row["citizen_id"], row["status"], row["probability"]))
    for row in land.slice(0, 60).to_pylist():
        found = [(person.citizen_id, person.status, person.probability) for person in linker.lookup(row, index)]
        assert found == expected[row["land_user_id"]]


def test_a_lookup_without_a_model_says_so(index):
    with pytest.raises(InputError, match="needs a model"):
        Linker().lookup({"full_name": "Nguyễn Văn An"}, index)


def test_what_only_a_whole_register_can_give_is_refused(finished_run, index):
    linker = Linker.load(finished_run / "model.json", one_to_one="parcel")
    with pytest.raises(ConfigError, match="whole land register"):
        linker.lookup({"full_name": "Nguyễn Văn An"}, index)


@pytest.mark.parametrize("name", ["key_persons.bin", "home_members.bin", "records.bin"])
def test_a_damaged_file_is_refused_before_anything_is_looked_up(finished_run, index, tmp_path, name):
    copy = shutil.copytree(index, tmp_path / "copy")
    data = bytearray((copy / name).read_bytes())
    data[-1] ^= 255
    (copy / name).write_bytes(data)
    with pytest.raises(StorageError, match=name):
        Linker.load(finished_run / "model.json").lookup({"full_name": "Nguyễn Văn An"}, copy)


def test_a_setting_that_is_changed_counts_from_the_next_lookup_on(finished_run, land, index):
    linker = Linker.load(finished_run / "model.json")
    row = next(row for row in land.to_pylist() if len(linker.set_params(top_k=3).lookup(row, index)[0].candidates) == 3)
    assert len(linker.set_params(top_k=1).lookup(row, index)[0].candidates) == 1
    linker.top_k = 2
    assert len(linker.lookup(row, index)[0].candidates) == 2


def test_another_index_in_the_same_place_is_opened_anew(finished_run, registers, tmp_path):
    linker, place = Linker.load(finished_run / "model.json"), tmp_path / "index"
    person = {"full_name": "Hộ ông Trần Quốc Lạ", "id_number": "001065012345"}
    one = pa.table({"citizen_id": ["C0"], "full_name": ["Lê Văn Đức"], "personal_id": ["001065099999"]})
    linker.index(one, place)
    assert linker.lookup(person, place)[0].citizen_id is None
    other = pa.table({"citizen_id": ["C9"], "full_name": ["Trần Quốc Lạ"], "personal_id": ["001065012345"]})
    linker.index(other, place, overwrite=True)
    assert linker.lookup(person, place)[0].citizen_id == "C9"


def test_a_linker_with_an_open_index_can_still_be_copied(linker, index):
    linker.lookup({"full_name": "Nguyễn Văn An"}, index)
    again = pickle.loads(pickle.dumps(linker))
    assert json.loads(again.model_.to_json()) == json.loads(linker.model_.to_json())


def test_an_error_shows_no_cell(linker, index):
    with pytest.raises(InputError) as error:
        linker.lookup({"full_name": ["Nguyễn Văn Bí Mật"]}, index)
    assert "Bí Mật" not in str(error.value)


def test_a_citizen_who_moved_away_from_the_own_province_is_told_as_a_link_tells_it(linker, tmp_path):
    away = ("Thôn 2, Xã Minh Tân, Tỉnh Ninh Bình", "13750", "2025")
    columns = ("citizen_id", "full_name", "birth_date", "gender", "personal_id", "address", "commune_code", "commune_vintage")
    rows = [
        ("C1", "Đoàn Văn Hữu", "03/08/1965", "Nam", "079065001203"),
        ("C2", "Đoàn Văn Hữu", "05/02/1966", "Nam", "001066001207"),
    ]
    citizens = pa.Table.from_pylist([dict(zip(columns, (*row, *away), strict=True)) for row in rows])
    of_land = {"land_user_id": "L1", "full_name": "Ông Đoàn Văn Hữu", "address": "Phường Bến Thành, Thành phố Hồ Chí Minh"}
    run_index(citizens, tmp_path / "index")
    (found,) = linker.lookup(of_land, tmp_path / "index")
    linked = linker.link(pa.Table.from_pylist([of_land]), citizens).candidates.to_pylist()
    told = [{name.removeprefix("level_"): level for name, level in one.items() if name.startswith("level_")} for one in linked]
    assert [one.levels for one in found.candidates] == told
    assert {one["origin"] for one in told} == {"native_away", "stranger"}


def test_a_name_in_the_place_of_a_person_is_refused_and_not_shown_as_a_path(linker, index):
    with pytest.raises(InputError, match="a land user is looked up by its cells") as error:
        linker.lookup("Nguyễn Văn An", index)
    assert "Nguyễn" not in str(error.value)


def test_a_frame_whose_dates_were_written_month_first_is_read_as_a_link_reads_it(linker, land, registers, index):
    at = land.schema.get_field_index("birth_date")
    turned = day_first(land["birth_date"].combine_chunks())  # exchanges the first two numbers, whichever comes first
    frame = land.set_column(at, "birth_date", turned)
    found, linked = linker.lookup(frame, index), linker.link(frame, registers.citizens)
    assert [one["code"] for one in linked.summary()["notes"] if one["side"] == "land"] == ["month_first"]
    assert found.links.equals(linked.links)
    assert found.candidates.equals(linked.candidates)
    full = pc.sum(pc.equal(found.links["status"].cast(pa.string()), "full")).as_py()
    assert full == pc.sum(pc.equal(linker.lookup(land, index).links["status"].cast(pa.string()), "full")).as_py()
