"""Run a process and write what it cost, seconds and memory, as JSON.

    python measured_run.py REPORT COMMAND ...

It stands between the benchmark and what is measured because Linux counts into a child's peak the memory of whoever started it:
the benchmark holds registers, this file holds nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(report: str, command: list[str]) -> int:
    """Run ``command`` to its end and give its exit code."""
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(process, 0)
    cost = {
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peak_gib": round(used.ru_maxrss / 1024**2, 2),
    }
    with open(report, "w", encoding="utf-8") as stream:  # noqa: PTH123  # pathlib would be memory for nothing
        json.dump(cost, stream)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
