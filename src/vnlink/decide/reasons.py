"""Stable reason codes: why a link is not full, or why there is none.

For a full or partial link the codes name the field and the kind of difference as ``<field>_<level>`` ("name_unmarked",
"birth_year_slip", "personal_id_near", "sex_different"), with ``_not_comparable`` where the citizen's row lacks the field. The
other codes are listed in :data:`CODES`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vnlink.decide.policy import AGREES, CONTRADICTS, Decision, Held
from vnlink.grouped import numbered
from vnlink.schema import CROWDED, RARITY_BEARERS, Field, Flag, OwnerKind, field_levels

__all__ = [
    "BEST_CITIZEN",
    "CITIZEN_TWICE",
    "CODES",
    "NOBODY_LIKELIER",
    "as_lists",
    "reason_codes",
    "reason_lists",
    "what_decides",
]

CODES: dict[str, str] = {
    "organisation": "the owner is an organisation, not a person",
    "community": "the owner is a community, not a person",
    "religious_body": "the owner is a religious body, not a person",
    "state_body": "the owner is a state body, or the land is public",
    "unreadable_name": "no name could be read",
    "no_candidate": "no citizen shares any usable evidence",
    "nobody_plausible": "there are candidates, but probably none of them is the person",
    "too_many_namesakes": "several citizens fit as well and nothing tells them apart",
    "short_list": "a few citizens together are likely, none alone",
    "below_threshold": "everything agrees but the odds are below the threshold of full",
    "learned_partial": "clerks called pairs that agree like this one partial",
    "no_strong_evidence": "neither a number nor a complete birth date agrees",
    "deceased": "the land register says that the person has died",
    "citizen_deceased": "the population register says that the citizen has died; this never blocks full",
    "citizen_twice": "the population register holds the citizen twice; the record with a personal id stands for both",
    "taken_by_another": "a citizen who fits is given to another person of the same land user or parcel",
    "place_differs": "the addresses are in different communes; this never blocks full",
    "place_from_rows": "the row tells no commune; the one of the rows numbered beside it stands for it, and never blocks full",
    "other_rows_support": "others who lead to the same citizen at least double the odds that the person is in the population",
    "other_rows_doubt": "others who lead to the same citizen, but not surely, at least halve those odds",
}
"""Codes besides ``<field>_<level>``, with their meaning."""

_KINDS = {
    OwnerKind.ORGANISATION: "organisation",
    OwnerKind.COMMUNITY: "community",
    OwnerKind.RELIGIOUS: "religious_body",
    OwnerKind.UNREADABLE: "unreadable_name",
    OwnerKind.STATE: "state_body",
}
_NO_CANDIDATE, _NAMESAKES, _NOBODY = 16, 17, 18
"""Cases of a person without a link, beside the kinds of owners that are no person."""
_TOLD_BESIDE = {
    32: "place_from_rows",
    58: "deceased",
    59: "citizen_deceased",
    60: "other_rows_support",
    61: "other_rows_doubt",
    62: "citizen_twice",
}
"""Reasons of linked and not linked persons alike, by their bit in a combination."""

_CASES = {_NO_CANDIDATE: "no_candidate", _NAMESAKES: "too_many_namesakes", _NOBODY: "nobody_plausible"}
_BLOCKING = {"name": ("name",), "birth": ("birth",), "sex": ("sex",), "id": ("personal_id", "old_id")}
BEST_CITIZEN = np.uint32(Flag.CITIZEN_DECEASED)
"""Flags of the best candidate that stand among those of the person here."""
CITIZEN_TWICE = np.uint32(1 << 31)
"""Stands among the flags of a person whose best candidate has a second record; no flag of reading has this bit."""

NOBODY_LIKELIER = 0.5
"""From this probability on a person is likelier not in the population than any citizen."""
_OTHERS_BITS = 1.0
"""How far other rows have to move the odds of a person to be told among its reasons, in bits."""

_FAR_PLACES = ("district", "province", "other")


def _codes_of(pattern: int, held: int, fields: dict[str, Field], failed: dict[str, bool]) -> list[str]:
    """Codes of one distinct combination of pattern, held numbers and failed requirements."""
    codes = []
    for requirement, names in _BLOCKING.items():
        if not failed[requirement]:
            continue
        for name in names:
            if name in ("personal_id", "old_id") and not held & (1 if name == "personal_id" else 2):
                continue
            level = fields[name].levels[(pattern >> fields[name].shift) & ((1 << fields[name].bits) - 1)]
            codes.append(f"{name}_{'not_comparable' if level == 'missing' else level}")
    if failed["contradiction"]:
        for name, levels in CONTRADICTS.items():
            level = fields[name].levels[(pattern >> fields[name].shift) & ((1 << fields[name].bits) - 1)]
            if level in levels and f"{name}_{level}" not in codes:
                codes.append(f"{name}_{level}")
    if failed["evidence"]:
        codes.append("no_strong_evidence")
    if failed.get("learned") and not codes:
        codes.append("learned_partial")
    if failed["short_list"]:
        codes.append("short_list")
    elif failed["threshold"] and not codes:
        codes.append("below_threshold")
    place = fields["place"].levels[(pattern >> fields["place"].shift) & ((1 << fields["place"].bits) - 1)]
    if place in _FAR_PLACES:
        codes.append("place_differs")
    return codes


def reason_lists(
    decision: Decision,
    best: NDArray[np.int64],
    held: Held,
    kind: NDArray[np.uint8],
    flags: NDArray[np.uint32],
    has_candidate: NDArray[np.bool_],
    nobody: NDArray[np.float64],
    fields: tuple[Field, ...],
    others: NDArray[np.float64] | None = None,
) -> pa.Array:
    """Return the reason codes of every person as an Arrow list<string> array of length n."""
    return as_lists(*reason_codes(decision, best, held, kind, flags, has_candidate, nobody, fields, others))


def as_lists(codes: list[list[str]], which: NDArray[np.int64]) -> pa.Array:
    """Write what :func:`reason_codes` returns as an Arrow list<string> array, one entry a person."""
    return pa.array(codes, pa.list_(pa.string())).take(pa.array(which))


def reason_codes(
    decision: Decision,
    best: NDArray[np.int64],
    held: Held,
    kind: NDArray[np.uint8],
    flags: NDArray[np.uint32],
    has_candidate: NDArray[np.bool_],
    nobody: NDArray[np.float64],
    fields: tuple[Field, ...],
    others: NDArray[np.float64] | None = None,
) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Return the reason codes of each distinct combination, and the combination of each person, int64[n].

    ``best`` is the pattern of each person's best candidate; without one, the rarity of the name alone. ``flags`` are those of
    the person, with :data:`BEST_CITIZEN` of that candidate and :data:`CITIZEN_TWICE`. ``others`` float64[n] are the bits by
    which other rows moved the odds of being in the population.

    The codes of each distinct combination are worded once; there are a few thousand combinations for any number of persons.
    """
    by_name = {f.name: f for f in fields}
    relevant = _mask_of_reasons(fields)
    numbers = held.personal_id * 1 + held.old_id * 2
    # A name with bearers brings candidates by itself, unless so many bear it, or may be meant by it, that it alone is no key.
    crowded = ~held.birth & _crowded(best, by_name["rarity"])
    without = np.where(crowded, _NAMESAKES, _NO_CANDIDATE)
    unlinked = np.where(~has_candidate, without, np.where(nobody < NOBODY_LIKELIER, _NAMESAKES, _NOBODY))
    case = np.where(decision.status < 2, 0, np.where(kind > 0, kind, unlinked))
    # Nobody wrote such a place, so it differs from nothing.
    from_rows, place = (flags & np.uint32(Flag.PLACE_FROM_ROWS)) > 0, by_name["place"]
    best = np.where(from_rows, best & ~np.int64(((1 << place.bits) - 1) << place.shift), best)
    requirements = [*_BLOCKING, "contradiction", "evidence", "threshold", "short_list"]
    requirements += [name for name in ("learned",) if name in decision.fails]
    failed = np.zeros(len(best), np.int64)
    for requirement in reversed(requirements):
        failed += failed
        failed += decision.fails[requirement]
    dead = (flags & np.uint32(Flag.DECEASED)) > 0
    linked = case == 0
    dead_citizen, twice = (linked & ((flags & flag) > 0) for flag in (BEST_CITIZEN, CITIZEN_TWICE))
    mixed = np.where(linked, (best & relevant) | (failed << 40) | (numbers.astype(np.int64) << 50), 0)
    mixed |= (case.astype(np.int64) << 53) | (dead.astype(np.int64) << 58) | (dead_citizen.astype(np.int64) << 59)
    mixed |= twice.astype(np.int64) << 62
    mixed |= (linked & from_rows).astype(np.int64) << 32
    if others is not None:
        told = has_candidate & (kind == 0)
        for bit, moved in ((60, others >= _OTHERS_BITS), (61, others <= -_OTHERS_BITS)):
            mixed |= (told & moved).astype(np.int64) << bit
    distinct, inverse = (mixed, np.zeros(1, np.int64)) if len(mixed) == 1 else numbered(mixed)
    texts: list[list[str]] = []
    for value in distinct.tolist():
        which = (value >> 53) & 31
        if which == 0:
            bits = {name: bool((value >> (40 + i)) & 1) for i, name in enumerate(requirements)}
            codes = _codes_of(value, (value >> 50) & 3, by_name, bits)
        elif which in _KINDS:
            codes = [_KINDS[OwnerKind(which)]]
        else:
            codes = [_CASES[which]]
        texts.append(codes + [code for bit, code in _TOLD_BESIDE.items() if value >> bit & 1])
    return texts, inverse


