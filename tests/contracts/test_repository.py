"""What the files of the repository keep to."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RESOURCES = ROOT / "src" / "vnlink" / "resources"
SKIPPED = {".git", ".venv", ".venv-peers", ".venv-site", "site", "build", "dist", "__pycache__", "vnlink-demo"}

# Folders that exist on one machine only; the pattern does not match its own text, because of the bracket.
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|tmp|Users|work|mnt|farm)/[A-Za-z.]")
SOURCE = re.compile("source|by hand|generated|facts of|circular|decree|resolution|licen[cs]e", re.IGNORECASE)


def tracked_files():
    """The files git knows; in a copy without git, all that are not made by a build."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout:
        found = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not SKIPPED & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def text_of(path):
    data = path.read_bytes()
    return "" if b"\0" in data[:4096] else data.decode("utf-8", errors="replace")


def test_no_file_names_a_path_of_one_machine():
    wrong = []
    for path in tracked_files():
        for number, line in enumerate(text_of(path).splitlines(), start=1):
            if MACHINE_PATH.search(line):
                wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert not wrong


def test_no_file_names_a_package_index():
    hosts = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "extra-" + "index-url", "find-" + "links")))
    assert not [str(path.relative_to(ROOT)) for path in tracked_files() if hosts.search(text_of(path))]


def resource_files():
    return [path for path in sorted(RESOURCES.iterdir()) if path.suffix in (".csv", ".tsv", ".json", ".txt")]


@pytest.mark.parametrize("path", resource_files(), ids=lambda path: path.name)
def test_a_resource_says_where_it_comes_from(path):
    head = "\n".join(path.read_text(encoding="utf-8").splitlines()[:6])
    assert head.startswith(("#", "{")), "a resource begins with comment lines that say what it is"
    assert SOURCE.search(head)


@pytest.mark.parametrize("path", [ROOT / "Makefile", ROOT / ".ci" / "run"], ids=["Makefile", "ci"])
def test_the_commands_of_the_readme_are_there(path):
    assert path.is_file()
    if path.name == "run":
        assert "make test" in path.read_text(encoding="utf-8")


def test_every_text_file_is_utf8_with_plain_line_ends():
    wrong = []
    for path in tracked_files():
        data = path.read_bytes()
        if (
            path.suffix in (".py", ".md", ".toml", ".yaml", ".csv", ".tsv", "")
            and b"\0" not in data
            and "golden" not in path.parts
        ):
            try:
                data.decode("utf-8")
            except UnicodeDecodeError:
                wrong.append(str(path.relative_to(ROOT)))
            if b"\r\n" in data:
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong
