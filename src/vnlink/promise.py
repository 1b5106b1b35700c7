"""The hook of a promised share of wrong full links: what is held out from learning, and the thresholds that a sample proves.

Fulls with and without an agreeing number are promised apart, each with the whole confidence. What speaks for them:

without a number
    clerks' labels that were not learned from, where they are enough; else persons confirmed by their number, with it hidden
    (:mod:`vnlink.hiding`).
with a number
    the labels; else persons with two numbers, of which one is hidden and tells whether the other led to the right citizen.
    Where neither is enough nothing is promised of them, they keep the threshold of ``probability_full``, and the manifest says
    so.

The choice between the two looks at how many citizens there are, never at who was right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.training import KeptOut
from vnlink.compare.patterns import FIELDS
from vnlink.decide.guarantee import GRID, Promise, choose_threshold, citizens_needed
from vnlink.decide.policy import Held, StatusRule, decide
from vnlink.decide.posterior import Posterior
from vnlink.decide.ranking import Ranking
from vnlink.errors import InputError, message
from vnlink.hashing import shares
from vnlink.hiding import Hidden, LeftOut
from vnlink.labels import Labels
from vnlink.persons import PersonTable
from vnlink.rows import distinct

__all__ = ["GROUPS", "HoldOut", "Trials", "hidden_trials", "hold_out", "judge", "labelled_trials", "promised"]

GROUPS = ("without_id", "with_id")
_HALF = 0x68616C66
"""Salt of the hash by which half of the citizens are held out. It is the same in every run, so that a model that was trained
with the half held out can be promised about later."""


_DOUBT = 10.0
"""A full link may be ten times as doubtful as the share that is promised of all, by its own probability, and no more."""


@dataclass(slots=True)
class HoldOut:
    """Half of the citizens, and all land users in which one of them is known by number, kept out of learning.

    Their other rows may be in the sample. There no citizen of that half counts as somebody's right one
    (:attr:`vnlink.classify.training.TrainingPairs.held_out`): a person whom a date, or everything together, finds to be one
    of them teaches nothing but how many persons are in the register at all.

    Attributes
    ----------
    persons : KeptOut
        Land persons and citizens of whom nothing is learned.
    learned, judging : Labels
        Labels to learn from, and those that only judge.
    whole : bool
        Whether the citizens are the whole half: no label of it was learned from.
    """

    persons: KeptOut
    learned: Labels
    judging: Labels
    whole: bool


@dataclass(slots=True)
class Trials:
    """Rows that are full but for the threshold, and whose right link is known, as
    :func:`vnlink.decide.guarantee.citizens_at` counts them.
    """

    log_odds: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    citizen: NDArray[np.int64]
    source: str

    @property
    def citizens(self) -> int:
        """Number of independent trials."""
        return len(distinct(self.citizen))


def _held_by_some(numbers: NDArray[np.int64], known: NDArray[np.int64], some: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each number is that of some of the rows marked in ``some``; a number may stand in several rows."""
    order = np.argsort(known)
    marked = np.append(0, np.cumsum(some[order]))
    known = known[order]
    first, last = (np.searchsorted(known, numbers, side) for side in ("left", "right"))
    return np.asarray((numbers >= 0) & (marked[last] > marked[first]))


def _select(labels: Labels, rows: NDArray[np.bool_]) -> Labels:
    return Labels(labels.person[rows], labels.citizen[rows], labels.right[rows], labels.full[rows])


def hold_out(land: PersonTable, citizens: PersonTable, labels: Labels, needed: int) -> HoldOut:
    """Hold half of the citizens out of learning, with the land users of whose numbers any is one of theirs.

    Labels of that half are held out where they are enough for a promise (``needed`` persons); otherwise all are learned from,
    and the persons and citizens they name judge nothing.
    """
    half = shares(citizens.column("key"), _HALF) < 0.5
    told = labels.right | (labels.citizen < 0)
    nobody = shares(land.column("key")[labels.person], _HALF) < 0.5
    judging = told & np.where(labels.citizen >= 0, half[np.maximum(labels.citizen, 0)], nobody)
    enough = len(np.unique(labels.person[judging])) >= needed
    if not enough:
        judging = np.zeros(len(labels), bool)
        half[labels.citizen[labels.right]] = False
    row = land.column("row")
    marked = np.zeros(int(row.max(initial=0)) + 1, bool)
    for theirs, known in zip(land.numbers(), citizens.numbers(), strict=True):
        marked[row[_held_by_some(theirs, known, half)]] = True
    marked[row[labels.person[judging]]] = True
    if not enough:
        marked[row[labels.person]] = False
    persons = marked[row]
    learned = _select(labels, ~persons[labels.person])
    return HoldOut(KeptOut(persons, half), learned, _select(labels, judging), enough or not len(labels))


