"""Rows without a commune take that of the rows numbered beside them, where the numbering goes by commune."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink import Linker
from vnlink.config import Config
from vnlink.integrations.registers import Registers
from vnlink.linkage import Linkage
from vnlink.memory import MemoryPlan
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.schema import Flag
from vnlink.vicinity import Vicinity
from vnlink.vicinity.row_numbers import in_order, row_numbers

COMMUNES, MORE = Gazetteer.load().new_commune_codes[:8], Gazetteer.load().new_commune_codes[8:60]
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đào")
MIDDLES = ("Văn", "Hữu", "Đức", "Công", "Thị", "Ngọc", "Minh", "Xuân", "Quang", "Thanh")
GIVENS = (
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Giang",
    "Hà",
    "Hùng",
    "Khoa",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quý",
    "Sơn",
    "Tâm",
)


def registers(
    seed: int = 0,
    *,
    rows: int = 800,
    told: float = 0.0,
    numbers: float = 0.5,
    ids: str = "GCN-{:06}",
    shuffled: bool = False,
    away: float = 0.0,
) -> tuple[pa.Table, pa.Table, list[str]]:
    """A land register written commune by commune, its citizens, and the commune where each owner lives."""
    rng = random.Random(seed)
    citizens, land, lives = [], [], []
    for at in range(rows):
        commune = COMMUNES[at * len(COMMUNES) // rows] if rng.random() >= away else rng.choice(COMMUNES)
        name = f"{rng.choice(FAMILIES)} {rng.choice(MIDDLES)} {rng.choice(GIVENS)}"
        year, number = rng.randrange(1940, 2000), f"{rng.randrange(10**11, 10**12)}"
        citizens.append(
            {
                "citizen_id": f"C{at}",
                "full_name": name,
                "birth_date": f"{rng.randrange(10, 28)}/03/{year}",
                "personal_id": number,
                "commune_code": commune,
            }
        )
        shows = rng.random() < told
        land.append(
            {
                "full_name": name,
                "birth_date": str(year),
                "id_number": number if rng.random() < numbers else None,
                "commune_code": commune if shows else None,
            }
        )
        lives.append(commune)
    places = list(range(rows))
    if shuffled:
        rng.shuffle(places)
    for row, place in zip(land, places, strict=True):
        row["land_user_id"] = ids.format(place + 1)
    return pa.Table.from_pylist(land), pa.Table.from_pylist(citizens), lives


def read(land: Any, citizens: Any, **normalize: Any) -> tuple[Vicinity | None, list[str | None], np.ndarray]:
    """What neighbours told, the commune by which each person is compared, and who was given one."""
    with Linkage(land, citizens, Config().replace(normalize=normalize)) as linkage:
        people = linkage.land.people
        communes = linkage.reader.place_codes(people.place)[0].to_pylist()
        given = (people.flags & np.uint32(Flag.PLACE_FROM_ROWS)) > 0
        assert linkage.land.flags.get("place_from_rows", 0) == given.sum()
        assert linkage.reader.place_codes(linkage.land.place)[0].to_pylist() == [
            commune if not filled else None for commune, filled in zip(communes, given, strict=True)
        ]
        return linkage.vicinity, communes, given


def right(communes: list[str | None], lives: list[str]) -> float:
    return float(np.mean([one == other for one, other in zip(communes, lives, strict=True)]))


def test_a_register_without_addresses_learns_where_its_rows_lie_from_whom_numbers_find() -> None:
    land, citizens, lives = registers()
    vicinity, communes, given = read(land, citizens)
    assert vicinity is not None
    assert vicinity.tells
    assert given.mean() > 0.9
    assert right(communes, lives) > 0.9


def test_whole_birth_dates_find_whom_no_number_does() -> None:
    land, citizens, lives = registers(numbers=0.0)
    dated = land.set_column(land.schema.get_field_index("birth_date"), "birth_date", citizens["birth_date"])
    assert right(read(dated, citizens)[1], lives) > 0.9
    assert read(land, citizens)[0] == Vicinity(800, without=800)


def test_rows_that_tell_a_commune_keep_it_and_tell_it_to_their_neighbours() -> None:
    land, citizens, lives = registers(told=0.5, numbers=0.0)
    vicinity, communes, given = read(land, citizens)
    told = np.array([commune is not None for commune in land["commune_code"].to_pylist()])
    assert vicinity is not None
    assert vicinity.without == np.count_nonzero(~told)
    assert not given[told].any()
    assert right(communes, lives) > 0.9


def test_a_stretch_of_which_nothing_is_known_gets_no_commune() -> None:
    """The last of eight communes tells no address and no number: those before its border are not of it."""
    land, citizens, _ = registers(rows=1600, told=1.0, numbers=0.0)
    rows = land.to_pylist()
    for row in rows[1400:]:
        row["commune_code"] = None
    vicinity, _, given = read(pa.Table.from_pylist(rows), citizens)
    assert vicinity is not None
    assert vicinity.tells
    assert not given.any()


def test_rows_of_another_series_are_no_neighbours() -> None:
    land, citizens, _ = registers(told=1.0, numbers=0.0)
    rows = [row | {"land_user_id": f"A{row['land_user_id']}"} for row in land.to_pylist()]
    others = [row | {"land_user_id": f"B{row['land_user_id']}", "commune_code": None} for row in land.to_pylist()]
    vicinity, _, given = read(pa.Table.from_pylist(rows + others), citizens)
    assert vicinity is not None
    assert vicinity.tells
    assert not given.any()


def test_ids_without_numbers_have_no_neighbours() -> None:
    land, citizens, _ = registers(told=0.5)
    letters = ["".join(chr(97 + int(digit)) for digit in f"{at:05}") for at in range(len(land))]
    assert not read(land.set_column(land.schema.get_field_index("land_user_id"), "land_user_id", [letters]), citizens)[2].any()


@pytest.mark.parametrize("told", [0.15, 0.25, 0.5])
def test_numbers_tell_where_a_stretch_without_addresses_lies(told: float) -> None:
    land, citizens, lives = registers(told=1.0)
    rows = land.to_pylist()
    for row in rows[int(told * len(rows)) :]:
        row["commune_code"] = None
    _, communes, _ = read(pa.Table.from_pylist(rows), citizens)
    assert right(communes[int(told * len(rows)) :], lives[int(told * len(rows)) :]) > 0.9


def test_few_communes_of_a_large_population_are_not_told_by_a_shuffled_numbering() -> None:
    land, citizens, _ = registers(shuffled=True)
    elsewhere = [
        {"citizen_id": f"D{at}", "full_name": "Lê Văn Tám", "birth_date": "05/11/1960", "commune_code": code}
        for at, code in enumerate(MORE * 40)
    ]
    whole = pa.concat_tables([citizens, pa.Table.from_pylist(elsewhere)], promote_options="default")
    vicinity, _, given = read(land, whole)
    assert vicinity is not None
    assert not vicinity.tells
    assert not given.any()


def test_a_register_of_one_commune_is_of_it() -> None:
    """There the numbering says nothing, and need not."""
    land, citizens, _ = registers(shuffled=True)
    people = [row | {"commune_code": COMMUNES[0]} for row in citizens.to_pylist()]
    others = [
        {"citizen_id": f"D{at}", "full_name": "Lê Tám", "birth_date": "1960", "commune_code": code}
        for at, code in enumerate(MORE * 40)
    ]
    _, communes, given = read(land, pa.Table.from_pylist(people + others))
    assert given.mean() > 0.9
    assert set(communes) <= {COMMUNES[0], None}


def test_persons_with_a_number_are_told_no_better_than_those_without() -> None:
    """Owners live anywhere, and have three certificates side by side; some have a number on all, some on none, and one of three
    lacks the middle name. Where the land lies is told of both alike, and where they live of neither."""
    rng = random.Random(2)
    land, citizens, _ = registers(rows=900, numbers=1.0, away=0.4)
    rows, people = [], citizens.to_pylist()
    for at, row in enumerate(land.to_pylist()):
        numbered = rng.random() < 0.5
        family, middle, given = row["full_name"].split()
        for copy in range(3):
            name = f"{family} {given}" if copy == 1 else f"{family} {middle} {given}"
            rows.append(
                row
                | {"land_user_id": f"{3 * at + copy}", "full_name": name, "id_number": row["id_number"] if numbered else None}
            )
    _, communes, _ = read(pa.Table.from_pylist(rows), citizens)
    fits = np.array([communes[at] == people[at // 3]["commune_code"] for at in range(len(rows))])
    numbered = np.array([row["id_number"] is not None for row in rows])
    assert abs(fits[numbered].mean() - fits[~numbered].mean()) < 0.06


def test_a_model_that_learned_from_written_places_is_not_given_others() -> None:
    told, citizens, _ = registers(told=1.0, away=0.02)
    without, people, _ = registers(seed=4, away=0.5)
    model = Linker(threads=1).fit(told, citizens)
    links, plain = (
        Linker.from_config(Config().replace(normalize={"place_from_rows": asked}, run={"threads": 1}))
        for asked in (True, False)
    )
    for linker in (links, plain):
        linker.model_ = model.model_
    found, expected = links.link(without, people), plain.link(without, people)
    assert found.links.equals(expected.links)
    assert found.manifest["places_from_rows"]["persons_filled"] == 0
    assert "place_from_rows" not in found.manifest["flags"]["land"]


def test_a_model_that_learned_from_such_places_is_given_them(tmp_path: Path) -> None:
    land, citizens, _ = registers(away=0.3)
    other, people, _ = registers(seed=7, away=0.3)
    linker = Linker(threads=1).fit(land, citizens)
    linker.save(tmp_path / "model.json")
    result = Linker.load(tmp_path / "model.json", threads=1).link(other, people)
    assert result.manifest["places_from_rows"]["persons_filled"] > 700


@pytest.mark.parametrize("away", [0.3, 0.9])
def test_adapting_begins_with_places_of_the_models_kind_or_with_none(away: float) -> None:
    land, citizens, _ = registers(away=0.3)
    other, people, _ = registers(seed=9, away=away)
    linker = Linker(threads=1).fit(land, citizens)
    with Linkage(other, people, Config()) as linkage:
        linkage.learn(start=linker.model_)
        assert linkage.vicinity is not None
        given = (linkage.land.people.flags & np.uint32(Flag.PLACE_FROM_ROWS)) > 0
        assert (linkage.vicinity.filled > 0) == (away == 0.3) == given.any()
        assert (linkage.evidence == linkage._circumstances()).all()


def test_adapting_learns_what_such_places_are_worth_where_enough_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnlink.linkage._MANY_JUDGED", 200)
    told, citizens, _ = registers(told=1.0)
    other, people, _ = registers(seed=9, away=0.3)
    linker = Linker(threads=1).fit(told, citizens).adapt(other, people)
    result = linker.link(other, people)
    assert result.manifest["places_from_rows"]["persons_filled"] > 600
    assert [one["code"] for one in result.manifest["notes"]] == ["place_from_rows"]


def test_a_run_says_that_its_model_knows_other_places(tmp_path: Path) -> None:
    land, citizens, _ = registers(away=0.3)
    told, people, _ = registers(seed=4, told=1.0)
    linker = Linker(threads=1)
    codes = [
        [one["code"] for one in made.manifest["notes"]]
        for made in (linker.fit(land, citizens).link(land, citizens), linker.link(told, people))
    ]
    assert codes == [["place_from_rows"], ["model_of_other_places"]]


def test_other_tools_get_the_places_that_rows_tell_unless_they_ask_for_more() -> None:
    land, citizens, _ = registers()
    with Registers(land, citizens) as told:
        plain, guessed = told.prepared(), told.prepared(guessed=True)
    assert plain.land["commune"].null_count == len(land)
    assert guessed.land["commune"].null_count < 0.1 * len(land)


def test_an_index_of_the_population_tells_the_same(tmp_path: Path) -> None:
    land, citizens, _ = registers(away=0.3)
    linker = Linker(threads=1)
    linker.index(citizens, tmp_path / "index")
    assert linker.link(land, tmp_path / "index").links.equals(linker.link(land, citizens).links)


def test_only_persons_count_as_without_a_place() -> None:
    land, citizens, _ = registers(told=1.0)
    bodies = [{"land_user_id": f"B{at}", "full_name": "UBND xã Yên Bài"} for at in range(300)]
    assert read(pa.concat_tables([land, pa.Table.from_pylist(bodies)], promote_options="default"), citizens)[0] is None


@pytest.mark.parametrize(("persons", "block"), [(1 << 18, 1), (1 << 18, 7), (900, 64)])
def test_neither_order_nor_blocks_nor_ties_change_what_is_told(
    monkeypatch: pytest.MonkeyPatch, persons: int, block: int
) -> None:
    """Couples lie across the blocks, and half of the ids are those of others with a zero in front."""
    land, citizens, _ = registers(rows=1600, away=0.2)
    rows = land.to_pylist()
    for at, row in enumerate(rows):
        row["land_user_id"] = f"{'0' * (at % 2)}{at // 2}"
        if at % 3 == 0:
            row["full_name"] += f", bà {rows[at - 1]['full_name'].split(',')[0]}"
    order = list(range(len(rows)))
    random.Random(1).shuffle(order)
    monkeypatch.setattr("vnlink.vicinity.places._PERSONS", persons)
    told = []
    for size, kept in ((1 << 18, sorted(order)), (block, sorted(order)), (block, order)):
        monkeypatch.setattr("vnlink.vicinity.places._BLOCK", size)
        table = pa.Table.from_pylist([rows[at] for at in kept])
        with Linkage(table, citizens, Config()) as linkage:
            people, ids = linkage.land.people, linkage.land.ids.combine_chunks()
            communes = linkage.reader.place_codes(people.place)[0].to_pylist()
            told.append(
                {
                    (ids[int(row)].as_py(), int(no)): one
                    for row, no, one in zip(people.row, people.person_no, communes, strict=True)
                }
            )
    assert told[0] == told[1] == told[2]
    assert sum(one is not None for one in told[0].values()) > 300


def test_a_register_whose_numbering_says_nothing_is_left_as_it_is() -> None:
    land, citizens, _ = registers(shuffled=True)
    vicinity, communes, given = read(land, citizens)
    assert vicinity is not None
    assert not vicinity.tells
    assert vicinity.filled == 0
    assert not given.any()
    assert set(communes) == {None}


def test_it_can_be_switched_off() -> None:
    land, citizens, _ = registers()
    vicinity, communes, _ = read(land, citizens, place_from_rows=False)
    assert vicinity is None
    assert set(communes) == {None}


def test_hardly_any_row_without_a_commune_is_worth_no_question() -> None:
    land, citizens, _ = registers(told=0.95)
    assert read(land, citizens)[0] is None


@pytest.mark.parametrize("ids", ["{}", "HS {}/2019", "x{}-7", "Tờ {:03} (cũ)", "36.342.9709.12.8.{}", "2019-05-12-08-{:05}"])
def test_ids_are_read_by_their_numbers_whatever_stands_around_them(ids: str) -> None:
    land, citizens, lives = registers(ids=ids)
    assert right(read(land, citizens)[1], lives) > 0.9


def test_the_order_of_the_rows_says_nothing() -> None:
    land, citizens, _ = registers(away=0.3)
    order = list(range(len(land)))
    random.Random(5).shuffle(order)
    vicinity, communes, _ = read(land, citizens)
    again, shuffled, _ = read(land.take(order), citizens.take(order[::-1]))
    assert again == vicinity
    assert shuffled == [communes[at] for at in order]


def test_files_and_memory_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    land, citizens, _ = registers(away=0.3)
    in_memory = read(land, citizens)
    monkeypatch.setattr(MemoryPlan, "of", classmethod(lambda cls, *_: cls(in_files=True, limit=None)))
    monkeypatch.setattr("vnlink.vicinity.places._BLOCK", 300)
    in_files = read(land, citizens)
    assert in_files[:2] == in_memory[:2]
    assert (in_files[2] == in_memory[2]).all()


def test_a_row_of_the_same_owner_does_not_tell_where_the_owner_lives() -> None:
    """Of an owner who lives elsewhere only one of two rows has the number; the neighbours tell the other one's commune."""
    land, citizens, lives = registers(numbers=1.0)
    rows, elsewhere = land.to_pylist(), COMMUNES[-1]
    for at in range(40, 46):
        rows[at] |= {
            "full_name": rows[40]["full_name"],
            "birth_date": rows[40]["birth_date"],
            "id_number": rows[40]["id_number"],
        }
    people = citizens.to_pylist()
    people[40]["commune_code"] = elsewhere
    _, communes, _ = read(pa.Table.from_pylist(rows), pa.Table.from_pylist(people))
    assert set(communes[40:46]) == {lives[40]}


