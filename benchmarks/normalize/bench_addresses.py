"""Speed of reading a column of addresses, as a run reads it: distinct ends are read once, rows cost a hash.

    python benchmarks/normalize/bench_addresses.py --rows 1000000 --distinct 20000 --repeat 5

Four columns, each read by a new reader in batches and resolved to rows of a table of places:

* ``province``: rows drawn from ``--distinct`` addresses in one province of before 2025 (Nghệ An), as in a land register;
* ``country``: the same from the whole country, which has ten times as many ends of addresses;
* ``distinct``: no two rows alike, by house and street; their ends are all the communes of the country in four ways of writing;
* ``hostile``: no two rows alike and no two ends alike, because a number of the household stands between the commune and the
  district; a fiftieth of the rows, as each end costs Python.

One core; CPU seconds, the least of the repetitions. What the units of an address mean is remembered from a first reading, as it
is when the second register of a run is read; compiling and the reading of the package's table are left out. The rate is rows
for each of these seconds.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from vnlink.normalize.gazetteer import Gazetteer
from vnlink.normalize.place_names import fold_place
from vnlink.normalize.places import PlaceReader, PlaceTable

BATCH = 1 << 16
STREETS = ("Lê Lợi", "Trần Phú", "Nguyễn Huệ", "Hai Bà Trưng", "Quang Trung", "Điện Biên Phủ", "Hùng Vương", "30 Tháng 4")
HEADS = ("Thôn {}", "Tổ {}", "Số {} đường {}", "{} {}", "Ấp {}", "Xóm {}", "TDP số {}", "Khu phố {}")
SHORT = {
    "Xã ": "X. ",
    "Phường ": "P. ",
    "Thị trấn ": "TT ",
    "Huyện ": "H. ",
    "Quận ": "Q. ",
    "Thành phố ": "TP. ",
    "Tỉnh ": "T. ",
}


def short(name: str) -> str:
    """Abbreviate the type word of a unit."""
    word = next((word for word in SHORT if name.startswith(word)), "")
    return SHORT.get(word, "") + name[len(word) :]


def ends(old_province: str = "", new_province: str = "") -> list[str]:
    """Old communes in three ways of writing and present ones in one, of a province or of the country (33,426)."""
    table = Gazetteer.load()
    old = [table.old_address_parts(commune) for commune in range(len(table.old_commune_codes))]
    new = [table.new_address_parts(commune) for commune in range(len(table.new_commune_codes))]
    old = [parts for parts in old if old_province in parts[-1]]
    new = [parts for parts in new if new_province in parts[-1]]
    full = [", ".join(parts) for parts in old]
    return [
        *full,
        *(", ".join(map(short, parts)) for parts in old),
        *(fold_place(text).upper() for text in full),
        *(", ".join(parts) for parts in new),
    ]


def columns(rows: int, distinct: int, seed: int) -> dict[str, pa.Array]:
    """Make the four columns."""
    rng = np.random.default_rng(seed)
    tails, near = ends(), ends("Nghệ An", "Nghệ An")
    heads = [HEADS[kind].format(number, street) for number, kind, street in zip(
        range(rows), rng.integers(len(HEADS), size=rows), rng.choice(STREETS, rows), strict=True)]  # fmt: skip
    which = rng.integers(len(tails), size=rows)
    alike = [f"{head}, {tails[at]}" for head, at in zip(heads, which, strict=True)]
    local = [f"{head}, {near[at % len(near)]}" for head, at in zip(heads[:distinct], which, strict=False)]
    drawn = rng.integers(min(distinct, rows), size=rows)
    hostile = [tails[at].replace(", ", f" {row}, ", 1) for row, at in enumerate(which[: max(1, rows // 50)])]
    return {
        "province": pa.array([local[row] for row in drawn]),
        "country": pa.array([alike[row] for row in drawn]),
        "distinct": pa.array(alike),
        "hostile": pa.array(hostile),
    }


def read(column: pa.Array) -> tuple[int, int]:
    """Read a column as a run does; return the places found, and the ends of addresses that Python read."""
    reader, table = PlaceReader(Gazetteer.load(), "land"), PlaceTable()
    for start in range(0, len(column), BATCH):
        reader.add(column[start : start + BATCH], None)
    reader.resolve(table)
    return len(table), reader.ends_read


def least_seconds(run: Callable[[], object], repeat: int) -> float:
    """CPU seconds of the quickest repetition."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result: dict[str, Any] = {}
    made = columns(options.rows, options.distinct, options.seed)
    read(made["distinct"][:100])
    for name, column in made.items():
        places, ends_read = read(column)
        seconds = least_seconds(lambda column=column: read(column), options.repeat)
        result[name] = {
            "rows": len(column),
            "ends": ends_read,
            "places": places,
            "cpu_seconds": round(seconds, 3),
            "rows_per_cpu_second": round(len(column) / max(seconds, 1e-9)),
        }
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
