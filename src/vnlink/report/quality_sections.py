"""Sections of ``report.html`` about how far the decisions can be trusted: audit, reliability, promise, labels, drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from vnlink.report.audit import CHOSE_THE_THRESHOLD
from vnlink.report.captions import (
    DRIFT_FIELDS,
    DRIFT_SENTENCES,
    DRIFT_WORDS,
    GROUPING_WORDS,
    HEADS,
    STATUS_SHORT,
    STRANDS,
    group_words,
)
from vnlink.report.chart_data import Interval, precision_recall, reliability
from vnlink.report.language import Language
from vnlink.report.pictures import precision_recall_picture, reliability_picture, whisker
from vnlink.report.svg import bar, line, picture
from vnlink.report.tags import Head, details, grouped, note, said, section, table, wide
from vnlink.report.words import Words, field_words, level_words

__all__ = [
    "audit_section",
    "drift_section",
    "labels_section",
    "precision_recall_section",
    "promise_section",
    "reliability_section",
]

MEASURES = ("precision_full", "precision", "recall")
SCALE_FROM = 0.8
"""Share at which the scale of the small intervals begins at the latest; what lies below is drawn at its end."""

_SHARED = Words(
    "Bỏ thêm {0} người có số mà nhiều công dân cùng mang.",
    "{0} more are left out because several citizens hold their number.",
)


def _share(rate: Mapping[str, Any], language: Language) -> str:
    return language.percent(rate["value"], 2)


def _between(low: float, high: float, language: Language) -> str:
    return f"{language.percent(low, 2)} – {language.percent(high, 2)}"


def _interval(rate: Mapping[str, Any]) -> Interval:
    return Interval(rate["value"], rate["low"], rate["high"], rate["persons"], rate.get("citizens"))


def audit_section(audit: Mapping[str, Any] | None, names: Mapping[str, str], language: Language) -> str:
    """What a run measured of itself, in all and by group; ``names`` are those of provinces by their code."""
    if not audit:
        return ""
    bases = [name for name in ("as_they_are", "as_without_number") if audit.get(name)]
    cells = [
        (
            said(HEADS[base], language),
            said(HEADS[measure], language),
            _share(audit[base][measure], language),
            _between(audit[base][measure]["low"], audit[base][measure]["high"], language),
            language.count(audit[base][measure]["citizens"]),
        )
        for base in bases
        for measure in MEASURES
    ]
    heads: list[Head] = [("", False), ("measure", False), ("share", True), ("interval", True), ("citizens", True)]
    notes = []
    if audit.get("left_out_as_shared"):
        notes.append(said(_SHARED, language, language.count(audit["left_out_as_shared"])))
    if audit.get("chose_the_threshold"):
        notes.append(said(CHOSE_THE_THRESHOLD, language))
    if audit["learned_from_them"]:
        notes.append(said(STRANDS["learned_from_them"], language))
    if "as_without_number" in bases:
        notes.append(said(STRANDS["covered"], language, language.percent(audit["as_without_number_covered"])))
        notes.append(said(STRANDS["estimate_of_audit"], language) + " <code>vnlink audit DIR --sample 400</code>.")
    values = [language.count(audit[name]) for name in ("persons", "citizens", "absent", "left_out_as_disputed")]
    groups = [_groups(name, found, names, language) for name, found in audit["by"].items()]
    parts = (table(heads, grouped(cells), language), note(" ".join(notes)), *groups)
    return section("audit", language, *parts, values=values)


def _groups(name: str, groups: Mapping[str, Mapping[str, Any]], names: Mapping[str, str], language: Language) -> str:
    """Precision and recall of each group, with their intervals drawn on one scale."""
    if not groups:
        return ""
    cells = []
    for label, rates in groups.items():
        row = [escape(names[label]) if label in names else said(group_words(label), language)]
        row += [language.count(rates["recall"]["citizens"])]
        for measure in ("precision", "recall"):
            told = _between(rates[measure]["low"], rates[measure]["high"], language)
            row += [_share(rates[measure], language), whisker(_interval(rates[measure]), SCALE_FROM, 190, 14, told)]
        cells.append(row)
    scale = f"{language.percent(SCALE_FROM, 0)} – {language.percent(1.0, 0)}"
    heads: list[Head] = [("", False), ("citizens", True), ("precision", True), (scale, False), ("recall", True), (scale, False)]
    words = GROUPING_WORDS.get(name, Words(name, name))
    return f"<h3>{said(words, language)}</h3>{table(heads, cells, language)}"


def reliability_section(audit: Mapping[str, Any] | None, language: Language) -> str:
    """Probabilities against what came of them: picture and table."""
    bins = reliability(audit)
    if not audit or not bins:
        return ""
    cells = [
        (
            f"{language.tick(one.low)} – {language.tick(one.high)}",
            language.count(one.right.persons),
            language.count(one.right.citizens or 0),
            language.percent(None if one.promised is None else 1.0 - one.promised, 3),
            language.percent(None if one.right.value is None else 1.0 - one.right.value, 3),
            _between(1.0 - one.right.high, 1.0 - one.right.low, language),
        )
        for one in bins
    ]
    heads: list[Head] = [
        ("probability", False), ("persons", True), ("citizens", True), ("promised_wrong", True), ("found_wrong", True),
        ("interval", True),
    ]  # fmt: skip
    error = audit["reliability"]["error"]
    told = note(said(STRANDS["error"], language, language.number(error, 4))) if error is not None else ""
    return section("reliability", language, wide(reliability_picture(bins, language)), table(heads, cells, language), told)


def precision_recall_section(audit: Mapping[str, Any] | None, language: Language) -> str:
    """Precision and recall above each of a few probabilities: picture and table."""
    points = [one for one in precision_recall(audit) if one.precision.value is not None]
    if not points:
        return ""
    cells = [
        (
            language.tick(one.threshold),
            language.percent(one.precision.value, 2),
            _between(one.precision.low, one.precision.high, language),
            language.percent(one.recall.value, 2),
            _between(one.recall.low, one.recall.high, language),
        )
        for one in points
    ]
    heads: list[Head] = [
        ("at_least", True), ("precision", True), ("interval", True), ("recall", True), ("interval", True),
    ]  # fmt: skip
    drawn = wide(precision_recall_picture(points, language))
    return section("precision_recall", language, drawn, table(heads, cells, language))


def promise_section(guarantee: Mapping[str, Any] | None, language: Language) -> str:
    """What was promised of full links, of whom, and by what it is proved; nothing without a promise."""
    if not guarantee:
        return ""
    cells = [
        (
            said(STRANDS[name], language),
            said(STRANDS["promised" if one["promised"] else "not_promised"], language),
            language.number(one.get("log_odds_full"), 1),
            language.count(one["sample_citizens"]),
            language.count(one["wrong"] if one["promised"] else one["sample_wrong"]),
            language.percent(one.get("most_wrong"), 3),
        )
        for name, one in guarantee["groups"].items()
    ]
    heads: list[Head] = [
        ("", False), ("verdict", False), ("threshold", True), ("citizens", True), ("found_wrong", True), ("most_wrong", True),
    ]  # fmt: skip
    values = (language.tick(guarantee["max_wrong_full"]), language.tick(guarantee["confidence"]))
    return section("promise", language, table(heads, cells, language), values=values)


def labels_section(labels: Mapping[str, Any] | None, language: Language) -> str:
    """Clerks' decisions: how many, whether they changed the weights, confusion and log-loss on those held out."""
    if not labels:
        return ""
    given = labels["labels"]
    counts = [language.count(number) for number in (sum(given.values()), given["full"], given["partial"], given["none"])]
    taken = "correction_not_taken" if labels["correction"] == "not taken" else "correction_taken"
    told = note(f"{said(STRANDS['labels_given'], language, *counts)} {said(STRANDS[taken], language)}")
    parts = [_three_classes(name, labels["held_out"][name], language) for name in labels["held_out"]]
    return section("labels", language, told, *parts)


