"""How many citizens a shortened name may mean: against a count in plain Python over all citizens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink.shortened as module
from vnlink.compare.patterns import rarity_level
from vnlink.namesakes import NameCounts
from vnlink.normalize.lexicon import Lexicon
from vnlink.records import RECORD_WIDTH
from vnlink.rows import aligned
from vnlink.schema import RARITY_BEARERS

LEXICON = Lexicon()
FULL = ("Nguyễn", "Nghiêm", "Ngô", "Trần", "Trương", "Văn", "Thị", "Thu", "Hòa", "Hoa", "Hà", "Tâm")
SHORT = ("Ng", "N", "T", "Tr", "Th", "V", "H", "Trg")
WORDS = {word: LEXICON.intern(word) for word in (*FULL, *SHORT)}
FOLDS = {word: LEXICON.arrays().fold_id[number] for word, number in WORDS.items()}
MEANT = {
    "Ng": {"Nguyễn", "Nghiêm", "Ngô"},
    "N": {"Nguyễn", "Nghiêm", "Ngô"},
    "T": {"Trần", "Trương", "Thị", "Thu", "Tâm"},
    "Tr": {"Trần", "Trương"},
    "Th": {"Thị", "Thu"},
    "V": {"Văn"},
    "H": {"Hòa", "Hoa", "Hà"},
    "Trg": {"Trương"},
}


def packed(names):
    records = aligned(len(names), RECORD_WIDTH, np.int32)
    records[:] = -1
    for record, name in zip(records, names, strict=True):
        record[: len(name)] = [WORDS[word] for word in name]
    return records


def counted(citizens):
    counts = NameCounts(len(citizens), LEXICON.arrays())
    counts.count(packed(citizens))
    counts.look_again(packed(citizens))
    return counts.namesakes()


def fitting(citizens, land):
    told = counted(citizens)
    return module.fitting(packed(land), LEXICON.arrays(), told.families, told.rests, float(len(citizens)))


def fits(word, other):
    return other in MEANT[word] if word in MEANT else FOLDS[word] == FOLDS[other]


def by_hand(citizens, name):
    """Citizens whose family fits, times those of whom the rest does, over all; a half is added to both."""
    family = sum(fits(name[0], citizen[0]) for citizen in citizens)
    rest = sum(len(name) == len(citizen) and all(map(fits, name[1:], citizen[1:])) for citizen in citizens)
    return (family + 0.5) * (rest + 0.5) / len(citizens)


whole = st.lists(st.sampled_from(FULL), min_size=2, max_size=4)
any_name = st.lists(st.sampled_from((*FULL, *SHORT)), min_size=1, max_size=4)


@given(citizens=st.lists(whole, min_size=1, max_size=30), land=st.lists(any_name, min_size=1, max_size=8))
def test_a_shortened_name_may_mean_whose_family_and_whose_rest_fit(citizens, land):
    rows, expected = fitting(citizens, land)
    shortened = [row for row, name in enumerate(land) if any(word in MEANT for word in name)]
    assert rows.tolist() == shortened
    assert expected.tolist() == pytest.approx([by_hand(citizens, land[row]) for row in shortened])


def test_a_name_that_may_be_read_in_too_many_ways_may_be_anybody_of_the_family():
    citizens = [("Trần", "Thị", "Hòa")] * 7 + [("Ngô", "Văn", "Tâm")] * 3
    several, anybody = fitting(citizens, [("Trần", "T", "H"), ("Trần", *"TTTTTT")])[1]
    assert several == pytest.approx(7.5 * 7.5 / 10)
    assert anybody == pytest.approx(7.5)


def test_the_rarity_of_a_shortened_name_is_that_of_the_names_it_may_mean():
    citizens = [("Nguyễn", "Văn", "Hòa")] * 40 + [("Trương", "Thu", "Hà")] * 2 + [("Trần", "Thị", "Tâm")] * 22
    told, lexicon = counted(citizens), LEXICON.arrays()
    land = packed([("Ng", "Văn", "Hoa"), ("Trg", "Thu", "Hà"), ("Trương", "Thu", "Hà"), ("Ngô", "Văn", "Hà")])
    common, rare, spelled, nobody = told.rarity(land, lexicon, np.array([0, 0, 2, 0], np.int32))
    assert common == rarity_level(np.array([40.5 * 40.5 / 64]))[0]
    assert rare < spelled < common < len(RARITY_BEARERS) <= nobody


def test_the_same_citizens_in_another_order_give_the_same():
    rng = np.random.default_rng(1)
    citizens = [tuple(rng.choice(FULL, 3)) for _ in range(200)]
    land = [("Ng", "V", "Hòa"), ("T", "Thị", "Hà"), ("Nguyễn", "T", "Tâm")]
    first, second = fitting(citizens, land), fitting(citizens[::-1], land)
    assert first[1].tolist() == second[1].tolist()
