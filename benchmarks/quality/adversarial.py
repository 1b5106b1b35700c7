"""Pairs that agree in everything but one thing that forbids full, as raw text, through a whole run.

Each land user is a citizen of the register, written well, with one contradiction: another valid personal id, another complete
birth date, or both; in the many ways in which clerks write numbers and dates. Name, sex, place, and whatever is not
contradicted agree, so the odds are as high as they can be. Not one of them may be full, whatever the configuration says.

    python benchmarks/quality/adversarial.py --pairs 1000000
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from vnlink import Linker

KINDS = ("another personal id", "another birth date", "both", "another birth date, no number", "nothing")
"""What is contradicted; the last kind is the control."""

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLE = {0: ("Văn", "Đức", "Hữu", "Quang", "Minh", "Công"), 1: ("Thị", "Ngọc", "Thu", "Kim", "Mai", "Thanh")}
_GIVEN = ("Hùng", "Lan", "Dũng", "Hoa", "Tuấn", "Hương", "Sơn", "Nga", "Thảo", "Long", "Hà", "Bình", "Phúc", "Yến", "Tâm")
_PROVINCES = ("001", "031", "048", "079", "092", "036", "040", "052")
_DAYS_OF_MONTH = 28

_DATES = (
    "{d:02d}/{m:02d}/{y}",
    "{d}/{m}/{y}",
    "{d:02d}-{m:02d}-{y}",
    "{y}-{m:02d}-{d:02d}",
    "{y}{m:02d}{d:02d}",
    "{d:02d}.{m:02d}.{y}",
    "ngày {d:02d} tháng {m:02d} năm {y}",
    " {d:02d}/{m:02d}/{y} ",
)
_NUMBERS = ("{n}", "CCCD: {n}", "CCCD số {n}", "{n} ", "{a} {b} {c}", "{a}.{b}.{c}", "số định danh {n}", "'{n}")


def _number(rng: np.random.Generator, sex: int, year: int) -> str:
    """A valid personal id of somebody of this sex and year of birth."""
    century = (0 if year < 2000 else 2) + sex
    return f"{_PROVINCES[rng.integers(len(_PROVINCES))]}{century}{year % 100:02d}{rng.integers(1_000_000):06d}"


def _another_date(rng: np.random.Generator, date: tuple[int, int, int]) -> tuple[int, int, int]:
    """A date that differs in day, month, year or several of them, often in one digit only."""
    day, month, year = date
    while (other := (day, month, year)) == date:
        which = int(rng.integers(1, 8))
        if which & 1:
            day = int(rng.integers(1, _DAYS_OF_MONTH + 1))
        if which & 2:
            month = int(rng.integers(1, 13))
        if which & 4:
            year = date[2] + int(rng.choice((-10, -3, -1, 1, 2, 10)))
        # Only where both readings are dates: 25 swapped into a month is rightly read as the day that it was.
        if rng.random() < 0.1 and date[0] <= 12:
            day, month, year = date[1], date[0], date[2]
    return other


def _written(rng: np.random.Generator, date: tuple[int, int, int], number: str) -> tuple[str, str]:
    day, month, year = date
    text = _DATES[rng.integers(len(_DATES))].format(d=day, m=month, y=year)
    form = _NUMBERS[rng.integers(len(_NUMBERS))]
    return text, form.format(n=number, a=number[:4], b=number[4:8], c=number[8:]) if number else ""


def registers(pairs: int, seed: int = 1) -> tuple[pa.Table, pa.Table, list[int]]:
    """Make the registers.

    Parameters
    ----------
    pairs : int
        Land users, and as many citizens.
    seed : int

    Returns
    -------
    pyarrow.Table, pyarrow.Table, list of int
        Land users, citizens, and which of :data:`KINDS` each pair is.
    """
    rng = np.random.default_rng(seed)
    land: dict[str, list[str]] = {name: [] for name in ("full_name", "birth_date", "gender", "id_number", "address")}
    citizens: dict[str, list[str]] = {name: [] for name in ("full_name", "birth_date", "gender", "personal_id", "address")}
    kinds = rng.integers(0, len(KINDS), pairs).tolist()
    for kind in kinds:
        sex = int(rng.integers(2))
        pick = [words[rng.integers(len(words))] for words in (_FAMILY, _MIDDLE[sex], _GIVEN, _GIVEN)]
        name, gender = " ".join(pick), ("Nam", "Nữ")[sex]
        date = (int(rng.integers(2, _DAYS_OF_MONTH + 1)), int(rng.integers(2, 13)), int(rng.integers(1940, 2004)))
        number = _number(rng, sex, date[2])
        address = f"Thôn {rng.integers(1, 30)}, xã Tiên Phương, huyện Chương Mỹ, Hà Nội"
        record = (name, f"{date[0]:02d}/{date[1]:02d}/{date[2]}", gender, number, address)
        for column, value in zip(citizens.values(), record, strict=True):
            column.append(value)
        shown = number if KINDS[kind] in ("another birth date", "nothing") else "" if kind == 3 else _number(rng, sex, date[2])
        told = date if KINDS[kind] in ("another personal id", "nothing") else _another_date(rng, date)
        if shown == number and KINDS[kind] in ("another personal id", "both"):
            shown = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
        birth, paper = _written(rng, told, shown)
        for column, value in zip(land.values(), (name, birth, gender, paper, address), strict=True):
            column.append(value)
    keys = range(pairs)
    return (
        pa.table({"land_user_id": [f"L{i}" for i in keys], **land}),
        pa.table({"citizen_id": [f"C{i}" for i in keys], **citizens}),
        kinds,
    )


def count_full(pairs: int, seed: int = 1, **settings: Any) -> dict[str, dict[str, int]]:
    """Link the registers and count pairs and fulls of each kind.

    A pair is full when the land user is linked in full to the citizen whom it contradicts.
    """
    land, citizens, kinds = registers(pairs, seed)
    links = Linker(**settings).link(land, citizens).links
    status, citizen = links["status"].to_pylist(), links["citizen_id"].to_pylist()
    user = links["land_user_id"].to_pylist()
    counts = {name: {"pairs": 0, "full": 0} for name in KINDS}
    for who, said, found in zip(user, status, citizen, strict=True):
        at = int(who[1:])
        one = counts[KINDS[kinds[at]]]
        one["pairs"] += 1
        one["full"] += said == "full" and found == f"C{at}"
    return counts


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Print and return the counts, with the default rule and with the laxest there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    lax = {"full_requires": ("name",), "probability_full": 0.5}
    result = {
        "default": count_full(options.pairs, options.seed),
        "laxest rule": count_full(options.pairs, options.seed, **lax),
    }
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
