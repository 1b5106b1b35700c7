"""What docs/integrations.md shows runs as it stands, as far as the libraries that it is about are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text(encoding="utf-8")


def sections():
    """(section, what it needs, code) of every block, in order."""
    found, section = [], ""
    for match in re.finditer(
        r"^## ([^\n]+)$|(?:<!-- needs: ([a-z ]+) -->\n)?^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE
    ):
        section = match[1] or section
        if match[3]:
            found.append((section, (match[2] or "").split(), match[3]))
    return found


def missing(needs):
    return [name for name in needs if importlib.util.find_spec(name) is None]


@pytest.fixture(scope="module")
def registers():
    from vnlink.datasets import synthesize

    return synthesize(citizens=1_200, land_users=800, seed=7)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # Splink and recordlinkage warn of what is theirs
@pytest.mark.parametrize("section", dict.fromkeys(section for section, _, _ in sections()))
def test_the_blocks_of_a_section_run_one_after_the_other(section, registers, capsys):
    import pyarrow as pa

    import vnlink

    names = {"land": registers.land, "citizens": registers.citizens, "truth": registers.truth, "pa": pa, "vnlink": vnlink}
    ran = 0
    left_out = set()
    for _, needs, code in (block for block in sections() if block[0] == section):
        if missing(needs):
            left_out.update(missing(needs))
            continue
        exec(compile(code, f"docs/integrations.md, {section}", "exec"), names)
        ran += 1
    if not ran:
        pytest.skip(f"not installed: {', '.join(sorted(left_out))}")


def test_every_tool_has_a_section_with_blocks():
    assert [name for name, _, _ in sections()].count("recordlinkage") == 3
    assert len({name for name, _, _ in sections()}) == 4
