"""The pictures of the documentation: what their script draws."""

from __future__ import annotations

import importlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder that the script drew into."""
    out = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        patch.setattr("sys.argv", ["draw_pictures.py", str(out)])
        importlib.import_module("draw_pictures").main()
    return out


def test_every_committed_picture_is_drawn_by_the_script(drawn):
    committed = {path.name for path in (ROOT / "docs" / "assets").glob("*.svg")}
    assert committed == {path.name for path in drawn.iterdir()}


def test_a_picture_is_well_formed_says_what_it_shows_and_loads_nothing(drawn):
    for path in drawn.iterdir():
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        assert root.get("aria-label"), path.name
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not names & {"script", "image", "use", "foreignObject"}, path.name


def test_every_picture_is_shown_on_some_page():
    pages = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
    unshown = [path.name for path in (ROOT / "docs" / "assets").glob("*.svg") if f"assets/{path.name})" not in pages]
    assert not unshown
