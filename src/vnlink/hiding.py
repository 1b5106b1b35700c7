"""Persons whose number says who they are, linked again as if it did not.

A land person whose number leads to one citizen, and whom everything together finds to be that citizen, is as good as labelled.
With the number hidden the person looks like those who have none, and how often the right citizen is still found can be counted.
Two things have to be put right:

- such a person is always in the register. So the right citizen is taken away from a part of them, as large as the part of
  persons of these circumstances that is absent. The model knows how many are in the register *and* among the candidates; of the
  confirmed it is known how many are among the candidates without their number, so the one is divided by the other. The part is
  chosen by a hash of the citizen.
- a number is sometimes that of somebody else, a spouse or a slip. Where name, date and place speak against its holder
  (``DISPUTED`` below), who is right is not known, and the person is left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vnlink.compare.patterns import FIELDS
from vnlink.decide.policy import Held
from vnlink.decide.posterior import Posterior
from vnlink.decide.ranking import Ranking
from vnlink.hashing import shares
from vnlink.schema import SEX_MISSING, People, field_levels

__all__ = ["NUMBERS", "Confirmed", "Hidden", "confirmed_by_number", "hide", "held_by"]

NUMBERS = tuple(f for f in FIELDS if f.name in ("personal_id", "old_id"))
_PERSONAL, _OLD = NUMBERS
_RARITY = FIELDS[-1]
_EQUAL = 1
_CONFIRMED = 0.99
"""Probability, the number included, from which its holder is taken for the person."""

_KNOCK_OUT = 0x6B6E6F636B
"""Salt of the hash that takes citizens away: no other sample is drawn by it."""

_BELIEVED = 5.0
"""Persons for which the belief counts that blocking finds everybody."""

_NO_SCORE = np.iinfo(np.int32).min


class Finder(Protocol):
    """What is asked of an engine."""

    def found_without_number(self, person: NDArray[np.int64], citizen: NDArray[np.int64]) -> NDArray[np.bool_]: ...

    def rarity_without(self, person: NDArray[np.int64]) -> NDArray[np.int64]: ...


class Scorer(Protocol):
    """Scores of patterns in whole units."""

    def scores(self, patterns: NDArray[np.int64]) -> NDArray[np.int32]: ...


@dataclass(slots=True)
class Confirmed:
    """Persons whose number says who they are; entries in order of the persons.

    Attributes
    ----------
    person, citizen : int64[c]
    disputed : int
        Persons left out because the rest of the record speaks against the holder of the number.
    """

    person: NDArray[np.int64]
    citizen: NDArray[np.int64]
    disputed: int

    def take(self, rows: NDArray[np.bool_]) -> Confirmed:
        """Return some of them."""
        return Confirmed(self.person[rows], self.citizen[rows], self.disputed)


@dataclass(slots=True)
class Hidden:
    """Confirmed persons as they are ranked without their number.

    Attributes
    ----------
    person, citizen : int64[s]
        The persons, and who they are.
    absent : bool[s]
        Whether the citizen was taken away.
    ranking : Ranking
        Of s persons.
    """

    person: NDArray[np.int64]
    citizen: NDArray[np.int64]
    absent: NDArray[np.bool_]
    ranking: Ranking

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the best candidate is the person."""
        return np.asarray((self.ranking.citizen[:, 0] == self.citizen) & ~self.absent)


def confirmed_by_number(ranking: Ranking, post: Posterior, number: str | None = None) -> Confirmed:
    """List the persons whom a number confirms.

    Parameters
    ----------
    ranking, post : Ranking, Posterior
        With the numbers seen.
    number : {"personal_id", "old_id"}, optional
        Only this one counts; either when not given.
    """
    person, rank = np.nonzero(ranking.citizen >= 0)
    patterns = ranking.patterns(person, rank)
    personal, old = field_levels(patterns, _PERSONAL), field_levels(patterns, _OLD)
    different = [level for level, name in enumerate(_PERSONAL.levels) if name.startswith("different")]
    by_old = (old == _EQUAL) & ~np.isin(personal, different)
    equal = {"personal_id": personal == _EQUAL, "old_id": by_old, None: (personal == _EQUAL) | by_old}[number]
    agreeing = np.bincount(person[equal], minlength=len(ranking.tail))
    first = np.zeros(len(agreeing), bool)
    first[person[equal & (rank == 0)]] = True
    sure = first & (agreeing == 1) & (post.probability[:, 0] >= _CONFIRMED)
    chosen = np.flatnonzero(sure)
    return Confirmed(chosen, ranking.citizen[chosen, 0].astype(np.int64), int(np.count_nonzero((agreeing > 0) & ~sure)))


