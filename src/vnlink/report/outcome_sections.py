"""Sections of ``report.html`` about what was decided: statuses, causes, reasons, certainty, places, weights, figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from vnlink.report.captions import CAUSE_WORDS, FACT_WORDS, STATUS_SHORT, STRANDS, group_words
from vnlink.report.chart_data import losses, places, scores, weights
from vnlink.report.language import Language
from vnlink.report.palette import paint
from vnlink.report.pictures import balance, scores_picture, stack
from vnlink.report.svg import bar, picture
from vnlink.report.tags import Head, details, grouped, key, note, said, section, table, wide
from vnlink.report.words import KEY_WORDS, STATUS_WORDS, Words, field_words, level_words, reason_words

__all__ = [
    "certainty_section",
    "encodings_section",
    "facts_section",
    "keys_section",
    "losses_section",
    "places_section",
    "reasons_section",
    "statuses_section",
    "weights_section",
]

PLACES_SHOWN = 40
REASONS_SHOWN = 24
LEAST_BAR = 1.5
"""Pixels of a bar of one person: few are not nobody."""


def statuses_section(summary: Mapping[str, Any], language: Language) -> str:
    """Three cards and one bar: what a reader wants to know first."""
    cards = []
    for name, words in STATUS_WORDS.items():
        found = summary["status"][name]
        head = f"{language.count(found['count'])} · <strong>{escape(name)}</strong>"
        meaning = STATUS_SHORT[name] if language.code == "vi" else words
        cards.append(
            f'<div class="card" style="border-top-color:{paint(name)}"><b>{language.percent(found["share"])}</b>'
            f"<span>{head}</span><span>{said(meaning, language)}</span></div>"
        )
    shares = [(name, float(summary["status"][name]["share"])) for name in STATUS_WORDS]
    return f'<section><div class="cards">{"".join(cards)}</div>{stack(shares, 960, 26, language)}</section>'


def _length(share: float, most: float, colour: str, title: str) -> str:
    return picture(220, 14, title, [bar(0, 1, max(220 * share / (most or 1.0), LEAST_BAR), 12, colour)], stretch=True)


def losses_section(summary: Mapping[str, Any], language: Language) -> str:
    """Each person once, by the first cause that kept it from full."""
    found = losses(summary)
    if len(found) < 2:
        return ""
    most = max(one.share for one in found)
    rows = [
        (
            said(STATUS_SHORT[one.status], language),
            said(CAUSE_WORDS[one.cause], language) if one.cause != "full" else "",
            language.count(one.persons),
            language.percent(one.share),
            _length(one.share, most, one.status, language.percent(one.share)),
        )
        for one in found
    ]
    heads: list[Head] = [("status", False), ("cause", False), ("persons", True), ("share", True), ("", False)]
    return section("losses", language, table(heads, grouped(rows), language))


def reasons_section(summary: Mapping[str, Any], language: Language) -> str:
    """The commonest reason codes, in words."""
    rows = summary["reasons"][:REASONS_SHOWN]
    if not rows:
        return ""
    most = max(row["share"] for row in rows)
    cells = [
        (
            said(STATUS_SHORT[row["status"]], language),
            said(reason_words(row["code"]), language),
            language.count(row["count"]),
            language.percent(row["share"]),
            _length(row["share"], most, row["status"], language.percent(row["share"])),
        )
        for row in rows
    ]
    heads: list[Head] = [("status", False), ("reason", False), ("persons", True), ("share", True), ("", False)]
    rest = len(summary["reasons"]) - len(rows)
    more = note(said(STRANDS["more_reasons"], language, language.count(rest))) if rest else ""
    return section("reasons", language, table(heads, cells, language), more)


def certainty_section(summary: Mapping[str, Any], manifest: Mapping[str, Any], language: Language) -> str:
    """Persons by the log-odds of their best candidate."""
    found = scores(summary, manifest)
    if not any(sum(column) for column in found.counts.values()):
        return ""
    rows = [
        (f"{language.number(edge, 0)} …", *(language.count(found.counts[name][i]) for name in STATUS_SHORT))
        for i, edge in enumerate(found.edges[:-1])
    ]
    names: list[Head] = [(language.say(words), True) for words in STATUS_SHORT.values()]
    numbers = details(table([("bits", True), *names], rows, language), language)
    return section("scores", language, key(language), wide(scores_picture(found, language)), numbers)


def places_section(caption: str, rows: Sequence[Mapping[str, Any]] | None, language: Language) -> str:
    """Shares of the statuses by place; nothing where no place is known."""
    if not rows:
        return ""
    shown = places(rows, PLACES_SHOWN)
    cells = [
        (
            escape(one.code) if one.code is not None else "",
            said(STRANDS["not_known"], language) if one.code is None else escape(one.name or ""),
            language.count(one.persons),
            *(language.percent(share) for share in one.shares.values()),
            stack(list(one.shares.items()), 260, 14, language),
        )
        for one in shown
    ]
    names: list[Head] = [(language.say(words), True) for words in STATUS_SHORT.values()]
    rest = len(rows) - len(shown)
    more = note(said(STRANDS["more_places"], language, language.count(rest))) if rest else ""
    heads: list[Head] = [("code", False), ("place", False), ("persons", True), *names, ("", False)]
    return section(caption, language, table(heads, cells, language), more)


def weights_section(model: Mapping[str, Any] | None, language: Language) -> str:
    """What each level of agreement is worth."""
    rows = weights(model)
    if not rows:
        return ""
    most = max(1.0, *(abs(one.bits) for one in rows))
    cells = []
    for one in rows:
        bits = language.number(one.bits, 1, signed=True)
        field = f"<strong>{said(field_words(one.field), language)}</strong>"
        cells.append((field, said(level_words(one.field, one.level), language), bits, balance(one.bits, most, 300, 14, bits)))
    heads: list[Head] = [("field", False), ("level", False), ("bits", True), ("", False)]
    return section("weights", language, table(heads, grouped(cells), language))


def keys_section(manifest: Mapping[str, Any], language: Language) -> str:
    """Blocking keys that too many citizens share; nothing where there were none."""
    found = manifest.get("keys_not_used") or {}
    cells = [
        (
            said(KEY_WORDS.get(name, Words(name, name)), language),
            language.count(one["keys"]),
            language.count(one["persons"]),
            language.count(one["pairs"]),
        )
        for name, one in found.items()
    ]
    heads: list[Head] = [("key", False), ("keys", True), ("persons", True), ("pairs", True)]
    return section("keys", language, table(heads, cells, language)) if cells else ""


def encodings_section(rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Old encodings that were read back; nothing where there were none."""
    cells = [
        (
            said(group_words(str(row["side"])), language),
            escape(str(row["column"]).replace("_", " ")),
            escape(str(row["encoding"])),
            language.count(row["communes"]) if row["communes"] else said(STRANDS["whole_column"], language),
            language.count(row["rows"]),
        )
        for row in rows
    ]
    heads: list[Head] = [("register", False), ("column", False), ("encoding", False), ("communes", True), ("rows", True)]
    return section("encodings", language, table(heads, cells, language)) if cells else ""


def facts_section(summary: Mapping[str, Any], manifest: Mapping[str, Any], language: Language) -> str:
    """Counts and thresholds of the run; what has no words is called as the files call it."""
    counts = {**summary.get("counts", {}), **manifest.get("counts", {})}
    pairs = manifest.get("pairs")
    pairs = pairs if isinstance(pairs, Mapping) else {"pairs": pairs} if pairs is not None else {}
    facts = {**counts, **pairs, **dict(manifest.get("thresholds", {}))}
    cells = [
        (
            said(FACT_WORDS.get(name, Words(name, name)), language),
            language.count(value) if isinstance(value, int) else language.number(value, 3),
        )
        for name, value in facts.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    return section("facts", language, table([("item", False), ("value", True)], cells, language)) if cells else ""
