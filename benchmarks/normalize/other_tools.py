"""What other tools say about Vietnamese names, beside a clerk's verdict and vnlink's.

    python benchmarks/normalize/other_tools.py              a Markdown table and the count of wrong calls
    python benchmarks/normalize/other_tools.py --json
    python benchmarks/normalize/other_tools.py --pairs tests/golden/names.csv       the same for the golden set

The pairs are invented, one or two of each kind of difference. A clerk says "same" (two spellings of one name), "maybe"
(registers are known to make one of the other; the birth date must decide) or "different" (two names). A tool that gives a
number gets the threshold at which it is wrong least often on this very list, the highest of equal ones, so its count is the
best that it can reach. The first count is of the pairs that the clerk calls same or different, for "maybe" cannot be asked of a
number. The second is of all pairs: to keep what he keeps (same or maybe), and to drop what he calls different. A tool that is
not installed has no column, and is named below the table.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from vnlink import compare_names


class Pair(NamedTuple):
    """Two names, what is between them, and a clerk's verdict."""

    left: str
    right: str
    kind: str
    clerk: str


PAIRS = (
    Pair("Lê Văn Đức", "LÊ VĂN ĐỨC", "capitals", "same"),
    Pair("Nguyễn Thị Hoà", "Nguyễn Thị Hòa", "tone, old and new style", "same"),
    Pair("Phạm Thuý Hằng", "Phạm Thúy Hằng", "tone, old and new style", "same"),
    Pair("Hùynh Văn Tòan", "Huỳnh Văn Toàn", "misplaced tones", "same"),
    Pair("Trần Thị Lý", "Trần Thị Lí", "i and y", "same"),
    Pair("Đặng Văn Kỳ", unicodedata.normalize("NFD", "Đặng Văn Kỳ"), "NFC and NFD", "same"),
    Pair("Đỗ Đức Đông", "Ðỗ Ðức Ðông", "eth for đ", "same"),
    Pair("Nguyễn\u00a0Văn  Bình", "Nguyễn Văn Bình", "no-break and double spaces", "same"),
    Pair("Ngô\u200b Thị\u00ad Sen", "Ngô Thị Sen", "invisible characters", "same"),
    Pair("H’Hen Niê", "H' Hen Niê", "apostrophes", "same"),
    Pair("Lê Văn Đức", "Le Van Duc", "no marks", "maybe"),
    Pair("TRAN THI BICH NGOC", "Trần Thị Bích Ngọc", "no marks", "maybe"),
    Pair("Đinh Văn Phàm", "Đinh Văn Phạm", "a mark in what is hardly a name", "maybe"),
    Pair("NguyÔn V¨n §øc", "Nguyễn Văn Đức", "TCVN3", "maybe"),
    Pair("Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức", "VNI", "maybe"),
    Pair("Nguyeenx Vawn Hufng", "Nguyễn Văn Hùng", "keys of Telex", "maybe"),
    Pair("Tra62n Thi5 Mai", "Trần Thị Mai", "keys of VNI", "maybe"),
    Pair("Huỳnh Văn Phước", "Hoàng Văn Phúc", "doublets of North and South", "maybe"),
    Pair("Võ Thị Cúc", "Vũ Thị Cúc", "doublets of North and South", "maybe"),
    Pair("Trần Văn Năm", "Trần Văn Lăm", "n and l", "maybe"),
    Pair("Lê Thị Xinh", "Lê Thị Sinh", "s and x", "maybe"),
    Pair("Ng. T. Hạnh", "Nguyễn Thị Hạnh", "abbreviations", "maybe"),
    Pair("Bùi Quý", "Bùi Đình Quý", "middle left out", "maybe"),
    Pair("Hương Lê Thị", "Lê Thị Hương", "family name last", "maybe"),
    Pair("Lò Văn Ón (tức Inh)", "Lò Văn Ón", "alias", "maybe"),
    Pair("Phan Thị Larn", "Phan Thị Lan", "a slip of the hand", "maybe"),
    Pair("Nguyễn Văn Hòa", "Nguyễn Văn Hoa", "other name by a mark", "different"),
    Pair("Trần Quốc Hùng", "Trần Quốc Hưng", "other name by a mark", "different"),
    Pair("Phạm Thị Lan", "Phạm Thị Lân", "other name by a mark", "different"),
    Pair("Lê Minh Tú", "Lê Minh Tư", "other name by a mark", "different"),
    Pair("Nguyễn Tường Vi", "Nguyễn Tường Vy", "Vi and Vy", "different"),
    Pair("Đỗ Văn Tâm", "Đỗ Văn Tân", "other name by a letter", "different"),
    Pair("Hoàng Thị Hồng", "Hoàng Văn Hồng", "a woman's and a man's name", "different"),
    Pair("Lê Văn Xuyên", "Lý Văn Xuyên", "other family", "different"),
    Pair("Nguyễn Xuân Thanh", "Nguyễn Thanh Xuân", "middle and given name exchanged", "different"),
    Pair("Trần Văn Bảy", "Trần Văn Tám", "other given name", "different"),
    Pair("Nguyễn Thị Kim Liên", "Nguyễn Thị Kim Loan", "other given name", "different"),
    Pair("Y Blơ Niê", "H'Blơ Niê", "a man's and a woman's prefix", "different"),
)

