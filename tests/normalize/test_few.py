"""One land row that is read alone means what it means as a table of one row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vnlink.normalize.few import FewRowsReader
from vnlink.schema import MAX_SYLLABLES, People

READER = FewRowsReader()
KEY = np.uint64(0x9E3779B97F4A7C15)

any_text = st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace").decode())
owners = st.sampled_from(
    [
        "Lê Văn Tám",
        "Hộ ông: Nguyễn Văn A (đã chết) và vợ là bà: Trần Thị B, CMND số 123456789",
        "Ông: Lê Văn Đức, sinh năm 1950; Bà: Nguyễn Thị Hòa; Con: Lê Văn Út",
        "UBND xã Tiên Phương",
        "Công ty TNHH Một thành viên Sông Đà",
        "H'Hen Niê",
        "???",
    ]
)
addresses = st.sampled_from(
    ["Thôn 3, X. Yên Bài, H. Ba Vì, TP Hà Nội", "Xóm Đình, Xã Lạ, Tỉnh Nào", "Phường Bồ Đề, Hà Nội", "Thôn 3,"]
)
cells = st.fixed_dictionaries(
    {
        "full_name": st.none() | owners | any_text,
        "birth_date": st.none() | st.sampled_from(["1965", "01/02/1965; 1967", "32/13/1950", "; 1970"]) | any_text,
        "id_number": st.none()
        | st.sampled_from(["242438306", "; 242438306", "CCCD 036078001234; 163456789", "38165012345"])
        | any_text,
        "gender": st.none() | st.sampled_from(["Nam", "Nữ", "1", "2", "Nam; Nữ", "true"]) | any_text,
        "address": st.none() | addresses | any_text,
        "commune_code": st.none() | st.sampled_from(["09709", "9709", "8974", "00001"]) | any_text,
        "commune_vintage": st.none() | st.sampled_from(["old", "2025", "cũ"]),
    }
)


def assert_read_alike(reader: FewRowsReader, row: dict[str, str | None], vintage: str | None = None) -> None:
    row = {name: cell or None for name, cell in row.items()}
    alone = reader.read_one(row, KEY, vintage)
    columns = {name: pa.array([cell], pa.string()) for name, cell in row.items() if cell is not None or name == "full_name"}
    people, *_ = reader.read_land(columns | {"land_user_id": pa.array(["L"])}, np.array([KEY]), vintage)
    for name in People.__slots__:
        one, other = getattr(alone, name), getattr(people, name)
        assert one.dtype == other.dtype, name
        np.testing.assert_array_equal(one, other, err_msg=name)


@given(cells)
@example(dict.fromkeys(("full_name", "birth_date", "id_number", "gender", "address", "commune_code", "commune_vintage")))
def test_a_row_that_is_read_alone_is_read_as_a_table_of_it(row: dict[str, str | None]) -> None:
    assert_read_alike(READER, row)


@pytest.mark.parametrize("vintage", [None, "old", "2025"])
@pytest.mark.parametrize("gender", ["T", "1", "2; 1"])
def test_what_the_settings_say_counts_for_a_row_alone(vintage: str | None, gender: str) -> None:
    reader = FewRowsReader({"T": 1, "G": 2})
    row = {"full_name": "Ông Lê Văn Đức và bà Nguyễn Thị Hòa", "gender": gender, "commune_code": "08974"}
    assert_read_alike(reader, row | {"address": "Phường Bồ Đề, Hà Nội"}, vintage)


@pytest.mark.parametrize(
    "row",
    [
        {"full_name": "Lê Văn Tám " * 500},
        {"full_name": "Lê Văn Tám", "address": "Thôn " + "Đông " * 60 + ", Xã Yên Bài, Huyện Ba Vì, Hà Nội"},
        {"full_name": "Lê Văn Tám", "address": "Thôn 3, " + "ấp " * 200 + "Xã Yên Bài, Huyện Ba Vì, Hà Nội"},
        {"full_name": "Lê Văn Tám", "birth_date": "x" * 5000, "id_number": "9" * 5000},
    ],
    ids=["owner", "first part of an address", "address", "date and number"],
)
def test_a_cell_of_any_length_is_read_as_in_a_column(row: dict[str, str | None]) -> None:
    assert_read_alike(READER, row)


def test_what_is_remembered_of_addresses_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnlink.normalize.localities._MOST_KNOWN", 2)
    monkeypatch.setattr("vnlink.normalize.places._MOST_KNOWN", 2)
    reader = FewRowsReader()
    rows = [{"full_name": "Lê Văn Tám", "address": f"Thôn {number}, Xã Lạ {number}, Tỉnh Xa"} for number in range(5)]
    first = [reader.read_one(row, KEY) for row in rows]
    again = [reader.read_one(row, KEY) for row in rows]
    assert [(one.place.tolist(), one.locality.tolist()) for one in first] == [
        (one.place.tolist(), one.locality.tolist()) for one in again
    ]


@pytest.mark.parametrize("owner", ["Lê Thị Hoà", "H'Hen Niê", "CÔNG TẰNG TÔN NỮ THỊ LAN ANH", "K'Sor Hơ Bia", "Xyz Qwrt"])
def test_one_name_is_written_as_in_a_column(owner: str) -> None:
    people = READER.read_one({"full_name": owner}, KEY)
    assert [READER.name_of(syllables) for syllables in people.syllables] == READER.render(people.syllables).to_pylist()


def test_a_name_without_syllables_is_written_as_nothing() -> None:
    assert READER.name_of(np.full(MAX_SYLLABLES, -1, np.int32)) == ""


def test_a_long_cell_is_not_remembered() -> None:
    reader = FewRowsReader()
    row = {"full_name": "Lê Văn Tám", "gender": "Nam" + " " * 5000, "commune_code": "09709" + " " * 5000}
    assert_read_alike(reader, row)
    held = [*reader._sex_cells, *((cell, 1) for places in reader._place_readers.values() for cell in places._known_codes)]
    assert all(len(cell) < 5000 for cell, _ in held)
