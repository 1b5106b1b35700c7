"""The status rule keeps its promises for every pattern."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.patterns import FIELDS
from vnlink.decide.policy import AGREES, CONTRADICTS, Decision, Held, Sides, StatusRule, decide
from vnlink.decide.posterior import Posterior
from vnlink.decide.reasons import CODES, reason_lists

FIELD = {f.name: f for f in FIELDS}
EVERYTHING = frozenset({"name", "birth", "sex", "personal_id", "old_id"})
RULE = StatusRule(
    log_odds_full=11.0,
    probability_partial=0.5,
    short_list=10,
    required=("name", "birth", "id", "sex"),
    available=EVERYTHING,
)


def pattern(**levels: str) -> int:
    return sum(FIELD[name].levels.index(level) << FIELD[name].shift for name, level in levels.items())


def held(count: int, *, value: bool = True) -> Held:
    return Held(*(np.full(count, value) for _ in range(4)))


def sure(count: int, probability: float = 1.0, bits: float = 40.0) -> Posterior:
    table = np.zeros((count, 10))
    table[:, 0] = probability
    return Posterior(table, np.full(count, bits), np.full(count, np.nan), np.zeros(count), np.full(count, 1.0 - probability))


def decided(best: int, who: Held | None = None, post: Posterior | None = None, rule: StatusRule = RULE) -> Decision:
    return decide(np.array([best]), np.array([True]), post or sure(1), who or held(1, value=False), FIELDS, rule)


def status(best: int, who: Held | None = None, post: Posterior | None = None, rule: StatusRule = RULE) -> str:
    return ("full", "partial", "none")[int(decided(best, who, post, rule).status[0])]


def reasons(best: int, who: Held, post: Posterior | None = None) -> list[str]:
    post = post or sure(1)
    zero = np.zeros(1, np.uint8)
    lists = reason_lists(
        decided(best, who, post), np.array([best]), who, zero, zero.astype(np.uint32), np.array([True]), post.nobody, FIELDS
    )
    codes: list[str] = lists[0].as_py()
    return codes


def test_name_and_full_birth_date_are_enough_for_full() -> None:
    assert status(pattern(name="exact", birth="date")) == "full"


def test_name_and_birth_year_are_partial_however_sure() -> None:
    assert status(pattern(name="exact", birth="year")) == "partial"


@pytest.mark.parametrize("birth", ["both_default", "finer_than_year"])
def test_a_year_that_is_all_one_side_knows_agrees_and_is_no_full_date(birth: str) -> None:
    assert status(pattern(name="exact", birth=birth, personal_id="equal")) == "full"
    assert status(pattern(name="exact", birth=birth)) == "partial"


def test_a_day_against_the_citizens_first_of_january_is_never_full() -> None:
    best = pattern(name="exact", birth="finer_than_default", personal_id="equal")
    assert status(best) == "partial"
    assert "birth_finer_than_default" in reasons(best, held(1))


def test_name_and_number_are_enough_for_full() -> None:
    assert status(pattern(name="exact", old_id="equal")) == "full"


def test_a_name_without_marks_is_not_full_and_says_why() -> None:
    best = pattern(name="unmarked", birth="date", sex="same")
    who = Held(np.array([True]), np.array([True]), np.array([False]), np.array([False]))
    assert status(best, who) == "partial"
    assert reasons(best, who) == ["name_unmarked"]


def test_a_number_that_the_citizen_lacks_is_not_agreement() -> None:
    best = pattern(name="exact", birth="date")
    who = Held(np.array([True]), np.array([False]), np.array([False]), np.array([True]))
    assert status(best, who) == "partial"
    assert reasons(best, who) == ["old_id_not_comparable"]


def test_a_column_that_the_population_register_does_not_have_is_not_asked_for() -> None:
    best = pattern(name="exact", birth="date")
    who = Held(np.array([True]), np.array([False]), np.array([False]), np.array([True]))
    rule = StatusRule(11.0, 0.5, 10, RULE.required, EVERYTHING - {"old_id"})
    assert status(best, who, rule=rule) == "full"


def test_another_address_never_blocks_full() -> None:
    assert status(pattern(name="exact", birth="date", place="other")) == "full"


def test_odds_below_the_threshold_are_partial() -> None:
    best = pattern(name="exact", birth="date")
    who = Held(np.array([True]), np.array([False]), np.array([False]), np.array([False]))
    post = sure(1, 0.98, 5.6)
    assert status(best, who, post) == "partial"
    assert reasons(best, who, post) == ["below_threshold"]


def test_a_short_list_that_reaches_one_half_is_partial() -> None:
    post = sure(1, 0.2, -2.0)
    post.probability[:, 1:4] = 0.2
    assert status(pattern(name="exact"), post=post) == "partial"


def test_candidates_that_do_not_reach_one_half_are_none() -> None:
    assert status(pattern(name="exact"), post=sure(1, 0.3, -1.2)) == "none"


levels = st.fixed_dictionaries({f.name: st.sampled_from(f.levels) for f in FIELDS})


@given(levels, st.booleans(), st.sets(st.sampled_from(sorted(RULE.required))), st.sets(st.sampled_from(sorted(EVERYTHING))))
def test_a_contradiction_is_never_full_whatever_the_rule_requires(chosen, holds, required, available) -> None:  # type: ignore[no-untyped-def]
    rule = StatusRule(-100.0, 0.0, 10, tuple(required), frozenset(available))
    contradicts = any(chosen[name] in names for name, names in CONTRADICTS.items())
    result = status(pattern(**chosen), held(1, value=holds), rule=rule)
    if contradicts:
        assert result != "full"


@pytest.mark.parametrize("name", ["birth", "personal_id"])
def test_every_level_of_a_date_or_a_personal_id_agrees_or_contradicts_or_lacks_a_side(name: str) -> None:
    one_sided = {"birth": {"missing"}, "personal_id": {"missing", "fits", "contradicts"}}[name]
    parts = [set(AGREES[name]), set(CONTRADICTS[name]), one_sided]
    assert set.union(*parts) == set(FIELD[name].levels)
    assert sum(map(len, parts)) == len(FIELD[name].levels)


@given(levels)
def test_full_always_rests_on_a_number_or_a_full_birth_date(chosen: dict[str, str]) -> None:
    if status(pattern(**chosen)) == "full":
        assert "equal" in (chosen["personal_id"], chosen["old_id"]) or chosen["birth"] == "date"


@given(levels)
def test_a_partial_link_always_has_a_reason(chosen: dict[str, str]) -> None:
    best = pattern(**chosen)
    if status(best, held(1)) == "partial":
        assert reasons(best, held(1))


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_a_stable_identifier_with_a_meaning(code: str) -> None:
    assert code.isidentifier()
    assert len(CODES[code]) > 10


# What clerks' labels taught in place of the rule


def learned(best: int, answer: bool, who: Held | None = None, post: Posterior | None = None) -> Decision:
    return decide(
        np.array([best]), np.array([True]), post or sure(1), who or held(1, value=False), FIELDS, RULE, np.array([answer])
    )


def test_what_labels_taught_takes_the_place_of_the_rule() -> None:
    unmarked = pattern(name="unmarked", birth="year")
    assert learned(unmarked, True).status[0] == 0
    assert learned(pattern(name="exact", birth="date"), False).status[0] == 1


def test_a_pair_that_only_clerks_call_partial_says_so() -> None:
    best, who, zero = pattern(name="exact", birth="date"), held(1, value=False), np.zeros(1, np.uint8)
    lists = reason_lists(
        learned(best, False), np.array([best]), who, zero, zero.astype(np.uint32), np.array([True]), np.zeros(1), FIELDS
    )
    assert lists[0].as_py() == ["learned_partial"]
    assert "learned_partial" in CODES


@pytest.mark.parametrize(
    ("rarity", "birth", "code"),
    [
        ("r20", False, "too_many_namesakes"),
        ("r20", True, "no_candidate"),
        ("r19", False, "no_candidate"),
        ("r54", False, "too_many_namesakes"),
        ("nobody_8", False, "no_candidate"),
    ],
)
def test_who_has_only_a_name_that_many_bear_is_told_that_it_is_too_many(rarity: str, birth: bool, code: str) -> None:
    best, zero = pattern(rarity=rarity), np.zeros(1, np.uint8)
    who = Held(np.array([birth]), *(np.zeros(1, bool) for _ in range(3)))
    nobody = np.array([False])
    decision = decide(np.array([best]), nobody, sure(1, 0.0, -40.0), who, FIELDS, RULE)
    lists = reason_lists(decision, np.array([best]), who, zero, zero.astype(np.uint32), nobody, np.ones(1), FIELDS)
    assert lists[0].as_py() == [code]


@pytest.mark.parametrize(("name", "level"), [(name, level) for name, levels in CONTRADICTS.items() for level in levels])
def test_labels_never_make_a_contradiction_full(name: str, level: str) -> None:
    best = pattern(**{"name": "exact", "birth": "date", "personal_id": "equal", name: level})
    assert learned(best, True).status[0] == 1


def test_labels_never_lower_the_threshold_of_full() -> None:
    assert learned(pattern(name="exact", birth="date"), True, post=sure(1, 0.99, 6.6)).status[0] == 1


def test_a_threshold_is_reached_at_its_value_and_nobody_without_candidates_reaches_one() -> None:
    share = np.array([[0.5, 0.0], [0.3, 0.2], [np.nextafter(0.5, 0.0), 0.0], [0.0, 0.0]])
    post = Posterior(share, np.array([11.0, 12.0, 10.9, np.nan]), np.full(4, np.nan), np.zeros(4), 1.0 - share.sum(1))
    rule = StatusRule(11.0, 0.5, 10, (), EVERYTHING, log_odds_full_without_id=12.0)
    assert [side.tolist() for side in Sides.of(post, rule)] == [
        [True, True, False, False],
        [False, True, False, False],
        [True, False, False, False],
        [True, True, False, False],
    ]
    alone = StatusRule(11.0, 0.5, 1, (), EVERYTHING)
    assert Sides.of(post, alone).together.tolist() == [True, False, False, False]
