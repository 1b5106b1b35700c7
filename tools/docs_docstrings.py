"""Docstrings as the site needs them: an extension of Griffe, which reads the source for ``mkdocstrings``; see ``mkdocs.yml``.

Four habits of numpydoc, as the source has them, are not read as they are meant:

* ``a, b : float``: both would be said to have the default of ``a``, so each gets an entry of its own;
* ``{"x", "y"}``: the first word would be said to be the default, so the words are written as alternatives;
* ``:class:`~vnlink.Linker```: a reference of Sphinx becomes one of the site where its target is there, else plain code;
* columns that are laid out with blanks become tables.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_SECTION = re.compile(r"^(Parameters|Attributes|Other Parameters)\n-{3,}\n", re.MULTILINE)
_NEXT_SECTION = re.compile(r"^[A-Z][A-Za-z ]+\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(
    r"^(?P<names>[a-z_]\w*(?:, [a-z_]\w*)*)(?P<kind> : [^\n]+)?(?:\n|\Z)"
    r"(?P<text>(?:(?:[ ]{4,}[^\n]*)?\n)*(?:[ ]{4,}[^\n]*)?)",
    re.MULTILINE,
)
_CHOICE = re.compile(r"\{([^{}]+)\}")
_ROLE = re.compile(r":(?:\w+:)?\w+:`(~?)([^`<>]+)`")
_LAID_OUT = re.compile(
    r"^=+ +=+\n(?:.*\n)+?=+ +=+(?:\n(?:.*\n)+?=+ +=+)?[ ]*$"
    r"|(?:^(?! |[-=*>])[^\n]*?\S {2,}(?=\S)[^\n]*(?:\n|\Z)(?: {6,}\S[^\n]*(?:\n|\Z))*)+",
    re.MULTILINE,
)
"""A table of reStructuredText, or lines in two columns that two blanks or more part."""


def _alternatives(kind: str) -> str:
    kind = _ROLE.sub(lambda role: role[2].rpartition(".")[2], kind)
    return _CHOICE.sub(lambda choice: " | ".join(word.strip() for word in choice[1].split(",")), kind)


def _entries(text: str) -> str:
    """The entries of a section, one name each."""

    def one_each(entry: re.Match[str]) -> str:
        kind = _alternatives(entry["kind"] or "")
        return "".join(f"{name.strip()}{kind}\n{entry['text'].rstrip()}\n" for name in entry["names"].split(","))

    return _ENTRY.sub(one_each, text)


def _reference(role: re.Match[str], home: str) -> str:
    """A reference that may have no target: the site then shows the plain name."""
    short, target = role[1], role[2]
    shown = target.rpartition(".")[2] if short else target
    place = target if target.startswith("vnlink") else f"{home}.{target.lstrip('.')}"
    return f'<autoref optional identifier="{place}"><code>{shown}</code></autoref>'


def _as_table(layout: re.Match[str]) -> str:
    """Columns that blanks part, as a table of Markdown; a line that begins with blanks goes on with the last cell."""
    rows: list[list[str]] = []
    for line in layout[0].splitlines():
        plain = line.strip().replace("|", "\\|")
        if not plain or set(plain) <= {"=", " "}:
            continue
        if line.startswith(" ") and rows:
            rows[-1][-1] += f" {plain}"
        else:
            rows.append(re.split(r" {2,}", plain))
    width = max(map(len, rows))
    empty = [""] * width
    lines = [empty, ["---"] * width, *rows]
    return "\n".join(["", *("| " + " | ".join((row + empty)[:width]) + " |" for row in lines), ""])


def readable(text: str, home: str, *, laid_out: bool = False) -> str:
    """The text of a docstring, of an object whose references start at ``home``."""
    text = _LAID_OUT.sub(_as_table, text) if laid_out else text
    parts, at = [], 0
    for section in _SECTION.finditer(text):
        following = _NEXT_SECTION.search(text, section.end())
        end = following.start() if following else len(text)
        parts += [text[at : section.end()], _entries(text[section.end() : end]), "\n"]
        at = end
    return _ROLE.sub(lambda role: _reference(role, home), "".join([*parts, text[at:]]))


class Readable(griffe.Extension):
    """Changes every docstring before it is taken apart."""

    def on_object(self, *, obj: griffe.Object, **kwargs: Any) -> None:  # noqa: ARG002 - Griffe passes more
        """Change the docstring of one object."""
        if obj.docstring is not None:
            home = obj.path if obj.is_class or obj.is_module else obj.parent.path if obj.parent else ""
            obj.docstring.value = readable(obj.docstring.value, home, laid_out=obj.is_module)

    def on_class_members(self, *, cls: griffe.Class, **kwargs: Any) -> None:  # noqa: ARG002 - Griffe passes more
        """Leave out what Python calls by itself (``__repr__``); the arguments of ``__init__`` are shown with the class."""
        for name in [name for name in cls.members if name.startswith("__") and name != "__init__"]:
            cls.del_member(name)
