"""Clerks: one office of one commune in one decade writes everything in its own way, and errs in its own way."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .families import Person
from .geography import Commune, Hamlet
from .parameters import World
from .slips import ear_slip, eye_slip, hand_slip, lose_one_mark, old_tone, telex, unmarked

__all__ = ["ERAS", "Office", "make_office"]

ERAS = (2004, 2016, 9999)
"""Last years (exclusive) of the campaigns on paper, of the first software, and of today's."""

TITLES = (
    ("", ""), ("", ""), ("", ""), ("Ông ", "Bà "), ("ông ", "bà "), ("Hộ ông ", "Hộ bà "), ("Ông: ", "Bà: "), ("Hộ: ", "Hộ: "),
    ("Hộ ông: ", "Hộ bà: "), ("Ô. ", "B. "), ("Hộ GĐ ông ", "Hộ GĐ bà "), ("Chủ hộ: Ông ", "Chủ hộ: Bà "),
    ("Hộ gia đình ông ", "Hộ gia đình bà "),
)  # fmt: skip
PAIRS = (
    "{a} - {b}", "{a} - {b}", "{a} - {b}", "{a}-{b}", "{a} và {b}", "{a} và {b}", "{a}, {b}", "{a}, {b}", "{ta}{a} - {tb}{b}",
    "{ta}{a} và vợ là {tb}{b}", "{ta}{a} và vợ là {tb}{b}", "{ta}{a} và {tb}{b}", "{ta}{a} và {tb}{b}", "{ta}{a}, vợ {tb}{b}",
    "{ta}{a} ; {tb}{b}", "{ta}{a} (vợ: {b})", "{ta}{a} cùng vợ là {tb}{b}", "VC {oa}{a} - {b}", "{a} + {b}", "{a}/{b}",
    "Hộ ông {a} và bà {b}", "Hộ ông {a} và bà {b}", "{a} Vợ {b}", "{ta}{a}\n{tb}{b}", "1. {ta}{a} 2. {tb}{b}",
)  # fmt: skip
ABBREVIATED = {
    "Nguyễn": ("Ng.", "Ng", "Ng~", "N."),
    "Trần": ("Tr.", "T."),
    "Phạm": ("Ph.", "P."),
    "Huỳnh": ("H.",),
    "Hoàng": ("H.",),
}
OLD_PROVINCES = {
    "Nam Định": "Nam Hà", "Hà Nam": "Nam Hà", "Hải Dương": "Hải Hưng", "Hưng Yên": "Hải Hưng", "Bắc Ninh": "Hà Bắc",
    "Nghệ An": "Nghệ Tĩnh", "Hà Tĩnh": "Nghệ Tĩnh", "Quảng Ngãi": "Nghĩa Bình", "Bình Định": "Nghĩa Bình",
    "Vĩnh Long": "Cửu Long",
    "Sóc Trăng": "Hậu Giang", "Bình Phước": "Sông Bé", "Quảng Nam": "Quảng Nam - Đà Nẵng", "Quảng Trị": "Bình Trị Thiên",
}  # fmt: skip


