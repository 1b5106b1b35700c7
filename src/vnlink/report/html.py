"""``report.html``: one page that opens anywhere, says how a run went, and holds no value of a record.

The page is self-contained: its style and its pictures (inline SVG) are in it, there is no script, and nothing is fetched. Its
captions are Vietnamese with the English beside. Colours are three of Okabe and Ito's (blue, orange, grey), which stay apart
for every kind of colour vision and in grey print, and every bar carries its number. Every text is escaped, whatever it comes
from. Times are not on it, so the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from vnlink.report.text import percent
from vnlink.report.words import STATUS_WORDS, Words, field_words, level_words, reason_words

__all__ = ["render_report"]

COLOURS = {"full": "#0072B2", "partial": "#E69F00", "none": "#999999"}
PLACES_SHOWN = 40
REASONS_SHOWN = 24
RARITY_FIELD = "rarity"

STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:#1d2630;background:#fff;max-width:60rem;
margin:2rem auto;padding:0 1.25rem}
h1{font-size:1.7rem;margin:0}
h2{font-size:1.2rem;margin:2.4rem 0 .4rem}
p{margin:.4rem 0}
.en{color:#5b6672;font-weight:400}
.lead{color:#5b6672}
.cards{display:flex;flex-wrap:wrap;gap:1rem;margin:1.2rem 0}
.card{flex:1 1 15rem;border:1px solid #d8dee4;border-top:6px solid;border-radius:6px;padding:.7rem 1rem}
.card b{font-size:1.8rem;display:block;line-height:1.25}
.card span{display:block;font-size:.9rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{padding:.28rem .6rem .28rem 0;text-align:left;border-bottom:1px solid #eceff2;vertical-align:middle}
th{color:#5b6672;font-weight:600}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
svg{display:block;max-width:100%;height:auto}
svg text{font:12px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:#1d2630}
.key i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .35em 0 1em}
.key i:first-child{margin-left:0}
.wide{overflow-x:auto}
footer{margin-top:3rem;color:#5b6672;font-size:.88rem;border-top:1px solid #d8dee4;padding-top:.8rem}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}table,svg,.card{break-inside:avoid}}
"""


