"""Spouses whom only the children tell: against plain Python, in memory and in files, and what links make of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink
import vnlink.couples
from vnlink.couples import tell_spouses
from vnlink.indexing import run_index
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.lexicon import Lexicon, name_hash
from vnlink.normalize.places import Place, PlaceTable
from vnlink.persons import PersonTable
from vnlink.population_index import open_population
from vnlink.records import partners_of
from vnlink.schema import MAX_SYLLABLES, Flag, People, Side

LEXICON = Lexicon()
NAMES = [[LEXICON.intern(word) for word in name.split()] for name in ("Lê Văn Đức", "Trần Thị Hòa", "Lý Mỷ", "Tạ Hoa")]
PLACES = PlaceTable(Gazetteer.load())
COMMUNES = {0: None} | {PLACES.number(Place(communes=(number,))): number for number in (1, 2)}
YEARS = (0, 1950, 1970, 1972, 1995)
SYLLABLES = np.array([name + [-1] * (MAX_SYLLABLES - len(name)) for name in NAMES], np.int32)
HASHES = name_hash(SYLLABLES, LEXICON.arrays())

a_name = st.integers(0, len(NAMES) - 1)
citizens_ = st.lists(
    st.tuples(
        a_name,
        st.sampled_from(YEARS),
        st.integers(0, 2),  # sex: missing, male, female
        st.sampled_from(list(COMMUNES)),
        st.integers(0, 1),  # hamlet
        st.sampled_from([0, 0, 0, 4]),  # household
        st.one_of(st.none(), a_name),  # spouse of the register
        st.one_of(st.none(), st.tuples(a_name, a_name)),  # parents
    ),
    min_size=1,
    max_size=12,
)


def table_of(citizens, folder=None):
    name, birth, sex, place, hamlet, home, spouse, _ = zip(*citizens, strict=True)
    count = len(citizens)
    ones = np.ones(count, np.uint8)
    table = PersonTable(folder)
    table.append(
        People(
            row=np.arange(count),
            person_no=ones,
            kind=np.zeros(count, np.uint8),
            flags=np.zeros(count, np.uint32),
            syllables=SYLLABLES[list(name)],
            sex=np.array(sex, np.uint8),
            birth=np.array(birth, np.int32) * 10000,
            personal_id=np.full(count, -1),
            old_id=np.full(count, -1),
            place=np.array(place, np.int32),
            locality=np.array(hamlet, np.int32),
            partner=np.array([0 if one is None else HASHES[one] for one in spouse], np.uint64),
            household=np.array(home, np.uint64),
            key=np.arange(count, dtype=np.uint64),
        ),
        Side.CITIZEN,
    )
    rows = [(i, HASHES[one[-1][0]], HASHES[one[-1][1]]) for i, one in enumerate(citizens) if one[-1] is not None and not one[5]]
    table.children.append(np.array(rows, np.uint64).reshape(-1, 3))
    table.seal()
    return table


def found(citizens, folder=None):
    """Number of the name of each citizen's spouse, and who has it from children."""
    table = table_of(citizens, folder)
    number = {0: None} | {int(value): at for at, value in enumerate(HASHES)}
    count = tell_spouses(table, LEXICON.arrays(), PLACES.arrays())
    again = tell_spouses(table, LEXICON.arrays(), PLACES.arrays())
    told = (table.column("flags") & np.uint32(Flag.SPOUSE_FROM_CHILDREN)) != 0
    spouses = [number[int(value)] for value in partners_of(table.records.read())]
    table.close()
    assert count == again == told.sum()
    return list(zip(spouses, told.tolist(), strict=True))


def expected(citizens):
    """The same in plain Python."""
    parents = []
    for _, year, _, place, hamlet, home, _, named in citizens:
        if named is not None and not home and year and COMMUNES[place]:
            parents.append((named[0], 1, named[1], year, (COMMUNES[place], hamlet)))
            parents.append((named[1], 2, named[0], year, (COMMUNES[place], hamlet)))
    out = []
    for name, year, sex, place, hamlet, home, spouse, _ in citizens:
        told = {
            other
            for parent, role, other, birth, where in parents
            if parent == name and where == (COMMUNES[place], hamlet) and sex in (0, role) and year and 14 <= birth - year <= 60
        }
        if home or spouse is not None or len(told) != 1:
            out.append((spouse, False))
        else:
            out.append((told.pop(), True))
    return out


@given(citizens_)
def test_spouses_are_those_of_a_search_in_plain_python(citizens) -> None:
    assert found(citizens) == expected(citizens)


@given(citizens_, st.randoms(use_true_random=False))
def test_the_order_of_the_citizens_does_not_change_their_spouses(citizens, random) -> None:
    order = list(range(len(citizens)))
    random.shuffle(order)
    told = found(citizens)
    assert found([citizens[i] for i in order]) == [told[i] for i in order]


