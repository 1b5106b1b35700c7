"""Columns of dates written month first are told by the column."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.csv
import pytest

from vnlink.config import Normalize
from vnlink.errors import InputError
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


def read(births, batch_rows=131_072, before=None, **columns):
    names = ["Lê Văn Đức"] * len(births)
    ids = [f"C{number:04}" for number in range(len(births))]
    source = open_source(pa.table({"citizen_id": ids, "full_name": names, "birth_date": births, **columns}), Side.CITIZEN)
    register = read_register(register_reader(Normalize()), source, None, batch_rows=batch_rows, before=before)
    return source, register


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


@pytest.mark.parametrize("batch_rows", [1, 131_072])
def test_rows_that_are_added_are_read_in_the_order_that_the_earlier_ones_proved(batch_rows):
    _, base = read(PROOFS)
    assert base.counts["dates"] == {"birth_date": {"proofs": 24, "against": 0}}
    source, register = read(["02/03/1960", "12/25/1970"], batch_rows, before=base.counts)
    assert register.people.birth.tolist() == [19600203, 19701225]
    assert register.counts["dates"] == {"birth_date": {"proofs": 25, "against": 0}}
    assert [note["count"] for note in source.notes()] == [1]


def test_counts_of_a_column_that_the_added_rows_lack_are_kept_and_a_base_without_counts_counts_from_zero():
    before = {"dates": {"death_date": {"proofs": 3, "against": 4}}}
    _, register = read(["02/03/1960"], before=before)
    assert register.counts["dates"] == {
        "death_date": {"proofs": 3, "against": 4},
        "birth_date": {"proofs": 0, "against": 0},
    }
    _, register = read(["02/03/1960"], before={"sex": {}})
    assert register.people.birth.tolist() == [19600302]


def counted(proofs, against):
    return {"dates": {"birth_date": {"proofs": proofs, "against": against}}}


@pytest.mark.parametrize("batch_rows", [7, 131_072])
@pytest.mark.parametrize("against", [1, 11_000])
def test_added_rows_that_prove_month_first_are_read_so_though_the_base_is_day_first(against, batch_rows):
    source, register = read([*PROOFS, "08/03/1990"], batch_rows, before=counted(0, against))
    assert register.people.birth[-1] == 19900803
    assert "date_swapped" not in register.flags
    assert [note["count"] for note in source.notes()] == [24]
    assert register.counts["dates"] == counted(0, against)["dates"]
    _, later = read(["08/03/1990"], before=register.counts)
    assert later.people.birth.tolist() == [19900308]


@pytest.mark.parametrize("batch_rows", [7, 131_072])
@pytest.mark.parametrize("proofs", [24, 11_000])
@pytest.mark.parametrize("slips", [0, 1])
def test_added_rows_that_prove_day_first_are_read_so_though_the_base_is_month_first(proofs, slips, batch_rows):
    births = [*day_first(pa.array(PROOFS)).to_pylist(), *PROOFS[:slips], "08/03/1990"]
    source, register = read(births, batch_rows, before=counted(proofs, 0))
    assert register.people.birth[-1] == 19900308
    assert register.flags.get("date_swapped", 0) == slips
    assert source.notes() == []
    assert register.counts["dates"] == counted(proofs, 0)["dates"]
    _, later = read(["08/03/1990"], before=register.counts)
    assert later.people.birth.tolist() == [19900803]


def test_added_rows_that_decide_nothing_never_turn_the_order_of_the_base():
    few = day_first(pa.array(PROOFS[:19])).to_pylist()
    _, register = read([*few, "08/03/1990"], before=counted(24, 0))
    assert register.people.birth[-1] == 19900803
    assert register.flags["date_swapped"] == 19
    assert register.counts["dates"] == counted(24, 0)["dates"]
    _, register = read([*PROOFS[:19], "08/03/1990"], before=counted(0, 24))
    assert register.people.birth[-1] == 19900308
    assert register.counts["dates"] == counted(19, 24)["dates"]


def test_added_rows_in_the_order_of_the_base_are_counted_on():
    _, register = read(PROOFS, before=counted(24, 0))
    assert register.counts["dates"] == counted(48, 0)["dates"]
    _, register = read(PROOFS, before=counted(0, 0))
    assert register.counts["dates"] == counted(24, 0)["dates"]


@pytest.mark.parametrize(("before", "births"), [((5, 0), PROOFS), ((19, 0), PROOFS[:1])])
def test_added_rows_that_show_that_the_base_was_misread_are_refused_without_a_date(before, births):
    with pytest.raises(InputError, match=r"another order .*column birth_date") as error:
        read(births, before=counted(*before))
    assert "/" not in str(error.value)