Score = Callable[[str, str], float]


def clean(text: str) -> str:
    """As recordlinkage.preprocessing.clean does by default: small letters, and only ASCII letters, digits and blanks."""
    text = re.sub(r"(\[.*?\]|\(.*?\)|\{.*?\})", "", text.lower())
    text = re.sub(r"[\-\_]", " ", text)
    text = re.sub(r"[^ \-\_A-Za-z0-9]+", "", text)
    return re.sub(r"\s\s+", " ", text).strip()


def _duckdb_jaro_winkler(module: Any) -> Score:
    connection = module.connect()

    def score(left: str, right: str) -> float:
        row = connection.execute("SELECT jaro_winkler_similarity(?, ?)", [left, right]).fetchone()
        return float(row[0])

    return score


TOOLS: dict[str, tuple[str, Callable[[Any], Score]]] = {
    "jellyfish Jaro-Winkler": ("jellyfish", lambda module: module.jaro_winkler_similarity),
    "rapidfuzz ratio": ("rapidfuzz.fuzz", lambda module: lambda a, b: module.ratio(a, b) / 100),
    "rapidfuzz token_sort": ("rapidfuzz.fuzz", lambda module: lambda a, b: module.token_sort_ratio(a, b) / 100),
    "DuckDB Jaro-Winkler": ("duckdb", _duckdb_jaro_winkler),
    "equal after unidecode": (
        "unidecode",
        lambda module: lambda a, b: float(module.unidecode(a).lower() == module.unidecode(b).lower()),
    ),
    "equal after clean()": ("re", lambda _: lambda a, b: float(clean(a) == clean(b))),
}
"""Column title -> what has to be installed, and how the score is made of it."""


def tools() -> tuple[dict[str, Score], list[str]]:
    """The tools that are installed, and the names of the others."""
    found: dict[str, Score] = {}
    missing: list[str] = []
    for name, (module, make) in TOOLS.items():
        try:
            found[name] = make(importlib.import_module(module))
        except ImportError:
            missing.append(name)
    return found, missing


def fewest_wrong(scores: list[float], wanted: list[bool]) -> tuple[int, float]:
    """Wrong calls at the best threshold, and that threshold: at or above it a tool says "the same"."""
    choices = [*sorted(set(scores)), float("inf")]
    wrong = {cut: sum((score >= cut) != want for score, want in zip(scores, wanted, strict=True)) for cut in choices}
    best = min(wrong.values())
    return best, max(cut for cut, count in wrong.items() if count == best)


