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


@given(cells)
@example(dict.fromkeys(("full_name", "birth_date", "id_number", "gender", "address", "commune_code", "commune_vintage")))
def test_a_row_that_is_read_alone_is_read_as_a_table_of_it(row: dict[str, str | None]) -> None:
    row = {name: cell or None for name, cell in row.items()}
    alone = READER.read_one(row, KEY)
    columns = {name: pa.array([cell], pa.string()) for name, cell in row.items() if cell is not None or name == "full_name"}
    people, *_ = READER.read_land(columns | {"land_user_id": pa.array(["L"])}, np.array([KEY]))
    for name in People.__slots__:
        one, other = getattr(alone, name), getattr(people, name)
        assert one.dtype == other.dtype, name
        np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.parametrize("owner", ["Lê Thị Hoà", "H'Hen Niê", "CÔNG TẰNG TÔN NỮ THỊ LAN ANH", "K'Sor Hơ Bia", "Xyz Qwrt"])
def test_one_name_is_written_as_in_a_column(owner: str) -> None:
    people = READER.read_one({"full_name": owner}, KEY)
    assert [READER.name_of(syllables) for syllables in people.syllables] == READER.render(people.syllables).to_pylist()


def test_a_name_without_syllables_is_written_as_nothing() -> None:
    assert READER.name_of(np.full(MAX_SYLLABLES, -1, np.int32)) == ""
