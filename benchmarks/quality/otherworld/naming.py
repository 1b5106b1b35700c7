"""How families name their children: by clan, by sibling, by fashion, by people."""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from .geography import Clan, Commune
from .name_tables import (
    BRU_F,
    BRU_M,
    NUMBERS,
    RUSTIC_F,
    RUSTIC_M,
    SETS_F,
    SETS_M,
    SYLLABLES,
    XTIENG_F,
    XTIENG_M,
    read_table,
    surnames_of,
)

if TYPE_CHECKING:
    from .families import Person

__all__ = ["Family", "child_name", "founder_name", "inherited", "outsider_name"]


class Family:
    """What the children of one couple share: a middle, a set of given names, or nothing."""

    __slots__ = ("girls_middle", "pattern_f", "pattern_m", "reuse_father", "shared_given", "shared_name", "taken")

    def __init__(self, rng: random.Random, commune: Commune, year: int) -> None:
        self.taken: set[str] = set()
        draw = rng.random()
        self.pattern_m: list[str] = []
        self.pattern_f: list[str] = []
        if commune.region == "south" and year < 1975 and draw < 0.18:
            self.pattern_m = self.pattern_f = list(NUMBERS)
        elif draw < 0.38:
            self.pattern_m = rng.choice(SETS_M).split()
            self.pattern_f = rng.choice(SETS_F).split()
        self.shared_name = ""
        self.shared_given = rng.random() < 0.03
        self.girls_middle = _middle(rng, "F", year) if rng.random() < 0.35 else ""
        self.reuse_father = rng.random() < 0.02


@cache
def _given(sex: str, cohort: str) -> tuple[list[str], list[float]]:
    rows = [(r["name"], float(r[cohort] or 0) ** 0.9) for r in read_table("given_names.csv") if r["sex"] == sex]
    rows = [row for row in rows if row[1] > 0]
    if cohort == "rustic":
        mean = sum(w for _, w in rows) / len(rows)
        rows += [(name, 0.6 * mean) for name in (RUSTIC_M if sex == "M" else RUSTIC_F)]
    return [name for name, _ in rows], [w for _, w in rows]


@cache
def _middles(sex: str, cohort: str) -> tuple[list[str], list[float]]:
    rows = [(r["name"], float(r[cohort] or 0)) for r in read_table("middle_names.csv") if r["sex"] == sex]
    rows = [row for row in rows if row[1] > 0]
    return [name for name, _ in rows], list(accumulate(w for _, w in rows))


@cache
def _minority(people: str, part: str, sex: str) -> list[str]:
    return [
        r["name"]
        for r in read_table("minority_names.csv")
        if r["people"] == people and r["part"] == part and r["sex"] in {sex, ""}
    ]


@cache
def _minority_given(people: str, sex: str) -> list[str]:
    """Give the short list of the table and as many invented words again of the same make, for they are not few in life."""
    onsets, rimes = SYLLABLES[people]
    words = random.Random(f"{people}{sex}")
    made = [words.choice(onsets.split()) + words.choice(rimes.split()) for _ in range(90)]
    return list(dict.fromkeys(_minority(people, "given", sex) * 2 + made))


def _cohort(rng: random.Random, year: int) -> str:
    rustic = min(1.0, max(0.0, (1968 - year) / 30))
    modern = min(1.0, max(0.0, (year - 1982) / 15))
    draw = rng.random()
    return "rustic" if draw < rustic else "modern" if draw < rustic + modern else "classic"


def _taste(rng: random.Random, commune: Commune, sex: str, cohort: str) -> tuple[list[str], list[float]]:
    """Given names as common as they are in this commune: every village has its favourites."""
    key = f"{sex}{cohort}"
    names, weights = _given(sex, cohort)
    if key not in commune.taste:
        commune.taste[key] = list(accumulate(w * rng.gammavariate(0.8, 1.25) for w in weights))
    return names, commune.taste[key]


def _pick(rng: random.Random, commune: Commune, sex: str, year: int) -> str:
    names, cumulative = _taste(rng, commune, sex, _cohort(rng, year))
    return rng.choices(names, cum_weights=cumulative)[0]


def _middle(rng: random.Random, sex: str, year: int) -> str:
    names, cumulative = _middles(sex, "modern" if rng.random() < (year - 1975) / 25 else "classic")
    return rng.choices(names, cum_weights=cumulative)[0]


def _ladder(year: int, steps: tuple[tuple[int, float], ...]) -> float:
    return next(share for end, share in steps if year < end)


VAN = ((1955, 0.8), (1970, 0.62), (1985, 0.42), (1998, 0.22), (3000, 0.07))
THI = ((1965, 0.92), (1978, 0.8), (1990, 0.62), (2002, 0.4), (3000, 0.13))


