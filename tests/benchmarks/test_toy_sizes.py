"""Every benchmark runs at toy size, so that none rots."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PIPELINE = Path(__file__).parents[2] / "benchmarks" / "pipeline"
NORMALIZE = Path(__file__).parents[2] / "benchmarks" / "normalize"


@pytest.mark.parametrize("register", ["raw", "hard"])
def test_the_benchmark_of_linking_gives_times_memory_and_accuracy(register, tmp_path, capsys):
    run = runpy.run_path(str(PIPELINE / "bench_link.py"))
    options = ["--register", register, "--citizens", "600", "--land-users", "300", "--repeat", "1", "--keep", str(tmp_path)]
    result = run["main"](options)
    assert result["median_seconds"] > 0
    assert result["peak_gib"] > 0
    assert result["counts"]["citizens"] == 600
    assert 0.5 < result["recall"]["value"] <= 1.0
    assert '"precision_full"' in capsys.readouterr().out


def test_the_benchmark_of_the_generator_gives_a_rate():
    run = runpy.run_path(str(PIPELINE / "bench_synth.py"))
    result = run["main"](["--citizens", "600", "--land-users", "300"])
    assert result["persons"] > 900
    assert result["persons_per_cpu_second"] > 0


def test_the_benchmark_of_papers_gives_a_rate_for_each_column():
    run = runpy.run_path(str(NORMALIZE / "bench_papers.py"))
    result = run["main"](["--rows", "200", "--repeat", "1"])
    assert set(result["rows_per_cpu_second"]) == {"dates_plain", "dates_mixed", "numbers_plain", "numbers_mixed"}
    assert min(result["rows_per_cpu_second"].values()) > 0
