"""What a notebook shows of results, linkers, name comparisons and explanations: small pieces of HTML, Vietnamese and English.

They take the colours of the notebook's own theme for text and lines, so they are readable on light and dark ones. Every text
is escaped. A result and a linker show counts and settings only; a comparison and an explanation show what was asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from vnlink.report.captions import CAUSE_WORDS, HEADS, LEARNED_WORDS, STATUS_SHORT, STRANDS
from vnlink.report.chart_data import Loss, Step, losses, waterfall
from vnlink.report.language import ENGLISH, VIETNAMESE
from vnlink.report.note_words import note_words
from vnlink.report.palette import LIGHT, paint
from vnlink.report.svg import bar, line, picture
from vnlink.report.words import PLACE_WORDS, Words, field_words, level_words, reason_words

__all__ = ["comparison_html", "explanation_html", "linker_html", "result_html"]

CAUSES_SHOWN = 5
MUTED = "color:color-mix(in srgb,currentColor 65%,transparent)"
CELL = "padding:.15em .9em .15em 0;text-align:left;vertical-align:middle"
NUMBER = "padding:.15em .9em .15em 0;text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"
THEME = (
    "--vl-ink:currentColor;--vl-paper:transparent;--vl-muted:color-mix(in srgb,currentColor 65%,transparent);"
    "--vl-line:color-mix(in srgb,currentColor 20%,transparent)"
)
VERDICT_COLOURS = {"same": "full", "maybe": "partial", "different": "against"}


def _frame(*parts: str) -> str:
    return f'<div class="vnlink" style="{THEME};max-width:56em;line-height:1.45">{"".join(parts)}</div>'


def _both(words: Words) -> str:
    """Vietnamese, and English less loud beside it."""
    if words.vi == words.en:
        return escape(words.vi)
    return f'{escape(words.vi)} <span lang="en" style="{MUTED}">{escape(words.en)}</span>'


def _chip(text: str, colour: str) -> str:
    """A name beside a spot of its colour: the name keeps the contrast of the page.

    The spot is a letter with a plain colour: of a notebook that was opened and not run Jupyter takes backgrounds and variables
    away.
    """
    spot = f'<span style="color:{LIGHT[colour]};margin-right:.3em">■</span>'
    return f"{spot}<strong>{escape(text)}</strong>" if text else spot


def _table(rows: Iterable[Sequence[tuple[str, bool]]]) -> str:
    """Rows of cells that are HTML already, each with whether it is a number."""
    lines = (
        "<tr style='background:none'>"
        + "".join(f'<td style="{NUMBER if number else CELL}">{cell}</td>' for cell, number in row)
        + "</tr>"
        for row in rows
    )
    return f"<table style='border-collapse:collapse;margin:.3em 0'><tbody>{''.join(lines)}</tbody></table>"


def _length(share: float, colour: str, width: float = 180.0) -> str:
    return picture(width, 12, ENGLISH.percent(share), [bar(0, 0, max(width * share, 1.0 if share else 0.0), 12, colour)])


def result_html(summary: Mapping[str, Any], unit: str, quarantined: int = 0) -> str:
    """Show what a linkage decided: notes, shares of the statuses, the commonest causes, and what the run measured of itself.

    ``quarantined`` rows could not be read and are in none of the counts.
    """
    total = sum(one["count"] for one in summary["status"].values())
    counts = [f"{total:,} {escape(unit)}"]
    for name, words in (("land_users", "land users"), ("left_rows", "left rows")):
        if name in summary and summary[name] != total:
            counts.append(f"{summary[name]:,} {words}")
    statuses = [
        (
            (_chip(name, name), False),
            (_both(STATUS_SHORT[name]) if STATUS_SHORT[name].en != name else escape(STATUS_SHORT[name].vi), False),
            (f"{one['count']:,}", True),
            (ENGLISH.percent(one["share"]), True),
            (_length(one["share"], name), False),
        )
        for name, one in summary["status"].items()
    ]
    short = sorted((one for one in losses(summary) if one.status != "full"), key=lambda one: -one.persons)[:CAUSES_SHOWN]
    parts = [f"<p style='margin:.2em 0'><strong>{' · '.join(counts)}</strong></p>"]
    if quarantined:
        words = _both(Words(f"{quarantined:,} dòng không đọc được", f"{quarantined:,} rows could not be read"))
        parts.append(f"<p style='margin:.2em 0'>{_chip('', 'against')}{words}: <code>result.quarantine</code></p>")
    for note in summary.get("notes", ()):
        words = _both(Words(note_words(note, VIETNAMESE), note_words(note, ENGLISH)))
        parts.append(f"<p style='margin:.2em 0'>{_chip('', 'partial')}{words}</p>")
    parts.append(_table(statuses))
    if short:
        heading = _both(Words("Vì sao chưa khớp hoàn toàn", "Why not full"))
        parts.append(f"<p style='margin:.6em 0 0'>{heading}</p>{_table(_cause_row(one) for one in short)}")
    parts.append(_measured(summary.get("audit")))
    return _frame(*parts)


def _cause_row(one: Loss) -> list[tuple[str, bool]]:
    return [
        (_chip(one.status, one.status), False),
        (_both(CAUSE_WORDS[one.cause]), False),
        (f"{one.persons:,}", True),
        (ENGLISH.percent(one.share), True),
    ]


def _measured(audit: Mapping[str, Any] | None) -> str:
    """One line of the audit: how right full links are, where that was measured."""
    rate = ((audit or {}).get("as_they_are") or {}).get("precision_full")
    if not rate or rate["value"] is None:
        return ""
    between = f"{ENGLISH.percent(rate['low'], 2)} – {ENGLISH.percent(rate['high'], 2)}"
    words = Words("Khớp hoàn toàn đúng (giấu số, tìm lại)", "precision of full, numbers hidden and linked again")
    if (audit or {}).get("chose_the_threshold"):
        words = Words(f"{words.vi}; đo trên chính các hồ sơ đã chọn ngưỡng", f"{words.en}, on those that chose the threshold")
    value = f"<strong>{ENGLISH.percent(rate['value'], 2)}</strong> ({between})"
    return f"<p style='margin:.6em 0 0'>{_both(words)}: <span style='white-space:nowrap'>{value}</span></p>"


def linker_html(
    name: str, changed: Mapping[str, Any], learned: Mapping[str, Any] | None, labels: Mapping[str, Any] | None = None
) -> str:
    """Show a linker: the settings that are not the default, and what it learned from.

    Parameters
    ----------
    name : str
        Of its class.
    changed : mapping
        Settings that differ from the default.
    learned : mapping or None
        The model's report: counts of what was learned from; None before fitting.
    labels : mapping or None
        The model's report of clerks' labels, where it was given some.
    """
    words = (
        Words("đã học", "fitted")
        if learned is not None
        else Words("chưa học; mỗi lần link sẽ học từ chính dữ liệu đó", "not fitted: each link learns from its own registers")
    )
    parts = [f"<p style='margin:.2em 0'><strong>{escape(name)}</strong> · {_both(words)}</p>"]
    if changed:
        rows = [
            ((f"<code>{escape(key)}</code>", False), (f"<code>{escape(repr(value))}</code>", False))
            for key, value in changed.items()
        ]
        parts.append(_table(rows))
    else:
        parts.append(f"<p style='margin:.2em 0'>{_both(Words('mọi thiết lập mặc định', 'all settings are the default'))}</p>")
    if learned:
        counts = [
            ((_both(LEARNED_WORDS.get(key, Words(key, key))), False), (_count(key, value), True))
            for key, value in learned.items()
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        ]
        heading = _both(Words("Học từ", "learned from"))
        parts.append(f"<p style='margin:.6em 0 0'>{heading}</p>{_table(counts)}")
    if labels:
        parts.append(_labels(labels))
    return _frame(*parts)


def _labels(labels: Mapping[str, Any]) -> str:
    """How many labels there were, and whether they changed anything."""
    given = labels["labels"]
    counts = [f"{number:,}" for number in (sum(given.values()), given["full"], given["partial"], given["none"])]
    told = STRANDS["labels_given"]
    taken = STRANDS["correction_not_taken" if labels["correction"] == "not taken" else "correction_taken"]
    lines = (Words(told.vi.format(*counts), told.en.format(*counts)), taken)
    return "".join(f"<p style='margin:.6em 0 0'>{_both(line)}</p>" for line in lines)


def _count(key: str, value: float) -> str:
    """A number of a model's report: a share, a yes, or a count."""
    if key.endswith("_share"):
        return ENGLISH.percent(value, 2)
    return "✓" if key == "held_out" else f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def comparison_html(verdict: str, words: Words, syllables: Sequence[Any]) -> str:
    """Show two names above each other, syllable under syllable, with what differs between them.

    Parameters
    ----------
    verdict : str
        "same", "maybe" or "different".
    words : Words
        Verdict and differences in words.
    syllables : sequence of SyllablePair
    """
    centre = "padding:.1em .8em .1em 0;text-align:left;vertical-align:top"

    def row(cells: Iterable[str], style: str = "") -> str:
        return "<tr style='background:none'>" + "".join(f'<td style="{centre};{style}">{cell}</td>' for cell in cells) + "</tr>"

    def syllable(text: str, differs: bool) -> str:
        if not text:
            return f'<span style="{MUTED}">∅</span>'
        marked = f"border-bottom:3px solid {paint('against')}" if differs else ""
        return f'<span style="{marked}">{escape(text)}</span>'

    lines = [
        row([_both(PLACE_WORDS.get(one.place, Words(one.place, one.place))) for one in syllables], "font-size:.85em;" + MUTED),
        row([syllable(one.left, bool(one.kinds)) for one in syllables], "font-size:1.25em"),
        row([syllable(one.right, bool(one.kinds)) for one in syllables], "font-size:1.25em"),
        row(
            [_both(Words(one.vietnamese, one.english)) if one.kinds else "" for one in syllables],
            "font-size:.85em;max-width:14em;white-space:normal",
        ),
    ]
    table = f"<table style='border-collapse:collapse;margin:.3em 0'><tbody>{''.join(lines)}</tbody></table>"
    head = _chip(words.vi, VERDICT_COLOURS.get(verdict, "none"))
    english = f'<span lang="en" style="{MUTED}">{escape(words.en)}</span>'
    return _frame(f"<p style='margin:.2em 0'>{head} {english}</p>{table if syllables else ''}")


