"""What docs/index-and-lookup.md shows runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import vnlink

PAGE = Path(__file__).parents[2] / "docs" / "index-and-lookup.md"


def test_the_examples_of_the_how_to_run_one_after_the_other(registers, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    citizens = registers.citizens.slice(0, 600)
    first = citizens["citizen_id"][0].as_py()
    known = {"vnlink": vnlink, "land": registers.land.slice(0, 300), "citizens": citizens}
    known["changes"] = registers.citizens.slice(600, 50)
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        exec(example.replace('"C1"', repr(first)), known)
    assert known["tables"].links.equals(known["result"].links)
    assert [person.person_no for person in known["found"]] == [1, 2]
    assert "Lê Thị Bình" in capsys.readouterr().out
    assert (tmp_path / "population-today" / "manifest.json").is_file()
