"""The same files give the same bytes, for any number of threads, batch size and hash seed; the same rows give the same
decisions, in any order and in any form of table."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vnlink import Linker
from vnlink.config import Config
from vnlink.runs import run_link

DECIDED = ["land_user_id", "person_no", "person_name", "citizen_id", "status", "probability", "log_odds", "margin", "reasons"]


def bytes_of(folder):
    """Every file but the manifest, and the manifest without what may differ."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    manifest = json.loads(files.pop("manifest.json"))
    manifest.pop("times_seconds")
    manifest["config"]["run"].pop("threads")
    manifest["config"]["run"].pop("batch_rows")
    return files, manifest


def link(register_files, out, **settings):
    config = Config.from_mapping({"run": settings})
    run_link(register_files / "land.parquet", register_files / "citizens.parquet", out, config=config)
    return out


@pytest.mark.parametrize(("threads", "batch_rows"), [(2, 500), (1, 4096), (2, 131_072)])
def test_threads_and_batches_change_no_byte(tmp_path, register_files, finished_run, threads, batch_rows):
    files, manifest = bytes_of(link(register_files, tmp_path / "run", threads=threads, batch_rows=batch_rows))
    expected, expected_manifest = bytes_of(finished_run)
    assert [name for name in expected if files[name] != expected[name]] == []
    assert manifest == expected_manifest


CHILD = """
import sys
from vnlink.config import Config
from vnlink.runs import run_link
run_link(sys.argv[1], sys.argv[2], sys.argv[3], config=Config.from_mapping({"run": {"threads": 1}}))
"""


def test_another_process_with_another_hash_seed_changes_no_byte(tmp_path, register_files, finished_run):
    """Of the two seeds one is fixed here, the other is that of the process that runs the tests (random unless it was set)."""
    hash_seed = "4242" if os.environ.get("PYTHONHASHSEED") != "4242" else "1"
    inputs = [register_files / "land.parquet", register_files / "citizens.parquet"]
    subprocess.run(
        [sys.executable, "-c", CHILD, *inputs, tmp_path / "run"],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        check=True,
        timeout=300,
    )
    files, manifest = bytes_of(tmp_path / "run")
    expected, expected_manifest = bytes_of(finished_run)
    assert [name for name in expected if files[name] != expected[name]] == []
    assert manifest == expected_manifest


@pytest.fixture(scope="module")
def first(registers):
    """The decisions of the rows as they come, and what was learned from them."""
    linker = Linker(threads=1).fit(registers.land, registers.citizens)
    return decided(linker.link(registers.land, registers.citizens)), linker.model_.to_json()


def decided(result):
    """(land_user_id, person_no) -> everything decided, floats bit for bit."""
    table = result.links.select(DECIDED)
    return {(row["land_user_id"], row["person_no"]): row for row in table.to_pylist()}


def shuffled(table, seed):
    return table.take(np.random.default_rng(seed).permutation(table.num_rows))


@pytest.mark.parametrize(
    ("land_seed", "citizen_seed", "batch_rows"),
    [(1, None, 131_072), (None, 2, 131_072), (3, 4, 701)],
    ids=["land rows", "citizen rows", "both, in small batches"],
)
def test_rows_in_another_order_teach_the_same_model_and_give_the_same_decisions(
    registers, first, land_seed, citizen_seed, batch_rows
):
    land = registers.land if land_seed is None else shuffled(registers.land, land_seed)
    citizens = registers.citizens if citizen_seed is None else shuffled(registers.citizens, citizen_seed)
    linker = Linker(threads=2, batch_rows=batch_rows).fit(land, citizens)
    result = linker.link(land, citizens)
    assert (decided(result), linker.model_.to_json()) == first
    order = list(dict.fromkeys(result.links["land_user_id"].to_pylist()))
    assert order == land["land_user_id"].to_pylist()


# The same rows in other forms. A sample of the registers is enough: what could differ is how cells are read.