def judge(
    ranking: Ranking, post: Posterior, held: Held, rule: StatusRule
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]:
    """Say who is full but for the threshold, whether a number agrees, and the log-odds; an entry a person."""
    every = np.arange(len(ranking.tail))
    lax = replace(rule, log_odds_full=-np.inf, log_odds_full_without_id=None)
    decision = decide(ranking.patterns(every, 0), ranking.citizen[:, 0] >= 0, post, held, FIELDS, lax)
    return decision.status == 0, decision.number_agrees, post.log_odds


def labelled_trials(
    persons: NDArray[np.int64],
    who: NDArray[np.int64],
    ranking: Ranking,
    judged: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]],
) -> dict[str, Trials]:
    """Trials of both groups from persons whose labels were not learned from, each once; ``who`` is -1 for nobody."""
    full, number, log_odds = judged
    wrong = ranking.citizen[:, 0] != who
    unit = np.where(who >= 0, who, -1 - persons)
    return {
        group: Trials(log_odds[rows], wrong[rows], unit[rows], "labels")
        for group, rows in (("without_id", full & ~number), ("with_id", full & number))
    }


def hidden_trials(
    hidden: Hidden, judged: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]], group: str
) -> Trials:
    """Trials of one group from persons whose number, or one of two, is hidden."""
    full, number, log_odds = judged
    rows = full & (number == (group == "with_id"))
    source = "number hidden" if group == "without_id" else "one of two numbers hidden"
    return Trials(log_odds[rows], ~hidden.right[rows], hidden.citizen[rows], source)


def promised(
    trials: dict[str, list[Trials]], left_out: LeftOut, rule: StatusRule, max_wrong: float, confidence: float
) -> tuple[StatusRule, dict[str, Any]]:
    """Set the thresholds of full that keep the promise.

    Parameters
    ----------
    trials : dict of str to list of Trials
        For each group what may speak for it, the better first.
    left_out : LeftOut
        Persons who have a number of a citizen and are not confirmed by it.
    rule : StatusRule
        With the threshold for fulls of which nothing is promised.
    max_wrong, confidence : float

    Returns
    -------
    StatusRule, dict
        The rule, and what the manifest says.

    Raises
    ------
    InputError
        Nothing can be promised of fulls without a number.
    """
    needed = citizens_needed(max_wrong, confidence)
    told: dict[str, Any] = {}
    found: dict[str, Promise | None] = {}
    # No single link may be much more doubtful than what is promised of all: the surer ones would pay for it.
    doubt = min(_DOUBT * max_wrong, 0.5)
    least = float(np.log2((1.0 - doubt) / doubt))
    grid = GRID[least <= GRID]
    for group in GROUPS:
        best = next((one for one in trials[group] if one.citizens >= needed), max(trials[group], key=lambda t: t.citizens))
        found[group] = choose_threshold(
            best.log_odds, best.wrong, best.citizen, max_wrong=max_wrong, confidence=confidence, grid=grid
        )
        told[group] = _told(best, found[group])
    without = found["without_id"]
    if without is None:
        raise _refusal(told["without_id"]["sample_citizens"], needed)
    numbered = found["with_id"]
    if numbered is None:
        told["with_id"]["log_odds_full"] = rule.log_odds_full
    rule = replace(
        rule,
        log_odds_full=rule.log_odds_full if numbered is None else numbered.log_odds,
        log_odds_full_without_id=without.log_odds,
    )
    facts = {
        "max_wrong_full": max_wrong,
        "confidence": confidence,
        "counted": "citizens: one is wrong when any of its full links is",
        "citizens_needed_if_none_is_wrong": needed,
        "groups": told,
        "left_out_as_disputed": left_out.disputed,
        "left_out_as_shared": left_out.shared,
    }
    return rule, facts


_HOLDS_FOR = {
    "labels": "persons like those whom the clerks judged",
    "number hidden": "persons like those whose number confirms who they are, and as often absent as the model believes",
    "one of two numbers hidden": "persons like those who have two numbers, all in the register: no absent person judges",
}


def _told(best: Trials, promise: Promise | None) -> dict[str, Any]:
    if promise is not None:
        return {"promised": True, "from": best.source, "holds_for": _HOLDS_FOR[best.source], "sample_citizens": best.citizens,
                **promise.to_dict()}  # fmt: skip
    why = "the sample does not prove it; these links keep the threshold of probability_full"
    wrong = len(np.unique(best.citizen[best.wrong]))
    return {"promised": False, "from": best.source, "why": why, "sample_citizens": best.citizens, "sample_wrong": wrong}


def _refusal(citizens: int, needed: int) -> InputError:
    remedy = "promise less (--max-wrong-full, --confidence), give more --labels, or leave the promise out"
    if citizens < needed:
        what = (
            f"the promise needs {needed:,} citizens whose right link is known and was not learned from, all of them right, "
            f"and only {citizens:,} of them are candidates of full without a number"
        )
    else:
        what = f"too many of the {citizens:,} citizens whose right link is known are wrong at every threshold of full"
    return InputError(message(what, remedy=remedy))
