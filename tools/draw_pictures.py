"""Draw the pictures of the documentation: docs/assets/*.svg.

    python tools/draw_pictures.py [OUT]

They show the couple that the chapters in docs/pipeline follow, in registers that ``vnlink.datasets`` makes, so every number in
them is computed by vnlink. Shapes and colours are those of the report (:mod:`vnlink.report.svg`). A picture brings its own
paper, light or dark as the screen asks for, so it can be read on any page.

The same version of vnlink draws the same pictures. They are not compared in the checks: weights are learned with the linear
algebra of the machine, whose last digits may differ elsewhere.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import numpy as np

from couple import LAND_COLUMNS, WITH_LESS, Example, make_example, with_rows
from picture_parts import PAD, card, finished, framed, legend, probability, told
from vnlink.blocking.keys import KeyKind
from vnlink.integrations.registers import Registers
from vnlink.report import chart_data
from vnlink.report.captions import CAUSE_WORDS
from vnlink.report.explain import contributions
from vnlink.report.language import ENGLISH
from vnlink.report.pictures import reliability_picture, waterfall_picture
from vnlink.report.svg import bar, dot, line, text
from vnlink.report.words import field_words, level_words

ASSETS = Path(__file__).parents[1] / "docs" / "assets"


def draw_overview(example: Example) -> str:
    width, left, middle, right = 900.0, PAD, 302.0, 706.0
    persons = (
        ("L1", 1, "full", ("number, full date, name", "and sex agree"), 52.0),
        ("L1", 2, "partial", ("surely she, but no number", "and no full date agrees"), 134.0),
        ("L2", 1, "none", ("nobody plausible", "fits this person"), 276.0),
    )
    owner = ("Hộ ông: Nguyễn Văn Hoà,", "CMND số 341 234 567", "và vợ là bà: Trần Thị Hoa")
    parts = [
        text(left, 30, "Two rows of the land register", bold=True),
        text(middle, 30, f"Candidates among {len(example.citizens):,} citizens, and nobody", bold=True),
        text(right, 30, "Decision", bold=True),
        *card(left, 48, 250, 202, ()),
        *told(left + 12, 70, "owner", owner),
        *told(left + 12, 154, "born", ("12/05/1962; 1965",)),
        *told(left + 12, 202, "address", ("Khóm 3, P. An Lộc, TP. Hồng Ngự",)),
        *card(left, 272, 250, 110, ()),
        *told(left + 12, 294, "owner, born", ("Ông Nguyễn Văn Hoà, 1931",)),
        *told(left + 12, 342, "address", ("Khóm 3, P. An Lộc, TP. Hồng Ngự",)),
    ]
    for user, number, status, reason, y in persons:
        rows = example.candidates(user, number)
        shown = [(row["citizen_id"], row["probability"]) for row in rows if row["citizen_id"] in ("C1", "C2", "C3", "C4")]
        link = next(r for r in example.result.links.to_pylist() if (r["land_user_id"], r["person_no"]) == (user, number))
        listed = [(example.in_short(one), share, "full" if share >= 0.5 else "total") for one, share in shown[:3]]
        if status == "none":
            listed.append(("nobody in the register", max(0.0, 1.0 - sum(row["probability"] for row in rows)), "none"))
        parts.append(line(left + 250, y + 12, middle - 8, y + 12, "muted"))
        parts.append(text(middle, y + 16, str(link["person_name"]), bold=True))
        for i, (name, share, colour) in enumerate(listed):
            at = y + 28 + 20 * i
            parts += [text(middle, at + 11, name), bar(middle + 216, at + 1, 90, 12, "faint")]
            parts.append(bar(middle + 216, at + 1, max(90 * share, 1.5), 12, colour))
            parts.append(text(middle + 366, at + 11, probability(share), anchor="end"))
        parts += [line(middle + 240, y + 12, right - 8, y + 12, "muted"), bar(right, y + 3, 18, 18, status)]
        parts.append(text(right + 26, y + 17, status, bold=True))
        parts += [text(right, y + 39 + 20 * i, one, colour="muted") for i, one in enumerate(reason)]
    return finished(
        width, 402, "One row of two persons and one of one: candidates, and the decision full, partial or none", parts
    )


def draw_pipeline(example: Example) -> str:
    registers = Registers(example.land, example.citizens)
    people = registers.prepared()
    _, _, pattern, *_ = registers.whole().pairs()
    summary, audit = example.result.summary(), example.result.audit() or {}
    learned = example.linker.model_.report
    named = len(people.land) - people.land["name"].null_count
    every = named * len(people.citizens)
    funnel = (
        ("pairs there could be", every),
        ("candidate pairs", len(pattern)),
        ("distinct patterns", len(np.unique(pattern))),
    )
    steps = (
        ("1  Reading", f"{len(example.land):,} land rows name {named:,} persons; text becomes numbers"),
        ("2  Candidates", "keys bring the few citizens who could be each person"),
        ("3  Levels", "how each field agrees; the levels of a pair are one pattern"),
        (
            "4  Weights",
            f"bits for each level, learned without labels from {int(learned['anchors']):,} persons whose number agrees",
        ),
        ("5  Decision", "one posterior over all candidates and nobody; full, partial or none"),
        ("6  Trust", f"{audit['persons']:,} persons linked again without their number: how right is it"),
    )
    parts = [text(PAD, 30, f"From {len(example.land):,} rows and {len(example.citizens):,} citizens to a decision", bold=True)]
    parts.append(text(PAD, 50, "dark bars are on a scale of powers of ten", colour="muted"))
    for i, (name, words) in enumerate(steps):
        y = 82.0 + 62.0 * i
        if i:
            parts.append(line(PAD + 8, y - 30, PAD + 8, y - 6, "muted", width=2))
        parts.append(bar(PAD, y - 4, 16, 16, "full"))
        parts += [text(PAD + 28, y + 9, name, bold=True), text(PAD + 146, y + 9, words, colour="muted")]
        if 1 <= i <= 3:
            what, count = funnel[i - 1]
            long = 400.0 * np.log10(count) / np.log10(every)
            parts += [bar(PAD + 146, y + 17, long, 9, "total"), text(PAD + 154 + long, y + 26, f"{count:,} {what}")]
    x, y = PAD + 146, 82.0 + 62.0 * 4 + 17
    for name, entry in summary["status"].items():
        long = 440.0 * entry["share"]
        parts.append(bar(x, y, long - 2, 9, name))
        parts.append(text(x, y + 22, f"{name} {entry['count']:,}"))
        x += long
    return finished(820, 436, "The six stages and how few pairs are left after each", parts)


def draw_owner(example: Example) -> str:
    del example
    spans = (
        ("Hộ ông:", "head, male", "total"),
        ("Nguyễn Văn Hoà,", "name", "full"),
        ("CMND số", "old number", "total"),
        ("341 234 567", "nine digits", "full"),
        ("và vợ là bà:", "spouse, female", "total"),
        ("Trần Thị Hoa", "name", "full"),
    )
    parts, x = [text(PAD, 30, "The owner string, and what its parts mean", colour="muted")], PAD
    for words, meaning, colour in spans:
        wide = max(8.2 * len(words), 7.2 * len(meaning)) + 14
        parts += [bar(x, 46, wide, 30, "faint"), bar(x, 76, wide, 3, colour)]
        parts += [text(x + wide / 2, 66, words, anchor="middle", bold=colour == "full")]
        parts += [text(x + wide / 2, 96, meaning, anchor="middle", colour="muted")]
        x += wide + 8
    wide = x - 8 - PAD
    half = (wide - 24) / 2
    persons = (
        (
            "Person 1: Nguyễn Văn Hòa",
            ("tone mark moved: Hoà is Hòa", "born 12/05/1962, the whole day", "male", "old number 341234567"),
        ),
        ("Person 2: Trần Thị Hoa", ("as written", "born 1965, only the year", "female", "no number")),
    )
    for i, (head, lines) in enumerate(persons):
        at = PAD + i * (half + 24)
        parts += [line(at + half / 2, 108, at + half / 2, 126, "muted"), *card(at, 126, half, 110, lines, head=head)]
    parts += [
        *card(
            PAD,
            254,
            wide,
            72,
            ["Khóm 3, P. An Lộc, TP. Hồng Ngự, T. Đồng Tháp; code 29954 of before July 2025"],
            head="Both: the place",
        ),
        text(PAD + 12, 254 + 23 + 38, "the present ward An Bình, whose code happens to be 29954, in the hamlet Khóm 3"),
    ]
    return finished(wide + 2 * PAD, 346, "An owner string of a couple, taken apart into two persons", parts)


def draw_keys(example: Example) -> str:
    registers = Registers(example.land, example.citizens)
    people = registers.prepared()
    wife = people.land["person"].to_pylist().index("L1#2")
    brought = {}
    for kind in KeyKind:
        person, citizen = registers.candidates([kind])
        brought[kind] = set(citizen[person == wife].tolist())
    order = sorted(set().union(*brought.values()), key=lambda one: (-sum(one in found for found in brought.values()), one))
    used = [kind for kind, found in brought.items() if found]
    meaning = {
        KeyKind.NAME_YEAR: "name, year",
        KeyKind.NAME_YEAR_PROVINCE: "name, year, province",
        KeyKind.NAME_COMMUNE: "name, commune",
        KeyKind.GIVEN_YEAR_COMMUNE: "given name, year, commune",
        KeyKind.FRONT_YEAR_COMMUNE: "family and middle, year, commune",
    }
    names, dates = people.citizens["name"].to_pylist(), people.citizens["birth_year"].to_pylist()
    places = {row["citizen_id"]: row["address"] for row in example.citizens.to_pylist()}
    ids = people.citizens["citizen_id"].to_pylist()
    left, top, step, row_height = 400.0, 76.0, 56.0, 28.0
    first = top + 18 * len(used)
    parts = [
        text(PAD, 30, "Trần Thị Hoa, 1965, ward An Bình: which key brings whom", bold=True),
        text(PAD, 50, f"{len(order)} of {len(ids):,} citizens share a key with her", colour="muted"),
    ]
    for i, kind in enumerate(used):
        x = left + step * i
        parts.append(line(x, top + 18 * i - 10, x, first + row_height * len(order), "line"))
        parts.append(text(x + 6, top + 18 * i, meaning.get(kind, kind.name.lower())))
    for i, one in enumerate(order):
        y = first + 20 + row_height * i
        right = ids[one] == "C2"
        town = "An Bình" if "An Bình" in (places[ids[one]] or "") else "Hồng Ngự"
        parts += [text(PAD, y, f"{names[one]}", bold=right), text(PAD + 190, y, f"{dates[one]}", bold=right)]
        parts.append(text(PAD + 240, y, f"ward {town}", bold=right, colour="ink" if right else "muted"))
        parts += [
            dot(left + step * k, y - 5, "full" if right else "total", size=6.0)
            for k, kind in enumerate(used)
            if one in brought[kind]
        ]
    return finished(860, first + row_height * len(order) + 18, "Which blocking key brings which citizen to one person", parts)


def draw_levels(example: Example) -> str:
    model = example.linker.model_.as_dict()
    land = {"name": "Trần Thị Hoa", "birth": "1965", "sex": "female", "place": "Khóm 3, An Lộc", "partner": "Nguyễn Văn Hòa"}
    rows = [row for row in example.candidates("L1", 2) if row["citizen_id"] in ("C2", "C4", "C3")]
    values = {}
    for row in rows:
        who = example.citizen(row["citizen_id"])
        hamlet = ", ".join(str(who["address"]).replace("Phường ", "").split(", ")[:2])
        husband = "in her household" if who["household_id"] == "H1" else "not in her household"
        values[row["citizen_id"]] = (who["full_name"], who["birth_date"], "female", hamlet, husband)
    wide, left, top = 208.0, 236.0, 66.0
    parts = [text(PAD, 30, "Each field of a pair has a level: the wife beside three candidates", bold=True)]
    parts.append(text(PAD + 82, top, "land register", colour="muted"))
    for i, row in enumerate(rows):
        parts.append(text(left + wide * i + 18, top, f"citizen {row['citizen_id']}", colour="muted"))
    for k, (field, value) in enumerate(land.items()):
        y = top + 34 + 68 * k
        parts += [line(PAD, y - 20, left + wide * 3, y - 20, "line")]
        parts += [text(PAD, y, str(ENGLISH.say(field_words(field))), colour="muted"), text(PAD + 82, y, value, bold=True)]
        for i, row in enumerate(rows):
            x = left + wide * i
            level = row[f"level_{field}"]
            bits = next(bits for name, _, bits in contributions(row, model) if name == field) or 0.0
            colour = "none" if level == "missing" or abs(bits) < 0.5 else "for" if bits > 0 else "against"
            lines = textwrap.wrap(ENGLISH.say(level_words(field, level)), 27)
            parts += [bar(x, y - 11, 10, 46, colour), text(x + 18, y, str(values[row["citizen_id"]][k]))]
            parts += [text(x + 18, y + 18 + 16 * n, one, colour="muted") for n, one in enumerate(lines)]
    y = top + 34 + 68 * len(land)
    parts += [
        line(PAD, y - 20, left + wide * 3, y - 20, "line"),
        bar(PAD, y - 6, 10, 14, "for"),
        text(PAD + 18, y + 6, "speaks for"),
    ]
    parts += [bar(PAD + 116, y - 6, 10, 14, "against"), text(PAD + 134, y + 6, "speaks against")]
    parts += [bar(PAD + 262, y - 6, 10, 14, "none"), text(PAD + 280, y + 6, "says little or nothing")]
    return finished(left + wide * 3 + PAD, y + 30, "The levels of each field for one person and three candidates", parts)


def draw_worth(example: Example) -> str:
    wanted = ("birth", "place")
    found = [one for one in chart_data.weights(example.linker.model_.as_dict()) if one.field in wanted]
    found.sort(key=lambda one: (wanted.index(one.field), -one.bits))
    least, most = min(one.bits for one in found), max(one.bits for one in found)
    left, width, row = 450.0, 330.0, 21.0

    def x(bits: float) -> float:
        return left + width * (bits - least) / (most - least)

    parts = [
        text(PAD, 30, "What each level is worth where the name agrees, in bits", bold=True),
        text(PAD, 50, "learned from the two registers alone; 1 bit doubles the odds", colour="muted"),
    ]
    y, last = 62.0, ""
    for one in found:
        if one.field != last:
            y += 26.0
            parts.append(text(PAD, y, ENGLISH.say(field_words(one.field)), bold=True))
            y, last = y + 8.0, one.field
        y += row
        low, high = sorted((x(0.0), x(one.bits)))
        parts.append(text(left - 70, y, ENGLISH.say(level_words(one.field, one.level)), anchor="end"))
        parts.append(bar(low, y - 11, max(high - low, 1.0), 13, "for" if one.bits >= 0 else "against"))
        parts.append(text(left - 12, y, ENGLISH.number(one.bits, 1, signed=True), anchor="end", colour="muted"))
    parts.append(line(x(0.0), 70, x(0.0), y + 6, "muted"))
    return finished(left + width + PAD, y + 24, "Weights of the levels of birth date and place", parts)


def draw_waterfall(example: Example) -> str:
    wife = example.candidates("L1", 2)[0]
    steps = chart_data.waterfall(wife, example.linker.model_.as_dict())
    drawn = waterfall_picture(steps, ENGLISH)
    title = "How the weight of Trần Thị Hoa, 1965, and citizen C2 comes about, in bits"
    return framed(drawn, 700.0, 26.0 * len(steps), title, "from a blind guess among the bearers of the name, level by level")


def draw_posterior(example: Example) -> str:
    columns = ("land_user_id", *LAND_COLUMNS[1:])
    rows = [(f"V{i}", *one[1:]) for i, one in enumerate(WITH_LESS)]
    variants = with_rows(example.land.slice(0, 0), columns, rows)
    result = example.linker.link(variants, example.citizens)
    links, candidates = result.links.to_pylist(), result.candidates.to_pylist()
    kinds = (
        ("C2", "C2: she, in the hamlet", "full"),
        ("C4", "C4: Hòa, in the hamlet", "against"),
        ("C3", "C3: Hoa, another ward", "partial"),
        ("", "other citizens", "total"),
        ("nobody", "nobody, or further ones", "none"),
    )
    left, width = 262.0, 420.0
    parts = [
        text(PAD, 30, "The same woman, with less and less told of her", bold=True),
        text(PAD, 50, "all candidates and nobody share a probability of 1", colour="muted"),
    ]
    x = PAD
    for _, name, colour in kinds:
        parts += [bar(x, 66, 12, 12, colour), text(x + 18, 77, name)]
        x += 30 + 6.8 * len(name)
    parts.append(text(left + width + 12, 108, "share of C2, status", colour="muted"))
    for i, one in enumerate(WITH_LESS):
        y = 122.0 + 44.0 * i
        person = 2 if i == 0 else 1
        link = next(row for row in links if (row["land_user_id"], row["person_no"]) == (f"V{i}", person))
        own = {
            c["citizen_id"]: c["probability"] for c in candidates if (c["land_user_id"], c["person_no"]) == (f"V{i}", person)
        }
        shares = {name: own.get(name, 0.0) for name in ("C2", "C4", "C3")}
        shares[""] = sum(own.values()) - sum(shares.values())
        shares["nobody"] = max(0.0, 1.0 - sum(own.values()))
        parts.append(text(PAD, y + 16, one[0]))
        at = left
        for name, _, colour in kinds:
            wide = width * shares[name]
            if wide >= 1.0:
                parts.append(bar(at, y, max(wide - 1.5, 1.0), 24, colour))
            at += wide
        said = f"{link['status']}, short list" if "short_list" in link["reasons"] else link["status"]
        parts.append(text(left + width + 12, y + 16, f"{own['C2']:.3f}  {said}"))
    return finished(880, 122 + 44 * len(WITH_LESS) + 10, "Shares of the posterior with less and less evidence", parts)


def draw_reliability(example: Example) -> str:
    bins = chart_data.reliability(example.result.audit())
    drawn = reliability_picture(bins, ENGLISH)
    title = "Are the probabilities kept? Wrong links promised, and found"
    note = "persons confirmed by their number, linked again without it; 95 % intervals"
    return framed(drawn, 700.0, 418.0, title, note)


def draw_losses(example: Example) -> str:
    found = [one for one in chart_data.losses(example.result.summary()) if one.persons]
    most = max(one.share for one in found)
    left, width, row = 330.0, 300.0, 26.0
    parts = [text(PAD, 30, "Why persons are not full: each counted once, by its first cause", bold=True), *legend(PAD, 44.0)]
    for i, one in enumerate(found):
        y = 84.0 + row * i
        long = width * one.share / most
        parts += [
            text(left - 12, y + 13, ENGLISH.say(CAUSE_WORDS[one.cause]), anchor="end"),
            bar(left, y, long, 17, one.status),
        ]
        parts.append(text(left + long + 8, y + 13, f"{one.persons:,}  ({ENGLISH.percent(one.share)})"))
    return finished(left + width + 140, 84 + row * len(found) + 14, "Where links were lost, by cause", parts)


PICTURES = {
    "overview": draw_overview,
    "pipeline": draw_pipeline,
    "owner": draw_owner,
    "keys": draw_keys,
    "levels": draw_levels,
    "worth": draw_worth,
    "waterfall": draw_waterfall,
    "posterior": draw_posterior,
    "reliability": draw_reliability,
    "losses": draw_losses,
}


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ASSETS
    out.mkdir(parents=True, exist_ok=True)
    example = make_example()
    for name, draw in PICTURES.items():
        (out / f"{name}.svg").write_text(draw(example), encoding="utf-8", newline="\n")
        print(out / f"{name}.svg")


if __name__ == "__main__":
    main()