def test_a_row_that_tells_a_province_tells_its_place() -> None:
    land, citizens, _ = registers()
    said = [None if at % 2 else "Thành phố Hà Nội" for at in range(len(land))]
    _, communes, given = read(land.append_column("address", pa.array(said)), citizens)
    assert given[1::2].mean() > 0.9
    assert not given[::2].any()
    assert set(communes[::2]) == {None}


def test_a_link_says_that_its_commune_is_not_of_the_row(tmp_path: Path) -> None:
    land, citizens, _ = registers(away=0.3)
    result = Linker(threads=1).link(land, citizens)
    linked = result.links.filter(pa.compute.is_valid(result.links["citizen_id"])).to_pylist()
    assert sum("place_from_rows" in row["reasons"] for row in linked) > 0.8 * len(linked)
    assert not any("place_differs" in row["reasons"] for row in linked)
    assert any(row["status"] == "full" and "place_from_rows" in row["reasons"] for row in linked)
    assert result.manifest["places_from_rows"]["persons_filled"] > 700


def test_an_owner_of_a_common_name_is_found_in_the_commune_of_the_neighbours() -> None:
    """Two citizens of one name and year: only the place tells them apart."""
    land, citizens, _ = registers(seed=3, rows=1600, numbers=0.4)
    rows, people = land.to_pylist(), citizens.to_pylist()
    for k in range(40):
        at, other = 20 * k + 7, 20 * k + 807
        rows[at]["id_number"] = rows[other]["id_number"] = None
        people[other] |= {
            "full_name": people[at]["full_name"],
            "birth_date": people[at]["birth_date"][:-4] + rows[at]["birth_date"],
        }
        rows[other] |= {"full_name": rows[at]["full_name"], "birth_date": rows[at]["birth_date"]}
    pairs = [(20 * k + 7, 20 * k + 807) for k in range(40)]
    told = {}
    for asked in (True, False):
        links = Linker(threads=1, place_from_rows=asked).link(pa.Table.from_pylist(rows), pa.Table.from_pylist(people)).links
        found = dict(zip(links["land_user_id"].to_pylist(), links["citizen_id"].to_pylist(), strict=True))
        told[asked] = sum(found[rows[at]["land_user_id"]] == f"C{at}" for pair in pairs for at in pair)
    # Without a place one in two is right, and none is sure.
    assert told[True] > 0.9 * 80 > 0.6 * 80 > told[False]


