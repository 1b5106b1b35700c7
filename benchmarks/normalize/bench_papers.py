"""Rows a second of the readers of birth dates and identity numbers, by CPU time of one thread.

    python benchmarks/normalize/bench_papers.py                  a million rows
    python benchmarks/normalize/bench_papers.py --rows 100000 --repeat 5

Two columns of each kind: "plain" holds the forms that make up most of a register, "mixed" every form of the golden set's kinds
in equal parts. Rows are distinct, so no dictionary helps. The best of --repeat runs counts; compiling does not.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from vnlink.normalize.dates import parse_date_column
from vnlink.normalize.identifiers import parse_identifier_column

DATES = {
    "plain": ("{d:02}/{m:02}/{y}", "{y}", "{d}/{m}/{y}"),
    "mixed": (
        "{d:02}/{m:02}/{y}",
        "{y}-{m:02}-{d:02} 00:00:00",
        "Sinh năm {y}",
        "ngày {d} tháng {m} năm {y}",
        "{m}/{y}",
        "{d}.{m}.{y}",
        "{y}.0",
        "{d:02}{m:02}{y}",
        "không rõ",
    ),
}
NUMBERS = {
    "plain": ("{p:012d}", "{o:09d}", "{o}"),
    "mixed": (
        "{p:012d}",
        "CCCD: {p:012d}",
        "CMND số: {o:09d} cấp ngày {d:02}/{m:02}/2003 tại CA tỉnh",
        "{p}.0",
        "Sổ hộ khẩu số {o:09d}",
        "{o:09d}; {p:012d}",
        "Hộ chiếu B{d:02}{y}{m}",
        "chưa có giấy tờ",
    ),
}


def column(forms: Sequence[str], rows: int) -> pa.Array:
    """Rows in turn in each of the forms, with dates and numbers drawn from a fixed seed."""
    draw = np.random.default_rng(1)
    day, month, year = draw.integers(1, 29, rows), draw.integers(1, 13, rows), draw.integers(1930, 2000, rows)
    old = draw.integers(10**7, 38 * 10**7, rows)
    personal = draw.integers(1, 97, rows) * 10**9 + draw.integers(0, 2, rows) * 10**8 + draw.integers(0, 10**8, rows)
    values = zip(day.tolist(), month.tolist(), year.tolist(), old.tolist(), personal.tolist(), strict=True)
    texts = [forms[i % len(forms)].format(d=d, m=m, y=y, o=o, p=p) for i, (d, m, y, o, p) in enumerate(values)]
    return pa.array(texts, pa.large_string())


def rate(read: Callable[[pa.Array, Any], object], cells: pa.Array, repeat: int) -> int:
    """Rows a second of CPU time, best of ``repeat``."""
    persons = np.ones(len(cells), np.int64)
    read(cells[:100], persons[:100])
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        read(cells, persons)
        best = min(best, time.process_time() - start)
    return round(len(cells) / max(best, 1e-9))


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Run and print the benchmark as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args(arguments)
    result: dict[str, Any] = {"rows": options.rows, "rows_per_cpu_second": {}}
    for name, forms, read in (("dates", DATES, parse_date_column), ("numbers", NUMBERS, parse_identifier_column)):
        for kind, of_kind in forms.items():
            result["rows_per_cpu_second"][f"{name}_{kind}"] = rate(read, column(of_kind, options.rows), options.repeat)
    print(json.dumps(result, indent=1))
    return result


if __name__ == "__main__":
    main()
