"""How the tests run: property tests by profile, and never an hour of them."""

from __future__ import annotations

import os
import time

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
