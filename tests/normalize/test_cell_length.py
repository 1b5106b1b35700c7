"""A cell is read to its 4,096th character, however many bytes that takes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnlink
from vnlink.normalize.cell_length import MAX_CHARACTERS, kept_end


@given(st.text(alphabet="aớ😀\u0301", max_size=30), st.sampled_from([4080, 4095, 4096, 4097, 5000]), st.sampled_from("aớ😀"))
def test_what_is_kept_are_the_first_characters(head: str, count: int, filler: str) -> None:
    text = head + filler * (count - len(head))
    data = np.frombuffer(text.encode(), np.uint8)
    kept = data[: kept_end(data, 0, len(data))].tobytes().decode()
    assert kept == text[:MAX_CHARACTERS]


@pytest.mark.parametrize("letter", ["a", "ớ"])
def test_a_cell_of_just_so_many_characters_is_whole_and_of_one_more_is_cut(letter: str) -> None:
    whole = "Lê Thị " + letter * (MAX_CHARACTERS - len("Lê Thị "))
    for text, cut in ((whole, False), (whole + letter, True)):
        assert ("NAME_CUT" in vnlink.normalize_name(text).flags) == cut
        assert vnlink.parse_address(text).cut == cut
        assert ("CELL_CUT" in vnlink.parse_date(text).flags) == cut
        assert ("CELL_CUT" in vnlink.parse_identifier(text).flags) == cut
