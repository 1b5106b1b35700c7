"""One result of the invented registers for the tests that draw it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="package")
def result(registers: Any) -> Any:
    from vnlink import Linker

    return Linker(threads=1).link(registers.land, registers.citizens)
