"""The land register and its truth: who holds what, and how the office wrote it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count

import pyarrow as pa

from .clerks import ERAS, Office, make_office
from .families import Couple, People, Person
from .geography import PLACE_WORDS, Commune, Hamlet
from .naming import outsider_name
from .parameters import NOW, World

__all__ = ["land_tables"]

BODIES = (
    "UBND {c}", "Ủy ban nhân dân {c}", "Công ty TNHH {w}", "Công ty CP {w}", "Chùa {w}", "Nhà thờ họ {s}",
    "Từ đường họ {s}", "HTX DVNN {w}",
    "Cộng đồng dân cư {h}", "Nhà văn hóa {h}", "Trường TH {w}", "Trường THCS {w}", "Trạm y tế {c}", "Đình {w}",
    "Họ giáo {w}", "Đất công ích {c}",
    "Công ty TNHH MTV {w}", "Bưu điện {c}", "Ban quản lý rừng phòng hộ {w}", "Miếu {w}", "Họ {s}", "Nghĩa trang {h}",
    "DNTN {w}", "Đất UB",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One land user as written, and the persons it names, in order; none for a body."""

    place: int
    cells: dict[str, str | None]
    persons: list[Person]


class Register:
    """The rows so far, with the offices and the number of the next parcel of each commune."""

    def __init__(self, people: People, world: World, rng: random.Random) -> None:
        self.people, self.world, self.rng = people, world, rng
        self.rows: list[Row] = []
        self.index = {id(commune): number for number, commune in enumerate(people.communes)}
        self.offices = [[make_office(c, era, world, rng) for era in range(len(ERAS))] for c in people.communes]
        self.parcels = [count(1) for _ in people.communes]

    def register(self, owners: list[Person], kind: str, year: int, site: Commune) -> None:
        """Write one acquisition: one row or several, because one owner often holds several parcels."""
        rng = self.rng
        place = self.index[id(site)]
        office = self.offices[place][next(e for e, end in enumerate(ERAS) if year < end)]
        cells = self._cells(office, owners, kind, year, site)
        parcels = 1 + int(rng.expovariate(1.1)) if rng.random() < 0.6 else 1
        for number in range(min(parcels, 9)):
            if number and rng.random() > office.tidy:
                cells = self._cells(office, owners, kind, year, site)
            elif number and rng.random() < 0.05:
                cells = dict(cells, id_number=None, birth_date=None)
            parcel = f"{next(self.parcels[place])}"
            self.rows.append(Row(place, dict(cells, parcel_id=parcel), owners))

    def _cells(self, office: Office, owners: list[Person], kind: str, year: int, site: Commune) -> dict[str, str | None]:
        rng, first = self.rng, owners[0]
        names = [office.write_name(person, rng) for person in owners]
        dates = [office.write_date(person, year, rng) for person in owners]
        partners: list[Person | None] = [owners[1], first] if kind == "couple" else [None] * len(owners)
        if len(owners) == 1 and first.couple is not None:
            partners = [first.couple.wife if first.sex == "M" else first.couple.husband]
        numbers = [office.write_number(p, q, year, rng) for p, q in zip(owners, partners, strict=True)]
        if office.partner_date == "first":
            dates[1:] = [""] * (len(dates) - 1)
        home = first.home(year)
        modern = year >= 2025 or rng.random() < 0.02
        address = office.write_address(home, rng, modern=modern) if self.world.addresses else ""
        if address and rng.random() < 0.03:
            address = ""
        code = {"owner": home[0].code, "land": site.code, "none": ""}[office.code_of]
        if modern:
            code = ""
        text = self._owner_text(office, owners, names, kind, dates, numbers)
        sexes = {"words": ("Nam", "Nữ"), "codes": ("1", "0"), "none": ("", "")}[office.sex]
        return {
            "full_name": text,
            "birth_date": _joined(dates),
            "gender": _joined([sexes[p.sex == "F"] for p in owners[: 2 if office.partner_date == "both" else 1]]),
            "id_number": _joined(numbers),
            "address": address or None,
            "commune_code": (code or None) if self.world.addresses else None,
        }

    def _owner_text(self, office: Office, owners, names, kind, dates, numbers) -> str:
        rng, first = self.rng, owners[0]
        title = office.title(first) if rng.random() < 0.92 else ""
        if kind == "couple":
            form = office.pair if rng.random() < 0.9 else "{ta}{a} và {tb}{b}"
            second = (
                office.title(owners[1]).replace("Hộ ", "").replace("GĐ ", "").replace("Chủ hộ: ", "").replace("gia đình ", "")
            )
            if owners[1].sex == "M":
                form = (
                    form.replace("Hộ ông {a} và bà {b}", "Hộ bà {a} và ông {b}").replace("vợ", "chồng").replace("Vợ", "Chồng")
                )
            call = "ông " if first.sex == "M" else "bà "
            text = form.format(ta=title, tb=second.replace("Hộ: ", ""), oa=call, a=names[0], b=names[1])
        elif kind == "heirs":
            text = rng.choice((", ", "; ", " - ", " và ")).join(names)
        elif kind == "parent":
            text = f"{title}{names[0]} và con {rng.choice(('', 'là '))}{names[1]}"
        else:
            text = title + names[0]
            if first.death < NOW - 3 and rng.random() < 0.04:
                text += rng.choice((" (đã chết)", " (chết)", " - đã chết"))
            elif rng.random() < office.detail and dates[0]:
                text += rng.choice((f" - SN {dates[0][-4:]}", f", sinh năm {dates[0][-4:]}", f" (NS: {dates[0][-4:]})"))
                if numbers[0].isdigit() and rng.random() < 0.5:
                    text += f", CMND: {numbers[0]}" if len(numbers[0]) == 9 else f", CCCD: {numbers[0]}"
        return office.finish(text)


