"""A person's own name is a person, whatever its words mean elsewhere: Trường, Công, Đình, Chùa, Đoàn, Hội are names too."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest

from vnlink.normalize.owner_records import parse_owners
from vnlink.normalize.owners import parse_owner_column
from vnlink.normalize.text import fold
from vnlink.normalize.tokens import Interner
from vnlink.schema import Flag, OwnerKind, Role

WORDS_OF_NAMES = Flag.NAME_UNMARKED | Flag.NAME_HAS_INITIAL
"""Flags that a name by itself may have."""

AMBIGUOUS = ("lam truong", "nong truong", "cong an")
"""Lâm trường Như Ý and CONG AN XA may be a state farm, the police, or persons: with so much behind, they are read as bodies."""


def _names(table: str) -> list[str]:
    lines = files("vnlink").joinpath("resources", table).read_text("utf-8").splitlines()
    return list(dict.fromkeys(row["name"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))))


def _full_names() -> list[str]:
    """Every family name with every given name, alone, behind Văn or Thị and behind another middle name.

    The family name Ông is left out: "Ông An" is a title and a name.
    """
    families = [name for name in _names("surnames.csv") if name != "Ông"]
    middles, given = _names("middle_names.csv"), _names("given_names.csv")
    made = []
    for at, family in enumerate(families):
        for number, name in enumerate(given):
            middle = middles[(at * 7 + number) % len(middles)]
            made += [f"{family} {name}", f"{family} {('Văn', 'Thị')[number % 2]} {name}", f"{family} {middle} {name}"]
    return made


@pytest.mark.parametrize("written", ["with its marks", "without marks"])
def test_every_name_of_the_tables_is_one_person_whole_and_without_remarks(written: str) -> None:
    names = _full_names()
    assert len(names) > 200_000
    names = [fold(name) for name in names] if written == "without marks" else names
    interner = Interner()
    owners = parse_owner_column(names, interner)
    assert len(owners.row) == len(names)
    read = interner.lexicon.render(owners.syllables).to_pylist()
    whole = np.array([len((name or "").split()) for name in read]) == [len(name.split()) for name in names]
    right = (owners.kind == OwnerKind.PERSON) & (owners.role == Role.OWNER) & whole & (owners.sex == 0)
    right &= (owners.flags & ~np.uint32(WORDS_OF_NAMES)) == 0
    wrong = [names[row] for row in np.flatnonzero(~right)]
    assert [name for name in wrong if not fold(name).startswith(AMBIGUOUS)] == []


GRAMMAR = (
    "Trường Công Đình Chùa Đoàn Hội Chợ Trạm Viện Sở Cục Phòng Ban Bản Buôn Làng Tổ Ấp Thôn Xã Miếu Đền Tộc Đất Nhóm Hộ Hồ Vợ "
    "Chồng Chết Mất Tức Tự Sinh Năm Ngày Tháng Trú Ngụ Tại Cấp Đại Do Con Em Mẹ Bố Các Của Được Người Với Cùng Là"
)
BODIES = "Trường Đình Hội Viện Phòng Ban Trạm Chợ Sở Cục Miếu Tộc"


@pytest.mark.parametrize("family", ["Nguyễn", "Lê", "Sùng", "Lò", "Giàng"])
@pytest.mark.parametrize("word", GRAMMAR.split(" "))
def test_a_word_of_the_grammar_behind_a_middle_name_is_a_given_name(family: str, word: str) -> None:
    for name in (f"{family} Văn {word}", f"{family} Thị {word}"):
        for text in (name, f"Ông {name}", f"{name}, Trần Văn An", f"Trần Văn An và {name}", f"{name} (1950)"):
            owners = parse_owners(text)
            assert name in [owner.name for owner in owners], text
            assert {owner.kind for owner in owners} == {"person"}
            noticed = {flag for owner in owners for flag in owner.flags}
            assert noticed.isdisjoint({"DECEASED", "LEFTOVER", "NAME_HAS_ALIAS", "HEIRS", "NAME_CUT"}), text


@pytest.mark.parametrize("word", BODIES.split(" "))
def test_a_kind_of_body_before_a_middle_name_and_a_given_name_is_a_family_name(word: str) -> None:
    for name in (f"{word} Văn Hợi", f"{word} Thị Mơ"):
        assert [(owner.kind, owner.name) for owner in parse_owners(name)] == [("person", name)]
