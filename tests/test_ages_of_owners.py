"""Who is about as old as the other owner is the likelier one where a person's own birth date is not told."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink import Linker
from vnlink.datasets import synthesize

WIVES = {"OLDER": "1931", "YOUNGER": "1999", "AS_OLD": "1959"}


@pytest.fixture(scope="module")
def linked():
    """A model of some registers, and those with three women of one name in one hamlet."""
    registers = synthesize(3_000, 3_000, seed=4, preset="raw")
    place = registers.citizens["commune_code"][0].as_py()
    women = [
        {"citizen_id": key, "full_name": "Trần Thị Bích Mận", "birth_date": year, "gender": "Nữ", "commune_code": place}
        for key, year in WIVES.items()
    ]
    citizens = pa.concat_tables([registers.citizens, pa.Table.from_pylist(women, registers.citizens.schema)])
    model = Linker(threads=1).fit(registers.land, registers.citizens)

    def best(**cells):
        row = {"land_user_id": "COUPLE", "commune_code": place, **cells}
        links = model.link(pa.Table.from_pylist([row], registers.land.schema), citizens)
        candidates = links.candidates.to_pandas()
        return candidates[(candidates["person_no"] == 2) & (candidates["rank"] == 1)].iloc[0]

    return best


@pytest.mark.parametrize(
    "cells", [{"birth_date": "1957"}, {"full_name": "Ông Phùng Bá Kiên, sinh năm 1957 và bà Trần Thị Bích Mận"}]
)
def test_a_wife_without_a_date_is_the_one_of_her_husbands_age(linked, cells):
    found = linked(**{"full_name": "Ông Phùng Bá Kiên và bà Trần Thị Bích Mận", **cells})
    assert found["citizen_id"] == "AS_OLD"
    assert found["level_generation"] == "apart_2"
    assert found["level_birth"] == "missing"


def test_a_year_that_is_quite_another_leaves_the_decade_of_birth(linked):
    found = linked(full_name="Ông Phùng Bá Kiên và bà Trần Thị Bích Mận", birth_date="1957; 1945")
    assert found["level_birth"] == "different_year"
    assert (
        found["level_generation"]
        == {"OLDER": "before_1940", "YOUNGER": "born_1990s", "AS_OLD": "born_1950s"}[found["citizen_id"]]
    )


def test_a_date_of_her_own_goes_before_her_husbands_age(linked):
    found = linked(full_name="Ông Phùng Bá Kiên và bà Trần Thị Bích Mận", birth_date="1957; 1999")
    assert found["citizen_id"] == "YOUNGER"
    assert found["level_generation"] == "missing"
    assert found["level_birth"] == "year"
