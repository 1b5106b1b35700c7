"""Check the committed table of places against a table of pairs from elsewhere, and explain every difference.

    python tools/check_places.py FILE.csv

``FILE.csv`` has one row for every pair of an old commune and a present one that holds a part of it, with the columns
old_commune_code, old_commune, old_district_code, old_province_code, new_commune_code, new_commune and new_province_code: the
layout of the statistics office's conversion table of 1 July 2025. Printed are the counts, and every pair, unit and name that is
in one table only, each with its explanation:

* a row that has the code of another commune than the one it names, listed in ``place_corrections.csv`` as ``reference_pair``,
  and true only if the row's own words say so;
* a special zone that was an island district without communes, which no old commune can be mapped to;
* a spelling: the same name but for blanks, capitals, apostrophes, the place of the tone mark, or i for y (these are counted,
  not printed); a type word that is missing or damaged; or a line ``name`` or ``reference_name`` of the corrections.

Exit code 1 when a difference is left without explanation.
"""

from __future__ import annotations

import argparse
import csv
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE.parent / "src" / "vnlink" / "resources" / "places.tsv"
TYPE_WORDS = ("thi tran", "dac khu", "phuong", "xa")
WHOLE_TYPE_WORDS = ("Thị trấn ", "Đặc khu ", "Phường ", "Xã ")
TONES = "\u0300\u0301\u0303\u0309\u0323"

Pair = tuple[str, str]


def spelling(name: str) -> str:
    """Fold what is no difference of names: blanks, capitals, apostrophes, the place of the tone within a word, i and y."""
    words = []
    for word in unicodedata.normalize("NFD", name.lower()).replace("-", " ").split():
        letters = "".join(sign for sign in word if sign not in TONES and sign not in "'’`")
        words.append(letters.replace("y", "i") + "".join(sign for sign in word if sign in TONES))
    return "".join(words)


