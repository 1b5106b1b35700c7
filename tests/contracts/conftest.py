"""One run of everything a land register throws at it, read by all tests of the result folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pytest

NOT_PERSONS = {
    "X1": ("UBND xã Hòa Bình Thượng", "state_body"),
    "X2": ("Công ty TNHH Sao Khuê Đỏ", "organisation"),
    "X3": ("Cộng đồng dân cư thôn Đồi Mơ", "community"),
    "X4": ("Chùa Linh Quang Sơn Tự", "religious_body"),
    "X5": ("---", "unreadable_name"),
    "X6": ("0987612345", "unreadable_name"),
    "X7": (None, "unreadable_name"),
}
"""Land users without a person: owner cell and the reason that the contract gives for it."""

TOO_SHORT, TOO_LONG = b"Q1;one cell too few\r\n", b"Q2" + b";one cell too many" * 40 + b"\r\n"
UNDECODABLE = "Q3;Hộ ông Đỗ Ký Vãng".encode("cp1258", errors="replace") + b"\xff\xfe"


@dataclass(frozen=True)
class Run:
    """A finished run and what it was made from."""

    folder: Path
    land: pa.Table
    citizens: pa.Table
    land_file: Path
    citizens_file: Path
    land_lines: int
    citizen_lines: int
    not_persons: dict[str, tuple[str | None, str]]


def csv_lines(table: pa.Table) -> list[bytes]:
    """The table as semicolon-separated text, a line a row, the header first."""
    sink = pa.BufferOutputStream()
    pc.write_csv(table, sink, pc.WriteOptions(delimiter=";", quoting_style="needed"))
    return sink.getvalue().to_pybytes().decode("utf-8").replace('""', "").encode("utf-8").splitlines(keepends=True)


@pytest.fixture(scope="session")
def messy_run(registers, tmp_path_factory) -> Run:
    """Link a CSV file that holds ragged and undecodable lines and owners that are no persons to another such file."""
    from vnlink.config import Config
    from vnlink.runs import run_link

    folder = tmp_path_factory.mktemp("messy")
    rest = {name: [None] * len(NOT_PERSONS) for name in registers.land.schema.names[2:]}
    owners = [name for name, _ in NOT_PERSONS.values()]
    extra = pa.table({"land_user_id": list(NOT_PERSONS), "full_name": owners} | rest, schema=registers.land.schema)
    land = pa.concat_tables([registers.land, extra])
    lines, more = csv_lines(land), csv_lines(registers.citizens)
    columns = len(land.schema.names)
    lines[5:5] = [TOO_SHORT, TOO_LONG]
    lines.insert(900, UNDECODABLE + b";" * (columns - 2) + b"\n")
    more.insert(1500, TOO_SHORT)
    (folder / "land.csv").write_bytes(b"".join(lines))
    (folder / "citizens.csv").write_bytes(b"".join(more))
    config = Config.from_mapping({"run": {"threads": 2, "batch_rows": 700}})
    run_link(folder / "land.csv", folder / "citizens.csv", folder / "run1", config=config)
    return Run(
        folder / "run1",
        land,
        registers.citizens,
        folder / "land.csv",
        folder / "citizens.csv",
        len(lines) - 1,
        len(more) - 1,
        NOT_PERSONS,
    )