def explanation_html(
    heading: str, persons: Sequence[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]], model: Mapping[str, Any] | None
) -> str:
    """Show the decisions of one land user: each person, its candidates, and how each match weight comes about.

    Parameters
    ----------
    heading : str
        The id that was asked for.
    persons : sequence of (row of the links, rows of its candidates by rank)
    model : mapping or None
    """
    parts = [f"<p style='margin:.2em 0'><strong>{escape(heading)}</strong></p>"]
    for person, candidates in persons:
        parts.append(_person(person))
        for i, candidate in enumerate(candidates):
            shown = _candidate(candidate, model)
            head = f"<summary style='cursor:pointer'>{_candidate_head(candidate)}</summary>"
            parts.append(f"<details{' open' if i == 0 else ''} style='margin:.3em 0 .3em 1em'>{head}{shown}</details>")
    return _frame(*parts)


def _person(person: Mapping[str, Any]) -> str:
    name = str(person.get("person_name") or "")
    number = f"{person['person_no']}. " if "person_no" in person else ""
    status = f"{_chip(person['status'], person['status'])} {escape(STATUS_SHORT[person['status']].vi)}"
    known = (
        "" if person["probability"] is None else f" · {_both(Words('xác suất', 'probability'))} {_sure(person['probability'])}"
    )
    reasons = "".join(f"<li>{_both(reason_words(code))}</li>" for code in person["reasons"] or ())
    listed = f"<ul style='margin:.1em 0 .1em 1em'>{reasons}</ul>" if reasons else ""
    return f"<p style='margin:.6em 0 .1em'>{escape(number)}<strong>{escape(name)}</strong> {status}{known}</p>{listed}"


