"""Registers in which no number is written: what is learned of them is never absurd."""

from __future__ import annotations

import pytest

from vnlink import Linker
from vnlink.compare.patterns import FIELDS
from vnlink.datasets import synthesize
from vnlink.report.measures import evaluate


@pytest.fixture(scope="module")
def linker():
    made = synthesize(citizens=4_000, land_users=2_500, seed=11, preset="raw")
    land = made.land.drop_columns(["id_number"])
    return Linker(threads=1).fit(land, made.citizens)


def test_that_the_other_owner_is_not_in_the_household_never_proves_who_somebody_is(linker):
    partner = next(field for field in FIELDS if field.name == "partner")
    _, same, part, other = linker.model_.weights.weights["partner"]
    assert linker.model_.weights.beside_number == {}, "a few numbers tell nothing of whom numbers that are wrong lead to"
    for level in ("not_in_household", "other_spouse", "other_person"):
        at = partner.levels.index(level)
        assert max(same[at], part[at]) < 0.0, level
        # Hardly any candidate of another name comes by anything but the household, so this is learned from few.
        assert other[at] < 4.0, level


# Registers of names and addresses only


@pytest.fixture(scope="module")
def names_only():
    made = synthesize(citizens=6_000, land_users=5_000, seed=11, preset="raw")
    land = made.land.drop_columns(["id_number", "birth_date"])
    found = Linker(threads=1).fit(land, made.citizens).link(land, made.citizens)
    return evaluate(found.links, made.truth)


def test_names_and_addresses_alone_link_most_persons_and_few_wrongly(names_only):
    sure = [one for one in names_only.reliability.bins if one.low >= 0.9]
    persons, wrong = (
        sum(one.persons * share for one, share in zip(sure, shares, strict=True))
        for shares in ([1.0] * len(sure), [one.wrong or 0.0 for one in sure])
    )
    promised = sum(one.persons * (one.promised_wrong or 0.0) for one in sure)
    assert persons > 4_900
    assert wrong < 2.0 * promised
