"""Pieces are worked on side by side, and taken up in their order; work that is begun ahead ends when it is not wanted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.rows import distinct
from vnlink.side_by_side import Ahead, in_order


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


def test_work_ahead_tells_its_progress_only_to_who_waits_for_it() -> None:
    told: list[int] = []
    silent, due = threading.Event(), threading.Event()

    def work(step):  # type: ignore[no-untyped-def]
        step(1, 2)
        silent.set()
        due.wait(60)
        while not told:
            step(2, 2)
        return "done"

    ahead = Ahead(work, lambda done, total: told.append(done))
    assert silent.wait(60)
    assert told == []
    due.set()
    assert ahead.result() == "done"
    assert set(told) == {2}


def test_work_that_is_given_up_stops_at_its_next_step() -> None:
    begun, steps = threading.Event(), []

    def work(step):  # type: ignore[no-untyped-def]
        while True:
            step(0, 1)
            steps.append(0)
            begun.set()

    ahead = Ahead(work)
    assert begun.wait(60)
    ahead.give_up()
    done = len(steps)
    with pytest.raises(CancelledError):
        ahead.result()
    assert len(steps) == done