def _joined(values: list[str]) -> str | None:
    """One cell for all, with ";" between; an empty place keeps the next value from the wrong person."""
    if not any(values):
        return None
    return "; ".join(values).rstrip("; ") if len(values) > 1 else values[0]


def land_tables(people: People, world: World, land_users: int, rng: random.Random) -> tuple[pa.Table, pa.Table]:
    """Fill the register until it has ``land_users`` rows; the truth names a citizen only where the person is listed."""
    register = Register(people, world, rng)
    families = [couple for couple in people.couples if couple.husband.year > 1905]
    singles = [p for p in people.persons if p.couple is None and p.year < NOW - 30]
    holders: list[Couple | Person] = [*families, *singles]
    while len(register.rows) < land_users:
        rng.shuffle(holders)
        for holder in holders:
            if len(register.rows) >= land_users:
                break
            _acquire(register, holder)
    rows = register.rows[:land_users]
    rows.sort(key=lambda row: row.place)
    _swap_neighbours(rows, world, rng)
    return _tables(rows)


def _year(rng: random.Random) -> int:
    draw = rng.random()
    low, high = (1993, 2003) if draw < 0.42 else (2004, 2015) if draw < 0.74 else (2016, 2025)
    return rng.randint(low, high)


def _acquire(register: Register, holder: Couple | Person) -> None:
    rng, world = register.rng, register.world
    draw = rng.random()
    if draw < world.bodies:
        _body(register)
    elif draw < world.bodies + world.outsiders:
        _outsider(register)
    year = _year(rng)
    if isinstance(holder, Person):
        if holder.death > year > holder.year + 24 and rng.random() < 0.4:
            register.register([holder], "single", year, _site(register, holder, year))
        return
    man, woman = holder.husband, holder.wife
    alive = [person for person in (man, woman) if person.death > year]
    if not alive or year < holder.year + 1 or year - alive[0].year > 82:
        return
    site = _site(register, alive[0], year)
    office = register.offices[register.index[id(site)]][next(e for e, end in enumerate(ERAS) if year < end)]
    grown = [c for c in holder.children if c.year < year - 20 and c.death > year]
    if len(alive) == 1 and len(grown) >= 2 and rng.random() < 0.08:
        register.register(grown[:3], "heirs", year, site)
    elif grown and rng.random() < 0.015:
        register.register([alive[0], grown[0]], "parent", year, site)
    elif len(alive) == 2 and rng.random() < office.couple:
        pair = [man, woman] if rng.random() < 0.88 else [woman, man]
        if office.separate:
            for person in pair:
                register.register([person], "single", year, site)
        else:
            register.register(pair, "couple", year, site)
    else:
        register.register([alive[0] if rng.random() < 0.8 else alive[-1]], "single", year, site)


