"""The key of a table is there in every row, and there once."""

from __future__ import annotations

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.errors import InputError
from vnlink.hashing import hash_column
from vnlink.schema import Side
from vnlink.storage import keys as module
from vnlink.storage.keys import KeyCheck
from vnlink.storage.sources import open_source


def check(keys, batch_rows=131_072, side=Side.CITIZEN):
    source = open_source(
        pa.table({f"{'citizen' if side is Side.CITIZEN else 'land_user'}_id": keys, "full_name": ["A"] * len(keys)}), side
    )
    watch = KeyCheck(side)
    hashes = [watch.add(batch) for batch in source.batches(batch_rows)]
    watch.finish(source, batch_rows)
    return np.concatenate(hashes)


def plain_hash(text):
    """FNV-1a and the mixer of SplitMix64, in numbers without an end."""
    state, mask = 0xCBF29CE484222325, (1 << 64) - 1
    for byte in text.encode():
        state = (state ^ byte) * 0x100000001B3 & mask
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & mask
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB & mask
    return state ^ (state >> 31)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.none(), max_size=30), st.integers(0, 5))
def test_the_hash_is_that_of_the_plain_formula_for_any_slice(texts, start):
    array = pa.array(texts, pa.string()).slice(start)
    assert hash_column(array).tolist() == [plain_hash(text or "") for text in texts[start:]]


def test_ids_that_differ_only_in_zeros_or_spaces_are_different_ids():
    assert len(np.unique(check(["123", "0123", "00123", " 123", "123 "]))) == 5


@pytest.mark.parametrize("batch_rows", [1, 3, 100])
@pytest.mark.parametrize("all_collide", [False, True])
def test_copies_are_counted_exactly_and_the_first_is_named(monkeypatch, batch_rows, all_collide):
    if all_collide:
        monkeypatch.setattr(module, "hash_column", lambda text: np.zeros(len(text), dtype=np.uint64))
    check(["a", "b", "c", "d", "é"], batch_rows)
    with pytest.raises(InputError, match=r"citizen table, column citizen_id, 3 rows, first at row 3\)"):
        check(["a", "b", "a", "c", "b", "a", "d"], batch_rows)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("missing", [None, "", "  ", "\u00a0"])
def test_ids_that_are_missing_are_counted_and_the_first_is_named(side, missing):
    with pytest.raises(
        InputError,
        match=rf"some have none \({side} table, column {side.replace('land', 'land_user')}_id, 2 rows, first at row 2\)",
    ):
        check(["a", missing, "b", missing], batch_rows=2, side=side)


def test_the_row_is_the_one_of_the_file_when_others_went_aside(tmp_path):
    (tmp_path / "land.csv").write_text("land_user_id,full_name\n1,A\nragged\n1,B\n", encoding="utf-8")
    source = open_source(tmp_path / "land.csv", Side.LAND)
    watch = KeyCheck(Side.LAND)
    for batch in source.batches():
        watch.add(batch)
    with pytest.raises(InputError, match=r"1 row, row 3, line 4 of the file\)"):
        watch.finish(source)


@given(st.lists(st.integers(0, 30).map(str), min_size=1, max_size=40), st.randoms(use_true_random=False), st.integers(1, 7))
def test_order_and_batches_do_not_change_the_judgement(keys, random, batch_rows):
    copies = len(keys) - len(set(keys))
    shuffled = random.sample(keys, len(keys))
    for given_keys, rows in ((keys, 1000), (shuffled, batch_rows)):
        if copies:
            with pytest.raises(InputError, match=rf"citizen_id, {copies} row"):
                check(given_keys, rows)
        else:
            check(given_keys, rows)


def test_an_error_about_keys_shows_no_key():
    with pytest.raises(InputError) as caught:
        check(["001060123456", "001060123456"])
    assert "001060123456" not in str(caught.value)


TITLE = "UBND XÃ HÒA BÌNH;;\n\n"


@pytest.mark.parametrize("again", ["k7", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_error_of_a_text_table_names_the_line_of_the_file(tmp_path, again, encoding):
    rows = ["1;A;", "", '2;"B\nvà C";', '3;"D;', "4;E", f"{again.replace('k7', '1')};F;"]
    text = TITLE + "land_user_id;full_name;address\n" + "\n".join(rows) + "\n"
    (tmp_path / "land.csv").write_bytes(text.encode(encoding))
    source = open_source(tmp_path / "land.csv", Side.LAND)
    check = KeyCheck(Side.LAND)
    for batch in source.batches():
        check.add(batch)
    with pytest.raises(InputError, match=r"1 row, row 5, line 10 of the file\)"):
        check.finish(source)


def test_an_error_of_a_spreadsheet_names_the_row_of_the_sheet(tmp_path):
    book = openpyxl.Workbook()
    for row in ([None], ["DANH SÁCH"], ["land_user_id", "full_name"], ["1", "A"], [None], ["1", "B"]):
        book.active.append(row)
    book.save(tmp_path / "land.xlsx")
    source = open_source(tmp_path / "land.xlsx", Side.LAND)
    check = KeyCheck(Side.LAND)
    for batch in source.batches():
        check.add(batch)
    with pytest.raises(InputError, match=r"1 row, row 2, row 6 of the sheet\)"):
        check.finish(source)
