"""Whole synthetic registers: sizes, keys, repeatability, and that they look like the country they stand for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from vnlink.datasets import RAW, Population, Registers, iter_registers, synthesize, write_registers
from vnlink.datasets.blocks import BLOCK_SIZE
from vnlink.datasets.spellings import without_marks
from vnlink.errors import ConfigError, InputError
from vnlink.schema import CITIZEN_COLUMNS, LAND_COLUMNS


@pytest.fixture(scope="module")
def raw() -> Registers:
    return synthesize(40_000, 24_000, seed=5)


@pytest.fixture(scope="module")
def clean() -> Registers:
    return synthesize(20_000, 12_000, seed=5, preset="clean")


def _texts(table: pa.Table, column: str) -> list[Any]:
    return list(table[column].to_pylist())


@pytest.mark.parametrize(("citizens", "land_users"), [(1, 0), (1, 5), (7, 100), (BLOCK_SIZE, 10), (BLOCK_SIZE + 1, 1_001)])
def test_the_sizes_are_exactly_those_asked_for(citizens: int, land_users: int) -> None:
    made = synthesize(citizens, land_users, seed=2)
    assert made.citizens.num_rows == citizens
    assert made.land.num_rows == land_users


def test_the_columns_are_those_of_the_contract(raw: Registers) -> None:
    assert tuple(raw.land.column_names) == LAND_COLUMNS
    assert set(raw.citizens.column_names) <= set(CITIZEN_COLUMNS)
    assert all(one.type == pa.string() for table in (raw.citizens, raw.land) for one in table.schema)


def test_keys_and_numbers_are_unique(raw: Registers) -> None:
    for table, column in ((raw.citizens, "citizen_id"), (raw.citizens, "personal_id"), (raw.land, "land_user_id")):
        values = table[column].drop_null()
        assert pc.count_distinct(values).as_py() == len(values)
    assert raw.citizens["citizen_id"].null_count == raw.land["land_user_id"].null_count == 0


def test_every_person_of_every_land_user_has_one_row_of_truth(raw: Registers) -> None:
    truth = raw.truth
    keys = list(dict.fromkeys(_texts(truth, "land_user_id")))
    assert keys == _texts(raw.land, "land_user_id")
    seen: Counter[str] = Counter()
    for key, person_no in zip(_texts(truth, "land_user_id"), _texts(truth, "person_no"), strict=True):
        seen[key] += 1
        assert person_no == seen[key]


def test_the_truth_names_citizens_that_exist_and_none_means_nobody(raw: Registers) -> None:
    known = set(_texts(raw.citizens, "citizen_id"))
    for citizen, status in zip(_texts(raw.truth, "citizen_id"), _texts(raw.truth, "status"), strict=True):
        assert (citizen is None) == (status == "none")
        assert citizen is None or citizen in known


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    assert synthesize(3_000, 2_000, seed=1) == synthesize(3_000, 2_000, seed=1)
    assert synthesize(3_000, 2_000, seed=1).citizens != synthesize(3_000, 2_000, seed=2).citizens


def test_the_chunk_size_does_not_change_the_rows(tmp_path: Path) -> None:
    size = 2 * BLOCK_SIZE + 500
    whole = synthesize(size, 9_000, seed=4)
    for chunk_rows in (1, 2 * BLOCK_SIZE):
        folder = write_registers(tmp_path / str(chunk_rows), size, 9_000, seed=4, chunk_rows=chunk_rows)
        for name, table in whole._asdict().items():
            assert pq.read_table(folder / f"{name}.parquet") == table


def test_two_runs_write_the_same_bytes_and_leave_nothing_else(tmp_path: Path) -> None:
    one = write_registers(tmp_path / "one", 2_000, 1_000, seed=9, preset="clean")
    two = write_registers(tmp_path / "two", 2_000, 1_000, seed=9, preset="clean")
    names = sorted(path.name for path in one.iterdir())
    assert names == ["citizens.parquet", "land.parquet", "truth.parquet"]
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)


def test_chunks_hold_whole_blocks() -> None:
    sizes = [chunk.citizens.num_rows for chunk in iter_registers(3 * BLOCK_SIZE, 100, chunk_rows=2 * BLOCK_SIZE)]
    assert sizes == [2 * BLOCK_SIZE, BLOCK_SIZE]


def test_kernels_without_compilation_give_the_same_rows() -> None:
    program = (
        "import hashlib; from vnlink.datasets import synthesize\n"
        "made = synthesize(400, 250, seed=3)\n"
        "print(hashlib.sha256(repr([table.to_pylist() for table in made]).encode()).hexdigest())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for disabled in ("0", "1")
    ]
    assert outputs[0] == outputs[1]


def test_two_people_share_a_folded_name_about_as_often_as_in_published_lists(raw: Registers) -> None:
    counts = np.array(list(Counter(without_marks(name or "").lower() for name in _texts(raw.citizens, "full_name")).values()))
    size = counts.sum()
    assert 3.7e-5 / 2 < (counts * (counts - 1)).sum() / (size * (size - 1)) < 3.7e-5 * 2


def test_names_have_the_lengths_of_published_lists(raw: Registers) -> None:
    lengths = np.array([len((name or "").split()) for name in _texts(raw.citizens, "full_name")])
    for syllables, share, allowed in ((2, 0.025, 0.01), (3, 0.71, 0.05), (4, 0.26, 0.05), (5, 0.002, 0.006)):
        assert abs((lengths == syllables).mean() - share) < allowed


def test_van_and_thi_mark_the_old_and_not_the_young(raw: Registers) -> None:
    shares = {}
    for label, low, high in (("old", 1900, 1955), ("young", 2000, 2025)):
        years = np.array([int((text or "0")[-4:]) for text in _texts(raw.citizens, "birth_date")])
        chosen = [
            n or "" for n, keep in zip(_texts(raw.citizens, "full_name"), (years >= low) & (years < high), strict=True) if keep
        ]
        shares[label] = np.mean([(" Văn " in name) or (" Thị " in name) for name in chosen])
    assert shares["old"] > 0.7
    assert shares["young"] < 0.45


def test_children_carry_their_fathers_family_name(raw: Registers) -> None:
    pairs = [
        (name, father)
        for name, father in zip(_texts(raw.citizens, "full_name"), _texts(raw.citizens, "father_name"), strict=True)
        if name and father and "'" not in name and not name.startswith("Y ")
    ]
    assert len(pairs) > 5_000
    assert np.mean([name.split()[0] == father.split()[0] for name, father in pairs]) > 0.97


def test_personal_ids_say_sex_and_year_of_birth(raw: Registers) -> None:
    columns = ("personal_id", "birth_date", "gender")
    for number, birth, gender in zip(*(_texts(raw.citizens, column) for column in columns), strict=True):
        if number is not None:
            year = int((birth or "")[-4:])
            assert len(number) == 12
            assert int(number[3]) == 2 * (year // 100 - 19) + (gender == "Nữ")
            assert int(number[4:6]) == year % 100


def test_raw_owner_cells_take_many_forms(raw: Registers) -> None:
    cells = [text or "" for text in _texts(raw.land, "full_name")]
    for part in (
        "Hộ ông",
        "Bà ",
        " và vợ ",
        " - ",
        "(đã chết)",
        "thừa kế",
        "(tức ",
        "UBND",
        "Chùa",
        "HTX",
        "Cộng đồng",
        "CMND số: ",
    ):
        assert any(part in text for text in cells), part
    assert (
        0.5 < np.mean([bool(text) and text.lower().startswith(("ông", "bà", "hộ", "ô.", "vợ chồng")) for text in cells]) < 0.7
    )


def test_shares_of_the_raw_preset_are_those_of_its_table(raw: Registers) -> None:
    kinds = Counter(kind for kind, no in zip(_texts(raw.truth, "kind"), _texts(raw.truth, "person_no"), strict=True) if no == 1)
    assert abs(kinds["couple"] / raw.land.num_rows - RAW.couple) < 0.03
    assert abs(kinds["body"] / raw.land.num_rows - RAW.organisation) < 0.01
    missing = raw.land["id_number"].null_count / raw.land.num_rows
    assert abs(missing - RAW.no_id - RAW.organisation) < 0.05


def test_outcomes_of_the_presets_stay_where_the_document_says(raw: Registers, clean: Registers) -> None:
    for made, full, partial, none in ((raw, 0.46, 0.40, 0.13), (clean, 0.89, 0.06, 0.05)):
        statuses = Counter(_texts(made.truth, "status"))
        for status, share in (("full", full), ("partial", partial), ("none", none)):
            assert abs(statuses[status] / made.truth.num_rows - share) < 0.03


def test_without_errors_every_living_owner_is_found_in_full() -> None:
    calm = dict.fromkeys(RAW.__dataclass_fields__, 0.0) | {"old_id": 0.4}
    people = Population(personal_id=1.0, old_id=1.0, name_error=0.0, emigrated=0.0, dead_kept=1.0, year_only=0.0)
    made = synthesize(6_000, 3_000, seed=8, preset=RAW.replace(**calm), population=people)
    assert set(_texts(made.truth, "status")) == {"full"}
    citizens = dict(zip(_texts(made.citizens, "citizen_id"), _texts(made.citizens, "full_name"), strict=True))
    owners = [citizens[key] for key in _texts(made.truth, "citizen_id")]
    assert owners == [text.strip() for text in _texts(made.land, "full_name") if text is not None]


def test_people_per_commune_sets_the_number_of_communes() -> None:
    made = synthesize(62_000, 10, seed=1, population=Population(people_per_commune=31_000))
    assert pc.count_distinct(made.citizens["commune_code"]).as_py() == 2


def test_wrong_settings_are_refused_before_anything_is_made() -> None:
    with pytest.raises(ConfigError):
        RAW.replace(no_id=1.5)
    with pytest.raises(ConfigError):
        RAW.replace(no_id=0.7, old_id=0.5)
    with pytest.raises(ConfigError):
        synthesize(10, 10, preset="dirty")
    with pytest.raises(InputError):
        synthesize(0, 10)
    with pytest.raises(ConfigError):
        Population(people_per_commune=5)
