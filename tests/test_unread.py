"""Columns of which nothing could be made, and ids that come again, are told and not only counted."""

from __future__ import annotations

import pyarrow as pa
import pytest

from vnlink import Linker, unread
from vnlink.config import Config, Normalize
from vnlink.indexing import run_index
from vnlink.reading import read_register, register_reader
from vnlink.schema import Side
from vnlink.storage.sources import open_source


def notes_of(side=Side.CITIZEN, count=40, **columns):
    key = "citizen_id" if side is Side.CITIZEN else "land_user_id"
    names = ["Lê Văn Đức"] * count
    table = pa.table({key: [f"X{i}" for i in range(count)], "full_name": names} | columns)
    source = open_source(table, side)
    read_register(register_reader(Normalize()), source, None, batch_rows=16)
    return source.notes()


ROUNDED = [f"1.{i:02}632E+10" for i in range(40)]
GOOD = [f"0010{60 + i % 30}{i:06}" for i in range(40)]


@pytest.mark.parametrize(
    ("side", "column"), [(Side.CITIZEN, "personal_id"), (Side.CITIZEN, "old_id_number"), (Side.LAND, "id_number")]
)
def test_a_column_of_rounded_numbers_is_told_with_its_counts(side, column):
    told = {"code": "column_unreadable", "side": side.value, "column": column, "count": 40, "cells": 40}
    assert notes_of(side, **{column: ROUNDED}) == [told]


def test_a_column_is_judged_by_the_cells_that_hold_something():
    half = [*ROUNDED[:21], *[None] * 19]
    assert notes_of(personal_id=half)[0] | {"side": ""} == {
        "code": "column_unreadable",
        "side": "",
        "column": "personal_id",
        "count": 21,
        "cells": 21,
    }
    assert notes_of(personal_id=[*ROUNDED[:19], *[None] * 21]) == []
    assert notes_of(personal_id=[*ROUNDED[:20], *GOOD[:20]]) == []


def test_dates_and_sexes_that_nobody_understands_are_told():
    notes = notes_of(birth_date=["không rõ số"] * 40, gender=["x"] * 40)
    assert [(one["column"], one["count"]) for one in notes] == [("birth_date", 40), ("gender", 40)]


def test_rows_without_a_name_are_told():
    notes = notes_of(full_name=pa.array([None] * 40, pa.string()))
    assert notes == [{"code": "names_missing", "side": "citizen", "column": "full_name", "count": 40, "cells": 40}]
    notes = notes_of(full_name=["123"] * 40)
    assert notes == [{"code": "column_unreadable", "side": "citizen", "column": "full_name", "count": 40, "cells": 40}]


def test_personal_ids_that_come_again_are_counted_where_they_are_many():
    assert notes_of(personal_id=GOOD) == []
    assert notes_of(count=400, personal_id=[f"001060{i:06}" for i in [*range(398), 1, 1]]) == []
    notes = notes_of(personal_id=[*GOOD[:38], GOOD[0], GOOD[0]])
    assert notes == [{"code": "personal_ids_repeated", "side": "citizen", "column": "personal_id", "count": 3, "cells": 40}]
    assert notes_of(Side.LAND, id_number=[GOOD[0]] * 40) == []


def test_of_many_ids_those_drawn_by_the_id_stand_for_all(monkeypatch):
    monkeypatch.setattr(unread, "_SAMPLE", 256)
    ids = [f"001060{i:06}" for i in range(2000)] * 2
    (note,) = notes_of(count=4000, personal_id=ids)
    assert note["count"] == note["cells"] == 4000
    (mixed,) = notes_of(count=4000, personal_id=[*ids[:3000], *(f"001061{i:06}" for i in range(1000))])
    assert 1300 < mixed["count"] < 2700
    assert notes_of(count=4000, personal_id=[*(f"001061{i:06}" for i in range(1000)), *ids[2999::-1]]) == [mixed]


def test_a_run_tells_its_notes_in_manifest_summary_and_result_and_an_index_keeps_them(tmp_path):
    land = pa.table({"Mã chủ": ["L1"], "Họ tên": ["Lê Văn Đức"], "Ghi chú": ["x"]})
    ids, names = [f"C{i}" for i in range(40)], ["Lê Văn Đức"] * 40
    citizens = pa.table({"citizen_id": ids, "full_name": names, "personal_id": ROUNDED})
    result = Linker(threads=1).link(land, citizens)
    notes = result.manifest["notes"]
    assert [note["code"] for note in notes] == ["columns_not_used", "column_unreadable"]
    assert result.summary()["notes"] == notes
    assert "\n  note: land register: columns not used: 1 (Ghi chú)" in repr(result)
    run_index(citizens, tmp_path / "index", config=Config.from_mapping({"run": {"threads": 1}}))
    assert Linker(threads=1).link(land, tmp_path / "index").manifest["notes"] == notes
