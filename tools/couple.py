"""The couple that the chapters in docs/pipeline follow, in registers of invented people: what draw_pictures.py draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from vnlink.datasets import synthesize
from vnlink.linker import Linker
from vnlink.result import LinkResult

__all__ = ["LAND_COLUMNS", "WITH_LESS", "Example", "make_example", "with_rows"]

OWNER = "Hộ ông: Nguyễn Văn Hoà, CMND số 341 234 567 và vợ là bà: Trần Thị Hoa"
HAMLET, WARD = "Khóm 3, P. An Lộc, TP. Hồng Ngự, T. Đồng Tháp", "P. An Lộc, TP. Hồng Ngự, T. Đồng Tháp"
CODE = ("29954", "old")
HOME = ("Khóm 3, Phường An Bình, Tỉnh Đồng Tháp", "29954", "2025")
TOWN = ("Khóm 7, Phường Hồng Ngự, Tỉnh Đồng Tháp", "29955", "2025")
LAND_COLUMNS = ("land_user_id", "full_name", "birth_date", "address", "commune_code", "commune_vintage")
LAND_ROWS = (
    ("L1", OWNER, "12/05/1962; 1965", HAMLET, *CODE),
    ("L2", "Ông Nguyễn Văn Hoà", "1931", HAMLET, *CODE),
)
CITIZEN_COLUMNS = (
    *("citizen_id", "full_name", "birth_date", "gender", "personal_id", "old_id_number", "household_id"),
    *("address", "commune_code", "commune_vintage"),
)
CITIZEN_ROWS = (
    ("C1", "Nguyễn Văn Hòa", "12/05/1962", "Nam", "087062004417", "341234567", "H1", *HOME),
    ("C2", "Trần Thị Hoa", "03/08/1965", "Nữ", "087165001203", "341530928", "H1", *HOME),
    ("C3", "Trần Thị Hoa", "21/11/1965", "Nữ", "087165007741", "341882075", "H2", *TOWN),
    ("C4", "Trần Thị Hòa", "09/02/1965", "Nữ", "087165002866", None, "H3", *HOME),
    ("C5", "Nguyễn Văn Hòa", "30/04/1963", "Nam", "087063009128", "341402966", "H4", *TOWN),
)
WITH_LESS = (
    ("as registered: husband, year, hamlet", OWNER, "12/05/1962; 1965", HAMLET, *CODE),
    ("without her husband", "Bà Trần Thị Hoa", "1965", HAMLET, *CODE),
    ("and without the hamlet", "Bà Trần Thị Hoa", "1965", WARD, *CODE),
    ("and without the address", "Bà Trần Thị Hoa", "1965", None, None, None),
    ("name and ward, without the year", "Bà Trần Thị Hoa", None, WARD, *CODE),
)
"""The wife, with less and less told of her."""


class Example(NamedTuple):
    """Registers with the couple in them, and their linkage."""

    land: pa.Table
    citizens: pa.Table
    linker: Linker
    result: LinkResult

    def candidates(self, land_user_id: str, person_no: int) -> list[dict[str, Any]]:
        """Rows of the candidates of one person, the best first."""
        rows = self.result.candidates.to_pylist()
        return [row for row in rows if (row["land_user_id"], row["person_no"]) == (land_user_id, person_no)]

    def in_short(self, citizen_id: str) -> str:
        """Name, year of birth and ward of one citizen."""
        who = self.citizen(citizen_id)
        ward = next(part for part in who["address"].split(", ") if part.startswith("Phường "))
        return f"{who['full_name']}, {who['birth_date'][-4:]}, {ward.removeprefix('Phường ')}"

    def citizen(self, citizen_id: str) -> dict[str, Any]:
        """Row of one citizen."""
        return next(row for row in self.citizens.to_pylist() if row["citizen_id"] == citizen_id)


def with_rows(table: pa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pa.Table:
    more = pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], schema=table.schema)
    return pa.concat_tables([table, more])


def make_example() -> Example:
    made = synthesize(citizens=20_000, land_users=12_000, seed=7)
    land = with_rows(made.land, LAND_COLUMNS, LAND_ROWS)
    citizens = with_rows(made.citizens, CITIZEN_COLUMNS, CITIZEN_ROWS)
    linker = Linker(top_k=10).fit(land, citizens)
    return Example(land, citizens, linker, linker.link(land, citizens))