def bare(name: str) -> str:
    """Cut the type word off, whole or damaged ("Xa", "Thi trấn")."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", name.lower()) if not unicodedata.combining(sign))
    word = next((word for word in TYPE_WORDS if plain.startswith(word + " ")), "")
    return unicodedata.normalize("NFC", name)[len(word) :]


class Table:
    """The committed table: names and parents by code, and pairs."""

    def __init__(self, path: Path) -> None:
        self.names: dict[tuple[str, str], str] = {}
        self.parents: dict[tuple[str, str], str] = {}
        self.pairs: set[Pair] = set()
        self.islands: dict[str, str] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            kind, code, name, parent, targets, *_ = [*line.split("\t"), "", "", ""]
            self.names[kind, code], self.parents[kind, code] = name, parent
            if kind == "C":
                self.pairs.update((code, new) for new in targets.split(" "))
            elif kind == "D" and targets:
                self.islands.update(dict.fromkeys(targets.split(" "), name))


def read_corrections() -> dict[str, dict[Pair, str]]:
    """The hand-kept lines: action -> (code, value) -> source."""
    found: dict[str, dict[Pair, str]] = defaultdict(dict)
    with (HERE / "place_corrections.csv").open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle):
            found[line["action"]][line["code"], line["value"]] = line["source"]
    return found


def pair_differences(table: Table, rows: list[dict[str, str]], slips: dict[Pair, str]) -> list[tuple[str, str]]:
    """Pairs in one table only, each with its explanation or ""."""
    theirs = {(row["old_commune_code"], row["new_commune_code"]): row for row in rows}
    found, mended = [], {}
    for pair in sorted(set(theirs) - table.pairs):
        row, explanation = theirs[pair], ""
        if pair in slips:
            meant = [
                old for old, new in table.pairs
                if new == pair[1] and spelling(table.names["C", old]) == spelling(row["old_commune"])
                and table.parents["C", old] == row["old_district_code"]
            ]  # fmt: skip
            if len(meant) == 1 and spelling(table.names.get(("C", pair[0]), "")) != spelling(row["old_commune"]):
                mended[meant[0], pair[1]] = explanation = f"{slips[pair]} (the row's own name and district say {meant[0]})"
        found.append((f"pair only there: {pair[0]} -> {pair[1]}", explanation))
    for pair in sorted(table.pairs - set(theirs)):
        explanation = "what the row above means" if pair in mended else ""
        found.append((f"pair only here: {pair[0]} {table.names['C', pair[0]]} -> {pair[1]}", explanation))
    return found


def unit_differences(table: Table, rows: list[dict[str, str]], mended: set[str]) -> list[tuple[str, str]]:
    """Communes in one table only, or under another district or province, each with its explanation or ""."""
    old = {row["old_commune_code"]: row["old_district_code"] for row in rows}
    new = {row["new_commune_code"]: row["new_province_code"] for row in rows}
    found = []
    for kind, theirs in (("C", old), ("c", new)):
        ours = {code: parent for (which, code), parent in table.parents.items() if which == kind}
        for code in sorted({*theirs, *ours}):
            if code not in theirs and kind == "c" and code in table.islands:
                found.append((f"present unit only here: {code} {table.names[kind, code]}",
                              f"{table.islands[code]} had no communes"))  # fmt: skip
            elif code not in theirs and code in mended:
                found.append(
                    (f"old commune only here: {code} {table.names[kind, code]}", "its row has another code, see above")
                )
            elif ours.get(code) != theirs.get(code):
                found.append((f"unit {kind} {code}: under {ours.get(code)} here, {theirs.get(code)} there", ""))
    return found


def name_differences(
    table: Table, rows: list[dict[str, str]], slips: dict[Pair, str], renamed: dict[Pair, str]
) -> tuple[list[tuple[str, str]], int]:
    """Names that differ, each with its explanation or ""; and how many differ in spelling only."""
    kept = [row for row in rows if (row["old_commune_code"], row["new_commune_code"]) not in slips]
    theirs = {("C", row["old_commune_code"]): row["old_commune"] for row in kept}
    theirs |= {("c", row["new_commune_code"]): row["new_commune"] for row in rows}
    found, spelled = [], 0
    for (kind, code), name in sorted(theirs.items()):
        own = table.names.get((kind, code), "")
        if spelling(own) != spelling(name):
            explanation = renamed.get((code, own)) or renamed.get((code, unicodedata.normalize("NFC", name)), "")
            if spelling(bare(own)) == spelling(bare(name)) and not name.startswith(WHOLE_TYPE_WORDS):
                explanation = "its type word is missing or damaged there"
            found.append((f"name {kind} {code}: {own} here, {name} there", explanation))
        elif own != name:
            spelled += 1
    return found, spelled


def main(arguments: list[str] | None = None) -> int:
    """Print the differences; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path, help="a table of pairs, CSV")
    options = parser.parse_args(arguments)
    with options.reference.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    table, corrections = Table(TABLE), read_corrections()
    slips = corrections["reference_pair"]
    pairs = pair_differences(table, rows, slips)
    mended = {pair.split()[3] for pair, explanation in pairs if pair.startswith("pair only here") and explanation}
    names, spelled = name_differences(table, rows, slips, corrections["name"] | corrections["reference_name"])
    there = {(row["old_commune_code"], row["new_commune_code"]) for row in rows}
    print(f"there: {len({old for old, _ in there}):,} old communes, {len(there):,} pairs; "
          f"here: {len({old for old, _ in table.pairs}):,} old communes, {len(table.pairs):,} pairs; "
          f"in both: {len(there & table.pairs):,} pairs; spelled otherwise: {spelled:,} names")  # fmt: skip
    unexplained = 0
    for difference, explanation in (*pairs, *unit_differences(table, rows, mended), *names):
        print(f"{difference}: {explanation or 'NOT EXPLAINED'}")
        unexplained += not explanation
    print(f"{unexplained} differences without explanation")
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
