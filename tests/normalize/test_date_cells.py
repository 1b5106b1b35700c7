"""Cells of the birth date column in the style of an office, with what a clerk reads in them."""

from __future__ import annotations

import pytest

from vnlink import parse_date

CELLS = [
    ("12/5/1960", "1960-05-12", ""),
    ("1.1.1950", "1950-01-01", "default"),
    ("01/1955", "1955-01", ""),
    ("SN: 1962", "1962", ""),
    ("03-09-71", "1971-09-03", "two_digit"),
    ("15-Aug-1966", "1966-08-15", ""),
    ("31/9/1955", "", "impossible"),
    ("29/02/1960", "1960-02-29", ""),
    ("29-2-1961", "", "impossible"),
    ("13/25/1960", "", "impossible"),
    ("05/13/1960", "1960-05-13", "swapped"),
    ("1960-13-05", "1960-05-13", "swapped"),
    ("sinh 1938 (tuổi Mậu Dần)", "1938", ""),
    ("1948;1952;", "1948", "several"),
    ("20000", "1954-10-03", ""),
    ("25569", "1970-01-01", "default"),
    ("0/0/1950", "1950", ""),
    ("0/5/1950", "1950-05", ""),
    ("xx/xx/1949", "1949", ""),
    ("??/08/1949", "1949-08", ""),
    ("tháng 12 năm 1957", "1957-12", ""),
    ("ngày 2 tháng chạp năm 1957", "1957", ""),
    ("mùng 5/3/1944 âm lịch", "1944", ""),
    ("nam sinh 1951", "1951", ""),
    ("19510000", "1951", ""),
    ("1951-00-00", "1951", ""),
    ("1021960", "1960-02-01", ""),
    ("12 / 03 / 1970", "1970-03-12", ""),
    ("12,3,1970", "1970-03-12", ""),
    ("５/６/１９７０", "1970-06-05", ""),
    ("1 9 7 0", "1970", ""),
    ("l965", "1965", ""),
    ("24/12/2150", "", "impossible"),
    ("05/06/1790", "", "impossible"),
    ("30/02/1970; 1972", "", "impossible+several"),
    ("chết 2003, sinh 1925", "1925", ""),
    ("sinh 12/1936, mất 05/2001", "1936-12", ""),
    ("N/A", "", ""),
    ("1/13/1962 0:00", "1962-01-13", "swapped"),
    ("6/7/08", "1908-07-06", "two_digit"),
]
"""Cell, date, what a clerk would note: written before the reader was scored."""

NOTES = {
    "DATE_DEFAULT": "default",
    "DATE_SWAPPED": "swapped",
    "DATE_IMPOSSIBLE": "impossible",
    "DATE_CENTURY": "two_digit",
}


@pytest.mark.parametrize(("cell", "iso", "notes"), CELLS)
def test_a_cell_is_read_as_a_clerk_reads_it(cell: str, iso: str, notes: str) -> None:
    found = parse_date(cell)
    noted = {NOTES[flag] for flag in found.flags if flag in NOTES} | ({"several"} if found.several else set())
    assert found.iso == iso
    assert noted == set(filter(None, notes.split("+")))
