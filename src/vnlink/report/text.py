"""The result of a run on a terminal: a screen that a person reads in half a minute.

Numbers are shown with thin wording and no decoration that would be lost in a log: where there is no terminal, rich prints the
same lines without colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vnlink.report.audit import CHOSE_THE_THRESHOLD
from vnlink.report.captions import STRANDS
from vnlink.report.measures import Evaluation, Rate
from vnlink.report.note_words import note_lines
from vnlink.report.reliability import LEAST_LINKED, Reliability
from vnlink.report.summary import NEVER_BLOCKING
from vnlink.report.words import STATUS_WORDS, reason_words

__all__ = ["answers_screen", "audit_screen", "evaluation_screen", "percent", "run_screen"]

BAR_WIDTH = 28
STATUS_STYLE = {"full": "bold blue", "partial": "bold yellow", "none": "bold bright_black"}
STATUS_HINTS = {
    "full": "one citizen, everything agrees",
    "partial": "found, but not all agrees",
    "none": "nobody plausible",
}
REASONS_SHOWN = 8


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share, never rounding a fault away: 0.99999 is not 100.00 %, and 0.00001 is not 0.00 %.

    Examples
    --------
    >>> percent(0.7015), percent(0.99999, 2), percent(1.0, 2), percent(0.00001, 1), percent(None)
    ('70.2 %', '99.99 %', '100.00 %', '0.1 %', '-')
    """
    if share is None:
        return "-"
    value = round(100.0 * share, digits)
    step = 10.0**-digits
    if share < 1.0 and value >= 100.0:
        value = 100.0 - step
    if share > 0.0 and value <= 0.0:
        value = step
    return f"{value:.{digits}f} %"


def run_screen(
    summary: Mapping[str, Any],
    manifest: Mapping[str, Any],
    *,
    out: str,
    evaluation: Evaluation | None = None,
) -> RenderableType:
    """Lay out what a finished run has to say.

    Parameters
    ----------
    summary : mapping
        As :func:`vnlink.report.summary.summarize` gives it; "notes" are said where they are there.
    manifest : mapping
        Of the run: "counts", "times_seconds", "pairs" and "files" are read, each if it is there.
    out : str
        The folder, as the user wrote it.
    evaluation : Evaluation, optional
        Against the truth, where one is known.
    """
    parts: list[RenderableType] = ["", _headline(summary, manifest)]
    parts += [Text(f"note: {line}", style="yellow") for line in note_lines(summary.get("notes", ()))]
    parts += ["", _statuses(summary)]
    reasons = _reasons(summary)
    if reasons is not None:
        parts += ["", Text("Why not full", style="bold"), reasons]
    dead = sum(row["count"] for row in summary["reasons"] if row["code"] == "citizen_deceased")
    if dead:
        parts.append(Padding(Text(f"{dead:,} links, full and partial, are to citizens who have died"), (0, 0, 0, 2)))
    drift = summary.get("drift")
    if drift and any(one["verdict"] == "far off" for one in drift["fields"].values()):
        parts += ["", Text(drift["sentence"], style="yellow")]
    if evaluation is not None:
        parts += ["", evaluation_screen(evaluation)]
    parts += ["", _cost(manifest), _files(manifest, out), ""]
    return Group(*parts)


def evaluation_screen(evaluation: Evaluation) -> RenderableType:
    """Lay out the rates with their 95 % intervals, the recall at fixed precisions, and the three-class table.

    Then the probabilities: wrong links promised and found in each bin that has some.
    """
    table = _table(["", "", "95 % interval", ""], right=(1,))
    rows: Sequence[tuple[str, Rate | None, str]] = (
        ("precision of full", evaluation.precision_full, "full links"),
        ("precision of full, by citizen", evaluation.precision_full_citizens, "citizens linked in full"),
        ("full, where everything agrees", evaluation.recall_full, "who deserve it"),
        ("precision of full and partial", evaluation.precision, "links"),
        ("recall of the right citizen", evaluation.recall, "who are in the register"),
    )
    for label, rate, of in rows:
        if rate is not None:
            low, high = rate.interval
            table.add_row(label, percent(rate.value, 2), f"{percent(low, 2)} to {percent(high, 2)}", f"of {rate.total:,} {of}")
    curve = ", ".join(f"{precision:g}: {percent(recall)}" for precision, recall in evaluation.recall_at_precision.items())
    parts: list[RenderableType] = [Text("Against the truth", style="bold"), Padding(table, (0, 0, 0, 2))]
    if evaluation.counts:
        parts.insert(1, Padding(Text(_overlap(evaluation.counts), style="dim"), (0, 0, 0, 2)))
    parts.append(Padding(Text(f"recall at precision {curve}"), (0, 0, 0, 2)))
    if evaluation.confusion is not None:
        parts.append(Padding(_confusion(evaluation.confusion), (1, 0, 0, 2)))
    if evaluation.reliability is not None and evaluation.reliability.error is not None:
        parts += [Padding(part, (at == 0, 0, 0, 2)) for at, part in enumerate(_by_probability(evaluation.reliability))]
    return Group(*parts)