def _three_classes(name: str, report: Mapping[str, Any], language: Language) -> str:
    """Confusion of the three classes, each row with its log-loss; what is right is shaded by its share of the row."""
    cells = []
    for i, (true, row) in enumerate(zip(report["classes"], report["confusion"], strict=True)):
        total = sum(row) or 1.0
        told = [
            f'<span class="{"right" if i == j else "wrong"}">{language.count(count)}</span> '
            f"<small>{language.percent(count / total)}</small>"
            if count
            else '<span class="nil">0</span>'
            for j, count in enumerate(row)
        ]
        loss = report["log_loss_by_class"][i]
        cells.append((said(STATUS_SHORT[true], language), *told, language.number(loss, 3)))
    names: list[Head] = [(language.say(STATUS_SHORT[one]), True) for one in report["classes"]]
    heads: list[Head] = [("truth_said", False), *names, ("log_loss", True)]
    sums = [
        f"{said(HEADS[which], language)}: {language.number(report[which], 3)}"
        for which in ("log_loss", "log_loss_same")
        if report[which] is not None
    ]
    return f"<h3>{said(STRANDS[name], language)}</h3>{table(heads, cells, language)}{note(' · '.join(sums))}"


def drift_section(drift: Mapping[str, Any] | None, language: Language) -> str:
    """How far the register lies from where its model was learned, by field; the farthest first."""
    if not drift:
        return ""
    fields: Mapping[str, Mapping[str, Any]] = drift["fields"]
    verdicts = {one["verdict"] for one in fields.values()}
    worst = next(verdict for verdict in DRIFT_SENTENCES if verdict in verdicts or verdict == "as expected")
    known = sorted((name for name in fields if fields[name]["bits"] is not None), key=lambda name: -fields[name]["bits"])
    most = max([DRIFT_SHOWN, *(fields[name]["bits"] for name in known)])
    cells = [_drift_row(name, fields[name], most, language) for name in known]
    heads: list[Head] = [
        ("field", False), ("verdict", False), ("bits", True), ("", False), ("most_moved", False), ("expected", True),
        ("seen", True),
    ]  # fmt: skip
    sentence = f'<p class="verdict">{said(DRIFT_SENTENCES[worst], language)}</p>'
    numbers = table(heads, cells, language) if cells else ""
    return section("drift", language, sentence, details(numbers, language) if worst == "as expected" and numbers else numbers)


