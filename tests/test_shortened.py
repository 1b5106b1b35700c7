"""How many citizens a shortened name may mean: against a count in plain Python over all citizens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.patterns import rarity_level
from vnlink.compare.syllables import Relation, pack_syllables, syllable_relation
from vnlink.namesakes import NameCounts, Namesakes
from vnlink.normalize.lexicon import Lexicon
from vnlink.normalize.text import fold
from vnlink.records import RECORD_WIDTH
from vnlink.rows import aligned
from vnlink.schema import RARITY_BEARERS

FULL = ("Nguyễn", "Nghiêm", "Ngô", "Trần", "Trương", "Thạch", "Văn", "Thị", "Thu", "Hòa", "Hoa", "Hà", "Tâm", "Lê")
SHORT = ("Ng", "N", "T", "Tr", "Trg", "Th", "V", "H", "L")


def made(before=()):
    """A lexicon of all words, in which others were met before."""
    lexicon = Lexicon()
    for word in before:
        lexicon.intern(word)
    return lexicon, {word: lexicon.intern(word) for word in (*FULL, *SHORT)}


def packed(names, words):
    records = aligned(len(names), RECORD_WIDTH, np.int32)
    records[:] = -1
    for record, name in zip(records, names, strict=True):
        record[: len(name)] = [words[word] for word in name]
    return records


def counted(citizens, made_of, pieces=1):
    lexicon, words = made_of
    counts = NameCounts(len(citizens), lexicon.arrays())
    parts = np.array_split(packed(citizens, words), pieces)
    for part in parts:
        counts.count(part)
    for part in parts:
        counts.look_again(part)
    return counts.namesakes()


def may_mean(namesakes, land, made_of):
    lexicon, words = made_of
    rows, found = namesakes.short.may_mean(packed(land, words), lexicon.arrays())
    return dict(zip(rows.tolist(), found.tolist(), strict=True))


def rarity(namesakes, land, bearers, made_of, *, gone=False):
    lexicon, words = made_of
    return namesakes.rarity(packed(land, words), lexicon.arrays(), np.array(bearers, np.int32), gone=gone)


MADE = made()


def left_of(name, told):
    """What is left of a name: of the syllables that are told the first letters, as many as are told."""
    return [fold(word)[: told.get(at)] for at, word in enumerate(name)]


def by_hand(citizens, name):
    """Citizens of whom as much is left when they are shortened as the name is."""
    short = [word in SHORT for word in name]
    if short == [*[False] * (len(name) - 1), True] and 1 < len(name) <= 3:
        told = {len(name) - 1: 1}
    elif short[-1] and len(name) > 1:
        told = dict.fromkeys(range(len(name)), 1)
    elif any(short[1:-1]):
        told = dict.fromkeys(range(1 - short[0], len(name) - 1), 1)
    else:
        told = {0: min(len(name[0]), 2)}
    return sum(len(citizen) == len(name) and left_of(citizen, told) == left_of(name, told) for citizen in citizens)


def fits(citizen, name):
    """Whether a shortened name may mean a citizen, syllable by syllable."""
    lexicon, words = MADE
    table = pack_syllables(lexicon.arrays())
    relations = [syllable_relation(table, words[one], words[other]) for one, other in zip(citizen, name, strict=False)]
    return len(citizen) == len(name) and all(one <= Relation.OTHER_VOWEL or one == Relation.INITIAL for one in relations)


names = st.lists(st.sampled_from((*FULL, *SHORT)), min_size=1, max_size=8)
registers, some = st.lists(names, min_size=1, max_size=30), st.lists(names, min_size=1, max_size=8)


@given(citizens=registers, land=some)
def test_a_shortened_name_may_mean_of_whom_as_much_is_left(citizens, land):
    shortened = {at: name for at, name in enumerate(land) if any(word in SHORT for word in name)}
    assert may_mean(counted(citizens, MADE), land, MADE) == {at: by_hand(citizens, name) for at, name in shortened.items()}


@given(citizens=st.lists(st.lists(st.sampled_from(FULL), min_size=1, max_size=5), min_size=1, max_size=30), data=st.data())
def test_all_whom_the_comparison_finds_fitting_are_among_those_whom_a_name_may_mean(citizens, data):
    of_whom = data.draw(st.sampled_from(citizens))
    cut = {"Ng": "Nguyễn", "Tr": "Trần", "Trg": "Trương", "Th": "Thị", "V": "Văn", "H": "Hòa", "T": "Tâm", "L": "Lê"}
    ways = [[word, *(short for short, full in cut.items() if full == word)] for word in of_whom]
    name = [data.draw(st.sampled_from(way)) for way in ways]
    told = may_mean(counted(citizens, MADE), [name], MADE)
    assert not told or told[0] >= sum(fits(citizen, name) for citizen in citizens) >= 1


@given(citizens=registers, land=some, met=st.lists(st.sampled_from(("Thậm", "Trâu", "H'", *SHORT))))
def test_what_else_was_ever_met_and_in_which_order_changes_nothing(citizens, land, met):
    other = made(met)
    bearers = [0] * len(land)
    first = rarity(counted(citizens, MADE), land, bearers, MADE)
    again = rarity(counted(citizens[::-1], other, pieces=2), land, bearers, other)
    assert first.tolist() == again.tolist()


@given(citizens=registers, land=some, gone=st.booleans())
def test_an_index_gives_the_same(citizens, land, gone):
    namesakes, bearers = counted(citizens, MADE), [1] * len(land)
    opened = Namesakes.from_arrays(*(column.copy() for column in namesakes.as_arrays()))
    assert rarity(namesakes, land, bearers, MADE, gone=gone).tolist() == rarity(opened, land, bearers, MADE, gone=gone).tolist()


def test_an_empty_register_has_nobody_whom_a_name_may_mean():
    told = rarity(counted([], MADE), [("Ng", "Văn", "Hòa"), ("Trần", "T")], [0, 0], MADE)
    assert (told >= len(RARITY_BEARERS)).all()


def test_the_rarity_of_a_shortened_name_is_that_of_the_names_it_may_mean():
    citizens = [("Nguyễn", "Văn", "Hòa")] * 40 + [("Trương", "Thu", "Hà")] * 2 + [("Trần", "Thị", "Tâm")] * 22
    land = [("Ng", "Văn", "Hoa"), ("Trg", "Thu", "Hà"), ("Ngô", "Văn", "Hà"), ("Ng", "Văn", "Hà")]
    common, rare, nobody, short = rarity(counted(citizens, MADE), land, [0] * 4, MADE)
    assert [common, rare] == pytest.approx(rarity_level(np.array([40.0, 2.0])).tolist(), abs=1)
    assert min(nobody, short) >= len(RARITY_BEARERS)


@given(citizens=registers, data=st.data())
def test_no_shortened_name_is_rarer_than_a_name_that_it_may_mean(citizens, data):
    whole = data.draw(st.sampled_from(citizens))
    name = [
        data.draw(st.sampled_from([word, *(short for short in ("Ng", "Tr", "Th", "V", "H") if word.startswith(short))]))
        for word in whole
    ]
    bearers = sum([*map(fold, citizen)] == [*map(fold, whole)] for citizen in citizens)
    namesakes = counted(citizens, MADE)
    meant = rarity(namesakes, [name], [0 if name != whole else bearers], MADE)
    assert not any(word in SHORT for word in name) or meant >= rarity_level(np.array([bearers / 4.0]))


@pytest.mark.parametrize(("short", "citizen"), [("Ng", "Nguyễn"), ("Trg", "Trương"), ("Th", "Thạch")])
def test_one_citizen_who_is_recorded_by_a_shortened_name_does_not_make_it_a_rare_one(short, citizen):
    citizens = [(citizen, "Văn", "Hòa")] * 150 + [("Trần", "Thị", "Tâm")] * 100
    land = [(short, "Văn", "Hòa")]
    clean = rarity(counted(citizens, MADE), land, [0], MADE)
    for one in ((short, "Văn", "Hòa"), (short, "Văn", "Tâm")):
        dirty = rarity(counted([*citizens, one], MADE), land, [int(one == land[0])], MADE)
        assert dirty == pytest.approx(clean, abs=1)
