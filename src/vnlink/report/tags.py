"""HTML of a page's parts in one language: headings, notes, tables. Every text is escaped here, whatever it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from vnlink.report.captions import CAPTIONS, HEADS, STATUS_SHORT, STRANDS
from vnlink.report.language import Language
from vnlink.report.palette import paint
from vnlink.report.words import Words

__all__ = ["Head", "details", "grouped", "key", "note", "said", "section", "table", "wide"]

Head = tuple[str, bool]
"""Name of a column in :data:`vnlink.report.captions.HEADS` (or nothing), and whether it holds numbers."""


def said(words: Words, language: Language, *values: str) -> str:
    """Say words in HTML."""
    return escape(language.say(words, *values))


def note(text: str) -> str:
    """Set a note of text that is escaped already; nothing where there is none."""
    return f'<p class="note">{text}</p>' if text else ""


def section(caption: str, language: Language, *parts: str, values: Sequence[str] = ()) -> str:
    """Make a section with the title and the note of a caption; nothing without parts."""
    inside = "".join(parts)
    if not inside:
        return ""
    words = CAPTIONS[caption]
    return f"<section><h2>{said(words.title, language)}</h2>{note(said(words.note, language, *values))}{inside}</section>"


def wide(inside: str) -> str:
    """Let what is wider than a small window scroll by itself."""
    return f'<div class="wide" tabindex="0">{inside}</div>'


def table(heads: Sequence[Head], rows: Iterable[Sequence[str]], language: Language) -> str:
    """Lay out cells that are HTML already."""
    kinds = [' class="n"' if number else "" for _, number in heads]
    titles = [said(HEADS[name], language) if name in HEADS else escape(name) for name, _ in heads]
    head = "".join(f'<th scope="col"{kind}>{title}</th>' for kind, title in zip(kinds, titles, strict=True))
    lines = (
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True)) + "</tr>" for row in rows
    )
    return wide(f"<table><thead><tr>{head}</tr></thead><tbody>\n" + "\n".join(lines) + "\n</tbody></table>")


def grouped(rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Say what neighbours have in common once: a first cell like the one above is left empty.

    >>> grouped([("a", "1"), ("a", "2"), ("b", "3")])
    [('a', '1'), ('', '2'), ('b', '3')]
    """
    found: list[Sequence[str]] = []
    last = None
    for row in rows:
        found.append(row if row[0] != last else ("", *row[1:]))
        last = row[0]
    return found


def details(inside: str, language: Language) -> str:
    """Fold numbers away that a picture shows."""
    return f"<details><summary>{said(STRANDS['numbers'], language)}</summary>{inside}</details>"


def key(language: Language) -> str:
    """Say which colour is which status."""
    marks = "".join(
        f'<span><i style="background:{paint(name)}"></i>{said(words, language)}</span>' for name, words in STATUS_SHORT.items()
    )
    return f'<p class="key">{marks}</p>'