@dataclass(slots=True)
class Office:
    """The habits of a commune's clerk in one era. Rates are per word, per cell or per row, as their names say."""

    region: str
    era: int
    case: str
    unmarked: bool
    old_tone: bool
    odd_eth: bool
    titles: tuple[str, str]
    pair: str
    couple: float
    separate: bool
    date: str
    partner_date: str
    numbers: str
    number_form: str
    sex: str
    address: str
    code_of: str
    detail: float
    ear: float
    eye: float
    hand: float
    mark: float
    keys: float
    short: float
    middle: float
    year: float
    digit: float
    spouse_number: float
    tidy: float

    def write_name(self, person: Person, rng: random.Random) -> str:
        """Write one name, slips and habits included."""
        words = list(person.name)
        if person.alias and self.era == 0 and rng.random() < 0.3:
            words[-1] = person.alias
        if len(words) >= 3 and rng.random() < self.middle:
            del words[1]
        elif len(words) >= 4 and rng.random() < 4 * self.middle:
            del words[2 if words[1] in {"Thị", "Văn"} else 1]
        words = [self._word(word, place, words, rng) for place, word in enumerate(words)]
        text = " ".join(words)
        if person.alias and rng.random() < 0.15:
            text += f" (tức {person.alias})"
        return text

    def _word(self, word: str, place: int, words: list[str], rng: random.Random) -> str:
        last = place == len(words) - 1
        if not last and rng.random() < self.short:
            if place == 0:
                return rng.choice(ABBREVIATED.get(word, (word,)))
            return rng.choice(("T.", "T", "Th.")) if word == "Thị" else f"{word[0]}."
        if word in {"Thị", "Văn", "Nguyễn"} and rng.random() < 0.8:
            return word  # nobody misspells these
        if rng.random() < self.ear:
            return ear_slip(word, self.region, rng)
        if rng.random() < self.eye:
            return eye_slip(word, rng)
        if rng.random() < self.hand:
            return hand_slip(word, rng)
        if rng.random() < self.mark:
            return lose_one_mark(word, rng)
        return telex(word) if rng.random() < self.keys else word

    def finish(self, text: str) -> str:
        """What the office's keyboard and form do to a whole cell."""
        if self.old_tone:
            text = old_tone(text)
        if self.odd_eth:
            text = text.replace("Đ", "Ð").replace("đ", "ð")
        if self.unmarked:
            text = unmarked(text)
        return text.upper() if self.case == "upper" else text.lower() if self.case == "lower" else text

    def title(self, person: Person) -> str:
        """Ông or Bà, or whatever stands before names here."""
        return self.titles[0] if person.sex == "M" else self.titles[1]

    def write_date(self, person: Person, year: int, rng: random.Random) -> str:
        """Write a date of birth; before cards with chips it is what older papers say."""
        born = person.paper_year if year < 2016 else person.year
        if rng.random() < self.year:
            born += rng.choice((-10, -3, -2, -1, -1, 1, 1, 2, 3, 10))
        form = self.date
        if form == "none" or rng.random() < 0.04:
            return ""
        if form == "year" or (not person.precise and form != "default") or rng.random() < 0.1:
            return str(born)
        day, month = (1, 1) if form == "default" and (not person.precise or rng.random() < 0.5) else (person.day, person.month)
        if rng.random() < 0.4 * self.year:
            day, month = (month, day) if rng.random() < 0.5 else (rng.randint(1, 28), month)
        if form == "iso":
            return f"{born}-{month:02d}-{day:02d}"
        return f"{day}/{month}/{born}" if form == "loose" else f"{day:02d}/{month:02d}/{born}"

    def write_number(self, person: Person, partner: Person | None, year: int, rng: random.Random) -> str:
        """Write the number the owner showed, or the partner's, or none."""
        if self.numbers == "none" or rng.random() < 0.2:
            return ""
        if partner is not None and rng.random() < self.spouse_number:
            person = partner
        number = person.card(year)
        if year >= 2016 and person.number and (rng.random() < 0.25 * (year - 2015) or not number):
            number = person.number if self.numbers == "both" else number
        if not number:
            return ""
        if rng.random() < self.digit:
            at = rng.randrange(len(number) - 1)
            swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
            number = rng.choice(
                (swapped, number[:at] + str(rng.randrange(10)) + number[at + 1 :], number[:at] + number[at + 1 :])
            )
        if self.number_form == "numeric":
            return number.lstrip("0")
        if self.number_form == "spaced":
            return f"{number[:3]} {number[3:6]} {number[6:]}"
        if self.number_form == "words":
            return f"{'CMND' if len(number) == 9 else 'CCCD'} số {number}"
        return f"{number[:3]}.{number[3:6]}.{number[6:]}" if self.number_form == "dots" else number

    def write_address(self, home: tuple[Commune, Hamlet], rng: random.Random, *, modern: bool) -> str:
        """Write where the owner lived then, in three old levels or fewer, or in two new ones."""
        commune, hamlet = home
        if modern:
            return self.finish(f"{hamlet.name}, {hamlet.unit.name}, {hamlet.unit.province}")
        local = hamlet.name
        if rng.random() < 6 * self.hand:
            local = local.replace("Thôn", "thôn").replace("Xóm", "xóm").replace(" 0", " ")
        province = commune.province
        bare = province.replace("Tỉnh ", "").replace("Thành phố ", "")
        if self.era == 0 and bare in OLD_PROVINCES and rng.random() < 0.15:
            province, bare = "tỉnh " + OLD_PROVINCES[bare], OLD_PROVINCES[bare]
        name, district = commune.name, commune.district
        if rng.random() < 4 * self.hand:
            name = " ".join(hand_slip(word, rng) if rng.random() < 0.5 else word for word in name.split())
        forms = {
            "full": f"{local}, {name}, {district}, {province}",
            "dash": f"{local} - {_low(name)} - {_low(district)} - {bare}",
            "short": f"{local}, {_short(name)}, {_short(district)}, {_short(province)}",
            "no_hamlet": f"{name}, {district}, {province}",
            "no_province": f"{local}, {name}, {district}",
            "commune": f"{local}, {name}",
            "hamlet": local,
            "bare": f"{local} {_bare(name)} {_bare(district)} {bare}",
            "none": "",
        }
        return self.finish(forms[self.address if self.address in forms else "full"])


