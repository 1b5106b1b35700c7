"""The population register: one office, one form, few slips."""

from __future__ import annotations

import random

import pyarrow as pa

from .families import People, Person
from .geography import Commune, Hamlet
from .parameters import NOW, World

__all__ = ["new_address", "population_table"]


def population_table(people: People, world: World, rng: random.Random) -> pa.Table:
    """Give keys to the listed persons, in an order that says nothing, and write their rows."""
    listed = [person for person in people.persons if person.listed]
    rng.shuffle(listed)
    for number, person in enumerate(listed):
        person.key = f"CD{number:08d}"
    rows = [_row(person, world, rng) for person in listed]
    names = list(rows[0])
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})


def _row(person: Person, world: World, rng: random.Random) -> dict[str, str | None]:
    commune, hamlet = person.home(NOW)
    spouse = _spouse(person) if rng.random() < world.relatives_known else None
    parents = rng.random() < world.relatives_known
    late = person.death if person.death <= NOW else None
    return {
        "citizen_id": person.key,
        "full_name": " ".join(_registered_name(person, rng)),
        "birth_date": f"{person.day:02d}/{person.month:02d}/{person.year}" if person.precise else str(person.year),
        "gender": "Nam" if person.sex == "M" else "Nữ",
        "personal_id": person.number or None,
        "old_id_number": person.card(NOW) if person.cards and rng.random() < 0.75 else None,
        "address": new_address(commune, hamlet, rng),
        "commune_code": hamlet.unit.code,
        "commune_vintage": "2025",
        "household_id": _household(person),
        "spouse_name": " ".join(spouse.name) if spouse is not None else None,
        "father_name": " ".join(person.father.name) if parents and person.father is not None else None,
        "mother_name": " ".join(person.mother.name) if parents and person.mother is not None else None,
        "other_names": f"{person.alias}" if person.alias and rng.random() < 0.3 else None,
        "death_date": f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{late}" if late is not None else None,
    }


def _registered_name(person: Person, rng: random.Random) -> list[str]:
    """The name as the register has it: half a per cent differ from what the person uses, in the middle or by i for y."""
    draw = rng.random()
    if draw > 0.005 or len(person.name) < 3:
        return person.name
    if draw < 0.002:
        return [person.name[0], *person.name[2:]]
    return [*person.name[:-1], person.name[-1].replace("ý", "í").replace("ỳ", "ì").replace("ỹ", "ĩ")]


def _spouse(person: Person) -> Person | None:
    if person.couple is None:
        return None
    return person.couple.wife if person.sex == "M" else person.couple.husband


def _household(person: Person) -> str:
    """Married people with their unmarried children, and old parents under the roof of a married son; others live alone."""
    couple, home = person.couple, person.home(NOW)
    if couple is None and person.father is not None and person.father.couple is not None:
        above = person.father.couple
        if any(p.home(NOW) == home and p.death > NOW for p in (above.husband, above.wife)):
            couple = above
    if couple is not None:
        if couple.husband.year < NOW - 62:
            sons = [
                c for c in couple.children if c.sex == "M" and c.couple is not None and c.death > NOW and c.home(NOW) == home
            ]
            couple = sons[-1].couple if sons else couple
        if couple is not None:
            return f"H{couple.husband.serial:08d}{'' if home == couple.husband.home(NOW) else 'b'}"
    return f"H{person.serial:08d}"


def new_address(commune: Commune, hamlet: Hamlet, rng: random.Random) -> str:
    """Two levels, as the law has it since July 2025, with the hamlet mostly."""
    unit = hamlet.unit
    local = f"{hamlet.name}, " if rng.random() < (0.8 if commune.region != "city" else 0.95) else ""
    return f"{local}{unit.name}, {unit.province}"
