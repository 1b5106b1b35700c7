"""Communes with hamlets, their clans and their ways of naming, taken from real units and filled with invention."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from .name_tables import surnames_of, words
from .parameters import World

__all__ = ["Clan", "Commune", "Hamlet", "Unit", "choose_communes", "choose_wards"]

REGIONS = {  # province before July 2025 -> kind of countryside
    "36": "north", "34": "north", "30": "north", "35": "north", "27": "north", "33": "north",
    "40": "centre", "38": "centre", "42": "centre", "51": "centre", "52": "centre", "49": "centre",
    "89": "south", "86": "south", "82": "south", "80": "south", "83": "south", "94": "south",
    "66": "highland", "68": "highland", "14": "highland", "45": "highland", "70": "highland", "11": "highland",
}  # fmt: skip
PEOPLES = {"66": ("ede",), "68": ("kho",), "14": ("thai", "hmong"), "11": ("hmong", "thai"), "45": ("bru",), "70": ("xtieng",)}
CMND = {"36": "16", "34": "15", "30": "14", "35": "16", "27": "12", "33": "14", "40": "18", "38": "17", "42": "18",
        "51": "21", "52": "21", "49": "20", "89": "35", "86": "33", "82": "31", "80": "30", "83": "32", "94": "36",
        "66": "24", "68": "25", "14": "05", "45": "19", "70": "28", "11": "04", "01": "01", "79": "02"}  # fmt: skip
CITIES = ("01", "79", "74", "75", "48", "31", "92", "77")
HAMLET_KINDS = {
    "north": ("Thôn", "Xóm", "Đội"), "centre": ("Thôn", "Xóm", "Khối"), "south": ("Ấp", "Khu vực", "Khóm"),
    "highland": ("Thôn", "Buôn", "Bản"), "city": ("Tổ dân phố", "Khu phố", "Tổ"),
}  # fmt: skip
PLACE_WORDS = words(
    "Đông Đoài Nam Bắc Trung Thượng Hạ Phú Lộc An Hòa Bình Tân Mỹ Thạnh Long Vĩnh Phước Xuân Hải Thái Ninh Kim Ngọc Cầu Chợ "
    "Đình Chùa Giếng Bến Gò Lạc Thiện Quang Minh Yên Liên Hồng Cẩm Tiến Thắng Lợi Hưng Thịnh Nghĩa Đồng Trại Núi Đá Lăng"
)
CLAN_MIDDLES = words(
    "Đình Hữu Bá Khắc Đức Quang Trọng Sỹ Doãn Viết Duy Công Xuân Huy Thế Đăng Ngọc Minh Như Tất Cảnh Danh Hồng Phúc Thanh Năng "
    "Quốc Trí Nho Văn Mậu Tiến Thúc Kế Vĩnh"
)


@dataclass(slots=True)
class Unit:
    """A commune of after July 2025."""

    code: str
    name: str
    province: str


@dataclass(slots=True)
class Clan:
    """One family name in one hamlet, and the middle names its generations take in turn."""

    surname: str
    middles: tuple[str, ...]
    keeps: float


@dataclass(slots=True)
class Hamlet:
    """A hamlet: its name as people say it, its clans with weights, the unit it belongs to now."""

    name: str
    clans: list[Clan]
    weights: list[float]
    unit: Unit


@dataclass(slots=True)
class Commune:
    """A commune of before July 2025. ``people`` is kinh or one of the peoples of ``minority_names.csv`` and two more."""

    code: str
    name: str
    district: str
    province: str
    province_code: str
    region: str
    people: str
    hamlets: list[Hamlet]
    neighbours: list[int] = field(default_factory=list)
    taste: dict[str, list[float]] = field(default_factory=dict)

    @property
    def cmnd_prefix(self) -> str:
        """First digits of the nine-digit cards issued here; provinces without an entry get one of their own."""
        return CMND.get(self.province_code, f"{int(self.province_code) % 90 + 1:02d}"[:2])


def choose_communes(world: World, citizens: int, rng: random.Random) -> list[Commune]:
    """Whole new communes in four provinces of different kinds, as many as hold ``citizens`` people, as their old parts."""
    places = _read_places()
    units, districts, _, parts = places
    wanted = max(2, round(citizens / world.people_per_commune))
    shares = {"north": 0.32, "centre": 0.25, "south": 0.25, "highland": 0.18}
    chosen: list[Commune] = []
    for number, (region, share) in enumerate(shares.items()):
        count = max(1 if number < wanted else 0, round(wanted * share))
        province = rng.choice([code for code, kind in REGIONS.items() if kind == region])
        targets = sorted({new for new, olds in parts.items() if any(districts[d][1] == province for _, _, d, _ in olds)})
        first = rng.randrange(len(targets))
        picked = [targets[(first + step) % len(targets)] for step in range(len(targets))]
        picked = [new for new in picked if 2 <= len(parts[new]) <= 6 and not units[new].name.startswith("Đặc khu")][:count]
        for new in picked:
            chosen += _communes_of(new, region, places, world, rng)
    _set_neighbours(chosen)
    return chosen


def choose_wards(rng: random.Random, count: int = 60) -> list[Commune]:
    """Wards of big cities, where people move to."""
    units, districts, provinces, parts = _read_places()
    pool = sorted(
        (new, old)
        for new, olds in parts.items()
        for old in olds
        if districts[old[2]][1] in CITIES and old[1].startswith("Phường")
    )
    wards = []
    for new, (code, name, district, _) in rng.sample(pool, count):
        hamlets = [Hamlet(_city_line(rng), [], [], units[new]) for _ in range(40)]
        d_name, p_code = districts[district]
        wards.append(Commune(code, name, d_name, provinces[p_code], p_code, "city", "kinh", hamlets))
    return wards


Places = tuple[dict[str, Unit], dict[str, tuple[str, str]], dict[str, str], dict[str, list[tuple[str, str, str, list[str]]]]]
"""New units by code; old districts (name, province); old provinces; and the old communes of each new unit."""


@cache
def _read_places() -> Places:
    units: dict[str, Unit] = {}
    new_provinces: dict[str, str] = {}
    provinces: dict[str, str] = {}
    districts: dict[str, tuple[str, str]] = {}
    parts: dict[str, list[tuple[str, str, str, list[str]]]] = defaultdict(list)
    text = resources.files("vnlink.resources").joinpath("places.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        kind, code, name, *rest = line.split("\t")
        if kind == "p":
            new_provinces[code] = name
        elif kind == "c":
            units[code] = Unit(code, name, new_provinces[rest[0]])
        elif kind == "P":
            provinces[code] = name
        elif kind == "D":
            districts[code] = (name, rest[0])
        elif kind == "C":
            targets = rest[1].split()
            parts[targets[0]].append((code, name, rest[0], targets))
    return units, districts, provinces, parts


def _communes_of(new: str, region: str, places: Places, world: World, rng: random.Random) -> list[Commune]:
    units, districts, provinces, parts = places
    made = []
    olds, province = parts[new], districts[parts[new][0][2]][1]
    minority = region == "highland" and rng.random() < 0.6
    clan_village = rng.random() < world.clan_village
    for code, name, district, targets in olds:
        d_name, p_code = districts[district]
        people = rng.choice(PEOPLES[province]) if minority and rng.random() < 0.85 else "kinh"
        local = _local_surnames(region, rng, clan_village=clan_village)
        kind = rng.choice(HAMLET_KINDS[region]) if people == "kinh" else {"ede": "Buôn", "xtieng": "Sóc"}.get(people, "Bản")
        hamlets = []
        for number in range(rng.randint(5, 11)):
            label = f"{kind} {number + 1}" if code[-1] in "02468" else f"{kind} {' '.join(rng.sample(PLACE_WORDS, 2))}"
            unit = units[targets[number % len(targets)] if len(targets) > 1 and number % 4 == 0 else new]
            clans, weights = _clans(local, rng)
            hamlets.append(Hamlet(label, clans, weights, unit))
        made.append(Commune(code, name, d_name, provinces[p_code], p_code, region, people, hamlets))
    return made


def _local_surnames(region: str, rng: random.Random, *, clan_village: bool) -> tuple[list[str], list[float]]:
    names, weights = surnames_of(region)
    if not clan_village:
        return names, [w * rng.gammavariate(1.5, 1.0) for w in weights]
    top = []
    while len(top) < 3:
        name = rng.choices(names, [w**0.6 for w in weights])[0]
        if name not in top:
            top.append(name)
    total = sum(w for n, w in zip(names, weights, strict=True) if n not in top)
    share = rng.uniform(0.5, 0.7)
    cut = (share * 0.5, share * 0.3, share * 0.2)
    weights = [cut[top.index(n)] if n in top else w / total * (1 - share) for n, w in zip(names, weights, strict=True)]
    return names, weights


def _clans(local: tuple[list[str], list[float]], rng: random.Random) -> tuple[list[Clan], list[float]]:
    """Six to twelve clans of a hamlet: the locally common names many times over, each with its own middle names."""
    count = rng.randint(6, 12)
    clans = []
    for surname in rng.choices(local[0], local[1], k=count):
        middles = tuple(rng.sample(CLAN_MIDDLES, 5))
        clans.append(Clan(surname, middles, rng.choice((0.0, 0.0, 0.5, 0.85))))
    return clans, [rng.gammavariate(0.8, 1.0) + 0.02 for _ in range(count)]


def _set_neighbours(communes: list[Commune]) -> None:
    """Neighbours are the older communes of the same district, two on either side."""
    for index, commune in enumerate(communes):
        near = [i for i in range(max(0, index - 2), min(len(communes), index + 3)) if i != index]
        commune.neighbours = [i for i in near if communes[i].province_code == commune.province_code] or [index]


def _city_line(rng: random.Random) -> str:
    street = rng.choice(("Lê Lợi", "Nguyễn Trãi", "Trần Phú", "Láng", "Hai Bà Trưng", "Quang Trung", "Cách Mạng Tháng Tám"))
    return rng.choice((
        f"Tổ dân phố {rng.randint(1, 30)}",
        f"Khu phố {rng.randint(1, 9)}",
        f"Số {rng.randint(1, 300)} đường {street}",
        f"{rng.randint(1, 90)}/{rng.randint(1, 40)} {street}",
        f"Số {rng.randint(1, 90)}, ngõ {rng.randint(1, 200)} {street}",
    ))  # fmt: skip
