"""Registers as other tools take them, and results and labels that go to and fro."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from vnlink import Linker
from vnlink.blocking.keys import KeyKind
from vnlink.errors import InputError
from vnlink.integrations.frames import feature_table, frames, labels_of, links_index, true_links
from vnlink.integrations.registers import Registers, person_keys, prepare

LAND = pa.table(
    {
        "land_user_id": ["L1", "L2", "L3"],
        "full_name": ["Hộ ông LÊ VĂN HOÀ và vợ là bà Trần Thị Na", "UBND xã Tân Lập", "Ng. Văn Bé"],
        "birth_date": ["5/11/1960; 1962", None, "31/02/1970"],
        "id_number": ["CCCD 1060012345; 271 234 567", None, None],
        "address": ["Thôn 3, Xã Yên Bài, Huyện Ba Vì, Hà Nội", None, "Hà Nội"],
        "gender": [None, None, "Nam"],
    }
)
CITIZENS = pa.table(
    {
        "citizen_id": ["C1", "C2"],
        "full_name": ["Lê Văn Hòa", "Trần Thị Na"],
        "birth_date": ["1960-11-05", "1962"],
        "personal_id": ["001060012345", None],
        "old_id_number": [None, "271234567"],
        "address": ["Thôn 3, Xã Yên Bài, Hà Nội"] * 2,
        "gender": ["1", "0"],
    }
)


def test_a_prepared_register_has_a_row_for_every_person_in_one_form():
    rows = prepare(LAND, CITIZENS).land.to_pylist()
    assert [row["person"] for row in rows] == ["L1", "L1#2", "L2", "L3"]
    first = rows[0]
    assert (first["name"], first["name_folded"]) == ("Lê Văn Hòa", "le van hoa")
    assert (first["family"], first["middle"], first["given"]) == ("le", "van", "hoa")
    assert (first["birth_date"], first["birth_year"], first["birth_day"]) == ("1960-11-05", 1960, 1105)
    assert (first["personal_id"], first["old_id"], first["sex"]) == ("001060012345", None, "male")
    assert (rows[1]["birth_date"], rows[1]["birth_year"], rows[1]["old_id"]) == (None, 1962, "271234567")
    assert rows[0]["commune"] is not None
    assert rows[2]["name"] is None
    assert rows[3]["birth_year"] is None


def test_both_sides_are_in_one_form_so_that_equal_is_equal():
    land, citizens = prepare(LAND, CITIZENS)
    # Old districts of a present commune are more than those of an old one; only the land side tells the couple.
    for column in set(citizens.column_names) - {"citizen_id", "districts", "partner", "household"}:
        left, right = land[column].to_pylist()[:2], citizens[column].to_pylist()
        assert left == right, column


def test_an_origin_is_in_the_number_and_is_looked_for_among_the_old_provinces_of_the_address():
    numbers = ["036060012345", "003060012345", None, None]  # 003 was never a province
    addresses = ["Hà Nội", "Xã Yên Bài, Huyện Ba Vì, Hà Nội", "Tỉnh Ninh Bình", None]
    columns = {"full_name": ["Lê Văn Hòa"] * 4, "personal_id": numbers, "address": addresses}
    made = prepare(LAND, pa.table({"citizen_id": ["C1", "C2", "C3", "C4"]} | columns)).citizens
    assert made["origin"].to_pylist() == ["036", None, None, None]
    assert made["old_provinces"].to_pylist() == [["001"], ["001"], ["035", "036", "037"], None]


def test_households_and_couples_have_equal_numbers(registers):
    land, citizens = prepare(registers.land, registers.citizens)
    shared = set(land["partner"].drop_null().to_pylist()) & set(citizens["partner"].drop_null().to_pylist())
    assert len(shared) > 10


def test_candidates_are_those_of_the_linker_and_each_comes_once(registers):
    made = Registers(registers.land, registers.citizens)
    person, citizen = made.candidates()
    assert len(set(zip(person.tolist(), citizen.tolist(), strict=True))) == len(person)
    result = Linker(threads=1).link(registers.land, registers.citizens)
    keys, ids = made.prepared().land["person"].to_pylist(), registers.citizens["citizen_id"].to_pylist()
    listed = {(keys[i], ids[j]) for i, j in zip(person.tolist(), citizen.tolist(), strict=True)}
    assert set(feature_table(result, persons=True).index) <= listed


def test_candidates_of_some_keys_are_those_that_share_one(registers):
    made = Registers(registers.land, registers.citizens)
    person, citizen = made.candidates([KeyKind.PERSONAL_ID, KeyKind.OLD_ID])
    assert len(person) > 100
    land, citizens = made.prepared()
    for column in ("personal_id", "old_id"):
        assert land[column].null_count < len(land)
    left, right = land.take(pa.array(person)), citizens.take(pa.array(citizen))
    same = [np.array(left[c].to_pylist()) == np.array(right[c].to_pylist()) for c in ("personal_id", "old_id")]
    assert (same[0] | same[1]).all()
    assert len(made.candidates([])[0]) == 0


def test_a_key_of_a_second_person_that_is_a_land_users_own_is_refused():
    assert person_keys(pa.array(["L1", "L1"]), pa.array([1, 2])).to_pylist() == ["L1", "L1#2"]
    with pytest.raises(InputError, match="nobody else"):
        person_keys(["L1", "L1", "L1#2"], [1, 2, 1])


def test_frames_have_the_usual_columns_and_one_row_a_person():
    left, right = frames(LAND, CITIZENS)
    assert left.index.tolist() == ["L1", "L1#2", "L2", "L3"]
    assert left.loc["L1#2", ["full_name", "birth_date", "gender", "id_number"]].tolist() == [
        "Trần Thị Na", "1962", "female", "271234567",
    ]  # fmt: skip
    assert right.loc["C1", ["full_name", "birth_date", "gender", "personal_id"]].tolist() == [
        "Lê Văn Hòa", "1960-11-05", "male", "001060012345",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def result(registers):
    return Linker(threads=1).link(registers.land, registers.citizens)


def test_links_are_an_index_of_pairs(result):
    full = links_index(result, ["full"], persons=True)
    linked = result.links.to_pandas().query("status == 'full'")
    assert len(full) == len(linked)
    assert full.get_level_values("citizen_id").tolist() == linked["citizen_id"].tolist()
    assert set(links_index(result, persons=True)) >= set(full)
    rows = links_index(result)
    assert rows.is_unique
    assert set(rows.get_level_values(0)) <= set(result.links["land_user_id"].to_pylist())


def test_candidates_are_a_table_of_features(result):
    table = feature_table(result)
    assert table.index.names == ["land_user_id", "citizen_id"]
    assert len(table) == len(result.candidates)
    assert {"level_name", "level_birth", "match_weight", "probability"} <= set(table.columns)


def numbered(table):
    """The table with whole numbers for ids: L7 is 7."""
    for name in {"land_user_id", "citizen_id"} & set(table.column_names):
        ids = pc.replace_substring_regex(table[name], r"\D", "").cast(pa.int64())
        table = table.set_column(table.schema.get_field_index(name), name, ids)
    return table


@pytest.fixture(scope="module")
def whole(registers):
    return tuple(numbered(table) for table in (registers.land, registers.citizens, registers.truth))


def agreeing(found, true):
    return len(found.intersection(true)) / len(found)


@pytest.mark.parametrize("make", [pa.Table.to_pandas, pl.DataFrame, pa.table], ids=["pandas", "polars", "arrow"])
def test_ids_that_were_whole_numbers_in_a_frame_are_whole_numbers_in_an_index_of_pairs(whole, make):
    land, citizens, truth = whole
    result = Linker(threads=1).link(make(land), make(citizens))
    assert result.whole_number_ids == {"land_user_id", "citizen_id"}
    assert result.links["land_user_id"].type == pa.string()
    for found in (links_index(result), feature_table(result).index):
        assert [level.dtype for level in found.levels] == [np.int64, np.int64]
    assert agreeing(links_index(result, "full"), true_links(truth)) > 0.95
    assert agreeing(links_index(result, persons=True), true_links(truth, persons=True)) > 0.9
    assert agreeing(links_index(result), true_links(truth.to_pandas())) > 0.9  # pandas made fractions of the citizens


def test_ids_that_are_the_index_of_a_frame_keep_their_type_too(whole):
    land, citizens = whole[0].to_pandas().set_index("land_user_id"), whole[1].to_pandas().set_index("citizen_id")
    assert Linker(threads=1).link(land, citizens).whole_number_ids == {"land_user_id", "citizen_id"}


def test_ids_of_files_are_of_the_type_that_is_asked_for(tmp_path, whole, result, registers):
    land, citizens, truth = whole
    for name, table in (("land", land), ("citizens", citizens)):
        pq.write_table(table, tmp_path / f"{name}.parquet")
    of_files = Linker(threads=1).link(tmp_path / "land.parquet", tmp_path / "citizens.parquet")
    true = true_links(truth)
    assert agreeing(links_index(of_files), true) == 0.0
    assert agreeing(links_index(of_files, like=true), true) > 0.9
    with pytest.raises(InputError, match=r"whole numbers, as those of like are, and are text.*land_user_id"):
        links_index(result, like=true)
    with pytest.raises(InputError, match="like must be a MultiIndex of pairs"):
        links_index(result, like=registers.truth)


def test_a_status_that_is_none_of_links_is_refused(result):
    for wrong in (["ful"], "none", ["full", 3]):
        with pytest.raises(InputError, match='the status of a link is "full" or "partial"'):
            links_index(result, wrong)
    assert links_index(result, "full").equals(links_index(result, ["full"]))


def test_the_truth_is_an_index_without_persons_of_nobody(registers):
    true = true_links(registers.truth, persons=True)
    assert len(true) == len(registers.truth) - registers.truth["citizen_id"].null_count
    assert not true_links(registers.truth).has_duplicates


def test_pairs_that_somebody_decided_are_labels_a_linker_learns_from(registers):
    true = true_links(registers.truth, persons=True)
    wrong = list(zip(true.get_level_values(0)[:20], true.get_level_values(1)[20:40], strict=True))
    labels = labels_of(true[:300], type(true).from_tuples(wrong))
    assert labels.column_names == ["land_user_id", "person_no", "citizen_id", "status"]
    assert labels["status"].to_pylist() == ["full"] * 300 + ["none"] * 20
    expected = registers.truth.filter(registers.truth["citizen_id"].is_valid()).slice(0, 300)
    assert labels["land_user_id"].to_pylist()[:300] == expected["land_user_id"].to_pylist()
    assert labels["person_no"].to_pylist()[:300] == expected["person_no"].to_pylist()
    linker = Linker(threads=1).fit(registers.land, registers.citizens, labels=labels)
    assert linker.model_.labels is not None
    with pytest.raises(InputError, match="no pair"):
        labels_of(true[:0])
