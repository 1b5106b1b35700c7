"""The stored notebooks hold what a run of them gives and nothing of the machine; what the runner refuses is refused."""

from __future__ import annotations

import copy
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
TOOL = runpy.run_path(str(ROOT / "tools" / "run_notebooks.py"))


def cell(*outputs, source="1"):
    return {"cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def shown(**data):
    kinds = {"html": "text/html", "plain": "text/plain", "svg": "image/svg+xml"}
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[kind]: text for kind, text in data.items()}}


def printed(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_stored_notebook_is_clean_small_and_says_that_its_people_are_invented(path):
    stored = TOOL["read"](path)
    assert TOOL["clean"](stored) == stored
    assert TOOL["faults"](stored) == []
    assert path.stat().st_size < TOOL["MOST_BYTES"]
    told = "".join(TOOL["text_of"](one["source"]) for one in stored["cells"] if one["cell_type"] == "markdown")
    assert "is invented" in told
    assert [one for one in stored["cells"] if one.get("outputs")], "make notebooks stores the outputs"


def test_every_notebook_is_run_by_a_target_of_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(NOTEBOOKS) == 3
    assert "PEER_NOTEBOOKS := examples/notebooks/recordlinkage.ipynb" in makefile
    assert makefile.count("run_notebooks.py $(NOTEBOOKS)") == makefile.count("run_notebooks.py $(PEER_NOTEBOOKS)") == 1


def test_times_versions_addresses_and_bars_that_went_are_not_stored():
    ran = notebook(cell(shown(html="", plain="<HTML object>"), shown(plain=["<Chart at 0x7f12ab>"])), cell(printed("x")))
    ran["metadata"] = {"language_info": {"name": "python", "version": "3.12.1"}}
    ran["cells"][0]["metadata"] = {"execution": {"iopub.execute_input": "2025-01-01T00:00:00Z"}}
    ran["cells"][1]["execution_count"] = 9
    before = copy.deepcopy(ran)
    kept = TOOL["clean"](ran)
    assert ran == before
    assert "version" not in str(kept["metadata"])
    assert [one["metadata"] for one in kept["cells"]] == [{}, {}]
    assert [one["execution_count"] for one in kept["cells"]] == [1, 2]
    assert [output["data"]["text/plain"] for output in kept["cells"][0]["outputs"]] == [["<Chart>"]]


def test_an_output_of_another_kind_is_another_state_and_another_picture_is_not():
    stored, redrawn = notebook(cell(shown(svg="<svg>1</svg>"))), notebook(cell(shown(svg="<svg>2</svg>")))
    assert TOOL["structure"](stored) == TOOL["structure"](redrawn)
    for other in (cell(), cell(printed("1")), cell(shown(html="<b>1</b>")), cell(shown(svg="<svg>1</svg>"), printed("1"))):
        assert TOOL["structure"](stored) != TOOL["structure"](notebook(other))


@pytest.mark.parametrize(
    ("output", "wrong"),
    [
        ({"output_type": "error", "ename": "KeyError", "evalue": "1", "traceback": []}, "an error"),
        (printed("FutureWarning: soon", "stderr"), "text on standard error"),
        (printed("saved " + "/" + "home/somebody/model.json"), "a path of a machine"),
        (shown(html="<code>" + "C:" + "\\Users\\x</code>"), "a path of a machine"),
    ],
    ids=["error", "warning", "path", "windows"],
)
def test_an_error_a_warning_or_a_path_of_a_machine_fails(output, wrong):
    assert TOOL["faults"](notebook(cell(), cell(output))) == [f"cell 2: {wrong}"]


def test_addresses_of_the_web_and_shares_are_no_paths():
    fine = (printed("0.5/home and http://www.w3.org/2000/svg"), shown(svg='<svg xmlns="http://www.w3.org/2000/svg"/>'))
    assert TOOL["faults"](notebook(cell(*fine))) == []
