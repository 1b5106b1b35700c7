"""Persons whose number says who they are, linked again as if it did not.

A land person whose number leads to one citizen, and whom everything together finds to be that citizen, is as good as labelled.
With the number hidden the person looks like those who have none, and how often the right citizen is still found can be counted.
Two things have to be put right:

- such a person is always in the register. So the right citizen is taken away from a part of them, as large as the part of
  persons of these circumstances that is absent. The model knows how many are in the register *and* among the candidates; of the
  confirmed it is known how many are among the candidates without their number, so the one is divided by the other. The part is
  chosen by a hash of the citizen.
- a number is sometimes that of somebody else, a spouse or a slip. Where name, date and place speak against its holder, or
  several citizens hold it, who is right is not known, and the person is left out and counted (:class:`LeftOut`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vnlink.classify.scorer import Scorer
from vnlink.compare.patterns import FIELDS, same_name
from vnlink.decide.policy import Held
from vnlink.decide.posterior import posterior
from vnlink.decide.ranking import LOWER, Ranking
from vnlink.hashing import shares
from vnlink.kernels import kernel
from vnlink.schema import SEX_MISSING, People

__all__ = ["NUMBERS", "Confirmed", "Hidden", "LeftOut", "confirmed_by_number", "hide", "held_by", "without_citizens"]

NUMBERS = tuple(f for f in FIELDS if f.name in ("personal_id", "old_id"))
_PERSONAL, _OLD = NUMBERS
_RARITY = FIELDS[-1]
_EQUAL = 1
_CONFIRMED = 0.99
"""Probability, the number included, from which its holder is taken for the person."""

_KNOCK_OUT = 0x6B6E6F636B
"""Salt of the hash that takes citizens away: no other sample is drawn by it."""

_KNOCK_OUT_TO_LEARN = 0x6C6561726E
"""Another one: what was learned is not judged by the same draw."""

_BELIEVED = 5.0
"""Persons for which the belief counts that blocking finds everybody."""

_BLOCK = 1 << 18
_MEANS = 1 << 32
_SIDE_BY_SIDE = 2
_NO_SCORE = np.iinfo(np.int32).min


@dataclass(slots=True)
class LeftOut:
    """Persons who have a number of a citizen and are not confirmed by it; d entries in order of the persons.

    Attributes
    ----------
    person, citizen : int64[d]
        The persons, and the likeliest citizen with their number: they are drawn and held out by it, as the confirmed are.
    several : bool[d]
        Whether several candidates have the number. Otherwise the rest of the record speaks against the only one: another
        candidate is likelier, or all together do not make it sure.
    """

    person: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    citizen: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    several: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, bool))

    @property
    def disputed(self) -> int:
        """How many have a number whose only holder the rest of the record speaks against."""
        return int(np.count_nonzero(~self.several))

    @property
    def shared(self) -> int:
        """How many have a number that several citizens hold."""
        return int(np.count_nonzero(self.several))

    def take(self, chosen: NDArray[np.bool_]) -> LeftOut:
        """Return some of them."""
        return LeftOut(self.person[chosen], self.citizen[chosen], self.several[chosen])

    @classmethod
    def joined(cls, parts: list[LeftOut]) -> LeftOut:
        """Put the persons of parts of a land side behind each other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("person", "citizen", "several")))


@dataclass(slots=True)
class Confirmed:
    """Persons whose number says who they are; c entries in order of the persons.

    Attributes
    ----------
    person, citizen : int64[c]
    ranking : Ranking
        Their candidates, numbers seen.
    found : bool[c]
        Whether blocking brings the citizen without any number.
    rarity_without : int64[c]
        Rarity of each person's name if one of its bearers were not in the population.
    left_out : LeftOut
        Of the same land persons and citizens, who are not confirmed by the number that they have.
    """

    person: NDArray[np.int64]
    citizen: NDArray[np.int64]
    ranking: Ranking
    found: NDArray[np.bool_]
    rarity_without: NDArray[np.int64]
    left_out: LeftOut = field(default_factory=LeftOut)

    def __len__(self) -> int:
        return len(self.person)

    def take(self, chosen: NDArray[np.bool_], left_out: LeftOut) -> Confirmed:
        """Return some of them, beside whom others are left out."""
        at = np.flatnonzero(chosen)
        ranking = self.ranking.take(at)
        return Confirmed(self.person[at], self.citizen[at], ranking, self.found[at], self.rarity_without[at], left_out)

    @classmethod
    def joined(cls, parts: list[Confirmed]) -> Confirmed:
        """Put the persons of parts of a land side behind each other."""
        columns = ("person", "citizen", "found", "rarity_without")
        person, citizen, found, rarity = (np.concatenate([getattr(part, name) for part in parts]) for name in columns)
        ranking = Ranking.joined([part.ranking for part in parts])
        return cls(person, citizen, ranking, found, rarity, LeftOut.joined([part.left_out for part in parts]))


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


