"""Hamlets and streets read alike however they are abbreviated."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.normalize.localities import LocalityReader, locality_key


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("Thôn 3", "thôn 03", "a leading zero is nothing"),
        ("Tổ dân phố số 5", "TDP 5", "the usual abbreviation"),
        ("Số 12 đường Lê Lợi", "12 Lê Lợi", "words that are left out on an envelope"),
        ("Xóm Đình", "XOM DINH", "capitals and missing marks"),
        ("Khu phố 4", "KP 4", "the southern abbreviation"),
    ],
)
def test_two_spellings_of_one_hamlet_are_one(left: str, right: str, reason: str) -> None:
    assert locality_key(left) == locality_key(right) != "", reason


@pytest.mark.parametrize(
    ("left", "right"), [("Thôn 3", "Thôn 4"), ("Xóm Đình", "Xóm Chợ"), ("12 Lê Lợi", "14 Lê Lợi"), ("Thôn 3", "Xóm 3")]
)
def test_different_hamlets_stay_different(left: str, right: str) -> None:
    assert locality_key(left) != locality_key(right)


@pytest.mark.parametrize("head", ["Xã Cẩm Sơn", "P. Thái Học", "Cẩm Lạc", "TT. Lai Cách", "", "🏠"])
def test_an_address_that_begins_with_its_commune_has_no_locality(head: str) -> None:
    assert locality_key(head) == ""


def test_an_address_of_one_part_or_none_has_no_locality() -> None:
    assert LocalityReader().read(pa.array(["Thôn 3", None, "", "Thôn 3, Xã Cẩm Sơn"])).astype(bool).tolist() == [
        False,
        False,
        False,
        True,
    ]


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=20), st.integers(1, 5))
def test_any_text_is_read_the_same_in_one_batch_or_several(cells: list[str | None], size: int) -> None:
    cells = [cell if cell is None else cell.encode("utf-8", "replace").decode() for cell in cells]
    whole = LocalityReader().read(pa.array(cells, pa.string())).tolist()
    reader = LocalityReader()
    parts = [reader.read(pa.array(cells[i : i + size], pa.string())).tolist() for i in range(0, len(cells), size)]
    assert whole == [value for part in parts for value in part]
    assert all(0 <= value < 1 << 24 for value in whole)
    assert whole == [reader.read_one(cell) if cell else 0 for cell in cells]