def _sure(value: float) -> str:
    """Never round to a certainty."""
    return f"{value:.4f}" if 0.00005 <= value < 0.99995 else f"1 − {1.0 - value:.0e}" if value > 0.5 else f"{value:.0e}"


def _candidate_head(candidate: Mapping[str, Any]) -> str:
    name = candidate.get("citizen_id", candidate.get("right_id"))
    return (
        f"{candidate['rank']}. <code>{escape(str(name))}</code> · {_both(Words('xác suất', 'probability'))} "
        f"{_sure(candidate['probability'])} · {ENGLISH.number(candidate['match_weight'], 1, signed=True)} bit"
    )


def _candidate(candidate: Mapping[str, Any], model: Mapping[str, Any] | None) -> str:
    """The waterfall of a candidate as a table: each bar begins where the one above ends."""
    steps = waterfall(candidate, model)
    reach = [0.0, *(step.begin for step in steps), *(step.end for step in steps)]
    low, high = min(reach), max(*reach, min(reach) + 1e-9)
    rows = [
        [
            (_step_field(step), False),
            (_both(level_words(step.field, step.level)) if step.kind == "field" else "", False),
            (ENGLISH.number(step.bits, 1, signed=True), True),
            (_span(step, low, high), False),
        ]
        for step in steps
    ]
    return _table(rows)


def _step_field(step: Step) -> str:
    return _both(field_words(step.field) if step.kind == "field" else HEADS[step.kind])


def _span(step: Step, low: float, high: float, width: float = 260.0) -> str:
    def x(bits: float) -> float:
        return width * (bits - low) / (high - low)

    left, right = sorted((x(step.begin), x(step.end)))
    colour = "total" if step.kind != "field" else "for" if step.bits >= 0 else "against"
    parts = [line(x(0.0), 0, x(0.0), 14, "line"), bar(left, 1, max(right - left, 1.0), 12, colour)]
    return picture(width, 14, ENGLISH.number(step.bits, 1, signed=True), parts)
