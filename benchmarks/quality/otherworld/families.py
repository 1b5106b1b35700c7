"""The people: founders, marriages, children, moves, deaths and cards, generation by generation."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import defaultdict

from .geography import Clan, Commune, Hamlet, choose_communes, choose_wards
from .name_tables import words
from .naming import Family, child_name, founder_name, inherited, outsider_name
from .parameters import NOW, World

__all__ = ["Couple", "Person", "People", "make_people"]

CHILDREN = ((1935, 4.6), (1952, 3.9), (1965, 2.6), (1978, 2.0), (1990, 1.8), (3000, 1.6))
"""Mean number of children who lived to grow up, by the mother's year of birth."""


ALIASES = words("Tẹo Cu Còn Chắt Bé Út Ba Tư Năm Sáu Lớn Nhỏ Đen Cả Hai")


class Person:
    """Somebody, alive or dead, registered or not. Years are as declared; ``paper_year`` is what older papers say."""

    __slots__ = (
        "alias", "cards", "clan", "commune", "couple", "day", "death", "father", "generation", "hamlet", "key", "listed",
        "month", "mother", "moves", "name", "number", "paper_year", "people", "precise", "serial", "sex", "surname", "year",
    )  # fmt: skip

    def __init__(self, name: list[str], surname: str, sex: str, year: int, commune: Commune, hamlet: Hamlet) -> None:
        self.name, self.surname, self.sex, self.year = name, surname, sex, year
        self.commune, self.hamlet, self.people = commune, hamlet, commune.people
        self.clan: Clan | None = None
        self.generation = 0
        self.father: Person | None = None
        self.mother: Person | None = None
        self.couple: Couple | None = None
        self.month = self.day = 0
        self.death = 9999
        self.moves: list[tuple[int, Commune, Hamlet]] = [(0, commune, hamlet)]
        self.cards: list[tuple[int, str]] = []
        self.number = ""
        self.alias = ""
        self.paper_year = year
        self.precise = True
        self.listed = False
        self.key = ""
        self.serial = 0

    def home(self, year: int) -> tuple[Commune, Hamlet]:
        """Where the person is registered in that year."""
        at = bisect_right([move[0] for move in self.moves], year) - 1
        return self.moves[at][1], self.moves[at][2]

    def card(self, year: int) -> str:
        """The nine-digit number in use in that year, or nothing."""
        current = ""
        for issued, number in self.cards:
            if issued <= year:
                current = number
        return current


class Couple:
    """A marriage: the children come from here, and most land does."""

    __slots__ = ("children", "husband", "key", "wife", "year")

    def __init__(self, husband: Person, wife: Person, year: int) -> None:
        self.husband, self.wife, self.year = husband, wife, year
        self.children: list[Person] = []
        self.key = ""
        husband.couple = wife.couple = self


class People:
    """Everybody of one world: persons, couples, the countryside and the wards that people leave for."""

    def __init__(self, communes: list[Commune], wards: list[Commune]) -> None:
        self.communes, self.wards = communes, wards
        self.persons: list[Person] = []
        self.couples: list[Couple] = []


def make_people(world: World, citizens: int, seed: int) -> People:
    """Simulate until slightly more than ``citizens`` people are to be listed, and list exactly so many."""
    factor = 1.0 / 23.3
    for attempt in range(12):
        rng = random.Random(seed * 7919 + attempt)
        people = _simulate(world, citizens, factor, rng)
        candidates = [p for p in people.persons if p.listed]
        if citizens <= len(candidates) and (len(candidates) < citizens * 1.05 or attempt > 4):
            break
        factor *= (1.025 + 0.02 * attempt) * citizens / max(1, len(candidates))
    _unlist(people, len(candidates) - citizens, rng)
    return people


def _simulate(world: World, citizens: int, factor: float, rng: random.Random) -> People:
    people = People(choose_communes(world, citizens, random.Random(rng.random())), choose_wards(random.Random(rng.random())))
    sizes = [rng.uniform(0.6, 1.6) for _ in people.communes]
    couples = []
    for commune, size in zip(people.communes, sizes, strict=True):
        count = max(2, round(citizens * factor * size / sum(sizes)))
        couples += [_founders(people, commune, rng) for _ in range(count)]
    while couples:
        people.couples += couples
        children = [child for couple in couples for child in _children(people, couple, rng)]
        couples = _marriages(people, children, rng)
    for person in people.persons:
        _life(person, world, rng)
    for couple in people.couples:
        _move(people, couple, world, rng)
    for person in people.persons:
        if person.couple is None:
            _leave_single(people, person, world, rng)
    _papers(people.persons, rng)
    serials = list(range(len(people.persons)))
    rng.shuffle(serials)
    for person, serial in zip(people.persons, serials, strict=True):
        person.serial = serial
    for person in people.persons:
        person.listed = person.death > NOW or (person.death > 2016 and rng.random() < world.dead_kept)
    return people