def hide(
    ranking: Ranking,
    confirmed: Confirmed,
    finder: Finder,
    scorer: Scorer,
    present: NDArray[np.float64],
    evidence: NDArray[np.int64],
    citizen_key: NDArray[np.uint64],
    fields: tuple[str, ...] = ("personal_id", "old_id"),
) -> Hidden:
    """Rank confirmed persons again, with numbers hidden and a part of the right citizens taken away.

    Parameters
    ----------
    ranking : Ranking
        Of all persons, numbers seen. It is not changed.
    confirmed : Confirmed
    finder, scorer
        The engine, and the scores of the model.
    present : float64[c]
        Probability that a person of these circumstances, number hidden, is in the register and among the candidates.
    evidence : int64[c]
        Kind of evidence of each, number hidden: of each kind it is counted how many are among the candidates.
    citizen_key : uint64[m]
        Hashes of the citizens' ids: they break ties and draw the part that is taken away.
    fields : tuple of str
        Numbers to hide. Where one is left, nobody is taken away: the sample speaks of wrong numbers only.
    """
    person, right = confirmed.person, confirmed.citizen
    all_hidden = len(fields) == len(NUMBERS)
    found = finder.found_without_number(person, right) if all_hidden else np.ones(len(person), bool)
    in_register = present / _share_found(found, evidence)
    absent = (shares(citizen_key[right], _KNOCK_OUT) >= in_register) & all_hidden
    table = ranking.table[person]
    shared = ranking.shared[person]
    held = np.int64(0)
    for f in NUMBERS:
        if f.name in fields:
            held |= np.int64(((1 << f.bits) - 1) << f.shift)
    # Who is not in the register adds nothing to the bearers of the own name.
    shared = np.where(absent, finder.rarity_without(person) << _RARITY.shift, shared)
    lost = absent | ~found
    row, rank = np.nonzero(table[:, :, 1] >= 0)
    patterns = (table[row, rank, 2].astype(np.int64) & ~held) | shared[row]
    table[row, rank, 2] = patterns & ((np.int64(1) << 31) - 1)
    table[row, rank, 0] = scorer.scores(patterns)
    gone = (table[:, :, 1] == right[:, None]) & lost[:, None]
    table[gone, 0], table[gone, 1] = _NO_SCORE, -1
    key = np.where(table[:, :, 1] >= 0, citizen_key[np.maximum(table[:, :, 1], 0)], np.uint64(0))
    order = np.lexsort((key, -table[:, :, 0].astype(np.int64)), axis=1)
    table = np.take_along_axis(table, order[:, :, None], axis=1)
    return Hidden(person, right, absent, Ranking(table, shared, ranking.tail[person], ranking.candidates[person]))


def _share_found(found: NDArray[np.bool_], evidence: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the persons of each one's kind of evidence whom blocking finds, float64[c]; a few count as if all were found."""
    size = int(evidence.max(initial=0)) + 1
    hits = np.bincount(evidence, weights=found, minlength=size) + _BELIEVED
    return np.asarray((hits / (np.bincount(evidence, minlength=size) + _BELIEVED))[evidence])


def held_by(people: People, person: NDArray[np.int64], hidden: tuple[str, ...] = ()) -> Held:
    """Say what the land register holds of some persons, without the numbers that are hidden."""
    return Held(
        people.birth[person] > 0,
        people.sex[person] != SEX_MISSING,
        (people.personal_id[person] >= 0) & ("personal_id" not in hidden),
        (people.old_id[person] >= 0) & ("old_id" not in hidden),
    )