def many(count: int):
    rng = np.random.default_rng(5)
    sizes = (len(NAMES), 0, 3, 0, 40)
    names, _, sexes, _, hamlets = (rng.integers(0, max(size, 1), count).tolist() for size in sizes)
    years = rng.integers(1930, 2015, count).tolist()
    places = rng.choice(list(COMMUNES), count).tolist()
    parents = [(int(father), int(mother)) for father, mother in rng.integers(0, len(NAMES), (count, 2))]
    columns = (names, years, sexes, places, hamlets, [0] * count, [None] * count, parents)
    return list(zip(*columns, strict=True))


def test_parents_that_are_sorted_in_parts_and_citizens_in_files_get_the_same_spouses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    citizens = many(1_500)
    whole = found(citizens)
    assert 50 < sum(told for _, told in whole) < 1_450
    monkeypatch.setattr(vnlink.couples, "_BLOCK", 170)
    monkeypatch.setattr(vnlink.couples, "_MOST", 700)
    assert found(citizens) == whole == expected(citizens)
    assert found(citizens, tmp_path) == whole


HAMLET = "Thôn Hạ, Xã Tiên Phương, Thành phố Hà Nội"
LAND = pa.table({"land_user_id": ["L1"], "full_name": ["Hoàng Văn Ba và vợ Lý Thị Mỷ"], "birth_date": ["1962; 1965"]})


def register(**columns):
    """A couple without a household, its child, and a stranger who is called as the husband."""
    people = {
        "citizen_id": ["C1", "C2", "C3", "C4"],
        "full_name": ["Hoàng Văn Ba", "Lý Thị Mỷ", "Hoàng Văn Nam", "Hoàng Văn Ba"],
        "birth_date": ["1962", "1965", "1990", "1962"],
        "address": [HAMLET, HAMLET, HAMLET, "Thôn Thượng, Xã Phụng Châu, Thành phố Hà Nội"],
        "father_name": [None, None, "Hoàng Văn Ba", "Hoàng Văn Tư"],
        "mother_name": [None, None, "LÝ THỊ MỶ", "Lê Thị Năm"],
    }
    return pa.table(people | columns)


def partners(citizens):
    rows = vnlink.Linker().link(LAND, citizens).candidates.to_pylist()
    return {row["citizen_id"]: row["level_partner"] for row in rows}


def test_a_child_of_the_hamlet_tells_which_namesake_is_the_husband_of_the_other_owner() -> None:
    told = partners(register())
    assert (told["C1"], told["C2"]) == ("spouse", "spouse")
    assert told["C4"] not in ("spouse", "other_spouse")
    untold = partners(register(mother_name=[None] * 4))
    assert "spouse" not in untold.values()


def test_where_households_are_known_children_are_not_asked() -> None:
    told = partners(register(household_id=["H1", "H1", "H1", "H2"]))
    assert (told["C1"], told["C2"]) == ("household", "household")


def test_a_spouse_of_the_register_goes_before_what_children_say() -> None:
    told = partners(register(spouse_name=["Phan Thị Lan", None, None, None]))
    assert told["C1"] == "other_spouse"
    assert told["C2"] == "spouse"


def test_the_manifest_says_how_many_spouses_children_told(tmp_path: Path) -> None:
    run_index(register(), tmp_path / "index")
    assert open_population(tmp_path / "index", vnlink.config.Config()).files.manifest["flags"]["spouse_from_children"] == 2


def test_a_child_that_leaves_the_register_takes_what_it_told_with_it(tmp_path: Path) -> None:
    run_index(register(), tmp_path / "old")
    assert partners(tmp_path / "old") == partners(register())
    run_index(None, tmp_path / "less", base=tmp_path / "old", removed=["C3"])
    run_index(register().take([0, 1, 3]), tmp_path / "now")
    for file in ("records.bin", "flags.bin", "children.bin"):
        assert (tmp_path / "less" / file).read_bytes() == (tmp_path / "now" / file).read_bytes()
    assert "spouse" not in partners(tmp_path / "less").values()


def test_a_child_that_comes_or_changes_is_asked_with_the_others(tmp_path: Path) -> None:
    run_index(register().take([0, 1, 3]), tmp_path / "old")
    other = register(mother_name=[None, None, "Lý Thị Mỷ", "Lê Thị Năm"])
    run_index(other.take([2, 3]), tmp_path / "more", base=tmp_path / "old")
    run_index(other.take([0, 1, 3, 2]), tmp_path / "now")
    for file in ("records.bin", "flags.bin", "children.bin"):
        assert (tmp_path / "more" / file).read_bytes() == (tmp_path / "now" / file).read_bytes()
