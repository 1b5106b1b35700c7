"""How many citizens a shortened name may mean: against a count in plain Python over all citizens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.patterns import rarity_level
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


def may_mean(namesakes, land, made_of, gone=0):
    lexicon, words = made_of
    return namesakes._may_mean(packed(land, words), lexicon.arrays(), gone)


def rarity(namesakes, land, bearers, made_of, *, gone=False):
    lexicon, words = made_of
    return namesakes.rarity(packed(land, words), lexicon.arrays(), np.array(bearers, np.int32), gone=gone)


MADE = made()


def by_hand(citizens, name, gone=0):
    if name[0] in SHORT:
        # Of a family that begins like nobody's the last letter is taken away, and again.
        starts = [fold(name[0])[:length] for length in range(len(name[0]), 0, -1)]
        fitting = [sum(fold(citizen[0]).startswith(start) for citizen in citizens) for start in starts]
        family = next((count for count in fitting if count), 0)
    else:
        family = sum(fold(citizen[0]) == fold(name[0]) for citizen in citizens)
    short = [word in SHORT for word in name[1:]]
    letters = 1
    if any(short) and len(name) > 3:
        short[:-1] = [True] * (len(short) - 1)
    elif short == [True, False]:
        letters = 2

    def kind(full):
        """What follows the family, of the shortened syllables the first letters."""
        size = min(letters, len(name[1])) if len(name) > 1 else 1
        return [fold(word)[:size] if cut else fold(word) for word, cut in zip(full[1:], short, strict=True)]

    rest = sum(kind(citizen) == kind(name) for citizen in citizens if len(citizen) == len(name))
    return max((max(family - gone, 0) + 0.5) * (max(rest - gone, 0) + 0.5) / len(citizens), RARITY_BEARERS[0])


names = st.lists(st.sampled_from((*FULL, *SHORT)), min_size=1, max_size=4)
registers, some = st.lists(names, min_size=1, max_size=30), st.lists(names, min_size=1, max_size=8)


@given(citizens=registers, land=some, gone=st.sampled_from((0, 1)))
def test_a_shortened_name_may_mean_whose_family_and_whose_rest_fit(citizens, land, gone):
    told = may_mean(counted(citizens, MADE), land, MADE, gone)
    assert told.tolist() == pytest.approx([by_hand(citizens, name, gone) for name in land])


@given(
    citizens=registers,
    land=some,
    met=st.lists(st.sampled_from(("Thậm", "Trâu", "H'", *SHORT))),
)
def test_what_else_was_ever_met_and_in_which_order_changes_nothing(citizens, land, met):
    other = made(met)
    bearers = [0] * len(land)
    first = rarity(counted(citizens, MADE), land, bearers, MADE)
    again = rarity(counted(citizens[::-1], other, pieces=2), land, bearers, other)
    assert first.tolist() == again.tolist()


@given(citizens=registers, land=some)
def test_an_index_gives_the_same(citizens, land):
    namesakes = counted(citizens, MADE)
    opened = Namesakes.from_arrays(*namesakes.as_arrays())
    assert may_mean(namesakes, land, MADE).tolist() == may_mean(opened, land, MADE).tolist()


def test_first_letters_and_the_last_stand_for_a_family():
    citizens = [("Trương", "Thị", "Hoa")] * 3 + [("Lê", "Thị", "Hoa")] * 2
    assert may_mean(counted(citizens, MADE), [("Trg", "Thị", "Hoa")], MADE)[0] == pytest.approx(3.5 * 5.5 / 5)


def test_the_rarity_of_a_shortened_name_is_that_of_the_names_it_may_mean():
    citizens = [("Nguyễn", "Văn", "Hòa")] * 40 + [("Trương", "Thu", "Hà")] * 2 + [("Trần", "Thị", "Tâm")] * 22
    land = [("Ng", "Văn", "Hoa"), ("Trg", "Thu", "Hà"), ("Trương", "Thu", "Hà"), ("Ngô", "Văn", "Hà")]
    common, rare, spelled, nobody = rarity(counted(citizens, MADE), land, [0, 0, 2, 0], MADE)
    assert common == rarity_level(np.array([40.5 * 40.5 / 64]))[0]
    assert rare < spelled < common < len(RARITY_BEARERS) <= nobody


def test_one_citizen_who_is_recorded_by_a_shortened_name_does_not_make_it_a_rare_one():
    citizens = [("Nguyễn", "Văn", "Hòa")] * 150 + [("Trần", "Thị", "Tâm")] * 100
    land = [("Ng", "Văn", "Hòa")]
    clean = rarity(counted(citizens, MADE), land, [0], MADE)
    dirty = rarity(counted([*citizens, ("Ng", "Văn", "Hòa")], MADE), land, [1], MADE)
    assert dirty == pytest.approx(clean, abs=1)


def test_whose_only_fitting_citizen_is_gone_has_a_rarer_name():
    citizens = [("Thạch", "Thu", "Hà")] + [("Lê", "Văn", "Tâm")] * 40
    land = [("Th", "Thu", "Hà")]
    namesakes = counted(citizens, MADE)
    assert rarity(namesakes, land, [0], MADE, gone=True) < rarity(namesakes, land, [0], MADE)
