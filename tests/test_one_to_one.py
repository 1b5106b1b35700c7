"""The setting decide.one_to_one, from the registers to the links."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from vnlink import ConfigError, InputError, Linker

LAND = pa.table(
    {
        "land_user_id": ["L1", "L2", "L3"],
        "full_name": ["Ông Nguyễn Văn Hùng và ông Nguyễn Văn Hùng", "Ông Trần Văn Đức", "Ông Trần Văn Đức"],
        "birth_date": ["1960; 1960", "03/04/1955", "03/04/1955"],
        "commune_code": ["00004", "00004", "00004"],
        "parcel_id": ["11", "12", "12"],
    }
)
CITIZENS = pa.table(
    {
        "citizen_id": ["C1", "C2", "C3"],
        "full_name": ["Nguyễn Văn Hùng", "Trần Văn Đức", "Lê Thị Hoa"],
        "birth_date": ["01/05/1960", "03/04/1955", "07/09/1980"],
        "commune_code": ["00004", "00004", "00004"],
    }
)


def linked(one_to_one, land=LAND):
    return Linker(threads=1, one_to_one=one_to_one).link(land, CITIZENS).links.to_pylist()


def test_by_default_citizens_are_not_shared_out():
    assert Linker().one_to_one == "none"
    assert not any("taken_by_another" in row["reasons"] for row in linked("none"))


def test_within_a_land_user_a_citizen_is_given_once_and_the_other_person_is_told():
    rows = linked("land_user")
    first = [row for row in rows if row["land_user_id"] == "L1"]
    assert [row["citizen_id"] for row in first].count("C1") == 1
    assert sum("taken_by_another" in row["reasons"] for row in first) == 1
    assert [row["citizen_id"] for row in rows[2:]] == ["C2", "C2"]


def test_within_a_parcel_a_citizen_is_given_once_to_all_its_land_users():
    rows = linked("parcel")
    assert [row["citizen_id"] for row in rows].count("C2") == 1
    assert [row["citizen_id"] for row in rows].count("C1") == 1


@pytest.mark.parametrize("one_to_one", ["land_user", "parcel"])
def test_who_gets_a_citizen_does_not_depend_on_the_order_of_rows(one_to_one):
    plain = {(row["land_user_id"], row["person_no"]): row for row in linked(one_to_one)}
    turned = {(row["land_user_id"], row["person_no"]): row for row in linked(one_to_one, LAND.take(pa.array([2, 0, 1])))}
    assert plain == turned


def test_a_word_that_is_no_group_is_a_configuration_error():
    with pytest.raises(ConfigError, match="one_to_one"):
        linked("street")


@pytest.mark.parametrize("one_to_one", ["land_user", "parcel"])
def test_no_citizen_comes_twice_in_a_group_and_the_order_of_rows_changes_nothing(registers, one_to_one):
    order = np.random.default_rng(3).permutation(registers.land.num_rows)
    plain = Linker(threads=1, one_to_one=one_to_one).link(registers.land, registers.citizens).links.to_pylist()
    turned = Linker(threads=2, one_to_one=one_to_one, batch_rows=700).link(
        registers.land.take(pa.array(order)), registers.citizens.take(pa.array(np.arange(registers.citizens.num_rows)[::-1]))
    )
    pairs = Counter((row["land_user_id"], row["citizen_id"]) for row in plain if row["citizen_id"])
    assert max(pairs.values()) == 1
    keyed = {(row["land_user_id"], row["person_no"]): row for row in turned.links.to_pylist()}
    assert all(keyed[row["land_user_id"], row["person_no"]] == row for row in plain)


@pytest.mark.parametrize("land", [LAND.drop_columns(["parcel_id"]), LAND.set_column(4, "parcel_id", pa.array(["", None, ""]))])
def test_citizens_are_not_shared_out_within_parcels_that_nobody_tells(land):
    with pytest.raises(InputError, match=r"no row has one.*column parcel_id.*land_user"):
        linked("parcel", land)
    assert linked("land_user", land)