@kernel
def _agreeing(table, shared, shifts, masks, counts, agreeing, holder):  # type: ignore[no-untyped-def]
    """Count the candidates of each person with whom a number agrees, and note the citizen of the first of them."""
    for i in range(len(table)):
        for j in range(table.shape[1]):
            if table[i, j, 1] < 0:
                break
            pattern = np.int64(table[i, j, 2]) | shared[i]
            if counts[(pattern >> shifts[0]) & masks[0], (pattern >> shifts[1]) & masks[1]]:
                if agreeing[i] == 0:
                    holder[i] = table[i, j, 1]
                agreeing[i] += 1


def _agree(number: str | None) -> NDArray[np.bool_]:
    """By level of the new and of the old number: whether a number agrees and the new one does not speak against it."""
    personal, old = np.indices((1 << _PERSONAL.bits, 1 << _OLD.bits))
    different = [level for level, name in enumerate(_PERSONAL.levels) if name.startswith("different")]
    by_old = (old == _EQUAL) & ~np.isin(personal, different)
    return {"personal_id": personal == _EQUAL, "old_id": by_old, None: (personal == _EQUAL) | by_old}[number]


def confirmed_by_number(
    ranking: Ranking, present: NDArray[np.float64], evidence: NDArray[np.uint8], number: str | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], LeftOut]:
    """List the persons whom a number confirms, their citizens, and who has a citizen's number and is not confirmed by it.

    Parameters
    ----------
    ranking : Ranking
        With the numbers seen.
    present : float64[CIRCUMSTANCES]
        Probability that a person is in the register and among the candidates, by circumstances.
    evidence : uint8[n]
        Circumstances of the persons.
    number : {"personal_id", "old_id"}, optional
        Only this one counts; either when not given.
    """
    shifts, masks = (np.array(n, np.int64) for n in zip(*((f.shift, (1 << f.bits) - 1) for f in NUMBERS), strict=True))
    counts = _agree(number)

    def of_block(low: int) -> tuple[NDArray[np.int64], NDArray[np.int64], LeftOut]:
        part = ranking.part(low, low + _BLOCK)
        agreeing, holder = np.zeros(len(part), np.int32), np.full(len(part), -1, np.int64)
        _agreeing(part.table, part.shared, shifts, masks, counts, agreeing, holder)
        one = np.flatnonzero((agreeing == 1) & (holder == part.citizen[:, 0]))
        post = posterior(part.take(one), present[evidence[low + one]])
        sure = one[post.probability[:, 0] >= _CONFIRMED]
        others = agreeing > 0
        others[sure] = False
        at = np.flatnonzero(others)
        return low + sure, holder[sure], LeftOut(low + at, holder[at], agreeing[at] > 1)

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        found = list(pool.map(of_block, range(0, max(len(ranking), 1), _BLOCK)))
    person, citizen = (np.concatenate([one[i] for one in found]) for i in range(2))
    return person, citizen, LeftOut.joined([one[2] for one in found])


