"""Write the tables of the reference that the program itself knows: settings, commands, reason codes and levels.

    python tools/build_reference.py

puts each between its two comments (``<!-- table: NAME -->`` and ``<!-- end -->``) into the pages of ``docs/reference``; what
stands around them is written by hand. A test makes them again and finds no difference.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from vnlink.cli import app
from vnlink.compare.patterns import FIELDS
from vnlink.config import Columns, Decide, Normalize, Run
from vnlink.decide.reasons import CODES
from vnlink.errors import ConfigError
from vnlink.report.words import field_words, level_words, reason_words

PAGES = Path(__file__).parents[1] / "docs" / "reference"
_PLACE = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table of Markdown, an empty line before it and none behind."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n" + "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _meanings(section: type) -> dict[str, str]:
    """The paragraphs under "Attributes" of a section's docstring, by the names of the settings they are of."""
    text = inspect.getdoc(section) or ""
    found: dict[str, str] = {}
    for names, meaning in re.findall(r"^([a-z_, ]+) : [^\n]+\n((?:    [^\n]+\n?)+)", text, re.MULTILINE):
        plain = re.sub(r":\w+:`~?\.?([\w.]+)`", r"`\1`", " ".join(meaning.split())).replace("``", "`")
        found |= dict.fromkeys((name.strip() for name in names.split(",")), plain)
    return found


def _allowed(setting: Field[Any], path: str) -> str:
    """What a setting may be, in the words with which it refuses anything else."""
    try:
        setting.metadata["check"](object(), path)
    except ConfigError as error:
        said = re.search(r"must be (.+?) \(got object\)", str(error))
        if said:
            return re.sub(r'"([^"]+)"', r"`\1`", said[1])
    raise ValueError(f"{path} does not say what it may be")


def _default(setting: Field[Any]) -> str:
    value = setting.default if setting.default is not MISSING else setting.default_factory()  # type: ignore[misc]
    if value is None:
        return "not set"
    if isinstance(value, dict):
        return "empty"
    return f"`{json.dumps(value)}`"


def settings() -> str:
    """A table for each section of the configuration."""
    parts = []
    for section in (Columns, Normalize, Decide, Run):
        path = section._path  # the name of the section in a file
        meanings = _meanings(section)
        rows = [
            (f"`{setting.name}`", _default(setting), _allowed(setting, f"{path}.{setting.name}"), meanings[setting.name])
            for setting in fields(section)
        ]
        title = (inspect.getdoc(section) or "").partition("\n")[0]
        parts.append(f"\n## [{path}]\n\n{title}\n" + _table(("setting", "default", "may be", "meaning"), rows))
    return "".join(parts) + "\n"


def _options(command: Any) -> Iterator[tuple[str, str]]:
    """Arguments and options of a command: how each is written, and its help."""
    for one in sorted(command.params, key=lambda one: one.param_type_name):  # arguments before options
        default = "" if one.default is None or one.default is False or one.required else f" Default: `{one.default}`."
        default = "" if "default" in (one.help or "").lower() or callable(one.default) else default
        needed = " Required." if one.required and one.param_type_name == "option" else ""
        names = " ".join(one.opts) if one.param_type_name == "option" else ""
        metavar = "" if getattr(one, "is_flag", False) else (one.metavar or "")
        yield f"`{' '.join(part for part in (names, metavar) if part)}`", f"{one.help or ''}{needed}{default}"


def commands() -> str:
    """What ``--help`` says of every command."""
    import typer

    group: Any = typer.main.get_command(app)
    parts = []
    for name, command in group.commands.items():
        usage = [f"vnlink {name}", *(one.metavar for one in command.params if one.param_type_name == "argument")]
        usage += [f"{one.opts[0]} {one.metavar}" for one in command.params if one.param_type_name == "option" and one.required]
        others = any(one.param_type_name == "option" and not one.required for one in command.params)
        said = "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
        parts.append(
            f"\n## vnlink {name}\n\n{said}\n\n```text\n{' '.join(usage)}{' [OPTIONS]' if others else ''}\n```\n"
            + _table(("", "meaning"), list(_options(command)))
        )
    return "".join(parts) + "\n"


def reasons() -> str:
    """The codes of reasons that are no levels."""
    rows = [(f"`{code}`", meaning, reason_words(code).vi) for code, meaning in CODES.items()]
    return _table(("code", "meaning", "tiếng Việt"), rows) + "\n"


NOTES = {
    "place": """ A hamlet or commune that agrees is graded by its *reach*: how many people would live there if it had of all
families the share that it has of the citizen's
([why](../design/decisions.md#a-place-tells-by-how-many-of-the-family-live-there))."""
}
"""What is to be said of a field beside its levels."""


def levels() -> str:
    """The levels of every field of the built-in registers; how rare a name is has numbers in place of words."""
    parts = []
    for field in FIELDS:
        if field.name == "rarity":
            continue
        title = field_words(field.name)
        said = {level: level_words(field.name, level) for level in field.levels}
        rows = [(f"`{level}`", words.en, words.vi) for level, words in said.items()]
        note = NOTES.get(field.name, "")
        parts.append(
            f"\n### {field.name}\n\n{title.en} ({title.vi}).{note}\n" + _table(("level", "meaning", "tiếng Việt"), rows)
        )
    return "".join(parts) + "\n"


TABLES: dict[str, Callable[[], str]] = {"settings": settings, "commands": commands, "reasons": reasons, "levels": levels}


def made_again(text: str) -> str:
    """The text of a page with its tables made anew."""
    return _PLACE.sub(lambda place: f"{place[1]}{TABLES[place[2]]()}{place[3]}", text)


def main() -> None:
    for page in sorted(PAGES.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        page.write_text(made_again(text), encoding="utf-8")


if __name__ == "__main__":
    main()
