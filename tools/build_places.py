"""Build ``src/vnlink/resources/places.tsv``, the units of Vietnam before and after the reform of 1 July 2025.

Source: the PyPI package vietnamadminunits 1.0.4 (MIT), which carries both sets of units with their official codes and the
mapping of the old communes to the new ones, and ``place_corrections.csv`` beside it, whose every line cites its source.

    python tools/build_places.py                        write the table
    python tools/build_places.py --check                fail if the committed table differs from what would be written

``check_places.py`` compares the committed table with another and explains the differences.

Only the package's data files are read; it is not imported, so nothing it depends on is needed.

What the corrections mend. The package keys its mapping by names, so communes of one name in provinces that were merged got each
other's targets: 34 pairs are dropped or added. The statistics office's conversion table gives three rows the code of a
neighbouring commune (Đặng Xá, Mỹ Hưng, Phú Thịnh); by names these rows agree with the package. They are listed as
``reference_pair`` and left as the package has them, which keeps the 10,035 communes officially in force on 30 June 2025.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

SOURCE = "vietnamadminunits"
SOURCE_VERSION = "1.0.4"
HERE = Path(__file__).resolve().parent
CORRECTIONS = HERE / "place_corrections.csv"
TARGET = HERE.parent / "src" / "vnlink" / "resources" / "places.tsv"
TYPES = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Quận", "Huyện", "Tỉnh", "Xã")

HEADER = """\
# Administrative units of Vietnam, before and after 1 July 2025. Generated: do not edit.
# Script: tools/build_places.py. Source: vietnamadminunits 1.0.4 (PyPI, MIT licence, see places.LICENSE)
# and tools/place_corrections.csv.
# Tab-separated: kind, code, name, parent code, target codes, other names (typed keys without marks or spaces).
# Kinds: p = province from 1 July 2025; c = commune from 1 July 2025 (parent p);
#        P = province before (target p); D = district before (parent P; targets c only where it had no communes);
#        C = commune before (parent D; targets c, several where it was split).
"""

Row = tuple[str, str, str, str, str, str]


def tidy(name: str) -> str:
    """Give a name one form: NFC, single spaces, one spelling of the type word, a capital for every word of the name proper."""
    name = " ".join(unicodedata.normalize("NFC", name).replace("’", "'").split())
    for word in TYPES:
        if name.lower().startswith(word.lower() + " "):
            rest = name[len(word) + 1 :]
            return word + " " + " ".join(part[:1].upper() + part[1:] for part in rest.split(" "))
    raise SystemExit(f"a name has no known type word (code table of {SOURCE})")


def bare(key: str) -> str:
    """Cut the type word, or its abbreviation, off a key such as 'xatanlap' ('tanlap')."""
    for word in ("thanhpho", "thitran", "thixa", "phuong", "huyen", "quan", "xa"):
        if key.startswith(word):
            return key[len(word) :]
    return key


def other_names(aliases: str | None, own: str) -> str:
    """Keep of the former names the typed keys ('xacamhai') whose name is not the unit's own; drop abbreviations."""
    keys = sorted(set(json.loads(aliases or "[]")))
    untyped = {bare(key) for key in keys if bare(key) in keys}  # 'quanguyen' is the name in 'huyenquanguyen', not quận Guyên
    named = {key: bare(key) for key in keys if key not in untyped and bare(key) != key}
    return " ".join(key for key, name in named.items() if name and name != own and not name.startswith("0"))


def read_corrections() -> dict[str, list[tuple[str, str]]]:
    """Read the hand-kept lines: action -> [(code, value)]. A line that cites no source, or not what of it was seen, is refused.

    ``checked`` says what of the source was seen: "number" that the resolution of that number is the one for this province,
    "table" the row of the conversion table, "text" the wording; "no" where nothing could be.
    """
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with CORRECTIONS.open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle):
            if not line["source"].strip() or not line["checked"].strip():
                raise SystemExit(
                    f"place_corrections.csv: {line['action']} {line['code']} cites no source, or not what was seen of it"
                )
            found[line["action"]].append((line["code"], line["value"]))
    return found