def test_sums_of_the_manifest_are_whole() -> None:
    land, citizens, _ = registers()
    vicinity = read(land, citizens)[0]
    assert vicinity is not None
    told = vicinity.as_dict()
    assert told["persons_without"] == 800
    assert told["rows_judged"] > 300
    assert told["agree"] > 0.9 > 0.3 > told["chance"]


def numbered(ids: list[str]) -> np.ndarray:
    return row_numbers(pa.chunked_array([ids[:1], ids[1:]], pa.string()), np.arange(len(ids)))


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=20, unique=True), st.sampled_from(["", "GCN-", "Thửa số "]))
def test_rows_of_a_series_are_in_the_order_of_their_numbers(numbers: list[int], before: str) -> None:
    found = numbered([f"{before}{number:07}/a" for number in numbers])
    order = in_order(found, np.zeros(len(numbers), np.uint64))
    assert [numbers[at] for at in order] == sorted(numbers)


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_any_text_is_an_id(ids: list[str]) -> None:
    found = numbered(ids)
    assert found.shape == (len(ids), 7)
    assert all((found[i] == found[j]).all() for i in range(len(ids)) for j in range(len(ids)) if ids[i] == ids[j])


def test_numbers_compare_from_the_first_on() -> None:
    found = numbered(["T11-567", "T9-9999", "T11-0568", "U9-1"])
    assert found[0, 0] == found[1, 0] == found[2, 0] != found[3, 0]
    assert in_order(found[:3], np.zeros(3, np.uint64)).tolist() == [1, 0, 2]