def _kinh_middle(
    rng: random.Random, sex: str, year: int, clan: Clan | None, generation: int, family: Family | None
) -> list[str]:
    if sex == "M":
        if clan is not None and rng.random() < clan.keeps:
            return [clan.middles[generation % len(clan.middles)]]
        if rng.random() < _ladder(year, VAN):
            return ["Văn"]
        return [_middle(rng, sex, year)] if rng.random() < 0.96 else []
    middle = [family.girls_middle] if family is not None and family.girls_middle else []
    if rng.random() < _ladder(year, THI):
        if not middle and rng.random() < min(0.5, max(0.03, (year - 1955) / 60)):
            middle = [_middle(rng, sex, year)]
        return ["Thị", *middle]
    return middle or [_middle(rng, sex, year)]


def _minority_name(rng: random.Random, people: str, sex: str, clan: str) -> list[str]:
    if people == "bru":
        return ["Hồ", "Văn" if sex == "M" else "Thị", rng.choice(BRU_M if sex == "M" else BRU_F)]
    if people == "xtieng":
        return ["Điểu" if sex == "M" else "Thị", rng.choice(XTIENG_M if sex == "M" else XTIENG_F)]
    given = rng.choice(_minority_given(people, sex))
    prefix = _minority(people, "prefix", sex)[0]
    if people == "ede":
        return ([prefix, given] if sex == "M" else [f"{prefix}{given}"]) + clan.split()
    if people == "kho":
        return [f"{prefix}{given}"] if sex == "M" else [prefix, given]
    return [clan, prefix, *given.split()]


def founder_name(rng: random.Random, commune: Commune, clan: Clan, sex: str, year: int) -> tuple[list[str], str]:
    """Give the name of a first ancestor, and the clan's family name that the children inherit."""
    if commune.people != "kinh":
        clans = _minority(commune.people, "clan", "") or [""]
        mark = clans[hash_of(clan.surname) % len(clans)] if sex == "M" else rng.choice(clans)
        return _minority_name(rng, commune.people, sex, mark), mark
    middle = _kinh_middle(rng, sex, year, clan if sex == "M" else None, 0, None)
    return [clan.surname, *middle, _pick(rng, commune, sex, year)], clan.surname


def hash_of(text: str) -> int:
    """Give a small number that is the same in every process, unlike :func:`hash`."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text))


def outsider_name(rng: random.Random, commune: Commune, sex: str, year: int) -> tuple[list[str], str]:
    """Somebody of another province: national frequencies, no clan."""
    names, weights = surnames_of(rng.choice(("north", "south")))
    surname = rng.choices(names, weights)[0]
    return [surname, *_kinh_middle(rng, sex, year, None, 0, None), _pick(rng, commune, sex, year)], surname


def inherited(father: Person, mother: Person) -> str:
    """Give the family name of the children: the father's, but the mother's where hers counts or he has none."""
    if father.people == "bru":
        return "Hồ"
    return mother.surname if mother.people == "ede" or not father.surname else father.surname


def child_name(
    rng: random.Random,
    commune: Commune,
    family: Family,
    clan: Clan | None,
    parents: tuple[Person, Person],
    sex: str,
    year: int,
    generation: int,
) -> list[str]:
    """Name a child so that it is not called as an older brother or sister is."""
    father, mother = parents
    if father.people != "kinh" and mother.people != "kinh":
        for _ in range(8):
            name = _minority_name(rng, father.people, sex, inherited(father, mother))
            if " ".join(name) not in family.taken:
                break
        family.taken.add(" ".join(name))
        return name
    surname = (inherited(father, mother) or father.name[0]).split()
    if sex == "M" and family.reuse_father and "\0father" not in family.taken:
        family.taken.add("\0father")
        if rng.random() < 0.5:
            return list(father.name)
        return [*surname, *_kinh_middle(rng, sex, year, None, generation, family), father.name[-1]]
    middle = _kinh_middle(rng, sex, year, clan, generation, family)
    if year > 1985 and rng.random() < 0.05 and mother.people == "kinh":
        middle = [mother.surname.split()[0], *[m for m in middle if m != "Thị"]]
    pattern = family.pattern_m if sex == "M" else family.pattern_f
    given = next((g for g in pattern if g not in family.taken), "")
    for _ in range(8):
        if given and given not in family.taken:
            break
        given = _pick(rng, commune, sex, year)
    if family.shared_given and year > 1985:  # "Minh Anh", "Ngọc Anh": sisters told apart by the middle name alone
        given = family.shared_name = family.shared_name or given
    family.taken.add(given)
    return [*surname, *middle, given]
