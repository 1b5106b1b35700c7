"""A quotation mark that opens a cell and was not meant to costs its own line; an owner string with line breaks is read."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.schema import Side
from vnlink.storage import csv_files, quotes
from vnlink.storage.sources import open_source
from vnlink.storage.tables import ROW

HEAD = "land_user_id,full_name,birth_date\n"


@pytest.fixture
def read(tmp_path):
    """What is read of a text, as (id, name, row), and what goes aside, as (row, reason)."""

    def opened(text):
        (tmp_path / "land.csv").write_bytes(text.encode("utf-8"))
        source = open_source(tmp_path / "land.csv", Side.LAND)
        rows = pa.Table.from_batches(list(source.batches())).to_pylist()
        aside = [(row["row"], row["reason"]) for row in source.quarantine.table(Side.LAND).to_pylist()]
        assert source.num_rows == len(rows) + len(aside)
        return [(row["land_user_id"], row["full_name"], row[ROW]) for row in rows], aside

    return opened


@pytest.mark.parametrize(
    "closing",
    [
        '4,"Lê, Văn Đức",1980',  # the mark that opens another cell closes the one left open
        '4,Lê Văn Đức",1980',
        '4,Trần Văn "Ba" Đức,1980',
        '4,Lê Văn Đức,"1980"',
        "4,Lê Văn Đức,1980",  # nothing closes it
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_stray_quote_costs_its_line_and_the_lines_after_it_are_rows(read, closing, newline, end):
    lines = [HEAD.strip(), '1,"Nguyễn Văn An,1950', "2,Bùi Văn Hai,1960", "3,C,1970", closing, "5,E,1990"]
    rows, aside = read(newline.join(lines) + end)
    assert [(key, row) for key, _, row in rows] == [("2", 1), ("3", 2), ("4", 3), ("5", 4)]
    assert aside == [(0, "open_quote")]


def test_a_quote_left_open_before_a_line_with_too_many_cells_costs_these_two(read):
    rows, aside = read('land_user_id,full_name\n1,A\n2,"B\n3,C\n4,D"x,\n5,E\n')
    assert [key for key, *_ in rows] == ["1", "3", "5"]
    assert aside == [(1, "open_quote"), (3, "ragged_line")]


def test_a_quote_left_open_for_the_rest_of_a_large_file_costs_its_line(read, monkeypatch):
    monkeypatch.setattr(csv_files, "_BLOCK_BYTES", 1000)
    monkeypatch.setattr(quotes, "_LONGEST_CELL", 600)
    monkeypatch.setattr(quotes, "_CHUNK_BYTES", 100)
    rows, aside = read("land_user_id,full_name\n" + "1,Lê Đức\n" * 100 + '2,"B\n' + "3,C\n" * 1000)
    assert (len(rows), aside) == (1100, [(100, "open_quote")])


def test_a_stray_quote_in_the_last_line_goes_aside(read):
    assert read(HEAD + '1,A,1950\n2,"B,1960') == ([("1", "A", 0)], [(1, "open_quote")])


@pytest.mark.parametrize(
    "cell",
    [
        "Bà A\nÔng B",
        "Bà A, sinh 1950\nÔng B, sinh 1955",
        "Bà A, sinh 1950\nÔng B, sinh 1955\nCon C, sinh 1980",
        'Bà A (tức "Ba"),\n\nÔng B',
        "Hộ ông A\r\nvà bà B\r\n",
        "1. Bà A, 1950, Thôn 1\n2. Ông B, 1955, Thôn 1\n3. Ông C",
        '"Ba"\n"Tư"',
        "\n",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("last", [True, False])
def test_an_owner_string_of_several_lines_is_read(read, cell, delimiter, last):
    text = io.StringIO()
    out = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    order = (0, 2, 1) if last else (0, 1, 2)
    rows = [("land_user_id", "full_name", "birth_date"), ("L1", cell, "1950"), ("L2", "C", "1960"), ("L3", cell, "1970")]
    out.writerows([row[i] for i in order] for row in rows)
    assert read(text.getvalue()) == ([("L1", cell, 0), ("L2", "C", 1), ("L3", cell, 2)], [])


def test_a_cell_of_several_lines_with_marks_that_are_not_doubled_is_read_as_before(read):
    rows, aside = read(HEAD + '1,"Bà A\nÔng B (tức "Tư")",1950\n2,C,1960\n')
    assert (rows, aside) == ([("1", 'Bà A\nÔng B (tức Tư")"', 0), ("2", "C", 1)], [])


def test_lines_that_are_whole_rows_of_like_ids_are_rows_although_the_cell_ends_well(read):
    rows, aside = read(HEAD + '1,"Bà A,1950\n2,Ông B,1960\n3,ống 5",1970\n4,D,1980\n')
    assert [key for key, *_ in rows] == ["2", "3", "4"]
    assert aside == [(0, "open_quote")]


def test_a_stray_quote_behind_a_cell_of_several_lines_costs_that_row(read):
    rows, aside = read('land_user_id,full_name,address\n1,"Bà A\nÔng B","Thôn 1\n2,C,Thôn 2\n3,"D",Thôn 3\n')
    assert [key for key, *_ in rows] == ["2", "3"]
    assert aside == [(0, "open_quote")]


CELLS = st.text(st.sampled_from('ab,;"\n '), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12), st.integers(1, 40))
def test_what_a_writer_of_csv_wrote_is_passed_on_unchanged_whatever_the_chunks(rows, chunk):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([f"k {at}", *row, "x"] for at, row in enumerate(rows))
    data = text.getvalue().encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "_CHUNK_BYTES", chunk)
        guard = quotes.QuoteGuard(io.BytesIO(data), ",", 4)
        assert b"".join(iter(lambda: guard.read(7), b"")) == data


@given(st.binary(max_size=80).map(lambda data: bytes(b',"\n\rab'[byte % 6] for byte in data)), st.integers(1, 40))
def test_whatever_is_read_the_chunks_do_not_show(data, chunk):
    with pytest.MonkeyPatch.context() as patch:
        whole = quotes.QuoteGuard(io.BytesIO(data), ",", 2).read()
        patch.setattr(quotes, "_CHUNK_BYTES", chunk)
        assert quotes.QuoteGuard(io.BytesIO(data), ",", 2).read() == whole


@given(st.integers(1, 200))
def test_a_cell_of_several_lines_with_a_word_behind_it_is_read_alike_wherever_the_chunks_end(chunk):
    row = 'S7,"Ông Lê A\nBà Trần B, Xã X, Huyện Y" (chết),1960,Nam,Xã A\n'
    data = ("S1,Lê Văn C,1950,Nữ,Xã B\n" * 2 + row + "S9,Lê Văn D,1951,Nam,Xã B\n").encode()
    with pytest.MonkeyPatch.context() as patch:
        whole = quotes.QuoteGuard(io.BytesIO(data), ",", 5).read()
        patch.setattr(quotes, "_CHUNK_BYTES", chunk)
        assert quotes.QuoteGuard(io.BytesIO(data), ",", 5).read() == whole
