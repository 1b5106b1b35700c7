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


def rarity(namesakes, names, bearers, *, gone=False):
    return namesakes.rarity(packed(names), LEXICON.arrays(), np.array(bearers, np.int32), gone=gone)


@pytest.fixture(scope="module")
def registers():
    """Two registers of as many citizens: family and the rest of a name are drawn apart, both with a long tail."""
    rng = np.random.default_rng(7)
    lexicon = Lexicon()
    onsets, rimes = (
        ("b", "c", "d", "g", "h", "kh", "l", "m", "n", "ng", "ph", "s", "t", "th", "tr", "v", "x", "ch"),
        (
            *("a", "e", "i", "o", "u", "an", "en", "in", "on", "un", "am", "em", "im", "om", "um", "ang", "eng", "ong", "ung"),
            *(
                "anh",
                "inh",
                "ac",
                "oc",
                "uc",
                "at",
                "et",
                "it",
                "ot",
                "ut",
                "ap",
                "ep",
                "ip",
                "op",
                "up",
                "ai",
                "oi",
                "ui",
                "ao",
            ),
            *("eo", "iu", "au", "oa", "ua", "ia", "uong", "oan", "uyen", "iet", "ien", "oat"),
        ),
    )
    words = [lexicon.intern(onset + rime) for onset in onsets for rime in rimes]
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
    counts = NameCounts(len(first), lexicon)
    counts.count(first)
    counts.look_again(first)
    seen, again = (Counter(map(tuple, one[:, :3].tolist())) for one in (first, second))
    names = np.array(sorted(seen))
    records = aligned(len(names), RECORD_WIDTH, np.int32)
    records[:] = -1
    records[:, :3] = names
    bearers = np.array([seen[tuple(name)] for name in names.tolist()], np.int32)
    level = counts.namesakes().rarity(records, lexicon, bearers)
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


def test_a_name_without_its_bearer_is_as_rare_as_one_with_a_bearer_less():
    names = [[WORDS[0], WORDS[3], WORDS[5 + i % 5]] for i in range(500)]
    namesakes = counted(names)
    many = np.array([40, 100, 3_000], np.int32)
    records = packed([names[0]] * 3)
    assert np.array_equal(
        namesakes.rarity(records, LEXICON.arrays(), many, gone=True), namesakes.rarity(records, LEXICON.arrays(), many - 1)
    )


def test_a_share_of_the_names_tells_the_same_of_many_citizens(registers, monkeypatch):
    lexicon, first, _ = registers

    def few():
        counts = NameCounts(len(first), lexicon)
        counts.count(first)
        counts.look_again(first)
        return counts.namesakes()

    whole = few()
    monkeypatch.setattr(module, "_SAMPLE", len(first) // 2)
    part = few()
    assert not np.array_equal(part.few, whole.few)
    records, one = first[:5_000], np.ones(5_000, np.int32)
    difference = part.rarity(records, lexicon, one) - whole.rarity(records, lexicon, one)
    assert np.abs(difference).mean() < 0.6
    assert part.slope == pytest.approx(whole.slope, abs=0.15)


@pytest.mark.parametrize("bearers", [12, 50, 200, 1_000])
def test_many_bearers_let_expect_about_as_many(bearers, registers):
    lexicon, first, _ = registers
    counts = NameCounts(len(first), lexicon)
    counts.count(first)
    counts.look_again(first)
    (level,) = counts.namesakes().rarity(first[:1], lexicon, np.array([bearers], np.int32))
    assert RARITY_BEARERS[level] == pytest.approx(bearers, rel=0.25)


def test_a_level_stands_for_the_nearest_number_of_bearers():
    assert np.array_equal(rarity_level(np.array(RARITY_BEARERS)), np.arange(BORNE))
    assert rarity_level(np.array([0.0, 1e12])).tolist() == [0, BORNE - 1]
