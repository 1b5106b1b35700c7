"""Every pair that shares an active key is listed exactly once, whatever the buffer and the batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vnlink.blocking import join
from vnlink.blocking.counting import Capped, common_keys, count_population, name_population
from vnlink.blocking.index import build_index
from vnlink.blocking.join import PairBuffer, candidate_pairs
from vnlink.blocking.keys import MAX_KEYS, KeyKind, indexed, write_keys
from vnlink.normalize.lexicon import Lexicon
from vnlink.records import Column
from vnlink.schema import LexiconArrays, PlaceArrays

SYLLABLES = ("Nguyễn", "Văn", "Thị", "Hòa", "Lan")


def tables() -> tuple[LexiconArrays, PlaceArrays]:
    lexicon = Lexicon()
    for word in SYLLABLES:
        lexicon.intern(word)
    communes = np.full((4, 8), -1, np.int16)
    communes[1, 0] = communes[2, 1] = 5
    communes[2, 0] = communes[3, 0] = 6
    places = PlaceArrays(
        communes=communes,
        old_commune=np.full(4, -1, np.int32),
        old_district=np.full(4, -1, np.int16),
        districts=np.full((4, 4), -1, np.int16),
        province=np.array([-1, 1, 1, 2], np.int16),
        other=np.zeros(4, np.uint64),
        origins=np.zeros(4, np.uint64),
    )
    return LexiconArrays(**lexicon.arrays()._asdict()), places


LEXICON, PLACES = tables()

person = st.tuples(
    st.lists(st.integers(0, 4), max_size=3),
    st.sampled_from([0, 19700000, 19700102, 19700103, 19710102]),
    st.integers(0, 3),
    st.sampled_from([-1, 1, 2]),
)


def packed(people: list[tuple[list[int], int, int, int]]) -> NDArray[np.int32]:
    records = np.full((len(people), 16), -1, np.int32)
    for row, (name, birth, place, number) in zip(records, people, strict=True):
        row[: len(name)] = name
        row[Column.BIRTH], row[Column.PLACE], row[Column.OLD_ID] = birth, place, number
        row[Column.SEX_RARITY_LOCALITY :] = 0
    return records


def keys_of(record: NDArray[np.int32], *, land: bool = False) -> set[int]:
    keys, kinds = np.empty(MAX_KEYS, np.uint64), np.empty(MAX_KEYS, np.uint8)
    count = write_keys(record, LEXICON.fold_hash, LEXICON.regional_hash, PLACES.communes, PLACES.province, True, keys, kinds)
    return {int(keys[i]) for i in range(count) if not land or indexed(record, kinds[i], PLACES.communes)}


EVERYTHING = np.ones(len(KeyKind), np.uint8)


@given(st.lists(person, min_size=1, max_size=12), st.lists(person, min_size=1, max_size=12), st.integers(1, 5))
def test_pairs_that_share_a_key_are_listed_once_and_no_others(land, citizens, batch) -> None:  # type: ignore[no-untyped-def]
    left, right = packed(land), packed(citizens)
    index = build_index(left, LEXICON, PLACES)
    buffer = PairBuffer(index)
    found = []
    for base in range(0, len(right), batch):
        part = right[base : base + batch]
        for a, b, _ in candidate_pairs(index, part, base, LEXICON, PLACES, buffer, EVERYTHING):
            found += zip(a.tolist(), (b + base).tolist(), strict=True)
    expected = {(i, j) for i in range(len(left)) for j in range(len(right)) if keys_of(left[i], land=True) & keys_of(right[j])}
    assert len(found) == len(set(found))
    assert set(found) == expected


@given(st.lists(person, min_size=1, max_size=12), st.lists(person, min_size=1, max_size=12))
def test_the_population_of_a_key_is_the_number_of_citizens_who_have_it(land, citizens) -> None:  # type: ignore[no-untyped-def]
    left, right = packed(land), packed(citizens)
    index = build_index(left, LEXICON, PLACES)
    population = np.zeros(len(index.keys), np.int32)
    count_population(index, right, LEXICON, PLACES, population)
    having = [keys_of(record) for record in right]
    assert population.tolist() == [sum(key in keys for keys in having) for key in index.keys.tolist()]
    names = name_population(index, population, left, LEXICON)
    written = [tuple(name) for name, *_ in citizens]
    assert names.tolist() == [written.count(tuple(name)) if name else 0 for name, *_ in land]


def pairs_of(land: NDArray[np.int32], citizens: NDArray[np.int32]) -> list[tuple[int, int]]:
    index = build_index(land, LEXICON, PLACES)
    found = candidate_pairs(index, citizens, 0, LEXICON, PLACES, PairBuffer(index), EVERYTHING)
    return [pair for a, b, _ in found for pair in zip(a.tolist(), b.tolist(), strict=True)]


@pytest.mark.parametrize("name", [[0, 3], [2, 1, 3]], ids=["the middle name is left out", "another family name"])
def test_who_has_no_commune_is_found_by_the_year_and_what_is_left_of_the_name(name: list[int]) -> None:
    citizens = packed([([0, 1, 3], 19700102, place, -1) for place in (0, 1, 2)])
    assert pairs_of(packed([(name, 19700000, 0, -1)]), citizens) == [(0, 0), (0, 1), (0, 2)]
    assert pairs_of(packed([(name, 19710000, 0, -1)]), citizens) == []


def test_who_has_a_commune_is_not_looked_for_in_the_whole_country_by_a_part_of_the_name() -> None:
    elsewhere = packed([([0, 1, 3], 19700102, 3, -1)])
    assert PLACES.communes[1, 0] != PLACES.communes[3, 0]
    assert pairs_of(packed([([0, 3], 19700000, 1, -1)]), elsewhere) == []
    assert not build_index(packed([([0, 3], 19700000, 1, -1)]), LEXICON, PLACES).placeless


def test_a_buffer_too_small_for_a_batch_loses_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnlink.blocking.join._PAIRS_PER_BUFFER", 1)
    people = [([0, 1, 3], 19700102, 1, -1)] * 80
    left = packed(people)
    index = build_index(left, LEXICON, PLACES)
    buffer = PairBuffer(index)
    pieces = [len(a) for a, _, _ in candidate_pairs(index, left, 0, LEXICON, PLACES, buffer, EVERYTHING)]
    assert sum(pieces) == 6400
    assert len(pieces) > 1


def test_a_key_that_too_many_citizens_share_is_left_out_and_reported() -> None:
    land = packed([([0, 1, 3], 19700000, 0, -1), ([0, 2, 4], 19700000, 0, -1)])
    citizens = packed([([0, 1, 3], 19700000, 0, -1)] * 9 + [([0, 2, 4], 19700000, 0, -1)])
    index = build_index(land, LEXICON, PLACES)
    population = np.zeros(len(index.keys), np.int32)
    count_population(index, citizens, LEXICON, PLACES, population)
    common = common_keys(index, population, dict.fromkeys(KeyKind, 5))
    capped = Capped.of(index, population, common)
    index = index.only(~common)
    assert capped.report()["name_year"] == {"keys": 1, "persons": 1, "pairs": 9}
    assert Capped.joined([capped, capped]).report()["name_year"] == {"keys": 1, "persons": 2, "pairs": 18}
    buffer = PairBuffer(index)
    pairs = [
        pair
        for a, b, _ in candidate_pairs(index, citizens, 0, LEXICON, PLACES, buffer, EVERYTHING)
        for pair in zip(a.tolist(), b.tolist(), strict=True)
    ]
    assert pairs == [(1, 9)]


def test_pairs_left_out_are_counted_beyond_what_32_bits_hold() -> None:
    index = build_index(packed([([0, 1, 3], 19700000, 0, -1)] * 3), LEXICON, PLACES)
    population = np.full(len(index.keys), 2_000_000_000, np.int32)
    told = Capped.of(index, population, np.ones(len(index.keys), np.bool_)).report()
    assert told["name_year"] == {"keys": 1, "persons": 3, "pairs": 6_000_000_000}


@given(st.lists(person, min_size=1, max_size=12), st.lists(person, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_an_index_of_some_keys_lists_the_pairs_of_these_keys(land, citizens, random) -> None:  # type: ignore[no-untyped-def]
    left, right = packed(land), packed(citizens)
    whole = build_index(left, LEXICON, PLACES)
    wanted = np.array([random.random() < 0.5 for _ in whole.keys], bool)
    index = whole.only(wanted)
    kept = set(whole.keys[wanted].tolist())
    assert index.keys.tolist() == sorted(kept)
    found = {
        (int(i), int(j))
        for a, b, _ in candidate_pairs(index, right, 0, LEXICON, PLACES, PairBuffer(index), EVERYTHING)
        for i, j in zip(a, b, strict=True)
    }
    having = [keys_of(record) & kept for record in right]
    expected = {(i, j) for i in range(len(left)) for j in range(len(right)) if keys_of(left[i], land=True) & having[j]}
    assert found == expected


@pytest.mark.parametrize("partition", [1, 40])
def test_an_index_is_the_same_in_however_many_partitions_it_is_sorted(partition, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(5)
    people = [(rng.integers(0, 5, 3).tolist(), int(rng.choice([19700102, 19500000, 0])), 1, -1) for _ in range(300)]
    left = packed(people + people[:40] * 3)
    expected = build_index(left, LEXICON, PLACES)
    monkeypatch.setattr("vnlink.blocking.index._PARTITION", partition)
    for threads in (1, 3):
        index = build_index(left, LEXICON, PLACES, threads)
        for name in ("keys", "kinds", "starts", "persons", "buckets", "present"):
            np.testing.assert_array_equal(getattr(index, name), getattr(expected, name))


def brought(land_birth: int, name: list[int], place: int) -> list[int]:
    """Kinds of the keys that bring one citizen of another middle name or commune to a land person born then."""
    left, right = packed([([0, 1, 3], land_birth, 1, -1)]), packed([(name, 19700102, place, -1)])
    index = build_index(left, LEXICON, PLACES)
    index = index.only(index.kinds != KeyKind.NAME)
    buffer = PairBuffer(index)
    return [int(kind) for *_, kinds in candidate_pairs(index, right, 0, LEXICON, PLACES, buffer, EVERYTHING) for kind in kinds]


def test_who_has_no_birth_date_is_brought_by_the_ends_of_the_name_in_the_commune_and_the_name_in_the_province() -> None:
    assert brought(0, [0, 2, 3], 1) == [KeyKind.ENDS_COMMUNE]
    assert brought(0, [0, 1, 3], 2) == [KeyKind.NAME_COMMUNE]
    PLACES.communes[2, 1] = -1
    try:
        assert brought(0, [0, 1, 3], 2) == [KeyKind.NAME_PROVINCE]
        assert brought(19500315, [0, 1, 3], 2) == []
    finally:
        PLACES.communes[2, 1] = 5
    assert brought(19500315, [0, 2, 3], 1) == []


@pytest.mark.parametrize("stride", [1, 2, 3, 64, 1000, 65_536])
def test_whom_a_citizen_has_met_is_found_at_once_however_the_persons_stand(stride: int) -> None:
    persons = np.arange(3_000, dtype=np.uint64) * np.uint64(stride) + np.uint64(12_345)
    taken, steps = set(), 0
    for home in ((persons * join._ODD >> join._CITIZEN) & np.uint64(8_191)).tolist():
        at = home
        while at in taken:
            at, steps = (at + 1) & 8_191, steps + 1
        taken.add(at)
    assert steps < len(persons)