def _overlap(counts: Mapping[str, int]) -> str:
    """How far truth and result are of the same persons, and what becomes of the others."""
    both = counts["persons"] - counts["persons_missing"]
    parts = (
        (counts["persons_missing"], "only in the truth (they count as not linked)"),
        (counts["persons_extra"], "only in the result, of land users of the truth (they count as nobody)"),
        (counts["rows_unjudged"], "only in the result, of other land users (left out)"),
        (counts["persons_citizen_not_linked"], "whose true citizen the result gives to nobody"),
    )
    others = ", ".join(f"{count:,} {what}" for count, what in parts if count)
    return f"{both:,} persons in both; {others or 'nobody in one of them only'}"


def _by_probability(found: Reliability) -> list[RenderableType]:
    """Wrong links promised by the probabilities beside those found, with their interval over citizens; and the error."""
    table = _table(["probability", "promised", "wrong", "95 % interval", "persons", "citizens"], right=(1, 2, 3, 4, 5))
    for one in found.bins:
        if one.persons:
            low, high = (percent(bound, 3) for bound in one.wrong_citizens.interval)
            shares = percent(one.promised_wrong, 3), percent(one.wrong, 3), f"{low} to {high}"
            table.add_row(f"from {one.low:g}", *shares, f"{one.persons:,}", f"{one.wrong_citizens.total:,}")
    told = f"expected calibration error {found.error:.4f}"
    if found.not_linked:
        told += f"; {found.not_linked:,} from {LEAST_LINKED:g} on without a link are left out"
    return [table, Text(told)]


_MEASURES = {
    "precision": "precision of full and partial",
    "precision_full": "precision of full",
    "precision_partial": "precision of partial",
    "recall": "recall of the right citizen",
}


def audit_screen(audit: Mapping[str, Any]) -> RenderableType:
    """Lay out what a run measured of itself (:func:`vnlink.report.audit.audit_facts`)."""
    parts: list[RenderableType] = [
        Text("Linked again with the number hidden", style="bold"),
        Text(f"These figures hold for {audit['holds_for']}."),
        Text(
            f"{audit['persons']:,} persons ({audit['citizens']:,} citizens); of {audit['absent']:,} the right citizen was "
            f"taken away; {audit['left_out_as_disputed']:,} left out because all else speaks against the holder of their number"
            + (f", {shared:,} because several citizens hold it" if (shared := audit.get("left_out_as_shared", 0)) else "")
            + ("; the model has learned from them, so it is a little too favourable." if audit["learned_from_them"] else "."),
            style="dim",
        ),
        "",
        _rates_table("as they are", audit["as_they_are"]),
    ]
    if audit.get("chose_the_threshold"):
        parts.insert(3, Text(CHOSE_THE_THRESHOLD.en))
    if audit["as_without_number"] is not None:
        covered = percent(audit["as_without_number_covered"])
        parts += ["", _rates_table(f"as persons without a number ({covered} covered)", audit["as_without_number"])]
        parts.append(Text(f"{STRANDS['estimate_of_audit'].en} vnlink audit DIR --sample 400", style="dim"))
    parts += ["", _reliability(audit["reliability"])]
    for name, groups in audit["by"].items():
        table = _table([f"by {name}", "precision", "95 % interval", "recall", "95 % interval", "citizens"], right=(1, 3, 5))
        for label, rates in groups.items():
            precision, recall = rates["precision"], rates["recall"]
            table.add_row(
                label, percent(precision["value"], 2), _between(precision), percent(recall["value"], 2), _between(recall),
                f"{recall['citizens']:,}",
            )  # fmt: skip
        parts += ["", table]
    return Group(*parts)


def _reliability(found: Mapping[str, Any]) -> Table:
    """Wrong links promised by the probabilities beside those found."""
    names = ["by probability", "wrong, promised", "wrong, found", "95 % interval", "citizens"]
    table = _table(names, right=(1, 2, 3, 4))
    for one in found["bins"]:
        rate = one["right"]
        if rate["value"] is not None:
            between = f"{percent(1.0 - rate['high'], 2)} to {percent(1.0 - rate['low'], 2)}"
            promised, wrong = percent(1.0 - one["promised"], 3), percent(1.0 - rate["value"], 3)
            table.add_row(f"{one['low']:g} to {one['high']:g}", promised, wrong, between, f"{rate['citizens']:,}")
    return table


