"""How much a place tells, by how many of the family live there: against a count in plain Python, in memory and in files."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.lexicon import Lexicon
from vnlink.normalize.places import Place, PlaceTable
from vnlink.persons import PersonTable
from vnlink.records import RECORD_WIDTH, Column
from vnlink.rows import aligned
from vnlink.schema import COMMUNE_REACHES, HAMLET_REACHES
from vnlink.surveying import survey

LEXICON = Lexicon()
FAMILIES = [LEXICON.intern(word) for word in ("Nguyễn", "Trần", "Tạ")]
UNMARKED = LEXICON.intern("Nguyen")
PLACES = PlaceTable(Gazetteer.load())
UNKNOWN = 0
COMMUNES = [PLACES.number(Place(communes=(number,))) for number in (1, 2)]
SPLIT = PLACES.number(Place(communes=(1, 3)))
ELSEWHERE = PLACES.number(Place(other=5))
NO_FAMILY = -1

citizens_ = st.lists(
    st.tuples(
        st.sampled_from([*FAMILIES, NO_FAMILY]),
        st.sampled_from([UNKNOWN, *COMMUNES, SPLIT, ELSEWHERE]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=60,
)


def packed(citizens):
    records = aligned(len(citizens), RECORD_WIDTH, np.int32)
    records[:] = -1
    for record, (family, place, locality) in zip(records, citizens, strict=True):
        record[0], record[Column.PLACE], record[Column.SEX_RARITY_LOCALITY] = family, place, locality << 8 | 1
    return records


def graded(citizens, folder=None):
    table = PersonTable(folder)
    table.records.append(packed(citizens))
    table.seal()
    survey(table, LEXICON.arrays(), PLACES.arrays())
    records = table.records.read().copy()
    table.close()
    mixed = records[:, Column.SEX_RARITY_LOCALITY]
    assert ((mixed & 3) == 1).all()
    assert (mixed >> 8 == [locality for *_, locality in citizens]).all()
    return [(int(value >> 2 & 7), int(value >> 5 & 7)) for value in mixed]


def counted(citizens):
    """The same in plain Python."""
    commune_of = {UNKNOWN: None, COMMUNES[0]: 1, COMMUNES[1]: 2, SPLIT: 1, ELSEWHERE: "elsewhere"}
    family_of, communes, hamlets = Counter(), Counter(), Counter()
    for family, place, locality in citizens:
        family_of[family] += 1
        communes[family, commune_of[place]] += 1
        hamlets[family, commune_of[place], locality] += 1
    found = []
    for family, place, locality in citizens:
        commune = commune_of[place]
        rate = len(citizens) / (family_of[family] - 0.5)
        hamlet = commune is not None and locality
        reach = rate * (hamlets[family, commune, locality] - 0.5), rate * (communes[family, commune] - 0.5)
        found.append(
            (
                1 + sum(reach[0] >= bound for bound in HAMLET_REACHES) if hamlet else 0,
                1 + sum(reach[1] >= bound for bound in COMMUNE_REACHES) if commune is not None else 0,
            )
        )
    return found


@given(citizens_)
def test_grades_are_those_of_a_count_in_plain_python(citizens) -> None:
    assert graded(citizens) == counted(citizens)


@given(citizens_, st.randoms(use_true_random=False))
def test_the_order_of_the_citizens_does_not_change_their_grades(citizens, random) -> None:
    order = list(range(len(citizens)))
    random.shuffle(order)
    told = graded(citizens)
    assert graded([citizens[i] for i in order]) == [told[i] for i in order]


def many(count: int):
    rng = np.random.default_rng(3)
    columns = rng.choice(FAMILIES, count, p=[0.9, 0.09, 0.01]), rng.choice(COMMUNES, count), rng.integers(0, count // 20, count)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_a_register_that_is_read_in_blocks_gets_the_same_grades(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    citizens = many(3_000)
    whole = graded(citizens)
    monkeypatch.setattr("vnlink.surveying._BLOCK", 170)
    assert graded(citizens) == whole
    assert graded(citizens, tmp_path) == whole
    assert whole == counted(citizens)


def test_the_few_of_a_family_in_a_hamlet_tell_more_than_the_many() -> None:
    nguyen, tran, _ = FAMILIES
    here, there = COMMUNES
    citizens = [(nguyen, here, 1)] * 300 + [(nguyen, here, 2)] * 2 + [(nguyen, there, 3)] * 500 + [(tran, there, 3)] * 4_000
    grades = dict(zip(citizens, graded(citizens), strict=True))
    hamlets = {one: hamlet for one, (hamlet, _) in grades.items()}
    assert hamlets[nguyen, here, 2] < hamlets[nguyen, here, 1]


def test_a_register_twice_as_large_with_twice_as_many_of_all_families_elsewhere_grades_a_hamlet_the_same() -> None:
    nguyen, tran, _ = FAMILIES
    hamlet = [(nguyen, COMMUNES[0], 1)] * 40
    elsewhere = [(nguyen, COMMUNES[1], 2)] * 1_960 + [(tran, COMMUNES[1], 2)] * 4_000
    twice = hamlet + [(nguyen, COMMUNES[1], 2)] * 3_960 + [(tran, COMMUNES[1], 2)] * 8_000
    assert graded(hamlet + elsewhere)[0] == graded(twice)[0]


def test_where_no_place_is_known_there_is_no_grade() -> None:
    assert graded([(FAMILIES[0], UNKNOWN, 1), (FAMILIES[0], UNKNOWN, 0)]) == [(0, 0), (0, 0)]
    assert graded([(FAMILIES[0], COMMUNES[0], 0)])[0][0] == 0


def test_a_family_is_counted_whatever_its_marks() -> None:
    nguyen, here = FAMILIES[0], COMMUNES[0]
    elsewhere = [(FAMILIES[1], COMMUNES[1], 2)] * 4_000
    written = graded([(nguyen, here, 1)] * 60 + [(UNMARKED, here, 1)] * 60 + elsewhere)
    assert written == graded([(nguyen, here, 1)] * 120 + elsewhere)
    assert written[0] == written[60]