DRIFT_SHOWN = 0.1
"""Bits at the end of the small scale at least: twice what is called far off."""


def _drift_row(name: str, one: Mapping[str, Any], most: float, language: Language) -> Sequence[str]:
    bits = language.number(one["bits"], 3)
    colour = {"far off": "against", "moved": "partial"}.get(one["verdict"], "none")
    parts = [bar(0, 1, 120 * one["bits"] / most, 12, colour), line(0, 0, 0, 14, "muted")]
    drawn = picture(120, 14, bits, parts, stretch=True)
    field = DRIFT_FIELDS.get(name, field_words(name))
    verdict = said(DRIFT_WORDS.get(one["verdict"], Words(one["verdict"], one["verdict"])), language)
    return (
        said(field, language),
        f"<strong>{verdict}</strong>" if one["verdict"] == "far off" else verdict,
        bits,
        drawn,
        said(level_words(name, one["level"]), language) if name not in DRIFT_FIELDS else escape(_moved(one["level"], language)),
        language.percent(one["share_expected"]),
        language.percent(one["share_seen"]),
    )


_PARTS = {
    "no": Words("không", "no"),
    "number": Words("số", "number"),
    "birth": Words("năm sinh", "birth"),
    "place": Words("địa chỉ", "place"),
    "year": Words("năm sinh", "year"),
    "date": Words("đủ ngày sinh", "full date"),
}
_MOVED = {
    "unknown": Words("không rõ", "not known"),
    "confident": Words("tìm được chắc chắn", "found for sure"),
    "not_confident": Words("chưa chắc chắn", "not for sure"),
    "before_1930": Words("trước 1930", "before 1930"),
    "since_2000": Words("từ 2000", "since 2000"),
}


def _moved(level: str, language: Language) -> str:
    """Say a level of what the land register holds: "no_number_date_place" is no number, full date, place."""
    if level in _MOVED:
        return language.say(_MOVED[level])
    if level[:4].isdecimal():
        return language.say(group_words(level))
    parts, negated = [], False
    for part in level.split("_"):
        if part == "no":
            negated = True
            continue
        words = language.say(_PARTS[part]) if part in _PARTS else part
        parts.append(f"{language.say(_PARTS['no'])} {words}" if negated else words)
        negated = False
    return ", ".join(parts)
