"""A link to a citizen who has died says so, and is decided as it would be without the date of death."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import vnlink
from vnlink.engines.population import Population
from vnlink.linkage import Linkage
from vnlink.persons import PersonTable
from vnlink.schema import Flag, Side

CODE = "citizen_deceased"


@pytest.fixture(scope="module")
def citizens(registers):
    """Every third citizen has died; of some only that something was written is known."""
    told = [("", "03/2009", "không rõ", "1999", "", "12/05/2015")[row % 6] for row in range(len(registers.citizens))]
    at = registers.citizens.schema.get_field_index("death_date")
    return registers.citizens.set_column(at, "death_date", pa.array(told, pa.string()))


@pytest.fixture(scope="module")
def linked(registers, citizens):
    linker = vnlink.Linker(threads=1).fit(registers.land, citizens)
    return linker, linker.link(registers.land, citizens)


def test_links_to_citizens_who_died_and_no_others_have_the_reason(linked, citizens):
    links = linked[1].links
    died = {
        row["citizen_id"]
        for row in citizens.select(["citizen_id", "death_date"]).to_pylist()
        if row["death_date"][:1].isdigit()
    }
    for row in links.select(["citizen_id", "reasons"]).to_pylist():
        assert (CODE in row["reasons"]) == (row["citizen_id"] in died)
    full = links.filter(pc.equal(links["status"], "full"))
    assert sum(CODE in reasons for reasons in full["reasons"].to_pylist()) > 100


def test_a_date_of_death_changes_neither_status_nor_probability(linked, registers, citizens):
    linker, result = linked
    without = linker.link(registers.land, citizens.drop_columns(["death_date"]))
    assert without.links.drop_columns(["reasons"]).equals(result.links.drop_columns(["reasons"]))
    kept = [[code for code in reasons if code != CODE] for reasons in result.links["reasons"].to_pylist()]
    assert without.links["reasons"].to_pylist() == kept


def test_the_report_counts_links_to_citizens_who_died(linked):
    result = linked[1]
    counted = {row["status"]: row["count"] for row in result.summary()["reasons"] if row["code"] == CODE}
    told = pc.sum(pc.equal(pc.list_flatten(result.links["reasons"]), CODE)).as_py()
    assert sum(counted.values()) == told > 0
    assert set(counted) == {"full", "partial"}


def test_a_look_up_says_that_the_citizen_died_as_a_link_does(linked, registers, citizens, tmp_path):
    linker, result = linked
    linker.index(citizens, tmp_path / "index")
    found = linker.lookup(registers.land.slice(0, 300), tmp_path / "index")
    links = result.links.filter(
        pc.is_in(result.links["land_user_id"], registers.land["land_user_id"].slice(0, 300).combine_chunks())
    )
    assert [CODE in reasons for reasons in found.links["reasons"].to_pylist()] == [
        CODE in reasons for reasons in links["reasons"].to_pylist()
    ]


def test_flags_of_citizens_in_files_are_those_in_memory(registers, citizens, tmp_path):
    with Linkage(registers.land, citizens, vnlink.load_config(None)) as linkage:
        people, communes = linkage.citizens.people, linkage._places.communes
        in_files = PersonTable(tmp_path)
        in_files.append(people, Side.CITIZEN)
        in_files.seal()
        asked = np.array([7, -1, 1, 1, 2999, 3, -1, 0], np.int32)
        flags = [Population(table, communes).flags_of(asked) for table in (in_files, linkage.citizens.table)]
        in_files.close()
    assert flags[0].tolist() == flags[1].tolist()
    assert ((flags[0] & np.uint32(Flag.CITIZEN_DECEASED)) > 0).tolist() == [True, False, True, True, True, True, False, False]