@cache
def _mask_of_reasons(fields: tuple[Field, ...]) -> int:
    """Bits of the fields whose levels reasons name."""
    named = ("name", "birth", "sex", "personal_id", "old_id", "place")
    return sum(((1 << f.bits) - 1) << f.shift for f in fields if f.name in named)


def what_decides(best: NDArray[np.int64], fields: tuple[Field, ...]) -> NDArray[np.int64]:
    """Of each pattern what the status rule and the reasons look at, int64[n]: where it is the same, so are they."""
    mask, rarity = _mask_of_decisions(fields)
    return np.asarray((best & mask) | (np.where(_crowded(best, rarity), CROWDED, 0).astype(np.int64) << rarity.shift))


def _crowded(patterns: NDArray[np.int64], rarity: Field) -> NDArray[np.bool_]:
    """Whether so many bear the name that it is not looked up alone, bool[n]."""
    level = field_levels(patterns, rarity)
    return np.asarray((level >= CROWDED) & (level < len(RARITY_BEARERS)))


@cache
def _mask_of_decisions(fields: tuple[Field, ...]) -> tuple[int, Field]:
    """Bits of the fields whose levels the rule or the reasons look at, and the field of which only whether it is crowded."""
    by_name = {f.name: f for f in fields}
    mask = _mask_of_reasons(fields)
    for name in (*AGREES, *CONTRADICTS):
        mask |= ((1 << by_name[name].bits) - 1) << by_name[name].shift
    return mask, by_name["rarity"]


def level_columns(patterns: NDArray[np.int64], fields: tuple[Field, ...]) -> dict[str, pa.Array]:
    """Return a dictionary-encoded ``level_<field>`` column per field, each of the patterns' length."""
    return {
        f"level_{f.name}": pa.DictionaryArray.from_arrays(
            pa.array(field_levels(patterns, f).astype(np.int8)), pa.array(list(f.levels))
        )
        for f in fields
    }