def render_report(summary: Mapping[str, Any], manifest: Mapping[str, Any], model: Mapping[str, Any] | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    summary : mapping
        As :func:`vnlink.report.summary.summarize` gives it.
    manifest : mapping
        Of the run; "versions", "counts", "thresholds" and "pairs" are read, each if it is there. Times are not.
    model : mapping, optional
        The model file's content; of each field its "levels" and "weights_bits" are shown.

    Returns
    -------
    str
        A whole HTML document, ASCII but for its words.
    """
    sections = [
        _statuses(summary),
        _reasons(summary),
        _odds(summary, manifest),
        _places(summary.get("by_province"), Words("Theo tỉnh", "By province")),
        _places(summary.get("by_commune"), Words("Theo xã", "By commune")),
        _weights(model),
        _encodings(summary.get("encodings", ())),
        _facts(summary, manifest),
    ]
    body = "\n".join(section for section in sections if section)
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>vnlink</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{_head(summary)}\n{body}\n{_foot(manifest)}\n</body>\n</html>\n"
    )


def _both(words: Words) -> str:
    if words.vi == words.en:
        return escape(words.vi)
    return f'{escape(words.vi)} <span class="en" lang="en">{escape(words.en)}</span>'


def _heading(words: Words) -> str:
    return f"<h2>{_both(words)}</h2>"


def _note(vi: str, en: str) -> str:
    return f'<p class="lead">{escape(vi)} <span lang="en">{escape(en)}</span></p>'


def _table(headers: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> str:
    """Lay out cells that are HTML already; a header says whether its column holds numbers."""
    kinds = [' class="n"' if number else "" for _, number in headers]
    head = "".join(f"<th{kind}>{text}</th>" for kind, (text, _) in zip(kinds, headers, strict=True))
    lines = (
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True)) + "</tr>" for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n' + "\n".join(lines) + "\n</tbody></table></div>"


def _svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    inside = "".join(parts)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(title)}">{inside}</svg>'
    )


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{height:.1f}" fill="{colour}"/>'


def _label(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _stack(shares: Sequence[tuple[str, float]], width: float, height: float) -> str:
    """One bar cut into shares, left to right."""
    parts, x = [], 0.0
    for name, share in shares:
        parts.append(_rect(x, 0.0, share * width, height, COLOURS[name]))
        x += share * width
    title = ", ".join(f"{name} {percent(share)}" for name, share in shares)
    return _svg(width, height, title, parts)


def _key() -> str:
    marks = "".join(
        f'<i style="background:{colour}"></i>{name} ({escape(STATUS_WORDS[name].vi)})' for name, colour in COLOURS.items()
    )
    return f'<p class="key">{marks}</p>'


def _head(summary: Mapping[str, Any]) -> str:
    users, persons = f"{summary['land_users']:,}", f"{summary['persons']:,}"
    vi = f"{users} người sử dụng đất, {persons} cá nhân được đối chiếu với dữ liệu dân cư."
    en = f"{users} land users, {persons} persons compared with the population register."
    title = _both(Words("Kết quả đối chiếu", "Linkage result"))
    return f"<header><h1>{title}</h1>{_note(vi, en)}</header>"


def _statuses(summary: Mapping[str, Any]) -> str:
    cards = []
    for name, words in STATUS_WORDS.items():
        found = summary["status"][name]
        cards.append(
            f'<div class="card" style="border-top-color:{COLOURS[name]}"><b>{percent(found["share"])}</b>'
            f"<span>{found['count']:,} · <strong>{name}</strong>, {escape(words.vi)}</span>"
            f'<span class="en" lang="en">{escape(words.en)}</span></div>'
        )
    shares = [(name, float(summary["status"][name]["share"])) for name in STATUS_WORDS]
    return f'<section><div class="cards">{"".join(cards)}</div>{_stack(shares, 960, 26)}</section>'


def _reasons(summary: Mapping[str, Any]) -> str:
    rows = summary["reasons"][:REASONS_SHOWN]
    if not rows:
        return ""
    most = max(row["share"] for row in rows) or 1.0
    cells = [
        (
            escape(row["status"]),
            _both(reason_words(row["code"])),
            f"{row['count']:,}",
            percent(row["share"]),
            _svg(220, 14, percent(row["share"]), [_rect(0, 1, 220 * row["share"] / most, 12, COLOURS[row["status"]])]),
        )
        for row in rows
    ]
    headers = [
        (_both(Words("Kết quả", "status")), False),
        (_both(Words("Lý do", "reason")), False),
        (_both(Words("Số người", "persons")), True),
        (_both(Words("Tỷ lệ", "share")), True),
        ("", False),
    ]
    note = _note("Một người có thể có nhiều lý do.", "A person may have several reasons.")
    return f"<section>{_heading(Words('Lý do', 'Reasons'))}{note}{_table(headers, cells)}</section>"


def _odds(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """How sure the decisions are: persons by log_odds, stacked by status, with the thresholds that lie on the scale."""
    found = summary["log_odds"]
    edges, bins = found["edges"], len(found["edges"]) - 1
    totals = [sum(found[name][i] for name in COLOURS) for i in range(bins)]
    if not sum(totals):
        return ""
    width, height, base = 960.0, 240.0, 200.0
    step, most = width / bins, max(totals)
    parts = []
    for i in range(bins):
        y = base
        for name, colour in COLOURS.items():
            tall = 180.0 * found[name][i] / most
            y -= tall
            parts.append(_rect(i * step + 1, y, step - 2, tall, colour))
        if i % 5 == 0:
            parts.append(_label(i * step, base + 18, f"{edges[i]}"))
    for name, bits in sorted(dict(manifest.get("thresholds", {})).items()):
        if isinstance(bits, (int, float)) and edges[0] < bits < edges[-1] and "log_odds" in name:
            x = width * (bits - edges[0]) / (edges[-1] - edges[0])
            parts.append(f'<path d="M{x:.1f} 8V{base}" stroke="#1d2630" stroke-dasharray="4 3"/>')
            parts.append(_label(x - 4, 18, f"{name.replace('_', ' ')} {bits:.1f}", "end"))
    parts += [f'<path d="M0 {base}H{width}" stroke="#1d2630"/>', _label(width, height - 6, "bit", "end")]
    title = Words("Mức chắc chắn", "How sure the decisions are")
    note = _note(
        "Số người theo log-odds của ứng viên tốt nhất (bit); mỗi bit tăng gấp đôi độ chắc chắn.",
        "Persons by the log-odds of the best candidate, in bits; each bit doubles the odds.",
    )
    return f"<section>{_heading(title)}{note}{_key()}{_svg(width, height, title.en, parts)}</section>"


def _places(rows: Sequence[Mapping[str, Any]] | None, title: Words) -> str:
    if not rows:
        return ""
    shown = sorted(rows, key=lambda row: (-row["persons"], row["code"] is None, row["code"] or ""))[:PLACES_SHOWN]
    cells = []
    for row in shown:
        shares = [(name, row[name] / row["persons"] if row["persons"] else 0.0) for name in COLOURS]
        code = escape(str(row["code"])) if row["code"] is not None else _both(Words("không rõ", "not known"))
        cells.append((code, f"{row['persons']:,}", *(percent(share) for _, share in shares), _stack(shares, 260, 14)))
    headers = [
        (_both(Words("Mã", "code")), False),
        (_both(Words("Số người", "persons")), True),
        *((name, True) for name in COLOURS),
        ("", False),
    ]
    more = ""
    if len(rows) > len(shown):
        rest = f"{len(rows) - len(shown):,}"
        more = _note(f"Còn {rest} nơi khác trong summary.json.", f"{rest} more are in summary.json.")
    return f"<section>{_heading(title)}{_table(headers, cells)}{more}</section>"


def _weights(model: Mapping[str, Any] | None) -> str:
    """What each level of agreement is worth. The levels of rarity are a scale of their own and are left out."""
    fields = {name: field for name, field in (model or {}).get("fields", {}).items() if name != RARITY_FIELD}
    rows = [
        (name, level, float(bits))
        for name, field in fields.items()
        for level, bits in zip(field.get("levels", ()), field.get("weights_bits", ()), strict=False)
        if level != "missing" and bits is not None
    ]
    if not rows:
        return ""
    most = max(1.0, *(abs(bits) for *_, bits in rows))
    cells, last = [], None
    for name, level, bits in rows:
        wide = 150.0 * min(abs(bits), most) / most
        bar = _rect(150.0 if bits >= 0 else 150.0 - wide, 1, wide, 12, COLOURS["full"] if bits >= 0 else COLOURS["partial"])
        axis = '<path d="M150 0V14" stroke="#1d2630"/>'
        field = _both(field_words(name)) if name != last else ""
        cells.append((field, _both(level_words(name, level)), f"{bits:+.1f}", _svg(300, 14, f"{bits:+.1f}", [bar, axis])))
        last = name
    headers = [
        (_both(Words("Trường", "field")), False),
        (_both(Words("Mức giống", "agreement")), False),
        ("bit", True),
        ("", False),
    ]
    note = _note(
        "Mức giống làm tăng (xanh) hay giảm (cam) khả năng là cùng một người, tính bằng bit, khi họ tên giống nhau.",
        "How much each level speaks for (blue) or against (orange) the same person, in bits, where the names agree.",
    )
    return f"<section>{_heading(Words('Trọng số', 'What agreement is worth'))}{note}{_table(headers, cells)}</section>"


def _encodings(rows: Sequence[Mapping[str, Any]]) -> str:
    """Old encodings that were read back; nothing where there were none."""
    if not rows:
        return ""
    cells = [
        (
            escape(str(row["side"])),
            escape(str(row["column"]).replace("_", " ")),
            escape(str(row["encoding"])),
            f"{row['communes']:,}" if row["communes"] else _both(Words("cả cột", "whole column")),
            f"{row['rows']:,}",
        )
        for row in rows
    ]
    headers = [
        (_both(Words("Dữ liệu", "register")), False),
        (_both(Words("Cột", "column")), False),
        (_both(Words("Bảng mã", "encoding")), False),
        (_both(Words("Số xã", "communes")), True),
        (_both(Words("Số dòng", "rows")), True),
    ]
    note = _note(
        "Chữ trong bảng mã cũ đã được đọc lại; từng xã ghi trong manifest.json.",
        "Text in an old encoding was read back; each commune is named in manifest.json.",
    )
    return f"<section>{_heading(Words('Bảng mã cũ', 'Old encodings'))}{note}{_table(headers, cells)}</section>"


def _facts(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    counts = {**summary.get("counts", {}), **manifest.get("counts", {})}
    pairs = manifest.get("pairs")
    pairs = pairs if isinstance(pairs, Mapping) else {"pairs": pairs} if pairs is not None else {}
    facts = {**counts, **pairs, **dict(manifest.get("thresholds", {}))}
    numbers = {name: value for name, value in facts.items() if isinstance(value, (int, float)) and not isinstance(value, bool)}
    if not numbers:
        return ""
    cells = [
        (escape(name.replace("_", " ")), f"{value:,}" if isinstance(value, int) else f"{value:,.4g}")
        for name, value in numbers.items()
    ]
    headers = [(_both(Words("Mục", "item")), False), (_both(Words("Giá trị", "value")), True)]
    return f"<section>{_heading(Words('Số liệu', 'Figures of the run'))}{_table(headers, cells)}</section>"


def _foot(manifest: Mapping[str, Any]) -> str:
    version = escape(str(manifest.get("versions", {}).get("vnlink", "")))
    vi = "Trang này chỉ có số đếm, không có dữ liệu của người nào; không tải gì từ mạng."
    en = "This page holds counts only, no data of any person, and loads nothing from a network."
    return f"<footer>{_note(vi, en)}<p>vnlink {version}</p></footer>"
