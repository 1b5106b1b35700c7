"""Pieces are worked on side by side, and taken up in their order."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.rows import distinct
from vnlink.side_by_side import in_order


@given(st.lists(st.integers(), max_size=30), st.integers(1, 4))
def test_results_come_in_the_order_of_the_pieces(pieces: list[int], threads: int) -> None:
    assert list(in_order(lambda piece: piece * 2, pieces, threads)) == [piece * 2 for piece in pieces]


def test_two_pieces_are_worked_on_at_a_time() -> None:
    met = threading.Barrier(2, timeout=60)
    assert len(list(in_order(lambda _: met.wait(), range(4), 2))) == 4


def test_no_more_than_a_few_pieces_are_taken_before_the_first_result_is_wanted() -> None:
    taken = []

    def pieces() -> Iterator[int]:
        for piece in range(100):
            taken.append(piece)
            yield piece

    results = in_order(lambda piece: piece, pieces(), 2)
    assert next(results) == 0
    assert len(taken) <= 5
    results.close()  # type: ignore[attr-defined]
    assert len(taken) <= 5


def test_what_a_piece_raises_reaches_who_wants_its_result_and_the_rest_is_not_begun() -> None:
    begun = []

    def work(piece: int) -> int:
        begun.append(piece)
        if piece == 1:
            msg = "a fault"
            raise ValueError(msg)
        return piece

    with pytest.raises(ValueError, match="a fault"):
        list(in_order(work, range(100), 1))
    assert len(begun) < 10


@given(st.lists(st.integers(0, 2**64 - 1), max_size=50))
def test_distinct_hashes_are_those_of_a_set_in_ascending_order(values: list[int]) -> None:
    assert distinct(np.array(values, np.uint64)).tolist() == sorted(set(values))