def read_mapping(folder: Path, new_code: dict[tuple[str, str], str]) -> dict[str, set[str]]:
    """Read the package's mapping: 'province_district_commune' key -> codes of the new communes."""
    data = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    mapping: dict[str, set[str]] = defaultdict(set)
    for province, communes in data["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, olds in communes.items():
            for old in olds:
                mapping[old].add(new_code[province, commune])
    for province, olds in data["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in olds.items():
            mapping[old].update(new_code[province, part["newWardKey"]] for part in parts)
    return mapping


def apply_corrections(targets: dict[str, set[str]], corrections: dict[str, list[tuple[str, str]]]) -> None:
    """Mend the pairs in place. A correction that changes nothing is an error: the source has moved and the line must go."""
    for old, new in corrections["drop_pair"]:
        if new not in targets[old]:
            raise SystemExit(f"place_corrections.csv: {old} -> {new} is not there to drop")
        targets[old].discard(new)
    for old, new in corrections["add_pair"]:
        if new in targets[old]:
            raise SystemExit(f"place_corrections.csv: {old} -> {new} is there already")
        targets[old].add(new)


def build() -> list[Row]:
    """Read the package and the corrections; return the rows of the table."""
    spec = importlib.util.find_spec(SOURCE)
    if spec is None or not spec.submodule_search_locations or version(SOURCE) != SOURCE_VERSION:
        raise SystemExit(f"install {SOURCE}=={SOURCE_VERSION} first")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    corrections = read_corrections()
    base = sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)
    new = base.execute("select provinceCode, province, wardCode, ward, provinceKey, wardKey from admin_units").fetchall()
    old = base.execute(
        "select provinceCode, province, districtCode, district, wardCode, ward, provinceKey, districtKey, wardKey,"
        " districtShortKey, wardShortKey, districtAlias, wardAlias from admin_units_legacy"
    ).fetchall()
    base.close()
    mapping = read_mapping(folder, {(row[4], row[5]): row[2] for row in new})
    province_of = {row[2]: row[0] for row in new}
    rows: set[Row] = set()
    for code, province, commune_code, commune, _, _ in new:
        rows.add(("1p", code, tidy(province), "", "", ""))
        rows.add(("2c", commune_code, tidy(commune), code, "", ""))
    targets = {row[4]: set(mapping[f"{row[6]}_{row[7]}_{row[8]}"]) for row in old if row[4]}
    apply_corrections(targets, corrections)
    renamed = dict(corrections["name"])
    extra = dict(corrections["alias_district"])
    province_targets: dict[tuple[str, str], set[str]] = defaultdict(set)
    for p_code, province, d_code, district, c_code, commune, p_key, d_key, _, d_short, c_short, d_alias, c_alias in old:
        island = "" if c_code else " ".join(sorted(mapping[f"{p_key}_{d_key}_"]))
        names = " ".join(filter(None, (other_names(d_alias, d_short), extra.get(d_code, ""))))
        rows.add(("4D", d_code, tidy(district), p_code, island, names))
        if c_code:
            goals = " ".join(sorted(targets[c_code]))
            rows.add(("5C", c_code, renamed.get(c_code, tidy(commune)), d_code, goals, other_names(c_alias, c_short)))
        province_targets[p_code, tidy(province)].update(province_of[c] for c in (targets[c_code] if c_code else island.split()))
    for (code, province), goals_of in province_targets.items():
        rows.add(("3P", code, province, "", " ".join(sorted(goals_of)), ""))
    return sorted(rows)


def main() -> int:
    """Write or check the table; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="do not write; fail if the committed table differs")
    options = parser.parse_args()
    rows = build()
    text = HEADER + "".join("\t".join((kind[1:], *rest)).rstrip("\t") + "\n" for kind, *rest in rows)
    if options.check:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    print(f"{TARGET.name}: {len(rows):,} rows, {len(text.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
