"""The best candidates are the same in whatever order pairs come."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vnlink.decide.posterior import posterior
from vnlink.decide.ranking import ODDS_ONE, SCALE, Ranking, odds_units

pair_lists = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(-5, 5)), max_size=40, unique_by=lambda pair: pair[:2]
)


def ranked(pairs: list[tuple[int, int, int]], size: int = 4, batch: int = 7) -> Ranking:
    ranking = Ranking.empty(np.zeros(3, np.int64), size)
    keys = (np.arange(31, dtype=np.uint64) * np.uint64(2654435761)) % np.uint64(1009)
    for first in range(0, len(pairs), batch):
        part = pairs[first : first + batch]
        ranking.enter(
            np.array([p for p, _, _ in part], np.int32),
            np.array([c for _, c, _ in part], np.int32),
            np.array([c for _, c, _ in part], np.int64),
            np.array([s * SCALE for _, _, s in part], np.int32),
            keys,
        )
    return ranking


@given(pair_lists, st.randoms(use_true_random=False), st.integers(1, 9))
def test_neither_the_order_nor_the_batches_of_pairs_change_the_ranking(pairs, random, batch) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(pairs)
    random.shuffle(shuffled)
    first, second = ranked(pairs), ranked(shuffled, batch=batch)
    for name in ("table", "tail", "candidates"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@given(pair_lists)
def test_the_best_are_kept_and_the_odds_of_the_rest_are_summed(pairs: list[tuple[int, int, int]]) -> None:
    ranking = ranked(pairs)
    for person in range(3):
        scores = sorted((s for p, _, s in pairs if p == person), reverse=True)
        kept = ranking.score[person][ranking.citizen[person] >= 0] / SCALE
        assert kept.tolist() == scores[:4]
        assert int(ranking.tail[person]) == sum(int(odds_units(s * SCALE)) for s in scores[4:])
        assert ranking.candidates[person] == len(scores)


def test_a_hundred_namesakes_share_the_probability() -> None:
    ranking = Ranking.empty(np.zeros(1, np.int64), 10)
    everyone = np.arange(100, dtype=np.int32)
    three_bits = np.full(100, 3 * SCALE, np.int32)
    ranking.enter(np.zeros(100, np.int32), everyone, np.zeros(100, np.int64), three_bits, everyone.astype(np.uint64))
    assert ranking.tail[0] == 90 * 8 * ODDS_ONE
    post = posterior(ranking, np.array([0.9]))
    np.testing.assert_allclose(post.probability[0], 0.01, rtol=0.01)
    np.testing.assert_allclose(post.namesakes, 99)
    assert post.margin[0] == 0


def test_the_tail_and_the_number_of_candidates_stop_at_their_ends() -> None:
    ranking, many = Ranking.empty(np.zeros(1, np.int64), 1), 70_000
    citizens, sure = np.arange(many, dtype=np.int32), np.full(many, 60 * SCALE, np.int32)
    ranking.enter(np.zeros(many, np.int32), citizens, np.zeros(many, np.int64), sure, np.arange(many, dtype=np.uint64))
    assert ranking.candidates[0] == 4_095
    assert ranking.tail[0] == (1 << 52) - 1
    assert (ranking.citizen[0, 0], ranking.score[0, 0]) == (0, 60 * SCALE)


def test_ten_candidates_and_all_else_of_a_person_are_two_cache_lines() -> None:
    ranking = Ranking.empty(np.zeros(5, np.int64), 10)
    assert ranking.rows.shape[1] * ranking.rows.itemsize == 128
    assert ranking.rows.ctypes.data % 64 == 0


def test_log_odds_go_on_growing_where_the_probability_has_become_one() -> None:
    ranking = Ranking.empty(np.zeros(2, np.int64), 3)
    ranking.citizen[:, 0] = 0
    ranking.score[:, 0] = [80 * SCALE, 120 * SCALE]
    post = posterior(ranking, np.array([0.9, 0.9]))
    assert post.probability[0, 0] == post.probability[1, 0] == np.nextafter(1.0, 0.0)
    np.testing.assert_allclose(post.log_odds[1] - post.log_odds[0], 40)


def test_without_candidates_nobody_is_certain_and_nothing_else_is_known() -> None:
    post = posterior(Ranking.empty(np.zeros(1, np.int64), 3), np.array([0.9]))
    assert post.nobody[0] == 1.0
    assert np.isnan([post.log_odds[0], post.margin[0], post.namesakes[0]]).all()


@given(st.lists(st.integers(-20 * SCALE, 60 * SCALE), min_size=1, max_size=5), st.floats(0.05, 0.99))
def test_probabilities_of_all_candidates_and_nobody_add_up_to_one(scores: list[int], present: float) -> None:
    ranking = Ranking.empty(np.zeros(1, np.int64), 5)
    ordered = sorted(scores, reverse=True)
    ranking.score[0, : len(scores)], ranking.citizen[0, : len(scores)] = ordered, np.arange(len(scores))
    post = posterior(ranking, np.array([present]))
    np.testing.assert_allclose(post.probability.sum() + post.nobody[0], 1.0)


@given(st.lists(st.integers(-20 * SCALE, 60 * SCALE), min_size=1, max_size=5), st.floats(0.0, 0.5))
def test_doubt_takes_from_every_probability_and_leaves_their_order_and_the_log_odds(scores: list[int], doubt: float) -> None:
    ranking = Ranking.empty(np.zeros(1, np.int64), 5)
    ranking.score[0, : len(scores)], ranking.citizen[0, : len(scores)] = sorted(scores, reverse=True), np.arange(len(scores))
    post = posterior(ranking, np.array([0.9]))
    doubted = post.doubted(doubt)
    np.testing.assert_allclose(doubted.probability.sum() + doubted.nobody[0], 1.0)
    assert (doubted.probability <= 1.0 - doubt).all()
    assert doubted.log_odds is post.log_odds


def test_nobody_has_an_empty_ranking():
    ranking = Ranking.empty(np.empty(0, np.int64), 10)
    assert len(ranking) == 0
    assert ranking.table.shape == (0, 10, 3)


def test_who_has_no_candidates_yet_has_places_for_them():
    ranking = Ranking.empty(np.arange(3), 4)
    assert ranking.candidates.tolist() == [0] * 3
    assert ranking.tail.tolist() == [0] * 3
    assert (ranking.citizen == -1).all()
    assert (ranking.score == np.iinfo(np.int32).min).all()


@given(st.integers(0, 2**32 - 1), st.integers(0, 47))
def test_all_bits_of_a_pattern_come_back(lower: int, rarity: int) -> None:
    shared = np.array([rarity << 32], np.int64)
    ranking = Ranking.empty(shared, 3)
    one, score, keys = np.zeros(1, np.int32), np.array([5], np.int32), np.zeros(1, np.uint64)
    ranking.enter(one, one, shared | lower, score, keys)
    assert ranking.patterns(np.zeros(1, np.int64), 0).tolist() == [rarity << 32 | lower]
    _, _, kept = ranking.kept(np.zeros(1, np.int64))
    assert kept.tolist() == [rarity << 32 | lower]
    ranking.rescore(np.zeros(1, np.int64), kept, score, keys)
    assert ranking.patterns(np.zeros(1, np.int64), 0).tolist() == [rarity << 32 | lower]