def _founders(people: People, commune: Commune, rng: random.Random) -> Couple:
    hamlet = rng.choice(commune.hamlets)
    clan, other = rng.choices(hamlet.clans, hamlet.weights, k=2)
    year = int(rng.triangular(1890, 1934, 1928))
    husband = Person(*founder_name(rng, commune, clan, "M", year), "M", year, commune, hamlet)
    husband.clan = clan
    wife_year = year + rng.randint(-2, 7)
    wife = Person(*founder_name(rng, commune, other, "F", wife_year), "F", wife_year, commune, hamlet)
    people.persons += [husband, wife]
    return Couple(husband, wife, year + 22)


def _children(people: People, couple: Couple, rng: random.Random) -> list[Person]:
    mother, father = couple.wife, couple.husband
    mean = next(mean for end, mean in CHILDREN if mother.year < end)
    if father.people != "kinh":
        mean *= 1.25
    count = sum(rng.random() < mean / 9 for _ in range(9))
    commune, hamlet = father.commune, father.hamlet
    if couple.wife.people == "ede":
        commune, hamlet = mother.commune, mother.hamlet
    year = couple.year + rng.randint(0, 3)
    family = Family(rng, commune, year)
    twin = rng.random() < 0.012 * count
    born: list[Person] = []
    for order in range(count):
        if year > NOW - 1 or year > mother.year + 47:
            break
        same = twin and order == 1
        sex = born[-1].sex if same and rng.random() < 0.7 else rng.choice("MF")
        generation = father.generation + 1
        name = child_name(rng, commune, family, father.clan, (father, mother), sex, year, generation)
        child = Person(name, inherited(father, mother), sex, year, commune, hamlet)
        child.people = father.people if mother.people != "kinh" else "kinh"
        child.clan, child.generation, child.father, child.mother = father.clan, generation, father, mother
        if same:
            child.month, child.day = born[-1].month, born[-1].day
        else:
            child.month, child.day = rng.randint(1, 12), rng.randint(1, 28)
        born.append(child)
        if not (twin and order == 0):
            year += rng.choice((1, 2, 2, 2, 3, 3, 4, 5) if mother.year < 1965 else (2, 3, 4, 5, 6))
    couple.children = born
    people.persons += born
    return born


def _marriages(people: People, singles: list[Person], rng: random.Random) -> list[Couple]:
    """Women marry into the men's communes: most at home or next door, a few from afar. Brothers and sisters never do."""
    index = {id(commune): number for number, commune in enumerate(people.communes)}
    men, women = defaultdict(list), defaultdict(list)
    for person in singles:
        if person.year > NOW - 19 or rng.random() < 0.07:
            continue
        home = index[id(person.commune)]
        if person.sex == "M":
            men[home].append(person)
            continue
        draw = rng.random()
        there = (
            home if draw < 0.55 else rng.choice(people.communes[home].neighbours) if draw < 0.92 else rng.randrange(len(index))
        )
        women[there].append(person)
    couples = []
    for home in sorted(men.keys() | women.keys()):
        couples += _pair(people, men[home], women[home], people.communes[home], rng)
    return couples


def _pair(people: People, men: list[Person], women: list[Person], commune: Commune, rng: random.Random) -> list[Couple]:
    men.sort(key=lambda p: p.year + rng.gauss(0, 2.5))
    women.sort(key=lambda p: p.year - 2.5 + rng.gauss(0, 2.5))
    couples = []
    while men and women:
        man, woman = men.pop(), women.pop()
        gap = woman.year - man.year
        if gap > 9 or gap < -14 or man.father is woman.father:
            (women if gap < 0 else men).append(woman if gap < 0 else man)
            continue
        couples.append(_wed(man, woman, rng))
    for person in [*men, *women]:  # those left over find somebody from far away, or stay single
        if rng.random() < 0.45:
            sex = "F" if person.sex == "M" else "M"
            year = person.year + rng.randint(-3, 3)
            name, surname = outsider_name(rng, commune, sex, year)
            other = Person(name, surname, sex, year, commune, rng.choice(commune.hamlets))
            other.people, other.generation = "kinh", person.generation
            people.persons.append(other)
            couples.append(_wed(person, other, rng) if person.sex == "M" else _wed(other, person, rng))
    return couples


def _wed(man: Person, woman: Person, rng: random.Random) -> Couple:
    year = max(man.year + rng.randint(19, 27), woman.year + 18)
    if woman.people == "ede":
        man.moves.append((year, woman.commune, woman.hamlet))
    elif man.hamlet is not woman.hamlet:
        woman.moves.append((year, man.commune, man.hamlet))
    return Couple(man, woman, year)


