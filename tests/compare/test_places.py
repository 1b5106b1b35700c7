"""How two places agree: addresses and codes of both times, read as a run reads them, against what a person would say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnlink.compare.places import ORIGINS_WORD, PLACE_WORDS, PlaceLevel, origins_of, pack_places, place_level
from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.places import Place, PlaceReader, PlaceTable
from vnlink.schema import MAX_COMMUNES

TABLE = Gazetteer.load()

COMMUNE, AMONG, DISTRICT = PlaceLevel.COMMUNE, PlaceLevel.COMMUNE_AMONG, PlaceLevel.DISTRICT
PROVINCE, OTHER, MISSING = PlaceLevel.PROVINCE, PlaceLevel.OTHER, PlaceLevel.MISSING

# Two addresses, how they agree, why.
PAIRS = [
    ("Xã Yên Bài, H. Ba Vì, Hà Nội", "Thôn 3, xã Yên Bài, huyện Ba Vì, tỉnh Hà Tây", COMMUNE, "the same old commune"),
    ("Xã Đức Lân, H. Mộ Đức, Quảng Ngãi", "Xã Lân Phong, Quảng Ngãi", COMMUNE, "the old commune and what it became"),
    ("Xã Phước Tân, H. Xuyên Mộc, BR-VT", "Xã Hồ Tràm, TP. HCM", COMMUNE, "the province was merged as well"),
    ("X. Trà Bùi, H. Trà Bồng, Quảng Ngãi", "X. Trà Bùi, H. Trà Bồng, Quảng Ngãi", AMONG, "split: not surely one"),
    ("P. Vĩnh Tuy, Q. Hai Bà Trưng, Hà Nội", "Phường Vĩnh Hưng, Hà Nội", AMONG, "a part of a split ward went there"),
    ("Phường Minh Khai, Hà Nội", "P. Minh Khai, Q. Bắc Từ Liêm, Hà Nội", AMONG, "one of two wards of the name"),
    ("TP Nha Trang, Khánh Hòa", "Phường Bắc Nha Trang, Khánh Hòa", AMONG, "a district alone, and a commune in it"),
    ("Huyện Côn Đảo, BR-VT", "Đặc khu Côn Đảo, TP HCM", COMMUNE, "an island district is one special zone"),
    ("Xã Yên Bài, H. Ba Vì, Hà Nội", "TT Tây Đằng, H. Ba Vì, Hà Nội", DISTRICT, "two communes of a district"),
    ("Xã Không Có, H. Ba Vì, Hà Nội", "Xã Yên Bài, H. Ba Vì, Hà Nội", DISTRICT, "a commune not in the list, its district"),
    ("Xã Không Có, H. Ba Vì, Hà Nội", "X. KHONG CO, H BA VI, HN", COMMUNE, "the same unknown commune"),
    ("Xã Yên Bài, H. Ba Vì, Hà Nội", "P. Trúc Bạch, Q. Ba Đình, Hà Nội", PROVINCE, "one city"),
    ("Xã Hàm Ninh, H. Quảng Ninh, Quảng Bình", "Xã Lìa, Quảng Trị", PROVINCE, "two provinces of before, one today"),
    ("Xã Yên Bài, H. Ba Vì, Hà Nội", "Tỉnh Hà Tây", PROVINCE, "a province alone"),
    ("Xã Yên Bài, H. Ba Vì, Hà Nội", "Xã Lìa, tỉnh Quảng Trị", OTHER, "nothing in common"),
    ("xã Hàm Ninh", "Xã Yên Bài, H. Ba Vì, Hà Nội", OTHER, "neither commune of the name, in whichever province"),
    ("xã Hàm Ninh", "xã Hàm Ninh, H. Quảng Ninh", AMONG, "one of two communes of the name"),
    ("Tân Thành", "Xã Yên Bài, H. Ba Vì, Hà Nội", MISSING, "a name of too many communes says nothing"),
    ("Tỉnh Sông Bé", "Xã Yên Bài, H. Ba Vì, Hà Nội", MISSING, "a province of before that is in two today"),
    ("Việt Nam", "Xã Yên Bài, H. Ba Vì, Hà Nội", MISSING, "the country says nothing"),
    ("Paris, Pháp", "Sydney, Úc", OTHER, "two places that are in no list"),
    ("Paris, Pháp", "PARIS - PHÁP", COMMUNE, "the same place that is in no list"),
]  # fmt: skip


def packed(addresses: list[str | None], codes: list[str | None] | None = None) -> tuple[np.ndarray, list[int]]:
    """The packed table of places, and the row of each address."""
    reader, table = PlaceReader(TABLE, "land"), PlaceTable(TABLE)
    numbers = reader.add(pa.array(addresses, pa.string()), None if codes is None else pa.array(codes, pa.string()))
    rows = reader.resolve(table)[numbers].tolist()
    return pack_places(table.arrays()), rows


def level(left: str, right: str, left_locality: int = 0, right_locality: int = 0) -> PlaceLevel:
    table, (one, other) = packed([left, right])
    found = place_level(table, one, left_locality, other, right_locality)
    assert place_level(table, other, right_locality, one, left_locality) == found
    return PlaceLevel(found)


@pytest.mark.parametrize(("left", "right", "expected", "reason"), PAIRS)
def test_two_addresses_agree_as_the_places_they_name(left: str, right: str, expected: PlaceLevel, reason: str) -> None:
    assert level(left, right) is expected, reason


def test_within_a_commune_the_hamlet_tells_more() -> None:
    one = "Xã Yên Bài, H. Ba Vì, Hà Nội"
    assert level(one, one, 5, 5) is PlaceLevel.LOCALITY
    assert level(one, one, 5, 6) is PlaceLevel.OTHER_LOCALITY
    assert level(one, one, 5, 0) is PlaceLevel.COMMUNE
    assert level(one, "TT Tây Đằng, H. Ba Vì, Hà Nội", 5, 5) is PlaceLevel.DISTRICT


def test_a_code_that_contradicts_its_address_may_be_either() -> None:
    both = "Xã Gia Vân, huyện Gia Viễn, tỉnh Ninh Bình"
    table, (first, named, coded) = packed([both, both, None], ["14533", None, "14533"])
    assert place_level(table, first, 0, named, 0) == PlaceLevel.COMMUNE_AMONG
    assert place_level(table, first, 0, coded, 0) == PlaceLevel.COMMUNE_AMONG


PLACES = st.builds(
    Place,
    old_commune=st.just(-1),
    old_district=st.just(-1),
    communes=st.lists(st.integers(0, 30), max_size=MAX_COMMUNES, unique=True).map(lambda found: tuple(sorted(found))),
    districts=st.lists(st.integers(0, 8), max_size=MAX_COMMUNES, unique=True).map(lambda found: tuple(sorted(found))),
    province=st.integers(-1, 3),
    other=st.integers(0, 2),
)


def readable(left: Place, right: Place) -> PlaceLevel:
    """What :func:`place_level` says of two places without localities, in words."""
    if Place() in (left, right):
        return PlaceLevel.MISSING
    if left.communes and right.communes:
        if set(left.communes) & set(right.communes):
            single = len(left.communes) == len(right.communes) == 1
            return PlaceLevel.COMMUNE if single else PlaceLevel.COMMUNE_AMONG
    elif left.other and left.other == right.other:
        return PlaceLevel.COMMUNE
    if set(left.districts) & set(right.districts):
        return PlaceLevel.DISTRICT
    if left.province >= 0 and right.province >= 0:
        return PlaceLevel.PROVINCE if left.province == right.province else PlaceLevel.OTHER
    if (left.communes and right.communes) or (left.other and right.other):
        return PlaceLevel.OTHER
    return PlaceLevel.MISSING


@given(PLACES, PLACES, st.integers(0, 2), st.integers(0, 2))
def test_the_kernel_says_what_the_sets_say_from_either_side(left: Place, right: Place, here: int, there: int) -> None:
    table = PlaceTable(TABLE)
    one, other = table.number(left), table.number(right)
    data = pack_places(table.arrays())
    assert place_level(data, one, 0, other, 0) == readable(left, right)
    assert place_level(data, one, here, other, there) == place_level(data, other, there, one, here)
    within = {PlaceLevel.LOCALITY, PlaceLevel.OTHER_LOCALITY}
    if place_level(data, one, here, other, there) in within:
        assert readable(left, right) in {PlaceLevel.COMMUNE, PlaceLevel.COMMUNE_AMONG}


def test_the_words_of_a_place_begin_where_its_columns_do() -> None:
    table = PlaceTable(TABLE)
    row = table.number(Place(communes=(7, 8), old_district=3, districts=(3,), province=2))
    packed = pack_places(table.arrays())
    word = packed.reshape(-1).view(np.uint64)[row * int(PLACE_WORDS) : (row + 1) * int(PLACE_WORDS)]
    assert int(word[0]) & 0xFFFF == 7, "the first commune is the lowest lane of the first word"
    assert int(word[2 * MAX_COMMUNES // 4]) & 0xFFFF == 2, "the province is the lowest lane of its word"
    assert 2 * MAX_COMMUNES % 4 == 0
    assert int(word[int(ORIGINS_WORD)]) == int(origins_of(packed, row)) != 0