def hide(
    confirmed: Confirmed,
    scorer: Scorer,
    present: NDArray[np.float64],
    evidence: NDArray[np.int64],
    citizen_key: NDArray[np.uint64],
    fields: tuple[str, ...] = ("personal_id", "old_id"),
    *,
    together: bool = False,
    careful: bool = False,
) -> Hidden:
    """Rank confirmed persons again, with numbers hidden and a part of the right citizens taken away.

    Parameters
    ----------
    confirmed : Confirmed
        It is not changed.
    scorer
        The scores of the model.
    present : float64[c]
        Probability that a person of these circumstances, number hidden, is in the register and among the candidates.
    evidence : int64[c]
        Kind of evidence of each, number hidden: of each kind it is counted how many are among the candidates.
    citizen_key : uint64[m]
        Hashes of the citizens' ids: they break ties and draw the part that is taken away.
    fields : tuple of str
        Numbers to hide. Where one is left, nobody is taken away: the sample speaks of wrong numbers only.
    together : bool
        Take a citizen away for all persons or for none, as often as for its persons in the mean, and from everybody's
        candidates. Otherwise each person is one of its own.
    careful : bool
        Take as many away as are absent *or* not found: more than there are.
    """
    person, right = confirmed.person, confirmed.citizen
    all_hidden = len(fields) == len(NUMBERS)
    found = confirmed.found if all_hidden else np.ones(len(person), bool)
    in_register = present if careful else present / _share_found(found, evidence)
    if together:
        in_register = _means(np.minimum(in_register, 1.0), right)
    salt = _KNOCK_OUT_TO_LEARN if careful else _KNOCK_OUT
    absent = (shares(citizen_key[right], salt) >= in_register) & all_hidden
    ranking = confirmed.ranking
    held = np.int64(0)
    for f in NUMBERS:
        if f.name in fields:
            held |= np.int64(((1 << f.bits) - 1) << f.shift)
    # Who is not in the register adds nothing to the bearers of the own name, where the register has it under that name.
    bears = ((ranking.table[:, :, 1] == right[:, None]) & same_name(ranking.table[:, :, 2].astype(np.int64))).any(axis=1)
    shared = np.where(absent & bears, confirmed.rarity_without << _RARITY.shift, ranking.shared)
    hidden = Ranking(ranking.rows.copy(), shared)
    table = hidden.table
    lost = absent | ~found
    row, rank = np.nonzero(table[:, :, 1] >= 0)
    patterns = (table[row, rank, 2] & LOWER & ~held) | shared[row]
    table[row, rank, 2] = patterns & LOWER
    table[row, rank, 0] = scorer.scores(patterns)
    gone = (table[:, :, 1] == right[:, None]) & lost[:, None]
    if together:
        gone |= np.isin(table[:, :, 1], right[absent])
    _drop(table, gone, citizen_key)
    return Hidden(person, right, absent, hidden)


def _means(share: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean of each group, of whole numbers, so that no order of the rows shows."""
    _, at, size = np.unique(group, return_inverse=True, return_counts=True)
    total = np.zeros(len(size), np.int64)
    np.add.at(total, at, np.rint(share * _MEANS).astype(np.int64))
    return np.asarray((total / size / _MEANS)[at])


def _drop(table: NDArray[np.int32], gone: NDArray[np.bool_], citizen_key: NDArray[np.uint64]) -> None:
    """Let go of candidates, and put the others in order again."""
    table[gone, 0], table[gone, 1] = _NO_SCORE, -1
    key = np.where(table[:, :, 1] >= 0, citizen_key[np.maximum(table[:, :, 1], 0)], np.uint64(0))
    order = np.lexsort((key, -table[:, :, 0].astype(np.int64)), axis=1)
    table[:] = np.take_along_axis(table, order[:, :, None], axis=1)


def without_citizens(ranking: Ranking, gone: NDArray[np.bool_], citizen_key: NDArray[np.uint64]) -> Ranking:
    """Return a ranking in which nobody has any of the citizens for a candidate.

    Parameters
    ----------
    ranking : Ranking
        It is not changed.
    gone : bool[m]
    citizen_key : uint64[m]
        Hashes of the citizens' ids; they break ties.
    """
    left = Ranking(ranking.rows.copy(), ranking.shared)
    citizen = left.citizen
    _drop(left.table, (citizen >= 0) & gone[citizen], citizen_key)
    return left


def _share_found(found: NDArray[np.bool_], evidence: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share of the persons of each one's kind of evidence whom blocking finds, float64[c]; a few count as if all were found."""
    size = int(evidence.max(initial=0)) + 1
    hits = np.bincount(evidence, weights=found, minlength=size) + _BELIEVED
    return np.asarray((hits / (np.bincount(evidence, minlength=size) + _BELIEVED))[evidence])


def held_by(people: People, hidden: tuple[str, ...] = ()) -> Held:
    """Say what the land register holds of persons, without the numbers that are hidden."""
    return Held(
        people.birth > 0,
        people.sex != SEX_MISSING,
        (people.personal_id >= 0) & ("personal_id" not in hidden),
        (people.old_id >= 0) & ("old_id" not in hidden),
    )
