"""Link two registers of your own: declare their fields, give the tables, look at what came of it."""

from __future__ import annotations

import random

import pyarrow as pa

from vnlink.fields import Category, Code, Date, Declaration, FieldLinker, Name, Text

members = Declaration(
    left_id="card",
    right_id="member",
    fields=[
        Name("family"),
        Name("given"),
        Date("born"),
        Category("sex", required=False),  # asked of nobody for a full link
        Text("street"),
        Code("phone", right="telephone"),  # another header on the right
    ],
)


def slip(text: str, draw: random.Random) -> str:
    """Swap two neighbouring letters, now and then."""
    at = draw.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :] if draw.random() < 0.1 else text


def invent(count: int, seed: int) -> tuple[pa.Table, pa.Table]:
    """Make a register of members, and cards that three in four of them filled in, carelessly."""
    draw, right, left = random.Random(seed), [], []
    names = ["".join(draw.choice("bdgklmnrst") + draw.choice("aeiou") for _ in range(3)) for _ in range(400)]
    for i in range(count):
        person = {name: draw.choice(names) for name in ("family", "given", "street")}
        person |= {
            "sex": draw.choice("mf"),
            "born": f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        }
        phone = str(draw.randint(10**8, 10**9 - 1))
        if draw.random() < 0.9:
            right.append({"member": f"M{i}", "telephone": phone, **person})
        if draw.random() < 0.75:
            filled = {key: slip(value, draw) if draw.random() < 0.9 else None for key, value in person.items()}
            left.append({"card": f"C{i}", "phone": phone if draw.random() < 0.7 else None, **filled})
    return pa.Table.from_pylist(left), pa.Table.from_pylist(right)


cards, register = invent(4_000, seed=7)
linker = FieldLinker(members, one_to_one=True).fit(cards, register)  # no labels
result = linker.link(cards, register)

print(result)
print("keys:", ", ".join(result.manifest["keys"]))
linked = [row for row in result.links.to_pylist() if row["right_id"]]
right = sum(row["left_id"][1:] == row["right_id"][1:] for row in linked)
print(f"{right:,} of {len(linked):,} links are right")
print(result.explain(cards["card"][0].as_py()))