def answers_screen(answers: Mapping[str, Any]) -> RenderableType:
    """Lay out what clerks' answers say (:func:`vnlink.report.sheet.judge_answers`)."""
    note = f"{answers['answered']:,} answers; about {answers['in_register']:,.0f} persons of the run are in the register"
    if answers["persons_in_strata_without_answer"]:
        note += f"; nothing is known of {answers['persons_in_strata_without_answer']:,} persons: no answer was given like them"
    table = _table(
        ["links with a probability of at least", "precision", "95 % interval", "recall", "95 % interval"], right=(0, 1, 3)
    )
    for one in answers["by_threshold"]:
        precision, recall = one["precision"], one["recall"]
        if precision["value"] is not None and recall["value"] is not None:
            least = f"{one['probability']:g}" if one["probability"] else "all"
            found = (percent(precision["value"], 2), _between(precision), percent(recall["value"], 2), _between(recall))
            table.add_row(least, *found)
    return Group(_rates_table("by the clerks' answers", answers), Text(note + ".", style="dim"), "", table)


def _rates_table(title: str, rates: Mapping[str, Any]) -> Table:
    table = _table([title, "", "95 % interval", "persons"], right=(1, 3))
    for name, words in _MEASURES.items():
        if name in rates:
            rate = rates[name]
            table.add_row(words, percent(rate["value"], 2), _between(rate), f"{rate['persons']:,}")
    return table


def _between(rate: Mapping[str, Any]) -> str:
    return f"{percent(rate['low'], 2)} to {percent(rate['high'], 2)}"


def _headline(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> Text:
    counts = {**summary.get("counts", {}), **manifest.get("counts", {})}
    text = Text()
    text.append(f"{summary['land_users']:,} land users", style="bold")
    text.append(f" naming {summary['persons']:,} persons")
    citizens = counts.get("citizens")
    if citizens is not None:
        text.append(", compared with ")
        text.append(f"{citizens:,} citizens", style="bold")
    quarantined = counts.get("land_quarantined", 0) + counts.get("citizens_quarantined", 0)
    if quarantined:
        text.append(f"; {quarantined:,} rows could not be read (quarantine.parquet)", style="yellow")
    return text


def _statuses(summary: Mapping[str, Any]) -> RenderableType:
    table = _table(["", "", "", "", ""], right=(1, 2))
    for name, words in STATUS_WORDS.items():
        found = summary["status"][name]
        bar = Text("█" * round(BAR_WIDTH * found["share"]) or "▏", style=STATUS_STYLE[name].replace("bold ", ""))
        note = Text(f"{words.vi}; {STATUS_HINTS[name]}", style="dim")
        table.add_row(Text(name, style=STATUS_STYLE[name]), percent(found["share"]), f"{found['count']:,}", bar, note)
    return Padding(table, (0, 0, 0, 2))


def _reasons(summary: Mapping[str, Any]) -> RenderableType | None:
    rows = [row for row in summary["reasons"] if row["status"] != "full" and row["code"] not in NEVER_BLOCKING]
    if not rows:
        return None
    table = _table(["", "", "", ""], right=(1, 2))
    for row in rows[:REASONS_SHOWN]:
        words = Text(str(reason_words(row["code"])))
        table.add_row(Text(row["status"], style=STATUS_STYLE[row["status"]]), percent(row["share"]), f"{row['count']:,}", words)
    return Padding(table, (0, 0, 0, 2))


def _confusion(confusion: Mapping[str, Mapping[str, int]]) -> RenderableType:
    names = list(confusion)
    table = _table(["truth \\ decided", *names], right=tuple(range(1, len(names) + 1)))
    for true, row in confusion.items():
        table.add_row(Text(true, style=STATUS_STYLE.get(true, "")), *(f"{row[said]:,}" for said in names))
    return table


def _cost(manifest: Mapping[str, Any]) -> Text:
    times: dict[str, float] = dict(manifest.get("times_seconds", {}))
    total = times.pop("total", sum(times.values()))
    text = Text(f"{total:.1f} s", style="bold")
    if times:
        text.append(
            " (" + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in times.items() if seconds >= 0.05) + ")", "dim"
        )
    pairs = manifest.get("pairs")
    if isinstance(pairs, int) and pairs:
        text.append(f", {pairs:,} pairs compared")
        ranking = float(times.get("rank", total))
        if ranking > 0:
            text.append(f", {pairs / ranking:,.0f} a second")
    return text


def _files(manifest: Mapping[str, Any], out: str) -> Text:
    files = manifest.get("files", ())
    names = [str(entry["name"] if isinstance(entry, Mapping) else entry) for entry in files]
    text = Text("written to ")
    text.append(f"{out.rstrip('/')}/", style="bold")
    listed = [*names, *([] if "manifest.json" in names else ["manifest.json"])]
    text.append(": " + ", ".join(listed))
    return text


def _table(headers: Sequence[str], right: tuple[int, ...] = ()) -> Table:
    table = Table(box=None, show_header=any(headers), pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for i, header in enumerate(headers):
        table.add_column(header, justify="right" if i in right else "left", no_wrap=i in right)
    return table
