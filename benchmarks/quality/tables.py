"""The result as Markdown tables."""

from __future__ import annotations

from typing import Any

__all__ = ["markdown"]

_TITLES = {
    "vnlink": "vnlink",
    "splink": "Splink",
    "splink_without_origin": "Splink without origin",
    "splink_with_places_of_rows_beside": "Splink with places of rows beside",
    "recordlinkage": "recordlinkage",
    "supervised": "supervised",
    "supervised_without_partner": "supervised, no partner",
}


def markdown(result: dict[str, Any]) -> str:
    """Write the whole result for people."""
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    parts = ["# Accuracy beside other libraries", f"One run; {versions}."]
    parts += [f"{name} was left out: {why}." for name, why in result["left_out"].items()]
    parts.append(
        "Recall is of persons who have a citizen, in per cent, with 95 % intervals from drawing citizens again. Times of "
        "peers and of the supervised reference begin with prepared data; vnlink's hold reading, learning, linking and writing."
    )
    for name, register in result["registers"].items():
        parts += _register(name, register)
    for name, how in (("across", "a model that was trained on another register"), ("across_adapted", "such a model, adapted")):
        if result.get(name):
            parts += _across(result[name], how)
    return "\n\n".join(parts) + "\n"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _percent(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{100.0 * value:.{digits}f}"


def _with_interval(entry: dict[str, float], digits: int = 1) -> str:
    return f"{_percent(entry['value'], digits)} ({_percent(entry['low'], digits)}-{_percent(entry['high'], digits)})"


def _register(name: str, register: dict[str, Any]) -> list[str]:
    counts, methods = register["counts"], register["methods"]
    precisions = list(next(iter(register["recall"].values())))
    rows = []
    for method, run in methods.items():
        recall = register["recall"][method]
        ratios = [of[method] for of in register["misses_of"].values()]
        error = run["calibration"]["expected_error"]
        rows.append(
            [
                _TITLES[method],
                *(_with_interval(recall[p]) for p in precisions),
                *(f"{_with_interval(ratio, 0)} %" for ratio in ratios),
                "-" if error is None else f"{error:.4f}",
                f"{run['seconds']:.0f}",
                f"{run['cpu_seconds']:.0f}",
                f"{run['peak_gib']:.2f}",
            ]
        )
    at = [f"at {100 * float(p):g} %" for p in precisions]
    beside = [f"misses at 99.9 % / {_TITLES[peer]}'s" for peer in register["misses_of"]]
    head = ["", *at, *beside, "calibration error", "s", "CPU s", "GiB"]
    parts = [
        f"## {name}",
        f"{counts['citizens']:,} citizens, {counts['persons']:,} persons; preparation {counts['seconds']:.0f} s.",
        _table(head, rows),
        *(f"{_TITLES[method]} was left out: {why}." for method, why in register["left_out"].items()),
    ]
    bins = {m: {b["from"]: b for b in run["calibration"]["bins"]} for m, run in methods.items()}
    edges = sorted({edge for of in bins.values() for edge in of})
    rows = [[f"from {edge}", *(_reliability(bins[m].get(edge)) for m in methods)] for edge in edges]
    parts += [
        "Wrong best candidates: found / promised (x times as many), of so many persons.",
        _table(["probability", *(_TITLES[m] for m in methods)], rows),
    ]
    blocked = {m: run["blocking"] for m, run in methods.items() if "blocking" in run}
    kinds = sorted({kind for of in blocked.values() for kind in of["by_evidence"]})
    rows = [["all", "", *(f"{_percent(of['recall'])} / {of['candidates_per_person']:.1f}" for of in blocked.values())]]
    for kind in kinds:
        cells = [of["by_evidence"].get(kind) for of in blocked.values()]
        count = next(cell["persons"] for cell in cells if cell)
        shown = ["-" if c is None else f"{_percent(c['recall'])} / {c.get('candidates_per_person', 0):.1f}" for c in cells]
        rows.append([kind, f"{count:,}", *shown])
    parts += [
        "Recall of blocking in per cent / candidates a person.",
        _table(["evidence", "persons with a citizen", *(_TITLES[m] for m in blocked)], rows),
    ]
    return parts


def _reliability(row: dict[str, float] | None) -> str:
    if row is None:
        return "-"
    times = row["wrong"] / row["promised"] if row["promised"] else 0.0
    return f"{row['wrong']:.2g} / {row['promised']:.2g} (x {times:.1f}), {row['persons']:,}"


def _across(across: dict[str, Any], how: str) -> list[str]:
    names = list(across)
    rows = [[f"linked: {to}", *(_percent(across[source][to]) for source in names)] for to in names]
    return [
        f"## Across: {how}",
        f"vnlink's recall at 99.9 % precision with {how}.",
        _table(["", *(f"trained on {name}" for name in names)], rows),
    ]
