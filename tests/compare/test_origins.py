"""Where a citizen comes from, beside where the land user lived."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from vnlink.compare.origins import OriginLevel, origin_level, province_of
from vnlink.compare.places import origins_of, pack_places, place_level
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.identifiers import province_names
from vnlink.normalize.places import PlaceReader, PlaceTable
from vnlink.schema import OLD_PROVINCES

TABLE = Gazetteer.load()

HANOI, VINH_LONG, BEN_TRE, ABROAD = 1065, 86165, 83165, 112065
"""The first six digits of a personal id: province, century and sex, year."""

HERE = "Xã Yên Bài, H. Ba Vì, Hà Nội"
NEAR = "P. Trúc Bạch, Q. Ba Đình, Hà Nội"
MANG_THIT = "Xã Chánh An, Huyện Mang Thít, Tỉnh Vĩnh Long"

CASES = [
    (HERE, HERE, HANOI, OriginLevel.NATIVE_HERE, "born where the land is"),
    (HERE, HERE, VINH_LONG, OriginLevel.NEWCOMER_HERE, "lives there and was born elsewhere"),
    (HERE, NEAR, VINH_LONG, OriginLevel.NEWCOMER_NEAR, "lives in the province and was born elsewhere"),
    (HERE, NEAR, HANOI, OriginLevel.NATIVE_NEAR, "of the province, and in it"),
    (MANG_THIT, HERE, VINH_LONG, OriginLevel.NATIVE_AWAY, "moved away from the land"),
    (MANG_THIT, HERE, HANOI, OriginLevel.STRANGER, "neither lives there nor comes from there"),
    (MANG_THIT, HERE, BEN_TRE, OriginLevel.STRANGER, "Bến Tre was another province when numbers were given"),
    ("Xã Cái Nhum, Tỉnh Vĩnh Long", HERE, VINH_LONG, OriginLevel.NATIVE_AWAY, "a present commune lies in one old province"),
    ("Tỉnh Vĩnh Long", HERE, BEN_TRE, OriginLevel.NATIVE_AWAY, "the present province may mean each of its old ones"),
    (MANG_THIT, None, VINH_LONG, OriginLevel.MISSING, "nobody knows where the citizen lives"),
    (MANG_THIT, HERE, -1, OriginLevel.MISSING, "the citizen has no number"),
    (MANG_THIT, HERE, ABROAD, OriginLevel.MISSING, "a number with the code of no province"),
    (None, HERE, HANOI, OriginLevel.MISSING, "the land register has no address"),
]


@pytest.mark.parametrize(("left", "right", "number", "expected", "reason"), CASES)
def test_a_citizens_number_tells_of_the_province_of_birth(
    left: str | None, right: str | None, number: int, expected: OriginLevel, reason: str
) -> None:
    reader, table = PlaceReader(TABLE, "land"), PlaceTable(TABLE)
    numbers = reader.add(pa.array([left, right], pa.string()), None)
    one, other = reader.resolve(table)[numbers].tolist()
    places = pack_places(table.arrays())
    level = place_level(places, one, 0, other, 0)
    assert OriginLevel(origin_level(origins_of(places, one), level, province_of(number))) is expected, reason


def test_provinces_stand_in_the_order_of_the_gazetteer() -> None:
    assert tuple(int(code) for code in TABLE.old_province_codes) == OLD_PROVINCES
    assert tuple(sorted(province_names())) == OLD_PROVINCES


def test_every_old_province_of_a_place_is_kept() -> None:
    table = PlaceTable(TABLE)
    reader = PlaceReader(TABLE, "land")
    addresses = [
        f"{TABLE.old_district_names[d]}, {TABLE.old_province_names[TABLE.old_district_province[d]]}" for d in range(0, 696, 29)
    ]
    numbers = reader.add(pa.array(addresses, pa.string()), None)
    rows = reader.resolve(table)[numbers]
    places = pack_places(table.arrays())
    heads = [OLD_PROVINCES[TABLE.old_district_province[d]] * 1000 + 65 for d in range(0, 696, 29)]
    levels = [
        origin_level(origins_of(places, row), 7, province_of(head)) for row, head in zip(rows.tolist(), heads, strict=True)
    ]
    assert np.all(np.array(levels) == OriginLevel.NATIVE_AWAY)
