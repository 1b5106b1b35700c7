"""``report.html``: one page that opens anywhere, says how a run went, and holds no value of a record.

The page is self-contained: its style and its pictures (inline SVG) are in it, there is no script, and nothing is fetched. It is
written twice, in Vietnamese and in English, each with its own numbers, and two buttons of plain HTML and CSS choose between
them. It follows the reader's choice of a light or dark screen, and prints on white. Every text is escaped, whatever it comes
from. Times are not on it, so the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from vnlink.report.captions import CAPTIONS, STRANDS
from vnlink.report.language import LANGUAGES, Language
from vnlink.report.note_words import notes_section
from vnlink.report.outcome_sections import (
    certainty_section,
    encodings_section,
    facts_section,
    keys_section,
    losses_section,
    places_section,
    reasons_section,
    statuses_section,
    weights_section,
)
from vnlink.report.palette import DARK, LIGHT, css_variables, paint
from vnlink.report.quality_sections import (
    audit_section,
    drift_section,
    labels_section,
    precision_recall_section,
    promise_section,
    reliability_section,
)
from vnlink.report.svg import FONT
from vnlink.report.tags import note, said

__all__ = ["render_report"]

NAMES = {"vi": "Tiếng Việt", "en": "English"}

STYLE = f"""
:root{{color-scheme:light;{css_variables(LIGHT)}}}
@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{css_variables(DARK)}}}}}
*{{box-sizing:border-box}}
body{{font:16px/1.5 {FONT};color:{paint("ink")};background:{paint("paper")};
max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem}}
h1{{font-size:1.7rem;line-height:1.25;margin:0}}
h2{{font-size:1.25rem;line-height:1.3;margin:2.6rem 0 .3rem}}
h3{{font-size:1rem;margin:1.5rem 0 .2rem}}
p{{margin:.4rem 0}}
.note,footer{{color:{paint("muted")}}}
.note{{max-width:46rem}}
.verdict{{font-weight:600}}
.pick{{position:absolute;opacity:0}}
.pick+label{{float:right;margin:.1rem 0 .6rem .4rem;padding:.1rem .7rem;border:1px solid {paint("line")};border-radius:1rem;
font-size:.88rem;cursor:pointer;color:{paint("muted")}}}
.pick:checked+label{{border-color:{paint("full")};color:{paint("ink")};font-weight:600}}
.pick:focus-visible+label{{outline:2px solid {paint("full")};outline-offset:2px}}
#vi:checked~article[lang=en],#en:checked~article[lang=vi]{{display:none}}
.cards{{display:flex;flex-wrap:wrap;gap:1rem;margin:1.2rem 0}}
.card{{flex:1 1 13rem;border:1px solid {paint("line")};border-top:6px solid;border-radius:6px;padding:.6rem 1rem .7rem}}
.card b{{font-size:1.8rem;display:block;line-height:1.3}}
.card span{{display:block;font-size:.92rem}}
.wide{{overflow-x:auto;margin:.6rem 0}}
table{{border-collapse:collapse;font-size:.92rem}}
th,td{{padding:.28rem 1.1rem .28rem 0;text-align:left;border-bottom:1px solid {paint("line")};vertical-align:middle}}
th{{color:{paint("muted")};font-weight:600;vertical-align:bottom}}
td.n,th.n{{text-align:right}}
td.n{{font-variant-numeric:tabular-nums;white-space:nowrap}}
td:first-child{{white-space:nowrap}}
td svg{{min-width:4rem}}
.right{{font-weight:600}}
.wrong{{color:{paint("against")};font-weight:600}}
.nil,small{{color:{paint("muted")}}}
.key span{{display:inline-block;margin-right:1.2em}}
.key i{{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin-right:.4em;print-color-adjust:exact;
-webkit-print-color-adjust:exact}}
summary{{cursor:pointer;color:{paint("muted")};font-size:.92rem}}
footer{{margin-top:3rem;font-size:.88rem;border-top:1px solid {paint("line")};padding-top:.8rem}}
@media (max-width:44rem){{
body{{padding:1rem .9rem;font-size:15px}}
th,td{{padding-right:.7rem}}
table{{font-size:.88rem}}
}}
@media print{{
@page{{margin:16mm 14mm}}
body{{max-width:none;padding:0;font-size:10.5pt}}
.pick,.pick+label,details{{display:none}}
h1{{font-size:16pt}}
h2,h3,h2+.note,.key,.verdict{{break-after:avoid}}
h2{{font-size:12.5pt;margin-top:1.6rem}}
.wide{{overflow:visible}}
tr,p,svg,.card,.cards{{break-inside:avoid}}
thead{{display:table-header-group}}
td,th{{padding-right:.7rem}}
}}
"""


def render_report(summary: Mapping[str, Any], manifest: Mapping[str, Any], model: Mapping[str, Any] | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    summary : mapping
        As :func:`vnlink.report.summary.summarize` gives it; "notes", "audit", "labels" and "drift" have sections where they
        are there.
    manifest : mapping
        Of the run; "versions", "counts", "thresholds", "guarantee", "keys_not_used" and "pairs" are read, each if it is there.
        Times are not.
    model : mapping, optional
        The model file's content; of each field its "levels" and "weights_bits" are shown.

    Returns
    -------
    str
        A whole HTML document, ASCII but for its words.
    """
    picks = "".join(
        f'<input class="pick" type="radio" name="language" id="{code}"{" checked" if code == "vi" else ""}/>'
        f'<label for="{code}" lang="{code}">{NAMES[code]}</label>'
        for code in reversed(LANGUAGES)
    )
    articles = "\n".join(_article(summary, manifest, model, language) for language in LANGUAGES.values())
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>vnlink</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{picks}\n{articles}\n</body>\n</html>\n"
    )


