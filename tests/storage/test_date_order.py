"""Columns of dates written month first are told by the column."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.csv
import pytest

from vnlink.config import Normalize
from vnlink.reading import read_register, register_reader
from vnlink.schema import Side
from vnlink.storage.date_order import DateOrder, day_first
from vnlink.storage.sources import open_source

PROOFS = [f"{month}/{day}/19{60 + month}" for month in range(1, 9) for day in (13, 25, 28)]


def order_of(cells):
    order = DateOrder()
    order.add(pa.array(cells, pa.string()))
    return order.month_first


def test_many_dates_that_can_only_be_month_first_prove_it():
    assert order_of(PROOFS)
    assert order_of([f"{cell} 12:00:00 AM" for cell in PROOFS])
    assert order_of([*PROOFS, "01/02/1960", "1960", None, "1960-13-02"])


def test_few_dates_or_some_that_stand_the_other_way_do_not():
    assert not order_of(PROOFS[:19])
    assert not order_of([*PROOFS, "25/12/1960"])
    assert not order_of(["25/12/1960"] * 5000 + PROOFS)
    assert order_of([*PROOFS * 10, "25/12/1960"])


def test_nothing_but_two_numbers_before_a_year_is_turned_round():
    cells = ["12/25/1977", "3-4-71", "03.1970", "1970", "1960-02-03", "12/25/1977; 1/2/1980", "19600203", None]
    turned = ["25/12/1977", "4-3-71", "03.1970", "1970", "1960-02-03", "25/12/1977; 2/1/1980", "19600203", None]
    assert day_first(pa.array(cells)).to_pylist() == turned


def read(births, batch_rows=131_072, **columns):
    names = ["Lê Văn Đức"] * len(births)
    ids = [f"C{number:04}" for number in range(len(births))]
    source = open_source(pa.table({"citizen_id": ids, "full_name": names, "birth_date": births, **columns}), Side.CITIZEN)
    return source, read_register(register_reader(Normalize()), source, None, batch_rows=batch_rows)


@pytest.mark.parametrize("batch_rows", [1, 7, 131_072])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_whole_column_is_read_month_first_in_whatever_order_and_parts_it_comes(batch_rows, backwards):
    births = [*PROOFS, "02/03/1960", "1971"]
    expected = [int(f"{cell[-4:]}{int(cell.split('/')[0]):02}{int(cell.split('/')[1]):02}") for cell in PROOFS]
    expected += [19600203, 19710000]
    source, register = read(births[::-1] if backwards else births, batch_rows)
    assert register.people.birth.tolist() == (expected[::-1] if backwards else expected)
    assert "date_swapped" not in register.flags
    assert source.notes() == [{"code": "month_first", "side": "citizen", "column": "birth_date", "count": 24}]


def test_a_slip_in_a_column_read_month_first_is_flagged():
    _, register = read([*PROOFS * 10, "25/12/1960"])
    assert register.people.birth[-1] == 19601225
    assert register.flags["date_swapped"] == 1


def test_a_column_read_day_first_keeps_its_flags_and_says_nothing():
    source, register = read(["25/12/1960"] * 5000 + PROOFS)
    assert register.flags["date_swapped"] == len(PROOFS)
    assert source.notes() == []


def test_a_column_in_an_old_encoding_is_read_month_first_too():
    source, register = read(PROOFS, address=["Th«n H¹, x· Hßa B×nh"] * len(PROOFS))
    assert "date_swapped" not in register.flags
    assert [note["code"] for note in source.notes()] == ["month_first"]


def test_notes_are_plain_data():
    source, _ = read(PROOFS)
    assert json.loads(json.dumps(source.describe()))["notes"] == source.notes()