def _site(register: Register, person: Person, year: int) -> Commune:
    """Where the land is: at home, next door, or where one was born if home is now a city."""
    rng, home = register.rng, person.home(year)[0]
    if id(home) not in register.index:
        home = person.commune
    if rng.random() < 0.07 and home.neighbours:
        return register.people.communes[rng.choice(home.neighbours)]
    return home


def _outsider(register: Register) -> None:
    """Somebody from a city who bought land here and is not in this population register."""
    rng, ward = register.rng, register.rng.choice(register.people.wards)
    year, sex = rng.randint(2005, 2025), rng.choice("MMF")
    born = year - rng.randint(28, 65)
    site = rng.choice(register.people.communes)
    name, surname = outsider_name(rng, site, sex, born)
    person = Person(name, surname, sex, born, ward, rng.choice(ward.hamlets))
    person.month, person.day = rng.randint(1, 12), rng.randint(1, 28)
    person.cards = [(2000, f"0{rng.randint(1, 3)}{rng.randrange(10**7):07d}")]
    register.register([person], "single", year, site)


def _body(register: Register) -> None:
    rng = register.rng
    place = rng.randrange(len(register.people.communes))
    site = register.people.communes[place]
    hamlet: Hamlet = rng.choice(site.hamlets)
    words = " ".join(rng.sample(PLACE_WORDS, 2))
    surname = rng.choice(hamlet.clans).surname
    text = rng.choice(BODIES).format(c=site.name, h=hamlet.name.lower(), w=words, s=surname)
    office = register.offices[place][rng.randrange(len(ERAS))]
    for _ in range(rng.choice((1, 1, 2, 4))):
        cells = {
            "full_name": office.finish(text),
            "birth_date": None,
            "gender": None,
            "id_number": None,
            "address": office.write_address((site, hamlet), rng, modern=False) or None if register.world.addresses else None,
            "commune_code": site.code if register.world.addresses else None,
            "parcel_id": f"{next(register.parcels[place])}",
        }
        register.rows.append(Row(place, cells, []))


def _swap_neighbours(rows: list[Row], world: World, rng: random.Random) -> None:
    """A sheet whose column slipped by a row: a few neighbours have each other's number, sometimes a whole run of them."""
    at = 0
    while at + 4 < len(rows):
        at += int(rng.expovariate(world.slips * 0.002)) + 1
        run = rng.choice((1, 1, 1, 3))
        if at + run < len(rows):
            numbers = [row.cells["id_number"] for row in rows[at : at + run + 1]]
            for row, number in zip(rows[at : at + run + 1], [numbers[-1], *numbers[:-1]], strict=True):
                row.cells["id_number"] = number


def _tables(rows: list[Row]) -> tuple[pa.Table, pa.Table]:
    columns = ("full_name", "birth_date", "gender", "id_number", "address", "commune_code", "parcel_id")
    keys = [f"SDD-{number + 1:07d}" for number in range(len(rows))]
    land = {name: pa.array([row.cells[name] for row in rows], pa.string()) for name in columns}
    truth = [
        (key, number, person.key if person.listed else None)
        for key, row in zip(keys, rows, strict=True)
        for number, person in enumerate(row.persons or [None], 1)
        for person in [person or _NOBODY]
    ]
    return pa.table({"land_user_id": pa.array(keys, pa.string()), **land}), pa.table(
        {
            "land_user_id": pa.array([row[0] for row in truth], pa.string()),
            "person_no": pa.array([row[1] for row in truth], pa.int32()),
            "citizen_id": pa.array([row[2] for row in truth], pa.string()),
        }
    )


class _Nobody:
    """Whom the row of a body names."""

    listed, key = False, ""


_NOBODY = _Nobody()
