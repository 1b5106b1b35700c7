"""What a run learns about itself after ranking: the thresholds of a promise, and the facts of an audit.

Both come from persons confirmed by their number, linked again without it (:mod:`vnlink.hiding`). A promise takes all of those
from whom nothing was learned; the audit of a run without a promise takes a sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.classify.presence import evidence_kinds, without_number
from vnlink.compare.patterns import FIELDS
from vnlink.decide.policy import Held, StatusRule, decide
from vnlink.decide.posterior import Posterior, posterior
from vnlink.decide.ranking import Ranking
from vnlink.hashing import spread
from vnlink.hiding import Confirmed, Finder, Hidden, Scorer, confirmed_by_number, held_by, hide
from vnlink.promise import HoldOut, Trials, hidden_trials, judge, labelled_trials, promised, sample_of
from vnlink.report.audit import Relinked, audit_facts, coded, evidence_weights
from vnlink.schema import SEX_FEMALE, SEX_MALE, People

__all__ = ["Auditor"]

_SAMPLE = 20_000
"""Persons that the audit of a run links again: a share of 99 % is then known to 0.15 %, and it takes a tenth of a second."""

_DRAW = 0x6175646974
_FULL_DATE, _YEAR = "full birth date", "year of birth"


@dataclass(slots=True)
class Auditor:
    """What is needed to link persons again without their numbers.

    Attributes
    ----------
    land, citizens : People
    engine, scorer : Finder, Scorer
    present : float64[CIRCUMSTANCES]
    evidence : uint8[n]
        Circumstances of the land persons.
    ranking, post : Ranking, Posterior
        With all numbers seen.
    held_out : HoldOut, optional
        From whom nothing was learned; None where everybody was learned from.
    """

    land: People
    citizens: People
    engine: Finder
    scorer: Scorer
    present: NDArray[np.float64]
    evidence: NDArray[np.uint8]
    ranking: Ranking
    post: Posterior
    held_out: HoldOut | None

    def _confirmed(self, number: str | None = None) -> Confirmed:
        return sample_of(confirmed_by_number(self.ranking, self.post, number), self.held_out)

    def _again(self, confirmed: Confirmed, fields: tuple[str, ...]) -> tuple[Hidden, Posterior, Held]:
        seen = self.evidence[confirmed.person]
        present = self.present[without_number(seen) if len(fields) > 1 else seen]
        kind = evidence_kinds(without_number(seen))
        hidden = hide(self.ranking, confirmed, self.engine, self.scorer, present, kind, self.citizens.key, fields)
        return hidden, posterior(hidden.ranking, present), held_by(self.land, confirmed.person, fields)

    def promise(self, rule: StatusRule, max_wrong: float, confidence: float) -> tuple[StatusRule, dict[str, Any]]:
        """Set the thresholds that keep a promise; see :func:`vnlink.promise.promised`."""
        trials: dict[str, list[Trials]] = {"without_id": [], "with_id": []}
        if self.held_out is not None and len(self.held_out.judging):
            everybody = held_by(self.land, np.arange(len(self.land)))
            judged = judge(self.ranking, self.post, everybody, rule)
            for group, one in labelled_trials(self.held_out.judging, self.ranking, judged).items():
                trials[group].append(one)
        confirmed = self._confirmed()
        hidden, post, held = self._again(confirmed, ("personal_id", "old_id"))
        trials["without_id"].append(hidden_trials(hidden, judge(hidden.ranking, post, held, rule), "without_id"))
        trials["with_id"].append(self._one_of_two(rule))
        rule, facts = promised(trials, confirmed.disputed, rule, max_wrong, confidence)
        facts["taken_away_as_absent"] = int(np.count_nonzero(hidden.absent))
        return rule, facts

    def _one_of_two(self, rule: StatusRule) -> Trials:
        """Trials of fulls with a number: of persons with two, one is hidden and the other has to find its holder."""
        found = []
        for number in ("personal_id", "old_id"):
            confirmed = self._confirmed(number)
            both = (self.land.personal_id[confirmed.person] >= 0) & (self.land.old_id[confirmed.person] >= 0)
            hidden, post, held = self._again(confirmed.take(both), (number,))
            found.append(hidden_trials(hidden, judge(hidden.ranking, post, held, rule), "with_id"))
        return Trials(
            np.concatenate([one.log_odds for one in found]),
            np.concatenate([one.wrong for one in found]),
            np.concatenate([one.citizen for one in found]),
            found[0].source,
        )

    def facts(self, rule: StatusRule, provinces: pa.Array) -> dict[str, Any] | None:
        """Link a sample again and measure it; None where no number confirms anybody.

        Parameters
        ----------
        rule : StatusRule
        provinces : array of text
            Province of each land person, null where it is not known.
        """
        confirmed = self._confirmed()
        # By citizen: all rows of one or none.
        if len(confirmed.person) > _SAMPLE:
            drawn = spread(self.citizens.key[confirmed.citizen], _DRAW)
            confirmed = confirmed.take(drawn < np.partition(drawn, _SAMPLE)[_SAMPLE])
        if not len(confirmed.person):
            return None
        hidden, post, held = self._again(confirmed, ("personal_id", "old_id"))
        best = hidden.ranking.patterns(np.arange(len(hidden.person)), 0)
        decision = decide(best, hidden.ranking.citizen[:, 0] >= 0, post, held, FIELDS, rule)
        named = (self.land.syllables[:, 0] >= 0) & (self.land.personal_id < 0) & (self.land.old_id < 0)
        codes = without_number(self.evidence).astype(np.int64) // 2
        weight, covered = evidence_weights(codes[hidden.person], codes[named])
        groups = self._groups(hidden.person, provinces)
        sample = Relinked(decision.status, hidden.right, hidden.absent, hidden.citizen, groups, weight, covered)
        return audit_facts(sample, disputed=confirmed.disputed, held_out=self.held_out is not None)

    def _groups(self, person: NDArray[np.int64], provinces: pa.Array) -> dict[str, tuple[list[str], NDArray[np.int64]]]:
        land = self.land
        birth, place, sex = land.birth[person], land.place[person] > 0, land.sex[person]
        known = np.where(birth == 0, 0, np.where(birth % 100 == 0, 1, 2)) * 2 + place
        decade = np.where(birth > 0, np.clip(birth // 100_000, 190, 202), 189) - 189
        return {
            "province": coded(provinces.take(pa.array(person))),
            "sex": (["male", "female", "not known"], np.where(sex == SEX_MALE, 0, np.where(sex == SEX_FEMALE, 1, 2))),
            "cohort": (["not known", *(f"{ten}0s" for ten in range(190, 203))], decade.astype(np.int64)),
            "evidence": (
                [
                    "name only",
                    "name and place",
                    f"name and {_YEAR}",
                    f"name, {_YEAR} and place",
                    f"name and {_FULL_DATE}",
                    f"name, {_FULL_DATE} and place",
                ],
                known.astype(np.int64),
            ),
        }
