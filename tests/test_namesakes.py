"""How many others of a name are to be expected: against names drawn at random, and a count in plain Python."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink.namesakes as module
from vnlink.compare.patterns import rarity_level
from vnlink.namesakes import NameCounts, Namesakes
from vnlink.normalize.lexicon import Lexicon
from vnlink.records import RECORD_WIDTH
from vnlink.rows import aligned
from vnlink.schema import RARITY_BEARERS, RARITY_LEVELS

LEXICON = Lexicon()
WORDS = [LEXICON.intern(word) for word in ("Nguyễn", "Trần", "Tạ", "Văn", "Thị", "Hòa", "Lan", "Chi", "Đức", "Dung")]
UNMARKED = LEXICON.intern("Nguyen")
BORNE = len(RARITY_BEARERS)
ONSETS = ("b", "c", "d", "g", "h", "kh", "l", "m", "n", "ng", "ph", "s", "t", "th", "tr", "v", "x", "ch")
RIMES = (
    *("a", "e", "i", "o", "u", "an", "en", "in", "on", "un", "am", "em", "im", "om", "um", "ang", "eng", "ong", "ung"),
    *("anh", "inh", "ac", "oc", "uc", "at", "et", "it", "ot", "ut", "ap", "ep", "ip", "op", "up", "ai", "oi", "ui", "ao"),
    *("eo", "iu", "au", "oa", "ua", "ia", "uong", "oan", "uyen", "iet", "ien", "oat"),
)


def packed(names):
    records = aligned(len(names), RECORD_WIDTH, np.int32)
    records[:] = -1
    for record, name in zip(records, names, strict=True):
        record[: len(name)] = name
    return records


def counted(names, pieces=1):
    records = packed(names)
    counts = NameCounts(len(names), LEXICON.arrays())
    for piece in np.array_split(records, pieces):
        counts.count(piece)
    for piece in np.array_split(records, pieces):
        counts.look_again(piece)
    return counts.namesakes()


def counted_records(records, lexicon):
    counts = NameCounts(len(records), lexicon)
    counts.count(records)
    counts.look_again(records)
    return counts.namesakes()


def rarity(namesakes, names, bearers, *, gone=False):
    return namesakes.rarity(packed(names), LEXICON.arrays(), np.array(bearers, np.int32), gone=gone)


@pytest.fixture(scope="module")
def registers():
    """Two registers of as many citizens: family and the rest of a name are drawn apart, both with a long tail."""
    rng = np.random.default_rng(7)
    lexicon = Lexicon()
    words = [lexicon.intern(onset + rime) for onset in ONSETS for rime in RIMES]
    families, syllables = words[:60], words[:900]
    first, second = (shares / shares.sum() for shares in (1.0 / np.arange(1, 61) ** 1.3, 1.0 / np.arange(1, 901) ** 0.7))

    def drawn():
        names = aligned(60_000, RECORD_WIDTH, np.int32)
        names[:] = -1
        names[:, 0] = rng.choice(families, len(names), p=first)
        for at in (1, 2):
            names[:, at] = rng.choice(syllables, len(names), p=second)
        return names

    return lexicon.arrays(), drawn(), drawn()


@pytest.fixture(scope="module")
def told(registers):
    lexicon, first, second = registers
    seen, again = (Counter(map(tuple, one[:, :3].tolist())) for one in (first, second))
    names = np.array(sorted(seen))
    records = aligned(len(names), RECORD_WIDTH, np.int32)
    records[:] = -1
    records[:, :3] = names
    bearers = np.array([seen[tuple(name)] for name in names.tolist()], np.int32)
    level = counted_records(first, lexicon).rarity(records, lexicon, bearers)
    return bearers, level, np.array([again[tuple(name)] for name in names.tolist()])


def test_names_of_one_register_come_in_another_as_often_as_their_rarity_says(told):
    """What is expected of fresh citizens is what a second register shows on average, level by level."""
    _, level, again = told
    checked = 0
    for one in np.unique(level):
        of_level = level == one
        if of_level.sum() * RARITY_BEARERS[one] >= 150:
            checked += 1
            assert again[of_level].mean() == pytest.approx(RARITY_BEARERS[one], rel=0.3)
    assert checked >= 8


def test_names_with_one_bearer_are_told_apart_by_what_their_parts_let_expect(told):
    bearers, level, again = told
    rare, common = ((bearers == 1) & chosen for chosen in (level <= 6, level >= 12))
    assert rare.sum() > 1_000
    assert common.sum() > 400
    assert again[rare].mean() < again[common].mean() / 8


def test_names_with_many_bearers_have_about_as_many_in_another_register(told):
    bearers, level, again = told
    many = bearers >= 12
    assert np.array(RARITY_BEARERS)[level[many]].mean() == pytest.approx(again[many].mean(), rel=0.15)


names_ = st.lists(st.lists(st.sampled_from([*WORDS, UNMARKED]), max_size=4), min_size=1, max_size=60)


@given(names_, st.randoms(use_true_random=False))
def test_neither_the_order_of_the_citizens_nor_the_pieces_change_anything(names, random):
    others = names.copy()
    random.shuffle(others)
    for one, other in zip(counted(names).as_arrays(), counted(others, 3).as_arrays(), strict=True):
        assert np.array_equal(one, other)


@given(names_)
def test_what_was_kept_in_columns_tells_the_same(names):
    namesakes = counted(names)
    bearers = [1 + i % 8 for i in range(len(names))]
    again = Namesakes.from_arrays(*namesakes.as_arrays())
    assert np.array_equal(rarity(namesakes, names, bearers), rarity(again, names, bearers))


@given(names_, st.integers(0, 2**31 - 2), st.booleans())
def test_whatever_was_counted_there_is_a_level(names, bearers, gone):
    level = rarity(counted(names), names, [bearers] * len(names), gone=gone)
    assert ((level >= 0) & (level < len(RARITY_LEVELS))).all()
    assert ((level >= BORNE) == (bearers - gone < 1)).all()


def test_a_name_is_one_whatever_its_marks():
    marked = counted([[WORDS[0], WORDS[3], WORDS[5]]] * 8)
    mixed = counted([[WORDS[0], WORDS[3], WORDS[5]], [UNMARKED, WORDS[3], WORDS[5]]] * 4)
    for one, other in zip(marked.as_arrays(), mixed.as_arrays(), strict=True):
        assert np.array_equal(one, other)


def test_a_name_of_common_parts_has_more_namesakes_to_expect_than_one_of_rare_parts():
    nguyen, ta, van, chi = WORDS[0], WORDS[2], WORDS[3], WORDS[7]
    names = [[nguyen, van]] * 500 + [[ta, chi]] + [[nguyen, chi]] + [[WORDS[1], van]] * 400
    level = rarity(counted(names), [[ta, chi], [nguyen, chi], [ta, van]], [1, 1, 0])
    assert level[0] < level[1]
    assert level[2] >= BORNE


def test_of_names_that_nobody_bears_those_of_common_parts_are_told_apart():
    names = [[WORDS[0], WORDS[3]]] * 300 + [[WORDS[1], WORDS[5]]] * 300 + [[WORDS[2], WORDS[7]]] * 2
    common, rare = rarity(counted(names), [[WORDS[0], WORDS[5]], [WORDS[2], WORDS[5]]], [0, 0])
    assert common > rare >= BORNE


def test_who_is_left_out_is_counted_as_if_he_had_never_been_there(registers):
    """But for what all the others say, which one citizen of many thousand hardly moves."""
    lexicon, first, _ = registers
    bearers = Counter(map(tuple, first[:, :3].tolist()))
    whole = counted_records(first, lexicon)
    seen = np.array([bearers[name] for name in map(tuple, first[:, :3].tolist())], np.int32)
    for few in range(1, 8):
        for at in np.flatnonzero(seen == few)[:6]:
            without = counted_records(np.delete(first, at, axis=0), lexicon)
            one = first[at : at + 1]
            (left_out,) = whole.rarity(one, lexicon, seen[at : at + 1], gone=True)
            (never,) = without.rarity(one, lexicon, seen[at : at + 1] - 1)
            assert abs(int(left_out) - int(never)) <= 1
            assert (left_out >= BORNE) == (few == 1)


def test_families_of_a_people_with_names_of_their_own_have_more_namesakes_than_their_parts_say():
    """Y Dhun Niê: there are many of that name, though of other families nobody is called Dhun Niê."""
    rng = np.random.default_rng(5)
    lexicon = Lexicon()
    own, kinh = lexicon.intern("Y"), [lexicon.intern(word) for word in ("Nguyen", "Tran", "Le", "Pham", "Hoang", "Vu")]
    words = [lexicon.intern(a + b) for a in ("b", "c", "d", "g", "h", "kh", "l", "m", "n", "ph") for b in RIMES[:20]]
    others, highland = words[:120], words[120:200]

    def drawn():
        names = aligned(30_000, RECORD_WIDTH, np.int32)
        names[:] = -1
        names[:, 0] = rng.choice(kinh, len(names))
        names[:, 1], names[:, 2] = rng.choice(others, len(names)), rng.choice(others, len(names))
        people = slice(0, 3_000)
        names[people, 0] = own
        names[people, 1], names[people, 2] = rng.choice(highland, 3_000), rng.choice(highland, 3_000)
        return names

    first, second = drawn(), drawn()
    seen, again = (Counter(map(tuple, one[:, :3].tolist())) for one in (first, second))
    names = [name for name in sorted(seen) if name[0] == own and seen[name] <= 5]
    bearers = np.array([seen[name] for name in names], np.int32)
    level = counted_records(first, lexicon.arrays()).rarity(packed(names), lexicon.arrays(), bearers)
    met = np.array([again[name] for name in names])
    for few in (bearers == 1, bearers > 1):
        assert np.array(RARITY_BEARERS)[level[few]].mean() == pytest.approx(met[few].mean(), rel=0.25)


def test_a_column_of_other_words_takes_no_more_memory_than_names():
    """Every citizen has a family of its own, as where codes stand in the column of names."""
    lexicon = Lexicon()
    words = [lexicon.intern(one + two) for one in RIMES for two in RIMES]
    counts = NameCounts(len(words), lexicon.arrays())
    records = packed([[word] for word in words])
    counts.count(records)
    counts.look_again(records)
    namesakes = counts.namesakes()
    assert len(namesakes.families.entries()) > 1_500
    assert len(namesakes.of_family) == 1


@given(names_)
def test_of_more_bearers_no_fewer_others_are_expected_by_the_same_chance(names):
    few = counted(names).few
    assert (np.diff(few, axis=0) >= 0).all()


def test_a_share_of_the_names_tells_the_same_of_many_citizens(registers, monkeypatch):
    lexicon, first, _ = registers

    whole = counted_records(first, lexicon)
    monkeypatch.setattr(module, "_SAMPLE", len(first) // 2)
    part = counted_records(first, lexicon)
    assert not np.array_equal(part.few, whole.few)
    records, one = first[:5_000], np.ones(5_000, np.int32)
    difference = part.rarity(records, lexicon, one) - whole.rarity(records, lexicon, one)
    assert np.abs(difference).mean() < 0.6


@pytest.mark.parametrize("bearers", [12, 50, 200, 1_000])
def test_many_bearers_let_expect_about_as_many(bearers, registers):
    lexicon, first, _ = registers
    (level,) = counted_records(first, lexicon).rarity(first[:1], lexicon, np.array([bearers], np.int32))
    assert RARITY_BEARERS[level] == pytest.approx(bearers, rel=0.25)


def test_a_level_stands_for_the_nearest_number_of_bearers():
    assert np.array_equal(rarity_level(np.array(RARITY_BEARERS)), np.arange(BORNE))
    assert rarity_level(np.array([0.0, 1e12])).tolist() == [0, BORNE - 1]