def pairs_of(path: Path) -> list[Pair]:
    """Pairs of a CSV file with the columns left, right, kinds and verdict."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Pair(row["left"], row["right"], row["kinds"], row["verdict"]) for row in csv.DictReader(file)]


def judge(pairs: Sequence[Pair] = PAIRS) -> dict[str, Any]:
    """Scores of all pairs, vnlink's verdicts, and the counts."""
    found, missing = tools()
    verdicts = [compare_names(pair.left, pair.right).verdict for pair in pairs]
    scores = {name: [round(score(pair.left, pair.right), 3) for pair in pairs] for name, score in found.items()}
    sure = [i for i, pair in enumerate(pairs) if pair.clerk != "maybe"]
    counts: dict[str, dict[str, Any]] = {}
    for name, values in scores.items():
        strict, cut = fewest_wrong([values[i] for i in sure], [pairs[i].clerk == "same" for i in sure])
        loose, cut_loose = fewest_wrong(values, [pair.clerk != "different" for pair in pairs])
        counts[name] = {"wrong_of_sure": strict, "at": cut, "wrong_of_all": loose, "at_of_all": cut_loose}
    kept = [(said != "different", pair.clerk != "different") for said, pair in zip(verdicts, pairs, strict=True)]
    counts["vnlink.compare_names"] = {
        "wrong_of_sure": sum(verdicts[i] != pairs[i].clerk for i in sure),
        "at": None,
        "wrong_of_all": sum(said != wanted for said, wanted in kept),
        "at_of_all": None,
    }
    wrong = sum(said != pair.clerk for said, pair in zip(verdicts, pairs, strict=True))
    return {
        "pairs": [pair._asdict() for pair in pairs],
        "verdicts": verdicts,
        "verdicts_unlike_the_clerk": wrong,
        "scores": scores,
        "sure": len(sure),
        "counts": counts,
        "not_installed": missing,
    }


def _shown(text: str) -> str:
    """A name with what cannot be seen made visible."""
    return "".join(f"‹{ord(char):X}›" if char in "\u00a0\u200b\u00ad" else char for char in text)


def _threshold(value: float | None) -> str:
    return "" if value is None else " (at none)" if value == float("inf") else f" (at {value:.3f})"


def as_markdown(result: dict[str, Any], *, whole: bool = True) -> str:
    """The table (if ``whole``), the counts below it, and what was left out."""
    return "\n".join([*(_pair_lines(result) if whole else []), *_count_lines(result)])


def _pair_lines(result: dict[str, Any]) -> list[str]:
    names = list(result["scores"])
    titles = ["left", "right", "kind", "clerk", "vnlink", *names]
    lines = ["| " + " | ".join(titles) + " |", "|---" * 5 + "|---:" * len(names) + "|"]
    for i, pair in enumerate(result["pairs"]):
        values = [f"{result['scores'][name][i]:.3f}" for name in names]
        cells = [_shown(pair["left"]), _shown(pair["right"]), pair["kind"], pair["clerk"], result["verdicts"][i], *values]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def _count_lines(result: dict[str, Any]) -> list[str]:
    total, sure = len(result["pairs"]), result["sure"]
    lines = [
        f"| tool | wrong of the {sure} that a clerk is sure of | wrong of all {total}, keep or drop |",
        "|---|---:|---:|",
    ]
    for name, count in sorted(result["counts"].items(), key=lambda item: (item[1]["wrong_of_all"], item[0])):
        first = f"{count['wrong_of_sure']}{_threshold(count['at'])}"
        lines.append(f"| {name} | {first} | {count['wrong_of_all']}{_threshold(count['at_of_all'])} |")
    if result["not_installed"]:
        lines += ["", "Not installed, so left out: " + ", ".join(result["not_installed"]) + "."]
    return lines


def main(arguments: list[str] | None = None) -> dict[str, Any]:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--pairs", type=Path, help="CSV file of other pairs; only the counts are printed")
    options = parser.parse_args(arguments)
    result = judge(pairs_of(options.pairs) if options.pairs else PAIRS)
    print(json.dumps(result, indent=1, ensure_ascii=False) if options.json else as_markdown(result, whole=not options.pairs))
    return result


if __name__ == "__main__":
    main()
