"""Rows that lead to one citizen say something of each other: as sums that no order of the rows changes, without a person's own
share, and as far as persons whose number is hidden show that it helps."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink import Linker
from vnlink.classify.drift import CONFIDENT
from vnlink.classify.presence import CIRCUMSTANCES
from vnlink.datasets import synthesize
from vnlink.decide.posterior import posterior
from vnlink.decide.ranking import Ranking
from vnlink.decide.reasons import CODES
from vnlink.hiding import Hidden
from vnlink.memory import MemoryPlan
from vnlink.other_rows import Effect, HiddenWorld, Sums, _curves, _fit

CITIZENS, KEPT = 6, 3
OTHERS = ("other_rows_support", "other_rows_doubt")
KEYS = np.arange(CITIZENS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def ranking_of(candidates):
    """The ranking of persons of whom a dict says citizen -> score in bits."""
    ranking = Ranking.empty(np.zeros(len(candidates), np.int64), KEPT)
    for person, scores in enumerate(candidates):
        for citizen, bits in scores.items():
            one = np.array([person], np.int32), np.array([citizen], np.int32), np.zeros(1, np.int64)
            ranking.enter(*one, np.array([bits * 4096], np.int32), KEYS)
    return ranking


def sums_of(ranking, present):
    sums = Sums.empty(len(ranking), CITIZENS)
    sums.add(0, ranking, posterior(ranking, present))
    return sums


people = st.lists(st.dictionaries(st.integers(0, CITIZENS - 1), st.integers(-4, 20), max_size=KEPT), min_size=1, max_size=12)


@given(people, st.randoms(use_true_random=False), st.integers(1, 5))
def test_sums_do_not_depend_on_the_order_of_the_rows_nor_on_the_parts(candidates, random, size):
    present = np.full(len(candidates), 0.8)
    whole = sums_of(ranking_of(candidates), present)
    shuffled = random.sample(candidates, len(candidates))
    parts = Sums.empty(len(shuffled), CITIZENS)
    for low in range(0, len(shuffled), size):
        part = ranking_of(shuffled[low : low + size])
        parts.add(low, part, posterior(part, present[: len(part)]))
    assert np.array_equal(whole.support, parts.support)
    assert np.array_equal(whole.against, parts.against)


@given(people)
def test_a_person_sees_all_rows_of_its_best_candidate_but_its_own(candidates):
    ranking, present = ranking_of(candidates), np.full(len(candidates), 0.8)
    best, post = ranking.citizen[:, 0], posterior(ranking, present)
    share = np.rint(post.probability[:, 0] * 255) / 255
    absent = post.probability[:, 0] / np.maximum(1.0 - post.nobody, 1e-300) * post.nobody
    support, against = sums_of(ranking, present).seen(0, best)
    for person, citizen in enumerate(best):
        if citizen >= 0:
            others = (best == citizen) & (np.arange(len(best)) != person)
            assert support[person] == pytest.approx(share[others].sum())
            assert against[person] == pytest.approx(absent[others].sum(), abs=others.sum() / 255)


def test_more_rows_than_can_be_counted_count_as_many_as_can():
    ranking, present = ranking_of([{0: 30}] * 700), np.full(700, 0.5)
    support, against = sums_of(ranking, present).seen(0, ranking.citizen[:, 0])
    assert set(support) == {256.0}
    assert set(against) == {0.0}


def test_rows_that_fit_many_namesakes_as_well_speak_against_none_of_them():
    """Else whoever stands first among a thousand of one name would bear what the rows say that know the name alone."""
    ranking = ranking_of([dict.fromkeys(range(CITIZENS), 0)] * 200 + [{0: 9}])
    many = Ranking(ranking.rows.copy(), ranking.shared)
    many.rows.view(np.uint64)[:200, 0] += np.uint64((1_000 << 32) << 12)  # a thousand more of the same odds, in the tail
    support, against = sums_of(many, np.full(201, 0.8)).seen(0, np.zeros(201, np.int32))
    assert support[200] < 1.0
    assert against[200] < 1.0


@given(people, st.data())
def test_what_hidden_persons_see_is_what_is_counted_afresh_without_the_citizens_who_are_gone(candidates, data):
    """The same sums as if all persons were ranked again, some without their number and nobody with a citizen who is gone."""
    ranking, present = ranking_of(candidates), np.full(len(candidates), 0.8)
    person = np.array(sorted(data.draw(st.sets(st.integers(0, len(candidates) - 1), min_size=1))), np.int64)
    citizen = np.array([data.draw(st.integers(0, CITIZENS - 1)) for _ in person], np.int64)
    gone = data.draw(st.sets(st.sampled_from(sorted(set(citizen.tolist())))))
    again = [dict(one) for one in candidates]
    for one in person:
        again[one] = {who: bits - 3 for who, bits in again[one].items()}
    again = [{who: bits for who, bits in one.items() if who not in gone} for one in again]
    afresh = ranking_of(again)

    hidden = Hidden(person, citizen, np.isin(citizen, list(gone)), afresh.take(person))
    confirmed = SimpleNamespace(person=person, ranking=ranking.take(person))
    both = present[person], present[person]
    world = HiddenWorld(confirmed, hidden, both, np.zeros(len(person), np.uint8), sums_of(ranking, present), KEYS)
    for low in range(0, len(candidates), 5):
        world.add(low, ranking.part(low, low + 5), present[low : low + 5])

    expected = sums_of(afresh, present).seen(0, afresh.citizen[:, 0])
    for seen, counted in zip(world._seen(), expected, strict=True):
        has = hidden.ranking.citizen[:, 0] >= 0
        assert np.array_equal(seen[has], counted[person][has])


def test_rows_that_were_not_counted_to_their_end_are_not_counted_back():
    """Three hundred of seven hundred rows leave a citizen; of whom more came than can be counted nothing is taken off."""
    ranking, present = ranking_of([{0: 30, 2: 20}] * 300 + [{0: 30}] * 400), np.full(700, 0.5)
    person = np.arange(301)
    afresh = ranking_of([{2: 20}] * 300 + [{0: 30}])
    hidden = Hidden(person, np.zeros(301, np.int64), np.zeros(301, bool), afresh)
    confirmed = SimpleNamespace(person=person, ranking=ranking.take(person))
    both = present[person], present[person]
    world = HiddenWorld(confirmed, hidden, both, np.zeros(301, np.uint8), sums_of(ranking, present), KEYS)
    support, _ = world._seen()
    assert support[300] == 256
    assert support[0] == 299


def world_of(company, missing):
    """Some persons of whom so many owners are missing; every one with this many rows that find the same citizen."""
    random = np.random.default_rng(1)
    count = 3_000
    ranking = ranking_of([{person % CITIZENS: 6} for person in range(count)])
    absent = random.random(count) < missing
    citizen = np.where(absent, -2 - np.arange(count), np.arange(count) % CITIZENS)
    hidden = Hidden(np.arange(count), citizen, absent, ranking)
    present = np.full(count, 0.9)
    world = HiddenWorld.__new__(HiddenWorld)
    world.hidden, world._alone, world._evidence = hidden, posterior(ranking, present), np.zeros(count, np.uint8)
    world._seen = lambda: (np.where(random.random(count) < company, 2.0, 0.0), np.zeros(count))
    return world


def test_company_that_says_nothing_moves_nobody_however_many_are_missing():
    """Of which more are missing than the own row says, but no more with other rows than without."""
    others = np.ones(CIRCUMSTANCES, np.int64)
    for missing in (0.05, 0.3):
        effect = world_of(company=0.5, missing=missing).learn(others)
        assert effect is not None
        assert abs(np.log(effect.moved(np.array([0.5]), np.array([2.0]), np.zeros(1)) / 0.5)[0]) < 0.1


def test_how_many_land_users_there_are_changes_no_weight():
    once, often = (world_of(company=0.5, missing=0.2).learn(np.arange(CIRCUMSTANCES) * many) for many in (1, 1_000))
    assert np.abs(once.weights - often.weights).max() < 0.01


def test_weights_are_found_again_where_other_rows_say_something():
    """Ten thousand persons drawn with known weights: each is in the population as often as the sums say."""
    random = np.random.default_rng(3)
    support, against = random.exponential(1.5, 10_000), random.exponential(0.7, 10_000)
    offset, weights = random.normal(1.0, 2.0, 10_000), np.array([0.1, 0.2, 0.3, -0.2, -0.3, -0.1])
    found = random.random(10_000) < 1.0 / (1.0 + np.exp(-(offset + _curves(support, against) @ weights)))
    learned = _fit(found, 1.0 / (1.0 + np.exp(offset)), _curves(support, against), np.ones(10_000))
    moved, meant = (_curves(support, against) @ one for one in (learned, weights))
    assert np.corrcoef(moved, meant)[0, 1] > 0.97
    # A constant is found beside the weights, and is not theirs.
    assert np.abs((moved - moved.mean()) - (meant - meant.mean())).mean() < 0.15


@given(st.randoms(use_true_random=False))
def test_weights_do_not_depend_on_the_order_of_the_persons(random):
    draw = np.random.default_rng(5)
    found, nobody = draw.random(300) < 0.7, draw.random(300)
    curves, weight = _curves(draw.exponential(1.0, 300), draw.exponential(1.0, 300)), draw.random(300)
    order = np.array(random.sample(range(300), 300))
    assert np.array_equal(_fit(found, nobody, curves, weight), _fit(found[order], nobody[order], curves[order], weight[order]))


@given(st.floats(0.001, 0.999), st.floats(0, 300), st.floats(0, 300), st.lists(st.floats(-9, 9), min_size=6, max_size=6))
def test_nobody_is_moved_to_certainty(alone, support, against, weights):
    effect = Effect(np.array(weights), 5_000, 90)
    moved = effect.moved(np.array([alone]), np.array([support]), np.array([against]))
    assert 0.0 < moved[0] < 1.0


def test_other_rows_change_nothing_between_the_candidates_of_a_person():
    ranking, alone = ranking_of([{0: 9, 1: 8}, {0: 7}, {1: 2}]), np.full(3, 0.7)
    effect = Effect(np.array([0.3, 0.2, 0.1, -0.3, -0.2, -0.1]), 5_000, 90)
    present = effect.present(0, ranking, alone, sums_of(ranking, alone))
    before, after = posterior(ranking, alone), posterior(ranking, present)
    assert not np.allclose(before.nobody, after.nobody)
    assert np.allclose(before.probability[0, 0] / before.probability[0, 1], after.probability[0, 0] / after.probability[0, 1])


def test_who_has_no_candidate_sees_nothing():
    ranking, alone = ranking_of([{}, {0: 9}]), np.full(2, 0.7)
    effect = Effect(np.ones(6), 5_000, 90)
    assert effect.present(0, ranking, alone, sums_of(ranking, alone))[0] == 0.7


@pytest.fixture(scope="module")
def owners():
    """Registers in which most owners have several rows."""
    return synthesize(6_000, 5_000, seed=11, preset="raw")


@pytest.fixture
def few_are_enough(monkeypatch):
    monkeypatch.setattr("vnlink.other_rows._FEWEST", 2)


def decided(result):
    links = result.links.select(["land_user_id", "person_no", "citizen_id", "status", "probability", "log_odds"])
    return links.sort_by([("land_user_id", "ascending"), ("person_no", "ascending")])


@pytest.mark.usefixtures("few_are_enough")
def test_neither_the_order_of_the_rows_nor_the_memory_shows_in_a_decision(owners, monkeypatch):
    result = Linker(threads=1).link(owners.land, owners.citizens)
    assert result.manifest["other_rows"]["learned_from"] > 1_000
    expected = decided(result)
    order = np.random.default_rng(2)
    land = owners.land.take(pa.array(order.permutation(len(owners.land))))
    citizens = owners.citizens.take(pa.array(order.permutation(len(owners.citizens))))
    assert decided(Linker(threads=2).link(land, citizens)).equals(expected)
    monkeypatch.setattr(MemoryPlan, "of", classmethod(lambda cls, *_: cls(in_files=True, limit=None)))
    monkeypatch.setattr(MemoryPlan, "parts", lambda *_: 3)
    apart = Linker(threads=1).link(owners.land, owners.citizens)
    assert apart.manifest["parts"] == 3
    assert decided(apart).equals(expected)


@pytest.mark.usefixtures("few_are_enough")
def test_who_does_not_want_it_gets_every_row_by_itself(owners):
    together = Linker(threads=1).link(owners.land, owners.citizens)
    alone = Linker(threads=1, other_rows=False).link(owners.land, owners.citizens)
    assert alone.manifest["other_rows"] is None
    columns = ["land_user_id", "person_no", "citizen_id", "log_odds", "margin"]
    one, two = (result.links.select(columns).to_pandas() for result in (together, alone))
    has = one["log_odds"].notna()
    assert (one["log_odds"] != two["log_odds"])[has].mean() > 0.5
    assert one[["land_user_id", "person_no", "margin"]].equals(two[["land_user_id", "person_no", "margin"]])


@pytest.mark.parametrize("weights", [[0.5, 0, 0, 0, 0, 0], [0.3, 0.3, 0.3, -0.9, -0.4, -0.4]], ids=["support", "both"])
def test_a_reason_tells_of_whom_other_rows_doubled_or_halved_the_odds(owners, monkeypatch, weights):
    monkeypatch.setattr(HiddenWorld, "learn", lambda *_: Effect(np.array(weights, float), 100, 50))
    together = Linker(threads=1).link(owners.land, owners.citizens)
    alone = Linker(threads=1, other_rows=False).link(owners.land, owners.citizens)
    one, two = (result.links.to_pandas() for result in (together, alone))
    # With one candidate only, the odds of being in the population are those of being that citizen.
    lone = one["margin"].isna() & (one["namesakes"] < 1e-6)
    moved = (one["log_odds"] - two["log_odds"])[lone]
    said = {code: np.array([code in codes for codes in one["reasons"][lone]]) for code in OTHERS}
    assert np.array_equal(said["other_rows_support"], moved >= 1)
    assert np.array_equal(said["other_rows_doubt"], moved <= -1)
    assert said["other_rows_support"].any()
    assert said["other_rows_doubt"].any() == (weights[3] < 0)
    assert not any(code in codes for codes in two["reasons"] for code in OTHERS)
    # What differs in the fields is told alike where the status and the citizen are the same.
    same = (one["status"] == two["status"]) & (one["citizen_id"].fillna("") == two["citizen_id"].fillna(""))
    of_fields = [[[code for code in codes if code not in CODES] for codes in each["reasons"][same]] for each in (one, two)]
    assert of_fields[0] == of_fields[1]


def test_what_other_rows_say_is_no_drift_of_the_register(owners, monkeypatch):
    monkeypatch.setattr(HiddenWorld, "learn", lambda *_: Effect(np.array([0.9, 0.9, 0.9, 0.0, 0.0, 0.0]), 100, 50))
    together = Linker(threads=1).link(owners.land, owners.citizens)
    alone = Linker(threads=1, other_rows=False).link(owners.land, owners.citizens)
    sure = [np.count_nonzero(result.links.to_pandas()["probability"] >= CONFIDENT) for result in (together, alone)]
    assert sure[0] > sure[1]
    assert together.manifest["drift"] == alone.manifest["drift"]


def test_a_few_confirmed_persons_teach_nothing(registers):
    result = Linker(threads=1).link(registers.land, registers.citizens)
    assert result.manifest["other_rows"] is None


@pytest.mark.usefixtures("few_are_enough")
def test_a_promise_is_of_rows_by_themselves(owners):
    with_others, alone = (
        Linker(threads=1, max_wrong_full=0.02, other_rows=others).link(owners.land, owners.citizens) for others in (True, False)
    )
    assert with_others.manifest["guarantee"] == alone.manifest["guarantee"] is not None
    assert with_others.manifest["other_rows"] is None
    assert with_others.audit() == alone.audit()
    assert with_others.links.equals(alone.links)


@given(people, st.integers(1, 4))
def test_a_person_is_moved_the_same_whoever_is_looked_at_beside(candidates, size):
    ranking, alone = ranking_of(candidates), np.linspace(0.1, 0.9, len(candidates))
    effect, sums = Effect(np.array([0.3, 0.2, 0.1, -0.3, -0.2, -0.1]), 5_000, 90), sums_of(ranking, alone)
    whole = effect.present(0, ranking, alone, sums)
    parts = [
        effect.present(low, ranking.part(low, low + size), alone[low : low + size], sums)
        for low in range(0, len(ranking), size)
    ]
    assert np.array_equal(whole, np.concatenate(parts))


@given(st.floats(0.001, 0.999), st.floats(0, 255), st.floats(0, 255))
def test_odds_are_moved_by_the_curves_that_were_fitted(alone, support, against):
    effect = Effect(np.array([0.3, 0.2, 0.1, -0.3, -0.2, -0.1]), 5_000, 90)
    rows = np.array([support]), np.array([against])
    moved = effect.moved(np.array([alone]), *rows)
    nats = np.log(moved / (1.0 - moved)) - np.log(alone / (1.0 - alone))
    assert np.allclose(nats, _curves(*rows) @ effect.weights, atol=1e-6)
