"""Every block of code that the documentation shows is run, page by page, as a reader would: from the first to the last.

A page gets a folder of its own with small registers of invented people (``land.parquet``, ``citizens.parquet`` and others, see
``prepared``) and one namespace in which these are ``land``, ``citizens``, ``truth`` and ``labels``.

``python``    is executed; with prompts (``>>>``) it has to print what stands there.
``sh``        ``vnlink`` is run in this process; scripts, targets of make and extras of pip that are named have to exist.
``toml``      is a configuration that loads.
``csv``       is a file, under the name that a comment gives.
nothing       is a command where it begins with one, else text, as ``text`` is.

Lines with words in the place of files (``vnlink link LAND CITIZENS``) say how a command is called: it and its options have to
exist.

A comment of HTML before a block says what else there is to know: ``file: NAME`` writes the block to a file, ``needs: MODULES``
leaves it out where one of these is not installed, ``ends with CODE: why`` is the exit code to come, and ``not run: why`` checks
no more than that it can be read.
"""

from __future__ import annotations

import doctest
import importlib.util
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r"(?:^ *<!-- (?P<note>[a-z]+(?: [a-z]+)?)(?: (?P<code>\d+))?: (?P<said>[^\n]+?) -->\n)?"
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```",
    re.DOTALL | re.MULTILINE,
)
COMMANDS = ("vnlink ", "make ", "pip ", "python ", ".venv/bin/", "VNLINK_HYPOTHESIS=")
PLACEHOLDERS = re.compile(r"\b(?:LAND|CITIZENS|DIR|TRUTH|INDEX|FILE)\b")


@dataclass(frozen=True)
class Block:
    """A block with the line it begins in and what the comment before it says."""

    page: str
    line: int
    language: str
    text: str
    note: str
    code: int
    said: str


def blocks_of(path):
    page, found = path.read_text(encoding="utf-8"), []
    for match in BLOCK.finditer(page):
        text = re.sub(f"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        language = match["language"] or ("sh" if text.startswith(COMMANDS) else "text")
        line = page.count("\n", 0, match.start("language")) + 1
        found.append(
            Block(
                str(path.relative_to(ROOT)),
                line,
                language,
                text,
                match["note"] or "",
                int(match["code"] or 0),
                match["said"] or "",
            )
        )
    return found


def run_python(block, names):
    place = f"{block.page}, line {block.line}"
    if ">>> " not in block.text:
        # Fewer rounds than by default: pages are about the calls.
        code = block.text.replace("HistGradientBoostingClassifier()", "HistGradientBoostingClassifier(max_iter=3)")
        exec(compile(code, place, "exec"), names)
        return
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    test = doctest.DocTestParser().get_doctest(block.text, names, place, place, 0)
    failed = doctest.DocTestRunner(optionflags=flags).run(test, clear_globs=False).failed
    names.update(test.globs)
    assert not failed, place


def run_command(line, expected):
    """Run one line of a shell, as far as it is vnlink's; look whether what it names is there otherwise."""
    words = shlex.split(line, comments=True)
    if words and re.fullmatch(r"[A-Z_]+=\w+", words[0]):
        words = words[1:]
    if not words:
        return
    command, rest = words[0].removeprefix(".venv/bin/"), words[1:]
    if command == "vnlink":
        run_vnlink(rest, expected)
    elif command == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert {word for word in rest if "=" not in word} <= set(targets), line
    elif command == "pip":
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
        named = re.findall(r"\[([\w,]+)\]", line)
        assert {extra for group in named for extra in group.split(",")} <= extras.keys(), line
    elif command in ("python", "python3"):
        script = (ROOT / rest[0]).read_text(encoding="utf-8") if rest[0] != "-m" else ""
        assert [word for word in rest if word.startswith("--") and script and f'"{word}"' not in script] == [], line
    else:
        raise AssertionError(f"{line}: nothing is known of this command")


def run_vnlink(words, expected):
    from typer.testing import CliRunner

    from vnlink import cli

    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == expected, f"vnlink {shlex.join(words)}: {done.output}"


def check_usage(text):
    """How commands are called, not a call of them: commands and options have to be there."""
    import typer

    from vnlink import cli

    known = typer.main.get_command(cli.app).commands
    for line in text.splitlines():
        named = re.findall(r"\bvnlink ([a-z]+)", line)
        assert set(named) <= known.keys(), line
        options = {name for command in named for one in known[command].params for name in one.opts}
        assert set(re.findall(r"(--[a-z-]+)", line)) <= options, line


def run_block(block, names, folder):
    if block.note == "file":
        (folder / block.said).write_text(block.text, encoding="utf-8")
    if block.note == "not run":
        if block.language == "python":
            compile(block.text, block.page, "exec")
        return
    if block.language == "python":
        run_python(block, names)
    elif block.language == "sh" and PLACEHOLDERS.search(block.text):
        check_usage(block.text)
    elif block.language == "sh":
        for line in block.text.replace("\\\n", " ").splitlines():
            run_command(line, block.code)
    elif block.language == "toml":
        from vnlink.config import load_config

        (folder / "settings.toml").write_text(block.text, encoding="utf-8")
        load_config(folder / "settings.toml")
    else:
        assert block.language == "text" or (block.language == "csv" and block.note == "file"), block


def after_classifier(names):
    """A classifier that was saved and read back answers as before."""
    codes = names["X"]
    assert names["again"].predict_proba(codes).tobytes() == names["model"].predict_proba(codes).tobytes()


def after_index(names):
    """Linked with an index and looked up in it are the same; an owner string named two persons."""
    assert names["tables"].links.equals(names["result"].links)
    assert [person.person_no for person in names["found"]] == [1, 2]


AFTERWARDS = {"classifier.md": after_classifier, "index-and-lookup.md": after_index}


def missing(block):
    needed = block.said.split() if block.note == "needs" else []
    return [name for name in needed if importlib.util.find_spec(name) is None]


def page(path):
    """A page as a parameter; Splink and recordlinkage warn of what is theirs."""
    others = path.name == "integrations.md" or path.parent.name == "migration"
    marks = [pytest.mark.filterwarnings("default")] if others else []
    return pytest.param(path, id=str(path.relative_to(ROOT)), marks=marks)


@pytest.mark.slow
@pytest.mark.parametrize("path", [page(path) for path in PAGES])
def test_the_blocks_of_a_page_run_one_after_the_other(path, prepared, capsys):
    names, folder = prepared(path)
    blocks = blocks_of(path)
    left_out = {name for block in blocks for name in missing(block)}
    ran = [run_block(block, names, folder) for block in blocks if not missing(block)]
    AFTERWARDS.get(path.name, len)(names)
    if left_out and not ran:
        pytest.skip(f"not installed: {', '.join(sorted(left_out))}")


def test_the_comments_before_blocks_say_what_is_known():
    blocks = [block for path in PAGES for block in blocks_of(path)]
    assert {block.note for block in blocks} <= {"", "file", "needs", "ends with", "not run"}
    assert all(block.said for block in blocks if block.note)
    assert sum(block.note == "not run" for block in blocks) < 5
