"""Where a citizen lives, as one number."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import vnlink
import vnlink.engines.population
from vnlink.homes import (
    are_couples,
    commune_homes,
    couple_homes,
    household_homes,
    is_household,
    is_neighbourhood,
    same_commune,
    same_hamlet,
)
from vnlink.kernels import kernel
from vnlink.memory import MemoryPlan

WORDS = st.integers(0, 2**64 - 1)
COMMUNES = np.array([[-1, -1], [0, -1], [7, -1], [7, 9]], np.int16)
"""By place: nothing known, two communes, and a place that may lie in either of two."""


@kernel
def _judge(one, other, found):  # type: ignore[no-untyped-def]
    for i in range(len(one)):
        found[i, 0], found[i, 1] = is_household(one[i]), is_neighbourhood(one[i])
        found[i, 2], found[i, 3] = same_commune(one[i], other[i]), same_hamlet(one[i], other[i])


def judged(one, other=None):
    one = np.asarray(one, np.uint64)
    found = np.zeros((len(one), 4), np.bool_)
    _judge(one, one if other is None else np.asarray(other, np.uint64), found)
    return found


def lives(place, locality):
    return commune_homes(COMMUNES, np.array([place], np.int32), np.array([locality], np.int32))


@given(st.lists(WORDS, max_size=5))
def test_a_household_is_a_household_and_none_stays_none(hashes) -> None:  # type: ignore[no-untyped-def]
    homes = household_homes(np.array(hashes, np.uint64))
    assert ((homes != 0) == (np.array(hashes, np.uint64) != 0)).all()
    found = judged(homes)
    assert (found[:, 0] == (homes != 0)).all()
    assert not found[:, 1].any()
    assert not are_couples(homes).any()


@given(WORDS, WORDS)
def test_spouses_have_one_home_whoever_of_them_is_asked(one, other) -> None:  # type: ignore[no-untyped-def]
    hers, his = (couple_homes(np.array([a], np.uint64), np.array([b], np.uint64)) for a, b in ((one, other), (other, one)))
    assert hers == his
    assert judged(hers)[0, 0] == are_couples(hers)[0] == (hers[0] != 0)
    assert (hers[0] != 0) == (0 not in (one, other) and one != other)


def _hamlet(locality):  # type: ignore[no-untyped-def]
    """The hamlet, whatever the street or group within it; the street where no hamlet is told."""
    hamlet, street = divmod(locality, 2**13)
    return (hamlet, 0) if hamlet else (0, street)


@given(st.integers(1, 2), st.integers(1, 2), st.integers(0, 2**24 - 1), st.integers(0, 2**24 - 1))
@example(1, 1, 2**13, 2**13 + 1)
@example(1, 1, 1, 2)
@example(1, 1, 5 * 2**13, 5)
def test_neighbours_are_told_by_commune_and_by_hamlet(place, other_place, hamlet, other_hamlet) -> None:  # type: ignore[no-untyped-def]
    household, neighbourhood, commune, same = judged(lives(place, hamlet), lives(other_place, other_hamlet))[0]
    assert neighbourhood
    assert not household
    assert commune == (place == other_place)
    assert same == (place == other_place and _hamlet(hamlet) == _hamlet(other_hamlet) != (0, 0))


@pytest.mark.parametrize("place", [0, 3])
def test_a_place_that_is_not_one_commune_is_no_home(place) -> None:  # type: ignore[no-untyped-def]
    assert lives(place, 5).tolist() == [0]


HAMLET = "Khóm 3, Phường An Bình, Tỉnh Đồng Tháp"
OTHER_HAMLET = "Khóm 9, Phường An Bình, Tỉnh Đồng Tháp"
ELSEWHERE = "Khóm 7, Phường Hồng Ngự, Tỉnh Đồng Tháp"
LAND = pa.table(
    {"land_user_id": ["L1"], "full_name": ["Hộ ông: Lê Văn Đức và vợ là bà: Trần Thị Hòa"], "birth_date": ["1962; 1965"]}
)


def level_of_partner(his_address, **columns):
    """Level of the wife's pair with the citizen of her name, where the husband lives at ``his_address``."""
    citizens = pa.table(
        {
            "citizen_id": ["C1", "C2", "C3"],
            "full_name": ["Lê Văn Đức", "Trần Thị Hòa", "Phạm Thị Lan"],
            "birth_date": ["1962", "1965", "1990"],
            "address": [his_address, HAMLET, HAMLET],
        }
        | columns
    )
    rows = vnlink.Linker().fit(LAND, citizens).link(LAND, citizens).candidates.to_pylist()
    return next(row["level_partner"] for row in rows if (row["person_no"], row["citizen_id"]) == (2, "C2"))


@pytest.mark.parametrize(
    ("his_address", "expected"), [(HAMLET, "same_hamlet"), (OTHER_HAMLET, "same_commune"), (ELSEWHERE, "not_in_commune")]
)
def test_without_households_it_tells_whether_the_husband_lives_near(his_address, expected) -> None:  # type: ignore[no-untyped-def]
    assert level_of_partner(his_address) == expected


def test_a_household_that_is_known_goes_before_the_commune() -> None:
    assert level_of_partner(ELSEWHERE, household_id=["H1", "H1", None]) == "household"
    assert level_of_partner(HAMLET, household_id=["H1", "H2", None]) == "not_in_household"


def test_spouses_who_name_each_other_are_found_together_wherever_they_live() -> None:
    assert level_of_partner(ELSEWHERE, spouse_id=["C2", " C1 ", None]) == "household"


def test_a_spouse_may_be_told_by_the_personal_id() -> None:
    numbers = ["001062000011", "001165000012", "001190000013"]
    told = {"personal_id": numbers, "spouse_id": [numbers[1], numbers[0], None]}
    assert level_of_partner(ELSEWHERE, **told) == "household"
    assert level_of_partner(ELSEWHERE, **told | {"spouse_id": [numbers[1], None, None]}) == "not_in_commune"


def test_keys_of_digits_stay_keys_though_some_of_them_could_be_personal_ids() -> None:
    keys = ["67018326269", "78331461629", "11111111111"]
    names = {"full_name": ["Lê Văn Đức", "Trần Thị Hòa", "Phạm Thị Lan"], "address": [ELSEWHERE, HAMLET, HAMLET]}
    table = pa.table({"citizen_id": keys, "spouse_id": [keys[1], keys[0], None]} | names)
    rows = vnlink.Linker().link(LAND, table).candidates.to_pylist()
    assert {row["citizen_id"]: row["level_partner"] for row in rows} == {keys[0]: "household", keys[1]: "household"}


@pytest.mark.parametrize("spouses", [["C3", "C1", None], ["X1", "X2", None], [None, "C1", None], ["  ", "-", None]])
@pytest.mark.parametrize(("his_address", "expected"), [(HAMLET, "same_hamlet"), (ELSEWHERE, "not_in_commune")])
def test_spouses_who_do_not_name_each_other_are_seen_as_without_that_column(spouses, his_address, expected) -> None:  # type: ignore[no-untyped-def]
    assert level_of_partner(his_address, spouse_id=spouses) == expected


def test_a_household_larger_than_any_family_is_seen_as_none() -> None:
    others = 30
    crowd = {
        "citizen_id": [f"C{number + 1}" for number in range(2 + others)],
        "full_name": ["Lê Văn Đức", "Trần Thị Hòa", *["Phạm Văn An"] * others],
        "birth_date": ["1962", "1965", *["1990"] * others],
        "address": [HAMLET] * (2 + others),
    }
    assert level_of_partner(HAMLET, **crowd, household_id=["0"] * (2 + others)) == "same_hamlet"


def test_blanks_around_a_household_id_are_no_part_of_it() -> None:
    assert level_of_partner(ELSEWHERE, household_id=["H1 ", "\tH1", None]) == "household"
    assert level_of_partner(HAMLET, household_id=["  ", "", None]) == "same_hamlet"


def test_who_is_the_own_spouse_has_none() -> None:
    assert level_of_partner(HAMLET, spouse_id=["C1", "C2", None]) == "same_hamlet"


def test_a_husband_of_whom_no_commune_is_known_may_live_anywhere() -> None:
    assert level_of_partner(None) == "missing"
    assert level_of_partner("Tỉnh Đồng Tháp") == "missing"
    assert level_of_partner(HAMLET, household_id=["H1", None, None]) == "missing"


def test_somebody_who_may_be_the_husband_is_not_counted_against_the_wife() -> None:
    assert level_of_partner(HAMLET, birth_date=["1972", "1965", "1990"]) == "missing"


def without_households(registers):
    return registers.citizens.drop_columns(["household_id", "spouse_name"])


def with_some_spouses(registers):
    """Half of the households, and spouses who name each other, do not, or are nobody; a fifth live nobody knows where."""
    rows = registers.citizens.to_pylist()
    home = {row["household_id"]: [] for row in rows}
    for row in rows:
        home[row["household_id"]].append(row["citizen_id"])
    for i, row in enumerate(rows):
        family = home[row["household_id"]]
        row["spouse_id"] = [family[0], family[-1], f"X{i}", None][i % 4] if len(family) > 1 else None
        row["household_id"] = row["household_id"] if i % 2 else None
        row["address"] = row["address"] if i % 5 else None
        row["commune_code"] = row["commune_code"] if i % 5 else None
    schema = registers.citizens.schema.append(pa.field("spouse_id", pa.string()))
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.mark.parametrize("made", [without_households, with_some_spouses])
def test_however_a_register_with_few_households_is_linked_the_decisions_are_the_same(  # type: ignore[no-untyped-def]
    made, registers, tmp_path, monkeypatch
) -> None:
    land, citizens = registers.land.slice(0, 600), made(registers)
    linker = vnlink.Linker(threads=1)
    whole = linker.fit(land, citizens).link(land, citizens)
    levels = set(whole.candidates["level_partner"].to_pylist())
    assert levels >= {"same_hamlet", "same_commune", "not_in_commune"}
    assert ("household" in levels) == (made is with_some_spouses)
    linker.index(citizens, tmp_path / "index")
    linker.index(citizens.slice(0, 2_000), tmp_path / "old")
    linker.index(citizens.slice(2_000), tmp_path / "changed", base=tmp_path / "old")
    ways = {
        "small batches": vnlink.Linker(threads=2, batch_rows=500).fit(land, citizens).link(land, citizens),
        "index": linker.link(land, tmp_path / "index"),
        "changed index": linker.link(land, tmp_path / "changed"),
        "looked up": linker.lookup(land, tmp_path / "changed"),
    }
    monkeypatch.setattr(MemoryPlan, "of", classmethod(lambda cls, *_: cls(in_files=True, limit=None)))
    monkeypatch.setattr(MemoryPlan, "parts", lambda *_: 3)
    monkeypatch.setattr(vnlink.engines.population, "_PAIRS", 700)
    ways["in files"] = vnlink.Linker(threads=2).fit(land, citizens).link(land, citizens)
    for name, found in ways.items():
        assert found.links.equals(whole.links), name
        assert found.candidates.equals(whole.candidates), name
