"""A cell of a name in which somebody wrote that there is no name is a missing cell, alone and in a column."""

import numpy as np
import pyarrow as pa
import pytest

import vnlink
from vnlink.linkage import Linkage
from vnlink.normalize.lexicon import name_hash
from vnlink.normalize.owners import parse_name_column
from vnlink.normalize.tokens import Interner
from vnlink.schema import OwnerKind

NO_NAMES = [
    "NULL", "null", "None", "nan", "NaN", "NaT", "<NA>", "NA", "N/A", "#N/A", "n.a.", '"NULL"', "\u00a0NULL ", "nan nan",
    "null; null", "không", "KHÔNG", "kho\u0302ng", "Khong", "Không có", "không rõ", "Chưa rõ", "ko", "x", "X", "xxx", "x x",
    "1 NULL", "\uff2e\uff35\uff2c\uff2c", "nu\u200bll",
]  # fmt: skip
NAMES = [
    "Na", "Nan", "Na Na", "Khong Co", "Khong Ro", "Không Văn Na", "Nguyễn Văn X", "Xa", "Nông Na", "Lê Thị Không", "Nu", "Nào",
    "Chu", "Koa", "Y Na", "Khổng",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_NAMES)
def test_a_cell_that_says_that_there_is_no_name_is_no_name(text):
    assert vnlink.normalize_name(text).text == ""
    (owner,) = vnlink.parse_owners(text)
    assert (owner.kind, owner.name, owner.flags) == ("unreadable", "", ())
    assert vnlink.compare_names(text, text).level == "missing"


@pytest.mark.parametrize("text", NAMES)
def test_a_word_that_may_be_a_name_stays_one_where_it_is_written_as_a_name_or_within_one(text):
    assert vnlink.normalize_name(text).text
    assert [owner.kind for owner in vnlink.parse_owners(text)] == ["person"]


def test_columns_read_cells_without_a_name_as_cells_alone_are_read():
    texts = [*NO_NAMES, *NAMES, None, ""]
    alone = [vnlink.normalize_name(text).text or None for text in texts]
    assert vnlink.normalize_name(texts).field("text").to_pylist() == alone
    kinds = [[owner["kind"] for owner in row] for row in vnlink.parse_owners(texts).to_pylist()]
    assert kinds == [[owner.kind for owner in vnlink.parse_owners(text)] for text in texts]


def test_a_spouse_who_is_said_to_have_no_name_is_nobody():
    interner = Interner()
    syllables, _ = parse_name_column(["NULL", "Lê Thị Na"], interner)
    assert (name_hash(syllables, interner.lexicon.arrays()) == 0).tolist() == [True, False]


def test_two_names_that_are_not_known_are_never_full(registers):
    citizens, rows = registers.citizens, 150
    births = citizens["birth_date"].slice(0, rows)
    unknown = np.arange(len(citizens)) < rows
    names = pa.array(np.where(unknown, "NULL", np.array(citizens["full_name"].to_pylist(), object)), pa.string())
    citizens = citizens.set_column(citizens.schema.get_field_index("full_name"), "full_name", names)
    more = pa.table({"land_user_id": [f"N{i}" for i in range(rows)], "full_name": ["NULL"] * rows, "birth_date": births})
    land = pa.concat_tables([registers.land, more], promote_options="default")
    links = vnlink.Linker(threads=1).fit(land, citizens).link(land, citizens).links
    found = pa.table(links).slice(len(links) - rows).to_pylist()
    assert {(row["status"], tuple(row["reasons"]), row["person_name"]) for row in found} == {
        ("none", ("unreadable_name",), "NULL")
    }
    with Linkage(land, citizens, vnlink.load_config(None)) as linkage:
        assert (linkage.citizens.people.kind[:rows] == OwnerKind.UNREADABLE).all()