def _article(
    summary: Mapping[str, Any], manifest: Mapping[str, Any], model: Mapping[str, Any] | None, language: Language
) -> str:
    audit = summary.get("audit")
    provinces = {str(row["code"]): row["name"] for row in summary.get("by_province", ()) if row.get("name")}
    sections = [
        notes_section(summary.get("notes", ()), language),
        statuses_section(summary, language),
        losses_section(summary, language),
        reasons_section(summary, language),
        certainty_section(summary, manifest, language),
        reliability_section(audit, language),
        precision_recall_section(audit, language),
        audit_section(audit, provinces, language),
        promise_section(manifest.get("guarantee"), language),
        labels_section(summary.get("labels"), language),
        drift_section(summary.get("drift"), language),
        places_section("by_province", summary.get("by_province"), language),
        places_section("by_commune", summary.get("by_commune"), language),
        weights_section(model, language),
        keys_section(manifest, language),
        encodings_section(summary.get("encodings", ()), language),
        facts_section(summary, manifest, language),
    ]
    body = "\n".join(part for part in sections if part)
    head, foot = _head(summary, manifest, language), _foot(manifest, language)
    return f'<article lang="{language.code}">\n{head}\n{body}\n{foot}\n</article>'


def _head(summary: Mapping[str, Any], manifest: Mapping[str, Any], language: Language) -> str:
    caption = CAPTIONS["page"]
    known = {**summary.get("counts", {}), **manifest.get("counts", {})}
    unread = known.get("land_quarantined", 0) + known.get("citizens_quarantined", 0)
    more = note(said(STRANDS["unread"], language, language.count(unread))) if unread else ""
    citizens = summary.get("counts", {}).get("citizens")
    counts = [language.count(summary["land_users"]), language.count(summary["persons"])]
    counts.append("" if citizens is None else language.count(citizens))
    lead = note(said(caption.note if citizens is not None else STRANDS["page_without_citizens"], language, *counts))
    return f"<header><h1>{said(caption.title, language)}</h1>{lead}{more}</header>"


def _foot(manifest: Mapping[str, Any], language: Language) -> str:
    version = escape(str(manifest.get("versions", {}).get("vnlink", "")))
    return f"<footer>{note(said(STRANDS['foot'], language))}<p>vnlink {version}</p></footer>"