KINDS = (
    ("Thị trấn", "TT."), ("Thị xã", "TX."), ("Thành phố", "TP."), ("Phường", "P."), ("Quận", "Q."), ("Huyện", "H."),
    ("Xã", "X."), ("Tỉnh", "T."),
)  # fmt: skip


def _low(name: str) -> str:
    return name[:1].lower() + name[1:]


def _short(name: str) -> str:
    for kind, short in KINDS:
        if name.startswith(kind):
            return short + name[len(kind) + 1 :]
    return name


def _bare(name: str) -> str:
    for kind, _ in KINDS:
        if name.startswith(kind) and not name[len(kind) + 1 :].isdigit():
            return name[len(kind) + 1 :]
    return name


def make_office(commune: Commune, era: int, world: World, rng: random.Random) -> Office:
    """Hire a clerk. Most are careful; the rate of each kind of slip has a long tail over clerks."""
    slips = world.slips * (1.5, 1.0, 0.5)[era]

    def rate(mean: float) -> float:
        return min(0.5, slips * mean * rng.gammavariate(0.6, 1 / 0.6))

    with_numbers = rng.random() < min(0.98, world.ids * (0.62, 1.15, 1.75)[era])
    weak_date = ("year", "year", "year", "full", "loose", "default", "none")
    later_date = ("full", "full", "loose", "iso", "year", "year", "default")
    return Office(
        region=commune.region,
        era=era,
        case=rng.choices(("title", "upper", "lower"), (0.68, 0.29, 0.03))[0],
        unmarked=rng.random() < 0.05 * slips,
        old_tone=rng.random() < 0.22,
        odd_eth=rng.random() < 0.06,
        titles=rng.choice(TITLES),
        pair=rng.choice(PAIRS),
        couple=min(0.95, world.couples * (0.45, 1.5, 1.9)[era] * rng.uniform(0.3, 1.7)),
        separate=rng.random() < 0.12,
        date=rng.choice((weak_date, later_date, later_date)[era]),
        partner_date=rng.choice(("both", "both", "first")),
        numbers=("cmnd" if era == 0 or rng.random() < 0.25 else "both") if with_numbers else "none",
        number_form=rng.choice(("plain", "plain", "plain", "plain", "numeric", "spaced", "words", "dots")),
        sex=rng.choice(("words", "codes", "none", "none")),
        address=rng.choices(
            ("full", "dash", "short", "no_hamlet", "no_province", "commune", "hamlet", "bare", "none"),
            (24, 16, 14, 12, 8, 10, 6, 6, 4),
        )[0],
        code_of=rng.choice(("owner", "owner", "land", "none")),
        detail=rng.choice((0, 0, 0, 0, 0, 0.3)),
        ear=rate(0.007),
        eye=rate(0.006),
        hand=rate(0.005),
        mark=rate(0.007),
        keys=rate(0.001),
        short=rate(0.008),
        middle=rate(0.01),
        year=rate(0.025),
        digit=rate(0.02),
        spouse_number=rate(0.012),
        tidy=rng.uniform(0.4, 0.95),
    )