def _life(person: Person, world: World, rng: random.Random) -> None:
    """Death (mostly old age, some early, and the wars), the declared date of birth and what older papers say of it."""
    age = min(104.0, rng.gauss(75, 11) + 5 * (person.sex == "F"))
    if rng.random() < 0.06:
        age = rng.uniform(16, 55)
    if person.sex == "M" and 1944 < person.year < 1957 and rng.random() < 0.07:
        age = rng.uniform(19, 26)
    if person.couple is not None:
        age = max(age, person.couple.year - person.year + 1 + (len(person.couple.children) > 1) * 6)
    if person.year + age <= NOW:
        person.death = int(person.year + age)
    if person.day == 0:
        person.month, person.day = rng.randint(1, 12), rng.randint(1, 28)
    old = max(0.0, min(1.0, (1972 - person.year) / 30))
    if rng.random() < 0.22 * old:
        person.year = round(person.year / 5) * 5
    if rng.random() < 0.5 * old:
        person.precise = False
    elif rng.random() < 0.08 + 0.18 * old:
        person.month, person.day = 1, 1
    person.paper_year = person.year
    if rng.random() < world.slips * (0.012 + 0.07 * old):
        person.paper_year += rng.choice((-3, -2, -1, -1, 1, 1, 2, 3))
        if old > 0.3 and rng.random() < 0.3:
            person.paper_year = round(person.paper_year / 5) * 5
    if person.year < 1965 and rng.random() < 0.02 * world.slips:
        person.alias = rng.choice(ALIASES)


def _elsewhere(people: People, home: Commune, rng: random.Random) -> tuple[Commune, Hamlet]:
    draw = rng.random()
    if draw < 0.4:
        near = [c for c in people.communes if c.province_code == home.province_code and c is not home]
        place = rng.choice(near or people.communes)
    else:
        place = rng.choice(people.communes) if draw < 0.5 else rng.choice(people.wards)
    return place, rng.choice(place.hamlets)


def _move(people: People, couple: Couple, world: World, rng: random.Random) -> None:
    husband, wife = couple.husband, couple.wife
    if rng.random() >= world.moved or couple.year > NOW - 3:
        return
    year = int(rng.triangular(max(couple.year, 1985), NOW - 1, NOW - 4)) if couple.year < NOW - 4 else NOW - 2
    if year > min(husband.death, wife.death) or year - husband.year > 68:
        return
    place = _elsewhere(people, husband.home(year)[0], rng)
    for person in (husband, wife, *(c for c in couple.children if year - c.year < 18)):
        person.moves.append((year, *place))
        person.moves.sort(key=lambda move: move[0])


def _leave_single(people: People, person: Person, world: World, rng: random.Random) -> None:
    year = person.year + rng.randint(18, 30)
    if rng.random() < world.moved * 0.7 and year < NOW and year < person.death and person.moves[-1][0] < year:
        person.moves.append((year, *_elsewhere(people, person.commune, rng)))


def _papers(persons: list[Person], rng: random.Random) -> None:
    """Twelve-digit numbers by place of birth; nine-digit cards, another one after a move to another province or a loss."""
    provinces = sorted({p.commune.province_code for p in persons})
    used: set[str] = set()
    for person in persons:
        if person.death > 2013:
            code = person.commune.province_code
            if person.father is None and person.people == "kinh" and person.generation and rng.random() < 0.8:
                code = f"{rng.choice(('01', '31', '38', '40', '52', '79', '89', '92', *provinces))}"
            person.number = _number(person, code, used, rng)
        if 1930 < person.year < 2003 and rng.random() < 0.93:
            first = max(1978, person.year + rng.randint(15, 30))
            years = [first]
            years += [move[0] + 1 for move in person.moves[1:] if move[1].province_code != person.home(first)[0].province_code]
            if rng.random() < 0.12:
                years.append(first + rng.randint(8, 25))
            for year in sorted(y for y in years if first <= y < min(2019, person.death)):
                prefix = person.home(year)[0].cmnd_prefix
                person.cards.append((year, prefix + f"{rng.randrange(10 ** (9 - len(prefix))):0{9 - len(prefix)}d}"))


def _number(person: Person, province: str, used: set[str], rng: random.Random) -> str:
    century = (0 if person.year < 2000 else 2) + (person.sex == "F")
    year = person.year if rng.random() > 0.004 else person.year + rng.choice((-1, 1))
    while True:
        number = f"0{province}{century}{year % 100:02d}{rng.randrange(20000):06d}"
        if number not in used:
            used.add(number)
            return number


def _unlist(people: People, surplus: int, rng: random.Random) -> None:
    """Strike the surplus from the list, whole young families first: they live abroad or in a part nobody exported."""
    couples = people.couples[:]
    rng.shuffle(couples)
    for couple in couples:
        family = [p for p in (couple.husband, couple.wife, *(c for c in couple.children if c.couple is None)) if p.listed]
        if surplus <= 0:
            return
        for person in family[:surplus]:
            person.listed = False
        surplus -= len(family[:surplus])
