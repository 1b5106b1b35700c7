"""How the tests run: property tests by profile, and never an hour of them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

BUDGET_SECONDS = 420.0
"""After this long in one process, the property tests that are left run the fast profile: a thorough run ends in time."""

# The first call of a kernel compiles it, so no single example has a deadline. The fast and ci profiles draw the same examples
# every time: a test that fails here fails for everybody. `soak` is where new examples are looked for.
settings.register_profile("fast", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile(
    "ci", parent=settings.get_profile("fast"), max_examples=1_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("soak", parent=settings.get_profile("ci"), max_examples=10_000, derandomize=False)
settings.load_profile(os.environ.get("VNLINK_HYPOTHESIS", "fast"))

_started = time.monotonic()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fall back to the fast profile when the budget is spent (never in a soak, which is meant to be long)."""
    if os.environ.get("VNLINK_HYPOTHESIS") == "ci" and time.monotonic() - _started > BUDGET_SECONDS:
        settings.load_profile("fast")


@pytest.fixture(scope="session")
def registers() -> Any:
    """One small pair of invented registers for all tests that link: 3,000 citizens, 2,000 land users, and the truth."""
    from vnlink.datasets import synthesize

    return synthesize(citizens=3_000, land_users=2_000, seed=7)


@pytest.fixture(scope="session")
def register_files(registers: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as ``land.parquet`` and ``citizens.parquet`` in one folder."""
    import pyarrow.parquet as pq

    folder = tmp_path_factory.mktemp("registers")
    pq.write_table(registers.land, folder / "land.parquet")
    pq.write_table(registers.citizens, folder / "citizens.parquet")
    return folder


@pytest.fixture(scope="session")
def finished_run(register_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that linked them: one thread, batches of the default size. Not to be written to."""
    from vnlink.config import Config
    from vnlink.runs import run_link

    out = tmp_path_factory.mktemp("runs") / "run1"
    config = Config.from_mapping({"run": {"threads": 1}})
    run_link(register_files / "land.parquet", register_files / "citizens.parquet", out, config=config)
    return out