@pytest.fixture(scope="module")
def few(registers):
    """Land users with the citizens around them, all as text."""
    return registers.land.slice(0, 400), registers.citizens.slice(0, 700)


@pytest.fixture(scope="module")
def few_decisions(few):
    return decided(Linker(threads=1).link(*few))


LAND_HEADERS = {
    "land_user_id": "Mã chủ sử dụng",
    "full_name": "TÊN CHỦ SỬ DỤNG",
    "birth_date": "Ngày sinh (dd/mm/yyyy)",
    "gender": "Giới tính",
    "id_number": "Số giấy tờ",
    "address": "Địa chỉ",
    "commune_code": "Mã xã",
    "parcel_id": "Mã thửa",
}
CITIZEN_HEADERS = {
    "full_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "gender": "Giới tính",
    "personal_id": "Số định danh cá nhân",
    "old_id_number": "Số CMND",
    "address": "Nơi thường trú",
}


def office_csv(table, headers):
    """What a spreadsheet saves as "CSV UTF-8": BOM, semicolons, CRLF, quotes where a cell needs them, dates as dd/mm/yyyy."""
    frame = table.to_pandas()
    iso = frame["birth_date"].str.fullmatch(r"\d{4}-\d{2}-\d{2}", na=False)
    turned = frame.loc[iso, "birth_date"].str.split("-").map(lambda parts: "/".join(reversed(parts)))
    frame.loc[iso, "birth_date"] = turned
    text = frame.rename(columns=headers).to_csv(sep=";", index=False, lineterminator="\r\n")
    return ("\ufeff" + text).encode("utf-8")


def test_an_office_export_gives_the_decisions_of_the_parquet_file(tmp_path, few, few_decisions):
    land, citizens = few
    (tmp_path / "land.csv").write_bytes(office_csv(land, LAND_HEADERS))
    (tmp_path / "citizens.csv").write_bytes(office_csv(citizens, CITIZEN_HEADERS))
    result = Linker(threads=1).link(tmp_path / "land.csv", tmp_path / "citizens.csv")
    assert result.manifest["inputs"]["land"]["columns"]["full_name"] == ["TÊN CHỦ SỬ DỤNG"]
    assert decided(result) == few_decisions


def test_a_spreadsheet_gives_the_decisions_of_the_parquet_file(tmp_path, few, few_decisions):
    openpyxl = pytest.importorskip("openpyxl")
    for name, table in zip(("land", "citizens"), few, strict=True):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Sheet1")
        sheet.append(table.schema.names)
        for row in table.to_pylist():
            sheet.append(list(row.values()))
        book.save(tmp_path / f"{name}.xlsx")
    assert decided(Linker(threads=1).link(tmp_path / "land.xlsx", tmp_path / "citizens.xlsx")) == few_decisions


FRAMES = {
    "pandas": lambda table: table.to_pandas(),
    "pandas objects": lambda table: pd.DataFrame(table.to_pydict(), dtype=object),
    "polars": pl.from_arrow,
    "polars categories": lambda table: pl.from_arrow(table).with_columns(pl.col("gender", "commune_code").cast(pl.Categorical)),
    "large strings in many chunks": lambda table: pa.Table.from_batches(
        table.cast(pa.schema([(name, pa.large_string()) for name in table.schema.names])).to_batches(max_chunksize=37)
    ),
    "one-shot reader": lambda table: table.to_reader(max_chunksize=100),
}


@pytest.mark.parametrize("form", FRAMES)
def test_a_frame_gives_the_decisions_of_the_parquet_file(few, few_decisions, form):
    land, citizens = few
    assert decided(Linker(threads=1).link(FRAMES[form](land), FRAMES[form](citizens))) == few_decisions


def test_columns_in_another_order_give_the_same_decisions(few, few_decisions):
    land, citizens = (table.select(table.schema.names[::-1]) for table in few)
    assert decided(Linker(threads=1).link(land, citizens)) == few_decisions
